//! Sprig: network functions.
