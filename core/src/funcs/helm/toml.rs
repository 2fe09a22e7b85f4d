//! `toToml`, `mustToToml` and `fromToml` (pkg/engine/funcs.go), on a TOML writer and reader that behave as
//! BurntSushi's, down to their error texts.

mod encode;
mod read;
mod scan;

use crate::dialect::HelmVersion;
use crate::value::{Args, Caller, Doc, Fault, Func, Kind, Map, Object, Str, Ty, Value};
use std::any::Any;
use std::cell::RefCell;

/// Names of the zones that mark times without a zone of their own (internal/tz.go).
const LOCAL_DATETIME: &[u8] = b"datetime-local";
const LOCAL_DATE: &[u8] = b"date-local";
const LOCAL_TIME: &[u8] = b"time-local";

/// Why TOML could not be written or read.
#[derive(Debug)]
enum Failure {
    /// The library's error, which Helm shows in place of the result.
    Toml(String),
    /// What the library panics with, which fails the template.
    Panic(String),
    /// One of our limits.
    Limit(Fault),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::Limit(fault)
    }
}

/// An array of tables: Go's `[]map[string]interface {}`, which is not the `[]interface {}` of other arrays.
#[derive(Default)]
struct Tables(RefCell<Vec<Map>>);

impl Tables {
    fn of(value: &Value) -> Option<&Tables> {
        match value {
            Value::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }

    fn push(&self, table: Map) {
        self.0.borrow_mut().push(table);
    }

    fn last(&self) -> Option<Map> {
        self.0.borrow().last().cloned()
    }
}

impl Object for Tables {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "[]map[string]interface {}"
    }

    fn kind(&self) -> Kind {
        Kind::Slice
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn len(&self) -> Option<usize> {
        Some(self.0.borrow().len())
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.0.borrow().iter().cloned().map(Value::Map).collect())
    }
}

fn encoded(caller: &dyn Caller, value: &Value) -> Result<Vec<u8>, Failure> {
    encode::encode(value, caller.settings().version, caller.limits())
}

fn to_toml(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    match encoded(caller, args.value(0)) {
        Ok(text) => Ok(Value::str(text)),
        Err(Failure::Toml(error)) => Ok(Value::from(error)),
        Err(Failure::Panic(error)) => Err(Fault::text(error)),
        Err(Failure::Limit(fault)) => Err(fault),
    }
}

fn must_to_toml(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    match encoded(caller, args.value(0)) {
        Ok(text) => Ok(Value::str(text)),
        Err(Failure::Toml(error) | Failure::Panic(error)) => Err(Fault::text(error)),
        Err(Failure::Limit(fault)) => Err(fault),
    }
}

fn from_toml(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    match read::decode(args.bytes(0), caller.settings().version, caller.host(), caller.limits()) {
        Ok(map) => Ok(Value::Map(map)),
        Err(Failure::Toml(error)) => {
            Ok(Value::Map([(Str::from("Error"), Value::from(error))].into_iter().collect()))
        }
        Err(Failure::Panic(error)) => Err(Fault::text(error)),
        Err(Failure::Limit(fault)) => Err(fault),
    }
}

/// The table of this family.
pub const FUNCS: &[Func] = &[
    Func {
        name: "toToml",
        params: &[Ty::Any],
        variadic: false,
        since: HelmVersion::V3_17,
        call: to_toml,
        doc: Doc::new("A value as TOML; the error's text when there is none."),
    },
    Func {
        name: "mustToToml",
        params: &[Ty::Any],
        variadic: false,
        since: HelmVersion::V4_2,
        call: must_to_toml,
        doc: Doc::new("A value as TOML; fails when there is none."),
    },
    Func {
        name: "fromToml",
        params: &[Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: from_toml,
        doc: Doc::new("A TOML document as a map; its key Error holds what is wrong with it."),
    },
];
