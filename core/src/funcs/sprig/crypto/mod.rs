//! Sprig: crypto functions.
