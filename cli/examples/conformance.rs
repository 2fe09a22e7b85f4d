//! Renders every case of a corpus with the built `hookwright` and compares with recorded output of helm.
//!
//!     cargo run --release --example conformance -- DIR [--candidate PROGRAM] [--only TEXT] [--show N]
//!
//! DIR holds `index.tsv` (one row a case: chart, values file, flags, class), `charts/`, `values/` and `expected/`.
//! Classes: *ok-deterministic* must give the recorded bytes; *ok-random* must agree on every line on which several
//! recorded runs agree; *error* must fail, and its final message is compared too. Ends with 1 when a case fails.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<ExitCode> {
    let (mut corpus, mut candidate, mut only, mut show) = (None, None, String::new(), 10);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--candidate" => candidate = arguments.next(),
            "--only" => only = arguments.next().unwrap_or_default(),
            "--show" => show = arguments.next().ok_or("--show needs a number")?.parse()?,
            dir => corpus = Some(PathBuf::from(dir)),
        }
    }
    let corpus = corpus.ok_or("usage: conformance DIR [--candidate PROGRAM] [--only TEXT] [--show N]")?;
    let candidate = match candidate {
        Some(path) => fs::canonicalize(path)?,
        None => sibling_binary()?,
    };
    let cases: Vec<Case> =
        read_index(&corpus)?.into_iter().filter(|case| case.label().contains(&only)).collect();
    if cases.is_empty() {
        return Err("no case selected".into());
    }

    let (next, workers) = (AtomicUsize::new(0), std::thread::available_parallelism()?.get());
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let send = send.clone();
            let (cases, next, corpus, candidate) = (&cases, &next, &corpus, &candidate);
            scope.spawn(move || {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = judge(case, corpus, candidate)
                        .unwrap_or_else(|error| Verdict::Fail(error.to_string()));
                    if send.send((case, verdict)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        Ok(report(receive.iter().collect(), show))
    })
}

/// Prints failures and the table; the exit code.
fn report(mut results: Vec<(&Case, Verdict)>, show: usize) -> ExitCode {
    results.sort_by_key(|(case, _)| case.label());
    let mut table: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut shown = 0;
    for (case, verdict) in &results {
        let row = table.entry(&case.class).or_default();
        row[0] += 1;
        match verdict {
            Verdict::Pass => row[1] += 1,
            Verdict::OtherMessage(why) => {
                row[1] += 1;
                row[2] += 1;
                println!("other message  {}\n{why}", case.label());
            }
            Verdict::Fail(why) => {
                shown += 1;
                if shown <= show {
                    println!("FAILED  {}\n{why}", case.label());
                }
            }
        }
    }
    println!("{:<18} {:>6} {:>7} {:>7}  ", "class", "cases", "passed", "failed");
    for (class, [cases, passed, other]) in &table {
        let note = if *class == "error" {
            format!("{} with helm's final message", passed - other)
        } else {
            String::new()
        };
        println!("{class:<18} {cases:>6} {passed:>7} {:>7}  {note}", cases - passed);
    }
    let (total, passed) = table.values().fold((0, 0), |(t, p), row| (t + row[0], p + row[1]));
    println!("\n{passed} passed, {} failed", total - passed);
    ExitCode::from(u8::from(passed != total))
}

enum Verdict {
    Pass,
    /// It fails as it should, with other words.
    OtherMessage(String),
    Fail(String),
}

/// One row of the index.
struct Case {
    chart: String,
    variant: String,
    class: String,
    sha256: String,
    id: String,
    values_file: String,
    flags: String,
}

impl Case {
    fn label(&self) -> String {
        format!("{} {} {}", self.class, self.id, self.variant)
    }
}

fn read_index(corpus: &Path) -> Fallible<Vec<Case>> {
    let text = fs::read_to_string(corpus.join("index.tsv"))?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().ok_or("empty index")?.split('\t').collect();
    let column = |name: &str| {
        header.iter().position(|c| *c == name).ok_or_else(|| format!("index.tsv has no column {name}"))
    };
    let columns = [
        column("chart")?,
        column("variant")?,
        column("class")?,
        column("sha256")?,
        column("id")?,
        column("values_file")?,
        column("flags")?,
    ];
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |n: usize| cells.get(columns[n]).map(|c| (*c).to_owned()).ok_or("short row");
            Ok(Case {
                chart: cell(0)?,
                variant: cell(1)?,
                class: cell(2)?,
                sha256: cell(3)?,
                id: cell(4)?,
                values_file: cell(5)?,
                flags: cell(6)?,
            })
        })
        .collect()
}

fn judge(case: &Case, corpus: &Path, candidate: &Path) -> Fallible<Verdict> {
    let mut command = Command::new(candidate);
    command.args(["template", "rel", &case.chart, "--namespace", "ns"]).current_dir(corpus);
    if case.flags != "-" {
        command.args(case.flags.split_whitespace());
    }
    if case.values_file != "-" {
        command.args(["-f", &case.values_file]);
    }
    let output = command.stdin(Stdio::null()).env_clear().output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let recorded =
        |suffix: &str| corpus.join("expected").join(&case.id).join(format!("{}{suffix}", case.variant));
    if case.class == "error" {
        let expected = fs::read_to_string(recorded(".stderr.txt"))?;
        return Ok(match output.status.code() {
            Some(0) => Verdict::Fail("exit 0 where an error is expected".into()),
            Some(1) if final_message(&expected) == final_message(&stderr) => Verdict::Pass,
            Some(1) => Verdict::OtherMessage(format!(
                "  expected {}\n  got      {}",
                indent(final_message(&expected)),
                indent(final_message(&stderr))
            )),
            code => Verdict::Fail(format!("exit {code:?}: {stderr}")),
        });
    }
    if !output.status.success() {
        return Ok(Verdict::Fail(format!("  exit {:?}: {}", output.status.code(), indent(&stderr))));
    }
    if case.class == "ok-deterministic" {
        let digest: String =
            Sha256::digest(&output.stdout).iter().map(|byte| format!("{byte:02x}")).collect();
        if digest == case.sha256 {
            return Ok(Verdict::Pass);
        }
        let Ok(expected) = gunzip(&recorded(".yaml.gz")) else {
            return Ok(Verdict::Fail("  output differs (only its sha256 is recorded)".into()));
        };
        let fixed = Fixed::of(&[expected]);
        return Ok(Verdict::Fail(
            fixed.difference(&output.stdout).unwrap_or_else(|| "  output differs".into()),
        ));
    }
    let runs: Vec<Vec<u8>> =
        (1..).map_while(|n| gunzip(&recorded(&format!(".run{n}.yaml.gz"))).ok()).collect();
    if runs.len() < 2 {
        return Err("recorded runs are missing".into());
    }
    Ok(Fixed::of(&runs).difference(&output.stdout).map_or(Verdict::Pass, Verdict::Fail))
}

/// From the last line that begins with `Error: ` on.
fn final_message(stderr: &str) -> &str {
    let start = stderr.rfind("\nError: ").map(|at| at + 1).unwrap_or(0);
    stderr.get(start..).unwrap_or_default().trim_end()
}

fn indent(text: &str) -> String {
    text.trim_end().replace('\n', "\n           ")
}

fn gunzip(path: &Path) -> Fallible<Vec<u8>> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(fs::File::open(path)?).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What several runs have in common: runs of lines that every run has, in order, with free text between them.
struct Fixed {
    blocks: Vec<Vec<Vec<u8>>>,
    open_start: bool,
    open_end: bool,
}

impl Fixed {
    fn of(runs: &[Vec<u8>]) -> Fixed {
        let runs: Vec<Vec<Vec<u8>>> = runs.iter().map(|run| fold(run)).collect();
        let first = &runs[0];
        let mut keep = vec![true; first.len()];
        for run in &runs[1..] {
            let mut common = vec![false; first.len()];
            if run.len() == first.len() {
                for (index, line) in first.iter().enumerate() {
                    common[index] = run[index] == *line;
                }
            } else {
                for op in similar::capture_diff_slices(similar::Algorithm::Patience, first, run) {
                    if let similar::DiffOp::Equal { old_index, len, .. } = op {
                        common[old_index..old_index + len].fill(true);
                    }
                }
            }
            keep.iter_mut().zip(common).for_each(|(keep, common)| *keep &= common);
        }
        let mut blocks: Vec<Vec<Vec<u8>>> = Vec::new();
        let mut fresh = true;
        for (line, keep) in first.iter().zip(&keep) {
            if *keep {
                if fresh {
                    blocks.push(Vec::new());
                }
                blocks.last_mut().into_iter().for_each(|block| block.push(line.clone()));
            }
            fresh = !keep;
        }
        Fixed { blocks, open_start: keep.first() == Some(&false), open_end: keep.last() == Some(&false) }
    }

    /// The first place where `output` does not fit, in words.
    fn difference(&self, output: &[u8]) -> Option<String> {
        let lines = fold(output);
        let mut at = 0;
        for (number, block) in self.blocks.iter().enumerate() {
            let free = number > 0 || self.open_start;
            let found = if free {
                (at..=lines.len().saturating_sub(block.len()))
                    .find(|start| lines[*start..].starts_with(block))
            } else {
                lines.starts_with(block).then_some(0)
            };
            let Some(start) = found else {
                // The longest partial match tells more than the block's first line.
                let (best, matched) = (at..lines.len())
                    .map(|start| {
                        (start, lines[start..].iter().zip(block).take_while(|(a, b)| a == b).count())
                    })
                    .max_by_key(|(start, matched)| (*matched, usize::MAX - *start))
                    .unwrap_or((at, 0));
                let show = |line: Option<&Vec<u8>>| {
                    line.map_or("(end)".to_owned(), |line| {
                        String::from_utf8_lossy(line).chars().take(300).collect()
                    })
                };
                return Some(format!(
                    "  line {}\n  expected {}\n  got      {}",
                    best + matched + 1,
                    show(block.get(matched)),
                    show(lines.get(best + matched))
                ));
            };
            at = start + block.len();
        }
        if !self.open_end && at != lines.len() {
            return Some(format!("  line {}: more output than expected", at + 1));
        }
        None
    }
}

/// Lines, with the body of every PEM block (whose length varies) joined into one.
fn fold(text: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut inside = false;
    for line in text.split(|byte| *byte == b'\n') {
        let has = |needle: &[u8]| line.windows(needle.len()).any(|window| window == needle);
        if inside && !has(b"-----END ") && !has(b":") {
            let body = lines.last_mut();
            body.into_iter().for_each(|body| body.extend(line.trim_ascii()));
            continue;
        }
        lines.push(line.to_vec());
        inside = has(b"-----BEGIN ") && line.trim_ascii_end().ends_with(b"-----");
        if inside {
            lines.push(Vec::new());
        }
    }
    lines
}

/// The `hookwright` beside this example's folder: built by the same command.
fn sibling_binary() -> Fallible<PathBuf> {
    let example = std::env::current_exe()?;
    let folder = example.parent().and_then(Path::parent).ok_or("no target folder")?;
    let binary = folder.join(format!("hookwright{}", std::env::consts::EXE_SUFFIX));
    if binary.exists() { Ok(binary) } else { Err(format!("build it first: {}", binary.display()).into()) }
}
