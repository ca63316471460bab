//! What stands before the first section: it speaks of the report itself, or is an item.

use super::boilerplate::{is_about_itself, is_caption, may_be_about_itself};
use super::choose::Plan;
use super::laid_out::Left;
use super::outline::heading_level;
use super::propose::Names;
use crate::report::item::RawItem;
use crate::report::left_out::Reason;
use crate::report::markdown::Block;
use crate::report::people::{self, Person};

/// An introduction of fewer characters than this says nothing to search for.
pub(super) const MIN_INTRODUCTION: usize = 80;
/// The same before items that have contributors or links of their own, where a motto often stands.
const MIN_LABELLED_INTRODUCTION: usize = 200;
/// Fewer entries may happen to be called as headings are.
const MIN_CONTENTS: usize = 2;
/// A block of up to so many letters only says that the text ends.
const MAX_END: usize = 2;

/// The head of a report.
#[derive(Default)]
pub(super) struct Head {
    pub(super) item: Option<RawItem>,
    pub(super) left: Vec<Left>,
    /// Whom it names as those who made the report.
    pub(super) people: Vec<Person>,
}

/// The blocks of a head by what they say.
#[derive(Default)]
struct Sorted<'b> {
    /// Headings, the title among them.
    titles: Vec<&'b Block>,
    /// Those that say something of their own.
    texts: Vec<&'b Block>,
    /// Those that speak of the report.
    about: Vec<&'b Block>,
    pictures: Vec<&'b Block>,
    /// Those that name people.
    bylines: Vec<&'b Block>,
    /// Those that only name the headings of the report.
    contents: Vec<&'b Block>,
}

/// Returns the index one past the last block before the first section.
pub(super) fn end(plan: &Plan<'_>) -> usize {
    let root = &plan.outline.root;
    let first = plan.divisions.own(root).and_then(|own| own.items.first()?.blocks.first().copied());
    first.unwrap_or(root.own.end).max(plan.outline.begin)
}

/// Makes an item of the head if it says enough; else it is left out.
pub(super) fn read(plan: &Plan<'_>) -> Head {
    let mut sorted = Sorted::default();
    sort_beginning(plan, &mut sorted);
    sort_own(plan, &mut sorted);
    let Sorted { mut titles, texts, mut about, pictures, bylines, contents: listed } = sorted;
    let mut item = None;
    if is_item(plan, &texts) {
        let title = plan.outline.title.map(|at| &plan.outline.blocks[at]);
        let title = title.filter(|title| !title.is_blank());
        titles.retain(|block| title.is_none_or(|title| title.span != block.span));
        let mut blocks: Vec<&Block> = texts.into_iter().chain(pictures).collect();
        blocks.sort_by_key(|block| block.span.start);
        // The heading stays what it is: only its words name the item.
        let title =
            title.map(|title| Block { images: Vec::new(), forms: Vec::new(), ..title.clone() });
        item = Some(RawItem { title, ..RawItem::of_blocks(&blocks) });
    } else {
        about.extend(texts);
    }
    let (contents, about): (Vec<&Block>, Vec<&Block>) =
        about.into_iter().partition(|block| block.is_contents());
    let left = |blocks: Vec<&Block>, reason: Reason| {
        blocks.into_iter().map(|block| Left { block: block.clone(), reason }).collect::<Vec<_>>()
    };
    let mut all = left(titles, Reason::Title);
    all.extend(Left::shown(contents.into_iter().chain(listed), Reason::Contents));
    all.extend(Left::shown(about, Reason::Introduction));
    let people = bylines.iter().filter_map(|block| people::bylines(block)).flatten().collect();
    all.extend(Left::shown(bylines, Reason::Byline));
    Head { item, left: all, people }
}

fn is_item(plan: &Plan<'_>, texts: &[&Block]) -> bool {
    let length: usize = texts.iter().map(|block| block.text.chars().count()).sum();
    if plan.is_labelled() {
        return length >= MIN_LABELLED_INTRODUCTION;
    }
    length >= MIN_INTRODUCTION || texts.iter().any(|block| is_caption(block))
}

/// Sorts the blocks up to the title.
fn sort_beginning<'b>(plan: &Plan<'b>, sorted: &mut Sorted<'b>) {
    let outline = &plan.outline;
    for (at, block) in outline.blocks[..outline.begin].iter().enumerate() {
        if Some(at) == outline.title || heading_level(block).is_some() {
            sorted.titles.push(block);
        } else if people::bylines(block).is_some() {
            sorted.bylines.push(block);
        } else if plan.is_labelled() || may_be_about_itself(block) && !is_caption(block) {
            sorted.about.push(block);
        } else {
            sorted.texts.push(block);
        }
    }
}

/// Sorts the blocks between the title and the first section.
fn sort_own<'b>(plan: &Plan<'b>, sorted: &mut Sorted<'b>) {
    let root = &plan.outline.root;
    let own: Vec<usize> = match plan.divisions.own(root) {
        Some(own) => own.rest.iter().copied().filter(|at| *at < end(plan)).collect(),
        None => root.own.clone().collect(),
    };
    let (contents, own): (Vec<usize>, Vec<usize>) = parted(plan, own);
    sorted.contents = contents.into_iter().map(|at| &plan.outline.blocks[at]).collect();
    let mut unsure: Vec<&Block> = Vec::new();
    // Once the text has begun, a word such as 订阅 is part of it.
    let mut begun = false;
    for block in own.into_iter().map(|at| &plan.outline.blocks[at]) {
        if block.is_blank() {
            sorted.pictures.push(block);
        } else if people::bylines(block).is_some() {
            sorted.bylines.push(block);
        } else if is_caption(block) || begun && !is_end(block) {
            sorted.texts.push(block);
        } else if is_about_itself(block) {
            sorted.about.push(block);
        } else if may_be_about_itself(block) {
            unsure.push(block);
        } else {
            begun = true;
            sorted.texts.push(block);
        }
    }
    if begun { sorted.texts.append(&mut unsure) } else { sorted.about.append(&mut unsure) }
}

/// Parts a table of contents from the rest: a list most of whose entries say what headings say. The others may only say it
/// in other words.
fn parted(plan: &Plan<'_>, own: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    let block = |at: &usize| &plan.outline.blocks[*at];
    let (listed, others): (Vec<usize>, Vec<usize>) =
        own.iter().copied().partition(|at| block(at).depth > 0 && !block(at).leads_out());
    if listed.len() < MIN_CONTENTS {
        return (Vec::new(), own);
    }
    let names = Names::of(&plan.outline);
    let repeated = listed.iter().filter(|at| names.repeat(block(at))).count();
    if repeated * 2 > listed.len() { (listed, others) } else { (Vec::new(), own) }
}

/// Returns whether a block only says that the text ends.
fn is_end(block: &Block) -> bool {
    block.text.chars().filter(|c| c.is_alphanumeric()).count() <= MAX_END
}
