//! A chart held in memory.
