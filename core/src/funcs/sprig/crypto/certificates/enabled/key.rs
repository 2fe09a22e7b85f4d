//! Private keys: read from PEM and written to it, and what they can do (sprig/crypto.go `parsePrivateKeyPEM`,
//! `pemBlockForKey`; Go's crypto/x509/{pkcs1,pkcs8,sec1}.go).

use super::super::super::entropy::Entropy;
use super::asn1::{self, Fields};
use super::der::{bit_string, element, integer, object, octet_string, sequence, tag};
use super::dsa::DsaKey;
use super::ecdsa::{Curve, Group};
use super::edwards::Edwards;
use super::natural::Natural;
use super::pem;
use super::rsa::RsaKey;
use crate::dialect::HelmVersion;
use crate::value::Fault;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// Encoded contents of object identifiers.
pub mod oid {
    #![allow(missing_docs, reason = "named as in Go's crypto/x509")]
    pub const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
    pub const DSA: &[u8] = b"\x2a\x86\x48\xce\x38\x04\x01";
    pub const ECDSA: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
    pub const X25519: &[u8] = b"\x2b\x65\x6e";
    pub const ED25519: &[u8] = b"\x2b\x65\x70";
    pub const SHA256_WITH_RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b";
    pub const ECDSA_WITH_SHA256: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x02";
    pub const ECDSA_WITH_SHA384: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x03";
    pub const ECDSA_WITH_SHA512: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x04";
}

/// The NULL that stands for RSA's absent parameters.
pub const NULL: &[u8] = &[tag::NULL, 0];

/// A private key of any type Sprig reads or makes.
pub enum PrivateKey {
    /// Signs with SHA-256.
    Rsa(RsaKey),
    /// Made by `genPrivateKey`; no certificate can be made with it.
    Dsa(DsaKey),
    /// Signs with the hash of the curve's size.
    Ec {
        /// The curve.
        curve: Curve,
        /// The private number.
        scalar: Natural,
        /// The public point, uncompressed.
        public: Vec<u8>,
    },
    /// Signs with itself.
    Ed25519 {
        /// The private seed.
        seed: [u8; 32],
        /// The public key.
        public: [u8; 32],
    },
    /// Read, but no certificate can be made with it.
    X25519,
}

/// A public key as certificates hold it.
#[derive(Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The content of the algorithm identifier.
    pub algorithm: Vec<u8>,
    /// The bytes of the key's bit string.
    pub bits: Vec<u8>,
}

impl PublicKey {
    /// `SubjectPublicKeyInfo`
    pub fn encode(&self) -> Vec<u8> {
        sequence(&[&sequence(&[&self.algorithm]), &bit_string(&self.bits)])
    }
}

/// The constants of curves are right, so this is never seen.
pub fn broken() -> Fault {
    Fault::text("x509: unsupported elliptic curve")
}

impl PrivateKey {
    /// An elliptic curve's key by its number.
    pub fn ec(curve: Curve, scalar: Natural) -> Result<PrivateKey, Fault> {
        let group = Group::new(curve).ok_or_else(broken)?;
        if scalar.is_zero() {
            // What Go stumbles over is the public key, the point at infinity.
            return Err(Fault::text("ecdsa: invalid public key encoding"));
        }
        if scalar >= *group.order() {
            return Err(Fault::text("input overflows the modulus"));
        }
        Ok(PrivateKey::Ec { curve, public: group.public_key(&scalar), scalar })
    }

    /// An Ed25519 key by its seed.
    pub fn ed25519(seed: [u8; 32]) -> Result<PrivateKey, Fault> {
        let public = Edwards::new().ok_or_else(broken)?.public_key(&seed);
        Ok(PrivateKey::Ed25519 { seed, public })
    }

    /// The first block of a PEM text, which must be a private key.
    pub fn from_pem(text: &[u8]) -> Result<PrivateKey, Fault> {
        let block = pem::decode(text).ok_or_else(|| Fault::text("no PEM data in input"))?;
        let kind = String::from_utf8_lossy(block.kind);
        match kind.strip_suffix(" PRIVATE KEY") {
            None if kind == "PRIVATE KEY" => {
                pkcs8(&block.bytes).map_err(|e| e.wrapped("decoding PEM as PKCS#8: "))
            }
            None => Err(Fault::text(format!("no private key data in PEM block of type {kind}"))),
            Some("RSA") => pkcs1(&block.bytes).map_err(|e| e.wrapped("parsing RSA private key from PEM: ")),
            Some("EC") => {
                sec1(None, &block.bytes).map_err(|e| e.wrapped("parsing EC private key from PEM: "))
            }
            Some("DSA") => dsa(&block.bytes).map_err(|e| e.wrapped("parsing DSA private key from PEM: ")),
            Some(_) => Err(Fault::text(format!("invalid private key type {kind}"))),
        }
    }

    /// The key as PEM: in the format of its type, in PKCS #8 if it has none.
    pub fn to_pem(&self) -> String {
        match self {
            PrivateKey::Rsa(key) => pem::encode("RSA PRIVATE KEY", &rsa_der(key)),
            PrivateKey::Dsa(key) => {
                let numbers = [&Natural::ZERO, &key.p, &key.q, &key.g, &key.y, &key.x].map(integer);
                pem::encode("DSA PRIVATE KEY", &sequence(&[&numbers.concat()]))
            }
            PrivateKey::Ec { curve, scalar, public } => {
                let der = sequence(&[
                    &integer(&Natural::from(1)),
                    &octet_string(&scalar.to_be_padded(curve.size())),
                    &element(tag::constructed(0), &[&object(curve.object())]),
                    &element(tag::constructed(1), &[&bit_string(public)]),
                ]);
                pem::encode("EC PRIVATE KEY", &der)
            }
            PrivateKey::Ed25519 { seed, .. } => {
                let algorithm = sequence(&[&object(oid::ED25519)]);
                let der =
                    sequence(&[&integer(&Natural::ZERO), &algorithm, &octet_string(&octet_string(seed))]);
                pem::encode("PRIVATE KEY", &der)
            }
            PrivateKey::X25519 => String::new(),
        }
    }

    /// The public key, if certificates can hold it (crypto/x509/x509.go `marshalPublicKey`).
    pub fn public(&self) -> Result<PublicKey, Fault> {
        let unsupported = |kind| Err(Fault::text(format!("x509: unsupported public key type: {kind}")));
        Ok(match self {
            PrivateKey::Rsa(key) => PublicKey {
                algorithm: [&object(oid::RSA), NULL].concat(),
                bits: sequence(&[&integer(&key.n), &integer(&Natural::from(key.e))]),
            },
            PrivateKey::Ec { curve, public, .. } => PublicKey {
                algorithm: [object(oid::ECDSA), object(curve.object())].concat(),
                bits: public.clone(),
            },
            PrivateKey::Ed25519 { public, .. } => {
                PublicKey { algorithm: object(oid::ED25519), bits: public.to_vec() }
            }
            PrivateKey::Dsa(_) => return unsupported("*dsa.PublicKey"),
            PrivateKey::X25519 => return unsupported("*ecdh.PublicKey"),
        })
    }

    /// The content of the algorithm identifier of its signatures (crypto/x509/x509.go `signingParamsForKey`).
    pub fn signature_algorithm(&self) -> Result<Vec<u8>, Fault> {
        Ok(match self {
            PrivateKey::Rsa(_) => [&object(oid::SHA256_WITH_RSA), NULL].concat(),
            PrivateKey::Ec { curve: Curve::P224 | Curve::P256, .. } => object(oid::ECDSA_WITH_SHA256),
            PrivateKey::Ec { curve: Curve::P384, .. } => object(oid::ECDSA_WITH_SHA384),
            PrivateKey::Ec { curve: Curve::P521, .. } => object(oid::ECDSA_WITH_SHA512),
            PrivateKey::Ed25519 { .. } => object(oid::ED25519),
            PrivateKey::Dsa(_) | PrivateKey::X25519 => {
                return Err(Fault::text("x509: certificate private key does not implement crypto.Signer"));
            }
        })
    }

    /// A signature by that algorithm.
    pub fn sign(&self, message: &[u8], entropy: Entropy<'_>, version: HelmVersion) -> Result<Vec<u8>, Fault> {
        match self {
            PrivateKey::Rsa(key) => key.sign(&Sha256::digest(message).into(), version),
            PrivateKey::Ec { curve, scalar, .. } => {
                let digest = match curve {
                    Curve::P224 | Curve::P256 => Sha256::digest(message).to_vec(),
                    Curve::P384 => Sha384::digest(message).to_vec(),
                    Curve::P521 => Sha512::digest(message).to_vec(),
                };
                let (r, s) = Group::new(*curve).ok_or_else(broken)?.sign(scalar, &digest, entropy);
                Ok(sequence(&[&integer(&r), &integer(&s)]))
            }
            PrivateKey::Ed25519 { seed, public } => {
                Ok(Edwards::new().ok_or_else(broken)?.sign(seed, public, message))
            }
            PrivateKey::Dsa(_) | PrivateKey::X25519 => self.signature_algorithm(),
        }
    }
}

fn rsa_der(key: &RsaKey) -> Vec<u8> {
    let version = Natural::from(u32::from(key.primes.len() > 2));
    let exponent = Natural::from(key.e);
    let [p, q, further @ ..] = key.primes.as_slice() else { return Vec::new() };
    let numbers =
        [&version, &key.n, &exponent, &key.d, p, q, &key.dp, &key.dq, &key.q_inverse].map(integer).concat();
    let primes = further.iter().zip(&key.further);
    let primes: Vec<u8> = primes
        .flat_map(|(prime, (exp, inverse))| sequence(&[&[prime, exp, inverse].map(integer).concat()]))
        .collect();
    if primes.is_empty() { sequence(&[&numbers]) } else { sequence(&[&numbers, &sequence(&[&primes])]) }
}

/// The fields of a PKCS #1 private key.
struct Pkcs1 {
    version: i64,
    n: Natural,
    e: i64,
    d: Natural,
    p: Natural,
    q: Natural,
    precomputed: [Option<Natural>; 3],
    further: Vec<Natural>,
}

impl Pkcs1 {
    fn read(message: &mut Fields<'_>) -> Result<Pkcs1, Fault> {
        let mut fields = message.fields("pkcs1PrivateKey")?;
        let mut key = Pkcs1 {
            version: fields.int()?,
            n: fields.big()?,
            e: fields.int()?,
            d: fields.big()?,
            p: fields.big()?,
            q: fields.big()?,
            precomputed: [fields.optional_big()?, fields.optional_big()?, fields.optional_big()?],
            further: Vec::new(),
        };
        if let Some(primes) = fields.optional(tag::SEQUENCE)? {
            let mut primes = Fields::new(primes);
            primes.check_structs()?;
            while !primes.is_empty() {
                let mut prime = primes.fields("pkcs1AdditionalRSAPrime")?;
                key.further.push(prime.big()?);
                prime.big()?;
                prime.big()?;
            }
        }
        Ok(key)
    }
}

/// The fields of an elliptic curve's private key, as far as they are looked at.
struct Sec1<'a> {
    version: i64,
    scalar: &'a [u8],
    curve: &'a [u8],
}

impl<'a> Sec1<'a> {
    fn read(message: &mut Fields<'a>) -> Result<Sec1<'a>, Fault> {
        let mut fields = message.fields("ecPrivateKey")?;
        let (version, scalar) = (fields.int()?, fields.take(tag::OCTET_STRING, "")?);
        let curve = fields.explicit(0, tag::OBJECT_IDENTIFIER)?.map_or(Ok(&[][..]), asn1::object)?;
        fields.explicit(1, tag::BIT_STRING)?.map_or(Ok(()), asn1::check_bits)?;
        Ok(Sec1 { version, scalar, curve })
    }
}

/// The fields of a PKCS #8 private key.
struct Pkcs8<'a> {
    algorithm: &'a [u8],
    parameters: &'a [u8],
    key: &'a [u8],
}

impl<'a> Pkcs8<'a> {
    fn read(message: &mut Fields<'a>) -> Result<Pkcs8<'a>, Fault> {
        let mut fields = message.fields("pkcs8")?;
        fields.int()?;
        let mut algorithm = fields.fields("AlgorithmIdentifier")?;
        Ok(Pkcs8 {
            algorithm: algorithm.object()?,
            parameters: algorithm.any()?,
            key: fields.take(tag::OCTET_STRING, "")?,
        })
    }
}

/// An unreadable key may be a readable one of another format, which makes for a better message.
fn or_another_format(fault: Fault, der: &[u8], others: [&str; 2]) -> Fault {
    let is = |format: &str| match format {
        "PKCS1" => Pkcs1::read(&mut Fields::new(der)).is_ok(),
        "PKCS8" => Pkcs8::read(&mut Fields::new(der)).is_ok(),
        _ => Sec1::read(&mut Fields::new(der)).is_ok(),
    };
    match others.into_iter().find(|other| is(other)) {
        Some(other) => Fault::text(format!(
            "x509: failed to parse private key (use Parse{other}PrivateKey instead for this key format)"
        )),
        None => fault,
    }
}

/// `ParsePKCS1PrivateKey`
fn pkcs1(der: &[u8]) -> Result<PrivateKey, Fault> {
    let mut message = Fields::new(der);
    let key = Pkcs1::read(&mut message).map_err(|fault| or_another_format(fault, der, ["EC", "PKCS8"]))?;
    if !message.is_empty() {
        return Err(asn1::trailing_data());
    }
    if key.version > 1 {
        return Err(Fault::text("x509: unsupported private key version"));
    }
    let given = key.precomputed.iter().flatten();
    if [&key.n, &key.d, &key.p, &key.q].into_iter().chain(given).any(Natural::is_zero) {
        return Err(Fault::text("x509: private key contains zero or negative value"));
    }
    if key.further.iter().any(Natural::is_zero) {
        return Err(Fault::text("x509: private key contains zero or negative prime"));
    }
    let precomputed = match key.precomputed {
        [Some(dp), Some(dq), Some(inverse)] => Some((dp, dq, inverse)),
        _ => None,
    };
    let mut primes = vec![key.p, key.q];
    primes.extend(key.further);
    // Zero is refused as too small, like everything negative.
    let e = match u32::try_from(key.e.max(0)) {
        Ok(e) if e <= i32::MAX as u32 => e,
        _ => return Err(Fault::text("crypto/rsa: public exponent too large")),
    };
    RsaKey::complete(key.n, e, key.d, primes, precomputed).map(PrivateKey::Rsa)
}

/// `parseECPrivateKey`, with the curve that PKCS #8 names beside the key.
fn sec1(curve: Option<&[u8]>, der: &[u8]) -> Result<PrivateKey, Fault> {
    let key = match Sec1::read(&mut Fields::new(der)) {
        Ok(key) => key,
        Err(fault) => {
            let fault = fault.wrapped("x509: failed to parse EC private key: ");
            return Err(or_another_format(fault, der, ["PKCS8", "PKCS1"]));
        }
    };
    if key.version != 1 {
        return Err(Fault::text(format!("x509: unknown EC private key version {}", key.version)));
    }
    let named = curve.unwrap_or(key.curve);
    let Some(curve) = Curve::ALL.into_iter().find(|curve| curve.object() == named) else {
        return Err(Fault::text("x509: unknown elliptic curve"));
    };
    // Too many zeros in front are forgiven, and so are too few.
    let surplus = key.scalar.len().saturating_sub(curve.size());
    if key.scalar.iter().take(surplus).any(|&byte| byte != 0) {
        return Err(Fault::text("x509: invalid private key length"));
    }
    PrivateKey::ec(curve, Natural::from_be(key.scalar))
}

/// sprig/crypto.go `DSAKeyFormat`
fn dsa(der: &[u8]) -> Result<PrivateKey, Fault> {
    let mut fields = Fields::new(der).fields("DSAKeyFormat")?;
    fields.int()?;
    let mut number = || fields.big();
    Ok(PrivateKey::Dsa(DsaKey { p: number()?, q: number()?, g: number()?, y: number()?, x: number()? }))
}

/// `ParsePKCS8PrivateKey`
fn pkcs8(der: &[u8]) -> Result<PrivateKey, Fault> {
    let outer =
        Pkcs8::read(&mut Fields::new(der)).map_err(|fault| or_another_format(fault, der, ["EC", "PKCS1"]))?;
    let short = |name: &str| -> Result<&[u8], Fault> {
        if !outer.parameters.is_empty() {
            return Err(Fault::text(format!("x509: invalid {name} private key parameters")));
        }
        let seed = Fields::new(outer.key).take(tag::OCTET_STRING, "");
        seed.map_err(|fault| fault.wrapped(format!("x509: invalid {name} private key: ")))
    };
    match outer.algorithm {
        oid::RSA => pkcs1(outer.key)
            .map_err(|e| e.wrapped("x509: failed to parse RSA private key embedded in PKCS#8: ")),
        oid::ECDSA => {
            let curve = Fields::new(outer.parameters).object().ok();
            sec1(curve, outer.key)
                .map_err(|e| e.wrapped("x509: failed to parse EC private key embedded in PKCS#8: "))
        }
        oid::ED25519 => {
            let seed = short("Ed25519")?;
            match seed.try_into() {
                Ok(seed) => PrivateKey::ed25519(seed),
                Err(_) => {
                    Err(Fault::text(format!("x509: invalid Ed25519 private key length: {}", seed.len())))
                }
            }
        }
        oid::X25519 => match short("X25519")?.len() {
            32 => Ok(PrivateKey::X25519),
            _ => Err(Fault::text("crypto/ecdh: invalid private key size")),
        },
        other => Err(Fault::text(format!(
            "x509: PKCS#8 wrapping contained private key with unknown algorithm: {}",
            super::der::object_text(other).unwrap_or_default()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::go::base64;

    // What Go's x509 says of certificates and keys, whole ones and ones with a byte changed, lost or added: a line holds
    // the type, the encoding in base64, and the answer.
    #[test]
    fn answers_are_those_of_go() {
        let cases = include_str!("../../../../../../tests/fixtures/crypto/readable.tsv");
        for line in cases.lines() {
            let [kind, coded, expected] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let der = base64::decode(coded.as_bytes()).unwrap();
            let fault = match kind {
                "CERTIFICATE" => parse::parse(&der).err(),
                kind => PrivateKey::from_pem(pem::encode(kind, &der).as_bytes()).err(),
            };
            assert_eq!(fault.map_or("ok".to_owned(), |fault| fault.to_string()), expected, "{kind} {coded}");
        }
        assert!(cases.lines().count() > 100);
    }

    #[test]
    fn keys_survive_their_text() {
        let ec = Curve::ALL.map(|curve| PrivateKey::ec(curve, Natural::from(77)).unwrap());
        for key in ec.into_iter().chain([PrivateKey::ed25519([8; 32]).unwrap()]) {
            let again = PrivateKey::from_pem(key.to_pem().as_bytes()).unwrap();
            assert_eq!(again.to_pem(), key.to_pem());
            assert_eq!(again.public().unwrap(), key.public().unwrap());
        }
    }

    // Made with `openssl genrsa -primes 3`: rare, but Go reads, uses and writes such keys.
    #[test]
    fn keys_of_three_primes() {
        let text = include_str!("../../../../../../tests/fixtures/crypto/three-primes.pem");
        let key = PrivateKey::from_pem(text.as_bytes()).unwrap();
        assert_eq!(key.to_pem(), text);
        let PrivateKey::Rsa(rsa) = key else { panic!("not RSA") };
        let signature = rsa.sign(&[1; 32], HelmVersion::V4_3).unwrap();
        assert_eq!(signature.len(), 128);
    }
}
