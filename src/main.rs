//! The `baoku` program: everything is in the library.

use std::process::ExitCode;

/// A server that takes in changes all day gives memory back with it; with that of glibc it grows.
#[cfg(all(feature = "serve", not(windows)))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    baoku::cli::run(std::env::args_os())
}
