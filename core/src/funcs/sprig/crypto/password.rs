//! Passwords: hashed for storage, or derived from a master password (sprig/crypto.go).

use super::entropy::Entropy;
use crate::value::{Args, Caller, Fault, Value};
use blowfish::Blowfish;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// x/crypto/bcrypt's `DefaultCost`.
const COST: u32 = 10;

/// `bcrypt`: the hash as text; so is the complaint about a password that is too long.
pub fn bcrypt(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::from(hash_or_complaint(caller, args.bytes(0))))
}

/// `htpasswd`: a line for Apache's password file.
pub fn htpasswd(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let user = args.bytes(0);
    if user.contains(&b':') {
        return Ok(Value::str([b"invalid username: ", user].concat()));
    }
    let hash = hash_or_complaint(caller, args.bytes(1));
    Ok(Value::str([user, b":", hash.as_bytes()].concat()))
}

fn hash_or_complaint(caller: &dyn Caller, password: &[u8]) -> String {
    if password.len() > 72 {
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".to_owned();
    }
    bcrypt_hash(password, COST, &Entropy::of(caller).bytes())
}

/// Provos and Mazières, A Future-Adaptable Password Scheme (1999), in the `2a` form.
fn bcrypt_hash(password: &[u8], cost: u32, salt: &[u8; 16]) -> String {
    let key = [password, &[0]].concat();
    let mut state = Blowfish::bc_init_state();
    state.salted_expand_key(salt, &key);
    for _ in 0..1u32 << cost {
        state.bc_expand_key(&key);
        state.bc_expand_key(salt);
    }
    let mut digest = Vec::with_capacity(24);
    for pair in b"OrpheanBeholderScryDoubt".chunks_exact(8) {
        let mut block = [0u32; 2];
        for (word, bytes) in block.iter_mut().zip(pair.chunks_exact(4)) {
            *word = bytes.iter().fold(0, |word, &b| word << 8 | u32::from(b));
        }
        for _ in 0..64 {
            block = state.bc_encrypt(block);
        }
        digest.extend(block.iter().flat_map(|word| word.to_be_bytes()));
    }
    // The last byte of the digest has always been left out.
    digest.truncate(23);
    format!("$2a${cost:02}${}{}", radix64(salt), radix64(&digest))
}

/// bcrypt's own base64: another alphabet, no padding.
fn radix64(bytes: &[u8]) -> String {
    let digit = |d: u8| match d {
        0 => '.',
        1 => '/',
        2..=27 => (b'A' + d - 2) as char,
        28..=53 => (b'a' + d - 28) as char,
        _ => (b'0' + d - 54) as char,
    };
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (i, &b)| word | u32::from(b) << (16 - 8 * i));
        out.extend((0..=chunk.len()).map(|i| digit((word >> (18 - 6 * i)) as u8 & 63)));
    }
    out
}

/// The purpose that goes into every key of the Master Password scheme, version 1.
const PURPOSE: &[u8] = b"com.lyndir.masterpassword";

/// What a password of each type may look like, a letter for a class of [`class`].
fn shapes(kind: &[u8]) -> Option<&'static [&'static str]> {
    Some(match kind {
        b"maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        b"long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        b"medium" => &["CvcnoCvc", "CvcCvcno"],
        b"short" => &["Cvcn"],
        b"basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        b"pin" => &["nnnn"],
        _ => return None,
    })
}

/// The characters a letter of a shape stands for.
fn class(letter: u8) -> &'static [u8] {
    match letter {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'A' => b"AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

/// `derivePassword`: the Master Password algorithm; the same password for the same user, site and counter, always.
pub fn derive_password(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let kind = args.bytes(1);
    let Some(shapes) = shapes(kind) else {
        return Ok(Value::str([b"cannot find password template ", kind].concat()));
    };
    Ok(match derive(args.int(0) as u32, shapes, args.bytes(2), args.bytes(3), args.bytes(4)) {
        Some(password) => Value::str(password),
        None => Value::from("failed to derive password: scrypt: parameters are too large"),
    })
}

fn derive(counter: u32, shapes: &[&str], password: &[u8], user: &[u8], site: &[u8]) -> Option<Vec<u8>> {
    let salt = [PURPOSE, &(user.len() as u32).to_be_bytes(), user].concat();
    let mut key = [0; 64];
    let params = scrypt::Params::new(15, 8, 2).ok()?;
    scrypt::scrypt(password, &salt, &params, &mut key).ok()?;

    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(&[PURPOSE, &(site.len() as u32).to_be_bytes(), site, &counter.to_be_bytes()].concat());
    let seed: [u8; 32] = mac.finalize().into_bytes().into();
    let (&first, rest) = seed.split_first()?;
    let pick = |index: u8, len: usize| usize::from(index) % len.max(1);
    let shape = shapes.get(pick(first, shapes.len()))?;
    shape
        .bytes()
        .map(class)
        .zip(rest)
        .map(|(class, &index)| class.get(pick(index, class.len())).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::FUNCS;
    use super::super::bench::Bench;
    use super::*;

    // From Openwall's crypt_blowfish test set.
    #[test]
    fn bcrypt_vectors() {
        let cases: [(&[u8], [u8; 16], &str); 3] = [
            (
                b"U*U",
                *b"\x10\x41\x04\x10\x41\x04\x10\x41\x04\x10\x41\x04\x10\x41\x04\x10",
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            ),
            (
                b"U*U*",
                *b"\x10\x41\x04\x10\x41\x04\x10\x41\x04\x10\x41\x04\x10\x41\x04\x10",
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK",
            ),
            (
                b"",
                *b"\x10\x41\x04\x10\x41\x04\x10\x41\x04\x10\x41\x04\x10\x41\x04\x10",
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy",
            ),
        ];
        for (password, salt, expected) in cases {
            assert_eq!(bcrypt_hash(password, 5, &salt), expected);
        }
    }

    #[test]
    fn bcrypt_says_cost_and_limit() {
        let mut bench = Bench::sealed(1);
        let hash = bench.text(FUNCS, "bcrypt", &[Value::from("a".repeat(72))]);
        assert_eq!((hash.len(), hash.get(..7)), (60, Some("$2a$10$")));
        let complaint = "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
        assert_eq!(bench.text(FUNCS, "bcrypt", &[Value::from("a".repeat(73))]), complaint);
        let line = bench.text(FUNCS, "htpasswd", &["u".into(), "a".repeat(73).into()]);
        assert_eq!(line, format!("u:{complaint}"));
    }

    #[test]
    fn htpasswd_lines() {
        let mut bench = Bench::sealed(1);
        let line = bench.text(FUNCS, "htpasswd", &["user".into(), "p".into()]);
        assert!(line.starts_with("user:$2a$10$") && line.len() == 65, "{line}");
        assert_eq!(bench.text(FUNCS, "htpasswd", &["a:b".into(), "c".into()]), "invalid username: a:b");
    }

    // Answers of Helm 4.3.1.
    #[test]
    fn derived_passwords() {
        let mut bench = Bench::sealed(1);
        for (counter, kind, password, user, site, expected) in [
            (1, "long", "password", "user", "example.com", "ZedaFaxcZaso9*"),
            (1, "maximum", "password", "user", "example.com", "pf4zS1LjCg&LjhsZ7T2~"),
            (1, "medium", "password", "user", "example.com", "ZedJuz8$"),
            (1, "short", "password", "user", "example.com", "Zed5"),
            (1, "basic", "password", "user", "example.com", "pIS54PLs"),
            (1, "pin", "password", "user", "example.com", "6685"),
            (0, "long", "password", "user", "example.com", "KezpWado2+Fazo"),
            (4294967295, "maximum", "pässword", "üser", "", "F1:oItVcl1MFM)a)B6ZC"),
            (1, "nope", "password", "user", "example.com", "cannot find password template nope"),
        ] {
            let args = [Value::Int(counter), kind.into(), password.into(), user.into(), site.into()];
            assert_eq!(bench.text(FUNCS, "derivePassword", &args), expected, "{counter} {kind}");
        }
    }
}
