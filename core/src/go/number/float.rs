//! strconv.FormatFloat. Rust's formatting finds the digits, shortest or correctly rounded; their layout is Go's.

use super::decimal::to_float;
use std::fmt::Write;

/// No f64 has more significant decimal digits (767) or fractional digits (1074) than this; the rest are zeros.
const MOST_DIGITS: usize = 1100;

/// Decimal digits `0.d₁d₂d₃…`·10^`point`, without trailing zeros; none for zero.
struct Digits {
    digits: Vec<u8>,
    point: i32,
}

/// `strconv.FormatFloat(x, fmt, prec, bits)`: `fmt` one of `e E f g G b x X`, a negative precision asks for the
/// shortest text that reads back as the same number.
pub fn format_float(x: f64, fmt: u8, prec: i32, bits: u8) -> String {
    let mut out = Vec::with_capacity(24);
    push_float(&mut out, x, fmt, prec, bits);
    // Digits, signs and letters only.
    String::from_utf8(out).unwrap_or_default()
}

/// `%v` of a float64 (R114): the shortest text, with an exponent below 1e-4 and from 1e6 on.
pub fn format_g(x: f64) -> String {
    let mut out = Vec::with_capacity(24);
    push_g(&mut out, x);
    String::from_utf8(out).unwrap_or_default()
}

/// Appends [`format_g`].
pub fn push_g(out: &mut Vec<u8>, x: f64) {
    // Most numbers in charts are small whole ones.
    if x.abs() < 1e6 && x == x.trunc() && (x != 0.0 || x.is_sign_positive()) {
        push_decimal(out, x as i64);
    } else {
        push_float(out, x, b'g', -1, 64);
    }
}

/// Appends an integer in decimal.
pub fn push_decimal(out: &mut Vec<u8>, n: impl Into<i128>) {
    // Writing to a vector cannot fail.
    let _ = std::io::Write::write_fmt(out, format_args!("{}", n.into()));
}

/// Appends what [`format_float`] gives.
pub fn push_float(out: &mut Vec<u8>, x: f64, fmt: u8, prec: i32, bits: u8) {
    if x.is_nan() {
        out.extend(b"NaN");
        return;
    }
    let x = if bits == 32 { f64::from(x as f32) } else { x };
    if x.is_infinite() {
        out.extend(if x > 0.0 { b"+Inf" } else { b"-Inf" });
        return;
    }
    if !matches!(fmt, b'e' | b'E' | b'f' | b'g' | b'G' | b'b' | b'x' | b'X') {
        out.extend([b'%', fmt]);
        return;
    }
    if x.is_sign_negative() {
        out.push(b'-');
    }
    let x = x.abs();
    match fmt {
        b'b' => push_binary(out, x, bits),
        b'x' | b'X' => push_hexadecimal(out, x, fmt, prec, bits),
        b'f' if prec >= 0 => {
            let prec = prec as usize;
            let exact = prec.min(MOST_DIGITS);
            let _ = std::io::Write::write_fmt(out, format_args!("{x:.exact$}"));
            out.extend(std::iter::repeat_n(b'0', prec - exact));
        }
        b'f' => {
            let digits = shortest(x, bits);
            let prec = (digits.len() - digits.point).max(0);
            push_plain(out, &digits, prec as usize);
        }
        b'e' | b'E' => {
            let digits = if prec < 0 { shortest(x, bits) } else { rounded(x, prec as usize + 1) };
            let prec = if prec < 0 { (digits.len() - 1).max(0) } else { prec };
            push_scientific(out, &digits, prec as usize, fmt);
        }
        _ => {
            // %g: scientific when the exponent is below -4 or not below the precision.
            let short = prec < 0;
            let prec = prec.max(i32::from(prec == 0));
            let digits = if short { shortest(x, bits) } else { rounded(x, prec as usize) };
            let prec = if short { digits.len() } else { prec };
            let limit = match () {
                _ if short => 6,
                _ if prec > digits.len() && digits.len() >= digits.point => digits.len(),
                _ => prec,
            };
            let exponent = digits.point - 1;
            if exponent < -4 || exponent >= limit {
                push_scientific(out, &digits, (prec.min(digits.len()) - 1).max(0) as usize, fmt - 2);
            } else {
                let prec = if prec > digits.point { digits.len() } else { prec };
                push_plain(out, &digits, (prec - digits.point).max(0) as usize);
            }
        }
    }
}

impl Digits {
    fn len(&self) -> i32 {
        self.digits.len() as i32
    }

    /// Reads what Rust prints with `{:e}`: `d.ddde-7`.
    fn read(scientific: &str) -> Digits {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
        let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let point = if digits.is_empty() { 0 } else { exponent.parse::<i32>().unwrap_or(0) + 1 };
        Digits { digits, point }
    }
}

/// The fewest digits that identify `x` among the floats of its width; of those the nearest, and of two equally near the
/// even ones, where Rust takes the larger.
fn shortest(x: f64, bits: u8) -> Digits {
    let mut text = String::with_capacity(32);
    let (written, reliable) = match bits {
        32 => (write!(text, "{:e}", x as f32), 6),
        _ => (write!(text, "{x:e}"), 15),
    };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
    let digits = Digits::read(&text);
    // Decimals this short all name different floats, so that no tie can occur among them.
    if digits.digits.len() < reliable {
        return digits;
    }
    let after_point = digits.digits.len() - 1;
    let nearest = format!("{x:.after_point$e}");
    if to_float(&nearest, bits) == x { Digits::read(&nearest) } else { digits }
}

/// The first `count` digits of `x`, rounded to nearest, ties to even.
fn rounded(x: f64, count: usize) -> Digits {
    let after_point = count.saturating_sub(1).min(MOST_DIGITS);
    Digits::read(&format!("{x:.after_point$e}"))
}

/// `d.ddde±dd`
fn push_scientific(out: &mut Vec<u8>, digits: &Digits, prec: usize, letter: u8) {
    let mut source = digits.digits.iter().copied().chain(std::iter::repeat(b'0'));
    out.extend(source.next());
    if prec > 0 {
        out.push(b'.');
        out.extend(source.take(prec));
    }
    let exponent = if digits.digits.is_empty() { 0 } else { digits.point - 1 };
    out.extend([letter, if exponent < 0 { b'-' } else { b'+' }]);
    if exponent.abs() < 10 {
        out.push(b'0');
    }
    push_decimal(out, exponent.abs());
}

/// `ddd.ddd`
fn push_plain(out: &mut Vec<u8>, digits: &Digits, prec: usize) {
    let whole = digits.point.max(0) as usize;
    let zeros_after_point = (-digits.point).max(0) as usize;
    let mut source = digits.digits.iter().copied().chain(std::iter::repeat(b'0'));
    if whole == 0 {
        out.push(b'0');
    } else {
        out.extend(source.by_ref().take(whole));
    }
    if prec > 0 {
        out.push(b'.');
        out.extend(std::iter::repeat_n(b'0', zeros_after_point.min(prec)));
        out.extend(source.take(prec.saturating_sub(zeros_after_point)));
    }
}

/// The whole mantissa, the exponent of its lowest bit, and the mantissa's width without the leading bit.
fn parts(x: f64, bits: u8) -> (u64, i32, u32) {
    let (raw, width, bias) = match bits {
        32 => (u64::from((x as f32).to_bits()), 23, 127),
        _ => (x.to_bits(), 52, 1023),
    };
    let fraction = raw & ((1 << width) - 1);
    match (raw >> width) as i32 {
        0 => (fraction, 1 - bias - width as i32, width),
        biased => (fraction | 1 << width, biased - bias - width as i32, width),
    }
}

/// `ddddp±d`
fn push_binary(out: &mut Vec<u8>, x: f64, bits: u8) {
    let (mantissa, exponent, _) = parts(x, bits);
    push_decimal(out, mantissa);
    out.extend(if exponent >= 0 { b"p+".as_slice() } else { b"p" });
    push_decimal(out, exponent);
}

/// `0x1.yyyp±dd`, after strconv/ftoa.go:fmtX.
fn push_hexadecimal(out: &mut Vec<u8>, x: f64, letter: u8, prec: i32, bits: u8) {
    const POINT: u32 = 60;
    let (mantissa, exponent, width) = parts(x, bits);
    let (mut mantissa, mut exponent) =
        if mantissa == 0 { (0, 0) } else { (mantissa << (POINT - width), exponent + width as i32) };
    while mantissa != 0 && mantissa >> POINT == 0 {
        mantissa <<= 1;
        exponent -= 1;
    }
    if (0..15).contains(&prec) {
        let kept = POINT - 4 * prec as u32;
        let extra = mantissa << (4 * prec) & ((1 << POINT) - 1);
        mantissa >>= kept;
        // Up when above half, or at half and odd.
        if extra | (mantissa & 1) > 1 << (POINT - 1) {
            mantissa += 1;
        }
        mantissa <<= kept;
        if mantissa >> POINT > 1 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let hex = if letter == b'X' { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    out.extend([b'0', letter, b'0' + (mantissa >> POINT & 1) as u8]);
    let mut fraction = mantissa << 4;
    let wanted = if prec < 0 { usize::from(fraction != 0) } else { prec as usize };
    if wanted > 0 {
        out.push(b'.');
    }
    let mut written = 0;
    while if prec < 0 { fraction != 0 } else { written < prec } {
        out.push(hex[(fraction >> POINT & 15) as usize]);
        fraction <<= 4;
        written += 1;
    }
    out.extend([if letter == b'X' { b'P' } else { b'p' }, if exponent < 0 { b'-' } else { b'+' }]);
    if exponent.abs() < 10 {
        out.push(b'0');
    }
    push_decimal(out, exponent.abs());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_like_percent_v() {
        let cases: &[(f64, &str)] = &[
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-3.0, "-3"),
            (999_999.0, "999999"),
            (1_000_000.0, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (123_456.5, "123456.5"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e20, "1e+20"),
            (1e100, "1e+100"),
            (5e-324, "5e-324"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Inf"),
            (1.0 / 3.0, "0.3333333333333333"),
        ];
        for (x, want) in cases {
            assert_eq!(format_g(*x), *want);
        }
    }

    #[test]
    fn formats() {
        let cases: &[(f64, u8, i32, u8, &str)] = &[
            (2.675, b'f', 2, 64, "2.67"),
            (2.5, b'f', 0, 64, "2"),
            (3.5, b'f', 0, 64, "4"),
            (0.5, b'f', 0, 64, "0"),
            (-0.001, b'f', 2, 64, "-0.00"),
            (1e21, b'f', -1, 64, "1000000000000000000000"),
            (123_456_789.0, b'e', 3, 64, "1.235e+08"),
            (0.0, b'e', 2, 64, "0.00e+00"),
            (0.0, b'g', -1, 64, "0"),
            (100.0, b'g', 3, 64, "100"),
            (1000.0, b'g', 3, 64, "1e+03"),
            (100_000.0, b'g', 17, 64, "100000"),
            (1e23, b'g', 17, 64, "9.9999999999999992e+22"),
            (12.5, b'G', 0, 64, "1E+01"),
            (0.1, b'g', -1, 32, "0.1"),
            (0.1, b'g', 20, 32, "0.10000000149011611938"),
            (16_777_216.0, b'g', -1, 32, "1.6777216e+07"),
            (1.0, b'b', -1, 64, "4503599627370496p-52"),
            (1.0, b'x', -1, 64, "0x1p+00"),
            (3.75, b'x', 0, 64, "0x1p+02"),
            (1.5, b'X', 3, 64, "0X1.800P+00"),
            (0.0, b'x', 2, 64, "0x0.00p+00"),
            (5e-324, b'x', -1, 64, "0x1p-1074"),
            (1.0, b'z', -1, 64, "%z"),
        ];
        for (x, fmt, prec, bits, want) in cases {
            assert_eq!(format_float(*x, *fmt, *prec, *bits), *want, "{x} {} {prec}", char::from(*fmt));
        }
        // 1e22 has 23 digits before the point, padded far beyond its exact expansion.
        assert_eq!(format_float(1.5, b'f', 3000, 64).len(), 3002);
        assert_eq!(format_float(1.5, b'e', 3000, 64).len(), 3006);
    }
}
