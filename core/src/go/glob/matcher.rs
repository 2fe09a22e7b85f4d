//! What a compiled glob pattern consists of, and what it answers (gobwas/glob match).
//!
//! Every matcher can say whether it matches a whole text, and most can say where in a text they may begin and which
//! lengths they may have there. Lengths are counted in runes when a pattern is compiled and in bytes when it is
//! matched; where the library confuses the two, so does this.

use crate::go::utf8::decode;
use std::rc::Rc;

/// Why a pattern gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GlobFault {
    /// The library panics; the text is the runtime error's.
    Panic(String),
    /// Too many steps: the library would take exponential time.
    TooCostly,
}

impl std::fmt::Display for GlobFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            GlobFault::Panic(text) => f.write_str(text),
            GlobFault::TooCostly => f.write_str("glob pattern takes too many steps"),
        }
    }
}

impl std::error::Error for GlobFault {}

#[derive(Clone, Debug)]
pub(super) enum Matcher {
    /// The empty text.
    Nothing,
    /// Any text.
    Super,
    /// Any text without `/`.
    Any,
    /// One rune but `/`.
    Single,
    /// One rune of a list.
    List { chars: String, not: bool },
    /// One rune of a range.
    Range { low: char, high: char, not: bool },
    /// This text.
    Text { text: Rc<[u8]>, runes: usize },
    /// Text followed by anything.
    Prefix(Rc<[u8]>),
    /// Anything followed by text.
    Suffix(Rc<[u8]>),
    /// Text, anything, text; the two texts may overlap.
    PrefixSuffix(Rc<[u8]>, Rc<[u8]>),
    /// Text followed by anything without `/`.
    PrefixAny(Rc<[u8]>),
    /// Anything without `/` followed by text.
    SuffixAny(Rc<[u8]>),
    /// Texts that contain the needle, or do not.
    Contains { needle: Rc<[u8]>, not: bool },
    /// At least so many runes.
    Min(usize),
    /// At most so many runes.
    Max(usize),
    /// Matchers of known lengths, one after the other.
    Row { matchers: Vec<Matcher>, len: usize },
    /// Some of these.
    AnyOf(Vec<Matcher>),
    /// All of these.
    EveryOf(Vec<Matcher>),
    /// A matcher with others on its sides.
    Tree(Box<Tree>),
}

/// A matcher looked for in the text, and what must match before and after it.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub value: Matcher,
    pub left: Option<Matcher>,
    pub right: Option<Matcher>,
    left_len: Option<usize>,
    right_len: Option<usize>,
    len: Option<usize>,
}

impl Tree {
    pub fn new(value: Matcher, left: Option<Matcher>, right: Option<Matcher>) -> Tree {
        let side = |m: &Option<Matcher>| m.as_ref().map_or(Some(0), Matcher::len);
        let (left_len, right_len) = (side(&left), side(&right));
        let len = [left_len, value.len(), right_len].into_iter().sum();
        Tree { value, left, right, left_len, right_len, len }
    }
}

/// Where a matcher may begin, and the lengths it may have there, ascending.
type Found = Option<(usize, Vec<usize>)>;

impl Matcher {
    pub fn text(text: &str) -> Matcher {
        Matcher::Text { text: text.as_bytes().into(), runes: text.chars().count() }
    }

    /// The length in runes, if every match has the same one.
    pub fn len(&self) -> Option<usize> {
        match self {
            Matcher::Nothing => Some(0),
            Matcher::Single | Matcher::List { .. } | Matcher::Range { .. } => Some(1),
            Matcher::Text { runes, .. } => Some(*runes),
            Matcher::Row { len, .. } => Some(*len),
            Matcher::Tree(tree) => tree.len,
            Matcher::AnyOf(matchers) => {
                // An unknown length is forgotten as long as no known one has been met.
                let mut len = None;
                for matcher in matchers {
                    match (len, matcher.len()) {
                        (None, new) => len = new,
                        (old, new) if old != new => return None,
                        _ => {}
                    }
                }
                len
            }
            _ => None,
        }
    }

    /// Whether this matches the whole text.
    pub fn matches(&self, s: &[u8], steps: &mut u64) -> Result<bool, GlobFault> {
        spend(steps, s.len() as u64 / 16 + 1)?;
        Ok(match self {
            Matcher::Nothing => s.is_empty(),
            Matcher::Super => true,
            Matcher::Any => !s.contains(&b'/'),
            Matcher::Single | Matcher::List { .. } | Matcher::Range { .. } => {
                let (rune, len) = decode(s);
                s.len() <= len && self.accepts(rune)
            }
            Matcher::Text { text, .. } => **text == *s,
            Matcher::Prefix(prefix) => s.starts_with(prefix),
            Matcher::Suffix(suffix) => s.ends_with(suffix),
            Matcher::PrefixSuffix(prefix, suffix) => s.starts_with(prefix) && s.ends_with(suffix),
            Matcher::PrefixAny(prefix) => s.strip_prefix(&**prefix).is_some_and(|rest| !rest.contains(&b'/')),
            Matcher::SuffixAny(suffix) => s.strip_suffix(&**suffix).is_some_and(|rest| !rest.contains(&b'/')),
            Matcher::Contains { needle, not } => find(s, needle).is_some() != *not,
            Matcher::Min(limit) => runes(s).count() >= *limit,
            Matcher::Max(limit) => runes(s).count() <= *limit,
            Matcher::Row { matchers, len } => runes(s).count() == *len && row(matchers, s, steps)?,
            Matcher::AnyOf(matchers) => {
                for matcher in matchers {
                    if matcher.matches(s, steps)? {
                        return Ok(true);
                    }
                }
                false
            }
            Matcher::EveryOf(matchers) => {
                for matcher in matchers {
                    if !matcher.matches(s, steps)? {
                        return Ok(false);
                    }
                }
                true
            }
            Matcher::Tree(tree) => tree.matches(s, steps)?,
        })
    }

    /// Whether a matcher of single runes accepts this one.
    fn accepts(&self, rune: char) -> bool {
        match self {
            Matcher::Single => rune != '/',
            Matcher::List { chars, not } => chars.contains(rune) != *not,
            Matcher::Range { low, high, not } => (*low..=*high).contains(&rune) != *not,
            _ => false,
        }
    }

    fn find(&self, s: &[u8], steps: &mut u64) -> Result<Found, GlobFault> {
        spend(steps, s.len() as u64 + 1)?;
        let before = |end: Option<usize>| s.get(..end.unwrap_or(s.len())).unwrap_or(s);
        Ok(match self {
            Matcher::Nothing => Some((0, vec![0])),
            Matcher::Super => Some((0, starts(s, 0))),
            Matcher::Any => Some((0, starts(before(s.iter().position(|b| *b == b'/')), 0))),
            Matcher::Single | Matcher::List { .. } | Matcher::Range { .. } => {
                runes(s).find(|(_, rune)| self.accepts(*rune)).map(|(at, rune)| (at, vec![rune.len_utf8()]))
            }
            Matcher::Text { text, .. } => find(s, text).map(|at| (at, vec![text.len()])),
            Matcher::Prefix(prefix) => find(s, prefix)
                .map(|at| (at, ends(s.get(at + prefix.len()..).unwrap_or_default(), prefix.len()))),
            Matcher::PrefixAny(prefix) => find(s, prefix).map(|at| {
                let rest = s.get(at + prefix.len()..).unwrap_or_default();
                let end = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
                (at, ends(rest.get(..end).unwrap_or_default(), prefix.len()))
            }),
            Matcher::Suffix(suffix) => find(s, suffix).map(|at| (0, vec![at + suffix.len()])),
            Matcher::SuffixAny(suffix) => find(s, suffix).map(|at| {
                let from = before(Some(at)).iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
                (from, vec![at + suffix.len() - from])
            }),
            Matcher::PrefixSuffix(prefix, suffix) => find(s, prefix).and_then(|at| {
                let mut rest = s.get(at..)?;
                let mut lengths = Vec::new();
                while let Some(last) = rfind(rest, suffix) {
                    lengths.push(last + suffix.len());
                    rest = rest.get(..last)?;
                }
                lengths.reverse();
                (!lengths.is_empty()).then_some((at, lengths))
            }),
            Matcher::Contains { needle, not: true } => Some((0, starts(before(find(s, needle)), 0))),
            Matcher::Contains { needle, not: false } => find(s, needle).map(|at| {
                let from = at + needle.len();
                (0, starts(s.get(from..).unwrap_or_default(), from))
            }),
            Matcher::Min(limit) => {
                let lengths: Vec<usize> =
                    runes(s).skip(limit.saturating_sub(1)).map(|(at, rune)| at + rune.len_utf8()).collect();
                (s.len() >= *limit && !lengths.is_empty()).then_some((0, lengths))
            }
            Matcher::Max(limit) => {
                let ends = runes(s).take(*limit).map(|(at, rune)| at + rune.len_utf8());
                Some((0, std::iter::once(0).chain(ends).collect()))
            }
            Matcher::Row { matchers, len } => {
                for (at, _) in runes(s) {
                    let rest = s.get(at..).unwrap_or_default();
                    if rest.len() < *len {
                        break;
                    }
                    if row(matchers, rest, steps)? {
                        return Ok(Some((at, vec![*len])));
                    }
                }
                None
            }
            Matcher::AnyOf(matchers) => {
                let mut best: Found = None;
                for matcher in matchers {
                    let Some((at, lengths)) = matcher.find(s, steps)? else { continue };
                    match &mut best {
                        Some((first, _)) if at > *first => {}
                        Some((first, known)) if at == *first => {
                            known.extend(lengths);
                            known.sort_unstable();
                            known.dedup();
                        }
                        _ => best = Some((at, lengths)),
                    }
                }
                best
            }
            Matcher::EveryOf(matchers) => find_every(matchers, s, steps)?,
            // Not implemented by the library.
            Matcher::Tree(_) => None,
        })
    }
}

/// Looks for a place and lengths that all matchers agree on, each looking where the one before began.
fn find_every(matchers: &[Matcher], s: &[u8], steps: &mut u64) -> Result<Found, GlobFault> {
    let (mut index, mut offset) = (0usize, 0usize);
    let mut current: Vec<usize> = Vec::new();
    for (i, matcher) in matchers.iter().enumerate() {
        let rest = s.get(index..).unwrap_or_default();
        let Some((at, lengths)) = matcher.find(rest, steps)? else { return Ok(None) };
        if i == 0 {
            current = lengths;
        } else {
            let (delta, mut next) = (index as i64 - (at + offset) as i64, Vec::new());
            for known in &current {
                let wanted = *known as i64 + delta;
                next.extend(lengths.iter().filter(|len| **len as i64 == wanted));
            }
            if next.is_empty() {
                return Ok(None);
            }
            current = next;
        }
        index = at + offset;
        offset += at;
    }
    Ok(Some((index, current)))
}

/// Whether the matchers match one after the other from the start of the text on. The library cuts after the first
/// byte of a matcher's last rune, and cuts beyond the end for an empty matcher there.
fn row(matchers: &[Matcher], s: &[u8], steps: &mut u64) -> Result<bool, GlobFault> {
    let mut at = 0;
    for matcher in matchers {
        let wanted = matcher.len().unwrap_or(0);
        let rest = s.get(at..).unwrap_or_default();
        let (mut count, mut last) = (0, 0);
        for (start, _) in runes(rest) {
            last = start;
            count += 1;
            if count == wanted {
                break;
            }
        }
        if count < wanted {
            return Ok(false);
        }
        let end = at + last + 1;
        let Some(part) = s.get(at..end) else {
            let text = format!("runtime error: slice bounds out of range [:{end}] with length {}", s.len());
            return Err(GlobFault::Panic(text));
        };
        if !matcher.matches(part, steps)? {
            return Ok(false);
        }
        at = end;
    }
    Ok(true)
}

impl Tree {
    fn matches(&self, s: &[u8], steps: &mut u64) -> Result<bool, GlobFault> {
        if self.len.is_some_and(|len| len > s.len()) {
            return Ok(false);
        }
        let side = |matcher: &Option<Matcher>, part: &[u8], steps: &mut u64| match matcher {
            Some(matcher) => matcher.matches(part, steps),
            None => Ok(part.is_empty()),
        };
        let mut offset = self.left_len.unwrap_or(0);
        let limit = s.len().saturating_sub(self.right_len.unwrap_or(0));
        while offset < limit {
            let Some((at, lengths)) = self.value.find(s.get(offset..limit).unwrap_or_default(), steps)?
            else {
                return Ok(false);
            };
            let start = offset + at;
            if side(&self.left, s.get(..start).unwrap_or(s), steps)? {
                for length in lengths.iter().rev() {
                    if side(&self.right, s.get(start + length..).unwrap_or_default(), steps)? {
                        return Ok(true);
                    }
                }
            }
            offset = start + decode(s.get(start..).unwrap_or_default()).1.max(1);
        }
        Ok(false)
    }
}

fn spend(steps: &mut u64, cost: u64) -> Result<(), GlobFault> {
    *steps = steps.checked_sub(cost).ok_or(GlobFault::TooCostly)?;
    Ok(())
}

/// Runes with their byte offsets, as Go's `range` gives them: a bad byte is U+FFFD.
fn runes(s: &[u8]) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = s.get(at..).filter(|rest| !rest.is_empty())?;
        let (rune, len) = decode(rest);
        let start = at;
        at += len.max(1);
        Some((start, rune))
    })
}

/// Offsets of all runes and of the end, moved by `base`.
fn starts(s: &[u8], base: usize) -> Vec<usize> {
    runes(s).map(|(at, _)| base + at).chain([base + s.len()]).collect()
}

/// `base`, and the ends of all runes, moved by `base`. A bad byte counts as the three bytes of U+FFFD.
fn ends(s: &[u8], base: usize) -> Vec<usize> {
    std::iter::once(base).chain(runes(s).map(|(at, rune)| base + at + rune.len_utf8())).collect()
}

fn find(s: &[u8], needle: &[u8]) -> Option<usize> {
    s.windows(needle.len().max(1)).position(|window| window == needle)
}

fn rfind(s: &[u8], needle: &[u8]) -> Option<usize> {
    s.windows(needle.len().max(1)).rposition(|window| window == needle)
}
