//! Brings an index in step with the files of an archive: one commit, all or nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use rayon::prelude::*;
use tantivy::directory::MmapDirectory;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument, Term};

use super::BUILDING;
use super::document::{TokenCounts, documents};
use super::encoded::{EncodedTokenizer, TOKENIZER};
use super::lock::WriterLock;
use super::manifest::{
    FileRecord, Head, MANIFEST, Manifest, PENDING, absolute, folder_records, root_records,
};
use super::schema::Fields;
use super::snapshot::{Snapshot, State, inspect};
use crate::analysis::Dictionary;
use crate::corpus::{self, Corpus, FileEntry, SourceRoot};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::report;

/// Memory tantivy may fill before it writes a segment, in bytes. One segment holds about 100 MB of reports.
const WRITER_MEMORY: usize = 1_000_000_000;
/// Files read, parsed and analysed together. Enough to keep every core busy, few enough to stay small in memory.
const CHUNK_FILES: usize = 16;
/// Chunks that may wait for tantivy.
const CHUNKS_AHEAD: usize = 4;

/// An archive: its roots, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// At least one root; names are unique.
    pub roots: Vec<SourceRoot>,
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
    let (corpus, walk_diagnostics) = Corpus::walk(&archive.roots)?;
    if corpus.files.is_empty() {
        let path = archive.roots.first().map_or_else(PathBuf::new, |root| root.path.clone());
        return Err(Error::NoReports { path });
    }
    let write_error = |source: std::io::Error| Error::IndexWrite {
        path: dir.to_path_buf(),
        source: Box::new(source),
    };
    if matches!(inspect::<Head>(dir), State::Foreign) {
        return Err(Error::NotAnIndex { path: dir.to_path_buf() });
    }
    fs::create_dir_all(dir).map_err(write_error)?;
    let on_wait =
        |holder: &str| progress.note(&format!("waiting for {holder}, which is writing this index"));
    let _lock = WriterLock::acquire(dir, options.patience, &on_wait)?;

    let state = inspect::<Manifest>(dir);
    let old = match state {
        State::Foreign => return Err(Error::NotAnIndex { path: dir.to_path_buf() }),
        State::Usable(manifest) | State::OtherVersion(manifest)
            if !options.replace && !same_archive(dir, &manifest, archive) =>
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

fn same_archive(dir: &Path, manifest: &Manifest, archive: &Archive) -> bool {
    let recorded: Vec<(&str, PathBuf)> = manifest
        .head
        .roots
        .iter()
        .map(|root| (root.name.as_str(), absolute(dir, &root.path)))
        .collect();
    let given: Vec<(&str, PathBuf)> =
        archive.roots.iter().map(|root| (root.name.as_str(), root.path.clone())).collect();
    recorded == given
}

struct Job<'a> {
    dir: &'a Path,
    archive: &'a Archive,
    corpus: &'a Corpus,
    walk_diagnostics: Vec<Diagnostic>,
    options: &'a SyncOptions,
    progress: &'a dyn Progress,
}

/// A file read, understood and analysed.
struct Prepared {
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
        let index = Index::create(directory, schema, IndexSettings::default())
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
        let records = self.add(&mut writer, &fields, files)?;
        let manifest = self.manifest(records);
        self.commit(writer, building, &manifest)?;
        swap_in(building, self.dir).map_err(|error| self.write_error(error))?;
        Ok(outcome(&manifest, changed, 0))
    }

    /// Changes only what changed.
    fn update(&self, old: &Manifest, untidy: bool) -> Result<SyncOutcome> {
        let mut known: BTreeMap<(String, String), FileRecord> = old
            .files
            .iter()
            .map(|file| ((file.source.clone(), file.path.clone()), file.clone()))
            .collect();
        let mut kept: Vec<FileRecord> = Vec::new();
        let mut stale: Vec<String> = Vec::new();
        let mut read_again: Vec<(FileEntry, String)> = Vec::new();
        for (entry, name) in self.corpus.files.iter().zip(report_names(self.corpus, self.archive)) {
            match known.remove(&(entry.source.clone(), entry.path.clone())) {
                None => read_again.push((entry.clone(), name)),
                Some(record) if record.report == name && is_unchanged(&record, entry) => {
                    kept.push(FileRecord { size: entry.size, modified: entry.modified, ..record });
                }
                Some(record) => {
                    stale.push(record.report);
                    read_again.push((entry.clone(), name));
                }
            }
        }
        let removed = known.len();
        stale.extend(known.into_values().map(|record| record.report));
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
        for report in &stale {
            writer.delete_term(Term::from_field_text(fields.report, report));
        }
        kept.extend(self.add(&mut writer, &fields, read_again)?);
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
        let roots = root_records(self.dir, &self.archive.roots);
        let folders = folder_records(self.dir, &self.corpus.folders);
        Manifest::new(roots, folders, files, self.walk_diagnostics.clone())
    }

    /// Reads, understands and analyses files on all threads and adds them to the index in their order.
    fn add(
        &self,
        writer: &mut IndexWriter,
        fields: &Fields,
        files: Vec<(FileEntry, String)>,
    ) -> Result<Vec<FileRecord>> {
        self.progress.begin(files.len());
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.options.threads).build();
        let pool = pool.map_err(|error| self.write_error(error))?;
        let dictionary: OnceLock<Dictionary> = OnceLock::new();
        let stop = AtomicBool::new(false);
        let several = self.archive.roots.len() > 1;
        let mut records = Vec::with_capacity(files.len());
        thread::scope(|scope| {
            // Loading takes a tenth of a second: it happens while the first files are read and parsed.
            scope.spawn(|| dictionary.get_or_init(Dictionary::load));
            let (sender, receiver) = sync_channel::<Vec<Prepared>>(CHUNKS_AHEAD);
            let (dictionary, stop) = (&dictionary, &stop);
            scope.spawn(move || {
                for chunk in files.chunks(CHUNK_FILES) {
                    let prepare = |(entry, name): &(FileEntry, String)| {
                        if stop.load(Ordering::Relaxed) || self.progress.interrupted() {
                            return None;
                        }
                        let prepared = prepare(entry, name, several, fields, dictionary);
                        self.progress.file_done(prepared.record.items);
                        Some(prepared)
                    };
                    let prepared: Option<Vec<Prepared>> =
                        pool.install(|| chunk.par_iter().map(prepare).collect());
                    let Some(prepared) = prepared else { return };
                    if sender.send(prepared).is_err() {
                        return;
                    }
                }
            });
            for prepared in receiver {
                for Prepared { record, documents } in prepared {
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
        let merged = merge_all(&mut writer).and_then(|()| writer.wait_merging_threads());
        merged.map_err(|error| self.write_error(error))?;
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
    let meta = fs::read(dir.join("meta.json")).unwrap_or_default();
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
    record.modified == entry.modified && !record.hash.is_empty()
        || corpus::read(entry).is_ok_and(|file| file.hash == record.hash)
}

fn prepare(
    entry: &FileEntry,
    name: &str,
    with_source: bool,
    fields: &Fields,
    dictionary: &OnceLock<Dictionary>,
) -> Prepared {
    let mut record = FileRecord {
        source: entry.source.clone(),
        path: entry.path.clone(),
        size: entry.size,
        modified: entry.modified,
        hash: String::new(),
        report: name.to_owned(),
        items: 0,
        tokens: TokenCounts::default(),
        diagnostics: Vec::new(),
    };
    let file = match corpus::read(entry) {
        Ok(file) => file,
        Err(diagnostic) => {
            record.diagnostics.push(diagnostic);
            return Prepared { record, documents: Vec::new() };
        }
    };
    let (report, diagnostics) = report::parse(&file);
    let dictionary = dictionary.get_or_init(Dictionary::load);
    let (documents, tokens) = documents(&report, name, with_source, fields, dictionary);
    record.hash = file.hash;
    record.items = documents.len();
    record.tokens = tokens;
    // Notes are for `check`; they would only make the manifest long.
    record.diagnostics =
        diagnostics.into_iter().filter(|noticed| noticed.severity > Severity::Note).collect();
    Prepared { record, documents }
}

/// Names every report for ids: the file's stem, or its path where several files have that stem, with the source
/// before it where there are several sources.
fn report_names(corpus: &Corpus, archive: &Archive) -> Vec<String> {
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
        let name = if archive.roots.len() > 1 { format!("{}/{name}", file.source) } else { name };
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
    let last = [".managed.json", "meta.json"];
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
