//! Go's unicode/utf8: decoding that never fails.

/// Stand-in until the real one is merged.
pub fn decode(bytes: &[u8]) -> (char, usize) {
    let n = bytes.len().min(4);
    for len in 1..=n {
        if let Ok(s) = std::str::from_utf8(&bytes[..len]) {
            return (s.chars().next().unwrap_or('\u{FFFD}'), len);
        }
    }
    ('\u{FFFD}', n.min(1))
}

/// Stand-in until the real one is merged.
pub fn to_valid_string(bytes: &[u8]) -> String {
    bytes.utf8_chunks().fold(String::new(), |s, c| s + c.valid() + &"\u{FFFD}".repeat(c.invalid().len()))
}
