//! Go's strconv.Quote and Unquote.

/// Stand-in until the real one is merged.
pub fn quote(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(bytes))
}
