//! Files of an index into their places, and away when nobody can open them any more.
//!
//! A commit is the replacing of `meta.json`. Everything it names has a name of its own and is in place before, so that
//! no file that a reader may have mapped is ever replaced. Files are removed only after a commit that does not name
//! them: on Unix a reader keeps what it has mapped; on Windows a mapped file cannot be removed, so that a removal that
//! fails is left to the next writer.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use crate::index::manifest::{MANIFEST, Manifest, PENDING};
use crate::index::{BUILDING, COMMIT_FILE};

/// Tantivy's list of the files it manages.
const MANAGED: &str = ".managed.json";

/// Moves a finished index from `building` to `dir`. The rename of `meta.json` is the moment of change: before it
/// readers see the old index, after it the new one.
pub(super) fn swap_in(building: &Path, dir: &Path) -> io::Result<()> {
    let last = [MANAGED, COMMIT_FILE];
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

/// Removes what writers that were killed have left; the lock is held, so nobody is using it.
pub(super) fn clear_leftovers(dir: &Path) -> io::Result<()> {
    let _ = fs::remove_dir_all(dir.join(BUILDING));
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        // What tantivy writes before it is renamed.
        if entry.file_name().to_string_lossy().starts_with(".tmp") {
            let _ = fs::remove_file(entry.path());
        }
    }
    remove_unused_segments(dir)
}

/// Removes the files of segments that the last commit does not name: nobody can open them any more.
pub(super) fn remove_unused_segments(dir: &Path) -> io::Result<()> {
    let meta = fs::read(dir.join(COMMIT_FILE)).unwrap_or_default();
    let meta: Value = serde_json::from_slice(&meta).unwrap_or_default();
    let Some(segments) = meta.get("segments").and_then(Value::as_array) else { return Ok(()) };
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
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    fn meta(id: &str) -> String {
        format!("{{\"segments\":[{{\"segment_id\":\"{}-{}\"}}]}}", &id[..8], &id[8..])
    }

    fn write(dir: &Path, files: &[(&str, &str)]) {
        fs::create_dir_all(dir).unwrap();
        for (name, text) in files {
            fs::write(dir.join(name), text).unwrap();
        }
    }

    #[track_caller]
    fn check(dir: &Path, expected: &[&str]) {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, expected);
    }

    #[test]
    fn a_new_index_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let (dir, building) = (folder.path().join("index"), folder.path().join("building"));
        let (old, new) = (format!("{OLD}.store"), format!("{NEW}.store"));
        write(
            &dir,
            &[(&old, ""), (COMMIT_FILE, &meta(OLD)), (MANIFEST, "old"), (".baoku.lock", "")],
        );
        let lock = ".tantivy-writer.lock";
        let built = [
            (&new[..], ""),
            (COMMIT_FILE, &meta(NEW)),
            (MANIFEST, "new"),
            (MANAGED, ""),
            (lock, ""),
        ];
        write(&building, &built);
        swap_in(&building, &dir).unwrap();
        check(&dir, &[".baoku.lock", MANAGED, &new, MANIFEST, COMMIT_FILE]);
        assert_eq!(fs::read_to_string(dir.join(MANIFEST)).unwrap(), "new");
        check(&building, &[lock]);
    }

    #[test]
    fn leftovers_go_and_what_the_commit_names_stays() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let (used, unused) = (format!("{OLD}.1.del"), format!("{NEW}.latin"));
        write(
            dir,
            &[
                (&used, ""),
                (&unused, ""),
                (COMMIT_FILE, &meta(OLD)),
                (".tmpX", ""),
                ("notes.md", ""),
            ],
        );
        write(&dir.join(BUILDING), &[(COMMIT_FILE, "")]);
        clear_leftovers(dir).unwrap();
        check(dir, &[&used[..], COMMIT_FILE, "notes.md"]);
    }

    #[test]
    fn nothing_is_removed_where_the_commit_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let segment = format!("{OLD}.store");
        write(folder.path(), &[(&segment, ""), (COMMIT_FILE, "{")]);
        clear_leftovers(folder.path()).unwrap();
        check(folder.path(), &[&segment[..], COMMIT_FILE]);
    }
}
