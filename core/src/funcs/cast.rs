//! spf13/cast 1.7: how Sprig coerces anything to a number (R118).
//!
//! A failed coercion is zero, never an error. Source: `cast/caste.go` (`ToInt64E`, `ToFloat64E`,
//! `trimZeroDecimal`).

use crate::dialect::HelmVersion;
use crate::go::number;
use crate::value::{Object, Value};

/// `cast.ToInt64`: truncates floats, reads strings with Go's base prefixes (`010` is 8), booleans are 1 and
/// 0.
///
/// ```
/// use hookwright_core::{funcs::cast::to_int64, value::Value};
/// assert_eq!(to_int64(&Value::Float(-3.7)), -3);
/// assert_eq!(to_int64(&Value::from("3.0")), 3);
/// assert_eq!(to_int64(&Value::from("3.7")), 0);
/// ```
pub fn to_int64(value: &Value) -> i64 {
    match value {
        Value::Int(n) | Value::Int64(n) => *n,
        Value::Uint64(n) => *n as i64,
        Value::Uint8(n) => i64::from(*n),
        Value::Float(x) => truncate(*x),
        Value::Str(s) => number::parse_int(without_zero_fraction(s), 0, 64).unwrap_or(0),
        Value::Bool(b) => i64::from(*b),
        Value::Object(object) => calendar_number(&**object).unwrap_or(0),
        _ => 0,
    }
}

/// `cast.ToInt`: the same rules, as Go's `int` has 64 bits wherever Helm runs.
pub fn to_int(value: &Value) -> i64 {
    to_int64(value)
}

/// `cast.ToFloat64`: strings by `ParseFloat`, so `inf` and `0x1p4` are numbers.
pub fn to_float64(value: &Value) -> f64 {
    match value {
        Value::Int(n) | Value::Int64(n) => *n as f64,
        Value::Uint64(n) => *n as f64,
        Value::Uint8(n) => f64::from(*n),
        Value::Float(x) => *x,
        Value::Str(s) => number::parse_float(s, 64).unwrap_or(0.0),
        Value::Bool(b) => f64::from(u8::from(*b)),
        Value::Object(object) => calendar_number(&**object).map_or(0.0, |n| n as f64),
        _ => 0.0,
    }
}

/// Go's conversion of a float to int64 on amd64: toward zero, and the smallest integer for all that does not
/// fit.
pub fn truncate(x: f64) -> i64 {
    const BOUND: f64 = 9_223_372_036_854_775_808.0; // 2^63
    if (-BOUND..BOUND).contains(&x) { x as i64 } else { i64::MIN }
}

/// Of all named integer types only months and weekdays are known to cast; a duration is zero.
fn calendar_number(object: &dyn Object) -> Option<i64> {
    match (object.type_name(HelmVersion::default()), object.underlying()) {
        ("time.Month" | "time.Weekday", Some(Value::Int(n))) => Some(n),
        _ => None,
    }
}

/// Cuts a fraction of nothing but zeros: `3.0` and `3.00`, but neither `3.` nor `3.01`.
fn without_zero_fraction(s: &[u8]) -> &[u8] {
    let zeros = s.iter().rev().take_while(|&&b| b == b'0').count();
    match s.get(..s.len() - zeros) {
        Some([whole @ .., b'.']) if zeros > 0 => whole,
        _ => s,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let cases: &[(Value, i64)] = &[
            (Value::from("3.7"), 0),
            (Value::Float(3.7), 3),
            (Value::Float(-3.7), -3),
            (Value::from("3.0"), 3),
            (Value::from("3.000"), 3),
            (Value::from("3."), 0),
            (Value::from(".0"), 0),
            (Value::from("1_000"), 1000),
            (Value::from("0b11"), 3),
            (Value::from("0o17"), 15),
            (Value::from("010"), 8),
            (Value::from("0x10"), 16),
            (Value::from("08"), 0),
            (Value::from("-5"), -5),
            (Value::from("+5"), 5),
            (Value::from(""), 0),
            (Value::from(" 5"), 0),
            (Value::from("9223372036854775808"), 0),
            (Value::Bool(true), 1),
            (Value::Nil, 0),
            (Value::Float(1e20), i64::MIN),
            (Value::Float(-1e20), i64::MIN),
            (Value::Float(f64::NAN), i64::MIN),
            (Value::Uint64(u64::MAX), -1),
            (Value::list([Value::Int(1)]), 0),
        ];
        for (value, want) in cases {
            assert_eq!(to_int64(value), *want, "{value:?}");
        }
    }

    #[test]
    fn floats() {
        let cases: &[(Value, f64)] = &[
            (Value::from("1.5"), 1.5),
            (Value::from("abc"), 0.0),
            (Value::from("1e3"), 1000.0),
            (Value::from("inf"), f64::INFINITY),
            (Value::Bool(true), 1.0),
            (Value::Int(3), 3.0),
            (Value::Nil, 0.0),
        ];
        for (value, want) in cases {
            assert_eq!(to_float64(value), *want, "{value:?}");
        }
    }
}
