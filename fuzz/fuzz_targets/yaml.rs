//! What is read can be written, and what is written can be read.
#![no_main]
use hookwright_core::{dialect::HelmVersion, yaml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(value) = yaml::unmarshal(text) else { return };
    let Ok(written) = yaml::marshal(&value, HelmVersion::V4_3) else { return };
    assert!(yaml::unmarshal(&written).is_ok());
    let _ = yaml::marshal_pretty(&value, HelmVersion::V4_3);
});
