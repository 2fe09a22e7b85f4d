//! Classes of runes: `[a-z]`, `\d`, `\p{Greek}`, and what case folding and negation make of them
//! (regexp/syntax parse.go).

use super::fold;

/// The largest rune.
pub(super) const MAX_RUNE: u32 = 0x10_FFFF;

/// A set of runes as ranges. Surrogates are runes here, as in Go, though no text contains them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Class {
    ranges: Vec<(u32, u32)>,
}

impl Class {
    /// The ranges as they were added.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// Adds the runes from `low` to `high`.
    pub fn add(&mut self, low: u32, high: u32) {
        match self.ranges.last_mut() {
            Some(last) if low <= last.1.saturating_add(1) && last.0 <= high.saturating_add(1) => {
                *last = (last.0.min(low), last.1.max(high));
            }
            _ => self.ranges.push((low, high)),
        }
    }

    /// Adds all runes of another class.
    pub fn add_all(&mut self, other: &Class) {
        other.ranges.iter().for_each(|(low, high)| self.add(*low, *high));
    }

    /// Adds every rune that equals a rune of the class when case is ignored.
    pub fn fold(mut self) -> Class {
        let mut found = Class::default();
        for (low, high) in &self.ranges {
            fold::each_cased(*low, *high, |rune| {
                let mut other = fold::next(rune);
                while other != rune {
                    found.add(other, other);
                    other = fold::next(other);
                }
            });
        }
        self.add_all(&found);
        self.clean()
    }

    /// Sorted, with ranges merged that overlap or touch.
    pub fn clean(mut self) -> Class {
        self.ranges.sort_unstable();
        let mut clean = Class { ranges: Vec::with_capacity(self.ranges.len()) };
        self.ranges.iter().for_each(|(low, high)| clean.add(*low, *high));
        clean
    }

    /// The other runes.
    pub fn negate(self) -> Class {
        let mut others = Class::default();
        let mut next = 0;
        for (low, high) in self.clean().ranges {
            if next < low {
                others.ranges.push((next, low - 1));
            }
            next = high + 1;
        }
        if next <= MAX_RUNE {
            others.ranges.push((next, MAX_RUNE));
        }
        others
    }
}

impl FromIterator<(u32, u32)> for Class {
    fn from_iter<I: IntoIterator<Item = (u32, u32)>>(ranges: I) -> Class {
        let mut class = Class::default();
        ranges.into_iter().for_each(|(low, high)| class.add(low, high));
        class
    }
}

fn ascii(ranges: &[(char, char)]) -> Class {
    ranges.iter().map(|(low, high)| (u32::from(*low), u32::from(*high))).collect()
}

/// `\d`, `\s`, `\w` and their negations, by the letter after the backslash.
pub(super) fn perl(letter: u8) -> Option<(Class, bool)> {
    let class = match letter.to_ascii_lowercase() {
        b'd' => ascii(&[('0', '9')]),
        b's' => ascii(&[('\t', '\n'), ('\x0c', '\r'), (' ', ' ')]),
        b'w' => ascii(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        _ => return None,
    };
    Some((class, letter.is_ascii_uppercase()))
}

/// `[:alpha:]` and the others, by name; `[:^alpha:]` negates.
pub(super) fn posix(name: &[u8]) -> Option<(Class, bool)> {
    let (name, negated) = match name.strip_prefix(b"^") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let class = match name {
        b"alnum" => ascii(&[('0', '9'), ('A', 'Z'), ('a', 'z')]),
        b"alpha" => ascii(&[('A', 'Z'), ('a', 'z')]),
        b"ascii" => ascii(&[('\0', '\x7f')]),
        b"blank" => ascii(&[('\t', '\t'), (' ', ' ')]),
        b"cntrl" => ascii(&[('\0', '\x1f'), ('\x7f', '\x7f')]),
        b"digit" => ascii(&[('0', '9')]),
        b"graph" => ascii(&[('!', '~')]),
        b"lower" => ascii(&[('a', 'z')]),
        b"print" => ascii(&[(' ', '~')]),
        b"punct" => ascii(&[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
        b"space" => ascii(&[('\t', '\r'), (' ', ' ')]),
        b"upper" => ascii(&[('A', 'Z')]),
        b"word" => ascii(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        b"xdigit" => ascii(&[('0', '9'), ('A', 'F'), ('a', 'f')]),
        _ => return None,
    };
    Some((class, negated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_round_the_circle() {
        assert_eq!(ascii(&[('k', 'k')]).fold().ranges(), [(0x4b, 0x4b), (0x6b, 0x6b), (0x212a, 0x212a)]);
        assert_eq!(ascii(&[('1', '9')]).fold().ranges(), [(0x31, 0x39)]);
        let greek: Class = [(0x3c3, 0x3c3)].into_iter().collect();
        assert_eq!(greek.fold().ranges(), [(0x3a3, 0x3a3), (0x3c2, 0x3c3)]);
    }

    #[test]
    fn negates() {
        let class = ascii(&[('b', 'c'), ('a', 'a')]);
        assert_eq!(class.negate().ranges(), [(0, 0x60), (0x64, MAX_RUNE)]);
        assert_eq!(Class::default().negate().ranges(), [(0, MAX_RUNE)]);
        assert!(Class::default().negate().negate().ranges().is_empty());
    }
}
