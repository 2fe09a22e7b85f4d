//! `helm test`: `pkg/action/release_testing.go` (L75).

use super::{hooks, record};
use crate::hook::HookEvent;
use crate::lifecycle::client::{Answer, Call, Ctl, Flow, Mem, Read, caught, fail};
use crate::lifecycle::engine::WaitStrategy;
use crate::lifecycle::release::HookRun;
use crate::lifecycle::world::Text;

/// Runs a release's tests.
pub fn test(ctl: &mut Ctl) -> Flow<()> {
    let name = ctl.action.release;
    let Some(release) = record::last(ctl, name)? else { return fail("release: not found") };
    let release = ctl.keep(release);
    let skipped = narrow(ctl, release);
    // Helm 4's test always watches.
    let wait = if ctl.engine.is_v3() { WaitStrategy::None3 } else { WaitStrategy::Watcher };
    let server_side = ctl.engine.server_side && ctl.mem(release).server_side;
    let (shutdown, mut result) = hooks::execute(ctl, release, HookEvent::Test, wait, server_side)?;
    let mut shutdown = Some(shutdown);
    if ctl.engine.deletes_tests_before_logs
        && let Some(shutdown) = shutdown.take()
        && let Err(error) = caught(hooks::finish(ctl, shutdown, wait))?
    {
        result = Err(error);
    }
    let executed = std::mem::take(&mut ctl.mem_mut(release).hooks);
    ctl.mem_mut(release).hooks = skipped.into_iter().chain(executed).collect();
    if let Err(error) = caught(record::update(ctl, release))?
        && result.is_ok()
    {
        result = Err(error);
    }
    if ctl.action.logs
        && let Err(error) = caught(logs(ctl, release))?
    {
        result = match result {
            Err(first) if !ctl.engine.is_v3() => Err(format!("{first}\n{error}")),
            Err(_) | Ok(()) => Err(error),
        };
    }
    if let Some(shutdown) = shutdown
        && let Err(error) = caught(hooks::finish(ctl, shutdown, wait))?
        && result.is_ok()
    {
        result = Err(error);
    }
    match result {
        Ok(()) => Ok(()),
        Err(error) => fail(error),
    }
}

/// Leaves only the hooks that `--filter` names, of all events; the others are returned.
fn narrow(ctl: &mut Ctl, release: Mem) -> Vec<HookRun> {
    let content = ctl.world.content(ctl.mem(release).content);
    let name = |run: &HookRun| content.hooks.get(usize::from(run.hook)).map(|hook| hook.name);
    let (include, exclude) = (ctl.action.include.clone(), ctl.action.exclude.clone());
    let has = |list: &[Text], run: &HookRun| name(run).is_some_and(|name| list.contains(&name));
    let mut skipped = Vec::new();
    let hooks = &mut ctl.mem_mut(release).hooks;
    if !exclude.is_empty() {
        skipped.extend(hooks.iter().filter(|run| has(&exclude, run)).copied());
        hooks.retain(|run| !has(&exclude, run));
    }
    if !include.is_empty() {
        skipped.extend(hooks.iter().filter(|run| !has(&include, run)).copied());
        hooks.retain(|run| has(&include, run));
    }
    skipped
}

/// `--logs`
fn logs(ctl: &mut Ctl, release: Mem) -> Flow<()> {
    let content = ctl.world.content(ctl.mem(release).content);
    let mut tests: Vec<_> = ctl
        .mem(release)
        .hooks
        .iter()
        .filter_map(|run| content.hooks.get(usize::from(run.hook)))
        .filter(|hook| hook.events.contains(&HookEvent::Test))
        .filter(|hook| !ctl.action.exclude.contains(&hook.name))
        .filter(|hook| ctl.action.include.is_empty() || ctl.action.include.contains(&hook.name))
        .cloned()
        .collect();
    tests.sort_by_key(|hook| (hook.weight, ctl.str(hook.name)));
    for hook in tests {
        let name = ctl.str(hook.name);
        let Some(key) = hook.objects.first().map(|spec| ctl.world.spec(*spec).key) else { continue };
        if ctl.engine.reads_pod_before_log {
            if ctl.str(hook.kind) != "Pod" {
                continue;
            }
            match ctl.ask(Call::Get(key, Read::Test))? {
                Answer::Missing => {
                    return fail(format!("unable to get pod {name}: pods \"{name}\" not found"));
                }
                Answer::Refused(_, text) => {
                    return fail(format!("unable to get pod {name}: {}", ctl.str(text)));
                }
                _ => {}
            }
        }
        match ctl.ask(Call::Logs(key, false))? {
            Answer::Missing => {
                return fail(format!("unable to get pod logs for {name}: pods \"{name}\" not found"));
            }
            Answer::Refused(_, text) => {
                return fail(format!("unable to get pod logs for {name}: {}", ctl.str(text)));
            }
            _ => {}
        }
    }
    Ok(())
}
