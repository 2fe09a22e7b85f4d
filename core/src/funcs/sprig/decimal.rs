//! Exact decimal arithmetic as shopspring/decimal 1.4 does it, for `addf` and its relatives: 0.1 + 0.2 is
//! 0.3.
//!
//! A number is an integer times a power of ten. Sums and products are exact, quotients have 16 decimal
//! places, rounded half away from zero.

use crate::go::number::to_float;
use std::cmp::Ordering;

/// Decimal places of a quotient (`decimal.DivisionPrecision`).
const DIVISION_PLACES: i64 = 16;

/// An exact decimal number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    magnitude: Natural,
    exponent: i64,
}

impl Decimal {
    /// The shortest decimal that reads back as `x` (`NewFromFloat`); `None` for infinities and NaN.
    pub fn from_f64(x: f64) -> Option<Decimal> {
        if !x.is_finite() {
            return None;
        }
        let text = format!("{:e}", x.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let fraction = mantissa.split_once('.').map_or(0, |(_, digits)| digits.len());
        let digits: u64 = mantissa.replace('.', "").parse().ok()?;
        let exponent = exponent.parse::<i64>().ok()? - fraction as i64;
        Some(Decimal::new(x < 0.0, Natural::from(digits), exponent))
    }

    /// Zero has neither sign nor, as in Go, a way to tell its exponent.
    fn new(negative: bool, magnitude: Natural, exponent: i64) -> Decimal {
        Decimal { negative: negative && !magnitude.is_zero(), magnitude, exponent }
    }

    /// The nearest float; too large is infinite, too small is zero with the number's sign.
    pub fn to_f64(&self) -> f64 {
        let sign = if self.negative { "-" } else { "" };
        to_float(&format!("{sign}{}e{}", self.magnitude.digits(), self.exponent), 64)
    }

    /// The exact sum.
    pub fn add(&self, other: &Decimal) -> Decimal {
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.scaled(exponent), other.scaled(exponent));
        if self.negative == other.negative {
            return Decimal::new(self.negative, a.add(&b), exponent);
        }
        match a.cmp(&b) {
            Ordering::Less => Decimal::new(other.negative, b.sub(&a), exponent),
            _ => Decimal::new(self.negative, a.sub(&b), exponent),
        }
    }

    /// The exact difference.
    pub fn sub(&self, other: &Decimal) -> Decimal {
        self.add(&Decimal::new(!other.negative, other.magnitude.clone(), other.exponent))
    }

    /// The exact product.
    pub fn mul(&self, other: &Decimal) -> Decimal {
        let magnitude = self.magnitude.mul(&other.magnitude);
        Decimal::new(self.negative != other.negative, magnitude, self.exponent + other.exponent)
    }

    /// The quotient to 16 places; `None` when dividing by zero.
    pub fn div(&self, other: &Decimal) -> Option<Decimal> {
        if other.magnitude.is_zero() {
            return None;
        }
        let shift = self.exponent - other.exponent + DIVISION_PLACES;
        let numerator = self.magnitude.times_power_of_ten(shift.max(0));
        let denominator = other.magnitude.times_power_of_ten((-shift).max(0));
        let (mut quotient, remainder) = numerator.div_rem(&denominator);
        if remainder.add(&remainder) >= denominator {
            quotient = quotient.add(&Natural::from(1));
        }
        Some(Decimal::new(self.negative != other.negative, quotient, -DIVISION_PLACES))
    }

    /// The magnitude in units of ten to a smaller or equal exponent.
    fn scaled(&self, exponent: i64) -> Natural {
        self.magnitude.times_power_of_ten(self.exponent - exponent)
    }
}

/// The base of a [`Natural`]'s digits, a power of ten so that scaling and printing are cheap.
const BASE: u64 = 1_000_000_000;
/// Decimal digits in one digit of that base.
const BASE_DIGITS: i64 = 9;

/// A natural number of any size: digits in base 10⁹, least first, without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Natural(Vec<u32>);

impl From<u64> for Natural {
    fn from(mut n: u64) -> Natural {
        let mut digits = Vec::with_capacity(3);
        while n > 0 {
            digits.push((n % BASE) as u32);
            n /= BASE;
        }
        Natural(digits)
    }
}

impl Natural {
    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Drops leading zeros.
    fn trimmed(mut digits: Vec<u32>) -> Natural {
        while digits.last() == Some(&0) {
            digits.pop();
        }
        Natural(digits)
    }

    fn digits(&self) -> String {
        let mut digits = self.0.iter().rev();
        let mut text = digits.next().map_or("0".to_owned(), u32::to_string);
        for digit in digits {
            text.push_str(&format!("{digit:09}"));
        }
        text
    }

    fn add(&self, other: &Natural) -> Natural {
        let mut sum = Vec::with_capacity(self.0.len().max(other.0.len()) + 1);
        let mut carry = 0;
        for i in 0..self.0.len().max(other.0.len()) {
            let n = self.digit(i) + other.digit(i) + carry;
            sum.push((n % BASE) as u32);
            carry = n / BASE;
        }
        sum.push(carry as u32);
        Natural::trimmed(sum)
    }

    /// The difference; the other must not be larger.
    fn sub(&self, other: &Natural) -> Natural {
        let mut difference = Vec::with_capacity(self.0.len());
        let mut borrow = 0;
        for i in 0..self.0.len() {
            let n = self.digit(i) + BASE - other.digit(i) - borrow;
            difference.push((n % BASE) as u32);
            borrow = 1 - n / BASE;
        }
        Natural::trimmed(difference)
    }

    fn mul(&self, other: &Natural) -> Natural {
        let mut product = vec![0; self.0.len() + other.0.len()];
        for (i, &a) in self.0.iter().enumerate() {
            let mut carry = 0;
            let (_, row) = product.split_at_mut(i);
            for (j, slot) in row.iter_mut().enumerate() {
                let n = u64::from(*slot) + u64::from(a) * other.digit(j) + carry;
                *slot = (n % BASE) as u32;
                carry = n / BASE;
            }
        }
        Natural::trimmed(product)
    }

    fn times_power_of_ten(&self, power: i64) -> Natural {
        if self.is_zero() || power <= 0 {
            return self.clone();
        }
        let mut shifted = vec![0; (power / BASE_DIGITS) as usize];
        shifted.extend(self.mul(&Natural::from(10_u64.pow((power % BASE_DIGITS) as u32))).0);
        Natural(shifted)
    }

    /// Quotient and remainder, digit by digit from the top; the divisor must not be zero.
    fn div_rem(&self, divisor: &Natural) -> (Natural, Natural) {
        let mut quotient = vec![0; self.0.len()];
        let mut remainder = Natural(Vec::new());
        for (&digit, slot) in self.0.iter().zip(&mut quotient).rev() {
            remainder.0.insert(0, digit);
            remainder = Natural::trimmed(remainder.0);
            let (mut low, mut high) = divisor.quotient_bounds(&remainder);
            while low < high {
                let middle = (low + high).div_ceil(2);
                match divisor.mul(&Natural::from(middle)).cmp(&remainder) {
                    Ordering::Greater => high = middle - 1,
                    _ => low = middle,
                }
            }
            *slot = low as u32;
            remainder = remainder.sub(&divisor.mul(&Natural::from(low)));
        }
        (Natural::trimmed(quotient), remainder)
    }

    /// Bounds, at most two apart, of the one-digit quotient of `remainder` by this divisor, from their
    /// leading digits.
    fn quotient_bounds(&self, remainder: &Natural) -> (u64, u64) {
        let length = self.0.len();
        let leading = |n: &Natural| {
            let digits = (length.saturating_sub(2)..=length).rev().map(|i| u128::from(n.digit(i)));
            digits.fold(0, |number, digit| number * u128::from(BASE) + digit)
        };
        let (dividend, divisor) = (leading(remainder), leading(self));
        let digit = |quotient: u128| quotient.min(u128::from(BASE) - 1) as u64;
        (digit(dividend / (divisor + 1)), digit(dividend / divisor.max(1)))
    }

    fn digit(&self, index: usize) -> u64 {
        self.0.get(index).copied().map_or(0, u64::from)
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Natural) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Natural) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(x: f64) -> Decimal {
        Decimal::from_f64(x).unwrap()
    }

    #[test]
    fn sums_and_products_are_exact() {
        assert_eq!(d(0.1).add(&d(0.2)).to_f64(), 0.3);
        assert_eq!(d(1.1).mul(&d(1.1)).to_f64(), 1.21);
        assert_eq!(d(1.0).sub(&d(0.9)).to_f64(), 0.1);
        assert_eq!(d(-5.0).add(&d(5.0)).to_f64().to_bits(), 0.0_f64.to_bits());
        assert_eq!(d(1e300).mul(&d(1e300)).to_f64(), f64::INFINITY);
        assert_eq!(d(-1e-300).mul(&d(1e-300)).to_f64().to_bits(), (-0.0_f64).to_bits());
        assert_eq!(d(1e308).add(&d(5e-324)).sub(&d(1e308)).to_f64(), 5e-324);
    }

    #[test]
    fn quotients_have_sixteen_places() {
        assert_eq!(d(1.0).div(&d(3.0)).unwrap().to_f64(), 0.333_333_333_333_333_3);
        assert_eq!(d(2.0).div(&d(3.0)).unwrap().magnitude.digits(), "6666666666666667");
        assert_eq!(d(-2.0).div(&d(3.0)).unwrap().to_f64(), -0.666_666_666_666_666_7);
        assert_eq!(d(1e-20).div(&d(1.0)).unwrap().to_f64(), 0.0);
        assert_eq!(d(1e300).div(&d(1e-300)).unwrap().to_f64(), f64::INFINITY);
        assert_eq!(d(1e300).div(&d(7e299)).unwrap().to_f64(), 1.428_571_428_571_428_6);
        assert_eq!(d(1.0).div(&d(0.0)), None);
    }

    #[test]
    fn only_finite_floats_are_decimals() {
        assert_eq!(Decimal::from_f64(f64::NAN), None);
        assert_eq!(Decimal::from_f64(f64::INFINITY), None);
        assert_eq!(d(-0.0).to_f64().to_bits(), 0);
    }
}
