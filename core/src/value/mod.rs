//! Go's dynamic values as a template sees them (R1–R4), and the contract between the template language and functions.
//!
//! Invariant: a [`Value`] is cheap to clone (a reference count at most) and never owns a tree by itself: maps are
//! shared and mutable as in Go, everything else is immutable.

mod call;
mod fault;
mod list;
mod map;
mod object;
mod release;
mod str;

pub use call::{Args, Caller, Doc, Func, Settings, Ty};
pub use fault::{ExecFault, Fault, FaultKind, Place};
pub use list::{List, Strings};
pub use map::Map;
pub use object::{Method, Object};
pub use str::Str;

use crate::dialect::HelmVersion;
use std::rc::Rc;

/// A Go value. Which variant a number has is observable (`typeOf`, `eq`, `printf`, argument checks), so a function
/// must return exactly the variant that corresponds to Go's result type.
#[derive(Clone, Default)]
pub enum Value {
    /// Untyped nil. Whether it is *invalid* or a *boxed nil* (R3) is known to the evaluator, not to the value.
    #[default]
    Nil,
    /// `bool`
    Bool(bool),
    /// `int`: template literals, `len`, `int`
    Int(i64),
    /// `int64`: `add`, `--set` numbers, TOML integers
    Int64(i64),
    /// `uint64`: `semver` parts
    Uint64(u64),
    /// `uint8`: a byte of an indexed string
    Uint8(u8),
    /// `float64`: every number from YAML or JSON
    Float(f64),
    /// `complex128`: only from an imaginary literal
    Complex(f64, f64),
    /// `string`: any bytes, usually UTF-8
    Str(Str),
    /// `[]uint8`; `None` is the nil slice
    Bytes(Option<Rc<[u8]>>),
    /// `[]interface {}`
    List(List),
    /// `[]string`
    Strings(Strings),
    /// `[]int`: from `until`, `untilStep`
    Ints(Rc<[i64]>),
    /// `[][]interface {}`: from `chunk`
    Lists(Rc<[List]>),
    /// `map[string]interface {}`
    Map(Map),
    /// `common.Values`: the same map under a named type (R62)
    Values(Map),
    /// `map[string]string`: from `split`, `.Chart.Annotations`; `None` is the nil map
    StrMap(Option<Rc<std::collections::BTreeMap<Str, Str>>>),
    /// Everything with methods or fields: times, versions, capabilities, files, certificates
    Object(Rc<dyn Object>),
}

/// Go's `reflect.Kind`, as far as charts can meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named exactly as Go's kinds")]
pub enum Kind {
    Invalid,
    Bool,
    Int,
    Int64,
    Uint8,
    Uint64,
    Float64,
    Complex128,
    String,
    Slice,
    Map,
    Struct,
    Ptr,
}

impl Kind {
    /// The kind's name as `kindOf` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Int64 => "int64",
            Kind::Uint8 => "uint8",
            Kind::Uint64 => "uint64",
            Kind::Float64 => "float64",
            Kind::Complex128 => "complex128",
            Kind::String => "string",
            Kind::Slice => "slice",
            Kind::Map => "map",
            Kind::Struct => "struct",
            Kind::Ptr => "ptr",
        }
    }
}

impl Value {
    /// A string value.
    pub fn str(text: impl Into<Str>) -> Value {
        Value::Str(text.into())
    }

    /// A `[]interface {}` of these elements, not nil even when empty.
    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(items.into_iter().collect())
    }

    /// The value's reflect kind.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Nil => Kind::Invalid,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_) => Kind::Int,
            Value::Int64(_) => Kind::Int64,
            Value::Uint64(_) => Kind::Uint64,
            Value::Uint8(_) => Kind::Uint8,
            Value::Float(_) => Kind::Float64,
            Value::Complex(..) => Kind::Complex128,
            Value::Str(_) => Kind::String,
            Value::Bytes(_) | Value::List(_) | Value::Strings(_) | Value::Ints(_) | Value::Lists(_) => {
                Kind::Slice
            }
            Value::Map(_) | Value::Values(_) | Value::StrMap(_) => Kind::Map,
            Value::Object(object) => object.kind(),
        }
    }

    /// The type's name as `%T` prints it; untyped nil is `<nil>`.
    pub fn type_name(&self, version: HelmVersion) -> &'static str {
        match self {
            Value::Nil => "<nil>",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Int64(_) => "int64",
            Value::Uint64(_) => "uint64",
            Value::Uint8(_) => "uint8",
            Value::Float(_) => "float64",
            Value::Complex(..) => "complex128",
            Value::Str(_) => "string",
            Value::Bytes(_) => "[]uint8",
            Value::List(_) => "[]interface {}",
            Value::Strings(_) => "[]string",
            Value::Ints(_) => "[]int",
            Value::Lists(_) => "[][]interface {}",
            Value::Map(_) => "map[string]interface {}",
            Value::Values(_) if version.is_v4() => "common.Values",
            Value::Values(_) => "chartutil.Values",
            Value::StrMap(_) => "map[string]string",
            Value::Object(object) => object.type_name(version),
        }
    }

    /// Go's template truth (R103): false, zero, nil and anything empty are false; structs are always true.
    /// This is also the negation of sprig's `empty` for every kind a chart can hold.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Nil => false,
            Value::Bool(b) => *b,
            Value::Int(n) | Value::Int64(n) => *n != 0,
            Value::Uint64(n) => *n != 0,
            Value::Uint8(n) => *n != 0,
            Value::Float(x) => *x != 0.0,
            Value::Complex(re, im) => *re != 0.0 || *im != 0.0,
            Value::Object(object) => match object.underlying() {
                Some(value) => value.is_true(),
                None => object.len().is_none_or(|n| n > 0),
            },
            _ => self.len().is_none_or(|n| n > 0),
        }
    }

    /// Length of a string (bytes), slice or map; `None` for other kinds.
    pub fn len(&self) -> Option<usize> {
        Some(match self {
            Value::Str(s) => s.len(),
            Value::Bytes(b) => b.as_ref().map_or(0, |b| b.len()),
            Value::List(l) => l.len(),
            Value::Strings(s) => s.len(),
            Value::Ints(i) => i.len(),
            Value::Lists(l) => l.len(),
            Value::Map(m) | Value::Values(m) => m.len(),
            Value::StrMap(m) => m.as_ref().map_or(0, |m| m.len()),
            Value::Object(object) => return object.len(),
            _ => return None,
        })
    }

    /// Whether the value is a string, slice or map without elements.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The map behind `map[string]interface {}` or `common.Values`.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(m) | Value::Values(m) => Some(m),
            _ => None,
        }
    }

    /// The elements of any slice kind, copied out; `None` for everything else.
    pub fn slice_items(&self) -> Option<Vec<Value>> {
        Some(match self {
            Value::List(l) => l.to_vec(),
            Value::Strings(s) => s.to_vec().into_iter().map(Value::Str).collect(),
            Value::Ints(i) => i.iter().copied().map(Value::Int).collect(),
            Value::Lists(l) => l.iter().cloned().map(Value::List).collect(),
            Value::Bytes(b) => b.iter().flat_map(|b| b.iter()).copied().map(Value::Uint8).collect(),
            Value::Object(object) => return object.items(),
            _ => return None,
        })
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Nil => write!(f, "nil"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(n) => write!(f, "int({n})"),
            Value::Int64(n) => write!(f, "int64({n})"),
            Value::Uint64(n) => write!(f, "uint64({n})"),
            Value::Uint8(n) => write!(f, "uint8({n})"),
            Value::Float(x) => write!(f, "float64({x})"),
            Value::Complex(re, im) => write!(f, "complex128({re}, {im})"),
            Value::Str(s) => write!(f, "{s:?}"),
            Value::Map(m) | Value::Values(m) => m.fmt(f),
            Value::StrMap(m) => m.fmt(f),
            Value::Object(object) => write!(f, "<{}>", object.type_name(HelmVersion::default())),
            other => f.debug_list().entries(other.slice_items().unwrap_or_default()).finish(),
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::Str(s.into())
    }
}

impl From<String> for Value {
    fn from(s: String) -> Value {
        Value::Str(s.into())
    }
}

impl From<Str> for Value {
    fn from(s: Str) -> Value {
        Value::Str(s)
    }
}

impl From<Map> for Value {
    fn from(m: Map) -> Value {
        Value::Map(m)
    }
}
