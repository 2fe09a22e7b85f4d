//! Trees into values: go-yaml's decoder, sigs.k8s.io/yaml's conversion and the way through JSON, in one walk
//! (yaml2/decode.go, sigs.k8s.io/yaml yaml.go).

use super::error::Error;
use super::gosyntax::Raw;
use super::node::{NodeId, NodeKind, Stream, parse_first};
use super::resolve::{Scalar, resolve_tagged};
use crate::go::number::push_float;
use crate::go::utf8::to_valid_string;
use crate::value::{Fault, List, Str, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// Collections inside one another, aliases followed. go-yaml reads 10000 levels; values that deep could not be freed on
/// a small stack, and no chart comes near.
pub(super) const MAX_DEPTH: usize = 1000;

/// What numbers become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// `float64`, as JSON gives them; NaN and infinities are errors.
    Json,
    /// As they were resolved: `int64`, `uint64` or `float64`.
    Resolved,
}

/// The first document of a text as a value (R32).
pub(super) fn decode(text: &[u8], numbers: Numbers) -> Result<Value, Fault> {
    decode_first(text, numbers, "error converting YAML to JSON: ")
}

/// The same, with what to put before error texts.
pub(super) fn decode_first(text: &[u8], numbers: Numbers, prefix: &str) -> Result<Value, Fault> {
    let stream = parse_first(text).map_err(|error| error.into_fault(prefix))?;
    let Some(&root) = stream.documents().first() else { return Ok(Value::Nil) };
    let mut decoder = Decoder::new(&stream, numbers);
    let value = decoder.value(root).map_err(|error| error.into_fault(prefix))?;
    let mut problem = None;
    if decoder.odd_key {
        problem = Raw::build(&stream, root).unsupported_key();
    }
    if decoder.not_finite && numbers == Numbers::Json {
        problem = problem.or_else(|| json_error(&value));
    }
    if let Some(problem) = problem {
        return Err(Fault::text(format!("{prefix}{problem}")));
    }
    Ok(value)
}

/// What Go's JSON encoder says to the first number it cannot write, in the order it writes: maps by key.
pub(super) fn json_error(value: &Value) -> Option<String> {
    match value {
        Value::Float(x) if x.is_nan() => Some("json: unsupported value: NaN".into()),
        Value::Float(x) if x.is_infinite() => {
            Some(format!("json: unsupported value: {}Inf", if *x > 0.0 { '+' } else { '-' }))
        }
        Value::List(items) => items.iter().find_map(json_error),
        Value::Map(map) => map.read()?.values().find_map(json_error),
        _ => None,
    }
}

struct Decoder<'s> {
    stream: &'s Stream<'s>,
    numbers: Numbers,
    depth: usize,
    /// Aliases being followed.
    active: HashSet<NodeId>,
    /// Nodes decoded, and how many of them because of aliases.
    count: u64,
    alias_count: u64,
    not_finite: bool,
    odd_key: bool,
}

impl<'s> Decoder<'s> {
    fn new(stream: &'s Stream<'s>, numbers: Numbers) -> Decoder<'s> {
        Decoder {
            stream,
            numbers,
            depth: 0,
            active: HashSet::new(),
            // The document itself is counted.
            count: 1,
            alias_count: 0,
            not_finite: false,
            odd_key: false,
        }
    }

    /// Counts a node, and stops documents that consist of aliases.
    fn enter(&mut self) -> Result<(), Error> {
        self.count += 1;
        if !self.active.is_empty() {
            self.alias_count += 1;
        }
        if self.alias_count > 100 && self.count > 1000 {
            let ratio = self.alias_count as f64 / self.count as f64;
            if ratio > allowed_alias_ratio(self.count) {
                return Err(Error::problem("document contains excessive aliasing"));
            }
        }
        Ok(())
    }

    fn deeper(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Error::nesting(MAX_DEPTH)) } else { Ok(()) }
    }

    fn value(&mut self, id: NodeId) -> Result<Value, Error> {
        self.enter()?;
        let stream = self.stream;
        if stream.node(id).kind == NodeKind::Scalar {
            return self.scalar(id);
        }
        self.deeper()?;
        let value = match stream.node(id).kind {
            NodeKind::Alias(target) => {
                self.follow(id)?;
                let value = self.value(target)?;
                self.active.remove(&id);
                value
            }
            NodeKind::Mapping => {
                let mut entries = Vec::with_capacity(stream.children(id).len() / 2);
                self.mapping(id, &mut entries)?;
                Value::Map(entries.into_iter().collect())
            }
            _ => {
                let items: Result<Vec<Value>, Error> =
                    stream.children(id).iter().map(|child| self.value(*child)).collect();
                Value::List(List::from(items?))
            }
        };
        self.depth -= 1;
        Ok(value)
    }

    fn follow(&mut self, alias: NodeId) -> Result<(), Error> {
        if self.active.insert(alias) {
            return Ok(());
        }
        let name = String::from_utf8_lossy(self.stream.anchor(alias).unwrap_or(&[]));
        Err(Error::problem(format!("anchor '{name}' value contains itself")))
    }

    fn resolve(&self, id: NodeId) -> Result<Scalar<'s>, Error> {
        resolve_node(self.stream, id)
    }

    fn scalar(&mut self, id: NodeId) -> Result<Value, Error> {
        Ok(match self.resolve(id)? {
            Scalar::Null => Value::Nil,
            Scalar::Bool(b) => Value::Bool(b),
            Scalar::Str(text) => Value::Str(string(text)),
            Scalar::Float(x) => {
                self.not_finite |= !x.is_finite();
                Value::Float(x)
            }
            Scalar::Int(n) if self.numbers == Numbers::Json => Value::Float(n as f64),
            Scalar::Int(n) => Value::Int64(n),
            Scalar::Uint(n) if self.numbers == Numbers::Json => Value::Float(n as f64),
            Scalar::Uint(n) => Value::Uint64(n),
        })
    }

    /// The entries of a mapping, merged ones where they are merged; of equal keys the last one counts.
    fn mapping(&mut self, id: NodeId, entries: &mut Vec<(Str, Value)>) -> Result<(), Error> {
        let stream = self.stream;
        for (key, value) in stream.entries(id) {
            if is_merge(stream, key) {
                self.merge(value, entries)?;
                continue;
            }
            let key = self.key(key)?;
            let value = self.value(value)?;
            entries.push((key, value));
        }
        Ok(())
    }

    /// A key as text (R37).
    fn key(&mut self, id: NodeId) -> Result<Str, Error> {
        let stream = self.stream;
        let target = stream.target(id);
        if stream.node(target).kind != NodeKind::Scalar {
            // Decoded for the faults in it, which come first.
            self.value(id)?;
            let key = Raw::build(stream, target);
            return Err(Error::problem(format!("invalid map key: {key}")));
        }
        self.enter()?;
        if target != id {
            self.active.insert(id);
            self.enter()?;
            self.active.remove(&id);
        }
        let mut out = Vec::new();
        match self.resolve(target)? {
            Scalar::Str(text) => return Ok(string(text)),
            Scalar::Bool(b) => return Ok(Str::from(if b { "true" } else { "false" })),
            Scalar::Int(n) => return Ok(Str::from(n.to_string())),
            Scalar::Float(x) => match x as f32 {
                x if x.is_nan() => out.extend_from_slice(b".nan"),
                f32::INFINITY => out.extend_from_slice(b".inf"),
                f32::NEG_INFINITY => out.extend_from_slice(b"-.inf"),
                _ => push_float(&mut out, x, b'g', -1, 32),
            },
            Scalar::Null | Scalar::Uint(_) => self.odd_key = true,
        }
        Ok(Str::from(out))
    }

    fn merge(&mut self, id: NodeId, entries: &mut Vec<(Str, Value)>) -> Result<(), Error> {
        let stream = self.stream;
        let is_map = |id| stream.node(stream.target(id)).kind == NodeKind::Mapping;
        if is_map(id) {
            return self.merge_map(id, entries);
        }
        if stream.node(id).kind != NodeKind::Sequence {
            return want_map();
        }
        // Backwards, as earlier maps take precedence.
        for &item in stream.children(id).iter().rev() {
            if !is_map(item) {
                return want_map();
            }
            self.merge_map(item, entries)?;
        }
        Ok(())
    }

    /// A mapping, or an alias of one, into the entries of another.
    fn merge_map(&mut self, id: NodeId, entries: &mut Vec<(Str, Value)>) -> Result<(), Error> {
        self.enter()?;
        self.deeper()?;
        let target = self.stream.target(id);
        if target == id {
            self.mapping(id, entries)?;
        } else {
            self.follow(id)?;
            self.enter()?;
            self.mapping(target, entries)?;
            self.active.remove(&id);
        }
        self.depth -= 1;
        Ok(())
    }
}

fn want_map() -> Result<(), Error> {
    Err(Error::problem("map merge requires map or sequence of maps as the value"))
}

pub(super) fn is_merge(stream: &Stream<'_>, key: NodeId) -> bool {
    let node = stream.node(key);
    node.kind == NodeKind::Scalar
        && stream.text(key) == b"<<"
        && (node.implicit || stream.full_tag(key) == b"tag:yaml.org,2002:merge")
}

/// A scalar node's value: text, unless it is plain or tagged.
pub(super) fn resolve_node<'s>(stream: &'s Stream<'_>, id: NodeId) -> Result<Scalar<'s>, Error> {
    let tag = stream.full_tag(id);
    let text = stream.text(id);
    if tag.is_empty() && !stream.node(id).implicit {
        return Ok(Scalar::Str(Cow::Borrowed(text)));
    }
    resolve_tagged(tag, text)
}

/// A string as JSON hands it on: of the texts here only `!!binary` can be invalid UTF-8.
fn string(text: Cow<'_, [u8]>) -> Str {
    match text {
        Cow::Borrowed(text) => Str::from(text),
        Cow::Owned(text) => match String::from_utf8(text) {
            Ok(text) => Str::from(text),
            Err(error) => Str::from(to_valid_string(error.as_bytes())),
        },
    }
}

/// How much of a document may come from aliases: 99% of a small one, 10% of a large one (decode.go:allowedAliasRatio).
fn allowed_alias_ratio(count: u64) -> f64 {
    const LOW: u64 = 400_000;
    const HIGH: u64 = 4_000_000;
    match count {
        0..=LOW => 0.99,
        HIGH.. => 0.10,
        _ => 0.99 - 0.89 * ((count - LOW) as f64 / (HIGH - LOW) as f64),
    }
}
