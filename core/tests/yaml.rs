//! YAML against recorded answers of the libraries Helm 4.3.1 is built with, and against itself.
//!
//! `fixtures/yaml/read.jsonl`: text, and its value as JSON or the error. `fixtures/yaml/write.jsonl`: value, as `toYaml`
//! writes it or the error, as `toYamlPretty` writes it. Recorded by `oracle/yaml`.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::go::json;
use hookwright_core::host::{Host, SealedHost};
use hookwright_core::value::{Map, Value};
use hookwright_core::yaml::{self, node};
use std::path::Path;

const VERSION: HelmVersion = HelmVersion::V4_3;

fn recorded(name: &str) -> Vec<Vec<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/yaml").join(name);
    let text = std::fs::read(path).unwrap();
    let lines = text.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| json::decode_list(line, VERSION).unwrap().to_vec()).collect()
}

fn string(value: &Value) -> &[u8] {
    match value {
        Value::Str(text) => text,
        other => panic!("not a string: {other:?}"),
    }
}

/// The value as JSON, or the error.
fn shown(result: Result<Value, String>) -> String {
    match result {
        Ok(value) => String::from_utf8(json::encode(&value, false, VERSION).unwrap()).unwrap(),
        Err(error) => error,
    }
}

#[test]
fn reading() {
    let cases = recorded("read.jsonl");
    assert!(cases.len() > 400);
    for case in &cases {
        let (text, answer) = (string(&case[0]), String::from_utf8_lossy(string(&case[1])));
        assert_eq!(shown(yaml::unmarshal(text)), answer, "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn writing() {
    let cases = recorded("write.jsonl");
    assert!(cases.len() > 350);
    for case in &cases {
        let text =
            |result: Result<Vec<u8>, String>| result.map_or_else(|e| e, |t| String::from_utf8(t).unwrap());
        let compact = text(yaml::marshal(&case[0], VERSION));
        assert_eq!(compact.as_bytes(), string(&case[1]), "{compact}");
        let pretty = text(yaml::marshal_pretty(&case[0], VERSION));
        assert_eq!(pretty.as_bytes(), string(&case[2]), "{pretty}");
    }
}

/// Values of all kinds that survive YAML unchanged, from a seed.
struct Generator(SealedHost);

impl Generator {
    fn below(&mut self, bound: u32) -> u32 {
        let mut bytes = [0; 4];
        self.0.random(&mut bytes);
        u32::from_le_bytes(bytes) % bound
    }

    /// No tabs: at the start of a literal, yaml v3 writes what yaml v2 does not read.
    fn text(&mut self) -> String {
        const PARTS: &[&str] = &[
            "a",
            "b c",
            " ",
            "\n",
            ": ",
            " #",
            "- ",
            "-",
            "?",
            "\"",
            "'",
            "\\",
            "é",
            "日",
            "😀",
            "\u{a0}",
            "\u{feff}",
            "\u{2028}",
            "\r",
            "\0",
            "1",
            "0x",
            ".",
            "true",
            "~",
            "[",
            "}",
            ",",
            "&x",
            "*y",
            "!",
            "|",
            ">",
            "%",
            "@",
            "`",
            "<<",
            "=",
            "2020-01-01",
            "1:30",
            "a longer piece of text with spaces that may have to be broken",
        ];
        (0..self.below(7)).map(|_| PARTS[self.below(PARTS.len() as u32) as usize]).collect()
    }

    fn value(&mut self, depth: u32) -> Value {
        match self.below(if depth == 0 { 7 } else { 12 }) {
            0 => Value::Nil,
            1 => Value::Bool(self.below(2) == 0),
            2 => Value::Float(f64::from(self.below(1 << 30)) / 8.0 - 1000.0),
            3 => Value::Float(f64::from(self.below(1 << 30)) * 10f64.powi(self.below(40) as i32 - 20)),
            4..=6 => Value::from(self.text()),
            7..=8 => Value::list((0..self.below(4)).map(|_| self.value(depth - 1)).collect::<Vec<_>>()),
            _ => {
                let map = Map::new();
                for _ in 0..self.below(5) {
                    let (key, value) = (self.text(), self.value(depth - 1));
                    // go-yaml writes this key without quotes, and reads it as a merge.
                    if key != "<<" {
                        assert!(map.insert(key, value));
                    }
                }
                Value::Map(map)
            }
        }
    }
}

#[test]
fn what_is_written_is_read_again() {
    let mut generator = Generator(SealedHost::new(1));
    for case in 0..3000 {
        let value = generator.value(4);
        let expected = shown(Ok(value.clone()));
        for text in [yaml::marshal(&value, VERSION).unwrap(), yaml::marshal_pretty(&value, VERSION).unwrap()]
        {
            let read = shown(yaml::unmarshal(&text));
            assert_eq!(read, expected, "case {case}\n{}", String::from_utf8_lossy(&text));
        }
    }
}

#[test]
fn every_node_knows_its_place() {
    let mut generator = Generator(SealedHost::new(2));
    for _ in 0..1000 {
        let text = yaml::marshal_pretty(&generator.value(4), VERSION).unwrap();
        let (stream, error) = node::parse(&text);
        assert!(error.is_none());
        let mut open = stream.documents().to_vec();
        while let Some(id) = open.pop() {
            let span = stream.node(id).span();
            assert!(span.start <= span.end && span.end <= text.len());
            let line_start = text[..span.start].iter().filter(|b| **b == b'\n').count();
            // Text may hold other line breaks than LF.
            assert!(stream.node(id).start.line as usize >= line_start);
            for child in stream.children(id) {
                let inner = stream.node(*child).span();
                assert!(
                    span.start <= inner.start && inner.end <= span.end,
                    "{span:?} {inner:?}\n{}",
                    String::from_utf8_lossy(&text)
                );
            }
            open.extend_from_slice(stream.children(id));
        }
    }
}

#[test]
fn no_bytes_disturb_the_reader() {
    const PARTS: &[&[u8]] = &[
        b"a",
        b": ",
        b"- ",
        b"? ",
        b"\n",
        b"\n  ",
        b"[",
        b"]",
        b"{",
        b"}",
        b", ",
        b"\"",
        b"'",
        b"#",
        b"|\n ",
        b"&a ",
        b"*a",
        b"<<: ",
        b"!!int ",
        b"!<x> ",
        b"%TAG ! x\n",
        b"---\n",
        b"...\n",
        b"\r",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
        b"\xff",
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\t",
        b"1",
        b"~",
    ];
    let mut generator = Generator(SealedHost::new(3));
    for _ in 0..20_000 {
        let parts = (0..generator.below(24)).map(|_| PARTS[generator.below(PARTS.len() as u32) as usize]);
        let text = parts.collect::<Vec<_>>().concat();
        let _ = yaml::unmarshal(&text);
        let _ = node::parse(&text);
    }
}
