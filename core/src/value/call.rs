//! The contract between the template language and the functions it calls.
//!
//! A function declares its Go parameter types; the evaluator checks and converts arguments as Go does (R99–R101),
//! so that by the time a function runs, every argument has the declared type.

use super::{Fault, List, Map, Object, Str, Strings, Value};
use crate::dialect::HelmVersion;
use crate::host::Host;
use crate::limits::Limits;
use std::rc::Rc;

/// A Go parameter type. Which values are accepted and which error text is given follows from it (R99, R100).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    /// `interface {}`: everything, nil included.
    Any,
    /// `reflect.Value`: everything, as for Go's built-ins; nil arrives as `Value::Nil`.
    Reflect,
    /// `string`
    Str,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `uint32`: `derivePassword`'s counter
    Uint32,
    /// `float64`
    Float,
    /// `map[string]interface {}`; accepts `common.Values`; nil arrives as `Map::NIL`
    Map,
    /// `[]interface {}`; nil arrives as `List::NIL`
    List,
    /// `[]string`
    Strings,
    /// A type with methods, by its `%T` name: `time.Time`, `sprig.certificate`, `*semver.Version`
    Object(&'static str),
}

impl Ty {
    /// The type's name in Go's error texts.
    pub fn name(self) -> &'static str {
        match self {
            Ty::Any => "interface {}",
            Ty::Reflect => "reflect.Value",
            Ty::Str => "string",
            Ty::Bool => "bool",
            Ty::Int => "int",
            Ty::Int64 => "int64",
            Ty::Uint32 => "uint32",
            Ty::Float => "float64",
            Ty::Map => "map[string]interface {}",
            Ty::List => "[]interface {}",
            Ty::Strings => "[]string",
            Ty::Object(name) => name,
        }
    }
}

/// A function a template can call by name: one row of the table in [`crate::funcs::registry`].
pub struct Func {
    /// The name in templates.
    pub name: &'static str,
    /// Parameter types; with `variadic` the last one repeats zero or more times.
    pub params: &'static [Ty],
    /// Whether the last parameter repeats.
    pub variadic: bool,
    /// The oldest Helm that has it.
    pub since: HelmVersion,
    /// The code.
    pub call: fn(&mut dyn Caller, &Args<'_>) -> Result<Value, Fault>,
    /// One sentence for editors and pages.
    pub doc: Doc,
}

/// What a function does, in one sentence. Without the feature `docs` none is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doc(#[cfg(feature = "docs")] &'static str);

impl Doc {
    /// Keeps a sentence, or forgets it.
    #[cfg_attr(not(feature = "docs"), expect(unused_variables, reason = "forgotten"))]
    pub const fn new(sentence: &'static str) -> Doc {
        Doc(
            #[cfg(feature = "docs")]
            sentence,
        )
    }

    /// The sentence; empty where none is kept.
    pub const fn text(self) -> &'static str {
        #[cfg(feature = "docs")]
        return self.0;
        #[cfg(not(feature = "docs"))]
        ""
    }
}

/// Arguments after Go's checks and conversions. A getter asked for a type other than the declared one answers with
/// that type's zero value; the declaration is the place to get this right.
#[derive(Clone, Copy)]
pub struct Args<'a>(pub &'a [Value]);

impl<'a> Args<'a> {
    /// Number of arguments, variadic ones included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no arguments.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The argument, `Value::Nil` when there is none.
    pub fn value(&self, index: usize) -> &'a Value {
        self.0.get(index).unwrap_or(&Value::Nil)
    }

    /// All arguments from `index` on.
    pub fn rest(&self, index: usize) -> &'a [Value] {
        self.0.get(index..).unwrap_or(&[])
    }

    /// A `string` argument's bytes.
    pub fn bytes(&self, index: usize) -> &'a [u8] {
        match self.value(index) {
            Value::Str(s) => s.as_bytes(),
            _ => &[],
        }
    }

    /// A `string` argument.
    pub fn str(&self, index: usize) -> Str {
        match self.value(index) {
            Value::Str(s) => s.clone(),
            _ => Str::from(""),
        }
    }

    /// An `int`, `int64` or `uint32` argument.
    pub fn int(&self, index: usize) -> i64 {
        match self.value(index) {
            Value::Int(n) | Value::Int64(n) => *n,
            Value::Uint64(n) => *n as i64,
            Value::Uint8(n) => i64::from(*n),
            _ => 0,
        }
    }

    /// A `float64` argument.
    pub fn float(&self, index: usize) -> f64 {
        match self.value(index) {
            Value::Float(x) => *x,
            _ => 0.0,
        }
    }

    /// A `bool` argument.
    pub fn bool(&self, index: usize) -> bool {
        matches!(self.value(index), Value::Bool(true))
    }

    /// A `map[string]interface {}` argument; nil is [`Map::NIL`].
    pub fn map(&self, index: usize) -> Map {
        self.value(index).as_map().cloned().unwrap_or(Map::NIL)
    }

    /// A `[]interface {}` argument; nil is [`List::NIL`].
    pub fn list(&self, index: usize) -> List {
        match self.value(index) {
            Value::List(list) => list.clone(),
            _ => List::NIL,
        }
    }

    /// A `[]string` argument.
    pub fn strings(&self, index: usize) -> Strings {
        match self.value(index) {
            Value::Strings(strings) => strings.clone(),
            _ => Strings::NIL,
        }
    }

    /// An argument with methods, as its concrete Rust type.
    pub fn object<T: Object>(&self, index: usize) -> Option<&'a T> {
        match self.value(index) {
            Value::Object(object) => {
                let object: &'a Rc<dyn Object> = object;
                object.as_any().downcast_ref::<T>()
            }
            _ => None,
        }
    }
}

/// Switches of a render that functions look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whose behaviour is imitated.
    pub version: HelmVersion,
    /// `helm lint`: `required` and `fail` do not fail (R80).
    pub lint: bool,
    /// `--enable-dns`: `getHostByName` asks the host (R69).
    pub dns: bool,
}

/// What a function may ask of the render that calls it.
pub trait Caller {
    /// The world.
    fn host(&self) -> &dyn Host;

    /// The budget.
    fn limits(&self) -> &Limits;

    /// The switches.
    fn settings(&self) -> &Settings;

    /// Executes the named template with `data` as `.` and `$`, as `include` does (R76): text may still hold
    /// `<no value>`.
    fn include(&mut self, name: &Str, data: Value) -> Result<Str, Fault>;

    /// Parses and executes `text` as `tpl` does (R78).
    fn tpl(&mut self, text: &Str, data: Value) -> Result<Str, Fault>;

    /// A message for the user that is not an error: level `WARN` or `INFO`, and text.
    fn log(&mut self, level: &'static str, message: String);

    /// As [`Caller::log`], about a text the chart gave: Helm 4 prints it as the attribute `message`.
    fn log_about(&mut self, level: &'static str, message: &'static str, text: String) {
        let _ = text;
        self.log(level, message.to_owned());
    }

    /// A fault when a result of `len` bytes would exceed the budget `output-bytes`.
    fn check_bytes(&self, what: &str, len: usize) -> Result<(), Fault> {
        let bound = self.limits().output_bytes;
        if len > bound {
            return Err(Fault::limit("output-bytes", bound as u64, format!("{what} would make {len} bytes")));
        }
        Ok(())
    }

    /// A fault when a list of `len` elements would exceed the budget `list-items`.
    fn check_items(&self, what: &str, len: usize) -> Result<(), Fault> {
        let bound = self.limits().list_items;
        if len > bound {
            return Err(Fault::limit(
                "list-items",
                bound as u64,
                format!("{what} would make {len} elements"),
            ));
        }
        Ok(())
    }
}
