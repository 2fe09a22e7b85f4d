//! Go's strconv.Quote and Unquote.

use super::{unicode, utf8};
use crate::dialect::HelmVersion;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// How to quote: the quotation mark, and which runes are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoting {
    /// The mark around the text: `"` or `'`.
    pub mark: u8,
    /// Escape everything outside ASCII (`%+q`, `strconv.QuoteToASCII`).
    pub ascii: bool,
    /// Whose Unicode tables decide what is printable.
    pub version: HelmVersion,
}

impl Quoting {
    /// `strconv.Quote` of the newest version.
    pub const STRING: Quoting = Quoting { mark: b'"', ascii: false, version: HelmVersion::V4_3 };
    /// `strconv.QuoteRune` of the newest version.
    pub const RUNE: Quoting = Quoting { mark: b'\'', ..Quoting::STRING };
}

/// `strconv.Quote`, `%q`: `"a\"b\n\xff"`. Invalid UTF-8 is escaped, so the result is text.
pub fn quote(bytes: impl AsRef<[u8]>) -> String {
    into_text(|out| push_quoted(out, bytes.as_ref(), Quoting::STRING))
}

/// [`quote`] with the Unicode tables of `version`'s Go.
pub fn quote_in(bytes: impl AsRef<[u8]>, version: HelmVersion) -> String {
    into_text(|out| push_quoted(out, bytes.as_ref(), Quoting { version, ..Quoting::STRING }))
}

/// `strconv.QuoteToASCII`, `%+q`.
pub fn quote_ascii(bytes: impl AsRef<[u8]>) -> String {
    into_text(|out| push_quoted(out, bytes.as_ref(), Quoting { ascii: true, ..Quoting::STRING }))
}

/// `strconv.QuoteRune`: `'x'`, `'\n'`.
pub fn quote_rune(rune: char) -> String {
    into_text(|out| push_quoted_rune(out, rune, Quoting::RUNE))
}

fn into_text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    // Quoting leaves only whole runes.
    String::from_utf8(out).unwrap_or_default()
}

/// Appends `bytes`, quoted.
pub fn push_quoted(out: &mut Vec<u8>, bytes: &[u8], how: Quoting) {
    out.reserve(bytes.len() + 2);
    out.push(how.mark);
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        // Most text is plain: copy runs of it at once.
        let plain =
            rest.iter().take_while(|b| matches!(b, b' '..=b'~') && **b != how.mark && **b != b'\\').count();
        if plain > 0 {
            let (run, tail) = rest.split_at(plain);
            out.extend_from_slice(run);
            rest = tail;
            continue;
        }
        let (rune, width) = utf8::decode(rest);
        if width == 1 && rune == utf8::RUNE_ERROR {
            push_hex(out, b'x', u32::from(*first), 2);
        } else {
            push_escaped(out, rune, how);
        }
        rest = rest.get(width..).unwrap_or_default();
    }
    out.push(how.mark);
}

/// Appends `rune`, quoted.
pub fn push_quoted_rune(out: &mut Vec<u8>, rune: char, how: Quoting) {
    out.push(how.mark);
    push_escaped(out, rune, how);
    out.push(how.mark);
}

fn push_escaped(out: &mut Vec<u8>, rune: char, how: Quoting) {
    if rune == char::from(how.mark) || rune == '\\' {
        out.extend([b'\\', rune as u8]);
        return;
    }
    let as_it_is =
        if how.ascii { matches!(rune, ' '..='~') } else { unicode::is_print_in(rune, how.version) };
    if as_it_is {
        utf8::push(out, rune);
        return;
    }
    match rune {
        '\x07' => out.extend(b"\\a"),
        '\x08' => out.extend(b"\\b"),
        '\x0c' => out.extend(b"\\f"),
        '\n' => out.extend(b"\\n"),
        '\r' => out.extend(b"\\r"),
        '\t' => out.extend(b"\\t"),
        '\x0b' => out.extend(b"\\v"),
        '\0'..='\x1f' | '\x7f' => push_hex(out, b'x', rune as u32, 2),
        '\u{10000}'.. => push_hex(out, b'U', rune as u32, 8),
        _ => push_hex(out, b'u', rune as u32, 4),
    }
}

/// `\xff`, `\uffff` or `\Uffffffff`.
fn push_hex(out: &mut Vec<u8>, letter: u8, code: u32, digits: u32) {
    out.extend([b'\\', letter]);
    for digit in (0..digits).rev() {
        out.push(HEX[(code >> (4 * digit) & 0xf) as usize]);
    }
}

/// `strconv.CanBackquote`: whether `%#q` may use a raw string.
pub fn can_backquote(bytes: &[u8]) -> bool {
    utf8::runes(bytes).all(|(_, rune, valid)| match rune {
        '\t' => true,
        '\0'..='\x1f' | '`' | '\x7f' | '\u{feff}' => false,
        _ => valid,
    })
}

/// `strconv.Unquote`: the text of a Go string or rune literal in any of its three quotations; `None` where Go says
/// `invalid syntax`.
pub fn unquote(literal: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    let (mark, body) = literal.as_ref().split_first()?;
    match mark {
        b'`' => {
            let (last, raw) = body.split_last()?;
            if *last != b'`' || raw.contains(&b'`') {
                return None;
            }
            // The language drops carriage returns from raw strings.
            Some(raw.iter().copied().filter(|b| *b != b'\r').collect())
        }
        b'"' | b'\'' => {
            let mut out = Vec::with_capacity(body.len());
            let mut rest = body;
            let mut runes = 0;
            loop {
                if *mark == b'"' {
                    let plain = |b: &&u8| b.is_ascii() && !matches!(**b, b'"' | b'\\' | b'\n');
                    let (run, after) = rest.split_at_checked(rest.iter().take_while(plain).count())?;
                    out.extend_from_slice(run);
                    rest = after;
                }
                if *rest.first()? == *mark {
                    break;
                }
                if rest.first() == Some(&b'\n') || (*mark == b'\'' && runes == 1) {
                    return None;
                }
                let (value, tail) = unquote_char(rest, *mark)?;
                match value {
                    Unquoted::Byte(byte) => out.push(byte),
                    Unquoted::Rune(rune) => utf8::push(&mut out, rune),
                }
                rest = tail;
                runes += 1;
            }
            (rest.len() == 1 && (*mark == b'"' || runes == 1)).then_some(out)
        }
        _ => None,
    }
}

/// What one character or escape of a literal stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unquoted {
    /// A single byte: an ASCII character, `\x..` or `\...`; also what the rune of a character constant is then.
    Byte(u8),
    /// A rune written as itself or as `\u....` or `\U........`.
    Rune(char),
}

/// `strconv.UnquoteChar`: the first character of a literal's inside, and what follows it; `None` where Go says
/// `invalid syntax`, which includes reaching the quotation mark.
pub fn unquote_char(inside: &[u8], mark: u8) -> Option<(Unquoted, &[u8])> {
    let (first, rest) = inside.split_first()?;
    if *first == mark && matches!(mark, b'\'' | b'"') {
        return None;
    }
    if !first.is_ascii() {
        let (rune, width) = utf8::decode(inside);
        return Some((Unquoted::Rune(rune), inside.get(width..)?));
    }
    if *first != b'\\' {
        return Some((Unquoted::Byte(*first), rest));
    }
    let (letter, rest) = rest.split_first()?;
    let byte = match letter {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'\'' | b'"' if *letter == mark => mark,
        b'x' => {
            let (code, rest) = digits(rest, 2, 16)?;
            return Some((Unquoted::Byte(code as u8), rest));
        }
        b'u' | b'U' => {
            let (code, rest) = digits(rest, if *letter == b'u' { 4 } else { 8 }, 16)?;
            return Some((Unquoted::Rune(char::from_u32(code)?), rest));
        }
        b'0'..=b'7' => {
            let (low, rest) = digits(rest, 2, 8)?;
            let code = u32::from(letter - b'0') << 6 | low;
            return Some((Unquoted::Byte(u8::try_from(code).ok()?), rest));
        }
        _ => return None,
    };
    Some((Unquoted::Byte(byte), rest))
}

/// The first `n` bytes as digits of `base`.
fn digits(bytes: &[u8], n: usize, base: u32) -> Option<(u32, &[u8])> {
    let (head, tail) = bytes.split_at_checked(n)?;
    let mut code: u32 = 0;
    for byte in head {
        code = code.checked_mul(base)?.checked_add(char::from(*byte).to_digit(base)?)?;
    }
    Some((code, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes() {
        let cases: &[(&[u8], &str, &str)] = &[
            (b"", r#""""#, r#""""#),
            (b"a\"b\\'", r#""a\"b\\'""#, r#""a\"b\\'""#),
            (
                b"\x00\x07\x08\x0c\n\r\t\x0b\x1f\x7f",
                r#""\x00\a\b\f\n\r\t\v\x1f\x7f""#,
                r#""\x00\a\b\f\n\r\t\v\x1f\x7f""#,
            ),
            ("é\u{2028}\u{a0}😀".as_bytes(), r#""é\u2028\u00a0😀""#, r#""\u00e9\u2028\u00a0\U0001f600""#),
            (b"\xff\xf0\x9f", r#""\xff\xf0\x9f""#, r#""\xff\xf0\x9f""#),
            ("\u{fffd}\u{e0001}".as_bytes(), r#""�\U000e0001""#, r#""\ufffd\U000e0001""#),
        ];
        for (bytes, want, ascii) in cases {
            assert_eq!(quote(bytes), *want);
            assert_eq!(quote_ascii(bytes), *ascii);
            assert_eq!(unquote(want).as_deref(), Some(*bytes));
            assert_eq!(unquote(ascii).as_deref(), Some(*bytes));
        }
        assert_eq!(quote_rune('\''), r"'\''");
        assert_eq!(quote_rune('"'), "'\"'");
    }

    #[test]
    fn newer_runes_print_only_for_newer_helm() {
        assert_eq!(quote_in("\u{a7dc}", HelmVersion::V4_3), "\"\u{a7dc}\"");
        assert_eq!(quote_in("\u{a7dc}", HelmVersion::V4_2), r#""\ua7dc""#);
    }

    #[test]
    fn unquotes() {
        let cases: &[(&str, Option<&str>)] = &[
            (r#""a\u00e9\x41\101\U0001F600""#, Some("aéAA😀")),
            ("`raw\\n\r`", Some("raw\\n")),
            ("'x'", Some("x")),
            (r"'\''", Some("'")),
            (r#"'"'"#, Some("\"")),
            (r#""\'""#, None),
            ("''", None),
            ("'ab'", None),
            ("\"a", None),
            ("\"a\"b", None),
            ("\"a\nb\"", None),
            ("`a`b`", None),
            (r#""\q""#, None),
            (r#""\ud800""#, None),
            (r#""\400""#, None),
            (r#""\x4""#, None),
            ("a", None),
            ("", None),
            ("\"", None),
            ("`", None),
        ];
        for (literal, want) in cases {
            assert_eq!(unquote(literal).as_deref(), want.map(str::as_bytes), "{literal}");
        }
        assert_eq!(unquote(b"\"\xff\""), Some("\u{fffd}".into()));
    }
}
