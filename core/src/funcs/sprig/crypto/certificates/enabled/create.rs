//! Making certificates (crypto/x509/x509.go `CreateCertificate`, as sprig/crypto.go calls it).

use super::super::super::entropy::Entropy;
use super::der::{bit_string, element, integer, object, octet_string, sequence, tag};
use super::key::PrivateKey;
use super::natural::Natural;
use super::parse::Certificate;
use crate::dialect::HelmVersion;
use crate::go::quote::quote;
use crate::go::time::Time;
use crate::value::{Fault, Str};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;

/// What a certificate is to say.
pub struct Template {
    /// The subject's common name; an empty one leaves the subject empty.
    pub common_name: Str,
    /// Addresses it is valid for.
    pub addresses: Vec<IpAddr>,
    /// Names it is valid for.
    pub names: Vec<Str>,
    /// When its validity begins, in UTC.
    pub not_before: Time,
    /// When its validity ends, in UTC.
    pub not_after: Time,
    /// Whether others may be signed with it.
    pub authority: bool,
}

/// The last arc of an extension's object identifier below 2.5.29.
mod extension {
    pub const SUBJECT_KEY_ID: u8 = 14;
    pub const KEY_USAGE: u8 = 15;
    pub const SUBJECT_ALT_NAME: u8 = 17;
    pub const BASIC_CONSTRAINTS: u8 = 19;
    pub const AUTHORITY_KEY_ID: u8 = 35;
    pub const EXT_KEY_USAGE: u8 = 37;
}

fn extension(arc: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[tag::BOOLEAN, 1, 0xff] } else { &[] };
    sequence(&[&object(&[0x55, 0x1d, arc]), critical, &octet_string(value)])
}

/// The encoded certificate of `subject`'s public key, signed by `issuer`; without a parent, signed by itself.
pub fn create(
    template: &Template,
    parent: Option<&Certificate<'_>>,
    subject: &PrivateKey,
    issuer: &PrivateKey,
    entropy: Entropy<'_>,
    version: HelmVersion,
) -> Result<Vec<u8>, Fault> {
    let algorithm = sequence(&[&issuer.signature_algorithm()?]);
    let public = subject.public()?;
    let name = name(&template.common_name)?;
    let issuer_name = parent.map_or(name.as_slice(), |parent| parent.subject);
    let matches = |key: &super::key::PublicKey| issuer.public().is_ok_and(|public| public == *key);
    if parent.and_then(|parent| parent.public_key.as_ref()).is_some_and(|key| !matches(key)) {
        return Err(Fault::text("x509: provided PrivateKey doesn't match parent's PublicKey"));
    }

    let subject_key_id = template.authority.then(|| key_id(&public.bits, version));
    let authority_key_id = parent.map(|parent| parent.key_id).filter(|_| issuer_name != name);
    let extensions = extensions(template, subject_key_id, authority_key_id.unwrap_or(&[]))?;
    let validity = sequence(&[&moment(&template.not_before)?, &moment(&template.not_after)?]);
    let message = sequence(&[
        &element(tag::constructed(0), &[&integer(&Natural::from(2))]),
        &integer(&Natural::from_be(&entropy.bytes::<16>())),
        &algorithm,
        issuer_name,
        &validity,
        &name,
        &public.encode(),
        &element(tag::constructed(3), &[&sequence(&[&extensions])]),
    ]);
    let signature = issuer.sign(&message, entropy, version)?;
    Ok(sequence(&[&message, &algorithm, &bit_string(&signature)]))
}

/// A name that is nothing but a common name. The string's type is the narrowest, as encoding/asn1 chooses it.
fn name(common_name: &Str) -> Result<Vec<u8>, Fault> {
    /// 2.5.4.3
    const COMMON_NAME: &[u8] = &[0x55, 4, 3];
    if common_name.is_empty() {
        return Ok(sequence(&[]));
    }
    let printable = |byte: &u8| byte.is_ascii_alphanumeric() || b"'()+,-./ :=?".contains(byte);
    let kind = if common_name.iter().all(printable) {
        tag::PRINTABLE_STRING
    } else if common_name.as_utf8().is_some() {
        tag::UTF8_STRING
    } else {
        return Err(Fault::text("asn1: string not valid UTF-8"));
    };
    let attribute = sequence(&[&object(COMMON_NAME), &element(kind, &[common_name])]);
    Ok(sequence(&[&element(tag::SET, &[&attribute])]))
}

/// The key's identifier: since Go 1.25 from SHA-256 (RFC 7093), before from SHA-1 (RFC 5280).
fn key_id(public: &[u8], version: HelmVersion) -> Vec<u8> {
    if version.key_ids_by_sha256() {
        Sha256::digest(public).iter().take(20).copied().collect()
    } else {
        Sha1::digest(public).to_vec()
    }
}

/// A time in the form that RFC 5280 asks for: with two digits of the year until 2049.
fn moment(time: &Time) -> Result<Vec<u8>, Fault> {
    let text = time.format(b"20060102150405Z");
    if text.len() != 15 || text.first() == Some(&b'-') {
        return Err(Fault::text("asn1: structure error: cannot represent time as GeneralizedTime"));
    }
    Ok(match text.as_slice() {
        [b'1', b'9', b'5'..=b'9', ..] | [b'2', b'0', b'0'..=b'4', ..] => {
            element(tag::UTC_TIME, &[text.get(2..).unwrap_or_default()])
        }
        text => element(tag::GENERALIZED_TIME, &[text]),
    })
}

/// All extensions, in the order of Go's `buildCertExtensions`.
fn extensions(
    template: &Template,
    key_id: Option<Vec<u8>>,
    authority_key_id: &[u8],
) -> Result<Vec<u8>, Fault> {
    /// serverAuth and clientAuth, 1.3.6.1.5.5.7.3.1 and 2.
    const PURPOSES: [&[u8]; 2] = [b"\x2b\x06\x01\x05\x05\x07\x03\x01", b"\x2b\x06\x01\x05\x05\x07\x03\x02"];
    // Bits digitalSignature (the first), keyEncipherment (the third), keyCertSign (the sixth), and how many do not count.
    let usage: [u8; 2] = if template.authority { [2, 0b1010_0100] } else { [5, 0b1010_0000] };
    let constraints: &[u8] = if template.authority { &[tag::BOOLEAN, 1, 0xff] } else { &[] };

    let mut all = extension(extension::KEY_USAGE, true, &element(tag::BIT_STRING, &[&usage]));
    all.extend(extension(extension::EXT_KEY_USAGE, false, &sequence(&[&PURPOSES.map(object).concat()])));
    all.extend(extension(extension::BASIC_CONSTRAINTS, true, &sequence(&[constraints])));
    if let Some(id) = key_id {
        all.extend(extension(extension::SUBJECT_KEY_ID, false, &octet_string(&id)));
    }
    if !authority_key_id.is_empty() {
        let id = sequence(&[&element(tag::context(0), &[authority_key_id])]);
        all.extend(extension(extension::AUTHORITY_KEY_ID, false, &id));
    }
    if !(template.names.is_empty() && template.addresses.is_empty()) {
        let names = sequence(&[&alternative_names(template)?]);
        all.extend(extension(extension::SUBJECT_ALT_NAME, template.common_name.is_empty(), &names));
    }
    Ok(all)
}

fn alternative_names(template: &Template) -> Result<Vec<u8>, Fault> {
    let mut all = Vec::new();
    for name in &template.names {
        if !name.is_ascii() {
            return Err(Fault::text(format!("x509: {} cannot be encoded as an IA5String", quote(name))));
        }
        all.extend(element(tag::context(2), &[name]));
    }
    for address in &template.addresses {
        all.extend(match address.to_canonical() {
            IpAddr::V4(v4) => element(tag::context(7), &[&v4.octets()]),
            IpAddr::V6(v6) => element(tag::context(7), &[&v6.octets()]),
        });
    }
    Ok(all)
}
