//! Go's strconv for numbers: parsing and formatting, and its error texts.
