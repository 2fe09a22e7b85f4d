//! strconv's parsers: text to integers, floats and booleans.

use super::decimal::to_float;
use crate::go::quote::quote;
use std::fmt;

/// Why a number could not be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumErrorKind {
    /// `invalid syntax`
    Syntax,
    /// `value out of range`
    Range,
    /// `invalid base 1`
    Base(u32),
}

/// Go's `*strconv.NumError`. Displays as `strconv.ParseInt: parsing "x": invalid syntax`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumError {
    /// The function that failed: `ParseInt`.
    pub func: &'static str,
    /// What it was given.
    pub num: Vec<u8>,
    /// Why it failed.
    pub kind: NumErrorKind,
}

impl fmt::Display for NumErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NumErrorKind::Syntax => f.write_str("invalid syntax"),
            NumErrorKind::Range => f.write_str("value out of range"),
            NumErrorKind::Base(base) => write!(f, "invalid base {base}"),
        }
    }
}

impl fmt::Display for NumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "strconv.{}: parsing {}: {}", self.func, quote(&self.num), self.kind)
    }
}

impl std::error::Error for NumError {}

fn error(func: &'static str, num: &[u8], kind: NumErrorKind) -> NumError {
    NumError { func, num: num.to_vec(), kind }
}

/// `strconv.ParseInt`. Base 0 takes the base from a prefix (`0x`, `0o`, `0`, `0b`) and allows underscores.
/// `bits` 0 means 64.
pub fn parse_int(text: &[u8], base: u32, bits: u32) -> Result<i64, NumError> {
    signed(text, base, bits).map_err(|kind| error("ParseInt", text, kind))
}

/// `strconv.ParseUint`: as [`parse_int`], without a sign.
pub fn parse_uint(text: &[u8], base: u32, bits: u32) -> Result<u64, NumError> {
    unsigned(text, base, bits).map_err(|kind| error("ParseUint", text, kind))
}

/// `strconv.Atoi`: decimal, and nothing else.
pub fn atoi(text: &[u8]) -> Result<i64, NumError> {
    signed(text, 10, 64).map_err(|kind| error("Atoi", text, kind))
}

/// `strconv.ParseBool`.
pub fn parse_bool(text: &[u8]) -> Result<bool, NumError> {
    match text {
        b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True" => Ok(true),
        b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False" => Ok(false),
        _ => Err(error("ParseBool", text, NumErrorKind::Syntax)),
    }
}

fn signed(text: &[u8], base: u32, bits: u32) -> Result<i64, NumErrorKind> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', digits)) => (true, digits),
        Some((b'+', digits)) => (false, digits),
        _ => (false, text),
    };
    let magnitude = i128::from(unsigned(digits, base, bits)?);
    let value = if negative { -magnitude } else { magnitude };
    let bound = 1_i128 << (width(bits) - 1);
    if value < -bound || value >= bound {
        return Err(NumErrorKind::Range);
    }
    i64::try_from(value).map_err(|_| NumErrorKind::Range)
}

fn width(bits: u32) -> u32 {
    if (1..=64).contains(&bits) { bits } else { 64 }
}

fn unsigned(text: &[u8], base: u32, bits: u32) -> Result<u64, NumErrorKind> {
    let (base, digits, prefixed) = match base {
        2..=36 => (base, text, false),
        0 => match text {
            [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest, true),
            [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest, true),
            [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest, true),
            // A lone 0 is octal zero: no digits are left, but neither were there none.
            [b'0', rest @ ..] => (8, rest, true),
            _ => (10, text, true),
        },
        _ if text.is_empty() => return Err(NumErrorKind::Syntax),
        _ => return Err(NumErrorKind::Base(base)),
    };
    if text.is_empty() {
        return Err(NumErrorKind::Syntax);
    }
    let max = u64::MAX >> (64 - width(bits));
    let mut value: u64 = 0;
    let mut underscores = false;
    for byte in digits {
        if *byte == b'_' && prefixed {
            underscores = true;
            continue;
        }
        let digit = char::from(*byte).to_digit(base).ok_or(NumErrorKind::Syntax)?;
        value = value
            .checked_mul(u64::from(base))
            .and_then(|value| value.checked_add(u64::from(digit)))
            .filter(|value| *value <= max)
            .ok_or(NumErrorKind::Range)?;
    }
    if underscores && !underscores_separate_digits(text) {
        return Err(NumErrorKind::Syntax);
    }
    Ok(value)
}

/// The Go language's rule: an underscore stands between digits, or between a base prefix and a digit.
fn underscores_separate_digits(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    let (text, hex, mut before) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (rest, true, Class::Digit),
        [b'0', b'b' | b'B' | b'o' | b'O', rest @ ..] => (rest, false, Class::Digit),
        _ => (text, false, Class::Other),
    };
    for byte in text {
        let class = match byte {
            b'0'..=b'9' => Class::Digit,
            _ if hex && byte.is_ascii_hexdigit() => Class::Digit,
            b'_' if before != Class::Digit => return false,
            b'_' => Class::Underscore,
            _ if before == Class::Underscore => return false,
            _ => Class::Other,
        };
        before = class;
    }
    before != Class::Underscore
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Digit,
    Underscore,
    Other,
}

/// `strconv.ParseFloat`: decimal and hexadecimal floats, `inf`, `infinity` and `nan` in any case. `bits` is 32 or 64;
/// with 32 the result is a value of that precision.
pub fn parse_float(text: &[u8], bits: u8) -> Result<f64, NumError> {
    let value = float(text, bits).map_err(|kind| error("ParseFloat", text, kind))?;
    // Go gives ±Inf beside the error; nobody looks at it.
    value.ok_or_else(|| error("ParseFloat", text, NumErrorKind::Range))
}

/// The value, or `None` when it is out of range.
fn float(text: &[u8], bits: u8) -> Result<Option<f64>, NumErrorKind> {
    if let Some(special) = special(text) {
        return Ok(Some(special));
    }
    let (negative, body) = match text.split_first() {
        Some((b'-', body)) => (true, body),
        Some((b'+', body)) => (false, body),
        _ => (false, text),
    };
    let magnitude = match body {
        [b'0', b'x' | b'X', hex @ ..] if !hex.is_empty() => hexadecimal(hex, text, bits)?,
        _ => decimal(body, text, bits)?,
    };
    Ok(if magnitude.is_infinite() { None } else { Some(if negative { -magnitude } else { magnitude }) })
}

fn special(text: &[u8]) -> Option<f64> {
    let (sign, word) = match text.split_first()? {
        (b'+', word) => (1.0, word),
        (b'-', word) => (-1.0, word),
        _ => (1.0, text),
    };
    if word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"infinity") {
        return Some(sign * f64::INFINITY);
    }
    text.eq_ignore_ascii_case(b"nan").then_some(f64::NAN)
}

/// Checks Go's syntax, then converts.
fn decimal(body: &[u8], whole: &[u8], bits: u8) -> Result<f64, NumErrorKind> {
    let mut clean = String::with_capacity(body.len());
    let (mut dot, mut digits, mut underscores) = (false, false, false);
    let mut bytes = body.iter().copied().peekable();
    while let Some(byte) = bytes.next_if(|b| b.is_ascii_digit() || *b == b'_' || *b == b'.') {
        match byte {
            b'_' => underscores = true,
            b'.' if dot => return Err(NumErrorKind::Syntax),
            b'.' => dot = true,
            _ => digits = true,
        }
        if byte != b'_' {
            clean.push(char::from(byte));
        }
    }
    if !digits {
        return Err(NumErrorKind::Syntax);
    }
    if bytes.next_if(|b| matches!(b, b'e' | b'E')).is_some() {
        let (exponent, saw_underscore) = exponent(&mut bytes)?;
        underscores |= saw_underscore;
        clean.push('e');
        clean.push_str(&exponent.to_string());
    }
    if bytes.next().is_some() || (underscores && !underscores_separate_digits(whole)) {
        return Err(NumErrorKind::Syntax);
    }
    Ok(to_float(&clean, bits))
}

/// The digits after `e` or `p`, capped far outside every range.
fn exponent(bytes: &mut std::iter::Peekable<impl Iterator<Item = u8>>) -> Result<(i32, bool), NumErrorKind> {
    let negative = match bytes.next_if(|b| matches!(b, b'+' | b'-')) {
        Some(sign) => sign == b'-',
        None => false,
    };
    if !bytes.peek().is_some_and(u8::is_ascii_digit) {
        return Err(NumErrorKind::Syntax);
    }
    let (mut value, mut underscores) = (0_i32, false);
    while let Some(byte) = bytes.next_if(|b| b.is_ascii_digit() || *b == b'_') {
        match byte {
            b'_' => underscores = true,
            // Go stops counting at 10000 as well.
            _ if value < 10_000 => value = value * 10 + i32::from(byte - b'0'),
            _ => {}
        }
    }
    Ok((if negative { -value } else { value }, underscores))
}

/// `0x` mantissa `p` exponent, rounded to nearest even.
fn hexadecimal(body: &[u8], whole: &[u8], bits: u8) -> Result<f64, NumErrorKind> {
    let mut bytes = body.iter().copied().peekable();
    let (mut mantissa, mut exponent_2, mut sticky) = (0_u64, 0_i64, false);
    let (mut dot, mut digits, mut underscores) = (false, false, false);
    while let Some(byte) = bytes.next_if(|b| b.is_ascii_hexdigit() || *b == b'_' || *b == b'.') {
        match byte {
            b'_' => underscores = true,
            b'.' if dot => return Err(NumErrorKind::Syntax),
            b'.' => dot = true,
            _ => {
                digits = true;
                let digit = u64::from(char::from(byte).to_digit(16).unwrap_or(0));
                if mantissa >> 60 == 0 {
                    mantissa = mantissa << 4 | digit;
                    exponent_2 -= if dot { 4 } else { 0 };
                } else {
                    sticky |= digit != 0;
                    exponent_2 += if dot { 0 } else { 4 };
                }
            }
        }
    }
    // A hexadecimal mantissa must have an exponent.
    if !digits || bytes.next_if(|b| matches!(b, b'p' | b'P')).is_none() {
        return Err(NumErrorKind::Syntax);
    }
    let (exponent, saw_underscore) = exponent(&mut bytes)?;
    if bytes.next().is_some() || ((underscores || saw_underscore) && !underscores_separate_digits(whole)) {
        return Err(NumErrorKind::Syntax);
    }
    let (precision, lowest, highest) = if bits == 32 { (24, -149, 127) } else { (53, -1074, 1023) };
    Ok(round_binary(mantissa, sticky, exponent_2 + i64::from(exponent), precision, lowest, highest))
}

/// `mantissa`·2^`exponent`, with `sticky` for lost lower digits, rounded to `precision` bits; infinite when too large.
pub(super) fn round_binary(
    mantissa: u64,
    sticky: bool,
    exponent: i64,
    precision: u32,
    lowest: i64,
    highest: i64,
) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let length = i64::from(64 - mantissa.leading_zeros());
    let drop = (length - i64::from(precision)).max(lowest - exponent);
    if drop <= 0 {
        return scaled(mantissa, exponent, highest);
    }
    if drop > 64 {
        return 0.0;
    }
    let (kept, lost) = match drop {
        64 => (0, u128::from(mantissa)),
        _ => (mantissa >> drop, u128::from(mantissa & ((1 << drop) - 1))),
    };
    let half = 1_u128 << (drop - 1);
    let up = lost > half || (lost == half && (sticky || kept & 1 == 1));
    scaled(kept + u64::from(up), exponent + drop, highest)
}

/// `mantissa`·2^`exponent`, exactly representable unless too large.
fn scaled(mantissa: u64, exponent: i64, highest: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let top = exponent + i64::from(63 - mantissa.leading_zeros());
    if top > highest {
        return f64::INFINITY;
    }
    // Two steps, as 2^exponent itself may be subnormal or too large.
    let half = (exponent / 2) as i32;
    mantissa as f64 * 2_f64.powi(half) * 2_f64.powi(exponent as i32 - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let cases: &[(&str, u32, Result<i64, &str>)] = &[
            ("0", 0, Ok(0)),
            ("-0x1F", 0, Ok(-31)),
            ("0b11", 0, Ok(3)),
            ("0o17", 0, Ok(15)),
            ("017", 0, Ok(15)),
            ("08", 0, Err("invalid syntax")),
            ("1_000", 0, Ok(1000)),
            ("0x_f", 0, Ok(15)),
            ("0_1", 0, Ok(1)),
            ("_1", 0, Err("invalid syntax")),
            ("1__0", 0, Err("invalid syntax")),
            ("1_", 0, Err("invalid syntax")),
            ("1_000", 10, Err("invalid syntax")),
            ("0x", 0, Err("invalid syntax")),
            ("", 0, Err("invalid syntax")),
            ("+", 10, Err("invalid syntax")),
            (" 5", 10, Err("invalid syntax")),
            ("zz", 36, Ok(1295)),
            ("9223372036854775807", 10, Ok(i64::MAX)),
            ("-9223372036854775808", 10, Ok(i64::MIN)),
            ("9223372036854775808", 10, Err("value out of range")),
            ("99999999999999999999", 10, Err("value out of range")),
            ("1", 1, Err("invalid base 1")),
        ];
        for (text, base, want) in cases {
            let got = parse_int(text.as_bytes(), *base, 64).map_err(|e| e.kind.to_string());
            assert_eq!(got, want.map_err(str::to_owned), "{text} {base}");
        }
        assert_eq!(parse_int(b"128", 10, 8).map_err(|e| e.kind), Err(NumErrorKind::Range));
        assert_eq!(parse_int(b"-128", 10, 8), Ok(-128));
        assert_eq!(atoi(b"x\n").unwrap_err().to_string(), r#"strconv.Atoi: parsing "x\n": invalid syntax"#);
        assert_eq!(
            parse_uint(b"-1", 10, 64).unwrap_err().to_string(),
            r#"strconv.ParseUint: parsing "-1": invalid syntax"#
        );
    }

    #[test]
    fn floats() {
        let cases: &[(&str, Result<f64, &str>)] = &[
            ("1.5", Ok(1.5)),
            (".5", Ok(0.5)),
            ("5.", Ok(5.0)),
            ("+1e3", Ok(1000.0)),
            ("1E-400", Ok(0.0)),
            ("1e400", Err("value out of range")),
            ("1e99999999999", Err("value out of range")),
            ("1_000.5", Ok(1000.5)),
            ("0x1.8p1", Ok(3.0)),
            ("0X_1P-2", Ok(0.25)),
            ("0x.8p0", Ok(0.5)),
            ("0x1", Err("invalid syntax")),
            ("0x1.fffffffffffff8p0", Ok(2.0)),
            ("0x1p-1074", Ok(5e-324)),
            ("0x1p-1075", Ok(0.0)),
            ("0x1.8p-1075", Ok(5e-324)),
            ("0x1p1024", Err("value out of range")),
            ("Inf", Ok(f64::INFINITY)),
            ("-infinity", Ok(f64::NEG_INFINITY)),
            ("infin", Err("invalid syntax")),
            ("+nan", Err("invalid syntax")),
            ("1e", Err("invalid syntax")),
            ("1.2.3", Err("invalid syntax")),
            (".", Err("invalid syntax")),
            ("", Err("invalid syntax")),
            ("1 ", Err("invalid syntax")),
            ("0b1", Err("invalid syntax")),
        ];
        for (text, want) in cases {
            let got = parse_float(text.as_bytes(), 64).map_err(|e| e.kind.to_string());
            assert_eq!(got, want.map_err(str::to_owned), "{text}");
        }
        assert!(parse_float(b"NaN", 64).is_ok_and(f64::is_nan));
        assert_eq!(parse_float(b"0.1", 32), Ok(f64::from(0.1_f32)));
        assert_eq!(parse_float(b"1e39", 32).map_err(|e| e.kind), Err(NumErrorKind::Range));
    }
}
