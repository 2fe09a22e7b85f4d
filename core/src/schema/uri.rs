//! URLs as schemas use them: parsing with Go's errors, resolving references, fragments and JSON pointers
//! (net/url; jsonschema util.go).

use super::ip;
use crate::go::quote::quote;

/// The parts of a URL, still escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    /// In lower case; empty for a relative reference.
    pub scheme: String,
    /// What follows the scheme when it does not begin with a slash.
    pub opaque: String,
    /// What stands between `//` and the path.
    pub authority: Option<String>,
    pub path: String,
    pub query: Option<String>,
}

/// `url.Parse` of a text without fragment. The error is the whole text Go gives.
pub(super) fn parse(text: &str) -> Result<Parts, String> {
    let url = text.split('#').next().unwrap_or_default();
    parts(url).map_err(|problem| format!("parse {}: {problem}", quote(url)))
}

fn parts(url: &str) -> Result<Parts, String> {
    if url.bytes().any(|b| b < b' ' || b == 0x7f) {
        return Err("net/url: invalid control character in URL".into());
    }
    let (scheme, rest) = scheme(url)?;
    let mut parts = Parts { scheme: scheme.to_ascii_lowercase(), ..Parts::default() };
    let rest = match rest.split_once('?') {
        Some((rest, query)) => {
            parts.query = Some(query.to_owned());
            rest
        }
        None => rest,
    };
    if !rest.starts_with('/') {
        if !parts.scheme.is_empty() {
            parts.opaque = rest.to_owned();
            return Ok(parts);
        }
        if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            return Err("first path segment in URL cannot contain colon".into());
        }
    }
    let mut path = rest;
    if let Some(after) = rest.strip_prefix("//")
        && (!parts.scheme.is_empty() || !rest.starts_with("///"))
    {
        let (authority, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
        check_authority(&parts.scheme, authority)?;
        parts.authority = Some(authority.to_owned());
        path = rest;
    }
    unescape(path, Mode::Plain)?;
    parts.path = path.to_owned();
    Ok(parts)
}

fn scheme(url: &str) -> Result<(&str, &str), String> {
    for (index, byte) in url.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b':' if index == 0 => return Err("missing protocol scheme".into()),
            b':' => {
                return Ok((url.get(..index).unwrap_or_default(), url.get(index + 1..).unwrap_or_default()));
            }
            _ => break,
        }
    }
    Ok(("", url))
}

fn check_authority(scheme: &str, authority: &str) -> Result<(), String> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    check_host(scheme, host)?;
    let Some(user) = user else { return Ok(()) };
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&b);
    if !user.bytes().all(allowed) {
        return Err("net/url: invalid userinfo".into());
    }
    unescape(user, Mode::Plain).map(|_| ())
}

fn check_host(scheme: &str, host: &str) -> Result<(), String> {
    let check_port = |port: &str| match port.strip_prefix(':') {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Ok(()),
        None if port.is_empty() => Ok(()),
        _ => Err(format!("invalid port {} after host", quote(port))),
    };
    match host.rfind('[') {
        Some(0) => {
            let Some(close) = host.rfind(']') else { return Err("missing ']' in host".into()) };
            check_port(host.get(close + 1..).unwrap_or_default())?;
            let address = unescape(host.get(1..close).unwrap_or_default(), Mode::Host)?;
            let version = ip::parse(&address).map_err(|problem| format!("invalid host: {problem}"))?;
            if version == ip::Version::Four { Err("invalid IP-literal".into()) } else { Ok(()) }
        }
        Some(_) => Err("invalid IP-literal".into()),
        None => {
            // Only the web's schemes are strict about colons.
            let strict = matches!(scheme, "http" | "https");
            let colon = if strict { host.find(':') } else { host.rfind(':') };
            check_port(colon.and_then(|colon| host.get(colon..)).unwrap_or_default())?;
            unescape(host, Mode::Host).map(|_| ())
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Host,
    Plain,
}

/// Decodes percent escapes; bytes that are no UTF-8 then become U+FFFD.
fn unescape(text: &str, mode: Mode) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte != b'%' {
            let host =
                byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"".contains(byte) || !byte.is_ascii();
            if mode == Mode::Host && !host {
                return Err(format!("invalid character {} in host name", quote([*byte])));
            }
            bytes.push(*byte);
            continue;
        }
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = hex.filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            // In hosts, only what is not ASCII may be escaped.
            Some(code) if mode == Mode::Plain || !code.is_ascii() || code == b'%' => {
                bytes.push(code);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                let escape = [b"%", tail.get(..2).unwrap_or(tail)].concat();
                return Err(format!("invalid URL escape {}", quote(escape)));
            }
        }
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// `url.PathUnescape`.
pub(super) fn path_unescape(text: &str) -> Result<String, String> {
    unescape(text, Mode::Plain)
}

/// Each segment through `url.PathEscape`: how pointers are shown in locations.
pub(super) fn escape_pointer(pointer: &str) -> String {
    let mut out = String::with_capacity(pointer.len());
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+=:@/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A text before and after its first `#`.
pub(super) fn split(text: &str) -> (&str, &str) {
    text.split_once('#').unwrap_or((text, ""))
}

/// [`split`], with the fragment's escapes decoded.
pub(super) fn split_fragment(text: &str) -> Result<(&str, String), String> {
    let (url, fragment) = split(text);
    match path_unescape(fragment) {
        Ok(fragment) => Ok((url, fragment)),
        Err(problem) => Err(format!("error in parsing {}: {problem}", quote(text))),
    }
}

/// A reference resolved against a base: the URL without fragment, and the decoded fragment.
pub(super) fn join(base: &str, reference: &str) -> Result<(String, String), String> {
    let problem = |text: &str, problem: String| format!("error in parsing {}: {problem}", quote(text));
    let base_parts = parse(base).map_err(|error| problem(base, error))?;
    let (reference, fragment) = split_fragment(reference)?;
    // Almost all references stay in their document.
    if reference.is_empty() {
        return Ok((base.to_owned(), fragment));
    }
    let reference_parts = parse(reference).map_err(|error| problem(reference, error))?;
    Ok((resolve(&base_parts, reference_parts).text(), fragment))
}

/// `URL.ResolveReference`, RFC 3986 section 5.2.
fn resolve(base: &Parts, reference: Parts) -> Parts {
    if !reference.scheme.is_empty() || reference.authority.is_some() {
        let scheme = if reference.scheme.is_empty() { base.scheme.clone() } else { reference.scheme };
        let path = clean("", &reference.path);
        return Parts { scheme, path, ..reference };
    }
    // A relative reference does not change what an opaque base names.
    if !base.opaque.is_empty() {
        return Parts {
            scheme: base.scheme.clone(),
            opaque: base.opaque.clone(),
            query: reference.query,
            ..Parts::default()
        };
    }
    let query = if reference.path.is_empty() && reference.query.is_none() {
        base.query.clone()
    } else {
        reference.query
    };
    let path = clean(&base.path, &reference.path);
    Parts {
        scheme: base.scheme.clone(),
        authority: base.authority.clone(),
        path,
        query,
        opaque: String::new(),
    }
}

/// The reference's path below the base's, without `.` and `..` segments.
fn clean(base: &str, reference: &str) -> String {
    let full = match reference {
        "" => base.to_owned(),
        _ if reference.starts_with('/') => reference.to_owned(),
        _ => format!(
            "{}{reference}",
            base.get(..base.rfind('/').map_or(0, |slash| slash + 1)).unwrap_or_default()
        ),
    };
    if full.is_empty() {
        return full;
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = full.split('/').peekable();
    if full.starts_with('/') {
        segments.next();
    }
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

impl Parts {
    /// `URL.String`.
    fn text(&self) -> String {
        let mut out = String::new();
        if !self.scheme.is_empty() {
            out.push_str(&self.scheme);
            out.push(':');
        }
        out.push_str(&self.opaque);
        if let Some(authority) = &self.authority {
            out.push_str("//");
            out.push_str(authority);
        }
        out.push_str(&escape_path(&self.path));
        if let Some(query) = &self.query {
            out.push('?');
            out.push_str(query);
        }
        out
    }
}

/// `URL.EscapedPath`: as written if that is a valid encoding, otherwise encoded anew.
fn escape_path(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&b);
    if path.bytes().all(|b| plain(b) || b"!'()*[]%".contains(&b)) {
        return path.to_owned();
    }
    let mut out = String::with_capacity(path.len() + 8);
    for byte in path_unescape(path).unwrap_or_else(|_| path.to_owned()).bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A token as a JSON pointer has it.
pub(super) fn escape_token(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// A token of a JSON pointer as it was meant; `None` when a `~` is followed by neither 0 nor 1.
pub(super) fn unescape_token(token: &str) -> Option<String> {
    let mut out = String::with_capacity(token.len());
    let mut characters = token.chars();
    while let Some(c) = characters.next() {
        match c {
            '~' => match characters.next()? {
                '0' => out.push('~'),
                '1' => out.push('/'),
                _ => return None,
            },
            _ => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins() {
        for (base, reference, want) in [
            ("file:///values.schema.json", "#/definitions/x", "file:///values.schema.json|/definitions/x"),
            ("file:///values.schema.json", "other.json#a%20b", "file:///other.json|a b"),
            ("file:///values.schema.json", "../x/./y.json", "file:///x/y.json|"),
            ("http://a.b/c/d?q", "e?r", "http://a.b/c/e?r|"),
            ("http://a.b/c/d", "/e", "http://a.b/e|"),
            ("http://a.b/c/d", "//h/e", "http://h/e|"),
            ("http://a.b/c/d", "https://x.y#frag", "https://x.y|frag"),
            ("urn:uuid:1", "#x", "urn:uuid:1|x"),
            ("urn:uuid:1", "x", "urn:uuid:1|"),
        ] {
            let (url, fragment) = join(base, reference).expect("valid");
            assert_eq!(format!("{url}|{fragment}"), want);
        }
    }

    #[test]
    fn parse_errors() {
        for (text, want) in [
            ("a:b", ""),
            ("", ""),
            (":x", r#"parse ":x": missing protocol scheme"#),
            ("1:x", r#"parse "1:x": first path segment in URL cannot contain colon"#),
            ("http://a b", r#"parse "http://a b": invalid character " " in host name"#),
            ("http://a:x/", r#"parse "http://a:x/": invalid port ":x" after host"#),
            ("http://[::1/", r#"parse "http://[::1/": missing ']' in host"#),
            ("/%zz", r#"parse "/%zz": invalid URL escape "%zz""#),
            ("a\nb", r#"parse "a\nb": net/url: invalid control character in URL"#),
        ] {
            assert_eq!(parse(text).err().unwrap_or_default(), want);
        }
    }
}
