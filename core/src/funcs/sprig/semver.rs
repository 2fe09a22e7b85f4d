//! Sprig: semver functions.
