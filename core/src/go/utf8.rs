//! Go's unicode/utf8: decoding that never fails.
