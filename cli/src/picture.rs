//! Drawing diagnostics on standard error.

use hookwright_core::diag::render::{Style, full};
use hookwright_core::diag::Diagnostic;
use std::io::Write;

/// Draws diagnostics after helm's text when standard error is a terminal: machines read helm's text alone.
pub fn draw(diagnostics: &[Diagnostic]) {
    let stderr = std::io::stderr();
    if !std::io::IsTerminal::is_terminal(&stderr) {
        return;
    }
    let style = match anstream::AutoStream::choice(&stderr) {
        anstream::ColorChoice::Never => Style::Plain,
        _ => Style::Colour,
    };
    let mut stderr = stderr.lock();
    for diagnostic in diagnostics {
        let _ = write!(stderr, "\n{}", full(diagnostic, style));
    }
}
