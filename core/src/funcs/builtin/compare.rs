//! eq, ne, lt, le, gt, ge (R108, R109).

use crate::dialect::HelmVersion;
use crate::go::{print, printf};
use crate::value::{Args, Caller, Fault, Kind, Value};
use std::cmp::Ordering;
use std::rc::Rc;

/// A value as comparisons see it: integers of all widths are alike.
enum Basic<'a> {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Complex(f64, f64),
    Str(&'a [u8]),
    /// Nil, lists, maps and structs: Go's invalidKind.
    Other,
}

/// The basic value; `underlying` holds that of a named type.
fn basic<'a>(value: &'a Value, underlying: &'a Option<Value>) -> Basic<'a> {
    match underlying.as_ref().unwrap_or(value) {
        Value::Bool(b) => Basic::Bool(*b),
        Value::Int(n) | Value::Int64(n) => Basic::Int(*n),
        Value::Uint64(n) => Basic::Uint(*n),
        Value::Uint8(n) => Basic::Uint(u64::from(*n)),
        Value::Float(x) => Basic::Float(*x),
        Value::Complex(re, im) => Basic::Complex(*re, *im),
        Value::Str(text) => Basic::Str(text),
        _ => Basic::Other,
    }
}

fn underlying(value: &Value) -> Option<Value> {
    match value {
        Value::Object(object) => object.underlying(),
        _ => None,
    }
}

pub(super) fn eq(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let version = caller.settings().version;
    if args.len() < 2 {
        return Err(Fault::text("missing argument for comparison"));
    }
    for other in args.rest(1) {
        if equal(args.value(0), other, version)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

pub(super) fn ne(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Bool(!equal(args.value(0), args.value(1), caller.settings().version)?))
}

pub(super) fn lt(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Bool(less(args.value(0), args.value(1), caller.settings().version)?))
}

pub(super) fn le(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Bool(less_or_equal(args, caller.settings().version)?))
}

// Go defines these two by negation, which a NaN can tell.

pub(super) fn gt(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Bool(!less_or_equal(args, caller.settings().version)?))
}

pub(super) fn ge(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Bool(!less(args.value(0), args.value(1), caller.settings().version)?))
}

fn less_or_equal(args: &Args<'_>, version: HelmVersion) -> Result<bool, Fault> {
    let (a, b) = (args.value(0), args.value(1));
    Ok(less(a, b, version)? || equal(a, b, version)?)
}

fn incompatible(a: &Value, b: &Value, version: HelmVersion) -> Fault {
    if !version.comparison_errors_name_types() {
        return Fault::text("incompatible types for comparison");
    }
    let (a, b) = (a.type_name(version), b.type_name(version));
    Fault::text(format!("incompatible types for comparison: {a} and {b}"))
}

/// Whether two values are equal (funcs.go:eq).
pub(super) fn equal(a: &Value, b: &Value, version: HelmVersion) -> Result<bool, Fault> {
    let (under_a, under_b) = (underlying(a), underlying(b));
    Ok(match (basic(a, &under_a), basic(b, &under_b)) {
        (Basic::Bool(a), Basic::Bool(b)) => a == b,
        (Basic::Int(a), Basic::Int(b)) => a == b,
        (Basic::Uint(a), Basic::Uint(b)) => a == b,
        (Basic::Int(int), Basic::Uint(uint)) | (Basic::Uint(uint), Basic::Int(int)) => {
            u64::try_from(int) == Ok(uint)
        }
        (Basic::Float(a), Basic::Float(b)) => a == b,
        (Basic::Complex(re, im), Basic::Complex(re_b, im_b)) => re == re_b && im == im_b,
        (Basic::Str(a), Basic::Str(b)) => a == b,
        (Basic::Other, Basic::Other) => return composites_equal(a, b, version),
        _ if matches!(a, Value::Nil) || matches!(b, Value::Nil) => false,
        _ => return Err(incompatible(a, b, version)),
    })
}

fn composites_equal(a: &Value, b: &Value, version: HelmVersion) -> Result<bool, Fault> {
    let (kind_a, kind_b) = (a.kind(), b.kind());
    if kind_a != kind_b && kind_a != Kind::Invalid && kind_b != Kind::Invalid {
        let mut text = b"non-comparable types ".to_vec();
        text.extend(printf::sprintf(b"%s", std::slice::from_ref(a), version)?);
        text.extend(format!(": {}, {}: ", a.type_name(version), b.type_name(version)).bytes());
        print::print_value(&mut text, b, version)?;
        return Err(Fault::text(String::from_utf8_lossy(&text)));
    }
    if is_nil(a) || is_nil(b) {
        return Ok(is_nil(a) == is_nil(b));
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if kind_b == Kind::Ptr => Ok(Rc::ptr_eq(a, b)),
        (Value::Object(a), Value::Object(b)) if kind_b == Kind::Struct => Ok(a.equals(&**b)),
        _ => {
            let mut text = b"non-comparable type ".to_vec();
            text.extend(printf::sprintf(b"%s", std::slice::from_ref(b), version)?);
            text.extend(format!(": {}", b.type_name(version)).bytes());
            Err(Fault::text(String::from_utf8_lossy(&text)))
        }
    }
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::List(list) => list.is_nil(),
        Value::Strings(strings) => strings.is_nil(),
        Value::Map(map) | Value::Values(map) => map.is_nil(),
        Value::StrMap(map) => map.is_none(),
        Value::Bytes(bytes) => bytes.is_none(),
        _ => false,
    }
}

/// Whether the first value is less than the second (funcs.go:lt).
fn less(a: &Value, b: &Value, version: HelmVersion) -> Result<bool, Fault> {
    let not_ordered = || Fault::text("invalid type for comparison");
    let (under_a, under_b) = (underlying(a), underlying(b));
    Ok(match (basic(a, &under_a), basic(b, &under_b)) {
        (Basic::Other, _) | (_, Basic::Other) => return Err(not_ordered()),
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(..), Basic::Complex(..)) => {
            return Err(not_ordered());
        }
        (Basic::Int(a), Basic::Int(b)) => a < b,
        (Basic::Uint(a), Basic::Uint(b)) => a < b,
        (Basic::Int(a), Basic::Uint(b)) => u64::try_from(a).is_ok_and(|a| a < b) || a < 0,
        (Basic::Uint(a), Basic::Int(b)) => u64::try_from(b).is_ok_and(|b| a < b),
        (Basic::Float(a), Basic::Float(b)) => a < b,
        (Basic::Str(a), Basic::Str(b)) => a.cmp(b) == Ordering::Less,
        _ => return Err(incompatible(a, b, version)),
    })
}
