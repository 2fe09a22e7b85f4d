//! What people do beside Helm.

use super::*;

impl Simulation<'_, '_> {
    pub(super) fn user(&mut self, n: usize, part: &Part, action: &UserAction) {
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

    pub(super) fn act(&mut self, action: &UserAction, effects: &mut Vec<Effect>) {
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

    pub(super) fn patch(
        &mut self,
        found: Option<(KeyId, crate::lifecycle::world::LiveId)>,
        patch: &Value,
        owner: u8,
        effects: &mut Vec<Effect>,
    ) {
        let Some((key, live)) = found else { return };
        let next = self.world.live(live).merged(self.world, patch, owner);
        let next = self.world.add_live(next);
        step::edit(self.world, &mut self.state, key, next, effects);
    }
}

fn nest(path: &[&str], value: Value) -> Value {
    path.iter().rev().fold(value, |value, name| {
        Value::Map([(crate::value::Str::from(*name), value)].into_iter().collect())
    })
}
