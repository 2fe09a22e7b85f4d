//! The look of a scalar: its style, its escapes, and where long lines break (yaml2/emitterc.go; R127–R130).

use super::analysis::{Analysis, break_len, is_printable};
use super::emitter::{Emitter, Place, ScalarText, Wish};
use super::reader::width_of;
use super::resolve::{Flavor, Tag, is_base60, is_old_bool, resolve_plain};

/// Lines longer than this are broken at the next space. yaml v3 does not break lines.
const BEST_WIDTH: usize = 80;

impl<'t> ScalarText<'t> {
    /// A string: literal if it has lines, quoted if it would be read as something else (yaml2/encode.go:stringv).
    pub(super) fn string(text: &'t [u8], flavor: Flavor) -> ScalarText<'t> {
        let wish = if text.contains(&b'\n') {
            Wish::Literal
        } else if resolve_plain(text, flavor).0 != Tag::Str
            || is_base60(text)
            || (flavor == Flavor::V3 && is_old_bool(text))
        {
            Wish::Double
        } else {
            Wish::Plain
        };
        ScalarText { text, wish, tag: b"" }
    }

    /// Base64 under a `!!binary` tag.
    pub(super) fn binary(text: &'t [u8]) -> ScalarText<'t> {
        let wish = if text.contains(&b'\n') { Wish::Literal } else { Wish::Plain };
        ScalarText { text, wish, tag: b"!!binary" }
    }
}

impl Emitter {
    pub(super) fn write_scalar(&mut self, scalar: &ScalarText<'_>, analysis: Analysis, place: Place) {
        let simple_key = place == Place::SimpleKey;
        if !scalar.tag.is_empty() {
            self.raw(scalar.tag);
        }
        let before = self.indent;
        self.indent = before.max(0) + 2;
        let text = scalar.text;
        match scalar.wish {
            Wish::Plain if analysis.plain_allowed => self.write_plain(text, !simple_key),
            Wish::Plain if analysis.single_allowed => self.write_single(text, !simple_key),
            Wish::Literal if analysis.literal_allowed && !simple_key => self.write_literal(text),
            _ => self.write_double(text, !simple_key),
        }
        self.indent = before;
    }

    /// Whether a line may be broken now.
    fn too_long(&self) -> bool {
        self.flavor == Flavor::V2 && self.column > BEST_WIDTH
    }

    /// Whether no space of a text, written from here on in at most `len` columns, could break a line.
    fn fits(&self, len: usize) -> bool {
        self.flavor == Flavor::V3 || self.column + len <= BEST_WIDTH
    }

    /// Writes the character at `at` and returns what follows it.
    fn put_char(&mut self, text: &[u8], at: usize) -> usize {
        let next = at + text.get(at).map_or(1, |lead| width_of(*lead).max(1));
        self.out.extend_from_slice(text.get(at..next).unwrap_or(&[]));
        self.column += 1;
        next
    }

    fn write_plain(&mut self, text: &[u8], breaks_allowed: bool) {
        if !self.whitespace {
            self.put(b' ');
        }
        if !breaks_allowed || self.fits(text.len()) {
            self.put_all(text);
        } else {
            let mut spaces = false;
            let mut at = 0;
            while let Some(&byte) = text.get(at) {
                let space = byte == b' ';
                if space && !spaces && self.too_long() && text.get(at + 1) != Some(&b' ') {
                    self.write_indent();
                    at += 1;
                } else {
                    at = self.put_char(text, at);
                    self.indention &= space;
                }
                spaces = space;
            }
        }
        self.whitespace = false;
        self.indention = false;
    }

    fn write_single(&mut self, text: &[u8], breaks_allowed: bool) {
        self.write_indicator(b"'", true, false);
        let (mut spaces, mut breaks) = (false, false);
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let width = break_len(text, at);
            if byte == b' ' {
                let inside = at > 0 && at + 1 < text.len();
                if breaks_allowed && !spaces && self.too_long() && inside && text.get(at + 1) != Some(&b' ') {
                    self.write_indent();
                    at += 1;
                } else {
                    at = self.put_char(text, at);
                }
                spaces = true;
            } else if width > 0 {
                // Only LS and PS: text with line feeds is never single-quoted. `spaces` stays, as in go-yaml.
                self.put_line_separator(text, at, width);
                at += width;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                if byte == b'\'' {
                    self.put(b'\'');
                }
                at = self.put_char(text, at);
                self.indention = false;
                (spaces, breaks) = (false, false);
            }
        }
        self.write_indicator(b"'", false, false);
    }

    fn put_line_separator(&mut self, text: &[u8], at: usize, width: usize) {
        self.out.extend_from_slice(text.get(at..at + width).unwrap_or(&[]));
        self.column = 0;
        self.indention = true;
    }

    fn write_double(&mut self, text: &[u8], breaks_allowed: bool) {
        self.write_indicator(b"\"", true, false);
        // go-yaml looks for a byte order mark at the start of the text instead of at the character.
        let bom = text.starts_with(b"\xef\xbb\xbf");
        let mut spaces = false;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            if bom || matches!(byte, b'"' | b'\\') || !is_printable(text, at) || break_len(text, at) != 0 {
                at = self.write_escape(text, at);
                spaces = false;
            } else if byte == b' ' {
                if breaks_allowed && !spaces && self.too_long() && at > 0 && at + 1 < text.len() {
                    self.write_indent();
                    if text.get(at + 1) == Some(&b' ') {
                        self.put(b'\\');
                    }
                    at += 1;
                } else {
                    at = self.put_char(text, at);
                }
                spaces = true;
            } else {
                at = self.put_char(text, at);
                spaces = false;
            }
        }
        self.write_indicator(b"\"", false, false);
    }

    fn write_escape(&mut self, text: &[u8], at: usize) -> usize {
        let (c, width) = crate::go::utf8::decode(text.get(at..).unwrap_or(&[]));
        let short = match c {
            '\0' => b'0',
            '\x07' => b'a',
            '\x08' => b'b',
            '\t' => b't',
            '\n' => b'n',
            '\x0b' => b'v',
            '\x0c' => b'f',
            '\r' => b'r',
            '\x1b' => b'e',
            '"' => b'"',
            '\\' => b'\\',
            '\u{85}' => b'N',
            '\u{a0}' => b'_',
            '\u{2028}' => b'L',
            '\u{2029}' => b'P',
            _ => {
                let code = c as u32;
                let escape = match code {
                    0..=0xff => format!("\\x{code:02X}"),
                    0x100..=0xffff => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                };
                self.put_all(escape.as_bytes());
                return at + width.max(1);
            }
        };
        self.put(b'\\');
        self.put(short);
        at + width.max(1)
    }

    fn write_literal(&mut self, text: &[u8]) {
        self.write_indicator(b"|", true, false);
        if text.first() == Some(&b' ') || break_len(text, 0) != 0 {
            self.write_indicator(b"2", false, false);
        }
        if let Some(hint) = chomping(text) {
            self.write_indicator(&[hint], false, false);
        }
        self.put_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let width = break_len(text, at);
            if byte == b'\n' {
                self.put_break();
                self.indention = true;
                breaks = true;
                at += 1;
            } else if width > 0 {
                self.put_line_separator(text, at, width);
                breaks = true;
                at += width;
            } else {
                if breaks {
                    self.write_indent();
                }
                let line = text.get(at..).unwrap_or(&[]);
                let len =
                    line.iter().position(|b| matches!(b, b'\n' | b'\r' | 0xc2 | 0xe2)).unwrap_or(line.len());
                if len == 0 {
                    at = self.put_char(text, at);
                } else {
                    self.put_all(line.get(..len).unwrap_or(&[]));
                    at += len;
                }
                self.indention = false;
                breaks = false;
            }
        }
    }
}

/// `-` for no break at the end, `+` for more than one (or nothing but one), none for exactly one.
fn chomping(text: &[u8]) -> Option<u8> {
    let last_char = |end: usize| {
        let head = text.get(..end).unwrap_or(&[]);
        head.iter().rposition(|b| b & 0xc0 != 0x80)
    };
    let Some(last) = last_char(text.len()) else { return Some(b'-') };
    if break_len(text, last) == 0 {
        return Some(b'-');
    }
    match last_char(last) {
        None => Some(b'+'),
        Some(before) => (break_len(text, before) != 0).then_some(b'+'),
    }
}
