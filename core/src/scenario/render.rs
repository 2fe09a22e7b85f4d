//! A scenario's charts as real charts, rendered by the real engine.

use super::line::Line;
use super::read::ChartText;
use crate::chart::{self, File};
use crate::dialect::HelmVersion;
use crate::go::json;
use crate::host::SealedHost;
use crate::lifecycle::release::Content;
use crate::lifecycle::rendered;
use crate::lifecycle::world::{Charts, Rendering, World};
use crate::limits::Limits;
use crate::release;
use crate::value::{Settings, Str, Value};
use crate::values;

/// Renders the charts of a scenario.
pub struct Renderer<'a> {
    charts: &'a [(String, ChartText)],
}

impl<'a> Renderer<'a> {
    /// For these charts.
    pub fn new(charts: &'a [(String, ChartText)]) -> Renderer<'a> {
        Renderer { charts }
    }
}

fn json_text(value: &Value) -> Vec<u8> {
    json::encode(value, false, HelmVersion::V4_3).unwrap_or_default()
}

/// The folder of a subchart: `db/util` is `charts/db/charts/util/`.
fn folder(sub: &str) -> String {
    sub.split('/').filter(|part| !part.is_empty()).map(|part| format!("charts/{part}/")).collect()
}

/// A chart's files.
fn files(chart: &ChartText) -> Vec<File> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut put = |name: String, text: Vec<u8>| match files.iter_mut().find(|(known, _)| *known == name) {
        Some((_, before)) => {
            before.extend(b"---\n");
            before.extend(text);
        }
        None => files.push((name, text)),
    };
    let mut folders = vec![String::new()];
    for (place, lines) in [("templates", &chart.objects), ("crds", &chart.crds)] {
        for line in lines {
            let sub = line.get("sub").unwrap_or_default();
            let mut at = String::new();
            for part in sub.split('/').filter(|part| !part.is_empty()) {
                at = if at.is_empty() { part.to_owned() } else { format!("{at}/{part}") };
                if !folders.contains(&at) {
                    folders.push(at.clone());
                }
            }
            put(format!("{}{place}/{}", folder(sub), line.file()), object_text(line));
        }
    }
    for sub in folders {
        let name = sub.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("chart");
        let mut about = format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n").into_bytes();
        if sub.is_empty()
            && let Some(dependencies) = &chart.dependencies
        {
            about.extend(b"dependencies: ");
            about.extend(dependencies.as_bytes());
            about.push(b'\n');
        }
        files.push((format!("{}Chart.yaml", folder(&sub)), about));
    }
    if let Some(values) = &chart.values {
        files.push(("values.yaml".into(), values.clone().into_bytes()));
    }
    for (name, text) in &chart.files {
        files.retain(|(known, _)| known != name);
        files.push((name.clone(), text.clone().into_bytes()));
    }
    files.into_iter().map(|(name, text)| File::new(name, &text)).collect()
}

fn object_text(line: &Line) -> Vec<u8> {
    let mut text = json_text(&line.manifest());
    text.push(b'\n');
    match line.get("if") {
        Some(condition) => [format!("{{{{ if {condition} }}}}\n").as_bytes(), &text, b"{{ end }}\n"].concat(),
        None => text,
    }
}

impl Charts for Renderer<'_> {
    fn render(&self, world: &World, wanted: &Rendering) -> Result<Content, String> {
        let Some((_, chart)) = self.charts.get(usize::from(wanted.chart)) else {
            return Err("chart not found".into());
        };
        let limits = Limits::default();
        let loaded =
            chart::load_files(files(chart), wanted.version, &limits).map_err(|error| error.to_string())?;
        let user = user_values(&world.str(wanted.values), wanted.version, &limits)?;
        let options = release::Options {
            name: (*world.str(wanted.release)).clone(),
            namespace: (*world.str(wanted.namespace)).clone(),
            upgrade: wanted.upgrade,
            revision: i64::from(wanted.revision),
            settings: Settings { version: wanted.version, lint: false, dns: false },
            ..release::Options::default()
        };
        let rendered =
            release::render(loaded.chart, &user, &options, &SealedHost::new(0), &limits, &mut |_| ())
                .map_err(|failure| failure.text.clone())?;
        Ok(rendered::content(world, &rendered, wanted, false))
    }
}

fn user_values(text: &str, version: HelmVersion, limits: &Limits) -> Result<crate::value::Map, String> {
    let of = |kind: &str| -> Vec<Str> {
        text.split('\u{2}')
            .filter_map(|flag| flag.split_once('\u{1}'))
            .filter(|(flag, _)| *flag == kind)
            .map(|(_, value)| Str::from(value))
            .collect()
    };
    let options = values::options::Options {
        set: of("set"),
        string: of("set-string"),
        json: of("set-json"),
        ..values::options::Options::default()
    };
    values::options::merge(
        &options,
        &mut |name| Err(format!("open {name}: no such file or directory")),
        version,
        limits,
    )
    .map_err(|fault| fault.to_string())
}
