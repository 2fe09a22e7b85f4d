//! The smallest parts of an expression: runes, escapes and counts (regexp/syntax parse.go).

use super::class;
use super::parse::Error;
use crate::go::utf8::decode;

pub(super) const INVALID_ESCAPE: &str = "invalid escape sequence";
const INVALID_UTF8: &str = "invalid UTF-8";
const MISSING_BRACKET: &str = "missing closing ]";
const TRAILING_BACKSLASH: &str = "trailing backslash at end of expression";

/// `s` without its end `rest`.
pub(super) fn up_to<'a>(s: &'a [u8], rest: &[u8]) -> &'a [u8] {
    s.get(..s.len().saturating_sub(rest.len())).unwrap_or(s)
}

/// The first rune and what follows it. At the end it is U+FFFD, which no escape accepts.
pub(super) fn next_rune(s: &[u8]) -> Result<(u32, &[u8]), Error<'_>> {
    let (rune, len) = decode(s);
    if rune == '\u{FFFD}' && len == 1 {
        return Err((INVALID_UTF8, s));
    }
    Ok((u32::from(rune), s.get(len..).unwrap_or_default()))
}

pub(super) fn check_utf8(s: &[u8]) -> Result<(), Error<'_>> {
    match std::str::from_utf8(s) {
        Ok(_) => Ok(()),
        Err(e) => Err((INVALID_UTF8, s.get(e.valid_up_to()..).unwrap_or_default())),
    }
}

/// One rune of a class in brackets; `whole` is the class, for the error.
pub(super) fn class_rune<'a>(s: &'a [u8], whole: &'a [u8]) -> Result<(u32, &'a [u8]), Error<'a>> {
    match s.first() {
        None => Err((MISSING_BRACKET, whole)),
        Some(b'\\') => escaped_rune(s),
        Some(_) => next_rune(s),
    }
}

/// An escape that stands for one rune.
pub(super) fn escaped_rune(s: &[u8]) -> Result<(u32, &[u8]), Error<'_>> {
    let body = s.get(1..).unwrap_or_default();
    if body.is_empty() {
        return Err((TRAILING_BACKSLASH, b""));
    }
    let (rune, rest) = next_rune(body)?;
    let octal = |b: Option<&u8>| b.filter(|b| (b'0'..=b'7').contains(*b)).map(|b| u32::from(b - b'0'));
    match char::from_u32(rune).unwrap_or('\u{FFFD}') {
        // A single digit would be a back reference.
        '1'..='7' if octal(rest.first()).is_none() => Err((INVALID_ESCAPE, up_to(s, rest))),
        '0'..='7' => {
            let (mut value, mut rest) = (rune - u32::from(b'0'), rest);
            for _ in 0..2 {
                let Some(digit) = octal(rest.first()) else { break };
                value = value * 8 + digit;
                rest = rest.get(1..).unwrap_or_default();
            }
            Ok((value, rest))
        }
        'x' => hex_rune(s, rest),
        'a' => Ok((0x07, rest)),
        'f' => Ok((0x0c, rest)),
        'n' => Ok((0x0a, rest)),
        'r' => Ok((0x0d, rest)),
        't' => Ok((0x09, rest)),
        'v' => Ok((0x0b, rest)),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok((rune, rest)),
        _ => Err((INVALID_ESCAPE, up_to(s, rest))),
    }
}

/// `\x7f` or `\x{10FFFF}`; `rest` follows the `x`.
pub(super) fn hex_rune<'a>(s: &'a [u8], rest: &'a [u8]) -> Result<(u32, &'a [u8]), Error<'a>> {
    let digit = |rune: u32| char::from_u32(rune).and_then(|c| c.to_digit(16));
    if rest.is_empty() {
        return Err((INVALID_ESCAPE, up_to(s, rest)));
    }
    let (first, mut rest) = next_rune(rest)?;
    if first != u32::from(b'{') {
        let (second, rest) = next_rune(rest)?;
        return match (digit(first), digit(second)) {
            (Some(high), Some(low)) => Ok((high * 16 + low, rest)),
            _ => Err((INVALID_ESCAPE, up_to(s, rest))),
        };
    }
    let (mut value, mut digits) = (0, 0);
    while !rest.is_empty() {
        let (rune, after) = next_rune(rest)?;
        rest = after;
        if rune == u32::from(b'}') {
            if digits == 0 {
                break;
            }
            return Ok((value, rest));
        }
        let Some(digit) = digit(rune) else { break };
        value = value * 16 + digit;
        if value > class::MAX_RUNE {
            break;
        }
        digits += 1;
    }
    Err((INVALID_ESCAPE, up_to(s, rest)))
}

/// A bound of a repetition; `None` is a number too large to be one.
pub(super) type Bound = Option<u32>;

/// `{2}`, `{2,}` or `{2,5}` at the start of `s`: the bounds as written, and the rest.
pub(super) fn counts(s: &[u8]) -> Option<(Bound, Upper, &[u8])> {
    let (min, rest) = number(s.strip_prefix(b"{")?)?;
    let (max, rest) = match rest.strip_prefix(b",") {
        None => (Upper::Bound(min), rest),
        Some(rest) if rest.first() == Some(&b'}') => (Upper::Open, rest),
        Some(rest) => {
            let (max, rest) = number(rest)?;
            (Upper::Bound(max), rest)
        }
    };
    Some((min, max, rest.strip_prefix(b"}")?))
}

/// An upper bound as written; open in `{2,}`.
pub(super) enum Upper {
    Open,
    Bound(Bound),
}

/// The bounds if they are in range and in order.
pub(super) fn valid_counts(min: Bound, max: Upper) -> Option<(u32, Option<u32>)> {
    let min = min.filter(|n| *n <= 1000)?;
    match max {
        Upper::Open => Some((min, None)),
        Upper::Bound(max) => max.filter(|n| *n <= 1000 && *n >= min).map(|max| (min, Some(max))),
    }
}

/// A decimal number without leading zeros.
pub(super) fn number(s: &[u8]) -> Option<(Bound, &[u8])> {
    let len = s.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = s.split_at_checked(len)?;
    if len == 0 || (len > 1 && digits.first() == Some(&b'0')) {
        return None;
    }
    Some((std::str::from_utf8(digits).ok()?.parse().ok(), rest))
}
