//! The drafts of JSON Schema, their meta-schemas, and where each allows subschemas (jsonschema draft.go).

use super::uri::split;
use crate::value::{Map, Value};
use std::rc::Rc;

/// A draft, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Draft {
    D4,
    D6,
    D7,
    D2019,
    D2020,
}

/// Where subschemas stand below a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The keyword's value itself.
    One,
    /// Each value of the keyword's object.
    Values,
    /// Each item of the keyword's array.
    Items,
}

/// Keywords that hold subschemas, and the draft that brought them.
const SUBSCHEMAS: &[(Draft, &str, Shape)] = &[
    (Draft::D4, "definitions", Shape::Values),
    (Draft::D4, "not", Shape::One),
    (Draft::D4, "allOf", Shape::Items),
    (Draft::D4, "anyOf", Shape::Items),
    (Draft::D4, "oneOf", Shape::Items),
    (Draft::D4, "properties", Shape::Values),
    (Draft::D4, "additionalProperties", Shape::One),
    (Draft::D4, "patternProperties", Shape::Values),
    (Draft::D4, "items", Shape::One),
    (Draft::D4, "items", Shape::Items),
    (Draft::D4, "additionalItems", Shape::One),
    (Draft::D4, "dependencies", Shape::Values),
    (Draft::D6, "propertyNames", Shape::One),
    (Draft::D6, "contains", Shape::One),
    (Draft::D7, "if", Shape::One),
    (Draft::D7, "then", Shape::One),
    (Draft::D7, "else", Shape::One),
    (Draft::D2019, "$defs", Shape::Values),
    (Draft::D2019, "dependentSchemas", Shape::Values),
    (Draft::D2019, "unevaluatedProperties", Shape::One),
    (Draft::D2019, "unevaluatedItems", Shape::One),
    (Draft::D2019, "contentSchema", Shape::One),
    (Draft::D2020, "prefixItems", Shape::Items),
];

impl Draft {
    /// The meta-schema's URL.
    pub fn url(self) -> &'static str {
        match self {
            Draft::D4 => "http://json-schema.org/draft-04/schema",
            Draft::D6 => "http://json-schema.org/draft-06/schema",
            Draft::D7 => "http://json-schema.org/draft-07/schema",
            Draft::D2019 => "https://json-schema.org/draft/2019-09/schema",
            Draft::D2020 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// The draft a `$schema` names.
    pub fn from_url(url: &str) -> Option<Draft> {
        let (url, fragment) = split(url);
        if !fragment.is_empty() {
            return None;
        }
        match url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or(url) {
            "json-schema.org/schema" | "json-schema.org/draft/2020-12/schema" => Some(Draft::D2020),
            "json-schema.org/draft/2019-09/schema" => Some(Draft::D2019),
            "json-schema.org/draft-07/schema" => Some(Draft::D7),
            "json-schema.org/draft-06/schema" => Some(Draft::D6),
            "json-schema.org/draft-04/schema" => Some(Draft::D4),
            _ => None,
        }
    }

    /// The keyword that names a schema.
    pub fn id_keyword(self) -> &'static str {
        if self == Draft::D4 { "id" } else { "$id" }
    }

    /// A schema's own name without fragment; empty when it has none.
    pub fn id(self, schema: &Map) -> String {
        if self < Draft::D2019 && schema.contains(b"$ref") {
            return String::new();
        }
        text(schema, self.id_keyword()).map_or_else(String::new, |id| split(&id).0.to_owned())
    }

    /// Keywords of this draft that hold subschemas.
    pub fn subschemas(self) -> impl Iterator<Item = (&'static str, Shape)> {
        SUBSCHEMAS
            .iter()
            .filter(move |(since, ..)| *since <= self)
            .map(|(_, keyword, shape)| (*keyword, *shape))
    }

    fn default_vocabularies(self) -> &'static [&'static str] {
        match self {
            Draft::D2020 => &["core", "applicator", "unevaluated", "validation"],
            Draft::D2019 => &["core", "applicator", "validation"],
            _ => &[],
        }
    }

    fn all_vocabularies(self) -> &'static [&'static str] {
        match self {
            Draft::D2020 => &[
                "core",
                "applicator",
                "unevaluated",
                "validation",
                "meta-data",
                "format-annotation",
                "format-assertion",
                "content",
            ],
            Draft::D2019 => &["core", "applicator", "validation", "meta-data", "format", "content"],
            _ => &[],
        }
    }

    /// What a vocabulary's URL begins with.
    fn vocabulary_prefix(self) -> &'static str {
        if self == Draft::D2019 {
            "https://json-schema.org/draft/2019-09/vocab/"
        } else {
            "https://json-schema.org/draft/2020-12/vocab/"
        }
    }

    /// The URL of a vocabulary's meta-schema.
    pub fn vocabulary_url(self, name: &str) -> String {
        format!("{}meta/{name}", self.url().trim_end_matches("schema"))
    }

    /// The vocabularies that a meta-schema of the user's own requires, `None` when it does not say.
    pub fn vocabularies(self, url: &str, meta: &Value) -> Result<Option<Rc<[String]>>, String> {
        let declared = meta.as_map().and_then(|meta| meta.get_str("$vocabulary"));
        let Some(declared) = declared.as_ref().and_then(Value::as_map).filter(|_| self >= Draft::D2019)
        else {
            return Ok(None);
        };
        let mut names = Vec::new();
        for (vocabulary, required) in declared.entries() {
            if !matches!(required, Value::Bool(true)) {
                continue;
            }
            let vocabulary = vocabulary.to_text();
            match vocabulary.strip_prefix(self.vocabulary_prefix()) {
                Some(name) if self.all_vocabularies().contains(&name) => names.push(name.to_owned()),
                _ => return Err(format!("unsupported vocabulary {vocabulary:?} in {url:?}")),
            }
        }
        if !names.iter().any(|name| name == "core") {
            names.push("core".to_owned());
        }
        Ok(Some(names.into()))
    }
}

/// A draft, and the vocabularies of it that are in use; `None`: the draft's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Dialect {
    pub draft: Draft,
    pub vocabularies: Option<Rc<[String]>>,
}

impl Dialect {
    /// Whether keywords of this vocabulary count.
    pub fn has(&self, vocabulary: &str) -> bool {
        if vocabulary == "core" || self.draft < Draft::D2019 {
            return true;
        }
        match &self.vocabularies {
            Some(names) => names.iter().any(|name| name == vocabulary),
            None => self.draft.default_vocabularies().contains(&vocabulary),
        }
    }
}

/// A string under a key.
pub(super) fn text(map: &Map, key: &str) -> Option<String> {
    match map.get_str(key)? {
        Value::Str(text) => Some(text.to_text().into_owned()),
        _ => None,
    }
}

/// The text of a meta-schema that is built in.
///
/// The files are those of json-schema.org, without what does not validate (titles, descriptions, defaults).
pub(super) fn meta_schema(url: &str) -> Option<&'static str> {
    let path = url
        .strip_prefix("http://json-schema.org/")
        .or_else(|| url.strip_prefix("https://json-schema.org/"))?;
    Some(match path {
        "draft-04/schema" => include_str!("metaschemas/draft-04-schema.json"),
        "draft-06/schema" => include_str!("metaschemas/draft-06-schema.json"),
        "draft-07/schema" => include_str!("metaschemas/draft-07-schema.json"),
        "draft/2019-09/schema" => include_str!("metaschemas/draft-2019-09-schema.json"),
        "draft/2019-09/meta/applicator" => include_str!("metaschemas/draft-2019-09-meta-applicator.json"),
        "draft/2019-09/meta/content" => include_str!("metaschemas/draft-2019-09-meta-content.json"),
        "draft/2019-09/meta/core" => include_str!("metaschemas/draft-2019-09-meta-core.json"),
        "draft/2019-09/meta/format" => include_str!("metaschemas/draft-2019-09-meta-format.json"),
        "draft/2019-09/meta/meta-data" => include_str!("metaschemas/draft-2019-09-meta-meta-data.json"),
        "draft/2019-09/meta/validation" => include_str!("metaschemas/draft-2019-09-meta-validation.json"),
        "schema" | "draft/2020-12/schema" => include_str!("metaschemas/draft-2020-12-schema.json"),
        "draft/2020-12/meta/applicator" => include_str!("metaschemas/draft-2020-12-meta-applicator.json"),
        "draft/2020-12/meta/content" => include_str!("metaschemas/draft-2020-12-meta-content.json"),
        "draft/2020-12/meta/core" => include_str!("metaschemas/draft-2020-12-meta-core.json"),
        "draft/2020-12/meta/format-annotation" => {
            include_str!("metaschemas/draft-2020-12-meta-format-annotation.json")
        }
        "draft/2020-12/meta/format-assertion" => {
            include_str!("metaschemas/draft-2020-12-meta-format-assertion.json")
        }
        "draft/2020-12/meta/meta-data" => include_str!("metaschemas/draft-2020-12-meta-meta-data.json"),
        "draft/2020-12/meta/unevaluated" => include_str!("metaschemas/draft-2020-12-meta-unevaluated.json"),
        "draft/2020-12/meta/validation" => include_str!("metaschemas/draft-2020-12-meta-validation.json"),
        _ => return None,
    })
}
