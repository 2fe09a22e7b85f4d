//! Stands in for rooms that are still being built: JSON decoding, YAML writing and document splitting.

use crate::dialect::HelmVersion;
use crate::value::{Map, Value};

pub(crate) fn documents(text: &[u8]) -> impl Iterator<Item = Result<&[u8], String>> {
    std::iter::once(Ok(text))
}

pub(crate) fn marshal(_: &Value, _: HelmVersion) -> Result<Vec<u8>, String> {
    Ok(Vec::new())
}

pub(crate) fn decode_prefix(_: &[u8], _: HelmVersion) -> Result<(Value, usize), String> {
    Err("JSON is not read yet".to_owned())
}

pub(crate) fn decode_map(_: &[u8], _: HelmVersion) -> Result<Map, String> {
    Err("JSON is not read yet".to_owned())
}
