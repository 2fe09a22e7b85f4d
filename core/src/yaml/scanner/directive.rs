//! Directives, tags, anchors and aliases.

use super::Scanner;
use crate::yaml::error::Error;
use crate::yaml::reader::width_of;
use crate::yaml::token::{Mark, Text, Token, TokenKind};

/// Letters of anchors, tag handles and directive names.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Characters of a tag's URI, `%` aside.
fn is_uri(byte: u8) -> bool {
    is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte)
}

impl Scanner<'_> {
    /// Passes word characters.
    fn scan_word(&mut self) -> Result<Text, Error> {
        let from = self.pos;
        while is_word(self.at(0)) {
            self.skip();
            self.need(1)?;
        }
        Ok(Text::verbatim(from, self.pos))
    }

    fn skip_blanks(&mut self) -> Result<(), Error> {
        while self.is_blank(0) {
            self.skip();
            self.need(1)?;
        }
        Ok(())
    }

    pub(super) fn scan_anchor(&mut self, kind: TokenKind) -> Result<Token, Error> {
        let start = self.mark();
        self.skip();
        self.need(1)?;
        let text = self.scan_word()?;
        let end = self.mark();
        if text.is_empty() || !(self.is_blankz(0) || b"?:,]}%@`".contains(&self.at(0))) {
            return self.fault(start, "did not find expected alphabetic or numeric character");
        }
        Ok(Token { text, ..Token::bare(kind, start, end) })
    }

    pub(super) fn scan_directive(&mut self) -> Result<Token, Error> {
        let start = self.mark();
        self.skip();
        self.need(1)?;
        let name = self.scan_word()?;
        if name.is_empty() {
            return self.fault(start, "could not find expected directive name");
        }
        if !self.is_blankz(0) {
            return self.fault(start, "found unexpected non-alphabetical character");
        }
        let mut token = match name.of(self) {
            b"YAML" => {
                self.need(1)?;
                self.skip_blanks()?;
                let major = self.scan_version_number(start)?;
                if self.at(0) != b'.' {
                    return self.fault(start, "did not find expected digit or '.' character");
                }
                self.skip();
                let minor = self.scan_version_number(start)?;
                Token::bare(TokenKind::VersionDirective(major, minor), start, start)
            }
            b"TAG" => {
                self.need(1)?;
                self.skip_blanks()?;
                let text = self.scan_tag_handle(true, start)?;
                self.need(1)?;
                if !self.is_blank(0) {
                    return self.fault(start, "did not find expected whitespace");
                }
                self.skip_blanks()?;
                let suffix = self.scan_tag_uri(Text::EMPTY, start)?;
                self.need(1)?;
                if !self.is_blankz(0) {
                    return self.fault(start, "did not find expected whitespace or line break");
                }
                Token { text, suffix, ..Token::bare(TokenKind::TagDirective, start, start) }
            }
            _ => return self.fault(start, "found unknown directive name"),
        };
        token.end = self.mark();
        self.need(1)?;
        self.end_line(start)?;
        Ok(token)
    }

    fn scan_version_number(&mut self, start: Mark) -> Result<i8, Error> {
        self.need(1)?;
        let (mut value, mut length) = (0i8, 0);
        while self.at(0).is_ascii_digit() {
            length += 1;
            if length > 2 {
                return self.fault(start, "found extremely long version number");
            }
            value = value * 10 + (self.at(0) - b'0') as i8;
            self.skip();
            self.need(1)?;
        }
        if length == 0 {
            return self.fault(start, "did not find expected version number");
        }
        Ok(value)
    }

    pub(super) fn scan_tag(&mut self) -> Result<Token, Error> {
        let start = self.mark();
        self.need(2)?;
        let (handle, suffix) = if self.at(1) == b'<' {
            self.skip();
            self.skip();
            let suffix = self.scan_tag_uri(Text::EMPTY, start)?;
            if self.at(0) != b'>' {
                return self.fault(start, "did not find the expected '>'");
            }
            self.skip();
            (Text::EMPTY, suffix)
        } else {
            let handle = self.scan_tag_handle(false, start)?;
            if handle.len > 1 && handle.of(self).last() == Some(&b'!') {
                (handle, self.scan_tag_uri(Text::EMPTY, start)?)
            } else {
                let suffix = self.scan_tag_uri(handle, start)?;
                let bang = Text { len: 1, ..handle };
                // `!` alone is a tag of its own.
                if suffix.is_empty() { (Text::EMPTY, bang) } else { (bang, suffix) }
            }
        };
        self.need(1)?;
        if !self.is_blankz(0) {
            return self.fault(start, "did not find expected whitespace or line break");
        }
        Ok(Token { text: handle, suffix, ..Token::bare(TokenKind::Tag, start, self.mark()) })
    }

    /// `!`, `!word!` or the `!word` at the start of a local tag.
    fn scan_tag_handle(&mut self, directive: bool, start: Mark) -> Result<Text, Error> {
        self.need(1)?;
        if self.at(0) != b'!' {
            return self.fault(start, "did not find expected '!'");
        }
        let from = self.pos;
        self.skip();
        self.need(1)?;
        self.scan_word()?;
        if self.at(0) == b'!' {
            self.skip();
        } else if directive && self.pos - from > 1 {
            return self.fault(start, "did not find expected '!'");
        }
        Ok(Text::verbatim(from, self.pos))
    }

    /// The rest of a tag; `head` is the part already taken for a handle, whose `!` is dropped.
    fn scan_tag_uri(&mut self, head: Text, start: Mark) -> Result<Text, Error> {
        let mut from = self.pos;
        if head.len > 1 {
            from = head.start as usize + 1;
        }
        let mut any = !head.is_empty();
        let mut copy = None;
        self.need(1)?;
        loop {
            let byte = self.at(0);
            if byte == b'%' {
                copy.get_or_insert(self.made.len());
                self.made.extend_from_slice(self.text.get(from..self.pos).unwrap_or(&[]));
                self.scan_uri_escapes(start)?;
                from = self.pos;
            } else if is_uri(byte) {
                self.skip();
            } else {
                break;
            }
            self.need(1)?;
            any = true;
        }
        if !any {
            return self.fault(start, "did not find expected tag URI");
        }
        Ok(match copy {
            None => Text::verbatim(from, self.pos),
            Some(copy) => {
                self.made.extend_from_slice(self.text.get(from..self.pos).unwrap_or(&[]));
                Text::made(copy, &self.made)
            }
        })
    }

    /// One character written as `%XX` octets.
    fn scan_uri_escapes(&mut self, start: Mark) -> Result<(), Error> {
        let mut left = None;
        loop {
            self.need(3)?;
            let digits = ((self.at(1) as char).to_digit(16), (self.at(2) as char).to_digit(16));
            let (b'%', (Some(high), Some(low))) = (self.at(0), digits) else {
                return self.fault(start, "did not find URI escaped octet");
            };
            let octet = (high * 16 + low) as u8;
            let width = match left {
                None => match width_of(octet) {
                    0 => return self.fault(start, "found an incorrect leading UTF-8 octet"),
                    width => width,
                },
                Some(_) if octet & 0xc0 != 0x80 => {
                    return self.fault(start, "found an incorrect trailing UTF-8 octet");
                }
                Some(left) => left,
            };
            self.made.push(octet);
            for _ in 0..3 {
                self.skip();
            }
            match width - 1 {
                0 => return Ok(()),
                rest => left = Some(rest),
            }
        }
    }
}
