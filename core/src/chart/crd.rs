//! Custom resource definitions: raw files below `crds/` (R140; pkg/chart/v2/chart.go: `CRDObjects`).

use super::{Chart, File};
use crate::go;

/// A file below `crds/` of a chart or one of its subcharts.
#[derive(Clone, Copy, Debug)]
pub struct Crd<'a> {
    /// The chart it belongs to.
    pub chart: &'a Chart,
    /// The file, printed as it is: neither rendered nor split.
    pub file: &'a File,
}

impl Crd<'_> {
    /// The name printed after `# Source: `.
    pub fn source(&self) -> String {
        self.chart.template_name(self.file)
    }
}

impl Chart {
    /// The definitions of this chart and of all below it, in Helm's order: a chart's own in load order, then its
    /// subcharts'.
    pub fn crds(&self) -> impl Iterator<Item = Crd<'_>> {
        self.walk().flat_map(|chart| {
            let files = chart.files.iter().filter(|file| is_crd(&file.name));
            files.map(move |file| Crd { chart, file })
        })
    }
}

fn is_crd(name: &str) -> bool {
    let ext = go::path::ext(name.as_bytes());
    name.starts_with("crds/")
        && [&b".yaml"[..], b".yml", b".json"].iter().any(|known| ext.eq_ignore_ascii_case(known))
}
