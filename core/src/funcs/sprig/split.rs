//! Cutting a text at separators (sprig/strings.go: `split`; Go's `strings.SplitN`).

use crate::go::utf8;
use crate::value::{Caller, Fault, Str, Strings, Value};
use memchr::memmem;
use std::rc::Rc;

table! {
    "split"(Str, Str) => |caller, args| numbered(split_n(caller, args.bytes(1), args.bytes(0), -1)?),
        "The parts of a text, under the keys `_0`, `_1`, ….";
    "splitn"(Str, Int, Str) => |caller, args| {
        numbered(split_n(caller, args.bytes(2), args.bytes(0), args.int(1))?)
    }, "At most so many parts of a text, under the keys `_0`, `_1`, ….";
    "splitList"(Str, Str) => |caller, args| {
        Ok(Value::Strings(Strings::new(split_n(caller, args.bytes(1), args.bytes(0), -1)?)))
    }, "The parts of a text between separators.";
}

/// `strings.SplitN`: at most `n` parts, no limit below zero. An empty separator cuts between runes.
fn split_n(caller: &dyn Caller, text: &[u8], separator: &[u8], n: i64) -> Result<Vec<Str>, Fault> {
    let most = match n {
        0 => return Ok(Vec::new()),
        1.. => usize::try_from(n).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    if separator.is_empty() && text.is_empty() {
        return Ok(Vec::new());
    }
    // One more cut than allowed is enough to know.
    let cuts_needed = (most - 1).min(caller.limits().list_items);
    let cuts: Vec<usize> = match separator {
        [] => utf8::runes(text).map(|(at, ..)| at).skip(1).take(cuts_needed).collect(),
        _ => memmem::find_iter(text, separator).take(cuts_needed).collect(),
    };
    caller.check_items("split", cuts.len() + 1)?;
    let mut parts = Vec::with_capacity(cuts.len() + 1);
    let mut from = 0;
    for cut in cuts {
        parts.push(Str::from(text.get(from..cut).unwrap_or_default()));
        from = cut + separator.len();
    }
    parts.push(Str::from(text.get(from..).unwrap_or_default()));
    Ok(parts)
}

fn numbered(parts: Vec<Str>) -> Result<Value, Fault> {
    let entries = parts.into_iter().enumerate().map(|(i, part)| (Str::from(format!("_{i}")), part));
    Ok(Value::StrMap(Some(Rc::new(entries.collect()))))
}
