//! Sprig: passwords, ciphers, keys and certificates (sprig/crypto.go).
//!
//! Nothing here is hardened against an observer who measures time or reads memory: a renderer works for the person
//! who runs it. All chance comes from the host, so with a sealed host keys and certificates are reproducible, and for
//! that very reason not secret.

#[cfg(test)]
pub(super) mod bench;
mod certificate;
mod certificates;
mod cipher;
pub(super) mod entropy;
mod password;

pub use certificate::Certificate;

use crate::dialect::HelmVersion::V3_17;
use crate::value::{Doc, Func, Ty};

macro_rules! row {
    ($name:literal, $params:expr, $call:path, $doc:literal) => {
        Func { name: $name, params: $params, variadic: false, since: V3_17, call: $call, doc: Doc::new($doc) }
    };
}

/// The functions of this family.
pub const FUNCS: &[Func] = &[
    row!("bcrypt", &[Ty::Str], password::bcrypt, "The bcrypt hash of a password."),
    row!(
        "htpasswd",
        &[Ty::Str, Ty::Str],
        password::htpasswd,
        "A line of Apache's password file for this user and password."
    ),
    row!(
        "derivePassword",
        &[Ty::Uint32, Ty::Str, Ty::Str, Ty::Str, Ty::Str],
        password::derive_password,
        "The Master Password of counter, type, password, user and site."
    ),
    row!(
        "encryptAES",
        &[Ty::Str, Ty::Str],
        cipher::encrypt_aes,
        "The text encrypted with AES-256-CBC under this password, in base64."
    ),
    row!(
        "decryptAES",
        &[Ty::Str, Ty::Str],
        cipher::decrypt_aes,
        "The text that encryptAES encrypted under this password."
    ),
    row!(
        "genPrivateKey",
        &[Ty::Str],
        certificates::gen_private_key,
        "A new private key of type rsa, dsa, ecdsa or ed25519, as PEM."
    ),
    row!(
        "buildCustomCert",
        &[Ty::Str, Ty::Str],
        certificates::build_custom_cert,
        "The certificate and key of these two base64 texts."
    ),
    row!(
        "genCA",
        &[Ty::Str, Ty::Int],
        certificates::gen_ca,
        "A new certificate authority of this name, valid for so many days."
    ),
    row!(
        "genCAWithKey",
        &[Ty::Str, Ty::Int, Ty::Str],
        certificates::gen_ca_with_key,
        "The same as genCA, with a given private key."
    ),
    row!(
        "genSelfSignedCert",
        &[Ty::Str, Ty::List, Ty::List, Ty::Int],
        certificates::gen_self_signed_cert,
        "A new certificate for this name, these addresses and DNS names, valid for so many days, signed by itself."
    ),
    row!(
        "genSelfSignedCertWithKey",
        &[Ty::Str, Ty::List, Ty::List, Ty::Int, Ty::Str],
        certificates::gen_self_signed_cert_with_key,
        "The same as genSelfSignedCert, with a given private key."
    ),
    row!(
        "genSignedCert",
        &[Ty::Str, Ty::List, Ty::List, Ty::Int, Ty::Object(certificate::TYPE)],
        certificates::gen_signed_cert,
        "A new certificate for this name, these addresses and DNS names, valid for so many days, signed by an authority."
    ),
    row!(
        "genSignedCertWithKey",
        &[Ty::Str, Ty::List, Ty::List, Ty::Int, Ty::Object(certificate::TYPE), Ty::Str],
        certificates::gen_signed_cert_with_key,
        "The same as genSignedCert, with a given private key."
    ),
];
