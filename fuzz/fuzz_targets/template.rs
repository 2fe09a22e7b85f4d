//! Lexer and parser of the template language.
#![no_main]
use hookwright_core::{dialect::HelmVersion, funcs::registry, template, value::Str};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let functions = |name: &str| registry::lookup(name, HelmVersion::V4_3);
    let options = template::Options { functions: &functions, nesting: 1000 };
    let _ = template::parse("c/t.yaml".into(), Str::from(text), options);
});
