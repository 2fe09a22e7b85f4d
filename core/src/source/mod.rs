//! Where text came from: files, spans, lines.
