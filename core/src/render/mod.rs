//! Chart + values + release + host → manifests with provenance.
