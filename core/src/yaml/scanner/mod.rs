//! Text into tokens (yaml2/scannerc.go): indentation, simple keys, and which token begins where.
//!
//! Invariant: the scanner asks for characters (`need`) exactly where go-yaml fills its buffer, so that of two faults the
//! same one is found first.

mod cursor;
mod directive;
mod scalar;

use super::error::Error;
use super::reader::Input;
use super::token::{Mark, Style, Text, Token, TokenKind};
use std::collections::VecDeque;

/// go-yaml's limits on nesting (`max_flow_level`, `max_indents`).
const MAX_LEVELS: usize = 10_000;

/// A `key:` without `?` may span this many characters, and no line break.
const MAX_SIMPLE_KEY: u32 = 1024;

/// A place where a token could turn out to be a key once a `:` is found.
#[derive(Clone, Copy, Debug, Default)]
struct SimpleKey {
    possible: bool,
    required: bool,
    /// Number of the token in the whole stream.
    token: u32,
    mark: Mark,
}

/// The scanner over one text.
pub(super) struct Scanner<'a> {
    input: &'a Input<'a>,
    text: &'a [u8],
    /// Scalars that the text does not say verbatim.
    pub(super) made: Vec<u8>,

    // The cursor; see `cursor.rs`.
    pos: usize,
    line: u32,
    column: u32,
    safe: usize,
    loaded: usize,
    buffer_start: usize,

    queue: VecDeque<Token>,
    /// Number of tokens already handed out.
    taken: u32,
    token_available: bool,
    started: bool,

    indent: i32,
    indents: Vec<i32>,
    flow_level: usize,
    simple_key_allowed: bool,
    simple_keys: Vec<SimpleKey>,
    /// Which level of `simple_keys` is about which token, by ascending token number.
    key_tokens: VecDeque<(u32, u32)>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(input: &'a Input<'a>) -> Scanner<'a> {
        let mut scanner = Scanner {
            input,
            text: &input.text,
            made: Vec::new(),
            pos: 0,
            line: 0,
            column: 0,
            safe: 0,
            loaded: 0,
            buffer_start: 0,
            queue: VecDeque::new(),
            taken: 0,
            token_available: false,
            started: false,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_key_allowed: false,
            simple_keys: Vec::new(),
            key_tokens: VecDeque::new(),
        };
        scanner.open();
        scanner
    }

    /// The next token, not yet taken.
    pub(super) fn peek(&mut self) -> Result<Token, Error> {
        if !self.token_available {
            self.fetch_more()?;
        }
        match self.queue.front() {
            Some(token) => Ok(*token),
            // Only behind the end of the stream, where the parser does not look.
            None => Ok(Token::bare(TokenKind::StreamEnd, self.mark(), self.mark())),
        }
    }

    /// Takes the token last seen by [`Scanner::peek`].
    pub(super) fn skip_token(&mut self) {
        self.token_available = false;
        self.taken += 1;
        self.queue.pop_front();
    }

    fn fault<T>(&self, context: Mark, problem: &str) -> Result<T, Error> {
        Err(Error::located(problem, self.mark(), context, true))
    }

    /// Scans until it is known whether the first token of the queue is preceded by a KEY token.
    fn fetch_more(&mut self) -> Result<(), Error> {
        loop {
            if !self.queue.is_empty() {
                let Some(level) = self.level_of_head() else { break };
                if !self.simple_key_is_valid(level)? {
                    break;
                }
            }
            self.fetch_next()?;
        }
        self.token_available = true;
        Ok(())
    }

    /// The level whose simple key is the token at the head of the queue.
    fn level_of_head(&mut self) -> Option<usize> {
        while let Some(&(token, level)) = self.key_tokens.front() {
            if token < self.taken {
                self.key_tokens.pop_front();
            } else {
                return (token == self.taken).then_some(level as usize);
            }
        }
        None
    }

    fn forget_key_token(&mut self, token: u32) {
        let mut at = self.key_tokens.len();
        while at > 0 {
            at -= 1;
            match self.key_tokens.get(at) {
                Some(&(t, _)) if t > token => {}
                Some(&(t, _)) if t == token => {
                    self.key_tokens.remove(at);
                    return;
                }
                _ => return,
            }
        }
    }

    fn fetch_next(&mut self) -> Result<(), Error> {
        self.need(1)?;
        if !self.started {
            self.fetch_stream_start();
            return Ok(());
        }
        self.scan_to_next_token()?;
        self.unroll_indent(self.column as i32);
        self.need(4)?;
        let byte = self.at(0);
        if byte == 0 {
            return self.fetch_stream_end();
        }
        if self.column == 0 {
            if byte == b'%' {
                return self.fetch_directive();
            }
            if self.document_indicator() {
                let kind = if byte == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
                return self.fetch_document_indicator(kind);
            }
        }
        let flow = self.flow_level > 0;
        match byte {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.is_blankz(1) => self.fetch_block_entry(),
            b'?' if flow || self.is_blankz(1) => self.fetch_key(),
            b':' if flow || self.is_blankz(1) => self.fetch_value(),
            b'*' => self.fetch_word(TokenKind::Alias),
            b'&' => self.fetch_word(TokenKind::Anchor),
            b'!' => self.fetch_word(TokenKind::Tag),
            b'|' if !flow => self.fetch_block_scalar(Style::Literal),
            b'>' if !flow => self.fetch_block_scalar(Style::Folded),
            b'\'' => self.fetch_word(TokenKind::Scalar(Style::SingleQuoted)),
            b'"' => self.fetch_word(TokenKind::Scalar(Style::DoubleQuoted)),
            b'|' | b'>' | b'#' | b'%' | b'@' | b'`' => self.no_token(),
            // Here `-`, `?` and `:` are followed by something, as the cases above took the others.
            _ if self.is_blankz(0) => self.no_token(),
            _ => self.fetch_word(TokenKind::Scalar(Style::Plain)),
        }
    }

    fn no_token(&self) -> Result<(), Error> {
        self.fault(self.mark(), "found character that cannot start any token")
    }

    fn push(&mut self, token: Token) {
        self.queue.push_back(token);
    }

    /// Puts a token before the `at`-th of the queue. A negative place is the end, as in go-yaml's insertion.
    fn insert(&mut self, at: i64, token: Token) {
        match usize::try_from(at) {
            Ok(at) if at < self.queue.len() => self.queue.insert(at, token),
            _ => self.queue.push_back(token),
        }
    }

    fn next_token_number(&self) -> u32 {
        self.taken + self.queue.len() as u32
    }

    /// Whether the simple key of a level can still become a key here; a required one must.
    fn simple_key_is_valid(&mut self, level: usize) -> Result<bool, Error> {
        let (line, column) = (self.line, self.column);
        let Some(key) = self.simple_keys.get_mut(level) else { return Ok(false) };
        if !key.possible {
            return Ok(false);
        }
        // go-yaml compares character indices; within a line their distance is that of the columns.
        if key.mark.line < line || key.mark.column + MAX_SIMPLE_KEY < column {
            if key.required {
                let mark = key.mark;
                return self.fault(mark, "could not find expected ':'");
            }
            key.possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    fn save_simple_key(&mut self) -> Result<(), Error> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let required = self.flow_level == 0 && self.indent == self.column as i32;
        let key = SimpleKey { possible: true, required, token: self.next_token_number(), mark: self.mark() };
        self.remove_simple_key()?;
        let level = self.simple_keys.len().saturating_sub(1);
        if let Some(last) = self.simple_keys.last_mut() {
            *last = key;
        }
        self.key_tokens.push_back((key.token, level as u32));
        Ok(())
    }

    fn remove_simple_key(&mut self) -> Result<(), Error> {
        let Some(key) = self.simple_keys.last_mut() else { return Ok(()) };
        if key.possible {
            let SimpleKey { required, token, mark, .. } = *key;
            if required {
                return self.fault(mark, "could not find expected ':'");
            }
            key.possible = false;
            self.forget_key_token(token);
        }
        Ok(())
    }

    fn increase_flow_level(&mut self) -> Result<(), Error> {
        let mark = self.mark();
        self.simple_keys.push(SimpleKey { token: self.next_token_number(), mark, ..SimpleKey::default() });
        self.flow_level += 1;
        if self.flow_level > MAX_LEVELS {
            return self.fault(mark, &format!("exceeded max depth of {MAX_LEVELS}"));
        }
        Ok(())
    }

    fn decrease_flow_level(&mut self) {
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(key) = self.simple_keys.pop() {
                // A level without keys carries its bracket's number, so this may forget the bracket itself: `[]: a`
                // is therefore not a mapping to go-yaml.
                self.forget_key_token(key.token);
            }
        }
    }

    /// Opens a block collection at `column`, whose start token goes before token `number` (or at the end).
    fn roll_indent(
        &mut self,
        column: u32,
        number: Option<u32>,
        kind: TokenKind,
        mark: Mark,
    ) -> Result<(), Error> {
        if self.flow_level > 0 || self.indent >= column as i32 {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column as i32;
        if self.indents.len() > MAX_LEVELS {
            let context = self.simple_keys.last().map_or(mark, |key| key.mark);
            return self.fault(context, &format!("exceeded max depth of {MAX_LEVELS}"));
        }
        let at = number.map_or(-1, |number| i64::from(number) - i64::from(self.taken));
        self.insert(at, Token::bare(kind, mark, mark));
        Ok(())
    }

    fn unroll_indent(&mut self, column: i32) {
        if self.flow_level > 0 {
            return;
        }
        let mark = self.mark();
        while self.indent > column {
            self.push(Token::bare(TokenKind::BlockEnd, mark, mark));
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn fetch_stream_start(&mut self) {
        self.simple_keys.push(SimpleKey::default());
        self.simple_key_allowed = true;
        self.started = true;
        self.push(Token::bare(TokenKind::StreamStart, self.mark(), self.mark()));
    }

    fn fetch_stream_end(&mut self) -> Result<(), Error> {
        if self.column != 0 {
            self.column = 0;
            self.line += 1;
        }
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(Token::bare(TokenKind::StreamEnd, self.mark(), self.mark()));
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Error> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_directive()?;
        self.push(token);
        Ok(())
    }

    fn fetch_document_indicator(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push_indicator(kind, 3);
        Ok(())
    }

    /// Takes `width` characters as a token without content.
    fn push_indicator(&mut self, kind: TokenKind, width: usize) {
        let start = self.mark();
        for _ in 0..width {
            self.skip();
        }
        self.push(Token::bare(kind, start, self.mark()));
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.save_simple_key()?;
        self.increase_flow_level()?;
        self.simple_key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.remove_simple_key()?;
        self.decrease_flow_level();
        self.simple_key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Error> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Error> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.fault(self.mark(), "block sequence entries are not allowed in this context");
            }
            self.roll_indent(self.column, None, TokenKind::BlockSequenceStart, self.mark())?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Error> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.fault(self.mark(), "mapping keys are not allowed in this context");
            }
            self.roll_indent(self.column, None, TokenKind::BlockMappingStart, self.mark())?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Error> {
        let level = self.simple_keys.len().saturating_sub(1);
        if self.simple_key_is_valid(level)? {
            let key = self.simple_keys.last().copied().unwrap_or_default();
            let at = i64::from(key.token) - i64::from(self.taken);
            self.insert(at, Token::bare(TokenKind::Key, key.mark, key.mark));
            self.roll_indent(key.mark.column, Some(key.token), TokenKind::BlockMappingStart, key.mark)?;
            if let Some(last) = self.simple_keys.last_mut() {
                last.possible = false;
            }
            self.forget_key_token(key.token);
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return self.fault(self.mark(), "mapping values are not allowed in this context");
                }
                self.roll_indent(self.column, None, TokenKind::BlockMappingStart, self.mark())?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }

    /// An alias, anchor, tag or flow scalar: tokens that may be simple keys.
    fn fetch_word(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = match kind {
            TokenKind::Alias | TokenKind::Anchor => self.scan_anchor(kind)?,
            TokenKind::Tag => self.scan_tag()?,
            TokenKind::Scalar(Style::Plain) => self.scan_plain()?,
            TokenKind::Scalar(style) => self.scan_quoted(style)?,
            _ => Token::bare(kind, self.mark(), self.mark()),
        };
        self.push(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, style: Style) -> Result<(), Error> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block_scalar(style)?;
        self.push(token);
        Ok(())
    }

    /// Skips blanks, comments and line breaks.
    fn scan_to_next_token(&mut self) -> Result<(), Error> {
        loop {
            self.need(1)?;
            if self.column == 0 && self.buffer_starts_with_bom() {
                self.skip();
            }
            self.need(1)?;
            while self.at(0) == b' '
                || ((self.flow_level > 0 || !self.simple_key_allowed) && self.at(0) == b'\t')
            {
                self.skip();
                self.need(1)?;
            }
            if self.at(0) == b'#' {
                self.skip_to_break()?;
            }
            if !self.is_break(0) {
                return Ok(());
            }
            self.need(2)?;
            self.skip_line();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }
}

impl Text {
    /// The text's bytes, as the scanner knows them.
    pub(super) fn of<'s>(self, scanner: &'s Scanner<'_>) -> &'s [u8] {
        self.bytes(scanner.text, &scanner.made)
    }
}
