//! One question to both programs: files and a command line; and how their answers are compared.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Files below the working folder, and arguments after `template`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Case {
    pub files: BTreeMap<String, Vec<u8>>,
    pub args: Vec<String>,
}

impl Case {
    /// A case around the chart folder `c`.
    pub fn chart(files: &[(&str, &str)]) -> Case {
        let files =
            files.iter().map(|(name, text)| (format!("c/{name}"), text.as_bytes().to_vec())).collect();
        Case { files, args: vec!["rel".into(), "c".into()] }
    }

    /// The case as a person can repeat it.
    pub fn show(&self) -> String {
        let mut text =
            format!("$ template {}\n", self.args.iter().map(|arg| quoted(arg)).collect::<Vec<_>>().join(" "));
        for (name, data) in &self.files {
            text += &format!("--- {name}\n{}\n", String::from_utf8_lossy(data));
        }
        text
    }
}

fn quoted(word: &str) -> String {
    let plain = !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./=,:".contains(&byte));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// What a program said.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Answer {
    /// The last `Error: `, to the end.
    pub fn error(&self) -> &str {
        let start = if self.stderr.starts_with("Error: ") {
            0
        } else {
            self.stderr.find("\nError: ").map_or(0, |at| at + 1)
        };
        self.stderr.get(start..).unwrap_or_default()
    }

    /// The error without what differs from one case to the next.
    pub fn shape(&self) -> String {
        shape(self.error())
    }
}

/// A text without numbers, quoted and bracketed parts.
pub fn shape(text: &str) -> String {
    let (mut out, mut skip) = (String::new(), None);
    for c in text.chars().filter(|c| !c.is_ascii_digit()) {
        match skip {
            Some(end) if c == end => skip = None,
            Some(_) => continue,
            None => match c {
                '"' => skip = Some('"'),
                '<' => skip = Some('>'),
                '`' => skip = Some('`'),
                _ => {}
            },
        }
        out.push(c);
    }
    out
}

/// The two programs and a place to work.
pub struct Bench {
    pub folder: PathBuf,
    pub helm: PathBuf,
    pub ours: PathBuf,
    pub version: String,
    pub runs: std::cell::Cell<u64>,
}

impl Bench {
    pub fn write(&self, case: &Case) -> io::Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::create_dir_all(&self.folder)?;
        for (name, data) in &case.files {
            let path = self.folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, data)?;
        }
        Ok(())
    }

    fn run(&self, program: &Path, first: &[&str], case: &Case) -> io::Result<Answer> {
        self.runs.set(self.runs.get() + 1);
        let mut child = Command::new(program)
            .args(first)
            .args(&case.args)
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", self.folder.join("no-home"))
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .stdout(fs::File::create(self.folder.join(".stdout"))?)
            .stderr(fs::File::create(self.folder.join(".stderr"))?)
            .spawn()?;
        let begun = Instant::now();
        let status = loop {
            match child.try_wait()? {
                Some(status) => break status.code(),
                None if begun.elapsed() > Duration::from_secs(60) => {
                    child.kill()?;
                    child.wait()?;
                    break Some(-9);
                }
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        let stderr = String::from_utf8_lossy(&fs::read(self.folder.join(".stderr"))?).into_owned();
        Ok(Answer {
            code: status,
            stdout: fs::read(self.folder.join(".stdout"))?,
            stderr: without_times(&stderr),
        })
    }

    pub fn helm(&self, case: &Case) -> io::Result<Answer> {
        self.run(&self.helm, &["template"], case)
    }

    pub fn ours(&self, case: &Case) -> io::Result<Answer> {
        self.run(&self.ours, &["template", "--plain", "--helm-version", &self.version], case)
    }

    /// Whether the answers differ, asked once: good enough to make a case small.
    pub fn unlike(&self, case: &Case) -> io::Result<bool> {
        self.write(case)?;
        let ours = self.ours(case)?;
        let helm = self.helm(case)?;
        Ok(helm != ours && !known(&helm, &ours))
    }

    /// Both answers, when they differ. Helm is asked again: what it cannot repeat is not held against us.
    pub fn differs(&self, case: &Case) -> io::Result<Option<(Answer, Answer)>> {
        self.write(case)?;
        let (helm, ours) = (self.helm(case)?, self.ours(case)?);
        if helm == ours || known(&helm, &ours) {
            return Ok(None);
        }
        for _ in 0..3 {
            let again = self.helm(case)?;
            if again != helm || again == ours {
                return Ok(None);
            }
        }
        Ok(Some((helm, ours)))
    }
}

/// Lines of helm 3's log begin with the moment.
fn without_times(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.split('\n') {
        let bytes = line.as_bytes();
        let dated = bytes.len() > 20
            && bytes[4] == b'/'
            && bytes[7] == b'/'
            && bytes[13] == b':'
            && bytes[16] == b':';
        // C20: what --debug adds is about helm's insides.
        if line.starts_with("level=DEBUG ") || line.starts_with("install.go:") {
            continue;
        }
        lines.push(if dated { &line[20..] } else { line });
    }
    // C4: warnings about several charts come in the order of a Go map.
    let logged = lines.iter().take_while(|line| !line.starts_with("Error: ")).count();
    lines[..logged].sort_unstable();
    lines.join("\n")
}

/// Differences that are meant (docs/compat.md).
pub fn known(helm: &Answer, ours: &Answer) -> bool {
    // C9, C10: a limit of ours, reported as such.
    if ours.stderr.contains("Error: limit ") || ours.stderr.contains(": limit ") {
        return true;
    }
    // Go crashed or was stopped.
    helm.code == Some(2) && helm.stderr.contains("goroutine ") || helm.code == Some(-9)
}
