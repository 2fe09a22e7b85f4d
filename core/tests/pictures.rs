//! Pictures of lives that the simulator foretells.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::timeline::render::{Options, Style, Theme, html, json, mermaid, svg, text};
use hookwright_core::timeline::{ClientEnd, Event, ObjectName, PodSpan, StepTrace, Timeline, What};
use hookwright_core::{go, scenario, schema};

const HANG: &str = "name: hang
charts:
  a: [Deployment shop]
  b: [Deployment shop x=2, Job migrate pre-upgrade]
steps:
- run: install a --wait
- run: upgrade b --timeout 300s
  outcomes: {migrate: hang}
";

const OVERLAP: &str = "name: overlap
charts:
  a: [Deployment shop]
  b: [Deployment shop x=2, Job migrate-1732471200 pre-upgrade]
  c: [Deployment shop x=2, Job migrate-1732471555 pre-upgrade]
steps:
- run: install a --wait
- run: upgrade b --timeout 300s
  outcomes: {migrate*: ok 600}
- run: upgrade c --timeout 300s
";

fn foretold(text: &str) -> Timeline {
    scenario::simulate(&scenario::parse(text.as_bytes()).unwrap())
}

fn every() -> Vec<Timeline> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/scenario/observed");
    let mut all = vec![foretold(HANG), foretold(OVERLAP), Timeline::default(), evil()];
    for name in ["uninstall", "clients", "signals", "slow"] {
        let text = std::fs::read(folder.join(format!("{name}.yaml"))).unwrap();
        all.extend(scenario::parse_all(&text).unwrap().iter().map(scenario::simulate));
    }
    all
}

/// Names no cluster would take, and a timeline no simulator would make.
fn evil() -> Timeline {
    let object = ObjectName { kind: "Job".into(), name: "<script>&\"'\u{1}]]>".into() };
    let what =
        What::Applied { object: object.clone(), change: String::new(), mark: String::new(), parallel: false };
    Timeline {
        steps: vec![StepTrace {
            events: vec![Event { at: u64::MAX, client: Some("<A>".into()), what }],
            clients: vec![ClientEnd {
                client: "<A>".into(),
                exit: 1,
                error: "Error: </svg>; # end".into(),
                dead: false,
                command: "upgrade <b>\n\u{1b}[31m".into(),
                from: 9,
                at: 3,
            }],
            ..StepTrace::default()
        }],
        spans: vec![PodSpan {
            family: object.name,
            kind: "Job".into(),
            life: vec![(u64::MAX, "running".into())],
            ..PodSpan::default()
        }],
        objects: vec!["Job/<x> running".into()],
        now: 5,
        ..Timeline::default()
    }
}

/// Whether a text is well-formed XML, as far as pictures use it: elements nest, attributes are quoted, entities known.
fn well_formed(xml: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        entities(&rest[..at])?;
        rest = &rest[at + 1..];
        let end = rest.find('>').ok_or("a tag does not end")?;
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if tag.contains('<') || !tag.matches('"').count().is_multiple_of(2) {
            return Err(format!("bad tag <{tag}>"));
        }
        entities(tag)?;
        let name = tag.trim_matches('/').split([' ', '\n']).next().unwrap_or_default();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("open: {open:?}")) }
}

fn entities(text: &str) -> Result<(), String> {
    for part in text.split('&').skip(1) {
        if !["lt;", "gt;", "amp;", "quot;", "#39;"].iter().any(|known| part.starts_with(known)) {
            return Err(format!("bad entity &{part}"));
        }
    }
    match text.chars().find(|c| c.is_control() && *c != '\n') {
        Some(c) => Err(format!("control character {c:?}")),
        None => Ok(()),
    }
}

#[test]
fn pictures_are_well_formed_and_need_nothing_else() {
    for timeline in every() {
        for width in [0, 1, 400, 1400, u32::MAX] {
            for theme in [Theme::Auto, Theme::Light, Theme::Dark] {
                let picture = svg::render(&timeline, &Options { width, theme, ..Options::default() });
                well_formed(&picture).unwrap_or_else(|error| panic!("{error}\n{picture}"));
                assert_eq!(picture.contains("prefers-color-scheme"), theme == Theme::Auto);
                assert!(picture.contains("role=\"img\"") && picture.contains("<desc id="));
                assert!(!picture.contains("NaN") && !picture.contains("inf\""), "{picture}");
                for banned in ["<script", "@import", "href", "<foreignObject"] {
                    assert!(!picture.contains(banned), "{banned}");
                }
            }
        }
        let page = html::render(&timeline, &Options::default());
        assert!(!page.contains("<script") && page.contains("<ol>") && page.ends_with("</html>\n"));
    }
}

#[test]
fn a_picture_has_its_lanes() {
    for width in [400, 1400] {
        let picture = svg::render(&foretold(OVERLAP), &Options { width, ..Options::default() });
        for lane in ["helm", "release", "Job migrate-1732471200", "Job migrate-1732471555", "Deployment shop"]
        {
            assert!(picture.contains(&format!(">{lane}</text>")), "{lane}");
        }
        assert!(picture.contains("url(#px)"), "the overlap is hatched");
    }
}

#[test]
fn a_happy_life_has_no_red() {
    let text = HANG.replace("hang}", "ok 12}");
    let drawn = text::render(&foretold(&text), &Options { style: Style::Colour, ..Options::default() });
    assert!(!drawn.contains("\x1b[31m"), "{drawn}");
    assert!(drawn.contains("The upgrade succeeds"));
}

#[test]
fn text_tells_a_time_out() {
    let drawn = text::render(&foretold(HANG), &Options::default());
    assert!(drawn.lines().all(|line| line.chars().count() <= 80), "{drawn}");
    let (_, upgrade) = drawn.split_once("\n\n").unwrap().1.split_once("\n\n").unwrap();
    assert_eq!(upgrade, TIME_OUT, "\n{upgrade}");
}

const TIME_OUT: &str = "\
\x20  0.6s  helm      upgrade b --timeout 300s
   1.1s  release   v2 pending-upgrade
         delete    Job/migrate               nothing to delete: not there
         create    Job/migrate
         pod       Job/migrate               its Pod runs
   5m1s  time-out  Job/migrate               Helm stops waiting; nobody stops
                                             the hook
         release   v2 failed                 pre-upgrade hooks failed: resource
                                             Job/NS/migrate not ready. status:
                                             InProgress, message: Job in
                                             progress
         exit      exit 1                    version 1 stays in service

left in the cluster
  release v1       deployed
  release v2       failed
  Deployment/shop  version 1
  Job/migrate      running
  Pod/migrate-*    running
";

#[test]
fn text_of_strangers_is_tame() {
    for style in [Style::Plain, Style::Ascii] {
        let drawn = text::render(&evil(), &Options { style, ..Options::default() });
        assert!(drawn.chars().all(|c| !c.is_control() || c == '\n'), "{drawn}");
        assert!(style != Style::Ascii || drawn.is_ascii(), "{drawn}");
    }
}

#[test]
fn mermaid_tells_a_time_out() {
    let drawn = mermaid::render(&foretold(HANG), &Options::default());
    assert_eq!(drawn, MERMAID, "\n{drawn}");
    let strange = mermaid::render(&evil(), &Options::default());
    assert!(!strange.contains('<'), "{strange}");
}

const MERMAID: &str = "\
---
title: \"The upgrade times out, Job/migrate runs on\"
---
sequenceDiagram
    participant p0 as helm
    participant p1 as release record
    participant p2 as Deployment/shop
    participant p3 as Job/migrate
    Note over p0: 0s helm install a --wait
    p0->>p1: 0.4s v1 pending-install (Helm notes what it begins)
    Note over p2: 0.6s serves (version 1)
    p0->>p1: 0.6s v1 deployed
    Note over p0: 0.6s exit 0
    Note over p0: 0.6s helm upgrade b --timeout 300s
    p0->>p1: 1.1s v2 pending-upgrade
    p0->>p3: 1.1s create
    p3--xp0: 5m1s time-out (Helm stops waiting#59; nobody stops the hook)
    p0-xp1: 5m1s v2 failed (pre-upgrade hooks failed: resource Job/NS/migrate not ready. status: InProgress, message: Job in progress)
    Note over p0: 5m1s exit 1 (version 1 stays in service)
";

#[test]
fn json_is_as_its_schema_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/timeline.schema.json");
    let rules = std::fs::read(path).unwrap();
    let check = |text: &str| {
        let value = go::json::decode(text.as_bytes(), HelmVersion::V4_3).unwrap();
        schema::validate(&rules, &value, "timeline", HelmVersion::V4_3)
    };
    for timeline in every() {
        let text = json::render(&timeline, &Options::default());
        check(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
    let text = json::render(&foretold(HANG), &Options::default());
    assert!(check(&text.replace("\"schemaVersion\": 1", "\"schemaVersion\": 2")).is_err());
}
