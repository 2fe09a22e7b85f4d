//! One walk for both writers: which parts a value has is theirs to say, the order of the parts and the layout are not.
//!
//! The walk keeps its own stack instead of recursing. Maps may be cyclic, and shared ones may unfold to more text than
//! any machine holds; both end the walk.

use super::emitter::{Emitter, Place};
use super::order;
use crate::value::{Fault, List, Map, Str, Value};
use std::collections::HashSet;

/// Levels of collections. Go stops at as many in JSON, and has no bound in `toYamlPretty`.
const MAX_DEPTH: usize = 10_000;

/// Levels from which cycles are looked for, as in Go's JSON encoder.
const CYCLES_FROM: usize = 1000;

/// What a value is to a writer.
pub(super) enum Part {
    /// Already written.
    Leaf,
    List(List),
    /// Entries to be sorted.
    Map(Vec<(Str, Value)>),
    /// Entries in their order.
    Fields(Vec<(Str, Value)>),
}

/// What differs between `toYaml` and `toYamlPretty`.
pub(super) trait Writer {
    /// Why a walk ends early.
    type Stop: From<Fault>;

    /// Writes a scalar, or says what a collection consists of.
    fn part(&mut self, emitter: &mut Emitter, value: &Value, place: Place) -> Result<Part, Self::Stop>;

    /// Writes a key.
    fn key(&mut self, emitter: &mut Emitter, key: &[u8]) -> Result<(), Self::Stop>;

    /// A map within itself, or too many levels.
    fn too_deep(&self) -> Self::Stop;
}

/// A collection that is being written.
struct Frame {
    parts: Parts,
    next: usize,
    /// The indentation around it.
    before: i32,
    /// The map, where cycles are looked for.
    identity: Option<usize>,
}

enum Parts {
    List(List),
    Map(Vec<(Str, Value)>),
}

/// Writes a value and gives the whole text.
pub(super) fn write<W: Writer>(
    mut writer: W,
    mut emitter: Emitter,
    value: &Value,
    max_bytes: usize,
) -> Result<Vec<u8>, W::Stop> {
    let mut open: Vec<Frame> = Vec::new();
    let mut around: HashSet<usize> = HashSet::new();
    if let Some(frame) = begin(&mut writer, &mut emitter, value, Place::Root)? {
        open.push(frame);
    }
    loop {
        let depth = open.len();
        let Some(frame) = open.last_mut() else { return Ok(emitter.finish()) };
        let at = frame.next;
        frame.next += 1;
        let begun = match &frame.parts {
            Parts::List(items) => match items.get(at) {
                Some(item) => {
                    emitter.item();
                    Some(begin(&mut writer, &mut emitter, item, Place::Item)?.map(|frame| (frame, item)))
                }
                None => None,
            },
            Parts::Map(entries) => match entries.get(at) {
                Some((key, value)) => {
                    writer.key(&mut emitter, key)?;
                    Some(begin(&mut writer, &mut emitter, value, Place::Entry)?.map(|frame| (frame, value)))
                }
                None => None,
            },
        };
        match begun {
            Some(Some((mut inner, value))) => {
                if depth >= CYCLES_FROM {
                    inner.identity = value.as_map().map(Map::identity);
                    if inner.identity.is_some_and(|map| !around.insert(map)) || depth >= MAX_DEPTH {
                        return Err(writer.too_deep());
                    }
                }
                open.push(inner);
            }
            Some(None) => {}
            None => {
                emitter.close(frame.before);
                if let Some(identity) = frame.identity {
                    around.remove(&identity);
                }
                open.pop();
            }
        }
        if emitter.out.len() > max_bytes {
            let what = format!("YAML would exceed {max_bytes} bytes");
            return Err(Fault::limit("output-bytes", max_bytes as u64, what).into());
        }
    }
}

/// Writes a value that needs no more than that, or opens it.
fn begin<W: Writer>(
    writer: &mut W,
    emitter: &mut Emitter,
    value: &Value,
    place: Place,
) -> Result<Option<Frame>, W::Stop> {
    let (before, parts) = match writer.part(emitter, value, place)? {
        Part::Leaf => return Ok(None),
        Part::List(items) if items.is_empty() => {
            emitter.empty_collection(b"[]");
            return Ok(None);
        }
        Part::Map(entries) | Part::Fields(entries) if entries.is_empty() => {
            emitter.empty_collection(b"{}");
            return Ok(None);
        }
        Part::List(items) => (emitter.open_sequence(place), Parts::List(items)),
        Part::Fields(entries) => (emitter.open_mapping(), Parts::Map(entries)),
        Part::Map(entries) => {
            let entries = order::sort(entries, |entry| entry.0.as_bytes(), emitter.flavor);
            (emitter.open_mapping(), Parts::Map(entries))
        }
    };
    Ok(Some(Frame { parts, next: 0, before, identity: None }))
}
