//! Charts for unit tests, from a few lines of text.

use super::log::Entry;
use super::{Chart, File, LoadError, dependency, load_files};
use crate::dialect::HelmVersion;
use crate::go;
use crate::limits::Limits;
use crate::value::{Fault, Map, Value};
use crate::values::merge::Merger;
use crate::values::set;

/// Loads a chart from names and contents.
pub(crate) fn load(files: &[(&str, &str)], version: HelmVersion) -> Result<Chart, LoadError> {
    let files = files.iter().map(|(name, text)| File::new(*name, text.as_bytes())).collect();
    load_files(files, version, &Limits::default()).map(|loaded| loaded.chart)
}

/// Dependencies processed and values coalesced, with one `--set` flag.
pub(crate) fn process(mut chart: Chart, flag: &str, version: HelmVersion) -> Result<(Chart, Map), Fault> {
    let (limits, user) = (Limits::default(), Map::new());
    set::parse(flag.as_bytes(), set::Flag::Set, &user, version, &limits)?;
    let mut log: Vec<Entry> = Vec::new();
    dependency::process(&mut chart, &user, version, &limits, &mut log)?;
    let values = Merger { version, nesting: limits.nesting, log: &mut log }.coalesce(&chart, &user)?;
    Ok((chart, values))
}

/// A value as JSON.
pub(crate) fn json(value: impl Into<Value>) -> String {
    String::from_utf8(go::json::encode(&value.into(), false, HelmVersion::V4_3).unwrap()).unwrap()
}
