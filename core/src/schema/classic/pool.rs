//! The documents schemas refer to (gojsonschema schemaPool.go, jsonLoader.go; gojsonreference; gojsonpointer).

use super::DEEPEST;
use super::rule::Draft;
use crate::dialect::HelmVersion;
use crate::go::json;
use crate::go::quote::quote;
use crate::go::url::Url;
use crate::schema::draft::{meta_schema, text};
use crate::schema::uri;
use crate::value::Value;
use std::collections::HashMap;

/// A document, or a part of one, and the draft it declares.
#[derive(Clone)]
pub(super) struct Entry {
    pub document: Value,
    pub draft: Option<Draft>,
}

/// Documents by their references.
pub(super) struct Pool {
    entries: HashMap<String, Entry>,
    version: HelmVersion,
}

/// A reference resolved against another, as text.
fn inherit(base: &str, reference: &str) -> Option<String> {
    let (url, fragment) = uri::split(reference);
    let (url, _) = uri::join(uri::split(base).0, url).ok()?;
    Some(if fragment.is_empty() { url } else { format!("{url}#{fragment}") })
}

/// The draft that `$schema` names.
pub(super) fn declared_draft(document: &Value) -> Result<Option<Draft>, String> {
    match document {
        Value::Bool(_) => Ok(None),
        Value::Map(map) => match map.get_str("$schema") {
            None => Ok(None),
            Some(Value::Str(url)) => {
                let url = url.to_text();
                uri::parse(&url)?;
                Ok(Draft::from_url(&url))
            }
            Some(_) => Err("$schema must be of type string".to_owned()),
        },
        _ => Err("schema is invalid".to_owned()),
    }
}

impl Pool {
    pub fn new(version: HelmVersion) -> Pool {
        Pool { entries: HashMap::new(), version }
    }

    /// Makes a document known, and all its references absolute.
    pub fn add(&mut self, document: &Value, reference: &str) -> Result<(), String> {
        let draft = declared_draft(document)?;
        let result = self.walk(document, reference, draft);
        self.entries.insert(reference.to_owned(), Entry { document: document.clone(), draft });
        result
    }

    fn walk(&mut self, document: &Value, base: &str, draft: Option<Draft>) -> Result<(), String> {
        let mut pending = vec![(document.clone(), base.to_owned())];
        while let Some((value, base)) = pending.pop() {
            let map = match &value {
                Value::Map(map) => map,
                Value::List(items) => {
                    pending.extend(items.iter().rev().map(|item| (item.clone(), base.clone())));
                    continue;
                }
                _ => continue,
            };
            let mut base = base;
            let id = if map.contains(b"id") { text(map, "id") } else { text(map, "$id") };
            if let Some(own) = id.and_then(|id| inherit(&base, &id)) {
                if self.entries.contains_key(&own) {
                    if map.same(document.as_map().unwrap_or(map)) {
                        return Err(format!("Reference already exists: \"{own}\""));
                    }
                    continue;
                }
                self.entries.insert(own.clone(), Entry { document: value.clone(), draft });
                base = own;
            }
            if let Some(absolute) = text(map, "$ref").and_then(|reference| inherit(&base, &reference)) {
                // The document was decoded for this validation alone.
                let _ = map.insert("$ref", Value::str(absolute));
            }
            let first = pending.len();
            for (key, value) in map.entries() {
                let key = key.to_text();
                match (&*key, &value) {
                    ("const" | "enum", _) => {}
                    ("properties" | "dependencies" | "patternProperties", Value::Map(children)) => {
                        pending
                            .extend(children.entries().into_iter().map(|(_, child)| (child, base.clone())));
                    }
                    ("properties" | "dependencies" | "patternProperties", _) => {}
                    _ => pending.push((value, base.clone())),
                }
            }
            // Taken from the end: the first found comes first.
            if let Some(found) = pending.get_mut(first..) {
                found.reverse();
            }
        }
        Ok(())
    }

    /// What a reference names.
    pub fn get(&mut self, reference: &str) -> Result<Entry, String> {
        if let Some(entry) = self.entries.get(reference) {
            return Ok(entry.clone());
        }
        let (url, fragment) = uri::split(reference);
        let pointer = uri::path_unescape(fragment)?;
        if let Some(entry) = self.entries.get(url).cloned() {
            let document = point(&pointer, &entry.document)?;
            let entry = Entry { document, draft: entry.draft };
            self.entries.insert(reference.to_owned(), entry.clone());
            return Ok(entry);
        }
        let parts = uri::parse(reference)?;
        let canonical = match parts.scheme.as_slice() {
            b"file" => parts.path.starts_with(b"/"),
            scheme => !scheme.is_empty() && !parts.host.is_empty(),
        };
        if !canonical {
            return Err(format!("Reference {reference} must be canonical"));
        }
        let document = self.load(url, &parts)?;
        // A document that cannot be read for references is used all the same.
        let _ = self.add(&document, url);
        let draft = declared_draft(&document).unwrap_or_default();
        Ok(Entry { document: point(&pointer, &document)?, draft })
    }

    /// What Helm would read from the network or the disk; here only the meta-schemas exist.
    fn load(&self, url: &str, parts: &Url) -> Result<Value, String> {
        if parts.scheme == b"file" {
            return Err(format!("open {}: no such file or directory", uri::path(parts)));
        }
        match meta_schema(url).filter(|_| Draft::from_url(url).is_some()) {
            Some(text) => Ok(json::decode_prefix_numbers(text.as_bytes(), self.version)?.0),
            None if matches!(parts.scheme.as_slice(), b"http" | b"https") => {
                Err(format!("Get {}: rendering does not use the network", quote(url)))
            }
            None => Err(format!("Get {}: unsupported protocol scheme {}", quote(url), quote(&parts.scheme))),
        }
    }
}

/// What a JSON pointer leads to. A fragment that is no pointer leads to the whole document.
fn point(pointer: &str, document: &Value) -> Result<Value, String> {
    let mut value = document.clone();
    let Some(tokens) = pointer.strip_prefix('/') else { return Ok(value) };
    for token in tokens.split('/').take(DEEPEST) {
        value = match &value {
            Value::Map(map) => {
                let key = token.replace("~1", "/").replace("~0", "~");
                map.get_str(&key).ok_or_else(|| format!("Object has no key '{key}'"))?
            }
            Value::List(items) => {
                let index: i64 = token.parse().map_err(|_| format!("Invalid array index '{token}'"))?;
                let item = usize::try_from(index).ok().and_then(|index| items.get(index)).cloned();
                item.ok_or_else(|| format!("Out of bound array[0,{}] index '{index}'", items.len()))?
            }
            _ => return Err(format!("Invalid token reference '{token}'")),
        };
    }
    Ok(value)
}
