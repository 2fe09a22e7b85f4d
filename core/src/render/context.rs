//! The data every template sees as `.`, and the list of templates (R58–R64, R71, R72).
//!
//! Behaviour of `pkg/chart/common/util/values.go` (`ToRenderValues`) and `pkg/engine/engine.go` (`recAllTpls`,
//! `sortTemplates`). One context per chart, shared by its templates; `.Release`, `.Capabilities` and the values of a
//! subchart inside its parent's are the same objects everywhere, so that what `set` changes is changed for all.

use crate::chart::capabilities::Capabilities;
use crate::chart::files::Files;
use crate::chart::object::chart_value;
use crate::chart::{Chart, File};
use crate::dialect::HelmVersion;
use crate::go;
use crate::value::{Map, Value};
use crate::values::table::table;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What is known of the release (R59).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseOptions {
    /// `.Release.Name`
    pub name: String,
    /// `.Release.Namespace`
    pub namespace: String,
    /// `.Release.Revision`
    pub revision: i64,
    /// `.Release.IsUpgrade`
    pub is_upgrade: bool,
    /// `.Release.IsInstall`
    pub is_install: bool,
}

impl Default for ReleaseOptions {
    /// What `helm template CHART` assumes.
    fn default() -> ReleaseOptions {
        ReleaseOptions {
            name: "release-name".to_owned(),
            namespace: "default".to_owned(),
            revision: 1,
            is_upgrade: false,
            is_install: true,
        }
    }
}

impl ReleaseOptions {
    /// The value under `Release`.
    fn value(&self) -> Value {
        let entries = [
            ("Name", Value::str(self.name.as_str())),
            ("Namespace", Value::str(self.namespace.as_str())),
            ("IsUpgrade", Value::Bool(self.is_upgrade)),
            ("IsInstall", Value::Bool(self.is_install)),
            ("Revision", Value::Int(self.revision)),
            ("Service", Value::str("Helm")),
        ];
        Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
    }
}

/// A template of some chart of the tree.
#[derive(Clone, Debug)]
pub struct Template {
    /// Full name: `parent/charts/child/templates/job.yaml`.
    pub name: Rc<str>,
    /// The file it is, with its name inside the chart.
    pub file: File,
    /// Full path of its chart.
    pub chart: Rc<str>,
    /// Its chart's context, whose `Template` entry is overwritten before each execution: see
    /// [`Template::enter`].
    pub context: Map,
}

impl Template {
    /// Makes the context this template's: sets `.Template`, and answers with the value to execute it with.
    pub fn enter(&self) -> Value {
        let base_path = go::path::join(&[self.chart.as_bytes(), b"templates"]);
        let entries = [("Name", Value::str(&*self.name)), ("BasePath", Value::str(base_path))];
        let template: Map = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        let _written = self.context.insert("Template", Value::Values(template));
        Value::Values(self.context.clone())
    }

    /// Whether it is only parsed, not executed (R74).
    pub fn is_partial(&self) -> bool {
        go::path::base(self.name.as_bytes()).starts_with(b"_")
    }
}

/// Contexts and templates of a chart and all below it.
#[derive(Clone, Debug)]
pub struct Contexts {
    /// The root chart's context.
    pub root: Map,
    /// All templates in the order in which Helm parses and executes them (R72): deeper ones first, among equally deep
    /// ones from Z to A.
    pub templates: Vec<Template>,
}

/// Builds contexts for `chart` after its dependencies were processed. `values` are the coalesced values; they become
/// the root's `.Values`, not a copy of them.
pub fn build(
    chart: &Chart,
    values: Map,
    release: &ReleaseOptions,
    capabilities: &Capabilities,
    version: HelmVersion,
) -> Contexts {
    let mut building = Building {
        release: release.value(),
        capabilities: capabilities.value(),
        version,
        templates: BTreeMap::new(),
    };
    let root = building.chart(chart, values, true);
    let mut templates: Vec<Template> = building.templates.into_values().collect();
    let depth = |name: &str| name.bytes().filter(|&b| b == b'/').count();
    templates.sort_by(|a, b| (depth(&b.name), &b.name).cmp(&(depth(&a.name), &a.name)));
    Contexts { root, templates }
}

struct Building {
    release: Value,
    capabilities: Value,
    version: HelmVersion,
    /// By full name: when two charts have the same path, Helm's later template replaces the earlier.
    templates: BTreeMap<Rc<str>, Template>,
}

impl Building {
    fn chart(&mut self, chart: &Chart, values: Map, is_root: bool) -> Map {
        let subcharts = Map::new();
        let entries = [
            ("Chart", chart_value(&chart.metadata, is_root, self.version)),
            ("Files", Files::new(&chart.files).value()),
            ("Release", self.release.clone()),
            ("Capabilities", self.capabilities.clone()),
            ("Values", Value::Values(values)),
            ("Subcharts", Value::Map(subcharts.clone())),
        ];
        let context: Map = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        for child in &chart.children {
            // Looked up as a path: a chart with a dot in its name misses its values.
            let path = format!("Values.{}", child.name());
            let values = table(&context, path.as_bytes()).unwrap_or_else(|_| Map::new());
            let child_context = self.chart(child, values, false);
            let _written = subcharts.insert(child.name(), Value::Map(child_context));
        }
        let partials_only = chart.metadata.is_library();
        for file in chart.templates.iter() {
            let template = Template {
                name: Rc::from(chart.template_name(file)),
                file: file.clone(),
                chart: chart.path.clone(),
                context: context.clone(),
            };
            if !partials_only || template.is_partial() {
                self.templates.insert(template.name.clone(), template);
            }
        }
        context
    }
}
