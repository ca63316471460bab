//! The steps a query goes down until something matches: all words, mended spelling, pinyin, fewer words.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::collect::{Collected, Match, MatchCollector};
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
use crate::query::{Alternative, Clause, Note, Plan, Planner, Query, Sort, Thesaurus};
use crate::search::docs::{Docs, difference, intersection, union};
use crate::search::reader::{Reader, failed};
use crate::search::request::Request;
use crate::search::results::Step;
use crate::search::words::aliases::ArchiveAliases;
use crate::search::words::cutter::QueryCutter;
use crate::search::words::remembered::Mend;
use crate::search::words::respell::mended;

/// Fewer matches than this are followed by related items: the hits of one page.
const ENOUGH: usize = 10;
/// Related items of one answer. Nobody looks further among what does not match; it bounds the work of reading them.
const MAX_RELATED: usize = 50;

/// What a query that matches nothing is mended by, in this order.
const MENDS: [(Mend, Step); 2] = [(Mend::Spelling, Step::Spelling), (Mend::Pinyin, Step::Pinyin)];

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
    let aliases = ArchiveAliases::of(reader)?;
    let thesauri: [&dyn Thesaurus; 2] = [reader.synonyms(), &aliases];
    let cutter = QueryCutter { vocabulary, names: reader.synonyms() };
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
    notes.extend(answer.mended.clone().map(Note::Mended));
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
    let vocabulary = reader.vocabulary()?;
    let aliases = ArchiveAliases::of(reader)?;
    let thesauri: [&dyn Thesaurus; 2] = [reader.synonyms(), &aliases];
    let cutter = QueryCutter { vocabulary, names: reader.synonyms() };
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
            Ok(collector.merged(of_segments.collect::<Result<_>>()?))
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
        let mends = if self.request.goes_down() { &MENDS[..] } else { &[] };
        let answer = match self.matching(&mut evaluation, Step::Words)? {
            Some(answer) => grounded(answer, evaluation.into_grounds(), plan),
            None => match self.mend(query, mends)? {
                Some(mended) => mended,
                None if self.request.goes_down() => {
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
    fn mend(&self, query: &Query, mends: &[(Mend, Step)]) -> Result<Option<Answer>> {
        for (at, (mend, step)) in mends.iter().enumerate() {
            let Some(other) = mended(self.reader, query, *mend, self.vocabulary)? else { continue };
            let plan = self.planner.plan(&other);
            let Some(root) = &plan.root else { continue };
            let literals = literals(&plan);
            let mut evaluation = self.evaluation(&plan, root, &literals)?;
            if let Some(answer) = self.matching(&mut evaluation, *step)? {
                let words: Vec<&str> =
                    plan.groups.iter().map(|group| group.text.as_str()).collect();
                let mended = Some(words.join(" "));
                return Ok(Some(Answer {
                    mended,
                    ..grounded(answer, evaluation.into_grounds(), plan)
                }));
            }
            if let Some(answer) = self.mend(&other, &mends[at + 1..])? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
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
        Ok(Answer { step, collected, choices, ..Answer::default() })
    }

    /// Adds what is related behind the matches, where these end.
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
        if total < ENOUGH {
            let collector = self.reader.collector(sort, MAX_RELATED, &[]);
            let related = evaluation.related(&self.narrowing.filter)?.into_iter().zip(&pieces);
            let related: Vec<Docs> =
                related.map(|(related, pieces)| difference(&related, pieces)).collect();
            let found = evaluation.collect(&collector, &related, Standing::Related)?;
            answer.related_total += found.best.len();
            answer.related.extend(found.best);
        }
        Ok(())
    }

    fn collector(&self, sort: Sort) -> MatchCollector<'_> {
        let keep = self.request.limit.saturating_add(self.request.offset);
        self.reader.collector(sort, keep, &self.request.facets)
    }
}

/// Adds what explanations need.
fn grounded(
    answer: Answer,
    (findings, information): (Vec<Findings>, Information),
    plan: Plan,
) -> Answer {
    Answer { grounds: Grounds { plan, findings, information }, ..answer }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::query::WhyNothing;
    use crate::search::answer::answer;
    use crate::search::given_up::GivenUp;
    use crate::search::results::Results;
    use crate::search::testing::{Fixture, request};
    use crate::search::weights::Weights;

    /// Many items of `alpha beta` and one each of `alpha`, `beta` and neither, all with a word in common.
    fn fixture(of_both: usize) -> Fixture {
        let titles: Vec<String> = (0..of_both).map(|number| format!("both {number}")).collect();
        let mut items: Vec<(&str, &str)> =
            titles.iter().map(|title| (title.as_str(), "alpha beta common")).collect();
        items.extend([("one", "alpha common"), ("other", "beta common"), ("none", "common")]);
        Fixture::new(&items)
    }

    /// Checks the step, how many match and the titles that are related.
    #[track_caller]
    fn check(results: &Results, step: Step, total: usize, related: &[&str]) {
        let behind = results.hits.iter().filter(|hit| hit.related);
        let mut titles: Vec<&str> = behind.map(|hit| hit.item.item.title.as_str()).collect();
        titles.sort_unstable();
        assert_eq!((results.matched, results.total, titles), (step, total, related.to_vec()));
    }

    #[test]
    fn few_matches_are_followed_by_related_items() {
        let asked = request("alpha beta");
        let (nine, ten) = (fixture(9), fixture(10));
        check(&answer(&nine.reader, &asked).unwrap(), Step::Words, 9, &["one", "other"]);
        check(&answer(&ten.reader, &asked).unwrap(), Step::Words, 10, &[]);
    }

    #[test]
    fn related_items_are_the_best_fifty() {
        let mut items = vec![("both", "alpha beta")];
        items.extend([("one", "alpha"); 30]);
        items.extend([("other", "beta"); 30]);
        let fixture = Fixture::new(&items);
        assert_eq!(answer(&fixture.reader, &request("alpha beta")).unwrap().related, 50);
    }

    #[test]
    fn nothing_is_related_where_that_was_not_wanted() {
        let fixture = fixture(1);
        let strict = Request { strict: true, ..request("alpha beta") };
        check(&answer(&fixture.reader, &strict).unwrap(), Step::Words, 1, &[]);
        let newest = Request { sort: Sort::Newest, ..request("alpha beta") };
        check(&answer(&fixture.reader, &newest).unwrap(), Step::Words, 1, &[]);
    }

    #[test]
    fn what_covers_little_is_not_related() {
        let mut items = vec![("all", "gamma common"), ("rare", "gamma")];
        items.extend([("common", "common"); 8]);
        let fixture = Fixture::new(&items);
        let asked = request("gamma common");
        check(&answer(&fixture.reader, &asked).unwrap(), Step::Words, 1, &["rare"]);
        // A word of nearly every item is not enough, whatever the weights are.
        let related = Weights { related: 0.0, ..Weights::default() };
        let reader = fixture.reader.clone().with_weights(related);
        check(&answer(&reader, &asked).unwrap(), Step::Words, 1, &["rare"]);
    }

    #[test]
    fn a_share_of_the_query_makes_related() {
        let fixture = Fixture::new(&[
            ("all", "one two three four five six"),
            ("five", "one two three four five"),
            ("two", "six one"),
            ("single", "six"),
        ]);
        let found = answer(&fixture.reader, &request("one two three four five six")).unwrap();
        check(&found, Step::Words, 1, &["five", "two"]);
    }

    #[test]
    fn where_no_item_covers_much_the_best_are_related() {
        let words = "alpha beta gamma delta epsilon zeta theta iota kappa lambda sigma";
        let fixture = Fixture::new(&[
            ("all", words),
            // A fifth of the query; two words are more than half of that, one is less.
            ("three", "alpha beta gamma"),
            ("two", "delta epsilon"),
            ("one", "zeta"),
        ]);
        let found = answer(&fixture.reader, &request(words)).unwrap();
        check(&found, Step::Words, 1, &["three", "two"]);
    }

    #[test]
    fn fewer_words_are_the_last_step() {
        let fixture = fixture(0);
        let found = answer(&fixture.reader, &request("alpha beta")).unwrap();
        check(&found, Step::Fewer, 2, &[]);
        assert_eq!(found.notes, [Note::SomeWords { has: Some(1), of: 2 }]);
        let strict = Request { strict: true, ..request("alpha beta") };
        let found = answer(&fixture.reader, &strict).unwrap();
        check(&found, Step::None, 0, &[]);
        assert_eq!(found.notes, [Note::Nothing { items: 3, why: WhyNothing::NotAsTyped }]);
    }

    #[test]
    fn spelling_is_mended_before_pinyin_is_read() {
        let fixture = Fixture::new(&[("quantization", "模型量化"), ("other", "文字")]);
        let found = answer(&fixture.reader, &request("quantizatoin")).unwrap();
        check(&found, Step::Spelling, 1, &[]);
        assert_eq!(found.searched.as_deref(), Some("quantization"));
        assert_eq!(found.notes, [Note::Mended("quantization".to_owned())]);
        let found = answer(&fixture.reader, &request("lianghua")).unwrap();
        check(&found, Step::Pinyin, 1, &[]);
        assert_eq!(found.searched.as_deref(), Some("量化"));
        let strict = Request { strict: true, ..request("lianghua") };
        check(&answer(&fixture.reader, &strict).unwrap(), Step::None, 0, &[]);
    }

    #[test]
    fn nothing_is_searched_for_who_has_gone() {
        let fixture = fixture(1);
        let given_up = GivenUp::default();
        let reader = fixture.reader.clone().until(given_up.clone());
        assert!(answer(&reader, &request("alpha")).is_ok());
        given_up.give_up();
        let stopped = answer(&reader, &request("alpha"));
        assert!(matches!(stopped, Err(Error::Interrupted)), "{stopped:?}");
        // Others have their answer.
        assert!(answer(&fixture.reader, &request("alpha")).is_ok());
    }

    #[test]
    fn without_words_everything_is_listed() {
        let fixture = fixture(1);
        check(&answer(&fixture.reader, &request("")).unwrap(), Step::All, 4, &[]);
        let found = answer(&fixture.reader, &request("，。")).unwrap();
        check(&found, Step::None, 0, &[]);
        assert_eq!(found.notes, [Note::NoWords]);
        check(&answer(&fixture.reader, &request("by:甲")).unwrap(), Step::All, 4, &[]);
    }
}
