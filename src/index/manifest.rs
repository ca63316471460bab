//! What an index was made of: versions, the archive, and every file with its hash.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::document::TokenCounts;
use super::schema::FORMAT_VERSION;
use crate::analysis::{ANALYZER_VERSION, dictionary_fingerprint, read_words};
use crate::archive::{Archive, Dated, ReadReport, Settings, Source};
use crate::corpus::{FolderEntry, modified_nanos};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::{Clues, ReportDate};

/// File name of the manifest in an index.
pub(super) const MANIFEST: &str = "manifest.json";
/// A manifest written before its commit; it counts once the commit names its generation.
pub(crate) const PENDING: &str = "manifest.json.new";

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Name of its source.
    pub source: String,
    /// Path below the source's folder.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: u128,
    /// Hash of its bytes; empty for a file that could not be read.
    pub hash: String,
    /// Name of the report in ids.
    pub report: String,
    /// How many items it gave.
    pub items: usize,
    /// How many tokens they have.
    pub tokens: TokenCounts,
    /// What tells its date.
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
        let clues = read.report.map(|report| report.clues);
        // Notes are for `check`; they would only make the manifest long.
        let diagnostics = read.diagnostics.into_iter();
        let diagnostics = diagnostics.filter(|noticed| noticed.severity > Severity::Note);
        Self {
            source: read.entry.source,
            path: read.entry.path,
            size: read.entry.size,
            modified: read.entry.modified,
            hash: read.hash,
            report: read.name,
            items: 0,
            tokens: TokenCounts::default(),
            clues: clues.unwrap_or_default(),
            date: read.date,
            diagnostics: diagnostics.collect(),
            dating: read.dating,
        }
    }

    /// Lends what dates it among its neighbours.
    pub(crate) fn dated(&mut self) -> Dated<'_> {
        Dated {
            source: &self.source,
            path: &self.path,
            clues: (self.items > 0).then_some(&self.clues),
            date: &mut self.date,
            dating: &mut self.dating,
        }
    }
}

/// A root of the archive; relative to the index folder where it lies beside it, so that both can be moved together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootRecord {
    /// Name of the source.
    pub name: String,
    /// Path.
    pub path: PathBuf,
    /// How its files are chosen and read; another way means other items.
    #[serde(default)]
    pub settings: Settings,
}

impl RootRecord {
    fn of(source: &Source, dir: &Path) -> Self {
        let path = recorded(dir, &source.root.path);
        Self { name: source.root.name.clone(), path, settings: source.settings() }
    }
}

/// A folder as the walk found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderRecord {
    /// Absolute, or relative to the root with the same rule as [`RootRecord`].
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
    /// Names the commit the manifest describes.
    pub generation: String,
    /// The archive.
    pub roots: Vec<RootRecord>,
    /// Items in the index.
    pub items: usize,
    /// Files that gave items.
    pub reports: usize,
    /// Tokens in every field.
    pub tokens: TokenCounts,
    /// Fingerprint of the words the archive adds to the dictionary; empty without any.
    #[serde(default)]
    pub words: String,
}

/// The manifest of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What every search needs.
    pub head: Head,
    /// The folders of the archive.
    pub folders: Vec<FolderRecord>,
    /// Its files, sorted by source and path.
    pub files: Vec<FileRecord>,
    /// What was noticed about the archive as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
}

/// What a manifest begins with, so that its head is read without the rest.
const BEGINNING: &[u8] = b"{\"head\":";
/// What it ends with; one that was cut off is told by it.
const END: &[u8] = b"}\n";

/// What can be read from a manifest file.
pub(crate) trait FromManifest: Sized {
    fn read(json: &[u8]) -> serde_json::Result<Self>;
    fn head(&self) -> &Head;
}

impl FromManifest for Manifest {
    fn read(json: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(json)
    }

    fn head(&self) -> &Head {
        &self.head
    }
}

impl FromManifest for Head {
    fn read(json: &[u8]) -> serde_json::Result<Self> {
        let from_head = json.strip_prefix(BEGINNING).filter(|_| json.ends_with(END));
        let mut values =
            serde_json::Deserializer::from_slice(from_head.unwrap_or_default()).into_iter();
        values.next().unwrap_or_else(|| Err(serde_json::Error::custom("not whole")))
    }

    fn head(&self) -> &Head {
        self
    }
}

impl Head {
    /// Returns the places of the archive, for the index in `dir`.
    #[must_use]
    pub fn archive_paths(&self, dir: &Path) -> Vec<PathBuf> {
        self.roots.iter().map(|root| absolute(dir, &root.path)).collect()
    }
}

impl Manifest {
    /// Makes the manifest of the index in `dir`, counting what its files hold and naming it by its content.
    pub(crate) fn new(
        dir: &Path,
        archive: &Archive,
        folders: &[FolderEntry],
        mut files: Vec<FileRecord>,
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        let roots = archive.sources.iter().map(|source| RootRecord::of(source, dir)).collect();
        let folders = folder_records(dir, folders);
        files.sort_by(|a, b| (&a.source, &a.path).cmp(&(&b.source, &b.path)));
        let mut tokens = TokenCounts::default();
        for file in &files {
            tokens.add(&file.tokens);
        }
        let head = Head {
            baoku: env!("CARGO_PKG_VERSION").to_owned(),
            versions: Versions::current(),
            generation: String::new(),
            roots,
            items: files.iter().map(|file| file.items).sum(),
            reports: files.iter().filter(|file| file.items > 0).count(),
            tokens,
            words: words_fingerprint(&archive.dictionary),
        };
        let mut manifest = Self { head, folders, files, diagnostics };
        // The same archive gives the same name.
        let content = serde_json::to_vec(&manifest).unwrap_or_default();
        blake3::hash(&content).to_hex()[..32].clone_into(&mut manifest.head.generation);
        manifest
    }

    /// Returns every diagnostic, those of the archive first.
    pub fn all_diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics
            .iter()
            .chain(self.files.iter().flat_map(|file| file.diagnostics.iter().chain(&file.dating)))
    }

    /// Writes the manifest so that it is whole on disk before its commit names it.
    pub(crate) fn write_pending(&self, dir: &Path) -> std::io::Result<()> {
        let mut file = fs::File::create(dir.join(PENDING))?;
        serde_json::to_writer(&mut file, self)?;
        // With the brace before it, END.
        file.write_all(b"\n")?;
        file.sync_all()
    }

    /// Makes the pending manifest the current one.
    pub(crate) fn publish(dir: &Path) -> std::io::Result<()> {
        fs::rename(dir.join(PENDING), dir.join(MANIFEST))
    }

    /// Counts the files and folders of the archive that are not as they were read. A folder's time changes when a
    /// file in it comes or goes, so nothing has to be walked.
    #[must_use]
    pub fn changes_since(&self, dir: &Path) -> usize {
        let changed = |path: &Path, size: Option<u64>, modified: u128| {
            fs::metadata(path).map_or(true, |metadata| {
                modified_nanos(&metadata) != modified
                    || size.is_some_and(|size| metadata.len() != size)
            })
        };
        let mut count = 0;
        for root in &self.head.roots {
            let path = absolute(dir, &root.path);
            let is_file = path.is_file();
            for file in self.files.iter().filter(|file| file.source == root.name) {
                let location = if is_file { path.clone() } else { path.join(&file.path) };
                // A name that is no text cannot be looked up; its folder tells when it comes or goes.
                if file.path.contains("\\x") && !location.exists() {
                    continue;
                }
                count += usize::from(changed(&location, Some(file.size), file.modified));
            }
        }
        let folders = self.folders.iter();
        count.max(
            folders
                .filter(|folder| changed(&absolute(dir, &folder.path), None, folder.modified))
                .count(),
        )
    }
}

/// Reads the manifest that describes `generation`, or its head.
pub(crate) fn load<M: FromManifest>(dir: &Path, generation: &str) -> Result<M, String> {
    let read = |name: &str| {
        let text = fs::read(dir.join(name)).map_err(|error| format!("{name}: {error}"))?;
        let manifest = M::read(&text).map_err(|error| format!("{name}: {error}"))?;
        if manifest.head().generation == generation {
            Ok(manifest)
        } else {
            Err(format!("{name} does not describe the last commit"))
        }
    };
    // Between a commit and the renaming of its manifest, the pending one is right.
    read(MANIFEST).or_else(|first| read(PENDING).map_err(|_| first))
}

/// Returns the place a recorded path means.
pub(crate) fn absolute(dir: &Path, recorded: &Path) -> PathBuf {
    if recorded.is_absolute() {
        return recorded.to_path_buf();
    }
    dir.parent().map_or_else(|| recorded.to_path_buf(), |parent| parent.join(recorded))
}

/// Returns how a place is recorded: relative to the folder the index lies in, where it is below that.
fn recorded(dir: &Path, place: &Path) -> PathBuf {
    dir.parent()
        .and_then(|parent| place.strip_prefix(parent).ok())
        .map_or_else(|| place.to_path_buf(), Path::to_path_buf)
}

fn folder_records(dir: &Path, folders: &[FolderEntry]) -> Vec<FolderRecord> {
    let record = |folder: &FolderEntry| FolderRecord {
        path: recorded(dir, &folder.location),
        modified: folder.modified,
    };
    // A manifest is text; a folder whose name is not is looked at by every sync.
    folders.iter().filter(|folder| folder.location.to_str().is_some()).map(record).collect()
}
