//! Reports to documents, and documents to a state of the index that is published at one moment.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use rayon::ThreadPool;
use rayon::prelude::*;
use tantivy::indexer::NoMergePolicy;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Index, IndexWriter, SegmentReader, TantivyDocument, TantivyError};

use super::options::{Progress, SyncOptions, SyncOutcome};
use super::shelf::{Shelf, Shelved};
use crate::analysis::Dictionary;
use crate::archive::{Archive, NamedFile, ReadReport, Walked};
use crate::error::{Error, Result};
use crate::index::directory::{IndexDirectory, Storage};
use crate::index::document::{Placed, documents};
use crate::index::encoded::{EncodedTokenizer, TOKENIZER};
use crate::index::files::{Keep, remove_unused};
use crate::index::latin;
use crate::index::manifest::{FileRecord, Manifest};
use crate::index::publication::{Current, Publication, sync_folder};
use crate::index::records::Wanted;
use crate::index::schema::Fields;
use crate::index::snapshot::Snapshot;
use crate::index::titles;
use crate::meaning::ModelName;

/// Memory tantivy may fill before it writes a segment, in bytes: most of what a build takes. One segment holds some 150 MB of
/// reports, 350,000 items, so that it is not merged soon.
const WRITER_MEMORY: u64 = 400_000_000;
/// What it needs of that for a byte of reports, with room for what is denser than most.
const MEMORY_A_BYTE: u64 = 20;
/// It refuses less than 15 MB; it makes tables as large as its memory is, which take milliseconds to fill.
const LEAST_MEMORY: u64 = 20_000_000;
/// Bytes of items that are compressed together. Larger blocks make the index smaller and reading an item slower.
pub(super) const STORE_BLOCK: usize = 40 * 1024;
/// How. A block is a quarter smaller than with lz4 and takes 1.6 times as long to read, some 15 µs more; higher levels save
/// next to nothing.
pub(super) const STORE: Compressor =
    Compressor::Zstd(ZstdCompressor { compression_level: Some(6) });
/// Files analysed together. Enough to keep every core busy, few enough to stay small in memory.
const CHUNK_FILES: usize = 16;
/// Bytes of files after which a chunk ends: one large file is enough.
const CHUNK_BYTES: u64 = 16 * 1024 * 1024;
/// Chunks that may wait for tantivy.
const CHUNKS_AHEAD: usize = 4;

/// A sync under way; the lock of the index is held.
pub(super) struct Job<'a> {
    pub(super) dir: &'a Path,
    pub(super) archive: &'a Archive,
    pub(super) walked: Walked,
    pub(super) options: &'a SyncOptions,
    pub(super) progress: &'a dyn Progress,
    /// Bytes of files whose items may stay in memory while others are read.
    pub(super) in_memory: u64,
    /// Reads and analyses.
    pub(super) pool: ThreadPool,
}

/// What a report becomes in the index.
struct Analysed {
    record: FileRecord,
    documents: Vec<TantivyDocument>,
}

impl Job<'_> {
    /// Writes documents of about these files and publishes them. Whatever was written is taken away again if that fails.
    pub(super) fn written(
        &self,
        index: &Index,
        directory: &IndexDirectory,
        old: Option<&Current>,
        files: &[NamedFile],
        write: impl FnOnce(&mut IndexWriter) -> Result<Vec<Arc<FileRecord>>>,
    ) -> Result<Manifest> {
        let written = || {
            let mut writer = self.writer(index, files)?;
            let records = write(&mut writer)?;
            let mut manifest = self.manifest(records);
            self.commit(writer, directory)?;
            let head = old.map(|old| &old.manifest.head);
            manifest.head.meaning = self.meaning(directory, index, head)?;
            self.publish(directory, &manifest, old)?;
            Ok(manifest)
        };
        written().inspect_err(|_| directory.discard())
    }

    /// Brings what is recorded of the files up to date, where only times or notes have changed.
    pub(super) fn record(&self, old: &Current, kept: Vec<Arc<FileRecord>>) -> Result<SyncOutcome> {
        let mut manifest = self.manifest(kept);
        manifest.head.generation.clone_from(&old.manifest.head.generation);
        manifest.head.meaning.clone_from(&old.manifest.head.meaning);
        if manifest != old.manifest {
            let opened = IndexDirectory::open(self.dir, old.publication.commit());
            let (directory, _) = opened.map_err(|error| self.write_error(error))?;
            let published = self.publish(&directory, &manifest, Some(old));
            published.inspect_err(|_| directory.discard())?;
        }
        Ok(outcome(&manifest, 0, 0))
    }

    /// Returns what a clearing leaves beside a state whose segments have the vectors of a model, or of none: vectors, as long as
    /// those that are wanted are not all published.
    pub(super) fn keep(&self, meaning: Option<&ModelName>) -> Keep {
        match &self.options.encoder {
            Some(encoder) if meaning != Some(encoder.name()) => Keep::Vectors,
            _ => Keep::Published,
        }
    }

    pub(super) fn write_error(
        &self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        let source = source.into();
        // All that tantivy says of a thread of its own that could not write.
        if let Some(TantivyError::ErrorInThread(_)) = source.downcast_ref() {
            return Error::index_write(self.dir, "a file of it could not be written");
        }
        Error::index_write(self.dir, source)
    }

    pub(super) fn writer(&self, index: &Index, files: &[NamedFile]) -> Result<IndexWriter> {
        let bytes: u64 = files.iter().map(|file| file.entry.size).sum();
        let memory = bytes.saturating_mul(MEMORY_A_BYTE).clamp(LEAST_MEMORY, WRITER_MEMORY);
        let memory = usize::try_from(memory).unwrap_or(usize::MAX);
        index.tokenizers().register(TOKENIZER, EncodedTokenizer::default());
        // One thread: documents keep their order, so that the same files always give the same index.
        let writer: IndexWriter =
            index.writer_with_num_threads(1, memory).map_err(|error| self.write_error(error))?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(writer)
    }

    fn manifest(&self, files: Vec<Arc<FileRecord>>) -> Manifest {
        let Walked { folders, diagnostics, .. } = &self.walked;
        Manifest::new(self.dir, self.archive, folders, files, diagnostics.clone())
    }

    /// Analyses reports on all threads and adds them to the index in their order.
    pub(super) fn add(
        &self,
        writer: &mut IndexWriter,
        fields: &Fields,
        reports: Vec<Shelved>,
        shelf: &Shelf,
    ) -> Result<Vec<Arc<FileRecord>>> {
        let stop = AtomicBool::new(false);
        let mut records = Vec::with_capacity(reports.len());
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(CHUNKS_AHEAD);
            let stop = &stop;
            scope.spawn(move || self.analyse_all(reports, shelf, fields, stop, &sender));
            for chunk in receiver {
                for Analysed { record, documents } in chunk? {
                    for document in documents {
                        if let Err(error) = writer.add_document(document) {
                            stop.store(true, Ordering::Relaxed);
                            return Err(self.write_error(error));
                        }
                    }
                    records.push(Arc::new(record));
                }
            }
            if self.progress.interrupted() { Err(Error::Interrupted) } else { Ok(()) }
        })?;
        Ok(records)
    }

    /// Sends what reports become, in chunks, until none is left, the sync is stopped or nobody receives.
    fn analyse_all(
        &self,
        reports: Vec<Shelved>,
        shelf: &Shelf,
        fields: &Fields,
        stop: &AtomicBool,
        sender: &SyncSender<Result<Vec<Analysed>>>,
    ) {
        let dictionary = dictionary(&self.archive.dictionary);
        let analyse = |shelved: Shelved| {
            if stop.load(Ordering::Relaxed) || self.progress.interrupted() {
                return Err(Error::Interrupted);
            }
            let read = shelf.take(shelved).map_err(|error| self.write_error(error))?;
            let analysed = self.analyse(read, fields, &dictionary);
            self.progress.file_done(analysed.record.items);
            Ok(analysed)
        };
        let mut reports = reports.into_iter();
        loop {
            let mut chunk: Vec<Shelved> = Vec::new();
            let mut bytes = 0;
            while chunk.len() < CHUNK_FILES && bytes < CHUNK_BYTES {
                let Some(shelved) = reports.next() else { break };
                bytes += shelved.read.entry.size;
                chunk.push(shelved);
            }
            if chunk.is_empty() {
                return;
            }
            let analysed: Result<Vec<Analysed>> =
                self.pool.install(|| chunk.into_par_iter().map(analyse).collect());
            let is_last = analysed.is_err();
            if sender.send(analysed).is_err() || is_last {
                return;
            }
        }
    }

    fn analyse(&self, mut read: ReadReport, fields: &Fields, dictionary: &Dictionary) -> Analysed {
        let source = self.archive.source(&read.entry.source);
        let placed = Placed {
            name: &read.name,
            with_source: self.archive.sources.len() > 1,
            date: read.date.as_ref(),
            base_url: source.and_then(|source| source.base_url.as_deref()),
        };
        let (documents, tokens) = read
            .report
            .as_mut()
            .map_or_else(Default::default, |report| documents(report, &placed, fields, dictionary));
        let record = FileRecord { items: documents.len(), tokens, ..FileRecord::of(read) };
        Analysed { record, documents }
    }

    /// Commits documents. Nobody sees it yet.
    fn commit(&self, mut writer: IndexWriter, directory: &IndexDirectory) -> Result<()> {
        self.progress.writing();
        let failed = |error| self.write_error(error);
        let index = writer.index().clone();
        writer.commit().map_err(failed)?;
        writer.wait_merging_threads().map_err(failed)?;
        write_beside(directory, &index).map_err(failed)
    }

    /// Makes the commit of a directory the state of the index.
    pub(super) fn publish(
        &self,
        directory: &IndexDirectory,
        manifest: &Manifest,
        old: Option<&Current>,
    ) -> Result<()> {
        let publication = Publication::new(directory, manifest, old);
        let publication = publication.map_err(|error| self.write_error(error))?;
        if !self.progress.may_publish() {
            return Err(Error::Interrupted);
        }
        publication.publish(self.dir).map_err(|error| self.write_error(error))?;
        // What was there before stays until the new state lasts.
        if sync_folder(self.dir).is_ok() {
            remove_unused(self.dir, self.keep(manifest.head.meaning.as_ref()));
        }
        Ok(())
    }
}

/// Opens what is published now.
pub(super) fn current(dir: &Path, publication: Publication) -> Result<Current> {
    let opened = Snapshot::of(dir, publication.clone(), Storage::Mapped)?;
    let manifest =
        publication.manifest(opened.files(), Wanted::Said).map_err(|flaw| flaw.error(dir))?;
    Ok(Current { publication, manifest })
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

/// Writes the Latin atoms and the titles of every new segment beside it.
pub(super) fn write_beside(directory: &IndexDirectory, index: &Index) -> tantivy::Result<()> {
    let (_, fields) = Fields::schema();
    for segment in index.searchable_segments()? {
        let has_latin = latin::is_written(directory, segment.id())?;
        let has_titles = titles::is_written(directory, segment.id())?;
        if has_latin && has_titles {
            continue;
        }
        let reader = SegmentReader::open(&segment)?;
        if !has_latin {
            latin::write(directory, &reader, &fields)?;
        }
        if !has_titles {
            titles::write(directory, &reader, &fields)?;
        }
    }
    Ok(())
}

pub(super) fn outcome(manifest: &Manifest, changed: usize, removed: usize) -> SyncOutcome {
    let found = manifest.diagnostics_by_source();
    let found = found.map(|(source, found)| (source.to_owned(), found.clone()));
    SyncOutcome {
        items: manifest.head.items,
        reports: manifest.head.reports,
        changed,
        unnoticed: 0,
        removed,
        diagnostics: found.collect(),
    }
}
