//! Go's regexp package: RE2 syntax, leftmost-first matching, Go's error texts.
//!
//! `parse` reads the expression as Go does; an `engine` matches it. What Go does between matches (empty ones, above
//! all) is done here. Matching takes time linear in the text for every expression.

mod class;
mod engine;
mod expand;
mod fold;
mod parse;
mod text;
mod token;
mod unicode;

use engine::Engine;
use expand::Part;
use std::ops::Range;
use text::Text;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Regexp {
    engine: Engine,
    /// The groups' names, the whole match first.
    names: Vec<Option<String>>,
    /// Whether the expression's text is empty, which changes [`Regexp::split`].
    empty: bool,
}

/// Where the whole match and each group lie; `None` for a group that took no part.
pub type Submatches = Vec<Option<Range<usize>>>;

impl Regexp {
    /// Go's `regexp.Compile`. The error is Go's text: ``error parsing regexp: missing closing ): `(` ``.
    pub fn compile(pattern: impl AsRef<[u8]>) -> Result<Regexp, String> {
        let pattern = pattern.as_ref();
        let parsed = parse::parse(pattern)?;
        let engine = Engine::compile(&parsed.tree, parsed.names.len())
            .ok_or_else(|| parse::error_text(parse::TOO_LARGE, pattern))?;
        Ok(Regexp { engine, names: parsed.names, empty: pattern.is_empty() })
    }

    /// Go's `QuoteMeta`: an expression that matches the text literally.
    pub fn quote_meta(text: &[u8]) -> Vec<u8> {
        let mut quoted = Vec::with_capacity(text.len());
        for byte in text {
            if br"\.+*?()|[]{}^$".contains(byte) {
                quoted.push(b'\\');
            }
            quoted.push(*byte);
        }
        quoted
    }

    /// The groups' names, the whole match (which has none) first.
    pub fn names(&self) -> &[Option<String>] {
        &self.names
    }

    /// Bytes of memory the compiled expression takes, apart from what searches need.
    pub fn memory(&self) -> usize {
        self.engine.memory()
    }

    /// Whether the text contains a match.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.engine.search(Text::new(text).bytes()).is_match()
    }

    /// The first match.
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let text = Text::new(text);
        self.engine.search(text.bytes()).find(0).map(|range| text.original_range(range))
    }

    /// The first match with its groups.
    pub fn find_submatch(&self, text: &[u8]) -> Option<Submatches> {
        let text = Text::new(text);
        self.engine.search(text.bytes()).captures(0).map(|groups| text.original_ranges(groups))
    }

    /// Matches that do not overlap, at most `n` of them; all if `n` is negative.
    pub fn find_all(&self, text: &[u8], n: isize) -> Vec<Range<usize>> {
        let text = Text::new(text);
        let mut found = Vec::new();
        let mut search = self.engine.search(text.bytes());
        each_match(
            &text,
            n,
            |from| search.find(from),
            Clone::clone,
            |range| {
                found.push(text.original_range(range));
            },
        );
        found
    }

    /// As [`Regexp::find_all`], with groups.
    pub fn find_all_submatch(&self, text: &[u8], n: isize) -> Vec<Submatches> {
        let text = Text::new(text);
        let mut found = Vec::new();
        let mut search = self.engine.search(text.bytes());
        each_match(
            &text,
            n,
            |from| search.captures(from),
            whole,
            |groups| {
                found.push(text.original_ranges(groups));
            },
        );
        found
    }

    /// Go's `ReplaceAllString`: every match replaced by the template, in which `$1` and `$name` stand for groups.
    pub fn replace_all(&self, text: &[u8], template: &[u8]) -> Vec<u8> {
        self.replace_all_within(text, template, usize::MAX).unwrap_or_default()
    }

    /// As [`Regexp::replace_all`]; `None` when the result would be longer than `limit` bytes.
    pub fn replace_all_within(&self, text: &[u8], template: &[u8], limit: usize) -> Option<Vec<u8>> {
        if !template.contains(&b'$') {
            return self.replace_all_literal_within(text, template, limit);
        }
        let parts = expand::parts(template);
        let valid = Text::new(text);
        let mut search = self.engine.search(valid.bytes());
        let expand = |out: &mut Vec<u8>, found: &Submatches| {
            let groups = valid.original_ranges(found.clone());
            for part in &parts {
                out.extend_from_slice(match part {
                    Part::Text(text) => text,
                    Part::Number(number) => group(text, groups.get(*number)),
                    Part::Name(name) => {
                        let named = self.names.iter().zip(&groups).filter(|(known, group)| {
                            group.is_some() && known.as_ref().is_some_and(|known| known.as_bytes() == *name)
                        });
                        group(text, named.map(|(_, group)| group).next())
                    }
                });
                if out.len() > limit {
                    break;
                }
            }
        };
        replace(text, &valid, limit, |from| search.captures(from), whole, expand)
    }

    /// Go's `ReplaceAllLiteralString`: every match replaced by the text as it is.
    pub fn replace_all_literal(&self, text: &[u8], replacement: &[u8]) -> Vec<u8> {
        self.replace_all_literal_within(text, replacement, usize::MAX).unwrap_or_default()
    }

    /// As [`Regexp::replace_all_literal`]; `None` when the result would be longer than `limit` bytes.
    pub fn replace_all_literal_within(
        &self,
        text: &[u8],
        replacement: &[u8],
        limit: usize,
    ) -> Option<Vec<u8>> {
        let valid = Text::new(text);
        let mut search = self.engine.search(valid.bytes());
        let expand = |out: &mut Vec<u8>, _: &Range<usize>| out.extend_from_slice(replacement);
        replace(text, &valid, limit, |from| search.find(from), Clone::clone, expand)
    }

    /// Go's `Split`: the texts between matches, at most `n` of them, the last being the rest; all if `n` is negative,
    /// none if it is zero.
    pub fn split<'t>(&self, text: &'t [u8], n: isize) -> Vec<&'t [u8]> {
        if n == 0 {
            return Vec::new();
        }
        if !self.empty && text.is_empty() {
            return vec![text];
        }
        let between = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        let mut pieces = Vec::new();
        let (mut begin, mut end) = (0, 0);
        for found in self.find_all(text, n) {
            if n > 0 && pieces.len() + 1 == n as usize {
                break;
            }
            end = found.start;
            if found.end != 0 {
                pieces.push(between(begin, end));
            }
            begin = found.end;
        }
        if end != text.len() {
            pieces.push(between(begin, text.len()));
        }
        pieces
    }
}

/// The range of the whole match.
fn whole(groups: &Submatches) -> Range<usize> {
    groups.first().cloned().flatten().unwrap_or(0..0)
}

fn group<'t>(text: &'t [u8], range: Option<&Option<Range<usize>>>) -> &'t [u8] {
    range.and_then(|range| text.get(range.clone()?)).unwrap_or_default()
}

/// Go's `allMatches`: an empty match right after another match does not count.
fn each_match<F>(
    text: &Text<'_>,
    n: isize,
    mut search: impl FnMut(usize) -> Option<F>,
    range: impl Fn(&F) -> Range<usize>,
    mut visit: impl FnMut(F),
) {
    let end = text.bytes().len();
    let limit = usize::try_from(n).unwrap_or(usize::MAX);
    let (mut at, mut count, mut previous) = (0, 0, None);
    while count < limit && at <= end {
        let Some(found) = search(at) else { break };
        let range = range(&found);
        let mut accepted = true;
        if range.end == at {
            accepted = previous != Some(range.start);
            at += text.width(at).max(1);
        } else {
            at = range.end;
        }
        previous = Some(range.end);
        if accepted {
            visit(found);
            count += 1;
        }
    }
}

/// Go's `replaceAll`: an empty match right after another match is not replaced.
fn replace<F>(
    original: &[u8],
    text: &Text<'_>,
    limit: usize,
    mut search: impl FnMut(usize) -> Option<F>,
    range: impl Fn(&F) -> Range<usize>,
    mut expand: impl FnMut(&mut Vec<u8>, &F),
) -> Option<Vec<u8>> {
    let (mut out, mut last, mut at) = (Vec::new(), 0, 0);
    let between = |from: usize, to: usize| original.get(from..to).unwrap_or_default();
    while at <= text.bytes().len() {
        let Some(found) = search(at) else { break };
        let range = range(&found);
        out.extend_from_slice(between(text.original(last), text.original(range.start)));
        if range.end > last || range.start == 0 {
            expand(&mut out, &found);
        }
        if out.len() > limit {
            return None;
        }
        last = range.end;
        at = range.end.max(at + text.width(at).max(usize::from(at >= range.end)));
    }
    out.extend_from_slice(between(text.original(last), original.len()));
    (out.len() <= limit).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(pattern: &str) -> Regexp {
        Regexp::compile(pattern).unwrap()
    }

    fn texts<'t>(text: &'t str, ranges: &[Range<usize>]) -> Vec<&'t str> {
        ranges.iter().map(|r| &text[r.clone()]).collect()
    }

    #[test]
    fn finds() {
        for (pattern, text, expected) in [
            ("[0-9]+", "a12b34", vec!["12", "34"]),
            ("z", "a", vec![]),
            ("a*", "baac", vec!["", "aa", ""]),
            ("", "ab", vec!["", "", ""]),
            ("(?i)k", "kK\u{212a}", vec!["k", "K", "\u{212a}"]),
            (r"\w+", "é_a1", vec!["_a1"]),
            (r"\p{Greek}+", "aαβ", vec!["αβ"]),
            ("(?U)a+", "aaa", vec!["a", "a", "a"]),
            ("(?m)^.*$", "a\nb", vec!["a", "b"]),
            (r"\Qa.b\E+", "a.bb", vec!["a.bb"]),
            ("a|ab", "ab", vec!["a"]),
        ] {
            assert_eq!(texts(text, &compile(pattern).find_all(text.as_bytes(), -1)), expected, "{pattern}");
        }
        assert_eq!(compile("a").find_all(b"aaa", 2).len(), 2);
        assert!(compile("a").find_all(b"aaa", 0).is_empty());
    }

    #[test]
    fn replaces() {
        for (pattern, text, template, expected) in [
            ("a(x*)b", "-ab-axxb-", "${1}W", "-W-xxW-"),
            ("a(x*)b", "-ab-axxb-", "$1W", "---"),
            ("(?P<n>a)", "banana", "[$n]", "b[a]n[a]n[a]"),
            ("", "abc", "-", "-a-b-c-"),
            ("b*", "abc", "-", "-a-c-"),
            ("(a)(b)?", "abac", "<$2>", "<b><>c"),
            (r"\W", "a-b c", "_", "a_b_c"),
            ("é|$", "aéé", "$0$0", "aéééé"),
        ] {
            let result = compile(pattern).replace_all(text.as_bytes(), template.as_bytes());
            assert_eq!(String::from_utf8(result).unwrap(), expected, "{pattern}");
        }
        assert_eq!(compile("a").replace_all_literal(b"banana", b"$0"), b"b$0n$0n$0");
        assert_eq!(compile("a").replace_all_within(b"aaa", b"$0$0", 5), None);
        assert_eq!(compile("a").replace_all_within(b"aaa", b"$0$0", 6).unwrap(), b"aaaaaa");
    }

    #[test]
    fn splits() {
        for (pattern, text, n, expected) in [
            ("z+", "pizza", -1, vec!["pi", "a"]),
            ("z+", "pizza", 0, vec![]),
            ("z+", "pizza", 1, vec!["pizza"]),
            (",", "", -1, vec![""]),
            ("", "abc", -1, vec!["a", "b", "c"]),
            ("", "", -1, vec![]),
            ("a", "ba", -1, vec!["b", ""]),
        ] {
            let pieces = compile(pattern).split(text.as_bytes(), n);
            assert_eq!(pieces, expected.iter().map(|s| s.as_bytes()).collect::<Vec<_>>(), "{pattern} {text}");
        }
    }

    #[test]
    fn refuses_with_gos_text() {
        for (pattern, error) in [
            ("(", "missing closing ): `(`"),
            (")", "unexpected ): `)`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("a{2}{3}?", "invalid nested repetition operator: `{2}{3}?`"),
            ("*a", "missing argument to repetition operator: `*`"),
            ("(|*)", "missing argument to repetition operator: `*`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
            ("a{2,1}", "invalid repeat count: `{2,1}`"),
            ("((a{100}){100}){100}", "invalid repeat count: `{100}`"),
            ("(?=x)", "invalid or unsupported Perl syntax: `(?=`"),
            ("(?i", "invalid or unsupported Perl syntax: `(?i`"),
            ("(?P<n", "invalid named capture: `(?P<n`"),
            ("(?P<a b>x)", "invalid named capture: `(?P<a b>`"),
            ("[a", "missing closing ]: `[a`"),
            ("[b-a]", "invalid character class range: `b-a`"),
            ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
            (r"\p{Klingon}", r"invalid character class range: `\p{Klingon}`"),
            (r"\8", r"invalid escape sequence: `\8`"),
            (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
            ("a\\", "trailing backslash at end of expression: ``"),
        ] {
            assert_eq!(Regexp::compile(pattern).unwrap_err(), format!("error parsing regexp: {error}"));
        }
        let invalid = Regexp::compile(b"a\xffb").unwrap_err();
        assert_eq!(invalid, "error parsing regexp: invalid UTF-8: `\u{FFFD}b`");
    }

    #[test]
    fn takes_bad_bytes_for_replacement_characters() {
        assert_eq!(compile(".").find_all(b"a\xe2\x82b", -1), [0..1, 1..2, 2..3, 3..4]);
        assert_eq!(compile("[^a]+").find(b"a\xffb"), Some(1..3));
        assert_eq!(compile("\u{FFFD}").replace_all(b"\xff\xffx", b"<$0>"), b"<\xff><\xff>x");
    }

    #[test]
    fn counts_groups_that_cannot_match() {
        assert_eq!(compile("a(b){0}(c)?").find_submatch(b"a"), Some(vec![Some(0..1), None, None]));
    }

    #[test]
    fn is_bounded() {
        let deep = "(".repeat(1000) + &")".repeat(1000);
        assert!(Regexp::compile(&deep).unwrap_err().contains("nests too deeply"));
        let deep = "(".repeat(998) + "a" + &")".repeat(998);
        assert!(compile(&deep).is_match(b"a"));
        let large = r"((\pL{10}){10}){10}".repeat(4000);
        assert!(Regexp::compile(&large).unwrap_err().contains("expression too large"));
        let heavy = r"[\pL\pN\pS]".repeat(20_000);
        assert!(Regexp::compile(&heavy).unwrap_err().contains("expression too large"));
        assert!(compile("(a*)*b").find(&b"a".repeat(100_000)).is_none());
    }

    #[test]
    fn quotes() {
        assert_eq!(Regexp::quote_meta(b"1.2.3*[a]"), br"1\.2\.3\*\[a\]");
    }
}
