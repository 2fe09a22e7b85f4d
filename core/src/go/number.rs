//! Go's strconv for numbers: parsing and formatting, and its error texts.

mod decimal;
mod float;
mod parse;

pub(crate) use decimal::to_float;
pub use float::{format_float, format_g, push_decimal, push_float, push_g};
pub use parse::{NumError, NumErrorKind, atoi, parse_bool, parse_float, parse_int, parse_uint};
