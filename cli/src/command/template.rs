//! `hookwright template`: what `helm template` prints, without helm.

use crate::args::{Template, Values};
use crate::host::SystemHost;
use crate::load::{self, Objects};
use crate::output::{self, EXIT_FAILURE, EXIT_INTERNAL};
use crate::{kubeconfig, picture, write};
use hookwright_core::chart::capabilities::KubeVersion;
use hookwright_core::chart::log::Entry;
use hookwright_core::dialect::HelmVersion;
use hookwright_core::host::{Host, SealedHost};
use hookwright_core::limits::Limits;
use hookwright_core::release::{self, Failure, Options, Selection, layout};
use hookwright_core::value::{Settings, Str};
use hookwright_core::values;
use std::process::ExitCode;

/// Runs the command.
pub fn run(args: &Template) -> ExitCode {
    let version = version(&args.ours.helm_version);
    if !["never", "auto", "always"].contains(&args.ours.color.as_str()) {
        let problem =
            format!("invalid color mode {:?}: must be one of: never, auto, always", args.ours.color);
        output::log("WARN", "command failed", &[("error".to_owned(), problem)]);
        return ExitCode::from(EXIT_FAILURE);
    }
    match render(args, version) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Said(text)) => {
            output::helm_error(&text);
            ExitCode::from(EXIT_FAILURE)
        }
        Err(Stop::Failed(failure)) => {
            output::helm_error(&failure.text);
            if !args.ours.plain {
                picture::draw(&failure.diagnostics, &args.ours.color);
            }
            ExitCode::from(EXIT_FAILURE)
        }
        Err(Stop::Output(error)) => {
            output::helm_error(&format!("write /dev/stdout: {error}"));
            ExitCode::from(EXIT_INTERNAL)
        }
    }
}

/// `--helm-version`
pub(super) fn version(flag: &str) -> HelmVersion {
    match flag {
        "3.17" => HelmVersion::V3_17,
        "4.1" => HelmVersion::V4_1,
        "4.2" => HelmVersion::V4_2,
        _ => HelmVersion::V4_3,
    }
}

/// Why the command ends early.
enum Stop {
    /// With helm's text, or ours where helm has none.
    Said(String),
    /// With everything that is known of a failed rendering.
    Failed(Box<Failure>),
    /// Standard output cannot be written.
    Output(std::io::Error),
}

impl From<String> for Stop {
    fn from(text: String) -> Stop {
        Stop::Said(text)
    }
}

/// The steps of `helm template`, in helm's order (R145): whichever fails first gives the message.
fn render(args: &Template, version: HelmVersion) -> Result<(), Stop> {
    let limits = limits(&args.ours.limit)?;
    let kube_version = args
        .kube_version
        .as_ref()
        .filter(|text| !text.is_empty())
        .map(|text| {
            KubeVersion::parse(text, version)
                .map_err(|error| format!("invalid kube version '{text}': {error}"))
        })
        .transpose()?;
    refuse_online(args)?;
    let host: Box<dyn Host> = match args.ours.sealed {
        Some(seed) => Box::new(SealedHost::new(seed)),
        None => Box::new(SystemHost { objects: Objects::read(&args.ours.objects, &limits)? }),
    };
    let settings = Settings { version, lint: false, dns: args.enable_dns };
    let (name, reference) = name_and_chart(args, host.as_ref(), &settings, &limits)?;
    if args.online.verify {
        return Err(verify_refused(&reference).into());
    }
    let reference = &reference;
    load::locate(reference)?;
    let user = user_values(&args.values, version, &limits)?;
    let mut entries = Vec::new();
    let loaded = load::chart(reference, version, &limits, &mut entries);
    log(&entries, version);
    let chart = loaded?;
    let options = Options {
        name,
        namespace: args.namespace.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| {
            kubeconfig::namespace(args.online.kubeconfig.as_deref(), args.online.kube_context.as_deref())
        }),
        upgrade: args.is_upgrade,
        revision: 1,
        kube_version,
        api_versions: csv(&args.api_versions, "api-versions")?,
        skip_schema_validation: args.skip_schema_validation,
        settings,
        provenance: false,
    };
    let rendered = release::render(chart, &user, &options, host.as_ref(), &limits, &mut |entry| {
        log(std::slice::from_ref(entry), version);
    });
    let release = match rendered {
        Ok(release) => release,
        Err(mut failure) => {
            if args.debug {
                output::print(&failure.stream()).map_err(Stop::Output)?;
            } else if failure.rendering {
                failure.text.push_str("\n\nUse --debug flag to render out invalid YAML");
            }
            return Err(Stop::Failed(failure));
        }
    };
    let selection =
        Selection { crds: args.include_crds, no_hooks: args.no_hooks, skip_tests: args.skip_tests };
    if let Some(folder) = &args.output_dir {
        let below = args.release_name.then_some(options.name.as_str());
        // helm writes while it renders.
        let hint = if args.debug { "" } else { "\n\nUse --debug flag to render out invalid YAML" };
        write::release(&release, selection, folder, below)
            .map_err(|error| Stop::Said(format!("{error}{hint}")))?;
        // helm looks for --show-only in the text that it has just not printed.
        return match args.show_only.first() {
            Some(pattern) => Err(format!("could not find template {pattern} in chart").into()),
            None => output::print(b"\n").map_err(Stop::Output),
        };
    }
    let mut stream = layout::stream(&release, selection);
    if !args.show_only.is_empty() {
        stream = layout::show_only(&stream, &args.show_only, version)?;
    }
    let printed = output::print(&stream).map_err(Stop::Output);
    // The process ends here: the kernel frees everything at once.
    std::mem::forget((release, user));
    printed
}

/// `--limit NAME=NUMBER`.
pub(super) fn limits(flags: &[String]) -> Result<Limits, String> {
    let mut limits = Limits::default();
    for flag in flags {
        let (name, number) =
            flag.split_once('=').and_then(|(name, number)| Some((name, number.parse().ok()?))).ok_or_else(
                || format!("--limit takes NAME=NUMBER, not {flag:?}; names: {}", Limits::NAMES.join(", ")),
            )?;
        if !limits.set(name, number) {
            return Err(format!("unknown limit {name:?}; names: {}", Limits::NAMES.join(", ")));
        }
    }
    Ok(limits)
}

/// What needs a cluster, a network, a keyring or helm's plugins is helm's business.
fn refuse_online(args: &Template) -> Result<(), String> {
    let online = &args.online;
    if online.validate {
        eprintln!("Flag --validate has been deprecated, use '--dry-run=server' instead");
        if online.dry_run.is_some() {
            return Err("if any flags in the group [validate dry-run] are set none of the others can be; [dry-run validate] were all set".into());
        }
        return Err("--validate asks a cluster, which this command does not use: render with helm, or leave the flag out".into());
    }
    match online.dry_run.as_deref() {
        None | Some("client") => {}
        Some("unset") => {
            output::log("WARN", "--dry-run is deprecated and should be replaced with '--dry-run=client'", &[])
        }
        Some("server") => {
            return Err("--dry-run=server asks a cluster, which this command does not use: render with helm, or use --dry-run=client and give lookup its objects by --objects".into());
        }
        Some("none" | "false") => {
            return Err("invalid dry-run value (\"none\"). Must be \"server\" or \"client\"".into());
        }
        Some("true") => {}
        Some(other) => {
            return Err(format!(
                "invalid dry-run value ({other:?}). Must be \"none\", \"server\", or \"client\""
            ));
        }
    }
    if let Some(url) = &online.repo {
        return Err(format!(
            "--repo {url} needs a network, which this command does not use: helm pull the chart, then name its archive"
        ));
    }
    if let Some(plugin) = &online.post_renderer {
        return Err(format!(
            "--post-renderer {plugin} needs helm's plugins, which this command does not run: pipe its output instead"
        ));
    }
    Ok(())
}

fn verify_refused(reference: &str) -> String {
    if std::path::Path::new(reference).is_dir() {
        return "unpacked charts cannot be verified".to_owned();
    }
    "--verify needs a keyring, which this command does not use: run helm verify".to_owned()
}

/// The release's name and the chart's reference (R144).
fn name_and_chart(
    args: &Template,
    host: &dyn Host,
    settings: &Settings,
    limits: &Limits,
) -> Result<(String, String), String> {
    match args.arguments.as_slice() {
        [] => Err(
            "\"helm template\" requires at least 1 argument\n\nUsage:  helm template [NAME] [CHART] [flags]"
                .into(),
        ),
        [_, _, more @ ..] if !more.is_empty() => {
            Err(format!("expected at most two arguments, unexpected arguments: {}", more.join(", ")))
        }
        [name, chart, ..] => {
            if args.generate_name {
                return Err("cannot set --generate-name and also specify a name".into());
            }
            if args.name_template.as_ref().is_some_and(|template| !template.is_empty()) {
                return Err("cannot set --name-template and also specify a name".into());
            }
            Ok((name.clone(), chart.clone()))
        }
        [chart] => {
            let name = match args.name_template.as_deref() {
                None | Some("") => "release-name".to_owned(),
                Some(template) => release::name_from_template(template, host, settings, limits)
                    .map_err(|fault| fault.to_string())?,
            };
            Ok((name, chart.clone()))
        }
    }
}

pub(super) fn user_values(
    args: &Values,
    version: HelmVersion,
    limits: &Limits,
) -> Result<hookwright_core::value::Map, String> {
    let flags = |texts: &[String]| texts.iter().map(|text| Str::from(text.as_str())).collect();
    let options = values::options::Options {
        files: csv(&args.files, "values")?,
        json: flags(&args.set_json),
        set: flags(&args.set),
        string: flags(&args.set_string),
        file: flags(&args.set_file),
        literal: flags(&args.set_literal),
    };
    values::options::merge(&options, &mut |name| load::file(name, limits), version, limits)
        .map_err(|fault| fault.to_string())
}

/// Flags that may hold several values, separated by commas.
pub(super) fn csv(flags: &[String], name: &str) -> Result<Vec<String>, String> {
    let mut values = Vec::new();
    for flag in flags {
        let shown = match name {
            "values" => "-f, --values",
            _ => "-a, --api-versions",
        };
        values.extend(
            values::options::split_csv(flag)
                .map_err(|error| format!("invalid argument {flag:?} for {shown:?} flag: {error}"))?,
        );
    }
    Ok(values)
}

pub(super) fn log(entries: &[Entry], version: HelmVersion) {
    for line in entries.iter().filter_map(|entry| entry.line(version)) {
        eprintln!("{line}");
    }
}
