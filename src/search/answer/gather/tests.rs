//! What is gathered of every word and literal, on hand-made items.

use super::*;
use crate::query::Span;
use crate::search::testing::{Fixture, literal, plan};

/// Weights that make numbers easy: half of a strength for a mention, the rest for a single occurrence at 1 of 2.
fn weights() -> Weights {
    Weights {
        mention: 0.5,
        saturation: 1.0,
        title_length: 0.0,
        body_length: 0.0,
        ..Weights::default()
    }
}

fn fixture() -> Fixture {
    Fixture::new(&[
        ("python", "nothing"),
        ("body", "python twice, python"),
        ("cpython", "nothing"),
        ("link", "[here](https://pyx.example/go/python)"),
        ("other", "nothing"),
    ])
}

fn gathered(fixture: &Fixture, plan: &Plan, weights: &Weights, word: usize) -> Vec<Hold> {
    let segment = fixture.reader.segments().unwrap().remove(0);
    let gatherer = Gatherer { segment, weights };
    let sources = Sources::of_word(plan, word);
    let all = gatherer.gather(&sources, Breadth::Apart, None).unwrap();
    // One by one it is the same.
    let one = |hold: &Hold| gatherer.gather(&sources, Breadth::Apart, Some(&[hold.doc])).unwrap();
    assert_eq!(all.iter().flat_map(one).collect::<Vec<_>>(), all);
    all
}

/// Counts the items that have the first word itself.
fn plain(fixture: &Fixture, plan: &Plan) -> usize {
    let segment = fixture.reader.segments().unwrap().remove(0);
    let gatherer = Gatherer { segment, weights: &weights() };
    gatherer.docs(&Sources::of_word(plan, 0), Ways::Plain(Breadth::Apart), None).unwrap().len()
}

/// Checks what the item of a title has of `python` as one way: strength, the same in its title, value and zones.
#[track_caller]
fn check(way: &Alternative, title: &str, expected: Option<(f32, f32, f32, &[Zone])>) {
    let fixture = fixture();
    let mut plan = plan(&[&[("python", 1.0)]]);
    plan.words[0].alternatives = vec![way.clone()];
    let holds = gathered(&fixture, &plan, &weights(), 0);
    let doc = fixture.doc(title);
    let found = holds.iter().find(|hold| hold.doc == doc);
    let found = found.map(|hold| (hold.strength, hold.in_title, hold.value, hold.zones.list()));
    let expected = expected
        .map(|(strength, in_title, value, zones)| (strength, in_title, value, zones.to_vec()));
    assert_eq!(found, expected, "{way:?} in {title}");
}

fn way(way: Way, cut: CutOff, atom: &str) -> Alternative {
    let slot = Slot { cut, ..Slot::whole(atom) };
    Alternative { way, weight: 1.0, matcher: Matcher::Literal(vec![slot]) }
}

#[test]
fn a_word_is_worth_more_often_and_in_the_title() {
    let whole = way(Way::Word, CutOff::None, "python");
    // Three of four, as a title counts three times; two of three; half of a half, as links count half.
    check(&whole, "python", Some((1.0, 1.0, 0.5 + 0.5 * 0.75, &[Zone::Title])));
    check(&whole, "body", Some((1.0, 0.0, 0.5 + 0.5 * 2.0 / 3.0, &[Zone::Body])));
    check(&whole, "link", Some((0.4, 0.0, 0.4 * (0.5 + 0.5 / 6.0), &[Zone::Link])));
    check(&whole, "cpython", None);
    check(&whole, "other", None);
    let contributor = way(Way::Word, CutOff::None, "甲");
    check(&contributor, "other", Some((1.0, 0.0, 0.5 + 0.5 * 0.5, &[Zone::Meta])));
}

#[test]
fn another_way_is_worth_less() {
    for (kind, worth) in [
        (Way::Variant, 0.9),
        (Way::Plural, 0.95),
        (Way::Doubtful, 0.5),
        (Way::Synonym, 0.95),
        (Way::Alias, 0.7),
        (Way::Inside, 0.7),
        (Way::Parts, 0.5),
    ] {
        let other = way(kind, CutOff::None, "python");
        check(&other, "python", Some((worth, worth, worth * 0.875, &[Zone::Title])));
    }
    let synonym = Alternative { weight: 0.5, ..way(Way::Synonym, CutOff::None, "python") };
    check(&synonym, "python", Some((0.475, 0.475, 0.475 * 0.875, &[Zone::Title])));
}

#[test]
fn a_piece_is_worth_what_it_is_of_its_word() {
    let piece = way(Way::Fragment, CutOff::Both, "ython");
    let worth = |of: f32| 0.5 * (0.4 + 0.6 * 5.0 / of);
    let value = |worth: f32| worth * (0.5 + 0.5 * (3.0 * worth / (3.0 * worth + 1.0)));
    check(&piece, "python", Some((worth(6.0), worth(6.0), value(worth(6.0)), &[Zone::Title])));
    check(&piece, "cpython", Some((worth(7.0), worth(7.0), value(worth(7.0)), &[Zone::Title])));
    let begins = 0.7 * (0.4 + 0.6 * 2.0 / 6.0);
    let beginning = way(Way::Fragment, CutOff::Both, "py");
    check(&beginning, "python", Some((begins, begins, value(begins), &[Zone::Title])));
}

#[test]
fn short_words_are_not_looked_for_in_addresses() {
    let in_link = |cut, atom| {
        let mut plan = plan(&[&[(atom, 1.0)]]);
        plan.words[0].alternatives = vec![way(Way::Word, cut, atom)];
        plan.words[0].zones = &[Zone::Link];
        !gathered(&fixture(), &plan, &weights(), 0).is_empty()
    };
    assert!(in_link(CutOff::None, "pyx"));
    assert!(!in_link(CutOff::None, "go"));
    assert!(in_link(CutOff::Both, "ytho"));
    assert!(!in_link(CutOff::Both, "yth"));
    let inside = way(Way::Inside, CutOff::None, "python");
    check(&inside, "link", None);
}

#[test]
fn a_longer_text_is_worth_less() {
    let long = format!("python {}", "filler ".repeat(50));
    let fixture = Fixture::new(&[("long", &long), ("short", "python")]);
    let plan = plan(&[&[("python", 1.0)]]);
    let value = |weights: &Weights, title: &str| {
        let holds = gathered(&fixture, &plan, weights, 0);
        holds.iter().find(|hold| hold.doc == fixture.doc(title)).unwrap().value
    };
    assert_eq!(value(&weights(), "short").to_bits(), value(&weights(), "long").to_bits());
    let relative =
        fixture.reader.segments().unwrap()[0].relative_length(Zone::Body, fixture.doc("long"));
    let of_length = Weights { body_length: 0.5, ..weights() };
    let times = 1.0 / (0.5 + 0.5 * relative);
    let expected = 0.5 + 0.5 * times / (times + 1.0);
    assert!((value(&of_length, "long") - expected).abs() < 1e-6 && relative > 1.5);
}

#[test]
fn a_longer_title_is_worth_less() {
    let fixture = Fixture::new(&[("python", "one"), ("python and a lot of words", "two")]);
    let plan = plan(&[&[("python", 1.0)]]);
    let holds = gathered(&fixture, &plan, &Weights::default(), 0);
    assert!(holds[0].value > holds[1].value, "{holds:?}");
}

#[test]
fn only_the_word_itself_counts_as_plain() {
    let mut plan = plan(&[&[("python", 1.0)]]);
    plan.words[0].alternatives =
        vec![way(Way::Word, CutOff::None, "python"), way(Way::Fragment, CutOff::Both, "ython")];
    let fixture = fixture();
    assert_eq!((plain(&fixture, &plan), gathered(&fixture, &plan, &weights(), 0).len()), (3, 4));
}

#[test]
fn nothing_weaker_counts_where_the_word_itself_stands() {
    let fixture = Fixture::new(&[("python", "cpython"), ("cpython", "python, cpython")]);
    let mut plan = plan(&[&[("python", 1.0)]]);
    let word = Matcher::Word("python".to_owned());
    plan.words[0].alternatives = vec![
        Alternative { way: Way::Word, weight: 1.0, matcher: word },
        way(Way::Fragment, CutOff::Both, "ython"),
    ];
    let holds = gathered(&fixture, &plan, &weights(), 0);
    let piece = 0.5 * (0.4 + 0.6 * 5.0 / 7.0);
    let of = |title: &str| holds.iter().find(|hold| hold.doc == fixture.doc(title)).unwrap();
    // In its title the word, in its body a piece; in the other a piece in the title and the word once.
    assert_eq!((of("python").in_title.to_bits(), of("python").way), (1.0_f32.to_bits(), 0));
    assert!((of("cpython").in_title - piece).abs() < 1e-6);
    assert_eq!(of("cpython").strength.to_bits(), 1.0_f32.to_bits());
    assert!((of("cpython").value - (0.5 + 0.5 * 0.5)).abs() < 1e-6);
}

#[test]
fn another_name_of_several_words_is_found_for_each_of_them() {
    let fixture = Fixture::new(&[("one", "large model"), ("two", "llm")]);
    let mut plan = plan(&[&[("large", 1.0), ("model", 1.0)], &[("apart", 1.0)]]);
    plan.words[0].alternatives.push(way(Way::Variant, CutOff::None, "absent"));
    let names = ["absent", "llm"].map(|name| way(Way::Word, CutOff::None, name));
    plan.spans.push(Span { words: 0..2, alternatives: names.into(), zones: &Zone::ALL });
    let words = [0, 1, 2].map(|word| gathered(&fixture, &plan, &weights(), word));
    let doc = fixture.doc("two");
    let found = words.iter().map(|holds| holds.iter().find(|hold| hold.doc == doc));
    let ways: Vec<Option<u16>> = found.map(|hold| hold.map(|hold| hold.way)).collect();
    // Its own ways come first, then those of the span; these are not the word itself.
    assert_eq!(ways, [Some(3), Some(2), None]);
    assert_eq!(plain(&fixture, &plan), 1);
}

#[test]
fn a_group_is_found_where_it_stands_as_typed() {
    let fixture = Fixture::new(&[
        ("alpha beta", "one"),
        ("two", "beta alpha"),
        ("three", "see alpha beta there"),
    ]);
    let plan = plan(&[&[("alpha", 1.0), ("beta", 1.0)]]);
    let (weights, group) = (weights(), &plan.groups[0]);
    let literals = literals_of(group);
    let segment = fixture.reader.segments().unwrap().remove(0);
    let gatherer = Gatherer { segment, weights: &weights };
    let sources = Sources::of_literals(&literals, group.zones);
    let mut holds = gatherer.gather(&sources, Breadth::Apart, None).unwrap();
    holds.sort_by(|a, b| b.value.total_cmp(&a.value));
    let titles = fixture.titles(holds.iter().map(|hold| hold.doc));
    assert_eq!(titles, ["alpha beta", "three"]);
    let all = gatherer.segment.everything();
    assert_eq!(fixture.titles(gatherer.begins(group, &all).unwrap()), ["alpha beta"]);
    assert!(gatherer.begins(group, &[fixture.doc("three")]).unwrap().is_empty());
}

#[test]
fn a_host_that_is_typed_counts_as_its_letters_do() {
    let fixture = fixture();
    let mut plan = plan(&[&[("pyx.example", 1.0)]]);
    let letters = Alternative { way: Way::Variant, ..literal(&["pyx", "example"]) };
    let matcher = Matcher::UrlToken("pyx.example".to_owned());
    let token = Alternative { way: Way::Variant, weight: 1.0, matcher };
    plan.words[0].alternatives = vec![letters.clone()];
    let by_letters = gathered(&fixture, &plan, &weights(), 0);
    assert_eq!(fixture.titles(by_letters.iter().map(|hold| hold.doc)), ["link"]);
    plan.words[0].alternatives = vec![letters, token.clone()];
    assert_eq!(gathered(&fixture, &plan, &weights(), 0), by_letters);
    plan.words[0].alternatives = vec![token];
    assert_eq!(gathered(&fixture, &plan, &weights(), 0), by_letters);
}
