use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::archive::Archive;
use crate::corpus::SourceRoot;
use crate::index::sync::{Progress, SyncOptions, merge, sync};
use crate::index::{MANIFEST, Snapshot};
use crate::meaning::Asked;
use crate::meaning::testing::{Letters, letters};

/// Stops after some questions whether to go on, and keeps what is said.
#[derive(Default)]
struct Watcher {
    stops_after: Option<usize>,
    asked: AtomicUsize,
    said: Mutex<Vec<String>>,
}

impl Progress for Watcher {
    fn note(&self, line: &str) {
        self.said.lock().unwrap().push(line.to_owned());
    }

    fn interrupted(&self) -> bool {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        self.stops_after.is_some_and(|most| asked >= most)
    }

    fn may_publish(&self) -> bool {
        true
    }
}

struct Indexed {
    folder: tempfile::TempDir,
    archive: Archive,
    options: SyncOptions,
}

impl Indexed {
    /// An archive of so many items in one report, not indexed.
    fn new(items: usize, model: &Arc<Letters>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir(home.join("a")).unwrap();
        let sources = vec![SourceRoot::new("a", home.join("a")).into()];
        let archive = Archive { sources, ..Archive::default() };
        let options =
            SyncOptions { encoder: Some(Arc::clone(model) as _), ..SyncOptions::default() };
        let indexed = Self { folder, archive, options };
        indexed.write("1.md", 0..items);
        indexed
    }

    fn dir(&self) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap().join("index")
    }

    fn write(&self, name: &str, items: std::ops::Range<usize>) {
        let text: Vec<String> = items
            .map(|item| format!("### 标题{item}\n\n贡献人：@甲\n\n正文 x{item}\n\n"))
            .collect();
        let text = text.concat();
        let path = fs::canonicalize(self.folder.path()).unwrap().join("a").join(name);
        fs::write(path, format!("# 示例\n\n# 论文\n\n{text}")).unwrap();
    }

    #[track_caller]
    fn sync(&self) -> Vec<String> {
        let watcher = Watcher::default();
        sync(&self.dir(), &self.archive, &self.options, &watcher).unwrap();
        watcher.said.into_inner().unwrap()
    }

    fn names(&self, extension: &str) -> BTreeSet<String> {
        let names = fs::read_dir(self.dir())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(extension)).collect()
    }

    /// Checks that every item has its own vector, and returns how many items there are.
    #[track_caller]
    fn check(&self, model: &Letters) -> usize {
        let snapshot = Snapshot::open(&self.dir()).unwrap();
        assert_eq!(snapshot.head().meaning.as_ref(), Some(&model.name));
        snapshot.verify(None).unwrap();
        assert_eq!(self.names(".made"), BTreeSet::new());
        let mut items = 0;
        for (segment, reader) in (0..).zip(snapshot.searcher.segment_readers()) {
            let vectors = snapshot.vectors(segment as usize).unwrap();
            assert_eq!(vectors.items(), reader.max_doc());
            for doc in reader.doc_ids_alive() {
                let title = snapshot.title(tantivy::DocAddress::new(segment, doc)).unwrap();
                let number = title.strip_prefix("标题").unwrap();
                let asked = Asked::of(&letters(&format!("标题{number}正文x{number}"))).unwrap();
                let near = vectors.similar(&asked, doc..doc + 1);
                assert!(near[0].unwrap() > 16_200, "{title}: {near:?}");
                items += 1;
            }
        }
        assert_eq!(self.names(".vectors").len(), snapshot.searcher.segment_readers().len());
        items
    }
}

#[test]
fn vectors_follow_the_items_and_none_is_made_twice() {
    let model = Letters::new("a");
    let mut indexed = Indexed::new(3, &model);
    assert!(indexed.sync().is_empty());
    assert_eq!((indexed.check(&model), model.read()), (3, 3));
    indexed.sync();
    assert_eq!((indexed.check(&model), model.read()), (3, 0));
    // One item more in a report that is written again.
    indexed.write("1.md", 0..4);
    indexed.sync();
    assert_eq!((indexed.check(&model), model.read()), (4, 1));
    for number in 2..14 {
        indexed.write(&format!("{number}.md"), number * 10..number * 10 + 1);
        indexed.sync();
    }
    assert_eq!((indexed.check(&model), model.read()), (16, 12));
    // Also into a segment that others were merged to, and into an index that is built again.
    let before = indexed.names(".vectors").len();
    assert!(
        merge(&indexed.dir(), &indexed.archive, &indexed.options, &Watcher::default()).unwrap()
    );
    assert!(indexed.names(".vectors").len() < before);
    assert_eq!((indexed.check(&model), model.read()), (16, 0));
    indexed.options.rebuild = true;
    indexed.sync();
    assert_eq!((indexed.check(&model), model.read()), (16, 0));
}

#[test]
fn a_run_that_is_stopped_has_words_and_the_next_one_goes_on() {
    let model = Letters::new("a");
    let items = AT_ONCE as usize * 2;
    let indexed = Indexed::new(items, &model);
    // Enough to read and publish the words, not enough to read all passages.
    let mut published = false;
    for stops_after in 0..1_000 {
        let watcher = Watcher { stops_after: Some(stops_after), ..Watcher::default() };
        let outcome = sync(&indexed.dir(), &indexed.archive, &indexed.options, &watcher);
        if outcome.is_ok() {
            break;
        }
        assert!(matches!(outcome, Err(Error::Interrupted)));
        if indexed.dir().join(MANIFEST).exists() {
            published = true;
            let snapshot = Snapshot::open(&indexed.dir()).unwrap();
            assert_eq!((snapshot.head().items, snapshot.head().meaning.as_ref()), (items, None));
        }
    }
    assert!(published);
    assert_eq!((indexed.check(&model), model.read()), (items, items));
}

#[test]
fn an_index_without_vectors_gets_them_when_a_model_is_configured() {
    let (model, other) = (Letters::new("a"), Letters::new("b"));
    let mut indexed = Indexed::new(5, &model);
    indexed.options.encoder = None;
    indexed.sync();
    assert_eq!(indexed.names(".vectors"), BTreeSet::new());
    indexed.options.encoder = Some(Arc::clone(&model) as _);
    assert!(indexed.sync().is_empty());
    assert_eq!((indexed.check(&model), model.read()), (5, 5));
    // Another model takes their place, which is said.
    indexed.options.encoder = Some(Arc::clone(&other) as _);
    assert_eq!(indexed.sync(), ["the vectors are those of another model; making them again"]);
    assert_eq!((indexed.check(&other), other.read()), (5, 5));
}

#[test]
fn without_the_model_what_is_there_stays_as_long_as_nothing_is_missing() {
    let model = Letters::new("a");
    let mut indexed = Indexed::new(3, &model);
    indexed.write("2.md", 10..12);
    indexed.sync();
    indexed.options.encoder = None;
    fs::remove_file(indexed.archive.sources[0].root.path.join("2.md")).unwrap();
    indexed.sync();
    assert_eq!(indexed.check(&model), 3);
    indexed.write("3.md", 20..22);
    indexed.sync();
    let snapshot = Snapshot::open(&indexed.dir()).unwrap();
    assert_eq!((snapshot.head().items, snapshot.head().meaning.as_ref()), (5, None));
}

#[test]
fn a_model_that_does_not_work_is_said_and_the_words_are_there() {
    let model = Letters::new("a");
    let indexed = Indexed::new(AT_ONCE as usize + 1, &model);
    model.is_broken.store(true, Ordering::Relaxed);
    assert_eq!(indexed.sync(), ["words alone are searched: cannot use the model in m: broken"]);
    assert_eq!(Snapshot::open(&indexed.dir()).unwrap().head().items, AT_ONCE as usize + 1);
    // Few items are no exception.
    let indexed = Indexed::new(1, &model);
    assert_eq!(indexed.sync(), ["words alone are searched: cannot use the model in m: broken"]);
    assert_eq!(Snapshot::open(&indexed.dir()).unwrap().head().items, 1);
    model.is_broken.store(false, Ordering::Relaxed);
    indexed.sync();
    indexed.check(&model);
}

#[test]
fn damaged_vectors_are_made_again() {
    let model = Letters::new("a");
    let indexed = Indexed::new(3, &model);
    indexed.sync();
    model.read();
    let name = indexed.names(".vectors").pop_first().unwrap();
    let mut bytes = fs::read(indexed.dir().join(&name)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(indexed.dir().join(&name), bytes).unwrap();
    indexed.write("2.md", 9..10);
    indexed.sync();
    assert_eq!((indexed.check(&model), model.read()), (4, 4));
}

#[test]
fn a_passage_that_was_half_written_is_made_again() {
    let model = Letters::new("a");
    let indexed = Indexed::new(AT_ONCE as usize + 1, &model);
    fs::create_dir(indexed.dir()).unwrap();
    let made = vectors::path_of_made(&indexed.dir(), &model.name);
    let text = "标题0\n正文 x0";
    let entry = |text: &str| (vectors::key_of(text), Quantized::of(&letters(text)));
    Making::begin(&indexed.dir(), &model.name)
        .unwrap()
        .add(&[entry(text), entry("标题1\n正文 x1")])
        .unwrap();
    let bytes = fs::read(&made).unwrap();
    fs::write(&made, &bytes[..bytes.len() - 3]).unwrap();
    fs::write(indexed.dir().join(".baoku.lock"), "").unwrap();
    indexed.sync();
    assert_eq!((indexed.check(&model), model.read()), (AT_ONCE as usize + 1, AT_ONCE as usize));
}
