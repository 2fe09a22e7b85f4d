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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::sample::{json, load, process};

    const V: HelmVersion = HelmVersion::V4_3;

    fn contexts(files: &[(&str, &str)]) -> Contexts {
        let (chart, values) = process(load(files, V).unwrap(), "", V).unwrap();
        build(&chart, values, &ReleaseOptions::default(), &Capabilities::default_of(V), V)
    }

    #[test]
    fn templates_come_deepest_first_and_from_z_to_a() {
        let contexts = contexts(&[
            ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0"),
            ("templates/a.yaml", ""),
            ("templates/b.yaml", ""),
            ("templates/_h.tpl", ""),
            ("templates/d/a.yaml", ""),
            ("charts/s/Chart.yaml", "apiVersion: v2\nname: s\nversion: 1.0.0\ntype: library"),
            ("charts/s/templates/x.yaml", ""),
            ("charts/s/templates/_x.yaml", ""),
        ]);
        let names: Vec<&str> = contexts.templates.iter().map(|template| &*template.name).collect();
        let expected = [
            "c/charts/s/templates/_x.yaml",
            "c/templates/d/a.yaml",
            "c/templates/b.yaml",
            "c/templates/a.yaml",
            "c/templates/_h.tpl",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn charts_see_themselves_and_share_what_helm_shares() {
        let contexts = contexts(&[
            ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0"),
            ("values.yaml", "s: {a: 1}\ns.t: {b: 1}"),
            ("templates/a.yaml", ""),
            ("charts/s/Chart.yaml", "apiVersion: v2\nname: s\nversion: 1.0.0"),
            ("charts/s/templates/b.yaml", ""),
            ("charts/t/Chart.yaml", "apiVersion: v2\nname: s.t\nversion: 1.0.0"),
            ("charts/t/templates/c.yaml", ""),
        ]);
        let map = |context: &Map, key: &str| context.get_str(key).and_then(|v| v.as_map().cloned()).unwrap();
        let subcharts = map(&contexts.root, "Subcharts");
        let (root_values, child) = (map(&contexts.root, "Values"), map(&subcharts, "s"));
        assert!(map(&child, "Values").same(&map(&root_values, "s")));
        assert!(map(&child, "Release").same(&map(&contexts.root, "Release")));
        assert_eq!(json(map(&child, "Values")), r#"{"a":1,"global":{}}"#);
        // A dot in the name leads the lookup astray.
        assert_eq!(json(map(&map(&subcharts, "s.t"), "Values")), "{}");
        assert_eq!(json(map(&child, "Chart").get_str("IsRoot").unwrap()), "false");
        let release = r#"{"IsInstall":true,"IsUpgrade":false,"Name":"release-name","Namespace":"default","Revision":1,"Service":"Helm"}"#;
        assert_eq!(json(map(&child, "Release")), release);
    }

    #[test]
    fn entering_a_template_names_it() {
        let contexts = contexts(&[
            ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0"),
            ("templates/d/a.yaml", ""),
        ]);
        let value = contexts.templates[0].enter();
        assert_eq!(value.type_name(V), "common.Values");
        let template = contexts.root.get_str("Template").unwrap();
        assert_eq!(json(template), r#"{"BasePath":"c/templates","Name":"c/templates/d/a.yaml"}"#);
    }
}
