//! Versions as templates see them: `*semver.Version` from `semver`, `semver.Version` from its methods.

use super::Version;
use crate::dialect::HelmVersion;
use crate::value::{Args, Caller, Fault, Kind, Method, Object, Str, Ty, Value};
use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;

const POINTER: &str = "*semver.Version";
const FIELDS: &[&str] = &["major", "minor", "patch", "pre", "metadata", "original"];

/// A version held by value, `semver.Version`: what `IncMajor` and its like return. It lacks the methods that Go
/// declares on the pointer, as templates cannot take its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionStruct(pub Version);

impl Object for Version {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        POINTER
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn unexported(&self) -> &'static [&'static str] {
        FIELDS
    }

    fn printed_fields(&self) -> Vec<(&'static str, Value)> {
        printed_fields(self)
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }

    fn string(&self) -> Option<Str> {
        Some(self.to_string().into())
    }

    fn json(&self) -> Option<Value> {
        Some(self.to_string().into())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Version>() == Some(self)
    }
}

impl Object for VersionStruct {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "semver.Version"
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn unexported(&self) -> &'static [&'static str] {
        FIELDS
    }

    fn printed_fields(&self) -> Vec<(&'static str, Value)> {
        printed_fields(&self.0)
    }

    fn methods(&self) -> &'static [Method] {
        METHODS.get(POINTER_METHODS..).unwrap_or(METHODS)
    }

    fn string(&self) -> Option<Str> {
        Some(self.0.to_string().into())
    }

    fn json(&self) -> Option<Value> {
        self.string().map(Value::Str)
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<VersionStruct>() == Some(self)
    }
}

/// What `fmt` shows where it does not ask for a text (`%d`): the fields of [`FIELDS`].
fn printed_fields(version: &Version) -> Vec<(&'static str, Value)> {
    let Version { major, minor, patch, pre, metadata, original } = version;
    let values = [
        Value::Uint64(*major),
        Value::Uint64(*minor),
        Value::Uint64(*patch),
        Value::str(pre.as_str()),
        Value::str(metadata.as_str()),
        Value::str(original.as_str()),
    ];
    FIELDS.iter().copied().zip(values).collect()
}

/// The version behind either type.
fn version(receiver: &dyn Object) -> Result<&Version, Fault> {
    let any = receiver.as_any();
    let pointed = any.downcast_ref::<Version>();
    pointed.or_else(|| any.downcast_ref::<VersionStruct>().map(|v| &v.0)).ok_or_else(nil_pointer)
}

fn nil_pointer() -> Fault {
    Fault::text("runtime error: invalid memory address or nil pointer dereference")
}

/// `v.Compare(o)`; a nil argument panics in Go.
fn compare(receiver: &dyn Object, args: &Args<'_>) -> Result<Ordering, Fault> {
    let other = args.object::<Version>(0).ok_or_else(nil_pointer)?;
    Ok(version(receiver)?.compare(other))
}

fn by_value(result: Result<Version, String>) -> Result<Value, Fault> {
    result.map(|v| Value::Object(Rc::new(VersionStruct(v)))).map_err(Fault::text)
}

fn bytes(text: String) -> Value {
    Value::Bytes(Some(Rc::from(text.into_bytes())))
}

fn helm(caller: &mut dyn Caller) -> HelmVersion {
    caller.settings().version
}

macro_rules! method {
    ($name:literal, $params:expr, $receiver:pat, $caller:pat, $args:pat => $body:expr) => {
        Method {
            name: $name,
            params: $params,
            variadic: false,
            call: {
                fn call(
                    $receiver: &dyn Object,
                    $caller: &mut dyn Caller,
                    $args: &Args<'_>,
                ) -> Result<Value, Fault> {
                    $body
                }
                call
            },
        }
    };
}

/// How many rows of [`METHODS`] belong to the pointer alone.
const POINTER_METHODS: usize = 7;

/// First the methods Go declares on the pointer, then those on the value. The decoding ones (`Scan`,
/// `UnmarshalJSON`, `UnmarshalText`), which would write into the version, are left out.
static METHODS: &[Method] = &[
    method!("Compare", &[Ty::Object(POINTER)], v, _, args => Ok(Value::Int(compare(v, args)? as i64))),
    method!("Equal", &[Ty::Object(POINTER)], v, _, args => {
        Ok(Value::Bool(!matches!(args.value(0), Value::Nil) && compare(v, args)?.is_eq()))
    }),
    method!("GreaterThan", &[Ty::Object(POINTER)], v, _, args => Ok(Value::Bool(compare(v, args)?.is_gt()))),
    method!("GreaterThanEqual", &[Ty::Object(POINTER)], v, _, args => Ok(Value::Bool(compare(v, args)?.is_ge()))),
    method!("LessThan", &[Ty::Object(POINTER)], v, _, args => Ok(Value::Bool(compare(v, args)?.is_lt()))),
    method!("LessThanEqual", &[Ty::Object(POINTER)], v, _, args => Ok(Value::Bool(compare(v, args)?.is_le()))),
    method!("Original", &[], v, _, _ => Ok(version(v)?.original().into())),
    method!("IncMajor", &[], v, caller, _ => by_value(version(v)?.inc_major(helm(caller)))),
    method!("IncMinor", &[], v, caller, _ => by_value(version(v)?.inc_minor(helm(caller)))),
    method!("IncPatch", &[], v, caller, _ => by_value(version(v)?.inc_patch(helm(caller)))),
    method!("Major", &[], v, _, _ => Ok(Value::Uint64(version(v)?.major()))),
    method!("MarshalJSON", &[], v, _, _ => Ok(bytes(format!("\"{}\"", version(v)?)))),
    method!("MarshalText", &[], v, _, _ => Ok(bytes(version(v)?.to_string()))),
    method!("Metadata", &[], v, _, _ => Ok(version(v)?.metadata().into())),
    method!("Minor", &[], v, _, _ => Ok(Value::Uint64(version(v)?.minor()))),
    method!("Patch", &[], v, _, _ => Ok(Value::Uint64(version(v)?.patch()))),
    method!("Prerelease", &[], v, _, _ => Ok(version(v)?.prerelease().into())),
    method!("SetMetadata", &[Ty::Str], v, caller, args => {
        by_value(version(v)?.with_metadata(&args.str(0).to_text(), helm(caller)))
    }),
    method!("SetPrerelease", &[Ty::Str], v, caller, args => {
        by_value(version(v)?.with_prerelease(&args.str(0).to_text(), helm(caller)))
    }),
    method!("String", &[], v, _, _ => Ok(version(v)?.to_string().into())),
    method!("Value", &[], v, _, _ => Ok(version(v)?.to_string().into())),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointer_methods_come_first() {
        let names: Vec<_> = METHODS.iter().take(POINTER_METHODS).map(|m| m.name).collect();
        assert_eq!(names.last(), Some(&"Original"));
        let value = VersionStruct(Version::parse("1.2.3").unwrap());
        assert!(value.methods().iter().all(|m| !names.contains(&m.name)));
        assert_eq!(value.methods().len() + names.len(), METHODS.len());
    }
}
