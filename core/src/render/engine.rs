//! Helm's engine: parses all files of a chart, executes them in order, hands functions what they may ask for
//! (R71–R80). Counterpart of Helm's pkg/engine/engine.go.

use super::error::RenderError;
use super::values_object::ValuesObject;
use crate::chart::log::{Entry, Level};
use crate::funcs::registry;
use crate::go::quote;
use crate::host::Host;
use crate::limits::Limits;
use crate::source::{CallKind, Provenance, Recorder};
use crate::template::{Options, Parsed, Run, Runtime, Set, execute, parse};
use crate::value::{Caller, Fault, Func, Map, Method, Object, Settings, Str, Value};
use foldhash::fast::FixedState;
use memchr::memmem;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

type Table<K, V> = HashMap<K, V, FixedState>;

/// The name Helm gives the root of its template set; errors inside `tpl` show it as their file.
const ROOT: &str = "gotpl";

/// What Go prints for a missing value, and Helm deletes wherever it stands (R75).
const NO_VALUE: &[u8] = b"<no value>";

/// Bytes of `tpl` texts whose parsed form is kept at a time.
const TPL_CACHE: usize = 32 << 20;

/// One template file of a chart tree.
#[derive(Clone, Debug)]
pub struct File {
    /// Full path in the chart tree: `parent/charts/child/templates/x.yaml`.
    pub name: Str,
    /// Its text.
    pub text: Str,
    /// The root object of its chart, shared by all files of that chart (R58).
    pub context: Map,
    /// `.Template.BasePath` (R64).
    pub base_path: Str,
}

impl File {
    /// Whether the file is only included, never executed by itself (R74).
    pub fn is_partial(&self) -> bool {
        let name: &[u8] = &self.name;
        let base = memchr::memrchr(b'/', name).map_or(0, |at| at + 1);
        name.get(base) == Some(&b'_')
    }
}

/// What to do about errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Errors {
    /// Stop at the first one, as Helm does.
    #[default]
    First,
    /// Go on with the other files.
    All,
}

/// What came of a render.
#[derive(Debug, Default)]
pub struct Rendered {
    /// Executed files in order of execution (R72). Empty after an error with [`Errors::First`].
    pub files: Vec<RenderedFile>,
    /// What went wrong.
    pub errors: Vec<RenderError>,
    /// Messages of functions.
    pub log: Vec<Entry>,
    /// The texts and calls that provenance points into, if it was asked for.
    pub recorder: Option<Box<Recorder>>,
    /// Nodes executed.
    pub steps: u64,
}

impl Rendered {
    /// The first error, if there is any.
    pub fn into_result(self) -> Result<Rendered, Box<RenderError>> {
        match self.errors.first() {
            Some(error) => Err(Box::new(error.clone())),
            None => Ok(self),
        }
    }
}

/// One file's output.
#[derive(Debug)]
pub struct RenderedFile {
    /// The file's name.
    pub name: Str,
    /// The text.
    pub text: Vec<u8>,
    /// Where its bytes come from, if that was asked for.
    pub provenance: Option<Provenance>,
}

/// Helm's rendering engine. It keeps parsed files from one render to the next, so that rendering again after a change
/// parses only what changed.
///
/// ```
/// use hookwright_core::{host::SealedHost, limits::Limits, value::{Map, Settings}};
/// use hookwright_core::render::engine::{Engine, Errors, File};
/// let file = File {
///     name: "demo/templates/a.yaml".into(),
///     text: "name: {{ .Template.Name | quote }}".into(),
///     context: Map::new(),
///     base_path: "demo/templates".into(),
/// };
/// let host = SealedHost::default();
/// let mut engine = Engine::new(&host, Settings::default(), Limits::default());
/// let rendered = engine.render(&[file], Errors::First).into_result()?;
/// assert_eq!(rendered.files[0].text, b"name: \"demo/templates/a.yaml\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Engine<'h> {
    host: &'h dyn Host,
    settings: Settings,
    limits: Limits,
    functions: fn(&str, crate::dialect::HelmVersion) -> Option<&'static Func>,
    provenance: bool,
    parsed: Table<Str, Rc<Parsed>>,
}

impl<'h> Engine<'h> {
    /// An engine in this world, with these switches and this budget for each render.
    pub fn new(host: &'h dyn Host, settings: Settings, limits: Limits) -> Engine<'h> {
        Engine {
            host,
            settings,
            limits,
            functions: registry::lookup,
            provenance: false,
            parsed: Table::default(),
        }
    }

    /// The same engine with other functions.
    pub fn with_functions(
        mut self,
        functions: fn(&str, crate::dialect::HelmVersion) -> Option<&'static Func>,
    ) -> Engine<'h> {
        self.functions = functions;
        self.parsed.clear();
        self
    }

    /// The same engine, recording where output comes from.
    pub fn with_provenance(mut self) -> Engine<'h> {
        self.provenance = true;
        self
    }

    /// Renders the files of a chart tree. Of files with the same name the last one counts.
    pub fn render(&mut self, files: &[File], errors: Errors) -> Rendered {
        let files = in_order(files);
        let mut rendered = Rendered::default();
        let parsed = self.parse(&files, errors, &mut rendered);
        if errors == Errors::First && !rendered.errors.is_empty() {
            return rendered;
        }
        let mut session = Session::new(self, Set::new(parsed.iter().flatten().map(Rc::as_ref)));
        if self.provenance {
            session.run.recorder = Some(Box::default());
            // Numbers of an earlier render mean nothing to a new recorder.
            for parsed in parsed.iter().flatten() {
                parsed.source.file.set(None);
            }
        }
        for (file, parsed) in files.iter().zip(&parsed) {
            if file.is_partial() || parsed.is_none() {
                continue;
            }
            match session.file(file) {
                Ok(file) => rendered.files.push(file),
                Err(fault) => {
                    if errors == Errors::All && !rendered.errors.is_empty() && is_missing_template(&fault) {
                        // A file that cannot be parsed has hidden its definitions: no second error for that.
                        continue;
                    }
                    rendered.errors.push(RenderError::execute(
                        &file.name.to_text(),
                        &fault,
                        self.settings.version,
                    ));
                    if errors == Errors::First {
                        rendered.files.clear();
                        break;
                    }
                }
            }
        }
        rendered.log = session.log;
        rendered.steps = session.run.steps();
        rendered.recorder = session.run.recorder.take();
        rendered
    }

    /// Parses and executes a text that belongs to no chart, as Go's `template.New(name).Parse(text)` and `Execute` do.
    /// The error is Go's.
    pub fn text(&mut self, name: &str, text: &str, data: Value) -> Result<Vec<u8>, Fault> {
        let name = Str::from(name);
        let parsed = self.parse_text(name.clone(), text.into()).map_err(|error| error.fault())?;
        let mut out = Vec::new();
        Session::new(self, Set::new([&parsed])).execute(&name, data, &mut out)?;
        Ok(out)
    }

    /// Parses all files; `None` where that failed.
    fn parse(&mut self, files: &[&File], errors: Errors, rendered: &mut Rendered) -> Vec<Option<Rc<Parsed>>> {
        let mut kept: Table<Str, Rc<Parsed>> = Table::default();
        let mut parsed = Vec::with_capacity(files.len());
        for file in files {
            let known = self
                .parsed
                .remove(&file.name)
                .filter(|known| known.source.text.same(&file.text) || known.source.text == file.text);
            let result = match known {
                Some(known) => Ok(known),
                None => self.parse_text(file.name.clone(), file.text.clone()).map(Rc::new),
            };
            match result {
                Ok(one) => {
                    kept.insert(file.name.clone(), one.clone());
                    parsed.push(Some(one));
                }
                Err(error) => {
                    rendered.errors.push(RenderError::parse(&file.name.to_text(), error, &file.text));
                    parsed.push(None);
                    if errors == Errors::First {
                        break;
                    }
                }
            }
        }
        self.parsed = kept;
        parsed
    }

    fn parse_text(&self, name: Str, text: Str) -> Result<Parsed, crate::template::ParseError> {
        let functions = |name: &str| (self.functions)(name, self.settings.version);
        parse(
            name,
            text,
            Options {
                functions: &functions,
                nesting: self.limits.nesting,
                counts_comments: self.settings.version.counts_lines_of_comments(),
            },
        )
    }
}

/// Order O (R72): deepest first, then last name first.
fn in_order(files: &[File]) -> Vec<&File> {
    let mut ordered: Vec<&File> = files.iter().collect();
    let key = |file: &File| memchr::memchr_iter(b'/', &file.name).count();
    ordered.sort_by(|a, b| (key(b), &b.name).cmp(&(key(a), &a.name)));
    // The sort is stable, so of equal names the last one given comes last.
    ordered.reverse();
    ordered.dedup_by(|a, b| a.name == b.name);
    ordered.reverse();
    ordered
}

fn is_missing_template(fault: &Fault) -> bool {
    let mut root = fault;
    while let Some(cause) = root.cause() {
        root = cause;
    }
    let text = root.to_string();
    text.starts_with("template: no template ") || text.ends_with(" not defined")
}

/// One render under way.
struct Session<'e> {
    engine: &'e Engine<'e>,
    run: Run,
    /// How often each name is being included right now (R76).
    active: Table<Str, u32>,
    texts: Table<Str, Rc<Parsed>>,
    text_bytes: usize,
    log: Vec<Entry>,
}

impl<'e> Session<'e> {
    fn new(engine: &'e Engine<'_>, set: Set) -> Session<'e> {
        Session {
            run: Run::new(set, &engine.limits),
            engine,
            active: Table::default(),
            texts: Table::default(),
            text_bytes: 0,
            log: Vec::new(),
        }
    }

    fn file(&mut self, file: &File) -> Result<RenderedFile, Fault> {
        let template = Map::new();
        let _ = template.insert("Name", Value::Str(file.name.clone()));
        let _ = template.insert("BasePath", Value::Str(file.base_path.clone()));
        let _ = file.context.insert("Template", Value::Values(template));
        self.open(CallKind::File, &file.name);
        let mut buffer = self.run.take_buffer();
        let result = self.execute(&file.name, Value::Values(file.context.clone()), &mut buffer);
        let provenance = self.run.recorder.as_deref_mut().map(Recorder::close_file);
        let removed = no_values(&buffer);
        let text = without(&buffer, &removed);
        self.run.give_buffer(buffer);
        result?;
        let provenance = match removed.as_slice() {
            [] => provenance,
            removed => provenance.map(|all| all.without(removed)),
        };
        Ok(RenderedFile { name: file.name.clone(), text, provenance })
    }

    /// Go's `ExecuteTemplate`.
    fn execute(&mut self, name: &Str, data: Value, out: &mut Vec<u8>) -> Result<(), Fault> {
        let Some(tree) = self.run.set.find(name).cloned() else {
            return Err(no_template(name));
        };
        execute(self, &tree, data, out)
    }

    fn open(&mut self, kind: CallKind, name: &Str) {
        if let Some(recorder) = self.run.recorder.as_deref_mut() {
            recorder.open(kind, name.clone());
        }
    }

    /// The text in `buffer` as a function's result, and the buffer back to the pool.
    #[inline(never)]
    fn finish(
        &mut self,
        result: Result<(), Fault>,
        buffer: Vec<u8>,
        removed: &[Range<usize>],
    ) -> Result<Str, Fault> {
        let text = match (&result, removed) {
            (Err(_), _) => Str::from(""),
            (Ok(()), []) => Str::from(buffer.as_slice()),
            (Ok(()), removed) => Str::from(without(&buffer, removed)),
        };
        self.run.give_buffer(buffer);
        if let Some(recorder) = self.run.recorder.as_deref_mut() {
            match result {
                Ok(()) => recorder.close_returned(&text, removed),
                Err(_) => recorder.abandon(),
            }
        }
        result.map(|()| text)
    }

    /// The parsed form of a `tpl` text.
    #[inline(never)]
    fn parsed_text(&mut self, text: &Str) -> Result<Rc<Parsed>, Fault> {
        if let Some(parsed) = self.texts.get(text) {
            return Ok(parsed.clone());
        }
        let parsed = match self.engine.parse_text(Str::from(ROOT), text.clone()) {
            Ok(parsed) => Rc::new(parsed),
            Err(error) => {
                return Err(error.fault().wrapped(format!("cannot parse template {}: ", quote::quote(text))));
            }
        };
        self.text_bytes += text.len();
        if self.text_bytes > TPL_CACHE {
            self.texts.clear();
            self.text_bytes = text.len();
        }
        self.texts.insert(text.clone(), parsed.clone());
        Ok(parsed)
    }
}

impl Caller for Session<'_> {
    fn host(&self) -> &dyn Host {
        self.engine.host
    }

    fn limits(&self) -> &Limits {
        &self.engine.limits
    }

    fn settings(&self) -> &Settings {
        &self.engine.settings
    }

    fn include(&mut self, name: &Str, data: Value) -> Result<Str, Fault> {
        match self.active.get_mut(name) {
            Some(count) if *count > self.engine.limits.include_depth => return Err(nested_too_often(name)),
            Some(count) => *count += 1,
            None => {
                self.active.insert(name.clone(), 1);
            }
        }
        self.open(CallKind::Include, name);
        let mut buffer = self.run.take_buffer();
        let result = self.execute(name, data, &mut buffer);
        if let Some(count) = self.active.get_mut(name) {
            *count -= 1;
        }
        self.finish(result, buffer, &[])
    }

    fn tpl(&mut self, text: &Str, data: Value) -> Result<Str, Fault> {
        // A text without actions is its own output, and most values that charts hand to tpl are such texts.
        if self.run.recorder.is_none() && memmem::find(text, b"{{").is_none() {
            let removed = no_values(text);
            return Ok(if removed.is_empty() { text.clone() } else { Str::from(without(text, &removed)) });
        }
        let parsed = self.parsed_text(text)?;
        let Some(tree) = parsed.find(ROOT.as_bytes()).cloned() else {
            return Ok(Str::from(""));
        };
        let name = tree.name.clone();
        let outer = self.run.set.clone();
        self.run.set = outer.with(parsed);
        self.open(CallKind::Tpl, &name);
        let mut buffer = self.run.take_buffer();
        let result = execute(self, &tree, data, &mut buffer);
        self.run.set = outer;
        let result = result.map_err(|fault| failed_tpl(fault, text));
        let removed = if result.is_ok() { no_values(&buffer) } else { Vec::new() };
        self.finish(result, buffer, &removed)
    }

    fn log(&mut self, level: &'static str, message: String) {
        let level = if level == "WARN" { Level::Warn } else { Level::Info };
        self.log.push(Entry { level, message, attributes: Vec::new(), helm3: None });
    }

    fn log_about(&mut self, level: &'static str, message: &'static str, text: String) {
        let helm3 = match message {
            "missing required value" => format!("engine.go:206: [INFO] Missing required value: {text}"),
            "missing required values" => format!("engine.go:214: [INFO] Missing required value: {text}"),
            _ => format!("engine.go:227: [INFO] Fail: {text}"),
        };
        let level = if level == "WARN" { Level::Warn } else { Level::Info };
        let (message, attributes, helm3) = (message.to_owned(), vec![("message", text)], Some(helm3));
        self.log.push(Entry { level, message, attributes, helm3 });
    }
}

impl Runtime for Session<'_> {
    fn run(&mut self) -> &mut Run {
        &mut self.run
    }

    fn values_method(&self, map: &Map, name: &[u8]) -> Option<(Rc<dyn Object>, &'static Method)> {
        ValuesObject::method(map, name)
    }
}

#[cold]
fn nested_too_often(name: &Str) -> Fault {
    Fault::text(format!("rendering template has a nested reference name: {name}: unable to execute template"))
}

#[cold]
fn no_template(name: &Str) -> Fault {
    Fault::text(format!("template: no template {} associated with template \"{ROOT}\"", quote::quote(name)))
}

#[cold]
fn failed_tpl(fault: Fault, text: &Str) -> Fault {
    fault.wrapped(format!("error during tpl function execution for {}: ", quote::quote(text)))
}

/// Where `<no value>` stands in a text.
fn no_values(text: &[u8]) -> Vec<Range<usize>> {
    memmem::find_iter(text, NO_VALUE).map(|at| at..at + NO_VALUE.len()).collect()
}

/// The text with these ranges cut out.
fn without(text: &[u8], removed: &[Range<usize>]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    let mut from = 0;
    for range in removed {
        kept.extend_from_slice(text.get(from..range.start).unwrap_or(&[]));
        from = range.end;
    }
    kept.extend_from_slice(text.get(from..).unwrap_or(&[]));
    kept
}
