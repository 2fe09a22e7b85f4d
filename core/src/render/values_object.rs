//! The Go methods of `common.Values`, which shadow equally named keys (R62).

use crate::dialect::HelmVersion;
use crate::go::quote;
use crate::value::{Args, Caller, Fault, Kind, Map, Method, Object, Ty, Value};
use crate::yaml;
use std::any::Any;
use std::rc::Rc;

/// A `common.Values` as the receiver of a method call. Elsewhere such a map is a [`Value::Values`].
pub(super) struct ValuesObject(Map);

impl ValuesObject {
    /// The method `name`, with its receiver.
    #[inline]
    pub(super) fn method(map: &Map, name: &[u8]) -> Option<(Rc<dyn Object>, &'static Method)> {
        let index = match name {
            b"AsMap" => 0,
            b"Encode" => 1,
            b"PathValue" => 2,
            b"Table" => 3,
            b"YAML" => 4,
            _ => return None,
        };
        Some((Rc::new(ValuesObject(map.clone())), METHODS.get(index)?))
    }
}

macro_rules! row {
    ($name:literal, $params:expr, $call:expr) => {
        Method { name: $name, params: $params, variadic: false, call: $call }
    };
}

static METHODS: [Method; 5] = [
    row!("AsMap", &[], |receiver, _, _| {
        let map = map(receiver);
        Ok(Value::Map(if map.is_empty() { Map::new() } else { map }))
    }),
    row!("Encode", &[Ty::Object("io.Writer")], |_, _, _| {
        Err(Fault::text("runtime error: invalid memory address or nil pointer dereference"))
    }),
    row!("PathValue", &[Ty::Str], path_value),
    row!("Table", &[Ty::Str], |receiver, _, args| table(&map(receiver), args.bytes(0)).map(Value::Values)),
    row!("YAML", &[], yaml),
];

impl Object for ValuesObject {
    fn type_name(&self, version: HelmVersion) -> &'static str {
        Value::Values(Map::NIL).type_name(version)
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        &METHODS
    }
}

fn map(receiver: &dyn Object) -> Map {
    receiver.as_any().downcast_ref::<ValuesObject>().map_or(Map::NIL, |object| object.0.clone())
}

fn yaml(receiver: &dyn Object, caller: &mut dyn Caller, _: &Args<'_>) -> Result<Value, Fault> {
    let (version, bound) = (caller.settings().version, caller.limits().output_bytes);
    yaml::marshal_bounded(&Value::Values(map(receiver)), version, bound).map(Value::str)
}

/// Helm's `Values.Table`: the table behind a dotted path.
fn table(map: &Map, path: &[u8]) -> Result<Map, Fault> {
    let mut table = map.clone();
    for name in path.split(|byte| *byte == b'.') {
        table = match table.get(name) {
            Some(Value::Map(next) | Value::Values(next)) => next,
            _ => return Err(Fault::text(format!("{} is not a table", quote::quote(name)))),
        };
    }
    Ok(table)
}

/// Helm's `Values.PathValue`: what is no table at the end of a dotted path.
fn path_value(receiver: &dyn Object, _: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let path = args.bytes(0);
    if path.is_empty() {
        return Err(Fault::text("YAML path cannot be empty"));
    }
    let map = map(receiver);
    let (parent, key) = match path.iter().rposition(|byte| *byte == b'.') {
        Some(dot) => {
            let (parent, key) = (path.get(..dot).unwrap_or(path), path.get(dot + 1..).unwrap_or(&[]));
            (table(&map, parent).ok(), key)
        }
        None => (Some(map), path),
    };
    match parent.and_then(|parent| parent.get(key)) {
        // `common.Values` is no `map[string]interface {}` here.
        Some(value) if !matches!(value, Value::Map(_)) => Ok(value),
        _ => Err(Fault::text(format!("{} is not a value", quote::quote(key)))),
    }
}
