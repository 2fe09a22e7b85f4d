//! Regular expressions, versions, globs and URLs against recorded answers of Go and the libraries Helm is built with.
//!
//! `fixtures/go_text/README.md` says what a line holds; `GO_TEXT_CASES=file` checks another recording.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::go::glob::{Glob, path_match};
use hookwright_core::go::quote::{quote, unquote};
use hookwright_core::go::regexp::Regexp;
use hookwright_core::go::url::Url;
use hookwright_core::go::utf8::to_valid_string;
use hookwright_core::semver::{Constraints, Version};
use std::ops::Range;

#[test]
fn agrees_with_go() {
    if let Ok(path) = std::env::var("GO_TEXT_CASES") {
        return check(&path);
    }
    for name in ["glob", "match", "regexp", "semver", "url"] {
        check(&format!("tests/fixtures/go_text/{name}.txt"));
    }
}

fn check(path: &str) {
    let cases = std::fs::read_to_string(path).expect("cases");
    let mut failures = Vec::new();
    for line in cases.lines() {
        let (kind, literals) = line.split_once('\t').expect("a kind");
        let fields: Vec<Vec<u8>> = literals.split('\t').map(|l| unquote(l).expect("a literal")).collect();
        let inputs = match kind {
            "recompile" | "url" => 1,
            "glob" | "match" => 2,
            "semver" => 3,
            "regexp" => 4,
            "join" => 7,
            other => panic!("unknown kind {other}"),
        };
        let (inputs, want) = fields.split_at(inputs);
        let got = answer(kind, inputs);
        if got != want {
            let show = |fields: &[Vec<u8>]| fields.iter().map(quote).collect::<Vec<_>>().join(" ");
            failures.push(format!("{kind} {}\n  want {}\n  got  {}", show(inputs), show(want), show(&got)));
        }
    }
    let shown: Vec<_> = failures.iter().take(20).map(String::as_str).collect();
    assert!(failures.is_empty(), "{path}: {} differ\n{}", failures.len(), shown.join("\n"));
    assert!(!cases.is_empty());
}

fn answer(kind: &str, inputs: &[Vec<u8>]) -> Vec<Vec<u8>> {
    match (kind, inputs) {
        ("recompile", [pattern]) => {
            vec![Regexp::compile(pattern).map_or_else(String::into_bytes, |_| b"compiles".to_vec())]
        }
        ("regexp", [pattern, text, replacement, n]) => regexp(pattern, text, replacement, n),
        ("semver", [constraint, version, other]) => semver(constraint, version, other),
        ("glob", [pattern, name]) => vec![
            match Glob::compile(pattern) {
                Err(error) => format!("E{error}"),
                Ok(glob) => {
                    glob.matches(name).map_or_else(|fault| format!("P{fault}"), |yes| yes.to_string())
                }
            }
            .into_bytes(),
        ],
        ("match", [pattern, name]) => {
            vec![
                path_match(pattern, name)
                    .map_or_else(|bad| bad.to_string(), |yes| yes.to_string())
                    .into_bytes(),
            ]
        }
        ("url", [text]) => url(text),
        ("join", [scheme, host, path, query, opaque, fragment, user]) => {
            let url = Url {
                scheme: scheme.clone(),
                host: host.clone(),
                path: path.clone(),
                raw_query: query.clone(),
                opaque: opaque.clone(),
                fragment: fragment.clone(),
                user: Url::parse(user).expect("a URL").user,
                ..Url::default()
            };
            vec![url.to_bytes()]
        }
        _ => Vec::new(),
    }
}

fn regexp(pattern: &[u8], text: &[u8], replacement: &[u8], n: &[u8]) -> Vec<Vec<u8>> {
    let regexp = match Regexp::compile(pattern) {
        Ok(regexp) => regexp,
        Err(error) => return vec![error.into_bytes()],
    };
    let n: isize = to_valid_string(n).parse().expect("a number");
    let place = |range: &Range<usize>| format!("{} {}", range.start, range.end);
    let list = |items: Vec<String>| format!("[{}]", items.join(" ")).into_bytes();
    let groups = |groups: &Vec<Option<Range<usize>>>| {
        let places = groups.iter().map(|group| group.as_ref().map_or("-1 -1".to_string(), place));
        format!("[{}]", places.collect::<Vec<_>>().join(" "))
    };
    vec![
        list(regexp.find_all_submatch(text, -1).iter().map(groups).collect()),
        regexp.replace_all(text, replacement),
        regexp.replace_all_literal(text, replacement),
        list(regexp.split(text, n).iter().map(quote).collect()),
        list(regexp.find_all(text, n).iter().map(|range| format!("[{}]", place(range))).collect()),
        list(regexp.find(text).iter().map(place).collect()),
        regexp.is_match(text).to_string().into_bytes(),
        regexp.replace_all(b"", replacement),
    ]
}

fn semver(constraint: &[u8], version: &[u8], other: &[u8]) -> Vec<Vec<u8>> {
    let text = |bytes: &[u8]| to_valid_string(bytes);
    let answer = |helm: HelmVersion| -> Result<String, String> {
        let constraints = Constraints::parse(&text(constraint), helm)?;
        let (version, other) = (Version::parse_for(version, helm)?, Version::parse_for(other, helm)?);
        let order = version.compare(&other) as i8;
        let mut answer = format!("{} {order} {version} {}", constraints.check(&version), version.original());
        if helm == HelmVersion::V4_3 {
            answer =
                version.inc_patch(helm).map_or_else(|e| e, |next| format!("{answer} {}", next.original()));
        }
        Ok(answer)
    };
    let mut answers: Vec<_> = [HelmVersion::V3_17, HelmVersion::V4_1, HelmVersion::V4_3]
        .map(|helm| answer(helm).unwrap_or_else(|error| format!("E{error}")))
        .into();
    answers.push(Version::parse_strict(&text(version)).map_or_else(|error| error, |_| "ok".to_string()));
    answers.into_iter().map(String::into_bytes).collect()
}

fn url(text: &[u8]) -> Vec<Vec<u8>> {
    match Url::parse(text) {
        Err(error) => vec![error.into_bytes()],
        Ok(url) => vec![
            b"ok".to_vec(),
            url.scheme.clone(),
            url.host.clone(),
            url.hostname().to_vec(),
            url.path.clone(),
            url.raw_query.clone(),
            url.opaque.clone(),
            url.fragment.clone(),
            url.user.as_ref().map(|user| user.to_bytes()).unwrap_or_default(),
            url.to_bytes(),
            url.raw_path.clone(),
            url.raw_fragment.clone(),
        ],
    }
}
