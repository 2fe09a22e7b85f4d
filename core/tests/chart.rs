//! Charts with subcharts, aliases, conditions, tags, imports, globals and nulls, against what Helm made of them.
//!
//! `fixtures/chart/recorded.jsonl` holds one chart a line: its files, `--set` flags, the Helm that rendered it, and
//! what its templates printed of `.Values` (root only) and `.Chart.Dependencies`, or the error; and Helm's messages.

use hookwright_core::chart::{File, capabilities::Capabilities, dependency, load_files};
use hookwright_core::dialect::HelmVersion;
use hookwright_core::go::json;
use hookwright_core::limits::Limits;
use hookwright_core::render::context;
use hookwright_core::value::{Fault, Map, Value};
use hookwright_core::values::merge::Merger;
use hookwright_core::values::set;
use std::collections::BTreeMap;

const RECORDED: &str = include_str!("fixtures/chart/recorded.jsonl");

fn text(value: Option<Value>) -> String {
    match value {
        Some(Value::Str(text)) => text.to_string(),
        other => panic!("not a string: {other:?}"),
    }
}

fn list(value: Option<Value>) -> Vec<String> {
    let items = value.and_then(|value| value.slice_items()).unwrap_or_default();
    items.into_iter().map(|item| text(Some(item))).collect()
}

fn version(name: &str) -> HelmVersion {
    let release = format!("v{name}");
    HelmVersion::ALL.into_iter().find(|version| version.release() == release).expect("a supported Helm")
}

fn encode(value: &Value, version: HelmVersion) -> String {
    String::from_utf8(json::encode(value, false, version).expect("encodes")).expect("is text")
}

/// What a template would print: values of the root, dependencies of each chart, by template name.
fn render(
    case: &Map,
    version: HelmVersion,
    log: &mut Vec<hookwright_core::chart::log::Entry>,
) -> Result<BTreeMap<String, Map>, Fault> {
    let limits = Limits::default();
    let files = case.get_str("files").and_then(|files| files.as_map().cloned()).expect("files");
    let files = files
        .entries()
        .into_iter()
        .map(|(name, content)| File::new(name.to_text(), text(Some(content)).as_bytes()));
    let loaded =
        load_files(files.collect(), version, &limits).map_err(|error| Fault::text(error.to_string()))?;
    log.extend(loaded.log);
    let mut chart = loaded.chart;
    let user = Map::new();
    for flag in list(case.get_str("set")) {
        set::parse(flag.as_bytes(), set::Flag::Set, &user, version, &limits)?;
    }
    dependency::process(&mut chart, &user, version, &limits, log)?;
    let values = Merger { version, nesting: limits.nesting, log }.coalesce(&chart, &user)?;
    let capabilities = Capabilities::default_of(version);
    let contexts = context::build(&chart, values, &Default::default(), &capabilities, version);
    let executed = contexts.templates.iter().filter(|template| !template.is_partial());
    Ok(executed.map(|template| (template.name.to_string(), template.context.clone())).collect())
}

#[test]
fn recorded_charts() {
    let mut count = 0;
    for (number, line) in RECORDED.lines().enumerate() {
        let case = json::decode_map(line.as_bytes(), HelmVersion::V4_3).expect("a line of JSON");
        let version = version(&text(case.get_str("helm")));
        let context = format!("line {} with Helm {}", number + 1, version.release());
        let mut log = Vec::new();
        let rendered = render(&case, version, &mut log);
        match (rendered, case.get_str("error")) {
            (Ok(found), None) => {
                let expected =
                    case.get_str("templates").and_then(|t| t.as_map().cloned()).expect("templates");
                let names: Vec<String> = expected.keys().iter().map(ToString::to_string).collect();
                assert_eq!(found.keys().cloned().collect::<Vec<_>>(), names, "{context}");
                for (name, found) in &found {
                    let expected =
                        expected.get_str(name).and_then(|t| t.as_map().cloned()).expect("a template");
                    if let Some(values) = expected.get_str("values") {
                        let found = found.get_str("Values").expect("values");
                        assert_eq!(encode(&found, version), encode(&values, version), "{context}: {name}");
                    }
                    let chart = found.get_str("Chart").expect("chart metadata");
                    let chart = json::decode_map(encode(&chart, version).as_bytes(), version).expect("JSON");
                    let key = if version.is_v4() { "Dependencies" } else { "dependencies" };
                    let found = chart.get_str(key).unwrap_or_default();
                    let expected = expected.get_str("dependencies").unwrap_or_default();
                    assert_eq!(encode(&found, version), encode(&expected, version), "{context}: {name}");
                }
            }
            (Err(fault), Some(expected)) => assert_eq!(fault.to_string(), text(Some(expected)), "{context}"),
            (Ok(_), Some(expected)) => panic!("{context}: should fail with {expected:?}"),
            (Err(fault), None) => panic!("{context}: {fault}"),
        }
        // Helm's order is partly that of Go maps.
        let mut lines: Vec<String> = log.iter().filter_map(|entry| entry.line(version)).collect();
        lines.sort();
        assert_eq!(lines, list(case.get_str("log")), "{context}");
        count += 1;
    }
    assert_eq!(count, 39);
}
