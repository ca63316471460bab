//! Which files of a folder are ours, and away with those that no reader can open any more.
//!
//! No file that a reader may have mapped is ever replaced. Files are removed only after a manifest that does not name
//! them: on Unix a reader keeps what it has mapped; on Windows a mapped file cannot be removed, so that a removal that
//! fails is left to the next writer. Nothing is removed in a folder that is not an index, and nothing in an index that
//! no version of this program writes.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::lock::LOCK;
use super::publication::{MANIFEST, PENDING, Publication, Unusable};
use super::vectors::{MADE, MODEL_DIGITS, VECTORS};

/// Digits of the name of a segment or of a part of the manifest.
const NAME_DIGITS: usize = 32;
/// What files of segments and parts of manifests end with; lists of deleted documents have a number before theirs, and
/// vectors the fingerprint of their model.
const EXTENSIONS: [&str; 14] = [
    "term",
    "idx",
    "pos",
    "fast",
    "fieldnorm",
    "store",
    "temp",
    "latin",
    "latin.new",
    "titles",
    "records",
    "said",
    MADE,
    DELETED,
];
const DELETED: &str = "del";
/// Tantivy's commit in older versions.
const OLDER_COMMIT: &str = "meta.json";
/// Tantivy's list of its files in older versions.
const OLDER_LIST: &str = ".managed.json";
/// Where older versions built an index.
const OLDER_BUILDING: &str = "building";
/// What tantivy's locks begin with in older versions.
const OLDER_LOCK: &str = ".tantivy-";
/// What tantivy's files begin with before they are renamed, in older versions; six letters or digits follow.
const OLDER_PENDING: &str = ".tmp";

/// What is in a folder that may be an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing, or what is hidden.
    Empty,
    /// Only what this program writes, its lock among it.
    Ours,
    /// Something else.
    Foreign,
}

/// Looks at the names in a folder; one that is not there is empty.
pub(super) fn kind(dir: &Path) -> io::Result<Kind> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kind::Empty),
        entries => entries?,
    };
    let mut kind = Kind::Empty;
    let mut has_lock = false;
    for entry in entries {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        has_lock |= name == LOCK;
        kind = match kind {
            Kind::Foreign => Kind::Foreign,
            _ if is_ours(&name) => Kind::Ours,
            kind if name.starts_with('.') => kind,
            _ => Kind::Foreign,
        };
    }
    Ok(if kind == Kind::Ours && !has_lock { Kind::Foreign } else { kind })
}

fn is_ours(name: &str) -> bool {
    [LOCK, MANIFEST, PENDING, OLDER_COMMIT, OLDER_LIST, OLDER_BUILDING].contains(&name)
        || is_data(name)
        || is_older(name)
}

fn is_older(name: &str) -> bool {
    name.starts_with(OLDER_LOCK)
        || name.strip_prefix(OLDER_PENDING).is_some_and(|rest| {
            rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Returns whether a file is one of a segment or a part of a manifest.
fn is_data(name: &str) -> bool {
    let Some((id, rest)) = name.split_once('.') else { return false };
    let is_id = id.len() == NAME_DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_model = |name: &str| {
        name.len() == MODEL_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let extension = match rest.split_once('.') {
        Some((model, VECTORS)) => return is_id && is_model(model),
        Some((number, DELETED)) if number.bytes().all(|byte| byte.is_ascii_digit()) => DELETED,
        _ => rest,
    };
    is_id && EXTENSIONS.contains(&extension)
}

/// What is kept beside what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Nothing.
    Published,
    /// Vectors, which take long to make.
    Vectors,
}

impl Keep {
    fn keeps(self, name: &str) -> bool {
        let is_vectors =
            name.rsplit_once('.').is_some_and(|(_, end)| [VECTORS, MADE].contains(&end));
        self == Self::Vectors && is_vectors
    }
}

/// Removes what is ours and of no use to readers of what is published now: what writers that were stopped have left, and
/// what a new state no longer needs. The lock is held, and the folder is an index. What cannot be removed does no harm.
pub(super) fn remove_unused(dir: &Path, keep: Keep) {
    // A manifest that cannot be read now may be read by others.
    let text = match fs::read(dir.join(MANIFEST)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(_) => return,
    };
    match Publication::parse(&text) {
        Ok(publication) => {
            remove(dir, &|name| publication.files.contains_key(name) || keep.keeps(name));
        }
        // Another version may answer from it.
        Err(Unusable::OtherVersion(_)) => {
            let named = named_by_others(dir, &text);
            remove(dir, &|name| {
                [OLDER_COMMIT, OLDER_LIST].contains(&name)
                    || keep.keeps(name)
                    || named.contains(name)
                    || name.split_once('.').is_some_and(|(id, _)| named.contains(id))
            });
        }
        // Nobody can open it.
        Err(Unusable::Damaged { .. } | Unusable::Foreign) => {
            remove(dir, &|name| keep.keeps(name));
        }
    }
}

/// Returns the files that a manifest of another version names, and the segments of a commit beside it.
fn named_by_others(dir: &Path, manifest: &[u8]) -> BTreeSet<String> {
    let parse =
        |text: &[u8]| serde_json::Deserializer::from_slice(text).into_iter::<Value>().next();
    let manifest = parse(manifest).and_then(Result::ok).unwrap_or_default();
    let files = manifest.get("files").and_then(Value::as_object).into_iter().flatten();
    let commit = fs::read(dir.join(OLDER_COMMIT)).unwrap_or_default();
    let commit = parse(&commit).and_then(Result::ok).unwrap_or_default();
    let segments = commit.get("segments").and_then(Value::as_array).into_iter().flatten();
    let ids = segments.filter_map(|segment| segment.get("segment_id")?.as_str());
    files.map(|(name, _)| name.clone()).chain(ids.map(|id| id.replace('-', ""))).collect()
}

fn remove(dir: &Path, is_needed: &dyn Fn(&str) -> bool) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_kept = name == LOCK || name == MANIFEST || !is_ours(&name) || is_needed(&name);
        match entry.file_type() {
            Ok(kind) if kind.is_file() && !is_kept => drop(fs::remove_file(entry.path())),
            Ok(kind) if kind.is_dir() && name == OLDER_BUILDING => {
                remove(&entry.path(), &|_| false);
                let _ = fs::remove_file(entry.path().join(MANIFEST));
                // Anything else in it keeps it.
                let _ = fs::remove_dir(entry.path());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEGMENT: &str = "0123456789abcdef0123456789abcdef.store";

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        folder
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[track_caller]
    fn check(names: &[&str], expected: Kind) {
        assert_eq!(kind(folder(names).path()).unwrap(), expected, "{names:?}");
    }

    #[test]
    fn what_was_written_by_any_version_is_ours_if_its_lock_is_there() {
        check(&[], Kind::Empty);
        check(&[".git/config", ".gitignore"], Kind::Empty);
        check(&[LOCK], Kind::Ours);
        check(&[LOCK, PENDING, ".gitignore", "building/x", SEGMENT, "meta.json"], Kind::Ours);
        check(&[LOCK, "0123456789abcdef0123456789abcdef.7.del", ".tmpAb12Cd"], Kind::Ours);
    }

    #[test]
    fn what_only_looks_like_ours_is_foreign() {
        check(&["notes.md"], Kind::Foreign);
        check(&[LOCK, "notes.md"], Kind::Foreign);
        check(&[SEGMENT], Kind::Foreign);
        check(&[MANIFEST], Kind::Foreign);
        check(&["building/thesis.md"], Kind::Foreign);
        check(&[LOCK, "d41d8cd98f00b204e9800998ecf8427e.jpg"], Kind::Foreign);
        check(&[LOCK, "d41d8cd98f00b204e9800998ecf8427e.md"], Kind::Foreign);
        check(&[LOCK, "d41d8cd98f00b204e9800998ecf8427e"], Kind::Foreign);
        check(&[LOCK, "0123456789abcdef0123456789abcdeg.store"], Kind::Foreign);
    }

    #[test]
    fn nothing_of_anybody_else_is_removed() {
        let others = [
            ".tmp/y",
            ".tmpfile",
            "building/thesis.md",
            "d41d8cd98f00b204e9800998ecf8427e.jpg",
            "d41d8cd98f00b204e9800998ecf8427e.store/x",
            "notes.md",
        ];
        let folder = folder(&others);
        for name in [LOCK, SEGMENT, ".tantivy-meta.lock", "meta.json", "building/manifest.json"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::write(folder.path().join("building").join(SEGMENT), "x").unwrap();
        remove_unused(folder.path(), Keep::Published);
        let left = [
            LOCK,
            ".tmp",
            ".tmpfile",
            "building",
            "d41d8cd98f00b204e9800998ecf8427e.jpg",
            "d41d8cd98f00b204e9800998ecf8427e.store",
            "notes.md",
        ];
        assert_eq!(names(folder.path()), left);
        assert_eq!(names(&folder.path().join("building")), ["thesis.md"]);
    }

    #[test]
    fn what_another_version_may_open_stays() {
        let other = "fedcba9876543210fedcba9876543210";
        let folder =
            folder(&[LOCK, SEGMENT, &format!("{other}.term"), &format!("{other}.records")]);
        let head = r#"{"head":{"baoku":"0.1.0","versions":{"format":5,"analyzer":3,"dictionary":""},"generation":"","sources":[],"items":0,"reports":0,"tokens":[[0,0],[0,0],[0,0]]}}"#;
        fs::write(folder.path().join(MANIFEST), format!("{head}\n")).unwrap();
        let commit = r#"{"segments":[{"segment_id":"01234567-89ab-cdef-0123-456789abcdef"}]}"#;
        fs::write(folder.path().join(OLDER_COMMIT), commit).unwrap();
        remove_unused(folder.path(), Keep::Published);
        assert_eq!(names(folder.path()), [LOCK, SEGMENT, MANIFEST, OLDER_COMMIT]);
    }
}
