//! Letting go of nested values without recursion: a chart may nest maps a million deep, and dropping them level by level
//! would exhaust the stack.
//!
//! Values within values are dropped directly down to a small depth; what lies deeper is put aside and dropped by the
//! outermost of these drops.

use super::{Str, Value};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Levels dropped by recursion. Small beside any stack, large beside what charts nest.
const DEPTH: u32 = 64;

/// The contents of a container nobody refers to any more.
#[allow(dead_code, reason = "held only to be dropped")]
pub(super) enum Doomed {
    Entries(BTreeMap<Str, Value>),
    Items(Rc<[Value]>),
}

thread_local! {
    static LEVEL: Cell<u32> = const { Cell::new(0) };
    static ASIDE: RefCell<Vec<Doomed>> = const { RefCell::new(Vec::new()) };
}

impl Doomed {
    /// Drops the contents, now or a little later.
    pub(super) fn drop(self) {
        // While a thread ends, its locals may be gone: then plain recursion must do.
        let Ok(level) = LEVEL.try_with(Cell::get) else { return };
        if level >= DEPTH {
            let _leaving = ASIDE.try_with(|aside| aside.borrow_mut().push(self));
            return;
        }
        let _counted = LEVEL.try_with(|l| l.set(level + 1));
        drop(self);
        while level == 0
            && let Ok(Some(next)) = ASIDE.try_with(|aside| aside.borrow_mut().pop())
        {
            drop(next);
        }
        let _counted = LEVEL.try_with(|l| l.set(level));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{List, Map};

    const DEEP: usize = 300_000;

    #[test]
    fn deep_maps_and_lists() {
        drop((0..DEEP).fold(Value::Nil, |v, _| Value::Map([(Str::from("x"), v)].into_iter().collect())));
        drop((0..DEEP).fold(Value::Nil, |v, _| Value::list([v])));
        drop((0..DEEP).fold(List::NIL, |list, _| {
            Value::Lists([list].into()).slice_items().into_iter().flatten().chain([Value::Nil]).collect()
        }));
    }

    #[test]
    fn replacing_an_entry_drops_what_it_held() {
        let map = Map::new();
        assert!(map.insert("x", (0..DEEP).fold(Value::Nil, |v, _| Value::list([v, Value::Int(1)]))));
        assert!(map.insert("x", Value::Nil));
    }

    #[test]
    fn everything_is_dropped() {
        let witness: Rc<[i64]> = Rc::new([1]);
        let leaf = || Value::list([Value::Ints(witness.clone()), Value::Map(Map::new())]);
        drop((0..1000).fold(Value::Nil, |v, i| match i % 2 {
            0 => Value::list([leaf(), v]),
            _ => Value::Map([(Str::from("x"), v), (Str::from("y"), leaf())].into_iter().collect()),
        }));
        assert_eq!(Rc::strong_count(&witness), 1);
    }
}
