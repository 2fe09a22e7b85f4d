//! Sprig: dict functions.
