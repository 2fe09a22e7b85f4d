//! Keywords about objects, arrays, strings and numbers.

use super::{DEEPEST, Run, Step, TOO_DEEP};
use crate::go::utf8;
use crate::schema::compiled::{Additional, Dependency, Id, Items};
use crate::schema::decimal::Decimal;
use crate::schema::draft::Draft;
use crate::schema::equality::duplicates;
use crate::schema::failure::{count, decimal, quote, quote_all};
use crate::value::{List, Map, Value};

impl<'s> Run<'s> {
    pub(super) fn object(&mut self, step: &mut Step<'s, '_, '_>, map: &Map) {
        let schema = step.schema;
        let len = map.len() as i64;
        if let Some(least) = schema.min_properties.filter(|least| len < *least) {
            self.add(step, || format!("minProperties: got {}, want {}", count(len), count(least)));
        }
        if let Some(most) = schema.max_properties.filter(|most| len > *most) {
            self.add(step, || format!("maxProperties: got {}, want {}", count(len), count(most)));
        }
        let missing = missing(map, &schema.required);
        match missing.as_slice() {
            [] => {}
            [one] => self.add(step, || format!("missing property {}", quote(one))),
            _ => self.add(step, || format!("missing properties {}", quote_all(&missing))),
        }
        if step.quiet && !step.errors.is_empty() {
            return;
        }
        for (property, dependency) in &schema.dependencies {
            if map.contains(property.as_bytes()) {
                match dependency {
                    Dependency::Properties(names) => self.required_by(step, map, property, names),
                    Dependency::Schema(id) => {
                        let result = self.same(step, *id, "", false);
                        step.errors.extend(result.err());
                    }
                }
            }
        }
        let mut surplus: Vec<String> = Vec::new();
        for (key, value) in map.entries() {
            if step.quiet && !step.errors.is_empty() {
                return;
            }
            let name = key.to_text();
            let mut evaluated = false;
            if let Some(id) = schema.properties.get(&*name) {
                evaluated = true;
                let result = self.part(step, *id, &value, &name);
                step.errors.extend(result.err());
            }
            for (pattern, id) in &schema.pattern_properties {
                if pattern.regexp.is_match(&key) {
                    evaluated = true;
                    let result = self.part(step, *id, &value, &name);
                    step.errors.extend(result.err());
                }
            }
            if !evaluated && let Some(additional) = schema.additional_properties {
                evaluated = true;
                match additional {
                    Additional::Allowed(true) => {}
                    Additional::Allowed(false) => surplus.push(name.clone().into_owned()),
                    Additional::Schema(id) => {
                        let result = self.part(step, id, &value, &name);
                        step.errors.extend(result.err());
                    }
                }
            }
            if evaluated {
                step.unevaluated.properties.remove(key.as_bytes());
            }
        }
        if !surplus.is_empty() {
            self.add(step, || format!("additional properties {} not allowed", quote_all(&surplus)));
        }
        if let Some(id) = schema.property_names.filter(|_| schema.since(Draft::D6)) {
            self.property_names(step, map, id);
        }
        for (property, id) in &schema.dependent_schemas {
            if map.contains(property.as_bytes()) {
                let result = self.same(step, *id, "", false);
                step.errors.extend(result.err());
            }
        }
        for (property, names) in &schema.dependent_required {
            if map.contains(property.as_bytes()) {
                self.required_by(step, map, property, names);
            }
        }
    }

    fn required_by(&self, step: &mut Step<'s, '_, '_>, map: &Map, property: &str, names: &[String]) {
        let missing = missing(map, names);
        if !missing.is_empty() {
            self.add(step, || {
                format!("properties {} required, if {} exists", quote_all(&missing), quote(property))
            });
        }
    }

    /// Each name is validated as a value of its own, with a path of its own.
    fn property_names(&mut self, step: &mut Step<'s, '_, '_>, map: &Map, id: Id) {
        if step.scope.length >= DEEPEST {
            self.overrun.get_or_insert(TOO_DEEP);
            return;
        }
        for key in map.keys() {
            let (id, meta) = self.dialect(id, &step.meta);
            let path = std::mem::take(&mut self.path);
            let result = self.whole(id, &Value::Str(key.clone()), meta);
            self.path = path;
            if let Err(causes) = result {
                self.add_with(step, causes, || format!("invalid propertyName {}", quote(&key.to_text())));
            }
        }
    }

    pub(super) fn array(&mut self, step: &mut Step<'s, '_, '_>, list: &List) {
        let schema = step.schema;
        let len = list.len() as i64;
        if let Some(least) = schema.min_items.filter(|least| len < *least) {
            self.add(step, || format!("minItems: got {}, want {}", count(len), count(least)));
        }
        if let Some(most) = schema.max_items.filter(|most| len > *most) {
            self.add(step, || format!("maxItems: got {}, want {}", count(len), count(most)));
        }
        if schema.unique_items
            && let Some((i, j)) = duplicates(list)
        {
            self.add(step, || format!("items at {} and {} are equal", count(i as i64), count(j as i64)));
        }
        let each: &[Id] = match &schema.items {
            _ if schema.since(Draft::D2020) => &schema.prefix_items,
            Some(Items::Each(items)) => items,
            _ => &[],
        };
        let every = match &schema.items {
            _ if schema.since(Draft::D2020) => schema.other_items,
            Some(Items::Every(id)) => Some(*id),
            _ => None,
        };
        let mut evaluated = each.len().min(list.len());
        for (index, (id, item)) in each.iter().zip(list.iter()).enumerate() {
            let result = self.part(step, *id, item, &index.to_string());
            step.errors.extend(result.err());
        }
        if let Some(id) = every {
            self.items_from(step, list, evaluated, id);
            evaluated = list.len();
        }
        match schema.additional_items {
            Some(Additional::Allowed(false)) if evaluated < list.len() => {
                let rest = (list.len() - evaluated) as i64;
                self.add(step, || format!("last {} additionalItem(s) not allowed", count(rest)));
            }
            Some(Additional::Schema(id)) => self.items_from(step, list, evaluated, id),
            _ => {}
        }
        if let Some(id) = schema.contains {
            self.contains(step, list, id);
        }
    }

    fn items_from(&mut self, step: &mut Step<'s, '_, '_>, list: &List, from: usize, id: Id) {
        for (index, item) in list.iter().enumerate().skip(from) {
            let result = self.part(step, id, item, &index.to_string());
            step.errors.extend(result.err());
        }
    }

    fn contains(&mut self, step: &mut Step<'s, '_, '_>, list: &List, id: Id) {
        let schema = step.schema;
        let mut errors = Vec::new();
        let mut matched: Vec<String> = Vec::new();
        for (index, item) in list.iter().enumerate() {
            match self.part(step, id, item, &index.to_string()) {
                Err(failure) => errors.push(failure),
                Ok(()) => {
                    matched.push(index.to_string());
                    if schema.since(Draft::D2020) {
                        step.unevaluated.items.remove(&index);
                    }
                }
            }
        }
        let len = matched.len() as i64;
        let places = matched.join(" ");
        match schema.min_contains {
            None if len == 0 => {
                self.add_with(step, errors, || "no items match contains schema".to_owned());
            }
            Some(least) if len < least => self.add_with(step, errors, || {
                let demand = format!("min {} items required to match contains schema", count(least));
                match len {
                    0 => format!("{demand}, but none matched"),
                    _ => format!("{demand}, but matched {} items at {places}", count(len)),
                }
            }),
            _ => {}
        }
        if let Some(most) = schema.max_contains.filter(|most| len > *most) {
            self.add(step, || {
                let demand = format!("max {} items required to match contains schema", count(most));
                format!("{demand}, but matched {} items at {places}", count(len))
            });
        }
    }

    pub(super) fn string(&mut self, step: &mut Step<'s, '_, '_>, text: &[u8]) {
        let schema = step.schema;
        if schema.min_length.is_some() || schema.max_length.is_some() {
            let len = utf8::count(text) as i64;
            if let Some(least) = schema.min_length.filter(|least| len < *least) {
                self.add(step, || format!("minLength: got {}, want {}", count(len), count(least)));
            }
            if let Some(most) = schema.max_length.filter(|most| len > *most) {
                self.add(step, || format!("maxLength: got {}, want {}", count(len), count(most)));
            }
        }
        if let Some(pattern) = &schema.pattern
            && !pattern.regexp.is_match(text)
        {
            self.add(step, || {
                format!(
                    "{} does not match pattern {}",
                    quote(&String::from_utf8_lossy(text)),
                    quote(&pattern.source)
                )
            });
        }
    }

    pub(super) fn number(&mut self, step: &mut Step<'s, '_, '_>) {
        let schema = step.schema;
        let Some(got) = Decimal::of(step.value) else { return };
        let bounds = [
            ("minimum", &schema.minimum),
            ("maximum", &schema.maximum),
            ("exclusiveMinimum", &schema.exclusive_minimum),
            ("exclusiveMaximum", &schema.exclusive_maximum),
            ("multipleOf", &schema.multiple_of),
        ];
        for (keyword, want) in bounds {
            let Some(want) = want else { continue };
            let suits = match keyword {
                "minimum" => got >= *want,
                "maximum" => got <= *want,
                "exclusiveMinimum" => got > *want,
                "exclusiveMaximum" => got < *want,
                _ => got.is_multiple_of(want),
            };
            if !suits {
                self.add(step, || format!("{keyword}: got {}, want {}", decimal(&got), decimal(want)));
            }
        }
    }
}

fn missing(map: &Map, required: &[String]) -> Vec<String> {
    required.iter().filter(|name| !map.contains(name.as_bytes())).cloned().collect()
}
