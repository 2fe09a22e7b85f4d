//! The order in which hooks of one event run (L15).

use super::{Hook, HookEvent};

/// The hooks of an event as they run, as places in the stored order: by weight, then by name, then as stored. A hook
/// that names the event twice runs twice (`pkg/action/hooks.go:hookByWeight`, L9).
pub fn execution_order(hooks: &[Hook], event: HookEvent) -> Vec<usize> {
    let mut order: Vec<usize> = hooks
        .iter()
        .enumerate()
        .flat_map(|(place, hook)| hook.events.iter().filter(move |e| **e == event).map(move |_| place))
        .collect();
    let key = |place: &usize| hooks.get(*place).map(|hook| (hook.weight, hook.manifest.head.name.as_bytes()));
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::HelmVersion;
    use crate::hook::sort_manifests;
    use crate::manifest::RenderedFile;
    use std::rc::Rc;

    fn hooks(documents: &[&str]) -> Vec<Hook> {
        let text = documents.join("\n---\n").into_bytes();
        let file = RenderedFile { name: "c/templates/h.yaml".into(), text, provenance: None };
        sort_manifests(&[Rc::new(file)], HelmVersion::V4_3).unwrap().hooks
    }

    fn hook(kind: &str, name: &str, notes: &str) -> String {
        format!("{{kind: {kind}, metadata: {{name: {name}, annotations: {{{notes}}}}}}}")
    }

    #[test]
    fn weight_then_name_then_kind() {
        let all = [
            hook("ServiceAccount", "zeta", "helm.sh/hook: pre-install"),
            hook("Job", "alpha", "helm.sh/hook: pre-install"),
            hook("Job", "mid", "helm.sh/hook: 'pre-install,pre-install'"),
            hook("Secret", "mid", "helm.sh/hook: PRE-INSTALL"),
            hook("Job", "last", "helm.sh/hook: pre-install, helm.sh/hook-weight: '2'"),
            hook("Job", "first", "helm.sh/hook: pre-install, helm.sh/hook-weight: '-1'"),
            hook("Job", "other", "helm.sh/hook: post-install"),
        ];
        let hooks = hooks(&all.iter().map(String::as_str).collect::<Vec<_>>());
        let names: Vec<String> = execution_order(&hooks, HookEvent::PreInstall)
            .into_iter()
            .map(|place| format!("{} {}", hooks[place].manifest.head.kind, hooks[place].manifest.head.name))
            .collect();
        let wanted =
            ["Job first", "Job alpha", "Secret mid", "Job mid", "Job mid", "ServiceAccount zeta", "Job last"];
        assert_eq!(names, wanted);
    }

    #[test]
    fn policies_default_only_when_nothing_is_said() {
        for (notes, wanted) in [
            ("helm.sh/hook: test", (true, false, false)),
            ("helm.sh/hook: test, helm.sh/hook-delete-policy: ''", (false, false, false)),
            ("helm.sh/hook: test, helm.sh/hook-delete-policy: hook-succeded", (false, false, false)),
            (
                "helm.sh/hook: test, helm.sh/hook-delete-policy: ' Hook-Succeeded ,hook-failed'",
                (false, true, true),
            ),
        ] {
            let hooks = hooks(&[&hook("Job", "h", notes)]);
            let policies = hooks[0].delete_policies();
            assert_eq!((policies.before_creation, policies.succeeded, policies.failed), wanted, "{notes}");
        }
    }
}
