//! Integer and decimal arithmetic, counting and rounding (sprig/numeric.go, sprig/functions.go).
//!
//! Arguments of any type are coerced by [`crate::funcs::cast`]; integer results are `int64` and wrap as in
//! Go.

use super::crypto::entropy::Entropy;
use super::decimal::Decimal;
use crate::funcs::cast::{to_float64, to_int, to_int64};
use crate::go::number::{self, NumErrorKind};
use crate::value::{Args, Caller, Fault, Value};

table! {
    "atoi"(Str) => atoi, "A decimal number's text as `int`; 0 when it is not one.";
    "int"(Any) => |_, args| Ok(Value::Int(to_int(args.value(0)))), "The value as `int`.";
    "int64"(Any) => |_, args| Ok(Value::Int64(to_int64(args.value(0)))), "The value as `int64`.";
    "float64"(Any) => |_, args| Ok(Value::Float(to_float64(args.value(0)))), "The value as `float64`.";
    "toDecimal"(Any) => to_decimal, "The number a Unix octal stands for: 0777 gives 511.";

    "add1"(Any) => |_, args| Ok(Value::Int64(to_int64(args.value(0)).wrapping_add(1))),
        "The integer plus one.";
    "add"(; Any) => |_, args| integers(0, args.rest(0), i64::wrapping_add), "The sum of integers.";
    "sub"(Any, Any) => |_, args| integers(to_int64(args.value(0)), args.rest(1), i64::wrapping_sub),
        "The difference of two integers.";
    "mul"(Any; Any) => |_, args| integers(to_int64(args.value(0)), args.rest(1), i64::wrapping_mul),
        "The product of integers.";
    "div"(Any, Any) => |_, args| quotient(args, i64::wrapping_div),
        "The quotient of two integers, toward zero.";
    "mod"(Any, Any) => |_, args| quotient(args, i64::wrapping_rem),
        "The remainder of two integers, with the dividend's sign.";
    "max"(Any; Any) => |_, args| integers(to_int64(args.value(0)), args.rest(1), i64::max),
        "The largest of integers.";
    "biggest"(Any; Any) => |_, args| integers(to_int64(args.value(0)), args.rest(1), i64::max),
        "The largest of integers.";
    "min"(Any; Any) => |_, args| integers(to_int64(args.value(0)), args.rest(1), i64::min),
        "The smallest of integers.";

    "add1f"(Any) => |_, args| decimals(args.value(0), &[Value::Int(1)], |a, b| Ok(a.add(b))),
        "The decimal plus one.";
    "addf"(; Any) => |_, args| decimals(&Value::Int(0), args.rest(0), |a, b| Ok(a.add(b))),
        "The exact sum of decimals.";
    "subf"(Any; Any) => |_, args| decimals(args.value(0), args.rest(1), |a, b| Ok(a.sub(b))),
        "The exact difference of decimals.";
    "mulf"(Any; Any) => |_, args| decimals(args.value(0), args.rest(1), |a, b| Ok(a.mul(b))),
        "The exact product of decimals.";
    "divf"(Any; Any) => |_, args| decimals(args.value(0), args.rest(1), |a, b| {
        a.div(b).ok_or_else(|| Fault::text("decimal division by 0"))
    }), "The quotient of decimals, to 16 places.";
    "maxf"(Any; Any) => |_, args| floats(args, go_max), "The largest of floats.";
    "minf"(Any; Any) => |_, args| floats(args, go_min), "The smallest of floats.";

    "floor"(Any) => |_, args| Ok(Value::Float(to_float64(args.value(0)).floor())),
        "The float rounded down.";
    "ceil"(Any) => |_, args| Ok(Value::Float(to_float64(args.value(0)).ceil())), "The float rounded up.";
    "round"(Any, Int; Float) => round,
        "The float rounded to so many places; the third argument says from which fraction on it goes up (0.5).";

    "until"(Int) => until, "The integers from 0 up to, or down to, but without, the bound.";
    "untilStep"(Int, Int, Int) => until_step, "The integers from start to before stop, by step.";
    "seq"(; Int) => seq,
        "Integers as the shell's seq prints them: up to a bound, between two, or with a step in the middle.";
    "randInt"(Int, Int) => rand_int, "A random integer, at least the first and less than the second.";
}

/// Sprig drops the error but keeps the number that comes with it: out of range, the integer nearest to it.
fn atoi(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let text = args.bytes(0);
    Ok(Value::Int(number::atoi(text).unwrap_or_else(|error| match error.kind {
        NumErrorKind::Range if text.starts_with(b"-") => i64::MIN,
        NumErrorKind::Range => i64::MAX,
        _ => 0,
    })))
}

fn integers(first: i64, rest: &[Value], op: fn(i64, i64) -> i64) -> Result<Value, Fault> {
    Ok(Value::Int64(rest.iter().fold(first, |acc, v| op(acc, to_int64(v)))))
}

fn quotient(args: &Args<'_>, op: fn(i64, i64) -> i64) -> Result<Value, Fault> {
    match to_int64(args.value(1)) {
        0 => Err(Fault::text("runtime error: integer divide by zero")),
        divisor => Ok(Value::Int64(op(to_int64(args.value(0)), divisor))),
    }
}

fn decimals(
    first: &Value,
    rest: &[Value],
    op: fn(&Decimal, &Decimal) -> Result<Decimal, Fault>,
) -> Result<Value, Fault> {
    let mut total = decimal(first)?;
    for value in rest {
        total = op(&total, &decimal(value)?)?;
    }
    Ok(Value::Float(total.to_f64()))
}

fn decimal(value: &Value) -> Result<Decimal, Fault> {
    let x = to_float64(value);
    Decimal::from_f64(x)
        .ok_or_else(|| Fault::text(format!("Cannot create a Decimal from {}", number::format_g(x))))
}

fn floats(args: &Args<'_>, op: fn(f64, f64) -> f64) -> Result<Value, Fault> {
    let first = to_float64(args.value(0));
    Ok(Value::Float(args.rest(1).iter().fold(first, |acc, v| op(acc, to_float64(v)))))
}

/// Go's `math.Max`: infinity beats NaN, NaN beats numbers, 0 beats -0. Rust's `max` ignores NaN.
fn go_max(a: f64, b: f64) -> f64 {
    match (a, b) {
        _ if a == f64::INFINITY || b == f64::INFINITY => f64::INFINITY,
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        _ if a == 0.0 && b == 0.0 => {
            if a.is_sign_negative() {
                b
            } else {
                a
            }
        }
        _ => {
            if a > b {
                a
            } else {
                b
            }
        }
    }
}

/// Go's `math.Min`, the mirror of [`go_max`].
fn go_min(a: f64, b: f64) -> f64 {
    -go_max(-a, -b)
}

/// Reads the printed value as octal. Only numbers and strings can print as octal digits.
fn to_decimal(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let text: Vec<u8> = match args.value(0) {
        Value::Str(s) => s.to_vec(),
        Value::Int(n) | Value::Int64(n) => n.to_string().into_bytes(),
        Value::Uint64(n) => n.to_string().into_bytes(),
        Value::Uint8(n) => n.to_string().into_bytes(),
        Value::Float(x) => number::format_g(*x).into_bytes(),
        _ => Vec::new(),
    };
    Ok(Value::Int64(number::parse_int(&text, 8, 64).unwrap_or(0)))
}

/// Scales by a power of ten, then goes up or down by the signed fraction, so that -1.5 becomes -2.
fn round(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let (value, places) = (to_float64(args.value(0)), args.int(1));
    let round_on = if args.len() > 2 { args.float(2) } else { 0.5 };
    let power = power_of_ten(places);
    let scaled = power * value;
    let fraction = if scaled.is_infinite() { f64::NAN } else { scaled.fract() };
    let whole = if fraction >= round_on { scaled.ceil() } else { scaled.floor() };
    Ok(Value::Float(whole / power))
}

/// `math.Pow(10, exponent)` by Go's own method of repeated squaring (math/pow.go), whose last bit may differ
/// from the correctly rounded power.
fn power_of_ten(exponent: i64) -> f64 {
    match exponent {
        0 => return 1.0,
        1 => return 10.0,
        i64::MIN..=-400 => return 0.0,
        400.. => return f64::INFINITY,
        _ => {}
    }
    // 10 as a fraction in [1/2, 1) and an exponent of two.
    let (mut base, mut base_exponent) = (0.625_f64, 4);
    let (mut mantissa, mut mantissa_exponent) = (1.0_f64, 0);
    let mut bits = exponent.unsigned_abs();
    while bits != 0 {
        if bits & 1 == 1 {
            mantissa *= base;
            mantissa_exponent += base_exponent;
        }
        base *= base;
        base_exponent *= 2;
        if base < 0.5 {
            base += base;
            base_exponent -= 1;
        }
        bits >>= 1;
    }
    if exponent < 0 {
        mantissa = 1.0 / mantissa;
        mantissa_exponent = -mantissa_exponent;
    }
    times_power_of_two(mantissa, mantissa_exponent)
}

/// `math.Ldexp` in two exact steps and one that may round, so that subnormal results round once.
fn times_power_of_two(x: f64, exponent: i32) -> f64 {
    let two = |n: i32| f64::from_bits(((n + 1023) as u64) << 52);
    match exponent {
        1024.. => x * two(1023) * two((exponent - 1023).min(1023)),
        ..=-1023 => x * two(-1022) * two((exponent + 1022).max(-1022)),
        _ => x * two(exponent),
    }
}

fn until(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let stop = args.int(0);
    Ok(Value::Ints(count(caller, "until", 0, stop, if stop < 0 { -1 } else { 1 })?.into()))
}

fn until_step(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Ints(count(caller, "untilStep", args.int(0), args.int(1), args.int(2))?.into()))
}

/// Sprig's `untilStep`: nothing when the step leads away. A step across the end of the integers wraps and
/// goes on, as in Go, until the limit ends it.
fn count(caller: &dyn Caller, what: &str, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Fault> {
    let down = stop < start;
    if (down && step >= 0) || (!down && step <= 0) {
        return Ok(Vec::new());
    }
    let steps = start.abs_diff(stop).div_ceil(step.unsigned_abs());
    let expected = usize::try_from(steps).unwrap_or(usize::MAX);
    caller.check_items(what, expected)?;
    let mut numbers = Vec::with_capacity(expected);
    let mut n = start;
    while if down { n > stop } else { n < stop } {
        if numbers.len() >= expected {
            caller.check_items(what, numbers.len() + 1)?;
        }
        numbers.push(n);
        n = n.wrapping_add(step);
    }
    Ok(numbers)
}

fn seq(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let toward = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let (start, end, step) = match args.len() {
        1 => (1, args.int(0), toward(1, args.int(0))),
        2 => (args.int(0), args.int(1), toward(args.int(0), args.int(1))),
        3 => (args.int(0), args.int(2), args.int(1)),
        _ => return Ok(Value::from("")),
    };
    let stop = end.wrapping_add(toward(start, end));
    let numbers = count(caller, "seq", start, stop, step)?;
    let mut text = String::new();
    for (i, n) in numbers.iter().enumerate() {
        if i > 0 {
            text.push(' ');
        }
        text.push_str(&n.to_string());
    }
    Ok(Value::from(text))
}

/// Go's `rand.Intn(max-min) + min`, with the host's random bytes.
fn rand_int(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let (min, max) = (args.int(0), args.int(1));
    match max.wrapping_sub(min) {
        range @ 1.. => Ok(Value::Int(min.wrapping_add(random_below(caller, range.unsigned_abs()) as i64))),
        _ => Err(Fault::text("invalid argument to Intn")),
    }
}

/// A random number less than `bound`, without bias unless the host's bytes never change.
pub(super) fn random_below(caller: &dyn Caller, bound: u64) -> u64 {
    /// Each draw is usable with at least even odds.
    const PATIENCE: usize = 128;
    let bound = bound.max(1);
    let fair = u64::MAX - u64::MAX % bound;
    let mut n = 0;
    for _ in 0..PATIENCE {
        n = u64::from_le_bytes(Entropy::of(caller).bytes());
        if n < fair {
            break;
        }
    }
    n % bound
}
