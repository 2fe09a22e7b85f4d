//! Files into a chart (R15–R19): Helm's `LoadFiles`.
//!
//! Behaviour of `pkg/chart/v2/loader/load.go`. Charts below `charts/` are taken in byte order of their names, where
//! Helm's order is that of a Go map (R19).

use super::log::Entry;
use super::probe::Loader;
use super::{Chart, File, Metadata, archive, decode};
use crate::dialect::HelmVersion;
use crate::go;
use crate::limits::{LimitReached, Limits};
use crate::value::{Fault, FaultKind, Map};
use crate::values;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// Subcharts inside subcharts: how deep, before the stack is at stake. Helm has no bound.
const MAX_CHART_DEPTH: usize = 100;

/// Why files are not a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// Helm's error, in Helm's words.
    Chart(String),
    /// One of our limits.
    Limit(LimitReached),
}

impl LoadError {
    /// The same error with Helm's words in front; limits keep theirs.
    pub(super) fn within(self, prefix: &str) -> LoadError {
        match self {
            LoadError::Chart(text) => LoadError::Chart(format!("{prefix}{text}")),
            limit => limit,
        }
    }
}

impl From<Fault> for LoadError {
    fn from(fault: Fault) -> LoadError {
        match fault.kind() {
            FaultKind::Limit(limit) => LoadError::Limit(limit.clone()),
            _ => LoadError::Chart(fault.to_string()),
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Chart(text) => f.write_str(text),
            LoadError::Limit(limit) => limit.fmt(f),
        }
    }
}

impl std::error::Error for LoadError {}

/// A chart, and what Helm would have printed while loading it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The chart with all charts below it, disabled dependencies included.
    pub chart: Chart,
    /// Messages, in order.
    pub log: Vec<Entry>,
}

/// Loads a chart from its files: a directory's in lexical order with ignored ones left out, or an archive's.
///
/// ```
/// use hookwright_core::chart::{File, load_files};
/// let files = vec![File::new("Chart.yaml", b"{name: c, version: 1.0.0}"), File::new("templates/a.yaml", b"a: b")];
/// let loaded = load_files(files, Default::default(), &Default::default()).unwrap();
/// assert_eq!(loaded.chart.templates.len(), 1);
/// ```
pub fn load_files(files: Vec<File>, version: HelmVersion, limits: &Limits) -> Result<Loaded, LoadError> {
    let mut log = Vec::new();
    let chart = load_files_logging(files, version, limits, &mut log)?;
    Ok(Loaded { chart, log })
}

/// As [`load_files`]; messages are appended to `log` even when loading fails.
///
/// # Errors
/// Helm's text.
pub fn load_files_logging(
    files: Vec<File>,
    version: HelmVersion,
    limits: &Limits,
    log: &mut Vec<Entry>,
) -> Result<Chart, LoadError> {
    let loader = match files.iter().find(|file| &*file.name == "Chart.yaml") {
        // Only a chart that names v3 is read by the v3 loader; whoever has not probed learns of other versions there.
        Some(file) if version.is_v4() => super::probe::probe(&file.data, version).unwrap_or(Loader::V2),
        _ => Loader::V2,
    };
    let mut loading = Loading { version, limits, loader, unpacked: 0, log };
    let mut chart = loading.files(files, MAX_CHART_DEPTH)?;
    set_paths(&mut chart, None);
    Ok(chart)
}

/// Sets the full paths of a chart and all below it from their names.
fn set_paths(chart: &mut Chart, parent: Option<&str>) {
    chart.path = match parent {
        Some(parent) => Rc::from(format!("{parent}/charts/{}", chart.name())),
        None => Rc::from(chart.name()),
    };
    let path = chart.path.clone();
    for child in &mut chart.children {
        set_paths(child, Some(&path));
    }
}

struct Loading<'a> {
    version: HelmVersion,
    limits: &'a Limits,
    loader: Loader,
    /// Bytes unpacked from archives inside of charts: each may hold as much as Helm allows, all together no more.
    unpacked: u64,
    log: &'a mut Vec<Entry>,
}

impl Loading<'_> {
    fn package(&self) -> decode::Package {
        match self.loader {
            Loader::V2 => decode::Package::V2,
            Loader::V3 => decode::Package::V3,
        }
    }

    fn files(&mut self, files: Vec<File>, depth: usize) -> Result<Chart, LoadError> {
        let Some(depth) = depth.checked_sub(1) else {
            let what = "charts are nested too deeply".to_owned();
            return Err(LoadError::Limit(LimitReached {
                name: "nesting",
                bound: MAX_CHART_DEPTH as u64,
                what,
            }));
        };
        let mut metadata = None;
        for file in files.iter().filter(|file| &*file.name == "Chart.yaml") {
            let metadata = metadata.get_or_insert_with(Metadata::default);
            self.yaml("Chart.yaml", decode::metadata(&file.data, metadata, self.package(), self.version))?;
            if metadata.api_version.is_empty() {
                metadata.api_version = if self.loader == Loader::V3 { "v3" } else { "v1" }.to_owned();
            }
        }
        let mut parts = Parts { metadata, ..Parts::default() };
        for file in &files {
            self.file(file, &mut parts)?;
        }
        let Some(mut metadata) = parts.metadata else {
            return Err(LoadError::Chart("Chart.yaml file is missing".to_owned()));
        };
        metadata.validate(self.version).map_err(LoadError::Chart)?;
        let mut children = Vec::new();
        for (name, group) in parts.groups {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let child = self.subchart(&name, group, &metadata.name, depth)?;
            children.push(child);
        }
        Ok(Chart {
            metadata: Rc::new(metadata),
            values: parts.values.unwrap_or(Map::NIL),
            schema: parts.schema,
            lock: parts.lock.map(Rc::new),
            templates: parts.templates.into(),
            files: parts.files.into(),
            raw: files.into(),
            children,
            path: Rc::from(""),
        })
    }

    /// Sorts one file into the chart it belongs to (the table of R15).
    fn file(&mut self, file: &File, parts: &mut Parts) -> Result<(), LoadError> {
        let (name, data) = (&*file.name, &*file.data);
        let helm2 = self.loader == Loader::V2;
        match name {
            "Chart.yaml" => {}
            "Chart.lock" => {
                parts.lock = Some(self.yaml(name, decode::lock(data, self.package(), self.version))?)
            }
            "values.yaml" => {
                let loaded = values::load::load(data, self.version, self.limits);
                let values =
                    loaded.map_err(|error| LoadError::from(error).within("cannot load values.yaml: "))?;
                parts.values = Some(values);
            }
            "values.schema.json" => parts.schema = Some(file.data.clone()),
            "requirements.yaml" if helm2 => {
                let metadata = parts.metadata.get_or_insert_default();
                if metadata.api_version != "v1" {
                    self.log.push(moved(
                        "load.go:120",
                        "Dependencies are handled in Chart.yaml",
                        "dependencies to Chart.yaml",
                    ));
                }
                let decoded = decode::metadata(data, metadata, self.package(), self.version);
                let is_v1 = metadata.api_version == "v1";
                self.yaml(name, decoded)?;
                if is_v1 {
                    parts.files.push(file.clone());
                }
            }
            "requirements.lock" if helm2 => {
                parts.lock = Some(self.yaml(name, decode::lock(data, self.package(), self.version))?);
                let metadata = parts.metadata.get_or_insert_default();
                if metadata.api_version == "v1" {
                    parts.files.push(file.clone());
                } else {
                    self.log.push(moved(
                        "load.go:138",
                        "Dependency locking is handled in Chart.lock",
                        "to Chart.lock",
                    ));
                }
            }
            _ if name.starts_with("templates/") => parts.templates.push(file.clone()),
            _ => match name.strip_prefix("charts/") {
                Some(below) if go::path::ext(name.as_bytes()) != b".prov" => {
                    let group = below.split('/').next().unwrap_or(below);
                    let file = File { name: Rc::from(below), data: file.data.clone() };
                    parts.groups.entry(group.to_owned()).or_default().push(file);
                }
                _ => parts.files.push(file.clone()),
            },
        }
        Ok(())
    }

    /// Loads one thing below `charts/` (R18).
    fn subchart(
        &mut self,
        name: &str,
        group: Vec<File>,
        parent: &str,
        depth: usize,
    ) -> Result<Chart, LoadError> {
        let files = if go::path::ext(name.as_bytes()) == b".tgz" {
            let Some(file) = group.first() else {
                return Err(LoadError::Chart("no files in chart archive".to_owned()));
            };
            if &*file.name != name {
                let got = &file.name;
                return Err(LoadError::Chart(format!(
                    "error unpacking subchart tar in {parent}: expected {name}, got {got}"
                )));
            }
            self.unpack(file)
        } else {
            let below = |file: &File| {
                let (_, name) = file.name.split_once('/')?;
                Some(File { name: Rc::from(name), data: file.data.clone() })
            };
            Ok(group.iter().filter_map(below).collect())
        };
        files
            .and_then(|files| self.files(files, depth))
            .map_err(|error| error.within(&format!("error unpacking subchart {name} in {parent}: ")))
    }

    fn unpack(&mut self, archive: &File) -> Result<Vec<File>, LoadError> {
        let files = archive::read(&archive.data, self.version, self.limits)
            .map_err(archive::ArchiveError::into_load_error)?;
        self.unpacked += files.iter().map(|file| file.data.len() as u64).sum::<u64>();
        let bound = self.limits.archive_bytes;
        if self.unpacked > bound {
            let what = "charts packed inside of the chart are too large".to_owned();
            return Err(LoadError::Limit(LimitReached { name: "archive-bytes", bound, what }));
        }
        Ok(files)
    }

    fn yaml<T>(&self, name: &str, result: Result<T, String>) -> Result<T, LoadError> {
        result.map_err(|error| LoadError::Chart(format!("cannot load {name}: {error}")))
    }
}

#[derive(Default)]
struct Parts {
    metadata: Option<Metadata>,
    values: Option<Map>,
    schema: Option<Rc<[u8]>>,
    lock: Option<super::Lock>,
    templates: Vec<File>,
    files: Vec<File>,
    /// What lies below `charts/`, by first path component, names relative to `charts/`.
    groups: BTreeMap<String, Vec<File>>,
}

/// The warning for files of the first chart format in a chart of the second.
fn moved(place: &str, what: &str, migrate: &str) -> Entry {
    Entry::info(place, format!("Warning: {what} since apiVersion \"v2\". We recommend migrating {migrate}."))
}

#[cfg(test)]
mod tests {
    use super::super::sample::load;
    use super::*;

    const V: HelmVersion = HelmVersion::V4_3;
    const C: (&str, &str) = ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0");

    #[test]
    fn files_find_their_place() {
        let files = [
            ("README.md", "x"),
            C,
            ("charts/s/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0"),
            ("charts/s/crds/b.JSON", "{}"),
            ("charts/s-1.0.0.tgz.prov", "signature"),
            ("charts/_x/a", ""),
            ("charts/.y", ""),
            ("crds/a.yaml", ""),
            ("crds/a.txt", ""),
            ("templates/sub/x.txt", ""),
            ("values.schema.json", "{}"),
            ("values.yaml", "\u{feff}a: 1"),
        ];
        let chart = load(&files, V).unwrap();
        let names = |files: &[File]| files.iter().map(|file| file.name.to_string()).collect::<Vec<_>>();
        assert_eq!(
            names(&chart.files),
            ["README.md", "charts/s-1.0.0.tgz.prov", "crds/a.yaml", "crds/a.txt"]
        );
        assert_eq!(names(&chart.templates), ["templates/sub/x.txt"]);
        assert_eq!(chart.values.len(), 1);
        assert!(chart.schema.is_some());
        assert_eq!(chart.children.iter().map(Chart::name).collect::<Vec<_>>(), ["sub"]);
        let crds: Vec<String> = chart.crds().map(|crd| crd.source()).collect();
        assert_eq!(crds, ["c/crds/a.yaml", "c/charts/sub/crds/b.JSON"]);
        assert_eq!(chart.template_name(&chart.templates[0]), "c/templates/sub/x.txt");
    }

    #[test]
    fn errors_are_helms() {
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[], "Chart.yaml file is missing"),
            (
                &[("values.yaml", "a: [")],
                "cannot load values.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: line 1: did not find expected node content",
            ),
            (
                &[C, ("charts/README.md", "")],
                "error unpacking subchart README.md in c: Chart.yaml file is missing",
            ),
            (&[C, ("charts/s.tgz", "x")], "error unpacking subchart s.tgz in c: unexpected EOF"),
            (&[C, ("charts/s.tgz", "")], "error unpacking subchart s.tgz in c: EOF"),
            (
                &[C, ("charts/s.tgz", "not an archive")],
                "error unpacking subchart s.tgz in c: gzip: invalid header",
            ),
            (&[C, ("charts/s.tgz/a", "")], "error unpacking subchart tar in c: expected s.tgz, got s.tgz/a"),
            (
                &[C, ("charts/s/Chart.yaml", "name: s")],
                "error unpacking subchart s in c: validation: chart.metadata.version is required",
            ),
            (
                &[C, ("Chart.lock", "digest: [1]")],
                "cannot load Chart.lock: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field .digest of type string",
            ),
        ];
        for (files, expected) in cases {
            let error = load(files, V).unwrap_err();
            assert_eq!(error, LoadError::Chart((*expected).to_owned()), "{files:?}");
        }
    }

    /// `requirements.yaml` is decoded onto what `Chart.yaml` said: an entry inherits from the one with its index.
    #[test]
    fn requirements_are_laid_over_the_metadata() {
        let chart_yaml = "apiVersion: v1\nname: c\nversion: 1.0.0\nannotations: {a: b}\n\
                          dependencies: [{name: s, condition: s.on, tags: [x, y]}, {name: t}]";
        let requirements = "name: d\nannotations: {c: d}\ndependencies: [{name: s, tags: [z]}]";
        let files = [("Chart.yaml", chart_yaml), ("requirements.yaml", requirements)];
        let chart = load(&files, V).unwrap();
        let dependencies = chart.metadata.dependencies.as_ref().unwrap();
        assert_eq!(dependencies.len(), 1);
        assert_eq!(
            (dependencies[0].condition.as_str(), &dependencies[0].tags[..]),
            ("s.on", &["z".to_owned()][..])
        );
        assert_eq!(chart.metadata.annotations.as_ref().map(|a| a.len()), Some(2));
        assert_eq!((chart.name(), chart.files.len()), ("d", 1));
        let files = files.map(|(name, text)| File::new(name, text.replace("v1", "v2").as_bytes()));
        let loaded = load_files(files.to_vec(), V, &Limits::default()).unwrap();
        assert_eq!((loaded.log.len(), loaded.chart.files.len()), (1, 0));
    }

    #[test]
    fn charts_cannot_nest_without_bound() {
        let names: Vec<String> =
            (0..200).map(|depth| format!("{}Chart.yaml", "charts/c/".repeat(depth))).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (&**name, C.1)).collect();
        assert!(matches!(load(&files, V), Err(LoadError::Limit(LimitReached { name: "nesting", .. }))));
    }
}
