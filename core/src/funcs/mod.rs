//! The functions charts call: Go's built-ins, Sprig's and Helm's own (R116).
//!
//! Each family's file ends in a table `FUNCS`; [`registry`] is the concatenation of all tables.

pub mod builtin;
pub mod cast;
pub mod helm;
pub mod registry;
pub mod sprig;
