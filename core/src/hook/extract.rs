//! Separating hooks from ordinary manifests, as `SortManifests` does (R134–R138).

use super::HookEvent;
use crate::dialect::HelmVersion;
use crate::go::number;
use crate::manifest::{INSTALL_ORDER, Manifest, RenderedFile, compare_kinds, parse_head, split, trim_space};
use std::rc::Rc;

/// The annotation that makes a manifest a hook.
const HOOK: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";
const OUTPUT_LOG_POLICY: &str = "helm.sh/hook-output-log-policy";

/// A manifest that runs at release events instead of being part of the release.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The document.
    pub manifest: Manifest,
    /// The events it runs at, in the order written, duplicates kept.
    pub events: Vec<HookEvent>,
    /// `helm.sh/hook-weight`; anything that is not a decimal integer counts as 0.
    pub weight: i64,
    /// `helm.sh/hook-delete-policy` elements, trimmed and lower-cased, known or not.
    pub delete_policies: Vec<String>,
    /// `helm.sh/hook-output-log-policy` elements, trimmed and lower-cased, known or not.
    pub output_log_policies: Vec<String>,
}

/// A rendered chart, separated and ordered.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    /// Hooks in install order by kind; weight plays no part until they run.
    pub hooks: Vec<Hook>,
    /// Ordinary manifests in install order by kind.
    pub manifests: Vec<Manifest>,
    /// Documents dropped because an element of their hook annotation is unknown, with the annotation's text.
    pub dropped: Vec<(Manifest, String)>,
}

/// A document that Helm cannot read. Displays as Helm's text.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// `YAML parse error on <file>: …`
    pub text: String,
    /// The file it stands in.
    pub file: Rc<RenderedFile>,
    /// Where in the file's text.
    pub range: std::ops::Range<usize>,
    /// As [`Sorted::dropped`]: documents dropped before this one was met.
    pub dropped: Vec<(Manifest, String)>,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Unreadable {}

/// Splits files into documents, separates hooks and sorts both by kind, keeping file order among equals.
///
/// Partials (base name starting with `_`) and blank files are skipped. The files are taken in byte order of their
/// names whatever order they come in.
///
/// # Errors
/// `YAML parse error on <file>: …` for the first document Helm cannot read (R136).
pub fn sort_manifests(files: &[Rc<RenderedFile>], version: HelmVersion) -> Result<Sorted, Unreadable> {
    let mut files: Vec<&Rc<RenderedFile>> = files.iter().collect();
    files.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
    let mut sorted = Sorted::default();
    for file in files {
        let base = file.name.rsplit('/').next().unwrap_or_default();
        if base.starts_with('_') || trim_space(&file.text).is_empty() {
            continue;
        }
        for range in split(&file.text, version) {
            let text = file.text.get(range.clone()).unwrap_or_default();
            let head = match parse_head(text, version) {
                Ok(head) => head,
                Err(error) => {
                    return Err(Unreadable {
                        text: format!("YAML parse error on {}: {error}", file.name),
                        file: file.clone(),
                        range,
                        dropped: sorted.dropped,
                    });
                }
            };
            classify(Manifest { file: file.clone(), range, head }, &mut sorted);
        }
    }
    sorted.manifests.sort_by(|a, b| compare_kinds(&a.head.kind, &b.head.kind, INSTALL_ORDER, version));
    sorted
        .hooks
        .sort_by(|a, b| compare_kinds(&a.manifest.head.kind, &b.manifest.head.kind, INSTALL_ORDER, version));
    Ok(sorted)
}

fn classify(manifest: Manifest, sorted: &mut Sorted) {
    let Some(annotation) = manifest.head.annotation(HOOK) else {
        sorted.manifests.push(manifest);
        return;
    };
    let events: Option<Vec<HookEvent>> = elements(annotation).map(|word| HookEvent::parse(&word)).collect();
    let Some(events) = events else {
        let annotation = annotation.to_owned();
        sorted.dropped.push((manifest, annotation));
        return;
    };
    let policies =
        |name| manifest.head.annotation(name).map(|text| elements(text).collect()).unwrap_or_default();
    let weight = manifest.head.annotation(WEIGHT).unwrap_or_default();
    sorted.hooks.push(Hook {
        events,
        weight: number::atoi(weight.as_bytes()).unwrap_or(0),
        delete_policies: policies(DELETE_POLICY),
        output_log_policies: policies(OUTPUT_LOG_POLICY),
        manifest,
    });
}

/// The comma-separated elements of an annotation, trimmed and lower-cased; an empty text has one empty element.
fn elements(annotation: &str) -> impl Iterator<Item = String> + '_ {
    annotation.split(',').map(|word| String::from_utf8_lossy(trim_space(word.as_bytes())).to_lowercase())
}
