//! `hookwright hooks` and `hookwright plan` on the repository's charts: every file of `plan/` begins with a command and
//! holds what it prints. `HOOKWRIGHT_ACCEPT=1 cargo test --test plan` writes the files anew, for review by diff.

use std::path::Path;
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn hookwright(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hookwright"))
        .args(arguments)
        .current_dir(ROOT)
        .env("COLUMNS", "100")
        .output()
        .unwrap()
}

#[test]
fn commands_print_what_was_accepted() {
    let accept = std::env::var_os("HOOKWRIGHT_ACCEPT").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    assert!(files.len() >= 8, "the recorded outputs have gone");
    for path in files {
        let recorded = std::fs::read_to_string(&path).unwrap();
        let line = recorded.lines().next().unwrap();
        let words: Vec<&str> = line.strip_prefix("$ hookwright ").unwrap().split(' ').collect();
        let output = hookwright(&words);
        let printed = format!(
            "{line}\n{}{}exit {}\n",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
            output.status.code().unwrap()
        );
        if accept {
            std::fs::write(&path, printed).unwrap();
        } else {
            assert_eq!(printed, recorded, "{}", path.display());
        }
    }
}

#[test]
fn misuse_is_named_and_exits_with_2() {
    let demo = "charts/demo-app";
    let cases: &[(&[&str], &str)] = &[
        (&["plan", demo, "--outcome", "mig=fail"], "hooks of upgrade that have one: demo-demo-app-migrate"),
        (&["plan", demo, "--outcome", "mig"], "takes NAME=OUTCOME"),
        (&["plan", demo, "--outcome", "mig=melt"], "known: succeed, fail, fail:N"),
        (&["plan", demo, "--outcome", "[=fail"], "is not a pattern"),
        (&["plan", demo, "--operation", "rollback"], "no history"),
        (&["plan", demo, "--from", "charts/teaching/atlas-guide"], "\"atlas-guide\""),
        (&["plan", demo, "--operation", "install", "--from", demo], "no release before it"),
        (&["plan", demo, "--operation", "uninstall", "--cleanup-on-fail"], "has no meaning for uninstall"),
        (&["plan", demo, "--operation", "explode"], "possible values: install"),
        (&["plan", demo, "--engine", "helm3", "--helm-version", "4.1"], "contradict"),
        (&["plan"], "no chart"),
        (&["hooks", "a", "b", "c"], "at most two"),
        (&["hooks", "a", demo, "--name", "b"], "named twice"),
        (
            &["plan", "--scenario", "cli/tests/plan/wrong-key.yaml"],
            "wrong-key.yaml:3:1: unknown key \"step\"",
        ),
        (&["plan", "--scenario", "nowhere.yaml"], "no such file"),
    ];
    for (arguments, expected) in cases {
        let output = hookwright(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(expected), "{arguments:?}\n{error}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_chart_that_cannot_be_rendered_fails_as_with_helm() {
    for command in ["hooks", "plan"] {
        let output = hookwright(&[command, "charts/teaching/missing-value"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("nil pointer evaluating interface {}.url"));
    }
}

#[test]
fn a_scenario_that_goes_otherwise_fails() {
    let output = hookwright(&["plan", "--scenario", "cli/tests/plan/otherwise.yaml", "--format", "vector"]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("expected +v1 ~v1(failed)"), "{error}");
    assert!(error.contains("foretold own cm +v1(pending-install) new cm ~v1(deployed)"), "{error}");
}

#[test]
fn what_was_observed_can_be_written_and_read_again() {
    let output = hookwright(&["plan", "--scenario", "cli/tests/plan/life.yaml", "--format", "observed"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let (_, observed) = printed.split_once('\n').unwrap();
    let scenario = std::fs::read_to_string(Path::new(ROOT).join("cli/tests/plan/life.yaml")).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("life.yaml");
    std::fs::write(&path, scenario + observed).unwrap();
    let again = hookwright(&["plan", "--scenario", path.to_str().unwrap(), "--format", "vector"]);
    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
    assert!(String::from_utf8_lossy(&again.stdout).contains("record v3: deployed, mig=Succeeded"));
}
