//! Damaged input: every fixture's templates, documents and flags, and a chart's archive, cut, doubled and overwritten
//! at random (seeded, bounded). Whatever comes of it, nothing panics. `fuzz/` searches the same entries without bound.

use hookwright_core::chart::{self, archive};
use hookwright_core::dialect::HelmVersion;
use hookwright_core::funcs::registry;
use hookwright_core::host::SealedHost;
use hookwright_core::limits::Limits;
use hookwright_core::release;
use hookwright_core::template;
use hookwright_core::value::{Map, Str};
use hookwright_core::values::set;
use hookwright_core::yaml;
use std::fs;
use std::path::{Path, PathBuf};

/// Rounds for each seed text; `HOOKWRIGHT_MUTATIONS` sets another number.
fn rounds() -> u64 {
    std::env::var("HOOKWRIGHT_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }
}

const TOKENS: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    "{{/*",
    "*/}}",
    "(",
    ")",
    "|",
    "$",
    "$x :=",
    "\"",
    "`",
    "'",
    ".",
    ".Values",
    "end",
    "else",
    "range",
    "define",
    "nil",
    "0x",
    "1e999",
    "[",
    "]",
    "{",
    "}",
    ":",
    "- ",
    "? ",
    "&a ",
    "*a",
    "!!binary ",
    "<<: ",
    "|\n",
    ">-\n",
    "---\n",
    "\t",
    "\r\n",
    "\u{feff}",
    "\u{85}",
    "\0",
    "=",
    ",",
    "\\",
    "[65536]",
    "[-1]",
    "null",
    "%",
];

/// One to four edits of `seed`.
fn mutate(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut text = seed.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(text.len() + 1);
        let end = (at + dice.roll(16)).min(text.len());
        match dice.roll(6) {
            0 => text.truncate(at),
            1 => drop(text.drain(at..end)),
            2 => {
                let part = text[at..end].to_vec();
                text.splice(at..at, part);
            }
            3 => {
                let token = TOKENS[dice.roll(TOKENS.len())];
                text.splice(at..at, token.bytes());
            }
            4 => text.insert(at, dice.roll(256) as u8),
            _ => {
                if let Some(byte) = text.get_mut(at) {
                    *byte ^= 1 << dice.roll(8);
                }
            }
        }
    }
    text
}

/// Runs `check` on mutations of every seed; a panic is reported with the input that caused it.
fn attack(seeds: &[Vec<u8>], check: impl Fn(&[u8])) {
    let mut dice = Dice(0x0068_6f6f_6b77_7269);
    for seed in seeds {
        for _ in 0..rounds() {
            let text = mutate(seed, &mut dice);
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&text)));
            assert!(outcome.is_ok(), "panicked on {:?}", String::from_utf8_lossy(&text));
        }
    }
}

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Lines of a fixture, the long ones left out.
fn lines(name: &str) -> Vec<Vec<u8>> {
    fixture(name)
        .split(|&byte| byte == b'\n')
        .filter(|line| (1..2000).contains(&line.len()))
        .map(<[u8]>::to_vec)
        .collect()
}

/// The snippets of the template fixtures.
fn snippets() -> Vec<Vec<u8>> {
    ["template/language.txt", "template/errors.txt", "template/printing.txt"]
        .iter()
        .flat_map(|name| {
            let text = String::from_utf8_lossy(&fixture(name)).into_owned();
            let of = |part: &str| part.split("\nv4.3.1").next().unwrap_or_default().as_bytes().to_vec();
            text.split("----------\n").skip(1).map(of).collect::<Vec<_>>()
        })
        .collect()
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    for (name, number) in [("steps", 100_000), ("output-bytes", 1 << 20), ("list-items", 100_000)] {
        assert!(limits.set(name, number));
    }
    limits
}

/// A stack as deep as the default limits ask for.
fn with_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 30).spawn(work).unwrap();
    assert!(thread.join().is_ok(), "see above");
}

#[test]
fn charts() {
    with_stack(|| {
        attack(&snippets(), |text| {
            for version in [HelmVersion::V4_3, HelmVersion::V3_17] {
                let files = vec![
                    chart::File::new("Chart.yaml", b"{apiVersion: v2, name: c, version: 0.1.0}"),
                    chart::File::new("values.yaml", &fixture("template/values.yaml")),
                    chart::File::new("templates/t.yaml", text),
                ];
                let loaded =
                    chart::load_files(files, version, &limits()).expect("only the template is damaged");
                let mut options = release::Options::default();
                options.settings.version = version;
                let host = SealedHost::new(1);
                let _ = release::render(loaded.chart, &Map::new(), &options, &host, &limits(), &mut |_| ());
            }
        });
    });
}

#[test]
fn documents() {
    with_stack(|| {
        let mut seeds = lines("yaml/read.jsonl");
        seeds.push(fixture("template/values.yaml"));
        attack(&seeds, |text| {
            // The fixture's lines are JSON and hence YAML; inside, its strings hold documents with escapes.
            for text in [text.to_vec(), String::from_utf8_lossy(text).replace("\\n", "\n").into_bytes()] {
                let Ok(value) = yaml::unmarshal(&text) else { continue };
                let Ok(written) = yaml::marshal(&value, HelmVersion::V4_3) else { continue };
                let _ = yaml::marshal_pretty(&value, HelmVersion::V4_3);
                assert!(
                    yaml::unmarshal(&written).is_ok(),
                    "unreadable: {}",
                    String::from_utf8_lossy(&written)
                );
            }
        });
    });
}

#[test]
fn flags() {
    let seeds: Vec<Vec<u8>> = lines("values/set.tsv");
    attack(&seeds, |text| {
        for flag in [set::Flag::Set, set::Flag::String, set::Flag::Literal, set::Flag::Json] {
            let _ = set::parse(text, flag, &Map::new(), HelmVersion::V4_3, &limits());
        }
    });
}

#[test]
fn charts_metadata_and_values() {
    with_stack(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../charts/demo-app");
        let mut files = Vec::new();
        collect(&folder, &folder, &mut files);
        let mut dice = Dice(7);
        for round in 0..rounds() * 50 {
            let hit = dice.roll(files.len());
            let damaged = files.iter().enumerate().map(|(index, (name, data))| match index == hit {
                true => chart::File::new(name.as_str(), &mutate(data, &mut dice)),
                false => chart::File::new(name.as_str(), data),
            });
            let damaged = damaged.collect();
            let Ok(loaded) = chart::load_files(damaged, HelmVersion::V4_3, &limits()) else { continue };
            let host = SealedHost::new(round);
            let options = release::Options::default();
            let _ = release::render(loaded.chart, &Map::new(), &options, &host, &limits(), &mut |_| ());
        }
    });
}

#[test]
fn archives() {
    let seed = vec![0; 3 * 512];
    attack(&vec![seed; 50], |text| {
        let mut packed = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
        // One stored block: the tar itself is what is damaged.
        let length = u16::try_from(text.len()).unwrap_or(0);
        packed.push(1);
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(text);
        packed.extend([0; 8]);
        let _ = archive::read(&packed, HelmVersion::V4_3, &limits());
        let _ = archive::read(text, HelmVersion::V4_3, &limits());
    });
}

#[test]
fn templates_parse() {
    with_stack(|| {
        attack(&snippets(), |text| {
            let functions = |name: &str| registry::lookup(name, HelmVersion::V4_3);
            let options = template::Options { functions: &functions, nesting: 10_000, counts_comments: true };
            let _ = template::parse("c/t.yaml".into(), Str::from(text), options);
        });
    });
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.push((name, fs::read(&path).unwrap()));
        }
    }
}
