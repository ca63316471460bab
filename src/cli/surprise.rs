//! What happens when a command meets what cannot be: a search that fails, a panic. The index is read whole; one that is
//! damaged is built again where its files are, and the command runs once more.

use super::config::Config;
use super::open::{rebuilt, verified};
use super::output::Output;
use super::panics::attempt;
use super::status::Status;
use crate::error::{Error, Result};

/// Whether a command may build the index again that it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mend {
    /// It needs a sound one.
    Allowed,
    /// It only looks, or does that itself.
    Never,
}

/// How often a command is run that meets writers at work, each of which takes away what it no longer needs.
const TRIES: usize = 5;

/// Runs a command; one that asks the index, again where that may help. Such a command prints only what can no longer
/// fail.
pub(super) fn guarded(
    mend: Mend,
    config: &Config,
    output: &Output,
    command: impl Fn() -> Result<Status>,
) -> Result<Status> {
    let mut tries = 1;
    loop {
        let error = match attempt(&command) {
            Err(
                error @ (Error::Search(_) | Error::IndexDamaged { .. } | Error::Internal { .. }),
            ) => error,
            outcome => return outcome,
        };
        if mend == Mend::Never || tries == TRIES {
            return Err(error);
        }
        tries += 1;
        match verified(config) {
            Err(Error::IndexDamaged { .. }) if config.may_rebuild() => {
                rebuilt(config, output)?;
                // What is new is sound: what goes wrong with it is no damage.
                tries = TRIES;
            }
            Err(damaged @ Error::IndexDamaged { .. }) => return Err(damaged),
            // It was, and a writer has published another state meanwhile.
            Ok(_) if matches!(error, Error::IndexDamaged { .. }) => {}
            _ => return Err(error),
        }
    }
}
