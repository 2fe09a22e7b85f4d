//! Numeric constants, as Go's text/template/parse/node.go newNumber reads them (R93, R99).

use super::super::ast::Number;
use super::super::token::Kind;
use crate::go::number::{parse_float, parse_int, parse_uint};
use crate::go::quote::{Unquoted, quote, unquote_char};

/// The number a token spells, or Go's error text.
pub(super) fn read_number(text: &[u8], kind: Kind) -> Result<Number, String> {
    match kind {
        Kind::CharConstant => return read_char(text),
        Kind::Complex => return read_complex(text),
        _ => {}
    }
    // An imaginary constant is complex, unless it is zero.
    if let [digits @ .., b'i'] = text
        && let Ok(imaginary) = parse_float(digits, 64)
    {
        return Ok(simplified(0.0, imaginary));
    }
    let mut number =
        Number { uint: parse_uint(text, 0, 64).ok(), int: parse_int(text, 0, 64).ok(), ..Number::default() };
    if number.int == Some(0) && number.uint.is_none() {
        // ParseUint refuses "-0".
        number.uint = Some(0);
    }
    if let Some(int) = number.int {
        number.float = Some(int as f64);
    } else if let Some(uint) = number.uint {
        number.float = Some(uint as f64);
    } else if let Ok(float) = parse_float(text, 64) {
        if !contains_any(text, b".eEpP") {
            return Err(format!("integer overflow: {}", quote(text)));
        }
        number.float = Some(float);
        number.int = exact_int(float);
        number.uint = exact_uint(float);
    } else {
        return Err(format!("illegal number syntax: {}", quote(text)));
    }
    number.spelled_float = !is_hex_integer(text) && contains_any(text, b".eEpP");
    Ok(number)
}

fn read_char(text: &[u8]) -> Result<Number, String> {
    let inside = text.get(1..).unwrap_or(&[]);
    let Some((unquoted, tail)) = unquote_char(inside, b'\'') else {
        return Err("invalid syntax".to_owned());
    };
    if tail != b"'" {
        return Err(format!("malformed character constant: {}", String::from_utf8_lossy(text)));
    }
    let code = match unquoted {
        Unquoted::Byte(byte) => u32::from(byte),
        Unquoted::Rune(rune) => u32::from(rune),
    };
    Ok(Number {
        int: Some(i64::from(code)),
        uint: Some(u64::from(code)),
        float: Some(f64::from(code)),
        ..Number::default()
    })
}

/// `1+2i`, which Go hands to fmt.Sscan.
fn read_complex(text: &[u8]) -> Result<Number, String> {
    let split = text.iter().enumerate().skip(1).rposition(|(at, byte)| {
        matches!(byte, b'+' | b'-')
            && !matches!(text.get(at.wrapping_sub(1)), Some(b'e' | b'E' | b'p' | b'P'))
    });
    let parts = split.and_then(|at| text.split_at_checked(at + 1));
    match parts {
        Some((real, [imaginary @ .., b'i'])) if imaginary.len() > 1 => {
            let part = |text| parse_float(text, 64).map_err(|error| error.to_string());
            Ok(simplified(part(real)?, part(imaginary)?))
        }
        // Of "1+i" the scanner takes the letter for the start of "inf".
        _ => Err("syntax error scanning complex number".to_owned()),
    }
}

/// A complex constant; one without an imaginary part also serves as the simpler kinds.
fn simplified(re: f64, im: f64) -> Number {
    let mut number = Number { complex: Some((re, im)), ..Number::default() };
    if im == 0.0 {
        number.float = Some(re);
        number.int = exact_int(re);
        number.uint = exact_uint(re);
    }
    number
}

fn exact_int(float: f64) -> Option<i64> {
    // 2^63 itself rounds into i64::MAX and must not pass.
    (float as i64 as f64 == float && float < 9_223_372_036_854_775_808.0).then_some(float as i64)
}

fn exact_uint(float: f64) -> Option<u64> {
    (float as u64 as f64 == float && float < 18_446_744_073_709_551_616.0).then_some(float as u64)
}

fn contains_any(text: &[u8], set: &[u8]) -> bool {
    text.iter().any(|byte| set.contains(byte))
}

/// Go's `isHexInt`: `0x1E` is no float in spite of its letter E.
fn is_hex_integer(text: &[u8]) -> bool {
    matches!(text, [b'0', b'x' | b'X', _, ..]) && !contains_any(text, b"pP")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_spelling() {
        let int = |n: i64| Some(n);
        for (text, expected) in [
            ("3", int(3)),
            ("-3", int(-3)),
            ("+5", int(5)),
            ("0x10", int(16)),
            ("0b11", int(3)),
            ("0o17", int(15)),
            ("017", int(15)),
            ("1_000", int(1000)),
            ("-0", int(0)),
            ("1e3", int(1000)),
            ("0x1p4", int(16)),
            ("1.5", None),
            ("18446744073709551615", None),
        ] {
            assert_eq!(read_number(text.as_bytes(), Kind::Number).unwrap().int, expected, "{text}");
        }
        assert!(read_number(b"1e3", Kind::Number).unwrap().spelled_float);
        assert!(!read_number(b"0x1E", Kind::Number).unwrap().spelled_float);
        assert_eq!(read_number(b"'a'", Kind::CharConstant).unwrap().int, Some(97));
        assert_eq!(read_number(b"'\\xff'", Kind::CharConstant).unwrap().int, Some(255));
        assert_eq!(read_number(b"1i", Kind::Number).unwrap().complex, Some((0.0, 1.0)));
        assert_eq!(read_number(b"1e-1+2e-2i", Kind::Complex).unwrap().complex, Some((0.1, 0.02)));
    }

    #[test]
    fn mistakes() {
        for (text, kind, expected) in [
            ("99999999999999999999", Kind::Number, "integer overflow: \"99999999999999999999\""),
            ("0x", Kind::Number, "illegal number syntax: \"0x\""),
            (".", Kind::Number, "illegal number syntax: \".\""),
            ("'ab'", Kind::CharConstant, "malformed character constant: 'ab'"),
            ("''", Kind::CharConstant, "invalid syntax"),
            ("1+i", Kind::Complex, "syntax error scanning complex number"),
            ("0x1+2i", Kind::Complex, "strconv.ParseFloat: parsing \"0x1\": invalid syntax"),
        ] {
            assert_eq!(read_number(text.as_bytes(), kind), Err(expected.to_owned()), "{text}");
        }
    }
}
