//! Collects every match of a query: how many, the best of them in a stable order, and counts per facet.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

use super::facets::{Counted, FacetTables};
use super::order::{Columns, Places, compare};
use crate::index::schema::names;
use crate::query::{FacetKind, Sort};
use crate::report::ItemKey;
use crate::search::docs::Docs;
use crate::search::results::FacetValue;
use crate::search::segment::Segment;

/// Scores are compared after rounding to this part of one: sums of floats differ in their last digits with the order
/// of addition, and equal evidence must fall through to the date.
const SCORE_STEPS: f32 = 10_000.0;

/// One match with everything its order depends on.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) address: DocAddress,
    /// Score in steps of a ten-thousandth.
    pub(crate) score: i64,
    /// The same before it was rounded.
    pub(crate) exact: Score,
    /// `YYYYMMDD`; without a date the number of the issue, which is smaller, or 0.
    pub(crate) date: u64,
    pub(crate) report: Arc<str>,
    pub(crate) ordinal: u64,
    pub(crate) key: ItemKey,
}

impl Match {
    /// Adds to its score.
    pub(super) fn gain(&mut self, more: Score) {
        self.exact += more;
        self.score = in_steps(self.exact);
    }

    pub(crate) fn score(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "scores are small")]
        let steps = self.score as f64;
        steps / f64::from(SCORE_STEPS)
    }
}

/// Orders matches, the best first.
pub(super) fn by_relevance(a: &Match, b: &Match) -> Ordering {
    in_order(Sort::Relevance, a, b)
}

fn in_order(sort: Sort, a: &Match, b: &Match) -> Ordering {
    compare(sort, (a.score, a.date), (b.score, b.date))
        .then_with(|| a.report.cmp(&b.report))
        .then_with(|| a.ordinal.cmp(&b.ordinal))
}

/// Collects the best `keep` matches.
pub(crate) struct MatchCollector<'a> {
    pub(crate) tables: &'a FacetTables,
    pub(crate) places: &'a Arc<Places>,
    pub(crate) searcher: &'a Searcher,
    pub(crate) sort: Sort,
    pub(crate) keep: usize,
    pub(crate) facets: Vec<FacetKind>,
}

/// What a collection gives.
#[derive(Default)]
pub(crate) struct Collected {
    pub(crate) total: usize,
    /// Best first.
    pub(crate) best: Vec<Match>,
    /// Counts of one segment, of each facet.
    pub(super) counted: Vec<Counted>,
    /// Counts of all segments by value, of each facet.
    pub(crate) facets: Vec<BTreeMap<String, usize>>,
}

impl MatchCollector<'_> {
    /// Counts some items of one segment.
    pub(super) fn count(
        &self,
        segment: &Segment<'_>,
        docs: &[DocId],
    ) -> tantivy::Result<Collected> {
        let fast = segment.reader.fast_fields();
        let facets = self.facets.iter().map(|kind| match kind.column() {
            Some(column) => {
                let Some(column) = fast.str(column)? else { return Ok(Counted::default()) };
                let table = self.tables.of(*kind, self.searcher)?;
                Ok(table.count(&column, segment.ordinal, docs))
            }
            None => Ok(Counted::of_months(months(&fast.u64(names::DATE)?, docs))),
        });
        let counted = facets.collect::<tantivy::Result<_>>()?;
        Ok(Collected { total: docs.len(), counted, ..Collected::default() })
    }

    /// Returns those of some items that can be among the best, whatever their scores are.
    pub(super) fn eligible(&self, segment: &Segment<'_>, docs: &[DocId]) -> tantivy::Result<Docs> {
        if self.keep == 0 {
            return Ok(Docs::new());
        }
        if self.sort == Sort::Relevance || docs.len() <= self.keep {
            return Ok(docs.to_vec());
        }
        // Scores decide only between items of one day.
        let times = self.places.columns(segment.ordinal, segment.reader)?.times;
        let date = |doc: DocId| times.get(doc);
        let mut all: Vec<u64> = docs.iter().map(|doc| date(*doc)).collect();
        let by_day = |a: &u64, b: &u64| compare(self.sort, (0, *a), (0, *b));
        let (_, last, _) = all.select_nth_unstable_by(self.keep - 1, by_day);
        let last = *last;
        let kept = docs.iter().filter(|doc| by_day(&date(**doc), &last) != Ordering::Greater);
        Ok(kept.copied().collect())
    }

    /// Returns the best of some items of one segment, each with its score.
    pub(super) fn best(
        &self,
        segment: &Segment<'_>,
        scored: impl Iterator<Item = (DocId, Score)>,
    ) -> tantivy::Result<Vec<Match>> {
        let mut matches = self.for_segment(segment.ordinal, segment.reader)?;
        scored.for_each(|(doc, score)| matches.collect(doc, score));
        Ok(matches.harvest().best)
    }

    /// Joins what was collected in every segment.
    pub(super) fn merged(&self, segments: Vec<Collected>) -> tantivy::Result<Collected> {
        let mut all = Collected::default();
        let mut counted = vec![Counted::default(); self.facets.len()];
        for segment in segments {
            all.total += segment.total;
            all.best.extend(segment.best);
            for (sum, more) in counted.iter_mut().zip(&segment.counted) {
                sum.add(more);
            }
        }
        for (kind, counted) in self.facets.iter().zip(&counted) {
            all.facets.push(match kind {
                FacetKind::Month => counted.by_month(),
                _ => self.tables.of(*kind, self.searcher)?.named(counted),
            });
        }
        self.order(&mut all.best);
        Ok(all)
    }

    /// Puts matches in order and keeps the best.
    pub(super) fn order(&self, matches: &mut Vec<Match>) {
        matches.sort_by(|a, b| in_order(self.sort, a, b));
        matches.truncate(self.keep);
    }
}

impl Collector for MatchCollector<'_> {
    type Fruit = Collected;
    type Child = SegmentMatches;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Self::Child> {
        Ok(SegmentMatches {
            segment,
            sort: self.sort,
            keep: self.keep,
            total: 0,
            candidates: Vec::new(),
            columns: self.places.columns(segment, reader)?,
            places: Arc::clone(self.places),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Collected>) -> tantivy::Result<Collected> {
        self.merged(segments)
    }
}

/// Counts some items by month.
fn months(dates: &Column<u64>, docs: &[DocId]) -> BTreeMap<u32, usize> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    let months = docs.iter().map(|doc| dates.first(*doc).unwrap_or(0) / 100);
    for month in months.filter_map(|month| u32::try_from(month).ok()).filter(|month| *month > 0) {
        *counts.entry(month).or_default() += 1;
    }
    counts
}

#[derive(Clone, Copy)]
struct Candidate {
    doc: DocId,
    score: i64,
    exact: Score,
    date: u64,
}

pub(crate) struct SegmentMatches {
    segment: SegmentOrdinal,
    sort: Sort,
    keep: usize,
    total: usize,
    candidates: Vec<Candidate>,
    columns: Columns,
    places: Arc<Places>,
}

impl SegmentMatches {
    /// Report ordinals of a segment are in the order of report names.
    fn place(&self, doc: DocId) -> (u64, u64) {
        (self.columns.report(doc), self.columns.ordinal.first(doc).unwrap_or(0))
    }

    fn order(&self, a: &Candidate, b: &Candidate) -> Ordering {
        compare(self.sort, (a.score, a.date), (b.score, b.date))
            .then_with(|| self.place(a.doc).cmp(&self.place(b.doc)))
    }

    /// Forgets what cannot be among the best.
    fn shrink(&mut self) {
        if self.candidates.len() > self.keep {
            let mut candidates = std::mem::take(&mut self.candidates);
            if self.keep > 0 {
                candidates.select_nth_unstable_by(self.keep - 1, |a, b| self.order(a, b));
            }
            candidates.truncate(self.keep);
            self.candidates = candidates;
        }
    }
}

impl SegmentCollector for SegmentMatches {
    type Fruit = Collected;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        let date = self.columns.times.get(doc);
        self.candidates.push(Candidate { doc, score: in_steps(score), exact: score, date });
        if self.candidates.len() >= self.keep.saturating_mul(2).max(4_096) {
            self.shrink();
        }
    }

    fn harvest(mut self) -> Collected {
        self.shrink();
        let mut names: BTreeMap<u64, Arc<str>> = BTreeMap::new();
        let mut best = Vec::with_capacity(self.candidates.len());
        for candidate in &self.candidates {
            let (report, ordinal) = self.place(candidate.doc);
            let name = names
                .entry(report)
                .or_insert_with(|| self.places.report(self.segment, &self.columns, report));
            best.push(Match {
                address: DocAddress::new(self.segment, candidate.doc),
                score: candidate.score,
                exact: candidate.exact,
                date: candidate.date,
                report: Arc::clone(name),
                ordinal,
                key: ItemKey::of_number(self.columns.key.first(candidate.doc).unwrap_or(0)),
            });
        }
        Collected { total: self.total, best, ..Collected::default() }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "scores are small")]
fn in_steps(score: Score) -> i64 {
    (score * SCORE_STEPS).round() as i64
}

/// Lists the counts of facets in the order shown: by count, then name, months by time.
pub(super) fn facet_values(
    kinds: &[FacetKind],
    counts: Vec<BTreeMap<String, usize>>,
) -> Vec<(FacetKind, Vec<FacetValue>)> {
    let counts = counts.into_iter().chain(std::iter::repeat_with(BTreeMap::new));
    let values = kinds.iter().zip(counts).map(|(kind, counts)| {
        let counts = counts.into_iter();
        let mut values: Vec<FacetValue> =
            counts.map(|(value, count)| FacetValue { value, count }).collect();
        if *kind != FacetKind::Month {
            values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        }
        (*kind, values)
    });
    values.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::Fixture;

    fn found(score: i64, date: u64, report: &str, ordinal: u64) -> Match {
        let address = DocAddress::new(0, 0);
        let (report, key) = (report.into(), ItemKey::default());
        Match { address, score, exact: 0.0, date, report, ordinal, key }
    }

    /// Checks the order of matches of two segments, by report and ordinal.
    #[track_caller]
    fn check(sort: Sort, keep: usize, expected: &[&str]) {
        let fixture = Fixture::new(&[("甲", "文")]);
        let collector = fixture.reader.collector(sort, keep, &[]);
        let segment =
            |best: Vec<Match>| Collected { total: best.len(), best, ..Collected::default() };
        let merged = collector.merged(vec![
            segment(vec![
                found(9, 20_240_101, "b", 1),
                found(5, 0, "c", 2),
                found(5, 20_240_301, "d", 1),
            ]),
            segment(vec![found(9, 20_240_101, "a", 2), found(9, 20_240_101, "a", 1)]),
        ]);
        let merged = merged.unwrap();
        let order: Vec<String> =
            merged.best.iter().map(|found| format!("{}{}", found.report, found.ordinal)).collect();
        assert_eq!((merged.total, order), (5, expected.iter().map(ToString::to_string).collect()));
    }

    #[test]
    fn matches_of_all_segments_are_in_one_order() {
        check(Sort::Relevance, 9, &["a1", "a2", "b1", "d1", "c2"]);
        check(Sort::Newest, 9, &["d1", "a1", "a2", "b1", "c2"]);
        // Without a date last, whichever way.
        check(Sort::Oldest, 9, &["a1", "a2", "b1", "d1", "c2"]);
        check(Sort::Relevance, 2, &["a1", "a2"]);
    }

    #[test]
    fn items_without_a_date_are_in_the_order_of_their_issues() {
        let fixture = Fixture::of_reports(&[
            ("issue-9.md", "# 周刊（第 9 期）\n\n1、甲\n\n2、乙\n"),
            ("issue-10.md", "# 周刊（第 10 期）\n\n1、丙\n\n2、丁\n"),
        ]);
        let segment = &fixture.reader.segments().unwrap()[0];
        let collector = fixture.reader.collector(Sort::Newest, 9, &[]);
        let scored = segment.everything().into_iter().map(|doc| (doc, 1.0));
        let best = collector.best(segment, scored).unwrap();
        let reports: Vec<&str> = best.iter().map(|found| &*found.report).collect();
        assert_eq!(reports, ["issue-10", "issue-10", "issue-9", "issue-9"]);
    }

    fn collected(keep: usize, score: impl Fn(DocId) -> Score) -> Collected {
        let fixture = Fixture::of_reports(&[
            ("2024-02-22.md", "# 示例\n\n# 论文\n\n### 甲\n\n贡献人：@某\n\n### 乙\n\n正文\n"),
            ("2024-03-01.md", "# 示例\n\n# 产品\n\n### 丙\n\n[x](https://x.example/y)\n"),
        ]);
        let collector = fixture.reader.collector(Sort::Relevance, keep, FacetKind::ALL);
        let segment = &fixture.reader.segments().unwrap()[0];
        let all = segment.everything();
        let best = collector.best(segment, all.iter().map(|doc| (*doc, score(*doc)))).unwrap();
        let counted = collector.count(segment, &all).unwrap();
        collector.merged(vec![Collected { best, ..counted }]).unwrap()
    }

    #[test]
    fn everything_is_counted_and_the_best_kept() {
        let all = collected(1, |_| 1.0);
        assert_eq!((all.total, all.best.len(), &*all.best[0].report), (3, 1, "2024-03-01"));
        let facets = facet_values(FacetKind::ALL, all.facets);
        let shown: Vec<String> = facets
            .into_iter()
            .flat_map(|(kind, values)| values.into_iter().map(move |value| (kind, value)))
            .map(|(kind, value)| format!("{} {} {}", kind.name(), value.value, value.count))
            .collect();
        assert_eq!(
            shown,
            [
                "section 论文 2",
                "section 产品 1",
                "source files 3",
                "contributor 某 1",
                "host x.example 1",
                "month 2024-02 2",
                "month 2024-03 1"
            ]
        );
        assert_eq!(collected(0, |_| 1.0).best.len(), 0);
    }

    #[test]
    fn scores_are_compared_in_steps() {
        // A difference in the fifth digit is one of addition; the newest comes first.
        let all = collected(3, |doc| 0.5 + f32::from(u8::try_from(doc).unwrap()) * 0.000_01);
        assert!(all.best.is_sorted_by_key(|found| std::cmp::Reverse(found.date)));
        assert_eq!(all.best.iter().map(|found| found.score).max(), Some(5_000));
        assert!((found(7_604, 0, "a", 1).score() - 0.7604).abs() < 1e-9);
    }
}
