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

#[test]
fn words_and_parts_are_found_with_how_often() {
    check(|segment, found| segment.word(Zone::Body, "python", found), &[("first", 2, 1.0)]);
    check(|segment, found| segment.word(Zone::Title, "python", found), &[]);
    let parts = ["language".to_owned(), "large".to_owned()];
    check(
        |segment, found| segment.parts(Zone::Body, &parts, found),
        &[("second", 1, 1.0), ("third", 1, 1.0)],
    );
}

#[test]
fn literals_are_adjacent_atoms() {
    let literal = |atoms: &'static [&'static str]| {
        let slots: Vec<Slot> = atoms.iter().map(|atom| Slot::whole(atom)).collect();
        move |segment: &Segment<'_>, found: &mut Vec<Occurrence>| {
            segment.literal(Zone::Body, &slots, &|_| 1.0, found)
        }
    };
    check(literal(&["python"]), &[("first", 2, 1.0)]);
    check(literal(&["large", "language"]), &[("second", 1, 1.0)]);
    check(literal(&["语", "言", "模"]), &[("third", 1, 1.0)]);
    check(literal(&["语", "模"]), &[]);
}

#[test]
fn pieces_are_weighed_by_their_word() {
    let piece = |cut: CutOff| {
        let slot = Slot { cut, ..Slot::whole("ython") };
        move |segment: &Segment<'_>, found: &mut Vec<Occurrence>| {
            let worth = |piece: Piece| if piece.word_length == 7 { 0.5 } else { 0.25 };
            segment.literal(Zone::Body, std::slice::from_ref(&slot), &worth, found)
        }
    };
    check(piece(CutOff::Both), &[("first", 1, 0.5), ("first", 2, 0.25)]);
    check(piece(CutOff::End), &[]);
    // A cut slot beside another is weighed once, for all that was typed.
    let slots = [Slot { cut: CutOff::Start, ..Slot::whole("rge") }, Slot::whole("language")];
    let worth = |piece: Piece| if piece.length == 11 { 0.5 } else { 0.25 };
    check(
        |segment, found| segment.literal(Zone::Body, &slots, &worth, found),
        &[("second", 1, 0.5)],
    );
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
    segments[0].literal(Zone::Body, &[piece], &|_| 1.0, &mut found).unwrap();
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
    check(|segment, found| segment.link(link, found), &[("fourth", 1, 1.0)]);
    check(|segment, found| segment.url_token(link, found), &[("fourth", 1, 1.0)]);
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
