//! The blocks of one numbered paragraph, list entry or table row to an item with a title.

use crate::address::find_urls;
use crate::report::item::RawItem;
use crate::report::markdown::{Block, BlockKind};
use crate::report::marker;
use crate::report::words::is_listed;
use crate::text::ByteSpan;

/// A line up to this many characters is a title by itself.
const MAX_TITLE: usize = 90;
/// Words of links that say nothing about where they lead.
const PLAIN_LINKS: &str = "\
    link|links|paper|code|github|repo|tweet|blog|pdf|demo|here|via|more|链接|原文|论文|代码|项目|地址|详情|\
    官网|查看|主页|仓库|网址";
/// Signs between a title and the text about it.
const SEPARATORS: [char; 12] = ['：', ':', '-', '–', '—', '|', '｜', '，', ',', '。', '·', '~'];

/// Makes an item of blocks, the first of which begins it. `outer` lists stand around it and are not shown.
pub(super) fn item(blocks: &[&Block], section: Vec<String>, outer: usize) -> RawItem {
    let Some((first, later)) = blocks.split_first() else { return RawItem::default() };
    let behind = marker::read(&first.text)
        .filter(|_| !matches!(first.kind, BlockKind::ListItem { number: Some(_), .. }))
        .map_or(0, |marker| marker.end);
    let (title, text) = match first.kind {
        BlockKind::TableRow { .. } => row(first),
        _ => lead(first, behind),
    };
    let mut body = Block { kind: BlockKind::Paragraph, text, ..(*first).clone() };
    // What links show has moved; their addresses are kept, once.
    body.lead = 0;
    for link in &mut body.links {
        link.shown = ByteSpan::default();
    }
    let mut own = vec![body];
    own.extend(later.iter().map(|block| inside(block, outer)));
    let mut spans = vec![first.span];
    spans.extend(later.iter().map(|block| block.span));
    let title = title.map(|text| Block {
        kind: BlockKind::Paragraph,
        text,
        links: Vec::new(),
        images: Vec::new(),
        ..(*first).clone()
    });
    RawItem { section, title, blocks: own, start: first.span.start, spans, ..RawItem::default() }
}

/// Takes a block out of the lists around its item.
fn inside(block: &Block, outer: usize) -> Block {
    let mut block = block.clone();
    block.kind = match block.kind {
        BlockKind::ListItem { number, depth } if depth > outer => {
            BlockKind::ListItem { number, depth: depth - outer }
        }
        BlockKind::Continuation if block.depth <= outer => BlockKind::Paragraph,
        kind => kind,
    };
    block
}

/// Divides the first block of an item into a title, if it has one, and text.
fn lead(block: &Block, behind: usize) -> (Option<String>, String) {
    let text = block.text.get(behind..).unwrap_or_default();
    let whole = || text.trim().to_owned();
    let lead = linked_lead(block, behind).or_else(|| bold_lead(block, behind));
    if let Some(Lead { title, after, is_all, ends }) = lead {
        let after = after.trim_start_matches([' ', '\u{3000}']);
        let rest = after.trim_start_matches(SEPARATORS);
        // A full stop behind a link says nothing.
        let (after, rest) =
            if after.chars().any(char::is_alphanumeric) { (after, rest) } else { ("", "") };
        let separated =
            ends || after.is_empty() || after.starts_with('\n') || rest.len() < after.len();
        if separated && is_all {
            return (Some(title), rest.trim().to_owned());
        }
        // A sentence that begins with its subject stays whole.
        return (Some(title), whole());
    }
    let (first, rest) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
    let (title, has_address) = without_address(first);
    let title = title.trim();
    let is_title = !title.is_empty()
        && title.chars().take(MAX_TITLE + 1).count() <= MAX_TITLE
        && !title.trim_end_matches(['。', '！', '？']).contains(['。', '！', '？']);
    if is_title {
        let ends: &[char] = if has_address { &SEPARATORS } else { &['；', ';', '。'] };
        let title = title.trim_end_matches(ends).trim_end();
        return (Some(title.to_owned()), rest.trim().to_owned());
    }
    (None, whole())
}

/// Leaves out the address a line ends with.
fn without_address(line: &str) -> (&str, bool) {
    match find_urls(line).last() {
        Some(url) if url.end == line.trim_end().len() && url.start > 0 => {
            (&line[..url.start], true)
        }
        _ => (line, false),
    }
}

/// Words that begin a text and name it.
struct Lead<'b> {
    title: String,
    /// What follows them.
    after: &'b str,
    /// Nothing worth keeping stands before them.
    is_all: bool,
    /// They end with a separator of their own.
    ends: bool,
}

/// A link that begins the text.
fn linked_lead(block: &Block, behind: usize) -> Option<Lead<'_>> {
    let link = block.links.iter().find(|link| !link.shown.is_empty() && link.shown.end > behind)?;
    let start = link.shown.start.max(behind);
    let before = block.text.get(behind..start)?;
    let title = block.text.get(start..link.shown.end)?.trim();
    let names = title.chars().any(char::is_alphanumeric) && !title.starts_with("http");
    if !names || title.len() > 300 || title.contains('\n') || is_listed(PLAIN_LINKS, title) {
        return None;
    }
    let mark = before.trim();
    let is_sign = !mark.chars().any(char::is_alphanumeric) || is_shortcode(mark);
    let is_tag = mark.chars().count() <= 16
        && (mark.starts_with(['[', '【', '「', '(', '（', '#'])
            || mark.chars().all(|c| c.is_ascii_digit() || "-/.年月日 ".contains(c)))
        && !mark.contains(['。', '，']);
    (is_sign || is_tag).then(|| Lead {
        title: title.to_owned(),
        after: block.text.get(link.shown.end..).unwrap_or_default(),
        is_all: is_sign,
        ends: false,
    })
}

fn is_shortcode(mark: &str) -> bool {
    mark.len() > 2
        && mark.split_whitespace().all(|part| {
            part.len() > 2
                && part.starts_with(':')
                && part.ends_with(':')
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-' | b'+'))
        })
}

/// Bold words that begin the text.
fn bold_lead(block: &Block, behind: usize) -> Option<Lead<'_>> {
    let lead = block.text.get(behind..block.lead)?.trim();
    let title = lead.trim_end_matches(['：', ':']).trim();
    let fits = (1..=MAX_TITLE).contains(&title.chars().take(MAX_TITLE + 1).count());
    let after = block.text.get(block.lead..)?;
    // `**重点：**文` has its separator inside.
    let ends = lead.len() > title.len();
    (fits
        && title.chars().any(char::is_alphanumeric)
        && (ends || !after.starts_with(char::is_alphanumeric)))
    .then(|| Lead { title: title.to_owned(), after, is_all: true, ends })
}

/// A row of a table: its title is the first cell that is not only a number.
fn row(block: &Block) -> (Option<String>, String) {
    let text = block.text.trim();
    let cells: Vec<&str> = text.split(" | ").map(str::trim).collect();
    let named = cells
        .iter()
        .find(|cell| cell.chars().any(char::is_alphabetic) && !is_listed(PLAIN_LINKS, cell));
    let Some(cell) = named else { return (None, text.to_owned()) };
    let behind = marker::read(cell).map_or(0, |marker| marker.end);
    let name = cell[behind..].trim();
    let start = block.text.find(*cell).unwrap_or_default();
    let lead =
        block.text.get(start + behind..block.lead).map(str::trim).filter(|lead| !lead.is_empty());
    let name = lead.unwrap_or(name).trim_end_matches(['：', ':']);
    if name.chars().take(MAX_TITLE + 1).count() > MAX_TITLE {
        return (None, text.to_owned());
    }
    let rest: Vec<&str> = cells
        .iter()
        .copied()
        .filter(|other| other != cell && *other != name && !other.is_empty())
        .collect();
    // A cell that says more than the name stays whole.
    if lead.is_some_and(|lead| lead.len() < cell.len() - behind) {
        return (Some(name.to_owned()), text.to_owned());
    }
    (Some(name.to_owned()), rest.join(" | "))
}
