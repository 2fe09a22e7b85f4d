//! Helm hooks: annotations made meaning (R137).
//!
//! `pkg/release/v1/util/manifest_sorter.go` decides what is a hook, `pkg/release/v1/hook.go` names the words.

mod event;
mod extract;
mod policy;

pub use event::HookEvent;
pub use extract::{Hook, Sorted, Unreadable, sort_manifests};
pub use policy::Policies;
