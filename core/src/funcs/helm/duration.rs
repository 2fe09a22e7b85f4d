//! Helm 4.3's duration functions.
