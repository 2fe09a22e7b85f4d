//! JSON text of a value, as `toYaml` puts it through the YAML reader (R122, R123). Only for values with which that
//! detour does more than can be foreseen; all others are written directly.

use super::decode::MAX_DEPTH;
use super::marshal::{Shape, Stop, json_float};
use crate::dialect::HelmVersion;
use crate::go::base64;
use crate::go::number::push_decimal;
use crate::value::Value;

/// The writer: encoding/json's, without the HTML escapes, which the YAML reader undoes — except that a key counts them.
pub(super) struct JsonText {
    out: Vec<u8>,
    version: HelmVersion,
    max_bytes: usize,
    /// Identities of the maps around the value.
    path: Vec<usize>,
    depth: usize,
}

impl JsonText {
    pub(super) fn of(value: &Value, version: HelmVersion, max_bytes: usize) -> Result<Vec<u8>, Stop> {
        let mut json = JsonText { out: Vec::new(), version, max_bytes, path: Vec::new(), depth: 0 };
        json.value(value)?;
        Ok(json.out)
    }

    fn value(&mut self, value: &Value) -> Result<(), Stop> {
        if self.out.len() > self.max_bytes {
            return Err(Stop::too_large(self.max_bytes));
        }
        match value {
            Value::Nil => self.out.extend_from_slice(b"null"),
            Value::Bool(true) => self.out.extend_from_slice(b"true"),
            Value::Bool(false) => self.out.extend_from_slice(b"false"),
            Value::Int(n) | Value::Int64(n) => push_decimal(&mut self.out, *n),
            Value::Uint64(n) => push_decimal(&mut self.out, *n),
            Value::Uint8(n) => push_decimal(&mut self.out, *n),
            Value::Float(x) => {
                let text = json_float(*x)?;
                self.out.extend_from_slice(text.as_bytes());
            }
            Value::Complex(..) => return Err(Stop::Json("json: unsupported type: complex128".into())),
            Value::Str(text) => self.string(text),
            Value::Bytes(None) => self.out.extend_from_slice(b"null"),
            Value::Bytes(Some(bytes)) => self.string(base64::encode(bytes).as_bytes()),
            Value::List(list) if list.is_nil() => self.out.extend_from_slice(b"null"),
            Value::List(list) => self.list(list)?,
            Value::Strings(strings) if strings.is_nil() => self.out.extend_from_slice(b"null"),
            Value::Strings(_) | Value::Ints(_) | Value::Lists(_) => {
                self.list(&value.slice_items().unwrap_or_default())?;
            }
            Value::Map(map) | Value::Values(map) if map.is_nil() => self.out.extend_from_slice(b"null"),
            Value::Map(map) | Value::Values(map) => {
                self.path.push(map.identity());
                if let Some(entries) = map.read() {
                    self.map(entries.iter())?;
                }
                self.path.pop();
            }
            Value::StrMap(None) => self.out.extend_from_slice(b"null"),
            Value::StrMap(Some(map)) => {
                let entries: Vec<_> = map.iter().map(|(k, v)| (k.clone(), Value::Str(v.clone()))).collect();
                self.map(entries.iter().map(|(k, v)| (k, v)))?;
            }
            Value::Object(object) => {
                self.deeper()?;
                match Shape::of(object.as_ref(), self.version)? {
                    Shape::Value(value) => self.value(&value)?,
                    Shape::List(items) => self.list(&items)?,
                    Shape::Map(entries) => self.map(entries.iter().map(|(k, v)| (k, v)))?,
                }
                self.depth -= 1;
            }
        }
        Ok(())
    }

    fn deeper(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Stop::too_deep(&self.path)) } else { Ok(()) }
    }

    fn list(&mut self, items: &[Value]) -> Result<(), Stop> {
        self.deeper()?;
        self.out.push(b'[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            self.value(item)?;
        }
        self.out.push(b']');
        self.depth -= 1;
        Ok(())
    }

    fn map<'v, K: AsRef<[u8]> + 'v>(
        &mut self,
        entries: impl Iterator<Item = (&'v K, &'v Value)>,
    ) -> Result<(), Stop> {
        self.deeper()?;
        self.out.push(b'{');
        for (i, (key, value)) in entries.enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            self.string(key.as_ref());
            self.out.push(b':');
            self.value(value)?;
        }
        self.out.push(b'}');
        self.depth -= 1;
        Ok(())
    }

    fn string(&mut self, text: &[u8]) {
        self.out.push(b'"');
        for (_, c, valid) in crate::go::utf8::runes(text) {
            match c {
                '"' | '\\' => self.out.extend_from_slice(&[b'\\', c as u8]),
                '\n' => self.out.extend_from_slice(b"\\n"),
                '\r' => self.out.extend_from_slice(b"\\r"),
                '\t' => self.out.extend_from_slice(b"\\t"),
                '\x08' => self.out.extend_from_slice(b"\\b"),
                '\x0c' => self.out.extend_from_slice(b"\\f"),
                '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    self.out.extend_from_slice(format!("\\u{:04x}", c as u32).as_bytes());
                }
                _ if !valid && !self.version.json_v2() => self.out.extend_from_slice(b"\\ufffd"),
                _ => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        self.out.push(b'"');
    }
}

/// Characters of a key's JSON text, quotes included: the YAML reader gives up on long keys.
pub(super) fn key_length(key: &[u8]) -> usize {
    let escaped = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\x08' | '\x0c' => 2,
        '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        _ => 1,
    };
    2 + crate::go::utf8::runes(key).map(|(_, c, _)| escaped(c)).sum::<usize>()
}
