//! Go values with methods or fields: times, durations, versions, capabilities, files, certificates.

use super::{Caller, Fault, Kind, Str, Value};
use crate::dialect::HelmVersion;
use std::any::Any;

/// One method: its Go parameter types and the code behind it.
pub struct Method {
    /// Exported Go name: `Format`.
    pub name: &'static str,
    /// Parameter types, checked and converted by the evaluator before the call, as for functions.
    pub params: &'static [super::Ty],
    /// Whether the last parameter repeats.
    pub variadic: bool,
    /// The method. `receiver` is the object the method was found on.
    pub call:
        fn(receiver: &dyn Object, caller: &mut dyn Caller, args: &super::Args<'_>) -> Result<Value, Fault>,
}

/// A Go value that is not one of the plain kinds.
///
/// The defaults describe an opaque struct without fields or methods.
#[allow(clippy::len_without_is_empty, reason = "`len` is Go's built-in, absent for most objects")]
pub trait Object: Any {
    /// `%T`: `time.Time`, `*semver.Version`.
    fn type_name(&self, version: HelmVersion) -> &'static str;

    /// The reflect kind: struct, ptr (to a struct), or that of the underlying type (`time.Duration` is int64).
    fn kind(&self) -> Kind {
        Kind::Struct
    }

    /// For access to the concrete type: `object.as_any().downcast_ref::<Time>()`.
    fn as_any(&self) -> &dyn Any;

    /// For named basic types, the value of the underlying type: a Duration's nanoseconds as `Value::Int64`.
    fn underlying(&self) -> Option<Value> {
        None
    }

    /// Exported struct fields (after following a pointer), in declaration order.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// Names of unexported struct fields, for the error text of R65.
    fn unexported(&self) -> &'static [&'static str] {
        &[]
    }

    /// All struct fields in declaration order, as `fmt` prints them: unexported ones too.
    fn printed_fields(&self) -> Vec<(&'static str, Value)> {
        self.fields()
    }

    /// Keys used by JSON and `toYaml` instead of the Go field names, in declaration order, parallel to
    /// [`Object::fields`]; `None` when there are no tags.
    fn json_names(&self) -> Option<&'static [&'static str]> {
        None
    }

    /// The members of a struct's JSON: its fields under their keys, without those whose key is `-`. Types with tags
    /// that leave out empty fields say here what is left.
    fn json_members(&self) -> Vec<(&'static str, Value)> {
        let names = self.json_names().unwrap_or_default();
        let members = self.fields().into_iter().enumerate();
        let members = members.map(|(i, (field, value))| (names.get(i).copied().unwrap_or(field), value));
        members.filter(|(name, _)| *name != "-").collect()
    }

    /// The methods reachable in a template.
    fn methods(&self) -> &'static [Method] {
        &[]
    }

    /// What `String()` or `Error()` gives when the value is printed by `fmt`; `None` if there is no such method.
    fn string(&self) -> Option<Str> {
        None
    }

    /// What `GoString()` gives, for `%#v`; `None` if there is no such method.
    fn go_string(&self) -> Option<Str> {
        None
    }

    /// What an action prints when the value is addressable and only its pointer has a `String()` (R66); defaults to
    /// [`Object::string`].
    fn string_addressable(&self) -> Option<Str> {
        self.string()
    }

    /// What the value marshals to in JSON when it has its own rule (times: an RFC 3339 string); otherwise the
    /// underlying value or the fields are used.
    fn json(&self) -> Option<Value> {
        None
    }

    /// Why the value cannot be marshalled at all, when it has its own rule and the rule fails (a time in the year
    /// 10000): Go's error without the encoder's prefix. [`Object::json`] is `None` then.
    fn json_error(&self) -> Option<String> {
        None
    }

    /// Number of elements for objects of slice or map kind (files, version sets).
    fn len(&self) -> Option<usize> {
        None
    }

    /// Elements of an object of slice kind.
    fn items(&self) -> Option<Vec<Value>> {
        None
    }

    /// Entries of an object of map kind, sorted by key.
    fn entries(&self) -> Option<Vec<(Str, Value)>> {
        None
    }

    /// For an object of map kind: the entry, or the typed zero value when the key is absent.
    fn entry(&self, key: &[u8]) -> Option<Value> {
        let _ = key;
        None
    }

    /// Equality as `reflect.DeepEqual` and `eq` see it.
    fn equals(&self, other: &dyn Object) -> bool {
        let _ = other;
        false
    }
}
