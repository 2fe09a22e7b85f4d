//! `default` and its relatives: choosing by emptiness (R117, §6.2 of the rendering rules; sprig/defaults.go).
//!
//! Sprig's *empty* and the template language's *false* agree for every kind of value a chart can hold.

use crate::value::{Args, Caller, Fault, Value};

table! {
    "default"(Any; Any) => default, "The last argument, or the first one when that is empty.";
    "empty"(Any) => |_, args| Ok(Value::Bool(empty(args.value(0)))),
        "Whether a value is nil, zero, false or without elements.";
    "coalesce"(; Any) => |_, args| Ok(args.rest(0).iter().find(|v| !empty(v)).cloned().unwrap_or_default()),
        "The first value that is not empty.";
    "all"(; Any) => |_, args| Ok(Value::Bool(!args.rest(0).iter().any(empty))),
        "Whether none of the values is empty.";
    "any"(; Any) => |_, args| Ok(Value::Bool(!args.rest(0).iter().all(empty))),
        "Whether at least one of the values is not empty.";
    "ternary"(Any, Any, Bool) => |_, args| Ok(args.value(usize::from(!args.bool(2))).clone()),
        "The first argument if the last one is true, else the second.";
}

/// Sprig's `empty`.
pub fn empty(value: &Value) -> bool {
    !value.is_true()
}

/// Only the first of the values after the default counts.
fn default(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let given = args.rest(1).first().filter(|given| !empty(given));
    Ok(given.unwrap_or(args.value(0)).clone())
}
