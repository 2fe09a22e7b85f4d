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
    let declared = chart.metadata.dependencies.as_ref().map_or(0, Vec::len);
    // Helm makes room for as many v3 dependencies as there are subcharts, and stumbles over those that stay empty.
    if is_v3(chart, version) && chart.children.len() > declared {
        return Err(format!("{} unsupported chart dependency type", failed_check(version)));
    }
    let found = |name: &str| chart.children.iter().any(|child| child.name() == name);
    let declared = chart.metadata.dependencies.iter().flatten();
    let missing: Vec<&str> =
        declared.map(|dependency| &*dependency.name).filter(|name| !found(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} found in Chart.yaml, but missing in charts/ directory: {}",
        failed_check(version),
        missing.join(", ")
    ))
}

/// How complaints about dependencies begin.
fn failed_check(version: HelmVersion) -> String {
    let first = if version.is_v4() { "an" } else { "An" };
    let mark = if version >= HelmVersion::V4_2 { '\'' } else { '`' };
    format!(
        "{first} error occurred while checking for chart dependencies. You may need to run {mark}helm dependency \
         build{mark} to fetch missing dependencies:"
    )
}

/// Helm 4 loads charts of `apiVersion: v3`, but does not install them yet (pkg/action/install.go).
pub fn api_version(chart: &Chart, version: HelmVersion) -> Result<(), String> {
    if is_v3(chart, version) { Err("invalid chart apiVersion".to_owned()) } else { Ok(()) }
}

fn is_v3(chart: &Chart, version: HelmVersion) -> bool {
    let is_chart_yaml = |file: &&File| &*file.name == "Chart.yaml";
    let loader = chart.raw.iter().find(is_chart_yaml).map(|file| probe::probe(&file.data, version));
    matches!(loader, Some(Ok(probe::Loader::V3)))
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

#[cfg(test)]
mod tests {
    use super::super::sample::load;
    use super::*;

    const V: HelmVersion = HelmVersion::V4_3;

    fn chart(more: &str) -> Chart {
        let text = format!("apiVersion: v2\nname: c\nversion: 1.0.0\n{more}");
        load(&[("Chart.yaml", &text), ("charts/s/Chart.yaml", "name: s\nversion: 1.0.0")], V).unwrap()
    }

    #[test]
    fn libraries_and_third_generation_charts_are_refused() {
        assert_eq!(installable(&chart("type: application")), Ok(()));
        assert_eq!(
            installable(&chart("type: library")),
            Err("library charts are not installable".to_owned())
        );
        assert_eq!(api_version(&chart(""), V), Ok(()));
        let v3 = load(&[("Chart.yaml", "apiVersion: v3\nname: c\nversion: 1.0.0")], V).unwrap();
        assert_eq!(api_version(&v3, V), Err("invalid chart apiVersion".to_owned()));
        assert_eq!(api_version(&v3, HelmVersion::V3_17), Ok(()));
    }

    #[test]
    fn declared_dependencies_must_be_there() {
        assert_eq!(dependencies(&chart("dependencies: [{name: s, version: '9'}]"), V), Ok(()));
        let missing = chart("dependencies: [{name: a}, {name: s}, {name: b, alias: x}]");
        let error = dependencies(&missing, V).unwrap_err();
        assert_eq!(
            error,
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to \
             fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: a, b"
        );
        let error = dependencies(&missing, HelmVersion::V3_17).unwrap_err();
        assert!(error.starts_with("An error occurred") && error.contains("`helm dependency build`"));
    }

    #[test]
    fn kubernetes_must_be_recent_enough() {
        let kube = KubeVersion::parse("1.30.5-gke.1", V).unwrap();
        for (constraint, ok) in [("", true), ("'>=1.30.5'", true), ("'>=1.31'", false), ("bad", false)] {
            let result = kube_version(&chart(&format!("kubeVersion: {constraint}")), &kube, V);
            assert_eq!(result.is_ok(), ok, "{constraint}");
        }
        let error = kube_version(&chart("kubeVersion: '>=1.31'"), &kube, V).unwrap_err();
        assert_eq!(
            error,
            "chart requires kubeVersion: >=1.31 which is incompatible with Kubernetes v1.30.5-gke.1"
        );
    }
}
