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
use crate::timeline::{ClientEnd, Event, ObjectName, Sign, StepTrace, Timeline, What};
use crate::value::Value;
use crate::yaml;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

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

/// Follows a script.
pub fn run(world: &World, actions: &[Action], script: &Script, namespace: &str) -> Timeline {
    let namespace = world.text(namespace);
    let mut simulation = Simulation {
        world,
        actions,
        script,
        state: State::default(),
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
    simulation.prepare();
    let steps = script.steps.iter().map(|parts| simulation.follow(parts)).collect();
    simulation.settle();
    simulation.report(steps)
}

impl Simulation<'_, '_> {
    fn prepare(&mut self) {
        let key = Key {
            kind: self.world.text("Namespace"),
            api_version: self.world.text("v1"),
            namespace: self.world.text(""),
            name: self.namespace,
        };
        let key = self.world.key(key);
        let spec = self.world.add_spec(object::Spec { key, ..object::Spec::default() });
        let live = self.world.add_live(Live { spec, fields: Vec::new() });
        cluster::create(self.world, &mut self.state, key, live, &mut Vec::new());
        self.learn(&self.script.outcomes.clone());
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

    // -- steps

    fn follow(&mut self, parts: &[Part]) -> StepTrace {
        self.step = StepTrace::default();
        if parts.len() > 1 {
            self.fired.clear();
        }
        self.parts = parts.iter().map(|part| (part.clone(), false)).collect();
        self.clients.clear();
        for (n, part) in parts.iter().enumerate() {
            match &part.start {
                Some(event) if !self.has_fired(event) => {}
                Some(_) => self.later(part.delay, Due::Begin(n)),
                None => self.later(0, Due::Begin(n)),
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
        for client in &mut self.clients {
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
            if waits && !self.clients.iter().any(|client| client.index == n) {
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
        while self.state.clients.len() > at + 1 {
            // Clients of earlier steps have ended.
            self.state.clients.remove(0);
        }
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
            migrated: None,
            open: None,
        });
        self.later(STARTUP, Due::Turn(at, Thread::Worker));
    }

    // -- what happens

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
            Due::ReadyPod(uid) => cluster::ready(&mut self.state, uid, &mut effects),
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

    // -- Pods

    fn pod_made(&mut self, uid: u16) {
        let Some(pod) = self.state.pod(uid).copied() else { return };
        let family = (*self.world.name(pod.key)).clone();
        let behaviour = self.behaviour(&family);
        let live = self.state.by_uid(pod.owner).map(|object| object.live);
        let grace = live.map_or(30_000, |live| match &self.world.spec(self.world.live(live).spec).nature {
            Nature::Job(job) => job.life.grace,
            Nature::Pod(life) | Nature::Workload { life, .. } => life.grace,
            _ => 30_000,
        });
        self.lives.insert(uid, PodLife { behaviour, family: family.clone(), fate: Vec::new(), grace });
        self.pod_order.push(uid);
        self.fire(format!("pod {family} created"));
        if behaviour.ending != Ending::Pending {
            self.later(POD_STARTED, Due::StartPod(uid));
        }
    }

    fn behaviour(&mut self, name: &str) -> Behaviour {
        let key = if self.outcomes.contains_key(name) {
            Some(name.to_owned())
        } else {
            let matching = |key: &&String| key.strip_suffix('*').is_some_and(|start| name.starts_with(start));
            self.outcome_order.iter().find(matching).cloned()
        };
        match key.and_then(|key| self.outcomes.get_mut(&key)) {
            Some(list) if list.len() > 1 => list.remove(0),
            Some(list) => list.first().copied().unwrap_or_default(),
            None if self.script.workloads.iter().any(|workload| workload == name) => {
                Behaviour { ending: Ending::Ready, after: 200, ..Behaviour::default() }
            }
            None => Behaviour::default(),
        }
    }

    fn fate(&mut self, uid: u16, what: &'static str) {
        let Some(life) = self.lives.get_mut(&uid) else { return };
        life.fate.push(what);
        let family = life.family.clone();
        self.fire(format!("pod {family} {what}"));
    }

    fn start_pod(&mut self, uid: u16) {
        if !cluster::start(&mut self.state, uid) {
            return;
        }
        self.fate(uid, "running");
        let Some((family, behaviour)) =
            self.lives.get(&uid).map(|life| (life.family.clone(), life.behaviour))
        else {
            return;
        };
        let also = self.state.pods.iter().any(|pod| {
            pod.uid != uid
                && pod.phase.is_alive()
                && self.lives.get(&pod.uid).is_some_and(|life| life.family == family)
        });
        if also && !self.script.workloads.contains(&family) && !self.overlap.contains(&family) {
            self.overlap.push(family);
        }
        match behaviour.ending {
            Ending::Succeeds => self.later(behaviour.after, Due::FinishPod(uid, true)),
            Ending::Fails => self.later(behaviour.after, Due::FinishPod(uid, false)),
            Ending::Ready => self.later(behaviour.after, Due::ReadyPod(uid)),
            Ending::Hangs | Ending::Pending => {}
        }
    }

    fn finish_pod(&mut self, uid: u16, ok: bool, effects: &mut Vec<Effect>) {
        if !cluster::exit(&mut self.state, uid, ok, effects) {
            return;
        }
        self.fate(uid, if ok { "succeeded" } else { "failed" });
        if self.state.pod(uid).is_some_and(|pod| pod.terminating) {
            self.later(POD_LETS_GO, Due::ErasePod(uid));
        }
    }

    // -- clients

    fn turn(&mut self, n: usize, thread: Thread, effects: &mut Vec<Effect>) {
        let (Some(client), Some(running)) = (self.state.clients.get(n), self.clients.get(n)) else { return };
        if running.done || running.waiting.contains_key(&thread) {
            return;
        }
        let Some(turn) = step::turn(self.world, self.actions, client, thread) else { return };
        let call = match turn {
            Turn::Call(call) => call,
            Turn::End(result, warning) => {
                if thread == Thread::Worker && client.cancelled.is_some() {
                    return;
                }
                self.end(n, result, warning);
                return;
            }
        };
        if running.signalled
            && thread == Thread::Worker
            && let Some(client) = self.state.clients.get_mut(n)
            && step::cancel(self.world, self.actions, client)
        {
            if let Some(running) = self.clients.get_mut(n) {
                running.signalled = false;
            }
            self.split(n);
            return;
        }
        if let Call::Wait(wait) = call {
            self.wait(n, thread, wait);
            return;
        }
        if !step::is_sent(self.world, &self.state, &call) {
            self.unsent(n, &call);
            self.reply(n, thread, Answer::Done, 0);
            return;
        }
        let symbols = self.symbols(&call);
        if !running.released
            && let Some(rule) = self.due(n, 2, &symbols)
        {
            let hold = self.clients.get(n).and_then(|client| client.part.trouble.holds.get(rule).cloned());
            if let Some((_, until, _, _)) = hold {
                let fired = self.has_fired(&until);
                let name = self.clients.get(n).map(|client| client.name.clone()).unwrap_or_default();
                if let Some(client) = self.clients.get_mut(n) {
                    client.released = true;
                    if !fired {
                        client.released = false;
                        client.held = Some(until);
                        client.held_turn = Some(thread);
                    }
                }
                self.fire(format!("{name}:held"));
                if !fired {
                    return;
                }
            }
        }
        if let Some(client) = self.clients.get_mut(n) {
            client.released = false;
        }
        self.send(n, thread, call, &symbols, effects);
    }

    /// A request reaches the server, or a fault.
    fn send(&mut self, n: usize, thread: Thread, call: Call, symbols: &[String], effects: &mut Vec<Effect>) {
        let fault = self.due(n, 0, symbols).and_then(|rule| {
            self.clients.get(n)?.part.trouble.faults.get(rule).map(|(_, fault)| fault.clone())
        });
        let Some(action) = self.clients.get(n).and_then(|c| self.actions.get(usize::from(c.action))) else {
            return;
        };
        let reads = matches!(call, Call::List(..) | Call::ReadRecord(..) | Call::Get(..) | Call::Watch(..));
        match fault {
            Some(Fault::Refused(code, message)) => {
                let absent = matches!(call, Call::Get(..) | Call::Delete(..) | Call::ReadRecord(..) | Call::Logs(..));
                let answer = match code {
                    404 if absent => Answer::Missing,
                    _ => Answer::Refused(code, self.world.text(&message)),
                };
                self.show(n, &call, &answer, None, format!("✗{code}"));
                self.heard_of(n, symbols);
                self.reply(n, thread, answer, REQUEST);
            }
            // Reads are repeated by client-go when the connection breaks.
            Some(Fault::Dropped | Fault::Lost) if reads => self.later(REQUEST, Due::Turn(n, thread)),
            Some(Fault::Dropped) => {
                let answer = Answer::Refused(1, self.world.text(&self.broken(&call)));
                self.show(n, &call, &answer, None, "✗drop".into());
                self.reply(n, thread, answer, REQUEST);
            }
            Some(Fault::Lost) => {
                step::execute(self.world, &mut self.state, action, &call, effects);
                let answer = Answer::Refused(1, self.world.text(&self.broken(&call)));
                self.show(n, &call, &answer, None, "✗lost".into());
                self.reply(n, thread, answer, REQUEST);
            }
            None => {
                let (answer, change) = step::execute(self.world, &mut self.state, action, &call, effects);
                self.show(n, &call, &answer, change, String::new());
                let dead = self.kills(n, symbols);
                self.heard_of(n, symbols);
                if !dead {
                    self.reply(n, thread, answer, REQUEST);
                }
            }
        }
    }

    /// Events and signals that a request's answer sets off.
    fn heard_of(&mut self, n: usize, symbols: &[String]) {
        let name = self.clients.get(n).map(|client| client.name.clone()).unwrap_or_default();
        for symbol in symbols.iter().filter(|symbol| !symbol.contains('/')) {
            self.fire(format!("{name}:{symbol}"));
        }
        if let Some(rule) = self.due(n, 1, symbols) {
            let delay = self.clients.get(n).and_then(|c| c.part.trouble.signals.get(rule)).map_or(0, |s| s.2);
            if delay == 0 {
                self.signal(n, rule);
            } else {
                self.later(delay, Due::Signal(n, rule));
            }
        }
    }

    /// Whether SIGKILL comes with this very answer.
    fn kills(&self, n: usize, symbols: &[String]) -> bool {
        let Some(client) = self.clients.get(n) else { return false };
        client.part.trouble.signals.iter().enumerate().any(|(rule, (when, signal, delay))| {
            let count = client.counts.get(1).and_then(|counts| counts.get(rule)).copied().unwrap_or(0);
            *signal == Signal::Kill && *delay == 0 && count + 1 == when.nth && matches(when, symbols)
        })
    }

    /// Counts a request against rules; the rule that applies.
    fn due(&mut self, n: usize, which: usize, symbols: &[String]) -> Option<usize> {
        let client = self.clients.get_mut(n)?;
        let whens: Vec<When> = match which {
            0 => client.part.trouble.faults.iter().map(|rule| rule.0.clone()).collect(),
            1 => client.part.trouble.signals.iter().map(|rule| rule.0.clone()).collect(),
            _ => client.part.trouble.holds.iter().map(|rule| rule.0.clone()).collect(),
        };
        let counts = client.counts.get_mut(which)?;
        for (rule, when) in whens.iter().enumerate() {
            if matches(when, symbols)
                && let Some(count) = counts.get_mut(rule)
            {
                *count += 1;
                if *count == when.nth || (*count > when.nth && when.every) {
                    return Some(rule);
                }
            }
        }
        None
    }

    fn reply(&mut self, n: usize, thread: Thread, answer: Answer, after: u64) {
        if let Some(client) = self.state.clients.get_mut(n) {
            step::answer(client, thread, answer);
        }
        self.later(after, Due::Turn(n, thread));
    }

    fn wait(&mut self, n: usize, thread: Thread, wait: Wait) {
        let Some(client) = self.state.clients.get(n) else { return };
        let count = match (thread, &client.cancelled) {
            (Thread::Cancelling, Some(cancelled)) => cancelled.answers.len(),
            _ => client.answers.len(),
        };
        let once = wait.limit == Some(0);
        if once {
            let answer = step::poll(self.world, &self.state, &wait)
                .unwrap_or_else(|| step::expire(self.world, &self.state, &wait));
            self.end_wait(n, thread, &wait, answer);
            return;
        }
        if let Some(limit) = wait.limit {
            self.later(limit, Due::Expire(n, thread, count));
        }
        if let Some(running) = self.clients.get_mut(n) {
            running.waiting.insert(thread, (wait, count));
        }
    }

    /// Looks at all waits.
    fn poll(&mut self) {
        for n in 0..self.clients.len() {
            for thread in [Thread::Worker, Thread::Cancelling] {
                let waiting = self
                    .clients
                    .get(n)
                    .filter(|client| !client.done)
                    .and_then(|c| c.waiting.get(&thread).cloned());
                if let Some((wait, _)) = waiting
                    && let Some(answer) = step::poll(self.world, &self.state, &wait)
                {
                    self.end_wait(n, thread, &wait, answer);
                }
            }
        }
    }

    fn end_wait(&mut self, n: usize, thread: Thread, wait: &Wait, answer: Answer) {
        let late = matches!(answer, Answer::Failed(_, true));
        let bad = matches!(answer, Answer::Failed(..));
        match wait.goal {
            Goal::Hook => {
                if let (Some((kind, name)), Some(running)) = (wait.hook, self.clients.get(n)) {
                    let mut hook = ObjectName { kind: self.str(kind), name: self.str(name) };
                    let key = match wait.keys.last() {
                        Some(key) if hook.kind == "List" => self.object(*key),
                        _ => hook.clone(),
                    };
                    let stands = matches!(key.kind.as_str(), "Job" | "Pod") && !key.name.is_empty();
                    if let (true, Some(key)) = (hook.name.is_empty(), wait.keys.last()) {
                        hook = self.object(*key);
                    }
                    let heard = (stands && !late).then_some(!bad);
                    let what = What::Ran { hook, key, revision: running.revision, heard };
                    if heard.is_some() {
                        self.emit(n, what);
                    } else if let Some(running) = self.clients.get_mut(n) {
                        running.deferred.push(what);
                    }
                }
            }
            Goal::Gone if wait.old => {
                for key in &wait.keys {
                    let in_time = self.state.object(*key).is_none();
                    let object = self.object(*key);
                    self.emit(n, What::Gone { object, in_time });
                }
            }
            Goal::Gone if bad => {
                // The watcher's wait was noted when it began.
                let still: Vec<ObjectName> = wait
                    .keys
                    .iter()
                    .filter(|key| self.state.object(**key).is_some())
                    .map(|key| self.object(*key))
                    .collect();
                let name = self.clients.get(n).map(|client| client.name.clone());
                for event in self.step.events.iter_mut().rev() {
                    if event.client == name
                        && let What::Gone { object, in_time } = &mut event.what
                        && still.contains(object)
                    {
                        *in_time = false;
                    }
                }
            }
            Goal::Gone | Goal::Ready(_) => {}
        }
        if let Some(running) = self.clients.get_mut(n) {
            running.waiting.remove(&thread);
        }
        self.reply(n, thread, answer, REQUEST);
    }

    fn end(&mut self, n: usize, result: Result<(), String>, warning: Option<String>) {
        let (code, error) = match result {
            Ok(()) => (0, warning.or_else(|| self.deprecation(n)).unwrap_or_default()),
            Err(error) => (1, format!("Error: {error}").trim().to_owned()),
        };
        self.exit(n, code, error);
    }

    /// What a flag has to say of itself.
    fn deprecation(&self, n: usize) -> Option<String> {
        let action = self.actions.get(usize::from(self.clients.get(n)?.action))?;
        action.deprecation.map(|text| self.str(text))
    }

    fn exit(&mut self, n: usize, code: i16, error: String) {
        self.close_item(n, None);
        let Some(running) = self.clients.get_mut(n) else { return };
        running.done = true;
        running.waiting.clear();
        running.held = None;
        let (name, index, dead) = (running.name.clone(), running.index, running.signal_seen || code == -9);
        if dead {
            running.deferred.clear();
        }
        let text = self.world.text(&error);
        if let Some(client) = self.state.clients.get_mut(n) {
            client.exit = Some(Exit { code, error: text, warning: Text::default() });
            client.answers.clear();
            client.cancelled = None;
        }
        if let Some((_, done)) = self.parts.get_mut(index) {
            *done = true;
        }
        self.step.clients.push(ClientEnd { client: name.clone(), exit: code, error, dead });
        self.fire(format!("{name} done"));
    }

    fn signal(&mut self, n: usize, rule: usize) {
        let Some(running) = self.clients.get_mut(n).filter(|running| !running.done) else { return };
        let Some((_, signal, _)) = running.part.trouble.signals.get(rule).cloned() else { return };
        running.signal_seen = true;
        let name = running.name.clone();
        // It shows where it came, before the ends of waits that nobody has heard of.
        self.step.events.push(Event { at: self.now, client: Some(name), what: What::Signalled });
        let handled = matches!(signal, Signal::Term | Signal::Int)
            && self.actions.get(usize::from(running.action)).is_some_and(|action| {
                matches!(action.verb, super::action::Verb::Install | super::action::Verb::Upgrade)
            });
        if !handled {
            self.exit(n, -signal.number(), String::new());
            return;
        }
        let Some(client) = self.state.clients.get_mut(n) else { return };
        if client.cancelled.is_some() {
            return;
        }
        if step::cancel(self.world, self.actions, client) {
            self.split(n);
        } else if let Some(running) = self.clients.get_mut(n) {
            running.signalled = true;
        }
    }

    /// The cancelling part starts; without an automatic rollback the worker dies with the process right after it.
    fn split(&mut self, n: usize) {
        self.later(1, Due::Turn(n, Thread::Cancelling));
        let Some(running) = self.clients.get_mut(n) else { return };
        let lives =
            self.actions.get(usize::from(running.action)).is_some_and(|action| action.rollback_on_failure);
        if lives {
            if !running.waiting.contains_key(&Thread::Worker) {
                self.later(REQUEST, Due::Turn(n, Thread::Worker));
            }
        } else {
            running.waiting.remove(&Thread::Worker);
            running.deferred.retain(|what| !matches!(what, What::Ran { .. }));
        }
    }

    // -- what shows

    fn object(&self, key: KeyId) -> ObjectName {
        ObjectName { kind: (*self.world.kind(key)).clone(), name: (*self.world.name(key)).clone() }
    }

    fn emit(&mut self, n: usize, what: What) {
        let Some(running) = self.clients.get_mut(n) else { return };
        let name = running.name.clone();
        if !matches!(what, What::Gone { .. } | What::Ran { .. }) {
            for what in running.deferred.drain(..) {
                self.step.events.push(Event { at: self.now, client: Some(name.clone()), what });
            }
        }
        self.step.events.push(Event { at: self.now, client: Some(name), what });
    }

    fn phases(&self, record: &Release) -> Vec<(ObjectName, String)> {
        let content = self.world.content(record.content);
        let ran = record.hooks.iter().filter(|run| run.phase != Phase::None);
        ran.filter_map(|run| {
            let hook = content.hooks.get(usize::from(run.hook))?;
            let object = ObjectName { kind: self.str(hook.kind), name: self.str(hook.name) };
            Some((object, run.phase.name().to_owned()))
        })
        .collect()
    }

    /// Shows an item of the update phase that was only read.
    fn close_item(&mut self, n: usize, next: Option<KeyId>) {
        let Some((key, sign)) = self.clients.get_mut(n).and_then(|running| running.open.take()) else {
            return;
        };
        if next == Some(key) {
            return;
        }
        let object = self.object(key);
        let change = if sign == Sign::None { "=".to_owned() } else { String::new() };
        self.emit(n, What::Updated { object, sign, change, mark: String::new() });
    }

    fn open_item(&mut self, n: usize, call: &Call, answer: &Answer) {
        let next = match call {
            Call::Write(spec, ..) => Some(self.world.spec(*spec).key),
            Call::Delete(key, ..) | Call::Get(key, _) => Some(*key),
            _ => None,
        };
        self.close_item(n, next);
        let (Call::Get(key, why), Answer::Object(live)) = (call, answer) else { return };
        let keep =
            || self.world.live(*live).text(self.world, ".metadata.annotations.helm.sh/resource-policy");
        let sign = match why {
            Read::Target => Sign::None,
            Read::Removal if keep().as_deref() != Some("keep") => Sign::Unclear,
            _ => return,
        };
        if let Some(running) = self.clients.get_mut(n) {
            running.open = Some((*key, sign));
        }
    }

    fn show(&mut self, n: usize, call: &Call, answer: &Answer, change: Option<Change>, fault: String) {
        self.open_item(n, call, answer);
        let mark = match answer {
            _ if !fault.is_empty() => fault.clone(),
            Answer::Missing => "✗404".to_owned(),
            Answer::Refused(code, _) => format!("✗{code}"),
            _ => String::new(),
        };
        let changed = match change {
            Some(Change::Same) => "=",
            Some(Change::Changed) => "*",
            _ => "",
        };
        let what = match call {
            Call::CreateRecord(record) => {
                if let Some(running) = self.clients.get_mut(n) {
                    running.cleaning = false;
                    running.uninstalling = false;
                }
                let mark = if matches!(answer, Answer::Refused(0 | 409, _)) { "!".to_owned() } else { mark };
                let phases = self.phases(record);
                What::Created { revision: record.revision, status: record.status.name().into(), phases, mark }
            }
            Call::UpdateRecord(record) => {
                if let Some(running) = self.clients.get_mut(n) {
                    running.revision = record.revision;
                    running.cleaning = record.status == Status::Failed;
                    running.uninstalling |= record.status == Status::Uninstalling;
                }
                let phases = self.phases(record);
                let description = self.str(record.description);
                What::Written {
                    revision: record.revision,
                    status: record.status.name().into(),
                    description,
                    phases,
                    mark,
                }
            }
            Call::DeleteRecord(_, revision) => {
                let mark = if mark == "✗404" { "∅".to_owned() } else { mark };
                What::Deleted { revision: *revision, mark }
            }
            Call::Get(key, Read::Ownership) => What::Checked { object: self.object(*key) },
            Call::Get(key, Read::Target) if !mark.is_empty() && *answer != Answer::Missing => {
                What::Updated { object: self.object(*key), sign: Sign::None, change: String::new(), mark }
            }
            Call::Get(key, Read::Removal) if !mark.is_empty() && *answer != Answer::Missing => {
                What::Updated { object: self.object(*key), sign: Sign::Unclear, change: String::new(), mark }
            }
            Call::Write(spec, _, role) => {
                let key = self.world.spec(*spec).key;
                let object = self.object(key);
                match role {
                    Role::Hook | Role::Ahead | Role::Main => {
                        let parallel = *role == Role::Main;
                        What::Applied {
                            object,
                            change: if mark.is_empty() { changed.into() } else { String::new() },
                            mark,
                            parallel,
                        }
                    }
                    Role::Create => What::Updated { object, sign: Sign::Plus, change: String::new(), mark },
                    Role::Migrate => {
                        if let Some(running) = self.clients.get_mut(n) {
                            running.migrated = Some(key);
                        }
                        let change = if mark.is_empty() { "*".to_owned() } else { String::new() };
                        What::Updated { object, sign: Sign::None, change, mark }
                    }
                    Role::Change => {
                        // The item was shown when its ownership moved.
                        let running = self.clients.get_mut(n);
                        if running.is_some_and(|running| running.migrated.take() == Some(key)) {
                            return;
                        }
                        let change = match changed {
                            _ if !mark.is_empty() => "",
                            "=" => "=",
                            _ => "*",
                        };
                        What::Updated { object, sign: Sign::None, change: change.into(), mark }
                    }
                }
            }
            Call::Delete(key, _, role) => {
                let object = self.object(*key);
                match role {
                    Delete::Removal => What::Updated {
                        object,
                        sign: Sign::Minus,
                        change: String::new(),
                        mark: mark.replace("✗404", ""),
                    },
                    Delete::Hook | Delete::Release => {
                        let mark = if mark == "✗404" { "∅".to_owned() } else { mark };
                        let parallel = self.clients.get(n).is_some_and(|c| c.uninstalling || c.cleaning);
                        What::Removed { object, mark, parallel }
                    }
                }
            }
            Call::Watch(keys, Goal::Gone, _) => {
                for key in keys {
                    let object = self.object(*key);
                    self.emit(n, What::Gone { object, in_time: true });
                }
                return;
            }
            Call::Logs(key, of_job) => {
                let name = without_suffix(&self.world.name(*key));
                let uid = self.state.object(*key).map(|object| object.uid);
                let pods = self.state.pods.iter().filter(|pod| Some(pod.owner) == uid).count();
                let times = if *of_job { pods } else { 1 };
                for _ in 0..times {
                    self.emit(n, What::Read { name: name.clone(), mark: mark.clone() });
                }
                return;
            }
            _ => return,
        };
        self.emit(n, what);
    }

    /// A patch that would change nothing is not sent, but the item has been looked at.
    fn unsent(&mut self, n: usize, call: &Call) {
        if let Call::Write(spec, super::client::Write::Patch(_), Role::Change) = call {
            let key = self.world.spec(*spec).key;
            self.close_item(n, Some(key));
            let object = self.object(key);
            self.emit(n, What::Updated { object, sign: Sign::None, change: "=".into(), mark: String::new() });
        }
    }

    /// How scripts may name a request.
    fn symbols(&self, call: &Call) -> Vec<String> {
        let named = |verb: &str, key: KeyId| {
            let object = self.object(key);
            vec![format!("{verb} {}", object.name), format!("{verb} {}/{}", object.kind, object.name)]
        };
        match call {
            Call::List(..) => vec!["list secrets".into()],
            Call::ReadRecord(_, revision) => vec![format!("read v{revision}")],
            Call::CreateRecord(record) => {
                vec![
                    format!("+v{}({})", record.revision, record.status.name()),
                    format!("+v{}", record.revision),
                ]
            }
            Call::UpdateRecord(record) => {
                vec![
                    format!("~v{}({})", record.revision, record.status.name()),
                    format!("~v{}", record.revision),
                ]
            }
            Call::DeleteRecord(_, revision) => vec![format!("-v{revision}")],
            Call::Get(key, _) => named("get", *key),
            Call::Write(spec, ..) => named("new", self.world.spec(*spec).key),
            Call::Delete(key, ..) => named("del", *key),
            Call::Watch(keys, ..) => {
                let mut symbols = Vec::new();
                for key in keys {
                    let plural = kinds::plural(&self.world.kind(*key));
                    for symbol in [format!("list {plural}"), format!("watch {plural}")] {
                        if !symbols.contains(&symbol) {
                            symbols.push(symbol);
                        }
                    }
                }
                symbols
            }
            Call::Logs(key, _) => named("logs", *key),
            Call::Wait(_) => Vec::new(),
        }
    }

    /// What Go's HTTP client says when a connection ends without an answer.
    fn broken(&self, call: &Call) -> String {
        let namespace = self.str(self.namespace);
        let secret = |revision: &u16, name: Text| {
            format!(
                "/api/v1/namespaces/{namespace}/secrets/sh.helm.release.v1.{}.v{revision}",
                self.str(name)
            )
        };
        let path = |key: KeyId, named: bool| {
            let name = self.world.name(key);
            let key = self.world.key_of(key);
            let (kind, api, scope) = (self.str(key.kind), self.str(key.api_version), self.str(key.namespace));
            let root = if api.contains('/') { format!("/apis/{api}") } else { format!("/api/{api}") };
            let scope = if scope.is_empty() { String::new() } else { format!("/namespaces/{scope}") };
            let tail = if named { format!("/{name}") } else { String::new() };
            format!("{root}{scope}/{}{tail}", kinds::plural(&kind))
        };
        use super::client::Write;
        let (verb, path) = match call {
            Call::CreateRecord(_) => ("Post", format!("/api/v1/namespaces/{namespace}/secrets")),
            Call::UpdateRecord(record) => ("Put", secret(&record.revision, record.name)),
            Call::DeleteRecord(name, revision) => ("Delete", secret(revision, *name)),
            Call::Write(spec, how, _) => {
                let key = self.world.spec(*spec).key;
                match how {
                    Write::Apply(force) => (
                        "Patch",
                        format!("{}?fieldManager=helm&fieldValidation=Strict&force={force}", path(key, true)),
                    ),
                    Write::Post => ("Post", format!("{}?fieldManager=helm", path(key, false))),
                    Write::Put => ("Put", format!("{}?fieldManager=helm", path(key, true))),
                    Write::Patch(_) | Write::Migrate => {
                        ("Patch", format!("{}?fieldManager=helm", path(key, true)))
                    }
                }
            }
            Call::Delete(key, ..) => ("Delete", path(*key, true)),
            _ => ("Get", String::new()),
        };
        format!("{verb} \"http://SERVER{path}\": EOF")
    }

    // -- users

    fn user(&mut self, n: usize, part: &Part, action: &UserAction) {
        if let UserAction::Until(event) = action
            && !self.has_fired(event)
        {
            if let Some((part, _)) = self.parts.get_mut(n) {
                part.start = Some(event.clone());
                part.user = Some(UserAction::Wait(0));
            }
            return;
        }
        if let UserAction::Wait(time) = action
            && *time > 0
        {
            if let Some((part, _)) = self.parts.get_mut(n) {
                part.user = Some(UserAction::Wait(0));
            }
            self.later(*time, Due::Begin(n));
            return;
        }
        if let Some((_, done)) = self.parts.get_mut(n) {
            *done = true;
        }
        self.step.events.push(Event {
            at: self.now,
            client: None,
            what: What::User { action: part.text.clone() },
        });
        let mut effects = Vec::new();
        self.act(action, &mut effects);
        self.consequences(effects);
    }

    fn act(&mut self, action: &UserAction, effects: &mut Vec<Effect>) {
        let find = |state: &State, kind: &str, name: &str| {
            let is = |key: KeyId| {
                let full = self.world.key_of(key);
                *self.world.str(full.kind) == kind
                    && *self.world.str(full.name) == name
                    && (full.namespace == self.namespace || self.world.str(full.namespace).is_empty())
            };
            state.objects.iter().find(|object| is(object.key)).map(|object| (object.key, object.live))
        };
        match action {
            UserAction::Wait(_) | UserAction::Until(_) => {}
            UserAction::Delete(kind, name) => {
                if let Some((key, _)) = find(&self.state, kind, name) {
                    cluster::delete(self.world, &mut self.state, key, false, effects);
                }
            }
            UserAction::Create(text) => {
                let Ok(document) = yaml::unmarshal(text.as_bytes()) else { return };
                let Ok(specs) = object::read(self.world, &document, self.namespace, &|_| true) else {
                    return;
                };
                for spec in specs {
                    let key = self.world.spec(spec).key;
                    if self.state.object(key).is_none() {
                        let live = self.world.add_live(Live::created(self.world, spec, UNKNOWN));
                        cluster::create(self.world, &mut self.state, key, live, effects);
                    }
                }
            }
            UserAction::Mark(kind, name, field, key, value) => {
                let value = if value.is_empty() { Value::Nil } else { Value::str(value.as_str()) };
                let inner: crate::value::Map =
                    [(crate::value::Str::from(key.as_str()), value)].into_iter().collect();
                let patch = nest(&["metadata", field], Value::Map(inner));
                self.patch(find(&self.state, kind, name), &patch, UNKNOWN, effects);
            }
            UserAction::Merge(kind, name, text) => {
                if let Ok(patch) = json::decode(text.as_bytes(), HelmVersion::V4_3) {
                    self.patch(find(&self.state, kind, name), &patch, KUBECTL_EDIT, effects);
                }
            }
            UserAction::Scale(kind, name, text) => {
                if let Ok(patch) = json::decode(text.as_bytes(), HelmVersion::V4_3) {
                    self.patch(find(&self.state, kind, name), &patch, KUBECTL_SCALE, effects);
                }
            }
            UserAction::Forget(revision) => {
                self.state
                    .records
                    .retain(|record| record.revision != *revision || record.namespace != self.namespace);
            }
        }
        let _ = HELM_UPDATE;
    }

    fn patch(
        &mut self,
        found: Option<(KeyId, super::world::LiveId)>,
        patch: &Value,
        owner: u8,
        effects: &mut Vec<Effect>,
    ) {
        let Some((key, live)) = found else { return };
        let next = self.world.live(live).merged(self.world, patch, owner);
        let next = self.world.add_live(next);
        step::edit(self.world, &mut self.state, key, next, effects);
    }

    // -- the end

    fn settle(&mut self) {
        let began = self.now;
        self.pass(LAST_LOOK);
        while self.now < began + self.script.settle {
            let restless = self.state.pods.iter().any(|pod| {
                let mine = self.world.key_of(pod.key).namespace == self.namespace;
                mine && (pod.terminating || self.state.by_uid(pod.owner).is_none())
            });
            if !restless {
                break;
            }
            self.pass(100);
        }
    }

    fn report(self, steps: Vec<StepTrace>) -> Timeline {
        let mine: Vec<&Release> =
            self.state.records.iter().filter(|record| record.namespace == self.namespace).collect();
        let only_r = mine.iter().all(|record| *self.world.str(record.name) == "r");
        let mut sorted = mine.clone();
        sorted.sort_by_key(|record| (self.str(record.name), record.revision));
        let records = sorted
            .into_iter()
            .map(|record| {
                let key = if only_r {
                    format!("v{}", record.revision)
                } else {
                    format!("{}.v{}", self.world.str(record.name), record.revision)
                };
                let phases = self.phases(record);
                (key, record.status.name().to_owned(), phases, self.str(record.description))
            })
            .collect();
        let mut pods: Vec<(String, Vec<String>)> = Vec::new();
        for uid in &self.pod_order {
            let Some(life) = self.lives.get(uid) else { continue };
            if self.script.workloads.contains(&life.family) {
                continue;
            }
            let fate = if life.fate.is_empty() { "pending".to_owned() } else { life.fate.join(" ") };
            match pods.iter_mut().find(|(family, _)| *family == life.family) {
                Some((_, fates)) => fates.push(fate),
                None => pods.push((life.family.clone(), vec![fate])),
            }
        }
        let objects = self.objects();
        let mut overlap = self.overlap;
        overlap.sort();
        Timeline { steps, records, objects, pods, overlap, ambiguous: self.script.ambiguous.clone() }
    }

    fn objects(&self) -> Vec<String> {
        const LISTED: [&str; 13] = [
            "ConfigMap",
            "Secret",
            "ServiceAccount",
            "Service",
            "PersistentVolumeClaim",
            "Role",
            "RoleBinding",
            "NetworkPolicy",
            "Deployment",
            "StatefulSet",
            "Job",
            "CronJob",
            "Pod",
        ];
        let mut lines = Vec::new();
        for object in &self.state.objects {
            let kind = (*self.world.kind(object.key)).clone();
            if !LISTED.contains(&kind.as_str()) || self.world.key_of(object.key).namespace != self.namespace {
                continue;
            }
            let live = self.world.live(object.live);
            let mut words = vec![format!("{kind}/{}", self.world.name(object.key))];
            let tag = |image: Option<String>| {
                let image = image.unwrap_or_default();
                format!("image={}", image.split(':').nth(1).unwrap_or_default())
            };
            match kind.as_str() {
                "Job" => {
                    words.push(
                        match object.job.end {
                            JobEnd::Complete => "Complete",
                            JobEnd::Backoff | JobEnd::Deadline => "Failed",
                            JobEnd::None if cluster::suspended(self.world, object) => "Suspended",
                            JobEnd::None => "running",
                        }
                        .into(),
                    );
                    words.push(tag(cluster::image(self.world, &live)));
                }
                "Deployment" => words.push(tag(cluster::image(self.world, &live))),
                "Pod" => {
                    words.push(self.state.pod(object.uid).map_or("Pending", |pod| phase(pod.phase)).into())
                }
                "ConfigMap" => {
                    words.push(format!("x={}", live.text(self.world, ".data.x").unwrap_or_default()))
                }
                "Secret" => {
                    let data = live.text(self.world, ".data.x").unwrap_or_default();
                    let data = crate::go::base64::decode(data.as_bytes()).unwrap_or_default();
                    words.push(format!("x={}", String::from_utf8_lossy(&data)));
                }
                _ => {}
            }
            if let Some(owner) = live.text(self.world, ".metadata.annotations.meta.helm.sh/release-name") {
                words.push(if owner == "r" { "owned".into() } else { format!("owned:{owner}") });
            }
            if object.terminating {
                words.push("terminating".into());
            }
            lines.push(words.join(" "));
        }
        for pod in &self.state.pods {
            if pod.owner == pod.uid || self.world.key_of(pod.key).namespace != self.namespace {
                continue;
            }
            let family = self.world.name(pod.key);
            if self.script.workloads.iter().any(|workload| **workload == **family) {
                continue;
            }
            let mut line = format!("Pod/{family}-* {}", phase(pod.phase));
            if pod.terminating {
                line += " terminating";
            }
            lines.push(line);
        }
        lines.sort();
        let mut counted: Vec<String> = Vec::new();
        let mut rest = lines.into_iter().peekable();
        while let Some(line) = rest.next() {
            let mut count = 1;
            while rest.next_if_eq(&line).is_some() {
                count += 1;
            }
            counted.push(if count == 1 { line } else { format!("{line} (x{count})") });
        }
        counted
    }
}

fn phase(phase: PodPhase) -> &'static str {
    match phase {
        PodPhase::Waiting => "Pending",
        PodPhase::Running | PodPhase::Ready => "Running",
        PodPhase::Succeeded => "Succeeded",
        PodPhase::Failed => "Failed",
    }
}

/// A Pod's name without the five letters a controller adds, which a recorder takes for those.
fn without_suffix(name: &str) -> String {
    match name.rsplit_once('-') {
        Some((start, end))
            if end.len() == 5 && end.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) =>
        {
            start.to_owned()
        }
        _ => name.to_owned(),
    }
}

fn matches(when: &When, symbols: &[String]) -> bool {
    symbols.contains(&when.at)
}

fn nest(path: &[&str], value: Value) -> Value {
    path.iter().rev().fold(value, |value, name| {
        Value::Map([(crate::value::Str::from(*name), value)].into_iter().collect())
    })
}
