//! `helm uninstall`: `pkg/action/uninstall.go` (L71–L74, L90).

use super::{hooks, record, update};
use crate::hook::HookEvent;
use crate::lifecycle::client::{Answer, Call, Ctl, Delete, Flow, Read, caught, fail};
use crate::lifecycle::engine::WaitStrategy;
use crate::lifecycle::release::{Release, Status};
use crate::manifest::{UNINSTALL_ORDER, compare_kinds};

/// Uninstalls the release, also after a failed install with `--rollback-on-failure`.
pub fn uninstall(ctl: &mut Ctl, keep_history: bool, wait: WaitStrategy, foreground: bool) -> Flow<()> {
    let name = ctl.action.release;
    let shown = ctl.str(name);
    let all = match caught(record::history(ctl, name))? {
        Ok(all) => record::by_revision(all),
        Err(error) if ctl.action.ignore_not_found => {
            let _ = error;
            return Ok(());
        }
        Err(error) => return fail(format!("uninstall: Release not loaded: {shown}: {error}")),
    };
    let Some(last) = all.last().cloned() else {
        if ctl.action.ignore_not_found {
            return Ok(());
        }
        return fail(format!("uninstall: Release not loaded: {shown}: release: not found"));
    };
    if last.status == Status::Uninstalled {
        if keep_history {
            return fail(format!("the release named {shown:?} is already deleted"));
        }
        return crate::lifecycle::client::wrapped(
            purge(ctl, &all),
            "uninstall: Failed to purge the release: ",
        );
    }
    let release = ctl.keep(last);
    ctl.set_status(release, Status::Uninstalling, Some("Deletion in progress (or silently failed)".into()));
    // Hooks of a deletion are always applied (L1).
    let server_side = ctl.engine.server_side;
    if !ctl.action.no_hooks {
        hooks::run(ctl, release, HookEvent::PreDelete, wait, server_side)?;
    }
    let _ = caught(record::update(ctl, release))?;
    let mut errors = Vec::new();
    let deleted = match caught(delete(ctl, &ctl.mem(release).clone(), foreground))? {
        Ok(deleted) => deleted,
        Err(_) => return fail(format!("failed to delete release: {shown}")),
    };
    if (wait.awaits_resources())
        && let Err(error) = caught(hooks::gone(ctl, deleted, wait))?
    {
        errors.push(error);
    }
    if !ctl.action.no_hooks
        && let Err(error) = caught(hooks::run(ctl, release, HookEvent::PostDelete, wait, server_side))?
    {
        errors.push(error);
    }
    let description = match ctl.action.description {
        Some(given) if ctl.action.verb == crate::lifecycle::action::Verb::Uninstall => ctl.str(given),
        _ => "Uninstallation complete".to_owned(),
    };
    ctl.set_status(release, Status::Uninstalled, Some(description));
    if keep_history {
        let _ = caught(record::update(ctl, release))?;
        if ctl.engine.keep_history_supersedes {
            for other in record::deployed(ctl, name)? {
                let other = ctl.keep(other);
                ctl.set_status(other, Status::Superseded, None);
                let _ = caught(record::update(ctl, other))?;
            }
        }
    } else if let Err(error) = caught(purge(ctl, &all))? {
        errors.push(format!("uninstall: Failed to purge the release: {error}"));
    }
    if errors.is_empty() {
        return Ok(());
    }
    fail(format!("uninstallation completed with {} error(s): {}", errors.len(), errors.join("; ")))
}

fn purge(ctl: &mut Ctl, all: &[Release]) -> Flow<()> {
    for release in all {
        record::delete(ctl, release.name, release.revision)?;
    }
    Ok(())
}

fn delete(ctl: &mut Ctl, release: &Release, foreground: bool) -> Flow<Vec<crate::lifecycle::world::KeyId>> {
    let content = ctl.world.content(release.content);
    let mut specs: Vec<_> = content.main.iter().map(|spec| ctl.world.spec(*spec)).collect();
    // Whatever the policy says, its presence keeps the resource (L90).
    specs.retain(|spec| spec.keep.is_none());
    let version = ctl.engine.version;
    let world = ctl.world;
    specs.sort_by(|a, b| compare_kinds(&world.kind(a.key), &world.kind(b.key), UNINSTALL_ORDER, version));
    let mut doomed = Vec::new();
    for spec in specs {
        if !ctl.engine.checks_before_deletion {
            doomed.push(spec.key);
            continue;
        }
        let key = world.key_of(spec.key);
        let (kind, name, namespace) = (ctl.str(key.kind), ctl.str(key.name), ctl.str(key.namespace));
        match ctl.ask(Call::Get(spec.key, Read::Ownership))? {
            Answer::Object(live) => {
                if update::foreign(ctl, live, release.name, release.namespace).is_none() {
                    doomed.push(spec.key);
                } else {
                    let release = ctl.str(release.name);
                    ctl.warn(format!(
                        "level=WARN msg=\"skipping delete of resource not owned by this release\" kind={kind} name={name} namespace={namespace} release={release}"
                    ));
                }
            }
            Answer::Refused(_, text) => {
                let (release, error) = (ctl.str(release.name), ctl.str(text));
                ctl.warn(format!(
                    "level=WARN msg=\"skipping delete of resource because ownership could not be verified\" kind={kind} name={name} namespace={namespace} release={release} error={error:?}"
                ));
            }
            _ => {}
        }
    }
    let mut errors = Vec::new();
    for key in &doomed {
        if let Err(error) = caught(hooks::delete_object(ctl, *key, foreground, Delete::Release))? {
            errors.push(error);
        }
    }
    if errors.is_empty() { Ok(doomed) } else { fail(errors.join("; ")) }
}
