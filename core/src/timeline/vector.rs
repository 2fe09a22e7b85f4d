//! The expanded notation of the lifecycle rules (§0.4): one line a step, comparable with what was recorded.

use super::event::{ClientEnd, Event, ObjectName, Sign, StepTrace, Timeline, What};

/// One step, as recorded files have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepVector {
    /// A user's action.
    pub action: Option<String>,
    /// The trace.
    pub trace: String,
    /// Client, exit code, error.
    pub ends: Vec<(String, i16, String)>,
}

/// A whole observation, as recorded files have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vector {
    /// Steps.
    pub steps: Vec<StepVector>,
    /// `v1` and what the record says.
    pub records: Vec<(String, String)>,
    /// Objects.
    pub objects: Vec<String>,
    /// Pods by family.
    pub pods: Vec<(String, Vec<String>)>,
    /// Families that overlapped.
    pub overlap: Vec<String>,
}

/// Writes a timeline in the notation.
pub fn vector(timeline: &Timeline) -> Vector {
    let names = Names { ambiguous: &timeline.ambiguous };
    Vector {
        steps: timeline.steps.iter().map(|step| step_vector(step, &names)).collect(),
        records: timeline
            .records
            .iter()
            .map(|left| {
                let status = names.status(&left.status, &left.phases);
                (left.key.clone(), format!("{status} | {}", scrub(&left.description)))
            })
            .collect(),
        objects: timeline.objects.clone(),
        pods: timeline.pods.clone(),
        overlap: timeline.overlap.clone(),
    }
}

/// The tokens of one client in a step of a timeline, in order, for comparing clients one by one.
pub fn tokens(timeline: &Timeline, step: &StepTrace, client: &str) -> Vec<String> {
    let names = Names { ambiguous: &timeline.ambiguous };
    of_client(step, client, &names).into_iter().map(|(_, token)| token).collect()
}

fn step_vector(step: &StepTrace, names: &Names) -> StepVector {
    let mut tokens: Vec<(usize, Option<&str>, String)> = Vec::new();
    for end in &step.clients {
        for (at, token) in of_client(step, &end.client, names) {
            tokens.push((at, Some(end.client.as_str()), token));
        }
    }
    for (at, event) in step.events.iter().enumerate() {
        if let What::User { action } = &event.what {
            tokens.push((at, None, format!("[{action}]")));
        }
    }
    tokens.sort_by_key(|(at, ..)| *at);
    let mut words: Vec<String> = Vec::new();
    let mut who = None;
    for (_, client, token) in tokens {
        if step.clients.len() > 1 && client.is_some() && client != who {
            words.push(format!("{}:", client.unwrap_or_default()));
            who = client;
        }
        words.push(token);
    }
    StepVector {
        action: step.action.clone(),
        trace: words.join(" "),
        ends: step.clients.iter().map(|end| (end.client.clone(), end.exit, scrub(&end.error))).collect(),
    }
}

/// What is sent in parallel, and so sorted; or joined.
#[derive(Clone, PartialEq, Eq)]
enum Group {
    Alone,
    Sorted(&'static str, String),
    Joined,
}

fn of_client(step: &StepTrace, client: &str, names: &Names) -> Vec<(usize, String)> {
    let events: Vec<(usize, &Event)> =
        step.events.iter().enumerate().filter(|(_, event)| event.client.as_deref() == Some(client)).collect();
    let end = step.clients.iter().find(|end| end.client == client);
    let mut out: Vec<(usize, String, Group)> = Vec::new();
    for (n, (at, event)) in events.iter().enumerate() {
        let (token, group) = match &event.what {
            What::Created { mark, revision, .. } if mark == "!" => (format!("!v{revision}"), Group::Alone),
            What::Created { revision, status, phases, mark } => {
                (format!("+v{revision}({}){mark}", names.status(status, phases)), Group::Alone)
            }
            What::Written { revision, status, phases, mark, .. } => {
                (format!("~v{revision}({}){mark}", names.status(status, phases)), Group::Alone)
            }
            What::Deleted { revision, mark } => (format!("-v{revision}{mark}"), Group::Alone),
            What::Checked { object } => (format!("own {}", names.label(object)), Group::Alone),
            What::Applied { object, change, mark, parallel } => {
                let token = format!("new {}{change}{mark}", names.label(object));
                (token, if *parallel { Group::Sorted("new", object.kind.clone()) } else { Group::Alone })
            }
            What::Updated { object, sign, change, mark } => {
                let label = names.label(object);
                let token = match sign {
                    Sign::Plus => format!("+{label}{mark}"),
                    Sign::Minus => format!("-{label}{mark}"),
                    Sign::None => format!("{label}{change}{mark}"),
                    Sign::Unclear => format!("{label}?"),
                };
                (token, Group::Joined)
            }
            What::Removed { object, mark, parallel } => {
                let token = format!("del {}{mark}", names.label(object));
                (token, if *parallel { Group::Sorted("del", object.kind.clone()) } else { Group::Alone })
            }
            What::Gone { object, in_time } => {
                let mark = if *in_time { "" } else { "✗" };
                (format!("abs {}{mark}", names.label(object)), Group::Sorted("abs", String::new()))
            }
            What::Ran { hook, key, revision, heard } => {
                let Some(result) = result(&events, n, key, *revision, *heard, end) else { continue };
                (format!("run {} {result}", names.label(hook)), Group::Alone)
            }
            What::Read { name, mark } => (format!("logs {name}{mark}"), Group::Alone),
            What::Signalled => ("⚡".to_owned(), Group::Alone),
            What::User { .. } => continue,
        };
        out.push((*at, token, group));
    }
    merge(out)
}

/// Joins the items of an update phase and sorts what is sent in parallel.
fn merge(out: Vec<(usize, String, Group)>) -> Vec<(usize, String)> {
    let mut done = Vec::new();
    let mut rest = out.into_iter().peekable();
    while let Some((at, token, group)) = rest.next() {
        if group == Group::Alone {
            done.push((at, token));
            continue;
        }
        let mut places = vec![at];
        let mut tokens = vec![token];
        while let Some((at, token, _)) = rest.next_if(|(_, _, other)| *other == group) {
            places.push(at);
            tokens.push(token);
        }
        if group == Group::Joined {
            done.push((at, format!("upd{{{}}}", tokens.join(" "))));
        } else {
            tokens.sort();
            done.extend(places.into_iter().zip(tokens));
        }
    }
    done
}

/// What a recorder that sees requests only can say of a hook's end: what the client heard, else what it wrote later,
/// else what it printed.
pub(crate) fn result(
    events: &[(usize, &Event)],
    at: usize,
    key: &ObjectName,
    revision: u16,
    heard: Option<bool>,
    end: Option<&ClientEnd>,
) -> Option<&'static str> {
    let late = |text: &str| text.contains("deadline exceeded") || text.contains("timed out");
    let stands = matches!(key.kind.as_str(), "Job" | "Pod");
    let signalled = events.iter().take(at).any(|(_, event)| event.what == What::Signalled);
    if signalled && heard.is_none() && stands {
        return None;
    }
    let mut later = events.iter().skip(at + 1).map(|(_, event)| &event.what);
    let known = later.find_map(|what| match what {
        What::Applied { object, .. } if object == key => Some(None),
        What::Written { revision: r, phases, description, status, .. } if *r == revision => {
            let phase = phases.iter().find(|(object, _)| object == key).map(|(_, phase)| phase.as_str());
            match phase {
                Some("Succeeded") => Some(Some("ok")),
                Some("Failed") if heard == Some(false) || !late(description) => Some(Some("fail")),
                Some("Failed") => Some(Some("time")),
                Some("Unknown") if status == "failed" && heard.is_none() => Some(Some("")),
                _ => None,
            }
        }
        _ => None,
    });
    match (known.flatten(), heard) {
        (Some(""), _) => None,
        (Some(result), _) => Some(result),
        (None, Some(true)) => Some("ok"),
        (None, Some(false)) => Some("fail"),
        (None, None) if end.is_some_and(|end| end.exit == 0) || !stands => Some("ok"),
        (None, None) if end.is_some_and(|end| late(&end.error)) => Some("time"),
        (None, None) => Some("fail"),
    }
}

struct Names<'a> {
    ambiguous: &'a [String],
}

impl Names<'_> {
    fn label(&self, object: &ObjectName) -> String {
        if object.kind == "Namespace" {
            object.kind.clone()
        } else if self.ambiguous.contains(&object.name) {
            format!("{} {}", object.kind, object.name)
        } else {
            object.name.clone()
        }
    }

    fn status(&self, status: &str, phases: &[(ObjectName, String)]) -> String {
        let mut phases: Vec<&(ObjectName, String)> = phases.iter().collect();
        phases.sort_by(|(a, _), (b, _)| (&a.name, &a.kind).cmp(&(&b.name, &b.kind)));
        // Of hooks of one kind and name a table by name keeps the last.
        phases.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                *first = *later;
            }
            same
        });
        let mut words = vec![status.to_owned()];
        words.extend(phases.into_iter().map(|(object, phase)| format!("{}={phase}", self.label(object))));
        words.join(", ")
    }
}

/// Line ends become ` / `; what is longer than 300 characters is cut in the middle.
pub fn scrub(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.split('\n');
    let mut line = lines.next().unwrap_or_default();
    loop {
        let Some(next) = lines.next() else {
            out.push_str(line);
            break;
        };
        out.push_str(line.trim_end());
        let mut next = next.trim_start();
        // Blank lines belong to the same break.
        while next.is_empty() {
            match lines.next() {
                Some(more) => next = more.trim_start(),
                None => break,
            }
        }
        out.push_str(" / ");
        line = next;
    }
    let chars: Vec<char> = out.chars().collect();
    if chars.len() <= 300 {
        return out;
    }
    let head: String = chars.iter().take(220).collect();
    let tail: String = chars.iter().skip(chars.len() - 70).collect();
    format!("{head} […] {tail}")
}

#[cfg(test)]
mod tests {
    use super::scrub;

    #[test]
    fn line_ends_become_strokes() {
        assert_eq!(
            scrub("1 error occurred:\n\t* job h0 failed\n\n"),
            "1 error occurred: / * job h0 failed / "
        );
        assert_eq!(scrub("a \n b"), "a / b");
        assert_eq!(scrub("a"), "a");
        assert_eq!(scrub(""), "");
    }

    #[test]
    fn long_texts_lose_their_middle() {
        let long: String = ('a'..='z').cycle().take(400).collect();
        let short = scrub(&long);
        assert_eq!(short.chars().count(), 220 + 5 + 70);
        assert!(short.contains(" […] "), "{short}");
        assert_eq!(scrub(&long[..300]), long[..300]);
    }
}
