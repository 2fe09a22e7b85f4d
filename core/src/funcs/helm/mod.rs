//! Helm's own functions, which override Sprig's of the same name (R116, §6.1).

pub mod duration;
pub mod json;
pub mod release;
pub mod toml;
pub mod yaml;
