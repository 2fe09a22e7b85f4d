//! Sprig: random functions.
