//! `encoding/base64`'s StdEncoding, with the error positions of its decoder.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Where Go's `CorruptInputError` stands; displays as Go's text (encoding/base64/base64.go).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorruptInput(pub usize);

impl std::fmt::Display for CorruptInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "illegal base64 data at input byte {}", self.0)
    }
}

/// The length [`encode`] gives for `len` bytes.
pub fn encoded_len(len: usize) -> usize {
    len.div_ceil(3).saturating_mul(4)
}

/// Standard alphabet, padded, one line.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(encoded_len(bytes.len()));
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (i, &b)| word | u32::from(b) << (16 - 8 * i));
        for i in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= chunk.len() { digit as char } else { '=' });
        }
    }
    out
}

fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Decodes as Go does: line breaks are skipped anywhere, padding is required, leftover bits are ignored.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, CorruptInput> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut word, mut digits, mut at) = (0u32, 0usize, 0usize);
    while let Some(&byte) = text.get(at) {
        at += 1;
        if let Some(v) = value(byte) {
            word = word << 6 | v;
            digits += 1;
            if digits == 4 {
                out.extend_from_slice(&word.to_be_bytes()[1..]);
                (word, digits) = (0, 0);
            }
        } else if byte == b'=' {
            return padding(text, at, word, digits, out);
        } else if byte != b'\n' && byte != b'\r' {
            return Err(CorruptInput(at - 1));
        }
    }
    if digits == 0 { Ok(out) } else { Err(CorruptInput(at - digits)) }
}

/// The end of the text: `at` is just behind the first `=`.
fn padding(
    text: &[u8],
    at: usize,
    word: u32,
    digits: usize,
    mut out: Vec<u8>,
) -> Result<Vec<u8>, CorruptInput> {
    let skip_breaks = |mut at: usize| {
        while matches!(text.get(at), Some(b'\n' | b'\r')) {
            at += 1;
        }
        at
    };
    let mut at = at;
    match digits {
        2 => {
            at = skip_breaks(at);
            match text.get(at) {
                None => return Err(CorruptInput(text.len())),
                Some(b'=') => at += 1,
                Some(_) => return Err(CorruptInput(at - 1)),
            }
            out.push((word >> 4) as u8);
        }
        3 => out.extend_from_slice(&((word >> 2) as u16).to_be_bytes()),
        _ => return Err(CorruptInput(at - 1)),
    }
    at = skip_breaks(at);
    if at < text.len() { Err(CorruptInput(at)) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("hello", "aGVsbG8=")]
        {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded.as_bytes()), Ok(plain.as_bytes().to_vec()));
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(encode(&all).as_bytes()), Ok(all));
        assert_eq!(decode(b"aGVs\r\nbG8\n=\n"), Ok(b"hello".to_vec()));
    }

    // Answers of Go's decoder.
    #[test]
    fn errors_point_where_go_points() {
        for (text, at) in [
            ("aGVsbG8", 4),
            ("!!", 0),
            ("aGVsbG8=x", 8),
            ("aGVsbG8=\n\nx", 10),
            ("a", 0),
            ("aGVsb===", 5),
            ("aGVsbG=x", 6),
            ("aGVsbG=", 7),
            ("aGVs\nbG", 5),
            ("=", 0),
            ("Zg==Zg==", 4),
        ] {
            assert_eq!(decode(text.as_bytes()), Err(CorruptInput(at)), "{text:?}");
        }
    }
}
