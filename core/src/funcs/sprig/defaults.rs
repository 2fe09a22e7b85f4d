//! Sprig: defaults functions.
