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
        files.push(File::new(name, data));
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const V: HelmVersion = HelmVersion::V4_3;

    /// A USTAR archive, gzipped.
    fn archive(entries: &[(&[u8], u8, &[u8])]) -> Vec<u8> {
        let mut tar = Vec::new();
        for (name, typeflag, data) in entries {
            let mut block = [0u8; 512];
            block[..name.len()].copy_from_slice(name);
            block[100..107].copy_from_slice(b"0000644");
            block[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
            block[148..156].fill(b' ');
            block[156] = *typeflag;
            block[257..265].copy_from_slice(b"ustar\x0000");
            let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
            block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
            tar.extend(block);
            tar.extend(*data);
            tar.resize(tar.len().next_multiple_of(512), 0);
        }
        tar.resize(tar.len() + 1024, 0);
        gzip(&tar)
    }

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn names(bytes: &[u8]) -> Result<Vec<String>, String> {
        let files = read(bytes, V, &Limits::default()).map_err(|error| error.to_string())?;
        Ok(files.iter().map(|file| file.name.to_string()).collect())
    }

    #[test]
    fn names_are_made_relative_or_refused() {
        let cases: &[(&[u8], Result<&str, &str>)] = &[
            (b"c/Chart.yaml", Ok("Chart.yaml")),
            (b"other/./a/../b", Ok("b")),
            (b"c\\templates\\x", Ok("templates/x")),
            (b"c//x", Err("chart illegally contains absolute paths")),
            (b"/c/x", Ok("c/x")),
            (b"x", Err("chart illegally contains content outside the base directory: \"x\"")),
            (b"c/.", Err("chart illegally contains content outside the base directory: \"c/.\"")),
            (b"c/../x/../..", Err("chart illegally references parent directory")),
            (b"c/..x", Err("chart illegally references parent directory")),
            (b"c/c:/x", Err("chart contains illegally named files")),
            (b"Chart.yaml/x", Err("chart yaml not in base directory")),
        ];
        for (name, expected) in cases {
            let found = names(&archive(&[(name, b'0', b"")]));
            let found = found.map(|names| names.join(" "));
            assert_eq!(found.as_deref().map_err(|e| e.as_str()), *expected, "{}", name.escape_ascii());
        }
    }

    #[test]
    fn only_files_count() {
        let entries: &[(&[u8], u8, &[u8])] = &[
            (b"c/", b'5', b""),
            (b"g", b'g', b"11 a=b c d\n"),
            (b"x", b'x', b"17 path=c/longer\n"),
            (b"c/short", b'0', b"1"),
            (b"c/link", b'2', b""),
            (b"c/old/", 0, b""),
        ];
        assert_eq!(names(&archive(entries)).unwrap(), ["longer", "link"]);
        assert_eq!(names(&archive(&[])), Err("no files in chart archive".to_owned()));
    }

    #[test]
    fn broken_streams_are_described_as_go_does() {
        let good = archive(&[(b"c/a", b'0', b"data")]);
        let end = good.len();
        let mut checksum = good.clone();
        checksum[end - 6] ^= 0xff;
        let cases: &[(&[u8], &str)] = &[
            (b"", "EOF"),
            (b"\x1f\x8b\x08", "unexpected EOF"),
            (b"0123456789", "gzip: invalid header"),
            (&good[..end - 3], "unexpected EOF"),
            (&good[..end / 2], "unexpected EOF"),
            (&checksum, "gzip: invalid checksum"),
            (&[&good[..], b"0123456789"].concat(), "gzip: invalid header"),
            (&gzip(&[b'x'; 600]), "archive/tar: invalid tar header"),
            (&gzip(&[b'x'; 100]), "unexpected EOF"),
            (&gzip(&[0; 1024]), "no files in chart archive"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(names(bytes), Err((*expected).to_owned()));
        }
        assert_eq!(names(&[&good[..], &gzip(b"")].concat()).unwrap(), ["a"]);
        let error = read(b"0123456789", V, &Limits::default()).unwrap_err();
        let text = "file '/x' does not appear to be a valid chart file (details: gzip: invalid header)";
        assert_eq!(error.top_level("/x", V), text);
        let error = read(b"", V, &Limits::default()).unwrap_err();
        assert_eq!(error.top_level("/x", V), "unable to load chart archive");
        assert_eq!(error.top_level("/x", HelmVersion::V3_17), "EOF");
    }

    #[test]
    fn bombs_do_not_go_off() {
        let limits = Limits { archive_bytes: 1000, archive_entries: 3, ..Limits::default() };
        let error = |entries: &[(&[u8], u8, &[u8])], version| {
            read(&archive(entries), version, &limits).unwrap_err().to_string()
        };
        let large = "decompressed chart is larger than the maximum size 1000";
        assert_eq!(error(&[(b"c/a", b'0', &[0; 1001])], V), large);
        assert_eq!(error(&[(b"c/a", b'0', &[0; 1000])], V), large);
        assert_eq!(error(&[(b"c/a", b'0', &[0; 999]), (b"c/b", b'0', b"x")], V), large);
        let entry: (&[u8], u8, &[u8]) = (b"c/d/", b'5', b"");
        assert!(error(&[entry; 4], V).contains("archive-entries"));
        let zeros = gzip(&vec![b'x'; 10 << 20]);
        assert!(read(&zeros, V, &limits).is_err());
        let six = vec![0; (MAX_FILE_BYTES + 1) as usize];
        let bytes = archive(&[(b"c/a", b'0', &six)]);
        assert!(read(&bytes, V, &Limits::default()).is_ok());
        let error = read(&bytes, HelmVersion::V4_2, &Limits::default()).unwrap_err().to_string();
        assert_eq!(error, "decompressed chart file \"c/a\" is larger than the maximum file size 5242880");
    }

    #[test]
    fn what_is_no_archive_is_named() {
        assert_eq!(sniff("/a.tgz", b"\x1f\x8b\x08\0"), Ok(()));
        let yaml = "file '/v.yaml' seems to be a YAML file, but expected a gzipped archive";
        assert_eq!(sniff("/v.yaml", b"a: b"), Err(yaml.to_owned()));
        let text = "file '/v' does not appear to be a gzipped archive; got 'application/octet-stream'";
        assert_eq!(sniff("/v", b"short"), Err(text.to_owned()));
        let text = "file '/v' does not appear to be a gzipped archive; got 'text/plain; charset=utf-8'";
        assert_eq!(sniff("/v", &[b'x'; 600]), Err(text.to_owned()));
    }
}
