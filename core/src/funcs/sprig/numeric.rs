//! Sprig: numeric functions.
