//! Cutting a rendered file into documents, as each Helm version does it (R135, spec §9).

use crate::dialect::HelmVersion;
use crate::go::{unicode, utf8};
use std::ops::Range;

/// The documents of `text`, as byte ranges, blank ones left out.
///
/// Helm cuts at lines that begin with `---` wherever they stand, block scalars included; what surrounds the cut
/// differs between versions: 4.3 keeps every piece's trailing white space, 4.2 only that of a file's last piece,
/// older ones none.
///
/// ```
/// use hookwright_core::{dialect::HelmVersion, manifest::split};
/// let text = b"a: 1\n\n---\nb: 2\n";
/// let pieces: Vec<&[u8]> = split(text, HelmVersion::V4_3).into_iter().map(|r| &text[r]).collect();
/// assert_eq!(pieces, [&b"a: 1\n\n"[..], &b"b: 2\n"[..]]);
/// ```
pub fn split(text: &[u8], version: HelmVersion) -> Vec<Range<usize>> {
    let start = text.len() - trim_space_start(text).len();
    let end = if version <= HelmVersion::V4_1 { start + trim_space(text).len() } else { text.len() };
    let mut pieces = Vec::new();
    let mut from = start;
    let mut push = |piece: Range<usize>| {
        let bytes = text.get(piece.clone()).unwrap_or_default();
        let head = piece.start + bytes.len() - trim_space_start(bytes).len();
        let tail = if version <= HelmVersion::V4_1 { head + trim_space(bytes).len() } else { piece.end };
        if !trim_space(bytes).is_empty() {
            pieces.push(head..tail);
        }
    };
    while let Some(cut) = next_separator(text, start, from, end, version) {
        push(from..cut.start);
        from = cut.end;
    }
    push(from..end);
    pieces
}

/// The next separator in `from..end` of a text that begins at `start`.
fn next_separator(
    text: &[u8],
    start: usize,
    from: usize,
    end: usize,
    version: HelmVersion,
) -> Option<Range<usize>> {
    let mut at = from;
    loop {
        let dashes = at + find_dashes(text.get(at..end)?)?;
        let line_start = dashes == start || text.get(dashes.wrapping_sub(1)) == Some(&b'\n');
        let after = dashes + 3;
        if version >= HelmVersion::V4_3 {
            // (?m)^---[ \t]*
            if line_start {
                return Some(dashes..skip(text, after, end, |b| b == b' ' || b == b'\t'));
            }
        } else if dashes == start || (line_start && dashes > from) {
            // (?:^|\s*\n)---\s*: the white space before the dashes must not belong to the previous separator.
            let mut begin = dashes;
            while begin > from && text.get(begin - 1).is_some_and(|b| is_regexp_space(*b)) {
                begin -= 1;
            }
            return Some(begin..skip(text, after, end, is_regexp_space));
        }
        at = dashes + 1;
    }
}

fn find_dashes(text: &[u8]) -> Option<usize> {
    text.windows(3).position(|w| w == b"---")
}

fn skip(text: &[u8], mut at: usize, end: usize, wanted: impl Fn(u8) -> bool) -> usize {
    while at < end && text.get(at).is_some_and(|b| wanted(*b)) {
        at += 1;
    }
    at
}

/// RE2's `\s`.
fn is_regexp_space(b: u8) -> bool {
    matches!(b, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// Go's `strings.TrimSpace`: Unicode white space off both ends.
pub fn trim_space(text: &[u8]) -> &[u8] {
    let mut text = trim_space_start(text);
    while let Some(&last) = text.last() {
        let len = if last < 0x80 {
            1
        } else {
            // The last rune starts at the nearest lead byte within four bytes.
            let back = text.iter().rev().take(4).position(|b| b & 0xc0 != 0x80).map_or(1, |n| n + 1);
            let tail = text.get(text.len() - back..).unwrap_or_default();
            if utf8::decode(tail).1 == back { back } else { 1 }
        };
        let (rune, size) = utf8::decode(text.get(text.len() - len..).unwrap_or_default());
        if size != len || !unicode::is_space(rune) {
            break;
        }
        text = text.get(..text.len() - len).unwrap_or_default();
    }
    text
}

/// Go's `strings.TrimLeftFunc(s, unicode.IsSpace)`.
pub fn trim_space_start(mut text: &[u8]) -> &[u8] {
    while !text.is_empty() {
        let (rune, size) = utf8::decode(text);
        if !unicode::is_space(rune) {
            break;
        }
        text = text.get(size..).unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, version: HelmVersion) -> Vec<&str> {
        split(text.as_bytes(), version).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn newest_keeps_trailing_white_space_and_eats_only_blanks_after_the_dashes() {
        let v = HelmVersion::V4_3;
        assert_eq!(pieces("a: 1\n\n---\nb: 2\n\n", v), ["a: 1\n\n", "b: 2\n\n"]);
        assert_eq!(pieces("\n\n  ---  # c\nx\n", v), ["# c\nx\n"]);
        assert_eq!(pieces("---\n---\n---b: 2", v), ["b: 2"]);
        assert_eq!(pieces("a\n----\nb", v), ["a\n", "-\nb"]);
        assert_eq!(pieces("a |\n  ---\n  b\n", v), ["a |\n  ---\n  b\n"]);
        assert_eq!(pieces("a\r\n---\r\nb\r\n", v), ["a\r\n", "b\r\n"]);
        assert_eq!(pieces(" \u{a0}\n", v), [""; 0]);
    }

    #[test]
    fn older_ones_trim_and_leave_every_second_of_adjacent_separators() {
        let v = HelmVersion::V4_1;
        assert_eq!(pieces("a: 1\n\n---\n\n  b: 2\n\n", v), ["a: 1", "b: 2"]);
        assert_eq!(pieces("---\n---\nb: 2", v), ["---\nb: 2"]);
        let v = HelmVersion::V4_2;
        assert_eq!(pieces("a: 1\n\n---\nb: 2\n\n", v), ["a: 1", "b: 2\n\n"]);
    }
}
