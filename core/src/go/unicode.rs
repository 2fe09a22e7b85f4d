//! Go's unicode package: classes and case mappings of single runes.
