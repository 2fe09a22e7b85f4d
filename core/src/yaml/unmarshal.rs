//! sigs.k8s.io/yaml's `Unmarshal`, by kind of target (R32, R34, R40).

use super::decode::{self, Numbers, decode};
use crate::go::number::format_float;
use crate::value::{List, Map, Value};

/// The first document of a text in an `interface {}`: every number is a `float64`, keys are strings, and of equal keys
/// the last one counts. Empty text is nil.
pub fn unmarshal(text: &[u8]) -> Result<Value, String> {
    decode(text, Numbers::Json)
}

/// The first document of a text in a `map[string]interface {}`; empty text and `null` leave it empty (R40).
pub fn unmarshal_map(text: &[u8]) -> Result<Map, String> {
    match decode(text, Numbers::Json)? {
        Value::Map(map) => Ok(map),
        Value::Nil => Ok(Map::new()),
        other => Err(mismatch(&other, "map[string]interface {}")),
    }
}

/// The first document of a text in a `[]interface {}`; empty text and `null` leave it empty.
pub fn unmarshal_list(text: &[u8]) -> Result<List, String> {
    match decode(text, Numbers::Json)? {
        Value::List(list) => Ok(list),
        Value::Nil => Ok(List::from(Vec::new())),
        other => Err(mismatch(&other, "[]interface {}")),
    }
}

fn mismatch(value: &Value, target: &str) -> String {
    let kind = match value {
        Value::Map(_) => "object",
        Value::List(_) => "array",
        Value::Str(_) => "string",
        Value::Bool(_) => "bool",
        _ => "number",
    };
    format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type {target}"
    )
}

/// The first document of a text for a target with typed fields (Chart.yaml, manifest heads): keys are strings already,
/// numbers are still what they were resolved to — `Int64`, `Uint64` or `Float` — so that a field of type string can
/// take them through [`scalar_to_string`] (R20).
///
/// NaN and infinities are no error here, because a string field accepts them; after giving the string fields their
/// values, ask [`json_error`] about what is left. The error text includes `error converting YAML to JSON: `.
pub fn unmarshal_scalars(text: &[u8]) -> Result<Value, String> {
    decode(text, Numbers::Resolved)
}

/// What a field of type string makes of a value of [`unmarshal_scalars`]: strings as they are, integers in decimal,
/// booleans `true` or `false`, floats with the 32-bit precision sigs.k8s.io/yaml gives them. `None` for null, lists and
/// maps, which JSON decoding then treats as null or as a mismatch.
pub fn scalar_to_string(value: &Value) -> Option<String> {
    Some(match value {
        Value::Str(text) => text.to_text().into_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int64(n) => n.to_string(),
        Value::Uint64(n) => n.to_string(),
        Value::Float(x) => format_float(*x, b'g', -1, 32),
        _ => return None,
    })
}

/// The error of encoding a value of [`unmarshal_scalars`] as JSON, if it holds a NaN or an infinity:
/// `json: unsupported value: NaN`. sigs.k8s.io/yaml puts `error converting YAML to JSON: ` before it.
pub fn json_error(value: &Value) -> Option<String> {
    decode::json_error(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        assert_eq!(unmarshal_map(b"# nothing").map(|m| (m.is_nil(), m.len())), Ok((false, 0)));
        assert_eq!(unmarshal_list(b"null").map(|l| (l.is_nil(), l.len())), Ok((false, 0)));
        for (text, kind) in [("- a", "array"), ("a", "string"), ("1", "number"), ("on", "bool")] {
            let error = unmarshal_map(text.as_bytes()).expect_err(text);
            let expected = format!(
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type \
                 map[string]interface {{}}"
            );
            assert_eq!(error, expected);
        }
        assert!(
            unmarshal_list(b"{}").is_err_and(|e| e.ends_with("object into Go value of type []interface {}"))
        );
    }

    #[test]
    fn string_fields_take_scalars() {
        let cases = [
            ("1.10", Some("1.1")),
            ("1e3", Some("1000")),
            ("0777", Some("511")),
            ("1234567.891", Some("1.2345679e+06")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("yes", Some("true")),
            ("'yes'", Some("yes")),
            (".inf", Some("+Inf")),
            ("2020-01-01", Some("2020-01-01")),
            ("~", None),
            ("[a]", None),
        ];
        for (text, string) in cases {
            let value = unmarshal_scalars(text.as_bytes()).expect(text);
            assert_eq!(scalar_to_string(&value).as_deref(), string, "{text}");
        }
        let value = unmarshal_scalars(b"{b: -.inf, a: [1, .nan]}").expect("map");
        assert_eq!(json_error(&value).as_deref(), Some("json: unsupported value: NaN"));
    }
}
