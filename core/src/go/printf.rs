//! Go's fmt.Sprintf (R115): the format string. What each verb prints is in `verb`.
//!
//! Nothing here fails for a bad format: Go writes its complaints into the text, and so do we.

mod verb;

use super::print::within_budget;
use super::utf8;
use crate::dialect::HelmVersion;
use crate::value::{Fault, Value};
use verb::Verb;

/// The greatest width, precision and argument number (fmt/print.go:tooLarge).
const LARGEST: i64 = 1_000_000;

/// `fmt.Sprintf(format, args...)`.
///
/// # Errors
///
/// Only a limit fault: a cyclic argument, or a text beyond all bounds.
pub fn sprintf(format: &[u8], args: &[Value], version: HelmVersion) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(format.len() + 16 * args.len());
    let mut directive = Directives { format, at: 0, args, next: 0, reordered: false, good_number: true };
    while let Some(length) = directive.rest().iter().position(|b| *b == b'%') {
        out.extend_from_slice(directive.rest().get(..length).unwrap_or_default());
        directive.at += length + 1;
        directive.print_one(&mut out, version)?;
        within_budget(out.len())?;
    }
    out.extend_from_slice(directive.rest());
    // Arguments left over are reported unless indexes were used, which make it impossible to tell.
    if !directive.reordered {
        push_extra(&mut out, args.get(directive.next..).unwrap_or_default(), version)?;
    }
    Ok(out)
}

fn push_extra(out: &mut Vec<u8>, extra: &[Value], version: HelmVersion) -> Result<(), Fault> {
    if extra.is_empty() {
        return Ok(());
    }
    out.extend(b"%!(EXTRA ");
    for (index, arg) in extra.iter().enumerate() {
        if index > 0 {
            out.extend(b", ");
        }
        if !matches!(arg, Value::Nil) {
            out.extend(arg.type_name(version).as_bytes());
            out.push(b'=');
        }
        Verb::new('v', version).print(out, arg)?;
        within_budget(out.len())?;
    }
    out.push(b')');
    Ok(())
}

/// Reads the directives of a format string (fmt/print.go:doPrintf).
struct Directives<'a> {
    format: &'a [u8],
    at: usize,
    args: &'a [Value],
    /// Index of the next argument.
    next: usize,
    /// Some directive used an explicit argument index.
    reordered: bool,
    /// The current directive's indexes were good.
    good_number: bool,
}

impl Directives<'_> {
    fn rest(&self) -> &[u8] {
        self.format.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// Prints the directive after a `%`.
    fn print_one(&mut self, out: &mut Vec<u8>, version: HelmVersion) -> Result<(), Fault> {
        let mut verb = Verb::new('v', version);
        self.good_number = true;
        while let Some(flag) = self.peek() {
            match flag {
                b'#' => verb.sharp = true,
                b'0' => verb.zero = true,
                b'+' => verb.plus = true,
                b'-' => verb.minus = true,
                b' ' => verb.space = true,
                _ => break,
            }
            self.at += 1;
        }
        let mut after_index = self.argument_index();
        if self.peek() == Some(b'*') {
            self.at += 1;
            let width = self.integer_argument();
            if width.is_none() {
                out.extend(b"%!(BADWIDTH)");
            }
            // A negative width pads on the right, and not with zeros.
            if width.is_some_and(|width| width < 0) {
                verb.minus = true;
                verb.zero = false;
            }
            verb.width = width.map(|width| width.unsigned_abs() as usize);
            after_index = false;
        } else {
            verb.width = self.number(self.format.len());
            // %[3]2d
            self.good_number &= !(after_index && verb.width.is_some());
        }
        if self.peek() == Some(b'.') && self.at + 1 < self.format.len() {
            self.at += 1;
            // %[3].2d
            self.good_number &= !after_index;
            after_index = self.argument_index();
            if self.peek() == Some(b'*') {
                self.at += 1;
                verb.prec = self.integer_argument().and_then(|prec| usize::try_from(prec).ok());
                if verb.prec.is_none() {
                    out.extend(b"%!(BADPREC)");
                }
                after_index = false;
            } else {
                verb.prec = Some(self.number(self.format.len()).unwrap_or(0));
            }
        }
        if !after_index {
            self.argument_index();
        }
        let (letter, width) = utf8::decode(self.rest());
        self.at += width;
        verb.letter = letter;
        match self.args.get(self.next) {
            _ if width == 0 => out.extend(b"%!(NOVERB)"),
            _ if letter == '%' => out.push(b'%'),
            _ if !self.good_number => push_complaint(out, letter, b"(BADINDEX)"),
            None => push_complaint(out, letter, b"(MISSING)"),
            Some(arg) => {
                if matches!(letter, 'v' | 'w') {
                    verb.syntax = std::mem::take(&mut verb.sharp);
                    verb.names = std::mem::take(&mut verb.plus);
                }
                self.next += 1;
                verb.print(out, arg)?;
            }
        }
        Ok(())
    }

    /// Decimal digits before `end`. A number beyond all bounds swallows everything up to there (fmt/print.go:parsenum).
    fn number(&mut self, end: usize) -> Option<usize> {
        let mut value: Option<i64> = None;
        while let Some(digit) = self.peek().filter(|b| self.at < end && b.is_ascii_digit()) {
            let so_far = value.unwrap_or(0);
            if so_far > LARGEST {
                self.at = end;
                return None;
            }
            value = Some(so_far * 10 + i64::from(digit - b'0'));
            self.at += 1;
        }
        value.and_then(|value| usize::try_from(value).ok())
    }

    /// `[n]`: makes the n-th argument the next. Whether there was a well-formed index, in range or not.
    fn argument_index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let start = self.at;
        let close = if self.format.len() - start < 3 {
            None
        } else {
            self.rest().iter().skip(1).position(|b| *b == b']').map(|length| start + 1 + length)
        };
        let Some(close) = close else {
            self.good_number = false;
            self.at = start + 1;
            return false;
        };
        self.at = start + 1;
        let number = self.number(close).filter(|_| self.at == close);
        self.at = close + 1;
        match number.map(|number| number.checked_sub(1).filter(|index| *index < self.args.len())) {
            Some(Some(index)) => {
                self.next = index;
                true
            }
            Some(None) => {
                self.good_number = false;
                true
            }
            None => {
                self.good_number = false;
                false
            }
        }
    }

    /// The argument for a `*` (fmt/print.go:intFromArg).
    fn integer_argument(&mut self) -> Option<i64> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        let underlying = match arg {
            Value::Object(object) => object.underlying(),
            _ => None,
        };
        let number = match underlying.as_ref().unwrap_or(arg) {
            Value::Int(n) | Value::Int64(n) => *n,
            Value::Uint64(n) => i64::try_from(*n).ok()?,
            Value::Uint8(n) => i64::from(*n),
            _ => return None,
        };
        (-LARGEST..=LARGEST).contains(&number).then_some(number)
    }
}

/// `%!d(BADINDEX)`
fn push_complaint(out: &mut Vec<u8>, letter: char, complaint: &[u8]) {
    out.extend(b"%!");
    utf8::push(out, letter);
    out.extend(complaint);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Map, Str};

    #[test]
    fn complaints_and_verbs() {
        let s = |text: &str| Value::str(text);
        let i = Value::Int;
        let f = Value::Float;
        let map = |key: &str, value| Value::Map([(Str::from(key), value)].into_iter().collect::<Map>());
        let cases: &[(&str, &[Value], &str)] = &[
            ("%d", &[f(3.0)], "%!d(float64=3)"),
            ("%d", &[Value::Nil], "%!d(<nil>)"),
            ("%d", &[map("a", i(1))], "map[%!d(string=a):1]"),
            ("%s", &[Value::list([i(1), s("b"), Value::Nil])], "[%!s(int=1) b <nil>]"),
            ("%s %s", &[s("a")], "a %!s(MISSING)"),
            ("a", &[i(1), Value::Nil], "a%!(EXTRA int=1, <nil>)"),
            ("100%", &[], "100%!(NOVERB)"),
            ("%!", &[], "%!!(MISSING)"),
            ("%!", &[i(1)], "%!!(int=1)"),
            ("%.", &[i(1)], "%!.(int=1)"),
            ("%[3]d", &[i(1), i(2)], "%!d(BADINDEX)"),
            ("%[2]d %[1]d", &[i(1), i(2)], "2 1"),
            ("%q", &[i(65)], "'A'"),
            ("%q", &[Value::list([s("a"), s("b")])], r#"["a" "b"]"#),
            ("%x", &[s("hello")], "68656c6c6f"),
            ("%x", &[f(1.5)], "0x1.8p+00"),
            ("%#v", &[map("a", i(1))], r#"map[string]interface {}{"a":1}"#),
            (
                "%#v",
                &[Value::list([s("a"), i(1), f(1.5), Value::Nil, Value::Bool(true)])],
                r#"[]interface {}{"a", 1, 1.5, interface {}(nil), true}"#,
            ),
            ("%#v %#v", &[f(1.0), Value::Nil], "1 <nil>"),
            ("%#v", &[Value::Map(Map::NIL)], "map[string]interface {}(nil)"),
            ("%T %T", &[f(1.0), Value::Nil], "float64 <nil>"),
            ("%p", &[i(1)], "%!p(int=1)"),
            ("%p", &[map("a", i(1))], "0xc000000000"),
            ("%O %#o %b %U %c", &[i(8), i(8), i(8), i(65), i(65)], "0o10 010 1000 U+0041 A"),
            ("%5s|%-5s|%05s", &[s("ab"), s("ab"), s("ab")], "   ab|ab   |000ab"),
            ("%05d|%+d|% d|%-5d|", &[i(42), i(42), i(5), i(7)], "00042|+42| 5|7    |"),
            ("%.3s|%.1q", &[s("abcdef"), s("éa")], "abc|\"é\""),
            ("%6.2f%%", &[f(12.345)], " 12.35%"),
            ("%.2f %.0f %.0f", &[f(2.675), f(2.5), f(3.5)], "2.67 2 4"),
            ("%*d|%-*d|%.*f", &[i(4), i(1), i(4), i(1), i(1), f(0.25)], "   1|1   |0.2"),
            ("%20000000000d", &[i(1)], "%!(NOVERB)%!(EXTRA int=1)"),
        ];
        for (format, args, want) in cases {
            let got = sprintf(format.as_bytes(), args, HelmVersion::V4_3).expect("within limits");
            assert_eq!(String::from_utf8_lossy(&got), *want, "{format}");
        }
    }

    #[test]
    fn endless_padding_reaches_a_limit() {
        let format = "%1000000d".repeat(600);
        let args = vec![Value::Int(1); 600];
        let fault = sprintf(format.as_bytes(), &args, HelmVersion::V4_3).expect_err("600 MB");
        assert_eq!(fault.as_limit().map(|limit| limit.name), Some("output-bytes"));
    }
}
