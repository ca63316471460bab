//! An index whose files lie nowhere on a disk answers as it does on one: a search asks for nothing but its directory.

use std::path::Path;

use baoku::error::Error;
use baoku::index::Snapshot;
use baoku::search::{Reader, answer, overview, suggest};
use tantivy::Directory as _;
use tantivy::directory::RamDirectory;

use crate::harness::{in_memory, request, sync};

#[test]
fn an_index_in_memory_answers_as_the_folder_it_was_read_from() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    sync(&corpus, &index, 0);
    let on_disk = Reader::new(Snapshot::open(&index).unwrap());
    let typed =
        ["LongRoPE", "ongRoP", "上下文窗口", "shangxiawen", "longrope 2024", "模型 -视频", ""];
    let of_disk = typed.map(|typed| answer(&on_disk, &request(typed)).unwrap());
    let suggested = suggest(&on_disk, "long", 8).unwrap();
    let (seen, files) =
        (overview(&on_disk).unwrap().links, on_disk.snapshot().manifest().unwrap().files);
    drop(on_disk);
    let memory = in_memory(&index);
    folder.close().unwrap();

    let reader = Reader::new(Snapshot::from_directory(Box::new(memory)).unwrap());
    for (typed, expected) in typed.iter().zip(&of_disk) {
        assert!(expected.total > 0, "{typed}");
        assert_eq!(answer(&reader, &request(typed)).unwrap(), *expected, "{typed}");
    }
    assert_eq!(suggest(&reader, "long", 8).unwrap(), suggested);
    assert_eq!(overview(&reader).unwrap().links, seen);
    assert_eq!(reader.snapshot().manifest().unwrap().files, files);
}

#[test]
fn a_directory_without_a_manifest_or_with_another_file_is_no_index() {
    let memory = RamDirectory::create();
    let open = |memory: &RamDirectory| Snapshot::from_directory(Box::new(memory.clone()));
    assert!(matches!(open(&memory), Err(Error::NoIndex { .. })));
    memory.atomic_write(Path::new("manifest.json"), b"{\"head\":1}").unwrap();
    assert!(matches!(open(&memory), Err(Error::IndexDamaged { .. })));
    memory.atomic_write(Path::new("manifest.json"), b"something").unwrap();
    assert!(matches!(open(&memory), Err(Error::IndexDamaged { .. })));
}
