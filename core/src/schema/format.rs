//! The formats a schema may demand of strings, with the library's complaints (jsonschema format.go).

use super::uri;
use crate::go::number::atoi;
use crate::go::quote::quote_rune;
use crate::go::regexp::Regexp;
use crate::go::time;
use crate::go::url::Url;
use crate::go::url::ip::is_ipv4;

type Check = fn(&str) -> Result<(), String>;

const FORMATS: &[(&str, Check)] = &[
    ("date", date),
    ("date-time", date_time),
    ("duration", duration),
    ("email", email),
    ("hostname", hostname),
    ("ipv4", ipv4),
    ("ipv6", ipv6),
    ("iri", absolute_uri),
    ("iri-reference", uri_reference),
    ("json-pointer", json_pointer),
    ("period", period),
    ("regex", regex),
    ("relative-json-pointer", relative_json_pointer),
    ("semver", semver),
    ("time", time_of_day),
    ("uri", absolute_uri),
    ("uri-reference", uri_reference),
    ("uri-template", uri_template),
    ("uuid", uuid),
];

/// The format of that name, if the library knows it; other formats never fail.
pub(super) fn known(name: &str) -> Option<&'static str> {
    FORMATS.iter().map(|(known, _)| *known).find(|known| *known == name)
}

/// Checks a string; the error is what stands after `is not valid …: `.
pub(super) fn check(name: &str, text: &str) -> Result<(), String> {
    match FORMATS.iter().find(|(known, _)| *known == name) {
        Some((_, check)) => check(text),
        None => Ok(()),
    }
}

fn fail<T>(message: &str) -> Result<T, String> {
    Err(message.to_owned())
}

fn bad_character(c: char) -> Result<(), String> {
    Err(format!("invalid character {}", quote_rune(c)))
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn regex(text: &str) -> Result<(), String> {
    Regexp::compile(text).map(|_| ())
}

fn json_pointer(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    let Some(tokens) = text.strip_prefix('/') else { return fail("not starting with /") };
    for token in tokens.split('/') {
        let mut characters = token.chars();
        while let Some(c) = characters.next() {
            if c == '~' && !matches!(characters.next(), Some('0' | '1')) {
                return fail("~ must be followed by 0 or 1");
            }
        }
    }
    Ok(())
}

fn relative_json_pointer(text: &str) -> Result<(), String> {
    match leading_digits(text) {
        0 => return fail("must start with non-negative integer"),
        1 => {}
        _ if text.starts_with('0') => return fail("starts with zero"),
        _ => {}
    }
    match text.trim_start_matches(|c: char| c.is_ascii_digit()) {
        "#" => Ok(()),
        pointer => json_pointer(pointer),
    }
}

fn uuid(text: &str) -> Result<(), String> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    if groups.len() != lengths.len() {
        return fail("must have 5 elements");
    }
    for (index, (group, length)) in groups.iter().zip(lengths).enumerate() {
        if group.len() != length {
            return Err(format!("element {} must be {length} characters long", index + 1));
        }
        if let Some(c) = group.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Err(format!("non-hex character {}", quote_rune(c)));
        }
    }
    Ok(())
}

fn duration(text: &str) -> Result<(), String> {
    let Some(text) = text.strip_prefix('P') else { return fail("must start with P") };
    if text.is_empty() {
        return fail("nothing after P");
    }
    if let Some(weeks) = text.strip_suffix('W') {
        return match weeks {
            "" => fail("no number in week"),
            _ if !weeks.bytes().all(|b| b.is_ascii_digit()) => fail("invalid week"),
            _ => Ok(()),
        };
    }
    for (index, part) in text.split('T').enumerate() {
        if index > 0 && part.is_empty() {
            return fail("no time elements");
        }
        let all = match index {
            0 => "YMD",
            1 => "HMS",
            _ => return fail("more than one T"),
        };
        let (mut units, mut rest) = (all, part);
        while !rest.is_empty() {
            let digits = leading_digits(rest);
            if digits == 0 {
                return fail("missing number");
            }
            rest = rest.get(digits..).unwrap_or_default();
            let Some(unit) = rest.bytes().next().map(char::from) else { return fail("missing unit") };
            match units.find(unit) {
                Some(at) => units = units.get(at + 1..).unwrap_or_default(),
                None if all.contains(unit) => return Err(format!("unit {} out of order", quote_rune(unit))),
                None => return Err(format!("invalid unit {}", quote_rune(unit))),
            }
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    Ok(())
}

fn ipv4(text: &str) -> Result<(), String> {
    let groups: Vec<&str> = text.split('.').collect();
    if groups.len() != 4 {
        return fail("expected four decimals");
    }
    for group in groups {
        if group.len() > 1 && group.starts_with('0') {
            return fail("leading zeros");
        }
        let number = atoi(group.as_bytes()).map_err(|error| error.to_string())?;
        if !(0..=255).contains(&number) {
            return fail("decimal must be between 0 and 255");
        }
    }
    Ok(())
}

fn ipv6(text: &str) -> Result<(), String> {
    if !text.contains(':') {
        return fail("missing colon");
    }
    is_ipv4(text.as_bytes())?;
    if text.contains('%') { fail("zone id is not a part of ipv6 address") } else { Ok(()) }
}

fn hostname(text: &str) -> Result<(), String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > 253 {
        return fail("more than 253 characters long");
    }
    for label in text.split('.') {
        match label.len() {
            1..=63 => {}
            _ => return fail("label must be 1 to 63 characters long"),
        }
        if label.starts_with('-') {
            return fail("label starts with hyphen");
        }
        if label.ends_with('-') {
            return fail("label ends with hyphen");
        }
        if let Some(c) = label.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
            return bad_character(c);
        }
    }
    Ok(())
}

fn email(text: &str) -> Result<(), String> {
    if text.len() > 254 {
        return fail("more than 255 characters long");
    }
    let Some((local, domain)) = text.rsplit_once('@') else { return fail("missing @") };
    if local.len() > 64 {
        return fail("local part more than 64 characters long");
    }
    let quoted = local.strip_prefix('"').and_then(|local| local.strip_suffix('"'));
    if let Some(inside) = quoted {
        if inside.contains(['\\', '"']) {
            return fail("backslash and quote are not allowed within quoted local part");
        }
    } else {
        if local.starts_with('.') {
            return fail("starts with dot");
        }
        if local.ends_with('.') {
            return fail("ends with dot");
        }
        if local.contains("..") {
            return fail("consecutive dots");
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
        if let Some(c) = local.chars().find(|c| !allowed(*c)) {
            return bad_character(c);
        }
    }
    if let Some(literal) = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']')) {
        return match literal.strip_prefix("IPv6:") {
            Some(address) => within("invalid ipv6 address", ipv6(address)),
            None => within("invalid ipv4 address", ipv4(literal)),
        };
    }
    within("invalid domain", hostname(domain))
}

/// A complaint about a part.
fn within(what: &str, result: Result<(), String>) -> Result<(), String> {
    result.map_err(|error| format!("{what}: {error}"))
}

fn date(text: &str) -> Result<(), String> {
    time::parse(b"2006-01-02", text.as_bytes(), &time::Zone::Utc).map(|_| ())
}

fn time_of_day(text: &str) -> Result<(), String> {
    let bytes = text.as_bytes();
    if bytes.len() < 9 {
        return fail("less than 9 characters long");
    }
    if bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') {
        return fail("missing colon in correct place");
    }
    let (clock, mut rest) = bytes.split_at_checked(8).unwrap_or_default();
    let [hour, minute, second] = numbers(clock, "hour/min/sec")?;
    if hour > 23 || minute > 59 || second > 60 {
        return fail("hour/min/sec out of range");
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return fail("no digits in second fraction");
        }
        rest = fraction.get(digits..).unwrap_or_default();
    }
    let mut minutes = hour * 60 + minute;
    if !matches!(rest, b"z" | b"Z") {
        if rest.len() != 6 {
            return fail("offset must be 6 characters long");
        }
        let sign = match rest.first() {
            Some(b'+') => -1,
            Some(b'-') => 1,
            _ => return fail("offset must begin with plus/minus"),
        };
        let offset = rest.get(1..).unwrap_or_default();
        if offset.get(2) != Some(&b':') {
            return fail("missing colon in offset in correct place");
        }
        let [hours, mins] = numbers(offset, "hour/min in offset")?;
        if hours > 23 || mins > 59 {
            return fail("hour/min in offset out of range");
        }
        minutes += sign * (hours * 60 + mins);
        if minutes < 0 {
            minutes += 24 * 60;
        }
    }
    if second >= 60 && minutes != 23 * 60 + 59 {
        return fail("invalid leap second");
    }
    Ok(())
}

/// Numbers separated by colons.
fn numbers<const N: usize>(text: &[u8], what: &str) -> Result<[i64; N], String> {
    let mut numbers = [0; N];
    let mut tokens = text.splitn(N, |b| *b == b':');
    for number in &mut numbers {
        *number = atoi(tokens.next().unwrap_or_default()).map_err(|_| format!("invalid {what}"))?;
        if *number < 0 {
            return Err(format!("non-positive {what}"));
        }
    }
    Ok(numbers)
}

fn date_time(text: &str) -> Result<(), String> {
    if text.len() < 20 {
        return fail("less than 20 characters long");
    }
    if !matches!(text.as_bytes().get(10), Some(b't' | b'T')) {
        return fail("11th character must be t or T");
    }
    within("invalid date element", date(text.get(..10).unwrap_or_default()))?;
    within("invalid time element", time_of_day(text.get(11..).unwrap_or_default()))
}

fn period(text: &str) -> Result<(), String> {
    let Some((start, end)) = text.split_once('/') else { return fail("missing slash") };
    if start.starts_with('P') {
        within("invalid start duration", duration(start))?;
        return within("invalid end date-time", date_time(end));
    }
    within("invalid start date-time", date_time(start))?;
    if end.starts_with('P') {
        return within("invalid end duration", duration(end));
    }
    within("invalid end date-time", date_time(end))
}

fn parsed(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.as_bytes())?;
    let name = String::from_utf8_lossy(url.hostname());
    if name.contains(':') {
        if !url.host.starts_with(b"[") {
            return fail("ipv6 address not enclosed in brackets");
        }
        within("invalid ipv6 address", ipv6(&name))?;
    }
    Ok(url)
}

fn absolute_uri(text: &str) -> Result<(), String> {
    if parsed(text)?.scheme.is_empty() { fail("relative url") } else { Ok(()) }
}

fn uri_reference(text: &str) -> Result<(), String> {
    if text.contains('\\') {
        return fail("contains \\");
    }
    parsed(text).map(|_| ())
}

fn uri_template(text: &str) -> Result<(), String> {
    // The library looks at the written path, which Go keeps only when it is not the usual one.
    let url = parsed(text)?;
    for segment in String::from_utf8_lossy(&url.raw_path).split('/') {
        let segment = within_decode(uri::path_unescape(segment))?;
        let mut open = false;
        for c in segment.chars().filter(|c| matches!(c, '{' | '}')) {
            if (c == '{') == open {
                return fail("nested curly braces");
            }
            open = !open;
        }
        if open {
            return fail("no matching closing brace");
        }
    }
    Ok(())
}

fn within_decode(result: Result<String, String>) -> Result<String, String> {
    result.map_err(|error| format!("percent decode failed: {error}"))
}

fn semver(text: &str) -> Result<(), String> {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut text = text;
    if let Some((version, build)) = text.split_once('+') {
        if build.is_empty() {
            return fail("build is empty");
        }
        for identifier in build.split('.') {
            if identifier.is_empty() {
                return fail("build identifier is empty");
            }
            if let Some(c) = identifier.chars().find(|c| !letter(*c)) {
                return Err(format!("invalid character {} in build identifier", quote_rune(c)));
            }
        }
        text = version;
    }
    if let Some((version, pre)) = text.split_once('-') {
        for identifier in pre.split('.') {
            if identifier.is_empty() {
                return fail("pre-release identifier is empty");
            }
            if let Some(c) = identifier.chars().find(|c| !letter(*c)) {
                return Err(format!("invalid character {} in pre-release identifier", quote_rune(c)));
            }
            if identifier.len() > 1
                && identifier.starts_with('0')
                && identifier.bytes().all(|b| b.is_ascii_digit())
            {
                return fail("pre-release numeric identifier starts with zero");
            }
        }
        text = version;
    }
    let numbers: Vec<&str> = text.split('.').collect();
    if numbers.len() != 3 {
        return fail("versionCore must have 3 numbers separated by dot");
    }
    for (number, name) in numbers.iter().zip(["major", "minor", "patch"]) {
        match *number {
            "" => return Err(format!("{name} is empty")),
            _ if number.len() > 1 && number.starts_with('0') => {
                return Err(format!("{name} starts with zero"));
            }
            _ if !number.bytes().all(|b| b.is_ascii_digit()) => {
                return Err(format!("{name} contains non-digit"));
            }
            _ => {}
        }
    }
    Ok(())
}
