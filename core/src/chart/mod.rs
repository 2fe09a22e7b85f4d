//! A chart held in memory: read from files, its dependencies worked out, ready to be rendered (R5–R31).
//!
//! * [`archive`] — files out of a `.tgz`; [`ignore`] — which files of a directory count
//! * [`probe`] — which loader Helm would choose, and what it says when a chart cannot be found in there
//! * [`load`] — files into a [`Chart`]; [`metadata`] — what `Chart.yaml` says
//! * [`dependency`] — aliases, conditions, tags and imported values
//! * [`check`] — what is refused before rendering
//! * [`capabilities`], [`files`], [`object`] — `.Capabilities`, `.Files` and `.Chart` as templates see them
//! * [`log`] — what Helm would print on the way
//!
//! Invariant: nothing here reads a disk; whoever calls gives the files. A chart is a tree of values: charts that Helm
//! shares between two parents are copies here.

pub mod archive;
pub mod capabilities;
pub mod check;
mod crc;
mod crd;
mod decode;
pub mod dependency;
pub mod files;
mod gunzip;
pub mod ignore;
pub mod load;
pub mod log;
pub mod metadata;
pub mod object;
pub mod probe;
#[cfg(test)]
pub(crate) mod sample;
mod sniff;
mod tar;

pub use crd::Crd;
pub use load::{LoadError, Loaded, load_files, load_files_logging};
pub use metadata::{Dependency, Lock, Maintainer, Metadata};

use crate::value::Map;
use std::rc::Rc;

/// A file of a chart: where it lies below the chart's directory, and its bytes. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path below the chart's directory, with slashes: `templates/job.yaml`.
    pub name: Rc<str>,
    /// The bytes, without a byte order mark (R8).
    pub data: Rc<[u8]>,
}

impl File {
    /// A file. A UTF-8 byte order mark at its start is dropped, as Helm does on reading any file (R8).
    pub fn new(name: impl Into<Rc<str>>, data: &[u8]) -> File {
        File { name: name.into(), data: Rc::from(data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data)) }
    }
}

/// A chart and the charts below it.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What `Chart.yaml` says; after dependency processing the name is the alias.
    pub metadata: Rc<Metadata>,
    /// Default values as written; [`Map::NIL`] without `values.yaml`. Dependency processing may replace them by the
    /// merged tree (R29). Read only: two copies of a chart share it.
    pub values: Map,
    /// `values.schema.json`
    pub schema: Option<Rc<[u8]>>,
    /// `Chart.lock` or `requirements.lock`
    pub lock: Option<Rc<Lock>>,
    /// Files below `templates/`, in load order.
    pub templates: Rc<[File]>,
    /// What `.Files` can reach, in load order.
    pub files: Rc<[File]>,
    /// Every file the chart was loaded from, in load order: for lint, and for showing sources.
    pub raw: Rc<[File]>,
    /// Subcharts: after dependency processing only enabled ones.
    pub children: Vec<Chart>,
    /// Full path (R64): `parent/charts/child`. The root's is its name.
    pub path: Rc<str>,
}

impl Chart {
    /// The chart's name; for an aliased dependency its alias.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// The template with its full name: `parent/charts/child/templates/job.yaml` (R71).
    pub fn template_name(&self, template: &File) -> String {
        let full = crate::go::path::join(&[self.path.as_bytes(), template.name.as_bytes()]);
        String::from_utf8_lossy(&full).into_owned()
    }

    /// This chart and all below it, parents before children, children in order.
    pub fn walk(&self) -> impl Iterator<Item = &Chart> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let chart = waiting.pop()?;
            waiting.extend(chart.children.iter().rev());
            Some(chart)
        })
    }
}
