//! Schema documents: the resources and anchors in them, and what references find (jsonschema root.go, roots.go).

use super::draft::{Dialect, Draft, Shape, meta_schema, text};
use super::uri::{self, escape_pointer, escape_token, split, split_fragment, unescape_token};
use crate::dialect::HelmVersion;
use crate::go::json;
use crate::go::quote::quote;
use crate::value::{Map, Value};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A schema with a name of its own inside a document, or the document.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub pointer: String,
    pub id: String,
    pub dialect: Dialect,
    pub anchors: BTreeMap<String, String>,
    pub dynamic_anchors: Vec<String>,
}

/// A document.
#[derive(Clone)]
pub(super) struct Root {
    pub url: String,
    pub document: Value,
    /// By pointer.
    pub resources: BTreeMap<String, Resource>,
    /// Pointers of the subschemas seen.
    pub processed: HashSet<String>,
}

/// Where a schema stands: document and pointer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub url: String,
    pub pointer: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}#{}", self.url, escape_pointer(&self.pointer))
    }
}

/// What stands at a pointer.
pub(super) fn lookup(place: &Place, document: &Value) -> Result<Value, String> {
    let mut value = document.clone();
    for token in place.pointer.split('/').skip(1) {
        let Some(token) = unescape_token(token) else {
            return Err(format!("invalid json-pointer {}", quote(place.to_string())));
        };
        let next = match &value {
            Value::Map(map) => map.get_str(&token),
            Value::List(list) => token.parse::<usize>().ok().and_then(|index| list.get(index).cloned()),
            _ => None,
        };
        value = next.ok_or_else(|| format!("json-pointer in {} not found", quote(place.to_string())))?;
    }
    Ok(value)
}

impl Root {
    /// The resource a pointer lies in.
    pub fn resource(&self, pointer: &str) -> Option<&Resource> {
        let mut pointer = pointer;
        loop {
            if let Some(resource) = self.resources.get(pointer) {
                return Some(resource);
            }
            pointer = pointer.get(..pointer.rfind('/')?)?;
        }
    }

    /// What a fragment means: a pointer below the resource, or one of its anchors.
    pub fn resolve_fragment(&self, fragment: &str, resource: &Resource) -> Result<Place, String> {
        let pointer = if fragment.is_empty() || fragment.starts_with('/') {
            format!("{}{fragment}", resource.pointer)
        } else {
            resource.anchors.get(fragment).cloned().ok_or_else(|| {
                let reference = format!("{}#{}", resource.id, escape_pointer(fragment));
                format!("anchor in {} not found in schema {}", quote(reference), quote(&self.url))
            })?
        };
        Ok(Place { url: self.url.clone(), pointer })
    }

    /// What a URL and fragment mean, when the URL names something in this document.
    pub fn resolve(&self, url: &str, fragment: &str) -> Result<Option<Place>, String> {
        let resource = match url == self.url {
            true => self.resources.get(""),
            false => self.resources.values().find(|resource| resource.id == url),
        };
        resource.map(|resource| self.resolve_fragment(fragment, resource)).transpose()
    }

    /// Notes the anchors a schema declares.
    fn collect_anchors(&mut self, schema: &Map, pointer: &str, resource: &str) -> Result<(), String> {
        let url = self.url.clone();
        let Some(resource) = self.resources.get_mut(resource) else { return Ok(()) };
        let draft = resource.dialect.draft;
        let mut declared = Vec::new();
        if draft < Draft::D2019 {
            if schema.contains(b"$ref") {
                return Ok(());
            }
            if let Some(id) = text(schema, draft.id_keyword()) {
                let place = || Place { url: url.clone(), pointer: pointer.to_owned() }.to_string();
                let (_, fragment) = split_fragment(&id)
                    .map_err(|_| format!("error in parsing anchor at {}", quote(place())))?;
                if !fragment.is_empty() && !fragment.starts_with('/') {
                    declared.push(fragment);
                }
            }
        }
        if draft >= Draft::D2019 {
            declared.extend(text(schema, "$anchor"));
        }
        if draft >= Draft::D2020
            && let Some(anchor) = text(schema, "$dynamicAnchor")
        {
            declared.push(anchor.clone());
            resource.dynamic_anchors.push(anchor);
        }
        for anchor in declared {
            match resource.anchors.get(&anchor) {
                Some(other) if other != pointer => {
                    let [anchor, url, other, pointer] = [&anchor, &url, other, pointer].map(quote);
                    return Err(format!("duplicate anchor {anchor} in {url} at {other} and {pointer}"));
                }
                _ => resource.anchors.insert(anchor, pointer.to_owned()),
            };
        }
        Ok(())
    }
}

/// Loads documents and finds their resources. It fetches nothing: only the meta-schemas and what was added exist.
pub(super) struct Library {
    documents: HashMap<String, Value>,
    version: HelmVersion,
}

impl Library {
    pub fn new(version: HelmVersion) -> Library {
        Library { documents: HashMap::new(), version }
    }

    pub fn add(&mut self, url: &str, document: Value) {
        self.documents.insert(url.to_owned(), document);
    }

    /// The document at a URL.
    pub fn load(&mut self, url: &str) -> Result<Value, String> {
        if let Some(document) = self.documents.get(url) {
            return Ok(document.clone());
        }
        let document = match meta_schema(url) {
            Some(text) => json::decode_prefix_numbers(text.as_bytes(), self.version)?.0,
            None => self.outside(url).map_err(|error| format!("failing loading {}: {error}", quote(url)))?,
        };
        self.documents.insert(url.to_owned(), document.clone());
        Ok(document)
    }

    /// What Helm would read from the network or the disk.
    fn outside(&self, url: &str) -> Result<Value, String> {
        let parts = uri::parse(url)?;
        match parts.scheme.as_slice() {
            // Helm asks a resolver that it does not have, warns, and lets everything pass.
            b"urn" => Ok(Value::Bool(true)),
            b"file" => Err(format!("open {}: no such file or directory", uri::path(&parts))),
            b"http" | b"https" => Err(format!(
                "HTTP request failed for {url}: Get {}: rendering does not use the network",
                quote(url)
            )),
            _ => Err(format!("no URLLoader registered for {}", quote(url))),
        }
    }

    /// The draft a schema declares.
    fn draft(&mut self, place: &Place, schema: &Value, fallback: Draft) -> Result<Draft, String> {
        let mut schema = schema.clone();
        let mut place = place.clone();
        let mut visited: HashSet<String> = HashSet::new();
        loop {
            let Some(declared) = schema.as_map().and_then(|schema| text(schema, "$schema")) else {
                return Ok(fallback);
            };
            if let Some(draft) = Draft::from_url(&declared) {
                return Ok(draft);
            }
            let url = split(&declared).0.to_owned();
            uri::parse(&url)
                .map_err(|error| format!("invalid $schema in {}: {error}", quote(place.to_string())))?;
            if place.pointer.is_empty() && url == place.url {
                return Err(format!("draft {} is not supported", quote(&url)));
            }
            if !visited.insert(url.clone()) {
                return Err(format!("cycle in resolving $schema in {}", quote(&url)));
            }
            schema = self.load(&url)?;
            place = Place { url, pointer: String::new() };
        }
    }

    /// The vocabularies of the meta-schema a schema declares.
    fn vocabularies(&mut self, schema: &Map, draft: Draft) -> Result<Option<std::rc::Rc<[String]>>, String> {
        let Some(declared) = text(schema, "$schema").filter(|url| Draft::from_url(url).is_none()) else {
            return Ok(None);
        };
        let url = split(&declared).0;
        let meta = self.load(url)?;
        draft.vocabularies(url, &meta)
    }

    /// Notes the resources and anchors at `pointer` and below it.
    pub fn collect(
        &mut self,
        root: &mut Root,
        schema: Value,
        base: String,
        pointer: String,
        fallback: Dialect,
    ) -> Result<(), String> {
        let mut pending = vec![(schema, base, pointer, fallback)];
        while let Some((schema, mut base, pointer, fallback)) = pending.pop() {
            if !root.processed.insert(pointer.clone()) {
                continue;
            }
            let Some(object) = schema.as_map() else {
                if pointer.is_empty() {
                    root.resources.insert(pointer.clone(), Resource::new(pointer, base, fallback));
                }
                continue;
            };
            let place = Place { url: root.url.clone(), pointer: pointer.clone() };
            let mut declares_schema = text(object, "$schema").is_some();
            let mut draft = self.draft(&place, &schema, fallback.draft)?;
            let mut id = draft.id(object);
            if id.is_empty() && !pointer.is_empty() {
                draft = fallback.draft;
                declares_schema = false;
                id = draft.id(object);
            }
            if !id.is_empty() {
                let (joined, _) = uri::join(&base, &id)
                    .map_err(|_| format!("error in parsing id at {}", quote(place.to_string())))?;
                base = joined;
            }
            if !id.is_empty() || pointer.is_empty() {
                match root.resources.values().find(|resource| resource.id == base) {
                    Some(other) if other.pointer != pointer => {
                        let [id, url, here, there] = [&base, &root.url, &pointer, &other.pointer].map(quote);
                        return Err(format!("duplicate id {id} in {url} at {here} and {there}"));
                    }
                    Some(_) => {}
                    None => {
                        let dialect = match declares_schema {
                            true => Dialect { draft, vocabularies: self.vocabularies(object, draft)? },
                            false => fallback,
                        };
                        let resource = Resource::new(pointer.clone(), base.clone(), dialect);
                        root.resources.insert(pointer.clone(), resource);
                    }
                }
            }
            let Some(resource) = root.resources.values().find(|resource| resource.id == base) else {
                continue;
            };
            let (within, dialect) = (resource.pointer.clone(), resource.dialect.clone());
            root.collect_anchors(object, &pointer, &within)?;
            let first = pending.len();
            for (keyword, shape) in draft.subschemas() {
                let Some(value) = object.get_str(keyword) else { continue };
                let below = format!("{pointer}/{keyword}");
                let mut found =
                    |pointer, schema| pending.push((schema, base.clone(), pointer, dialect.clone()));
                match (shape, &value) {
                    (Shape::One, _) => found(below, value),
                    (Shape::Values, Value::Map(map)) => {
                        for (key, value) in map.entries() {
                            found(format!("{below}/{}", escape_token(&key.to_text())), value);
                        }
                    }
                    (Shape::Items, Value::List(items)) => {
                        for (index, item) in items.iter().enumerate() {
                            found(format!("{below}/{index}"), item.clone());
                        }
                    }
                    _ => {}
                }
            }
            // Taken from the end: the first found comes first.
            if let Some(found) = pending.get_mut(first..) {
                found.reverse();
            }
        }
        Ok(())
    }

    /// Notes a subschema that stands where the draft does not look for any.
    pub fn collect_at(&mut self, root: &mut Root, pointer: &str) -> Result<(), String> {
        let schema = lookup(&Place { url: root.url.clone(), pointer: pointer.to_owned() }, &root.document)?;
        let Some(base) = root.resource(pointer).cloned() else { return Ok(()) };
        self.collect(root, schema.clone(), base.id, pointer.to_owned(), base.dialect)?;
        if root.resources.contains_key(pointer) {
            return Ok(());
        }
        let within = root.resource(pointer).map(|resource| resource.pointer.clone()).unwrap_or_default();
        match schema.as_map() {
            Some(object) => root.collect_anchors(object, pointer, &within),
            None => Ok(()),
        }
    }
}

impl Resource {
    fn new(pointer: String, id: String, dialect: Dialect) -> Resource {
        Resource { pointer, id, dialect, anchors: BTreeMap::new(), dynamic_anchors: Vec::new() }
    }
}
