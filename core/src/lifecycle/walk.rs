//! All that may happen next in a state, without a clock: what a model checker walks.
//!
//! A step is a pure function of the state before it. What a script would decide (how a Pod ends, who is killed, whether
//! a wait is over in time) is a choice here.

use super::action::Action;
use super::client::{Answer, Call};
use super::cluster;
use super::state::{Exit, JobEnd, PodPhase, State};
use super::step::{self, Thread, Turn};
use super::world::{Text, World};

/// Something that may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A client makes its next call, learns what it waits for, or ends.
    Client(u16, Thread),
    /// A client's wait is over without success.
    Expire(u16, Thread),
    /// A client is killed.
    Kill(u16),
    /// A client is told to stop.
    Cancel(u16),
    /// A Pod's container starts.
    Start(u16),
    /// A Pod's container answers.
    Ready(u16),
    /// A Pod's container ends, well or badly.
    Exit(u16, bool),
    /// A Pod that was told to go, goes.
    Gone(u16),
    /// A controller looks at a Job.
    Sync(u16),
    /// The garbage collector reaches the Pods of an owner that is gone.
    Collect(u16),
}

/// What may happen next, cluster first. Kills and cancellations are possible whenever a client is at work; a walker that
/// does not want them leaves them out.
pub fn possible(world: &World, actions: &[Action], state: &State) -> Vec<Step> {
    let mut steps = Vec::new();
    for pod in &state.pods {
        match pod.phase {
            PodPhase::Waiting if !pod.terminating => steps.push(Step::Start(pod.uid)),
            PodPhase::Running | PodPhase::Ready => {
                if pod.phase == PodPhase::Running && !pod.terminating {
                    steps.push(Step::Ready(pod.uid));
                }
                steps.extend([Step::Exit(pod.uid, true), Step::Exit(pod.uid, false)]);
            }
            _ if pod.terminating => steps.push(Step::Gone(pod.uid)),
            _ => {}
        }
        let lost = pod.owner != pod.uid && !pod.terminating && state.by_uid(pod.owner).is_none();
        if lost && !steps.contains(&Step::Collect(pod.owner)) {
            steps.push(Step::Collect(pod.owner));
        }
    }
    for object in &state.objects {
        if object.job.end == JobEnd::None {
            let step = Step::Sync(object.uid);
            if apply(world, actions, state, step) != *state {
                steps.push(step);
            }
        }
    }
    for (n, client) in state.clients.iter().enumerate().filter(|(_, client)| client.exit.is_none()) {
        let n = n as u16;
        for thread in [Thread::Worker, Thread::Cancelling] {
            match step::turn(world, actions, client, thread) {
                Some(Turn::Call(Call::Wait(wait))) => {
                    if step::poll(world, state, &wait).is_some() {
                        steps.push(Step::Client(n, thread));
                    } else if wait.limit.is_some() {
                        steps.push(Step::Expire(n, thread));
                    }
                }
                Some(Turn::End(..)) if thread == Thread::Worker && client.cancelled.is_some() => {}
                Some(_) => steps.push(Step::Client(n, thread)),
                None => {}
            }
        }
        steps.push(Step::Kill(n));
        if client.cancelled.is_none() {
            steps.push(Step::Cancel(n));
        }
    }
    steps
}

/// The state after a step. A step that is not possible changes nothing.
pub fn apply(world: &World, actions: &[Action], state: &State, step: Step) -> State {
    let mut next = state.clone();
    // Consequences are steps of their own here.
    let mut effects = Vec::new();
    match step {
        Step::Client(n, thread) => client(world, actions, state, &mut next, n, thread, false),
        Step::Expire(n, thread) => client(world, actions, state, &mut next, n, thread, true),
        Step::Kill(n) => end(&mut next, n, -9, Text::default()),
        Step::Cancel(n) => {
            let cancelled =
                next.clients.get_mut(usize::from(n)).is_some_and(|c| step::cancel(world, actions, c));
            if !cancelled {
                end(&mut next, n, -15, Text::default());
            }
        }
        Step::Start(uid) => {
            cluster::start(&mut next, uid);
        }
        Step::Ready(uid) => cluster::ready(&mut next, uid, &mut effects),
        Step::Exit(uid, ok) => {
            cluster::exit(&mut next, uid, ok, &mut effects);
        }
        Step::Gone(uid) => cluster::gone(&mut next, uid, &mut effects),
        Step::Sync(uid) => cluster::sync_job(world, &mut next, uid, &mut effects),
        Step::Collect(uid) => cluster::collect(&mut next, uid, &mut effects),
    }
    next
}

fn client(
    world: &World,
    actions: &[Action],
    state: &State,
    next: &mut State,
    n: u16,
    thread: Thread,
    late: bool,
) {
    let Some(client) = state.clients.get(usize::from(n)).filter(|client| client.exit.is_none()) else {
        return;
    };
    let Some(action) = actions.get(usize::from(client.action)) else { return };
    let answer = match step::turn(world, actions, client, thread) {
        Some(Turn::Call(Call::Wait(wait))) => match step::poll(world, state, &wait) {
            Some(answer) if !late => answer,
            None if late => step::expire(world, state, &wait),
            _ => return,
        },
        Some(Turn::Call(call)) if !step::is_sent(world, state, &call) => Answer::Done,
        Some(Turn::Call(call)) => step::execute(world, next, action, &call, &mut Vec::new()).0,
        Some(Turn::End(result, _)) => {
            let (code, text) = match result {
                Ok(()) => (0, Text::default()),
                Err(error) => (1, world.text(&error)),
            };
            end(next, n, code, text);
            return;
        }
        None => return,
    };
    if let Some(client) = next.clients.get_mut(usize::from(n)) {
        step::answer(client, thread, answer);
    }
}

fn end(state: &mut State, n: u16, code: i16, error: Text) {
    let Some(client) = state.clients.get_mut(usize::from(n)) else { return };
    client.exit = Some(Exit { code, error, warning: Text::default() });
    client.answers.clear();
    client.cancelled = None;
}
