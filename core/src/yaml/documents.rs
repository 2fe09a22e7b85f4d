//! Texts of several documents, as values files may be (R33; helm pkg/chart/v2/loader/load.go:LoadValues, and the
//! YAMLReader of k8s.io/apimachinery pkg/util/yaml that it reads with).

use super::unmarshal::unmarshal_map;
use crate::dialect::HelmVersion;
use crate::value::{Map, Value};
use std::borrow::Cow;
use std::ops::Range;

/// What Go's `bufio.Reader` holds at once.
const BUFFER: usize = 4096;

/// The documents of a values file, cut at lines that begin with `---`. Iterating gives each document's place in
/// [`ValuesDocuments::text`], or the error that ends the file there.
#[derive(Debug)]
pub struct ValuesDocuments<'t> {
    text: Cow<'t, [u8]>,
    at: usize,
}

/// Cuts a values file into documents. Helm 4.1 and 4.2 lose a last line without line break whose length is a multiple
/// of 4096 (helm/helm#32506).
pub fn split_values_documents(text: &[u8], version: HelmVersion) -> ValuesDocuments<'_> {
    let mut text = Cow::Borrowed(text);
    // The line reader drops the CR of each CRLF; only behind another CR does it matter.
    if text.contains(&b'\r') && text.windows(3).any(|w| w == b"\r\r\n") {
        let mut lines = Vec::with_capacity(text.len());
        for line in text.split_inclusive(|b| *b == b'\n') {
            match line.strip_suffix(b"\r\n") {
                Some(line) => lines.extend_from_slice(&[line, b"\n"].concat()),
                None => lines.extend_from_slice(line),
            }
        }
        text = Cow::Owned(lines);
    }
    if !text.is_empty() && !text.ends_with(b"\n") {
        let line = text.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let text = text.to_mut();
        if version < HelmVersion::V4_3 && is_lost(text.get(line..).unwrap_or(&[])) {
            text.truncate(line);
        } else {
            text.push(b'\n');
        }
    }
    ValuesDocuments { text, at: 0 }
}

/// Whether a last line is taken from the reader in full buffers only, so that its end looks like the end of the text.
fn is_lost(mut line: &[u8]) -> bool {
    while let Some((piece, rest)) = line.split_at_checked(BUFFER) {
        // A CR at the end is put back, as an LF might follow.
        let carry = usize::from(piece.ends_with(b"\r"));
        line = line.get(BUFFER - carry..).unwrap_or(rest);
    }
    line.is_empty()
}

impl ValuesDocuments<'_> {
    /// The text that is cut: the given one, with a line break at its end.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The next document's place.
    pub fn next_document(&mut self) -> Option<Result<Range<usize>, String>> {
        let from = self.at;
        let rest = self.text.get(from..).unwrap_or(&[]);
        for line in rest.split_inclusive(|b| *b == b'\n') {
            let start = self.at;
            self.at += line.len();
            let Some(remark) = line.strip_prefix(b"---") else { continue };
            let remark = String::from_utf8_lossy(remark);
            let remark = remark.trim();
            if !remark.is_empty() && !remark.starts_with('#') {
                self.at = self.text.len();
                return Some(Err(format!("invalid Yaml document separator: {remark}")));
            }
            // A separator before anything else belongs to the document.
            if start > from {
                return Some(Ok(from..start));
            }
        }
        (self.at > from).then_some(Ok(from..self.at))
    }
}

impl Iterator for ValuesDocuments<'_> {
    type Item = Result<Range<usize>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_document()
    }
}

/// The values of a values file: all documents merged in order, in Helm 3.17 the first one. Errors lack the prefix that
/// says which file it is (`cannot load values.yaml: `).
pub fn load_values(text: &[u8], version: HelmVersion) -> Result<Map, String> {
    if !version.is_v4() {
        return unmarshal_map(text);
    }
    let mut values = Map::new();
    let mut documents = split_values_documents(text, version);
    while let Some(document) = documents.next_document() {
        let document = document.map_err(|error| format!("error reading yaml document: {error}"))?;
        let document = unmarshal_map(documents.text().get(document).unwrap_or(&[]));
        let document = document.map_err(|error| format!("cannot unmarshal yaml document: {error}"))?;
        values = if values.is_empty() { document } else { merge_maps(&values, &document) };
    }
    Ok(values)
}

/// Two maps as one: the second one's values win, maps are merged in depth (load.go:MergeMaps). Maps that only one of
/// them has are shared with it.
fn merge_maps(a: &Map, b: &Map) -> Map {
    let merged = a.copied();
    for (key, value) in b.entries() {
        let value = match (merged.get(&key), value) {
            (Some(Value::Map(old)), Value::Map(new)) => Value::Map(merge_maps(&old, &new)),
            (_, value) => value,
        };
        // Not the nil map, hence always written.
        let _ = merged.insert(key, value);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::marshal;

    fn load(text: &str, version: HelmVersion) -> Result<String, String> {
        let values = load_values(text.as_bytes(), version)?;
        Ok(String::from_utf8(marshal(&Value::Map(values), version).unwrap()).unwrap())
    }

    #[test]
    fn documents_are_merged() {
        let cases = [
            ("a: b\n\n\n---\n# c\n---\nc: 1", "a: b\nc: 1\n"),
            ("---\na: 1\n...\n---\nb: 2", "a: 1\nb: 2\n"),
            ("a: 1\n... \nb: 2", "a: 1\n"),
            ("a: 1\n---\t# x\r\nb: 2", "a: 1\nb: 2\n"),
            ("a: 1\n---\n---\n", "a: 1\n"),
            ("a: |\n  ---\n  x", "a: |\n  ---\n  x\n"),
            ("a: |\n---\nb: 1", "a: \"\"\nb: 1\n"),
            ("a: {b: 1, c: 2}\n---\na: {b: 3, d: {}}\n---\nnull", "a:\n  b: 3\n  c: 2\n  d: {}\n"),
            ("a: {b: 1}\n---\na: x", "a: x\n"),
            ("", "{}\n"),
        ];
        for (text, values) in cases {
            assert_eq!(load(text, HelmVersion::V4_3).as_deref(), Ok(values), "{text}");
        }
        assert_eq!(load("a: 1\n---\nb: 2", HelmVersion::V3_17).as_deref(), Ok("a: 1\n"));
    }

    #[test]
    fn errors() {
        let cases = [
            ("a: 1\n---x\nb: 2", "error reading yaml document: invalid Yaml document separator: x"),
            ("--- {b: 2}", "error reading yaml document: invalid Yaml document separator: {b: 2}"),
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
            assert_eq!(load(text, HelmVersion::V4_3), Err(error.into()), "{text}");
        }
    }

    #[test]
    fn a_last_line_of_whole_buffers_was_lost_once() {
        for (len, lost) in [(4095, false), (4096, true), (4097, false), (8192, true)] {
            let text = format!("a: 1\nb: {}", "x".repeat(len - 3));
            assert_eq!(load(&text, HelmVersion::V4_2).unwrap() == "a: 1\n", lost, "{len}");
            assert_ne!(load(&text, HelmVersion::V4_3).unwrap(), "a: 1\n", "{len}");
        }
    }
}
