//! What is published is read again, whole, cut or of another version.

use super::*;
use crate::archive::Archive;
use crate::corpus::{FolderEntry, SourceRoot};
use crate::index::manifest::FileRecord;

const COMMIT: &str = r#"{"segments":[{"segment_id":"01234567-89ab-cdef-0123-456789abcdef","deletes":{"opstamp":7}}]}"#;

fn manifest(files: Vec<Arc<FileRecord>>) -> Manifest {
    let sources = vec![SourceRoot::new("a", "/home/a").into()];
    let archive = Archive { sources, ..Archive::default() };
    Manifest::new(Path::new("/home/index"), &archive, &[], files, Vec::new())
}

fn file(path: &str, modified: u128) -> Arc<FileRecord> {
    Arc::new(FileRecord { path: path.to_owned(), modified, ..FileRecord::default() })
}

fn first(dir: &Path, files: Vec<Arc<FileRecord>>) -> (Publication, Manifest) {
    let manifest = manifest(files);
    (published(dir, &manifest, None), manifest)
}

fn published(dir: &Path, manifest: &Manifest, old: Option<&Current>) -> Publication {
    let directory = IndexDirectory::new(dir).unwrap();
    directory.atomic_write(Path::new("meta.json"), COMMIT.as_bytes()).unwrap();
    Publication::new(&directory, manifest, old).unwrap()
}

fn text(dir: &Path) -> Vec<u8> {
    fs::read(dir.join(MANIFEST)).unwrap()
}

#[test]
fn what_is_published_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let (publication, manifest) = first(dir.path(), vec![file("1.md", 1)]);
    publication.publish(dir.path()).unwrap();
    let read = Publication::parse(&text(dir.path())).unwrap();
    assert_eq!((read.seal(), read.commit()), (publication.seal(), COMMIT));
    assert_eq!(
        read.manifest(IndexDirectory::new(dir.path()).unwrap().files(), Wanted::Said)
            .unwrap()
            .files,
        manifest.files
    );
    assert!(!dir.path().join(PENDING).exists());
}

#[test]
fn a_manifest_that_was_cut_or_changed_at_any_byte_is_not_used() {
    let dir = tempfile::tempdir().unwrap();
    let (publication, _) = first(dir.path(), vec![file("1.md", 1)]);
    publication.publish(dir.path()).unwrap();
    let text = text(dir.path());
    for end in 0..text.len() {
        assert!(Publication::parse(&text[..end]).is_err(), "{end}");
    }
    for at in 0..text.len() {
        let mut text = text.clone();
        text[at] ^= 1;
        assert!(Publication::parse(&text).is_err(), "{at}");
    }
}

#[test]
fn older_formats_are_known_by_their_head_and_other_files_are_foreign() {
    let mut head = manifest(Vec::new()).head;
    head.versions.format = FIRST_SEALED - 1;
    let old = format!("{{\"head\":{},\"files\":[]}}\n", serde_json::to_string(&head).unwrap());
    let parse = |text: &str| Publication::parse(text.as_bytes()).unwrap_err();
    assert!(matches!(parse(&old), Unusable::OtherVersion(_)));
    assert!(matches!(parse("{\"head\":1}"), Unusable::Damaged { head: None, .. }));
    assert!(matches!(parse("{\"name\":\"web app\"}"), Unusable::Foreign));
    assert!(matches!(parse(""), Unusable::Foreign));
}

#[test]
fn the_same_archive_gives_the_same_generation_whatever_led_there() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = || vec![file("1.md", 1), file("2.md", 1), file("3.md", 1), file("4.md", 1)];
    let (at_once, _) = first(dir.path(), files());
    let (old, before) = first(other.path(), files()[..3].to_vec());
    let after = manifest(files());
    let update = |old: &Publication, before: &Manifest, after: &Manifest| {
        let old = Current { publication: old.clone(), manifest: before.clone() };
        published(other.path(), after, Some(&old))
    };
    let grown = update(&old, &before, &after);
    assert_ne!(grown.head.generation, old.head.generation);
    assert_eq!(grown.head.generation, at_once.head.generation);
    assert_ne!(grown.seal(), at_once.seal());
    assert_eq!(
        grown
            .manifest(IndexDirectory::new(other.path()).unwrap().files(), Wanted::Said)
            .unwrap()
            .files,
        files()
    );
    // Times of files are no part of it: answers do not depend on them.
    let touch = |read: Arc<FileRecord>| file(&read.path, 2);
    let touched = manifest(files().into_iter().map(touch).collect());
    assert_eq!(update(&grown, &after, &touched).head.generation, grown.head.generation);
    let shrunk = update(&grown, &after, &before);
    assert_eq!(shrunk.head.generation, old.head.generation);
}

#[test]
fn only_files_that_the_commit_or_a_part_names_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let segment = "0123456789abcdef0123456789abcdef";
    let names = [
        format!("{segment}.store"),
        format!("{segment}.7.del"),
        format!("{segment}.6.del"),
        "fedcba9876543210fedcba9876543210.store".to_owned(),
    ];
    let (mut old, before) = first(dir.path(), vec![file("1.md", 1)]);
    old.files.extend(names.iter().map(|name| (name.clone(), Sum::of(b""))));
    let old = Current { publication: old, manifest: before.clone() };
    let publication = published(dir.path(), &before, Some(&old));
    let mut kept: Vec<&String> = publication.files.keys().collect();
    kept.retain(|name| name.starts_with(segment));
    assert_eq!(kept, [&names[1], &names[0]]);
    assert_eq!(publication.files.len(), 4);
}

#[test]
fn a_file_of_another_length_is_noticed_at_once_and_other_content_by_reading() {
    let dir = tempfile::tempdir().unwrap();
    let (publication, _) = first(dir.path(), vec![file("1.md", 1)]);
    let part = dir.path().join(publication.files.keys().next().unwrap());
    publication.verify(dir.path()).unwrap();
    let text = fs::read_to_string(&part).unwrap();
    fs::write(&part, text.replace("1.md", "2.md")).unwrap();
    publication.check_lengths(dir.path()).unwrap();
    publication.verify_some(dir.path(), |_, _| false).unwrap();
    assert!(publication.verify(dir.path()).is_err());
    assert!(
        publication
            .manifest(IndexDirectory::new(dir.path()).unwrap().files(), Wanted::Said)
            .is_err()
    );
    fs::write(&part, &text[1..]).unwrap();
    assert!(publication.check_lengths(dir.path()).is_err());
}

#[test]
fn folders_are_in_the_manifest_and_in_no_generation() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::default();
    let publication = |modified| {
        let folder = FolderEntry { location: "/home/a".into(), modified };
        let manifest =
            Manifest::new(Path::new("/home/index"), &archive, &[folder], Vec::new(), Vec::new());
        published(dir.path(), &manifest, None)
    };
    let (one, other) = (publication(1), publication(2));
    assert_eq!(one.head.generation, other.head.generation);
    assert_ne!(one.seal(), other.seal());
}
