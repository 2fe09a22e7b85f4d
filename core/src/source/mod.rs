//! Where text came from: files, spans, lines, and which template node produced which output.
//!
//! Invariant: a position is a byte offset; lines and columns are computed only when something is drawn.

mod lines;
mod map;
mod provenance;
mod span;

pub use lines::{Lines, Position};
pub use map::{FileId, SourceMap};
pub use provenance::{Call, CallId, CallKind, Origin, Provenance, Recorder, Segment};
pub use span::Span;
