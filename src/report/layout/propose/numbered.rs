//! Paragraphs, or loose entries of a list, that begin with a number.

use std::cmp::Reverse;

use super::section::{Entry, Proposal, Section, Sign, is_list_entry, is_own_paragraph, mostly};
use crate::report::layout::boilerplate::is_imprint;
use crate::report::markdown::{Block, BlockKind};
use crate::report::marker::{self, Style};

/// A section whose first number comes later than this many blocks is a text with points.
const MAX_INTRODUCTION_BLOCKS: usize = 3;
/// What stands under a number alone is a part of an essay if it has more characters than this on average.
const MAX_PART: usize = 350;
/// So many numbers of a writing make it that of the report: one may be anything.
const MIN_NUMBERS: usize = 2;
/// The same for signs and for writings of points inside items, which stand in essays too.
const MIN_POINTS: usize = 3;
/// A number may be so much higher than the next one would be: somebody left one out.
const MAX_SLIP: u32 = 1;
/// So many facts are an imprint; a single line with a colon may be a point.
const MIN_FACTS: usize = 2;
/// Writings that number items even where the report uses another one.
const OTHERS: [Style; 6] =
    [Style::Comma, Style::Dot, Style::Han, Style::Keycap, Style::Square, Style::Padded];

/// A number that may begin an item.
#[derive(Clone, Copy)]
struct Numbered {
    /// Index of the block.
    at: usize,
    number: u32,
}

/// The use of a writing of numbers.
struct Use {
    style: Style,
    count: usize,
    last: u32,
}

/// Finds how a report numbers its items: the writing used most, points inside items left aside.
pub(super) fn numbering(blocks: &[Block]) -> Option<Style> {
    let mut counts: Vec<Use> = Vec::new();
    for block in blocks.iter().filter(|block| is_own_paragraph(block)) {
        let Some(found) = marker::read(&block.text) else { continue };
        let at = counts.iter().position(|one| one.style == found.style).unwrap_or_else(|| {
            counts.push(Use { style: found.style, count: 0, last: 0 });
            counts.len() - 1
        });
        let one = &mut counts[at];
        if found.number <= 1 || (one.last..=one.last + 1 + MAX_SLIP).contains(&found.number) {
            one.count += 1;
            one.last = found.number;
        }
    }
    let enough = |one: &Use| {
        let is_point = one.style == Style::Sign || one.style.is_inner();
        one.count >= if is_point { MIN_POINTS } else { MIN_NUMBERS }
    };
    let most = |is_inner: bool| {
        let same = counts.iter().filter(|one| one.style.is_inner() == is_inner && enough(one));
        same.max_by_key(|one| (one.count, Reverse(one.style))).map(|one| one.style)
    };
    most(false).or_else(|| most(true))
}

/// Proposes items in the report's own writing of numbers, or in another that begins at one.
pub(super) fn propose(section: &Section<'_>) -> Option<Proposal> {
    let own = section.habits.style;
    let others = OTHERS.into_iter().filter(|style| own != Some(*style));
    own.into_iter().chain(others).find_map(|style| propose_in(section, style))
}

fn propose_in(section: &Section<'_>, style: Style) -> Option<Proposal> {
    let numbers: Vec<Numbered> = section
        .run
        .clone()
        .filter_map(|at| Some(Numbered { at, number: number_of(&section.blocks[at], style)? }))
        .collect();
    let first = *numbers.first()?;
    if !begins_items(section, &numbers, style) {
        return None;
    }
    let mut items = section.entries_from(&item_starts(section.blocks, &numbers));
    let imprint = take_imprint(section, &mut items);
    let linked = section.has_link_each(&items);
    if mostly(&items, |item| is_number_alone(section.first(item)))
        && counts_something_else(section, &items, first.at, linked)
    {
        return None;
    }
    Some(Proposal {
        sign: Sign::Number(style),
        items,
        rest: (section.run.start..first.at).chain(imprint).collect(),
        left_out: Vec::new(),
        linked,
    })
}

/// Takes the facts that stand in a list without numbers below a numbered one: they are about the section, who edited it or
/// where it is kept, and not points of the last item.
fn take_imprint(section: &Section<'_>, items: &mut [Entry]) -> Vec<usize> {
    let is_entry = |at: &usize, ordered: bool| {
        let block = &section.blocks[*at];
        is_list_entry(block)
            && matches!(block.kind, BlockKind::ListItem { number, .. } if number.is_some() == ordered)
    };
    let Some(last) = items.last_mut().filter(|last| is_entry(&last.blocks[0], true)) else {
        return Vec::new();
    };
    let begin = last.blocks.iter().position(|at| is_entry(at, false));
    let are_facts = |begin: &usize| {
        let facts = &last.blocks[*begin..];
        facts.len() >= MIN_FACTS && facts.iter().all(|at| is_imprint(&section.blocks[*at]))
    };
    begin.filter(are_facts).map_or_else(Vec::new, |begin| last.blocks.split_off(begin))
}

/// Returns the number of a block that may begin an item, in the writing asked for.
fn number_of(block: &Block, style: Style) -> Option<u32> {
    if is_own_paragraph(block) {
        let found = marker::read(&block.text).filter(|marker| marker.style == style)?;
        return Some(found.number);
    }
    match block.kind {
        BlockKind::ListItem { number: Some(number), depth: 1 }
            if !block.quoted && style == Style::Dot =>
        {
            u32::try_from(number).ok()
        }
        _ => None,
    }
}

/// Returns whether numbers begin items and not points of a text.
fn begins_items(section: &Section<'_>, numbers: &[Numbered], style: Style) -> bool {
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return false };
    let is_early = first.at - section.run.start <= MAX_INTRODUCTION_BLOCKS;
    let is_several = numbers.len() >= MIN_NUMBERS;
    if !numbers.iter().any(|one| is_own_paragraph(&section.blocks[one.at])) {
        // A list of Markdown: its numbers begin items only where text stands between its entries.
        let interrupted = (first.at..last.at).any(|at| section.blocks[at].depth == 0);
        return interrupted && is_several && is_early;
    }
    section.habits.style == Some(style) || is_several && first.number <= 1 && is_early
}

fn is_number_alone(block: &Block) -> bool {
    marker::read(&block.text).is_some_and(|marker| marker.end >= block.text.trim_end().len())
}

/// Returns whether numbers alone on their lines count quotes, or the parts of an essay.
fn counts_something_else(
    section: &Section<'_>,
    items: &[Entry],
    first: usize,
    linked: bool,
) -> bool {
    let listed = section.chars(items.iter().flat_map(|item| item.blocks.iter().copied()));
    let introduced = section.chars(section.run.start..first) > 0;
    introduced && !linked || listed > items.len() * MAX_PART
}

/// Leaves out the numbers of points inside an item: they begin at one again, and where they end the item's successor
/// follows.
fn item_starts(blocks: &[Block], numbers: &[Numbered]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut expected: Option<u32> = None;
    let mut at = 0;
    while let Some(one) = numbers.get(at) {
        if let Some(expected) = expected.filter(|expected| *expected > 1 && one.number == 1) {
            let points = points_inside(blocks, &numbers[at..], expected);
            if points > 0 {
                at += points;
                continue;
            }
        }
        starts.push(one.at);
        expected = Some(one.number + 1);
        at += 1;
    }
    starts
}

/// Counts how many of the numbers from one on are points inside an item before the number `expected`.
fn points_inside(blocks: &[Block], numbers: &[Numbered], expected: u32) -> usize {
    let counts_up = |pair: &[Numbered]| pair[1].number == pair[0].number + 1;
    let points = 1 + numbers.windows(2).take_while(|pair| counts_up(pair)).count();
    if numbers.get(points).is_some_and(|next| next.number == expected) {
        return points;
    }
    // As many points as items before them: they count on into the next item. A colon announces points.
    let first = numbers[0].at;
    let announced = first > 0 && blocks[first - 1].text.trim_end().ends_with(['：', ':']);
    let before = expected as usize - 1;
    if announced && before < points { before } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::outline::Outline;
    use crate::report::layout::propose::section::testing::{check, check_with};
    use crate::report::layout::propose::section::{Habits, Names};
    use crate::report::markdown::blocks;

    fn paragraphs(lines: &[&str]) -> String {
        lines.join("\n\n")
    }

    #[test]
    fn two_numbers_from_one_on_begin_items() {
        check(propose, "1、甲\n\n文\n\n2、乙\n", Some(&["1、甲", "2、乙"]));
        check(propose, "1、甲\n\n文\n", None);
        check(propose, "2、甲\n\n3、乙\n", None);
        check(propose, "0、甲\n\n1、乙\n", Some(&["0、甲", "1、乙"]));
    }

    #[test]
    fn the_writing_of_the_report_needs_no_second_number() {
        let habits = Habits { style: Some(Style::Comma), ..Habits::default() };
        check_with(propose, habits, "7、甲\n\n文\n", Some(&["7、甲"]));
        check_with(propose, habits, "7. 甲\n\n文\n", None);
    }

    #[test]
    fn items_begin_after_three_blocks_at_most() {
        let items = ["1、甲", "2、乙"];
        let after = |count: usize| paragraphs(&[&vec!["文"; count][..], &items].concat());
        check(propose, &after(MAX_INTRODUCTION_BLOCKS), Some(&items));
        check(propose, &after(MAX_INTRODUCTION_BLOCKS + 1), None);
    }

    #[test]
    fn a_list_of_markdown_is_numbered_items_only_where_text_stands_between() {
        check(propose, "1. 甲\n2. 乙\n", None);
        check(propose, "1. 甲\n\n文\n\n2. 乙\n", Some(&["甲", "乙"]));
        let imprint = "1. 甲\n\n文\n\n2. 乙\n\n- 编辑：丙\n- 存档：丁\n";
        let blocks = blocks(imprint, 0);
        let names = Names::of(&Outline::of(&blocks, None));
        let habits = Habits::default();
        let section = Section { blocks: &blocks, run: 0..blocks.len(), habits, names: &names };
        assert_eq!(propose(&section).unwrap().rest, [3, 4]);
    }

    #[test]
    fn numbers_alone_count_quotes_or_parts_of_an_essay() {
        let part = |length: usize| {
            let text = "长".repeat(length);
            paragraphs(&["1、", &text, "2、", &text])
        };
        // The number and its sign count, too.
        check(propose, &part(MAX_PART - 2), Some(&["1、", "2、"]));
        check(propose, &part(MAX_PART - 1), None);
        check(propose, "引言\n\n1、\n\n甲\n\n2、\n\n乙\n", None);
        check(
            propose,
            "引言\n\n1、\n\n[甲](http://a.b)\n\n2、\n\n[乙](http://a.c)\n",
            Some(&["1、", "2、"]),
        );
    }

    #[test]
    fn points_inside_an_item_are_part_of_it() {
        let text = paragraphs(&["1、甲", "1、点", "2、点", "3、点", "2、乙"]);
        check(propose, &text, Some(&["1、甲", "2、乙"]));
        // They count on into the next item.
        let text = paragraphs(&["1、甲", "2、乙：", "1、点", "2、点", "3、丙", "4、丁"]);
        check(propose, &text, Some(&["1、甲", "2、乙：", "3、丙", "4、丁"]));
        // Without a colon, or without a number behind them, a count begins anew.
        for again in [
            ["1、甲", "2、乙", "1、丙", "2、丁", "3、戊"].as_slice(),
            &["1、甲", "2、乙：", "1、丙", "2、丁"],
        ] {
            check(propose, &paragraphs(again), Some(again));
        }
    }

    #[track_caller]
    fn check_numbering(lines: &[&str], expected: Option<Style>) {
        assert_eq!(numbering(&blocks(&paragraphs(lines), 0)), expected, "{lines:?}");
    }

    #[test]
    fn the_writing_used_most_is_that_of_the_report() {
        check_numbering(&["1、甲", "2、乙", "文", "1. 丙"], Some(Style::Comma));
        check_numbering(&["1、甲"], None);
        check_numbering(&["1、甲", "3、乙"], Some(Style::Comma));
        check_numbering(&["1、甲", "4、乙"], None);
        check_numbering(&["（1）甲", "（2）乙"], None);
        check_numbering(&["（1）甲", "（2）乙", "（3）丙"], Some(Style::Bracketed));
        check_numbering(&["（1）甲", "（2）乙", "（3）丙", "1、丁", "2、戊"], Some(Style::Comma));
        check_numbering(&["🔹甲", "🔹乙"], None);
        check_numbering(&["🔹甲", "🔹乙", "🔹丙"], Some(Style::Sign));
    }
}
