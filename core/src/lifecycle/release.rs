//! A release as Helm holds it in memory and stores it in a record.

use super::world::{ContentId, SpecId, Text};
use crate::hook::HookEvent;

/// The status of a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "named exactly as Helm's statuses")]
pub enum Status {
    Deployed,
    Uninstalled,
    Superseded,
    Failed,
    Uninstalling,
    PendingInstall,
    PendingUpgrade,
    PendingRollback,
}

impl Status {
    /// As `helm status` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Deployed => "deployed",
            Status::Uninstalled => "uninstalled",
            Status::Superseded => "superseded",
            Status::Failed => "failed",
            Status::Uninstalling => "uninstalling",
            Status::PendingInstall => "pending-install",
            Status::PendingUpgrade => "pending-upgrade",
            Status::PendingRollback => "pending-rollback",
        }
    }

    /// `pkg/release/common:IsPending`
    pub fn is_pending(self) -> bool {
        matches!(self, Status::PendingInstall | Status::PendingUpgrade | Status::PendingRollback)
    }
}

/// How a hook's last run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "named exactly as Helm's phases")]
pub enum Phase {
    #[default]
    None,
    Running,
    Unknown,
    Succeeded,
    Failed,
}

impl Phase {
    /// As a record spells it.
    pub fn name(self) -> &'static str {
        match self {
            Phase::None => "",
            Phase::Running => "Running",
            Phase::Unknown => "Unknown",
            Phase::Succeeded => "Succeeded",
            Phase::Failed => "Failed",
        }
    }
}

/// The policies of a hook that mean something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Policies {
    /// `before-hook-creation`
    pub before_creation: bool,
    /// `hook-succeeded`
    pub succeeded: bool,
    /// `hook-failed`
    pub failed: bool,
}

/// A hook of a rendered chart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hook {
    /// Kind of the document.
    pub kind: Text,
    /// Name of the document.
    pub name: Text,
    /// File it stands in.
    pub path: Text,
    /// When it runs; duplicates run twice (L9).
    pub events: Vec<HookEvent>,
    /// `helm.sh/hook-weight`
    pub weight: i64,
    /// `helm.sh/hook-delete-policy`, with the default filled in (L12).
    pub delete: Policies,
    /// `helm.sh/hook-output-log-policy`
    pub log: Policies,
    /// Its objects: one, or a List's.
    pub objects: Vec<SpecId>,
    /// Why Helm cannot build its objects, if so (L10, L31).
    pub broken: Option<Text>,
}

/// A rendered chart: what a record keeps of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Content {
    /// Ordinary objects in install order.
    pub main: Vec<SpecId>,
    /// Hooks in stored order.
    pub hooks: Vec<Hook>,
    /// Objects of `crds/`, file by file.
    pub crds: Vec<SpecId>,
    /// Why Helm cannot build the ordinary objects, if so.
    pub broken: Option<Text>,
}

/// A hook in a record: which one of the content's, and how it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HookRun {
    /// Number among the content's hooks.
    pub hook: u16,
    /// How its last run went.
    pub phase: Phase,
}

/// A revision of a release.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Release {
    /// Name.
    pub name: Text,
    /// Namespace.
    pub namespace: Text,
    /// Revision.
    pub revision: u16,
    /// Status.
    pub status: Status,
    /// Description.
    pub description: Text,
    /// What was rendered.
    pub content: ContentId,
    /// Hooks as the record lists them.
    pub hooks: Vec<HookRun>,
    /// `apply_method` is `ssa`.
    pub server_side: bool,
    /// The values given, as in [`super::action::Action::values`].
    pub values: Text,
}
