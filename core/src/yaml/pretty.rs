//! `toYamlPretty`: go-yaml v3 on the value itself, without JSON (R132).

use super::emitter::{Emitter, Place, ScalarText};
use super::marshal::MAX_BYTES;
use super::resolve::Flavor;
use super::walk::{Part, Writer, write};
use crate::dialect::HelmVersion;
use crate::go::base64;
use crate::go::number::{format_g, push_decimal};
use crate::go::time::{RFC3339_NANO, Time};
use crate::limits::Limits;
use crate::value::{Fault, Object, Str, Value};

/// The YAML text of a value as `toYamlPretty` makes it, with its final line break. An error is what Go panics with
/// (Helm shows it), or one of our limits.
///
/// ```
/// use hookwright_core::yaml;
/// let value = yaml::unmarshal(b"{b: [1e6, x]}").unwrap();
/// assert_eq!(yaml::marshal_pretty(&value, Default::default()).unwrap(), b"b:\n  - 1e+06\n  - x\n");
/// ```
pub fn marshal_pretty(value: &Value, version: HelmVersion) -> Result<Vec<u8>, String> {
    marshal_pretty_bounded(value, version, MAX_BYTES).map_err(|fault| fault.to_string())
}

/// [`marshal_pretty`] within a budget.
pub(crate) fn marshal_pretty_bounded(
    value: &Value,
    version: HelmVersion,
    max_bytes: usize,
) -> Result<Vec<u8>, Fault> {
    write(Pretty { version }, Emitter::new(Flavor::V3), value, max_bytes)
}

struct Pretty {
    version: HelmVersion,
}

impl Writer for Pretty {
    type Stop = Fault;

    fn part(&mut self, emitter: &mut Emitter, value: &Value, place: Place) -> Result<Part, Fault> {
        let mut number = Vec::new();
        match value {
            Value::Nil => emitter.raw(b"null"),
            Value::Bool(b) => emitter.raw(if *b { b"true" } else { b"false" }),
            Value::Int(n) | Value::Int64(n) => push_decimal(&mut number, *n),
            Value::Uint64(n) => push_decimal(&mut number, *n),
            Value::Uint8(n) => push_decimal(&mut number, *n),
            Value::Float(x) => number = float(*x).into_bytes(),
            Value::Complex(..) => return Err(Fault::text("cannot marshal type: complex128")),
            Value::Str(text) => string(emitter, text, place),
            Value::List(list) => return Ok(Part::List(list.clone())),
            Value::Bytes(_) | Value::Strings(_) | Value::Ints(_) | Value::Lists(_) => {
                return Ok(Part::List(value.slice_items().unwrap_or_default().into()));
            }
            Value::Map(map) | Value::Values(map) => return Ok(Part::Map(map.entries())),
            Value::StrMap(map) => {
                let entries = map.iter().flat_map(|map| map.iter());
                return Ok(Part::Map(entries.map(|(k, v)| (k.clone(), Value::Str(v.clone()))).collect()));
            }
            Value::Object(object) => return self.object(emitter, object.as_ref(), place),
        }
        if !number.is_empty() {
            emitter.raw(&number);
        }
        Ok(Part::Leaf)
    }

    fn key(&mut self, emitter: &mut Emitter, key: &[u8]) -> Result<(), Fault> {
        match std::str::from_utf8(key) {
            Ok(_) => emitter.key(&ScalarText::string(key, Flavor::V3)),
            Err(_) => emitter.key(&ScalarText::binary(&wrapped_base64(key))),
        }
        Ok(())
    }

    /// Go has no bound here: a cyclic map ends Helm with a stack overflow.
    fn too_deep(&self) -> Fault {
        let bound = Limits::default().nesting as u64;
        Fault::limit("nesting", bound, "toYamlPretty of a map within itself, or of a deeper value")
    }
}

impl Pretty {
    fn object(&mut self, emitter: &mut Emitter, object: &dyn Object, place: Place) -> Result<Part, Fault> {
        // Times stand as they are, those of the year 10000 too, at which JSON stops (yaml3/encode.go:timev).
        if let Some(time) = object.as_any().downcast_ref::<Time>() {
            emitter.raw(&time.format(RFC3339_NANO));
            return Ok(Part::Leaf);
        }
        match (object.type_name(self.version), object.json(), object.string()) {
            // Durations are text; other text is what `MarshalText` gives.
            ("time.Duration", _, Some(text)) | (_, Some(Value::Str(text)), _) => {
                string(emitter, &text, place)
            }
            _ => match (object.underlying(), object.entries(), object.items()) {
                (Some(Value::Object(_)), ..) => {}
                (Some(value), ..) => return self.part(emitter, &value, place),
                (_, Some(entries), _) => return Ok(Part::Map(entries)),
                (.., Some(items)) => return Ok(Part::List(items.into())),
                _ => {
                    // An embedded struct stands under its own name: fields as they are declared, the exported ones.
                    let fields = object
                        .printed_fields()
                        .into_iter()
                        .filter(|(name, _)| name.starts_with(char::is_uppercase));
                    return Ok(Part::Fields(fields.map(|(k, v)| (Str::from(k.to_lowercase()), v)).collect()));
                }
            },
        }
        Ok(Part::Leaf)
    }
}

fn string(emitter: &mut Emitter, text: &[u8], place: Place) {
    match std::str::from_utf8(text) {
        Ok(_) => emitter.scalar(&ScalarText::string(text, Flavor::V3), place),
        Err(_) => emitter.scalar(&ScalarText::binary(&wrapped_base64(text)), place),
    }
}

fn float(x: f64) -> String {
    match x {
        f64::INFINITY => ".inf".into(),
        f64::NEG_INFINITY => "-.inf".into(),
        _ if x.is_nan() => ".nan".into(),
        _ => format_g(x),
    }
}

/// Base64 in lines of 70 characters, each ended, if there is more than one (yaml3/resolve.go:encodeBase64).
fn wrapped_base64(bytes: &[u8]) -> Vec<u8> {
    const LINE: usize = 70;
    let text = base64::encode(bytes).into_bytes();
    if text.len() / LINE == 0 {
        return text;
    }
    text.chunks(LINE).flat_map(|line| line.iter().chain(b"\n")).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{List, Map};
    use std::rc::Rc;

    fn pretty(value: &Value) -> Result<String, String> {
        marshal_pretty(value, HelmVersion::V4_3).map(|text| String::from_utf8(text).expect("UTF-8"))
    }

    #[test]
    fn types() {
        let cases = [
            (Value::Float(1e6), "1e+06"),
            (Value::Float(-0.0), "-0"),
            (Value::Float(f64::INFINITY), ".inf"),
            (Value::List(List::NIL), "[]"),
            (Value::Map(Map::NIL), "{}"),
            (Value::Bytes(Some([1, 2].into())), "- 1\n- 2"),
            (Value::Bytes(None), "[]"),
            (Value::Str(b"a\xffb".as_slice().into()), "!!binary Yf9i"),
            (Value::from("a\u{7f}b\u{85}"), "\"a\\x7Fb\\N\""),
            (Value::from("a\n\tb"), "|-\n  a\n  \tb"),
            (Value::Object(Rc::new(crate::go::time::Duration(90_000_000_000))), "1m30s"),
        ];
        for (value, text) in cases {
            assert_eq!(pretty(&value), Ok(format!("{text}\n")));
        }
        assert_eq!(pretty(&Value::Complex(0.0, 1.0)), Err("cannot marshal type: complex128".into()));
        let binary = pretty(&Value::Str(vec![0xff; 60].into())).expect("binary");
        assert!(binary.starts_with("!!binary |\n  ////") && binary.lines().count() == 3);
    }

    #[test]
    fn cyclic_maps_reach_a_limit() {
        let map = Map::new();
        assert!(map.insert("self", Value::Map(map.clone())));
        assert!(
            pretty(&Value::Map(map.clone())).is_err_and(|error| error.starts_with("limit nesting (10000)"))
        );
        map.remove(b"self");
    }
}
