//! spf13/cast: how Sprig coerces to numbers and strings (R118, R119).
