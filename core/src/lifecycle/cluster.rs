//! What the API server and its controllers do by themselves: objects come and go, Pods live, Jobs count them.
//!
//! Each function is one event. What follows from it later (a Pod to start, owners' Pods to collect) is reported as an
//! [`Effect`]; when it comes is the caller's business.

use super::object::{self, Live, Nature};
use super::state::{JobEnd, JobStatus, Object, Pod, PodPhase, State};
use super::world::{KeyId, LiveId, World};

/// Something that happened to the cluster, and may have consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// A Pod was made.
    PodMade(u16),
    /// A Pod was told to go.
    PodMarked(u16),
    /// A Pod is gone: its number and the object it belonged to.
    PodGone(u16, KeyId),
    /// A Job should be looked at.
    JobTouched(u16),
    /// A Job has its condition.
    JobEnded(u16),
    /// An object's Pods have lost it, or are to go before it.
    Orphaned(u16),
    /// A ServiceAccount came.
    AccountMade,
}

/// Makes an object.
pub fn create(world: &World, state: &mut State, key: KeyId, live: LiveId, effects: &mut Vec<Effect>) -> u16 {
    let uid = state.fresh_uid();
    let object = Object { key, uid, live, terminating: false, job: JobStatus::default() };
    let at = state.objects.partition_point(|other| other.key < key);
    state.objects.insert(at, object);
    let spec = world.spec(world.live(live).spec);
    match &spec.nature {
        Nature::Job(_) => effects.push(Effect::JobTouched(uid)),
        Nature::Pod(_) => make_pod(state, uid, uid, key, effects),
        Nature::Workload { replicas, .. } if *replicas > 0 => {
            let pod = state.fresh_uid();
            make_pod(state, pod, uid, key, effects);
        }
        _ if *world.kind(key) == "ServiceAccount" => effects.push(Effect::AccountMade),
        _ => {}
    }
    uid
}

fn make_pod(state: &mut State, uid: u16, owner: u16, key: KeyId, effects: &mut Vec<Effect>) {
    state.pods.push(Pod { uid, owner, key, phase: PodPhase::Waiting, terminating: false });
    effects.push(Effect::PodMade(uid));
}

/// Stores a changed object.
pub fn change(world: &World, state: &mut State, key: KeyId, live: LiveId, effects: &mut Vec<Effect>) {
    let Some(object) = state.objects.iter_mut().find(|object| object.key == key) else { return };
    let before = object.live;
    object.live = live;
    let uid = object.uid;
    let held = world.live(live).is_held(world);
    if object.terminating && !held && !state.pods.iter().any(|pod| pod.owner == uid) {
        remove(state, uid, effects);
        return;
    }
    if object_released(world, state, uid, before, live) {
        remove(state, uid, effects);
        return;
    }
    let spec = world.spec(world.live(live).spec);
    match &spec.nature {
        Nature::Job(_) => effects.push(Effect::JobTouched(uid)),
        Nature::Workload { replicas, .. }
            if *replicas > 0 && template(world, before) != template(world, live) =>
        {
            let pod = state.fresh_uid();
            make_pod(state, pod, uid, key, effects);
        }
        _ => {}
    }
}

/// Whether the last finalizer of a deleted object has just gone.
fn object_released(world: &World, state: &State, uid: u16, before: LiveId, after: LiveId) -> bool {
    state.by_uid(uid).is_some_and(|object| object.terminating)
        && world.live(before).is_held(world)
        && !world.live(after).is_held(world)
}

fn template(world: &World, live: LiveId) -> Vec<(super::world::Text, super::world::Text)> {
    let fields = &world.live(live).fields;
    let of_template = fields.iter().filter(|field| world.str(field.path).starts_with(".spec.template"));
    of_template.map(|field| (field.path, field.value)).collect()
}

fn remove(state: &mut State, uid: u16, effects: &mut Vec<Effect>) {
    state.objects.retain(|object| object.uid != uid);
    if state.pods.iter().any(|pod| pod.owner == uid && pod.uid != uid) {
        effects.push(Effect::Orphaned(uid));
    }
}

/// DELETE: false when there is no such object.
pub fn delete(
    world: &World,
    state: &mut State,
    key: KeyId,
    foreground: bool,
    effects: &mut Vec<Effect>,
) -> bool {
    let Some(object) = state.objects.iter_mut().find(|object| object.key == key) else { return false };
    let uid = object.uid;
    let live = object.live;
    if state.pods.iter().any(|pod| pod.uid == uid) {
        if let Some(object) = state.by_uid_mut(uid) {
            object.terminating = true;
        }
        mark(state, uid, effects);
        return true;
    }
    let has_pods = state.pods.iter().any(|pod| pod.owner == uid);
    if world.live(live).is_held(world) || (foreground && has_pods) {
        if let Some(object) = state.by_uid_mut(uid) {
            object.terminating = true;
        }
        if foreground && has_pods {
            effects.push(Effect::Orphaned(uid));
        }
        return true;
    }
    remove(state, uid, effects);
    true
}

/// Deletes a Pod: one whose container runs gets time, any other is gone at once.
pub fn mark(state: &mut State, uid: u16, effects: &mut Vec<Effect>) {
    let Some(pod) = state.pod_mut(uid) else { return };
    if pod.terminating {
        return;
    }
    pod.terminating = true;
    effects.push(Effect::PodMarked(uid));
    if !pod.phase.is_alive() {
        gone(state, uid, effects);
    }
}

/// A Pod lets go.
pub fn gone(state: &mut State, uid: u16, effects: &mut Vec<Effect>) {
    let Some(pod) = state.pod(uid).copied() else { return };
    state.pods.retain(|pod| pod.uid != uid);
    effects.push(Effect::PodGone(uid, pod.key));
    if pod.owner == uid {
        state.objects.retain(|object| object.uid != uid);
        return;
    }
    let last = !state.pods.iter().any(|other| other.owner == pod.owner);
    if let Some(owner) = state.by_uid(pod.owner) {
        if owner.terminating && last {
            remove(state, pod.owner, effects);
        } else {
            effects.push(Effect::JobTouched(pod.owner));
        }
    }
}

/// The garbage collector reaches the Pods of an object that is gone, or waits for them.
pub fn collect(state: &mut State, owner: u16, effects: &mut Vec<Effect>) {
    let pods: Vec<u16> = state.pods.iter().filter(|pod| pod.owner == owner).map(|pod| pod.uid).collect();
    for pod in pods {
        mark(state, pod, effects);
    }
}

/// A Pod's container starts.
pub fn start(state: &mut State, uid: u16) -> bool {
    match state.pod_mut(uid) {
        Some(pod) if pod.phase == PodPhase::Waiting && !pod.terminating => {
            pod.phase = PodPhase::Running;
            true
        }
        _ => false,
    }
}

/// A Pod's container answers; workloads let their old Pods go.
pub fn ready(state: &mut State, uid: u16, effects: &mut Vec<Effect>) {
    let Some(pod) = state.pod_mut(uid) else { return };
    if pod.phase != PodPhase::Running || pod.terminating {
        return;
    }
    pod.phase = PodPhase::Ready;
    let owner = pod.owner;
    let old: Vec<u16> =
        state.pods.iter().filter(|pod| pod.owner == owner && pod.uid < uid).map(|pod| pod.uid).collect();
    for pod in old {
        mark(state, pod, effects);
    }
}

/// A Pod's container ends; false when it had ended before.
pub fn exit(state: &mut State, uid: u16, ok: bool, effects: &mut Vec<Effect>) -> bool {
    let Some(pod) = state.pod_mut(uid) else { return false };
    if !pod.phase.is_alive() {
        return false;
    }
    pod.phase = if ok { PodPhase::Succeeded } else { PodPhase::Failed };
    let owner = pod.owner;
    if owner != uid
        && let Some(object) = state.by_uid_mut(owner)
    {
        if ok {
            object.job.succeeded += 1;
        } else {
            object.job.failed += 1;
        }
        effects.push(Effect::JobTouched(owner));
    }
    true
}

/// What the Job controller does when it looks at a Job: Pods, or the end.
pub fn sync_job(world: &World, state: &mut State, uid: u16, effects: &mut Vec<Effect>) {
    let Some(object) = state.by_uid(uid).copied() else { return };
    let spec = world.spec(world.live(object.live).spec);
    let Nature::Job(job) = &spec.nature else { return };
    if object.job.end != JobEnd::None || object.terminating {
        return;
    }
    let active = state
        .pods
        .iter()
        .filter(|pod| pod.owner == uid && !matches!(pod.phase, PodPhase::Succeeded | PodPhase::Failed))
        .count() as u16;
    let end = if object.job.succeeded >= job.completions {
        JobEnd::Complete
    } else if object.job.late && active == 0 {
        JobEnd::Deadline
    } else if object.job.failed > job.backoff {
        JobEnd::Backoff
    } else {
        JobEnd::None
    };
    if end != JobEnd::None {
        if let Some(object) = state.by_uid_mut(uid) {
            object.job.end = end;
        }
        collect_active(state, uid, effects);
        effects.push(Effect::JobEnded(uid));
        return;
    }
    if suspended(world, &object) || object.job.late {
        return;
    }
    if let Some(object) = state.by_uid_mut(uid) {
        object.job.started = true;
    }
    if job.life.account.is_some_and(|account| !has_account(world, state, object.key, account)) {
        return;
    }
    let wanted = job.parallel.min(job.completions.saturating_sub(object.job.succeeded));
    for _ in active..wanted {
        let pod = state.fresh_uid();
        make_pod(state, pod, uid, object.key, effects);
    }
}

fn collect_active(state: &mut State, uid: u16, effects: &mut Vec<Effect>) {
    let active: Vec<u16> = state
        .pods
        .iter()
        .filter(|pod| pod.owner == uid && !matches!(pod.phase, PodPhase::Succeeded | PodPhase::Failed))
        .map(|pod| pod.uid)
        .collect();
    for pod in active {
        mark(state, pod, effects);
    }
}

/// A Job's `activeDeadlineSeconds` are over.
pub fn expire_job(state: &mut State, uid: u16, effects: &mut Vec<Effect>) {
    let Some(object) = state.by_uid_mut(uid) else { return };
    if object.job.end != JobEnd::None {
        return;
    }
    object.job.late = true;
    collect_active(state, uid, effects);
    effects.push(Effect::JobTouched(uid));
}

/// Whether a Job's stored `suspend` is on.
pub fn suspended(world: &World, object: &Object) -> bool {
    let live: &Live = &world.live(object.live);
    live.field(world.text(".spec.suspend")) == Some(world.text("true"))
}

/// Whether a Pod of this object would find its ServiceAccount.
pub fn has_account(world: &World, state: &State, key: KeyId, account: super::world::Text) -> bool {
    let namespace = world.key_of(key).namespace;
    state.objects.iter().any(|object| {
        let key = world.key_of(object.key);
        key.name == account && key.namespace == namespace && *world.str(key.kind) == "ServiceAccount"
    })
}

/// The field that holds a Pod template's first image.
pub fn image(world: &World, live: &Live) -> Option<String> {
    let field = live.fields.iter().find(|field| {
        let path = world.str(field.path);
        path.starts_with(".spec.template.spec.containers[") && path.ends_with(".image")
    })?;
    live.text(world, &world.str(field.path))
}

/// Who a field's owner is when somebody merges a patch.
pub const EDITOR: u8 = object::KUBECTL_EDIT;
