//! Which segments become one: so that they stay few, that few of their items are deleted ones, and that no item is
//! written again more often than that needs.

use std::path::Path;
use std::time::Duration;

use tantivy::index::SegmentId;
use tantivy::{Index, SegmentMeta};

use super::options::{Progress, SyncOptions};
use super::write::{Job, current, write_beside};
use crate::archive::{Archive, Walked};
use crate::error::{Error, Result};
use crate::index::directory::IndexDirectory;
use crate::index::files::remove_unused;
use crate::index::lock::WriterLock;
use crate::index::publication::Publication;
use crate::index::snapshot::{Condition, inspect};

/// Items of a segment that is not made longer, though it may be a little. Merging that many takes some seconds, which
/// is how long a writer that follows an archive of millions is busy at worst.
const FULL: u32 = 250_000;
/// Segments that are less than half full, at most. Each costs a search a look into its dictionaries; fewer would be
/// merged more often.
const MOST_GROWING: usize = 8;
/// A merge takes in the next larger segment if that has at most this many times its items, so that items are written
/// again only when as many others were added.
const GROWTH: u32 = 2;
/// Of a hundred items of a segment, those that may be deleted ones. A search looks for each of them in the lists of the
/// words it counts; fewer would be written again more often: each that goes costs the writing of fifty.
const MOST_DELETED: u64 = 2;

/// What decides about a segment: its items and those of them that are deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    alive: u32,
    deleted: u32,
}

impl Size {
    fn of(segment: &SegmentMeta) -> Self {
        Self { alive: segment.num_docs(), deleted: segment.num_deleted_docs() }
    }

    fn is_untidy(self) -> bool {
        u64::from(self.deleted) * 100 > MOST_DELETED * u64::from(self.alive + self.deleted)
    }
}

/// Merges segments of the index in `dir` where a search would gain from it: syncs leave small ones and deleted items. What
/// answers is the same before and behind; a merge takes up to some seconds. Returns whether there was something to merge;
/// while another writer is at work there is nothing.
///
/// # Errors
/// [`Error::IndexDamaged`] if what would be copied is damaged, [`Error::IndexWrite`], [`Error::Interrupted`]. Whatever
/// happens, the last good index stays usable.
pub fn merge(
    dir: &Path,
    archive: &Archive,
    options: &SyncOptions,
    progress: &dyn Progress,
) -> Result<bool> {
    let lock = match WriterLock::acquire(dir, Duration::ZERO, &|_| {}) {
        Err(Error::IndexLocked { .. }) => return Ok(false),
        lock => lock?,
    };
    let _lock = lock;
    let Condition::Usable(publication) = inspect(dir) else { return Ok(false) };
    let failed = |error| Error::index_write(dir, error);
    let (directory, index) = IndexDirectory::open(dir, publication.commit()).map_err(failed)?;
    if to_merge(&index).map_err(failed)?.is_empty() {
        return Ok(false);
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.map_err(|error| Error::index_write(dir, error))?;
    let walked = Walked::default();
    let job = Job { dir, archive, walked, options, progress, in_memory: 0, pool };
    job.merge(*publication, &directory, &index)?;
    Ok(true)
}

impl Job<'_> {
    /// Merges segments of the index until [`to_merge`] wants no more, and publishes the same state in fewer of them.
    fn merge(
        &self,
        publication: Publication,
        directory: &IndexDirectory,
        index: &Index,
    ) -> Result<()> {
        let failed = |error| self.write_error(error);
        remove_unused(self.dir, self.keep(None));
        let old = current(self.dir, publication)?;
        let merged = || {
            let mut writer = self.writer(index, &[])?;
            loop {
                let segments = to_merge(index).map_err(failed)?;
                if segments.is_empty() {
                    break;
                }
                // Damage must not be copied.
                let verified = old.publication.verify_segments(self.dir, &segments);
                verified.map_err(|flaw| flaw.error(self.dir))?;
                writer.merge(&segments).wait().map_err(failed)?;
                if self.progress.interrupted() {
                    return Err(Error::Interrupted);
                }
            }
            writer.wait_merging_threads().map_err(failed)?;
            write_beside(directory, index).map_err(failed)?;
            let mut manifest = old.manifest.clone();
            manifest.head.meaning = self.carry_meaning(directory, index, &old.manifest.head)?;
            self.publish(directory, &manifest, Some(&old))
        };
        merged().inspect_err(|_| directory.discard())
    }
}

/// Returns the segments of a commit that become one next; none if all may stay as they are.
fn to_merge(index: &Index) -> tantivy::Result<Vec<SegmentId>> {
    let segments = index.searchable_segment_metas()?;
    let sizes: Vec<Size> = segments.iter().map(Size::of).collect();
    Ok(next(&sizes).into_iter().filter_map(|place| Some(segments.get(place)?.id())).collect())
}

/// Returns the places of the segments that become one next; none if all may stay as they are.
fn next(sizes: &[Size]) -> Vec<usize> {
    let mut growing: Vec<(u32, usize)> =
        (0..).zip(sizes).map(|(place, size)| (size.alive, place)).collect();
    growing.retain(|(alive, _)| *alive < FULL / 2);
    growing.sort_unstable();
    let untidy = (0..).zip(sizes).find(|(_, size)| size.is_untidy());
    let (mut chosen, mut items) = match untidy {
        Some((place, size)) => {
            // What is no larger costs little beside it.
            growing.retain(|(alive, other)| *other != place && *alive <= size.alive);
            (vec![place], size.alive)
        }
        None if growing.len() > MOST_GROWING => (Vec::new(), 0),
        None => return Vec::new(),
    };
    for (alive, place) in growing {
        let is_near = chosen.len() < 2 || alive <= items.saturating_mul(GROWTH);
        if !is_near || items.saturating_add(alive) > FULL {
            break;
        }
        chosen.push(place);
        items += alive;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(sizes: &[(u32, u32)]) -> Vec<Size> {
        sizes.iter().map(|(alive, deleted)| Size { alive: *alive, deleted: *deleted }).collect()
    }

    #[track_caller]
    fn check(given: &[(u32, u32)], expected: &[usize]) {
        assert_eq!(next(&sizes(given)), expected, "{given:?}");
    }

    #[test]
    fn a_few_segments_stay_as_they_are() {
        check(&[], &[]);
        check(&[(1_000, 0), (10, 0), (10, 0)], &[]);
        check(&[(FULL, 0); 20], &[]);
    }

    #[test]
    fn of_many_the_smallest_become_one_as_long_as_the_next_is_not_much_larger() {
        let mut many = [(10, 0); MOST_GROWING + 1];
        (many[0], many[1]) = ((100_000, 0), (200, 0));
        check(&many, &[2, 3, 4, 5, 6, 7, 8]);
        many[1] = (140, 0);
        check(&many, &[2, 3, 4, 5, 6, 7, 8, 1]);
    }

    #[test]
    fn a_segment_with_deleted_items_is_written_again_with_what_is_smaller() {
        check(&[(1_000, 21)], &[0]);
        check(&[(9_000, 0), (1_000, 21), (10, 0)], &[1, 2]);
        check(&[(FULL, 6_000), (10, 0)], &[0]);
        check(&[(0, 10)], &[0]);
    }

    /// Every report of a year, a hundred thousand items to begin with.
    #[test]
    fn segments_stay_few_and_items_are_not_written_again_and_again() {
        let mut segments = vec![Size { alive: 100_000, deleted: 0 }];
        let mut written = 0;
        for _ in 0..5_000 {
            segments.push(Size { alive: 50, deleted: 0 });
            loop {
                let chosen = next(&segments);
                if chosen.is_empty() {
                    break;
                }
                let alive = chosen.iter().map(|place| segments[*place].alive).sum();
                written += alive;
                let places = 0..segments.len();
                let left = places.filter(|place| !chosen.contains(place));
                segments = left.map(|place| segments[place]).collect();
                segments.push(Size { alive, deleted: 0 });
            }
        }
        assert!(segments.len() <= MOST_GROWING + 4, "{segments:?}");
        assert!(segments.iter().all(|size| size.alive <= FULL), "{segments:?}");
        assert!(written < 250_000 * 12, "{written}");
    }
}
