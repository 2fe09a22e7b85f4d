//! Schemas read into rules, with the library's complaints about bad ones (gojsonschema schema.go).

use super::pool::{Entry, Pool, declared_draft};
use super::rule::{Additional, Dependency, Draft, Id, Pattern, Rule};
use super::{DEEPEST, TOO_DEEP};
use crate::dialect::HelmVersion;
use crate::go::json::{self, Number};
use crate::go::regexp::Regexp;
use crate::schema::decimal::Decimal;
use crate::schema::uri;
use crate::value::{Map, Value};
use std::collections::HashMap;

/// Reads schemas and what they refer to.
pub(super) struct Compiler {
    pub rules: Vec<Rule>,
    pool: Pool,
    /// Rules by the references that led to them.
    references: HashMap<String, Id>,
    version: HelmVersion,
}

fn invalid_type<T>(expected: &str, given: &str) -> Result<T, String> {
    Err(format!("Invalid type. Expected: {expected}, given: {given}"))
}

fn must_be_of_a<T>(keyword: &str, kind: &str) -> Result<T, String> {
    Err(format!("{keyword} must be of a {kind}"))
}

fn must_be_of_an<T>(keyword: &str, kind: &str) -> Result<T, String> {
    Err(format!("{keyword} must be of an {kind}"))
}

fn must_be_of_type<T>(key: &str, kind: &str) -> Result<T, String> {
    Err(format!("{key} must be of type {kind}"))
}

/// A value as the JSON that the library compares: through float64 and back.
pub(super) fn canonical(value: &Value, version: HelmVersion) -> Result<String, String> {
    let text = json::encode(value, true, version).map_err(|fault| fault.to_string())?;
    let value = json::decode(&text, version)?;
    let text = json::encode(&value, true, version).map_err(|fault| fault.to_string())?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

pub(super) fn is_number(value: &Value) -> bool {
    matches!(value, Value::Object(object) if object.as_any().is::<Number>())
}

fn is_schema(value: &Value) -> bool {
    matches!(value, Value::Map(_) | Value::Bool(_))
}

const TYPES: [&str; 7] = ["array", "boolean", "integer", "number", "null", "object", "string"];

impl Compiler {
    pub fn new(version: HelmVersion) -> Compiler {
        Compiler { rules: Vec::new(), pool: Pool::new(version), references: HashMap::new(), version }
    }

    /// Reads the chart's schema.
    pub fn compile(&mut self, document: Value) -> Result<Id, String> {
        self.pool.add(&document, "")?;
        let draft = declared_draft(&document)?.unwrap_or(Draft::Hybrid);
        self.schema(&document, draft, 0)
    }

    fn schema(&mut self, node: &Value, draft: Draft, depth: usize) -> Result<Id, String> {
        let id = self.rules.len();
        self.rules.push(Rule::default());
        self.schema_at(id, node, draft, depth)?;
        Ok(id)
    }

    fn schema_at(&mut self, id: Id, node: &Value, draft: Draft, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(TOO_DEEP.to_owned());
        }
        let mut rule: Box<Rule> = Box::default();
        match node {
            Value::Bool(pass) if draft >= Draft::D6 => rule.pass = Some(*pass),
            Value::Map(map) => {
                let mut keywords = Keywords { compiler: self, map, draft, depth: depth + 1 };
                keywords.read(&mut rule)?;
            }
            _ => return Err("Expected: valid schema, given: Invalid JSON".to_owned()),
        }
        if let Some(slot) = self.rules.get_mut(id) {
            *slot = *rule;
        }
        Ok(())
    }

    /// The rule a reference names, and whether it was known before.
    fn reference(&mut self, reference: &str, draft: Draft, depth: usize) -> Result<(Id, bool), String> {
        if let Some(id) = self.references.get(reference) {
            return Ok((*id, true));
        }
        let id = self.rules.len();
        self.rules.push(Rule::default());
        self.references.insert(reference.to_owned(), id);
        let Entry { document, draft: own } = self.pool.get(reference)?;
        if !is_schema(&document) {
            return must_be_of_type("valid schema", "object");
        }
        self.schema_at(id, &document, own.unwrap_or(draft), depth)?;
        Ok((id, false))
    }
}

/// The keywords of one schema.
struct Keywords<'a> {
    compiler: &'a mut Compiler,
    map: &'a Map,
    draft: Draft,
    depth: usize,
}

impl Keywords<'_> {
    /// In the library's order, as the first mistake is told.
    fn read(&mut self, rule: &mut Rule) -> Result<(), String> {
        let id = match self.draft {
            Draft::D4 => "id",
            Draft::Hybrid if self.map.contains(b"id") => "id",
            _ => "$id",
        };
        if let Some(own) = self.string(id)? {
            uri::parse(&own)?;
        }
        self.definitions()?;
        self.string("title")?;
        self.string("description")?;
        if let Some(reference) = self.string("$ref")? {
            uri::parse(&reference)?;
            let (target, known) = self.compiler.reference(&reference, self.draft, self.depth)?;
            rule.target = Some(target);
            if !known {
                return Ok(());
            }
        }
        self.types(rule)?;
        self.objects(rule)?;
        self.arrays(rule)?;
        self.numbers(rule)?;
        self.strings(rule)?;
        self.counts(rule)?;
        if self.draft >= Draft::D6 {
            if let Some(node) = self.map.get_str("contains") {
                rule.contains = Some(self.below(&node)?);
            }
            if let Some(value) = self.map.get_str("const") {
                rule.constant = Some(canonical(&value, self.compiler.version)?);
            }
        }
        self.enumeration(rule)?;
        rule.one_of = self.list("oneOf", "oneOf")?;
        rule.any_of = self.list("anyOf", "anyOf")?;
        // The library's message about allOf names anyOf.
        rule.all_of = self.list("allOf", "anyOf")?;
        rule.not = self.condition("not")?;
        if self.draft >= Draft::D7 {
            rule.if_ = self.condition("if")?;
            rule.then = self.condition("then")?;
            rule.else_ = self.condition("else")?;
        }
        Ok(())
    }

    fn below(&mut self, node: &Value) -> Result<Id, String> {
        self.compiler.schema(node, self.draft, self.depth)
    }

    /// A keyword that must be a string.
    fn string(&self, keyword: &str) -> Result<Option<String>, String> {
        match self.map.get_str(keyword) {
            None => Ok(None),
            Some(Value::Str(text)) => Ok(Some(text.to_text().into_owned())),
            Some(_) => invalid_type("string", keyword),
        }
    }

    fn definitions(&mut self) -> Result<(), String> {
        match self.map.get_str("definitions") {
            None => Ok(()),
            Some(Value::Map(map)) => {
                for (_, node) in map.entries() {
                    if !is_schema(&node) {
                        return invalid_type("array of schemas", "definitions");
                    }
                    self.below(&node)?;
                }
                Ok(())
            }
            // The library takes a boolean for a map, and Helm reports the panic.
            Some(Value::Bool(_)) => {
                Err("unable to validate schema: interface conversion: interface {} is bool, not \
                                         map[string]interface {}"
                    .to_owned())
            }
            Some(_) => invalid_type("array of schemas", "definitions"),
        }
    }

    fn types(&self, rule: &mut Rule) -> Result<(), String> {
        let names = match self.map.get_str("type") {
            None => return Ok(()),
            Some(name @ Value::Str(_)) => vec![name],
            Some(Value::List(names)) => names.to_vec(),
            Some(_) => return invalid_type("string/array of strings", "type"),
        };
        for name in names {
            let Value::Str(name) = name else { return invalid_type("string/array of strings", "type") };
            let name = name.to_text().into_owned();
            if !TYPES.contains(&name.as_str()) {
                let types = TYPES.join(" ");
                return Err(format!(
                    "has a primitive type that is NOT VALID -- given: /{name}/ Expected valid values are:[{types}]"
                ));
            }
            if rule.types.contains(&name) {
                return Err(format!("{name} type is duplicated"));
            }
            rule.types.push(name);
        }
        Ok(())
    }

    fn objects(&mut self, rule: &mut Rule) -> Result<(), String> {
        if let Some(value) = self.map.get_str("properties") {
            let Value::Map(properties) = value else { return must_be_of_type("properties", "object") };
            for (name, node) in properties.entries() {
                rule.properties.push((name.to_text().into_owned(), self.below(&node)?));
            }
        }
        rule.additional_properties = self.additional("additionalProperties")?;
        if let Some(value) = self.map.get_str("patternProperties") {
            let Value::Map(patterns) = value else {
                return invalid_type("valid schema", "patternProperties");
            };
            for (source, node) in patterns.entries() {
                let source = source.to_text();
                let regexp =
                    Regexp::compile(&*source).map_err(|_| format!("Invalid regex pattern '{source}'"))?;
                rule.pattern_properties.push((regexp, self.below(&node)?));
            }
        }
        if let Some(node) = self.map.get_str("propertyNames").filter(|_| self.draft >= Draft::D6) {
            if !is_schema(&node) {
                return invalid_type("valid schema", "patternProperties");
            }
            rule.property_names = Some(self.below(&node)?);
        }
        if let Some(value) = self.map.get_str("dependencies") {
            let Value::Map(dependencies) = value else { return must_be_of_type("dependencies", "object") };
            for (name, node) in dependencies.entries() {
                self.dependency(rule, name.to_text().into_owned(), &node)?;
            }
        }
        Ok(())
    }

    fn dependency(&mut self, rule: &mut Rule, name: String, node: &Value) -> Result<(), String> {
        let bad = || must_be_of_type("dependency", "schema or array of strings");
        match node {
            Value::List(names) => {
                let mut required = Vec::new();
                for name in names.iter() {
                    let Value::Str(name) = name else { return bad() };
                    required.push(name.to_text().into_owned());
                }
                // An empty list leaves no trace.
                if !required.is_empty() {
                    rule.dependencies.insert(name, Dependency::Properties(required));
                }
            }
            node if is_schema(node) => {
                let id = self.below(node)?;
                rule.dependencies.insert(name, Dependency::Rule(id));
            }
            _ => return bad(),
        }
        Ok(())
    }

    fn additional(&mut self, keyword: &str) -> Result<Option<Additional>, String> {
        match self.map.get_str(keyword) {
            None => Ok(None),
            Some(Value::Bool(allowed)) => Ok(Some(Additional::Allowed(allowed))),
            Some(node @ Value::Map(_)) => Ok(Some(Additional::Rule(self.below(&node)?))),
            Some(_) => invalid_type("boolean/valid schema", keyword),
        }
    }

    fn arrays(&mut self, rule: &mut Rule) -> Result<(), String> {
        let bad = || invalid_type("valid schema/array of schemas", "items");
        match self.map.get_str("items") {
            None => {}
            Some(Value::List(nodes)) => {
                for node in nodes.iter() {
                    if !is_schema(node) {
                        return bad();
                    }
                    rule.items.push(self.below(node)?);
                }
            }
            Some(node) if is_schema(&node) => {
                rule.items.push(self.below(&node)?);
                rule.single_item = true;
            }
            Some(_) => return bad(),
        }
        rule.additional_items = self.additional("additionalItems")?;
        Ok(())
    }

    fn numbers(&self, rule: &mut Rule) -> Result<(), String> {
        if let Some(value) = self.map.get_str("multipleOf") {
            let Some(number) = number(&value) else { return invalid_type("number", "multipleOf") };
            if !number.is_positive() {
                return Err("multipleOf must be strictly greater than 0".to_owned());
            }
            rule.multiple_of = Some(number);
        }
        (rule.minimum, rule.exclusive_minimum) = self.bound("minimum", "exclusiveMinimum")?;
        (rule.maximum, rule.exclusive_maximum) = self.bound("maximum", "exclusiveMaximum")?;
        Ok(())
    }

    /// A bound, and the one beside it, which is a flag in draft 4 and a bound of its own since.
    fn bound(&self, keyword: &str, exclusive: &str) -> Result<(Option<Decimal>, Option<Decimal>), String> {
        let bound = match self.map.get_str(keyword) {
            None => None,
            Some(value) => match number(&value) {
                None => return must_be_of_a(keyword, "number"),
                number => number,
            },
        };
        let flags = matches!(self.draft, Draft::D4 | Draft::Hybrid);
        match self.map.get_str(exclusive) {
            None => Ok((bound, None)),
            Some(Value::Bool(_)) if flags && bound.is_none() => {
                Err(format!("{exclusive} cannot be used without {keyword}"))
            }
            Some(Value::Bool(true)) if flags => Ok((None, bound)),
            Some(Value::Bool(false)) if flags => Ok((bound, None)),
            Some(value) if self.draft != Draft::D4 && is_number(&value) => Ok((bound, number(&value))),
            Some(_) => {
                let expected = match self.draft {
                    Draft::D4 => "boolean",
                    Draft::Hybrid => "boolean/number",
                    _ => "number",
                };
                invalid_type(expected, exclusive)
            }
        }
    }

    fn strings(&self, rule: &mut Rule) -> Result<(), String> {
        rule.min_length = self.count("minLength")?;
        rule.max_length = self.count("maxLength")?;
        if rule.min_length.zip(rule.max_length).is_some_and(|(least, most)| least > most) {
            return Err("minLength cannot be greater than maxLength".to_owned());
        }
        match self.map.get_str("pattern") {
            None => {}
            Some(Value::Str(source)) => {
                let source = source.to_text().into_owned();
                let regexp =
                    Regexp::compile(&source).map_err(|_| "pattern must be a valid regex".to_owned())?;
                rule.pattern = Some(Pattern { source, regexp });
            }
            Some(_) => return must_be_of_a("pattern", "string"),
        }
        match self.map.get_str("format") {
            None => {}
            Some(Value::Str(name)) => {
                rule.format = Some(name.to_text().into_owned()).filter(|name| !name.is_empty())
            }
            Some(_) => return must_be_of_type("format", "string"),
        }
        Ok(())
    }

    fn counts(&self, rule: &mut Rule) -> Result<(), String> {
        rule.min_properties = self.count("minProperties")?;
        rule.max_properties = self.count("maxProperties")?;
        if rule.min_properties.zip(rule.max_properties).is_some_and(|(least, most)| least > most) {
            return Err("minProperties cannot be greater than maxProperties".to_owned());
        }
        match self.map.get_str("required") {
            None => {}
            Some(Value::List(names)) => {
                for name in names.iter() {
                    let Value::Str(name) = name else {
                        return Err("required items must be string".to_owned());
                    };
                    let name = name.to_text().into_owned();
                    if rule.required.contains(&name) {
                        return Err("required items must be unique".to_owned());
                    }
                    rule.required.push(name);
                }
            }
            Some(_) => return must_be_of_an("required", "array"),
        }
        rule.min_items = self.count("minItems")?;
        rule.max_items = self.count("maxItems")?;
        match self.map.get_str("uniqueItems") {
            None => {}
            Some(Value::Bool(unique)) => rule.unique_items = unique,
            Some(_) => return must_be_of_a("uniqueItems", "boolean"),
        }
        Ok(())
    }

    /// A keyword that must be a whole number, not negative.
    fn count(&self, keyword: &str) -> Result<Option<i64>, String> {
        let Some(value) = self.map.get_str(keyword) else { return Ok(None) };
        // The text itself must be an integer's: 1.0 is not.
        let text = match &value {
            Value::Object(object) => object.as_any().downcast_ref::<Number>().map(|number| number.0.as_str()),
            _ => None,
        };
        match text.and_then(|text| text.parse::<i64>().ok()) {
            None => must_be_of_an(keyword, "integer"),
            Some(count) if count < 0 => Err(format!("{keyword} must be greater than or equal to 0")),
            count => Ok(count),
        }
    }

    fn enumeration(&self, rule: &mut Rule) -> Result<(), String> {
        match self.map.get_str("enum") {
            None => {}
            Some(Value::List(values)) => {
                for value in values.iter() {
                    let text = canonical(value, self.compiler.version)?;
                    if rule.enumeration.contains(&text) {
                        return Err("enum items must be unique".to_owned());
                    }
                    rule.enumeration.push(text);
                }
            }
            Some(_) => return must_be_of_an("enum", "array"),
        }
        Ok(())
    }

    fn list(&mut self, keyword: &str, named: &str) -> Result<Vec<Id>, String> {
        match self.map.get_str(keyword) {
            None => Ok(Vec::new()),
            Some(Value::List(nodes)) => nodes.iter().map(|node| self.below(node)).collect(),
            Some(_) => must_be_of_an(named, "array"),
        }
    }

    fn condition(&mut self, keyword: &str) -> Result<Option<Id>, String> {
        match self.map.get_str(keyword) {
            None => Ok(None),
            Some(node) if is_schema(&node) => Ok(Some(self.below(&node)?)),
            Some(_) => must_be_of_an(keyword, "object"),
        }
    }
}

fn number(value: &Value) -> Option<Decimal> {
    if is_number(value) { Decimal::of(value) } else { None }
}
