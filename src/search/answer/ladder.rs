//! The steps a query goes down until something matches: all words, mended spelling, fewer words.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::collect::{Collected, Match, MatchCollector, by_relevance};
use super::evaluate::{Choice, Evaluation, Standing, literals};
use super::explain::Grounds;
use super::filter::Filter;
use super::findings::Findings;
use super::rank::Information;
use super::reason::{fewer, why_nothing};
use crate::address::Link;
use crate::analysis::Cutter;
use crate::error::Result;
use crate::index::Vocabulary;
use crate::query::{Alternative, Clause, Note, Plan, Planner, Query, Sort, Thesaurus, Word};
use crate::search::docs::{Docs, difference, intersection, union};
use crate::search::reader::{Reader, failed};
use crate::search::request::Request;
use crate::search::results::Step;
use crate::search::similar::{Silent, Similar};
use crate::search::words::names::{Names, query_cutter};
use crate::search::words::respell::mended;
use crate::search::words::slips::slips;
use crate::search::words::spoken::read_as;

/// How many times more items a mended query must match than pieces of what was typed.
const MORE_FREQUENT: usize = 5;
/// Items that are added because they mean what was asked, whatever their words; a trial with real questions found what more of
/// them give not worth the reading.
const NEAREST: usize = 50;

/// What the ladder gives.
#[derive(Default)]
pub(super) struct Answer {
    /// The step that answered.
    pub(super) step: Step,
    pub(super) collected: Collected,
    /// Items that are only related: first those that have a word only as a piece of something else, then those that have
    /// some of the words; best first.
    pub(super) related: Vec<Match>,
    /// How many there are, unless the page ends before them.
    pub(super) related_total: usize,
    pub(super) grounds: Grounds,
    /// What was searched for instead of what was typed.
    pub(super) mended: Option<String>,
    /// What the only word that was mended may have been meant as otherwise.
    pub(super) others: Vec<String>,
    /// The words of `grounds` are not those that were typed.
    pub(super) is_loose: bool,
    /// Words the archive does not have in any way.
    pub(super) missing: Vec<String>,
    pub(super) notes: Vec<Note>,
    /// Counts of each facet that was chosen by.
    pub(super) choices: Vec<BTreeMap<String, usize>>,
    /// How many items would be found without the filters beside the query, where these leave none.
    pub(super) without_filters: usize,
}

/// The filters of a request.
pub(super) struct Narrowing {
    /// All of them.
    pub(super) filter: Filter,
    /// Those that are typed with the words, if there are others beside them.
    pub(super) typed: Option<Filter>,
    /// Those without the ones that choose by a facet, for each that is chosen by.
    pub(super) choices: Vec<Choice>,
}

/// Goes down the steps.
pub(super) fn climb(reader: &Reader, narrowing: &Narrowing, request: &Request) -> Result<Answer> {
    let vocabulary = reader.vocabulary()?;
    let names = Names::of(reader, &request.query.text)?;
    let thesauri: [&dyn Thesaurus; 1] = [&names];
    let cutter = query_cutter(reader)?;
    let planner = planner(&cutter, &thesauri);
    let plan = planner.plan(&request.asked());
    let loose = self::planner(vocabulary, &thesauri);
    let without_filters = Cell::default();
    let ladder = Ladder { reader, vocabulary, planner, loose, narrowing, request, without_filters };
    if plan.root.is_none() {
        return ladder.without_words();
    }
    let mut notes = plan.notes.clone();
    let mut answer = ladder.typed(plan)?;
    answer.without_filters = ladder.without_filters.get();
    notes.append(&mut answer.notes);
    if let (Step::Spelling, Some(searched)) = (answer.step, &answer.mended) {
        let (searched, others) = (searched.clone(), std::mem::take(&mut answer.others));
        notes.push(Note::Mended { searched, others });
    }
    if !request.strict {
        notes.extend(slips(&answer.grounds.plan));
    }
    let read = read_as(&answer.grounds.plan);
    if !read.runs.is_empty() && !request.strict {
        notes.extend(read.runs.into_iter().map(|(typed, words)| Note::Pinyin { typed, words }));
        if answer.step == Step::Words {
            (answer.step, answer.mended) = (Step::Pinyin, Some(read.best));
        }
    }
    match answer.step {
        Step::Fewer => notes.push(fewer(
            answer.collected.best.first().filter(|_| !answer.is_loose),
            &answer.grounds,
        )),
        Step::None => {
            let items = reader.snapshot().head().items;
            notes.push(Note::Nothing { items, why: why_nothing(request, &answer.missing) });
        }
        _ => {}
    }
    Ok(Answer { notes, ..answer })
}

/// Makes the planner of every query: `cutter` cuts it, `thesauri` know other names.
#[must_use]
pub fn planner<'a>(cutter: &'a dyn Cutter, thesauri: &'a [&'a dyn Thesaurus]) -> Planner<'a> {
    let canonical_link = |url: &str| Link::parse(url).map(|link| link.canonical);
    Planner { cutter, thesauri, canonical_link }
}

/// Plans a query as it is planned before anything is mended.
///
/// # Errors
/// [`Error::Search`](crate::error::Error::Search) if the index cannot be read.
pub fn plan(reader: &Reader, query: &Query) -> Result<Plan> {
    let names = Names::of(reader, &query.text)?;
    let thesauri: [&dyn Thesaurus; 1] = [&names];
    let cutter = query_cutter(reader)?;
    Ok(planner(&cutter, &thesauri).plan(query))
}

/// One request on its way.
struct Ladder<'a> {
    reader: &'a Reader,
    vocabulary: &'a Vocabulary,
    planner: Planner<'a>,
    /// Knows only the words of the archive.
    loose: Planner<'a>,
    narrowing: &'a Narrowing,
    request: &'a Request,
    /// See [`Answer::without_filters`]; of the first step that finds any.
    without_filters: Cell<usize>,
}

impl Ladder<'_> {
    /// Lists every item that the filters leave, or says that there was nothing to search for.
    fn without_words(&self) -> Result<Answer> {
        let query = &self.request.query;
        let asked_nothing =
            query.text.trim().is_empty() || query.root.is_none() && !query.filters.is_empty();
        if !asked_nothing {
            return Ok(Answer { notes: vec![Note::NoWords], ..Answer::default() });
        }
        let by_time = match self.request.sort {
            Sort::Relevance => Sort::Newest,
            sort => sort,
        };
        let collect = |collector: &MatchCollector<'_>, filter: &Filter| -> Result<Collected> {
            let segments = self.reader.segments()?;
            let of_segments = segments.iter().map(|segment| {
                let all = filter.all(segment)?;
                let eligible = collector.eligible(segment, &all).map_err(failed)?;
                let scored = eligible.into_iter().map(|doc| (doc, 1.0));
                let best = collector.best(segment, scored).map_err(failed)?;
                Ok(Collected { best, ..collector.count(segment, &all).map_err(failed)? })
            });
            collector.merged(of_segments.collect::<Result<_>>()?).map_err(failed)
        };
        let Narrowing { filter, typed, choices } = self.narrowing;
        let collected = collect(&self.collector(by_time), filter)?;
        let without_filters = match typed {
            Some(typed) if collected.total == 0 => {
                collect(&self.reader.collector(by_time, 0, &[]), typed)?.total
            }
            _ => 0,
        };
        let choices = choices.iter().map(|choice| {
            let counted = collect(&choice.collector(self.reader), &choice.filter)?;
            Ok(counted.facets.into_iter().next().unwrap_or_default())
        });
        let choices = choices.collect::<Result<_>>()?;
        let step = if collected.total > 0 { Step::All } else { Step::None };
        Ok(Answer { step, collected, choices, without_filters, ..Answer::default() })
    }

    /// Answers what was typed: by the items that match all of it, else by what it is mended to, else by the items that have
    /// most of it.
    fn typed(&self, plan: Plan) -> Result<Answer> {
        let Some(root) = &plan.root else { return Ok(Answer::default()) };
        let (query, literals) = (&self.request.query, literals(&plan));
        let mut evaluation = self.evaluation(&plan, root, &literals)?;
        let missing = evaluation.missing();
        let goes_down = self.request.goes_down();
        let answer = match self.matching(&mut evaluation, Step::Words)? {
            Some(answer) => {
                let total = answer.collected.total;
                let is_by_pieces = goes_down && !evaluation.pieces().is_empty();
                let has_left_over = goes_down && has_left_over(&plan);
                // What stands somewhere as it was typed is what was meant.
                let is_apart = (is_by_pieces || has_left_over)
                    && plan.words.len() > 1
                    && !evaluation.has_as_typed()?;
                let mended = if is_apart { self.mend(query)? } else { None };
                // Characters that only happen to stand in an item are no better than what they sound like.
                let least = if is_by_pieces { total.saturating_mul(MORE_FREQUENT) } else { total };
                let is_better =
                    |mended: &Answer| mended.collected.total >= least.max(MORE_FREQUENT);
                match mended.filter(is_better) {
                    Some(mended) => mended,
                    None => grounded(answer, evaluation.into_grounds(), plan),
                }
            }
            None => match if goes_down { self.mend(query)? } else { None } {
                Some(mended) => mended,
                None if goes_down => {
                    let subject = evaluation.with_subject()?;
                    let loose = self.loose.plan(&query.loosened());
                    if subject.iter().all(Vec::is_empty) {
                        self.nothing(&mut evaluation)?
                    } else if loose == plan {
                        let answer = self.fewer(&mut evaluation, None)?;
                        grounded(answer, evaluation.into_grounds(), plan)
                    } else {
                        self.fewer_of(loose, &subject)?
                    }
                }
                None => self.nothing(&mut evaluation)?,
            },
        };
        Ok(Answer { missing, ..answer })
    }

    fn evaluation<'e>(
        &'e self,
        plan: &'e Plan,
        root: &'e Clause,
        literals: &'e [Vec<Alternative>],
    ) -> Result<Evaluation<'e>> {
        self.reader.check()?;
        Evaluation::new(self.reader, plan, root, literals, self.request.strict)
    }

    /// Returns the items that match all of a plan, if any do, and what stands behind them; `step` is where the ladder stands
    /// then.
    fn matching(&self, evaluation: &mut Evaluation<'_>, step: Step) -> Result<Option<Answer>> {
        let matching = evaluation.matching(&self.narrowing.filter)?;
        let collector = self.collector(self.request.sort);
        let collected = evaluation.collect(&collector, &matching, Standing::Matching)?;
        if collected.total == 0 {
            self.count_without_filters(|typed| evaluation.matching(typed))?;
            return Ok(None);
        }
        let mut answer = Answer { step, collected, ..Answer::default() };
        answer.notes.extend(evaluation.silent.map(|Silent| Note::WordsAlone));
        let pieces = evaluation.pieces();
        if !pieces.is_empty() {
            answer.notes.push(Note::Pieces(pieces));
        }
        if self.request.goes_down() {
            self.add_related(evaluation, &mut answer)?;
        }
        answer.choices = self.counted(evaluation, false)?;
        Ok(Some(answer))
    }

    /// Counts what is found without the filters beside the query, if no step before found any.
    fn count_without_filters(&self, find: impl FnOnce(&Filter) -> Result<Vec<Docs>>) -> Result<()> {
        if let Some(typed) = &self.narrowing.typed
            && self.without_filters.get() == 0
        {
            self.without_filters.set(find(typed)?.iter().map(Vec::len).sum());
        }
        Ok(())
    }

    /// Counts each facet that is chosen by.
    fn counted(
        &self,
        evaluation: &mut Evaluation<'_>,
        loosely: bool,
    ) -> Result<Vec<BTreeMap<String, usize>>> {
        self.narrowing.choices.iter().map(|choice| evaluation.count(choice, loosely)).collect()
    }

    fn nothing(&self, evaluation: &mut Evaluation<'_>) -> Result<Answer> {
        Ok(Answer { choices: self.counted(evaluation, false)?, ..Answer::default() })
    }

    /// Answers by what the query is mended to; `None` if no item matches all of that either: what finds only some of the
    /// words then is better taken as it was typed.
    fn mend(&self, query: &Query) -> Result<Option<Answer>> {
        let thesauri = self.planner.thesauri;
        let Some(respelt) = mended(self.reader, query, self.vocabulary, thesauri)? else {
            return Ok(None);
        };
        let plan = self.planner.plan(&respelt.query);
        let Some(root) = &plan.root else { return Ok(None) };
        let literals = literals(&plan);
        let mut evaluation = self.evaluation(&plan, root, &literals)?;
        let Some(answer) = self.matching(&mut evaluation, Step::Spelling)? else {
            return Ok(None);
        };
        let words: Vec<&str> = plan.groups.iter().map(|group| group.text.as_str()).collect();
        let mended = Some(words.join(" "));
        let others = respelt.others;
        Ok(Some(Answer { mended, others, ..grounded(answer, evaluation.into_grounds(), plan) }))
    }

    /// Answers by those of the items with some `subject` that have most of what was typed, cut with the words of the archive
    /// alone: what stands nowhere as a word may still be near by its characters, beside words that the archive has.
    fn fewer_of(&self, plan: Plan, subject: &[Docs]) -> Result<Answer> {
        let Some(root) = &plan.root else { return Ok(Answer::default()) };
        let literals = literals(&plan);
        let mut evaluation = self.evaluation(&plan, root, &literals)?;
        let answer = Answer { is_loose: true, ..self.fewer(&mut evaluation, Some(subject))? };
        Ok(grounded(answer, evaluation.into_grounds(), plan))
    }

    fn fewer(&self, evaluation: &mut Evaluation<'_>, subject: Option<&[Docs]>) -> Result<Answer> {
        let with_some = |evaluation: &Evaluation<'_>, filter: &Filter| -> Result<Vec<Docs>> {
            let all = evaluation.matching(filter)?.into_iter();
            let related = all.zip(evaluation.related(filter)?);
            let mut found: Vec<Docs> =
                related.map(|(all, related)| union(&all, &related)).collect();
            for (found, subject) in found.iter_mut().zip(subject.into_iter().flatten()) {
                *found = intersection(found, subject);
            }
            Ok(found)
        };
        let found = with_some(evaluation, &self.narrowing.filter)?;
        let collector = self.collector(self.request.sort);
        let collected = evaluation.collect(&collector, &found, Standing::Related)?;
        let step = if collected.total > 0 { Step::Fewer } else { Step::None };
        if step == Step::None {
            self.count_without_filters(|typed| with_some(evaluation, typed))?;
        }
        let choices = self.counted(evaluation, true)?;
        let mut answer = Answer { step, collected, choices, ..Answer::default() };
        answer.notes.extend(evaluation.silent.map(|Silent| Note::WordsAlone));
        if step == Step::Fewer {
            self.add_nearest(evaluation, &mut answer, &found)?;
        }
        Ok(answer)
    }

    /// Adds what means what was asked, without `others`, which are listed or counted already.
    fn add_nearest(
        &self,
        evaluation: &mut Evaluation<'_>,
        answer: &mut Answer,
        others: &[Docs],
    ) -> Result<()> {
        if self.request.sort != Sort::Relevance || !evaluation.has_meaning() {
            return Ok(());
        }
        let collector = self.reader.collector(Sort::Relevance, NEAREST, &[]);
        let nearest = evaluation.nearest(NEAREST, &self.narrowing.filter, others)?;
        let found = evaluation.collect(&collector, &nearest, Standing::Related)?;
        answer.related_total += found.best.len();
        answer.related.extend(found.best);
        answer.related.sort_by(by_relevance);
        Ok(())
    }

    /// Adds what is related behind the matches, where these end: as many as are asked for.
    fn add_related(&self, evaluation: &mut Evaluation<'_>, answer: &mut Answer) -> Result<()> {
        let Request { sort, offset, limit, .. } = *self.request;
        let total = answer.collected.total;
        let end = offset.saturating_add(limit);
        // On the last page of the matches it is counted, so that who reads knows of another one.
        if sort != Sort::Relevance || end < total {
            return Ok(());
        }
        let pieces = evaluation.by_pieces(&self.narrowing.filter)?;
        let collector = self.reader.collector(sort, end - total, &[]);
        let found = evaluation.collect(&collector, &pieces, Standing::Related)?;
        (answer.related, answer.related_total) = (found.best, found.total);
        let related = evaluation.related(&self.narrowing.filter)?.into_iter().zip(&pieces);
        let related: Vec<Docs> =
            related.map(|(related, pieces)| difference(&related, pieces)).collect();
        // Where meaning orders all that is related, pieces are not first.
        let before = if evaluation.has_meaning() { 0 } else { answer.related.len() };
        let collector = self.reader.collector(sort, end - total - before, &[]);
        let found = evaluation.collect(&collector, &related, Standing::Related)?;
        answer.related_total += found.total;
        answer.related.extend(found.best);
        if evaluation.has_meaning() {
            let matching = evaluation.matching(&self.narrowing.filter)?;
            let listed = matching.iter().zip(&pieces).zip(&related);
            let listed: Vec<Docs> =
                listed.map(|((all, pieces), more)| union(&union(all, pieces), more)).collect();
            self.add_nearest(evaluation, answer, &listed)?;
        }
        Ok(())
    }

    fn collector(&self, sort: Sort) -> MatchCollector<'_> {
        let keep = self.request.limit.saturating_add(self.request.offset);
        self.reader.collector(sort, keep, &self.request.facets)
    }
}

/// Returns whether a character is left over between words that were typed without a space, as in 无人架驶: it stands in many items,
/// and says little of what was meant.
fn has_left_over(plan: &Plan) -> bool {
    let left_over = |word: &Word| word.positive && word.needed && word.is_single_han();
    let groups = plan.groups.iter().filter(|group| group.words.len() > 1);
    groups.flat_map(|group| &plan.words[group.words.clone()]).any(left_over)
}

/// Adds what explanations need.
fn grounded(
    answer: Answer,
    (findings, information, similar): (Vec<Findings>, Information, Option<Arc<Similar>>),
    plan: Plan,
) -> Answer {
    Answer { grounds: Grounds { plan, findings, information, similar }, ..answer }
}

#[cfg(test)]
mod tests;
