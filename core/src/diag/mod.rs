//! A fault in the user's chart, as a value: what, where, why it matters, what to write instead.
//!
//! Low code reports without a position; whoever knows the span adds a [`Label`]. Drawing is in [`render`], returns a
//! string and never prints.

pub mod render;

use std::ops::Range;
use std::rc::Rc;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Likely to hurt one day.
    Warning,
    /// Wrong.
    Error,
}

/// A file a label points into: its name and whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The name as users know it, usually a path.
    pub name: String,
    /// The file's text. Bytes that are not UTF-8 must have been replaced one for one so that offsets hold.
    pub text: String,
}

/// A place in a file, with a few words beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The file.
    pub source: Rc<SourceText>,
    /// Byte range in its text.
    pub span: Range<usize>,
    /// What to say at that place; may be empty.
    pub text: String,
}

/// A fault, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The code, when the fault has one: `HW011`, `limit-output-bytes`.
    pub code: Option<String>,
    /// One sentence, lower case, without a full stop.
    pub message: String,
    /// Where it is.
    pub primary: Option<Label>,
    /// What else is involved.
    pub labels: Vec<Label>,
    /// Why it matters, and the steps that led here.
    pub notes: Vec<String>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error with this message, and nothing else yet.
    ///
    /// ```
    /// use hookwright_core::diag::{Diagnostic, render};
    /// let diagnostic = Diagnostic::error("unknown event \"pre-instal\"").with_help("did you mean \"pre-install\"?");
    /// let text = render::full(&diagnostic, render::Style::Plain);
    /// assert_eq!(text, "error: unknown event \"pre-instal\"\n = help: did you mean \"pre-install\"?\n\n");
    /// ```
    pub fn error(message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code: None,
            message: message.into(),
            primary: None,
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// With a code.
    pub fn with_code(mut self, code: impl Into<String>) -> Diagnostic {
        self.code = Some(code.into());
        self
    }

    /// With the place it is at.
    pub fn at(mut self, label: Label) -> Diagnostic {
        self.primary = Some(label);
        self
    }

    /// With another place involved.
    pub fn with_label(mut self, label: Label) -> Diagnostic {
        self.labels.push(label);
        self
    }

    /// With a note.
    pub fn with_note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// With advice.
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}
