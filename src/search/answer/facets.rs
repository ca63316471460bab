//! Counts of values as choosing them would give: `github.com` with `gist.github.com`, which a filter by it passes, a name in
//! both its writings, a section with the sections in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use tantivy::columnar::StrColumn;
use tantivy::{DocId, Searcher, SegmentOrdinal};

use crate::analysis::fold;
use crate::index::schema::names;
use crate::index::section_parts;
use crate::query::FacetKind;

/// Items are counted one by one where they are fewer than this part of the values they may have: an array of all values
/// would cost more than the items.
const FEW_OF_VALUES: usize = 8;

impl FacetKind {
    /// Returns the text column that holds its values; months are counted from dates.
    pub(super) fn column(self) -> Option<&'static str> {
        match self {
            Self::Section => Some(names::SECTION_PATH),
            Self::Source => Some(names::SOURCE),
            Self::Contributor => Some(names::CONTRIBUTOR_NAME),
            Self::Host => Some(names::HOST),
            Self::Month => None,
        }
    }

    /// Returns what a filter by a value looks for.
    fn choice(self, value: &str) -> String {
        match self {
            Self::Section => fold(value),
            Self::Contributor => fold(value.trim_start_matches('@')),
            _ => value.to_owned(),
        }
    }

    /// Returns what filters look for that pass an item with a value.
    fn choices(self, value: &str) -> Vec<String> {
        match self {
            Self::Section => {
                let names: Vec<String> = value.split('/').map(str::to_owned).collect();
                section_parts(&names)
            }
            Self::Host => {
                let below = value.match_indices('.').map(|(at, _)| value[at + 1..].to_owned());
                std::iter::once(value.to_owned()).chain(below).collect()
            }
            _ => vec![self.choice(value)],
        }
    }
}

/// The values of the text columns over all segments, read when first counted.
#[derive(Debug, Default)]
pub(crate) struct FacetTables([OnceLock<Table>; FacetKind::ALL.len()]);

impl FacetTables {
    pub(super) fn of(&self, kind: FacetKind, searcher: &Searcher) -> tantivy::Result<&Table> {
        let slot = &self.0[kind as usize];
        if let Some(known) = slot.get() {
            return Ok(known);
        }
        let table = Table::read(kind, searcher)?;
        Ok(slot.get_or_init(|| table))
    }
}

/// Values of one column over all segments, in their order, and what choosing them looks for.
#[derive(Debug, Default)]
pub(super) struct Table {
    values: Vec<Box<str>>,
    /// The place of every value of a segment, in the order of the segment.
    of_segments: Vec<Vec<u32>>,
    /// What choosing each value looks for.
    choice: Vec<u32>,
    /// What passes an item with each value.
    choices: Vec<Box<[u32]>>,
    /// How many different choices there are.
    different: usize,
}

/// How often something stands, by number.
type Counts = BTreeMap<u32, usize>;

/// What was counted of one column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    /// Items that have a value, by value.
    having: Counts,
    /// Items that pass, by choice.
    passing: Counts,
}

impl Counted {
    /// Keeps counts of months, each a number `YYYYMM`.
    pub(super) fn of_months(having: Counts) -> Self {
        Self { having, passing: Counts::new() }
    }

    /// Names months.
    pub(super) fn by_month(&self) -> BTreeMap<String, usize> {
        let name = |number: &u32| format!("{:04}-{:02}", number / 100, number % 100);
        self.having.iter().map(|(number, count)| (name(number), *count)).collect()
    }

    pub(super) fn add(&mut self, more: &Self) {
        for (sum, more) in [(&mut self.having, &more.having), (&mut self.passing, &more.passing)] {
            for (number, count) in more {
                *sum.entry(*number).or_default() += count;
            }
        }
    }
}

impl Table {
    fn read(kind: FacetKind, searcher: &Searcher) -> tantivy::Result<Self> {
        let Some(name) = kind.column() else { return Ok(Self::default()) };
        let mut of_segments: Vec<Vec<Box<str>>> = Vec::new();
        for segment in searcher.segment_readers() {
            let mut values = Vec::new();
            if let Some(column) = segment.fast_fields().str(name)? {
                let mut stream = column.dictionary().stream()?;
                while stream.advance() {
                    values.push(String::from_utf8_lossy(stream.key()).into());
                }
            }
            of_segments.push(values);
        }
        let values: BTreeSet<&str> = of_segments.iter().flatten().map(|value| &**value).collect();
        let places: HashMap<&str, u32> = values.iter().copied().zip(0..).collect();
        let places: Vec<Vec<u32>> = of_segments
            .iter()
            .map(|values| values.iter().map(|value| places[&**value]).collect())
            .collect();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let choice: Vec<u32> = values
            .iter()
            .map(|value| {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                *numbers.entry(kind.choice(value)).or_insert(next)
            })
            .collect();
        let choices = values.iter().map(|value| {
            let all = kind.choices(value);
            let known: BTreeSet<u32> =
                all.iter().filter_map(|choice| numbers.get(choice).copied()).collect();
            known.into_iter().collect()
        });
        let (choices, different) = (choices.collect(), numbers.len());
        let values = values.iter().map(|value| Box::from(*value)).collect();
        Ok(Self { values, of_segments: places, choice, choices, different })
    }

    /// Counts the values that some items of a segment have.
    pub(super) fn count(
        &self,
        column: &StrColumn,
        segment: SegmentOrdinal,
        docs: &[DocId],
    ) -> Counted {
        let Some(places) = self.of_segments.get(segment as usize) else {
            return Counted::default();
        };
        let mut having = Counter::new(self.values.len(), docs.len());
        let mut passing = Counter::new(self.different, docs.len());
        let mut of_item: Vec<u32> = Vec::new();
        for doc in docs {
            of_item.clear();
            for ord in column.term_ords(*doc) {
                let place = usize::try_from(ord).ok().and_then(|ord| places.get(ord));
                let Some(place) = place else { continue };
                having.add(*place);
                of_item.extend(&self.choices[*place as usize]);
            }
            if of_item.len() > 1 {
                of_item.sort_unstable();
                of_item.dedup();
            }
            for choice in &of_item {
                passing.add(*choice);
            }
        }
        Counted { having: having.counts(), passing: passing.counts() }
    }

    /// Names what was counted: values that some item has, with how many pass; of several that are chosen by the same, the
    /// one that most have.
    pub(super) fn named(&self, counted: &Counted) -> BTreeMap<String, usize> {
        let mut best: BTreeMap<u32, (usize, u32)> = BTreeMap::new();
        for (value, having) in &counted.having {
            let known = best.entry(self.choice[*value as usize]).or_insert((0, *value));
            // Values are in their order: of equal ones the first.
            if *having > known.0 {
                *known = (*having, *value);
            }
        }
        let named = best.into_iter().map(|(choice, (_, value))| {
            let passing = counted.passing.get(&choice).copied().unwrap_or_default();
            (self.values[value as usize].to_string(), passing)
        });
        named.collect()
    }
}

/// Counts numbers: few in a list, many in an array.
enum Counter {
    Few(Vec<u32>),
    Many(Vec<usize>),
}

impl Counter {
    fn new(different: usize, items: usize) -> Self {
        if items < different / FEW_OF_VALUES {
            Self::Few(Vec::new())
        } else {
            Self::Many(vec![0; different])
        }
    }

    fn add(&mut self, number: u32) {
        match self {
            Self::Few(numbers) => numbers.push(number),
            Self::Many(counts) => counts[number as usize] += 1,
        }
    }

    fn counts(self) -> Counts {
        match self {
            Self::Few(mut numbers) => {
                numbers.sort_unstable();
                numbers.chunk_by(|a, b| a == b).map(|of_one| (of_one[0], of_one.len())).collect()
            }
            Self::Many(counts) => (0..).zip(counts).filter(|(_, count)| *count > 0).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::query::{FacetKind, Query};
    use crate::search::answer::answer;
    use crate::search::request::Request;
    use crate::search::testing::Fixture;

    const FIRST: &str = "# 示例\n\n# 资讯\n\n## 研究\n\n### 甲\n\n贡献人：@Xcu\n\n[x](https://gist.site.example/y)\n[x](https://site.example/z)\n\n### 乙\n\n[x](https://site.example/y)\n";
    const SECOND: &str = "# 示例\n\n# 资讯\n\n### 丙\n\n贡献人：@xcu\n\n[x](https://gist.site.example/w)\n\n# 研究\n\n### 丁\n\n贡献人：@Xcu\n\n正文\n";

    #[test]
    fn values_are_counted_as_choosing_them_gives() {
        let reports = [("2024-02-22.md", FIRST), ("2024-03-01.md", SECOND)];
        for fixture in [Fixture::of_reports(&reports), Fixture::in_segments(&reports)] {
            let kinds = [FacetKind::Host, FacetKind::Contributor, FacetKind::Section];
            let request =
                Request { limit: 0, facets: kinds.to_vec(), ..Request::new(Query::empty()) };
            let facets = answer(&fixture.reader, &request).unwrap().facets;
            let shown: Vec<String> = facets
                .iter()
                .flat_map(|(_, values)| values)
                .map(|value| format!("{} {}", value.value, value.count))
                .collect();
            let expected = [
                "site.example 3",
                "gist.site.example 2",
                "Xcu 3",
                "研究 3",
                "资讯 3",
                "资讯/研究 2",
            ];
            assert_eq!(shown, expected);
        }
    }
}
