//! Random template snippets.

use crate::pools::*;
use crate::random::Random;
use hookwright_core::dialect::HelmVersion;
use hookwright_core::funcs::registry;
use hookwright_core::value::Ty;
use std::collections::BTreeMap;

/// Functions whose answer is random, depends on the clock, on the order of a Go map, or takes long.
const LEFT_OUT: &[&str] = &[
    "now",
    "ago",
    "randAlpha",
    "randAlphaNum",
    "randAscii",
    "randBytes",
    "randInt",
    "randNumeric",
    "shuffle",
    "uuidv4",
    "genCA",
    "genCAWithKey",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "bcrypt",
    "htpasswd",
    "encryptAES",
    "keys",
    "values",
    "derivePassword",
    "buildCustomCert",
];

/// Signatures by name and by result.
pub struct Grammar {
    by_name: BTreeMap<&'static str, Vec<(char, Vec<char>)>>,
    by_result: BTreeMap<char, Vec<(&'static str, Vec<char>)>>,
    names: Vec<&'static str>,
}

impl Grammar {
    pub fn new(version: HelmVersion) -> Grammar {
        let mut grammar = Grammar { by_name: BTreeMap::new(), by_result: BTreeMap::new(), names: Vec::new() };
        for signature in SIGNATURES.split_whitespace() {
            let Some((name, rest)) = signature.split_once(':') else { continue };
            let Some((result, args)) = rest.split_once('=') else { continue };
            let result = result.chars().next().unwrap_or('a');
            if registry::lookup(name, version).is_none() {
                continue;
            }
            let args: Vec<char> = args.chars().collect();
            grammar.by_name.entry(name).or_default().push((result, args.clone()));
            grammar.by_result.entry(result).or_default().push((name, args));
        }
        for func in registry::all(version).filter(|func| !LEFT_OUT.contains(&func.name)) {
            grammar.names.push(func.name);
            grammar.by_name.entry(func.name).or_insert_with(|| {
                let mut letters: Vec<char> = func.params.iter().map(|ty| letter(*ty)).collect();
                if func.variadic {
                    letters.push('*');
                }
                vec![('a', letters)]
            });
        }
        grammar
    }
}

fn letter(ty: Ty) -> char {
    match ty {
        Ty::Str => 's',
        Ty::Bool => 'b',
        Ty::Int | Ty::Int64 | Ty::Uint32 => 'i',
        Ty::Float => 'n',
        Ty::Map => 'd',
        Ty::List | Ty::Strings => 'l',
        Ty::Any | Ty::Reflect | Ty::Object(_) => 'a',
    }
}

/// Generates one snippet; `tag` makes the names of its defines its own.
pub struct Writer<'a> {
    pub random: &'a mut Random,
    pub grammar: &'a Grammar,
    pub tag: String,
    variables: usize,
    defines: usize,
    in_range: bool,
}

impl<'a> Writer<'a> {
    pub fn new(random: &'a mut Random, grammar: &'a Grammar, tag: String) -> Writer<'a> {
        Writer { random, grammar, tag, variables: 0, defines: 0, in_range: false }
    }

    pub fn snippet(&mut self) -> String {
        let text = match self.random.below(10) {
            0..=5 => format!("{{{{ {} }}}}", self.pipeline(3)),
            6 => self.statements(1, 3),
            _ => self.statements(2, 4),
        };
        match self.random.below(12) {
            0 => self.random.mutated(&text, SYNTAX),
            1 if !text.contains('`') => format!(
                "{{{{ tpl `{}` {} }}}}",
                text,
                self.random.pick(&[".", "$", "(dict \"Template\" .Template)", "dict", ".Values"])
            ),
            _ => text,
        }
    }

    fn statements(&mut self, depth: usize, most: usize) -> String {
        let count = 1 + self.random.below(most);
        (0..count).map(|_| self.statement(depth)).collect()
    }

    fn open(&mut self) -> &'static str {
        self.random.pick(&["{{ ", "{{", "{{- ", "{{  ", "{{-\n", "{{\t", "{{ "])
    }

    fn close(&mut self) -> &'static str {
        self.random.pick(&[" }}", "}}", " -}}", "\n}}", " }}", "\t-}}"])
    }

    fn action(&mut self, inside: &str) -> String {
        format!("{}{inside}{}", self.open(), self.close())
    }

    fn statement(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.text();
        }
        match self.random.below(24) {
            0..=2 => self.text(),
            3..=8 => {
                let inside = self.pipeline(depth + 1);
                self.action(&inside)
            }
            9..=11 => {
                let word = if self.random.chance(50) { "if" } else { "with" };
                let (condition, body) = (self.condition(depth), self.statements(depth - 1, 2));
                let mut text = self.action(&format!("{word} {condition}")) + &body;
                if self.random.chance(25) {
                    let (condition, body) = (self.condition(depth), self.statements(depth - 1, 2));
                    let word = if self.random.chance(80) { word } else { "if" };
                    text += &(self.action(&format!("else {word} {condition}")) + &body);
                }
                if self.random.chance(40) {
                    let body = self.statements(depth - 1, 2);
                    text += &(self.action("else") + &body);
                }
                text + &self.action("end")
            }
            12..=14 => self.range(depth),
            15..=16 => {
                let pipe = self.pipeline(depth);
                self.variables += 1;
                let name = format!("$v{}", self.variables);
                self.action(&format!("{name} := {pipe}"))
            }
            17 => {
                if self.variables == 0 {
                    return self.text();
                }
                let (name, pipe) = (self.variable(), self.pipeline(depth));
                self.action(&format!("{name} = {pipe}"))
            }
            18 | 19 => {
                self.defines += 1;
                let name = format!("{}d{}", self.tag, self.defines);
                let body = self.statements(depth - 1, 3);
                let define = self.action(&format!("define {name:?}")) + &body + &self.action("end");
                let data = self.random.pick(&[
                    ".",
                    "$",
                    ".Values",
                    "(dict \"a\" 1)",
                    "(list 1 2)",
                    "",
                    ".Values.nested",
                    "nil",
                ]);
                let call = match self.random.below(4) {
                    0 => format!("template {name:?} {data}"),
                    1 => format!(
                        "include {name:?} {data} | {}",
                        self.random.pick(&[
                            "indent 2",
                            "nindent 4",
                            "trim",
                            "quote",
                            "fromYaml",
                            "upper",
                            "toYaml",
                            "b64enc"
                        ])
                    ),
                    _ => format!("include {name:?} {data}"),
                };
                let call = self.action(&call);
                if self.random.chance(80) { define + &call } else { call + &define }
            }
            20 => {
                self.defines += 1;
                let name = format!("{}b{}", self.tag, self.defines);
                let (pipe, body) = (self.pipeline(1), self.statements(depth - 1, 2));
                self.action(&format!("block {name:?} {pipe}")) + &body + &self.action("end")
            }
            21 => self
                .random
                .pick(&[
                    "{{/* comment */}}",
                    "{{- /* trimmed */ -}}",
                    "{{/**/}}",
                    "{{/* a */ }}",
                    "{{ /* b */}}",
                    "{{- /* multi\nline */}}",
                ])
                .to_owned(),
            22 => self
                .random
                .pick(&[
                    "{{ break }}",
                    "{{ continue }}",
                    "{{ end }}",
                    "{{}}",
                    "{{ else }}",
                    "{{ template \"nope\" . }}",
                    "{{ template \"nope\" }}",
                    "{{ define \"x\" }}",
                    "{{ $nope }}",
                    "{{ nope }}",
                    "{{ nil }}",
                    "{{ . | }}",
                    "{{ 1 2 }}",
                    "{{ .Values.str | 1 }}",
                    "{{ (1) }}",
                    "{{ \"a\" | \"b\" }}",
                    "{{ ( }}",
                    "{{ ) }}",
                    "{{ .. }}",
                    "{{ .Values. }}",
                    "{{ $ := 1 }}",
                    "{{ $.x := 1 }}",
                    "{{ $x, $y := 1 }}",
                    "{{ 'ab' }}",
                    "{{ \"a }}",
                    "{{ `a }}",
                    "{{ 1a }}",
                    "{{ -}}",
                    "{{-}}",
                    "{{ .Values.str.(x) }}",
                    "{{ (list 1).x }}",
                    "{{ (dict \"a\" 1).a }}",
                    "{{ \"abc\".x }}",
                    "{{ 1.x }}",
                    "{{ nil.x }}",
                    "{{ true.x }}",
                    "{{ $v1.x }}",
                    "{{ include }}",
                    "{{ include \"nope\" . }}",
                    "{{ tpl }}",
                    "{{ if }}x{{ end }}",
                    "{{ range }}x{{ end }}",
                    "{{ with $x := 1 }}{{ $x }}{{ end }}",
                    "{{ if $x := .Values.int }}{{ $x }}{{ else }}{{ $x }}{{ end }}",
                    "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ end }}{{ $x }}",
                    "{{ @ }}",
                    "{{ .Values.a-b }}",
                    "{{ # }}",
                    "{{ /* x }}",
                    "{{ \"\\q\" }}",
                    "{{ 0x }}",
                    "{{ 1e }}",
                    "{{ 09 }}",
                    "{{ 1_ }}",
                    "{{ 99999999999999999999 }}",
                    "{{ 1.5i }}",
                    "{{ '\\''}}",
                    "}}",
                    "{{ {{ }}",
                    "{{ \"\n\" }}",
                    "{{ .Values.str\n| upper }}",
                    "{{ block \"x\" }}{{ end }}",
                    "{{ define x }}{{ end }}",
                    "{{ else if }}",
                    "{{ $x = 1 }}",
                    "{{ .Values.str | default }}",
                    "{{ end if }}",
                    "{{ break 1 }}",
                    "{{ if true }}{{ else }}{{ else }}{{ end }}",
                    "{{ with .Values.nil }}{{ else with .Values.int }}{{ . }}{{ end }}",
                    "{{ .Values.str = 1 }}",
                    "{{ , }}",
                    "{{ \u{e9} }}",
                    "{{ $\u{e9} := 1 }}{{ $\u{e9} }}",
                    "{{ .\u{e9} }}",
                    "{{ %  }}",
                    "{{ !x }}",
                    "{{ x!y }}",
                    "{{ a:b }}",
                    "{{ $x:=1 }}{{ $x }}",
                    "{{ $x:= 1}}",
                    "{{ print .1 }}",
                    "{{ print -1 +1 }}",
                    "{{ print 1 - 1 }}",
                    "{{-3}}",
                    "{{- 3 -}}",
                    "{{3-}}",
                    "{{ .Values.str|upper|lower}}",
                    "{{print(1)(2)}}",
                    "{{print(1).x}}",
                    "{{ .x.y.z }}",
                    "{{ $.Values.str.x.y }}",
                    "{{ (.Values.nested).a }}",
                    "{{ (.Values.nested).nope.x }}",
                    "{{ .Values.nested.a.b }}",
                    "{{ template \"x\" 1 2 }}",
                    "{{ template x }}",
                    "{{ template }}",
                ])
                .to_owned(),
            _ => {
                let pipe = self.pipeline(depth);
                format!("{}: {}", self.random.pick(&["key", "a", "  x"]), self.action(&pipe)) + "\n"
            }
        }
    }

    fn range(&mut self, depth: usize) -> String {
        let over = match self.random.below(8) {
            0 => self.expr('i', 1),
            1 => self.expr('a', 1),
            2 | 3 => self.expr('d', 1),
            _ => self.expr('l', 1),
        };
        let head = match self.random.below(4) {
            0 => {
                self.variables += 1;
                format!("range $v{} := {over}", self.variables)
            }
            1 => {
                self.variables += 2;
                format!("range $v{}, $v{} := {over}", self.variables - 1, self.variables)
            }
            _ => format!("range {over}"),
        };
        let outer = std::mem::replace(&mut self.in_range, true);
        let mut body = self.statements(depth - 1, 3);
        if self.random.chance(20) {
            let (word, condition) = (self.random.pick(&["break", "continue"]), self.condition(1));
            body = format!("{{{{ if {condition} }}}}{{{{ {word} }}}}{{{{ end }}}}{body}");
        }
        self.in_range = outer;
        let mut text = self.action(&head) + &body;
        if self.random.chance(25) {
            let body = self.statements(depth - 1, 1);
            text += &(self.action("else") + &body);
        }
        text + &self.action("end")
    }

    fn condition(&mut self, depth: usize) -> String {
        match self.random.below(4) {
            0 => self.expr('b', depth),
            1 => self.pipeline(depth),
            _ => self.random.pick(PATHS_OF_DOT).to_owned(),
        }
    }

    fn variable(&mut self) -> String {
        match self.random.below(self.variables + 1) {
            0 => "$".to_owned(),
            n => format!("$v{n}"),
        }
    }

    fn text(&mut self) -> String {
        self.random
            .pick(&[
                "text ", "\n", "  \n  ", "a: b\n", "# c\n", " é ", "}", "{", "-", "\t", "\r\n", "- x\n",
                "{ {", "\"q\"",
            ])
            .to_owned()
    }

    /// A pipeline without its braces.
    pub fn pipeline(&mut self, depth: usize) -> String {
        let mut text = match self.random.below(6) {
            0 => self.any_leaf(),
            _ => self.call(depth),
        };
        while self.random.chance(30) {
            let stage = self.stage(depth.saturating_sub(1));
            text = format!("{text}{}{stage}", self.random.pick(&[" | ", "|", " |\n  "]));
        }
        text
    }

    /// A function that lacks its last argument.
    fn stage(&mut self, depth: usize) -> String {
        let name = self.any_name();
        let mut args = self.arguments(name, depth);
        args.pop();
        join(name, &args)
    }

    fn any_name(&mut self) -> &'static str {
        self.random.pick(&self.grammar.names)
    }

    fn call(&mut self, depth: usize) -> String {
        let name = self.any_name();
        let mut args = self.arguments(name, depth);
        match self.random.below(40) {
            0 => {
                args.pop();
            }
            1 => args.push(self.any_leaf()),
            _ => {}
        }
        join(name, &args)
    }

    fn arguments(&mut self, name: &'static str, depth: usize) -> Vec<String> {
        let Some(signatures) = self.grammar.by_name.get(name) else { return Vec::new() };
        let (_, letters) = &signatures[self.random.below(signatures.len())];
        self.fill(letters, depth)
    }

    fn fill(&mut self, letters: &[char], depth: usize) -> Vec<String> {
        let mut args = Vec::new();
        for (index, letter) in letters.iter().enumerate() {
            if *letter == '*' {
                let repeated = letters[index - 1];
                args.pop();
                for _ in 0..self.random.below(4) {
                    args.push(self.word(repeated, depth));
                }
            } else {
                args.push(self.word(*letter, depth));
            }
        }
        args
    }

    fn word(&mut self, letter: char, depth: usize) -> String {
        // What is not a time is shown as the present moment: never by chance.
        if letter != 't' && self.random.chance(5) {
            return self.any_leaf();
        }
        self.expr(letter, depth)
    }

    /// An expression of a sort, in parentheses where it needs them.
    fn expr(&mut self, letter: char, depth: usize) -> String {
        let nested = depth > 0 && self.random.chance(25);
        if nested && letter != 't' {
            let result = if letter == 'a' {
                *self.random.pick(&[&'s', &'n', &'l', &'d', &'b', &'i', &'t', &'v'])
            } else {
                letter
            };
            if let Some(funcs) = self.grammar.by_result.get(&result) {
                let (name, letters) = &funcs[self.random.below(funcs.len())];
                let args = self.fill(letters, depth - 1);
                if !LEFT_OUT.contains(name) {
                    return format!("({})", join(name, &args));
                }
            }
        }
        let pool = match letter {
            's' => match self.random.below(4) {
                0 => &[
                    ".Values.str",
                    ".Values.multi",
                    ".Values.unicode",
                    ".Release.Name",
                    ".Values.numstr",
                    ".Values.html",
                    ".Values.empty",
                ][..],
                _ => STRINGS,
            },
            'i' => INTS,
            'n' => match self.random.below(3) {
                0 => NUMBERS,
                1 => &[
                    ".Values.int",
                    ".Values.float",
                    ".Values.big",
                    ".Values.neg",
                    ".Values.numstr",
                    "\"12\"",
                    "\"x\"",
                    "\"1.5\"",
                    "true",
                    "nil",
                    ".Values.huge",
                    ".Values.octal",
                    "\"0x10\"",
                    "\"1e2\"",
                ][..],
                _ => INTS,
            },
            'b' => &["true", "false", ".Values.bool", ".Values.off", "(eq 1 1)", "(not true)"],
            'l' => LISTS,
            'd' => DICTS,
            'r' => REGEXES,
            'R' => REPLACEMENTS,
            't' => TIMES,
            'L' => LAYOUTS,
            'Z' => ZONES,
            'D' => DURATIONS,
            'v' => VERSIONS,
            'c' => CONSTRAINTS,
            'u' => URLS,
            'p' => PATHS,
            'j' => JSONS,
            'y' => YAMLS,
            'o' => TOMLS,
            '6' => BASE64,
            '3' => BASE32,
            'k' => KEYS,
            'x' => KINDS,
            'T' => TYPES,
            'N' => &["\"nope\"", "\"\""],
            _ => return self.any_leaf(),
        };
        self.random.pick(pool).to_owned()
    }

    fn any_leaf(&mut self) -> String {
        match self.random.below(14) {
            0..=3 => self.random.pick(PATHS_OF_DOT).to_owned(),
            4 | 5 => self.random.pick(STRINGS).to_owned(),
            6 => self.random.pick(INTS).to_owned(),
            7 => self.random.pick(NUMBERS).to_owned(),
            8 => self.random.pick(LISTS).to_owned(),
            9 => self.random.pick(DICTS).to_owned(),
            10 => self.random.pick(&["true", "false", "nil", ".", "$"]).to_owned(),
            11 => self.variable(),
            12 => {
                let (format, count) = (self.random.pick(FORMATS), self.random.below(4));
                let args: Vec<String> = (0..count).map(|_| self.expr('a', 0)).collect();
                format!(
                    "({})",
                    join(&format!("printf \"{format}{}\"", self.random.pick(&["", "%v", " x"])), &args)
                )
            }
            _ => self.random.pick(TIMES).to_owned(),
        }
    }
}

fn join(name: &str, args: &[String]) -> String {
    let mut text = name.to_owned();
    for arg in args {
        text.push(' ');
        text.push_str(arg);
    }
    text
}

const SYNTAX: &[&str] = &[
    "{", "}", "|", "(", ")", "\"", "`", "$", ".", "-", " ", "\n", "/", "*", ":=", "=", ",", "'", "1", "x",
    "\\", "é", "{{", "}}", "{{-", "-}}", "%", "nil", "\u{0}",
];
