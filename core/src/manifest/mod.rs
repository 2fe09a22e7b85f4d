//! Rendered documents: split, headed and ordered as Helm does (R133–R138).
//!
//! Invariant: a [`Manifest`] never copies text; it is a range of the file that was rendered, so that provenance can
//! be looked up by the same offsets.

mod file;
mod head;
mod kind_order;
mod split;

pub use file::{Manifest, RenderedFile};
pub use head::{Head, parse_head};
pub use kind_order::{INSTALL_ORDER, UNINSTALL_ORDER, compare_kinds};
pub use split::{split, trim_space, trim_space_start};
