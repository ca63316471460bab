//! Brings an index in step with the files of an archive: one commit, all or nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rayon::prelude::*;
use tantivy::directory::MmapDirectory;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, Term};

use super::BUILDING;
use super::document::{Placed, TokenCounts, documents};
use super::encoded::{EncodedTokenizer, TOKENIZER};
use super::latin;
use super::lock::WriterLock;
use super::manifest::{
    FileRecord, Head, MANIFEST, Manifest, PENDING, Settings, absolute, folder_records, root_records,
};
use super::schema::Fields;
use super::snapshot::{Snapshot, State, inspect};
use crate::analysis::{Dictionary, read_words};
use crate::corpus::{self, Corpus, FileEntry, SourceRoot};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::report::{self, Clues, ParseOptions, Report};

/// Memory tantivy may fill before it writes a segment, in bytes. One segment holds about 100 MB of reports.
const WRITER_MEMORY: usize = 1_000_000_000;
/// Files read, parsed and analysed together. Enough to keep every core busy, few enough to stay small in memory.
const CHUNK_FILES: usize = 16;
/// Chunks that may wait for tantivy.
const CHUNKS_AHEAD: usize = 4;

/// An archive: its sources, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archive {
    /// At least one; names are unique.
    pub sources: Vec<Source>,
    /// Words of its own, as a list that [`crate::analysis::read_words`] reads.
    pub dictionary: String,
    /// Files that belong to the archive and are no reports.
    pub lists: Vec<PathBuf>,
}

/// One family of reports and how it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Its name and place.
    pub root: SourceRoot,
    /// How its reports are read.
    pub parse: ParseOptions,
    /// Where its reports are on the web; `{path}`, `{stem}`, `{issue}`, `{date}`, `{year}` and `{month}` are filled in.
    pub base_url: Option<String>,
}

impl From<SourceRoot> for Source {
    fn from(root: SourceRoot) -> Self {
        Self { root, ..Self::default() }
    }
}

impl Source {
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            include: self.root.include.clone(),
            exclude: self.root.exclude.clone(),
            parse: self.parse.clone(),
            base_url: self.base_url.clone(),
        }
    }
}

impl Archive {
    /// Returns the places of its sources.
    #[must_use]
    pub fn roots(&self) -> Vec<SourceRoot> {
        self.sources.iter().map(|source| source.root.clone()).collect()
    }

    /// Tells whether an index was made of these sources, read as they are now.
    #[must_use]
    pub fn is_read_as(&self, head: &Head) -> bool {
        let settings =
            self.sources.iter().map(|source| (source.root.name.clone(), source.settings()));
        head.roots.iter().map(|root| (root.name.clone(), root.settings.clone())).eq(settings)
            && head.words == self.words_fingerprint()
    }

    /// Names its list of words; empty without any.
    pub(crate) fn words_fingerprint(&self) -> String {
        let (words, _) = read_words(&self.dictionary);
        if words.is_empty() {
            return String::new();
        }
        blake3::hash(format!("{words:?}").as_bytes()).to_hex()[..16].to_owned()
    }

    fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.root.name == name)
    }
}

/// How to bring an index in step.
#[derive(Clone, Debug)]
pub struct SyncOptions {
    /// Build everything again even if nothing changed.
    pub rebuild: bool,
    /// Take the place of an index that belongs to another archive.
    pub replace: bool,
    /// Threads that read and analyse; 0 for one per core.
    pub threads: usize,
    /// How long to wait for another writer.
    pub patience: Duration,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self { rebuild: false, replace: false, threads: 0, patience: Duration::from_secs(30) }
    }
}

/// Who wants to know how a sync goes on.
pub trait Progress: Sync {
    /// Told once, when the number of files to read is known.
    fn begin(&self, _files: usize) {}
    /// Told after every file.
    fn file_done(&self, _items: usize) {}
    /// Told when all files are read and the index is being written.
    fn writing(&self) {}
    /// Told something worth a line.
    fn note(&self, _line: &str) {}
    /// Asked often; `true` stops the sync and leaves everything as it was.
    fn interrupted(&self) -> bool {
        false
    }
}

/// What a sync did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncOutcome {
    /// Items in the index now.
    pub items: usize,
    /// Reports in the index now.
    pub reports: usize,
    /// Files read because they were new or different.
    pub changed: usize,
    /// Files that were in the index and are gone.
    pub removed: usize,
    /// Everything noticed in the archive as it is now.
    pub diagnostics: Vec<Diagnostic>,
}

/// Brings the index in `dir` in step with `archive`.
///
/// # Errors
/// Whatever happens, the last good index stays usable.
pub fn sync(
    dir: &Path,
    archive: &Archive,
    options: &SyncOptions,
    progress: &dyn Progress,
) -> Result<SyncOutcome> {
    let (mut corpus, walk_diagnostics) = walk(dir, archive)?;
    if corpus.files.is_empty() {
        let path =
            archive.sources.first().map_or_else(PathBuf::new, |source| source.root.path.clone());
        return Err(Error::NoReports { path });
    }
    let write_error = |source: std::io::Error| Error::IndexWrite {
        path: dir.to_path_buf(),
        source: Box::new(source),
    };
    if matches!(inspect::<Head>(dir), State::Foreign) {
        return Err(Error::NotAnIndex { path: dir.to_path_buf() });
    }
    if !dir.exists() {
        fs::create_dir_all(dir).map_err(write_error)?;
        // An index inside the archive changes the time of the folder it lies in.
        if archive.sources.iter().any(|source| dir.starts_with(&source.root.path)) {
            corpus = walk(dir, archive)?.0;
        }
    }
    let on_wait =
        |holder: &str| progress.note(&format!("waiting for {holder}, which is writing this index"));
    let _lock = WriterLock::acquire(dir, options.patience, &on_wait)?;

    let state = inspect::<Manifest>(dir);
    let old = match state {
        State::Foreign => return Err(Error::NotAnIndex { path: dir.to_path_buf() }),
        State::Usable(manifest) | State::OtherVersion(manifest)
            if !options.replace && !extends(dir, &manifest, archive) =>
        {
            let belongs_to: Vec<String> = manifest
                .head
                .roots
                .iter()
                .map(|root| absolute(dir, &root.path).display().to_string())
                .collect();
            return Err(Error::IndexOfAnotherArchive {
                path: dir.to_path_buf(),
                belongs_to: belongs_to.join(", "),
            });
        }
        State::Usable(manifest) if !archive.is_read_as(&manifest.head) => {
            progress.note(if manifest.head.words == archive.words_fingerprint() {
                "the sources are not those the index was made of; building it again"
            } else {
                "the words of the dictionary have changed; building the index again"
            });
            None
        }
        State::Usable(manifest) if same_archive(dir, &manifest, archive) => {
            match Snapshot::open(dir) {
                Ok(snapshot) => Some((*manifest, is_untidy(&snapshot))),
                Err(error) => {
                    progress.note(&format!("{}; building it again", error.one_line()));
                    None
                }
            }
        }
        State::OtherVersion(manifest) => {
            progress.note(&format!(
                "the index was made by baoku {} ({}); building it again",
                manifest.head.baoku, manifest.head.versions
            ));
            None
        }
        State::Damaged(reason) => {
            progress.note(&format!("the index is damaged ({reason}); building it again"));
            None
        }
        State::Empty | State::Usable(_) => None,
    };
    clear_leftovers(dir).map_err(write_error)?;
    let job = Job { dir, archive, corpus: &corpus, walk_diagnostics, options, progress };
    match old.filter(|_| !options.rebuild) {
        Some((manifest, untidy)) => job.update(&manifest, untidy),
        None => job.build(),
    }
}

/// Bytes of items that are compressed together. Larger blocks make the index smaller and reading an item slower.
const STORE_BLOCK: usize = 40 * 1024;

fn settings() -> IndexSettings {
    IndexSettings { docstore_blocksize: STORE_BLOCK, ..IndexSettings::default() }
}

/// Walks an archive; an index that lies inside it is no part of it.
fn walk(dir: &Path, archive: &Archive) -> Result<(Corpus, Vec<Diagnostic>)> {
    let (mut corpus, diagnostics) = Corpus::walk(&archive.roots())?;
    corpus
        .files
        .retain(|file| !file.location.starts_with(dir) && !archive.lists.contains(&file.location));
    corpus.folders.retain(|folder| !folder.location.starts_with(dir));
    Ok((corpus, diagnostics))
}

/// Tells whether an archive has everything an index was made of, and perhaps more.
fn extends(dir: &Path, manifest: &Manifest, archive: &Archive) -> bool {
    let recorded = manifest.head.roots.iter().map(|root| absolute(dir, &root.path));
    let given: Vec<&Path> =
        archive.sources.iter().map(|source| source.root.path.as_path()).collect();
    recorded.into_iter().all(|path| given.contains(&path.as_path()))
}

fn same_archive(dir: &Path, manifest: &Manifest, archive: &Archive) -> bool {
    let recorded: Vec<(&str, PathBuf)> = manifest
        .head
        .roots
        .iter()
        .map(|root| (root.name.as_str(), absolute(dir, &root.path)))
        .collect();
    let roots = archive.sources.iter().map(|source| &source.root);
    let given: Vec<(&str, PathBuf)> =
        roots.map(|root| (root.name.as_str(), root.path.clone())).collect();
    recorded == given
}

/// Returns the dictionary with the words of a list, loaded once in a process: whoever follows a folder writes again
/// and again.
fn dictionary(own: &str) -> Arc<Dictionary> {
    static LOADED: Mutex<Option<(String, Arc<Dictionary>)>> = Mutex::new(None);
    let Ok(mut loaded) = LOADED.lock() else { return Arc::new(Dictionary::load(own)) };
    match loaded.as_ref() {
        Some((list, dictionary)) if list == own => Arc::clone(dictionary),
        _ => {
            let dictionary = Arc::new(Dictionary::load(own));
            *loaded = Some((own.to_owned(), Arc::clone(&dictionary)));
            dictionary
        }
    }
}

struct Job<'a> {
    dir: &'a Path,
    archive: &'a Archive,
    corpus: &'a Corpus,
    walk_diagnostics: Vec<Diagnostic>,
    options: &'a SyncOptions,
    progress: &'a dyn Progress,
}

/// A file read and understood.
struct Read {
    record: FileRecord,
    /// `None` for a file that could not be read.
    report: Option<Report>,
}

/// What a report becomes in the index.
struct Analysed {
    record: FileRecord,
    documents: Vec<TantivyDocument>,
}

impl Job<'_> {
    fn write_error(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::IndexWrite { path: self.dir.to_path_buf(), source: source.into() }
    }

    /// Builds a new index beside the old one and lets it take its place.
    fn build(&self) -> Result<SyncOutcome> {
        let building = self.dir.join(BUILDING);
        let outcome = self.build_in(&building);
        // Whatever is left of a failed or finished build is of no use to anybody.
        let cleaned = fs::remove_dir_all(&building);
        let outcome = outcome?;
        cleaned.map_err(|error| self.write_error(error))?;
        Ok(outcome)
    }

    fn build_in(&self, building: &Path) -> Result<SyncOutcome> {
        if building.exists() {
            fs::remove_dir_all(building).map_err(|error| self.write_error(error))?;
        }
        fs::create_dir_all(building).map_err(|error| self.write_error(error))?;
        let (schema, fields) = Fields::schema();
        let directory = MmapDirectory::open(building).map_err(|error| self.write_error(error))?;
        let index = Index::create(directory, schema, settings())
            .map_err(|error| self.write_error(error))?;
        let files: Vec<(FileEntry, String)> = self
            .corpus
            .files
            .iter()
            .cloned()
            .zip(report_names(self.corpus, self.archive))
            .collect();
        let changed = files.len();
        let mut writer = self.writer(&index)?;
        let records = self.with_dictionary(|| {
            let mut read = self.read(&files)?;
            settle_dates(&mut [], &mut read);
            self.add(&mut writer, &fields, read)
        })?;
        let manifest = self.manifest(records);
        self.commit(writer, building, &manifest)?;
        swap_in(building, self.dir).map_err(|error| self.write_error(error))?;
        Ok(outcome(&manifest, changed, 0))
    }

    /// Changes only what changed.
    fn update(&self, old: &Manifest, untidy: bool) -> Result<SyncOutcome> {
        let mut known: BTreeMap<(&str, &str), &FileRecord> = old
            .files
            .iter()
            .map(|file| ((file.source.as_str(), file.path.as_str()), file))
            .collect();
        let mut kept: Vec<FileRecord> = Vec::new();
        let mut stale: Vec<String> = Vec::new();
        let mut read_again: Vec<(FileEntry, String)> = Vec::new();
        for (entry, name) in self.corpus.files.iter().zip(report_names(self.corpus, self.archive)) {
            match known.remove(&(entry.source.as_str(), entry.path.as_str())) {
                None => read_again.push((entry.clone(), name)),
                Some(record) if record.report == name && is_unchanged(record, entry) => {
                    kept.push(FileRecord { modified: entry.modified, ..record.clone() });
                }
                Some(record) => {
                    stale.push(record.report.clone());
                    read_again.push((entry.clone(), name));
                }
            }
        }
        let removed = known.len();
        stale.extend(known.into_values().map(|record| record.report.clone()));
        let changed = read_again.len();
        if stale.is_empty() && read_again.is_empty() {
            let mut manifest = self.manifest(kept);
            manifest.head.generation.clone_from(&old.head.generation);
            if untidy {
                // A writer was stopped between its commit and the merge.
                let mut writer = self.writer(&self.open_index()?)?;
                let merged = merge_all(&mut writer).and_then(|()| writer.wait_merging_threads());
                merged.map_err(|error| self.write_error(error))?;
            }
            if manifest != *old {
                // Only times changed: the commit stays, its description is brought up to date.
                let written =
                    manifest.write_pending(self.dir).and_then(|()| Manifest::publish(self.dir));
                written.map_err(|error| self.write_error(error))?;
            }
            return Ok(outcome(&manifest, 0, 0));
        }
        let (_, fields) = Fields::schema();
        let index = self.open_index()?;
        let mut writer = self.writer(&index)?;
        let records = self.with_dictionary(|| {
            let mut read = self.read(&read_again)?;
            // A report that came, went or changed may date its neighbours anew: their items are written again.
            let moved = settle_dates(&mut kept, &mut read);
            if !moved.is_empty() {
                let again: Vec<(FileEntry, String)> = moved
                    .iter()
                    .rev()
                    .filter_map(|&at| {
                        let record = kept.remove(at);
                        let same = |entry: &&FileEntry| {
                            entry.source == record.source && entry.path == record.path
                        };
                        let entry = self.corpus.files.iter().find(same)?.clone();
                        stale.push(record.report.clone());
                        Some((entry, record.report))
                    })
                    .collect();
                read.extend(self.read(&again)?);
                settle_dates(&mut kept, &mut read);
            }
            // First, for a deletion takes with it whatever of that name was added before.
            for report in &stale {
                writer.delete_term(Term::from_field_text(fields.report, report));
            }
            self.add(&mut writer, &fields, read)
        })?;
        kept.extend(records);
        let manifest = self.manifest(kept);
        self.commit(writer, self.dir, &manifest)?;
        Ok(outcome(&manifest, changed, removed))
    }

    fn open_index(&self) -> Result<Index> {
        let index = MmapDirectory::open(self.dir)
            .map_err(tantivy::TantivyError::from)
            .and_then(Index::open);
        index.map_err(|error| self.write_error(error))
    }

    fn writer(&self, index: &Index) -> Result<IndexWriter> {
        index.tokenizers().register(TOKENIZER, EncodedTokenizer::default());
        // One thread: documents keep their order, so that the same files always give the same index.
        let writer: IndexWriter = index
            .writer_with_num_threads(1, WRITER_MEMORY)
            .map_err(|error| self.write_error(error))?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(writer)
    }

    fn manifest(&self, files: Vec<FileRecord>) -> Manifest {
        let roots = root_records(self.dir, &self.archive.sources);
        let folders = folder_records(self.dir, &self.corpus.folders);
        let words = self.archive.words_fingerprint();
        Manifest::new(roots, folders, files, words, self.walk_diagnostics.clone())
    }

    /// Loads the dictionary beside `work`: that takes a tenth of a second.
    fn with_dictionary<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        thread::scope(|scope| {
            scope.spawn(|| dictionary(&self.archive.dictionary));
            work()
        })
    }

    fn pool(&self) -> Result<rayon::ThreadPool> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.options.threads).build();
        pool.map_err(|error| self.write_error(error))
    }

    /// Reads and understands files on all threads, in their order.
    fn read(&self, files: &[(FileEntry, String)]) -> Result<Vec<Read>> {
        let plain = ParseOptions::default();
        let read = |(entry, name): &(FileEntry, String)| {
            if self.progress.interrupted() {
                return None;
            }
            let source = self.archive.source(&entry.source);
            Some(read_report(entry, name, source.map_or(&plain, |source| &source.parse)))
        };
        let read: Option<Vec<Read>> = self.pool()?.install(|| files.par_iter().map(read).collect());
        read.ok_or(Error::Interrupted)
    }

    /// Analyses reports on all threads and adds them to the index in their order.
    fn add(
        &self,
        writer: &mut IndexWriter,
        fields: &Fields,
        mut reports: Vec<Read>,
    ) -> Result<Vec<FileRecord>> {
        reports.sort_by(|a, b| {
            (&a.record.source, &a.record.path).cmp(&(&b.record.source, &b.record.path))
        });
        self.progress.begin(reports.len());
        let pool = self.pool()?;
        let stop = AtomicBool::new(false);
        let mut records = Vec::with_capacity(reports.len());
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel::<Vec<Analysed>>(CHUNKS_AHEAD);
            let stop = &stop;
            scope.spawn(move || {
                let mut reports = reports.into_iter();
                let dictionary = dictionary(&self.archive.dictionary);
                loop {
                    let chunk: Vec<Read> = reports.by_ref().take(CHUNK_FILES).collect();
                    if chunk.is_empty() {
                        return;
                    }
                    let analyse = |read: Read| {
                        if stop.load(Ordering::Relaxed) || self.progress.interrupted() {
                            return None;
                        }
                        let analysed = self.analyse(read, fields, &dictionary);
                        self.progress.file_done(analysed.record.items);
                        Some(analysed)
                    };
                    let analysed: Option<Vec<Analysed>> =
                        pool.install(|| chunk.into_par_iter().map(analyse).collect());
                    let Some(analysed) = analysed else { return };
                    if sender.send(analysed).is_err() {
                        return;
                    }
                }
            });
            for analysed in receiver {
                for Analysed { record, documents } in analysed {
                    for document in documents {
                        if let Err(error) = writer.add_document(document) {
                            stop.store(true, Ordering::Relaxed);
                            return Err(self.write_error(error));
                        }
                    }
                    records.push(record);
                }
            }
            if self.progress.interrupted() { Err(Error::Interrupted) } else { Ok(()) }
        })?;
        Ok(records)
    }

    fn analyse(&self, read: Read, fields: &Fields, dictionary: &Dictionary) -> Analysed {
        let Read { mut record, report } = read;
        let Some(report) = report else { return Analysed { record, documents: Vec::new() } };
        let source = self.archive.source(&record.source);
        let placed = Placed {
            name: &record.report,
            with_source: self.archive.sources.len() > 1,
            date: record.date.as_ref(),
            base_url: source.and_then(|source| source.base_url.as_deref()),
        };
        let (documents, tokens) = documents(&report, &placed, fields, dictionary);
        record.items = documents.len();
        record.tokens = tokens;
        Analysed { record, documents }
    }

    /// Commits documents and manifest at one moment, then brings all segments together.
    ///
    /// Together: so that deleted items leave no trace in the frequencies that relevance is computed from, and an
    /// index that grew gives the answers of one built at once.
    fn commit(&self, mut writer: IndexWriter, dir: &Path, manifest: &Manifest) -> Result<()> {
        self.progress.writing();
        manifest.write_pending(dir).map_err(|error| self.write_error(error))?;
        let committed = writer.prepare_commit().and_then(|mut commit| {
            commit.set_payload(&manifest.head.generation);
            commit.commit()
        });
        if let Err(error) = committed {
            let _ = fs::remove_file(dir.join(PENDING));
            return Err(self.write_error(error));
        }
        Manifest::publish(dir).map_err(|error| self.write_error(error))?;
        let index = writer.index().clone();
        let merged = merge_all(&mut writer).and_then(|()| writer.wait_merging_threads());
        merged.map_err(|error| self.write_error(error))?;
        write_latin(dir, &index).map_err(|error| self.write_error(error))?;
        remove_unused_segments(dir).map_err(|error| self.write_error(error))
    }
}

/// Tells whether deleted items or several segments are left, which would show in the scores.
fn is_untidy(snapshot: &Snapshot) -> bool {
    let segments = snapshot.searcher.segment_readers();
    segments.len() > 1 || segments.iter().any(tantivy::SegmentReader::has_deletes)
}

/// Removes what writers that were killed have left; the lock is held, so nobody is using it.
fn clear_leftovers(dir: &Path) -> std::io::Result<()> {
    if dir.join(BUILDING).exists() {
        fs::remove_dir_all(dir.join(BUILDING))?;
    }
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        // What tantivy writes before it is renamed.
        if entry.file_name().to_string_lossy().starts_with(".tmp") {
            fs::remove_file(entry.path())?;
        }
    }
    remove_unused_segments(dir)
}

/// Removes the files of segments that the last commit does not name: nobody can open them any more.
fn remove_unused_segments(dir: &Path) -> std::io::Result<()> {
    let meta = fs::read(dir.join(super::COMMIT_FILE)).unwrap_or_default();
    let Ok(meta) = serde_json::from_slice::<serde_json::Value>(&meta) else { return Ok(()) };
    let Some(segments) = meta.get("segments").and_then(serde_json::Value::as_array) else {
        return Ok(());
    };
    let used: Vec<String> = segments
        .iter()
        .filter_map(|segment| segment.get("segment_id")?.as_str())
        .map(|id| id.replace('-', ""))
        .collect();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let id = name.split('.').next().unwrap_or_default();
        let is_segment = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
        if is_segment && !used.iter().any(|used| used == id) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Writes the Latin atoms of every segment beside it.
fn write_latin(dir: &Path, index: &Index) -> tantivy::Result<()> {
    let (_, fields) = Fields::schema();
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    for segment in reader.searcher().segment_readers() {
        latin::write(dir, segment, &fields)?;
    }
    Ok(())
}

fn merge_all(writer: &mut IndexWriter) -> tantivy::Result<()> {
    let segments = writer.index().searchable_segment_metas()?;
    let untidy = segments.len() > 1 || segments.iter().any(tantivy::SegmentMeta::has_deletes);
    if untidy {
        let ids: Vec<_> = segments.iter().map(tantivy::SegmentMeta::id).collect();
        writer.merge(&ids).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    Ok(())
}

fn outcome(manifest: &Manifest, changed: usize, removed: usize) -> SyncOutcome {
    SyncOutcome {
        items: manifest.head.items,
        reports: manifest.head.reports,
        changed,
        removed,
        diagnostics: manifest.all_diagnostics().cloned().collect(),
    }
}

/// Tells whether a file is what was read: by size and time, or, when only the time differs, by its content.
fn is_unchanged(record: &FileRecord, entry: &FileEntry) -> bool {
    if record.size != entry.size {
        return false;
    }
    if record.modified == entry.modified && !record.hash.is_empty() {
        return true;
    }
    // What could not be read then and cannot be read now is no change.
    corpus::read(entry).map_or(record.hash.is_empty(), |file| file.hash == record.hash)
}

fn read_report(entry: &FileEntry, name: &str, options: &ParseOptions) -> Read {
    let mut record = FileRecord {
        source: entry.source.clone(),
        path: entry.path.clone(),
        size: entry.size,
        modified: entry.modified,
        hash: String::new(),
        report: name.to_owned(),
        items: 0,
        tokens: TokenCounts::default(),
        clues: Clues::default(),
        date: None,
        diagnostics: Vec::new(),
        dating: Vec::new(),
    };
    let file = match corpus::read(entry) {
        Ok(file) => file,
        Err(diagnostic) => {
            record.diagnostics.push(diagnostic);
            return Read { record, report: None };
        }
    };
    let (report, diagnostics) = report::parse(&file, options);
    record.hash = file.hash;
    // A file that changed since the walk is read again by the next sync.
    record.size = file.size;
    record.clues.clone_from(&report.clues);
    record.items = report.items.len();
    // Notes are for `check`; they would only make the manifest long.
    record.diagnostics =
        diagnostics.into_iter().filter(|noticed| noticed.severity > Severity::Note).collect();
    Read { record, report: Some(report) }
}

/// Dates every report by its own clues and its neighbours. Returns which of the kept ones have another date now, in
/// ascending order.
fn settle_dates(kept: &mut [FileRecord], read: &mut [Read]) -> Vec<usize> {
    let mut places: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    let kept_len = kept.len();
    let records = kept.iter().chain(read.iter().map(|read| &read.record));
    for (at, record) in records.enumerate() {
        if record.items > 0 {
            places.entry(record.source.clone()).or_default().push((record.path.clone(), at));
        }
    }
    let mut moved = Vec::new();
    for (_, mut files) in places {
        files.sort();
        let clues: Vec<(&str, &Clues)> = files
            .iter()
            .map(|(path, at)| {
                let record = kept.get(*at).unwrap_or_else(|| &read[at - kept_len].record);
                (path.as_str(), &record.clues)
            })
            .collect();
        let settled = report::settle(&clues);
        for ((path, at), (date, warnings)) in files.iter().zip(settled) {
            let record = match kept.get_mut(*at) {
                Some(record) => record,
                None => &mut read[at - kept_len].record,
            };
            if *at < kept_len && record.date != date {
                moved.push(*at);
            }
            record.date = date;
            let warning = |message| Diagnostic::about_file(path, Severity::Warning, message);
            record.dating = warnings.into_iter().map(warning).collect();
        }
    }
    moved.sort_unstable();
    moved
}

/// Names every report for ids: the file's stem, or its path where several files have that stem, with the source
/// before it where there are several sources.
#[must_use]
pub fn report_names(corpus: &Corpus, archive: &Archive) -> Vec<String> {
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
    };
    let mut uses: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for file in &corpus.files {
        *uses.entry((file.source.as_str(), stem(&file.path))).or_default() += 1;
    }
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let names = corpus.files.iter().map(|file| {
        let own = stem(&file.path);
        let unique = uses.get(&(file.source.as_str(), own.clone())) == Some(&1);
        let path = file.path.rsplit_once('.').map_or(file.path.as_str(), |(path, _)| path);
        let name = if unique { own } else { path.to_owned() };
        let name = if archive.sources.len() > 1 { format!("{}/{name}", file.source) } else { name };
        // `a.md` beside `a.txt`: the extension tells them apart.
        let seen = taken.entry(name.clone()).or_default();
        *seen += 1;
        if *seen == 1 {
            name
        } else {
            format!("{name}.{}", file.path.rsplit('.').next().unwrap_or_default())
        }
    });
    names.collect()
}

/// Moves a finished index from `building` to `dir`. The rename of `meta.json` is the moment of change: before it
/// readers see the old index, after it the new one.
fn swap_in(building: &Path, dir: &Path) -> std::io::Result<()> {
    let last = [".managed.json", super::COMMIT_FILE];
    for entry in fs::read_dir(building)? {
        let name = entry?.file_name();
        let is_lock = name.to_string_lossy().ends_with(".lock");
        if !is_lock && !last.iter().any(|last| name == *last) && name != MANIFEST {
            fs::rename(building.join(&name), dir.join(&name))?;
        }
    }
    fs::rename(building.join(MANIFEST), dir.join(PENDING))?;
    for name in last {
        fs::rename(building.join(name), dir.join(name))?;
    }
    Manifest::publish(dir)?;
    remove_unused_segments(dir)
}
