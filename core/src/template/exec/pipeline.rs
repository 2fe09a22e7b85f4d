//! Pipelines, commands, arguments, variables, constants (R97–R100).

use super::super::ast::{Command, Decl, Expr, ExprKind, Pipe, Variable};
use super::scope::{Slot, Var, units};
use super::{At, Runtime, Walker};
use crate::go::time::Duration;
use crate::value::{Fault, Ty, Value};

impl<'t, R: Runtime> Walker<'t, '_, R> {
    /// Go's `evalPipeline`: the value, unboxed; declared variables are on the stack afterwards.
    pub(super) fn pipeline(&mut self, dot: &Slot, pipe: &'t Pipe) -> Result<Slot, Fault> {
        self.at = At::Pipe(pipe);
        let mut previous: Option<Slot> = None;
        for command in &pipe.cmds {
            previous = Some(self.command(dot, command, previous)?.unboxed());
        }
        let value = previous.unwrap_or_default();
        for variable in &pipe.decl {
            if pipe.assign {
                self.set_var(variable, value.clone())?;
            } else {
                self.rt.run().vars.push(Var { id: variable.id, slot: value.clone() });
            }
        }
        Ok(value)
    }

    /// A pipeline in parentheses, one level deeper.
    #[inline(never)]
    fn parenthesized(&mut self, dot: &Slot, pipe: &'t Pipe) -> Result<Slot, Fault> {
        if let Err(limit) = self.rt.run().enter(units::PARENTHESES) {
            return Err(self.limited(limit));
        }
        let value = self.pipeline(dot, pipe)?;
        self.rt.run().leave(units::PARENTHESES);
        Ok(value)
    }

    fn command(&mut self, dot: &Slot, command: &'t Command, last: Option<Slot>) -> Result<Slot, Fault> {
        if let Err(limit) = self.rt.run().step(1) {
            return Err(self.limited(limit));
        }
        let Some((first, args)) = command.args.split_first() else {
            return Ok(Slot::default());
        };
        match &first.kind {
            ExprKind::Field(names) => {
                self.at = At::Expr(first);
                return self.fields(dot, dot, names, first, args, last);
            }
            ExprKind::Identifier(function, special) => {
                self.at = At::Expr(first);
                return self.function(dot, function, *special, At::Command(command), args, last);
            }
            ExprKind::Variable(variable) => return self.variable(dot, variable, first, args, last),
            ExprKind::Chain(_) => return self.chain(dot, first, args, last),
            ExprKind::Pipe(pipe) => {
                self.takes_no_arguments(first, args, &last)?;
                return self.parenthesized(dot, pipe);
            }
            _ => {}
        }
        self.at = At::Expr(first);
        self.takes_no_arguments(first, args, &last)?;
        match &first.kind {
            ExprKind::Dot => Ok(dot.clone()),
            ExprKind::Nil => Err(self.fail("nil is not a command")),
            _ => self.constant(first).map(Slot::plain),
        }
    }

    fn takes_no_arguments(&self, word: &'t Expr, args: &[Expr], last: &Option<Slot>) -> Result<(), Fault> {
        if args.is_empty() && last.is_none() {
            return Ok(());
        }
        let mut text = Vec::new();
        super::text::write_expr(&mut text, &self.tree.source.text, word);
        Err(self.fail(format!("can't give argument to non-function {}", String::from_utf8_lossy(&text))))
    }

    #[inline(never)]
    fn variable(
        &mut self,
        dot: &Slot,
        variable: &'t Variable,
        node: &'t Expr,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        self.at = At::Expr(node);
        let (base, run) = (self.base, self.rt.run());
        let vars = run.vars.get(base..).unwrap_or(&[]);
        let found = vars.iter().rev().enumerate().find(|(_, var)| var.id == variable.id);
        let Some((distance, value)) = found.map(|(distance, var)| (distance, var.slot.clone())) else {
            return Err(self.fail(format!("undefined variable: {}", variable.name)));
        };
        if let Err(limit) = run.step(distance as u64 / 64) {
            return Err(self.limited(limit));
        }
        if variable.fields.is_empty() {
            self.takes_no_arguments(node, args, &last)?;
            return Ok(value);
        }
        self.fields(dot, &value, &variable.fields, node, args, last)
    }

    /// Assigns the innermost variable of that name.
    pub(super) fn set_var(&mut self, variable: &Decl, value: Slot) -> Result<(), Fault> {
        let (base, run) = (self.base, self.rt.run());
        let vars = run.vars.get_mut(base..).unwrap_or(&mut []);
        match vars.iter_mut().rev().find(|var| var.id == variable.id) {
            Some(var) => {
                var.slot = value;
                Ok(())
            }
            None => Err(self.fail(format!("undefined variable: {}", variable.name))),
        }
    }

    #[inline(never)]
    fn chain(
        &mut self,
        dot: &Slot,
        node: &'t Expr,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        let ExprKind::Chain(chain) = &node.kind else {
            return Ok(Slot::default());
        };
        self.at = At::Expr(&chain.node);
        let receiver = match &chain.node.kind {
            ExprKind::Pipe(pipe) => self.parenthesized(dot, pipe)?,
            ExprKind::Identifier(function, special) => {
                self.function(dot, function, *special, At::Expr(&chain.node), &[], None)?
            }
            _ => Slot::default(),
        };
        self.fields(dot, &receiver, &chain.fields, node, args, last)
    }

    /// Go's `evalArg`: a word as an argument of type `ty`.
    pub(super) fn argument(&mut self, dot: &Slot, ty: Ty, word: &'t Expr) -> Result<Value, Fault> {
        let slot = self.argument_slot(dot, ty, word)?;
        // A literal has been checked against `uint32`, but no value is of that type.
        if matches!((ty, &word.kind), (Ty::Uint32, ExprKind::Number(_))) {
            Ok(slot.value)
        } else {
            self.validated(slot, ty)
        }
    }

    /// As [`Walker::argument`], before its type is checked; literals are checked already.
    pub(super) fn argument_slot(&mut self, dot: &Slot, ty: Ty, word: &'t Expr) -> Result<Slot, Fault> {
        self.at = At::Expr(word);
        match &word.kind {
            ExprKind::Dot => Ok(dot.clone()),
            ExprKind::Field(names) => self.fields(dot, dot, names, word, &[], None),
            ExprKind::Variable(variable) => self.variable(dot, variable, word, &[], None),
            ExprKind::Pipe(pipe) => self.parenthesized(dot, pipe),
            ExprKind::Identifier(function, special) => {
                self.function(dot, function, *special, At::Expr(word), &[], None)
            }
            ExprKind::Chain(_) => self.chain(dot, word, &[], None),
            ExprKind::Nil => match zero(ty) {
                Some(value) => Ok(Slot::plain(value)),
                None => Err(self.fail(format!("cannot assign nil to {}", ty.name()))),
            },
            ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Str(_) => {
                self.literal(ty, word).map(Slot::plain)
            }
        }
    }

    /// A constant where no type is asked for.
    #[inline(never)]
    fn constant(&mut self, word: &'t Expr) -> Result<Value, Fault> {
        match &word.kind {
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Str(value) => Ok(value.clone()),
            ExprKind::Number(number) => match number.ideal() {
                Some(value) => Ok(value),
                None => Err(self.fail(format!("{} overflows int", self.spelling(word)))),
            },
            _ => Ok(Value::Nil),
        }
    }

    /// A constant where `ty` is asked for (R99).
    #[inline(never)]
    fn literal(&mut self, ty: Ty, word: &'t Expr) -> Result<Value, Fault> {
        let number = match &word.kind {
            ExprKind::Number(number) => Some(number),
            _ => None,
        };
        let (value, expected) = match ty {
            Ty::Any | Ty::Reflect => return self.constant(word),
            Ty::Bool => (matches!(word.kind, ExprKind::Bool(_)).then(|| self.constant(word)), "bool"),
            Ty::Str => (matches!(word.kind, ExprKind::Str(_)).then(|| self.constant(word)), "string"),
            Ty::Int => (number.and_then(|n| n.int).map(Value::Int).map(Ok), "integer"),
            Ty::Int64 => (number.and_then(|n| n.int).map(Value::Int64).map(Ok), "integer"),
            // Go's SetUint keeps the low bits.
            Ty::Uint32 => {
                (number.and_then(|n| n.uint).map(|n| Ok(Value::Uint64(n & 0xffff_ffff))), "unsigned integer")
            }
            Ty::Float => (number.and_then(|n| n.float).map(Value::Float).map(Ok), "float"),
            // The one named number among parameter types.
            Ty::Object("time.Duration") => {
                let duration = |n| Ok(Value::Object(std::rc::Rc::new(Duration(n))));
                (number.and_then(|n| n.int).map(duration), "integer")
            }
            Ty::Map | Ty::List | Ty::Strings | Ty::Object(_) => {
                let message = format!("can't handle {} for arg of type {}", self.spelling(word), ty.name());
                return Err(self.fail(message));
            }
        };
        match value {
            Some(value) => value,
            None => Err(self.fail(format!("expected {expected}; found {}", self.spelling(word)))),
        }
    }

    fn spelling(&self, word: &Expr) -> String {
        String::from_utf8_lossy(word.span.of(&self.tree.source.text)).into_owned()
    }

    /// Go's `validateType`: the value as a `ty`, or why it is none (R100).
    pub(super) fn validated(&self, slot: Slot, ty: Ty) -> Result<Value, Fault> {
        let is_fine = match (&slot.value, ty) {
            (_, Ty::Any | Ty::Reflect)
            | (Value::Str(_), Ty::Str)
            | (Value::Map(_), Ty::Map)
            | (Value::List(_), Ty::List)
            | (Value::Int(_), Ty::Int)
            | (Value::Int64(_), Ty::Int64)
            | (Value::Bool(_), Ty::Bool)
            | (Value::Float(_), Ty::Float)
            | (Value::Strings(_), Ty::Strings)
            | (Value::Bytes(_), Ty::Object("[]uint8")) => true,
            (Value::Values(map), Ty::Map) => return Ok(Value::Map(map.clone())),
            _ => false,
        };
        if is_fine { Ok(slot.value) } else { self.converted(slot, ty) }
    }

    /// The rarer half of [`Walker::validated`].
    #[cold]
    fn converted(&self, slot: Slot, ty: Ty) -> Result<Value, Fault> {
        let version = self.rt.settings().version;
        if let Value::Nil = slot.value {
            if slot.is_boxed() {
                let message = format!("wrong type for value; expected {}; got interface {{}}", ty.name());
                return Err(self.fail(message));
            }
            return zero(ty).ok_or_else(|| self.fail(format!("invalid value; expected {}", ty.name())));
        }
        let got = slot.value.type_name(version);
        if let Value::Object(object) = &slot.value {
            if got == ty.name() {
                return Ok(slot.value);
            }
            // A named slice or map type is assignable to the type it is made of; a named number is not.
            match (object.underlying(), ty) {
                (Some(value @ Value::Strings(_)), Ty::Strings)
                | (Some(value @ Value::List(_)), Ty::List)
                | (Some(value @ Value::Map(_)), Ty::Map) => return Ok(value),
                _ => {}
            }
        }
        Err(self.fail(format!("wrong type for value; expected {}; got {got}", ty.name())))
    }
}

/// The zero value of a type that nil can be assigned to.
fn zero(ty: Ty) -> Option<Value> {
    Some(match ty {
        Ty::Any | Ty::Reflect => Value::Nil,
        Ty::Map => Value::Map(crate::value::Map::NIL),
        Ty::List => Value::List(crate::value::List::NIL),
        Ty::Strings => Value::Strings(crate::value::Strings::NIL),
        Ty::Object("[]uint8") => Value::Bytes(None),
        Ty::Object(name) if name.starts_with('*') => Value::Nil,
        Ty::Str | Ty::Bool | Ty::Int | Ty::Int64 | Ty::Uint32 | Ty::Float | Ty::Object(_) => return None,
    })
}
