//! The texts of one render: file ids, names, contents.

use super::Lines;
use crate::value::Str;
use std::cell::OnceCell;

/// Names a text of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// All texts that output or errors may point into. Texts are shared with the templates, not copied.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    name: Str,
    text: Str,
    lines: OnceCell<Lines>,
}

impl SourceMap {
    /// A map without files.
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// Adds a text under the name errors call it by.
    pub fn add(&mut self, name: Str, text: Str) -> FileId {
        self.files.push(File { name, text, lines: OnceCell::new() });
        FileId((self.files.len() - 1) as u32)
    }

    /// The file's name; empty for an unknown id.
    pub fn name(&self, file: FileId) -> &[u8] {
        self.files.get(file.0 as usize).map_or(b"", |f| &f.name)
    }

    /// The file's text; empty for an unknown id.
    pub fn text(&self, file: FileId) -> &[u8] {
        self.files.get(file.0 as usize).map_or(b"", |f| &f.text)
    }

    /// The file's lines, found when first asked for.
    pub fn lines(&self, file: FileId) -> Option<&Lines> {
        let file = self.files.get(file.0 as usize)?;
        Some(file.lines.get_or_init(|| Lines::new(&file.text)))
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_names_and_texts() {
        let mut map = SourceMap::new();
        let a = map.add(Str::from("a.yaml"), Str::from("x\ny\n"));
        assert_eq!(map.name(a), b"a.yaml");
        assert_eq!(map.lines(a).map(|l| l.position(2).line), Some(2));
        assert_eq!(map.text(FileId(9)), b"");
    }
}
