//! Places of the archive as an index records them: relative to the folder the index lies in where they are below that,
//! so that both can be moved together, with `/` between folders on every system.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// Returns the place that a recorded path means, for the index in `dir`.
pub(super) fn absolute(dir: &Path, recorded: &Path) -> PathBuf {
    if recorded.is_absolute() {
        return recorded.to_path_buf();
    }
    // Part by part: a path that Windows takes literally (`\\?\`) may not hold `/`.
    dir.parent().map_or_else(
        || recorded.to_path_buf(),
        |parent| parent.components().chain(recorded.components()).collect(),
    )
}

/// Returns how a place is recorded by the index in `dir`.
pub(super) fn recorded(dir: &Path, place: &Path) -> PathBuf {
    let below = dir.parent().and_then(|parent| place.strip_prefix(parent).ok());
    let Some(below) = below else { return place.to_path_buf() };
    let mut path = OsString::new();
    for part in below.components().map(Component::as_os_str) {
        if !path.is_empty() {
            path.push("/");
        }
        path.push(part);
    }
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(place: &Path, expected: &str) {
        let dir = std::path::absolute("home/index").unwrap();
        let written = recorded(&dir, place);
        assert_eq!(written.to_str(), Some(expected));
        assert_eq!(absolute(&dir, &written), place);
    }

    #[test]
    fn what_lies_beside_the_index_is_recorded_with_slashes_and_found_again() {
        let home = std::path::absolute("home").unwrap();
        check(&home.join("a").join("b"), "a/b");
        check(&home, "");
    }

    #[test]
    fn what_lies_elsewhere_is_recorded_as_it_is() {
        let far = std::path::absolute("far").unwrap().join("a");
        check(&far, far.to_str().unwrap());
    }
}
