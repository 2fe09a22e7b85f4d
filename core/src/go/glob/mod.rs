//! Glob patterns: gobwas/glob for `.Files.Glob`, and Go's `filepath.Match` for `--show-only` and `.helmignore`.
//!
//! gobwas/glob 0.2.3 is not the language its documentation describes: it rewrites patterns into faster ones, and some
//! of the rewritten ones answer differently (`[!ab][!ab]` refuses only `ab`, `a**a` accepts `a`). Charts are rendered
//! with those answers, so the rewriting is imitated step by step: `syntax` reads, `compile` rewrites, `matcher`
//! answers.

mod compile;
mod matcher;
mod path_match;
mod syntax;

pub use matcher::GlobFault;
pub use path_match::{BadPattern, path_match};

/// A compiled pattern of `.Files.Glob`; the separator is `/`.
#[derive(Clone, Debug)]
pub struct Glob(matcher::Matcher);

impl Glob {
    /// Steps [`Glob::matches`] may take: some patterns take exponential time.
    const STEPS: u64 = 20_000_000;

    /// Compiles a pattern; the error is gobwas' text. Helm takes an invalid pattern for `**` (R70).
    ///
    /// Patterns of more than a thousand elements are refused too: rewriting takes cubic time.
    pub fn compile(pattern: &[u8]) -> Result<Glob, String> {
        compile::compile(&syntax::parse(pattern)?).map(Glob)
    }

    /// The pattern `**`.
    pub fn everything() -> Glob {
        Glob(matcher::Matcher::Super)
    }

    /// Whether the pattern matches all of `name`.
    ///
    /// ```
    /// use hookwright_core::go::glob::Glob;
    /// let glob = Glob::compile(b"conf/*.{yaml,json}").unwrap();
    /// assert_eq!(glob.matches(b"conf/a.yaml"), Ok(true));
    /// assert_eq!(glob.matches(b"conf/x/a.yaml"), Ok(false));
    /// ```
    pub fn matches(&self, name: &[u8]) -> Result<bool, GlobFault> {
        self.0.matches(name, &mut Self::STEPS.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_documented() {
        for (pattern, name, expected) in [
            ("*", "a", true),
            ("*", "a/b", false),
            ("*", ".a", true),
            ("**", "a/b", true),
            ("", "", true),
            ("", "a", false),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("[abc].txt", "b.txt", true),
            ("[a-c].txt", "d.txt", false),
            ("[!a-c].txt", "d.txt", true),
            ("{a,b*}.txt", "bcd.txt", true),
            ("{a,b*}.txt", "c.txt", false),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("**/x", "x", false),
            ("**/x", "a/b/x", true),
            ("**.txt", "a/b.txt", true),
            ("conf/*", "conf/a/b", false),
            ("{a", "a", true),
            ("a}", "a}", true),
        ] {
            let glob = Glob::compile(pattern.as_bytes()).unwrap();
            assert_eq!(glob.matches(name.as_bytes()), Ok(expected), "{pattern} {name}");
        }
    }

    #[test]
    fn matches_as_implemented() {
        for (pattern, name, expected) in
            [("a**a", "a", true), ("[!ab][!ab]", "ba", true), ("[!ab][!ab]", "ab", false), ("?", "", true)]
        {
            let glob = Glob::compile(pattern.as_bytes()).unwrap();
            assert_eq!(glob.matches(name.as_bytes()), Ok(expected), "{pattern} {name}");
        }
    }

    #[test]
    fn refuses_with_gobwas_text() {
        for (pattern, error) in [
            ("[", "unexpected end of input"),
            ("[]", "could not parse range"),
            ("[b-a]", "hi character 'a' should be greater than lo 'b'"),
            ("[a-bc]", "expected close range character"),
            ("[b-ac]", "expected close range character"),
            ("a\u{FFFD}", "could not read rune"),
        ] {
            assert_eq!(Glob::compile(pattern.as_bytes()).unwrap_err(), error, "{pattern}");
        }
    }

    #[test]
    fn is_bounded() {
        let costly = Glob::compile("**a".repeat(60).as_bytes()).unwrap();
        assert_eq!(costly.matches("a".repeat(59).as_bytes()), Err(GlobFault::TooCostly));
        assert!(Glob::compile("*a".repeat(1000).as_bytes()).is_err());
        assert!(Glob::compile("{".repeat(100_000).as_bytes()).is_err());
        assert!(Glob::compile("{".repeat(100).as_bytes()).is_ok());
        let long = Glob::compile("*a".repeat(490).as_bytes()).unwrap();
        assert_eq!(long.matches("a".repeat(9).as_bytes()), Ok(false));
    }

    #[test]
    fn panics_become_faults() {
        let fault = Glob::compile(b"a{}").unwrap().matches(b"a").unwrap_err();
        assert_eq!(fault.to_string(), "runtime error: slice bounds out of range [:2] with length 1");
    }
}
