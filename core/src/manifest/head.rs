//! What Helm reads of a rendered document: version, kind, name and annotations (R136).

use crate::dialect::HelmVersion;
use crate::go::json;
use crate::value::{Map, Str, Value};
use crate::yaml;
use std::collections::BTreeMap;

/// The head of a document. Every field is empty when the document does not have it; a comment-only document is fine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.name`
    pub name: String,
    /// `metadata.annotations`
    pub annotations: BTreeMap<String, String>,
}

impl Head {
    /// One annotation's text.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations.get(name).map(String::as_str)
    }
}

/// Reads the head of one document, which must be YAML that Helm can read from end to end.
///
/// Numbers and booleans become strings, field names match in any case, as Go's JSON decoder has it.
///
/// # Errors
/// Helm's text without its `YAML parse error on <file>: ` prefix.
pub fn parse_head(document: &[u8], version: HelmVersion) -> Result<Head, String> {
    let value = yaml::unmarshal_scalars(document)?;
    // Nearly every document has no such number, and then nothing is copied.
    if yaml::json_error(&value).is_some()
        && let Some(error) = yaml::json_error(&without_strings(&value))
    {
        return Err(format!("error converting YAML to JSON: {error}"));
    }
    let reader = Reader { version };
    let mut head = Head::default();
    let root = match &value {
        Value::Nil => return Ok(head),
        Value::Map(root) => root,
        other => {
            return Err(reader.mismatch(
                other,
                if version.is_v4() {
                    "Go value of type util.SimpleHead"
                } else {
                    "Go value of type releaseutil.SimpleHead"
                },
            ));
        }
    };
    // The JSON text has its keys sorted, so that of several spellings the last in byte order wins.
    for (key, value) in root.read().iter().flat_map(|map| map.iter()) {
        let Some(key) = key.as_utf8() else { continue };
        if key.eq_ignore_ascii_case("apiVersion") {
            reader.string(value, "apiVersion", &mut head.api_version)?;
        } else if key.eq_ignore_ascii_case("kind") {
            reader.string(value, "kind", &mut head.kind)?;
        } else if key.eq_ignore_ascii_case("metadata") {
            reader.metadata(value, &mut head)?;
        }
    }
    Ok(head)
}

/// The document without the fields that are read as strings: there even a NaN is text, elsewhere JSON refuses it.
fn without_strings(value: &Value) -> Value {
    let strip = |map: &Map, strings: &[&str]| -> Map {
        let is_string =
            |key: &Str| key.as_utf8().is_some_and(|key| strings.iter().any(|s| key.eq_ignore_ascii_case(s)));
        map.entries().into_iter().filter(|(key, value)| !is_string(key) || value.as_map().is_some()).collect()
    };
    let Value::Map(root) = value else { return value.clone() };
    let rest = strip(root, &["apiVersion", "kind"]);
    for (key, value) in root.entries() {
        let (Value::Map(metadata), true) = (value, key.eq_ignore_ascii_case(b"metadata")) else { continue };
        let metadata = strip(&metadata, &["name"]);
        for (key, value) in metadata.entries() {
            if let (Value::Map(annotations), true) = (value, key.eq_ignore_ascii_case(b"annotations")) {
                let kept = annotations
                    .entries()
                    .into_iter()
                    .filter(|(_, value)| yaml::scalar_to_string(value).is_none());
                let _written = metadata.insert(key, Value::Map(kept.collect()));
            }
        }
        let _written = rest.insert(key, Value::Map(metadata));
    }
    Value::Map(rest)
}

struct Reader {
    version: HelmVersion,
}

impl Reader {
    fn metadata(&self, value: &Value, head: &mut Head) -> Result<(), String> {
        const STRUCT: &str =
            r#"struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#;
        let Some(map) = self.object(value, "metadata", STRUCT)? else { return Ok(()) };
        for (key, value) in map.read().iter().flat_map(|map| map.iter()) {
            let Some(key) = key.as_utf8() else { continue };
            if key.eq_ignore_ascii_case("name") {
                self.string(value, "metadata.name", &mut head.name)?;
            } else if key.eq_ignore_ascii_case("annotations") {
                let Some(map) = self.object(value, "metadata.annotations", "map[string]string")? else {
                    continue;
                };
                for (name, value) in map.read().iter().flat_map(|map| map.iter()) {
                    let name = name.to_text();
                    let mut text = String::new();
                    // Go's older decoder does not name the key of a map in the path.
                    let path = if self.version.json_v2() {
                        format!("metadata.annotations.{}", json::pointer_token(&name))
                    } else {
                        "metadata.annotations".to_owned()
                    };
                    self.string(value, &path, &mut text)?;
                    head.annotations.insert(name.into_owned(), text);
                }
            }
        }
        Ok(())
    }

    fn object<'v>(&self, value: &'v Value, path: &str, wanted: &str) -> Result<Option<&'v Map>, String> {
        match value {
            Value::Nil => Ok(None),
            Value::Map(map) => Ok(Some(map)),
            other => Err(self.field_mismatch(other, path, wanted)),
        }
    }

    fn string(&self, value: &Value, path: &str, target: &mut String) -> Result<(), String> {
        if matches!(value, Value::Nil) {
            return Ok(());
        }
        match yaml::scalar_to_string(value) {
            Some(text) => *target = text,
            None => return Err(self.field_mismatch(value, path, "string")),
        }
        Ok(())
    }

    fn field_mismatch(&self, value: &Value, path: &str, wanted: &str) -> String {
        // What metadata holds belongs to a struct without a name; the rewritten decoder names none.
        let owner = if self.version.json_v2() || path.contains('.') { "" } else { "SimpleHead" };
        self.mismatch(value, &format!("Go struct field {owner}.{path} of type {wanted}"))
    }

    fn mismatch(&self, value: &Value, target: &str) -> String {
        let found = match value {
            Value::List(_) => "array",
            Value::Map(_) => "object",
            Value::Bool(_) => "bool",
            Value::Str(_) => "string",
            _ => "number",
        };
        format!("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into {target}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_json_cannot_hold_is_refused_unless_it_is_read_as_text() {
        let version = HelmVersion::V4_3;
        for text in ["a: .nan", "a: {b: [1, {c: .inf}]}", "metadata: {labels: {a: .nan}}"] {
            let error = parse_head(text.as_bytes(), version).unwrap_err();
            assert!(error.starts_with("error converting YAML to JSON: json: unsupported value: "), "{error}");
        }
        assert_eq!(parse_head(b"kind: .nan", version).unwrap().kind, "NaN");
        let head = parse_head(b"metadata: {name: .inf, annotations: {a: .nan}}", version).unwrap();
        assert_eq!((head.name.as_str(), head.annotation("a")), ("+Inf", Some("NaN")));
    }
}
