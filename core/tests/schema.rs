//! Schema validation against recorded answers of Helm's libraries; `oracle/schema/main.go` (Helm 4) and
//! `oracle/schema_classic/main.go` (Helm 3) record them.
//!
//! `SCHEMA_CASES=file` and `CLASSIC_CASES=file` replace the committed samples, for long runs.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::go::json;
use hookwright_core::schema;
use hookwright_core::value::Value;

#[test]
fn agrees_with_the_library() {
    check("SCHEMA_CASES", "tests/fixtures/schema/cases.tsv", HelmVersion::V4_3);
}

#[test]
fn agrees_with_the_library_of_helm_3() {
    check("CLASSIC_CASES", "tests/fixtures/schema/classic.tsv", HelmVersion::V3_17);
}

fn check(variable: &str, fixture: &str, version: HelmVersion) {
    let path = std::env::var(variable).unwrap_or(fixture.into());
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
