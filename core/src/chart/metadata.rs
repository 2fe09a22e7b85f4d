//! `Chart.yaml` as a value: its fields, and the checks Helm makes after reading it (R21, R22).
//!
//! Fields of `pkg/chart/v2/metadata.go` and `dependency.go`. Reading is in `decode`.

use crate::dialect::HelmVersion;
use crate::go;
use crate::semver::Version;
use crate::value::{Str, Value};
use std::collections::BTreeMap;

/// What `Chart.yaml` says.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// `name`; for an aliased dependency its alias.
    pub name: String,
    /// `home`
    pub home: String,
    /// `sources`
    pub sources: Vec<String>,
    /// `version`
    pub version: String,
    /// `description`
    pub description: String,
    /// `keywords`
    pub keywords: Vec<String>,
    /// `maintainers`
    pub maintainers: Vec<Maintainer>,
    /// `icon`
    pub icon: String,
    /// `apiVersion`; `v1` when the file has none.
    pub api_version: String,
    /// `condition`
    pub condition: String,
    /// `tags`
    pub tags: String,
    /// `appVersion`
    pub app_version: String,
    /// `deprecated`
    pub deprecated: bool,
    /// `annotations`; `None` when absent.
    pub annotations: Option<BTreeMap<Str, Str>>,
    /// `kubeVersion`, a constraint.
    pub kube_version: String,
    /// `dependencies`; an absent list and an empty one make a difference to dependency processing (R28).
    pub dependencies: Option<Vec<Dependency>>,
    /// `type`: empty, `application` or `library`.
    pub chart_type: String,
}

/// A person or organisation behind a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maintainer {
    /// `name`
    pub name: String,
    /// `email`
    pub email: String,
    /// `url`
    pub url: String,
    /// The list held `null` here; never true in a chart that was loaded.
    pub(super) null: bool,
}

/// One entry of `dependencies`.
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// `name`; after processing, the alias if there is one.
    pub name: String,
    /// `version`, a constraint.
    pub version: String,
    /// `repository`
    pub repository: String,
    /// `condition`: paths of values, separated by commas.
    pub condition: String,
    /// `tags`
    pub tags: Vec<String>,
    /// `enabled`; set by dependency processing.
    pub enabled: bool,
    /// `import-values`: strings, or maps of `child` and `parent`; after processing always maps.
    pub import_values: Vec<Value>,
    /// `alias`
    pub alias: String,
    /// The list held `null` here; never true in a chart that was loaded.
    pub(super) null: bool,
}

/// `Chart.lock` or `requirements.lock`: which versions the dependencies were resolved to.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// `generated`: when, as written.
    pub generated: String,
    /// `digest`
    pub digest: String,
    /// `dependencies`
    pub dependencies: Vec<Dependency>,
}

impl Metadata {
    /// Whether templates other than partials are left out (R31). Compared without regard to case.
    pub fn is_library(&self) -> bool {
        self.chart_type.eq_ignore_ascii_case("library")
    }

    /// Cleans strings and checks the rest, with Helm's error texts (metadata.go: `Validate`).
    pub fn validate(&mut self, version: HelmVersion) -> Result<(), String> {
        let Metadata { name, description, home, icon, condition, tags, app_version, kube_version, .. } = self;
        for text in [name, description, home, icon, condition, tags, app_version, kube_version] {
            sanitize(text);
        }
        self.sources.iter_mut().chain(&mut self.keywords).for_each(sanitize);
        self.check(version).map_err(|problem| format!("validation: {problem}"))
    }

    fn check(&mut self, version: HelmVersion) -> Result<(), String> {
        if self.api_version.is_empty() {
            return Err("chart.metadata.apiVersion is required".into());
        }
        let name = self.name.as_bytes();
        if name.is_empty() {
            return Err("chart.metadata.name is required".into());
        }
        if version.is_v4() && matches!(name, b"." | b"..") {
            return Err(format!("chart.metadata.name {} is not allowed", go::quote::quote(name)));
        }
        if go::path::base(name) != name {
            return Err(format!("chart.metadata.name {} is invalid", go::quote::quote(name)));
        }
        if self.version.is_empty() {
            return Err("chart.metadata.version is required".into());
        }
        if Version::parse_for(self.version.as_bytes(), version).is_err() {
            let quoted = go::quote::quote(self.version.as_bytes());
            return Err(format!("chart.metadata.version {quoted} is invalid"));
        }
        if !matches!(self.chart_type.as_str(), "" | "application" | "library") {
            return Err("chart.metadata.type must be application or library".into());
        }
        for maintainer in &mut self.maintainers {
            if maintainer.null {
                return Err("maintainers must not contain empty or null nodes".into());
            }
            [&mut maintainer.name, &mut maintainer.email, &mut maintainer.url].into_iter().for_each(sanitize);
        }
        let mut keys = std::collections::HashSet::new();
        for dependency in self.dependencies.iter_mut().flatten() {
            dependency.check()?;
            let key = dependency.key();
            if !keys.insert(key.to_owned()) {
                let quoted = go::quote::quote(key.as_bytes());
                return Err(format!("more than one dependency with name or alias {quoted}"));
            }
        }
        Ok(())
    }
}

impl Dependency {
    /// The name under which the parent knows it: the alias, else the name.
    pub fn key(&self) -> &str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }

    fn check(&mut self) -> Result<(), String> {
        if self.null {
            return Err("dependencies must not contain empty or null nodes".into());
        }
        let Dependency { name, version, repository, condition, .. } = self;
        [name, version, repository, condition].into_iter().chain(&mut self.tags).for_each(sanitize);
        if !self.alias.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
            let quoted = go::quote::quote(self.name.as_bytes());
            return Err(format!("dependency {quoted} has disallowed characters in the alias"));
        }
        Ok(())
    }
}

/// Every white space becomes one space, what cannot be printed goes (metadata.go: `sanitizeString`).
fn sanitize(text: &mut String) {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return;
    }
    *text = text
        .chars()
        .filter_map(|c| match c {
            c if go::unicode::is_space(c) => Some(' '),
            c if go::unicode::is_print(c) => Some(c),
            _ => None,
        })
        .collect();
}
