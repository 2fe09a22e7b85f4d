//! RSA: keys and signatures (RFC 8017; Go's crypto/rsa).

use super::super::super::entropy::Entropy;
use super::modulus::Modulus;
use super::natural::Natural;
use super::prime::SmallPrimes;
use crate::dialect::HelmVersion;
use crate::value::Fault;

/// The public exponent of generated keys.
const EXPONENT: u32 = 65537;

/// Keys a chart brings along may not be larger: the work grows with the cube of their size. Go has no such limit.
const MAX_BITS: usize = 16_384;

/// A private key. Two primes, more in the rare multi-prime keys.
#[derive(Debug)]
pub struct RsaKey {
    /// The modulus.
    pub n: Natural,
    /// The public exponent.
    pub e: u32,
    /// The private exponent.
    pub d: Natural,
    /// The modulus's factors.
    pub primes: Vec<Natural>,
    /// The private exponent modulo the first prime less one.
    pub dp: Natural,
    /// The private exponent modulo the second prime less one.
    pub dq: Natural,
    /// The second prime's inverse modulo the first.
    pub q_inverse: Natural,
    /// For each prime after the second: the private exponent modulo that prime less one, and the inverse of the
    /// product of the primes before it.
    pub further: Vec<(Natural, Natural)>,
}

/// Values from a file that the key may bring along: `dp`, `dq`, `q_inverse`.
pub type Precomputed = (Natural, Natural, Natural);

impl RsaKey {
    /// A new key whose modulus has `bits` bits.
    pub fn generate(bits: usize, entropy: Entropy<'_>) -> Option<RsaKey> {
        let one = Natural::from(1);
        let primes = SmallPrimes::new();
        // The exponent is prime, so it must just not divide prime − 1; that happens once in 65536.
        let suits = |prime: &Natural| prime.rem_small(EXPONENT) != 1;
        let p = (0..4).find_map(|_| primes.random(bits.div_ceil(2), entropy).filter(suits))?;
        let q = (0..4).find_map(|_| primes.random(bits / 2, entropy).filter(|q| suits(q) && *q != p))?;
        let (p1, q1) = (p.minus(&one), q.minus(&one));
        let period = p1.times(&q1).div_rem(&p1.gcd(&q1)).0;
        let d = Natural::from(EXPONENT).inverse(&period)?;
        RsaKey::complete(p.times(&q), EXPONENT, d, vec![p, q], None).ok()
    }

    /// A key from its parts, checked as Go checks it (crypto/internal/fips140/rsa/rsa.go).
    pub fn complete(
        n: Natural,
        e: u32,
        d: Natural,
        primes: Vec<Natural>,
        given: Option<Precomputed>,
    ) -> Result<RsaKey, Fault> {
        let fail = |text: &str| Err(Fault::text(text));
        if n.bits() > MAX_BITS {
            return Err(Fault::limit(
                "key-bits",
                MAX_BITS as u64,
                format!("an RSA key of {} bits", n.bits()),
            ));
        }
        let one = Natural::from(1);
        let (p, q) = match primes.as_slice() {
            [p, q, ..] => (p, q),
            _ => return fail("crypto/rsa: missing primes"),
        };
        if [&n, p, q].into_iter().any(|n| *n <= one) {
            return fail("modulus must be > 1");
        }
        let below = |number: &Natural, modulus: &Natural| match number < modulus {
            true => Ok(()),
            // Go tells numbers that need more 64-bit words than the modulus from those that do not.
            false if number.bits().div_ceil(64) > modulus.bits().div_ceil(64) => {
                Err(Fault::text("input overflows the modulus size"))
            }
            false => Err(Fault::text("input overflows the modulus")),
        };
        below(&d, &n)?;
        if let (Some((_, _, q_inverse)), 2) = (&given, primes.len()) {
            below(q_inverse, p)?;
        }
        if !n.is_odd() {
            return fail("crypto/rsa: public modulus is even");
        }
        if e < 2 {
            return fail("crypto/rsa: public exponent too small or negative");
        }
        if e & 1 == 0 {
            return fail("crypto/rsa: public exponent is even");
        }
        if primes.iter().any(|prime| *prime <= one || *prime >= n) {
            return fail("crypto/rsa: invalid prime");
        }
        let (p1, q1) = (p.minus(&one), q.minus(&one));
        let (dp, dq, q_inverse) = match (given, primes.len()) {
            (Some(given), 2) => given,
            _ => match q.inverse(p) {
                Some(inverse) => (d.rem(&p1), d.rem(&q1), inverse),
                None => return fail("crypto/rsa: prime factors are not relatively prime"),
            },
        };
        if primes.len() > 2 {
            let mut product = p.times(q);
            let mut further = Vec::new();
            for prime in primes.iter().skip(2) {
                let Some(inverse) = product.inverse(prime) else {
                    return fail("crypto/rsa: prime factors are not relatively prime");
                };
                further.push((d.rem(&prime.minus(&one)), inverse));
                product = product.times(prime);
            }
            return Ok(RsaKey { n, e, d, primes, dp, dq, q_inverse, further });
        }
        if !p.times(q).rem(&n).is_zero() {
            return fail("crypto/rsa: p * q != n");
        }
        let inverts_e =
            |d: &Natural, p1: &Natural| d < p1 && d.times(&Natural::from(e)).rem(p1) == one.rem(p1);
        if !inverts_e(&dp, &p1) || !inverts_e(&dq, &q1) {
            return fail("crypto/rsa: invalid CRT exponent");
        }
        if !q_inverse.times(q).rem(p).is_one() {
            return fail("crypto/rsa: invalid CRT coefficient");
        }
        if d.rem(&p1) != dp {
            return fail("crypto/rsa: d does not match dP");
        }
        if d.rem(&q1) != dq {
            return fail("crypto/rsa: d does not match dQ");
        }
        if p == q {
            return fail("crypto/rsa: p == q");
        }
        let distance = if p > q { p.minus(q) } else { q.minus(p) };
        if distance.bits() + 100 <= n.bits() / 2 {
            return fail("crypto/rsa: |p - q| too small");
        }
        if d.bits() <= n.bits() / 2 {
            return fail("crypto/rsa: d too small");
        }
        Ok(RsaKey { n, e, d, primes, dp, dq, q_inverse, further: Vec::new() })
    }

    /// The PKCS #1 v1.5 signature of a SHA-256 digest.
    pub fn sign(&self, digest: &[u8; 32], version: HelmVersion) -> Result<Vec<u8>, Fault> {
        /// A sequence of the algorithm (SHA-256, no parameters) and an octet string of 32 bytes, up to the bytes.
        const DIGEST_INFO: &[u8; 19] =
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
        if self.n.bits() < 1024 && version.refuses_short_rsa_keys() {
            return Err(Fault::text(format!(
                "crypto/rsa: {}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)",
                self.n.bits()
            )));
        }
        let size = self.n.bits().div_ceil(8);
        // Eleven bytes around the digest, eight of them 0xff, are the least.
        let Some(padding) = size.checked_sub(11 + DIGEST_INFO.len() + digest.len()) else {
            return Err(Fault::text("crypto/rsa: message too long for RSA key size"));
        };
        let padding = vec![0xff; padding + 8];
        let message = Natural::from_be(&[&[0, 1], padding.as_slice(), &[0], DIGEST_INFO, digest].concat());
        let signature = self.raise(&message).filter(|signature| self.verifies(&message, signature));
        // Go's way of saying that the primes were none.
        let signature = signature.ok_or_else(|| Fault::text("crypto/rsa: decryption error"))?;
        Ok(signature.to_be_padded(size))
    }

    /// `message` to the private exponent, by way of the two primes when there are no more.
    fn raise(&self, message: &Natural) -> Option<Natural> {
        let power = |modulus: &Natural, exponent: &Natural| {
            let modulus = Modulus::new(modulus)?;
            Some(modulus.leave(&modulus.pow(&modulus.enter(message), exponent)))
        };
        match self.primes.as_slice() {
            [p, q] => {
                let (by_p, by_q) = (power(p, &self.dp)?, power(q, &self.dq)?);
                let step = by_p.plus(p).minus(&by_q.rem(p)).times(&self.q_inverse).rem(p);
                Some(step.times(q).plus(&by_q))
            }
            _ => power(&self.n, &self.d),
        }
    }

    /// Whether `signature` to the public exponent is `message`.
    pub fn verifies(&self, message: &Natural, signature: &Natural) -> bool {
        Modulus::new(&self.n)
            .is_some_and(|n| n.leave(&n.pow(&n.enter(signature), &Natural::from(self.e))) == *message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::SealedHost;

    #[test]
    fn signatures_verify() {
        let host = SealedHost::new(11);
        let key = RsaKey::generate(1024, Entropy::new(&host)).unwrap();
        assert_eq!(key.n.bits(), 1024);
        let signature = key.sign(&[7; 32], HelmVersion::V4_3).unwrap();
        assert_eq!(signature.len(), 128);
        let n = Modulus::new(&key.n).unwrap();
        let message =
            n.leave(&n.pow(&n.enter(&Natural::from_be(&signature)), &Natural::from(65537))).to_be_padded(128);
        assert!(message.starts_with(b"\x00\x01\xff\xff") && message.ends_with(&[7; 32]));
        assert_eq!(message[76], 0, "{message:?}");
        // The same without the primes.
        let slow = Modulus::new(&key.n).unwrap();
        let raised = slow.leave(&slow.pow(&slow.enter(&Natural::from_be(&message)), &key.d));
        assert_eq!(raised.to_be_padded(128), signature);
    }

    #[test]
    fn odd_sizes_and_stubborn_hosts() {
        let host = SealedHost::new(12);
        assert_eq!(RsaKey::generate(513, Entropy::new(&host)).unwrap().n.bits(), 513);
        struct Stuck;
        impl crate::host::Host for Stuck {
            fn now(&self) -> crate::host::Moment {
                SealedHost::NOW
            }
            fn random(&self, buffer: &mut [u8]) {
                buffer.fill(0x5a);
            }
        }
        assert!(RsaKey::generate(256, Entropy::new(&Stuck)).is_none(), "both primes would be the same");
    }

    #[test]
    fn broken_keys_are_found_out() {
        let host = SealedHost::new(13);
        let key = RsaKey::generate(512, Entropy::new(&host)).unwrap();
        let (n, d, primes) = (&key.n, &key.d, &key.primes);
        let one = Natural::from(1);
        let given = (key.dp.clone(), key.dq.clone(), key.q_inverse.clone());
        let check = |n: &Natural, e, d: &Natural, primes: Vec<Natural>, given| {
            RsaKey::complete(n.clone(), e, d.clone(), primes, given).map(|_| ()).map_err(|f| f.to_string())
        };
        let err = |text: &str| Err(text.to_owned());
        assert_eq!(check(n, 65537, d, primes.clone(), None), Ok(()));
        assert_eq!(check(n, 65537, d, primes.clone(), Some(given.clone())), Ok(()));
        assert_eq!(check(n, 3, d, primes.clone(), None), err("crypto/rsa: invalid CRT exponent"));
        assert_eq!(check(n, 65536, d, primes.clone(), None), err("crypto/rsa: public exponent is even"));
        assert_eq!(
            check(&n.plus(&one), 65537, d, primes.clone(), None),
            err("crypto/rsa: public modulus is even")
        );
        assert_eq!(
            check(&n.plus(&Natural::from(2)), 65537, d, primes.clone(), None),
            err("crypto/rsa: p * q != n")
        );
        let bad = (given.0, given.1, given.2.plus(&one));
        assert_eq!(check(n, 65537, d, primes.clone(), Some(bad)), err("crypto/rsa: invalid CRT coefficient"));
        assert_eq!(check(n, 65537, d, vec![one.clone(), n.clone()], None), err("modulus must be > 1"));
        let huge = Natural::from(1).shl(20_000).plus(&one);
        assert!(
            check(&huge, 65537, d, primes.clone(), None).unwrap_err().starts_with("limit key-bits (16384)")
        );
        assert_eq!(
            key.sign(&[0; 32], HelmVersion::V4_1).unwrap_err().to_string(),
            "crypto/rsa: 512-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)"
        );
        assert_eq!(key.sign(&[0; 32], HelmVersion::V3_17).unwrap().len(), 64);
    }
}
