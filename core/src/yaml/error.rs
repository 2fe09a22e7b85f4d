//! What can be wrong with YAML text, in go-yaml's words.

use super::token::Mark;
use crate::limits::LimitReached;
use crate::value::Fault;
use std::fmt;

/// A fault in YAML text. `to_string()` is the text of Go's error, `yaml: ` included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// go-yaml's problem, without line and prefix.
    pub problem: String,
    /// The line go-yaml reports, which is not always where the fault is (R39). Zero: it reports none.
    pub line: u32,
    /// Where the fault is.
    pub at: Mark,
    /// Set when the fault is one of our limits rather than of go-yaml's.
    pub limit: Option<LimitReached>,
}

impl Error {
    pub(super) fn problem(problem: impl Into<String>) -> Error {
        Error { problem: problem.into(), line: 0, at: Mark::default(), limit: None }
    }

    /// go-yaml's rule for the reported line (decode.go:fail): the problem's line (scanner errors count from one), else
    /// the context's; lines are counted from zero, and zero is not printed.
    pub(super) fn located(problem: impl Into<String>, at: Mark, context: Mark, from_scanner: bool) -> Error {
        let line = if at.line != 0 { at.line + u32::from(from_scanner) } else { context.line };
        Error { problem: problem.into(), line, at, limit: None }
    }

    pub(super) fn nesting(bound: usize) -> Error {
        let what = format!("YAML collections are nested more than {bound} deep");
        let limit = LimitReached { name: "nesting", bound: bound as u64, what };
        Error { problem: limit.to_string(), line: 0, at: Mark::default(), limit: Some(limit) }
    }

    /// This error as a function fails with it; limits stay limits.
    pub fn into_fault(self, prefix: &str) -> Fault {
        match self.limit {
            Some(LimitReached { name, bound, what }) => Fault::limit(name, bound, what),
            None => Fault::text(format!("{prefix}{self}")),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.limit.is_some() {
            return f.write_str(&self.problem);
        }
        f.write_str("yaml: ")?;
        if self.line != 0 {
            write!(f, "line {}: ", self.line)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for Error {}
