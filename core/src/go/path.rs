//! Go's path and path/filepath on slash-separated paths.
