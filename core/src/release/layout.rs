//! How `helm template` lays a rendered release out as text (R139, R141, R142).

use super::Release;
use crate::dialect::HelmVersion;
use crate::go::glob::path_match;
use crate::hook::{Hook, HookEvent};
use crate::manifest::{split, trim_space};

/// What to print of a release.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection {
    /// Put the CRDs of the charts' `crds/` folders first.
    pub crds: bool,
    /// Leave out all hooks.
    pub no_hooks: bool,
    /// Leave out hooks that have the test event, even among others.
    pub skip_tests: bool,
}

impl Selection {
    /// The hooks this selection prints, in order.
    pub fn hooks<'r>(&self, release: &'r Release) -> impl Iterator<Item = &'r Hook> + use<'r> {
        let (no_hooks, skip_tests) = (self.no_hooks, self.skip_tests);
        release
            .hooks
            .iter()
            .filter(move |hook| !(no_hooks || skip_tests && hook.events.contains(&HookEvent::Test)))
    }
}

const SOURCE: &[u8] = b"---\n# Source: ";

/// What [`document`] appends, in bytes.
fn size(source: &str, content: &[u8]) -> usize {
    SOURCE.len() + source.len() + content.len() + 2
}

/// Appends one document under its source line.
pub fn document(out: &mut Vec<u8>, source: &str, content: &[u8]) {
    out.extend_from_slice(SOURCE);
    out.extend_from_slice(source.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(content);
    out.push(b'\n');
}

/// Standard output of `helm template`: CRDs and manifests, trimmed as a whole, then hooks as they are.
pub fn stream(release: &Release, selection: Selection) -> Vec<u8> {
    let crds = if selection.crds { release.crds.as_slice() } else { &[] };
    let hooks: Vec<&Hook> = selection.hooks(release).collect();
    let manifests = release.manifests.iter();
    let printed = manifests.clone().chain(hooks.iter().map(|hook| &hook.manifest));
    let crd_sizes = crds.iter().map(|crd| size(&crd.name, &crd.data));
    let sizes = printed.map(|manifest| size(manifest.source(), manifest.content()));
    let mut out = Vec::with_capacity(1 + crd_sizes.chain(sizes).sum::<usize>());
    for crd in crds {
        document(&mut out, &crd.name, &crd.data);
    }
    for manifest in manifests {
        document(&mut out, manifest.source(), manifest.content());
    }
    // What is trimmed begins with dashes, if with anything.
    out.truncate(trim_space(&out).len());
    out.push(b'\n');
    for hook in hooks {
        document(&mut out, hook.manifest.source(), hook.manifest.content());
    }
    out
}

/// `--show-only`: of the printed stream, the documents whose path below the chart matches each pattern, in the order
/// of the patterns.
///
/// # Errors
/// `could not find template <pattern> in chart` for a pattern that matches nothing.
pub fn show_only(stream: &[u8], patterns: &[String], version: HelmVersion) -> Result<Vec<u8>, String> {
    let pieces = split(stream, version);
    let mut out = Vec::new();
    for pattern in patterns {
        let mut found = false;
        for piece in &pieces {
            let piece = stream.get(piece.clone()).unwrap_or_default();
            let Some(path) = source_path(piece) else { continue };
            if path_match(pattern.as_bytes(), path).unwrap_or(false) {
                found = true;
                out.extend_from_slice(b"---\n");
                out.extend_from_slice(piece);
                out.push(b'\n');
            }
        }
        if !found {
            return Err(format!("could not find template {pattern} in chart"));
        }
    }
    Ok(out)
}

/// The first match of `# Source: [^/]+/(.+)`: the rest of that line after the first path component.
fn source_path(piece: &[u8]) -> Option<&[u8]> {
    const MARK: &[u8] = b"# Source: ";
    let mut rest = piece;
    loop {
        let at = rest.windows(MARK.len()).position(|window| window == MARK)?;
        rest = rest.get(at + MARK.len()..)?;
        // `[^/]+` may run over line ends; `.+` may not.
        let slash = rest.iter().position(|byte| *byte == b'/')?;
        let path = rest.get(slash + 1..)?;
        let path = path.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if slash > 0 && !path.is_empty() {
            return Some(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_lines() {
        assert_eq!(source_path(b"# Source: c/templates/a.yaml\nx"), Some(&b"templates/a.yaml"[..]));
        assert_eq!(source_path(b"a: 1\n# Source: c/charts/s/q.yaml"), Some(&b"charts/s/q.yaml"[..]));
        assert_eq!(source_path(b"# Source: nothing"), None);
    }

    #[test]
    fn a_pattern_without_a_match_is_an_error() {
        let stream = b"---\n# Source: c/templates/a.yaml\na: 1\n";
        let version = HelmVersion::V4_3;
        let shown = show_only(stream, &["templates/*.yaml".into()], version).unwrap();
        assert_eq!(shown, b"---\n# Source: c/templates/a.yaml\na: 1\n\n");
        assert_eq!(
            show_only(stream, &["templates/b.yaml".into()], version),
            Err("could not find template templates/b.yaml in chart".into())
        );
    }
}
