//! `.helmignore`: which files of a chart directory are left out (R11–R14).
//!
//! Behaviour of `pkg/ignore/rules.go`. It is applied to directories only, with the one file in the root chart's
//! directory; archives ignore nothing.

use crate::go;

/// The name of the file with the rules.
pub const FILE_NAME: &str = ".helmignore";

/// Longest line that can be read (bufio: `MaxScanTokenSize`).
const MAX_LINE: usize = 64 * 1024;

/// Rules in order, Helm's own last.
#[derive(Clone, Debug)]
pub struct Rules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    pattern: Vec<u8>,
    /// Against what the pattern is matched: the whole path, or its last component.
    whole: bool,
    negated: bool,
    directories_only: bool,
}

impl Default for Rules {
    /// Helm's own rule alone: dotfiles in `templates/`.
    fn default() -> Rules {
        Rules(rule(b"templates/.?*").ok().flatten().into_iter().collect())
    }
}

impl Rules {
    /// Reads a `.helmignore` and adds Helm's own rule. The error is Helm's.
    pub fn parse(text: &[u8]) -> Result<Rules, String> {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let mut rules = Vec::new();
        for line in text.split(|&b| b == b'\n') {
            if line.len() >= MAX_LINE {
                return Err("bufio.Scanner: token too long".to_owned());
            }
            rules.extend(rule(line)?);
        }
        rules.extend(Rules::default().0);
        Ok(Rules(rules))
    }

    /// Whether a file or directory is left out, with everything below it. `path` is relative to the chart, with
    /// slashes. The chart's own directory never is.
    pub fn ignores(&self, path: &str, is_dir: bool) -> bool {
        if matches!(path, "" | "." | "./") {
            return false;
        }
        // A negated rule does not bring anything back: it leaves out what it does not match.
        self.0.iter().any(|rule| match (rule.negated, rule.directories_only && !is_dir) {
            (true, wrong_kind) => wrong_kind || !rule.matches(path.as_bytes()),
            (false, true) => false,
            (false, false) => rule.matches(path.as_bytes()),
        })
    }
}

impl Rule {
    fn matches(&self, path: &[u8]) -> bool {
        let name = if self.whole { path } else { go::path::base(path) };
        go::glob::path_match(&self.pattern, name).unwrap_or(false)
    }
}

/// One line; `None` when it is blank or a comment (rules.go: `parseRule`).
fn rule(line: &[u8]) -> Result<Option<Rule>, String> {
    let mut pattern = go::unicode::trim_space(line);
    if pattern.is_empty() || pattern.starts_with(b"#") {
        return Ok(None);
    }
    if pattern.windows(2).any(|pair| pair == b"**") {
        return Err("double-star (**) syntax is not supported".to_owned());
    }
    if go::glob::path_match(pattern, b"abc").is_err() {
        return Err("syntax error in pattern".to_owned());
    }
    let negated = strip(&mut pattern, |p| p.strip_prefix(b"!"));
    let directories_only = strip(&mut pattern, |p| p.strip_suffix(b"/"));
    let rooted = strip(&mut pattern, |p| p.strip_prefix(b"/"));
    let whole = rooted || pattern.contains(&b'/');
    Ok(Some(Rule { pattern: pattern.to_vec(), whole, negated, directories_only }))
}

fn strip<'a>(text: &mut &'a [u8], part: impl Fn(&'a [u8]) -> Option<&'a [u8]>) -> bool {
    match part(text) {
        Some(rest) => {
            *text = rest;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[test]
    fn rules_are_read_as_helm_reads_them() {
        // .helmignore, path (a trailing slash makes it a directory), ignored
        let cases = [
            ("", "templates/.x.yaml", true),
            ("", "templates/sub/.x.yaml", false),
            ("", "templates/.", false),
            ("", ".git/", false),
            ("*.txt", "a.txt", true),
            ("*.txt", "sub/a.txt", true),
            ("/*.txt", "sub/a.txt", false),
            ("/*.txt", "a.txt", true),
            ("sub/a.txt", "sub/a.txt", true),
            ("sub/a.txt", "x/sub/a.txt", false),
            ("sub/", "sub", false),
            ("sub/", "sub/", true),
            ("sub/", "x/sub/", true),
            ("# *.txt", "a.txt", false),
            (" *.txt \r\n", "a.txt", true),
            ("\u{feff}*.txt", "a.txt", true),
            ("!README.md", "Chart.yaml", true),
            ("!README.md", "README.md", false),
            ("!README.md\n*.md", "README.md", true),
            ("!charts/", "Chart.yaml", true),
            ("!charts/", "charts/", false),
            ("*", "./", false),
            ("a?b[cd]", "axbc", true),
            ("a?b[cd]", "a/bc", false),
        ];
        for (text, path, expected) in cases {
            let rules = Rules::parse(text.as_bytes()).unwrap();
            let is_dir = path.ends_with('/') && path != "./";
            let path = if is_dir { path.trim_end_matches('/') } else { path };
            assert_eq!(rules.ignores(path, is_dir), expected, "{text:?} on {path:?}");
        }
    }

    #[test]
    fn bad_rules_are_refused() {
        for (text, error) in [
            ("**/x", "double-star (**) syntax is not supported"),
            ("[", "syntax error in pattern"),
            ("a[", "syntax error in pattern"),
        ] {
            assert_eq!(Rules::parse(text.as_bytes()).unwrap_err(), error, "{text}");
        }
    }
}
