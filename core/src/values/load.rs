//! A values file: chart defaults, or what `-f` names (R33, R43).

use super::merge::merge_maps;
use crate::dialect::HelmVersion;
use crate::limits::Limits;
use crate::value::{Fault, Map};
use crate::yaml;

/// Reads a values file. Helm 4 merges its YAML documents in order, Helm 3 reads only the first
/// (pkg/chart/v2/loader/load.go: `LoadValues`).
pub fn load(text: &[u8], version: HelmVersion, limits: &Limits) -> Result<Map, Fault> {
    if !version.is_v4() {
        return yaml::unmarshal_map(text).map_err(Fault::text);
    }
    let mut values = Map::new();
    let mut documents = yaml::split_values_documents(text, version);
    while let Some(document) = documents.next_document() {
        let document =
            document.map_err(|error| Fault::text(format!("error reading yaml document: {error}")))?;
        let document = yaml::unmarshal_map(documents.text().get(document).unwrap_or_default())
            .map_err(|error| Fault::text(format!("cannot unmarshal yaml document: {error}")))?;
        values = if values.is_empty() { document } else { merge_maps(&values, &document, limits.nesting)? };
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go;

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

    #[test]
    fn the_last_line_counts_as_ended() {
        let values = load(b"a: |\n  x", HelmVersion::V4_3, &Limits::default()).unwrap();
        assert!(matches!(values.get_str("a"), Some(crate::value::Value::Str(text)) if text == "x\n"));
    }

    #[test]
    fn errors() {
        let cases = [
            ("a: 1\n---x\nb: 2", "error reading yaml document: invalid Yaml document separator: x"),
            (
                "a: 1\n---\n\n- b",
                "cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \
                 array into Go value of type map[string]interface {}",
            ),
            (
                "a: 1\n---\n\nb: @",
                "cannot unmarshal yaml document: error converting YAML to JSON: yaml: line 2: found character that \
                 cannot start any token",
            ),
        ];
        for (text, error) in cases {
            let fault = load(text.as_bytes(), HelmVersion::V4_3, &Limits::default()).unwrap_err();
            assert_eq!(fault.to_string(), error, "{text}");
        }
    }
}
