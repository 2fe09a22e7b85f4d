//! Addresses in brackets: whether Go's `netip.ParseAddr` accepts them, and its errors (net/netip netip.go).

use crate::go::quote::quote;

/// Whether the text is an IPv4 address; the error is Go's text.
pub(crate) fn is_ipv4(text: &[u8]) -> Result<bool, String> {
    let parsed = match text.iter().find(|b| matches!(b, b'.' | b':' | b'%')) {
        Some(b'.') => ipv4(text).map(|()| true),
        Some(b':') => ipv6(text).map(|()| false),
        Some(_) => Err(("missing IPv6 address", None)),
        None => Err(("unable to parse IP", None)),
    };
    parsed.map_err(|(message, at)| {
        let place = at.filter(|at| !at.is_empty()).map_or(String::new(), |at| format!(" (at {})", quote(at)));
        format!("ParseAddr({}): {message}{place}", quote(text))
    })
}

/// What is wrong, and the unparsed rest at which it was noticed.
type Error<'a> = (&'static str, Option<&'a [u8]>);

fn ipv4(text: &[u8]) -> Result<(), Error<'_>> {
    let (mut value, mut digits, mut dots) = (0u32, 0, 0);
    for (at, byte) in text.iter().enumerate() {
        let here = text.get(at..);
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(("IPv4 field has octet with leading zero", None));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", None));
                }
            }
            b'.' => {
                if digits == 0 || at + 1 == text.len() {
                    return Err(("IPv4 field must have at least one digit", here));
                }
                if dots == 3 {
                    return Err(("IPv4 address too long", None));
                }
                (value, digits, dots) = (0, 0, dots + 1);
            }
            _ => return Err(("unexpected character", here)),
        }
    }
    if dots < 3 { Err(("IPv4 address too short", None)) } else { Ok(()) }
}

fn ipv6(text: &[u8]) -> Result<(), Error<'_>> {
    let mut rest = text;
    if let Some(percent) = text.iter().position(|b| *b == b'%') {
        if percent + 1 == text.len() {
            return Err(("zone must be a non-empty string", None));
        }
        rest = text.get(..percent).unwrap_or_default();
    }
    let mut ellipsis = false;
    if let Some(after) = rest.strip_prefix(b"::") {
        ellipsis = true;
        rest = after;
        if rest.is_empty() {
            return Ok(());
        }
    }
    let mut filled = 0;
    while filled < 16 {
        let len = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if len > 4 {
            return Err(("each group must have 4 or less digits", Some(rest)));
        }
        if len == 0 {
            return Err(("each colon-separated field must have at least one digit", Some(rest)));
        }
        let after = rest.get(len..).unwrap_or_default();
        if after.first() == Some(&b'.') {
            if !ellipsis && filled != 12 {
                return Err((
                    "embedded IPv4 address must replace the final 2 fields of the address",
                    Some(rest),
                ));
            }
            if filled + 4 > 16 {
                return Err((
                    "too many hex fields to fit an embedded IPv4 at the end of the address",
                    Some(rest),
                ));
            }
            ipv4(rest)?;
            filled += 4;
            rest = b"";
            break;
        }
        filled += 2;
        rest = after;
        if rest.is_empty() {
            break;
        }
        let Some(after) = rest.strip_prefix(b":") else {
            return Err(("unexpected character, want colon", Some(rest)));
        };
        if after.is_empty() {
            return Err(("colon must be followed by more characters", Some(rest)));
        }
        rest = after;
        if let Some(after) = rest.strip_prefix(b":") {
            if ellipsis {
                return Err(("multiple :: in address", Some(rest)));
            }
            ellipsis = true;
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
    match (rest.is_empty(), filled < 16, ellipsis) {
        (false, ..) => Err(("trailing garbage after address", Some(rest))),
        (true, true, false) => Err(("address string too short", None)),
        (true, false, true) => Err(("the :: must expand to at least one field of zeros", None)),
        _ => Ok(()),
    }
}
