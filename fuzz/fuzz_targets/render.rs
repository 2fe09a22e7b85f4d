//! A small chart: values, then a zero byte, then a template.
#![no_main]
use hookwright_core::{chart, dialect::HelmVersion, host::SealedHost, limits::Limits, release, value::Map};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut limits = Limits::default();
    for (name, number) in [
        ("steps", 100_000),
        ("output-bytes", 1 << 20),
        ("list-items", 100_000),
        ("stack-depth", 2000),
        ("nesting", 500),
    ] {
        assert!(limits.set(name, number));
    }
    let mut parts = bytes.splitn(2, |&byte| byte == 0);
    let (values, text) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let files = vec![
        chart::File::new("Chart.yaml", b"{apiVersion: v2, name: c, version: 0.1.0}"),
        chart::File::new("values.yaml", values),
        chart::File::new("templates/t.yaml", text),
    ];
    let Ok(loaded) = chart::load_files(files, HelmVersion::V4_3, &limits) else { return };
    let host = SealedHost::new(1);
    let _ =
        release::render(loaded.chart, &Map::new(), &release::Options::default(), &host, &limits, &mut |_| ());
});
