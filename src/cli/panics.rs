//! Panics to errors: nobody but a programmer can read them.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

/// Where the first panic was that nobody has asked about, and why.
static FIRST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Does something; a panic is an error.
pub(super) fn attempt<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let first = FIRST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
        Err(Error::Internal { what: first.unwrap_or_default() })
    })
}

/// Keeps what a panic says instead of printing it, and passes it on.
pub(super) fn keep_panics(pass_on: impl Fn(&str) + Send + Sync + 'static) {
    panic::set_hook(Box::new(move |panic| {
        let line = panic.to_string().replace('\n', " ");
        pass_on(&line);
        // A thread that waits for one that panicked panics as well, and knows less.
        FIRST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(line);
    }));
}
