//! A node's text in error messages: normalised spelling, as Go's node.go `String` methods (R87).

use super::ast::{Chain, Command, Expr, ExprKind, Pipe, TemplateCall};
use crate::go::quote;

/// Writes a word: names and literals as spelled, a pipeline without its parentheses.
pub fn write_expr(out: &mut Vec<u8>, source: &[u8], expr: &Expr) {
    match &expr.kind {
        ExprKind::Pipe(pipe) => write_pipe(out, source, pipe),
        ExprKind::Chain(chain) => write_chain(out, source, chain),
        _ => out.extend_from_slice(expr.span.of(source)),
    }
}

fn write_chain(out: &mut Vec<u8>, source: &[u8], chain: &Chain) {
    write_word(out, source, &chain.node);
    for field in &chain.fields {
        out.push(b'.');
        out.extend_from_slice(&field.key);
    }
}

/// As [`write_expr`], with the parentheses of a pipeline.
fn write_word(out: &mut Vec<u8>, source: &[u8], expr: &Expr) {
    let is_pipe = matches!(expr.kind, ExprKind::Pipe(_));
    if is_pipe {
        out.push(b'(');
    }
    write_expr(out, source, expr);
    if is_pipe {
        out.push(b')');
    }
}

/// Writes a command, its words separated by single spaces.
pub fn write_command(out: &mut Vec<u8>, source: &[u8], command: &Command) {
    for (index, word) in command.args.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        write_word(out, source, word);
    }
}

/// Writes a pipeline.
pub fn write_pipe(out: &mut Vec<u8>, source: &[u8], pipe: &Pipe) {
    for (index, variable) in pipe.decl.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(&variable.name);
    }
    if !pipe.decl.is_empty() {
        out.extend_from_slice(if pipe.assign { b" = " } else { b" := " });
    }
    for (index, command) in pipe.cmds.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b" | ");
        }
        write_command(out, source, command);
    }
}

/// Writes `{{template "name" pipeline}}`.
pub fn write_template_call(out: &mut Vec<u8>, source: &[u8], call: &TemplateCall) {
    out.extend_from_slice(b"{{template ");
    out.extend_from_slice(quote::quote(&call.name).as_bytes());
    if let Some(pipe) = &call.pipe {
        out.push(b' ');
        write_pipe(out, source, pipe);
    }
    out.extend_from_slice(b"}}");
}
