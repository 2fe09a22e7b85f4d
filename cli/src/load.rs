//! From disk, an archive or standard input to what core takes: files in memory.

use hookwright_core::chart::{self, Chart, File, archive, ignore, probe};
use hookwright_core::dialect::HelmVersion;
use hookwright_core::limits::Limits;
use hookwright_core::value::{Map, Value};
use hookwright_core::yaml;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Lines of helm's log, in order.
pub type Log = Vec<chart::log::Entry>;

/// Finds a chart as helm does for references that need no network (R5), and loads it. `-` is an archive on stdin.
/// What helm logs meanwhile is appended to `log`.
///
/// # Errors
/// helm's text.
pub fn chart(reference: &str, version: HelmVersion, limits: &Limits, log: &mut Log) -> Result<Chart, String> {
    if reference == "-" {
        return archive(&stdin(limits)?, "-", version, limits, log);
    }
    match fs::metadata(reference) {
        Ok(metadata) if metadata.is_dir() => folder(Path::new(reference), version, limits, log),
        Ok(_) => {
            let path = absolute(Path::new(reference))?;
            let bytes = fs::read(&path).map_err(|error| go_error("open", &path, &error))?;
            archive(&bytes, &path.to_string_lossy(), version, limits, log)
        }
        Err(_) => Err(not_found(reference)),
    }
}

/// Whether a chart can be found at all; helm asks before it reads values (R145).
///
/// # Errors
/// helm's text.
pub fn locate(reference: &str) -> Result<(), String> {
    if reference == "-" || Path::new(reference).exists() { Ok(()) } else { Err(not_found(reference)) }
}

/// Why a reference that is not on disk cannot be rendered. The first two are helm's own words.
fn not_found(reference: &str) -> String {
    if Path::new(reference).is_absolute() || reference.starts_with('.') {
        return format!("path {reference:?} not found");
    }
    if reference.contains("://") {
        return format!(
            "{reference} needs a network, which this command does not use: helm pull the chart, then name its archive"
        );
    }
    match reference.split_once('/') {
        None => format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {reference}"),
        Some((repository, _)) => format!("repo {repository} not found"),
    }
}

fn archive(
    bytes: &[u8],
    name: &str,
    version: HelmVersion,
    limits: &Limits,
    log: &mut Log,
) -> Result<Chart, String> {
    archive::sniff(name, bytes)?;
    let files = archive::read(bytes, version, limits).map_err(|error| error.top_level(name, version))?;
    probe::probe_files(&files, version)?;
    chart::load_files_logging(files, version, limits, log).map_err(|error| error.to_string())
}

fn folder(folder: &Path, version: HelmVersion, limits: &Limits, log: &mut Log) -> Result<Chart, String> {
    let root = absolute(folder)?;
    let chart_yaml = root.join("Chart.yaml");
    match fs::read(&chart_yaml) {
        Ok(text) => probe::probe(&text, version).map(|_| ())?,
        Err(_) if !version.is_v4() => {}
        Err(error) => {
            return Err(probe::unreadable(
                &chart_yaml.to_string_lossy(),
                &go_error("open", &chart_yaml, &error),
            ));
        }
    }
    let rules = match fs::read(root.join(".helmignore")) {
        Ok(text) => ignore::Rules::parse(&text)?,
        Err(_) => ignore::Rules::parse(b"")?,
    };
    let mut walk = Walk { root: &root, rules, limits, bytes: 0, files: Vec::new(), log, version };
    walk.entries(&root, "", 0)?;
    let Walk { files, log, .. } = walk;
    chart::load_files_logging(files, version, limits, log).map_err(|error| error.to_string())
}

/// Links to folders inside one another end where names do: at the operating system's bound for a path.
const MAX_FOLDER_DEPTH: usize = 255;

/// helm's walk over a chart folder: lexical order, links followed and announced, ignored files left out (R7, R9).
struct Walk<'a> {
    root: &'a Path,
    rules: ignore::Rules,
    limits: &'a Limits,
    version: HelmVersion,
    bytes: u64,
    files: Vec<File>,
    log: &'a mut Log,
}

impl Walk<'_> {
    fn entries(&mut self, folder: &Path, below: &str, depth: usize) -> Result<(), String> {
        if depth > MAX_FOLDER_DEPTH {
            return Err(format!(
                "{}: folders are nested more than {MAX_FOLDER_DEPTH} deep",
                folder.display()
            ));
        }
        let mut names: Vec<std::ffi::OsString> = fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>())
            .map_err(|error| go_error("open", folder, &error))?;
        names.sort_by(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
        for name in names {
            let path = folder.join(&name);
            let name = name.to_string_lossy();
            let relative = if below.is_empty() { name.into_owned() } else { format!("{below}/{name}") };
            self.entry(&path, &relative, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, relative: &str, depth: usize) -> Result<(), String> {
        let mut metadata = fs::symlink_metadata(path).map_err(|error| go_error("lstat", path, &error))?;
        if metadata.is_symlink() {
            let resolved = fs::canonicalize(path).map_err(|error| {
                let target = fs::read_link(path).unwrap_or_default();
                let target = path.parent().unwrap_or(self.root).join(target);
                format!("error evaluating symlink {}: {}", path.display(), go_error("lstat", &target, &error))
            })?;
            self.log.push(chart::log::Entry {
                level: chart::log::Level::Info,
                message: "found symbolic link in path. Contents of linked file included and used".to_owned(),
                attributes: vec![
                    ("path", path.display().to_string()),
                    ("resolved", resolved.display().to_string()),
                ],
                helm3: Some(format!(
                    "walk.go:74: found symbolic link in path: {} resolves to {}. Contents of linked file included and used",
                    path.display(),
                    resolved.display()
                )),
            });
            metadata = fs::metadata(&resolved).map_err(|error| go_error("lstat", &resolved, &error))?;
        }
        if self.rules.ignores(relative, metadata.is_dir()) {
            return Ok(());
        }
        if metadata.is_dir() {
            return self.entries(path, relative, depth + 1);
        }
        if !metadata.is_file() {
            return Err(format!(
                "cannot load irregular file {} as it has file mode type bits set",
                path.display()
            ));
        }
        if self.version <= HelmVersion::V4_2 && metadata.len() > archive::MAX_FILE_BYTES {
            return Err(format!(
                "chart file {:?} is larger than the maximum file size {}",
                path.file_name().unwrap_or_default().to_string_lossy(),
                archive::MAX_FILE_BYTES
            ));
        }
        self.bytes = self.bytes.saturating_add(metadata.len());
        if self.bytes > self.limits.archive_bytes {
            return Err(format!(
                "error reading {relative}: chart exceeds maximum decompressed size of {} bytes",
                self.limits.archive_bytes
            ));
        }
        let data = fs::read(path)
            .map_err(|error| format!("error reading {relative}: {}", go_error("open", path, &error)))?;
        self.files.push(File::new(relative, data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&data)));
        Ok(())
    }
}

/// A file named by a values flag; the error is Go's.
pub fn file(name: &str, limits: &Limits) -> Result<Vec<u8>, String> {
    if name.trim() == "-" {
        return stdin(limits);
    }
    if let Some((scheme, _)) = name.split_once("://") {
        return Err(format!("{name}: scheme {scheme:?} needs a network, which this command does not use"));
    }
    fs::read(name).map_err(|error| go_error("open", Path::new(name), &error))
}

fn stdin(limits: &Limits) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(limits.archive_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| format!("read /dev/stdin: {}", errno_text(&error)))?;
    if bytes.len() as u64 > limits.archive_bytes {
        return Err(format!(
            "limit archive-bytes ({}) reached: standard input is longer",
            limits.archive_bytes
        ));
    }
    Ok(bytes)
}

fn absolute(path: &Path) -> Result<PathBuf, String> {
    let path = std::path::absolute(path).map_err(|error| go_error("getwd", path, &error))?;
    // Go's filepath.Abs also cleans `..`.
    let clean = hookwright_core::go::path::clean(path.to_string_lossy().as_bytes());
    Ok(PathBuf::from(String::from_utf8_lossy(&clean).into_owned()))
}

/// Go's text of a failed system call: `open nope.yaml: no such file or directory`.
pub fn go_error(operation: &str, path: &Path, error: &io::Error) -> String {
    // A folder opens well; only reading it fails.
    let operation = if error.kind() == io::ErrorKind::IsADirectory { "read" } else { operation };
    format!("{operation} {}: {}", path.display(), errno_text(error))
}

/// The C library's words, in lower case and without the number, as Go's errno table has them.
fn errno_text(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Kubernetes objects that `lookup` finds.
#[derive(Debug, Default)]
pub struct Objects(Vec<Value>);

impl Objects {
    /// Reads YAML files of objects; documents of kind `…List` are opened.
    ///
    /// # Errors
    /// A sentence that names the file and, where there is one, the document.
    pub fn read(files: &[PathBuf], limits: &Limits) -> Result<Objects, String> {
        let mut objects = Vec::new();
        for path in files {
            let text = file(&path.to_string_lossy(), limits)?;
            for (number, range) in
                hookwright_core::manifest::split(&text, HelmVersion::V4_3).into_iter().enumerate()
            {
                let document = text.get(range).unwrap_or_default();
                let object = yaml::unmarshal_map(document)
                    .map_err(|error| format!("{}: document {}: {error}", path.display(), number + 1))?;
                if object.is_empty() {
                    continue;
                }
                match (text_field(&object, "kind"), object.get_str("items")) {
                    (Some(kind), Some(Value::List(items))) if kind.ends_with("List") => {
                        objects.extend(items.iter().cloned())
                    }
                    (Some(_), _) => objects.push(Value::Map(object)),
                    (None, _) => {
                        return Err(format!(
                            "{}: document {} has no kind; --objects takes Kubernetes objects, as from kubectl get -o yaml",
                            path.display(),
                            number + 1
                        ));
                    }
                }
            }
        }
        Ok(Objects(objects))
    }

    /// One object, or with an empty name a list of all of the kind in the namespace (in all, when that is empty too).
    pub fn find(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let mut matching = self.0.iter().filter(|object| {
            object.as_map().is_some_and(|object| {
                let metadata = object.get_str("metadata");
                let metadata = metadata.as_ref().and_then(Value::as_map);
                let field = |key| metadata.and_then(|metadata| text_field(metadata, key)).unwrap_or_default();
                text_field(object, "apiVersion").as_deref() == Some(api_version)
                    && text_field(object, "kind").as_deref() == Some(kind)
                    && (namespace.is_empty() || field("namespace") == namespace)
                    && (name.is_empty() || field("name") == name)
            })
        });
        if !name.is_empty() {
            return matching.next().cloned();
        }
        let items: Vec<Value> = matching.cloned().collect();
        if items.is_empty() {
            return None;
        }
        let list: Map = [
            ("apiVersion".into(), Value::str(api_version)),
            ("kind".into(), Value::str(format!("{kind}List"))),
            ("items".into(), Value::list(items)),
        ]
        .into_iter()
        .collect();
        Some(Value::Map(list))
    }
}

fn text_field(map: &Map, key: &str) -> Option<String> {
    match map.get_str(key)? {
        Value::Str(text) => Some(text.to_text().into_owned()),
        _ => None,
    }
}
