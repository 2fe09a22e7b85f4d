//! What a real cluster showed, and how a prediction differs from it.

use crate::timeline::vector::Vector;

/// One observed step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedStep {
    /// A user's action.
    pub action: Option<String>,
    /// The trace.
    pub trace: String,
    /// Exit codes by client; the client is empty when it was alone.
    pub exits: Vec<(String, i16)>,
    /// Errors by client.
    pub errors: Vec<(String, String)>,
}

/// An observation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// Steps.
    pub steps: Vec<ObservedStep>,
    /// Records left.
    pub records: Vec<(String, String)>,
    /// Objects left.
    pub objects: Vec<String>,
    /// Pods by family.
    pub pods: Vec<(String, Vec<String>)>,
    /// Families that overlapped.
    pub overlap: Vec<String>,
}

/// What differs, a line each; nothing when the prediction is exact.
pub fn compare(seen: &Observation, foretold: &Vector) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differ = |what: String, seen: &str, foretold: &str| {
        if seen != foretold {
            differences.push(format!("{what}\n    seen     {seen}\n    foretold {foretold}"));
        }
    };
    differ("number of steps".into(), &seen.steps.len().to_string(), &foretold.steps.len().to_string());
    for (n, (seen, foretold)) in seen.steps.iter().zip(&foretold.steps).enumerate() {
        let n = n + 1;
        differ(
            format!("step {n}: action"),
            seen.action.as_deref().unwrap_or(""),
            foretold.action.as_deref().unwrap_or(""),
        );
        differ(format!("step {n}: trace"), &seen.trace, &foretold.trace);
        for (client, exit, error) in &foretold.ends {
            let alone = foretold.ends.len() == 1;
            let mine = |name: &String| alone || name == client;
            let code = seen
                .exits
                .iter()
                .find(|(name, _)| mine(name))
                .map_or("none".into(), |(_, code)| code.to_string());
            differ(format!("step {n}: exit of {client}"), &code, &exit.to_string());
            let text = seen.errors.iter().find(|(name, _)| mine(name)).map_or("", |(_, text)| text.as_str());
            differ(format!("step {n}: error of {client}"), text, error);
        }
    }
    let show = |records: &[(String, String)]| {
        records.iter().map(|(key, text)| format!("{key}: {text}")).collect::<Vec<_>>().join("\n             ")
    };
    differ("records".into(), &show(&seen.records), &show(&foretold.records));
    differ("objects".into(), &seen.objects.join(", "), &foretold.objects.join(", "));
    let show = |pods: &[(String, Vec<String>)]| {
        pods.iter()
            .map(|(family, fates)| format!("{family}: {}", fates.join(" | ")))
            .collect::<Vec<_>>()
            .join("; ")
    };
    differ("pods".into(), &show(&seen.pods), &show(&foretold.pods));
    differ("overlap".into(), &seen.overlap.join(", "), &foretold.overlap.join(", "));
    differences
}
