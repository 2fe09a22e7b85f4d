//! The methods templates can call on times, durations, months, weekdays and locations.
//!
//! Methods that return more than one value besides an error exist in Go but cannot be called from a template; their
//! rows fail with the text of Go's template package (text/template/funcs.go, goodFunc).

use super::layout::{MONTHS, WEEKDAYS};
use super::{Duration, Time, Zone, quote};
use crate::dialect::HelmVersion;
use crate::value::{Args, Fault, Kind, Method, Object, Str, Ty, Value};
use std::any::Any;
use std::rc::Rc;

const DURATION: Ty = Ty::Object("time.Duration");
const TIME: Ty = Ty::Object("time.Time");
const BYTES: Ty = Ty::Object("[]uint8");

/// Go's `time.Month`, 1 for January.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month(pub i64);

/// Go's `time.Weekday`, 0 for Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekday(pub i64);

/// A row of a method table. The receiver is given to the closure as its concrete type.
macro_rules! method {
    ($receiver:ty, $name:literal, [$($param:expr),*], $body:expr) => {
        Method {
            name: $name,
            params: &[$($param),*],
            variadic: false,
            call: |receiver, caller, args| {
                let body: fn(&$receiver, &mut dyn crate::value::Caller, &Args<'_>) -> Result<Value, Fault> = $body;
                match receiver.as_any().downcast_ref::<$receiver>() {
                    Some(receiver) => body(receiver, caller, args),
                    None => Err(Fault::text(concat!("method ", $name, " called on another type"))),
                }
            },
        }
    };
}

impl From<Time> for Value {
    fn from(time: Time) -> Value {
        Value::Object(Rc::new(time))
    }
}

fn duration(args: &Args<'_>, index: usize) -> Duration {
    // A literal number is nanoseconds, whether or not the evaluator has given it its type.
    args.object::<Duration>(index).copied().unwrap_or(Duration(args.int(index)))
}

fn time<'a>(args: &Args<'a>, index: usize) -> &'a Time {
    args.object::<Time>(index).unwrap_or(&Time::ZERO)
}

fn bytes(bytes: Vec<u8>) -> Result<Value, Fault> {
    Ok(Value::Bytes(Some(bytes.into())))
}

fn appended(args: &Args<'_>, tail: Vec<u8>) -> Result<Value, Fault> {
    let mut out = match args.value(0) {
        Value::Bytes(Some(head)) => head.to_vec(),
        _ => Vec::new(),
    };
    out.extend_from_slice(&tail);
    bytes(out)
}

fn object(object: impl Object) -> Result<Value, Fault> {
    Ok(Value::Object(Rc::new(object)))
}

fn three_results(name: &str) -> Result<Value, Fault> {
    Err(Fault::signature(format!("function {name} has 3 return values; should be 1 or 2")))
}

fn second_result(name: &str, found: &str) -> Result<Value, Fault> {
    let rule = "second return value should be error";
    Err(Fault::signature(format!("invalid function signature for {name}: {rule}; is {found}")))
}

static TIME_METHODS: &[Method] = &[
    method!(Time, "Add", [DURATION], |t, _, args| object(t.add(duration(args, 0)))),
    method!(Time, "AddDate", [Ty::Int, Ty::Int, Ty::Int], |t, _, args| {
        object(t.add_date(args.int(0), args.int(1), args.int(2)))
    }),
    method!(Time, "After", [TIME], |t, _, args| Ok((t > time(args, 0)).into())),
    method!(Time, "AppendBinary", [BYTES], |t, _, args| appended(args, t.binary()?)),
    method!(Time, "AppendFormat", [BYTES, Ty::Str], |t, _, args| appended(args, t.format(args.bytes(1)))),
    method!(Time, "AppendText", [BYTES], |t, _, args| appended(args, t.text("AppendText")?)),
    method!(Time, "Before", [TIME], |t, _, args| Ok((t < time(args, 0)).into())),
    method!(Time, "Clock", [], |_, _, _| three_results("Clock")),
    method!(Time, "Compare", [TIME], |t, _, args| Ok(Value::Int(t.cmp(time(args, 0)) as i64))),
    method!(Time, "Date", [], |_, _, _| three_results("Date")),
    method!(Time, "Day", [], |t, _, _| Ok(Value::Int(t.shown().0.day))),
    method!(Time, "Equal", [TIME], |t, _, args| Ok((t == time(args, 0)).into())),
    method!(Time, "Format", [Ty::Str], |t, _, args| Ok(Value::str(t.format(args.bytes(0))))),
    method!(Time, "GoString", [], |t, _, _| Ok(Value::str(t.as_go()))),
    method!(Time, "GobEncode", [], |t, _, _| bytes(t.binary()?)),
    method!(Time, "Hour", [], |t, _, _| Ok(Value::Int(t.shown().1.hour))),
    method!(Time, "ISOWeek", [], |_, _, _| second_result("ISOWeek", "int")),
    method!(Time, "In", [Ty::Object("*time.Location")], |t, _, args| match args.object::<Zone>(0) {
        Some(zone) => object(t.in_zone(zone.clone())),
        None => Err(Fault::text("time: missing Location in call to Time.In")),
    }),
    method!(Time, "IsDST", [], |t, _, _| Ok(t.zone_in_force().dst.into())),
    method!(Time, "IsZero", [], |t, _, _| Ok((*t == Time::ZERO).into())),
    method!(Time, "Local", [], |t, caller, _| object(t.in_zone(Zone::local(caller.host())))),
    method!(Time, "Location", [], |t, _, _| object(t.zone.clone())),
    method!(Time, "MarshalBinary", [], |t, _, _| bytes(t.binary()?)),
    method!(Time, "MarshalJSON", [], |t, _, _| {
        let text = t.text("MarshalJSON")?;
        bytes([b"\"", text.as_slice(), b"\""].concat())
    }),
    method!(Time, "MarshalText", [], |t, _, _| bytes(t.text("MarshalText")?)),
    method!(Time, "Minute", [], |t, _, _| Ok(Value::Int(t.shown().1.minute))),
    method!(Time, "Month", [], |t, _, _| object(Month(t.shown().0.month))),
    method!(Time, "Nanosecond", [], |t, _, _| Ok(Value::Int(t.nanos.into()))),
    method!(Time, "Round", [DURATION], |t, _, args| object(t.round(duration(args, 0)))),
    method!(Time, "Second", [], |t, _, _| Ok(Value::Int(t.shown().1.second))),
    method!(Time, "String", [], |t, _, _| Ok(Value::str(t.bytes()))),
    method!(Time, "Sub", [TIME], |t, _, args| object(t.since(time(args, 0)))),
    method!(Time, "Truncate", [DURATION], |t, _, args| object(t.truncate(duration(args, 0)))),
    method!(Time, "UTC", [], |t, _, _| object(t.in_zone(Zone::Utc))),
    method!(Time, "Unix", [], |t, _, _| Ok(Value::Int64(t.unix()))),
    method!(Time, "UnixMicro", [], |t, _, _| Ok(Value::Int64(t.unix_in(1_000_000)))),
    method!(Time, "UnixMilli", [], |t, _, _| Ok(Value::Int64(t.unix_in(1_000)))),
    method!(Time, "UnixNano", [], |t, _, _| Ok(Value::Int64(t.unix_in(1_000_000_000)))),
    method!(Time, "Weekday", [], |t, _, _| object(Weekday(t.shown().1.weekday))),
    method!(Time, "Year", [], |t, _, _| Ok(Value::Int(t.shown().0.year))),
    method!(Time, "YearDay", [], |t, _, _| Ok(Value::Int(t.shown().0.year_day))),
    method!(Time, "Zone", [], |_, _, _| second_result("Zone", "int")),
    method!(Time, "ZoneBounds", [], |_, _, _| second_result("ZoneBounds", "time.Time")),
];

static DURATION_METHODS: &[Method] = &[
    method!(Duration, "Abs", [], |d, _, _| object(d.abs())),
    method!(Duration, "Hours", [], |d, _, _| Ok(Value::Float(d.hours()))),
    method!(Duration, "Microseconds", [], |d, _, _| Ok(Value::Int64(d.0 / 1_000))),
    method!(Duration, "Milliseconds", [], |d, _, _| Ok(Value::Int64(d.0 / 1_000_000))),
    method!(Duration, "Minutes", [], |d, _, _| Ok(Value::Float(d.minutes()))),
    method!(Duration, "Nanoseconds", [], |d, _, _| Ok(Value::Int64(d.0))),
    method!(Duration, "Round", [DURATION], |d, _, args| object(d.round(duration(args, 0)))),
    method!(Duration, "Seconds", [], |d, _, _| Ok(Value::Float(d.seconds()))),
    method!(Duration, "String", [], |d, _, _| Ok(Value::str(d.to_string()))),
    method!(Duration, "Truncate", [DURATION], |d, _, args| object(d.truncate(duration(args, 0)))),
];

static MONTH_METHODS: &[Method] = &[method!(Month, "String", [], |month, _, _| Ok(Value::str(named(
    &MONTHS,
    month.0 - 1,
    month.0,
    "Month"
))))];

static WEEKDAY_METHODS: &[Method] =
    &[method!(Weekday, "String", [], |day, _, _| Ok(Value::str(named(&WEEKDAYS, day.0, day.0, "Weekday"))))];

static LOCATION_METHODS: &[Method] = &[method!(Zone, "String", [], |zone, _, _| Ok(Value::str(zone.name())))];

/// The name at `index`, or what Go prints for a `number` that has none.
fn named(names: &[&str], index: i64, number: i64, of: &str) -> String {
    match usize::try_from(index).ok().and_then(|index| names.get(index)) {
        Some(name) => (*name).to_owned(),
        None => format!("%!{of}({})", number as u64),
    }
}

impl Time {
    /// Date and clock reading in the time's zone.
    fn shown(&self) -> (super::Day, super::Clock) {
        self.broken_down(self.zone_in_force().offset)
    }

    /// The Unix time in parts of a second; wraps as Go does.
    fn unix_in(&self, parts: i64) -> i64 {
        self.unix().wrapping_mul(parts).wrapping_add(i64::from(self.nanos) / (super::NANOS / parts))
    }

    fn text(&self, method: &str) -> Result<Vec<u8>, Fault> {
        self.strict_rfc3339().map_err(|error| Fault::text(format!("Time.{method}: {error}")))
    }

    /// `Time.MarshalBinary`: version, seconds, nanoseconds, minutes east of UTC (-1 for UTC itself), and seconds of
    /// the offset if there are any.
    fn binary(&self) -> Result<Vec<u8>, Fault> {
        let offset = self.zone_in_force().offset;
        let (minutes, seconds) =
            if matches!(self.zone, Zone::Utc) { (-1, 0) } else { (offset / 60, offset % 60) };
        let refused = minutes == -1 && !matches!(self.zone, Zone::Utc);
        let Some(minutes) = i16::try_from(minutes).ok().filter(|_| !refused) else {
            return Err(Fault::text("Time.MarshalBinary: unexpected zone offset"));
        };
        let mut out = vec![if seconds == 0 { 1 } else { 2 }];
        out.extend_from_slice(&self.seconds.to_be_bytes());
        out.extend_from_slice(&self.nanos.to_be_bytes());
        out.extend_from_slice(&minutes.to_be_bytes());
        if seconds != 0 {
            out.push(seconds as u8);
        }
        Ok(out)
    }

    /// `Time.GoString`: how the time is written in a Go program.
    pub fn as_go(&self) -> String {
        let (date, clock) = self.shown();
        let zone = match &self.zone {
            Zone::Utc => "time.UTC".to_owned(),
            Zone::Local(_) => "time.Local".to_owned(),
            other => format!("time.Location({})", quote(other.name())),
        };
        let month = named(&MONTHS, date.month - 1, date.month, "Month");
        let (year, day, nanos) = (date.year, date.day, self.nanos);
        let (hour, minute, second) = (clock.hour, clock.minute, clock.second);
        format!("time.Date({year}, time.{month}, {day}, {hour}, {minute}, {second}, {nanos}, {zone})")
    }
}

impl Object for Time {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "time.Time"
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn unexported(&self) -> &'static [&'static str] {
        &["wall", "ext", "loc"]
    }

    fn methods(&self) -> &'static [Method] {
        TIME_METHODS
    }

    fn string(&self) -> Option<Str> {
        Some(self.bytes().into())
    }

    fn go_string(&self) -> Option<Str> {
        Some(self.as_go().into())
    }

    /// For verbs such as `%d`. The zone is an address there, for which nothing stands.
    fn printed_fields(&self) -> Vec<(&'static str, Value)> {
        let wall = Value::Uint64(self.nanos.into());
        vec![("wall", wall), ("ext", Value::Int64(self.seconds)), ("loc", Value::Uint64(0))]
    }

    fn json(&self) -> Option<Value> {
        self.strict_rfc3339().ok().map(Value::str)
    }

    fn json_error(&self) -> Option<String> {
        self.strict_rfc3339().err().map(|error| format!("Time.MarshalJSON: {error}"))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Time>().is_some_and(|other| {
            self == other && self.monotonic == other.monotonic && self.zone == other.zone
        })
    }
}

impl Object for Duration {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "time.Duration"
    }

    fn kind(&self) -> Kind {
        Kind::Int64
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::Int64(self.0))
    }

    fn methods(&self) -> &'static [Method] {
        DURATION_METHODS
    }

    fn string(&self) -> Option<Str> {
        Some(self.to_string().into())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Duration>() == Some(self)
    }
}

impl Object for Month {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "time.Month"
    }

    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::Int(self.0))
    }

    fn methods(&self) -> &'static [Method] {
        MONTH_METHODS
    }

    fn string(&self) -> Option<Str> {
        Some(named(&MONTHS, self.0 - 1, self.0, "Month").into())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Month>() == Some(self)
    }
}

impl Object for Weekday {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "time.Weekday"
    }

    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::Int(self.0))
    }

    fn methods(&self) -> &'static [Method] {
        WEEKDAY_METHODS
    }

    fn string(&self) -> Option<Str> {
        Some(named(&WEEKDAYS, self.0, self.0, "Weekday").into())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Weekday>() == Some(self)
    }
}

/// `*time.Location`, what `.Location` gives and `.In` takes.
impl Object for Zone {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        "*time.Location"
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn unexported(&self) -> &'static [&'static str] {
        &["name", "zone", "tx", "extend", "cacheStart", "cacheEnd", "cacheZone"]
    }

    fn methods(&self) -> &'static [Method] {
        LOCATION_METHODS
    }

    fn string(&self) -> Option<Str> {
        Some(self.name().into())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Zone>() == Some(self)
    }
}
