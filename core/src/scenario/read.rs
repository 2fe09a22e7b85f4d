//! Reading scenario files: every key is known, every mistake has its place.

use super::command;
use super::expect::{Observation, ObservedStep};
use super::line::Line;
use super::words;
use crate::diag::{Diagnostic, Label, SourceText};
use crate::dialect::HelmVersion;
use crate::go::json;
use crate::lifecycle::action::Verb;
use crate::lifecycle::script::{Behaviour, Fault, Outcomes, Signal, Trouble, UserAction, When, seconds};
use crate::value::Value;
use crate::yaml;
use crate::yaml::node::{NodeId, NodeKind, Stream};
use std::rc::Rc;

/// A chart of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartText {
    /// Objects of `templates/`.
    pub objects: Vec<Line>,
    /// Objects of `crds/`.
    pub crds: Vec<Line>,
    /// Other files.
    pub files: Vec<(String, String)>,
    /// `values.yaml`, as JSON.
    pub values: Option<String>,
    /// `dependencies` of `Chart.yaml`, as JSON.
    pub dependencies: Option<String>,
}

/// A command line, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The verb.
    pub verb: Verb,
    /// The chart's key.
    pub chart: Option<String>,
    /// The revision of a rollback.
    pub revision: u16,
    /// Flags and their values.
    pub flags: Vec<(String, Option<String>)>,
}

/// A command, or a user's action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepPart {
    /// The command.
    pub command: Option<Command>,
    /// The action.
    pub user: Option<UserAction>,
    /// How it was written.
    pub text: String,
    /// The client, `A` unless named.
    pub client: String,
    /// Another Helm than the scenario's.
    pub helm: Option<HelmVersion>,
    /// The release, `r` unless named.
    pub release: String,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Outcomes valid from now on.
    pub outcomes: Outcomes,
    /// What meets the command.
    pub trouble: Trouble,
    /// The event it waits for.
    pub start: Option<String>,
    /// How long after it, in milliseconds.
    pub delay: u64,
    /// What the trace must be, in the short notation.
    pub expect: Option<String>,
    /// The same for Helm 3.
    pub v3: Option<String>,
}

/// One step: parts that start at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScenarioStep {
    /// The parts.
    pub parts: Vec<StepPart>,
}

/// A scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// The Helm of its commands.
    pub helm: HelmVersion,
    /// How long the end waits for dying Pods, in milliseconds.
    pub settle: u64,
    /// Charts by key.
    pub charts: Vec<(String, ChartText)>,
    /// Outcomes from the start.
    pub outcomes: Outcomes,
    /// Steps.
    pub steps: Vec<ScenarioStep>,
    /// `v3` or `v4`, if it makes no sense for the other.
    pub only: Option<String>,
    /// What a real cluster showed.
    pub observed: Option<Observation>,
}

const SCENARIO: [&str; 10] =
    ["name", "about", "helm", "settle", "charts", "outcomes", "steps", "only", "observed", "apiVersion"];
const CHART: [&str; 7] = ["objects", "crds", "files", "values", "deps", "from", "drop"];
const PART: [&str; 16] = [
    "run", "do", "client", "helm", "release", "env", "outcomes", "faults", "signal", "hold", "start",
    "delay", "expect", "v3", "limit", "together",
];
const FAULT: [&str; 6] = ["at", "status", "drop", "nth", "every", "message"];
const SIGNAL: [&str; 4] = ["at", "signal", "delay", "nth"];
const HOLD: [&str; 5] = ["at", "until", "nth", "limit", "delay"];

/// Reads a file.
pub fn read(text: &[u8]) -> Result<Vec<Scenario>, Vec<Diagnostic>> {
    let (stream, error) = yaml::node::parse(text);
    let source = Rc::new(SourceText {
        name: "scenario".into(),
        text: String::from_utf8_lossy(stream.source()).into_owned(),
    });
    let mut reader = Reader { stream: &stream, source, errors: Vec::new() };
    if let Some(error) = error {
        let at = error.at.offset as usize;
        let label = Label { source: reader.source, span: at..at, text: String::new() };
        return Err(vec![Diagnostic::error(error.to_string()).at(label)]);
    }
    let mut scenarios = Vec::new();
    for root in stream.documents() {
        if stream.entry(*root, b"scenarios").is_some() {
            for (_, list) in reader.map(*root, &["scenarios"]) {
                for node in reader.list(list) {
                    scenarios.push(reader.scenario(node));
                }
            }
        } else {
            scenarios.push(reader.scenario(*root));
        }
    }
    if reader.errors.is_empty() { Ok(scenarios) } else { Err(reader.errors) }
}

struct Reader<'a> {
    stream: &'a Stream<'a>,
    source: Rc<SourceText>,
    errors: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn error(&mut self, node: NodeId, message: impl Into<String>) {
        let node = self.stream.node(node);
        let message =
            format!("{} at line {}, column {}", message.into(), node.start.line + 1, node.start.column + 1);
        let label = Label { source: self.source.clone(), span: node.span(), text: String::new() };
        self.errors.push(Diagnostic::error(message).at(label));
    }

    /// An error that lists what could stand there.
    fn unknown(&mut self, node: NodeId, message: impl Into<String>, known: &[&str]) {
        self.error(node, message);
        if let Some(error) = self.errors.pop() {
            self.errors.push(error.with_help(format!("known: {}", known.join(", "))));
        }
    }

    /// Entries of a mapping; with known keys given, others are errors.
    fn map(&mut self, node: NodeId, known: &[&str]) -> Vec<(String, NodeId)> {
        let node = self.stream.target(node);
        if self.stream.node(node).kind != NodeKind::Mapping {
            self.error(node, "expected a mapping");
            return Vec::new();
        }
        let mut entries: Vec<(String, NodeId)> = Vec::new();
        for (key, value) in self.stream.entries(node).collect::<Vec<_>>() {
            let name = String::from_utf8_lossy(self.stream.text(key)).into_owned();
            if !known.is_empty() && !known.contains(&name.as_str()) {
                self.unknown(key, format!("unknown key {name:?}"), known);
            } else if entries.iter().any(|(before, _)| *before == name) {
                self.error(key, format!("key {name:?} is given twice"));
            } else {
                entries.push((name, self.stream.target(value)));
            }
        }
        entries
    }

    fn list(&mut self, node: NodeId) -> Vec<NodeId> {
        let node = self.stream.target(node);
        if self.stream.node(node).kind != NodeKind::Sequence {
            self.error(node, "expected a list");
            return Vec::new();
        }
        self.stream.children(node).iter().map(|child| self.stream.target(*child)).collect()
    }

    fn text(&mut self, node: NodeId) -> String {
        let node = self.stream.target(node);
        if self.stream.node(node).kind != NodeKind::Scalar {
            self.error(node, "expected a text");
            return String::new();
        }
        String::from_utf8_lossy(self.stream.text(node)).into_owned()
    }

    fn seconds(&mut self, node: NodeId) -> u64 {
        let text = self.text(node);
        seconds(&text).unwrap_or_else(|| {
            self.error(node, format!("{text:?} is no number of seconds"));
            0
        })
    }

    fn number(&mut self, node: NodeId) -> i64 {
        let text = self.text(node);
        text.parse().unwrap_or_else(|_| {
            self.error(node, format!("{text:?} is no whole number"));
            0
        })
    }

    fn version(&mut self, node: NodeId) -> HelmVersion {
        let text = self.text(node);
        let wanted = text.strip_prefix('v').unwrap_or(&text);
        let found = HelmVersion::ALL.into_iter().rev().find(|version| {
            let release = version.release().trim_start_matches('v');
            let minor = release.rsplit_once('.').map_or(release, |(minor, _)| minor);
            wanted == release || wanted == minor || wanted.rsplit_once('.').is_some_and(|(m, _)| m == minor)
        });
        found.unwrap_or_else(|| {
            let known: Vec<&str> = HelmVersion::ALL.iter().map(|version| version.release()).collect();
            self.unknown(node, format!("unknown Helm version {text:?}"), &known);
            HelmVersion::default()
        })
    }

    fn scenario(&mut self, node: NodeId) -> Scenario {
        let mut scenario = Scenario { settle: 12_000, ..Scenario::default() };
        let mut steps = None;
        for (key, value) in self.map(node, &SCENARIO) {
            match key.as_str() {
                "name" => scenario.name = self.text(value),
                "about" => scenario.about = self.text(value),
                "helm" => scenario.helm = self.version(value),
                "settle" => scenario.settle = self.seconds(value),
                "charts" => scenario.charts = self.charts(value),
                "outcomes" => scenario.outcomes = self.outcomes(value),
                "steps" => steps = Some(value),
                "only" => scenario.only = Some(self.text(value)),
                "observed" => scenario.observed = Some(self.observation(value)),
                _ => {}
            }
        }
        match steps {
            Some(steps) => {
                for step in self.list(steps) {
                    let step = self.step(step, &scenario.charts);
                    scenario.steps.push(step);
                }
            }
            None => self.error(node, "a scenario needs steps"),
        }
        if scenario.name.is_empty() {
            self.error(node, "a scenario needs a name");
        }
        scenario
    }

    fn charts(&mut self, node: NodeId) -> Vec<(String, ChartText)> {
        let mut charts: Vec<(String, ChartText)> = Vec::new();
        for (key, value) in self.map(node, &[]) {
            if self.stream.node(value).kind == NodeKind::Sequence {
                let objects = self.lines(value);
                charts.push((key, ChartText { objects, ..ChartText::default() }));
                continue;
            }
            let entries = self.map(value, &CHART);
            let mut chart = ChartText::default();
            let find = |name: &str| entries.iter().find(|(key, _)| key == name).map(|(_, node)| *node);
            if let Some(from) = find("from") {
                let base = self.text(from);
                match charts.iter().find(|(known, _)| *known == base) {
                    Some((_, base)) => chart = base.clone(),
                    None => self.error(from, format!("there is no chart {base:?} above")),
                }
                let dropped: Vec<String> = match find("drop") {
                    Some(drop) => self.list(drop).into_iter().map(|node| self.text(node)).collect(),
                    None => Vec::new(),
                };
                chart.objects.retain(|line| {
                    !dropped
                        .iter()
                        .any(|drop| line.text == *drop || line.text.starts_with(&format!("{drop} ")))
                });
            }
            for (key, value) in entries {
                match key.as_str() {
                    "objects" => chart.objects.extend(self.lines(value)),
                    "crds" => chart.crds = self.lines(value),
                    "files" => {
                        chart.files = self
                            .map(value, &[])
                            .into_iter()
                            .map(|(name, node)| (name, self.text(node)))
                            .collect();
                    }
                    "values" => chart.values = Some(self.json(value)),
                    "deps" => chart.dependencies = Some(self.json(value)),
                    _ => {}
                }
            }
            charts.push((key, chart));
        }
        charts
    }

    fn lines(&mut self, node: NodeId) -> Vec<Line> {
        let mut lines = Vec::new();
        for node in self.list(node) {
            let text = self.text(node);
            match Line::read(&text) {
                Ok(line) => lines.push(line),
                Err(error) => self.error(node, error),
            }
        }
        lines
    }

    /// A part of the file as JSON.
    fn json(&mut self, node: NodeId) -> String {
        let value = self.value(node, 0);
        let text = json::encode(&value, false, HelmVersion::V4_3).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    }

    fn value(&mut self, node: NodeId, depth: usize) -> Value {
        let node = self.stream.target(node);
        if depth > 50 {
            self.error(node, "nested too deeply");
            return Value::Nil;
        }
        match self.stream.node(node).kind {
            NodeKind::Mapping => {
                let entries = self.map(node, &[]);
                Value::Map(
                    entries
                        .into_iter()
                        .map(|(key, node)| (crate::value::Str::from(key), self.value(node, depth + 1)))
                        .collect(),
                )
            }
            NodeKind::Sequence => Value::list(
                self.list(node).into_iter().map(|node| self.value(node, depth + 1)).collect::<Vec<_>>(),
            ),
            _ => {
                let plain = self.stream.node(node).style == yaml::Style::Plain;
                let text = self.text(node);
                let read = if plain { yaml::unmarshal(text.as_bytes()).ok() } else { None };
                read.unwrap_or_else(|| Value::str(text.as_str()))
            }
        }
    }

    fn outcomes(&mut self, node: NodeId) -> Outcomes {
        let mut outcomes = Vec::new();
        for (name, value) in self.map(node, &[]) {
            let nodes = if self.stream.node(value).kind == NodeKind::Sequence {
                self.list(value)
            } else {
                vec![value]
            };
            let mut behaviours = Vec::new();
            for node in nodes {
                let text = self.text(node);
                match Behaviour::parse(&text) {
                    Ok(behaviour) => behaviours.push(behaviour),
                    Err(error) => self.error(node, error),
                }
            }
            outcomes.push((name, behaviours));
        }
        outcomes
    }

    fn step(&mut self, node: NodeId, charts: &[(String, ChartText)]) -> ScenarioStep {
        if let Some((_, together)) = self.stream.entry(node, b"together") {
            self.map(node, &["together"]);
            let parts = self.list(together);
            return ScenarioStep { parts: parts.into_iter().map(|node| self.part(node, charts)).collect() };
        }
        ScenarioStep { parts: vec![self.part(node, charts)] }
    }

    fn part(&mut self, node: NodeId, charts: &[(String, ChartText)]) -> StepPart {
        let mut part = StepPart { client: "A".into(), release: "r".into(), ..StepPart::default() };
        for (key, value) in self.map(node, &PART) {
            match key.as_str() {
                "run" => {
                    part.text = self.text(value);
                    let read = words::split(&part.text).and_then(|words| command::read(&words));
                    match read {
                        Ok(command) => {
                            if let Some(chart) = command
                                .chart
                                .as_ref()
                                .filter(|chart| !charts.iter().any(|(k, _)| k == *chart))
                            {
                                let known: Vec<&str> = charts.iter().map(|(key, _)| key.as_str()).collect();
                                self.error(
                                    value,
                                    format!("unknown chart {chart:?}; known: {}", known.join(", ")),
                                );
                            }
                            part.command = Some(command);
                        }
                        Err(error) => self.error(value, error),
                    }
                }
                "do" => {
                    part.text = self.text(value);
                    match user_action(&part.text) {
                        Ok(action) => part.user = Some(action),
                        Err(error) => self.error(value, error),
                    }
                }
                "client" => part.client = self.text(value),
                "helm" => part.helm = Some(self.version(value)),
                "release" => part.release = self.text(value),
                "env" => {
                    part.env =
                        self.map(value, &[]).into_iter().map(|(key, node)| (key, self.text(node))).collect()
                }
                "outcomes" => part.outcomes = self.outcomes(value),
                "faults" => {
                    for node in self.list(value) {
                        self.fault(node, &mut part.trouble);
                    }
                }
                "signal" => {
                    let nodes = if self.stream.node(value).kind == NodeKind::Sequence {
                        self.list(value)
                    } else {
                        vec![value]
                    };
                    for node in nodes {
                        self.signal(node, &mut part.trouble);
                    }
                }
                "hold" => {
                    for node in self.list(value) {
                        self.hold(node, &mut part.trouble);
                    }
                }
                "start" => part.start = Some(self.text(value)),
                "delay" => part.delay = self.seconds(value),
                "expect" => part.expect = Some(self.text(value)),
                "v3" => part.v3 = Some(self.text(value)),
                "limit" => {
                    self.seconds(value);
                }
                _ => self.error(value, "together stands alone"),
            }
        }
        if part.command.is_none() && part.user.is_none() && self.errors.is_empty() {
            self.error(node, "a step needs run, do or together");
        }
        part
    }

    fn when(&mut self, entries: &[(String, NodeId)], node: NodeId) -> When {
        let mut when = When { at: String::new(), nth: 1, every: false };
        for (key, value) in entries {
            match key.as_str() {
                "at" => when.at = self.text(*value),
                "nth" => when.nth = self.number(*value).clamp(1, 1_000_000) as u32,
                "every" => when.every = self.text(*value) == "true",
                _ => {}
            }
        }
        if when.at.is_empty() {
            self.error(node, "needs at: the request it applies to");
        }
        when
    }

    fn fault(&mut self, node: NodeId, trouble: &mut Trouble) {
        let entries = self.map(node, &FAULT);
        let when = self.when(&entries, node);
        let (mut fault, mut message) = (None, "injected fault".to_owned());
        for (key, value) in &entries {
            match key.as_str() {
                "status" => {
                    fault = Some(Fault::Refused(self.number(*value).clamp(400, 599) as u16, String::new()))
                }
                "drop" => match self.text(*value).as_str() {
                    "before" => fault = Some(Fault::Dropped),
                    "after" => fault = Some(Fault::Lost),
                    other => self.error(*value, format!("{other:?} is neither before nor after")),
                },
                "message" => message = self.text(*value),
                _ => {}
            }
        }
        match fault {
            Some(Fault::Refused(code, _)) => trouble.faults.push((when, Fault::Refused(code, message))),
            Some(fault) => trouble.faults.push((when, fault)),
            None => self.error(node, "a fault needs status or drop"),
        }
    }

    fn signal(&mut self, node: NodeId, trouble: &mut Trouble) {
        let entries = self.map(node, &SIGNAL);
        let when = self.when(&entries, node);
        let (mut signal, mut delay) = (None, 0);
        for (key, value) in &entries {
            match key.as_str() {
                "signal" => match self.text(*value).as_str() {
                    "KILL" => signal = Some(Signal::Kill),
                    "TERM" => signal = Some(Signal::Term),
                    "INT" => signal = Some(Signal::Int),
                    "HUP" => signal = Some(Signal::Hup),
                    other => self.unknown(
                        *value,
                        format!("unknown signal {other:?}"),
                        &["KILL", "TERM", "INT", "HUP"],
                    ),
                },
                "delay" => delay = self.seconds(*value),
                _ => {}
            }
        }
        match signal {
            Some(signal) => trouble.signals.push((when, signal, delay)),
            None => self.error(node, "needs signal: KILL, TERM, INT or HUP"),
        }
    }

    fn hold(&mut self, node: NodeId, trouble: &mut Trouble) {
        let entries = self.map(node, &HOLD);
        let when = self.when(&entries, node);
        let (mut until, mut limit, mut delay) = (String::new(), 60_000, 0);
        for (key, value) in &entries {
            match key.as_str() {
                "until" => until = self.text(*value),
                "limit" => limit = self.seconds(*value),
                "delay" => delay = self.seconds(*value),
                _ => {}
            }
        }
        if until.is_empty() {
            self.error(node, "needs until: the event it waits for");
        }
        trouble.holds.push((when, until, limit, delay));
    }

    fn texts(&mut self, node: NodeId) -> Vec<String> {
        self.list(node).into_iter().map(|node| self.text(node)).collect()
    }

    fn observation(&mut self, node: NodeId) -> Observation {
        const KEYS: [&str; 6] = ["kubernetes", "steps", "records", "objects", "pods", "overlap"];
        let mut seen = Observation::default();
        for (key, value) in self.map(node, &KEYS) {
            match key.as_str() {
                "steps" => {
                    for node in self.list(value) {
                        let step = self.observed_step(node);
                        seen.steps.push(step);
                    }
                }
                "records" => {
                    seen.records =
                        self.map(value, &[]).into_iter().map(|(key, node)| (key, self.text(node))).collect();
                }
                "objects" => seen.objects = self.texts(value),
                "pods" => {
                    seen.pods =
                        self.map(value, &[]).into_iter().map(|(key, node)| (key, self.texts(node))).collect();
                }
                "overlap" => seen.overlap = self.texts(value),
                _ => {}
            }
        }
        seen
    }

    fn observed_step(&mut self, node: NodeId) -> ObservedStep {
        let mut step = ObservedStep::default();
        for (key, value) in self.map(node, &[]) {
            match key.as_str() {
                "do" => step.action = Some(self.text(value)),
                "trace" => step.trace = self.text(value),
                _ => {
                    let (client, what) = key.rsplit_once(' ').map_or(("", key.as_str()), |pair| pair);
                    match what {
                        "exit" => {
                            let code = self.number(value).clamp(-1000, 1000) as i16;
                            step.exits.push((client.to_owned(), code));
                        }
                        "error" => step.errors.push((client.to_owned(), self.text(value))),
                        _ => self.unknown(
                            value,
                            format!("unknown key {key:?}"),
                            &["do", "trace", "exit", "error"],
                        ),
                    }
                }
            }
        }
        step
    }
}

fn user_action(text: &str) -> Result<UserAction, String> {
    const KNOWN: &str = "wait, until, delete, create, annotate, label, merge, forget, raw";
    let words = words::split(text)?;
    let word = |n: usize| words.get(n).cloned().ok_or_else(|| format!("{text:?} is too short"));
    let rest = |n: usize| text.splitn(n + 1, char::is_whitespace).nth(n).unwrap_or_default().to_owned();
    match word(0)?.as_str() {
        "wait" => {
            seconds(&word(1)?).map(UserAction::Wait).ok_or_else(|| "wait needs a number of seconds".into())
        }
        "until" => Ok(UserAction::Until(rest(1))),
        "delete" => Ok(UserAction::Delete(word(1)?, word(2)?)),
        "create" => {
            let line = Line::read(&rest(1))?;
            let json = json::encode(&line.manifest(), false, HelmVersion::V4_3).unwrap_or_default();
            Ok(UserAction::Create(String::from_utf8_lossy(&json).into_owned()))
        }
        verb @ ("annotate" | "label") => {
            let field = if verb == "label" { "labels" } else { "annotations" };
            let pair = word(3)?;
            let (key, value) = pair.split_once('=').ok_or_else(|| format!("{pair:?} is no key=value"))?;
            Ok(UserAction::Mark(word(1)?, word(2)?, field, key.to_owned(), value.to_owned()))
        }
        "merge" => Ok(UserAction::Merge(word(1)?, word(2)?, rest(3))),
        "forget" => word(1)?.parse().map(UserAction::Forget).map_err(|_| "forget needs a revision".into()),
        "raw" => {
            // The one raw request that is used: scaling.
            let path = word(2)?;
            let mut parts = path.split('?').next().unwrap_or_default().rsplit('/');
            match (parts.next(), parts.next(), parts.next()) {
                (Some("scale"), Some(name), Some("deployments")) => {
                    Ok(UserAction::Scale("Deployment".into(), name.to_owned(), word(3)?))
                }
                (Some("scale"), Some(name), Some("statefulsets")) => {
                    Ok(UserAction::Scale("StatefulSet".into(), name.to_owned(), word(3)?))
                }
                _ => Err("raw knows only the scale of Deployments and StatefulSets".into()),
            }
        }
        other => Err(format!("unknown action {other:?}; known: {KNOWN}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::render;

    fn wrong(text: &str) -> String {
        let errors = read(text.as_bytes()).expect_err("it should be wrong");
        errors.iter().map(|error| render::full(error, render::Style::Plain)).collect()
    }

    #[test]
    fn unknown_keys_have_their_place_and_the_known_ones() {
        let text =
            wrong("name: x\nsteps:\n- run: install a\n  outcome: {mig: ok}\ncharts: {a: [ConfigMap cm]}\n");
        assert!(text.contains("error: unknown key \"outcome\""), "{text}");
        assert!(text.contains("scenario:4:3"), "{text}");
        assert!(text.contains("known: run, do, client, helm"), "{text}");
    }

    #[test]
    fn every_word_is_understood() {
        let charts = "charts: {a: [ConfigMap cm]}\n";
        for (steps, message) in [
            ("- run: instal a", "unknown command \"instal\""),
            ("- run: install a --wiat", "unknown flag \"--wiat\""),
            ("- run: install b", "unknown chart \"b\""),
            ("- run: upgrade a --timeout soon", "\"soon\" is no duration"),
            ("- {run: install a, outcomes: {mig: okay}}", "unknown behaviour \"okay\""),
            ("- {run: install a, faults: [{at: new cm}]}", "a fault needs status or drop"),
            ("- {run: install a, signal: {at: new cm, signal: STOP}}", "unknown signal \"STOP\""),
            ("- {run: install a, helm: v2.17.0}", "unknown Helm version \"v2.17.0\""),
            ("- do: reboot", "unknown action \"reboot\""),
            ("- {run: install a, run: install a}", "key \"run\" is given twice"),
        ] {
            let text = wrong(&format!("name: x\n{charts}steps:\n{steps}\n"));
            assert!(text.contains(message), "{steps}: {text}");
        }
        let text = wrong("name: x\ncharts: {a: [Job mig polcy=hook-failed]}\nsteps: []\n");
        assert!(text.contains("unknown key \"polcy\" of an object"), "{text}");
    }

    #[test]
    fn charts_build_on_each_other() {
        let text = b"name: x\ncharts:\n  a: [ConfigMap cm, Job mig pre-install]\n  b: {from: a, drop: [Job mig], objects: [Secret s]}\nsteps: []\n";
        let scenarios = read(text).unwrap();
        let objects = |n: usize| {
            scenarios[0].charts[n].1.objects.iter().map(|line| line.name.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(objects(0), ["cm", "mig"]);
        assert_eq!(objects(1), ["cm", "s"]);
    }
}
