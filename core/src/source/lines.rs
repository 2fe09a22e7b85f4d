//! Offset to line and column, on demand.

/// A place in a text as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 0-based byte offset in the line, as Go's template errors print it (R85).
    pub byte: u32,
}

/// The line starts of one text: built once, then every lookup is a binary search.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    len: u32,
}

impl Lines {
    /// Finds all lines of `text`.
    pub fn new(text: &[u8]) -> Lines {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text).map(|at| at as u32 + 1));
        Lines { starts, len: text.len() as u32 }
    }

    /// Line and byte column of `offset`.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        Position { line: line as u32, byte: offset - start }
    }

    /// Byte range of a 1-based line, its line feed excluded; `None` when there is no such line.
    pub fn range(&self, line: u32) -> Option<std::ops::Range<u32>> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index + 1).map_or(self.len, |next| next - 1);
        Some(start..end)
    }

    /// Number of lines; a text that ends in a line feed has an empty last line.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The position of `offset` in `text`, for the one lookup of an error path: counts instead of building a table.
    pub fn find(text: &[u8], offset: u32) -> Position {
        let before = text.get(..offset as usize).unwrap_or(text);
        let line = memchr::memchr_iter(b'\n', before).count() as u32 + 1;
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        Position { line, byte: (before.len() - start) as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree() {
        let text = b"ab\n\ncd\n";
        let lines = Lines::new(text);
        let expected = [(1, 0), (1, 1), (1, 2), (2, 0), (3, 0), (3, 1), (3, 2), (4, 0)];
        for (offset, (line, byte)) in expected.into_iter().enumerate() {
            let offset = offset as u32;
            assert_eq!(lines.position(offset), Position { line, byte }, "table, offset {offset}");
            assert_eq!(Lines::find(text, offset), Position { line, byte }, "count, offset {offset}");
        }
        assert_eq!(lines.range(3), Some(4..6));
        assert_eq!(lines.range(4), Some(7..7));
        assert_eq!(lines.range(5), None);
        assert_eq!(lines.range(0), None);
        assert_eq!(lines.count(), 4);
    }
}
