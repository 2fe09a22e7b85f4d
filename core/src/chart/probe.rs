//! Which loader Helm would choose for a chart, and its words when there is none (R6, R10).
//!
//! Helm 4 looks at `Chart.yaml` before it loads a chart (pkg/chart/loader/load.go); Helm 3 does not.

use super::{File, decode};
use crate::dialect::HelmVersion;

/// The kinds of chart Helm knows how to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loader {
    /// `apiVersion` v1, v2 or none.
    V2,
    /// `apiVersion: v3`: loads, but is refused before rendering (R23).
    V3,
}

/// Chooses the loader from the text of `Chart.yaml`. The error is Helm's.
pub fn probe(chart_yaml: &[u8], version: HelmVersion) -> Result<Loader, String> {
    if !version.is_v4() {
        return Ok(Loader::V2);
    }
    let text = chart_yaml.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(chart_yaml);
    let api_version =
        decode::api_version(text, version).map_err(|error| format!("cannot load Chart.yaml: {error}"))?;
    match api_version.as_str() {
        "" | "v1" | "v2" => Ok(Loader::V2),
        "v3" => Ok(Loader::V3),
        _ => Err("unsupported chart version".to_owned()),
    }
}

/// Chooses the loader for the files of an archive. The error is Helm's.
pub fn probe_files(files: &[File], version: HelmVersion) -> Result<Loader, String> {
    match files.iter().find(|file| &*file.name == "Chart.yaml") {
        Some(file) => probe(&file.data, version),
        None if version.is_v4() => Err("unable to detect chart version, no Chart.yaml found".to_owned()),
        None => Ok(Loader::V2),
    }
}

/// What Helm 4 says when `Chart.yaml` of a directory cannot be read. `path` is absolute, `error` is Go's text of the
/// failure (`open /c/Chart.yaml: no such file or directory`). Helm 3 goes on, and says that the file is missing.
pub fn unreadable(path: &str, error: &str) -> String {
    format!("unable to detect chart at {path}: {error}")
}
