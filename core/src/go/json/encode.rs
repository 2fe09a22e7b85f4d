//! json.Marshal, json.MarshalIndent and json.Encoder.

use super::{MAX_DEPTH, Number};
use crate::dialect::HelmVersion;
use crate::go::{base64, number, utf8};
use crate::limits::Limits;
use crate::value::{Fault, Kind, List, Object, Str, Value};
use std::collections::HashSet;
use std::rc::Rc;

/// Nesting from which Go looks for cycles (encoding/json/encode.go:startDetectingCyclesAfter).
const CYCLES_FROM: usize = 1000;

/// `json.Marshal`, or with `html` false `json.Encoder` after `SetEscapeHTML(false)`, without its newline.
///
/// # Errors
///
/// Go's text as a plain fault; a limit fault when shared maps unfold to more text than the default budget.
pub fn encode(value: &Value, html: bool, version: HelmVersion) -> Result<Vec<u8>, Fault> {
    Encoder { out: Vec::new(), html, indent: None, version }.run(value)
}

/// `json.MarshalIndent(value, "", indent)`.
///
/// # Errors
///
/// As [`encode`].
pub fn encode_indent(value: &Value, indent: &str, version: HelmVersion) -> Result<Vec<u8>, Fault> {
    Encoder { out: Vec::new(), html: true, indent: Some(indent), version }.run(value)
}

struct Encoder<'a> {
    out: Vec<u8>,
    html: bool,
    indent: Option<&'a str>,
    version: HelmVersion,
}

/// A collection that is being written.
struct Open {
    parts: Parts,
    next: usize,
    /// What identifies the collection while cycles are looked for.
    identity: Option<Identity>,
}

/// A map's address, or a list's address and length.
type Identity = (usize, usize);

enum Parts {
    List(List),
    Values(Vec<Value>),
    Entries(Vec<(Str, Value)>),
    Fields(Vec<(&'static str, Value)>),
}

impl Parts {
    fn len(&self) -> usize {
        match self {
            Parts::List(list) => list.len(),
            Parts::Values(values) => values.len(),
            Parts::Entries(entries) => entries.len(),
            Parts::Fields(fields) => fields.len(),
        }
    }

    fn is_object(&self) -> bool {
        matches!(self, Parts::Entries(_) | Parts::Fields(_))
    }
}

impl Encoder<'_> {
    fn run(mut self, value: &Value) -> Result<Vec<u8>, Fault> {
        let bound = Limits::default().output_bytes;
        let mut open: Vec<Open> = Vec::new();
        let mut seen: HashSet<Identity> = HashSet::new();
        // The classic encoder counts the pointer that toRawJson passes.
        let outer_levels = usize::from(!self.html && !self.version.json_v2());
        let mut pending = Some(value.clone());
        loop {
            if let Some(value) = pending.take() {
                let Some(parts) = self.leaf_or_parts(&value)? else { continue };
                let object = parts.is_object();
                if parts.len() == 0 {
                    self.out.extend(if object { b"{}" } else { b"[]" });
                    continue;
                }
                // Only the rewritten encoder bounds the nesting.
                if open.len() >= MAX_DEPTH && self.version.json_v2() {
                    return Err(Fault::text("exceeded max depth"));
                }
                let identity =
                    (open.len() + 1 + outer_levels > CYCLES_FROM).then(|| identity(&value)).flatten();
                if identity.is_some_and(|identity| !seen.insert(identity)) {
                    let name = value.type_name(self.version);
                    return Err(Fault::text(format!(
                        "json: unsupported value: encountered a cycle via {name}"
                    )));
                }
                if self.out.len() > bound {
                    return Err(Fault::limit(
                        "output-bytes",
                        bound as u64,
                        "a value that unfolds to more JSON",
                    ));
                }
                self.out.push(if object { b'{' } else { b'[' });
                open.push(Open { parts, next: 0, identity });
            }
            let depth = open.len();
            let Some(innermost) = open.last_mut() else { return Ok(self.out) };
            let index = innermost.next;
            innermost.next += 1;
            if index >= innermost.parts.len() {
                let object = innermost.parts.is_object();
                if let Some(identity) = innermost.identity {
                    seen.remove(&identity);
                }
                open.pop();
                self.line(depth - 1);
                self.out.push(if object { b'}' } else { b']' });
                continue;
            }
            if index > 0 {
                self.out.push(b',');
            }
            self.line(depth);
            pending = match &innermost.parts {
                Parts::List(list) => list.get(index).cloned(),
                Parts::Values(values) => values.get(index).cloned(),
                Parts::Entries(entries) => entries.get(index).map(|(key, value)| {
                    self.key(key);
                    value.clone()
                }),
                Parts::Fields(fields) => fields.get(index).map(|(key, value)| {
                    self.key(key.as_bytes());
                    value.clone()
                }),
            };
        }
    }

    /// A new line in indented output.
    fn line(&mut self, depth: usize) {
        if let Some(indent) = self.indent {
            self.out.push(b'\n');
            self.out.extend(std::iter::repeat_n(indent.as_bytes(), depth).flatten());
        }
    }

    fn key(&mut self, key: &[u8]) {
        push_string(&mut self.out, key, self.html, self.version);
        self.out.extend(if self.indent.is_some() { b": ".as_slice() } else { b":" });
    }

    /// Writes a value that is not a collection, or gives a collection's parts.
    fn leaf_or_parts(&mut self, value: &Value) -> Result<Option<Parts>, Fault> {
        match value {
            Value::Nil => self.out.extend(b"null"),
            Value::Bool(b) => self.out.extend(if *b { b"true".as_slice() } else { b"false" }),
            Value::Int(n) | Value::Int64(n) => number::push_decimal(&mut self.out, *n),
            Value::Uint64(n) => number::push_decimal(&mut self.out, *n),
            Value::Uint8(n) => number::push_decimal(&mut self.out, *n),
            Value::Float(x) => push_float(&mut self.out, *x)?,
            Value::Complex(..) => return Err(Fault::text("json: unsupported type: complex128")),
            Value::Str(text) => push_string(&mut self.out, text, self.html, self.version),
            Value::Bytes(None) => self.out.extend(b"null"),
            Value::Bytes(Some(bytes)) => {
                self.out.push(b'"');
                self.out.extend(base64::encode(bytes).bytes());
                self.out.push(b'"');
            }
            Value::List(list) if list.is_nil() => self.out.extend(b"null"),
            Value::List(list) => return Ok(Some(Parts::List(list.clone()))),
            Value::Map(map) | Value::Values(map) if map.is_nil() => self.out.extend(b"null"),
            Value::Map(map) | Value::Values(map) => return Ok(Some(Parts::Entries(map.entries()))),
            Value::StrMap(None) => self.out.extend(b"null"),
            Value::StrMap(Some(map)) => {
                let entries = map.iter().map(|(key, text)| (key.clone(), Value::Str(text.clone())));
                return Ok(Some(Parts::Entries(entries.collect())));
            }
            Value::Strings(strings) if strings.is_nil() => self.out.extend(b"null"),
            Value::Strings(_) | Value::Ints(_) | Value::Lists(_) => {
                return Ok(Some(Parts::Values(value.slice_items().unwrap_or_default())));
            }
            Value::Object(object) => return self.object(object),
        }
        Ok(None)
    }

    fn object(&mut self, object: &Rc<dyn Object>) -> Result<Option<Parts>, Fault> {
        if let Some(Number(text)) = object.as_any().downcast_ref() {
            self.out.extend(text.bytes());
            return Ok(None);
        }
        if let Some(error) = object.json_error() {
            let name = object.type_name(self.version);
            return Err(Fault::text(if self.version.json_v2() {
                // The rewritten package calls the pointer's method, and the method's name has left the text.
                let error = error.split_once(": ").map_or(error.as_str(), |(_, error)| error);
                format!("json: error calling MarshalJSON for type *{name}: {error}")
            } else {
                format!("json: error calling MarshalJSON for type {name}: {error}")
            }));
        }
        // A rule of its own gives a plain value at once; the loop guards against rules that give themselves.
        if let Some(value) = object.json().or_else(|| object.underlying()) {
            return match value {
                Value::Object(_) => {
                    Err(Fault::text(format!("json: unsupported type: {}", object.type_name(self.version))))
                }
                value => self.leaf_or_parts(&value),
            };
        }
        Ok(Some(match object.kind() {
            Kind::Map => Parts::Entries(object.entries().unwrap_or_default()),
            Kind::Slice => Parts::Values(object.items().unwrap_or_default()),
            _ => Parts::Fields(object.json_members()),
        }))
    }
}

fn identity(value: &Value) -> Option<Identity> {
    match value {
        Value::Map(map) | Value::Values(map) => Some((map.identity(), usize::MAX)),
        Value::List(list) => Some((list.as_ptr() as usize, list.len())),
        _ => None,
    }
}

/// A float as ECMAScript writes it (encode.go:floatEncoder).
fn push_float(out: &mut Vec<u8>, x: f64) -> Result<(), Fault> {
    if !x.is_finite() {
        return Err(Fault::text(format!("json: unsupported value: {}", number::format_g(x))));
    }
    let magnitude = x.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let start = out.len();
        number::push_float(out, x, b'e', -1, 64);
        // e-09 is written e-9.
        if out.len() - start >= 4 && out.get(out.len() - 4..out.len() - 1) == Some(b"e-0") {
            out.remove(out.len() - 2);
        }
    } else if x == x.trunc() && magnitude < 1e15 && (x != 0.0 || x.is_sign_positive()) {
        number::push_decimal(out, x as i64);
    } else {
        number::push_float(out, x, b'f', -1, 64);
    }
    Ok(())
}

/// Appends a JSON string. Invalid UTF-8 becomes U+FFFD: as it is since Go 1.27, escaped before.
pub fn push_string(out: &mut Vec<u8>, text: &[u8], html: bool, version: HelmVersion) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text;
    loop {
        let plain = rest.iter().position(|b| !is_plain(*b, html)).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(plain);
        out.extend_from_slice(run);
        rest = tail;
        let Some(first) = rest.first() else { break };
        let (rune, width) = utf8::decode(rest);
        match (rune, first) {
            (_, b'"' | b'\\') => out.extend([b'\\', *first]),
            (_, 8) => out.extend(b"\\b"),
            (_, 12) => out.extend(b"\\f"),
            (_, b'\n') => out.extend(b"\\n"),
            (_, b'\r') => out.extend(b"\\r"),
            (_, b'\t') => out.extend(b"\\t"),
            (_, 0..=0x7f) => {
                out.extend([
                    b'\\',
                    b'u',
                    b'0',
                    b'0',
                    HEX[usize::from(first >> 4)],
                    HEX[usize::from(first & 15)],
                ]);
            }
            ('\u{2028}', _) => out.extend(b"\\u2028"),
            ('\u{2029}', _) => out.extend(b"\\u2029"),
            (utf8::RUNE_ERROR, _) if width == 1 && !version.json_v2() => out.extend(b"\\ufffd"),
            _ => utf8::push(out, rune),
        }
        rest = rest.get(width..).unwrap_or_default();
    }
    out.push(b'"');
}

/// Whether a byte stands for itself in a JSON string.
fn is_plain(byte: u8, html: bool) -> bool {
    match byte {
        b'"' | b'\\' => false,
        b'<' | b'>' | b'&' => !html,
        _ => (b' '..=b'\x7f').contains(&byte),
    }
}
