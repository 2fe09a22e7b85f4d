//! Stand-ins for `go::utf8` and `go::quote` until those are merged.

/// Each invalid byte becomes U+FFFD.
pub(super) fn replace_invalid(mut bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    while !bytes.is_empty() {
        match std::str::from_utf8(bytes) {
            Ok(_) => {
                out.extend_from_slice(bytes);
                break;
            }
            Err(error) => {
                let (good, rest) = bytes.split_at(error.valid_up_to());
                out.extend_from_slice(good);
                out.extend_from_slice("\u{fffd}".as_bytes());
                bytes = rest.get(1..).unwrap_or(&[]);
            }
        }
    }
    out
}

pub(super) fn quote(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(bytes))
}

pub(super) fn runes(bytes: &[u8]) -> Vec<char> {
    String::from_utf8_lossy(&replace_invalid(bytes)).chars().collect()
}

pub(super) fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

pub(super) fn is_digit(c: char) -> bool {
    c.is_numeric()
}
