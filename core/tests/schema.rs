//! Schema validation against recorded answers of Helm 4's library; `oracle/schema/main.go` records them.
//!
//! `SCHEMA_CASES=file` replaces the committed sample, for long runs.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::go::json;
use hookwright_core::schema;
use hookwright_core::value::Value;

#[test]
fn agrees_with_the_library() {
    let version = HelmVersion::V4_3;
    let path = std::env::var("SCHEMA_CASES").unwrap_or("tests/fixtures/schema/cases.tsv".into());
    let cases = std::fs::read_to_string(&path).expect("cases");
    let mut failures = Vec::new();
    let mut count = 0;
    for line in cases.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [document, values, want] = columns[..] else { panic!("{line}") };
        let Ok(Value::Str(want)) = json::decode(want.as_bytes(), version) else { panic!("{want}") };
        let want = want.to_text();
        let decoded = json::decode(values.as_bytes(), version).expect("JSON");
        let got = match schema::validate(document.as_bytes(), &decoded, "chart", version) {
            Ok(()) => String::new(),
            Err(block) => settled(block.strip_prefix("chart:\n").expect("the chart's name")),
        };
        count += 1;
        if got != want {
            failures.push(format!("{document}\n  {values}\n  want {want}\n  got  {got}"));
        }
    }
    assert!(count >= 200, "only {count} cases in {path}");
    assert!(
        failures.is_empty(),
        "{} of {count} differ:\n{}",
        failures.len(),
        failures[..failures.len().min(20)].join("\n")
    );
}

/// The text without what depends on the order of Go's maps.
fn settled(text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.sort();
    lines.join("\n")
}
