//! Which styles a scalar's text admits (yaml2/emitterc.go:yaml_emitter_analyze_scalar; R128).

use super::reader::width_of;
use super::resolve::Flavor;

/// What a look at all characters of a text tells. Only block context matters: flow collections are always empty here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Analysis {
    /// Contains a line break.
    pub(super) multiline: bool,
    pub(super) plain_allowed: bool,
    pub(super) single_allowed: bool,
    pub(super) literal_allowed: bool,
}

/// Length of the line break at `at`; zero if there is none. CRLF is two.
pub(super) fn break_len(text: &[u8], at: usize) -> usize {
    match text.get(at..) {
        Some([b'\n' | b'\r', ..]) => 1,
        Some([0xc2, 0x85, ..]) => 2,
        Some([0xe2, 0x80, 0xa8 | 0xa9, ..]) => 3,
        _ => 0,
    }
}

/// libyaml's idea of printable: nothing beyond the Basic Multilingual Plane, and no tab.
pub(super) fn is_printable(text: &[u8], at: usize) -> bool {
    match text.get(at..) {
        Some([b'\n' | b' '..=b'~', ..]) => true,
        Some([0xc2, next, ..]) => *next >= 0xa0,
        Some([0xc3..=0xec | 0xee, ..]) => true,
        Some([0xed, next, ..]) => *next < 0xa0,
        Some([0xef, 0xbb, 0xbf, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..]) => false,
        Some([0xef, ..]) => true,
        _ => false,
    }
}

/// Ordinary characters: they say nothing about style, wherever they stand.
const fn ordinary() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] = !matches!(byte, b':' | b'#');
        byte += 1;
    }
    table
}

const ORDINARY: [bool; 256] = ordinary();

impl Analysis {
    pub(super) fn of(text: &[u8], flavor: Flavor) -> Analysis {
        let mut indicators = text.starts_with(b"---") || text.starts_with(b"...");
        let (mut line_breaks, mut special, mut tabs) = (false, false, false);
        let (mut leading, mut trailing, mut trailing_space) = (false, false, false);
        let (mut break_space, mut space_break) = (false, false);
        let (mut previous_space, mut previous_break, mut preceded_by_blank) = (false, false, true);
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            if at > 0 && ORDINARY[byte as usize] {
                at += 1;
                (previous_space, previous_break, preceded_by_blank) = (false, false, false);
                continue;
            }
            let width = width_of(byte).max(1);
            let followed_by_blank = matches!(text.get(at + width), None | Some(b' ' | b'\t'));
            indicators |= match byte {
                b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
                | b'%' | b'@' | b'`'
                    if at == 0 =>
                {
                    true
                }
                b'?' | b'-' if at == 0 => followed_by_blank,
                b':' => followed_by_blank,
                b'#' => preceded_by_blank,
                _ => false,
            };
            if byte == b'\t' && flavor == Flavor::V3 {
                tabs = true;
            } else {
                special |= !is_printable(text, at);
            }
            let is_break = break_len(text, at) != 0;
            let last = at + width >= text.len();
            if byte == b' ' {
                leading |= at == 0;
                trailing |= last;
                trailing_space |= last;
                break_space |= previous_break;
            } else if is_break {
                line_breaks = true;
                leading |= at == 0;
                trailing |= last;
                space_break |= previous_space;
            }
            previous_space = byte == b' ';
            previous_break = is_break;
            preceded_by_blank = matches!(byte, b' ' | b'\t' | 0) || is_break;
            at += width;
        }
        let quotes = break_space || space_break || tabs || special;
        Analysis {
            multiline: line_breaks,
            plain_allowed: !(leading || trailing || line_breaks || indicators || quotes),
            single_allowed: !quotes,
            literal_allowed: !(text.is_empty() || trailing_space || space_break || special),
        }
    }
}
