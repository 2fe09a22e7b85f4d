//! Natural numbers of any size: just the arithmetic that keys need.
//!
//! Division by zero gives zero and subtraction stops at zero, so that nothing here can fail; callers rely on neither.

use std::cmp::Ordering;

/// A machine word, and the type that holds a product of two. Results do not depend on their size.
#[cfg(target_pointer_width = "64")]
mod word {
    pub type Limb = u64;
    pub type Wide = u128;
}
#[cfg(not(target_pointer_width = "64"))]
mod word {
    pub type Limb = u32;
    pub type Wide = u64;
}

pub use word::{Limb, Wide};

/// Bits of a [`Limb`].
pub const LIMB_BITS: usize = Limb::BITS as usize;
const LIMB_BYTES: usize = LIMB_BITS / 8;

/// A natural number: limbs from the least significant on, none of the last ones zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Natural(Vec<Limb>);

/// `to += other << shift` (in limbs) for as long as `to` goes on; gives the carry out of it.
fn add_limbs(to: &mut [Limb], other: &[Limb]) -> bool {
    let mut carry = false;
    let (low, high) = to.split_at_mut(other.len().min(to.len()));
    for (t, &o) in low.iter_mut().zip(other) {
        let (sum, c1) = t.overflowing_add(o);
        let (sum, c2) = sum.overflowing_add(Limb::from(carry));
        (*t, carry) = (sum, c1 | c2);
    }
    for t in high {
        if !carry {
            break;
        }
        (*t, carry) = t.overflowing_add(1);
    }
    carry
}

/// `from -= other`, wrapping; gives the borrow out of it.
pub(super) fn sub_limbs(from: &mut [Limb], other: &[Limb]) -> bool {
    let mut borrow = false;
    let (low, high) = from.split_at_mut(other.len().min(from.len()));
    for (f, &o) in low.iter_mut().zip(other) {
        let (rest, b1) = f.overflowing_sub(o);
        let (rest, b2) = rest.overflowing_sub(Limb::from(borrow));
        (*f, borrow) = (rest, b1 | b2);
    }
    for f in high {
        if !borrow {
            break;
        }
        (*f, borrow) = f.overflowing_sub(1);
    }
    borrow
}

impl Natural {
    /// Zero.
    pub const ZERO: Natural = Natural(Vec::new());

    /// A number by its limbs, least significant first.
    pub fn from_limbs(mut limbs: Vec<Limb>) -> Natural {
        let used = limbs.iter().rposition(|&limb| limb != 0).map_or(0, |last| last + 1);
        limbs.truncate(used);
        Natural(limbs)
    }

    /// A number by its bytes, most significant first.
    pub fn from_be(bytes: &[u8]) -> Natural {
        let limb = |chunk: &[u8]| chunk.iter().fold(0, |limb, &byte| limb << 8 | Limb::from(byte));
        Natural::from_limbs(bytes.rchunks(LIMB_BYTES).map(limb).collect())
    }

    /// A number by its bytes, least significant first.
    pub fn from_le(bytes: &[u8]) -> Natural {
        Natural::from_be(&bytes.iter().rev().copied().collect::<Vec<u8>>())
    }

    /// A constant in hexadecimal digits; other characters count as zero.
    pub fn from_hex(digits: &str) -> Natural {
        let digit = |&d: &u8| (d as char).to_digit(16).unwrap_or(0) as u8;
        let byte = |pair: &[u8]| pair.iter().map(digit).fold(0, |byte, d| byte << 4 | d);
        let little: Vec<u8> = digits.as_bytes().rchunks(2).map(byte).collect();
        Natural::from_le(&little)
    }

    /// The number's bytes, most significant first, without leading zeros; none for zero.
    #[cfg(test)]
    pub fn to_be(&self) -> Vec<u8> {
        self.to_be_padded(self.bits().div_ceil(8))
    }

    /// The number's last `len` bytes, most significant first, with leading zeros.
    pub fn to_be_padded(&self, len: usize) -> Vec<u8> {
        let mut bytes = self.to_le_padded(len);
        bytes.reverse();
        bytes
    }

    /// The number's first `len` bytes, least significant first, with zeros behind.
    pub fn to_le_padded(&self, len: usize) -> Vec<u8> {
        self.0.iter().flat_map(|limb| limb.to_le_bytes()).chain(std::iter::repeat(0)).take(len).collect()
    }

    /// The limbs, least significant first.
    pub fn limbs(&self) -> &[Limb] {
        &self.0
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is one.
    pub fn is_one(&self) -> bool {
        self.0 == [1]
    }

    /// Whether this is odd.
    pub fn is_odd(&self) -> bool {
        self.bit(0)
    }

    /// The bit of value 2^`index`.
    pub fn bit(&self, index: usize) -> bool {
        self.0.get(index / LIMB_BITS).is_some_and(|limb| limb >> (index % LIMB_BITS) & 1 == 1)
    }

    /// Number of bits without leading zeros.
    pub fn bits(&self) -> usize {
        self.0.last().map_or(0, |last| self.0.len() * LIMB_BITS - last.leading_zeros() as usize)
    }

    /// How often this can be halved; zero never.
    pub fn trailing_zeros(&self) -> usize {
        match self.0.iter().position(|&limb| limb != 0) {
            Some(at) => at * LIMB_BITS + self.0.get(at).map_or(0, |limb| limb.trailing_zeros() as usize),
            None => 0,
        }
    }

    /// `self + other`
    pub fn plus(&self, other: &Natural) -> Natural {
        let (long, short) = if self.0.len() < other.0.len() { (other, self) } else { (self, other) };
        let mut sum = long.0.clone();
        if add_limbs(&mut sum, &short.0) {
            sum.push(1);
        }
        Natural(sum)
    }

    /// `self − other`, zero when that is negative.
    pub fn minus(&self, other: &Natural) -> Natural {
        if self < other {
            return Natural::ZERO;
        }
        let mut rest = self.0.clone();
        sub_limbs(&mut rest, &other.0);
        Natural::from_limbs(rest)
    }

    /// `self × other`
    pub fn times(&self, other: &Natural) -> Natural {
        let mut product = vec![0; self.0.len() + other.0.len()];
        for (at, &a) in self.0.iter().enumerate() {
            let mut carry = 0;
            let (_, tail) = product.split_at_mut(at);
            for (p, b) in tail.iter_mut().zip(other.0.iter().copied().chain([0])) {
                let sum = Wide::from(a) * Wide::from(b) + Wide::from(*p) + carry;
                *p = sum as Limb;
                carry = sum >> LIMB_BITS;
            }
        }
        Natural::from_limbs(product)
    }

    /// `self × 2^bits`
    pub fn shl(&self, bits: usize) -> Natural {
        let (whole, part) = (bits / LIMB_BITS, bits % LIMB_BITS);
        let mut limbs = vec![0; whole];
        let mut carry = 0;
        for &limb in self.0.iter().chain([&0]) {
            let wide = Wide::from(limb) << part;
            limbs.push(wide as Limb | carry);
            carry = (wide >> LIMB_BITS) as Limb;
        }
        Natural::from_limbs(limbs)
    }

    /// `self ÷ 2^bits`
    pub fn shr(&self, bits: usize) -> Natural {
        let (whole, part) = (bits / LIMB_BITS, bits % LIMB_BITS);
        let tail = self.0.get(whole..).unwrap_or(&[]);
        let next = tail.iter().skip(1).chain([&0]);
        let join = |(&low, &high): (&Limb, &Limb)| {
            ((Wide::from(high) << LIMB_BITS | Wide::from(low)) >> part) as Limb
        };
        Natural::from_limbs(tail.iter().zip(next).map(join).collect())
    }

    /// `self mod divisor` for a divisor of less than half a word.
    pub fn rem_small(&self, divisor: u32) -> u32 {
        if divisor == 0 {
            return 0;
        }
        let mut rest = 0u64;
        for limb in self.0.iter().rev() {
            for half in limb.to_be_bytes().chunks(4) {
                rest = (rest << 32 | half.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)))
                    % u64::from(divisor);
            }
        }
        rest as u32
    }

    /// Quotient and remainder (Knuth, The Art of Computer Programming, volume 2, algorithm D).
    pub fn div_rem(&self, divisor: &Natural) -> (Natural, Natural) {
        if self < divisor || divisor.is_zero() {
            return (Natural::ZERO, self.clone());
        }
        // Scaled so that the divisor's first bit is set, a quotient digit guessed from two limbs is at most 2 too big.
        let scale = divisor.0.last().map_or(0, |top| top.leading_zeros() as usize);
        let divisor = divisor.shl(scale);
        let size = divisor.0.len();
        let top = divisor.0.last().copied().unwrap_or(1);
        let second = size.checked_sub(2).and_then(|i| divisor.0.get(i)).copied().unwrap_or(0);
        let mut rest = self.shl(scale).0;
        rest.resize(self.0.len() + 1, 0);

        let mut quotient = vec![0; rest.len() - size];
        for (at, digit) in quotient.iter_mut().enumerate().rev() {
            let limb =
                |back: usize| (at + size).checked_sub(back).and_then(|i| rest.get(i)).copied().unwrap_or(0);
            let head = Wide::from(limb(0)) << LIMB_BITS | Wide::from(limb(1));
            let third = if size > 1 { limb(2) } else { 0 };
            let mut guess = (head / Wide::from(top)).min(Wide::from(Limb::MAX));
            let mut left = head - guess * Wide::from(top);
            while left <= Wide::from(Limb::MAX)
                && guess * Wide::from(second) > (left << LIMB_BITS | Wide::from(third))
            {
                guess -= 1;
                left += Wide::from(top);
            }
            let Some(window) = rest.get_mut(at..=at + size) else { break };
            let product = divisor.times(&Natural::from_limbs(vec![guess as Limb]));
            if sub_limbs(window, &product.0) {
                guess -= 1;
                add_limbs(window, &divisor.0);
            }
            *digit = guess as Limb;
        }
        (Natural::from_limbs(quotient), Natural::from_limbs(rest).shr(scale))
    }

    /// `self mod divisor`
    pub fn rem(&self, divisor: &Natural) -> Natural {
        self.div_rem(divisor).1
    }

    /// The greatest common divisor.
    pub fn gcd(&self, other: &Natural) -> Natural {
        let (mut a, mut b) = (self.clone(), other.clone());
        while !b.is_zero() {
            (a, b) = (b.clone(), a.rem(&b));
        }
        a
    }

    /// The number whose product with `self` is 1 modulo `modulus`, if there is one (Euclid's algorithm, extended).
    pub fn inverse(&self, modulus: &Natural) -> Option<Natural> {
        let one = Natural::from(1);
        let (mut a, mut b) = (modulus.clone(), self.rem(modulus));
        let (mut x, mut y) = (Natural::ZERO, one.rem(modulus));
        while !b.is_zero() {
            let (quotient, rest) = a.div_rem(&b);
            // x − quotient × y, kept between 0 and the modulus.
            let next = x.plus(modulus).minus(&quotient.times(&y).rem(modulus)).rem(modulus);
            (a, b) = (b, rest);
            (x, y) = (y, next);
        }
        (a == one).then_some(x)
    }
}

impl From<u32> for Natural {
    fn from(n: u32) -> Natural {
        Natural::from_limbs(vec![Limb::from(n)])
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Natural) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Natural) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::super::entropy::Entropy;
    use super::*;
    use crate::host::SealedHost;

    /// Numbers of all sizes, with long runs of ones and zeros among them.
    fn samples() -> Vec<Natural> {
        let host = SealedHost::new(5);
        let entropy = Entropy::new(&host);
        let mut samples = vec![Natural::ZERO, Natural::from(1), Natural::from(2), Natural::from(0xffff_fffb)];
        for bytes in [1, 4, 7, 8, 9, 16, 23, 31, 32, 40, 65] {
            samples.push(Natural::from_be(&entropy.vec(bytes)));
            samples.push(Natural::from_be(&vec![0xff; bytes]));
            samples.push(Natural::from(1).shl(bytes * 8));
            samples.push(Natural::from(1).shl(bytes * 8).minus(&Natural::from_be(&entropy.vec(bytes / 2))));
        }
        samples
    }

    #[test]
    fn bytes_and_digits() {
        let n = Natural::from_hex("0123456789abcdef0011223344556677ff");
        assert_eq!(
            n.to_be(),
            [1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0xff]
        );
        assert_eq!(Natural::from_be(&n.to_be_padded(40)), n);
        assert_eq!(Natural::from_le(&n.to_le_padded(17)), n);
        assert_eq!(n.bits(), 129);
        assert_eq!(Natural::from_hex("800").trailing_zeros(), 11);
        assert!(Natural::ZERO.to_be().is_empty() && Natural::from_be(&[0, 0]).is_zero());
    }

    #[test]
    fn arithmetic_obeys_its_laws() {
        let samples = samples();
        for a in &samples {
            for b in &samples {
                assert_eq!(a.plus(b).minus(b), *a);
                assert_eq!(a.times(b), b.times(a));
                assert_eq!(a.plus(b).times(b), a.times(b).plus(&b.times(b)));
                let (quotient, rest) = a.div_rem(b);
                assert_eq!(quotient.times(b).plus(&rest), *a, "{a:?} / {b:?}");
                assert!(b.is_zero() || rest < *b);
                if let Some(inverse) = a.inverse(b) {
                    assert_eq!(a.times(&inverse).rem(b), Natural::from(1).rem(b));
                } else {
                    assert!(!a.gcd(b).is_one(), "{a:?} has an inverse modulo {b:?}");
                }
            }
            for shift in [0, 1, 31, 32, 63, 64, 65, 200] {
                assert_eq!(a.shl(shift).shr(shift), *a);
                assert_eq!(a.shl(shift), a.times(&Natural::from(1).shl(shift)));
            }
            for small in [1, 2, 3, 65521, 65537, u32::MAX] {
                assert_eq!(Natural::from(a.rem_small(small)), a.rem(&Natural::from(small)));
            }
        }
    }
}
