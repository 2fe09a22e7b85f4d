//! Sprig: url functions.
