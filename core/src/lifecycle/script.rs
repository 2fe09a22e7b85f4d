//! What is assumed of the world: how Pods live and end, what goes wrong with which request, who is killed when.

/// How a Pod's container ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// With exit code 0.
    Succeeds,
    /// With another.
    Fails,
    /// Not at all.
    Hangs,
    /// Not at all, and it answers after a while.
    Ready,
    /// It never starts.
    Pending,
}

/// A Pod's life; times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Behaviour {
    /// How it ends.
    pub ending: Ending,
    /// After how long.
    pub after: u64,
    /// How long it takes to stop when told to; `None` is until its time of grace is over.
    pub stop: Option<u64>,
    /// It then ends with exit code 0.
    pub graceful: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Behaviour { ending: Ending::Succeeds, after: 300, stop: Some(100), graceful: false }
    }
}

/// Milliseconds of a decimal number of seconds.
pub fn seconds(text: &str) -> Option<u64> {
    let number: f64 = text.parse().ok()?;
    (0.0..1e12).contains(&number).then(|| (number * 1000.0).round() as u64)
}

impl Behaviour {
    /// Reads `ok 1`, `fail 0.5`, `hang`, `ready 0.3`, `never`, `pending`, each with `term 3`, `term ignore` or
    /// `term 3 ok` behind it.
    ///
    /// # Errors
    /// Says which word is not understood.
    pub fn parse(text: &str) -> Result<Behaviour, String> {
        let mut behaviour = Behaviour::default();
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let ending = match word {
                "term" => {
                    behaviour.stop = match words.next() {
                        Some("ignore") => None,
                        Some(value) => Some(
                            seconds(value).ok_or_else(|| format!("\"{value}\" is no number of seconds"))?,
                        ),
                        None => return Err("\"term\" needs a number of seconds, or \"ignore\"".into()),
                    };
                    behaviour.graceful = words.next_if_eq(&"ok").is_some();
                    continue;
                }
                "ok" => Ending::Succeeds,
                "fail" => Ending::Fails,
                "hang" | "never" => Ending::Hangs,
                "ready" => Ending::Ready,
                "pending" => Ending::Pending,
                other => {
                    return Err(format!(
                        "unknown behaviour \"{other}\"; known: ok, fail, hang, ready, never, pending, term"
                    ));
                }
            };
            behaviour.ending = ending;
            if let Some(value) = words.next_if(|word| *word != "term") {
                behaviour.after =
                    seconds(value).ok_or_else(|| format!("\"{value}\" is no number of seconds"))?;
            }
        }
        Ok(behaviour)
    }
}

/// When a rule applies: the nth request that matches, and perhaps all after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// `+v2`, `~v2(deployed)`, `new X`, `del Job/X`, `list secrets`, …
    pub at: String,
    /// The how manieth.
    pub nth: u32,
    /// And every later one.
    pub every: bool,
}

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is answered with this status and message.
    Refused(u16, String),
    /// It never arrives.
    Dropped,
    /// It is executed, its answer is lost.
    Lost,
}

/// A signal to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGKILL
    Kill,
    /// SIGTERM
    Term,
    /// SIGINT
    Int,
    /// SIGHUP
    Hup,
}

impl Signal {
    /// Its number.
    pub fn number(self) -> i16 {
        match self {
            Signal::Hup => 1,
            Signal::Int => 2,
            Signal::Kill => 9,
            Signal::Term => 15,
        }
    }
}

/// What meets one command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Faults.
    pub faults: Vec<(When, Fault)>,
    /// Signals, and how long after the matching answer.
    pub signals: Vec<(When, Signal, u64)>,
    /// Requests that wait for an event, and how long at most.
    pub holds: Vec<(When, String, u64, u64)>,
}

/// The outcomes for one name: used up Pod by Pod, the last one stays.
pub type Outcomes = Vec<(String, Vec<Behaviour>)>;

/// A user's action beside Helm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserAction {
    /// Waits.
    Wait(u64),
    /// Waits for an event.
    Until(String),
    /// `kubectl delete`
    Delete(String, String),
    /// Creates an object from its manifest, as JSON text.
    Create(String),
    /// Sets or removes an annotation or label: kind, name, `annotations` or `labels`, key, value.
    Mark(String, String, &'static str, String, String),
    /// A merge patch by `kubectl edit`: kind, name, JSON text.
    Merge(String, String, String),
    /// The same by `kubectl scale`.
    Scale(String, String, String),
    /// Deletes a record's Secret.
    Forget(u16),
}

/// A command or action of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Who; `None` is a user.
    pub client: Option<String>,
    /// Number of the action (commands).
    pub action: u16,
    /// The action (users).
    pub user: Option<UserAction>,
    /// How it was written.
    pub text: String,
    /// Outcomes valid from now on.
    pub outcomes: Outcomes,
    /// What meets it.
    pub trouble: Trouble,
    /// The event it waits for.
    pub start: Option<String>,
    /// And how long after it.
    pub delay: u64,
}

/// A script: steps of parts that run at once, one step after another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Outcomes from the start.
    pub outcomes: Outcomes,
    /// Steps.
    pub steps: Vec<Vec<Part>>,
    /// How long the end waits for dying Pods.
    pub settle: u64,
    /// Names of workloads: their Pods get ready by default, and are not shown.
    pub workloads: Vec<String>,
    /// Names that several kinds bear.
    pub ambiguous: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_behaviours() {
        let parse = |text| Behaviour::parse(text).unwrap();
        assert_eq!(parse("ok 1").after, 1000);
        assert_eq!(parse("fail").ending, Ending::Fails);
        assert_eq!((parse("ok 60 term ignore").stop, parse("ok 60 term ignore").after), (None, 60_000));
        let graceful = parse("hang term 3 ok");
        assert_eq!((graceful.ending, graceful.stop, graceful.graceful), (Ending::Hangs, Some(3000), true));
        assert_eq!(parse(""), Behaviour::default());
        assert!(Behaviour::parse("ok soon").is_err());
        assert!(Behaviour::parse("ok term").is_err());
    }
}
