//! Go's layouts: text in which the reference time `Mon Jan 2 15:04:05 MST 2006` shows what goes where
//! (time/format.go). Splitting a layout into its elements, and writing a time by it.

use super::Time;

/// Names of the months, January first.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Names of the weekdays, Sunday first.
pub(super) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// RFC 3339 with fractional seconds when there are any.
pub const RFC3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

/// The layout of `Time.String`.
pub(super) const STRING: &[u8] = b"2006-01-02 15:04:05.999999999 -0700 MST";

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pad {
    /// As short as possible: `2`
    None,
    /// With blanks: `_2`
    Blank,
    /// With zeros: `02`
    Zero,
}

/// The digits of an offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    /// `Z` stands for UTC.
    pub iso: bool,
    /// Whether there are minutes.
    pub minutes: bool,
    /// Whether there are seconds.
    pub seconds: bool,
    /// Whether colons separate them.
    pub colon: bool,
}

/// An element of a layout that stands for a part of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `January`, `Jan`
    MonthName { long: bool },
    /// `1`, `01`
    Month(Pad),
    /// `Monday`, `Mon`
    Weekday { long: bool },
    /// `2`, `_2`, `02`
    Day(Pad),
    /// `__2`, `002`
    YearDay(Pad),
    /// `15`
    Hour,
    /// `3`, `03`
    Hour12(Pad),
    /// `4`, `04`
    Minute(Pad),
    /// `5`, `05`
    Second(Pad),
    /// `2006`
    Year,
    /// `06`
    ShortYear,
    /// `PM`, `pm`
    Half { upper: bool },
    /// `MST`
    ZoneName,
    /// `-0700`, `Z07:00` and their kin
    Offset(Offset),
    /// `.000`, `,999`: so many digits, without trailing zeros if `trim`
    Fraction { digits: usize, trim: bool, comma: bool },
}

/// The first element of `layout`, with its place.
pub(super) fn next_element(layout: &[u8]) -> Option<(std::ops::Range<usize>, Element)> {
    (0..layout.len()).find_map(|at| {
        let (skip, len, element) = element_at(layout.get(at..)?)?;
        Some((at + skip..at + skip + len, element))
    })
}

/// The element `text` starts with: bytes of literal text before it, its own bytes, and the element.
fn element_at(text: &[u8]) -> Option<(usize, usize, Element)> {
    let (len, element) = match text {
        [b'J', ..] if text.starts_with(b"January") => (7, Element::MonthName { long: true }),
        [b'J', b'a', b'n', rest @ ..] if !continues(rest) => (3, Element::MonthName { long: false }),
        [b'M', ..] if text.starts_with(b"Monday") => (6, Element::Weekday { long: true }),
        [b'M', b'o', b'n', rest @ ..] if !continues(rest) => (3, Element::Weekday { long: false }),
        [b'M', b'S', b'T', ..] => (3, Element::ZoneName),
        [b'0', b'1', ..] => (2, Element::Month(Pad::Zero)),
        [b'0', b'2', ..] => (2, Element::Day(Pad::Zero)),
        [b'0', b'3', ..] => (2, Element::Hour12(Pad::Zero)),
        [b'0', b'4', ..] => (2, Element::Minute(Pad::Zero)),
        [b'0', b'5', ..] => (2, Element::Second(Pad::Zero)),
        [b'0', b'6', ..] => (2, Element::ShortYear),
        [b'0', b'0', b'2', ..] => (3, Element::YearDay(Pad::Zero)),
        [b'1', b'5', ..] => (2, Element::Hour),
        [b'1', ..] => (1, Element::Month(Pad::None)),
        [b'2', b'0', b'0', b'6', ..] => (4, Element::Year),
        [b'2', ..] => (1, Element::Day(Pad::None)),
        // The underscore before a year is only an underscore.
        [b'_', b'2', b'0', b'0', b'6', ..] => return Some((1, 4, Element::Year)),
        [b'_', b'2', ..] => (2, Element::Day(Pad::Blank)),
        [b'_', b'_', b'2', ..] => (3, Element::YearDay(Pad::Blank)),
        [b'3', ..] => (1, Element::Hour12(Pad::None)),
        [b'4', ..] => (1, Element::Minute(Pad::None)),
        [b'5', ..] => (1, Element::Second(Pad::None)),
        [b'P', b'M', ..] => (2, Element::Half { upper: true }),
        [b'p', b'm', ..] => (2, Element::Half { upper: false }),
        [sign @ (b'-' | b'Z'), b'0', b'7', rest @ ..] => {
            let (len, minutes, seconds, colon) = match rest {
                [b'0', b'0', b'0', b'0', ..] => (4, true, true, false),
                [b':', b'0', b'0', b':', b'0', b'0', ..] => (6, true, true, true),
                [b'0', b'0', ..] => (2, true, false, false),
                [b':', b'0', b'0', ..] => (3, true, false, true),
                _ => (0, false, false, false),
            };
            (3 + len, Element::Offset(Offset { iso: *sign == b'Z', minutes, seconds, colon }))
        }
        [point @ (b'.' | b','), digit @ (b'0' | b'9'), ..] => {
            let run = text.iter().skip(1).take_while(|b| *b == digit).count();
            if text.get(1 + run).is_some_and(u8::is_ascii_digit) {
                return None;
            }
            // Go keeps the number of digits in twelve bits.
            let digits = run & 0xfff;
            (1 + run, Element::Fraction { digits, trim: *digit == b'9', comma: *point == b',' })
        }
        _ => return None,
    };
    Some((0, len, element))
}

/// Whether a word goes on in lower case, so that `Month` is not `Mon`.
fn continues(rest: &[u8]) -> bool {
    rest.first().is_some_and(u8::is_ascii_lowercase)
}

/// Writes `time` by `layout`.
pub(super) fn format(out: &mut Vec<u8>, time: &Time, mut layout: &[u8]) {
    let in_force = time.zone_in_force();
    let (date, clock) = time.broken_down(in_force.offset);
    let hour12 = (clock.hour + 11) % 12 + 1;
    while let Some((place, element)) = next_element(layout) {
        out.extend_from_slice(layout.get(..place.start).unwrap_or_default());
        layout = layout.get(place.end..).unwrap_or_default();
        match element {
            Element::Year => number(out, date.year, Pad::Zero, 4),
            Element::ShortYear => number(out, date.year.wrapping_abs() % 100, Pad::Zero, 2),
            Element::MonthName { long } => name(out, &MONTHS, date.month - 1, long),
            Element::Month(pad) => number(out, date.month, pad, 2),
            Element::Weekday { long } => name(out, &WEEKDAYS, clock.weekday, long),
            Element::Day(pad) => number(out, date.day, pad, 2),
            Element::YearDay(pad) => number(out, date.year_day, pad, 3),
            Element::Hour => number(out, clock.hour, Pad::Zero, 2),
            Element::Hour12(pad) => number(out, hour12, pad, 2),
            Element::Minute(pad) => number(out, clock.minute, pad, 2),
            Element::Second(pad) => number(out, clock.second, pad, 2),
            Element::Half { upper } => out.extend_from_slice(match (clock.hour >= 12, upper) {
                (true, true) => b"PM",
                (true, false) => b"pm",
                (false, true) => b"AM",
                (false, false) => b"am",
            }),
            Element::ZoneName if in_force.abbreviation.is_empty() => {
                let form = Offset { iso: false, minutes: true, seconds: false, colon: false };
                offset(out, in_force.offset, form);
            }
            Element::ZoneName => out.extend_from_slice(in_force.abbreviation),
            Element::Offset(form) => offset(out, in_force.offset, form),
            Element::Fraction { digits, trim, comma } => {
                fraction(out, time.nanosecond(), digits, trim, comma)
            }
        }
    }
    out.extend_from_slice(layout);
}

fn name(out: &mut Vec<u8>, names: &[&str], index: i64, long: bool) {
    let name = usize::try_from(index).ok().and_then(|index| names.get(index)).map_or("", |name| *name);
    let name = if long { name } else { name.get(..3).unwrap_or(name) };
    out.extend_from_slice(name.as_bytes());
}

/// A number with at least `width` digits, not counting a sign.
pub(super) fn number(out: &mut Vec<u8>, value: i64, pad: Pad, width: usize) {
    if value < 0 {
        out.push(b'-');
    }
    let digits = value.unsigned_abs().to_string();
    let missing = width.saturating_sub(digits.len());
    match pad {
        Pad::None => {}
        Pad::Blank => out.resize(out.len() + missing, b' '),
        Pad::Zero => out.resize(out.len() + missing, b'0'),
    }
    out.extend_from_slice(digits.as_bytes());
}

fn offset(out: &mut Vec<u8>, seconds: i64, form: Offset) {
    if form.iso && seconds == 0 {
        out.push(b'Z');
        return;
    }
    // Go takes the sign from the minutes: an offset of less than a minute west counts as east, its seconds negative.
    let minutes = seconds / 60;
    out.push(if minutes < 0 { b'-' } else { b'+' });
    let seconds = if minutes < 0 { -seconds } else { seconds };
    let minutes = minutes.abs();
    number(out, minutes / 60, Pad::Zero, 2);
    for (present, value) in [(form.minutes, minutes % 60), (form.seconds, seconds % 60)] {
        if present {
            if form.colon {
                out.push(b':');
            }
            number(out, value, Pad::Zero, 2);
        }
    }
}

fn fraction(out: &mut Vec<u8>, nanos: u32, digits: usize, trim: bool, comma: bool) {
    if trim && (digits == 0 || nanos == 0) {
        return;
    }
    let text = format!("{nanos:09}");
    let mut text = text.get(..digits).unwrap_or(&text);
    if trim {
        text = text.trim_end_matches('0');
        if text.is_empty() {
            return;
        }
    }
    out.push(if comma { b',' } else { b'.' });
    out.extend_from_slice(text.as_bytes());
}
