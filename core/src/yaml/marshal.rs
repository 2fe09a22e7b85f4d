//! `toYaml`: sigs.k8s.io/yaml's `Marshal` (R122–R131).
//!
//! Helm encodes the value as JSON, reads that text as YAML and writes what it read. For almost all values this changes
//! nothing but numbers, so they are written directly. Where a string holds characters with which the detour does more,
//! and where it fails, it is taken, and gives Go's result or error.

use super::decode::{MAX_DEPTH, Numbers, decode_first};
use super::emitter::{Emitter, Place, ScalarText};
use super::jsontext::{JsonText, key_length};
use super::order;
use super::resolve::Flavor;
use crate::dialect::HelmVersion;
use crate::go::base64;
use crate::go::number::{format_g, push_decimal};
use crate::value::{Fault, Object, Str, Value};
use std::collections::HashSet;

/// Output is bounded where no render sets a bound: the default of `output-bytes`.
pub(super) const MAX_BYTES: usize = 512 << 20;

/// A JSON key of more characters than this, quotes included, is no key to the YAML reader.
const MAX_KEY: usize = 1024;

/// The YAML text of a value as `toYaml` makes it, with its final line break.
///
/// ```
/// use hookwright_core::yaml;
/// let value = yaml::unmarshal(b"{b: [1, x], a: 'yes'}").unwrap();
/// assert_eq!(yaml::marshal(&value, Default::default()).unwrap(), b"a: \"yes\"\nb:\n- 1\n- x\n");
/// ```
pub fn marshal(value: &Value, version: HelmVersion) -> Result<Vec<u8>, String> {
    marshal_bounded(value, version, MAX_BYTES).map_err(|fault| fault.to_string())
}

/// [`marshal`] within a budget, for functions, which must not swallow a reached limit.
pub(crate) fn marshal_bounded(
    value: &Value,
    version: HelmVersion,
    max_bytes: usize,
) -> Result<Vec<u8>, Fault> {
    match Walk::run(value, max_bytes, false) {
        Err(Stop::Json(_) | Stop::Odd) => detour(value, version, max_bytes),
        Err(Stop::Limit(fault)) => Err(fault),
        Ok(text) => Ok(text),
    }
}

/// By way of JSON text, as Helm goes.
fn detour(value: &Value, version: HelmVersion, max_bytes: usize) -> Result<Vec<u8>, Fault> {
    let fault = |stop| match stop {
        Stop::Limit(fault) => fault,
        Stop::Json(error) => Fault::text(format!("error marshaling into JSON: {error}")),
        Stop::Odd => Fault::text("yaml: control characters are not allowed"),
    };
    let text = JsonText::of(value, version, max_bytes).map_err(fault)?;
    let value = decode_first(&text, Numbers::Resolved, "")?;
    Walk::run(&value, max_bytes, true).map_err(fault)
}

/// Why a walk over a value ends early.
pub(super) enum Stop {
    /// Go's JSON encoder fails, with this text.
    Json(String),
    /// A string with which the detour does something.
    Odd,
    /// One of our limits.
    Limit(Fault),
}

impl Stop {
    pub(super) fn too_large(bound: usize) -> Stop {
        Stop::Limit(Fault::limit("output-bytes", bound as u64, format!("YAML would exceed {bound} bytes")))
    }

    /// Too many levels: Go notices when the maps around the value repeat.
    pub(super) fn too_deep(path: &[usize]) -> Stop {
        let mut seen = HashSet::new();
        if path.iter().all(|identity| seen.insert(identity)) {
            let what = format!("value is nested more than {MAX_DEPTH} deep");
            return Stop::Limit(Fault::limit("nesting", MAX_DEPTH as u64, what));
        }
        Stop::Json("json: unsupported value: encountered a cycle via map[string]interface {}".into())
    }
}

/// What JSON makes of an object.
pub(super) enum Shape {
    Value(Value),
    List(Vec<Value>),
    Map(Vec<(Str, Value)>),
}

impl Shape {
    pub(super) fn of(object: &dyn Object, version: HelmVersion) -> Result<Shape, Stop> {
        if let Some(error) = object.json_error() {
            let name = object.type_name(version);
            return Err(Stop::Json(format!("json: error calling MarshalJSON for type {name}: {error}")));
        }
        if let Some(value) = object.json().or_else(|| object.underlying()) {
            return Ok(Shape::Value(value));
        }
        if let Some(entries) = object.entries() {
            return Ok(Shape::Map(entries));
        }
        if let Some(items) = object.items() {
            return Ok(Shape::List(items));
        }
        let members = object.json_members().into_iter();
        Ok(Shape::Map(members.map(|(name, value)| (Str::from(name), value)).collect()))
    }
}

struct Walk {
    emitter: Emitter,
    max_bytes: usize,
    /// Whether the value was read from JSON text already.
    read: bool,
    /// Identities of the maps around the value.
    path: Vec<usize>,
    depth: usize,
}

impl Walk {
    fn run(value: &Value, max_bytes: usize, read: bool) -> Result<Vec<u8>, Stop> {
        let mut walk =
            Walk { emitter: Emitter::new(Flavor::V2), max_bytes, read, path: Vec::new(), depth: 0 };
        walk.value(value, Place::Root)?;
        Ok(walk.emitter.finish())
    }

    fn value(&mut self, value: &Value, place: Place) -> Result<(), Stop> {
        if self.emitter.out.len() > self.max_bytes {
            return Err(Stop::too_large(self.max_bytes));
        }
        let mut number = Vec::new();
        match value {
            Value::Nil | Value::Bytes(None) | Value::StrMap(None) => self.emitter.raw(b"null"),
            Value::Bool(b) => self.emitter.raw(if *b { b"true" } else { b"false" }),
            Value::Int(n) | Value::Int64(n) => push_decimal(&mut number, *n),
            Value::Uint64(n) => push_decimal(&mut number, *n),
            Value::Uint8(n) => push_decimal(&mut number, *n),
            Value::Float(x) if self.read => number = format_g(*x).into_bytes(),
            Value::Float(x) => number = float(*x)?,
            Value::Complex(..) => return Err(Stop::Odd),
            Value::Str(text) => self.string(text, place)?,
            Value::Bytes(Some(bytes)) => self.string(base64::encode(bytes).as_bytes(), place)?,
            Value::List(list) if list.is_nil() => self.emitter.raw(b"null"),
            Value::List(list) => self.list(list, place)?,
            Value::Strings(_) | Value::Ints(_) | Value::Lists(_) => {
                self.list(&value.slice_items().unwrap_or_default(), place)?;
            }
            Value::Map(map) | Value::Values(map) => match map.read() {
                None => self.emitter.raw(b"null"),
                Some(entries) => {
                    self.path.push(map.identity());
                    self.map(entries.iter().collect())?;
                    self.path.pop();
                }
            },
            Value::StrMap(Some(map)) => {
                let values: Vec<_> = map.iter().map(|(k, v)| (k.clone(), Value::Str(v.clone()))).collect();
                self.map(values.iter().map(|(k, v)| (k, v)).collect())?;
            }
            Value::Object(object) => {
                self.deeper()?;
                match Shape::of(object.as_ref(), HelmVersion::default())? {
                    Shape::Value(value) => self.value(&value, place)?,
                    Shape::List(items) => self.list(&items, place)?,
                    Shape::Map(entries) => self.map(entries.iter().map(|(k, v)| (k, v)).collect())?,
                }
                self.depth -= 1;
            }
        }
        if !number.is_empty() {
            self.emitter.raw(&number);
        }
        Ok(())
    }

    fn deeper(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Stop::too_deep(&self.path)) } else { Ok(()) }
    }

    fn list(&mut self, items: &[Value], place: Place) -> Result<(), Stop> {
        if items.is_empty() {
            self.emitter.empty_collection(b"[]");
            return Ok(());
        }
        self.deeper()?;
        let before = self.emitter.open_sequence(place);
        for item in items {
            self.emitter.item();
            self.value(item, Place::Item)?;
        }
        self.emitter.close(before);
        self.depth -= 1;
        Ok(())
    }

    fn map(&mut self, entries: Vec<(&Str, &Value)>) -> Result<(), Stop> {
        if entries.is_empty() {
            self.emitter.empty_collection(b"{}");
            return Ok(());
        }
        self.deeper()?;
        let before = self.emitter.open_mapping();
        for (key, value) in order::sort(entries, |entry| entry.0.as_bytes(), Flavor::V2) {
            self.check(key)?;
            // No character is escaped with more than six.
            if key.len() > MAX_KEY / 6 - 2 && !self.read && key_length(key) > MAX_KEY {
                return Err(Stop::Odd);
            }
            self.emitter.key(&ScalarText::string(key, Flavor::V2));
            self.value(value, Place::Entry)?;
        }
        self.emitter.close(before);
        self.depth -= 1;
        Ok(())
    }

    fn string(&mut self, text: &[u8], place: Place) -> Result<(), Stop> {
        self.check(text)?;
        self.emitter.scalar(&ScalarText::string(text, Flavor::V2), place);
        Ok(())
    }

    /// Stops at characters that JSON replaces, or does not escape and YAML does not take as they are (R124).
    fn check(&self, text: &[u8]) -> Result<(), Stop> {
        if self.read || text.iter().all(|b| *b < 0x7f) {
            return Ok(());
        }
        let odd = |c| matches!(c, '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
        match std::str::from_utf8(text) {
            Ok(text) if !text.contains(odd) => Ok(()),
            _ => Err(Stop::Odd),
        }
    }
}

/// A number as JSON writes it (encoding/json encode.go: floatEncoder).
pub(super) fn json_float(x: f64) -> Result<String, Stop> {
    if !x.is_finite() {
        return Err(Stop::Json(format!("json: unsupported value: {}", format_g(x))));
    }
    if x == 0.0 || (1e-6..1e21).contains(&x.abs()) {
        return Ok(x.to_string());
    }
    let text = format!("{x:e}");
    Ok(if x.abs() < 1.0 { text } else { text.replace('e', "e+") })
}

/// A number as it comes out of JSON and YAML (R123): integral ones are integers if they fit.
fn float(x: f64) -> Result<Vec<u8>, Stop> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if x.trunc() == x && x.abs() < EXACT {
        return Ok((x as i64).to_string().into_bytes());
    }
    let text = json_float(x)?;
    if text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok() {
        return Ok(text.into_bytes());
    }
    Ok(format_g(x).into_bytes())
}
