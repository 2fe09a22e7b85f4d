//! `toYamlPretty`: go-yaml v3 on the value itself, without JSON (R132).

use super::decode::MAX_DEPTH;
use super::emitter::{Emitter, Place, ScalarText};
use super::marshal::MAX_BYTES;
use super::order;
use super::resolve::Flavor;
use crate::dialect::HelmVersion;
use crate::go::base64;
use crate::go::number::{format_g, push_decimal};
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
    let mut walk = Walk { emitter: Emitter::new(Flavor::V3), version, max_bytes, depth: 0 };
    walk.value(value, Place::Root)?;
    Ok(walk.emitter.finish())
}

struct Walk {
    emitter: Emitter,
    version: HelmVersion,
    max_bytes: usize,
    depth: usize,
}

impl Walk {
    fn value(&mut self, value: &Value, place: Place) -> Result<(), Fault> {
        if self.emitter.out.len() > self.max_bytes {
            let bound = self.max_bytes;
            return Err(Fault::limit(
                "output-bytes",
                bound as u64,
                format!("YAML would exceed {bound} bytes"),
            ));
        }
        let mut number = Vec::new();
        match value {
            Value::Nil => self.emitter.raw(b"null"),
            Value::Bool(b) => self.emitter.raw(if *b { b"true" } else { b"false" }),
            Value::Int(n) | Value::Int64(n) => push_decimal(&mut number, *n),
            Value::Uint64(n) => push_decimal(&mut number, *n),
            Value::Uint8(n) => push_decimal(&mut number, *n),
            Value::Float(x) => number = float(*x).into_bytes(),
            Value::Complex(..) => return Err(Fault::text("cannot marshal type: complex128")),
            Value::Str(text) => self.string(text, place),
            Value::List(list) => self.list(list, place)?,
            Value::Bytes(_) | Value::Strings(_) | Value::Ints(_) | Value::Lists(_) => {
                self.list(&value.slice_items().unwrap_or_default(), place)?;
            }
            Value::Map(map) | Value::Values(map) => match map.read() {
                None => self.emitter.empty_collection(b"{}"),
                Some(entries) => self.map(entries.iter().collect(), true)?,
            },
            Value::StrMap(map) => {
                let entries = map.iter().flat_map(|map| map.iter());
                let values: Vec<_> = entries.map(|(k, v)| (k.clone(), Value::Str(v.clone()))).collect();
                self.map(values.iter().map(|(k, v)| (k, v)).collect(), true)?;
            }
            Value::Object(object) => self.object(object.as_ref(), place)?,
        }
        if !number.is_empty() {
            self.emitter.raw(&number);
        }
        Ok(())
    }

    fn object(&mut self, object: &dyn Object, place: Place) -> Result<(), Fault> {
        self.deeper()?;
        match (object.type_name(self.version), object.json(), object.string()) {
            // Times stand as they are, durations as text; other text is what `MarshalText` gives.
            ("time.Time" | "*time.Time", Some(Value::Str(text)), _) => self.emitter.raw(&text),
            ("time.Duration", _, Some(text)) | (_, Some(Value::Str(text)), _) => self.string(&text, place),
            _ => {
                if let Some(value) = object.underlying() {
                    self.value(&value, place)?;
                } else if let Some(entries) = object.entries() {
                    self.map(entries.iter().map(|(k, v)| (k, v)).collect(), true)?;
                } else if let Some(items) = object.items() {
                    self.list(&items, place)?;
                } else {
                    let fields = object.fields().into_iter();
                    let fields: Vec<_> = fields.map(|(k, v)| (Str::from(k.to_lowercase()), v)).collect();
                    self.map(fields.iter().map(|(k, v)| (k, v)).collect(), false)?;
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Go has no bound here: a cyclic map ends Helm with a stack overflow.
    fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let what = format!("value is nested more than {MAX_DEPTH} deep");
            return Err(Fault::limit("nesting", MAX_DEPTH as u64, what));
        }
        Ok(())
    }

    fn list(&mut self, items: &[Value], place: Place) -> Result<(), Fault> {
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

    fn map(&mut self, mut entries: Vec<(&Str, &Value)>, sorted: bool) -> Result<(), Fault> {
        if entries.is_empty() {
            self.emitter.empty_collection(b"{}");
            return Ok(());
        }
        self.deeper()?;
        if sorted {
            entries = order::sort(entries, |entry| entry.0.as_bytes(), Flavor::V3);
        }
        let before = self.emitter.open_mapping();
        for (key, value) in entries {
            match std::str::from_utf8(key) {
                Ok(_) => self.emitter.key(&ScalarText::string(key, Flavor::V3)),
                Err(_) => self.emitter.key(&ScalarText::binary(&wrapped_base64(key))),
            }
            self.value(value, Place::Entry)?;
        }
        self.emitter.close(before);
        self.depth -= 1;
        Ok(())
    }

    fn string(&mut self, text: &[u8], place: Place) {
        match std::str::from_utf8(text) {
            Ok(_) => self.emitter.scalar(&ScalarText::string(text, Flavor::V3), place),
            Err(_) => self.emitter.scalar(&ScalarText::binary(&wrapped_base64(text)), place),
        }
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
