//! Drawing diagnostics on standard error.

use hookwright_core::diag::Diagnostic;
use hookwright_core::diag::render::{Style, full};
use std::io::Write;

/// Draws diagnostics after helm's text when standard error is a terminal: machines read helm's text alone.
/// With `always` they are drawn, in colour, whoever reads.
pub fn draw(diagnostics: &[Diagnostic], color: &str) {
    let stderr = std::io::stderr();
    let style = match (color, std::io::IsTerminal::is_terminal(&stderr)) {
        ("always", _) => Style::Colour,
        (_, false) => return,
        ("never", _) => Style::Plain,
        _ => match anstream::AutoStream::choice(&stderr) {
            anstream::ColorChoice::Never => Style::Plain,
            _ => Style::Colour,
        },
    };
    let mut stderr = stderr.lock();
    for diagnostic in diagnostics {
        let _ = write!(stderr, "\n{}", full(diagnostic, style));
    }
}
