//! Go's unicode/utf8: decoding that never fails.
//!
//! Go decodes an invalid sequence as U+FFFD of width 1, byte by byte; Rust's lossy conversion instead replaces maximal
//! invalid prefixes. The difference is visible wherever runes are counted or bytes are replaced.

/// What Go's `utf8.RuneError` is.
pub const RUNE_ERROR: char = char::REPLACEMENT_CHARACTER;

/// The first rune and its width. Invalid: (U+FFFD, 1); empty: (U+FFFD, 0). A valid U+FFFD has width 3.
pub fn decode(bytes: &[u8]) -> (char, usize) {
    let width = match bytes.first() {
        None => return (RUNE_ERROR, 0),
        Some(0..=0x7f) => 1,
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        Some(_) => return (RUNE_ERROR, 1),
    };
    let rune = bytes.get(..width).and_then(|sequence| std::str::from_utf8(sequence).ok()?.chars().next());
    rune.map_or((RUNE_ERROR, 1), |rune| (rune, width))
}

/// The last rune and its width, with the conventions of [`decode`].
pub fn decode_last(bytes: &[u8]) -> (char, usize) {
    for width in 1..=bytes.len().min(4) {
        let (rune, got) = decode(&bytes[bytes.len() - width..]);
        if got == width && (width > 1 || rune.is_ascii()) {
            return (rune, width);
        }
    }
    (RUNE_ERROR, bytes.len().min(1))
}

/// The runes with their byte offsets, as `for i, r := range s` visits them; the last part tells whether the rune is
/// encoded in `bytes` or stands for one invalid byte.
pub fn runes(bytes: &[u8]) -> impl Iterator<Item = (usize, char, bool)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (rune, width) = decode(bytes.get(at..)?);
        let start = at;
        at += width;
        (width > 0).then_some((start, rune, width > 1 || rune != RUNE_ERROR))
    })
}

/// `utf8.RuneCount`: each invalid byte counts as one.
pub fn count(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().count(),
        Err(_) => runes(bytes).count(),
    }
}

/// `utf8.Valid`.
pub fn valid(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// The text with each invalid byte replaced by U+FFFD, as converting to `[]rune` and back does.
pub fn to_valid_string(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => runes(bytes).map(|(_, rune, _)| rune).collect(),
    }
}

/// `utf8.AppendRune`.
pub fn push(out: &mut Vec<u8>, rune: char) {
    if rune.is_ascii() {
        out.push(rune as u8);
    } else {
        out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// Go's conversion of an integer to a rune: surrogates and everything out of range are U+FFFD.
pub fn rune(code: u64) -> char {
    u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(RUNE_ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_like_go() {
        let cases: &[(&[u8], (char, usize))] = &[
            (b"", ('\u{fffd}', 0)),
            (b"a", ('a', 1)),
            ("é!".as_bytes(), ('é', 2)),
            ("\u{fffd}".as_bytes(), ('\u{fffd}', 3)),
            ("😀".as_bytes(), ('😀', 4)),
            (b"\xff", ('\u{fffd}', 1)),
            (b"\xc0\x80", ('\u{fffd}', 1)),     // overlong
            (b"\xed\xa0\x80", ('\u{fffd}', 1)), // surrogate
            (b"\xf0\x9f\x98", ('\u{fffd}', 1)), // cut
            (b"\xf4\x90\x80\x80", ('\u{fffd}', 1)),
        ];
        for (bytes, want) in cases {
            assert_eq!(decode(bytes), *want, "{bytes:x?}");
        }
    }

    #[test]
    fn decodes_from_the_end() {
        assert_eq!(decode_last("aé".as_bytes()), ('é', 2));
        assert_eq!(decode_last("😀".as_bytes()), ('😀', 4));
        assert_eq!(decode_last(b"a\x98"), ('\u{fffd}', 1));
        assert_eq!(decode_last(b"\xf0\x9f\x98"), ('\u{fffd}', 1));
        assert_eq!(decode_last(b"xy"), ('y', 1));
        assert_eq!(decode_last(b""), ('\u{fffd}', 0));
    }

    #[test]
    fn one_replacement_per_invalid_byte() {
        assert_eq!(to_valid_string(b"a\xf0\x9f\x98b"), "a\u{fffd}\u{fffd}\u{fffd}b");
        assert_eq!(count(b"a\xf0\x9f\x98b"), 5);
        let runes: Vec<_> = runes(b"\xff\xef\xbf\xbd").collect();
        assert_eq!(runes, [(0, '\u{fffd}', false), (1, '\u{fffd}', true)]);
        assert_eq!(rune(0xd800), '\u{fffd}');
        assert_eq!(rune(u64::MAX), '\u{fffd}');
    }
}
