//! A whole file as one item.

use super::divisions::Divisions;
use super::headings::LEVELS;
use super::section::{Proposal, is_share};
use crate::report::item::{RawItem, tidy_title};
use crate::report::layout::boilerplate::is_chapter;
use crate::report::layout::laid_out::{LaidOut, join};
use crate::report::layout::outline::{Node, Outline, heading_level};
use crate::report::markdown::Block;
use crate::report::model::Layout;
use crate::report::series::Traits;
use crate::text::ByteSpan;

/// Blocks at the beginning of a page that may hold its title and its date.
const HEAD_BLOCKS: usize = 4;
/// So many headings that are called as chapters are make an article: one may be a section of any report.
const MIN_CHAPTERS: usize = 2;
/// At least so many of ten headings of an article are called as chapters are.
const CHAPTERS_OF_TEN: usize = 4;
/// Where less than so many hundredths of a text divide into items, they are the references of an article.
const DIVIDED_OF_HUNDRED: usize = 15;

/// Proposes a page where headings are chapters: at the outermost level that has several headings, two are called as
/// chapters are.
pub(crate) fn propose_article(outline: &Outline<'_>) -> Option<String> {
    let nodes = outline.root.all();
    let of_level =
        |level: u8| nodes.iter().copied().filter(move |node: &&Node| node.level == level);
    let level = LEVELS.clone().find(|level| of_level(*level).count() >= MIN_CHAPTERS)?;
    let chapters = of_level(level).filter(|node| is_chapter(outline.name(node))).count();
    let is_article =
        chapters >= MIN_CHAPTERS && is_share(chapters, of_level(level).count(), CHAPTERS_OF_TEN);
    is_article.then(|| "its headings are the chapters of an article".to_owned())
}

/// Proposes a page where what divides is only a small part of the text: the references of an article, say.
pub(crate) fn propose_with_list(outline: &Outline<'_>, divisions: &Divisions) -> Option<String> {
    if divisions.all().any(Proposal::is_numbered) {
        return None;
    }
    let all = outline.chars(outline.begin..outline.blocks.len());
    let items = divisions.all().flat_map(|own| &own.items);
    let divided = outline.chars(items.flat_map(|item| item.blocks.iter().copied()));
    (divided * 100 < all * DIVIDED_OF_HUNDRED)
        .then(|| "an article; only a small part of it is a list".to_owned())
}

/// Makes one item of all blocks.
pub(crate) fn lay_out(mut blocks: Vec<Block>, reason: String) -> LaidOut {
    let beginning = &blocks[..blocks.len().min(HEAD_BLOCKS)];
    let head = join(beginning);
    let at = beginning.iter().position(|block| heading_level(block).is_some());
    let spans: Vec<ByteSpan> = blocks.iter().map(|block| block.span).collect();
    let start = spans.first().map_or(0, |span| span.start);
    let title = at.map(|at| blocks.remove(at));
    let is_empty =
        title.is_none() && blocks.iter().all(|block| block.is_blank() && block.links.is_empty());
    let name = title.as_ref().map(|title| tidy_title(&title.text)).filter(|name| !name.is_empty());
    let item = RawItem { title, blocks, start, spans, ..RawItem::default() };
    LaidOut {
        layout: Layout::Page,
        reason,
        head,
        title: name,
        items: if is_empty { Vec::new() } else { vec![item] },
        left: Vec::new(),
        traits: Traits::default(),
    }
}
