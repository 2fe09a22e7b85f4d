//! `.Capabilities`: what a cluster and Helm can do, as templates ask for it (R65–R68).
//!
//! Types of `pkg/chart/common/capabilities.go` and `internal/version`; defaults are those of the released binaries.

use crate::dialect::HelmVersion::{self, V3_17, V4_1, V4_2, V4_3};
use crate::go;
use crate::semver::Version;
use crate::value::{Args, Caller, Fault, Kind, Method, Object, Str, Ty, Value};
use std::any::Any;
use std::rc::Rc;

/// Everything `.Capabilities` holds; a pointer in Go. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// `.KubeVersion`
    pub kube_version: KubeVersion,
    /// `.APIVersions`
    pub api_versions: VersionSet,
    /// `.HelmVersion`
    pub helm_version: BuildInfo,
}

impl Capabilities {
    /// What a Helm assumes when it does not ask a cluster.
    pub fn default_of(version: HelmVersion) -> Capabilities {
        let (minor, git_commit, go_version) = match version {
            V3_17 => ("32", "e4da49785aa6e6ee2b86efd5dd9e43400318262b", "go1.23.7"),
            V4_1 => ("35", "05fa37973dc9e42b76e1d2883494c87174b6074f", "go1.25.9"),
            V4_2 => ("36", "43e8b7feece8beb0fcba47059ec9b522fd929a64", "go1.26.5"),
            V4_3 => ("37", "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff", "go1.27.2"),
        };
        let kube: Str = format!("v1.{minor}.0").into();
        Capabilities {
            kube_version: KubeVersion {
                version: kube.clone(),
                normalized: version.is_v4().then_some(kube),
                major: Str::from("1"),
                minor: Str::from(minor),
            },
            api_versions: VersionSet::default_of(version),
            helm_version: BuildInfo {
                version: Str::from(version.release()),
                git_commit: Str::from(git_commit),
                git_tree_state: Str::from("clean"),
                go_version: Str::from(go_version),
                kube_client_version: version.is_v4().then(|| format!("v1.{minor}").into()),
            },
        }
    }

    /// The value under `Capabilities` in a render's context.
    pub fn value(&self) -> Value {
        Value::Object(Rc::new(self.clone()))
    }
}

impl Object for Capabilities {
    fn type_name(&self, version: HelmVersion) -> &'static str {
        if version.is_v4() { "*common.Capabilities" } else { "*chartutil.Capabilities" }
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("KubeVersion", Value::Object(Rc::new(self.kube_version.clone()))),
            ("APIVersions", Value::Object(Rc::new(self.api_versions.clone()))),
            ("HelmVersion", Value::Object(Rc::new(self.helm_version.clone()))),
        ]
    }

    fn methods(&self) -> &'static [Method] {
        const METHODS: &[Method] = &[Method { name: "Copy", params: &[], variadic: false, call: copy }];
        METHODS
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }
}

fn copy(receiver: &dyn Object, _: &mut dyn Caller, _: &Args<'_>) -> Result<Value, Fault> {
    Ok(receiver.as_any().downcast_ref().map_or(Value::Nil, Capabilities::value))
}

/// `.Capabilities.KubeVersion`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    version: Str,
    /// Helm 4: without any suffix, for comparisons. Helm 3 has no such field.
    normalized: Option<Str>,
    major: Str,
    minor: Str,
}

impl KubeVersion {
    /// Reads `--kube-version`. The error lacks Helm's `invalid kube version 'x': `.
    pub fn parse(text: &str, version: HelmVersion) -> Result<KubeVersion, String> {
        if version.is_v4() { parse_generic(text) } else { parse_semver(text, version) }
    }

    fn comparable(&self) -> &Str {
        self.normalized.as_ref().unwrap_or(&self.version)
    }

    /// The full version, `v1.33.4-gke.1245000`.
    pub fn version(&self) -> &str {
        self.version.as_utf8().unwrap_or_default()
    }

    /// The version that constraints are compared with, `v1.33.4`.
    pub fn normalized(&self) -> &str {
        self.comparable().as_utf8().unwrap_or_default()
    }
}

/// Helm 4: `k8s.io/apimachinery/pkg/util/version.ParseGeneric`, keeping the text.
fn parse_generic(text: &str) -> Result<KubeVersion, String> {
    let quoted = || go::quote::quote(text.as_bytes());
    let cannot = || format!("could not parse {} as version", quoted());
    let start = text.trim_start_matches(['\t', '\n', '\x0c', '\r', ' ']);
    let start = start.strip_prefix('v').unwrap_or(start);
    let mut components: Vec<&str> = Vec::new();
    let mut rest = start;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (component, after) = rest.split_at(digits);
        if component.is_empty() {
            break;
        }
        components.push(component);
        match after.strip_prefix('.') {
            Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
            _ => {
                rest = after;
                break;
            }
        }
    }
    // The pattern's `(.*)` does not cross lines.
    if components.is_empty() || rest.contains('\n') {
        return Err(cannot());
    }
    let (Some(major), Some(minor)) = (components.first(), components.get(1)) else {
        return Err(format!("illegal version string {}", quoted()));
    };
    if major.starts_with('0') && *major != "0" {
        return Err(format!("illegal zero-prefixed version component {major:?} in {}", quoted()));
    }
    let mut numbers = Vec::with_capacity(components.len());
    for component in &components {
        let number = go::number::parse_uint(component.as_bytes(), 10, 64).map_err(|error| {
            format!("illegal non-numeric version component {component:?} in {}: {error}", quoted())
        })?;
        numbers.push(number.to_string());
    }
    let without_zeros = |component: &str| component.trim_start_matches('0').to_owned();
    let minor = match without_zeros(minor) {
        digits if digits.is_empty() => "0".to_owned(),
        digits => digits,
    };
    let version = if text.starts_with('v') { text.to_owned() } else { format!("v{text}") };
    Ok(KubeVersion {
        version: version.into(),
        normalized: Some(format!("v{}", numbers.join(".")).into()),
        major: Str::from(*major),
        minor: minor.into(),
    })
}

/// Helm 3: a semantic version, printed anew.
fn parse_semver(text: &str, version: HelmVersion) -> Result<KubeVersion, String> {
    let parsed = Version::parse_for(text.as_bytes(), version)?;
    let mut printed = format!("v{}.{}.{}", parsed.major(), parsed.minor(), parsed.patch());
    if !parsed.prerelease().is_empty() {
        printed = format!("{printed}-{}", parsed.prerelease());
    }
    if !parsed.metadata().is_empty() {
        printed = format!("{printed}+{}", parsed.metadata());
    }
    let printed: Str = printed.into();
    Ok(KubeVersion {
        version: printed,
        normalized: None,
        major: parsed.major().to_string().into(),
        minor: parsed.minor().to_string().into(),
    })
}

impl Object for KubeVersion {
    fn type_name(&self, version: HelmVersion) -> &'static str {
        if version.is_v4() { "common.KubeVersion" } else { "chartutil.KubeVersion" }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Version", Value::Str(self.version.clone())),
            ("Major", Value::Str(self.major.clone())),
            ("Minor", Value::Str(self.minor.clone())),
        ]
    }

    fn printed_fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = self.fields();
        if let Some(normalized) = &self.normalized {
            fields.insert(1, ("normalizedVersion", Value::Str(normalized.clone())));
        }
        fields
    }

    fn unexported(&self) -> &'static [&'static str] {
        &["normalizedVersion"]
    }

    fn methods(&self) -> &'static [Method] {
        const METHODS: &[Method] = &[
            Method { name: "String", params: &[], variadic: false, call: kube_string },
            Method { name: "GitVersion", params: &[], variadic: false, call: kube_git_version },
        ];
        METHODS
    }

    /// Only the pointer has a `String()`: an action prints it, a function's argument has lost it (R66).
    fn string_addressable(&self) -> Option<Str> {
        Some(self.comparable().clone())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }
}

fn kube_string(receiver: &dyn Object, _: &mut dyn Caller, _: &Args<'_>) -> Result<Value, Fault> {
    let kube: Option<&KubeVersion> = receiver.as_any().downcast_ref();
    Ok(kube.map_or(Value::Nil, |kube| Value::Str(kube.comparable().clone())))
}

fn kube_git_version(receiver: &dyn Object, _: &mut dyn Caller, _: &Args<'_>) -> Result<Value, Fault> {
    let kube: Option<&KubeVersion> = receiver.as_any().downcast_ref();
    Ok(kube.map_or(Value::Nil, |kube| Value::Str(kube.version.clone())))
}

/// `.Capabilities.APIVersions`, in Go a named `[]string`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSet(Rc<[Str]>);

impl VersionSet {
    /// What a Helm's own client library knows, in its order.
    pub fn default_of(version: HelmVersion) -> VersionSet {
        let known = API_VERSIONS.iter().filter(|(_, of)| of.contains(&version));
        VersionSet(known.map(|(name, _)| Str::from(*name)).collect())
    }

    /// The same set with more at its end, as `--api-versions` adds them.
    pub fn with(&self, more: impl IntoIterator<Item = String>) -> VersionSet {
        VersionSet(self.0.iter().cloned().chain(more.into_iter().map(Str::from)).collect())
    }

    /// Exact membership.
    pub fn has(&self, api_version: &[u8]) -> bool {
        self.0.iter().any(|known| known.as_bytes() == api_version)
    }

    /// The versions in order.
    pub fn iter(&self) -> impl Iterator<Item = &Str> {
        self.0.iter()
    }
}

impl Object for VersionSet {
    fn type_name(&self, version: HelmVersion) -> &'static str {
        if version.is_v4() { "common.VersionSet" } else { "chartutil.VersionSet" }
    }

    fn kind(&self) -> Kind {
        Kind::Slice
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::Strings(self.0.iter().cloned().collect()))
    }

    fn methods(&self) -> &'static [Method] {
        const METHODS: &[Method] =
            &[Method { name: "Has", params: &[Ty::Str], variadic: false, call: version_set_has }];
        METHODS
    }

    fn len(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.0.iter().cloned().map(Value::Str).collect())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }
}

fn version_set_has(receiver: &dyn Object, _: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let set: Option<&VersionSet> = receiver.as_any().downcast_ref();
    Ok(Value::Bool(set.is_some_and(|set| set.has(args.bytes(0)))))
}

/// `.Capabilities.HelmVersion`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildInfo {
    version: Str,
    git_commit: Str,
    git_tree_state: Str,
    go_version: Str,
    /// Helm 4 only.
    kube_client_version: Option<Str>,
}

impl Object for BuildInfo {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "version.BuildInfo"
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = vec![
            ("Version", Value::Str(self.version.clone())),
            ("GitCommit", Value::Str(self.git_commit.clone())),
            ("GitTreeState", Value::Str(self.git_tree_state.clone())),
            ("GoVersion", Value::Str(self.go_version.clone())),
        ];
        fields.extend(self.kube_client_version.iter().map(|v| ("KubeClientVersion", Value::Str(v.clone()))));
        fields
    }

    fn json_names(&self) -> Option<&'static [&'static str]> {
        const NAMES: &[&str] =
            &["version", "git_commit", "git_tree_state", "go_version", "kube_client_version"];
        NAMES.get(..if self.kube_client_version.is_some() { 5 } else { 4 })
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }
}

const ALL: &[HelmVersion] = &HelmVersion::ALL;
const SINCE_4_1: &[HelmVersion] = &[V4_1, V4_2, V4_3];
const ONLY_4_3: &[HelmVersion] = &[V4_3];
const UNTIL_4_1: &[HelmVersion] = &[V3_17, V4_1];

/// Every API version some Helm knows by default, in order, and the Helms that know it.
const API_VERSIONS: &[(&str, &[HelmVersion])] = &[
    ("v1", ALL),
    ("admissionregistration.k8s.io/v1", ALL),
    ("admissionregistration.k8s.io/v1alpha1", ALL),
    ("admissionregistration.k8s.io/v1beta1", ALL),
    ("internal.apiserver.k8s.io/v1alpha1", ALL),
    ("apps/v1", ALL),
    ("apps/v1beta1", ALL),
    ("apps/v1beta2", ALL),
    ("authentication.k8s.io/v1", ALL),
    ("authentication.k8s.io/v1alpha1", ALL),
    ("authentication.k8s.io/v1beta1", ALL),
    ("authorization.k8s.io/v1", ALL),
    ("authorization.k8s.io/v1beta1", ALL),
    ("autoscaling/v1", ALL),
    ("autoscaling/v2", ALL),
    ("autoscaling/v2beta1", UNTIL_4_1),
    ("autoscaling/v2beta2", UNTIL_4_1),
    ("batch/v1", ALL),
    ("batch/v1beta1", ALL),
    ("certificates.k8s.io/v1", ALL),
    ("certificates.k8s.io/v1beta1", ALL),
    ("certificates.k8s.io/v1alpha1", ALL),
    ("coordination.k8s.io/v1alpha2", ALL),
    ("coordination.k8s.io/v1beta1", ALL),
    ("coordination.k8s.io/v1", ALL),
    ("discovery.k8s.io/v1", ALL),
    ("discovery.k8s.io/v1beta1", ALL),
    ("events.k8s.io/v1", ALL),
    ("events.k8s.io/v1beta1", ALL),
    ("extensions/v1beta1", ALL),
    ("flowcontrol.apiserver.k8s.io/v1", ALL),
    ("flowcontrol.apiserver.k8s.io/v1beta1", ALL),
    ("flowcontrol.apiserver.k8s.io/v1beta2", ALL),
    ("flowcontrol.apiserver.k8s.io/v1beta3", ALL),
    ("lifecycle.k8s.io/v1alpha1", ONLY_4_3),
    ("networking.k8s.io/v1", ALL),
    ("networking.k8s.io/v1alpha1", &[V3_17]),
    ("networking.k8s.io/v1beta1", ALL),
    ("node.k8s.io/v1", ALL),
    ("node.k8s.io/v1alpha1", ALL),
    ("node.k8s.io/v1beta1", ALL),
    ("policy/v1", ALL),
    ("policy/v1beta1", ALL),
    ("rbac.authorization.k8s.io/v1", ALL),
    ("rbac.authorization.k8s.io/v1beta1", ALL),
    ("rbac.authorization.k8s.io/v1alpha1", ALL),
    ("resource.k8s.io/v1", SINCE_4_1),
    ("resource.k8s.io/v1beta2", SINCE_4_1),
    ("resource.k8s.io/v1beta1", ALL),
    ("resource.k8s.io/v1alpha3", ALL),
    ("scheduling.k8s.io/v1alpha1", UNTIL_4_1),
    ("scheduling.k8s.io/v1alpha2", &[V4_2]),
    ("scheduling.k8s.io/v1alpha3", ONLY_4_3),
    ("scheduling.k8s.io/v1beta1", ALL),
    ("scheduling.k8s.io/v1", ALL),
    ("storage.k8s.io/v1beta1", ALL),
    ("storage.k8s.io/v1", ALL),
    ("storage.k8s.io/v1alpha1", ALL),
    ("storagemigration.k8s.io/v1alpha1", &[V3_17]),
    ("storagemigration.k8s.io/v1", ONLY_4_3),
    ("storagemigration.k8s.io/v1beta1", SINCE_4_1),
    ("apiextensions.k8s.io/v1beta1", ALL),
    ("apiextensions.k8s.io/v1", ALL),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_helm_knows_its_versions() {
        for (version, count) in [(V4_3, 57), (V4_2, 55), (V4_1, 57), (V3_17, 56)] {
            assert_eq!(VersionSet::default_of(version).0.len(), count, "{version:?}");
        }
        let set = VersionSet::default_of(V4_3);
        assert!(set.has(b"apps/v1"));
        assert!(!set.has(b"apps/v1/Deployment"));
        assert!(set.with(["apps/v1/Deployment".to_owned()]).has(b"apps/v1/Deployment"));
    }

    #[test]
    fn kube_versions_are_read_as_helm_4_reads_them() {
        let cases: &[(&str, Result<[&str; 4], &str>)] = &[
            ("1.22", Ok(["v1.22", "v1.22", "1", "22"])),
            ("v1.22.3-gke.100+x", Ok(["v1.22.3-gke.100+x", "v1.22.3", "1", "22"])),
            ("1.022", Ok(["v1.022", "v1.22", "1", "22"])),
            ("1.00.3", Ok(["v1.00.3", "v1.0.3", "1", "0"])),
            ("1.22.", Ok(["v1.22.", "v1.22", "1", "22"])),
            ("1.2.3.4.5", Ok(["v1.2.3.4.5", "v1.2.3.4.5", "1", "2"])),
            (" v1.22", Ok(["v v1.22", "v1.22", "1", "22"])),
            ("1", Err(r#"illegal version string "1""#)),
            ("abc", Err(r#"could not parse "abc" as version"#)),
            ("V1.22", Err(r#"could not parse "V1.22" as version"#)),
            ("1.22\nx", Err(r#"could not parse "1.22\nx" as version"#)),
            ("01.22.0", Err(r#"illegal zero-prefixed version component "01" in "01.22.0""#)),
            (
                "99999999999999999999.1",
                Err(
                    r#"illegal non-numeric version component "99999999999999999999" in "99999999999999999999.1": strconv.ParseUint: parsing "99999999999999999999": value out of range"#,
                ),
            ),
        ];
        for (text, expected) in cases {
            let found = KubeVersion::parse(text, V4_3);
            let found =
                found.map(|kube| [kube.version.clone(), kube.comparable().clone(), kube.major, kube.minor]);
            let expected = expected.map(|parts| parts.map(Str::from)).map_err(str::to_owned);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn kube_versions_are_read_as_helm_3_reads_them() {
        let version = |text| KubeVersion::parse(text, V3_17).map(|kube| kube.version().to_owned());
        assert_eq!(version("1").as_deref(), Ok("v1.0.0"));
        assert_eq!(version("1.22").as_deref(), Ok("v1.22.0"));
        assert_eq!(version("v1.22.3-a+b").as_deref(), Ok("v1.22.3-a+b"));
        assert_eq!(version("1.2.3.4"), Err("Invalid Semantic Version".to_owned()));
    }
}
