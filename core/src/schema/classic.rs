//! Validation as Helm 3 does it: xeipuuv/gojsonschema v1.2, drafts 4, 6 and 7, everything else a mixture of them.
//!
//! The library's ways are kept, also where they differ from every draft: which errors of an `anyOf` are told depends on
//! a score, a fragment that is no pointer means the whole document, and no schema is checked against a meta-schema.

mod check;
mod format;
mod parse;
mod pool;
mod rule;

use crate::dialect::HelmVersion;
use crate::go::json;
use crate::value::Value;

/// Schemas inside one another, and values in schemas, at once. Go's stack has no such bound.
const DEEPEST: usize = 100;
const TOO_DEEP: &str = "limit nesting (100) reached: validating values against their schema";

/// Validates values; the text is that of Helm 3's `ValidateAgainstSingleSchema`.
pub(super) fn check(schema: &[u8], values: &Value, version: HelmVersion) -> Result<(), String> {
    // Helm takes the values through YAML to JSON, which leaves numbers as JSON writes them.
    let text = json::encode(values, true, version).map_err(|fault| fault.to_string())?;
    let text = if text == b"null" { b"{}".to_vec() } else { text };
    let (document, _) = json::decode_prefix_numbers(schema, version)?;
    let mut compiler = parse::Compiler::new(version);
    let root = compiler.compile(document)?;
    let (values, _) = json::decode_prefix_numbers(&text, version)?;
    let errors = check::validate(&compiler.rules, root, &values, version)?;
    if errors.is_empty() {
        return Ok(());
    }
    Err(errors.iter().map(|error| format!("- {error}\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(schema: &str, values: &str) -> String {
        let version = HelmVersion::V3_17;
        let values = json::decode(values.as_bytes(), version).expect("JSON");
        check(schema.as_bytes(), &values, version).err().unwrap_or_default()
    }

    #[test]
    fn messages_of_helm_3() {
        let cases = [
            (r#"{"required":["name"]}"#, "{}", "- (root): name is required\n"),
            (
                r#"{"properties":{"port":{"type":"integer"}}}"#,
                r#"{"port":"x"}"#,
                "- port: Invalid type. Expected: integer, given: string\n",
            ),
            (
                r#"{"properties":{"a":{"properties":{"b":{"maximum":1000000}}}}}"#,
                r#"{"a":{"b":12345678}}"#,
                "- a.b: Must be less than or equal to 1e+06\n",
            ),
            (
                r#"{"anyOf":[{"required":["a"]},{"required":["b","c"],"properties":{"b":{"type":"null"}}}]}"#,
                r#"{"b":null}"#,
                "- (root): Must validate at least one schema (anyOf)\n- (root): c is required\n",
            ),
            (
                r#"{"enum":[1,"<a>"]}"#,
                "{}",
                "- (root): (root) must be one of the following: 1, \"\\u003ca\\u003e\"\n",
            ),
            (
                r#"{"type":"strin"}"#,
                "{}",
                "has a primitive type that is NOT VALID -- given: /strin/ Expected valid values are:[array boolean integer number null object string]",
            ),
            (r##"{"$ref":"#/definitions/x"}"##, "{}", "Object has no key 'definitions'"),
            (r#"{"$ref":"other.json"}"#, "{}", "Reference /other.json must be canonical"),
            ("", "{}", "EOF"),
        ];
        for (schema, values, want) in cases {
            assert_eq!(told(schema, values), want, "{schema}");
        }
    }

    #[test]
    fn recursion_is_bounded() {
        let cycle = r##"{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}},"$ref":"#/definitions/a"}"##;
        assert_eq!(told(cycle, "{}"), TOO_DEEP);
        let deep = format!("{}1{}", r#"{"not":"#.repeat(5000), "}".repeat(5000));
        assert_eq!(told(&deep, "{}"), TOO_DEEP);
        let nested = format!("{}1{}", r#"{"a":"#.repeat(5000), "}".repeat(5000));
        assert_eq!(told(r##"{"properties":{"a":{"$ref":"#"}}}"##, &nested), TOO_DEEP);
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
