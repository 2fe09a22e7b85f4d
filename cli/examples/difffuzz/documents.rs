//! Random documents, as values files and as text for `fromYaml` and its kin.

use crate::case::Case;
use crate::random::Random;
use crate::texts::{json, string, toml, yaml};
use crate::{Session, shrink};
use std::io;

const PACK: usize = 60;

/// The reader, then every way of writing what it read.
fn template(kind: &str, name: &str) -> String {
    let text = format!("(.Files.Get {name:?})");
    match kind {
        "yaml" => format!(
            "{{{{ $x := {text} | fromYaml }}}}{{{{ toJson $x }}}}|{{{{ toYaml $x }}}}|{{{{ toYamlPretty $x }}}}|{{{{ $x }}}}|{{{{ {text} | fromYamlArray | toJson }}}}|{{{{ {text} | fromYamlArray | toYaml }}}}"
        ),
        "json" => format!(
            "{{{{ $x := {text} | fromJson }}}}{{{{ toJson $x }}}}|{{{{ toYaml $x }}}}|{{{{ toPrettyJson $x }}}}|{{{{ toRawJson $x }}}}|{{{{ $x }}}}|{{{{ {text} | fromJsonArray | toJson }}}}|{{{{ {text} | fromYaml | toJson }}}}"
        ),
        "string" => format!(
            "{{{{ $x := list {text} }}}}{{{{ toYaml $x }}}}|{{{{ toYamlPretty (dict {text} $x) }}}}|{{{{ toJson $x }}}}|{{{{ toToml (dict \"a\" {text}) }}}}|{{{{ quote {text} }}}}|{{{{ toYaml (dict {text} {text}) | fromYaml | toJson }}}}"
        ),
        _ => format!(
            "{{{{ $x := {text} | fromToml }}}}{{{{ toJson $x }}}}|{{{{ toYaml $x }}}}|{{{{ toToml $x }}}}|{{{{ $x }}}}"
        ),
    }
}

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.0.0\n";

fn one(kind: &str, text: &str) -> Case {
    Case::chart(&[
        ("Chart.yaml", CHART),
        ("f/0", text),
        (
            "templates/main.yaml",
            &format!(
                "s0: {{{{ include \"x\" . | b64enc }}}}{{{{ define \"x\" }}}}{}{{{{ end }}}}",
                template(kind, "f/0")
            ),
        ),
    ])
}

fn as_file(text: &str) -> Case {
    let mut case = Case::chart(&[
        ("Chart.yaml", CHART),
        ("values.yaml", "k0: {own: 1, a: 2}\nk1: [1]\n"),
        ("templates/main.yaml", DUMP),
    ]);
    case.files.insert("v.yaml".into(), text.as_bytes().to_vec());
    case.args.extend(["-f".into(), "v.yaml".into()]);
    case
}

fn as_defaults(text: &str) -> Case {
    Case::chart(&[("Chart.yaml", CHART), ("values.yaml", text), ("templates/main.yaml", DUMP)])
}

fn as_subchart(text: &str) -> Case {
    Case::chart(&[
        ("Chart.yaml", CHART),
        ("values.yaml", "d: {k1: 5}"),
        ("charts/d/Chart.yaml", "apiVersion: v2\nname: d\nversion: 1.0.0\n"),
        ("charts/d/values.yaml", text),
        ("templates/main.yaml", DUMP),
    ])
}

fn as_manifest(text: &str) -> Case {
    Case::chart(&[("Chart.yaml", CHART), ("templates/main.yaml", text)])
}

pub const DUMP: &str = "j: {{ .Values | toJson | b64enc }}\ny: {{ .Values | toYaml | quote }}\ng: {{ .Values | toString | quote }}\n{{ range $k, $v := .Values }}{{ $k | quote }}: {{ printf \"%T\" $v | quote }}\n{{ end }}";

pub fn round(session: &mut Session, random: &mut Random) -> io::Result<()> {
    let mut texts = Vec::new();
    for _ in 0..PACK {
        texts.push(match random.below(10) {
            0 => ("json", json(random, 3)),
            1 | 2 => ("toml", toml(random)),
            3 | 4 => ("string", string(random)),
            _ => ("yaml", yaml(random)),
        });
    }
    session.count("documents read and written", texts.len());
    pack(session, &texts)?;
    for wrap in [as_file, as_defaults, as_subchart, as_manifest] {
        for _ in 0..3 {
            let text = yaml(random);
            session.count("values files and manifests", 1);
            if session.bench.differs(&wrap(&text))?.is_some() {
                report(session, &text, &wrap)?;
            }
        }
    }
    Ok(())
}

fn pack(session: &mut Session, texts: &[(&str, String)]) -> io::Result<()> {
    let mut case = Case::chart(&[("Chart.yaml", CHART)]);
    let mut main = String::new();
    for (index, (kind, text)) in texts.iter().enumerate() {
        case.files.insert(format!("c/f/{index}"), text.clone().into_bytes());
        main += &format!(
            "{{{{ define \"x{index}\" }}}}{}{{{{ end }}}}s{index}: {{{{ include \"x{index}\" . | b64enc }}}}\n",
            template(kind, &format!("f/{index}"))
        );
    }
    case.files.insert("c/templates/main.yaml".into(), main.into_bytes());
    session.bench.write(&case)?;
    let (helm, ours) = (session.bench.helm(&case)?, session.bench.ours(&case)?);
    if helm == ours {
        return Ok(());
    }
    let (theirs, mine) = (lines(&helm.stdout), lines(&ours.stdout));
    let all = helm.code != Some(0) || ours.code != Some(0);
    for (index, (kind, text)) in texts.iter().enumerate() {
        let name = format!("s{index}: ");
        let find = |lines: &[String]| lines.iter().find(|line| line.starts_with(&name)).cloned();
        if (all || find(&theirs) != find(&mine)) && session.bench.differs(&one(kind, text))?.is_some() {
            report(session, text, &|text| one(kind, text))?;
        }
    }
    Ok(())
}

fn lines(out: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(out).lines().map(str::to_owned).collect()
}

fn report(session: &mut Session, text: &str, wrap: &dyn Fn(&str) -> Case) -> io::Result<()> {
    let small = shrink::text(text, |text| session.bench.unlike(&wrap(text)))?;
    if let Some((helm, ours)) = session.bench.differs(&wrap(&small))? {
        let name = wrap("").files.keys().last().cloned().unwrap_or_default();
        session.findings.decode(&format!("values ({name})"), &small, &helm, &ours);
    }
    Ok(())
}
