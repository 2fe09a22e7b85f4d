//! Tables merged onto tables, and the copies that merging needs.
//!
//! Helm copies trees before it merges them and then writes into the copies. Here a tree is read in place and only
//! what ends up in the result is copied, so that merging costs what it changes. Where Helm's in-place writes can be
//! seen by others (imports, deep globals), `merge_tables` does them too.

use crate::chart::log::Entry;
use crate::dialect::HelmVersion;
use crate::go;
use crate::value::{Fault, List, Map, Str, Value};

/// What every merge needs to know, and where its messages go.
pub struct Merger<'a> {
    /// Whose rules apply.
    pub version: HelmVersion,
    /// How deep tables may be nested, `nesting` of [`crate::limits::Limits`].
    pub nesting: usize,
    /// Messages, in order.
    pub log: &'a mut Vec<Entry>,
}

/// How defaults are laid under values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nulls delete and then vanish: the last merge, whose result templates see (Helm's `CoalesceValues`).
    Coalesce,
    /// Nulls are kept for a later merge (Helm's `MergeValues`).
    Merge,
}

impl Merger<'_> {
    /// A deep copy: no map is shared with the original. Lists without maps inside are shared, nobody can write them.
    pub fn copy(&self, value: &Value) -> Result<Value, Fault> {
        Ok(self.copy_changed(value, false, self.nesting)?.unwrap_or_else(|| value.clone()))
    }

    /// A deep copy of a map.
    pub fn copy_map(&self, map: &Map) -> Result<Map, Fault> {
        self.copy_entries(map, false, self.nesting)
    }

    /// A deep copy without the null entries of maps; nulls inside lists stay (coalesce.go: `cleanNilValues`).
    fn copy_without_nulls(&self, value: &Value) -> Result<Value, Fault> {
        Ok(self.copy_changed(value, true, self.nesting)?.unwrap_or_else(|| value.clone()))
    }

    /// The copy of a value that needs one; `None` when sharing it cannot be noticed.
    fn copy_changed(&self, value: &Value, strip: bool, depth: usize) -> Result<Option<Value>, Fault> {
        match value {
            Value::Map(map) if map.is_nil() => Ok(None),
            Value::Map(map) => Ok(Some(Value::Map(self.copy_entries(map, strip, depth)?))),
            Value::Values(map) => Ok(Some(Value::Values(self.copy_entries(map, strip, depth)?))),
            Value::List(list) => {
                let depth = self.deeper(depth)?;
                let mut copied: Option<Vec<Value>> = None;
                for (i, item) in list.iter().enumerate() {
                    if let Some(item) = self.copy_changed(item, false, depth)? {
                        let items = copied.get_or_insert_with(|| list.to_vec());
                        if let Some(slot) = items.get_mut(i) {
                            *slot = item;
                        }
                    }
                }
                Ok(copied.map(|items| Value::List(List::from(items))))
            }
            _ => Ok(None),
        }
    }

    fn copy_entries(&self, map: &Map, strip: bool, depth: usize) -> Result<Map, Fault> {
        let depth = self.deeper(depth)?;
        let mut entries: Vec<(Str, Value)> = Vec::with_capacity(map.len());
        if let Some(read) = map.read() {
            for (key, value) in read.iter() {
                if strip && matches!(value, Value::Nil) {
                    continue;
                }
                let value = self.copy_changed(value, strip, depth)?.unwrap_or_else(|| value.clone());
                entries.push((key.clone(), value));
            }
        }
        Ok(entries.into_iter().collect())
    }

    fn deeper(&self, depth: usize) -> Result<usize, Fault> {
        depth.checked_sub(1).ok_or_else(|| {
            Fault::limit("nesting", self.nesting as u64, "values are nested too deeply to be merged")
        })
    }

    /// A chart's default as it enters values that lack its key. `None`: it does not enter (R49, R51).
    pub(super) fn entering_default(&self, default: &Value, mode: Mode) -> Result<Option<Value>, Fault> {
        match (self.version.strips_default_nulls() && mode == Mode::Coalesce, default) {
            (true, Value::Nil) => Ok(None),
            (true, Value::Map(_)) => self.copy_without_nulls(default).map(Some),
            _ => self.copy(default).map(Some),
        }
    }

    /// Lays a chart's default table under one of the user's: `over` wins and is written, `under` is only read
    /// (R49, coalesce.go: `coalesceTablesFullKey` on a copy).
    pub(super) fn lay_under(&mut self, over: &Map, under: &Map, path: &str, mode: Mode) -> Result<(), Fault> {
        let strip = self.version.strips_default_nulls() && mode == Mode::Coalesce;
        self.lay_under_at(over, under, path, mode, strip, self.nesting)
    }

    fn lay_under_at(
        &mut self,
        over: &Map,
        under: &Map,
        path: &str,
        mode: Mode,
        strip: bool,
        depth: usize,
    ) -> Result<(), Fault> {
        let depth = self.deeper(depth)?;
        let Some(under) = under.read() else { return Ok(()) };
        for (key, default) in under.iter() {
            if strip && matches!(default, Value::Nil) {
                continue;
            }
            let Some(value) = over.get(key) else {
                let default = if strip { self.copy_without_nulls(default)? } else { self.copy(default)? };
                let _written = over.insert(key.clone(), default);
                continue;
            };
            match (&value, default) {
                // A null over nothing but a null default is something the user said, and stays; Helm 3 drops it.
                (Value::Nil, default)
                    if mode == Mode::Coalesce && !(matches!(default, Value::Nil) && self.version.is_v4()) =>
                {
                    over.remove(key);
                }
                (Value::Map(value), Value::Map(default)) => {
                    self.lay_under_at(value, default, &join(path, key), mode, strip, depth)?;
                }
                (Value::Map(_), _) | (_, Value::Map(_)) => {
                    // Helm has stripped the default before it shows it.
                    let stripped = if strip { Some(self.copy_without_nulls(default)?) } else { None };
                    self.complain(&join(path, key), &value, stripped.as_ref().unwrap_or(default));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Lays `under` below `over` and shares its tables instead of copying them; nulls of `over` are written into
    /// `under` as Helm does (Helm's `MergeTables`; R29, R50).
    pub fn merge_tables(&mut self, over: &Map, under: &Map, path: &str) -> Result<(), Fault> {
        self.merge_tables_at(over, under, path, self.nesting)
    }

    fn merge_tables_at(&mut self, over: &Map, under: &Map, path: &str, depth: usize) -> Result<(), Fault> {
        let depth = self.deeper(depth)?;
        if over.same(under) || under.is_nil() {
            return Ok(());
        }
        if self.version.is_v4() {
            for (key, value) in over.entries() {
                if matches!(value, Value::Nil) {
                    let _written = under.insert(key, Value::Nil);
                }
            }
        }
        for (key, default) in under.entries() {
            match (over.get(&key), &default) {
                (None, _) => {
                    let _written = over.insert(key, default);
                }
                (Some(Value::Map(value)), Value::Map(default)) => {
                    self.merge_tables_at(&value, default, &join(path, &key), depth)?;
                }
                (Some(value @ Value::Map(_)), default) | (Some(value), default @ Value::Map(_)) => {
                    self.complain(&join(path, &key), &value, default);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The message for a table that meets something else, in Helm's odd wording.
    fn complain(&mut self, path: &str, value: &Value, default: &Value) {
        let silent = match (value, default) {
            // Helm 4 has written the null into the defaults by now, Helm 3 has not.
            (Value::Nil, _) => self.version.is_v4(),
            (_, Value::Nil) => true,
            _ => false,
        };
        if silent {
            return;
        }
        let mut shown = Vec::new();
        if go::print::print_value(&mut shown, default, self.version).is_err() {
            shown.extend(b"...");
        }
        let shown = String::from_utf8_lossy(&shown);
        self.log.push(if matches!(value, Value::Map(_)) {
            let text =
                format!("warning: destination for {path} is a table. Ignoring non-table value ({shown})");
            Entry::info("coalesce.go:301", text)
        } else {
            let text = format!("warning: cannot overwrite table with non table for {path} ({shown})");
            Entry::info("coalesce.go:298", text)
        });
    }
}

/// `MergeMaps`: `b` onto `a` as value files are merged onto one another (R43). The result is a new map at every level
/// that both have; other values are shared with `a` and `b`.
pub fn merge_maps(a: &Map, b: &Map, nesting: usize) -> Result<Map, Fault> {
    let Some(deeper) = nesting.checked_sub(1) else {
        return Err(Fault::limit("nesting", 0, "values are nested too deeply to be merged"));
    };
    let out = a.copied();
    for (key, value) in b.entries() {
        let value = match (&value, out.get(&key)) {
            (Value::Map(above), Some(Value::Map(below))) => Value::Map(merge_maps(&below, above, deeper)?),
            _ => value,
        };
        let _written = out.insert(key, value);
    }
    Ok(out)
}

/// A dotted path, one level longer.
pub(crate) fn join(path: &str, key: &[u8]) -> String {
    let key = String::from_utf8_lossy(key);
    if path.is_empty() { key.into_owned() } else { format!("{path}.{key}") }
}
