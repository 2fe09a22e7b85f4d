//! Which subcharts take part, under which names, and which of their values the parent imports (R27–R31).
//!
//! Behaviour of `pkg/chart/v2/util/dependencies.go`. Helm copies charts for aliases only two levels deep, so that
//! deeper charts, their metadata and their notion of a parent are shared between the copies, and what is done to one
//! is done to the other. To get the same trees, and the same paths, out of it, charts are taken apart into a table of
//! units that refer to each other like Helm's pointers, and put together again afterwards.

use super::Chart;
use super::check::compatible;
use super::log::{Entry, Level};
use super::metadata::{Dependency, Metadata};
use crate::dialect::HelmVersion;
use crate::go;
use crate::limits::Limits;
use crate::value::{Fault, Map, Str, Value};
use crate::values::coalesce::Node;
use crate::values::merge::Merger;
use crate::values::table::{PathError, as_map, path_value, table};
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

/// Removes disabled subcharts, renames and multiplies aliased ones, and imports values into the defaults of charts.
///
/// `user` is read only. On failure the chart is as it was; the text is Helm's, with `chart dependencies processing
/// failed: ` in front. Messages are appended to `log` either way.
pub fn process(
    chart: &mut Chart,
    user: &Map,
    version: HelmVersion,
    limits: &Limits,
    log: &mut Vec<Entry>,
) -> Result<(), Fault> {
    let mut units =
        Units { sources: Vec::new(), units: Vec::new(), metadata: Vec::new(), entries: Vec::new() };
    let root = units.take_apart(chart, None);
    let merger = Merger { version, nesting: limits.nesting, log };
    let mut processing = Processing { units, merger, version, limits };
    let result = processing.enable(root, user, "").and_then(|()| processing.import(root));
    match result {
        Ok(()) => {
            let processed = processing.units.put_together(root);
            *chart = processed;
            Ok(())
        }
        Err(fault) if version.is_v4() && fault.as_limit().is_none() => {
            let message = "chart dependencies processing failed";
            let attributes = vec![("error", fault.to_string())];
            log.push(Entry { level: Level::Error, message: message.to_owned(), attributes, helm3: None });
            Err(fault.wrapped(format!("{message}: ")))
        }
        Err(fault) => Err(fault),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct UnitId(usize);

#[derive(Clone, Copy, PartialEq, Eq)]
struct MetadataId(usize);

#[derive(Clone, Copy, PartialEq, Eq)]
struct EntryId(usize);

/// Charts taken apart.
struct Units<'a> {
    /// The charts that were loaded; units refer to them for everything that does not change.
    sources: Vec<&'a Chart>,
    units: Vec<Unit>,
    metadata: Vec<UnitMetadata>,
    /// Entries of all metadata's `dependencies`.
    entries: Vec<Dependency>,
}

#[derive(Clone)]
struct Unit {
    source: usize,
    metadata: MetadataId,
    values: Map,
    children: Vec<UnitId>,
    parent: Option<UnitId>,
}

/// What may change of a chart's metadata.
#[derive(Clone)]
struct UnitMetadata {
    name: Rc<str>,
    entries: Option<Vec<EntryId>>,
}

impl<'a> Units<'a> {
    fn take_apart(&mut self, chart: &'a Chart, parent: Option<UnitId>) -> UnitId {
        let first = self.entries.len();
        self.entries.extend(chart.metadata.dependencies.iter().flatten().cloned());
        let entries = (first..self.entries.len()).map(EntryId).collect();
        let entries = chart.metadata.dependencies.as_ref().map(|_| entries);
        self.metadata.push(UnitMetadata { name: Rc::from(chart.name()), entries });
        self.sources.push(chart);
        let id = UnitId(self.units.len());
        self.units.push(Unit {
            source: self.sources.len() - 1,
            metadata: MetadataId(self.metadata.len() - 1),
            values: chart.values.clone(),
            children: Vec::new(),
            parent,
        });
        let children = chart.children.iter().map(|child| self.take_apart(child, Some(id))).collect();
        self.unit_mut(id).children = children;
        id
    }

    fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.0]
    }

    fn unit_mut(&mut self, id: UnitId) -> &mut Unit {
        &mut self.units[id.0]
    }

    fn source(&self, id: UnitId) -> &'a Chart {
        self.sources[self.unit(id).source]
    }

    fn metadata(&self, id: UnitId) -> &UnitMetadata {
        &self.metadata[self.unit(id).metadata.0]
    }

    fn metadata_mut(&mut self, id: UnitId) -> &mut UnitMetadata {
        let metadata = self.unit(id).metadata;
        &mut self.metadata[metadata.0]
    }

    fn name(&self, id: UnitId) -> &str {
        &self.metadata(id).name
    }

    fn entry(&self, id: EntryId) -> &Dependency {
        &self.entries[id.0]
    }

    fn entry_mut(&mut self, id: EntryId) -> &mut Dependency {
        &mut self.entries[id.0]
    }

    /// Gives a chart these children, and tells them who their parent is (chart.go: `SetDependencies`).
    fn adopt(&mut self, parent: UnitId, children: Vec<UnitId>) {
        for child in &children {
            self.unit_mut(*child).parent = Some(parent);
        }
        self.unit_mut(parent).children = children;
    }

    /// A copy of a chart as deep as Helm makes it for a dependency (`getAliasDependency`).
    fn copy(&mut self, id: UnitId, version: HelmVersion) -> UnitId {
        let mut metadata = self.metadata(id).clone();
        if version.is_v4()
            && let Some(entries) = &mut metadata.entries
        {
            for entry in entries {
                self.entries.push(self.entry(*entry).clone());
                *entry = EntryId(self.entries.len() - 1);
            }
        }
        self.metadata.push(metadata);
        let mut unit = self.unit(id).clone();
        unit.metadata = MetadataId(self.metadata.len() - 1);
        let children = unit.children.clone();
        self.units.push(unit);
        let copy = UnitId(self.units.len() - 1);
        if version.is_v4() {
            let copies = children.into_iter().map(|child| {
                self.units.push(self.unit(child).clone());
                UnitId(self.units.len() - 1)
            });
            let copies = copies.collect();
            self.adopt(copy, copies);
        }
        copy
    }

    /// A chart's full path (R64), by way of those whom it takes for its parents.
    fn path(&self, id: UnitId) -> String {
        match self.unit(id).parent {
            Some(parent) => format!("{}/charts/{}", self.path(parent), self.name(id)),
            None => self.name(id).to_owned(),
        }
    }

    fn put_together(&self, id: UnitId) -> Chart {
        let (unit, source, changed) = (self.unit(id), self.source(id), self.metadata(id));
        let entries = changed.entries.as_ref();
        let dependencies =
            entries.map(|entries| entries.iter().map(|entry| self.entry(*entry).clone()).collect());
        let had_none = source.metadata.dependencies.is_none();
        let metadata = if had_none && *changed.name == *source.metadata.name {
            source.metadata.clone()
        } else {
            Rc::new(Metadata { name: changed.name.to_string(), dependencies, ..(*source.metadata).clone() })
        };
        Chart {
            metadata,
            values: unit.values.clone(),
            schema: source.schema.clone(),
            lock: source.lock.clone(),
            templates: source.templates.clone(),
            files: source.files.clone(),
            raw: source.raw.clone(),
            children: unit.children.iter().map(|child| self.put_together(*child)).collect(),
            path: Rc::from(self.path(id)),
        }
    }
}

/// A unit, for coalescing.
#[derive(Clone, Copy)]
struct View<'u, 'a> {
    units: &'u Units<'a>,
    id: UnitId,
}

impl Node for View<'_, '_> {
    fn name(&self) -> &str {
        self.units.name(self.id)
    }

    fn defaults(&self) -> &Map {
        &self.units.unit(self.id).values
    }

    fn children(&self) -> impl Iterator<Item = Self> {
        self.units.unit(self.id).children.iter().map(|id| View { units: self.units, id: *id })
    }
}

struct Processing<'a> {
    units: Units<'a>,
    merger: Merger<'a>,
    version: HelmVersion,
    limits: &'a Limits,
}

impl Processing<'_> {
    /// Picks and renames the children of a chart, then of its children (`processDependencyEnabled`). `above` are the
    /// values so far, `path` is where in them the chart's own begin.
    fn enable(&mut self, id: UnitId, above: &Map, path: &str) -> Result<(), Fault> {
        let Some(entries) = self.units.metadata(id).entries.clone() else { return Ok(()) };
        let loaded = self.units.unit(id).children.clone();
        let mut children = Vec::with_capacity(loaded.len());
        for child in &loaded {
            if !entries.iter().any(|entry| self.matches(*child, *entry)) {
                children.push(*child);
            }
        }
        for entry in &entries {
            if let Some(found) = loaded.iter().find(|child| self.matches(**child, *entry)) {
                self.check_count()?;
                let copy = self.units.copy(*found, self.version);
                let alias = &self.units.entry(*entry).alias;
                if !alias.is_empty() {
                    let alias = Rc::from(alias.as_str());
                    self.units.metadata_mut(copy).name = alias;
                }
                children.push(copy);
            }
            let entry = self.units.entry_mut(*entry);
            if !entry.alias.is_empty() {
                entry.name.clone_from(&entry.alias);
            }
        }
        self.units.adopt(id, children.clone());
        for entry in &entries {
            self.units.entry_mut(*entry).enabled = true;
        }
        let values = self.merger.coalesce_for_lookup(View { units: &self.units, id }, above)?;
        if let Ok(tags) = table(&values, b"tags") {
            entries.iter().for_each(|entry| self.apply_tags(*entry, &tags));
        }
        entries.iter().for_each(|entry| self.apply_condition(*entry, &values, path));
        let entry_of = |entry: &&EntryId| self.units.entry(**entry);
        let disabled: HashSet<String> =
            entries.iter().filter(|e| !entry_of(e).enabled).map(|e| entry_of(&e).name.clone()).collect();
        children.retain(|child| !disabled.contains(self.units.name(*child)));
        for child in &children {
            let path = format!("{path}{}.", self.units.name(*child));
            self.enable(*child, &values, &path)?;
        }
        let kept = entries.iter().filter(|entry| !disabled.contains(&self.units.entry(**entry).name));
        let kept: Vec<EntryId> = kept.copied().collect();
        self.units.metadata_mut(id).entries = if kept.is_empty() { None } else { Some(kept) };
        self.units.adopt(id, children);
        Ok(())
    }

    /// Whether an entry means this chart: same name, and a version the entry's constraint admits.
    fn matches(&self, child: UnitId, entry: EntryId) -> bool {
        let entry = self.units.entry(entry);
        let version = &self.units.source(child).metadata.version;
        self.units.name(child) == entry.name && compatible(&entry.version, version, self.version)
    }

    fn check_count(&self) -> Result<(), Fault> {
        if self.units.units.len() >= self.limits.charts {
            return Err(Fault::limit("charts", self.limits.charts as u64, "aliases multiply the charts"));
        }
        Ok(())
    }

    /// Enables or disables by tags (`processDependencyTags`): one true tag enables, else one false tag disables.
    fn apply_tags(&mut self, entry: EntryId, tags: &Map) {
        let (mut any_true, mut any_false) = (false, false);
        let Dependency { name, tags: own, .. } = self.units.entry(entry);
        for tag in own {
            match tags.get(tag.as_bytes()) {
                Some(Value::Bool(true)) => any_true = true,
                Some(Value::Bool(false)) => any_false = true,
                Some(_) => self.merger.log.push(Entry::warn(
                    "returned non-bool value",
                    vec![("tag", tag.clone()), ("chart", name.clone())],
                    format!(
                        "dependencies.go:94: Warning: Tag '{tag}' for chart {name} returned non-bool value"
                    ),
                )),
                None => {}
            }
        }
        self.units.entry_mut(entry).enabled = any_true || !any_false;
    }

    /// Enables or disables by the first condition that finds a boolean (`processDependencyConditions`).
    fn apply_condition(&mut self, entry: EntryId, values: &Map, path: &str) {
        let Dependency { name, condition, .. } = self.units.entry(entry);
        let mut decided = None;
        for condition in condition.trim_matches(go::unicode::is_space).split(',').filter(|c| !c.is_empty()) {
            match path_value(values, format!("{path}{condition}").as_bytes()) {
                Ok(Value::Bool(enabled)) => {
                    decided = Some(enabled);
                    break;
                }
                Ok(_) => self.merger.log.push(Entry::warn(
                    "returned non-bool value",
                    vec![("path", condition.to_owned()), ("chart", name.clone())],
                    format!(
                        "dependencies.go:63: Warning: Condition path '{condition}' for chart {name} returned \
                         non-bool value"
                    ),
                )),
                Err(PathError::NoValue(_) | PathError::Empty) => {}
            }
        }
        if let Some(enabled) = decided {
            self.units.entry_mut(entry).enabled = enabled;
        }
    }

    /// Imports values, children first (`processDependencyImportValues`).
    fn import(&mut self, id: UnitId) -> Result<(), Fault> {
        for child in self.units.unit(id).children.clone() {
            self.import(child)?;
        }
        let Some(entries) = self.units.metadata(id).entries.clone() else { return Ok(()) };
        let merged = self.merger.merge(View { units: &self.units, id })?;
        let imported = Map::new();
        for entry in entries {
            let Dependency { name, import_values, .. } = self.units.entry(entry);
            let mut normal = Vec::new();
            for import in import_values {
                let (child, parent) = match import {
                    Value::Str(exported) => (format!("exports.{exported}"), ".".to_owned()),
                    Value::Map(pair) => (self.import_path(pair, "child")?, self.import_path(pair, "parent")?),
                    _ => continue,
                };
                let pair = [("child", &child), ("parent", &parent)];
                let pair = pair.into_iter().map(|(key, path)| (Str::from(key), Str::from(path.as_str())));
                normal.push(Value::StrMap(Some(Rc::new(pair.collect::<BTreeMap<_, _>>()))));
                match table(&merged, format!("{name}.{child}").as_bytes()) {
                    // The table itself, not a copy: later imports into it change the child's values as well.
                    Ok(found) => self.merger.merge_tables(&imported, &nest(&parent, as_map(&found)), "")?,
                    Err(error) => self.merger.log.push(missing_table(import, name, &error)),
                }
            }
            self.units.entry_mut(entry).import_values = normal;
        }
        let values = self.merger.copy_map(&merged)?;
        self.merger.merge_tables(&values, &imported, "")?;
        self.units.unit_mut(id).values = values;
        Ok(())
    }

    /// One side of an import pair, printed if it is no string; Helm 3 takes only strings.
    fn import_path(&self, pair: &Map, side: &str) -> Result<String, Fault> {
        match pair.get_str(side).unwrap_or_default() {
            Value::Str(path) => Ok(path.to_text().into_owned()),
            other if !self.version.is_v4() => {
                let found = if matches!(other, Value::Nil) { "nil" } else { other.type_name(self.version) };
                Err(Fault::text(format!("interface conversion: interface {{}} is {found}, not string")))
            }
            other => Ok(go::print::to_str(&other, self.version)?.to_text().into_owned()),
        }
    }
}

/// A table under a dotted path; `.` is the top.
fn nest(path: &str, table: Map) -> Map {
    if path == "." {
        return table;
    }
    path.rsplit('.').fold(table, |inner, key| [(Str::from(key), Value::Map(inner))].into_iter().collect())
}

fn missing_table(import: &Value, chart: &str, error: &str) -> Entry {
    match import {
        Value::Str(_) => Entry::warn(
            "ImportValues missing table",
            vec![("error", error.to_owned())],
            format!("dependencies.go:286: Warning: ImportValues missing table: {error}"),
        ),
        _ => Entry::warn(
            "ImportValues missing table from chart",
            vec![("chart", chart.to_owned()), ("error", error.to_owned())],
            format!("dependencies.go:269: Warning: ImportValues missing table from chart {chart}: {error}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{json, load, process};
    use super::*;

    const S: &str = "apiVersion: v2\nname: s\nversion: 1.0.0";

    fn processed(parent: &str, values: &str, flag: &str) -> (Chart, Map) {
        let files = [
            ("Chart.yaml", &*format!("apiVersion: v2\nname: p\nversion: 1.0.0\n{parent}")),
            ("values.yaml", values),
            ("charts/s/Chart.yaml", S),
            ("charts/s/values.yaml", "exports: {data: {x: 1}}\nt: {z: 2}"),
            ("charts/s/charts/u/Chart.yaml", "apiVersion: v2\nname: u\nversion: 1.0.0"),
            ("charts/s/charts/u/charts/v/Chart.yaml", "apiVersion: v2\nname: v\nversion: 1.0.0"),
        ];
        process(load(&files, HelmVersion::V4_3).unwrap(), flag, HelmVersion::V4_3).unwrap()
    }

    fn names(chart: &Chart) -> Vec<&str> {
        chart.children.iter().map(Chart::name).collect()
    }

    #[test]
    fn conditions_and_tags() {
        let entry = "dependencies: [{name: s, version: '*', condition: 's.enabled,g.enabled', tags: [a, b]}]";
        let cases = [
            ("", "", true),
            ("", "s.enabled=false", false),
            ("g: {enabled: false}", "", false),
            ("g: {enabled: false}", "s.enabled=true", true),
            ("g: {enabled: false}", "s.enabled=x", false),
            ("tags: {a: false}", "", false),
            ("tags: {a: false, b: true}", "", true),
            ("tags: {a: false}", "s.enabled=true", true),
            ("tags: {c: false}", "", true),
            ("tags: x", "", true),
        ];
        for (values, flag, enabled) in cases {
            let (chart, _) = processed(entry, values, flag);
            assert_eq!(!chart.children.is_empty(), enabled, "{values:?} {flag:?}");
            assert_eq!(chart.metadata.dependencies.is_some(), enabled, "{values:?} {flag:?}");
        }
        // Pieces of a condition are not trimmed: the second one begins with a blank.
        let entry = "dependencies: [{name: s, version: '*', condition: 's.enabled, g.enabled'}]";
        assert_eq!(names(&processed(entry, "g: {enabled: false}", "").0), ["s"]);
    }

    #[test]
    fn versions_must_match() {
        for (version, expected) in [("'*'", "x"), ("1.0.0", "x"), ("'2'", "s"), ("''", "s"), ("bad", "s")] {
            let entry = format!("dependencies: [{{name: s, version: {version}, alias: x}}]");
            assert_eq!(names(&processed(&entry, "", "").0), [expected], "{version}");
        }
    }

    /// Helm copies two levels; what lies deeper keeps its first parent, and with it its path.
    #[test]
    fn paths_of_aliased_charts() {
        let entries = "dependencies: [{name: s, version: '*', alias: a}, {name: s, version: '*', alias: b}]";
        let (chart, _) = processed(entries, "", "");
        let paths: Vec<&str> = chart.walk().map(|chart| &*chart.path).collect();
        let expected = [
            "p",
            "p/charts/a",
            "p/charts/a/charts/u",
            "p/charts/s/charts/u/charts/v",
            "p/charts/b",
            "p/charts/b/charts/u",
            "p/charts/s/charts/u/charts/v",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn imports() {
        let import = |items: &str| {
            let entry = format!("dependencies: [{{name: s, version: '*', import-values: [{items}]}}]");
            let (chart, values) = processed(&entry, "x: {own: 1}", "");
            values.remove(b"s");
            let entry = &chart.metadata.dependencies.as_ref().unwrap()[0];
            (json(values), json(Value::list(entry.import_values.clone())))
        };
        assert_eq!(
            import("data"),
            (r#"{"x":{"own":1}}"#.into(), r#"[{"child":"exports.data","parent":"."}]"#.into())
        );
        let (values, _) = import("{child: t, parent: x.in}");
        assert_eq!(values, r#"{"x":{"in":{"z":2},"own":1}}"#);
        let (values, pairs) = import("{child: t}");
        assert_eq!(values, r#"{"<nil>":{"z":2},"x":{"own":1}}"#);
        assert_eq!(pairs, r#"[{"child":"t","parent":"<nil>"}]"#);
    }

    #[test]
    fn aliases_cannot_multiply_without_bound() {
        let entries: Vec<String> =
            (0..50).map(|i| format!("{{name: s, version: '*', alias: a{i}}}")).collect();
        let chart_yaml =
            format!("apiVersion: v2\nname: s\nversion: 1.0.0\ndependencies: [{}]", entries.join(", "));
        let names: Vec<String> =
            (0..6).map(|depth| format!("{}Chart.yaml", "charts/s/".repeat(depth))).collect();
        let mut files: Vec<(&str, &str)> = names.iter().map(|name| (&**name, &*chart_yaml)).collect();
        let leaf = format!("{}Chart.yaml", "charts/s/".repeat(6));
        files.push((&leaf, S));
        let mut chart = load(&files, HelmVersion::V4_3).unwrap();
        let limits = Limits { charts: 500, ..Limits::default() };
        let fault =
            super::process(&mut chart, &Map::NIL, HelmVersion::V4_3, &limits, &mut Vec::new()).unwrap_err();
        assert_eq!(fault.as_limit().map(|limit| limit.name), Some("charts"));
    }
}
