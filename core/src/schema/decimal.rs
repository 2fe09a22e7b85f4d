//! Decimal numbers of any size, compared exactly, as Go's `big.Rat` compares the numbers of a schema and its instance.

use crate::go::json::Number;
use crate::go::number::format_g;
use crate::value::Value;
use std::cmp::Ordering;
use std::fmt;

/// `±digits`·10^`exponent`. The digits neither begin nor end with zero; zero has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    /// The number a value holds, by the text Go prints for it; `None` for everything that is not a finite number.
    pub fn of(value: &Value) -> Option<Decimal> {
        match value {
            Value::Int(n) | Value::Int64(n) => Decimal::parse(&n.to_string()),
            Value::Uint64(n) => Decimal::parse(&n.to_string()),
            Value::Uint8(n) => Decimal::parse(&n.to_string()),
            Value::Float(x) if x.is_finite() => Decimal::parse(&format_g(*x)),
            Value::Object(object) => Decimal::parse(&object.as_any().downcast_ref::<Number>()?.0),
            _ => None,
        }
    }

    /// Reads a number in JSON's notation.
    fn parse(text: &str) -> Option<Decimal> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent.strip_prefix('+').unwrap_or(exponent).parse::<i64>().ok()?)
            }
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(mantissa) => (true, mantissa),
            None => (false, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).skip_while(|b| *b == b'0').collect();
        if digits.iter().any(|b| !b.is_ascii_digit()) || whole.is_empty() {
            return None;
        }
        let mut exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent = exponent.checked_add(1)?;
        }
        if digits.is_empty() {
            return Some(Decimal { negative: false, digits, exponent: 0 });
        }
        Some(Decimal { negative, digits, exponent })
    }

    /// Whether there is no fraction.
    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The value as `int`, if it is one; beyond its range the nearest.
    pub fn to_int(&self) -> Option<i64> {
        if !self.is_integer() {
            return None;
        }
        let bound = if self.negative { i64::MIN } else { i64::MAX };
        if self.digits.len() as i64 + self.exponent > 19 {
            return Some(bound);
        }
        let mut value: i128 = 0;
        let zeros = std::iter::repeat_n(&b'0', self.exponent as usize);
        for digit in self.digits.iter().chain(zeros) {
            value = value * 10 + i128::from(digit - b'0');
        }
        Some(i64::try_from(if self.negative { -value } else { value }).unwrap_or(bound))
    }

    /// The nearest float.
    pub fn to_float(&self) -> f64 {
        crate::go::number::to_float(&self.to_string(), 64)
    }

    /// Whether it is greater than zero.
    pub fn is_positive(&self) -> bool {
        !self.negative && !self.digits.is_empty()
    }

    /// As Go's `%g`, but with all digits: what `big.Float` prints.
    pub fn general(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let digits = if self.digits.is_empty() { "0".into() } else { String::from_utf8_lossy(&self.digits) };
        let exponent = if self.digits.is_empty() { 0 } else { self.magnitude() - 1 };
        if !(-4..6).contains(&exponent) {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            let exponent_sign = if exponent < 0 { '-' } else { '+' };
            return format!("{sign}{first}{point}{rest}e{exponent_sign}{:02}", exponent.abs());
        }
        if exponent < 0 {
            return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
        }
        let whole = exponent as usize + 1;
        if digits.len() <= whole {
            return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
        }
        let (whole, fraction) = digits.split_at(whole);
        format!("{sign}{whole}.{fraction}")
    }

    /// Whether dividing by `divisor` leaves an integer.
    pub fn is_multiple_of(&self, divisor: &Decimal) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        // Neither mantissa ends with zero, so that a divisor with the greater exponent has a factor ten too many.
        let Ok(zeros) = u64::try_from(self.exponent - divisor.exponent) else { return false };
        // Divisors of more digits than this are beyond every purpose.
        let Some(modulus) = divisor.mantissa().filter(|modulus| *modulus > 0) else { return false };
        let mut rest: u128 = 0;
        for digit in &self.digits {
            rest = (rest * 10 + u128::from(digit - b'0')) % modulus;
        }
        (rest * power_of_ten(zeros, modulus)).is_multiple_of(modulus)
    }

    /// The digits as a number, when they are not too many for products of two to be computed.
    fn mantissa(&self) -> Option<u128> {
        if self.digits.len() > 18 {
            return None;
        }
        Some(self.digits.iter().fold(0, |value, digit| value * 10 + u128::from(digit - b'0')))
    }

    /// Position of the decimal point relative to the first digit.
    fn magnitude(&self) -> i64 {
        self.digits.len() as i64 + self.exponent
    }
}

/// 10^`exponent` modulo `modulus`, which is below 10^18.
fn power_of_ten(exponent: u64, modulus: u128) -> u128 {
    let (mut result, mut base, mut exponent) = (1 % modulus, 10 % modulus, exponent);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    result
}

/// One notation for each number: `-15e-1`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let digits = if self.digits.is_empty() { "0".into() } else { String::from_utf8_lossy(&self.digits) };
        write!(f, "{sign}{digits}e{}", self.exponent)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let sign = |number: &Decimal| match number.digits.is_empty() {
            true => 0,
            false if number.negative => -1,
            false => 1,
        };
        let by_size = self.magnitude().cmp(&other.magnitude()).then_with(|| self.digits.cmp(&other.digits));
        match sign(self).cmp(&sign(other)) {
            Ordering::Equal if self.digits.is_empty() => Ordering::Equal,
            Ordering::Equal if self.negative => by_size.reverse(),
            Ordering::Equal => by_size,
            different => different,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).expect("a number")
    }

    #[test]
    fn order() {
        let sorted =
            ["-1e30", "-2", "-1.5", "0", "1e-300", "0.5", "1", "1.0000001", "2", "10", "12e0", "1e21"];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(decimal(a).cmp(&decimal(b)), i.cmp(&j), "{a} {b}");
            }
        }
        assert_eq!(decimal("100"), decimal("1E2"));
        assert_eq!(decimal("-0.0"), decimal("0"));
    }

    #[test]
    fn multiples() {
        for (a, b, want) in [
            ("0", "7", true),
            ("0.3", "0.1", true),
            ("0.35", "0.1", false),
            ("1e21", "3", false),
            ("3e21", "3", true),
            ("7", "0.5", true),
            ("1", "10", false),
            ("1234.123456789", "0.01", false),
            ("1e300", "16", true),
        ] {
            assert_eq!(decimal(a).is_multiple_of(&decimal(b)), want, "{a} {b}");
        }
    }

    #[test]
    fn integers() {
        assert_eq!(decimal("1.50").to_int(), None);
        assert_eq!(decimal("-12e1").to_int(), Some(-120));
        assert_eq!(decimal("1e40").to_int(), Some(i64::MAX));
        assert_eq!(decimal("9223372036854775807").to_int(), Some(i64::MAX));
        assert!(decimal("1.0").is_integer());
    }
}
