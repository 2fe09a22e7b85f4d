//! Hookwright's core for JavaScript.
//!
//! One coarse call: a request as JSON text, and optionally a chart archive's bytes; the answer is JSON text. The
//! boundary is text because parsing dominates whatever the shape, and because command line, worker and plugin then
//! hand on the very same bytes. [`api`] is ordinary Rust and tested natively; the target picks the door.

pub mod api;
mod base64;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod host;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod js;
