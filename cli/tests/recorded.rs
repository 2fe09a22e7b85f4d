//! Our command line against recorded answers of the real helm.
//!
//! Every folder of `tests/recorded/` is a topic: charts, values files, and cases. A case is a file `NAME.VERSION`
//! (`quote.4.3`), readable alone: the command, the exit code, then both outputs as helm VERSION printed them.
//!
//! ```text
//! $ template rel chart --set a=b
//! exit 0
//! === stdout
//! …
//! === stderr
//! …
//! ```
//!
//! With `HOOKWRIGHT_RECORD=DIR`, a folder that holds `helm-v4.3.1`, `helm-v4.2.3`, …, the answers are recorded anew
//! instead, and a case that is only a command line is completed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const VERSIONS: [(&str, &str); 4] =
    [("4.3", "helm-v4.3.1"), ("4.2", "helm-v4.2.3"), ("4.1", "helm-v4.1.4"), ("3.17", "helm-v3.17.3")];

#[test]
fn recorded_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let record = std::env::var_os("HOOKWRIGHT_RECORD").map(PathBuf::from);
    let (mut count, mut failures) = (0, String::new());
    for topic in sorted(&root).into_iter().filter(|path| path.is_dir()) {
        for file in sorted(&topic).into_iter().filter(|path| path.is_file()) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let Some((version, helm)) =
                VERSIONS.into_iter().find(|(version, _)| name.ends_with(&format!(".{version}")))
            else {
                continue;
            };
            count += 1;
            let recorded = fs::read_to_string(&file).unwrap();
            let line = recorded.lines().next().unwrap_or_default();
            let arguments =
                words(line.strip_prefix("$ ").unwrap_or_else(|| panic!("{name}: no command line")));
            if let Some(folder) = &record {
                let mut command = Command::new(folder.join(helm));
                command.args(&arguments);
                fs::write(&file, answer(line, command, &topic)).unwrap();
                continue;
            }
            let mut command = Command::new(env!("CARGO_BIN_EXE_hookwright"));
            command.arg(&arguments[0]).args(["--plain", "--helm-version", version]).args(&arguments[1..]);
            let got = answer(line, command, &topic);
            if got != recorded {
                let at = got.lines().zip(recorded.lines()).take_while(|(a, b)| a == b).count();
                let _ = writeln!(
                    failures,
                    "\n{}/{name}: line {}\n  helm {:?}\n  ours {:?}",
                    topic.file_name().unwrap().to_string_lossy(),
                    at + 1,
                    recorded.lines().nth(at).unwrap_or("(end)"),
                    got.lines().nth(at).unwrap_or("(end)"),
                );
            }
        }
    }
    assert!(count > 0, "no recorded case found below {}", root.display());
    assert!(failures.is_empty(), "{failures}");
    println!("{count} cases");
}

/// Runs a command in a topic's folder with nothing of the surroundings, and lays its answer out as a case.
fn answer(line: &str, mut command: Command, topic: &Path) -> String {
    let nowhere = topic.join("no-such-home");
    let output = command
        .current_dir(topic)
        .env_clear()
        .env("HOME", &nowhere)
        .env("TZ", "UTC")
        .output()
        .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
    let here = format!("{}/", topic.display());
    let show = |bytes: &[u8]| {
        let mut text = String::from_utf8_lossy(bytes).replace(&here, "TOPIC/");
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str("\n(no newline at the end)\n");
        }
        text
    };
    format!(
        "{line}\nexit {}\n=== stdout\n{}=== stderr\n{}",
        output.status.code().map_or("by a signal".into(), |code| code.to_string()),
        show(&output.stdout),
        show(&output.stderr)
    )
}

/// The words of a command line: blanks separate, single quotes hold together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}
