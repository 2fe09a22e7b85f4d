//! Rendered documents: split, classified and ordered as Helm does.
