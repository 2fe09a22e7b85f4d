//! A timeline as a picture: lanes from left to right, or downwards where it is narrow. It needs nothing but itself, is
//! light and dark by itself, and says all in text that it says in colour.

use super::lanes::{Bar, Lane, lanes};
use super::story::{Moment, Overlap, Place, Story, Tone, clock, tell};
use super::{Options, Theme, escape, wrap};
use crate::timeline::Timeline;
use std::fmt::Write;

const LIGHT: &str = "--bg:#fff;--ink:#1b1f24;--mute:#59636e;--line:#d1d9e0;--lane:#f6f8fa;--helm:#0550ae;\
--helmbg:#ddeeff;--run:#7d4e00;--runbg:#fff3cd;--ok:#116329;--okbg:#d7f3de;--bad:#b3161f;--badbg:#ffe2e0;--plainbg:#eaeef2";
const DARK: &str = "--bg:#0d1117;--ink:#e6edf3;--mute:#9198a1;--line:#3d444d;--lane:#151b23;--helm:#79c0ff;\
--helmbg:#10233f;--run:#e3b341;--runbg:#2f2408;--ok:#56d364;--okbg:#0f2d19;--bad:#ff8f87;--badbg:#3a1013;--plainbg:#212830";
const RULES: &str = ".hw text{fill:var(--ink)}.hw .m{fill:var(--mute)}.hw .s{font-size:12px}.hw .b{font-weight:600}\
.hw .h{font-size:19px;font-weight:650}.hw .c{font-family:ui-monospace,\"DejaVu Sans Mono\",monospace;font-size:11.5px}\
.hw .lane{fill:var(--lane)}.hw .rule{stroke:var(--line);fill:none}.hw .bar{stroke-width:1.2}\
.hw .plain{fill:var(--plainbg);stroke:var(--mute)}.hw .mute{fill:var(--lane);stroke:var(--mute)}\
.hw .helm{fill:var(--helmbg);stroke:var(--helm)}.hw .run{fill:var(--runbg);stroke:var(--run)}\
.hw .good{fill:var(--okbg);stroke:var(--ok)}.hw .bad{fill:var(--badbg);stroke:var(--bad)}\
.hw .tmute{fill:var(--mute)}.hw .thelm{fill:var(--helm)}.hw .trun{fill:var(--run)}.hw .tgood{fill:var(--ok)}.hw .tbad{fill:var(--bad)}\
.hw .arrow{stroke:var(--helm);stroke-width:1.4;fill:none}.hw .dash{stroke-dasharray:3 3}.hw .paper{fill:var(--bg)}";

/// Pixels a letter takes at most, on average, at 12 pixels.
const LETTER: f64 = 6.6;
/// Where the lanes of a wide picture begin.
const LEFT: f64 = 204.0;
const ROW: f64 = 30.0;

/// Draws a timeline as SVG.
pub fn render(timeline: &Timeline, options: &Options) -> String {
    let story = tell(timeline);
    draw(timeline, &story, options, "p")
}

/// Draws one of several pictures of a page; their names need to differ.
pub(super) fn draw(timeline: &Timeline, story: &Story, options: &Options, id: &str) -> String {
    let lanes = lanes(timeline, story);
    let width = f64::from(if options.width == 0 { 1000 } else { options.width.clamp(300, 4000) });
    let told: Vec<&Moment> = story.moments.iter().filter(|moment| moment.key).collect();
    let mut picture = Picture { body: String::new(), width, height: 0.0, id: id.to_owned() };
    picture.title(timeline, story, options);
    if width < 640.0 {
        picture.narrow(timeline, story, &lanes, &told)
    } else {
        picture.wide(timeline, story, &lanes, &told)
    }
    picture.left(story);
    picture.close(story, options, &told)
}

struct Picture {
    body: String,
    width: f64,
    height: f64,
    id: String,
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Mute => "mute",
        Tone::Helm => "helm",
        Tone::Run => "run",
        Tone::Good => "good",
        Tone::Bad => "bad",
    }
}

/// A moment as a sentence.
pub(super) fn sentence(moment: &Moment, story: &Story) -> String {
    let mut out = match moment.verb {
        "release" => format!("release {}", moment.object),
        "exit" if moment.object.starts_with("exit") => format!("Helm ends: {}", moment.object),
        "exit" => format!("Helm is {}", moment.object),
        "overlap" => format!("{}: {}", moment.object, moment.remark),
        "person" => format!("somebody: {}", moment.object),
        "serves" => format!("{} serves", moment.object),
        verb => format!("{verb} {}", moment.object),
    };
    if let (Some(client), true) = (&moment.client, story.clients.len() > 1) {
        out = format!("{client}: {out}");
    }
    if !moment.remark.is_empty() && moment.verb != "overlap" {
        let _ = write!(out, " – {}", moment.remark);
    }
    cut(&out, 150)
}

/// At most so many letters, with an ellipsis in the middle.
fn cut(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let tail = most.saturating_sub(1) / 3;
    let head = most.saturating_sub(1 + tail);
    let start: String = letters.iter().take(head).collect();
    let end: String = letters.iter().skip(letters.len() - tail).collect();
    format!("{start}…{end}")
}

/// At most so many letters, with an ellipsis at the end.
fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", start.trim_end_matches([' ', ',']))
}

/// A place on an axis for every time: stops at the told moments, straight in between.
struct Axis {
    stops: Vec<(u64, f64)>,
}

impl Axis {
    fn at(&self, time: u64) -> f64 {
        let after = self.stops.partition_point(|(at, _)| *at < time);
        let next = self.stops.get(after).or(self.stops.last());
        let before = after.checked_sub(1).and_then(|n| self.stops.get(n));
        match (before, next) {
            (Some((t0, x0)), Some((t1, x1))) if t1 > t0 => {
                let part = (time.min(*t1) - t0) as f64 / (t1 - t0) as f64;
                x0 + (x1 - x0) * part
            }
            (_, Some((_, x))) => *x,
            _ => 0.0,
        }
    }
}

impl Picture {
    fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let _ =
            writeln!(self.body, "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{}</text>", escape(text));
    }

    fn middle(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let _ = writeln!(
            self.body,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" class=\"{class}\">{}</text>",
            escape(text)
        );
    }

    fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64), title: &str) {
        let title =
            if title.is_empty() { String::new() } else { format!("<title>{}</title>", escape(title)) };
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"5\">{title}</rect>"
        );
    }

    fn hatch(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), title: &str) {
        let _ = writeln!(
            self.body,
            "<rect fill=\"url(#{}x)\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"5\"><title>{}</title></rect>",
            self.id,
            escape(title)
        );
    }

    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = writeln!(
            self.body,
            "<path class=\"{class}\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
            from.0, from.1, to.0, to.1
        );
    }

    fn badge(&mut self, x: f64, y: f64, r: f64, tone: Tone, sign: &str) {
        let _ = writeln!(
            self.body,
            "<circle class=\"bar {}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\"/>",
            class(tone)
        );
        self.middle(x, y + 4.0, &format!("s b t{}", class(tone)), sign);
    }

    fn title(&mut self, timeline: &Timeline, story: &Story, options: &Options) {
        let title = options.title.as_ref().unwrap_or(&story.headline);
        let (sign, tone) = if story.good { ("✓", "good") } else { ("✗", "bad") };
        let mut y = 34.0;
        for (n, line) in wrap(title, ((self.width - 60.0) / 10.2) as usize).iter().enumerate() {
            if n == 0 {
                self.text(16.0, y, &format!("h t{tone}"), sign);
            }
            self.text(38.0, y, "h", line);
            y += 24.0;
        }
        let commands: Vec<String> = timeline
            .steps
            .iter()
            .flat_map(|step| &step.clients)
            .map(|end| {
                let how = if end.exit < 0 { "killed".to_owned() } else { format!("exit {}", end.exit) };
                format!("helm {} ({how})", end.command)
            })
            .collect();
        for line in wrap(&cut(&commands.join(", then "), 400), ((self.width - 44.0) / LETTER) as usize) {
            self.text(16.0, y, "m s", &line);
            y += 17.0;
        }
        self.height = y;
    }

    fn wide(&mut self, timeline: &Timeline, story: &Story, lanes: &[Lane], told: &[&Moment]) {
        self.width = self.width.max(LEFT + 40.0 + 25.0 * told.len() as f64);
        let right = self.width - 28.0;
        let axis = axis(told, timeline.now, LEFT + 8.0, right, 23.0);
        let numbers = self.height + 18.0;
        let top = numbers + 30.0;
        let mut tops = Vec::new();
        let mut y = top;
        for lane in lanes {
            tops.push(y);
            y += 12.0 + ROW * lane.rows.len().max(1) as f64 + if lane.rows.len() < 2 { 12.0 } else { 0.0 };
        }
        let bottom = y;
        for (n, lane) in lanes.iter().enumerate() {
            let y = tops.get(n).copied().unwrap_or(top);
            let height = tops.get(n + 1).copied().unwrap_or(bottom) - y;
            if n % 2 == 0 {
                self.rect("lane", (8.0, y), (self.width - 16.0, height), "");
            }
            self.text(16.0, y + 23.0, "b", &cut(&lane.title, 25));
            self.text(16.0, y + 39.0, "m s", lane.about);
        }
        self.text(16.0, numbers + 24.0, "m s", "time, not to scale");
        let mut last_time = (f64::MIN, String::new());
        for (n, moment) in told.iter().enumerate() {
            let x = stop(&axis, n);
            self.line("rule dash", (x, numbers + 11.0), (x, bottom));
            let tone = if moment.tone == Tone::Bad { Tone::Bad } else { Tone::Helm };
            self.badge(x, numbers, 10.0, tone, &(n + 1).to_string());
            let time = clock(moment.at);
            if x - last_time.0 > 10.0 + LETTER * time.len() as f64 && time != last_time.1 {
                self.middle(x, numbers + 24.0, "m s", &time);
                last_time = (x, time);
            }
        }
        for overlap in &story.overlaps {
            self.overlap_wide(overlap, lanes, &tops, bottom, &axis);
        }
        self.arrows(lanes, &tops, told, &axis);
        for (n, lane) in lanes.iter().enumerate() {
            let y = tops.get(n).copied().unwrap_or(top);
            for (from, until) in &lane.there {
                let (from, until) = (axis.at(*from), axis.at(*until));
                self.rect("bar mute", (from, y + 21.0), ((until - from).max(4.0), 6.0), "the object exists");
            }
            for (row, bars) in lane.rows.iter().enumerate() {
                let y = y + 12.0 + ROW * row as f64;
                for bar in bars {
                    self.bar(bar, lane, &axis, y);
                }
                // Signs lie above the bars that follow.
                for (nth, bar) in bars.iter().enumerate() {
                    let Some((sign, tone)) = bar.end else { continue };
                    let end = axis.at(bar.until).max(axis.at(bar.from) + 6.0);
                    let tight = bars.get(nth + 1).is_some_and(|next| axis.at(next.from) < end + 9.0);
                    self.badge(if tight { end - 11.0 } else { end }, y + 12.0, 8.5, tone, sign);
                }
            }
        }
        self.height = bottom + 28.0;
        self.legend(story, told);
    }

    fn bar(&mut self, bar: &Bar, lane: &Lane, axis: &Axis, y: f64) {
        let (x, end) = (axis.at(bar.from), axis.at(bar.until));
        let end = end.max(x + 6.0);
        let title = format!("{} ({}–{})", bar.label, clock(bar.from), clock(bar.until));
        self.rect(&format!("bar {}", class(bar.tone)), (x, y), (end - x, 24.0), &title);
        for (from, until, good) in &lane.waits {
            if *from >= bar.from && *until <= bar.until {
                let (from, until) = (axis.at(*from), axis.at(*until));
                let tone = if *good { Tone::Run } else { Tone::Bad };
                self.rect(
                    &format!("bar {}", class(tone)),
                    (from, y + 20.0),
                    ((until - from).max(2.0), 4.0),
                    "Helm waits",
                );
                let text = if *good { "waits" } else { "waits in vain" };
                let start = (x + 20.0 + LETTER * bar.label.chars().count() as f64).max(from + 8.0);
                if start + LETTER * 14.0 < until {
                    self.text(start, y + 15.0, &format!("s t{}", class(tone)), text);
                }
            }
        }
        let room = end - x - 12.0 - if bar.end.is_some() { 14.0 } else { 0.0 };
        let letters = (room / LETTER) as usize;
        if letters >= 4 {
            self.text(x + 8.0, y + 16.0, &format!("s t{}", class(bar.tone)), &clip(&bar.label, letters));
        }
    }

    /// What Helm does to things, from its lane to theirs.
    fn arrows(&mut self, lanes: &[Lane], tops: &[f64], told: &[&Moment], axis: &Axis) {
        for (n, moment) in told.iter().enumerate() {
            let Some(client) = &moment.client else { continue };
            let from = lanes.iter().position(|lane| lane.holds(&Place::Client(client.clone())));
            let to = lanes.iter().position(|lane| lane.holds(&moment.place));
            let (Some(from), Some(to)) = (from.and_then(|n| tops.get(n)), to.and_then(|n| tops.get(n)))
            else {
                continue;
            };
            let answer = matches!(moment.verb, "done" | "failed" | "time-out");
            if to <= from || moment.verb == "release" {
                continue;
            }
            let x = stop(axis, n);
            let nothing = moment.tone == Tone::Mute || moment.verb == "time-out";
            let style = if nothing { "arrow dash" } else { "arrow" };
            self.line(style, (x, from + 36.0), (x, to + 12.0));
            let (tip, back) = if answer { (from + 37.0, 7.0) } else { (to + 11.0, -7.0) };
            let _ = writeln!(self.body, "<path class=\"thelm\" d=\"M{x:.1} {tip:.1}l-4 {back}h8z\"/>");
            if moment.tone == Tone::Mute {
                self.body.push_str(&format!(
                    "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" class=\"s m\">not there</text>\n",
                    x - 6.0,
                    to + 28.0
                ));
            }
        }
    }

    fn overlap_wide(&mut self, overlap: &Overlap, lanes: &[Lane], tops: &[f64], bottom: f64, axis: &Axis) {
        let named =
            |lane: &Lane| matches!(&lane.place, Place::Object(o) if overlap.families.contains(&o.name));
        let first = lanes.iter().position(named);
        let last = lanes.iter().rposition(named);
        let (Some(first), Some(last)) = (first, last) else { return };
        let y = tops.get(first).copied().unwrap_or(0.0) + 2.0;
        let end = tops.get(last + 1).copied().unwrap_or(bottom) - 2.0;
        let (x, until) = (axis.at(overlap.from), axis.at(overlap.until));
        let (x, until) = (x - 4.0, until.max(x + 12.0) + 4.0);
        let title = format!("{} to {}: two Pods at once", clock(overlap.from), clock(overlap.until));
        self.hatch((x, y), (until - x, end - y), &title);
        let label = "both run at once";
        let wide = LETTER * 16.0 + 16.0;
        if until - x > wide {
            let middle = f64::midpoint(x, until);
            let at = if first == last { y + 1.0 } else { tops.get(first + 1).copied().unwrap_or(y) - 12.0 };
            if first != last {
                self.rect("paper", (middle - wide / 2.0, at), (wide, 20.0), "");
                self.middle(middle, at + 14.5, "s b tbad", label);
            }
        }
    }

    fn legend(&mut self, story: &Story, told: &[&Moment]) {
        let columns = if self.width >= 1300.0 { 3 } else { 2 };
        let each = (self.width - 32.0) / f64::from(columns);
        let letters = ((each - 92.0) / LETTER) as usize;
        let items: Vec<(usize, String, Vec<String>, Tone)> = told
            .iter()
            .enumerate()
            .map(|(n, moment)| {
                (n + 1, clock(moment.at), wrap(&sentence(moment, story), letters), moment.tone)
            })
            .collect();
        let lines: usize = items.iter().map(|(.., lines, _)| lines.len()).sum();
        let most = lines.div_ceil(columns as usize);
        let top = self.height;
        let (mut column, mut y, mut used, mut lowest) = (0, top, 0, top);
        for (number, time, lines, tone) in items {
            if used >= most && column + 1 < columns {
                column += 1;
                used = 0;
                y = top;
            }
            let x = 16.0 + each * f64::from(column);
            let tone = if tone == Tone::Bad { "tbad" } else { "thelm" };
            let _ = writeln!(
                self.body,
                "<text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"end\" class=\"s b {tone}\">{number}</text>",
                x + 16.0
            );
            self.text(x + 24.0, y, "s m", &time);
            for line in &lines {
                self.text(x + 74.0, y, if tone == "tbad" { "s tbad" } else { "s" }, line);
                y += 17.0;
            }
            y += 2.0;
            used += lines.len();
            lowest = f64::max(lowest, y);
        }
        self.height = lowest + 8.0;
    }

    /// Time runs downwards: a thin line for each lane, the story beside them.
    fn narrow(&mut self, timeline: &Timeline, story: &Story, lanes: &[Lane], told: &[&Moment]) {
        const STEP: f64 = 18.0;
        let columns: Vec<f64> = lanes
            .iter()
            .scan(20.0, |x, lane| {
                let here = *x;
                *x += STEP * lane.rows.len().max(1) as f64;
                Some(here)
            })
            .collect();
        let gutter = 24.0 + STEP * lanes.iter().map(|lane| lane.rows.len().max(1)).sum::<usize>() as f64;
        let letters = ((self.width - gutter - 16.0) / (LETTER + 0.3)) as usize;
        let mut y = self.height + 14.0;
        let names = y;
        for lane in lanes {
            self.text(gutter + 6.0, y + 4.0, "b s", &cut(&lane.title, letters.max(12)));
            y += 20.0;
        }
        let top = y + 4.0;
        let mut stops = vec![(0, top)];
        let mut at = top + 22.0;
        let mut rows = Vec::new();
        for moment in told {
            let lines = wrap(&sentence(moment, story), letters);
            stops.push((moment.at, at));
            rows.push((at, lines.clone()));
            at += 16.0 * (lines.len() + 1) as f64 + 8.0;
        }
        stops.push((timeline.now, at));
        let axis = Axis { stops };
        for (n, x) in columns.iter().enumerate() {
            let y = names + 20.0 * n as f64;
            self.line("rule", (*x, y), (gutter, y));
            self.line("rule", (*x, y), (*x, at));
        }
        for overlap in &story.overlaps {
            let named =
                |lane: &Lane| matches!(&lane.place, Place::Object(o) if overlap.families.contains(&o.name));
            let (Some(first), Some(last)) = (lanes.iter().position(named), lanes.iter().rposition(named))
            else {
                continue;
            };
            let rows = lanes.get(last).map_or(1, |lane| lane.rows.len().max(1));
            let x = columns.get(first).copied().unwrap_or(0.0) - 9.0;
            let end = columns.get(last).copied().unwrap_or(0.0) + STEP * rows as f64 - 9.0;
            let (from, until) = (axis.at(overlap.from), axis.at(overlap.until));
            self.hatch((x, from), (end - x, (until - from).max(12.0)), "two Pods at once");
        }
        for (lane, x) in lanes.iter().zip(&columns) {
            for (from, until) in &lane.there {
                let (from, until) = (axis.at(*from), axis.at(*until));
                self.rect("bar mute", (x - 2.0, from), (4.0, (until - from).max(4.0)), "the object exists");
            }
            for (row, bars) in lane.rows.iter().enumerate() {
                let x = x + STEP * row as f64;
                for bar in bars {
                    let (from, until) = (axis.at(bar.from), axis.at(bar.until));
                    let title = format!("{} ({}–{})", bar.label, clock(bar.from), clock(bar.until));
                    let size = (10.0, (until - from).max(4.0));
                    self.rect(&format!("bar {}", class(bar.tone)), (x - 5.0, from), size, &title);
                }
                for bar in bars {
                    let (from, until) = (axis.at(bar.from), axis.at(bar.until));
                    if let Some((sign, tone)) = bar.end {
                        self.badge(x, until.max(from + 4.0), 7.0, tone, sign);
                    }
                }
            }
        }
        for (moment, (y, lines)) in told.iter().zip(rows) {
            let lane = lanes.iter().position(|lane| lane.holds(&moment.place));
            let tone = if moment.tone == Tone::Bad { Tone::Bad } else { Tone::Helm };
            if let Some(x) = lane.and_then(|n| columns.get(n)) {
                self.line("rule dash", (*x, y), (gutter, y));
                if moment.verb != "exit" {
                    let _ = writeln!(
                        self.body,
                        "<circle class=\"t{}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>",
                        class(tone)
                    );
                }
            }
            self.text(gutter + 6.0, y + 4.0, "m s b", &clock(moment.at));
            for (n, line) in lines.iter().enumerate() {
                let class = if tone == Tone::Bad { "s tbad" } else { "s" };
                self.text(gutter + 6.0, y + 4.0 + 16.0 * (n + 1) as f64, class, line);
            }
        }
        self.height = at + 26.0;
    }

    fn left(&mut self, story: &Story) {
        self.line("rule", (16.0, self.height - 4.0), (self.width - 16.0, self.height - 4.0));
        self.height += 20.0;
        let head =
            if story.left.is_empty() { "Nothing is left in the cluster" } else { "Left in the cluster" };
        self.text(16.0, self.height, "b", head);
        self.height += 12.0;
        let mut x = 16.0;
        let most = ((self.width - 48.0) / 7.0) as usize;
        for (name, state, tone) in &story.left {
            let label = cut(format!("{name} {state}").trim_end(), most);
            let wide = 7.0 * label.chars().count() as f64 + 16.0;
            if x + wide > self.width - 16.0 && x > 16.0 {
                x = 16.0;
                self.height += 28.0;
            }
            let y = self.height;
            self.rect(&format!("bar {}", class(*tone)), (x, y), (wide, 22.0), "");
            let ink =
                if matches!(tone, Tone::Plain) { "s".to_owned() } else { format!("s t{}", class(*tone)) };
            self.middle(x + wide / 2.0, y + 15.5, &ink, &label);
            x += wide + 8.0;
        }
        self.height += if story.left.is_empty() { 8.0 } else { 38.0 };
    }

    fn close(self, story: &Story, options: &Options, told: &[&Moment]) -> String {
        let title = options.title.as_ref().unwrap_or(&story.headline);
        let mut about: Vec<String> =
            told.iter().map(|moment| format!("{}: {}.", clock(moment.at), sentence(moment, story))).collect();
        let left: Vec<String> = story
            .left
            .iter()
            .map(|(name, state, _)| format!("{name} {state}").trim_end().to_owned())
            .collect();
        about.push(match left.as_slice() {
            [] => "Nothing is left in the cluster.".to_owned(),
            left => format!("Left in the cluster: {}.", left.join(", ")),
        });
        let colours = match options.theme {
            Theme::Light => format!(".hw{{{LIGHT}}}"),
            Theme::Dark => format!(".hw{{{DARK}}}"),
            Theme::Auto => format!(".hw{{{LIGHT}}}@media (prefers-color-scheme:dark){{.hw{{{DARK}}}}}"),
        };
        let (width, height, id) = (self.width, self.height, &self.id);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hw\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-labelledby=\"{id}t {id}d\">\n\
             <title id=\"{id}t\">{}</title>\n<desc id=\"{id}d\">{}</desc>\n\
             <style>{colours}.hw{{background:var(--bg);color:var(--ink);max-width:100%;height:auto;\
             font:13px/1.35 Inter,system-ui,-apple-system,\"Segoe UI\",sans-serif}}{RULES}</style>\n\
             <defs><pattern id=\"{id}x\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect width=\"7\" height=\"7\" fill=\"var(--badbg)\"/>\
             <path d=\"M0 0V7\" stroke=\"var(--bad)\" stroke-width=\"1.6\" opacity=\".55\"/></pattern></defs>\n\
             <rect class=\"paper\" width=\"{width:.0}\" height=\"{height:.0}\"/>\n{}</svg>\n",
            escape(title),
            escape(&about.join(" ")),
            self.body
        )
    }
}

/// Where the nth told moment stands.
fn stop(axis: &Axis, n: usize) -> f64 {
    axis.stops.get(n + 1).map_or(0.0, |(_, x)| *x)
}

/// Every moment gets room; what takes long gets more, but not in proportion.
fn axis(told: &[&Moment], now: u64, left: f64, right: f64, least: f64) -> Axis {
    let times: Vec<u64> =
        std::iter::once(0).chain(told.iter().map(|moment| moment.at)).chain(std::iter::once(now)).collect();
    let weights: Vec<f64> = times
        .windows(2)
        .map(|pair| match pair {
            [a, b] => (1.0 + b.saturating_sub(*a) as f64 / 100.0).log10(),
            _ => 0.0,
        })
        .collect();
    let all: f64 = weights.iter().sum::<f64>().max(0.001);
    let spare = (right - left - least * weights.len() as f64).max(0.0);
    let mut x = left;
    let mut stops = vec![(0, left)];
    for (time, weight) in times.iter().skip(1).zip(&weights) {
        x += least + spare * weight / all;
        stops.push((*time, x));
    }
    Axis { stops }
}
