//! Go's text/template; knows nothing of Helm.
//!
//! [`parse`] reads a text into trees, [`Set`] holds the trees of many texts under their names, [`execute`] walks one
//! with data and writes its output. Functions are found through a lookup the caller passes to the parser, and reach
//! the caller again through [`crate::value::Caller`].
//!
//! Invariant: the walk follows Go's evaluator node by node, because the node that is current when something fails is
//! part of the error's text (R86).

pub mod ast;
mod error;
mod exec;
mod lexer;
mod parser;
mod set;
mod text;
mod token;

pub use error::ParseError;
pub use exec::{Run, Runtime, execute};
pub use parser::{Options, Parsed, parse};
pub use set::Set;
