//! Statements with a keyword: if, with, range, template, block, define, break, continue, else, end.

use super::super::ast::{Action, Branch, List, Node, Pipe, TemplateCall};
use super::super::token::{Kind, Token};
use super::{Item, Parser, Result, State};
use crate::go::quote;
use crate::source::Span;
use crate::value::Str;

/// Which of the three branching statements is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    If,
    Range,
    With,
}

impl Form {
    fn word(self) -> &'static str {
        match self {
            Form::If => "if",
            Form::Range => "range",
            Form::With => "with",
        }
    }

    /// The keyword which may follow `else` in the same action.
    fn continues(self) -> Option<Kind> {
        match self {
            Form::If => Some(Kind::If),
            Form::With => Some(Kind::With),
            Form::Range => None,
        }
    }

    fn node(self, branch: Branch) -> Node {
        match self {
            Form::If => Node::If(Box::new(branch)),
            Form::Range => Node::Range(Box::new(branch)),
            Form::With => Node::With(Box::new(branch)),
        }
    }
}

impl Parser<'_> {
    /// An action whose `{{` at `start` has been read.
    pub(super) fn action(&mut self, start: u32) -> Result<Item> {
        let token = self.next_word();
        let node = match token.kind {
            Kind::Block => self.block()?,
            Kind::Break => self.jump("{{break}}", Node::Break)?,
            Kind::Continue => self.jump("{{continue}}", Node::Continue)?,
            Kind::Else => {
                // The keyword of "else if" is left to be read by the statement that this belongs to.
                if !matches!(self.peek_word().kind, Kind::If | Kind::With) {
                    self.expect(Kind::RightDelim, "else")?;
                }
                return Ok(Item::Else);
            }
            Kind::End => {
                self.expect(Kind::RightDelim, "end")?;
                return Ok(Item::End);
            }
            Kind::If => self.branches(Form::If)?,
            Kind::Range => self.branches(Form::Range)?,
            Kind::With => self.branches(Form::With)?,
            Kind::Template => self.template()?,
            _ => {
                self.backup();
                self.plain_action(start)?
            }
        };
        Ok(Item::Node(node))
    }

    #[inline(never)]
    fn plain_action(&mut self, start: u32) -> Result<Node> {
        let pos = self.peek().span.start;
        // Variables declared here live to the end of the surrounding block.
        let pipe = self.pipeline("command", Kind::RightDelim)?;
        let end = self.state.token[0].span.end;
        Ok(Node::Action(Box::new(Action { pos, span: Span::new(start, end), pipe })))
    }

    fn jump(&mut self, text: &str, node: Node) -> Result<Node> {
        let token = self.next_word();
        if token.kind != Kind::RightDelim {
            return Err(self.unexpected(token, text));
        }
        if self.state.ranges == 0 {
            return Err(self.error(format!("{text} outside {{{{range}}}}")));
        }
        Ok(node)
    }

    /// A branching statement and, without recursion, its chain of `else if` or `else with`.
    #[inline(never)]
    fn branches(&mut self, form: Form) -> Result<Node> {
        let vars = self.state.vars.len();
        let mut chain: Vec<(Pipe, List)> = Vec::new();
        let else_list = loop {
            let pipe = self.pipeline(form.word(), Kind::RightDelim)?;
            if form == Form::Range {
                self.state.ranges += 1;
            }
            let (list, end) = self.item_list()?;
            if form == Form::Range {
                self.state.ranges -= 1;
            }
            chain.push((pipe, list));
            match end {
                Item::Else => {}
                _ => break None,
            }
            if form.continues().is_some_and(|kind| self.peek().kind == kind) {
                self.next();
                // Each link nests one deeper in the tree.
                if chain.len() > self.options.nesting {
                    return Err(self.too_deep());
                }
                continue;
            }
            let (list, end) = self.item_list()?;
            if !matches!(end, Item::End) {
                return Err(self.error(format!("expected end; found {}", end.text())));
            }
            break Some(list);
        };
        self.pop_vars(vars);
        let mut rest = else_list;
        while let Some((pipe, list)) = chain.pop() {
            let node = form.node(Branch { pos: pipe.pos, pipe, list, else_list: rest });
            if chain.is_empty() {
                return Ok(node);
            }
            rest = Some(vec![node]);
        }
        Err(self.error("unexpected EOF"))
    }

    #[inline(never)]
    fn block(&mut self) -> Result<Node> {
        let context = "block clause";
        let token = self.next_word();
        let name = self.template_name(token, context)?;
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let outer = std::mem::replace(&mut self.state, State::new());
        let (root, end) = self.item_list()?;
        if !matches!(end, Item::End) {
            // Reported by the outer tree, whose last token is the block's own header.
            self.state = outer;
            return Err(self.error(format!("unexpected {} in {context}", end.text())));
        }
        self.add(name.clone(), root, token.span)?;
        self.state = outer;
        Ok(template_node(token, name, Some(pipe)))
    }

    #[inline(never)]
    fn template(&mut self) -> Result<Node> {
        let context = "template clause";
        let token = self.next_word();
        let name = self.template_name(token, context)?;
        let mut pipe = None;
        if self.next_word().kind != Kind::RightDelim {
            self.backup();
            pipe = Some(self.pipeline(context, Kind::RightDelim)?);
        }
        Ok(template_node(token, name, pipe))
    }

    /// `define`, whose keyword has been read.
    #[inline(never)]
    pub(super) fn definition(&mut self) -> Result<()> {
        let context = "define clause";
        let token = self.next_word();
        let name = self.template_name(token, context)?;
        self.expect(Kind::RightDelim, context)?;
        let (root, end) = self.item_list()?;
        if !matches!(end, Item::End) {
            return Err(self.error(format!("unexpected {} in {context}", end.text())));
        }
        self.add(name, root, token.span)
    }

    fn template_name(&mut self, token: Token, context: &str) -> Result<Str> {
        match token.kind {
            Kind::String | Kind::RawString => match quote::unquote(self.bytes(token)) {
                Some(name) => Ok(Str::from(name)),
                None => Err(self.error("invalid syntax")),
            },
            _ => Err(self.unexpected(token, context)),
        }
    }
}

fn template_node(token: Token, name: Str, pipe: Option<Pipe>) -> Node {
    let span = pipe.as_ref().map_or(token.span, |pipe| token.span.to(pipe.span));
    Node::Template(Box::new(TemplateCall { pos: token.span.start, span, name, pipe }))
}
