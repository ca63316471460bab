//! An archive to what can be seen of it without reading its files.

use std::collections::BTreeMap;
use std::fs;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::slice;
use std::time::SystemTime;

use crate::archive::Archive;
use crate::corpus::Corpus;

/// What a walk saw of an archive.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// Its roots, as far as links could be resolved.
    pub(super) roots: Vec<PathBuf>,
    /// The folders that files may come into: those that were entered, and those of roots that are files.
    pub(super) folders: Vec<PathBuf>,
    /// Stands for all names, sizes and times, and for what could not be walked.
    pub(super) fingerprint: blake3::Hash,
}

impl Look {
    /// Walks an archive whose index is in `index`. A root that cannot be walked hides no other.
    pub(super) fn at(archive: &Archive, index: &Path) -> Self {
        let mut hasher = blake3::Hasher::new();
        let (mut roots, mut folders) = (Vec::new(), Vec::new());
        for root in archive.roots() {
            let walked = Corpus::walk(slice::from_ref(&root));
            let seen = match &walked {
                Ok((corpus, diagnostics)) => {
                    let entered = corpus.folders.iter();
                    let entered = entered.filter(|folder| !folder.location.starts_with(index));
                    let entered: Vec<_> = entered.collect();
                    folders.extend(entered.iter().map(|folder| folder.location.clone()));
                    if entered.is_empty() {
                        folders.extend(root.path.parent().map(Path::to_path_buf));
                    }
                    format!("{:?} {entered:?} {diagnostics:?}", corpus.files)
                }
                Err(error) => error.one_line(),
            };
            hasher.update(seen.as_bytes());
            roots.push(root.path);
        }
        folders.sort();
        folders.dedup();
        Self { roots, folders, fingerprint: hasher.finalize() }
    }
}

/// What a folder is, so that another one in its place is noticed, and when a name in it changed last.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity {
    #[cfg(unix)]
    inode: (u64, u64),
    created: Option<SystemTime>,
    modified: Option<SystemTime>,
}

impl Identity {
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self {
            #[cfg(unix)]
            inode: (metadata.dev(), metadata.ino()),
            created: metadata.created().ok(),
            modified: metadata.modified().ok(),
        })
    }

    /// Returns whether both are one folder; what is in it may have changed meanwhile.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        #[cfg(unix)]
        let same = self.inode == other.inode;
        #[cfg(not(unix))]
        let same = true;
        same && self.created == other.created
    }
}

/// What is at some paths now; `None` where nothing is. Links are followed.
pub(super) type Glance = BTreeMap<PathBuf, Option<Identity>>;

/// Looks at paths without walking.
pub(super) fn glance<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Glance {
    paths.into_iter().map(|path| (path.to_path_buf(), Identity::of(path))).collect()
}
