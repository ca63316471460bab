//! A plan over every segment: what items have of it, their scores, which match and which are related.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;
use tantivy::DocId;

use super::closeness::{CLOSELY_LOOKED_AT, Neighbours};
use super::collect::{Collected, MatchCollector};
use super::filter::of_issues;
use super::findings::Findings;
use super::gather::Gatherer;
use super::matching::{Extent, Matching};
use super::rank::{Information, Ranking, Scores, add_issues};
use crate::error::Result;
use crate::query::{Clause, FacetKind, IssueRange, Plan, Sort};
use crate::search::reader::{Reader, failed};
use crate::search::segment::Segment;

/// Share of a query's information below which an item has nothing to do with it. Chosen by eye; with 0, one particle in
/// common would relate items to a long question.
const LEAST_COVERED: f32 = 0.1;

/// A plan with what it found.
pub(super) struct Evaluation<'a> {
    reader: &'a Reader,
    plan: &'a Plan,
    root: &'a Clause,
    information: Information,
    parts: Vec<Part<'a>>,
}

/// What belongs to one segment.
struct Part<'a> {
    segment: Segment<'a>,
    findings: Findings,
    scores: Scores,
    /// Items that exist and pass the filters.
    passing: &'a FixedBitSet,
    /// Items that match, whether they pass the filters or not.
    whole: FixedBitSet,
    /// Those that exist, pass the filters and match all of the plan.
    matching: FixedBitSet,
}

/// A facet that is chosen by, and the items of every segment that pass the other filters.
pub(super) struct Choice {
    pub(super) kind: FacetKind,
    pub(super) passing: Vec<FixedBitSet>,
}

impl Choice {
    /// Makes the collector that counts its values.
    pub(super) fn collector<'r>(&self, reader: &'r Reader) -> MatchCollector<'r> {
        reader.collector(Sort::Newest, 0, &[self.kind])
    }
}

impl<'a> Evaluation<'a> {
    /// Evaluates a plan; `root` is what must match, `passing` the items of every segment that pass the filters.
    pub(super) fn new(
        reader: &'a Reader,
        plan: &'a Plan,
        root: &'a Clause,
        passing: &'a [FixedBitSet],
    ) -> Result<Self> {
        let gathered = gather(reader, plan)?;
        let findings: Vec<&Findings> = gathered.iter().map(|(_, findings)| findings).collect();
        let items = reader.snapshot().head().items;
        let information = Information::of(plan, &findings, items, reader.weights());
        let mut evaluation = Self { reader, plan, root, information, parts: Vec::new() };
        for ((segment, findings), passing) in gathered.into_iter().zip(passing) {
            let part = evaluation.part(segment, findings, passing)?;
            evaluation.parts.push(part);
        }
        let best = evaluation.best(evaluation.parts.iter().map(|part| &part.matching))?;
        evaluation.add_closeness(&best)?;
        Ok(evaluation)
    }

    /// Scores the items of one segment and finds those that match.
    fn part(
        &self,
        segment: Segment<'a>,
        findings: Findings,
        passing: &'a FixedBitSet,
    ) -> Result<Part<'a>> {
        let mut scores =
            self.ranking().score(&findings, segment.docs(), |doc| segment.title_words(doc));
        let issues = |range: IssueRange| of_issues(self.reader, segment.reader, range);
        add_issues(self.root, &issues, &mut scores)?;
        let (plan, docs) = (self.plan, segment.docs());
        let asked = Matching { plan, findings: &findings, issues: &issues, docs };
        let whole = asked.of(self.root, Extent::Whole)?;
        let matching = &whole & passing;
        Ok(Part { segment, findings, scores, passing, whole, matching })
    }

    fn ranking(&self) -> Ranking<'_> {
        let weights = self.reader.weights();
        Ranking { plan: self.plan, information: &self.information, weights }
    }

    /// Returns the items of every segment that are looked at closely, in order: the best of some, over all segments.
    fn best<'s>(&self, sets: impl Iterator<Item = &'s FixedBitSet>) -> Result<Vec<Vec<DocId>>> {
        let mut best = vec![Vec::new(); self.parts.len()];
        if Neighbours::of(self.ranking()).is_some() {
            let collector = self.reader.collector(Sort::Relevance, CLOSELY_LOOKED_AT, &[]);
            for found in self.collect(&collector, sets)?.best {
                best[found.address.segment_ord as usize].push(found.address.doc_id);
            }
        }
        for docs in &mut best {
            docs.sort_unstable();
        }
        Ok(best)
    }

    /// Adds to the scores of some items of every segment for words that stand close together.
    fn add_closeness(&mut self, best: &[Vec<DocId>]) -> Result<()> {
        let Self { reader, plan, information, parts, .. } = self;
        let ranking = Ranking { plan, information, weights: reader.weights() };
        let Some(words) = Neighbours::of(ranking) else { return Ok(()) };
        for (part, docs) in parts.iter_mut().zip(best) {
            words.add_closeness(&part.segment, docs, &mut part.scores).map_err(failed)?;
        }
        Ok(())
    }

    /// Collects the items that match all of the plan.
    pub(super) fn collect_matching(&self, collector: &MatchCollector<'_>) -> Result<Collected> {
        self.collect(collector, self.parts.iter().map(|part| &part.matching))
    }

    /// Collects the items that do not match and have most of the query.
    pub(super) fn collect_related(&mut self, collector: &MatchCollector<'_>) -> Result<Collected> {
        let passing = self.parts.iter().map(|part| part.passing);
        let related = self.related(passing)?;
        let best = self.best(related.iter())?;
        self.add_closeness(&best)?;
        self.collect(collector, related.iter())
    }

    /// Collects a set of items of every segment.
    fn collect<'s>(
        &self,
        collector: &MatchCollector<'_>,
        sets: impl Iterator<Item = &'s FixedBitSet>,
    ) -> Result<Collected> {
        let of_parts = self.parts.iter().zip(sets).map(|(part, set)| {
            let (segment, scores) = (&part.segment, &part.scores);
            collector.collect_set(segment.ordinal, segment.reader, set, |doc| scores.of(doc))
        });
        Ok(collector.merged(of_parts.collect::<tantivy::Result<_>>().map_err(failed)?))
    }

    /// Returns the items that do not match, but have most of it.
    fn related<'s>(
        &self,
        passing: impl Iterator<Item = &'s FixedBitSet>,
    ) -> Result<Vec<FixedBitSet>> {
        let parts = self.parts.iter().zip(passing);
        let related = parts.map(|(part, passing)| self.candidates(part, passing));
        let mut related: Vec<FixedBitSet> = related.collect::<Result<_>>()?;
        let most = self.parts.iter().zip(&related).map(|(part, set)| part.scores.most_covered(set));
        // Where no item covers much, the best there are.
        let most = most.fold(0.0, f32::max);
        let enough = self.reader.weights().related.min(most / 2.0).max(LEAST_COVERED);
        for (part, set) in self.parts.iter().zip(&mut related) {
            part.scores.keep_covered(set, enough);
        }
        Ok(related)
    }

    /// Returns the items that pass and do not match, but have what was asked for explicitly.
    fn candidates(&self, part: &Part<'_>, passing: &FixedBitSet) -> Result<FixedBitSet> {
        let issues = |range: IssueRange| of_issues(self.reader, part.segment.reader, range);
        let (findings, docs) = (&part.findings, part.segment.docs());
        let asked = Matching { plan: self.plan, findings, issues: &issues, docs };
        let mut candidates = asked.of(self.root, Extent::Explicit)?;
        candidates.intersect_with(passing);
        candidates.difference_with(&part.whole);
        Ok(candidates)
    }

    /// Counts the values of a facet that is chosen by, as if nothing was chosen by it; `loosely` where nothing matches.
    pub(super) fn count(&self, choice: &Choice, loosely: bool) -> Result<BTreeMap<String, usize>> {
        let collector = choice.collector(self.reader);
        let parts = self.parts.iter().zip(&choice.passing);
        let matching: Vec<FixedBitSet> =
            parts.map(|(part, passing)| &part.whole & passing).collect();
        let mut found = self.collect(&collector, matching.iter())?;
        if found.total == 0 && loosely {
            let related = self.related(choice.passing.iter())?;
            found = self.collect(&collector, related.iter())?;
        }
        Ok(found.facets.into_iter().next().unwrap_or_default())
    }

    /// Returns the words that no item has in any way.
    pub(super) fn missing(&self) -> Vec<String> {
        let nowhere =
            |word: usize| self.parts.iter().all(|part| part.findings.words[word].bits.is_clear());
        let words = self.plan.words.iter().enumerate();
        let missing = words.filter(|(index, word)| word.positive && nowhere(*index));
        missing.map(|(_, word)| word.text.clone()).collect()
    }

    /// Gives away what explanations need: the findings of every segment, and the information.
    pub(super) fn into_grounds(self) -> (Vec<Findings>, Information) {
        (self.parts.into_iter().map(|part| part.findings).collect(), self.information)
    }
}

/// Gathers what the items of every segment have of a plan.
fn gather<'a>(reader: &'a Reader, plan: &Plan) -> Result<Vec<(Segment<'a>, Findings)>> {
    let pool = &reader.caches().scratch;
    let mut gathered = Vec::new();
    for segment in reader.segments()? {
        reader.check()?;
        let gatherer = Gatherer::new(&segment, reader.weights(), pool.take());
        let (findings, scratch) = gatherer.gather(plan).map_err(failed)?;
        pool.give(scratch);
        gathered.push((segment, findings));
    }
    Ok(gathered)
}

#[cfg(test)]
mod tests {
    use crate::query::FacetKind;
    use crate::search::answer::answer;
    use crate::search::testing::{Fixture, report, request};
    use crate::search::weights::Weights;

    /// Two reports, the second of few items that are worth less.
    fn reports() -> [(&'static str, String); 2] {
        let titles = |of: &str, most: usize| -> Vec<String> {
            (0..most).map(|number| format!("{of} number {number}")).collect()
        };
        let (first, second) = (titles("alpha beta", 70), titles("other", 10));
        let first: Vec<_> = first.iter().map(|title| (title.as_str(), "nothing")).collect();
        let second = second.iter().map(|title| (title.as_str(), "alpha beta, pythonic"));
        let second: Vec<_> = second.chain([("half", "alpha gamma")]).collect();
        [("2024-02-22.md", report(&first)), ("2024-02-23.md", report(&second))]
    }

    #[test]
    fn segmentation_changes_no_answer() {
        let reports = reports();
        let reports = reports.each_ref().map(|(name, text)| (*name, text.as_str()));
        let (one, two) = (Fixture::of_reports(&reports), Fixture::in_segments(&reports));
        assert_eq!(two.reader.segments().unwrap().len(), 2);
        for typed in
            ["alpha beta", "alpha gamma", "beta gamma", "\"alpha beta\" pytho", "", "alhpa"]
        {
            let mut asked = request(typed);
            asked.facets = FacetKind::ALL.to_vec();
            asked.explain = true;
            let found = answer(&one.reader, &asked).unwrap();
            assert!(found.total > 0, "{typed}");
            assert_eq!(found, answer(&two.reader, &asked).unwrap(), "{typed}");
        }
    }

    #[test]
    fn the_best_of_all_segments_are_looked_at_closely() {
        let reports = reports();
        let reports = reports.each_ref().map(|(name, text)| (*name, text.as_str()));
        let reader = Fixture::in_segments(&reports);
        let weights = Weights { closeness: 0.0, ..Weights::default() };
        let apart = reader.reader.clone().with_weights(weights);
        let asked = request("alpha beta");
        let (close, apart) =
            (answer(&reader.reader, &asked).unwrap(), answer(&apart, &asked).unwrap());
        let closer = close.hits.iter().filter(|hit| {
            let other = apart.hits.iter().find(|other| other.item.id == hit.item.id).unwrap();
            hit.score > other.score
        });
        let closer: Vec<&str> = closer.map(|hit| hit.item.id.as_str()).collect();
        let expected: Vec<String> = (1..=64).map(|number| format!("2024-02-22/{number}")).collect();
        assert_eq!(closer, expected);
    }
}
