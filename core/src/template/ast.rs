//! The tree a template is read into. Node names are those of Go's text/template/parse/node.go.
//!
//! Everything execution needs is made here once: literals and field names are ready values, functions are resolved.
//! A node's text (R87) is not stored but written when an error asks for it: see `text`.

use crate::source::{FileId, Span};
use crate::value::{Func, Str, Value};
use std::rc::Rc;

/// A text that templates were read from.
#[derive(Debug)]
pub struct Source {
    /// Go's parse name: the file's path, or `gotpl` for the argument of `tpl`.
    pub name: Str,
    /// The text.
    pub text: Str,
    /// The file's number in the recorder of the running render, if one records.
    pub file: std::cell::Cell<Option<FileId>>,
}

/// One template: a file's main body, or the body of a `define` or `block`.
#[derive(Debug)]
pub struct Tree {
    /// The template's name.
    pub name: Str,
    /// Where it was read from.
    pub source: Rc<Source>,
    /// Its body.
    pub root: List,
    /// Go's `IsEmptyTree`: nothing but white space and definitions (R73).
    pub empty: bool,
    /// Where the name stands in the source: the literal of `define`, or the start of the file.
    pub defined_at: Span,
}

/// A sequence of statements.
pub type List = Vec<Node>;

/// A statement.
#[derive(Debug)]
pub enum Node {
    /// Plain text.
    Text(Span),
    /// `{{pipeline}}`
    Action(Box<Action>),
    /// `{{if}}`
    If(Box<Branch>),
    /// `{{with}}`
    With(Box<Branch>),
    /// `{{range}}`
    Range(Box<Branch>),
    /// `{{template}}`, and the call that `{{block}}` makes
    Template(Box<TemplateCall>),
    /// `{{break}}`
    Break,
    /// `{{continue}}`
    Continue,
}

/// `{{pipeline}}`
#[derive(Debug)]
pub struct Action {
    /// Offset that errors report.
    pub pos: u32,
    /// From `{{` to `}}`.
    pub span: Span,
    /// What is printed, or declared.
    pub pipe: Pipe,
}

/// `if`, `with` or `range`.
#[derive(Debug)]
pub struct Branch {
    /// Offset that errors report.
    pub pos: u32,
    /// What is tested or iterated.
    pub pipe: Pipe,
    /// The body.
    pub list: List,
    /// The `else` part; `Some` even when it is empty.
    pub else_list: Option<List>,
}

/// `{{template "name" pipeline}}`
#[derive(Debug)]
pub struct TemplateCall {
    /// Offset that errors report: the name's.
    pub pos: u32,
    /// The name's literal to the end of the pipeline.
    pub span: Span,
    /// The name.
    pub name: Str,
    /// The new dot.
    pub pipe: Option<Pipe>,
}

/// Commands joined by `|`, perhaps with variables in front.
#[derive(Debug)]
pub struct Pipe {
    /// Offset that errors report.
    pub pos: u32,
    /// Its bytes.
    pub span: Span,
    /// `=` rather than `:=`.
    pub assign: bool,
    /// The variables that are declared or assigned.
    pub decl: Vec<Decl>,
    /// The stages.
    pub cmds: Vec<Command>,
}

/// A variable on the left of `:=` or `=`.
#[derive(Debug)]
pub struct Decl {
    /// The number of its name in this source.
    pub id: VarId,
    /// Its name, `$` included.
    pub name: Str,
}

/// The number of a variable's name: equal names in one source have equal numbers. Zero is `$`.
pub type VarId = u32;

/// A first word and its arguments.
#[derive(Debug)]
pub struct Command {
    /// Offset that errors report.
    pub pos: u32,
    /// Its bytes.
    pub span: Span,
    /// The words; never empty.
    pub args: Vec<Expr>,
}

/// A word of a command.
#[derive(Debug)]
pub struct Expr {
    /// Offset that errors report. For `.A.B` and `$x.A` that of the second element (R87).
    pub pos: u32,
    /// Its bytes.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What a word is.
#[derive(Debug)]
pub enum ExprKind {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// A number or character constant.
    Number(Box<Number>),
    /// A string; its spelling is the node's span.
    Str(Value),
    /// `.A.B`
    Field(Vec<Name>),
    /// `$x` or `$x.A.B`
    Variable(Box<Variable>),
    /// A function.
    Identifier(&'static Func, Special),
    /// `(pipeline).A.B` or `f.A.B`
    Chain(Box<Chain>),
    /// `(pipeline)`
    Pipe(Box<Pipe>),
}

/// Built-in functions which the evaluator must know, because they do not evaluate all arguments or see their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// An ordinary function.
    No,
    /// `and`
    And,
    /// `or`
    Or,
    /// `call`
    Call,
    /// `len`
    Len,
}

/// A field or method name.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name.
    pub key: Str,
    /// Whether it starts with an upper-case ASCII letter: only such a name can be a method.
    pub exported: bool,
}

/// `$x.A.B`
#[derive(Debug)]
pub struct Variable {
    /// The number of its name in this source.
    pub id: VarId,
    /// Its name, `$` included.
    pub name: Str,
    /// The fields.
    pub fields: Vec<Name>,
}

/// `(pipeline).A.B`
#[derive(Debug)]
pub struct Chain {
    /// A pipeline or a function.
    pub node: Expr,
    /// The fields; never empty.
    pub fields: Vec<Name>,
}

/// A numeric constant in all the types it fits (R99).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Number {
    /// As a signed integer.
    pub int: Option<i64>,
    /// As an unsigned integer.
    pub uint: Option<u64>,
    /// As a float.
    pub float: Option<f64>,
    /// As a complex number; only from an imaginary literal.
    pub complex: Option<(f64, f64)>,
    /// Whether the spelling makes it a float where no type is asked for.
    pub spelled_float: bool,
}

impl Number {
    /// Go's `idealConstant`: the value where no type is asked for; `None` when it overflows `int`.
    pub fn ideal(&self) -> Option<Value> {
        match self {
            Number { complex: Some((re, im)), .. } => Some(Value::Complex(*re, *im)),
            Number { float: Some(float), spelled_float: true, .. } => Some(Value::Float(*float)),
            Number { int: Some(int), .. } => Some(Value::Int(*int)),
            _ => None,
        }
    }
}

impl Expr {
    /// The expression's word when it is a whole argument without effect, for the parser's check of later stages.
    pub fn is_executable(&self) -> bool {
        !matches!(
            self.kind,
            ExprKind::Bool(_) | ExprKind::Dot | ExprKind::Nil | ExprKind::Number(_) | ExprKind::Str(_)
        )
    }
}

impl std::fmt::Debug for Func {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "func {}", self.name)
    }
}
