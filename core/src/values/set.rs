//! The grammar of `--set`, `--set-string`, `--set-file`, `--set-json` and `--set-literal` (R44–R48).
//!
//! One flag holds `key=value` pairs that are written into a map in place. The grammar has no escape from its own
//! corners: input that stops in the middle of a key or an index ends silently, and what was half written before
//! stays (R45, "silent end"). Behaviour of `pkg/strvals/parser.go` and `literal_parser.go`.

use crate::dialect::HelmVersion;
use crate::go;
use crate::limits::Limits;
use crate::value::{Fault, List, Map, Str, Value};

/// Highest index `a[i]` may name (strvals: `MaxIndex`).
const MAX_INDEX: i64 = 65_536;

/// How many dots a key may have (strvals: `MaxNestedNameLevel`).
const MAX_DOTS: u32 = 30;

/// How deep a flag may nest: brackets that follow one another, `a[0][0]…`, or collections in JSON. Go has no bound for
/// the former and 10000 for the latter; this one is that of YAML here, and keeps the stack small.
const MAX_NESTING: usize = 1_000;

/// Reads what a `--set-file` value names: raw bytes, or the error text of whoever tried.
pub type ReadFile<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// Which flag's dialect of the grammar is spoken: they differ in how a value is read.
pub enum Flag<'a> {
    /// `--set`: `true`, `false`, `null` and decimal integers are recognised, all else is text.
    Set,
    /// `--set-string`: every value is text.
    String,
    /// `--set-file`: every value is the name of a file whose bytes become text.
    File(&'a mut ReadFile<'a>),
    /// `--set-json`: every value is JSON.
    Json,
    /// `--set-literal`: one key, everything after `=` is text; no escapes, lists or second pairs.
    Literal,
}

/// Writes the pairs of one flag into `values`.
///
/// On failure what was read before the mistake has already been written, as in Helm, which then gives up anyway.
///
/// ```
/// use hookwright_core::{limits::Limits, value::Map, values::set};
/// let values = Map::new();
/// set::parse(b"a.b=1,a.c={x,y}", set::Flag::Set, &values, Default::default(), &Limits::default()).unwrap();
/// assert_eq!(values.len(), 1);
/// ```
pub fn parse(
    text: &[u8],
    flag: Flag<'_>,
    values: &Map,
    version: HelmVersion,
    limits: &Limits,
) -> Result<(), Fault> {
    let mut parser =
        Parser { text, at: 0, flag, version, items: limits.list_items, bound: limits.list_items };
    loop {
        match parser.key(values, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Fault(fault)) => return Err(fault),
        }
    }
}

/// Why reading stopped.
enum Stop {
    /// `io.EOF`: not a mistake.
    End,
    Fault(Fault),
}

impl Stop {
    fn text(text: impl Into<String>) -> Stop {
        Stop::Fault(Fault::text(text))
    }
}

/// A value or list read after `=`, or nothing there at all.
enum Read {
    Value(Value),
    /// The input ended right after `=`.
    Nothing,
}

struct Parser<'t, 'f> {
    text: &'t [u8],
    at: usize,
    flag: Flag<'f>,
    version: HelmVersion,
    /// List elements that may still be made, of `bound` in all.
    items: usize,
    bound: usize,
}

impl Parser<'_, '_> {
    /// One pair: everything up to the end of its value. `dots` counts the levels above.
    fn key(&mut self, values: &Map, dots: u32) -> Result<(), Stop> {
        let stops: &[char] = if self.literal() { &['=', '[', '.'] } else { &['=', '[', ',', '.'] };
        let (key, last) = self.runes_until(stops);
        let Some(last) = last else {
            if key.is_empty() {
                return Err(Stop::End);
            }
            return Err(Stop::text(format!("key {} has no value", go::quote::quote(key.as_bytes()))));
        };
        match last {
            '[' => {
                let index = self.index()?;
                let list = match values.get(key.as_bytes()) {
                    None => Vec::new(),
                    Some(Value::List(list)) => list.to_vec(),
                    Some(other) => return Err(self.wrong_type(&other, "[]interface {}")),
                };
                let (list, result) = self.element(list, index, dots, 0);
                store(values, &key, Value::List(List::from(list)));
                result
            }
            '=' => match self.value()? {
                Read::Value(value) => {
                    store(values, &key, value);
                    Ok(())
                }
                Read::Nothing => {
                    store(values, &key, Value::str(""));
                    Err(Stop::End)
                }
            },
            ',' => {
                store(values, &key, Value::str(""));
                let key = go::quote::quote(key.as_bytes());
                Err(Stop::text(format!("key {key} has no value (cannot end with ,)")))
            }
            _ => {
                let dots = dots + 1;
                if dots > MAX_DOTS {
                    return Err(Stop::text(format!(
                        "value name nested level is greater than maximum supported nested level of {MAX_DOTS}"
                    )));
                }
                let inner = match values.get(key.as_bytes()) {
                    None => Map::new(),
                    Some(Value::Map(inner)) => inner,
                    Some(other) => return Err(self.wrong_type(&other, "map[string]interface {}")),
                };
                let result = self.key(&inner, dots);
                if inner.is_empty() {
                    if result.is_ok() {
                        let key = go::quote::quote(key.as_bytes());
                        return Err(Stop::text(format!("key map {key} has no value")));
                    }
                } else {
                    store(values, &key, Value::Map(inner));
                }
                result
            }
        }
    }

    /// What follows `key[index]`. The list comes back in any case: Go's slices are written in place, so that even a
    /// pair that ends silently can leave a changed element behind.
    fn element(
        &mut self,
        list: Vec<Value>,
        index: i64,
        dots: u32,
        brackets: usize,
    ) -> (Vec<Value>, Result<(), Stop>) {
        let mut list = list;
        let result = self.element_in(&mut list, index, dots, brackets);
        (list, result)
    }

    fn element_in(
        &mut self,
        list: &mut Vec<Value>,
        index: i64,
        dots: u32,
        brackets: usize,
    ) -> Result<(), Stop> {
        if index < 0 {
            return Err(Stop::text(format!("negative {index} index not allowed")));
        }
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        let (key, last) = self.runes_until(&['[', '.', '=']);
        if !key.is_empty() {
            let quoted: Vec<String> = key.chars().map(go::quote::quote_rune).collect();
            return Err(Stop::text(format!("unexpected data at end of array index: [{}]", quoted.join(" "))));
        }
        match last {
            None => Err(Stop::End),
            Some('=') => match self.value()? {
                Read::Value(value) => self.store_at(list, index, value),
                Read::Nothing => self.store_at(list, index, Value::str("")),
            },
            Some('[') => {
                if brackets >= MAX_NESTING {
                    return Err(Stop::Fault(too_nested()));
                }
                let next = self.index()?;
                let (inner, existed) = match list.get(at) {
                    None | Some(Value::Nil) => (Vec::new(), false),
                    Some(Value::List(inner)) => (inner.to_vec(), true),
                    Some(other) => {
                        let other = other.clone();
                        return Err(self.wrong_type(&other, "[]interface {}"));
                    }
                };
                let (inner, result) = self.element(inner, next, dots, brackets + 1);
                match result {
                    Ok(()) => self.store_at(list, index, Value::List(List::from(inner))),
                    Err(stop) => {
                        if let (true, Some(slot)) = (existed, list.get_mut(at)) {
                            *slot = Value::List(List::from(inner));
                        }
                        Err(stop)
                    }
                }
            }
            Some(_) => {
                let inner = match list.get_mut(at) {
                    None => Map::new(),
                    Some(Value::Map(inner)) => inner.clone(),
                    Some(slot) => {
                        let inner = Map::new();
                        *slot = Value::Map(inner.clone());
                        inner
                    }
                };
                self.key(&inner, dots)?;
                self.store_at(list, index, Value::Map(inner))
            }
        }
    }

    fn store_at(&mut self, list: &mut Vec<Value>, index: i64, value: Value) -> Result<(), Stop> {
        if index > MAX_INDEX {
            return Err(Stop::text(format!(
                "index of {index} is greater than maximum supported index of {MAX_INDEX}"
            )));
        }
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        if at >= list.len() {
            self.spend(at + 1 - list.len())?;
            list.resize(at + 1, Value::Nil);
        }
        if let Some(slot) = list.get_mut(at) {
            *slot = value;
        }
        Ok(())
    }

    fn spend(&mut self, items: usize) -> Result<(), Stop> {
        match self.items.checked_sub(items) {
            Some(left) => {
                self.items = left;
                Ok(())
            }
            None => {
                let what = "lists made by one flag have too many elements";
                Err(Stop::Fault(Fault::limit("list-items", self.bound as u64, what)))
            }
        }
    }

    /// The number inside brackets, closing bracket included.
    fn index(&mut self) -> Result<i64, Stop> {
        let (digits, last) = self.runes_until(&[']']);
        if last.is_none() {
            // Helm 4 recognises the end of input behind the words "error parsing index: ", Helm 3 does not.
            return Err(if self.version.is_v4() {
                Stop::End
            } else {
                Stop::text("error parsing index: EOF")
            });
        }
        go::number::atoi(digits.as_bytes())
            .map_err(|error| Stop::text(format!("error parsing index: {error}")))
    }

    /// The value after `=`.
    fn value(&mut self) -> Result<Read, Stop> {
        match self.flag {
            Flag::Literal => {
                let (text, _) = self.runes_until(&[]);
                return Ok(Read::Value(Value::str(text)));
            }
            Flag::Json => return self.json().map(Read::Value),
            _ => {}
        }
        match self.peek() {
            None => return Ok(Read::Nothing),
            Some('{') => {}
            Some(_) => {
                let (text, _) = self.runes_until(&[',']);
                return self.scalar(text).map(Read::Value);
            }
        }
        self.next();
        let mut list = Vec::new();
        loop {
            let (text, last) = self.runes_until(&[',', '}']);
            if last.is_none() {
                return Err(Stop::text("list must terminate with '}'"));
            }
            self.spend(1)?;
            list.push(self.scalar(text)?);
            if last == Some('}') {
                if self.peek() == Some(',') {
                    self.next();
                }
                return Ok(Read::Value(Value::list(list)));
            }
        }
    }

    fn json(&mut self) -> Result<Value, Stop> {
        if self.skip_blanks_and_comma() {
            return Ok(Value::Nil);
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        check_json_nesting(rest).map_err(Stop::Fault)?;
        let (value, len) = go::json::decode_prefix(rest, self.version).map_err(Stop::text)?;
        self.at += len;
        self.skip_blanks_and_comma();
        Ok(value)
    }

    /// Skips white space and at most one comma; whether the comma, or the end of input, was there.
    fn skip_blanks_and_comma(&mut self) -> bool {
        loop {
            match self.peek() {
                None => return true,
                Some(',') => {
                    self.next();
                    return true;
                }
                Some(c) if go::unicode::is_space(c) => {
                    self.next();
                }
                Some(_) => return false,
            }
        }
    }

    fn scalar(&mut self, text: String) -> Result<Value, Stop> {
        match &mut self.flag {
            Flag::Set => Ok(typed(text)),
            Flag::File(read) => match read(&text) {
                Ok(bytes) => Ok(Value::Str(Str::from(bytes))),
                Err(error) => Err(Stop::text(error)),
            },
            _ => Ok(Value::str(text)),
        }
    }

    /// The runes before the next unescaped stop rune, and that rune; `None` at the end of input, which is also where
    /// a trailing backslash leads.
    fn runes_until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(rune) = self.next() {
            if stops.contains(&rune) {
                return (text, Some(rune));
            }
            if rune == '\\' && !self.literal() {
                match self.next() {
                    Some(escaped) => text.push(escaped),
                    None => return (text, None),
                }
            } else {
                text.push(rune);
            }
        }
        (text, None)
    }

    fn literal(&self) -> bool {
        matches!(self.flag, Flag::Literal)
    }

    fn peek(&self) -> Option<char> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.is_empty() { None } else { Some(go::utf8::decode(rest).0) }
    }

    fn next(&mut self) -> Option<char> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return None;
        }
        let (rune, len) = go::utf8::decode(rest);
        self.at += len.max(1);
        Some(rune)
    }

    /// A failed Go type assertion, recovered by the key it happened in.
    fn wrong_type(&self, value: &Value, wanted: &str) -> Stop {
        let found = match value {
            Value::Nil => "nil",
            other => other.type_name(self.version),
        };
        Stop::text(format!(
            "unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}"
        ))
    }
}

fn too_nested() -> Fault {
    Fault::limit("nesting", MAX_NESTING as u64, "a flag nests values too deeply")
}

/// Refuses JSON that nests too deeply, before anything is made of it.
pub(super) fn check_json_nesting(text: &[u8]) -> Result<(), Fault> {
    let (mut depth, mut in_string) = (0usize, false);
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                bytes.next();
            }
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > MAX_NESTING {
                    return Err(too_nested());
                }
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// An empty key is read but never stored.
fn store(values: &Map, key: &str, value: Value) {
    if !key.is_empty() {
        let _written = values.insert(key, value);
    }
}

/// What `--set` makes of an unquoted value (strvals: `typedVal`).
fn typed(text: String) -> Value {
    // strings.EqualFold folds beyond ASCII: the long s is an s, so "falſe" is false too.
    match text.to_lowercase().replace('ſ', "s").as_str() {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        "null" => return Value::Nil,
        "0" => return Value::Int64(0),
        _ => {}
    }
    if !text.starts_with('0')
        && let Ok(number) = go::number::parse_int(text.as_bytes(), 10, 64)
    {
        return Value::Int64(number);
    }
    Value::str(text)
}
