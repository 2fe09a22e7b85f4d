//! Pods: which life the script gives them, and how they live it.

use super::*;

impl Simulation<'_, '_> {
    pub(super) fn pod_made(&mut self, uid: u16) {
        let Some(pod) = self.state.pod(uid).copied() else { return };
        let family = (*self.world.name(pod.key)).clone();
        let behaviour = self.behaviour(&family);
        let live = self.state.by_uid(pod.owner).map(|object| object.live);
        let grace = live.map_or(30_000, |live| match &self.world.spec(self.world.live(live).spec).nature {
            Nature::Job(job) => job.life.grace,
            Nature::Pod(life) | Nature::Workload { life, .. } => life.grace,
            _ => 30_000,
        });
        let span = PodSpan {
            family: family.clone(),
            kind: (*self.world.kind(pod.key)).clone(),
            workload: self.script.workloads.contains(&family),
            image: live
                .and_then(|live| cluster::image(self.world, &self.world.live(live)))
                .and_then(|image| image.split(':').nth(1).map(str::to_owned))
                .unwrap_or_default(),
            made: self.now,
            life: Vec::new(),
        };
        self.lives.insert(uid, PodLife { behaviour, family: family.clone(), fate: Vec::new(), span, grace });
        self.pod_order.push(uid);
        self.fire(format!("pod {family} created"));
        if behaviour.ending != Ending::Pending {
            self.later(POD_STARTED, Due::StartPod(uid));
        }
    }

    pub(super) fn behaviour(&mut self, name: &str) -> Behaviour {
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

    pub(super) fn fate(&mut self, uid: u16, what: &'static str) {
        let Some(life) = self.lives.get_mut(&uid) else { return };
        life.fate.push(what);
        life.span.life.push((self.now, what.to_owned()));
        let family = life.family.clone();
        self.fire(format!("pod {family} {what}"));
    }

    pub(super) fn start_pod(&mut self, uid: u16) {
        if cluster::start(&mut self.state, uid) {
            self.running(uid);
        }
    }

    /// A Pod's container runs from now on.
    pub(super) fn running(&mut self, uid: u16) {
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

    pub(super) fn finish_pod(&mut self, uid: u16, ok: bool, effects: &mut Vec<Effect>) {
        if !cluster::exit(&mut self.state, uid, ok, effects) {
            return;
        }
        self.fate(uid, if ok { "succeeded" } else { "failed" });
        if self.state.pod(uid).is_some_and(|pod| pod.terminating) {
            self.later(POD_LETS_GO, Due::ErasePod(uid));
        }
    }

    /// A workload's Pod serves.
    pub(super) fn ready_pod(&mut self, uid: u16, effects: &mut Vec<Effect>) {
        cluster::ready(&mut self.state, uid, effects);
        if self.state.pod(uid).is_some_and(|pod| pod.phase == PodPhase::Ready)
            && let Some(life) = self.lives.get_mut(&uid)
        {
            life.span.life.push((self.now, "ready".to_owned()));
        }
    }
}
