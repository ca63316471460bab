//! Brings an index in step with the files of an archive: one new state, all or nothing.

mod build;
mod changes;
mod meaning;
mod merge;
mod options;
mod shelf;
mod update;
mod write;

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::sync::Arc;

pub use merge::merge;
pub use options::{Comparison, Progress, Steps, SyncOptions, SyncOutcome, Trust};

use build::IN_MEMORY;
pub(super) use changes::looks_unchanged;
use changes::{Changes, has_content};
use write::{Job, current};

use super::Belonging;
use super::files::remove_unused;
use super::lock::WriterLock;
use super::manifest::{FileRecord, Head};
use super::publication::Current;
use super::snapshot::{Condition, Snapshot, inspect};
use super::sum::Flaw;
use super::times::settled;
use crate::archive::{Archive, Walked};
use crate::corpus::FileEntry;
use crate::error::{Error, Result};

/// What there is to do.
enum Plan {
    /// The files are as they were read; only what is recorded of them may be out of date.
    Nothing { old: Box<Current>, kept: Vec<Arc<FileRecord>> },
    /// Some files have changed.
    Update { old: Box<Current>, changes: Changes },
    /// A new index takes the place of what is there.
    Build(Why),
}

/// Why an index is built from nothing.
enum Why {
    /// There is none.
    First,
    /// Somebody wants it.
    Asked,
    /// Its sources are not those of the archive.
    Sources,
    /// Its dictionary had other words.
    Words,
    /// It was made by another program, which says of itself.
    Version(String),
    /// It cannot be used, for this reason.
    Damaged(String),
}

impl Why {
    /// Returns what is worth a line.
    fn note(&self) -> Option<String> {
        Some(match self {
            Self::First | Self::Asked => return None,
            Self::Sources => {
                "the sources are not those the index was made of; building it again".to_owned()
            }
            Self::Words => {
                "the words of the dictionary have changed; building the index again".to_owned()
            }
            Self::Version(made_by) => {
                format!("the index was made by {made_by}; building it again")
            }
            Self::Damaged(reason) => format!("the index is damaged ({reason}); building it again"),
        })
    }
}

/// Brings the index in `dir` in step with `archive`.
///
/// # Errors
/// [`Error::NotAnIndex`], [`Error::IndexOfAnotherArchive`], [`Error::IndexLocked`], [`Error::IndexUnreadable`],
/// [`Error::IndexWrite`], [`Error::Interrupted`], and those of reading an archive. Whatever happens, the last good index
/// stays usable.
pub fn sync(
    dir: &Path,
    archive: &Archive,
    options: &SyncOptions,
    progress: &dyn Progress,
) -> Result<SyncOutcome> {
    let mut walked = walk(archive, dir)?;
    let failed = |source| Error::index_write(dir, source);
    // Looked at before the lock, which is a file in it.
    if matches!(inspect(dir), Condition::Foreign) {
        return Err(Error::NotAnIndex { path: dir.to_path_buf() });
    }
    if !dir.exists() {
        fs::create_dir_all(dir).map_err(|error| nowhere(dir).unwrap_or_else(|| failed(error)))?;
        // An index inside the archive changes the time of the folder it lies in.
        if archive.roots().iter().any(|root| dir.starts_with(&root.path)) {
            walked = walk(archive, dir)?;
        }
    }
    let waited = Cell::new(false);
    let on_wait = |holder: &str| {
        waited.set(true);
        progress.note(&format!("waiting for {holder}, which is writing this index"));
    };
    let lock = WriterLock::acquire(dir, options.patience, &on_wait);
    let _lock = lock.map_err(|error| told_with_damage(error, dir, options))?;
    if waited.get() {
        // The other writer may have seen newer files.
        walked = walk(archive, dir)?;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    let pool = pool.map_err(|error| Error::index_write(dir, error))?;
    let job = Job { dir, archive, walked, options, progress, in_memory: IN_MEMORY, pool };
    let plan = plan(&job)?;
    // What a writer that was stopped has left would be in the way, if only of what is new.
    remove_unused(dir, job.keep(None));
    let outcome = carry_out(plan, &job)?;
    job.add_meaning()?;
    Ok(outcome)
}

/// Returns the error of a folder that cannot be made because a link in its path leads to nothing.
fn nowhere(dir: &Path) -> Option<Error> {
    let link = dir.ancestors().find(|part| part.is_symlink() && !part.exists())?;
    let target = fs::read_link(link).ok()?;
    Some(Error::IndexNowhere { path: dir.to_path_buf(), link: link.to_path_buf(), target })
}

/// Walks an archive. A file that has just changed has no time of its change: it may change again within the same time.
fn walk(archive: &Archive, dir: &Path) -> Result<Walked> {
    let settled = settled();
    let mut walked = archive.walk(Some(dir))?;
    for file in &mut walked.files {
        if file.entry.changed > settled {
            file.entry.changed = 0;
        }
    }
    Ok(walked)
}

/// Returns the error of an index that is damaged where it cannot be written: that is the worse news.
fn told_with_damage(error: Error, dir: &Path, options: &SyncOptions) -> Error {
    let Error::IndexWrite { source, .. } = &error else { return error };
    let opened = Snapshot::open(dir).and_then(|snapshot| match options.trust {
        Trust::Lengths => Ok(()),
        Trust::Times | Trust::Checksums => snapshot.verify(None),
    });
    match opened {
        Err(Error::IndexDamaged { path, reason }) => {
            let reason = format!("{reason}; it cannot be built again: {source}");
            Error::IndexDamaged { path, reason }
        }
        _ => error,
    }
}

/// Decides what there is to do.
fn plan(job: &Job<'_>) -> Result<Plan> {
    let dir = job.dir;
    let publication = match inspect(dir) {
        Condition::Foreign => return Err(Error::NotAnIndex { path: dir.to_path_buf() }),
        Condition::Unreadable(source) => {
            return Err(Error::IndexUnreadable { path: dir.to_path_buf(), source });
        }
        Condition::Empty => return Ok(Plan::Build(Why::First)),
        Condition::Damaged { reason, head } => {
            if let Some(head) = head {
                belonging(job, &head)?;
            }
            return Ok(Plan::Build(Why::Damaged(reason)));
        }
        Condition::OtherVersion(head) => {
            belonging(job, &head)?;
            return Ok(Plan::Build(Why::Version(head.made_by())));
        }
        Condition::Usable(publication) => publication,
    };
    match belonging(job, &publication.head)? {
        Belonging::Sources | Belonging::Below | Belonging::Other => {
            return Ok(Plan::Build(Why::Sources));
        }
        Belonging::Words => return Ok(Plan::Build(Why::Words)),
        Belonging::Same if job.options.rebuild => return Ok(Plan::Build(Why::Asked)),
        Belonging::Same => {}
    }
    let mut old = match current(dir, *publication) {
        Err(Error::IndexDamaged { reason, .. }) => return Ok(Plan::Build(Why::Damaged(reason))),
        old => Box::new(old?),
    };
    let stopped = || job.progress.interrupted();
    let has_content =
        |entry: &FileEntry, record: &FileRecord| stopped() || has_content(entry, record);
    let (records, files) = (&old.manifest.files, &job.walked.files);
    let comparison = job.options.comparison;
    let changes = job.pool.install(|| Changes::between(records, files, comparison, &has_content));
    if stopped() {
        return Err(Error::Interrupted);
    }
    let verified = match job.options.trust {
        Trust::Checksums => old.publication.verify(dir),
        Trust::Lengths if changes.is_empty() => Ok(()),
        Trust::Lengths | Trust::Times => old.publication.verify_changed(dir),
    };
    match verified {
        Ok(()) => {}
        Err(Flaw::Damaged(reason)) => return Ok(Plan::Build(Why::Damaged(reason))),
        Err(flaw) => return Err(flaw.error(dir)),
    }
    Ok(if changes.is_empty() {
        Plan::Nothing { old, kept: changes.kept }
    } else {
        Plan::Update { old, changes }
    })
}

/// Returns what an index is to the archive; one of another archive is only replaced on request.
fn belonging(job: &Job<'_>, head: &Head) -> Result<Belonging> {
    match head.belonging(job.dir, job.archive) {
        Belonging::Below | Belonging::Other if !job.options.replace => {
            Err(head.belongs_elsewhere(job.dir))
        }
        belonging => Ok(belonging),
    }
}

fn carry_out(plan: Plan, job: &Job<'_>) -> Result<SyncOutcome> {
    match plan {
        Plan::Nothing { old, kept } => job.record(&old, kept),
        Plan::Update { old, changes } => job.update(&old, changes),
        Plan::Build(why) => {
            if let Some(note) = why.note() {
                job.progress.note(&note);
            }
            job.build()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::corpus::SourceRoot;
    use crate::index::{FORMAT_VERSION, MANIFEST};

    struct Quiet;
    impl Progress for Quiet {}

    /// An archive of one report with an index beside it.
    struct Indexed {
        folder: tempfile::TempDir,
        archive: Archive,
        options: SyncOptions,
    }

    impl Indexed {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let home = fs::canonicalize(folder.path()).unwrap();
            fs::create_dir(home.join("a")).unwrap();
            fs::write(home.join("a/1.md"), "1、一\n\n2、二\n").unwrap();
            let sources = vec![SourceRoot::new("a", home.join("a")).into()];
            let archive = Archive { sources, ..Archive::default() };
            let indexed = Self { folder, archive, options: SyncOptions::default() };
            sync(&indexed.path("index"), &indexed.archive, &indexed.options, &Quiet).unwrap();
            indexed
        }

        fn path(&self, name: &str) -> std::path::PathBuf {
            fs::canonicalize(self.folder.path()).unwrap().join(name)
        }

        /// Checks what there is to do, in a word, and what is said about it.
        #[track_caller]
        fn check(&self, expected: &str, note: Option<&str>) {
            let dir = self.path("index");
            let job = Job {
                dir: &dir,
                archive: &self.archive,
                walked: self.archive.walk(Some(&dir)).unwrap(),
                options: &self.options,
                progress: &Quiet,
                in_memory: 0,
                pool: rayon::ThreadPoolBuilder::new().build().unwrap(),
            };
            let (plan, said) = match plan(&job) {
                Ok(Plan::Nothing { .. }) => ("nothing", None),
                Ok(Plan::Update { .. }) => ("update", None),
                Ok(Plan::Build(why)) => ("build", why.note()),
                Err(error) => ("error", Some(error.one_line())),
            };
            assert_eq!(plan, expected, "{said:?}");
            assert_eq!(said.is_some(), note.is_some(), "{said:?}");
            let said = said.unwrap_or_default();
            assert!(said.contains(note.unwrap_or_default()), "{said}");
        }
    }

    #[test]
    fn a_file_that_has_just_changed_may_change_again_at_the_same_time() {
        let indexed = Indexed::new();
        fs::write(indexed.path("a/1.md"), "").unwrap();
        let walked = walk(&indexed.archive, &indexed.path("index")).unwrap();
        let plain = indexed.archive.walk(None).unwrap();
        assert_eq!(walked.files[0].entry.changed, 0);
        assert_ne!(plain.files[0].entry.changed, 0);
    }

    #[test]
    fn what_syncs_leave_is_merged_without_another_answer() {
        let indexed = Indexed::new();
        let dir = indexed.path("index");
        let segments = || {
            let snapshot = Snapshot::open(&dir).unwrap();
            let segments = snapshot.searcher.segment_readers().len();
            (segments, snapshot.head().generation.clone(), snapshot.seal().to_owned())
        };
        let merge = || merge(&dir, &indexed.archive, &indexed.options, &Quiet);
        assert!(!merge().unwrap());
        for number in 2..12 {
            fs::write(indexed.path(&format!("a/{number}.md")), format!("1、{number}\n")).unwrap();
            sync(&dir, &indexed.archive, &indexed.options, &Quiet).unwrap();
        }
        let (many, before, seal) = segments();
        assert!(merge().unwrap());
        let (few, after, merged) = segments();
        assert!(few < many, "{few} of {many}");
        assert_eq!(before, after);
        assert_ne!(seal, merged);
        assert!(!merge().unwrap());
        indexed.check("nothing", None);
        // While another writes, there is nothing to do.
        let _lock = WriterLock::acquire(&dir, Duration::ZERO, &|_| {}).unwrap();
        assert!(!merge().unwrap());
    }

    #[test]
    fn an_index_in_step_needs_nothing_and_one_behind_an_update() {
        let indexed = Indexed::new();
        indexed.check("nothing", None);
        fs::write(indexed.path("a/2.md"), "1、三\n").unwrap();
        indexed.check("update", None);
    }

    #[test]
    fn an_index_that_is_missing_or_not_wanted_is_built_without_a_word() {
        let mut indexed = Indexed::new();
        indexed.options.rebuild = true;
        indexed.check("build", None);
        fs::remove_dir_all(indexed.path("index")).unwrap();
        indexed.check("build", None);
    }

    #[test]
    fn an_index_that_cannot_be_used_is_built_again_with_the_reason() {
        let indexed = Indexed::new();
        let manifest = indexed.path("index/manifest.json");
        let text = fs::read_to_string(&manifest).unwrap();
        // What format 4 called its sources; it had no seal.
        let (line, _) = text.split_once('\n').unwrap();
        let format = format!("\"format\":{FORMAT_VERSION}");
        let other = line.replacen(&format, "\"format\":4", 1);
        fs::write(&manifest, other.replacen("\"sources\"", "\"roots\"", 1) + "\n").unwrap();
        indexed.check("build", Some("the index was made by baoku"));
        fs::write(&manifest, "{").unwrap();
        indexed.check("build", Some("the index is damaged (manifest.json"));
        fs::write(&manifest, text).unwrap();
        indexed.check("nothing", None);
        // Whoever wrote this may have written the rest.
        fs::write(indexed.path("index/notes.md"), "").unwrap();
        fs::remove_file(manifest).unwrap();
        indexed.check("error", Some("is not an index"));
    }

    #[test]
    fn a_first_build_that_was_stopped_is_begun_again_without_a_word() {
        let indexed = Indexed::new();
        let index = indexed.path("index");
        fs::remove_file(index.join(MANIFEST)).unwrap();
        fs::write(index.join("manifest.json.new"), "{\"head\":").unwrap();
        indexed.check("build", None);
        let names = || {
            let entries = fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().file_name());
            entries.collect::<std::collections::BTreeSet<_>>()
        };
        let left = names();
        sync(&index, &indexed.archive, &indexed.options, &Quiet).unwrap();
        let both: Vec<_> = left.intersection(&names()).cloned().collect();
        assert_eq!(both, [".baoku.lock"]);
    }

    #[test]
    fn what_a_writer_that_was_stopped_has_left_is_in_nobodys_way() {
        let indexed = Indexed::new();
        let index = indexed.path("index");
        let segment = fs::read_dir(&index)
            .unwrap()
            .find_map(|entry| {
                let name = entry.unwrap().file_name().into_string().unwrap();
                name.strip_suffix(".store").map(str::to_owned)
            })
            .unwrap();
        // Lists of deleted documents are named by a count, so that the next writer wants the same names.
        let deleted: Vec<_> = (0..9).map(|n| index.join(format!("{segment}.{n}.del"))).collect();
        for path in &deleted {
            fs::write(path, "x").unwrap();
        }
        fs::write(indexed.path("a/1.md"), "1、三\n").unwrap();
        sync(&index, &indexed.archive, &indexed.options, &Quiet).unwrap();
        indexed.check("nothing", None);
        assert!(deleted.iter().all(|path| !path.exists()));
    }

    #[test]
    fn damage_that_lengths_do_not_show_is_found_by_checksums_and_before_an_update() {
        let mut indexed = Indexed::new();
        for entry in fs::read_dir(indexed.path("index")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "fast") {
                let mut bytes = fs::read(&path).unwrap();
                bytes[3] ^= 1;
                fs::write(path, bytes).unwrap();
            }
        }
        indexed.check("nothing", None);
        fs::write(indexed.path("a/2.md"), "1、三\n").unwrap();
        indexed.check("build", Some(".fast: its content has changed"));
        fs::remove_file(indexed.path("a/2.md")).unwrap();
        indexed.options.trust = Trust::Checksums;
        indexed.check("build", Some(".fast: its content has changed"));
    }

    #[test]
    fn an_index_whose_segment_is_gone_is_built_again_with_the_reason() {
        let indexed = Indexed::new();
        for entry in fs::read_dir(indexed.path("index")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "store") {
                fs::remove_file(path).unwrap();
            }
        }
        indexed.check("build", Some("the index is damaged ("));
    }

    #[test]
    fn other_sources_or_words_mean_another_index() {
        let mut indexed = Indexed::new();
        "硅灵科技".clone_into(&mut indexed.archive.dictionary);
        indexed.check("build", Some("the words of the dictionary have changed"));
        "other".clone_into(&mut indexed.archive.sources[0].root.name);
        indexed.check("build", Some("the sources are not those"));
    }

    #[test]
    fn an_index_of_another_archive_is_only_replaced_on_request() {
        let mut indexed = Indexed::new();
        fs::rename(indexed.path("a"), indexed.path("b")).unwrap();
        indexed.archive.sources[0].root.path = indexed.path("b");
        indexed.check("error", Some("belongs to the archive"));
        indexed.options.replace = true;
        indexed.check("build", Some("the sources are not those"));
    }

    #[cfg(unix)]
    #[test]
    fn an_index_behind_a_link_to_nothing_is_refused_with_a_way_out() {
        let indexed = Indexed::new();
        std::os::unix::fs::symlink("gone", indexed.path("link")).unwrap();
        for dir in ["link", "link/below"] {
            let made = sync(&indexed.path(dir), &indexed.archive, &indexed.options, &Quiet);
            let line = made.unwrap_err().one_line();
            let says = "is a link to `gone`, which is missing; make that folder, remove the link";
            assert!(line.contains(says), "{line}");
        }
        fs::create_dir(indexed.path("gone")).unwrap();
        sync(&indexed.path("link"), &indexed.archive, &indexed.options, &Quiet).unwrap();
    }

    #[test]
    fn a_folder_with_files_of_somebody_else_is_left_alone() {
        let indexed = Indexed::new();
        fs::remove_dir_all(indexed.path("index")).unwrap();
        fs::create_dir(indexed.path("index")).unwrap();
        fs::write(indexed.path("index/notes.md"), "").unwrap();
        indexed.check("error", Some("is not an index"));
    }
}
