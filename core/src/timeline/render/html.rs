//! A timeline as a page: the picture, wide or narrow as the window is, and the story as a list.

use super::story::{clock, tell};
use super::svg::{draw, sentence};
use super::{Options, Theme, escape};
use crate::timeline::Timeline;
use std::fmt::Write;

const STYLE: &str = "body{margin:0 auto;padding:16px;max-width:1400px;font:16px/1.5 Inter,system-ui,-apple-system,\"Segoe UI\",sans-serif}\
main{display:block}svg{display:block}.narrow{display:none}@media (max-width:700px){.wide{display:none}.narrow{display:block}}\
ol{padding-left:2.2em}time{text-indent:0;display:inline-block;min-width:4em;opacity:.75}.bad{font-weight:600}h1{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden}ol li{padding-left:4em;text-indent:-4em}h2{font-size:1.1em}";
const LIGHT: &str = "body{background:#fff;color:#1b1f24}.bad{color:#b3161f}";
const DARK: &str = "body{background:#0d1117;color:#e6edf3}.bad{color:#ff8f87}";

/// Writes a timeline as an HTML page without scripts, that needs nothing but itself.
pub fn render(timeline: &Timeline, options: &Options) -> String {
    let story = tell(timeline);
    let title = options.title.as_ref().unwrap_or(&story.headline);
    let wide = Options { width: if options.width < 700 { 1100 } else { options.width }, ..options.clone() };
    let narrow = Options { width: 380, ..options.clone() };
    let (colours, scheme) = match options.theme {
        Theme::Light => (LIGHT.to_owned(), "light"),
        Theme::Dark => (DARK.to_owned(), "dark"),
        Theme::Auto => (format!("{LIGHT}@media (prefers-color-scheme:dark){{{DARK}}}"), "light dark"),
    };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"{scheme}\">\n<title>{0}</title>\n<style>{STYLE}{colours}</style>\n</head>\n\
         <body>\n<main>\n<h1>{0}</h1>\n<div class=\"wide\">\n{1}</div>\n<div class=\"narrow\">\n{2}</div>\n\
         <h2>Step by step</h2>\n<ol>\n",
        escape(title),
        draw(timeline, &story, &wide, "w"),
        draw(timeline, &story, &narrow, "n"),
    );
    for moment in &story.moments {
        let class = if moment.tone == super::story::Tone::Bad { " class=\"bad\"" } else { "" };
        let _ = writeln!(
            out,
            "<li{class}><time>{}</time> {}</li>",
            clock(moment.at),
            escape(&sentence(moment, &story))
        );
    }
    out.push_str("</ol>\n<h2>Left in the cluster</h2>\n");
    if story.left.is_empty() {
        out.push_str("<p>Nothing.</p>\n");
    } else {
        out.push_str("<ul>\n");
        for (name, state, tone) in &story.left {
            let class = if *tone == super::story::Tone::Bad { " class=\"bad\"" } else { "" };
            let _ = writeln!(out, "<li{class}>{} {}</li>", escape(name), escape(state));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}
