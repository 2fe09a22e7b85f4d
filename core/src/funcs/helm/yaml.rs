//! toYaml, fromYaml and their kin (R122, R132; helm pkg/engine/funcs.go).

use crate::dialect::HelmVersion;
use crate::value::{Args, Caller, Doc, Fault, Func, List, Map, Ty, Value};
use crate::yaml;

/// The family's rows of the function table.
pub const FUNCS: &[Func] = &[
    Func {
        name: "toYaml",
        params: &[Ty::Any],
        variadic: false,
        since: HelmVersion::V3_17,
        call: to_yaml,
        doc: Doc::new("Writes a value as YAML; nothing when that fails."),
    },
    Func {
        name: "mustToYaml",
        params: &[Ty::Any],
        variadic: false,
        since: HelmVersion::V4_1,
        call: must_to_yaml,
        doc: Doc::new("Writes a value as YAML; fails when that fails."),
    },
    Func {
        name: "toYamlPretty",
        params: &[Ty::Any],
        variadic: false,
        since: HelmVersion::V3_17,
        call: to_yaml_pretty,
        doc: Doc::new("Writes a value as YAML with indented lists and unbroken lines."),
    },
    Func {
        name: "fromYaml",
        params: &[Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: from_yaml,
        doc: Doc::new("Reads a YAML mapping; an error becomes the mapping's key Error."),
    },
    Func {
        name: "fromYamlArray",
        params: &[Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: from_yaml_array,
        doc: Doc::new("Reads a YAML list; an error becomes the list's only element."),
    },
];

/// YAML text as a template gets it: without one final line break.
fn text(mut yaml: Vec<u8>) -> Value {
    if yaml.last() == Some(&b'\n') {
        yaml.pop();
    }
    Value::str(yaml)
}

fn to_yaml(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    match must_to_yaml(caller, args) {
        Ok(value) => Ok(value),
        Err(fault) if fault.as_limit().is_some() => Err(fault),
        Err(_) => Ok(Value::str("")),
    }
}

fn must_to_yaml(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    yaml::marshal_bounded(args.value(0), caller.settings().version, caller.limits().output_bytes).map(text)
}

fn to_yaml_pretty(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    // The encoder's own errors cannot occur without tags; what is left are panics, which Helm shows.
    yaml::marshal_pretty_bounded(args.value(0), caller.settings().version, caller.limits().output_bytes)
        .map(text)
}

fn from_yaml(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let error = |error: String| Map::from_iter([("Error".into(), error.into())]);
    Ok(Value::Map(yaml::unmarshal_map(args.bytes(0)).unwrap_or_else(error)))
}

fn from_yaml_array(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let error = |error: String| List::from(vec![error.into()]);
    Ok(Value::List(yaml::unmarshal_list(args.bytes(0)).unwrap_or_else(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Host, SealedHost};
    use crate::limits::Limits;
    use crate::value::{Settings, Str};

    #[derive(Default)]
    struct Alone(SealedHost, Limits, Settings);

    impl Caller for Alone {
        fn host(&self) -> &dyn Host {
            &self.0
        }
        fn limits(&self) -> &Limits {
            &self.1
        }
        fn settings(&self) -> &Settings {
            &self.2
        }
        fn include(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
            Err(Fault::text("no templates"))
        }
        fn tpl(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
            Err(Fault::text("no templates"))
        }
        fn log(&mut self, _: &'static str, _: String) {}
    }

    fn call(name: &str, argument: Value) -> Result<Value, Fault> {
        let func = FUNCS.iter().find(|func| func.name == name).expect(name);
        (func.call)(&mut Alone::default(), &Args(&[argument]))
    }

    fn text(name: &str, argument: impl Into<Value>) -> String {
        match call(name, argument.into()) {
            Ok(Value::Str(text)) => text.to_text().into_owned(),
            Ok(other) => format!("{other:?}"),
            Err(fault) => format!("fault: {fault}"),
        }
    }

    #[test]
    fn writing() {
        assert_eq!(text("toYaml", "a\nb\n\n"), "|+\n  a\n  b\n");
        assert_eq!(text("toYaml", Value::Nil), "null");
        assert_eq!(text("toYaml", "\u{7f}"), "");
        assert_eq!(text("mustToYaml", "\u{7f}"), "fault: yaml: control characters are not allowed");
        assert_eq!(text("toYaml", Value::Complex(0.0, 1.0)), "");
        assert_eq!(text("toYamlPretty", Value::Complex(0.0, 1.0)), "fault: cannot marshal type: complex128");
        assert_eq!(text("toYamlPretty", Value::list([Value::list([Value::Nil])])), "- - null");
    }

    #[test]
    fn reading() {
        let map = call("fromYaml", "a: {b: 1}".into()).expect("map");
        assert_eq!(text("toYaml", map), "a:\n  b: 1");
        let error = call("fromYaml", "a: @".into()).expect("map");
        let expected =
            "Error: 'error converting YAML to JSON: yaml: found character that cannot start any token'";
        assert_eq!(text("toYamlPretty", error), expected);
        assert_eq!(text("toYaml", call("fromYaml", "~".into()).expect("map")), "{}");
        assert_eq!(text("toYaml", call("fromYamlArray", "".into()).expect("list")), "[]");
        let error = call("fromYamlArray", "a: 1".into()).expect("list");
        assert!(
            text("toYamlPretty", error)
                .contains("cannot unmarshal object into Go value of type []interface {}")
        );
    }
}
