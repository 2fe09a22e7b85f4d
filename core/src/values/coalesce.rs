//! User values over chart defaults over subchart defaults, with globals pushed down (R49–R54).
//!
//! Behaviour of `pkg/chart/common/util/coalesce.go`; what changed between Helm versions is in [`super::merge`].

use super::merge::{Merger, Mode, join};
use crate::chart::Chart;
use crate::chart::log::Entry;
use crate::go;
use crate::value::{Fault, Map, Str, Value};

/// The key under which values are pushed down to all subcharts.
pub const GLOBAL: &str = "global";

/// A chart as far as coalescing looks at it, so that the trees of dependency processing can be coalesced too.
pub trait Node: Copy {
    /// The name in its metadata, which is the alias for an aliased dependency.
    fn name(&self) -> &str;

    /// Default values; [`Map::NIL`] when there are none.
    fn defaults(&self) -> &Map;

    /// Subcharts, in order.
    fn children(&self) -> impl Iterator<Item = Self>;
}

impl Node for &Chart {
    fn name(&self) -> &str {
        &self.metadata.name
    }

    fn defaults(&self) -> &Map {
        &self.values
    }

    fn children(&self) -> impl Iterator<Item = Self> {
        self.children.iter()
    }
}

impl Merger<'_> {
    /// The values templates see: a tree for `chart` that holds its subcharts' values under their names.
    ///
    /// `user` is read only. Fails when a subchart's key holds something other than a table.
    pub fn coalesce<N: Node>(&mut self, chart: N, user: &Map) -> Result<Map, Fault> {
        self.coalesce_owned(chart, self.copy_map(user)?, Mode::Coalesce)
    }

    /// As [`Merger::coalesce`], for a later merge: nulls are kept, nothing is given by the user.
    pub fn merge<N: Node>(&mut self, chart: N) -> Result<Map, Fault> {
        self.coalesce_owned(chart, Map::new(), Mode::Merge)
    }

    /// As [`Merger::coalesce`], when only lookups follow: tables that coalescing does not change are shared with
    /// `user` instead of being copied, so the result must not be written.
    pub(crate) fn coalesce_for_lookup<N: Node>(&mut self, chart: N, user: &Map) -> Result<Map, Fault> {
        let values = user.copied();
        let own = |key: &[u8]| -> Result<(), Fault> {
            if let Some(value @ (Value::Map(_) | Value::List(_))) = values.get(key) {
                let _written = values.insert(Str::from(key), self.copy(&value)?);
            }
            Ok(())
        };
        for key in chart.defaults().keys() {
            own(&key)?;
        }
        for child in chart.children() {
            own(child.name().as_bytes())?;
        }
        own(GLOBAL.as_bytes())?;
        self.coalesce_owned(chart, values, Mode::Coalesce)
    }

    fn coalesce_owned<N: Node>(&mut self, chart: N, values: Map, mode: Mode) -> Result<Map, Fault> {
        self.chart(chart, &values, "", mode, self.nesting)?;
        Ok(values)
    }

    fn chart<N: Node>(
        &mut self,
        chart: N,
        values: &Map,
        prefix: &str,
        mode: Mode,
        depth: usize,
    ) -> Result<(), Fault> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(Fault::limit("nesting", self.nesting as u64, "charts are nested too deeply"));
        };
        let path = join(prefix, chart.name().as_bytes());
        self.defaults(chart, values, &path, mode)?;
        for child in chart.children() {
            let name = child.name().as_bytes();
            let table = match values.get(name) {
                Some(Value::Map(table)) if !table.is_nil() => table,
                Some(Value::Map(_)) | None => {
                    let table = Map::new();
                    let _written = values.insert(name, Value::Map(table.clone()));
                    table
                }
                Some(other) => {
                    let arguments = [Value::str(child.name()), other];
                    let text = go::printf::sprintf(b"type mismatch on %s: %t", &arguments, self.version)?;
                    return Err(Fault::text(String::from_utf8_lossy(&text)));
                }
            };
            self.push_globals(&table, values, &path)?;
            self.chart(child, &table, &path, mode, depth)?;
        }
        Ok(())
    }

    /// Lays a chart's own defaults under the values for it.
    fn defaults<N: Node>(&mut self, chart: N, values: &Map, path: &str, mode: Mode) -> Result<(), Fault> {
        let Some(defaults) = chart.defaults().read() else { return Ok(()) };
        for (key, default) in defaults.iter() {
            match values.get(key) {
                None => {
                    if let Some(default) = self.entering_default(default, mode)? {
                        let _written = values.insert(key.clone(), default);
                    }
                }
                Some(Value::Nil) if mode == Mode::Coalesce => {
                    values.remove(key);
                }
                Some(Value::Map(value)) => match default {
                    Value::Map(default) => {
                        // What is meant for a subchart must reach it with its nulls.
                        let is_child = chart.children().any(|child| child.name().as_bytes() == &**key);
                        let mode = if is_child { Mode::Merge } else { mode };
                        self.lay_under(&value, default, &join(path, key), mode)?;
                    }
                    Value::Nil => {}
                    _ => {
                        let text = format!("warning: skipped value for {}: Not a table.", join(path, key));
                        self.log.push(Entry::info("coalesce.go:237", text));
                    }
                },
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Pushes the parent's globals into a subchart's table (R50). Only the first level below `global` is copied: what
    /// lies deeper is one shared object for parent and child, and later writes to it are seen by both.
    fn push_globals(&mut self, table: &Map, parent: &Map, path: &str) -> Result<(), Fault> {
        let skipping =
            |which: &str| format!("warning: skipping globals because {which} {GLOBAL} is not a table.");
        let below = match table.get_str(GLOBAL) {
            None => Map::new(),
            Some(Value::Map(below)) if below.is_nil() => Map::new(),
            Some(Value::Map(below)) => below,
            Some(_) => {
                self.log.push(Entry::info("coalesce.go:138", skipping("destination")));
                return Ok(());
            }
        };
        let above = match parent.get_str(GLOBAL) {
            None => Map::NIL,
            Some(Value::Map(above)) => above,
            Some(_) => {
                self.log.push(Entry::info("coalesce.go:145", skipping("source")));
                return Ok(());
            }
        };
        for (key, value) in above.entries() {
            match (&value, below.get(&key)) {
                (Value::Map(value), None) => {
                    let _written = below.insert(key, Value::Map(value.copied()));
                }
                (Value::Map(value), Some(Value::Map(existing))) => {
                    let merged = value.copied();
                    self.merge_tables(&merged, &existing, &join(path, &key))?;
                    let _written = below.insert(key, Value::Map(merged));
                }
                (Value::Map(_), Some(_)) => {
                    let key = go::quote::quote(&key);
                    let text = format!("Conflict: cannot merge map onto non-map for {key}. Skipping.");
                    self.log.push(Entry::info("coalesce.go:161", text));
                }
                (_, Some(Value::Map(_))) => {
                    let text = format!("key {key} is table. Skipping");
                    self.log.push(Entry::info("coalesce.go:175", text));
                }
                (_, _) => {
                    let _written = below.insert(key, value);
                }
            }
        }
        let _written = table.insert(GLOBAL, Value::Map(below));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::chart::sample::{json, load, process};
    use crate::dialect::HelmVersion::{self, V3_17, V4_1, V4_2, V4_3};

    /// The values of a parent `p` with a subchart `s`.
    fn values(parent: &str, child: &str, declared: bool, flag: &str, version: HelmVersion) -> String {
        let dependencies = if declared { "dependencies: [{name: s, version: '*'}]" } else { "" };
        let files = [
            ("Chart.yaml", &*format!("apiVersion: v2\nname: p\nversion: 1.0.0\n{dependencies}")),
            ("values.yaml", parent),
            ("charts/s/Chart.yaml", "apiVersion: v2\nname: s\nversion: 1.0.0"),
            ("charts/s/values.yaml", child),
        ];
        match load(&files, version).map(|chart| process(chart, flag, version)).unwrap() {
            Ok((_, values)) => json(values),
            Err(fault) => format!("ERR {fault}"),
        }
    }

    /// The table of R51: parent's values, subchart's values, declared, flag, all values.
    #[test]
    fn nulls() {
        let cases = [
            (
                "s: {x: null, m: {a: null}}",
                "x: 1\nm: {a: 1, b: 2}",
                "",
                r#"{"s":{"global":{},"m":{"a":1,"b":2},"x":1}}"#,
            ),
            (
                "s: {x: null, m: {a: null}}",
                "x: 1\nm: {a: 1, b: 2}",
                "s.q=1",
                r#"{"s":{"global":{},"m":{"b":2},"q":1}}"#,
            ),
            (
                "",
                "x: 1\nm: {a: 1, b: 2}",
                "s.x=null,s.m.a=null,s.new=null",
                r#"{"s":{"global":{},"m":{"b":2},"new":null}}"#,
            ),
            ("", "x: 1\nm: {a: 1, b: 2}", "s.m=null", r#"{"s":{"global":{},"x":1}}"#),
            ("s: {x: 5}", "x: 1", "s.x=null", r#"{"s":{"global":{}}}"#),
            ("", "x: null\nm: {a: null}", "", r#"{"s":{"global":{},"m":{}}}"#),
        ];
        for (parent, child, flag, expected) in cases {
            for declared in [true, false] {
                let found = values(parent, child, declared, flag, V4_3);
                assert_eq!(found, expected, "{parent:?} over {child:?} with {flag:?}, declared: {declared}");
            }
        }
        let cases = [
            (
                "",
                "x: null\nm: {a: null}",
                "s.q=1,s.m.z=1",
                r#"{"s":{"global":{},"m":{"a":null,"z":1},"q":1}}"#,
                r#"{"s":{"global":{},"m":{"z":1},"q":1}}"#,
            ),
            (
                "global: {g: 1}",
                "global: {g: 3}",
                "global.g=null",
                r#"{"global":{},"s":{"global":{"g":1}}}"#,
                r#"{"global":{},"s":{"global":{"g":3}}}"#,
            ),
            (
                "s: null",
                "x: 1",
                "",
                "ERR chart dependencies processing failed: type mismatch on s: %!t(<nil>)",
                r#"{"s":{"global":{},"x":1}}"#,
            ),
        ];
        for (parent, child, flag, if_declared, if_not) in cases {
            assert_eq!(values(parent, child, true, flag, V4_3), if_declared, "declared");
            assert_eq!(values(parent, child, false, flag, V4_3), if_not, "not declared");
        }
    }

    #[test]
    fn nulls_before_helm_4_2() {
        let (parent, child) = ("s: {x: null, m: {a: null}}\nk: null", "x: 1\nm: {a: 1, b: 2}");
        for (version, expected) in [
            (V4_2, r#"{"s":{"global":{},"m":{"a":1,"b":2},"x":1}}"#),
            (V4_1, r#"{"k":null,"s":{"global":{},"m":{"b":2}}}"#),
            (V3_17, r#"{"k":null,"s":{"global":{},"m":{"b":2}}}"#),
        ] {
            assert_eq!(values(parent, child, false, "", version), expected, "{version:?}");
        }
    }

    /// Globals deeper than one level are one object for parent and child (R50).
    #[test]
    fn deep_globals_are_shared() {
        let parent = "global: {a: {b: {}}}";
        let seen = values(parent, "global: {a: {b: {x: 1}}}", false, "", V4_3);
        assert_eq!(seen, r#"{"global":{"a":{"b":{"x":1}}},"s":{"global":{"a":{"b":{"x":1}}}}}"#);
        let hidden = values(parent, "global: {a: {w: 1}}", false, "", V4_3);
        assert_eq!(hidden, r#"{"global":{"a":{"b":{}}},"s":{"global":{"a":{"b":{},"w":1}}}}"#);
    }

    #[test]
    fn a_subchart_needs_a_table() {
        for (flag, text) in [
            ("s=1", "%!t(int64=1)"),
            ("s=x", "%!t(string=x)"),
            ("s=true", "true"),
            ("s=null", "%!t(<nil>)"),
            ("s={a,1}", "[%!t(string=a) %!t(int64=1)]"),
        ] {
            let expected = format!("ERR chart dependencies processing failed: type mismatch on s: {text}");
            assert_eq!(values("", "", true, flag, V4_3), expected);
            assert_eq!(values("", "", false, flag, V3_17), format!("ERR type mismatch on s: {text}"));
        }
    }
}
