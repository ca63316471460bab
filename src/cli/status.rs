//! How the program ends, as shells see it.

use std::process::ExitCode;

/// Exit status of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Something was found, or what was asked for is done.
    Found = 0,
    /// Nothing was found; of `check`, something is wrong.
    Nothing = 1,
    /// Something went wrong.
    Failed = 2,
    /// Ctrl-C, as shells count it.
    Interrupted = 130,
}

impl Status {
    /// Returns the status of a command that looks for something.
    pub(super) fn found(found: bool) -> Self {
        if found { Self::Found } else { Self::Nothing }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}
