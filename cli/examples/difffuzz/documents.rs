//! Random YAML, as values files and as text for `fromYaml` and its kin.

use crate::case::Case;
use crate::random::Random;
use crate::{Session, shrink};
use std::io;

const PACK: usize = 60;

pub const SCALARS: &[&str] = &[
    "1",
    "0",
    "-1",
    "+1",
    "0x1F",
    "0o17",
    "017",
    "08",
    "0b11",
    "-0x1",
    "1_000",
    "1__0",
    "_1",
    "1.5",
    "-0.0",
    ".5",
    "5.",
    "1e3",
    "1E3",
    "1e+3",
    "1e400",
    "1.e5",
    ".inf",
    "-.INF",
    ".NaN",
    "nan",
    "inf",
    "Infinity",
    "0x",
    "0b",
    "0o8",
    "true",
    "True",
    "TRUE",
    "tRUE",
    "yes",
    "Yes",
    "no",
    "on",
    "OFF",
    "y",
    "Y",
    "n",
    "null",
    "Null",
    "NULL",
    "~",
    "",
    "nUll",
    "2024-01-01",
    "2024-02-30",
    "2024-01-01T00:00:00Z",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    "12:30:45",
    "1:20",
    "190:20:30",
    "1.2.3",
    "v1",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "123456789012345678901234567890",
    "0.1",
    "1.0",
    "100000000000000000000.0",
    "1e21",
    "1e-7",
    "123456789.123456789",
    "3.0e5",
    "plain text",
    "a: b",
    "a #b",
    "a#b",
    "#c",
    "'single'",
    "'it''s'",
    "'a\n  b'",
    "\"double\"",
    "\"a\\nb\\t\\x41\\u263a\\U0001F600\"",
    "\"a\\\n   b\"",
    "\"\\z\"",
    "\"\\/\"",
    "\"a\n\n  b\"",
    "'",
    "\"",
    "@x",
    "`x",
    "%x",
    "&a",
    "*a",
    "!x",
    "!!str 1",
    "!!int \"1\"",
    "!!float 1",
    "!!bool yes",
    "!!null x",
    "!!binary aGVsbG8=",
    "!!binary $$",
    "!!set {a, b}",
    "!!omap [a: 1]",
    "! 1",
    "!<tag:yaml.org,2002:str> 1",
    "!local x",
    "!!timestamp 2024-01-01",
    "!!map {}",
    "!!seq []",
    "!!seq {}",
    "!!foo x",
    "!!int x",
    "!!merge <<",
    "- x",
    "-x",
    "--",
    "---",
    "...",
    "?x",
    "? x",
    ":x",
    ": x",
    "x:",
    "x:y",
    "[]",
    "{}",
    "[a, b]",
    "[a, [b, {c: d}]]",
    "{a: 1, b: {c: 2}}",
    "{a, b: , c}",
    "[a: 1, b]",
    "[a,]",
    "[,a]",
    "{a: 1,}",
    "{,}",
    "[a, b",
    "{a: b",
    "]",
    "}",
    "{\"a\":1}",
    "{a:1}",
    "[\"a\",'b',c]",
    "[a\n, b]",
    "{a: [}",
    "<<",
    "=",
    "|",
    ">",
    "é",
    "日本",
    "\u{a0}x",
    "\u{2028}",
    "\u{feff}",
    "\u{85}",
    "\t",
    "\tx",
    "x\ty",
    "\u{7}",
    "\u{1}",
    "a\u{0}b",
    "\\n",
    "-",
    "?",
    ":",
    ",",
    "a, b",
    "a]",
    "😀",
    "1e",
    "e1",
    "0.",
    ".",
    "..",
    "+",
    "-.5",
    "+.5",
    "1,000",
    "0x1.8p3",
    "1e1_0",
    "0_1",
    "!!float 0x1F",
    "~x",
    "<<: x",
    "& a",
    "&a b",
    "&a [1]",
    "*b",
    "\"a\": b",
    "\"tab\there\"",
    "'a': b",
    "[[[[1]]]]",
    "{{}}",
    "{{ x }}",
    "${x}",
    "<a>&b",
    "0777",
    "1_2.5",
    "685_230.15",
    "6.8523015e+5",
    "0b1_0",
    "0o1_7",
    "0x_1",
    "00",
    "-00",
    "0e0",
    "00.5",
    "-",
    "- ",
    "!",
    "!!",
    "\"\\u12\"",
    "\"\\ud83d\\ude00\"",
    "\"\\N\\_\\L\\P\\e\\0\\a\"",
];

pub const KEYS: &[&str] = &[
    "a",
    "b",
    "c",
    "key",
    "a b",
    "a.b",
    "\"q\"",
    "'s'",
    "1",
    "1.5",
    "true",
    "null",
    "~",
    "<<",
    "? a\n",
    "",
    "é",
    "-a",
    "[a]",
    "{a: b}",
    "&k a",
    "*x",
    "!!str a",
    "!!int 1",
    "2024-01-01",
    "on",
    "y",
    "0x1",
    "1e3",
    ".inf",
    "=",
    "a\tb",
    "\"a\\nb\"",
    "&x",
    "long key with spaces",
    "a#b",
    "x: y",
    "\"\"",
    "global",
    "9223372036854775808",
    "1_0",
    ".nan",
    "-1",
    "+1",
    "0o7",
    "012",
    "Null",
    "No",
];

/// A YAML text of random structure and looks; broken now and then.
pub fn yaml(random: &mut Random) -> String {
    let mut text = String::new();
    if random.chance(8) {
        text += random.pick(&[
            "---\n",
            "--- \n",
            "%YAML 1.1\n---\n",
            "%YAML 1.2\n---\n",
            "# c\n",
            "\n",
            "--- # c\n",
            "%TAG ! tag:x,2000:\n---\n",
            "\u{feff}",
            "---\n---\n",
            "...\n",
            "%FOO bar\n---\n",
            "--- {a: 1}\n",
            "--- |\n",
            "---\n# only\n---\n",
        ]);
    }
    node(random, &mut text, 0, 3);
    if random.chance(8) {
        text += random.pick(&[
            "---\nx: y\n",
            "...\n",
            "# end",
            "\n\n",
            "--- \n",
            "...\n---\nz: 1\n",
            "  \n",
            "\t\n",
            "--- x\n",
            "]",
            "...x\n",
            "\r\n",
            "z: [\n",
            "---\n",
        ]);
    }
    match random.below(8) {
        0 => random.mutated(
            &text,
            &[
                "\t", " ", "\n", ":", "-", "'", "\"", "[", "]", "{", "}", "#", "&", "*", "!", "|", ">", "%",
                ",", "?", "\r", "  ", "é", "\u{0}",
            ],
        ),
        1 if random.chance(30) => text.replace('\n', "\r\n"),
        _ => text,
    }
}

fn pad(indent: usize) -> String {
    " ".repeat(indent)
}

fn node(random: &mut Random, out: &mut String, indent: usize, depth: usize) {
    match random.below(if depth == 0 { 3 } else { 10 }) {
        0..=2 if depth < 3 => {
            *out += &format!("{}{}\n", pad(indent), random.pick(SCALARS));
        }
        8 if depth < 3 || random.chance(30) => {
            for _ in 0..1 + random.below(3) {
                *out += &format!("{}- ", pad(indent));
                value(random, out, indent + 2, depth);
            }
        }
        _ => {
            for index in 0..1 + random.below(4) {
                let key = match random.below(5) {
                    0 => random.pick(KEYS).to_owned(),
                    _ => format!("k{index}"),
                };
                *out += &format!("{}{key}:", pad(indent));
                value(random, out, indent, depth);
            }
        }
    }
}

/// What follows `key:` or `-`.
fn value(random: &mut Random, out: &mut String, indent: usize, depth: usize) {
    if random.chance(6) {
        *out += random.pick(&[" &x", " &y", " !!map", " !!str", " !t", " &x !!seq"]);
    }
    match random.below(14) {
        0..=6 => {
            *out += &format!(" {}{}\n", random.pick(SCALARS), random.pick(&["", "", "", " # c", " ", "#x"]))
        }
        7 => {
            *out +=
                &format!(" {}\n", random.pick(&["*x", "*y", "*none", "&x 1", "&y {a: 1, b: 2}", "&x [1, 2]"]))
        }
        8 => block(random, out, indent),
        9 => {
            *out += &format!(
                "\n{}<<: {}\n{}z: 1\n",
                pad(indent + 2),
                random.pick(&[
                    "*y",
                    "*x",
                    "{a: 1, k0: 2}",
                    "[{a: 1}, {a: 2, b: 3}]",
                    "1",
                    "[*y, *x]",
                    "null",
                    "[]",
                    "[1]"
                ]),
                pad(indent + 2)
            )
        }
        10 => *out += "\n",
        _ if depth > 0 => {
            *out += "\n";
            let step = [0, 1, 2, 2, 2, 4][random.below(6)];
            node(random, out, indent + step, depth - 1);
        }
        _ => *out += " x\n",
    }
}

fn block(random: &mut Random, out: &mut String, indent: usize) {
    let header = random.pick(&[
        "|", ">", "|-", ">-", "|+", ">+", "|2", "|1-", ">2", "|9", "|0", "|-2", "| # c", ">x", "|\t", "|--",
    ]);
    *out += &format!(" {header}\n");
    let step = 1 + random.below(4);
    for _ in 0..random.below(6) {
        let line = random.pick(&[
            "text",
            "  more",
            "",
            "",
            "# not comment",
            "- x",
            "a: b",
            "\ttab",
            "trailing  ",
            "é",
            "x",
            "   ",
            "---",
            "...",
        ]);
        let lead = if random.chance(90) { indent + step } else { random.below(indent + 2) };
        *out += &format!("{}{line}\n", if line.is_empty() { String::new() } else { pad(lead) });
    }
}

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"a\"",
    "\"b\"",
    "1",
    "-1.5e3",
    "true",
    "null",
    "\"\\u00e9\"",
    " ",
    "\n",
    "\"\\ud800\"",
    "01",
    "'",
    "nul",
    "1e999",
    "\"\t\"",
    "x",
    "-",
    "1.",
    "\"",
    "\"\\q\"",
    "\u{e9}",
    "12345678901234567890",
    "0.1",
    "{}",
    "[]",
    "\"<&>\"",
];

fn json(random: &mut Random, depth: usize) -> String {
    let text = match random.below(if depth == 0 { 4 } else { 8 }) {
        0 => random
            .pick(&["1", "-0", "1.5", "1e21", "1e-7", "123456789012345678901", "0.1", "100", "-1e3", "1E+2"])
            .to_owned(),
        1 => random
            .pick(&[
                "\"a\"",
                "\"\\n\\u0041\\/\"",
                "\"<&>\\u2028\"",
                "\"\"",
                "\"\\ud83d\\ude00\"",
                "\"\\ud800x\"",
                "\"é\"",
                "\"\u{7f}\"",
            ])
            .to_owned(),
        2 => random.pick(&["true", "false", "null"]).to_owned(),
        3 => random.pick(&["{}", "[]", "[ ]", "{ }"]).to_owned(),
        4 | 5 => format!("[{}]", random.joined(0, 3, ",", |random| json(random, depth - 1))),
        _ => format!(
            "{{{}}}",
            random.joined(0, 3, ", ", |random| format!(
                "\"{}\": {}",
                random.pick(&["a", "b", "c", "", "\\u0061", "é"]),
                json(random, depth - 1)
            ))
        ),
    };
    if random.chance(4) { random.mutated(&text, JSON) } else { text }
}

const TOML_VALUES: &[&str] = &[
    "1",
    "+1",
    "0x1F",
    "0o17",
    "0b11",
    "1_000",
    "01",
    "1.5",
    "1e3",
    "1.",
    ".5",
    "inf",
    "-nan",
    "true",
    "True",
    "\"s\"",
    "\"\\u00e9\\n\\e\\x41\"",
    "'lit'",
    "\"\"\"\nm\n  x\\\n  y\"\"\"",
    "'''\nraw'''",
    "[1, 2]",
    "[1, \"a\", [2]]",
    "[\n1,\n# c\n2,\n]",
    "{a = 1, b.c = 2}",
    "{}",
    "{a = 1,}",
    "{\na = 1\n}",
    "1979-05-27T07:32:00Z",
    "1979-05-27T07:32:00",
    "1979-05-27",
    "07:32:00",
    "07:32",
    "1979-05-27 07:32:00.999999-07:00",
    "1979-13-01",
    "",
    "x",
    "\"unterminated",
    "9223372036854775808",
    "[1,,2]",
    "[",
    "1e",
    "0xG",
    "1__0",
    "\"\\q\"",
];

fn toml(random: &mut Random) -> String {
    let text = random.joined(1, 6, "\n", |random| match random.below(8) {
        0 => random
            .pick(&[
                "[t]",
                "[t.x]",
                "[[arr]]",
                "[ a . b ]",
                "[\"q k\"]",
                "[]",
                "[t",
                "[[t]",
                "[[arr.sub]]",
                "[a.b.c]",
            ])
            .to_owned(),
        1 => random.pick(&["# c", "", "  ", "\t"]).to_owned(),
        _ => format!(
            "{} {} {}{}",
            random.pick(&[
                "a", "b", "c", "d", "x.y", "\"q k\"", "'l'", "1", "a-b", "é", "x . z", "\"\"", "a.b"
            ]),
            random.pick(&["=", "=", "=", "=", "=", "", ":"]),
            random.pick(TOML_VALUES),
            random.pick(&["", "", "", " # c", " x"])
        ),
    });
    if random.chance(6) {
        random.mutated(&text, &["=", "[", "]", "\"", "\n", "'", ".", "{", "}", "#", ",", "\r", "\u{0}"])
    } else {
        text
    }
}

/// The reader, then every way of writing what it read.
fn template(kind: &str, name: &str) -> String {
    let text = format!("(.Files.Get {name:?})");
    match kind {
        "yaml" => format!(
            "{{{{ $x := {text} | fromYaml }}}}{{{{ toJson $x }}}}|{{{{ toYaml $x }}}}|{{{{ toYamlPretty $x }}}}|{{{{ $x }}}}|{{{{ {text} | fromYamlArray | toJson }}}}|{{{{ {text} | fromYamlArray | toYaml }}}}"
        ),
        "json" => format!(
            "{{{{ $x := {text} | fromJson }}}}{{{{ toJson $x }}}}|{{{{ toYaml $x }}}}|{{{{ toPrettyJson $x }}}}|{{{{ toRawJson $x }}}}|{{{{ $x }}}}|{{{{ {text} | fromJsonArray | toJson }}}}|{{{{ {text} | fromYaml | toJson }}}}"
        ),
        "string" => format!(
            "{{{{ $x := list {text} }}}}{{{{ toYaml $x }}}}|{{{{ toYamlPretty (dict {text} $x) }}}}|{{{{ toJson $x }}}}|{{{{ toToml (dict \"a\" {text}) }}}}|{{{{ quote {text} }}}}|{{{{ toYaml (dict {text} {text}) | fromYaml | toJson }}}}"
        ),
        _ => format!(
            "{{{{ $x := {text} | fromToml }}}}{{{{ toJson $x }}}}|{{{{ toYaml $x }}}}|{{{{ toToml $x }}}}|{{{{ $x }}}}"
        ),
    }
}

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.0.0\n";

fn one(kind: &str, text: &str) -> Case {
    Case::chart(&[
        ("Chart.yaml", CHART),
        ("f/0", text),
        (
            "templates/main.yaml",
            &format!(
                "s0: {{{{ include \"x\" . | b64enc }}}}{{{{ define \"x\" }}}}{}{{{{ end }}}}",
                template(kind, "f/0")
            ),
        ),
    ])
}

fn as_file(text: &str) -> Case {
    let mut case = Case::chart(&[
        ("Chart.yaml", CHART),
        ("values.yaml", "k0: {own: 1, a: 2}\nk1: [1]\n"),
        ("templates/main.yaml", DUMP),
    ]);
    case.files.insert("v.yaml".into(), text.as_bytes().to_vec());
    case.args.extend(["-f".into(), "v.yaml".into()]);
    case
}

fn as_defaults(text: &str) -> Case {
    Case::chart(&[("Chart.yaml", CHART), ("values.yaml", text), ("templates/main.yaml", DUMP)])
}

fn as_subchart(text: &str) -> Case {
    Case::chart(&[
        ("Chart.yaml", CHART),
        ("values.yaml", "d: {k1: 5}"),
        ("charts/d/Chart.yaml", "apiVersion: v2\nname: d\nversion: 1.0.0\n"),
        ("charts/d/values.yaml", text),
        ("templates/main.yaml", DUMP),
    ])
}

fn as_manifest(text: &str) -> Case {
    Case::chart(&[("Chart.yaml", CHART), ("templates/main.yaml", text)])
}

pub const DUMP: &str = "j: {{ .Values | toJson | b64enc }}\ny: {{ .Values | toYaml | quote }}\ng: {{ .Values | toString | quote }}\n{{ range $k, $v := .Values }}{{ $k | quote }}: {{ printf \"%T\" $v | quote }}\n{{ end }}";

pub fn round(session: &mut Session, random: &mut Random) -> io::Result<()> {
    let mut texts = Vec::new();
    for _ in 0..PACK {
        texts.push(match random.below(10) {
            0 => ("json", json(random, 3)),
            1 | 2 => ("toml", toml(random)),
            3 | 4 => ("string", string(random)),
            _ => ("yaml", yaml(random)),
        });
    }
    session.count("documents read and written", texts.len());
    pack(session, &texts)?;
    for wrap in [as_file, as_defaults, as_subchart, as_manifest] {
        for _ in 0..3 {
            let text = yaml(random);
            session.count("values files and manifests", 1);
            if session.bench.differs(&wrap(&text))?.is_some() {
                report(session, &text, &wrap)?;
            }
        }
    }
    Ok(())
}

/// A text that is hard to quote.
fn string(random: &mut Random) -> String {
    match random.below(3) {
        0 => random.pick(SCALARS).to_owned(),
        1 => random.joined(1, 4, "", |random| random.pick(SCALARS).to_owned()),
        _ => random.joined(1, 14, "", |random| {
            random
                .pick(&[
                    " ",
                    "\n",
                    "word",
                    "  ",
                    "\t",
                    ": ",
                    "#",
                    " #",
                    "-",
                    "'",
                    "\"",
                    "é",
                    "\u{2028}",
                    "\\",
                    "x",
                    "\n\n",
                    "\u{feff}",
                    "a long line of words that goes on and on until it must be folded somewhere ",
                    "\r",
                    "\u{85}",
                    "😀",
                    "\u{7}",
                    ",",
                    "[",
                    "{",
                    "%",
                    "|",
                    ">",
                    "?",
                    "!",
                    "&",
                    "*",
                    "=",
                    "~",
                    "0",
                    "\u{a0}",
                    "\u{fffe}",
                ])
                .to_owned()
        }),
    }
}

fn pack(session: &mut Session, texts: &[(&str, String)]) -> io::Result<()> {
    let mut case = Case::chart(&[("Chart.yaml", CHART)]);
    let mut main = String::new();
    for (index, (kind, text)) in texts.iter().enumerate() {
        case.files.insert(format!("c/f/{index}"), text.clone().into_bytes());
        main += &format!(
            "{{{{ define \"x{index}\" }}}}{}{{{{ end }}}}s{index}: {{{{ include \"x{index}\" . | b64enc }}}}\n",
            template(kind, &format!("f/{index}"))
        );
    }
    case.files.insert("c/templates/main.yaml".into(), main.into_bytes());
    session.bench.write(&case)?;
    let (helm, ours) = (session.bench.helm(&case)?, session.bench.ours(&case)?);
    if helm == ours {
        return Ok(());
    }
    let (theirs, mine) = (lines(&helm.stdout), lines(&ours.stdout));
    let all = helm.code != Some(0) || ours.code != Some(0);
    for (index, (kind, text)) in texts.iter().enumerate() {
        let name = format!("s{index}: ");
        let find = |lines: &[String]| lines.iter().find(|line| line.starts_with(&name)).cloned();
        if (all || find(&theirs) != find(&mine)) && session.bench.differs(&one(kind, text))?.is_some() {
            report(session, text, &|text| one(kind, text))?;
        }
    }
    Ok(())
}

fn lines(out: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(out).lines().map(str::to_owned).collect()
}

fn report(session: &mut Session, text: &str, wrap: &dyn Fn(&str) -> Case) -> io::Result<()> {
    let small = shrink::text(text, |text| session.bench.unlike(&wrap(text)))?;
    if let Some((helm, ours)) = session.bench.differs(&wrap(&small))? {
        let name = wrap("").files.keys().last().cloned().unwrap_or_default();
        session.findings.decode(&format!("values ({name})"), &small, &helm, &ours);
    }
    Ok(())
}
