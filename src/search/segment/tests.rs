//! What a segment is asked, on hand-made items.

use super::*;
use crate::search::testing::Fixture;

fn fixture() -> Fixture {
    Fixture::new(&[
        ("first", "python and cpython, python"),
        ("second", "large language model"),
        ("third", "the language is large; 大语言模型"),
        ("fourth", "[x](https://github.com/Owner/Name)"),
    ])
}

/// Checks the titles of what was found, each with how often and what it is worth there.
#[track_caller]
fn check(
    find: impl Fn(&Segment<'_>, &mut Vec<Occurrence>) -> tantivy::Result<()>,
    expected: &[(&str, u32, f32)],
) {
    let fixture = fixture();
    let mut found = Vec::new();
    find(&fixture.reader.segments().unwrap()[0], &mut found).unwrap();
    found.sort_by_key(|found| found.doc);
    let titles = fixture.titles(found.iter().map(|found| found.doc));
    let found = titles.iter().zip(&found).map(|(title, of)| (title.as_str(), of.times, of.worth));
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

/// Checks what is found of something in bodies.
#[track_caller]
fn check_body(matcher: &Matcher, worth: &dyn Fn(Piece) -> f32, expected: &[(&str, u32, f32)]) {
    let find = |segment: &Segment<'_>, found: &mut Vec<Occurrence>| {
        let lists = segment.lists(Zone::Body, matcher, worth)?;
        lists.map_or(Ok(()), |lists| segment.read(&lists, Among::default(), found))
    };
    check(find, expected);
}

#[test]
fn words_and_parts_are_found_with_how_often() {
    let word = Matcher::Word("python".to_owned());
    check_body(&word, &|_| 1.0, &[("first", 2, 1.0)]);
    check_body(&Matcher::Word("absent".to_owned()), &|_| 1.0, &[]);
    let parts = Matcher::Parts(vec!["language".to_owned(), "large".to_owned()]);
    check_body(&parts, &|_| 1.0, &[("second", 1, 1.0), ("third", 1, 1.0)]);
}

fn literal(atoms: &[&str]) -> Matcher {
    Matcher::Literal(atoms.iter().map(|atom| Slot::whole(atom)).collect())
}

#[test]
fn literals_are_adjacent_atoms() {
    let check = |atoms: &[&str], expected| check_body(&literal(atoms), &|_| 1.0, expected);
    check(&["python"], &[("first", 2, 1.0)]);
    check(&["large", "language"], &[("second", 1, 1.0)]);
    check(&["语", "言", "模"], &[("third", 1, 1.0)]);
    check(&["语", "模"], &[]);
}

#[test]
fn pieces_are_weighed_by_their_word() {
    let worth = |piece: Piece| if piece.word_length == 7 { 0.5 } else { 0.25 };
    let piece = |cut| Matcher::Literal(vec![Slot { cut, ..Slot::whole("ython") }]);
    check_body(&piece(CutOff::Both), &worth, &[("first", 1, 0.5), ("first", 2, 0.25)]);
    check_body(&piece(CutOff::End), &worth, &[]);
    // A cut slot beside another is weighed once, for all that was typed.
    let slots = vec![Slot { cut: CutOff::Start, ..Slot::whole("rge") }, Slot::whole("language")];
    let worth = |piece: Piece| if piece.length == 11 { 0.5 } else { 0.25 };
    check_body(&Matcher::Literal(slots), &worth, &[("second", 1, 0.5)]);
}

#[test]
fn only_the_items_that_are_asked_for_are_looked_at() {
    let fixture = Fixture::new(&[
        ("one", "large language model"),
        ("two", "large language model"),
        ("three", "large, a language model"),
        ("four", "large language, pythonic model"),
    ]);
    let segments = fixture.reader.segments().unwrap();
    let docs = ["one", "two", "three", "four"].map(|title| fixture.doc(title));
    let mut but = [docs[0], docs[2]];
    let mut only = [docs[0], docs[1], docs[3]];
    but.sort_unstable();
    only.sort_unstable();
    let cut = Slot { cut: CutOff::Start, ..Slot::whole("anguage") };
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
    for matcher in [
        Matcher::Word("model".to_owned()),
        Matcher::Parts(words(&["model", "large"])),
        literal(&["large", "language"]),
        Matcher::Literal(vec![Slot::whole("large"), cut.clone()]),
        Matcher::Literal(vec![Slot { cut: CutOff::Both, ..Slot::whole("ode") }]),
    ] {
        let lists = segments[0].lists(Zone::Body, &matcher, &|_| 1.0).unwrap().unwrap();
        let found = |among| {
            let mut found = Vec::new();
            segments[0].read(&lists, among, &mut found).unwrap();
            found.sort_by_key(|found| found.doc);
            found
        };
        let all = found(Among::default());
        assert!(all.len() >= 3 && all.len() <= lists.most(), "{matcher:?}");
        for among in [
            Among { only: Some(&only), but: &[] },
            Among { only: None, but: &but },
            Among { only: Some(&only), but: &but },
            Among { only: Some(&[]), but: &[] },
        ] {
            let wanted = |found: &&Occurrence| {
                among.only.is_none_or(|only| only.contains(&found.doc))
                    && !among.but.contains(&found.doc)
            };
            let expected: Vec<Occurrence> = all.iter().filter(wanted).copied().collect();
            assert_eq!(found(among), expected, "{matcher:?}");
        }
    }
}

#[test]
fn a_piece_stands_for_the_first_words_that_hold_it() {
    let letter = |number: usize, place: u32| {
        char::from(b'a' + u8::try_from(number / 26_usize.pow(place) % 26).unwrap())
    };
    let word = |number| {
        let letters: String = (0..4).rev().map(|place| letter(number, place)).collect();
        format!("qz{letters}")
    };
    let many: Vec<String> = (0..MAX_EXPANSIONS - 1).map(word).collect();
    let fixture = Fixture::new(&[
        ("many", &many.join(" ")),
        ("one more", &word(MAX_EXPANSIONS - 1)),
        ("too many", &word(MAX_EXPANSIONS)),
    ]);
    let piece = Slot { cut: CutOff::Both, ..Slot::whole("qz") };
    let mut found = Vec::new();
    let segments = fixture.reader.segments().unwrap();
    let lists = segments[0].lists(Zone::Body, &Matcher::Literal(vec![piece]), &|_| 1.0);
    segments[0].read(&lists.unwrap().unwrap(), Among::default(), &mut found).unwrap();
    let mut docs: Vec<DocId> = found.iter().map(|found| found.doc).collect();
    docs.dedup();
    assert_eq!(
        (fixture.titles(docs), MAX_EXPANSIONS),
        (vec!["many".to_owned(), "one more".to_owned()], 20_000)
    );
}

#[test]
fn links_are_found_whole_and_by_their_tokens() {
    let link = "github.com/owner/name";
    for matcher in [Matcher::Link(link.to_owned()), Matcher::UrlToken(link.to_owned())] {
        let find = |zone| {
            let matcher = matcher.clone();
            move |segment: &Segment<'_>, found: &mut Vec<Occurrence>| {
                let lists = segment.lists(zone, &matcher, &|_| 1.0)?;
                lists.map_or(Ok(()), |lists| segment.read(&lists, Among::default(), found))
            }
        };
        check(find(Zone::Link), &[("fourth", 1, 1.0)]);
        check(find(Zone::Body), &[]);
    }
}

#[test]
fn lengths_are_compared_with_the_average() {
    let fixture = fixture();
    let segments = fixture.reader.segments().unwrap();
    let length = |title: &str| segments[0].relative_length(Zone::Body, fixture.doc(title));
    assert!(length("third") > 1.0 && length("fourth") < 1.0);
    assert_eq!(segments[0].relative_length(Zone::Link, 0).to_bits(), 1.0_f32.to_bits());
    assert_eq!(segments[0].title_words(fixture.doc("first")), 1);
    assert!(segments[0].has_literal(Zone::Body, &["语", "言"]).unwrap());
    assert!(segments[0].has_piece(Zone::Body, "ytho").unwrap());
}
