//! Tokens into events (yaml2/parserc.go): a push-down automaton, so that no nesting reaches the thread's stack.

use super::error::Error;
use super::reader::Input;
use super::scanner::Scanner;
use super::token::{Mark, Style, Text, Token, TokenKind};
use std::collections::HashMap;

/// `tag:yaml.org,2002:`, what `!!` stands for.
pub(super) const TAG_PREFIX: &[u8] = b"tag:yaml.org,2002:";

/// All tags of a text together, with their prefixes. go-yaml has no bound: a long `%TAG` prefix multiplies.
const MAX_TAG_BYTES: usize = 64 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventKind {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias,
    Scalar,
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) kind: EventKind,
    pub(super) start: Mark,
    pub(super) end: Mark,
    /// Of a scalar, sequence or mapping; the name of an alias.
    pub(super) anchor: Option<Text>,
    /// In full, `!!` replaced.
    pub(super) tag: Option<Text>,
    pub(super) text: Text,
    pub(super) style: Style,
    /// A scalar that is resolved by its text: plain and without tag, or tagged `!`.
    pub(super) implicit: bool,
    /// A collection in brackets.
    pub(super) flow: bool,
}

impl Event {
    fn bare(kind: EventKind, start: Mark, end: Mark) -> Event {
        Event {
            kind,
            start,
            end,
            anchor: None,
            tag: None,
            text: Text::EMPTY,
            style: Style::Plain,
            implicit: false,
            flow: false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    StreamStart,
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirstEntry,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirstKey,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowSequencePairKey,
    FlowSequencePairValue,
    FlowSequencePairEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// The parser over one text.
pub(super) struct Parser<'a> {
    pub(super) scanner: Scanner<'a>,
    state: State,
    states: Vec<State>,
    /// Starts of the open collections, for messages.
    marks: Vec<Mark>,
    /// The prefix for each handle: of `%TAG` directives, and of the two that need none.
    tags: HashMap<Vec<u8>, Vec<u8>>,
    /// Bytes of all tags written out.
    tag_bytes: usize,
}

type Parsed = Result<Event, Error>;

fn fault<T>(problem: &str, at: Mark, context: Mark) -> Result<T, Error> {
    Err(Error::located(problem, at, context, false))
}

impl<'a> Parser<'a> {
    pub(super) fn new(input: &'a Input<'a>) -> Parser<'a> {
        Parser {
            scanner: Scanner::new(input),
            state: State::StreamStart,
            states: Vec::new(),
            marks: Vec::new(),
            tags: HashMap::new(),
            tag_bytes: 0,
        }
    }

    /// The next event. Behind the end of the stream: its end again.
    pub(super) fn next(&mut self) -> Parsed {
        match self.state {
            State::StreamStart => {
                self.scanner.peek()?;
                self.scanner.skip_token();
                self.state = State::ImplicitDocumentStart;
                self.document_start(true)
            }
            State::ImplicitDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSequenceFirstEntry => self.block_sequence_entry(true),
            State::BlockSequenceEntry => self.block_sequence_entry(false),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingFirstKey => self.block_mapping_key(true),
            State::BlockMappingKey => self.block_mapping_key(false),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirstEntry => self.flow_sequence_entry(true),
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowSequencePairKey => self.flow_sequence_pair_key(),
            State::FlowSequencePairValue => self.flow_sequence_pair_value(),
            State::FlowSequencePairEnd => self.flow_sequence_pair_end(),
            State::FlowMappingFirstKey => self.flow_mapping_key(true),
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(false),
            State::FlowMappingEmptyValue => self.flow_mapping_value(true),
            State::End => {
                let mark = self.scanner.mark();
                Ok(Event::bare(EventKind::StreamEnd, mark, mark))
            }
        }
    }

    /// Takes the current token and looks at the next.
    fn advance(&mut self) -> Result<Token, Error> {
        self.scanner.skip_token();
        self.scanner.peek()
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    fn empty_scalar(&mut self, mark: Mark) -> Parsed {
        Ok(Event { implicit: true, ..Event::bare(EventKind::Scalar, mark, mark) })
    }

    /// A node follows, after which the parser is in `then`.
    fn node_then(&mut self, then: State, block: bool, indentless: bool) -> Parsed {
        self.states.push(then);
        self.node(block, indentless)
    }

    fn empty_then(&mut self, then: State, mark: Mark) -> Parsed {
        self.state = then;
        self.empty_scalar(mark)
    }

    /// The end of a collection; its closing token is taken.
    fn close(&mut self, kind: EventKind, token: Token) -> Parsed {
        self.pop_state();
        self.marks.pop();
        self.scanner.skip_token();
        Ok(Event::bare(kind, token.start, token.end))
    }

    /// Remembers where a collection begins, and takes its first token.
    fn open(&mut self) -> Result<(), Error> {
        let token = self.scanner.peek()?;
        self.marks.push(token.start);
        self.scanner.skip_token();
        Ok(())
    }

    fn unexpected(&mut self, problem: &str, token: Token) -> Parsed {
        let context = self.marks.pop().unwrap_or_default();
        fault(problem, token.start, context)
    }

    fn document_start(&mut self, implicit: bool) -> Parsed {
        let mut token = self.scanner.peek()?;
        if !implicit {
            while token.kind == TokenKind::DocumentEnd {
                token = self.advance()?;
            }
        }
        if token.kind == TokenKind::StreamEnd {
            self.state = State::End;
            self.scanner.skip_token();
            return Ok(Event::bare(EventKind::StreamEnd, token.start, token.end));
        }
        let explicit = matches!(
            token.kind,
            TokenKind::VersionDirective(..) | TokenKind::TagDirective | TokenKind::DocumentStart
        );
        self.directives()?;
        self.states.push(State::DocumentEnd);
        if implicit && !explicit {
            self.state = State::BlockNode;
            return Ok(Event::bare(EventKind::DocumentStart, token.start, token.end));
        }
        let start = token.start;
        token = self.scanner.peek()?;
        if token.kind != TokenKind::DocumentStart {
            return fault("did not find expected <document start>", token.start, Mark::default());
        }
        self.state = State::DocumentContent;
        self.scanner.skip_token();
        Ok(Event::bare(EventKind::DocumentStart, start, token.end))
    }

    fn document_content(&mut self) -> Parsed {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::VersionDirective(..)
            | TokenKind::TagDirective
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                self.pop_state();
                self.empty_scalar(token.start)
            }
            _ => self.node(true, false),
        }
    }

    fn document_end(&mut self) -> Parsed {
        let token = self.scanner.peek()?;
        let mut end = token.start;
        if token.kind == TokenKind::DocumentEnd {
            end = token.end;
            self.scanner.skip_token();
        }
        self.tags.clear();
        self.state = State::DocumentStart;
        Ok(Event::bare(EventKind::DocumentEnd, token.start, end))
    }

    /// Reads directives, and sets the handles `!` and `!!` unless they were given.
    fn directives(&mut self) -> Result<(), Error> {
        let mut versioned = false;
        loop {
            let token = self.scanner.peek()?;
            match token.kind {
                TokenKind::VersionDirective(..) if versioned => {
                    return fault("found duplicate %YAML directive", token.start, Mark::default());
                }
                TokenKind::VersionDirective(1, 1) => versioned = true,
                TokenKind::VersionDirective(..) => {
                    return fault("found incompatible YAML document", token.start, Mark::default());
                }
                TokenKind::TagDirective => {
                    let handle = token.text.of(&self.scanner).to_vec();
                    if self.tags.contains_key(&handle) {
                        return fault("found duplicate %TAG directive", token.start, Mark::default());
                    }
                    self.tags.insert(handle, token.suffix.of(&self.scanner).to_vec());
                }
                _ => break,
            }
            self.scanner.skip_token();
        }
        for (handle, prefix) in [(&b"!"[..], &b"!"[..]), (b"!!", TAG_PREFIX)] {
            self.tags.entry(handle.to_vec()).or_insert_with(|| prefix.to_vec());
        }
        Ok(())
    }

    /// The full tag of a TAG token, as a text of the side buffer unless it is verbatim.
    fn full_tag(&mut self, token: Token, start: Mark) -> Result<Text, Error> {
        if token.text.is_empty() {
            return Ok(token.suffix);
        }
        let mut tag = Vec::new();
        let handle = token.text.of(&self.scanner);
        if let Some(prefix) = self.tags.get(handle) {
            tag.extend_from_slice(prefix);
            tag.extend_from_slice(token.suffix.of(&self.scanner));
        }
        if tag.is_empty() {
            return fault("found undefined tag handle", token.start, start);
        }
        self.tag_bytes += tag.len();
        if self.tag_bytes > MAX_TAG_BYTES {
            return fault(&format!("tags are longer than {MAX_TAG_BYTES} bytes"), token.start, start);
        }
        let from = self.scanner.made.len();
        self.scanner.made.extend_from_slice(&tag);
        Ok(Text::made(from, &self.scanner.made))
    }

    fn node(&mut self, block: bool, indentless: bool) -> Parsed {
        let mut token = self.scanner.peek()?;
        if token.kind == TokenKind::Alias {
            self.pop_state();
            self.scanner.skip_token();
            return Ok(Event {
                anchor: Some(token.text),
                ..Event::bare(EventKind::Alias, token.start, token.end)
            });
        }
        let start = token.start;
        let mut end = token.start;
        let (mut anchor, mut tag_token) = (None, None);
        // An anchor and a tag, in either order.
        loop {
            match token.kind {
                TokenKind::Anchor if anchor.is_none() => anchor = Some(token.text),
                TokenKind::Tag if tag_token.is_none() => tag_token = Some(token),
                _ => break,
            }
            end = token.end;
            token = self.advance()?;
        }
        let tag = match tag_token {
            Some(token) => Some(self.full_tag(token, start)?).filter(|tag| !tag.is_empty()),
            None => None,
        };
        let event = |kind, end, flow| Event { anchor, tag, flow, ..Event::bare(kind, start, end) };
        let (kind, state, flow) = match token.kind {
            TokenKind::BlockEntry if indentless => {
                (EventKind::SequenceStart, State::IndentlessSequenceEntry, false)
            }
            TokenKind::Scalar(style) => {
                let bang = tag.is_some_and(|tag| tag.of(&self.scanner) == b"!");
                let implicit = bang || (tag.is_none() && style == Style::Plain);
                self.pop_state();
                self.scanner.skip_token();
                let text = token.text;
                return Ok(Event { text, style, implicit, ..event(EventKind::Scalar, token.end, false) });
            }
            TokenKind::FlowSequenceStart => (EventKind::SequenceStart, State::FlowSequenceFirstEntry, true),
            TokenKind::FlowMappingStart => (EventKind::MappingStart, State::FlowMappingFirstKey, true),
            TokenKind::BlockSequenceStart if block => {
                (EventKind::SequenceStart, State::BlockSequenceFirstEntry, false)
            }
            TokenKind::BlockMappingStart if block => {
                (EventKind::MappingStart, State::BlockMappingFirstKey, false)
            }
            _ if anchor.is_some() || tag.is_some() => {
                self.pop_state();
                return Ok(Event { implicit: tag.is_none(), ..event(EventKind::Scalar, end, false) });
            }
            _ => return fault("did not find expected node content", token.start, start),
        };
        self.state = state;
        Ok(event(kind, token.end, flow))
    }

    fn block_sequence_entry(&mut self, first: bool) -> Parsed {
        if first {
            self.open()?;
        }
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::BlockEntry => {
                let next = self.advance()?;
                match next.kind {
                    TokenKind::BlockEntry | TokenKind::BlockEnd => {
                        self.empty_then(State::BlockSequenceEntry, token.end)
                    }
                    _ => self.node_then(State::BlockSequenceEntry, true, false),
                }
            }
            TokenKind::BlockEnd => self.close(EventKind::SequenceEnd, token),
            _ => self.unexpected("did not find expected '-' indicator", token),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Parsed {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::BlockEntry {
            self.pop_state();
            return Ok(Event::bare(EventKind::SequenceEnd, token.start, token.start));
        }
        let next = self.advance()?;
        match next.kind {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty_then(State::IndentlessSequenceEntry, token.end)
            }
            _ => self.node_then(State::IndentlessSequenceEntry, true, false),
        }
    }

    fn block_mapping_key(&mut self, first: bool) -> Parsed {
        if first {
            self.open()?;
        }
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Key => {
                let next = self.advance()?;
                match next.kind {
                    TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                        self.empty_then(State::BlockMappingValue, token.end)
                    }
                    _ => self.node_then(State::BlockMappingValue, true, true),
                }
            }
            TokenKind::BlockEnd => self.close(EventKind::MappingEnd, token),
            _ => self.unexpected("did not find expected key", token),
        }
    }

    fn block_mapping_value(&mut self) -> Parsed {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::Value {
            return self.empty_then(State::BlockMappingKey, token.start);
        }
        let next = self.advance()?;
        match next.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty_then(State::BlockMappingKey, token.end)
            }
            _ => self.node_then(State::BlockMappingKey, true, true),
        }
    }

    fn flow_sequence_entry(&mut self, first: bool) -> Parsed {
        if first {
            self.open()?;
        }
        let mut token = self.scanner.peek()?;
        if token.kind != TokenKind::FlowSequenceEnd {
            if !first {
                if token.kind != TokenKind::FlowEntry {
                    return self.unexpected("did not find expected ',' or ']'", token);
                }
                token = self.advance()?;
            }
            if token.kind == TokenKind::Key {
                self.state = State::FlowSequencePairKey;
                self.scanner.skip_token();
                let event = Event::bare(EventKind::MappingStart, token.start, token.end);
                return Ok(Event { flow: true, ..event });
            }
            if token.kind != TokenKind::FlowSequenceEnd {
                return self.node_then(State::FlowSequenceEntry, false, false);
            }
        }
        self.close(EventKind::SequenceEnd, token)
    }

    fn flow_sequence_pair_key(&mut self) -> Parsed {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                self.scanner.skip_token();
                self.empty_then(State::FlowSequencePairValue, token.end)
            }
            _ => self.node_then(State::FlowSequencePairValue, false, false),
        }
    }

    fn flow_sequence_pair_value(&mut self) -> Parsed {
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::Value {
            let next = self.advance()?;
            if !matches!(next.kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                return self.node_then(State::FlowSequencePairEnd, false, false);
            }
        }
        self.empty_then(State::FlowSequencePairEnd, token.start)
    }

    fn flow_sequence_pair_end(&mut self) -> Parsed {
        let token = self.scanner.peek()?;
        self.state = State::FlowSequenceEntry;
        Ok(Event::bare(EventKind::MappingEnd, token.start, token.start))
    }

    fn flow_mapping_key(&mut self, first: bool) -> Parsed {
        if first {
            self.open()?;
        }
        let mut token = self.scanner.peek()?;
        if token.kind != TokenKind::FlowMappingEnd {
            if !first {
                if token.kind != TokenKind::FlowEntry {
                    return self.unexpected("did not find expected ',' or '}'", token);
                }
                token = self.advance()?;
            }
            if token.kind == TokenKind::Key {
                let next = self.advance()?;
                return match next.kind {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                        self.empty_then(State::FlowMappingValue, next.start)
                    }
                    _ => self.node_then(State::FlowMappingValue, false, false),
                };
            }
            if token.kind != TokenKind::FlowMappingEnd {
                return self.node_then(State::FlowMappingEmptyValue, false, false);
            }
        }
        self.close(EventKind::MappingEnd, token)
    }

    fn flow_mapping_value(&mut self, empty: bool) -> Parsed {
        let token = self.scanner.peek()?;
        if empty {
            return self.empty_then(State::FlowMappingKey, token.start);
        }
        let mut mark = token.start;
        if token.kind == TokenKind::Value {
            let next = self.advance()?;
            if !matches!(next.kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                return self.node_then(State::FlowMappingKey, false, false);
            }
            mark = next.start;
        }
        self.empty_then(State::FlowMappingKey, mark)
    }
}
