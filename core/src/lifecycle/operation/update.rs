//! Main resources: create phase, update phase, readiness (L47, L50, L76), ownership (L120).

use super::hooks::{delete_object, look, waited, write};
use crate::lifecycle::client::{
    Answer, Call, Ctl, Delete, Flow, Goal, Read, Role, Wait, Write, caught, fail,
};
use crate::lifecycle::engine::WaitStrategy;
use crate::lifecycle::kinds;
use crate::lifecycle::object::{self, Nature};
use crate::lifecycle::release::Content;
use crate::lifecycle::world::{KeyId, SpecId, Text};

/// The main resources of a content with Helm's ownership metadata.
pub fn owned(ctl: &Ctl, content: &Content, release: Text, namespace: Text) -> Vec<SpecId> {
    content.main.iter().map(|spec| object::owned(ctl.world, *spec, release, namespace)).collect()
}

fn key(ctl: &Ctl, spec: SpecId) -> KeyId {
    ctl.world.spec(spec).key
}

/// Kind, group, namespace and name: what Helm compares when it looks for an object in another manifest.
fn same(ctl: &Ctl, a: SpecId, b: SpecId) -> bool {
    let (a, b) = (key(ctl, a), key(ctl, b));
    if a == b {
        return true;
    }
    let (a, b) = (ctl.world.key_of(a), ctl.world.key_of(b));
    let group = |key: Text| kinds::group(&ctl.world.str(key)).to_owned();
    a.kind == b.kind
        && a.namespace == b.namespace
        && a.name == b.name
        && group(a.api_version) == group(b.api_version)
}

/// The ownership check of these resources; those that exist are returned (L121).
pub fn check(ctl: &mut Ctl, resources: &[SpecId], release: Text, namespace: Text) -> Flow<Vec<SpecId>> {
    let mut existing = Vec::new();
    for spec in resources {
        if ctl.world.spec(*spec).generated {
            continue;
        }
        let key = key(ctl, *spec);
        let place = place(ctl, key);
        match ctl.ask(Call::Get(key, Read::Ownership))? {
            Answer::Object(live) => {
                if !ctl.action.take_ownership
                    && let Some(problem) = foreign(ctl, live, release, namespace)
                {
                    return fail(format!(
                        "{place} exists and cannot be imported into the current release: {problem}"
                    ));
                }
                existing.push(*spec);
            }
            Answer::Refused(_, text) => {
                return fail(format!(
                    "could not get information about the resource {place}: {}",
                    ctl.str(text)
                ));
            }
            _ => {}
        }
    }
    Ok(existing)
}

fn place(ctl: &Ctl, key: KeyId) -> String {
    let key = ctl.world.key_of(key);
    format!("{} \"{}\" in namespace \"{}\"", ctl.str(key.kind), ctl.str(key.name), ctl.str(key.namespace))
}

/// Why an object is not the release's.
pub fn foreign(
    ctl: &Ctl,
    live: crate::lifecycle::world::LiveId,
    release: Text,
    namespace: Text,
) -> Option<String> {
    const WHAT: [(&str, &str); 3] = [
        ("label", "app.kubernetes.io/managed-by"),
        ("annotation", "meta.helm.sh/release-name"),
        ("annotation", "meta.helm.sh/release-namespace"),
    ];
    let live = ctl.world.live(live);
    let mut problems = Vec::new();
    for ((kind, name), (path, wanted)) in WHAT.iter().zip(object::ownership(ctl.world, release, namespace)) {
        let wanted_text = ctl.str(wanted);
        match live.field(path) {
            None => problems.push(format!(
                "{kind} validation error: missing key \"{name}\": must be set to {wanted_text}"
            )),
            Some(value) if value != wanted => problems.push(format!(
                "{kind} validation error: key \"{name}\" must equal {wanted_text}: current value is {}",
                ctl.str(value)
            )),
            Some(_) => {}
        }
    }
    (!problems.is_empty()).then(|| format!("invalid ownership metadata; {}", problems.join("; ")))
}

/// Install's create phase: every resource is tried (L50).
pub fn create(ctl: &mut Ctl, resources: &[SpecId], server_side: bool) -> Flow<()> {
    let how = if server_side { Write::Apply(false) } else { Write::Post };
    let mut errors = Vec::new();
    for spec in resources {
        if let Err(error) = caught(write(ctl, *spec, how, Role::Main))? {
            errors.push(error);
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    if !ctl.engine.is_v3() {
        return fail(errors.join("\n"));
    }
    let count = errors.len();
    let plural = if count == 1 { "error" } else { "errors" };
    fail(format!("{count} {plural} occurred:\n\t* {}\n\n", errors.join("\n\t* ")))
}

/// How the update phase writes.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Server-side apply.
    pub server_side: bool,
    /// `--force-conflicts`
    pub force_conflicts: bool,
    /// `--force-replace`
    pub force_replace: bool,
    /// Move the ownership of fields from updates to apply first.
    pub migrate: bool,
}

/// The update phase. What was created is returned, with the error if there is one.
pub fn update(
    ctl: &mut Ctl,
    current: &[SpecId],
    target: &[SpecId],
    way: Way,
) -> Flow<(Vec<SpecId>, Result<(), String>)> {
    let mut created = Vec::new();
    if !ctl.engine.is_v3() && way.force_replace {
        if way.force_conflicts {
            return Ok((
                created,
                Err("invalid operation: cannot use force conflicts and force replace together".into()),
            ));
        }
        if way.server_side {
            return Ok((
                created,
                Err("invalid operation: cannot use server-side apply and force replace together".into()),
            ));
        }
    }
    let mut errors = Vec::new();
    for spec in target {
        if let Err(error) = caught(one(ctl, current, *spec, way, &mut created, &mut errors))? {
            return Ok((created, Err(error)));
        }
    }
    if !errors.is_empty() {
        return Ok((created, Err(errors.join(" && "))));
    }
    for spec in current {
        if target.iter().any(|other| same(ctl, *spec, *other)) {
            continue;
        }
        let key = key(ctl, *spec);
        let Answer::Object(live) = ctl.ask(Call::Get(key, Read::Removal))? else { continue };
        let keep = ctl.world.live(live).text(ctl.world, ".metadata.annotations.helm.sh/resource-policy");
        if keep.as_deref() == Some("keep") {
            continue;
        }
        if let Err(error) = caught(delete_object(ctl, key, false, Delete::Removal))? {
            let key = ctl.world.key_of(key);
            errors.push(format!(
                "failed to delete resource namespace={}, name={}, kind={}: {error}",
                ctl.str(key.namespace),
                ctl.str(key.name),
                ctl.str(key.kind)
            ));
        }
    }
    if ctl.engine.removal_error_fails && !errors.is_empty() {
        return Ok((created, Err(errors.join(" && "))));
    }
    Ok((created, Ok(())))
}

fn one(
    ctl: &mut Ctl,
    current: &[SpecId],
    spec: SpecId,
    way: Way,
    created: &mut Vec<SpecId>,
    errors: &mut Vec<String>,
) -> Flow<()> {
    match ctl.ask(Call::Get(key(ctl, spec), Read::Target))? {
        Answer::Missing => {
            created.push(spec);
            let how = if way.server_side { Write::Apply(way.force_conflicts) } else { Write::Post };
            return crate::lifecycle::client::wrapped(
                write(ctl, spec, how, Role::Create),
                "failed to create resource: ",
            );
        }
        Answer::Refused(_, text) => {
            return fail(format!("could not get information about the resource: {}", ctl.str(text)));
        }
        _ => {}
    }
    let original = current.iter().copied().find(|other| same(ctl, *other, spec));
    if original.is_none() && !ctl.engine.patches_unknown_targets {
        let key = ctl.world.key_of(key(ctl, spec));
        let (kind, name) = (ctl.str(key.kind), ctl.str(key.name));
        return fail(if ctl.engine.is_v3() {
            format!("no {kind} with the name \"{name}\" found")
        } else {
            format!("original object {kind} with the name \"{name}\" not found")
        });
    }
    if original.is_none() {
        let key = ctl.world.key_of(key(ctl, spec));
        let (kind, name, namespace) = (ctl.str(key.kind), ctl.str(key.name), ctl.str(key.namespace));
        ctl.warn(format!(
            "level=WARN msg=\"resource exists on cluster but not in original release, using cluster state as baseline\" namespace={namespace} name={name} kind={kind}"
        ));
    }
    let changed = (|| {
        if way.force_replace {
            return write(ctl, spec, Write::Put, Role::Change);
        }
        if !way.server_side {
            return write(ctl, spec, Write::Patch(original), Role::Change);
        }
        if way.migrate {
            write(ctl, spec, Write::Migrate, Role::Migrate)?;
        }
        write(ctl, spec, Write::Apply(way.force_conflicts), Role::Change)
    })();
    if let Err(error) = caught(changed)? {
        errors.push(error);
    }
    Ok(())
}

/// Waits for main resources (L47).
pub fn ready(
    ctl: &mut Ctl,
    resources: &[SpecId],
    wait: WaitStrategy,
    jobs: bool,
    limit: Option<u64>,
) -> Flow<()> {
    let looked: Vec<KeyId> = resources
        .iter()
        .filter(|spec| !matches!(ctl.world.spec(**spec).nature, Nature::Workload { paused: true, .. }))
        .map(|spec| key(ctl, *spec))
        .collect();
    if looked.is_empty() {
        return Ok(());
    }
    let timeout = ctl.action.timeout;
    let limit = limit.or(match wait {
        WaitStrategy::Legacy if timeout == 0 => None,
        WaitStrategy::Watcher | WaitStrategy::HookOnly if timeout == 0 => Some(30_000),
        _ => Some(timeout),
    });
    if !wait.is_old()
        && let Err(text) = look(ctl, &looked, Goal::Ready(jobs), false)?
    {
        return fail(text);
    }
    let seen = vec![None; looked.len()];
    waited(
        ctl,
        Wait {
            goal: Goal::Ready(jobs),
            keys: looked,
            seen,
            old: wait.is_old(),
            blind: false,
            limit,
            hook: None,
        },
    )
}
