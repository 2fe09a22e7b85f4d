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
pub use short::judge;
pub use read::{ChartText, Command, Scenario, ScenarioStep, StepPart};

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
    let script = Script {
        outcomes: scenario.outcomes.clone(),
        steps,
        settle: scenario.settle,
        workloads,
        ambiguous,
    };
    run(&world, &actions, &script, namespace)
}
