//! Where values go: the table that keys are put into, what is known about dotted paths, and what may be defined twice.

use super::super::Tables;
use super::super::encode::dotted;
use super::{Level, Path, Read, Reader, write};
use crate::value::{Fault, Map, Str, Value};
use std::rc::Rc;

impl Reader<'_> {
    /// The level below `levels` on the way to a table, made if there is none.
    pub(super) fn parent_level(&mut self, levels: &[Level], key: Str) -> Read<Level> {
        let (above, path) = match levels.last() {
            Some(level) => (level.table.clone(), level.path),
            None => (Some(self.root.clone()), 0),
        };
        let path = self.child(path, &key);
        let above = above.unwrap_or(Map::NIL);
        if !above.contains(&key) {
            self.set_implicit(path, true);
            write(&above, key.clone(), Value::Map(Map::new()));
        }
        match above.get(&key).and_then(|value| table_of(&value)) {
            Some(table) => Ok(Level { key, path, table: Some(table) }),
            None => {
                let keys = levels.iter().map(|level| &level.key).chain([&key]);
                Err(self.at_key(format!("Key '{}' was already created as a hash.", dotted(keys))))
            }
        }
    }

    /// Enters the table `key` of the context, which must not be defined yet, or a new element of the array `key`.
    pub(super) fn open_table(&mut self, key: Str, array: bool) -> Read<()> {
        if array {
            let above = self.context_table().unwrap_or(Map::NIL);
            if !above.contains(&key) {
                write(&above, key.clone(), Value::Object(Rc::new(Tables::default())));
            }
            let value = above.get(&key);
            let Some(tables) = value.as_ref().and_then(Tables::of) else {
                let name = dotted(self.context.iter().map(|level| &level.key).chain([&key]));
                return Err(
                    self.at_key(format!("Key '{name}' was already created and cannot be used as an array."))
                );
            };
            tables.push(Map::new());
        } else {
            self.set_value(&key, Value::Map(Map::new()))?;
        }
        self.enter(key)
    }

    /// Makes `key` of the context the context.
    pub(super) fn enter(&mut self, key: Str) -> Read<()> {
        if self.context.len() >= self.nesting {
            return Err(Fault::limit("nesting", self.nesting as u64, "fromToml of a deeper document").into());
        }
        let path = self.child(self.context_path(), &key);
        let table = self.context_table().and_then(|above| above.get(&key)).and_then(|value| table_of(&value));
        self.context.push(Level { key, path, table });
        Ok(())
    }

    /// Puts a value into the context's table. A table that was only implied may be defined once.
    pub(super) fn set_value(&mut self, key: &Str, value: Value) -> Read<()> {
        let defined = |keys: String| format!("Key '{keys}' has already been defined.");
        let Some(table) = self.context_table() else {
            let name = dotted(self.context.iter().map(|level| &level.key));
            return Err(self.at_key(defined(name)));
        };
        let path = self.child(self.context_path(), key);
        let (implicit, array) =
            self.paths.get(path).map_or((false, false), |path| (path.implicit, path.array));
        if !table.contains(key) {
            write(&table, key.clone(), value);
        } else if array && (implicit || !self.scanner.toml_1_1) {
            self.set_implicit(path, false);
            write(&table, key.clone(), value);
        } else if implicit && !array {
            self.set_implicit(path, false);
        } else {
            let name = dotted(self.context.iter().map(|level| &level.key).chain([key]));
            return Err(self.at_key(defined(name)));
        }
        Ok(())
    }

    pub(super) fn context_table(&self) -> Option<Map> {
        self.context.last().map_or_else(|| Some(self.root.clone()), |level| level.table.clone())
    }

    pub(super) fn context_path(&self) -> usize {
        self.context.last().map_or(0, |level| level.path)
    }

    pub(super) fn child(&mut self, path: usize, key: &Str) -> usize {
        let fresh = self.paths.len();
        let Some(parent) = self.paths.get_mut(path) else { return 0 };
        let child = *parent.children.entry(key.clone()).or_insert(fresh);
        if child == fresh {
            self.paths.push(Path::default());
        }
        child
    }

    pub(super) fn set_implicit(&mut self, path: usize, implicit: bool) {
        if let Some(path) = self.paths.get_mut(path) {
            path.implicit = implicit;
        }
    }

    pub(super) fn set_type(&mut self, path: usize, array: bool) {
        if let Some(path) = self.paths.get_mut(path) {
            path.array = array;
        }
    }

    /// Remembers whether the current key is an array. An empty key stands for the table itself, except at the top.
    pub(super) fn set_type_of_key(&mut self, array: bool) {
        let key = self.current_key.clone();
        let mut path = self.context_path();
        if !key.is_empty() || self.context.is_empty() {
            path = self.child(path, &key);
        }
        self.set_type(path, array);
    }
}

/// The table a key stands for: the last one of an array.
fn table_of(value: &Value) -> Option<Map> {
    match value {
        Value::Map(map) => Some(map.clone()),
        value => Tables::of(value).and_then(Tables::last),
    }
}
