use super::*;
use crate::dialect::HelmVersion;
use crate::template::ParseError;
use crate::value::{Args, Caller, Doc, Fault, Ty, Value};

static FUNCS: [Func; 2] = [row("f"), row("upper")];

const fn row(name: &'static str) -> Func {
    fn call(_: &mut dyn Caller, _: &Args<'_>) -> std::result::Result<Value, Fault> {
        Ok(Value::Nil)
    }
    Func { name, params: &[Ty::Any], variadic: true, since: HelmVersion::V3_17, call, doc: Doc::new("") }
}

fn read(text: &str) -> std::result::Result<Parsed, ParseError> {
    read_nested(text, 100)
}

fn read_nested(text: &str, nesting: usize) -> std::result::Result<Parsed, ParseError> {
    let functions = |name: &str| FUNCS.iter().find(|func| func.name == name);
    parse(Str::from("t"), Str::from(text), Options { functions: &functions, nesting, counts_comments: true })
}

#[test]
fn positions_are_those_of_go() {
    let text = "x {{ .Values.a.b }} {{ $.x }} {{ (f 1).y }} {{ f }}";
    let parsed = read(text).unwrap();
    let positions: Vec<u32> = parsed.trees[0]
        .root
        .iter()
        .filter_map(|node| match node {
            Node::Action(action) => Some(action.pipe.cmds[0].args[0].pos),
            _ => None,
        })
        .collect();
    // A field of several names stands at its second one, a chain at its first field.
    assert_eq!(positions, [12, 24, 38, 47]);
}

#[test]
fn actions_span_their_delimiters() {
    let text = "a {{- f 1 -}} b";
    let parsed = read(text).unwrap();
    let Node::Action(action) = &parsed.trees[0].root[1] else { panic!("no action") };
    assert_eq!(action.span.of(text.as_bytes()), b"{{- f 1 -}}");
}

#[test]
fn definitions_leave_the_body() {
    let parsed = read("{{define `a`}}x{{end}} {{block \"b\" .}}{{end}}").unwrap();
    let names: Vec<_> = parsed.trees.iter().map(|tree| (tree.name.to_string(), tree.empty)).collect();
    assert_eq!(names, [("a".to_owned(), false), ("b".to_owned(), true), ("t".to_owned(), false)]);
}

#[test]
fn nesting_is_bounded() {
    let ifs = |n: usize| format!("{}{}", "{{if 1}}".repeat(n), "{{end}}".repeat(n));
    assert!(read_nested(&ifs(10), 10).is_ok());
    assert!(read_nested(&ifs(11), 10).unwrap_err().limit.is_some());
    let parens = |n: usize| format!("{{{{ {}1{} }}}}", "(".repeat(n), ")".repeat(n));
    assert!(read_nested(&parens(10), 10).is_ok());
    assert!(read_nested(&parens(11), 10).unwrap_err().limit.is_some());
    // A chain of "else if" is read and executed in a loop, but it is a nested tree.
    let chain = |n: usize| format!("{{{{if 1}}}}{}{{{{end}}}}", "{{else if 1}}".repeat(n));
    assert!(read_nested(&chain(10), 10).is_ok());
    assert!(read_nested(&chain(12), 10).unwrap_err().limit.is_some());
}
