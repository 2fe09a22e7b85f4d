//! Which Helm is being imitated, and everything in which the supported versions differ.
//!
//! Helm 3.17 and each Helm 4 minor are built with different Go releases and libraries; what a chart can observe of
//! that is a question asked here (rendering spec §9), so that no other room compares version numbers.

/// A Helm release whose behaviour can be asked for. Ordered from oldest to newest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HelmVersion {
    /// Helm 3.17.3 (Go 1.23).
    V3_17,
    /// Helm 4.1.4 (Go 1.25).
    V4_1,
    /// Helm 4.2.3 (Go 1.26).
    V4_2,
    /// Helm 4.3.1 (Go 1.27): the default.
    #[default]
    V4_3,
}

impl HelmVersion {
    /// All supported versions, oldest first.
    pub const ALL: [HelmVersion; 4] = [Self::V3_17, Self::V4_1, Self::V4_2, Self::V4_3];

    /// The exact release imitated, as `helm version` prints it: `v4.3.1`.
    pub fn release(self) -> &'static str {
        match self {
            Self::V3_17 => "v3.17.3",
            Self::V4_1 => "v4.1.4",
            Self::V4_2 => "v4.2.3",
            Self::V4_3 => "v4.3.1",
        }
    }

    /// Whether this is any Helm 4.
    pub fn is_v4(self) -> bool {
        self >= Self::V4_1
    }

    /// Go 1.22 and later templates range over integers; only Helm 4 is built with one that does (R105).
    pub fn range_over_integers(self) -> bool {
        self.is_v4()
    }

    /// `"x" | call`, without a word after `call`: Go 1.23 panics, later ones name the piped value (R112).
    pub fn names_piped_callee(self) -> bool {
        self.is_v4()
    }

    /// `eq`/`lt` name the two types in `incompatible types for comparison: float64 and int` (R108).
    pub fn comparison_errors_name_types(self) -> bool {
        self.is_v4()
    }

    /// Line numbers of parse errors count the line feeds in comments (Go 1.24).
    pub fn counts_lines_of_comments(self) -> bool {
        self.is_v4()
    }

    /// Errors of a chain of templates are laid out over several lines (R83, R84).
    pub fn multi_line_exec_errors(self) -> bool {
        self.is_v4()
    }

    /// JSON is read and written by Go 1.27's rewritten package: other error texts, raw U+FFFD (spec §9).
    pub fn json_v2(self) -> bool {
        self >= Self::V4_3
    }

    /// TOML is read and written by BurntSushi's v1.6.0, which knows TOML 1.1 and writes floats with exponents; Helm 3
    /// has v1.4.0 (spec §9).
    pub fn toml_1_1(self) -> bool {
        self.is_v4()
    }

    /// A certificate authority's key identifier is a part of SHA-256, not SHA-1 (Go 1.25).
    pub fn key_ids_by_sha256(self) -> bool {
        self.is_v4()
    }

    /// RSA keys of less than 1024 bits do not sign (Go 1.24).
    pub fn refuses_short_rsa_keys(self) -> bool {
        self.is_v4()
    }

    /// The Go package that names `Values`, as `%T` prints it: `common` in Helm 4, `chartutil` before.
    pub fn values_package(self) -> &'static str {
        if self.is_v4() { "common" } else { "chartutil" }
    }

    /// Nulls among a chart's defaults vanish before they are merged (R51, spec §9).
    pub fn strips_default_nulls(self) -> bool {
        self >= Self::V4_2
    }

    /// A single file of a chart may be at most 5 MiB (R9).
    pub fn limits_file_size(self) -> bool {
        self < Self::V4_3
    }
}
