//! What items mean, where somebody knows: it adds to scores, and finds what has none of the words.

use tantivy::DocId;

use super::Evaluation;
use crate::error::Result;
use crate::search::answer::filter::Filter;
use crate::search::answer::matching::{Extent, Matching};
use crate::search::answer::part::Scoped;
use crate::search::answer::rank::Scored;
use crate::search::docs::{Docs, difference};

impl Evaluation<'_> {
    /// Returns what the meaning of the items of a segment is worth, if somebody knows.
    pub(super) fn meaning_of(&self, segment: usize) -> Option<Box<dyn Fn(DocId) -> f32 + '_>> {
        let (similar, weight) = (self.similar.as_ref()?, self.reader.weights().meaning);
        Some(Box::new(move |doc| weight * similar.of(segment, doc)))
    }

    /// Adds what the meaning of some items of a segment is worth.
    pub(super) fn add_meaning(&self, segment: usize, scores: &mut [Scored]) {
        let Some(meaning) = self.meaning_of(segment) else { return };
        for scored in scores {
            scored.score += meaning(scored.doc);
        }
    }

    /// Returns what the meaning of an item is worth at most.
    pub(super) fn most_of_meaning(&self) -> f32 {
        self.similar.as_ref().map_or(0.0, |similar| self.reader.weights().meaning * similar.most())
    }

    /// Returns whether somebody knows what items mean.
    pub(crate) fn has_meaning(&self) -> bool {
        self.similar.is_some()
    }

    /// Returns the items that are nearest to the question, pass a filter, and have what was asked for explicitly, without
    /// `others`.
    pub(crate) fn nearest(
        &self,
        most: usize,
        filter: &Filter,
        others: &[Docs],
    ) -> Result<Vec<Docs>> {
        let Some(similar) = &self.similar else { return Ok(vec![Docs::new(); self.parts.len()]) };
        similar.nearest(most, |segment, docs| {
            let part = &self.parts[segment];
            let found = Scoped { part, scope: &self.widest };
            let asked = Matching { plan: self.plan, found: &found };
            let docs =
                filter.passing(part.segment().reader, difference(&docs, &others[segment]))?;
            asked.of(self.root, Extent::Explicit, Some(&docs))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use crate::meaning::testing::Letters;
    use crate::query::{FacetKind, Note};
    use crate::search::answer::answer;
    use crate::search::request::Request;
    use crate::search::results::{Results, Step};
    use crate::search::testing::{Fixture, LetterQuestions, report, request};
    use crate::search::weights::Weights;

    /// What is asked for, what has its letters, and what has neither.
    const ITEMS: [(&str, &str); 4] =
        [("stone", "granite"), ("notes", "granite"), ("onset", "draft granite"), ("xyz", "qqq")];

    fn fixture() -> Fixture {
        Fixture::with_meaning(&[("2024-02-22.md", &report(&ITEMS))])
    }

    /// Titles of hits, those of related ones with a sign.
    fn titles(results: &Results) -> Vec<String> {
        let sign = |related| if related { "~" } else { "" };
        let hits = results.hits.iter();
        hits.map(|hit| format!("{}{}", sign(hit.related), hit.item.item.title)).collect()
    }

    #[track_caller]
    fn check(fixture: &Fixture, asked: &Request, total: usize, expected: &[&str]) {
        let found = answer(&fixture.reader, asked).unwrap();
        assert_eq!(
            (found.total, titles(&found)),
            (total, expected.iter().map(ToString::to_string).collect())
        );
    }

    #[test]
    fn what_means_the_same_is_related_and_changes_no_count() {
        let fixture = fixture();
        let mut asked = request("stone");
        asked.facets = FacetKind::ALL.to_vec();
        check(&fixture, &asked, 1, &["stone", "~notes", "~onset", "~xyz"]);
        let found = answer(&fixture.reader, &asked).unwrap();
        assert!(found.facets.iter().flat_map(|(_, values)| values).all(|value| value.count == 1));
        assert_eq!((found.matched, found.related, found.notes.len()), (Step::Words, 3, 0));
        // A page ends where it is asked to.
        check(&fixture, &Request { limit: 1, ..asked.clone() }, 1, &["stone"]);
        check(&fixture, &Request { limit: 2, offset: 1, ..asked }, 1, &["~notes", "~onset"]);
    }

    #[test]
    fn exclusions_phrases_filters_and_strictness_hold() {
        let fixture = fixture();
        check(&fixture, &request("stone -draft"), 1, &["stone", "~notes", "~xyz"]);
        check(&fixture, &request("\"stone\""), 1, &["stone"]);
        check(&fixture, &Request { strict: true, ..request("stone") }, 1, &["stone"]);
        check(&fixture, &Request { only_matching: true, ..request("stone") }, 1, &["stone"]);
        let mut asked = request("stone");
        asked.filters.sections = vec!["产品".to_owned()];
        check(&fixture, &asked, 0, &[]);
        let newest = Request { sort: crate::query::Sort::Newest, ..request("stone") };
        check(&fixture, &newest, 1, &["stone"]);
    }

    #[test]
    fn where_no_item_has_all_words_what_means_them_stands_among_those_that_have_some() {
        let items = [("gold", "stone jjjjjjjj kkkkkkkkkk"), ("enots ward", "y")];
        let fixture = Fixture::with_meaning(&[("2024-02-22.md", &report(&items))]);
        let found = answer(&fixture.reader, &request("stone draw")).unwrap();
        assert_eq!(found.matched, Step::Fewer);
        assert_eq!(titles(&found)[0], "~enots ward");
        assert_eq!(
            titles(&found).iter().filter(|title| !title.starts_with('~')).count(),
            found.total
        );
    }

    #[test]
    fn an_explanation_says_how_near_an_item_is() {
        let fixture = fixture();
        let asked = Request { explain: true, ..request("stone") };
        let found = answer(&fixture.reader, &asked).unwrap();
        let near = found.hits.iter().map(|hit| hit.explanation.as_ref().unwrap().meaning.unwrap());
        let near: Vec<f64> = near.collect();
        assert!(near.is_sorted_by(|a, b| a >= b) && near[0] > 0.5 && near[3] < 0.5, "{near:?}");
        let plain = Fixture::new(&ITEMS);
        let found = answer(&plain.reader, &asked).unwrap();
        assert_eq!(found.hits[0].explanation.as_ref().unwrap().meaning, None);
    }

    #[test]
    fn a_model_that_is_silent_or_another_one_leaves_the_words() {
        let (plain, fixture) = (Fixture::new(&ITEMS), fixture());
        let expected = answer(&plain.reader, &request("stone")).unwrap();
        let silent = Letters::new("a");
        silent.is_broken.store(true, Ordering::Relaxed);
        let reader = fixture.reader.clone().with_questions(Arc::new(LetterQuestions(silent)));
        let found = answer(&reader, &request("stone")).unwrap();
        assert_eq!(found.notes, [Note::WordsAlone]);
        assert_eq!(Results { notes: vec![], ..found }, expected);
        let reader = fixture.reader.with_questions(Arc::new(LetterQuestions(Letters::new("b"))));
        assert_eq!(answer(&reader, &request("stone")).unwrap(), expected);
    }

    /// Many items in two reports, some of which have the words of a query and some only their letters.
    fn many() -> [(&'static str, String); 2] {
        let item = |number: usize| {
            let words = ["stone", "notes", "stone granite", "granite", "tone stones", "ring"];
            let mut title = words[number * 7 % words.len()].to_owned();
            title.push_str(&"es".repeat(number * 5 % 11));
            (title, format!("{} {}", words[number % words.len()], "tan".repeat(number * 3 % 13)))
        };
        let text = |numbers: std::ops::Range<usize>| {
            let items: Vec<(String, String)> = numbers.map(item).collect();
            let items: Vec<_> =
                items.iter().map(|(title, text)| (title.as_str(), text.as_str())).collect();
            report(&items)
        };
        [("2024-02-22.md", text(0..1_400)), ("2024-02-23.md", text(1_400..2_100))]
    }

    #[test]
    fn the_best_of_many_are_those_of_all_however_they_lie_in_segments() {
        let reports = many();
        let reports = reports.each_ref().map(|(name, text)| (*name, text.as_str()));
        let one = Fixture::with_meaning(&reports);
        let two = Fixture::in_segments_with_meaning(&reports);
        assert_eq!(two.reader.segments().unwrap().len(), 2);
        for typed in ["stone", "granite stone", "stone granite ring tan", "notes"] {
            let all = answer(&one.reader, &request(typed)).unwrap();
            let few = Request { limit: 12, ..request(typed) };
            let best = answer(&one.reader, &few).unwrap();
            assert!(best.total > 100, "{typed}: {}", best.total);
            let place = |results: &Results| -> Vec<_> {
                results.hits.iter().take(12).map(|hit| (hit.item.id.clone(), hit.related)).collect()
            };
            assert_eq!(place(&best), place(&all), "{typed}");
            assert_eq!(best, answer(&two.reader, &few).unwrap(), "{typed}");
            // It matters.
            let weights = Weights { meaning: 0.0, ..Weights::default() };
            let words = answer(&one.reader.clone().with_weights(weights), &few).unwrap();
            assert_ne!(place(&best), place(&words), "{typed}");
        }
    }
}
