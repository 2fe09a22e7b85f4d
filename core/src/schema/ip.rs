//! IP addresses as Go's net/netip reads them, with its errors.

use crate::go::quote::quote;

/// Which kind of address a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Four,
    Six,
    /// An IPv6 address with a zone.
    SixWithZone,
}

/// `netip.ParseAddr`.
pub(super) fn parse(text: &str) -> Result<Version, String> {
    match text.bytes().find(|b| matches!(b, b'.' | b':' | b'%')) {
        Some(b'.') => four(text, text).map(|()| Version::Four),
        Some(b':') => six(text),
        Some(_) => Err(problem(text, "missing IPv6 address", "")),
        None => Err(problem(text, "unable to parse IP", "")),
    }
}

fn problem(text: &str, message: &str, at: &str) -> String {
    let mut out = format!("ParseAddr({}): {message}", quote(text));
    if !at.is_empty() {
        out.push_str(&format!(" (at {})", quote(at)));
    }
    out
}

/// Four decimals in `part` of `text`.
fn four(text: &str, part: &str) -> Result<(), String> {
    let (mut value, mut digits, mut dots) = (0, 0, 0);
    for (index, byte) in part.bytes().enumerate() {
        let at = part.get(index..).unwrap_or_default();
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(problem(text, "IPv4 field has octet with leading zero", ""));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(problem(text, "IPv4 field has value >255", ""));
                }
            }
            b'.' => {
                if digits == 0 || index + 1 == part.len() {
                    return Err(problem(text, "IPv4 field must have at least one digit", at));
                }
                if dots == 3 {
                    return Err(problem(text, "IPv4 address too long", ""));
                }
                (value, digits, dots) = (0, 0, dots + 1);
            }
            _ => return Err(problem(text, "unexpected character", at)),
        }
    }
    if dots < 3 { Err(problem(text, "IPv4 address too short", "")) } else { Ok(()) }
}

fn six(text: &str) -> Result<Version, String> {
    let (mut rest, version) = match text.split_once('%') {
        Some((_, "")) => return Err(problem(text, "zone must be a non-empty string", "")),
        Some((address, _)) => (address, Version::SixWithZone),
        None => (text, Version::Six),
    };
    let mut ellipsis = false;
    if let Some(after) = rest.strip_prefix("::") {
        ellipsis = true;
        rest = after;
        if rest.is_empty() {
            return Ok(version);
        }
    }
    // Bytes read so far; groups have two.
    let mut bytes = 0;
    while bytes < 16 {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        if digits > 4 {
            return Err(problem(text, "each group must have 4 or less digits", rest));
        }
        if digits == 0 {
            return Err(problem(text, "each colon-separated field must have at least one digit", rest));
        }
        let after = rest.get(digits..).unwrap_or_default();
        if after.starts_with('.') {
            if !ellipsis && bytes != 12 {
                let message = "embedded IPv4 address must replace the final 2 fields of the address";
                return Err(problem(text, message, rest));
            }
            if bytes + 4 > 16 {
                let message = "too many hex fields to fit an embedded IPv4 at the end of the address";
                return Err(problem(text, message, rest));
            }
            four(text, rest)?;
            bytes += 4;
            rest = "";
            break;
        }
        bytes += 2;
        rest = after;
        if rest.is_empty() {
            break;
        }
        let Some(after) = rest.strip_prefix(':') else {
            return Err(problem(text, "unexpected character, want colon", rest));
        };
        if after.is_empty() {
            return Err(problem(text, "colon must be followed by more characters", rest));
        }
        rest = after;
        if let Some(after) = rest.strip_prefix(':') {
            if ellipsis {
                return Err(problem(text, "multiple :: in address", rest));
            }
            ellipsis = true;
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
    match () {
        _ if !rest.is_empty() => Err(problem(text, "trailing garbage after address", rest)),
        _ if bytes < 16 && !ellipsis => Err(problem(text, "address string too short", "")),
        _ if bytes == 16 && ellipsis => {
            Err(problem(text, "the :: must expand to at least one field of zeros", ""))
        }
        _ => Ok(version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, want) in [
            ("1.2.3.4", Ok(Version::Four)),
            ("::", Ok(Version::Six)),
            ("fe80::1%eth0", Ok(Version::SixWithZone)),
            ("::ffff:1.2.3.4", Ok(Version::Six)),
            ("1:2:3:4:5:6:7:8", Ok(Version::Six)),
            ("1:2", Err(r#"ParseAddr("1:2"): address string too short"#)),
            ("1::2::3", Err(r#"ParseAddr("1::2::3"): multiple :: in address (at ":3")"#)),
            (
                "::g",
                Err(r#"ParseAddr("::g"): each colon-separated field must have at least one digit (at "g")"#),
            ),
            ("12345::", Err(r#"ParseAddr("12345::"): each group must have 4 or less digits (at "12345::")"#)),
            ("01.2.3.4", Err(r#"ParseAddr("01.2.3.4"): IPv4 field has octet with leading zero"#)),
            ("x", Err(r#"ParseAddr("x"): unable to parse IP"#)),
        ] {
            assert_eq!(parse(text), want.map_err(str::to_owned));
        }
    }
}
