//! Go's encoding/json: reading and writing, with the texts of both its generations.
