//! `hookwright hooks`: a chart's hooks in the order they run.

use super::template;
use crate::args::{Hooks, Ours, ReleaseFlags, Values};
use crate::host::SystemHost;
use crate::load::{self, Objects};
use crate::output::{self, EXIT_FAILURE, EXIT_INTERNAL, EXIT_MISUSE};
use crate::picture;
use hookwright_core::chart::capabilities::KubeVersion;
use hookwright_core::dialect::HelmVersion;
use hookwright_core::plan::text::Style;
use hookwright_core::plan::{Charts, Problem, Source, hooks, json, text};
use hookwright_core::release::Options;
use hookwright_core::value::Settings;
use std::process::ExitCode;

/// Runs the command.
pub fn run(args: &Hooks) -> ExitCode {
    let version = template::version(&args.ours.helm_version);
    finish(table(args, version), &args.ours)
}

fn table(args: &Hooks, version: HelmVersion) -> Result<ExitCode, Problem> {
    let (name, chart) = name_and_chart(&args.arguments, &args.release, "hooks")?;
    let host = SystemHost { objects: objects(&args.ours)? };
    let source = source(&chart, &args.values, &args.ours, version)?;
    let charts = charts(vec![source], name, &args.release, &args.ours, version, &host)?;
    let release = charts.release(0, 1, false).map_err(Problem::Render)?;
    let rows = hooks::table(&release);
    let out = match args.format.as_str() {
        "json" => json::hooks(&rows),
        _ => text::hooks(&rows, style(&args.ours, &args.release)),
    };
    Ok(print(&out))
}

/// Prints what was made.
pub(super) fn print(text: &str) -> ExitCode {
    match output::print(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::helm_error(&format!("write /dev/stdout: {error}"));
            ExitCode::from(EXIT_INTERNAL)
        }
    }
}

/// Says what went wrong, and answers with the exit code.
pub(super) fn finish(result: Result<ExitCode, Problem>, ours: &Ours) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(Problem::Misuse(text)) => {
            output::helm_error(&text);
            ExitCode::from(EXIT_MISUSE)
        }
        Err(Problem::Render(failure)) => {
            output::helm_error(&failure.text);
            if !ours.plain {
                picture::draw(&failure.diagnostics, &ours.color);
            }
            ExitCode::from(EXIT_FAILURE)
        }
    }
}

/// The release's name and the chart's reference.
pub(super) fn name_and_chart(
    arguments: &[String],
    release: &ReleaseFlags,
    command: &str,
) -> Result<(String, String), Problem> {
    let default = || release.name.clone().unwrap_or_else(|| "demo".to_owned());
    match arguments {
        [chart] => Ok((default(), chart.clone())),
        [name, chart] if release.name.is_none() => Ok((name.clone(), chart.clone())),
        [_, _] => Err(Problem::Misuse("the release is named twice: before the chart and with --name".into())),
        [] => Err(Problem::Misuse(format!("no chart\n\nUsage:  hookwright {command} [NAME] CHART [flags]"))),
        [_, _, more @ ..] => Err(Problem::Misuse(format!(
            "expected at most two arguments, unexpected arguments: {}",
            more.join(", ")
        ))),
    }
}

/// Objects that `lookup` finds.
pub(super) fn objects(ours: &Ours) -> Result<Objects, Problem> {
    let limits = template::limits(&ours.limit).map_err(Problem::Misuse)?;
    Objects::read(&ours.objects, &limits).map_err(Problem::Misuse)
}

/// Reads a chart and the values for it.
pub(super) fn source(
    reference: &str,
    values: &Values,
    ours: &Ours,
    version: HelmVersion,
) -> Result<Source, Problem> {
    let limits = template::limits(&ours.limit).map_err(Problem::Misuse)?;
    load::locate(reference).map_err(failed)?;
    let values = template::user_values(values, version, &limits).map_err(failed)?;
    let mut entries = Vec::new();
    let chart = load::chart(reference, version, &limits, &mut entries);
    template::log(&entries, version);
    Ok(Source { chart: chart.map_err(failed)?, values })
}

/// What helm, too, would end with: exit code 1.
fn failed(text: String) -> Problem {
    let failure = hookwright_core::release::Failure { text, ..Default::default() };
    Problem::Render(std::rc::Rc::new(failure))
}

/// Charts, ready to be rendered.
pub(super) fn charts<'h>(
    sources: Vec<Source>,
    name: String,
    release: &ReleaseFlags,
    ours: &Ours,
    version: HelmVersion,
    host: &'h SystemHost,
) -> Result<Charts<'h>, Problem> {
    let limits = template::limits(&ours.limit).map_err(Problem::Misuse)?;
    let kube_version = release
        .kube_version
        .as_ref()
        .map(|text| {
            KubeVersion::parse(text, version)
                .map_err(|error| Problem::Misuse(format!("invalid kube version '{text}': {error}")))
        })
        .transpose()?;
    let options = Options {
        name,
        namespace: release.namespace.clone(),
        kube_version,
        api_versions: template::csv(&release.api_versions, "api-versions").map_err(Problem::Misuse)?,
        skip_schema_validation: release.skip_schema_validation,
        settings: Settings { version, lint: false, dns: false },
        provenance: true,
        ..Options::default()
    };
    Ok(Charts::new(sources, options, limits, host, ours.sealed.unwrap_or(1)))
}

/// How to write to standard output.
pub(super) fn style(ours: &Ours, release: &ReleaseFlags) -> Style {
    let stdout = std::io::stdout();
    let colour = match ours.color.as_str() {
        "always" => true,
        "never" => false,
        _ => {
            std::io::IsTerminal::is_terminal(&stdout)
                && anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never
        }
    };
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100);
    Style { colour, ascii: release.ascii, width }
}
