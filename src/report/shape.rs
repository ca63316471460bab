//! How a family of reports lays out its items, told from the structure of one report.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::markdown::{Block, BlockKind};
use super::{RawItem, label, split_lead, tidy_title};

/// Sections that hold no items: legal text, contents, how to subscribe.
const BOILERPLATE: [&str; 12] = [
    "声明",
    "免责声明",
    "版权声明",
    "目录",
    "订阅",
    "欢迎订阅",
    "订阅方式",
    "留言",
    "留言板",
    "关于我们",
    "联系我们",
    "版权",
];
/// Headings that only hold other headings; they are no part of a section path.
const CONTAINERS: [&str; 4] = ["内容", "正文", "本期内容", "以下为本期内容"];
/// A numbered paragraph up to this many characters is a title by itself.
const MAX_TITLE_PARAGRAPH: usize = 90;
/// Blocks at the beginning of a page that may hold its date.
const HEAD_BLOCKS: usize = 4;
/// Numbers of items are not longer than this many digits; years and prices are no item numbers.
const MAX_NUMBER_DIGITS: usize = 3;

/// How the items of a report are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// One heading per item under headings of sections.
    Headings,
    /// Items start with `N、` under headings of sections; a section without numbers is one item.
    Numbered,
    /// The whole file is one item.
    Page,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Headings => "headings",
            Self::Numbered => "numbered",
            Self::Page => "page",
        })
    }
}

/// The items of a report, marked out.
pub(crate) struct Layout {
    pub(crate) shape: Shape,
    /// Text in which the report's own date may stand.
    pub(crate) head: String,
    pub(crate) items: Vec<RawItem>,
}

/// Tells the shape of a report and marks out its items.
pub(crate) fn lay_out(blocks: &[Block]) -> Layout {
    if let Some(level) = labelled_level(blocks) {
        return headings(blocks, level);
    }
    if blocks.iter().filter(|block| numbered_start(block).is_some()).count() >= 2 {
        return numbered(blocks);
    }
    match linked_level(blocks) {
        Some(level) => headings(blocks, level),
        None => page(blocks),
    }
}

fn heading_level(block: &Block) -> Option<u8> {
    match block.kind {
        BlockKind::Heading(level) => Some(level),
        _ => None,
    }
}

/// Finds the heading level whose headings are followed by a contributor or a link line.
fn labelled_level(blocks: &[Block]) -> Option<u8> {
    let mut counts = [(0_usize, 0_usize); 7];
    for pair in blocks.windows(2) {
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
    (labelled > 0 && labelled * 2 >= all).then_some(best)
}

/// Finds the deepest repeated heading level, if most of its headings have a link of their own: a digest and not an
/// article with chapters.
fn linked_level(blocks: &[Block]) -> Option<u8> {
    let count =
        |level: u8| blocks.iter().filter(|block| heading_level(block) == Some(level)).count();
    let level = (1..=6_u8).rev().find(|level| count(*level) >= 3)?;
    let mut linked = 0;
    let mut open = false;
    for block in blocks {
        if let Some(found) = heading_level(block) {
            open = found == level;
        }
        if open && !block.links.is_empty() {
            linked += 1;
            open = false;
        }
    }
    (linked * 10 >= count(level) * 6).then_some(level)
}

/// Returns the index of the heading that names the whole report: the first one, if nothing else is as shallow.
fn report_title(blocks: &[Block]) -> Option<usize> {
    let first = blocks.iter().position(|block| heading_level(block).is_some())?;
    let level = heading_level(&blocks[first])?;
    let unique = blocks[first + 1..].iter().filter_map(heading_level).all(|other| other > level);
    let has_deeper = blocks[first + 1..].iter().any(|block| heading_level(block).is_some());
    (unique && has_deeper).then_some(first)
}

/// Headings above the current place, outermost first.
#[derive(Default)]
struct Path {
    open: Vec<(u8, String)>,
}

impl Path {
    fn enter(&mut self, level: u8, name: &str) {
        self.open.retain(|(above, _)| *above < level);
        self.open.push((level, tidy_title(name)));
    }

    fn names(&self) -> Vec<String> {
        let names = self.open.iter().map(|(_, name)| name.clone());
        names.filter(|name| !name.is_empty() && !CONTAINERS.contains(&name.as_str())).collect()
    }

    fn is_boilerplate(&self) -> bool {
        self.open.iter().any(|(_, name)| BOILERPLATE.contains(&name.as_str()))
    }

    fn is_container(&self) -> bool {
        self.open.last().is_some_and(|(_, name)| CONTAINERS.contains(&name.as_str()))
    }
}

fn head_text(blocks: &[Block]) -> String {
    let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    texts.join("\n")
}

fn headings(blocks: &[Block], item_level: u8) -> Layout {
    let first_item =
        blocks.iter().position(|block| heading_level(block) == Some(item_level)).unwrap_or(0);
    // The sections begin with the unbroken chain of headings above the first item.
    let mut begin = first_item;
    while begin > 0
        && let (Some(above), Some(below)) =
            (heading_level(&blocks[begin - 1]), heading_level(&blocks[begin]))
        && above < below
    {
        begin -= 1;
    }
    let title = report_title(blocks);
    if title.is_some_and(|title| title >= begin) {
        begin = title.map_or(begin, |title| title + 1);
    }
    let mut items: Vec<RawItem> = Vec::new();
    let mut path = Path::default();
    let mut open: Option<RawItem> = None;
    for block in &blocks[begin..] {
        match heading_level(block) {
            Some(level) if level == item_level => {
                items.extend(open.take());
                if !path.is_boilerplate() {
                    let section = path.names();
                    open = Some(RawItem {
                        section,
                        title: Some(block.clone()),
                        blocks: vec![],
                        start: block.span.start,
                    });
                }
            }
            Some(level) if level < item_level => {
                items.extend(open.take());
                path.enter(level, &block.text);
                // Text right under a section is an item named by the section.
                if !path.is_boilerplate() && !path.is_container() {
                    open = Some(section_item(&path, block));
                }
            }
            _ => {
                if let Some(item) = &mut open {
                    item.blocks.push(block.clone());
                }
            }
        }
    }
    items.extend(open);
    items.retain(|item| !is_bare_section(item, item_level));
    // A date may stand in the report's title, wherever that is.
    let head_end = begin.max(title.map_or(0, |title| title + 1));
    Layout { shape: Shape::Headings, head: head_text(&blocks[..head_end]), items }
}

fn section_item(path: &Path, heading: &Block) -> RawItem {
    RawItem {
        section: path.names(),
        title: Some(heading.clone()),
        blocks: Vec::new(),
        start: heading.span.start,
    }
}

fn is_bare_section(item: &RawItem, item_level: u8) -> bool {
    let above = item.title.as_ref().and_then(heading_level).is_some_and(|level| level < item_level);
    above && item.blocks.iter().all(|block| block.is_blank() && block.images.is_empty())
}

/// Recognises `12、` at the beginning of a paragraph; returns the byte behind it.
fn numbered_start(block: &Block) -> Option<usize> {
    if block.kind != BlockKind::Paragraph {
        return None;
    }
    let digits = block.text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=MAX_NUMBER_DIGITS).contains(&digits) {
        return None;
    }
    let rest = block.text[digits..].trim_start();
    let behind = rest.strip_prefix('、')?;
    Some(block.text.len() - behind.len())
}

fn numbered(blocks: &[Block]) -> Layout {
    let title = report_title(blocks);
    let begin = title.map_or(0, |title| title + 1);
    let first_heading = blocks[begin..].iter().position(|block| heading_level(block).is_some());
    let first_number = blocks[begin..].iter().position(|block| numbered_start(block).is_some());
    let head_end = begin + first_heading.into_iter().chain(first_number).min().unwrap_or(0);
    let mut items: Vec<RawItem> = Vec::new();
    let mut path = Path::default();
    // The heading level of the current section while a numbered item of it is open.
    let mut numbered_in: Option<u8> = None;
    let mut section_level = 0;
    let mut open: Option<RawItem> = None;
    for block in &blocks[head_end..] {
        if let Some(level) = heading_level(block) {
            // A deeper heading inside a numbered item belongs to the item.
            if numbered_in.is_some_and(|section| level > section + 1) {
                if let Some(item) = &mut open {
                    item.blocks.push(block.clone());
                }
                continue;
            }
            items.extend(open.take());
            path.enter(level, &block.text);
            (numbered_in, section_level) = (None, level);
            if !path.is_boilerplate() && !path.is_container() {
                open = Some(section_item(&path, block));
            }
            continue;
        }
        if path.is_boilerplate() {
            continue;
        }
        if let Some(behind) = numbered_start(block) {
            items.extend(open.take());
            open = Some(numbered_item(block, behind, path.names()));
            numbered_in = Some(section_level);
        } else if let Some(item) = &mut open {
            item.blocks.push(block.clone());
        }
    }
    items.extend(open);
    items.retain(|item| !is_bare_section(item, u8::MAX));
    Layout { shape: Shape::Numbered, head: head_text(&blocks[..head_end]), items }
}

fn numbered_item(block: &Block, behind: usize, section: Vec<String>) -> RawItem {
    let start = block.span.start;
    let title_block = |text: String| Block { kind: BlockKind::Paragraph, text, ..block.clone() };
    let text_block = |text: &str| Block {
        kind: BlockKind::Paragraph,
        text: text.trim().to_owned(),
        span: block.span,
        links: Vec::new(),
        images: Vec::new(),
    };
    if let Some((title, text_start)) = split_lead(block, behind) {
        let text = text_block(&block.text[text_start..]);
        return RawItem { section, title: Some(title_block(title)), blocks: vec![text], start };
    }
    let text = block.text[behind..].trim();
    let (first_line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let is_title = !first_line.is_empty()
        && first_line.chars().count() <= MAX_TITLE_PARAGRAPH
        && !first_line.trim_end_matches(['。', '！', '？']).contains(['。', '！', '？']);
    if is_title {
        let blocks = if rest.is_empty() { Vec::new() } else { vec![text_block(rest)] };
        return RawItem { section, title: Some(title_block(first_line.to_owned())), blocks, start };
    }
    let mut whole = text_block(text);
    whole.images.clone_from(&block.images);
    // Links keep their addresses; what they show has moved and is not asked for any more.
    whole.links.clone_from(&block.links);
    RawItem { section, title: None, blocks: vec![whole], start }
}

fn page(blocks: &[Block]) -> Layout {
    let head = head_text(&blocks[..blocks.len().min(HEAD_BLOCKS)]);
    let content: Vec<Block> =
        blocks.iter().filter(|block| block.kind != BlockKind::Metadata).cloned().collect();
    let title = content
        .iter()
        .position(|block| heading_level(block).is_some())
        .filter(|index| *index < HEAD_BLOCKS);
    let start = content.first().map_or(0, |block| block.span.start);
    let mut rest = content;
    let title = title.map(|index| rest.remove(index));
    let items =
        if title.is_none() && rest.iter().all(|block| block.is_blank() && block.links.is_empty()) {
            Vec::new()
        } else {
            vec![RawItem { section: Vec::new(), title, blocks: rest, start }]
        };
    Layout { shape: Shape::Page, head, items }
}
