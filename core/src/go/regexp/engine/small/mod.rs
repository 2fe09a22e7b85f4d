//! A small engine: an expression becomes a [`program`], which [`backtrack`] runs on short texts and [`pike`] on long
//! ones, as Go does. Both take time linear in the text and in the program.

mod backtrack;
mod pike;
mod program;

use crate::go::regexp::Submatches;
use crate::go::regexp::parse::Tree;
use backtrack::Visited;
use pike::Threads;
use program::Program;
use std::ops::Range;

/// Bits the backtracker may remember places with: Go's `maxBacktrackVector`.
const BACKTRACK_BITS: usize = 256 << 10;
/// Limit on instructions times places remembered for each. Threads hold so many at the very worst.
const MAX_SLOTS: usize = 8 << 20;

/// No place.
const NOWHERE: usize = usize::MAX;

/// A compiled expression.
#[derive(Clone, Debug)]
pub(in crate::go::regexp) struct Engine {
    program: Program,
    groups: usize,
}

impl Engine {
    /// Compiles an expression with that many groups, the whole match included; `None` when it is too large.
    pub fn compile(tree: &Tree, groups: usize) -> Option<Engine> {
        let program = Program::compile(tree)?;
        (program.code.len().saturating_mul(2 * groups) <= MAX_SLOTS).then_some(Engine { program, groups })
    }

    /// Bytes of memory the compiled expression takes, apart from what searches need.
    pub fn memory(&self) -> usize {
        self.program.memory()
    }

    /// Begins to search a text.
    pub fn search<'s>(&'s self, text: &'s [u8]) -> Search<'s> {
        Search {
            engine: self,
            text,
            slots: Vec::new(),
            visited: Visited::default(),
            threads: Threads::default(),
        }
    }
}

/// Searches of one text, with the memory they share.
pub(in crate::go::regexp) struct Search<'s> {
    engine: &'s Engine,
    text: &'s [u8],
    /// Start and end of the whole match, then of each group, as far as they are wanted.
    slots: Vec<usize>,
    visited: Visited,
    threads: Threads,
}

impl Search<'_> {
    /// Whether there is a match.
    pub fn is_match(&mut self) -> bool {
        self.run(0, 2)
    }

    /// The first match that does not begin before `from`.
    pub fn find(&mut self, from: usize) -> Option<Range<usize>> {
        if self.run(from, 2) { self.range(0) } else { None }
    }

    /// As `find`, with the groups.
    pub fn captures(&mut self, from: usize) -> Option<Submatches> {
        let groups = self.engine.groups;
        self.run(from, 2 * groups).then(|| (0..groups).map(|group| self.range(group)).collect())
    }

    fn range(&self, group: usize) -> Option<Range<usize>> {
        match self.slots.get(2 * group..2 * group + 2) {
            Some([start, end]) if *end != NOWHERE => Some(*start..*end),
            _ => None,
        }
    }

    /// Fills the slots; false when there is no match.
    fn run(&mut self, from: usize, wanted: usize) -> bool {
        let program = &self.engine.program;
        if from > self.text.len() || (program.anchored && from > 0) {
            return false;
        }
        self.slots.clear();
        self.slots.resize(wanted, NOWHERE);
        if (self.text.len() - from + 1).saturating_mul(program.code.len()) <= BACKTRACK_BITS {
            backtrack::run(program, self.text, from, &mut self.slots, &mut self.visited)
        } else {
            pike::run(program, self.text, from, &mut self.slots, &mut self.threads)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go::regexp::parse::parse;

    fn engine(pattern: &str) -> Option<Engine> {
        let parsed = parse(pattern.as_bytes()).unwrap();
        Engine::compile(&parsed.tree, parsed.names.len())
    }

    /// Long texts run on threads, short ones do not; a match at the end is the same for both.
    #[test]
    fn long_texts_match_as_short_ones() {
        let padding = "-".repeat(BACKTRACK_BITS);
        for (pattern, text) in [
            (r"(\w+) (\w*?)(é|e)\b", "one twoé three e"),
            ("(a*)*(b|bc)(c?)", "aabcc"),
            (r"(?i)(k)+|(z)", "kK\u{212a}z"),
            ("(a|ab)(c|bcd)(d*)$", "abcd"),
            ("((a?)+?b){2,3}", "abababab"),
        ] {
            let engine = engine(pattern).unwrap();
            let long = format!("{padding}{text}");
            let shifted = engine.search(long.as_bytes()).captures(0).unwrap();
            let shift = |range: Range<usize>| range.start - padding.len()..range.end - padding.len();
            let back: Submatches = shifted.into_iter().map(|range| range.map(shift)).collect();
            let short = engine.search(text.as_bytes()).captures(0).unwrap();
            assert_eq!(back, short, "{pattern}");
        }
    }

    #[test]
    fn is_bounded() {
        assert!(engine(&"(a{1000})".repeat(90)).is_none());
        assert!(engine(&r"(\pL{10}){100}".repeat(10)).is_some());
    }
}
