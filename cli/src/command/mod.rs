//! The commands, one file each, all of the same shape: arguments in, exit code out.

pub mod hooks;
pub mod plan;
mod scenario;
pub mod template;
