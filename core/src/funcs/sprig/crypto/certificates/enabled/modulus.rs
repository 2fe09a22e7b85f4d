//! Arithmetic modulo an odd number, in Montgomery's form: multiplication without division
//! (Montgomery, Modular Multiplication Without Trial Division, 1985).

use super::natural::{LIMB_BITS, Limb, Natural, Wide, sub_limbs};

/// An odd modulus greater than one, with what multiplication needs to know about it.
pub struct Modulus {
    number: Natural,
    /// Its limbs, `k` of them; residues have as many.
    limbs: Vec<Limb>,
    /// −modulus⁻¹ modulo one limb.
    factor: Limb,
    /// 2^(2 × bits of k limbs), which brings a number into Montgomery's form.
    square: Residue,
    one: Residue,
}

/// A number modulo a [`Modulus`], in that modulus's form. Residues of different moduli must not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residue(Vec<Limb>);

impl Residue {
    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|&limb| limb == 0)
    }
}

impl Modulus {
    /// `None` for even numbers and one.
    pub fn new(number: &Natural) -> Option<Modulus> {
        let &lowest = number.limbs().first()?;
        if !number.is_odd() || number.is_one() {
            return None;
        }
        // Newton's iteration doubles the correct bits: 3 at first, 96 after five rounds.
        let mut inverse = lowest;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(Limb::wrapping_sub(2, lowest.wrapping_mul(inverse)));
        }
        let size = number.limbs().len();
        let power = |bits: usize| {
            let mut limbs = Natural::from(1).shl(bits).rem(number).limbs().to_vec();
            limbs.resize(size, 0);
            Residue(limbs)
        };
        Some(Modulus {
            limbs: number.limbs().to_vec(),
            number: number.clone(),
            factor: inverse.wrapping_neg(),
            square: power(2 * size * LIMB_BITS),
            one: power(size * LIMB_BITS),
        })
    }

    /// The modulus itself.
    pub fn number(&self) -> &Natural {
        &self.number
    }

    /// Zero.
    pub fn zero(&self) -> Residue {
        Residue(vec![0; self.limbs.len()])
    }

    /// One.
    pub fn one(&self) -> Residue {
        self.one.clone()
    }

    /// `number` modulo this modulus.
    pub fn enter(&self, number: &Natural) -> Residue {
        let reduced;
        let number = if *number < self.number {
            number
        } else {
            reduced = number.rem(&self.number);
            &reduced
        };
        let mut limbs = number.limbs().to_vec();
        limbs.resize(self.limbs.len(), 0);
        self.mul(&Residue(limbs), &self.square)
    }

    /// The number behind a residue.
    pub fn leave(&self, residue: &Residue) -> Natural {
        let mut one = self.zero();
        if let Some(lowest) = one.0.first_mut() {
            *lowest = 1;
        }
        Natural::from_limbs(self.mul(residue, &one).0)
    }

    /// Brings a number below twice the modulus (`carry`: with one more bit) below the modulus.
    fn settle(&self, limbs: &mut [Limb], carry: bool) {
        if carry || limbs.iter().rev().ge(self.limbs.iter().rev()) {
            sub_limbs(limbs, &self.limbs);
        }
    }

    /// `a × b`, written over `out`.
    fn multiply(&self, out: &mut [Limb], a: &[Limb], b: &[Limb]) {
        let size = self.limbs.len();
        let (Some(out), Some(b)) = (out.get_mut(..size), b.get(..size)) else { return };
        let modulus = self.limbs.as_slice();
        out.fill(0);
        let mut top = 0;
        for &x in a {
            // One pass adds x × b and the multiple of the modulus that makes the lowest limb zero, and drops that limb.
            let sum = Wide::from(out[0]) + Wide::from(x) * Wide::from(b[0]);
            let multiple = (sum as Limb).wrapping_mul(self.factor);
            let mut carry = sum >> LIMB_BITS;
            let mut carry_modulus =
                (Wide::from(sum as Limb) + Wide::from(multiple) * Wide::from(modulus[0])) >> LIMB_BITS;
            for i in 1..size {
                let sum = Wide::from(out[i]) + Wide::from(x) * Wide::from(b[i]) + carry;
                carry = sum >> LIMB_BITS;
                let sum =
                    Wide::from(sum as Limb) + Wide::from(multiple) * Wide::from(modulus[i]) + carry_modulus;
                carry_modulus = sum >> LIMB_BITS;
                out[i - 1] = sum as Limb;
            }
            let sum = top + carry + carry_modulus;
            out[size - 1] = sum as Limb;
            top = sum >> LIMB_BITS;
        }
        self.settle(out, top != 0);
    }

    /// `a × b`
    pub fn mul(&self, a: &Residue, b: &Residue) -> Residue {
        let mut out = self.zero();
        self.multiply(&mut out.0, &a.0, &b.0);
        out
    }

    /// `a + b`
    pub fn add(&self, a: &Residue, b: &Residue) -> Residue {
        let mut sum = a.clone();
        let mut carry = false;
        for (s, &b) in sum.0.iter_mut().zip(&b.0) {
            let (limb, c1) = s.overflowing_add(b);
            let (limb, c2) = limb.overflowing_add(Limb::from(carry));
            (*s, carry) = (limb, c1 | c2);
        }
        self.settle(&mut sum.0, carry);
        sum
    }

    /// `a − b`
    pub fn sub(&self, a: &Residue, b: &Residue) -> Residue {
        let mut rest = a.clone();
        if sub_limbs(&mut rest.0, &b.0) {
            let mut carry = false;
            for (r, &m) in rest.0.iter_mut().zip(&self.limbs) {
                let (limb, c1) = r.overflowing_add(m);
                let (limb, c2) = limb.overflowing_add(Limb::from(carry));
                (*r, carry) = (limb, c1 | c2);
            }
        }
        rest
    }

    /// `base` to the power `exponent`, four bits of the exponent at a time.
    pub fn pow(&self, base: &Residue, exponent: &Natural) -> Residue {
        const WINDOW: usize = 4;
        let mut powers = vec![self.one(), base.clone()];
        // For the public exponents of RSA the table would cost more than it saves.
        let window = if exponent.bits() > 64 { WINDOW } else { 1 };
        while powers.len() < 1 << window {
            let next = powers.last().map(|last| self.mul(last, base));
            powers.extend(next);
        }
        let (mut result, mut spare) = (self.one(), self.zero());
        let windows = exponent.bits().div_ceil(window);
        for at in (0..windows).rev() {
            if at + 1 < windows {
                for _ in 0..window {
                    self.multiply(&mut spare.0, &result.0, &result.0);
                    std::mem::swap(&mut result, &mut spare);
                }
            }
            let digit = (0..window).fold(0, |d, i| d | usize::from(exponent.bit(at * window + i)) << i);
            if let (1.., Some(power)) = (digit, powers.get(digit)) {
                self.multiply(&mut spare.0, &result.0, &power.0);
                std::mem::swap(&mut result, &mut spare);
            }
        }
        result
    }

    /// The inverse, when the modulus is prime (Fermat).
    pub fn invert(&self, a: &Residue) -> Residue {
        self.pow(a, &self.number.minus(&Natural::from(2)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::super::entropy::Entropy;
    use super::*;
    use crate::host::SealedHost;

    #[test]
    fn agrees_with_division() {
        let host = SealedHost::new(6);
        let entropy = Entropy::new(&host);
        for bytes in [1, 3, 8, 9, 16, 17, 66, 128] {
            for fill in [None, Some(0xff)] {
                let mut modulus = fill.map_or_else(|| entropy.vec(bytes), |byte| vec![byte; bytes]);
                *modulus.last_mut().unwrap() |= 3;
                let number = Natural::from_be(&modulus);
                let m = Modulus::new(&number).unwrap();
                for _ in 0..8 {
                    let (a, b) =
                        (Natural::from_be(&entropy.vec(bytes + 1)), Natural::from_be(&entropy.vec(bytes)));
                    let (x, y) = (m.enter(&a), m.enter(&b));
                    assert_eq!(m.leave(&x), a.rem(&number));
                    assert_eq!(m.leave(&m.mul(&x, &y)), a.times(&b).rem(&number));
                    assert_eq!(m.leave(&m.add(&x, &y)), a.plus(&b).rem(&number));
                    assert_eq!(m.add(&m.sub(&x, &y), &y), x);
                    let cube = m.mul(&m.mul(&x, &x), &x);
                    assert_eq!(m.pow(&x, &Natural::from(3)), cube);
                    let (e, f) = (Natural::from_be(&entropy.vec(20)), Natural::from_be(&entropy.vec(3)));
                    assert_eq!(m.pow(&x, &e.plus(&f)), m.mul(&m.pow(&x, &e), &m.pow(&x, &f)));
                }
                assert_eq!(m.pow(&m.enter(&Natural::from(5)), &Natural::ZERO), m.one());
            }
        }
        assert!(Modulus::new(&Natural::ZERO).is_none() && Modulus::new(&Natural::from(1)).is_none());
        assert!(Modulus::new(&Natural::from(10)).is_none());
    }
}
