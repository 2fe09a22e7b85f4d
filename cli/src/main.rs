//! The `hookwright` command line: the only part of the project that reads disk or writes a terminal.

mod args;
mod command;
mod host;
mod kubeconfig;
mod load;
mod output;
mod pflag;
mod picture;
mod write;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Stack of the thread that renders. Helm lets `{{template}}` nest 100000 deep (R77) and `include` 1000 deep; a Go
/// stack grows as needed, a thread's stack is address space that is only backed where it is touched.
const RENDER_STACK: usize = 1 << 30;

fn main() -> ExitCode {
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let cli = match args::Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return pflag::report(error, &arguments),
    };
    let run = move || match cli.command {
        args::Command::Template(args) => command::template::run(&args),
        args::Command::Hooks(args) => command::hooks::run(&args),
        args::Command::Plan(args) => command::plan::run(&args),
    };
    // Without a thread of its own a deep chart would overflow the main thread's 8 MiB.
    match std::thread::Builder::new().stack_size(RENDER_STACK).spawn(run) {
        Ok(thread) => thread.join().unwrap_or(ExitCode::from(output::EXIT_INTERNAL)),
        Err(error) => {
            eprintln!("Error: cannot start a thread with {RENDER_STACK} bytes of stack: {error}");
            ExitCode::from(output::EXIT_INTERNAL)
        }
    }
}
