//! Trees into values: go-yaml's decoder, sigs.k8s.io/yaml's conversion and the way through JSON, in one walk
//! (yaml2/decode.go, sigs.k8s.io/yaml yaml.go).

use super::error::Error;
use super::gosyntax::Raw;
use super::node::{NodeId, NodeKind, Stream, parse_first};
use super::resolve::{Scalar, resolve_tagged};
use crate::go::number::{format_g, push_float};
use crate::go::utf8::to_valid_string;
use crate::value::{List, Str, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// Collections inside one another, aliases followed: Go's bound for JSON, through which everything here passes.
const MAX_DEPTH: usize = 10_000;

/// What numbers become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// `float64`, as JSON gives them; NaN and infinities are errors.
    Json,
    /// As they were resolved: `int64`, `uint64` or `float64`.
    Resolved,
}

/// The first document of a text as a value (R32); the error is Go's text.
pub(super) fn decode(text: &[u8], numbers: Numbers) -> Result<Value, String> {
    decode_first(text, numbers).map_err(|error| format!("error converting YAML to JSON: {error}"))
}

/// The same, without what sigs.k8s.io/yaml puts before errors.
pub(super) fn decode_first(text: &[u8], numbers: Numbers) -> Result<Value, String> {
    let stream = parse_first(text).map_err(|error| error.to_string())?;
    let Some(&root) = stream.documents().first() else { return Ok(Value::Nil) };
    let mut decoder = Decoder::new(&stream, numbers);
    let value = decoder.value(root).map_err(|error| error.to_string())?;
    if decoder.odd_key {
        return Err(Raw::build(&stream, root).unsupported_key());
    }
    if decoder.too_deep {
        return Err("exceeded max depth".into());
    }
    if decoder.not_finite && numbers == Numbers::Json {
        // Unless another value took the place of the number, under the same key.
        return json_error(&value).map_or(Ok(value), Err);
    }
    Ok(value)
}

/// What Go's JSON encoder says to the first number it cannot write, in the order it writes: maps by key.
pub(super) fn json_error(value: &Value) -> Option<String> {
    let mut open = vec![vec![value.clone()].into_iter()];
    while let Some(values) = open.last_mut() {
        let inner: Vec<Value> = match values.next() {
            None => {
                open.pop();
                continue;
            }
            Some(Value::Float(x)) if !x.is_finite() => {
                return Some(format!("json: unsupported value: {}", format_g(x)));
            }
            Some(Value::List(items)) => items.iter().cloned().collect(),
            Some(Value::Map(map)) => map.read().iter().flat_map(|map| map.values()).cloned().collect(),
            Some(_) => continue,
        };
        open.push(inner.into_iter());
    }
    None
}

struct Decoder<'s> {
    stream: &'s Stream<'s>,
    numbers: Numbers,
    /// Aliases being followed.
    active: HashSet<NodeId>,
    /// Nodes decoded, and how many of them because of aliases.
    count: u64,
    alias_count: u64,
    not_finite: bool,
    odd_key: bool,
    too_deep: bool,
}

/// A collection that is being decoded.
struct Frame<'s> {
    children: &'s [NodeId],
    next: usize,
    /// The alias that was followed to get here.
    alias: Option<NodeId>,
    parts: Parts,
}

/// What a collection consists of so far.
enum Parts {
    List(Vec<Value>),
    Map(Entries),
    /// A mapping whose entries go to the mapping around it.
    Merged(Entries),
    /// A list of such mappings.
    MergedList(Vec<(Str, Value)>),
}

#[derive(Default)]
struct Entries {
    /// In the order of the text; of equal keys the last one counts.
    done: Vec<(Str, Value)>,
    /// What the next value belongs to.
    key: Key,
}

#[derive(Default)]
enum Key {
    #[default]
    None,
    Text(Str),
    /// A collection, which is decoded for the faults in it before it is rejected.
    Collection(NodeId),
}

impl<'s> Decoder<'s> {
    fn new(stream: &'s Stream<'s>, numbers: Numbers) -> Decoder<'s> {
        Decoder {
            stream,
            numbers,
            active: HashSet::new(),
            // The document itself is counted.
            count: 1,
            alias_count: 0,
            not_finite: false,
            odd_key: false,
            too_deep: false,
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

    /// The value of a node and all that is in it.
    fn value(&mut self, root: NodeId) -> Result<Value, Error> {
        let mut open = Vec::new();
        let mut value = self.begin(root, &mut open)?;
        while let Some(frame) = open.last_mut() {
            if let Some(value) = value.take() {
                frame.take(value, self.stream)?;
            }
            if frame.next < frame.children.len() {
                value = self.step(&mut open)?;
                continue;
            }
            let Some(frame) = open.pop() else { break };
            if let Some(alias) = frame.alias {
                self.active.remove(&alias);
            }
            match frame.parts {
                Parts::List(items) => value = Some(Value::List(List::from(items))),
                Parts::Map(entries) => value = Some(Value::Map(entries.done.into_iter().collect())),
                Parts::Merged(Entries { done, .. }) | Parts::MergedList(done) => {
                    if let Some(outer) = open.last_mut().and_then(Frame::entries) {
                        *outer = done;
                    }
                }
            }
        }
        Ok(value.unwrap_or_default())
    }

    /// Goes on in the innermost collection: with its next child or entry.
    fn step(&mut self, open: &mut Vec<Frame<'s>>) -> Result<Option<Value>, Error> {
        let stream = self.stream;
        let Some(frame) = open.last_mut() else { return Ok(None) };
        let at = frame.next;
        let child = |at: usize| frame.children.get(at).copied();
        match &frame.parts {
            Parts::List(_) => {
                let item = child(at);
                frame.next = at + 1;
                item.map_or(Ok(None), |item| self.begin(item, open))
            }
            Parts::MergedList(_) => {
                // Backwards, as earlier mappings take precedence.
                let item = child(frame.children.len() - 1 - at);
                frame.next = at + 1;
                item.map_or(Ok(None), |item| self.begin_merge(item, open))
            }
            Parts::Map(_) | Parts::Merged(_) => {
                let (Some(key), Some(value)) = (child(at), child(at + 1)) else {
                    frame.next = at + 2;
                    return Ok(None);
                };
                if is_merge(stream, key) {
                    frame.next = at + 2;
                    return self.merge(value, open);
                }
                if let Parts::Map(Entries { key: text @ Key::None, .. })
                | Parts::Merged(Entries { key: text @ Key::None, .. }) = &mut frame.parts
                {
                    let target = stream.target(key);
                    if stream.node(target).kind != NodeKind::Scalar {
                        *text = Key::Collection(target);
                        return self.begin(key, open);
                    }
                    *text = Key::Text(self.key(key, target)?);
                }
                frame.next = at + 2;
                self.begin(value, open)
            }
        }
    }

    /// The value of a scalar; a collection is opened instead.
    fn begin(&mut self, id: NodeId, open: &mut Vec<Frame<'s>>) -> Result<Option<Value>, Error> {
        self.enter()?;
        let stream = self.stream;
        let target = stream.target(id);
        let alias = (target != id).then_some(id);
        if let Some(alias) = alias {
            self.follow(alias)?;
            self.enter()?;
        }
        let parts = match stream.node(target).kind {
            NodeKind::Sequence => Parts::List(Vec::with_capacity(stream.children(target).len())),
            NodeKind::Mapping => Parts::Map(Entries {
                done: Vec::with_capacity(stream.children(target).len() / 2),
                key: Key::None,
            }),
            _ => {
                self.active.remove(&id);
                return self.scalar(target).map(Some);
            }
        };
        if open.len() >= MAX_DEPTH {
            // JSON's encoder notices when YAML's decoder is through; so that it gets through, this stays empty.
            self.too_deep = true;
            self.active.remove(&id);
            return Ok(Some(Value::Nil));
        }
        open.push(Frame { children: stream.children(target), next: 0, alias, parts });
        Ok(None)
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

    /// A key as text (R37).
    fn key(&mut self, id: NodeId, target: NodeId) -> Result<Str, Error> {
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

    /// What stands behind `<<`.
    fn merge(&mut self, id: NodeId, open: &mut Vec<Frame<'s>>) -> Result<Option<Value>, Error> {
        if self.stream.node(id).kind != NodeKind::Sequence {
            return self.begin_merge(id, open);
        }
        let done = open.last_mut().and_then(Frame::entries).map(std::mem::take).unwrap_or_default();
        open.push(Frame {
            children: self.stream.children(id),
            next: 0,
            alias: None,
            parts: Parts::MergedList(done),
        });
        Ok(None)
    }

    /// Opens a mapping, or an alias of one, whose entries go to the mapping around it.
    fn begin_merge(&mut self, id: NodeId, open: &mut Vec<Frame<'s>>) -> Result<Option<Value>, Error> {
        let target = self.stream.target(id);
        if self.stream.node(target).kind != NodeKind::Mapping {
            return Err(Error::problem("map merge requires map or sequence of maps as the value"));
        }
        let done = open.last_mut().and_then(Frame::entries).map(std::mem::take).unwrap_or_default();
        let value = self.begin(id, open)?;
        if let (Some(frame), None) = (open.last_mut(), &value) {
            frame.parts = Parts::Merged(Entries { done, key: Key::None });
        }
        Ok(None)
    }
}

impl Frame<'_> {
    /// Receives the value of the child that was begun last.
    fn take(&mut self, value: Value, stream: &Stream<'_>) -> Result<(), Error> {
        match &mut self.parts {
            Parts::List(items) => items.push(value),
            Parts::Map(entries) | Parts::Merged(entries) => match std::mem::take(&mut entries.key) {
                Key::Text(key) => entries.done.push((key, value)),
                Key::Collection(key) => {
                    let key = Raw::build(stream, key);
                    return Err(Error::problem(format!("invalid map key: {key}")));
                }
                Key::None => {}
            },
            Parts::MergedList(_) => {}
        }
        Ok(())
    }

    fn entries(&mut self) -> Option<&mut Vec<(Str, Value)>> {
        match &mut self.parts {
            Parts::Map(entries) | Parts::Merged(entries) => Some(&mut entries.done),
            Parts::MergedList(done) => Some(done),
            Parts::List(_) => None,
        }
    }
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

#[cfg(test)]
mod tests {
    use crate::yaml::{marshal, marshal_pretty, unmarshal, unmarshal_map};

    fn error(text: &str) -> String {
        let error = unmarshal(text.as_bytes()).expect_err(text);
        error.strip_prefix("error converting YAML to JSON: ").unwrap_or(&error).to_owned()
    }

    #[test]
    fn nesting_has_bounds_and_needs_no_stack() {
        let run = || {
            let deep = |open: &str, close: &str, n| format!("{}x{}", open.repeat(n), close.repeat(n));
            assert_eq!(error(&"[".repeat(200_000)), "yaml: exceeded max depth of 10000");
            assert_eq!(error(&"? ".repeat(20_000)), "yaml: exceeded max depth of 10000");
            assert_eq!(
                error(&deep(&"- ".repeat(6000), "", 1).replace('x', &deep("[", "]", 4001))),
                "exceeded max depth"
            );
            let chain: String = (1..11_000).map(|i| format!("k{i}: &k{i} [*k{}]\n", i - 1)).collect();
            assert_eq!(error(&format!("k0: &k0 x\n{chain}")), "yaml: document contains excessive aliasing");
            assert!(error(&deep("? ", "", 9000)).starts_with("yaml: invalid map key: map[interface {}]"));
            assert!(error(&deep("[", "]", 9000).replace('x', "{~: x}")).contains("unsupported map key"));
            assert!(error(&deep("{a: ", "}", 9000).replace('x', ".nan")).ends_with("NaN"));
            for text in [deep("[", "]", 10_000), deep("{a: ", "}", 3000), deep("- ", "", 9000)] {
                let value = unmarshal(text.as_bytes()).expect("deep");
                assert!(marshal(&value, Default::default()).is_ok());
                assert!(marshal_pretty(&value, Default::default()).is_ok());
            }
        };
        let thread = std::thread::Builder::new().stack_size(128 << 10).spawn(run).expect("thread");
        assert!(thread.join().is_ok());
    }

    #[test]
    fn aliases_have_bounds() {
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for i in 1..9 {
            bomb += &format!("a{i}: &a{i} [{}]\n", format!("*a{},", i - 1).repeat(10));
        }
        assert_eq!(error(&bomb), "yaml: document contains excessive aliasing");
        assert_eq!(error("a: &x [*x]"), "yaml: anchor 'x' value contains itself");
        assert_eq!(error("a: &x {<<: *x}"), "yaml: anchor 'x' value contains itself");
        assert_eq!(error("a: *z\nb: @"), "yaml: unknown anchor 'z' referenced");
    }

    #[test]
    fn copies_of_an_anchor_are_independent() {
        let map = unmarshal_map(b"a: &a {x: 1}\nb: *a").expect("map");
        let (a, b) = (map.get_str("a").expect("a"), map.get_str("b").expect("b"));
        assert!(!a.as_map().expect("map").same(b.as_map().expect("map")));
    }

    #[test]
    fn keys_that_are_not_text() {
        let cases = [
            (
                "? {2: b, 1.5: a, x: ~, true: [~], 18446744073709551615: 0x10}\n: v",
                "yaml: invalid map key: map[interface \
              {}]interface {}{\"x\":interface {}(nil), 0xffffffffffffffff:16, 2:\"b\", 1.5:\"a\", true:[]interface \
              {}{interface {}(nil)}}",
            ),
            (
                "a: {~: 1, ~: {b: c}}",
                "unsupported map key of type: %!s(<nil>), key: <nil>, value: map[interface {}]interface \
              {}{\"b\":\"c\"}",
            ),
            (
                "18446744073709551615: ~",
                "unsupported map key of type: uint64, key: 0xffffffffffffffff, value: <nil>",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
        // A mapping behind an empty bracket is none (see Scanner::decrease_flow_level).
        assert_eq!(unmarshal(b"[]: a").map(|v| v.len()), Ok(Some(0)));
    }
}
