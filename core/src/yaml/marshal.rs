//! `toYaml`: sigs.k8s.io/yaml's `Marshal` (R122–R131).
//!
//! Helm encodes the value as JSON, reads that text as YAML and writes what it read. For almost all values this changes
//! nothing but numbers, so they are written directly. Where a string holds characters with which the detour does more,
//! and where it fails, it is taken, and gives Go's result or error.

use super::decode::{MAX_DEPTH, Numbers, decode_first};
use super::emitter::{Emitter, Place, ScalarText};
use super::order;
use super::resolve::Flavor;
use crate::dialect::HelmVersion;
use crate::go::number::{format_g, push_decimal};
use crate::go::{base64, json, utf8};
use crate::value::{Fault, Str, Value};

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
        Ok(text) => Ok(text),
        Err(Stop::Limit(fault)) => Err(fault),
        Err(Stop::Odd) => detour(value, version, max_bytes),
    }
}

/// By way of JSON text, as Helm goes.
fn detour(value: &Value, version: HelmVersion, max_bytes: usize) -> Result<Vec<u8>, Fault> {
    let text = json::encode(value, true, version);
    let text = text.map_err(|fault| fault.wrapped("error marshaling into JSON: "))?;
    let value = decode_first(&text, Numbers::Resolved, "")?;
    Walk::run(&value, max_bytes, true).map_err(|stop| match stop {
        Stop::Limit(fault) => fault,
        // Not reached: what was read from JSON text is as plain as values get.
        Stop::Odd => Fault::text("yaml: unknown problem generating YAML content"),
    })
}

/// Why a walk over a value ends early.
enum Stop {
    /// Something that only the detour knows what to do with: its strings, its objects, its errors.
    Odd,
    /// One of our limits.
    Limit(Fault),
}

struct Walk {
    emitter: Emitter,
    max_bytes: usize,
    /// Whether the value was read from JSON text already.
    read: bool,
    depth: usize,
}

impl Walk {
    fn run(value: &Value, max_bytes: usize, read: bool) -> Result<Vec<u8>, Stop> {
        let mut walk = Walk { emitter: Emitter::new(Flavor::V2), max_bytes, read, depth: 0 };
        walk.value(value, Place::Root)?;
        Ok(walk.emitter.finish())
    }

    fn value(&mut self, value: &Value, place: Place) -> Result<(), Stop> {
        if self.emitter.out.len() > self.max_bytes {
            let bound = self.max_bytes;
            let what = format!("YAML would exceed {bound} bytes");
            return Err(Stop::Limit(Fault::limit("output-bytes", bound as u64, what)));
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
            Value::Complex(..) | Value::Object(_) => return Err(Stop::Odd),
            Value::Str(text) => self.string(text, place)?,
            Value::Bytes(Some(bytes)) => self.string(base64::encode(bytes).as_bytes(), place)?,
            Value::List(list) if list.is_nil() => self.emitter.raw(b"null"),
            Value::List(list) => self.list(list, place)?,
            Value::Strings(strings) if strings.is_nil() => self.emitter.raw(b"null"),
            Value::Strings(_) | Value::Ints(_) | Value::Lists(_) => {
                self.list(&value.slice_items().unwrap_or_default(), place)?;
            }
            Value::Map(map) | Value::Values(map) => match map.read() {
                None => self.emitter.raw(b"null"),
                Some(entries) => self.map(entries.iter().collect())?,
            },
            Value::StrMap(Some(map)) => {
                let values: Vec<_> = map.iter().map(|(k, v)| (k.clone(), Value::Str(v.clone()))).collect();
                self.map(values.iter().map(|(k, v)| (k, v)).collect())?;
            }
        }
        if !number.is_empty() {
            self.emitter.raw(&number);
        }
        Ok(())
    }

    /// The detour tells cyclic maps, an error of Go's, from deep ones, a limit of ours.
    fn deeper(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Stop::Odd) } else { Ok(()) }
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

/// Characters of a key's JSON text, quotes included.
fn key_length(key: &[u8]) -> usize {
    let escaped = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\x08' | '\x0c' => 2,
        '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        _ => 1,
    };
    2 + utf8::runes(key).map(|(_, c, _)| escaped(c)).sum::<usize>()
}

/// A number as it comes out of JSON and YAML (R123): integral ones below 1e21 have only digits in JSON, which are read as
/// integers if they fit.
fn float(x: f64) -> Result<Vec<u8>, Stop> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !x.is_finite() {
        return Err(Stop::Odd);
    }
    if x.trunc() != x || x.abs() >= 1e21 {
        return Ok(format_g(x).into_bytes());
    }
    if x.abs() < EXACT {
        return Ok((x as i64).to_string().into_bytes());
    }
    // The shortest digits that mean this number, and zeros.
    let digits = x.to_string();
    let fits = digits.parse::<i64>().is_ok() || digits.parse::<u64>().is_ok();
    Ok(if fits { digits } else { format_g(x) }.into_bytes())
}
