//! `Chart.yaml` and lock files decoded as Go decodes them (R20): YAML scalars become strings where a string is
//! wanted, field names match without regard to case, and errors are those of Go's JSON package.
//!
//! Behaviour of `sigs.k8s.io/yaml` (`convertToJSONableObject`) followed by `encoding/json.Unmarshal` into the structs
//! of `pkg/chart`. Decoding onto a filled struct merges: list elements are decoded onto the old elements with the
//! same index, which is how `requirements.yaml` entries inherit fields from those in `Chart.yaml`.

use super::metadata::{Dependency, Lock, Maintainer, Metadata};
use crate::dialect::HelmVersion;
use crate::go;
use crate::value::{List, Map, Str, Value};
use crate::yaml;
use std::collections::BTreeMap;

/// The package that holds the chart types, as Go's messages name it: `v2`, `v3`, or `chart` in Helm 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Package {
    V2,
    V3,
}

/// Reads YAML onto metadata. Errors lack the words `cannot load Chart.yaml: `.
pub(super) fn metadata(
    text: &[u8],
    onto: &mut Metadata,
    package: Package,
    version: HelmVersion,
) -> Result<(), String> {
    let value = yaml::unmarshal_scalars(text)?;
    let mut decoder = Decoder::new(version, package, "Metadata");
    decoder.metadata(&value, onto);
    decoder.finish()
}

/// Reads the `apiVersion` of a chart that is about to be loaded (R6; pkg/chart/loader/load.go: `chartBase`).
pub(super) fn api_version(text: &[u8], version: HelmVersion) -> Result<String, String> {
    let value = yaml::unmarshal_scalars(text)?;
    let mut decoder = Decoder::new(version, Package::V2, "chartBase");
    let mut found = String::new();
    decoder.object(&value, "loader.chartBase", &mut |decoder, key, value| {
        decoder.member(key, value, &["apiVersion"], |decoder, _, value| decoder.string(value, &mut found));
    });
    decoder.finish()?;
    Ok(found)
}

/// Reads a lock file.
pub(super) fn lock(text: &[u8], package: Package, version: HelmVersion) -> Result<Lock, String> {
    let value = yaml::unmarshal_scalars(text)?;
    let mut decoder = Decoder::new(version, package, "Lock");
    let mut lock = Lock::default();
    let name = decoder.type_name("Lock");
    decoder.object(&value, &name, &mut |decoder, key, value| {
        const NAMES: &[&str] = &["generated", "digest", "dependencies"];
        decoder.member(key, value, NAMES, |decoder, name, value| match name {
            "generated" => decoder.time(value, &mut lock.generated),
            "digest" => decoder.string(value, &mut lock.digest),
            _ => {
                let mut dependencies = None;
                decoder.dependencies(value, &mut dependencies);
                lock.dependencies = dependencies.unwrap_or_default();
            }
        });
    });
    decoder.finish()?;
    Ok(lock)
}

/// The field a JSON key means: equal, or equal but for case.
fn field(key: &Str, names: &[&'static str]) -> Option<&'static str> {
    let key = key.as_utf8()?;
    let exact = names.iter().find(|name| **name == key);
    exact.or_else(|| names.iter().find(|name| folds(name, key))).copied()
}

/// Go's `strings.EqualFold` for an ASCII name: besides case, the long s is an s and the Kelvin sign a k.
fn folds(name: &str, key: &str) -> bool {
    let fold = |c: char| match c {
        'ſ' => 's',
        '\u{212A}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    name.chars().map(fold).eq(key.chars().map(fold))
}

enum Step {
    /// A struct field: the key as written, and the field's JSON name.
    Field(String, &'static str),
    Key(String),
    Index(usize),
}

struct Decoder {
    version: HelmVersion,
    package: Package,
    /// Where the value being decoded lies.
    path: Vec<Step>,
    /// Names of the structs it lies in, outermost first.
    structs: Vec<&'static str>,
    /// The first value of a wrong type: decoding goes on, and fails at the end.
    error: Option<String>,
    /// A number that JSON cannot express: found before decoding starts, so it outranks other errors.
    unsupported: Option<String>,
}

type Members<'a> = dyn FnMut(&mut Decoder, &Str, &Value) + 'a;

impl Decoder {
    fn new(version: HelmVersion, package: Package, outermost: &'static str) -> Decoder {
        Decoder {
            version,
            package,
            path: Vec::new(),
            structs: vec![outermost],
            error: None,
            unsupported: None,
        }
    }

    fn finish(self) -> Result<(), String> {
        match (self.unsupported, self.error) {
            (Some(number), _) => {
                Err(format!("error converting YAML to JSON: json: unsupported value: {number}"))
            }
            (None, Some(error)) => Err(format!("error unmarshaling JSON: while decoding JSON: {error}")),
            (None, None) => Ok(()),
        }
    }

    fn type_name(&self, name: &str) -> String {
        match (self.version.is_v4(), self.package) {
            (false, _) => format!("chart.{name}"),
            (true, Package::V2) => format!("v2.{name}"),
            (true, Package::V3) => format!("v3.{name}"),
        }
    }

    /// Records a value that is not of Go type `wanted` (json: `UnmarshalTypeError.Error`).
    fn mismatch(&mut self, value: &Value, wanted: &str) {
        self.scan(value);
        if self.error.is_some() {
            return;
        }
        let found = match value {
            Value::Map(_) => "object",
            Value::List(_) => "array",
            Value::Str(_) => "string",
            Value::Bool(_) => "bool",
            _ => "number",
        };
        let place = if self.path.is_empty() {
            "Go value".to_owned()
        } else if self.version.json_v2() {
            let mut path = String::new();
            for step in &self.path {
                path.push('.');
                match step {
                    Step::Field(key, _) | Step::Key(key) => path.push_str(&go::json::pointer_token(key)),
                    Step::Index(index) => path.push_str(&index.to_string()),
                }
            }
            match self.path.last() {
                Some(Step::Index(_)) => path,
                _ => format!("Go struct field {path}"),
            }
        } else {
            let fields = self.path.iter().filter_map(|step| match step {
                Step::Field(_, name) => Some(*name),
                _ => None,
            });
            let fields: Vec<&str> = fields.collect();
            // The struct that holds the last field: one fewer than the fields passed through.
            let holder = self.structs.get(fields.len().saturating_sub(1)).copied().unwrap_or_default();
            format!("Go struct field {holder}.{}", fields.join("."))
        };
        let preposition = if place == "Go value" { "Go value of type" } else { "of type" };
        self.error = Some(if place == "Go value" {
            format!("json: cannot unmarshal {found} into {preposition} {wanted}")
        } else {
            format!("json: cannot unmarshal {found} into {place} {preposition} {wanted}")
        });
    }

    /// Looks for numbers that JSON cannot express.
    fn scan(&mut self, value: &Value) {
        match value {
            Value::Float(x) if !x.is_finite() && self.unsupported.is_none() => {
                let text = if x.is_nan() {
                    "NaN"
                } else if *x > 0.0 {
                    "+Inf"
                } else {
                    "-Inf"
                };
                self.unsupported = Some(text.to_owned());
            }
            Value::List(list) => list.iter().for_each(|item| self.scan(item)),
            Value::Map(map) => map.entries().iter().for_each(|(_, item)| self.scan(item)),
            _ => {}
        }
    }

    /// Calls `member` for each member of an object, in the order of Go's encoded JSON.
    fn object(&mut self, value: &Value, wanted: &str, member: &mut Members<'_>) {
        match value {
            Value::Nil => {}
            Value::Map(map) => {
                for (key, value) in map.entries() {
                    member(self, &key, &value);
                }
            }
            other => self.mismatch(other, wanted),
        }
    }

    /// Decodes a member with `decode` if it is one of the fields `names`.
    fn member(
        &mut self,
        key: &Str,
        value: &Value,
        names: &[&'static str],
        decode: impl FnOnce(&mut Decoder, &'static str, &Value),
    ) {
        match field(key, names) {
            None => self.scan(value),
            Some(name) => {
                self.path.push(Step::Field(key.to_text().into_owned(), name));
                decode(self, name, value);
                self.path.pop();
            }
        }
    }

    fn string(&mut self, value: &Value, onto: &mut String) {
        match yaml::scalar_to_string(value) {
            Some(text) => *onto = text,
            None if matches!(value, Value::Nil) => {}
            None => self.mismatch(value, "string"),
        }
    }

    fn bool(&mut self, value: &Value, onto: &mut bool) {
        match value {
            Value::Bool(b) => *onto = *b,
            Value::Nil => {}
            other => self.mismatch(other, "bool"),
        }
    }

    /// Decodes each element onto the one with its index, as Go reuses a slice.
    fn elements<T: Default>(
        &mut self,
        value: &Value,
        wanted: &str,
        onto: &mut Vec<T>,
        mut element: impl FnMut(&mut Decoder, &Value, &mut T),
    ) {
        match value {
            Value::Nil => onto.clear(),
            Value::List(list) => {
                onto.truncate(list.len());
                onto.resize_with(list.len(), T::default);
                for (index, (value, onto)) in list.iter().zip(onto.iter_mut()).enumerate() {
                    self.path.push(Step::Index(index));
                    element(self, value, onto);
                    self.path.pop();
                }
            }
            other => self.mismatch(other, wanted),
        }
    }

    fn strings(&mut self, value: &Value, onto: &mut Vec<String>) {
        self.elements(value, "[]string", onto, Decoder::string);
    }

    fn metadata(&mut self, value: &Value, onto: &mut Metadata) {
        const NAMES: &[&str] = &[
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
        ];
        let wanted = self.type_name("Metadata");
        self.object(value, &wanted, &mut |decoder, key, value| {
            decoder.member(key, value, NAMES, |decoder, name, value| match name {
                "name" => decoder.string(value, &mut onto.name),
                "home" => decoder.string(value, &mut onto.home),
                "sources" => decoder.strings(value, &mut onto.sources),
                "version" => decoder.string(value, &mut onto.version),
                "description" => decoder.string(value, &mut onto.description),
                "keywords" => decoder.strings(value, &mut onto.keywords),
                "maintainers" => decoder.maintainers(value, &mut onto.maintainers),
                "icon" => decoder.string(value, &mut onto.icon),
                "apiVersion" => decoder.string(value, &mut onto.api_version),
                "condition" => decoder.string(value, &mut onto.condition),
                "tags" => decoder.string(value, &mut onto.tags),
                "appVersion" => decoder.string(value, &mut onto.app_version),
                "deprecated" => decoder.bool(value, &mut onto.deprecated),
                "annotations" => decoder.annotations(value, &mut onto.annotations),
                "kubeVersion" => decoder.string(value, &mut onto.kube_version),
                "dependencies" => decoder.dependencies(value, &mut onto.dependencies),
                _ => decoder.string(value, &mut onto.chart_type),
            });
        });
    }

    fn annotations(&mut self, value: &Value, onto: &mut Option<BTreeMap<Str, Str>>) {
        match value {
            Value::Nil => *onto = None,
            Value::Map(map) => {
                let onto = onto.get_or_insert_default();
                for (key, value) in map.entries() {
                    self.path.push(Step::Key(key.to_text().into_owned()));
                    let mut text = String::new();
                    self.string(&value, &mut text);
                    self.path.pop();
                    onto.insert(key, text.into());
                }
            }
            other => self.mismatch(other, "map[string]string"),
        }
    }

    fn maintainers(&mut self, value: &Value, onto: &mut Vec<Maintainer>) {
        let (one, many) = (self.type_name("Maintainer"), self.type_name("Maintainer"));
        self.elements(value, &format!("[]*{many}"), onto, |decoder, value, onto| {
            onto.null = matches!(value, Value::Nil);
            decoder.structs.push("Maintainer");
            decoder.object(value, &one, &mut |decoder, key, value| {
                decoder.member(key, value, &["name", "email", "url"], |decoder, name, value| match name {
                    "name" => decoder.string(value, &mut onto.name),
                    "email" => decoder.string(value, &mut onto.email),
                    _ => decoder.string(value, &mut onto.url),
                });
            });
            decoder.structs.pop();
        });
    }

    fn dependencies(&mut self, value: &Value, onto: &mut Option<Vec<Dependency>>) {
        const NAMES: &[&str] =
            &["name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias"];
        if matches!(value, Value::Nil) {
            *onto = None;
            return;
        }
        let one = self.type_name("Dependency");
        let list = onto.take();
        let had_list = list.is_some();
        let mut list = list.unwrap_or_default();
        self.elements(value, &format!("[]*{one}"), &mut list, |decoder, value, onto| {
            onto.null = matches!(value, Value::Nil);
            decoder.structs.push("Dependency");
            decoder.object(value, &one, &mut |decoder, key, value| {
                decoder.member(key, value, NAMES, |decoder, name, value| match name {
                    "name" => decoder.string(value, &mut onto.name),
                    "version" => decoder.string(value, &mut onto.version),
                    "repository" => decoder.string(value, &mut onto.repository),
                    "condition" => decoder.string(value, &mut onto.condition),
                    "tags" => decoder.strings(value, &mut onto.tags),
                    "enabled" => decoder.bool(value, &mut onto.enabled),
                    "import-values" => decoder.anything(value, &mut onto.import_values),
                    _ => decoder.string(value, &mut onto.alias),
                });
            });
            decoder.structs.pop();
        });
        if had_list || matches!(value, Value::List(_)) {
            *onto = Some(list);
        }
    }

    /// `[]interface {}`: plain JSON, where every number is a float.
    fn anything(&mut self, value: &Value, onto: &mut Vec<Value>) {
        self.elements(value, "[]interface {}", onto, |decoder, value, onto| {
            decoder.scan(value);
            *onto = plain(value);
        });
    }

    /// `time.Time`, which reads an RFC 3339 string.
    fn time(&mut self, value: &Value, onto: &mut String) {
        const RFC_3339: &[u8] = b"2006-01-02T15:04:05Z07:00";
        match value {
            Value::Nil => {}
            // Go means to be strict one day (go.dev/issue/54580).
            Value::Str(text) => match go::time::parse(RFC_3339, text, &go::time::Zone::Utc) {
                Ok(_) => *onto = text.to_text().into_owned(),
                Err(error) => {
                    self.error.get_or_insert(error);
                }
            },
            other => {
                self.scan(other);
                self.error.get_or_insert_with(|| "Time.UnmarshalJSON: input is not a JSON string".to_owned());
            }
        }
    }
}

/// A YAML value after a trip through JSON.
fn plain(value: &Value) -> Value {
    match value {
        Value::Int(n) | Value::Int64(n) => Value::Float(*n as f64),
        Value::Uint64(n) => Value::Float(*n as f64),
        Value::List(list) => Value::List(List::from(list.iter().map(plain).collect::<Vec<_>>())),
        Value::Map(map) => {
            let entries = map.entries().into_iter().map(|(key, value)| (key, plain(&value)));
            Value::Map(entries.collect::<Map>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a field, as Helm 4.3 and as Helm 4.1 say it (recorded).
    #[test]
    fn wrong_types() {
        let cases = [
            ("[1]", "array into Go value of type v2.Metadata", "array into Go value of type v2.Metadata"),
            ("x", "string into Go value of type v2.Metadata", "string into Go value of type v2.Metadata"),
            (
                "appVersion: {a: 1}",
                "object into Go struct field .appVersion of type string",
                "object into Go struct field Metadata.appVersion of type string",
            ),
            (
                "APPVERSION: {a: 1}",
                "object into Go struct field .APPVERSION of type string",
                "object into Go struct field Metadata.appVersion of type string",
            ),
            (
                "maintainers: x",
                "string into Go struct field .maintainers of type []*v2.Maintainer",
                "string into Go struct field Metadata.maintainers of type []*v2.Maintainer",
            ),
            (
                "maintainers: [x]",
                "string into .maintainers.0 of type v2.Maintainer",
                "string into Go struct field Metadata.maintainers of type v2.Maintainer",
            ),
            (
                "maintainers: [{}, {name: {}}]",
                "object into Go struct field .maintainers.1.name of type string",
                "object into Go struct field Maintainer.maintainers.name of type string",
            ),
            (
                "keywords: 5",
                "number into Go struct field .keywords of type []string",
                "number into Go struct field Metadata.keywords of type []string",
            ),
            (
                "keywords: [[1]]",
                "array into .keywords.0 of type string",
                "array into Go struct field Metadata.keywords of type string",
            ),
            (
                "annotations: {a: {b: 1}}",
                "object into Go struct field .annotations.a of type string",
                "object into Go struct field Metadata.annotations of type string",
            ),
            (
                "deprecated: 'yes'",
                "string into Go struct field .deprecated of type bool",
                "string into Go struct field Metadata.deprecated of type bool",
            ),
            (
                "dependencies: [{name: a, tags: [[1]]}]",
                "array into .dependencies.0.tags.0 of type string",
                "array into Go struct field Dependency.dependencies.tags of type string",
            ),
            // The first in the order of encoded JSON.
            (
                "appVersion: {a: 1}\nannotations: 5",
                "number into Go struct field .annotations of type map[string]string",
                "number into Go struct field Metadata.annotations of type map[string]string",
            ),
        ];
        for (text, newest, older) in cases {
            for (version, expected) in [(HelmVersion::V4_3, newest), (HelmVersion::V4_1, older)] {
                let found = metadata(text.as_bytes(), &mut Metadata::default(), Package::V2, version);
                let expected = format!(
                    "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {expected}"
                );
                assert_eq!(found, Err(expected), "{text} with {version:?}");
            }
        }
    }

    #[test]
    fn scalars_become_strings_where_strings_are_wanted() {
        let text = "version: 1.10\nappVersion: 1e3\nkubeVersion: 1234567.891\nhome: 0777\nicon: yes\ncondition: .nan\n\
                    keywords: [1, 2.50, null]\nannotations: {1: true}\nunknown: 5\n";
        let mut found = Metadata::default();
        metadata(text.as_bytes(), &mut found, Package::V2, HelmVersion::V4_3).unwrap();
        assert_eq!(found.version, "1.1");
        assert_eq!(found.app_version, "1000");
        assert_eq!(found.kube_version, "1.2345679e+06");
        assert_eq!(found.home, "511");
        assert_eq!(found.icon, "true");
        assert_eq!(found.condition, "NaN");
        assert_eq!(found.keywords, ["1", "2.5", ""]);
        let annotations = found.annotations.unwrap();
        assert!(annotations.get(&b"1"[..]).is_some_and(|value| value == "true"));
    }

    #[test]
    fn numbers_that_json_lacks_come_first() {
        let text = b"appVersion: [1]\nfoo: {bar: -.inf}";
        let found = metadata(text, &mut Metadata::default(), Package::V2, HelmVersion::V4_3);
        assert_eq!(found, Err("error converting YAML to JSON: json: unsupported value: -Inf".to_owned()));
    }
}
