//! Who or what lasts for a while, each in a lane of its own: clients, the release, hooks with their Pods, applications.

use super::story::{Place, Story, Tone, version};
use crate::timeline::{PodSpan, Timeline};

/// Something that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// From when.
    pub from: u64,
    /// Until when.
    pub until: u64,
    /// How it is meant.
    pub tone: Tone,
    /// What it is.
    pub label: String,
    /// How it ended: a sign at its end.
    pub end: Option<(&'static str, Tone)>,
}

/// A lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Its name.
    pub title: String,
    /// What that is.
    pub about: &'static str,
    /// Moments of these places belong here.
    pub place: Place,
    /// Rows of bars that do not touch.
    pub rows: Vec<Vec<Bar>>,
    /// When the object is there: from, until.
    pub there: Vec<(u64, u64)>,
    /// When Helm waits for something: from, until, whether that went well.
    pub waits: Vec<(u64, u64, bool)>,
}

impl Lane {
    /// Whether a moment of this place belongs here.
    pub fn holds(&self, place: &Place) -> bool {
        match (&self.place, place) {
            (Place::Object(mine), Place::Object(other)) => mine.name == other.name,
            (mine, other) => mine == other,
        }
    }

    fn add(&mut self, bar: Bar) {
        let free = self.rows.iter_mut().find(|row| row.last().is_none_or(|last| last.until <= bar.from));
        match free {
            Some(row) => row.push(bar),
            None => self.rows.push(vec![bar]),
        }
    }
}

/// The lanes of a timeline, top to bottom.
pub fn lanes(timeline: &Timeline, story: &Story) -> Vec<Lane> {
    let mut lanes = Vec::new();
    for client in &story.clients {
        let title = if story.clients.len() > 1 { format!("helm {client}") } else { "helm".to_owned() };
        lanes.push(client_lane(timeline, story, client, title));
    }
    let mut release = Lane {
        title: "release".to_owned(),
        about: "its newest record",
        place: Place::Release,
        rows: vec![Vec::new()],
        there: Vec::new(),
        waits: Vec::new(),
    };
    for reign in &story.reigns {
        release.add(Bar {
            from: reign.from,
            until: reign.until.min(timeline.now),
            tone: super::story::status_tone(&reign.status),
            label: format!("v{} {}", reign.revision, reign.status),
            end: None,
        });
    }
    lanes.push(release);
    for workload in [false, true] {
        for span in timeline.spans.iter().filter(|span| span.workload == workload) {
            let object = crate::timeline::ObjectName { kind: span.kind.clone(), name: span.family.clone() };
            let place = Place::Object(object);
            let at = lanes.iter().position(|lane| lane.holds(&place)).unwrap_or_else(|| {
                lanes.push(Lane {
                    title: format!("{} {}", span.kind, span.family),
                    about: match (workload, span.kind.as_str()) {
                        (true, _) => "the application",
                        (false, "Pod") => "a hook",
                        (false, _) => "a hook, and its Pods",
                    },
                    place,
                    rows: vec![Vec::new()],
                    there: Vec::new(),
                    waits: Vec::new(),
                });
                lanes.len() - 1
            });
            if let (Some(lane), Some(bar)) = (lanes.get_mut(at), bar(span, timeline.now)) {
                lane.add(bar);
            }
        }
    }
    for lane in &mut lanes {
        lane.there = there(story, lane, timeline.now);
    }
    lanes
}

/// From creation to deletion, for hooks.
fn there(story: &Story, lane: &Lane, now: u64) -> Vec<(u64, u64)> {
    let mut out: Vec<(u64, u64)> = Vec::new();
    if !matches!(lane.place, Place::Object(_)) {
        return out;
    }
    for moment in story.moments.iter().filter(|moment| lane.holds(&moment.place)) {
        match (moment.verb, moment.tone) {
            ("create", Tone::Plain) => out.push((moment.at, now)),
            ("delete", Tone::Plain) => {
                if let Some((_, until)) = out.last_mut() {
                    *until = moment.at;
                }
            }
            _ => {}
        }
    }
    out
}

fn client_lane(timeline: &Timeline, story: &Story, client: &str, title: String) -> Lane {
    let mut lane = Lane {
        title,
        about: "commands somebody runs",
        place: Place::Client(client.to_owned()),
        rows: vec![Vec::new()],
        there: Vec::new(),
        waits: Vec::new(),
    };
    for end in timeline.steps.iter().flat_map(|step| &step.clients).filter(|end| end.client == client) {
        lane.add(Bar {
            from: end.from,
            until: end.at,
            tone: Tone::Helm,
            label: end.command.clone(),
            end: Some(if end.exit == 0 { ("✓", Tone::Good) } else { ("✗", Tone::Bad) }),
        });
    }
    let mut made: Option<u64> = None;
    for moment in story.moments.iter().filter(|moment| moment.client.as_deref() == Some(client)) {
        match moment.verb {
            "create" | "apply" => made = Some(moment.at),
            "done" | "failed" | "time-out" => {
                if let Some(from) = made.take() {
                    lane.waits.push((from, moment.at, moment.verb == "done"));
                }
            }
            _ => {}
        }
    }
    lane
}

fn bar(span: &PodSpan, now: u64) -> Option<Bar> {
    let (from, until) = span.ran()?;
    if span.workload {
        let ready = span.life.iter().any(|(_, word)| word == "ready");
        let label = if ready { format!("{} serves", version(&span.image)) } else { "starts".to_owned() };
        let tone = if ready { Tone::Good } else { Tone::Run };
        let from = span.life.iter().find(|(_, word)| word == "ready").map_or(from, |(at, _)| *at);
        return Some(Bar { from, until: until.unwrap_or(now), tone, label, end: None });
    }
    let (label, tone, end) = match (span.end(), until) {
        (Some("succeeded"), _) => ("Pod runs, succeeds", Tone::Run, Some(("✓", Tone::Good))),
        (Some("failed"), _) => ("Pod runs, fails", Tone::Bad, Some(("✗", Tone::Bad))),
        (Some(_), Some(_)) => ("Pod runs, is stopped", Tone::Run, Some(("■", Tone::Mute))),
        _ => ("Pod runs on", Tone::Run, Some(("…", Tone::Run))),
    };
    Some(Bar { from, until: until.unwrap_or(now), tone, label: label.to_owned(), end })
}
