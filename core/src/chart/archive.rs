//! Files out of a chart archive, and what is wrong with archives that are not one (R9, R10).
//!
//! Behaviour of `pkg/chart/loader/archive/archive.go`. Nothing is written anywhere, so hostile names do no harm; they
//! are refused because Helm refuses them.

use super::File;
use super::gunzip::{Gunzip, GzipError};
use super::load::LoadError;
use super::sniff;
use super::tar::{Tar, TarError};
use crate::dialect::HelmVersion;
use crate::go;
use crate::limits::{LimitReached, Limits};
use std::fmt;

/// Largest single file of a chart before Helm 4.3 (archive.go: `MaxDecompressedFileSize`).
pub const MAX_FILE_BYTES: u64 = 5 << 20;

/// Why bytes are not a chart archive. The text is Helm's detailed one, which it shows for archives inside of charts;
/// for the chart given by the user see [`ArchiveError::top_level`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveError {
    /// Not gzip (Go's `gzip.ErrHeader`).
    NotGzip,
    /// Anything else, in Helm's words.
    Broken(String),
    /// One of our limits.
    Limit(LimitReached),
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArchiveError::NotGzip => GzipError::Header.fmt(f),
            ArchiveError::Broken(text) => f.write_str(text),
            ArchiveError::Limit(limit) => limit.fmt(f),
        }
    }
}

impl std::error::Error for ArchiveError {}

impl ArchiveError {
    /// What Helm prints when the archive is the chart given by the user; `name` is the file's absolute path
    /// (pkg/chart/loader/load.go: `LoadFile`).
    pub fn top_level(&self, name: &str, version: HelmVersion) -> String {
        match self {
            ArchiveError::NotGzip => {
                format!("file '{name}' does not appear to be a valid chart file (details: {self})")
            }
            ArchiveError::Broken(_) if version.is_v4() => "unable to load chart archive".to_owned(),
            other => other.to_string(),
        }
    }

    pub(super) fn into_load_error(self) -> LoadError {
        match self {
            ArchiveError::Limit(limit) => LoadError::Limit(limit),
            other => LoadError::Chart(other.to_string()),
        }
    }
}

impl From<GzipError> for ArchiveError {
    fn from(error: GzipError) -> ArchiveError {
        match error {
            GzipError::Header => ArchiveError::NotGzip,
            other => ArchiveError::Broken(other.to_string()),
        }
    }
}

impl From<TarError> for ArchiveError {
    fn from(error: TarError) -> ArchiveError {
        match error {
            TarError::TooLong(bound) => limit("archive-bytes", bound, "the archive is too long"),
            other => ArchiveError::Broken(other.to_string()),
        }
    }
}

fn limit(name: &'static str, bound: u64, what: &str) -> ArchiveError {
    ArchiveError::Limit(LimitReached { name, bound, what: what.to_owned() })
}

/// The first look Helm takes at a file that should be an archive: does it begin like gzip? The error is Helm's.
/// `name` is the file's absolute path (archive.go: `EnsureArchive`).
pub fn sniff(name: &str, bytes: &[u8]) -> Result<(), String> {
    if bytes.starts_with(b"\x1f\x8b\x08") {
        return Ok(());
    }
    if name.ends_with(".yml") || name.ends_with(".yaml") {
        return Err(format!("file '{name}' seems to be a YAML file, but expected a gzipped archive"));
    }
    // Helm looks at a buffer of 512 bytes, zeros and all.
    let mut head = [0; 512];
    for (to, from) in head.iter_mut().zip(bytes) {
        *to = *from;
    }
    let kind = sniff::content_type(&head);
    Err(format!("file '{name}' does not appear to be a gzipped archive; got '{kind}'"))
}

/// Reads all files of an archive into memory. The first component of every name is dropped, whatever it is.
pub fn read(bytes: &[u8], version: HelmVersion, limits: &Limits) -> Result<Vec<File>, ArchiveError> {
    // Room for headers, padding and entries that are no files, beyond what files may hold.
    let headers = (limits.archive_entries as u64).saturating_mul(2048);
    let bound = limits.archive_bytes.saturating_add(headers);
    let mut tar = Tar::new(Gunzip::new(bytes)?, bound);
    let mut files = Vec::new();
    let mut remaining = limits.archive_bytes;
    let mut entries = 0;
    while let Some(header) = tar.next()? {
        entries += 1;
        if entries > limits.archive_entries {
            return Err(limit(
                "archive-entries",
                limits.archive_entries as u64,
                "the archive has too many entries",
            ));
        }
        if header.is_dir() || matches!(header.typeflag, b'g' | b'x') {
            continue;
        }
        let name = file_name(&header.name).map_err(ArchiveError::Broken)?;
        let too_large = || {
            let size = if version.is_v4() { "size" } else { "file size" };
            let most = limits.archive_bytes;
            ArchiveError::Broken(format!("decompressed chart is larger than the maximum {size} {most}"))
        };
        if header.size > remaining {
            return Err(too_large());
        }
        if version.limits_file_size() && header.size > MAX_FILE_BYTES {
            let quoted = go::quote::quote(&header.name);
            return Err(ArchiveError::Broken(format!(
                "decompressed chart file {quoted} is larger than the maximum file size {MAX_FILE_BYTES}"
            )));
        }
        let data = tar.data(remaining)?;
        remaining -= data.len() as u64;
        // A link may claim a size without having data: Helm takes that for a file cut short.
        if (data.len() as u64) < header.size || remaining == 0 {
            return Err(too_large());
        }
        files.push(File::new(name, &data));
    }
    if files.is_empty() {
        return Err(ArchiveError::Broken("no files in chart archive".to_owned()));
    }
    Ok(files)
}

/// The name of an entry inside the chart, or why Helm refuses it.
fn file_name(entry: &[u8]) -> Result<String, String> {
    let delimiter = if entry.contains(&b'\\') { b'\\' } else { b'/' };
    let mut parts = entry.splitn(2, |&b| b == delimiter);
    let first = parts.next().unwrap_or_default();
    let rest = parts.next().unwrap_or_default();
    let rest: Vec<u8> = rest.iter().map(|&b| if b == delimiter { b'/' } else { b }).collect();
    if go::path::is_abs(&rest) {
        return Err("chart illegally contains absolute paths".to_owned());
    }
    let name = go::path::clean(&rest);
    if name == b"." {
        let quoted = go::quote::quote(entry);
        return Err(format!("chart illegally contains content outside the base directory: {quoted}"));
    }
    if name.starts_with(b"..") {
        return Err("chart illegally references parent directory".to_owned());
    }
    if let [drive, b':', b'/', ..] = *name
        && drive.is_ascii_alphabetic()
    {
        return Err("chart contains illegally named files".to_owned());
    }
    if first == b"Chart.yaml" {
        return Err("chart yaml not in base directory".to_owned());
    }
    Ok(go::utf8::to_valid_string(&name))
}
