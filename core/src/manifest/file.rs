//! A rendered file, and a document within it.

use super::Head;
use crate::source::Provenance;
use std::ops::Range;
use std::rc::Rc;

/// The text one template (or one raw file) gave.
#[derive(Debug)]
pub struct RenderedFile {
    /// Full name: `parent/charts/child/templates/job.yaml`.
    pub name: String,
    /// The rendered bytes, usually UTF-8.
    pub text: Vec<u8>,
    /// Which template span each output range came from, when it was asked for.
    pub provenance: Option<Provenance>,
}

/// One document of a rendered file.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The file it stands in.
    pub file: Rc<RenderedFile>,
    /// Where in the file's text.
    pub range: Range<usize>,
    /// What Helm reads of it.
    pub head: Head,
}

impl Manifest {
    /// The document's text, as Helm prints it.
    pub fn content(&self) -> &[u8] {
        self.file.text.get(self.range.clone()).unwrap_or_default()
    }

    /// The full name of the template, as printed after `# Source: `.
    pub fn source(&self) -> &str {
        &self.file.name
    }
}
