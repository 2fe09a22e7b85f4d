//! Sprig: strings functions.
