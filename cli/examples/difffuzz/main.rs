//! A differential fuzzer: random charts, values and flags, rendered by the real helm and by us, must give the same
//! bytes, exit code and error text.
//!
//!     cargo run --profile quick --example difffuzz -- --helm /usr/bin/helm [--helm-version 4.3] [--seed N] [--seconds N]
//!         [--only templates|values|set|charts] [--folder DIR]
//!
//! A difference is made small, printed once for each kind, and counted; the run ends with 1 when there was any. The
//! seed of a round is printed with it, so that `--seed` begins there again.

mod case;
mod charts;
mod documents;
mod manifests;
mod ours;
mod pools;
mod random;
mod scalars;
mod sets;
mod shrink;
mod snippet;
mod templates;
mod texts;
mod trees;

use case::{Answer, Bench, shape};
use hookwright_core::dialect::HelmVersion;
use random::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Deep templates need it, as in the command line.
const STACK: usize = 1 << 30;

/// What a run knows.
pub struct Session {
    /// The two programs.
    pub bench: Bench,
    /// Whose behaviour is compared.
    pub version: HelmVersion,
    /// How often an error of a shape was seen.
    pub shapes: BTreeMap<String, usize>,
    /// Cases compared, by class.
    pub counts: BTreeMap<&'static str, usize>,
    /// What differed.
    pub findings: Findings,
}

impl Session {
    /// Counts cases of a class.
    pub fn count(&mut self, class: &'static str, cases: usize) {
        *self.counts.entry(class).or_default() += cases;
    }
}

/// Differences, one of each kind printed.
#[derive(Default)]
pub struct Findings {
    seen: BTreeSet<String>,
    total: usize,
}

impl Findings {
    /// Counts a difference, and prints it if it is the first of its kind.
    pub fn add(&mut self, class: &str, case: &str, helm: &Answer, ours: &Answer) {
        // C16: a time under a verb that wants another type (`%f`) also shows its location: not imitated.
        if helm.code == Some(0) && String::from_utf8_lossy(&helm.stdout).contains("*time.Location") {
            return;
        }
        self.total += 1;
        let kind = format!("{class} {:?} {} {:?} {}", helm.code, helm.shape(), ours.code, ours.shape());
        let kind = if helm.code == Some(0) && ours.code == Some(0) {
            format!("{kind}{}", shape(case))
        } else {
            kind
        };
        if !self.seen.insert(kind) {
            return;
        }
        println!("=== {class}\n{case}");
        let (theirs, mine) = (String::from_utf8_lossy(&helm.stdout), String::from_utf8_lossy(&ours.stdout));
        let (out, err) = (common(&theirs, &mine), common(&helm.stderr, &ours.stderr));
        for (name, answer, text) in [("helm", helm, &theirs), ("ours", ours, &mine)] {
            println!(
                "  {name} {:?} {:?}\n       {:?}",
                answer.code,
                cut(text, out),
                cut(&answer.stderr, err)
            );
        }
    }

    /// As [`Findings::add`], with packed answers unpacked.
    pub fn decode(&mut self, class: &str, case: &str, helm: &Answer, ours: &Answer) {
        let open = |answer: &Answer| {
            let text = String::from_utf8_lossy(&answer.stdout).into_owned();
            let Some(code) = text.lines().find_map(|line| line.strip_prefix("s0: ")) else {
                return answer.clone();
            };
            Answer { stdout: unpack(code), ..answer.clone() }
        };
        self.add(class, &format!("{case:?}"), &open(helm), &open(ours));
    }
}

/// How many characters two texts have in common at their beginnings.
fn common(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}

/// A long text around the place where it begins to differ.
fn cut(text: &str, at: usize) -> String {
    const LONG: usize = 1200;
    if text.chars().count() <= LONG {
        text.to_owned()
    } else {
        text.chars().skip(at.saturating_sub(200)).take(LONG).collect()
    }
}

/// Base64, for reading only.
fn unpack(code: &str) -> Vec<u8> {
    let (mut bits, mut count, mut out) = (0u32, 0, Vec::new());
    for byte in code.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

fn main() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let run = std::thread::Builder::new().stack_size(STACK).spawn(fuzz)?;
    run.join().map_err(|_| "the fuzzer panicked")?
}

fn fuzz() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let (mut helm, mut version, mut seed, mut seconds, mut only) =
        ("helm".to_owned(), "4.3".to_owned(), 1, 60, String::new());
    let mut folder = std::env::temp_dir().join(format!("difffuzz-{}", std::process::id()));
    let mut ours = sibling_binary();
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--helm" => helm = value,
            "--helm-version" => version = value,
            "--seed" => seed = value.parse()?,
            "--seconds" => seconds = value.parse()?,
            "--only" => only = value,
            "--folder" => folder = PathBuf::from(value),
            "--candidate" => ours = PathBuf::from(value),
            _ => return Err(format!("unknown flag {flag}").into()),
        }
    }
    let dialect = match version.as_str() {
        "3.17" => HelmVersion::V3_17,
        "4.1" => HelmVersion::V4_1,
        "4.2" => HelmVersion::V4_2,
        _ => HelmVersion::V4_3,
    };
    let bench = Bench {
        folder,
        helm: helm.into(),
        ours: std::path::absolute(ours)?,
        version,
        runs: Default::default(),
    };
    let mut session = Session {
        bench,
        version: dialect,
        shapes: BTreeMap::new(),
        counts: BTreeMap::new(),
        findings: Findings::default(),
    };
    let grammar = snippet::Grammar::new(dialect);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(seconds) {
        let before = session.findings.total;
        for class in ["templates", "values", "set", "charts"] {
            if !only.is_empty() && only != class {
                continue;
            }
            let mut random = Random::new(seed);
            match class {
                "templates" => templates::round(&mut session, &mut random, &grammar)?,
                "values" => documents::round(&mut session, &mut random)?,
                "set" => sets::round(&mut session, &mut random)?,
                _ => charts::round(&mut session, &mut random, &grammar)?,
            }
        }
        if session.findings.total > before {
            println!("(seed {seed})");
        }
        seed += 1;
    }
    println!(
        "\nnext seed {seed}, {} processes, {} error shapes",
        session.bench.runs.get(),
        session.shapes.len()
    );
    for (class, count) in &session.counts {
        println!("{count:>8} {class}");
    }
    println!("{:>8} differences, {} kinds", session.findings.total, session.findings.seen.len());
    Ok(ExitCode::from(u8::from(session.findings.total > 0)))
}

/// The `hookwright` beside this example's folder: built by the same command.
fn sibling_binary() -> PathBuf {
    let example = std::env::current_exe().unwrap_or_default();
    let folder = example.parent().and_then(Path::parent).unwrap_or(Path::new("."));
    folder.join(format!("hookwright{}", std::env::consts::EXE_SUFFIX))
}
