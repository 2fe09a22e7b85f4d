//! Chart + values + release + host → manifests with provenance.

pub mod context;
pub mod release_name;
