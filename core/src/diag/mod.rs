//! Diagnostics as values, and their pictures.
