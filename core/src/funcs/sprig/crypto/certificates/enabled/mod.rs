//! Sprig's functions that make keys and certificates (sprig/crypto.go).
//!
//! Everything below is written for this one purpose, on one small arithmetic: general libraries for RSA, four curves
//! and X.509 weigh more than the rest of the renderer.

mod asn1;
mod create;
mod der;
mod dsa;
mod ecdsa;
mod edwards;
mod key;
mod modulus;
mod natural;
mod parse;
mod pem;
mod prime;
mod rsa;

use super::super::certificate::Certificate;
use super::super::entropy::Entropy;
use crate::go::base64;
use crate::go::print::print_value;
use crate::go::time::{Duration, Time, Zone};
use crate::value::{Args, Caller, Fault, List, Str, Value};
use create::{Template, create};
use ecdsa::{Curve, Group};
use key::PrivateKey;
use std::net::IpAddr;

/// The size of the RSA keys of certificates.
const CERTIFICATE_BITS: usize = 2048;

/// The size of `genPrivateKey "rsa"`.
const KEY_BITS: usize = 4096;

/// The sizes of `genPrivateKey "dsa"`.
const DSA_BITS: (usize, usize) = (2048, 256);

/// A certificate's text and its encoding's place in PEM.
const CERTIFICATE: &str = "CERTIFICATE";

/// `genPrivateKey`: errors are answers.
pub fn gen_private_key(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let entropy = Entropy::of(caller);
    let key = match args.bytes(0) {
        b"" | b"rsa" => rsa::RsaKey::generate(KEY_BITS, entropy).map(PrivateKey::Rsa),
        b"dsa" => dsa::DsaKey::generate(DSA_BITS.0, DSA_BITS.1, entropy).map(PrivateKey::Dsa),
        b"ecdsa" => Group::new(Curve::P256)
            .and_then(|group| PrivateKey::ec(Curve::P256, group.generate(entropy)).ok()),
        b"ed25519" => PrivateKey::ed25519(entropy.bytes()).ok(),
        other => return Ok(Value::str([b"Unknown type ", other].concat())),
    };
    Ok(Value::from(match key {
        Some(key) => key.to_pem(),
        None => "failed to generate private key: no primes found".to_owned(),
    }))
}

/// `buildCustomCert`: a pair that was made elsewhere, given in base64; both are checked, but not against each other.
pub fn build_custom_cert(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let decode = |index, what| {
        base64::decode(args.bytes(index)).map_err(|_| Fault::text(format!("unable to decode base64 {what}")))
    };
    let (cert, key) = (decode(0, "certificate")?, decode(1, "private key")?);
    let block = pem::decode(&cert).ok_or_else(|| Fault::text("unable to decode certificate"))?;
    parse::parse(&block.bytes).map_err(|e| e.wrapped("error parsing certificate: decodedCert.Bytes: "))?;
    PrivateKey::from_pem(&key).map_err(|e| e.wrapped("error parsing private key: "))?;
    Ok(Certificate { cert: cert.into(), key: key.into() }.into())
}

/// `genCA`
pub fn gen_ca(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let key = new_key(caller)?;
    certify(caller, authority(args), None, &key)
}

/// `genCAWithKey`
pub fn gen_ca_with_key(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let key = given_key(args, 2)?;
    certify(caller, authority(args), None, &key)
}

/// `genSelfSignedCert`
pub fn gen_self_signed_cert(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    // The order of work decides nothing but the error, and that one is cheaper to find first.
    let wish = wish(caller, args)?;
    let key = new_key(caller)?;
    certify(caller, wish, None, &key)
}

/// `genSelfSignedCertWithKey`
pub fn gen_self_signed_cert_with_key(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let key = given_key(args, 4)?;
    certify(caller, wish(caller, args)?, None, &key)
}

/// `genSignedCert`
pub fn gen_signed_cert(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let issuer = issuer(args)?;
    let wish = wish(caller, args)?;
    let key = new_key(caller)?;
    certify(caller, wish, Some(issuer), &key)
}

/// `genSignedCertWithKey`
pub fn gen_signed_cert_with_key(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let key = given_key(args, 5)?;
    let issuer = issuer(args)?;
    certify(caller, wish(caller, args)?, Some(issuer), &key)
}

/// What a certificate is asked to say.
struct Wish {
    common_name: Str,
    addresses: Vec<IpAddr>,
    names: Vec<Str>,
    days: i64,
    authority: bool,
}

/// The arguments of `genCA`.
fn authority(args: &Args<'_>) -> Wish {
    Wish {
        common_name: args.str(0),
        addresses: Vec::new(),
        names: Vec::new(),
        days: args.int(1),
        authority: true,
    }
}

/// The arguments of the others: common name, addresses, DNS names, days.
fn wish(caller: &dyn Caller, args: &Args<'_>) -> Result<Wish, Fault> {
    let strings = |list: List, what: &str| -> Result<Vec<Str>, Fault> {
        let string = |value: &Value| match value {
            Value::Str(text) => Ok(text.clone()),
            other => {
                let mut text = format!("error {what}: ").into_bytes();
                print_value(&mut text, other, caller.settings().version)?;
                Err(Fault::text(format!("{} is not a string", String::from_utf8_lossy(&text))))
            }
        };
        list.iter().map(string).collect()
    };
    // One after the other, as the first bad one is reported.
    let mut addresses = Vec::new();
    for value in args.list(1).iter() {
        for text in strings(List::from(vec![value.clone()]), "parsing ip")? {
            let address = text.as_utf8().and_then(|text| text.parse().ok());
            addresses.push(address.ok_or_else(|| Fault::text(format!("error parsing ip: {text}")))?);
        }
    }
    let names = strings(args.list(2), "processing alternate dns name")?;
    Ok(Wish { common_name: args.str(0), addresses, names, days: args.int(3), authority: false })
}

/// The authority's certificate, decoded, and its key.
fn issuer(args: &Args<'_>) -> Result<(Vec<u8>, PrivateKey), Fault> {
    let authority = args.object::<Certificate>(4);
    let text = authority.map_or(&[][..], |authority| authority.cert.as_bytes());
    let block = pem::decode(text).ok_or_else(|| Fault::text("unable to decode certificate"))?;
    parse::parse(&block.bytes)
        .map_err(|e| e.wrapped("error parsing certificate: decodedSignerCert.Bytes: "))?;
    let text = authority.map_or(&[][..], |authority| authority.key.as_bytes());
    let key = PrivateKey::from_pem(text).map_err(|e| e.wrapped("error parsing private key: "))?;
    Ok((block.bytes, key))
}

fn new_key(caller: &dyn Caller) -> Result<PrivateKey, Fault> {
    let key = rsa::RsaKey::generate(CERTIFICATE_BITS, Entropy::of(caller));
    key.map(PrivateKey::Rsa).ok_or_else(|| Fault::text("error generating rsa key: no primes found"))
}

fn given_key(args: &Args<'_>, index: usize) -> Result<PrivateKey, Fault> {
    PrivateKey::from_pem(args.bytes(index)).map_err(|e| e.wrapped("parsing private key: "))
}

/// The certificate of `key`, signed by the issuer or by itself.
fn certify(
    caller: &dyn Caller,
    wish: Wish,
    issuer: Option<(Vec<u8>, PrivateKey)>,
    key: &PrivateKey,
) -> Result<Value, Fault> {
    const DAY: i64 = 86_400_000_000_000;
    let now = caller.host().now();
    let now = Time::from_unix(now.seconds, now.nanos, Zone::Utc);
    let template = Template {
        common_name: wish.common_name,
        addresses: wish.addresses,
        names: wish.names,
        // Go's duration counts nanoseconds and wraps around after 292 years.
        not_after: now.add(Duration(wish.days.wrapping_mul(DAY))),
        not_before: now,
        authority: wish.authority,
    };
    let (entropy, version) = (Entropy::of(caller), caller.settings().version);
    let made = match &issuer {
        Some((cert, issuer_key)) => parse::parse(cert)
            .and_then(|parent| create(&template, Some(&parent), key, issuer_key, entropy, version)),
        None => create(&template, None, key, key, entropy, version),
    };
    let der = made.map_err(|e| e.wrapped("error creating certificate: "))?;
    Ok(Certificate { cert: pem::encode(CERTIFICATE, &der).into(), key: key.to_pem().into() }.into())
}
