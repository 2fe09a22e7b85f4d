//! JSON Schema validation of values, with Helm's messages (R55–R57).
//!
//! Helm 4 uses santhosh-tekuri/jsonschema v6: drafts 4 to 2020-12, formats asserted up to draft 7. Its messages are
//! imitated, and so is the order of its checks, with one difference: where Go visits maps in random order, so that Helm's
//! own messages change from run to run, properties come in the order of their names. Helm 3 has another library, see
//! `classic`.
//!
//! Nothing is fetched: schemas elsewhere than in the chart's file and the built-in meta-schemas fail as they do for Helm
//! without a network.

mod classic;
mod compile;
mod compiled;
mod decimal;
mod draft;
mod equality;
mod failure;
mod format;
mod root;
mod uri;
mod validate;

use crate::dialect::HelmVersion;
use crate::go::json;
use crate::value::Value;
use compile::Compiler;

/// Where Helm pretends the schema stands.
const URL: &str = "file:///values.schema.json";

/// Validates a chart's values against its `values.schema.json`.
///
/// # Errors
///
/// The chart's block in Helm's message: its name, a colon, and the library's text. Blocks of several charts are simply
/// joined; the first line, `values don't meet the specifications of the schema(s) in the following chart(s):`, is the
/// caller's.
pub fn validate(schema: &[u8], values: &Value, chart_name: &str, version: HelmVersion) -> Result<(), String> {
    let result = if version.is_v4() {
        check(schema, values, version)
    } else {
        let values = match values {
            Value::Values(map) => &Value::Map(map.clone()),
            values => values,
        };
        classic::check(schema, values, version)
    };
    result.map_err(|text| format!("{chart_name}:\n{text}"))
}

/// Validates against one schema; the text of Helm 4's `ValidateAgainstSingleSchema`.
fn check(schema: &[u8], values: &Value, version: HelmVersion) -> Result<(), String> {
    let (document, end) = json::decode_prefix_numbers(schema, version)?;
    let rest = schema.get(end..).unwrap_or_default();
    if rest.iter().any(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n')) {
        return Err("invalid character after top-level value".to_owned());
    }
    let mut compiler = Compiler::new(version);
    compiler.add(URL, document);
    let id = compiler.compile(URL)?;
    let values = match values {
        Value::Values(map) => Value::Map(map.clone()),
        values => values.clone(),
    };
    validate::validate(&compiler.schemas, id, &values, None).map_err(|text| {
        // Helm removes the line that says which file failed, as it has the chart's name instead.
        let prefix = format!("jsonschema validation failed with '{URL}#'\n");
        format!("{}\n", text.strip_prefix(&prefix).unwrap_or(&text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The library's text about values in JSON; empty when they are valid.
    fn told(schema: &str, values: &str) -> String {
        let version = HelmVersion::V4_3;
        let values = json::decode(values.as_bytes(), version).expect("JSON");
        check(schema.as_bytes(), &values, version).err().unwrap_or_default()
    }

    #[test]
    fn messages_of_helm() {
        let cases = [
            (r#"{"required":["k"]}"#, "{}", "- at '': missing property 'k'\n"),
            (
                r#"{"properties":{"a~/b":{"type":["null","boolean"]}}}"#,
                r#"{"a~/b":"x"}"#,
                "- at '/a~0~1b': got string, want null or boolean\n",
            ),
            (
                r#"{"additionalProperties":false}"#,
                r#"{"foo":1,"extra":2}"#,
                "- at '': additional properties 'extra', 'foo' not allowed\n",
            ),
            (
                r#"{"anyOf":[{"required":["a"]},{"minProperties":2,"type":"object"}]}"#,
                r#"{"b":1}"#,
                "- at '': 'anyOf' failed\n  - at '': missing property 'a'\n  - at '': minProperties: got 1, want 2\n",
            ),
            (r#"{"properties":{"n":{"type":"integer"}}}"#, r#"{"n":3.0}"#, ""),
            (
                r#"{"properties":{"n":{"maximum":1000}}}"#,
                r#"{"n":1234567.5}"#,
                "- at '/n': maximum: got 1.2345675×10⁰⁶, want 1,000\n",
            ),
            (
                r#"{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"ip":{"format":"ipv4"}}}"#,
                r#"{"ip":"x"}"#,
                "- at '/ip': 'x' is not valid ipv4: expected four decimals\n",
            ),
            (r#"{"properties":{"ip":{"format":"ipv4"}}}"#, r#"{"ip":"x"}"#, ""),
            ("", "{}", "EOF"),
            ("{} x", "{}", "invalid character after top-level value"),
            ("{", "{}", "unexpected EOF"),
            (
                r##"{"$ref":"#/nope"}"##,
                "{}",
                r#"json-pointer in "file:///values.schema.json#/nope" not found"#,
            ),
            (
                r#"{"$ref":"http://foo/bar"}"#,
                "{}",
                r#"failing loading "http://foo/bar": HTTP request failed for http://foo/bar: Get "http://foo/bar": rendering does not use the network"#,
            ),
            (
                r#"{"type":"strin"}"#,
                "{}",
                "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with \
                 'https://json-schema.org/draft/2020-12/schema#'\n\
                 - at '': 'allOf' failed\n  - at '/type': 'anyOf' failed\n    - at '/type': value must be one of \
                 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string'\n    - at '/type': got string, \
                 want array",
            ),
        ];
        for (schema, values, want) in cases {
            assert_eq!(told(schema, values), want, "{schema}");
        }
        let block =
            validate(br#"{"required":["k"]}"#, &Value::Map(Default::default()), "web", HelmVersion::V4_3);
        assert_eq!(block, Err("web:\n- at '': missing property 'k'\n".to_owned()));
    }

    #[test]
    fn recursion_is_bounded() {
        let nested = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        let schema =
            r##"{"allOf":[{"$ref":"#/$defs/n"}],"$defs":{"n":{"properties":{"a":{"$ref":"#/$defs/n"}}}}}"##;
        assert_eq!(told(schema, &nested(90)), "");
        assert!(told(schema, &nested(5000)).contains("limit nesting"));
        let doubling = r##"{"$defs":{"a":{"anyOf":[{"not":{"$ref":"#/$defs/b"}},{"not":{"$ref":"#/$defs/b"}}]},"b":{"properties":{"a":{"$ref":"#/$defs/a"}},"required":["z"]}},"$ref":"#/$defs/a"}"##;
        assert_eq!(told(doubling, &nested(20)), "");
        let cycle = r##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}"##;
        assert!(told(cycle, "{}").contains("causing reference cycle"));
        let deep = format!("{}1{}", r#"{"not":"#.repeat(5000), "}".repeat(5000));
        assert!(told(&deep, "{}").contains("limit nesting"));
    }

    #[test]
    fn stack_of_a_browser() {
        std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(recursion_is_bounded)
            .expect("thread")
            .join()
            .expect("no overflow");
    }
}
