//! A values file: chart defaults, or what `-f` names (R33, R43).

use super::merge::merge_maps;
use crate::dialect::HelmVersion;
use crate::go;
use crate::limits::Limits;
use crate::value::{Fault, Map};
use crate::yaml;

/// Reads a values file. Helm 4 merges its YAML documents in order, Helm 3 reads only the first
/// (pkg/chart/v2/loader/load.go: `LoadValues`).
pub fn load(text: &[u8], version: HelmVersion, limits: &Limits) -> Result<Map, Fault> {
    if !version.is_v4() {
        return yaml::unmarshal_map_fault(text);
    }
    let mut values = Map::new();
    for document in documents(text) {
        let document =
            document.map_err(|error| Fault::text(format!("error reading yaml document: {error}")))?;
        let document = yaml::unmarshal_map_fault(document)
            .map_err(|fault| fault.wrapped("cannot unmarshal yaml document: "))?;
        values = if values.is_empty() { document } else { merge_maps(&values, &document, limits.nesting)? };
    }
    Ok(values)
}

/// The documents of a text, cut at lines that begin with `---` (k8s.io/apimachinery/pkg/util/yaml: `YAMLReader`).
/// A separator before the first line of a document belongs to it. What follows the dashes must be a comment.
fn documents(text: &[u8]) -> impl Iterator<Item = Result<&[u8], String>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut len = 0;
        loop {
            let from = rest.get(len..).unwrap_or_default();
            if from.is_empty() {
                let last = std::mem::take(&mut rest);
                return if last.is_empty() { None } else { Some(Ok(last)) };
            }
            let end = from.iter().position(|&b| b == b'\n').map_or(from.len(), |at| at + 1);
            let line = from.get(..end).unwrap_or_default();
            if let Some(after) = line.strip_prefix(b"---") {
                let after = go::unicode::trim_space(after);
                if !after.is_empty() && !after.starts_with(b"#") {
                    rest = &[];
                    let after = String::from_utf8_lossy(after);
                    return Some(Err(format!("invalid Yaml document separator: {after}")));
                }
                if len > 0 {
                    let document = rest.get(..len).unwrap_or_default();
                    rest = rest.get(len + end..).unwrap_or_default();
                    return Some(Ok(document));
                }
            }
            len += end;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_cut_as_kubernetes_cuts_them() {
        let cases: &[(&str, &[Result<&str, &str>])] = &[
            ("", &[]),
            ("a: 1", &[Ok("a: 1")]),
            ("---\na: 1\n", &[Ok("---\na: 1\n")]),
            ("a: 1\n---\nb: 1\n", &[Ok("a: 1\n"), Ok("b: 1\n")]),
            ("a: 1\n--- # c\n---\nb: 1", &[Ok("a: 1\n"), Ok("---\nb: 1")]),
            ("a: 1\n---\t\r\n", &[Ok("a: 1\n")]),
            ("a: |\n  ---\n", &[Ok("a: |\n  ---\n")]),
            ("a: 1\n---x\nb: 2", &[Err("invalid Yaml document separator: x")]),
            ("a: 1\n--- {b: 2}", &[Err("invalid Yaml document separator: {b: 2}")]),
            ("a: 1\n----\n", &[Err("invalid Yaml document separator: -")]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> =
                documents(text.as_bytes()).map(|d| d.map(|d| String::from_utf8_lossy(d))).collect();
            let expected: Vec<_> =
                expected.iter().map(|d| d.map(Into::into).map_err(str::to_owned)).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn later_documents_win_and_null_replaces() {
        let text = b"a: {b: 1, c: 2}\n---\na: {b: null, d: 3}\nx: [1]\n---\nx: [2]\n";
        let load = |version| {
            let values = load(text, version, &Limits::default()).unwrap();
            String::from_utf8(go::json::encode(&values.into(), false, version).unwrap()).unwrap()
        };
        assert_eq!(load(HelmVersion::V4_3), r#"{"a":{"b":null,"c":2,"d":3},"x":[2]}"#);
        assert_eq!(load(HelmVersion::V3_17), r#"{"a":{"b":1,"c":2}}"#);
    }
}
