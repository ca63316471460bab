//! What the reports of a series show together: what they repeat, and how most of them lay out their items.
//!
//! Each report is read by itself first and leaves its [`Traits`]: small enough to be kept for every file, so that a sync
//! need not read the others. [`learn`] makes a [`Lesson`] of them for each report, of which those around it count most; a
//! report that has something to learn is read again in its light. The traits never depend on lessons, and a lesson only
//! on traits and the order of paths: whatever led there, the same files give the same.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::said::Said;

/// A report has this many neighbours on each side; with itself they are enough for a third to be no chance, and few
/// enough that a series may change over the years.
const NEIGHBOURS: usize = 12;
/// What stands in one of so many reports is repeated.
const REPEATED_ONE_IN: usize = 3;
/// It stands in at least so many: two issues may say the same once.
const MIN_REPEATED: usize = 3;
/// A report of which more than three of four parts are repeated is a copy or a draft of another one, and what they share is
/// what they say.
const COPY_OF_FOUR: (usize, usize) = (3, 4);
/// What comes and goes, as places on a chart do, stands in fewer than so many of four reports around one.
const PASSING_OF_FOUR: usize = 3;
/// Hashes are counted by so many of their highest bits first: these counts stay in the cache of a core, and of few are there
/// as many as of what is repeated.
const KINDS_BITS: u32 = 14;
/// So many reports show that those of a series have numbers.
const MIN_COUNTED: usize = 8;
/// At least so many of ten have one.
const COUNTED_OF_TEN: usize = 8;
/// So many headings with a text make a report that is laid out as its neighbours are.
const MIN_HEADINGS: u32 = 2;

/// What one report shows, read by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Traits {
    /// Hashes of what it says; as text, only how many.
    #[serde(skip_serializing_if = "is_default")]
    pub said: Said,
    /// The level of the headings that are its items; 0 if they are none.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) level: u8,
    /// Whether it has items.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) has_items: bool,
    /// How many headings of each level have a text, from level 1 on.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) headings: [u32; 6],
    /// Whether its path has a number.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) is_counted: bool,
    /// Whether it may be notes about the archive: a page with code, without a number or a day.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) is_notes: bool,
}

impl Traits {
    /// Makes the traits of a report that has items or none, says this, and shows nothing else.
    #[must_use]
    pub fn of_items(has_items: bool, said: Said) -> Self {
        Self { said, has_items, ..Self::default() }
    }

    /// Returns whether the report had items when it was read by itself.
    #[must_use]
    pub fn has_items(&self) -> bool {
        self.has_items
    }
}

/// What its neighbours say about a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lesson {
    /// Hashes of what the series repeats, sorted.
    #[serde(with = "super::hashes", skip_serializing_if = "Vec::is_empty")]
    pub(super) repeated: Vec<u32>,
    /// Those of them that come and go: not most reports around it have them. Sorted.
    #[serde(with = "super::hashes", skip_serializing_if = "Vec::is_empty")]
    pub(super) passing: Vec<u32>,
    /// The level of the headings that are its items, which it does not show by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) level: Option<u8>,
    /// Whether it stands without a number among reports that have one.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) outsider: bool,
}

impl Lesson {
    /// Returns whether there is nothing to learn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the level of the headings that are items, where only the others show it.
    #[must_use]
    pub fn level(&self) -> Option<u8> {
        self.level
    }

    /// Returns whether nearly all reports around have numbers, and this one has none.
    pub(super) fn is_outsider(&self) -> bool {
        self.outsider
    }

    /// Returns whether the series repeats what has this hash.
    pub(super) fn is_repeated(&self, hash: u32) -> bool {
        self.repeated.binary_search(&hash).is_ok()
    }

    /// Returns whether what has this hash is repeated by some reports around and not by most.
    pub(super) fn is_passing(&self, hash: u32) -> bool {
        self.passing.binary_search(&hash).is_ok()
    }
}

/// Names what a text says, whatever the numbers in it, and where it leads.
pub(super) fn hash_of<'t>(text: &str, places: impl IntoIterator<Item = &'t str>) -> u32 {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        // Han characters are looked up in no table: they are letters.
        if ('\u{3400}'..='\u{9FFF}').contains(&c) || !c.is_numeric() {
            plain.push(c);
        } else if !plain.ends_with('0') {
            plain.push('0');
        }
    }
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(plain.as_bytes());
    for place in places {
        hasher.update(b"\0");
        hasher.update(place.as_bytes());
    }
    hasher.finalize()
}

/// Learns what each report of a source is to be read with. The reports are sorted by path.
#[must_use]
pub fn learn(series: &[&Traits]) -> Vec<Lesson> {
    let least = least(series.len());
    let common = common(series, least);
    Learner::new(series, common).lessons(0..series.len()).map(|(_, lesson)| lesson).collect()
}

/// How a series was when its reports were last taught.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// How many reports it had.
    pub all: usize,
    /// Which of them each report is, by its place; `None` for one that is new or shows something else now.
    pub places: &'a [Option<usize>],
    /// Those that have gone and those that show something else now.
    pub gone: &'a [&'a Traits],
}

/// Learns again what those reports of a source are to be read with whose lesson may have changed since, each with its
/// place; what all the others have learned is what [`learn`] would say. The reports are sorted by path.
#[must_use]
pub fn learn_moved(series: &[&Traits], before: &Before<'_>) -> Vec<(usize, Lesson)> {
    let is_new = |at: &usize| before.places[*at].is_none();
    let come: Vec<&Traits> = (0..series.len()).filter(is_new).map(|at| series[at]).collect();
    let (least_now, least_before) = (least(series.len()), least(before.all));
    let all: Vec<&Traits> = series.iter().chain(before.gone).copied().collect();
    let mut counts = common(&all, least_now.min(least_before));
    let count_in = |reports: &[&Traits], hash: u32| {
        reports.iter().filter(|traits| traits.said.contains(hash)).count()
    };
    let mut moved = Vec::new();
    counts.retain(|hash, count| {
        let is_common = *count - count_in(before.gone, *hash) >= least_now;
        if is_common != (*count - count_in(&come, *hash) >= least_before) {
            moved.push(*hash);
        }
        is_common
    });
    let mut new_before = Vec::with_capacity(series.len() + 1);
    new_before.push(0);
    new_before.extend(before.places.iter().scan(0, |new, place| {
        *new += usize::from(place.is_none());
        Some(*new)
    }));
    let has_other_neighbours = |at: usize| {
        let Some(place) = before.places[at] else { return true };
        let (now, then) = (around(at, series.len()), around(place, before.all));
        // Where none of them is new, the first and the last show whether one has gone.
        new_before[now.end] > new_before[now.start]
            || now.len() != then.len()
            || before.places[now.start] != Some(then.start)
            || before.places[now.end - 1] != Some(then.end - 1)
    };
    let says_moved = |at: usize| moved.iter().any(|hash| series[at].said.contains(*hash));
    let places = (0..series.len()).filter(|at| has_other_neighbours(*at) || says_moved(*at));
    Learner::new(series, counts).lessons(places).collect()
}

/// In how many reports of a series something stands at least that stands in many.
fn least(all: usize) -> usize {
    all.div_ceil(REPEATED_ONE_IN).max(MIN_REPEATED)
}

/// Returns the hashes that at least so many reports have, with their number.
fn common(reports: &[&Traits], least: usize) -> FxHashMap<u32, usize> {
    let hashes = || reports.iter().flat_map(|traits| traits.said.iter());
    let kind = |hash: u32| usize::try_from(hash >> (32 - KINDS_BITS)).unwrap_or_default();
    let mut kinds = vec![0_u32; 1 << KINDS_BITS];
    for hash in hashes() {
        kinds[kind(hash)] += 1;
    }
    let least_of_kind = u32::try_from(least).unwrap_or(u32::MAX);
    let mut counts = FxHashMap::default();
    for hash in hashes().filter(|hash| kinds[kind(*hash)] >= least_of_kind) {
        *counts.entry(hash).or_default() += 1;
    }
    counts.retain(|_, count| *count >= least);
    counts
}

/// Goes through a series from its first report to its last.
struct Learner<'a> {
    series: &'a [&'a Traits],
    /// What many of all reports say.
    common: FxHashMap<u32, usize>,
    /// The reports around the one that is taught, and how many of them have each hash.
    around: std::ops::Range<usize>,
    counts: FxHashMap<u32, usize>,
}

impl<'a> Learner<'a> {
    fn new(series: &'a [&'a Traits], common: FxHashMap<u32, usize>) -> Self {
        Self { series, common, around: 0..0, counts: FxHashMap::default() }
    }

    /// Returns the lessons of reports at ascending places.
    fn lessons(
        mut self,
        places: impl Iterator<Item = usize>,
    ) -> impl Iterator<Item = (usize, Lesson)> {
        places.map(move |at| (at, self.lesson(at)))
    }

    fn lesson(&mut self, at: usize) -> Lesson {
        self.look_around(at);
        let said = &self.series[at].said;
        let is_repeated = |hash: &u32| {
            self.common.contains_key(hash)
                || self.counts.get(hash).is_some_and(|near| is_many(*near, self.around.len()))
        };
        let mut repeated: Vec<u32> = said.iter().filter(is_repeated).collect();
        if repeated.len() * COPY_OF_FOUR.1 > said.len() * COPY_OF_FOUR.0 {
            repeated.clear();
        }
        let near = |hash: &u32| self.counts.get(hash).copied().unwrap_or_default();
        let most = self.around.len() * PASSING_OF_FOUR;
        let passing = repeated.iter().copied().filter(|hash| near(hash) * 4 < most).collect();
        let around = &self.series[self.around.clone()];
        let level = level(self.series[at], around);
        let outsider = self.series[at].is_notes && are_counted(around);
        Lesson { repeated, passing, level, outsider }
    }

    /// Counts what is said around a report.
    fn look_around(&mut self, at: usize) {
        let next = around(at, self.series.len());
        if next.start >= self.around.end {
            self.counts.clear();
            self.around = next.start..next.start;
        }
        for hash in self.series[self.around.end..next.end].iter().flat_map(|one| one.said.iter()) {
            *self.counts.entry(hash).or_default() += 1;
        }
        for hash in
            self.series[self.around.start..next.start].iter().flat_map(|one| one.said.iter())
        {
            if let Some(count) = self.counts.get_mut(&hash) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&hash);
                }
            }
        }
        self.around = next;
    }
}

/// Returns the reports around one, itself among them: as many at the ends of the series as in its middle.
fn around(at: usize, all: usize) -> std::ops::Range<usize> {
    let width = (2 * NEIGHBOURS + 1).min(all);
    let start = at.saturating_sub(NEIGHBOURS).min(all - width);
    start..start + width
}

fn is_many(count: usize, all: usize) -> bool {
    count >= MIN_REPEATED && count * REPEATED_ONE_IN >= all
}

/// Returns the level whose headings are items in many reports around one, and in more than any other level, if the report
/// has such headings and has not found its items there.
fn level(own: &Traits, around: &[&Traits]) -> Option<u8> {
    let mut levels = [0_usize; 7];
    for traits in around {
        levels[usize::from(traits.level.min(6))] += 1;
    }
    let (level, count) = levels.iter().enumerate().skip(1).max_by_key(|(_, count)| **count)?;
    let falls_out = usize::from(own.level) != level && own.headings[level - 1] >= MIN_HEADINGS;
    (is_many(*count, around.len()) && falls_out).then(|| u8::try_from(level).unwrap_or(6))
}

/// Returns whether nearly all of so many reports have numbers.
fn are_counted(around: &[&Traits]) -> bool {
    let counted = around.iter().filter(|traits| traits.is_counted).count();
    around.len() >= MIN_COUNTED && counted * 10 >= around.len() * COUNTED_OF_TEN
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests;
