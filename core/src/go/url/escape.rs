//! Percent-encoding in each part of a URL (net/url url.go, encoding_table.go).

use crate::go::quote::quote;

/// The part of a URL a text stands in: it decides which bytes are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    PathSegment,
    Host,
    Zone,
    User,
    Query,
    Fragment,
}

impl Part {
    /// Bytes that stand for themselves, letters, digits and `-._~` apart.
    fn plain(self) -> &'static [u8] {
        match self {
            Part::Path => b"$&+,/:;=@",
            Part::PathSegment => b"$&+:=@",
            Part::Host | Part::Zone => b"!\"$&'()*+,:;<=>[]",
            Part::User => b"$&+,;=",
            Part::Query => b"",
            Part::Fragment => b"!$&()*+,/:;=?@",
        }
    }

    /// Whether the byte must be escaped.
    pub fn escapes(self, byte: u8) -> bool {
        !(byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || self.plain().contains(&byte))
    }
}

/// Escapes what must be. In queries a space becomes `+`.
pub(super) fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(text.len());
    for byte in text {
        if *byte == b' ' && part == Part::Query {
            escaped.push(b'+');
        } else if part.escapes(*byte) {
            let digit = |n: u8| if n < 10 { b'0' + n } else { b'A' + n - 10 };
            escaped.extend([b'%', digit(byte >> 4), digit(byte & 15)]);
        } else {
            escaped.push(*byte);
        }
    }
    escaped
}

/// Replaces escapes by the bytes they stand for. The error is Go's text.
pub(super) fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let in_host = matches!(part, Part::Host | Part::Zone);
        rest = after;
        match first {
            b'%' => {
                let escape = text.get(text.len() - after.len() - 1..).unwrap_or_default();
                let escape = escape.get(..3).unwrap_or(escape);
                let invalid = || format!("invalid URL escape {}", quote(escape));
                let byte = escaped_byte(after).ok_or_else(invalid)?;
                // Hosts may escape only what is not ASCII, zones only what a host may contain, and `%25` and a space.
                let allowed = match part {
                    Part::Host => byte >= 0x80 || byte == b'%',
                    Part::Zone => byte == b'%' || byte == b' ' || !Part::Host.escapes(byte),
                    _ => true,
                };
                if !allowed {
                    return Err(invalid());
                }
                plain.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            b'+' if part == Part::Query => plain.push(b' '),
            byte if in_host && byte.is_ascii() && part.escapes(*byte) => {
                return Err(format!("invalid character {} in host name", quote([*byte])));
            }
            byte => plain.push(*byte),
        }
    }
    Ok(plain)
}

fn escaped_byte(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}
