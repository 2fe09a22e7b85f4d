//! include, tpl, required, fail, lookup, getHostByName: what Helm's engine.go adds to the language (R69, R76–R80).

use crate::dialect::HelmVersion;
use crate::value::{Args, Caller, Doc, Fault, Func, Map, Ty, Value};

/// What `required` and `fail` put around their message, so that the engine finds it in the error's text (R83).
pub const ERROR_START: &str = "HELM_ERR_START";
/// The other end of [`ERROR_START`].
pub const ERROR_END: &str = "HELM_ERR_END";

macro_rules! row {
    ($name:literal, $params:expr, $call:expr, $doc:literal) => {
        Func {
            name: $name,
            params: $params,
            variadic: false,
            since: HelmVersion::V3_17,
            call: $call,
            doc: Doc::new($doc),
        }
    };
}

/// The functions of this file.
pub const FUNCS: &[Func] = &[
    row!("include", &[Ty::Str, Ty::Any], include, "Executes a named template and returns its text."),
    row!("tpl", &[Ty::Str, Ty::Any], tpl, "Executes a text as a template and returns its text."),
    row!("required", &[Ty::Str, Ty::Any], required, "Fails with a message unless the value is set."),
    row!("fail", &[Ty::Str], fail, "Fails with a message."),
    row!(
        "lookup",
        &[Ty::Str, Ty::Str, Ty::Str, Ty::Str],
        lookup,
        "Finds an object in the cluster; an empty map when rendering without one."
    ),
    row!("getHostByName", &[Ty::Str], get_host_by_name, "Resolves a host name when DNS is enabled."),
];

fn include(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    caller.include(&args.str(0), args.value(1).clone()).map(Value::Str)
}

fn tpl(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    caller.tpl(&args.str(0), args.value(1).clone()).map(Value::Str)
}

/// `required` (R79): nil and the empty string are not set, everything else is.
fn required(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let summary = match args.value(1) {
        Value::Nil => "missing required value",
        Value::Str(text) if text.is_empty() => "missing required values",
        value => return Ok(value.clone()),
    };
    if caller.settings().lint {
        caller.log_about("WARN", summary, text_of(args));
        return Ok(Value::from(""));
    }
    Err(marked(args.bytes(0)))
}

fn fail(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    if caller.settings().lint {
        caller.log_about("INFO", "funcMap fail", text_of(args));
        return Ok(Value::from(""));
    }
    Err(marked(args.bytes(0)))
}

fn marked(text: &[u8]) -> Fault {
    Fault::text(format!("{ERROR_START}{}{ERROR_END}", String::from_utf8_lossy(text)))
}

fn text_of(args: &Args<'_>) -> String {
    String::from_utf8_lossy(args.bytes(0)).into_owned()
}

fn lookup(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let words = [0, 1, 2, 3].map(|index| String::from_utf8_lossy(args.bytes(index)));
    let [api_version, kind, namespace, name] = &words;
    let found = caller.host().lookup(api_version, kind, namespace, name);
    Ok(found.unwrap_or_else(|| Value::Map(Map::new())))
}

fn get_host_by_name(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    if !caller.settings().dns {
        return Ok(Value::from(""));
    }
    let name = String::from_utf8_lossy(args.bytes(0));
    match caller.host().resolve(&name) {
        Some(address) => Ok(Value::from(address)),
        // Sprig picks one of no addresses.
        None => Err(Fault::text("invalid argument to Intn")),
    }
}
