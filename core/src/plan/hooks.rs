//! A rendered chart's hooks, event by event, in the order they run (L15), with their policies and needs.

use super::needs::{self, Need, Provider};
use crate::hook::{Hook, HookEvent};
use crate::manifest::Manifest;
use crate::release::Release;
use crate::value::Value;
use crate::yaml;
use std::collections::HashMap;
use std::rc::Rc;

/// One run of a hook in one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The event.
    pub event: HookEvent,
    /// Its place in the event, from 1.
    pub order: usize,
    /// Number among the release's hooks.
    pub hook: usize,
    /// `Job`
    pub kind: String,
    /// `mig`
    pub name: String,
    /// `helm.sh/hook-weight`
    pub weight: i64,
    /// Delete policies that mean something, the default made explicit.
    pub policies: Vec<&'static str>,
    /// The annotation is absent: Helm's default holds (L12).
    pub default_policy: bool,
    /// What it uses.
    pub needs: Vec<Need>,
    /// The template.
    pub file: String,
    /// Where in the template the document begins; 0 is unknown.
    pub line: u32,
}

/// Hooks of one event in execution order: by weight, then by name, else as stored.
pub fn order(release: &Release, event: HookEvent) -> Vec<usize> {
    let mut runs: Vec<usize> = Vec::new();
    for (n, hook) in release.hooks.iter().enumerate() {
        runs.extend(hook.events.iter().filter(|other| **other == event).map(|_| n));
    }
    runs.sort_by_key(|n| release.hooks.get(*n).map(|hook| (hook.weight, hook.manifest.head.name.as_bytes())));
    runs
}

/// The table of a release.
pub fn table(release: &Release) -> Vec<Row> {
    let orders: Vec<(HookEvent, Vec<usize>)> =
        HookEvent::ALL.into_iter().map(|event| (event, order(release, event))).collect();
    let parsed: Vec<Value> = release.hooks.iter().map(|hook| document(&hook.manifest)).collect();
    let main: HashMap<(&str, &str), ()> = release
        .manifests
        .iter()
        .map(|manifest| ((manifest.head.kind.as_str(), manifest.head.name.as_str()), ()))
        .collect();
    let mut hooks: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (n, hook) in release.hooks.iter().enumerate() {
        hooks.entry((&hook.manifest.head.kind, &hook.manifest.head.name)).or_default().push(n);
    }
    let mut bindings: HashMap<String, Vec<(&'static str, String)>> = HashMap::new();
    let all = release.manifests.iter().chain(release.hooks.iter().map(|hook| &hook.manifest));
    for manifest in all {
        let kind = match manifest.head.kind.as_str() {
            "RoleBinding" => "RoleBinding",
            "ClusterRoleBinding" => "ClusterRoleBinding",
            _ => continue,
        };
        for account in needs::bound_accounts(&document(manifest)) {
            bindings.entry(account).or_default().push((kind, manifest.head.name.clone()));
        }
    }
    let references: Vec<Vec<(&'static str, String)>> = parsed
        .iter()
        .map(|document| {
            let mut found = needs::references(document);
            if !release.manifests.is_empty() || !found.is_empty() {
                let is_pod = !matches!(kind_of(document).as_str(), "RoleBinding" | "ClusterRoleBinding");
                let accounts: Vec<String> = found
                    .iter()
                    .filter(|(kind, _)| is_pod && *kind == "ServiceAccount")
                    .map(|(_, name)| name.clone())
                    .collect();
                for account in accounts {
                    found.extend(bindings.get(&account).into_iter().flatten().cloned());
                }
            }
            found
        })
        .collect();
    let mut rows = Vec::new();
    for (event, runs) in &orders {
        let places: HashMap<usize, usize> = runs.iter().enumerate().rev().map(|(at, n)| (*n, at)).collect();
        for (at, n) in runs.iter().enumerate() {
            let Some(hook) = release.hooks.get(*n) else { continue };
            let provider = |kind: &str, name: &str| -> Provider {
                let makers = hooks.get(&(kind, name)).map(Vec::as_slice).unwrap_or_default();
                let place = makers.iter().filter_map(|maker| places.get(maker)).min();
                match place {
                    Some(place) if *place < at => return Provider::Earlier(place + 1),
                    Some(place) if !main.contains_key(&(kind, name)) => return Provider::Later(place + 1),
                    _ => {}
                }
                if main.contains_key(&(kind, name)) {
                    return ordinary(*event);
                }
                match makers.iter().find_map(|maker| release.hooks.get(*maker)?.events.first()) {
                    Some(event) => Provider::Event(*event),
                    None => Provider::Nowhere,
                }
            };
            let needs = references
                .get(*n)
                .into_iter()
                .flatten()
                .map(|(kind, name)| Need { kind, name: name.clone(), provider: provider(kind, name) })
                .collect();
            let (file, line) = place(release, &hook.manifest);
            rows.push(Row {
                event: *event,
                order: at + 1,
                hook: *n,
                kind: hook.manifest.head.kind.clone(),
                name: hook.manifest.head.name.clone(),
                weight: hook.weight,
                policies: policies(hook),
                default_policy: hook.delete_policies.is_empty(),
                needs,
                file,
                line,
            });
        }
    }
    rows
}

fn document(manifest: &Manifest) -> Value {
    yaml::unmarshal(manifest.content()).unwrap_or(Value::Nil)
}

fn kind_of(document: &Value) -> String {
    match document {
        Value::Map(map) => match map.get_str("kind") {
            Some(Value::Str(kind)) => kind.to_text().into_owned(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// An ordinary object of the release, seen from a hook.
fn ordinary(event: HookEvent) -> Provider {
    match event {
        HookEvent::PreInstall => Provider::NotYet,
        HookEvent::PreUpgrade | HookEvent::PreRollback => Provider::Before,
        HookEvent::PostDelete => Provider::Gone,
        _ => Provider::Release,
    }
}

fn policies(hook: &Hook) -> Vec<&'static str> {
    let policies = hook.delete_policies();
    [
        (policies.before_creation, "before-hook-creation"),
        (policies.succeeded, "hook-succeeded"),
        (policies.failed, "hook-failed"),
    ]
    .into_iter()
    .filter_map(|(on, name)| on.then_some(name))
    .collect()
}

/// The template and line a document begins at.
pub fn place(release: &Release, manifest: &Manifest) -> (String, u32) {
    let file: &Rc<_> = &manifest.file;
    let text = manifest.content();
    let blank = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let offset = (manifest.range.start + blank) as u32;
    let mut found = None;
    if let (Some(recorder), Some(provenance)) = (&release.recorder, &file.provenance)
        && let Some((file, span)) = provenance.place(offset)
        && let Some(lines) = recorder.sources.lines(file)
    {
        let name = String::from_utf8_lossy(recorder.sources.name(file)).into_owned();
        found = Some((name, lines.position(span.start).line));
    }
    let (name, line) = found.unwrap_or_else(|| (file.name.clone(), 0));
    // The first part is the root chart's name, which the reader knows.
    let short = name.split_once('/').map_or(name.as_str(), |(_, rest)| rest).to_owned();
    (short, line)
}
