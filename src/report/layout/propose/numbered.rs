//! Paragraphs, or loose entries of a list, that begin with a number.

use std::cmp::Reverse;

use super::{Entry, Proposal, Section, Sign, is_own_paragraph, mostly};
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
    let items = section.entries_from(&item_starts(section.blocks, &numbers));
    let linked = section.has_link_each(&items);
    if mostly(&items, |item| is_number_alone(section.first(item)))
        && counts_something_else(section, &items, first.at, linked)
    {
        return None;
    }
    Some(Proposal {
        sign: Sign::Number(style),
        items,
        rest: (section.run.start..first.at).collect(),
        left_out: Vec::new(),
        linked,
    })
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
