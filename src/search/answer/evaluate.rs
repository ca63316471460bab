//! A plan over every segment: which items match, their scores, and what is related to the query.

mod meaning;
mod related;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use tantivy::DocId;

use super::bounds::{Bounds, Candidates};
use super::closeness::{CLOSELY_LOOKED_AT, Neighbours};
use super::collect::{Collected, Match, MatchCollector};
use super::filter::Filter;
use super::findings::Findings;
use super::gather::literals_of;
use super::matching::{Extent, Found, Matching};
use super::nearness;
use super::part::{Part, Scope, Scoped};
use super::rank::{Information, Ranking, Scored, add_named};
use super::work::Work;
use crate::error::Result;
use crate::query::{Alternative, Clause, FacetKind, Named, Plan, Sort, is_particle};
use crate::search::docs::{Docs, difference, union, union_of_all};
use crate::search::reader::{Reader, failed};
use crate::search::similar::{Silent, Similar};

/// More items than this are not all scored if those that have something in their title are enough.
const MANY: usize = 1_000;
/// Items whose bounds are found at once: what is known of them stays near the processor.
const BOUNDED_AT_ONCE: usize = 16_384;
/// Items that are scored first of many, those that can be worth most; then twice as many, until no other can be worth as much.
const FIRST_SCORED: usize = 128;
/// Part of the items whose bounds are found at once that are scored before the bounds are given up as vain.
const TRIED: usize = 8;
/// Items that have half of what the best of a query has, with fewer of which what has the usual share of it is related, too.
const FEW: usize = 200;
/// What sums of shares may be off by: words are left out only if all of them together stay that far below what counts.
const ROUNDING: f32 = 1e-4;

/// What every group of a plan is looked for as.
pub(super) fn literals(plan: &Plan) -> Vec<Vec<Alternative>> {
    plan.groups.iter().map(literals_of).collect()
}

/// A plan with what it found.
pub(super) struct Evaluation<'a> {
    reader: &'a Reader,
    plan: &'a Plan,
    root: &'a Clause,
    information: Information,
    parts: Vec<Part<'a>>,
    pub(super) work: Work<'a>,
    /// What counts of each word by itself.
    words: Scope,
    /// What counts where all of it must match: everything, if it is a text that was cut out of another one.
    scope: Scope,
    /// What counts of what is related.
    widest: Scope,
    /// Items of every segment that match, whether they pass the filters or not.
    whole: Vec<Docs>,
    /// What the best items of every segment have.
    kept: Vec<Findings>,
    /// Items of every segment that are related, whatever the filters; found when first asked for.
    related: OnceLock<Vec<Docs>>,
    /// How near all items are to the question, if somebody knows.
    similar: Option<Arc<Similar>>,
    /// Why nobody does who should.
    pub(super) silent: Option<Silent>,
    /// See [`MANY`].
    pub(super) many: usize,
    /// See [`FEW`].
    pub(super) few: usize,
}

/// How items stand to a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Matching,
    Related,
}

/// A facet that is chosen by, and the other filters.
pub(super) struct Choice {
    pub(super) kind: FacetKind,
    pub(super) filter: Filter,
}

impl Choice {
    /// Makes the collector that counts its values.
    pub(super) fn collector<'r>(&self, reader: &'r Reader) -> MatchCollector<'r> {
        reader.collector(Sort::Newest, 0, &[self.kind])
    }
}

impl<'a> Evaluation<'a> {
    /// Finds what matches a plan; `root` is what must match, `literals` are what its groups are looked for as. If it is
    /// `strict`, words count only as typed.
    pub(super) fn new(
        reader: &'a Reader,
        plan: &'a Plan,
        root: &'a Clause,
        literals: &'a [Vec<Alternative>],
        strict: bool,
    ) -> Result<Self> {
        let segments = reader.segments()?.into_iter();
        let parts: Vec<Part<'_>> =
            segments.map(|segment| Part::new(reader, segment, plan, literals)).collect();
        let words = Scope::of(plan, &parts, strict)?;
        let (mut scope, widest) = (words.clone(), words.widened(plan));
        let work = Work::of(reader, plan, &parts, &widest)?;
        let mut whole = work.of_parts(&parts, |_, part| {
            let found = Scoped { part, scope: &scope };
            Matching { plan, found: &found }.of(root, Extent::Whole, None)
        })?;
        // What nothing matches may have been cut out of a text.
        if !strict && whole.iter().all(Vec::is_empty) {
            let with_piece = work.of_parts(&parts, |_, part| part.with_piece())?;
            if with_piece.iter().any(|docs| !docs.is_empty()) {
                (whole, scope) = (with_piece, widest.clone());
            }
        }
        let items = reader.snapshot().head().items;
        // How common a word is shows in pieces of others, too.
        let information = Information::of(plan, &parts, &widest, items, reader.weights())?;
        let kept = parts.iter().map(|_| Findings::default()).collect();
        let (similar, silent) = nearness::similar(reader, plan, root, strict);
        Ok(Self {
            reader,
            plan,
            root,
            information,
            parts,
            work,
            words,
            scope,
            widest,
            whole,
            kept,
            related: OnceLock::new(),
            similar,
            silent,
            many: MANY,
            few: FEW,
        })
    }

    fn scope(&self, standing: Standing) -> &Scope {
        match standing {
            Standing::Matching => &self.scope,
            Standing::Related => &self.widest,
        }
    }

    fn ranking(&self) -> Ranking<'_> {
        let weights = self.reader.weights();
        Ranking { plan: self.plan, information: &self.information, weights }
    }

    /// Counts the values of a facet that is chosen by, as if nothing was chosen by it; `loosely` where the answer is what has
    /// some of the words.
    pub(super) fn count(
        &mut self,
        choice: &Choice,
        loosely: bool,
    ) -> Result<BTreeMap<String, usize>> {
        let collector = choice.collector(self.reader);
        let mut counted = self.matching(&choice.filter)?;
        if loosely {
            let related = self.related(&choice.filter)?;
            counted = counted.iter().zip(&related).map(|(all, more)| union(all, more)).collect();
        }
        let found = self.collect(&collector, &counted, Standing::Matching)?;
        Ok(found.facets.into_iter().next().unwrap_or_default())
    }

    /// Returns the items that match all of the plan and pass a filter.
    pub(super) fn matching(&self, filter: &Filter) -> Result<Vec<Docs>> {
        let whole = self.parts.iter().zip(&self.whole);
        whole.map(|(part, docs)| filter.passing(part.segment().reader, docs.clone())).collect()
    }

    /// Returns the items that pass a filter and match, if pieces of something else count, too, and do not without.
    pub(super) fn by_pieces(&self, filter: &Filter) -> Result<Vec<Docs>> {
        self.work.of_parts(&self.parts, |at, part| {
            let found = Scoped { part, scope: &self.widest };
            let all = Matching { plan: self.plan, found: &found };
            let all = all.of(self.root, Extent::Whole, None)?;
            filter.passing(part.segment().reader, difference(&all, &self.whole[at]))
        })
    }

    /// Returns whether some item holds the whole query as it was typed, maybe as a piece.
    pub(super) fn has_as_typed(&self) -> Result<bool> {
        for part in &self.parts {
            if !part.with_piece()?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the words of which pieces count, if any item has them.
    pub(super) fn pieces(&self) -> Vec<String> {
        let words = self.plan.words.iter().enumerate();
        let pieces = words.filter(|(index, word)| {
            let is_had = self.information.having[*index].is_some_and(|having| having > 0);
            let counts = word.positive && self.words.needs(word);
            counts && is_had && self.words.has_pieces_of(*index)
        });
        pieces.map(|(_, word)| word.text.clone()).collect()
    }

    /// Returns the items of every segment that have some word that says what is looked for.
    pub(super) fn with_subject(&self) -> Result<Vec<Docs>> {
        let words = self.plan.words.iter().zip(&self.information.having).enumerate();
        let subjects = words.filter(|(_, (word, having))| {
            let is_particle = word.whole.as_deref().is_some_and(is_particle);
            word.needed && !is_particle && having.is_some_and(|having| having > 0)
        });
        let subjects: Vec<usize> = subjects.map(|(index, _)| index).collect();
        self.work.of_parts(&self.parts, |_, part| {
            let found = Scoped { part, scope: &self.widest };
            let lists = subjects.iter().map(|word| found.of_word(*word, None));
            Ok(union_of_all(lists.collect::<Result<_>>()?))
        })
    }

    /// Collects some items of every segment.
    pub(super) fn collect(
        &mut self,
        collector: &MatchCollector<'_>,
        sets: &[Docs],
        standing: Standing,
    ) -> Result<Collected> {
        let counted = self.parts.iter().zip(sets);
        let counted = counted.map(|(part, docs)| collector.count(part.segment(), docs));
        let counted = counted.collect::<tantivy::Result<_>>().map_err(failed)?;
        let mut collected = collector.merged(counted).map_err(failed)?;
        if collector.keep > 0 {
            collected.best = self.best(collector, sets, standing)?;
        }
        Ok(collected)
    }

    /// Returns the best of some items of every segment, and keeps what they have.
    fn best(
        &mut self,
        collector: &MatchCollector<'_>,
        sets: &[Docs],
        standing: Standing,
    ) -> Result<Vec<Match>> {
        let scope = &self.scope(standing).clone();
        let neighbours = Neighbours::of(self.ranking());
        let closely = if neighbours.is_some() && collector.sort == Sort::Relevance {
            CLOSELY_LOOKED_AT
        } else {
            0
        };
        let wide = self.reader.collector(collector.sort, collector.keep.max(closely), &[]);
        let mut best = Vec::new();
        let eligible = self.parts.iter().zip(sets);
        let eligible = eligible.map(|(part, docs)| wide.eligible(part.segment(), docs));
        let mut left: Vec<Docs> = eligible.collect::<tantivy::Result<_>>().map_err(failed)?;
        let many = left.iter().map(Vec::len).sum::<usize>() > wide.keep.max(self.many);
        if many && wide.sort == Sort::Relevance && !self.root.names_items() {
            let titled = self.with_titles(scope, &left)?;
            let scored = self.score_promising(wide.keep, scope, &titled, &best)?;
            self.keep_best(&wide, &scored, &mut best)?;
            let most = self.ranking().most_without_title() + self.most_of_meaning() + ROUNDING;
            let enough = best.len() == wide.keep && best.iter().all(|found| found.exact > most);
            if !enough {
                let others = left.iter().zip(&titled);
                left = others.map(|(all, titled)| difference(all, titled)).collect();
                let scored = self.score_promising(wide.keep, scope, &left, &best)?;
                self.keep_best(&wide, &scored, &mut best)?;
            }
        } else {
            let mut scored = vec![Vec::new(); self.parts.len()];
            self.score(scope, &left, &mut scored)?;
            self.keep_best(&wide, &scored, &mut best)?;
        }
        if let Some(neighbours) = neighbours {
            let closely = closely.min(best.len());
            self.add_closeness(&neighbours, &mut best[..closely])?;
        }
        collector.order(&mut best);
        for (ordinal, (part, kept)) in (0..).zip(self.parts.iter().zip(&mut self.kept)) {
            kept.add(part.all_findings(scope, &of_segment(&best, ordinal))?);
        }
        Ok(best)
    }

    /// Returns those of some items of every segment that have a word in their title, or may begin with one there.
    fn with_titles(&self, scope: &Scope, sets: &[Docs]) -> Result<Vec<Docs>> {
        let positive = |word: &usize| self.plan.words[*word].positive;
        self.work.of_parts(&self.parts, |at, part| {
            let (words, docs) = ((0..self.plan.words.len()).filter(positive), &sets[at]);
            let with = words.map(|word| part.with_title(word, scope, docs));
            let begin = (0..self.plan.groups.len()).map(|group| part.may_begin(group, docs));
            Ok(union_of_all(with.chain(begin).collect::<Result<_>>()?))
        })
    }

    /// Scores those of some items of every segment that can be among the best `keep`, beside the `best` so far.
    fn score_promising(
        &self,
        keep: usize,
        scope: &Scope,
        sets: &[Docs],
        best: &[Match],
    ) -> Result<Vec<Vec<Scored>>> {
        let mut candidates = Candidates::new(keep, best.iter().map(|found| found.exact));
        let mut scored: Vec<Vec<Scored>> = vec![Vec::new(); self.parts.len()];
        let most = FIRST_SCORED.max(keep.saturating_mul(2));
        let (mut looked_at, mut is_vain) = (0, false);
        let mut left: Vec<&[DocId]> = sets.iter().map(Vec::as_slice).collect();
        let at_once = BOUNDED_AT_ONCE / left.len().max(1);
        while !is_vain && left.iter().any(|left| !left.is_empty()) {
            let now: Vec<&[DocId]> = left
                .iter_mut()
                .map(|left| {
                    let (now, later) = left.split_at(left.len().min(at_once));
                    *left = later;
                    now
                })
                .collect();
            let least = candidates.least();
            let bounds = self.work.of_parts(&self.parts, |at, part| {
                let meaning = self.meaning_of(at);
                Bounds::of(self.ranking(), part, scope, now[at], least, meaning.as_deref())
            })?;
            bounds.into_iter().enumerate().for_each(|(at, bounds)| candidates.add(at, bounds));
            let of_now: usize = now.iter().map(|docs| docs.len()).sum();
            looked_at += of_now;
            // Those that can be worth most say of how many others that they cannot be among the best.
            let (mut most, mut tried) = (most, 0);
            while candidates.len() * 2 > looked_at && tried * TRIED < of_now || tried == 0 {
                let Some(promising) = candidates.take(most, self.parts.len()) else { break };
                self.score_candidates(scope, &promising, &mut candidates, &mut scored)?;
                tried += most;
                most = most.saturating_mul(2);
            }
            is_vain = candidates.len() * 2 > looked_at;
        }
        // Where most can be among the best, bounds cost more than they save.
        left.iter().enumerate().for_each(|(at, left)| candidates.add_unbounded(at, left));
        let mut most = if is_vain { usize::MAX } else { most };
        while let Some(promising) = candidates.take(most, self.parts.len()) {
            self.score_candidates(scope, &promising, &mut candidates, &mut scored)?;
            most = most.saturating_mul(2);
        }
        Ok(scored)
    }

    /// Scores some candidates of every segment.
    fn score_candidates(
        &self,
        scope: &Scope,
        sets: &[Docs],
        candidates: &mut Candidates,
        scored: &mut [Vec<Scored>],
    ) -> Result<()> {
        let before: Vec<usize> = scored.iter().map(Vec::len).collect();
        self.score(scope, sets, scored)?;
        for (scored, before) in scored.iter().zip(before) {
            candidates.learn(scored[before..].iter().map(|scored| scored.score));
        }
        candidates.leave_out();
        Ok(())
    }

    /// Adds the scores of some items of every segment.
    fn score(&self, scope: &Scope, sets: &[Docs], scored: &mut [Vec<Scored>]) -> Result<()> {
        let scores = self.work.of_parts(&self.parts, |at, part| {
            let docs = &sets[at];
            if docs.is_empty() {
                return Ok(Vec::new());
            }
            let title_words = |doc| part.segment().title_words(doc);
            let found = part.findings(scope, docs)?;
            let mut scores = self.ranking().score(docs, &found, title_words);
            let named = |named: &Named, docs: &[DocId]| part.of_named(named, Some(docs));
            add_named(self.root, &named, &mut scores)?;
            self.add_meaning(at, &mut scores);
            Ok(scores)
        })?;
        scored.iter_mut().zip(scores).for_each(|(scored, scores)| scored.extend(scores));
        Ok(())
    }

    /// Adds the best of what was scored in every segment.
    fn keep_best(
        &self,
        collector: &MatchCollector<'_>,
        scored: &[Vec<Scored>],
        best: &mut Vec<Match>,
    ) -> Result<()> {
        for (part, scored) in self.parts.iter().zip(scored).filter(|(_, all)| !all.is_empty()) {
            let scored = scored.iter().map(|scored| (scored.doc, scored.score));
            best.extend(collector.best(part.segment(), scored).map_err(failed)?);
        }
        collector.order(best);
        Ok(())
    }

    /// Adds to the scores of some items for words that stand close together.
    fn add_closeness(&self, neighbours: &Neighbours<'_>, best: &mut [Match]) -> Result<()> {
        for (ordinal, part) in (0..).zip(&self.parts) {
            let docs = of_segment(best, ordinal);
            let gained = neighbours.closeness(part.segment(), &docs).map_err(failed)?;
            let own = best.iter_mut().filter(|found| found.address.segment_ord == ordinal);
            for found in own {
                let at = docs.binary_search(&found.address.doc_id);
                found.gain(at.map_or(0.0, |at| gained[at]));
            }
        }
        Ok(())
    }

    /// Returns the words that no item has in any way.
    pub(super) fn missing(&self) -> Vec<String> {
        let missing = self.information.missing().map(|word| &self.plan.words[word]);
        missing.filter(|word| self.words.needs(word)).map(|word| word.text.clone()).collect()
    }

    /// Gives away what explanations need: what the best items of every segment have, and the information.
    pub(super) fn into_grounds(self) -> (Vec<Findings>, Information, Option<Arc<Similar>>) {
        (self.kept, self.information, self.similar)
    }
}

/// Returns the items of one segment, in order.
fn of_segment(matches: &[Match], ordinal: u32) -> Docs {
    let addresses = matches.iter().map(|found| found.address);
    let mut docs: Docs = addresses
        .filter(|address| address.segment_ord == ordinal)
        .map(|address| address.doc_id)
        .collect();
    docs.sort_unstable();
    docs
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
        let closer = closer.map(|hit| (hit.item.id.report(), hit.item.item.ordinal));
        let expected: Vec<(&str, usize)> = (1..=64).map(|at| ("2024-02-22", at)).collect();
        assert_eq!(closer.collect::<Vec<_>>(), expected);
    }
}
