//! Go's own template functions (R106–R113).
