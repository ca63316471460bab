//! A plan over every segment: what items have of it, their scores, which match and which are related.

use fixedbitset::FixedBitSet;

use super::closeness::add_closeness;
use super::collect::{Collected, MatchCollector};
use super::filter::of_issues;
use super::findings::Findings;
use super::gather::Gatherer;
use super::matching::{Extent, Matching};
use super::rank::{Information, Ranking, Scores, add_issues};
use crate::error::Result;
use crate::query::{Clause, IssueRange, Plan};
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
    /// Those of them that match all of the plan.
    matching: FixedBitSet,
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
        let items = reader.snapshot().head.items;
        let information = Information::of(plan, &findings, items, reader.weights());
        let mut evaluation = Self { reader, plan, root, information, parts: Vec::new() };
        for ((segment, findings), passing) in gathered.into_iter().zip(passing) {
            let part = evaluation.part(segment, findings, passing)?;
            evaluation.parts.push(part);
        }
        Ok(evaluation)
    }

    /// Scores the items of one segment and finds those that match.
    fn part(
        &self,
        segment: Segment<'a>,
        findings: Findings,
        passing: &'a FixedBitSet,
    ) -> Result<Part<'a>> {
        let ranking = self.ranking();
        let mut scores = ranking.score(&findings, segment.docs(), |doc| segment.title_words(doc));
        let issues = |range: IssueRange| of_issues(self.reader, segment.reader, range);
        add_issues(self.root, &issues, &mut scores)?;
        let (plan, docs) = (self.plan, segment.docs());
        let asked = Matching { plan, findings: &findings, issues: &issues, docs };
        let mut matching = asked.of(self.root, Extent::Whole)?;
        matching.intersect_with(passing);
        add_closeness(&ranking, &segment, &matching, &mut scores).map_err(failed)?;
        Ok(Part { segment, findings, scores, passing, matching })
    }

    fn ranking(&self) -> Ranking<'_> {
        let weights = self.reader.weights();
        Ranking { plan: self.plan, information: &self.information, weights }
    }

    /// Collects the items that match all of the plan.
    pub(super) fn collect_matching(&self, collector: &MatchCollector<'_>) -> Result<Collected> {
        let of_parts = self.parts.iter().map(|part| part.collect(collector, &part.matching));
        Ok(collector.merged(of_parts.collect::<Result<_>>()?))
    }

    /// Collects the items that do not match and have most of the query.
    pub(super) fn collect_related(&mut self, collector: &MatchCollector<'_>) -> Result<Collected> {
        let mut related = Vec::new();
        for part in &self.parts {
            related.push(self.candidates(part)?);
        }
        let most = self.parts.iter().zip(&related).map(|(part, set)| part.scores.most_covered(set));
        // Where no item covers much, the best there are.
        let most = most.fold(0.0, f32::max);
        let enough = self.reader.weights().related.min(most / 2.0).max(LEAST_COVERED);
        let (weights, plan) = (self.reader.weights(), self.plan);
        let ranking = Ranking { plan, information: &self.information, weights };
        let mut collected = Vec::new();
        for (part, mut set) in self.parts.iter_mut().zip(related) {
            part.scores.keep_covered(&mut set, enough);
            add_closeness(&ranking, &part.segment, &set, &mut part.scores).map_err(failed)?;
            collected.push(part.collect(collector, &set)?);
        }
        Ok(collector.merged(collected))
    }

    /// Returns the items of a segment that do not match, but have everything that was asked for explicitly.
    fn candidates(&self, part: &Part<'_>) -> Result<FixedBitSet> {
        let issues = |range: IssueRange| of_issues(self.reader, part.segment.reader, range);
        let (findings, docs) = (&part.findings, part.segment.docs());
        let asked = Matching { plan: self.plan, findings, issues: &issues, docs };
        let mut candidates = asked.of(self.root, Extent::Explicit)?;
        candidates.intersect_with(part.passing);
        candidates.difference_with(&part.matching);
        Ok(candidates)
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

impl Part<'_> {
    fn collect(&self, collector: &MatchCollector<'_>, set: &FixedBitSet) -> Result<Collected> {
        let score = |doc| self.scores.of(doc);
        collector.collect_set(self.segment.ordinal, self.segment.reader, set, score).map_err(failed)
    }
}

/// Gathers what the items of every segment have of a plan.
fn gather<'a>(reader: &'a Reader, plan: &Plan) -> Result<Vec<(Segment<'a>, Findings)>> {
    let pool = &reader.caches().scratch;
    let mut gathered = Vec::new();
    for segment in reader.segments()? {
        let gatherer = Gatherer::new(&segment, reader.weights(), pool.take());
        let (findings, scratch) = gatherer.gather(plan).map_err(failed)?;
        pool.give(scratch);
        gathered.push((segment, findings));
    }
    Ok(gathered)
}
