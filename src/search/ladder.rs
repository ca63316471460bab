//! The steps a query goes down until something matches: all words, mended spelling, pinyin, fewer words.

use std::sync::Arc;

use fixedbitset::FixedBitSet;
use tantivy::DocId;
use tantivy::collector::{Collector, SegmentCollector};

use super::collect::{Collected, Match, MatchCollector};
use super::evidence::{Evidence, Extent, Gatherer, Matching};
use super::explain::Answered;
use super::rank::{self, Information, Scores};
use super::respell::Mend;
use super::segment::Segment;
use super::{Matched, Request, Searcher, Sort, canonical_link, failed, ordinal};
use crate::error::Result;
use crate::index::Vocabulary;
use crate::query::{Node, Note, Plan, Planner, Thesaurus, WhyNothing};

/// Items with fewer matches than this are followed by loosely related ones.
const ENOUGH: usize = 10;
/// Loosely related items of one answer.
const MAX_RELATED: usize = 50;

/// Share of a query's information below which an item has nothing to do with it.
const LEAST_COVERED: f32 = 0.1;

/// What a step of the ladder gives.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) matched: Matched,
    pub(super) collected: Collected,
    /// Loosely related items, best first.
    pub(super) related: Vec<Match>,
    pub(super) answered: Answered,
    /// What was searched for instead of what was typed.
    pub(super) mended: Option<String>,
    /// Words the archive does not have in any way.
    pub(super) missing: Vec<String>,
    pub(super) notes: Vec<Note>,
}

impl Searcher {
    /// Answers a request; `passing` holds the items of every segment that pass its filters.
    pub(super) fn climb(
        &self,
        vocabulary: &Vocabulary,
        passing: &[FixedBitSet],
        request: &Request,
    ) -> Result<Answer> {
        let aliases = self.archive_aliases()?;
        let thesauri: [&dyn Thesaurus; 2] = [self.synonyms(), &aliases];
        let planner = Planner { segmenter: vocabulary, thesauri: &thesauri, canonical_link };
        let plan = planner.plan(&request.query);
        if plan.root.is_none() {
            let asked_nothing = request.query.text.trim().is_empty()
                || request.query.root.is_none() && !request.query.filters.is_empty();
            return if asked_nothing {
                self.everything(passing, request)
            } else {
                Ok(Answer { notes: vec![Note::NoWords], ..Answer::default() })
            };
        }
        let mut notes = plan.notes.clone();
        let mut answer = self.run(plan, passing, request, Matched::Words)?;
        let missing = answer.missing.clone();
        if answer.matched != Matched::Words && !request.strict {
            let mut query = request.query.clone();
            let mut mended = None;
            for (mend, step) in
                [(Mend::Spelling, Matched::Spelling), (Mend::Pinyin, Matched::Pinyin)]
            {
                let Some(other) = self.mend(&query, mend, vocabulary)? else { continue };
                let plan = planner.plan(&other);
                let words = plan.groups.iter().map(|group| group.text.as_str());
                let searched = words.collect::<Vec<_>>().join(" ");
                // Where it is not enough, it still helps the last step.
                let found = self.run(plan, passing, request, step)?;
                if found.matched != Matched::None {
                    (query, mended, answer) = (other, Some(searched), found);
                }
                if answer.matched == step {
                    break;
                }
            }
            if let Some(searched) = &mended {
                notes.push(Note::Mended(searched.clone()));
            }
            if answer.matched == Matched::Fewer {
                notes.push(fewer(&answer));
            }
            answer.mended = mended;
        }
        if answer.matched == Matched::None {
            notes.push(self.why_nothing(request, &missing));
        }
        Ok(Answer { missing, notes, ..answer })
    }

    /// Lists every item the filters leave.
    fn everything(&self, passing: &[FixedBitSet], request: &Request) -> Result<Answer> {
        let sort = if request.sort == Sort::Relevance { Sort::Newest } else { request.sort };
        let mut found = Found::new(self, self.collector(request, sort));
        for (segment, passing) in passing.iter().enumerate() {
            found.add(segment, passing.ones(), &|_| 1.0)?;
        }
        let collected = found.finish()?;
        let matched = if collected.total > 0 { Matched::All } else { Matched::None };
        Ok(Answer { matched, collected, ..Answer::default() })
    }

    fn collector(&self, request: &Request, sort: Sort) -> MatchCollector {
        let keep = request.limit.saturating_add(request.offset);
        let names = Arc::clone(&self.names);
        MatchCollector { names, sort, keep, facets: request.facets.clone() }
    }

    /// Runs a plan: the items that match all of it and, where these are few, those that have most of it. `matched` is
    /// the step if all of it matches.
    fn run(
        &self,
        plan: Plan,
        passing: &[FixedBitSet],
        request: &Request,
        matched: Matched,
    ) -> Result<Answer> {
        let Some(root) = plan.root.clone() else { return Ok(Answer::default()) };
        let segments = self.segments()?;
        let mut evidence = Vec::new();
        for segment in &segments {
            let gatherer = Gatherer::new(segment, &self.weights, self.rooms.take());
            let (gathered, room) = gatherer.gather(&plan).map_err(failed)?;
            self.rooms.give(room);
            evidence.push(gathered);
        }
        let items = self.snapshot.head.items;
        let information = Information::of(&plan, &evidence, items, &self.weights);
        let mut scores: Vec<Scores> = Vec::new();
        for (segment, evidence) in segments.iter().zip(&evidence) {
            let issues = |range| self.of_issues(segment.reader, range);
            let mut scored = rank::score(&plan, evidence, &information, segment, &self.weights);
            rank::add_issues(&root, &issues, &mut scored)?;
            scores.push(scored);
        }
        let passing_and = |extent: Extent| -> Result<Vec<FixedBitSet>> {
            let of_segments = segments.iter().zip(&evidence).zip(passing);
            let matching = of_segments.map(|((segment, evidence), passing)| {
                let issues = |range| self.of_issues(segment.reader, range);
                let docs = segment.reader.max_doc() as usize;
                let matching = Matching { plan: &plan, evidence, issues: &issues, docs };
                let mut items = matching.of(&root, extent)?;
                items.intersect_with(passing);
                Ok(items)
            });
            matching.collect()
        };
        let strict = passing_and(Extent::Whole)?;
        let closeness = |among: &[FixedBitSet], scores: &mut [Scores]| -> Result<()> {
            for ((segment, among), scores) in segments.iter().zip(among).zip(scores) {
                rank::add_closeness(&plan, &information, segment, &self.weights, among, scores)
                    .map_err(failed)?;
            }
            Ok(())
        };
        let total: usize = strict.iter().map(|bits| bits.count_ones(..)).sum();
        closeness(&strict, &mut scores)?;
        let mut found = Found::new(self, self.collector(request, request.sort));
        for (index, bits) in strict.iter().enumerate() {
            found.add(index, bits.ones(), &|doc| scores[index].score[doc])?;
        }
        let mut collected = found.finish()?;
        let mut matched = if total > 0 { matched } else { Matched::None };
        let mut related = Vec::new();
        let wanted = total == 0 || request.sort == Sort::Relevance && total < ENOUGH;
        if wanted && !request.strict {
            let mut loose = passing_and(Extent::Explicit)?;
            for (loose, strict) in loose.iter_mut().zip(&strict) {
                loose.difference_with(strict);
            }
            let covered = |index: usize, doc: usize| scores[index].cover[doc];
            let most = loose
                .iter()
                .enumerate()
                .flat_map(|(index, bits)| bits.ones().map(move |doc| covered(index, doc)))
                .fold(0.0, f32::max);
            // Where no item covers much, the best there are.
            let enough = self.weights.related.min(most / 2.0).max(LEAST_COVERED);
            for (index, bits) in loose.iter_mut().enumerate() {
                let cover = &scores[index].cover;
                let few: Vec<usize> = bits.ones().filter(|doc| cover[*doc] < enough).collect();
                for doc in few {
                    bits.remove(doc);
                }
            }
            closeness(&loose, &mut scores)?;
            let collector = if total == 0 {
                self.collector(request, request.sort)
            } else {
                MatchCollector {
                    names: Arc::clone(&self.names),
                    sort: Sort::Relevance,
                    keep: MAX_RELATED,
                    facets: Vec::new(),
                }
            };
            let mut found = Found::new(self, collector);
            for (index, bits) in loose.iter().enumerate() {
                found.add(index, bits.ones(), &|doc| scores[index].score[doc])?;
            }
            let found = found.finish()?;
            if total > 0 {
                related = found.best;
            } else if found.total > 0 {
                collected = found;
                matched = Matched::Fewer;
            }
        }
        let missing = missing(&plan, &evidence);
        let answered = Answered { plan, evidence, information };
        Ok(Answer { matched, collected, related, answered, missing, ..Answer::default() })
    }

    /// Opens every segment for asking.
    pub(super) fn segments(&self) -> Result<Vec<Segment<'_>>> {
        let readers = self.snapshot.searcher.segment_readers().iter();
        let open = readers.zip(self.latin.iter()).map(|(reader, latin)| {
            let (dir, fields) = (&self.snapshot.path, self.fields());
            Segment::open(reader, dir, fields, self.averages, latin)
        });
        open.collect::<tantivy::Result<_>>().map_err(failed)
    }

    /// Says why nothing was found.
    fn why_nothing(&self, request: &Request, missing: &[String]) -> Note {
        let filtered = !request.filters.is_empty() || !request.query.filters.is_empty();
        let excluded = request.query.root.as_ref().is_some_and(Node::excludes);
        let why = if !missing.is_empty() {
            WhyNothing::Missing(missing.to_vec())
        } else if request.strict && !filtered && !excluded {
            WhyNothing::NotAsTyped
        } else if filtered {
            WhyNothing::Filters
        } else if excluded {
            WhyNothing::Exclusions
        } else {
            WhyNothing::Other
        };
        Note::Nothing { items: self.snapshot.head.items, why }
    }
}

/// Matches of all segments as they come.
struct Found<'a> {
    searcher: &'a Searcher,
    collector: MatchCollector,
    collected: Vec<Collected>,
}

impl<'a> Found<'a> {
    fn new(searcher: &'a Searcher, collector: MatchCollector) -> Self {
        Self { searcher, collector, collected: Vec::new() }
    }

    fn add(
        &mut self,
        segment: usize,
        docs: impl Iterator<Item = usize>,
        score: &dyn Fn(usize) -> f32,
    ) -> Result<()> {
        let reader = &self.searcher.snapshot.searcher.segment_readers()[segment];
        let mut matches = self.collector.for_segment(ordinal(segment), reader).map_err(failed)?;
        for doc in docs {
            matches.collect(DocId::try_from(doc).unwrap_or_default(), score(doc));
        }
        self.collected.push(matches.harvest());
        Ok(())
    }

    fn finish(self) -> Result<Collected> {
        self.collector.merge_fruits(self.collected).map_err(failed)
    }
}

/// Returns the words that no item has in any way.
fn missing(plan: &Plan, evidence: &[Evidence]) -> Vec<String> {
    let nowhere =
        |word: usize| evidence.iter().all(|evidence| evidence.words[word].bits.is_clear());
    let words = plan.words.iter().enumerate();
    words
        .filter(|(index, word)| word.positive && nowhere(*index))
        .map(|(_, word)| word.text.clone())
        .collect()
}

/// Says how many words the best item has.
fn fewer(answer: &Answer) -> Note {
    let Some(best) = answer.collected.best.first() else {
        return Note::SomeWords { has: None, of: 0 };
    };
    let words = answer.answered.explain(best.address).words;
    let has = words.iter().filter(|word| word.way.is_some()).count();
    Note::SomeWords { has: Some(has), of: words.len() }
}
