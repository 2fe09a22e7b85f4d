//! One version: reading, comparing, counting up (semver/v3 version.go).

use super::Library;
use crate::dialect::HelmVersion;
use std::cmp::Ordering;

/// Longest text v3.5.0 reads as a version.
const MAX_VERSION_LEN: usize = 256;

/// A semantic version.
///
/// `==` compares everything, the original text included, as `reflect.DeepEqual` does; precedence is
/// [`Version::compare`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    pub(super) major: u64,
    pub(super) minor: u64,
    pub(super) patch: u64,
    pub(super) pre: String,
    pub(super) metadata: String,
    pub(super) original: String,
}

/// A version's text cut into its parts, before numbers are read.
#[derive(Default)]
pub(super) struct Parts<'a> {
    /// One to three numbers, without dots; absent ones are empty.
    pub numbers: [&'a str; 3],
    /// After the `-`.
    pub pre: &'a str,
    /// After the `+`.
    pub metadata: &'a str,
}

/// Cuts a version off the front of `text`: an optional `v`, one to three numbers made of `digit` bytes, then
/// `-pre` and `+metadata`. Returns the parts and the length read; `None` when no version starts here.
///
/// This is the loose expression of version.go (and, with another class of digits, that of constraints.go). Each part
/// begins with a byte the one before cannot contain, so reading as far as possible is what the expression does.
pub(super) fn cut(text: &str, digit: fn(u8) -> bool) -> Option<(Parts<'_>, usize)> {
    let bytes = text.as_bytes();
    let run = |from: usize, class: fn(u8) -> bool| {
        from + bytes.iter().skip(from).take_while(|b| class(**b)).count()
    };
    let mut at = usize::from(bytes.first() == Some(&b'v'));
    let mut parts = Parts::default();
    for (index, number) in parts.numbers.iter_mut().enumerate() {
        let from = if index == 0 {
            at
        } else if bytes.get(at) == Some(&b'.') {
            at + 1
        } else {
            break;
        };
        let to = run(from, digit);
        if to == from {
            if index == 0 {
                return None;
            }
            break;
        }
        *number = text.get(from..to)?;
        at = to;
    }
    for (sign, part) in [(b'-', &mut parts.pre), (b'+', &mut parts.metadata)] {
        if bytes.get(at) != Some(&sign) {
            continue;
        }
        let from = at + 1;
        let mut to = run(from, is_identifier);
        if to == from {
            continue;
        }
        while bytes.get(to) == Some(&b'.') {
            let next = run(to + 1, is_identifier);
            if next == to + 1 {
                break;
            }
            to = next;
        }
        *part = text.get(from..to)?;
        at = to;
    }
    Some((parts, at))
}

fn is_digit(b: u8) -> bool {
    b.is_ascii_digit()
}

fn is_identifier(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-'
}

impl Version {
    /// Go's `NewVersion` of the newest library: an optional `v`, one to three numbers, leading zeros allowed.
    pub fn parse(text: &str) -> Result<Version, String> {
        Version::parse_for(text.as_bytes(), HelmVersion::default())
    }

    /// `NewVersion` with the error texts of the library that Helm is built with.
    pub fn parse_for(text: &[u8], version: HelmVersion) -> Result<Version, String> {
        Version::read(text, version.into())
    }

    pub(super) fn read(bytes: &[u8], library: Library) -> Result<Version, String> {
        if library >= Library::V3_5 && bytes.len() > MAX_VERSION_LEN {
            return Err(too_long());
        }
        let invalid = || texts(library).invalid.to_string();
        let text = std::str::from_utf8(bytes).map_err(|_| invalid())?;
        let (parts, len) = cut(text, is_digit).ok_or_else(invalid)?;
        if len != text.len() {
            return Err(invalid());
        }
        let number = |digits: &str| {
            if digits.is_empty() {
                return Ok(0);
            }
            parse_number(digits).map_err(|e| format!("{}: {e}", texts(library).segment))
        };
        let [major, minor, patch] = parts.numbers;
        let parsed = Version {
            major: number(major)?,
            minor: number(minor)?,
            patch: number(patch)?,
            pre: parts.pre.to_string(),
            metadata: parts.metadata.to_string(),
            original: text.to_string(),
        };
        check_pre(&parsed.pre, library)?;
        Ok(parsed)
    }

    /// Go's `StrictNewVersion`: exactly three numbers, no `v`, no leading zeros.
    pub fn parse_strict(text: &str) -> Result<Version, String> {
        let library = Library::V3_5;
        let texts = texts(library);
        if text.is_empty() {
            return Err(texts.empty.to_string());
        }
        if text.len() > MAX_VERSION_LEN {
            return Err(too_long());
        }
        let mut dotted = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (dotted.next(), dotted.next(), dotted.next()) else {
            return Err(texts.invalid.to_string());
        };
        let (rest, metadata) = match rest.split_once('+') {
            Some((rest, metadata)) => {
                check_metadata(metadata, library)?;
                (rest, metadata)
            }
            None => (rest, ""),
        };
        let (patch, pre) = match rest.split_once('-') {
            Some((patch, pre)) => {
                if pre.is_empty() {
                    return Err(texts.pre.to_string());
                }
                check_pre(pre, library)?;
                (patch, pre)
            }
            None => (rest, ""),
        };
        for number in [major, minor, patch] {
            if !number.bytes().all(is_digit) {
                return Err(texts.characters.to_string());
            }
            if number.len() > 1 && number.starts_with('0') {
                return Err(texts.zero.to_string());
            }
        }
        Ok(Version {
            major: parse_number(major)?,
            minor: parse_number(minor)?,
            patch: parse_number(patch)?,
            pre: pre.to_string(),
            metadata: metadata.to_string(),
            original: text.to_string(),
        })
    }

    /// The first number.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// The second number.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// The third number.
    pub fn patch(&self) -> u64 {
        self.patch
    }

    /// The text after `-`, empty when there is none.
    pub fn prerelease(&self) -> &str {
        &self.pre
    }

    /// The text after `+`, empty when there is none.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// The text the version was read from.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Precedence: numbers, then pre-release; metadata does not count.
    pub fn compare(&self, other: &Version) -> Ordering {
        let numbers = (self.major, self.minor, self.patch).cmp(&(other.major, other.minor, other.patch));
        numbers.then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_pre(&self.pre, &other.pre),
        })
    }

    /// The next patch version; a pre-release is released instead.
    pub fn inc_patch(&self, version: HelmVersion) -> Result<Version, String> {
        let patch = if self.pre.is_empty() { increment(self.patch, "patch", version)? } else { self.patch };
        Ok(self.released(self.major, self.minor, patch))
    }

    /// The next minor version.
    pub fn inc_minor(&self, version: HelmVersion) -> Result<Version, String> {
        Ok(self.released(self.major, increment(self.minor, "minor", version)?, 0))
    }

    /// The next major version.
    pub fn inc_major(&self, version: HelmVersion) -> Result<Version, String> {
        Ok(self.released(increment(self.major, "major", version)?, 0, 0))
    }

    /// The same version with another pre-release.
    pub fn with_prerelease(&self, pre: &str, version: HelmVersion) -> Result<Version, String> {
        check_pre(pre, version.into())?;
        Ok(self.renamed(Version { pre: pre.to_string(), ..self.clone() }))
    }

    /// The same version with other metadata.
    pub fn with_metadata(&self, metadata: &str, version: HelmVersion) -> Result<Version, String> {
        if !metadata.is_empty() {
            check_metadata(metadata, version.into())?;
        }
        Ok(self.renamed(Version { metadata: metadata.to_string(), ..self.clone() }))
    }

    fn released(&self, major: u64, minor: u64, patch: u64) -> Version {
        self.renamed(Version {
            major,
            minor,
            patch,
            pre: String::new(),
            metadata: String::new(),
            original: String::new(),
        })
    }

    /// Gives `next` the original text it would have been read from, with this version's `v`.
    fn renamed(&self, mut next: Version) -> Version {
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        next.original = format!("{prefix}{next}");
        next
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

/// The library's error texts.
struct Texts {
    invalid: &'static str,
    empty: &'static str,
    characters: &'static str,
    zero: &'static str,
    metadata: &'static str,
    pre: &'static str,
    segment: &'static str,
}

fn texts(library: Library) -> Texts {
    if library == Library::V3_3 {
        return Texts {
            invalid: "Invalid Semantic Version",
            empty: "Version string empty",
            characters: "Invalid characters in version",
            zero: "Version segment starts with 0",
            metadata: "Invalid Metadata string",
            pre: "Invalid Prerelease string",
            segment: "Error parsing version segment",
        };
    }
    Texts {
        invalid: "invalid semantic version",
        empty: "version string empty",
        characters: "invalid characters in version",
        zero: "version segment starts with 0",
        metadata: "invalid metadata string",
        pre: "invalid prerelease string",
        segment: "error parsing version segment",
    }
}

fn too_long() -> String {
    format!("version string is too long (max {MAX_VERSION_LEN} bytes)")
}

/// `strconv.ParseUint(digits, 10, 64)` of a run of digits: it can only be empty or too large.
fn parse_number(digits: &str) -> Result<u64, String> {
    digits.parse().map_err(|_| {
        let why = if digits.is_empty() { "invalid syntax" } else { "value out of range" };
        format!("strconv.ParseUint: parsing \"{digits}\": {why}")
    })
}

/// v3.5.0 panics where the older ones wrap around.
fn increment(number: u64, which: &str, version: HelmVersion) -> Result<u64, String> {
    if number == u64::MAX && Library::from(version) >= Library::V3_5 {
        return Err(format!("{which} version increment would overflow uint64"));
    }
    Ok(number.wrapping_add(1))
}

/// Whether every identifier of a pre-release is one; the empty text has none.
///
/// v3.3.0 lets empty identifiers pass, which only `SetPrerelease` can bring about.
fn check_pre(pre: &str, library: Library) -> Result<(), String> {
    if pre.is_empty() {
        return Ok(());
    }
    for part in pre.split('.') {
        if part.is_empty() && library >= Library::V3_4 {
            return Err(texts(library).pre.to_string());
        }
        if part.bytes().all(is_digit) {
            if part.len() > 1 && part.starts_with('0') {
                return Err(texts(library).zero.to_string());
            }
        } else if !part.bytes().all(is_identifier) {
            return Err(texts(library).pre.to_string());
        }
    }
    Ok(())
}

fn check_metadata(metadata: &str, library: Library) -> Result<(), String> {
    let good = |part: &str| part.bytes().all(is_identifier) && (library == Library::V3_3 || !part.is_empty());
    if metadata.split('.').all(good) { Ok(()) } else { Err(texts(library).metadata.to_string()) }
}

/// Identifier by identifier; a missing one is lower than any.
pub(super) fn compare_pre(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let (x, y) = (left.next(), right.next());
        if x.is_none() && y.is_none() {
            return Ordering::Equal;
        }
        let order = compare_identifier(x.unwrap_or(""), y.unwrap_or(""));
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Numbers below words. A number too large for 64 bits counts as a word, and two spellings of one number are not
/// equal: the library answers "lower" for both orders.
fn compare_identifier(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    if a.is_empty() {
        return Ordering::Less;
    }
    if b.is_empty() {
        return Ordering::Greater;
    }
    let number = |text: &str| text.bytes().all(is_digit).then(|| text.parse::<u64>().ok()).flatten();
    match (number(a), number(b)) {
        (None, None) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(x), Some(y)) if x > y => Ordering::Greater,
        (Some(_), Some(_)) => Ordering::Less,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_loosely() {
        for (text, normal) in [
            ("1", "1.0.0"),
            ("v1.2", "1.2.0"),
            ("01.2.3", "1.2.3"),
            ("1.2.3-alpha.1+build", "1.2.3-alpha.1+build"),
            ("v1.20.1-gke.100", "1.20.1-gke.100"),
            ("1-a", "1.0.0-a"),
            ("1+a.b", "1.0.0+a.b"),
        ] {
            let version = Version::parse(text).unwrap();
            assert_eq!(version.to_string(), normal);
            assert_eq!(version.original(), text);
        }
    }

    #[test]
    fn refuses_with_gos_text() {
        let long = "1".repeat(257);
        for (text, error) in [
            ("", "invalid semantic version"),
            ("x", "invalid semantic version"),
            ("V1", "invalid semantic version"),
            ("1.2.3.4", "invalid semantic version"),
            ("1.2.3-", "invalid semantic version"),
            ("1.2.3-a..b", "invalid semantic version"),
            ("1.2.3\n", "invalid semantic version"),
            ("1.2.3-01", "version segment starts with 0"),
            (
                "1.99999999999999999999",
                "error parsing version segment: strconv.ParseUint: parsing \"99999999999999999999\": value out of range",
            ),
            (&long, "version string is too long (max 256 bytes)"),
        ] {
            assert_eq!(Version::parse(text).unwrap_err(), error, "{text}");
        }
        assert_eq!(Version::parse_for(b"x", HelmVersion::V3_17).unwrap_err(), "Invalid Semantic Version");
    }

    #[test]
    fn reads_strictly() {
        assert!(Version::parse_strict("1.2.3-a+b").is_ok());
        for (text, error) in [
            ("", "version string empty"),
            ("1.2", "invalid semantic version"),
            ("v1.2.3", "invalid characters in version"),
            ("1.02.3", "version segment starts with 0"),
            ("1.2.3+", "invalid metadata string"),
            ("1.2.3-", "invalid prerelease string"),
            ("1..3", "strconv.ParseUint: parsing \"\": invalid syntax"),
        ] {
            assert_eq!(Version::parse_strict(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn orders_by_precedence() {
        let sorted =
            ["1.0.0-1", "1.0.0-9", "1.0.0-10", "1.0.0-a", "1.0.0-a.1", "1.0.0-b", "1.0.0", "1.0.1", "2.0.0"];
        for pair in sorted.windows(2) {
            let (a, b) = (Version::parse(pair[0]).unwrap(), Version::parse(pair[1]).unwrap());
            assert_eq!(a.compare(&b), Ordering::Less, "{pair:?}");
            assert_eq!(b.compare(&a), Ordering::Greater, "{pair:?}");
        }
    }

    #[test]
    fn counts_up() {
        let version = Version::parse("v1.2.3-a+b").unwrap();
        let helm = HelmVersion::default();
        assert_eq!(version.inc_patch(helm).unwrap().original(), "v1.2.3");
        assert_eq!(version.inc_minor(helm).unwrap().to_string(), "1.3.0");
        assert_eq!(version.inc_major(helm).unwrap().to_string(), "2.0.0");
        let last = Version::parse("1.2.18446744073709551615").unwrap();
        assert_eq!(last.inc_patch(helm).unwrap_err(), "patch version increment would overflow uint64");
        assert_eq!(last.inc_patch(HelmVersion::V3_17).unwrap().patch(), 0);
    }
}
