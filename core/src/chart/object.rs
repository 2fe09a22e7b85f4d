//! `.Chart` as templates see it: a map in Helm 4, a struct in Helm 3 (R60, R61).

use super::metadata::{Dependency, Maintainer, Metadata};
use crate::dialect::HelmVersion;
use crate::value::{List, Map, Object, Str, Strings, Value};
use std::any::Any;
use std::rc::Rc;

/// The value under `Chart` in a chart's context. Helm 4's is a new map for every chart (pkg/chart/common.go:
/// `structToMap`).
pub fn chart_value(metadata: &Rc<Metadata>, is_root: bool, version: HelmVersion) -> Value {
    if !version.is_v4() {
        return Value::Object(Rc::new(ChartStruct { metadata: metadata.clone(), is_root }));
    }
    let Metadata { sources, keywords, maintainers, dependencies, .. } = &**metadata;
    let maintainers = maintainers.iter().map(|maintainer| map(maintainer_fields(maintainer)));
    let dependencies =
        dependencies.iter().flatten().map(|dependency| map(dependency_fields(dependency, true)));
    map(vec![
        ("Name", text(&metadata.name)),
        ("Home", text(&metadata.home)),
        ("Sources", list(sources)),
        ("Version", text(&metadata.version)),
        ("Description", text(&metadata.description)),
        ("Keywords", list(keywords)),
        ("Maintainers", Value::list(maintainers)),
        ("Icon", text(&metadata.icon)),
        ("APIVersion", text(&metadata.api_version)),
        ("Condition", text(&metadata.condition)),
        ("Tags", text(&metadata.tags)),
        ("AppVersion", text(&metadata.app_version)),
        ("Deprecated", Value::Bool(metadata.deprecated)),
        ("Annotations", Value::StrMap(metadata.annotations.clone().map(Rc::new))),
        ("KubeVersion", text(&metadata.kube_version)),
        ("Dependencies", Value::list(dependencies)),
        ("Type", text(&metadata.chart_type)),
        ("IsRoot", Value::Bool(is_root)),
    ])
}

fn text(text: &str) -> Value {
    Value::str(text)
}

fn list(texts: &[String]) -> Value {
    Value::list(texts.iter().map(|t| text(t)))
}

fn map(fields: Vec<(&'static str, Value)>) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (Str::from(name), value)).collect::<Map>())
}

fn maintainer_fields(maintainer: &Maintainer) -> Vec<(&'static str, Value)> {
    let Maintainer { name, email, url, .. } = maintainer;
    vec![("Name", text(name)), ("Email", text(email)), ("URL", text(url))]
}

/// A dependency's fields; lists of strings are `[]interface {}` in a map, `[]string` in a struct.
fn dependency_fields(dependency: &Dependency, in_map: bool) -> Vec<(&'static str, Value)> {
    let tags = if in_map { list(&dependency.tags) } else { strings(&dependency.tags) };
    let import_values = List::from(dependency.import_values.clone());
    vec![
        ("Name", text(&dependency.name)),
        ("Version", text(&dependency.version)),
        ("Repository", text(&dependency.repository)),
        ("Condition", text(&dependency.condition)),
        ("Tags", tags),
        ("Enabled", Value::Bool(dependency.enabled)),
        ("ImportValues", Value::List(import_values)),
        ("Alias", text(&dependency.alias)),
    ]
}

fn strings(texts: &[String]) -> Value {
    Value::Strings(texts.iter().map(|text| Str::from(text.as_str())).collect::<Strings>())
}

/// Helm 3's `.Chart`: the metadata, embedded, and `IsRoot`.
struct ChartStruct {
    metadata: Rc<Metadata>,
    is_root: bool,
}

impl ChartStruct {
    fn embedded(&self) -> Rc<MetadataStruct> {
        Rc::new(MetadataStruct(self.metadata.clone()))
    }
}

impl Object for ChartStruct {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "struct { chart.Metadata; IsRoot bool }"
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    /// The embedded struct's fields are the struct's own, too.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = self.embedded().fields();
        fields.push(("Metadata", Value::Object(self.embedded())));
        fields.push(("IsRoot", Value::Bool(self.is_root)));
        fields
    }

    fn printed_fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Metadata", Value::Object(self.embedded())), ("IsRoot", Value::Bool(self.is_root))]
    }

    fn json_members(&self) -> Vec<(&'static str, Value)> {
        let mut members = self.embedded().json_members();
        members.push(("IsRoot", Value::Bool(self.is_root)));
        members
    }
}

struct MetadataStruct(Rc<Metadata>);

impl Object for MetadataStruct {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "chart.Metadata"
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        let metadata = &*self.0;
        let maintainers = metadata.maintainers.iter().map(|maintainer| {
            Value::Object(Rc::new(Pointer {
                name: "*chart.Maintainer",
                fields: maintainer_fields(maintainer),
                json_names: &["name", "email", "url"],
                required: &[],
            }))
        });
        let dependencies = metadata.dependencies.iter().flatten().map(|dependency| {
            Value::Object(Rc::new(Pointer {
                name: "*chart.Dependency",
                fields: dependency_fields(dependency, false),
                json_names: &[
                    "name",
                    "version",
                    "repository",
                    "condition",
                    "tags",
                    "enabled",
                    "import-values",
                    "alias",
                ],
                required: &["name", "repository"],
            }))
        });
        vec![
            ("Name", text(&metadata.name)),
            ("Home", text(&metadata.home)),
            ("Sources", strings(&metadata.sources)),
            ("Version", text(&metadata.version)),
            ("Description", text(&metadata.description)),
            ("Keywords", strings(&metadata.keywords)),
            ("Maintainers", Pointers::value("[]*chart.Maintainer", maintainers)),
            ("Icon", text(&metadata.icon)),
            ("APIVersion", text(&metadata.api_version)),
            ("Condition", text(&metadata.condition)),
            ("Tags", text(&metadata.tags)),
            ("AppVersion", text(&metadata.app_version)),
            ("Deprecated", Value::Bool(metadata.deprecated)),
            ("Annotations", Value::StrMap(metadata.annotations.clone().map(Rc::new))),
            ("KubeVersion", text(&metadata.kube_version)),
            ("Dependencies", Pointers::value("[]*chart.Dependency", dependencies)),
            ("Type", text(&metadata.chart_type)),
        ]
    }

    fn json_names(&self) -> Option<&'static [&'static str]> {
        Some(&[
            "name",
            "home",
            "sources",
            "version",
            "description",
            "keywords",
            "maintainers",
            "icon",
            "apiVersion",
            "condition",
            "tags",
            "appVersion",
            "deprecated",
            "annotations",
            "kubeVersion",
            "dependencies",
            "type",
        ])
    }

    fn json_members(&self) -> Vec<(&'static str, Value)> {
        let members = self.json_names().unwrap_or_default().iter().zip(self.fields());
        let members = members.map(|(name, (_, value))| (*name, value));
        members.filter(|(_, value)| value.is_true()).collect()
    }
}

/// Helm 3's list of maintainers or dependencies.
struct Pointers {
    name: &'static str,
    items: Vec<Value>,
}

impl Pointers {
    fn value(name: &'static str, items: impl Iterator<Item = Value>) -> Value {
        Value::Object(Rc::new(Pointers { name, items: items.collect() }))
    }
}

impl Object for Pointers {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        self.name
    }

    fn kind(&self) -> crate::value::Kind {
        crate::value::Kind::Slice
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn len(&self) -> Option<usize> {
        Some(self.items.len())
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.items.clone())
    }
}

/// A maintainer or dependency of Helm 3: a pointer to a struct.
struct Pointer {
    name: &'static str,
    fields: Vec<(&'static str, Value)>,
    json_names: &'static [&'static str],
    /// JSON names that are written even when empty.
    required: &'static [&'static str],
}

impl Object for Pointer {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        self.name
    }

    fn kind(&self) -> crate::value::Kind {
        crate::value::Kind::Ptr
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.fields.clone()
    }

    fn json_members(&self) -> Vec<(&'static str, Value)> {
        let members = self.json_names.iter().zip(&self.fields);
        let members = members.filter(|(name, (_, value))| value.is_true() || self.required.contains(name));
        members.map(|(name, (_, value))| (*name, value.clone())).collect()
    }
}
