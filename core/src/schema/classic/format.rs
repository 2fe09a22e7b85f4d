//! The formats Helm 3's library knows (gojsonschema format_checkers.go).

use crate::go::regexp::Regexp;
use crate::go::time::{self, Zone};
use crate::go::url::ip::is_ipv4;
use crate::schema::uri;

const KNOWN: [&str; 17] = [
    "date",
    "time",
    "date-time",
    "hostname",
    "email",
    "idn-email",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "uuid",
    "regex",
    "json-pointer",
    "relative-json-pointer",
];

/// Whether the library checks this format at all.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// Whether a string is of a format; every string is of an unknown one.
pub(super) fn suits(name: &str, text: &str) -> bool {
    match name {
        "date" => is_time(text, &["2006-01-02"]),
        "time" => is_time(text, &["15:04:05Z07:00", "15:04:05"]),
        "date-time" => {
            is_time(text, &["15:04:05", "15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04:05Z07:00"])
        }
        "hostname" => text.len() < 256 && text.split('.').all(is_label),
        "email" | "idn-email" => is_address(text),
        "ipv4" => is_ip(text) && text.contains('.'),
        "ipv6" => is_ip(text) && text.contains(':'),
        "uri" | "iri" => uri::parse(text).is_ok_and(|parts| !parts.scheme.is_empty()) && !text.contains('\\'),
        "uri-reference" | "iri-reference" => uri::parse(text).is_ok() && !text.contains('\\'),
        "uri-template" => is_template(text),
        "uuid" => is_uuid(text),
        "regex" => text.is_empty() || Regexp::compile(text).is_ok(),
        "json-pointer" => is_pointer(text),
        "relative-json-pointer" => is_relative_pointer(text),
        _ => true,
    }
}

fn is_time(text: &str, layouts: &[&str]) -> bool {
    layouts.iter().any(|layout| time::parse(layout.as_bytes(), text.as_bytes(), &Zone::Utc).is_ok())
}

fn is_ip(text: &str) -> bool {
    is_ipv4(text.as_bytes()).is_ok() && !text.contains('%')
}

fn is_label(label: &str) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    (1..=63).contains(&label.len())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && word(label.chars().next())
        && word(label.chars().next_back())
}

fn is_template(text: &str) -> bool {
    let Ok(parts) = uri::parse(text) else { return false };
    if text.contains('\\') {
        return false;
    }
    // ^([^{]*({[^}]*})?)*$: every opening brace is closed some time.
    let path = uri::path(&parts);
    let mut rest = path.as_str();
    while let Some((_, inside)) = rest.split_once('{') {
        match inside.split_once('}') {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.len() == 5
        && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, length)| {
            group.len() == length && group.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
}

fn is_pointer(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    text.starts_with('/') && text.split('~').skip(1).all(|after| after.starts_with(['0', '1']))
}

fn is_relative_pointer(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    (digits == 1 || (digits > 1 && !text.starts_with('0'))) && (rest == "#" || is_pointer(rest))
}

/// `mail.ParseAddress`, without its rarer notations (comments, groups, encoded words).
fn is_address(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t']);
    let address = match text.strip_suffix('>') {
        Some(named) => match named.rsplit_once('<') {
            Some((_, address)) => address,
            None => return false,
        },
        None => text,
    };
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii();
    let dotted = |text: &str| text.split('.').all(|part| !part.is_empty() && part.chars().all(atom));
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let literal = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']'));
    (quoted || dotted(local)) && literal.map_or_else(|| dotted(domain), is_ip)
}
