//! Tokens to trees, as Go's text/template/parse/parse.go (R94–R96).
//!
//! The token buffer works exactly as Go's (up to three tokens pushed back, errors reported on the line of the token
//! read last), because the line in an error text depends on it.

mod control;
mod number;
mod pipeline;

use super::ast::{Command, Expr, List, Name, Node, Source, Tree, VarId};
use super::error::ParseError;
use super::lexer::Lexer;
use super::token::{Kind, Token};
use crate::go::quote;
use crate::limits::LimitReached;
use crate::source::Span;
use crate::value::{Func, Str};
use foldhash::fast::FixedState;
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

/// A hash table without a random seed: the same input takes the same path everywhere.
pub(super) type Table<K, V> = HashMap<K, V, FixedState>;

/// What the parser needs from outside.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The function a name means; `None`: `function "x" not defined`.
    pub functions: &'a dyn Fn(&str) -> Option<&'static Func>,
    /// How deep blocks and parentheses may nest ([`crate::limits::Limits::nesting`]).
    pub nesting: usize,
    /// Whether line numbers in errors pass over the line feeds of comments
    /// ([`crate::dialect::HelmVersion::counts_lines_of_comments`]).
    pub counts_comments: bool,
}

/// Go's own bound on nested parentheses (parse.go, `maxStackDepth`).
const MAX_PARENS: u32 = 10_000;

/// The templates of one text.
#[derive(Debug)]
pub struct Parsed {
    /// The text.
    pub source: Rc<Source>,
    /// All templates: the main body under the text's name, and every definition. Names are unique.
    pub trees: Vec<Rc<Tree>>,
}

impl Parsed {
    /// The template of this name.
    pub fn find(&self, name: &[u8]) -> Option<&Rc<Tree>> {
        self.trees.iter().find(|tree| tree.name.as_bytes() == name)
    }
}

/// Reads a text. `name` is both the main template's name and the name errors call the text by.
pub fn parse(name: Str, text: Str, options: Options<'_>) -> std::result::Result<Parsed, ParseError> {
    parse_boxed(name, text, options).map_err(|error| *error)
}

fn parse_boxed(name: Str, text: Str, options: Options<'_>) -> Result<Parsed> {
    let source = Rc::new(Source { name: name.clone(), text: text.clone(), file: Cell::new(None) });
    let mut parser = Parser {
        lexer: Lexer::new(&text, options.counts_comments),
        text: &text,
        source,
        options,
        trees: Vec::new(),
        tree_index: Table::default(),
        variables: Table::default(),
        strings: Table::default(),
        nodes: Vec::new(),
        commands: Vec::new(),
        words: Vec::new(),
        names: Vec::new(),
        depth: 0,
        state: State::new(),
    };
    parser.variables.insert(b"$", DOLLAR);
    let root = parser.body()?;
    parser.add(name, root, Span::new(0, 0))?;
    let Parser { source, trees, .. } = parser;
    Ok(Parsed { source, trees: trees.into_iter().map(Rc::new).collect() })
}

/// The number of `$`.
pub const DOLLAR: VarId = 0;

/// Boxed, because an error's size would be part of every frame of the recursion.
type Result<T> = std::result::Result<T, Box<ParseError>>;

struct Parser<'s> {
    lexer: Lexer<'s>,
    text: &'s [u8],
    source: Rc<Source>,
    options: Options<'s>,
    trees: Vec<Tree>,
    tree_index: Table<Str, usize>,
    /// Numbers of variable names.
    variables: Table<&'s [u8], VarId>,
    /// Field names already made.
    strings: Table<&'s [u8], Str>,
    /// Finished parts of what is still being read, innermost last: every list of the tree is made from the end of one
    /// of these when its length is known, and is therefore not a byte too large.
    nodes: Vec<Node>,
    commands: Vec<Command>,
    words: Vec<Expr>,
    names: Vec<Name>,
    depth: usize,
    state: State,
}

/// What Go keeps in each `Tree` while it parses: a definition inside a text has its own.
struct State {
    token: [Token; 3],
    peeked: usize,
    /// Variables in scope, in order of declaration.
    vars: Vec<VarId>,
    /// How often each variable is in `vars`.
    declared: Vec<u32>,
    /// The delimiter that opened the current action.
    action: Option<Token>,
    ranges: u32,
    parens: u32,
}

impl State {
    fn new() -> State {
        let start = Token { kind: Kind::Eof, span: Span::new(0, 0) };
        State {
            token: [start; 3],
            peeked: 0,
            vars: vec![DOLLAR],
            declared: vec![1],
            action: None,
            ranges: 0,
            parens: 0,
        }
    }
}

/// What a text or an action turned out to be.
enum Item {
    Node(Node),
    /// `{{end}}`
    End,
    /// `{{else}}`, or the `else` of `{{else if` and `{{else with`, whose keyword is still to be read.
    Else,
}

impl Item {
    fn text(&self) -> &'static str {
        match self {
            Item::Else => "{{else}}",
            _ => "{{end}}",
        }
    }
}

impl<'s> Parser<'s> {
    fn next(&mut self) -> Token {
        if self.state.peeked > 0 {
            self.state.peeked -= 1;
        } else {
            self.state.token[0] = self.lexer.next_token();
        }
        self.state.token[self.state.peeked.min(2)]
    }

    fn backup(&mut self) {
        self.state.peeked += 1;
    }

    /// Pushes back the token read last, and `before` in front of it.
    fn backup2(&mut self, before: Token) {
        self.state.token[1] = before;
        self.state.peeked = 2;
    }

    fn backup3(&mut self, first: Token, second: Token) {
        self.state.token[1] = second;
        self.state.token[2] = first;
        self.state.peeked = 3;
    }

    fn peek(&mut self) -> Token {
        if self.state.peeked > 0 {
            return self.state.token[(self.state.peeked - 1).min(2)];
        }
        self.state.peeked = 1;
        self.state.token[0] = self.lexer.next_token();
        self.state.token[0]
    }

    fn next_word(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_word(&mut self) -> Token {
        let token = self.next_word();
        self.backup();
        token
    }

    fn bytes(&self, token: Token) -> &'s [u8] {
        token.span.of(self.text)
    }

    #[cold]
    fn error(&self, message: impl Into<String>) -> Box<ParseError> {
        let token = self.state.token[0];
        Box::new(ParseError {
            name: self.source.name.to_text().into_owned(),
            line: self.lexer.line(token),
            message: message.into(),
            span: token.span,
            limit: None,
        })
    }

    /// Go's `unexpected`: the lexer's message if there is one, else that this token cannot stand here.
    #[cold]
    fn unexpected(&self, token: Token, context: &str) -> Box<ParseError> {
        if token.kind != Kind::Error {
            return self.error(format!("unexpected {} in {context}", self.show(token)));
        }
        let mut message = self.lexer.message().to_owned();
        let started = self.state.action.map(|delim| self.lexer.line(delim));
        if let Some(started) = started.filter(|line| *line != self.lexer.line(token)) {
            // Avoids "action in action".
            let within = if message.ends_with(" action") { "" } else { " in action" };
            message.push_str(&format!("{within} started at {}:{started}", self.source.name.to_text()));
        }
        self.error(message)
    }

    /// A token as Go's `item.String` prints it.
    fn show(&self, token: Token) -> String {
        match token.kind {
            Kind::Eof => "EOF".to_owned(),
            Kind::Error => self.lexer.message().to_owned(),
            kind if kind.is_keyword() => format!("<{}>", String::from_utf8_lossy(self.bytes(token))),
            _ => shorten(self.bytes(token)),
        }
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<Token> {
        let token = self.next_word();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(token, context)) }
    }

    /// Enters one more level of blocks or parentheses.
    fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth <= self.options.nesting { Ok(()) } else { Err(self.too_deep()) }
    }

    #[cold]
    fn too_deep(&self) -> Box<ParseError> {
        let what = "template blocks and parentheses nest too deep".to_owned();
        let limit = LimitReached { name: "nesting", bound: self.options.nesting as u64, what };
        let mut error = self.error(limit.to_string());
        error.limit = Some(limit);
        error
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The shared string for a field's or variable's name.
    fn string(&mut self, text: &'s [u8]) -> Str {
        self.strings.entry(text).or_insert_with(|| Str::from(text)).clone()
    }

    /// The number for a variable's name.
    fn variable(&mut self, name: &'s [u8]) -> VarId {
        let fresh = self.variables.len() as VarId;
        *self.variables.entry(name).or_insert(fresh)
    }

    fn declare(&mut self, id: VarId) {
        self.state.vars.push(id);
        let index = id as usize;
        if self.state.declared.len() <= index {
            self.state.declared.resize(index + 1, 0);
        }
        if let Some(count) = self.state.declared.get_mut(index) {
            *count += 1;
        }
    }

    fn is_declared(&self, id: VarId) -> bool {
        self.state.declared.get(id as usize).is_some_and(|count| *count > 0)
    }

    /// Forgets the variables declared after there were `len`.
    fn pop_vars(&mut self, len: usize) {
        for id in self.state.vars.drain(len.min(self.state.vars.len())..) {
            if let Some(count) = self.state.declared.get_mut(id as usize) {
                *count -= 1;
            }
        }
    }

    /// The top level of a text, to its end: as [`Parser::item_list`], and `define` is allowed.
    fn body(&mut self) -> Result<List> {
        let first = self.nodes.len();
        loop {
            let token = self.peek();
            match token.kind {
                Kind::Eof => return Ok(self.nodes.split_off(first)),
                Kind::LeftDelim => {
                    let delim = self.next();
                    if self.next_word().kind == Kind::Define {
                        let outer = std::mem::replace(&mut self.state, State::new());
                        self.definition()?;
                        self.state = outer;
                        continue;
                    }
                    self.backup2(delim);
                }
                _ => {}
            }
            match self.text_or_action()? {
                Item::Node(node) => self.nodes.push(node),
                other => return Err(self.error(format!("unexpected {}", other.text()))),
            }
        }
    }

    /// Statements up to an `end` or `else`, which is returned.
    fn item_list(&mut self) -> Result<(List, Item)> {
        self.enter()?;
        let first = self.nodes.len();
        while self.peek_word().kind != Kind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => self.nodes.push(node),
                other => {
                    self.leave();
                    return Ok((self.nodes.split_off(first), other));
                }
            }
        }
        Err(self.error("unexpected EOF"))
    }

    fn text_or_action(&mut self) -> Result<Item> {
        let token = self.next_word();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.span))),
            Kind::LeftDelim => {
                self.state.action = Some(token);
                let item = self.action(token.span.start);
                if item.is_ok() {
                    self.state.action = None;
                }
                item
            }
            _ => Err(self.unexpected(token, "input")),
        }
    }

    /// Installs a template under its name (R73).
    fn add(&mut self, name: Str, root: List, defined_at: Span) -> Result<()> {
        let empty = is_empty(&root, self.text);
        let tree = Tree { name: name.clone(), source: self.source.clone(), root, empty, defined_at };
        match self.tree_index.get(&name).and_then(|at| self.trees.get_mut(*at)) {
            None => {
                self.tree_index.insert(name, self.trees.len());
                self.trees.push(tree);
            }
            Some(old) if old.empty => *old = tree,
            Some(_) if empty => {}
            Some(_) => {
                let name = quote::quote(&name);
                return Err(self.error(format!("template: multiple definition of template {name}")));
            }
        }
        Ok(())
    }
}

/// Go's `IsEmptyTree`. Comments are not in the tree, and definitions have left it.
fn is_empty(list: &List, text: &[u8]) -> bool {
    list.iter().all(|node| match node {
        Node::Text(span) => crate::go::utf8::runes(span.of(text))
            .all(|(_, rune, valid)| valid && crate::go::unicode::is_space(rune)),
        _ => false,
    })
}

/// Go's `%q`, and `%.10q...` for a token of more than ten bytes.
fn shorten(text: &[u8]) -> String {
    if text.len() <= 10 {
        return quote::quote(text);
    }
    let end = crate::go::utf8::runes(text).nth(10).map_or(text.len(), |(at, _, _)| at);
    format!("{}...", quote::quote(text.get(..end).unwrap_or(text)))
}

#[cfg(test)]
pub(super) mod tests;
