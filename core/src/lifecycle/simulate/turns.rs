//! Clients: turns, faults, holds, waits, signals, ends.

use super::*;

impl Simulation<'_, '_> {
    pub(super) fn turn(&mut self, n: usize, thread: Thread, effects: &mut Vec<Effect>) {
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
    pub(super) fn send(
        &mut self,
        n: usize,
        thread: Thread,
        call: Call,
        symbols: &[String],
        effects: &mut Vec<Effect>,
    ) {
        let fault = self.due(n, 0, symbols).and_then(|rule| {
            self.clients.get(n)?.part.trouble.faults.get(rule).map(|(_, fault)| fault.clone())
        });
        let Some(action) = self.clients.get(n).and_then(|c| self.actions.get(usize::from(c.action))) else {
            return;
        };
        let reads = matches!(call, Call::List(..) | Call::ReadRecord(..) | Call::Get(..) | Call::Watch(..));
        match fault {
            Some(Fault::Refused(code, message)) => {
                let absent =
                    matches!(call, Call::Get(..) | Call::Delete(..) | Call::ReadRecord(..) | Call::Logs(..));
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
    pub(super) fn heard_of(&mut self, n: usize, symbols: &[String]) {
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
    pub(super) fn kills(&self, n: usize, symbols: &[String]) -> bool {
        let Some(client) = self.clients.get(n) else { return false };
        client.part.trouble.signals.iter().enumerate().any(|(rule, (when, signal, delay))| {
            let count = client.counts.get(1).and_then(|counts| counts.get(rule)).copied().unwrap_or(0);
            *signal == Signal::Kill && *delay == 0 && count + 1 == when.nth && matches(when, symbols)
        })
    }

    /// Counts a request against rules; the rule that applies.
    pub(super) fn due(&mut self, n: usize, which: usize, symbols: &[String]) -> Option<usize> {
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

    pub(super) fn reply(&mut self, n: usize, thread: Thread, answer: Answer, after: u64) {
        if let Some(client) = self.state.clients.get_mut(n) {
            step::answer(client, thread, answer);
        }
        self.later(after, Due::Turn(n, thread));
    }

    pub(super) fn wait(&mut self, n: usize, thread: Thread, wait: Wait) {
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
    pub(super) fn poll(&mut self) {
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

    pub(super) fn end_wait(&mut self, n: usize, thread: Thread, wait: &Wait, answer: Answer) {
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

    pub(super) fn end(&mut self, n: usize, result: Result<(), String>, warning: Option<String>) {
        let (code, error) = match result {
            Ok(()) => (0, warning.or_else(|| self.deprecation(n)).unwrap_or_default()),
            Err(error) => (1, format!("Error: {error}").trim().to_owned()),
        };
        self.exit(n, code, error);
    }

    /// What a flag has to say of itself.
    pub(super) fn deprecation(&self, n: usize) -> Option<String> {
        let action = self.actions.get(usize::from(self.clients.get(n)?.action))?;
        action.deprecation.map(|text| self.str(text))
    }

    pub(super) fn exit(&mut self, n: usize, code: i16, error: String) {
        self.close_item(n, None);
        let Some(running) = self.clients.get_mut(n) else { return };
        running.done = true;
        running.waiting.clear();
        running.held = None;
        let (name, index, dead) = (running.name.clone(), running.index, running.signal_seen || code == -9);
        if dead {
            running.deferred.clear();
        }
        let (command, from) = (running.part.text.clone(), running.from);
        let text = self.world.text(&error);
        if let Some(client) = self.state.clients.get_mut(n) {
            client.exit = Some(Exit { code, error: text, warning: Text::default() });
            client.answers.clear();
            client.cancelled = None;
        }
        if let Some((_, done)) = self.parts.get_mut(index) {
            *done = true;
        }
        self.step.clients.push(ClientEnd {
            client: name.clone(),
            exit: code,
            error,
            dead,
            command,
            from,
            at: self.now,
        });
        self.fire(format!("{name} done"));
    }

    pub(super) fn signal(&mut self, n: usize, rule: usize) {
        self.close_item(n, None);
        let Some(running) = self.clients.get_mut(n).filter(|running| !running.done) else { return };
        let Some((_, signal, _)) = running.part.trouble.signals.get(rule).cloned() else { return };
        running.signal_seen = true;
        let (name, action) = (running.name.clone(), running.action);
        // It shows where it came, before the ends of waits that nobody has heard of.
        self.step.events.push(Event { at: self.now, client: Some(name), what: What::Signalled });
        let handled = matches!(signal, Signal::Term | Signal::Int)
            && self.actions.get(usize::from(action)).is_some_and(|action| {
                matches!(
                    action.verb,
                    crate::lifecycle::action::Verb::Install | crate::lifecycle::action::Verb::Upgrade
                )
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
    pub(super) fn split(&mut self, n: usize) {
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
}

fn matches(when: &When, symbols: &[String]) -> bool {
    symbols.contains(&when.at)
}
