//! Go's `time.Duration`: a count of nanoseconds, its text, its parser and its arithmetic (time/time.go,
//! time/format.go).

use super::quote;
use std::fmt;

/// An elapsed time in nanoseconds; about 292 years either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

impl Duration {
    /// One second.
    pub const SECOND: Duration = Duration(1_000_000_000);
    /// One minute.
    pub const MINUTE: Duration = Duration(60 * 1_000_000_000);
    /// One hour.
    pub const HOUR: Duration = Duration(3600 * 1_000_000_000);
    /// The longest duration.
    pub const MAX: Duration = Duration(i64::MAX);
    /// The longest negative duration.
    pub const MIN: Duration = Duration(i64::MIN);

    /// The duration in seconds. Whole units and remainder are converted apart, as Go does, so that the quotient
    /// truncates the same way an integer division would.
    pub fn seconds(self) -> f64 {
        self.in_unit(Duration::SECOND)
    }

    /// The duration in minutes.
    pub fn minutes(self) -> f64 {
        self.in_unit(Duration::MINUTE)
    }

    /// The duration in hours.
    pub fn hours(self) -> f64 {
        self.in_unit(Duration::HOUR)
    }

    fn in_unit(self, unit: Duration) -> f64 {
        (self.0 / unit.0) as f64 + (self.0 % unit.0) as f64 / unit.0 as f64
    }

    /// The duration without its sign; the most negative one becomes the longest.
    pub fn abs(self) -> Duration {
        Duration(self.0.checked_abs().unwrap_or(i64::MAX))
    }

    /// Toward zero to a multiple of `unit`; unchanged when `unit` is not positive.
    pub fn truncate(self, unit: Duration) -> Duration {
        if unit.0 <= 0 {
            return self;
        }
        Duration(self.0 - self.0 % unit.0)
    }

    /// To the nearest multiple of `unit`, halves away from zero; saturates; unchanged when `unit` is not positive.
    pub fn round(self, unit: Duration) -> Duration {
        if unit.0 <= 0 {
            return self;
        }
        let rest = (self.0 % unit.0).abs();
        let down = less_than_half(rest, unit.0);
        if self.0 < 0 {
            let result = if down { Some(self.0 + rest) } else { self.0.checked_sub(unit.0 - rest) };
            return Duration(result.unwrap_or(i64::MIN));
        }
        let result = if down { Some(self.0 - rest) } else { self.0.checked_add(unit.0 - rest) };
        Duration(result.unwrap_or(i64::MAX))
    }
}

/// Whether `x` is less than half of `y`; both are positive.
pub(super) fn less_than_half(x: i64, y: i64) -> bool {
    (x as u64).wrapping_mul(2) < y as u64
}

/// `72h3m0.5s`: leading zero units are left out, and below a second the unit shrinks so that the leading digit is
/// not zero.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        if nanos < 1_000_000_000 {
            return match nanos {
                0 => f.write_str("0s"),
                1..1_000 => write!(f, "{nanos}ns"),
                1_000..1_000_000 => write_fraction(f, nanos, 3, "µs"),
                _ => write_fraction(f, nanos, 6, "ms"),
            };
        }
        let seconds = nanos / 1_000_000_000;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        if hours > 0 {
            write!(f, "{hours}h")?;
        }
        if hours > 0 || minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        write_fraction(f, nanos % 60_000_000_000, 9, "s")
    }
}

/// `value / 10^digits` without trailing zeros, then the unit.
fn write_fraction(f: &mut fmt::Formatter<'_>, value: u64, digits: usize, unit: &str) -> fmt::Result {
    let scale = 10_u64.pow(digits as u32);
    write!(f, "{}", value / scale)?;
    let fraction = value % scale;
    if fraction != 0 {
        let text = format!("{fraction:0digits$}");
        write!(f, ".{}", text.trim_end_matches('0'))?;
    }
    f.write_str(unit)
}

/// The nanoseconds of a unit's name; `µs` is accepted with the micro sign and with the Greek letter.
fn unit_nanos(unit: &[u8]) -> Option<u64> {
    Some(match unit {
        b"ns" => 1,
        b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => 1_000,
        b"ms" => 1_000_000,
        b"s" => 1_000_000_000,
        b"m" => 60_000_000_000,
        b"h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// `time.ParseDuration`: a sign, then numbers with units (`-1.5h`, `2h45m`), or `0`. The error is Go's text.
///
/// ```
/// use hookwright_core::go::time::parse_duration;
/// assert_eq!(parse_duration(b"1h30m").unwrap().to_string(), "1h30m0s");
/// assert_eq!(parse_duration(b"bad").unwrap_err(), "time: invalid duration \"bad\"");
/// ```
pub fn parse_duration(text: &[u8]) -> Result<Duration, String> {
    let invalid = || format!("time: invalid duration {}", quote(text));
    let (negative, mut rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    match rest {
        b"0" => return Ok(Duration(0)),
        b"" => return Err(invalid()),
        _ => {}
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (whole, after) = leading_int(rest).ok_or_else(invalid)?;
        let mut has_digits = after.len() < rest.len();
        rest = after;
        let (mut fraction, mut scale) = (0, 1.0);
        if let [b'.', after @ ..] = rest {
            let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
            let (number, tail) = after.split_at(digits);
            (fraction, scale) = leading_fraction(number);
            has_digits |= digits > 0;
            rest = tail;
        }
        if !has_digits {
            return Err(invalid());
        }
        let end = rest.iter().position(|b| *b == b'.' || b.is_ascii_digit()).unwrap_or(rest.len());
        let (unit, tail) = rest.split_at(end);
        rest = tail;
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", quote(text)));
        }
        let Some(unit_size) = unit_nanos(unit) else {
            return Err(format!("time: unknown unit {} in duration {}", quote(unit), quote(text)));
        };
        if whole > (1 << 63) / unit_size {
            return Err(invalid());
        }
        let mut nanos = whole * unit_size;
        if fraction > 0 {
            nanos += (fraction as f64 * (unit_size as f64 / scale)) as u64;
        }
        if nanos > 1 << 63 {
            return Err(invalid());
        }
        // Twice 2^63 wraps to nothing, in Go as well.
        total = total.wrapping_add(nanos);
        if total > 1 << 63 {
            return Err(invalid());
        }
    }
    if negative {
        return Ok(Duration((total as i64).wrapping_neg()));
    }
    i64::try_from(total).map(Duration).map_err(|_| invalid())
}

/// The number that `text` starts with, 0 when it starts with none, and what follows; `None` beyond 2^63.
pub(super) fn leading_int(text: &[u8]) -> Option<(u64, &[u8])> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (number, rest) = text.split_at(digits);
    let mut value: u64 = 0;
    for digit in number {
        value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        if value > 1 << 63 {
            return None;
        }
    }
    Some((value, rest))
}

/// The digits after a decimal point as a number and its scale; digits beyond the precision of an integer are
/// dropped.
fn leading_fraction(digits: &[u8]) -> (u64, f64) {
    let (mut value, mut scale) = (0_u64, 1.0);
    for digit in digits {
        if value > i64::MAX as u64 / 10 {
            break;
        }
        let next = value * 10 + u64::from(digit - b'0');
        if next > 1 << 63 {
            break;
        }
        value = next;
        scale *= 10.0;
    }
    (value, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes() {
        for (text, expected) in [
            ("9223372036854775807ns", Ok(i64::MAX)),
            ("-9223372036854775808ns", Ok(i64::MIN)),
            ("9223372036854775808ns9223372036854775808ns", Ok(0)),
            ("9223372036854775808ns", Err("time: invalid duration \"9223372036854775808ns\"")),
            ("2562047h47m16.854775808s", Err("time: invalid duration \"2562047h47m16.854775808s\"")),
            ("1\u{b5}s", Ok(1_000)),
            ("1", Err("time: missing unit in duration \"1\"")),
            ("1\u{e9}", Err("time: unknown unit \"\\xc3\\xa9\" in duration \"1\\xc3\\xa9\"")),
        ] {
            let actual = parse_duration(text.as_bytes());
            assert_eq!(actual.map(|duration| duration.0), expected.map_err(str::to_owned), "{text}");
        }
        assert_eq!(Duration::MIN.to_string(), "-2562047h47m16.854775808s");
        assert_eq!(Duration::MIN.abs(), Duration::MAX);
        assert_eq!(Duration::MAX.round(Duration(i64::MAX - 1)), Duration(i64::MAX - 1));
        assert_eq!(Duration::MIN.round(Duration::HOUR), Duration::MIN);
        assert_eq!(Duration(5).round(Duration(0)), Duration(5));
    }
}
