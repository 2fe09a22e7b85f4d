//! AES-256 in CBC mode with a password for a key (sprig/crypto.go `encryptAES`, `decryptAES`).

use super::entropy::Entropy;
use crate::go::base64;
use crate::value::{Args, Caller, Fault, Value};
use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};

const BLOCK: usize = 16;

/// The password's first 32 bytes, filled up with zeros.
fn key(password: &[u8]) -> Aes256 {
    let mut key = [0; 32];
    key.iter_mut().zip(password).for_each(|(k, &p)| *k = p);
    Aes256::new(&key.into())
}

/// Combines a block with the one before it.
fn mix(block: &mut [u8; BLOCK], other: &[u8; BLOCK]) {
    block.iter_mut().zip(other).for_each(|(b, o)| *b ^= o);
}

/// `encryptAES`: base64 of a random initial vector and the padded text; an empty text stays empty.
pub fn encrypt_aes(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let text = args.bytes(1);
    if text.is_empty() {
        return Ok(Value::from(""));
    }
    caller.check_bytes("encryptAES", base64::encoded_len(text.len().saturating_add(2 * BLOCK)))?;
    let cipher = key(args.bytes(0));
    let mut chain: [u8; BLOCK] = Entropy::of(caller).bytes();
    let mut out = Vec::with_capacity(text.len() + 2 * BLOCK);
    out.extend_from_slice(&chain);
    // PKCS #7: as many bytes as are missing, each saying how many; a whole block when none is.
    let padding = BLOCK - text.len() % BLOCK;
    let padded = [text, &[padding as u8; BLOCK][..padding]].concat();
    for block in padded.as_chunks::<BLOCK>().0 {
        mix(&mut chain, block);
        let mut block = chain.into();
        cipher.encrypt_block(&mut block);
        chain = block.into();
        out.extend_from_slice(&chain);
    }
    Ok(Value::from(base64::encode(&out)))
}

/// `decryptAES`. A text that was not made by `encryptAES` with this password mostly makes Sprig panic; so the errors.
pub fn decrypt_aes(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let coded = args.bytes(1);
    if coded.is_empty() {
        return Ok(Value::from(""));
    }
    let bytes = base64::decode(coded).map_err(|e| Fault::text(e.to_string()))?;
    let Some((initial, rest)) = bytes.split_first_chunk::<BLOCK>() else {
        // Go slices up to the capacity of the decoder's buffer, which counts line breaks and padding.
        let capacity = coded.len() / 4 * 3;
        return Err(Fault::text(if capacity < BLOCK {
            format!("runtime error: slice bounds out of range [:{BLOCK}] with capacity {capacity}")
        } else {
            format!("runtime error: slice bounds out of range [{BLOCK}:{}]", bytes.len())
        }));
    };
    let (blocks, odd) = rest.as_chunks::<BLOCK>();
    if !odd.is_empty() {
        return Err(Fault::text("crypto/cipher: input not full blocks"));
    }
    let cipher = key(args.bytes(0));
    let mut out = Vec::with_capacity(rest.len());
    let mut chain = initial;
    for coded in blocks {
        let mut block = (*coded).into();
        cipher.decrypt_block(&mut block);
        let mut plain = block.into();
        mix(&mut plain, chain);
        out.extend_from_slice(&plain);
        chain = coded;
    }
    let Some(&padding) = out.last() else {
        return Err(Fault::text("runtime error: index out of range [-1]"));
    };
    match out.len().checked_sub(usize::from(padding)) {
        Some(len) => out.truncate(len),
        None => {
            let missing = usize::from(padding) - out.len();
            return Err(Fault::text(format!("runtime error: slice bounds out of range [:-{missing}]")));
        }
    }
    Ok(Value::str(out))
}

#[cfg(test)]
mod tests {
    use super::super::FUNCS;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn what_was_encrypted_is_decrypted() {
        let mut bench = Bench::sealed(3);
        for len in [0, 1, 15, 16, 17, 100] {
            for password in ["", "secret", "longer than the thirty-two bytes of a key"] {
                let text = "ä".repeat(len);
                let coded = bench.text(FUNCS, "encryptAES", &[password.into(), text.as_str().into()]);
                assert_eq!(bench.text(FUNCS, "decryptAES", &[password.into(), coded.into()]), text);
            }
        }
    }

    // FIPS 197, appendix C.3: one block, so the chain does not show.
    #[test]
    fn aes_vector() {
        let key: [u8; 32] = std::array::from_fn(|i| i as u8);
        let mut block = std::array::from_fn(|i| 0x11 * i as u8).into();
        super::key(&key).encrypt_block(&mut block);
        assert_eq!(u128::from_be_bytes(block.into()), 0x8ea2_b7ca_5167_45bf_eafc_4990_4b49_6089);
    }

    // Answers of Helm 4.3.1.
    #[test]
    fn decrypted_vectors() {
        let mut bench = Bench::sealed(3);
        let short = "AAAA".to_owned() + &"\n".repeat(26);
        for (password, coded, expected) in [
            ("secretkey", "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ=", Ok("plaintext")),
            (
                "secretkez",
                "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ=",
                Err("runtime error: slice bounds out of range [:-101]"),
            ),
            ("k", "", Ok("")),
            ("k", "!!", Err("illegal base64 data at input byte 0")),
            ("k", "AAAA", Err("runtime error: slice bounds out of range [:16] with capacity 3")),
            ("k", &short, Err("runtime error: slice bounds out of range [16:3]")),
            ("k", "AAAAAAAAAAAAAAAAAAAAAA==", Err("runtime error: index out of range [-1]")),
            ("k", "AAAAAAAAAAAAAAAAAAAAAAA=", Err("crypto/cipher: input not full blocks")),
            (
                "k",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                Err("runtime error: slice bounds out of range [:-19]"),
            ),
            (
                "k",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=",
                Err("runtime error: slice bounds out of range [:-173]"),
            ),
        ] {
            let answer = bench.call(FUNCS, "decryptAES", &[password.into(), coded.into()]);
            let answer = answer.map(|v| format!("{v:?}")).map_err(|fault| fault.to_string());
            assert_eq!(answer, expected.map(|s| format!("{s:?}")).map_err(str::to_owned), "{coded:?}");
        }
    }
}
