//! Statements: text, printing, if, with, range, template, break, continue (R103–R107).

use super::super::ast::{Action, Branch, ExprKind, List, Node, Pipe, TemplateCall};
use super::scope::{Held, Slot, units};
use super::{At, Runtime, Walker, activate};
use crate::go::{print, quote};
use crate::source::CallKind;
use crate::value::{Fault, FaultKind, Kind, Str, Value};

/// How a statement ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next one follows.
    Next,
    /// `{{break}}`
    Break,
    /// `{{continue}}`
    Continue,
}

impl<'t, R: Runtime> Walker<'t, '_, R> {
    /// Executes statements in order.
    pub(super) fn list(&mut self, dot: &Slot, list: &'t List) -> Result<Flow, Fault> {
        for node in list {
            if let Err(limit) = self.rt.run().step(1) {
                return Err(self.limited(limit));
            }
            let flow = match node {
                Node::Text(span) => {
                    let start = self.out.len();
                    self.out.extend_from_slice(span.of(&self.tree.source.text));
                    self.wrote(start)?;
                    if let Some((recorder, file)) = self.recorder() {
                        recorder.text(file, *span, start);
                    }
                    continue;
                }
                Node::Action(action) => {
                    self.action(dot, action)?;
                    continue;
                }
                Node::If(branch) => self.branch(dot, branch, false)?,
                Node::With(branch) => self.branch(dot, branch, true)?,
                Node::Range(branch) => self.range(dot, branch)?,
                Node::Template(call) => {
                    self.template(dot, call)?;
                    continue;
                }
                Node::Break => Flow::Break,
                Node::Continue => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    /// The body of a block, one level deeper.
    fn block(&mut self, dot: &Slot, list: &'t List) -> Result<Flow, Fault> {
        if let Err(limit) = self.rt.run().enter(units::BLOCK) {
            return Err(self.limited(limit));
        }
        let flow = self.list(dot, list)?;
        self.rt.run().leave(units::BLOCK);
        Ok(flow)
    }

    #[inline]
    fn wrote(&mut self, start: usize) -> Result<(), Fault> {
        let len = self.out.len() - start;
        match self.rt.run().wrote(len) {
            Ok(()) => Ok(()),
            Err(limit) => Err(self.limited(limit)),
        }
    }

    #[inline(never)]
    fn action(&mut self, dot: &Slot, action: &'t Action) -> Result<(), Fault> {
        self.at = At::Action(action);
        let mark = self.recorder().map_or(0, |(recorder, _)| recorder.mark());
        let value = self.pipeline(dot, &action.pipe)?;
        if !action.pipe.decl.is_empty() {
            return Ok(());
        }
        self.at = At::Action(action);
        let start = self.out.len();
        self.print(&value)?;
        self.wrote(start)?;
        if self.rt.run().recorder.is_some() {
            self.record(action, start, mark);
        }
        Ok(())
    }

    #[cold]
    fn record(&mut self, action: &Action, start: usize, mark: usize) {
        let by_variable = mentions_variable(&action.pipe);
        let out = std::mem::take(self.out);
        if let Some((recorder, file)) = self.recorder() {
            let printed = out.get(start..).unwrap_or(&[]);
            recorder.printed(file, action.span, start, printed, mark, by_variable);
        }
        *self.out = out;
    }

    /// Go's `printValue` (R107).
    #[inline]
    fn print(&mut self, slot: &Slot) -> Result<(), Fault> {
        match &slot.value {
            Value::Str(text) => self.out.extend_from_slice(text),
            Value::Nil => self.out.extend_from_slice(b"<no value>"),
            value => return self.print_other(value, slot.held),
        }
        Ok(())
    }

    #[inline(never)]
    fn print_other(&mut self, value: &Value, held: Held) -> Result<(), Fault> {
        let version = self.rt.settings().version;
        let start = self.out.len();
        let object = match value {
            Value::Object(object) => object,
            _ => return print::print_value(self.out, value, version).map_err(|limit| self.limited(limit)),
        };
        let is_pointer = object.kind() == Kind::Ptr;
        if (is_pointer || held == Held::Addressable)
            && let Some(text) = object.string_addressable()
        {
            self.out.extend_from_slice(&text);
            return Ok(());
        }
        print::print_value(self.out, value, version).map_err(|limit| self.limited(limit))?;
        // Go follows the pointer before it prints.
        if is_pointer && self.out.get(start) == Some(&b'&') {
            self.out.remove(start);
        }
        Ok(())
    }

    /// A value inside an error text.
    #[cold]
    fn shown(&self, value: &Value) -> Result<String, Fault> {
        let mut shown = Vec::new();
        print::print_value(&mut shown, value, self.rt.settings().version)
            .map_err(|limit| self.limited(limit))?;
        Ok(String::from_utf8_lossy(&shown).into_owned())
    }

    /// `if` and `with`, and without recursion their `else if`.
    #[inline(never)]
    fn branch(&mut self, dot: &Slot, first: &'t Branch, mut with: bool) -> Result<Flow, Fault> {
        let mark = self.rt.run().vars.len();
        let mut branch = first;
        let flow = loop {
            let value = self.pipeline(dot, &branch.pipe)?;
            if value.value.is_true() {
                break self.block(if with { &value } else { dot }, &branch.list)?;
            }
            match branch.else_list.as_deref() {
                None => break Flow::Next,
                Some([Node::If(next)]) => (branch, with) = (next, false),
                Some([Node::With(next)]) => (branch, with) = (next, true),
                Some(_) => match &branch.else_list {
                    Some(list) => break self.block(dot, list)?,
                    None => break Flow::Next,
                },
            }
            if let Err(limit) = self.rt.run().step(1) {
                return Err(self.limited(limit));
            }
        };
        self.rt.run().vars.truncate(mark);
        Ok(flow)
    }

    #[inline(never)]
    fn range(&mut self, dot: &Slot, branch: &'t Branch) -> Result<Flow, Fault> {
        let mark = self.rt.run().vars.len();
        let value = self.pipeline(dot, &branch.pipe)?.value;
        let ran = self.iterate(&value, branch)?;
        let mut flow = Flow::Next;
        if !ran && let Some(list) = &branch.else_list {
            flow = self.block(dot, list)?;
        }
        self.rt.run().vars.truncate(mark);
        Ok(flow)
    }

    /// Runs the body for every element; false when there is none (R105).
    fn iterate(&mut self, value: &Value, branch: &'t Branch) -> Result<bool, Fault> {
        match value {
            Value::Nil => Ok(false),
            Value::List(list) => {
                let items = list.iter().cloned().enumerate();
                self.elements(branch, items.map(|(i, item)| (Value::Int(i as i64), Slot::boxed(item))))
            }
            Value::Map(map) | Value::Values(map) => {
                let entries = map.entries().into_iter();
                self.elements(branch, entries.map(|(key, item)| (Value::Str(key), Slot::boxed(item))))
            }
            Value::Int(n) | Value::Int64(n) => self.count(value, *n, branch),
            Value::Uint64(n) => self.count(value, i64::try_from(*n).unwrap_or(i64::MAX), branch),
            Value::Uint8(n) => self.count(value, i64::from(*n), branch),
            // The length is asked again and again, as in Go; the elements may be sorted meanwhile.
            Value::Strings(strings) => {
                let items = (0..strings.len()).map_while(|i| Some((i, strings.get(i)?)));
                self.elements(branch, items.map(|(i, s)| (Value::Int(i as i64), Slot::plain(Value::Str(s)))))
            }
            Value::StrMap(map) => {
                let entries = map.iter().flat_map(|map| map.iter());
                self.elements(
                    branch,
                    entries.map(|(k, v)| (Value::Str(k.clone()), Slot::plain(Value::Str(v.clone())))),
                )
            }
            Value::Ints(_) | Value::Lists(_) | Value::Bytes(_) => {
                let items = value.slice_items().unwrap_or_default().into_iter().enumerate();
                self.elements(branch, items.map(|(i, item)| (Value::Int(i as i64), Slot::plain(item))))
            }
            Value::Object(object) => {
                if let Some(entries) = object.entries() {
                    let entries = entries.into_iter();
                    return self.elements(branch, entries.map(|(k, v)| (Value::Str(k), Slot::plain(v))));
                }
                if let Some(items) = object.items() {
                    let items = items.into_iter().enumerate();
                    return self.elements(branch, items.map(|(i, v)| (Value::Int(i as i64), Slot::plain(v))));
                }
                match object.underlying() {
                    Some(Value::Int(n) | Value::Int64(n)) => self.count(value, n, branch),
                    _ => Err(self.cannot_range(value)),
                }
            }
            Value::Bool(_) | Value::Float(_) | Value::Complex(..) | Value::Str(_) => {
                Err(self.cannot_range(value))
            }
        }
    }

    #[cold]
    fn cannot_range(&self, value: &Value) -> Fault {
        match self.shown(value) {
            Ok(shown) => self.fail(format!("range can't iterate over {shown}")),
            Err(limit) => limit,
        }
    }

    /// `range 3`: Helm 4 only.
    fn count(&mut self, value: &Value, n: i64, branch: &'t Branch) -> Result<bool, Fault> {
        if !self.rt.settings().version.range_over_integers() {
            return Err(self.cannot_range(value));
        }
        if branch.pipe.decl.len() > 1 {
            let shown = self.shown(value)?;
            return Err(self.fail(format!("can't use {shown} to iterate over more than one variable")));
        }
        let like = value.clone();
        let items = (0..n).map(move |i| {
            let item = match like {
                Value::Int64(_) => Value::Int64(i),
                Value::Uint64(_) => Value::Uint64(i as u64),
                Value::Uint8(_) => Value::Uint8(i as u8),
                _ => Value::Int(i),
            };
            (Value::Nil, Slot::plain(item))
        });
        self.elements(branch, items)
    }

    fn elements(
        &mut self,
        branch: &'t Branch,
        elements: impl Iterator<Item = (Value, Slot)>,
    ) -> Result<bool, Fault> {
        let mark = self.rt.run().vars.len();
        let mut ran = false;
        for (index, element) in elements {
            ran = true;
            let flow = self.iteration(branch, index, element, mark)?;
            self.rt.run().vars.truncate(mark);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(ran)
    }

    fn iteration(
        &mut self,
        branch: &'t Branch,
        index: Value,
        element: Slot,
        mark: usize,
    ) -> Result<Flow, Fault> {
        if let Err(limit) = self.rt.run().step(1) {
            return Err(self.limited(limit));
        }
        match branch.pipe.decl.as_slice() {
            [] => {}
            // With one variable it is the element, with two the index comes first.
            [one] if branch.pipe.assign => self.set_var(one, element.clone())?,
            [first, second, ..] if branch.pipe.assign => {
                self.set_var(first, Slot::plain(index))?;
                self.set_var(second, element.clone())?;
            }
            // Declared ones are on top of the stack, in the same order.
            decl => {
                let vars = &mut self.rt.run().vars;
                if let Some(var) = mark.checked_sub(1).and_then(|top| vars.get_mut(top)) {
                    var.slot = element.clone();
                }
                if decl.len() > 1
                    && let Some(var) = mark.checked_sub(2).and_then(|below| vars.get_mut(below))
                {
                    var.slot = Slot::plain(index);
                }
            }
        }
        self.block(&element, &branch.list)
    }

    #[inline(never)]
    fn template(&mut self, dot: &Slot, call: &'t TemplateCall) -> Result<(), Fault> {
        self.at = At::Template(call);
        let Some(tree) = self.rt.run().set.find(&call.name).cloned() else {
            return Err(self.fail(format!("template {} not defined", quote::quote(&call.name))));
        };
        let bound = self.rt.limits().template_depth;
        if self.templates >= bound {
            return Err(self.fail(format!("exceeded maximum template depth ({bound})")));
        }
        let data = match &call.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Slot::default(),
        };
        self.at = At::Template(call);
        if let Some((recorder, file)) = self.recorder() {
            recorder.enter(CallKind::Template, Str::clone(&call.name), Some((file, call.span)));
        }
        if let Err(fault) = activate(self.rt, &tree, data, self.out, self.templates + 1) {
            // A limit reached at the very start has no place yet.
            let placed = !matches!(fault.kind(), FaultKind::Limit(_));
            return Err(if placed { fault } else { self.limited(fault) });
        }
        if let Some((recorder, _)) = self.recorder() {
            recorder.leave();
        }
        Ok(())
    }
}

/// Whether a word of the pipeline is a variable: its value may be text that was included earlier.
fn mentions_variable(pipe: &Pipe) -> bool {
    pipe.cmds.iter().flat_map(|command| &command.args).any(|word| match &word.kind {
        ExprKind::Variable(_) => true,
        ExprKind::Pipe(pipe) => mentions_variable(pipe),
        _ => false,
    })
}
