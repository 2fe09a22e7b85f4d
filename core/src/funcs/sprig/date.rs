//! Sprig: date functions.
