//! Sprig: reflect functions.
