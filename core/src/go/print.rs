//! Go's fmt.Sprint: how values print.
