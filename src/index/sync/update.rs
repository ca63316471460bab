//! What changed to a new state of the index: the files that are different, and the reports that a change has taught or
//! dated anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tantivy::Term;

use super::changes::Changes;
use super::options::SyncOutcome;
use super::shelf::{Shelf, Shelved};
use super::write::{Job, outcome};
use crate::archive::{Clued, Known, NamedFile, ReadReport, Shown, settle, teach_moved};
use crate::error::Result;
use crate::index::directory::IndexDirectory;
use crate::index::manifest::FileRecord;
use crate::index::publication::Current;
use crate::index::schema::Fields;
use crate::report::{Clues, EvidenceKind, Lesson};

/// Reports on their way into an index that holds others.
struct Among<'a> {
    job: &'a Job<'a>,
    /// Records of the reports that stay, sorted.
    kept: Vec<Arc<FileRecord>>,
    /// Records of those that do not, as they were.
    stale: Vec<Arc<FileRecord>>,
    /// What was read.
    read: Vec<ReadReport>,
}

impl Job<'_> {
    /// Writes what changed into the index.
    pub(super) fn update(&self, old: &Current, changes: Changes) -> Result<SyncOutcome> {
        let Changes { kept, to_read, stale, gone, unnoticed } = changes;
        let (_, fields) = Fields::schema();
        let (directory, index) = IndexDirectory::open(self.dir, old.publication.commit())
            .map_err(|error| self.write_error(error))?;
        let manifest = self.written(&index, &directory, Some(old), &to_read, |writer| {
            let among = Among::read(self, kept, stale, &to_read)?;
            // First, for a deletion takes with it whatever of that name was added before.
            for record in &among.stale {
                writer.delete_term(Term::from_field_text(fields.report, &record.report));
            }
            let mut kept = among.kept;
            self.progress.begin(among.read.len());
            let read = among.read.into_iter().map(Shelved::from).collect();
            kept.extend(self.add(writer, &fields, read, &Shelf::new(self.dir, 0))?);
            Ok(kept)
        })?;
        Ok(SyncOutcome { unnoticed, ..outcome(&manifest, to_read.len(), gone) })
    }
}

impl<'a> Among<'a> {
    /// Reads files among the reports that are kept. A report that came, went or changed may teach its neighbours something
    /// else or date them anew: those are read again, too.
    fn read(
        job: &'a Job<'a>,
        kept: Vec<Arc<FileRecord>>,
        stale: Vec<Arc<FileRecord>>,
        to_read: &[NamedFile],
    ) -> Result<Self> {
        let interrupted = || job.progress.interrupted();
        let read = job.pool.install(|| job.archive.read(to_read, &interrupted))?;
        let mut among = Self { job, kept, stale, read };
        among.teach()?;
        among.settle()?;
        among.read.sort_by(|a, b| {
            (&a.entry.source, &a.entry.path).cmp(&(&b.entry.source, &b.entry.path))
        });
        Ok(among)
    }

    /// Says to the reports that were read what their series shows, and reads again those to which it shows something else
    /// now.
    fn teach(&mut self) -> Result<()> {
        let kept = self.kept.iter().map(|record| record.shown());
        let files: Vec<Shown<'_>> = kept.chain(self.read.iter().map(ReadReport::shown)).collect();
        let gone: Vec<Shown<'_>> = self.stale.iter().map(|record| record.shown()).collect();
        let mut moved = BTreeMap::new();
        for (at, lesson) in teach_moved(&files, &gone) {
            match at.checked_sub(self.kept.len()) {
                Some(at) => self.read[at].lesson = lesson,
                None if self.kept[at].lesson == lesson => {}
                None => {
                    moved.insert(at, lesson);
                }
            }
        }
        let interrupted = || self.job.progress.interrupted();
        self.job.pool.install(|| self.job.archive.read_again(&mut self.read, &interrupted))?;
        self.read_kept(moved)?;
        Ok(())
    }

    /// Dates the reports that were read, and reads again what is dated otherwise now.
    fn settle(&mut self) -> Result<()> {
        let moved = self.moved_sources();
        let old: BTreeMap<_, _> = self.stale.iter().map(|record| (record.key(), record)).collect();
        for read in self.read.iter_mut().filter(|read| read.with_items().is_some()) {
            if let Some(old) = old.get(&(read.entry.source.as_str(), read.entry.path.as_str())) {
                (read.date, read.dating) = (old.date.clone(), old.dating.clone());
            }
        }
        let kept = self.kept.iter().map(|record| record.clued());
        let files = kept.chain(self.read.iter().map(ReadReport::clued)).enumerate();
        let (places, files): (Vec<usize>, Vec<Clued<'_>>) =
            files.filter(|(_, file)| moved.contains(file.source)).unzip();
        let dates = settle(self.job.archive, &files);
        let (mut lessons, mut dates_of_kept) = (BTreeMap::new(), Vec::new());
        for (at, (date, dating)) in places.into_iter().zip(dates) {
            if let Some(at) = at.checked_sub(self.kept.len()) {
                (self.read[at].date, self.read[at].dating) = (date, dating);
            } else if self.kept[at].date != date {
                lessons.insert(at, self.kept[at].lesson.clone());
                dates_of_kept.push((date, dating));
            } else if self.kept[at].dating != dating {
                Arc::make_mut(&mut self.kept[at]).dating = dating;
            }
        }
        for (read, date) in self.read_kept(lessons)?.iter_mut().zip(dates_of_kept) {
            (read.date, read.dating) = date;
        }
        Ok(())
    }

    /// Returns the sources in which files may be dated otherwise than they were: those with other clues, and those whose
    /// history has a say.
    fn moved_sources(&self) -> BTreeSet<String> {
        let mut clues: BTreeMap<_, [Option<&Clues>; 2]> = BTreeMap::new();
        let (then, now) = (self.stale.iter(), self.read.iter());
        let each = then.map(|record| (record.clued(), 0)).chain(now.map(|read| (read.clued(), 1)));
        for (Clued { source, path, clues: own }, when) in each {
            clues.entry((source, path)).or_default()[when] = own;
        }
        let moved = clues.into_iter().filter(|(_, [then, now])| then != now);
        let asks_history = |record: &&Arc<FileRecord>| {
            let date = record.date.as_ref();
            record.items > 0
                && date.is_none_or(|date| date.evidence.kind() == EvidenceKind::History)
        };
        let asking = self.kept.iter().chain(&self.stale).filter(asks_history);
        let sources = moved.map(|((source, _), _)| source);
        sources.chain(asking.map(|record| record.source.as_str())).map(str::to_owned).collect()
    }

    /// Reads reports that are kept again, by their places, each with what its series says about it; returns what was read,
    /// in their order.
    fn read_kept(&mut self, lessons: BTreeMap<usize, Lesson>) -> Result<&mut [ReadReport]> {
        let first = self.read.len();
        let walked = &self.job.walked.files;
        let mut files = Vec::with_capacity(lessons.len());
        let mut gone = vec![false; self.kept.len()];
        for (at, lesson) in lessons {
            let record = &self.kept[at];
            let key = |file: &NamedFile| record.key().cmp(&(&file.entry.source, &file.entry.path));
            let Ok(place) = walked.binary_search_by(|file| key(file).reverse()) else { continue };
            let known = Known { lesson, traits: record.traits.clone(), hash: record.hash.clone() };
            files.push((walked[place].clone(), known));
            gone[at] = true;
        }
        if !files.is_empty() {
            let interrupted = || self.job.progress.interrupted();
            let read = || self.job.archive.read_with(&files, &interrupted);
            self.read.extend(self.job.pool.install(read)?);
            let mut gone = gone.into_iter();
            self.stale.extend(self.kept.extract_if(.., |_| gone.next() == Some(true)));
        }
        Ok(&mut self.read[first..])
    }
}
