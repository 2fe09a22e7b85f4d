//! A chart archive, packed or as the bare tar in one stored block.
#![no_main]
use hookwright_core::{chart, dialect::HelmVersion, limits::Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let mut stored = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01".to_vec();
    let length = bytes.len() as u16;
    stored.extend(length.to_le_bytes());
    stored.extend((!length).to_le_bytes());
    stored.extend(bytes);
    stored.extend([0; 8]);
    for bytes in [bytes, &stored] {
        if let Ok(files) = chart::archive::read(bytes, HelmVersion::V4_3, &limits) {
            let _ = chart::load_files(files, HelmVersion::V4_3, &limits);
        }
    }
});
