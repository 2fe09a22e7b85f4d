//! A client: an operation written as a plain sequence of API calls, suspended between any two of them.
//!
//! What a client has learnt is the list of answers it got. To take its next step the operation is run again from the
//! start, fed with those answers, until it asks for one that is not there yet. So a client's state is a short list that
//! can be copied, compared and hashed, and operations read like Helm's own source.

use super::action::Action;
use super::engine::Engine;
use super::release::{Release, Status};
use super::world::{KeyId, ListId, LiveId, SpecId, Text, World};

/// Why an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It is a hook's.
    Hook,
    /// Install's create phase.
    Main,
    /// The update phase, creating.
    Create,
    /// The update phase, changing.
    Change,
    /// The update phase, moving field ownership first.
    Migrate,
    /// A CRD of `crds/`, or a namespace.
    Ahead,
}

/// How an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// POST.
    Post,
    /// Server-side apply; the flag is `force`.
    Apply(bool),
    /// Client-side patch against this original; nothing is sent when nothing differs.
    Patch(Option<SpecId>),
    /// PUT.
    Put,
    /// JSON patch of managed fields.
    Migrate,
}

/// Why an object is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Read {
    /// Ownership check.
    Ownership,
    /// Update phase: a target.
    Target,
    /// Update phase: something to remove.
    Removal,
    /// The Pod of a test, before its log.
    Test,
}

/// Why an object is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delete {
    /// A hook's delete policy.
    Hook,
    /// The update phase.
    Removal,
    /// Uninstall, or `--cleanup-on-fail`.
    Release,
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Goal {
    /// A hook's objects are done.
    Hook,
    /// Objects are gone.
    Gone,
    /// Main resources are ready; the flag is `--wait-for-jobs`.
    Ready(bool),
}

/// A wait. It ends when the cluster satisfies it, or at its limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wait {
    /// For what.
    pub goal: Goal,
    /// Of which objects.
    pub keys: Vec<KeyId>,
    /// The objects' numbers as first seen, where that matters.
    pub seen: Vec<Option<u16>>,
    /// Helm 3's and legacy's way of watching.
    pub old: bool,
    /// It sees nothing: lists and watches are refused.
    pub blind: bool,
    /// At most so long (milliseconds); `None` is for ever.
    pub limit: Option<u64>,
    /// The hook, for the trace.
    pub hook: Option<(Text, Text)>,
}

/// A request to the API server, or a wait.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// List a release's records; only deployed ones if the flag is set.
    List(Text, bool),
    /// Read one record.
    ReadRecord(Text, u16),
    /// POST a record.
    CreateRecord(Release),
    /// PUT a record.
    UpdateRecord(Release),
    /// DELETE a record.
    DeleteRecord(Text, u16),
    /// GET an object.
    Get(KeyId, Read),
    /// Write an object.
    Write(SpecId, Write, Role),
    /// DELETE an object; the flag is foreground propagation.
    Delete(KeyId, bool, Delete),
    /// List and watch the kinds of these objects.
    Watch(Vec<KeyId>, Goal, bool),
    /// Wait.
    Wait(Wait),
    /// Read logs: of a Pod by name, or of all Pods of a hook.
    Logs(KeyId, bool),
}

/// What a call gave.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It was done.
    Done,
    /// Records.
    List(ListId),
    /// An object.
    Object(LiveId),
    /// Objects' numbers as seen at the start of a watch.
    Seen(Vec<Option<u16>>),
    /// It is not there (404).
    Missing,
    /// HTTP error and the server's text.
    Refused(u16, Text),
    /// A wait that ended badly: Helm's text, and whether at its limit.
    Failed(Text, bool),
}

/// Why an operation stopped.
#[derive(Clone, Debug)]
pub enum Stop {
    /// It waits for an answer.
    Pause,
    /// It failed, in Helm's words.
    Failed(String),
}

/// What a part of an operation gives.
pub type Flow<T> = Result<T, Stop>;

/// Turns a failure into a value, so that an operation can go on; a pause stays a pause.
pub fn caught<T>(flow: Flow<T>) -> Flow<Result<T, String>> {
    match flow {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::Failed(text)) => Ok(Err(text)),
        Err(Stop::Pause) => Err(Stop::Pause),
    }
}

/// Prefixes a failure.
pub fn wrapped<T>(flow: Flow<T>, prefix: &str) -> Flow<T> {
    flow.map_err(|stop| match stop {
        Stop::Failed(text) => Stop::Failed(format!("{prefix}{text}")),
        pause => pause,
    })
}

/// A failure.
pub fn fail<T>(text: impl Into<String>) -> Flow<T> {
    Err(Stop::Failed(text.into()))
}

/// A release in a client's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mem(usize);

/// A run of an operation over the answers so far.
pub struct Ctl<'a, 'c> {
    /// All tables.
    pub world: &'a World<'c>,
    /// What was asked.
    pub action: &'a Action,
    /// Whose behaviour.
    pub engine: Engine,
    answers: &'a [Answer],
    next: usize,
    /// The call it stopped at.
    pub pending: Option<Call>,
    memory: Vec<Release>,
    /// The operation's own revision.
    pub own: Option<Mem>,
    /// From this answer on somebody else has marked the operation's own revision as failed (L97).
    cancelled: Option<(usize, Text)>,
    /// The last warning printed, for operations that succeed.
    pub warning: Option<String>,
}

impl<'a, 'c> Ctl<'a, 'c> {
    /// A run from the start.
    pub fn new(world: &'a World<'c>, action: &'a Action, answers: &'a [Answer]) -> Self {
        Ctl {
            world,
            action,
            engine: action.engine,
            answers,
            next: 0,
            pending: None,
            memory: Vec::new(),
            own: None,
            cancelled: None,
            warning: None,
        }
    }

    /// A run of the worker of a cancelled operation.
    pub fn cancelled_at(mut self, answer: usize, description: Text) -> Self {
        self.cancelled = Some((answer, description));
        self
    }

    /// Asks for something.
    pub fn ask(&mut self, call: Call) -> Flow<Answer> {
        match self.answers.get(self.next) {
            Some(answer) => {
                self.next += 1;
                Ok(answer.clone())
            }
            None => {
                self.pending = Some(call);
                Err(Stop::Pause)
            }
        }
    }

    /// Ends what can be cancelled. The worker of an operation that was cancelled before goes no further: its result is
    /// not asked for, or waits for a lock until the process ends (`reportToPerformUpgrade`).
    pub fn past_cancelling(&mut self) -> Flow<()> {
        if self.cancelled.is_some() {
            return Err(Stop::Pause);
        }
        self.own = None;
        Ok(())
    }

    /// Prints a warning or error beside the result; Helm 3 only does so with `--debug`.
    pub fn warn(&mut self, text: String) {
        if !self.engine.is_v3() {
            self.warning = Some(text);
        }
    }

    /// A text.
    pub fn str(&self, text: Text) -> String {
        (*self.world.str(text)).clone()
    }

    /// Keeps a release in memory.
    pub fn keep(&mut self, release: Release) -> Mem {
        self.memory.push(release);
        Mem(self.memory.len() - 1)
    }

    /// A release in memory.
    pub fn mem(&self, at: Mem) -> &Release {
        // Handles come from `keep` alone.
        &self.memory[at.0]
    }

    /// A release in memory, to be changed.
    pub fn mem_mut(&mut self, at: Mem) -> &mut Release {
        &mut self.memory[at.0]
    }

    /// Sets status and, if given, description.
    pub fn set_status(&mut self, at: Mem, status: Status, description: Option<String>) {
        let description = description.map(|text| self.world.text(&text));
        let release = self.mem_mut(at);
        release.status = status;
        if let Some(description) = description {
            release.description = description;
        }
    }

    /// A release's record as it is to be written now: the cancelling part of the same process may have marked it.
    pub fn written(&self, at: Mem) -> Release {
        let mut release = self.mem(at).clone();
        if let Some((from, description)) = self.cancelled
            && self.own == Some(at)
            && self.next >= from
            && release.status.is_pending()
        {
            release.status = Status::Failed;
            release.description = description;
        }
        release
    }
}
