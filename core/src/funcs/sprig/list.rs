//! Lists of any element type (sprig/list.go, and `toStrings`' use of it in sprig/strings.go).
//!
//! Every function takes any slice and, save `slice` and `sortAlpha`, answers with a new `[]interface {}`.

use super::defaults::empty;
use super::equal::{Known, deep_equal};
use crate::funcs::cast::to_int;
use crate::go::print;
use crate::value::{Args, Caller, Fault, Kind, List, Str, Strings, Value};
use std::borrow::Cow;

table! {
    "list"(; Any) => |_, args| Ok(Value::list(args.rest(0).iter().cloned())), "A list of the arguments.";
    "tuple"(; Any) => |_, args| Ok(Value::list(args.rest(0).iter().cloned())), "A list of the arguments.";
    "first"(Any) => first, "The first element, nil of an empty list.";
    "mustFirst"(Any) => first, "The first element, nil of an empty list.";
    "last"(Any) => last, "The last element, nil of an empty list.";
    "mustLast"(Any) => last, "The last element, nil of an empty list.";
    "rest"(Any) => rest, "All elements but the first.";
    "mustRest"(Any) => rest, "All elements but the first.";
    "initial"(Any) => initial, "All elements but the last.";
    "mustInitial"(Any) => initial, "All elements but the last.";
    "append"(Any, Any) => push, "A new list with the value at its end.";
    "mustAppend"(Any, Any) => push, "A new list with the value at its end.";
    "push"(Any, Any) => push, "A new list with the value at its end.";
    "mustPush"(Any, Any) => push, "A new list with the value at its end.";
    "prepend"(Any, Any) => prepend, "A new list with the value before all others.";
    "mustPrepend"(Any, Any) => prepend, "A new list with the value before all others.";
    "concat"(; Any) => concat, "One list of all lists' elements.";
    "reverse"(Any) => reverse, "The elements in opposite order.";
    "mustReverse"(Any) => reverse, "The elements in opposite order.";
    "uniq"(Any) => uniq, "The elements without repetitions.";
    "mustUniq"(Any) => uniq, "The elements without repetitions.";
    "without"(Any; Any) => without, "The elements that equal none of the other arguments.";
    "mustWithout"(Any; Any) => without, "The elements that equal none of the other arguments.";
    "has"(Any, Any) => has, "Whether the list has an element equal to the value.";
    "mustHas"(Any, Any) => has, "Whether the list has an element equal to the value.";
    "compact"(Any) => compact, "The elements that are not empty.";
    "mustCompact"(Any) => compact, "The elements that are not empty.";
    "slice"(Any; Any) => slice, "The elements from one index up to another.";
    "mustSlice"(Any; Any) => slice, "The elements from one index up to another.";
    "chunk"(Int, Any) => chunk, "The elements in lists of at most this size.";
    "mustChunk"(Int, Any) => chunk, "The elements in lists of at most this size.";
    "sortAlpha"(Any) => sort_alpha, "The elements as strings in byte order; a `[]string` is itself sorted.";
    "toStrings"(Any) => |caller, args| Ok(Value::Strings(to_strings(caller, args.value(0))?)),
        "The elements as strings, without nils.";
    "join"(Str, Any) => join, "The elements as strings, without nils, with the separator between them.";
}

/// The elements of any slice; otherwise Go's complaint, `complaint` being followed by the kind.
fn elements<'a>(value: &'a Value, complaint: &str) -> Result<Cow<'a, [Value]>, Fault> {
    if let Value::List(list) = value {
        return Ok(Cow::Borrowed(list));
    }
    if let Some(items) = value.slice_items() {
        return Ok(Cow::Owned(items));
    }
    Err(Fault::text(match value.kind() {
        Kind::Invalid => "runtime error: invalid memory address or nil pointer dereference".to_owned(),
        kind => format!("{complaint} {}", kind.name()),
    }))
}

fn first(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(elements(args.value(0), "Cannot find first on type")?.first().cloned().unwrap_or_default())
}

fn last(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(elements(args.value(0), "Cannot find last on type")?.last().cloned().unwrap_or_default())
}

/// Of an empty list, Go's nil slice: `null` in JSON.
fn rest(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let items = elements(args.value(0), "Cannot find rest on type")?;
    Ok(items.split_first().map_or(Value::List(List::NIL), |(_, rest)| Value::list(rest.iter().cloned())))
}

/// Of an empty list, Go's nil slice, as for [`rest`].
fn initial(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let items = elements(args.value(0), "Cannot find initial on type")?;
    Ok(items.split_last().map_or(Value::List(List::NIL), |(_, rest)| Value::list(rest.iter().cloned())))
}

fn push(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let items = elements(args.value(0), "Cannot push on type")?;
    caller.check_items("append", items.len() + 1)?;
    Ok(Value::list(items.iter().chain([args.value(1)]).cloned()))
}

fn prepend(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let items = elements(args.value(0), "Cannot prepend on type")?;
    caller.check_items("prepend", items.len() + 1)?;
    Ok(Value::list([args.value(1)].into_iter().chain(items.iter()).cloned()))
}

/// Without any element Go never leaves the nil slice it starts from.
fn concat(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let mut all = Vec::new();
    for list in args.rest(0) {
        let items = elements(list, "Cannot concat type").map_err(|fault| match list {
            Value::Nil => fault,
            _ => Fault::text(format!("{fault} as list")),
        })?;
        caller.check_items("concat", all.len() + items.len())?;
        all.extend(items.iter().cloned());
    }
    Ok(Value::List(if all.is_empty() { List::NIL } else { all.into() }))
}

fn reverse(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let items = elements(args.value(0), "Cannot find reverse on type")?;
    Ok(Value::list(items.iter().rev().cloned()))
}

fn uniq(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let items = elements(args.value(0), "Cannot find uniq on type")?;
    let mut known = Known::default();
    let mut unique = Vec::new();
    for item in items.iter() {
        if !known.contains(item) {
            known.add(item);
            unique.push(item.clone());
        }
    }
    Ok(Value::list(unique))
}

fn without(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let items = elements(args.value(0), "Cannot find without on type")?;
    let omitted: Known<'_> = args.rest(1).iter().collect();
    Ok(Value::list(items.iter().filter(|item| !omitted.contains(item)).cloned()))
}

fn has(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    if matches!(args.value(1), Value::Nil) {
        return Ok(Value::Bool(false));
    }
    let items = elements(args.value(1), "Cannot find has on type")?;
    Ok(Value::Bool(items.iter().any(|item| deep_equal(args.value(0), item))))
}

fn compact(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let items = elements(args.value(0), "Cannot compact on type")?;
    Ok(Value::list(items.iter().filter(|item| !empty(item)).cloned()))
}

/// Keeps the slice's type and, for `[]string`, shares its array.
fn slice(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let list = args.value(0);
    let len = match list {
        Value::List(list) => list.len(),
        _ => elements(list, "list should be type of slice or array but")?.len(),
    };
    if len == 0 {
        return Ok(Value::Nil);
    }
    let from = args.rest(1).first().map_or(0, to_int);
    let to = args.rest(1).get(1).map_or(len as i64, to_int);
    let view = match (usize::try_from(from), usize::try_from(to)) {
        (Ok(from), Ok(to)) => view(list, from, to),
        _ => None,
    };
    view.ok_or_else(|| Fault::text("reflect.Value.Slice: slice index out of bounds"))
}

fn view(list: &Value, from: usize, to: usize) -> Option<Value> {
    Some(match list {
        Value::List(list) => Value::list(list.get(from..to)?.iter().cloned()),
        Value::Strings(strings) => Value::Strings(strings.view(from, to)?),
        Value::Ints(ints) => Value::Ints(ints.get(from..to)?.into()),
        Value::Lists(lists) => Value::Lists(lists.get(from..to)?.into()),
        Value::Bytes(bytes) => Value::Bytes(Some(bytes.as_ref()?.get(from..to)?.into())),
        Value::Object(object) => {
            let items = object.items()?;
            let part = items.get(from..to)?.iter();
            Value::Strings(
                part.map(|v| if let Value::Str(s) = v { s.clone() } else { Str::from("") }).collect(),
            )
        }
        _ => return None,
    })
}

/// Go computes the number of chunks and the last one's length in floats, which gives odd sizes odd answers: 0
/// and most negative ones ask for an impossible slice, some negative ones for no chunk or the whole list.
fn chunk(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let size = args.int(0);
    let items = elements(args.value(1), "Cannot chunk type")?;
    let chunks = ((items.len() as f64 - 1.0) / size as f64).floor() + 1.0;
    match usize::try_from(size) {
        Ok(size) if size > 0 => {
            Ok(Value::Lists(items.chunks(size).map(|part| part.iter().cloned().collect()).collect()))
        }
        _ if chunks == 0.0 => Ok(Value::Lists([].into())),
        _ if items.len() == 1 && size < -1 => Ok(Value::Lists([items.iter().cloned().collect()].into())),
        _ => Err(Fault::text("runtime error: makeslice: len out of range")),
    }
}

/// Anything but a slice is one string.
fn sort_alpha(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let strings = match args.value(0) {
        Value::Nil => [Str::from("<nil>")].into_iter().collect(),
        list => to_strings(caller, list)?,
    };
    strings.sort();
    Ok(Value::Strings(strings))
}

/// Sprig's `strslice`: a `[]string` is itself, other slices lose their nils, nil is no string, all else is
/// one.
fn to_strings(caller: &dyn Caller, value: &Value) -> Result<Strings, Fault> {
    let version = caller.settings().version;
    let texts = |items: &[Value]| {
        let mut total = 0_usize;
        let items = items.iter().filter(|v| !matches!(v, Value::Nil));
        let texts = items.map(|v| {
            let text = print::to_str(v, version)?;
            total = total.saturating_add(text.len());
            caller.check_bytes("toStrings", total).map(|()| text)
        });
        texts.collect()
    };
    match value {
        Value::Strings(strings) => Ok(strings.clone()),
        Value::List(list) => texts(list),
        Value::Nil => Ok(Strings::new(Vec::new())),
        other => match other.slice_items() {
            Some(items) => texts(&items),
            None => Ok(Strings::new(vec![print::to_str(other, version)?])),
        },
    }
}

fn join(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let (separator, strings) = (args.bytes(0), to_strings(caller, args.value(1))?.to_vec());
    let separators = separator.len().saturating_mul(strings.len().saturating_sub(1));
    let len = strings.iter().fold(separators, |len, s| len.saturating_add(s.len()));
    caller.check_bytes("join", len)?;
    let mut joined = Vec::with_capacity(len);
    for (i, string) in strings.iter().enumerate() {
        if i > 0 {
            joined.extend_from_slice(separator);
        }
        joined.extend_from_slice(string);
    }
    Ok(Value::str(joined))
}
