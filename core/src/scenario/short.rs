//! Expectations in the short notation of the lifecycle rules (§0.4): `+v1 H(mig,ok) new cm ~v1(deployed)`.

use super::read::Scenario;
use crate::dialect::HelmVersion;
use crate::timeline::Timeline;
use crate::timeline::vector::tokens;

/// What differs between a scenario's short expectations and a timeline of one Helm, an entry for each command.
pub fn judge(scenario: &Scenario, timeline: &Timeline, version: HelmVersion) -> Vec<String> {
    let mut differences = Vec::new();
    for (step, trace) in scenario.steps.iter().zip(&timeline.steps) {
        for part in &step.parts {
            let older = part.v3.as_ref().filter(|_| !version.is_v4());
            let Some(row) = older.or(part.expect.as_ref()) else { continue };
            let seen = tokens(timeline, trace, &part.client);
            if !agrees(row, &seen) {
                let (text, seen) = (&part.text, seen.join(" "));
                differences.push(format!("{text}\n    expected {row}\n    foretold {seen}"));
            }
        }
    }
    differences
}

/// A row as tokens: `H()` and `h()` are written out; the record number is that of the last `+vN` or `~vN`.
fn expand(row: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut number = "1".to_owned();
    for word in row_words(row) {
        if let Some(rest) = word.strip_prefix("+v").or_else(|| word.strip_prefix("~v")) {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            if !digits.is_empty() {
                number = digits;
            }
        }
        let hook = word.strip_suffix(')').and_then(|w| w.strip_prefix("H(").or_else(|| w.strip_prefix("h(")));
        let Some(hook) = hook else {
            out.push(word.to_owned());
            continue;
        };
        let (name, result) = hook.split_once(',').unwrap_or((hook, "ok"));
        if word.starts_with("H(") {
            out.push(format!("del {name}"));
        }
        out.extend([format!("~v{number}"), format!("new {name}"), format!("run {name} {result}")]);
    }
    out
}

/// Words of a row: `new X`, `run X r` and `upd{…}` hold blanks.
fn row_words(row: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = row.trim_start();
    while !rest.is_empty() {
        let (word, more) = rest.split_at_checked(word_len(rest)).unwrap_or((rest, ""));
        words.push(word);
        rest = more.trim_start();
    }
    words
}

/// How long the first word of a text is.
fn word_len(rest: &str) -> usize {
    let blank = |text: &str| text.find(' ').unwrap_or(text.len());
    let closed = |by: char| rest.find(by).map_or(rest.len(), |at| at + by.len_utf8());
    let tail = |from: usize| rest.get(from..).unwrap_or_default();
    if rest.starts_with("upd{") {
        return closed('}');
    }
    if rest.starts_with("H(") || rest.starts_with("h(") {
        return closed(')');
    }
    let verbs = ["new ", "del ", "abs ", "run ", "own ", "logs "];
    if let Some(verb) = verbs.iter().find(|verb| rest.starts_with(**verb)) {
        let end = verb.len() + blank(tail(verb.len()));
        let after = tail(end).trim_start();
        let result = ["ok", "fail", "time"]
            .into_iter()
            .find(|word| blank(after) == word.len() && after.starts_with(word));
        return result.map_or(end, |word| rest.len() - after.len() + word.len());
    }
    match (rest.find('('), blank(rest)) {
        (Some(open), end) if open < end => closed(')') + blank(tail(closed(')'))),
        (_, end) => end,
    }
}

/// Loosely: a status may be left out, `∅` is free, `own` and `abs` count only if the row names them.
fn agrees(row: &str, seen: &[String]) -> bool {
    let plain = |token: &String| token.replace('∅', "");
    let want: Vec<String> = expand(row).iter().map(plain).collect();
    let mut seen: Vec<String> = seen.iter().map(plain).collect();
    for verb in ["own ", "abs "] {
        if !want.iter().any(|token| token.starts_with(verb)) {
            seen.retain(|token| !token.starts_with(verb));
        }
    }
    let head = |token: &str| token.split([',', ')']).next().unwrap_or_default().to_owned();
    want.len() == seen.len()
        && want.iter().zip(&seen).all(|(want, seen)| {
            let record = want.starts_with("+v") || want.starts_with("~v");
            let wanted = head(want.split('✗').next().unwrap_or_default());
            want == seen
                || (record && head(seen).starts_with(&wanted) && want.contains('✗') == seen.contains('✗'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_hooks_out() {
        assert_eq!(
            expand("+v2 H(mig,fail) upd{cm= +n} ~v2(failed, mig=Failed)"),
            ["+v2", "del mig", "~v2", "new mig", "run mig fail", "upd{cm= +n}", "~v2(failed, mig=Failed)"]
        );
        let seen = ["+v1(pending-install)", "new cm", "~v1(deployed)"].map(str::to_owned);
        assert!(agrees("+v1 new cm ~v1(deployed)", &seen));
        assert!(!agrees("+v1 new cm ~v1(failed)", &seen));
    }
}
