//! ECDSA on NIST's prime curves (FIPS 186-5, SP 800-186; Go's crypto/ecdsa).

use super::super::super::entropy::Entropy;
use super::modulus::{Modulus, Residue};
use super::natural::Natural;
use sha2::{Digest as _, Sha512};

/// A curve y² = x³ − 3x + b over a prime field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as everywhere")]
pub enum Curve {
    P224,
    P256,
    P384,
    P521,
}

/// A curve's numbers, in hexadecimal digits.
struct Constants {
    p: &'static str,
    b: &'static str,
    x: &'static str,
    y: &'static str,
    order: &'static str,
}

impl Curve {
    /// All of them.
    pub const ALL: [Curve; 4] = [Curve::P224, Curve::P256, Curve::P384, Curve::P521];

    /// The encoded content of the curve's object identifier.
    pub fn object(self) -> &'static [u8] {
        match self {
            Curve::P224 => b"\x2b\x81\x04\x00\x21",
            Curve::P256 => b"\x2a\x86\x48\xce\x3d\x03\x01\x07",
            Curve::P384 => b"\x2b\x81\x04\x00\x22",
            Curve::P521 => b"\x2b\x81\x04\x00\x23",
        }
    }

    /// Bits of a coordinate, and of a private key.
    pub fn bits(self) -> usize {
        match self {
            Curve::P224 => 224,
            Curve::P256 => 256,
            Curve::P384 => 384,
            Curve::P521 => 521,
        }
    }

    /// Bytes of a coordinate, and of a private key.
    pub fn size(self) -> usize {
        self.bits().div_ceil(8)
    }

    fn constants(self) -> Constants {
        match self {
            Curve::P224 => Constants {
                p: "ffffffffffffffffffffffffffffffff000000000000000000000001",
                b: "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
                x: "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
                y: "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
                order: "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
            },
            Curve::P256 => Constants {
                p: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
                b: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
                x: "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
                y: "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
                order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            },
            Curve::P384 => Constants {
                p: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
                b: "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
                x: "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
                y: "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
                order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            },
            Curve::P521 => Constants {
                p: "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                    fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                b: "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e1\
                    56193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
                x: "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dba\
                    a14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
                y: "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662\
                    c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
                order: "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                        a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
            },
        }
    }
}

/// A point in projective coordinates: x = X/Z, y = Y/Z; Z is zero at infinity.
#[derive(Clone, Debug)]
struct Point {
    x: Residue,
    y: Residue,
    z: Residue,
}

/// The points of a curve, ready for calculations.
pub struct Group {
    curve: Curve,
    field: Modulus,
    order: Modulus,
    b: Residue,
    generator: Point,
}

impl Group {
    /// `None` never happens: the constants are good. It spares a panic.
    pub fn new(curve: Curve) -> Option<Group> {
        let constants = curve.constants();
        let field = Modulus::new(&Natural::from_hex(constants.p))?;
        let enter = |digits| field.enter(&Natural::from_hex(digits));
        let generator = Point { x: enter(constants.x), y: enter(constants.y), z: field.one() };
        Some(Group {
            curve,
            b: enter(constants.b),
            generator,
            order: Modulus::new(&Natural::from_hex(constants.order))?,
            field,
        })
    }

    /// The order of the generator; private keys are below it.
    pub fn order(&self) -> &Natural {
        self.order.number()
    }

    /// The sum of any two points, equal ones and infinity included (Renes, Costello and Batina, Complete Addition
    /// Formulas for Prime Order Elliptic Curves, 2015, algorithm 4).
    fn add(&self, a: &Point, b: &Point) -> Point {
        let f = &self.field;
        let cross = |a1: &Residue, a2: &Residue, b1: &Residue, b2: &Residue, p1: &Residue, p2: &Residue| {
            let product = f.mul(&f.add(a1, a2), &f.add(b1, b2));
            f.sub(&product, &f.add(p1, p2))
        };
        let triple = |r: &Residue| f.add(&f.add(r, r), r);
        let (xx, yy, zz) = (f.mul(&a.x, &b.x), f.mul(&a.y, &b.y), f.mul(&a.z, &b.z));
        let xy = cross(&a.x, &a.y, &b.x, &b.y, &xx, &yy);
        let yz = cross(&a.y, &a.z, &b.y, &b.z, &yy, &zz);
        let xz = cross(&a.x, &a.z, &b.x, &b.z, &xx, &zz);
        let zz3 = triple(&zz);
        let u = triple(&f.sub(&xz, &f.mul(&self.b, &zz)));
        let (minus, plus) = (f.sub(&yy, &u), f.add(&yy, &u));
        let v = triple(&f.sub(&f.sub(&f.mul(&self.b, &xz), &zz3), &xx));
        let w = f.sub(&triple(&xx), &zz3);
        Point {
            x: f.sub(&f.mul(&xy, &plus), &f.mul(&yz, &v)),
            y: f.add(&f.mul(&plus, &minus), &f.mul(&w, &v)),
            z: f.add(&f.mul(&yz, &minus), &f.mul(&xy, &w)),
        }
    }

    /// `point` added to itself `times` times.
    fn multiply(&self, point: &Point, times: &Natural) -> Point {
        let mut sum = Point { x: self.field.zero(), y: self.field.one(), z: self.field.zero() };
        for at in (0..times.bits()).rev() {
            sum = self.add(&sum, &sum);
            if times.bit(at) {
                sum = self.add(&sum, point);
            }
        }
        sum
    }

    /// x and y of a point other than infinity.
    fn affine(&self, point: &Point) -> (Natural, Natural) {
        let inverse = self.field.invert(&point.z);
        let coordinate = |c: &Residue| self.field.leave(&self.field.mul(c, &inverse));
        (coordinate(&point.x), coordinate(&point.y))
    }

    /// A random private key.
    pub fn generate(&self, entropy: Entropy<'_>) -> Natural {
        // Eight bytes more than needed leave no bias worth the name.
        let random = Natural::from_be(&entropy.vec(self.curve.size() + 8));
        random.rem(&self.order().minus(&Natural::from(1))).plus(&Natural::from(1))
    }

    /// The public key of a private key, as an uncompressed point (SEC 1, 2.3.3).
    pub fn public_key(&self, private: &Natural) -> Vec<u8> {
        let (x, y) = self.affine(&self.multiply(&self.generator, private));
        let size = self.curve.size();
        [&[4], x.to_be_padded(size).as_slice(), &y.to_be_padded(size)].concat()
    }

    /// Reads an uncompressed point; fails with Go's text unless it is on the curve (internal/fips140/nistec).
    fn point(&self, bytes: &[u8]) -> Result<Point, String> {
        let curve = self.curve;
        let coordinates = match bytes.split_first() {
            Some((4, coordinates)) => coordinates.split_at_checked(curve.size()),
            _ => return Err("ecdsa: invalid uncompressed public key".to_owned()),
        };
        let Some((x, y)) = coordinates.filter(|(_, y)| y.len() == curve.size()) else {
            return Err(format!("invalid {curve:?} point encoding"));
        };
        let (x, y) = (Natural::from_be(x), Natural::from_be(y));
        if x >= *self.field.number() || y >= *self.field.number() {
            // Go has its own code for P-256.
            let element = if curve == Curve::P256 { " element" } else { "Element" };
            return Err(format!("invalid {curve:?}{element} encoding"));
        }
        let f = &self.field;
        let (x, y) = (f.enter(&x), f.enter(&y));
        let cube = f.mul(&f.mul(&x, &x), &x);
        let right = f.add(&f.sub(&cube, &f.add(&f.add(&x, &x), &x)), &self.b);
        if f.mul(&y, &y) == right {
            Ok(Point { x, y, z: f.one() })
        } else {
            Err(format!("{curve:?} point not on curve"))
        }
    }

    /// Fails with Go's text unless this is an uncompressed point of the curve.
    pub fn check(&self, bytes: &[u8]) -> Result<(), String> {
        self.point(bytes).map(drop)
    }

    /// A digest as a number of as many bits as the order has.
    fn number(&self, digest: &[u8]) -> Natural {
        let surplus = (digest.len() * 8).saturating_sub(self.order().bits());
        Natural::from_be(digest).shr(surplus)
    }

    /// The signature of a digest: r and s. Chance is mixed with key and digest, so that even bad chance does not give
    /// the key away.
    pub fn sign(&self, private: &Natural, digest: &[u8], entropy: Entropy<'_>) -> (Natural, Natural) {
        let random: [u8; 64] = entropy.bytes();
        let (order, one) = (&self.order, Natural::from(1));
        for round in 0u8.. {
            let block = |index: u8| {
                let secret = private.to_be_padded(self.curve.size());
                Sha512::digest([&random, secret.as_slice(), digest, &[round, index]].concat())
            };
            let wide = Natural::from_be(&[block(0), block(1)].concat());
            let nonce = wide.rem(&self.order().minus(&one)).plus(&one);
            let (x, _) = self.affine(&self.multiply(&self.generator, &nonce));
            let r = order.enter(&x);
            let sum = order.add(&order.enter(&self.number(digest)), &order.mul(&r, &order.enter(private)));
            let s = order.mul(&order.invert(&order.enter(&nonce)), &sum);
            if !(r.is_zero() || s.is_zero()) || round == u8::MAX {
                return (order.leave(&r), order.leave(&s));
            }
        }
        (one.clone(), one)
    }

    /// Whether (r, s) signs the digest for this public key.
    #[cfg(test)]
    pub fn verifies(&self, public: &[u8], digest: &[u8], r: &Natural, s: &Natural) -> bool {
        let order = &self.order;
        let inverse = order.invert(&order.enter(s));
        let times = |n: &Natural| order.leave(&order.mul(&order.enter(n), &inverse));
        let point = self.point(public).expect("a point of the curve");
        let sum = self.add(
            &self.multiply(&self.generator, &times(&self.number(digest))),
            &self.multiply(&point, &times(r)),
        );
        let (x, _) = self.affine(&sum);
        !r.is_zero() && !s.is_zero() && x.rem(self.order()) == *r
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::SealedHost;

    #[test]
    fn groups_are_sound() {
        for curve in Curve::ALL {
            let group = Group::new(curve).unwrap();
            let one = Natural::from(1);
            assert_eq!((group.field.number().bits(), group.order().bits()), (curve.bits(), curve.bits()));
            assert_eq!(
                group.check(&group.public_key(&one)),
                Ok(()),
                "{curve:?}: the generator is on the curve"
            );
            // (order − 1) × G is −G, and order × G infinity.
            let (g, last) = (group.public_key(&one), group.public_key(&group.order().minus(&one)));
            let size = curve.size();
            assert_eq!(g[1..=size], last[1..=size]);
            assert_eq!(
                Natural::from_be(&g[size + 1..]).plus(&Natural::from_be(&last[size + 1..])),
                *group.field.number()
            );
            assert!(group.multiply(&group.generator, group.order()).z.is_zero());
            let mut off = g.clone();
            *off.last_mut().unwrap() ^= 1;
            assert_eq!(group.check(&off), Err(format!("{curve:?} point not on curve")));
            off[1..=size].fill(0xff);
            assert!(group.check(&off).unwrap_err().ends_with("lement encoding"));
            assert_eq!(group.check(&g[..size]), Err(format!("invalid {curve:?} point encoding")));
            assert_eq!(group.check(&[]), Err("ecdsa: invalid uncompressed public key".to_owned()));
        }
    }

    // RFC 6979, appendix A.2: private keys and their public keys.
    #[test]
    fn known_public_keys() {
        for (curve, private, public) in [
            (
                Curve::P224,
                "f220266e1105bfe3083e03ec7a3a654651f45e37167e88600bf257c1",
                "0400cf08da5ad719e42707fa431292dea11244d64fc51610d94b130d6ceeab6f3debe455e3dbf85416f7030cbd94f34f2d6f232c69f3c1385a",
            ),
            (
                Curve::P256,
                "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
                "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
            ),
            (
                Curve::P384,
                "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
                "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
            ),
        ] {
            let group = Group::new(curve).unwrap();
            assert_eq!(
                group.public_key(&Natural::from_hex(private)),
                Natural::from_hex(public).to_be(),
                "{curve:?}"
            );
        }
    }

    #[test]
    fn signatures_verify() {
        let host = SealedHost::new(15);
        let entropy = Entropy::new(&host);
        for curve in Curve::ALL {
            let group = Group::new(curve).unwrap();
            let private = group.generate(entropy);
            let public = group.public_key(&private);
            let digest: [u8; 64] = entropy.bytes();
            let (r, s) = group.sign(&private, &digest, entropy);
            assert!(group.verifies(&public, &digest, &r, &s), "{curve:?}");
            assert!(!group.verifies(&public, &[1; 64], &r, &s), "{curve:?}");
        }
    }
}
