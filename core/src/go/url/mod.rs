//! Go's net/url: taking URLs apart and putting them together, byte for byte and with its errors.

mod escape;
pub(crate) mod ip;

use crate::dialect::HelmVersion;
use crate::go::quote::quote;
use escape::{Part, escape, unescape};

/// A parsed URL, with the fields of Go's `url.URL`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url {
    /// Before the first colon, in lower case.
    pub scheme: Vec<u8>,
    /// What follows the scheme of a URL without slashes, still encoded.
    pub opaque: Vec<u8>,
    /// Before the `@`.
    pub user: Option<Userinfo>,
    /// Host and port.
    pub host: Vec<u8>,
    /// The path, decoded.
    pub path: Vec<u8>,
    /// The path as it was written, when encoding the decoded one would give another.
    pub raw_path: Vec<u8>,
    /// After the `?`, still encoded.
    pub raw_query: Vec<u8>,
    /// Whether there was a `?` with nothing behind it.
    pub force_query: bool,
    /// After the `#`, decoded.
    pub fragment: Vec<u8>,
    /// The fragment as it was written, when encoding the decoded one would give another.
    pub raw_fragment: Vec<u8>,
    /// Whether the host was left out together with its slashes: `file:/path`.
    pub omit_host: bool,
}

/// User name and password, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Userinfo {
    /// The user's name.
    pub username: Vec<u8>,
    /// What follows the colon, if there is one.
    pub password: Option<Vec<u8>>,
}

impl Userinfo {
    /// `name` or `name:password`, encoded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = escape(&self.username, Part::User);
        if let Some(password) = &self.password {
            text.push(b':');
            text.extend(escape(password, Part::User));
        }
        text
    }
}

/// Go's `QueryEscape`.
pub fn query_escape(text: &[u8]) -> Vec<u8> {
    escape(text, Part::Query)
}

/// Go's `QueryUnescape`.
pub fn query_unescape(text: &[u8]) -> Result<Vec<u8>, String> {
    unescape(text, Part::Query)
}

/// Go's `PathEscape`, for one segment of a path.
pub fn path_escape(text: &[u8]) -> Vec<u8> {
    escape(text, Part::PathSegment)
}

/// Go's `PathUnescape`.
pub fn path_unescape(text: &[u8]) -> Result<Vec<u8>, String> {
    unescape(text, Part::PathSegment)
}

impl Url {
    /// Go's `url.Parse` as in the newest Helm. The error is Go's text: `parse "://bad": missing protocol scheme`.
    pub fn parse(text: &[u8]) -> Result<Url, String> {
        Url::parse_for(text, HelmVersion::default())
    }

    /// `url.Parse` of the Go that Helm is built with: since Go 1.25 brackets hold nothing but IPv6 addresses, since
    /// Go 1.26 the hosts of `http` and `https` hold one colon at most.
    pub fn parse_for(text: &[u8], version: HelmVersion) -> Result<Url, String> {
        let (before, fragment) = cut(text, b'#');
        let failed = |text: &[u8], error: String| format!("parse {}: {error}", quote(text));
        let mut url = Url::parse_before_fragment(before, version).map_err(|error| failed(before, error))?;
        if let Some(fragment) = fragment.filter(|f| !f.is_empty()) {
            url.fragment = unescape(fragment, Part::Fragment).map_err(|error| failed(text, error))?;
            if escape(&url.fragment, Part::Fragment) != fragment {
                url.raw_fragment = fragment.to_vec();
            }
        }
        Ok(url)
    }

    fn parse_before_fragment(text: &[u8], version: HelmVersion) -> Result<Url, String> {
        let mut url = Url::default();
        if text.iter().any(u8::is_ascii_control) {
            return Err("net/url: invalid control character in URL".to_string());
        }
        if text == b"*" {
            url.path = b"*".to_vec();
            return Ok(url);
        }
        let (scheme, mut rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (before, query) = cut(rest, b'?');
        rest = before;
        match query {
            Some(b"") => url.force_query = true,
            Some(query) => url.raw_query = query.to_vec(),
            None => {}
        }
        if !rest.starts_with(b"/") {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".to_string());
            }
        }
        let after_slashes =
            rest.strip_prefix(b"//").filter(|after| !url.scheme.is_empty() || !after.starts_with(b"/"));
        if let Some(after) = after_slashes {
            let end = after.iter().position(|b| *b == b'/').unwrap_or(after.len());
            let (authority, path) = after.split_at(end);
            rest = path;
            (url.user, url.host) = parse_authority(&url.scheme, authority, version)?;
        } else if !url.scheme.is_empty() && rest.starts_with(b"/") {
            url.omit_host = true;
        }
        url.path = unescape(rest, Part::Path)?;
        if escape(&url.path, Part::Path) != rest {
            url.raw_path = rest.to_vec();
        }
        Ok(url)
    }

    /// Go's `Hostname`: the host without port and without the brackets of an IPv6 address.
    pub fn hostname(&self) -> &[u8] {
        let mut host = self.host.as_slice();
        if let Some((before, port)) =
            host.iter().rposition(|b| *b == b':').and_then(|colon| host.split_at_checked(colon))
            && is_optional_port(port)
        {
            host = before;
        }
        host.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]")).unwrap_or(host)
    }

    /// Go's `String`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            self.write_hierarchy(&mut out);
        } else {
            out.extend_from_slice(&self.opaque);
        }
        if self.force_query || !self.raw_query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.raw_query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(encoded(&self.fragment, &self.raw_fragment, Part::Fragment));
        }
        out
    }

    fn write_hierarchy(&self, out: &mut Vec<u8>) {
        let host_or_user = !self.host.is_empty() || self.user.is_some();
        if host_or_user || (!self.scheme.is_empty() && !self.omit_host) {
            if host_or_user || !self.path.is_empty() {
                out.extend_from_slice(b"//");
            }
            if let Some(user) = &self.user {
                out.extend(user.to_bytes());
                out.push(b'@');
            }
            out.extend(escape(&self.host, Part::Host));
        }
        let path = encoded(&self.path, &self.raw_path, Part::Path);
        if !path.is_empty() && !path.starts_with(b"/") && !self.host.is_empty() {
            out.push(b'/');
        }
        if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
            out.extend_from_slice(b"./");
        }
        out.extend(path);
    }
}

/// The text as it was written if that is a valid encoding of it, else encoded anew.
fn encoded(text: &[u8], raw: &[u8], part: Part) -> Vec<u8> {
    let valid = |byte: &u8| b"!$&'()*+,;=:@[]%".contains(byte) || !part.escapes(*byte);
    if !raw.is_empty() && raw.iter().all(valid) && unescape(raw, part).is_ok_and(|plain| plain == text) {
        return raw.to_vec();
    }
    if text == b"*" && part == Part::Path {
        return text.to_vec();
    }
    escape(text, part)
}

/// Go's `strings.Cut` at a byte; `None` when it is absent.
fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|b| *b == at) {
        Some(found) => {
            let (before, after) = text.split_at(found);
            (before, after.get(1..))
        }
        None => (text, None),
    }
}

/// The scheme, empty if there is none, and what follows its colon.
fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let end = text.iter().position(|b| !(b.is_ascii_alphanumeric() || b"+-.".contains(b)));
    match end.map(|end| text.split_at(end)) {
        Some((b"", [b':', ..])) => Err("missing protocol scheme".to_string()),
        Some((scheme @ [first, ..], [b':', rest @ ..])) if first.is_ascii_alphabetic() => Ok((scheme, rest)),
        _ => Ok((b"", text)),
    }
}

fn parse_authority(
    scheme: &[u8],
    authority: &[u8],
    version: HelmVersion,
) -> Result<(Option<Userinfo>, Vec<u8>), String> {
    let Some(at) = authority.iter().rposition(|b| *b == b'@') else {
        return Ok((None, parse_host(scheme, authority, version)?));
    };
    let (userinfo, host) = authority.split_at(at);
    let host = parse_host(scheme, host.get(1..).unwrap_or_default(), version)?;
    if !userinfo.iter().all(|b| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(b)) {
        return Err("net/url: invalid userinfo".to_string());
    }
    let (username, password) = cut(userinfo, b':');
    let username = unescape(username, Part::User)?;
    let password = password.map(|password| unescape(password, Part::User)).transpose()?;
    Ok((Some(Userinfo { username, password }), host))
}

fn parse_host(scheme: &[u8], host: &[u8], version: HelmVersion) -> Result<Vec<u8>, String> {
    let literal = if version.is_v4() {
        match host.iter().rposition(|b| *b == b'[') {
            Some(0) => true,
            Some(_) => return Err("invalid IP-literal".to_string()),
            None => false,
        }
    } else {
        host.starts_with(b"[")
    };
    if literal {
        return parse_literal(host, version);
    }
    let first = host.iter().position(|b| *b == b':');
    let last = host.iter().rposition(|b| *b == b':');
    let strict = version >= HelmVersion::V4_2 && (scheme == b"http" || scheme == b"https");
    if let Some(colon) = if strict { first } else { last } {
        check_port(host.get(colon..).unwrap_or_default())?;
    }
    unescape(host, Part::Host)
}

/// A host that begins with a bracket.
fn parse_literal(host: &[u8], version: HelmVersion) -> Result<Vec<u8>, String> {
    let close = host.iter().rposition(|b| *b == b']').ok_or("missing ']' in host")?;
    let (inside, port) = host.split_at(close);
    let (bracket, port) = port.split_at(1);
    check_port(port)?;
    let inside = inside.get(1..).unwrap_or_default();
    let port = unescape(port, Part::Host)?;
    let mut name = match inside.windows(3).position(|w| w == b"%25") {
        Some(zone) => {
            let (address, zone) = inside.split_at(zone);
            let mut name = unescape(address, Part::Host)?;
            name.extend(unescape(zone, Part::Zone)?);
            name
        }
        None => unescape(inside, Part::Host)?,
    };
    if version.is_v4() && ip::is_ipv4(&name).map_err(|error| format!("invalid host: {error}"))? {
        return Err("invalid IP-literal".to_string());
    }
    name.insert(0, b'[');
    name.extend_from_slice(bracket);
    name.extend(port);
    Ok(name)
}

fn check_port(port: &[u8]) -> Result<(), String> {
    if is_optional_port(port) { Ok(()) } else { Err(format!("invalid port {} after host", quote(port))) }
}

/// Nothing, or a colon and digits.
fn is_optional_port(port: &[u8]) -> bool {
    match port.split_first() {
        None => true,
        Some((colon, digits)) => *colon == b':' && digits.iter().all(u8::is_ascii_digit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_round() {
        for text in [
            "http://user:p%40ss@host.com:8080/path%20x?q=1&r=2#frag",
            "mailto:a@b.c",
            "",
            "*",
            "/a/b?",
            "//host/p",
            "file:/etc/x",
            "file:///etc/x",
            "http://[fe80::1%25en0]:80/",
            "http://a/%2f",
            "x://a:1:2/",
            "?q",
            "#f%20",
        ] {
            assert_eq!(String::from_utf8(Url::parse(text.as_bytes()).unwrap().to_bytes()).unwrap(), text);
        }
    }

    #[test]
    fn takes_apart() {
        let url = Url::parse(b"HTTP://u:p%40@[::1]:80/a%20b?q#f%21").unwrap();
        assert_eq!(url.scheme, b"http");
        assert_eq!(url.user.as_ref().unwrap().to_bytes(), b"u:p%40");
        assert_eq!(url.host, b"[::1]:80");
        assert_eq!(url.hostname(), b"::1");
        assert_eq!(url.path, b"/a b");
        assert_eq!(url.raw_query, b"q");
        assert_eq!(url.fragment, b"f!");
    }

    #[test]
    fn refuses_with_gos_text() {
        for (text, error) in [
            ("://bad", "missing protocol scheme"),
            ("1a:b", "first path segment in URL cannot contain colon"),
            ("http://a b/", "invalid character \" \" in host name"),
            ("http://a/%zz", "invalid URL escape \"%zz\""),
            ("http://a/%2", "invalid URL escape \"%2\""),
            ("http://a%41/", "invalid URL escape \"%41\""),
            ("http://u ser@a/", "net/url: invalid userinfo"),
            ("http://a:x/", "invalid port \":x\" after host"),
            ("http://a:1:2/", "invalid port \":1:2\" after host"),
            ("http://[::1/", "missing ']' in host"),
            ("http://[1.2.3.4]/", "invalid IP-literal"),
            ("http://[foo]/", "invalid host: ParseAddr(\"foo\"): unable to parse IP"),
            ("a\u{7f}", "net/url: invalid control character in URL"),
        ] {
            let expected = format!("parse {}: {error}", quote(text.as_bytes()));
            assert_eq!(Url::parse(text.as_bytes()).unwrap_err(), expected);
        }
        assert!(Url::parse_for(b"http://[foo]/", HelmVersion::V3_17).is_ok());
        assert!(Url::parse_for(b"http://a:1:2/", HelmVersion::V4_1).is_ok());
    }
}
