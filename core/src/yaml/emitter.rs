//! The layout of YAML output: indentation, indicators, keys (yaml2/emitterc.go, yaml3/emitterc.go; R126, R131).
//!
//! Whoever walks a value tells the emitter what comes; empty collections, scalars that are never quoted, and texts.

use super::analysis::Analysis;
use super::resolve::Flavor;

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Root,
    Item,
    /// The value of a mapping, or a key written with `?`.
    Entry,
    /// A key followed by `:`. Never broken over lines.
    SimpleKey,
}

/// The style asked for; the text may not admit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Plain,
    Double,
    Literal,
}

/// A scalar ready to be written.
pub(super) struct ScalarText<'t> {
    pub(super) text: &'t [u8],
    pub(super) wish: Wish,
    /// Written before it: `!!binary`.
    pub(super) tag: &'static [u8],
}

/// Keys up to this length, on one line, need no `?`.
const MAX_SIMPLE_KEY: usize = 128;

/// The writer. Its flags have go-yaml's names.
pub(super) struct Emitter {
    pub(super) out: Vec<u8>,
    pub(super) flavor: Flavor,
    /// Characters on the current line.
    pub(super) column: usize,
    pub(super) indent: i32,
    /// Whether the last character was an indentation or separation space.
    pub(super) whitespace: bool,
    /// Whether the line so far consists of indentation and indicators.
    pub(super) indention: bool,
}

impl Emitter {
    pub(super) fn new(flavor: Flavor) -> Emitter {
        Emitter { out: Vec::new(), flavor, column: 0, indent: -1, whitespace: true, indention: true }
    }

    /// The text, with the line break that ends the document.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.indent = -1;
        self.write_indent();
        self.out
    }

    pub(super) fn put(&mut self, byte: u8) {
        self.out.push(byte);
        self.column += 1;
    }

    /// Appends text without line breaks.
    pub(super) fn put_all(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.column += text.iter().filter(|b| **b & 0xc0 != 0x80).count();
    }

    pub(super) fn put_break(&mut self) {
        self.out.push(b'\n');
        self.column = 0;
        if self.flavor == Flavor::V3 {
            self.indention = true;
        }
    }

    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.max(0) as usize;
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put_break();
        }
        if self.column < indent {
            self.out.resize(self.out.len() + indent - self.column, b' ');
            self.column = indent;
        }
        self.whitespace = true;
        if self.flavor == Flavor::V2 {
            self.indention = true;
        }
    }

    /// `-`, `?`, `:` and the like; `leads` if a collection may begin behind it on the same line.
    pub(super) fn write_indicator(&mut self, indicator: &[u8], spaced: bool, leads: bool) {
        if spaced && !self.whitespace {
            self.put(b' ');
        }
        self.put_all(indicator);
        self.whitespace = false;
        self.indention &= leads;
    }

    fn increase_indent(&mut self, indentless: bool) -> i32 {
        let before = self.indent;
        if before < 0 {
            self.indent = 0;
        } else if !indentless {
            self.indent += 2;
        }
        before
    }

    /// `[]` or `{}`.
    pub(super) fn empty_collection(&mut self, brackets: &[u8]) {
        self.write_indicator(brackets, true, false);
    }

    /// Begins a list with elements; returns what [`Emitter::close`] must be given.
    pub(super) fn open_sequence(&mut self, place: Place) -> i32 {
        // yaml v2 writes a list below its key without further indentation.
        let indentless = self.flavor == Flavor::V2 && place == Place::Entry && !self.indention;
        self.increase_indent(indentless)
    }

    /// Begins an element.
    pub(super) fn item(&mut self) {
        self.write_indent();
        self.write_indicator(b"-", true, true);
    }

    /// Begins a mapping with entries; returns what [`Emitter::close`] must be given.
    pub(super) fn open_mapping(&mut self) -> i32 {
        self.increase_indent(false)
    }

    /// Writes a key up to where its value begins.
    pub(super) fn key(&mut self, key: &ScalarText<'_>) {
        self.write_indent();
        let analysis = Analysis::of(key.text, self.flavor);
        if !analysis.multiline && key.tag.len() + key.text.len() <= MAX_SIMPLE_KEY {
            self.write_scalar(key, analysis, Place::SimpleKey);
            self.write_indicator(b":", false, false);
        } else {
            self.write_indicator(b"?", true, true);
            self.write_scalar(key, analysis, Place::Entry);
            self.write_indent();
            self.write_indicator(b":", true, true);
        }
    }

    /// Ends a collection.
    pub(super) fn close(&mut self, before: i32) {
        self.indent = before;
    }

    /// A scalar whose text needs no quotes: a number, a boolean, null, a time.
    pub(super) fn raw(&mut self, text: &[u8]) {
        if !self.whitespace {
            self.put(b' ');
        }
        self.put_all(text);
        self.whitespace = false;
        self.indention = false;
    }

    /// A text.
    pub(super) fn scalar(&mut self, scalar: &ScalarText<'_>, place: Place) {
        self.write_scalar(scalar, Analysis::of(scalar.text, self.flavor), place);
    }
}
