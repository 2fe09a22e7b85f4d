//! Masterminds/semver: versions and constraints.
//!
//! Each Helm is built with its own release of the library (3.17: v3.3.0, 4.1: v3.4.0, 4.2 and later: v3.5.0); what
//! charts can observe of the differences is kept in `Library`. Everything here is bounded by the length of its
//! input: no expression engine, one pass over the text.

mod constraint;
mod object;
mod version;

pub use constraint::Constraints;
pub use object::VersionStruct;
pub use version::Version;

use crate::dialect::HelmVersion;

/// The release of the library a Helm is built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Library {
    /// v3.3.0 (Helm 3.17): capitalised error texts, pre-releases judged constraint by constraint.
    V3_3,
    /// v3.4.0 (Helm 4.1): pre-releases judged by group.
    V3_4,
    /// v3.5.0 (Helm 4.2 and later): constraints quoted in errors, limits on length and groups.
    V3_5,
}

impl From<HelmVersion> for Library {
    fn from(version: HelmVersion) -> Library {
        match version {
            HelmVersion::V3_17 => Library::V3_3,
            HelmVersion::V4_1 => Library::V3_4,
            HelmVersion::V4_2 | HelmVersion::V4_3 => Library::V3_5,
        }
    }
}
