//! Whole charts, one run of each program a case.

use crate::case::Case;
use crate::random::Random;
use crate::snippet::Grammar;
use crate::{Session, shrink, trees};
use std::io;

pub fn round(session: &mut Session, random: &mut Random, _grammar: &Grammar) -> io::Result<()> {
    for _ in 0..12 {
        let case = trees::case(random);
        session.count("charts", 1);
        if session.bench.differs(&case)?.is_some() {
            let small = smaller(session, case)?;
            if let Some((helm, ours)) = session.bench.differs(&small)? {
                session.findings.add("charts", &small.show(), &helm, &ours);
            }
        }
    }
    Ok(())
}

/// Fewer files, fewer flags, shorter texts.
fn smaller(session: &Session, mut case: Case) -> io::Result<Case> {
    let differs = |case: &Case| session.bench.unlike(case);
    let files: Vec<(String, Vec<u8>)> = case.files.clone().into_iter().collect();
    let with = |files: &[(String, Vec<u8>)]| Case {
        files: files.iter().cloned().collect(),
        args: case.args.clone(),
    };
    let files = shrink::list(&files, |files| differs(&with(files)))?;
    case.files = files.into_iter().collect();
    let flags: Vec<String> = case.args[2..].to_vec();
    let with = |flags: &[String]| {
        let mut case = case.clone();
        case.args.truncate(2);
        case.args.extend_from_slice(flags);
        case
    };
    case = with(&shrink::list(&flags, |flags| differs(&with(flags)))?);
    for name in case.files.keys().cloned().collect::<Vec<_>>() {
        let text = String::from_utf8_lossy(&case.files[&name]).into_owned();
        let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let with = |lines: &[String]| {
            let mut case = case.clone();
            case.files.insert(name.clone(), lines.concat().into_bytes());
            case
        };
        case = with(&shrink::list(&lines, |lines| differs(&with(lines)))?);
    }
    Ok(case)
}
