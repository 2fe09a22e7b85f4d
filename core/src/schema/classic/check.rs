//! Values against rules (gojsonschema validation.go, result.go).

use super::format;
use super::parse::{canonical, is_number};
use super::rule::{Additional, Dependency, Id, Rule};
use super::{DEEPEST, TOO_DEEP};
use crate::dialect::HelmVersion;
use crate::go::utf8;
use crate::schema::decimal::Decimal;
use crate::value::{List, Map, Value};
use std::collections::HashMap;

/// Rules applied to values. Go has no such bound.
const MOST_STEPS: u64 = 20_000_000;

/// The errors, each as `field: description`. The outer error is one of our limits.
pub(super) fn validate(
    rules: &[Rule],
    root: Id,
    value: &Value,
    version: HelmVersion,
) -> Result<Vec<String>, String> {
    let mut run = Run { rules, version, path: Vec::new(), depth: 0, steps: 0, overrun: None };
    let mut outcome = Outcome::default();
    run.apply(root, value, &mut outcome);
    match run.overrun {
        Some(limit) => Err(limit.to_owned()),
        None => Ok(outcome.errors),
    }
}

/// Errors so far, and how well the value suited otherwise: of several failures the best is told.
#[derive(Default)]
struct Outcome {
    errors: Vec<String>,
    score: i64,
}

impl Outcome {
    fn merge(&mut self, other: Outcome) {
        self.errors.extend(other.errors);
        self.score += other.score;
    }

    fn valid(&self) -> bool {
        self.errors.is_empty()
    }
}

/// Keeps the better of two failures; the earlier of equals.
fn keep_better(best: &mut Option<Outcome>, other: Outcome) {
    if best.as_ref().is_none_or(|best| other.score > best.score) {
        *best = Some(other);
    }
}

struct Run<'r> {
    rules: &'r [Rule],
    version: HelmVersion,
    path: Vec<String>,
    depth: usize,
    steps: u64,
    overrun: Option<&'static str>,
}

impl<'r> Run<'r> {
    /// The value's place in a message.
    fn field(&self) -> String {
        if self.path.is_empty() { "(root)".to_owned() } else { self.path.join(".") }
    }

    fn fail(&self, outcome: &mut Outcome, description: impl AsRef<str>) {
        outcome.errors.push(format!("{}: {}", self.field(), description.as_ref()));
        outcome.score -= 2;
    }

    /// A result of its own for the same value.
    fn apart(&mut self, id: Id, value: &Value) -> Outcome {
        let mut outcome = Outcome::default();
        self.apply(id, value, &mut outcome);
        outcome
    }

    /// A result of its own for a part of the value.
    fn part(&mut self, id: Id, value: &Value, token: &str) -> Outcome {
        self.path.push(token.to_owned());
        let outcome = self.apart(id, value);
        self.path.pop();
        outcome
    }

    fn apply(&mut self, id: Id, value: &Value, outcome: &mut Outcome) {
        self.steps += 1;
        if self.depth > DEEPEST || self.steps > MOST_STEPS {
            let steps = "limit steps reached: validating values against their schema";
            self.overrun.get_or_insert(if self.depth > DEEPEST { TOO_DEEP } else { steps });
        }
        if self.overrun.is_some() {
            return;
        }
        self.depth += 1;
        if let Some(rule) = self.rules.get(id) {
            self.apply_rule(rule, value, outcome);
        }
        self.depth -= 1;
    }

    fn apply_rule(&mut self, rule: &'r Rule, value: &Value, outcome: &mut Outcome) {
        match rule.pass {
            Some(true) => return,
            Some(false) => return self.fail(outcome, "False always fails validation"),
            None => {}
        }
        if let Some(target) = rule.target {
            return self.apply(target, value, outcome);
        }
        let integer = || Decimal::of(value).is_some_and(|number| number.is_integer());
        let given = match value {
            Value::Nil => "null",
            Value::Bool(_) => "boolean",
            Value::Str(_) => "string",
            Value::List(_) => "array",
            Value::Map(_) => "object",
            _ if integer() => "integer",
            _ => "number",
        };
        let suits = |kind: &String| kind == given || (kind == "number" && given == "integer");
        if !rule.types.is_empty() && !rule.types.iter().any(suits) {
            let expected = match rule.types.as_slice() {
                [one] => one.clone(),
                types => format!("[{}]", types.join(",")),
            };
            return self.fail(outcome, format!("Invalid type. Expected: {expected}, given: {given}"));
        }
        self.combine(rule, value, outcome);
        match value {
            Value::List(list) => self.array(rule, list, outcome),
            Value::Map(map) => self.object(rule, map, outcome),
            value if is_number(value) => self.number(rule, value, outcome),
            _ => {}
        }
        self.common(rule, value, outcome);
        match value {
            Value::Str(text) => self.string(rule, text, outcome),
            Value::Map(map) => {
                for (name, id) in &rule.properties {
                    if let Some(value) = map.get_str(name) {
                        self.path.push(name.clone());
                        self.apply(*id, &value, outcome);
                        self.path.pop();
                    }
                }
            }
            _ => {}
        }
        outcome.score += 1;
    }

    /// anyOf, oneOf, allOf, not, dependencies and if (validateSchema).
    fn combine(&mut self, rule: &'r Rule, value: &Value, outcome: &mut Outcome) {
        if !rule.any_of.is_empty() {
            let mut best = None;
            let mut valid = false;
            for id in &rule.any_of {
                let result = self.apart(*id, value);
                valid = result.valid();
                if valid {
                    break;
                }
                keep_better(&mut best, result);
            }
            if !valid {
                self.fail(outcome, "Must validate at least one schema (anyOf)");
                outcome.merge(best.unwrap_or_default());
            }
        }
        if !rule.one_of.is_empty() {
            let mut best = None;
            let mut valid = 0;
            for id in &rule.one_of {
                let result = self.apart(*id, value);
                if result.valid() {
                    valid += 1;
                } else if valid == 0 {
                    keep_better(&mut best, result);
                }
            }
            if valid != 1 {
                self.fail(outcome, "Must validate one and only one schema (oneOf)");
                if valid == 0 {
                    outcome.merge(best.unwrap_or_default());
                }
            }
        }
        let mut all = true;
        for id in &rule.all_of {
            let result = self.apart(*id, value);
            all &= result.valid();
            outcome.merge(result);
        }
        if !all {
            self.fail(outcome, "Must validate all the schemas (allOf)");
        }
        if let Some(id) = rule.not
            && self.apart(id, value).valid()
        {
            self.fail(outcome, "Must not validate the schema (not)");
        }
        if let Value::Map(map) = value {
            for (name, dependency) in &rule.dependencies {
                if map.contains(name.as_bytes()) {
                    self.dependency(dependency, map, value, outcome);
                }
            }
        }
        if let Some(id) = rule.if_ {
            let (branch, text) = match self.apart(id, value).valid() {
                true => (rule.then, r#"Must validate "then" as "if" was valid"#),
                false => (rule.else_, r#"Must validate "else" as "if" was not valid"#),
            };
            if let Some(id) = branch {
                let result = self.apart(id, value);
                if !result.valid() {
                    self.fail(outcome, text);
                    outcome.merge(result);
                }
            }
        }
        outcome.score += 1;
    }

    fn dependency(&mut self, dependency: &Dependency, map: &Map, value: &Value, outcome: &mut Outcome) {
        match dependency {
            Dependency::Rule(id) => self.apply(*id, value, outcome),
            Dependency::Properties(names) => {
                for name in names.iter().filter(|name| !map.contains(name.as_bytes())) {
                    self.fail(outcome, format!("Has a dependency on {name}"));
                }
            }
        }
    }

    /// const and enum (validateCommon).
    fn common(&self, rule: &Rule, value: &Value, outcome: &mut Outcome) {
        if rule.constant.is_some() || !rule.enumeration.is_empty() {
            let text = canonical(value, self.version).unwrap_or_default();
            if let Some(allowed) = rule.constant.as_ref().filter(|allowed| **allowed != text) {
                self.fail(outcome, format!("{} does not match: {allowed}", self.field()));
            }
            if !rule.enumeration.is_empty() && !rule.enumeration.contains(&text) {
                let allowed = rule.enumeration.join(", ");
                self.fail(outcome, format!("{} must be one of the following: {allowed}", self.field()));
            }
        }
        outcome.score += 1;
    }

    fn array(&mut self, rule: &'r Rule, list: &List, outcome: &mut Outcome) {
        if rule.single_item {
            for (index, item) in list.iter().enumerate() {
                let id = rule.items.first().copied().unwrap_or_default();
                let result = self.part(id, item, &index.to_string());
                outcome.merge(result);
            }
        } else if !rule.items.is_empty() {
            for (index, (id, item)) in rule.items.iter().zip(list.iter()).enumerate() {
                let result = self.part(*id, item, &index.to_string());
                outcome.merge(result);
            }
            match rule.additional_items.filter(|_| rule.items.len() < list.len()) {
                Some(Additional::Allowed(false)) => {
                    self.fail(outcome, "No additional items allowed on array");
                }
                Some(Additional::Rule(id)) => {
                    for (index, item) in list.iter().enumerate().skip(rule.items.len()) {
                        let result = self.part(id, item, &index.to_string());
                        outcome.merge(result);
                    }
                }
                _ => {}
            }
        }
        let len = list.len() as i64;
        if let Some(least) = rule.min_items.filter(|least| len < *least) {
            self.fail(outcome, format!("Array must have at least {least} items"));
        }
        if let Some(most) = rule.max_items.filter(|most| len > *most) {
            self.fail(outcome, format!("Array must have at most {most} items"));
        }
        if rule.unique_items {
            let mut seen: HashMap<String, usize> = HashMap::new();
            for (later, item) in list.iter().enumerate() {
                let text = canonical(item, self.version).unwrap_or_default();
                if let Some(earlier) = seen.insert(text, later) {
                    self.fail(outcome, format!("array items[{earlier},{later}] must be unique"));
                }
            }
        }
        if let Some(id) = rule.contains {
            let mut best = None;
            let mut valid = false;
            for (index, item) in list.iter().enumerate() {
                let result = self.part(id, item, &index.to_string());
                valid = result.valid();
                if valid {
                    break;
                }
                keep_better(&mut best, result);
            }
            if !valid {
                self.fail(outcome, "At least one of the items must match");
                outcome.merge(best.unwrap_or_default());
            }
        }
        outcome.score += 1;
    }

    fn object(&mut self, rule: &'r Rule, map: &Map, outcome: &mut Outcome) {
        let len = map.len() as i64;
        if let Some(least) = rule.min_properties.filter(|least| len < *least) {
            self.fail(outcome, format!("Must have at least {least} properties"));
        }
        if let Some(most) = rule.max_properties.filter(|most| len > *most) {
            self.fail(outcome, format!("Must have at most {most} properties"));
        }
        for name in &rule.required {
            if map.contains(name.as_bytes()) {
                outcome.score += 1;
            } else {
                self.fail(outcome, format!("{name} is required"));
            }
        }
        for (key, value) in map.entries() {
            let name = key.to_text();
            let mut known = rule.properties.iter().any(|(property, _)| *property == *name);
            let mut matched = false;
            for (pattern, id) in &rule.pattern_properties {
                if pattern.is_match(&key) {
                    matched = true;
                    let result = self.part(*id, &value, &name);
                    outcome.merge(result);
                }
            }
            if matched {
                known = true;
                outcome.score += 1;
            }
            match rule.additional_properties.filter(|_| !known) {
                Some(Additional::Allowed(false)) => {
                    self.fail(outcome, format!("Additional property {name} is not allowed"));
                }
                Some(Additional::Rule(id)) => {
                    let result = self.part(id, &value, &name);
                    outcome.merge(result);
                }
                _ => {}
            }
        }
        if let Some(id) = rule.property_names {
            for key in map.keys() {
                let result = self.apart(id, &Value::Str(key.clone()));
                if !result.valid() {
                    self.fail(outcome, format!("Property name of \"{}\" does not match", key.to_text()));
                    outcome.merge(result);
                }
            }
        }
        outcome.score += 1;
    }

    fn string(&self, rule: &Rule, text: &[u8], outcome: &mut Outcome) {
        let len = utf8::count(text) as i64;
        if let Some(least) = rule.min_length.filter(|least| len < *least) {
            self.fail(outcome, format!("String length must be greater than or equal to {least}"));
        }
        if let Some(most) = rule.max_length.filter(|most| len > *most) {
            self.fail(outcome, format!("String length must be less than or equal to {most}"));
        }
        if let Some(pattern) = rule.pattern.as_ref().filter(|pattern| !pattern.regexp.is_match(text)) {
            self.fail(outcome, format!("Does not match pattern '{}'", pattern.source));
        }
        if let Some(name) =
            rule.format.as_ref().filter(|name| !format::suits(name, &String::from_utf8_lossy(text)))
        {
            self.fail(outcome, format!("Does not match format '{name}'"));
        }
        outcome.score += 1;
    }

    fn number(&self, rule: &Rule, value: &Value, outcome: &mut Outcome) {
        let Some(number) = Decimal::of(value) else { return };
        let bounds = [
            (&rule.multiple_of, "Must be a multiple of"),
            (&rule.maximum, "Must be less than or equal to"),
            (&rule.exclusive_maximum, "Must be less than"),
            (&rule.minimum, "Must be greater than or equal to"),
            (&rule.exclusive_minimum, "Must be greater than"),
        ];
        for (index, (bound, text)) in bounds.into_iter().enumerate() {
            let Some(bound) = bound else { continue };
            let suits = match index {
                0 => number.is_multiple_of(bound),
                1 => number <= *bound,
                2 => number < *bound,
                3 => number >= *bound,
                _ => number > *bound,
            };
            if !suits {
                self.fail(outcome, format!("{text} {}", bound.general()));
            }
        }
        // Formats that the library knows are never those of a number.
        if let Some(name) = rule.format.as_ref().filter(|name| format::is_known(name)) {
            self.fail(outcome, format!("Does not match format '{name}'"));
        }
        outcome.score += 1;
    }
}
