//! Random flags that set values.

use crate::case::Case;
use crate::documents::DUMP;
use crate::random::Random;
use crate::{Session, shrink};
use std::io;

const PIECES: &[&str] = &[
    "a",
    "b",
    "c",
    "k",
    "list",
    "map",
    "str",
    "nil",
    "num",
    "sub",
    "global",
    ".",
    ".",
    ".",
    "=",
    "=",
    "=",
    ",",
    "[0]",
    "[1]",
    "[2]",
    "[5]",
    "[-1]",
    "[x]",
    "[",
    "]",
    "{",
    "}",
    "{a,b}",
    "{}",
    "{1,true,null}",
    "\\",
    "\\,",
    "\\.",
    "\\=",
    "\\[",
    "\\{",
    "1",
    "0",
    "01",
    "-5",
    "1.5",
    "1e3",
    "0x1F",
    "true",
    "True",
    "false",
    "null",
    "Null",
    "~",
    "",
    "\"q\"",
    "'s'",
    " ",
    "  ",
    "\t",
    "\n",
    "é",
    "日",
    "x y",
    "9223372036854775807",
    "9223372036854775808",
    "[65537]",
    "[0][1]",
    "[0].x",
    "a.b.c",
    "a[0]",
    "\\\\",
    "$",
    "#",
    "&",
    "*",
    ":",
    "/",
    "a\\.b",
    "@",
    "+1",
    "_1",
    "1_0",
    "[]",
    "[ 0 ]",
    "[00]",
    "[1e1]",
    "{{",
    "}}",
    "yes",
    "\u{0}",
    "==",
];

const KEYS: &[&str] = &[
    "a",
    "b.c",
    "list[0]",
    "list[1]",
    "list[3]",
    "list[0].x",
    "map.x",
    "map",
    "str",
    "str.x",
    "list",
    "list.x",
    "nil",
    "nil.x",
    "num[0]",
    "sub.v",
    "sub",
    "global.g",
    "x\\.y",
    "deep.a[1].b[0]",
    "nested[0][1]",
    "map[0]",
    "map.list[2]",
    "",
    "a.",
    ".a",
    "a..b",
    "[0]",
    "list[0",
    "list[-1]",
    "objs[0].n",
    "objs[1]",
    "objs[3].n",
    "a b",
];

const VALUES: &[&str] = &[
    "1",
    "0",
    "-0",
    "01",
    "1.5",
    "true",
    "false",
    "null",
    "",
    "x",
    "{a,b}",
    "{a,{b},c}",
    "{}",
    "{1,,2}",
    "{a",
    "a}",
    "x\\,y",
    "x=y",
    "a\\",
    "{null,true}",
    "1e3",
    "9223372036854775808",
    " x ",
    "[1]",
    "{\"a\":1}",
    "\"q\"",
    "{a\\,b,c}",
    "{a=b}",
    "é",
    "True",
    "0x10",
    "+5",
    "{a},b=c",
    "{a}x",
    "x{a}",
    "v\nw",
];

const JSONS: &[&str] = &[
    "1",
    "\"s\"",
    "null",
    "true",
    "{\"a\":1}",
    "[1,2]",
    "{\"a\":{\"b\":null}}",
    "",
    "{",
    "x",
    "1,b=2",
    "[1,{\"x\":2}]",
    "{\"a\":1},list[0]=5",
    "1.5e3",
    " 1 ",
    "{\"a\":1",
    "[1,]",
    "1 2",
    "-",
    "\"a",
    "{'a':1}",
    "12345678901234567890",
    "\"\\u00e9\"",
    "nulL",
    "{}",
    "[]",
    "[],x=[]",
    "{}}",
    "01",
];

const BASE: &str = "a: 1\nb: {c: x, d: y}\nlist: [one, two, {x: 1}]\nmap: {x: 1, list: [1, 2]}\nstr: text\nnil: null\nnum: 5\nnested: [[1, 2], [3]]\nobjs: [{n: 1}, {n: 2}]\nsub: {v: parent, nil: null}\nglobal: {g: 1}\n";

fn flag(random: &mut Random) -> [String; 2] {
    let name = random.pick(&[
        "--set",
        "--set",
        "--set",
        "--set-string",
        "--set-json",
        "--set-json",
        "--set-literal",
        "--set-file",
    ]);
    let value = match (name, random.below(5)) {
        (_, 0) => random.joined(1, 7, "", |random| random.pick(PIECES).to_owned()),
        ("--set-json", 1) => random
            .pick(&[
                "{\"a\":{\"z\":1}}",
                "{\"a\":null,\"list\":[1]}",
                "{",
                "{}",
                "[1]",
                " {\"a\":1}",
                "{\"a\":1} x",
                "null",
                "",
                "{\"a.b\":1}",
                "{\"b\":{\"c\":null}}",
                "{\"a\":1},b=2",
                "{\"global\":{\"h\":2}}",
            ])
            .to_owned(),
        ("--set-json", _) => format!("{}={}", random.pick(KEYS), random.pick(JSONS)),
        ("--set-file", _) => format!(
            "{}={}",
            random.pick(KEYS),
            random.pick(&["f.txt", "nope", "", "f.txt,b=f.txt", "{f.txt}", "f\\,x", "c"])
        ),
        _ => random.joined(1, 3, ",", |random| {
            format!("{}{}{}", random.pick(KEYS), random.pick(&["=", "=", "=", "=", "="]), random.pick(VALUES))
        }),
    };
    // A process argument holds no NUL.
    [name.to_owned(), value.replace('\0', "")]
}

fn case(flags: &[[String; 2]]) -> Case {
    let mut case = Case::chart(&[
        ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("values.yaml", BASE),
        ("templates/main.yaml", DUMP),
        ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
        ("charts/sub/values.yaml", "v: own\nw: {x: 1}\nnil: here\n"),
        ("charts/sub/templates/main.yaml", DUMP),
    ]);
    case.files.insert("f.txt".into(), b"file\ntext, x=y\n".to_vec());
    case.args.extend(flags.iter().flatten().cloned());
    case
}

pub fn round(session: &mut Session, random: &mut Random) -> io::Result<()> {
    for _ in 0..15 {
        let flags: Vec<[String; 2]> = (0..1 + random.below(3)).map(|_| flag(random)).collect();
        session.count("sets of flags", 1);
        if session.bench.differs(&case(&flags))?.is_none() {
            continue;
        }
        let mut flags = shrink::list(&flags, |flags| session.bench.unlike(&case(flags)))?;
        for index in 0..flags.len() {
            flags[index][1] = shrink::text(&flags[index][1], |text| {
                let mut smaller = flags.clone();
                smaller[index][1] = text.to_owned();
                session.bench.unlike(&case(&smaller))
            })?;
        }
        if let Some((helm, ours)) = session.bench.differs(&case(&flags))? {
            session.findings.add("set", &format!("{flags:?}"), &helm, &ours);
        }
    }
    Ok(())
}
