//! JSON Schema validation of values, with Helm's messages.
