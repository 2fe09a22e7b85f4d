//! Sprig: random strings, bytes and identifiers (sprig/strings.go, sprig/crypto.go; goutils/cryptorandomstringutils.go).
//!
//! What Go draws from `crypto/rand`, these draw from the host (R121).

use super::crypto::entropy::Entropy;
use crate::dialect::HelmVersion::V3_17;
use crate::go::base64;
use crate::value::{Args, Caller, Doc, Fault, Func, Ty, Value};

/// What `randAlphaNum` draws from; the letters alone are `randAlpha`'s, the digits `randNumeric`'s.
pub(super) const LETTERS_AND_DIGITS: &[u8; 62] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const LETTERS: &[u8] = LETTERS_AND_DIGITS.split_at(52).0;
const DIGITS: &[u8] = LETTERS_AND_DIGITS.split_at(52).1;

/// The printable characters of ASCII, space to tilde.
const PRINTABLE: &[u8; 95] = &{
    let mut all = [0; 95];
    let mut i = 0;
    while i < all.len() {
        all[i] = b' ' + i as u8;
        i += 1;
    }
    all
};

/// The error of a negative count is swallowed by Sprig: the text is empty.
fn text(caller: &dyn Caller, name: &str, count: i64, alphabet: &[u8]) -> Result<Value, Fault> {
    let count = usize::try_from(count.max(0)).unwrap_or(usize::MAX);
    caller.check_bytes(name, count)?;
    Ok(Value::str(Entropy::of(caller).text(count, alphabet)))
}

fn rand_alpha_num(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(caller, "randAlphaNum", args.int(0), LETTERS_AND_DIGITS)
}

fn rand_alpha(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(caller, "randAlpha", args.int(0), LETTERS)
}

fn rand_numeric(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(caller, "randNumeric", args.int(0), DIGITS)
}

fn rand_ascii(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(caller, "randAscii", args.int(0), PRINTABLE)
}

/// Unlike the others, a negative count panics in Go, when the buffer is made.
fn rand_bytes(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    /// The largest slice Go can make: its address space has 48 bits.
    const ADDRESSABLE: i64 = 1 << 48;
    let count = args.int(0);
    if !(0..=ADDRESSABLE).contains(&count) {
        return Err(Fault::text("runtime error: makeslice: len out of range"));
    }
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    caller.check_bytes("randBytes", base64::encoded_len(count))?;
    Ok(Value::str(base64::encode(&Entropy::of(caller).vec(count))))
}

/// RFC 4122, version 4 (google/uuid).
fn uuid_v4(caller: &mut dyn Caller, _: &Args<'_>) -> Result<Value, Fault> {
    let mut number = u128::from_be_bytes(Entropy::of(caller).bytes());
    number = number & !(0xf << 76) | 0x4 << 76;
    number = number & !(0b11 << 62) | 0b10 << 62;
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    Ok(Value::from(format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )))
}

macro_rules! row {
    ($name:literal, $params:expr, $call:ident, $doc:literal) => {
        Func { name: $name, params: $params, variadic: false, since: V3_17, call: $call, doc: Doc::new($doc) }
    };
}

/// The functions of this family.
pub const FUNCS: &[Func] = &[
    row!("randAlphaNum", &[Ty::Int], rand_alpha_num, "A random text of this many letters and digits."),
    row!("randAlpha", &[Ty::Int], rand_alpha, "A random text of this many letters."),
    row!("randNumeric", &[Ty::Int], rand_numeric, "A random text of this many digits."),
    row!("randAscii", &[Ty::Int], rand_ascii, "A random text of this many printable ASCII characters."),
    row!("randBytes", &[Ty::Int], rand_bytes, "This many random bytes, in base64."),
    row!("uuidv4", &[], uuid_v4, "A random UUID (version 4)."),
];

#[cfg(test)]
mod tests {
    use super::super::crypto::bench::Bench;
    use super::*;

    #[test]
    fn lengths_and_alphabets() {
        let mut bench = Bench::sealed(1);
        type Allowed = fn(u8) -> bool;
        let cases: [(&str, Allowed); 4] = [
            ("randAlphaNum", |b| b.is_ascii_alphanumeric()),
            ("randAlpha", |b| b.is_ascii_alphabetic()),
            ("randNumeric", |b| b.is_ascii_digit()),
            ("randAscii", |b| matches!(b, b' '..=b'~')),
        ];
        for (name, allowed) in cases {
            for len in [0, 1, 17, 1000] {
                let text = bench.text(FUNCS, name, &[Value::Int(len)]);
                assert_eq!(text.len(), len as usize, "{name} {len}");
                assert!(text.bytes().all(allowed), "{name}: {text}");
            }
            assert_eq!(bench.text(FUNCS, name, &[Value::Int(-1)]), "", "{name}");
            let endless = bench.fault(FUNCS, name, &[Value::Int(i64::MAX)]);
            assert_eq!(endless.as_limit().map(|l| l.name), Some("output-bytes"), "{name}");
        }
    }

    #[test]
    fn bytes_are_base64() {
        let mut bench = Bench::sealed(1);
        for (count, len) in [(0, 0), (1, 4), (3, 4), (16, 24)] {
            assert_eq!(bench.text(FUNCS, "randBytes", &[Value::Int(count)]).len(), len);
        }
        for count in [-1, 1 << 62] {
            let fault = bench.fault(FUNCS, "randBytes", &[Value::Int(count)]);
            assert_eq!(fault.to_string(), "runtime error: makeslice: len out of range");
        }
        assert!(bench.fault(FUNCS, "randBytes", &[Value::Int(1 << 40)]).as_limit().is_some());
    }

    #[test]
    fn uuids_say_their_version() {
        let mut bench = Bench::sealed(1);
        let uuid = bench.text(FUNCS, "uuidv4", &[]);
        assert_eq!(uuid.len(), 36);
        assert!(uuid.char_indices().all(|(i, c)| match i {
            8 | 13 | 18 | 23 => c == '-',
            14 => c == '4',
            19 => matches!(c, '8' | '9' | 'a' | 'b'),
            _ => c.is_ascii_hexdigit() && !c.is_ascii_uppercase(),
        }));
        assert_ne!(uuid, bench.text(FUNCS, "uuidv4", &[]));
    }

    // The point of a sealed host: these bytes are the same everywhere and for ever.
    #[test]
    fn a_sealed_host_repeats_itself() {
        let mut bench = Bench::sealed(7);
        assert_eq!(bench.text(FUNCS, "uuidv4", &[]), "d70d3259-e4e1-4b63-9c66-3cf4d73c4c04");
        assert_eq!(bench.text(FUNCS, "randAlphaNum", &[Value::Int(24)]), "Cq1AECcsRpApyx6Zgheso7Z1");
        assert_eq!(bench.text(FUNCS, "randBytes", &[Value::Int(12)]), "9tDCM6HEy3f+vgI9");
    }
}
