//! How reading a template fails: Go's wording, our span.

use crate::limits::LimitReached;
use crate::source::Span;
use crate::value::{Fault, FaultKind};
use std::fmt;

/// A text that is no template. Displays as Go's error: `template: FILE:LINE: MESSAGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The text's name.
    pub name: String,
    /// 1-based line Go reports.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// The token read last.
    pub span: Span,
    /// Set when it is one of our limits that stopped the parser.
    pub limit: Option<LimitReached>,
}

impl ParseError {
    /// The error as a function's fault, for `tpl`.
    pub fn fault(self) -> Fault {
        match self.limit {
            Some(limit) => Fault::from(FaultKind::Limit(limit)),
            None => Fault::text(self.to_string()),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "template: {}:{}: {}", self.name, self.line, self.message)
    }
}

impl std::error::Error for ParseError {}
