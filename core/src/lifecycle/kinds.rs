//! What must be known of Kubernetes' kinds: their plural, their group, whether they live in a namespace.

/// Kind, plural, group, version, cluster-wide.
const KINDS: &[(&str, &str, bool)] = &[
    ("APIService", "apiservices", true),
    ("ClusterRole", "clusterroles", true),
    ("ClusterRoleBinding", "clusterrolebindings", true),
    ("ConfigMap", "configmaps", false),
    ("CronJob", "cronjobs", false),
    ("CustomResourceDefinition", "customresourcedefinitions", true),
    ("DaemonSet", "daemonsets", false),
    ("Deployment", "deployments", false),
    ("Endpoints", "endpoints", false),
    ("HorizontalPodAutoscaler", "horizontalpodautoscalers", false),
    ("Ingress", "ingresses", false),
    ("IngressClass", "ingressclasses", true),
    ("Job", "jobs", false),
    ("Lease", "leases", false),
    ("LimitRange", "limitranges", false),
    ("MutatingWebhookConfiguration", "mutatingwebhookconfigurations", true),
    ("Namespace", "namespaces", true),
    ("NetworkPolicy", "networkpolicies", false),
    ("PersistentVolume", "persistentvolumes", true),
    ("PersistentVolumeClaim", "persistentvolumeclaims", false),
    ("Pod", "pods", false),
    ("PodDisruptionBudget", "poddisruptionbudgets", false),
    ("PriorityClass", "priorityclasses", true),
    ("ReplicaSet", "replicasets", false),
    ("ReplicationController", "replicationcontrollers", false),
    ("ResourceQuota", "resourcequotas", false),
    ("Role", "roles", false),
    ("RoleBinding", "rolebindings", false),
    ("Secret", "secrets", false),
    ("Service", "services", false),
    ("ServiceAccount", "serviceaccounts", false),
    ("StatefulSet", "statefulsets", false),
    ("StorageClass", "storageclasses", true),
    ("ValidatingWebhookConfiguration", "validatingwebhookconfigurations", true),
];

fn row(kind: &str) -> Option<&'static (&'static str, &'static str, bool)> {
    KINDS.iter().find(|row| row.0 == kind)
}

/// Whether a cluster without custom resources has this kind.
pub fn is_known(kind: &str) -> bool {
    row(kind).is_some()
}

/// Whether objects of the kind have no namespace.
pub fn is_cluster_wide(kind: &str) -> bool {
    row(kind).is_some_and(|row| row.2)
}

/// `jobs`; of kinds unknown here what most would be called.
pub fn plural(kind: &str) -> String {
    row(kind).map_or_else(|| format!("{}s", kind.to_lowercase()), |row| row.1.to_owned())
}

/// `batch/v1` → `batch`; `v1` → nothing.
pub fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// `jobs.batch`, `configmaps`: how the server names a kind in its errors.
pub fn resource(kind: &str, api_version: &str) -> String {
    match group(api_version) {
        "" => plural(kind),
        group => format!("{}.{group}", plural(kind)),
    }
}

/// `batch/v1, Kind=Job`, `/v1, Kind=ConfigMap`: Go's `GroupVersionKind.String`.
pub fn gvk(kind: &str, api_version: &str) -> String {
    if api_version.contains('/') {
        format!("{api_version}, Kind={kind}")
    } else {
        format!("/{api_version}, Kind={kind}")
    }
}
