//! How a report lays out its items, told from its structure.
//!
//! The blocks become a tree of headings. The level whose headings are items is the one whose headings are followed by
//! a contributor or a link, are links themselves, or are numbered. What stands below any other heading divides into
//! items where it is numbered, a list of links, a table of links or a row of bold lead-ins; where it does not, the
//! heading and all below it are one item. So one report may hold a numbered section, an essay and a list.

mod boilerplate;
mod entry;
mod outline;
mod split;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::markdown::{Block, BlockKind};
use super::{RawItem, Reason, label, marker, tidy_title};
use crate::text::ByteSpan;
use boilerplate::{
    is_about_itself, is_boilerplate, is_caption, is_chapter, is_container, is_whole,
    may_be_about_itself,
};
use outline::{Node, heading_level, promote};
use split::{Habits, Split, SplitKind, leads_out, numbering};

/// Blocks at the beginning of a page that may hold its date.
const HEAD_BLOCKS: usize = 4;
/// An introduction of fewer characters than this says nothing to search for.
const MIN_INTRODUCTION: usize = 80;
/// The same before items that have contributors or links of their own, where a motto often stands.
const MIN_LABELLED_INTRODUCTION: usize = 200;

/// Headings that only have a link somewhere are items if they are not longer than this many characters on average.
const MAX_LINKED_ITEM: usize = 800;

/// How the items of a report are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// One heading per item under headings of sections.
    Headings,
    /// Items begin with numbers (`1、`, `1.`, `（1）`, `一、` …) under headings of sections.
    Numbered,
    /// Items are entries of lists, rows of tables or paragraphs that begin with bold words.
    List,
    /// Front matter holds the items.
    Entries,
    /// The whole file is one item.
    Page,
}

impl Layout {
    /// Every shape, as `baoku.toml` names them.
    pub const ALL: [Self; 5] =
        [Self::Headings, Self::Numbered, Self::List, Self::Entries, Self::Page];

    /// Returns the name used in `baoku.toml` and in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Headings => "headings",
            Self::Numbered => "numbered",
            Self::List => "list",
            Self::Entries => "entries",
            Self::Page => "page",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Blocks that belong to no item.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub(super) block: Block,
    /// Why, as a short phrase.
    pub(super) reason: Reason,
}

/// The items of a report, marked out.
#[derive(Debug)]
pub(super) struct LaidOut {
    pub(super) layout: Layout,
    /// What told the shape, as a sentence.
    pub(super) reason: String,
    /// Text in which the report's own date and number may stand.
    pub(super) head: String,
    /// Title of the report, if a heading names it.
    pub(super) title: Option<String>,
    pub(super) items: Vec<RawItem>,
    pub(super) left: Vec<Left>,
}

/// Tells the shape of a report and marks out its items. `wanted` is the shape its source is said to have.
/// `named` is the title front matter gives it.
pub(super) fn lay_out(
    mut blocks: Vec<Block>,
    wanted: Option<Layout>,
    named: Option<&str>,
) -> LaidOut {
    if matches!(wanted, Some(Layout::Page | Layout::Entries)) {
        return page(&blocks, "baoku.toml says so".to_owned());
    }
    promote(&mut blocks);
    let title = report_title(&blocks, named);
    if wanted.is_none_or(|wanted| wanted == Layout::Headings)
        && let Some((level, labelled, all)) = labelled_level(&blocks, title)
    {
        let reason = format!(
            "{labelled} of {all} headings of level {level} are followed by a contributor or a link"
        );
        return Layouter::new(&blocks, labelled_begin(&blocks, level, title), title).lay_out(
            Some(level),
            true,
            reason,
        );
    }
    let begin = title.map_or(0, |title| title + 1);
    let mut layouter = Layouter::new(&blocks, begin, title);
    if wanted.is_none() && layouter.has_chapters() {
        return page(&blocks, "its headings are the chapters of an article".to_owned());
    }
    layouter.divide(wanted);
    let level = match wanted {
        Some(Layout::Numbered | Layout::List) => None,
        _ => layouter.item_level(),
    };
    let forced = (wanted == Some(Layout::Headings) && level.is_none())
        .then(|| layouter.deepest_repeated())
        .flatten();
    let (level, reason) = match (level, forced) {
        (Some((level, reason)), _) => (Some(level), reason),
        (None, Some(level)) => (Some(level), "baoku.toml says so".to_owned()),
        (None, None) => (None, String::new()),
    };
    if level.is_none() && !layouter.root.splits() {
        layouter.divide_plain_lists();
        if !layouter.root.splits() {
            let reason =
                "neither headings with links nor numbers, lists or tables of items".to_owned();
            return page(&blocks, reason);
        }
    }
    if wanted.is_none() && level.is_none() && layouter.splits_little() {
        return page(&blocks, "an article; only a small part of it is a list".to_owned());
    }
    layouter.lay_out(level, false, reason)
}

/// Finds the heading level whose headings are followed by a contributor or a link line; returns it with how many are
/// and how many there are.
fn labelled_level(blocks: &[Block], title: Option<usize>) -> Option<(u8, usize, usize)> {
    let mut counts = [(0_usize, 0_usize); 8];
    for (at, pair) in blocks.windows(2).enumerate() {
        // The author below the title of a report is that of the whole.
        if title == Some(at) {
            continue;
        }
        let Some(level) = heading_level(&pair[0]) else { continue };
        let count = &mut counts[usize::from(level)];
        count.1 += 1;
        let first_line = pair[1].text.lines().next().unwrap_or_default();
        let is_address =
            pair[1].links.first().is_some_and(|link| link.shown.of(&pair[1].text) == first_line);
        if pair[1].kind == BlockKind::Paragraph && (label(first_line).is_some() || is_address) {
            count.0 += 1;
        }
    }
    let best = (1..=6_u8).max_by_key(|level| counts[usize::from(*level)].0)?;
    let (labelled, all) = counts[usize::from(best)];
    (labelled > 0 && labelled * 2 >= all).then_some((best, labelled, all))
}

/// Returns where the sections begin: with the unbroken chain of headings above the first item.
fn labelled_begin(blocks: &[Block], level: u8, title: Option<usize>) -> usize {
    let mut begin =
        blocks.iter().position(|block| heading_level(block) == Some(level)).unwrap_or(0);
    while begin > 0
        && let (Some(above), Some(below)) =
            (heading_level(&blocks[begin - 1]), heading_level(&blocks[begin]))
        && above < below
    {
        begin -= 1;
    }
    title.map_or(begin, |title| begin.max(title + 1))
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
    let unique = blocks[first + 1..].iter().filter_map(heading_level).all(|other| other > level);
    let has_deeper = blocks[first + 1..].iter().any(|block| heading_level(block).is_some());
    // A lone heading names the report if it is of the first level or says which day or issue this is.
    let says_which = name.chars().any(|c| c.is_ascii_digit());
    (unique && (has_deeper || first == 0 && (level == 1 || says_which))).then_some(first)
}

fn join(blocks: &[Block]) -> String {
    let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    texts.join("\n")
}

/// Headings above the current place, outermost first.
#[derive(Clone, Default)]
struct Path<'b> {
    open: Vec<&'b Block>,
}

impl<'b> Path<'b> {
    fn below(&self, heading: &'b Block) -> Self {
        let mut open = self.open.clone();
        open.push(heading);
        Self { open }
    }

    fn names(&self) -> Vec<String> {
        let names = self.open.iter().map(|heading| tidy_title(&heading.text));
        names.filter(|name| !name.is_empty() && !is_container(name)).collect()
    }

    /// Texts in which a date of its own may stand, innermost first.
    fn dated(&self) -> Vec<String> {
        self.open.iter().rev().map(|heading| heading.text.clone()).collect()
    }
}

/// Marks out the items of one report.
struct Layouter<'b> {
    blocks: &'b [Block],
    /// The heading that names the report.
    title: Option<usize>,
    /// The first block behind the head.
    begin: usize,
    root: Node,
    habits: Habits,
    items: Vec<RawItem>,
    left: Vec<Left>,
    /// Items by the way they were found: headings, numbers, lists.
    found: [usize; 3],
}

impl<'b> Layouter<'b> {
    fn new(blocks: &'b [Block], begin: usize, title: Option<usize>) -> Self {
        let root = Node::of(blocks, begin);
        let habits = Habits::default();
        Self {
            blocks,
            title,
            begin,
            root,
            habits,
            items: Vec::new(),
            left: Vec::new(),
            found: [0; 3],
        }
    }

    /// Divides what stands below every heading, where it divides.
    fn divide(&mut self, wanted: Option<Layout>) {
        let blocks = self.blocks;
        self.habits.style = numbering(&blocks[self.begin..]);
        let divide = |habits: Habits, root: &mut Node| {
            let mut lists = false;
            root.for_each(&mut |node| {
                let boilerplate = node.heading.is_some_and(|at| is_whole(&blocks[at].text));
                node.split =
                    if boilerplate { None } else { split::split(blocks, node.own.clone(), habits) };
                lists |= node.split.as_ref().is_some_and(|split| split.kind == SplitKind::List);
            });
            lists
        };
        if wanted == Some(Layout::List) {
            self.habits.only_lists = true;
        }
        if divide(self.habits, &mut self.root) {
            // A section with a single entry is one of this report's lists, too.
            self.habits.lists = true;
            divide(self.habits, &mut self.root);
        }
        if wanted == Some(Layout::List) {
            return;
        }
        // A list that most items of a level have is part of them.
        self.root.for_each(&mut |node| {
            let own_link = node.heading.is_some_and(|at| leads_out(&blocks[at]));
            if own_link
                && node
                    .split
                    .as_ref()
                    .is_some_and(|split| !matches!(split.kind, SplitKind::Numbered(_)))
            {
                node.split = None;
            }
        });
    }

    /// Tells an article by its chapters: at the outermost level that has several headings, two are called as chapters
    /// are.
    fn has_chapters(&self) -> bool {
        let nodes = self.root.all();
        let of_level = |level: u8| nodes.iter().filter(move |node| node.level == level);
        let Some(level) = (1..=6_u8).find(|level| of_level(*level).count() >= 2) else {
            return false;
        };
        let chapters = of_level(level).filter(|node| is_chapter(self.name(node))).count();
        chapters >= 2 && chapters * 10 >= of_level(level).count() * 4
    }

    /// Tells whether what divides is only a small part of the text: the references of an article, say.
    fn splits_little(&self) -> bool {
        let chars = |at: usize| self.blocks[at].text.chars().count();
        let all: usize = (self.begin..self.blocks.len()).map(chars).sum();
        let mut divided = 0;
        for split in self.root.all().into_iter().filter_map(|node| node.split.as_ref()) {
            if matches!(split.kind, SplitKind::Numbered(_)) {
                return false;
            }
            divided += split
                .entries
                .iter()
                .flat_map(|entry| &entry.blocks)
                .map(|at| chars(*at))
                .sum::<usize>();
        }
        divided * 100 < all * 15
    }

    /// A report that is nothing but plain lists: their entries are the items.
    fn divide_plain_lists(&mut self) {
        let blocks = &self.blocks[self.begin..];
        let texts = |is: &dyn Fn(&Block) -> bool| {
            blocks
                .iter()
                .filter(|block| is(block))
                .map(|block| block.text.chars().count())
                .sum::<usize>()
        };
        let entries = blocks
            .iter()
            .filter(|block| {
                matches!(block.kind, BlockKind::ListItem { depth: 1, .. }) && !block.quoted
            })
            .count();
        let listed = texts(&|block| block.depth > 0 && !block.quoted);
        let all = texts(&|block| heading_level(block).is_none() && !may_be_about_itself(block));
        if entries >= 3 && listed * 10 >= all * 8 && listed >= entries * 8 {
            self.habits.only_lists = true;
            let (blocks, habits) = (self.blocks, self.habits);
            self.root.for_each(&mut |node| {
                let boilerplate = node.heading.is_some_and(|at| is_whole(&blocks[at].text));
                node.split =
                    if boilerplate { None } else { split::split(blocks, node.own.clone(), habits) };
            });
        }
    }

    /// Finds the level whose headings are items: most of them are links, have a link or are numbered.
    fn item_level(&self) -> Option<(u8, String)> {
        let mut best: Option<(usize, u8, String)> = None;
        // Where items are numbered paragraphs, headings below sections are chapters of an essay.
        let numbered_items: usize = self
            .root
            .all()
            .iter()
            .filter_map(|node| node.split.as_ref())
            .filter(|split| matches!(split.kind, SplitKind::Numbered(_)))
            .map(|split| split.entries.len())
            .sum();
        for level in 1..=6_u8 {
            let nodes: Vec<&Node> = self
                .root
                .all()
                .into_iter()
                .filter(|node| node.level == level && node.heading.is_some())
                .filter(|node| node.split.is_none() && !self.only_holds_others(node))
                .filter(|node| !is_boilerplate(self.name(node)))
                .collect();
            let all = nodes.len();
            if all < 2 || nodes.iter().filter(|node| is_chapter(self.name(node))).count() >= 2 {
                continue;
            }
            let are_links = nodes
                .iter()
                .filter(|node| node.heading.is_some_and(|at| leads_out(&self.blocks[at])))
                .count();
            let have_links = nodes
                .iter()
                .filter(|node| {
                    node.own.clone().chain(node.heading).any(|at| leads_out(&self.blocks[at]))
                })
                .count();
            let numbered =
                nodes.iter().filter(|node| marker::read(self.name(node)).is_some()).count();
            // Chapters of an article link to this and that; they are longer than items, and some are code.
            let chars = |node: &&Node| {
                node.below().map(|at| self.blocks[at].text.chars().count()).sum::<usize>()
            };
            let long = nodes.iter().map(chars).sum::<usize>() > all * MAX_LINKED_ITEM;
            let code =
                |node: &&&Node| node.below().any(|at| self.blocks[at].kind == BlockKind::Code);
            let is_article =
                numbered_items >= 5 || long || nodes.iter().filter(code).count() * 4 > all;
            let candidates = [
                (are_links * 2 >= all && are_links >= 2, are_links * 2, are_links, "are links"),
                (
                    have_links * 10 >= all * 6 && all >= 3 && !is_article,
                    have_links,
                    have_links,
                    "have a link",
                ),
                (
                    numbered * 10 >= all * 6 && numbered >= 2 && !is_article,
                    numbered,
                    numbered,
                    "are numbered",
                ),
            ];
            for (holds, score, count, what) in candidates {
                if holds && best.as_ref().is_none_or(|(known, ..)| score >= *known) {
                    best = Some((
                        score,
                        level,
                        format!("{count} of {all} headings of level {level} {what}"),
                    ));
                }
            }
        }
        best.map(|(_, level, reason)| (level, reason))
    }

    /// The deepest level with several headings, or the deepest there is.
    fn deepest_repeated(&self) -> Option<u8> {
        let count = |level: u8| self.root.all().iter().filter(|node| node.level == level).count();
        (1..=6)
            .rev()
            .find(|level| count(*level) >= 2)
            .or_else(|| (1..=6).rev().find(|level| count(*level) == 1))
    }

    fn name(&self, node: &Node) -> &'b str {
        node.heading.map_or("", |at| self.blocks[at].text.as_str())
    }

    fn only_holds_others(&self, node: &Node) -> bool {
        !node.children.is_empty()
            && node.own.clone().all(|at| self.blocks[at].is_blank())
            && !node.heading.is_some_and(|at| leads_out(&self.blocks[at]))
    }

    fn lay_out(mut self, level: Option<u8>, labelled: bool, reason: String) -> LaidOut {
        let root = std::mem::take(&mut self.root);
        self.head(&root, labelled);
        let path = Path::default();
        if let Some(split) = &root.split {
            self.entries(split, None, &path);
        }
        for child in &root.children {
            self.node(child, &path, level, labelled);
        }
        let [headings, numbered, listed] = self.found;
        let shape =
            if labelled || headings > 0 && level.is_some() && headings >= numbered.max(listed) {
                Layout::Headings
            } else if numbered >= listed && numbered > 0 {
                Layout::Numbered
            } else if listed > 0 {
                Layout::List
            } else {
                Layout::Headings
            };
        let reason = match shape {
            Layout::Numbered => format!("{numbered} items begin with a number"),
            Layout::List => format!(
                "{listed} items are entries of lists, rows of tables or led in by bold words"
            ),
            _ if reason.is_empty() => format!("{headings} headings are items"),
            _ => reason,
        };
        // A date may stand in the report's title, wherever that is.
        let title = self.title;
        let head_end = self.head_end(&root).max(title.map_or(0, |title| title + 1));
        LaidOut {
            layout: shape,
            reason,
            head: join(&self.blocks[..head_end]),
            title: title
                .map(|title| tidy_title(&self.blocks[title].text))
                .filter(|title| !title.is_empty()),
            items: self.items,
            left: self.left,
        }
    }

    /// One past the last block before the first section.
    fn head_end(&self, root: &Node) -> usize {
        let first =
            root.split.as_ref().and_then(|split| split.entries.first()?.blocks.first().copied());
        first.unwrap_or(root.own.end).max(self.begin)
    }

    /// Deals with what stands before the first section: it speaks of the report itself, or is an item.
    fn head(&mut self, root: &Node, labelled: bool) {
        let own = match &root.split {
            Some(split) => split
                .rest
                .iter()
                .copied()
                .filter(|at| *at < self.head_end(root))
                .collect::<Vec<_>>(),
            None => root.own.clone().collect(),
        };
        let mut texts: Vec<&Block> = Vec::new();
        let mut about: Vec<&Block> = Vec::new();
        let title = self.title;
        for (at, block) in self.blocks.iter().enumerate().take(self.begin) {
            if Some(at) == title || heading_level(block).is_some() {
                self.left.push(Left { block: block.clone(), reason: Reason::Title });
            } else if labelled || may_be_about_itself(block) && !is_caption(block) {
                about.push(block);
            } else {
                texts.push(block);
            }
        }
        let mut pictures: Vec<&Block> = Vec::new();
        let mut unsure: Vec<&Block> = Vec::new();
        // Once the text has begun, a word such as 订阅 is part of it.
        let mut begun = false;
        for at in own {
            let block = &self.blocks[at];
            if block.is_blank() {
                pictures.push(block);
            } else if is_caption(block) || begun && !is_end(block) {
                texts.push(block);
            } else if is_about_itself(block) {
                about.push(block);
            } else if may_be_about_itself(block) {
                unsure.push(block);
            } else {
                begun = true;
                texts.push(block);
            }
        }
        if begun {
            texts.append(&mut unsure);
        }
        about.append(&mut unsure);
        let length: usize = texts.iter().map(|block| block.text.chars().count()).sum();
        let enough = if labelled { MIN_LABELLED_INTRODUCTION } else { MIN_INTRODUCTION };
        if length >= enough || !labelled && texts.iter().any(|block| is_caption(block)) {
            let mut blocks: Vec<&Block> = texts.iter().chain(&pictures).copied().collect();
            blocks.sort_by_key(|block| block.span.start);
            let title = title.map(|title| &self.blocks[title]).filter(|title| !title.is_blank());
            if let Some(title) = title {
                self.left.retain(|left| left.block.span != title.span);
            }
            let spans = blocks.iter().map(|block| block.span).collect();
            self.items.push(RawItem {
                // The heading stays what it is: only its words name the item.
                title: title.map(|title| Block { images: Vec::new(), ..title.clone() }),
                start: blocks.first().map_or(0, |block| block.span.start),
                blocks: blocks.into_iter().cloned().collect(),
                spans,
                ..RawItem::default()
            });
        } else {
            about.extend(texts);
        }
        let (contents, about): (Vec<&Block>, Vec<&Block>) =
            about.into_iter().partition(|block| split::is_contents(block));
        self.leave(contents, Reason::Contents);
        self.leave(about, Reason::Introduction);
    }

    fn leave<'a>(&mut self, blocks: impl IntoIterator<Item = &'a Block>, reason: Reason) {
        let shown = blocks.into_iter().filter(|block| !block.is_blank() || !block.links.is_empty());
        self.left.extend(shown.map(|block| Left { block: block.clone(), reason }));
    }

    fn node(&mut self, node: &Node, above: &Path<'b>, level: Option<u8>, labelled: bool) {
        let Some(at) = node.heading else { return };
        let heading = &self.blocks[at];
        if is_boilerplate(&heading.text) {
            self.leave(&self.blocks[at..node.end()], Reason::Boilerplate);
            return;
        }
        let path = above.below(heading);
        if is_container(&heading.text) {
            self.leave([heading], Reason::Container);
            match &node.split {
                Some(split) => self.entries(split, Some(heading), &path),
                None => self.leave(&self.blocks[node.own.clone()], Reason::Container),
            }
            for child in &node.children {
                self.node(child, &path, level, labelled);
            }
            return;
        }
        let is_item = match level {
            Some(level) if node.level == level => labelled || !self.divides_below(node),
            Some(level) if node.level < level => !node.splits() && !has_level(node, level),
            _ => !node.splits(),
        };
        if is_item {
            self.heading_item(node, above);
            return;
        }
        let before = self.items.len();
        match &node.split {
            Some(split) => self.entries(split, Some(heading), &path),
            None => self.section_text(heading, &node.own.clone().collect::<Vec<_>>(), &path),
        }
        let numbered =
            node.split.as_ref().is_some_and(|split| matches!(split.kind, SplitKind::Numbered(_)));
        for child in &node.children {
            let deeper = numbered && child.level > node.level + 1 && !child.splits();
            if deeper && let Some(last) = self.items.last_mut() {
                // A deep heading inside a numbered item is part of it.
                for block in
                    child.heading.into_iter().chain(child.below()).map(|at| &self.blocks[at])
                {
                    last.blocks.push(block.clone());
                    last.spans.push(block.span);
                }
            } else {
                self.node(child, &path, level, labelled);
            }
        }
        if self.items.len() == before {
            self.leave([heading], Reason::Empty);
        }
    }

    /// Tells whether a heading of the item level holds items itself: a day of a collection, say.
    fn divides_below(&self, node: &Node) -> bool {
        if node.heading.is_some_and(|at| leads_out(&self.blocks[at])) {
            return false;
        }
        let items = |split: &Split| matches!(split.kind, SplitKind::Numbered(_)) || split.linked;
        node.split.as_ref().is_some_and(items)
            || node.children.iter().any(|child| self.divides_below(child))
    }

    /// Makes one item of a heading and everything below it.
    fn heading_item(&mut self, node: &Node, above: &Path<'b>) {
        let Some(at) = node.heading else { return };
        let heading = &self.blocks[at];
        let below = &self.blocks[node.below()];
        if below.iter().all(|block| block.is_blank() && block.images.is_empty())
            && !leads_out(heading)
        {
            self.leave([heading], Reason::Empty);
            return;
        }
        let mut title = heading.clone();
        if let Some(marker) = marker::read(&title.text)
            && marker.end < title.text.len()
        {
            title.text.replace_range(..marker.end, "");
            title.lead = 0;
        }
        self.found[0] += 1;
        let mut spans = vec![heading.span];
        spans.extend(below.iter().map(|block| block.span));
        self.items.push(RawItem {
            section: above.names(),
            title: Some(title),
            blocks: below.to_vec(),
            start: heading.span.start,
            spans,
            dated: above.below(heading).dated(),
        });
    }

    /// Makes an item of the text right below the heading of a section.
    fn section_text(&mut self, heading: &'b Block, own: &[usize], path: &Path<'b>) {
        let blocks: Vec<&Block> = own.iter().map(|at| &self.blocks[*at]).collect();
        if blocks.iter().all(|block| block.is_blank() && block.images.is_empty()) {
            return;
        }
        let mut spans = vec![heading.span];
        spans.extend(blocks.iter().map(|block| block.span));
        self.items.push(RawItem {
            section: path.names(),
            title: Some(heading.clone()),
            blocks: blocks.into_iter().cloned().collect(),
            start: heading.span.start,
            spans,
            dated: path.dated(),
        });
    }

    /// Makes items of the entries of a divided run, and one of the text around them.
    fn entries(&mut self, split: &Split, heading: Option<&'b Block>, path: &Path<'b>) {
        let blocks = self.blocks;
        match heading {
            Some(heading) if !is_container(&heading.text) => {
                let (about, texts): (Vec<usize>, Vec<usize>) = split
                    .rest
                    .iter()
                    .partition(|at| is_about_itself(&blocks[**at]) && !blocks[**at].is_blank());
                self.leave(about.iter().map(|at| &blocks[*at]), Reason::Introduction);
                self.section_text(heading, &texts, path);
            }
            Some(_) => self.leave(split.rest.iter().map(|at| &blocks[*at]), Reason::Container),
            None => {
                // What stands before the first entry was dealt with as the head.
                let first = split.entries.first().and_then(|entry| entry.blocks.first().copied());
                let later: Vec<usize> = split
                    .rest
                    .iter()
                    .copied()
                    .filter(|at| first.is_some_and(|first| *at > first))
                    .collect();
                self.loose_text(&later);
            }
        }
        let columns = split.kind == SplitKind::Table;
        let reason = if columns { Reason::Columns } else { Reason::Contents };
        self.leave(split.heads.iter().map(|at| &blocks[*at]), reason);
        let outer = usize::from(!matches!(
            split.kind,
            SplitKind::Table | SplitKind::Leads | SplitKind::Ruled
        ));
        for one in &split.entries {
            let mut section = path.names();
            let mut dated = path.dated();
            if let Some(group) = one.group {
                section.push(tidy_title(blocks[group].text.trim_end_matches(['：', ':'])));
                dated.insert(0, blocks[group].text.clone());
            }
            let own: Vec<&Block> = one.blocks.iter().map(|at| &blocks[*at]).collect();
            let in_list = own.first().is_some_and(|block| block.depth > 0);
            let outer = if in_list { outer + usize::from(one.group.is_some()) } else { 0 };
            let mut item = entry::item(&own, section, outer);
            item.dated = dated;
            self.items.push(item);
            self.found[if matches!(split.kind, SplitKind::Numbered(_)) { 1 } else { 2 }] += 1;
        }
    }

    /// Text around the entries of a report without headings: an item of its own, or words about the report.
    fn loose_text(&mut self, own: &[usize]) {
        let blocks: Vec<&Block> = own.iter().map(|at| &self.blocks[*at]).collect();
        let (about, texts): (Vec<&Block>, Vec<&Block>) =
            blocks.into_iter().partition(|block| block.is_blank() || is_about_itself(block));
        self.leave(about, Reason::Introduction);
        let Some(first) = texts.first() else { return };
        self.items.push(RawItem {
            start: first.span.start,
            spans: texts.iter().map(|block| block.span).collect(),
            blocks: texts.into_iter().cloned().collect(),
            ..RawItem::default()
        });
    }
}

/// Tells whether a block only says that the text ends.
fn is_end(block: &Block) -> bool {
    block.text.chars().filter(|c| c.is_alphanumeric()).count() <= 2
}

fn has_level(node: &Node, level: u8) -> bool {
    node.children.iter().any(|child| child.level == level || has_level(child, level))
}

fn page(blocks: &[Block], reason: String) -> LaidOut {
    let head = join(&blocks[..blocks.len().min(HEAD_BLOCKS)]);
    let at = blocks
        .iter()
        .position(|block| heading_level(block).is_some())
        .filter(|index| *index < HEAD_BLOCKS);
    let title = at.map(|index| blocks[index].clone());
    let others = (0..blocks.len()).filter(|index| Some(*index) != at);
    let rest: Vec<Block> = others.map(|index| blocks[index].clone()).collect();
    let is_empty =
        title.is_none() && rest.iter().all(|block| block.is_blank() && block.links.is_empty());
    let spans: Vec<ByteSpan> = blocks.iter().map(|block| block.span).collect();
    let name = title.as_ref().map(|title| tidy_title(&title.text)).filter(|name| !name.is_empty());
    let start = blocks.first().map_or(0, |block| block.span.start);
    let item = RawItem { title, blocks: rest, start, spans, ..RawItem::default() };
    let items = if is_empty { Vec::new() } else { vec![item] };
    LaidOut { layout: Layout::Page, reason, head, title: name, items, left: Vec::new() }
}
