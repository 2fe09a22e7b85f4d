//! Text to tokens, on demand, exactly as Go's text/template/parse/lex.go (R89–R93).
//!
//! Tokens are made one at a time because the parser's own errors and the lexer's must come in Go's order: a text
//! with two mistakes reports the first one met, whoever finds it.

use super::token::{Kind, Token};
use crate::go::{quote, unicode, utf8};
use crate::source::Span;
use memchr::memmem;

const LEFT: &[u8] = b"{{";
const RIGHT: &[u8] = b"}}";

/// The lexer: a position in a text.
pub struct Lexer<'s> {
    text: &'s [u8],
    left: memmem::Finder<'static>,
    pos: usize,
    start: usize,
    inside: bool,
    parens: u32,
    /// Message of the one error token.
    message: String,
    failed: bool,
    /// Whether line feeds in comments count; otherwise where such comments end, and how many each holds.
    counts_comments: bool,
    uncounted: Vec<(usize, usize)>,
}

/// `None` is Go's `eof`.
type Rune = Option<char>;

impl<'s> Lexer<'s> {
    /// A lexer at the start of `text`.
    pub fn new(text: &'s [u8], counts_comments: bool) -> Lexer<'s> {
        Lexer {
            text,
            left: memmem::Finder::new(LEFT),
            pos: 0,
            start: 0,
            inside: false,
            parens: 0,
            message: String::new(),
            failed: false,
            counts_comments,
            uncounted: Vec::new(),
        }
    }

    /// The message behind an error token.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The next token. After the end or an error, the end again.
    pub fn next_token(&mut self) -> Token {
        if self.failed {
            return self.token_at(Kind::Eof, self.start, self.start);
        }
        if self.inside { self.inside_action() } else { self.text_or_delim() }
    }

    fn rest(&self) -> &'s [u8] {
        self.text.get(self.pos..).unwrap_or(&[])
    }

    fn peek(&self) -> Rune {
        match self.rest() {
            [] => None,
            [byte, ..] if byte.is_ascii() => Some(char::from(*byte)),
            rest => Some(utf8::decode(rest).0),
        }
    }

    fn next(&mut self) -> Rune {
        match self.rest() {
            [] => None,
            [byte, ..] if byte.is_ascii() => {
                self.pos += 1;
                Some(char::from(*byte))
            }
            rest => {
                let (rune, width) = utf8::decode(rest);
                self.pos += width;
                Some(rune)
            }
        }
    }

    fn accept(&mut self, valid: &[u8]) -> bool {
        let found = self.rest().first().is_some_and(|byte| valid.contains(byte));
        self.pos += usize::from(found);
        found
    }

    fn accept_run(&mut self, valid: &[u8]) {
        while self.accept(valid) {}
    }

    /// The line a token starts on, counted when an error asks for it.
    pub fn line(&self, token: Token) -> u32 {
        let start = token.span.start as usize;
        let before = self.text.get(..start).unwrap_or(&[]);
        let passed_over: usize =
            self.uncounted.iter().take_while(|(end, _)| *end <= start).map(|(_, lines)| lines).sum();
        (1 + memchr::memchr_iter(b'\n', before).count() - passed_over) as u32
    }

    fn token_at(&self, kind: Kind, start: usize, end: usize) -> Token {
        Token { kind, span: Span::new(start as u32, end as u32) }
    }

    fn emit(&mut self, kind: Kind) -> Token {
        let token = self.token_at(kind, self.start, self.pos);
        self.start = self.pos;
        token
    }

    fn fail(&mut self, message: impl Into<String>) -> Token {
        self.message = message.into();
        self.failed = true;
        self.token_at(Kind::Error, self.start, self.pos)
    }

    fn text_or_delim(&mut self) -> Token {
        loop {
            let Some(found) = self.left.find(self.rest()) else {
                self.pos = self.text.len();
                return self.emit(if self.pos > self.start { Kind::Text } else { Kind::Eof });
            };
            let delim = self.pos + found;
            if found > 0 {
                let mut end = delim;
                if has_left_trim(self.text.get(delim + LEFT.len()..).unwrap_or(&[])) {
                    end = self.start + trimmed_end(self.text.get(self.start..delim).unwrap_or(&[]));
                }
                let text = self.token_at(Kind::Text, self.start, end);
                self.pos = delim;
                self.start = delim;
                if !text.span.is_empty() {
                    return text;
                }
            }
            self.pos = delim + LEFT.len();
            let marker = if has_left_trim(self.rest()) { 2 } else { 0 };
            if self.text.get(self.pos + marker..).is_some_and(|rest| rest.starts_with(b"/*")) {
                self.pos += marker;
                self.start = self.pos;
                if let Err(message) = self.comment() {
                    return self.fail(message);
                }
                continue;
            }
            let token = self.emit(Kind::LeftDelim);
            self.inside = true;
            self.parens = 0;
            self.pos += marker;
            self.start = self.pos;
            return token;
        }
    }

    /// Skips a comment and the delimiter behind it.
    fn comment(&mut self) -> Result<(), &'static str> {
        self.pos += 2;
        let Some(end) = memmem::find(self.rest(), b"*/") else {
            return Err("unclosed comment");
        };
        self.pos += end + 2;
        let Some(trim) = self.right_delim() else {
            return Err("comment ends before closing delimiter");
        };
        if !self.counts_comments {
            let comment = self.text.get(self.start..self.pos).unwrap_or(&[]);
            self.uncounted.push((self.pos, memchr::memchr_iter(b'\n', comment).count()));
        }
        self.skip_right_delim(trim);
        self.start = self.pos;
        Ok(())
    }

    /// Whether a closing delimiter stands here, and whether it trims.
    fn right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        if has_right_trim(rest) && rest.get(2..).is_some_and(|rest| rest.starts_with(RIGHT)) {
            Some(true)
        } else if rest.starts_with(RIGHT) {
            Some(false)
        } else {
            None
        }
    }

    fn skip_right_delim(&mut self, trim: bool) {
        if trim {
            self.pos += 2 + RIGHT.len();
            self.pos += self.rest().iter().take_while(|byte| is_space_byte(**byte)).count();
        } else {
            self.pos += RIGHT.len();
        }
    }

    fn emit_right_delim(&mut self, trim: bool) -> Token {
        let start = self.pos + if trim { 2 } else { 0 };
        self.skip_right_delim(trim);
        self.start = self.pos;
        self.inside = false;
        self.token_at(Kind::RightDelim, start, start + RIGHT.len())
    }

    fn inside_action(&mut self) -> Token {
        if let Some(trim) = self.right_delim() {
            if self.parens == 0 {
                return self.emit_right_delim(trim);
            }
            return self.fail("unclosed left paren");
        }
        let Some(rune) = self.peek() else {
            return self.fail("unclosed action");
        };
        if is_space(Some(rune)) {
            return self.space();
        }
        self.next();
        match rune {
            '=' => self.emit(Kind::Assign),
            ':' => {
                if self.next() != Some('=') {
                    return self.fail("expected :=");
                }
                self.emit(Kind::Declare)
            }
            '|' => self.emit(Kind::Pipe),
            '"' => self.quoted(),
            '`' => match memchr::memchr(b'`', self.rest()) {
                Some(at) => {
                    self.pos += at + 1;
                    self.emit(Kind::RawString)
                }
                None => {
                    self.pos = self.text.len();
                    self.fail("unterminated raw quoted string")
                }
            },
            '$' => self.field_or_variable(Kind::Variable),
            '\'' => self.char_constant(),
            '.' if self.rest().first().is_some_and(|byte| !byte.is_ascii_digit()) => {
                self.field_or_variable(Kind::Field)
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.pos -= 1;
                self.number()
            }
            '(' => {
                self.parens += 1;
                self.emit(Kind::LeftParen)
            }
            ')' => {
                if self.parens == 0 {
                    return self.fail("unexpected right paren");
                }
                self.parens -= 1;
                self.emit(Kind::RightParen)
            }
            _ if is_alphanumeric(rune) => self.identifier(),
            ' '..='~' => self.emit(Kind::Char),
            _ => self.fail(format!("unrecognized character in action: {}", unicode_name(Some(rune)))),
        }
    }

    fn space(&mut self) -> Token {
        let run = self.rest().iter().take_while(|byte| is_space_byte(**byte)).count();
        self.pos += run;
        // The last space may belong to a trimming delimiter.
        let tail = self.text.get(self.pos - 1..).unwrap_or(&[]);
        if has_right_trim(tail) && tail.get(2..).is_some_and(|rest| rest.starts_with(RIGHT)) {
            self.pos -= 1;
            if run == 1 {
                // Even inside parentheses, as Go does: the parser complains instead.
                return self.emit_right_delim(true);
            }
        }
        self.emit(Kind::Space)
    }

    /// Passes letters, digits and underscores.
    fn pass_word(&mut self) {
        loop {
            self.pos += self.rest().iter().take_while(|byte| is_word_byte(**byte)).count();
            match self.rest() {
                [byte, ..] if !byte.is_ascii() && self.peek().is_some_and(is_alphanumeric) => self.next(),
                _ => return,
            };
        }
    }

    fn identifier(&mut self) -> Token {
        self.pass_word();
        if !self.at_terminator() {
            return self.bad_character();
        }
        let word = self.text.get(self.start..self.pos).unwrap_or(&[]);
        let kind = match word {
            b"true" | b"false" => Kind::Bool,
            _ => Kind::keyword(word).unwrap_or(Kind::Identifier),
        };
        self.emit(kind)
    }

    fn field_or_variable(&mut self, kind: Kind) -> Token {
        if self.at_terminator() {
            return self.emit(if kind == Kind::Variable { kind } else { Kind::Dot });
        }
        self.pass_word();
        if !self.at_terminator() {
            return self.bad_character();
        }
        self.emit(kind)
    }

    fn bad_character(&mut self) -> Token {
        let rune = self.peek();
        self.fail(format!("bad character {}", unicode_name(rune)))
    }

    /// Whether something that may follow a word stands here.
    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | ')' | '(') => true,
            _ => self.rest().starts_with(RIGHT),
        }
    }

    fn char_constant(&mut self) -> Token {
        match self.skip_to_quote('\'') {
            true => self.emit(Kind::CharConstant),
            false => self.fail("unterminated character constant"),
        }
    }

    fn quoted(&mut self) -> Token {
        match self.skip_to_quote('"') {
            true => self.emit(Kind::String),
            false => self.fail("unterminated quoted string"),
        }
    }

    fn skip_to_quote(&mut self, quote: char) -> bool {
        loop {
            match self.next() {
                Some('\\') => {
                    if matches!(self.next(), None | Some('\n')) {
                        return false;
                    }
                }
                None | Some('\n') => return false,
                Some(rune) if rune == quote => return true,
                Some(_) => {}
            }
        }
    }

    fn number(&mut self) -> Token {
        if !self.scan_number() {
            return self.bad_number();
        }
        if matches!(self.peek(), Some('+' | '-')) {
            if !self.scan_number() || self.text.get(self.pos - 1) != Some(&b'i') {
                return self.bad_number();
            }
            return self.emit(Kind::Complex);
        }
        self.emit(Kind::Number)
    }

    fn bad_number(&mut self) -> Token {
        let text = quote::quote(self.text.get(self.start..self.pos).unwrap_or(&[]));
        self.fail(format!("bad number syntax: {text}"))
    }

    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let (mut digits, mut exponent): (&[u8], &[u8]) = (b"0123456789_", b"eE");
        if self.accept(b"0") {
            if self.accept(b"xX") {
                (digits, exponent) = (b"0123456789abcdefABCDEF_", b"pP");
            } else if self.accept(b"oO") {
                (digits, exponent) = (b"01234567_", b"");
            } else if self.accept(b"bB") {
                (digits, exponent) = (b"01_", b"");
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        if self.accept(exponent) {
            self.accept(b"+-");
            self.accept_run(b"0123456789_");
        }
        self.accept(b"i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }
}

fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_space(rune: Rune) -> bool {
    matches!(rune, Some(' ' | '\t' | '\r' | '\n'))
}

fn is_word_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

fn is_alphanumeric(rune: char) -> bool {
    match u8::try_from(rune) {
        Ok(byte) if byte.is_ascii() => is_word_byte(byte),
        _ => unicode::is_letter(rune) || unicode::is_digit(rune),
    }
}

fn has_left_trim(text: &[u8]) -> bool {
    matches!(text, [b'-', space, ..] if is_space_byte(*space))
}

fn has_right_trim(text: &[u8]) -> bool {
    matches!(text, [space, b'-', ..] if is_space_byte(*space))
}

/// Length of `text` without the white space at its end.
fn trimmed_end(text: &[u8]) -> usize {
    text.iter().rposition(|byte| !is_space_byte(*byte)).map_or(0, |at| at + 1)
}

/// Go's `%#U`; the end of the text is U+FFFFFFFFFFFFFFFF there, as `eof` is −1.
fn unicode_name(rune: Rune) -> String {
    match rune {
        None => "U+FFFFFFFFFFFFFFFF".to_owned(),
        Some(rune) if unicode::is_print(rune) => format!("U+{:04X} '{rune}'", u32::from(rune)),
        Some(rune) => format!("U+{:04X}", u32::from(rune)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens as `Kind:text`, an error as its message.
    fn tokens(text: &str) -> Vec<String> {
        let mut lexer = Lexer::new(text.as_bytes(), true);
        let mut all = Vec::new();
        loop {
            let token = lexer.next_token();
            match token.kind {
                Kind::Eof => return all,
                Kind::Error => all.push(format!("{}: {}", lexer.line(token), lexer.message())),
                kind => {
                    all.push(format!("{kind:?}:{}", String::from_utf8_lossy(token.span.of(text.as_bytes()))))
                }
            }
        }
    }

    #[test]
    fn trims_and_comments() {
        assert_eq!(
            tokens("a \n{{- 3 -}}\n b"),
            ["Text:a", "LeftDelim:{{", "Number:3", "RightDelim:}}", "Text:b"]
        );
        assert_eq!(tokens("{{-3}}"), ["LeftDelim:{{", "Number:-3", "RightDelim:}}"]);
        assert_eq!(tokens("x {{- /* a */ -}} y"), ["Text:x", "Text:y"]);
        assert_eq!(tokens("{{/* a\n"), ["1: unclosed comment"]);
        assert_eq!(tokens("\n{{/* a */ }}"), ["Text:\n", "2: comment ends before closing delimiter"]);
        assert_eq!(tokens("   {{- 1}}"), ["LeftDelim:{{", "Number:1", "RightDelim:}}"]);
    }

    #[test]
    fn words() {
        assert_eq!(
            tokens("{{$x.a.b := .c|f \"q\" `r` 'c' . 1.5e3 0x1F 1+2i true nil}}"),
            [
                "LeftDelim:{{",
                "Variable:$x",
                "Field:.a",
                "Field:.b",
                "Space: ",
                "Declare::=",
                "Space: ",
                "Field:.c",
                "Pipe:|",
                "Identifier:f",
                "Space: ",
                "String:\"q\"",
                "Space: ",
                "RawString:`r`",
                "Space: ",
                "CharConstant:'c'",
                "Space: ",
                "Dot:.",
                "Space: ",
                "Number:1.5e3",
                "Space: ",
                "Number:0x1F",
                "Space: ",
                "Complex:1+2i",
                "Space: ",
                "Bool:true",
                "Space: ",
                "Nil:nil",
                "RightDelim:}}",
            ]
        );
    }

    #[test]
    fn mistakes() {
        let last = |text: &str| tokens(text).pop().unwrap();
        assert_eq!(last("a\n{{ .a"), "2: unclosed action");
        assert_eq!(last("{{ (1 }}"), "1: unclosed left paren");
        assert_eq!(last("{{ 1) }}"), "1: unexpected right paren");
        assert_eq!(last("{{ .a-b }}"), "1: bad character U+002D '-'");
        assert_eq!(last("{{ \"abc }}"), "1: unterminated quoted string");
        assert_eq!(last("{{ 'a }}"), "1: unterminated character constant");
        assert_eq!(last("{{ `a }}"), "1: unterminated raw quoted string");
        assert_eq!(last("{{ 1a }}"), "1: bad number syntax: \"1a\"");
        assert_eq!(last("{{ « }}"), "1: unrecognized character in action: U+00AB '«'");
        assert_eq!(last("{{ $x: }}"), "1: expected :=");
    }
}
