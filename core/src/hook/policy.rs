//! What a hook's delete and log policies mean (L11, L12).

use super::Hook;

/// The policies that mean something; any other word is kept by Helm and has no effect, but for being there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Policies {
    /// `before-hook-creation`
    pub before_creation: bool,
    /// `hook-succeeded`
    pub succeeded: bool,
    /// `hook-failed`
    pub failed: bool,
}

impl Policies {
    fn of(words: &[String]) -> Policies {
        let has = |wanted: &str| words.iter().any(|word| word == wanted);
        Policies {
            before_creation: has("before-hook-creation"),
            succeeded: has("hook-succeeded"),
            failed: has("hook-failed"),
        }
    }
}

impl Hook {
    /// When the hook is deleted. Without the annotation that is before its creation; an annotation that says nothing, or
    /// something Helm does not know, means never (`pkg/action/hooks.go:hookSetDeletePolicy`).
    pub fn delete_policies(&self) -> Policies {
        if self.delete_policies.is_empty() {
            return Policies { before_creation: true, ..Policies::default() };
        }
        Policies::of(&self.delete_policies)
    }

    /// When the hook's logs are printed.
    pub fn output_log_policies(&self) -> Policies {
        Policies::of(&self.output_log_policies)
    }
}
