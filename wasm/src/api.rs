//! Text in, JSON out: what JavaScript, a worker and a plugin all hand on.
//!
//! # Request
//!
//! ```json
//! {
//!   "chart": {"files": {"Chart.yaml": "…", "logo.png": {"base64": "…"}}},
//!   "values": ["replicas: 2"],
//!   "set": ["image.tag=2.1"], "setString": [], "setJson": [], "setLiteral": [],
//!   "release": {"name": "demo", "namespace": "default", "isUpgrade": false},
//!   "kubeVersion": "1.34", "apiVersions": ["monitoring.coreos.com/v1"],
//!   "helmVersion": "4.3",
//!   "includeCrds": false, "noHooks": false, "skipTests": false, "skipSchemaValidation": false, "showOnly": [],
//!   "seal": 7, "limits": {"steps": 1000000}
//! }
//! ```
//!
//! Every key may be left out, `chart` when an archive's bytes are given beside the request; instead of `files`, `chart`
//! may hold `{"archive": "<base64 of a .tgz>"}`. With `seal`, clock and randomness are fixed and the answer is a
//! function of the request.
//!
//! # Answer
//!
//! `{"schemaVersion": 1, "ok": true, "manifest": …, "documents": […], "notes": …, "log": […], "diagnostics": []}`, or
//! `"ok": false` with `"error"` as Helm words it. `manifest` is what `helm template` prints; when that is not UTF-8,
//! `manifestBase64` holds its bytes. A request that cannot be understood gives `"ok": false` and `"code": "request"`.

use crate::base64;
use hookwright_core::chart::capabilities::KubeVersion;
use hookwright_core::chart::log::Entry;
use hookwright_core::chart::{File, archive, ignore, load_files, probe};
use hookwright_core::diag::{Diagnostic, Label, Severity};
use hookwright_core::dialect::HelmVersion;
use hookwright_core::go::json;
use hookwright_core::hook::Hook;
use hookwright_core::host::{Host, SealedHost};
use hookwright_core::limits::Limits;
use hookwright_core::manifest::Manifest;
use hookwright_core::release::{self, Failure, Options, Release, Selection, layout};
use hookwright_core::value::{Map, Settings, Str, Value};
use hookwright_core::values;

/// Version of the answer's shape; new fields may appear within one.
const SCHEMA_VERSION: i64 = 1;

/// A wasm frame lives on the engine's own stack, about one MiB: nested templates must end long before it does.
const STACK_DEPTH: u32 = 400;

/// Renders a chart: JSON text to JSON text. Never fails; faults are answers.
///
/// ```
/// use hookwright_core::host::SealedHost;
/// let request = r#"{"chart": {"files": {"Chart.yaml": "{name: c, version: 1.0.0}", "templates/a.yaml": "a: b"}}}"#;
/// let answer = hookwright_wasm::api::render(request, None, &SealedHost::new(0));
/// assert!(answer.contains(r##""manifest":"---\n# Source: c/templates/a.yaml\na: b\n""##), "{answer}");
/// ```
pub fn render(request: &str, archive: Option<&[u8]>, host: &dyn Host) -> String {
    let answer = match Request::read(request) {
        Ok(request) => request.render(archive, host),
        Err(error) => refused(&error),
    };
    match json::encode(&Value::Map(answer), false, HelmVersion::V4_3) {
        Ok(text) => String::from_utf8(text)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        Err(error) => format!(
            "{{\"schemaVersion\":{SCHEMA_VERSION},\"ok\":false,\"code\":\"answer\",\"error\":{error:?}}}"
        ),
    }
}

/// A request, understood.
struct Request {
    root: Map,
    version: HelmVersion,
    limits: Limits,
}

impl Request {
    /// Reads the request's own switches; refuses keys that do not exist, so that a misspelt one is noticed.
    fn read(text: &str) -> Result<Request, String> {
        const KEYS: [&str; 18] = [
            "apiVersions",
            "chart",
            "helmVersion",
            "includeCrds",
            "kubeVersion",
            "limits",
            "noHooks",
            "provenance",
            "release",
            "seal",
            "set",
            "setJson",
            "setLiteral",
            "setString",
            "showOnly",
            "skipSchemaValidation",
            "skipTests",
            "values",
        ];
        let root = json::decode_map(text.as_bytes(), HelmVersion::V4_3)?;
        if let Some(key) = root.keys().iter().find(|key| !KEYS.iter().any(|known| **key == *known)) {
            return Err(format!("unknown key {:?}; known: {}", key.to_text(), KEYS.join(", ")));
        }
        let version = match string(&root, "helmVersion")?.as_deref() {
            None | Some("4.3") => HelmVersion::V4_3,
            Some("4.2") => HelmVersion::V4_2,
            Some("4.1") => HelmVersion::V4_1,
            Some("3.17") => HelmVersion::V3_17,
            Some(other) => return Err(format!("unknown helmVersion {other:?}; known: 4.3, 4.2, 4.1, 3.17")),
        };
        let mut limits = Limits { stack_depth: STACK_DEPTH, nesting: 500, ..Limits::default() };
        if let Some(table) = table(&root, "limits")? {
            for (name, number) in table.entries() {
                let (name, Value::Float(number)) = (name.to_text().into_owned(), number) else {
                    return Err("limits takes numbers".into());
                };
                if number < 0.0 || !limits.set(&name, number as u64) {
                    return Err(format!("unknown limit {name:?}; known: {}", Limits::NAMES.join(", ")));
                }
            }
        }
        Ok(Request { root, version, limits })
    }

    fn render(&self, archive: Option<&[u8]>, lent: &dyn Host) -> Map {
        let sealed;
        let host: &dyn Host = match self.root.get_str("seal") {
            Some(Value::Float(seed)) => {
                sealed = SealedHost::new(seed as u64);
                &sealed
            }
            _ => lent,
        };
        let mut log = Vec::new();
        let mut answer = match self.steps(archive, host, &mut log) {
            Ok((release, stream)) => rendered(&release, &stream),
            Err(Stop::Request(error)) => refused(&error),
            Err(Stop::Helm(error)) => failed(&error, &[]),
            Err(Stop::Failed(failure)) => failed(&failure.text, &failure.diagnostics),
        };
        put(&mut answer, "log", Value::list(log.iter().map(|entry| log_value(entry, self.version))));
        answer
    }

    /// Helm's steps in Helm's order (R145).
    fn steps(
        &self,
        bytes: Option<&[u8]>,
        host: &dyn Host,
        log: &mut Vec<Entry>,
    ) -> Result<(Release, Vec<u8>), Stop> {
        let (root, version, limits) = (&self.root, self.version, &self.limits);
        let kube_version = string(root, "kubeVersion")?
            .map(|text| {
                KubeVersion::parse(&text, version)
                    .map_err(|error| Stop::Helm(format!("invalid kube version '{text}': {error}")))
            })
            .transpose()?;
        let user = self.values()?;
        let files = self.files(bytes)?;
        probe::probe_files(&files, version).map_err(Stop::Helm)?;
        let loaded = load_files(files, version, limits).map_err(|error| Stop::Helm(error.to_string()))?;
        log.extend(loaded.log);
        let about = table(root, "release")?.unwrap_or_default();
        let options = Options {
            name: string(&about, "name")?.unwrap_or_else(|| "release-name".into()),
            namespace: string(&about, "namespace")?.unwrap_or_else(|| "default".into()),
            upgrade: flag(&about, "isUpgrade")?,
            revision: 1,
            kube_version,
            api_versions: strings(root, "apiVersions")?,
            skip_schema_validation: flag(root, "skipSchemaValidation")?,
            settings: Settings { version, lint: false, dns: false },
            provenance: false,
        };
        let release = release::render(loaded.chart, &user, &options, host, limits, &mut |entry| {
            log.push(entry.clone())
        })?;
        let selection = Selection {
            crds: flag(root, "includeCrds")?,
            no_hooks: flag(root, "noHooks")?,
            skip_tests: flag(root, "skipTests")?,
        };
        let mut stream = layout::stream(&release, selection);
        let patterns = strings(root, "showOnly")?;
        if !patterns.is_empty() {
            stream = layout::show_only(&stream, &patterns, version).map_err(Stop::Helm)?;
        }
        Ok((release, stream))
    }

    /// Values texts as `-f` files, then the `set…` lists, merged in Helm's order.
    fn values(&self) -> Result<Map, Stop> {
        let flags = |key| -> Result<Vec<Str>, Stop> {
            Ok(strings(&self.root, key)?.into_iter().map(Str::from).collect())
        };
        let texts = strings(&self.root, "values")?;
        let options = values::options::Options {
            files: (0..texts.len()).map(|index| format!("values[{index}]")).collect(),
            json: flags("setJson")?,
            set: flags("set")?,
            string: flags("setString")?,
            file: Vec::new(),
            literal: flags("setLiteral")?,
        };
        let mut texts = texts.into_iter();
        let mut read = |_: &str| Ok(texts.next().unwrap_or_default().into_bytes());
        values::options::merge(&options, &mut read, self.version, &self.limits)
            .map_err(|fault| Stop::Helm(fault.to_string()))
    }

    /// The chart's files: of an archive as they are, of a file map as helm would take a folder's.
    fn files(&self, bytes: Option<&[u8]>) -> Result<Vec<File>, Stop> {
        let chart = table(&self.root, "chart")?;
        let carried = match &chart {
            Some(chart) => string(chart, "archive")?
                .map(|text| base64::decode(text.as_bytes()).ok_or("chart.archive is not base64"))
                .transpose()?,
            None => None,
        };
        if let Some(bytes) = carried.as_deref().or(bytes) {
            archive::sniff("chart.tgz", bytes).map_err(Stop::Helm)?;
            return archive::read(bytes, self.version, &self.limits)
                .map_err(|error| Stop::Helm(error.top_level("chart.tgz", self.version)));
        }
        let files = match &chart {
            Some(chart) => table(chart, "files")?,
            None => None,
        };
        let Some(files) = files else {
            return Err(Stop::Request("no chart: give archive bytes, chart.archive or chart.files".into()));
        };
        let mut read = Vec::new();
        for (name, content) in files.entries() {
            let name = name.to_text().into_owned();
            match content {
                Value::Str(text) => read.push(File::new(name, &text)),
                Value::Map(content) => {
                    let text = string(&content, "base64")?
                        .ok_or(format!("{name}: neither text nor {{\"base64\": …}}"))?;
                    let bytes = base64::decode(text.as_bytes()).ok_or(format!("{name}: not base64"))?;
                    read.push(File::new(name, &bytes));
                }
                _ => return Err(Stop::Request(format!("{name}: neither text nor {{\"base64\": …}}"))),
            }
        }
        let rules =
            read.iter().find(|file| &*file.name == ".helmignore").map_or(&b""[..], |file| &*file.data);
        let rules = ignore::Rules::parse(rules).map_err(Stop::Helm)?;
        read.retain(|file| !ignored(&rules, &file.name));
        read.sort_by(|a, b| a.name.split('/').cmp(b.name.split('/')));
        Ok(read)
    }
}

/// Whether a file or one of the folders above it is ignored.
fn ignored(rules: &ignore::Rules, name: &str) -> bool {
    let folders = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
    folders.into_iter().any(|folder| rules.ignores(folder, true)) || rules.ignores(name, false)
}

enum Stop {
    /// The request makes no sense.
    Request(String),
    /// Helm's text.
    Helm(String),
    Failed(Box<Failure>),
}

impl From<String> for Stop {
    fn from(text: String) -> Stop {
        Stop::Request(text)
    }
}

impl From<&str> for Stop {
    fn from(text: &str) -> Stop {
        Stop::Request(text.to_owned())
    }
}

impl From<Box<Failure>> for Stop {
    fn from(failure: Box<Failure>) -> Stop {
        Stop::Failed(failure)
    }
}

fn put(map: &mut Map, key: &str, value: Value) {
    // A map made here is never the nil map.
    let _written = map.insert(key, value);
}

fn answer(ok: bool) -> Map {
    let mut map = Map::new();
    put(&mut map, "schemaVersion", Value::Int(SCHEMA_VERSION));
    put(&mut map, "ok", Value::Bool(ok));
    map
}

fn refused(error: &str) -> Map {
    let mut map = failed(error, &[]);
    put(&mut map, "code", Value::from("request"));
    map
}

fn failed(error: &str, diagnostics: &[Diagnostic]) -> Map {
    let mut map = answer(false);
    put(&mut map, "error", Value::from(error));
    put(&mut map, "diagnostics", Value::list(diagnostics.iter().map(diagnostic_value)));
    map
}

fn rendered(release: &Release, stream: &[u8]) -> Map {
    let mut map = answer(true);
    put(&mut map, "manifest", Value::str(stream));
    if std::str::from_utf8(stream).is_err() {
        put(&mut map, "manifestBase64", Value::str(base64::encode(stream)));
    }
    let manifests = release.manifests.iter().map(|manifest| document_value(manifest, None));
    let hooks = release.hooks.iter().map(|hook| document_value(&hook.manifest, Some(hook)));
    put(&mut map, "documents", Value::list(manifests.chain(hooks)));
    put(&mut map, "notes", release.notes.as_deref().map_or(Value::Nil, Value::str));
    put(&mut map, "diagnostics", Value::list([]));
    map
}

fn document_value(manifest: &Manifest, hook: Option<&Hook>) -> Value {
    let mut map = Map::new();
    put(&mut map, "source", Value::from(manifest.source()));
    put(&mut map, "apiVersion", Value::from(manifest.head.api_version.as_str()));
    put(&mut map, "kind", Value::from(manifest.head.kind.as_str()));
    put(&mut map, "name", Value::from(manifest.head.name.as_str()));
    put(&mut map, "text", Value::str(manifest.content()));
    if let Some(hook) = hook {
        let mut about = Map::new();
        let texts = |items: &[String]| Value::list(items.iter().map(|item| Value::from(item.as_str())));
        put(&mut about, "events", Value::list(hook.events.iter().map(|event| Value::from(event.name()))));
        put(&mut about, "weight", Value::Int64(hook.weight));
        put(&mut about, "deletePolicies", texts(&hook.delete_policies));
        put(&mut about, "outputLogPolicies", texts(&hook.output_log_policies));
        put(&mut map, "hook", Value::Map(about));
    }
    Value::Map(map)
}

fn log_value(entry: &Entry, version: HelmVersion) -> Value {
    let mut map = Map::new();
    put(&mut map, "level", Value::from(entry.level.name()));
    put(&mut map, "message", Value::from(entry.message.as_str()));
    put(&mut map, "line", entry.line(version).map_or(Value::Nil, Value::from));
    Value::Map(map)
}

fn diagnostic_value(diagnostic: &Diagnostic) -> Value {
    let mut map = Map::new();
    put(
        &mut map,
        "severity",
        Value::from(match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warn",
            Severity::Info => "info",
        }),
    );
    put(&mut map, "code", diagnostic.code.as_deref().map_or(Value::Nil, Value::from));
    put(&mut map, "message", Value::from(diagnostic.message.as_str()));
    put(
        &mut map,
        "labels",
        Value::list(diagnostic.primary.iter().chain(&diagnostic.labels).map(label_value)),
    );
    put(&mut map, "notes", Value::list(diagnostic.notes.iter().map(|note| Value::from(note.as_str()))));
    put(&mut map, "help", diagnostic.help.as_deref().map_or(Value::Nil, Value::from));
    Value::Map(map)
}

/// A label with byte offsets, and the 0-based line and UTF-16 column editors count in.
fn label_value(label: &Label) -> Value {
    let mut map = Map::new();
    let text = &label.source.text;
    let position = |offset: usize| {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or_default().encode_utf16().count();
        let mut map = Map::new();
        put(&mut map, "offset", Value::Int(offset as i64));
        put(&mut map, "line", Value::Int(before.matches('\n').count() as i64));
        put(&mut map, "column", Value::Int(column as i64));
        Value::Map(map)
    };
    put(&mut map, "file", Value::from(label.source.name.as_str()));
    put(&mut map, "start", position(label.span.start));
    put(&mut map, "end", position(label.span.end));
    put(&mut map, "text", Value::from(label.text.as_str()));
    Value::Map(map)
}

/// A string under a key, if there is one.
fn string(map: &Map, key: &str) -> Result<Option<String>, String> {
    match map.get_str(key) {
        None | Some(Value::Nil) => Ok(None),
        Some(Value::Str(text)) => Ok(Some(text.to_text().into_owned())),
        Some(_) => Err(format!("{key} takes a string")),
    }
}

fn strings(map: &Map, key: &str) -> Result<Vec<String>, String> {
    match map.get_str(key) {
        None | Some(Value::Nil) => Ok(Vec::new()),
        Some(Value::List(items)) => items
            .iter()
            .map(|item| match item {
                Value::Str(text) => Ok(text.to_text().into_owned()),
                _ => Err(format!("{key} takes a list of strings")),
            })
            .collect(),
        Some(_) => Err(format!("{key} takes a list of strings")),
    }
}

fn flag(map: &Map, key: &str) -> Result<bool, String> {
    match map.get_str(key) {
        None | Some(Value::Nil) => Ok(false),
        Some(Value::Bool(on)) => Ok(on),
        Some(_) => Err(format!("{key} takes true or false")),
    }
}

fn table(map: &Map, key: &str) -> Result<Option<Map>, String> {
    match map.get_str(key) {
        None | Some(Value::Nil) => Ok(None),
        Some(Value::Map(table)) => Ok(Some(table)),
        Some(_) => Err(format!("{key} takes an object")),
    }
}
