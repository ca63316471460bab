//! One writer at a time: a lock of the system that ends with its process, advisory on Unix. On Windows nobody else can
//! read a locked file, so that the number in it is not known there.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// Name of the lock file in an index.
pub(super) const LOCK: &str = ".baoku.lock";
/// Between two tries to get the lock.
const PAUSE: Duration = Duration::from_millis(50);

/// Held while an index is written.
#[derive(Debug)]
pub(crate) struct WriterLock {
    file: File,
}

impl WriterLock {
    /// Takes the lock of `dir`, waiting up to `patience`; `on_wait` is called once with who holds it.
    pub(crate) fn acquire(dir: &Path, patience: Duration, on_wait: &dyn Fn(&str)) -> Result<Self> {
        let failed = |source| Error::index_write(dir, source);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(dir.join(LOCK))
            .map_err(failed)?;
        let start = Instant::now();
        let mut waits = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) => {}
            }
            let holder = holder(&mut file);
            if start.elapsed() >= patience {
                return Err(Error::IndexLocked { path: dir.to_path_buf(), holder });
            }
            if !waits {
                on_wait(&holder);
                waits = true;
            }
            thread::sleep(PAUSE);
        }
        // The number is only for people; a lock without it holds as well, on a full disk say.
        let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
        Ok(Self { file })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // Closing the file would release the lock as well; the number in it must not outlive it.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    let _ = file.rewind();
    match (read, text.trim()) {
        (Ok(_), pid) if !pid.is_empty() => format!("process {pid}"),
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_waits_and_gives_up_and_may_write_when_the_first_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let waits = std::cell::Cell::new(0);
        let acquire = |patience: Duration| {
            WriterLock::acquire(dir.path(), patience, &|_| waits.set(waits.get() + 1))
        };
        let first = acquire(Duration::ZERO).unwrap();
        let refused = acquire(2 * PAUSE);
        assert!(matches!(refused, Err(Error::IndexLocked { .. })), "{refused:?}");
        assert_eq!(waits.get(), 1);
        drop(first);
        acquire(Duration::ZERO).unwrap();
    }
}
