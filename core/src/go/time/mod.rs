//! Go's time package: moments, zones, layouts, durations.
//!
//! Nothing here knows the present or the machine's zone; both come from the [`Host`].
//!
//! ```
//! use hookwright_core::go::time::{Zone, parse};
//! let time = parse(b"2006-01-02", b"2017-12-31", &Zone::Utc).unwrap();
//! assert_eq!(time.to_string(), "2017-12-31 00:00:00 +0000 UTC");
//! assert_eq!(time.format(b"Jan 2"), b"Dec 31");
//! ```

mod calendar;
mod duration;
mod layout;
mod methods;
mod parse;
mod rule;
mod zone;

pub use duration::{Duration, parse_duration};
pub use layout::RFC3339_NANO;
pub use methods::{Month, Weekday};
pub use parse::parse;
pub use zone::{FixedZone, InForce, Table, Zone};

use crate::host::Host;
use calendar::{DAY, Day, EPOCH_TO_ZERO, ZERO_TO_UNIX, carry, date_of, days_from, weekday_of};
use duration::less_than_half;
use std::fmt;

const NANOS: i64 = 1_000_000_000;

/// Go packs a clock reading with its monotonic part into 33 bits from 1885 on; outside, the latter is dropped.
const MONOTONIC_SECONDS: std::ops::Range<i64> = 688_117 * DAY..688_117 * DAY + (1 << 33);

/// A moment in a zone: Go's `time.Time`.
#[derive(Clone, Debug)]
pub struct Time {
    /// Seconds since 0001-01-01T00:00:00Z.
    seconds: i64,
    nanos: u32,
    /// The monotonic clock's reading that Go prints after a time fresh from `now`.
    monotonic: Option<i64>,
    zone: Zone,
}

/// A date and a clock reading, for [`Time::from_civil`]: parts out of range carry over, as in Go's `time.Date`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub nanos: i64,
}

/// What a clock on the wall shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    hour: i64,
    minute: i64,
    second: i64,
    /// 0 for Sunday
    weekday: i64,
}

impl Time {
    /// Go's zero time.
    pub const ZERO: Time = Time { seconds: 0, nanos: 0, monotonic: None, zone: Zone::Utc };

    /// `time.Now`, in the local zone. The monotonic reading is always the first nanosecond, so that a render stays a
    /// function of its inputs.
    pub fn now(host: &dyn Host) -> Time {
        let now = host.now();
        let time = Time::from_unix(now.seconds, now.nanos, Zone::local(host));
        let monotonic = MONOTONIC_SECONDS.contains(&time.seconds).then_some(1);
        Time { monotonic, ..time }
    }

    /// The moment so many seconds after 1970, plus nanoseconds (less than a second).
    pub fn from_unix(seconds: i64, nanos: u32, zone: Zone) -> Time {
        Time { seconds: seconds.wrapping_add(ZERO_TO_UNIX), nanos, monotonic: None, zone }
    }

    /// `time.Date`. A clock reading that a turn of the clock skips or repeats means one of the two moments it may
    /// stand for.
    pub fn from_civil(civil: Civil, zone: Zone) -> Time {
        let (year, month) = carry(civil.year, civil.month.wrapping_sub(1), 12);
        let (second, nanos) = carry(civil.second, civil.nanos, NANOS);
        let (minute, second) = carry(civil.minute, second, 60);
        let (hour, minute) = carry(civil.hour, minute, 60);
        let (day, hour) = carry(civil.day, hour, 24);

        let seconds = days_from(year, month + 1, day).wrapping_mul(DAY as u64);
        let seconds = seconds.wrapping_add((hour * 3600 + minute * 60 + second) as u64);
        let mut unix = (seconds.wrapping_sub(EPOCH_TO_ZERO) as i64).wrapping_sub(ZERO_TO_UNIX);
        let guess = zone.at(unix);
        let mut offset = guess.offset;
        if offset != 0 {
            let utc = unix.wrapping_sub(offset);
            if utc < guess.start || utc >= guess.end {
                offset = zone.at(utc).offset;
            }
            unix = unix.wrapping_sub(offset);
        }
        Time::from_unix(unix, nanos as u32, zone)
    }

    /// Seconds since 1970.
    pub fn unix(&self) -> i64 {
        self.seconds.wrapping_sub(ZERO_TO_UNIX)
    }

    /// Nanoseconds within the second.
    pub fn nanosecond(&self) -> u32 {
        self.nanos
    }

    /// The zone the time is shown in.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The same moment, shown in another zone.
    pub fn in_zone(&self, zone: Zone) -> Time {
        Time { seconds: self.seconds, nanos: self.nanos, monotonic: None, zone }
    }

    /// Abbreviation, offset and bounds of what the zone says about this moment.
    pub fn zone_in_force(&self) -> InForce<'_> {
        self.zone.at(self.unix())
    }

    /// `Time.Format`.
    pub fn format(&self, layout: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(layout.len() + 10);
        layout::format(&mut out, self, layout);
        out
    }

    /// RFC 3339 with nanoseconds, as JSON and text encodings need it; the error is Go's, without the method's name.
    pub fn strict_rfc3339(&self) -> Result<Vec<u8>, &'static str> {
        let text = self.format(RFC3339_NANO);
        if text.get(4) != Some(&b'-') {
            return Err("year outside of range [0,9999]");
        }
        if let Some([sign, zone @ ..]) = text.last_chunk::<6>() {
            let hours = zone.first().zip(zone.get(1)).map(|(a, b)| 10 * (*a & 15) + (*b & 15));
            if text.last() != Some(&b'Z') && (sign.is_ascii_digit() || hours >= Some(24)) {
                return Err("timezone hour outside of range [0,23]");
            }
        }
        Ok(text)
    }

    /// `Time.Add`.
    pub fn add(&self, duration: Duration) -> Time {
        let (carried, nanos) = carry(duration.0 / NANOS, i64::from(self.nanos) + duration.0 % NANOS, NANOS);
        let sum = self.seconds.checked_add(carried).unwrap_or(if carried < 0 { -i64::MAX } else { i64::MAX });
        let monotonic = self.monotonic.filter(|_| MONOTONIC_SECONDS.contains(&sum));
        let monotonic = monotonic.and_then(|reading| reading.checked_add(duration.0));
        Time { seconds: sum, nanos: nanos as u32, monotonic, zone: self.zone.clone() }
    }

    /// `Time.AddDate`: a month too many days long overflows into the next.
    pub fn add_date(&self, years: i64, months: i64, days: i64) -> Time {
        let (date, clock) = self.broken_down(self.zone_in_force().offset);
        let civil = Civil {
            year: date.year.wrapping_add(years),
            month: date.month.wrapping_add(months),
            day: date.day.wrapping_add(days),
            hour: clock.hour,
            minute: clock.minute,
            second: clock.second,
            nanos: i64::from(self.nanos),
        };
        Time::from_civil(civil, self.zone.clone())
    }

    /// `Time.Sub`: the time elapsed since `earlier`, the longest duration when it does not fit.
    pub fn since(&self, earlier: &Time) -> Duration {
        let nanos = self.total_nanos() - earlier.total_nanos();
        Duration(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
    }

    /// Rounded down to a multiple of `unit` since the zero time.
    pub fn truncate(&self, unit: Duration) -> Time {
        let time = self.in_zone(self.zone.clone());
        if unit.0 <= 0 {
            return time;
        }
        time.add(Duration(-self.rest(unit)))
    }

    /// Rounded to the nearest multiple of `unit` since the zero time, halves up.
    pub fn round(&self, unit: Duration) -> Time {
        let time = self.in_zone(self.zone.clone());
        if unit.0 <= 0 {
            return time;
        }
        let rest = self.rest(unit);
        time.add(Duration(if less_than_half(rest, unit.0) { -rest } else { unit.0 - rest }))
    }

    fn rest(&self, unit: Duration) -> i64 {
        self.total_nanos().rem_euclid(i128::from(unit.0)) as i64
    }

    fn total_nanos(&self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS) + i128::from(self.nanos)
    }

    /// Date and clock reading, `offset` seconds east of UTC.
    fn broken_down(&self, offset: i64) -> (Day, Clock) {
        let seconds = (self.seconds.wrapping_add(offset) as u64).wrapping_add(EPOCH_TO_ZERO);
        let (days, second) = (seconds / DAY as u64, (seconds % DAY as u64) as i64);
        let clock = Clock {
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
            weekday: weekday_of(days),
        };
        (date_of(days), clock)
    }
}

/// The same moment, whatever the zone: `Time.Equal`.
impl PartialEq for Time {
    fn eq(&self, other: &Time) -> bool {
        self.total_nanos() == other.total_nanos()
    }
}

impl Eq for Time {}

/// Earlier moments are smaller: `Time.Compare`.
impl Ord for Time {
    fn cmp(&self, other: &Time) -> std::cmp::Ordering {
        self.total_nanos().cmp(&other.total_nanos())
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Time) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// `Time.String`: `2006-01-02 15:04:05.999999999 -0700 MST`, and ` m=+0.000000001` for a time fresh from `now`.
/// Bytes of a zone's name that are not UTF-8 are replaced; [`Time::bytes`] keeps them.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.bytes()))
    }
}

impl Time {
    /// The bytes of `Time.String`.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.format(layout::STRING);
        if let Some(reading) = self.monotonic {
            let (sign, reading) = (if reading < 0 { '-' } else { '+' }, reading.unsigned_abs());
            let (seconds, nanos) = (reading / NANOS as u64, reading % NANOS as u64);
            out.extend_from_slice(format!(" m={sign}{seconds}.{nanos:09}").as_bytes());
        }
        out
    }
}

/// The quoting of the time package: other than ASCII letter by letter in hexadecimal.
fn quote(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for byte in text {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            0x20..0x80 => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}
