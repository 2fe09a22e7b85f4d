//! Helm's own duration functions, new in 4.3 (pkg/engine/funcs.go).

use crate::dialect::HelmVersion;
use crate::go::number::{format_g, parse_float};
use crate::go::quote::quote;
use crate::go::time::{Duration, parse_duration};
use crate::go::{unicode, utf8};
use crate::value::{Args, Caller, Doc, Fault, Func, Ty, Value};
use std::rc::Rc;

const NANOS: i64 = 1_000_000_000;

/// The duration that a value means: a duration itself, text (`1h30m`, or a number of seconds), or seconds.
fn as_duration(value: &Value, version: HelmVersion) -> Result<Duration, String> {
    match value {
        Value::Nil => Err("invalid duration".to_owned()),
        Value::Str(text) => from_text(text),
        Value::Int(n) | Value::Int64(n) => from_seconds(*n),
        Value::Uint8(n) => from_seconds(i64::from(*n)),
        Value::Uint64(n) => match i64::try_from(*n) {
            Ok(n) => from_seconds(n),
            Err(_) => Err(format!("duration seconds overflow: {n}")),
        },
        Value::Float(x) => from_float(*x),
        Value::Object(object) => match (object.as_any().downcast_ref::<Duration>(), object.underlying()) {
            (Some(duration), _) => Ok(*duration),
            // Months and weekdays are integers by kind; text by kind is not text here.
            (None, Some(number @ (Value::Int(_) | Value::Int64(_) | Value::Uint64(_) | Value::Float(_)))) => {
                as_duration(&number, version)
            }
            _ => Err(unsupported(value, version)),
        },
        _ => Err(unsupported(value, version)),
    }
}

fn unsupported(value: &Value, version: HelmVersion) -> String {
    format!("unsupported duration type {}", value.type_name(version))
}

fn from_text(text: &[u8]) -> Result<Duration, String> {
    let trimmed = trim_space(text);
    if trimmed.is_empty() {
        return Err("empty duration".to_owned());
    }
    match (parse_duration(trimmed), parse_float(trimmed, 64)) {
        (Ok(duration), _) => Ok(duration),
        (_, Ok(seconds)) => from_float(seconds),
        _ => Err(format!("could not parse duration {}", quote(text))),
    }
}

/// `strings.TrimSpace`.
fn trim_space(text: &[u8]) -> &[u8] {
    let mut kept = utf8::runes(text).filter(|(_, rune, _)| !unicode::is_space(*rune));
    let Some((start, rune, valid)) = kept.next() else { return &[] };
    let (last, rune, valid) = kept.last().unwrap_or((start, rune, valid));
    let end = last + if valid { rune.len_utf8() } else { 1 };
    text.get(start..end).unwrap_or(text)
}

fn from_seconds(seconds: i64) -> Result<Duration, String> {
    seconds.checked_mul(NANOS).map(Duration).ok_or_else(|| format!("duration seconds overflow: {seconds}"))
}

fn from_float(seconds: f64) -> Result<Duration, String> {
    const MAX: f64 = i64::MAX as f64;
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", format_g(seconds)));
    }
    if seconds.abs() > MAX / NANOS as f64 {
        return Err(format!("duration seconds overflow: {}", format_g(seconds)));
    }
    let nanos = seconds * NANOS as f64;
    if nanos.abs() > MAX {
        return Err(format!("duration nanoseconds overflow: {}", format_g(nanos)));
    }
    // 2^63 itself passes both checks; on the machines Helm is built for it converts to the smallest integer.
    Ok(Duration(if nanos >= MAX { i64::MIN } else { nanos as i64 }))
}

fn duration_value(duration: Duration) -> Value {
    Value::Object(Rc::new(duration))
}

fn must_to_duration(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    as_duration(args.value(0), caller.settings().version).map(duration_value).map_err(Fault::text)
}

/// The argument as a duration; zero for what means none.
fn lenient(caller: &dyn Caller, args: &Args<'_>) -> Duration {
    as_duration(args.value(0), caller.settings().version).unwrap_or_default()
}

fn rounded(caller: &dyn Caller, args: &Args<'_>, how: fn(Duration, Duration) -> Duration) -> Value {
    let version = caller.settings().version;
    duration_value(match (as_duration(args.value(0), version), as_duration(args.value(1), version)) {
        (Err(_), _) => Duration(0),
        (Ok(duration), Err(_)) => duration,
        (Ok(duration), Ok(unit)) => how(duration, unit),
    })
}

macro_rules! row {
    ($name:literal, [$($param:expr),*], $call:expr, $doc:literal) => {
        Func {
            name: $name,
            params: &[$($param),*],
            variadic: false,
            since: HelmVersion::V4_3,
            call: $call,
            doc: Doc::new($doc),
        }
    };
}

/// The table of this family.
pub const FUNCS: &[Func] = &[
    row!(
        "mustToDuration",
        [Ty::Any],
        must_to_duration,
        "A duration from text, seconds or a duration; fails otherwise."
    ),
    row!(
        "durationSeconds",
        [Ty::Any],
        |caller, args| Ok(Value::Float(lenient(caller, args).seconds())),
        "A duration in seconds."
    ),
    row!(
        "durationMilliseconds",
        [Ty::Any],
        |caller, args| Ok(Value::Int64(lenient(caller, args).0 / 1_000_000)),
        "A duration in whole milliseconds."
    ),
    row!(
        "durationMicroseconds",
        [Ty::Any],
        |caller, args| Ok(Value::Int64(lenient(caller, args).0 / 1_000)),
        "A duration in whole microseconds."
    ),
    row!(
        "durationNanoseconds",
        [Ty::Any],
        |caller, args| Ok(Value::Int64(lenient(caller, args).0)),
        "A duration in nanoseconds."
    ),
    row!(
        "durationMinutes",
        [Ty::Any],
        |caller, args| Ok(Value::Float(lenient(caller, args).minutes())),
        "A duration in minutes."
    ),
    row!(
        "durationHours",
        [Ty::Any],
        |caller, args| Ok(Value::Float(lenient(caller, args).hours())),
        "A duration in hours."
    ),
    row!(
        "durationDays",
        [Ty::Any],
        |caller, args| Ok(Value::Float(lenient(caller, args).hours() / 24.0)),
        "A duration in days of 24 hours."
    ),
    row!(
        "durationWeeks",
        [Ty::Any],
        |caller, args| Ok(Value::Float(lenient(caller, args).hours() / 24.0 / 7.0)),
        "A duration in weeks of 168 hours."
    ),
    row!(
        "durationRoundTo",
        [Ty::Any, Ty::Any],
        |caller, args| Ok(rounded(caller, args, Duration::round)),
        "A duration rounded to the nearest multiple of another."
    ),
    row!(
        "durationTruncateTo",
        [Ty::Any, Ty::Any],
        |caller, args| Ok(rounded(caller, args, Duration::truncate)),
        "A duration rounded toward zero to a multiple of another."
    ),
];
