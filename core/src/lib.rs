//! # hookwright-core
//!
//! Renders a Helm chart exactly as Helm does — same documents, order, whitespace, number formats and error text —
//! from bytes in memory, natively and in WebAssembly.
//!
//! The crate is pure: it never reads a file, a clock, a random source, the environment or the network. What a
//! template may ask of the world goes through [`host::Host`]; with [`host::SealedHost`] a render is a function of
//! its inputs.
//!
//! Doors to enter by, lowest first:
//!
//! * [`value`] — Go's dynamic values as templates see them, and [`value::Fault`], how a function fails
//! * [`go`] — behaviour of Go's standard library (formatting, numbers, regular expressions, time, JSON)
//! * [`yaml`] — go-yaml's reading and writing, byte for byte
//! * [`template`] — the template language; knows nothing of Helm
//! * [`funcs`] — the functions charts call
//! * [`chart`], [`values`], [`schema`] — a chart in memory, and the values it is rendered with
//! * [`render`] — chart + values + release + host → manifests with provenance
//! * [`manifest`] — rendered documents, split and ordered as Helm does
//! * [`hook`], [`lifecycle`], [`timeline`] — what hooks are, and what Helm's operations do to a cluster
//! * [`scenario`] — the file that says what to foretell

#![warn(missing_docs, unused_qualifications)]
#![deny(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::dbg_macro,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

pub mod chart;
pub mod diag;
pub mod dialect;
pub mod funcs;
pub mod go;
pub mod hook;
pub mod host;
pub mod lifecycle;
pub mod limits;
pub mod manifest;
pub mod plan;
pub mod release;
pub mod render;
pub mod scenario;
pub mod schema;
pub mod semver;
pub mod source;
pub mod template;
pub mod timeline;
pub mod value;
pub mod values;
pub mod yaml;
