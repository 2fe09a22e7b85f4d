//! The scanner's place in the text, and questions about the characters there.

use super::Scanner;
use crate::yaml::error::Error;
use crate::yaml::reader::{piece_end, width_of};
use crate::yaml::token::Mark;

/// Bytes kept between `safe` and what is loaded: no request for characters is larger.
const MARGIN: usize = 32;

impl<'a> Scanner<'a> {
    /// Sets the cursor behind the byte order mark.
    pub(super) fn open(&mut self) {
        self.pos = self.input.start;
        self.buffer_start = self.pos;
        self.loaded = match self.input.bad {
            // Nothing is read before the first request.
            _ if self.input.inner_bom => self.pos,
            Some(bad) => bad.fence,
            None => usize::MAX,
        };
        self.set_safe();
    }

    fn set_safe(&mut self) {
        self.safe = self.loaded;
        if self.loaded != usize::MAX {
            self.safe = self.loaded.saturating_sub(MARGIN);
            // At a character's boundary, where the fast loops must stop.
            while self.safe > 0 && self.text.get(self.safe).is_some_and(|b| b & 0xc0 == 0x80) {
                self.safe -= 1;
            }
        }
    }

    pub(in crate::yaml) fn mark(&self) -> Mark {
        Mark { offset: self.pos as u32, line: self.line, column: self.column }
    }

    /// Asks for `count` characters, as go-yaml's `yaml_parser_update_buffer` does.
    #[inline]
    pub(super) fn need(&mut self, count: usize) -> Result<(), Error> {
        if self.pos < self.safe { Ok(()) } else { self.load(count) }
    }

    #[cold]
    fn load(&mut self, count: usize) -> Result<(), Error> {
        let mut moved = false;
        while self.loaded != usize::MAX {
            let unread = self.text.get(self.pos..self.loaded).unwrap_or(&[]);
            if unread.iter().filter(|b| **b & 0xc0 != 0x80).take(count).count() >= count {
                break;
            }
            if let Some(bad) = self.input.bad
                && self.loaded >= bad.fence
            {
                return Err(bad.error());
            }
            if !moved {
                self.buffer_start = self.pos;
                moved = true;
            }
            // The first piece counts the byte order mark among its bytes.
            let from = if self.loaded == self.input.start { 0 } else { self.loaded };
            self.loaded =
                if self.loaded >= self.text.len() { usize::MAX } else { piece_end(self.text, from) };
        }
        self.set_safe();
        Ok(())
    }

    /// go-yaml looks for a byte order mark at the start of its buffer instead of at the cursor (`is_bom`).
    pub(super) fn buffer_starts_with_bom(&self) -> bool {
        self.input.inner_bom
            && self.text.get(self.buffer_start..).is_some_and(|rest| rest.starts_with(b"\xef\xbb\xbf"))
    }

    /// The byte `ahead` of the cursor; NUL behind the end.
    #[inline]
    pub(super) fn at(&self, ahead: usize) -> u8 {
        self.text.get(self.pos + ahead).copied().unwrap_or(0)
    }

    /// Length of the line break `ahead` of the cursor, CRLF counting as a CR; zero if there is none.
    #[inline]
    pub(super) fn break_len(&self, ahead: usize) -> usize {
        match self.at(ahead) {
            b'\n' | b'\r' => 1,
            0xc2 if self.at(ahead + 1) == 0x85 => 2,
            0xe2 if self.at(ahead + 1) == 0x80 && matches!(self.at(ahead + 2), 0xa8 | 0xa9) => 3,
            _ => 0,
        }
    }

    #[inline]
    pub(super) fn is_break(&self, ahead: usize) -> bool {
        self.break_len(ahead) != 0
    }

    #[inline]
    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.at(ahead), b' ' | b'\t')
    }

    #[inline]
    pub(super) fn is_breakz(&self, ahead: usize) -> bool {
        self.at(ahead) == 0 || self.is_break(ahead)
    }

    #[inline]
    pub(super) fn is_blankz(&self, ahead: usize) -> bool {
        matches!(self.at(ahead), b' ' | b'\t' | 0) || self.is_break(ahead)
    }

    /// Whether `---` or `...` stands here, alone.
    pub(super) fn document_indicator(&self) -> bool {
        let byte = self.at(0);
        (byte == b'-' || byte == b'.') && self.at(1) == byte && self.at(2) == byte && self.is_blankz(3)
    }

    /// Passes one character.
    #[inline]
    pub(super) fn skip(&mut self) {
        self.pos += width_of(self.at(0)).max(1);
        self.column += 1;
    }

    /// Passes a line break.
    pub(super) fn skip_line(&mut self) {
        let mut len = self.break_len(0);
        if len == 0 {
            return;
        }
        if self.at(0) == b'\r' && self.at(1) == b'\n' {
            len = 2;
        }
        self.pos += len;
        self.column = 0;
        self.line += 1;
    }

    /// Passes a line break, appending it to `out`: all but LS and PS become LF.
    pub(super) fn read_line(&mut self, out: &mut Vec<u8>) {
        match self.break_len(0) {
            0 => return,
            3 => out.extend_from_slice(self.text.get(self.pos..self.pos + 3).unwrap_or(&[])),
            _ => out.push(b'\n'),
        }
        self.skip_line();
    }

    /// Passes the rest of the line.
    pub(super) fn skip_to_break(&mut self) -> Result<(), Error> {
        loop {
            // Most of a comment is neither a line break nor near the end of what is loaded.
            let end = self.safe.min(self.text.len());
            while self.pos < end {
                match self.at(0) {
                    0x80..=0xbf => self.pos += 1,
                    b'\n' | b'\r' | 0xc2 | 0xe2 => break,
                    _ => {
                        self.pos += 1;
                        self.column += 1;
                    }
                }
            }
            if self.is_breakz(0) {
                return Ok(());
            }
            self.skip();
            self.need(1)?;
        }
    }
}
