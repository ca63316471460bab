//! Panics to errors: nobody but a programmer can read them.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

/// Where the last panic was, and why.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Does something; a panic is an error.
pub(super) fn attempt<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let last = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
        Err(Error::Internal { what: last.unwrap_or_default() })
    })
}

/// Keeps what a panic says instead of printing it.
pub(super) fn keep_panics() {
    panic::set_hook(Box::new(|panic| {
        let line = panic.to_string().replace('\n', " ");
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
    }));
}
