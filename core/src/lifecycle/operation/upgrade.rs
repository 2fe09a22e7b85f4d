//! `helm upgrade`: `pkg/action/upgrade.go`, `pkg/cmd/upgrade.go` (L54–L61).

use super::{hooks, install, record, rollback, update};
use crate::hook::HookEvent;
use crate::lifecycle::action::ServerSide;
use crate::lifecycle::client::{Ctl, Delete, Flow, Mem, caught, fail, wrapped};
use crate::lifecycle::engine::WaitStrategy;
use crate::lifecycle::release::{HookRun, Phase, Release, Status};
use crate::lifecycle::world::{Rendering, SpecId};

/// The command, which with `--install` may be an install (L59).
pub fn command(ctl: &mut Ctl) -> Flow<()> {
    if ctl.action.install {
        let listed = record::history(ctl, ctl.action.release)?;
        let uninstalled = listed.last().is_some_and(|release| release.status == Status::Uninstalled);
        if listed.is_empty() || uninstalled {
            return install::install(ctl, uninstalled);
        }
    }
    wrapped(upgrade(ctl), "UPGRADE FAILED: ")
}

/// Whether server-side apply is used, given what the release did before (L1).
pub fn server_side(ctl: &Ctl, before: bool) -> bool {
    ctl.engine.server_side
        && match ctl.action.server_side {
            ServerSide::Auto => before,
            ServerSide::True => true,
            ServerSide::False => false,
        }
}

fn upgrade(ctl: &mut Ctl) -> Flow<()> {
    let (name, namespace) = (ctl.action.release, ctl.action.namespace);
    let wait = install::effective(ctl);
    let Some(last) = record::last(ctl, name)? else { return record::none_deployed(ctl, name) };
    if last.status.is_pending() {
        return fail("another operation (install/upgrade/rollback) is in progress");
    }
    let baseline = if last.status == Status::Deployed {
        last.clone()
    } else {
        let newest = record::deployed(ctl, name)?.into_iter().max_by_key(|release| release.revision);
        match newest {
            Some(newest) => newest,
            None if matches!(last.status, Status::Failed | Status::Superseded) => last.clone(),
            None => return record::none_deployed(ctl, name),
        }
    };
    // What was given before counts when nothing is given now (L54.4), or is merged with it.
    let given = ctl.action.values;
    let values = match ctl.str(given).is_empty() {
        _ if ctl.action.reset_values => given,
        true => baseline.values,
        false if ctl.action.reuse_values && !ctl.str(baseline.values).is_empty() => {
            ctl.world.text(&format!("{}\u{2}{}", ctl.str(baseline.values), ctl.str(given)))
        }
        false => given,
    };
    let rendering = Rendering {
        chart: ctl.action.chart,
        version: ctl.engine.version,
        revision: last.revision + 1,
        upgrade: true,
        release: name,
        namespace,
        values,
    };
    let content_id = match ctl.world.render(&rendering) {
        Ok(content) => content,
        Err(error) => return fail(ctl.str(error)),
    };
    let content = ctl.world.content(content_id);
    if let Some(broken) = content.broken {
        return fail(format!(
            "unable to build kubernetes objects from new release manifest: {}",
            ctl.str(broken)
        ));
    }
    let server_side = server_side(ctl, last.server_side);
    let mut current = ctl.world.content(baseline.content).main.clone();
    let target = update::owned(ctl, &content, name, namespace);
    let fresh: Vec<SpecId> = {
        let known: Vec<_> = current.iter().map(|spec| ctl.world.spec(*spec).key).collect();
        target.iter().copied().filter(|spec| !known.contains(&ctl.world.spec(*spec).key)).collect()
    };
    let prefix = "unable to continue with update: ";
    let prefix = if ctl.engine.is_v3() { "Unable to continue with update: " } else { prefix };
    current.extend(wrapped(update::check(ctl, &fresh, name, namespace), prefix)?);
    if ctl.action.dry_run || ctl.action.client_only {
        return Ok(());
    }
    let new = Release {
        name,
        namespace,
        revision: last.revision + 1,
        status: Status::PendingUpgrade,
        description: ctl.world.text("Preparing upgrade"),
        content: content_id,
        hooks: (0..content.hooks.len()).map(|n| HookRun { hook: n as u16, phase: Phase::None }).collect(),
        server_side,
        values,
    };
    let (baseline, new) = (ctl.keep(baseline), ctl.keep(new));
    record::create(ctl, new, ctl.action.history_max)?;
    ctl.own = Some(new);
    let mut created = Vec::new();
    let done = caught(perform(ctl, baseline, new, &current, &target, &mut created, server_side, wait))?;
    ctl.past_cancelling()?;
    match done {
        Ok(()) => record::update(ctl, new),
        Err(error) => fail_release(ctl, new, &created, error),
    }
}

#[allow(clippy::too_many_arguments, reason = "as many as releasingUpgrade has")]
fn perform(
    ctl: &mut Ctl,
    baseline: Mem,
    new: Mem,
    current: &[SpecId],
    target: &[SpecId],
    created: &mut Vec<SpecId>,
    server_side: bool,
    wait: WaitStrategy,
) -> Flow<()> {
    if !ctl.action.no_hooks {
        wrapped(
            hooks::run(ctl, new, HookEvent::PreUpgrade, wait, server_side),
            "pre-upgrade hooks failed: ",
        )?;
    }
    let way = update::Way {
        server_side,
        force_conflicts: ctl.action.force_conflicts,
        force_replace: ctl.action.force_replace,
        migrate: server_side && !ctl.mem(baseline).server_side,
    };
    let (made, result) = update::update(ctl, current, target, way)?;
    *created = made;
    let result = match result {
        Ok(()) if wait.awaits_resources() => {
            caught(update::ready(ctl, target, wait, ctl.action.wait_for_jobs, None))?
        }
        other => other,
    };
    if let Err(error) = result {
        record::record(ctl, baseline)?;
        return fail(error);
    }
    if !ctl.action.no_hooks {
        wrapped(
            hooks::run(ctl, new, HookEvent::PostUpgrade, wait, server_side),
            "post-upgrade hooks failed: ",
        )?;
    }
    ctl.set_status(baseline, Status::Superseded, None);
    record::record(ctl, baseline)?;
    record::deploy(ctl, new, "Upgrade complete");
    Ok(())
}

/// What follows a failure (L55–L57).
pub fn fail_release(ctl: &mut Ctl, release: Mem, created: &[SpecId], error: String) -> Flow<()> {
    let name = ctl.str(ctl.action.release);
    ctl.set_status(release, Status::Failed, Some(format!("Upgrade \"{name}\" failed: {error}")));
    record::record(ctl, release)?;
    if ctl.action.cleanup_on_fail
        && !created.is_empty()
        && let Err(problem) = caught(cleanup(ctl, created))?
    {
        return fail(format!(
            "an error occurred while cleaning up resources. original upgrade error: {error}: unable to cleanup resources: {problem}"
        ));
    }
    if !ctl.action.rollback_on_failure {
        return fail(error);
    }
    let history = match caught(record::history(ctl, ctl.action.release))? {
        Ok(history) => history,
        Err(second) => {
            return fail(format!(
                "an error occurred while finding last successful release. original upgrade error: {error}: {second}"
            ));
        }
    };
    let good =
        history.iter().filter(|release| matches!(release.status, Status::Superseded | Status::Deployed));
    let Some(target) = good.map(|release| release.revision).max() else {
        return fail(format!(
            "unable to find a previously successful release when attempting to rollback. original upgrade error: {error}"
        ));
    };
    let wait = install::effective(ctl);
    match caught(rollback::rollback(ctl, target, 0, wait))? {
        Err(second) => fail(format!(
            "an error occurred while rolling back the release. original upgrade error: {error}: {second}"
        )),
        Ok(()) => {
            let flag = if ctl.engine.is_v3() { "atomic" } else { "rollback-on-failure" };
            fail(format!("release {name} failed, and has been rolled back due to {flag} being set: {error}"))
        }
    }
}

/// `--cleanup-on-fail`: deletes what the update phase created.
pub fn cleanup(ctl: &mut Ctl, created: &[SpecId]) -> Flow<()> {
    let mut errors = Vec::new();
    if created.is_empty() {
        return fail("object not found, skipping delete: no objects visited");
    }
    for spec in created {
        let key = ctl.world.spec(*spec).key;
        if let Err(error) = caught(hooks::delete_object(ctl, key, false, Delete::Release))? {
            errors.push(error);
        }
    }
    if errors.is_empty() { Ok(()) } else { fail(errors.join(", ")) }
}
