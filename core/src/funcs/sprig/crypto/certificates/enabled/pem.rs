//! Blocks of base64 between BEGIN and END (Go's encoding/pem).

use crate::go::base64;

/// A decoded block.
pub struct Block<'a> {
    /// What stands behind BEGIN.
    pub kind: &'a [u8],
    /// What was encoded.
    pub bytes: Vec<u8>,
}

/// A block in lines of 64 characters.
pub fn encode(kind: &str, bytes: &[u8]) -> String {
    let coded = base64::encode(bytes);
    let mut out = format!("-----BEGIN {kind}-----\n");
    let mut rest = coded.as_str();
    while let Some((line, tail)) = rest.split_at_checked(64) {
        out.extend([line, "\n"]);
        rest = tail;
    }
    if !rest.is_empty() {
        out.extend([rest, "\n"]);
    }
    out + &format!("-----END {kind}-----\n")
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The first line, without trailing blanks and line break, and what follows it.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match text.iter().position(|&byte| byte == b'\n') {
        Some(at) => {
            let (line, rest) = text.split_at(at);
            (line.strip_suffix(b"\r").unwrap_or(line), rest.get(1..).unwrap_or(&[]))
        }
        None => (text, &[][..]),
    };
    let used = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
    (line.get(..used).unwrap_or(&[]), rest)
}

/// The first well-formed block of `text`. Text around it is skipped, and so are blocks that are not well-formed.
///
/// As in Go, the search goes from END to END, and back from there to the nearest BEGIN.
pub fn decode(text: &[u8]) -> Option<Block<'_>> {
    const END: &[u8] = b"\n-----END ";
    let mut rest = text;
    loop {
        let (before, trailer) = {
            let at = find(rest, END)?;
            let (before, end) = rest.split_at(at);
            (before, end.get(END.len()..)?)
        };
        if let Some(block) = begin(before).and_then(|begun| block(begun, before, trailer)) {
            return Some(block);
        }
        rest = trailer;
    }
}

/// Where the last line that begins a block starts, just behind its BEGIN.
fn begin(before: &[u8]) -> Option<usize> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let at = before.windows(BEGIN.len()).rposition(|window| window == BEGIN)?;
    let starts_line = at == 0 || before.get(at - 1) == Some(&b'\n');
    starts_line.then_some(at + BEGIN.len())
}

/// The block from `begun` to the end of `before`, if `trailer` ends it.
fn block<'a>(begun: usize, before: &'a [u8], trailer: &[u8]) -> Option<Block<'a>> {
    let (kind, mut body) = line(before.get(begun..)?);
    let kind = kind.strip_suffix(b"-----")?;
    // Headers: lines with a colon.
    loop {
        let (header, rest) = line(body);
        if !header.contains(&b':') {
            break;
        }
        // The line break before END belongs to END, so an empty line must follow the headers.
        if !body.contains(&b'\n') {
            return None;
        }
        body = rest;
    }
    let after = trailer.strip_prefix(kind)?.strip_prefix(b"-----")?;
    if !line(after).0.is_empty() {
        return None;
    }
    let coded: Vec<u8> = body.iter().copied().filter(|byte| !matches!(byte, b' ' | b'\t')).collect();
    Some(Block { kind, bytes: base64::decode(&coded).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_sixty_four() {
        for len in [0, 1, 48, 49, 96, 100] {
            let bytes = vec![b'x'; len];
            let text = encode("THING", &bytes);
            assert!(text.lines().all(|line| line.len() <= 64 && !line.is_empty()), "{text}");
            let block = decode(text.as_bytes()).unwrap();
            assert_eq!((block.kind, block.bytes), (&b"THING"[..], bytes));
        }
    }

    // Answers of Go's pem.Decode.
    #[test]
    fn odd_texts() {
        for (text, expected) in [
            ("junk\n-----BEGIN A-----\r\naGVs\r\nbG8=\r\n-----END A-----", Some(("A", "hello"))),
            (
                "-----BEGIN A-----\nProc-Type: 4\nDEK: x\n\naGVsbG8=\n-----END A-----  \n",
                Some(("A", "hello")),
            ),
            ("-----BEGIN A-----\naGVs bG8=\n-----END A-----\n", Some(("A", "hello"))),
            ("-----BEGIN A-----\n-----END A-----\n", Some(("A", ""))),
            ("-----BEGIN A-----\n-----BEGIN B-----\naGVsbG8=\n-----END B-----\n", Some(("B", "hello"))),
            (
                "-----BEGIN A-----\n!!\n-----END A-----\n-----BEGIN B-----\naGVsbG8=\n-----END B-----\n",
                Some(("B", "hello")),
            ),
            ("-----BEGIN A-----\nX: y\n-----END A-----\n", None),
            ("-----BEGIN A-----\nX: y\n\n-----END A-----\n", Some(("A", ""))),
            (" -----BEGIN A-----\naGVsbG8=\n-----END A-----\n", None),
            ("-----BEGIN A-----\naGVsbG8=\n-----END B-----\n", None),
            ("-----BEGIN A-----\naGVsbG8=\n-----END A----- x\n", None),
            ("-----BEGIN A----\naGVsbG8=\n-----END A-----\n", None),
            ("-----BEGIN A-----aGVsbG8=-----END A-----\n", None),
            ("", None),
        ] {
            let block = decode(text.as_bytes());
            let found = block
                .map(|b| (String::from_utf8_lossy(b.kind).into_owned(), String::from_utf8(b.bytes).unwrap()));
            assert_eq!(found, expected.map(|(kind, text)| (kind.to_owned(), text.to_owned())), "{text:?}");
        }
    }
}
