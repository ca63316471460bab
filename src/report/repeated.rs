//! What a report says that its series repeats: hashes of its blocks, and the blocks that stand in every issue.

use std::collections::BTreeMap;

use super::item::RawItem;
use super::label::is_address;
use super::markdown::{Block, BlockKind};
use super::people;
use super::series::{Lesson, hash_of};

/// So many blocks at the beginning and at the end of a report are remembered: what every issue repeats stands there, and
/// a log of years must not be as long in the manifest as it is.
const MAX_REMEMBERED: usize = 200;
/// A label has at most this many characters.
const MAX_LABEL: usize = 16;
/// A line with so many links that stands once in a report leads on to other issues, whose numbers differ.
const MIN_NAVIGATION: usize = 2;
/// A block of fewer letters says nothing that could be repeated: a number, a dash.
const MIN_LETTERS: usize = 2;

/// So many sections of a file that say the same beside their items repeat it, as issues of a series do: a file may hold
/// the days of a year.
const MIN_SECTIONS: usize = 3;
/// What stands around a link to another issue has at most this many letters: its day, its number.
const MAX_AROUND_LINK: usize = 16;

/// Returns the blocks that say something, each with the hash of it.
fn hashed(blocks: &[Block]) -> Vec<(usize, u32)> {
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    for label in blocks.iter().filter_map(label) {
        *labels.entry(label).or_default() += 1;
    }
    // A label that one report repeats is a field of its items, however often the field says the same.
    let is_field = |block: &Block| label(block).is_some_and(|label| labels.get(label) > Some(&1));
    let says = |(_, block): &(usize, &Block)| {
        block.text.chars().filter(|c| c.is_alphabetic()).take(MIN_LETTERS).count() == MIN_LETTERS
            && block.kind != BlockKind::TableRow { head: true }
            && people::bylines(block).is_none()
            && !is_field(block)
    };
    let all: Vec<(usize, &Block)> = blocks.iter().enumerate().filter(says).collect();
    let end = all.len().saturating_sub(MAX_REMEMBERED).max(MAX_REMEMBERED);
    let ends = all.iter().take(MAX_REMEMBERED).chain(all.get(end..).unwrap_or_default());
    let mut leads: BTreeMap<u32, usize> = BTreeMap::new();
    for (_, block) in &all {
        *leads.entry(hash(block, Numbers::Same)).or_default() += 1;
    }
    let hash = |block: &Block| {
        let same = hash(block, Numbers::Same);
        let leads_on = block.links.len() >= MIN_NAVIGATION && leads.get(&same) == Some(&1);
        if leads_on { same } else { hash(block, Numbers::Own) }
    };
    ends.map(|(at, block)| (*at, hash(block))).collect()
}

/// What is made of the numbers in addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// They are as good as any others: the issue before and the one behind.
    Same,
    /// They are its own: two articles may have addresses that differ in nothing else.
    Own,
}

/// Names what a block says and where it leads. Numbers that a reader sees may differ.
fn hash(block: &Block, numbers: Numbers) -> u32 {
    let text = if is_address(block.text.trim()) { "" } else { block.text.as_str() };
    let places = block
        .links
        .iter()
        .filter(|link| text.is_empty() || link.shown.of(&block.text) != link.url)
        .map(|link| link.url.as_str());
    match numbers {
        Numbers::Own => hash_of(text, places),
        Numbers::Same => {
            let all: Vec<&str> = std::iter::once(text).chain(places).collect();
            hash_of(&all.join("\n"), [])
        }
    }
}

fn label(block: &Block) -> Option<&str> {
    let (label, _) = block.text.split_once(['：', ':'])?;
    let length = label.chars().take(MAX_LABEL + 1).count();
    (1..=MAX_LABEL).contains(&length).then_some(label.trim())
}

/// Marks the blocks that the series repeats; returns the hashes of all, sorted.
pub(super) fn mark(blocks: &mut [Block], lesson: &Lesson) -> Vec<u32> {
    let hashed = hashed(blocks);
    for (at, hash) in &hashed {
        blocks[*at].repeated = lesson.is_repeated(*hash);
    }
    let mut said: Vec<u32> = hashed.into_iter().map(|(_, hash)| hash).collect();
    said.sort_unstable();
    said.dedup();
    said
}

/// Takes the repeated blocks away that stand together at the beginning, behind the title, and at the end of a report:
/// they belong to no item, wherever its layout would put them.
pub(super) fn take_edges(blocks: &mut Vec<Block>) -> Vec<Block> {
    let is_edge = |block: &&Block| block.repeated || block.shows_nothing();
    let is_heading = |block: &Block| matches!(block.kind, BlockKind::Heading(_));
    let title = blocks.iter().position(is_heading).filter(|at| *at == 0).map_or(0, |_| 1);
    let head =
        blocks[title..].iter().take_while(is_edge).filter(|block| !is_heading(block)).count();
    let foot = blocks[title + head..].iter().rev().take_while(is_edge).count();
    let mut taken = blocks.split_off(blocks.len() - foot);
    taken.extend(blocks.drain(title..title + head));
    taken
}

/// Returns whether all that an item says is repeated.
fn is_repeated(item: &RawItem) -> bool {
    let mut all = item.title.iter().chain(&item.blocks).filter(|block| !block.shows_nothing());
    let is_all = |block: &Block| block.repeated || people::bylines(block).is_some();
    item.title.iter().chain(&item.blocks).any(|block| block.repeated) && all.all(is_all)
}

/// Takes the items away that say nothing new: all of it is repeated by the series or by the sections of the file, or it
/// leads to other issues of the report called `title`.
pub(super) fn take_items(items: &mut Vec<RawItem>, title: Option<&str>) -> Vec<RawItem> {
    let mut asides: BTreeMap<u32, usize> = BTreeMap::new();
    for item in items.iter().filter(|item| item.aside) {
        *asides.entry(hash_of_texts(item)).or_default() += 1;
    }
    let name = title.and_then(name_of_series);
    let is_again = |item: &RawItem| {
        item.aside && asides.get(&hash_of_texts(item)).is_some_and(|count| *count >= MIN_SECTIONS)
    };
    let leads_on = |item: &RawItem| name.is_some_and(|name| leads_to_issues(item, name));
    items.extract_if(.., |item| is_repeated(item) || is_again(item) || leads_on(item)).collect()
}

fn hash_of_texts(item: &RawItem) -> u32 {
    let texts: Vec<&str> = item.blocks.iter().map(|block| block.text.as_str()).collect();
    hash_of(&texts.join("\n"), [])
}

/// Returns what a title says before its number: `示例周刊#` of `示例周刊#12：标题`.
fn name_of_series(title: &str) -> Option<&str> {
    let end = title.find(|c: char| c.is_ascii_digit())?;
    let name = title[..end].trim();
    (name.chars().filter(|c| c.is_alphabetic()).count() >= MIN_LETTERS).then_some(name)
}

/// Returns whether all that an item says below its heading is links to issues of the series.
fn leads_to_issues(item: &RawItem, name: &str) -> bool {
    let blocks = item.blocks.iter().filter(|block| !block.shows_nothing());
    let is_issue = |block: &Block| {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        let shown = block.links.iter().map(|link| link.shown.of(&block.text));
        let around = letters(&block.text)
            - shown.clone().map(letters).sum::<usize>().min(letters(&block.text));
        !block.links.is_empty()
            && around <= MAX_AROUND_LINK
            && shown.map(str::trim).all(|text| {
                text.strip_prefix(name)
                    .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            })
    };
    blocks.clone().next().is_some() && blocks.clone().all(is_issue)
}
