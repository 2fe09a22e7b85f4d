//! go-yaml's reading and writing, byte for byte.
