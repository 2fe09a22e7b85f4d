//! `.Files`: a chart's other files, for templates to read (R70).
//!
//! Behaviour of `pkg/engine/files.go`: a Go map from name to bytes, with methods.

use super::File;
use crate::dialect::HelmVersion;
use crate::go;
use crate::go::glob::{Glob, GlobFault};
use crate::value::{Args, Caller, Fault, Kind, Map, Method, Object, Str, Strings, Ty, Value};
use crate::yaml;
use std::any::Any;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The value of `.Files`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files(BTreeMap<Str, Rc<[u8]>>);

impl Files {
    /// All of these files; of two with the same name the later wins.
    pub fn new(files: &[File]) -> Files {
        Files(files.iter().map(|file| (Str::from(&*file.name), file.data.clone())).collect())
    }

    /// The value under `Files` in a render's context.
    pub fn value(self) -> Value {
        Value::Object(Rc::new(self))
    }

    /// What a map of base names holds when `content` makes its values. Helm's winner among equal base names is
    /// random, here it is the last in byte order.
    fn by_base_name(&self, content: impl Fn(&[u8]) -> Str) -> Value {
        let entries =
            self.0.iter().map(|(name, data)| (Str::from(go::path::base(name)), Value::Str(content(data))));
        Value::Map(entries.collect::<Map>())
    }
}

impl Object for Files {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "engine.files"
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        const METHODS: &[Method] = &[
            Method { name: "Get", params: &[Ty::Str], variadic: false, call: get },
            Method { name: "GetBytes", params: &[Ty::Str], variadic: false, call: get_bytes },
            Method { name: "Glob", params: &[Ty::Str], variadic: false, call: glob },
            Method { name: "AsConfig", params: &[], variadic: false, call: as_config },
            Method { name: "AsSecrets", params: &[], variadic: false, call: as_secrets },
            Method { name: "Lines", params: &[Ty::Str], variadic: false, call: lines },
        ];
        METHODS
    }

    fn len(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn entries(&self) -> Option<Vec<(Str, Value)>> {
        Some(self.0.iter().map(|(name, data)| (name.clone(), Value::Bytes(Some(data.clone())))).collect())
    }

    fn entry(&self, key: &[u8]) -> Option<Value> {
        Some(Value::Bytes(self.0.get(key).cloned()))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }
}

fn files(receiver: &dyn Object) -> Result<&Files, Fault> {
    receiver.as_any().downcast_ref().ok_or_else(|| Fault::text("not a set of files"))
}

fn get(receiver: &dyn Object, _: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let data = files(receiver)?.0.get(args.bytes(0));
    Ok(Value::Str(data.map_or_else(|| Str::from(""), |data| Str::from(&**data))))
}

fn get_bytes(receiver: &dyn Object, _: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let data = files(receiver)?.0.get(args.bytes(0)).cloned();
    Ok(Value::Bytes(Some(data.unwrap_or_else(|| Rc::from([])))))
}

fn glob(receiver: &dyn Object, caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let all = files(receiver)?;
    // A pattern that cannot be read stands for all files.
    let pattern = Glob::compile(args.bytes(0)).unwrap_or_else(|_| Glob::everything());
    let mut matching = BTreeMap::new();
    for (name, data) in &all.0 {
        let matches = pattern.matches(name).map_err(|fault| match fault {
            GlobFault::Panic(text) => Fault::text(text),
            GlobFault::TooCostly => Fault::limit("steps", caller.limits().steps, fault.to_string()),
        });
        if matches? {
            matching.insert(name.clone(), data.clone());
        }
    }
    Ok(Files(matching).value())
}

fn as_config(receiver: &dyn Object, caller: &mut dyn Caller, _: &Args<'_>) -> Result<Value, Fault> {
    let value = files(receiver)?.by_base_name(|data| Str::from(data));
    to_yaml(&value, caller)
}

fn as_secrets(receiver: &dyn Object, caller: &mut dyn Caller, _: &Args<'_>) -> Result<Value, Fault> {
    let value = files(receiver)?.by_base_name(|data| Str::from(go::base64::encode(data)));
    to_yaml(&value, caller)
}

/// Helm's `toYaml`: without the last newline, and empty on failure.
fn to_yaml(value: &Value, caller: &mut dyn Caller) -> Result<Value, Fault> {
    let text = yaml::marshal(value, caller.settings().version).unwrap_or_default();
    let text = text.strip_suffix(b"\n").unwrap_or(&text);
    caller.check_bytes("the files", text.len())?;
    Ok(Value::Str(Str::from(text)))
}

fn lines(receiver: &dyn Object, caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let data = files(receiver)?.0.get(args.bytes(0));
    let Some(data) = data else { return Ok(Value::Strings(Strings::new(Vec::new()))) };
    if data.is_empty() {
        if caller.settings().version < HelmVersion::V4_3 {
            return Err(Fault::text("runtime error: index out of range [-1]"));
        }
        return Ok(Value::Strings(Strings::new(Vec::new())));
    }
    let text = data.strip_suffix(b"\n").unwrap_or(data);
    caller.check_items("Lines", text.iter().filter(|&&b| b == b'\n').count() + 1)?;
    Ok(Value::Strings(text.split(|&b| b == b'\n').map(Str::from).collect()))
}
