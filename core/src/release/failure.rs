//! How rendering a release fails: Helm's text, and pictures for people.

use crate::diag::{Diagnostic, Label, SourceText};
use crate::hook::Unreadable;
use crate::manifest::{RenderedFile, trim_space};
use crate::release::layout;
use crate::render::engine::File;
use crate::render::error::{RenderError, Step};
use crate::value::Fault;
use std::fmt;
use std::rc::Rc;

/// A release that could not be rendered. Displays as Helm's text, without `Error: `.
#[derive(Debug, Default)]
pub struct Failure {
    /// Helm's text.
    pub text: String,
    /// Whether rendering had begun: Helm then points at its `--debug` flag (R81).
    pub rendering: bool,
    /// The same fault for people.
    pub diagnostics: Vec<Diagnostic>,
    /// What was rendered before a manifest turned out not to be YAML.
    pub files: Vec<Rc<RenderedFile>>,
}

impl Failure {
    /// A check before rendering failed.
    pub(crate) fn early(text: impl Into<String>) -> Box<Failure> {
        Box::new(Failure { text: text.into(), rendering: false, diagnostics: Vec::new(), files: Vec::new() })
    }

    pub(super) fn fault(fault: Fault) -> Box<Failure> {
        Failure::early(fault.to_string())
    }

    /// A check that Helm makes as part of rendering failed.
    pub(super) fn rendering(text: impl Into<String>) -> Box<Failure> {
        let mut failure = Failure::early(text);
        failure.rendering = true;
        failure
    }

    /// A document is not YAML, or not an object.
    pub(super) fn manifest(problem: Unreadable, files: Vec<Rc<RenderedFile>>) -> Box<Failure> {
        let mut failure = Failure::rendering(&problem.text);
        failure.files = files;
        let text = readable(problem.file.text.get(problem.range.clone()).unwrap_or_default());
        // go-yaml numbers the lines of the document, not of the file.
        let line =
            problem.text.split("yaml: line ").nth(1).and_then(|rest| rest.split(':').next()?.parse().ok());
        let span = line_span(&text, line.unwrap_or(1));
        let reason = problem.text.rsplit(": ").next().unwrap_or_default();
        let source = Rc::new(SourceText { name: format!("{} (as rendered)", problem.file.name), text });
        failure.diagnostics.push(
            Diagnostic::error(reason)
                .at(Label {
                    source,
                    span,
                    text: if line.is_some() { "at or above this line" } else { "" }.to_owned(),
                })
                .with_note("every rendered document must be YAML, and a map")
                .with_help("render with --debug to see the whole text"),
        );
        failure
    }

    /// A template could not be parsed or executed.
    pub(super) fn render(error: &RenderError, files: &[File]) -> Box<Failure> {
        let mut failure = Failure::rendering(&error.text);
        let mut diagnostic = Diagnostic::error(&error.message);
        if let Some(limit) = &error.limit {
            diagnostic = diagnostic.with_code(format!("limit-{}", limit.name)).with_help(format!(
                "raise it with --limit {}=NUMBER if the chart is meant to do this",
                limit.name
            ));
        }
        // The innermost step that lies in a file is where the fault is; the others say how it was reached.
        let mut steps = error.trace.iter().rev();
        for step in steps.by_ref() {
            if let Some(label) = label(step, files, String::new()) {
                diagnostic = diagnostic.at(label);
                break;
            }
            diagnostic = diagnostic.with_note(format!("at <{}> in text given to tpl", step.node));
        }
        for step in steps {
            let place = &step.place;
            diagnostic =
                diagnostic.with_note(format!("reached from {}:{}: <{}>", place.file, place.line, step.node));
        }
        if let Some(help) = error.trace.last().and_then(|step| advice(&error.message, &step.node)) {
            diagnostic = diagnostic.with_help(help);
        }
        failure.diagnostics.push(diagnostic);
        failure
    }

    /// What Helm prints on standard output with `--debug`: everything rendered, in the order of names where Helm's
    /// order is random; a single newline when nothing was.
    pub fn stream(&self) -> Vec<u8> {
        let mut files: Vec<&RenderedFile> = self.files.iter().map(Rc::as_ref).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let mut text = Vec::new();
        for file in files.into_iter().filter(|file| !trim_space(&file.text).is_empty()) {
            layout::document(&mut text, &file.name, &file.text);
        }
        let mut out = trim_space(&text).to_vec();
        out.push(b'\n');
        out
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

/// A step as a label in its file, if the file is at hand.
fn label(step: &Step, files: &[File], text: String) -> Option<Label> {
    let file = files.iter().find(|file| *file.name == *step.place.file.as_bytes())?;
    let source = readable(&file.text);
    let span = step.place.span.start as usize..step.place.span.end as usize;
    Some(Label { source: Rc::new(SourceText { name: step.place.file.clone(), text: source }), span, text })
}

/// Bytes as text, byte for byte: a replaced one must not move what follows.
fn readable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect(),
    }
}

/// The byte range of a line, counted from 1, without its end; of the last line when there are fewer.
fn line_span(text: &str, number: usize) -> std::ops::Range<usize> {
    let mut span = 0..0;
    let mut start = 0;
    for line in text.split_inclusive('\n').take(number.max(1)) {
        span = start..start + line.trim_end().len();
        start += line.len();
    }
    span
}

/// What to write instead, for the mistakes that are made most.
fn advice(message: &str, node: &str) -> Option<String> {
    let field = message.strip_prefix("nil pointer evaluating interface {}.")?;
    let parent = node.strip_suffix(&format!(".{field}")).filter(|parent| parent.starts_with(['.', '$']));
    Some(match parent {
        Some(parent) => format!(
            "{parent} is not set: give it a value, or write ({parent}).{field} to get nothing instead"
        ),
        None => format!("what .{field} is read from is not set: give it a value, or put it in parentheses"),
    })
}

#[cfg(test)]
mod tests {
    use super::{advice, line_span};

    #[test]
    fn advice_names_the_parent() {
        let message = "nil pointer evaluating interface {}.url";
        let text = advice(message, ".Values.database.url").unwrap();
        assert!(
            text.starts_with(".Values.database is not set") && text.contains("(.Values.database).url"),
            "{text}"
        );
        assert!(advice(message, ".Values.database.url.host").is_some());
        assert_eq!(advice("index out of range: 5", "index .Values.l 5"), None);
    }

    #[test]
    fn lines_are_counted_from_one_and_clamped() {
        let text = "a\nbc\n\nd";
        assert_eq!([1, 2, 3, 4, 9].map(|n| &text[line_span(text, n)]), ["a", "bc", "", "d", "d"]);
        assert_eq!(line_span("", 3), 0..0);
    }
}
