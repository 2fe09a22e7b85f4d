//! toYaml, fromYaml and their kin (R122, R132; helm pkg/engine/funcs.go).

use crate::dialect::HelmVersion;
use crate::value::{Args, Caller, Fault, Func, List, Map, Ty, Value};
use crate::yaml;

/// The family's rows of the function table.
pub const FUNCS: &[Func] = &[
    Func {
        name: "toYaml",
        params: &[Ty::Any],
        variadic: false,
        since: HelmVersion::V3_17,
        call: to_yaml,
        doc: "Writes a value as YAML; nothing when that fails.",
    },
    Func {
        name: "mustToYaml",
        params: &[Ty::Any],
        variadic: false,
        since: HelmVersion::V4_1,
        call: must_to_yaml,
        doc: "Writes a value as YAML; fails when that fails.",
    },
    Func {
        name: "toYamlPretty",
        params: &[Ty::Any],
        variadic: false,
        since: HelmVersion::V3_17,
        call: to_yaml_pretty,
        doc: "Writes a value as YAML with indented lists and unbroken lines.",
    },
    Func {
        name: "fromYaml",
        params: &[Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: from_yaml,
        doc: "Reads a YAML mapping; an error becomes the mapping's key Error.",
    },
    Func {
        name: "fromYamlArray",
        params: &[Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: from_yaml_array,
        doc: "Reads a YAML list; an error becomes the list's only element.",
    },
];

/// YAML text as a template gets it: without one final line break.
fn text(mut yaml: Vec<u8>) -> Value {
    if yaml.last() == Some(&b'\n') {
        yaml.pop();
    }
    Value::str(yaml)
}

/// The error's text where Helm makes a value of it; limits stay errors.
fn swallowed(fault: Fault) -> Result<String, Fault> {
    if fault.as_limit().is_some() { Err(fault) } else { Ok(fault.to_string()) }
}

fn to_yaml(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    match must_to_yaml(caller, args) {
        Ok(value) => Ok(value),
        Err(fault) => swallowed(fault).map(|_| Value::str("")),
    }
}

fn must_to_yaml(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    yaml::marshal_bounded(args.value(0), caller.settings().version, caller.limits().output_bytes).map(text)
}

fn to_yaml_pretty(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    // The encoder's own errors cannot occur without tags; what is left are panics, which Helm shows.
    yaml::marshal_pretty_bounded(args.value(0), caller.settings().version, caller.limits().output_bytes)
        .map(text)
}

fn from_yaml(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Map(match yaml::unmarshal_map_fault(args.bytes(0)) {
        Ok(map) => map,
        Err(fault) => Map::from_iter([("Error".into(), Value::from(swallowed(fault)?))]),
    }))
}

fn from_yaml_array(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::List(match yaml::unmarshal_list_fault(args.bytes(0)) {
        Ok(list) => list,
        Err(fault) => List::from(vec![Value::from(swallowed(fault)?)]),
    }))
}
