//! Scalars: plain, quoted and block.
//!
//! A scalar that stands on one line as it is meant becomes a slice of the text; folding and escapes need a copy, made in
//! the scanner's side buffer.

use super::Scanner;
use crate::yaml::error::Error;
use crate::yaml::token::{Mark, Style, Text, Token, TokenKind};

/// The line breaks between two lines of a scalar: the first, which folds to a space, and the others.
#[derive(Default)]
struct Breaks {
    leading: Vec<u8>,
    trailing: Vec<u8>,
}

impl Breaks {
    /// Appends what the breaks fold to in plain and quoted scalars, and forgets them.
    fn fold(&mut self, out: &mut Vec<u8>) {
        if self.leading.first() == Some(&b'\n') {
            if self.trailing.is_empty() {
                out.push(b' ');
            }
        } else {
            out.append(&mut self.leading);
        }
        out.append(&mut self.trailing);
        self.leading.clear();
    }
}

/// What is known of a scalar while it is scanned: a slice so far, or a copy under way.
struct Draft {
    /// Start of the slice, or of the part not yet copied.
    from: usize,
    /// End of the same.
    to: usize,
    /// Where the copy begins in the side buffer.
    copy: Option<usize>,
}

impl Scanner<'_> {
    fn token(&self, style: Style, start: Mark, end: Mark, text: Text) -> Token {
        Token { kind: TokenKind::Scalar(style), start, end, text, suffix: Text::EMPTY }
    }

    /// Copies what the draft has not copied yet.
    fn spill(&mut self, draft: &mut Draft) {
        draft.copy.get_or_insert(self.made.len());
        self.made.extend_from_slice(self.text.get(draft.from..draft.to).unwrap_or(&[]));
        draft.from = draft.to;
    }

    fn finish(&mut self, mut draft: Draft) -> Text {
        match draft.copy {
            None => Text::verbatim(draft.from, draft.to),
            Some(start) => {
                self.spill(&mut draft);
                Text::made(start, &self.made)
            }
        }
    }

    pub(super) fn scan_plain(&mut self) -> Result<Token, Error> {
        let start = self.mark();
        let mut end = start;
        let indent = self.indent + 1;
        let flow = self.flow_level > 0;
        let mut draft = Draft { from: self.pos, to: self.pos, copy: None };
        let mut breaks = Breaks::default();
        let mut leading_blanks = false;
        loop {
            self.need(4)?;
            if self.column == 0 && self.document_indicator() {
                break;
            }
            if self.at(0) == b'#' {
                break;
            }
            let word = self.pos;
            self.pass_plain_word(flow)?;
            if self.pos > word {
                if leading_blanks {
                    self.spill(&mut draft);
                    breaks.fold(&mut self.made);
                    leading_blanks = false;
                    draft.from = word;
                }
                draft.to = self.pos;
                end = self.mark();
            }
            if !(self.is_blank(0) || self.is_break(0)) {
                break;
            }
            self.need(1)?;
            loop {
                if self.is_blank(0) {
                    if leading_blanks && (self.column as i32) < indent && self.at(0) == b'\t' {
                        return self.fault(start, "found a tab character that violates indentation");
                    }
                    self.skip();
                } else if self.is_break(0) {
                    self.need(2)?;
                    let out = if leading_blanks { &mut breaks.trailing } else { &mut breaks.leading };
                    self.read_line(out);
                    leading_blanks = true;
                } else {
                    break;
                }
                self.need(1)?;
            }
            if !flow && (self.column as i32) < indent {
                break;
            }
        }
        if leading_blanks {
            self.simple_key_allowed = true;
        }
        let text = self.finish(draft);
        Ok(self.token(Style::Plain, start, end, text))
    }

    /// Passes the characters up to a blank, a break or an indicator that ends a plain scalar.
    fn pass_plain_word(&mut self, flow: bool) -> Result<(), Error> {
        loop {
            let end = self.safe.min(self.text.len());
            while self.pos < end {
                match self.at(0) {
                    0x80..=0xbf => self.pos += 1,
                    b' ' | b'\t' | b'\n' | b'\r' | b':' | 0xc2 | 0xe2 => break,
                    b',' | b'?' | b'[' | b']' | b'{' | b'}' if flow => return Ok(()),
                    _ => {
                        self.pos += 1;
                        self.column += 1;
                    }
                }
            }
            if self.is_blankz(0) {
                return Ok(());
            }
            match self.at(0) {
                b':' if self.is_blankz(1) => return Ok(()),
                b',' | b'?' | b'[' | b']' | b'{' | b'}' if flow => return Ok(()),
                _ => {}
            }
            self.skip();
            self.need(2)?;
        }
    }

    pub(super) fn scan_quoted(&mut self, style: Style) -> Result<Token, Error> {
        let single = style == Style::SingleQuoted;
        let quote = if single { b'\'' } else { b'"' };
        let start = self.mark();
        self.skip();
        let mut draft = Draft { from: self.pos, to: self.pos, copy: None };
        let mut breaks = Breaks::default();
        loop {
            self.need(4)?;
            if self.column == 0 && self.document_indicator() {
                return self.fault(start, "found unexpected document indicator");
            }
            if self.at(0) == 0 {
                return self.fault(start, "found unexpected end of stream");
            }
            let mut leading_blanks = false;
            loop {
                self.pass_quoted_run(quote, single);
                draft.to = self.pos;
                if self.is_blankz(0) {
                    break;
                }
                let byte = self.at(0);
                if single && byte == b'\'' && self.at(1) == b'\'' {
                    draft.to = self.pos + 1;
                    self.spill(&mut draft);
                    self.skip();
                    self.skip();
                    draft.from = self.pos;
                    draft.to = self.pos;
                } else if byte == quote {
                    break;
                } else if !single && byte == b'\\' && self.is_break(1) {
                    self.need(3)?;
                    self.spill(&mut draft);
                    self.skip();
                    self.skip_line();
                    leading_blanks = true;
                    break;
                } else if !single && byte == b'\\' {
                    self.spill(&mut draft);
                    self.scan_escape(start)?;
                    draft.from = self.pos;
                    draft.to = self.pos;
                } else {
                    self.skip();
                    draft.to = self.pos;
                }
                self.need(2)?;
            }
            self.need(1)?;
            if self.at(0) == quote {
                break;
            }
            loop {
                if self.is_blank(0) {
                    self.skip();
                } else if self.is_break(0) {
                    self.need(2)?;
                    let out = if leading_blanks {
                        &mut breaks.trailing
                    } else {
                        self.spill(&mut draft);
                        &mut breaks.leading
                    };
                    self.read_line(out);
                    leading_blanks = true;
                } else {
                    break;
                }
                self.need(1)?;
            }
            if leading_blanks {
                breaks.fold(&mut self.made);
                draft.from = self.pos;
            }
            draft.to = self.pos;
        }
        self.skip();
        let end = self.mark();
        let text = self.finish(draft);
        Ok(self.token(style, start, end, text))
    }

    /// Passes characters that mean themselves, as far as that is quickly seen.
    fn pass_quoted_run(&mut self, quote: u8, single: bool) {
        let end = self.safe.min(self.text.len());
        while self.pos < end {
            match self.at(0) {
                0x80..=0xbf => self.pos += 1,
                b' ' | b'\t' | b'\n' | b'\r' | 0xc2 | 0xe2 => return,
                b'\\' if !single => return,
                byte if byte == quote => return,
                _ => {
                    self.pos += 1;
                    self.column += 1;
                }
            }
        }
    }

    /// An escape sequence of a double-quoted scalar.
    fn scan_escape(&mut self, start: Mark) -> Result<(), Error> {
        let (meaning, digits): (&[u8], usize) = match self.at(1) {
            b'0' => (b"\0", 0),
            b'a' => (b"\x07", 0),
            b'b' => (b"\x08", 0),
            b't' | b'\t' => (b"\t", 0),
            b'n' => (b"\n", 0),
            b'v' => (b"\x0b", 0),
            b'f' => (b"\x0c", 0),
            b'r' => (b"\r", 0),
            b'e' => (b"\x1b", 0),
            b' ' => (b" ", 0),
            b'"' => (b"\"", 0),
            b'\'' => (b"'", 0),
            b'\\' => (b"\\", 0),
            b'N' => ("\u{85}".as_bytes(), 0),
            b'_' => ("\u{a0}".as_bytes(), 0),
            b'L' => ("\u{2028}".as_bytes(), 0),
            b'P' => ("\u{2029}".as_bytes(), 0),
            b'x' => (b"", 2),
            b'u' => (b"", 4),
            b'U' => (b"", 8),
            _ => return self.fault(start, "found unknown escape character"),
        };
        self.made.extend_from_slice(meaning);
        self.skip();
        self.skip();
        if digits == 0 {
            return Ok(());
        }
        self.need(digits)?;
        let mut value: u32 = 0;
        for k in 0..digits {
            match (self.at(k) as char).to_digit(16) {
                Some(digit) => value = (value << 4) | digit,
                None => return self.fault(start, "did not find expected hexdecimal number"),
            }
        }
        match char::from_u32(value) {
            Some(c) => self.made.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => return self.fault(start, "found invalid Unicode character escape code"),
        }
        for _ in 0..digits {
            self.skip();
        }
        Ok(())
    }

    pub(super) fn scan_block_scalar(&mut self, style: Style) -> Result<Token, Error> {
        let start = self.mark();
        self.skip();
        self.need(1)?;
        let (chomping, increment) = self.scan_block_header(start)?;
        let mut end = self.mark();
        let mut indent = match increment {
            0 => 0,
            n => self.indent.max(0) + n,
        };
        let copy = self.made.len();
        let mut breaks = Breaks::default();
        self.scan_block_breaks(&mut indent, &mut breaks.trailing, start, &mut end)?;
        self.need(1)?;
        let mut leading_blank = false;
        while self.column as i32 == indent && self.at(0) != 0 {
            let blank = self.is_blank(0);
            let folds =
                style == Style::Folded && !leading_blank && !blank && breaks.leading.first() == Some(&b'\n');
            if folds {
                if breaks.trailing.is_empty() {
                    self.made.push(b' ');
                }
                breaks.leading.clear();
            } else {
                self.made.append(&mut breaks.leading);
            }
            self.made.append(&mut breaks.trailing);
            leading_blank = blank;
            let line = self.pos;
            self.skip_to_break()?;
            self.made.extend_from_slice(self.text.get(line..self.pos).unwrap_or(&[]));
            self.need(2)?;
            self.read_line(&mut breaks.leading);
            self.scan_block_breaks(&mut indent, &mut breaks.trailing, start, &mut end)?;
        }
        if chomping != Some(false) {
            self.made.append(&mut breaks.leading);
        }
        if chomping == Some(true) {
            self.made.append(&mut breaks.trailing);
        }
        let text = Text::made(copy, &self.made);
        Ok(self.token(style, start, end, text))
    }

    /// What follows `|` or `>` on its line: whether to keep (true) or strip (false) final breaks, and the indentation.
    fn scan_block_header(&mut self, start: Mark) -> Result<(Option<bool>, i32), Error> {
        let (mut chomping, mut increment) = (None, 0);
        if matches!(self.at(0), b'+' | b'-') {
            chomping = Some(self.at(0) == b'+');
            self.skip();
            self.need(1)?;
            increment = self.scan_block_increment(start)?;
        } else if self.at(0).is_ascii_digit() {
            increment = self.scan_block_increment(start)?;
            self.need(1)?;
            if matches!(self.at(0), b'+' | b'-') {
                chomping = Some(self.at(0) == b'+');
                self.skip();
            }
        }
        self.need(1)?;
        self.end_line(start)?;
        Ok((chomping, increment))
    }

    fn scan_block_increment(&mut self, start: Mark) -> Result<i32, Error> {
        match self.at(0) {
            b'0' => self.fault(start, "found an indentation indicator equal to 0"),
            digit @ b'1'..=b'9' => {
                self.skip();
                Ok(i32::from(digit - b'0'))
            }
            _ => Ok(0),
        }
    }

    /// Blanks and perhaps a comment up to the end of the line, which is passed.
    pub(super) fn end_line(&mut self, start: Mark) -> Result<(), Error> {
        while self.is_blank(0) {
            self.skip();
            self.need(1)?;
        }
        if self.at(0) == b'#' {
            self.skip_to_break()?;
        }
        if !self.is_breakz(0) {
            return self.fault(start, "did not find expected comment or line break");
        }
        if self.is_break(0) {
            self.need(2)?;
            self.skip_line();
        }
        Ok(())
    }

    /// Indentation and empty lines of a block scalar; finds the indentation if it is not known (zero).
    fn scan_block_breaks(
        &mut self,
        indent: &mut i32,
        breaks: &mut Vec<u8>,
        start: Mark,
        end: &mut Mark,
    ) -> Result<(), Error> {
        *end = self.mark();
        let mut widest = 0;
        loop {
            self.need(1)?;
            while (*indent == 0 || (self.column as i32) < *indent) && self.at(0) == b' ' {
                self.skip();
                self.need(1)?;
            }
            widest = widest.max(self.column as i32);
            if (*indent == 0 || (self.column as i32) < *indent) && self.at(0) == b'\t' {
                return self.fault(start, "found a tab character where an indentation space is expected");
            }
            if !self.is_break(0) {
                break;
            }
            self.need(2)?;
            self.read_line(breaks);
            *end = self.mark();
        }
        if *indent == 0 {
            *indent = widest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}
