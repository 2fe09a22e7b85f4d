//! Sprig: regex functions.
