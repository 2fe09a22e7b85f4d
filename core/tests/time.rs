//! Times, zones, layouts and durations against recorded answers of Go's time package.
//!
//! The recordings in `fixtures/time` are lines of tab-separated fields in which bytes other than printable ASCII, and
//! the backslash, are written `\xNN`. `HOOKWRIGHT_RECORDINGS` names another folder of recordings to compare with.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::funcs::registry;
use hookwright_core::go::time::{Duration, Month, Time, Weekday, Zone, parse, parse_duration};
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
        if name == "Local" {
            return None;
        }
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

/// A function's result as `toString` shows it, or its error.
fn call(name: &str, args: &[Value]) -> String {
    let func = registry::lookup(name, HelmVersion::V4_3).unwrap();
    match (func.call)(&mut Alone::default(), &Args(args)) {
        Ok(Value::Str(text)) => text.to_string(),
        Ok(Value::Object(object)) => object.string().unwrap().to_string(),
        Ok(other) => format!("{other:?}"),
        Err(fault) => format!("ERR {fault}"),
    }
}

fn int(n: i64) -> Value {
    Value::Int(n)
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn day(text: &str) -> Value {
    parse(b"2006-01-02", text.as_bytes(), &Zone::Local(None)).unwrap().into()
}

#[test]
fn dates_are_sprigs() {
    let new_year = || day("2017-12-31");
    for (name, args, expected) in [
        ("date", vec![text("2006-01-02"), int(0)], "1970-01-01"),
        (
            "date",
            vec![text("Mon Jan _2 15:04:05 MST 2006"), Value::Int64(1_700_000_000)],
            "Tue Nov 14 22:13:20 UTC 2023",
        ),
        // Neither text nor a float is a date.
        ("date", vec![text("2006"), text("1999-01-01")], "2023"),
        ("date", vec![text("2006"), Value::Float(0.0)], "2023"),
        ("date", vec![text("02/01/2006"), new_year()], "31/12/2017"),
        (
            "dateInZone",
            vec![text("2006-01-02 15:04 MST"), day("2024-02-29"), text("America/New_York")],
            "2024-02-28 19:00 EST",
        ),
        ("date_in_zone", vec![text("15:04"), int(0), text("Nope/Zone")], "00:00"),
        ("dateInZone", vec![text("15:04"), int(0), text("../time/zoneinfo/EST5EDT")], "00:00"),
        ("dateInZone", vec![text("15:04 MST"), int(0), text("")], "00:00 UTC"),
        ("htmlDate", vec![int(0)], "1970-01-01"),
        ("htmlDateInZone", vec![Value::Int64(1_700_000_000), text("Pacific/Apia")], "2023-11-15"),
        ("toDate", vec![text("2006-01-02"), text("2017-12-31")], "2017-12-31 00:00:00 +0000 UTC"),
        ("toDate", vec![text("2006-01-02"), text("bad")], "0001-01-01 00:00:00 +0000 UTC"),
        (
            "mustToDate",
            vec![text("2006-01-02"), text("bad")],
            r#"ERR parsing time "bad" as "2006-01-02": cannot parse "bad" as "2006""#,
        ),
        (
            "mustToDate",
            vec![text("2006-01-02"), text("2017-12-311")],
            r#"ERR parsing time "2017-12-311": extra text: "1""#,
        ),
        ("unixEpoch", vec![new_year()], "1514678400"),
        ("dateModify", vec![text("-24h"), new_year()], "2017-12-30 00:00:00 +0000 UTC"),
        ("date_modify", vec![text("bad"), new_year()], "2017-12-31 00:00:00 +0000 UTC"),
        ("mustDateModify", vec![text("bad"), new_year()], r#"ERR time: invalid duration "bad""#),
        ("must_date_modify", vec![text("1h"), new_year()], "2017-12-31 01:00:00 +0000 UTC"),
        ("ago", vec![Value::Int64(1_700_000_000 - 95)], "1m35s"),
        ("duration", vec![int(95)], "0s"),
        ("duration", vec![text("95")], "1m35s"),
        ("duration", vec![text("99999999999999999999")], "-1s"),
        ("duration", vec![Value::Int64(95)], "1m35s"),
        ("duration", vec![text("x")], "0s"),
        ("durationRound", vec![text("2h10m5s")], "2h"),
        ("durationRound", vec![text("24h")], "24h"),
        ("durationRound", vec![text("-25h")], "1d"),
        ("durationRound", vec![text("2400h10m5s")], "3mo"),
        ("durationRound", vec![text("9000h")], "1y"),
        ("durationRound", vec![text("1s")], "0s"),
        ("durationRound", vec![Value::Int64(5_000_000_000)], "5s"),
        ("durationRound", vec![int(5)], "0s"),
    ] {
        assert_eq!(call(name, &args), expected, "{name} {args:?}");
    }
}

#[test]
fn durations_are_helms() {
    for (name, args, expected) in [
        ("mustToDuration", vec![text("1h30m")], "1h30m0s"),
        ("mustToDuration", vec![text(" 2.5 ")], "2.5s"),
        ("mustToDuration", vec![int(90)], "1m30s"),
        ("mustToDuration", vec![Value::Float(1.5)], "1.5s"),
        ("mustToDuration", vec![Value::Object(Rc::new(Month(1)))], "1s"),
        ("mustToDuration", vec![Value::Float(9_223_372_036.854_775)], "2562047h47m16.854774784s"),
        ("mustToDuration", vec![Value::Float(9_223_372_036.854_776)], "-2562047h47m16.854775808s"),
        ("mustToDuration", vec![text("x")], r#"ERR could not parse duration "x""#),
        ("mustToDuration", vec![text("")], "ERR empty duration"),
        ("mustToDuration", vec![Value::Nil], "ERR invalid duration"),
        ("mustToDuration", vec![Value::Bool(true)], "ERR unsupported duration type bool"),
        ("mustToDuration", vec![int(10_000_000_000)], "ERR duration seconds overflow: 10000000000"),
        ("mustToDuration", vec![Value::Float(1e10)], "ERR duration seconds overflow: 1e+10"),
        ("mustToDuration", vec![text("inf")], "ERR invalid duration seconds: +Inf"),
        ("durationSeconds", vec![text("1m30s")], "float64(90)"),
        ("durationMilliseconds", vec![text("1.5s")], "int64(1500)"),
        ("durationMicroseconds", vec![text("1ms")], "int64(1000)"),
        ("durationNanoseconds", vec![int(1)], "int64(1000000000)"),
        ("durationMinutes", vec![text("90s")], "float64(1.5)"),
        ("durationHours", vec![text("90m")], "float64(1.5)"),
        ("durationDays", vec![text("36h")], "float64(1.5)"),
        ("durationWeeks", vec![text("84h")], "float64(0.5)"),
        ("durationSeconds", vec![text("x")], "float64(0)"),
        ("durationRoundTo", vec![text("2h13m"), text("1h")], "2h0m0s"),
        ("durationRoundTo", vec![text("2h13m"), text("x")], "2h13m0s"),
        ("durationRoundTo", vec![text("x"), text("1h")], "0s"),
        ("durationRoundTo", vec![text("-90s"), text("1m")], "-2m0s"),
        ("durationTruncateTo", vec![text("2h59m"), text("1h")], "2h0m0s"),
    ] {
        assert_eq!(call(name, &args), expected, "{name} {args:?}");
    }
    assert!(registry::lookup("mustToDuration", HelmVersion::V4_2).is_none());
}
