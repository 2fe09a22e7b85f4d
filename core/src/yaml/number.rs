//! Numbers as YAML and JSON texts say them. The shortest digits that give a float back are Rust's as well as Go's.

/// Go's `strconv.FormatFloat(x, 'g', -1, 64)`.
pub(super) fn format_g(out: &mut Vec<u8>, x: f64) {
    if x.is_finite() { general(out, &format!("{x:e}")) } else { special(out, x) }
}

/// Go's `strconv.FormatFloat(x, 'g', -1, 32)`: as sigs.k8s.io/yaml writes floats that become keys or string fields.
pub(super) fn format_g32(out: &mut Vec<u8>, x: f64) {
    let x = x as f32;
    if x.is_finite() { general(out, &format!("{x:e}")) } else { special(out, f64::from(x)) }
}

fn special(out: &mut Vec<u8>, x: f64) {
    let text: &[u8] = match x {
        _ if x.is_nan() => b"NaN",
        _ if x < 0.0 => b"-Inf",
        _ => b"+Inf",
    };
    out.extend_from_slice(text);
}

/// From `d.ddde±x` to Go's `%g`: with an exponent when it is below -4 or above 5.
fn general(out: &mut Vec<u8>, scientific: &str) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        let (sign, mantissa) = mantissa.split_at(usize::from(mantissa.starts_with('-')));
        out.extend_from_slice(sign.as_bytes());
        positional(out, mantissa, exponent);
        return;
    }
    out.extend_from_slice(mantissa.as_bytes());
    out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
    if exponent.unsigned_abs() < 10 {
        out.push(b'0');
    }
    out.extend_from_slice(exponent.unsigned_abs().to_string().as_bytes());
}

/// The digits of an unsigned mantissa with the point moved by `exponent`.
fn positional(out: &mut Vec<u8>, mantissa: &str, exponent: i32) {
    if exponent < 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', exponent.unsigned_abs() as usize - 1));
        out.extend(mantissa.bytes().filter(|b| *b != b'.'));
        return;
    }
    let whole = exponent as usize + 1;
    let mut count = 0;
    for digit in mantissa.bytes().filter(|b| *b != b'.') {
        if count == whole {
            out.push(b'.');
        }
        out.push(digit);
        count += 1;
    }
    out.extend(std::iter::repeat_n(b'0', whole.saturating_sub(count)));
}

/// An integer as `strconv.ParseInt(text, base, 64)`, or failing that `ParseUint`, reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Integer {
    /// Fits `int`.
    Signed(i64),
    /// Fits only `uint64`.
    Unsigned(u64),
}

/// Base 0 means by prefix: `0x`, `0o`, `0b`, or `0` for octal. There are no underscores here.
pub(super) fn parse_integer(text: &[u8], base: u32) -> Option<Integer> {
    let (sign, digits) = match text {
        [sign @ (b'+' | b'-'), rest @ ..] => (Some(*sign), rest),
        _ => (None, text),
    };
    let (base, digits) = match digits {
        _ if base != 0 => (base, digits),
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        _ => (10, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value: u64 = 0;
    for &byte in digits {
        let digit = (byte as char).to_digit(base)?;
        value = value.checked_mul(u64::from(base))?.checked_add(u64::from(digit))?;
    }
    match sign {
        Some(b'-') if value <= 1 << 63 => Some(Integer::Signed((value as i64).wrapping_neg())),
        Some(b'-') => None,
        _ => match i64::try_from(value) {
            Ok(value) => Some(Integer::Signed(value)),
            // ParseUint takes no sign.
            Err(_) => sign.is_none().then_some(Integer::Unsigned(value)),
        },
    }
}

/// A decimal float as `strconv.ParseFloat` reads it, where out of range is an error.
pub(super) fn parse_float(text: &[u8]) -> Option<f64> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn g(x: f64) -> String {
        let mut out = Vec::new();
        format_g(&mut out, x);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn general_format() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (100000.0, "100000"),
            (1e6, "1e+06"),
            (1234567.5, "1.2345675e+06"),
            (123456.25, "123456.25"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (0.00001, "1e-05"),
            (1e-7, "1e-07"),
            (1e100, "1e+100"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (f64::NEG_INFINITY, "-Inf"),
        ];
        for (x, text) in cases {
            assert_eq!(g(x), text);
        }
        let mut out = Vec::new();
        format_g32(&mut out, 1234567.891);
        assert_eq!(out, b"1.2345679e+06");
    }

    #[test]
    fn integers() {
        use Integer::{Signed, Unsigned};
        let cases: [(&str, Option<Integer>); 12] = [
            ("0", Some(Signed(0))),
            ("-0x8000000000000000", Some(Signed(i64::MIN))),
            ("0777", Some(Signed(511))),
            ("08", None),
            ("0o17", Some(Signed(15))),
            ("0b12", None),
            ("0x", None),
            ("9223372036854775808", Some(Unsigned(1 << 63))),
            ("+9223372036854775808", None),
            ("-9223372036854775809", None),
            ("18446744073709551616", None),
            ("--1", None),
        ];
        for (text, value) in cases {
            assert_eq!(parse_integer(text.as_bytes(), 0), value, "{text}");
        }
        assert_eq!(parse_integer(b"-1", 2), Some(Signed(-1)));
    }
}
