//! Brings an index in step with the files of an archive: one commit, all or nothing.

mod changes;
mod options;
mod publish;
mod write;

use std::fs;
use std::path::Path;

pub use options::{Progress, SyncOptions, SyncOutcome};

use changes::{Changes, has_content};
use write::Job;

use super::Belonging;
use super::lock::WriterLock;
use super::manifest::{FileRecord, Head, Manifest};
use super::snapshot::{Condition, Snapshot, inspect};
use crate::archive::Archive;
use crate::error::{Error, Result};

/// What there is to do.
enum Plan {
    /// The files are as they were read; only what is recorded of them may be out of date.
    Nothing { old: Box<Manifest>, kept: Vec<FileRecord>, tidiness: Tidiness },
    /// Some files have changed.
    Update(Changes),
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

/// Whether the last writer came to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tidiness {
    Tidy,
    /// Deleted items or several segments are left, which would show in the scores.
    Untidy,
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
    let mut walked = archive.walk(Some(dir))?;
    let failed = |source| Error::index_write(dir, source);
    // Looked at before the lock, which is a file in it.
    if matches!(inspect(dir), Condition::Foreign) {
        return Err(Error::NotAnIndex { path: dir.to_path_buf() });
    }
    if !dir.exists() {
        fs::create_dir_all(dir).map_err(failed)?;
        // An index inside the archive changes the time of the folder it lies in.
        if archive.sources.iter().any(|source| dir.starts_with(&source.root.path)) {
            walked = archive.walk(Some(dir))?;
        }
    }
    let on_wait =
        |holder: &str| progress.note(&format!("waiting for {holder}, which is writing this index"));
    let _lock = WriterLock::acquire(dir, options.patience, &on_wait)?;
    let job = Job { dir, archive, walked, options, progress };
    let plan = plan(&job)?;
    publish::clear_leftovers(dir).map_err(failed)?;
    carry_out(plan, &job)
}

/// Decides what there is to do.
fn plan(job: &Job<'_>) -> Result<Plan> {
    let dir = job.dir;
    let head = match inspect(dir) {
        Condition::Foreign => return Err(Error::NotAnIndex { path: dir.to_path_buf() }),
        Condition::Empty => return Ok(Plan::Build(Why::First)),
        Condition::Damaged(reason) => return Ok(Plan::Build(Why::Damaged(reason))),
        Condition::OtherVersion(head) => {
            belonging(job, &head)?;
            return Ok(Plan::Build(Why::Version(head.made_by())));
        }
        Condition::Usable(head) => head,
    };
    match belonging(job, &head)? {
        Belonging::Sources | Belonging::Below | Belonging::Other => {
            return Ok(Plan::Build(Why::Sources));
        }
        Belonging::Words => return Ok(Plan::Build(Why::Words)),
        Belonging::Same if job.options.rebuild => return Ok(Plan::Build(Why::Asked)),
        Belonging::Same => {}
    }
    let opened = Snapshot::open(dir).and_then(|open| Ok((open.manifest()?, tidiness(&open))));
    let (old, tidiness) = match opened {
        Err(Error::IndexDamaged { reason, .. }) => return Ok(Plan::Build(Why::Damaged(reason))),
        opened => opened?,
    };
    let changes = Changes::between(&old.files, &job.walked.files, &has_content);
    Ok(if changes.is_empty() {
        Plan::Nothing { old: Box::new(old), kept: changes.kept, tidiness }
    } else {
        Plan::Update(changes)
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

fn tidiness(snapshot: &Snapshot) -> Tidiness {
    let segments = snapshot.searcher.segment_readers();
    if segments.len() > 1 || segments.iter().any(tantivy::SegmentReader::has_deletes) {
        Tidiness::Untidy
    } else {
        Tidiness::Tidy
    }
}

fn carry_out(plan: Plan, job: &Job<'_>) -> Result<SyncOutcome> {
    match plan {
        Plan::Nothing { old, kept, tidiness } => {
            if tidiness == Tidiness::Untidy {
                job.tidy()?;
            }
            job.record(&old, kept)
        }
        Plan::Update(changes) => job.update(changes),
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
    use super::*;
    use crate::corpus::SourceRoot;
    use crate::index::COMMIT_FILE;

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
            };
            let (plan, said) = match plan(&job) {
                Ok(Plan::Nothing { tidiness: Tidiness::Tidy, .. }) => ("nothing", None),
                Ok(Plan::Nothing { tidiness: Tidiness::Untidy, .. }) => ("tidy", None),
                Ok(Plan::Update(_)) => ("update", None),
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
        // What format 4 called its sources.
        let other = text.replacen("\"format\":", "\"format\":9", 1);
        fs::write(&manifest, other.replacen("\"sources\"", "\"roots\"", 1)).unwrap();
        indexed.check("build", Some("the index was made by baoku"));
        fs::write(&manifest, "{").unwrap();
        indexed.check("build", Some("the index is damaged (manifest.json"));
        fs::write(&manifest, text).unwrap();
        indexed.check("nothing", None);
        fs::remove_file(indexed.path("index").join(COMMIT_FILE)).unwrap();
        indexed.check("build", Some("meta.json is missing"));
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

    #[test]
    fn a_folder_with_files_of_somebody_else_is_left_alone() {
        let indexed = Indexed::new();
        fs::remove_dir_all(indexed.path("index")).unwrap();
        fs::create_dir(indexed.path("index")).unwrap();
        fs::write(indexed.path("index/notes.md"), "").unwrap();
        indexed.check("error", Some("is not an index"));
    }
}
