//! Executing a tree, node by node as Go's text/template/exec.go (R97–R107).

mod call;
mod control;
mod field;
mod pipeline;
mod scope;

use super::ast::{Action, Command, Expr, Pipe, TemplateCall, Tree};
use super::text;
use crate::source::{FileId, Lines, Recorder, Span};
use crate::value::{Caller, ExecFault, Fault, FaultKind, Map, Method, Object, Place, Value};
pub use scope::Run;
use scope::{Slot, Var, units};
use std::rc::Rc;

/// What an execution runs in: functions call it back, and it lends the state that all templates share.
pub trait Runtime: Caller + Sized {
    /// The state.
    fn run(&mut self) -> &mut Run;

    /// The Go method `name` of a named map type ([`Value::Values`]) and the receiver to call it on.
    fn values_method(&self, map: &Map, name: &[u8]) -> Option<(Rc<dyn Object>, &'static Method)>;
}

/// Executes `tree` with `data` as `.` and `$`, appending to `out`. On an error, what was written before stays.
pub fn execute<R: Runtime>(rt: &mut R, tree: &Rc<Tree>, data: Value, out: &mut Vec<u8>) -> Result<(), Fault> {
    // The tree must outlive the walk even if `tpl` drops the set it came from.
    let tree = tree.clone();
    activate(rt, &tree, Slot::plain(data), out, 0)
}

/// One activation of a template: its own variables, the caller's output.
fn activate<R: Runtime>(
    rt: &mut R,
    tree: &Tree,
    dot: Slot,
    out: &mut Vec<u8>,
    templates: u32,
) -> Result<(), Fault> {
    let run = rt.run();
    let (base, depth) = (run.vars.len(), run.depth);
    let units = if templates == 0 { units::INCLUDE } else { units::TEMPLATE };
    if let Err(limit) = run.enter(units) {
        run.depth = depth;
        return Err(limit);
    }
    run.vars.push(Var { id: super::parser::DOLLAR, slot: dot.clone() });
    let mut walker = Walker { rt: &mut *rt, tree, at: At::Start, out, base, templates };
    let result = walker.list(&dot, &tree.root);
    let run = rt.run();
    run.vars.truncate(base);
    run.depth = depth;
    result.map(|_| ())
}

/// The walk through one template.
struct Walker<'t, 'r, R> {
    rt: &'r mut R,
    tree: &'t Tree,
    /// The current node.
    at: At<'t>,
    out: &'r mut Vec<u8>,
    /// Where this template's variables begin.
    base: usize,
    /// How many `{{template}}` calls enclose this one.
    templates: u32,
}

/// Go's current node (R86).
#[derive(Clone, Copy)]
enum At<'t> {
    Start,
    Action(&'t Action),
    Pipe(&'t Pipe),
    Command(&'t Command),
    Expr(&'t Expr),
    Template(&'t TemplateCall),
}

impl At<'_> {
    fn pos(self) -> u32 {
        match self {
            At::Start => 0,
            At::Action(action) => action.pos,
            At::Pipe(pipe) => pipe.pos,
            At::Command(command) => command.pos,
            At::Expr(expr) => expr.pos,
            At::Template(call) => call.pos,
        }
    }

    fn span(self) -> Span {
        match self {
            At::Start => Span::default(),
            At::Action(action) => action.span,
            At::Pipe(pipe) => pipe.span,
            At::Command(command) => command.span,
            At::Expr(expr) => expr.span,
            At::Template(call) => call.span,
        }
    }

    fn text(self, source: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            At::Start => {}
            At::Action(action) => {
                out.extend_from_slice(b"{{");
                text::write_pipe(&mut out, source, &action.pipe);
                out.extend_from_slice(b"}}");
            }
            At::Pipe(pipe) => text::write_pipe(&mut out, source, pipe),
            At::Command(command) => text::write_command(&mut out, source, command),
            At::Expr(expr) => text::write_expr(&mut out, source, expr),
            At::Template(call) => text::write_template_call(&mut out, source, call),
        }
        out
    }
}

impl<'t, R: Runtime> Walker<'t, '_, R> {
    /// Go's `errorf` at the current node.
    #[cold]
    fn fail(&self, message: impl Into<String>) -> Fault {
        self.fail_with(self.at, message.into(), None)
    }

    #[cold]
    fn fail_with(&self, at: At<'_>, message: String, cause: Option<Fault>) -> Fault {
        let source = &self.tree.source;
        let position = Lines::find(&source.text, at.pos());
        Fault::from(FaultKind::Exec(ExecFault {
            place: Place {
                file: source.name.to_text().into_owned(),
                line: position.line,
                column: position.byte,
                span: at.span().into(),
            },
            executing: self.tree.name.to_text().into_owned(),
            node: String::from_utf8_lossy(&at.text(&source.text)).into_owned(),
            message,
            cause,
        }))
    }

    /// A reached limit, with the place where it was.
    #[cold]
    fn limited(&self, limit: Fault) -> Fault {
        self.fail_with(self.at, String::new(), Some(limit))
    }

    /// The recorder, when somebody asked for provenance, and this template's file in it.
    #[inline]
    fn recorder(&mut self) -> Option<(&mut Recorder, FileId)> {
        let recorder = self.rt.run().recorder.as_deref_mut()?;
        let source = &self.tree.source;
        let file = match source.file.get() {
            Some(file) => file,
            None => {
                let file = recorder.sources.add(source.name.clone(), source.text.clone());
                source.file.set(Some(file));
                file
            }
        };
        Some((recorder, file))
    }
}
