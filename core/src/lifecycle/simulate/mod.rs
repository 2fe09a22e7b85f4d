//! One script on a clock.
//!
//! Calls, controllers and Pods take times that were seen on a real control plane (lifecycle spec §0.2); only their
//! order matters, and scripts that decide within a fraction of a second are not foretold reliably.

use super::action::Action;
use super::client::{Answer, Call, Delete, Goal, Read, Role, Wait};
use super::cluster::{self, Effect};
use super::kinds;
use super::object::{self, HELM_UPDATE, KUBECTL_EDIT, KUBECTL_SCALE, Live, Nature, UNKNOWN};
use super::release::{Phase, Release, Status};
use super::script::{Behaviour, Ending, Fault, Part, Script, Signal, UserAction, When};
use super::state::{Client, Exit, JobEnd, PodPhase, State};
use super::step::{self, Change, Thread, Turn};
use super::world::{Key, KeyId, Text, World};
use crate::dialect::HelmVersion;
use crate::go::json;
use crate::timeline::{ClientEnd, Event, ObjectName, PodSpan, RecordLeft, Sign, StepTrace, Timeline, What};
use crate::value::Value;
use crate::yaml;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

mod pods;
mod report;
mod request;
mod show;
mod turns;
mod user;

/// A process starts and reads the API's discovery.
const STARTUP: u64 = 400;
/// One request.
const REQUEST: u64 = 10;
/// The Job controller notices.
const JOB_NOTICED: u64 = 20;
/// The Job controller gathers Pod events before it writes a condition (L42: 0.1–1.8 s, median 0.7 s).
const JOB_COUNTED: u64 = 500;
/// The first delay before a failed Job's next Pod.
const JOB_BACKOFF: u64 = 10_000;
/// A Pod is bound and its container started.
const POD_STARTED: u64 = 30;
/// A kubelet reports a Pod's end before it lets go.
const POD_LETS_GO: u64 = 300;
/// The garbage collector reaches a deleted owner's Pods (L35: 0.01–0.3 s, median 0.05 s).
const COLLECTED: u64 = 60;
/// After a signal or a lost answer the recorder waits.
const AFTERMATH: u64 = 1500;
/// The recorder looks at what is left a little later.
const LAST_LOOK: u64 = 250;
/// No script is followed longer than this.
const LONGEST: u64 = 24 * 3_600_000;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Turn(usize, Thread),
    Expire(usize, Thread, usize),
    Signal(usize, usize),
    Begin(usize),
    SyncJob(u16),
    ExpireJob(u16),
    EndJob(u16),
    Collect(u16),
    StartPod(u16),
    ReadyPod(u16),
    FinishPod(u16, bool),
    StopPod(u16),
    ErasePod(u16),
    GiveUpHold(usize),
}

struct PodLife {
    behaviour: Behaviour,
    family: String,
    fate: Vec<&'static str>,
    span: PodSpan,
    grace: u64,
}

/// A client as the clock sees it.
struct Running {
    name: String,
    action: u16,
    part: Part,
    /// How often each fault, signal and hold has matched.
    counts: [Vec<u32>; 3],
    done: bool,
    /// The call that is waited for, by thread.
    waiting: HashMap<Thread, (Wait, usize)>,
    /// Ends of waits that show at the next request.
    deferred: Vec<What>,
    held: Option<String>,
    held_turn: Option<Thread>,
    released: bool,
    /// A signal came too early.
    signalled: bool,
    revision: u16,
    uninstalling: bool,
    cleaning: bool,
    signal_seen: bool,
    index: usize,
    from: u64,
    /// The object whose ownership of fields was moved last.
    migrated: Option<KeyId>,
    /// An item of the update phase that was read and not yet written or deleted.
    open: Option<(KeyId, Sign)>,
}

struct Simulation<'w, 'c> {
    world: &'w World<'c>,
    actions: &'w [Action],
    script: &'w Script,
    state: State,
    now: u64,
    queue: BinaryHeap<Reverse<(u64, u64, Due)>>,
    order: u64,
    outcomes: HashMap<String, Vec<Behaviour>>,
    outcome_order: Vec<String>,
    lives: HashMap<u16, PodLife>,
    pod_order: Vec<u16>,
    overlap: Vec<String>,
    fired: HashMap<String, u32>,
    clients: Vec<Running>,
    step: StepTrace,
    parts: Vec<(Part, bool)>,
    namespace: Text,
}

/// Follows a script in an empty namespace.
pub fn run(world: &World, actions: &[Action], script: &Script, namespace: &str) -> Timeline {
    run_from(world, actions, script, namespace, State::default())
}

/// Follows a script in a cluster that has seen things: records, leftovers, Pods that still run.
pub fn run_from(
    world: &World,
    actions: &[Action],
    script: &Script,
    namespace: &str,
    start: State,
) -> Timeline {
    let namespace = world.text(namespace);
    let mut simulation = Simulation {
        world,
        actions,
        script,
        state: start,
        now: 0,
        queue: BinaryHeap::new(),
        order: 0,
        outcomes: HashMap::new(),
        outcome_order: Vec::new(),
        lives: HashMap::new(),
        pod_order: Vec::new(),
        overlap: Vec::new(),
        fired: HashMap::new(),
        clients: Vec::new(),
        step: StepTrace::default(),
        parts: Vec::new(),
        namespace,
    };
    simulation.state.clients.clear();
    simulation.prepare();
    let steps = script.steps.iter().map(|parts| simulation.follow(parts)).collect();
    simulation.settle();
    simulation.report(steps)
}

impl Simulation<'_, '_> {
    /// The namespaces every cluster has, and the one that is played in.
    fn prepare(&mut self) {
        let own = self.namespace;
        let always = ["kube-system", "kube-public", "kube-node-lease", "default"];
        let mut names = vec![own];
        names.extend(always.into_iter().map(|name| self.world.text(name)).filter(|name| *name != own));
        for name in names {
            let key = self.world.key(Key {
                kind: self.world.text("Namespace"),
                api_version: self.world.text("v1"),
                namespace: self.world.text(""),
                name,
            });
            let spec = self.world.add_spec(object::Spec { key, ..object::Spec::default() });
            let live = self.world.add_live(Live { spec, fields: Vec::new() });
            if self.state.object(key).is_none() {
                cluster::create(self.world, &mut self.state, key, live, &mut Vec::new());
            }
        }
        self.learn(&self.script.outcomes.clone());
        for pod in self.state.pods.clone() {
            self.pod_made(pod.uid);
            if pod.phase.is_alive() {
                self.running(pod.uid);
            }
            if pod.terminating {
                self.later(0, Due::StopPod(pod.uid));
            }
            if pod.owner != pod.uid && self.state.by_uid(pod.owner).is_none() {
                self.later(COLLECTED, Due::Collect(pod.owner));
            }
        }
        for object in self.state.objects.clone() {
            if self.job(object.uid).is_some() {
                self.later(JOB_NOTICED, Due::SyncJob(object.uid));
            }
        }
    }

    fn learn(&mut self, outcomes: &[(String, Vec<Behaviour>)]) {
        for (name, behaviours) in outcomes {
            if self.outcomes.insert(name.clone(), behaviours.clone()).is_none() {
                self.outcome_order.push(name.clone());
            }
        }
    }

    fn later(&mut self, delay: u64, due: Due) {
        self.order += 1;
        self.queue.push(Reverse((self.now.saturating_add(delay), self.order, due)));
    }

    fn str(&self, text: Text) -> String {
        (*self.world.str(text)).clone()
    }

    fn follow(&mut self, parts: &[Part]) -> StepTrace {
        self.step = StepTrace::default();
        if parts.len() > 1 {
            self.fired.clear();
        }
        self.parts = parts.iter().map(|part| (part.clone(), false)).collect();
        let first = self.clients.len();
        for (n, part) in parts.iter().enumerate() {
            let waits = part.start.as_ref().is_some_and(|event| !self.has_fired(event));
            if !waits {
                self.later(if part.start.is_some() { part.delay } else { 0 }, Due::Begin(n));
                if let Some((part, _)) = self.parts.get_mut(n) {
                    part.start = None;
                }
            }
        }
        let end = self.now + LONGEST;
        while self.parts.iter().any(|(_, done)| !done) {
            let Some(Reverse((at, _, due))) = self.queue.pop() else {
                // Nothing will ever fire what somebody waits for; a recorder gives up after a minute and goes on.
                if !self.unblock() {
                    break;
                }
                continue;
            };
            if at > end {
                break;
            }
            self.now = self.now.max(at);
            self.happen(due);
        }
        let alone = parts.len() == 1;
        let mut step = std::mem::take(&mut self.step);
        for client in self.clients.iter_mut().skip(first) {
            client.done = true;
            let name = client.name.clone();
            for what in client.deferred.drain(..) {
                step.events.push(Event { at: self.now, client: Some(name.clone()), what });
            }
        }
        // Ends come in the order of the parts.
        let mut ends = Vec::new();
        for part in parts {
            if let Some(name) = &part.client
                && let Some(at) = step.clients.iter().position(|end| end.client == *name)
            {
                ends.push(step.clients.remove(at));
            }
        }
        step.clients = ends;
        if let (true, Some(part)) = (alone, parts.first()) {
            if part.client.is_none() {
                step.action = Some(part.text.clone());
                step.events.clear();
            }
            let lost =
                part.trouble.faults.iter().any(|(_, fault)| matches!(fault, Fault::Dropped | Fault::Lost));
            if !part.trouble.signals.is_empty() || lost {
                self.pass(AFTERMATH);
            }
        }
        step
    }

    /// Lets time pass.
    fn pass(&mut self, time: u64) {
        let end = self.now + time;
        while let Some(Reverse((at, ..))) = self.queue.peek()
            && *at <= end
        {
            if let Some(Reverse((at, _, due))) = self.queue.pop() {
                self.now = self.now.max(at);
                self.happen(due);
            }
        }
        self.now = end;
    }

    fn unblock(&mut self) -> bool {
        for n in 0..self.parts.len() {
            let waits = self.parts.get(n).is_some_and(|(part, done)| !done && part.start.is_some());
            if waits {
                self.now += 60_000;
                self.later(0, Due::Begin(n));
                if let Some((part, _)) = self.parts.get_mut(n) {
                    part.start = None;
                }
                return true;
            }
        }
        for n in 0..self.clients.len() {
            if self.clients.get(n).is_some_and(|client| client.held.is_some()) {
                self.now += 60_000;
                self.later(0, Due::GiveUpHold(n));
                return true;
            }
        }
        false
    }

    fn has_fired(&self, event: &str) -> bool {
        let (event, count) = match event.rsplit_once(" x") {
            Some((name, count)) if count.parse::<u32>().is_ok() => (name, count.parse().unwrap_or(1)),
            _ => (event, 1),
        };
        self.fired.get(event).is_some_and(|fired| *fired >= count)
    }

    fn fire(&mut self, event: String) {
        *self.fired.entry(event).or_default() += 1;
        for n in 0..self.parts.len() {
            let Some((part, _)) = self.parts.get(n) else { continue };
            let delay = part.delay;
            if let Some(start) = part.start.clone()
                && self.has_fired(&start)
            {
                if let Some((part, _)) = self.parts.get_mut(n) {
                    part.start = None;
                }
                self.later(delay, Due::Begin(n));
            }
        }
        for n in 0..self.clients.len() {
            let Some(until) = self.clients.get(n).and_then(|client| client.held.clone()) else { continue };
            if self.has_fired(&until) {
                self.later(1, Due::GiveUpHold(n));
            }
        }
    }

    fn begin(&mut self, n: usize) {
        let Some((part, _)) = self.parts.get(n).cloned() else { return };
        self.learn(&part.outcomes);
        if let Some(action) = part.user.clone() {
            self.user(n, &part, &action);
            return;
        }
        let Some(name) = part.client.clone() else { return };
        let counts = [
            vec![0; part.trouble.faults.len()],
            vec![0; part.trouble.signals.len()],
            vec![0; part.trouble.holds.len()],
        ];
        self.state.clients.push(Client::new(part.action));
        let at = self.clients.len();
        self.clients.push(Running {
            name,
            action: part.action,
            part,
            counts,
            done: false,
            waiting: HashMap::new(),
            deferred: Vec::new(),
            held: None,
            held_turn: None,
            released: false,
            signalled: false,
            revision: 0,
            uninstalling: false,
            cleaning: false,
            signal_seen: false,
            index: n,
            from: self.now,
            migrated: None,
            open: None,
        });
        self.later(STARTUP, Due::Turn(at, Thread::Worker));
    }

    fn happen(&mut self, due: Due) {
        let mut effects = Vec::new();
        match due {
            Due::Begin(n) => self.begin(n),
            Due::Turn(n, thread) => self.turn(n, thread, &mut effects),
            Due::Expire(n, thread, count) => {
                let waiting = self.clients.get(n).and_then(|client| client.waiting.get(&thread).cloned());
                if let Some((wait, at)) = waiting
                    && at == count
                {
                    let answer = step::expire(self.world, &self.state, &wait);
                    self.end_wait(n, thread, &wait, answer);
                }
            }
            Due::Signal(n, rule) => self.signal(n, rule),
            Due::GiveUpHold(n) => {
                if let Some(client) = self.clients.get_mut(n)
                    && client.held.take().is_some()
                {
                    client.released = true;
                    let thread = client.held_turn.take().unwrap_or(Thread::Worker);
                    self.later(0, Due::Turn(n, thread));
                }
            }
            Due::SyncJob(uid) => cluster::sync_job(self.world, &mut self.state, uid, &mut effects),
            Due::ExpireJob(uid) => cluster::expire_job(&mut self.state, uid, &mut effects),
            Due::EndJob(uid) => {
                if let Some(object) = self.state.by_uid(uid).copied() {
                    cluster::delete(self.world, &mut self.state, object.key, false, &mut effects);
                }
            }
            Due::Collect(owner) => cluster::collect(&mut self.state, owner, &mut effects),
            Due::StartPod(uid) => self.start_pod(uid),
            Due::ReadyPod(uid) => self.ready_pod(uid, &mut effects),
            Due::FinishPod(uid, ok) => self.finish_pod(uid, ok, &mut effects),
            Due::StopPod(uid) => {
                let alive = self.state.pod(uid).is_some_and(|pod| pod.phase.is_alive());
                if alive {
                    let graceful = self.lives.get(&uid).is_some_and(|life| life.behaviour.graceful);
                    self.finish_pod(uid, graceful, &mut effects);
                } else {
                    cluster::gone(&mut self.state, uid, &mut effects);
                }
            }
            Due::ErasePod(uid) => cluster::gone(&mut self.state, uid, &mut effects),
        }
        self.consequences(effects);
        self.poll();
    }

    fn consequences(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::PodMade(uid) => self.pod_made(uid),
                Effect::PodMarked(uid) => {
                    self.fate(uid, "terminating");
                    let alive = self.state.pod(uid).is_some_and(|pod| pod.phase.is_alive());
                    if let Some(life) = self.lives.get(&uid)
                        && alive
                    {
                        let stop = life.behaviour.stop.unwrap_or(u64::MAX).min(life.grace);
                        self.later(stop, Due::StopPod(uid));
                    }
                }
                Effect::PodGone(uid, _) => self.fate(uid, "gone"),
                Effect::JobTouched(uid) => self.job_touched(uid),
                Effect::JobEnded(uid) => {
                    let ttl = self.job(uid).and_then(|job| job.ttl);
                    if let Some(ttl) = ttl {
                        self.later(ttl + 50, Due::EndJob(uid));
                    }
                }
                Effect::Orphaned(uid) => self.later(COLLECTED, Due::Collect(uid)),
                Effect::AccountMade => {
                    let waiting: Vec<u16> = self.state.objects.iter().map(|object| object.uid).collect();
                    for uid in waiting {
                        if self.job(uid).is_some() {
                            self.later(JOB_COUNTED, Due::SyncJob(uid));
                        }
                    }
                }
            }
        }
    }

    fn job(&self, uid: u16) -> Option<object::Job> {
        let object = self.state.by_uid(uid)?;
        match &self.world.spec(self.world.live(object.live).spec).nature {
            Nature::Job(job) => Some(job.clone()),
            _ => None,
        }
    }

    fn job_touched(&mut self, uid: u16) {
        let Some(job) = self.job(uid) else { return };
        let Some(object) = self.state.by_uid(uid).copied() else { return };
        let status = object.job;
        let fresh = !status.started;
        if fresh && let Some(deadline) = job.deadline {
            self.later(deadline, Due::ExpireJob(uid));
        }
        let decided = status.succeeded >= job.completions || status.failed > job.backoff || status.late;
        let delay = match status.failed {
            _ if fresh => JOB_NOTICED,
            _ if decided => JOB_COUNTED,
            0 => JOB_NOTICED,
            failed => JOB_BACKOFF << (failed - 1).min(6),
        };
        self.later(delay, Due::SyncJob(uid));
    }
}
