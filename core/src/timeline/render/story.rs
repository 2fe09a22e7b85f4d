//! What happened, in words: the moments that every format shows, who ran when, and what is left.

use crate::timeline::{ClientEnd, ObjectName, PodSpan, Sign, StepTrace, Timeline, What};

/// How a moment or a bar is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    Plain,
    /// Of little interest.
    Mute,
    /// Helm at work.
    Helm,
    /// A hook at work.
    Run,
    /// Good.
    Good,
    /// Bad.
    Bad,
}

/// Which lane a moment belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A client, by name.
    Client(String),
    /// The release records.
    Release,
    /// Something of this kind and name.
    Object(ObjectName),
    /// A person.
    Person,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the start.
    pub at: u64,
    /// Who did it.
    pub client: Option<String>,
    /// One word: `create`, `wait`, `release`.
    pub verb: &'static str,
    /// To what.
    pub object: String,
    /// What there is to say about it.
    pub remark: String,
    /// How it is meant.
    pub tone: Tone,
    /// It belongs into the shortest telling.
    pub key: bool,
    /// Where it happened.
    pub place: Place,
}

/// Two or more Pods of one hook at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// What the names have in common.
    pub stem: String,
    /// Their families.
    pub families: Vec<String>,
    /// From when.
    pub from: u64,
    /// Until when.
    pub until: u64,
}

/// A release's newest revision for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reign {
    /// Revision.
    pub revision: u16,
    /// Status.
    pub status: String,
    /// From when.
    pub from: u64,
    /// Until when.
    pub until: u64,
}

/// A timeline in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// What is to be learnt, in a sentence.
    pub headline: String,
    /// Whether that is good or bad.
    pub good: bool,
    /// Moments, in order.
    pub moments: Vec<Moment>,
    /// Overlaps.
    pub overlaps: Vec<Overlap>,
    /// The release's newest revision.
    pub reigns: Vec<Reign>,
    /// Names of clients, in order of appearance.
    pub clients: Vec<String>,
    /// What is left: object or record, and how it is.
    pub left: Vec<(String, String, Tone)>,
}

/// Tells a timeline.
pub fn tell(timeline: &Timeline) -> Story {
    let mut story = Story::default();
    for step in &timeline.steps {
        for end in &step.clients {
            if !story.clients.contains(&end.client) {
                story.clients.push(end.client.clone());
            }
        }
    }
    story.overlaps = overlaps(timeline);
    let mut records: Vec<(u16, String)> = Vec::new();
    for step in &timeline.steps {
        let from = story.moments.len();
        begin_and_end(step, &mut story.moments);
        events(step, &mut records, timeline.now, &mut story);
        if let Some(moments) = story.moments.get_mut(from..) {
            moments.sort_by_key(|moment| (moment.at, moment.verb == "exit", moment.verb != "helm"));
        }
    }
    pods(timeline, &mut story);
    // That there was nothing to delete is why two run at once.
    let stems: Vec<&str> = story.overlaps.iter().map(|overlap| overlap.stem.as_str()).collect();
    for moment in &mut story.moments {
        if let Place::Object(object) = &moment.place
            && moment.verb == "delete"
            && stems.contains(&stem(&object.name))
        {
            moment.key = true;
        }
    }
    errors_once(timeline, &mut story.moments);
    // Steps follow one another, and what the cluster does by itself falls between.
    story.moments.sort_by_key(|moment| moment.at);
    joined(&mut story.moments);
    if let Some(reign) = story.reigns.last_mut()
        && reign.until == u64::MAX
    {
        reign.until = timeline.now;
    }
    left(timeline, &mut story);
    headline(timeline, &mut story);
    story
}

/// `Job/mig`
pub fn label(object: &ObjectName) -> String {
    if object.name.is_empty() { object.kind.clone() } else { format!("{}/{}", object.kind, object.name) }
}

/// `0s`, `0.4s`, `12s`, `5m0s`, `2h5m`
pub fn clock(at: u64) -> String {
    let seconds = at / 1000;
    match seconds {
        0..60 if at < 10_000 && at % 1000 >= 50 => format!("{}.{}s", seconds, (at % 1000) / 100),
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{}s", seconds / 60, seconds % 60),
        _ => format!("{}h{}m", seconds / 3600, seconds % 3600 / 60),
    }
}

/// The first line of an error, without `Error: `.
fn first_line(error: &str) -> String {
    let text = error.strip_prefix("Error: ").unwrap_or(error);
    text.lines().next().unwrap_or_default().trim_end().to_owned()
}

/// Why a revision failed, without `Upgrade "demo" failed: `.
fn reason(description: &str) -> String {
    let line = first_line(description);
    match line.split_once("\" failed: ") {
        Some((_, rest)) if !rest.is_empty() => rest.to_owned(),
        _ => line,
    }
}

/// A migration's names may hold the time; two of them are one hook to a reader.
fn stem(name: &str) -> &str {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if name.len() - bare.len() >= 3 && !bare.trim_end_matches('-').is_empty() { bare } else { name }
}

fn overlaps(timeline: &Timeline) -> Vec<Overlap> {
    let mut found: Vec<Overlap> = Vec::new();
    let spans: Vec<(&PodSpan, u64, u64)> = timeline
        .spans
        .iter()
        .filter(|span| !span.workload)
        .filter_map(|span| span.ran().map(|(from, until)| (span, from, until.unwrap_or(timeline.now))))
        .collect();
    for (n, (one, from, until)) in spans.iter().enumerate() {
        for (two, other_from, other_until) in spans.iter().skip(n + 1) {
            let (start, end) = (*from.max(other_from), *until.min(other_until));
            if stem(&one.family) != stem(&two.family) || start >= end {
                continue;
            }
            match found.iter_mut().find(|known| known.stem == stem(&one.family) && known.until >= start) {
                Some(known) => {
                    known.from = known.from.min(start);
                    known.until = known.until.max(end);
                    for family in [&one.family, &two.family] {
                        if !known.families.contains(family) {
                            known.families.push(family.clone());
                        }
                    }
                }
                None => {
                    let mut families = vec![one.family.clone(), two.family.clone()];
                    families.dedup();
                    found.push(Overlap {
                        stem: stem(&one.family).to_owned(),
                        families,
                        from: start,
                        until: end,
                    });
                }
            }
        }
    }
    found
}

fn begin_and_end(step: &StepTrace, moments: &mut Vec<Moment>) {
    for end in &step.clients {
        let place = Place::Client(end.client.clone());
        let moment = |at, verb, object, remark, tone, key| Moment {
            at,
            client: Some(end.client.clone()),
            verb,
            object,
            remark,
            tone,
            key,
            place: place.clone(),
        };
        moments.push(moment(end.from, "helm", end.command.clone(), String::new(), Tone::Helm, false));
        let (object, tone) = match end.exit {
            0 => ("exit 0".to_owned(), Tone::Good),
            code if code < 0 => (format!("killed by signal {}", -code), Tone::Bad),
            code => (format!("exit {code}"), Tone::Bad),
        };
        let remark = if end.exit == 0 { String::new() } else { first_line(&end.error) };
        moments.push(moment(end.at, "exit", object, remark, tone, true));
    }
}

fn failure(mark: &str) -> Option<String> {
    let rest = mark.strip_prefix('✗')?;
    Some(match rest {
        "404" => "refused: not there (404)".to_owned(),
        "409" => "refused: exists already (409)".to_owned(),
        "lost" => "done, but the answer got lost".to_owned(),
        "" | "dropped" => "the request never arrived".to_owned(),
        code => format!("refused ({code})"),
    })
}

pub(super) fn status_tone(status: &str) -> Tone {
    match status {
        "deployed" => Tone::Good,
        "failed" => Tone::Bad,
        "superseded" | "uninstalled" | "unknown" => Tone::Mute,
        _ => Tone::Helm,
    }
}

fn reign(records: &[(u16, String)], at: u64, story: &mut Story) {
    let newest = records.iter().max_by_key(|(revision, _)| *revision);
    if let (Some(last), Some((revision, status))) = (story.reigns.last(), newest)
        && last.until == u64::MAX
        && last.revision == *revision
        && last.status == *status
    {
        return;
    }
    if let Some(last) = story.reigns.last_mut() {
        last.until = last.until.min(at);
    }
    if let Some((revision, status)) = newest {
        story.reigns.push(Reign { revision: *revision, status: status.clone(), from: at, until: u64::MAX });
    }
}

fn events(step: &StepTrace, records: &mut Vec<(u16, String)>, now: u64, story: &mut Story) {
    for (n, event) in step.events.iter().enumerate() {
        let mut moment = Moment {
            at: event.at,
            client: event.client.clone(),
            verb: "",
            object: String::new(),
            remark: String::new(),
            tone: Tone::Plain,
            key: false,
            place: Place::Release,
        };
        let end = step.clients.iter().find(|end| Some(&end.client) == event.client.as_ref());
        match &event.what {
            What::Created { revision, status, mark, .. } => {
                moment.verb = "release";
                moment.object = format!("v{revision} {status}");
                moment.key = true;
                moment.tone = status_tone(status);
                if mark == "!" {
                    moment.remark = "refused: somebody else wrote this record first".into();
                    moment.tone = Tone::Bad;
                } else {
                    let first = story.reigns.is_empty();
                    outcome(&mut moment, mark, if first { "Helm notes what it begins" } else { "" });
                    if mark.is_empty() || mark == "✗lost" {
                        records.retain(|(known, _)| known != revision);
                        records.push((*revision, status.clone()));
                        reign(records, event.at, story);
                    }
                }
            }
            What::Written { revision, status, description, mark, .. } => {
                let known = records.iter_mut().find(|(known, _)| known == revision);
                let news = known.as_ref().is_none_or(|(_, before)| before != status);
                if !news && mark.is_empty() {
                    continue;
                }
                moment.verb = "release";
                moment.object = format!("v{revision} {status}");
                moment.key = status != "superseded" || !mark.is_empty();
                moment.tone = status_tone(status);
                let about = match status.as_str() {
                    "failed" => reason(description),
                    "superseded" => "a newer revision took over".to_owned(),
                    _ => String::new(),
                };
                outcome(&mut moment, mark, &about);
                if mark.is_empty() || mark == "✗lost" {
                    if let Some((_, before)) = known {
                        before.clone_from(status);
                    } else {
                        records.push((*revision, status.clone()));
                    }
                    reign(records, event.at, story);
                }
            }
            What::Deleted { revision, mark } => {
                moment.verb = "release";
                moment.object = format!("v{revision} forgotten");
                moment.tone = Tone::Mute;
                moment.key = true;
                outcome(&mut moment, mark, "the record is deleted");
                records.retain(|(known, _)| known != revision);
                reign(records, event.at, story);
            }
            What::Checked { object } => {
                place(&mut moment, object);
                moment.verb = "check";
                moment.tone = Tone::Mute;
                moment.remark = "whether another release owns it".into();
            }
            What::Applied { object, change, mark, parallel } => {
                place(&mut moment, object);
                let (verb, about) = match change.as_str() {
                    "=" => ("apply", "nothing to change"),
                    "*" => ("apply", "changed"),
                    _ => ("create", ""),
                };
                moment.verb = verb;
                moment.key = !*parallel && change != "=" || !mark.is_empty();
                outcome(&mut moment, mark, about);
            }
            What::Updated { object, sign, change, mark } => {
                place(&mut moment, object);
                (moment.verb, moment.remark) = match (sign, change.as_str()) {
                    (Sign::Plus, _) => ("create", "new in this version".into()),
                    (Sign::Minus, _) => ("delete", "no longer in the chart".into()),
                    (Sign::Unclear, _) => ("look", "gone already".into()),
                    (Sign::None, "=") => ("keep", "unchanged".into()),
                    (Sign::None, _) => ("update", "changed".into()),
                };
                moment.key = change != "=";
                if change == "=" {
                    moment.tone = Tone::Mute;
                }
                let about = moment.remark.clone();
                outcome(&mut moment, mark, &about);
            }
            What::Removed { object, mark, .. } => {
                place(&mut moment, object);
                moment.verb = "delete";
                if mark == "∅" {
                    moment.remark = "nothing to delete: not there".into();
                    moment.tone = Tone::Mute;
                } else {
                    moment.key = true;
                    outcome(&mut moment, mark, "");
                }
            }
            What::Gone { object, in_time } => {
                place(&mut moment, object);
                moment.verb = "wait";
                moment.tone = if *in_time { Tone::Mute } else { Tone::Bad };
                moment.key = !*in_time;
                moment.remark =
                    if *in_time { "until it is gone".into() } else { "it is still there; time-out".into() };
            }
            What::Ran { hook, key, heard, .. } => {
                place(&mut moment, hook);
                if !matches!(key.kind.as_str(), "Job" | "Pod") && heard.is_none() {
                    continue;
                }
                moment.key = true;
                if !ran(&mut moment, *heard, end, step, n) {
                    continue;
                }
            }
            What::Read { name, mark } => {
                moment.verb = "logs";
                moment.object.clone_from(name);
                moment.tone = Tone::Mute;
                outcome(&mut moment, mark, "printed");
            }
            What::Signalled => {
                moment.verb = "signal";
                moment.object = "Helm is told to stop".into();
                moment.tone = Tone::Bad;
                moment.key = true;
                moment.place = Place::Client(event.client.clone().unwrap_or_default());
            }
            What::User { action } => {
                moment.verb = "person";
                moment.object.clone_from(action);
                moment.key = true;
                moment.tone = Tone::Helm;
                moment.place = Place::Person;
            }
        }
        moment.at = moment.at.min(now);
        story.moments.push(moment);
    }
}

fn place(moment: &mut Moment, object: &ObjectName) {
    moment.object = label(object);
    moment.place = Place::Object(object.clone());
}

fn outcome(moment: &mut Moment, mark: &str, about: &str) {
    match failure(mark) {
        Some(text) => {
            moment.remark = text;
            moment.tone = Tone::Bad;
            moment.key = true;
        }
        None => moment.remark = about.to_owned(),
    }
}

/// How a wait for a hook ended; false when there is nothing to say.
fn ran(
    moment: &mut Moment,
    heard: Option<bool>,
    end: Option<&ClientEnd>,
    step: &StepTrace,
    n: usize,
) -> bool {
    let late = |text: &str| text.contains("timed out") || text.contains("deadline exceeded");
    let said = step.events.iter().skip(n).any(
        |event| matches!(&event.what, What::Written { description, status, .. } if status == "failed" && late(description)),
    );
    (moment.verb, moment.remark, moment.tone) = match heard {
        Some(true) => ("done", "the hook succeeded".into(), Tone::Good),
        Some(false) => ("failed", "the hook failed".into(), Tone::Bad),
        None if said || end.is_some_and(|end| late(&end.error)) => {
            ("time-out", "Helm stops waiting; nobody stops the hook".into(), Tone::Bad)
        }
        None if end.is_some_and(|end| end.exit == 0) => ("done", String::new(), Tone::Plain),
        None => return false,
    };
    true
}

fn pods(timeline: &Timeline, story: &mut Story) {
    for span in &timeline.spans {
        let object = ObjectName { kind: span.kind.clone(), name: span.family.clone() };
        let moment = |at: u64, verb, remark: String, tone, key| Moment {
            at,
            client: None,
            verb,
            object: label(&object),
            remark,
            tone,
            key,
            place: Place::Object(object.clone()),
        };
        for (at, word) in &span.life {
            let made = match (word.as_str(), span.workload) {
                ("ready", true) => moment(*at, "serves", version(&span.image), Tone::Good, true),
                ("running", false) => moment(*at, "pod", "its Pod runs".into(), Tone::Run, false),
                ("failed", false) => moment(*at, "pod", "its Pod failed".into(), Tone::Bad, false),
                ("succeeded", false) => moment(*at, "pod", "its Pod is done".into(), Tone::Good, false),
                ("terminating", false) => {
                    moment(*at, "pod", "its Pod is asked to stop".into(), Tone::Mute, false)
                }
                _ => continue,
            };
            story.moments.push(made);
        }
    }
    for overlap in &story.overlaps {
        story.moments.push(Moment {
            at: overlap.from,
            client: None,
            verb: "overlap",
            object: overlap.families.join(", "),
            remark: "two Pods run at once from here on".into(),
            tone: Tone::Bad,
            key: true,
            place: Place::Object(ObjectName {
                kind: "Job".into(),
                name: overlap.families.last().cloned().unwrap_or_default(),
            }),
        });
    }
}

/// The record says already what the client says at its end.
fn errors_once(timeline: &Timeline, moments: &mut [Moment]) {
    let mut said = String::new();
    for moment in moments {
        match moment.verb {
            "release" if moment.tone == Tone::Bad => said.clone_from(&moment.remark),
            "helm" => said.clear(),
            "exit" => {
                let core = moment.remark.split_once(": ").map_or("", |(_, rest)| rest);
                if !core.is_empty() && said.contains(core) {
                    moment.remark.clear();
                }
                if moment.tone == Tone::Bad && moment.remark.is_empty() {
                    moment.remark = still(timeline, moment.at).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
}

/// What serves users at a time.
fn still(timeline: &Timeline, at: u64) -> Option<String> {
    let serving = timeline.spans.iter().rfind(|span| {
        let since = span.life.iter().find(|(_, word)| word == "ready");
        let until = span.life.iter().find(|(_, word)| word == "terminating" || word == "failed");
        span.workload && since.is_some_and(|(t, _)| *t <= at) && until.is_none_or(|(t, _)| *t > at)
    })?;
    Some(format!("{} stays in service", version(&serving.image)))
}

/// `version 2`
pub fn version(image: &str) -> String {
    if image.is_empty() { "ready".to_owned() } else { format!("version {image}") }
}

/// Joins what a client does to several objects in the same way.
fn joined(moments: &mut Vec<Moment>) {
    let mut out: Vec<Moment> = Vec::with_capacity(moments.len());
    for moment in moments.drain(..) {
        match out.last_mut() {
            Some(last)
                if last.verb == moment.verb
                    && last.client == moment.client
                    && last.client.is_some()
                    && last.remark == moment.remark
                    && last.tone == moment.tone
                    && moment.at - last.at < 1000
                    && !matches!(
                        moment.verb,
                        "release" | "helm" | "exit" | "done" | "failed" | "time-out"
                    )
                    && !(last.key && matches!(&moment.place, Place::Object(o) if o.kind == "Job")) =>
            {
                last.object.push_str(", ");
                last.object.push_str(&moment.object);
            }
            _ => out.push(moment),
        }
    }
    *moments = out;
}

fn left(timeline: &Timeline, story: &mut Story) {
    for record in &timeline.records {
        story.left.push((
            format!("release {}", record.key),
            record.status.clone(),
            status_tone(&record.status),
        ));
    }
    for line in &timeline.objects {
        let (name, state) = line.split_once(' ').unwrap_or((line, ""));
        let words: Vec<&str> = state
            .split(' ')
            .filter(|word| !word.is_empty() && !word.starts_with("owned") && *word != "x=")
            .filter(|word| !(name.starts_with("Job/") && word.starts_with("image=")))
            .collect();
        let state = words.join(" ").replace("image=", "version ");
        let low = state.to_ascii_lowercase();
        let tone = if low.contains("failed") {
            Tone::Bad
        } else if low.contains("running") || low.contains("terminating") {
            Tone::Run
        } else {
            Tone::Plain
        };
        story.left.push((name.to_owned(), low, tone));
    }
}

fn headline(timeline: &Timeline, story: &mut Story) {
    let ends = timeline.steps.iter().flat_map(|step| &step.clients);
    let last = ends.clone().max_by_key(|end| end.at);
    let verb = |end: &ClientEnd| end.command.split(' ').next().unwrap_or("helm").to_owned();
    if let Some(overlap) = story.overlaps.first() {
        let names = match overlap.families.as_slice() {
            [one] => format!("Two Pods of {one} run at once"),
            many => format!("Two Jobs run at once: {}", many.join(" and ")),
        };
        story.headline = names;
        return;
    }
    let running = timeline.objects.iter().find(|line| line.starts_with("Job/") && line.contains(" running"));
    (story.headline, story.good) = match last {
        Some(end) if end.exit == 0 => (format!("The {} succeeds", verb(end)), true),
        Some(end) if end.exit < 0 => (format!("The {} is killed", verb(end)), false),
        Some(end) => {
            let late = end.error.contains("timed out") || end.error.contains("deadline exceeded");
            let how = if late { "times out" } else { "fails" };
            let hook = running.and_then(|line| line.split(' ').next());
            match hook.filter(|_| late) {
                Some(hook) => (format!("The {} times out, {hook} runs on", verb(end)), false),
                None => (format!("The {} {how}", verb(end)), false),
            }
        }
        None => ("Nothing happens".to_owned(), true),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        let rows = [(0, "0s"), (410, "0.4s"), (12_345, "12s"), (300_400, "5m0s"), (7_500_000, "2h5m")];
        for (at, text) in rows {
            assert_eq!(clock(at), text);
        }
    }

    #[test]
    fn names_with_a_time_have_a_stem() {
        assert_eq!(stem("migrate-1732471200"), "migrate-");
        assert_eq!(stem("migrate-2"), "migrate-2");
        assert_eq!(stem("123456"), "123456");
    }
}
