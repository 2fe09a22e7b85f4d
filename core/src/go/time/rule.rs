//! The POSIX `TZ` string at the foot of a time zone file: what holds after the last listed transition, such as
//! `PST8PDT,M3.2.0,M11.1.0` (time/zoneinfo.go, tzset).

use super::calendar::{DAY, days_before, days_in, is_leap};
use super::zone::{InForce, second_of_year};
use crate::value::Str;

/// A rule for all years.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PosixRule {
    standard: (Str, i64),
    daylight: Option<Daylight>,
}

/// Daylight saving time and its bounds within a year.
#[derive(Debug, PartialEq, Eq)]
struct Daylight {
    name: Str,
    offset: i64,
    starts: Turn,
    ends: Turn,
}

/// A moment of the year.
#[derive(Debug, PartialEq, Eq)]
struct Turn {
    day: TurnDay,
    /// Seconds after (or before) that day's midnight, local time.
    time: i64,
}

/// How a rule names a day.
#[derive(Debug, PartialEq, Eq)]
enum TurnDay {
    /// `Jn`: day 1..=365, February 29 is never counted.
    Julian(i64),
    /// `n`: day 0..=365, February 29 is counted.
    Counted(i64),
    /// `Mm.w.d`: the w-th (5: last) weekday d of month m.
    Weekday { month: i64, week: i64, weekday: i64 },
}

impl PosixRule {
    /// Reads a rule; `None` when malformed.
    pub fn parse(text: &[u8]) -> Option<PosixRule> {
        let mut text = Text(text);
        let standard = (text.name()?, -text.offset()?);
        if matches!(text.0, [] | [b',', ..]) {
            return Some(PosixRule { standard, daylight: None });
        }
        let name = text.name()?;
        let offset = if matches!(text.0, [] | [b',', ..]) { standard.1 + 3600 } else { -text.offset()? };
        if text.0.is_empty() {
            text.0 = b",M3.2.0,M11.1.0";
        }
        if !text.skip(b',') && !text.skip(b';') {
            return None;
        }
        let starts = text.turn()?;
        if !text.skip(b',') {
            return None;
        }
        let ends = text.turn()?;
        if !text.0.is_empty() {
            return None;
        }
        Some(PosixRule { standard, daylight: Some(Daylight { name, offset, starts, ends }) })
    }

    /// What holds at a Unix time; `last` is the time of the last listed transition. Near a turn of the clock the
    /// bounds given are exact, elsewhere they are the year's.
    pub fn at(&self, unix: i64, last: i64) -> InForce<'_> {
        let (standard, offset) = &self.standard;
        let Some(daylight) = &self.daylight else {
            return InForce {
                abbreviation: standard,
                offset: *offset,
                start: last,
                end: i64::MAX,
                dst: false,
            };
        };
        let (year, second) = second_of_year(unix);
        let new_year = unix.wrapping_sub(second);
        let mut inside = (&daylight.name, daylight.offset, true);
        let mut outside = (standard, *offset, false);
        let mut starts = daylight.starts.second_of_year(year, *offset);
        let mut ends = daylight.ends.second_of_year(year, daylight.offset);
        if ends < starts {
            // The southern hemisphere: the middle of the year is standard time.
            std::mem::swap(&mut starts, &mut ends);
            std::mem::swap(&mut inside, &mut outside);
        }
        let ((name, offset, dst), start, end) = if second < starts {
            (outside, 0, starts)
        } else if second >= ends {
            (outside, ends, 365 * DAY)
        } else {
            (inside, starts, ends)
        };
        let (start, end) = (new_year.wrapping_add(start), new_year.wrapping_add(end));
        InForce { abbreviation: name, offset, start, end, dst }
    }
}

impl Turn {
    /// Seconds from the year's start in UTC, for a clock that is `offset` ahead of it.
    fn second_of_year(&self, year: i64, offset: i64) -> i64 {
        let leap = is_leap(year);
        let day = match self.day {
            TurnDay::Julian(day) => day - 1 + i64::from(leap && day >= 60),
            TurnDay::Counted(day) => day,
            TurnDay::Weekday { month, week, weekday } => {
                // Zeller's congruence: the weekday of the month's first day.
                let shifted = (month + 9) % 12 + 1;
                let zeller_year = year - i64::from(month <= 2);
                let (century, year_of_century) = (zeller_year / 100, zeller_year % 100);
                let first = (26 * shifted - 2) / 10 + 1 + year_of_century + year_of_century / 4 + century / 4;
                let first = (first - 2 * century).rem_euclid(7);
                let mut day = (weekday - first).rem_euclid(7);
                for _ in 1..week {
                    if day + 7 >= days_in(month, year) {
                        break;
                    }
                    day += 7;
                }
                day + days_before(month) + i64::from(leap && month > 2)
            }
        };
        day * DAY + self.time - offset
    }
}

/// The part of the rule not yet read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn skip(&mut self, byte: u8) -> bool {
        match self.0 {
            [first, rest @ ..] if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Letters (three at least), or anything between `<` and `>`.
    fn name(&mut self) -> Option<Str> {
        if self.skip(b'<') {
            let end = self.0.iter().position(|b| *b == b'>')?;
            let name = self.0.get(..end)?.into();
            self.0 = self.0.get(end + 1..)?;
            return Some(name);
        }
        let end =
            self.0.iter().position(|b| matches!(b, b'0'..=b'9' | b',' | b'-' | b'+')).unwrap_or(self.0.len());
        if end < 3 {
            return None;
        }
        let (name, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(name.into())
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    fn offset(&mut self) -> Option<i64> {
        let negative = !self.skip(b'+') && self.skip(b'-');
        // RFC 8536 allows a week, where POSIX has 24 hours.
        let mut seconds = self.number(0, 24 * 7)? * 3600;
        if self.skip(b':') {
            seconds += self.number(0, 59)? * 60;
            if self.skip(b':') {
                seconds += self.number(0, 59)?;
            }
        }
        Some(if negative { -seconds } else { seconds })
    }

    fn turn(&mut self) -> Option<Turn> {
        let day = if self.skip(b'J') {
            TurnDay::Julian(self.number(1, 365)?)
        } else if self.skip(b'M') {
            let month = self.number(1, 12)?;
            let week = self.skip(b'.').then(|| self.number(1, 5))??;
            let weekday = self.skip(b'.').then(|| self.number(0, 6))??;
            TurnDay::Weekday { month, week, weekday }
        } else {
            TurnDay::Counted(self.number(0, 365)?)
        };
        let time = if self.skip(b'/') { self.offset()? } else { 2 * 3600 };
        Some(Turn { day, time })
    }

    fn number(&mut self, min: i64, max: i64) -> Option<i64> {
        let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let (number, rest) = self.0.split_at(digits);
        let mut value = 0;
        for digit in number {
            value = value * 10 + i64::from(digit - b'0');
            if value > max {
                return None;
            }
        }
        if number.is_empty() || value < min {
            return None;
        }
        self.0 = rest;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(rule: &str, unix: i64) -> String {
        let rule = PosixRule::parse(rule.as_bytes()).unwrap();
        let found = rule.at(unix, 0);
        format!("{} {} {}", String::from_utf8_lossy(found.abbreviation), found.offset, found.dst)
    }

    #[test]
    fn halves_of_the_year() {
        // 2030-01-15, 2030-07-15
        let (january, july) = (1_894_665_600, 1_910_304_000);
        for (rule, winter, summer) in [
            ("PST8PDT,M3.2.0,M11.1.0", "PST -28800 false", "PDT -25200 true"),
            ("PST8PDT", "PST -28800 false", "PDT -25200 true"),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "AEDT 39600 true", "AEST 36000 false"),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "GMT 0 true", "IST 3600 false"),
            ("<+0545>-5:45", "+0545 20700 false", "+0545 20700 false"),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "-02 -7200 false", "-01 -3600 true"),
            ("AAA0BBB,J60,300", "AAA 0 false", "BBB 3600 true"),
        ] {
            assert_eq!((at(rule, january), at(rule, july)), (winter.to_owned(), summer.to_owned()), "{rule}");
        }
    }

    #[test]
    fn malformed() {
        for rule in [
            "",
            "AB1",
            "ABC",
            "ABC99999",
            "ABC1DEF,",
            "ABC1DEF,M1.1.1",
            "ABC1DEF,M13.1.1,J1",
            "<abc1",
            "ABC1DEF,J0,J1",
        ] {
            assert_eq!(PosixRule::parse(rule.as_bytes()), None, "{rule}");
        }
    }
}
