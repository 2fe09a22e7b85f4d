//! What of a call shows in the timeline.

use super::*;

impl Simulation<'_, '_> {
    pub(super) fn object(&self, key: KeyId) -> ObjectName {
        ObjectName { kind: (*self.world.kind(key)).clone(), name: (*self.world.name(key)).clone() }
    }

    pub(super) fn emit(&mut self, n: usize, what: What) {
        let Some(running) = self.clients.get_mut(n) else { return };
        let name = running.name.clone();
        if !matches!(what, What::Gone { .. } | What::Ran { .. }) {
            for what in running.deferred.drain(..) {
                self.step.events.push(Event { at: self.now, client: Some(name.clone()), what });
            }
        }
        self.step.events.push(Event { at: self.now, client: Some(name), what });
    }

    /// Whether the client has just tried in vain to remove this object: what it tries again is no new item.
    pub(super) fn is_again(&self, n: usize, object: &ObjectName) -> bool {
        let name = self.clients.get(n).map(|client| client.name.as_str());
        let last = self.step.events.iter().rev().find(|event| event.client.as_deref() == name);
        last.is_some_and(|event| match &event.what {
            What::Updated { object: other, sign: Sign::Minus, mark, .. } => {
                other == object && !mark.is_empty()
            }
            _ => false,
        })
    }

    pub(super) fn phases(&self, record: &Release) -> Vec<(ObjectName, String)> {
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
    pub(super) fn close_item(&mut self, n: usize, next: Option<KeyId>) {
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

    pub(super) fn open_item(&mut self, n: usize, call: &Call, answer: &Answer) {
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

    pub(super) fn show(
        &mut self,
        n: usize,
        call: &Call,
        answer: &Answer,
        change: Option<Change>,
        fault: String,
    ) {
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
                let again = self.is_again(n, &object);
                match role {
                    Delete::Removal if !again => {
                        What::Updated { object, sign: Sign::Minus, change: String::new(), mark }
                    }
                    _ => {
                        let mark = if mark == "✗404" { "∅".to_owned() } else { mark };
                        let parallel =
                            again || self.clients.get(n).is_some_and(|c| c.uninstalling || c.cleaning);
                        What::Removed { object, mark, parallel }
                    }
                }
            }
            Call::Watch(keys, Goal::Gone, _) => {
                // A wait that has to look again is one wait.
                let name = self.clients.get(n).map(|client| client.name.as_str());
                let last = self.step.events.iter().rev().find(|event| event.client.as_deref() == name);
                if !last.is_some_and(|event| matches!(event.what, What::Gone { .. })) {
                    for key in keys {
                        let object = self.object(*key);
                        self.emit(n, What::Gone { object, in_time: true });
                    }
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
    pub(super) fn unsent(&mut self, n: usize, call: &Call) {
        if let Call::Write(spec, crate::lifecycle::client::Write::Patch(_), Role::Change) = call {
            let key = self.world.spec(*spec).key;
            self.close_item(n, Some(key));
            let object = self.object(key);
            self.emit(n, What::Updated { object, sign: Sign::None, change: "=".into(), mark: String::new() });
        }
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
