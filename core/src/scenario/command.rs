//! A helm command line: `upgrade b --wait --timeout 5s`.

use super::read::{Command, StepPart};
use crate::go::time::Duration;
use crate::lifecycle::action::{Action, ServerSide, Verb};
use crate::lifecycle::engine::{Engine, WaitStrategy};
use crate::lifecycle::world::World;

/// Flags that take a value.
const VALUED: [&str; 20] = [
    "timeout",
    "history-max",
    "server-side",
    "wait",
    "set",
    "set-string",
    "set-json",
    "namespace",
    "filter",
    "cascade",
    "description",
    "dry-run",
    "n",
    "output",
    "o",
    "labels",
    "l",
    "version",
    "qps",
    "burst-limit",
];

/// Flags that take none, or may. Those that change nothing here are read all the same.
const PLAIN: [&str; 28] = [
    "wait-for-jobs",
    "rollback-on-failure",
    "atomic",
    "cleanup-on-fail",
    "no-hooks",
    "take-ownership",
    "keep-history",
    "force-conflicts",
    "force-replace",
    "force",
    "create-namespace",
    "skip-crds",
    "replace",
    "reset-values",
    "ignore-not-found",
    "logs",
    "install",
    "i",
    "reuse-values",
    "hide-notes",
    "debug",
    "reset-then-reuse-values",
    "render-subchart-notes",
    "skip-schema-validation",
    "disable-openapi-validation",
    "dependency-update",
    "devel",
    "enable-dns",
];

/// Reads the words of a command.
///
/// # Errors
/// Says which word is not understood.
pub fn read(words: &[String]) -> Result<Command, String> {
    let mut words = words.iter();
    let verb = match words.next().map(String::as_str) {
        Some("install") => Verb::Install,
        Some("upgrade") => Verb::Upgrade,
        Some("rollback") => Verb::Rollback,
        Some("uninstall" | "delete") => Verb::Uninstall,
        Some("test") => Verb::Test,
        Some(other) => {
            return Err(format!(
                "unknown command {other:?}; known: install, upgrade, rollback, uninstall, test"
            ));
        }
        None => return Err("no command; known: install, upgrade, rollback, uninstall, test".into()),
    };
    let mut command = Command { verb, chart: None, revision: 0, flags: Vec::new() };
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        let Some(flag) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else {
            match verb {
                Verb::Install | Verb::Upgrade if command.chart.is_none() => {
                    command.chart = Some(word.clone())
                }
                Verb::Rollback if command.revision == 0 => {
                    command.revision = word.parse().map_err(|_| format!("{word:?} is no revision"))?;
                }
                _ => return Err(format!("unexpected word {word:?}")),
            }
            continue;
        };
        let (name, mut value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (flag, None),
        };
        if !VALUED.contains(&name) && !PLAIN.contains(&name) {
            return Err(format!(
                "unknown flag {word:?}; known: --{}, --{}",
                VALUED.join(", --"),
                PLAIN.join(", --")
            ));
        }
        // `--wait` and `--dry-run` take their value only behind `=`.
        let bare = match name {
            "wait" | "dry-run" => true,
            "server-side" => {
                !words.peek().is_some_and(|word| matches!(word.as_str(), "true" | "false" | "auto"))
            }
            _ => false,
        };
        if value.is_none() && VALUED.contains(&name) && !bare {
            value = Some(words.next().ok_or_else(|| format!("{word:?} needs a value"))?.clone());
        }
        if name == "timeout" {
            let text = value.as_deref().unwrap_or_default();
            crate::go::time::parse_duration(text.as_bytes())
                .map_err(|_| format!("{text:?} is no duration"))?;
        }
        command.flags.push((name.to_owned(), value));
    }
    if matches!(verb, Verb::Install | Verb::Upgrade) && command.chart.is_none() {
        return Err("no chart".into());
    }
    Ok(command)
}

/// The action of a command, for one Helm.
pub fn action(world: &World, command: &Command, engine: Engine, chart: u16, part: &StepPart) -> Action {
    let flags = &command.flags;
    let value =
        |name: &str| flags.iter().rev().find(|(flag, _)| flag == name).map(|(_, value)| value.as_deref());
    let on = |name: &str| value(name).is_some_and(|value| value != Some("false"));
    let wait = match (engine.is_v3(), value("wait")) {
        (true, Some(value)) if value != Some("false") => WaitStrategy::Wait3,
        (true, _) => WaitStrategy::None3,
        (false, None | Some(Some("false" | "hookOnly"))) => WaitStrategy::HookOnly,
        (false, Some(Some("legacy"))) => WaitStrategy::Legacy,
        (false, Some(_)) => WaitStrategy::Watcher,
    };
    let timeout =
        value("timeout").flatten().and_then(|text| crate::go::time::parse_duration(text.as_bytes()).ok());
    let env = |name: &str| part.env.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let history =
        value("history-max").flatten().or(env("HELM_MAX_HISTORY")).and_then(|text| text.parse().ok());
    let dry = value("dry-run");
    let filters: Vec<&str> =
        flags.iter().filter(|(flag, _)| flag == "filter").filter_map(|(_, value)| value.as_deref()).collect();
    let names = |prefix: &str| {
        filters.iter().filter_map(|filter| filter.strip_prefix(prefix)).map(|name| world.text(name)).collect()
    };
    let sets: Vec<String> = flags
        .iter()
        .filter(|(flag, _)| flag.starts_with("set"))
        .filter_map(|(flag, value)| Some(format!("{flag}\u{1}{}", value.as_deref()?)))
        .collect();
    Action {
        verb: command.verb,
        engine,
        release: world.text(&part.release),
        namespace: world.text(value("n").or(value("namespace")).flatten().unwrap_or(super::NAMESPACE)),
        chart,
        values: world.text(&sets.join("\u{2}")),
        revision: command.revision,
        install: on("install") || on("i"),
        wait,
        wait_for_jobs: on("wait-for-jobs"),
        timeout: timeout.map_or(300_000, |Duration(nanos)| (nanos / 1_000_000).max(0) as u64),
        rollback_on_failure: on("rollback-on-failure") || on("atomic"),
        cleanup_on_fail: on("cleanup-on-fail"),
        no_hooks: on("no-hooks"),
        take_ownership: on("take-ownership"),
        keep_history: on("keep-history"),
        history_max: history.unwrap_or(10),
        server_side: match value("server-side").flatten() {
            Some("false") => ServerSide::False,
            None if value("server-side").is_none() => ServerSide::Auto,
            Some("auto") => ServerSide::Auto,
            _ => ServerSide::True,
        },
        force_conflicts: on("force-conflicts"),
        force_replace: on("force-replace") || on("force"),
        create_namespace: on("create-namespace"),
        skip_crds: on("skip-crds"),
        replace: on("replace"),
        dry_run: dry.is_some_and(|value| !matches!(value, Some("false" | "none"))),
        client_only: matches!(dry, Some(None | Some("client" | "true")))
            && command.verb == Verb::Install
            && !engine.is_v3(),
        reuse_values: on("reuse-values") || on("reset-then-reuse-values"),
        reset_values: on("reset-values"),
        ignore_not_found: on("ignore-not-found"),
        foreground: value("cascade").flatten() == Some("foreground"),
        description: value("description").flatten().map(|text| world.text(text)),
        deprecation: deprecation(&command.flags, engine).map(|text| world.text(&text)),
        logs: on("logs"),
        include: names("name="),
        exclude: names("!name="),
    }
}

/// `pkg/cmd/flags.go`, `pkg/cmd/helpers.go`: words about old forms of flags. The last one counts.
fn deprecation(flags: &[(String, Option<String>)], engine: Engine) -> Option<String> {
    if engine.is_v3() {
        return None;
    }
    let mut said = None;
    for (flag, value) in flags {
        let text = match (flag.as_str(), value.as_deref()) {
            ("wait", Some("true")) => {
                "--wait=true is deprecated (boolean value) and can be replaced with --wait=watcher"
            }
            ("wait", Some("false")) => {
                "--wait=false is deprecated (boolean value) and can be replaced with --wait=hookOnly"
            }
            ("dry-run", None) => "--dry-run is deprecated and should be replaced with '--dry-run=client'",
            ("dry-run", Some("true")) => {
                "boolean '--dry-run=true' flag is deprecated and must be replaced with '--dry-run=client'"
            }
            ("dry-run", Some("false")) => {
                "boolean '--dry-run=false' flag is deprecated and must be replaced with '--dry-run=none'"
            }
            _ => continue,
        };
        said = Some(format!("level=WARN msg={text:?}"));
    }
    said
}
