//! The folders of an archive to the files in them, sorted.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::feeds::{FEEDS, is_feed};
use super::links::{astray, nowhere};
use super::names::slash_path;
use super::{Corpus, FileEntry, FolderEntry, Links, SourceRoot};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::error::{Error, Result};

/// Extensions of texts that may be reports, lower-case.
const TEXTS: [&str; 3] = ["md", "markdown", "txt"];
/// Extensions of pages.
const PAGES: [&str; 3] = ["html", "htm", "xhtml"];
/// Files in which a folder says what to leave out of it.
const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

impl Corpus {
    /// Walks the folders of an archive. Hidden files and what `.gitignore` names are left out.
    ///
    /// # Errors
    /// [`Error::ArchiveUnreadable`] if a root does not exist or cannot be listed, [`Error::Pattern`] for a
    /// pattern that cannot be used. A folder below it that cannot be listed is a diagnostic.
    pub fn walk(roots: &[SourceRoot]) -> Result<(Self, Vec<Diagnostic>)> {
        let mut corpus = Self::default();
        let mut diagnostics = Vec::new();
        for root in roots {
            let unreadable = |source| Error::ArchiveUnreadable { path: root.path.clone(), source };
            let metadata = fs::metadata(&root.path).map_err(unreadable)?;
            if metadata.is_dir() {
                fs::read_dir(&root.path).map_err(unreadable)?;
                if let Some(why) = unusable_list(&root.path) {
                    return Err(unreadable(io::Error::other(why)));
                }
            }
            let within = match root.links {
                Links::Inside => Some(fs::canonicalize(&root.path).map_err(unreadable)?.into()),
                Links::Anywhere => None,
            };
            walk_root(root, within.as_ref(), &mut corpus, &mut diagnostics)?;
        }
        leave_out_renderings(&mut corpus.files, &mut diagnostics);
        warn_about_twins(&corpus.files, &mut diagnostics);
        corpus.files.sort_by(|a, b| {
            (&a.source, &a.path, &a.location).cmp(&(&b.source, &b.path, &b.location))
        });
        corpus.folders.sort_by(|a, b| a.location.cmp(&b.location));
        corpus.folders.dedup();
        Ok((corpus, diagnostics))
    }
}

/// Leaves out pages that are called like a text beside them: they were made of it.
fn leave_out_renderings(files: &mut Vec<FileEntry>, diagnostics: &mut Vec<Diagnostic>) {
    let is =
        |file: &FileEntry, extensions: &[&str]| has_extension(Path::new(&file.path), extensions);
    let key = |file: &FileEntry| {
        let stem = file.path.rsplit_once('.').map_or(file.path.as_str(), |(stem, _)| stem);
        (file.source.clone(), stem.to_owned())
    };
    let texts: BTreeSet<(String, String)> =
        files.iter().filter(|file| is(file, &TEXTS)).map(key).collect();
    files.retain(|file| {
        let is_rendering = is(file, &PAGES) && texts.contains(&key(file));
        if is_rendering {
            let message = "a page made of the text of the same name; left out".to_owned();
            diagnostics.push(Diagnostic::about_file(
                &file.path,
                Severity::Note,
                Code::NotAReport,
                message,
            ));
        }
        !is_rendering
    });
}

/// Warns about files whose names differ only in case: they are one file on other systems.
fn warn_about_twins(files: &[FileEntry], diagnostics: &mut Vec<Diagnostic>) {
    let mut names: Vec<(String, &FileEntry)> = files
        .iter()
        .map(|file| (format!("{}/{}", file.source, file.path).to_lowercase(), file))
        .collect();
    names.sort_by(|a, b| (&a.0, &a.1.path).cmp(&(&b.0, &b.1.path)));
    for pair in names.windows(2) {
        if pair[0].0 == pair[1].0 {
            let message = format!("differs from `{}` only in case", pair[0].1.path);
            diagnostics.push(Diagnostic::about_file(
                &pair[1].1.path,
                Severity::Warning,
                Code::SameNameInCase,
                message,
            ));
        }
    }
}

/// Builds the matcher for the patterns of a source.
fn patterns(root: &SourceRoot) -> Result<Override> {
    let mut builder = OverrideBuilder::new(&root.path);
    let wrong = |pattern: &str, error: ignore::Error| Error::Pattern {
        source_name: root.name.clone(),
        pattern: pattern.to_owned(),
        reason: error.to_string(),
    };
    for pattern in &root.include {
        builder.add(pattern).map_err(|error| wrong(pattern, error))?;
    }
    for pattern in &root.exclude {
        builder.add(&format!("!{pattern}")).map_err(|error| wrong(pattern, error))?;
    }
    builder.build().map_err(|error| wrong("", error))
}

fn walk_root(
    root: &SourceRoot,
    within: Option<&Arc<Path>>,
    corpus: &mut Corpus,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<()> {
    let refused = Refused::default();
    let enters = may_enter(root.path.clone(), within.cloned(), Arc::clone(&refused));
    let walk = WalkBuilder::new(&root.path)
        .require_git(false)
        .git_global(false)
        .follow_links(true)
        .overrides(patterns(root)?)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(enters)
        .build();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if is_about(&root.path, &error) => {
                let source = io::Error::other(cause(&error));
                return Err(Error::ArchiveUnreadable { path: root.path.clone(), source });
            }
            Err(error) => {
                diagnostics.push(walk_problem(root, &error));
                continue;
            }
        };
        let metadata = match fs::metadata(entry.path()) {
            Ok(metadata) => metadata,
            Err(error) => {
                diagnostics.extend(unseen(root, &entry, &error));
                continue;
            }
        };
        let modified = modified_nanos(&metadata);
        if metadata.is_dir() {
            corpus.folders.push(FolderEntry { location: entry.path().to_path_buf(), modified });
        } else if metadata.is_file()
            && may_be_report(&entry)
            && (!has_extension(entry.path(), &FEEDS)
                || is_feed(entry.path(), within.map(|within| &**within)))
        {
            let below = entry.path().strip_prefix(&root.path).ok();
            let below = below.filter(|below| !below.as_os_str().is_empty());
            corpus.files.push(FileEntry {
                path: slash_path(below.unwrap_or_else(|| Path::new(entry.file_name()))),
                location: entry.path().to_path_buf(),
                within: within.cloned(),
                source: root.name.clone(),
                size: metadata.len(),
                modified,
                changed: changed_nanos(&metadata).unwrap_or(modified),
            });
        }
    }
    diagnostics.append(&mut refused.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(())
}

/// Returns whether nothing at all can be listed.
fn is_about(root: &Path, error: &ignore::Error) -> bool {
    error.is_io() && inner(error).0 == Some(root)
}

/// Says which report could not be looked at, unless it has gone since it was listed.
fn unseen(root: &SourceRoot, entry: &DirEntry, error: &io::Error) -> Option<Diagnostic> {
    if error.kind() == io::ErrorKind::NotFound || !may_be_report(entry) {
        return None;
    }
    let message = format!("cannot be read ({error}); left out");
    let path = below(&root.path, entry.path());
    Some(Diagnostic::about_file(&path, Severity::Error, Code::Unreadable, message))
}

/// What a walk did not enter.
type Refused = Arc<Mutex<Vec<Diagnostic>>>;

/// Returns what decides whether a walk goes into an entry; what it refuses that might hold reports is noted.
fn may_enter(
    root: PathBuf,
    within: Option<Arc<Path>>,
    refused: Refused,
) -> impl Fn(&DirEntry) -> bool + Send + Sync + 'static {
    move |entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let why = within
            .as_deref()
            .and_then(|within| astray(entry, within))
            .or_else(|| is_folder.then(|| unusable_list(entry.path()))?);
        let Some(why) = why else { return true };
        if is_folder || may_be_report(entry) {
            let path = below(&root, entry.path());
            let found = Diagnostic::about_file(&path, Severity::Warning, Code::Unreadable, why);
            refused.lock().unwrap_or_else(PoisonError::into_inner).push(found);
        }
        false
    }
}

/// Says which list of what to leave out in a folder cannot be read to an end: a pipe or a device.
fn unusable_list(folder: &Path) -> Option<String> {
    let is_endless =
        |name: &&str| fs::metadata(folder.join(name)).is_ok_and(|found| !found.is_file());
    let name = IGNORE_FILES.into_iter().find(is_endless)?;
    Some(format!("its `{name}` is not a file, so what it leaves out is not known; not entered"))
}

/// Returns whether a file is named like a report. A hidden one is left out even where a pattern such as `*.md` names
/// it: macOS writes `._1.md` beside `1.md` on foreign disks.
fn may_be_report(entry: &DirEntry) -> bool {
    let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
    (entry.depth() == 0 || !is_hidden) && has_report_extension(entry.path())
}

/// Says what could not be walked, and where.
fn walk_problem(root: &SourceRoot, error: &ignore::Error) -> Diagnostic {
    let below = |path: &Path| below(&root.path, path);
    let (path, message) = match inner(error) {
        (_, ignore::Error::Loop { ancestor, child }) => {
            (below(child), format!("a link back to `{}`; not followed", below(ancestor)))
        }
        (Some(path), error) => {
            let why =
                nowhere(path).unwrap_or_else(|| format!("cannot be listed ({})", cause(error)));
            (below(path), format!("{why}; left out"))
        }
        (None, error) => (".".to_owned(), error.to_string()),
    };
    Diagnostic::about_file(&path, Severity::Warning, Code::Unreadable, message)
}

/// Writes a path as it is known below a root.
fn below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    if below.as_os_str().is_empty() { ".".to_owned() } else { slash_path(below) }
}

/// Takes an error of the walk out of what it is wrapped in.
fn inner(error: &ignore::Error) -> (Option<&Path>, &ignore::Error) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), inner(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            inner(err)
        }
        error => (None, error),
    }
}

/// Returns what the system said, without the place on this machine.
fn cause(error: &ignore::Error) -> String {
    let inner = error.io_error().and_then(io::Error::get_ref).and_then(std::error::Error::source);
    inner.map_or_else(|| error.to_string(), ToString::to_string)
}

fn has_report_extension(path: &Path) -> bool {
    has_extension(path, &TEXTS) || has_extension(path, &PAGES) || has_extension(path, &FEEDS)
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
        extensions.iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Returns a file's time of change in nanoseconds since 1970, 0 where the system has none.
#[must_use]
pub fn modified_nanos(metadata: &fs::Metadata) -> u128 {
    metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |duration| duration.as_nanos())
}

/// Returns when a file's content or status changed in nanoseconds since 1970.
#[cfg(unix)]
pub(crate) fn changed_nanos(metadata: &fs::Metadata) -> Option<u128> {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u128::try_from(metadata.ctime()).ok().filter(|seconds| *seconds > 0)?;
    Some(seconds * 1_000_000_000 + u128::try_from(metadata.ctime_nsec()).unwrap_or(0))
}

/// Returns `None`: the standard library does not show it here.
#[cfg(not(unix))]
pub(crate) fn changed_nanos(_: &fs::Metadata) -> Option<u128> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 10] = [
        "1.md",
        "2.TXT",
        "3.markdown",
        "4.pdf",
        "5.json",
        ".hidden.md",
        "drafts/5.md",
        "issues/2024/6.md",
        "issues/2024/7.txt",
        "new\nline.md",
    ];

    /// Checks which of [`FILES`] are found.
    #[track_caller]
    fn check(include: &[&str], exclude: &[&str], ignored: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        for name in FILES {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        fs::write(folder.path().join(".gitignore"), ignored).unwrap();
        let owned = |patterns: &[&str]| patterns.iter().map(|p| (*p).to_owned()).collect();
        let mut root = SourceRoot::new("a", folder.path());
        (root.include, root.exclude) = (owned(include), owned(exclude));
        let (corpus, diagnostics) = Corpus::walk(&[root]).unwrap();
        assert_eq!(paths(&corpus), expected);
        assert_eq!(diagnostics, []);
    }

    fn paths(corpus: &Corpus) -> Vec<&str> {
        corpus.files.iter().map(|file| file.path.as_str()).collect()
    }

    #[test]
    fn files_that_may_be_reports_are_found_in_order_below_their_folder() {
        let all = [
            "1.md",
            "2.TXT",
            "3.markdown",
            "drafts/5.md",
            "issues/2024/6.md",
            "issues/2024/7.txt",
            "new\\x0Aline.md",
        ];
        check(&[], &[], "", &all);
    }

    #[test]
    fn patterns_and_gitignore_leave_files_out() {
        check(&["*.txt", "issues/**"], &[], "", &["issues/2024/6.md", "issues/2024/7.txt"]);
        check(&["*.md"], &["drafts/", "new*"], "", &["1.md", "issues/2024/6.md"]);
        check(&[], &["[0-9]*"], "", &["new\\x0Aline.md"]);
        check(&[], &[], "*.md\nissues/\n", &["2.TXT", "3.markdown"]);
    }

    #[test]
    fn pages_and_feeds_are_found_but_not_what_only_looks_like_them() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("1.md", "x"),
            ("1.html", "<p>x"),
            ("2.HTML", "<p>x"),
            ("3.htm", "<p>x"),
            ("feed.xml", "<rss version='2.0'>"),
            ("package.json", "{}"),
            ("sitemap.xml", "<urlset>"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let root = SourceRoot::new("a", folder.path());
        let (corpus, diagnostics) = Corpus::walk(&[root]).unwrap();
        assert_eq!(paths(&corpus), ["1.md", "2.HTML", "3.htm", "feed.xml"]);
        let said: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["1.html: note: a page made of the text of the same name; left out"]);
    }

    #[test]
    fn a_source_may_be_a_single_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.md");
        fs::write(&path, "x").unwrap();
        let (corpus, _) = Corpus::walk(&[SourceRoot::new("a", &path)]).unwrap();
        assert_eq!(paths(&corpus), ["1.md"]);
        assert_eq!((&corpus.files[0].location, corpus.folders.len()), (&path, 0));
    }

    #[test]
    fn names_that_differ_only_in_case_are_noticed() {
        let file = |source: &str, path: &str| FileEntry {
            path: path.to_owned(),
            location: path.into(),
            within: None,
            source: source.to_owned(),
            size: 0,
            modified: 0,
            changed: 0,
        };
        let mut found = Vec::new();
        let files = [file("a", "x/1.md"), file("a", "X/1.md"), file("b", "x/1.md")];
        warn_about_twins(&files, &mut found);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["x/1.md: warning: differs from `X/1.md` only in case"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let walked = Corpus::walk(&[SourceRoot::new("a", "/nowhere at all")]);
        assert!(matches!(walked, Err(Error::ArchiveUnreadable { .. })), "{walked:?}");
    }
}
