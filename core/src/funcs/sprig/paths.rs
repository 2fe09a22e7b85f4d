//! Sprig: path functions. The `os` twins differ only on Windows, where Helm's charts are not rendered differently.

use crate::dialect::HelmVersion;
use crate::go::path;
use crate::value::{Args, Caller, Doc, Fault, Func, Ty, Value};

fn text(bytes: impl AsRef<[u8]>) -> Result<Value, Fault> {
    Ok(Value::Str(bytes.as_ref().into()))
}

fn base(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(path::base(args.bytes(0)))
}

fn dir(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(path::dir(args.bytes(0)))
}

fn clean(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(path::clean(args.bytes(0)))
}

fn ext(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(path::ext(args.bytes(0)))
}

fn is_abs(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Bool(path::is_abs(args.bytes(0))))
}

macro_rules! row {
    ($name:literal, $call:expr, $doc:literal) => {
        Func {
            name: $name,
            params: &[Ty::Str],
            variadic: false,
            since: HelmVersion::V3_17,
            call: $call,
            doc: Doc::new($doc),
        }
    };
}

/// Paths (sprig/functions.go: Go's path and path/filepath).
pub const FUNCS: &[Func] = &[
    row!("base", base, "The last element of a path."),
    row!("dir", dir, "A path without its last element."),
    row!("clean", clean, "The shortest path that means the same."),
    row!("ext", ext, "The extension of a path, with its dot."),
    row!("isAbs", is_abs, "Whether a path begins with a slash."),
    row!("osBase", base, "The last element of a file path."),
    row!("osDir", dir, "A file path without its last element."),
    row!("osClean", clean, "The shortest file path that means the same."),
    row!("osExt", ext, "The extension of a file path, with its dot."),
    row!("osIsAbs", is_abs, "Whether a file path begins with a slash."),
];
