//! `plan --scenario`: playing a scenario file and judging what it expects.

use super::hooks;
use crate::args::Plan;
use crate::output::{EXIT_FAILURE, EXIT_MISUSE};
use crate::picture;
use hookwright_core::diag::{Diagnostic, SourceText};
use hookwright_core::dialect::HelmVersion;
use hookwright_core::plan::Problem;
use hookwright_core::scenario::{self, Scenario};
use hookwright_core::timeline::render;
use hookwright_core::timeline::vector::{Vector, vector};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

/// Plays a file.
pub(super) fn run(args: &Plan, file: &Path, version: Option<HelmVersion>) -> Result<ExitCode, Problem> {
    let name = file.display().to_string();
    if let Some(argument) = args.arguments.first() {
        return Err(Problem::Misuse(format!(
            "a scenario names its charts itself; {argument:?} is one too many"
        )));
    }
    let text =
        std::fs::read(file).map_err(|error| Problem::Misuse(crate::load::go_error("open", file, &error)))?;
    let scenarios = match scenario::parse_all(&text) {
        Ok(scenarios) => scenarios,
        Err(problems) => {
            let problems: Vec<Diagnostic> =
                problems.into_iter().map(|problem| named(problem, &name)).collect();
            for problem in &problems {
                eprintln!("Error: {}{}", place(problem, &name), problem.message);
                if let Some(help) = &problem.help {
                    eprintln!("  help: {help}");
                }
            }
            if !args.ours.plain {
                picture::draw(&problems, &args.ours.color);
            }
            return Ok(ExitCode::from(EXIT_MISUSE));
        }
    };
    let mut out = String::new();
    let mut failures = 0;
    for one in &scenarios {
        let version = version.unwrap_or(one.helm);
        let timeline = scenario::simulate_as(one, version);
        let vector = vector(&timeline);
        match args.format.as_str() {
            "observed" => out.push_str(&observed_yaml(&one.name, &vector)),
            "vector" => {
                let _ = writeln!(out, "# {}", one.name);
                out.push_str(&vector_lines(&titles(one), &vector, false));
            }
            format @ ("text" | "json") => {
                let style = hooks::style(&args.ours, &args.release);
                let drawn = match (style.ascii, style.colour) {
                    (true, _) => render::Style::Ascii,
                    (_, true) => render::Style::Colour,
                    _ => render::Style::Plain,
                };
                let width = style.width.min(100) as u32;
                let options = render::Options {
                    title: Some(one.name.clone()),
                    style: drawn,
                    width,
                    ..Default::default()
                };
                out.push_str(&match format {
                    "json" => render::json::render(&timeline, &options),
                    _ => render::text::render(&timeline, &options),
                });
            }
            format => out.push_str(&super::plan::picture(format, &timeline)),
        }
        let mut differences = scenario::judge(one, &timeline, version);
        // What was observed was observed with the scenario's own Helm.
        if let Some(seen) = one.observed.as_ref().filter(|_| version == one.helm) {
            differences.extend(scenario::compare(seen, &vector));
        }
        for difference in &differences {
            eprintln!("{}: {difference}", one.name);
        }
        failures += usize::from(!differences.is_empty());
    }
    let _ = hooks::print(&out);
    if failures > 0 {
        let what = if failures == 1 { "scenario does" } else { "scenarios do" };
        eprintln!("Error: {failures} of {} {what} not go as expected", scenarios.len());
        return Ok(ExitCode::from(EXIT_FAILURE));
    }
    Ok(ExitCode::SUCCESS)
}

/// The same diagnostic, its source under the file's name.
fn named(mut problem: Diagnostic, name: &str) -> Diagnostic {
    for label in problem.primary.iter_mut().chain(&mut problem.labels) {
        label.source = Rc::new(SourceText { name: name.to_owned(), text: label.source.text.clone() });
    }
    problem
}

/// `file:line:col: `
fn place(problem: &Diagnostic, name: &str) -> String {
    let Some(label) = &problem.primary else { return format!("{name}: ") };
    let before = label.source.text.get(..label.span.start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{name}:{line}:{column}: ")
}

/// What each step does.
fn titles(scenario: &Scenario) -> Vec<String> {
    let step = |step: &scenario::ScenarioStep| {
        step.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" & ")
    };
    scenario.steps.iter().map(step).collect()
}

/// The line format: `command: trace`, then ` exit CLIENT CODE: ERROR`, then what is left, a line each, the kind of
/// thing first. `last` leaves out what came before the last step.
pub(super) fn vector_lines(titles: &[String], vector: &Vector, last: bool) -> String {
    let mut out = String::new();
    let skip = if last { vector.steps.len().saturating_sub(1) } else { 0 };
    for (n, step) in vector.steps.iter().skip(skip).enumerate() {
        let title = step.action.as_deref().or(titles.get(n).map(String::as_str)).unwrap_or("step");
        let _ = writeln!(out, "{title}: {}", step.trace);
        for (client, exit, error) in &step.ends {
            if *exit != 0 || !error.is_empty() {
                let _ = writeln!(out, "  exit {client} {exit}: {error}");
            }
        }
    }
    for (key, text) in &vector.records {
        let _ = writeln!(out, "record {key}: {text}");
    }
    for object in &vector.objects {
        let _ = writeln!(out, "object {object}");
    }
    for (family, fates) in &vector.pods {
        let _ = writeln!(out, "pods {family}: {}", fates.join(" | "));
    }
    if !vector.overlap.is_empty() {
        let _ = writeln!(out, "overlap {}", vector.overlap.join(", "));
    }
    out
}

/// The form a scenario's `observed` has.
pub(super) fn observed_yaml(name: &str, vector: &Vector) -> String {
    let quote = |text: &str| hookwright_core::go::quote::quote(text.as_bytes());
    let mut out = format!("name: {}\nobserved:\n  steps:\n", quote(name));
    for step in &vector.steps {
        let mut first = "-";
        let mut line = |key: &str, value: String| {
            let _ = writeln!(out, "  {first} {key}: {value}");
            first = " ";
        };
        match &step.action {
            Some(action) => line("do", quote(action)),
            None => line("trace", quote(&step.trace)),
        }
        for (client, exit, error) in &step.ends {
            let whose = if step.ends.len() == 1 { String::new() } else { format!("{client} ") };
            line(&format!("{whose}exit"), exit.to_string());
            if !error.is_empty() {
                line(&format!("{whose}error"), quote(error));
            }
        }
    }
    let list = |items: &[String]| items.iter().map(|item| quote(item)).collect::<Vec<_>>().join(", ");
    let records: Vec<String> =
        vector.records.iter().map(|(key, text)| format!("{}: {}", quote(key), quote(text))).collect();
    let pods: Vec<String> =
        vector.pods.iter().map(|(family, fates)| format!("{}: [{}]", quote(family), list(fates))).collect();
    let _ = writeln!(out, "  records: {{{}}}", records.join(", "));
    let _ = writeln!(out, "  objects: [{}]", list(&vector.objects));
    let _ = writeln!(out, "  pods: {{{}}}", pods.join(", "));
    let _ = writeln!(out, "  overlap: [{}]", list(&vector.overlap));
    out
}
