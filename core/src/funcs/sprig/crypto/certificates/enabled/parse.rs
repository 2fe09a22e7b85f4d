//! Reading certificates: enough to sign in their name, and to refuse what Go refuses (crypto/x509/parser.go).

use super::der::{Reader, object_text, tag};
use super::ecdsa::{Curve, Group};
use super::key::{NULL, PublicKey, broken, oid};
use crate::go::quote::quote;
use crate::value::Fault;
use std::net::IpAddr;

/// What signing needs to know of the certificate above.
pub struct Certificate<'a> {
    /// The encoded name of its subject.
    pub subject: &'a [u8],
    /// The identifier of its key; may be empty.
    pub key_id: &'a [u8],
    /// Its key, if it is of a type Go knows.
    pub public_key: Option<PublicKey>,
}

fn malformed(what: &str) -> Fault {
    Fault::text(format!("x509: malformed {what}"))
}

fn invalid(what: &str) -> Fault {
    Fault::text(format!("x509: invalid {what}"))
}

/// The certificate of exactly these bytes.
pub fn parse(der: &[u8]) -> Result<Certificate<'_>, Fault> {
    let mut message = Reader(der);
    let mut outer = message.enter(tag::SEQUENCE).ok_or_else(|| malformed("certificate"))?;
    let mut body = outer.enter(tag::SEQUENCE).ok_or_else(|| malformed("tbs certificate"))?;
    let version = version(&mut body)?;
    let serial = body.integer(tag::INTEGER).ok_or_else(|| malformed("serial number"))?;
    if serial.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(Fault::text("x509: negative serial number"));
    }
    let inner_algorithm =
        body.read(tag::SEQUENCE).ok_or_else(|| malformed("signature algorithm identifier"))?;
    let outer_algorithm = outer.read(tag::SEQUENCE).ok_or_else(|| malformed("algorithm identifier"))?;
    if inner_algorithm != outer_algorithm {
        return Err(Fault::text("x509: inner and outer signature algorithm identifiers don't match"));
    }
    algorithm(Reader(inner_algorithm))?;
    name(body.whole(tag::SEQUENCE).ok_or_else(|| malformed("issuer"))?)?;
    let mut validity = body.enter(tag::SEQUENCE).ok_or_else(|| malformed("validity"))?;
    time(&mut validity)?;
    time(&mut validity)?;
    // Go says issuer here, too.
    let subject = body.whole(tag::SEQUENCE).ok_or_else(|| malformed("issuer"))?;
    name(subject)?;
    let public_key = public_key(body.enter(tag::SEQUENCE).ok_or_else(|| malformed("spki"))?)?;

    let mut certificate = Certificate { subject, key_id: &[], public_key };
    if version > 1 {
        body.optional(tag::context(1)).ok_or_else(|| malformed("issuerUniqueID"))?;
        body.optional(tag::context(2)).ok_or_else(|| malformed("subjectUniqueID"))?;
    }
    if version == 3 {
        let extensions = body.optional(tag::constructed(3)).ok_or_else(|| malformed("extensions"))?;
        if let Some(extensions) = extensions {
            certificate.key_id = all_extensions(Reader(extensions))?;
        }
    }
    outer.bits().ok_or_else(|| malformed("signature"))?;
    if message.is_empty() { Ok(certificate) } else { Err(Fault::text("x509: trailing data")) }
}

/// One, two or three.
fn version(body: &mut Reader<'_>) -> Result<i64, Fault> {
    let Some(explicit) = body.optional(tag::constructed(0)).ok_or_else(|| malformed("version"))? else {
        return Ok(1);
    };
    let mut explicit = Reader(explicit);
    match explicit.small(tag::INTEGER).filter(|&version| version >= 0 && explicit.is_empty()) {
        Some(version @ 0..=2) => Ok(version + 1),
        Some(_) => Err(invalid("version")),
        None => Err(malformed("version")),
    }
}

/// An algorithm's identifier and the bytes of its parameters.
fn algorithm(mut reader: Reader<'_>) -> Result<(&[u8], &[u8]), Fault> {
    let id = reader.object().ok_or_else(|| malformed("OID"))?;
    let parameters = reader.0;
    if parameters.is_empty() {
        return Ok((id, parameters));
    }
    reader.any().ok_or_else(|| malformed("parameters"))?;
    Ok((id, parameters.get(..parameters.len() - reader.0.len()).unwrap_or(&[])))
}

/// Checks a name's form and its strings.
fn name(encoded: &[u8]) -> Result<(), Fault> {
    let sequence = || invalid("RDNSequence");
    let mut names = Reader(encoded).enter(tag::SEQUENCE).ok_or_else(sequence)?;
    while !names.is_empty() {
        let mut set = names.enter(tag::SET).ok_or_else(sequence)?;
        while !set.is_empty() {
            let part = |what: &str| invalid(&format!("RDNSequence: invalid attribute{what}"));
            let mut attribute = set.enter(tag::SEQUENCE).ok_or_else(|| part(""))?;
            attribute.object().ok_or_else(|| part(" type"))?;
            let (kind, value) = attribute.any().ok_or_else(|| part(" value"))?;
            text(kind, value).map_err(|why| part(&format!(" value: {why}")))?;
        }
    }
    Ok(())
}

/// Whether a string keeps the rules of its type.
fn text(kind: u8, value: &[u8]) -> Result<(), String> {
    let (name, proper) = match kind {
        tag::T61_STRING => ("T61String", true),
        tag::PRINTABLE_STRING => {
            // The last two are against the rules but common.
            let printable = |byte: &u8| byte.is_ascii_alphanumeric() || b"'()+,-./ :=?*&".contains(byte);
            ("PrintableString", value.iter().all(printable))
        }
        tag::UTF8_STRING => ("UTF-8 string", std::str::from_utf8(value).is_ok()),
        tag::BMP_STRING => ("BMPString", is_basic_plane(value)),
        tag::IA5_STRING => ("IA5String", value.is_ascii()),
        tag::NUMERIC_STRING => {
            ("NumericString", value.iter().all(|&byte| byte.is_ascii_digit() || byte == b' '))
        }
        other => return Err(format!("unsupported string type: {other}")),
    };
    if proper { Ok(()) } else { Err(format!("invalid {name}")) }
}

/// UTF-16 without surrogates and non-characters; a terminating zero is allowed.
fn is_basic_plane(value: &[u8]) -> bool {
    let value = value.strip_suffix(&[0, 0]).unwrap_or(value);
    let (units, odd) = value.as_chunks::<2>();
    let is_character = |unit| !matches!(unit, 0xd800..=0xdfff | 0xfdd0..=0xfdef | 0xfffe | 0xffff);
    odd.is_empty() && units.iter().all(|&unit| is_character(u16::from_be_bytes(unit)))
}

/// One of the two forms of time.
fn time(reader: &mut Reader<'_>) -> Result<(), Fault> {
    if reader.at(tag::UTC_TIME) {
        let time = reader.read(tag::UTC_TIME).filter(|time| is_time(time, 2));
        time.map(drop).ok_or_else(|| malformed("UTCTime"))
    } else if reader.at(tag::GENERALIZED_TIME) {
        let time = reader.read(tag::GENERALIZED_TIME).filter(|time| is_time(time, 4));
        time.map(drop).ok_or_else(|| malformed("GeneralizedTime"))
    } else {
        Err(Fault::text("x509: unsupported time format"))
    }
}

/// Digits of a real date and time and a zone: `Z`, or an offset that is not zero. Two digits of a year allow for
/// seconds to be left out.
fn is_time(text: &[u8], year_digits: usize) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, zone) = text.split_at(digits);
    let number = |digits: &[u8]| digits.iter().fold(0, |n, digit| 10 * n + i64::from(digit - b'0'));
    let (year, rest) = digits.split_at(year_digits.min(digits.len()));
    let (parts, odd) = rest.as_chunks::<2>();
    let mut parts: Vec<i64> = parts.iter().map(|part| number(part)).collect();
    if parts.len() == 4 && year_digits == 2 {
        parts.push(0);
    }
    let (&[month, day, hour, minute, second], true) = (parts.as_slice(), odd.is_empty()) else {
        return false;
    };
    // Two digits mean the years from 1969 to 2068 to Go, so that 00 is 2000, a leap year like all others divisible by 4.
    let year = number(year);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    let in_zone = match zone {
        b"Z" => true,
        [b'+' | b'-', offset @ ..] if offset.len() == 4 && offset.iter().all(u8::is_ascii_digit) => {
            let (hours, minutes) = (number(offset) / 100, number(offset) % 100);
            hours <= 24 && minutes < 60 && number(offset) != 0
        }
        _ => false,
    };
    (1..=days).contains(&day) && hour < 24 && minute < 60 && second < 60 && in_zone
}

/// The key of a `SubjectPublicKeyInfo`'s content; none if Go does not know its type.
fn public_key(mut info: Reader<'_>) -> Result<Option<PublicKey>, Fault> {
    let identifier = info.read(tag::SEQUENCE).ok_or_else(|| malformed("public key algorithm identifier"))?;
    let (id, parameters) = algorithm(Reader(identifier))?;
    let (unused, bits) = info.bits().ok_or_else(|| malformed("subjectPublicKey"))?;
    let bits = &right_align(unused, bits);
    match id {
        oid::RSA => rsa(parameters, bits)?,
        oid::ECDSA => {
            let named = Reader(parameters).object().ok_or_else(|| invalid("ECDSA parameters"))?;
            let curve = Curve::ALL.into_iter().find(|curve| curve.object() == named);
            let curve = curve.ok_or_else(|| Fault::text("x509: unsupported elliptic curve"))?;
            Group::new(curve).ok_or_else(broken)?.check(bits).map_err(Fault::text)?;
        }
        oid::ED25519 => {
            if !parameters.is_empty() {
                return Err(Fault::text("x509: Ed25519 key encoded with illegal parameters"));
            }
            if bits.len() != 32 {
                return Err(Fault::text("x509: wrong Ed25519 public key size"));
            }
        }
        oid::DSA => dsa(parameters, bits)?,
        _ => return Ok(None),
    }
    Ok(Some(PublicKey { algorithm: identifier.to_vec(), bits: bits.to_vec() }))
}

/// Moves bits so that the last one ends the last byte.
fn right_align(unused: u8, bits: &[u8]) -> Vec<u8> {
    let before = std::iter::once(&0).chain(bits);
    before.zip(bits).map(|(&high, &low)| (u16::from_be_bytes([high, low]) >> unused) as u8).collect()
}

/// Whether an integer is greater than zero.
fn is_positive(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| first & 0x80 == 0) && bytes.iter().any(|&byte| byte != 0)
}

fn rsa(parameters: &[u8], bits: &[u8]) -> Result<(), Fault> {
    if parameters != NULL {
        return Err(Fault::text("x509: RSA key missing NULL parameters"));
    }
    let mut key = Reader(bits).enter(tag::SEQUENCE).ok_or_else(|| invalid("RSA public key"))?;
    let modulus = key.integer(tag::INTEGER).ok_or_else(|| invalid("RSA modulus"))?;
    let exponent = key.small(tag::INTEGER).ok_or_else(|| invalid("RSA public exponent"))?;
    if !is_positive(modulus) {
        return Err(Fault::text("x509: RSA modulus is not a positive number"));
    }
    if exponent <= 0 {
        return Err(Fault::text("x509: RSA public exponent is not a positive number"));
    }
    Ok(())
}

fn dsa(parameters: &[u8], bits: &[u8]) -> Result<(), Fault> {
    let y = Reader(bits).integer(tag::INTEGER).ok_or_else(|| invalid("DSA public key"))?;
    let bad = || invalid("DSA parameters");
    let mut parameters = Reader(parameters).enter(tag::SEQUENCE).ok_or_else(bad)?;
    let mut positive = is_positive(y);
    for _ in ["p", "q", "g"] {
        positive &= is_positive(parameters.integer(tag::INTEGER).ok_or_else(bad)?);
    }
    if positive { Ok(()) } else { Err(Fault::text("x509: zero or negative DSA parameter")) }
}

/// Checks all extensions and gives the subject's key identifier, empty if there is none.
fn all_extensions(mut reader: Reader<'_>) -> Result<&[u8], Fault> {
    let mut list = reader.enter(tag::SEQUENCE).ok_or_else(|| malformed("extensions"))?;
    let mut seen = Vec::new();
    let mut extensions = Vec::new();
    while !list.is_empty() {
        let mut extension = list.enter(tag::SEQUENCE).ok_or_else(|| malformed("extension"))?;
        let id = extension.object().ok_or_else(|| malformed("extension OID field"))?;
        let critical = if extension.at(tag::BOOLEAN) { extension.boolean() } else { Some(false) };
        let critical = critical.ok_or_else(|| malformed("extension critical field"))?;
        let value = extension.read(tag::OCTET_STRING).ok_or_else(|| malformed("extension value field"))?;
        seen.push(id);
        extensions.push((id, critical, value));
    }
    seen.sort_unstable();
    if let Some([twice, _]) = seen.windows(2).find(|pair| pair.first() == pair.last()) {
        let id = object_text(twice).unwrap_or_default();
        return Err(Fault::text(format!("x509: certificate contains duplicate extension with OID \"{id}\"")));
    }
    let mut key_id: &[u8] = &[];
    for (id, critical, value) in extensions {
        match id {
            [0x55, 0x1d, 14] => {
                if critical {
                    return Err(Fault::text("x509: subject key identifier incorrectly marked critical"));
                }
                key_id =
                    Reader(value).read(tag::OCTET_STRING).ok_or_else(|| invalid("subject key identifier"))?;
            }
            [0x55, 0x1d, arc] => extension(*arc, critical, Reader(value))?,
            b"\x2b\x06\x01\x05\x05\x07\x01\x01" => access_information(critical, Reader(value))?,
            _ => {}
        }
    }
    Ok(key_id)
}

/// Checks an extension of the standard by the last number of its identifier.
fn extension(arc: u8, critical: bool, mut value: Reader<'_>) -> Result<(), Fault> {
    match arc {
        15 => value.bits().map(drop).ok_or_else(|| invalid("key usage")),
        17 => alternative_names(value),
        19 => basic_constraints(value).ok_or_else(|| invalid("basic constraints")),
        30 => name_constraints(value),
        31 => distribution_points(value),
        32 => policies(value).ok_or_else(|| invalid("certificate policies")),
        33 => policy_mappings(value).ok_or_else(|| invalid("policy mappings extension")),
        35 if critical => Err(Fault::text("x509: authority key identifier incorrectly marked critical")),
        35 => authority_key_id(value).ok_or_else(|| invalid("authority key identifier")),
        36 => policy_constraints(value).ok_or_else(|| invalid("policy constraints extension")),
        37 => purposes(value).ok_or_else(|| invalid("extended key usages")),
        54 => value.small(tag::INTEGER).map(drop).ok_or_else(|| invalid("inhibit any policy extension")),
        _ => Ok(()),
    }
}

fn alternative_names(mut value: Reader<'_>) -> Result<(), Fault> {
    let names = value.enter(tag::SEQUENCE).ok_or_else(|| invalid("subject alternative names"));
    let mut names = names?;
    while !names.is_empty() {
        let (kind, name) = names.any().ok_or_else(|| invalid("subject alternative name"))?;
        let form = match kind ^ 0x80 {
            1 => "rfc822Name",
            2 => "dNSName",
            6 => "uniformResourceIdentifier",
            7 if name.len() == 4 || name.len() == 16 => continue,
            7 => return Err(Fault::text(format!("x509: cannot parse IP address of length {}", name.len()))),
            _ => continue,
        };
        if !name.is_ascii() {
            return Err(Fault::text(format!("x509: SAN {form} is malformed")));
        }
    }
    Ok(())
}

fn basic_constraints(mut value: Reader<'_>) -> Option<()> {
    let mut fields = value.enter(tag::SEQUENCE)?;
    if fields.at(tag::BOOLEAN) {
        fields.boolean()?;
    }
    if fields.at(tag::INTEGER) {
        fields.small(tag::INTEGER).filter(|&length| length >= 0)?;
    }
    Some(())
}

fn name_constraints(mut value: Reader<'_>) -> Result<(), Fault> {
    let bad = || invalid("NameConstraints extension");
    let mut fields = value.enter(tag::SEQUENCE).filter(|_| value.is_empty()).ok_or_else(bad)?;
    let permitted = fields.optional(tag::constructed(0)).ok_or_else(bad)?.unwrap_or(&[]);
    let excluded = fields.optional(tag::constructed(1)).ok_or_else(bad)?.unwrap_or(&[]);
    if !fields.is_empty() {
        return Err(bad());
    }
    if permitted.is_empty() && excluded.is_empty() {
        return Err(Fault::text("x509: empty name constraints extension"));
    }
    for names in [permitted, excluded] {
        let mut names = Reader(names);
        while !names.is_empty() {
            let (kind, name) = names.enter(tag::SEQUENCE).and_then(|mut name| name.any()).ok_or_else(bad)?;
            name_constraint(kind ^ 0x80, name).map_err(|why| Fault::text(format!("x509: {why}")))?;
        }
    }
    Ok(())
}

/// One name that is permitted or excluded.
fn name_constraint(kind: u8, name: &[u8]) -> Result<(), String> {
    if kind == 7 {
        let mask = match name.len() {
            8 | 32 => name.get(name.len() / 2..).unwrap_or(&[]),
            len => return Err(format!("IP constraint contained value of length {len}")),
        };
        // Ones, then zeros.
        let ones: u32 = mask.iter().map(|byte| byte.leading_ones()).sum();
        let all: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
        let rising = mask.windows(2).any(|pair| matches!(pair, [0..=0xfe, 1..=0xff]));
        if ones != all || rising {
            let digits: String = mask.iter().map(|byte| format!("{byte:02x}")).collect();
            return Err(format!("IP constraint contained invalid mask {digits}"));
        }
        return Ok(());
    }
    let form = match kind {
        1 => "rfc822Name",
        2 => "dnsName",
        6 => "URI",
        _ => return Ok(()),
    };
    if !name.is_ascii() {
        return Err(format!(
            "invalid constraint value: x509: {} cannot be encoded as an IA5String",
            quote(name)
        ));
    }
    let text = String::from_utf8_lossy(name);
    if kind == 6 && text.parse::<IpAddr>().is_ok() {
        return Err(format!("failed to parse URI constraint {}: cannot be IP address", quote(name)));
    }
    // The grammar of mailboxes is not looked into.
    let mailbox = kind == 1 && text.contains('@');
    if mailbox || is_domain(name) {
        Ok(())
    } else {
        Err(format!("failed to parse {form} constraint {}", quote(name)))
    }
}

/// `domainNameValid`: labels between dots, none of them empty but, in a constraint, the first.
fn is_domain(name: &[u8]) -> bool {
    let labels = name.strip_prefix(b".").unwrap_or(name);
    name.is_empty()
        || labels
            .split(|&byte| byte == b'.')
            .all(|label| !label.is_empty() && label.iter().all(u8::is_ascii_graphic))
}

fn distribution_points(mut value: Reader<'_>) -> Result<(), Fault> {
    let mut points = value.enter(tag::SEQUENCE).ok_or_else(|| invalid("CRL distribution points"))?;
    let bad = || invalid("CRL distribution point");
    while !points.is_empty() {
        let mut point = points.enter(tag::SEQUENCE).ok_or_else(bad)?;
        if let Some(name) = point.optional(tag::constructed(0)).ok_or_else(bad)? {
            let mut names = Reader(name).enter(tag::constructed(0)).ok_or_else(bad)?;
            while names.at(tag::context(6)) {
                names.read(tag::context(6)).ok_or_else(bad)?;
            }
        }
    }
    Ok(())
}

fn policies(mut value: Reader<'_>) -> Option<()> {
    let mut policies = value.enter(tag::SEQUENCE)?;
    let mut seen = Vec::new();
    while !policies.is_empty() {
        seen.push(policies.enter(tag::SEQUENCE)?.read(tag::OBJECT_IDENTIFIER).filter(|id| !id.is_empty())?);
    }
    seen.sort_unstable();
    seen.windows(2).all(|pair| pair.first() != pair.last()).then_some(())
}

fn policy_mappings(mut value: Reader<'_>) -> Option<()> {
    let mut mappings = value.enter(tag::SEQUENCE)?;
    while !mappings.is_empty() {
        let mut pair = mappings.enter(tag::SEQUENCE)?;
        pair.read(tag::OBJECT_IDENTIFIER)?;
        pair.read(tag::OBJECT_IDENTIFIER)?;
    }
    Some(())
}

fn authority_key_id(mut value: Reader<'_>) -> Option<()> {
    value.enter(tag::SEQUENCE)?.optional(tag::context(0)).map(drop)
}

fn policy_constraints(mut value: Reader<'_>) -> Option<()> {
    let mut fields = value.enter(tag::SEQUENCE)?;
    for number in [tag::context(0), tag::context(1)] {
        if fields.at(number) {
            fields.small(number)?;
        }
    }
    Some(())
}

fn purposes(mut value: Reader<'_>) -> Option<()> {
    let mut purposes = value.enter(tag::SEQUENCE)?;
    while !purposes.is_empty() {
        purposes.object()?;
    }
    Some(())
}

fn access_information(critical: bool, mut value: Reader<'_>) -> Result<(), Fault> {
    if critical {
        return Err(Fault::text("x509: authority info access incorrectly marked critical"));
    }
    let bad = || invalid("authority info access");
    let mut descriptions = value.enter(tag::SEQUENCE).ok_or_else(bad)?;
    while !descriptions.is_empty() {
        let mut description = descriptions.enter(tag::SEQUENCE).ok_or_else(bad)?;
        description.object().ok_or_else(bad)?;
        description.optional(tag::context(6)).ok_or_else(bad)?;
    }
    Ok(())
}
