//! Go's regexp package: RE2 syntax, its error texts, leftmost-first matching.
