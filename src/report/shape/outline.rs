//! Headings to a tree, each with the blocks right below it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::split::Split;
use crate::report::markdown::{Block, BlockKind};
use crate::report::marker;

/// Level of a line that is no heading of Markdown and serves as one: bold, bracketed or numbered, above a list.
pub(super) const PSEUDO_LEVEL: u8 = 7;
/// Such a line is not longer than this many characters.
const MAX_PSEUDO: usize = 24;

/// A heading and what stands below it.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Index of the heading's block; `None` for the whole.
    pub(super) heading: Option<usize>,
    /// 0 for the whole.
    pub(super) level: u8,
    /// Blocks before the next heading.
    pub(super) own: Range<usize>,
    /// Headings below it.
    pub(super) children: Vec<Node>,
    /// How its own blocks divide into items, if they do.
    pub(super) split: Option<Split>,
}

pub(super) fn heading_level(block: &Block) -> Option<u8> {
    match block.kind {
        BlockKind::Heading(level) => Some(level),
        _ => None,
    }
}

impl Node {
    /// Builds the tree of `blocks[from..]`.
    pub(super) fn of(blocks: &[Block], from: usize) -> Self {
        let mut open = vec![Self { own: from..from, ..Self::default() }];
        for (index, block) in blocks.iter().enumerate().skip(from) {
            if let Some(level) = heading_level(block) {
                close(&mut open, level);
                let own = index + 1..index + 1;
                open.push(Self { heading: Some(index), level, own, ..Self::default() });
            } else if let Some(node) = open.last_mut() {
                node.own.end = index + 1;
            }
        }
        close(&mut open, 1);
        open.pop().unwrap_or_default()
    }

    /// Returns every node, itself first, in reading order.
    pub(super) fn all(&self) -> Vec<&Self> {
        let mut nodes = vec![self];
        for child in &self.children {
            nodes.extend(child.all());
        }
        nodes
    }

    /// Does something to every node.
    pub(super) fn for_each(&mut self, act: &mut impl FnMut(&mut Self)) {
        act(self);
        for child in &mut self.children {
            child.for_each(act);
        }
    }

    /// Tells whether the blocks of any heading below divide into items.
    pub(super) fn splits(&self) -> bool {
        self.split.is_some() || self.children.iter().any(Self::splits)
    }

    /// One past its last block.
    pub(super) fn end(&self) -> usize {
        self.children.last().map_or(self.own.end, Self::end)
    }

    /// Every block below its heading.
    pub(super) fn below(&self) -> Range<usize> {
        self.own.start..self.end()
    }
}

/// Closes headings that are not above `level`.
fn close(open: &mut Vec<Node>, level: u8) {
    while open.len() > 1 && open.last().is_some_and(|node| node.level >= level) {
        if let (Some(done), Some(above)) = (open.pop(), open.last_mut()) {
            above.children.push(done);
        }
    }
}

/// Makes headings of the lines that serve as headings: short, bold or in brackets or numbered in Chinese, and right
/// above a list or a number.
pub(super) fn promote(blocks: &mut [Block]) {
    let stands_above = |next: &Block| {
        next.depth == 1 && matches!(next.kind, BlockKind::ListItem { .. })
            || next.depth == 0
                && next.kind == BlockKind::Paragraph
                && marker::read(&next.text)
                    .is_some_and(|marker| marker.number <= 1 && !marker.style.is_inner())
    };
    let candidates: BTreeSet<usize> = blocks
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| serves_as_heading(&pair[0]) && stands_above(&pair[1]))
        .map(|(index, _)| index)
        .collect();
    // A single one is more likely a sentence that introduces a list.
    if candidates.len() < 2 {
        return;
    }
    // Brackets are used for nothing else: the section below may be of another kind.
    let brackets = candidates.iter().any(|index| is_bracketed(&blocks[*index].text));
    for (index, block) in blocks.iter_mut().enumerate() {
        let same = brackets && serves_as_heading(block) && is_bracketed(&block.text);
        if same || candidates.contains(&index) {
            block.kind = BlockKind::Heading(PSEUDO_LEVEL);
        }
    }
}

fn is_bracketed(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('【') && text.ends_with('】')
}

fn serves_as_heading(block: &Block) -> bool {
    let text = block.text.trim();
    let is_short = text.chars().take(MAX_PSEUDO + 1).count() <= MAX_PSEUDO;
    if block.kind != BlockKind::Paragraph
        || block.depth > 0
        || block.quoted
        || !is_short
        || text.contains('\n')
    {
        return false;
    }
    let plain = !text.contains(['。', '，', '；', '！', '？']) && block.links.is_empty();
    let bold = block.lead > 0 && block.lead >= text.len();
    let bracketed = is_bracketed(text);
    let numbered =
        marker::read(text).is_some_and(|marker| matches!(marker.style, marker::Style::Han));
    plain && !text.is_empty() && (bold || bracketed || numbered)
}
