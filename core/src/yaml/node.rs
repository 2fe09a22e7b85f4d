//! YAML text as a tree in which everything knows where it stands (yaml2/decode.go: parser.parse).
//!
//! Nodes live in one array and refer to each other by number; text that can be sliced out of the source is. Trees are
//! built and freed without recursion, whatever their depth.

use super::error::Error;
use super::parser::{Event, EventKind, Parser, TAG_PREFIX};
use super::reader::Input;
use super::token::{Mark, Style, Text};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// The number of a node in its [`Stream`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Text; how it is written is [`Node::style`].
    Scalar,
    /// A list.
    Sequence,
    /// Keys and values.
    Mapping,
    /// `*name`; the node it stands for.
    Alias(NodeId),
}

/// One node of a [`Stream`].
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// How a scalar is written.
    pub style: Style,
    /// Whether a collection is written in brackets.
    pub flow: bool,
    /// First character, anchor and tag included.
    pub start: Mark,
    /// Behind the last character. A block collection ends where the text leaves its indentation.
    pub end: Mark,
    pub(super) implicit: bool,
    text: Text,
    tag: Option<Text>,
    anchor: Option<Text>,
    children: (u32, u32),
}

impl Node {
    /// The node's byte range.
    pub fn span(&self) -> Range<usize> {
        self.start.offset as usize..self.end.offset as usize
    }
}

/// A YAML text's documents, as trees.
#[derive(Debug)]
pub struct Stream<'a> {
    source: Cow<'a, [u8]>,
    made: Vec<u8>,
    nodes: Vec<Node>,
    children: Vec<NodeId>,
    documents: Vec<NodeId>,
}

/// Reads all documents. What precedes an error is there beside it.
///
/// ```
/// use hookwright_core::yaml::node;
/// let (stream, error) = node::parse(b"a: {b: [x, y]}");
/// assert!(error.is_none());
/// let root = stream.documents()[0];
/// let y = stream.lookup(root, &["a", "b", "1"]).unwrap();
/// assert_eq!(stream.text(y), b"y");
/// assert_eq!(stream.node(y).span(), 11..12);
/// ```
pub fn parse(text: &[u8]) -> (Stream<'_>, Option<Error>) {
    read(text, usize::MAX)
}

/// Reads the first document only, as go-yaml's `Unmarshal` does: what follows is not even scanned.
pub(super) fn parse_first(text: &[u8]) -> Result<Stream<'_>, Error> {
    match read(text, 1) {
        (stream, None) => Ok(stream),
        (_, Some(error)) => Err(error),
    }
}

fn read(text: &[u8], documents: usize) -> (Stream<'_>, Option<Error>) {
    let empty = Stream {
        source: Cow::Borrowed(&[]),
        made: Vec::new(),
        nodes: Vec::new(),
        children: Vec::new(),
        documents: Vec::new(),
    };
    let input = match Input::new(text) {
        Ok(input) => input,
        Err(error) => return (empty, Some(error)),
    };
    let mut composer = Composer {
        parser: Parser::new(&input),
        nodes: Vec::with_capacity(text.len() / 16),
        children: Vec::with_capacity(text.len() / 16),
        documents: Vec::new(),
        pending: Vec::new(),
        anchors: HashMap::new(),
    };
    let error = composer.compose(documents).err();
    let Composer { parser, nodes, children, documents, .. } = composer;
    let made = parser.scanner.made;
    (Stream { source: input.text, made, nodes, children, documents }, error)
}

struct Composer<'a> {
    parser: Parser<'a>,
    nodes: Vec<Node>,
    children: Vec<NodeId>,
    documents: Vec<NodeId>,
    /// Finished children of the open collections, innermost last.
    pending: Vec<NodeId>,
    anchors: HashMap<Vec<u8>, NodeId>,
}

impl Composer<'_> {
    fn compose(&mut self, documents: usize) -> Result<(), Error> {
        while self.documents.len() < documents {
            let event = self.parser.next()?;
            if event.kind == EventKind::StreamEnd {
                break;
            }
            // Every other event here starts a document.
            self.anchors.clear();
            let root = self.compose_node()?;
            self.parser.next()?;
            self.documents.push(root);
        }
        Ok(())
    }

    /// One node with all that is in it.
    fn compose_node(&mut self) -> Result<NodeId, Error> {
        // The open collections, each with the number of pending children before it.
        let mut open: Vec<(NodeId, usize)> = Vec::new();
        loop {
            let event = self.parser.next()?;
            let finished = match event.kind {
                EventKind::SequenceStart | EventKind::MappingStart => {
                    let kind = match event.kind {
                        EventKind::SequenceStart => NodeKind::Sequence,
                        _ => NodeKind::Mapping,
                    };
                    open.push((self.add(kind, event), self.pending.len()));
                    continue;
                }
                EventKind::Scalar => self.add(NodeKind::Scalar, event),
                EventKind::Alias => self.alias(event)?,
                _ => match open.pop() {
                    Some((id, before)) => {
                        let first = self.children.len() as u32;
                        self.children.extend(self.pending.drain(before..));
                        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
                            node.children = (first, self.children.len() as u32);
                            node.end = event.end;
                        }
                        id
                    }
                    None => return Err(Error::problem("unknown problem parsing YAML content")),
                },
            };
            if open.is_empty() {
                return Ok(finished);
            }
            self.pending.push(finished);
        }
    }

    fn alias(&mut self, event: Event) -> Result<NodeId, Error> {
        let name = event.anchor.unwrap_or(Text::EMPTY).of(&self.parser.scanner);
        match self.anchors.get(name) {
            Some(target) => Ok(self.add(NodeKind::Alias(*target), event)),
            None => {
                let name = String::from_utf8_lossy(name);
                let problem = format!("unknown anchor '{name}' referenced");
                Err(Error { at: event.start, ..Error::problem(problem) })
            }
        }
    }

    fn add(&mut self, kind: NodeKind, event: Event) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let Event { start, end, anchor, tag, text, style, implicit, flow, .. } = event;
        self.nodes.push(Node {
            kind,
            style,
            flow,
            start,
            end,
            implicit,
            text,
            tag,
            anchor,
            children: (0, 0),
        });
        if let (Some(anchor), false) = (anchor, matches!(kind, NodeKind::Alias(_))) {
            self.anchors.insert(anchor.of(&self.parser.scanner).to_vec(), id);
        }
        id
    }
}

impl Stream<'_> {
    /// The root of each document. A document without content has an empty scalar.
    pub fn documents(&self) -> &[NodeId] {
        &self.documents
    }

    /// The text that spans count in: the given one, unless that was UTF-16.
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// A node. Numbers come from this stream; with one from another the first node is returned.
    pub fn node(&self, id: NodeId) -> &Node {
        const NOTHING: &Node = &Node {
            kind: NodeKind::Scalar,
            style: Style::Plain,
            flow: false,
            start: Mark { offset: 0, line: 0, column: 0 },
            end: Mark { offset: 0, line: 0, column: 0 },
            implicit: true,
            text: Text::EMPTY,
            tag: None,
            anchor: None,
            children: (0, 0),
        };
        self.nodes.get(id.0 as usize).unwrap_or(NOTHING)
    }

    fn bytes(&self, text: Text) -> &[u8] {
        text.bytes(&self.source, &self.made)
    }

    /// A scalar's text, unescaped and folded; empty for other nodes.
    pub fn text(&self, id: NodeId) -> &[u8] {
        self.bytes(self.node(id).text)
    }

    /// The node's tag, with `!!` for YAML's own.
    pub fn tag(&self, id: NodeId) -> Option<Cow<'_, [u8]>> {
        let tag = self.full_tag(id);
        match tag.strip_prefix(TAG_PREFIX) {
            _ if tag.is_empty() => None,
            Some(rest) => Some(Cow::Owned([b"!!", rest].concat())),
            None => Some(Cow::Borrowed(tag)),
        }
    }

    /// The node's tag in full, empty if it has none.
    pub(super) fn full_tag(&self, id: NodeId) -> &[u8] {
        self.node(id).tag.map_or(&[], |tag| self.bytes(tag))
    }

    /// The node's anchor, or the name an alias uses.
    pub fn anchor(&self, id: NodeId) -> Option<&[u8]> {
        self.node(id).anchor.map(|anchor| self.bytes(anchor))
    }

    /// Elements of a sequence; keys and values of a mapping, alternating. Aliases are not followed.
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        let (from, to) = self.node(id).children;
        self.children.get(from as usize..to as usize).unwrap_or(&[])
    }

    /// The entries of a mapping in the order of the text, `<<` among them; none for other nodes.
    pub fn entries(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let children = if self.node(id).kind == NodeKind::Mapping { self.children(id) } else { &[] };
        children.chunks_exact(2).filter_map(|pair| match pair {
            [key, value] => Some((*key, *value)),
            _ => None,
        })
    }

    /// The node itself, or what the alias stands for.
    pub fn target(&self, id: NodeId) -> NodeId {
        match self.node(id).kind {
            NodeKind::Alias(target) => target,
            _ => id,
        }
    }

    /// The entry of a mapping (or of the mapping an alias stands for) under `key`; the last one, as it wins.
    pub fn entry(&self, id: NodeId, key: &[u8]) -> Option<(NodeId, NodeId)> {
        self.entries(self.target(id))
            .filter(|(k, _)| self.node(*k).kind == NodeKind::Scalar && self.text(*k) == key)
            .last()
    }

    /// The node found by following keys (or decimal indices, in sequences) from `from`. Merge keys are not followed.
    pub fn lookup(&self, from: NodeId, path: &[impl AsRef<str>]) -> Option<NodeId> {
        path.iter().try_fold(from, |id, step| {
            let (id, step) = (self.target(id), step.as_ref());
            match self.node(id).kind {
                NodeKind::Sequence => self.children(id).get(step.parse::<usize>().ok()?).copied(),
                _ => self.entry(id, step.as_bytes()).map(|(_, value)| value),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let text = b"# c\nkind: Pod\nspec: &s !x\n  - {name: 'it''s', <<: *s}\n  - |\n    text\n---\nb\n";
        let (stream, error) = parse(text);
        assert!(error.is_none());
        let [first, second] = stream.documents() else { panic!("two documents") };
        let place = |path: &[&str]| {
            let id = stream.lookup(*first, path).expect("found");
            let node = stream.node(id);
            (std::str::from_utf8(&text[node.span()]).expect("text"), node.start.line, node.start.column)
        };
        assert_eq!(place(&["kind"]), ("Pod", 1, 6));
        assert_eq!(place(&["spec", "0"]), ("{name: 'it''s', <<: *s}", 3, 4));
        assert_eq!(place(&["spec", "0", "name"]), ("'it''s'", 3, 11));
        assert_eq!(place(&["spec", "1"]), ("|\n    text\n", 4, 4));
        let spec = stream.lookup(*first, &["spec"]).expect("spec");
        assert_eq!(stream.anchor(spec), Some(b"s".as_slice()));
        assert_eq!(stream.tag(spec).as_deref(), Some(b"!x".as_slice()));
        let name = stream.lookup(*first, &["spec", "0", "name"]).expect("name");
        assert_eq!((stream.text(name), stream.node(name).style), (b"it's".as_slice(), Style::SingleQuoted));
        let (key, value) = stream.entry(*first, b"kind").expect("kind");
        assert_eq!((stream.node(key).span(), stream.node(value).span()), (4..8, 10..13));
        let alias = stream.lookup(*first, &["spec", "0", "<<"]).expect("alias");
        assert_eq!(stream.target(alias), spec);
        assert_eq!(stream.text(*second), b"b");
        assert!(stream.lookup(*first, &["spec", "2"]).is_none());
    }

    #[test]
    fn what_precedes_an_error_is_kept() {
        let (stream, error) = parse(b"a: 1\n---\nb: [\n");
        assert_eq!(stream.documents().len(), 1);
        let error = error.expect("error");
        assert_eq!(error.to_string(), "yaml: line 3: did not find expected node content");
        assert_eq!(error.at.line, 3);
    }
}
