//! Checksums in hexadecimal (sprig/crypto.go: `sha1sum`, `sha256sum`, `sha512sum`, `adler32sum`).

use crate::value::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

table! {
    "sha1sum"(Str) => |_, args| Ok(hexadecimal(&Sha1::digest(args.bytes(0)))),
        "The SHA-1 of a text in hexadecimal.";
    "sha256sum"(Str) => |_, args| Ok(hexadecimal(&Sha256::digest(args.bytes(0)))),
        "The SHA-256 of a text in hexadecimal.";
    "sha512sum"(Str) => |_, args| Ok(hexadecimal(&Sha512::digest(args.bytes(0)))),
        "The SHA-512 of a text in hexadecimal.";
    "adler32sum"(Str) => |_, args| Ok(Value::from(adler32(args.bytes(0)).to_string())),
        "The Adler-32 checksum of a text in decimal.";
}

fn hexadecimal(digest: &[u8]) -> Value {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let nibbles = digest.iter().flat_map(|b| [b >> 4, b & 15]);
    Value::from(nibbles.filter_map(|n| DIGITS.get(usize::from(n))).collect::<String>())
}

/// RFC 1950. Reducing every 5552 bytes is the most that cannot overflow 32 bits.
fn adler32(text: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    for chunk in text.chunks(5552) {
        for &byte in chunk {
            a += u32::from(byte);
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    (b << 16) | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        assert_eq!(adler32(b"hello"), 103_547_413);
        assert_eq!(adler32(&[255; 100_000]), 0x149a_302c);
        let Value::Str(sum) = hexadecimal(&Sha1::digest(b"a")) else { panic!() };
        assert_eq!(sum, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8");
    }
}
