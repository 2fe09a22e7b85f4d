//! How things fail while a template runs: Go's error chains as values, with our places beside Go's text.

use crate::go::quote;
use crate::limits::LimitReached;
use std::fmt;

/// Where a template node stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Parse name: the template file that contains the node, or `gotpl` inside `tpl`.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// 0-based byte offset in the line, as Go prints it (R85).
    pub column: u32,
    /// Byte range of the node in the file's text.
    pub span: std::ops::Range<u32>,
}

/// Go's `template.ExecError`: an error at a node.
///
/// Its text is `template: FILE:LINE:COL: executing "NAME" at <NODE>: MESSAGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecFault {
    /// The node's place.
    pub place: Place,
    /// The template being executed: a define's name or a file's path.
    pub executing: String,
    /// The node's text, already shortened as Go does (R87).
    pub node: String,
    /// The message; when there is a cause it ends where the cause's text begins (`error calling include: `).
    pub message: String,
    /// What a called function failed with.
    pub cause: Option<Fault>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A Go error with a text and nothing behind it.
    Text(String),
    /// A Go error that wraps another: its text is `prefix` followed by the cause's text.
    Wrapped {
        /// Text before the cause's, with its separator: `error during tpl function execution for "x": `.
        prefix: String,
        /// `errors.Unwrap` of this error.
        cause: Fault,
    },
    /// An error at a template node.
    Exec(ExecFault),
    /// A method exists but cannot be called from a template: its Go signature has the wrong results.
    Signature(String),
    /// One of our limits; never swallowed by functions that turn errors into values.
    Limit(LimitReached),
}

/// An error value: small to return, shared to copy. `to_string()` is Go's `Error()`.
///
/// ```
/// use hookwright_core::value::Fault;
/// let fault = Fault::text("boom").wrapped("error calling fail: ");
/// assert_eq!(fault.to_string(), "error calling fail: boom");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Fault(std::rc::Rc<FaultKind>);

impl Fault {
    /// An error with this text.
    pub fn text(text: impl Into<String>) -> Fault {
        Fault::from(FaultKind::Text(text.into()))
    }

    /// A method that no template can call.
    pub fn signature(text: impl Into<String>) -> Fault {
        Fault::from(FaultKind::Signature(text.into()))
    }

    /// A reached limit.
    pub fn limit(name: &'static str, bound: u64, what: impl Into<String>) -> Fault {
        Fault::from(FaultKind::Limit(LimitReached { name, bound, what: what.into() }))
    }

    /// This error, wrapped as Go's `fmt.Errorf(prefix + "%w")` does. Limits pass through unwrapped.
    pub fn wrapped(self, prefix: impl Into<String>) -> Fault {
        match self.kind() {
            FaultKind::Limit(_) => self,
            _ => Fault::from(FaultKind::Wrapped { prefix: prefix.into(), cause: self }),
        }
    }

    /// What went wrong.
    pub fn kind(&self) -> &FaultKind {
        &self.0
    }

    /// The limit behind this fault, at any depth.
    pub fn as_limit(&self) -> Option<&LimitReached> {
        let mut fault = self;
        loop {
            match fault.kind() {
                FaultKind::Limit(limit) => return Some(limit),
                _ => fault = fault.cause()?,
            }
        }
    }

    /// Writes this error's text up to where its cause's text begins.
    pub fn write_own(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        match self.kind() {
            FaultKind::Text(text) | FaultKind::Signature(text) => out.write_str(text),
            FaultKind::Limit(limit) => write!(out, "{limit}"),
            FaultKind::Wrapped { prefix, .. } => out.write_str(prefix),
            FaultKind::Exec(exec) => {
                let Place { file, line, column, .. } = &exec.place;
                let name = quote::quote(exec.executing.as_bytes());
                write!(out, "template: {file}:{line}:{column}: executing {name} at <{}>: ", exec.node)?;
                out.write_str(&exec.message)
            }
        }
    }

    /// `errors.Unwrap`: what this error wraps.
    pub fn cause(&self) -> Option<&Fault> {
        match self.kind() {
            FaultKind::Wrapped { cause, .. } => Some(cause),
            FaultKind::Exec(exec) => exec.cause.as_ref(),
            FaultKind::Text(_) | FaultKind::Signature(_) | FaultKind::Limit(_) => None,
        }
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Fault {
        Fault(std::rc::Rc::new(kind))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fault = self;
        loop {
            fault.write_own(f)?;
            match fault.cause() {
                Some(cause) => fault = cause,
                None => return Ok(()),
            }
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({self})")
    }
}

impl std::error::Error for Fault {}
