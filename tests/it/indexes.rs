//! Indexes of older formats, each made by the program of its time from `tests/indexes/corpus`, are built again or
//! refused with a way out; `TESTING.md` says how one is stored.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use baoku::index::FORMAT_VERSION;

use crate::harness::{Place, Ran, copy};

/// What nobody may be told about an index of ours.
const UNWANTED: [&str; 5] = ["damaged", "not an index", "not empty", "panicked", "disk has room"];

fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/indexes").join(name)
}

/// Places with an index of each older format, the archive beside it if `archive` is there.
fn places(with_archive: Archive) -> impl Iterator<Item = (String, Place)> {
    (1..FORMAT_VERSION).map(move |format| {
        let name = format!("format-{format}");
        let place = Place::new();
        copy(&stored(&name), &place.path("index"));
        if with_archive == Archive::There {
            copy(&stored("corpus"), &place.path("corpus"));
        }
        (name, place)
    })
}

/// Whether the archive of an index is where it was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Archive {
    There,
    Gone,
}

#[track_caller]
fn says_nothing_unwanted(name: &str, ran: &Ran) {
    for unwanted in UNWANTED {
        assert!(!ran.stderr.contains(unwanted), "{name}: {}", ran.stderr);
    }
}

/// Every file of a folder with its content.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// Names of what lies in a folder; files of segments by their kind.
fn kinds(folder: &Path) -> Vec<String> {
    let mut kinds: Vec<String> = content(folder)
        .into_keys()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| !name.ends_with("baoku.lock"))
        .map(|name| name.rsplit_once('.').map_or(name.clone(), |(_, kind)| kind.to_owned()))
        .collect();
    kinds.sort();
    kinds
}

#[test]
fn an_older_index_is_built_again_by_the_first_command_and_leaves_nothing() {
    let fresh = Place::new();
    copy(&stored("corpus"), &fresh.path("corpus"));
    fresh.stdout(&["index"]);
    for first in [&["search", "索引", "--format", "ids"][..], &["index"], &["stats"]] {
        for (name, place) in places(Archive::There) {
            let ran = place.run(first);
            assert_eq!(ran.status, 0, "{name}: {}", ran.stderr);
            says_nothing_unwanted(&name, &ran);
            assert!(ran.stderr.contains("; building it again"), "{name}: {}", ran.stderr);
            assert_eq!(place.ids(&["索引"]), fresh.ids(&["索引"]), "{name}");
            let again = place.stdout(&["index"]);
            assert!(again.contains("nothing changed"), "{name}: {again}");
            assert_eq!(kinds(&place.path("index")), kinds(&fresh.path("index")), "{name}");
        }
    }
}

#[test]
fn an_older_index_without_its_archive_is_refused_with_a_way_out_and_stays_as_it_is() {
    for (name, place) in places(Archive::Gone) {
        let before = content(&place.path("index"));
        for command in [&["search", "索引"][..], &["stats"], &["show", "2024-01-01/1"]] {
            let ran = place.run(command);
            assert_eq!(ran.status, 2, "{name}: {}", ran.stderr);
            says_nothing_unwanted(&name, &ran);
            assert!(ran.stderr.contains("baoku index"), "{name}: {}", ran.stderr);
        }
        let mut after = content(&place.path("index"));
        after.retain(|path, _| path.extension().is_none_or(|extension| extension != "lock"));
        assert!(after == before, "{name} was changed");
    }
}

#[test]
fn an_older_index_is_not_served_read_only_but_refused_with_a_way_out() {
    for (name, place) in places(Archive::There) {
        let before = content(&place.path("index"));
        let ran = place.run(&["serve", "--read-only", "--addr", "127.0.0.1:0"]);
        assert_eq!(ran.status, 2, "{name}: {}", ran.stderr);
        says_nothing_unwanted(&name, &ran);
        assert!(ran.stderr.contains("baoku index"), "{name}: {}", ran.stderr);
        let mut after = content(&place.path("index"));
        after.retain(|path, _| path.extension().is_none_or(|extension| extension != "lock"));
        assert!(after == before, "{name} was changed");
    }
}
