//! Places in the text, slices of it, and the tokens the scanner cuts it into.

/// A place in YAML text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Byte offset in the (UTF-8) text.
    pub offset: u32,
    /// 0-based line. CR, LF, CRLF, NEL, LS and PS each end one.
    pub line: u32,
    /// 0-based column, in characters.
    pub column: u32,
}

/// A piece of text: a slice of the source where the source says it verbatim, else of a side buffer.
///
/// Scalars are almost always verbatim, so reading allocates nothing for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) made: bool,
}

impl Text {
    pub(super) const EMPTY: Text = Text { start: 0, len: 0, made: false };

    /// The piece `from..to` of the source.
    pub(super) fn verbatim(from: usize, to: usize) -> Text {
        Text { start: from as u32, len: to.saturating_sub(from) as u32, made: false }
    }

    /// What was appended to the side buffer from `from` on.
    pub(super) fn made(from: usize, buffer: &[u8]) -> Text {
        Text { start: from as u32, len: buffer.len().saturating_sub(from) as u32, made: true }
    }

    /// The bytes, given the source and the side buffer.
    pub(super) fn bytes<'t>(self, source: &'t [u8], buffer: &'t [u8]) -> &'t [u8] {
        let all = if self.made { buffer } else { source };
        let start = self.start as usize;
        all.get(start..start + self.len as usize).unwrap_or(&[])
    }

    pub(super) fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `text`
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    StreamStart,
    StreamEnd,
    /// `%YAML`, with major and minor number.
    VersionDirective(i8, i8),
    /// `%TAG`: handle in `text`, prefix in `suffix`.
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    /// Handle in `text`, rest in `suffix`.
    Tag,
    Scalar(Style),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: Mark,
    pub(super) end: Mark,
    pub(super) text: Text,
    pub(super) suffix: Text,
}

impl Token {
    pub(super) fn bare(kind: TokenKind, start: Mark, end: Mark) -> Token {
        Token { kind, start, end, text: Text::EMPTY, suffix: Text::EMPTY }
    }
}
