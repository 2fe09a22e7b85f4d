//! Times, zones, layouts and durations against recorded answers of Go's time package.
//!
//! The recordings in `fixtures/time` are lines of tab-separated fields in which bytes other than printable ASCII, and
//! the backslash, are written `\xNN`. `HOOKWRIGHT_RECORDINGS` names another folder of recordings to compare with.

use hookwright_core::go::time::{Duration, Time, Weekday, Zone, parse, parse_duration};
use hookwright_core::host::{Host, Moment};
use hookwright_core::limits::Limits;
use hookwright_core::value::{Args, Caller, Fault, Object, Settings, Str, Value};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A host whose zone files are fixtures.
struct Zones;

impl Host for Zones {
    fn now(&self) -> Moment {
        Moment { seconds: 1_700_000_000, nanos: 0 }
    }

    fn random(&self, _: &mut [u8]) {}

    fn time_zone(&self, name: &str) -> Option<Vec<u8>> {
        let recorded = std::env::var_os("HOOKWRIGHT_RECORDINGS").is_some();
        let folder = if recorded { "/usr/share/zoneinfo".into() } else { fixtures().join("zoneinfo") };
        std::fs::read(folder.join(name)).ok()
    }
}

/// A render that only has a host.
#[derive(Default)]
struct Alone(Limits, Settings);

impl Caller for Alone {
    fn host(&self) -> &dyn Host {
        &Zones
    }

    fn limits(&self) -> &Limits {
        &self.0
    }

    fn settings(&self) -> &Settings {
        &self.1
    }

    fn include(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
        Err(Fault::text("no templates here"))
    }

    fn tpl(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
        Err(Fault::text("no templates here"))
    }

    fn log(&mut self, _: &'static str, _: String) {}
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/time")
}

fn recording(name: &str) -> Vec<Vec<String>> {
    let folder = std::env::var_os("HOOKWRIGHT_RECORDINGS").map_or_else(fixtures, PathBuf::from);
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut out = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        out.push(u8::from_str_radix(&part[..2], 16).unwrap());
        out.extend_from_slice(&part.as_bytes()[2..]);
    }
    out
}

/// Zones by name, each loaded once.
#[derive(Default)]
struct Loaded(HashMap<String, Zone>);

impl Loaded {
    fn zone(&mut self, name: &str) -> Zone {
        self.0
            .entry(name.to_owned())
            .or_insert_with(|| Zone::load(&Zones, name.as_bytes()).expect(name))
            .clone()
    }
}

/// Compares all cases and shows the first few that differ.
fn compare(cases: impl Iterator<Item = (String, String, String)>) {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (case, actual, expected) in cases {
        count += 1;
        if actual != expected {
            wrong.push(format!("{case}\n  go:   {expected}\n  ours: {actual}"));
        }
    }
    assert!(count > 100, "only {count} cases");
    let shown = wrong.iter().take(8).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{shown}", wrong.len());
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn formats_as_go_does() {
    let mut zones = Loaded::default();
    compare(recording("format.tsv").into_iter().map(|case| {
        let [seconds, nanos, zone, layout, expected] = &case[..] else { panic!("{case:?}") };
        let time = Time::from_unix(seconds.parse().unwrap(), nanos.parse().unwrap(), zones.zone(zone));
        let actual = time.format(&unescape(layout));
        (case[..4].join(" "), lossy(&actual), lossy(&unescape(expected)))
    }));
}

#[test]
fn parses_as_go_does() {
    let mut zones = Loaded::default();
    compare(recording("parse.tsv").into_iter().map(|case| {
        let [layout, value, zone, unix, expected] = &case[..] else { panic!("{case:?}") };
        let (actual_unix, actual) = match parse(&unescape(layout), &unescape(value), &zones.zone(zone)) {
            Ok(time) => (time.unix().to_string(), format!("{time} {}", time.as_go())),
            Err(error) => ("err".to_owned(), error),
        };
        let expected = lossy(&unescape(expected));
        (case[..3].join(" | "), format!("{actual_unix} {actual}"), format!("{unix} {expected}"))
    }));
}

#[test]
fn durations_are_gos() {
    compare(recording("duration.tsv").into_iter().map(|case| {
        let [text, nanos, expected] = &case[..] else { panic!("{case:?}") };
        let (actual_nanos, actual) = match parse_duration(&unescape(text)) {
            Ok(duration) => (duration.0.to_string(), duration.to_string()),
            Err(error) => ("err".to_owned(), error),
        };
        let expected = lossy(&unescape(expected));
        (text.clone(), format!("{actual_nanos} {actual}"), format!("{nanos} {expected}"))
    }));
}

#[test]
fn arithmetic_is_gos() {
    let mut zones = Loaded::default();
    compare(recording("rounding.tsv").into_iter().map(|case| {
        let int = |index: usize| case[index].parse::<i64>().unwrap();
        let (duration, unit) = (Duration(int(0)), Duration(int(1)));
        let time = Time::from_unix(int(3), int(4) as u32, zones.zone(&case[5]));
        let moment = |time: &Time| format!("{}.{:09}", time.unix(), time.nanosecond());
        let add_date: Vec<i64> = case[7].split(' ').take(3).map(|n| n.parse().unwrap()).collect();
        let other = Time::from_unix(int(8), int(9) as u32, Zone::Utc);
        let bits = |x: f64| format!("{:x}", x.to_bits());
        let actual = [
            format!(
                "{duration} {} {} {} {} {} {}",
                duration.round(unit),
                duration.truncate(unit),
                duration.abs(),
                bits(duration.seconds()),
                bits(duration.minutes()),
                bits(duration.hours())
            ),
            [time.add(duration), time.round(unit), time.truncate(unit)]
                .iter()
                .map(moment)
                .collect::<Vec<_>>()
                .join(" "),
            format!(
                "{} {} {} {}",
                add_date[0],
                add_date[1],
                add_date[2],
                moment(&time.add_date(add_date[0], add_date[1], add_date[2]))
            ),
            time.since(&other).to_string(),
            [
                (time.cmp(&other) as i64).to_string(),
                shown(&time, "YearDay"),
                shown(&time, "Weekday"),
                shown(&time, "IsDST"),
                shown(&time, "Year"),
                shown(&time, "UnixMilli"),
                shown(&time, "UnixMicro"),
                shown(&time, "UnixNano"),
            ]
            .join(" "),
            shown(&time, "MarshalBinary"),
            shown(&time, "MarshalJSON"),
            time.as_go(),
        ]
        .join(" | ");
        let expected = [2, 6, 7, 10, 11, 12, 13, 14].map(|index| lossy(&unescape(&case[index]))).join(" | ");
        (case.join(" "), actual, expected)
    }));
}

/// What a method without arguments gives, as text: bytes in hexadecimal unless they are JSON.
fn shown(time: &Time, name: &str) -> String {
    let method = time.methods().iter().find(|method| method.name == name).unwrap();
    match (method.call)(time, &mut Alone::default(), &Args(&[])) {
        Ok(Value::Int(n) | Value::Int64(n)) => n.to_string(),
        Ok(Value::Bool(b)) => b.to_string(),
        Ok(Value::Bytes(Some(bytes))) if bytes.first() == Some(&b'"') => lossy(&bytes),
        Ok(Value::Bytes(Some(bytes))) => bytes.iter().map(|b| format!("{b:02x}")).collect(),
        Ok(Value::Object(object)) => object.string().unwrap().to_string(),
        Ok(other) => panic!("{name}: {other:?}"),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn methods_are_gos() {
    let time = parse(b"2006-01-02", b"2017-12-31", &Zone::Local(None)).unwrap();
    let call = |name: &str, args: &[Value]| {
        let method = time.methods().iter().find(|method| method.name == name).unwrap();
        (method.call)(&time, &mut Alone::default(), &Args(args)).map(|value| match value {
            Value::Object(object) => object.string().unwrap().to_string(),
            Value::Str(text) => text.to_string(),
            Value::Bytes(Some(bytes)) => lossy(&bytes),
            other => format!("{other:?}"),
        })
    };
    let hour = Value::Object(Rc::new(Duration::HOUR));
    let utc = Value::from(Time::ZERO);
    for (name, args, expected) in [
        ("Add", vec![Value::Int(5)], "2017-12-31 00:00:00.000000005 +0000 UTC"),
        ("Add", vec![hour.clone()], "2017-12-31 01:00:00 +0000 UTC"),
        ("AddDate", vec![Value::Int(0), Value::Int(2), Value::Int(0)], "2018-03-03 00:00:00 +0000 UTC"),
        ("Sub", vec![utc.clone()], "2562047h47m16.854775807s"),
        ("After", vec![utc.clone()], "true"),
        ("Location", vec![], "UTC"),
        ("Month", vec![], "December"),
        ("Weekday", vec![], "Sunday"),
        ("AppendFormat", vec![Value::Nil, Value::from("2006")], "2017"),
        ("MarshalText", vec![], "2017-12-31T00:00:00Z"),
        ("GoString", vec![], "time.Date(2017, time.December, 31, 0, 0, 0, 0, time.Local)"),
        ("Round", vec![hour], "2017-12-31 00:00:00 +0000 UTC"),
    ] {
        assert_eq!(call(name, &args).unwrap(), expected, "{name}");
    }
    for (name, expected) in [
        ("Date", "function Date has 3 return values; should be 1 or 2"),
        ("Zone", "invalid function signature for Zone: second return value should be error; is int"),
        ("In", "time: missing Location in call to Time.In"),
    ] {
        assert_eq!(call(name, &[]).unwrap_err().to_string(), expected, "{name}");
    }
    let far = time.add_date(9000, 0, 0);
    assert!(far.json().is_none());
    assert_eq!(far.json_error().unwrap(), "Time.MarshalJSON: year outside of range [0,9999]");
    assert_eq!(Time::now(&Zones).to_string(), "2023-11-14 22:13:20 +0000 UTC m=+0.000000001");
    assert_eq!(Weekday(9).string().unwrap(), "%!Weekday(9)");
}
