//! Values as Go's `%#v` prints what go-yaml decoded, for the two messages that quote them.

use super::decode::{is_merge, resolve_node};
use super::node::{NodeId, NodeKind, Stream};
use super::resolve::Scalar;
use crate::go::number::format_g;
use crate::go::quote::quote;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;

/// A decoded value with the key types of `map[interface {}]interface {}`.
pub(super) enum Raw<'s> {
    Scalar(Scalar<'s>),
    List(Vec<Raw<'s>>),
    Map(Vec<(Scalar<'s>, Raw<'s>)>),
}

/// Deeper values are printed as nil: nobody reads that far, and nothing here keeps a stack of its own.
const MAX_DEPTH: usize = 64;

impl<'s> Raw<'s> {
    /// The value of a node that is known to decode without an error.
    pub(super) fn build(stream: &'s Stream<'_>, id: NodeId) -> Raw<'s> {
        Raw::build_within(stream, id, MAX_DEPTH)
    }

    fn build_within(stream: &'s Stream<'_>, id: NodeId, depth: usize) -> Raw<'s> {
        let id = stream.target(id);
        let Some(depth) = depth.checked_sub(1) else { return Raw::Scalar(Scalar::Null) };
        match stream.node(id).kind {
            NodeKind::Scalar => Raw::Scalar(resolve_node(stream, id).unwrap_or(Scalar::Null)),
            NodeKind::Mapping => {
                let mut map = RawMap::default();
                map.fill(stream, id, depth);
                Raw::Map(map.entries)
            }
            _ => {
                let children = stream.children(id).iter();
                Raw::List(children.map(|child| Raw::build_within(stream, *child, depth)).collect())
            }
        }
    }

    /// What sigs.k8s.io/yaml says to a value with a key that cannot become a JSON key; of several it says it to one.
    pub(super) fn unsupported_key(&self) -> String {
        self.find_unsupported_key().unwrap_or_else(|| "unsupported map key".into())
    }

    fn find_unsupported_key(&self) -> Option<String> {
        match self {
            Raw::Scalar(_) => None,
            Raw::List(items) => items.iter().find_map(Raw::find_unsupported_key),
            Raw::Map(entries) => entries.iter().find_map(|(key, value)| {
                let (kind, key) = match key {
                    Scalar::Null => ("%!s(<nil>)", "<nil>".to_owned()),
                    Scalar::Uint(n) => ("uint64", format!("0x{n:x}")),
                    _ => return value.find_unsupported_key(),
                };
                let value = match value {
                    Raw::Scalar(Scalar::Null) => "<nil>".to_owned(),
                    value => value.to_string(),
                };
                Some(format!("unsupported map key of type: {kind}, key: {key}, value: {value}"))
            }),
        }
    }
}

#[derive(Default)]
struct RawMap<'s> {
    entries: Vec<(Scalar<'s>, Raw<'s>)>,
    places: HashMap<String, usize>,
}

impl<'s> RawMap<'s> {
    fn fill(&mut self, stream: &'s Stream<'_>, id: NodeId, depth: usize) {
        let Some(inner) = depth.checked_sub(1) else { return };
        for (key, value) in stream.entries(id) {
            if is_merge(stream, key) {
                let value = stream.target(value);
                if stream.node(value).kind == NodeKind::Mapping {
                    self.fill(stream, value, inner);
                }
                for &item in stream.children(value).iter().rev() {
                    if stream.node(value).kind == NodeKind::Sequence {
                        self.fill(stream, stream.target(item), inner);
                    }
                }
                continue;
            }
            let key = resolve_node(stream, stream.target(key)).unwrap_or(Scalar::Null);
            let value = Raw::build_within(stream, value, depth);
            // NaN is not equal to itself, nor are two NaN keys.
            let nan = matches!(key, Scalar::Float(x) if x.is_nan());
            let name = if nan { format!("NaN {}", self.entries.len()) } else { format!("{key:?}") };
            let place = *self.places.entry(name).or_insert(self.entries.len());
            match self.entries.get_mut(place) {
                Some(entry) => entry.1 = value,
                None => self.entries.push((key, value)),
            }
        }
    }
}

impl fmt::Display for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Raw::Scalar(scalar) => print_scalar(f, scalar),
            Raw::List(items) => {
                f.write_str("[]interface {}{")?;
                for (i, item) in items.iter().enumerate() {
                    f.write_str(if i > 0 { ", " } else { "" })?;
                    item.fmt(f)?;
                }
                f.write_str("}")
            }
            Raw::Map(entries) => {
                let mut sorted: Vec<_> = entries.iter().collect();
                sorted.sort_by(|a, b| compare(&a.0, &b.0));
                f.write_str("map[interface {}]interface {}{")?;
                for (i, (key, value)) in sorted.into_iter().enumerate() {
                    f.write_str(if i > 0 { ", " } else { "" })?;
                    print_scalar(f, key)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn print_scalar(f: &mut fmt::Formatter<'_>, scalar: &Scalar<'_>) -> fmt::Result {
    match scalar {
        Scalar::Null => f.write_str("interface {}(nil)"),
        Scalar::Bool(b) => write!(f, "{b}"),
        Scalar::Int(n) => write!(f, "{n}"),
        Scalar::Uint(n) => write!(f, "0x{n:x}"),
        Scalar::Float(x) => f.write_str(&format_g(*x)),
        Scalar::Str(text) => f.write_str(&quote(text)),
    }
}

/// Go's order of printed maps (internal/fmtsort): nil first, then by type — by its address, hence as in the binary of
/// Helm 4.3.1 — then by value.
fn compare(a: &Scalar<'_>, b: &Scalar<'_>) -> Ordering {
    let rank = |scalar: &Scalar<'_>| match scalar {
        Scalar::Null => 0,
        Scalar::Str(_) => 1,
        Scalar::Uint(_) => 2,
        Scalar::Int(_) => 3,
        Scalar::Float(_) => 4,
        Scalar::Bool(_) => 5,
    };
    match (a, b) {
        (Scalar::Str(a), Scalar::Str(b)) => a.cmp(b),
        (Scalar::Uint(a), Scalar::Uint(b)) => a.cmp(b),
        (Scalar::Int(a), Scalar::Int(b)) => a.cmp(b),
        (Scalar::Bool(a), Scalar::Bool(b)) => a.cmp(b),
        (Scalar::Float(a), Scalar::Float(b)) => a.partial_cmp(b).unwrap_or(b.is_nan().cmp(&a.is_nan())),
        _ => rank(a).cmp(&rank(b)),
    }
}
