//! Ed25519 (RFC 8032).

use super::modulus::{Modulus, Residue};
use super::natural::Natural;
use sha2::{Digest as _, Sha512};

/// A point of −x² + y² = 1 + d x² y² in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.
#[derive(Clone)]
struct Point {
    x: Residue,
    y: Residue,
    z: Residue,
    t: Residue,
}

/// The curve, ready for calculations.
pub struct Edwards {
    field: Modulus,
    order: Modulus,
    /// Twice the constant d.
    d2: Residue,
    base: Point,
}

impl Edwards {
    /// `None` never happens: the constants are good. It spares a panic.
    pub fn new() -> Option<Edwards> {
        let field = Modulus::new(&Natural::from(1).shl(255).minus(&Natural::from(19)))?;
        let order = Natural::from(1).shl(252).plus(&Natural::from_hex("14def9dea2f79cd65812631a5cf5d3ed"));
        let number = |n| field.enter(&Natural::from(n));
        let ratio = |n, d| field.mul(&number(n), &field.invert(&number(d)));
        let d = field.sub(&field.zero(), &ratio(121_665, 121_666));
        let y = ratio(4, 5);
        let x = field
            .enter(&Natural::from_hex("216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a"));
        let base = Point { t: field.mul(&x, &y), x, y, z: field.one() };
        Some(Edwards { d2: field.add(&d, &d), order: Modulus::new(&order)?, base, field })
    }

    /// The sum of any two points (Hisil, Wong, Carter and Dawson, Twisted Edwards Curves Revisited, 2008, section 3.1).
    fn add(&self, p: &Point, q: &Point) -> Point {
        let f = &self.field;
        let a = f.mul(&f.sub(&p.y, &p.x), &f.sub(&q.y, &q.x));
        let b = f.mul(&f.add(&p.y, &p.x), &f.add(&q.y, &q.x));
        let c = f.mul(&f.mul(&p.t, &self.d2), &q.t);
        let zz = f.mul(&p.z, &q.z);
        let d = f.add(&zz, &zz);
        let (e, g, h, k) = (f.sub(&b, &a), f.sub(&d, &c), f.add(&d, &c), f.add(&b, &a));
        Point { x: f.mul(&e, &g), y: f.mul(&h, &k), t: f.mul(&e, &k), z: f.mul(&g, &h) }
    }

    /// The base point added to itself `times` times.
    fn multiply(&self, times: &Natural) -> Point {
        let f = &self.field;
        let mut sum = Point { x: f.zero(), y: f.one(), z: f.one(), t: f.zero() };
        for at in (0..times.bits()).rev() {
            sum = self.add(&sum, &sum);
            if times.bit(at) {
                sum = self.add(&sum, &self.base);
            }
        }
        sum
    }

    /// A point as 32 bytes: y, and the last bit of x.
    fn encode(&self, point: &Point) -> [u8; 32] {
        let inverse = self.field.invert(&point.z);
        let x = self.field.leave(&self.field.mul(&point.x, &inverse));
        let y = self.field.leave(&self.field.mul(&point.y, &inverse));
        let mut bytes = bytes(&y);
        if let Some(last) = bytes.last_mut() {
            *last |= u8::from(x.is_odd()) << 7;
        }
        bytes
    }

    /// The public key of a seed.
    pub fn public_key(&self, seed: &[u8; 32]) -> [u8; 32] {
        self.encode(&self.multiply(&expand(seed).0))
    }

    /// The signature of a message.
    pub fn sign(&self, seed: &[u8; 32], public: &[u8; 32], message: &[u8]) -> Vec<u8> {
        let reduce = |parts: &[&[u8]]| self.order.enter(&Natural::from_le(&Sha512::digest(parts.concat())));
        let (scalar, prefix) = expand(seed);
        let nonce = reduce(&[&prefix, message]);
        let point = self.encode(&self.multiply(&self.order.leave(&nonce)));
        let challenge = reduce(&[&point, public, message]);
        let proof = self.order.add(&nonce, &self.order.mul(&challenge, &self.order.enter(&scalar)));
        [point, bytes(&self.order.leave(&proof))].concat()
    }
}

fn bytes(n: &Natural) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(n.to_le_padded(32)).for_each(|(to, from)| *to = from);
    bytes
}

/// The scalar (a multiple of eight with its highest bit set) and the prefix behind a seed.
fn expand(seed: &[u8; 32]) -> (Natural, [u8; 32]) {
    let digest: [u8; 64] = Sha512::digest(seed).into();
    let (mut scalar, mut prefix) = ([0; 32], [0; 32]);
    scalar.iter_mut().chain(&mut prefix).zip(digest).for_each(|(to, from)| *to = from);
    scalar[0] &= 0xf8;
    scalar[31] = scalar[31] & 0x7f | 0x40;
    (Natural::from_le(&scalar), prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(digits: &str) -> Vec<u8> {
        Natural::from_hex(digits).to_be_padded(digits.len() / 2)
    }

    // RFC 8032, section 7.1: tests 1 to 3.
    #[test]
    fn ed25519_vectors() {
        let curve = Edwards::new().unwrap();
        for (seed, public, message, signature) in [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ] {
            let seed: [u8; 32] = hex(seed).try_into().unwrap();
            let key = curve.public_key(&seed);
            assert_eq!(key.to_vec(), hex(public));
            assert_eq!(curve.sign(&seed, &key, &hex(message)), hex(signature));
        }
    }
}
