//! The proleptic Gregorian calendar: days to year, month and day, and back (time/time.go).
//!
//! Days are counted from a March 1 so long ago that every time Go can hold comes after it. Years are counted from
//! March as well, which makes the leap day the last of its year and the days before a month a linear function of it
//! (Neri and Schneider: Euclidean affine functions and their application to calendar algorithms, 2023). Out of range
//! operands wrap exactly as Go's unsigned arithmetic does.

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// Year 0 lies so many years after the epoch; a multiple of 400.
const EPOCH_YEARS: u64 = 292_277_022_400;

/// Days from a March 1 to the end of the year.
const MARCH_TO_DECEMBER: u64 = 306;

/// Days from the epoch to 0001-01-01, the day of Go's zero time.
const ZERO_DAY: u64 = EPOCH_YEARS / 400 * 146_097 + MARCH_TO_DECEMBER;

/// Seconds from the epoch to Go's zero time.
pub(super) const EPOCH_TO_ZERO: u64 = ZERO_DAY * DAY as u64;

/// Seconds from Go's zero time to 1970-01-01.
pub(super) const ZERO_TO_UNIX: i64 = 719_162 * DAY;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    /// May be zero or negative.
    pub year: i64,
    /// 1..=12
    pub month: i64,
    /// 1..=31
    pub day: i64,
    /// 1..=366
    pub year_day: i64,
}

/// The date of the day that is `days` after the epoch.
pub(super) fn date_of(days: u64) -> Day {
    let quarters = days.wrapping_mul(4).wrapping_add(3);
    let century = quarters / 146_097;
    let quarters = (quarters % 146_097) | 3;
    let (year_of_century, march_day) = (quarters / 1_461, quarters % 1_461 / 4);
    let month = (5 * march_day + 461) / 153;
    let day = (5 * march_day + 461) % 153 / 5 + 1;
    let next_year = march_day >= MARCH_TO_DECEMBER;
    let year =
        (century * 100).wrapping_sub(EPOCH_YEARS) as i64 + year_of_century as i64 + i64::from(next_year);
    let month = month as i64 - if next_year { 12 } else { 0 };
    let year_day = match next_year {
        true => march_day - MARCH_TO_DECEMBER + 1,
        false => march_day + 60 + u64::from(is_leap(year)),
    };
    Day { year, month, day: day as i64, year_day: year_day as i64 }
}

/// Days from the epoch to the given date. The month is 1..=12, the day may be anything.
pub(super) fn days_from(year: i64, month: i64, day: i64) -> u64 {
    let last_year = month < 3;
    let march_month = (month + if last_year { 12 } else { 0 }) as u64;
    let year = (year as u64).wrapping_sub(u64::from(last_year)).wrapping_add(EPOCH_YEARS);
    let (century, year_of_century) = (year / 100, year % 100);
    let days = century.wrapping_mul(146_097) / 4;
    let days = days.wrapping_add(year_of_century * 1_461 / 4 + (153 * march_month - 457) / 5);
    days.wrapping_add(day as u64).wrapping_sub(1)
}

/// The day of the week, 0 for Sunday.
pub(super) fn weekday_of(days: u64) -> i64 {
    // The epoch is a Wednesday, as 2000-03-01 was: the calendar repeats every 400 years, weekdays included.
    ((days % 7 + 3) % 7) as i64
}

/// Whether the year has a February 29.
pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a common year before the month; month 13 is the year's end.
pub(super) fn days_before(month: i64) -> i64 {
    const BEFORE: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    usize::try_from(month - 1).ok().and_then(|m| BEFORE.get(m)).copied().unwrap_or(0)
}

/// Days of the month in that year.
pub(super) fn days_in(month: i64, year: i64) -> i64 {
    if month == 2 && is_leap(year) { 29 } else { days_before(month + 1) - days_before(month) }
}

/// Carries whole multiples of `base` from `low` into `high`, leaving `low` in `0..base`.
pub(super) fn carry(high: i64, low: i64, base: i64) -> (i64, i64) {
    (high.wrapping_add(low.div_euclid(base)), low.rem_euclid(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_inverse() {
        for days in (ZERO_DAY - 800_000..ZERO_DAY + 800_000).step_by(97) {
            let date = date_of(days);
            assert_eq!(days_from(date.year, date.month, date.day), days);
            assert_eq!(days_from(date.year, 1, date.year_day), days);
            assert!(date.day >= 1 && date.day <= days_in(date.month, date.year));
        }
    }

    #[test]
    fn landmarks() {
        for (days, year, month, day, year_day, weekday) in [
            (0, 1, 1, 1, 1, 1),
            (-1, 0, 12, 31, 366, 0),
            (719_162, 1970, 1, 1, 1, 4),
            (730_178, 2000, 2, 29, 60, 2),
            (730_179, 2000, 3, 1, 61, 3),
            (-366, 0, 1, 1, 1, 6),
            (-367, -1, 12, 31, 365, 5),
        ] {
            let days = ZERO_DAY.wrapping_add_signed(days);
            assert_eq!(date_of(days), Day { year, month, day, year_day }, "{year}-{month}-{day}");
            assert_eq!(weekday_of(days), weekday, "{year}-{month}-{day}");
        }
    }
}
