//! Pipelines, commands and their words.

use super::super::ast::{Chain, Command, Decl, Expr, ExprKind, Name, Pipe, Special, Variable};
use super::super::text;
use super::super::token::{Kind, Token};
use super::number::read_number;
use super::{MAX_PARENS, Parser, Result};
use crate::go::quote;
use crate::source::Span;
use crate::value::Value;

impl<'s> Parser<'s> {
    /// A pipeline up to and including the token `end`. `context` names the place in errors.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let start = self.peek_word().span;
        let mut pipe =
            Pipe { pos: start.start, span: start, assign: false, decl: Vec::new(), cmds: Vec::new() };
        self.declarations(&mut pipe, context)?;
        let first = self.commands.len();
        loop {
            let token = self.next_word();
            match token.kind {
                kind if kind == end => break,
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.backup();
                    let command = self.command()?;
                    pipe.span = pipe.span.to(command.span);
                    self.commands.push(command);
                }
                _ => return Err(self.unexpected(token, context)),
            }
        }
        pipe.cmds = self.commands.split_off(first);
        if pipe.cmds.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        for (index, command) in pipe.cmds.iter().enumerate().skip(1) {
            if !command.args.first().is_some_and(Expr::is_executable) {
                return Err(self.error(format!("non executable command in pipeline stage {}", index + 1)));
            }
        }
        Ok(pipe)
    }

    /// `$x :=`, `$x =`, and in `range` also `$i, $e :=`.
    #[inline(never)]
    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Result<()> {
        loop {
            let variable = self.peek_word();
            if variable.kind != Kind::Variable {
                return Ok(());
            }
            self.next();
            // A space is a token: whether one follows decides how much must be pushed back.
            let after = self.peek();
            let next = self.peek_word();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    pipe.assign = next.kind == Kind::Assign;
                    self.next_word();
                    self.declaration(pipe, variable);
                    return Ok(());
                }
                Kind::Char if self.bytes(next) == b"," => {
                    self.next_word();
                    self.declaration(pipe, variable);
                    if context == "range" && pipe.decl.len() < 2 {
                        match self.peek_word().kind {
                            Kind::Variable | Kind::RightDelim | Kind::RightParen => continue,
                            _ => return Err(self.error("range can only initialize variables")),
                        }
                    }
                    return Err(self.error(format!("too many declarations in {context}")));
                }
                _ if after.kind == Kind::Space => self.backup3(variable, after),
                _ => self.backup2(variable),
            }
            return Ok(());
        }
    }

    fn declaration(&mut self, pipe: &mut Pipe, variable: Token) {
        let text = self.bytes(variable);
        let (id, name) = (self.variable(text), self.string(text));
        self.declare(id);
        pipe.decl.push(Decl { id, name });
    }

    /// Words up to `|`, which is consumed, or the end of the pipeline, which is not.
    #[inline(never)]
    fn command(&mut self) -> Result<Command> {
        let start = self.peek_word().span;
        let first = self.words.len();
        loop {
            self.peek_word();
            if let Some(word) = self.operand()? {
                self.words.push(word);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.backup(),
                Kind::Pipe => {}
                _ => return Err(self.unexpected(token, "operand")),
            }
            break;
        }
        let args = self.words.split_off(first);
        let (Some(first), Some(last)) = (args.first(), args.last()) else {
            return Err(self.error("empty command"));
        };
        let span = first.span.to(last.span);
        Ok(Command { pos: start.start, span, args })
    }

    /// A term with the fields that follow it; `None` when the next token is none.
    fn operand(&mut self) -> Result<Option<Expr>> {
        let Some(word) = self.term()? else {
            return Ok(None);
        };
        if self.peek().kind != Kind::Field {
            return Ok(Some(word));
        }
        self.with_fields(word).map(Some)
    }

    /// The fields that follow a term.
    #[inline(never)]
    fn with_fields(&mut self, mut word: Expr) -> Result<Expr> {
        let pos = self.peek().span.start;
        let (fields, end) = self.fields(self.names.len());
        let span = Span::new(word.span.start, end);
        match &mut word.kind {
            ExprKind::Variable(variable) => variable.fields = fields,
            ExprKind::Bool(_) | ExprKind::Str(_) | ExprKind::Number(_) | ExprKind::Nil | ExprKind::Dot => {
                let mut shown = Vec::new();
                text::write_expr(&mut shown, self.text, &word);
                return Err(self.error(format!("unexpected . after term {}", quote::quote(&shown))));
            }
            // Fields after fields were read with them.
            ExprKind::Field(_) | ExprKind::Identifier(..) | ExprKind::Pipe(_) | ExprKind::Chain(_) => {
                let kind = ExprKind::Chain(Box::new(Chain { node: word, fields }));
                return Ok(Expr { pos, span, kind });
            }
        }
        Ok(Expr { pos, span, ..word })
    }

    /// The fields from the `first` of the pending names on: those there and those that follow; and where they end.
    fn fields(&mut self, first: usize) -> (Vec<Name>, u32) {
        let mut end = 0;
        while self.peek().kind == Kind::Field {
            let token = self.next();
            end = token.span.end;
            let name = self.name(token);
            self.names.push(name);
        }
        (self.names.split_off(first), end)
    }

    /// `.A` or `.A.B`; Go's node for the latter is made at its second element.
    fn field(&mut self, token: Token) -> Expr {
        let name = self.name(token);
        if self.peek().kind != Kind::Field {
            return Expr { pos: token.span.start, span: token.span, kind: ExprKind::Field(vec![name]) };
        }
        let pos = self.peek().span.start;
        self.names.push(name);
        let (fields, end) = self.fields(self.names.len() - 1);
        Expr { pos, span: Span::new(token.span.start, end), kind: ExprKind::Field(fields) }
    }

    /// The name in a field token.
    fn name(&mut self, token: Token) -> Name {
        let text = self.bytes(token).get(1..).unwrap_or(&[]);
        // Go's exported names start with any upper-case letter; those of methods in reach are all ASCII.
        Name { key: self.string(text), exported: text.first().is_some_and(u8::is_ascii_uppercase) }
    }

    #[inline(never)]
    fn term(&mut self) -> Result<Option<Expr>> {
        let token = self.next_word();
        let text = self.bytes(token);
        let kind = match token.kind {
            Kind::Identifier => self.identifier(text)?,
            Kind::Dot => ExprKind::Dot,
            Kind::Nil => ExprKind::Nil,
            Kind::Variable => self.variable_use(text)?,
            Kind::Field => return Ok(Some(self.field(token))),
            Kind::Bool => ExprKind::Bool(text == b"true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => match read_number(text, token.kind) {
                Ok(number) => ExprKind::Number(Box::new(number)),
                Err(message) => return Err(self.error(message)),
            },
            Kind::LeftParen => return self.parenthesized(token).map(Some),
            Kind::String | Kind::RawString => match quote::unquote(text) {
                Some(string) => ExprKind::Str(Value::str(string)),
                None => return Err(self.error("invalid syntax")),
            },
            _ => {
                self.backup();
                return Ok(None);
            }
        };
        Ok(Some(Expr { pos: token.span.start, span: token.span, kind }))
    }

    #[inline(never)]
    fn identifier(&mut self, text: &'s [u8]) -> Result<ExprKind> {
        let found = std::str::from_utf8(text).ok().and_then(self.options.functions);
        let Some(function) = found else {
            return Err(self.error(format!("function {} not defined", quote::quote(text))));
        };
        let special = match text {
            b"and" => Special::And,
            b"or" => Special::Or,
            b"call" => Special::Call,
            b"len" => Special::Len,
            _ => Special::No,
        };
        Ok(ExprKind::Identifier(function, special))
    }

    #[inline(never)]
    fn variable_use(&mut self, text: &'s [u8]) -> Result<ExprKind> {
        let id = self.variable(text);
        if !self.is_declared(id) {
            return Err(self.error(format!("undefined variable {}", quote::quote(text))));
        }
        Ok(ExprKind::Variable(Box::new(Variable { id, name: self.string(text), fields: Vec::new() })))
    }

    /// A pipeline whose opening parenthesis has been read.
    #[inline(never)]
    fn parenthesized(&mut self, open: Token) -> Result<Expr> {
        if self.state.parens >= MAX_PARENS {
            return Err(self.error("max expression depth exceeded"));
        }
        self.enter()?;
        self.state.parens += 1;
        let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
        self.state.parens -= 1;
        self.leave();
        let span = Span::new(open.span.start, self.state.token[0].span.end);
        Ok(Expr { pos: pipe.pos, span, kind: ExprKind::Pipe(Box::new(pipe)) })
    }
}
