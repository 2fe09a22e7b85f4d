//! Glob patterns: gobwas/glob for `.Files.Glob`, and Go's `filepath.Match` for `--show-only` and `.helmignore`.

mod path_match;

pub use path_match::{BadPattern, path_match};
