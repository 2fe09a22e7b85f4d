//! Reading a time by a layout, with Go's error texts (time/format.go, ParseInLocation).

use super::calendar::{days_before, days_in, is_leap};
use super::duration::leading_int;
use super::layout::{Element, MONTHS, Offset, Pad, WEEKDAYS, next_element};
use super::{Civil, Time, Zone, quote};

/// What stopped an element from being read.
enum Bad {
    /// The value does not look like the element.
    Mismatch,
    /// It does, but the number makes no sense: `hour`.
    Range(&'static str),
}

/// The parts of a time found so far.
#[derive(Default)]
struct Found {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: i64,
    /// Whether the time ends in AM or PM.
    afternoon: Option<bool>,
    utc: bool,
    offset: Option<i64>,
    zone_name: Vec<u8>,
}

/// `time.ParseInLocation`: what a time without a zone means, and which zone offsets and abbreviations are looked up
/// in, is `zone`. The error is Go's text.
pub fn parse(layout: &[u8], value: &[u8], zone: &Zone) -> Result<Time, String> {
    let mismatch = |element: &[u8], rest: &[u8]| {
        let (value, layout, rest, element) = (quote(value), quote(layout), quote(rest), quote(element));
        format!("parsing time {value} as {layout}: cannot parse {rest} as {element}")
    };
    let complain = |what: &str| format!("parsing time {}: {what}", quote(value));

    let mut found = Found::default();
    let mut left_layout = layout;
    let mut rest = value;
    while let Some((place, element)) = next_element(left_layout) {
        let literal = left_layout.get(..place.start).unwrap_or_default();
        let text = left_layout.get(place.clone()).unwrap_or_default();
        left_layout = left_layout.get(place.end..).unwrap_or_default();
        rest = skip(rest, literal).map_err(|rest| mismatch(literal, rest))?;
        let start = rest;
        match found.read(element, &mut rest, left_layout) {
            Ok(()) => {}
            Err(Bad::Mismatch) => return Err(mismatch(text, start)),
            Err(Bad::Range(what)) => return Err(complain(&format!("{what} out of range"))),
        }
    }
    rest = skip(rest, left_layout).map_err(|rest| mismatch(left_layout, rest))?;
    if !rest.is_empty() {
        return Err(complain(&format!("extra text: {}", quote(rest))));
    }
    found.into_time(zone).map_err(complain)
}

impl Found {
    /// Reads one element from `rest`; `layout` is what follows the element in the layout.
    fn read(&mut self, element: Element, rest: &mut &[u8], layout: &[u8]) -> Result<(), Bad> {
        match element {
            Element::Year => {
                if !rest.first().is_some_and(u8::is_ascii_digit) {
                    return Err(Bad::Mismatch);
                }
                self.year = atoi(take(rest, 4)?)?;
            }
            Element::ShortYear => {
                let year = atoi(take(rest, 2)?)?;
                self.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Element::MonthName { long } => self.month = Some(one_of(&MONTHS, long, rest)? + 1),
            Element::Month(pad) => {
                let month = two_digits(rest, pad == Pad::Zero)?;
                self.month = Some(within(month, 1, 12, "month")?);
            }
            Element::Weekday { long } => {
                one_of(&WEEKDAYS, long, rest)?;
            }
            Element::Day(pad) => {
                if pad == Pad::Blank {
                    skip_blank(rest);
                }
                self.day = Some(two_digits(rest, pad == Pad::Zero)?);
            }
            Element::YearDay(pad) => {
                if pad == Pad::Blank {
                    skip_blank(rest);
                    skip_blank(rest);
                }
                let digits = rest.iter().take(3).take_while(|b| b.is_ascii_digit()).count();
                if digits == 0 || pad == Pad::Zero && digits != 3 {
                    return Err(Bad::Mismatch);
                }
                self.year_day = Some(atoi(take(rest, digits)?)?);
            }
            Element::Hour => self.hour = within(two_digits(rest, false)?, 0, 23, "hour")?,
            Element::Hour12(pad) => self.hour = within(two_digits(rest, pad == Pad::Zero)?, 0, 12, "hour")?,
            Element::Minute(pad) => {
                self.minute = within(two_digits(rest, pad == Pad::Zero)?, 0, 59, "minute")?
            }
            Element::Second(pad) => {
                self.second = within(two_digits(rest, pad == Pad::Zero)?, 0, 59, "second")?;
                // A fraction may follow the seconds even where the layout has none.
                let expected = matches!(next_element(layout), Some((_, Element::Fraction { .. })));
                if !expected && let [b'.' | b',', b'0'..=b'9', ..] = rest {
                    self.read_fraction(rest, fraction_len(rest))?;
                }
            }
            Element::Half { upper } => {
                self.afternoon = Some(match (take(rest, 2)?, upper) {
                    (b"PM", true) | (b"pm", false) => true,
                    (b"AM", true) | (b"am", false) => false,
                    _ => return Err(Bad::Mismatch),
                });
            }
            Element::ZoneName => {
                if let Some(after) = rest.strip_prefix(b"UTC") {
                    *rest = after;
                    self.utc = true;
                } else {
                    let len = abbreviation_len(rest).ok_or(Bad::Mismatch)?;
                    self.zone_name = take(rest, len)?.to_vec();
                }
            }
            Element::Offset(form) => match rest {
                [b'Z', after @ ..] if form.iso => {
                    *rest = after;
                    self.utc = true;
                }
                _ => self.offset = Some(read_offset(rest, form)?),
            },
            Element::Fraction { trim: true, .. } => {
                if let [b'.' | b',', b'0'..=b'9', ..] = rest {
                    self.read_fraction(rest, fraction_len(rest))?;
                }
            }
            Element::Fraction { trim: false, digits, .. } => self.read_fraction(rest, 1 + digits)?,
        }
        Ok(())
    }

    /// Reads a point and digits, `len` bytes together. Digits beyond nanoseconds are dropped.
    fn read_fraction(&mut self, rest: &mut &[u8], len: usize) -> Result<(), Bad> {
        let [b'.' | b',', digits @ ..] = take(rest, len)? else { return Err(Bad::Mismatch) };
        let digits = digits.get(..9).unwrap_or(digits);
        let nanos = atoi(digits)?;
        if nanos < 0 {
            return Err(Bad::Range("fractional second"));
        }
        self.nanos = nanos * 10_i64.pow(9 - digits.len() as u32);
        Ok(())
    }

    fn into_time(mut self, zone: &Zone) -> Result<Time, &'static str> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        if let Some(year_day) = self.year_day {
            self.resolve_year_day(year_day)?;
        }
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        if day < 1 || day > days_in(month, self.year) {
            return Err("day out of range");
        }
        let (hour, minute, second) = (self.hour, self.minute, self.second);
        let civil = Civil { year: self.year, month, day, hour, minute, second, nanos: self.nanos };
        let utc = Time::from_civil(civil, Zone::Utc);
        if self.utc {
            return Ok(utc);
        }
        if let Some(offset) = self.offset {
            let unix = utc.unix() - offset;
            let in_force = zone.at(unix);
            let known = self.zone_name.is_empty() || self.zone_name == in_force.abbreviation;
            let zone = match in_force.offset == offset && known {
                true => zone.clone(),
                false => Zone::fixed(self.zone_name, offset),
            };
            return Ok(Time::from_unix(unix, utc.nanosecond(), zone));
        }
        if !self.zone_name.is_empty() {
            if let Some(offset) = zone.offset_of(&self.zone_name, utc.unix()) {
                return Ok(Time::from_unix(utc.unix() - offset, utc.nanosecond(), zone.clone()));
            }
            // An unknown abbreviation has offset zero and leaves the moment alone; `GMT+3` names its offset, and
            // the moment is left alone as well.
            let offset = match self.zone_name.strip_prefix(b"GMT") {
                Some(hours) => atoi(hours).unwrap_or(0) * 3600,
                None => 0,
            };
            return Ok(utc.in_zone(Zone::fixed(self.zone_name, offset)));
        }
        Ok(Time::from_civil(civil, zone.clone()))
    }

    /// Sets month and day from the day of the year, or checks them against it.
    fn resolve_year_day(&mut self, mut year_day: i64) -> Result<(), &'static str> {
        let (month, day);
        if is_leap(self.year) && year_day == 31 + 29 {
            (month, day) = (2, 29);
        } else {
            if is_leap(self.year) && year_day > 31 + 29 {
                year_day -= 1;
            }
            if !(1..=365).contains(&year_day) {
                return Err("day-of-year out of range");
            }
            month = (1..=12).rev().find(|month| days_before(*month) < year_day).unwrap_or(1);
            day = year_day - days_before(month);
        }
        if self.month.is_some_and(|seen| seen != month) {
            return Err("day-of-year does not match month");
        }
        if self.day.is_some_and(|seen| seen >= 0 && seen != day) {
            return Err("day-of-year does not match day");
        }
        (self.month, self.day) = (Some(month), Some(day));
        Ok(())
    }
}

fn within(value: i64, min: i64, max: i64, what: &'static str) -> Result<i64, Bad> {
    if (min..=max).contains(&value) { Ok(value) } else { Err(Bad::Range(what)) }
}

/// Takes literal text off the value; a run of blanks matches any run of blanks, also none at the value's end.
/// The error is what is left of the value where it differs.
fn skip<'a>(mut value: &'a [u8], mut literal: &[u8]) -> Result<&'a [u8], &'a [u8]> {
    while let [first, after @ ..] = literal {
        if *first == b' ' {
            if value.first().is_some_and(|b| *b != b' ') {
                return Err(value);
            }
            literal = cut_blanks(literal);
            value = cut_blanks(value);
            continue;
        }
        match value {
            [same, tail @ ..] if same == first => value = tail,
            _ => return Err(value),
        }
        literal = after;
    }
    Ok(value)
}

fn cut_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|b| **b == b' ').count();
    text.get(blanks..).unwrap_or_default()
}

fn skip_blank(rest: &mut &[u8]) {
    if let [b' ', after @ ..] = rest {
        *rest = after;
    }
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Result<&'a [u8], Bad> {
    let (head, tail) = rest.split_at_checked(len).ok_or(Bad::Mismatch)?;
    *rest = tail;
    Ok(head)
}

/// A number with an optional sign; no digits at all are zero.
fn atoi(text: &[u8]) -> Result<i64, Bad> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        _ => (false, text),
    };
    match leading_int(digits) {
        Some((value, [])) => Ok(if negative { (value as i64).wrapping_neg() } else { value as i64 }),
        _ => Err(Bad::Mismatch),
    }
}

/// One or two digits; exactly two if `fixed`.
fn two_digits(rest: &mut &[u8], fixed: bool) -> Result<i64, Bad> {
    let digits = rest.iter().take(2).take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || fixed && digits == 1 {
        return Err(Bad::Mismatch);
    }
    atoi(take(rest, digits)?)
}

/// Which of the names the value starts with, in any case.
fn one_of(names: &[&str], long: bool, rest: &mut &[u8]) -> Result<i64, Bad> {
    for (index, name) in names.iter().enumerate() {
        let name = if long { name } else { name.get(..3).unwrap_or(name) };
        let Some((head, tail)) = rest.split_at_checked(name.len()) else { continue };
        if head.eq_ignore_ascii_case(name.as_bytes()) {
            *rest = tail;
            return Ok(index as i64);
        }
    }
    Err(Bad::Mismatch)
}

/// Length of a point and all digits after it.
fn fraction_len(rest: &[u8]) -> usize {
    1 + rest.iter().skip(1).take_while(|b| b.is_ascii_digit()).count()
}

fn read_offset(rest: &mut &[u8], form: Offset) -> Result<i64, Bad> {
    let colons = if form.colon { usize::from(form.minutes) + usize::from(form.seconds) } else { 0 };
    let len = 3 + 2 * (usize::from(form.minutes) + usize::from(form.seconds)) + colons;
    let text = take(rest, len)?;
    let step = if form.colon { 3 } else { 2 };
    let part = |index: usize| text.get(1 + index * step..3 + index * step).unwrap_or(b"00");
    if form.colon && (1..=colons).any(|index| text.get(index * 3) != Some(&b':')) {
        return Err(Bad::Mismatch);
    }
    // A number out of range is reported before one that is none at all, and the last of several such numbers.
    let mut mismatch = false;
    let mut parts = [0; 3];
    for (index, value) in parts.iter_mut().enumerate() {
        match two_digits(&mut part(index), true) {
            Ok(number) if !mismatch => *value = number,
            _ => mismatch = true,
        }
    }
    let [hours, minutes, seconds] = parts;
    within(seconds, 0, 60, "time zone offset second")?;
    within(minutes, 0, 60, "time zone offset minute")?;
    within(hours, 0, 24, "time zone offset hour")?;
    let offset = (hours * 60 + minutes) * 60 + seconds;
    match text.first() {
        _ if mismatch => Err(Bad::Mismatch),
        Some(b'+') => Ok(offset),
        Some(b'-') => Ok(-offset),
        _ => Err(Bad::Mismatch),
    }
}

/// Length of the zone abbreviation that the value starts with: three capitals, four or five that end in T, a few
/// exceptions, or a signed number of hours.
fn abbreviation_len(value: &[u8]) -> Option<usize> {
    if value.len() < 3 {
        return None;
    }
    if value.starts_with(b"ChST") || value.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(offset) = value.strip_prefix(b"GMT") {
        return Some(3 + signed_hours_len(offset));
    }
    if let [b'+' | b'-', ..] = value {
        return Some(signed_hours_len(value)).filter(|len| *len > 0);
    }
    let capitals = value.iter().take(6).take_while(|b| b.is_ascii_uppercase()).count();
    match (capitals, value) {
        (3, _) | (4, [b'W', b'I', b'T', b'A', ..] | [_, _, _, b'T', ..]) | (5, [_, _, _, _, b'T', ..]) => {
            Some(capitals)
        }
        _ => None,
    }
}

/// Length of `+3` or `-23`; zero when there is none.
fn signed_hours_len(value: &[u8]) -> usize {
    let [b'+' | b'-', digits @ ..] = value else { return 0 };
    match leading_int(digits) {
        Some((hours, rest)) if rest.len() < digits.len() && hours <= 23 => value.len() - rest.len(),
        _ => 0,
    }
}
