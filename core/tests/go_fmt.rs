//! Printing and numbers against recorded answers of Go; `oracle/go_fmt/main.go` records them.
//!
//! `GO_FMT_CASES=file` replaces the committed sample, for long runs.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::go::json::{self, Target};
use hookwright_core::go::{number, printf, quote};
use hookwright_core::value::{Fault, List, Map, Str, Value};
use std::rc::Rc;

#[test]
fn agrees_with_go() {
    // The recording Go has Unicode 15 and the classic encoding/json, as Helm 4.2's has.
    check("GO_FMT_CASES", "tests/fixtures/go_fmt/cases.tsv", HelmVersion::V4_2);
}

#[test]
fn agrees_with_rewritten_json() {
    check("GO_JSON_CASES", "tests/fixtures/go_fmt/json_v2.tsv", HelmVersion::V4_3);
}

fn check(variable: &str, fixture: &str, version: HelmVersion) {
    let path = std::env::var(variable).unwrap_or(fixture.into());
    let cases = std::fs::read_to_string(&path).expect("cases");
    let mut failures = Vec::new();
    let mut count = 0;
    for line in cases.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [kind, inputs, want] = columns[..] else { panic!("{line}") };
        let got = answer(kind, inputs, version);
        count += 1;
        if got != want {
            failures.push(format!("{kind} {}\n  want {}\n  got  {}", show(inputs), show(want), show(&got)));
        }
    }
    assert!(count >= 200, "only {count} cases in {path}");
    assert!(
        failures.is_empty(),
        "{} of {count} differ:\n{}",
        failures.len(),
        failures[..failures.len().min(40)].join("\n")
    );
}

fn answer(kind: &str, inputs: &str, version: HelmVersion) -> String {
    let words: Vec<&str> = inputs.split(' ').collect();
    match kind {
        "float" => {
            let prec = words[2].parse().expect("precision");
            let bits = words[3].parse().expect("bits");
            hex(number::format_float(float(words[0]), words[1].as_bytes()[0], prec, bits).as_bytes())
        }
        "quote" => {
            let text = unhex(inputs);
            let quoted = quote::quote_in(&text, version);
            assert_eq!(quote::unquote(&quoted), Some(text.clone()));
            format!("{} {}", hex(quoted.as_bytes()), hex(quote::quote_ascii(&text).as_bytes()))
        }
        "parse" => {
            let text = unhex(inputs);
            let float = |bits| match number::parse_float(&text, bits) {
                Ok(x) => format!("{:x}", x.to_bits()),
                Err(error) => hex(error.to_string().as_bytes()),
            };
            let int = |base, bits| match number::parse_int(&text, base, bits) {
                Ok(n) => n.to_string(),
                Err(error) => hex(error.to_string().as_bytes()),
            };
            format!("{} {} {} {}", float(64), float(32), int(0, 64), int(10, 32))
        }
        "printf" => {
            let mut input = inputs;
            let Value::Str(format) = value(&mut input) else { panic!("{inputs}") };
            input = &input[1..];
            let Value::List(args) = value(&mut input) else { panic!("{inputs}") };
            hex(&printf::sprintf(&format, &args, version).expect("within limits"))
        }
        "encode" => {
            let value = value(&mut &*inputs);
            let html = json::encode(&value, true, version);
            let error = html.as_ref().err().map_or(Value::Nil, |error| Value::str(error.to_string()));
            let text = |json: Result<Vec<u8>, Fault>| Value::str(json.unwrap_or_default());
            let pretty = text(json::encode_indent(&value, "  ", version));
            let raw = text(json::encode(&value, false, version));
            hex(&printf::sprintf(b"%s|%v|%s|%s", &[text(html), error, pretty, raw], version)
                .expect("printed"))
        }
        "decode" => hex(&decoded(&unhex(inputs), version)),
        _ => panic!("unknown kind {kind}"),
    }
}

fn decoded(text: &[u8], version: HelmVersion) -> Vec<u8> {
    let any = json::decode_into(text, Target::Any, version);
    let spoiled = any.error.as_ref().is_some_and(|error| error.contains("cannot unmarshal number"));
    let mut args = Vec::new();
    for (target, nil) in [
        (Target::Map, Value::Map(Map::NIL)),
        (Target::List, Value::List(List::NIL)),
        (Target::Any, Value::Nil),
    ] {
        let decoded = json::decode_into(text, target, version);
        // With an error, Go's target keeps what it had before.
        let empty = match target {
            Target::Map => Value::Map(Map::new()),
            Target::List => Value::list([]),
            Target::Any => Value::Nil,
        };
        let value = match (&decoded.error, decoded.value) {
            _ if spoiled => nil,
            (Some(_), Value::Nil) => empty,
            (None, Value::Nil) => nil,
            (_, value) => value,
        };
        args.push(decoded.error.map_or(Value::Nil, Value::str));
        args.push(value);
    }
    let (error, value, at) = match json::decode_prefix(text, version) {
        Ok((value, at)) => (Value::Nil, value, at as i64),
        Err(error) => (Value::str(error), Value::Nil, -1),
    };
    args.extend([error, value, Value::Int(at)]);
    printf::sprintf(b"%v|%#v|%v|%#v|%v|%#v|%v|%#v|%d", &args, version).expect("printed")
}

/// Reads one value in the recorder's notation.
fn value(input: &mut &str) -> Value {
    let tag = input.as_bytes()[0];
    *input = &input[1..];
    if matches!(tag, b'L' | b'M') {
        *input = &input[1..];
        let mut items = Vec::new();
        while !input.starts_with(')') {
            items.push(value(input));
            *input = input.strip_prefix(' ').unwrap_or(input);
        }
        *input = &input[1..];
        if tag == b'L' {
            return Value::list(items);
        }
        let entries = items.chunks(2).map(|pair| match &pair[0] {
            Value::Str(key) => (key.clone(), pair[1].clone()),
            other => panic!("key {other:?}"),
        });
        return Value::Map(entries.collect::<Map>());
    }
    let end = input.find([' ', ')']).unwrap_or(input.len());
    let (word, rest) = input.split_at(end);
    *input = rest;
    match tag {
        b'n' => Value::Nil,
        b'o' => Value::Bool(word == "true"),
        b'i' => Value::Int(word.parse().expect("int")),
        b'l' => Value::Int64(word.parse().expect("int64")),
        b'u' => Value::Uint64(word.parse().expect("uint64")),
        b'b' => Value::Uint8(word.parse().expect("uint8")),
        b'f' => Value::Float(float(word)),
        b'c' => {
            let (re, im) = word.split_once('/').expect("complex");
            Value::Complex(float(re), float(im))
        }
        b's' => Value::Str(Str::from(unhex(word))),
        b'y' => Value::Bytes(Some(Rc::from(unhex(word)))),
        _ => panic!("unknown tag {tag}"),
    }
}

fn float(bits: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(bits, 16).expect("bits"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex")).collect()
}

/// The columns with hexadecimal words made readable.
fn show(column: &str) -> String {
    let word = |word: &str| match word.strip_prefix('s').unwrap_or(word) {
        text if text.len() % 2 == 0 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit()) => {
            format!("{:?}", String::from_utf8_lossy(&unhex(text)))
        }
        _ => word.to_owned(),
    };
    column.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
