//! Sprig's functions, in files named as Sprig's own.

pub mod crypto;
pub mod date;
pub mod defaults;
pub mod dict;
pub mod list;
pub mod numeric;
pub mod paths;
pub mod random;
pub mod reflect;
pub mod regex;
pub mod semver;
pub mod strings;
pub mod url;
