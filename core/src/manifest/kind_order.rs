//! The order in which Helm handles kinds (R138). One table; uninstall order is its reverse with one exception.

use crate::dialect::HelmVersion;
use std::cmp::Ordering;

/// Kinds in the order of installation. `pkg/release/v1/util/kind_sorter.go:InstallOrder`.
pub const INSTALL_ORDER: &[&str] = &[
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Kinds in the order of removal. `pkg/release/v1/util/kind_sorter.go:UninstallOrder`.
pub const UNINSTALL_ORDER: &[&str] = &[
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
    "Ingress",
    "IngressClass",
    "Service",
    "CronJob",
    "Job",
    "StatefulSet",
    "HorizontalPodAutoscaler",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "DaemonSet",
    "RoleBindingList",
    "RoleBinding",
    "RoleList",
    "Role",
    "ClusterRoleBindingList",
    "ClusterRoleBinding",
    "ClusterRoleList",
    "ClusterRole",
    "CustomResourceDefinition",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "ConfigMap",
    "SecretList",
    "Secret",
    "ServiceAccount",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "Namespace",
    "PriorityClass",
];

/// Kinds that only Helm 4 places; Helm 3 sorts them among the unknown ones.
const NEW_IN_V4: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// Compares two kinds by `order`: unknown kinds come last, alphabetically among themselves.
/// Meant for a stable sort, which keeps file order for equals.
pub fn compare_kinds(a: &str, b: &str, order: &[&str], version: HelmVersion) -> Ordering {
    match (position(a, order, version), position(b, order, version)) {
        (None, None) => a.cmp(b),
        (a, b) => a.unwrap_or(usize::MAX).cmp(&b.unwrap_or(usize::MAX)),
    }
}

fn position(kind: &str, order: &[&str], version: HelmVersion) -> Option<usize> {
    if !version.is_v4() && NEW_IN_V4.contains(&kind) {
        return None;
    }
    order.iter().position(|known| *known == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_hold_the_same_kinds() {
        let (mut install, mut uninstall) = (INSTALL_ORDER.to_vec(), UNINSTALL_ORDER.to_vec());
        install.sort_unstable();
        uninstall.sort_unstable();
        assert_eq!(install, uninstall);
    }

    #[test]
    fn unknown_kinds_come_last_in_alphabetical_order() {
        let mut kinds = ["Zebra", "Job", "", "Apple", "Secret", "ValidatingWebhookConfiguration"];
        kinds.sort_by(|a, b| compare_kinds(a, b, INSTALL_ORDER, HelmVersion::V4_3));
        assert_eq!(kinds, ["Secret", "Job", "ValidatingWebhookConfiguration", "", "Apple", "Zebra"]);
        kinds.sort_by(|a, b| compare_kinds(a, b, INSTALL_ORDER, HelmVersion::V3_17));
        assert_eq!(kinds, ["Secret", "Job", "", "Apple", "ValidatingWebhookConfiguration", "Zebra"]);
    }
}
