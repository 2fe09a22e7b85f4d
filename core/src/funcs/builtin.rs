//! Go's own template functions (R106–R113; text/template/funcs.go).
//!
//! `and`, `or` and `call` depend on how their arguments are written; the evaluator treats them itself, and the rows here
//! make their names known.

mod access;
mod compare;
mod escape;

use crate::dialect::HelmVersion;
use crate::go::{print, printf};
use crate::value::{Args, Caller, Doc, Fault, Func, Ty, Value};

pub use access::not_a_function;

/// What a row's code looks like.
type Call = fn(&mut dyn Caller, &Args<'_>) -> Result<Value, Fault>;

const fn row(
    name: &'static str,
    params: &'static [Ty],
    variadic: bool,
    call: Call,
    doc: &'static str,
) -> Func {
    Func { name, params, variadic, since: HelmVersion::V3_17, call, doc: Doc::new(doc) }
}

const VALUE: &[Ty] = &[Ty::Reflect];
const TWO_VALUES: &[Ty] = &[Ty::Reflect, Ty::Reflect];
const ANY: &[Ty] = &[Ty::Any];

/// The table of Go's built-ins.
pub static FUNCS: &[Func] = &[
    row(
        "and",
        TWO_VALUES,
        true,
        and,
        "The first empty argument, or the last one; later ones are not evaluated.",
    ),
    row("call", TWO_VALUES, true, access::call, "Calls a function value; charts have none."),
    row("eq", TWO_VALUES, true, compare::eq, "Whether the first argument equals any of the others."),
    row("ge", TWO_VALUES, false, compare::ge, "Whether the first argument is at least the second."),
    row("gt", TWO_VALUES, false, compare::gt, "Whether the first argument is greater than the second."),
    row("html", ANY, true, escape::html, "The arguments as text, escaped for HTML."),
    row(
        "index",
        TWO_VALUES,
        true,
        access::index,
        "The element of nested lists and maps under the given keys.",
    ),
    row("js", ANY, true, escape::js, "The arguments as text, escaped for JavaScript."),
    row("le", TWO_VALUES, false, compare::le, "Whether the first argument is at most the second."),
    row("len", VALUE, false, access::len, "The length of a string in bytes, or of a list or map."),
    row("lt", TWO_VALUES, false, compare::lt, "Whether the first argument is less than the second."),
    row("ne", TWO_VALUES, false, compare::ne, "Whether the arguments differ."),
    row("not", VALUE, false, not, "Whether the argument is empty."),
    row(
        "or",
        TWO_VALUES,
        true,
        or,
        "The first non-empty argument, or the last one; later ones are not evaluated.",
    ),
    row("print", ANY, true, print, "The arguments as text, with spaces between those that are not strings."),
    row(
        "printf",
        &[Ty::Str, Ty::Any],
        true,
        printf,
        "The arguments as text, formatted by a Go format string.",
    ),
    row("println", ANY, true, println, "The arguments as text, with spaces between them and a newline."),
    row(
        "slice",
        TWO_VALUES,
        true,
        access::slice,
        "Part of a string or list; Sprig's function of that name hides it.",
    ),
    row("urlquery", ANY, true, escape::urlquery, "The arguments as text, escaped for the query of a URL."),
];

fn and(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(deciding(args, |value| !value.is_true()))
}

fn or(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(deciding(args, Value::is_true))
}

fn deciding(args: &Args<'_>, decides: impl Fn(&Value) -> bool) -> Value {
    let last = args.len().saturating_sub(1);
    args.rest(0).iter().find(|value| decides(value)).unwrap_or(args.value(last)).clone()
}

fn not(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Bool(!args.value(0).is_true()))
}

fn print(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(caller, "print", print::sprint(args.rest(0), caller.settings().version)?)
}

fn println(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(caller, "println", print::sprintln(args.rest(0), caller.settings().version)?)
}

fn printf(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    text(caller, "printf", printf::sprintf(args.bytes(0), args.rest(1), caller.settings().version)?)
}

fn text(caller: &dyn Caller, name: &str, text: Vec<u8>) -> Result<Value, Fault> {
    caller.check_bytes(name, text.len())?;
    Ok(Value::str(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Host, SealedHost};
    use crate::limits::Limits;
    use crate::value::{List, Map, Settings, Str};
    use std::rc::Rc;

    /// A caller for functions that ask for nothing but the version.
    struct Bench {
        host: SealedHost,
        limits: Limits,
        settings: Settings,
    }

    impl Caller for Bench {
        fn host(&self) -> &dyn Host {
            &self.host
        }
        fn limits(&self) -> &Limits {
            &self.limits
        }
        fn settings(&self) -> &Settings {
            &self.settings
        }
        fn include(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
            Err(Fault::text("no templates"))
        }
        fn tpl(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
            Err(Fault::text("no templates"))
        }
        fn log(&mut self, _: &'static str, _: String) {}
    }

    fn call(version: HelmVersion, name: &str, args: &[Value]) -> String {
        let settings = Settings { version, ..Settings::default() };
        let mut bench = Bench { host: SealedHost::new(0), limits: Limits::default(), settings };
        let func = FUNCS.iter().find(|func| func.name == name).expect("known");
        match (func.call)(&mut bench, &Args(args)) {
            Ok(value) => print::to_str(&value, version).expect("within limits").to_string(),
            Err(fault) => format!("ERR {fault}"),
        }
    }

    fn check(cases: &[(&str, &[Value], &str)]) {
        for (name, args, want) in cases {
            assert_eq!(call(HelmVersion::V4_3, name, args), *want, "{name} {args:?}");
        }
    }

    fn s(text: &str) -> Value {
        Value::str(text)
    }

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Map(entries.iter().map(|(key, value)| (Str::from(*key), value.clone())).collect::<Map>())
    }

    use Value::{Bool, Float, Int, Int64, Nil, Uint64};

    #[test]
    fn equality() {
        let list = || Value::list([Int(1)]);
        check(&[
            ("eq", &[Int(1), Int64(1)], "true"),
            ("eq", &[Int(1), Uint64(1)], "true"),
            ("eq", &[Uint64(u64::MAX), Int(-1)], "false"),
            ("eq", &[s("a"), s("b"), s("a")], "true"),
            ("eq", &[Nil, Nil], "true"),
            ("eq", &[Nil, Int(1)], "false"),
            ("eq", &[s(""), Nil], "false"),
            ("eq", &[Float(1.0), Int(1)], "ERR incompatible types for comparison: float64 and int"),
            ("eq", &[Int(1), Int(1), s("x")], "true"),
            ("eq", &[Int(1)], "ERR missing argument for comparison"),
            ("eq", &[list(), list()], "ERR non-comparable type [%!s(int=1)]: []interface {}"),
            ("eq", &[list(), Value::List(List::NIL)], "false"),
            ("eq", &[Nil, Value::Map(Map::NIL)], "true"),
            (
                "eq",
                &[list(), map(&[("a", Int(2))])],
                "ERR non-comparable types [%!s(int=1)]: []interface {}, map[string]interface {}: map[a:2]",
            ),
            ("ne", &[Int(1), Int(2)], "true"),
            ("ne", &[Bool(true), Bool(true)], "false"),
        ]);
        assert_eq!(
            call(HelmVersion::V3_17, "eq", &[Float(1.0), Int(1)]),
            "ERR incompatible types for comparison"
        );
    }

    #[test]
    fn order() {
        check(&[
            ("lt", &[Int(1), Int64(2)], "true"),
            ("lt", &[Int(-1), Uint64(0)], "true"),
            ("gt", &[Uint64(1), Int(-1)], "true"),
            ("le", &[s("a"), s("a")], "true"),
            ("ge", &[Float(2.5), Float(2.5)], "true"),
            ("gt", &[s("b"), s("B")], "true"),
            ("lt", &[Int(1), Float(2.0)], "ERR incompatible types for comparison: int and float64"),
            ("lt", &[Bool(true), Bool(true)], "ERR invalid type for comparison"),
            ("gt", &[Nil, Int(1)], "ERR invalid type for comparison"),
            ("ge", &[Int(1), Value::list([])], "ERR invalid type for comparison"),
        ]);
    }

    #[test]
    fn elements() {
        let list = || Value::list([s("a"), Nil]);
        let nested = || map(&[("a", map(&[("b", Int(1))])), ("n", Nil)]);
        check(&[
            ("index", &[list(), Int(0)], "a"),
            ("index", &[list(), Uint64(0)], "a"),
            ("index", &[s("abc"), Int(1)], "98"),
            ("index", &[nested(), s("a"), s("b")], "1"),
            ("index", &[nested(), s("zz")], "<nil>"),
            ("index", &[Value::Ints(Rc::from([7])), Int(0)], "7"),
            ("index", &[nested()], "map[a:map[b:1] n:<nil>]"),
            ("index", &[list(), Int(5)], "ERR index out of range: 5"),
            ("index", &[list(), Int(-1)], "ERR index out of range: -1"),
            ("index", &[list(), Int(2)], "ERR reflect: slice index out of range"),
            ("index", &[s("abc"), Int(3)], "ERR reflect: string index out of range"),
            ("index", &[list(), s("x")], "ERR cannot index slice/array with type string"),
            ("index", &[list(), Nil], "ERR cannot index slice/array with nil"),
            ("index", &[nested(), Int(1)], "ERR value has type int; should be string"),
            ("index", &[nested(), Nil], "ERR value is nil; should be of type string"),
            ("index", &[nested(), s("n"), s("x")], "ERR index of nil pointer"),
            ("index", &[Nil, s("x")], "ERR index of untyped nil"),
            ("index", &[Float(1.0), s("x")], "ERR can't index item of type float64"),
            ("len", &[s("é")], "2"),
            ("len", &[list()], "2"),
            ("len", &[nested()], "2"),
            ("len", &[Nil], "ERR len of nil pointer"),
            ("len", &[Float(3.0)], "ERR len of type float64"),
            ("slice", &[s("abcd"), Int(1), Int(3)], "bc"),
            ("slice", &[list(), Int(1)], "[<nil>]"),
            ("slice", &[s("abcd"), Int(3), Int(1)], "ERR invalid slice index: 3 > 1"),
            ("slice", &[s("abcd"), Int(1), Int(2), Int(3)], "ERR cannot 3-index slice a string"),
            ("slice", &[Int(1)], "ERR can't slice item of type int"),
            ("call", &[Nil], "ERR call of nil"),
        ]);
    }

    #[test]
    fn logic_and_text() {
        check(&[
            ("and", &[Int(1), s(""), Int(2)], ""),
            ("and", &[Int(1), Int(2)], "2"),
            ("or", &[Int(0), s("x"), Int(2)], "x"),
            ("or", &[Int(0), s("")], ""),
            ("not", &[Float(0.0)], "true"),
            ("not", &[Nil], "true"),
            ("print", &[s("a"), Int(1), Int(2), s("b")], "a1 2b"),
            ("println", &[s("a"), Int(1)], "a 1\n"),
            ("printf", &[s("%d-%s"), Int(1), s("x")], "1-x"),
            ("html", &[s("<a href='x'>&\"\0")], "&lt;a href=&#39;x&#39;&gt;&amp;&#34;\u{fffd}"),
            ("html", &[Int(1), s("a"), Nil], "1a&lt;no value&gt;"),
            (
                "js",
                &[s("it's <b>\n=\u{2028} é\\\"")],
                "it\\'s \\u003Cb\\u003E\\u000A\\u003D\\u2028 é\\\\\\\"",
            ),
            ("js", &[s("\u{1f600}\u{e0001}")], "😀\\uE0001"),
            ("urlquery", &[s("a b&c=d/é+~")], "a+b%26c%3Dd%2F%C3%A9%2B~"),
            ("urlquery", &[s("a"), Int(1)], "a1"),
        ]);
    }
}
