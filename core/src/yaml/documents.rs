//! Texts of several documents, as values files may be (R33; helm pkg/chart/v2/loader/load.go:LoadValues, and the
//! YAMLReader of k8s.io/apimachinery pkg/util/yaml that it reads with).

use crate::dialect::HelmVersion;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, version: HelmVersion) -> Vec<Result<String, String>> {
        let mut documents = split_values_documents(text.as_bytes(), version);
        let whole = String::from_utf8(documents.text().to_vec()).expect("UTF-8");
        documents.by_ref().map(|place| place.map(|place| whole[place].to_owned())).collect()
    }

    #[test]
    fn documents() {
        let cases: &[(&str, &[Result<&str, &str>])] = &[
            ("", &[]),
            ("a: 1", &[Ok("a: 1\n")]),
            ("---\na: 1\n", &[Ok("---\na: 1\n")]),
            ("a: 1\n---\nb: 1\n", &[Ok("a: 1\n"), Ok("b: 1\n")]),
            ("a: 1\n--- # c\n---\nb: 1", &[Ok("a: 1\n"), Ok("---\nb: 1\n")]),
            ("a: 1\n---\t\r\n", &[Ok("a: 1\n")]),
            ("a: |\n  ---\n", &[Ok("a: |\n  ---\n")]),
            ("a: 1\n---x\nb: 2", &[Err("invalid Yaml document separator: x")]),
            ("a: 1\n--- {b: 2}", &[Err("invalid Yaml document separator: {b: 2}")]),
            ("a: 1\n---\n---\n----\n", &[Ok("a: 1\n"), Err("invalid Yaml document separator: -")]),
            ("a: 1\r\nb: \"\r\r\n\"", &[Ok("a: 1\nb: \"\r\n\"\n")]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> =
                expected.iter().map(|d| d.map(str::to_owned).map_err(str::to_owned)).collect();
            assert_eq!(cut(text, HelmVersion::V4_3), expected, "{text:?}");
        }
    }

    #[test]
    fn a_last_line_of_whole_buffers_was_lost_once() {
        for (len, lost) in [(4095, false), (4096, true), (4097, false), (8192, true)] {
            let text = format!("a: 1\nb: {}", "x".repeat(len - 3));
            assert_eq!(cut(&text, HelmVersion::V4_2) == [Ok("a: 1\n".to_owned())], lost, "{len}");
            assert_ne!(cut(&text, HelmVersion::V4_3), [Ok("a: 1\n".to_owned())], "{len}");
        }
    }
}
