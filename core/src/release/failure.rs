//! How rendering a release fails: Helm's text, and pictures for people.

use crate::diag::{Diagnostic, Label, SourceText};
use crate::manifest::{RenderedFile, trim_space};
use crate::release::layout;
use crate::render::engine::File;
use crate::render::error::{RenderError, Step};
use crate::value::Fault;
use std::fmt;
use std::rc::Rc;

/// A release that could not be rendered. Displays as Helm's text, without `Error: `.
#[derive(Debug)]
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
    pub(super) fn early(text: impl Into<String>) -> Box<Failure> {
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
    pub(super) fn manifest(text: String, files: Vec<Rc<RenderedFile>>) -> Box<Failure> {
        let mut failure = Failure::rendering(text);
        failure.files = files;
        failure
    }

    /// A template could not be parsed or executed.
    pub(super) fn render(error: &RenderError, files: &[File]) -> Box<Failure> {
        let mut failure = Failure::rendering(&error.text);
        let mut diagnostic = Diagnostic::error(&error.message);
        if let Some(limit) = &error.limit {
            diagnostic = diagnostic
                .with_code(format!("limit-{}", limit.name))
                .with_help(format!("raise it with --limit {}=NUMBER if the chart is meant to do this", limit.name));
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
            diagnostic = diagnostic.with_note(format!("reached from {}:{}: <{}>", place.file, place.line, step.node));
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
    // Byte for byte: a replaced byte must not move what follows.
    let source: String = match file.text.as_utf8() {
        Some(source) => source.to_owned(),
        None => file.text.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect(),
    };
    let span = step.place.span.start as usize..step.place.span.end as usize;
    Some(Label { source: Rc::new(SourceText { name: step.place.file.clone(), text: source }), span, text })
}
