//! Making, reading and changing maps (sprig/dict.go). Merging is in [`super::merge`], copying in
//! [`super::copy`].
//!
//! Go's maps have no order; `keys` and `values`, which show it, answer in key order here.

use crate::go::print;
use crate::value::{Args, Caller, Fault, Map, Str, Strings, Value};

table! {
    "dict"(; Any) => dict, "A new map from alternating keys and values.";
    "get"(Map, Str) => |_, args| Ok(args.map(0).get(args.bytes(1)).unwrap_or_else(|| Value::from(""))),
        "The value under a key, an empty string when there is none.";
    "set"(Map, Str, Any) => set, "Puts a value under a key of the map itself, which is also the result.";
    "unset"(Map, Str) => unset, "Removes a key of the map itself, which is also the result.";
    "hasKey"(Map, Str) => |_, args| Ok(Value::Bool(args.map(0).contains(args.bytes(1)))),
        "Whether the map has the key, even if its value is null.";
    "pluck"(Str; Map) => pluck, "The values under one key of each map that has it.";
    "keys"(; Map) => keys, "The keys of all maps, one map after the other.";
    "values"(Map) => |_, args| Ok(Value::list(args.map(0).entries().into_iter().map(|(_, v)| v))),
        "The values of a map.";
    "pick"(Map; Str) => pick, "A new map with only these keys.";
    "omit"(Map; Str) => omit, "A new map without these keys.";
    "dig"(; Any) => dig,
        "The value at a path of keys, or the default where a key is missing: keys, default, map.";
}

/// Keys become strings as `toString` does it; a key without a value has an empty string.
fn dict(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let version = caller.settings().version;
    let entries = args.rest(0).chunks(2).filter_map(|pair| {
        let value = pair.get(1).cloned().unwrap_or_else(|| Value::from(""));
        Some(print::to_str(pair.first()?, version).map(|key| (key, value)))
    });
    Ok(Value::Map(entries.collect::<Result<_, _>>()?))
}

fn set(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let map = args.map(0);
    match map.insert(args.str(1), args.value(2).clone()) {
        true => Ok(Value::Map(map)),
        false => Err(Fault::text("assignment to entry in nil map")),
    }
}

fn unset(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let map = args.map(0);
    map.remove(args.bytes(1));
    Ok(Value::Map(map))
}

fn pluck(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let maps = args.rest(1).iter().filter_map(Value::as_map);
    Ok(Value::list(maps.filter_map(|map| map.get(args.bytes(0)))))
}

fn keys(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let maps = args.rest(0).iter().filter_map(Value::as_map);
    Ok(Value::Strings(maps.flat_map(Map::keys).collect::<Strings>()))
}

fn pick(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let map = args.map(0);
    let picked = names(args).into_iter().filter_map(|key| Some((key.clone(), map.get(key)?)));
    Ok(Value::Map(picked.collect()))
}

fn omit(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let omitted = names(args);
    let kept = args.map(0).entries().into_iter().filter(|(key, _)| omitted.binary_search(&key).is_err());
    Ok(Value::Map(kept.collect()))
}

/// The keys after a map argument, sorted.
fn names<'a>(args: &Args<'a>) -> Vec<&'a Str> {
    let names = args.rest(1).iter().filter_map(|v| match v {
        Value::Str(s) => Some(s),
        _ => None,
    });
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names
}

/// Walks down by keys. Go's type assertions fail in this order: the map, the keys, the values on the way.
fn dig(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let [keys @ .., default, map] = args.rest(0) else {
        return Err(Fault::text("dig needs at least three arguments"));
    };
    if keys.is_empty() {
        return Err(Fault::text("dig needs at least three arguments"));
    }
    let not = |value: &Value, wanted: &str| {
        let name = match value {
            Value::Nil => "nil",
            value => value.type_name(caller.settings().version),
        };
        Fault::text(format!("interface conversion: interface {{}} is {name}, not {wanted}"))
    };
    let as_map = |value: &Value| match value {
        Value::Map(map) => Ok(map.clone()),
        other => Err(not(other, "map[string]interface {}")),
    };
    let mut map = as_map(map)?;
    let mut path = Vec::with_capacity(keys.len());
    for key in keys {
        match key {
            Value::Str(key) => path.push(key),
            other => return Err(not(other, "string")),
        }
    }
    let mut path = path.into_iter().peekable();
    while let Some(key) = path.next() {
        match map.get(key) {
            None => return Ok(default.clone()),
            Some(value) if path.peek().is_none() => return Ok(value),
            Some(value) => map = as_map(&value)?,
        }
    }
    Ok(default.clone())
}
