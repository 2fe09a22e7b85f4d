//! Schema documents made ready for validation (jsonschema compiler.go, objcompiler.go).

use super::compiled::{Additional, Dependency, Id, Items, Pattern, Schema, Type};
use super::decimal::Decimal;
use super::draft::{Dialect, Draft, text};
use super::format;
use super::root::{Library, Place, Root, lookup};
use super::uri;
use super::validate::{self, Meta};
use crate::dialect::HelmVersion;
use crate::go::quote::quote;
use crate::go::regexp::Regexp;
use crate::value::{List, Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Subschemas a chart may have. Helm has no such limit.
const MOST_SCHEMAS: usize = 100_000;

/// Compiles schemas and everything they refer to.
pub(super) struct Compiler {
    pub schemas: Vec<Schema>,
    index: HashMap<Place, Id>,
    roots: HashMap<String, Root>,
    library: Library,
    /// Formats count in every draft: so it is for meta-schemas.
    assert_format: bool,
    /// Compiles meta-schemas; the compiler of meta-schemas has none, as it trusts them.
    meta: Option<Box<Compiler>>,
    dialects: HashMap<Dialect, Id>,
}

impl Compiler {
    /// A compiler for users' schemas.
    pub fn new(version: HelmVersion) -> Compiler {
        let meta = Compiler::bare(version, true, None);
        Compiler::bare(version, false, Some(Box::new(meta)))
    }

    fn bare(version: HelmVersion, assert_format: bool, meta: Option<Box<Compiler>>) -> Compiler {
        Compiler {
            schemas: Vec::new(),
            index: HashMap::new(),
            roots: HashMap::new(),
            library: Library::new(version),
            assert_format,
            meta,
            dialects: HashMap::new(),
        }
    }

    /// Makes a document known under a URL.
    pub fn add(&mut self, url: &str, document: Value) {
        self.library.add(url, document);
    }

    /// Compiles the document at a URL.
    pub fn compile(&mut self, url: &str) -> Result<Id, String> {
        let place = self.resolve_fragment(url, "")?;
        let first = self.schemas.len();
        let id = self.enqueue(place);
        let mut next = first;
        while next < self.schemas.len() {
            if self.schemas.len() > MOST_SCHEMAS {
                return Err(format!("more than {MOST_SCHEMAS} subschemas"));
            }
            self.compile_one(next)?;
            next += 1;
        }
        Ok(id)
    }

    /// The schema that validates schemas of a dialect.
    fn dialect(&mut self, dialect: &Dialect) -> Result<Id, String> {
        if let Some(id) = self.dialects.get(dialect) {
            return Ok(*id);
        }
        let id = match &dialect.vocabularies {
            None => self.compile(dialect.draft.url())?,
            Some(names) => {
                let all_of = names
                    .iter()
                    .map(|name| self.compile(&dialect.draft.vocabulary_url(name)))
                    .collect::<Result<Vec<Id>, String>>()?;
                let id = self.schemas.len();
                let mut schema = Schema {
                    location: "urn:mem:metaschema".to_owned(),
                    draft: Some(dialect.draft),
                    resource: id,
                    all_of,
                    ..Schema::default()
                };
                if dialect.draft >= Draft::D2020 {
                    schema.dynamic_anchor = "meta".to_owned();
                    schema.dynamic_anchors.insert("meta".to_owned(), id);
                }
                self.schemas.push(schema);
                id
            }
        };
        self.dialects.insert(dialect.clone(), id);
        Ok(id)
    }

    fn enqueue(&mut self, place: Place) -> Id {
        if let Some(id) = self.index.get(&place) {
            return *id;
        }
        let id = self.schemas.len();
        self.schemas.push(Schema {
            location: place.to_string(),
            place: Some(place.clone()),
            resource: id,
            ..Schema::default()
        });
        self.index.insert(place, id);
        id
    }

    fn load(&mut self, url: &str) -> Result<(), String> {
        if self.roots.contains_key(url) {
            return Ok(());
        }
        let document = self.library.load(url)?;
        let mut root = Root {
            url: url.to_owned(),
            document: document.clone(),
            resources: BTreeMap::new(),
            processed: Default::default(),
        };
        let fallback = Dialect { draft: Draft::D2020, vocabularies: None };
        self.library.collect(&mut root, document, url.to_owned(), String::new(), fallback)?;
        if !url.starts_with("http://json-schema.org/") && !url.starts_with("https://json-schema.org/") {
            self.check(&root, "")?;
        }
        self.roots.insert(url.to_owned(), root);
        Ok(())
    }

    /// Validates the schema at a pointer against its meta-schema.
    fn check(&mut self, root: &Root, pointer: &str) -> Result<(), String> {
        let Some(compiler) = &mut self.meta else { return Ok(()) };
        let Some(resource) = root.resource(pointer) else { return Ok(()) };
        let meta = compiler.dialect(&resource.dialect)?;
        let mut within = BTreeMap::new();
        for (pointer, resource) in &root.resources {
            within.insert(pointer.clone(), compiler.dialect(&resource.dialect)?);
        }
        let place = Place { url: root.url.clone(), pointer: pointer.to_owned() };
        let schema = lookup(&place, &root.document)?;
        let meta = Meta { schema: meta, resources: Rc::new(within) };
        validate::validate(&compiler.schemas, meta.schema, &schema, Some(meta))
            .map_err(|error| format!("{} is not valid against metaschema: {error}", quote(place.to_string())))
    }

    /// Makes sure that the subschema at a place is known and valid, wherever it stands.
    fn ensure(&mut self, place: &Place) -> Result<(), String> {
        self.load(&place.url)?;
        let Some(root) = self.roots.get(&place.url) else { return Ok(()) };
        if root.processed.contains(&place.pointer) {
            return Ok(());
        }
        let mut root = root.clone();
        self.library.collect_at(&mut root, &place.pointer)?;
        self.check(&root, &place.pointer)?;
        self.roots.insert(place.url.clone(), root);
        Ok(())
    }

    fn resolve_fragment(&mut self, url: &str, fragment: &str) -> Result<Place, String> {
        self.load(url)?;
        match self.roots.get(url).and_then(|root| Some((root, root.resources.get("")?))) {
            Some((root, resource)) => root.resolve_fragment(fragment, resource),
            None => Ok(Place { url: url.to_owned(), pointer: fragment.to_owned() }),
        }
    }

    fn compile_one(&mut self, id: Id) -> Result<(), String> {
        let Some(place) = self.schemas.get(id).and_then(|schema| schema.place.clone()) else { return Ok(()) };
        self.ensure(&place)?;
        let Some(root) = self.roots.get(&place.url) else { return Ok(()) };
        let value = lookup(&place, &root.document)?;
        let Some(resource) = root.resource(&place.pointer).cloned() else { return Ok(()) };
        let draft = resource.dialect.draft;
        let base = self.enqueue(Place { url: place.url.clone(), pointer: resource.pointer.clone() });
        let mut schema = Schema {
            location: place.to_string(),
            place: Some(place.clone()),
            draft: Some(draft),
            resource: base,
            ..Schema::default()
        };
        if draft >= Draft::D2020 && base == id {
            for (anchor, pointer) in &resource.anchors {
                if resource.dynamic_anchors.contains(anchor) {
                    let target = self.enqueue(Place { url: place.url.clone(), pointer: pointer.clone() });
                    schema.dynamic_anchors.insert(anchor.clone(), target);
                }
            }
        }
        match &value {
            Value::Bool(b) => schema.boolean = Some(*b),
            Value::Map(object) if object.is_empty() => schema.boolean = Some(true),
            Value::Map(object) => {
                let mut keywords =
                    Keywords { compiler: self, object, place, base: resource.id, dialect: resource.dialect };
                keywords.compile(&mut schema, draft)?;
            }
            _ => {}
        }
        if let Some(slot) = self.schemas.get_mut(id) {
            *slot = schema;
        }
        Ok(())
    }
}

/// The keywords of one schema object.
struct Keywords<'a> {
    compiler: &'a mut Compiler,
    object: &'a Map,
    place: Place,
    /// The URL references are relative to.
    base: String,
    dialect: Dialect,
}

impl Keywords<'_> {
    /// In the library's order, as the first bad reference decides which error is told.
    fn compile(&mut self, schema: &mut Schema, draft: Draft) -> Result<(), String> {
        self.draft_4(schema, draft)?;
        if draft >= Draft::D6 {
            self.draft_6(schema);
        }
        if draft >= Draft::D7 && self.dialect.has("applicator") {
            self.condition(schema);
        }
        if draft >= Draft::D2019 {
            self.draft_2019(schema, draft)?;
        }
        if draft >= Draft::D2020 {
            self.draft_2020(schema)?;
        }
        Ok(())
    }

    fn draft_4(&mut self, schema: &mut Schema, draft: Draft) -> Result<(), String> {
        schema.reference = self.reference("$ref")?;
        // Before 2019-09 a reference hides its neighbours; but the library lets it hide only those of draft 4.
        if draft < Draft::D2019 && schema.reference.is_some() {
            return Ok(());
        }
        if self.dialect.has("applicator") {
            self.applicators(schema, draft)?;
        }
        if self.dialect.has("validation") {
            self.assertions(schema)?;
        }
        self.format(schema, draft);
        Ok(())
    }

    fn draft_6(&mut self, schema: &mut Schema) {
        if self.dialect.has("applicator") {
            schema.contains = self.schema("contains");
            schema.property_names = self.schema("propertyNames");
        }
        if self.dialect.has("validation") {
            schema.constant = self.object.get_str("const");
        }
    }

    fn condition(&mut self, schema: &mut Schema) {
        schema.if_ = self.schema("if");
        if schema.if_.is_none() {
            return;
        }
        let condition = self.object.get_str("if");
        if !matches!(condition, Some(Value::Bool(false))) {
            schema.then = self.schema("then");
        }
        if !matches!(condition, Some(Value::Bool(true))) {
            schema.else_ = self.schema("else");
        }
    }

    fn draft_2019(&mut self, schema: &mut Schema, draft: Draft) -> Result<(), String> {
        schema.recursive_reference = self.reference("$recursiveRef")?;
        schema.recursive_anchor = self.flag("$recursiveAnchor");
        if self.dialect.has("validation") {
            if schema.contains.is_some() {
                schema.min_contains = self.count("minContains");
                schema.max_contains = self.count("maxContains");
            }
            for (name, required) in self.entries("dependentRequired") {
                if let Value::List(names) = required {
                    schema.dependent_required.push((name, strings(&names)));
                }
            }
        }
        if self.dialect.has("applicator") {
            schema.dependent_schemas = self.schema_map("dependentSchemas");
        }
        if self.dialect.has(if draft == Draft::D2019 { "applicator" } else { "unevaluated" }) {
            schema.unevaluated_items = self.schema("unevaluatedItems");
            schema.unevaluated_properties = self.schema("unevaluatedProperties");
        }
        Ok(())
    }

    fn draft_2020(&mut self, schema: &mut Schema) -> Result<(), String> {
        if let Some(target) = self.reference("$dynamicRef")? {
            let reference = text(self.object, "$dynamicRef").unwrap_or_default();
            let (_, fragment) = uri::split_fragment(&reference)?;
            let anchor = if fragment.starts_with('/') { String::new() } else { fragment };
            schema.dynamic_reference = Some((target, anchor));
        }
        schema.dynamic_anchor = text(self.object, "$dynamicAnchor").unwrap_or_default();
        if self.dialect.has("applicator") {
            schema.prefix_items = self.schemas("prefixItems");
            schema.other_items = self.schema("items");
        }
        Ok(())
    }

    fn applicators(&mut self, schema: &mut Schema, draft: Draft) -> Result<(), String> {
        schema.all_of = self.schemas("allOf");
        schema.any_of = self.schemas("anyOf");
        schema.one_of = self.schemas("oneOf");
        schema.not = self.schema("not");
        match self.object.get_str("items") {
            // Since 2020-12 it follows prefixItems, below.
            Some(_) if draft >= Draft::D2020 => {}
            Some(Value::List(_)) => {
                schema.items = Some(Items::Each(self.schemas("items")));
                schema.additional_items = self.additional("additionalItems");
            }
            Some(_) => schema.items = self.schema("items").map(Items::Every),
            None => {}
        }
        schema.properties = self.schema_map("properties").into_iter().collect();
        for (source, id) in self.schema_map("patternProperties") {
            schema.pattern_properties.push((self.pattern("patternProperties", source)?, id));
        }
        schema.additional_properties = self.additional("additionalProperties");
        for (name, dependency) in self.entries("dependencies") {
            let dependency = match &dependency {
                Value::List(names) => Dependency::Properties(strings(names)),
                _ => Dependency::Schema(self.below(&["dependencies", &name])),
            };
            schema.dependencies.push((name, dependency));
        }
        Ok(())
    }

    fn assertions(&mut self, schema: &mut Schema) -> Result<(), String> {
        schema.types = match self.object.get_str("type") {
            Some(Value::Str(name)) => Type::from_name(&name.to_text()).into_iter().collect(),
            Some(Value::List(names)) => {
                strings(&names).iter().filter_map(|name| Type::from_name(name)).collect()
            }
            _ => Vec::new(),
        };
        schema.types.sort();
        schema.types.dedup();
        if let Some(Value::List(values)) = self.object.get_str("enum") {
            schema.enumeration = Some(values);
        }
        schema.multiple_of = self.number("multipleOf");
        schema.maximum = self.number("maximum");
        // In draft 4 these are flags of the bound beside them.
        if self.flag("exclusiveMaximum") {
            schema.exclusive_maximum = schema.maximum.take();
        } else {
            schema.exclusive_maximum = self.number("exclusiveMaximum");
        }
        schema.minimum = self.number("minimum");
        if self.flag("exclusiveMinimum") {
            schema.exclusive_minimum = schema.minimum.take();
        } else {
            schema.exclusive_minimum = self.number("exclusiveMinimum");
        }
        schema.min_length = self.count("minLength");
        schema.max_length = self.count("maxLength");
        if let Some(source) = text(self.object, "pattern") {
            schema.pattern = Some(self.pattern("pattern", source)?);
        }
        schema.min_items = self.count("minItems");
        schema.max_items = self.count("maxItems");
        schema.unique_items = self.flag("uniqueItems");
        schema.max_properties = self.count("maxProperties");
        schema.min_properties = self.count("minProperties");
        if let Some(Value::List(names)) = self.object.get_str("required") {
            schema.required = strings(&names);
        }
        Ok(())
    }

    fn format(&self, schema: &mut Schema, draft: Draft) {
        let vocabulary = if draft == Draft::D2019 { "format" } else { "format-assertion" };
        if self.compiler.assert_format || draft < Draft::D2019 || self.dialect.has(vocabulary) {
            schema.format = text(self.object, "format").and_then(|name| format::known(&name));
        }
    }

    /// The schema at a path below this one.
    fn below(&mut self, path: &[&str]) -> Id {
        let mut pointer = self.place.pointer.clone();
        for token in path {
            pointer.push('/');
            pointer.push_str(&uri::escape_token(token));
        }
        self.compiler.enqueue(Place { url: self.place.url.clone(), pointer })
    }

    fn schema(&mut self, keyword: &str) -> Option<Id> {
        self.object.contains(keyword.as_bytes()).then(|| self.below(&[keyword]))
    }

    fn schemas(&mut self, keyword: &str) -> Vec<Id> {
        match self.object.get_str(keyword) {
            Some(Value::List(items)) => {
                (0..items.len()).map(|index| self.below(&[keyword, &index.to_string()])).collect()
            }
            _ => Vec::new(),
        }
    }

    fn entries(&self, keyword: &str) -> Vec<(String, Value)> {
        match self.object.get_str(keyword) {
            Some(Value::Map(map)) => {
                map.entries().into_iter().map(|(key, value)| (key.to_text().into_owned(), value)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn schema_map(&mut self, keyword: &str) -> Vec<(String, Id)> {
        let entries = self.entries(keyword);
        entries.into_iter().map(|(name, _)| (name.clone(), self.below(&[keyword, &name]))).collect()
    }

    fn additional(&mut self, keyword: &str) -> Option<Additional> {
        match self.object.get_str(keyword)? {
            Value::Bool(allowed) => Some(Additional::Allowed(allowed)),
            _ => self.schema(keyword).map(Additional::Schema),
        }
    }

    fn reference(&mut self, keyword: &str) -> Result<Option<Id>, String> {
        let Some(reference) = text(self.object, keyword) else { return Ok(None) };
        let (url, fragment) = uri::join(&self.base, &reference)?;
        let here = match self.compiler.roots.get(&self.place.url) {
            Some(root) => root.resolve(&url, &fragment)?,
            None => None,
        };
        let place = match here {
            Some(place) => place,
            None => self.compiler.resolve_fragment(&url, &fragment)?,
        };
        Ok(Some(self.compiler.enqueue(place)))
    }

    fn pattern(&self, keyword: &str, source: String) -> Result<Pattern, String> {
        match Regexp::compile(&source) {
            Ok(regexp) => Ok(Pattern { source, regexp }),
            Err(error) => {
                let place = format!("{}/{}", self.place, uri::escape_pointer(keyword));
                Err(format!("invalid regex {} at {}: {error}", quote(&source), quote(place)))
            }
        }
    }

    fn flag(&self, keyword: &str) -> bool {
        matches!(self.object.get_str(keyword), Some(Value::Bool(true)))
    }

    fn number(&self, keyword: &str) -> Option<Decimal> {
        Decimal::of(&self.object.get_str(keyword)?)
    }

    fn count(&self, keyword: &str) -> Option<i64> {
        self.number(keyword)?.to_int()
    }
}

/// The strings of a list.
fn strings(items: &List) -> Vec<String> {
    items
        .iter()
        .filter_map(|item| match item {
            Value::Str(text) => Some(text.to_text().into_owned()),
            _ => None,
        })
        .collect()
}
