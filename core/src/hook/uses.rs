//! What a hook cannot run without: the objects its Pods name (L124–L126).

use crate::value::Value;

/// An object that another one names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Use {
    /// `ServiceAccount`, `Secret`, `ConfigMap`, `PersistentVolumeClaim`, `Role`, `ClusterRole`
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Pods start without it.
    pub optional: bool,
}

/// The objects a manifest names, sorted, each once; of a List, those of its items.
///
/// ```
/// use hookwright_core::{hook::uses, yaml};
/// let job = yaml::unmarshal(b"{kind: Job, spec: {template: {spec: {serviceAccountName: sa}}}}").unwrap();
/// assert_eq!(uses(&job)[0].name, "sa");
/// ```
pub fn uses(document: &Value) -> Vec<Use> {
    let mut found = Vec::new();
    for item in items(at(document, &["items"])) {
        found.extend(uses(&item));
    }
    const PODS: [&[&str]; 3] =
        [&["spec"], &["spec", "template", "spec"], &["spec", "jobTemplate", "spec", "template", "spec"]];
    for path in PODS {
        if let Some(pod) = at(document, path) {
            pod_uses(&pod, &mut found);
        }
    }
    let role = at(document, &["roleRef", "kind"]).and_then(text);
    match role.as_deref() {
        Some("Role") => push(&mut found, "Role", at(document, &["roleRef", "name"]), false),
        Some("ClusterRole") => push(&mut found, "ClusterRole", at(document, &["roleRef", "name"]), false),
        _ => {}
    }
    found.sort();
    found.dedup();
    found
}

fn pod_uses(pod: &Value, found: &mut Vec<Use>) {
    push(found, "ServiceAccount", at(pod, &["serviceAccountName"]), false);
    for secret in items(at(pod, &["imagePullSecrets"])) {
        push(found, "Secret", at(&secret, &["name"]), true);
    }
    for volume in items(at(pod, &["volumes"])) {
        volume_uses(&volume, "secretName", found);
        push(found, "PersistentVolumeClaim", at(&volume, &["persistentVolumeClaim", "claimName"]), false);
        for source in items(at(&volume, &["projected", "sources"])) {
            volume_uses(&source, "name", found);
        }
    }
    for list in ["initContainers", "containers"] {
        for container in items(at(pod, &[list])) {
            for variable in items(at(&container, &["env"])) {
                named(&variable, &["valueFrom", "secretKeyRef"], "Secret", found);
                named(&variable, &["valueFrom", "configMapKeyRef"], "ConfigMap", found);
            }
            for source in items(at(&container, &["envFrom"])) {
                named(&source, &["secretRef"], "Secret", found);
                named(&source, &["configMapRef"], "ConfigMap", found);
            }
        }
    }
}

fn volume_uses(volume: &Value, secret: &str, found: &mut Vec<Use>) {
    if let Some(source) = at(volume, &["secret"]) {
        push(found, "Secret", at(&source, &[secret]), optional(&source));
    }
    named(volume, &["configMap"], "ConfigMap", found);
}

fn named(value: &Value, path: &[&str], kind: &'static str, found: &mut Vec<Use>) {
    if let Some(source) = at(value, path) {
        push(found, kind, at(&source, &["name"]), optional(&source));
    }
}

fn optional(source: &Value) -> bool {
    matches!(at(source, &["optional"]), Some(Value::Bool(true)))
}

fn push(found: &mut Vec<Use>, kind: &'static str, name: Option<Value>, optional: bool) {
    if let Some(name) = name.and_then(text).filter(|name| !name.is_empty()) {
        found.push(Use { kind, name, optional });
    }
}

fn at(value: &Value, path: &[&str]) -> Option<Value> {
    path.iter().try_fold(value.clone(), |value, step| value.as_map().and_then(|map| map.get_str(step)))
}

fn items(list: Option<Value>) -> Vec<Value> {
    list.and_then(|list| list.slice_items()).unwrap_or_default()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_text().into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    #[test]
    fn finds_every_reference() {
        let job = yaml::unmarshal(
            b"{kind: Job, spec: {template: {spec: {serviceAccountName: sa, imagePullSecrets: [{name: pull}], \
              volumes: [{name: a, secret: {secretName: vol}}, {name: b, configMap: {name: cfg, optional: true}}, \
              {name: c, persistentVolumeClaim: {claimName: data}}, {name: d, projected: {sources: [{secret: {name: proj}}]}}], \
              initContainers: [{envFrom: [{configMapRef: {name: env}}]}], \
              containers: [{env: [{name: X, valueFrom: {secretKeyRef: {name: key, key: x}}}]}]}}}}",
        )
        .unwrap();
        let found: Vec<String> = uses(&job)
            .into_iter()
            .map(|u| format!("{}/{}{}", u.kind, u.name, if u.optional { "?" } else { "" }))
            .collect();
        let wanted = [
            "ConfigMap/cfg?",
            "ConfigMap/env",
            "PersistentVolumeClaim/data",
            "Secret/key",
            "Secret/proj",
            "Secret/pull?",
            "Secret/vol",
            "ServiceAccount/sa",
        ];
        assert_eq!(found, wanted);
    }
}
