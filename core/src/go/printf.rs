//! Go's fmt.Sprintf.
