//! A timeline as a Mermaid sequence diagram, for pages that draw those.

use super::Options;
use super::story::{Moment, Place, Story, Tone, clock, tell};
use crate::timeline::Timeline;
use std::fmt::Write;

/// Draws a timeline as a Mermaid sequence diagram.
pub fn render(timeline: &Timeline, options: &Options) -> String {
    let story = tell(timeline);
    let title = options.title.as_ref().unwrap_or(&story.headline);
    let mut lanes: Vec<(Place, String)> = Vec::new();
    let mut seen = |place: &Place, name: String| {
        if !lanes.iter().any(|(known, _)| known == place) {
            lanes.push((place.clone(), name));
        }
    };
    for client in &story.clients {
        let name = if story.clients.len() > 1 { format!("helm {client}") } else { "helm".to_owned() };
        seen(&Place::Client(client.clone()), name);
    }
    seen(&Place::Release, "release record".to_owned());
    let told: Vec<&Moment> = story.moments.iter().filter(|m| m.key || m.verb == "helm").collect();
    for moment in &told {
        match &moment.place {
            Place::Person => seen(&Place::Person, "a person".to_owned()),
            Place::Object(object) => seen(&moment.place, super::story::label(object)),
            Place::Client(_) | Place::Release => {}
        }
    }
    let id = |place: &Place| lanes.iter().position(|(known, _)| known == place).unwrap_or(0);
    let mut out = format!("---\ntitle: {}\n---\nsequenceDiagram\n", quoted(title));
    for (n, (place, name)) in lanes.iter().enumerate() {
        let role = if *place == Place::Person { "actor" } else { "participant" };
        let _ = writeln!(out, "    {role} p{n} as {}", message(name));
    }
    for moment in told {
        let what = message(&sentence(moment, &story));
        let to = id(&moment.place);
        match &moment.client {
            Some(client) if !matches!(moment.place, Place::Client(_)) => {
                let from = id(&Place::Client(client.clone()));
                let arrow = match (moment.verb, moment.tone) {
                    (_, Tone::Bad) => "-x",
                    _ => "->>",
                };
                if matches!(moment.verb, "done" | "failed" | "time-out") {
                    let _ = writeln!(
                        out,
                        "    p{to}-{}p{from}: {what}",
                        if arrow == "-x" { "-x" } else { "->>" }
                    );
                } else {
                    let _ = writeln!(out, "    p{from}{arrow}p{to}: {what}");
                }
            }
            _ => {
                let _ = writeln!(out, "    Note over p{to}: {what}");
            }
        }
    }
    out
}

fn sentence(moment: &Moment, story: &Story) -> String {
    let time = clock(moment.at);
    let what = match (&moment.place, moment.verb) {
        (_, "helm") => format!("helm {}", moment.object),
        (Place::Client(_), _) | (Place::Release, "release") => moment.object.clone(),
        (Place::Object(object), verb) if moment.object == super::story::label(object) => verb.to_owned(),
        (_, verb) => format!("{verb} {}", moment.object),
    };
    let _ = story;
    let remark = if moment.remark.is_empty() { String::new() } else { format!(" ({})", moment.remark) };
    format!("{time} {what}{remark}")
}

/// Text of a message: what Mermaid would take for its own becomes an entity.
fn message(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '#' | ';' | '<' | '>' | '&' | '"' | '%' | '{' | '}' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    // A lone `end` closes a block.
    out.split(' ')
        .map(|word| if word.eq_ignore_ascii_case("end") { "(end)" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

fn quoted(text: &str) -> String {
    let text: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().replace('\\', "\\\\");
    format!("\"{}\"", text.replace('"', "\\\""))
}
