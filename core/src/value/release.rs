//! Freeing values without recursion: a list in a list in a list, ten thousand deep, must not exhaust the stack when the
//! last reference to it goes.

use super::{List, Map, Value};

/// Frees what the last reference to a map or list held. Containers within that nobody else holds are emptied by the
/// loop here, so that freeing each of them frees nothing further.
pub(super) fn release(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value {
            Value::Map(mut map) | Value::Values(mut map) => pending.append(&mut map.take_unshared()),
            Value::List(mut list) => pending.append(&mut list.take_unshared()),
            Value::Lists(mut lists) => {
                if let Some(lists) = std::rc::Rc::get_mut(&mut lists) {
                    pending.extend(lists.iter_mut().map(|list| Value::List(std::mem::take(list))));
                }
            }
            _ => {}
        }
    }
}

/// Whether freeing the value may free other values.
pub(super) fn holds_values(value: &Value) -> bool {
    matches!(value, Value::Map(_) | Value::Values(_) | Value::List(_) | Value::Lists(_))
}

impl Drop for Map {
    fn drop(&mut self) {
        release(self.take_unshared());
    }
}

impl Drop for List {
    fn drop(&mut self) {
        release(self.take_unshared());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_does_not_matter() {
        let mut value = Value::Nil;
        for _ in 0..50_000 {
            let map: Map = [("a".into(), value)].into_iter().collect();
            value = Value::list([Value::Lists([Value::Values(map)].map(|v| List::from(vec![v])).into())]);
        }
        drop(value);
    }

    #[test]
    fn what_others_hold_stays() {
        let inner = Map::new();
        assert!(inner.insert("a", Value::Int(1)));
        let outer = Value::list([Value::Map(inner.clone())]);
        drop(outer.clone());
        assert_eq!(outer.len(), Some(1));
        drop(outer);
        assert_eq!(inner.len(), 1);
    }
}
