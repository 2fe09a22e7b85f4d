//! A value against a compiled schema (jsonschema validator.go). Where Go visits maps in random order, keys are visited
//! in theirs.

mod keywords;

use super::compiled::{Id, Schema, Type};
use super::decimal::Decimal;
use super::draft::Draft;
use super::equality::{equal, type_of};
use super::failure::{Failure, Kind, count, display};
use super::format;
use super::uri::escape_token;
use crate::dialect::HelmVersion;
use crate::go::quote::quote;
use crate::value::{List, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Schemas and values inside one another at once. Go's stack has no such bound.
const DEEPEST: u32 = 200;
const TOO_DEEP: &str = "limit nesting (200) reached: validating values against their schema";
/// Schemas applied to values. Go has no such bound.
const MOST_STEPS: u64 = 20_000_000;

/// What is special about validating a schema: the parts of it that declare another dialect are validated by that.
#[derive(Clone)]
pub(super) struct Meta {
    /// The schema of schemas in force.
    pub schema: Id,
    /// By pointer into the validated schema, that of each resource.
    pub resources: Rc<BTreeMap<String, Id>>,
}

/// Validates `value`; the error is the text of Go's `ValidationError`.
pub(super) fn validate(
    schemas: &[Schema],
    schema: Id,
    value: &Value,
    meta: Option<Meta>,
) -> Result<(), String> {
    let mut run = Run { schemas, path: Vec::new(), steps: 0, overrun: None };
    let result = run.whole(schema, value, meta);
    if let Some(limit) = run.overrun {
        return Err(limit.to_owned());
    }
    match result {
        Ok(()) => Ok(()),
        Err(causes) => {
            let location = run.schema(schema).map(|schema| schema.location.clone()).unwrap_or_default();
            Err(Failure { kind: Kind::Schema(location), instance: Vec::new(), causes }.text())
        }
    }
}

/// A schema being applied, and from where.
struct Scope<'p> {
    schema: Id,
    /// The keyword of the reference that led here, or nothing.
    keyword: &'static str,
    /// Counts the steps into the value.
    depth: u32,
    /// Counts the scopes.
    length: u32,
    parent: Option<&'p Scope<'p>>,
}

/// Properties and items that no keyword has looked at yet, if anyone asks.
#[derive(Clone, Debug, Default)]
struct Unevaluated {
    properties: BTreeSet<Vec<u8>>,
    items: BTreeSet<usize>,
}

impl Unevaluated {
    fn of(value: &Value, schema: &Schema, asked: bool) -> Unevaluated {
        let mut all = Unevaluated::default();
        match value {
            Value::Map(map)
                if !schema.all_properties_evaluated()
                    && (asked || schema.unevaluated_properties.is_some()) =>
            {
                all.properties = map.keys().iter().map(|key| key.to_vec()).collect();
            }
            Value::List(list)
                if !schema.all_items_evaluated() && (asked || schema.unevaluated_items.is_some()) =>
            {
                all.items = (schema.items_evaluated()..list.len()).collect();
            }
            _ => {}
        }
        all
    }

    fn is_empty(&self) -> bool {
        self.properties.is_empty() && self.items.is_empty()
    }

    fn merge(&mut self, other: &Unevaluated) {
        self.properties.retain(|property| other.properties.contains(property));
        self.items.retain(|item| other.items.contains(item));
    }
}

struct Run<'s> {
    schemas: &'s [Schema],
    /// Where in the value.
    path: Vec<String>,
    steps: u64,
    overrun: Option<&'static str>,
}

/// One schema applied to one value.
struct Step<'s, 'v, 'p> {
    schema: &'s Schema,
    value: &'v Value,
    scope: &'p Scope<'p>,
    unevaluated: Unevaluated,
    errors: Vec<Failure>,
    /// Only whether there are errors matters.
    quiet: bool,
    meta: Option<Meta>,
}

impl<'s> Run<'s> {
    fn schema(&self, id: Id) -> Option<&'s Schema> {
        self.schemas.get(id)
    }

    /// Validates from the beginning; the errors are the causes of the whole's.
    fn whole(&mut self, id: Id, value: &Value, meta: Option<Meta>) -> Result<(), Vec<Failure>> {
        let Some(schema) = self.schema(id) else { return Ok(()) };
        let scope = Scope { schema: id, keyword: "", depth: 0, length: 0, parent: None };
        let unevaluated = Unevaluated::of(value, schema, false);
        let step = Step { schema, value, scope: &scope, unevaluated, errors: Vec::new(), quiet: false, meta };
        match self.apply(step) {
            Ok(_) => Ok(()),
            Err(failure) if matches!(failure.kind, Kind::Group) => Err(failure.causes),
            Err(failure) => Err(vec![failure]),
        }
    }

    fn failure(&self, quiet: bool, kind: impl FnOnce() -> Kind) -> Failure {
        if quiet {
            return Failure { kind: Kind::Silent, instance: Vec::new(), causes: Vec::new() };
        }
        Failure { kind: kind(), instance: self.path.clone(), causes: Vec::new() }
    }

    /// Applies a schema; what remains unevaluated, or what failed.
    fn apply(&mut self, mut step: Step<'s, '_, '_>) -> Result<Unevaluated, Failure> {
        self.steps += 1;
        if self.steps > MOST_STEPS || step.scope.length > DEEPEST {
            self.overrun.get_or_insert(if self.steps > MOST_STEPS {
                "limit steps reached: validating values against their schema"
            } else {
                TOO_DEEP
            });
        }
        if self.overrun.is_some() {
            return Err(self.failure(true, || Kind::Silent));
        }
        let (schema, value, quiet) = (step.schema, step.value, step.quiet);
        let message = |run: &Run<'s>, text: &dyn Fn() -> String| run.failure(quiet, || Kind::Message(text()));
        match schema.boolean {
            Some(true) => return Ok(step.unevaluated),
            Some(false) => return Err(message(self, &|| "false schema".to_owned())),
            None => {}
        }
        if let Some(earlier) = cycle(step.scope) {
            let (one, other) = (self.keyword_location(step.scope), self.keyword_location(earlier));
            let url = quote(&schema.location);
            return Err(message(self, &|| {
                format!("both {one} and {other} resolve to {url} causing reference cycle")
            }));
        }
        let Some(found) = type_of(value) else { return Err(message(self, &|| invalid(value))) };
        let integer =
            || found == Type::Number && Decimal::of(value).is_some_and(|number| number.is_integer());
        let allowed = |kind: &Type| *kind == found || (*kind == Type::Integer && integer());
        if !schema.types.is_empty() && !schema.types.iter().any(allowed) {
            let wanted: Vec<&str> = schema.types.iter().map(|kind| kind.name()).collect();
            return Err(message(self, &|| format!("got {}, want {}", found.name(), wanted.join(" or "))));
        }
        if let Some(constant) = &schema.constant
            && !equal(value, constant)
        {
            return Err(message(self, &|| match constant {
                Value::List(_) | Value::Map(_) => "'const' failed".to_owned(),
                _ => format!("value must be {}", display(constant)),
            }));
        }
        if let Some(values) = &schema.enumeration
            && !values.iter().any(|item| equal(value, item))
        {
            return Err(message(self, &|| enumeration(values)));
        }
        if let Some(name) = schema.format
            && let Value::Str(text) = value
            && let Err(error) = format::check(name, &text.to_text())
        {
            return Err(message(self, &|| format!("{} is not valid {name}: {error}", display(value))));
        }
        if let Some(target) = schema.reference {
            let result = self.reference(&mut step, target, "$ref");
            if !schema.since(Draft::D2019) {
                return result.map(|()| step.unevaluated);
            }
            step.errors.extend(result.err());
        }
        match value {
            Value::Map(map) => self.object(&mut step, map),
            Value::List(list) => self.array(&mut step, list),
            Value::Str(text) => self.string(&mut step, text),
            _ if found == Type::Number => self.number(&mut step),
            _ => {}
        }
        if step.errors.is_empty() || !quiet {
            if schema.since(Draft::D2019) {
                self.later_references(&mut step);
            }
            self.conditions(&mut step);
            if schema.since(Draft::D2019) {
                self.unevaluated(&mut step);
            }
        }
        let mut errors = step.errors;
        match errors.len() {
            0 => Ok(step.unevaluated),
            1 => errors.pop().map_or(Ok(step.unevaluated), Err),
            _ => {
                let mut group = self.failure(quiet, || Kind::Group);
                if !quiet {
                    group.causes = errors;
                }
                Err(group)
            }
        }
    }

    fn add(&self, step: &mut Step<'s, '_, '_>, text: impl FnOnce() -> String) {
        let failure = self.failure(step.quiet, || Kind::Message(text()));
        step.errors.push(failure);
    }

    fn add_with(&self, step: &mut Step<'s, '_, '_>, causes: Vec<Failure>, text: impl FnOnce() -> String) {
        let mut failure = self.failure(step.quiet, || Kind::Message(text()));
        failure.causes = causes;
        step.errors.push(failure);
    }

    /// Another schema for the same value.
    fn same(
        &mut self,
        step: &mut Step<'s, '_, '_>,
        id: Id,
        keyword: &'static str,
        quiet: bool,
    ) -> Result<(), Failure> {
        let (id, meta) = self.dialect(id, &step.meta);
        let Some(schema) = self.schema(id) else { return Ok(()) };
        let scope = Scope {
            schema: id,
            keyword,
            depth: step.scope.depth,
            length: step.scope.length + 1,
            parent: Some(step.scope),
        };
        let unevaluated = Unevaluated::of(step.value, schema, !step.unevaluated.is_empty());
        let quiet = step.quiet || quiet;
        let value = step.value;
        let left =
            self.apply(Step { schema, value, scope: &scope, unevaluated, errors: Vec::new(), quiet, meta })?;
        step.unevaluated.merge(&left);
        Ok(())
    }

    /// A schema for a part of the value.
    fn part(&mut self, step: &Step<'s, '_, '_>, id: Id, value: &Value, token: &str) -> Result<(), Failure> {
        self.path.push(token.to_owned());
        let (id, meta) = self.dialect(id, &step.meta);
        let result = match self.schema(id) {
            None => Ok(()),
            Some(schema) => {
                let scope = Scope {
                    schema: id,
                    keyword: "",
                    depth: step.scope.depth + 1,
                    length: step.scope.length + 1,
                    parent: Some(step.scope),
                };
                let unevaluated = Unevaluated::of(value, schema, false);
                let quiet = step.quiet;
                self.apply(Step {
                    schema,
                    value,
                    scope: &scope,
                    unevaluated,
                    errors: Vec::new(),
                    quiet,
                    meta,
                })
                .map(|_| ())
            }
        };
        self.path.pop();
        result
    }

    /// The schema in place of the schema of schemas, where the validated schema changes its dialect.
    fn dialect(&self, id: Id, meta: &Option<Meta>) -> (Id, Option<Meta>) {
        let Some(meta) = meta else { return (id, None) };
        if id == meta.schema {
            let pointer: String = self.path.iter().map(|token| format!("/{}", escape_token(token))).collect();
            if let Some(other) = meta.resources.get(&pointer) {
                return (*other, Some(Meta { schema: *other, resources: meta.resources.clone() }));
            }
        }
        (id, Some(meta.clone()))
    }

    fn reference(
        &mut self,
        step: &mut Step<'s, '_, '_>,
        id: Id,
        keyword: &'static str,
    ) -> Result<(), Failure> {
        let Err(failure) = self.same(step, id, keyword, false) else { return Ok(()) };
        let mut reference = self.failure(step.quiet, || Kind::Reference);
        reference.causes = match failure.kind {
            Kind::Group => failure.causes,
            _ => vec![failure],
        };
        Err(reference)
    }

    /// `$recursiveRef` and `$dynamicRef`: the outermost schema in force that offers the anchor.
    fn later_references(&mut self, step: &mut Step<'s, '_, '_>) {
        if let Some(target) = step.schema.recursive_reference {
            let mut target = target;
            if self.schema(target).is_some_and(|schema| schema.recursive_anchor) {
                for scope in scopes(step.scope) {
                    if self.resource_of(scope.schema).is_some_and(|resource| resource.recursive_anchor) {
                        target = scope.schema;
                    }
                }
            }
            let result = self.reference(step, target, "$recursiveRef");
            step.errors.extend(result.err());
        }
        if let Some((target, anchor)) = &step.schema.dynamic_reference {
            let mut target = *target;
            let offers = self.schema(target).is_some_and(|schema| schema.dynamic_anchor == *anchor);
            if !anchor.is_empty() && offers {
                for scope in scopes(step.scope) {
                    let resource = self.resource_of(scope.schema);
                    if let Some(other) = resource.and_then(|resource| resource.dynamic_anchors.get(anchor)) {
                        target = *other;
                    }
                }
            }
            let result = self.reference(step, target, "$dynamicRef");
            step.errors.extend(result.err());
        }
    }

    fn resource_of(&self, id: Id) -> Option<&'s Schema> {
        self.schema(self.schema(id)?.resource)
    }

    fn conditions(&mut self, step: &mut Step<'s, '_, '_>) {
        let schema = step.schema;
        if let Some(id) = schema.not
            && self.same(step, id, "", true).is_ok()
        {
            self.add(step, || "'not' failed".to_owned());
        }
        let mut errors = Vec::new();
        for id in &schema.all_of {
            if let Err(failure) = self.same(step, *id, "", false) {
                errors.push(failure);
                if step.quiet {
                    break;
                }
            }
        }
        if !errors.is_empty() {
            self.add_with(step, errors, || "'allOf' failed".to_owned());
        }
        let mut errors = Vec::new();
        let mut matched = schema.any_of.is_empty();
        for id in &schema.any_of {
            match self.same(step, *id, "", false) {
                Err(failure) => errors.push(failure),
                Ok(()) => {
                    matched = true;
                    if step.unevaluated.is_empty() {
                        break;
                    }
                }
            }
        }
        if !matched {
            self.add_with(step, errors, || "'anyOf' failed".to_owned());
        }
        if !schema.one_of.is_empty() {
            self.one_of(step);
        }
        if let Some(id) = schema.if_ {
            let branch = if self.same(step, id, "", true).is_ok() { schema.then } else { schema.else_ };
            if let Some(id) = branch {
                let result = self.same(step, id, "", false);
                step.errors.extend(result.err());
            }
        }
    }

    fn one_of(&mut self, step: &mut Step<'s, '_, '_>) {
        let mut errors = Vec::new();
        let mut matched = None;
        for (index, id) in step.schema.one_of.iter().enumerate() {
            match (self.same(step, *id, "", matched.is_some()), matched) {
                (Err(failure), None) => errors.push(failure),
                (Err(_), Some(_)) => {}
                (Ok(()), None) => matched = Some(index),
                (Ok(()), Some(first)) => {
                    let (first, second) = (count(first as i64), count(index as i64));
                    self.add(step, || format!("'oneOf' failed, subschemas {first}, {second} matched"));
                    break;
                }
            }
        }
        if matched.is_none() {
            self.add_with(step, errors, || "'oneOf' failed, none matched".to_owned());
        }
    }

    fn unevaluated(&mut self, step: &mut Step<'s, '_, '_>) {
        if let (Value::Map(map), Some(id)) = (step.value, step.schema.unevaluated_properties) {
            for property in std::mem::take(&mut step.unevaluated.properties) {
                if let Some(value) = map.get(&property) {
                    let result = self.part(step, id, &value, &String::from_utf8_lossy(&property));
                    step.errors.extend(result.err());
                }
            }
        }
        if let (Value::List(list), Some(id)) = (step.value, step.schema.unevaluated_items) {
            for index in std::mem::take(&mut step.unevaluated.items) {
                if let Some(item) = list.get(index) {
                    let result = self.part(step, id, item, &index.to_string());
                    step.errors.extend(result.err());
                }
            }
        }
    }

    /// The way from the first schema to this one, for the message about a cycle.
    fn keyword_location(&self, scope: &Scope<'_>) -> String {
        let location = |id: Id| self.schema(id).map_or("", |schema| schema.location.as_str());
        let mut steps = Vec::new();
        for scope in scopes(scope) {
            let Some(parent) = scope.parent else { break };
            steps.push(match scope.keyword {
                "" => {
                    location(scope.schema).get(location(parent.schema).len()..).unwrap_or_default().to_owned()
                }
                keyword => format!("/{}", escape_token(keyword)),
            });
        }
        steps.reverse();
        steps.concat()
    }
}

/// A scope and those around it, from the inside out.
fn scopes<'p>(scope: &'p Scope<'p>) -> impl Iterator<Item = &'p Scope<'p>> {
    std::iter::successors(Some(scope), |scope| scope.parent)
}

/// The scope that applied the same schema to the same value before.
fn cycle<'p>(scope: &'p Scope<'p>) -> Option<&'p Scope<'p>> {
    scopes(scope)
        .skip(1)
        .take_while(|earlier| earlier.depth == scope.depth)
        .find(|earlier| earlier.schema == scope.schema)
}

fn enumeration(values: &List) -> String {
    if values.iter().any(|value| matches!(value, Value::List(_) | Value::Map(_))) {
        return "'enum' failed".to_owned();
    }
    let shown: Vec<String> = values.iter().map(display).collect();
    match shown.as_slice() {
        [one] => format!("value must be {one}"),
        _ => format!("value must be one of {}", shown.join(", ")),
    }
}

fn invalid(value: &Value) -> String {
    format!("invalid jsonType {}", value.type_name(HelmVersion::default()))
}
