//! Go's `map[string]interface {}`: shared and mutable (R2).

use super::release::holds_values;
use super::{Str, Value};
use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A shared map with string keys, kept in byte order, which is the order of `range`, printing and JSON.
/// Cloning shares; [`Map::copied`] makes a map of its own.
#[derive(Clone)]
pub struct Map(Option<Rc<RefCell<BTreeMap<Str, Value>>>>);

impl Map {
    /// Go's nil map: reads as empty, cannot be written.
    pub const NIL: Map = Map(None);

    /// A new empty map.
    pub fn new() -> Map {
        Map(Some(Rc::default()))
    }

    /// Whether this is the nil map.
    pub fn is_nil(&self) -> bool {
        self.0.is_none()
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |m| m.borrow().len())
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under `key`: `Some(Value::Nil)` for a null entry, `None` when absent.
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        self.0.as_ref()?.borrow().get(key).cloned()
    }

    /// The value under a key known at compile time.
    pub fn get_str(&self, key: &str) -> Option<Value> {
        self.get(key.as_bytes())
    }

    /// Whether `key` has an entry, null or not.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.0.as_ref().is_some_and(|m| m.borrow().contains_key(key))
    }

    /// Writes an entry, seen by everyone who shares the map. Returns false for the nil map, where Go panics.
    #[must_use = "the nil map cannot be written"]
    pub fn insert(&self, key: impl Into<Str>, value: Value) -> bool {
        match &self.0 {
            Some(map) => {
                map.borrow_mut().insert(key.into(), value);
                true
            }
            None => false,
        }
    }

    /// Removes an entry, seen by everyone who shares the map.
    pub fn remove(&self, key: &[u8]) -> Option<Value> {
        self.0.as_ref()?.borrow_mut().remove(key)
    }

    /// The entries in byte order, copied out: safe to hold while the map changes.
    pub fn entries(&self) -> Vec<(Str, Value)> {
        match &self.0 {
            Some(map) => map.borrow().iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
            None => Vec::new(),
        }
    }

    /// The keys in byte order.
    pub fn keys(&self) -> Vec<Str> {
        match &self.0 {
            Some(map) => map.borrow().keys().cloned().collect(),
            None => Vec::new(),
        }
    }

    /// Read access without copying. The map must not be written while the guard lives.
    pub fn read(&self) -> Option<Ref<'_, BTreeMap<Str, Value>>> {
        self.0.as_ref().map(|m| m.borrow())
    }

    /// A new map with the same entries (shallow).
    pub fn copied(&self) -> Map {
        self.entries().into_iter().collect()
    }

    /// Whether both are the same map object.
    pub fn same(&self, other: &Map) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }

    /// The values that hold others, when this is the last reference to the map; forgets the map then.
    pub(super) fn take_unshared(&mut self) -> Vec<Value> {
        if self.0.as_ref().is_none_or(|map| Rc::strong_count(map) > 1) {
            return Vec::new();
        }
        let map = self.0.take().and_then(Rc::into_inner).map(RefCell::into_inner).unwrap_or_default();
        map.into_values().filter(holds_values).collect()
    }

    /// An address that identifies the shared map object, for cycle detection. Zero for the nil map.
    pub fn identity(&self) -> usize {
        self.0.as_ref().map_or(0, |m| Rc::as_ptr(m).cast::<u8>() as usize)
    }
}

impl Default for Map {
    fn default() -> Map {
        Map::new()
    }
}

impl FromIterator<(Str, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Map {
        Map(Some(Rc::new(RefCell::new(entries.into_iter().collect()))))
    }
}

impl std::fmt::Debug for Map {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Keys only: maps may be cyclic.
        f.debug_set().entries(self.keys()).finish()
    }
}
