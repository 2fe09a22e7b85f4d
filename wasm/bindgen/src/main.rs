//! `hookwright-bindgen MODULE.wasm DIR [--names]`: writes the JavaScript glue and the final module into DIR, with the
//! functions' names if a profiler is to show them.
//!
//! The same library as the `wasm-bindgen` tool, at the version Cargo.lock fixes for crate and tool alike: nothing to
//! install, nothing to keep in step.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(module), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: hookwright-bindgen MODULE.wasm DIR [--names]");
        return ExitCode::from(2);
    };
    let names = arguments.next().is_some_and(|argument| argument.as_os_str() == "--names");
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    let made =
        bindgen.input_path(&module).out_name("hookwright").typescript(true).web(true).and_then(|bindgen| {
            bindgen.remove_name_section(!names).remove_producers_section(true).generate(&folder)
        });
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error:#}", module.display());
            ExitCode::FAILURE
        }
    }
}
