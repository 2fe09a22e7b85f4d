//! What goes into template snippets: signatures of functions in a letter code, and odd literals of every sort.

/// `name:result=arguments`. Letters: s string, i int, n number, b bool, l list, d dict, a anything, r regex, R regex
/// replacement, t time, L time layout, Z zone, D duration, v version, c constraint, u url, p path, j JSON, y YAML, o TOML, 6 base64, 3 base32, k key
/// of a dict, x kind name, y type name, h hash name; `*` repeats the letter before it. Functions that are random by nature are absent.
pub const SIGNATURES: &str = "
abbrev:s=is abbrevboth:s=iis add:n=n* add1:n=n add1f:n=n addf:n=n* adler32sum:s=s all:b=a* and:a=aa* any:b=a* append:l=la
atoi:i=s b32dec:s=3 b32enc:s=s b64dec:s=6 b64enc:s=s base:s=p biggest:n=nn* camelcase:s=s cat:s=a* ceil:n=n chunk:l=il clean:s=p
coalesce:a=a* compact:l=l concat:l=ll* contains:b=ss date:s=Lt dateInZone:s=LtZ dateModify:t=Dt date_in_zone:s=LtZ
date_modify:t=Dt deepCopy:a=a deepEqual:b=aa default:a=aa dict:d=kaka derivePassword:s=issss dig:a=kkad dir:s=p div:n=nn divf:n=nn*
duration:s=n durationRound:s=D empty:b=a eq:b=aa* ext:s=p fail:s=s first:a=l float64:n=a floor:n=n fromJson:d=j fromJsonArray:l=j
fromToml:d=o fromYaml:d=y fromYamlArray:l=y ge:b=nn get:a=dk getHostByName:s=s gt:b=nn has:b=al hasKey:b=dk hasPrefix:b=ss hasSuffix:b=ss
hello:s= html:s=a* htmlDate:s=t htmlDateInZone:s=tZ include:s=Na indent:s=is index:a=la index:a=dk index:a=ai initial:l=l initials:s=s int:i=a
int64:i=a isAbs:b=p join:s=sl js:s=a* kebabcase:s=s kindIs:b=xa kindOf:s=a last:a=l le:b=nn len:i=l len:i=d len:i=s list:l=a* lookup:d=ssss lower:s=s
lt:b=nn max:n=nn* maxf:n=nn* merge:d=dd* mergeOverwrite:d=dd* min:n=nn* minf:n=nn* mod:i=ii mul:n=nn* mulf:n=nn* mustAppend:l=la mustChunk:l=il
mustCompact:l=l mustDateModify:t=Dt must_date_modify:t=Dt mustDeepCopy:a=a mustFirst:a=l mustFromJson:a=j mustHas:b=al mustInitial:l=l mustLast:a=l
mustMerge:d=dd* mustMergeOverwrite:d=dd* mustPrepend:l=la mustPush:l=la mustRegexFind:s=rs mustRegexFindAll:l=rsi mustRegexMatch:b=rs
mustRegexReplaceAll:s=rsR mustRegexReplaceAllLiteral:s=rsR mustRegexSplit:l=rsi mustRest:l=l mustReverse:l=l mustSlice:l=lii mustToDate:t=Ls
mustToDuration:D=D mustToJson:s=a mustToPrettyJson:s=a mustToRawJson:s=a mustToYaml:s=a mustToToml:s=d mustUniq:l=l mustWithout:l=la* ne:b=aa
nindent:s=is nospace:s=s not:b=a omit:d=dk* or:a=aa* osBase:s=p osClean:s=p osDir:s=p osExt:s=p osIsAbs:b=p pick:d=dk* pluck:l=kd* plural:s=ssi
prepend:l=la print:s=a* println:s=a* push:l=la quote:s=a* regexFind:s=rs regexFindAll:l=rsi regexMatch:b=rs regexQuoteMeta:s=s
regexReplaceAll:s=rsR regexReplaceAllLiteral:s=rsR regexSplit:l=rsi repeat:s=is replace:s=sss required:a=sa rest:l=l reverse:l=l round:n=ni round:n=nin
semver:v=v semverCompare:b=cv seq:s=i* set:d=dka sha1sum:s=s sha256sum:s=s sha512sum:s=s slice:l=lii slice:s=sii slice:l=li snakecase:s=s sortAlpha:l=l
split:d=ss splitList:l=ss splitn:d=sis squote:s=a* sub:n=nn subf:n=nn* substr:s=iis swapcase:s=s ternary:a=aab title:s=s toDate:t=Ls toDecimal:i=s
toJson:s=a toPrettyJson:s=a toRawJson:s=a toString:s=a toStrings:l=l toToml:s=d toYaml:s=a toYamlPretty:s=a tpl:s=sa trim:s=s trimAll:s=ss trimPrefix:s=ss
trimSuffix:s=ss trimall:s=ss trunc:s=is tuple:l=a* typeIs:b=Ta typeIsLike:b=Ta typeOf:s=a uniq:l=l unixEpoch:s=t unset:d=dk until:l=i untilStep:l=iii
untitle:s=s upper:s=s urlJoin:s=d urlParse:d=u urlquery:s=a* without:l=la* wrap:s=is wrapWith:s=iss decryptAES:s=s6 call:a=aa* sortAlpha:l=l
mustToDuration:D=n durationSeconds:n=D durationMilliseconds:i=D durationMinutes:n=D durationHours:n=D durationDays:n=D durationWeeks:n=D durationRoundTo:D=DD
durationTruncate:D=DD toDuration:D=D toJson:s=d toYaml:s=d toYaml:s=l toString:s=t toString:s=v";

pub const STRINGS: &[&str] = &[
    r#""""#, r#""a""#, r#""abc""#, r#""Hello World""#, r#""foo-bar_baz Qux""#, r#""HTTPServer2Go""#, r#""äöü ßé""#, r#""日本語 text""#, r#""line1\nline2\n""#,
    r#""  padded\t ""#, "`raw \\n back`", "`multi\nline\n  raw`", r#""tab\tquote\"back\\""#, r#""\x00\x01\x7f""#, r#""\xff\xfe""#, r#""\u00e9\u2028\U0001F600""#, r#""a,b,,c""#,
    r#""a/b/../c.tar.gz""#, r#""1""#, r#""-12""#, r#""0x1F""#, r#""0o17""#, r#""017""#, r#""08""#, r#""1_000""#, r#""3.14""#, r#""1e3""#, r#""1e400""#, r#""NaN""#, r#""-Inf""#, r#""true""#,
    r#""yes""#, r#""null""#, r#""~""#, r#""<a href='x'>&amp;</a>""#, r#""key: value""#, r#""- a\n- b""#, r#""{\"a\":1}""#, r#""[1,2]""#, r#""%d %s""#, r#""{{ .Values.a }}""#, r#""x=1&y=2 z""#,
    r#""2024-02-29""#, r#""fooBarBAZ""#, r#""éa""#, r#""ǆungla""#, r#""İstanbul""#, r#""K""#, r#""a$1b""#, r#""/abs/path/""#, r#""..""#, r#""12:30:45""#, r#""0b11""#, r#"" 5 ""#, r#""5 ""#, r#""+7""#,
    r#""9223372036854775807""#, r#""9223372036854775808""#, r#""the quick brown fox jumps over the lazy dog""#, r#""<script>\u2029""#, r##""#comment""##, r#""'single'""#, r#""&anchor""#, r#""*alias""#, r#""!tag""#, r#""|""#, r#"">-""#, r#""? x""#, r#""@at""#, r#"": ""#, r#""a: b: c""#, r#""0777""#, r#""2001-01-01T00:00:00Z""#, r#""1:20""#, r#"".5""#, r#""5.""#, r#""on""#, r#""\r\n""#, r#""trailing ""#, r#""é́""#, r#""=""#, r#""<<""#,
];

pub const INTS: &[&str] = &[
    "0", "1", "2", "3", "5", "7", "10", "16", "-1", "-2", "-10", "42", "100", "0x1F", "0b101", "0o17", "017", "'a'", "'\\n'", "1_000", "64", "20",
];

pub const NUMBERS: &[&str] = &[
    "0.0", "1.5", "-2.75", "1e3", "1e21", "1e-7", "123456789.125", "9223372036854775807", "-9223372036854775808", "0x1p-2", "3.0", "1e100", "'x'", "2.5", "-0.0", "0.1", "4294967296", "1i",
    "100000000000000000000.0", "1e20", "123456.789", "0.000001", "255", "1e6", "-1e3",
];

pub const REGEXES: &[&str] = &[
    r#""a+""#, r#""[a-z]+""#, "`\\d+`", "`(\\w+)\\s(\\w+)`", r#""^a|b$""#, r#""""#, r#""(?i)HELLO""#, "`\\bfoo\\b`", r#""x*""#, r#""(a)(b)?(c)""#, r#""[""#, r#""(""#, r#""a{2,1}""#, r#""a{1001}""#,
    "`\\p{L}+`", "`(?P<n>o.)`", "`[^aeiou ]`", r#""(?s).+""#, "`(?m)^.`", r#""*""#, r#""a**""#, r#""\\""#, "`\\pN`", "`\\Q.\\E`", r#"".""#, "`[[:alpha:]]+`", "`(?U)a+`", "`\\x{e9}`", "`(?<y>.)`", "`(?=a)`", "`\\8`", r#""[z-a]""#, r#""é""#,
];

pub const REPLACEMENTS: &[&str] = &[r#""X""#, r#""$1""#, r#""${1}x""#, r#""$1x""#, r#""${n}""#, r#""$$""#, r#""$""#, r#""""#, r#""[$0]""#, r#""${""#, r#""$2-$1""#, r#""\\1""#];

pub const TIMES: &[&str] = &[
    r#"(toDate "2006-01-02" "2024-02-29")"#, r#"(toDate "2006-01-02T15:04:05Z07:00" "2023-12-31T23:59:59+05:30")"#, r#"(mustToDate "2006-01-02 15:04:05.999999999" "1999-07-04 01:02:03.045")"#,
    r#"(toDate "2006-01-02" "junk")"#, r#"(toDate "2006" "0001")"#, r#"(toDate "Jan 2 2006 MST" "Mar 9 2021 PST")"#, "1700000000", "0", "-1", "(int64 1234567890)", "(int 86399)",
    r#"(toDate "2006-01-02" "9999-12-31" | dateModify "48h")"#,
];

pub const LAYOUTS: &[&str] = &[
    r#""2006-01-02""#, r#""2006-01-02T15:04:05Z07:00""#, r#""Mon Jan _2 15:04:05 2006""#, r#""02/01/06 03:04PM""#, r#""3:4:5 pm .000 MST""#, r#""January Monday 002 __2 2""#, r#""""#, r#""-0700 -07 Z0700 -07:00:00""#, r#""05.999999999""#,
    r#""2006-13-45""#, r#""20060102150405""#, r#""Janu Mond""#, r#""15h04m""#, r#"",000 .999""#,
];

pub const ZONES: &[&str] = &[r#""UTC""#, r#""Europe/Berlin""#, r#""America/New_York""#, r#""Nope/Zone""#, r#""""#, r#""Asia/Kolkata""#, r#""Local""#, r#""Pacific/Apia""#];

pub const DURATIONS: &[&str] = &[
    r#""1h30m""#, r#""-1.5h""#, r#""24h""#, r#""90s""#, r#""1ms""#, r#""0""#, r#""junk""#, r#""""#, r#""1d""#, r#""3000000h""#, r#""1h1m1.5s""#, "90", "3.5", r#""1us2ns""#, r#""µs""#, r#""1µs""#, r#"(mustToDuration "2h")"#, r#""9999999999""#,
];

pub const VERSIONS: &[&str] = &[
    r#""1.2.3""#, r#""v1.2""#, r#""1""#, r#""1.2.3-alpha.1+build5""#, r#""01.2.3""#, r#""x""#, r#""""#, r#""1.2.3.4""#, r#""1.2.3-01""#, r#""v2.0.0-rc1""#, r#""99999999999999999999.0.0""#, r#""1.28.3-gke.100""#, ".Capabilities.KubeVersion.Version", ".Chart.Version",
];

pub const CONSTRAINTS: &[&str] = &[
    r#"">=1.0.0""#, r#""^1.2""#, r#""~1.2.x""#, r#""1.2 - 2.0""#, r#""*""#, r#"">1.0 <2.0 || =3""#, r#"">=1.19-0""#, r#""""#, r#""!=1.2.3""#, r#""=>1""#, r#""bogus""#, r#""1.x.3""#, r#"">= 1.0, < 2""#, r#""~>2""#, r#""^0.0.3""#, r#""<1.2.3-beta""#, r#""1.2.3 || ""#, r#""^1 ^2""#,
];

pub const URLS: &[&str] = &[
    r#""http://user:pa%20ss@host.com:8080/p/a?q=1&r=%20#frag""#, r#""//host/path""#, r#""mailto:a@b""#, r#""http://[::1]:80/""#, r#""%zz""#, r#""""#, r#"":no""#, r#""http://h:port/""#, r#""/only/path?x""#, r#""HTTP://É.com/ä""#, r#""http://a b""#, r#""x:y""#, r#""http://h/%2f?#""#, r#""http://[fe80::1%25en0]/""#, r#""h/a:b""#, r#""?q""#, r##""#f""##,
];

pub const PATHS: &[&str] = &[r#""/a/b/c.txt""#, r#""a//b/./../c""#, r#""""#, r#""/""#, r#""..""#, r#"".hidden""#, r#""a/b/""#, r#""x.tar.gz""#, r#""../../a""#, r#""///""#, r#""a.b/c""#];

pub const JSONS: &[&str] = &[
    r#""{\"a\": 1, \"b\": [1.5, null, true]}""#, "`[1, \"x\", {\"y\": 1e3}]`", r#""""#, "`{`", "`{\"a\":}`", "`null`", "`\"str\"`", "`12345678901234567890`", "`{\"a\":1,\"a\":2}`", "`[1,]`", "`{\"\\ud800\": \"\\u00e9\\n\"}`", "`nul`", "`{\"a\" 1}`", "`[1] x`", "`\"\\x\"`", "`{\"k\": 0.1e-5, \"z\": -0}`", "`01`", "`{\"e\":1e999}`", "` [ ] `", "`'a'`", "`{a:1}`", "`\"a\tb\"`", "`-`", "`1.`", "`[[[]]]`", "`{\"<\": \"&\"}`",
];

pub const YAMLS: &[&str] = &[
    r#""a: 1\nb: [x, y]\n""#, "`- 1\n- two\n- {k: v}`", r#""""#, "`a: b: c`", "`a: &x 1\nb: *x`", "`x: 0o17\ny: 017\nz: 0x1f`", "`? complex\n: v`", "`a: |\n  block\n  text\n`", "`key: \"unterminated`", "`1: int\ntrue: bool\nnull: n`", "`<<: {a: 1}\nb: 2`", "`a: 1\na: 2`", "`--- \na: 1\n---\nb: 2`", "`\ttab: x`", "`!!binary aGk=`", "`a: 2024-01-01\nb: 1_000\nc: .inf\nd: .nan`", "`scalar`", "`[1, [2`", "`{a: , b}`", "`a: *missing`", "`- - - x`", "`a:\n  - b\n c: d`", "`y: yes\nn: NO\no: on\nt: ~`", "`%YAML 1.1\n---\nx: y`", "`a: !!str 1\nb: !!int \"2\"`", "`1.5: x\n1e3: y`", "`a: 'it''s'\nb: \"\\u263a\\x41\"`", "`a: >-\n  folded\n  text\n\n  more\n`", "`123456789012345678901`", "`a: 1e400`", "`k: -0`",
];

pub const TOMLS: &[&str] = &[
    "`a = 1\n[t]\nb = \"x\"`", "`[[arr]]\nx = 1\n[[arr]]\nx = 2`", r#""""#, "`a = `", "`d = 2024-01-01T00:00:00Z`", "`f = 1e3\ni = 0x1F\ns = '''raw'''`", "`a = 1\na = 2`", "`k.x.y = [1, 2.5]`", "`x = {a = 1, b = {c = 2}}`", "`bad key = 1`", "`t = 07:32:00\nd = 1979-05-27`", "`n = nan\np = -inf\nu = 1_000`", "`\"q k\" = true`", "`[a]\n[a]`",
];

pub const BASE64: &[&str] = &[r#""aGVsbG8=""#, r#""aGVsbG8""#, r#""!!!!""#, r#""""#, r#""/+8=""#, r#""_-8=""#, r#""aGVs\nbG8=""#, r#""YQ==YQ==""#];
pub const BASE32: &[&str] = &[r#""NBSWY3DP""#, r#""nbswy3dp""#, r#""ME======""#, r#""1""#, r#""""#, r#""ME""#];
pub const KEYS: &[&str] = &[r#""a""#, r#""b""#, r#""str""#, r#""int""#, r#""nested""#, r#""missing""#, r#""dotted.key""#, r#""list""#, r#""nil""#, r#""x""#, r#""""#, r#""_0""#, r#""_1""#, r#""host""#, r#""scheme""#];
pub const KINDS: &[&str] = &[r#""string""#, r#""int""#, r#""float64""#, r#""map""#, r#""slice""#, r#""bool""#, r#""invalid""#, r#""struct""#, r#""ptr""#, r#""int64""#];
pub const TYPES: &[&str] = &[r#""string""#, r#""int""#, r#""float64""#, r#""map[string]interface {}""#, r#""[]interface {}""#, r#""bool""#, r#""<nil>""#, r#""time.Time""#, r#""*semver.Version""#, r#""common.Values""#, r#""*chart.Metadata""#];

pub const LISTS: &[&str] = &[
    ".Values.list", ".Values.strs", ".Values.empty_list", ".Values.mixed", "(list)", r#"(list 1 2 3)"#, r#"(list "b" "a" "c" "a")"#, r#"(list 1 "x" nil true 2.5)"#, "(until 4)", r#"(splitList "," "a,b,,c")"#, r#"(list (list 1 2) (dict "a" 1))"#, ".Values.maps", r#"(fromJsonArray "[1,[2],null]")"#, "(untilStep 5 0 -2)", r#"(list "" 0 false nil (list) (dict))"#, r#"(regexFindAll "[a-z]" "abcab" -1)"#, "(chunk 2 .Values.list)", "(tuple 1 1.0 (int64 1))", r#"(.Files.Lines "data.txt")"#,
];

pub const DICTS: &[&str] = &[
    ".Values.nested", ".Values.empty_map", "(dict)", r#"(dict "a" 1 "b" (list 1 2))"#, r#"(dict "x" nil "a" (dict "b" (dict "c" "deep")))"#, ".Values", ".Chart.Annotations", r#"(splitn "-" 2 "a-b-c")"#, r#"(split "." "a.b.c")"#, r#"(fromYaml "a: 1\nb: {c: null}")"#, r#"(urlParse "http://u:p@h:1/p?q#f")"#, ".Values.global", "(deepCopy .Values.nested)", r#"(dict "a" 1 "a" 2 "k")"#, ".Values.ints", r#"(pick .Values "str" "int" "missing")"#, r#"(lookup "v1" "Pod" "" "")"#,
];

pub const PATHS_OF_DOT: &[&str] = &[
    ".Values.str", ".Values.int", ".Values.float", ".Values.big", ".Values.neg", ".Values.bool", ".Values.off", ".Values.nil", ".Values.missing", ".Values.nested.a", ".Values.nested.deep.x", ".Values.nested.missing.more", ".Values.str.sub",
    ".Values.list", ".Values.multi", ".Values.empty", ".Values.unicode", ".Values.numstr", ".Values.nil.x", ".Values.list.x", ".Values.int.x", ".Release.Name", ".Release.Namespace", ".Release.IsInstall", ".Release.IsUpgrade", ".Release.Revision", ".Release.Service", ".Release", ".Release.Nope",
    ".Chart.Name", ".Chart.Version", ".Chart.AppVersion", ".Chart.Type", ".Chart.Keywords", ".Chart.Maintainers", ".Chart.IsRoot", ".Chart.Dependencies", ".Chart", ".Chart.Nope", ".Chart.Annotations", ".Chart.name", ".Chart.Home", ".Chart.Sources", ".Chart.Description", ".Chart.KubeVersion", ".Chart.Deprecated", ".Chart.APIVersion",
    ".Capabilities.KubeVersion", ".Capabilities.KubeVersion.Version", ".Capabilities.KubeVersion.Major", ".Capabilities.KubeVersion.Minor", ".Capabilities.KubeVersion.GitVersion", ".Capabilities.KubeVersion.String", "(.Capabilities.APIVersions.Has \"v1\")", "(.Capabilities.APIVersions.Has \"apps/v1/Deployment\")", ".Capabilities.HelmVersion.Version", ".Capabilities.Nope", ".Capabilities.KubeVersion.Nope", ".Capabilities.APIVersions.Nope", "(len .Capabilities.APIVersions)",
    ".Template.Name", ".Template.BasePath", ".Template", ".Subcharts", ".Nope", ".Files", "(.Files.Get \"data.txt\")", "(.Files.Get \"nope\")", "(.Files.Glob \"*.txt\").AsConfig", "(.Files.Glob \"**\").AsSecrets", "(.Files.Lines \"data.txt\")", "(.Files.AsConfig)", "(.Files.GetBytes \"data.txt\")", "(.Files.Glob \"[\")", "(.Files.Get)", "(.Files.Get 1)", "(.Files.Nope \"x\")",
    "$.Values.str", "$", ".", "$.Values", "nil", "true", "false", ".Values.time", ".Values.maps", "(index .Values.list 0)", "(index .Values \"dotted.key\")", ".Values.ver", "(semver \"1.2.3-a+b\").Major", "(semver \"1.2.3\").Prerelease", "(semver \"1.2.3\")", "((semver \"1.2.3-a\").SetMetadata \"x\")", "((semver \"1.2.3\").IncMajor)", "((semver \"1.2.3\").Compare (semver \"1.3.0\"))", "(semver \"1.2\").Original",
    "(toDate \"2006-01-02\" \"2024-02-29\").Year", "((toDate \"2006-01-02\" \"2024-02-29\").Format \"Jan 2\")", "(toDate \"2006-01-02\" \"2024-02-29\").Weekday", "(toDate \"2006-01-02\" \"2024-02-29\").Unix", "((toDate \"2006-01-02\" \"2024-02-29\").AddDate 0 1 1)", "((toDate \"2006-01-02\" \"2024-02-29\").Add 5)", "(toDate \"2006-01-02\" \"2024-02-29\").YearDay", "(toDate \"2006-01-02\" \"2024-02-29\").Month", "(toDate \"2006-01-02\" \"2024-02-29\").Nope", "(mustToDuration \"90m\")", "(mustToDuration \"90m\").Hours", "(toDate \"2006-01-02\" \"2024-02-29\").Date",
];

pub const FORMATS: &[&str] = &[
    "%d", "%s", "%v", "%+v", "%#v", "%T", "%q", "%x", "%X", "%t", "%5d", "%-5s|", "%05d", "%.2f", "%8.3f", "%e", "%g", "%G", "%b", "%o", "%O", "%c", "%U", "%#U", "%#x", "% x", "% d", "%+d", "%%", "%", "%!", "%z", "%[2]d %[1]s", "%[3]v", "%*d", "%.*f", "%6.2f%%", "%-10v|", "%010.3f", "%+q", "%#q", "%p", "%w", "%s %s %s", "%v %d", "%[1]v %[1]T", "%.3s", "%.0f", "%5t", "%08b", "%+.3e", "%x %X", "%é", "%-05d", "%+s", "%1000000d", "%.3v", "%6v", "%06v", "%#o", "%[x]d", "%[1", "%[5]*d", "%-*d|", "%i",
];

/// Values of every snippet.
pub const VALUES: &str = r#"
str: hello World
int: 42
float: 3.75
big: 12345678901234567
huge: 123456789012345678901234567890
neg: -7
bool: true
off: false
nil: null
empty: ""
zero: 0
multi: |
  line one
    line two

  line four
unicode: "zürich — 東京 🎉 é"
numstr: "0123"
time: 2024-02-29T12:30:00Z
ver: v1.27.3-eks
dotted.key: dotted
list: [1, 2, 3, 4]
strs: [beta, alpha, "", Gamma, "10"]
mixed: [1, two, 3.5, null, true, {a: 1}, [x, y]]
empty_list: []
empty_map: {}
nested: {a: 1, b: two, c: null, deep: {x: 1.5, y: [1, {z: zz}]}, "k.d": 1}
ints: {"1": one, "2": two}
maps: [{name: a, value: 1}, {name: b, value: null}, {name: c}]
e: 1e21
small: 1.0e-7
octal: 0o17
date: 2024-01-01
url: "http://user@host:80/p?q=1#f"
html: "<b>\"&'</b>"
global: {env: prod}
"#;
