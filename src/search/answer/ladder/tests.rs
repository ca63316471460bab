//! The steps, on hand-made items.

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
fn matches_are_followed_by_as_many_related_items_as_are_asked_for() {
    let fixture = fixture(9);
    let asked = |offset: usize, limit: usize| Request { limit, offset, ..request("alpha beta") };
    let found = |asked: Request| answer(&fixture.reader, &asked).unwrap();
    check(&found(asked(0, 20)), Step::Words, 9, &["one", "other"]);
    // What stands behind the last match is counted, so that who reads goes on.
    let last = found(asked(0, 9));
    check(&last, Step::Words, 9, &[]);
    assert_eq!(last.related, 2);
    let all = found(asked(0, 10));
    let next = found(asked(10, 10));
    assert_eq!((all.related, next.related), (2, 2));
    let titles = [&all, &next].map(|found| found.hits.last().unwrap().item.item.title.clone());
    assert!(
        titles.contains(&"one".to_owned()) && titles.contains(&"other".to_owned()),
        "{titles:?}"
    );
}

#[test]
fn all_related_items_can_be_reached() {
    let mut items = vec![("both", "alpha beta")];
    items.extend([("one", "alpha"); 30]);
    items.extend([("other", "beta"); 30]);
    let fixture = Fixture::new(&items);
    let found = answer(&fixture.reader, &Request { limit: 100, ..request("alpha beta") }).unwrap();
    assert_eq!((found.related, found.hits.len()), (60, 61));
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
fn letters_are_read_as_pinyin_before_their_spelling_is_mended() {
    let fixture = Fixture::new(&[("quantization", "模型量化"), ("other", "文字")]);
    let found = answer(&fixture.reader, &request("quantizatoin")).unwrap();
    check(&found, Step::Spelling, 1, &[]);
    assert_eq!(found.searched.as_deref(), Some("quantization"));
    assert_eq!(
        found.notes,
        [Note::Mended { searched: "quantization".to_owned(), others: Vec::new() }]
    );
    let found = answer(&fixture.reader, &request("lianghua")).unwrap();
    check(&found, Step::Pinyin, 1, &[]);
    assert_eq!(found.searched.as_deref(), Some("量化"));
    let (typed, words) = ("lianghua".to_owned(), vec!["量化".to_owned()]);
    assert_eq!(found.notes, [Note::Pinyin { typed, words }]);
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
