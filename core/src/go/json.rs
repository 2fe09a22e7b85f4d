//! Go's encoding/json: reading and writing, with the texts of both its generations.
//!
//! Helm 4.3 is built with Go 1.27, whose package is the rewritten one under the old API; the older versions have the
//! classic one. They accept the same texts and write the same ones, but for invalid UTF-8, and differ in their errors.
//! Nothing here recurses: nesting is bounded by Go's own limit of 10000.

mod decode;
mod encode;
mod syntax;

pub use decode::{
    Decoded, Number, Target, decode, decode_into, decode_list, decode_map, decode_prefix,
    decode_prefix_numbers,
};
pub use encode::{encode, encode_indent, push_string};

/// A key as a token of a JSON pointer (RFC 6901): the rewritten package's errors name places by pointers, in which only
/// the slashes between tokens have become dots.
pub fn pointer_token(key: &str) -> std::borrow::Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// Nesting at which both generations stop (encoding/json/scanner.go:maxNestingDepth).
const MAX_DEPTH: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::HelmVersion;
    use crate::go::print::to_str;
    use crate::value::{Map, Str, Value};

    const OLD: HelmVersion = HelmVersion::V4_2;
    const NEW: HelmVersion = HelmVersion::V4_3;

    #[test]
    fn errors_of_both_generations() {
        // (text, classic, rewritten); both from json.Unmarshal into an interface{}.
        let cases: &[(&[u8], &str, &str)] = &[
            (b"", "unexpected end of JSON input", "unexpected end of JSON input"),
            (b"[1", "unexpected end of JSON input", "unexpected end of JSON input"),
            (b"nul", "invalid character ' ' in literal null (expecting 'l')", "unexpected end of JSON input"),
            (
                b"nulx",
                "invalid character 'x' in literal null (expecting 'l')",
                "invalid character 'x' in literal null (expecting 'l')",
            ),
            (b"-", "invalid character ' ' in numeric literal", "unexpected end of JSON input"),
            (b"[-}", "invalid character '}' in numeric literal", "invalid character '}' in numeric literal"),
            (
                b"[1.x]",
                "invalid character 'x' after decimal point in numeric literal",
                "invalid character 'x' in numeric literal",
            ),
            (
                b"\"a\\xb\"",
                "invalid character 'x' in string escape code",
                "invalid escape sequence `\\x` in string",
            ),
            (
                b"\"\\u12G4\"",
                "invalid character 'G' in \\u hexadecimal character escape",
                "invalid escape sequence `\\u12G4` in string",
            ),
            (b"\"\n\"", "invalid character '\\n' in string literal", "invalid character '\\n' in string"),
            (
                b"{1}",
                "invalid character '1' looking for beginning of object key string",
                "invalid character '1' looking for beginning of object key string",
            ),
            (
                "é".as_bytes(),
                "invalid character 'Ã' looking for beginning of value",
                "invalid character 'é' looking for beginning of value",
            ),
            (
                b"{\"a\":[1e400]}",
                "json: cannot unmarshal number 1e400 into Go value of type float64",
                "json: cannot unmarshal number 1e400 into .a.0 of type float64",
            ),
            (
                b"{\"a\":1e400}",
                "json: cannot unmarshal number 1e400 into Go value of type float64",
                "json: cannot unmarshal number 1e400 into Go struct field .a of type float64",
            ),
            (
                b"{} x",
                "invalid character 'x' after top-level value",
                "invalid character 'x' after top-level value",
            ),
        ];
        for (text, old, new) in cases {
            assert_eq!(decode(text, OLD).map(|_| ()), Err((*old).to_owned()), "{text:?}");
            assert_eq!(decode(text, NEW).map(|_| ()), Err((*new).to_owned()), "{text:?}");
        }
    }

    #[test]
    fn numbers_out_of_range_spoil_only_themselves() {
        let decoded = decode_into(br#"{"a":1e400,"b":2}"#, Target::Map, NEW);
        assert!(decoded.error.is_some());
        assert_eq!(to_str(&decoded.value, NEW), Ok(Str::from("map[a:0 b:2]")));
        let decoded = decode_into(br#"{"a":1e400,"b":2}"#, Target::Map, OLD);
        assert_eq!(to_str(&decoded.value, OLD), Ok(Str::from("map[a:<nil> b:2]")));
    }

    #[test]
    fn prefixes() {
        let cases: &[(&[u8], Result<usize, &str>)] = &[
            (b" [1] ,x", Ok(4)),
            (b"1x", Ok(1)),
            (b"\"a\"b", Ok(3)),
            (b"", Err("EOF")),
            (b" \n", Err("EOF")),
            (b"[1,", Err("unexpected EOF")),
            (b"tru", Err("unexpected EOF")),
            (b"\"\\", Err("unexpected EOF")),
            (b"[x", Err("invalid character 'x' looking for beginning of value")),
        ];
        for (text, want) in cases {
            for version in [OLD, NEW] {
                let got = decode_prefix(text, version).map(|(_, at)| at);
                assert_eq!(got, want.map_err(str::to_owned), "{text:?}");
            }
        }
    }

    #[test]
    fn strings_are_escaped() {
        let text = Value::str(b"<a>&'\"\\\x08\x0c\n\r\t\x01\x7f\xff\xe2\x80\xa8".as_slice());
        let written = |html, version| {
            encode(&text, html, version).map(|json| String::from_utf8_lossy(&json).into_owned())
        };
        let tail = r#"&'\"\\\b\f\n\r\t\u0001"#.to_owned() + "\x7f";
        let html = r#""\u003ca\u003e\u0026'\"\\\b\f\n\r\t\u0001"#.to_owned() + "\x7f";
        assert_eq!(written(false, NEW), Ok(format!("\"<a>{tail}\u{fffd}\\u2028\"")));
        assert_eq!(written(true, NEW), Ok(format!("{html}\u{fffd}\\u2028\"")));
        assert_eq!(written(true, OLD), Ok(format!("{html}\\ufffd\\u2028\"")));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        let value = decode(&nested(10_000), NEW).expect("as deep as Go reads");
        assert_eq!(encode(&value, true, NEW), Ok(nested(10_000)));
        for version in [OLD, NEW] {
            assert_eq!(decode(&nested(10_001), version).map(|_| ()), Err("exceeded max depth".to_owned()));
        }
    }

    #[test]
    fn cycles_are_found() {
        let map = Map::new();
        assert!(map.insert("x", Value::list([Value::Int(1), Value::Map(map.clone())])));
        let fails = |value: &Value, html, version, via: &str| {
            let fault = encode(value, html, version).expect_err("cyclic");
            assert_eq!(fault.to_string(), format!("json: unsupported value: encountered a cycle via {via}"));
        };
        let value = Value::Map(map.clone());
        fails(&value, true, NEW, "map[string]interface {}");
        fails(&value, false, NEW, "map[string]interface {}");
        fails(&value, false, OLD, "[]interface {}");
        fails(&Value::list([value]), true, NEW, "[]interface {}");
        map.remove(b"x");
    }
}
