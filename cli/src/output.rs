//! What the terminal is told, and how the process ends.

use std::io::{self, Write};

/// The command did its work and found a fault: helm's only failing code.
pub const EXIT_FAILURE: u8 = 1;
/// The command was called wrongly.
pub const EXIT_MISUSE: u8 = 2;
/// A fault of ours.
pub const EXIT_INTERNAL: u8 = 70;

/// `Error: <text>` on standard error, as helm prints it.
pub fn helm_error(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "Error: {text}");
}

/// A line of helm's log (Go's slog text handler) on standard error.
pub fn log(level: &str, message: &str, attributes: &[(String, String)]) {
    let mut line = format!("level={level} msg={}", slog_value(message));
    for (key, value) in attributes {
        line.push_str(&format!(" {key}={}", slog_value(value)));
    }
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Go's slog quotes a value when it is empty or holds a blank, a quote, `=`, or something unprintable.
fn slog_value(text: &str) -> String {
    use hookwright_core::go::{quote, unicode};
    let plain = !text.is_empty()
        && text.chars().all(|c| {
            c != '"' && c != '=' && !unicode::is_space(c) && unicode::is_print(c) && c != '\u{fffd}'
        });
    if plain { text.to_owned() } else { quote::quote(text.as_bytes()) }
}

/// Writes to standard output. A closed pipe is the reader's wish, not an error.
///
/// # Errors
/// Any other failure to write.
pub fn print(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
