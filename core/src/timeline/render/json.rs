//! A timeline for programs. The fields are stable; `docs/schema/timeline.schema.json` describes them. What is added
//! later comes with new fields; what would break a reader raises `schemaVersion`.

use super::Options;
use super::story::{Tone, clock, tell};
use crate::timeline::{Event, ObjectName, Sign, Timeline, What};

/// The version of the format.
pub const SCHEMA_VERSION: u32 = 1;

/// Writes a timeline as JSON, indented by two blanks.
pub fn render(timeline: &Timeline, options: &Options) -> String {
    let story = tell(timeline);
    let steps = timeline.steps.iter().map(|step| {
        let ends = step.clients.iter().map(|end| {
            object(vec![
                ("client", text(&end.client)),
                ("command", text(&end.command)),
                ("from", number(end.from)),
                ("until", number(end.at)),
                ("exit", Json::Bare(end.exit.to_string())),
                ("error", text(&end.error)),
                ("signalled", Json::Bare(end.dead.to_string())),
            ])
        });
        object(vec![
            ("events", Json::List(step.events.iter().map(event).collect())),
            ("clients", Json::List(ends.collect())),
        ])
    });
    let told = story.moments.iter().map(|moment| {
        let mut fields = vec![("at", number(moment.at)), ("time", text(&clock(moment.at)))];
        if let Some(client) = &moment.client {
            fields.push(("client", text(client)));
        }
        fields.extend([
            ("verb", text(moment.verb)),
            ("object", text(&moment.object)),
            ("remark", text(&moment.remark)),
            ("tone", text(tone(moment.tone))),
            ("key", Json::Bare(moment.key.to_string())),
        ]);
        object(fields)
    });
    let pods = timeline.spans.iter().map(|span| {
        let life = span.life.iter().map(|(at, word)| object(vec![("at", number(*at)), ("what", text(word))]));
        object(vec![
            ("kind", text(&span.kind)),
            ("family", text(&span.family)),
            ("workload", Json::Bare(span.workload.to_string())),
            ("image", text(&span.image)),
            ("made", number(span.made)),
            ("life", Json::List(life.collect())),
        ])
    });
    let overlaps = story.overlaps.iter().map(|overlap| {
        object(vec![
            ("families", Json::List(overlap.families.iter().map(|family| text(family)).collect())),
            ("from", number(overlap.from)),
            ("until", number(overlap.until)),
        ])
    });
    let records = timeline.records.iter().map(|record| {
        object(vec![
            ("key", text(&record.key)),
            ("status", text(&record.status)),
            ("description", text(&record.description)),
            ("hooks", phases(&record.phases)),
        ])
    });
    let root = object(vec![
        ("schemaVersion", number(SCHEMA_VERSION.into())),
        ("title", text(options.title.as_ref().unwrap_or(&story.headline))),
        ("good", Json::Bare(story.good.to_string())),
        ("duration", number(timeline.now)),
        ("steps", Json::List(steps.collect())),
        ("story", Json::List(told.collect())),
        ("pods", Json::List(pods.collect())),
        ("overlaps", Json::List(overlaps.collect())),
        (
            "left",
            object(vec![
                ("records", Json::List(records.collect())),
                ("objects", Json::List(timeline.objects.iter().map(|line| text(line)).collect())),
            ]),
        ),
    ]);
    let mut out = String::new();
    write(&root, 0, &mut out);
    out.push('\n');
    out
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Mute => "mute",
        Tone::Helm => "helm",
        Tone::Run => "run",
        Tone::Good => "good",
        Tone::Bad => "bad",
    }
}

fn event(event: &Event) -> Json {
    let mut fields = vec![("at", number(event.at))];
    if let Some(client) = &event.client {
        fields.push(("client", text(client)));
    }
    let mark_of = |mark: &str, fields: &mut Vec<(&'static str, Json)>| {
        if !mark.is_empty() {
            fields.push(("result", text(mark)));
        }
    };
    let name = |object: &ObjectName| text(&super::story::label(object));
    match &event.what {
        What::Created { revision, status, phases: hooks, mark } => {
            fields.extend([
                ("type", text("recordCreated")),
                ("revision", number((*revision).into())),
                ("status", text(status)),
                ("hooks", phases(hooks)),
            ]);
            mark_of(mark, &mut fields);
        }
        What::Written { revision, status, description, phases: hooks, mark } => {
            fields.extend([
                ("type", text("recordWritten")),
                ("revision", number((*revision).into())),
                ("status", text(status)),
                ("description", text(description)),
                ("hooks", phases(hooks)),
            ]);
            mark_of(mark, &mut fields);
        }
        What::Deleted { revision, mark } => {
            fields.extend([("type", text("recordDeleted")), ("revision", number((*revision).into()))]);
            mark_of(mark, &mut fields);
        }
        What::Checked { object } => fields.extend([("type", text("checked")), ("object", name(object))]),
        What::Applied { object, change, mark, .. } => {
            let change = match change.as_str() {
                "=" => "unchanged",
                "*" => "changed",
                _ => "created",
            };
            fields.extend([("type", text("applied")), ("object", name(object)), ("change", text(change))]);
            mark_of(mark, &mut fields);
        }
        What::Updated { object, sign, change, mark } => {
            let change = match (sign, change.as_str()) {
                (Sign::Plus, _) => "created",
                (Sign::Minus, _) => "deleted",
                (Sign::Unclear, _) => "gone",
                (Sign::None, "=") => "unchanged",
                (Sign::None, _) => "changed",
            };
            fields.extend([("type", text("updated")), ("object", name(object)), ("change", text(change))]);
            mark_of(mark, &mut fields);
        }
        What::Removed { object, mark, .. } => {
            fields.extend([("type", text("deleted")), ("object", name(object))]);
            mark_of(if mark == "∅" { "absent" } else { mark }, &mut fields);
        }
        What::Gone { object, in_time } => fields.extend([
            ("type", text("waitedForEnd")),
            ("object", name(object)),
            ("result", text(if *in_time { "gone" } else { "still there" })),
        ]),
        What::Ran { hook, heard, .. } => fields.extend([
            ("type", text("hookEnded")),
            ("object", name(hook)),
            (
                "result",
                text(match heard {
                    Some(true) => "succeeded",
                    Some(false) => "failed",
                    None => "unheard",
                }),
            ),
        ]),
        What::Read { name, mark } => {
            fields.extend([("type", text("logsRead")), ("object", text(name))]);
            mark_of(mark, &mut fields);
        }
        What::Signalled => fields.push(("type", text("signalled"))),
        What::User { action } => fields.extend([("type", text("person")), ("action", text(action))]),
    }
    object(fields)
}

fn phases(phases: &[(ObjectName, String)]) -> Json {
    Json::List(
        phases
            .iter()
            .map(|(hook, phase)| {
                object(vec![("object", text(&super::story::label(hook))), ("phase", text(phase))])
            })
            .collect(),
    )
}

/// Just enough of JSON to write it in an order of our own.
enum Json {
    Bare(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

fn text(text: &str) -> Json {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    Json::Bare(out)
}

fn number(number: u64) -> Json {
    Json::Bare(number.to_string())
}

fn object(fields: Vec<(&'static str, Json)>) -> Json {
    Json::Object(fields)
}

fn write(json: &Json, depth: usize, out: &mut String) {
    let line = |depth: usize, out: &mut String| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match json {
        Json::Bare(text) => out.push_str(text),
        Json::List(items) if items.is_empty() => out.push_str("[]"),
        Json::List(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                line(depth + 1, out);
                write(item, depth + 1, out);
            }
            line(depth, out);
            out.push(']');
        }
        Json::Object(fields) => {
            out.push('{');
            for (n, (name, item)) in fields.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                line(depth + 1, out);
                out.push_str(&format!("\"{name}\": "));
                write(item, depth + 1, out);
            }
            line(depth, out);
            out.push('}');
        }
    }
}
