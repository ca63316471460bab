//! Arguments to configuration, configuration to one subcommand. The only module that reads the clock, the environment
//! and the current folder.

mod args;
mod check;
mod clock;
mod config;
mod dict;
mod index;
mod init;
#[cfg(feature = "serve")]
mod keeper;
#[cfg(feature = "serve")]
mod last_words;
#[cfg(feature = "serve")]
mod log;
mod open;
mod output;
mod panics;
mod search;
#[cfg(feature = "serve")]
mod serve;
mod show;
#[cfg(feature = "serve")]
mod signals;
mod stats;
mod status;
mod suggest;
mod surprise;
mod sync;
mod threads;
mod tokens;
mod trouble;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;

use crate::error::{Error, Result};
use args::{Args, Command};
use config::Config;
use output::Output;
use status::Status;
use surprise::Mend;

/// Runs the program with the arguments of a process, its name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(args::shielded(arguments)) {
        Ok(args) => args,
        Err(error) => {
            output::print_usage(&error);
            return u8::try_from(error.exit_code()).map_or(Status::Failed.into(), ExitCode::from);
        }
    };
    panics::keep_panics(|_| {});
    let output = Output::new(args.global.color);
    let mut global = args.global;
    // `index PATH` is short for `--archive PATH index`: the same archive has the same index either way.
    if global.archive.is_none() {
        global.archive = single_path(&args.command).cloned();
    }
    let outcome = match args.command {
        // These need no configuration, or are there to mend one.
        #[cfg(feature = "serve")]
        Command::LastWords => Ok(last_words::run(&output)),
        Command::Init(args) => panics::attempt(|| init::run(&args, &output)),
        Command::Completions { shell } => {
            output.print(&args::completions(shell)).map(|()| Status::Found)
        }
        command => panics::attempt(|| Config::load(&global)).and_then(|config| {
            surprise::guarded(mend(&command), &config, &output, || {
                run_on(&command, &config, &output)
            })
        }),
    };
    ExitCode::from(outcome.unwrap_or_else(|error| {
        output.error(&error);
        match error {
            Error::Interrupted => Status::Interrupted,
            _ => Status::Failed,
        }
    }))
}

/// Returns the path a command was given, if it takes paths and was given one.
fn single_path(command: &Command) -> Option<&PathBuf> {
    let (Command::Index(args::Index { paths, .. }) | Command::Check(args::Check { paths, .. })) =
        command
    else {
        return None;
    };
    if let [path] = paths.as_slice() { Some(path) } else { None }
}

/// Returns whether a command answers from an index that it brings in order itself.
fn mend(command: &Command) -> Mend {
    match command {
        Command::Search(_)
        | Command::Show(_)
        | Command::Stats(_)
        | Command::Dict(_)
        | Command::Suggest(_)
        | Command::Tokens(_) => Mend::Allowed,
        _ => Mend::Never,
    }
}

fn run_on(command: &Command, config: &Config, output: &Output) -> Result<Status> {
    match command {
        Command::Search(args) => search::run(args, config, output),
        Command::Index(args) => index::run(args, config, output),
        Command::Show(args) => show::run(args, config, output),
        Command::Check(args) => check::run(args, config, output),
        Command::Stats(args) => stats::run(args, config, output),
        Command::Dict(args) => dict::run(args, config, output),
        Command::Suggest(args) => suggest::run(args, config, output),
        Command::Tokens(args) => tokens::run(args, config, output),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(args, config, output),
        #[cfg(feature = "serve")]
        Command::LastWords => Ok(Status::Found),
        Command::Init(_) | Command::Completions { .. } => Ok(Status::Found),
    }
}
