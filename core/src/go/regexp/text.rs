//! Texts that are not UTF-8: the engine matches runes of valid text, Go takes every bad byte for U+FFFD.

use super::Submatches;
use std::borrow::Cow;
use std::ops::Range;

/// A text with each bad byte replaced by the three bytes of U+FFFD, and the way back to the places in the original.
pub(super) struct Text<'a> {
    valid: Cow<'a, [u8]>,
    /// Where the replacements begin in the valid text, ascending.
    replaced: Vec<usize>,
}

impl<'a> Text<'a> {
    pub fn new(bytes: &'a [u8]) -> Text<'a> {
        if std::str::from_utf8(bytes).is_ok() {
            return Text { valid: Cow::Borrowed(bytes), replaced: Vec::new() };
        }
        let (mut valid, mut replaced) = (Vec::with_capacity(bytes.len() + 16), Vec::new());
        for chunk in bytes.utf8_chunks() {
            valid.extend_from_slice(chunk.valid().as_bytes());
            for _ in chunk.invalid() {
                replaced.push(valid.len());
                valid.extend_from_slice("\u{FFFD}".as_bytes());
            }
        }
        Text { valid: Cow::Owned(valid), replaced }
    }

    /// The valid text.
    pub fn bytes(&self) -> &[u8] {
        &self.valid
    }

    /// The place in the original.
    pub fn original(&self, at: usize) -> usize {
        at - 2 * self.replaced.partition_point(|replaced| *replaced < at)
    }

    /// The range in the original.
    pub fn original_range(&self, range: Range<usize>) -> Range<usize> {
        self.original(range.start)..self.original(range.end)
    }

    /// The ranges of the groups in the original.
    pub fn original_ranges(&self, groups: Submatches) -> Submatches {
        groups.into_iter().map(|group| group.map(|range| self.original_range(range))).collect()
    }

    /// The width of the rune at a place of the valid text, 0 at its end.
    pub fn width(&self, at: usize) -> usize {
        match self.valid.get(at) {
            None => 0,
            Some(0..=0x7f) => 1,
            Some(0x80..=0xdf) => 2,
            Some(0xe0..=0xef) => 3,
            Some(_) => 4,
        }
    }
}
