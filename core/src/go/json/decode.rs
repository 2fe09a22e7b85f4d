//! json.Unmarshal into the types Helm uses, and json.Decoder for one value at the beginning of a text.

use super::MAX_DEPTH;
use super::syntax::{Scanner, SyntaxError};
use crate::dialect::HelmVersion;
use crate::go::number::to_float;
use crate::value::{Kind, List, Map, Object, Str, Value};
use std::any::Any;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a text is decoded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `interface {}`
    Any,
    /// `map[string]interface {}`
    Map,
    /// `[]interface {}`
    List,
}

/// What Go leaves in the target, and its error. With an error of syntax or type nothing is left; a number out of range
/// spoils itself only.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The decoded value: [`Value::Nil`] for `null`, and when there is none.
    pub value: Value,
    /// Go's error text.
    pub error: Option<String>,
}

/// Decodes a whole text. Repeated keys: the last one wins.
pub fn decode_into(text: &[u8], target: Target, version: HelmVersion) -> Decoded {
    let mut scanner = Scanner::new(text, version);
    let parsed = parse(&mut scanner, &mut Floats::new(version)).and_then(|parsed| match scanner.token() {
        Ok(_) => Err(scanner.unexpected("after top-level value")),
        Err(_) => Ok(parsed),
    });
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return Decoded { value: Value::Nil, error: Some(error.text()) },
    };
    let expected = match target {
        Target::Any => None,
        Target::Map => Some("map[string]interface {}"),
        Target::List => Some("[]interface {}"),
    };
    let found = match (&parsed.value, target) {
        // A number out of range, in the classic generation.
        (Value::Nil, Target::Map | Target::List) if parsed.out_of_range.is_some() => "number",
        (Value::Nil, _)
        | (_, Target::Any)
        | (Value::Map(_), Target::Map)
        | (Value::List(_), Target::List) => "",
        (Value::Map(_), _) => "object",
        (Value::List(_), _) => "array",
        (Value::Str(_), _) => "string",
        (Value::Bool(_), _) => "bool",
        _ => "number",
    };
    match expected {
        Some(expected) if !found.is_empty() => {
            let error = format!("json: cannot unmarshal {found} into Go value of type {expected}");
            Decoded { value: Value::Nil, error: Some(error) }
        }
        _ => Decoded { value: parsed.value, error: parsed.out_of_range },
    }
}

/// `json.Unmarshal` into an `interface {}`.
pub fn decode(text: &[u8], version: HelmVersion) -> Result<Value, String> {
    let decoded = decode_into(text, Target::Any, version);
    decoded.error.map_or(Ok(decoded.value), Err)
}

/// `json.Unmarshal` into a `map[string]interface {}`; `null` gives the nil map.
pub fn decode_map(text: &[u8], version: HelmVersion) -> Result<Map, String> {
    match decode_into(text, Target::Map, version) {
        Decoded { error: Some(error), .. } => Err(error),
        Decoded { value: Value::Map(map), .. } => Ok(map),
        _ => Ok(Map::NIL),
    }
}

/// `json.Unmarshal` into a `[]interface {}`; `null` gives the nil slice.
pub fn decode_list(text: &[u8], version: HelmVersion) -> Result<List, String> {
    match decode_into(text, Target::List, version) {
        Decoded { error: Some(error), .. } => Err(error),
        Decoded { value: Value::List(list), .. } => Ok(list),
        _ => Ok(List::NIL),
    }
}

/// `json.Decoder.Decode`: the value at the beginning of a text, and where it ends. What follows is not looked at.
pub fn decode_prefix(text: &[u8], version: HelmVersion) -> Result<(Value, usize), String> {
    prefix(text, version, &mut Floats::new(version))
}

/// [`decode_prefix`] after `UseNumber`: numbers keep their text as [`Number`].
pub fn decode_prefix_numbers(text: &[u8], version: HelmVersion) -> Result<(Value, usize), String> {
    prefix(text, version, &mut KeepText)
}

fn prefix(text: &[u8], version: HelmVersion, numbers: &mut impl Numbers) -> Result<(Value, usize), String> {
    let mut scanner = Scanner::new(text, version);
    scanner.stream = true;
    if scanner.token().is_err() {
        return Err("EOF".to_owned());
    }
    match parse(&mut scanner, numbers) {
        Ok(Parsed { out_of_range: Some(error), .. }) => Err(error),
        Ok(Parsed { value, .. }) => Ok((value, scanner.at)),
        Err(SyntaxError::End) => Err("unexpected EOF".to_owned()),
        Err(SyntaxError::Message(message)) => Err(message),
    }
}

/// Go's `json.Number`: a number as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub String);

impl Object for Number {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "json.Number"
    }

    fn kind(&self) -> Kind {
        Kind::String
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::str(self.0.as_str()))
    }

    fn string(&self) -> Option<Str> {
        Some(self.0.as_str().into())
    }

    fn len(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Number>() == Some(self)
    }
}

struct Parsed {
    value: Value,
    /// The error about the first number out of range.
    out_of_range: Option<String>,
}

/// What becomes of numbers.
trait Numbers {
    fn read(&mut self, text: &str, open: &[Open]) -> Value;

    fn out_of_range(&mut self) -> Option<String> {
        None
    }
}

/// Numbers become `float64`.
struct Floats {
    version: HelmVersion,
    out_of_range: Option<String>,
}

impl Floats {
    fn new(version: HelmVersion) -> Floats {
        Floats { version, out_of_range: None }
    }
}

impl Numbers for Floats {
    fn read(&mut self, text: &str, open: &[Open]) -> Value {
        match to_float(text, 64) {
            x if x.is_finite() => Value::Float(x),
            _ => {
                let version = self.version;
                self.out_of_range.get_or_insert_with(|| range_error(text, open, version));
                // What is left in the number's place: 0 since Go 1.27, nil before.
                if version.json_v2() { Value::Float(0.0) } else { Value::Nil }
            }
        }
    }

    fn out_of_range(&mut self) -> Option<String> {
        self.out_of_range.take()
    }
}

/// Numbers become [`Number`].
struct KeepText;

impl Numbers for KeepText {
    fn read(&mut self, text: &str, _: &[Open]) -> Value {
        Value::Object(Rc::new(Number(text.to_owned())))
    }
}

/// A collection that is being read.
enum Open {
    List(Vec<Value>),
    Map { entries: BTreeMap<Str, Value>, key: Str },
}

/// Reads one value.
fn parse(scanner: &mut Scanner<'_>, numbers: &mut impl Numbers) -> Result<Parsed, SyntaxError> {
    let mut open: Vec<Open> = Vec::new();
    loop {
        let mut value = match scanner.token()? {
            bracket @ (b'[' | b'{') => {
                if open.len() >= MAX_DEPTH {
                    return Err(SyntaxError::Message("exceeded max depth".to_owned()));
                }
                scanner.at += 1;
                let next = scanner.token()?;
                match bracket {
                    b'[' if next == b']' => {
                        scanner.at += 1;
                        Value::list([])
                    }
                    b'{' if next == b'}' => {
                        scanner.at += 1;
                        Value::Map(Map::new())
                    }
                    b'[' => {
                        open.push(Open::List(Vec::new()));
                        continue;
                    }
                    _ => {
                        open.push(Open::Map { entries: BTreeMap::new(), key: key(scanner)? });
                        continue;
                    }
                }
            }
            b'"' => Value::Str(scanner.string()?),
            b'n' => {
                scanner.literal("null")?;
                Value::Nil
            }
            b't' => {
                scanner.literal("true")?;
                Value::Bool(true)
            }
            b'f' => {
                scanner.literal("false")?;
                Value::Bool(false)
            }
            b'-' | b'0'..=b'9' => {
                let text = scanner.number()?;
                numbers.read(text, &open)
            }
            _ => return Err(scanner.unexpected("looking for beginning of value")),
        };
        // Put the value where it belongs, and close what ends with it.
        loop {
            let Some(innermost) = open.last_mut() else {
                return Ok(Parsed { value, out_of_range: numbers.out_of_range() });
            };
            let next = match innermost {
                Open::List(items) => {
                    items.push(value);
                    match scanner.token()? {
                        next @ (b',' | b']') => next,
                        _ => return Err(scanner.unexpected("after array element")),
                    }
                }
                Open::Map { entries, key } => {
                    entries.insert(key.clone(), value);
                    match scanner.token()? {
                        next @ (b',' | b'}') => next,
                        _ => return Err(scanner.unexpected("after object key:value pair")),
                    }
                }
            };
            scanner.at += 1;
            if next == b',' {
                if let Open::Map { key: current, .. } = innermost {
                    scanner.token()?;
                    *current = key(scanner)?;
                }
                break;
            }
            value = match open.pop() {
                Some(Open::List(items)) => Value::list(items),
                Some(Open::Map { entries, .. }) => Value::Map(entries.into_iter().collect()),
                None => Value::Nil,
            };
        }
    }
}

/// A key and its colon.
fn key(scanner: &mut Scanner<'_>) -> Result<Str, SyntaxError> {
    if scanner.peek() != Some(b'"') {
        return Err(scanner.unexpected("looking for beginning of object key string"));
    }
    let key = scanner.string()?;
    if scanner.token()? != b':' {
        return Err(scanner.unexpected("after object key"));
    }
    scanner.at += 1;
    Ok(key)
}

/// The error about a number that no float64 holds. Since Go 1.27 it tells where, in the words once meant for structs
/// (encoding/json/v2_decode.go:UnmarshalTypeError, v2_inject.go).
fn range_error(number: &str, open: &[Open], version: HelmVersion) -> String {
    let steps: Vec<String> = open
        .iter()
        .map(|collection| match collection {
            Open::List(items) => items.len().to_string(),
            Open::Map { key, .. } => key.to_text().replace('~', "~0").replace('/', "~1"),
        })
        .collect();
    let path = steps.join(".");
    // Nor does it tell where for a single empty key.
    if path.is_empty() || !version.json_v2() {
        return format!("json: cannot unmarshal number {number} into Go value of type float64");
    }
    let last = path.rsplit('.').next().unwrap_or_default();
    let into =
        if !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()) { "" } else { "Go struct field " };
    format!("json: cannot unmarshal number {number} into {into}.{path} of type float64")
}
