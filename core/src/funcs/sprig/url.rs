//! Sprig: url functions.

use crate::dialect::HelmVersion;
use crate::go::url::Url;
use crate::value::{Args, Caller, Doc, Fault, Func, Kind, Map, Str, Ty, Value};

fn url_parse(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let parsed = Url::parse_for(args.bytes(0), caller.settings().version);
    let url = parsed.map_err(|error| Fault::text(format!("unable to parse url: {error}")))?;
    let userinfo = url.user.as_ref().map(|user| user.to_bytes()).unwrap_or_default();
    let entries: [(&str, &[u8]); 8] = [
        ("scheme", &url.scheme),
        ("host", &url.host),
        ("hostname", url.hostname()),
        ("path", &url.path),
        ("query", &url.raw_query),
        ("opaque", &url.opaque),
        ("fragment", &url.fragment),
        ("userinfo", &userinfo),
    ];
    Ok(Value::Map(entries.into_iter().map(|(key, text)| (Str::from(key), Value::Str(text.into()))).collect()))
}

fn url_join(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let parts = args.map(0);
    let mut url = Url {
        scheme: entry(&parts, "scheme")?,
        host: entry(&parts, "host")?,
        path: entry(&parts, "path")?,
        raw_query: entry(&parts, "query")?,
        opaque: entry(&parts, "opaque")?,
        fragment: entry(&parts, "fragment")?,
        ..Url::default()
    };
    let userinfo = entry(&parts, "userinfo")?;
    if !userinfo.is_empty() {
        let text = [b"proto://", userinfo.as_slice(), b"@host"].concat();
        let parsed = Url::parse_for(&text, caller.settings().version);
        url.user =
            parsed.map_err(|error| Fault::text(format!("unable to parse userinfo in dict: {error}")))?.user;
    }
    Ok(Value::Str(url.to_bytes().into()))
}

/// A string entry, empty when absent. Sprig asks nil for its type and panics.
fn entry(parts: &Map, key: &str) -> Result<Vec<u8>, Fault> {
    let text = match parts.get_str(key) {
        None => return Ok(Vec::new()),
        Some(Value::Nil) => {
            return Err(Fault::text("runtime error: invalid memory address or nil pointer dereference"));
        }
        Some(Value::Object(object)) if object.kind() == Kind::String => {
            object.underlying().unwrap_or_default()
        }
        Some(value) => value,
    };
    match text {
        Value::Str(text) => Ok(text.to_vec()),
        other => {
            let found = other.kind().name();
            Err(Fault::text(format!("unable to parse {key} key, must be of type string, but {found} found")))
        }
    }
}

/// URLs (sprig/url.go).
pub const FUNCS: &[Func] = &[
    Func {
        name: "urlParse",
        params: &[Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: url_parse,
        doc: Doc::new(
            "Takes a URL apart into scheme, host, hostname, path, query, opaque, fragment and userinfo.",
        ),
    },
    Func {
        name: "urlJoin",
        params: &[Ty::Map],
        variadic: false,
        since: HelmVersion::V3_17,
        call: url_join,
        doc: Doc::new("Puts a URL together from a map as urlParse returns it."),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_strings() {
        let parts: Map = [("path", Value::Int(1)), ("host", "h".into()), ("query", Value::Nil)]
            .into_iter()
            .map(|(key, value)| (Str::from(key), value))
            .collect();
        assert_eq!(entry(&parts, "host"), Ok(b"h".to_vec()));
        assert_eq!(entry(&parts, "scheme"), Ok(Vec::new()));
        assert_eq!(
            entry(&parts, "path").unwrap_err().to_string(),
            "unable to parse path key, must be of type string, but int found"
        );
        assert!(entry(&parts, "query").unwrap_err().to_string().starts_with("runtime error"));
    }
}
