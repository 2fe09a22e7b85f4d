//! `helm rollback`: `pkg/action/rollback.go` (L64–L70).

use super::{hooks, record, update, upgrade};
use crate::hook::HookEvent;
use crate::lifecycle::client::{Answer, Call, Ctl, Flow, Mem, caught, fail, wrapped};
use crate::lifecycle::engine::WaitStrategy;
use crate::lifecycle::release::{Release, Status};

/// Rolls back to a revision; 0 is the one before the last.
pub fn rollback(ctl: &mut Ctl, revision: u16, history_max: u16, wait: WaitStrategy) -> Flow<()> {
    let name = ctl.action.release;
    let Some(current) = record::last(ctl, name)? else { return fail("release: not found") };
    let wanted = if revision == 0 { current.revision - 1 } else { revision };
    let history = record::history(ctl, name)?;
    if !history.iter().any(|release| release.revision == wanted) {
        return fail(format!("release has no {wanted} version"));
    }
    if let Answer::Refused(_, text) = ctl.ask(Call::ReadRecord(name, wanted))? {
        let text = ctl.str(text);
        let key = format!("sh.helm.release.v1.{}.v{wanted}", ctl.str(name));
        return fail(format!("get: failed to get {key:?}: {text}"));
    }
    let Some(previous) = history.into_iter().find(|release| release.revision == wanted) else {
        return fail("release: not found");
    };
    let server_side = upgrade::server_side(ctl, previous.server_side);
    let description = match ctl.action.description {
        Some(given) if ctl.action.verb == crate::lifecycle::action::Verb::Rollback => given,
        _ => ctl.world.text(&format!("Rollback to {wanted}")),
    };
    let target = Release {
        revision: current.revision + 1,
        namespace: current.namespace,
        status: Status::PendingRollback,
        description,
        server_side,
        ..previous
    };
    let (current, target) = (ctl.keep(current), ctl.keep(target));
    if ctl.action.dry_run {
        return Ok(());
    }
    record::create(ctl, target, history_max)?;
    perform(ctl, current, target, server_side, wait)?;
    record::update(ctl, target)
}

fn perform(ctl: &mut Ctl, current: Mem, target: Mem, server_side: bool, wait: WaitStrategy) -> Flow<()> {
    let (name, namespace) = (ctl.mem(target).name, ctl.mem(target).namespace);
    if !ctl.action.no_hooks {
        hooks::run(ctl, target, HookEvent::PreRollback, wait, server_side)?;
    }
    let before = ctl.world.content(ctl.mem(current).content).main.clone();
    let content = ctl.world.content(ctl.mem(target).content);
    let after = update::owned(ctl, &content, name, namespace);
    let way = update::Way {
        server_side,
        force_conflicts: ctl.action.force_conflicts,
        force_replace: ctl.action.force_replace,
        migrate: true,
    };
    let (created, result) = update::update(ctl, &before, &after, way)?;
    let release = ctl.str(name);
    if let Err(error) = result {
        ctl.set_status(current, Status::Superseded, None);
        ctl.set_status(target, Status::Failed, Some(format!("Rollback \"{release}\" failed: {error}")));
        record::record(ctl, current)?;
        record::record(ctl, target)?;
        if ctl.action.cleanup_on_fail && ctl.action.verb == crate::lifecycle::action::Verb::Rollback {
            let prefix = if ctl.engine.is_v3() {
                format!(
                    "an error occurred while cleaning up resources. original rollback error: {error}: unable to cleanup resources: "
                )
            } else {
                "an error occurred while cleaning up resources. original rollback error: unable to cleanup resources: ".into()
            };
            wrapped(upgrade::cleanup(ctl, &created), &prefix)?;
        }
        return fail(error);
    }
    if wait.awaits_resources()
        && let Err(error) = caught(update::ready(ctl, &after, wait, ctl.action.wait_for_jobs, None))?
    {
        ctl.set_status(target, Status::Failed, Some(format!("Release \"{release}\" failed: {error}")));
        record::record(ctl, current)?;
        record::record(ctl, target)?;
        return fail(format!("release {release} failed: {error}"));
    }
    if !ctl.action.no_hooks {
        hooks::run(ctl, target, HookEvent::PostRollback, wait, server_side)?;
    }
    for deployed in record::deployed(ctl, name)? {
        let deployed = ctl.keep(deployed);
        ctl.set_status(deployed, Status::Superseded, None);
        record::record(ctl, deployed)?;
    }
    ctl.set_status(target, Status::Deployed, None);
    Ok(())
}
