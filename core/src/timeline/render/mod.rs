//! Pictures of a timeline: one format, one file.
//!
//! [`story`] says in words what happened; the formats only lay it out. All of them are functions of the timeline: no
//! clock, no fonts to fetch, no scripts.

pub mod html;
pub mod json;
mod lanes;
pub mod mermaid;
pub mod story;
pub mod svg;
pub mod text;

/// How text looks.
pub use crate::diag::render::Style;

/// Which colours a picture has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader prefers.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// How to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The title; without one, the story's headline.
    pub title: Option<String>,
    /// Columns of text, or pixels of a picture; 0 is 80 columns or 1000 pixels. Pictures narrower than 640 pixels run
    /// downwards.
    pub width: u32,
    /// How text looks.
    pub style: Style,
    /// Which colours a picture has.
    pub theme: Theme,
}

impl Default for Options {
    fn default() -> Options {
        Options { title: None, width: 0, style: Style::Plain, theme: Theme::Auto }
    }
}

/// Text for an element or an attribute of XML or HTML. What XML cannot hold becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(' '),
            '\0'..='\x1f' | '\x7f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Breaks a text into lines of at most so many characters, at blanks where it can.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        if length > 0 && length + 1 + word.len() > width {
            lines.push(String::new());
            length = 0;
        }
        while word.len() > width {
            let rest = word.split_off(width);
            if let Some(line) = lines.last_mut() {
                line.extend(word);
            }
            lines.push(String::new());
            word = rest;
        }
        if let Some(line) = lines.last_mut() {
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            length += word.len();
            line.extend(word);
        }
    }
    lines
}
