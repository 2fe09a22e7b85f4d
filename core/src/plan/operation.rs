//! One operation on a release, what came before it, and what it leaves in the way of the next.

use super::charts::Charts;
use super::hooks::{order, place};
use crate::dialect::HelmVersion;
use crate::go::glob;
use crate::hook::HookEvent;
use crate::lifecycle::script::{Behaviour, Ending, Outcomes, Signal, When};
use crate::release::{Failure, Release};
use crate::scenario::{self, ChartText, Scenario, ScenarioStep, StepPart};
use crate::timeline::{Event, StepTrace, Timeline, What};
use std::rc::Rc;

/// What is done to the release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named exactly as Helm's commands")]
pub enum Operation {
    Install,
    Upgrade,
    Rollback,
    Uninstall,
    Test,
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 5] =
        [Self::Install, Self::Upgrade, Self::Rollback, Self::Uninstall, Self::Test];

    /// As typed.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Install => "install",
            Operation::Upgrade => "upgrade",
            Operation::Rollback => "rollback",
            Operation::Uninstall => "uninstall",
            Operation::Test => "test",
        }
    }

    /// Events before and after the main part.
    pub fn events(self) -> &'static [HookEvent] {
        match self {
            Operation::Install => &[HookEvent::PreInstall, HookEvent::PostInstall],
            Operation::Upgrade => &[HookEvent::PreUpgrade, HookEvent::PostUpgrade],
            Operation::Rollback => &[HookEvent::PreRollback, HookEvent::PostRollback],
            Operation::Uninstall => &[HookEvent::PreDelete, HookEvent::PostDelete],
            Operation::Test => &[HookEvent::Test],
        }
    }

    /// Whether helm's command has a flag (without dashes).
    pub fn has_flag(self, flag: &str) -> bool {
        use Operation::{Install, Rollback, Test, Uninstall, Upgrade};
        match flag {
            "timeout" => true,
            "wait" | "no-hooks" => self != Test,
            "wait-for-jobs" | "server-side" => matches!(self, Install | Upgrade | Rollback),
            "rollback-on-failure" | "take-ownership" => matches!(self, Install | Upgrade),
            "cleanup-on-fail" | "history-max" => matches!(self, Upgrade | Rollback),
            "force-conflicts" => matches!(self, Install | Upgrade | Rollback),
            "keep-history" | "cascade" => self == Uninstall,
            "logs" => self == Test,
            _ => false,
        }
    }
}

/// How a hook ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its Pod ends with 0.
    Succeed,
    /// Its Pods end with another code: all of them, or the first few.
    Fail(Option<u16>),
    /// Its Pod runs on.
    Hang,
    /// The helm process is killed (SIGKILL) while it runs.
    Kill,
    /// Its first Pod is evicted; what replaces it succeeds.
    Evict,
}

impl Outcome {
    /// Reads `succeed`, `fail`, `fail:3`, `hang`, `kill`, `evict`.
    ///
    /// # Errors
    /// Names the words there are.
    pub fn parse(text: &str) -> Result<Outcome, String> {
        Ok(match text {
            "succeed" => Outcome::Succeed,
            "fail" => Outcome::Fail(None),
            "hang" => Outcome::Hang,
            "kill" => Outcome::Kill,
            "evict" => Outcome::Evict,
            other => match other.strip_prefix("fail:").and_then(|count| count.parse().ok()) {
                Some(count @ 1..=1000) => Outcome::Fail(Some(count)),
                _ => {
                    return Err(format!(
                        "unknown outcome {other:?}; known: succeed, fail, fail:N (the first N Pods fail), hang, kill, evict"
                    ));
                }
            },
        })
    }

    fn behaviours(self) -> Vec<Behaviour> {
        let of = |ending| Behaviour { ending, ..Behaviour::default() };
        match self {
            Outcome::Succeed => vec![of(Ending::Succeeds)],
            Outcome::Fail(None) => vec![of(Ending::Fails)],
            Outcome::Fail(Some(count)) => {
                let mut all = vec![of(Ending::Fails); usize::from(count)];
                all.push(of(Ending::Succeeds));
                all
            }
            Outcome::Hang | Outcome::Kill => vec![of(Ending::Hangs)],
            Outcome::Evict => vec![of(Ending::Fails), of(Ending::Succeeds)],
        }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The operation.
    pub operation: Operation,
    /// Which of the charts the release is made from before the operation; without it the same chart.
    pub from: Option<u16>,
    /// The chart.
    pub chart: u16,
    /// Names or globs of hooks, and how they end.
    pub outcomes: Vec<(String, Outcome)>,
    /// Flags of helm, with values behind `=`.
    pub flags: Vec<String>,
    /// Which Helm.
    pub version: HelmVersion,
}

/// A hook that is expected to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// When.
    pub event: HookEvent,
    /// Its place in the event, from 1.
    pub order: usize,
    /// How many hooks the event has.
    pub total: usize,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// `templates/migrate.yaml:14`
    pub source: String,
    /// Deleted when it has succeeded.
    pub deletes_success: bool,
    /// Deleted when it has failed.
    pub deletes_failure: bool,
}

/// What the next operation would meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// `upgrade`
    pub command: &'static str,
    /// Helm's exit code.
    pub exit: i16,
    /// Helm's error.
    pub error: String,
    /// Hooks of which two Pods run at once.
    pub overlap: Vec<String>,
    /// Hooks the next operation starts beside an earlier one, of another name, that still runs.
    pub beside: Vec<String>,
}

/// A plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The operation.
    pub operation: Operation,
    /// Which Helm.
    pub version: HelmVersion,
    /// The release.
    pub release: String,
    /// The revision before; 0 is none.
    pub before: u16,
    /// The revision it makes, or acts on.
    pub revision: u16,
    /// `--timeout`, in milliseconds.
    pub timeout: u64,
    /// The hooks it would run if all went well, then those of an automatic rollback.
    pub hooks: Vec<Expected>,
    /// Steps: what came before, then the operation.
    pub timeline: Timeline,
    /// Leftovers (`Job/mig`) that a later hook's `before-hook-creation` deletes, and whose event that is.
    pub deleters: Vec<(String, HookEvent)>,
    /// What the next operation would meet.
    pub next: Next,
}

impl Plan {
    /// The operation's own step.
    pub fn step(&self) -> Option<&StepTrace> {
        self.timeline.steps.last()
    }

    /// The timeline of the operation alone, for pictures.
    pub fn own(&self) -> Timeline {
        Timeline { steps: self.step().cloned().into_iter().collect(), ..self.timeline.clone() }
    }

    /// Helm's exit code.
    pub fn exit(&self) -> i16 {
        self.step().and_then(|step| step.clients.first()).map_or(0, |end| end.exit)
    }

    /// When the operation began, in the timeline's milliseconds.
    pub fn start(&self) -> u64 {
        self.step().and_then(|step| step.events.first()).map_or(0, |event| event.at)
    }

    /// A hook by what it is called.
    pub fn hook(&self, kind: &str, name: &str) -> Option<&Expected> {
        self.hooks.iter().find(|hook| hook.kind == kind && hook.name == name)
    }
}

/// Why there is no plan.
#[derive(Debug)]
pub enum Problem {
    /// The chart cannot be rendered.
    Render(Rc<Failure>),
    /// The request makes no sense.
    Misuse(String),
}

/// One line of helm: verb, chart, flags.
struct Line {
    operation: Operation,
    chart: u16,
}

/// Follows an operation.
///
/// # Errors
/// [`Problem`]
pub fn plan(charts: &Charts, request: &Request) -> Result<Plan, Problem> {
    let chart = request.chart;
    let from = request.from.unwrap_or(chart);
    let (old, new) = (charts.name(from), charts.name(chart));
    if old != new {
        return Err(Problem::Misuse(format!(
            "--from is chart {old:?}, but the chart is {new:?}: a release is upgraded from an earlier version of the same chart"
        )));
    }
    for flag in &request.flags {
        let name = flag.trim_start_matches('-').split('=').next().unwrap_or_default();
        if !request.operation.has_flag(name) {
            return Err(Problem::Misuse(format!(
                "--{name} has no meaning for {}: helm {0} does not know it",
                request.operation.name()
            )));
        }
    }
    let install = |chart| Line { operation: Operation::Install, chart };
    let upgrade = |chart| Line { operation: Operation::Upgrade, chart };
    let mut lines = match request.operation {
        Operation::Install => Vec::new(),
        Operation::Upgrade => vec![install(from)],
        Operation::Rollback => vec![install(from), upgrade(chart)],
        Operation::Uninstall | Operation::Test if request.from.is_some() => {
            vec![install(from), upgrade(chart)]
        }
        Operation::Uninstall | Operation::Test => vec![install(chart)],
    };
    let before = lines.len() as u16;
    lines.push(Line { operation: request.operation, chart });
    let revision = match request.operation {
        Operation::Uninstall | Operation::Test => before,
        _ => before + 1,
    };

    let render = |chart, revision, upgrade| charts.release(chart, revision, upgrade).map_err(Problem::Render);
    let initial = render(if request.operation == Operation::Install { chart } else { from }, 1, false)?;
    let stored = match (request.operation, before) {
        (Operation::Install | Operation::Rollback, _) => initial.clone(),
        (Operation::Upgrade, _) | (_, 2) => render(chart, 2, true)?,
        _ => initial.clone(),
    };
    let mut hooks = expected(&stored, request.operation.events());
    if request.flags.iter().any(|flag| flag == "--no-hooks") {
        hooks.clear();
    }
    let known = hooks.len();
    if request.flags.iter().any(|flag| flag.starts_with("--rollback-on-failure")) {
        match request.operation {
            Operation::Install => hooks.extend(expected(&stored, Operation::Uninstall.events())),
            _ => hooks.extend(expected(&initial, Operation::Rollback.events())),
        }
    }

    let mut outcomes: Outcomes = Vec::new();
    let mut part = step(charts, request, &lines, lines.len() - 1, request.flags.clone())?;
    for (pattern, outcome) in &request.outcomes {
        let found = matching(pattern, &hooks)?;
        if found.is_empty() {
            return Err(Problem::Misuse(unknown_hook(
                pattern,
                request.operation,
                hooks.get(..known).unwrap_or_default(),
            )));
        }
        for hook in found {
            outcomes.retain(|(name, _)| *name != hook.name);
            outcomes.push((hook.name.clone(), outcome.behaviours()));
            if *outcome == Outcome::Kill {
                let at = format!("new {}/{}", hook.kind, hook.name);
                part.trouble.signals.push((When { at, nth: 1, every: false }, Signal::Kill, 500));
            }
        }
    }
    let again: Outcomes =
        outcomes.iter().map(|(name, _)| (name.clone(), Outcome::Succeed.behaviours())).collect();
    part.outcomes = outcomes;

    let mut steps = Vec::new();
    for n in 0..lines.len() - 1 {
        steps.push(ScenarioStep { parts: vec![step(charts, request, &lines, n, Vec::new())?] });
    }
    steps.push(ScenarioStep { parts: vec![part] });
    let mut life = Scenario {
        helm: request.version,
        settle: 0,
        charts: (0..charts.count()).map(|n| (n.to_string(), ChartText::default())).collect(),
        steps,
        ..Scenario::default()
    };
    let workloads = workloads(&[&initial, &stored]);
    let ambiguous = ambiguous(&[&initial, &stored]);
    let follow = |life: &Scenario| {
        let namespace = &charts.options().namespace;
        scenario::simulate_with(
            life,
            request.version,
            charts,
            namespace,
            workloads.clone(),
            ambiguous.clone(),
        )
    };
    let mut timeline = follow(&life);
    let own = format!("{}.", charts.options().name);
    for record in &mut timeline.records {
        if let Some(short) = record.key.strip_prefix(&own) {
            record.key = short.to_owned();
        }
    }

    let gone = timeline.records.is_empty();
    let next = if gone { install(chart) } else { upgrade(chart) };
    let command = next.operation.name();
    let number = if gone { 1 } else { revision_of(&timeline) + 1 };
    // A chart that renders once may not render again; then nothing is known of the next hooks.
    let mut deleters = Vec::new();
    if let Ok(coming) = charts.release(next.chart, number, !gone) {
        for line in &timeline.objects {
            let Some((kind, name)) = line.split(' ').next().and_then(|word| word.split_once('/')) else {
                continue;
            };
            if let Some(event) = deleter(&coming, next.operation, kind, name) {
                deleters.push((format!("{kind}/{name}"), event));
            }
        }
    }
    lines.push(next);
    let mut part = step(charts, request, &lines, lines.len() - 1, Vec::new())?;
    part.outcomes = again;
    life.steps.push(ScenarioStep { parts: vec![part] });
    let after = follow(&life);
    let next = what_next(&timeline, &after, command);
    let timeout = request
        .flags
        .iter()
        .rev()
        .find_map(|flag| flag.strip_prefix("--timeout="))
        .and_then(|text| crate::go::time::parse_duration(text.as_bytes()).ok())
        .map_or(300_000, |duration| (duration.0 / 1_000_000).max(0) as u64);
    Ok(Plan {
        operation: request.operation,
        version: request.version,
        release: charts.options().name.clone(),
        before,
        revision,
        timeout,
        hooks,
        timeline,
        deleters,
        next,
    })
}

fn step(
    charts: &Charts,
    request: &Request,
    lines: &[Line],
    n: usize,
    flags: Vec<String>,
) -> Result<StepPart, Problem> {
    let Some(line) = lines.get(n) else { return Ok(StepPart::default()) };
    let mut words = vec![line.operation.name().to_owned()];
    if matches!(line.operation, Operation::Install | Operation::Upgrade) {
        words.push(line.chart.to_string());
    }
    let mut shown = vec![line.operation.name(), &charts.options().name];
    if words.len() > 1 {
        shown.push(charts.name(line.chart));
    }
    shown.extend(flags.iter().map(String::as_str));
    let shown = shown.join(" ");
    words.push(format!("--namespace={}", charts.options().namespace));
    words.extend(flags);
    let command = scenario::command(&words).map_err(Problem::Misuse)?;
    Ok(StepPart {
        command: Some(command),
        text: shown,
        client: "helm".into(),
        helm: Some(request.version),
        release: charts.options().name.clone(),
        ..StepPart::default()
    })
}

/// The hooks of events, in the order they run.
fn expected(release: &Release, events: &[HookEvent]) -> Vec<Expected> {
    let mut all = Vec::new();
    for event in events {
        let runs = order(release, *event);
        for (at, n) in runs.iter().enumerate() {
            let Some(hook) = release.hooks.get(*n) else { continue };
            let (file, line) = place(release, &hook.manifest);
            let policies = hook.delete_policies();
            all.push(Expected {
                event: *event,
                order: at + 1,
                total: runs.len(),
                kind: hook.manifest.head.kind.clone(),
                name: hook.manifest.head.name.clone(),
                source: if line == 0 { file } else { format!("{file}:{line}") },
                deletes_success: policies.succeeded,
                deletes_failure: policies.failed,
            });
        }
    }
    all
}

/// Hooks whose name, or kind/name, a pattern fits.
fn matching<'h>(pattern: &str, hooks: &'h [Expected]) -> Result<Vec<&'h Expected>, Problem> {
    let fits = |text: &str| glob::path_match(pattern.as_bytes(), text.as_bytes());
    let mut found: Vec<&Expected> = Vec::new();
    for hook in hooks {
        let by_name = fits(&hook.name).map_err(|_| {
            Problem::Misuse(format!(
                "--outcome: {pattern:?} is not a pattern: a [ without its ], or a \\ at the end"
            ))
        })?;
        let by_kind = pattern.contains('/') && fits(&format!("{}/{}", hook.kind, hook.name)).unwrap_or(false);
        if (by_name || by_kind) && matches!(hook.kind.as_str(), "Job" | "Pod" | "Deployment" | "StatefulSet")
        {
            found.push(hook);
        }
    }
    Ok(found)
}

/// The last revision there is a record of.
fn revision_of(timeline: &Timeline) -> u16 {
    let number = |key: &String| key.strip_prefix('v').and_then(|digits| digits.parse().ok());
    timeline.records.iter().filter_map(|record| number(&record.key)).max().unwrap_or(0)
}

/// The event whose hook of the same name deletes what is there: one of the operation, if possible.
fn deleter(release: &Release, operation: Operation, kind: &str, name: &str) -> Option<HookEvent> {
    let same = release.hooks.iter().find(|hook| {
        let head = &hook.manifest.head;
        head.kind == kind && head.name == name && hook.delete_policies().before_creation
    })?;
    let mut events = operation.events().iter().chain(&same.events).copied();
    events.find(|event| same.events.contains(event))
}

fn unknown_hook(pattern: &str, operation: Operation, hooks: &[Expected]) -> String {
    let mut names: Vec<String> = hooks
        .iter()
        .filter(|hook| matches!(hook.kind.as_str(), "Job" | "Pod" | "Deployment" | "StatefulSet"))
        .map(|hook| hook.name.clone())
        .collect();
    names.dedup();
    let there = match names.as_slice() {
        [] => format!("{} runs no hook with a Pod", operation.name()),
        names => format!("hooks of {} that have one: {}", operation.name(), names.join(", ")),
    };
    format!("--outcome: no hook named {pattern:?} runs a Pod; {there}")
}

fn workloads(releases: &[&Rc<Release>]) -> Vec<String> {
    let mut names: Vec<String> = releases
        .iter()
        .flat_map(|release| &release.manifests)
        .filter(|manifest| {
            matches!(manifest.head.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        })
        .map(|manifest| manifest.head.name.clone())
        .collect();
    names.sort();
    names.dedup();
    names
}

fn ambiguous(releases: &[&Rc<Release>]) -> Vec<String> {
    let mut pairs: Vec<(&str, &str)> = releases
        .iter()
        .flat_map(|release| release.manifests.iter().chain(release.hooks.iter().map(|hook| &hook.manifest)))
        .map(|manifest| (manifest.head.name.as_str(), manifest.head.kind.as_str()))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut names: Vec<String> = pairs
        .windows(2)
        .filter_map(|pair| match pair {
            [(a, _), (b, _)] if a == b => Some((*a).to_owned()),
            _ => None,
        })
        .collect();
    names.dedup();
    names
}

fn what_next(timeline: &Timeline, after: &Timeline, command: &'static str) -> Next {
    let end = after.steps.last().and_then(|step| step.clients.first());
    let overlap = after.overlap.iter().filter(|name| !timeline.overlap.contains(name)).cloned().collect();
    // A Job of another name that still runs, when a Job is started.
    let running: Vec<&str> = timeline
        .objects
        .iter()
        .filter_map(|line| line.strip_prefix("Job/"))
        .filter(|line| line.split(' ').nth(1) == Some("running"))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let mut beside = Vec::new();
    for Event { what, .. } in after.steps.last().into_iter().flat_map(|step| &step.events) {
        if let What::Applied { object, mark, .. } = what
            && object.kind == "Job"
            && mark.is_empty()
            && !running.is_empty()
            && !running.contains(&object.name.as_str())
        {
            beside.push(object.name.clone());
        }
    }
    Next {
        command,
        exit: end.map_or(0, |end| end.exit),
        error: end.map(|end| end.error.clone()).unwrap_or_default(),
        overlap,
        beside,
    }
}
