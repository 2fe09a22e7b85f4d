//! Plans and hook tables for people.

use super::hooks::Row;
use super::operation::{Expected, Operation, Plan};
use crate::dialect::HelmVersion;
use crate::timeline::vector::result;
use crate::timeline::{Event, ObjectName, Sign, What};

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With colours.
    pub colour: bool,
    /// Without signs beyond ASCII.
    pub ascii: bool,
    /// Columns.
    pub width: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Plain,
    Head,
    Faint,
    Good,
    Warn,
    Bad,
}

impl Style {
    fn paint(self, text: &str, tone: Tone) -> String {
        let code = match tone {
            _ if !self.colour || text.is_empty() => return text.to_owned(),
            Tone::Plain => return text.to_owned(),
            Tone::Head => "1",
            Tone::Faint => "2",
            Tone::Good => "32",
            Tone::Warn => "33",
            Tone::Bad => "31",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    fn plain(self, text: &str) -> String {
        if !self.ascii {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '→' => out.push_str("->"),
                '·' => out.push('-'),
                '″' => out.push('"'),
                '…' => out.push_str("..."),
                '–' => out.push('-'),
                '⚠' => out.push('!'),
                '←' => out.push_str("<-"),
                letter => out.push(letter),
            }
        }
        out
    }
}

/// The name of a Helm.
pub fn version(version: HelmVersion) -> &'static str {
    match version {
        HelmVersion::V3_17 => "3.17",
        HelmVersion::V4_1 => "4.1",
        HelmVersion::V4_2 => "4.2",
        HelmVersion::V4_3 => "4.3",
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn pad(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

// -- hooks

/// The table of a chart's hooks.
pub fn hooks(rows: &[Row], style: Style) -> String {
    const TITLES: [&str; 6] = ["EVENT", "ORDER", "OBJECT", "POLICY", "NEEDS", "SOURCE"];
    if rows.is_empty() {
        return "the chart has no hooks\n".to_owned();
    }
    let mut cells: Vec<([Vec<String>; 6], bool)> = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let earlier = rows.get(..n).unwrap_or_default().iter().rev().find(|other| other.hook == row.hook);
        let starts = n == 0 || rows.get(n - 1).is_none_or(|before| before.event != row.event);
        let event = if starts { row.event.name() } else { "" };
        let mut policy: Vec<String> = match earlier {
            Some(_) => vec!["″".to_owned()],
            None => row.policies.iter().map(|policy| (*policy).to_owned()).collect(),
        };
        if earlier.is_none() && policy.is_empty() {
            policy.push("never deleted".into());
        } else if earlier.is_none()
            && row.default_policy
            && let Some(last) = policy.last_mut()
        {
            *last += " (default)";
        }
        let same = earlier.is_some_and(|earlier| earlier.needs == row.needs);
        let needs: Vec<String> = if same {
            vec![if row.needs.is_empty() { "" } else { "″" }.to_owned()]
        } else if row.needs.is_empty() {
            vec!["–".to_owned()]
        } else {
            row.needs
                .iter()
                .map(|need| {
                    let name = if need.name == row.name { String::new() } else { format!("/{}", need.name) };
                    let sign = if need.provider.is_missing() { "⚠ " } else { "" };
                    format!("{sign}{}{name} ({})", need.kind, need.provider.text())
                })
                .collect()
        };
        let source = match earlier {
            Some(_) => String::new(),
            None if row.line == 0 => row.file.clone(),
            None => format!("{}:{}", row.file, row.line),
        };
        let object = format!("{}/{}", row.kind, row.name);
        let order = format!("{:>5}", row.order);
        let line = [vec![event.to_owned()], vec![order], vec![object], policy, needs, vec![source]];
        cells.push((line.map(|cell| cell.iter().map(|text| style.plain(text)).collect()), starts));
    }
    let mut widths = TITLES.map(width);
    for (row, _) in &cells {
        for (cell, most) in row.iter().zip(&mut widths) {
            *most = cell.iter().map(|text| width(text)).chain([*most]).max().unwrap_or(0);
        }
    }
    let mut out = String::new();
    let titles =
        TITLES.iter().zip(&widths).map(|(title, width)| style.paint(&pad(title, *width), Tone::Head));
    push_line(&mut out, &titles.collect::<Vec<_>>().join("  "));
    for (row, _) in &cells {
        let height = row.iter().map(Vec::len).max().unwrap_or(1);
        for n in 0..height {
            let mut line = Vec::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let text = cell.get(n).map_or("", String::as_str);
                let tone = match column {
                    0 => Tone::Head,
                    4 if text.starts_with('⚠') || text.starts_with('!') => Tone::Warn,
                    3 if text == "never deleted" => Tone::Warn,
                    5 => Tone::Faint,
                    _ => Tone::Plain,
                };
                line.push(style.paint(&pad(text, *width), tone));
            }
            push_line(&mut out, &line.join("  "));
        }
    }
    out
}

/// Blanks at the end of a line, also those before the code that ends a colour, are left out.
fn push_line(out: &mut String, line: &str) {
    match line.trim_end().strip_suffix("\x1b[0m") {
        Some(painted) => {
            out.push_str(painted.trim_end());
            out.push_str("\x1b[0m");
        }
        None => out.push_str(line.trim_end()),
    }
    out.push('\n');
}

// -- plans

struct Line {
    at: Option<u64>,
    word: &'static str,
    text: String,
    right: String,
    tone: Tone,
}

/// `5m0s`, `12s`, `0s`.
pub fn duration(milliseconds: u64) -> String {
    let seconds = (milliseconds + 500) / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s}s"),
        (0, m, s) => format!("{m}m{s}s"),
        (h, m, s) => format!("{h}h{m}m{s}s"),
    }
}

/// A plan, as lines.
pub fn plan(plan: &Plan, style: Style) -> String {
    let mut out = String::new();
    let revisions = match plan.operation {
        Operation::Install => String::new(),
        Operation::Test | Operation::Uninstall => format!(" revision {}", plan.revision),
        Operation::Upgrade | Operation::Rollback => format!(" {} → {}", plan.before, plan.revision),
    };
    let head = format!(
        "{} {}{revisions} · Helm {} · time-out {}",
        plan.operation.name(),
        plan.release,
        version(plan.version),
        duration(plan.timeout)
    );
    push_line(&mut out, &style.paint(&style.plain(&head), Tone::Head));
    out.push('\n');
    let lines = timeline(plan);
    let left = |line: &Line| 20 + width(&style.plain(&line.text));
    let longest = lines.iter().filter(|line| !line.right.is_empty()).map(left).max().unwrap_or(0);
    let column = longest.max(64) + 2;
    let mut shown: Option<String> = None;
    for line in &lines {
        let time = match line.at.map(duration) {
            Some(time) if shown.as_ref() != Some(&time) || line.word == "hook" || line.word == "release" => {
                shown = Some(time.clone());
                time
            }
            _ => String::new(),
        };
        let mut texts = if line.right.is_empty() {
            wrap(&style.plain(&line.text), style.width.saturating_sub(20).max(40)).into_iter()
        } else {
            vec![style.plain(&line.text)].into_iter()
        };
        let text = texts.next().unwrap_or_default();
        let gap = if line.right.is_empty() {
            String::new()
        } else {
            " ".repeat(column.saturating_sub(20 + width(&text)))
        };
        let row = format!(
            "{}  {}  {}{gap}{}",
            style.paint(&format!("{time:>7}"), Tone::Faint),
            style.paint(&pad(line.word, 9), if line.tone == Tone::Plain { Tone::Plain } else { line.tone }),
            style.paint(&text, line.tone),
            style.paint(&style.plain(&line.right), Tone::Faint),
        );
        push_line(&mut out, &row);
        for text in texts {
            push_line(&mut out, &format!("{}{}", " ".repeat(20), style.paint(&text, line.tone)));
        }
    }
    out.push('\n');
    left_over(plan, style, &mut out);
    out
}

fn show(object: &ObjectName) -> String {
    format!("{}/{}", object.kind, object.name)
}

/// Where the reader of events is.
struct Reader<'p> {
    plan: &'p Plan,
    lines: Vec<Line>,
    /// The next hook expected.
    next: usize,
    /// The hook under way, and whether it has ended.
    now: Option<(usize, bool)>,
    /// Something of the main part happened since.
    main: bool,
    status: Vec<(u16, String)>,
}

impl Reader<'_> {
    fn push(&mut self, at: Option<u64>, word: &'static str, text: String, tone: Tone) {
        self.lines.push(Line { at, word, text, right: String::new(), tone });
    }

    /// Whether an event begins a hook; its heading is then written.
    fn begins(&mut self, object: &ObjectName, at: u64) -> bool {
        let is = |hook: &Expected| hook.kind == object.kind && hook.name == object.name;
        if let Some((n, false)) = self.now
            && self.plan.hooks.get(n).is_some_and(is)
        {
            return true;
        }
        let rest = self.plan.hooks.iter().enumerate().skip(self.next);
        let same_event = self.now.and_then(|(n, _)| self.plan.hooks.get(n)).map(|hook| hook.event);
        let Some((n, hook)) = rest
            .filter(|(_, hook)| self.main || same_event.is_none_or(|event| event == hook.event))
            .find(|(_, hook)| is(hook))
        else {
            return false;
        };
        let text = format!("{}  {}/{}  {}", hook.event, hook.order, hook.total, show(object));
        let right = hook.source.clone();
        self.lines.push(Line { at: Some(at), word: "hook", text, right, tone: Tone::Head });
        self.next = n + 1;
        self.now = Some((n, false));
        self.main = false;
        true
    }
}

fn timeline(plan: &Plan) -> Vec<Line> {
    let mut reader = Reader { plan, lines: Vec::new(), next: 0, now: None, main: false, status: Vec::new() };
    let Some(step) = plan.step() else { return Vec::new() };
    let start = plan.start();
    let end = step.clients.first();
    let events: Vec<(usize, &Event)> = step.events.iter().enumerate().collect();
    let checked = events.iter().filter(|(_, event)| matches!(event.what, What::Checked { .. })).count();
    let mut told = false;
    let mut killed = false;
    let mut last = 0;
    for (n, (_, event)) in events.iter().enumerate() {
        let at = event.at.saturating_sub(start);
        last = at;
        match &event.what {
            What::Created { revision, status, mark, .. } => {
                let tone = if mark.is_empty() { Tone::Plain } else { Tone::Bad };
                reader.status.push((*revision, status.clone()));
                reader.push(Some(at), "release", format!("v{revision} {status}{}", refused(mark)), tone);
            }
            What::Written { revision, status, description, mark, .. } => {
                let known = reader.status.iter().rev().find(|(rev, _)| rev == revision);
                let same = match known {
                    Some((_, known)) => known == status,
                    None => plan.operation == Operation::Test || is_only_noted(plan, status),
                };
                reader.status.push((*revision, status.clone()));
                if same && mark.is_empty() {
                    continue;
                }
                let (text, tone) = match status.as_str() {
                    "failed" => (format!("v{revision} failed: {}", reason(description)), Tone::Bad),
                    "deployed" => (format!("v{revision} deployed"), Tone::Good),
                    other => (format!("v{revision} {other}"), Tone::Plain),
                };
                reader.push(Some(at), "release", text + &refused(mark), tone);
            }
            What::Deleted { revision, mark } => {
                reader.push(
                    Some(at),
                    "release",
                    format!("v{revision} forgotten{}", refused(mark)),
                    Tone::Plain,
                );
            }
            What::Checked { .. } => {
                if !told {
                    let what = if checked == 1 { "1 object" } else { "objects" };
                    let count = if checked == 1 { String::new() } else { format!("{checked} ") };
                    let text = format!("{count}{what}: nobody else's");
                    reader.push(Some(at), "check", text, Tone::Plain);
                }
                told = true;
            }
            What::Removed { object, mark, .. } => {
                if reader.begins(object, at) {
                    let text = match mark.as_str() {
                        "∅" => format!("nothing: no {} has this name yet", object.kind),
                        "" => format!("the earlier {}", show(object)),
                        mark => format!("{}{}", show(object), refused(mark)),
                    };
                    reader.push(None, "delete", text, Tone::Plain);
                    continue;
                }
                let is_hook = plan.hook(&object.kind, &object.name).is_some();
                let reason = match (is_hook, reader.now) {
                    (true, Some(_)) => ", as its policy says",
                    _ => "",
                };
                let text = match mark.as_str() {
                    "∅" => format!("{}: not there", show(object)),
                    mark => format!("{}{reason}{}", show(object), refused(mark)),
                };
                reader.main |= !is_hook;
                reader.push(Some(at), "delete", text, Tone::Plain);
            }
            What::Applied { object, change, mark, .. } => {
                let begun = reader.begins(object, at);
                if !begun {
                    reader.main = true;
                }
                let (word, text, tone) = match (change.as_str(), mark.as_str()) {
                    (_, mark) if !mark.is_empty() => {
                        ("create", format!("{}{}", show(object), refused(mark)), Tone::Bad)
                    }
                    ("=", _) if begun => {
                        ("apply", format!("{}: there already, nothing runs", show(object)), Tone::Warn)
                    }
                    ("=", _) => ("apply", format!("{}: unchanged", show(object)), Tone::Plain),
                    ("*", _) => ("apply", format!("{}: changed in place", show(object)), Tone::Plain),
                    _ => ("create", show(object), Tone::Plain),
                };
                reader.push(if begun { None } else { Some(at) }, word, text, tone);
            }
            What::Updated { object, sign, change, mark } => {
                reader.main = true;
                let (word, note) = match (sign, change.as_str()) {
                    (Sign::Plus, _) => ("create", ""),
                    (Sign::Minus, _) => ("delete", ""),
                    (Sign::Unclear, _) => ("look", " (no longer in the chart)"),
                    (Sign::None, "=") => ("keep", " (unchanged)"),
                    (Sign::None, _) => ("update", ""),
                };
                let tone = if mark.is_empty() { Tone::Plain } else { Tone::Bad };
                reader.push(Some(at), word, format!("{}{note}{}", show(object), refused(mark)), tone);
            }
            What::Gone { object, in_time } => {
                let nothing = reader.lines.last().is_some_and(|line| line.text.starts_with("nothing: "));
                if *in_time && nothing {
                    continue;
                }
                let text = if *in_time {
                    format!("{} is gone", show(object))
                } else {
                    format!("{} is still there", show(object))
                };
                reader.push(Some(at), "wait", text, if *in_time { Tone::Plain } else { Tone::Bad });
            }
            What::Ran { hook, key, revision, heard } => {
                let result = result(&events, n, key, *revision, *heard, end);
                let stands = matches!(hook.kind.as_str(), "Job" | "Pod");
                let (word, text, tone) = match result {
                    Some("ok") if stands => ("wait", "until it completes".to_owned(), Tone::Good),
                    Some("ok") => ("wait", "nothing to wait for: it exists".to_owned(), Tone::Plain),
                    Some("time") => {
                        let it = if hook.kind == "Job" { "the Job and its Pod keep" } else { "it keeps" };
                        ("time-out", format!("{it} running"), Tone::Bad)
                    }
                    Some(_) => ("failed", format!("{} failed", show(hook)), Tone::Bad),
                    None => ("wait", "not to the end".to_owned(), Tone::Warn),
                };
                reader.push(Some(at), word, text, tone);
                if let Some((_, ended)) = &mut reader.now {
                    *ended = true;
                }
            }
            What::Read { name, mark } => {
                reader.push(Some(at), "logs", format!("of {name}{}", refused(mark)), Tone::Plain);
            }
            What::Signalled => {
                killed = true;
                reader.push(
                    Some(at),
                    "kill",
                    "the helm process: nobody watches the hook now".into(),
                    Tone::Bad,
                );
            }
            What::User { action } => reader.push(Some(at), "user", action.clone(), Tone::Plain),
        }
    }
    if let Some(end) = end {
        let (word, tone) = match end.exit {
            0 => ("exit 0", Tone::Good),
            code if code < 0 || killed => ("killed", Tone::Bad),
            1 => ("exit 1", Tone::Bad),
            _ => ("exit", Tone::Bad),
        };
        let why = reason(&end.error);
        let told = why.is_empty() || reader.lines.iter().any(|line| line.text.ends_with(&why));
        if end.exit != 0 && !told {
            reader.push(Some(last), "error", why, tone);
        }
        reader.push(Some(last), word, outcome(plan), tone);
    }
    reader.lines
}

/// Statuses that a hook's note leaves as they were.
fn is_only_noted(plan: &Plan, status: &str) -> bool {
    plan.operation == Operation::Uninstall && status == "deployed"
}

fn outcome(plan: &Plan) -> String {
    let deployed = plan.timeline.records.iter().rev().find(|record| record.status == "deployed");
    match deployed {
        Some(record) if plan.exit() != 0 && record.key != format!("v{}", plan.revision) => {
            format!("{} keeps serving", record.key)
        }
        Some(record) => format!("{} serves", record.key),
        None if plan.timeline.records.is_empty() => "the release is forgotten".into(),
        None => "no revision is deployed".into(),
    }
}

fn refused(mark: &str) -> String {
    match mark {
        "" => String::new(),
        "!" => ": refused, exists already".into(),
        "∅" => ": not there".into(),
        mark => match mark.strip_prefix('✗') {
            Some("409") => ": refused (409: it exists, or somebody else owns a field)".into(),
            Some("422") => ": refused (422: what differs cannot be changed)".into(),
            Some("") => ": failed".into(),
            Some(code) => format!(": refused ({code})"),
            None => format!(" {mark}"),
        },
    }
}

/// Helm's reason in one line, without the words it always puts before.
fn reason(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let text = lines.join(" ");
    let text = text.strip_prefix("Error: ").unwrap_or(&text);
    let text = match text.split_once(" FAILED: ") {
        Some((verb, rest)) if verb.chars().all(|letter| letter.is_ascii_uppercase()) => rest,
        _ => text,
    };
    let text = match text.split_once("\" failed: ") {
        Some((before, rest)) if before.starts_with("Upgrade \"") || before.starts_with("Release \"") => rest,
        _ => text,
    };
    text.replacen("1 error occurred: * ", "", 1)
}

/// A text in lines of at most this width, broken at blanks.
fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn left_over(plan: &Plan, style: Style, out: &mut String) {
    push_line(out, &style.paint("left in the cluster", Tone::Head));
    let mut rows: Vec<(String, String, String, Tone)> = Vec::new();
    let mut own = 0;
    for line in &plan.timeline.objects {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let words: Vec<&str> = words.collect();
        if words.iter().any(|word| word.starts_with("owned")) {
            own += 1;
            continue;
        }
        let (kind, bare) = name.split_once('/').unwrap_or((name, ""));
        let state = match (kind, words.first()) {
            ("Job" | "Pod", Some(state)) => state.to_lowercase(),
            _ => "there".to_owned(),
        };
        let (state, tone) = match state.as_str() {
            "running" | "pending" => (state, Tone::Bad),
            "failed" => (state, Tone::Warn),
            "complete" | "succeeded" => (state, Tone::Plain),
            _ => (state, Tone::Plain),
        };
        let terminating = if words.contains(&"terminating") { ", being deleted" } else { "" };
        let deleter = plan.deleters.iter().find(|(object, _)| object == name);
        let note = match deleter {
            Some((_, event)) => format!("until the next {event} deletes it"),
            None if plan.hook(kind, bare).is_some() || kind == "Job" => "nothing ever deletes it".to_owned(),
            None => String::new(),
        };
        rows.push((name.to_owned(), state + terminating, note, tone));
    }
    for crate::timeline::RecordLeft { key, status, .. } in &plan.timeline.records {
        let tone = match status.as_str() {
            "deployed" => Tone::Good,
            "superseded" | "uninstalled" => Tone::Plain,
            "failed" => Tone::Warn,
            _ => Tone::Bad,
        };
        rows.push((format!("release {key}"), status.clone(), String::new(), tone));
    }
    if own > 0 {
        let what = if own == 1 { "object" } else { "objects" };
        rows.push((format!("{own} {what} of the release"), String::new(), String::new(), Tone::Plain));
    }
    if rows.is_empty() {
        push_line(out, "  nothing");
    }
    let first = rows.iter().map(|row| width(&row.0)).max().unwrap_or(0);
    let second = rows.iter().map(|row| width(&row.1)).max().unwrap_or(0);
    for (name, state, note, tone) in rows {
        let line = format!(
            "  {}  {}  {}",
            pad(&name, first),
            style.paint(&pad(&state, second), tone),
            style.paint(&note, Tone::Faint)
        );
        push_line(out, &line);
    }
    for family in &plan.timeline.overlap {
        push_line(out, &style.paint(&format!("two Pods of {family} ran at once"), Tone::Bad));
    }
    let next = &plan.next;
    if next.exit != 0 {
        let text = format!("the next {} fails: {}", next.command, reason(&next.error));
        push_line(out, &style.paint(&text, Tone::Bad));
    }
    for family in &next.overlap {
        let text = format!("the next {} starts a second Pod of {family} beside the first", next.command);
        push_line(out, &style.paint(&text, Tone::Bad));
    }
    for name in &next.beside {
        let text = format!("the next {} starts Job/{name} beside the one that still runs", next.command);
        push_line(out, &style.paint(&text, Tone::Bad));
    }
}

/// Two texts beside one another when they fit, else one after the other.
pub fn side_by_side(left: &str, right: &str, style: Style) -> String {
    let visible = |line: &str| -> usize {
        let mut parts = line.split('\x1b');
        let first = parts.next().map_or(0, width);
        parts.fold(first, |sum, part| sum + part.split_once('m').map_or(0, |(_, rest)| width(rest)))
    };
    let most = |text: &str| text.lines().map(&visible).max().unwrap_or(0);
    let (a, b) = (most(left), most(right));
    if style.width < 100 || a + b + 3 > style.width {
        return format!("{left}\n{right}");
    }
    let bar = if style.ascii { "|" } else { "│" };
    let mut out = String::new();
    let (mut lefts, mut rights) = (left.lines(), right.lines());
    loop {
        let (one, other) = (lefts.next(), rights.next());
        if one.is_none() && other.is_none() {
            return out;
        }
        let one = one.unwrap_or_default();
        let blank = " ".repeat(a.saturating_sub(visible(one)));
        push_line(&mut out, &format!("{one}{blank} {bar} {}", other.unwrap_or_default()));
    }
}
