//! The grammars of `--set` and its siblings.
#![no_main]
use hookwright_core::{dialect::HelmVersion, limits::Limits, value::Map, values::set};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    for flag in [set::Flag::Set, set::Flag::String, set::Flag::Literal, set::Flag::Json] {
        let _ = set::parse(text, flag, &Map::new(), HelmVersion::V4_3, &Limits::default());
    }
});
