//! How the Helm versions differ in what they do to a cluster: one table, no code (lifecycle spec §7).

use crate::dialect::HelmVersion;

/// How long an operation looks at what it made. Helm 3 has no word for it; its two ways are [`WaitStrategy::None3`] and
/// [`WaitStrategy::Wait3`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitStrategy {
    /// Helm 3 without `--wait`: waits for hooks and for their deletion.
    None3,
    /// Helm 3 with `--wait`.
    Wait3,
    /// Helm 4's default: waits for hooks only, not even for their deletion.
    HookOnly,
    /// `--wait`, `--wait=watcher`: kstatus.
    Watcher,
    /// `--wait=legacy`: Helm 3's code in Helm 4.
    Legacy,
}

impl WaitStrategy {
    /// Whether the deletion of a hook is waited for (L37).
    pub fn awaits_deletion(self) -> bool {
        self != WaitStrategy::HookOnly
    }

    /// Whether main resources are waited for (L47).
    pub fn awaits_resources(self) -> bool {
        matches!(self, WaitStrategy::Wait3 | WaitStrategy::Watcher | WaitStrategy::Legacy)
    }

    /// Whether `client-go`'s own watching decides (Helm 3, legacy) and not kstatus.
    pub fn is_old(self) -> bool {
        matches!(self, WaitStrategy::None3 | WaitStrategy::Wait3 | WaitStrategy::Legacy)
    }
}

/// What one version of Helm does differently. Rows are in [`Engine::of`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Engine {
    /// Whose row it is.
    pub version: HelmVersion,
    /// Knows server-side apply, and uses it unless told not to (L1).
    pub server_side: bool,
    /// When a hook fails, the ones before it that have `hook-succeeded` are deleted (L28).
    pub deletes_earlier_hooks: bool,
    /// An error of deleting a failed hook hides the hook's own error (L28).
    pub deletion_error_wins: bool,
    /// Prints hooks' logs by `helm.sh/hook-output-log-policy` (L36).
    pub hook_logs: bool,
    /// An object that is in the cluster and in the target, but not in the baseline, is patched; else the update stops (L76).
    pub patches_unknown_targets: bool,
    /// Uninstall looks at the ownership of everything before it deletes (L72).
    pub checks_before_deletion: bool,
    /// `uninstall --keep-history` marks other deployed revisions as superseded (L71).
    pub keep_history_supersedes: bool,
    /// An error of removing an old resource fails the upgrade (L77).
    pub removal_error_fails: bool,
    /// CRDs are waited for under `hookOnly`, too (L62).
    pub always_awaits_crds: bool,
    /// Errors of apply requests begin with `server-side apply failed for object …`.
    pub names_applied_object: bool,
    /// `helm test` deletes its hooks before it prints logs (L75).
    pub deletes_tests_before_logs: bool,
    /// `helm test --logs` looks at the Pod before its log, and only at hooks that are Pods.
    pub reads_pod_before_log: bool,
}

impl Engine {
    /// The row of a version.
    pub fn of(version: HelmVersion) -> Engine {
        match version {
            HelmVersion::V3_17 => HELM_3_17,
            HelmVersion::V4_1 => HELM_4_1,
            HelmVersion::V4_2 => HELM_4_2,
            HelmVersion::V4_3 => HELM_4_3,
        }
    }

    /// Any Helm 3.
    pub fn is_v3(&self) -> bool {
        !self.version.is_v4()
    }
}

const HELM_4_3: Engine = Engine {
    version: HelmVersion::V4_3,
    server_side: true,
    deletes_earlier_hooks: true,
    deletion_error_wins: false,
    hook_logs: true,
    patches_unknown_targets: true,
    checks_before_deletion: true,
    keep_history_supersedes: true,
    removal_error_fails: true,
    always_awaits_crds: true,
    names_applied_object: true,
    deletes_tests_before_logs: false,
    reads_pod_before_log: true,
};

const HELM_4_2: Engine = Engine {
    version: HelmVersion::V4_2,
    checks_before_deletion: false,
    always_awaits_crds: false,
    reads_pod_before_log: false,
    ..HELM_4_3
};

const HELM_4_1: Engine = Engine {
    version: HelmVersion::V4_1,
    patches_unknown_targets: false,
    names_applied_object: false,
    ..HELM_4_2
};

const HELM_3_17: Engine = Engine {
    version: HelmVersion::V3_17,
    server_side: false,
    deletes_earlier_hooks: false,
    deletion_error_wins: true,
    hook_logs: false,
    patches_unknown_targets: false,
    checks_before_deletion: false,
    keep_history_supersedes: false,
    removal_error_fails: false,
    always_awaits_crds: true,
    names_applied_object: false,
    deletes_tests_before_logs: true,
    reads_pod_before_log: false,
};
