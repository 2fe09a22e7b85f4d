//! A cluster at one moment: records, objects, Pods, clients. Small numbers only, so that it is cheap to copy and hash.

use super::client::Answer;
use super::release::Release;
use super::world::{KeyId, LiveId, Text};

/// Where a Pod is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PodPhase {
    /// Made, not yet on a node.
    Waiting,
    /// Its container runs.
    Running,
    /// Its container runs and answers.
    Ready,
    /// Ended well.
    Succeeded,
    /// Ended badly.
    Failed,
}

impl PodPhase {
    /// Whether a container runs.
    pub fn is_alive(self) -> bool {
        matches!(self, PodPhase::Running | PodPhase::Ready)
    }
}

/// A Pod: a hook's own, a Job's, or the one that stands for a workload's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pod {
    /// Its number, unlike that of any other object.
    pub uid: u16,
    /// The number of the object it belongs to; its own for a Pod from a manifest.
    pub owner: u16,
    /// The object it belongs to.
    pub key: KeyId,
    /// Where it is in its life.
    pub phase: PodPhase,
    /// It has been told to go.
    pub terminating: bool,
}

/// How a Job ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JobEnd {
    /// Not yet.
    #[default]
    None,
    /// `Complete`
    Complete,
    /// `Failed`, `BackoffLimitExceeded`
    Backoff,
    /// `Failed`, `DeadlineExceeded`
    Deadline,
}

/// A Job's status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct JobStatus {
    /// Pods that ended well.
    pub succeeded: u16,
    /// Pods that ended badly.
    pub failed: u16,
    /// Its condition.
    pub end: JobEnd,
    /// It has had a Pod, or may have.
    pub started: bool,
    /// Its time is over; the condition waits for its Pods.
    pub late: bool,
}

/// An object of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Object {
    /// Which.
    pub key: KeyId,
    /// Its number: another object of the same name has another one.
    pub uid: u16,
    /// What is stored.
    pub live: LiveId,
    /// It has been deleted and something keeps it.
    pub terminating: bool,
    /// A Job's status.
    pub job: JobStatus,
}

/// How a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Exit {
    /// Exit code; negative is the signal that killed it.
    pub code: i16,
    /// Helm's error, without `Error: `.
    pub error: Text,
    /// The last warning.
    pub warning: Text,
}

/// What a cancelled client does beside its worker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cancelled {
    /// How many answers the worker had.
    pub at: u16,
    /// What the own revision's description became.
    pub description: Text,
    /// The own revision as it was in memory.
    pub own: Release,
    /// Answers got since.
    pub answers: Vec<Answer>,
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// Number of its action.
    pub action: u16,
    /// Answers it has got.
    pub answers: Vec<Answer>,
    /// Set after SIGINT or SIGTERM to an install or upgrade.
    pub cancelled: Option<Box<Cancelled>>,
    /// Set when it has ended; then the answers are gone.
    pub exit: Option<Exit>,
}

impl Client {
    /// A client that is about to start.
    pub fn new(action: u16) -> Client {
        Client { action, answers: Vec::new(), cancelled: None, exit: None }
    }
}

/// A cluster at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// Records, by namespace, name and revision.
    pub records: Vec<Release>,
    /// Objects, in order of identity.
    pub objects: Vec<Object>,
    /// Pods, oldest first.
    pub pods: Vec<Pod>,
    /// Clients.
    pub clients: Vec<Client>,
    /// The next object's number.
    pub next_uid: u16,
}

impl State {
    /// An object.
    pub fn object(&self, key: KeyId) -> Option<&Object> {
        self.objects.iter().find(|object| object.key == key)
    }

    /// An object by its number.
    pub fn by_uid(&self, uid: u16) -> Option<&Object> {
        self.objects.iter().find(|object| object.uid == uid)
    }

    /// An object, to be changed.
    pub fn by_uid_mut(&mut self, uid: u16) -> Option<&mut Object> {
        self.objects.iter_mut().find(|object| object.uid == uid)
    }

    /// A Pod.
    pub fn pod(&self, uid: u16) -> Option<&Pod> {
        self.pods.iter().find(|pod| pod.uid == uid)
    }

    /// A Pod, to be changed.
    pub fn pod_mut(&mut self, uid: u16) -> Option<&mut Pod> {
        self.pods.iter_mut().find(|pod| pod.uid == uid)
    }

    /// A number nothing has had yet.
    pub fn fresh_uid(&mut self) -> u16 {
        self.next_uid = self.next_uid.saturating_add(1);
        self.next_uid
    }
}
