//! `--name-template`: a release's name from a template (R144).

use crate::dialect::HelmVersion;
use crate::funcs::registry;
use crate::host::Host;
use crate::limits::Limits;
use crate::render::engine::Engine;
use crate::value::{Args, Caller, Doc, Fault, Func, Settings, Ty, Value};

/// The functions a name template has and charts do not: Sprig's doors to the environment.
static ENVIRONMENT: &[Func] = &[
    Func {
        name: "env",
        params: &[Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: env,
        doc: Doc::new("The environment variable of that name, empty when it is not set."),
    },
    Func {
        name: "expandenv",
        params: &[Ty::Str],
        variadic: false,
        since: HelmVersion::V3_17,
        call: expand_env,
        doc: Doc::new("The text with $NAME and ${NAME} replaced by environment variables."),
    },
];

/// Names Helm adds to charts' functions, which a name template does not have.
const ONLY_IN_CHARTS: [&str; 20] = [
    "include",
    "tpl",
    "required",
    "lookup",
    "toYaml",
    "mustToYaml",
    "toYamlPretty",
    "fromYaml",
    "fromYamlArray",
    "toToml",
    "mustToToml",
    "fromToml",
    "fromJsonArray",
    "mustToDuration",
    "durationSeconds",
    "durationMilliseconds",
    "durationMicroseconds",
    "durationNanoseconds",
    "durationMinutes",
    "durationHours",
];

/// Executes a name template without data (pkg/action/install.go: `TemplateName`).
///
/// # Errors
/// Go's text: `template: name-template:1: function "bad" not defined`.
pub fn name_from_template(
    template: &str,
    host: &dyn Host,
    settings: &Settings,
    limits: &Limits,
) -> Result<String, Fault> {
    let mut engine = Engine::new(host, settings.clone(), limits.clone()).with_functions(lookup);
    let text = engine.text("name-template", template, Value::Nil)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn lookup(name: &str, version: HelmVersion) -> Option<&'static Func> {
    if ONLY_IN_CHARTS.contains(&name) {
        return None;
    }
    ENVIRONMENT.iter().find(|func| func.name == name).or_else(|| registry::lookup(name, version))
}

fn env(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    Ok(Value::from(caller.host().environment(&args.str(0).to_text()).unwrap_or_default()))
}

/// Go's `os.ExpandEnv`.
fn expand_env(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let text = args.str(0).to_text().into_owned();
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('$') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        let (name, len) = variable(after);
        match (name, len) {
            // Go drops `${` without an end, and keeps a `$` that names nothing.
            ("", 0) => out.push('$'),
            ("", _) => {}
            (name, _) => out.push_str(&caller.host().environment(name).unwrap_or_default()),
        }
        rest = after.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(Value::from(out))
}

/// The variable's name after a `$`, and how many bytes it takes (os/env.go: `getShellName`).
fn variable(text: &str) -> (&str, usize) {
    let special = |c: char| matches!(c, '*' | '#' | '$' | '@' | '!' | '?' | '-' | '0'..='9');
    if let Some(inside) = text.strip_prefix('{') {
        return match inside.find('}') {
            Some(0) => ("", 2),
            Some(end) => (inside.get(..end).unwrap_or_default(), end + 2),
            None => ("", 1),
        };
    }
    match text.chars().next() {
        Some(first) if special(first) => (text.get(..1).unwrap_or_default(), 1),
        _ => {
            let end = text.find(|c: char| !(c == '_' || c.is_ascii_alphanumeric())).unwrap_or(text.len());
            (text.get(..end).unwrap_or_default(), end)
        }
    }
}
