//! What an index was made of: versions, the archive, and every file with its hash.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::document::TokenCounts;
use super::place::{absolute, recorded};
use super::schema::FORMAT_VERSION;
use crate::analysis::{ANALYZER_VERSION, dictionary_fingerprint, read_words};
use crate::archive::{Archive, Dated, ReadReport, Source};
use crate::corpus::{FolderEntry, SourceRoot};
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
    /// Names the commit the manifest describes.
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
/// What it ends with; one that was cut off does not.
const END: &[u8] = b"}\n";

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

    /// Reads the head of the manifest that describes `generation`.
    pub(super) fn load(dir: &Path, generation: &str) -> Result<Self, String> {
        describing(dir, generation).map(|described| described.head)
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
        let mut sources = archive.sources.clone();
        for source in &mut sources {
            source.root.path = recorded(dir, &source.root.path);
        }
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
            sources,
            items: files.iter().map(|file| file.items).sum(),
            reports: files.iter().filter(|file| file.items > 0).count(),
            tokens,
            words: words_fingerprint(&archive.dictionary),
        };
        let mut manifest = Self { head, folders, files, diagnostics };
        // The same archive gives the same name. Serialising plain data to memory cannot fail.
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

    /// Reads the manifest that describes `generation`.
    pub(super) fn load(dir: &Path, generation: &str) -> Result<Self, String> {
        let Described { name, text, .. } = describing(dir, generation)?;
        serde_json::from_slice(&text).map_err(|error| format!("{name}: {error}"))
    }

    /// Makes the pending manifest the current one.
    pub(crate) fn publish(dir: &Path) -> std::io::Result<()> {
        fs::rename(dir.join(PENDING), dir.join(MANIFEST))
    }
}

/// A manifest file that describes a commit.
struct Described {
    name: &'static str,
    text: Vec<u8>,
    head: Head,
}

/// Finds the manifest that describes `generation`.
fn describing(dir: &Path, generation: &str) -> Result<Described, String> {
    let read = |name: &'static str| {
        let text = fs::read(dir.join(name)).map_err(|error| format!("{name}: {error}"))?;
        let head = read_head(&text).map_err(|error| format!("{name}: {error}"))?;
        if head.generation == generation {
            Ok(Described { name, text, head })
        } else {
            Err(format!("{name} does not describe the last commit"))
        }
    };
    // Between a commit and the renaming of its manifest, the pending one is right.
    read(MANIFEST).or_else(|first| read(PENDING).map_err(|_| first))
}

/// Reads the head of a manifest and nothing else, if all of the manifest is there.
fn read_head(json: &[u8]) -> serde_json::Result<Head> {
    let from_head = json.strip_prefix(BEGINNING).filter(|_| json.ends_with(END));
    let mut values =
        serde_json::Deserializer::from_slice(from_head.unwrap_or_default()).into_iter();
    values.next().unwrap_or_else(|| Err(serde_json::Error::custom("not whole")))
}

fn folder_records(dir: &Path, folders: &[FolderEntry]) -> Vec<FolderRecord> {
    let record = |folder: &FolderEntry| FolderRecord {
        path: recorded(dir, &folder.location),
        modified: folder.modified,
    };
    // A manifest is text; a folder whose name is not is looked at by every sync.
    folders.iter().filter(|folder| folder.location.to_str().is_some()).map(record).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::SourceRoot;

    fn manifest() -> Manifest {
        let sources = vec![SourceRoot::new("a", "/home/a").into()];
        let archive = Archive { sources, ..Archive::default() };
        Manifest::new(Path::new("/home/index"), &archive, &[], Vec::new(), Vec::new())
    }

    #[track_caller]
    fn check(dir: &Path, generation: &str, expected: Result<(), &str>) {
        let loaded =
            [Manifest::load(dir, generation).map(drop), Head::load(dir, generation).map(drop)];
        for loaded in loaded {
            match expected {
                Ok(()) => assert_eq!(loaded, Ok(())),
                Err(expected) => assert!(loaded.unwrap_err().contains(expected)),
            }
        }
    }

    #[test]
    fn the_manifest_of_a_commit_is_found_before_and_after_it_is_published() {
        let dir = tempfile::tempdir().unwrap();
        let manifest = manifest();
        let generation = &manifest.head.generation;
        check(dir.path(), generation, Err("manifest.json: "));
        manifest.write_pending(dir.path()).unwrap();
        check(dir.path(), generation, Ok(()));
        Manifest::publish(dir.path()).unwrap();
        check(dir.path(), generation, Ok(()));
        check(dir.path(), "another", Err("does not describe the last commit"));
    }

    #[test]
    fn the_manifest_of_the_commit_before_stays_until_there_is_a_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let old = manifest();
        old.write_pending(dir.path()).unwrap();
        Manifest::publish(dir.path()).unwrap();
        // A writer was stopped before its commit.
        fs::write(dir.path().join(PENDING), "{\"head\":").unwrap();
        check(dir.path(), &old.head.generation, Ok(()));
    }

    #[test]
    fn a_manifest_that_was_cut_off_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let manifest = manifest();
        manifest.write_pending(dir.path()).unwrap();
        let text = fs::read(dir.path().join(PENDING)).unwrap();
        fs::remove_file(dir.path().join(PENDING)).unwrap();
        for end in [0, 1, text.len() / 2, text.len() - 2] {
            fs::write(dir.path().join(MANIFEST), &text[..end]).unwrap();
            check(dir.path(), &manifest.head.generation, Err("manifest.json: "));
        }
    }

    #[test]
    fn the_same_archive_gives_the_same_generation() {
        assert_eq!(manifest().head.generation, manifest().head.generation);
        let folder = FolderEntry { location: "/home/a".into(), modified: 1 };
        let archive = Archive::default();
        let other =
            Manifest::new(Path::new("/home/index"), &archive, &[folder], Vec::new(), Vec::new());
        assert_ne!(manifest().head.generation, other.head.generation);
    }
}
