//! Go's path and path/filepath on slash-separated paths.

/// Go's `path.Base`: the last element, without trailing slashes; `.` for the empty path, `/` for slashes only.
pub fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    match path.iter().rposition(|b| *b != b'/') {
        None => b"/",
        Some(last) => path.get(..=last).map_or(path, |path| split(path).1),
    }
}

/// Go's `path.Dir`: everything before the last element, cleaned.
pub fn dir(path: &[u8]) -> Vec<u8> {
    clean(split(path).0)
}

/// Go's `path.Split`: the path up to and including the last slash, and the rest.
pub fn split(path: &[u8]) -> (&[u8], &[u8]) {
    path.split_at(path.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1))
}

/// Go's `path.Ext`: from the last dot of the last element on; empty when there is none.
pub fn ext(path: &[u8]) -> &[u8] {
    let last = split(path).1;
    last.iter().rposition(|b| *b == b'.').and_then(|dot| last.get(dot..)).unwrap_or(b"")
}

/// Go's `path.IsAbs`: whether the path begins with a slash.
pub fn is_abs(path: &[u8]) -> bool {
    path.first() == Some(&b'/')
}

/// Go's `path.Clean`: the shortest path that means the same without looking at files.
///
/// ```
/// use hookwright_core::go::path::clean;
/// assert_eq!(clean(b"a//b/./../c/"), b"a/c");
/// assert_eq!(clean(b"/../a"), b"/a");
/// assert_eq!(clean(b"../a/../.."), b"../..");
/// ```
pub fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = is_abs(path);
    let mut out: Vec<u8> = Vec::with_capacity(path.len().max(1));
    if rooted {
        out.push(b'/');
    }
    // What `..` cannot remove: the root, or leading `..` elements.
    let mut fixed = out.len();
    let root = out.len();
    for element in path.split(|b| *b == b'/') {
        match element {
            b"" | b"." => {}
            b".." if out.len() > fixed => {
                let cut = out.iter().rposition(|b| *b == b'/').unwrap_or(0);
                out.truncate(cut.max(fixed));
            }
            b".." if rooted => {}
            _ => {
                if out.len() > root {
                    out.push(b'/');
                }
                out.extend_from_slice(element);
                if element == b".." {
                    fixed = out.len();
                }
            }
        }
    }
    if out.is_empty() {
        out.push(b'.');
    }
    out
}

/// Go's `path.Join`: the non-empty elements with slashes between them, cleaned; empty if there are none.
pub fn join(elements: &[&[u8]]) -> Vec<u8> {
    let present: Vec<&[u8]> = elements.iter().copied().filter(|e| !e.is_empty()).collect();
    if present.is_empty() {
        return Vec::new();
    }
    clean(&present.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans() {
        for (path, cleaned) in [
            ("", "."),
            (".", "."),
            ("/", "/"),
            ("//", "/"),
            ("a/..", "."),
            ("/..", "/"),
            ("/a/../..", "/"),
            ("..", ".."),
            ("../../a", "../../a"),
            ("../a/../../b", "../../b"),
            ("a/b/../c", "a/c"),
            ("./a", "a"),
            ("a/", "a"),
            ("abc/def/../../..", ".."),
            ("abc//./../def", "def"),
        ] {
            assert_eq!(clean(path.as_bytes()), cleaned.as_bytes(), "{path}");
        }
    }

    #[test]
    fn takes_apart() {
        for (path, base_, dir_, ext_) in [
            ("", ".", ".", ""),
            ("/", "/", "/", ""),
            ("///", "/", "/", ""),
            ("a", "a", ".", ""),
            ("a.b/c", "c", "a.b", ""),
            ("/a/b.c.d", "b.c.d", "/a", ".d"),
            ("a/b/", "b", "a/b", ""),
            (".x", ".x", ".", ".x"),
        ] {
            assert_eq!(base(path.as_bytes()), base_.as_bytes(), "{path}");
            assert_eq!(dir(path.as_bytes()), dir_.as_bytes(), "{path}");
            assert_eq!(ext(path.as_bytes()), ext_.as_bytes(), "{path}");
        }
        assert_eq!(join(&[b"a", b"", b"../b"]), b"b");
        assert_eq!(join(&[b"", b""]), b"");
    }
}
