//! Helm hooks: annotations made meaning (R137).
//!
//! `pkg/release/v1/util/manifest_sorter.go` decides what is a hook, `pkg/release/v1/hook.go` names the words.

mod event;
mod extract;
mod order;
mod policy;
mod uses;

pub use event::HookEvent;
pub use extract::{Hook, Sorted, Unreadable, sort_manifests};
pub use order::execution_order;
pub use policy::Policies;
pub use uses::{Use, uses};
