//! Why a value does not suit a schema, as jsonschema prints it (kind/kind.go, output.go).

use super::decimal::Decimal;
use super::uri::escape_token;
use crate::dialect::HelmVersion;
use crate::go::json::Number;
use crate::go::number::format_g;
use crate::go::print::to_str;
use crate::go::quote::quote as go_quote;
use crate::value::Value;

/// One failed keyword.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub kind: Kind,
    /// Path to the value.
    pub instance: Vec<String>,
    pub causes: Vec<Failure>,
}

/// What failed.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Nobody will look.
    Silent,
    /// Several keywords of one schema.
    Group,
    Reference,
    /// The whole validation; holds the schema's location.
    Schema(String),
    /// A message that is complete.
    Message(String),
}

impl Failure {
    /// The text of Go's `ValidationError`.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.push(&mut out, 0);
        out
    }

    fn push(&self, out: &mut String, indent: usize) {
        // A reference with one cause is not shown.
        let skip = matches!(self.kind, Kind::Reference) && self.causes.len() == 1;
        if !skip {
            if indent > 0 {
                out.push('\n');
                out.push_str(&"  ".repeat(indent - 1));
                out.push_str("- ");
            }
            match &self.kind {
                Kind::Schema(location) => {
                    out.push_str(&format!("jsonschema validation failed with {}", quote(location)));
                }
                kind => {
                    let pointer: String =
                        self.instance.iter().map(|token| format!("/{}", escape_token(token))).collect();
                    out.push_str(&format!("at {}: ", quote(&pointer)));
                    out.push_str(match kind {
                        Kind::Message(message) => message,
                        _ => "validation failed",
                    });
                }
            }
        }
        let indent = indent + usize::from(!skip);
        for cause in &self.causes {
            cause.push(out, indent);
        }
    }
}

/// Go's `%q` in single quotation marks.
pub(super) fn quote(text: &str) -> String {
    let quoted = go_quote(text);
    let inside = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    format!("'{}'", inside.replace("\\\"", "\"").replace('\'', "\\'"))
}

/// Quoted, separated by commas.
pub(super) fn quote_all<S: AsRef<str>>(texts: &[S]) -> String {
    texts.iter().map(|text| quote(text.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A value in a message.
pub(super) fn display(value: &Value) -> String {
    match value {
        Value::Str(text) => quote(&text.to_text()),
        Value::List(_) | Value::Map(_) => "value".to_owned(),
        Value::Object(object) if object.as_any().is::<Number>() => {
            object.string().map(|text| text.to_text().into_owned()).unwrap_or_default()
        }
        // Scalars are never too long to print.
        _ => {
            to_str(value, HelmVersion::default()).map(|text| text.to_text().into_owned()).unwrap_or_default()
        }
    }
}

/// A whole number as golang.org/x/text prints it in English: `12,345`.
pub(super) fn count(number: i64) -> String {
    grouped(&number.to_string())
}

/// A number as golang.org/x/text prints it in English: `1,234.5`, `1×10⁰⁶`.
pub(super) fn decimal(number: &Decimal) -> String {
    let text = format_g(number.to_float());
    let Some((mantissa, exponent)) = text.split_once('e') else { return grouped(&text) };
    let superscript = exponent.chars().filter_map(|c| match c {
        '-' => Some('⁻'),
        '1' => Some('¹'),
        '2' => Some('²'),
        '3' => Some('³'),
        '0' => Some('⁰'),
        '4'..='9' => char::from_u32('⁴' as u32 + (c as u32 - '4' as u32)),
        _ => None,
    });
    format!("{mantissa}×10{}", superscript.collect::<String>())
}

/// Commas between each three digits before the point.
fn grouped(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(fraction);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_in_english() {
        for (x, want) in [
            (0.0, "0"),
            (-1.0, "-1"),
            (999.0, "999"),
            (-1000.0, "-1,000"),
            (12345.678, "12,345.678"),
            (999_999.0, "999,999"),
            (1e6, "1×10⁰⁶"),
            (-1e-5, "-1×10⁻⁰⁵"),
            (1.234_567_89e21, "1.23456789×10²¹"),
            (1e-300, "1×10⁻³⁰⁰"),
        ] {
            assert_eq!(Decimal::of(&Value::Float(x)).map(|x| decimal(&x)).as_deref(), Some(want));
        }
        assert_eq!(count(-1_234_567), "-1,234,567");
        assert_eq!(count(100), "100");
    }

    #[test]
    fn quotes() {
        assert_eq!(quote("a'b\"c\n"), r#"'a\'b"c\n'"#);
        assert_eq!(quote_all(&["a", "b"]), "'a', 'b'");
    }
}
