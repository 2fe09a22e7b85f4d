//! How a render fails: Helm's exact text (R82–R84), and beside it the places for framed pictures.

use crate::dialect::HelmVersion;
use crate::funcs::helm::release::{ERROR_END, ERROR_START};
use crate::limits::LimitReached;
use crate::source::Lines;
use crate::template::ParseError;
use crate::value::{Fault, FaultKind, Place};
use std::fmt;

/// A file that could not be rendered. Displays as Helm's text, without `Error: ` and without hints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderError {
    /// When it happened.
    pub stage: Stage,
    /// The file that was parsed or executed.
    pub file: String,
    /// Helm's text.
    pub text: String,
    /// What is wrong, without places.
    pub message: String,
    /// From the file to the node that failed: one step for every call in between. Never empty for parse errors.
    pub trace: Vec<Step>,
    /// Set when one of our limits was reached.
    pub limit: Option<LimitReached>,
}

/// When a render failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A text is no template.
    Parse,
    /// A template failed.
    Execute,
}

/// One step of the way to the node that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The node's place.
    pub place: Place,
    /// The template that was executing; empty for parse errors.
    pub executing: String,
    /// The node's text; empty for parse errors.
    pub node: String,
    /// What the step says: `error calling include`, or what is wrong.
    pub message: String,
}

impl RenderError {
    /// A text that could not be parsed: Helm's `cleanupParseError` (R82).
    pub(super) fn parse(file: &str, error: ParseError, source: &[u8]) -> RenderError {
        let full = error.to_string();
        let text = match (full.split(": ").nth(1), full.rsplit(": ").next()) {
            (Some(place), Some(message)) => format!("parse error at ({place}): {message}"),
            _ => format!("parse error in ({file}): {full}"),
        };
        let column = Lines::find(source, error.span.start).byte;
        let place = Place { file: error.name, line: error.line, column, span: error.span.into() };
        let message = error.message;
        let step = Step { place, executing: String::new(), node: String::new(), message: message.clone() };
        let (stage, trace) = (Stage::Parse, vec![step]);
        RenderError { stage, file: file.to_owned(), text, message, trace, limit: error.limit }
    }

    /// A file whose execution failed: Helm's `reformatExecErrorMsg`, or `cleanupExecError` of Helm 3 (R83, R84).
    pub(super) fn execute(file: &str, fault: &Fault, version: HelmVersion) -> RenderError {
        let chain = Chain::new(fault);
        let text = helm_text(file, fault, &chain, version);
        RenderError {
            stage: Stage::Execute,
            file: file.to_owned(),
            text,
            message: root_message(fault),
            trace: trace(fault),
            limit: fault.as_limit().cloned(),
        }
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for RenderError {}

/// A fault's text, and where in it the text of each of its causes begins: each is a suffix of the one before.
struct Chain {
    text: String,
    starts: Vec<usize>,
    has_exec: bool,
}

impl Chain {
    fn new(fault: &Fault) -> Chain {
        let mut chain = Chain { text: String::new(), starts: Vec::new(), has_exec: false };
        let mut next = Some(fault);
        while let Some(fault) = next {
            chain.starts.push(chain.text.len());
            chain.has_exec |= matches!(fault.kind(), FaultKind::Exec(_));
            // Writing to a String cannot fail.
            let _ = fault.write_own(&mut chain.text);
            next = fault.cause();
        }
        chain
    }
}

fn helm_text(file: &str, fault: &Fault, chain: &Chain, version: HelmVersion) -> String {
    let text = chain.text.as_str();
    let is_exec = match version.multi_line_exec_errors() {
        true => chain.has_exec,
        false => matches!(fault.kind(), FaultKind::Exec(_)),
    };
    if !is_exec {
        // A Go panic that no function call caught (R88).
        let prefix = if text.starts_with("runtime error: ") { "rendering template failed: " } else { "" };
        return format!("{prefix}{text}");
    }
    let mut tokens = text.splitn(3, ": ");
    let (Some(_), Some(place), Some(rest)) = (tokens.next(), tokens.next(), tokens.next()) else {
        return format!("execution error in ({file}): {text}");
    };
    if let Some(message) = marked(rest) {
        return format!("execution error at ({place}): {message}");
    }
    if !version.multi_line_exec_errors() {
        return text.to_owned();
    }
    let mut steps: Vec<TraceableError<'_>> = Vec::new();
    for start in &chain.starts {
        match TraceableError::parse(text.get(*start..).unwrap_or("")) {
            Some(step) if steps.last() == Some(&step) => {}
            Some(step) => steps.push(step),
            None => return text.to_owned(),
        }
    }
    let all: String = steps.iter().map(TraceableError::to_string).collect();
    all.trim().to_owned()
}

/// The message that `required` or `fail` wrapped: from the first opening mark to the last closing one.
fn marked(text: &str) -> Option<&str> {
    let (_, after) = text.split_once(ERROR_START)?;
    let (message, _) = after.rsplit_once(ERROR_END)?;
    Some(message)
}

/// Helm's reading of one error of a chain (engine.go, `parseTemplateExecErrorString`). It works on the text, so that
/// odd names and messages are misread as Helm misreads them.
#[derive(PartialEq, Eq)]
struct TraceableError<'a> {
    place: &'a str,
    executing: Option<(&'a str, &'a str)>,
    message: &'a str,
}

impl<'a> TraceableError<'a> {
    fn parse(text: &'a str) -> Option<TraceableError<'a>> {
        let rest = text.strip_prefix("template: ")?;
        if rest.starts_with("no template ") {
            return Some(TraceableError { place: "", executing: None, message: text });
        }
        Self::executing(rest).or_else(|| {
            let (place, message) = rest.rsplit_once(": ")?;
            Some(TraceableError { place, executing: None, message: before_template(message) })
        })
    }

    fn executing(rest: &'a str) -> Option<TraceableError<'a>> {
        let (place, after) = rest.split_once(": executing ")?;
        let (name, after) = after.strip_prefix('"')?.split_once('"')?;
        let (node, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
        Some(TraceableError { place, executing: Some((name, node)), message: before_template(message) })
    }
}

/// A message without the error chained behind it.
fn before_template(message: &str) -> &str {
    message.split_once(" template:").map_or(message, |(before, _)| before)
}

impl fmt::Display for TraceableError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}\n  ", self.place)?;
        }
        if let Some((name, node)) = self.executing {
            write!(f, "executing \"{name}\" at <{node}>:\n    ")?;
        }
        if !self.message.is_empty() {
            writeln!(f, "{}", self.message)?;
        }
        Ok(())
    }
}

/// The steps of a fault that stand at template nodes.
fn trace(fault: &Fault) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut next = Some(fault);
    while let Some(fault) = next {
        if let FaultKind::Exec(exec) = fault.kind() {
            steps.push(Step {
                place: exec.place.clone(),
                executing: exec.executing.clone(),
                node: exec.node.clone(),
                message: exec.message.trim_end_matches(": ").to_owned(),
            });
        }
        next = fault.cause();
    }
    steps
}

/// What is wrong: the innermost message, without the marks of `required` and `fail`.
fn root_message(fault: &Fault) -> String {
    let mut fault = fault;
    while let Some(cause) = fault.cause() {
        fault = cause;
    }
    let text = match fault.kind() {
        FaultKind::Exec(exec) => exec.message.clone(),
        _ => fault.to_string(),
    };
    match marked(&text) {
        Some(message) => message.to_owned(),
        None => text,
    }
}
