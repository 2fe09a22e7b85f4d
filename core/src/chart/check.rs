//! What Helm refuses before it renders (R23–R26). Each check answers with Helm's error text.

use super::capabilities::KubeVersion;
use super::{Chart, File, probe};
use crate::dialect::HelmVersion;
use crate::semver::{Constraints, Version};

/// Library charts cannot be installed (pkg/cmd/install.go: `checkIfInstallable`).
pub fn installable(chart: &Chart) -> Result<(), String> {
    match chart.metadata.chart_type.as_str() {
        "" | "application" => Ok(()),
        other => Err(format!("{other} charts are not installable")),
    }
}

/// Every dependency the root chart declares must have been found below `charts/`; made before dependencies are
/// processed (pkg/action/install.go: `CheckDependencies`, pkg/cmd/install.go).
pub fn dependencies(chart: &Chart, version: HelmVersion) -> Result<(), String> {
    let found = |name: &str| chart.children.iter().any(|child| child.name() == name);
    let declared = chart.metadata.dependencies.iter().flatten();
    let missing: Vec<&str> =
        declared.map(|dependency| &*dependency.name).filter(|name| !found(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let first = if version.is_v4() { "an" } else { "An" };
    let mark = if version >= HelmVersion::V4_2 { '\'' } else { '`' };
    let missing = missing.join(", ");
    Err(format!(
        "{first} error occurred while checking for chart dependencies. You may need to run {mark}helm dependency \
         build{mark} to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: {missing}"
    ))
}

/// Helm 4 loads charts of `apiVersion: v3`, but does not install them yet (pkg/action/install.go).
pub fn api_version(chart: &Chart, version: HelmVersion) -> Result<(), String> {
    let is_chart_yaml = |file: &&File| &*file.name == "Chart.yaml";
    let loader = chart.raw.iter().find(is_chart_yaml).map(|file| probe::probe(&file.data, version));
    match loader {
        Some(Ok(probe::Loader::V3)) => Err("invalid chart apiVersion".to_owned()),
        _ => Ok(()),
    }
}

/// The root chart's `kubeVersion` must admit the cluster's version; made just before rendering
/// (pkg/action/action.go: `renderResources`).
pub fn kube_version(chart: &Chart, kube: &KubeVersion, version: HelmVersion) -> Result<(), String> {
    let constraint = &chart.metadata.kube_version;
    if constraint.is_empty() || compatible(constraint, kube.normalized(), version) {
        return Ok(());
    }
    let found = if version.is_v4() { kube.version() } else { kube.normalized() };
    Err(format!("chart requires kubeVersion: {constraint} which is incompatible with Kubernetes {found}"))
}

/// Whether a version satisfies a constraint; no if either cannot be read (chart/v2/util/compatible.go).
pub(super) fn compatible(constraint: &str, candidate: &str, version: HelmVersion) -> bool {
    let Ok(candidate) = Version::parse_for(candidate.as_bytes(), version) else { return false };
    Constraints::parse(constraint, version).is_ok_and(|constraints| constraints.check(&candidate))
}
