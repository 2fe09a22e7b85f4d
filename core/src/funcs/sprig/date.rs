//! Sprig's dates and durations (sprig/date.go, §6.7).

use crate::dialect::HelmVersion;
use crate::go::number::parse_int;
use crate::go::time::{Duration, Time, Zone, parse, parse_duration};
use crate::value::{Args, Caller, Doc, Fault, Func, Ty, Value};

const DATE_ONLY: &[u8] = b"2006-01-02";
const TIME: Ty = Ty::Object("time.Time");

fn now(caller: &mut dyn Caller, _: &Args<'_>) -> Result<Value, Fault> {
    Ok(Time::now(caller.host()).into())
}

fn date(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(in_zone(caller, args.bytes(0), args.value(1), b"Local"))
}

fn html_date(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(in_zone(caller, DATE_ONLY, args.value(0), b"Local"))
}

fn html_date_in_zone(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(in_zone(caller, DATE_ONLY, args.value(0), args.bytes(1)))
}

fn date_in_zone(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(in_zone(caller, args.bytes(0), args.value(1), args.bytes(2)))
}

/// The date, written in a zone; UTC when the zone is unknown.
fn in_zone(caller: &dyn Caller, layout: &[u8], date: &Value, zone: &[u8]) -> Value {
    let zone = Zone::load(caller.host(), zone).unwrap_or(Zone::Utc);
    Value::str(moment(caller, date).in_zone(zone).format(layout))
}

/// The moment that a date argument means: a time, or seconds since 1970. Everything else, strings and the floats of
/// values.yaml included, means now.
fn moment(caller: &dyn Caller, date: &Value) -> Time {
    match date {
        Value::Int(seconds) | Value::Int64(seconds) => Time::from_unix(*seconds, 0, Zone::Utc),
        other => as_time(other).cloned().unwrap_or_else(|| Time::now(caller.host())),
    }
}

fn as_time(value: &Value) -> Option<&Time> {
    match value {
        Value::Object(object) => object.as_any().downcast_ref::<Time>(),
        _ => None,
    }
}

fn modified(args: &Args<'_>) -> Result<Value, String> {
    let time = args.object::<Time>(1).unwrap_or(&Time::ZERO);
    Ok(time.add(parse_duration(args.bytes(0))?).into())
}

fn date_modify(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(modified(args).unwrap_or_else(|_| args.value(1).clone()))
}

fn must_date_modify(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    modified(args).map_err(Fault::text)
}

fn ago(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let elapsed = Time::now(caller.host()).since(&moment(caller, args.value(0)));
    Ok(Value::from(elapsed.round(Duration::SECOND).to_string()))
}

fn to_date(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(parse(args.bytes(0), args.bytes(1), &Zone::local(caller.host())).unwrap_or(Time::ZERO).into())
}

fn must_to_date(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let time = parse(args.bytes(0), args.bytes(1), &Zone::local(caller.host()));
    time.map(Value::from).map_err(Fault::text)
}

fn unix_epoch(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::from(args.object::<Time>(0).unwrap_or(&Time::ZERO).unix().to_string()))
}

fn duration(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let seconds = match args.value(0) {
        Value::Str(text) => saturating_int(text),
        Value::Int64(seconds) => *seconds,
        _ => 0,
    };
    Ok(Value::from(Duration(seconds.wrapping_mul(Duration::SECOND.0)).to_string()))
}

/// `strconv.ParseInt` with its error ignored: out of range gives the nearest number, anything else zero.
fn saturating_int(text: &[u8]) -> i64 {
    parse_int(text, 10, 64).unwrap_or_else(|_| {
        let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
        match digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            true => 0,
            false if text.starts_with(b"-") => i64::MIN,
            false => i64::MAX,
        }
    })
}

fn duration_round(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    const UNITS: [(u64, &str); 6] =
        [(365 * 86_400, "y"), (30 * 86_400, "mo"), (86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let duration = match args.value(0) {
        Value::Str(text) => parse_duration(text).unwrap_or_default(),
        Value::Int64(nanos) => Duration(*nanos),
        other => as_time(other).map(|time| Time::now(caller.host()).since(time)).unwrap_or_default(),
    };
    let nanos = duration.0.unsigned_abs();
    let text = UNITS
        .iter()
        .map(|(seconds, unit)| (seconds * 1_000_000_000, unit))
        .find(|(size, _)| nanos > *size)
        .map(|(size, unit)| format!("{}{unit}", nanos / size));
    Ok(Value::from(text.unwrap_or_else(|| "0s".to_owned())))
}

macro_rules! row {
    ($name:literal, [$($param:expr),*], $call:expr, $doc:literal) => {
        Func {
            name: $name,
            params: &[$($param),*],
            variadic: false,
            since: HelmVersion::V3_17,
            call: $call,
            doc: Doc::new($doc),
        }
    };
}

/// The table of this family.
pub const FUNCS: &[Func] = &[
    row!("now", [], now, "The present time."),
    row!(
        "date",
        [Ty::Str, Ty::Any],
        date,
        "Formats a time, or seconds since 1970, by a layout in the local zone."
    ),
    row!(
        "dateInZone",
        [Ty::Str, Ty::Any, Ty::Str],
        date_in_zone,
        "Formats a time by a layout in a named zone."
    ),
    row!("date_in_zone", [Ty::Str, Ty::Any, Ty::Str], date_in_zone, "The older name of dateInZone."),
    row!("htmlDate", [Ty::Any], html_date, "Formats a time as 2006-01-02 in the local zone."),
    row!(
        "htmlDateInZone",
        [Ty::Any, Ty::Str],
        html_date_in_zone,
        "Formats a time as 2006-01-02 in a named zone."
    ),
    row!(
        "dateModify",
        [Ty::Str, TIME],
        date_modify,
        "Adds a duration to a time; a bad duration changes nothing."
    ),
    row!("date_modify", [Ty::Str, TIME], date_modify, "The older name of dateModify."),
    row!(
        "mustDateModify",
        [Ty::Str, TIME],
        must_date_modify,
        "Adds a duration to a time; fails on a bad one."
    ),
    row!("must_date_modify", [Ty::Str, TIME], must_date_modify, "The older name of mustDateModify."),
    row!("ago", [Ty::Any], ago, "The time elapsed since a time, rounded to seconds."),
    row!(
        "toDate",
        [Ty::Str, Ty::Str],
        to_date,
        "Parses a time by a layout; the zero time when it does not fit."
    ),
    row!(
        "mustToDate",
        [Ty::Str, Ty::Str],
        must_to_date,
        "Parses a time by a layout; fails when it does not fit."
    ),
    row!("unixEpoch", [TIME], unix_epoch, "Seconds since 1970, as text."),
    row!("duration", [Ty::Any], duration, "A number of seconds as a duration, such as 1m35s."),
    row!("durationRound", [Ty::Any], duration_round, "A duration in its largest unit: y, mo, d, h, m or s."),
];
