//! Glob patterns: gobwas/glob for `.Files.Glob`, and Go's `path.Match` for `--show-only` and `.helmignore`.
