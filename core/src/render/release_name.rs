//! Release names (R144).
//!
//! Behaviour of `pkg/chart/v2/util/validate_name.go`, and of `availableName` in `pkg/action/install.go`.

use crate::dialect::HelmVersion;
use crate::go;

/// Longest release name, in bytes: Kubernetes names of 63 less room for what charts append.
pub const MAX_LEN: usize = 53;

/// Whether Helm accepts a release name. The error is Helm's, ready to be printed.
///
/// ```
/// use hookwright_core::render::release_name::validate;
/// assert!(validate("my-app.v2", Default::default()).is_ok());
/// assert!(validate("My-App", Default::default()).is_err());
/// ```
pub fn validate(name: &str, version: HelmVersion) -> Result<(), String> {
    let problem = if name.is_empty() {
        "no name provided".to_owned()
    } else if name.len() > MAX_LEN || !is_dns_subdomain(name) {
        format!(
            "invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ \
             and the length must not be longer than {MAX_LEN}"
        )
    } else {
        return Ok(());
    };
    let prefix = if version.is_v4() { "release name check failed: " } else { "" };
    Err(format!("{prefix}release name {}: {problem}", go::quote::quote(name)))
}

/// Labels between dots: lower-case letters, digits, and dashes that are neither first nor last.
fn is_dns_subdomain(name: &str) -> bool {
    name.split('.').all(|label| {
        !label.is_empty()
            && label.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let good = ["a", "0", "a-b", "a.b-c.d", "a--b", &"a".repeat(53)];
        let bad = ["A", "-a", "a-", "a..b", ".a", "a.", "a_b", "a\n", "é", &"a".repeat(54)];
        for name in good {
            assert_eq!(validate(name, HelmVersion::V4_3), Ok(()), "{name}");
        }
        for name in bad {
            assert!(validate(name, HelmVersion::V4_3).is_err(), "{name:?}");
        }
        let error = r#"release name check failed: release name "": no name provided"#;
        assert_eq!(validate("", HelmVersion::V4_3), Err(error.to_owned()));
        let error = validate("Foo", HelmVersion::V3_17).unwrap_err();
        assert!(
            error.starts_with(r#"release name "Foo": invalid release name, must match regex ^[a-z0-9]("#)
        );
    }
}
