//! Base 64 and base 32 with Go's standard alphabets (sprig/strings.go; encoding/base64, encoding/base32).
//!
//! Decoding ignores line breaks. Its failure is not an error but the result: Go's error text.

use crate::go::base64;
use crate::value::{Args, Caller, Fault, Value};

table! {
    "b64enc"(Str) => b64enc, "The text in base 64.";
    "b64dec"(Str) => |_, args| Ok(text_or_error(base64::decode(args.bytes(0)))),
        "The text that base 64 stands for, or what is wrong with it.";
    "b32enc"(Str) => b32enc, "The text in base 32.";
    "b32dec"(Str) => |_, args| Ok(text_or_error(decode32(args.bytes(0)))),
        "The text that base 32 stands for, or what is wrong with it.";
}

fn text_or_error(result: Result<Vec<u8>, impl std::fmt::Display>) -> Value {
    result.map_or_else(|error| Value::from(error.to_string()), Value::str)
}

fn b64enc(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let text = args.bytes(0);
    caller.check_bytes("b64enc", base64::encoded_len(text.len()))?;
    Ok(Value::from(base64::encode(text)))
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Five bytes become eight characters; the last group is padded.
fn b32enc(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let text = args.bytes(0);
    let len = text.len().div_ceil(5).saturating_mul(8);
    caller.check_bytes("b32enc", len)?;
    let mut out = Vec::with_capacity(len);
    for chunk in text.chunks(5) {
        let group = chunk
            .iter()
            .zip([32, 24, 16, 8, 0])
            .fold(0, |group, (&b, shift)| group | (u64::from(b) << shift));
        let characters = (chunk.len() * 8).div_ceil(5);
        let digits = [35, 30, 25, 20, 15, 10, 5, 0].map(|shift| (group >> shift) as usize & 31);
        out.extend(digits.iter().take(characters).filter_map(|&digit| ALPHABET.get(digit)));
        out.resize(out.len() + 8 - characters, b'=');
    }
    Ok(Value::str(out))
}

/// Go's `base32.CorruptInputError`.
#[derive(Debug, PartialEq, Eq)]
struct CorruptInput(usize);

impl std::fmt::Display for CorruptInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "illegal base32 data at input byte {}", self.0)
    }
}

fn digit32(byte: u8) -> Option<u64> {
    Some(u64::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'2'..=b'7' => byte - b'2' + 26,
        _ => return None,
    }))
}

/// Go's base 32 decoder. Offsets do not count line breaks, which Go removes first; what follows the padding
/// of the last group is not looked at.
fn decode32(text: &[u8]) -> Result<Vec<u8>, CorruptInput> {
    let text: Vec<u8> = text.iter().copied().filter(|b| !matches!(b, b'\n' | b'\r')).collect();
    let mut out = Vec::with_capacity(text.len() / 8 * 5 + 5);
    let mut at = 0;
    while at < text.len() {
        let (mut group, mut count, mut padded) = (0, 0, false);
        while count < 8 && !padded {
            let Some(&byte) = text.get(at) else { return Err(CorruptInput(text.len() - count)) };
            at += 1;
            let left = text.len() - at;
            if byte == b'=' && count >= 2 && left < 8 {
                if left + count < 7 {
                    return Err(CorruptInput(text.len()));
                }
                let padding = text.iter().skip(at).take(7 - count);
                if let Some(wrong) = padding.clone().position(|&b| b != b'=') {
                    return Err(CorruptInput(at + wrong - 1));
                }
                // So many characters do not make whole bytes.
                if matches!(count, 3 | 6) {
                    return Err(CorruptInput(at - 1));
                }
                padded = true;
            } else {
                group = (group << 5) | digit32(byte).ok_or(CorruptInput(at - 1))?;
                count += 1;
            }
        }
        let bytes = (group << (5 * (8 - count) + 24)).to_be_bytes();
        out.extend(bytes.iter().take(count * 5 / 8));
        if padded {
            break;
        }
    }
    Ok(out)
}
