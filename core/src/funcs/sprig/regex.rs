//! Sprig: regex functions.

use crate::dialect::HelmVersion;
use crate::go::quote::quote;
use crate::go::regexp::Regexp;
use crate::value::{Args, Caller, Doc, Fault, Func, Str, Strings, Ty, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// Compiled expressions kept: charts call the same few again and again.
const KEPT: usize = 64;
/// Expressions larger than this are compiled anew each time.
const KEPT_BYTES: usize = 256 << 10;

thread_local! {
    /// Sorted by the expression.
    static COMPILED: RefCell<Vec<(Str, Rc<Regexp>)>> = const { RefCell::new(Vec::new()) };
}

/// Compiles an expression, or finds it among those compiled before. What is kept changes speed, never a result.
fn compile(pattern: &Str) -> Result<Rc<Regexp>, String> {
    let place = |known: &Vec<(Str, Rc<Regexp>)>| known.binary_search_by(|(known, _)| known.cmp(pattern));
    let known = COMPILED.with_borrow(|known| Some(known.get(place(known).ok()?)?.1.clone()));
    if let Some(known) = known {
        return Ok(known);
    }
    let regexp = Rc::new(Regexp::compile(pattern)?);
    if regexp.memory() <= KEPT_BYTES {
        COMPILED.with_borrow_mut(|known| {
            if known.len() >= KEPT {
                known.clear();
            }
            if let Err(place) = place(known) {
                known.insert(place, (pattern.clone(), regexp.clone()));
            }
        });
    }
    Ok(regexp)
}

/// The plain functions panic as Go's `MustCompile` does.
fn plain(pattern: &Str) -> Result<Rc<Regexp>, Fault> {
    compile(pattern).map_err(|error| Fault::text(format!("regexp: Compile({}): {error}", go_quoted(pattern))))
}

/// The `must` functions return the error.
fn must(pattern: &Str) -> Result<Rc<Regexp>, Fault> {
    compile(pattern).map_err(Fault::text)
}

/// Go's `regexp.quote`: between back quotes where that is possible.
fn go_quoted(pattern: &Str) -> String {
    match pattern.as_utf8() {
        Some(text) if can_backquote(text) => format!("`{text}`"),
        _ => quote(pattern),
    }
}

/// Go's `strconv.CanBackquote`.
fn can_backquote(text: &str) -> bool {
    text.chars().all(|c| c != '\u{feff}' && c != '`' && c != '\x7f' && (c >= ' ' || c == '\t'))
}

type Compiled = fn(&Str) -> Result<Rc<Regexp>, Fault>;

fn strings(caller: &dyn Caller, what: &str, pieces: Vec<&[u8]>) -> Result<Value, Fault> {
    caller.check_items(what, pieces.len())?;
    Ok(Value::Strings(pieces.into_iter().map(Str::from).collect::<Strings>()))
}

fn find(compiled: Compiled, args: &Args<'_>) -> Result<Value, Fault> {
    let text = args.bytes(1);
    let found = compiled(&args.str(0))?.find(text).and_then(|range| text.get(range));
    Ok(Value::Str(found.unwrap_or_default().into()))
}

fn find_all(compiled: Compiled, caller: &dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let text = args.bytes(1);
    let found = compiled(&args.str(0))?.find_all(text, args.int(2) as isize);
    if found.is_empty() {
        return Ok(Value::Strings(Strings::NIL));
    }
    strings(caller, "regexFindAll", found.into_iter().filter_map(|range| text.get(range)).collect())
}

fn split(compiled: Compiled, caller: &dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let regexp = compiled(&args.str(0))?;
    if args.int(2) == 0 {
        return Ok(Value::Strings(Strings::NIL));
    }
    let pieces = regexp.split(args.bytes(1), args.int(2) as isize);
    strings(caller, "regexSplit", pieces)
}

fn replace(compiled: Compiled, caller: &dyn Caller, args: &Args<'_>, literal: bool) -> Result<Value, Fault> {
    let regexp = compiled(&args.str(0))?;
    let limit = caller.limits().output_bytes;
    let (text, replacement) = (args.bytes(1), args.bytes(2));
    let replaced = if literal {
        regexp.replace_all_literal_within(text, replacement, limit)
    } else {
        regexp.replace_all_within(text, replacement, limit)
    };
    let what = || Fault::limit("output-bytes", limit as u64, "regexReplaceAll would make more");
    replaced.map(|text| Value::Str(text.into())).ok_or_else(what)
}

fn regex_match(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Bool(compile(&args.str(0)).is_ok_and(|regexp| regexp.is_match(args.bytes(1)))))
}

fn must_regex_match(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Bool(must(&args.str(0))?.is_match(args.bytes(1))))
}

fn quote_meta(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::Str(Regexp::quote_meta(args.bytes(0)).into()))
}

macro_rules! row {
    ($name:literal, [$($ty:ident),+], $caller:pat, $args:pat => $body:expr, $doc:literal) => {
        Func {
            name: $name,
            params: &[$(Ty::$ty),+],
            variadic: false,
            since: HelmVersion::V3_17,
            call: |$caller, $args| $body,
            doc: Doc::new($doc),
        }
    };
}

/// Regular expressions (sprig/regex.go).
pub const FUNCS: &[Func] = &[
    row!("regexMatch", [Str, Str], c, a => regex_match(c, a),
        "Whether a text contains a match; false if the expression is invalid."),
    row!("mustRegexMatch", [Str, Str], c, a => must_regex_match(c, a), "Whether a text contains a match."),
    row!("regexFind", [Str, Str], _, a => find(plain, a), "The first match, empty when there is none."),
    row!("mustRegexFind", [Str, Str], _, a => find(must, a), "The first match, empty when there is none."),
    row!("regexFindAll", [Str, Str, Int], c, a => find_all(plain, c, a), "At most n matches; all if n is negative."),
    row!("mustRegexFindAll", [Str, Str, Int], c, a => find_all(must, c, a), "At most n matches; all if n is negative."),
    row!("regexReplaceAll", [Str, Str, Str], c, a => replace(plain, c, a, false),
        "Replaces every match; $1 and ${name} in the replacement stand for groups."),
    row!("mustRegexReplaceAll", [Str, Str, Str], c, a => replace(must, c, a, false),
        "Replaces every match; $1 and ${name} in the replacement stand for groups."),
    row!("regexReplaceAllLiteral", [Str, Str, Str], c, a => replace(plain, c, a, true),
        "Replaces every match by a text taken as it is."),
    row!("mustRegexReplaceAllLiteral", [Str, Str, Str], c, a => replace(must, c, a, true),
        "Replaces every match by a text taken as it is."),
    row!("regexSplit", [Str, Str, Int], c, a => split(plain, c, a),
        "The texts between matches, at most n; all if n is negative."),
    row!("mustRegexSplit", [Str, Str, Int], c, a => split(must, c, a),
        "The texts between matches, at most n; all if n is negative."),
    row!("regexQuoteMeta", [Str], c, a => quote_meta(c, a), "An expression that matches the text literally."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_functions_panic_as_must_compile() {
        let error = |pattern: &str| plain(&Str::from(pattern)).unwrap_err().to_string();
        assert_eq!(error("("), "regexp: Compile(`(`): error parsing regexp: missing closing ): `(`");
        assert_eq!(error("(`"), "regexp: Compile(\"(`\"): error parsing regexp: missing closing ): `(``");
    }

    #[test]
    fn keeps_few_expressions() {
        for n in 0..3 * KEPT {
            assert!(must(&Str::from(format!("a{n}"))).is_ok());
        }
        assert!(COMPILED.with_borrow(|known| known.len() <= KEPT));
    }
}
