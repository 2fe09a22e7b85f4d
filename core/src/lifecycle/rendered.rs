//! A rendered chart as the lifecycle sees it: objects, hooks, definitions.

use super::object;
use super::release::{Content, Hook, Policies};
use super::world::{Rendering, World};
use crate::manifest::split;
use crate::release::Release;
use crate::value::Value;
use crate::yaml;

/// What a record keeps of a rendered chart. With `assume`, kinds of groups that are not Kubernetes' own are taken to be
/// installed, as a plan without a cluster must; without it only the chart's own definitions are.
pub fn content(world: &World, rendered: &Release, wanted: &Rendering, assume: bool) -> Content {
    let mut content = Content::default();
    let mut kinds = Vec::new();
    let crds: Vec<Value> = rendered
        .crds
        .iter()
        .flat_map(|file| {
            split(&file.data, wanted.version)
                .into_iter()
                .map(|range| file.data.get(range).unwrap_or_default())
        })
        .filter_map(|text| yaml::unmarshal(text).ok())
        .collect();
    let documents = rendered.manifests.iter().chain(rendered.hooks.iter().map(|hook| &hook.manifest));
    let all =
        crds.iter().cloned().chain(documents.filter_map(|manifest| yaml::unmarshal(manifest.content()).ok()));
    for document in all {
        kinds.extend(defined(&document));
        kinds.extend(foreign(&document).filter(|_| assume));
    }
    let known = |kind: &str| kinds.iter().any(|defined| defined == kind);
    for document in &crds {
        content.crds.extend(object::read(world, document, wanted.namespace, &known).unwrap_or_default());
    }
    for manifest in &rendered.manifests {
        let document = yaml::unmarshal(manifest.content()).unwrap_or(Value::Nil);
        match object::read(world, &document, wanted.namespace, &known) {
            Ok(specs) => content.main.extend(specs),
            Err(error) => content.broken = content.broken.or(Some(world.text(&error))),
        }
    }
    for hook in &rendered.hooks {
        let document = yaml::unmarshal(hook.manifest.content()).unwrap_or(Value::Nil);
        let (objects, broken) = match object::read(world, &document, wanted.namespace, &known) {
            Ok(specs) => (specs, None),
            Err(error) => (Vec::new(), Some(world.text(&error))),
        };
        content.hooks.push(Hook {
            kind: world.text(&hook.manifest.head.kind),
            name: world.text(&hook.manifest.head.name),
            path: world.text(hook.manifest.source()),
            events: hook.events.clone(),
            weight: hook.weight,
            delete: hook.delete_policies().into(),
            log: hook.output_log_policies().into(),
            objects,
            broken,
        });
    }
    content
}

impl From<crate::hook::Policies> for Policies {
    fn from(policies: crate::hook::Policies) -> Policies {
        Policies {
            before_creation: policies.before_creation,
            succeeded: policies.succeeded,
            failed: policies.failed,
        }
    }
}

/// The kind a CustomResourceDefinition defines.
fn defined(document: &Value) -> Option<String> {
    let Value::Map(root) = document else { return None };
    let is = matches!(root.get_str("kind"), Some(Value::Str(kind)) if kind == "CustomResourceDefinition");
    let Some(Value::Map(spec)) = root.get_str("spec").filter(|_| is) else { return None };
    let Some(Value::Map(names)) = spec.get_str("names") else { return None };
    match names.get_str("kind") {
        Some(Value::Str(kind)) => Some(kind.to_text().into_owned()),
        _ => None,
    }
}

/// The kind of an object whose group is somebody's own.
fn foreign(document: &Value) -> Option<String> {
    let Value::Map(root) = document else { return None };
    let (Some(Value::Str(api)), Some(Value::Str(kind))) = (root.get_str("apiVersion"), root.get_str("kind"))
    else {
        return None;
    };
    let api = api.to_text();
    let (group, _) = api.split_once('/')?;
    (group.contains('.') && !group.ends_with(".k8s.io")).then(|| kind.to_text().into_owned())
}
