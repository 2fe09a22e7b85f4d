//! html, js and urlquery (R112).

use crate::dialect::HelmVersion;
use crate::go::{print, unicode, url, utf8};
use crate::value::{Args, Caller, Fault, Kind, Value};

pub(super) fn html(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    escaped(caller, args, "html", |out, text, _| push_html(out, text))
}

pub(super) fn js(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    escaped(caller, args, "js", push_js)
}

pub(super) fn urlquery(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    escaped(caller, args, "urlquery", |out, text, _| out.extend(url::query_escape(text)))
}

fn escaped(
    caller: &dyn Caller,
    args: &Args<'_>,
    name: &str,
    push: fn(&mut Vec<u8>, &[u8], HelmVersion),
) -> Result<Value, Fault> {
    let version = caller.settings().version;
    let text = plain(args, version)?;
    let mut out = Vec::with_capacity(text.len());
    push(&mut out, &text, version);
    caller.check_bytes(name, out.len())?;
    Ok(Value::str(out))
}

/// The arguments as `print` would give them, if they were printed by actions (funcs.go:evalArgs).
fn plain(args: &Args<'_>, version: HelmVersion) -> Result<Vec<u8>, Fault> {
    if let [Value::Str(text)] = args.rest(0) {
        return Ok(text.to_vec());
    }
    let mut out = Vec::new();
    let mut after_string = true;
    for arg in args.rest(0) {
        let string = matches!(arg.kind(), Kind::String | Kind::Invalid);
        if !string && !after_string {
            out.push(b' ');
        }
        after_string = string;
        match arg {
            Value::Nil => out.extend(b"<no value>"),
            _ => print::print_action(&mut out, arg, false, version)?,
        }
    }
    Ok(out)
}

fn push_html(out: &mut Vec<u8>, text: &[u8]) {
    for byte in text {
        match byte {
            0 => out.extend("\u{fffd}".as_bytes()),
            b'"' => out.extend(b"&#34;"),
            b'\'' => out.extend(b"&#39;"),
            b'&' => out.extend(b"&amp;"),
            b'<' => out.extend(b"&lt;"),
            b'>' => out.extend(b"&gt;"),
            _ => out.push(*byte),
        }
    }
}

fn push_js(out: &mut Vec<u8>, text: &[u8], version: HelmVersion) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for (_, rune, _) in utf8::runes(text) {
        match rune {
            '\\' | '\'' | '"' => out.extend([b'\\', rune as u8]),
            '<' | '>' | '&' | '=' | '\0'..='\x1f' => {
                let code = rune as usize;
                out.extend([b'\\', b'u', b'0', b'0', HEX[code >> 4 & 15], HEX[code & 15]]);
            }
            '\x20'..='\x7f' => out.push(rune as u8),
            _ if unicode::is_print_in(rune, version) => utf8::push(out, rune),
            // Beyond the BMP this is not an escape JavaScript knows; so it is in Go.
            _ => out.extend(format!("\\u{:04X}", rune as u32).bytes()),
        }
    }
}
