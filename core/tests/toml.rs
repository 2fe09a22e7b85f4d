//! TOML against recorded answers of BurntSushi's library: `encode.tsv` and `decode.tsv` of v1.6.0, which Helm 4 has,
//! and the same with `-1.4` of v1.4.0, which Helm 3 has.
//!
//! Each line holds a value or document, an outcome (`ok`, `err`, `panic`) and a document or value or message. Texts
//! are escaped as in `time.rs`; values are written in the notation that [`Notation`] reads. `HOOKWRIGHT_RECORDINGS`
//! names another folder of recordings.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::funcs::helm::toml::FUNCS;
use hookwright_core::go::time::{Duration, Time, Zone};
use hookwright_core::host::{Host, SealedHost};
use hookwright_core::limits::Limits;
use hookwright_core::value::{Args, Caller, Fault, List, Map, Settings, Str, Strings, Value};
use std::path::PathBuf;
use std::rc::Rc;

/// A render that only has a host and a version.
struct Alone(SealedHost, Limits, Settings);

impl Alone {
    fn new(version: HelmVersion) -> Alone {
        Alone(SealedHost::new(0), Limits::default(), Settings { version, ..Settings::default() })
    }
}

impl Caller for Alone {
    fn host(&self) -> &dyn Host {
        &self.0
    }

    fn limits(&self) -> &Limits {
        &self.1
    }

    fn settings(&self) -> &Settings {
        &self.2
    }

    fn include(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
        Err(Fault::text("no templates here"))
    }

    fn tpl(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
        Err(Fault::text("no templates here"))
    }

    fn log(&mut self, _: &'static str, _: String) {}
}

fn call(caller: &mut Alone, name: &str, value: Value) -> Result<Value, Fault> {
    let func = FUNCS.iter().find(|func| func.name == name).unwrap();
    (func.call)(caller, &Args(&[value]))
}

fn recording(name: &str) -> Vec<(String, String, String)> {
    let fixtures = || concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/toml").into();
    let folder = std::env::var_os("HOOKWRIGHT_RECORDINGS").map_or_else(fixtures, PathBuf::from);
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    let line = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap())
    };
    text.lines().map(line).collect()
}

fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut out = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        out.push(u8::from_str_radix(&part[..2], 16).unwrap());
        out.extend_from_slice(&part.as_bytes()[2..]);
    }
    out
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Words, one value each, with brackets of their own: `{ s61 [ i1 b true ] }`.
struct Notation<'a>(std::str::SplitWhitespace<'a>);

impl Notation<'_> {
    fn value(&mut self) -> Option<Value> {
        let word = self.0.next().unwrap();
        let rest = &word[1..];
        Some(match &word[..1] {
            "n" => Value::Nil,
            "b" => Value::Bool(rest == "true"),
            "i" => Value::Int(rest.parse().unwrap()),
            "I" => Value::Int64(rest.parse().unwrap()),
            "u" => Value::Uint64(rest.parse().unwrap()),
            "f" => Value::Float(f64::from_bits(u64::from_str_radix(rest, 16).unwrap())),
            "s" => Value::str(unhex(rest)),
            "B" => Value::Bytes(Some(unhex(rest).into())),
            "d" => Value::Object(Rc::new(Duration(rest.parse().unwrap()))),
            "t" => {
                let parts: Vec<&str> = rest.split('/').collect();
                let offset = parts[2].parse().unwrap();
                let zone =
                    if parts[3] == hex(b"UTC") { Zone::Utc } else { Zone::fixed(unhex(parts[3]), offset) };
                Value::from(Time::from_unix(parts[0].parse().unwrap(), parts[1].parse().unwrap(), zone))
            }
            "N" => Value::List(List::NIL),
            "Z" => Value::Map(Map::NIL),
            "[" | "T" => Value::list(std::iter::from_fn(|| self.value())),
            "S" => {
                let text = |value| match value {
                    Value::Str(text) => text,
                    other => panic!("{other:?}"),
                };
                Value::Strings(Strings::new(std::iter::from_fn(|| self.value().map(text)).collect()))
            }
            "{" => {
                let map = Map::new();
                while let Some(Value::Str(key)) = self.value() {
                    assert!(map.insert(key, self.value().unwrap()));
                }
                Value::Map(map)
            }
            "]" | "}" => return None,
            _ => panic!("{word}"),
        })
    }
}

fn note(value: &Value) -> String {
    match value {
        Value::Bool(b) => format!("b{b}"),
        Value::Int64(n) => format!("I{n}"),
        Value::Float(x) => format!("f{:016x}", x.to_bits()),
        Value::Str(text) => format!("s{}", hex(text)),
        Value::List(list) => format!("[ {}]", list.iter().map(|item| note(item) + " ").collect::<String>()),
        Value::Map(map) => {
            let entries = map.entries().into_iter();
            let entries = entries.map(|(key, value)| format!("s{} {} ", hex(&key), note(&value)));
            format!("{{ {}}}", entries.collect::<String>())
        }
        Value::Object(object) => match object.as_any().downcast_ref::<Time>() {
            Some(time) => {
                let (offset, name) = (time.zone_in_force().offset, hex(time.zone().name()));
                format!("t{}/{}/{offset}/{name}", time.unix(), time.nanosecond())
            }
            None => {
                assert_eq!(object.type_name(HelmVersion::V4_3), "[]map[string]interface {}");
                format!(
                    "T[ {}]",
                    object.items().unwrap().iter().map(|item| note(item) + " ").collect::<String>()
                )
            }
        },
        other => panic!("{other:?}"),
    }
}

/// Compares all cases and shows the first few that differ.
fn compare(name: &str, cases: impl Iterator<Item = (String, String, String)>) {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (case, actual, expected) in cases {
        count += 1;
        if actual != expected {
            wrong.push(format!("{case}\n  go:   {expected}\n  ours: {actual}"));
        }
    }
    assert!(count > 100, "only {count} cases");
    let shown = wrong.iter().take(8).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{name}: {} of {count} differ:\n{shown}", wrong.len());
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn writes_as_the_library_does() {
    for (name, version, func) in [
        ("encode.tsv", HelmVersion::V4_3, "mustToToml"),
        ("encode-1.4.tsv", HelmVersion::V3_17, "mustToToml"),
    ] {
        let mut caller = Alone::new(version);
        compare(
            name,
            recording(name).into_iter().map(|(case, outcome, expected)| {
                let value = Notation(case.split_whitespace()).value().unwrap();
                let actual = match call(&mut caller, func, value) {
                    Ok(Value::Str(text)) => format!("ok {}", lossy(&text)),
                    Ok(other) => panic!("{other:?}"),
                    Err(fault) => fault.to_string(),
                };
                let outcome = if outcome == "ok" { "ok " } else { "" };
                (case, actual, format!("{outcome}{}", lossy(&unescape(&expected))))
            }),
        );
    }
}

#[test]
fn reads_as_the_library_does() {
    for (name, version) in [("decode.tsv", HelmVersion::V4_3), ("decode-1.4.tsv", HelmVersion::V3_17)] {
        let mut caller = Alone::new(version);
        compare(
            name,
            recording(name).into_iter().map(|(case, outcome, expected)| {
                let expected = if outcome == "ok" { expected } else { lossy(&unescape(&expected)) };
                let actual = match call(&mut caller, "fromToml", Value::str(unescape(&case))) {
                    Ok(Value::Map(map)) => match map.get_str("Error") {
                        Some(Value::Str(error)) => format!("err {error}"),
                        _ => format!("ok {}", note(&Value::Map(map))),
                    },
                    Ok(other) => panic!("{other:?}"),
                    Err(fault) => format!("panic {fault}"),
                };
                (case, actual, format!("{outcome} {expected}"))
            }),
        );
    }
}

#[test]
fn depth_is_bounded() {
    let mut caller = Alone::new(HelmVersion::V4_3);
    for depth in [500, 9_000, 100_000] {
        let documents = [
            format!("a = {}{}", "[".repeat(depth), "]".repeat(depth)),
            format!("a = {}1{}", "{b=".repeat(depth), "}".repeat(depth)),
            format!("{}b = 1", "a.".repeat(depth)),
            format!("[{}b]", "a.".repeat(depth)),
        ];
        for document in documents {
            match call(&mut caller, "fromToml", Value::str(document)) {
                Ok(value) => {
                    assert!(depth < 10_000);
                    // Headers repeat all keys above them: the text of deep tables is long.
                    if depth < 1_000 {
                        call(&mut caller, "toToml", value).unwrap();
                    }
                }
                Err(fault) => assert_eq!(fault.as_limit().unwrap().name, "nesting"),
            }
        }
    }
    let map = Map::new();
    assert!(map.insert("self", Value::Map(map.clone())));
    let fault = call(&mut caller, "toToml", Value::Map(map.clone())).unwrap_err();
    assert_eq!(fault.as_limit().unwrap().name, "nesting");
    map.remove(b"self");
}

#[test]
fn functions_are_helms() {
    let table = |key: &str, value: Value| Value::Map([(Str::from(key), value)].into_iter().collect());
    let shown = |version, name: &str, value: Value| match call(&mut Alone::new(version), name, value) {
        Ok(Value::Str(text)) => text.to_string(),
        Ok(Value::Map(map)) => match map.get_str("Error") {
            Some(Value::Str(error)) => error.to_string(),
            _ => note(&Value::Map(map)),
        },
        Ok(other) => panic!("{other:?}"),
        Err(fault) => format!("ERR {fault}"),
    };
    let (new, old) = (HelmVersion::V4_3, HelmVersion::V3_17);
    for (version, name, value, expected) in [
        (new, "toToml", table("a", Value::Float(1e6)), "a = 1e+06\n"),
        (old, "toToml", table("a", Value::Float(1e6)), "a = 1000000.0\n"),
        (new, "toToml", Value::from("x"), "\"x\""),
        (
            new,
            "toToml",
            Value::list([table("a", Value::Int(1))]),
            "toml: top-level values must be Go maps or structs",
        ),
        (new, "toToml", Value::list([Value::Nil]), "toml: cannot encode array with nil element"),
        (new, "mustToToml", Value::list([Value::Nil]), "ERR toml: cannot encode array with nil element"),
        (new, "toToml", Value::Nil, "ERR reflect: call of reflect.Value.Type on zero Value"),
        (new, "toToml", Value::Complex(0.0, 1.0), "unsupported type for key '': complex128"),
        (new, "toToml", table("a", Value::Complex(0.0, 1.0)), "unsupported type: complex128"),
        (
            new,
            "fromToml",
            Value::from("a ="),
            "toml: line 1 (last key \"a\"): unexpected EOF; expected value",
        ),
        (
            old,
            "fromToml",
            Value::from("a ="),
            "toml: line 0 (last key \"a\"): unexpected EOF; expected value",
        ),
        (
            new,
            "fromToml",
            Value::from("a = 1\na = 2"),
            "toml: line 2 (last key \"a\"): Key 'a' has already been defined.",
        ),
        (
            old,
            "fromToml",
            Value::from("a = {b = 1,\n}"),
            "toml: line 1 (last key \"a.b\"): newlines not allowed within inline tables",
        ),
    ] {
        assert_eq!(shown(version, name, value), expected, "{name}");
    }
}
