//! A timeline for a terminal: time, what, object, remark.

use super::story::{Story, Tone, clock, tell};
use super::{Options, Style, wrap};
use crate::timeline::Timeline;

/// Draws a timeline as text.
pub fn render(timeline: &Timeline, options: &Options) -> String {
    let story = tell(timeline);
    let width = if options.width == 0 { 80 } else { options.width.clamp(40, 400) as usize };
    let mut out = Page { text: String::new(), style: options.style, width };
    let title = options.title.as_ref().unwrap_or(&story.headline);
    out.line(&[(title, if story.good { Tone::Good } else { Tone::Bad })]);
    let objects = story.moments.iter().map(|moment| moment.object.chars().count());
    let column = objects.filter(|length| *length <= width * 2 / 5).max().unwrap_or(8);
    let several = story.clients.len() > 1;
    let mut before = String::new();
    let names = story_width(&story);
    for moment in &story.moments {
        if moment.verb == "helm" {
            out.text.push('\n');
        }
        let time = clock(moment.at);
        let shown = if time == before && moment.verb != "helm" { "" } else { &time };
        let who = match &moment.client {
            Some(client) if several => format!("{client} "),
            _ if several => "  ".to_owned(),
            _ => String::new(),
        };
        let head = format!("{shown:>7}  {who:<names$}");
        out.row(&head, moment.verb, &moment.object, &moment.remark, moment.tone, column);
        before = time;
    }
    out.text.push('\n');
    if story.left.is_empty() {
        out.line(&[("nothing is left in the cluster", Tone::Good)]);
        return out.text;
    }
    out.line(&[("left in the cluster", Tone::Plain)]);
    let names = story.left.iter().map(|(name, ..)| name.chars().count());
    let column = names.filter(|length| *length <= width * 3 / 5).max().unwrap_or(8);
    for (name, state, tone) in &story.left {
        let gap = " ".repeat(column.saturating_sub(name.chars().count()) + 2);
        out.line(&[("  ", Tone::Plain), (name, Tone::Plain), (&gap, Tone::Plain), (state, *tone)]);
    }
    out.text
}

/// Columns for the names of clients.
fn story_width(story: &Story) -> usize {
    match story.clients.as_slice() {
        [] | [_] => 0,
        several => several.iter().map(|client| client.chars().count() + 1).max().unwrap_or(0),
    }
}

struct Page {
    text: String,
    style: Style,
    width: usize,
}

impl Page {
    fn paint(&mut self, text: &str, tone: Tone) {
        let text = plain(text, self.style);
        let code = match tone {
            _ if self.style != Style::Colour || text.trim().is_empty() => "",
            Tone::Plain => "",
            Tone::Mute => "\x1b[2m",
            Tone::Helm => "\x1b[34m",
            Tone::Run => "\x1b[33m",
            Tone::Good => "\x1b[32m",
            Tone::Bad => "\x1b[31m",
        };
        self.text.push_str(code);
        self.text.push_str(&text);
        if !code.is_empty() {
            self.text.push_str("\x1b[0m");
        }
    }

    fn line(&mut self, parts: &[(&str, Tone)]) {
        for (text, tone) in parts {
            self.paint(text, *tone);
        }
        self.end();
    }

    fn end(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }

    fn row(&mut self, head: &str, verb: &str, object: &str, remark: &str, tone: Tone, column: usize) {
        self.paint(head, Tone::Mute);
        self.paint(&format!("{verb:<8}  "), tone);
        let left = head.chars().count() + 10;
        let room = self.width.saturating_sub(left);
        let length = object.chars().count();
        let whole = if tone == Tone::Mute { Tone::Mute } else { Tone::Plain };
        if length <= column && (remark.is_empty() || column + 2 + 12 <= room) {
            self.paint(object, whole);
            let inner = left + column + 2;
            for (n, line) in wrap(remark, self.width.saturating_sub(inner)).iter().enumerate() {
                let gap = if n == 0 { column - length + 2 } else { inner };
                self.text.push_str(&" ".repeat(gap));
                self.paint(line, tone);
                self.end();
            }
            return;
        }
        for (n, line) in wrap(object, room).iter().enumerate() {
            if n > 0 {
                self.text.push_str(&" ".repeat(left));
            }
            self.paint(line, whole);
            self.end();
        }
        if !remark.is_empty() {
            for line in wrap(remark, room.saturating_sub(2)) {
                self.text.push_str(&" ".repeat(left + 2));
                self.paint(&line, tone);
                self.end();
            }
        }
    }
}

/// No control characters reach the terminal, and only ASCII where asked for.
fn plain(text: &str, style: Style) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_control() => '?',
            '…' | '·' if style == Style::Ascii => '.',
            c if style == Style::Ascii && !c.is_ascii() => '?',
            c => c,
        })
        .collect()
}
