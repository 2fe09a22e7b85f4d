//! Our renderer in this process: a quick look at what a case will do.

use hookwright_core::chart::{File, load_files};
use hookwright_core::dialect::HelmVersion;
use hookwright_core::host::SealedHost;
use hookwright_core::limits::Limits;
use hookwright_core::release::{self, Options};
use hookwright_core::value::{Map, Settings};

/// The error of rendering these files, `None` when there is none.
pub fn error(files: &[(&str, &str)], version: HelmVersion) -> Option<String> {
    let files = files.iter().map(|(name, text)| File::new(*name, text.as_bytes())).collect();
    let limits = Limits::default();
    let chart = match load_files(files, version, &limits) {
        Ok(loaded) => loaded.chart,
        Err(error) => return Some(error.to_string()),
    };
    let settings = Settings { version, lint: false, dns: false };
    let options = Options { name: "rel".into(), settings, ..Options::default() };
    release::render(chart, &Map::new(), &options, &SealedHost::new(1), &limits, &mut |_| ())
        .err()
        .map(|failure| failure.text)
}
