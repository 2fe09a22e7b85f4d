//! What `helm template` does between its flags and its output: both wings meet here.
//!
//! [`render`] takes a loaded chart and a user's values through Helm's checks in Helm's order (R145), the engine and
//! the manifest sorter; [`layout`] turns the result into Helm's text.

mod failure;
pub mod layout;
mod name;

pub use failure::Failure;
pub use layout::Selection;
pub use name::name_from_template;

use crate::chart::capabilities::{Capabilities, KubeVersion};
use crate::chart::log::{Entry, Level};
use crate::chart::{Chart, File, check, dependency};
use crate::dialect::HelmVersion;
use crate::hook::{Hook, sort_manifests};
use crate::host::Host;
use crate::limits::Limits;
use crate::manifest::{Manifest, RenderedFile};
use crate::render::context::{self, ReleaseOptions};
use crate::render::engine::{self, Engine, Errors};
use crate::render::release_name;
use crate::schema;
use crate::source::Recorder;
use crate::value::{Map, Settings, Value};
use crate::values::merge::Merger;
use std::rc::Rc;

/// The suffix of files that are shown to the user after an operation and are never manifests (R133).
const NOTES: &str = "NOTES.txt";

/// What is rendered, besides the chart and the values.
#[derive(Clone, Debug)]
pub struct Options {
    /// Release name.
    pub name: String,
    /// Namespace; not validated, as Helm does not.
    pub namespace: String,
    /// `.Release.IsUpgrade` instead of `.Release.IsInstall`.
    pub upgrade: bool,
    /// `.Release.Revision`; `helm template` always says 1.
    pub revision: i64,
    /// `.Capabilities.KubeVersion` instead of the Helm version's default.
    pub kube_version: Option<KubeVersion>,
    /// Added to `.Capabilities.APIVersions`.
    pub api_versions: Vec<String>,
    /// Do not validate values against schemas.
    pub skip_schema_validation: bool,
    /// Whose behaviour, and the switches functions look at.
    pub settings: Settings,
    /// Record which template span each byte of output came from.
    pub provenance: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            name: "release-name".to_owned(),
            namespace: "default".to_owned(),
            upgrade: false,
            revision: 1,
            kube_version: None,
            api_versions: Vec::new(),
            skip_schema_validation: false,
            settings: Settings::default(),
            provenance: false,
        }
    }
}

/// A rendered release.
#[derive(Debug, Default)]
pub struct Release {
    /// Ordinary manifests in install order.
    pub manifests: Vec<Manifest>,
    /// Hooks in stored order.
    pub hooks: Vec<Hook>,
    /// Documents dropped for an unknown hook event, with the annotation's text.
    pub dropped: Vec<(Manifest, String)>,
    /// Files of the charts' `crds/` folders under their full names: `parent/charts/child/crds/thing.yaml`.
    pub crds: Vec<File>,
    /// The root chart's notes.
    pub notes: Option<Vec<u8>>,
    /// The texts and calls that provenance points into, if it was asked for.
    pub recorder: Option<Box<Recorder>>,
}

/// Renders a chart. Messages are handed to `log` as they occur, for failed renders too.
///
/// ```
/// use hookwright_core::{chart, host::SealedHost, limits::Limits, release, value::Map};
/// let files = vec![
///     chart::File::new("Chart.yaml", b"{apiVersion: v2, name: demo, version: 1.0.0}"),
///     chart::File::new("templates/job.yaml", b"kind: Job\nmetadata: {name: {{ .Release.Name }}}\n"),
/// ];
/// let limits = Limits::default();
/// let chart = chart::load_files(files, Default::default(), &limits)?.chart;
/// let release = release::render(chart, &Map::new(), &Default::default(), &SealedHost::new(1), &limits, &mut |_| ())?;
/// let text = release::layout::stream(&release, Default::default());
/// assert_eq!(text, b"---\n# Source: demo/templates/job.yaml\nkind: Job\nmetadata: {name: release-name}\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The first fault in Helm's order, with Helm's text.
pub fn render(
    mut chart: Chart,
    user: &Map,
    options: &Options,
    host: &dyn Host,
    limits: &Limits,
    log: &mut dyn FnMut(&Entry),
) -> Result<Release, Box<Failure>> {
    let version = options.settings.version;
    let mut say = |entries: Vec<Entry>| entries.iter().for_each(&mut *log);
    check::installable(&chart).map_err(Failure::early)?;
    if chart.metadata.deprecated {
        say(vec![deprecated()]);
    }
    check::dependencies(&chart, version).map_err(Failure::early)?;
    check::api_version(&chart, version).map_err(Failure::early)?;
    if let Err(problem) = release_name::validate(&options.name, version) {
        if version.is_v4() {
            let attributes =
                vec![("error", problem.trim_start_matches("release name check failed: ").to_owned())];
            say(vec![Entry {
                level: Level::Error,
                message: "release name check failed".into(),
                attributes,
                helm3: None,
            }]);
        }
        return Err(Failure::early(problem));
    }

    let mut entries = Vec::new();
    let processed = dependency::process(&mut chart, user, version, limits, &mut entries);
    say(std::mem::take(&mut entries));
    processed.map_err(Failure::fault)?;

    let coalesced = Merger { version, nesting: limits.nesting, log: &mut entries }.coalesce(&chart, user);
    say(entries);
    let values = coalesced.map_err(Failure::fault)?;
    if !options.skip_schema_validation {
        validate(&chart, &values, version)?;
    }

    let mut capabilities = Capabilities::default_of(version);
    if let Some(kube_version) = &options.kube_version {
        capabilities.kube_version = kube_version.clone();
    }
    capabilities.api_versions = capabilities.api_versions.with(options.api_versions.iter().cloned());
    check::kube_version(&chart, &capabilities.kube_version, version).map_err(Failure::rendering)?;

    let about = ReleaseOptions {
        name: options.name.clone(),
        namespace: options.namespace.clone(),
        revision: options.revision,
        is_upgrade: options.upgrade,
        is_install: !options.upgrade,
    };
    let contexts = context::build(&chart, values, &about, &capabilities, version);
    let files: Vec<engine::File> = contexts.templates.into_iter().map(engine_file).collect();
    let mut engine = Engine::new(host, options.settings.clone(), limits.clone());
    if options.provenance {
        engine = engine.with_provenance();
    }
    let rendered = engine.render(&files, Errors::First);
    rendered.log.iter().for_each(&mut *log);
    if let Some(error) = rendered.errors.first() {
        return Err(Failure::render(error, &files));
    }

    let mut release = Release { recorder: rendered.recorder, ..Release::default() };
    let root_notes = format!("{}/templates/{NOTES}", chart.name());
    let mut manifests = Vec::with_capacity(rendered.files.len());
    for file in rendered.files {
        let name = file.name.to_text().into_owned();
        if !name.ends_with(NOTES) {
            manifests.push(Rc::new(RenderedFile { name, text: file.text, provenance: file.provenance }));
        } else if name == root_notes {
            release.notes = Some(file.text);
        }
    }
    let sorted = sort_manifests(&manifests, version);
    let dropped = match &sorted {
        Ok(sorted) => &sorted.dropped,
        Err(unreadable) => &unreadable.dropped,
    };
    for (_, annotation) in dropped {
        log(&Entry {
            level: Level::Info,
            message: "skipping unknown hooks".into(),
            attributes: vec![("hookTypes", annotation.clone())],
            helm3: Some(format!("manifest_sorter.go:190: info: skipping unknown hook: {annotation:?}")),
        });
    }
    let sorted = match sorted {
        Ok(sorted) => sorted,
        Err(unreadable) => return Err(Failure::manifest(unreadable, manifests)),
    };
    release.manifests = sorted.manifests;
    release.hooks = sorted.hooks;
    release.dropped = sorted.dropped;
    release.crds =
        chart.crds().map(|crd| File { name: crd.source().into(), data: crd.file.data.clone() }).collect();
    Ok(release)
}

/// Values against the schemas of the chart and everything below it, root first
/// (R55, R56; pkg/chart/common/util/jsonschema.go: `ValidateAgainstSchema`).
fn validate(chart: &Chart, values: &Map, version: HelmVersion) -> Result<(), Box<Failure>> {
    let mut blocks = String::new();
    collect_schema_faults(chart, values, version, &mut blocks);
    if blocks.is_empty() {
        return Ok(());
    }
    let first = "values don't meet the specifications of the schema(s) in the following chart(s):";
    Err(Failure::early(format!("{first}\n{blocks}")))
}

fn collect_schema_faults(chart: &Chart, values: &Map, version: HelmVersion, blocks: &mut String) {
    if let Some(text) = &chart.schema
        && let Err(block) = schema::validate(text, &Value::Map(values.clone()), chart.name(), version)
    {
        blocks.push_str(&block);
    }
    for child in &chart.children {
        match values.get(child.name().as_bytes()) {
            None | Some(Value::Nil) => {}
            Some(Value::Map(values)) => collect_schema_faults(child, &values, version, blocks),
            Some(other) => {
                let (name, found) = (child.name(), other.type_name(version));
                blocks.push_str(&format!(
                    "{name}:\ninvalid type for values: expected object (map), got {found}\n"
                ));
            }
        }
    }
}

fn engine_file(template: context::Template) -> engine::File {
    engine::File {
        name: template.name.as_bytes().into(),
        text: template.file.data.clone().into(),
        base_path: format!("{}/templates", template.chart).into(),
        context: template.context,
    }
}

fn deprecated() -> Entry {
    Entry {
        level: Level::Warn,
        message: "this chart is deprecated".into(),
        attributes: Vec::new(),
        helm3: Some("WARNING: This chart is deprecated".into()),
    }
}
