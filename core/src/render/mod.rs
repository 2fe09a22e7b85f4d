//! Chart + values + release + host → manifests with provenance.

pub mod context;
pub mod engine;
pub mod error;
pub mod release_name;
mod values_object;
