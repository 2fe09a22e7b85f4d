//! Keys and certificates, made here from the numbers up.
//!
//! Everything below is written for this one purpose, on one small arithmetic: general libraries for RSA, four curves
//! and X.509 weigh more than the rest of the renderer.

mod asn1;
mod create;
mod der;
mod dsa;
mod ecdsa;
mod edwards;
mod issue;
mod key;
mod modulus;
mod natural;
mod parse;
mod pem;
mod prime;
mod rsa;

pub use issue::{
    build_custom_cert, gen_ca, gen_ca_with_key, gen_private_key, gen_self_signed_cert,
    gen_self_signed_cert_with_key, gen_signed_cert, gen_signed_cert_with_key,
};
