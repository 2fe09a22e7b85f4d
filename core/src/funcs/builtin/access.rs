//! index, slice, len and call (R110–R112).

use crate::dialect::HelmVersion;
use crate::value::{Args, Caller, Fault, Kind, Str, Value};

pub(super) fn len(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let item = args.value(0);
    if matches!(item, Value::Nil) {
        return Err(Fault::text("len of nil pointer"));
    }
    match item.len() {
        Some(len) => Ok(Value::Int(len as i64)),
        None => Err(Fault::text(format!("len of type {}", pointee_name(item, caller.settings().version)))),
    }
}

/// The type's name after following a pointer, as these functions do.
fn pointee_name(value: &Value, version: HelmVersion) -> &'static str {
    value.type_name(version).trim_start_matches('*')
}

pub(super) fn index(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let version = caller.settings().version;
    let mut item = args.value(0).clone();
    if matches!(item, Value::Nil) {
        return Err(Fault::text("index of untyped nil"));
    }
    for key in args.rest(1) {
        item = element(&item, key, version)?;
    }
    Ok(item)
}

/// One step of `index`; a key that is absent gives the zero value.
fn element(item: &Value, key: &Value, version: HelmVersion) -> Result<Value, Fault> {
    match item.kind() {
        Kind::Invalid => Err(Fault::text("index of nil pointer")),
        Kind::Slice | Kind::String => {
            let at = position(key, item.len().unwrap_or(0), version)?;
            // Go lets an index equal to the length through to reflect, which panics.
            slice_element(item, at).ok_or_else(|| {
                let kind = if item.kind() == Kind::String { "string" } else { "slice" };
                Fault::text(format!("reflect: {kind} index out of range"))
            })
        }
        Kind::Map => {
            let key = match key {
                Value::Str(key) => key,
                Value::Nil => return Err(Fault::text("value is nil; should be of type string")),
                _ => {
                    let found = key.type_name(version);
                    return Err(Fault::text(format!("value has type {found}; should be string")));
                }
            };
            Ok(map_element(item, key))
        }
        _ => Err(Fault::text(format!("can't index item of type {}", pointee_name(item, version)))),
    }
}

fn slice_element(item: &Value, at: usize) -> Option<Value> {
    match item {
        Value::Str(text) => text.get(at).copied().map(Value::Uint8),
        Value::Bytes(bytes) => bytes.as_ref()?.get(at).copied().map(Value::Uint8),
        Value::List(list) => list.get(at).cloned(),
        Value::Strings(strings) => strings.get(at).map(Value::Str),
        Value::Ints(ints) => ints.get(at).copied().map(Value::Int),
        Value::Lists(lists) => lists.get(at).cloned().map(Value::List),
        Value::Object(object) => match object.underlying() {
            Some(Value::Str(text)) => text.get(at).copied().map(Value::Uint8),
            _ => object.items()?.get(at).cloned(),
        },
        _ => None,
    }
}

fn map_element(item: &Value, key: &Str) -> Value {
    match item {
        Value::Map(map) | Value::Values(map) => map.get(key).unwrap_or_default(),
        Value::StrMap(map) => {
            Value::Str(map.as_ref().and_then(|map| map.get(key)).cloned().unwrap_or_else(|| Str::from("")))
        }
        Value::Object(object) => object.entry(key).unwrap_or_default(),
        _ => Value::Nil,
    }
}

/// An index into a slice or string of `len` elements (funcs.go:indexArg).
fn position(index: &Value, len: usize, version: HelmVersion) -> Result<usize, Fault> {
    let underlying = match index {
        Value::Object(object) => object.underlying(),
        _ => None,
    };
    let at = match underlying.as_ref().unwrap_or(index) {
        Value::Int(n) | Value::Int64(n) => *n,
        // Go converts, which wraps around.
        Value::Uint64(n) => *n as i64,
        Value::Uint8(n) => i64::from(*n),
        Value::Nil => return Err(Fault::text("cannot index slice/array with nil")),
        _ => {
            let found = index.type_name(version);
            return Err(Fault::text(format!("cannot index slice/array with type {found}")));
        }
    };
    usize::try_from(at)
        .ok()
        .filter(|at| *at <= len)
        .ok_or_else(|| Fault::text(format!("index out of range: {at}")))
}

pub(super) fn slice(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let version = caller.settings().version;
    let (item, indexes) = (args.value(0), args.rest(1));
    if matches!(item, Value::Nil) {
        return Err(Fault::text("slice of untyped nil"));
    }
    if indexes.len() > 3 {
        return Err(Fault::text(format!("too many slice indexes: {}", indexes.len())));
    }
    let kind = item.kind();
    if kind == Kind::String && indexes.len() == 3 {
        return Err(Fault::text("cannot 3-index slice a string"));
    }
    let (Kind::String | Kind::Slice, Some(len)) = (kind, item.len()) else {
        return Err(Fault::text(format!("can't slice item of type {}", pointee_name(item, version))));
    };
    let mut bounds = [0, len, len];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = position(index, len, version)?;
    }
    let [from, to, cap] = bounds;
    for (low, high) in [(from, to), (to, cap)] {
        if low > high {
            return Err(Fault::text(format!("invalid slice index: {low} > {high}")));
        }
    }
    Ok(match item {
        Value::Str(text) => Value::str(text.get(from..to).unwrap_or_default()),
        Value::Bytes(bytes) => {
            Value::Bytes(bytes.as_ref().and_then(|bytes| bytes.get(from..to)).map(Into::into))
        }
        Value::Strings(strings) => strings.view(from, to).map_or(Value::Nil, Value::Strings),
        Value::Ints(ints) => Value::Ints(ints.get(from..to).unwrap_or_default().into()),
        Value::Lists(lists) => Value::Lists(lists.get(from..to).unwrap_or_default().into()),
        _ => {
            let items = item.slice_items().unwrap_or_default();
            Value::list(items.get(from..to).unwrap_or_default().iter().cloned())
        }
    })
}

pub(super) fn call(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Err(not_a_function("argument", args.value(0), caller.settings().version))
}

/// What `call` says to a value that is not a function, as no value of a chart is. `written` is the argument as it stands
/// in the template: `non-function .Values.s of type string`.
pub fn not_a_function(written: &str, value: &Value, version: HelmVersion) -> Fault {
    match value {
        Value::Nil => Fault::text("call of nil"),
        _ => Fault::text(format!("non-function {written} of type {}", value.type_name(version))),
    }
}
