//! What a client is asked to do: a verb and its options.

use super::engine::{Engine, WaitStrategy};
use super::world::Text;

/// The verb of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `helm install`
    Install,
    /// `helm upgrade`
    Upgrade,
    /// `helm rollback`
    Rollback,
    /// `helm uninstall`
    Uninstall,
    /// `helm test`
    Test,
}

/// `--server-side` of an upgrade or rollback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServerSide {
    /// As the release says.
    Auto,
    /// Server-side apply.
    True,
    /// Client-side apply.
    False,
}

/// A command. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Action {
    /// What to do.
    pub verb: Verb,
    /// With which Helm.
    pub engine: Engine,
    /// The release.
    pub release: Text,
    /// Its namespace.
    pub namespace: Text,
    /// Which chart, by the number the caller knows it by (install, upgrade).
    pub chart: u16,
    /// `--set` and friends, as one interned text; empty when none are given.
    pub values: Text,
    /// The target of a rollback; 0 is the one before.
    pub revision: u16,
    /// `upgrade --install`
    pub install: bool,
    /// `--wait`
    pub wait: WaitStrategy,
    /// `--wait-for-jobs`
    pub wait_for_jobs: bool,
    /// `--timeout`
    pub timeout: u64,
    /// `--rollback-on-failure`, `--atomic`
    pub rollback_on_failure: bool,
    /// `--cleanup-on-fail`
    pub cleanup_on_fail: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--take-ownership`
    pub take_ownership: bool,
    /// `--keep-history`
    pub keep_history: bool,
    /// `--history-max`; 0 is unlimited.
    pub history_max: u16,
    /// `--server-side`
    pub server_side: ServerSide,
    /// `--force-conflicts`
    pub force_conflicts: bool,
    /// `--force-replace`, `--force`
    pub force_replace: bool,
    /// `--create-namespace`
    pub create_namespace: bool,
    /// `--skip-crds`
    pub skip_crds: bool,
    /// `--replace`
    pub replace: bool,
    /// `--dry-run`, `--dry-run=server`
    pub dry_run: bool,
    /// `--dry-run=client`: no cluster at all.
    pub client_only: bool,
    /// `--reuse-values`, `--reset-then-reuse-values`
    pub reuse_values: bool,
    /// `--reset-values`
    pub reset_values: bool,
    /// `--ignore-not-found`
    pub ignore_not_found: bool,
    /// `--cascade foreground`
    pub foreground: bool,
    /// `--description`
    pub description: Option<Text>,
    /// What Helm 4 says of a flag that has another form now.
    pub deprecation: Option<Text>,
    /// `test --logs`
    pub logs: bool,
    /// `test --filter name=…`
    pub include: Vec<Text>,
    /// `test --filter !name=…`
    pub exclude: Vec<Text>,
}
