//! Hookwright for JavaScript.
