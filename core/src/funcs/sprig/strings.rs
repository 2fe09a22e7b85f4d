//! Trimming, searching, quoting, indenting (sprig/strings.go; Go's strings package).

use crate::go::quote::{self, Quoting};
use crate::go::{print, unicode, utf8};
use crate::value::{Args, Caller, Fault, Value};
use memchr::memmem;

table! {
    "hello"() => |_, _| Ok(Value::from("Hello!")), "A greeting.";
    "trim"(Str) => |_, args| Ok(Value::str(trim_runes(args.bytes(0), unicode::is_space))),
        "The text without white space at both ends.";
    "trimAll"(Str, Str) => trim_all, "The text without the given characters at both ends.";
    "trimall"(Str, Str) => trim_all, "The text without the given characters at both ends.";
    "trimPrefix"(Str, Str) => |_, args| Ok(trimmed(args, |text, prefix| text.strip_prefix(prefix))),
        "The text without the given beginning.";
    "trimSuffix"(Str, Str) => |_, args| Ok(trimmed(args, |text, suffix| text.strip_suffix(suffix))),
        "The text without the given end.";
    "contains"(Str, Str) => |_, args| Ok(Value::Bool(memmem::find(args.bytes(1), args.bytes(0)).is_some())),
        "Whether the text contains the other.";
    "hasPrefix"(Str, Str) => |_, args| Ok(Value::Bool(args.bytes(1).starts_with(args.bytes(0)))),
        "Whether the text begins with the other.";
    "hasSuffix"(Str, Str) => |_, args| Ok(Value::Bool(args.bytes(1).ends_with(args.bytes(0)))),
        "Whether the text ends with the other.";
    "nospace"(Str) => nospace, "The text without white space, byte by byte.";
    "repeat"(Int, Str) => repeat, "The text so many times.";
    "replace"(Str, Str, Str) => replace,
        "The text with every occurrence of the first argument replaced by the second.";
    "plural"(Str, Str, Int) => |_, args| Ok(args.value(usize::from(args.int(2) != 1)).clone()),
        "The first word for one, the second for any other number.";
    "indent"(Int, Str) => |caller, args| indent(caller, "", args).map(Value::str),
        "The text with spaces before every line.";
    "nindent"(Int, Str) => |caller, args| indent(caller, "\n", args).map(Value::str),
        "A line break and the text with spaces before every line.";
    "quote"(; Any) => |caller, args| quote_each(caller, "quote", args),
        "Each value as a double-quoted string with Go's escapes; nil is left out.";
    "squote"(; Any) => |caller, args| quote_each(caller, "squote", args),
        "Each value between single quotes, unescaped; nil is left out.";
    "cat"(; Any) => cat, "The values with spaces between them; nil is left out.";
    "toString"(Any) => |caller, args| {
        print::to_str(args.value(0), caller.settings().version).map(Value::Str)
    }, "The value as a string.";
    "shuffle"(Str) => shuffle, "The text's characters in random order.";
}

/// The bytes left when runes of a kind are cut off at both ends (`strings.TrimFunc`).
fn trim_runes(mut text: &[u8], cut: impl Fn(char) -> bool) -> &[u8] {
    while let (rune, size @ 1..) = utf8::decode(text)
        && cut(rune)
    {
        text = text.get(size..).unwrap_or_default();
    }
    while let (rune, size @ 1..) = utf8::decode_last(text)
        && cut(rune)
    {
        text = text.get(..text.len() - size).unwrap_or_default();
    }
    text
}

/// Invalid bytes in the set stand for U+FFFD, and so match any invalid byte of the text.
fn trim_all(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let mut set: Vec<char> = utf8::runes(args.bytes(0)).map(|(_, rune, _)| rune).collect();
    set.sort_unstable();
    Ok(Value::str(trim_runes(args.bytes(1), |rune| set.binary_search(&rune).is_ok())))
}

fn trimmed<'a>(args: &Args<'a>, strip: fn(&'a [u8], &[u8]) -> Option<&'a [u8]>) -> Value {
    match strip(args.bytes(1), args.bytes(0)) {
        Some(rest) => Value::str(rest),
        None => args.value(1).clone(),
    }
}

/// goutils' `DeleteWhiteSpace` looks at bytes as if each were a character of Latin-1: beside white space it
/// loses 85 and A0, and if it loses anything, every other byte from 80 on is written as that character.
fn nospace(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let text = args.bytes(0);
    let blank = |b: &u8| unicode::is_space(char::from(*b));
    if !text.iter().any(blank) {
        return Ok(args.value(0).clone());
    }
    Ok(Value::from(text.iter().filter(|b| !blank(b)).map(|&b| char::from(b)).collect::<String>()))
}

/// `strings.Repeat`.
fn repeat(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let (count, text) = (args.int(0), args.bytes(1));
    let count = u64::try_from(count).map_err(|_| Fault::text("strings: negative Repeat count"))?;
    let len = (text.len() as u64).checked_mul(count).and_then(|len| i64::try_from(len).ok());
    let len = len.ok_or_else(|| Fault::text("strings: Repeat output length overflow"))?;
    if len == 0 {
        return Ok(Value::from(""));
    }
    caller.check_bytes("repeat", usize::try_from(len).unwrap_or(usize::MAX))?;
    Ok(Value::str(text.repeat(count as usize)))
}

/// `strings.ReplaceAll`: an empty `old` is found before every rune and at the end.
fn replace(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let (old, new, text) = (args.bytes(0), args.bytes(1), args.bytes(2));
    let finder = memmem::Finder::new(old);
    // memmem finds an empty needle between bytes, Go between runes.
    let places = || -> Box<dyn Iterator<Item = usize>> {
        match old {
            [] => Box::new(utf8::runes(text).map(|(at, ..)| at).chain([text.len()])),
            _ => Box::new(finder.find_iter(text)),
        }
    };
    let count = if old == new { 0 } else { places().count() };
    if count == 0 {
        return Ok(args.value(2).clone());
    }
    let len = count.saturating_mul(new.len()).saturating_add(text.len() - count * old.len());
    caller.check_bytes("replace", len)?;
    let mut out = Vec::with_capacity(len);
    let mut done = 0;
    for at in places() {
        out.extend_from_slice(text.get(done..at).unwrap_or_default());
        out.extend_from_slice(new);
        done = at + old.len();
    }
    out.extend_from_slice(text.get(done..).unwrap_or_default());
    Ok(Value::str(out))
}

/// Spaces before every line, blank ones and the one after a final line break included.
fn indent(caller: &dyn Caller, before: &str, args: &Args<'_>) -> Result<Vec<u8>, Fault> {
    let (spaces, text) = (args.int(0), args.bytes(1));
    let width = usize::try_from(spaces).map_err(|_| Fault::text("strings: negative Repeat count"))?;
    let lines = text.iter().filter(|&&b| b == b'\n').count() + 1;
    let len = lines.saturating_mul(width).saturating_add(text.len() + before.len());
    caller.check_bytes("indent", len)?;
    let mut out = Vec::with_capacity(len);
    out.extend_from_slice(before.as_bytes());
    for line in text.split_inclusive(|&b| b == b'\n') {
        out.resize(out.len() + width, b' ');
        out.extend_from_slice(line);
    }
    // The last line when it is empty: split_inclusive does not know it.
    if text.last().is_none_or(|&b| b == b'\n') {
        out.resize(out.len() + width, b' ');
    }
    Ok(out)
}

fn quote_each(caller: &mut dyn Caller, what: &'static str, args: &Args<'_>) -> Result<Value, Fault> {
    let version = caller.settings().version;
    let mut out = Vec::new();
    for value in args.rest(0).iter().filter(|v| !matches!(v, Value::Nil)) {
        if !out.is_empty() {
            out.push(b' ');
        }
        if what == "quote" {
            quote::push_quoted(
                &mut out,
                &print::to_str(value, version)?,
                Quoting { version, ..Quoting::STRING },
            );
        } else {
            out.push(b'\'');
            print::print_value(&mut out, value, version)?;
            out.push(b'\'');
        }
        caller.check_bytes(what, out.len())?;
    }
    Ok(Value::str(out))
}

/// Values that print as nothing still have their space: `cat "" "x"` gives ` x`.
fn cat(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let version = caller.settings().version;
    let mut out = Vec::new();
    for (i, value) in args.rest(0).iter().filter(|v| !matches!(v, Value::Nil)).enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        print::print_value(&mut out, value, version)?;
        caller.check_bytes("cat", out.len())?;
    }
    Ok(Value::str(out))
}

/// xstrings' `Shuffle`, a Fisher–Yates shuffle; invalid bytes become U+FFFD.
fn shuffle(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let mut runes: Vec<char> = utf8::runes(args.bytes(0)).map(|(_, rune, _)| rune).collect();
    for i in (1..runes.len()).rev() {
        let j = super::numeric::random_below(caller, i as u64 + 1);
        runes.swap(i, j as usize);
    }
    Ok(Value::from(runes.into_iter().collect::<String>()))
}
