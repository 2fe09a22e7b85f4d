//! A values file: chart defaults, or what `-f` names (R33, R43).

use super::merge::merge_maps;
use crate::dialect::HelmVersion;
use crate::limits::Limits;
use crate::value::{Fault, Map};
use crate::yaml;

/// Reads a values file. Helm 4 merges its YAML documents in order, Helm 3 reads only the first
/// (pkg/chart/v2/loader/load.go: `LoadValues`).
pub fn load(text: &[u8], version: HelmVersion, limits: &Limits) -> Result<Map, Fault> {
    if !version.is_v4() {
        return yaml::unmarshal_map(text).map_err(Fault::text);
    }
    let mut values = Map::new();
    for document in super::standin::documents(text) {
        let document =
            document.map_err(|error| Fault::text(format!("error reading yaml document: {error}")))?;
        let document = yaml::unmarshal_map(document)
            .map_err(|error| Fault::text(format!("cannot unmarshal yaml document: {error}")))?;
        values = if values.is_empty() { document } else { merge_maps(&values, &document, limits.nesting)? };
    }
    Ok(values)
}
