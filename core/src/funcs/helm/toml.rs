//! toToml and fromToml.
