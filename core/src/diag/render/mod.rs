//! Pictures of diagnostics: one format, one file.

mod full;

pub use full::{Style, full};
