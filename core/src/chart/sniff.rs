//! What kind of content bytes begin like: Go's `http.DetectContentType`, for one error message of Helm (R10).
//!
//! Signatures of net/http/sniff.go, which follows the WHATWG MIME Sniffing standard.

/// Tags that mean HTML when a space or `>` follows, compared without regard to case.
const HTML: &[&[u8]] = &[
    b"<!DOCTYPE HTML",
    b"<HTML",
    b"<HEAD",
    b"<SCRIPT",
    b"<IFRAME",
    b"<H1",
    b"<DIV",
    b"<FONT",
    b"<TABLE",
    b"<A",
    b"<STYLE",
    b"<TITLE",
    b"<B",
    b"<BODY",
    b"<BR",
    b"<P",
    b"<!--",
];

/// First bytes, a later part with its offset (for containers), and the type.
type Signature = (&'static [u8], (usize, &'static [u8]), &'static str);

const NONE: (usize, &[u8]) = (0, b"");

const SIGNATURES: &[Signature] = &[
    (b"%PDF-", NONE, "application/pdf"),
    (b"%!PS-Adobe-", NONE, "application/postscript"),
    (b"\xFE\xFF", NONE, "text/plain; charset=utf-16be"),
    (b"\xFF\xFE", NONE, "text/plain; charset=utf-16le"),
    (b"\xEF\xBB\xBF", NONE, "text/plain; charset=utf-8"),
    (b"\x00\x00\x01\x00", NONE, "image/x-icon"),
    (b"\x00\x00\x02\x00", NONE, "image/x-icon"),
    (b"BM", NONE, "image/bmp"),
    (b"GIF87a", NONE, "image/gif"),
    (b"GIF89a", NONE, "image/gif"),
    (b"RIFF", (8, b"WEBPVP"), "image/webp"),
    (b"\x89PNG\x0D\x0A\x1A\x0A", NONE, "image/png"),
    (b"\xFF\xD8\xFF", NONE, "image/jpeg"),
    (b"FORM", (8, b"AIFF"), "audio/aiff"),
    (b"ID3", NONE, "audio/mpeg"),
    (b"OggS\x00", NONE, "application/ogg"),
    (b"MThd\x00\x00\x00\x06", NONE, "audio/midi"),
    (b"RIFF", (8, b"AVI "), "video/avi"),
    (b"RIFF", (8, b"WAVE"), "audio/wave"),
];

/// Signatures that Go tries after video/mp4.
const LATER: &[Signature] = &[
    (b"\x1A\x45\xDF\xA3", NONE, "video/webm"),
    (b"", (34, b"LP"), "application/vnd.ms-fontobject"),
    (b"\x00\x01\x00\x00", NONE, "font/ttf"),
    (b"OTTO", NONE, "font/otf"),
    (b"ttcf", NONE, "font/collection"),
    (b"wOFF", NONE, "font/woff"),
    (b"wOF2", NONE, "font/woff2"),
    (b"\x1F\x8B\x08", NONE, "application/x-gzip"),
    (b"PK\x03\x04", NONE, "application/zip"),
    (b"Rar!\x1A\x07\x00", NONE, "application/x-rar-compressed"),
    (b"Rar!\x1A\x07\x01\x00", NONE, "application/x-rar-compressed"),
    (b"\x00\x61\x73\x6D", NONE, "application/wasm"),
];

/// The MIME type of data that begins with these bytes (at most 512 count).
pub(super) fn content_type(data: &[u8]) -> &'static str {
    let data = data.get(..512).unwrap_or(data);
    let blank = |b: &u8| matches!(b, b'\t' | b'\n' | 0x0c | b'\r' | b' ');
    let text = data.iter().position(|b| !blank(b)).and_then(|start| data.get(start..)).unwrap_or_default();
    let is_html = |tag: &&[u8]| {
        let start = text.get(..tag.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(tag) && matches!(text.get(tag.len()), Some(b' ' | b'>'))
    };
    if HTML.iter().any(is_html) {
        return "text/html; charset=utf-8";
    }
    if text.starts_with(b"<?xml") {
        return "text/xml; charset=utf-8";
    }
    let matches = |(start, (offset, part), _): &&Signature| {
        data.starts_with(start) && data.get(*offset..).is_some_and(|rest| rest.starts_with(part))
    };
    if let Some((_, _, kind)) = SIGNATURES.iter().find(matches) {
        return kind;
    }
    if is_mp4(data) {
        return "video/mp4";
    }
    if let Some((_, _, kind)) = LATER.iter().find(matches) {
        return kind;
    }
    let binary = |b: &u8| matches!(b, 0..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    if text.iter().any(binary) { "application/octet-stream" } else { "text/plain; charset=utf-8" }
}

/// An ISO media file whose brands include one that begins with `mp4`.
fn is_mp4(data: &[u8]) -> bool {
    let Some(len) = data.first_chunk::<4>().map(|len| u32::from_be_bytes(*len) as usize) else {
        return false;
    };
    if data.len() < 12 || data.len() < len || len % 4 != 0 || data.get(4..8) != Some(b"ftyp") {
        return false;
    }
    // The version number after the major brand is not a brand.
    (8..len).step_by(4).filter(|at| *at != 12).any(|at| data.get(at..at + 3) == Some(b"mp4"))
}

#[cfg(test)]
mod tests {
    use super::content_type;

    #[test]
    fn kinds_are_told_apart() {
        let cases: &[(&[u8], &str)] = &[
            (b"name: c\n", "text/plain; charset=utf-8"),
            (b"name: c\n\0", "application/octet-stream"),
            (b"PK\x03\x04\0", "application/zip"),
            (b"  <html>x", "text/html; charset=utf-8"),
            (b"  <htmlx", "text/plain; charset=utf-8"),
            (b"<?xml version", "text/xml; charset=utf-8"),
            (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4"),
            (b"RIFF____WAVEfmt", "audio/wave"),
            (b"\x1F\x8B\x08", "application/x-gzip"),
            (b"", "text/plain; charset=utf-8"),
        ];
        for (data, kind) in cases {
            assert_eq!(content_type(data), *kind, "{data:?}");
        }
    }
}
