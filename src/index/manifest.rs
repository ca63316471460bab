//! What an index was made of: versions, the archive, and every file with its hash.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::document::TokenCounts;
use super::place::{absolute, recorded};
use super::schema::FORMAT_VERSION;
use crate::analysis::{ANALYZER_VERSION, dictionary_fingerprint, read_words};
use crate::archive::{Archive, Clued, ReadReport, Shown, Source};
use crate::corpus::{FolderEntry, SourceRoot};
use crate::diagnostic::{Diagnostic, Severity};
use crate::meaning::ModelName;
use crate::report::{Clues, Lesson, ReportDate, Traits};

/// What decides whether this program can use an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// See [`FORMAT_VERSION`].
    pub format: u32,
    /// See [`ANALYZER_VERSION`].
    pub analyzer: u32,
    /// See [`dictionary_fingerprint`].
    pub dictionary: String,
}

impl Versions {
    /// Returns what this program writes.
    #[must_use]
    pub fn current() -> Self {
        Self {
            format: FORMAT_VERSION,
            analyzer: ANALYZER_VERSION,
            dictionary: dictionary_fingerprint(),
        }
    }
}

/// Names the words that an archive adds to the dictionary; empty without any.
pub(crate) fn words_fingerprint(list: &str) -> String {
    let (words, _) = read_words(list);
    if words.is_empty() {
        return String::new();
    }
    blake3::hash(format!("{words:?}").as_bytes()).to_hex()[..16].to_owned()
}

impl std::fmt::Display for Versions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "format {}, analyzer {}, dictionary {}",
            self.format, self.analyzer, self.dictionary
        )
    }
}

/// One file of the archive as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Name of its source.
    pub source: String,
    /// Path below the source's folder.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: u128,
    /// When its content or status had changed, nanoseconds since 1970; 0 if it was read so soon after that, that another
    /// change may have the same time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub changed: u128,
    /// Hash of its bytes; empty for a file that could not be read.
    pub hash: String,
    /// Name of the report in ids.
    pub report: String,
    /// How many items it gave.
    pub items: usize,
    /// How many tokens they have.
    pub tokens: TokenCounts,
    /// What its neighbours may learn of it. Of what it says, a reader knows only how much it is.
    #[serde(default)]
    pub traits: Traits,
    /// What its neighbours said about it, in whose light it was read.
    #[serde(default, skip_serializing_if = "Lesson::is_empty")]
    pub lesson: Lesson,
    /// What says when it appeared.
    #[serde(default)]
    pub clues: Clues,
    /// Its date, its neighbours considered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<ReportDate>,
    /// What was noticed while reading it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
    /// What was noticed about its date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dating: Vec<Diagnostic>,
}

impl FileRecord {
    /// Records a file that was read; its items are not counted yet.
    pub(crate) fn of(read: ReadReport) -> Self {
        let report = read.report.map(|report| (report.clues, report.traits));
        let (clues, traits) = report.unwrap_or_default();
        // Notes are for `check`; they would only make the manifest long.
        let diagnostics = read.diagnostics.into_iter();
        let diagnostics = diagnostics.filter(|noticed| noticed.severity > Severity::Note);
        Self {
            source: read.entry.source,
            path: read.entry.path,
            size: read.entry.size,
            modified: read.entry.modified,
            changed: read.entry.changed,
            hash: read.hash,
            report: read.name,
            items: 0,
            tokens: TokenCounts::default(),
            traits,
            lesson: read.lesson,
            clues,
            date: read.date,
            diagnostics: diagnostics.collect(),
            dating: read.dating,
        }
    }

    /// Returns what it shows to its series, which was taught with it.
    pub(crate) fn shown(&self) -> Shown<'_> {
        let Self { source, path, traits, .. } = self;
        Shown { source, path, traits: Some(traits), is_known: true }
    }

    /// Returns what dates it among its neighbours.
    pub(crate) fn clued(&self) -> Clued<'_> {
        let clues = (self.items > 0).then_some(&self.clues);
        Clued { source: &self.source, path: &self.path, clues }
    }

    /// Names it among all files of an archive; files are sorted by this.
    pub(crate) fn key(&self) -> (&str, &str) {
        (&self.source, &self.path)
    }
}

fn is_zero(time: &u128) -> bool {
    *time == 0
}

/// A folder as the walk found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderRecord {
    /// Where it is, as `recorded` writes it.
    pub path: PathBuf,
    /// Nanoseconds since 1970.
    pub modified: u128,
}

/// What every search needs of a manifest; the rest is read only where files are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Version of the program that wrote it, for people.
    pub baoku: String,
    /// What decides whether it can be used.
    pub versions: Versions,
    /// Names what the index holds: indexes of the same archive have the same.
    pub generation: String,
    /// The sources of the archive, their places as `recorded` writes them; older versions call them `roots` and are only
    /// asked for their places.
    #[serde(alias = "roots")]
    pub sources: Vec<Source>,
    /// Items in the index.
    pub items: usize,
    /// Files that gave items.
    pub reports: usize,
    /// Tokens in every field.
    pub tokens: TokenCounts,
    /// Fingerprint of the words the archive adds to the dictionary; empty without any.
    #[serde(default)]
    pub words: String,
    /// The model whose vectors all segments have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<ModelName>,
}

/// The whole manifest of an index, its records read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// What every search needs.
    pub head: Head,
    /// The folders of the archive, sorted by path.
    pub folders: Vec<FolderRecord>,
    /// Its files, sorted by source and path.
    pub files: Vec<Arc<FileRecord>>,
    /// What was noticed about the archive as a whole.
    pub diagnostics: Vec<Diagnostic>,
}

impl Head {
    /// Returns the sources the index in `dir` was made of, their places absolute.
    #[must_use]
    pub fn sources_at(&self, dir: &Path) -> Vec<Source> {
        let at = |source: &Source| {
            let path = absolute(dir, &source.root.path);
            Source { root: SourceRoot { path, ..source.root.clone() }, ..source.clone() }
        };
        self.sources.iter().map(at).collect()
    }

    /// Says what wrote the index.
    #[must_use]
    pub fn made_by(&self) -> String {
        format!("baoku {} ({})", self.baoku, self.versions)
    }
}

impl Manifest {
    /// Makes the manifest of the index in `dir`, counting what its files hold. It is named when it is published.
    pub(crate) fn new(
        dir: &Path,
        archive: &Archive,
        folders: &[FolderEntry],
        mut files: Vec<Arc<FileRecord>>,
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        let mut sources = archive.sources.clone();
        for source in &mut sources {
            source.root.path = recorded(dir, &source.root.path);
        }
        let folders = folder_records(dir, folders);
        files.sort_by(|a, b| a.key().cmp(&b.key()));
        let mut tokens = TokenCounts::default();
        for file in &files {
            tokens.add(&file.tokens);
        }
        let head = Head {
            baoku: env!("CARGO_PKG_VERSION").to_owned(),
            versions: Versions::current(),
            generation: String::new(),
            sources,
            items: files.iter().map(|file| file.items).sum(),
            reports: files.iter().filter(|file| file.items > 0).count(),
            tokens,
            words: words_fingerprint(&archive.dictionary),
            meaning: None,
        };
        Self { head, folders, files, diagnostics }
    }

    /// Returns every diagnostic, those of the archive first.
    pub fn all_diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics_by_source().map(|(_, found)| found)
    }

    /// Returns the same, each with the name of its source; those of the archive have none.
    pub fn diagnostics_by_source(&self) -> impl Iterator<Item = (&str, &Diagnostic)> {
        let by_file = self.files.iter().flat_map(|file| {
            let found = file.diagnostics.iter().chain(&file.dating);
            found.map(|found| (file.source.as_str(), found))
        });
        self.diagnostics.iter().map(|found| ("", found)).chain(by_file)
    }
}

fn folder_records(dir: &Path, folders: &[FolderEntry]) -> Vec<FolderRecord> {
    let record = |folder: &FolderEntry| FolderRecord {
        path: recorded(dir, &folder.location),
        modified: folder.modified,
    };
    // A manifest is text; a folder whose name is not is looked at by every sync.
    let folders = folders.iter().filter(|folder| folder.location.to_str().is_some()).map(record);
    let mut folders: Vec<FolderRecord> = folders.collect();
    folders.sort_by(|a, b| a.path.cmp(&b.path));
    folders.dedup_by(|a, b| a.path == b.path);
    folders
}
