//! URLs as schemas use them: references resolved, fragments and JSON pointers (net/url; jsonschema util.go).

use crate::go::quote::quote;
use crate::go::url::{self, Url};

/// `url.Parse` of a text without its fragment. The error is the whole text Go gives.
pub(super) fn parse(text: &str) -> Result<Url, String> {
    Url::parse(split(text).0.as_bytes())
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// `url.PathUnescape`; bytes that are no UTF-8 become U+FFFD.
pub(super) fn path_unescape(text: &str) -> Result<String, String> {
    url::path_unescape(text.as_bytes()).map(lossy)
}

/// A URL's decoded path.
pub(super) fn path(url: &Url) -> String {
    lossy(url.path.clone())
}

/// Each segment through `url.PathEscape`: how pointers are shown in locations.
pub(super) fn escape_pointer(pointer: &str) -> String {
    let segments: Vec<String> =
        pointer.split('/').map(|part| lossy(url::path_escape(part.as_bytes()))).collect();
    segments.join("/")
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
    Ok((lossy(resolve(&base_parts, reference_parts).to_bytes()), fragment))
}

/// `URL.ResolveReference`, RFC 3986 section 5.2.
fn resolve(base: &Url, reference: Url) -> Url {
    if !reference.scheme.is_empty() || !reference.host.is_empty() || reference.user.is_some() {
        let scheme = if reference.scheme.is_empty() { base.scheme.clone() } else { reference.scheme.clone() };
        let path = clean("", &written_path(&reference));
        return with_path(Url { scheme, ..reference }, &path);
    }
    let mut resolved = Url { fragment: Vec::new(), raw_fragment: Vec::new(), ..base.clone() };
    if !reference.path.is_empty() || !reference.raw_query.is_empty() || reference.force_query {
        resolved.raw_query = reference.raw_query.clone();
        resolved.force_query = reference.force_query;
    }
    // A relative reference does not change what an opaque base names.
    if !base.opaque.is_empty() {
        return resolved;
    }
    let path = clean(&written_path(base), &written_path(&reference));
    with_path(resolved, &path)
}

/// A URL's path with its escapes.
fn written_path(url: &Url) -> String {
    let path = Url { path: url.path.clone(), raw_path: url.raw_path.clone(), ..Url::default() };
    // What stands before a colon would be taken for a scheme.
    let text = lossy(path.to_bytes());
    text.strip_prefix("./").filter(|_| !url.path.starts_with(b"./")).map_or(text.clone(), str::to_owned)
}

fn with_path(url: Url, path: &str) -> Url {
    let raw = path.as_bytes();
    let decoded = url::path_unescape(raw).unwrap_or_else(|_| raw.to_vec());
    Url { path: decoded, raw_path: raw.to_vec(), ..url }
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
