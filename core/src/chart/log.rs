//! What Helm writes to stderr while it loads a chart and merges values: messages that are not errors (R147).

use crate::dialect::HelmVersion;
use crate::go;
use std::fmt::Write;

/// How serious a message is, by the word Helm 4 prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `INFO`: also everything that Helm's older code prints without a level.
    Info,
    /// `WARN`
    Warn,
    /// `ERROR`
    Error,
}

impl Level {
    /// The word Helm 4 prints.
    pub fn name(self) -> &'static str {
        match self {
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Level, shown by Helm 4 only.
    pub level: Level,
    /// The text, as Helm 4 words it.
    pub message: String,
    /// Helm 4's `key=value` pairs.
    pub attributes: Vec<(&'static str, String)>,
    /// Helm 3's line, `coalesce.go:298: text`, when it has this message.
    pub helm3: Option<String>,
}

impl Entry {
    /// A message that Helm 3 and Helm 4 word alike; `place` is where Helm 3 prints it from (`coalesce.go:298`).
    pub fn info(place: &str, message: impl Into<String>) -> Entry {
        let message = message.into();
        let helm3 = Some(format!("{place}: {message}"));
        Entry { level: Level::Info, message, attributes: Vec::new(), helm3 }
    }

    /// A Helm 4 warning with attributes, and Helm 3's line in its own words.
    pub fn warn(message: &str, attributes: Vec<(&'static str, String)>, helm3: String) -> Entry {
        Entry { level: Level::Warn, message: message.to_owned(), attributes, helm3: Some(helm3) }
    }

    /// The line on stderr, without its newline; `None` when that Helm is silent.
    ///
    /// Helm 4's is the format of Go's `log/slog.TextHandler` without the time.
    pub fn line(&self, version: HelmVersion) -> Option<String> {
        if !version.is_v4() {
            return self.helm3.clone();
        }
        let mut line = format!("level={} msg={}", self.level.name(), slog_quote(&self.message));
        for (key, value) in &self.attributes {
            let _infallible = write!(line, " {key}={}", slog_quote(value));
        }
        Some(line)
    }
}

/// Quotes a value if `log/slog` would (text_handler.go: `needsQuoting`).
fn slog_quote(text: &str) -> String {
    let plain = |c: char| match c {
        ' ' | '"' | '=' | '\u{FFFD}' => false,
        c if c.is_ascii() => !c.is_ascii_control(),
        c => !go::unicode::is_space(c) && go::unicode::is_print(c),
    };
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        go::quote::quote(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_slog_and_of_log() {
        let attributes = vec![("tag", "a b".to_owned()), ("chart", "s".to_owned())];
        let helm3 = "dependencies.go:94: Warning: Tag 'a b' for chart s returned non-bool value".to_owned();
        let entry = Entry::warn("returned non-bool value", attributes, helm3.clone());
        let line = r#"level=WARN msg="returned non-bool value" tag="a b" chart=s"#;
        assert_eq!(entry.line(HelmVersion::V4_3).as_deref(), Some(line));
        assert_eq!(entry.line(HelmVersion::V3_17), Some(helm3));
        let entry = Entry::info("coalesce.go:175", "key g is table. Skipping");
        assert_eq!(
            entry.line(HelmVersion::V3_17).as_deref(),
            Some("coalesce.go:175: key g is table. Skipping")
        );
    }
}
