//! Which files of a folder are ours, and away with those that no reader can open any more.
//!
//! No file that a reader may have mapped is ever replaced. Files are removed only after a manifest that does not name
//! them: on Unix a reader keeps what it has mapped; on Windows a mapped file cannot be removed, so that a removal that
//! fails is left to the next writer.

use std::fs;
use std::path::Path;

use super::publication::{MANIFEST, PENDING, Publication};

/// Digits of the name of a segment or of a part of the manifest.
const NAME_DIGITS: usize = 32;
/// What older versions wrote beside segments.
const OLDER: [&str; 3] = ["building", "meta.json", ".managed.json"];
/// What tantivy calls its locks in older versions.
const OLDER_LOCK: &str = ".tantivy-";
/// What tantivy calls files before they are renamed in older versions.
const OLDER_PENDING: &str = ".tmp";

/// Returns whether there is nothing of anybody else: hidden files are of no use to people, so they are nobody's.
pub(super) fn only_ours(names: &[String]) -> bool {
    names.iter().all(|name| name.starts_with('.') || is_ours(name))
}

/// Returns whether something can only be part of an index.
pub(super) fn has_ours(names: &[String]) -> bool {
    names.iter().any(|name| is_data(name))
}

fn is_ours(name: &str) -> bool {
    name == MANIFEST || name == PENDING || is_data(name) || is_older(name)
}

fn is_older(name: &str) -> bool {
    OLDER.contains(&name) || name.starts_with(OLDER_LOCK) || name.starts_with(OLDER_PENDING)
}

/// Returns whether a file is one of a segment or a part of a manifest.
fn is_data(name: &str) -> bool {
    name.split_once('.').is_some_and(|(id, _)| {
        id.len() == NAME_DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Removes what is ours and not part of the state that is published now: what writers that were stopped have left, and
/// what a new state no longer needs. The lock is held. What cannot be removed does no harm.
pub(super) fn remove_unused(dir: &Path) {
    let Ok(text) = fs::read(dir.join(MANIFEST)) else { return };
    // Without a manifest that can be read, nobody knows what is needed.
    let Ok(publication) = Publication::parse(&text) else { return };
    remove_unnamed(dir, |name| publication.files.contains_key(name));
}

/// Removes what a first build that was stopped has left. The lock is held.
pub(super) fn remove_beginnings(dir: &Path) {
    remove_unnamed(dir, |_| false);
}

fn remove_unnamed(dir: &Path, is_named: impl Fn(&str) -> bool) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_unused = name == PENDING || is_older(&name) || is_data(&name) && !is_named(&name);
        if is_unused && fs::remove_file(entry.path()).is_err() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEGMENT: &str = "0123456789abcdef0123456789abcdef.store";

    #[track_caller]
    fn check(names: &[&str], expected: (bool, bool)) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!((only_ours(&names), has_ours(&names)), expected, "{names:?}");
    }

    #[test]
    fn what_was_written_by_any_version_is_ours_and_nothing_else_is() {
        check(&[], (true, false));
        check(&[".git", ".baoku.lock", PENDING, "building"], (true, false));
        check(&[SEGMENT, "meta.json", ".managed.json"], (true, true));
        check(&["0123456789abcdef0123456789abcdef.7.del"], (true, true));
        check(&["notes.md"], (false, false));
        check(&["notes.md", SEGMENT], (false, true));
        check(&["0123456789abcdef0123456789abcdeg.store"], (false, false));
        check(&["0123456789abcdef0123456789abcdef"], (false, false));
    }

    #[test]
    fn nothing_of_anybody_else_is_removed_and_nothing_at_all_where_the_manifest_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let names = || {
            let mut names: Vec<String> = fs::read_dir(dir)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        fs::create_dir(dir.join("building")).unwrap();
        for name in [SEGMENT, ".tantivy-meta.lock", "notes.md", MANIFEST] {
            fs::write(dir.join(name), "x").unwrap();
        }
        remove_unused(dir);
        assert_eq!(names().len(), 5);
        fs::remove_file(dir.join(MANIFEST)).unwrap();
        remove_unused(dir);
        assert_eq!(names().len(), 4);
        remove_beginnings(dir);
        assert_eq!(names(), ["notes.md"]);
    }
}
