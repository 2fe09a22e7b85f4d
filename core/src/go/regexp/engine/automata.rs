//! The engine of regex-automata: its preferences among matches are Go's, as both descend from RE2.

use super::hir;
use crate::go::regexp::Submatches;
use crate::go::regexp::parse::Tree;
use regex_automata::Input;
use regex_automata::meta::{Builder, Config, Regex};
use regex_automata::util::captures::Captures;
use std::ops::Range;

/// Most memory a compiled expression may take. Go allows about 128 MiB.
const MAX_COMPILED_BYTES: usize = 32 << 20;

/// A compiled expression.
#[derive(Clone, Debug)]
pub(in crate::go::regexp) struct Engine {
    regex: Regex,
    groups: usize,
}

impl Engine {
    /// Compiles an expression with that many groups, the whole match included; `None` when it is too large.
    pub fn compile(tree: &Tree, groups: usize) -> Option<Engine> {
        let config = Config::new().nfa_size_limit(Some(MAX_COMPILED_BYTES)).utf8_empty(true);
        let regex = Builder::new().configure(config).build_from_hir(&hir::translate(tree)).ok()?;
        Some(Engine { regex, groups })
    }

    /// Bytes of memory the compiled expression takes, apart from what searches need.
    pub fn memory(&self) -> usize {
        self.regex.memory_usage()
    }

    /// Begins to search a text.
    pub fn search<'s>(&'s self, text: &'s [u8]) -> Search<'s> {
        Search { engine: self, text, captures: None }
    }
}

/// Searches of one text.
pub(in crate::go::regexp) struct Search<'s> {
    engine: &'s Engine,
    text: &'s [u8],
    captures: Option<Captures>,
}

impl Search<'_> {
    /// Whether there is a match.
    pub fn is_match(&mut self) -> bool {
        self.engine.regex.is_match(self.text)
    }

    /// The first match that does not begin before `from`.
    pub fn find(&mut self, from: usize) -> Option<Range<usize>> {
        self.engine.regex.search(&Input::new(self.text).range(from..)).map(|found| found.range())
    }

    /// As `find`, with the groups.
    pub fn captures(&mut self, from: usize) -> Option<Submatches> {
        let regex = &self.engine.regex;
        let captures = self.captures.get_or_insert_with(|| regex.create_captures());
        regex.search_captures(&Input::new(self.text).range(from..), captures);
        // The engine may drop groups that cannot match; Go counts them.
        let group = |index| captures.get_group(index).map(|span| span.range());
        captures.is_match().then(|| (0..self.engine.groups).map(group).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go::regexp::parse::parse;

    #[test]
    fn is_bounded() {
        let large = parse(r"(\pL{10}){100}".repeat(100).as_bytes()).unwrap();
        assert!(Engine::compile(&large.tree, large.names.len()).is_none());
    }
}
