//! DSA: keys only, as no certificate is made with them (Go's crypto/dsa, sprig/crypto.go).

use super::super::super::entropy::Entropy;
use super::modulus::Modulus;
use super::natural::Natural;
use super::prime::SmallPrimes;

/// A private key with its parameters.
#[derive(Debug)]
pub struct DsaKey {
    /// The prime modulus.
    pub p: Natural,
    /// The prime order, a divisor of p − 1.
    pub q: Natural,
    /// A number of that order.
    pub g: Natural,
    /// The public key, g to the power of x.
    pub y: Natural,
    /// The private key.
    pub x: Natural,
}

impl DsaKey {
    /// New parameters of `bits` and `order_bits` bits and a key for them; Sprig's are 2048 and 256.
    pub fn generate(bits: usize, order_bits: usize, entropy: Entropy<'_>) -> Option<DsaKey> {
        let (one, two) = (Natural::from(1), Natural::from(2));
        let primes = SmallPrimes::new();
        let q = primes.random(order_bits, entropy)?;
        let step = q.times(&two);
        let p = (0..32).find_map(|_| {
            // The first number of the form 2kq + 1 from a random one on.
            let random = Natural::from_be(&entropy.vec(bits.div_ceil(8)))
                .rem(&one.shl(bits - 1))
                .plus(&one.shl(bits - 1));
            let start = random.minus(&random.rem(&step)).plus(&step).plus(&one);
            primes.search(&start, &step, 4 * bits, entropy).filter(|p| p.bits() == bits)
        })?;
        let field = Modulus::new(&p)?;
        let exponent = p.minus(&one).div_rem(&q).0;
        let g = (2..)
            .map(|h| field.pow(&field.enter(&Natural::from(h)), &exponent))
            .find(|g| *g != field.one())?;
        let x = Natural::from_be(&entropy.vec(order_bits / 8 + 8)).rem(&q.minus(&one)).plus(&one);
        let y = field.leave(&field.pow(&g, &x));
        Some(DsaKey { g: field.leave(&g), p, q, y, x })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::SealedHost;

    #[test]
    fn parameters_fit_together() {
        let host = SealedHost::new(14);
        let key = DsaKey::generate(512, 160, Entropy::new(&host)).unwrap();
        assert_eq!((key.p.bits(), key.q.bits()), (512, 160));
        assert!(key.p.rem(&key.q).is_one());
        let field = Modulus::new(&key.p).unwrap();
        let g = field.enter(&key.g);
        assert_ne!(g, field.one());
        assert_eq!(field.pow(&g, &key.q), field.one());
        assert_eq!(field.leave(&field.pow(&g, &key.x)), key.y);
        assert!(key.x < key.q);
    }
}
