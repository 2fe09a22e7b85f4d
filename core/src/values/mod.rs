//! The values a chart is rendered with: reading, setting, coalescing.
