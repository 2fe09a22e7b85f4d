//! Scenarios foretold, against what real clusters showed.
//!
//! `fixtures/scenario` holds scenarios with what helm did against a real API server: `observed`, in full, or `expect`
//! and `v3`, in the short notation of the lifecycle rules. `HOOKWRIGHT_TRUTH` names other folders to compare with,
//! separated by colons. What is not foretold yet stands in `failing.txt`; the test fails if a listed one passes.
//!
//! `cargo test --test lifecycle -- --nocapture` prints the table; `HOOKWRIGHT_ONLY=name` shows one scenario's differences.

use hookwright_core::diag::render::{Style, full};
use hookwright_core::dialect::HelmVersion;
use hookwright_core::scenario::{Scenario, compare, judge, parse_all, simulate, simulate_as};
use hookwright_core::timeline::vector::vector;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/scenario")
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).map(|dir| dir.flatten().map(|e| e.path()).collect()).unwrap_or_default();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "yaml") {
            into.push(path);
        }
    }
}

/// What differs between a scenario's short expectations and its prediction by one Helm.
fn short(scenario: &Scenario, version: HelmVersion) -> Vec<String> {
    judge(scenario, &simulate_as(scenario, version), version)
}

struct Case {
    group: String,
    name: String,
    differences: Vec<String>,
}

fn cases(path: &Path) -> Vec<Case> {
    let text = std::fs::read(path).unwrap();
    let scenarios = parse_all(&text).unwrap_or_else(|errors| {
        let all: Vec<String> = errors.iter().map(|error| full(error, Style::Plain)).collect();
        panic!("{}: {}", path.display(), all.join("\n"))
    });
    let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
    let mut cases = Vec::new();
    for scenario in scenarios {
        if let Some(observed) = &scenario.observed {
            let group = scenario.name.split('-').next().unwrap_or_default().to_owned();
            let differences = compare(observed, &vector(&simulate(&scenario)));
            cases.push(Case { group: format!("observed {group}"), name: scenario.name.clone(), differences });
        }
        let expects = scenario.steps.iter().flat_map(|step| &step.parts).any(|part| part.expect.is_some());
        if !expects {
            continue;
        }
        for (tag, version) in [("v4", HelmVersion::V4_3), ("v3", HelmVersion::V3_17)] {
            if scenario.only.as_ref().is_none_or(|only| only == tag) {
                let differences = short(&scenario, version);
                cases.push(Case {
                    group: format!("rows {stem} {tag}"),
                    name: format!("{} {tag}", scenario.name),
                    differences,
                });
            }
        }
    }
    cases
}

#[test]
fn scenarios_are_foretold() {
    let mut paths = Vec::new();
    match std::env::var("HOOKWRIGHT_TRUTH") {
        Ok(folders) => folders.split(':').for_each(|folder| files(Path::new(folder), &mut paths)),
        Err(_) => files(&folder(), &mut paths),
    }
    let only = std::env::var("HOOKWRIGHT_ONLY").ok();
    let failing = std::fs::read_to_string(folder().join("failing.txt")).unwrap_or_default();
    let failing: Vec<&str> =
        failing.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut broken, mut healed) = (Vec::new(), Vec::new());
    for case in paths.iter().flat_map(|path| cases(path)) {
        if only.as_ref().is_some_and(|only| !case.name.starts_with(only.as_str())) {
            continue;
        }
        let row = table.entry(case.group).or_default();
        row.1 += 1;
        let passes = case.differences.is_empty();
        row.0 += usize::from(passes);
        if only.is_some() || std::env::var("HOOKWRIGHT_SHOW").is_ok() && !passes {
            println!("== {}\n{}", case.name, case.differences.join("\n"));
        }
        match (passes, failing.contains(&case.name.as_str())) {
            (false, false) => broken.push(case.name),
            (true, true) => healed.push(case.name),
            _ => {}
        }
    }
    let (passed, all) = table.values().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    for (group, (passed, all)) in &table {
        println!("{passed:4} of {all:4}  {group}");
    }
    println!("{passed:4} of {all:4}  together");
    assert!(all > 0, "no scenarios found");
    if only.is_none() {
        assert!(broken.is_empty(), "not foretold and not listed in failing.txt:\n{}", broken.join("\n"));
        assert!(healed.is_empty(), "foretold, but listed in failing.txt:\n{}", healed.join("\n"));
    }
}
