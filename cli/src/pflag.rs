//! Errors in what was typed, in the words of helm's flag library (spf13/pflag) where the command is helm's too.

use crate::output;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;
use std::process::ExitCode;

/// Prints a parse error and answers with the exit code: helm's for commands helm has, 2 for ours.
pub fn report(error: clap::Error, arguments: &[OsString]) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let helm_has_it = arguments.get(1).is_some_and(|command| command == "template");
    if helm_has_it && let Some(text) = helm_text(&error, arguments) {
        output::helm_error(&text);
        return ExitCode::from(output::EXIT_FAILURE);
    }
    let _ = error.print();
    ExitCode::from(if helm_has_it { output::EXIT_FAILURE } else { output::EXIT_MISUSE })
}

/// What helm says of the same mistake; `None` when helm has no such case.
fn helm_text(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    let argument = text_of(error, ContextKind::InvalidArg)?;
    // clap names an argument with its value: `--set <STRING>`.
    let flag = argument.split([' ', '=', '[']).next()?;
    match error.kind() {
        ErrorKind::UnknownArgument => Some(match flag.strip_prefix("--") {
            Some(name) => format!("unknown flag: --{name}"),
            None => {
                let shorthands = flag.strip_prefix('-')?;
                format!("unknown shorthand flag: '{}' in -{shorthands}", shorthands.chars().next()?)
            }
        }),
        ErrorKind::InvalidValue if text_of(error, ContextKind::InvalidValue).is_none_or(str::is_empty) => {
            // Only the last word can lack its value, and pflag shows a short flag as it was typed.
            let typed = arguments.last()?.to_str()?;
            Some(
                match typed
                    .strip_prefix('-')
                    .filter(|rest| !rest.starts_with('-'))
                    .and_then(|rest| rest.chars().next_back())
                {
                    Some(short) => format!("flag needs an argument: '{short}' in -{short}"),
                    None => format!("flag needs an argument: {flag}"),
                },
            )
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = text_of(error, ContextKind::InvalidValue)?;
            let reason = std::error::Error::source(error).map(ToString::to_string)?;
            let shown = if flag == "--labels" { "-l, --labels" } else { flag };
            Some(format!("invalid argument {value:?} for {shown:?} flag: {reason}"))
        }
        _ => None,
    }
}

fn text_of(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}
