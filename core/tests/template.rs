//! Template snippets against what real Helm binaries said about them.
//!
//! The answers lie in `fixtures/template/*.txt`, recorded by `record.py` beside them, which also explains the format.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::host::SealedHost;
use hookwright_core::limits::Limits;
use hookwright_core::render::engine::{Engine, Errors, File};
use hookwright_core::value::{Args, Caller, Fault, Kind, Map, Method, Object, Settings, Str, Ty, Value};
use hookwright_core::yaml;
use std::rc::Rc;

const RULE: &str = "----------\n";
const NAME: &str = "c/templates/t.yaml";

/// One snippet and Helm's answers, newest version first.
struct Case {
    snippet: String,
    answers: Vec<(HelmVersion, Answer)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Ok(String),
    Error(String),
}

impl Case {
    fn parse(text: &str) -> Case {
        let mut lines = text.lines().peekable();
        let mut snippet = Vec::new();
        while let Some(line) = lines.next_if(|line| header(line).is_none()) {
            snippet.push(line);
        }
        let mut answers = Vec::new();
        while let Some((version, is_ok)) = lines.next().and_then(header) {
            let mut body = Vec::new();
            while let Some(line) = lines.next_if(|line| header(line).is_none()) {
                body.push(line);
            }
            let body = body.join("\n");
            answers.push((version, if is_ok { Answer::Ok(body) } else { Answer::Error(body) }));
        }
        Case { snippet: snippet.join("\n"), answers }
    }

    /// What this version said: recorded, or the same as the next newer one.
    fn answer(&self, version: HelmVersion) -> &Answer {
        let newer = self.answers.iter().rev().find(|(v, _)| *v >= version);
        &newer.unwrap_or_else(|| panic!("no answer for {}", self.snippet)).1
    }
}

fn header(line: &str) -> Option<(HelmVersion, bool)> {
    let (release, kind) = line.split_once(' ')?;
    let version = HelmVersion::ALL.into_iter().find(|version| version.release() == release)?;
    match kind {
        "ok" => Some((version, true)),
        "error" => Some((version, false)),
        _ => None,
    }
}

/// `.Files` of the fixtures' chart: just enough of Helm's type.
struct Files;

impl Object for Files {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "engine.files"
    }
    fn kind(&self) -> Kind {
        Kind::Map
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn methods(&self) -> &'static [Method] {
        const METHODS: &[Method] = &[Method { name: "Get", params: &[Ty::Str], variadic: false, call: get }];
        METHODS
    }
    fn len(&self) -> Option<usize> {
        Some(1)
    }
    fn entry(&self, key: &[u8]) -> Option<Value> {
        Some(Value::Bytes((key == b"f.txt").then(|| Rc::from(&b"line1\nline2\n"[..]))))
    }
}

fn get(_: &dyn Object, _: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::from(if args.bytes(0) == b"f.txt" { "line1\nline2\n" } else { "" }))
}

fn context() -> Map {
    let values = yaml::unmarshal_map(include_bytes!("fixtures/template/values.yaml")).unwrap();
    [("Values", Value::Values(values)), ("Files", Value::Object(Rc::new(Files)))]
        .into_iter()
        .map(|(key, value)| (Str::from(key), value))
        .collect()
}

/// Renders a snippet where the fixtures have it.
fn render(snippet: &str, version: HelmVersion, provenance: bool) -> Answer {
    let host = SealedHost::default();
    let settings = Settings { version, ..Settings::default() };
    let mut engine = Engine::new(&host, settings, Limits::default());
    if provenance {
        engine = engine.with_provenance();
    }
    let file = File {
        name: NAME.into(),
        text: format!("a: 1\nb: {snippet}\n").into(),
        context: context(),
        base_path: "c/templates".into(),
    };
    match engine.render(&[file], Errors::First).into_result() {
        Err(error) => Answer::Error(error.to_string()),
        Ok(rendered) => {
            let file = &rendered.files[0];
            if let Some(provenance) = &file.provenance {
                let covered: u32 = provenance.segments().iter().map(|s| s.end - s.start).sum();
                assert_eq!(covered as usize, file.text.len(), "provenance covers the output of {snippet}");
            }
            let text = String::from_utf8_lossy(&file.text).into_owned();
            Answer::Ok(text.trim_start_matches("a: 1\nb: ").trim_end_matches('\n').to_owned())
        }
    }
}

/// Runs a fixture's cases in both of its versions.
fn check(fixture: &str, versions: &[HelmVersion]) {
    let mut failures = Vec::new();
    let mut count = 0;
    for case in fixture.split(RULE).skip(1).map(Case::parse) {
        for version in versions {
            count += 1;
            let expected = match case.answer(*version) {
                Answer::Ok(text) => {
                    Answer::Ok(text.replace("<no value>", "").trim_end_matches('\n').to_owned())
                }
                Answer::Error(text) => Answer::Error(text.clone()),
            };
            for provenance in [false, true] {
                let got = render(&case.snippet, *version, provenance);
                if got != expected {
                    let release = version.release();
                    failures.push(format!("{release} {}\n  want {expected:?}\n  got  {got:?}", case.snippet));
                    break;
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn errors() {
    check(include_str!("fixtures/template/errors.txt"), &HelmVersion::ALL);
}

#[test]
fn printing() {
    check(include_str!("fixtures/template/printing.txt"), &HelmVersion::ALL);
}

#[test]
fn language() {
    check(include_str!("fixtures/template/language.txt"), &HelmVersion::ALL);
}
