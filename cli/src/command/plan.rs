//! `hookwright plan`: what an operation does to the cluster.

use super::{hooks, scenario, template};
use crate::args::{HelmFlags, Plan, Values};
use crate::host::SystemHost;
use hookwright_core::dialect::HelmVersion;
use hookwright_core::plan::{self, Operation, Outcome, Problem, Request, json, text};
use hookwright_core::timeline::vector::vector;
use hookwright_core::timeline::{Timeline, render};
use std::process::ExitCode;

/// Runs the command.
pub fn run(args: &Plan) -> ExitCode {
    let result = version(args).and_then(|version| match &args.scenario {
        Some(file) => scenario::run(args, file, version),
        None => show(args, version.unwrap_or_default()),
    });
    hooks::finish(result, &args.ours)
}

/// `--engine` and `--helm-version`, which must not contradict one another; `None` when neither was given.
fn version(args: &Plan) -> Result<Option<HelmVersion>, Problem> {
    let named = template::version(&args.ours.helm_version);
    match args.engine.as_deref() {
        Some("helm3") if named.is_v4() && named != HelmVersion::default() => Err(Problem::Misuse(format!(
            "--engine helm3 and --helm-version {} contradict one another",
            args.ours.helm_version
        ))),
        Some("helm3") => Ok(Some(HelmVersion::V3_17)),
        Some("helm4") if !named.is_v4() => Err(Problem::Misuse(format!(
            "--engine helm4 and --helm-version {} contradict one another",
            args.ours.helm_version
        ))),
        Some(_) => Ok(Some(named)),
        None if named == HelmVersion::default() => Ok(None),
        None => Ok(Some(named)),
    }
}

fn show(args: &Plan, version: HelmVersion) -> Result<ExitCode, Problem> {
    let (name, reference) = hooks::name_and_chart(&args.arguments, &args.release, "plan")?;
    let outcomes = outcomes(&args.outcome)?;
    let host = SystemHost { objects: hooks::objects(&args.ours)? };
    let mut sources = vec![hooks::source(&reference, &args.values, &args.ours, version)?];
    let mut from = None;
    if args.from.is_some() || !args.from_values.is_empty() {
        let old = args.from.as_deref().unwrap_or(&reference);
        let files = Values { files: args.from_values.clone(), ..Values::default() };
        let values = if args.from_values.is_empty() { &args.values } else { &files };
        sources.push(hooks::source(old, values, &args.ours, version)?);
        from = Some(1);
    }
    let charts = hooks::charts(sources, name, &args.release, &args.ours, version, &host)?;
    let operations = match args.operation.as_deref() {
        Some(word) => Operation::ALL.into_iter().filter(|operation| operation.name() == word).collect(),
        None => vec![Operation::Install, Operation::Upgrade],
    };
    if let ([Operation::Install], Some(_)) = (operations.as_slice(), from) {
        return Err(Problem::Misuse(
            "--from has no meaning for install: there is no release before it (--operation upgrade has one)"
                .into(),
        ));
    }
    if let ([Operation::Rollback], None) = (operations.as_slice(), from) {
        return Err(Problem::Misuse(
            "rollback has no history to go back in: name the chart the release was made from with --from (CHART itself is allowed)".into(),
        ));
    }
    let flags = flags(&args.helm);
    let alone = operations.len() == 1;
    let mut plans = Vec::new();
    let mut misuse = None;
    for operation in operations {
        let request = Request {
            operation,
            from: from.filter(|_| operation != Operation::Install),
            chart: 0,
            outcomes: outcomes.clone(),
            flags: flags
                .iter()
                .filter(|flag| {
                    let name = flag.trim_start_matches('-').split('=').next().unwrap_or_default();
                    alone || operation.has_flag(name)
                })
                .cloned()
                .collect(),
            version,
        };
        match plan::plan(&charts, &request) {
            Ok(plan) => plans.push(plan),
            // A hook may belong to one of the two only.
            Err(Problem::Misuse(text)) if !alone && !outcomes.is_empty() => misuse = Some(text),
            Err(problem) => return Err(problem),
        }
    }
    if let (true, Some(text)) = (plans.is_empty(), misuse) {
        return Err(Problem::Misuse(text));
    }
    let style = hooks::style(&args.ours, &args.release);
    let out = match args.format.as_str() {
        "json" => json::plans(&plans),
        "vector" => plans
            .iter()
            .map(|plan| {
                scenario::vector_lines(&[plan.operation.name().to_owned()], &vector(&plan.timeline), true)
            })
            .collect(),
        "observed" => plans
            .iter()
            .map(|plan| scenario::observed_yaml(plan.operation.name(), &vector(&plan.timeline)))
            .collect(),
        "text" => {
            let texts: Vec<String> = plans.iter().map(|plan| text::plan(plan, style)).collect();
            match texts.as_slice() {
                [one, other] => text::side_by_side(one, other, style),
                _ => texts.concat(),
            }
        }
        format => plans.iter().map(|plan| picture(format, &plan.own())).collect(),
    };
    Ok(hooks::print(&out))
}

/// A timeline as a picture.
pub(super) fn picture(format: &str, timeline: &Timeline) -> String {
    let options = render::Options::default();
    match format {
        "mermaid" => render::mermaid::render(timeline, &options),
        "html" => render::html::render(timeline, &options),
        _ => render::svg::render(timeline, &options),
    }
}

/// `--outcome NAME=OUTCOME`
fn outcomes(flags: &[String]) -> Result<Vec<(String, Outcome)>, Problem> {
    flags
        .iter()
        .map(|flag| {
            let (name, outcome) = flag
                .rsplit_once('=')
                .ok_or_else(|| Problem::Misuse(format!("--outcome takes NAME=OUTCOME, not {flag:?}")))?;
            let outcome = Outcome::parse(outcome)
                .map_err(|text| Problem::Misuse(format!("--outcome {flag}: {text}")))?;
            Ok((name.to_owned(), outcome))
        })
        .collect()
}

/// Helm's flags as words.
fn flags(helm: &HelmFlags) -> Vec<String> {
    let mut words = Vec::new();
    let mut valued = |name: &str, value: Option<&str>| {
        words.extend(value.map(|value| format!("--{name}={value}")));
    };
    valued("wait", helm.wait.as_deref());
    valued("timeout", helm.timeout.as_deref());
    valued("server-side", helm.server_side.as_deref());
    valued("history-max", helm.history_max.map(|number| number.to_string()).as_deref());
    for (name, on) in [
        ("wait-for-jobs", helm.wait_for_jobs),
        ("rollback-on-failure", helm.rollback_on_failure),
        ("cleanup-on-fail", helm.cleanup_on_fail),
        ("no-hooks", helm.no_hooks),
        ("keep-history", helm.keep_history),
        ("take-ownership", helm.take_ownership),
        ("force-conflicts", helm.force_conflicts),
    ] {
        if on {
            words.push(format!("--{name}"));
        }
    }
    words
}
