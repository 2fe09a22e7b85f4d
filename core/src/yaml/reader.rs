//! The bytes of a YAML text: encoding, forbidden characters, and when go-yaml notices them (yaml2/readerc.go).
//!
//! go-yaml reads 512 bytes at a time, and rejects a whole piece when one character in it is bad. Which of two faults in
//! a text is reported therefore depends on these pieces, and so they are reproduced here — but only for texts in
//! which it matters; a clean text is checked once and then scanned without further ado.

use super::error::Error;
use super::token::Mark;
use std::borrow::Cow;

/// Bytes go-yaml takes from its input at once (`input_raw_buffer_size`).
const PIECE: usize = 512;

/// Largest text accepted; offsets are 32 bits wide.
const MAX_TEXT: usize = 1 << 31;

/// A text in UTF-8 and what is known about its faults.
pub(super) struct Input<'a> {
    pub(super) text: Cow<'a, [u8]>,
    /// Where scanning begins: behind a byte order mark.
    pub(super) start: usize,
    /// The first bad character, if any.
    pub(super) bad: Option<Bad>,
    /// Whether U+FEFF occurs behind the start: it triggers an oddity of go-yaml's scanner.
    pub(super) inner_bom: bool,
}

/// A character that may not stand in YAML text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bad {
    /// Start of the piece that contains it: up to here the text can be scanned.
    pub(super) fence: usize,
    offset: usize,
    problem: &'static str,
}

impl Bad {
    pub(super) fn error(&self) -> Error {
        Error { at: Mark { offset: self.offset as u32, ..Mark::default() }, ..Error::problem(self.problem) }
    }
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Input<'a>, Error> {
        if bytes.len() >= MAX_TEXT {
            return Err(Error::problem(format!("text of {} bytes is larger than {MAX_TEXT}", bytes.len())));
        }
        Ok(match bytes {
            [] => Input { text: Cow::Borrowed(b"\n"), start: 0, bad: None, inner_bom: false },
            [0xff, 0xfe, ..] => Self::from_utf16(bytes, u16::from_le_bytes),
            [0xfe, 0xff, ..] => Self::from_utf16(bytes, u16::from_be_bytes),
            [0xef, 0xbb, 0xbf, ..] => Self::from_utf8(bytes, 3),
            _ => Self::from_utf8(bytes, 0),
        })
    }

    fn from_utf8(bytes: &'a [u8], start: usize) -> Input<'a> {
        let mut input = Input { text: Cow::Borrowed(bytes), start, bad: None, inner_bom: false };
        let valid = std::str::from_utf8(bytes).is_ok();
        let clean = valid && input.check(bytes, start);
        if !clean {
            input.bad = first_bad(bytes, start);
            input.inner_bom =
                bytes.get(start..).is_some_and(|rest| rest.windows(3).any(|w| w == b"\xef\xbb\xbf"));
        }
        input
    }

    /// Whether all of valid UTF-8 text is allowed; notes inner byte order marks on the way.
    fn check(&mut self, bytes: &[u8], start: usize) -> bool {
        let mut rest = bytes.get(start..).unwrap_or(&[]).iter();
        while let Some(&byte) = rest.next() {
            match byte {
                b' '..=b'~' | b'\t' | b'\n' | b'\r' => {}
                0..=0x1f | 0x7f => return false,
                0xc2 => {
                    if let Some(0x80..=0x84 | 0x86..=0x9f) = rest.next() {
                        return false;
                    }
                }
                0xef => match (rest.next(), rest.next()) {
                    (Some(0xbf), Some(0xbe | 0xbf)) => return false,
                    (Some(0xbb), Some(0xbf)) => self.inner_bom = true,
                    _ => {}
                },
                _ => {}
            }
        }
        true
    }

    fn from_utf16(bytes: &'a [u8], unit: fn([u8; 2]) -> u16) -> Input<'a> {
        let mut text = Vec::with_capacity(bytes.len());
        let (mut at, mut piece_end, mut fence) = (2, PIECE.min(bytes.len()), 0);
        let word = |at: usize| match (bytes.get(at), bytes.get(at + 1)) {
            (Some(a), Some(b)) => Some(u32::from(unit([*a, *b]))),
            _ => None,
        };
        let mut problem = None;
        while at < bytes.len() && problem.is_none() {
            let first = word(at);
            let width = if first.is_some_and(|w| w & 0xfc00 == 0xd800) { 4 } else { 2 };
            if at + width > piece_end {
                fence = text.len();
                piece_end = (at + PIECE).min(bytes.len());
            }
            match (first, width) {
                (None, _) => problem = Some("incomplete UTF-16 character"),
                (Some(w), _) if w & 0xfc00 == 0xdc00 => problem = Some("unexpected low surrogate area"),
                (Some(high), 4) => match word(at + 2) {
                    None => problem = Some("incomplete UTF-16 surrogate pair"),
                    Some(low) if low & 0xfc00 == 0xdc00 => {
                        problem = push(&mut text, 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff));
                    }
                    Some(_) => problem = Some("expected low surrogate area"),
                },
                (Some(w), _) => problem = push(&mut text, w),
            }
            at += width;
        }
        let bad = problem.map(|problem| Bad { fence, offset: text.len(), problem });
        Input { text: Cow::Owned(text), start: 0, bad, inner_bom: false }
    }
}

/// Appends a character, unless it is forbidden.
fn push(text: &mut Vec<u8>, value: u32) -> Option<&'static str> {
    match char::from_u32(value) {
        Some(c) if allowed(value) => {
            text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            None
        }
        _ => Some("control characters are not allowed"),
    }
}

fn allowed(value: u32) -> bool {
    matches!(value, 9 | 10 | 13 | 0x20..=0x7e | 0x85 | 0xa0..=0xd7ff | 0xe000..=0xfffd | 0x10000..=0x10ffff)
}

/// The first character go-yaml rejects, with the piece of the text it falls into.
fn first_bad(bytes: &[u8], start: usize) -> Option<Bad> {
    let (mut at, mut fence) = (start, 0);
    let mut piece_end = PIECE.min(bytes.len());
    while let Some(&lead) = bytes.get(at) {
        let width = width_of(lead);
        if width != 0 && at + width > piece_end {
            fence = at;
            piece_end = (at + PIECE).min(bytes.len());
        }
        if let Some((offset, problem)) = fault_at(bytes, at, width) {
            return Some(Bad { fence, offset, problem });
        }
        at += width;
        if at == piece_end {
            fence = at;
            piece_end = (at + PIECE).min(bytes.len());
        }
    }
    None
}

fn fault_at(bytes: &[u8], at: usize, width: usize) -> Option<(usize, &'static str)> {
    let lead = *bytes.get(at)?;
    if width == 0 {
        return Some((at, "invalid leading UTF-8 octet"));
    }
    let Some(octets) = bytes.get(at..at + width) else {
        return Some((at, "incomplete UTF-8 octet sequence"));
    };
    let mut value = u32::from(lead) & [0, 0x7f, 0x1f, 0x0f, 0x07].get(width).copied().unwrap_or(0);
    for (k, &octet) in octets.iter().enumerate().skip(1) {
        if octet & 0xc0 != 0x80 {
            return Some((at + k, "invalid trailing UTF-8 octet"));
        }
        value = (value << 6) + u32::from(octet & 0x3f);
    }
    let least = [0, 0, 0x80, 0x800, 0x10000].get(width).copied().unwrap_or(0);
    if value < least {
        return Some((at, "invalid length of a UTF-8 sequence"));
    }
    if (0xd800..=0xdfff).contains(&value) || value > 0x10_ffff {
        return Some((at, "invalid Unicode character"));
    }
    (!allowed(value)).then_some((at, "control characters are not allowed"))
}

/// Bytes of the character that begins with `lead`; zero when none does.
pub(super) fn width_of(lead: u8) -> usize {
    match lead {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => 0,
    }
}

/// Where go-yaml's next piece ends, if its last ended at `from`: at a character's boundary.
pub(super) fn piece_end(text: &[u8], from: usize) -> usize {
    let end = (from + PIECE).min(text.len());
    let mut last = end;
    while last > from {
        last -= 1;
        let lead = text.get(last).copied().unwrap_or(0);
        if lead & 0xc0 != 0x80 {
            return if last + width_of(lead) > end { last } else { end };
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use crate::yaml::unmarshal;

    fn error(text: &[u8]) -> String {
        let error = unmarshal(text).expect_err("bad text");
        error.strip_prefix("error converting YAML to JSON: yaml: ").unwrap_or(&error).to_owned()
    }

    #[test]
    fn bad_characters() {
        let cases: &[(&[u8], &str)] = &[
            (b"a: \xff", "invalid leading UTF-8 octet"),
            (b"a: \xc2a", "invalid trailing UTF-8 octet"),
            (b"a: \xe2\x80", "incomplete UTF-8 octet sequence"),
            (b"a: \xc0\x80", "invalid length of a UTF-8 sequence"),
            (b"a: \xed\xa0\x80", "invalid Unicode character"),
            (b"a: \xef\xbf\xbf", "control characters are not allowed"),
            (b"a: \0", "control characters are not allowed"),
            ("# \u{80}".as_bytes(), "control characters are not allowed"),
            (b"\xff\xfea\0\0\xdc", "unexpected low surrogate area"),
            (b"\xff\xfea\0:", "incomplete UTF-16 character"),
            (b"\xfe\xff\xd8\0", "incomplete UTF-16 surrogate pair"),
            (b"\xfe\xff\xd8\0\0a", "expected low surrogate area"),
        ];
        for (text, problem) in cases {
            assert_eq!(error(text), *problem, "{text:?}");
        }
    }

    #[test]
    fn of_two_faults_the_one_read_first_is_reported() {
        let text = |gap: usize| [b"a: @ #".as_slice(), &vec![b'x'; gap], b"\x01"].concat();
        assert_eq!(error(&text(505)), "control characters are not allowed");
        assert_eq!(error(&text(506)), "found character that cannot start any token");
    }

    #[test]
    fn encodings() {
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let text: Vec<u8> = "\u{feff}é: 😀".encode_utf16().flat_map(order).collect();
            let value = unmarshal(&text).expect("UTF-16");
            assert_eq!(
                value.as_map().and_then(|m| m.get_str("é")).map(|v| format!("{v:?}")),
                Some("\"😀\"".into())
            );
        }
        assert!(
            unmarshal("\u{feff}a: 1".as_bytes()).expect("UTF-8").as_map().is_some_and(|m| m.contains(b"a"))
        );
    }
}
