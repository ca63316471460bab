//! The blocks below one heading to items, where they divide: numbered paragraphs, lists, tables, bold lead-ins.

use std::ops::Range;

use crate::report::markdown::{Block, BlockKind};
use crate::report::marker::{self, Style};

/// How blocks divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SplitKind {
    /// Paragraphs or loose list entries that begin with a number.
    Numbered(Style),
    /// Entries of a list.
    List,
    /// Rows of a table.
    Table,
    /// Paragraphs that begin with bold words.
    Leads,
    /// What stands between two rules.
    Ruled,
}

/// One item found in a run of blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// A list entry above it that only names a group.
    pub(super) group: Option<usize>,
    /// Its blocks, the one that begins it first.
    pub(super) blocks: Vec<usize>,
}

/// A run of blocks, divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) kind: SplitKind,
    pub(super) entries: Vec<Entry>,
    /// Blocks that belong to the heading and to no item.
    pub(super) rest: Vec<usize>,
    /// Rows that name columns.
    pub(super) heads: Vec<usize>,
    /// Whether most items have a link.
    pub(super) linked: bool,
}

/// What is known about the whole report when a run is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Habits {
    /// How the report numbers its items.
    pub(super) style: Option<Style>,
    /// Other lists of the report are items.
    pub(super) lists: bool,
    /// The report is nothing but lists: entries need no link.
    pub(super) only_lists: bool,
}

/// A run whose first number comes later than this many blocks is a text with points.
const MAX_INTRODUCTION_BLOCKS: usize = 3;
/// Words that introduce an entry are not longer than this many characters.
const MAX_LEAD: usize = 40;
/// A list entry that only names a group is not longer than this many characters.
const MAX_GROUP: usize = 30;
/// What stands under a number alone is a part of an essay if it has more characters than this on average.
const MAX_PART: usize = 350;
/// Bold words lead in items that are not longer than this many characters on average.
const MAX_LED: usize = 600;

/// Finds how a report numbers its items: the writing used most, points inside items left aside.
pub(super) fn numbering(blocks: &[Block]) -> Option<Style> {
    let mut counts: Vec<(Style, usize, u32)> = Vec::new();
    for block in blocks.iter().filter(|block| is_own_paragraph(block)) {
        let Some(found) = marker::read(&block.text) else { continue };
        let at = counts.iter().position(|(style, ..)| *style == found.style).unwrap_or_else(|| {
            counts.push((found.style, 0, 0));
            counts.len() - 1
        });
        let (_, count, last) = &mut counts[at];
        // A number counts if it begins or goes on; a gap of one is a slip.
        if found.number <= 1 || (*last..=*last + 2).contains(&found.number) {
            *count += 1;
            *last = found.number;
        }
    }
    let enough = |style: &Style, count: usize| count >= if *style == Style::Sign { 3 } else { 2 };
    let outer =
        counts.iter().filter(|(style, count, _)| !style.is_inner() && enough(style, *count));
    let inner = counts.iter().filter(|(style, count, _)| style.is_inner() && *count >= 3);
    let most = |counts: &mut dyn Iterator<Item = &(Style, usize, u32)>| {
        counts
            .max_by_key(|(style, count, _)| (*count, std::cmp::Reverse(*style)))
            .map(|(style, ..)| *style)
    };
    most(&mut outer.into_iter()).or_else(|| most(&mut inner.into_iter()))
}

fn is_own_paragraph(block: &Block) -> bool {
    block.kind == BlockKind::Paragraph && block.depth == 0 && !block.quoted
}

/// Divides a run of blocks, if it divides.
pub(super) fn split(blocks: &[Block], run: Range<usize>, habits: Habits) -> Option<Split> {
    if run.is_empty() {
        return None;
    }
    numbered(blocks, &run, habits)
        .or_else(|| table(blocks, &run, habits))
        .or_else(|| list(blocks, &run, habits))
        .or_else(|| leads(blocks, &run))
        .or_else(|| ruled(blocks, &run))
}

/// Number of a block that may begin a numbered item, in the writing asked for.
fn number_of(block: &Block, style: Style) -> Option<u32> {
    if is_own_paragraph(block) {
        return marker::read(&block.text)
            .filter(|marker| marker.style == style)
            .map(|marker| marker.number);
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

fn numbered(blocks: &[Block], run: &Range<usize>, habits: Habits) -> Option<Split> {
    let mut styles: Vec<Style> = habits.style.into_iter().collect();
    let others =
        [Style::Comma, Style::Dot, Style::Han, Style::Keycap, Style::Square, Style::Padded];
    styles.extend(others.into_iter().filter(|style| habits.style != Some(*style)));
    styles.into_iter().find_map(|style| numbered_in(blocks, run, style, habits))
}

fn numbered_in(
    blocks: &[Block],
    run: &Range<usize>,
    style: Style,
    habits: Habits,
) -> Option<Split> {
    let numbers: Vec<(usize, u32)> =
        run.clone().filter_map(|index| Some((index, number_of(&blocks[index], style)?))).collect();
    let (first, first_number) = *numbers.first()?;
    let paragraphs = numbers.iter().filter(|(index, _)| is_own_paragraph(&blocks[*index])).count();
    if paragraphs == 0 {
        // A list of Markdown: its numbers begin items only where text stands between its entries.
        let last = numbers.last()?.0;
        let interrupted = (first..last).any(|index| blocks[index].depth == 0);
        if !interrupted || numbers.len() < 2 || first - run.start > MAX_INTRODUCTION_BLOCKS {
            return None;
        }
    } else if habits.style != Some(style) {
        let begins = first_number <= 1 && first - run.start <= MAX_INTRODUCTION_BLOCKS;
        if numbers.len() < 2 || !begins {
            return None;
        }
    }
    let starts = item_starts(blocks, &numbers);
    let entries = starts
        .iter()
        .enumerate()
        .map(|(at, start)| {
            let end = starts.get(at + 1).copied().unwrap_or(run.end);
            Entry { group: None, blocks: (*start..end).collect() }
        })
        .collect::<Vec<_>>();
    // Numbers alone on their lines count quotes, or the parts of an essay.
    let alone = |entry: &Entry| {
        let first = &blocks[entry.blocks[0]];
        marker::read(&first.text).is_some_and(|marker| marker.end >= first.text.trim_end().len())
    };
    if mostly(&entries, alone) {
        let listed = chars(blocks, entries.iter().flat_map(|entry| entry.blocks.iter().copied()));
        let introduced = chars(blocks, run.start..first) > 0;
        if introduced && !has_link_each(blocks, &entries) || listed > entries.len() * MAX_PART {
            return None;
        }
    }
    let linked = has_link_each(blocks, &entries);
    Some(Split {
        kind: SplitKind::Numbered(style),
        entries,
        rest: (run.start..first).collect(),
        heads: Vec::new(),
        linked,
    })
}

/// Leaves out the numbers of points inside an item: they begin at one again, and where they end the item's successor
/// follows.
fn item_starts(blocks: &[Block], numbers: &[(usize, u32)]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut expected = None;
    let mut at = 0;
    while let Some(&(index, number)) = numbers.get(at) {
        if let Some(expected) = expected.filter(|expected| *expected > 1 && number == 1) {
            let counts_up = |pair: &[(usize, u32)]| pair[1].1 == pair[0].1 + 1;
            let points = 1 + numbers[at..].windows(2).take_while(|pair| counts_up(pair)).count();
            if numbers.get(at + points).is_some_and(|(_, next)| *next == expected) {
                at += points;
                continue;
            }
            // As many points as items before them: they count on into the next item. A colon announces points.
            let announced = index > 0 && blocks[index - 1].text.trim_end().ends_with(['：', ':']);
            let before = expected as usize - 1;
            if announced && before < points {
                at += before;
                continue;
            }
        }
        starts.push(index);
        expected = Some(number + 1);
        at += 1;
    }
    starts
}

fn has_link_each(blocks: &[Block], entries: &[Entry]) -> bool {
    mostly(entries, |entry| has_link(blocks, &entry.blocks))
}

fn mostly<T>(all: &[T], is: impl Fn(&T) -> bool) -> bool {
    all.iter().filter(|one| is(one)).count() * 10 >= all.len() * 6
}

/// Tells whether a block has a link that leads out of the file.
pub(super) fn leads_out(block: &Block) -> bool {
    block.links.iter().any(|link| !link.url.starts_with('#') && !link.url.is_empty())
}

fn has_link(blocks: &[Block], indices: &[usize]) -> bool {
    indices.iter().any(|index| leads_out(&blocks[*index]))
}

/// Tells whether a block is a line of a table of contents: it leads to a place in the file.
pub(super) fn is_contents(block: &Block) -> bool {
    !block.links.is_empty() && block.links.iter().all(|link| link.url.starts_with('#'))
}

fn chars(blocks: &[Block], indices: impl IntoIterator<Item = usize>) -> usize {
    indices.into_iter().map(|index| blocks[index].text.chars().count()).sum()
}

fn is_list_entry(block: &Block) -> bool {
    matches!(block.kind, BlockKind::ListItem { depth: 1, .. }) && !block.quoted
}

/// Bold words that a colon or the end of the line follows.
fn is_led(block: &Block) -> bool {
    let Some((lead, rest)) = block.text.split_at_checked(block.lead) else { return false };
    let count = lead.chars().take(MAX_LEAD + 1).count();
    let inner = marker::read(lead).is_some_and(|marker| marker.style.is_inner());
    let is_link =
        block.links.iter().any(|link| link.shown.end <= block.lead && !link.shown.is_empty());
    (1..=MAX_LEAD).contains(&count)
        && !inner
        && (is_link
            || lead.ends_with(['：', ':'])
            || rest.trim_start().starts_with(['：', ':', '-', '—', '–']))
}

fn list(blocks: &[Block], run: &Range<usize>, habits: Habits) -> Option<Split> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut rest = Vec::new();
    let mut heads = Vec::new();
    for index in run.clone() {
        let block = &blocks[index];
        if block.depth == 0 || block.quoted && entries.is_empty() {
            rest.push(index);
        } else if is_list_entry(block) || entries.is_empty() {
            entries.push(Entry { group: None, blocks: vec![index] });
        } else if let Some(entry) = entries.last_mut() {
            entry.blocks.push(index);
        }
    }
    // A list of the other kind below is about the section: who edited it, where it is kept.
    let ordered = |entry: &Entry| {
        matches!(blocks[entry.blocks[0]].kind, BlockKind::ListItem { number: Some(_), .. })
    };
    if let Some(first) = entries.first().map(ordered) {
        let other = entries.iter().position(|entry| ordered(entry) != first);
        let same = other.unwrap_or(entries.len());
        if same >= 2 && entries[same..].iter().all(|entry| ordered(entry) != first) && first {
            rest.extend(entries.drain(same..).flat_map(|entry| entry.blocks));
        }
    }
    // Contents of the file are no items.
    entries.retain(|entry| {
        let contents = entry.blocks.iter().all(|index| is_contents(&blocks[*index]));
        if contents {
            heads.extend(&entry.blocks);
        }
        !contents
    });
    let listed = chars(blocks, entries.iter().flat_map(|entry| entry.blocks.iter().copied()));
    let beside = chars(blocks, rest.iter().copied());
    let entries = ungroup(blocks, entries);
    let ordered = ordered(entries.first()?);
    let all = entries.len();
    let linked = has_link_each(blocks, &entries);
    let led = mostly(&entries, |entry| is_led(&blocks[entry.blocks[0]]));
    let many = all >= 2 || habits.lists;
    let share = |of_ten: usize| listed * 10 >= (listed + beside) * of_ten;
    let is_items = habits.only_lists
        || many && (linked || led && all >= 3) && share(5)
        || many && (ordered || habits.lists) && share(8) && listed >= all * 4;
    is_items.then_some(Split { kind: SplitKind::List, entries, rest, heads, linked })
}

/// Opens entries that only name a group of linked entries below them.
fn ungroup(blocks: &[Block], entries: Vec<Entry>) -> Vec<Entry> {
    let mut flat = Vec::new();
    for entry in entries {
        let first = entry.blocks[0];
        let inner: Vec<usize> = entry.blocks[1..]
            .iter()
            .copied()
            .filter(|index| matches!(blocks[*index].kind, BlockKind::ListItem { depth: 2, .. }))
            .collect();
        let short = blocks[first].text.chars().take(MAX_GROUP + 1).count() <= MAX_GROUP;
        let names_group = is_list_entry(&blocks[first])
            && blocks[first].links.is_empty()
            && short
            && inner.first() == entry.blocks.get(1)
            && inner.len() >= 2
            && mostly(&inner, |index| leads_out(&blocks[*index]));
        if !names_group {
            flat.push(entry);
            continue;
        }
        for (at, start) in inner.iter().enumerate() {
            let end = inner.get(at + 1).copied().unwrap_or(usize::MAX);
            let own = entry.blocks.iter().copied().filter(|index| (*start..end).contains(index));
            flat.push(Entry { group: Some(first), blocks: own.collect() });
        }
    }
    flat
}

fn table(blocks: &[Block], run: &Range<usize>, habits: Habits) -> Option<Split> {
    let mut entries = Vec::new();
    let mut heads = Vec::new();
    let mut rest = Vec::new();
    for index in run.clone() {
        match blocks[index].kind {
            BlockKind::TableRow { head: true } => heads.push(index),
            BlockKind::TableRow { head: false } => {
                entries.push(Entry { group: None, blocks: vec![index] });
            }
            _ => rest.push(index),
        }
    }
    let listed = chars(blocks, entries.iter().map(|entry| entry.blocks[0]));
    let beside = chars(blocks, rest.iter().copied());
    let linked = entries.iter().filter(|entry| leads_out(&blocks[entry.blocks[0]])).count() * 2
        >= entries.len();
    let is_items = entries.len() >= 2 && (linked || habits.only_lists) && listed >= beside;
    is_items.then_some(Split { kind: SplitKind::Table, entries, rest, heads, linked })
}

fn leads(blocks: &[Block], run: &Range<usize>) -> Option<Split> {
    let led: Vec<usize> = run
        .clone()
        .filter(|index| is_own_paragraph(&blocks[*index]) && is_led(&blocks[*index]))
        .collect();
    let paragraphs = run.clone().filter(|index| is_own_paragraph(&blocks[*index])).count();
    let first = *led.first()?;
    let total = chars(blocks, run.clone());
    if led.len() < 3
        || led.len() * 10 < paragraphs * 6
        || first - run.start > 1
        || total > led.len() * MAX_LED
    {
        return None;
    }
    let entries: Vec<Entry> = led
        .iter()
        .enumerate()
        .map(|(at, start)| {
            let end = led.get(at + 1).copied().unwrap_or(run.end);
            Entry { group: None, blocks: (*start..end).collect() }
        })
        .collect();
    let linked = has_link_each(blocks, &entries);
    Some(Split {
        kind: SplitKind::Leads,
        entries,
        rest: (run.start..first).collect(),
        heads: Vec::new(),
        linked,
    })
}

/// Items between rules: short, and most with a link.
fn ruled(blocks: &[Block], run: &Range<usize>) -> Option<Split> {
    let mut starts: Vec<usize> = run.clone().filter(|index| blocks[*index].ruled).collect();
    if starts.len() < 2 {
        return None;
    }
    if starts[0] != run.start {
        starts.insert(0, run.start);
    }
    let entries: Vec<Entry> = starts
        .iter()
        .enumerate()
        .map(|(at, start)| {
            let end = starts.get(at + 1).copied().unwrap_or(run.end);
            Entry { group: None, blocks: (*start..end).collect() }
        })
        .collect();
    let linked = has_link_each(blocks, &entries);
    let short = chars(blocks, run.clone()) <= entries.len() * MAX_LED;
    (linked && short).then_some(Split {
        kind: SplitKind::Ruled,
        entries,
        rest: Vec::new(),
        heads: Vec::new(),
        linked,
    })
}
