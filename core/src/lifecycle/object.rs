//! Objects: what a manifest asks for, what the API server stores, and how the two are merged.
//!
//! Fields are flattened to paths; each stored field knows who set it, as `metadata.managedFields` does. That is enough
//! for create, client-side patch, server-side apply and its conflicts (L1).

use super::kinds;
use super::world::{Key, KeyId, SpecId, Text, World};
use crate::dialect::HelmVersion;
use crate::go::json;
use crate::value::Value;

/// Owner of fields: Helm by server-side apply.
pub const HELM_APPLY: u8 = 1;
/// Owner of fields: Helm by POST, PUT or patch.
pub const HELM_UPDATE: u8 = 2;
/// Owner of fields: `kubectl edit`.
pub const KUBECTL_EDIT: u8 = 4;
/// Owner of fields: `kubectl scale`.
pub const KUBECTL_SCALE: u8 = 8;
/// Owner of fields: somebody else.
pub const UNKNOWN: u8 = 16;

/// What a kind of object does by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nature {
    /// Nothing.
    #[default]
    Thing,
    /// A Job.
    Job(Job),
    /// A Pod.
    Pod(Life),
    /// A Deployment, StatefulSet, DaemonSet or ReplicaSet.
    Workload {
        /// How many Pods it wants.
        replicas: u16,
        /// What its Pods are like.
        life: Life,
        /// `spec.paused`
        paused: bool,
    },
    /// A PersistentVolumeClaim: nobody binds it.
    Claim,
}

/// What the cluster must know of a Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Life {
    /// `terminationGracePeriodSeconds`, in milliseconds.
    pub grace: u64,
    /// The ServiceAccount it needs, if it is not the default one.
    pub account: Option<Text>,
}

/// What the cluster must know of a Job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Job {
    /// `backoffLimit`
    pub backoff: u16,
    /// `parallelism`
    pub parallel: u16,
    /// `completions`
    pub completions: u16,
    /// `activeDeadlineSeconds`, in milliseconds.
    pub deadline: Option<u64>,
    /// `ttlSecondsAfterFinished`, in milliseconds.
    pub ttl: Option<u64>,
    /// `suspend`
    pub suspend: bool,
    /// Its Pods.
    pub life: Life,
}

/// A manifest, as one object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spec {
    /// Whose it is.
    pub key: KeyId,
    /// Paths and values, sorted by path number.
    pub fields: Vec<(Text, Text)>,
    /// What it does.
    pub nature: Nature,
    /// `helm.sh/resource-policy` as written.
    pub keep: Option<Text>,
    /// The server makes up the name.
    pub generated: bool,
    /// A field the API does not know (L1).
    pub unknown_field: Option<Text>,
}

/// One stored field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Where.
    pub path: Text,
    /// JSON text.
    pub value: Text,
    /// Who set it.
    pub owners: u8,
}

/// What is stored of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Live {
    /// The manifest it was made from last: behaviour that no field decides.
    pub spec: SpecId,
    /// Fields, sorted by path number.
    pub fields: Vec<Field>,
}

/// Why a write was refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// HTTP status.
    pub code: u16,
    /// The server's text.
    pub text: String,
}

/// Kinds whose objects have no namespace.
fn namespace_of(world: &World, kind: &str, given: Option<&str>, release: Text) -> Text {
    if kinds::is_cluster_wide(kind) {
        return world.text("");
    }
    given.map_or(release, |name| world.text(name))
}

/// Reads one document of a manifest: one object, or those of a List.
///
/// # Errors
/// Helm's text for a document it cannot build (`resource.Builder`).
pub fn read(
    world: &World,
    document: &Value,
    namespace: Text,
    known: &dyn Fn(&str) -> bool,
) -> Result<Vec<SpecId>, String> {
    let Value::Map(root) = document else { return Ok(Vec::new()) };
    let kind = text_at(document, &["kind"]).unwrap_or_default();
    if kind == "List" {
        let mut all = Vec::new();
        for item in root.get_str("items").and_then(|items| items.slice_items()).unwrap_or_default() {
            all.extend(read(world, &item, namespace, known)?);
        }
        return Ok(all);
    }
    let api_version = text_at(document, &["apiVersion"]).unwrap_or_default();
    let name = text_at(document, &["metadata", "name"]);
    if let Some(Value::Map(notes)) = at(document, &["metadata", "annotations"]) {
        for (_, value) in notes.entries() {
            let found = match value {
                Value::Str(_) | Value::Nil => continue,
                Value::Bool(_) => "bool",
                _ => "number",
            };
            return Err(format!(
                "unable to decode \"\": json: cannot unmarshal {found} into Go struct field ObjectMeta.metadata.annotations of type string"
            ));
        }
    }
    if !kinds::is_known(&kind) && !known(&kind) {
        let name = name.unwrap_or_default();
        return Err(format!(
            "resource mapping not found for name: \"{name}\" namespace: \"\" from \"\": no matches for kind \"{kind}\" in version \"{api_version}\"\nensure CRDs are installed first"
        ));
    }
    let generated = name.is_none() && text_at(document, &["metadata", "generateName"]).is_some();
    let shown = match name {
        Some(name) => name,
        None => format!("{}*", text_at(document, &["metadata", "generateName"]).unwrap_or_default()),
    };
    let given = text_at(document, &["metadata", "namespace"]);
    let key = world.key(Key {
        namespace: namespace_of(world, &kind, given.as_deref(), namespace),
        kind: world.text(&kind),
        api_version: world.text(&api_version),
        name: world.text(&shown),
    });
    let mut fields = Vec::new();
    flatten(world, document, String::new(), 0, &mut fields);
    fields.sort_unstable();
    let keep = text_at(document, &["metadata", "annotations", "helm.sh/resource-policy"])
        .map(|text| world.text(&text));
    let spec = Spec {
        key,
        fields,
        nature: nature(world, &kind, document),
        keep,
        generated,
        unknown_field: unknown_field(&kind, document).map(|path| world.text(&path)),
    };
    Ok(vec![world.add_spec(spec)])
}

fn at(value: &Value, path: &[&str]) -> Option<Value> {
    path.iter().try_fold(value.clone(), |value, step| match &value {
        Value::Map(map) => map.get_str(step),
        _ => None,
    })
}

fn text_at(value: &Value, path: &[&str]) -> Option<String> {
    match at(value, path)? {
        Value::Str(text) => Some(text.to_text().into_owned()),
        _ => None,
    }
}

fn number_at(value: &Value, path: &[&str]) -> Option<u64> {
    match at(value, path)? {
        Value::Float(number) if number >= 0.0 => Some(number as u64),
        Value::Int(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

fn flatten(world: &World, value: &Value, path: String, depth: usize, out: &mut Vec<(Text, Text)>) {
    const IDENTITY: [&str; 6] = [
        ".apiVersion",
        ".kind",
        ".metadata.name",
        ".metadata.namespace",
        ".metadata.generateName",
        ".status",
    ];
    if IDENTITY.contains(&path.as_str()) {
        return;
    }
    match value {
        Value::Map(map) if !map.is_empty() && depth < 100 => {
            for (name, value) in map.entries() {
                flatten(world, &value, format!("{path}.{}", name.to_text()), depth + 1, out);
            }
        }
        Value::List(_) if depth < 100 => {
            let items = value.slice_items().unwrap_or_default();
            let names: Vec<Option<String>> = items.iter().map(|item| text_at(item, &["name"])).collect();
            if !items.is_empty() && names.iter().all(Option::is_some) {
                for (item, name) in items.iter().zip(names) {
                    let name = name.unwrap_or_default();
                    flatten(world, item, format!("{path}[name=\"{name}\"]"), depth + 1, out);
                }
            } else {
                out.push((world.text(&path), world.text(&json_text(value))));
            }
        }
        Value::Nil => {}
        other => out.push((world.text(&path), world.text(&json_text(other)))),
    }
}

fn json_text(value: &Value) -> String {
    let bytes = json::encode(value, false, HelmVersion::V4_3).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn nature(world: &World, kind: &str, document: &Value) -> Nature {
    let life = |pod: &[&str]| {
        let with = |last: &'static str| [pod, &[last]].concat();
        Life {
            grace: number_at(document, &with("terminationGracePeriodSeconds")).unwrap_or(30) * 1000,
            account: text_at(document, &with("serviceAccountName"))
                .filter(|name| name != "default")
                .map(|name| world.text(&name)),
        }
    };
    let count = |path: &[&str]| number_at(document, path).map(|number| number.min(1000) as u16);
    match kind {
        "Job" => Nature::Job(Job {
            backoff: count(&["spec", "backoffLimit"]).unwrap_or(6),
            parallel: count(&["spec", "parallelism"]).unwrap_or(1),
            completions: count(&["spec", "completions"]).unwrap_or(1),
            deadline: number_at(document, &["spec", "activeDeadlineSeconds"]).map(|seconds| seconds * 1000),
            ttl: number_at(document, &["spec", "ttlSecondsAfterFinished"]).map(|seconds| seconds * 1000),
            suspend: matches!(at(document, &["spec", "suspend"]), Some(Value::Bool(true))),
            life: life(&["spec", "template", "spec"]),
        }),
        "Pod" => Nature::Pod(life(&["spec"])),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => Nature::Workload {
            replicas: count(&["spec", "replicas"]).unwrap_or(1),
            life: life(&["spec", "template", "spec"]),
            paused: matches!(at(document, &["spec", "paused"]), Some(Value::Bool(true))),
        },
        "PersistentVolumeClaim" => Nature::Claim,
        _ => Nature::Thing,
    }
}

/// The first field of a Job's spec that `batch/v1` does not have.
fn unknown_field(kind: &str, document: &Value) -> Option<String> {
    const JOB: [&str; 16] = [
        "activeDeadlineSeconds",
        "backoffLimit",
        "backoffLimitPerIndex",
        "completionMode",
        "completions",
        "managedBy",
        "manualSelector",
        "maxFailedIndexes",
        "parallelism",
        "podFailurePolicy",
        "podReplacementPolicy",
        "selector",
        "successPolicy",
        "suspend",
        "template",
        "ttlSecondsAfterFinished",
    ];
    if kind != "Job" {
        return None;
    }
    let Some(Value::Map(spec)) = at(document, &["spec"]) else { return None };
    let stranger =
        spec.keys().into_iter().find(|key| !JOB.iter().any(|known| key.as_bytes() == known.as_bytes()))?;
    Some(format!(".spec.{}", stranger.to_text()))
}

/// The manifest with Helm's ownership metadata (L120).
pub fn owned(world: &World, spec: SpecId, release: Text, namespace: Text) -> SpecId {
    let mut spec = (*world.spec(spec)).clone();
    for (path, value) in ownership(world, release, namespace) {
        spec.fields.retain(|(p, _)| *p != path);
        spec.fields.push((path, value));
    }
    spec.fields.sort_unstable();
    world.add_spec(spec)
}

/// The three fields that say whose an object is, in the order they are checked.
pub fn ownership(world: &World, release: Text, namespace: Text) -> [(Text, Text); 3] {
    let json = |text: Text| world.text(&json_text(&Value::str(world.str(text).as_str())));
    [
        (world.text(".metadata.labels.app.kubernetes.io/managed-by"), world.text("\"Helm\"")),
        (world.text(".metadata.annotations.meta.helm.sh/release-name"), json(release)),
        (world.text(".metadata.annotations.meta.helm.sh/release-namespace"), json(namespace)),
    ]
}

impl Live {
    /// A field's JSON text.
    pub fn field(&self, path: Text) -> Option<Text> {
        self.fields.iter().find(|field| field.path == path).map(|field| field.value)
    }

    /// A field's text, unquoted when it is a string.
    pub fn text(&self, world: &World, path: &str) -> Option<String> {
        let value = world.str(self.field(world.text(path))?);
        match json::decode(value.as_bytes(), HelmVersion::V4_3) {
            Ok(Value::Str(text)) => Some(text.to_text().into_owned()),
            _ => Some((*value).clone()),
        }
    }

    /// Whether a finalizer keeps it.
    pub fn is_held(&self, world: &World) -> bool {
        self.field(world.text(".metadata.finalizers")).is_some_and(|value| world.str(value).as_str() != "[]")
    }

    /// The stored object a create makes.
    pub fn created(world: &World, id: SpecId, owner: u8) -> Live {
        let spec = world.spec(id);
        Live {
            spec: id,
            fields: spec.fields.iter().map(|&(path, value)| Field { path, value, owners: owner }).collect(),
        }
    }

    fn set(&mut self, path: Text, value: Text, owner: u8) {
        match self.fields.binary_search_by_key(&path, |field| field.path) {
            Ok(at) => {
                if let Some(field) = self.fields.get_mut(at) {
                    // Whoever changes a value takes the field; who repeats it shares it.
                    field.owners = if field.value == value { field.owners | owner } else { owner };
                    field.value = value;
                }
            }
            Err(at) => self.fields.insert(at, Field { path, value, owners: owner }),
        }
    }

    /// Server-side apply by Helm.
    ///
    /// # Errors
    /// A conflict with other owners unless `force`, or a change of what cannot change.
    pub fn applied(&self, world: &World, id: SpecId, force: bool) -> Result<Live, Refusal> {
        let spec = world.spec(id);
        let mut conflicts: Vec<(Text, u8)> = Vec::new();
        for (path, value) in &spec.fields {
            let Some(field) = self.fields.iter().find(|field| field.path == *path) else { continue };
            let others = field.owners & !HELM_APPLY;
            if field.value != *value && others != 0 {
                conflicts.push((*path, others));
            }
        }
        if !conflicts.is_empty() && !force {
            return Err(Refusal { code: 409, text: conflict_text(world, spec.key, &conflicts) });
        }
        let mut next = self.clone();
        for field in &mut next.fields {
            if field.owners & HELM_APPLY != 0 && !spec.fields.iter().any(|(path, _)| *path == field.path) {
                field.owners &= !HELM_APPLY;
                if field.owners == 0 {
                    field.value = world.text("");
                }
            }
        }
        let gone = world.text("");
        next.fields.retain(|field| field.owners != 0 || field.value != gone);
        for &(path, value) in &spec.fields {
            next.set(path, value, HELM_APPLY);
        }
        next.spec = id;
        next.checked(world, self)
    }

    /// Client-side three-way merge: what differs from the live object is set, what only the original had is removed.
    /// `None`: there is nothing to patch.
    ///
    /// # Errors
    /// A change of what cannot change.
    pub fn patched(
        &self,
        world: &World,
        original: Option<SpecId>,
        id: SpecId,
        owner: u8,
    ) -> Result<Option<Live>, Refusal> {
        let spec = world.spec(id);
        let mut next = self.clone();
        let mut changed = false;
        for &(path, value) in &spec.fields {
            if self.field(path) != Some(value) {
                next.set(path, value, owner);
                changed = true;
            }
        }
        if let Some(original) = original {
            for (path, _) in &world.spec(original).fields {
                if !spec.fields.iter().any(|(p, _)| p == path) && self.field(*path).is_some() {
                    next.fields.retain(|field| field.path != *path);
                    changed = true;
                }
            }
        }
        if !changed {
            return Ok(None);
        }
        next.spec = id;
        next.checked(world, self).map(Some)
    }

    /// PUT: the object becomes what the manifest says.
    ///
    /// # Errors
    /// A change of what cannot change.
    pub fn replaced(&self, world: &World, id: SpecId) -> Result<Live, Refusal> {
        let mut next = Live::created(world, id, HELM_UPDATE);
        for field in &mut next.fields {
            if let Some(before) =
                self.fields.iter().find(|before| before.path == field.path && before.value == field.value)
            {
                field.owners |= before.owners;
            }
        }
        next.checked(world, self)
    }

    /// Moves fields of Helm's updates to Helm's apply, as `csaupgrade` does; `None` when there are none.
    pub fn migrated(&self) -> Option<Live> {
        if !self.fields.iter().any(|field| field.owners & HELM_UPDATE != 0) {
            return None;
        }
        let mut next = self.clone();
        for field in &mut next.fields {
            if field.owners & HELM_UPDATE != 0 {
                field.owners = field.owners & !HELM_UPDATE | HELM_APPLY;
            }
        }
        Some(next)
    }

    /// A merge patch by somebody: `None` removes.
    pub fn merged(&self, world: &World, patch: &Value, owner: u8) -> Live {
        let mut next = self.clone();
        merge(world, patch, String::new(), 0, owner, &mut next);
        next
    }

    fn checked(self, world: &World, before: &Live) -> Result<Live, Refusal> {
        let spec = world.spec(self.spec);
        let key = world.key_of(spec.key);
        let (kind, name) = (world.str(key.kind), world.str(key.name));
        let differs = |prefix: &str, except: &dyn Fn(&str) -> bool| {
            let of = |live: &Live| -> Vec<(Text, Text)> {
                live.fields
                    .iter()
                    .filter(|field| {
                        let path = world.str(field.path);
                        path.starts_with(prefix) && !except(&path)
                    })
                    .map(|field| (field.path, field.value))
                    .collect()
            };
            of(&self) != of(before)
        };
        let invalid = |text: String| Err(Refusal { code: 422, text });
        match kind.as_str() {
            "Job" if differs(".spec.template", &|_| false) => invalid(format!(
                "Job.batch \"{name}\" is invalid: spec.template: Invalid value: {{…}}: field is immutable"
            )),
            "Job" if differs(".spec.completions", &|_| false) => {
                let value = self
                    .field(world.text(".spec.completions"))
                    .map_or("null".to_owned(), |value| (*world.str(value)).clone());
                invalid(format!(
                    "Job.batch \"{name}\" is invalid: spec.completions: Invalid value: {value}: field is immutable"
                ))
            }
            "Pod"
                if differs(".spec", &|path| {
                    path.ends_with(".image") || path == ".spec.activeDeadlineSeconds"
                }) =>
            {
                invalid(format!(
                    "Pod \"{name}\" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
                ))
            }
            "PersistentVolumeClaim" if differs(".spec", &|path| path.contains(".resources.")) => {
                invalid(format!(
                    "PersistentVolumeClaim \"{name}\" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
                ))
            }
            _ => Ok(self),
        }
    }
}

fn merge(world: &World, patch: &Value, path: String, depth: usize, owner: u8, live: &mut Live) {
    match patch {
        Value::Map(map) if !map.is_empty() && depth < 100 => {
            for (name, value) in map.entries() {
                merge(world, &value, format!("{path}.{}", name.to_text()), depth + 1, owner, live);
            }
        }
        Value::Nil => {
            let (this, below) = (world.text(&path), format!("{path}."));
            live.fields.retain(|field| field.path != this && !world.str(field.path).starts_with(&below));
        }
        other => {
            let value = world.text(&json_text(other));
            let path = world.text(&path);
            if live.field(path) != Some(value) {
                live.set(path, value, owner);
            }
        }
    }
}

fn conflict_text(world: &World, key: KeyId, conflicts: &[(Text, u8)]) -> String {
    let api_version = world.str(world.key_of(key).api_version);
    let manager = |owners: u8| {
        let (name, subresource) = match owners {
            o if o & KUBECTL_EDIT != 0 => ("kubectl-edit", ""),
            o if o & KUBECTL_SCALE != 0 => ("kubectl", " with subresource \"scale\""),
            o if o & HELM_UPDATE != 0 => ("helm", ""),
            _ => ("unknown", ""),
        };
        format!("\"{name}\"{subresource} using {api_version}")
    };
    let count = conflicts.len();
    if let [(path, owners)] = conflicts {
        return format!(
            "Apply failed with 1 conflict: conflict with {}: {}",
            manager(*owners),
            world.str(*path)
        );
    }
    let mut names: Vec<String> = conflicts.iter().map(|(_, owners)| manager(*owners)).collect();
    names.sort();
    names.dedup();
    let mut text = format!("Apply failed with {count} conflicts: ");
    for (n, name) in names.iter().enumerate() {
        if n > 0 {
            text += "\n";
        }
        text += &format!("conflicts with {name}:");
        for (path, owners) in conflicts {
            if manager(*owners) == *name {
                text += &format!("\n- {}", world.str(*path));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::release::Content;
    use crate::lifecycle::world::{Charts, Rendering};
    use crate::yaml;

    struct None;
    impl Charts for None {
        fn render(&self, _: &World, _: &Rendering) -> Result<Content, String> {
            Err("no charts".into())
        }
    }

    fn spec(world: &World, text: &str) -> SpecId {
        let document = yaml::unmarshal(text.as_bytes()).unwrap();
        read(world, &document, world.text("NS"), &|_| false).unwrap()[0]
    }

    fn map(world: &World, x: &str) -> SpecId {
        spec(
            world,
            &format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: cm}}, data: {{x: '{x}'}}}}"),
        )
    }

    fn job(world: &World, image: &str, backoff: u8) -> SpecId {
        spec(
            world,
            &format!(
                "{{apiVersion: batch/v1, kind: Job, metadata: {{name: mig}}, spec: {{backoffLimit: {backoff}, template: {{spec: {{containers: [{{name: m, image: '{image}'}}]}}}}}}}}"
            ),
        )
    }

    #[test]
    fn apply_merges_by_owner() {
        let world = World::new(&None);
        let one = map(&world, "1");
        let made = Live::created(&world, one, HELM_APPLY);
        assert_eq!(made.applied(&world, one, false).unwrap().fields, made.fields);
        let two = made.applied(&world, map(&world, "2"), false).unwrap();
        assert_eq!(two.text(&world, ".data.x").as_deref(), Some("2"));
        let patch = yaml::unmarshal(b"{data: {x: edited}}").unwrap();
        let edited = two.merged(&world, &patch, KUBECTL_EDIT);
        let refusal = edited.applied(&world, one, false).unwrap_err();
        assert_eq!(refusal.code, 409);
        assert_eq!(
            refusal.text,
            "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using v1: .data.x"
        );
        assert_eq!(edited.applied(&world, one, true).unwrap().text(&world, ".data.x").as_deref(), Some("1"));
        // The same value is no conflict, but shared ownership is a change.
        let shared = edited.applied(&world, map(&world, "edited"), false).unwrap();
        assert_ne!(shared.fields, edited.fields);
    }

    #[test]
    fn what_was_posted_conflicts_when_it_changes() {
        let world = World::new(&None);
        let made = Live::created(&world, map(&world, "1"), HELM_UPDATE);
        assert!(made.applied(&world, map(&world, "1"), false).is_ok());
        let refusal = made.applied(&world, map(&world, "2"), false).unwrap_err();
        assert!(refusal.text.contains("conflict with \"helm\" using v1"), "{}", refusal.text);
        assert!(made.migrated().unwrap().applied(&world, map(&world, "2"), false).is_ok());
    }

    #[test]
    fn a_jobs_template_stays() {
        let world = World::new(&None);
        let made = Live::created(&world, job(&world, "a", 0), HELM_APPLY);
        assert!(made.applied(&world, job(&world, "a", 2), false).is_ok());
        let refusal = made.applied(&world, job(&world, "b", 0), false).unwrap_err();
        assert_eq!((refusal.code, refusal.text.contains("field is immutable")), (422, true));
    }

    #[test]
    fn a_patch_of_nothing_is_none() {
        let world = World::new(&None);
        let one = map(&world, "1");
        let made = Live::created(&world, one, HELM_UPDATE);
        assert_eq!(made.patched(&world, Some(one), one, HELM_UPDATE).unwrap(), Option::None);
        let mut kept = made.clone();
        kept.fields.push(Field { path: world.text(".data.z"), value: world.text("1"), owners: UNKNOWN });
        assert_eq!(kept.patched(&world, Some(one), one, HELM_UPDATE).unwrap(), Option::None);
        let other = kept.patched(&world, Some(one), map(&world, "2"), HELM_UPDATE).unwrap().unwrap();
        assert_eq!(other.text(&world, ".data.x").as_deref(), Some("2"));
        assert_eq!(other.text(&world, ".data.z").as_deref(), Some("1"));
    }
}
