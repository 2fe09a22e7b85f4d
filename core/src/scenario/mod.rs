//! The file that plans, model checks and cluster runs share: charts, steps, what goes wrong, what was observed.
//!
//! [`parse`] is strict: a key that does not exist is an error with its place and the keys that do. [`simulate`] foretells
//! what the steps will do.

mod command;
mod expect;
mod line;
mod read;
mod render;
mod short;
mod words;

pub use expect::{Observation, ObservedStep, compare};
pub use read::{ChartText, Command, Scenario, ScenarioStep, StepPart};
pub use short::judge;

use crate::diag::Diagnostic;
use crate::dialect::HelmVersion;
use crate::lifecycle::action::Action;
use crate::lifecycle::engine::Engine;
use crate::lifecycle::script::{Part, Script};
use crate::lifecycle::simulate::run;
use crate::lifecycle::world::{Charts, World};
use crate::timeline::Timeline;

/// The namespace scenarios play in; what is recorded elsewhere names it so, too.
pub const NAMESPACE: &str = "NS";

/// Reads a scenario, or a file of several under `scenarios`.
///
/// ```
/// let text = b"name: first\ncharts: {a: [ConfigMap cm]}\nsteps:\n- run: install a\n";
/// let scenarios = hookwright_core::scenario::parse_all(text).unwrap();
/// assert_eq!(scenarios[0].name, "first");
/// let wrong = hookwright_core::scenario::parse_all(b"name: x\nstep: []\n").unwrap_err();
/// assert!(wrong[0].message.starts_with("unknown key \"step\""), "{}", wrong[0].message);
/// ```
///
/// # Errors
/// Everything that is wrong with the file.
pub fn parse_all(text: &[u8]) -> Result<Vec<Scenario>, Vec<Diagnostic>> {
    read::read(text)
}

/// Reads a file with one scenario.
///
/// # Errors
/// Everything that is wrong with the file, or that it has none or several.
pub fn parse(text: &[u8]) -> Result<Scenario, Vec<Diagnostic>> {
    let mut all = parse_all(text)?;
    match (all.pop(), all.is_empty()) {
        (Some(scenario), true) => Ok(scenario),
        _ => Err(vec![Diagnostic::error("the file does not hold exactly one scenario")]),
    }
}

/// Foretells a scenario, with the Helm its file names.
pub fn simulate(scenario: &Scenario) -> Timeline {
    simulate_as(scenario, scenario.helm)
}

/// Foretells a scenario as another Helm would have it; steps that name a version keep theirs.
pub fn simulate_as(scenario: &Scenario, version: HelmVersion) -> Timeline {
    let charts = render::Renderer::new(&scenario.charts);
    let workloads = line::workloads(&scenario.charts);
    simulate_with(scenario, version, &charts, NAMESPACE, workloads, line::ambiguous(&scenario.charts))
}

/// The words of a helm command line, understood.
///
/// # Errors
/// Says which word is not understood.
pub fn command(words: &[String]) -> Result<Command, String> {
    command::read(words)
}

/// Foretells steps for charts that somebody else renders, in any namespace.
pub fn simulate_with(
    scenario: &Scenario,
    version: HelmVersion,
    charts: &dyn Charts,
    namespace: &str,
    workloads: Vec<String>,
    ambiguous: Vec<String>,
) -> Timeline {
    let world = World::new(charts);
    let mut actions: Vec<Action> = Vec::new();
    let mut steps = Vec::new();
    for step in &scenario.steps {
        let mut parts = Vec::new();
        for part in &step.parts {
            let mut made = Part {
                client: None,
                action: 0,
                user: part.user.clone(),
                text: part.text.clone(),
                outcomes: part.outcomes.clone(),
                trouble: part.trouble.clone(),
                start: part.start.clone(),
                delay: part.delay,
            };
            if let Some(command) = &part.command {
                let engine = Engine::of(part.helm.unwrap_or(version));
                let chart = scenario.charts.iter().position(|(name, _)| Some(name) == command.chart.as_ref());
                actions.push(command::action(
                    &world,
                    command,
                    engine,
                    chart.unwrap_or(usize::MAX) as u16,
                    part,
                ));
                made.client = Some(part.client.clone());
                made.action = (actions.len() - 1) as u16;
            }
            parts.push(made);
        }
        steps.push(parts);
    }
    let script =
        Script { outcomes: scenario.outcomes.clone(), steps, settle: scenario.settle, workloads, ambiguous };
    run(&world, &actions, &script, namespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::simulate::run_from;
    use crate::lifecycle::state::{Client, State};
    use crate::lifecycle::walk::{Step, apply, possible};
    use crate::lifecycle::{cluster, object};
    use std::collections::{HashSet, VecDeque};

    /// Two upgrades at once on a release whose migration Job may end either way: every interleaving, from the start state
    /// that an install leaves.
    #[test]
    fn every_life_can_be_walked() {
        let text = b"name: w\ncharts: {a: [ConfigMap cm, 'Job mig pre-upgrade']}\nsteps:\n- run: install a\n- run: upgrade a\n- {run: upgrade a, client: B}\n";
        let scenario = parse(text).unwrap();
        let charts = render::Renderer::new(&scenario.charts);
        let world = World::new(&charts);
        let parts = scenario.steps.iter().flat_map(|step| &step.parts);
        let engine = Engine::of(HelmVersion::V4_3);
        let actions: Vec<Action> = parts
            .map(|part| command::action(&world, part.command.as_ref().unwrap(), engine, 0, part))
            .collect();
        let mut state = State::default();
        let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: NS}}";
        let document = crate::yaml::unmarshal(namespace.as_bytes()).unwrap();
        let spec = object::read(&world, &document, world.text(NAMESPACE), &|_| true).unwrap()[0];
        let live = world.add_live(object::Live::created(&world, spec, object::UNKNOWN));
        cluster::create(&world, &mut state, world.spec(spec).key, live, &mut Vec::new());
        state.clients.push(Client::new(0));
        while let Some(step) =
            possible(&world, &actions, &state).into_iter().find(|step| matches!(step, Step::Client(..)))
        {
            state = apply(&world, &actions, &state, step);
        }
        assert_eq!(state.clients[0].exit.map(|exit| exit.code), Some(0));
        // What is left is a start for a script, too: a release that is there.
        let script = Script {
            steps: vec![vec![Part { client: Some("A".into()), action: 1, ..Part::default() }]],
            ..Script::default()
        };
        let timeline = run_from(&world, &actions, &script, NAMESPACE, state.clone());
        let keys: Vec<&str> = timeline.records.iter().map(|left| left.key.as_str()).collect();
        assert_eq!(keys, ["v1", "v2"]);
        state.clients = vec![Client::new(1), Client::new(2)];
        let (mut seen, mut queue) = (HashSet::from([state.clone()]), VecDeque::from([state]));
        let (mut both, mut ends) = (0, 0);
        while let Some(state) = queue.pop_front() {
            let codes: Vec<_> =
                state.clients.iter().filter_map(|client| client.exit).map(|exit| exit.code).collect();
            if codes.len() == 2 {
                ends += 1;
                both += usize::from(codes == [0, 0]);
                continue;
            }
            for step in possible(&world, &actions, &state) {
                let tame =
                    !matches!(step, Step::Kill(_) | Step::Cancel(_) | Step::Ready(_) | Step::Expire(..));
                let next = apply(&world, &actions, &state, step);
                if tame && seen.insert(next.clone()) {
                    queue.push_back(next);
                }
            }
        }
        // One after the other both succeed; at once, one of them finds the record or the other's lock.
        assert!(ends > 4 && both > 0, "{ends} ends, {both} with two successes");
        assert!((100..100_000).contains(&seen.len()), "{} states", seen.len());
    }
}
