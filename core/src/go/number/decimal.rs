//! Decimal text to the nearest float: Rust's parser, but in a wasm module one that needs no tables, which would be a
//! fortieth of it.

#[cfg(target_family = "wasm")]
pub(crate) use exact::to_float;

/// The float of 32 or 64 bits nearest to `[-]digits[.digits][e[±]digits]`, which the caller has checked to be that.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn to_float(text: &str, bits: u8) -> f64 {
    let parsed = if bits == 32 { text.parse().map(|x: f32| f64::from(x)) } else { text.parse() };
    parsed.unwrap_or(f64::NAN)
}

#[cfg(any(test, target_family = "wasm"))]
mod exact {
    use crate::go::number::parse::round_binary;
    use std::cmp::Ordering;

    /// No place halfway between two floats has more significant digits; of further ones it matters whether they are 0.
    const MOST_DIGITS: usize = 800;

    pub(crate) fn to_float(text: &str, bits: u8) -> f64 {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let farthest = if exponent.starts_with('-') { -1_000_000_000 } else { 1_000_000_000 };
        let mut exponent = exponent.parse().map_or(farthest, |e: i64| e.clamp(-1_000_000_000, 1_000_000_000));
        let (mut digits, mut dot) = (Vec::new(), false);
        for byte in mantissa.bytes() {
            let digit = byte.wrapping_sub(b'0');
            match digit {
                _ if byte == b'.' => dot = true,
                0 if digits.is_empty() => exponent -= i64::from(dot),
                _ if digits.len() < MOST_DIGITS => {
                    exponent -= i64::from(dot);
                    digits.push(digit);
                }
                _ => {
                    exponent += i64::from(!dot);
                    if let Some(last) = digits.last_mut().filter(|_| digit != 0) {
                        *last |= 1;
                    }
                }
            }
        }
        let magnitude = nearest(&digits, exponent, bits);
        if negative { -magnitude } else { magnitude }
    }

    /// `digits`·10^`exponent`.
    fn nearest(digits: &[u8], exponent: i64, bits: u8) -> f64 {
        let zeros = digits.iter().rev().take_while(|digit| **digit == 0).count();
        let digits = digits.get(..digits.len() - zeros).unwrap_or_default();
        let exponent = exponent + zeros as i64;
        let point = digits.len() as i64 + exponent;
        if digits.is_empty() || point < -400 {
            return 0.0;
        }
        if point > 400 {
            return f64::INFINITY;
        }
        // Both the digits and the power are floats, so that one rounding gives the nearest.
        if digits.len() <= 15 && exponent.abs() <= 22 && bits == 64 {
            let whole = digits.iter().fold(0_u64, |whole, digit| whole * 10 + u64::from(*digit)) as f64;
            let power = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
            return if exponent < 0 { whole / power } else { whole * power };
        }
        let (mut dividend, mut divisor) = (Big(vec![0]), Big(vec![1]));
        for digit in digits {
            dividend.multiply(10, *digit);
        }
        for _ in 0..exponent.abs() {
            if exponent < 0 { divisor.multiply(10, 0) } else { dividend.multiply(10, 0) }
        }
        // Once both are of the same length, each step gives a bit of the quotient.
        let shift = dividend.length() as i64 - divisor.length() as i64;
        dividend.double((-shift).max(0));
        divisor.double(shift.max(0));
        let mut quotient = 0_u64;
        for _ in 0..64 {
            quotient <<= 1;
            if dividend.compare(&divisor) != Ordering::Less {
                dividend.subtract(&divisor);
                quotient |= 1;
            }
            dividend.double(1);
        }
        let rest = dividend.0.iter().any(|word| *word != 0);
        let (precision, lowest, highest) = if bits == 32 { (24, -149, 127) } else { (53, -1074, 1023) };
        round_binary(quotient, rest, shift - 63, precision, lowest, highest)
    }

    /// A natural number, the lowest word first; the highest is not 0.
    struct Big(Vec<u32>);

    impl Big {
        fn multiply(&mut self, by: u32, plus: u8) {
            let mut carry = u64::from(plus);
            for word in &mut self.0 {
                carry += u64::from(*word) * u64::from(by);
                *word = carry as u32;
                carry >>= 32;
            }
            if carry != 0 {
                self.0.push(carry as u32);
            }
        }

        fn double(&mut self, times: i64) {
            for _ in 0..times % 32 {
                self.multiply(2, 0);
            }
            self.0.splice(0..0, std::iter::repeat_n(0, (times / 32) as usize));
        }

        /// Bits.
        fn length(&self) -> usize {
            self.0.last().map_or(0, |top| 32 * self.0.len() - top.leading_zeros() as usize)
        }

        fn compare(&self, other: &Big) -> Ordering {
            self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
        }

        /// Takes away what is not larger.
        fn subtract(&mut self, other: &Big) {
            let mut borrow = false;
            let others = other.0.iter().copied().chain(std::iter::repeat(0));
            for (word, other) in self.0.iter_mut().zip(others) {
                let (difference, under) = word.overflowing_sub(other);
                let (difference, under_again) = difference.overflowing_sub(u32::from(borrow));
                (*word, borrow) = (difference, under || under_again);
            }
            while self.0.last() == Some(&0) {
                self.0.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{exact, to_float};

    #[test]
    fn agrees_with_rust() {
        let mut state = 7_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let check = |text: &str| {
            for bits in [32, 64] {
                let (got, want) = (exact::to_float(text, bits), to_float(text, bits));
                assert_eq!(got.to_bits(), want.to_bits(), "{text} {bits}: {got:e} {want:e}");
            }
        };
        let long = "9".repeat(1000);
        for text in [
            "0",
            "-0",
            "0.0e99",
            "1e400",
            "-1e-400",
            "1e99999999999999999999",
            "1e-99999999999999999999",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "9007199254740993",
            "9007199254740992.99999",
            "2.2250738585072011e-308",
            "16777217",
            "3.4028236e38",
            &long,
        ] {
            check(text);
        }
        // Exactly between two floats, and a trifle beside.
        for _ in 0..50 {
            let x = f64::from_bits(random() >> 2);
            let (low, high) = (format!("{x:.1074}"), format!("{:.1074}", x.next_up()));
            check(&low);
            check(&format!("{low}{}1", "0".repeat(40)));
            check(&high);
        }
        for _ in 0..3000 {
            check(&format!("{:e}", f64::from_bits(random())).replace("NaN", "1").replace("inf", "2"));
            check(&format!("{}.{}e{}", random() >> (random() % 64), random(), random() as i64 % 330));
            check(&format!("{}e{}", u128::from(random()) * u128::from(random()), random() as i64 % 60));
        }
    }
}
