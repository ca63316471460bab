//! The `baoku` program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    baoku::cli::run(std::env::args_os())
}
