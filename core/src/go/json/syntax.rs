//! The tokens of JSON, and what either generation says about a bad one.

use crate::dialect::HelmVersion;
use crate::go::quote::{Quoting, push_quoted, quote_in, quote_rune};
use crate::go::{unicode, utf8};
use crate::value::Str;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SyntaxError {
    /// The text ended within a value.
    End,
    /// Go's message.
    Message(String),
}

impl SyntaxError {
    /// The text of `json.Unmarshal`'s error.
    pub fn text(self) -> String {
        match self {
            SyntaxError::End => "unexpected end of JSON input".to_owned(),
            SyntaxError::Message(message) => message,
        }
    }
}

/// A place in a text, and the generation that speaks.
pub(super) struct Scanner<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    /// The text is a stream that may go on: its end is no error of the token it cuts.
    pub stream: bool,
    version: HelmVersion,
}

type Scanned<T> = Result<T, SyntaxError>;

impl<'a> Scanner<'a> {
    pub fn new(bytes: &'a [u8], version: HelmVersion) -> Scanner<'a> {
        Scanner { bytes, at: 0, stream: false, version }
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next byte after whitespace, which is skipped.
    pub fn token(&mut self) -> Scanned<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
        self.peek().ok_or(SyntaxError::End)
    }

    /// `invalid character 'x' …` about what stands here.
    pub fn unexpected(&self, place: &str) -> SyntaxError {
        let what = match self.peek() {
            None => return SyntaxError::End,
            // The classic scanner sees bytes and shows each as the rune of that number.
            Some(byte) if !self.version.json_v2() => quoted_byte(byte, self.version),
            Some(byte) => match utf8::decode(self.rest()) {
                (utf8::RUNE_ERROR, 1) => format!("'\\x{byte:x}'"),
                (rune, _) => quote_rune(rune),
            },
        };
        SyntaxError::Message(format!("invalid character {what} {place}"))
    }

    /// Like [`Scanner::unexpected`], but at the end the classic scanner blames a blank it makes up.
    fn unexpected_inside(&self, place: &str) -> SyntaxError {
        if self.peek().is_none() && !self.stream && !self.version.json_v2() {
            return SyntaxError::Message(format!("invalid character ' ' {place}"));
        }
        self.unexpected(place)
    }

    /// `null`, `true` or `false`.
    pub fn literal(&mut self, literal: &'static str) -> Scanned<()> {
        for expected in literal.bytes() {
            if self.peek() != Some(expected) {
                let expecting = char::from(expected);
                return Err(
                    self.unexpected_inside(&format!("in literal {literal} (expecting '{expecting}')"))
                );
            }
            self.at += 1;
        }
        Ok(())
    }

    /// A number's text. What follows it is not looked at.
    pub fn number(&mut self) -> Scanned<&'a str> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.unexpected_inside("in numeric literal")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits("after decimal point in numeric literal")?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits("in exponent of numeric literal")?;
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        Ok(std::str::from_utf8(text).unwrap_or_default())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self, classic_place: &str) -> Scanned<()> {
        if !self.peek().is_some_and(|b| b.is_ascii_digit()) {
            let place = if self.version.json_v2() { "in numeric literal" } else { classic_place };
            return Err(self.unexpected_inside(place));
        }
        self.digits();
        Ok(())
    }

    /// A string's value, from its opening quotation mark on; invalid UTF-8 and lone surrogates become U+FFFD.
    pub fn string(&mut self) -> Scanned<Str> {
        self.at += 1;
        let start = self.at;
        // Most strings have neither escapes nor anything outside ASCII.
        while let Some(b' '..=b'!' | b'#'..=b'[' | b']'..=b'\x7f') = self.peek() {
            self.at += 1;
        }
        let plain = self.bytes.get(start..self.at).unwrap_or_default();
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(Str::from(plain));
        }
        let mut text = plain.to_vec();
        loop {
            match self.peek() {
                None => return Err(SyntaxError::End),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Str::from(text));
                }
                Some(b'\\') => self.escape(&mut text)?,
                Some(0..=0x1f) => {
                    let place = if self.version.json_v2() { "in string" } else { "in string literal" };
                    return Err(self.unexpected(place));
                }
                Some(_) => {
                    let (rune, width) = utf8::decode(self.rest());
                    utf8::push(&mut text, rune);
                    self.at += width;
                }
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Scanned<()> {
        let byte = match self.bytes.get(self.at + 1) {
            Some(b'"') => b'"',
            Some(b'\\') => b'\\',
            Some(b'/') => b'/',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let code = self.escaped_unit()?;
                self.at += 6;
                // A surrogate counts only with its other half right behind it.
                let pair = match (code, hex_unit(self.rest())) {
                    (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => Some(low),
                    _ => None,
                };
                let code = match pair {
                    Some(low) => {
                        self.at += 6;
                        0x10000 + (((code & 0x3ff) << 10) | (low & 0x3ff))
                    }
                    None => code,
                };
                utf8::push(text, char::from_u32(code).unwrap_or(utf8::RUNE_ERROR));
                return Ok(());
            }
            _ => return Err(self.bad_escape(2)),
        };
        text.push(byte);
        self.at += 2;
        Ok(())
    }

    /// The four digits of the `\u....` that stands here.
    fn escaped_unit(&self) -> Scanned<u32> {
        hex_unit(self.rest()).ok_or_else(|| self.bad_escape(6))
    }

    /// What is said about a bad escape that should have been `len` bytes long.
    fn bad_escape(&self, len: usize) -> SyntaxError {
        let rest = self.rest();
        if !self.version.json_v2() {
            let good = rest.iter().skip(2).take_while(|b| b.is_ascii_hexdigit()).count();
            let (offset, place) = match len {
                2 => (1, "in string escape code"),
                _ => (2 + good, "in \\u hexadecimal character escape"),
            };
            return Scanner { at: self.at + offset, ..*self }.unexpected_inside(place);
        }
        // An escape that is cut off but good so far is a matter of the text's end.
        if rest.len() < len && rest.iter().skip(2).all(u8::is_ascii_hexdigit) {
            return SyntaxError::End;
        }
        let what = rest.get(..len).unwrap_or(rest);
        let suspicious = utf8::runes(what).any(|(_, rune, _)| {
            rune == '`' || rune == utf8::RUNE_ERROR || unicode::is_space(rune) || !unicode::is_print(rune)
        });
        SyntaxError::Message(if suspicious {
            format!("invalid escape sequence {} in string", quote_in(what, self.version))
        } else {
            format!("invalid escape sequence `{}` in string", String::from_utf8_lossy(what))
        })
    }
}

/// The number in `\u....` at the beginning of `bytes`.
fn hex_unit(bytes: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes.get(..6)? else { return None };
    digits.iter().try_fold(0, |code, digit| Some(code << 4 | char::from(*digit).to_digit(16)?))
}

/// A byte between single quotation marks, as scanner.go:quoteChar writes it.
fn quoted_byte(byte: u8, version: HelmVersion) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => r#"'"'"#.to_owned(),
        _ => {
            let mut out = Vec::with_capacity(8);
            let rune = char::from(byte);
            push_quoted(
                &mut out,
                rune.encode_utf8(&mut [0; 4]).as_bytes(),
                Quoting { version, ..Quoting::RUNE },
            );
            String::from_utf8(out).unwrap_or_default()
        }
    }
}
