//! Sprig: semver functions.

use crate::dialect::HelmVersion;
use crate::semver::{Constraints, Version};
use crate::value::{Args, Caller, Doc, Fault, Func, Ty, Value};
use std::rc::Rc;

fn semver(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let version = Version::parse_for(args.bytes(0), caller.settings().version).map_err(Fault::text)?;
    Ok(Value::Object(Rc::new(version)))
}

fn semver_compare(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let helm = caller.settings().version;
    let constraints = Constraints::parse(&args.str(0).to_text(), helm).map_err(Fault::text)?;
    let version = Version::parse_for(args.bytes(1), helm).map_err(Fault::text)?;
    Ok(Value::Bool(constraints.check(&version)))
}

/// Versions (sprig/semver.go).
pub const FUNCS: &[Func] = &[
    Func {
        name: "semver",
        params: &[Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: semver,
        doc: Doc::new(
            "Reads a semantic version; the result has the methods Major, Minor, Patch, Prerelease, Compare and more.",
        ),
    },
    Func {
        name: "semverCompare",
        params: &[Ty::Str, Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: semver_compare,
        doc: Doc::new("Whether the version in the second argument satisfies the constraints in the first."),
    },
];
