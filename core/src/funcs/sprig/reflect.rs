//! Asking for types and kinds (sprig/reflect.go).

use super::equal::deep_equal;
use crate::value::Value;

table! {
    "typeOf"(Any) => |caller, args| Ok(Value::from(args.value(0).type_name(caller.settings().version))),
        "The Go type of a value, as `%T` prints it.";
    "typeIs"(Str, Any) => |caller, args| {
        Ok(Value::Bool(args.value(1).type_name(caller.settings().version).as_bytes() == args.bytes(0)))
    }, "Whether a value has exactly this Go type.";
    "typeIsLike"(Str, Any) => |caller, args| {
        let name = args.value(1).type_name(caller.settings().version).as_bytes();
        Ok(Value::Bool(name == args.bytes(0) || name.strip_prefix(b"*") == Some(args.bytes(0))))
    }, "Whether a value has this Go type or is a pointer to it.";
    "kindOf"(Any) => |_, args| Ok(Value::from(args.value(0).kind().name())),
        "The Go kind of a value: `string`, `map`, `slice`, `float64`, …";
    "kindIs"(Str, Any) => |_, args| {
        Ok(Value::Bool(args.value(1).kind().name().as_bytes() == args.bytes(0)))
    }, "Whether a value is of this Go kind.";
    "deepEqual"(Any, Any) => |_, args| Ok(Value::Bool(deep_equal(args.value(0), args.value(1)))),
        "Whether two values have the same types and the same content throughout.";
}
