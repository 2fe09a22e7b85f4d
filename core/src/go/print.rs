//! Go's fmt.Sprint: how values print (R113, R114; fmt/print.go).
//!
//! Invariant: nothing here recurses, so no nesting exhausts the stack. Maps may be cyclic, and shared ones may unfold to
//! more text than any machine holds; where Go would die of it, printing stops with a limit fault.

use super::number::{push_decimal, push_float, push_g};
use crate::dialect::HelmVersion;
use crate::value::{Fault, Kind, List, Object, Str, Value};
use std::rc::Rc;

/// Nesting at which printing stops: the default of `Limits::nesting`. Go's stack ends near four million.
const DEPTH: usize = 10_000;
/// Size at which printing stops: the default of `Limits::output_bytes`. Go has no limit.
const BYTES: usize = 256 << 20;

/// Appends `value` as `%v` prints it when passed as an interface: nil is `<nil>`.
///
/// # Errors
///
/// A limit fault, when the value is cyclic or unfolds to too much text.
pub fn print_value(out: &mut Vec<u8>, value: &Value, version: HelmVersion) -> Result<(), Fault> {
    walk(out, value, &mut Plain { version })
}

/// Appends `value` as a template action prints it (R107, text/template/exec.go:printValue): a pointer to a struct prints
/// as the struct, and an addressable struct uses the `String()` of its pointer. The caller handles `<no value>`.
pub fn print_action(
    out: &mut Vec<u8>,
    value: &Value,
    addressable: bool,
    version: HelmVersion,
) -> Result<(), Fault> {
    if let Value::Object(object) = value {
        let text = if addressable { object.string_addressable() } else { object.string() };
        if let Some(text) = text {
            out.extend_from_slice(&text);
            return Ok(());
        }
        if object.kind() == Kind::Ptr {
            let pointee = Frame::fields(out, object, Style::Plain, version);
            return walk_from(out, Some(pointee), &mut Plain { version });
        }
    }
    print_value(out, value, version)
}

/// `fmt.Sprint`: a space between two operands when neither is a string.
pub fn sprint(operands: &[Value], version: HelmVersion) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let mut after_string = true;
    for operand in operands {
        let string = operand.kind() == Kind::String;
        if !string && !after_string {
            out.push(b' ');
        }
        after_string = string;
        print_value(&mut out, operand, version)?;
        within_budget(out.len())?;
    }
    Ok(out)
}

/// `fmt.Sprintln`: spaces between all operands, and a newline.
pub fn sprintln(operands: &[Value], version: HelmVersion) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    for (index, operand) in operands.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        print_value(&mut out, operand, version)?;
        within_budget(out.len())?;
    }
    out.push(b'\n');
    Ok(out)
}

/// Sprig's `strval`, S(x) of R119: a string as it is, bytes as text, anything else as `%v`.
pub fn to_str(value: &Value, version: HelmVersion) -> Result<Str, Fault> {
    match value {
        Value::Str(text) => Ok(text.clone()),
        Value::Bytes(bytes) => Ok(Str::from(bytes.as_deref().unwrap_or_default())),
        _ => {
            let mut out = Vec::new();
            print_value(&mut out, value, version)?;
            Ok(Str::from(out))
        }
    }
}

pub(super) fn within_budget(len: usize) -> Result<(), Fault> {
    if len > BYTES {
        return Err(Fault::limit("output-bytes", BYTES as u64, "printing a value that unfolds to more"));
    }
    Ok(())
}

/// How composites are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `%v`: `map[a:1] [1 2] {1 2}`
    Plain,
    /// `%+v`: fields with names, `{A:1 B:2}`
    Named,
    /// `%#v`: Go syntax, `map[string]interface {}{"a":1}`
    Syntax,
}

/// Writes what is not composite; [`walk`] does the rest.
pub(super) trait Leaves {
    /// How composites around the leaves are written.
    fn style(&self) -> Style;

    /// Whose type names are printed.
    fn version(&self) -> HelmVersion;

    /// Writes `value` if it prints in one piece, otherwise returns false. `depth` is 0 for the value itself.
    fn leaf(&mut self, out: &mut Vec<u8>, value: &Value, depth: usize) -> bool;
}

/// `%v` without flags.
struct Plain {
    version: HelmVersion,
}

impl Leaves for Plain {
    fn style(&self) -> Style {
        Style::Plain
    }

    fn version(&self) -> HelmVersion {
        self.version
    }

    fn leaf(&mut self, out: &mut Vec<u8>, value: &Value, depth: usize) -> bool {
        match value {
            Value::Nil => out.extend(b"<nil>"),
            Value::Bool(b) => out.extend(if *b { b"true".as_slice() } else { b"false" }),
            Value::Int(n) | Value::Int64(n) => push_decimal(out, *n),
            Value::Uint64(n) => push_decimal(out, *n),
            Value::Uint8(n) => push_decimal(out, *n),
            Value::Float(x) => push_g(out, *x),
            Value::Complex(re, im) => {
                out.push(b'(');
                push_float(out, *re, b'g', -1, 64);
                if im.is_nan() || !(im.is_sign_negative() || im.is_infinite()) {
                    out.push(b'+');
                }
                push_float(out, *im, b'g', -1, 64);
                out.extend(b"i)");
            }
            Value::Str(text) => out.extend_from_slice(text),
            Value::Object(object) => match object.string() {
                Some(text) => out.extend_from_slice(&text),
                None if object.kind() == Kind::Ptr && depth > 0 => out.extend(ADDRESS),
                None => match object.underlying() {
                    Some(value) => return self.leaf(out, &value, depth),
                    None => return false,
                },
            },
            _ => return false,
        }
        true
    }
}

/// Where a pointer inside a composite points. Go prints an address that differs from run to run.
pub(super) const ADDRESS: &[u8] = b"0xc000000000";

/// A composite that is being written.
struct Frame {
    parts: Parts,
    /// Index of the next part; keys and values of maps count separately.
    next: usize,
    close: u8,
}

enum Parts {
    List(List),
    Values(Vec<Value>),
    Entries(Vec<(Str, Value)>),
    Fields(Vec<(&'static str, Value)>),
}

/// Appends `value`: leaves by `leaves`, everything around them here.
pub(super) fn walk(out: &mut Vec<u8>, value: &Value, leaves: &mut impl Leaves) -> Result<(), Fault> {
    if leaves.leaf(out, value, 0) {
        return Ok(());
    }
    let outermost = Frame::open(out, value, leaves.style(), leaves.version());
    walk_from(out, outermost, leaves)
}

fn walk_from(out: &mut Vec<u8>, outermost: Option<Frame>, leaves: &mut impl Leaves) -> Result<(), Fault> {
    let (style, version, start) = (leaves.style(), leaves.version(), out.len());
    let mut open: Vec<Frame> = Vec::from_iter(outermost);
    while let Some(innermost) = open.last_mut() {
        let Some(part) = innermost.advance(out, style) else {
            out.push(innermost.close);
            open.pop();
            continue;
        };
        within_budget(out.len() - start)?;
        if leaves.leaf(out, &part, open.len()) {
            continue;
        }
        if open.len() >= DEPTH {
            return Err(Fault::limit(
                "nesting",
                DEPTH as u64,
                "printing a value nested deeper, or within itself",
            ));
        }
        open.extend(Frame::open(out, &part, style, version));
    }
    Ok(())
}

impl Frame {
    /// Writes the opening of a composite; `None` when that is already all of it.
    fn open(out: &mut Vec<u8>, value: &Value, style: Style, version: HelmVersion) -> Option<Frame> {
        let parts = match value {
            Value::List(list) => Parts::List(list.clone()),
            Value::Map(map) | Value::Values(map) => Parts::Entries(map.entries()),
            Value::StrMap(map) => {
                let entries = map.iter().flat_map(|map| map.iter());
                Parts::Entries(entries.map(|(key, text)| (key.clone(), Value::Str(text.clone()))).collect())
            }
            Value::Object(object) => match object.kind() {
                Kind::Map => Parts::Entries(object.entries().unwrap_or_default()),
                Kind::Slice => Parts::Values(object.items().unwrap_or_default()),
                Kind::Ptr => {
                    out.push(b'&');
                    return Some(Frame::fields(out, object, style, version));
                }
                _ => return Some(Frame::fields(out, object, style, version)),
            },
            other => Parts::Values(other.slice_items().unwrap_or_default()),
        };
        let map = matches!(parts, Parts::Entries(_));
        if style == Style::Syntax {
            out.extend(value.type_name(version).as_bytes());
            if is_nil(value) {
                out.extend(b"(nil)");
                return None;
            }
            out.push(b'{');
        } else {
            out.extend(if map { b"map[".as_slice() } else { b"[" });
        }
        Some(Frame { parts, next: 0, close: if style == Style::Syntax { b'}' } else { b']' } })
    }

    fn fields(out: &mut Vec<u8>, object: &Rc<dyn Object>, style: Style, version: HelmVersion) -> Frame {
        if style == Style::Syntax {
            out.extend(object.type_name(version).trim_start_matches('*').as_bytes());
        }
        out.push(b'{');
        Frame { parts: Parts::Fields(object.printed_fields()), next: 0, close: b'}' }
    }

    /// The next part, after writing what separates it from the one before.
    fn advance(&mut self, out: &mut Vec<u8>, style: Style) -> Option<Value> {
        let index = self.next;
        let part = match &self.parts {
            Parts::List(list) => list.get(index)?.clone(),
            Parts::Values(values) => values.get(index)?.clone(),
            Parts::Fields(fields) => fields.get(index)?.1.clone(),
            Parts::Entries(entries) => {
                let (key, value) = entries.get(index / 2)?;
                if index.is_multiple_of(2) { Value::Str(key.clone()) } else { value.clone() }
            }
        };
        self.next += 1;
        match &self.parts {
            Parts::Entries(_) if index % 2 == 1 => out.push(b':'),
            _ if index == 0 => {}
            _ if style == Style::Syntax => out.extend(b", "),
            _ => out.push(b' '),
        }
        if let (Parts::Fields(fields), Style::Named | Style::Syntax) = (&self.parts, style)
            && let Some((name, _)) = fields.get(index)
        {
            out.extend(name.as_bytes());
            out.push(b':');
        }
        Some(part)
    }
}

/// Whether the value is a typed nil, which only `%#v` shows.
fn is_nil(value: &Value) -> bool {
    match value {
        Value::List(list) => list.is_nil(),
        Value::Strings(strings) => strings.is_nil(),
        Value::Map(map) | Value::Values(map) => map.is_nil(),
        Value::StrMap(map) => map.is_none(),
        Value::Bytes(bytes) => bytes.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::value::Map;

    const V: HelmVersion = HelmVersion::V4_3;

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Map(entries.iter().map(|(key, value)| (Str::from(*key), value.clone())).collect())
    }

    fn printed(value: &Value) -> String {
        let mut out = Vec::new();
        print_value(&mut out, value, V).expect("within limits");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn limits_are_the_default_budget() {
        assert_eq!((DEPTH, BYTES), (Limits::default().nesting, Limits::default().output_bytes));
    }

    #[test]
    fn values() {
        let nested = Value::list([Value::str("x")]);
        let cases = [
            (Value::Nil, "<nil>"),
            (Value::Bool(true), "true"),
            (Value::Int(-5), "-5"),
            (Value::Uint64(u64::MAX), "18446744073709551615"),
            (Value::Float(1e6), "1e+06"),
            (Value::Complex(0.0, 1.0), "(0+1i)"),
            (Value::Complex(1.5, -2.0), "(1.5-2i)"),
            (Value::Bytes(Some(Rc::from(*b"A\n"))), "[65 10]"),
            (Value::Bytes(None), "[]"),
            (Value::List(List::NIL), "[]"),
            (Value::list([Value::Float(1.0), Value::str("a"), Value::Nil, nested]), "[1 a <nil> [x]]"),
            (Value::Ints(Rc::from([0, 1])), "[0 1]"),
            (Value::Map(Map::NIL), "map[]"),
            (map(&[("z", Value::Int(1)), ("10", Value::Nil), ("a", map(&[]))]), "map[10:<nil> a:map[] z:1]"),
            (Value::StrMap(Some(Rc::new([(Str::from("k"), Str::from("v"))].into()))), "map[k:v]"),
        ];
        for (value, want) in cases {
            assert_eq!(printed(&value), want);
        }
    }

    #[test]
    fn spaces_between_operands() {
        let s = Value::str;
        let cases: &[(&[Value], &str, &str)] = &[
            (&[], "", "\n"),
            (&[Value::Int(1), Value::Int(2)], "1 2", "1 2\n"),
            (&[s("a"), Value::Int(1), Value::Int(2), s("b"), s("c")], "a1 2bc", "a 1 2 b c\n"),
            (&[Value::Int(1), s("a"), Value::Int(2)], "1a2", "1 a 2\n"),
            (&[Value::Nil, Value::Nil], "<nil> <nil>", "<nil> <nil>\n"),
        ];
        for (operands, print, println) in cases {
            assert_eq!(sprint(operands, V), Ok(print.as_bytes().to_vec()));
            assert_eq!(sprintln(operands, V), Ok(println.as_bytes().to_vec()));
        }
    }

    #[test]
    fn cycles_reach_a_limit() {
        let cyclic = Map::new();
        assert!(cyclic.insert("self", Value::Map(cyclic.clone())));
        let fault = print_value(&mut Vec::new(), &Value::Map(cyclic.clone()), V).expect_err("cyclic");
        assert_eq!(fault.as_limit().map(|limit| limit.name), Some("nesting"));
        cyclic.remove(b"self");
    }

    #[test]
    fn strval() {
        assert_eq!(to_str(&Value::Bytes(Some(Rc::from(*b"hi"))), V), Ok(Str::from("hi")));
        assert_eq!(to_str(&Value::Float(1e6), V), Ok(Str::from("1e+06")));
        assert_eq!(to_str(&Value::Nil, V), Ok(Str::from("<nil>")));
    }
}
