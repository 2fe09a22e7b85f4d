//! toJson, fromJson and their kin: Helm's own, and Sprig's where Helm does not override them (§6.1;
//! helm pkg/engine/funcs.go, sprig defaults.go).

use crate::dialect::HelmVersion;
use crate::go::json::{self, Decoded, Target};
use crate::value::{Args, Caller, Doc, Fault, Func, Map, Str, Ty, Value};

type Call = fn(&mut dyn Caller, &Args<'_>) -> Result<Value, Fault>;

const fn row(name: &'static str, params: &'static [Ty], call: Call, doc: &'static str) -> Func {
    Func { name, params, variadic: false, since: HelmVersion::V3_17, call, doc: Doc::new(doc) }
}

/// The table of JSON functions.
pub static FUNCS: &[Func] = &[
    row(
        "fromJson",
        &[Ty::Str],
        from_json,
        "The map a JSON object describes; on error a map with the key Error.",
    ),
    row(
        "fromJsonArray",
        &[Ty::Str],
        from_json_array,
        "The list a JSON array describes; on error a list of its text.",
    ),
    row("mustFromJson", &[Ty::Str], must_from_json, "The value a JSON text describes."),
    row("mustToJson", &[Ty::Any], must_to_json, "The value as JSON; fails when it has none."),
    row(
        "mustToPrettyJson",
        &[Ty::Any],
        must_to_pretty_json,
        "The value as indented JSON; fails when it has none.",
    ),
    row(
        "mustToRawJson",
        &[Ty::Any],
        to_raw_json,
        "The value as JSON without HTML escapes; fails when it has none.",
    ),
    row("toJson", &[Ty::Any], to_json, "The value as JSON; empty when it has none."),
    row("toPrettyJson", &[Ty::Any], to_pretty_json, "The value as indented JSON; empty when it has none."),
    row(
        "toRawJson",
        &[Ty::Any],
        to_raw_json,
        "The value as JSON without HTML escapes; fails when it has none.",
    ),
];

/// `json.Unmarshal` into `m := map[string]any{}`; with an error `m["Error"]` is its text.
fn from_json(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let Decoded { value, error } = json::decode_into(args.bytes(0), Target::Map, caller.settings().version);
    let Some(error) = error else {
        // `null` sets the map to nil.
        return Ok(Value::Map(value.as_map().cloned().unwrap_or(Map::NIL)));
    };
    let map = value.as_map().cloned().unwrap_or_default();
    if !map.insert("Error", Value::str(error)) {
        return Err(Fault::text("assignment to entry in nil map"));
    }
    Ok(Value::Map(map))
}

fn from_json_array(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(match json::decode_list(args.bytes(0), caller.settings().version) {
        Ok(list) => Value::List(list),
        Err(error) => Value::list([Value::str(error)]),
    })
}

fn must_from_json(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    json::decode(args.bytes(0), caller.settings().version).map_err(Fault::text)
}

fn must_to_json(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let json = json::encode(args.value(0), true, caller.settings().version)?;
    text(caller, "mustToJson", json)
}

fn to_json(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let json = json::encode(args.value(0), true, caller.settings().version);
    text(caller, "toJson", swallowed(json)?)
}

fn must_to_pretty_json(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let json = json::encode_indent(args.value(0), "  ", caller.settings().version)?;
    text(caller, "mustToPrettyJson", json)
}

fn to_pretty_json(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let json = json::encode_indent(args.value(0), "  ", caller.settings().version);
    text(caller, "toPrettyJson", swallowed(json)?)
}

/// Sprig's toRawJson panics with the error that its mustToRawJson returns, which comes to the same.
fn to_raw_json(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let json = json::encode(args.value(0), false, caller.settings().version)?;
    text(caller, "toRawJson", json)
}

/// Nothing instead of an error, unless the error is one of our limits.
fn swallowed(json: Result<Vec<u8>, Fault>) -> Result<Vec<u8>, Fault> {
    match json {
        Err(fault) if fault.as_limit().is_none() => Ok(Vec::new()),
        json => json,
    }
}

fn text(caller: &dyn Caller, name: &str, json: Vec<u8>) -> Result<Value, Fault> {
    caller.check_bytes(name, json.len())?;
    Ok(Value::Str(Str::from(json)))
}
