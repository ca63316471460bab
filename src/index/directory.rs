//! Tantivy's view of an index folder. What it would replace in place, its commit and its list of files, stays in memory:
//! a commit is published with the manifest, by one rename. Files it writes are new ones, and summed while they are
//! written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, MmapDirectory, OwnedBytes, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{Directory, Index};

use super::sum::{Sum, Summer, Sums};

/// Tantivy's name of its commit.
const COMMIT: &str = "meta.json";

/// Where the files of an index are while it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    /// Mapped: only what is read is in memory. One that is cut in place ends the process.
    Mapped,
    /// Read whole, once: whatever becomes of the files, nothing happens.
    Memory,
}

/// The files of one index, with a commit of its own.
#[derive(Clone, Debug)]
pub(super) struct IndexDirectory {
    dir: PathBuf,
    files: Box<dyn Directory>,
    storage: Storage,
    /// Files in memory.
    held: Arc<Mutex<BTreeMap<PathBuf, OwnedBytes>>>,
    /// By name, what tantivy replaces rather than adds.
    replaced: Arc<Mutex<BTreeMap<PathBuf, Vec<u8>>>>,
    written: Arc<Mutex<Sums>>,
    /// Names of all files that were begun.
    begun: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl IndexDirectory {
    /// Opens a folder without a commit.
    pub(super) fn new(dir: &Path) -> tantivy::Result<Self> {
        Ok(Self::over(dir, Box::new(MmapDirectory::open(dir)?), Storage::Mapped))
    }

    /// Puts a commit of its own over files that lie anywhere; `dir` names the place in messages.
    pub(super) fn over(dir: &Path, files: Box<dyn Directory>, storage: Storage) -> Self {
        Self {
            dir: dir.to_path_buf(),
            files,
            storage,
            held: Arc::default(),
            replaced: Arc::default(),
            written: Arc::default(),
            begun: Arc::default(),
        }
    }

    /// Opens a commit of the folder, to write more.
    pub(super) fn open(dir: &Path, commit: &str) -> tantivy::Result<(Self, Index)> {
        Self::new(dir)?.with_commit(commit)
    }

    /// Opens a commit. Nothing is written, not even a lock.
    pub(super) fn with_commit(self, commit: &str) -> tantivy::Result<(Self, Index)> {
        let directory = self;
        directory.replaced().insert(COMMIT.into(), commit.as_bytes().to_vec());
        let index = Index::open(directory.clone())?;
        Ok((directory, index))
    }

    /// Returns the files, without a commit.
    pub(super) fn files(&self) -> &dyn Directory {
        &*self.files
    }

    /// Returns the folder.
    pub(super) fn path(&self) -> &Path {
        &self.dir
    }

    /// Removes everything that was written; nothing has been published.
    pub(super) fn discard(&self) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        for name in std::mem::take(&mut *begun) {
            let _ = fs::remove_file(self.dir.join(name));
        }
    }

    /// Returns the last commit, as JSON; `None` before the first.
    pub(super) fn commit(&self) -> Option<String> {
        String::from_utf8(self.replaced().get(Path::new(COMMIT))?.clone()).ok()
    }

    /// Returns the sums of all files that were written whole.
    pub(super) fn written(&self) -> Sums {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replaced(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Vec<u8>>> {
        self.replaced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory for IndexDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        if self.storage == Storage::Mapped {
            return self.files.get_file_handle(path);
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = held.get(path) {
            return Ok(Arc::new(bytes.clone()));
        }
        let bytes = OwnedBytes::new(self.files.atomic_read(path)?);
        held.insert(path.to_path_buf(), bytes.clone());
        Ok(Arc::new(bytes))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.replaced().contains_key(path) || self.files.exists(path)?)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let file = self.files.open_write(path)?;
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf());
        Ok(BufWriter::new(Box::new(Summed {
            name: path.to_string_lossy().into_owned(),
            file,
            summer: Summer::default(),
            written: Arc::clone(&self.written),
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let replaced = self.replaced().get(path).cloned();
        replaced.ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_path_buf()))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.replaced().insert(path.to_path_buf(), data.to_vec());
        Ok(())
    }

    /// Names are made to last when they are published.
    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    /// Nothing is locked: there is one writer, who holds a lock of ours, and a reader opens files that are never
    /// changed.
    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}

/// A file that is summed while it is written.
struct Summed {
    name: String,
    file: WritePtr,
    summer: Summer,
    written: Arc<Mutex<Sums>>,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.summer.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for Summed {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.file.terminate_ref(token)?;
        let sum: Sum = self.summer.sum();
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.insert(std::mem::take(&mut self.name), sum);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_new_files_reach_the_folder_and_each_has_its_sum() {
        let dir = tempfile::tempdir().unwrap();
        let directory = IndexDirectory::new(dir.path()).unwrap();
        directory.atomic_write(Path::new(COMMIT), b"{}").unwrap();
        let mut file = directory.open_write(Path::new("a.store")).unwrap();
        file.write_all(b"12").unwrap();
        file.write_all(b"3").unwrap();
        assert_eq!(directory.written(), Sums::new());
        file.terminate().unwrap();
        let names: Vec<_> =
            fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["a.store"]);
        assert_eq!(directory.commit().as_deref(), Some("{}"));
        directory.written()["a.store"].check(&dir.path().join("a.store")).unwrap();
        assert!(directory.open_write(Path::new("a.store")).is_err(), "a file is written once");
        directory.discard();
        assert!(!dir.path().join("a.store").exists());
    }
}
