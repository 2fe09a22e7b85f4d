//! Foretells a scenario and draws it: `timeline FILE [text|json|mermaid|svg|html] [WIDTH]`.

use hookwright_core::scenario;
use hookwright_core::timeline::render::{Options, html, json, mermaid, svg, text};

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.first().ok_or("usage: timeline FILE [text|json|mermaid|svg|html] [WIDTH]")?;
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let scenario = scenario::parse(&bytes)
        .map_err(|all| all.into_iter().map(|error| error.message).collect::<Vec<_>>().join("\n"))?;
    let timeline = scenario::simulate(&scenario);
    let width = arguments.get(2).and_then(|width| width.parse().ok()).unwrap_or(0);
    let options = Options { width, ..Options::default() };
    let drawn = match arguments.get(1).map_or("text", String::as_str) {
        "text" => text::render(&timeline, &options),
        "json" => json::render(&timeline, &options),
        "mermaid" => mermaid::render(&timeline, &options),
        "svg" => svg::render(&timeline, &options),
        "html" => html::render(&timeline, &options),
        other => return Err(format!("unknown format {other}")),
    };
    print!("{drawn}");
    Ok(())
}
