//! Template snippets: those that work are packed into one chart, those that fail are asked one by one.

use crate::Session;
use crate::case::Case;
use crate::ours;
use crate::pools::VALUES;
use crate::random::Random;
use crate::shrink;
use crate::snippet::{Grammar, Writer};
use std::io;

const PACK: usize = 400;

pub const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.2.3+b\nappVersion: \"1.0\"\ntype: application\ndescription: A chart\nkeywords: [a, b]\nhome: http://h\nsources: [http://s]\nicon: http://i\nkubeVersion: \">=1.20.0-0\"\nmaintainers: [{name: M, email: m@x.y, url: http://u}]\nannotations: {k: v, \"n.x/y\": z}\n";

const SINGLE: &str = "templates/t.yaml";

/// One round: a pack, and the failures among it.
pub fn round(session: &mut Session, random: &mut Random, grammar: &Grammar) -> io::Result<()> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for index in 0..PACK {
        let snippet = Writer::new(random, grammar, format!("s{index}")).snippet();
        match ours::error(
            &[
                ("Chart.yaml", CHART),
                ("values.yaml", VALUES),
                ("data.txt", "one\ntwo\n\nfour"),
                ("templates/_s0.tpl", &snippet),
                ("templates/main.yaml", &line(0)),
            ],
            session.version,
        ) {
            None => good.push(snippet),
            Some(error) => bad.push((snippet, error)),
        }
    }
    session.count("snippets that work", good.len());
    work(session, good)?;
    for (snippet, error) in bad {
        // Rare errors first: of common ones a sample is enough.
        let shape = crate::case::shape(&error);
        let seen = session.shapes.entry(shape).or_default();
        *seen += 1;
        if *seen > 3 && !random.chance(1) {
            continue;
        }
        session.count("snippets that fail", 1);
        if session.bench.differs(&single(&snippet))?.is_some() {
            report(session, &snippet, &single)?;
        }
    }
    Ok(())
}

fn line(index: usize) -> String {
    format!("s{index}: {{{{ include \"c/templates/_s{index}.tpl\" . | b64enc }}}}\n")
}

/// A snippet as a template of its own.
fn single(snippet: &str) -> Case {
    Case::chart(&[
        ("Chart.yaml", CHART),
        ("values.yaml", VALUES),
        ("data.txt", "one\ntwo\n\nfour"),
        (SINGLE, snippet),
    ])
}

fn packed(snippets: &[String]) -> Case {
    let mut case =
        Case::chart(&[("Chart.yaml", CHART), ("values.yaml", VALUES), ("data.txt", "one\ntwo\n\nfour")]);
    let main: String = (0..snippets.len()).map(line).collect();
    case.files.insert("c/templates/main.yaml".into(), main.into_bytes());
    for (index, snippet) in snippets.iter().enumerate() {
        case.files.insert(format!("c/templates/_s{index}.tpl"), snippet.clone().into_bytes());
    }
    case
}

fn alone(snippet: &str) -> Case {
    packed(&[snippet.to_owned()])
}

/// Renders snippets together; a difference is looked at alone.
fn work(session: &mut Session, mut snippets: Vec<String>) -> io::Result<()> {
    for _ in 0..6 {
        let case = packed(&snippets);
        session.bench.write(&case)?;
        let (helm, ours) = (session.bench.helm(&case)?, session.bench.ours(&case)?);
        if helm == ours || crate::case::known(&helm, &ours) {
            return Ok(());
        }
        let culprits: Vec<usize> = if helm.code == Some(0) && ours.code == Some(0) {
            let lines =
                |out: &[u8]| String::from_utf8_lossy(out).lines().map(str::to_owned).collect::<Vec<_>>();
            let ours = lines(&ours.stdout);
            // What helm does not repeat is an address, or the order of a map.
            let again = lines(&session.bench.helm(&case)?.stdout);
            let theirs = lines(&helm.stdout);
            let repeated = theirs.iter().enumerate().filter(|(at, line)| again.get(*at) == Some(line));
            let culprits: Vec<usize> = repeated
                .filter(|(at, line)| ours.get(*at) != Some(line))
                .filter_map(|(_, line)| line.strip_prefix('s')?.split(':').next()?.parse().ok())
                .collect();
            if culprits.is_empty() {
                return Ok(());
            }
            culprits
        } else {
            let text = if helm.code == Some(0) { &ours.stderr } else { &helm.stderr };
            text.match_indices("/_s")
                .filter_map(|(at, _)| text[at + 3..].split('.').next()?.parse().ok())
                .take(1)
                .collect()
        };
        if culprits.is_empty() {
            session.findings.add("a pack differs", &case.show(), &helm, &ours);
            return Ok(());
        }
        for index in culprits.iter().rev() {
            if *index >= snippets.len() {
                continue;
            }
            let snippet = snippets.remove(*index);
            if session.bench.differs(&alone(&snippet))?.is_some() {
                report(session, &snippet, &alone)?;
            } else if session.bench.differs(&single(&snippet))?.is_some() {
                report(session, &snippet, &single)?;
            } else {
                println!("(only in company) {snippet:?}");
            }
        }
    }
    Ok(())
}

fn report(session: &mut Session, snippet: &str, wrap: &dyn Fn(&str) -> Case) -> io::Result<()> {
    let small = shrink::text(snippet, |text| session.bench.unlike(&wrap(text)))?;
    if let Some((helm, ours)) = session.bench.differs(&wrap(&small))? {
        session.findings.decode("template", &small, &helm, &ours);
    }
    Ok(())
}
