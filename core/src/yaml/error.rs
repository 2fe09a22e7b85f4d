//! What can be wrong with YAML text, in go-yaml's words.

use super::token::Mark;
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
}

impl Error {
    pub(super) fn problem(problem: impl Into<String>) -> Error {
        Error { problem: problem.into(), line: 0, at: Mark::default() }
    }

    /// go-yaml's rule for the reported line (decode.go:fail): the problem's line (scanner errors count from one), else
    /// the context's; lines are counted from zero, and zero is not printed.
    pub(super) fn located(problem: impl Into<String>, at: Mark, context: Mark, from_scanner: bool) -> Error {
        let line = if at.line != 0 { at.line + u32::from(from_scanner) } else { context.line };
        Error { problem: problem.into(), line, at }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("yaml: ")?;
        if self.line != 0 {
            write!(f, "line {}: ", self.line)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for Error {}
