//! Replacement templates: `$1`, `${1}`, `$name` (regexp.go, `Expand`).

use crate::go::unicode::{is_digit, is_letter};
use crate::go::utf8::decode;

/// A part of a template.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// Text as it is.
    Text(&'t [u8]),
    /// A group by number.
    Number(usize),
    /// A group by name.
    Name(&'t [u8]),
}

/// Cuts a template into its parts. A `$` that begins no name is text, `$$` is one `$`.
pub(super) fn parts(template: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(dollar) = rest.iter().position(|b| *b == b'$') {
        let (text, from_dollar) = rest.split_at(dollar);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        let (sign, after) = from_dollar.split_at(1);
        if let Some(after) = after.strip_prefix(b"$") {
            parts.push(Part::Text(sign));
            rest = after;
        } else if let Some((name, after)) = name(after) {
            parts.push(number(name).map_or(Part::Name(name), Part::Number));
            rest = after;
        } else {
            parts.push(Part::Text(sign));
            rest = after;
        }
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// `name` or `{name}`, as many letters, digits and underscores as there are.
fn name(template: &[u8]) -> Option<(&[u8], &[u8])> {
    let (braced, body) = match template.strip_prefix(b"{") {
        Some(body) => (true, body),
        None => (false, template),
    };
    let mut len = 0;
    while let Some(rest) = body.get(len..).filter(|rest| !rest.is_empty()) {
        let (rune, width) = decode(rest);
        if rune != '_' && !is_letter(rune) && !is_digit(rune) {
            break;
        }
        len += width;
    }
    let (name, rest) = body.split_at_checked(len).filter(|(name, _)| !name.is_empty())?;
    Some((name, if braced { rest.strip_prefix(b"}")? } else { rest }))
}

/// A name of ASCII digits without leading zeros is a number, unless it is very large.
fn number(name: &[u8]) -> Option<usize> {
    let digits = name.iter().all(u8::is_ascii_digit) && (name.len() == 1 || name.first() != Some(&b'0'));
    let text = std::str::from_utf8(name).ok().filter(|_| digits && name.len() <= 9)?;
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_templates() {
        for (template, expected) in [
            ("", vec![]),
            ("a$1b", vec![Part::Text(b"a"), Part::Name(b"1b")]),
            ("${1}b", vec![Part::Number(1), Part::Text(b"b")]),
            ("$$1", vec![Part::Text(b"$"), Part::Text(b"1")]),
            ("$", vec![Part::Text(b"$")]),
            ("${1", vec![Part::Text(b"$"), Part::Text(b"{1")]),
            ("${}", vec![Part::Text(b"$"), Part::Text(b"{}")]),
            ("$01", vec![Part::Name(b"01")]),
            ("$0", vec![Part::Number(0)]),
            ("$x_y-", vec![Part::Name(b"x_y"), Part::Text(b"-")]),
            ("$é.", vec![Part::Name("é".as_bytes()), Part::Text(b".")]),
        ] {
            assert_eq!(parts(template.as_bytes()), expected, "{template}");
        }
    }
}
