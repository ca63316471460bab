//! Headings to a tree, each with the blocks right below it.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::report::item::tidy_title;
use crate::report::markdown::{Block, BlockKind};
use crate::report::marker::{self, Style};

/// Level of a line that is not a heading of Markdown and serves as one: bold, bracketed or numbered, above a list.
const PSEUDO_LEVEL: u8 = 7;
/// Such a line is not longer than this many characters; a longer one is a sentence.
const MAX_PSEUDO: usize = 24;
/// A single such line is more likely a sentence that introduces a list.
const MIN_PSEUDO: usize = 2;
/// A quote of a few words that serves as one is not longer than this many characters.
const MAX_QUOTED: usize = 12;
/// So many of them name what stands below them; fewer are quotes.
const MIN_QUOTED: usize = 3;

/// A heading and what stands below it.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Place among the nodes of its outline, in reading order.
    pub(super) id: usize,
    /// Index of the heading's block; `None` for the whole.
    pub(super) heading: Option<usize>,
    /// 0 for the whole.
    pub(super) level: u8,
    /// Blocks before the next heading.
    pub(super) own: Range<usize>,
    /// Headings below it.
    pub(super) children: Vec<Node>,
}

impl Node {
    /// Returns every node, itself first, in reading order.
    pub(super) fn all(&self) -> Vec<&Self> {
        let mut nodes = vec![self];
        for child in &self.children {
            nodes.extend(child.all());
        }
        nodes
    }

    /// Returns the index one past its last block.
    pub(super) fn end(&self) -> usize {
        self.children.last().map_or(self.own.end, Self::end)
    }

    /// Returns every block below its heading.
    pub(super) fn below(&self) -> Range<usize> {
        self.own.start..self.end()
    }

    /// Returns whether a heading of the level stands below it.
    pub(super) fn has_below(&self, level: u8) -> bool {
        self.children.iter().any(|child| child.level == level || child.has_below(level))
    }
}

/// The headings of a report as a tree over its blocks.
#[derive(Debug)]
pub(super) struct Outline<'b> {
    pub(super) blocks: &'b [Block],
    /// The heading that names the report.
    pub(super) title: Option<usize>,
    /// The first block of the tree; what stands before it is the head.
    pub(super) begin: usize,
    pub(super) root: Node,
}

impl<'b> Outline<'b> {
    /// Makes the outline of a report; `named` is the title that front matter gives it.
    pub(super) fn of(blocks: &'b [Block], named: Option<&str>) -> Self {
        let title = report_title(blocks, named);
        Self::new(blocks, title, title.map_or(0, |title| title + 1))
    }

    /// The same report with more of its beginning taken for the head.
    pub(super) fn beginning_at(&self, begin: usize) -> Self {
        Self::new(self.blocks, self.title, begin)
    }

    fn new(blocks: &'b [Block], title: Option<usize>, begin: usize) -> Self {
        Self { blocks, title, begin, root: tree(blocks, begin) }
    }

    /// Returns the text of a node's heading; empty for the whole.
    pub(super) fn name(&self, node: &Node) -> &'b str {
        node.heading.map_or("", |at| self.blocks[at].text.as_str())
    }

    /// Returns whether a node's heading is a link.
    pub(super) fn is_link(&self, node: &Node) -> bool {
        node.heading.is_some_and(|at| self.blocks[at].leads_out())
    }

    /// Counts the headings of each level of Markdown that have a text right below them.
    pub(super) fn texts_by_level(&self) -> [u32; 6] {
        let mut counts = [0; 6];
        for node in self.root.all() {
            let has_text = node.own.clone().any(|at| !self.blocks[at].is_blank());
            if has_text && let Some(count) = counts.get_mut(usize::from(node.level).wrapping_sub(1))
            {
                *count += 1;
            }
        }
        counts
    }

    /// Counts the characters of blocks.
    pub(super) fn chars(&self, indices: impl IntoIterator<Item = usize>) -> usize {
        chars(self.blocks, indices)
    }
}

/// Counts the characters of some of the blocks.
pub(super) fn chars(blocks: &[Block], indices: impl IntoIterator<Item = usize>) -> usize {
    indices.into_iter().map(|index| blocks[index].text.chars().count()).sum()
}

pub(super) fn heading_level(block: &Block) -> Option<u8> {
    match block.kind {
        BlockKind::Heading(level) => Some(level),
        _ => None,
    }
}

/// Builds the tree of `blocks[from..]`.
fn tree(blocks: &[Block], from: usize) -> Node {
    let mut open = vec![Node { own: from..from, ..Node::default() }];
    let mut count = 1;
    for (index, block) in blocks.iter().enumerate().skip(from) {
        if let Some(level) = heading_level(block) {
            close(&mut open, level);
            let (heading, own) = (Some(index), index + 1..index + 1);
            open.push(Node { id: count, heading, level, own, children: Vec::new() });
            count += 1;
        } else if let Some(node) = open.last_mut() {
            node.own.end = index + 1;
        }
    }
    close(&mut open, 1);
    open.pop().unwrap_or_default()
}

/// Closes headings that are not above `level`.
fn close(open: &mut Vec<Node>, level: u8) {
    while open.len() > 1 && open.last().is_some_and(|node| node.level >= level) {
        if let (Some(done), Some(above)) = (open.pop(), open.last_mut()) {
            above.children.push(done);
        }
    }
}

/// Returns the index of the heading that names the whole report: the first one, if nothing else is as shallow.
fn report_title(blocks: &[Block], named: Option<&str>) -> Option<usize> {
    let first = blocks.iter().position(|block| heading_level(block).is_some())?;
    let level = heading_level(&blocks[first])?;
    let name = tidy_title(&blocks[first].text);
    // A report that front matter names begins with its first section.
    if named.is_some_and(|named| !named.contains(&name) && !name.contains(named)) {
        return None;
    }
    let mut others = blocks[first + 1..].iter().filter_map(heading_level).peekable();
    let has_others = others.peek().is_some();
    let is_shallowest = others.all(|other| other > level);
    // A lone heading names the report if it is of the first level or says which day or issue this is.
    let names_alone = || first == 0 && (level == 1 || name.chars().any(|c| c.is_ascii_digit()));
    (is_shallowest && (has_others || names_alone())).then_some(first)
}

/// Makes headings of the lines that serve as headings: short, bold or in brackets or numbered in Chinese, and right
/// above a list or a number.
pub(super) fn promote(blocks: &mut [Block]) {
    let above_list = |serves: fn(&Block) -> bool| {
        let pairs = blocks.windows(2).enumerate();
        let above = pairs.filter(|(_, pair)| serves(&pair[0]) && stands_below_heading(&pair[1]));
        above.map(|(index, _)| index).collect::<BTreeSet<usize>>()
    };
    let mut candidates = above_list(serves_as_heading);
    let quoted = above_list(is_quoted_name);
    if quoted.len() >= MIN_QUOTED {
        candidates.extend(quoted);
    }
    if candidates.len() < MIN_PSEUDO {
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

/// Returns whether a block begins a list or a count, as what stands below such a heading does.
fn stands_below_heading(block: &Block) -> bool {
    let begins_count = || {
        marker::read(&block.text)
            .is_some_and(|marker| marker.number <= 1 && !marker.style.is_inner())
    };
    match block.kind {
        BlockKind::ListItem { .. } => block.depth == 1,
        BlockKind::Paragraph => block.depth == 0 && begins_count(),
        _ => false,
    }
}

/// Returns whether a block is a quote that says no sentence: `> 工具` above a list.
fn is_quoted_name(block: &Block) -> bool {
    let text = block.text.trim();
    block.kind == BlockKind::Quote
        && block.depth == 0
        && block.links.is_empty()
        && text.chars().any(char::is_alphabetic)
        && text.chars().take(MAX_QUOTED + 1).count() <= MAX_QUOTED
        && !text.contains(['\n', '。', '，', '；', '！', '？', '：', ':', '“', '”', '—', '.'])
}

fn is_bracketed(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('【') && text.ends_with('】')
}

fn serves_as_heading(block: &Block) -> bool {
    let text = block.text.trim();
    let is_line = block.kind == BlockKind::Paragraph
        && block.depth == 0
        && !block.quoted
        && block.links.is_empty()
        && !text.is_empty()
        && text.chars().take(MAX_PSEUDO + 1).count() <= MAX_PSEUDO
        && !text.contains(['\n', '。', '，', '；', '！', '？']);
    let is_bold = block.lead > 0 && block.lead >= text.len();
    let is_numbered = || marker::read(text).is_some_and(|marker| marker.style == Style::Han);
    is_line && (is_bold || is_bracketed(text) || is_numbered())
}
