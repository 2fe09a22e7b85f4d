//! Chart + values + release + host → manifests with provenance.

pub mod engine;
pub mod error;
mod values_object;
