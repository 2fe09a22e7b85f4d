//! `deepCopy` (sprig/dict.go; mitchellh/copystructure 1.2): every map and slice is a new one, of the same
//! type.
//!
//! A map met twice is copied twice. Go copies a cyclic map until its stack is exhausted; here the limits end
//! it.

use crate::semver::{Version, VersionStruct};
use crate::value::{Args, Caller, Fault, List, Map, Object, Strings, Value};
use std::rc::Rc;

table! {
    "deepCopy"(Any) => deep_copy, "A copy that shares no map or list with the value.";
    "mustDeepCopy"(Any) => deep_copy, "A copy that shares no map or list with the value.";
}

fn deep_copy(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    if matches!(args.value(0), Value::Nil) {
        return Err(Fault::text("reflect: call of reflect.Value.Type on zero Value"));
    }
    let mut copier = Copier { caller, copied: 0, maps: Vec::new() };
    let copy = copier.value(args.value(0), 0)?;
    // Maps are made empty and filled later, so that no depth of maps needs stack.
    while let Some((from, to, depth)) = copier.maps.pop() {
        for (key, value) in from.entries() {
            let _writable = to.insert(key, copier.value(&value, depth)?);
        }
    }
    Ok(copy)
}

struct Copier<'a> {
    caller: &'a dyn Caller,
    /// Elements so far.
    copied: usize,
    /// Maps yet to be filled: original, copy, depth of the elements.
    maps: Vec<(Map, Map, usize)>,
}

/// A list being copied.
struct OpenList {
    from: List,
    to: Vec<Value>,
}

impl Copier<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<Value, Fault> {
        match value {
            Value::List(list) => self.list(list, depth).map(Value::List),
            other => self.flat(other, depth),
        }
    }

    /// Copies all but lists.
    fn flat(&mut self, value: &Value, depth: usize) -> Result<Value, Fault> {
        Ok(match value {
            Value::Map(map) => Value::Map(self.map(map, depth)?),
            Value::Values(map) => Value::Values(self.map(map, depth)?),
            Value::Strings(strings) if !strings.is_nil() => Value::Strings(Strings::new(strings.to_vec())),
            Value::Lists(lists) => {
                let copies: Result<Rc<[List]>, Fault> =
                    lists.iter().map(|list| self.list(list, depth + 1)).collect();
                Value::Lists(copies?)
            }
            // Go copies exported fields only, of which versions have none.
            Value::Object(object) if object.as_any().is::<Version>() => no_version(|v| Rc::new(v)),
            Value::Object(object) if object.as_any().is::<VersionStruct>() => {
                no_version(|v| Rc::new(VersionStruct(v)))
            }
            // Nothing can be written into the other kinds.
            other => other.clone(),
        })
    }

    fn map(&mut self, map: &Map, depth: usize) -> Result<Map, Fault> {
        if map.is_nil() {
            return Ok(Map::NIL);
        }
        // A map and its entries take more memory than a list's elements.
        self.count(2 * map.len() + 2, depth)?;
        let copy = Map::new();
        self.maps.push((map.clone(), copy.clone(), depth + 1));
        Ok(copy)
    }

    /// Copies lists within lists, the open ones on a stack of our own.
    fn list(&mut self, list: &List, depth: usize) -> Result<List, Fault> {
        let mut open = vec![self.open(list, depth)?];
        loop {
            let Some(OpenList { from, to }) = open.last_mut() else { return Ok(List::NIL) };
            match from.get(to.len()).cloned() {
                Some(Value::List(inner)) => {
                    let inner = self.open(&inner, depth + open.len())?;
                    open.push(inner);
                    continue;
                }
                Some(item) => {
                    let copy = self.flat(&item, depth + open.len())?;
                    if let Some(OpenList { to, .. }) = open.last_mut() {
                        to.push(copy);
                    }
                    continue;
                }
                None => {}
            }
            let Some(OpenList { from, to }) = open.pop() else { return Ok(List::NIL) };
            let done = if from.is_nil() { List::NIL } else { List::from(to) };
            match open.last_mut() {
                Some(outer) => outer.to.push(Value::List(done)),
                None => return Ok(done),
            }
        }
    }

    fn open(&mut self, list: &List, depth: usize) -> Result<OpenList, Fault> {
        self.count(list.len(), depth)?;
        Ok(OpenList { from: list.clone(), to: Vec::with_capacity(list.len()) })
    }

    fn count(&mut self, elements: usize, depth: usize) -> Result<(), Fault> {
        let bound = self.caller.limits().nesting;
        if depth > bound {
            return Err(Fault::limit(
                "nesting",
                bound as u64,
                "deepCopy of a value nested deeper, or cyclic",
            ));
        }
        self.copied = self.copied.saturating_add(elements);
        self.caller.check_items("deepCopy", self.copied)
    }
}

/// The zero version, `0.0.0`.
fn no_version(boxed: fn(Version) -> Rc<dyn Object>) -> Value {
    Version::parse("0.0.0").map_or(Value::Nil, |version| Value::Object(boxed(version)))
}
