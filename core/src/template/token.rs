//! The words of the template language. Names and classes are those of Go's text/template/parse/lex.go.

use crate::source::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The lexer's message is the token: always the last one.
    Error,
    /// `true` or `false`
    Bool,
    /// A printable ASCII character without another meaning, the comma included.
    Char,
    /// `'a'`
    CharConstant,
    /// `1+2i`
    Complex,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// The end of the text.
    Eof,
    /// `.name`
    Field,
    /// A name: always a function.
    Identifier,
    /// `{{`
    LeftDelim,
    /// `(`
    LeftParen,
    /// A number without an imaginary part, or with nothing else.
    Number,
    /// `|`
    Pipe,
    /// `` `text` ``
    RawString,
    /// `}}`
    RightDelim,
    /// `)`
    RightParen,
    /// White space inside an action: it separates arguments.
    Space,
    /// `"text"`
    String,
    /// Text outside actions.
    Text,
    /// `$` or `$name`
    Variable,
    /// `.`
    Dot,
    /// `block`
    Block,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `define`
    Define,
    /// `else`
    Else,
    /// `end`
    End,
    /// `if`
    If,
    /// `nil`
    Nil,
    /// `range`
    Range,
    /// `template`
    Template,
    /// `with`
    With,
}

impl Kind {
    /// The keyword spelled so.
    pub fn keyword(word: &[u8]) -> Option<Kind> {
        Some(match word {
            b"block" => Kind::Block,
            b"break" => Kind::Break,
            b"continue" => Kind::Continue,
            b"define" => Kind::Define,
            b"else" => Kind::Else,
            b"end" => Kind::End,
            b"if" => Kind::If,
            b"nil" => Kind::Nil,
            b"range" => Kind::Range,
            b"template" => Kind::Template,
            b"with" => Kind::With,
            _ => return None,
        })
    }

    /// Whether error texts show the token as a keyword: `<define>`.
    pub fn is_keyword(self) -> bool {
        use Kind::*;
        matches!(
            self,
            Block | Break | Continue | Dot | Define | Else | End | If | Nil | Range | Template | With
        )
    }
}

/// A token: its class, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub span: Span,
}
