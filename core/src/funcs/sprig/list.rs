//! Sprig: list functions.
