//! What the reports of a series show together: what they repeat, and how most of them lay out their items.
//!
//! Each report is read by itself first and leaves its [`Traits`]: small enough to be kept for every file, so that a sync
//! need not read the others. [`learn`] makes a [`Lesson`] of them for each report, of which those around it count most; a
//! report that has something to learn is read again in its light. The traits never depend on lessons, and a lesson only
//! on traits and the order of paths: whatever led there, the same files give the same.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

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
/// So many headings with a text make a report that is laid out as its neighbours are.
const MIN_HEADINGS: u32 = 2;

/// What one report shows, read by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Traits {
    /// Hashes of what it says, sorted, each once.
    #[serde(with = "hashes", skip_serializing_if = "Vec::is_empty")]
    pub(super) said: Vec<u32>,
    /// The level of the headings that are its items; 0 if they are none.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) level: u8,
    /// How many items it has.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) items: u32,
    /// How many headings of each level have a text, from level 1 on.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) headings: [u32; 6],
}

impl Traits {
    /// Returns whether the report had items when it was read by itself.
    #[must_use]
    pub fn has_items(&self) -> bool {
        self.items > 0
    }
}

/// What its neighbours say about a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lesson {
    /// Hashes of what the series repeats, sorted.
    #[serde(with = "hashes", skip_serializing_if = "Vec::is_empty")]
    pub(super) repeated: Vec<u32>,
    /// The level of the headings that are its items, which it does not show by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) level: Option<u8>,
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

    /// Returns whether the series repeats what has this hash.
    pub(super) fn is_repeated(&self, hash: u32) -> bool {
        self.repeated.binary_search(&hash).is_ok()
    }
}

/// Names what a text says, whatever the numbers in it, and where it leads.
pub(super) fn hash_of<'t>(text: &str, places: impl IntoIterator<Item = &'t str>) -> u32 {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if !c.is_numeric() {
            plain.push(c);
        } else if !plain.ends_with('0') {
            plain.push('0');
        }
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(plain.as_bytes());
    for place in places {
        hasher.update(b"\0").update(place.as_bytes());
    }
    let hash = hasher.finalize();
    let bytes = hash.as_bytes();
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// Learns what each report of a source is to be read with. The reports are sorted by path.
#[must_use]
pub fn learn(series: &[&Traits]) -> Vec<Lesson> {
    let said = series.iter().enumerate();
    let mut said: Vec<(u32, usize)> =
        said.flat_map(|(at, traits)| traits.said.iter().map(move |hash| (*hash, at))).collect();
    said.sort_unstable();
    // Every report names a hash once.
    let same = said.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() >= MIN_REPEATED);
    let places: HashMap<u32, Vec<usize>> =
        same.map(|same| (same[0].0, same.iter().map(|(_, at)| *at).collect())).collect();
    (0..series.len())
        .map(|at| {
            let around = around(at, series.len());
            let is_repeated = |hash: &&u32| {
                places.get(hash).is_some_and(|places| {
                    let near = places.partition_point(|place| *place < around.end)
                        - places.partition_point(|place| *place < around.start);
                    is_many(near, around.len()) || is_many(places.len(), series.len())
                })
            };
            let said = &series[at].said;
            let mut repeated: Vec<u32> = said.iter().filter(is_repeated).copied().collect();
            if repeated.len() * COPY_OF_FOUR.1 > said.len() * COPY_OF_FOUR.0 {
                repeated.clear();
            }
            Lesson { repeated, level: level(series[at], &series[around.clone()]) }
        })
        .collect()
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

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Hashes as one string of hexadecimal digits, eight each.
mod hashes {
    use std::fmt::Write as _;

    use serde::de::Error;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(hashes: &[u32], to: S) -> Result<S::Ok, S::Error> {
        let mut digits = String::with_capacity(8 * hashes.len());
        for hash in hashes {
            let _ = write!(digits, "{hash:08x}");
        }
        to.serialize_str(&digits)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u32>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        let hash = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).map_err(D::Error::custom)?;
            u32::from_str_radix(digits, 16).map_err(D::Error::custom)
        };
        text.as_bytes().chunks(8).map(hash).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saying(said: &[u32]) -> Traits {
        Traits { said: said.to_vec(), ..Traits::default() }
    }

    fn lessons(series: &[Traits]) -> Vec<Lesson> {
        learn(&series.iter().collect::<Vec<_>>())
    }

    #[test]
    fn what_differs_in_a_number_is_the_same() {
        let hash = |text: &str| hash_of(text, []);
        assert_eq!(hash("第 12 期，共 3 条"), hash("第 113 期， 共 45 条"));
        assert_ne!(hash("第 12 期"), hash("第 期"));
        assert_ne!(hash("甲"), hash("乙"));
        assert_ne!(hash_of("甲", ["http://a.b/1"]), hash_of("甲", ["http://a.b/2"]));
    }

    /// What the first of so many reports learns, of which the first few say the same beside what is their own.
    fn repeated(all: u32, same: u32) -> Vec<Lesson> {
        let own = |at: u32| {
            let first = if at < same { 1 } else { 10 + 3 * at };
            saying(&[first, 11 + 3 * at, 12 + 3 * at])
        };
        lessons(&(0..all).map(own).collect::<Vec<_>>())
    }

    #[test]
    fn a_third_of_the_series_and_three_reports_repeat_something() {
        assert!(repeated(2, 2)[0].is_empty());
        assert!(repeated(9, 2)[0].is_empty());
        assert_eq!(repeated(9, 3)[0].repeated, [1]);
        assert!(repeated(10, 3)[0].is_empty());
    }

    #[test]
    fn neighbours_count_most() {
        // Nine of the first twenty-five, in a series of a hundred.
        let learned = repeated(100, 9);
        assert_eq!(learned[0].repeated, [1]);
        assert_eq!(learned[8].repeated, [1]);
        assert!(learned[50].is_empty());
        assert!(repeated(100, 8)[0].is_empty());
    }

    #[test]
    fn copies_of_a_report_say_what_it_says() {
        let copies = vec![saying(&[1, 2, 3, 4]); 3];
        assert!(lessons(&copies).iter().all(Lesson::is_empty));
        let series: Vec<Traits> = (0..3).map(|at| saying(&[1, 2, 3, 10 + at])).collect();
        assert_eq!(lessons(&series)[0].repeated, [1, 2, 3]);
    }

    #[test]
    fn a_report_that_falls_out_learns_the_level_of_the_others() {
        let usual =
            Traits { level: 3, items: 5, headings: [0, 0, 5, 0, 0, 0], ..Traits::default() };
        let odd = |items: u32, headings: u32| Traits {
            items,
            headings: [0, 0, headings, 0, 0, 0],
            ..Traits::default()
        };
        let learned =
            |odd: Traits| lessons(&[usual.clone(), odd, usual.clone(), usual.clone()])[1].level;
        assert_eq!(learned(odd(1, 4)), Some(3));
        assert_eq!(learned(odd(0, 1)), None);
        assert_eq!(lessons(&[usual.clone(), odd(1, 4), odd(1, 4)])[1].level, None);
    }

    #[test]
    fn traits_are_kept_as_they_are() {
        let traits =
            Traits { said: vec![1, u32::MAX], level: 2, items: 3, headings: [1, 2, 3, 4, 5, 6] };
        let text = serde_json::to_string(&traits).unwrap();
        assert_eq!(serde_json::from_str::<Traits>(&text).unwrap(), traits);
        assert_eq!(serde_json::to_string(&Traits::default()).unwrap(), "{}");
        assert!(serde_json::from_str::<Traits>("{\"said\":\"é234567\"}").is_err());
    }
}
