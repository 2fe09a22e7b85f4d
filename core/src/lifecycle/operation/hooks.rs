//! One event's hooks: `pkg/action/hooks.go` (L23–L37).

use super::record;
use crate::hook::HookEvent;
use crate::lifecycle::client::{
    Answer, Call, Ctl, Delete, Flow, Goal, Mem, Role, Stop, Wait, Write, caught, fail,
};
use crate::lifecycle::engine::WaitStrategy;
use crate::lifecycle::object::Nature;
use crate::lifecycle::release::{Hook, Phase};
use crate::lifecycle::world::{KeyId, SpecId};

/// What remains to be deleted after an event: of `helm test`, later than of others.
#[derive(Debug, Default)]
pub struct Shutdown {
    /// The hook that failed.
    failed: Option<Hook>,
    /// Hooks before it, or all; in the order of deletion.
    succeeded: Vec<Hook>,
    /// Logs of succeeded hooks are printed on the way.
    with_logs: bool,
}

/// Which of a release's hooks run at an event, in order (L15): places in its list.
fn chosen(ctl: &Ctl, release: Mem, event: HookEvent) -> Vec<(usize, Hook)> {
    let content = ctl.world.content(ctl.mem(release).content);
    let mut chosen = Vec::new();
    for (place, run) in ctl.mem(release).hooks.iter().enumerate() {
        let Some(hook) = content.hooks.get(usize::from(run.hook)) else { continue };
        for _ in hook.events.iter().filter(|e| **e == event) {
            chosen.push((place, hook.clone()));
        }
    }
    chosen.sort_by(|(_, a), (_, b)| {
        let names = || ctl.world.str(a.name).as_bytes().cmp(ctl.world.str(b.name).as_bytes());
        a.weight.cmp(&b.weight).then_with(names)
    });
    chosen
}

/// Runs an event from the first hook to the last deletion.
pub fn run(ctl: &mut Ctl, release: Mem, event: HookEvent, wait: WaitStrategy, server_side: bool) -> Flow<()> {
    let (shutdown, result) = execute(ctl, release, event, wait, server_side)?;
    let ended = caught(finish(ctl, shutdown, wait))?;
    match (result, ended) {
        (Err(hook), Err(deletion)) => {
            // Deleting earlier hooks hides the hook's error in every version; deleting the hook itself only in Helm 3.
            let _ = hook;
            fail(deletion)
        }
        (Err(hook), Ok(())) => fail(hook),
        (Ok(()), Err(deletion)) => fail(deletion),
        (Ok(()), Ok(())) => Ok(()),
    }
}

/// Runs an event's hooks; what is to be deleted afterwards is returned.
pub fn execute(
    ctl: &mut Ctl,
    release: Mem,
    event: HookEvent,
    wait: WaitStrategy,
    server_side: bool,
) -> Flow<(Shutdown, Result<(), String>)> {
    let hooks = chosen(ctl, release, event);
    for (n, (place, hook)) in hooks.iter().enumerate() {
        if hook.delete.before_creation
            && let Err(error) = caught(delete(ctl, hook, wait))?
        {
            return Ok((Shutdown::default(), Err(error)));
        }
        let path = ctl.str(hook.path);
        if let Some(broken) = hook.broken {
            let error =
                format!("unable to build kubernetes object for {event} hook {path}: {}", ctl.str(broken));
            return Ok((Shutdown::default(), Err(error)));
        }
        phase(ctl, release, *place, Phase::Running);
        record::record(ctl, release)?;
        phase(ctl, release, *place, Phase::Unknown);
        if let Err(error) = caught(create(ctl, hook, server_side))? {
            phase(ctl, release, *place, Phase::Failed);
            return Ok((Shutdown::default(), Err(format!("warning: Hook {event} {path} failed: {error}"))));
        }
        match caught(watch(ctl, hook, wait))? {
            Ok(()) => phase(ctl, release, *place, Phase::Succeeded),
            Err(error) => {
                phase(ctl, release, *place, Phase::Failed);
                if ctl.engine.hook_logs && hook.log.failed {
                    logs(ctl, hook)?;
                }
                let earlier =
                    if ctl.engine.deletes_earlier_hooks { hooks.get(..n).unwrap_or_default() } else { &[] };
                let succeeded = earlier.iter().map(|(_, hook)| hook.clone()).collect();
                let shutdown = Shutdown { failed: Some(hook.clone()), succeeded, with_logs: false };
                return Ok((shutdown, Err(error)));
            }
        }
    }
    let succeeded = hooks.into_iter().rev().map(|(_, hook)| hook).collect();
    Ok((Shutdown { failed: None, succeeded, with_logs: true }, Ok(())))
}

/// Deletes what an event leaves to be deleted.
pub fn finish(ctl: &mut Ctl, shutdown: Shutdown, wait: WaitStrategy) -> Flow<()> {
    if let Some(hook) = shutdown.failed.filter(|hook| hook.delete.failed)
        && let Err(error) = caught(delete(ctl, &hook, wait))?
        && ctl.engine.deletion_error_wins
    {
        return fail(error);
    }
    for hook in &shutdown.succeeded {
        if shutdown.with_logs && ctl.engine.hook_logs && hook.log.succeeded {
            logs(ctl, hook)?;
        }
        if hook.delete.succeeded {
            delete(ctl, hook, wait)?;
        }
    }
    Ok(())
}

fn phase(ctl: &mut Ctl, release: Mem, place: usize, phase: Phase) {
    if let Some(run) = ctl.mem_mut(release).hooks.get_mut(place) {
        run.phase = phase;
    }
}

fn keys(ctl: &Ctl, specs: &[SpecId]) -> Vec<KeyId> {
    specs.iter().map(|spec| ctl.world.spec(*spec).key).collect()
}

/// Deletes a hook's objects and, as the strategy has it, waits until they are gone. CRDs never are (L26).
fn delete(ctl: &mut Ctl, hook: &Hook, wait: WaitStrategy) -> Flow<()> {
    if ctl.str(hook.kind) == "CustomResourceDefinition" {
        return Ok(());
    }
    if let Some(broken) = hook.broken {
        let (path, broken) = (ctl.str(hook.path), ctl.str(broken));
        return fail(format!("unable to build kubernetes object for deleting hook {path}: {broken}"));
    }
    let keys = keys(ctl, &hook.objects);
    if hook.objects.iter().any(|spec| ctl.world.spec(*spec).generated) {
        return fail("resource name may not be empty");
    }
    let mut errors = Vec::new();
    for key in &keys {
        if let Err(error) = caught(delete_object(ctl, *key, false, Delete::Hook))? {
            errors.push(error);
        }
    }
    if !errors.is_empty() {
        return fail(errors.join("; "));
    }
    if wait.awaits_deletion() { gone(ctl, keys, wait) } else { Ok(()) }
}

/// DELETE, repeated on conflicts; an absent object is no error.
pub fn delete_object(ctl: &mut Ctl, key: KeyId, foreground: bool, role: Delete) -> Flow<()> {
    for _ in 0..4 {
        match ctl.ask(Call::Delete(key, foreground, role))? {
            Answer::Refused(409, _) => continue,
            Answer::Refused(_, text) => return fail(ctl.str(text)),
            _ => return Ok(()),
        }
    }
    match ctl.ask(Call::Delete(key, foreground, role))? {
        Answer::Refused(_, text) => fail(ctl.str(text)),
        _ => Ok(()),
    }
}

/// Waits until objects are gone (L37).
pub fn gone(ctl: &mut Ctl, keys: Vec<KeyId>, wait: WaitStrategy) -> Flow<()> {
    if keys.is_empty() {
        return Ok(());
    }
    if !wait.is_old()
        && let Err(text) = look(ctl, &keys, Goal::Gone, false)?
    {
        return fail(text);
    }
    let timeout = ctl.action.timeout;
    let limit = match wait {
        WaitStrategy::Legacy if timeout == 0 => None,
        WaitStrategy::Watcher | WaitStrategy::HookOnly if timeout == 0 => Some(30_000),
        _ => Some(timeout),
    };
    let seen = vec![None; keys.len()];
    let goal = Wait { goal: Goal::Gone, keys, seen, old: wait.is_old(), blind: false, limit, hook: None };
    waited(ctl, goal)
}

/// Lists and watches: what is there, nothing if nothing can be seen, or the error that ends the wait at once. kstatus
/// gives up when it may not look, and looks no more for a kind that does not exist; everything else is tried again.
pub fn look(
    ctl: &mut Ctl,
    keys: &[KeyId],
    goal: Goal,
    old: bool,
) -> Flow<Result<Option<Vec<Option<u16>>>, String>> {
    for _ in 0..4 {
        match ctl.ask(Call::Watch(keys.to_vec(), goal.clone(), old))? {
            Answer::Seen(seen) => return Ok(Ok(Some(seen))),
            Answer::Refused(403, text) if !old => {
                let key = keys.first().map(|key| ctl.world.key_of(*key));
                let gvk = key
                    .map(|key| crate::lifecycle::kinds::gvk(&ctl.str(key.kind), &ctl.str(key.api_version)));
                return Ok(Err(format!("failed to list {}: {}", gvk.unwrap_or_default(), ctl.str(text))));
            }
            Answer::Refused(404, _) if !old => return Ok(Ok(None)),
            _ => {}
        }
    }
    Ok(Ok(None))
}

/// Waits, and says why in vain.
pub fn waited(ctl: &mut Ctl, wait: Wait) -> Flow<()> {
    match ctl.ask(Call::Wait(wait))? {
        Answer::Failed(text, _) => fail(ctl.str(text)),
        _ => Ok(()),
    }
}

/// Helm 3's list of errors.
pub fn listed(ctl: &Ctl, error: String) -> String {
    if ctl.engine.is_v3() { format!("1 error occurred:\n\t* {error}\n\n") } else { error }
}

fn create(ctl: &mut Ctl, hook: &Hook, server_side: bool) -> Flow<()> {
    let mut errors = Vec::new();
    for spec in &hook.objects {
        if ctl.world.spec(*spec).generated && server_side {
            return fail("resource name may not be empty");
        }
        let how = if server_side { Write::Apply(false) } else { Write::Post };
        if let Err(error) = caught(write(ctl, *spec, how, Role::Hook))? {
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

/// Writes an object; errors are as Helm words them (L1).
pub fn write(ctl: &mut Ctl, spec: SpecId, how: Write, role: Role) -> Flow<()> {
    let answer = ctl.ask(Call::Write(spec, how, role))?;
    let Answer::Refused(code, text) = answer else { return Ok(()) };
    let text = ctl.str(text);
    let key = ctl.world.key_of(ctl.world.spec(spec).key);
    let (kind, name, namespace) = (ctl.str(key.kind), ctl.str(key.name), ctl.str(key.namespace));
    let gvk = crate::lifecycle::kinds::gvk(&kind, &ctl.str(key.api_version));
    match how {
        Write::Apply(_) if code == 409 => {
            fail(format!("conflict occurred while applying object {namespace}/{name} {gvk}: {text}"))
        }
        Write::Apply(_) if ctl.engine.names_applied_object => {
            fail(format!("server-side apply failed for object {namespace}/{name} {gvk}: {text}"))
        }
        Write::Patch(_) => fail(format!("cannot patch \"{name}\" with kind {kind}: {text}")),
        Write::Put => fail(format!("failed to replace object: {text}")),
        Write::Migrate => fail(format!(
            "failed to patch object to upgrade CSA field manager {namespace}/{name} {gvk}: {text}"
        )),
        _ => fail(text),
    }
}

/// Waits for a hook's end (L41).
fn watch(ctl: &mut Ctl, hook: &Hook, wait: WaitStrategy) -> Flow<()> {
    let specs: Vec<SpecId> = hook
        .objects
        .iter()
        .copied()
        .filter(|spec| {
            !wait.is_old() || matches!(ctl.world.spec(*spec).nature, Nature::Job(_) | Nature::Pod(_))
        })
        .collect();
    let keys = keys(ctl, &specs);
    let timeout = ctl.action.timeout;
    let limit = match timeout {
        0 if wait.is_old() => None,
        0 => Some(30_000),
        timeout => Some(timeout),
    };
    let mut wish = Wait {
        goal: Goal::Hook,
        seen: vec![None; keys.len()],
        keys,
        old: wait.is_old(),
        blind: false,
        limit,
        hook: Some((hook.kind, hook.name)),
    };
    if !wish.keys.is_empty() {
        match look(ctl, &wish.keys, Goal::Hook, wish.old)? {
            Ok(Some(seen)) => wish.seen = seen,
            Ok(None) => wish.blind = true,
            // The trace shows an end of the wait: the wait that ends at once.
            Err(text) => {
                wish.blind = true;
                wish.limit = Some(0);
                let _ = ctl.ask(Call::Wait(wish))?;
                return fail(text);
            }
        }
    }
    match ctl.ask(Call::Wait(wish))? {
        Answer::Failed(text, _) => {
            let text = listed(ctl, ctl.str(text));
            Err(Stop::Failed(text))
        }
        _ => Ok(()),
    }
}

/// Prints a hook's logs (L36); errors are logged only.
fn logs(ctl: &mut Ctl, hook: &Hook) -> Flow<()> {
    let kind = ctl.str(hook.kind);
    if kind == "Job" || kind == "Pod" {
        for key in keys(ctl, &hook.objects) {
            ctl.ask(Call::Logs(key, kind == "Job"))?;
        }
    }
    Ok(())
}
