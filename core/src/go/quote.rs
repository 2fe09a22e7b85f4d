//! Go's strconv.Quote and Unquote.
