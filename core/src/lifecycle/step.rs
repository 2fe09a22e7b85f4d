//! One API call, one answer: state to state.

use super::action::{Action, Verb};
use super::client::{Answer, Call, Ctl, Goal, Stop, Wait, Write};
use super::cluster::{self, Effect};
use super::kinds;
use super::object::{HELM_APPLY, HELM_UPDATE, Live, Nature, Refusal};
use super::operation;
use super::release::{Release, Status};
use super::state::{Cancelled, Client, JobEnd, Object, Pod, PodPhase, State};
use super::world::{KeyId, LiveId, SpecId, Text, World};

/// Which of a client's two activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Thread {
    /// The operation.
    Worker,
    /// What follows its cancellation.
    Cancelling,
}

/// What a client does next.
#[derive(Clone, Debug)]
pub enum Turn {
    /// A call.
    Call(Call),
    /// It has ended: Helm's error, the last warning.
    End(Result<(), String>, Option<String>),
}

/// What an activity of a client does next.
pub fn turn(world: &World, actions: &[Action], client: &Client, thread: Thread) -> Option<Turn> {
    let action = actions.get(usize::from(client.action))?;
    let (mut ctl, flow);
    match (thread, &client.cancelled) {
        (Thread::Worker, None) => {
            ctl = Ctl::new(world, action, &client.answers);
            flow = operation::run(&mut ctl);
        }
        (Thread::Worker, Some(cancelled)) => {
            ctl = Ctl::new(world, action, &client.answers)
                .cancelled_at(usize::from(cancelled.at), cancelled.description);
            flow = operation::run(&mut ctl);
        }
        (Thread::Cancelling, Some(cancelled)) => {
            ctl = Ctl::new(world, action, &cancelled.answers);
            flow = operation::run_cancelled(&mut ctl, cancelled.own.clone());
        }
        (Thread::Cancelling, None) => return None,
    }
    match flow {
        Err(Stop::Pause) => ctl.pending.map(Turn::Call),
        Err(Stop::Failed(error)) => Some(Turn::End(Err(error), ctl.warning)),
        Ok(()) => Some(Turn::End(Ok(()), ctl.warning)),
    }
}

/// Gives an activity its answer.
pub fn answer(client: &mut Client, thread: Thread, answer: Answer) {
    match (thread, &mut client.cancelled) {
        (Thread::Cancelling, Some(cancelled)) => cancelled.answers.push(answer),
        _ => client.answers.push(answer),
    }
}

/// SIGINT or SIGTERM. True: the client handles it (L96); false: it is dead, or too early to be handled.
pub fn cancel(world: &World, actions: &[Action], client: &mut Client) -> bool {
    let Some(action) = actions.get(usize::from(client.action)) else { return false };
    if !matches!(action.verb, Verb::Install | Verb::Upgrade) || client.cancelled.is_some() {
        return false;
    }
    let mut ctl = Ctl::new(world, action, &client.answers);
    let _ = operation::run(&mut ctl);
    let Some(own) = ctl.own else { return false };
    let own = ctl.mem(own).clone();
    let what = if own.status == Status::PendingInstall { "Release" } else { "Upgrade" };
    let name = world.str(action.release);
    let description = world.text(&format!("{what} \"{name}\" failed: context canceled"));
    let at = client.answers.len() as u16;
    client.cancelled = Some(Box::new(Cancelled { at, description, own, answers: Vec::new() }));
    true
}

/// Whether the call leads to a request: a patch that changes nothing does not.
pub fn is_sent(world: &World, state: &State, call: &Call) -> bool {
    let Call::Write(spec, how, _) = call else { return true };
    let live = |spec: &SpecId| state.object(world.spec(*spec).key).map(|object| world.live(object.live));
    match (how, live(spec)) {
        (Write::Patch(original), Some(live)) => {
            !matches!(live.patched(world, *original, *spec, HELM_UPDATE), Ok(None))
        }
        (Write::Migrate, Some(live)) => live.migrated().is_some(),
        (Write::Patch(_) | Write::Migrate, None) => false,
        _ => true,
    }
}

/// How a write changed what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// It was not there.
    Created,
    /// Nothing.
    Same,
    /// Something.
    Changed,
}

/// Executes a call on the server. Waits are not executed but polled.
pub fn execute(
    world: &World,
    state: &mut State,
    action: &Action,
    call: &Call,
    effects: &mut Vec<Effect>,
) -> (Answer, Option<Change>) {
    let namespace = action.namespace;
    let plain = |answer| (answer, None);
    match call {
        Call::List(name, only_deployed) => {
            let mut list: Vec<Release> = state
                .records
                .iter()
                .filter(|r| r.name == *name && r.namespace == namespace)
                .filter(|r| !only_deployed || r.status == Status::Deployed)
                .cloned()
                .collect();
            // The server lists Secrets by name (L59).
            list.sort_by_key(|release| release.revision.to_string());
            plain(Answer::List(world.add_list(list)))
        }
        Call::ReadRecord(name, revision) => {
            let found = find(state, namespace, *name, *revision).is_some();
            plain(if found { Answer::Done } else { Answer::Missing })
        }
        Call::CreateRecord(record) => {
            if !has_namespace(world, state, namespace) {
                let text = format!("namespaces \"{}\" not found", world.str(namespace));
                return plain(Answer::Refused(404, world.text(&text)));
            }
            if find(state, namespace, record.name, record.revision).is_some() {
                return plain(Answer::Refused(0, world.text("")));
            }
            state.records.push(record.clone());
            state.records.sort_by_key(|r| (r.namespace, r.name, r.revision));
            plain(Answer::Done)
        }
        Call::UpdateRecord(record) => match find(state, namespace, record.name, record.revision) {
            Some(at) => {
                if let Some(stored) = state.records.get_mut(at) {
                    *stored = record.clone();
                }
                plain(Answer::Done)
            }
            None => plain(Answer::Missing),
        },
        Call::DeleteRecord(name, revision) => match find(state, namespace, *name, *revision) {
            Some(at) => {
                state.records.remove(at);
                plain(Answer::Done)
            }
            None => plain(Answer::Missing),
        },
        Call::Get(key, _) => plain(match state.object(*key) {
            Some(object) => Answer::Object(object.live),
            None => Answer::Missing,
        }),
        Call::Write(spec, how, _) => match write(world, state, *spec, *how, effects) {
            Ok(change) => (Answer::Done, Some(change)),
            Err(refusal) => plain(Answer::Refused(refusal.code, world.text(&refusal.text))),
        },
        Call::Delete(key, foreground, _) => {
            let found = cluster::delete(world, state, *key, *foreground, effects);
            plain(if found { Answer::Done } else { Answer::Missing })
        }
        Call::Watch(keys, ..) => {
            plain(Answer::Seen(keys.iter().map(|key| state.object(*key).map(|object| object.uid)).collect()))
        }
        Call::Logs(key, of_job) => plain(match state.object(*key) {
            Some(object) if *of_job || state.pods.iter().any(|pod| pod.uid == object.uid) => Answer::Done,
            _ => Answer::Missing,
        }),
        Call::Wait(_) => plain(Answer::Done),
    }
}

fn find(state: &State, namespace: Text, name: Text, revision: u16) -> Option<usize> {
    state.records.iter().position(|r| r.namespace == namespace && r.name == name && r.revision == revision)
}

fn has_namespace(world: &World, state: &State, namespace: Text) -> bool {
    state.objects.iter().any(|object| {
        let key = world.key_of(object.key);
        key.name == namespace && *world.str(key.kind) == "Namespace"
    })
}

fn write(
    world: &World,
    state: &mut State,
    id: SpecId,
    how: Write,
    effects: &mut Vec<Effect>,
) -> Result<Change, Refusal> {
    let spec = world.spec(id);
    let key = world.key_of(spec.key);
    let (kind, name, api) = (world.str(key.kind), world.str(key.name), world.str(key.api_version));
    let refusal = |code, text: String| Err(Refusal { code, text });
    if let (Write::Apply(_), Some(path)) = (how, spec.unknown_field) {
        let gvk =
            if api.contains('/') { format!("{api}, Kind={kind}") } else { format!("/{api}, Kind={kind}") };
        return refusal(
            500,
            format!(
                "failed to create typed patch object ({}/{name}; {gvk}): {}: field not declared in schema",
                world.str(key.namespace),
                world.str(path)
            ),
        );
    }
    let existing = state.object(spec.key).copied();
    let Some(object) = existing else {
        if !world.str(key.namespace).is_empty() && !has_namespace(world, state, key.namespace) {
            return refusal(404, format!("namespaces \"{}\" not found", world.str(key.namespace)));
        }
        if let Nature::Pod(life) = &spec.nature
            && let Some(account) = life.account
            && !cluster::has_account(world, state, spec.key, account)
        {
            let (namespace, account) = (world.str(key.namespace), world.str(account));
            return refusal(
                403,
                format!(
                    "pods \"{name}\" is forbidden: error looking up service account {namespace}/{account}: serviceaccount \"{account}\" not found"
                ),
            );
        }
        let owner = if matches!(how, Write::Apply(_)) { HELM_APPLY } else { HELM_UPDATE };
        let live = world.add_live(Live::created(world, id, owner));
        cluster::create(world, state, spec.key, live, effects);
        return Ok(Change::Created);
    };
    let before = world.live(object.live);
    let next = match how {
        Write::Post if spec.generated => {
            let live = world.add_live(Live::created(world, id, HELM_UPDATE));
            cluster::create(world, state, spec.key, live, effects);
            return Ok(Change::Created);
        }
        Write::Post => {
            let resource = kinds::resource(&kind, &api);
            let dying = if object.terminating { "object is being deleted: " } else { "" };
            return refusal(409, format!("{dying}{resource} \"{name}\" already exists"));
        }
        Write::Apply(force) => before.applied(world, id, force)?,
        Write::Patch(original) => match before.patched(world, original, id, HELM_UPDATE)? {
            Some(next) => next,
            None => return Ok(Change::Same),
        },
        Write::Put => before.replaced(world, id)?,
        Write::Migrate => match before.migrated() {
            Some(next) => next,
            None => return Ok(Change::Same),
        },
    };
    // What decides behaviour is the manifest; it is no change by itself.
    let same = next.fields == before.fields;
    let next = world.add_live(next);
    if same {
        return Ok(Change::Same);
    }
    cluster::change(world, state, spec.key, next, effects);
    Ok(Change::Changed)
}

/// A user's write, beside Helm.
pub fn edit(world: &World, state: &mut State, key: KeyId, live: LiveId, effects: &mut Vec<Effect>) {
    if state.object(key).is_some_and(|object| object.live != live) {
        cluster::change(world, state, key, live, effects);
    }
}

/// The state of one object, to one who waits for it.
enum Look {
    Current,
    Failed(String),
    Waiting(&'static str, String),
}

/// Ends a wait, if the cluster satisfies it.
pub fn poll(world: &World, state: &State, wait: &Wait) -> Option<Answer> {
    if wait.blind {
        return None;
    }
    match wait.goal {
        Goal::Gone => wait.keys.iter().all(|key| state.object(*key).is_none()).then_some(Answer::Done),
        Goal::Hook if wait.old => old_hook(world, state, wait),
        Goal::Hook | Goal::Ready(_) => {
            let looks: Vec<Look> = wait.keys.iter().map(|key| look(world, state, *key, wait)).collect();
            if looks.iter().all(|look| matches!(look, Look::Current)) {
                return Some(Answer::Done);
            }
            // Helm 3 goes on polling, whatever failed; kstatus ends when only failures are left.
            if wait.old || looks.iter().any(|look| matches!(look, Look::Waiting(..))) {
                return None;
            }
            Some(Answer::Failed(world.text(&not_ready(world, wait, looks, false)), false))
        }
    }
}

/// Ends a wait at its limit.
pub fn expire(world: &World, state: &State, wait: &Wait) -> Answer {
    let text = match wait.goal {
        _ if wait.blind && !wait.old => "failed to list".to_owned(),
        Goal::Hook if wait.old => "timed out waiting for the condition".to_owned(),
        _ if wait.old => "context deadline exceeded".to_owned(),
        Goal::Gone => {
            let still = wait.keys.iter().filter(|key| state.object(**key).is_some());
            let mut lines: Vec<String> = still
                .map(|key| {
                    let (status, message) = if state.object(*key).is_some_and(|object| object.terminating) {
                        ("Terminating", "Resource scheduled for deletion")
                    } else {
                        ("Current", "Resource is current")
                    };
                    format!(
                        "resource {} still exists. status: {status}, message: {message}",
                        address(world, *key)
                    )
                })
                .collect();
            lines.push("context deadline exceeded".into());
            lines.join("\n")
        }
        Goal::Hook | Goal::Ready(_) => {
            let looks = wait.keys.iter().map(|key| look(world, state, *key, wait)).collect();
            not_ready(world, wait, looks, true)
        }
    };
    Answer::Failed(world.text(&text), true)
}

fn address(world: &World, key: KeyId) -> String {
    let key = world.key_of(key);
    format!("{}/{}/{}", world.str(key.kind), world.str(key.namespace), world.str(key.name))
}

fn not_ready(world: &World, wait: &Wait, looks: Vec<Look>, late: bool) -> String {
    let mut lines = Vec::new();
    for (key, look) in wait.keys.iter().zip(looks) {
        let (status, message) = match look {
            Look::Current => continue,
            Look::Failed(message) => ("Failed", message),
            Look::Waiting(status, message) => (status, message),
        };
        lines.push(format!(
            "resource {} not ready. status: {status}, message: {message}",
            address(world, *key)
        ));
    }
    if late {
        lines.push("context deadline exceeded".into());
    }
    lines.join("\n")
}

fn own_pod<'s>(state: &'s State, object: &Object) -> Option<&'s Pod> {
    state.pods.iter().find(|pod| pod.uid == object.uid)
}

fn completions(world: &World, object: &Object) -> u16 {
    match &world.spec(world.live(object.live).spec).nature {
        Nature::Job(job) => job.completions,
        _ => 1,
    }
}

/// kstatus' view, and for readiness Helm 3's.
fn look(world: &World, state: &State, key: KeyId, wait: &Wait) -> Look {
    let Some(object) = state.object(key) else {
        return Look::Waiting("NotFound", "Resource not found".into());
    };
    let nature = &world.spec(world.live(object.live).spec).nature;
    let as_hook = wait.goal == Goal::Hook;
    match nature {
        Nature::Job(_) => match object.job.end {
            JobEnd::Complete => Look::Current,
            JobEnd::None if as_hook || wait.goal == Goal::Ready(true) => {
                Look::Waiting("InProgress", "Job in progress".into())
            }
            JobEnd::None if wait.old || object.job.started => Look::Current,
            JobEnd::None => Look::Waiting("InProgress", "Job not started".into()),
            _ if wait.old && wait.goal == Goal::Ready(false) => Look::Current,
            _ => Look::Failed(format!(
                "Job Failed. failed: {}/{}",
                object.job.failed,
                completions(world, object)
            )),
        },
        Nature::Pod(_) => {
            let phase = own_pod(state, object).map(|pod| pod.phase);
            match phase {
                Some(PodPhase::Succeeded) if as_hook || !wait.old => Look::Current,
                Some(PodPhase::Failed) if as_hook => Look::Failed(format!("pod {} failed", world.name(key))),
                Some(PodPhase::Failed) if !wait.old => Look::Current,
                _ if as_hook => Look::Waiting("InProgress", "Pod in progress".into()),
                Some(PodPhase::Ready) => Look::Current,
                Some(PodPhase::Running) => {
                    Look::Waiting("InProgress", "Pod is running but is not Ready".into())
                }
                _ => Look::Waiting("InProgress", "Pod is in the Pending phase".into()),
            }
        }
        _ if as_hook => Look::Current,
        _ if object.terminating && !wait.old => {
            Look::Waiting("Terminating", "Resource scheduled for deletion".into())
        }
        Nature::Workload { replicas, .. } => {
            let mut pods = state.pods.iter().filter(|pod| pod.owner == object.uid);
            let newest = pods.clone().max_by_key(|pod| pod.uid);
            let old = pods.any(|pod| Some(pod.uid) != newest.map(|pod| pod.uid) && !pod.terminating);
            let up = newest.is_none_or(|pod| pod.phase == PodPhase::Ready);
            match (*world.kind(key) == "Deployment", old, up) {
                (_, false, true) => Look::Current,
                (true, true, _) => Look::Waiting("InProgress", "Pending termination: 1".into()),
                (true, false, _) => Look::Waiting("InProgress", format!("Available: 0/{replicas}")),
                (false, ..) => Look::Waiting("InProgress", format!("Ready: 0/{replicas}")),
            }
        }
        Nature::Claim => Look::Waiting("InProgress", "PVC is not Bound. phase: Pending".into()),
        Nature::Thing => Look::Current,
    }
}

/// Helm 3's way: kinds that end are watched; a deletion is an end, too (L41).
fn old_hook(world: &World, state: &State, wait: &Wait) -> Option<Answer> {
    let mut errors = Vec::new();
    for (key, seen) in wait.keys.iter().zip(&wait.seen) {
        let object = match (state.object(*key), seen) {
            (Some(object), Some(uid)) if object.uid != *uid => continue,
            (Some(object), _) => object,
            (None, Some(_)) => continue,
            (None, None) => return None,
        };
        let name = world.name(*key);
        match own_pod(state, object).map(|pod| pod.phase) {
            Some(PodPhase::Succeeded) => {}
            Some(PodPhase::Failed) => errors.push(format!("pod {name} failed")),
            Some(_) => return None,
            None => match object.job.end {
                JobEnd::Complete => {}
                JobEnd::None => return None,
                JobEnd::Backoff => errors.push(format!("job {name} failed: BackoffLimitExceeded")),
                JobEnd::Deadline => errors.push(format!("job {name} failed: DeadlineExceeded")),
            },
        }
    }
    if errors.is_empty() {
        return Some(Answer::Done);
    }
    Some(Answer::Failed(world.text(&errors.join("\n\t* ")), false))
}
