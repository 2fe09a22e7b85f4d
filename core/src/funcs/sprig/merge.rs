//! `merge` and its relatives (sprig/dict.go; mergo 1.0.1 `deepMerge`, as far as templates can reach it).
//!
//! The destination is changed and returned. Maps of the source are taken over by reference, not copied,
//! unless the destination has a map under the same key, into which they are merged.

use crate::dialect::HelmVersion;
use crate::value::{Args, Caller, Fault, Kind, Map, Str, Value};
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

table! {
    "merge"(Map; Map) => |caller, args| merge(caller, args, false, false),
        "Fills the first map with what it lacks from the others; it is changed and returned.";
    "mustMerge"(Map; Map) => |caller, args| merge(caller, args, false, true),
        "Fills the first map with what it lacks from the others; it is changed and returned.";
    "mergeOverwrite"(Map; Map) => |caller, args| merge(caller, args, true, false),
        "Writes the others' values into the first map, which is changed and returned.";
    "mustMergeOverwrite"(Map; Map) => |caller, args| merge(caller, args, true, true),
        "Writes the others' values into the first map, which is changed and returned.";
}

/// How values are merged.
#[derive(Clone, Copy)]
struct Mode {
    /// Whether the source wins.
    overwrite: bool,
    /// Whose type names appear in errors.
    version: HelmVersion,
}

fn merge(caller: &mut dyn Caller, args: &Args<'_>, overwrite: bool, must: bool) -> Result<Value, Fault> {
    let mode = Mode { overwrite, version: caller.settings().version };
    let mut destination = args.map(0);
    for source in args.rest(1).iter().filter_map(Value::as_map) {
        if destination.is_nil() && !source.is_nil() {
            destination = Map::new();
        }
        match merge_maps(caller, &destination, source, mode)? {
            Ok(()) => {}
            Err(_) if !must => return Ok(Value::from("")),
            Err(error) => return Err(Fault::text(error)),
        }
    }
    Ok(Value::Map(destination))
}

/// An error that mergo returns; its panics are faults.
type Error = &'static str;

/// What is left to do: merge a source into a destination, or note that this pair is finished.
enum Step {
    Enter(Map, Source),
    Leave((usize, usize)),
}

/// A map of the source.
enum Source {
    Any(Map),
    Strings(Rc<BTreeMap<Str, Str>>),
}

impl Source {
    fn of(value: &Value) -> Option<Source> {
        match value {
            Value::Map(map) | Value::Values(map) => Some(Source::Any(map.clone())),
            Value::StrMap(Some(map)) => Some(Source::Strings(map.clone())),
            _ => None,
        }
    }

    fn identity(&self) -> usize {
        match self {
            Source::Any(map) => map.identity(),
            Source::Strings(map) => Rc::as_ptr(map) as usize,
        }
    }

    fn entries(&self) -> Vec<(Str, Value)> {
        match self {
            Source::Any(map) => map.entries(),
            Source::Strings(map) => map.iter().map(|(k, v)| (k.clone(), Value::Str(v.clone()))).collect(),
        }
    }
}

/// Merges without recursion: depth costs heap only. A pair of maps met while it is being merged is a cycle,
/// on which Go exhausts its stack; one met again later has nothing left to give.
fn merge_maps(
    caller: &dyn Caller,
    destination: &Map,
    source: &Map,
    mode: Mode,
) -> Result<Result<(), Error>, Fault> {
    let mut steps = vec![Step::Enter(destination.clone(), Source::Any(source.clone()))];
    let (mut active, mut done) = (HashSet::new(), HashSet::new());
    while let Some(step) = steps.pop() {
        let (destination, source) = match step {
            Step::Enter(destination, source) => (destination, source),
            Step::Leave(pair) => {
                active.remove(&pair);
                done.insert(pair);
                continue;
            }
        };
        let pair = (destination.identity(), source.identity());
        if done.contains(&pair) {
            continue;
        }
        if !active.insert(pair) {
            let bound = caller.limits().nesting as u64;
            return Err(Fault::limit("nesting", bound, "merging maps that contain themselves"));
        }
        steps.push(Step::Leave(pair));
        for (key, value) in source.entries() {
            match merge_entry(&destination, key, value, mode)? {
                Entry::Done => {}
                Entry::Descend(inner, source) => steps.push(Step::Enter(inner, source)),
                Entry::Failed(error) => return Ok(Err(error)),
            }
        }
    }
    Ok(Ok(()))
}

/// What became of an entry.
enum Entry {
    Done,
    /// Both sides have a map here.
    Descend(Map, Source),
    Failed(Error),
}

/// Merges one entry of a source into a map that is not nil.
fn merge_entry(destination: &Map, key: Str, value: Value, mode: Mode) -> Result<Entry, Fault> {
    let overwrite = mode.overwrite;
    let present = destination.get(&key);
    let write = |value| {
        let _not_nil = destination.insert(key.clone(), value);
        Ok(Entry::Done)
    };
    let Some(present) = present else {
        return if overwrite || !matches!(value, Value::Nil) { write(value) } else { Ok(Entry::Done) };
    };
    if matches!(value, Value::Nil) {
        return if overwrite { write(value) } else { Ok(Entry::Done) };
    }
    if let (Value::Map(map) | Value::Values(map), Some(source)) = (&present, Source::of(&value)) {
        // An empty map that the source does not fill is replaced below, like everything that is empty.
        if !map.is_nil() && (!map.is_empty() || gives_something(&source, overwrite)) {
            return Ok(Entry::Descend(map.clone(), source));
        }
    }
    if let (Value::StrMap(Some(strings)), Some(source)) = (&present, Source::of(&value)) {
        let merged = merge_strings(strings, &source, mode)?;
        if !merged.is_empty() {
            return write(Value::StrMap(Some(Rc::new(merged))));
        }
    }
    if let Value::Object(object) = &present {
        match (object.kind(), value.kind()) {
            (Kind::Struct, from @ (Kind::Map | Kind::Ptr)) if !object.fields().is_empty() => {
                let text = format!("reflect: call of reflect.Value.Field on {} Value", from.name());
                return Err(Fault::text(text));
            }
            (Kind::Ptr, Kind::Map | Kind::Struct) if !overwrite => {
                return Ok(Entry::Failed("src and dst must be of same type"));
            }
            _ => {}
        }
    }
    let both_maps = present.kind() == Kind::Map && value.kind() == Kind::Map;
    match is_empty(&present) {
        true => write(value),
        false if overwrite && !both_maps => write(value),
        false => Ok(Entry::Done),
    }
}

/// Whether merging this into an empty map leaves anything there.
fn gives_something(source: &Source, overwrite: bool) -> bool {
    match source {
        Source::Any(map) => {
            map.read().is_some_and(|map| map.values().any(|v| overwrite || !matches!(v, Value::Nil)))
        }
        Source::Strings(map) => !map.is_empty(),
    }
}

/// A `map[string]string` as destination: it takes only strings from a map of its own type, and anything else
/// that would be written into it panics.
fn merge_strings(
    strings: &BTreeMap<Str, Str>,
    source: &Source,
    mode: Mode,
) -> Result<BTreeMap<Str, Str>, Fault> {
    let unassignable = |name: &str| {
        Fault::text(format!(
            "reflect.Value.SetMapIndex: value of type {name} is not assignable to type string"
        ))
    };
    let mut merged = strings.clone();
    for (key, value) in source.entries() {
        let present = strings.get(&key);
        if value.kind() == Kind::Slice {
            return Err(match present {
                Some(_) => Fault::text("reflect: call of reflect.Value.IsNil on string Value"),
                None => unassignable(value.type_name(mode.version)),
            });
        }
        let kept = matches!(value, Value::Nil) || present.is_some_and(|s| !s.is_empty());
        match (source, value) {
            _ if kept && !mode.overwrite => {}
            (Source::Strings(_), Value::Str(value)) => {
                merged.insert(key, value);
            }
            _ => return Err(unassignable("interface {}")),
        }
    }
    Ok(merged)
}

/// mergo's `isEmptyValue`: as for JSON's `omitempty`; complex numbers, pointers and structs never are.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Complex(..) => false,
        other => !other.is_true(),
    }
}
