//! `toYaml`: sigs.k8s.io/yaml's `Marshal` (R122–R131).
//!
//! Helm encodes the value as JSON, reads that text as YAML and writes what it read. For almost all values this changes
//! nothing but numbers, so they are written directly. Where a string holds characters with which the detour does more,
//! and where it fails, it is taken, and gives Go's result or error.

use super::decode::{Numbers, decode_first};
use super::emitter::{Emitter, Place, ScalarText};
use super::resolve::Flavor;
use super::walk::{Part, Writer, write};
use crate::dialect::HelmVersion;
use crate::go::number::{format_g, push_decimal, push_g};
use crate::go::{base64, json, utf8};
use crate::value::{Fault, Value};

/// Output is bounded where no render sets a bound: the default of `output-bytes`.
pub(super) const MAX_BYTES: usize = 256 << 20;

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
    match write(Compact { read: false }, Emitter::new(Flavor::V2), value, max_bytes) {
        Ok(text) => Ok(text),
        Err(Stop::Limit(fault)) => Err(fault),
        Err(Stop::Odd) => detour(value, version, max_bytes),
    }
}

/// By way of JSON text, as Helm goes.
fn detour(value: &Value, version: HelmVersion, max_bytes: usize) -> Result<Vec<u8>, Fault> {
    let text = json::encode(value, true, version);
    let text = text.map_err(|fault| fault.wrapped("error marshaling into JSON: "))?;
    let value = decode_first(&text, Numbers::Resolved).map_err(Fault::text)?;
    write(Compact { read: true }, Emitter::new(Flavor::V2), &value, max_bytes).map_err(|stop| match stop {
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

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Limit(fault)
    }
}

struct Compact {
    /// Whether the value was read from JSON text already.
    read: bool,
}

impl Writer for Compact {
    type Stop = Stop;

    fn part(&mut self, emitter: &mut Emitter, value: &Value, place: Place) -> Result<Part, Stop> {
        let mut number = Vec::new();
        match value {
            Value::Nil | Value::Bytes(None) | Value::StrMap(None) => emitter.raw(b"null"),
            Value::Bool(b) => emitter.raw(if *b { b"true" } else { b"false" }),
            Value::Int(n) | Value::Int64(n) => push_decimal(&mut number, *n),
            Value::Uint64(n) => push_decimal(&mut number, *n),
            Value::Uint8(n) => push_decimal(&mut number, *n),
            Value::Float(x) if self.read => push_g(&mut number, *x),
            Value::Float(x) => number = float(*x)?,
            Value::Complex(..) | Value::Object(_) => return Err(Stop::Odd),
            Value::Str(text) => {
                self.check(text)?;
                emitter.scalar(&ScalarText::string(text, Flavor::V2), place);
            }
            Value::Bytes(Some(bytes)) => {
                let text = base64::encode(bytes);
                emitter.scalar(&ScalarText::string(text.as_bytes(), Flavor::V2), place);
            }
            Value::List(list) if list.is_nil() => emitter.raw(b"null"),
            Value::List(list) => return Ok(Part::List(list.clone())),
            Value::Strings(strings) if strings.is_nil() => emitter.raw(b"null"),
            Value::Strings(_) | Value::Ints(_) | Value::Lists(_) => {
                return Ok(Part::List(value.slice_items().unwrap_or_default().into()));
            }
            Value::Map(map) | Value::Values(map) if map.is_nil() => emitter.raw(b"null"),
            Value::Map(map) | Value::Values(map) => return Ok(Part::Map(map.entries())),
            Value::StrMap(Some(map)) => {
                return Ok(Part::Map(map.iter().map(|(k, v)| (k.clone(), Value::Str(v.clone()))).collect()));
            }
        }
        if !number.is_empty() {
            emitter.raw(&number);
        }
        Ok(Part::Leaf)
    }

    fn key(&mut self, emitter: &mut Emitter, key: &[u8]) -> Result<(), Stop> {
        self.check(key)?;
        // No character is escaped with more than six.
        if key.len() > MAX_KEY / 6 - 2 && !self.read && key_length(key) > MAX_KEY {
            return Err(Stop::Odd);
        }
        emitter.key(&ScalarText::string(key, Flavor::V2));
        Ok(())
    }

    /// The detour has Go's words for it.
    fn too_deep(&self) -> Stop {
        Stop::Odd
    }
}

impl Compact {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{List, Map, Str, Strings};

    fn yaml(value: &Value) -> Result<String, String> {
        marshal(value, HelmVersion::V4_3).map(|text| String::from_utf8(text).expect("UTF-8"))
    }

    #[test]
    fn numbers() {
        let cases = [
            (Value::Float(1e6), "1000000"),
            (Value::Float(-0.0), "0"),
            (Value::Float(2.5), "2.5"),
            (Value::Float(1e-7), "1e-07"),
            (Value::Float(1234567.5), "1.2345675e+06"),
            (Value::Float(4611686018427387904.0), "4611686018427388000"),
            (Value::Float(18446744073709551616.0), "1.8446744073709552e+19"),
            (Value::Float(1e20), "1e+20"),
            (Value::Float(1e21), "1e+21"),
            (Value::Int64(i64::MIN), "-9223372036854775808"),
            (Value::Uint64(u64::MAX), "18446744073709551615"),
            (Value::Uint8(7), "7"),
        ];
        for (value, text) in cases {
            assert_eq!(yaml(&value), Ok(format!("{text}\n")));
        }
    }

    #[test]
    fn other_types() {
        let cases = [
            (Value::Bytes(Some(b"hi".as_slice().into())), "aGk="),
            (Value::Bytes(None), "null"),
            (Value::List(List::NIL), "null"),
            (Value::Map(Map::NIL), "null"),
            (Value::Strings(Strings::new(vec!["y".into(), "z".into()])), "- \"y\"\n- z"),
            (Value::Ints([1, 2].into()), "- 1\n- 2"),
            (Value::Lists([List::from(vec![Value::Nil])].into()), "- - null"),
            (Value::Object(std::rc::Rc::new(crate::go::time::Duration(90))), "90"),
            (Value::Str(b"a\xffb".as_slice().into()), "a\u{fffd}b"),
        ];
        for (value, text) in cases {
            assert_eq!(yaml(&value), Ok(format!("{text}\n")));
        }
    }

    #[test]
    fn errors() {
        let map = Map::new();
        assert!(map.insert("self", Value::Map(map.clone())));
        let cases = [
            (Value::Map(map.clone()), "encountered a cycle via map[string]interface {}"),
            (Value::list([Value::Float(f64::NAN)]), "NaN"),
            (Value::Float(f64::NEG_INFINITY), "-Inf"),
        ];
        for (value, problem) in cases {
            assert_eq!(
                yaml(&value),
                Err(format!("error marshaling into JSON: json: unsupported value: {problem}"))
            );
        }
        map.remove(b"self");
        assert_eq!(yaml(&Value::from("a\u{7f}")), Err("yaml: control characters are not allowed".into()));
        let map: Map = [(Str::from("a\u{85}b"), Value::Nil)].into_iter().collect();
        assert_eq!(yaml(&Value::Map(map)), Err("yaml: line 1: did not find expected ',' or '}'".into()));
    }

    #[test]
    fn output_is_bounded() {
        // A value of a few objects that unfolds to 2^40 strings.
        let mut value = Value::from("text");
        for _ in 0..40 {
            value = Value::list([value.clone(), value]);
        }
        let fault = marshal_bounded(&value, HelmVersion::V4_3, 1000).expect_err("too large");
        assert_eq!(fault.as_limit().map(|limit| limit.name), Some("output-bytes"));
        let fault =
            crate::yaml::marshal_pretty_bounded(&value, HelmVersion::V4_3, 1000).expect_err("too large");
        assert_eq!(fault.as_limit().map(|limit| limit.name), Some("output-bytes"));
    }
}
