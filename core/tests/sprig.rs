//! Sprig's functions against recorded answers: `calls.tsv` holds random calls with sprig v3.3.0's answers
//! (`oracle/sprig` records them), `vectors.tsv` expressions with Helm v4.3.1's.
//!
//! `SPRIG_CALLS=file` replaces the committed calls, for long runs.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::funcs::registry;
use hookwright_core::go::print;
use hookwright_core::host::{Host, SealedHost};
use hookwright_core::limits::Limits;
use hookwright_core::render::engine::{Engine, Errors, File};
use hookwright_core::value::{Args, Caller, Fault, List, Map, Settings, Str, Value};
use std::rc::Rc;

/// A render without templates.
struct Bench {
    host: SealedHost,
    limits: Limits,
    settings: Settings,
}

impl Bench {
    fn new(version: HelmVersion) -> Bench {
        let limits =
            Limits { output_bytes: 1 << 20, list_items: 100_000, nesting: 1000, ..Limits::default() };
        Bench { host: SealedHost::new(1), limits, settings: Settings { version, ..Settings::default() } }
    }

    fn call(&mut self, name: &str, args: &[Value]) -> Result<Value, Fault> {
        let func =
            registry::lookup(name, self.settings.version).unwrap_or_else(|| panic!("no function {name}"));
        (func.call)(self, &Args(args))
    }
}

impl Caller for Bench {
    fn host(&self) -> &dyn Host {
        &self.host
    }
    fn limits(&self) -> &Limits {
        &self.limits
    }
    fn settings(&self) -> &Settings {
        &self.settings
    }
    fn include(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
        Err(Fault::text("no templates here"))
    }
    fn tpl(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
        Err(Fault::text("no templates here"))
    }
    fn log(&mut self, _: &'static str, _: String) {}
}

fn report(count: usize, failures: &[String]) {
    let shown = &failures[..failures.len().min(30)];
    assert!(failures.is_empty(), "{} of {count} differ:\n{}", failures.len(), shown.join("\n"));
}

#[test]
fn calls_agree_with_sprig() {
    let path = std::env::var("SPRIG_CALLS").unwrap_or("tests/fixtures/sprig/calls.tsv".into());
    let calls = std::fs::read_to_string(&path).expect("calls");
    // The recording Go has Unicode 15, as Helm 4.2's has.
    let mut bench = Bench::new(HelmVersion::V4_2);
    let mut failures = Vec::new();
    for line in calls.lines() {
        let (call, want) = line.split_once('\t').expect(line);
        let mut words = call.split_whitespace();
        let name = words.next().expect(line);
        let mut args = Vec::new();
        while let Some(word) = words.next() {
            args.push(read(word, &mut words));
        }
        let mut got = match bench.call(name, &args) {
            Ok(value) => format!("={}", show(&value)),
            Err(fault) => format!("!{fault}"),
        };
        // What became of the arguments: some functions change them.
        args.iter().for_each(|arg| got.push_str(&format!(" | {}", show(arg))));
        if got != want {
            failures.push(format!("{call}\n  want {want}\n  got  {got}"));
        }
    }
    assert!(calls.lines().count() >= 500, "too few calls in {path}");
    report(calls.lines().count(), &failures);
}

/// Reads a value: a letter for the type (n t f, i l u y d s b), brackets around elements. Strings are in hexadecimal,
/// floats are the hexadecimal bits.
fn read<'a>(word: &str, words: &mut impl Iterator<Item = &'a str>) -> Value {
    let (kind, rest) = word.split_at(1);
    if word.ends_with(['[', '{']) {
        let mut items = Vec::new();
        loop {
            match words.next().expect("closing bracket") {
                "]" | "}" => break,
                word => items.push(read(word, words)),
            }
        }
        let text = |v: &Value| if let Value::Str(s) = v { s.clone() } else { panic!("{v:?} is no string") };
        let pairs = || items.chunks(2).map(|pair| (text(&pair[0]), pair[1].clone()));
        return match word {
            "[" => Value::list(items),
            "N[" => Value::List(List::NIL),
            "N{" => Value::Map(Map::NIL),
            "S[" => Value::Strings(items.iter().map(text).collect()),
            "I[" => {
                Value::Ints(items.iter().map(|v| if let Value::Int(n) = v { *n } else { panic!() }).collect())
            }
            "L[" => {
                let list = |v: &Value| if let Value::List(l) = v { l.clone() } else { panic!() };
                Value::Lists(items.iter().map(list).collect())
            }
            "{" => Value::Map(pairs().collect()),
            "V{" => Value::Values(pairs().collect()),
            "M{" => Value::StrMap(Some(Rc::new(pairs().map(|(k, v)| (k, text(&v))).collect()))),
            _ => panic!("{word}"),
        };
    }
    let unhex = || -> Vec<u8> {
        let digit = |b: u8| (b as char).to_digit(16).expect("hexadecimal") as u8;
        rest.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
    };
    match kind {
        "n" => Value::Nil,
        "t" | "f" => Value::Bool(kind == "t"),
        "i" => Value::Int(rest.parse().expect(word)),
        "l" => Value::Int64(rest.parse().expect(word)),
        "u" => Value::Uint64(rest.parse().expect(word)),
        "y" => Value::Uint8(rest.parse().expect(word)),
        "d" => Value::Float(f64::from_bits(u64::from_str_radix(rest, 16).expect(word))),
        "s" => Value::str(unhex()),
        "b" if rest == "n" => Value::Bytes(None),
        "b" => Value::Bytes(Some(unhex().into())),
        _ => panic!("{word}"),
    }
}

/// The opposite of [`read`].
fn show(value: &Value) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let all = |open: &str, items: Vec<Value>, close: &str| {
        let items = items.iter().map(|item| format!(" {}", show(item)));
        format!("{open}{} {close}", items.collect::<String>())
    };
    let flat = |m: &Map| m.entries().into_iter().flat_map(|(k, v)| [Value::Str(k), v]).collect();
    let items = || value.slice_items().unwrap_or_default();
    match value {
        Value::Nil => "n".into(),
        Value::Bool(b) => if *b { "t" } else { "f" }.into(),
        Value::Int(n) => format!("i{n}"),
        Value::Int64(n) => format!("l{n}"),
        Value::Uint64(n) => format!("u{n}"),
        Value::Uint8(n) => format!("y{n}"),
        Value::Float(x) if x.is_nan() => "dnan".into(),
        Value::Float(x) => format!("d{:016x}", x.to_bits()),
        Value::Str(s) => format!("s{}", hex(s)),
        Value::Bytes(None) => "bn".into(),
        Value::Bytes(Some(bytes)) => format!("b{}", hex(bytes)),
        Value::List(list) => all(if list.is_nil() { "N[" } else { "[" }, items(), "]"),
        Value::Strings(_) => all("S[", items(), "]"),
        Value::Ints(_) => all("I[", items(), "]"),
        Value::Lists(_) => all("L[", items(), "]"),
        Value::Map(map) => all(if map.is_nil() { "N{" } else { "{" }, flat(map), "}"),
        Value::Values(map) => all("V{", flat(map), "}"),
        Value::StrMap(map) => {
            let entries = map.iter().flat_map(|map| map.iter());
            all(
                "M{",
                entries.flat_map(|(k, v)| [Value::Str(k.clone()), Value::Str(v.clone())]).collect(),
                "}",
            )
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn vectors_agree_with_helm() {
    let vectors = include_str!("fixtures/sprig/vectors.tsv");
    let mut failures = Vec::new();
    for line in vectors.lines() {
        let (snippet, want) = line.split_once('\t').expect(line);
        let got = match snippet.starts_with("{{") {
            true => render(snippet),
            false => render(&format!(r#"{{{{ printf "%T\t%v" ({snippet}) ({snippet}) }}}}"#)),
        };
        // A template's error says where; the function's own words stand at its end.
        let want = want.replace("<no value>", "");
        let ended = want.strip_prefix("ERR\t").is_some_and(|text| got.ends_with(&format!(": {text}")));
        if got != want.replacen('\t', "\\x09", 1) && !ended {
            failures.push(format!("{snippet}\n  want {want}\n  got  {got}"));
        }
    }
    report(vectors.lines().count(), &failures);
}

/// A snippet's output, unprintable bytes as `\x0a`, or the error.
fn render(snippet: &str) -> String {
    let host = SealedHost::default();
    let mut engine = Engine::new(&host, Settings::default(), Limits::default());
    let file = File {
        name: "c/templates/t.yaml".into(),
        text: snippet.into(),
        context: Map::new(),
        base_path: "c/templates".into(),
    };
    match engine.render(&[file], Errors::First).into_result() {
        Err(error) => error.to_string(),
        Ok(rendered) => {
            let text = &rendered.files[0].text;
            let plain = |b: u8| (b' '..0x7f).contains(&b) && b != b'\\';
            text.iter()
                .map(|&b| if plain(b) { char::from(b).into() } else { format!("\\x{b:02x}") })
                .collect()
        }
    }
}

fn map(entries: &[(&str, Value)]) -> Map {
    entries.iter().map(|(k, v)| (Str::from(*k), v.clone())).collect()
}

#[test]
fn merging_shares_maps_of_the_source() {
    let mut bench = Bench::new(HelmVersion::V4_3);
    for name in ["merge", "mergeOverwrite"] {
        let inner = map(&[("x", Value::Int(1))]);
        let source = Value::Map(map(&[("m", Value::Map(inner.clone()))]));
        // Taken over: the very map.
        let destination = Map::new();
        bench.call(name, &[Value::Map(destination.clone()), source.clone()]).expect(name);
        assert!(destination.get_str("m").expect("merged").as_map().expect("a map").same(&inner));
        // Merged into: a map of its own, whose new entries are shared in turn.
        let deep = map(&[("k", Value::Int(1))]);
        assert!(inner.insert("deep", Value::Map(deep.clone())));
        let own = map(&[("q", Value::Int(1))]);
        let destination = Value::Map(map(&[("m", Value::Map(own.clone()))]));
        let result = bench.call(name, &[destination.clone(), source]).expect(name);
        assert!(result.as_map().expect("a map").same(destination.as_map().expect("a map")));
        assert!(!own.same(&inner) && own.len() == 3);
        assert!(own.get_str("deep").expect("merged").as_map().expect("a map").same(&deep));
    }
}

#[test]
fn a_copy_shares_nothing_and_a_slice_of_strings_its_array() {
    let mut bench = Bench::new(HelmVersion::V4_3);
    let inner = map(&[("x", Value::Int(1))]);
    let list = Value::list([Value::Map(inner.clone())]);
    let copy = bench.call("deepCopy", &[list]).expect("a copy").slice_items().expect("a list");
    assert!(!copy[0].as_map().expect("a map").same(&inner));

    let strings = Value::Strings(["c", "b", "a"].into_iter().map(Str::from).collect());
    let slice = bench.call("slice", &[strings.clone(), Value::Int(0), Value::Int(2)]).expect("a slice");
    bench.call("sortAlpha", &[slice]).expect("sorted");
    assert_eq!(print::to_str(&strings, HelmVersion::V4_3).expect("text"), "[b c a]");
}

#[test]
fn what_would_exhaust_the_machine_is_a_limit() {
    let mut bench = Bench::new(HelmVersion::V4_3);
    let cyclic = || {
        let m = Map::new();
        assert!(m.insert("self", Value::Map(m.clone())));
        Value::Map(m)
    };
    // Each holds the former twice: 2^40 maps unfolded.
    let shared = || (0..40).fold(Value::Nil, |v, _| Value::Map(map(&[("x", v.clone()), ("y", v)])));
    let deep = (0..2000).fold(Value::Nil, |v, _| Value::list([v]));
    let (s, n) = (|text: &str| Value::from(text), Value::Int);
    let cases: Vec<(&str, Vec<Value>, &str)> = vec![
        ("repeat", vec![n(1 << 40), s("ab")], "output-bytes"),
        ("indent", vec![n(1 << 40), s("a\nb")], "output-bytes"),
        ("nindent", vec![n(i64::MAX), s("a\nb")], "output-bytes"),
        (
            "replace",
            vec![s(""), Value::from("x".repeat(10_000)), Value::from("y".repeat(10_000))],
            "output-bytes",
        ),
        (
            "wrapWith",
            vec![n(1), Value::from("x".repeat(10_000)), Value::from("y".repeat(10_000))],
            "output-bytes",
        ),
        ("join", vec![Value::from("x".repeat(10_000)), Value::list(vec![n(1); 10_000])], "output-bytes"),
        ("until", vec![n(i64::MAX)], "list-items"),
        ("until", vec![n(i64::MIN)], "list-items"),
        ("untilStep", vec![n(i64::MIN), n(i64::MAX), n(1)], "list-items"),
        ("untilStep", vec![n(0), n(i64::MAX), n(i64::MAX - 1)], "list-items"),
        ("seq", vec![n(1 << 40)], "list-items"),
        ("splitList", vec![s(""), Value::from("y".repeat(200_000))], "list-items"),
        ("deepCopy", vec![cyclic()], "nesting"),
        ("deepCopy", vec![deep], "nesting"),
        ("deepCopy", vec![shared()], "list-items"),
        ("merge", vec![cyclic(), cyclic()], "nesting"),
        ("mergeOverwrite", vec![cyclic(), cyclic()], "nesting"),
    ];
    for (name, args, limit) in cases {
        let fault = bench.call(name, &args).expect_err(name);
        assert_eq!(fault.as_limit().map(|limit| limit.name), Some(limit), "{name}: {fault}");
    }
    // These end by themselves.
    bench.call("merge", &[shared(), shared()]).expect("each pair of maps is merged once");
    bench.call("deepEqual", &[cyclic(), cyclic()]).expect("compared");
    bench.call("uniq", &[Value::list((0..100_000).map(Value::Int))]).expect("linear");
}

#[test]
fn chance_comes_from_the_host() {
    let mut bench = Bench::new(HelmVersion::V4_3);
    for _ in 0..1000 {
        let Ok(Value::Int(n)) = bench.call("randInt", &[Value::Int(-2), Value::Int(3)]) else { panic!() };
        assert!((-2..3).contains(&n));
    }
    let shuffled = bench.call("shuffle", &[Value::from("abcdefghij")]).expect("shuffled");
    let Value::Str(text) = shuffled else { panic!() };
    let mut letters = text.to_vec();
    letters.sort();
    assert_eq!(letters, b"abcdefghij");
    assert_ne!(text, "abcdefghij");
}
