//! Keys and certificates, the heavy part of Sprig's crypto.go: left out without the feature `certificates`.

#[cfg(not(feature = "certificates"))]
mod disabled;
#[cfg(feature = "certificates")]
mod enabled;

#[cfg(not(feature = "certificates"))]
pub use disabled::*;
#[cfg(feature = "certificates")]
pub use enabled::*;
