//! Making texts shorter and lines narrower, counting bytes (sprig/strings.go; goutils 1.1 `Abbreviate`,
//! `WrapCustom`).

use crate::value::{Args, Caller, Fault, Str, Value};

table! {
    "trunc"(Int, Str) => trunc, "The first so many bytes; the last ones for a negative number.";
    "substr"(Int, Int, Str) => substr, "The bytes from start to before end.";
    "abbrev"(Int, Str) => |_, args| Ok(Value::Str(abbreviate(args.str(1), 0, args.int(0)))),
        "The text cut to so many bytes, an ellipsis included.";
    "abbrevboth"(Int, Int, Str) => |_, args| {
        Ok(Value::Str(abbreviate(args.str(2), args.int(0), args.int(1))))
    }, "The text cut at both sides: from an offset, to so many bytes.";
    "wrap"(Int, Str) => |caller, args| {
        wrap(caller, args.bytes(1), args.int(0), b"\n", false).map(Value::str)
    }, "The text with line breaks at spaces; longer words stay whole.";
    "wrapWith"(Int, Str, Str) => |caller, args| {
        wrap(caller, args.bytes(2), args.int(0), args.bytes(1), true).map(Value::str)
    }, "The text with another string for line breaks; longer words are cut.";
}

fn trunc(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let (count, text) = (args.int(0), args.bytes(1));
    let kept = match usize::try_from(count) {
        Ok(count) => text.get(..count),
        Err(_) => match (text.len() as i64).wrapping_add(count) {
            from @ 1.. => text.get(from as usize..),
            // A count as long as the text or longer leaves it whole.
            _ => None,
        },
    };
    Ok(kept.map_or_else(|| args.value(1).clone(), Value::str))
}

/// Slicing with Go's panics where the bounds do not fit.
fn substr(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let (start, end, text) = (args.int(0), args.int(1), args.bytes(2));
    let len = text.len() as i64;
    let (range, bounds) = match (start, end) {
        (..0, end) if end < 0 => (0..end, format!("[:{end}]")),
        (..0, end) => (0..end, format!("[:{end}] with length {len}")),
        (start, end) if end < 0 || end > len => (start..len, format!("[{start}:{len}]")),
        (start, end) => (start..end, format!("[{start}:{end}]")),
    };
    let part = match (usize::try_from(range.start), usize::try_from(range.end)) {
        (Ok(start), Ok(end)) => text.get(start..end),
        _ => None,
    };
    match part {
        Some(part) => Ok(Value::str(part)),
        None => Err(Fault::text(format!("runtime error: slice bounds out of range {bounds}"))),
    }
}

/// Sprig's guards before goutils' `AbbreviateFull`. A width that is too small for the offset, or for the
/// ellipsis, changes nothing.
fn abbreviate(text: Str, offset: i64, width: i64) -> Str {
    if width < 4 || (offset > 0 && width < 7) || text.len() as i64 <= width {
        return text;
    }
    // All widths from here on are smaller than the text's length.
    let len = text.len() as i64;
    let mut offset = offset.min(len);
    if len.wrapping_sub(offset) < width - 3 {
        offset = len - (width - 3);
    }
    let part = |from: i64, to: i64| text.get(from as usize..to as usize).unwrap_or_default();
    let pieces: [&[u8]; 3] = if offset <= 4 {
        [b"", part(0, width - 3), b"..."]
    } else if width < 7 {
        // goutils fails here and Sprig drops the error; only an offset that overflows leads to it.
        [b"", b"", b""]
    } else if offset + width - 3 < len {
        // The rest is longer than width - 3 and is itself abbreviated to that.
        [b"...", part(offset, offset + width - 6), b"..."]
    } else {
        [b"...", part(len - (width - 3), len), b""]
    };
    pieces.concat().into()
}

/// goutils' `WrapCustom`: greedy, and blind to line breaks that are already there.
fn wrap(
    caller: &dyn Caller,
    text: &[u8],
    width: i64,
    line_break: &[u8],
    cut_long_words: bool,
) -> Result<Vec<u8>, Fault> {
    let line_break = if line_break.is_empty() { b"\n" } else { line_break };
    let width = usize::try_from(width).unwrap_or(0).max(1);
    let mut out = Vec::new();
    let mut rest = text;
    while rest.len() > width {
        if let Some(trimmed) = rest.strip_prefix(b" ") {
            rest = trimmed;
            continue;
        }
        let last_space = rest.get(..=width).and_then(|window| memchr::memrchr(b' ', window));
        let (line, next) = match last_space {
            Some(at) => (at, at + 1),
            None if cut_long_words => (width, width),
            None => match memchr::memchr(b' ', rest.get(width..).unwrap_or_default()) {
                Some(at) => (width + at, width + at + 1),
                None => break,
            },
        };
        out.extend_from_slice(rest.get(..line).unwrap_or_default());
        out.extend_from_slice(line_break);
        caller.check_bytes("wrap", out.len())?;
        rest = rest.get(next..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Ok(out)
}
