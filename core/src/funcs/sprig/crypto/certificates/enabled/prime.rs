//! Prime numbers of many bits.

use super::super::super::entropy::Entropy;
use super::modulus::Modulus;
use super::natural::Natural;

/// Candidates are sieved by the primes below this bound; what remains is prime about ten times as often.
const SIEVE_BOUND: usize = 1 << 16;

/// Starting points tried before giving up. One nearly always does; only a host without chance gets this far.
const ATTEMPTS: usize = 32;

/// The odd primes below [`SIEVE_BOUND`].
pub struct SmallPrimes(Vec<u32>);

impl SmallPrimes {
    /// Eratosthenes.
    pub fn new() -> SmallPrimes {
        let mut composite = vec![false; SIEVE_BOUND];
        let mut primes = Vec::new();
        for n in (3..SIEVE_BOUND).step_by(2) {
            if composite.get(n) == Some(&false) {
                primes.push(n as u32);
                composite.iter_mut().skip(n * n).step_by(n).for_each(|c| *c = true);
            }
        }
        SmallPrimes(primes)
    }

    /// The first probable prime among `start`, `start + step`, … `start + (span − 1) × step`. `start` must be odd,
    /// `step` even, and all of them greater than the sieve's primes.
    pub fn search(
        &self,
        start: &Natural,
        step: &Natural,
        span: usize,
        entropy: Entropy<'_>,
    ) -> Option<Natural> {
        let mut composite = vec![false; span];
        for &prime in &self.0 {
            let (first, stride) = (start.rem_small(prime), step.rem_small(prime));
            if stride == 0 {
                continue;
            }
            // start + at × step ≡ 0, so at ≡ −start ÷ step.
            let at = u64::from(prime - first) * u64::from(invert(stride, prime)) % u64::from(prime);
            composite.iter_mut().skip(at as usize).step_by(prime as usize).for_each(|c| *c = true);
        }
        let survivors = composite.iter().zip(0u32..).filter(|&(&composite, _)| !composite);
        survivors
            .map(|(_, at)| start.plus(&step.times(&Natural::from(at))))
            .find(|candidate| is_probable_prime(candidate, entropy))
    }

    /// A random prime of exactly `bits` bits (at least 32), its two highest bits set so that a product of two such
    /// primes has all its bits. `None` when the host's randomness leads nowhere.
    pub fn random(&self, bits: usize, entropy: Entropy<'_>) -> Option<Natural> {
        let (one, two) = (Natural::from(1), Natural::from(2));
        let high = Natural::from(3).shl(bits - 2);
        (0..ATTEMPTS).find_map(|_| {
            let low = Natural::from_be(&entropy.vec(bits.div_ceil(8))).rem(&one.shl(bits - 2));
            let start = if low.is_odd() { low } else { low.plus(&one) }.plus(&high);
            // One odd number in 0.35 × bits is prime, so that a span of 8 × bits holds two dozen.
            self.search(&start, &two, 8 * bits, entropy).filter(|prime| prime.bits() == bits)
        })
    }
}

/// The inverse modulo a small prime.
fn invert(n: u32, prime: u32) -> u32 {
    let (mut power, mut exponent, mut result) = (u64::from(n), prime - 2, 1u64);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * power % u64::from(prime);
        }
        power = power * power % u64::from(prime);
        exponent >>= 1;
    }
    result as u32
}

/// Miller and Rabin's test, with bases from the host. Rounds follow FIPS 186-5, table B.1, with some to spare: long
/// random composites hardly ever pass even one.
pub fn is_probable_prime(n: &Natural, entropy: Entropy<'_>) -> bool {
    let Some(modulus) = Modulus::new(n) else { return *n == Natural::from(2) };
    let rounds = if n.bits() >= 1024 { 5 } else { 40 };
    let one = modulus.one();
    let minus_one = modulus.sub(&modulus.zero(), &one);
    let even = n.minus(&Natural::from(1));
    let halvings = even.trailing_zeros();
    let odd = even.shr(halvings);
    let two = modulus.enter(&Natural::from(2));
    (0..rounds).all(|_| {
        let mut base = modulus.enter(&Natural::from_be(&entropy.vec(n.bits().div_ceil(8))));
        if base.is_zero() || base == one || base == minus_one {
            base = two.clone();
        }
        let mut power = modulus.pow(&base, &odd);
        if power == one || power == minus_one {
            return true;
        }
        (1..halvings).any(|_| {
            power = modulus.mul(&power, &power);
            power == minus_one
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::SealedHost;

    #[test]
    fn knows_primes() {
        let host = SealedHost::new(8);
        let entropy = Entropy::new(&host);
        let is = |n: &Natural| is_probable_prime(n, entropy);
        let small: Vec<u32> = (2..100).filter(|&n| is(&Natural::from(n))).collect();
        assert_eq!(
            small,
            [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97]
        );
        let mersenne = |n| Natural::from(1).shl(n).minus(&Natural::from(1));
        assert!(is(&mersenne(521)) && !is(&mersenne(523)) && is(&mersenne(127)));
        // Carmichael numbers, which Fermat's test takes for primes.
        assert!(!is(&Natural::from(561)) && !is(&Natural::from(41041)) && !is(&Natural::from(825265)));
        assert_eq!(SmallPrimes::new().0.len(), 6541);
    }

    #[test]
    fn random_primes_have_their_bits() {
        let host = SealedHost::new(9);
        let entropy = Entropy::new(&host);
        let primes = SmallPrimes::new();
        for bits in [64, 65, 127, 256] {
            let prime = primes.random(bits, entropy).unwrap();
            assert_eq!(prime.bits(), bits);
            assert!(prime.bit(bits - 2) && is_probable_prime(&prime, entropy));
        }
    }
}
