//! The files of an archive to its reports: walked, read, named and dated, once, for all who need them.
//!
//! [`Archive::walk`] lists and names the files, [`Archive::read`] understands each by itself, [`settle`] dates it among
//! its neighbours; [`Archive::read_all`] is both. An index that is brought in step reads only some of its reports and
//! settles those among the ones it keeps.

mod history;
mod names;
mod read;
mod review;
mod survey;
mod twins;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use read::{Clued, Date, Known, ReadReport, Shown, settle, teach, teach_moved};
pub use review::{Changes, beside, review};
pub use twins::warn_about_twins;

use crate::corpus::{Corpus, FileEntry, FolderEntry, SourceRoot};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::report::{ParseOptions, Schedule};

/// An archive: its sources, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archive {
    /// At least one; names are unique.
    pub sources: Vec<Source>,
    /// Words of its own, as a list that [`crate::analysis::read_words`] reads.
    pub dictionary: String,
    /// Files that belong to the archive and are not reports.
    pub lists: Vec<PathBuf>,
}

/// One family of reports and how it is read; an index remembers it whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name and place.
    #[serde(flatten)]
    pub root: SourceRoot,
    /// How its reports are read.
    #[serde(default)]
    pub parse: ParseOptions,
    /// Where its reports are on the web; `{path}`, `{stem}`, `{issue}`, `{date}`, `{year}` and `{month}` are filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// When its issues appear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
}

impl From<SourceRoot> for Source {
    fn from(root: SourceRoot) -> Self {
        Self { root, ..Self::default() }
    }
}

/// A file of an archive that may be a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// What the walk found.
    pub entry: FileEntry,
    /// Name of the report in ids, unique in the archive.
    pub name: String,
}

/// The files of an archive, not yet read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Files sorted by source and path; at least one.
    pub files: Vec<NamedFile>,
    /// The folders they lie in.
    pub folders: Vec<FolderEntry>,
    /// What could not be walked.
    pub diagnostics: Vec<Diagnostic>,
}

impl Archive {
    /// Returns the places of its sources as they are now, all links in them followed: another folder may take the place
    /// of one at any time. One that is not there is as it was given.
    #[must_use]
    pub fn roots(&self) -> Vec<SourceRoot> {
        let resolved = |source: &Source| {
            let root = source.root.clone();
            SourceRoot { path: dunce::canonicalize(&root.path).unwrap_or(root.path), ..root }
        };
        self.sources.iter().map(resolved).collect()
    }

    /// Returns the source of that name.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.root.name == name)
    }

    /// Lists and names its files. Its own lists do not belong to them, nor does the folder `index`, which may lie inside
    /// the archive.
    ///
    /// # Errors
    /// Those of [`Corpus::walk`], and [`Error::NoReports`] where there is nothing to read. What could not be read and left
    /// nothing else is [`Error::ArchiveUnreadable`].
    pub fn walk(&self, index: Option<&Path>) -> Result<Walked> {
        let (Corpus { mut files, mut folders }, diagnostics) = Corpus::walk(&self.roots())?;
        let is_of_index = |place: &Path| index.is_some_and(|index| place.starts_with(index));
        files.retain(|file| !is_of_index(&file.location) && !self.lists.contains(&file.location));
        folders.retain(|folder| !is_of_index(&folder.location));
        if files.is_empty() {
            let path = self.sources.first().map(|source| source.root.path.clone());
            let path = path.unwrap_or_default();
            // What could not be read might have been reports.
            return Err(match diagnostics.first() {
                Some(why) => {
                    let source = io::Error::other(why.to_string());
                    Error::ArchiveUnreadable { path, source }
                }
                None => Error::NoReports { path },
            });
        }
        let names = names::of_reports(&files);
        let files = files.into_iter().zip(names).map(|(entry, name)| NamedFile { entry, name });
        Ok(Walked { files: files.collect(), folders, diagnostics })
    }
}
