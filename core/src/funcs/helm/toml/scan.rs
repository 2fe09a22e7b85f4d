//! The characters of a TOML document: a cursor that knows its line, and the scalars (toml v1.6.0 and v1.4.0, lex.go
//! and parse.go).
//!
//! Which line an error is said to be on depends on how far the reader had looked: this is why characters are read by
//! [`Scanner::next`] and given back by restoring [`Scanner::at`], instead of being peeked at.

use crate::go::number::{NumErrorKind, parse_float, parse_int};
use crate::go::quote::{quote, quote_rune};
use crate::go::{unicode, utf8};

/// An error with the line it is reported on.
#[derive(Debug)]
pub(super) struct Complaint {
    pub line: i64,
    pub message: String,
}

/// Where the scanner stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub pos: usize,
    pub line: i64,
    /// The end has been read as if it were a character.
    past_end: bool,
}

/// What stands for the end of the document.
pub(super) const END: char = '\0';

/// A document being read.
pub(super) struct Scanner<'a> {
    input: &'a [u8],
    pub at: At,
    /// TOML 1.1 (v1.6.0) or 1.0 (v1.4.0).
    pub toml_1_1: bool,
}

/// A scalar as it stands in the document.
pub(super) enum Number {
    /// Digits, perhaps with a sign or a base.
    Integer,
    /// With a fraction or an exponent, or one of the words.
    Float,
    /// Digits with dashes or colons.
    Datetime,
}

impl<'a> Scanner<'a> {
    pub fn new(input: &'a [u8], toml_1_1: bool) -> Scanner<'a> {
        Scanner { input, at: At { pos: 0, line: 1, past_end: false }, toml_1_1 }
    }

    /// Reads a character; [`END`] at the end.
    pub fn next(&mut self) -> Result<char, Complaint> {
        let rest = self.input.get(self.at.pos..).unwrap_or_default();
        let Some(first) = rest.first() else {
            self.at.past_end = true;
            return Ok(END);
        };
        if *first == b'\n' {
            self.at.line += 1;
        }
        let (c, width) = utf8::decode(rest);
        if c == char::REPLACEMENT_CHARACTER && width == 1 {
            return Err(self.complain(format!("invalid UTF-8 byte: 0x{first:02x}")));
        }
        let lone_return = c == '\r' && rest.get(1) != Some(&b'\n');
        if lone_return || matches!(c, '\0'..'\t' | '\x0b' | '\x0c' | '\x0e'..' ' | '\x7f') {
            let message = format!("TOML files cannot contain control characters: '0x{:02x}'", u32::from(c));
            return Err(Complaint { line: self.at.line, message });
        }
        self.at.pos += width;
        Ok(c)
    }

    /// Reads a character without moving.
    pub fn peek(&mut self) -> Result<char, Complaint> {
        let at = self.at;
        let c = self.next()?;
        self.at = at;
        Ok(c)
    }

    /// Reads a character if it is `wanted`.
    pub fn accept(&mut self, wanted: char) -> Result<bool, Complaint> {
        let at = self.at;
        if self.next()? == wanted {
            return Ok(true);
        }
        self.at = at;
        Ok(false)
    }

    /// Passes over characters as long as `wanted` says so.
    pub fn skip(&mut self, wanted: fn(char) -> bool) -> Result<(), Complaint> {
        loop {
            let at = self.at;
            if !wanted(self.next()?) {
                self.at = at;
                return Ok(());
            }
        }
    }

    /// Passes over a comment, `#` read, up to its line's end.
    pub fn skip_comment(&mut self) -> Result<(), Complaint> {
        self.skip(|c| !is_newline(c) && c != END)
    }

    /// The text from `start` to here.
    fn since(&self, start: usize) -> &'a [u8] {
        self.input.get(start..self.at.pos).unwrap_or_default()
    }

    /// An error here. At the end of a document whose last line is complete, here is that line.
    pub fn complain(&self, message: impl Into<String>) -> Complaint {
        let complete = !self.toml_1_1
            || self.at.pos.checked_sub(1).and_then(|last| self.input.get(last)) == Some(&b'\n');
        let line = self.at.line - i64::from(self.at.past_end && complete);
        Complaint { line, message: message.into() }
    }

    /// An error on the line that a newline has just ended.
    pub fn complain_above(&self, message: impl Into<String>) -> Complaint {
        Complaint { line: self.at.line - 1, message: message.into() }
    }

    /// An error about `c`, which v1.6.0 reports on the line that `c` ends, if it is a newline.
    pub fn complain_about(&self, c: char, message: impl Into<String>) -> Complaint {
        if c == '\n' && self.toml_1_1 { self.complain_above(message) } else { self.complain(message) }
    }

    /// A part of a key: text in quotes, or bare.
    pub fn key_part(&mut self) -> Result<Vec<u8>, Complaint> {
        match self.peek()? {
            '"' => {
                self.next()?;
                self.basic_string()
            }
            '\'' => {
                self.next()?;
                self.literal_string()
            }
            _ => {
                let start = self.at.pos;
                self.skip(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))?;
                Ok(self.since(start).to_vec())
            }
        }
    }

    /// The text of a value that starts with a quotation mark, already read.
    pub fn string(&mut self, mark: char) -> Result<Vec<u8>, Complaint> {
        let at = self.at;
        if self.accept(mark)? {
            if self.accept(mark)? {
                return if mark == '"' {
                    self.multiline_string(mark, true)
                } else {
                    self.multiline_string(mark, false)
                };
            }
            self.at = at;
        }
        if mark == '"' { self.basic_string() } else { self.literal_string() }
    }

    fn basic_string(&mut self) -> Result<Vec<u8>, Complaint> {
        let start = self.at.pos;
        loop {
            let end = self.at.pos;
            match self.next()? {
                END => return Err(self.complain("unexpected EOF; expected '\"'")),
                '\n' | '\r' => return Err(self.complain_above("strings cannot contain newlines")),
                '\\' => self.escape(start)?,
                '"' => return self.unescaped(self.input.get(start..end).unwrap_or_default()),
                _ => {}
            }
        }
    }

    fn literal_string(&mut self) -> Result<Vec<u8>, Complaint> {
        let start = self.at.pos;
        loop {
            let end = self.at.pos;
            match self.next()? {
                END => return Err(self.complain("unexpected EOF; expected \"'\"")),
                '\n' | '\r' => return Err(self.complain_above("strings cannot contain newlines")),
                '\'' => return Ok(self.input.get(start..end).unwrap_or_default().to_vec()),
                _ => {}
            }
        }
    }

    fn multiline_string(&mut self, mark: char, escapes: bool) -> Result<Vec<u8>, Complaint> {
        let start = self.at.pos;
        let marks = |count: usize| mark.to_string().repeat(count);
        loop {
            let at = self.at;
            match self.next()? {
                END => {
                    let expected = if escapes { "'\"\"\"'" } else { "\"'''\"" };
                    return Err(self.complain(format!("unexpected EOF; expected {expected}")));
                }
                '\\' if escapes => {
                    let at = self.at;
                    if !is_newline(self.next()?) {
                        self.at = at;
                        self.escape(start)?;
                    }
                }
                c if c == mark => {
                    let after_one = self.at;
                    if !self.accept(mark)? || !self.accept(mark)? {
                        self.at = after_one;
                        continue;
                    }
                    if self.peek()? != mark {
                        let text = self.input.get(start..at.pos).unwrap_or_default();
                        let text = text.strip_prefix(b"\n").or(text.strip_prefix(b"\r\n")).unwrap_or(text);
                        return if escapes {
                            self.unescaped(&without_escaped_newlines(text))
                        } else {
                            Ok(text.to_vec())
                        };
                    }
                    // Up to two marks may stand before the closing three.
                    let read = self.since(start);
                    let too_many = read.ends_with(marks(5).as_bytes());
                    let escaped = escapes && read.ends_with(format!("\\{}", marks(5)).as_bytes());
                    if too_many && !escaped {
                        let outer = if escapes { '\'' } else { '"' };
                        return Err(self.complain(format!("unexpected {outer}{}{outer}", marks(6))));
                    }
                    self.at = after_one;
                }
                _ => {}
            }
        }
    }

    /// Checks what follows a backslash in the string that began at `start`.
    fn escape(&mut self, start: usize) -> Result<(), Complaint> {
        let c = self.next()?;
        let (digits, count) = match c {
            'b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\' => return Ok(()),
            'e' if self.toml_1_1 => return Ok(()),
            'x' if self.toml_1_1 => (2, "two"),
            'u' => (4, "four"),
            'U' => (8, "eight"),
            _ if self.at.past_end => {
                return Err(self.complain_above(format!("invalid escape in string '\\{c}'")));
            }
            _ => return Err(self.complain(format!("invalid escape in string '\\{c}'"))),
        };
        for _ in 0..digits {
            if !self.next()?.is_ascii_hexdigit() {
                let read = quote(self.since(start));
                let message =
                    format!("expected {count} hexadecimal digits after '\\{c}', but got {read} instead");
                return Err(self.complain(message));
            }
        }
        Ok(())
    }

    /// The text that a string with escapes stands for.
    fn unescaped(&self, text: &[u8]) -> Result<Vec<u8>, Complaint> {
        let mut out = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.iter().position(|b| *b == b'\\') {
            let (plain, escape) = rest.split_at(at);
            out.extend_from_slice(plain);
            let Some((&letter, after)) = escape.get(1..).and_then(<[u8]>::split_first) else { break };
            rest = after;
            let digits = match letter {
                b'x' => 2,
                b'u' => 4,
                b'U' => 8,
                b' ' | b'\t' => {
                    return Err(self.complain(format!("invalid escape: '\\{}'", char::from(letter))));
                }
                _ => {
                    out.push(match letter {
                        b'b' => 8,
                        b't' => b'\t',
                        b'n' => b'\n',
                        b'f' => 12,
                        b'r' => b'\r',
                        b'e' => 27,
                        other => other,
                    });
                    continue;
                }
            };
            let (number, after) = rest.split_at_checked(digits).unwrap_or((rest, &[]));
            rest = after;
            let number = String::from_utf8_lossy(number);
            match u32::from_str_radix(&number, 16).ok().and_then(char::from_u32) {
                Some(c) => utf8::push(&mut out, c),
                None => {
                    let message = format!("Escaped character '\\u{number}' is not valid UTF-8.");
                    return Err(self.complain(message));
                }
            }
        }
        out.extend_from_slice(rest);
        Ok(out)
    }

    /// A number or time that starts here with a digit.
    pub fn number(&mut self) -> Result<(Number, &'a [u8]), Complaint> {
        let start = self.at.pos;
        let zero = self.next()? == '0';
        let at = self.at;
        let mut kind = Number::Integer;
        match self.next()? {
            base @ ('b' | 'o' | 'x') if zero => {
                let (name, is_digit): (_, fn(char) -> bool) = match base {
                    'b' => ("a binary", |c| matches!(c, '0' | '1')),
                    'o' => ("an octal", |c| matches!(c, '0'..='7')),
                    _ if self.toml_1_1 => ("a hexadecimal", |c| c.is_ascii_hexdigit()),
                    _ => ("a hexidecimal", |c| c.is_ascii_hexdigit()),
                };
                let digit = self.peek()?;
                if !is_digit(digit) {
                    return Err(self.complain(format!("not {name} number: '0{base}{digit}'")));
                }
                match base {
                    'b' => self.skip(|c| matches!(c, '0' | '1' | '_'))?,
                    'o' => self.skip(|c| matches!(c, '0'..='7' | '_'))?,
                    _ => self.skip(|c| c.is_ascii_hexdigit() || c == '_')?,
                }
            }
            c => {
                self.at = at;
                // Nothing but a second digit makes a leading zero the start of a date.
                if !zero || c.is_ascii_digit() {
                    self.skip(|c| c.is_ascii_digit())?;
                    if matches!(self.peek()?, '-' | ':') {
                        kind = Number::Datetime;
                    }
                }
                match kind {
                    Number::Datetime => self.skip(|c| {
                        c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | 't' | ' ' | '.' | 'Z' | 'z' | '+')
                    })?,
                    _ => kind = self.decimal()?,
                }
            }
        }
        Ok((kind, self.since(start).trim_ascii_end()))
    }

    /// The rest of a decimal number.
    fn decimal(&mut self) -> Result<Number, Complaint> {
        self.skip(|c| c.is_ascii_digit() || c == '_')?;
        if !matches!(self.peek()?, '.' | 'e' | 'E') {
            return Ok(Number::Integer);
        }
        self.skip(|c| c.is_ascii_digit() || matches!(c, '_' | '.' | '-' | '+' | 'e' | 'E'))?;
        Ok(Number::Float)
    }

    /// A number whose sign has just been read.
    pub fn signed_number(&mut self) -> Result<(Number, &'a [u8]), Complaint> {
        let start = self.at.pos - 1;
        let c = self.next()?;
        let kind = match c {
            'i' | 'n' => {
                let (second, third) = if c == 'i' { ('n', 'f') } else { ('a', 'n') };
                if !self.accept(second)? || !self.accept(third)? {
                    let read = String::from_utf8_lossy(self.since(start));
                    return Err(self.complain(format!("invalid float: '{read}'")));
                }
                Number::Float
            }
            '.' => return Err(self.complain("floats must start with a digit, not '.'")),
            '0'..='9' => {
                let base = if c == '0' { self.peek()? } else { END };
                if matches!(base, 'b' | 'o' | 'x') {
                    let read = String::from_utf8_lossy(self.since(start));
                    return Err(
                        self.complain(format!("cannot use sign with non-decimal numbers: '{read}{base}'"))
                    );
                }
                self.decimal()?
            }
            _ => return Err(self.complain(format!("expected a digit but got {}", quote_rune(c)))),
        };
        Ok((kind, self.since(start)))
    }

    /// A word that starts with `first`, already read: one of the special floats, `true` or `false`.
    pub fn word(&mut self, first: char) -> Result<&'a [u8], Complaint> {
        let start = self.at.pos - first.len_utf8();
        let mut before = At { pos: start, ..self.at };
        if matches!(first, 'i' | 'n') {
            // Either of these words may go astray into the other; the parser then finds that it is no float.
            for (second, third) in [('n', 'f'), ('a', 'n')] {
                let at = self.at;
                if self.accept(second)? {
                    before = at;
                    if self.accept(third)? {
                        return Ok(self.since(start));
                    }
                }
            }
        }
        // Only the last character read so far is given back.
        self.at = before;
        let start = self.at.pos;
        loop {
            let at = self.at;
            if !unicode::is_letter(self.next()?) {
                self.at = at;
                break;
            }
        }
        match self.since(start) {
            word @ (b"true" | b"false") => Ok(word),
            word => Err(self.complain(format!("expected value but found {} instead", quote(word)))),
        }
    }
}

pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

pub(super) fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// `c` in an error, or the words for the end.
pub(super) fn found(c: char) -> String {
    if c == END { "end of file".to_owned() } else { format!("'{c}'") }
}

/// Removes each backslash that ends a line, and all white space after it.
fn without_escaped_newlines(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|b| *b == b'\\') {
        let (plain, escape) = rest.split_at(at);
        out.extend_from_slice(plain);
        let blanks = escape.iter().skip(1).take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count();
        let (escape, after) = match escape.get(..1 + blanks) {
            Some(blank) if blank.contains(&b'\n') => (&[][..], escape.get(1 + blanks..).unwrap_or_default()),
            _ => escape.split_at(escape.len().min(2)),
        };
        out.extend_from_slice(escape);
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// The value of an integer.
pub(super) fn integer(text: &[u8]) -> Result<i64, String> {
    let shown = || quote(text);
    if !underscores_ok(text) {
        return Err(format!("Invalid integer {}: underscores must be surrounded by digits", shown()));
    }
    if has_leading_zero(text) {
        return Err(format!("Invalid integer {}: cannot have leading zeroes", shown()));
    }
    parse_int(text, 0, 64).map_err(|error| match error.kind {
        NumErrorKind::Range => format!("{} is out of range for int64", String::from_utf8_lossy(text)),
        _ => format!("BUG: Expected integer value, but got '{}'.", String::from_utf8_lossy(text)),
    })
}

/// The value of a float.
pub(super) fn float(text: &[u8]) -> Result<f64, String> {
    let shown = || quote(text);
    let mut parts =
        text.split(|b| matches!(b, b'.' | b'e' | b'E')).filter(|part| !part.is_empty()).peekable();
    let leading_zero = parts.peek().is_some_and(|part| has_leading_zero(part));
    if !parts.all(underscores_ok) {
        return Err(format!("Invalid float {}: underscores must be surrounded by digits", shown()));
    }
    if leading_zero {
        return Err(format!("Invalid float {}: cannot have leading zeroes", shown()));
    }
    let mut after_point = text.split(|b| *b == b'.').skip(1);
    if !after_point.all(|part| part.first().is_some_and(u8::is_ascii_digit)) {
        return Err(format!("Invalid float {}: '.' must be followed by one or more digits", shown()));
    }
    let digits: Vec<u8> = text.iter().copied().filter(|b| *b != b'_').collect();
    match digits.as_slice() {
        b"nan" | b"+nan" => return Ok(f64::NAN),
        b"-nan" => return Ok(-f64::NAN),
        _ => {}
    }
    parse_float(&digits, 64).map_err(|error| match error.kind {
        NumErrorKind::Range => format!("{} is out of range for float64", String::from_utf8_lossy(text)),
        _ => format!("Invalid float value: {}", shown()),
    })
}

fn has_leading_zero(text: &[u8]) -> bool {
    match text {
        [b'0', second, ..] => !matches!(second, b'b' | b'o' | b'x'),
        [b'+' | b'-', b'0', _, ..] => true,
        _ => false,
    }
}

/// Whether every underscore follows a digit, and the number ends in one.
fn underscores_ok(text: &[u8]) -> bool {
    if matches!(text, b"nan" | b"+nan" | b"-nan" | b"inf" | b"+inf" | b"-inf") {
        return true;
    }
    let mut after_digit = false;
    for byte in text {
        if *byte == b'_' && !after_digit {
            return false;
        }
        after_digit = byte.is_ascii_hexdigit();
    }
    after_digit
}
