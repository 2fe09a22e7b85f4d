//! go-yaml's reading and writing, byte for byte.
//!
//! Helm reads YAML with go-yaml v2 by way of JSON, writes it the same way (`toYaml`), and writes with go-yaml v3
//! directly in `toYamlPretty`. Text goes through [`node`] (scanner, parser, tree with places) and becomes a value; the
//! detour over JSON text is not taken, only its effects are.
//!
//! Invariant: whatever a text or a value contains, reading and writing neither fail to end nor exhaust the stack, and
//! error texts are those of Go.

mod analysis;
mod decode;
mod documents;
mod emitter;
mod error;
mod gosyntax;
mod marshal;
pub mod node;
mod order;
mod parser;
mod pretty;
mod reader;
mod resolve;
mod scanner;
mod style;
mod timestamp;
mod token;
mod unmarshal;
mod walk;

pub use documents::{ValuesDocuments, split_values_documents};
pub use error::Error;
pub use marshal::marshal;
pub(crate) use marshal::marshal_bounded;
pub use pretty::marshal_pretty;
pub(crate) use pretty::marshal_pretty_bounded;
pub use token::{Mark, Style};
pub use unmarshal::{
    json_error, scalar_to_string, unmarshal, unmarshal_list, unmarshal_map, unmarshal_scalars,
};
