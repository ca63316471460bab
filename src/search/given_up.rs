//! Whether somebody still waits for an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// Stops the work on an answer that nobody waits for; cheap to clone, all clones are one.
#[derive(Clone, Debug, Default)]
pub struct GivenUp(Arc<AtomicBool>);

impl GivenUp {
    /// Says that nobody waits any longer.
    pub fn give_up(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Goes on while somebody waits.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if nobody does.
    pub fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(()) }
    }
}
