//! The framed source picture for people.

use crate::diag::{Diagnostic, Label, Severity, SourceText};
use codespan_reporting::diagnostic as span;
use codespan_reporting::files::{Error, Files, line_starts};
use codespan_reporting::term::{self, Chars, Config, WriteStyle};
use std::io::{self, Write};
use std::rc::Rc;

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Box drawing characters, no colour.
    Plain,
    /// Box drawing characters and ANSI colours.
    Colour,
    /// ASCII only, no colour.
    Ascii,
}

/// Draws a diagnostic with the source lines it points at. Ends with an empty line.
pub fn full(diagnostic: &Diagnostic, style: Style) -> String {
    let mut files = Sources::default();
    let mut drawn = span::Diagnostic::new(match diagnostic.severity {
        Severity::Error => span::Severity::Error,
        Severity::Warning => span::Severity::Warning,
        Severity::Info => span::Severity::Note,
    })
    .with_message(&diagnostic.message);
    drawn.code.clone_from(&diagnostic.code);
    for (label, style) in diagnostic
        .primary
        .iter()
        .map(|label| (label, span::LabelStyle::Primary))
        .chain(diagnostic.labels.iter().map(|label| (label, span::LabelStyle::Secondary)))
    {
        drawn
            .labels
            .push(span::Label::new(style, files.id(label), label.span.clone()).with_message(&label.text));
    }
    drawn.notes.clone_from(&diagnostic.notes);
    drawn.notes.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));

    let mut chars = if style == Style::Ascii { Chars::ascii() } else { Chars::box_drawing() };
    if style != Style::Ascii {
        chars.single_primary_caret = '━';
        chars.single_secondary_caret = '─';
    }
    let config = Config { chars, tab_width: 2, ..Config::default() };
    let mut out = Ansi { bytes: Vec::new(), colour: style == Style::Colour };
    if term::emit_to_write_style(&mut out, &config, &files, &drawn).is_err() {
        // Only a span outside its file can fail, and then the sentence is still worth having.
        let mut bare = drawn.clone();
        bare.labels.clear();
        out.bytes.clear();
        let _ = term::emit_to_write_style(&mut out, &config, &files, &bare);
    }
    String::from_utf8_lossy(&out.bytes).into_owned()
}

/// The files of one diagnostic, numbered as they are met.
#[derive(Default)]
struct Sources(Vec<(Rc<SourceText>, Vec<usize>)>);

impl Sources {
    fn id(&mut self, label: &Label) -> usize {
        match self
            .0
            .iter()
            .position(|(source, _)| Rc::ptr_eq(source, &label.source) || *source == label.source)
        {
            Some(id) => id,
            None => {
                self.0.push((label.source.clone(), line_starts(&label.source.text).collect()));
                self.0.len() - 1
            }
        }
    }

    fn file(&self, id: usize) -> Result<&(Rc<SourceText>, Vec<usize>), Error> {
        self.0.get(id).ok_or(Error::FileMissing)
    }
}

impl<'a> Files<'a> for Sources {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.file(id)?.0.name)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.file(id)?.0.text)
    }

    fn line_index(&'a self, id: usize, byte: usize) -> Result<usize, Error> {
        let starts = &self.file(id)?.1;
        Ok(starts.partition_point(|start| *start <= byte).saturating_sub(1))
    }

    fn line_range(&'a self, id: usize, line: usize) -> Result<std::ops::Range<usize>, Error> {
        let (source, starts) = self.file(id)?;
        let start = *starts
            .get(line)
            .ok_or(Error::LineTooLarge { given: line, max: starts.len().saturating_sub(1) })?;
        Ok(start..starts.get(line + 1).copied().unwrap_or(source.text.len()))
    }
}

/// Bytes with ANSI styles, or without.
struct Ansi {
    bytes: Vec<u8>,
    colour: bool,
}

impl Ansi {
    fn style(&mut self, sequence: &str) -> io::Result<()> {
        if self.colour { self.bytes.write_all(sequence.as_bytes()) } else { Ok(()) }
    }

    fn severity(&mut self, severity: span::Severity) -> io::Result<()> {
        self.style(match severity {
            span::Severity::Bug | span::Severity::Error => "\x1b[1;31m",
            span::Severity::Warning => "\x1b[1;33m",
            span::Severity::Note | span::Severity::Help => "\x1b[1;32m",
        })
    }
}

impl Write for Ansi {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl WriteStyle for Ansi {
    fn set_header(&mut self, severity: span::Severity) -> io::Result<()> {
        self.severity(severity)
    }

    fn set_header_message(&mut self) -> io::Result<()> {
        self.style("\x1b[1m")
    }

    fn set_line_number(&mut self) -> io::Result<()> {
        self.style("\x1b[34m")
    }

    fn set_note_bullet(&mut self) -> io::Result<()> {
        self.style("\x1b[34m")
    }

    fn set_source_border(&mut self) -> io::Result<()> {
        self.style("\x1b[34m")
    }

    fn set_label(&mut self, severity: span::Severity, style: span::LabelStyle) -> io::Result<()> {
        match style {
            span::LabelStyle::Primary => self.severity(severity),
            span::LabelStyle::Secondary => self.style("\x1b[36m"),
        }
    }

    fn reset(&mut self) -> io::Result<()> {
        self.style("\x1b[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(style: Style) -> String {
        let source = Rc::new(SourceText {
            name: "templates/job.yaml".into(),
            text: "kind: Job\nname: {{ now }}\n".into(),
        });
        let diagnostic = Diagnostic::error("the name changes on every render")
            .with_code("HW011")
            .at(Label { source, span: 19..22, text: "a new value each time".into() })
            .with_help("use a fixed name");
        full(&diagnostic, style)
    }

    #[test]
    fn plain() {
        assert_eq!(
            picture(Style::Plain),
            "error[HW011]: the name changes on every render
  ┌─ templates/job.yaml:2:10
  │
2 │ name: {{ now }}
  │          ━━━ a new value each time
  │
  = help: use a fixed name

"
        );
    }

    #[test]
    fn ascii_has_only_ascii_and_colour_only_adds_styles() {
        assert!(picture(Style::Ascii).is_ascii());
        let coloured = picture(Style::Colour);
        let mut plain = String::new();
        let mut rest = coloured.as_str();
        while let Some(start) = rest.find('\x1b') {
            plain.push_str(&rest[..start]);
            rest = &rest[start + rest[start..].find('m').unwrap() + 1..];
        }
        plain.push_str(rest);
        assert_eq!(plain, picture(Style::Plain));
        assert!(coloured.contains("\x1b[1;31m"));
    }

    #[test]
    fn a_span_outside_its_file_loses_the_picture_but_not_the_sentence() {
        let source = Rc::new(SourceText { name: "a".into(), text: "x".into() });
        let text = full(
            &Diagnostic::error("lost").at(Label { source, span: 100..200, text: String::new() }),
            Style::Plain,
        );
        assert!(text.starts_with("error: lost\n"), "{text}");
    }
}
