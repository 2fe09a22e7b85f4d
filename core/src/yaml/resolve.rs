//! What a scalar's text means (yaml2/resolve.go, yaml3/resolve.go).

use super::error::Error;
use super::parser::TAG_PREFIX;
use super::timestamp::is_timestamp;
use crate::go::{
    base64,
    number::{parse_float, parse_int, parse_uint},
};
use std::borrow::Cow;

/// A scalar's value as go-yaml's decoder has it, strings by the text they were resolved from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Bool(bool),
    /// `int`
    Int(i64),
    /// `uint64`: above the range of `int`
    Uint(u64),
    Float(f64),
    Str(Cow<'a, [u8]>),
}

/// YAML's own type of a value: the short form of its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Null,
    Bool,
    Int,
    Float,
    Timestamp,
    Str,
}

impl Tag {
    fn name(self) -> &'static str {
        match self {
            Tag::Null => "!!null",
            Tag::Bool => "!!bool",
            Tag::Int => "!!int",
            Tag::Float => "!!float",
            Tag::Timestamp => "!!timestamp",
            Tag::Str => "!!str",
        }
    }
}

/// Which go-yaml resolves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavor {
    /// yaml v2: everything that is read, and `toYaml`.
    V2,
    /// yaml v3: `toYamlPretty`.
    V3,
}

/// The value of an untagged plain scalar (R35), and its type.
pub(super) fn resolve_plain(text: &[u8], flavor: Flavor) -> (Tag, Scalar<'_>) {
    resolve_untyped(text, flavor, true)
}

/// Most text begins with a letter that no number and no word of the table begins with.
fn resolve_untyped(text: &[u8], flavor: Flavor, timestamps: bool) -> (Tag, Scalar<'_>) {
    let string = (Tag::Str, Scalar::Str(Cow::Borrowed(text)));
    let Some(&first) = text.first() else { return (Tag::Null, Scalar::Null) };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            word(text, flavor).unwrap_or(string)
        }
        b'.' => match text {
            b".nan" | b".NaN" | b".NAN" => (Tag::Float, Scalar::Float(f64::NAN)),
            b".inf" | b".Inf" | b".INF" => (Tag::Float, Scalar::Float(f64::INFINITY)),
            _ => parse_float(text, 64).map_or(string, |x| (Tag::Float, Scalar::Float(x))),
        },
        b'+' | b'-' | b'0'..=b'9' => match text {
            b"+.inf" | b"+.Inf" | b"+.INF" => (Tag::Float, Scalar::Float(f64::INFINITY)),
            b"-.inf" | b"-.Inf" | b"-.INF" => (Tag::Float, Scalar::Float(f64::NEG_INFINITY)),
            _ if timestamps && is_timestamp(text) => (Tag::Timestamp, Scalar::Str(Cow::Borrowed(text))),
            _ => number(text, flavor).unwrap_or(string),
        },
        _ => string,
    }
}

/// The words of YAML 1.1. yaml v3 knows fewer booleans.
fn word(text: &[u8], flavor: Flavor) -> Option<(Tag, Scalar<'static>)> {
    if text.len() > 5 {
        return None;
    }
    Some(match text {
        b"~" | b"null" | b"Null" | b"NULL" => (Tag::Null, Scalar::Null),
        b"true" | b"True" | b"TRUE" => (Tag::Bool, Scalar::Bool(true)),
        b"false" | b"False" | b"FALSE" => (Tag::Bool, Scalar::Bool(false)),
        _ if flavor == Flavor::V3 => return None,
        b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"on" | b"On" | b"ON" => (Tag::Bool, Scalar::Bool(true)),
        b"n" | b"N" | b"no" | b"No" | b"NO" | b"off" | b"Off" | b"OFF" => (Tag::Bool, Scalar::Bool(false)),
        _ => return None,
    })
}

/// Whether `text` was a boolean in YAML 1.1 but is not to yaml v3 (yaml3/encode.go:isOldBool).
pub(super) fn is_old_bool(text: &[u8]) -> bool {
    word(text, Flavor::V2).is_some() && word(text, Flavor::V3).is_none()
}

fn number(text: &[u8], flavor: Flavor) -> Option<(Tag, Scalar<'static>)> {
    let plain: Cow<'_, [u8]> = if text.contains(&b'_') {
        Cow::Owned(text.iter().copied().filter(|b| *b != b'_').collect())
    } else {
        Cow::Borrowed(text)
    };
    let plain = plain.as_ref();
    if let Some(integer) = integer(plain, 0) {
        return Some(integer);
    }
    if is_decimal_float(plain)
        && let Ok(x) = parse_float(plain, 64)
    {
        return Some((Tag::Float, Scalar::Float(x)));
    }
    // Leftovers of an older Go, reached only by a second sign: `0b-1` is -1.
    let (base, digits, negative) = match plain {
        [b'0', b'b', rest @ ..] => (2, rest, false),
        [b'-', b'0', b'b', rest @ ..] => (2, rest, true),
        [b'0', b'o', rest @ ..] if flavor == Flavor::V3 => (8, rest, false),
        [b'-', b'0', b'o', rest @ ..] if flavor == Flavor::V3 => (8, rest, true),
        _ => return None,
    };
    if negative {
        return parse_int(&[b"-", digits].concat(), base, 64).ok().map(|n| (Tag::Int, Scalar::Int(n)));
    }
    integer(digits, base)
}

fn integer(text: &[u8], base: u32) -> Option<(Tag, Scalar<'static>)> {
    let value = match parse_int(text, base, 64) {
        Ok(n) => Scalar::Int(n),
        Err(_) => Scalar::Uint(parse_uint(text, base, 64).ok()?),
    };
    Some((Tag::Int, value))
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_decimal_float(text: &[u8]) -> bool {
    let text = strip_sign(text);
    let (whole, rest) = split_digits(text);
    let rest = match rest {
        [b'.', rest @ ..] => {
            let (fraction, rest) = split_digits(rest);
            if whole == 0 && fraction == 0 {
                return false;
            }
            rest
        }
        _ if whole == 0 => return false,
        _ => rest,
    };
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let (digits, rest) = split_digits(strip_sign(exponent));
            digits > 0 && rest.is_empty()
        }
        _ => false,
    }
}

fn strip_sign(text: &[u8]) -> &[u8] {
    match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    }
}

fn split_digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|b| b.is_ascii_digit()).count();
    (count, text.get(count..).unwrap_or(&[]))
}

/// The value of a scalar with a tag (given in full) or, with an empty one, of a plain scalar (R35, R36).
pub(super) fn resolve_tagged<'a>(tag: &[u8], text: &'a [u8]) -> Result<Scalar<'a>, Error> {
    let wanted = match tag.strip_prefix(TAG_PREFIX) {
        _ if tag.is_empty() => return Ok(resolve_plain(text, Flavor::V2).1),
        Some(b"null") => Tag::Null,
        Some(b"bool") => Tag::Bool,
        Some(b"int") => Tag::Int,
        Some(b"float") => Tag::Float,
        Some(b"timestamp") => Tag::Timestamp,
        Some(b"binary") => {
            return match base64::decode(text) {
                Ok(bytes) => Ok(Scalar::Str(Cow::Owned(bytes))),
                Err(_) => Err(Error::problem("!!binary value contains invalid base64 data")),
            };
        }
        // `!!str`, and tags that mean nothing to go-yaml.
        _ => return Ok(Scalar::Str(Cow::Borrowed(text))),
    };
    let (found, value) = resolve_untyped(text, Flavor::V2, wanted == Tag::Timestamp);
    match (wanted, value) {
        (_, value) if wanted == found => Ok(value),
        (Tag::Float, Scalar::Int(n)) => Ok(Scalar::Float(n as f64)),
        _ => {
            let text = String::from_utf8_lossy(text);
            Err(Error::problem(format!("cannot decode {} `{text}` as a {}", found.name(), wanted.name())))
        }
    }
}

/// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`: numbers to base 60, which go-yaml reads as text but quotes.
pub(super) fn is_base60(text: &[u8]) -> bool {
    if !text.contains(&b':') {
        return false;
    }
    let text = strip_sign(text);
    if !text.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let mut parts = text.split(|b| *b == b':');
    let whole = parts.next().unwrap_or(&[]);
    if !whole.iter().all(|b| b.is_ascii_digit() || *b == b'_') {
        return false;
    }
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (digits, rest) = split_digits(part);
        let sixty = match part.get(..digits) {
            Some([_]) => true,
            Some([tens, _]) => *tens <= b'5',
            _ => false,
        };
        let ends = match rest {
            [] => true,
            [b'.', fraction @ ..] => {
                parts.peek().is_none() && fraction.iter().all(|b| b.is_ascii_digit() || *b == b'_')
            }
            _ => false,
        };
        if !sixty || !ends {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars() {
        let int = |n| Scalar::Int(n);
        let string = |s: &'static str| Scalar::Str(Cow::Borrowed(s.as_bytes()));
        let cases = [
            ("", Scalar::Null),
            ("on", Scalar::Bool(true)),
            ("yES", string("yES")),
            ("0b101", int(5)),
            ("0b-1", int(-1)),
            ("0_7", int(7)),
            ("08", Scalar::Float(8.0)),
            ("1_0.5", Scalar::Float(10.5)),
            ("1e_3", Scalar::Float(1000.0)),
            (".3_75", Scalar::Float(0.375)),
            (".3__7", string(".3__7")),
            ("._3", string("._3")),
            (".3_", string(".3_")),
            (".e5", string(".e5")),
            ("1e500", string("1e500")),
            ("0.1e-400", Scalar::Float(0.0)),
            ("1__", int(1)),
            ("++1", string("++1")),
            ("1:30", string("1:30")),
            ("<<", string("<<")),
            ("2020-01-01", string("2020-01-01")),
            ("18446744073709551615", Scalar::Uint(u64::MAX)),
        ];
        for (text, value) in cases {
            assert_eq!(resolve_plain(text.as_bytes(), Flavor::V2).1, value, "{text}");
        }
    }

    #[test]
    fn base_60() {
        for text in ["1:30", "12:30:45", "190:20:30.15", "-1_0:5.", "+1:59:0._"] {
            assert!(is_base60(text.as_bytes()), "{text}");
        }
        for text in ["1:60", "99:99", "1:", ":1", "_1:3", "1:3.0:4", "1:300", "1:3 "] {
            assert!(!is_base60(text.as_bytes()), "{text}");
        }
    }
}
