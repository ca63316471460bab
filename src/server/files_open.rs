//! How many connections the limit of open files has room for.

/// Files that a server needs beside its connections: the index, the archive that it reads, watches, the log.
const OTHER_FILES: u64 = 256;
/// Connections that are taken whatever the limit is.
const LEAST: usize = 16;

/// Returns how many connections of at most `wanted` there can be. Shells give a process few open files at first and let
/// it ask for more, which it does here.
pub(super) fn connections(wanted: usize) -> usize {
    let needed = OTHER_FILES + wanted as u64;
    let files = rlimit::increase_nofile_limit(needed).unwrap_or(OTHER_FILES);
    let room = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
    wanted.min(room).max(LEAST)
}
