//! What is said of a server that could not say it itself. A mapped file that is cut in place ends a process at once, as
//! does a system that is out of memory; only another process can speak of it then.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use super::output::Output;
use super::status::Status;

/// Name of the hidden command that waits for the end of a server.
const COMMAND: &str = "last-words";
/// What a server writes before it ends well.
const WELL: &[u8] = b".";

/// Another process that speaks when this one is gone, until this is dropped.
pub(super) struct LastWords(Child);

impl LastWords {
    /// Starts the other process; without it, nothing is said.
    pub(super) fn prepare() -> Option<Self> {
        let mut command = Command::new(std::env::current_exe().ok()?);
        command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::null());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            // Ctrl-C is for the server.
            command.process_group(0);
        }
        command.spawn().ok().map(Self)
    }
}

impl Drop for LastWords {
    fn drop(&mut self) {
        if let Some(mut input) = self.0.stdin.take() {
            let _ = input.write_all(WELL);
        }
        let _ = self.0.wait();
    }
}

/// Waits until the server is gone, and says so if it did not end well.
pub(super) fn run(output: &Output) -> Status {
    let mut said = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut said);
    if said != WELL {
        output.note(
            "the server was ended by the system: a file of the index was cut short in place, or there was no memory left; \
             copy an index beside the one in use and rename it, and check it with `baoku index --check`",
        );
    }
    Status::Found
}
