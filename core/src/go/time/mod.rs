//! Go's time package: moments, zones, layouts, durations.
