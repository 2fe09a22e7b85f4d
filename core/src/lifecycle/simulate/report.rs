//! What is left in the end.

use super::*;

impl Simulation<'_, '_> {
    pub(super) fn settle(&mut self) {
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

    pub(super) fn report(self, steps: Vec<StepTrace>) -> Timeline {
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
                let (status, description) = (record.status.name().to_owned(), self.str(record.description));
                RecordLeft { key, status, phases, description }
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
        let spans = self
            .pod_order
            .iter()
            .filter_map(|uid| self.lives.get(uid).map(|life| life.span.clone()))
            .collect();
        let now = self.now;
        let objects = self.objects();
        let mut overlap = self.overlap;
        overlap.sort();
        Timeline {
            steps,
            records,
            objects,
            pods,
            overlap,
            ambiguous: self.script.ambiguous.clone(),
            spans,
            now,
        }
    }

    pub(super) fn objects(&self) -> Vec<String> {
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
