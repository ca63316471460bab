//! Vectors that need not be made: those of other segments, and what a run that was stopped has made.

use std::fs;
use std::path::Path;

use rustc_hash::FxHashMap;
use tantivy::Directory;

use super::made::Made;
use super::table::{EXTENSION, Vectors};
use crate::meaning::ModelName;

/// All vectors of a model in a folder.
#[derive(Default)]
pub(in crate::index) struct Known {
    tables: Vec<Vectors>,
    made: Option<Made>,
    /// The table and the place in it of every passage; of the table behind the last in what was made lately.
    places: FxHashMap<u64, (u32, u32)>,
}

impl Known {
    /// Lists the vectors of a model in a folder, of whatever segments; of a table that is damaged none counts.
    pub(in crate::index) fn of(dir: &Path, files: &dyn Directory, model: &ModelName) -> Self {
        let mut known = Self::default();
        let end = format!(".{}.{EXTENSION}", model.fingerprint);
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.retain(|name| name.ends_with(&end));
        names.sort_unstable();
        let tables = names.iter().filter_map(|name| Vectors::open_file(files, name, model));
        known.tables = tables.filter(Vectors::is_sound).collect();
        known.made = Made::open(dir, files, model);
        for (table, vectors) in (0..).zip(&known.tables) {
            known.places.extend((0..).zip(vectors.keys()).map(|(at, key)| (key, (table, at))));
        }
        let table = u32::try_from(known.tables.len()).unwrap_or(u32::MAX);
        let made = known.made.iter().flat_map(Made::keys).enumerate();
        let made = made.filter_map(|(at, key)| Some((key?, (table, u32::try_from(at).ok()?))));
        known.places.extend(made);
        known
    }

    pub(in crate::index) fn has(&self, key: u64) -> bool {
        self.places.contains_key(&key)
    }

    /// Returns what 1 of a vector stands for, and its numbers.
    pub(super) fn vector(&self, key: u64) -> Option<(f32, &[u8])> {
        let (table, at) = self.places.get(&key)?;
        let at = usize::try_from(*at).ok()?;
        match self.tables.get(usize::try_from(*table).ok()?) {
            Some(vectors) => vectors.vector(at),
            None => self.made.as_ref()?.vector(at),
        }
    }
}
