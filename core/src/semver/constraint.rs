//! Constraints: reading them and checking versions (semver/v3 constraints.go, R120).

use super::Library;
use super::version::{Parts, Version, compare_pre, cut};
use crate::dialect::HelmVersion;
use crate::go::quote::quote;
use std::cmp::Ordering;

/// Longest text v3.5.0 reads as constraints.
const MAX_CONSTRAINT_LEN: usize = 512;
/// Most `||` groups v3.5.0 reads.
const MAX_GROUPS: usize = 32;
/// Older libraries have no limit, and take quadratic time: ours for them.
const MAX_OLD_CONSTRAINT_LEN: usize = 16 << 10;

/// Groups of comparisons: a version satisfies them if it satisfies every comparison of some group.
#[derive(Clone, Debug)]
pub struct Constraints {
    groups: Vec<Group>,
    library: Library,
}

#[derive(Clone, Debug)]
struct Group {
    comparisons: Vec<Comparison>,
    /// Whether some comparison of the group names a pre-release, which admits pre-releases.
    names_pre: bool,
}

#[derive(Clone, Debug)]
struct Comparison {
    operator: Operator,
    version: Version,
    /// How much of the version was written out.
    given: Given,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    LessEqual,
    Tilde,
    Caret,
}

/// Which numbers of a constraint's version were given as numbers; the library calls the others dirty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    /// None: `*`, `x`.
    Nothing,
    /// `1`, `1.x`.
    Major,
    /// `1.2`, `1.2.x`.
    Minor,
    /// `1.2.3`.
    Everything,
}

/// Operators in an order in which the longest spelling that fits comes first.
const OPERATORS: [(&str, Operator); 11] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterEqual),
    ("=>", Operator::GreaterEqual),
    ("<=", Operator::LessEqual),
    ("=<", Operator::LessEqual),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

impl Constraints {
    /// Go's `NewConstraint`, with the error texts of the library that Helm is built with.
    pub fn parse(text: &str, version: HelmVersion) -> Result<Constraints, String> {
        let library = Library::from(version);
        let limit = if library >= Library::V3_5 { MAX_CONSTRAINT_LEN } else { MAX_OLD_CONSTRAINT_LEN };
        if text.len() > limit {
            return Err(format!("constraint string is too long (max {limit} bytes)"));
        }
        let text = rewrite_ranges(text);
        if library >= Library::V3_5 && text.split("||").count() > MAX_GROUPS {
            return Err(format!("too many constraint groups (max {MAX_GROUPS})"));
        }
        let groups = text.split("||").map(|part| Group::parse(part, library)).collect::<Result<_, _>>()?;
        Ok(Constraints { groups, library })
    }

    /// Whether the version satisfies some group.
    pub fn check(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| group.check(version, self.library))
    }
}

impl Group {
    fn parse(text: &str, library: Library) -> Result<Group, String> {
        let improper = || {
            if library >= Library::V3_5 {
                format!("improper constraint: {}", quote(text.as_bytes()))
            } else {
                format!("improper constraint: {text}")
            }
        };
        let mut comparisons = Vec::new();
        for (operator, text, parts) in comparisons_in(text).ok_or_else(improper)? {
            comparisons.push(Comparison::new(operator, text, &parts, library)?);
        }
        let names_pre = comparisons.iter().any(|c| !c.version.pre.is_empty());
        Ok(Group { comparisons, names_pre })
    }

    fn check(&self, version: &Version, library: Library) -> bool {
        self.comparisons.iter().all(|comparison| {
            let admits_pre =
                if library == Library::V3_3 { comparison.admits_pre_alone() } else { self.names_pre };
            (version.pre.is_empty() || admits_pre) && comparison.check(version)
        })
    }
}

/// One group's text, cut: comparisons separated by blanks, or by a comma and blanks on either side. `None` if anything
/// else is found.
fn comparisons_in(text: &str) -> Option<Vec<(Operator, &str, Parts<'_>)>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(is_blank);
    loop {
        let (operator, after) = OPERATORS
            .iter()
            .find_map(|(sign, operator)| Some((*operator, rest.strip_prefix(sign)?)))
            .unwrap_or((Operator::Equal, rest));
        let after = after.trim_start_matches(is_blank);
        let (parts, len) = cut(after, is_wild_digit)?;
        let (version, after) = after.split_at_checked(len)?;
        found.push((operator, version, parts));
        rest = after.trim_start_matches(is_blank);
        if rest.is_empty() {
            return Some(found);
        }
        match rest.strip_prefix(',') {
            Some(after_comma) => rest = after_comma.trim_start_matches(is_blank),
            None if rest.len() == after.len() => return None,
            None => {}
        }
    }
}

/// The expressions' `\s`.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

/// The class of digits in constraints, `[0-9|x|X|\*]`: bars, too, were meant to separate.
fn is_wild_digit(b: u8) -> bool {
    matches!(b, b'0'..=b'9' | b'|' | b'x' | b'X' | b'*')
}

fn is_wild(number: &str) -> bool {
    matches!(number, "" | "x" | "X" | "*")
}

/// Writes every `A - B` as `>= A, <= B `.
///
/// The library replaces the first occurrence of each range's text in turn, and so do we: a range written twice has
/// its occurrences replaced in order, but a range whose text is part of an earlier one's may be replaced there.
fn rewrite_ranges(text: &str) -> String {
    let mut rewritten = text.to_string();
    let mut from = 0;
    while let Some((start, end, replacement)) = next_range(text, from) {
        if let Some(range) = text.get(start..end) {
            rewritten = rewritten.replacen(range, &replacement, 1);
        }
        from = end;
    }
    rewritten
}

/// The leftmost range at or after `from`: its extent, blanks around it included, and its replacement.
fn next_range(text: &str, from: usize) -> Option<(usize, usize, String)> {
    let mut start = from;
    while start < text.len() {
        let here = text.get(start..)?;
        if let Some((len, replacement)) = range_at(here) {
            return Some((start, start + len, replacement));
        }
        start += here.chars().next().map_or(1, char::len_utf8);
    }
    None
}

fn range_at(text: &str) -> Option<(usize, String)> {
    let body = text.trim_start_matches(is_blank);
    let (_, low) = cut(body, is_wild_digit)?;
    let (low, rest) = body.split_at_checked(low)?;
    let dash = rest.trim_start_matches(is_blank);
    if dash.len() == rest.len() {
        return None;
    }
    let rest = dash.strip_prefix('-')?;
    let body = rest.trim_start_matches(is_blank);
    if body.len() == rest.len() {
        return None;
    }
    let (_, high) = cut(body, is_wild_digit)?;
    let (high, rest) = body.split_at_checked(high)?;
    let rest = rest.trim_start_matches(is_blank);
    Some((text.len() - rest.len(), format!(">= {low}, <= {high} ")))
}

impl Comparison {
    fn new(
        operator: Operator,
        text: &str,
        parts: &Parts<'_>,
        library: Library,
    ) -> Result<Comparison, String> {
        let [major, minor, patch] = parts.numbers;
        let dash = if parts.pre.is_empty() { "" } else { "-" };
        let completed = |numbers: [&str; 3]| format!("{}{dash}{}", numbers.join("."), parts.pre);
        let (given, completed) = if is_wild(major) {
            (Given::Nothing, completed(["0", "0", "0"]))
        } else if is_wild(minor) {
            (Given::Major, completed([major, "0", "0"]))
        } else if is_wild(patch) {
            (Given::Minor, completed([major, minor, "0"]))
        } else {
            (Given::Everything, text.to_string())
        };
        let version = Version::read(completed.as_bytes(), library).map_err(|_| match library {
            Library::V3_3 => "constraint Parser Error".to_string(),
            _ => "constraint parser error".to_string(),
        })?;
        Ok(Comparison { operator, version, given })
    }

    /// v3.3.0's rule for pre-releases, which knows no groups: `!=` with all numbers admits any.
    fn admits_pre_alone(&self) -> bool {
        !self.version.pre.is_empty()
            || (self.operator == Operator::NotEqual && self.given == Given::Everything)
    }

    fn check(&self, v: &Version) -> bool {
        match self.operator {
            Operator::Equal if self.given == Given::Everything => v.compare(&self.version) == Ordering::Equal,
            Operator::Equal | Operator::Tilde => self.tilde(v),
            Operator::NotEqual => self.not_equal(v),
            Operator::Greater => self.greater(v),
            Operator::Less => v.compare(&self.version) == Ordering::Less,
            Operator::GreaterEqual => v.compare(&self.version) != Ordering::Less,
            Operator::LessEqual => self.less_equal(v),
            Operator::Caret => self.caret(v),
        }
    }

    fn not_equal(&self, v: &Version) -> bool {
        let c = &self.version;
        match self.given {
            Given::Everything => v.compare(c) != Ordering::Equal,
            _ if c.major != v.major => true,
            Given::Major => false,
            _ if c.minor != v.minor => true,
            Given::Minor => compare_pre(&v.pre, &c.pre) != Ordering::Equal,
            Given::Nothing => c.patch != v.patch || v.compare(c) != Ordering::Equal,
        }
    }

    fn greater(&self, v: &Version) -> bool {
        let c = &self.version;
        match self.given {
            Given::Everything | Given::Nothing => v.compare(c) == Ordering::Greater,
            Given::Major => v.major > c.major,
            Given::Minor => (v.major, v.minor) > (c.major, c.minor),
        }
    }

    fn less_equal(&self, v: &Version) -> bool {
        let c = &self.version;
        match self.given {
            Given::Everything => v.compare(c) != Ordering::Greater,
            Given::Major => v.major <= c.major,
            Given::Minor | Given::Nothing => (v.major, v.minor) <= (c.major, c.minor),
        }
    }

    fn tilde(&self, v: &Version) -> bool {
        let c = &self.version;
        if v.compare(c) == Ordering::Less {
            return false;
        }
        let whole = matches!(self.given, Given::Everything | Given::Nothing);
        if whole && (c.major, c.minor, c.patch) == (0, 0, 0) {
            return true;
        }
        v.major == c.major && (v.minor == c.minor || self.given == Given::Major)
    }

    fn caret(&self, v: &Version) -> bool {
        let c = &self.version;
        if v.compare(c) == Ordering::Less {
            return false;
        }
        if c.major > 0 || self.given == Given::Major {
            return v.major == c.major;
        }
        if v.major > 0 {
            return false;
        }
        if c.minor > 0 || self.given == Given::Minor {
            return v.minor == c.minor;
        }
        v.minor == 0 && v.patch == c.patch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(constraint: &str, version: &str) -> Result<bool, String> {
        let constraints = Constraints::parse(constraint, HelmVersion::default())?;
        Ok(constraints.check(&Version::parse(version)?))
    }

    #[test]
    fn checks_as_helm_does() {
        for (constraint, version, expected) in [
            ("^1.2.0", "1.3.0", true),
            (">=1.2.0-0", "1.2.0-alpha", true),
            (">=1.2.0", "1.3.0-alpha", false),
            ("~1.2", "1.2.9", true),
            ("1.2.x", "1.2.9", true),
            ("1.2 - 1.4", "1.4.5", true),
            (">1.2, <2 || >3", "3.1.0", false),
            (">1.2 <2", "1.5.0", true),
            ("*", "1.0.0-alpha", false),
            ("!=1.2.3", "1.2.4", true),
            ("=>1.2", "1.2.0", true),
            ("=<1.2", "1.2.5", true),
            ("^0.2.3", "0.2.9", true),
            ("^0.2.3", "0.3.0", false),
            ("^0.0.3", "0.0.4", false),
            ("^0", "0.9.0", true),
            (">1.2", "1.2.5", false),
            (">1", "1.5.0", false),
            ("<=1.2", "1.2.9", true),
            ("<1.2", "1.2.0", false),
            ("~1", "1.9.9", true),
            ("~1.2.3-beta.2", "1.2.3-beta.4", true),
            (">=1.19-0", "v1.20.1-gke.100", true),
            ("<1.21-0", "v1.20.5+k3s1", true),
            ("1.2.3", "1.2.3+meta", true),
            ("=1.2", "1.2.7", true),
            (">= 1.2 || < 1.0", "0.9.0", true),
            ("^1.0.0, !=1.5.0", "1.5.0", false),
            ("!=1.x", "1.5.0", false),
            ("~>1.2", "1.2.9", true),
            (" 1.2.3 ", "1.2.3", true),
        ] {
            assert_eq!(check(constraint, version), Ok(expected), "{constraint} {version}");
        }
    }

    #[test]
    fn refuses_with_gos_text() {
        let long = ">=1.0.0 ".repeat(65);
        let many = vec!["1"; 33].join("||");
        for (text, error) in [
            ("", "improper constraint: \"\""),
            ("bad", "improper constraint: \"bad\""),
            (">=1 || ", "improper constraint: \" \""),
            (">=1, ", "improper constraint: \">=1, \""),
            (">=1>2", "improper constraint: \">=1>2\""),
            ("1|2", "constraint parser error"),
            (&long, "constraint string is too long (max 512 bytes)"),
            (&many, "too many constraint groups (max 32)"),
        ] {
            assert_eq!(Constraints::parse(text, HelmVersion::default()).unwrap_err(), error, "{text}");
        }
        assert_eq!(Constraints::parse("bad", HelmVersion::V3_17).unwrap_err(), "improper constraint: bad");
        assert_eq!(Constraints::parse("bad", HelmVersion::V4_1).unwrap_err(), "improper constraint: bad");
    }

    #[test]
    fn pre_releases_are_admitted_by_group_or_one_by_one() {
        let version = Version::parse("1.2.3-alpha").unwrap();
        for (text, old, new) in [(">=1.0.0-0 <2.0.0", false, true), ("!=1.2.3", true, false)] {
            let check = |helm| Constraints::parse(text, helm).unwrap().check(&version);
            assert_eq!(check(HelmVersion::V3_17), old, "{text}");
            assert_eq!(check(HelmVersion::V4_1), new, "{text}");
            assert_eq!(check(HelmVersion::V4_3), new, "{text}");
        }
    }
}
