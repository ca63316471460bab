//! A folder of files to decoded source files, in the same order on every machine.

mod decode;
mod feeds;
mod history;
mod links;
mod names;
#[cfg(test)]
#[cfg(unix)]
mod tests;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use decode::{read, read_text};
pub use history::first_commits;
pub(crate) use walk::changed_nanos;
pub use walk::modified_nanos;

use crate::diagnostic::Diagnostic;

/// A file as the walk found it, not yet read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Path below its source's folder, `/`-separated; control characters and bytes that are not UTF-8 are written as `\xFF`.
    pub path: String,
    /// Where to read it.
    pub location: PathBuf,
    /// The folder that it has to lie in once all links are followed; `None` if it may lie anywhere.
    pub within: Option<Arc<Path>>,
    /// Name of its source.
    pub source: String,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970; only compared for equality.
    pub modified: u128,
    /// When its content or status changed, which nobody can set: nanoseconds since 1970. As `modified` where the system has
    /// no such time; 0 if it is not known.
    pub changed: u128,
}

/// A folder the walk entered; its time changes when a file in it appears or goes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Where it is.
    pub location: PathBuf,
    /// Nanoseconds since 1970; only compared for equality.
    pub modified: u128,
}

/// One family of reports: a folder and the name its items carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRoot {
    /// Name, unique in the archive.
    pub name: String,
    /// Absolute path of a folder, or of a single file; links in it are followed anew by every walk.
    pub path: PathBuf,
    /// Only files that match one of these patterns are read, in the syntax of `.gitignore`; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Files and folders that match one of these patterns are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Where its symbolic links may lead.
    #[serde(default, skip_serializing_if = "Links::are_kept_inside")]
    pub links: Links,
}

/// Where the symbolic links of a source may lead. Whoever may add to an archive could publish any file of the machine
/// with a link that leads out of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// Only to what lies in the source's folder and is not hidden there.
    #[default]
    Inside,
    /// Anywhere.
    Anywhere,
}

impl Links {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    fn are_kept_inside(&self) -> bool {
        *self == Self::Inside
    }
}

impl SourceRoot {
    /// Makes a source of every report in a folder.
    #[must_use]
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: path.into(), ..Self::default() }
    }
}

/// Every file of an archive, sorted by source and path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corpus {
    /// The files.
    pub files: Vec<FileEntry>,
    /// The folders they lie in.
    pub folders: Vec<FolderEntry>,
}

/// A file read and decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it came from.
    pub entry: FileEntry,
    /// Its text, without a byte order mark.
    pub text: String,
    /// Bytes read; a file that grew since the walk has another size than its entry.
    pub size: u64,
    /// Hash of its bytes, 32 hexadecimal digits.
    pub hash: String,
    /// What was noticed while decoding.
    pub diagnostics: Vec<Diagnostic>,
}
