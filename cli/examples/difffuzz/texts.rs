//! Random YAML, JSON, TOML, and texts that are hard to quote.

use crate::random::Random;
use crate::scalars::{KEYS, SCALARS, TOML_VALUES};

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

/// A document of its kind, broken now and then.
pub fn json(random: &mut Random, depth: usize) -> String {
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

/// A document of its kind, broken now and then.
pub fn toml(random: &mut Random) -> String {
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

/// A text that is hard to quote.
pub fn string(random: &mut Random) -> String {
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
