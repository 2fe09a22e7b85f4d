//! What a hook uses, and who makes it.

use crate::hook::HookEvent;
use crate::value::Value;

/// Where a needed object comes from, at the moment its user runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// A hook of the same event that runs before, by its order.
    Earlier(usize),
    /// A hook of the same event that runs after, by its order: too late.
    Later(usize),
    /// A hook of another event.
    Event(HookEvent),
    /// An ordinary object of the release, which is there.
    Release,
    /// An ordinary object, as the revision before left it: new contents come after the hook.
    Before,
    /// An ordinary object that is made after the hook.
    NotYet,
    /// An ordinary object that has been deleted by then.
    Gone,
    /// Nothing in the chart makes it.
    Nowhere,
}

impl Provider {
    /// Whether a first run cannot find the object.
    pub fn is_missing(self) -> bool {
        matches!(self, Provider::Later(_) | Provider::NotYet | Provider::Gone)
    }

    /// In words.
    pub fn text(self) -> String {
        match self {
            Provider::Earlier(order) => format!("order {order}"),
            Provider::Later(order) => format!("order {order}, too late"),
            Provider::Event(event) => format!("hook of {event}"),
            Provider::Release => "release".into(),
            Provider::Before => "as of the old release".into(),
            Provider::NotYet => "made after this hook".into(),
            Provider::Gone => "deleted by then".into(),
            Provider::Nowhere => "not in the chart".into(),
        }
    }
}

/// An object a hook uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `Secret`
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub provider: Provider,
}

fn at(value: &Value, path: &[&str]) -> Option<Value> {
    path.iter().try_fold(value.clone(), |value, step| match &value {
        Value::Map(map) => map.get_str(step),
        _ => None,
    })
}

fn text(value: &Value, path: &[&str]) -> Option<String> {
    match at(value, path)? {
        Value::Str(text) if !text.as_bytes().is_empty() => Some(text.to_text().into_owned()),
        _ => None,
    }
}

fn items(value: &Value, path: &[&str]) -> Vec<Value> {
    at(value, path).and_then(|list| list.slice_items()).unwrap_or_default()
}

/// Kinds and names of what a manifest refers to and cannot do without.
pub fn references(document: &Value) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let kind = text(document, &["kind"]).unwrap_or_default();
    let pod = match kind.as_str() {
        "Pod" => at(document, &["spec"]),
        "Job" | "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => {
            at(document, &["spec", "template", "spec"])
        }
        "CronJob" => at(document, &["spec", "jobTemplate", "spec", "template", "spec"]),
        "RoleBinding" | "ClusterRoleBinding" => {
            let role = text(document, &["roleRef", "name"]);
            match (text(document, &["roleRef", "kind"]).as_deref(), role) {
                (Some("Role"), Some(name)) => found.push(("Role", name)),
                (Some("ClusterRole"), Some(name)) => found.push(("ClusterRole", name)),
                _ => {}
            }
            for subject in items(document, &["subjects"]) {
                if text(&subject, &["kind"]).as_deref() == Some("ServiceAccount")
                    && let Some(name) = text(&subject, &["name"])
                {
                    found.push(("ServiceAccount", name));
                }
            }
            None
        }
        _ => None,
    };
    if let Some(pod) = pod {
        of_pod(&pod, &mut found);
    }
    let mut once: Vec<(&'static str, String)> = Vec::new();
    for need in found {
        if !once.contains(&need) {
            once.push(need);
        }
    }
    once
}

fn of_pod(pod: &Value, found: &mut Vec<(&'static str, String)>) {
    let mut push = |kind: &'static str, holder: &Value, path: &[&str]| {
        let (last, above) = path.split_last().unwrap_or((&"", &[]));
        let Some(holder) = at(holder, above) else { return };
        if matches!(at(&holder, &["optional"]), Some(Value::Bool(true))) {
            return;
        }
        found.extend(text(&holder, &[last]).map(|name| (kind, name)));
    };
    if text(pod, &["serviceAccountName"]).is_some_and(|name| name != "default") {
        push("ServiceAccount", pod, &["serviceAccountName"]);
    }
    for secret in items(pod, &["imagePullSecrets"]) {
        push("Secret", &secret, &["name"]);
    }
    for containers in ["initContainers", "containers"] {
        for container in items(pod, &[containers]) {
            for variable in items(&container, &["env"]) {
                push("Secret", &variable, &["valueFrom", "secretKeyRef", "name"]);
                push("ConfigMap", &variable, &["valueFrom", "configMapKeyRef", "name"]);
            }
            for source in items(&container, &["envFrom"]) {
                push("Secret", &source, &["secretRef", "name"]);
                push("ConfigMap", &source, &["configMapRef", "name"]);
            }
        }
    }
    for volume in items(pod, &["volumes"]) {
        push("Secret", &volume, &["secret", "secretName"]);
        push("ConfigMap", &volume, &["configMap", "name"]);
        push("PersistentVolumeClaim", &volume, &["persistentVolumeClaim", "claimName"]);
        for source in items(&volume, &["projected", "sources"]) {
            push("Secret", &source, &["secret", "name"]);
            push("ConfigMap", &source, &["configMap", "name"]);
        }
    }
}

/// The ServiceAccount a binding gives rights to, with the binding: what a hook needs without naming it.
pub fn bound_accounts(document: &Value) -> Vec<String> {
    let kind = text(document, &["kind"]).unwrap_or_default();
    if !matches!(kind.as_str(), "RoleBinding" | "ClusterRoleBinding") {
        return Vec::new();
    }
    let account = |subject: &Value| {
        let is = text(subject, &["kind"]).as_deref() == Some("ServiceAccount");
        text(subject, &["name"]).filter(|_| is)
    };
    items(document, &["subjects"]).iter().filter_map(account).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_job_refers_to() {
        let job = br#"
kind: Job
spec:
  template:
    spec:
      serviceAccountName: sa
      imagePullSecrets: [{name: pull}]
      containers:
      - env:
        - {name: A, valueFrom: {secretKeyRef: {name: s, key: a}}}
        - {name: B, valueFrom: {configMapKeyRef: {name: maybe, key: a, optional: true}}}
        envFrom: [{configMapRef: {name: c}}, {secretRef: {name: s}}]
      volumes:
      - {name: v, persistentVolumeClaim: {claimName: p}}
      - {name: w, projected: {sources: [{configMap: {name: c2}}]}}
"#;
        let document = crate::yaml::unmarshal(job).unwrap();
        let found = references(&document);
        let found: Vec<String> = found.iter().map(|(kind, name)| format!("{kind}/{name}")).collect();
        assert_eq!(
            found,
            [
                "ServiceAccount/sa",
                "Secret/pull",
                "Secret/s",
                "ConfigMap/c",
                "PersistentVolumeClaim/p",
                "ConfigMap/c2"
            ]
        );
    }
}
