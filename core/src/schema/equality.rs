//! What kind of JSON a Go value is, and when two are equal.

use super::compiled::Type;
use super::decimal::Decimal;
use super::failure::display;
use crate::dialect::HelmVersion;
use crate::go::json::{self, Number};
use crate::value::{List, Value};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The JSON type of a value; `None` for Go types that JSON has not.
pub(super) fn type_of(value: &Value) -> Option<Type> {
    Some(match value {
        Value::Nil => Type::Null,
        Value::Bool(_) => Type::Boolean,
        Value::Float(x) if !x.is_finite() => return None,
        Value::Int(_) | Value::Int64(_) | Value::Uint64(_) | Value::Uint8(_) | Value::Float(_) => {
            Type::Number
        }
        Value::Str(_) => Type::String,
        Value::List(_) => Type::Array,
        Value::Map(_) => Type::Object,
        Value::Object(object) if object.as_any().is::<Number>() => Type::Number,
        _ => return None,
    })
}

/// JSON equality: numbers by value.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    let mut pairs = vec![(a.clone(), b.clone())];
    while let Some((a, b)) = pairs.pop() {
        let same = match (&a, &b) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Map(a), Value::Map(b)) if a.len() == b.len() => {
                let (a, b) = (a.entries(), b.entries());
                let keys = a.iter().zip(&b).all(|((a, _), (b, _))| a == b);
                pairs.extend(a.into_iter().zip(b).map(|((_, a), (_, b))| (a, b)));
                keys
            }
            (Value::List(a), Value::List(b)) if a.len() == b.len() => {
                pairs.extend(a.iter().cloned().zip(b.iter().cloned()));
                true
            }
            _ => matches!((Decimal::of(&a), Decimal::of(&b)), (Some(a), Some(b)) if a == b),
        };
        if !same {
            return false;
        }
    }
    true
}

/// The first pair of equal items, in the order in which the library comes upon them.
pub(super) fn duplicates(list: &List) -> Option<(usize, usize)> {
    let mut first: HashMap<Vec<u8>, usize> = HashMap::new();
    for (index, item) in list.iter().enumerate() {
        match first.entry(canonical(item)) {
            Entry::Occupied(earlier) => return Some((*earlier.get(), index)),
            Entry::Vacant(place) => place.insert(index),
        };
    }
    None
}

/// A text that two values share exactly when they are equal.
fn canonical(value: &Value) -> Vec<u8> {
    enum Part {
        Value(Value),
        Text(&'static [u8]),
    }
    let mut out = Vec::new();
    let mut parts = vec![Part::Value(value.clone())];
    while let Some(part) = parts.pop() {
        match part {
            Part::Text(text) => out.extend(text),
            Part::Value(Value::Str(text)) => json::push_string(&mut out, &text, false, HelmVersion::V4_2),
            Part::Value(Value::Map(map)) => {
                out.push(b'{');
                parts.push(Part::Text(b"}"));
                for (key, value) in map.entries().into_iter().rev() {
                    parts.extend([Part::Text(b","), Part::Value(value), Part::Value(Value::Str(key))]);
                }
            }
            Part::Value(Value::List(list)) => {
                out.push(b'[');
                parts.push(Part::Text(b"]"));
                for item in list.iter().rev() {
                    parts.extend([Part::Text(b","), Part::Value(item.clone())]);
                }
            }
            Part::Value(scalar) => match Decimal::of(&scalar) {
                Some(number) => out.extend(number.to_string().bytes()),
                None => out.extend(display(&scalar).bytes()),
            },
        }
    }
    out
}
