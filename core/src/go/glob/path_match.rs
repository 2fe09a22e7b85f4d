//! Go's `path/filepath.Match` on slash-separated names (filepath/match.go).
//!
//! Unlike `path.Match`, it gives up on a mismatch without looking at the rest of the pattern: a pattern with an error
//! may answer "no match".

use crate::go::utf8::decode;

/// Go's `filepath.ErrBadPattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPattern;

impl std::fmt::Display for BadPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("syntax error in pattern")
    }
}

impl std::error::Error for BadPattern {}

/// Whether the pattern matches all of `name`: `*` is any run without `/`, `?` one rune but `/`, `[a-z]` and `[^a-z]`
/// one rune of a class (`/` included), `\` takes the next byte literally.
///
/// ```
/// use hookwright_core::go::glob::path_match;
/// assert_eq!(path_match(b"templates/*.yaml", b"templates/a.yaml"), Ok(true));
/// assert_eq!(path_match(b"*.yaml", b"templates/a.yaml"), Ok(false));
/// assert!(path_match(b"[", b"a").is_err());
/// ```
pub fn path_match(pattern: &[u8], name: &[u8]) -> Result<bool, BadPattern> {
    let (mut pattern, mut name) = (pattern, name);
    'chunks: while !pattern.is_empty() {
        let (star, chunk, rest) = next_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains(&b'/'));
        }
        let fits = |name_left: &[u8]| name_left.is_empty() || !rest.is_empty();
        if let Some(left) = match_chunk(chunk, name)?.filter(|left| fits(left)) {
            name = left;
            continue;
        }
        if star {
            let mut tail = name;
            while let Some((b, after)) = tail.split_first().filter(|(b, _)| **b != b'/') {
                let _ = b;
                tail = after;
                if let Some(left) = match_chunk(chunk, tail)?.filter(|left| fits(left)) {
                    name = left;
                    continue 'chunks;
                }
            }
        }
        return Ok(false);
    }
    Ok(name.is_empty())
}

/// The next piece of pattern without a star in it, whether stars precede it, and what follows it.
fn next_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|b| **b == b'*').count();
    let (_, rest) = pattern.split_at(stars);
    let (mut in_class, mut escaped) = (false, false);
    let end = rest.iter().position(|b| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match b {
            b'\\' => escaped = true,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'*' => return !in_class,
            _ => {}
        }
        false
    });
    let (chunk, rest) = rest.split_at(end.unwrap_or(rest.len()));
    (stars > 0, chunk, rest)
}

/// Matches a chunk at the start of `name`: what is left of the name, or `None`. A chunk is checked to its end even
/// after a mismatch.
fn match_chunk<'n>(chunk: &[u8], name: &'n [u8]) -> Result<Option<&'n [u8]>, BadPattern> {
    let (mut chunk, mut name) = (chunk, name);
    let mut failed = false;
    while let Some((first, rest)) = chunk.split_first() {
        failed |= name.is_empty();
        match first {
            b'[' => {
                let (rune, len) = decode(name);
                let (matched, after) = match_class(rest, rune)?;
                chunk = after;
                if !failed {
                    name = name.get(len..).unwrap_or_default();
                    failed = !matched;
                }
            }
            b'?' => {
                chunk = rest;
                if !failed {
                    failed = name.first() == Some(&b'/');
                    name = name.get(decode(name).1..).unwrap_or_default();
                }
            }
            _ => {
                let literal = if *first == b'\\' { rest } else { chunk };
                let (byte, after) = literal.split_first().ok_or(BadPattern)?;
                chunk = after;
                if !failed {
                    failed = name.first() != Some(byte);
                    name = name.get(1..).unwrap_or_default();
                }
            }
        }
    }
    Ok((!failed).then_some(name))
}

/// Matches a rune against a class whose `[` has been read; returns the chunk after its `]`.
fn match_class(chunk: &[u8], rune: char) -> Result<(bool, &[u8]), BadPattern> {
    let negated = chunk.first() == Some(&b'^');
    let mut chunk = chunk.get(usize::from(negated)..).unwrap_or_default();
    let (mut matched, mut empty) = (false, true);
    loop {
        if let Some((b']', rest)) = chunk.split_first().filter(|_| !empty) {
            return Ok((matched != negated, rest));
        }
        let (low, rest) = class_rune(chunk)?;
        let (high, rest) = match rest.strip_prefix(b"-") {
            Some(rest) => class_rune(rest)?,
            None => (low, rest),
        };
        matched |= (low..=high).contains(&rune);
        chunk = rest;
        empty = false;
    }
}

/// One rune of a class, perhaps escaped; something must follow it.
fn class_rune(chunk: &[u8]) -> Result<(char, &[u8]), BadPattern> {
    let literal = match chunk.first() {
        None | Some(b'-' | b']') => return Err(BadPattern),
        Some(b'\\') => chunk.get(1..).unwrap_or_default(),
        Some(_) => chunk,
    };
    let (rune, len) = decode(literal);
    let rest = literal.get(len..).unwrap_or_default();
    if rest.is_empty() || (rune == '\u{FFFD}' && len <= 1) {
        return Err(BadPattern);
    }
    Ok((rune, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_go_does() {
        let bad = Err(BadPattern);
        for (pattern, name, expected) in [
            ("abc", "abc", Ok(true)),
            ("*", "abc", Ok(true)),
            ("*c", "abc", Ok(true)),
            ("a*", "a/b", Ok(false)),
            ("a*/b", "abc/b", Ok(true)),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/f", Ok(true)),
            ("a*b?c*x", "abxbbxdbxebxczzx", Ok(true)),
            ("ab[^e-g]", "abc", Ok(true)),
            ("a???b", "aééxb", Ok(true)),
            ("a[^a][^a][^a]b", "a☺☺☺b", Ok(true)),
            ("a?b", "a/b", Ok(false)),
            ("[\\]a]", "]", Ok(true)),
            ("[]a]", "]", bad),
            ("[-]", "-", bad),
            ("[a-]", "a", bad),
            ("[", "a", bad),
            ("[^", "a", bad),
            ("a[", "a", bad),
            ("a[", "x", bad),
            ("x*[", "a", Ok(false)),
            ("*x", "xxx", Ok(true)),
            ("\\", "a", bad),
            ("[/]", "/", Ok(true)),
            ("", "", Ok(true)),
            ("", "a", Ok(false)),
        ] {
            assert_eq!(path_match(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }
}
