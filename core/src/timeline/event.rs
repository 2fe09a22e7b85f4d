//! Events of a timeline.

/// An object as people name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// `Job`
    pub kind: String,
    /// `mig`
    pub name: String,
}

/// What the update phase did to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// Created: `+a`
    Plus,
    /// Deleted: `-a`
    Minus,
    /// Looked at or patched: `a=`, `a*`
    None,
    /// Gone from the target, looked at without result: `a?`
    Unclear,
}

/// One thing that happened. `mark` is empty, or how a request failed: `✗409`, `✗lost`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are named as in the notation")]
pub enum What {
    /// A record was created.
    Created { revision: u16, status: String, phases: Vec<(ObjectName, String)>, mark: String },
    /// A record was overwritten.
    Written {
        revision: u16,
        status: String,
        description: String,
        phases: Vec<(ObjectName, String)>,
        mark: String,
    },
    /// A record was deleted.
    Deleted { revision: u16, mark: String },
    /// The ownership of a resource was checked.
    Checked { object: ObjectName },
    /// An object was created or applied; `parallel` where Helm sends a kind's requests at once.
    Applied { object: ObjectName, change: String, mark: String, parallel: bool },
    /// An item of the update phase.
    Updated { object: ObjectName, sign: Sign, change: String, mark: String },
    /// An object was deleted.
    Removed { object: ObjectName, mark: String, parallel: bool },
    /// An object was waited for to go.
    Gone { object: ObjectName, in_time: bool },
    /// A hook's wait ended. `heard` is what the client saw of the end; `key` is the object it looked at.
    Ran { hook: ObjectName, key: ObjectName, revision: u16, heard: Option<bool> },
    /// A log was read.
    Read { name: String, mark: String },
    /// A signal was sent.
    Signalled,
    /// A user did something.
    User { action: String },
}

/// An event of a client, or of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Milliseconds since the start.
    pub at: u64,
    /// The client.
    pub client: Option<String>,
    /// What happened.
    pub what: What,
}

/// How a client of a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientEnd {
    /// The client.
    pub client: String,
    /// Exit code, negative for a signal.
    pub exit: i16,
    /// Helm's error, with `Error: `, or the last warning.
    pub error: String,
    /// It was signalled, or killed.
    pub dead: bool,
    /// The command, without `helm`.
    pub command: String,
    /// When it started.
    pub from: u64,
    /// When it ended.
    pub at: u64,
}

/// The life of one Pod, of a hook or of a workload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodSpan {
    /// The name of the object it belongs to, or its own.
    pub family: String,
    /// The kind of that object.
    pub kind: String,
    /// It serves users, and is no hook's.
    pub workload: bool,
    /// The tag of its image, where there is one.
    pub image: String,
    /// When it was made.
    pub made: u64,
    /// What became of it, and when: `running`, `ready`, `succeeded`, `failed`, `terminating`, `gone`.
    pub life: Vec<(u64, String)>,
}

impl PodSpan {
    /// When its container ran; without an end it still does.
    pub fn ran(&self) -> Option<(u64, Option<u64>)> {
        let of = |words: &[&str]| self.life.iter().find(|(_, word)| words.contains(&word.as_str()));
        let (from, _) = of(&["running"])?;
        Some((*from, of(&["succeeded", "failed", "gone"]).map(|(at, _)| *at)))
    }

    /// How its container ended: `succeeded`, `failed`, `gone` when it was made to.
    pub fn end(&self) -> Option<&str> {
        let ends = ["succeeded", "failed", "gone"];
        self.life.iter().map(|(_, word)| word.as_str()).find(|word| ends.contains(word))
    }
}

/// A step: one or more clients at once, or a user's action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepTrace {
    /// The action, when a user alone acted.
    pub action: Option<String>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// How clients ended, in the order of the step.
    pub clients: Vec<ClientEnd>,
}

/// A record that is left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordLeft {
    /// `v1`, or `release.v1` where there are several releases.
    pub key: String,
    /// Status.
    pub status: String,
    /// Phases of the hooks that ran.
    pub phases: Vec<(ObjectName, String)>,
    /// Description.
    pub description: String,
}

/// A whole life.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Steps.
    pub steps: Vec<StepTrace>,
    /// Records left.
    pub records: Vec<RecordLeft>,
    /// Objects left, a line each.
    pub objects: Vec<String>,
    /// Pods by family, in order of creation, with their fates.
    pub pods: Vec<(String, Vec<String>)>,
    /// Families of which two Pods ran at once.
    pub overlap: Vec<String>,
    /// Names that several kinds bear.
    pub ambiguous: Vec<String>,
    /// Lives of Pods, in order of creation, those of workloads too.
    pub spans: Vec<PodSpan>,
    /// When it ends, in milliseconds since the start.
    pub now: u64,
}
