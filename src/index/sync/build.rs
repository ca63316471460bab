//! An archive to a new index: looked at for what its reports show, read in that light, then cut and written, in memory
//! that does not grow with it.

use rayon::prelude::*;
use tantivy::{Index, IndexSettings};

use super::options::SyncOutcome;
use super::shelf::{Shelf, Shelved};
use super::write::{Job, STORE, STORE_BLOCK, outcome};
use crate::archive::{Clued, Known, NamedFile, ReadReport, Shown, settle, teach};
use crate::error::{Error, Result};
use crate::index::directory::IndexDirectory;
use crate::index::schema::Fields;
use crate::report::Lesson;

/// Bytes of files whose items stay in memory until they are written, where they take some four times as much. Tens of
/// thousands of items; writing others to a file and reading them back is a twentieth of the work on them.
pub(super) const IN_MEMORY: u64 = 16 * 1024 * 1024;

/// What is known of a file that was looked at, or what there is of one that could not be read.
type Surveyed = std::result::Result<Known, Box<ReadReport>>;

impl Job<'_> {
    /// Builds a new index beside the old one, whose place it takes when it is published.
    pub(super) fn build(&self) -> Result<SyncOutcome> {
        let (schema, fields) = Fields::schema();
        let directory = IndexDirectory::new(self.dir).map_err(|error| self.write_error(error))?;
        let settings = IndexSettings {
            docstore_compression: STORE,
            docstore_blocksize: STORE_BLOCK,
            ..IndexSettings::default()
        };
        let index = Index::create(directory.clone(), schema, settings)
            .map_err(|error| self.write_error(error))?;
        let files = &self.walked.files;
        let written = self.written(&index, &directory, None, files, |writer| {
            self.progress.begin(files.len());
            let shelf = Shelf::new(self.dir, self.in_memory);
            let reports = self.pool.install(|| self.read_twice(&shelf))?;
            self.add(writer, &fields, reports, &shelf)
        });
        Ok(outcome(&written?, files.len(), 0))
    }

    /// Looks at all files for what their series show, reads them in that light, and dates them.
    fn read_twice(&self, shelf: &Shelf) -> Result<Vec<Shelved>> {
        let files = &self.walked.files;
        let survey = |file: &NamedFile| {
            let surveyed = self.unless_interrupted(|| self.archive.survey(file));
            self.progress.file_read();
            surveyed
        };
        let surveyed = files.par_iter().map(survey).collect::<Result<Vec<Surveyed>>>()?;
        let nothing = Known::default();
        let shown = surveyed.iter().zip(files);
        let shown: Vec<Shown<'_>> =
            shown.map(|(known, file)| known.as_ref().unwrap_or(&nothing).shown(file)).collect();
        let lessons = teach(&shown);
        let read = |((surveyed, lesson), file): ((Surveyed, Lesson), &NamedFile)| {
            let read = match surveyed {
                Ok(known) => self.read_one(file, &Known { lesson, ..known })?,
                // Its series was taught without it, whether it can be read now or not.
                Err(unread) => *unread,
            };
            self.progress.file_read();
            shelf.put(read).map_err(|error| self.write_error(error))
        };
        let reports = surveyed.into_par_iter().zip(lessons).zip(files);
        let mut reports = reports.map(read).collect::<Result<Vec<Shelved>>>()?;
        let clued = |shelved: &Shelved| shelved.items > 0;
        let dated: Vec<Clued<'_>> =
            reports.iter().map(|shelved| shelved.read.clued_if(clued(shelved))).collect();
        let dates = settle(self.archive, &dated);
        for (shelved, (date, dating)) in reports.iter_mut().zip(dates) {
            (shelved.read.date, shelved.read.dating) = (date, dating);
        }
        Ok(reports)
    }

    fn read_one(&self, file: &NamedFile, known: &Known) -> Result<ReadReport> {
        let mut read = self.unless_interrupted(|| self.archive.read_one(file, known))?;
        if let Some(report) = &mut read.report {
            // Only those who look at one report want to know.
            report.left_out = Vec::new();
        }
        Ok(read)
    }

    fn unless_interrupted<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        if self.progress.interrupted() { Err(Error::Interrupted) } else { Ok(work()) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::archive::Archive;
    use crate::corpus::SourceRoot;
    use crate::index::Snapshot;
    use crate::index::sync::{Progress, SyncOptions};

    struct Quiet;
    impl Progress for Quiet {}

    #[test]
    fn an_index_is_the_same_wherever_items_lay_before_they_were_written() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let sources = vec![SourceRoot::new("a", fs::canonicalize(corpus).unwrap()).into()];
        let archive = Archive { sources, ..Archive::default() };
        let home = tempfile::tempdir().unwrap();
        let built = |name: &str, in_memory: u64| {
            let dir = home.path().join(name);
            fs::create_dir(&dir).unwrap();
            let job = Job {
                dir: &dir,
                archive: &archive,
                walked: archive.walk(Some(&dir)).unwrap(),
                options: &SyncOptions::default(),
                progress: &Quiet,
                in_memory,
                pool: rayon::ThreadPoolBuilder::new().build().unwrap(),
            };
            let outcome = job.build().unwrap();
            let names = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name());
            assert!(
                names.map(|name| name.into_string().unwrap()).all(|name| !name.contains("temp"))
            );
            (outcome, Snapshot::open(&dir).unwrap())
        };
        let ((outcome, memory), (same, file)) = (built("memory", IN_MEMORY), built("file", 0));
        assert_eq!(outcome, same);
        assert!(outcome.items > 50, "{}", outcome.items);
        assert_eq!(memory.head(), file.head());
        assert_eq!(memory.manifest().unwrap().files, file.manifest().unwrap().files);
        // Also what is stored of the items.
        let stores = [&memory, &file].map(|snapshot| {
            let names = fs::read_dir(&snapshot.path).unwrap().map(|entry| entry.unwrap().path());
            let store =
                names.into_iter().find(|path| path.extension().is_some_and(|e| e == "store"));
            fs::read(store.unwrap()).unwrap()
        });
        assert!(stores[0] == stores[1], "other items are stored");
    }
}
