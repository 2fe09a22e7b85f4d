//! Behaviour of Go's standard library that charts can observe, each file citing its origin.

pub mod base64;
pub mod glob;
pub mod json;
pub mod number;
pub mod path;
pub mod print;
pub mod printf;
pub mod quote;
pub mod regexp;
pub mod time;
pub mod unicode;
pub mod url;
pub mod utf8;
