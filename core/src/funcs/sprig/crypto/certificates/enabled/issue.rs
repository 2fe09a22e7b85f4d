//! Sprig's functions that make keys and certificates (sprig/crypto.go).

use super::super::super::certificate::Certificate;
use super::super::super::entropy::Entropy;
use super::create::{Template, create};
use super::ecdsa::{Curve, Group};
use super::key::PrivateKey;
use super::{dsa, parse, pem, rsa};
use crate::go::base64;
use crate::go::print::print_value;
use crate::go::time::{Duration, Time, Zone};
use crate::value::{Args, Caller, Fault, List, Str, Value};
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

#[cfg(test)]
mod tests {
    use super::super::super::super::FUNCS;
    use super::super::super::super::bench::Bench;
    use super::super::der::{Reader, tag};
    use super::super::edwards;
    use super::super::natural::Natural;
    use super::*;
    use crate::dialect::HelmVersion;
    use sha2::{Digest as _, Sha256, Sha384, Sha512};

    fn pair(bench: &mut Bench, name: &str, args: &[Value]) -> Certificate {
        match bench.call(FUNCS, name, args) {
            Ok(Value::Object(object)) => {
                object.as_any().downcast_ref::<Certificate>().expect("a certificate").clone()
            }
            other => panic!("{name} answered {other:?}"),
        }
    }

    fn der(cert: &Certificate) -> Vec<u8> {
        let block = pem::decode(&cert.cert).expect("a block");
        assert_eq!(block.kind, b"CERTIFICATE");
        block.bytes
    }

    fn list<const N: usize>(items: [&str; N]) -> Value {
        Value::list(items.map(Value::from))
    }

    /// A key of each type that can sign.
    fn keys() -> Vec<PrivateKey> {
        let ec = Curve::ALL.map(|curve| PrivateKey::ec(curve, Natural::from_hex("123456789abcdef")).unwrap());
        let host = crate::host::SealedHost::new(21);
        let rsa = rsa::RsaKey::generate(1024, Entropy::new(&host)).unwrap();
        ec.into_iter().chain([PrivateKey::Rsa(rsa), PrivateKey::ed25519([9; 32]).unwrap()]).collect()
    }

    /// Whether `issuer` signed the certificate.
    fn signed_by(cert: &[u8], issuer: &PrivateKey) -> bool {
        let mut outer = Reader(cert).enter(tag::SEQUENCE).unwrap();
        let message = outer.whole(tag::SEQUENCE).unwrap();
        let algorithm = outer.read(tag::SEQUENCE).unwrap();
        let (_, signature) = outer.bits().unwrap();
        assert!(outer.is_empty());
        assert_eq!(algorithm, issuer.signature_algorithm().unwrap());
        match issuer {
            PrivateKey::Rsa(key) => {
                let digest = Sha256::digest(message).into();
                key.sign(&digest, HelmVersion::V4_3).is_ok_and(|expected| expected == signature)
            }
            PrivateKey::Ec { curve, public, .. } => {
                let digest = match curve {
                    Curve::P224 | Curve::P256 => Sha256::digest(message).to_vec(),
                    Curve::P384 => Sha384::digest(message).to_vec(),
                    Curve::P521 => Sha512::digest(message).to_vec(),
                };
                let mut numbers = Reader(signature).enter(tag::SEQUENCE).unwrap();
                let [r, s] = [(); 2].map(|()| Natural::from_be(numbers.integer(tag::INTEGER).unwrap()));
                Group::new(*curve).unwrap().verifies(public, &digest, &r, &s)
            }
            PrivateKey::Ed25519 { seed, public } => {
                edwards::Edwards::new().unwrap().sign(seed, public, message) == signature
            }
            PrivateKey::Dsa(_) | PrivateKey::X25519 => false,
        }
    }

    #[test]
    fn keys_of_every_type_sign() {
        let mut bench = Bench::sealed(22);
        for key in keys() {
            let ca =
                pair(&mut bench, "genCAWithKey", &["the ca".into(), Value::Int(10), key.to_pem().into()]);
            assert_eq!(ca.key, key.to_pem().as_str());
            assert!(signed_by(&der(&ca), &key));
            let parsed = der(&ca);
            let parsed = parse::parse(&parsed).unwrap();
            assert_eq!(parsed.public_key, key.public().ok());
            assert_eq!(parsed.key_id.len(), 20);

            let leaf_key = PrivateKey::ed25519([3; 32]).unwrap();
            let args = [
                "leaf".into(),
                list(["127.0.0.1", "::1"]),
                list(["example.com"]),
                Value::Int(1),
                ca.clone().into(),
                leaf_key.to_pem().into(),
            ];
            let leaf = der(&pair(&mut bench, "genSignedCertWithKey", &args));
            assert!(signed_by(&leaf, &key));
            let mut forged = leaf.clone();
            forged[30] ^= 1;
            assert!(!signed_by(&forged, &key));
            let contains = |part: &[u8]| leaf.windows(part.len()).any(|window| window == part);
            assert!(contains(parsed.subject), "issued by the authority");
            assert!(contains(&[&[0x80, 20], parsed.key_id].concat()), "with its key identifier");
            assert!(contains(b"\x82\x0bexample.com\x87\x04\x7f\x00\x00\x01\x87\x10"));
        }
    }

    #[test]
    fn new_authorities_certify() {
        let mut bench = Bench::sealed(2);
        let ca = pair(&mut bench, "genCA", &["ca".into(), Value::Int(1)]);
        let key = PrivateKey::from_pem(&ca.key).unwrap();
        assert!(matches!(&key, PrivateKey::Rsa(key) if key.n.bits() == 2048));
        let args =
            ["x".into(), Value::List(List::NIL), Value::List(List::NIL), Value::Int(1), ca.clone().into()];
        let leaf = pair(&mut bench, "genSignedCert", &args);
        assert!(signed_by(&der(&ca), &key) && signed_by(&der(&leaf), &key));
        // Taken apart and put together again.
        let coded = [&ca.cert, &ca.key].map(|text| Value::from(base64::encode(text)));
        assert_eq!(pair(&mut bench, "buildCustomCert", &coded), ca);
        // Another authority's key does not go with this certificate.
        let other = PrivateKey::ed25519([1; 32]).unwrap();
        let mixed = Certificate { cert: ca.cert, key: other.to_pem().into() };
        let args = ["x".into(), Value::List(List::NIL), Value::List(List::NIL), Value::Int(1), mixed.into()];
        assert_eq!(
            bench.fault(FUNCS, "genSignedCert", &args).to_string(),
            "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey"
        );
    }

    // The point of a sealed host: these bytes are the same everywhere and for ever.
    #[test]
    fn a_sealed_host_repeats_itself() {
        let mut bench = Bench::sealed(7);
        assert_eq!(
            bench.text(FUNCS, "genPrivateKey", &["ed25519".into()]),
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINcNMlnk4ctjHGY89Nc8TAQCKrG6gECY5sspPmdw6zqV\n-----END PRIVATE KEY-----\n"
        );
        assert_eq!(
            bench.text(FUNCS, "genPrivateKey", &["ecdsa".into()]),
            "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIHfmkj1GYehjL/y+7nwLofy3CbQpzwhhBGnWQUbaSNgToAoGCCqGSM49\nAwEHoUQDQgAEsQhDSNVrNwa22hbuZR1PRFFSufYBktokL6ZLiFR443nrwAWbqz5Y\n9sA4C59sAgq7gEE6e7UIZbOayhGVAOBvWQ==\n-----END EC PRIVATE KEY-----\n"
        );
        let key = PrivateKey::ed25519([7; 32]).unwrap().to_pem();
        let args = ["é".into(), list(["10.0.0.1"]), list(["a.b"]), Value::Int(30), key.into()];
        assert_eq!(
            pair(&mut bench, "genSelfSignedCertWithKey", &args).cert.to_string(),
            "-----BEGIN CERTIFICATE-----\nMIIBLDCB36ADAgECAhBpU3mIdqLDaev6tQWb54IaMAUGAytlcDANMQswCQYDVQQD\nDALDqTAeFw0yNjAxMDEwMDAwMDBaFw0yNjAxMzEwMDAwMDBaMA0xCzAJBgNVBAMM\nAsOpMCowBQYDK2VwAyEA6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iyj\nVTBTMA4GA1UdDwEB/wQEAwIFoDAdBgNVHSUEFjAUBggrBgEFBQcDAQYIKwYBBQUH\nAwIwDAYDVR0TAQH/BAIwADAUBgNVHREEDTALggNhLmKHBAoAAAEwBQYDK2VwA0EA\n7Pa0RuC2FNNi6Ijf8CLkHHhpFomDm+3eww3zjvJ1CQu/8Qnuu5wUEWP6p0C/dp9U\n6mHzLBiFKtj88edEj6P5Aw==\n-----END CERTIFICATE-----\n"
        );
        let ca = pair(&mut bench, "genCA", &["ca".into(), Value::Int(1)]);
        assert_eq!(
            base64::encode(&Sha256::digest(&*ca.cert)),
            "BtJw5l1XHs4Ll4t6HLXH+qvcDo3+mmooImy5KFe69KE="
        );
    }

    // Key identifiers and short keys as seen in certificates of the four Helms.
    #[test]
    fn versions_differ() {
        let host = crate::host::SealedHost::new(23);
        let short = PrivateKey::Rsa(rsa::RsaKey::generate(512, Entropy::new(&host)).unwrap());
        let key = PrivateKey::ed25519([5; 32]).unwrap();
        for version in HelmVersion::ALL {
            let mut bench = Bench::sealed(1);
            bench.settings.version = version;
            let ca =
                der(&pair(&mut bench, "genCAWithKey", &["x".into(), Value::Int(1), key.to_pem().into()]));
            let public = key.public().unwrap().bits;
            let id = match version {
                HelmVersion::V3_17 => sha1::Sha1::digest(&public).to_vec(),
                _ => Sha256::digest(&public)[..20].to_vec(),
            };
            assert_eq!(parse::parse(&ca).unwrap().key_id, id, "{version:?}");
            let answer =
                bench.call(FUNCS, "genCAWithKey", &["x".into(), Value::Int(1), short.to_pem().into()]);
            assert_eq!(answer.is_ok(), version == HelmVersion::V3_17, "{version:?}");
        }
    }

    #[test]
    fn validity_may_be_long_ago_or_far_ahead() {
        let mut bench = Bench::sealed(1);
        let key: Value = PrivateKey::ed25519([5; 32]).unwrap().to_pem().into();
        // The host believes in the first second of 2026. Three million days wrap around, as in Helm.
        for (days, end) in [
            (0, "\x17\x0d260101000000Z"),
            (-1, "\x17\x0d251231000000Z"),
            (365 * 24, "\x17\x0d491226000000Z"),
            (9000, "\x18\x0f20500823000000Z"),
            (-30000, "\x18\x0f19431113000000Z"),
            (3_000_000, "\x18\x0f20551219055608Z"),
        ] {
            let ca = der(&pair(&mut bench, "genCAWithKey", &["x".into(), Value::Int(days), key.clone()]));
            let validity = [b"\x17\x0d260101000000Z", end.as_bytes()].concat();
            assert!(ca.windows(validity.len()).any(|window| window == validity), "{days}");
        }
    }

    #[test]
    fn private_keys_of_every_type() {
        let mut bench = Bench::sealed(1);
        for (kind, head) in
            [("ecdsa", "-----BEGIN EC PRIVATE KEY-----\n"), ("ed25519", "-----BEGIN PRIVATE KEY-----\n")]
        {
            let text = bench.text(FUNCS, "genPrivateKey", &[kind.into()]);
            assert!(text.starts_with(head));
            assert_eq!(PrivateKey::from_pem(text.as_bytes()).unwrap().to_pem(), text);
        }
        assert_eq!(bench.text(FUNCS, "genPrivateKey", &["nope".into()]), "Unknown type nope");
    }

    // Answers of Helm 4.3.1.
    #[test]
    fn error_texts() {
        let mut bench = Bench::sealed(1);
        let nil = || Value::List(List::NIL);
        let map = crate::value::Map::from_iter([(Str::from("a"), Value::Int(1))]);
        let dsa =
            "-----BEGIN DSA PRIVATE KEY-----\nMBICAQACAQACAQACAQACAQACAQA=\n-----END DSA PRIVATE KEY-----\n";
        let pem =
            |kind: &str, coded: &str| format!("-----BEGIN {kind}-----\n{coded}\n-----END {kind}-----\n");
        let mismatch = |name: &str| {
            format!(
                "asn1: structure error: tags don't match (16 vs {{class:1 tag:8 length:101 isCompound:true}}) \
                 {{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> \
                 stringType:0 timeType:0 set:false omitEmpty:false}} {name} @2"
            )
        };
        let with_key = |key: String| ("genCAWithKey", vec!["x".into(), Value::Int(1), key.into()]);
        let cert =
            |ips: Value, names: Value| ("genSelfSignedCert", vec!["x".into(), ips, names, Value::Int(1)]);
        let ed = PrivateKey::ed25519([5; 32]).unwrap().to_pem();
        for ((name, args), expected) in [
            (cert(list(["a"]), nil()), "error parsing ip: a".to_owned()),
            (cert(Value::list([Value::Int(1)]), nil()), "error parsing ip: 1 is not a string".to_owned()),
            (cert(Value::list([Value::Nil]), nil()), "error parsing ip: <nil> is not a string".to_owned()),
            (cert(Value::list([map.into()]), nil()), "error parsing ip: map[a:1] is not a string".to_owned()),
            (cert(nil(), Value::list([Value::Int(1)])), "error processing alternate dns name: 1 is not a string".to_owned()),
            (("genSelfSignedCertWithKey", vec!["x".into(), nil(), list(["é"]), Value::Int(1), ed.as_str().into()]),
             "error creating certificate: x509: \"é\" cannot be encoded as an IA5String".to_owned()),
            (("genCAWithKey", vec![Value::str(&b"a\xffb"[..]), Value::Int(1), ed.as_str().into()]),
             "error creating certificate: asn1: string not valid UTF-8".to_owned()),
            (("buildCustomCert", vec!["x".into(), "y".into()]), "unable to decode base64 certificate".to_owned()),
            (("buildCustomCert", vec!["aGVsbG8=".into(), "y".into()]), "unable to decode base64 private key".to_owned()),
            (("buildCustomCert", vec!["aGVsbG8=".into(), "aGVsbG8=".into()]), "unable to decode certificate".to_owned()),
            (with_key("nokey".into()), "parsing private key: no PEM data in input".to_owned()),
            (with_key(pem("FOO", "aGVsbG8=")), "parsing private key: no private key data in PEM block of type FOO".to_owned()),
            (with_key(pem("FOO PRIVATE KEY", "aGVsbG8=")), "parsing private key: invalid private key type FOO PRIVATE KEY".to_owned()),
            (with_key(pem("PRIVATE KEY", "MAA=")), "parsing private key: decoding PEM as PKCS#8: asn1: syntax error: sequence truncated".to_owned()),
            (with_key(pem("PRIVATE KEY", "aGVsbG8=")), format!("parsing private key: decoding PEM as PKCS#8: {}", mismatch("pkcs8"))),
            (with_key(pem("RSA PRIVATE KEY", "aGVsbG8=")), format!("parsing private key: parsing RSA private key from PEM: {}", mismatch("pkcs1PrivateKey"))),
            (with_key(pem("EC PRIVATE KEY", "aGVsbG8=")), format!("parsing private key: parsing EC private key from PEM: x509: failed to parse EC private key: {}", mismatch("ecPrivateKey"))),
            (with_key(pem("DSA PRIVATE KEY", "aGVsbG8=")), format!("parsing private key: parsing DSA private key from PEM: {}", mismatch("DSAKeyFormat"))),
            (with_key(ed.replace("PRIVATE", "RSA PRIVATE")), "parsing private key: parsing RSA private key from PEM: x509: failed to parse private key (use ParsePKCS8PrivateKey instead for this key format)".to_owned()),
            (with_key(dsa.to_owned()), "error creating certificate: x509: certificate private key does not implement crypto.Signer".to_owned()),
        ] {
            assert_eq!(bench.fault(FUNCS, name, &args).to_string(), expected);
        }
    }
}
