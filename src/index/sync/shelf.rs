//! Items between their reading and their writing: in memory while there is room, else in a file beside the index, so that an
//! archive of any size takes as much memory as a small one.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tantivy::index::SegmentId;

use crate::archive::ReadReport;
use crate::report::{Item, ItemKey};

/// Extension of the file; what a writer that was stopped has left is known by it.
const EXTENSION: &str = "temp";

/// The items of many reports.
pub(super) struct Shelf {
    /// Bytes of files whose items may still stay in memory.
    room: AtomicU64,
    path: PathBuf,
    /// Made when there is no more room, with its length.
    file: Mutex<Option<(File, u64)>>,
}

/// A report whose items may lie elsewhere.
pub(super) struct Shelved {
    /// The report; without items if they lie elsewhere.
    pub(super) read: ReadReport,
    /// How many it has.
    pub(super) items: usize,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    /// They are in the report. So much room is taken by them.
    Memory(u64),
    /// At this byte of the file; so many bytes.
    File(u64, usize),
}

impl From<ReadReport> for Shelved {
    fn from(read: ReadReport) -> Self {
        let items = read.report.as_ref().map_or(0, |report| report.items.len());
        Self { read, items, place: Place::Memory(0) }
    }
}

impl Shelf {
    /// Makes a shelf that keeps the items of files of so many bytes in memory, and others in a file in `dir`.
    pub(super) fn new(dir: &std::path::Path, room: u64) -> Self {
        let name = format!("{}.{EXTENSION}", SegmentId::generate_random().uuid_string());
        Self { room: AtomicU64::new(room), path: dir.join(name), file: Mutex::new(None) }
    }

    /// Keeps a report.
    ///
    /// # Errors
    /// If its items cannot be written.
    pub(super) fn put(&self, read: ReadReport) -> io::Result<Shelved> {
        let mut shelved = Shelved::from(read);
        if self.takes(&mut shelved) {
            return Ok(shelved);
        }
        let items = shelved.take_items();
        // What an index keeps of items is all of them but their keys, which it has in their ids.
        let keys: Vec<u64> = items.iter().map(|item| item.key.number()).collect();
        let packed = lz4_flex::block::compress_prepend_size(&serde_json::to_vec(&(keys, items))?);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, end) = match &mut *file {
            Some(opened) => opened,
            none => {
                let mut options = File::options();
                options.read(true).write(true).create_new(true);
                none.insert((options.open(&self.path)?, 0))
            }
        };
        file.seek(SeekFrom::Start(*end))?;
        file.write_all(&packed)?;
        shelved.place = Place::File(*end, packed.len());
        *end += packed.len() as u64;
        Ok(shelved)
    }

    /// Returns whether there is room for a report, which is taken.
    fn takes(&self, shelved: &mut Shelved) -> bool {
        let size = shelved.read.entry.size;
        let less = |room: u64| room.checked_sub(size);
        let is_taken = self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok();
        if is_taken {
            shelved.place = Place::Memory(size);
        }
        is_taken || shelved.items == 0
    }

    /// Returns a report with its items.
    ///
    /// # Errors
    /// If they cannot be read back.
    pub(super) fn take(&self, shelved: Shelved) -> io::Result<ReadReport> {
        if let Place::Memory(size) = shelved.place {
            self.room.fetch_add(size, Ordering::Relaxed);
        }
        let mut read = shelved.read;
        if let (Place::File(at, length), Some(report)) = (shelved.place, &mut read.report) {
            report.items = self.items(at, length)?;
        }
        Ok(read)
    }

    fn items(&self, at: u64, length: usize) -> io::Result<Vec<Item>> {
        let mut packed = vec![0; length];
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            let (file, _) = file.as_mut().ok_or(io::ErrorKind::NotFound)?;
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut packed)?;
        }
        let text = lz4_flex::block::decompress_size_prepended(&packed).map_err(io::Error::other)?;
        let (keys, mut items): (Vec<u64>, Vec<Item>) = serde_json::from_slice(&text)?;
        for (item, key) in items.iter_mut().zip(keys) {
            item.key = ItemKey::of_number(key);
        }
        Ok(items)
    }
}

impl Shelved {
    fn take_items(&mut self) -> Vec<Item> {
        self.read
            .report
            .as_mut()
            .map(|report| std::mem::take(&mut report.items))
            .unwrap_or_default()
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        if file.take().is_some() {
            // What stays is removed by the next writer.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;
    use crate::corpus::SourceRoot;

    /// Reads a report of two items.
    fn read(dir: &std::path::Path) -> ReadReport {
        let text = "# 简报 2024-01-02\n\n## 工具\n\n### 甲\n\n作者：@乙\n\n[原文](https://a.example/x?b=1#c) 说了\u{1F9D1}什么。\n\n### 丙\n\n别的。\n";
        fs::write(dir.join("1.md"), text).unwrap();
        let sources = vec![SourceRoot::new("a", dir).into()];
        let archive = Archive { sources, ..Archive::default() };
        let files = archive.walk(None).unwrap().files;
        archive.read(&files, &|| false).unwrap().remove(0)
    }

    #[test]
    fn items_come_back_from_memory_and_from_the_file_which_is_removed() {
        let (dir, archive) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let expected = read(archive.path());
        let size = expected.entry.size;
        let names = || fs::read_dir(dir.path()).unwrap().count();
        let shelf = Shelf::new(dir.path(), size);
        let (first, second) = (shelf.put(read(archive.path())), shelf.put(read(archive.path())));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!((first.items, second.items, names()), (2, 2, 1));
        assert_eq!(second.read.report.as_ref().map(|report| report.items.len()), Some(0));
        let kept = |read: ReadReport| {
            let mut items = read.report.unwrap().items;
            // No document has them.
            for item in &mut items {
                item.lines.clear();
            }
            items
        };
        let expected = kept(expected);
        assert_eq!(kept(shelf.take(second).unwrap()), expected);
        assert_eq!(kept(shelf.take(first).unwrap()), expected);
        // There is room again.
        let places = [0, 1].map(|_| shelf.put(read(archive.path())).unwrap().place);
        assert!(matches!(places, [Place::Memory(_), Place::File(..)]));
        drop(shelf);
        assert_eq!(names(), 0);
    }
}
