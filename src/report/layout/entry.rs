//! The blocks of one numbered paragraph, list entry or table row to an item with a title.

use std::ops::Range;

use crate::address::find_urls;
use crate::report::item::RawItem;
use crate::report::label::is_address;
use crate::report::markdown::{Block, BlockKind, FormKind};
use crate::report::marker;
use crate::report::people::{self, Person};
use crate::report::words::is_listed;
use crate::text::ByteSpan;

/// A line up to this many characters is a title by itself.
const MAX_TITLE: usize = 90;
/// The same where an address stands behind the line or below it.
const MAX_NAMED_TITLE: usize = 200;
/// Words of a link of more bytes than this are a text and not a title.
const MAX_LINKED_TITLE: usize = 300;
/// What stands in brackets before the link that names an item, or the date there, has at most so many characters.
const MAX_TAG: usize = 16;
/// A day has so many digits at least: `2-22`.
const MIN_DAY_DIGITS: usize = 3;
/// And at most: `20240222`.
const MAX_DAY_DIGITS: usize = 8;
/// Words of links that say nothing about where they lead.
const PLAIN_LINKS: &str = "\
    link|links|paper|code|github|repo|tweet|blog|pdf|demo|here|via|more|链接|原文|论文|代码|项目|地址|详情|\
    官网|查看|主页|仓库|网址";
/// Signs between a title and the text about it.
const SEPARATORS: [char; 12] = ['：', ':', '-', '–', '—', '|', '｜', '，', ',', '。', '·', '~'];

/// Makes an item of blocks, the first of which begins it. `outer` lists stand around it and are not shown.
pub(super) fn item(blocks: &[&Block], section: Vec<String>, outer: usize) -> RawItem {
    let Some((first, later)) = blocks.split_first() else { return RawItem::default() };
    if let Some(item) = question(first, later, &section, outer) {
        return item;
    }
    let behind = marker::read(&first.text)
        .filter(|_| !matches!(first.kind, BlockKind::ListItem { number: Some(_), .. }))
        .map_or(0, |marker| marker.end);
    let Divided { title, text, people, byline } = match first.kind {
        BlockKind::TableRow { .. } => row(first),
        _ => lead(first, behind),
    };
    let mut body = Block { kind: BlockKind::Paragraph, ..first.showing(text) };
    body.lead = 0;
    // The page of somebody who is named is not what the item is about.
    body.links.retain(|link| link.shown.is_empty() || !byline.contains(&link.shown.start));
    // What links show has moved; their addresses are kept, once.
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
        forms: Vec::new(),
        ..(*first).clone()
    });
    let start = first.span.start;
    RawItem { section, title, blocks: own, start, spans, people, ..RawItem::default() }
}

/// Makes an item of what somebody asked, whose name begins it: `1、@甲 提问：` above the question.
fn question(first: &Block, later: &[&Block], section: &[String], outer: usize) -> Option<RawItem> {
    let behind = marker::read(&first.text).map_or(0, |marker| marker.end);
    let (line, rest) = first.text.split_once('\n').unwrap_or((&first.text, ""));
    let person = people::asker(line.get(behind..)?)?;
    let mut item = RawItem::of_blocks(later);
    item.blocks = later.iter().map(|block| inside(block, outer)).collect();
    if !rest.trim().is_empty() {
        item.blocks
            .insert(0, Block { lead: 0, links: Vec::new(), ..first.showing(rest.to_owned()) });
    }
    if item.blocks.is_empty() {
        return None;
    }
    item.start = first.span.start;
    item.spans.insert(0, first.span);
    item.section = section.to_vec();
    item.people = vec![person];
    Some(item)
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

/// The first block of an item, divided.
#[derive(Default)]
struct Divided {
    title: Option<String>,
    text: String,
    /// Whom its title is followed by.
    people: Vec<Person>,
    /// Where these are named, in bytes of the block.
    byline: Range<usize>,
}

impl Divided {
    fn new(title: &str, text: &str) -> Self {
        Self { title: Some(title.to_owned()), ..Self::untitled(text) }
    }

    fn untitled(text: &str) -> Self {
        Self { text: text.trim().to_owned(), ..Self::default() }
    }
}

/// Returns whether a link names what a block is about.
pub(super) fn is_named_by_link(block: &Block) -> bool {
    linked_lead(block, marker::read(&block.text).map_or(0, |marker| marker.end)).is_some()
}

/// Names an item up to its link where the items beside it are named by links: few words stand before it, and a sign parts
/// it from the text.
pub(super) fn name_up_to_link(item: &mut RawItem, first: &Block) {
    let Some(link) = first.links.iter().find(|link| !link.shown.is_empty()) else { return };
    let behind = marker::read(&first.text).map_or(0, |marker| marker.end);
    let (Some(before), Some(title), Some(after)) = (
        first.text.get(behind..link.shown.start),
        first.text.get(behind..link.shown.end),
        first.text.get(link.shown.end..),
    ) else {
        return;
    };
    let is_few = before.chars().take(MAX_TAG + 1).count() <= MAX_TAG
        && before.chars().any(char::is_alphanumeric)
        && !before.contains([':', '：', '，', '。', '\n', '【', '[']);
    if is_few
        && after.trim_start().starts_with(SEPARATORS)
        && !link.shown.of(&first.text).contains("://")
    {
        let (links, images, forms) = (Vec::new(), Vec::new(), Vec::new());
        let title = title.trim().to_owned();
        item.title = Some(Block {
            kind: BlockKind::Paragraph,
            text: title,
            links,
            images,
            forms,
            ..first.clone()
        });
        if let Some(body) = item.blocks.first_mut() {
            let shown = first.showing(first.text[behind..].to_owned());
            (body.text, body.forms) = (shown.text, shown.forms);
        }
    }
}

/// Divides the first block of an item, whose number ends at the byte `behind`.
fn lead(block: &Block, behind: usize) -> Divided {
    let text = block.text.get(behind..).unwrap_or_default();
    let lead = linked_lead(block, behind).or_else(|| bold_lead(block, behind));
    if let Some(mut lead) = lead {
        let Some((people, len)) = people::behind_title(lead.after) else {
            return lead.divide(text);
        };
        let begin = block.text.len() - lead.after.len();
        lead.after = &lead.after[len..];
        let byline = begin..begin + len;
        // Without it, what follows stands apart.
        let is_name = lead.is_all && !lead.after.starts_with(char::is_alphanumeric);
        let ends = lead.ends || is_name;
        return Divided { people, byline, ..Lead { ends, ..lead }.divide(text) };
    }
    let (text, people) = people::without_tag(text.trim());
    Divided { people, ..first_line(text) }
}

/// Takes the first line for the title if it is short and one sentence.
fn first_line(text: &str) -> Divided {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (tag, first) = dated_tag(first);
    let before_address = without_address(first);
    let title = before_address.unwrap_or(first).trim();
    // What an address ends or follows is a title, whatever it exclaims or asks.
    let is_named = before_address.is_some() || is_address(rest.lines().next().unwrap_or_default());
    let limit = if is_named { MAX_NAMED_TITLE } else { MAX_TITLE };
    let is_title = !title.is_empty()
        && title.chars().take(limit + 1).count() <= limit
        && (is_named || !title.trim_end_matches(['。', '！', '？']).contains(['。', '！', '？']));
    if !is_title {
        return Divided::untitled(text);
    }
    let ends: &[char] = if before_address.is_some() { &SEPARATORS } else { &['；', ';', '。'] };
    let title = title.trim_end_matches(ends).trim_end();
    // Its day stays in the text.
    Divided::new(title, if tag.is_empty() { rest } else { text })
}

/// Parts a day in brackets from the line that it begins: `[ 240222 ]`, `【2024-02-22】`.
fn dated_tag(line: &str) -> (&str, &str) {
    let end = line.find([']', '】', ')', '）']).filter(|end| *end <= 2 * MAX_TAG);
    let Some((tag, rest)) = end.and_then(|end| {
        let behind = end + line[end..].chars().next().map_or(1, char::len_utf8);
        line.split_at_checked(behind)
    }) else {
        return ("", line);
    };
    let inner = tag.trim_start_matches(['[', '【', '(', '（']);
    let digits = inner.chars().filter(char::is_ascii_digit).count();
    let is_day = inner.len() < tag.len()
        && (MIN_DAY_DIGITS..=MAX_DAY_DIGITS).contains(&digits)
        && inner
            .trim_end_matches([']', '】', ')', '）'])
            .chars()
            .all(|c| c.is_ascii_digit() || "-/.年月日 ".contains(c));
    if is_day && rest.contains(char::is_alphanumeric) {
        (tag, rest.trim_start())
    } else {
        ("", line)
    }
}

/// Returns what stands before the address that a line ends with, whether or not angle brackets stand around that.
pub(super) fn without_address(line: &str) -> Option<&str> {
    let url = find_urls(line).pop()?;
    let before = line.get(..url.start)?;
    let end = line.trim_end();
    let end = match before.trim_end().strip_suffix('<') {
        Some(_) => end.trim_end_matches(['>', '/', ' ']).len(),
        None => end.len(),
    };
    (url.end >= end && url.start > 0).then(|| before.trim_end_matches(['<', ' ']))
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

impl Lead<'_> {
    /// Takes the words out of the text that they begin, unless it is a sentence that begins with its subject.
    fn divide(self, text: &str) -> Divided {
        let after = self.after.trim_start_matches([' ', '\u{3000}']);
        let rest = after.trim_start_matches(SEPARATORS);
        // A full stop behind a link says nothing.
        let says_more = after.chars().any(char::is_alphanumeric);
        let is_apart =
            self.ends || !says_more || after.starts_with('\n') || rest.len() < after.len();
        if is_apart && self.is_all {
            return Divided::new(&self.title, if says_more { rest } else { "" });
        }
        Divided::new(&self.title, text)
    }
}

/// A link that begins the text.
fn linked_lead(block: &Block, behind: usize) -> Option<Lead<'_>> {
    let link = block.links.iter().find(|link| !link.shown.is_empty() && link.shown.end > behind)?;
    let start = link.shown.start.max(behind);
    let before = block.text.get(behind..start)?;
    let title = block.text.get(start..link.shown.end)?.trim();
    let is_name = title.chars().any(char::is_alphanumeric)
        && !title.starts_with("http")
        && title.len() <= MAX_LINKED_TITLE
        && !title.contains('\n')
        && !is_listed(PLAIN_LINKS, title);
    let mark = before.trim();
    let is_sign = !mark.chars().any(char::is_alphanumeric) || is_shortcode(mark);
    let is_tag = mark.chars().count() <= MAX_TAG
        && (mark.starts_with(['[', '【', '「', '(', '（'])
            && mark.ends_with([']', '】', '」', ')', '）', '：', ':', '|', '-'])
            || mark.starts_with('#')
            || mark.chars().all(|c| c.is_ascii_digit() || "-/.年月日 ".contains(c)))
        && !mark.contains(['。', '，']);
    (is_name && (is_sign || is_tag)).then(|| Lead {
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
fn row(block: &Block) -> Divided {
    // A cell without text, of a picture, leaves its mark with the next one; at the end, nothing is left of an empty one.
    let has_pictures = !block.images.is_empty();
    let bare = |cell| {
        let cell = str::trim(cell).trim_start_matches(['|', ' ']);
        if has_pictures { cell } else { cell.trim_end_matches(['|', ' ']) }
    };
    let cells: Vec<&str> = block.text.split(" | ").map(bare).collect();
    let filled = |not: Option<&str>| {
        let others = cells.iter().copied().filter(|cell| !cell.is_empty() && Some(*cell) != not);
        others.collect::<Vec<_>>().join(" | ")
    };
    let whole = filled(None);
    let named = cells.iter().find(|cell| {
        cell.chars().any(char::is_alphabetic) && !is_day(cell) && !is_listed(PLAIN_LINKS, cell)
    });
    let Some(cell) = named else { return Divided::untitled(&whole) };
    let behind = marker::read(cell).map_or(0, |marker| marker.end);
    // What follows a line break in a cell is about what stands before it.
    let name = cell[behind..].trim().lines().next().unwrap_or_default().trim();
    let start = block.text.find(*cell).unwrap_or_default() + behind;
    let bold = block.forms.iter().find(|form| {
        form.kind == FormKind::Strong
            && block.text.get(start..form.shown.start).is_some_and(|gap| gap.trim().is_empty())
    });
    let lead = bold.map(|form| form.shown.of(&block.text).trim());
    let name = lead.filter(|lead| lead.contains(char::is_alphabetic)).unwrap_or(name);
    let name = name.trim_end_matches(['：', ':']);
    if name.chars().take(MAX_NAMED_TITLE + 1).count() > MAX_NAMED_TITLE {
        return Divided::untitled(&whole);
    }
    // A cell that says more than the name stays whole.
    if name.len() < cell[behind..].trim().trim_end_matches(['：', ':']).len() {
        return Divided::new(name, &whole);
    }
    Divided::new(name, &filled(Some(cell)))
}

/// Returns whether a cell is a day or another number: `07-29`, `2024年7月29日`, `第 3 周`.
fn is_day(cell: &str) -> bool {
    cell.chars().any(|c| c.is_ascii_digit())
        && cell.chars().all(|c| !c.is_alphabetic() || "年月日号期周第".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    /// Holds the title and the text of the first block of an item against what is expected.
    #[track_caller]
    fn check(text: &str, title: Option<&str>, body: &str) {
        let blocks = blocks(text, 0);
        let item = item(&[blocks.last().unwrap()], Vec::new(), 1);
        let found = item.title.as_ref().map(|title| title.text.as_str());
        assert_eq!((found, item.blocks[0].text.as_str()), (title, body), "{text}");
    }

    #[test]
    fn a_link_that_begins_an_item_names_it() {
        check("1、[甲](http://a.b)：文字", Some("甲"), "文字");
        check("1、[甲](http://a.b)。", Some("甲"), "");
        check("🔥 [甲](http://a.b) - 文字", Some("甲"), "文字");
        check(":tada: [甲](http://a.b)，文字", Some("甲"), "文字");
        // A sentence that begins with its subject stays whole, as does a tag.
        check("[甲](http://a.b)发布了乙", Some("甲"), "甲发布了乙");
        check("【开源】[甲](http://a.b)：文字", Some("甲"), "【开源】甲：文字");
        check("2024-02-22 [甲](http://a.b)", Some("甲"), "2024-02-22 甲");
        check("文字[甲](http://a.b)", Some("文字甲"), "");
        check("[ ] 去看[甲](http://a.b)", Some("[ ] 去看甲"), "");
        check("[链接](http://a.b)：文字", Some("链接：文字"), "");
    }

    #[test]
    fn bold_words_name_an_item_if_a_sign_parts_them_from_the_text() {
        check("**甲**：文字", Some("甲"), "文字");
        check("**甲：**文字", Some("甲"), "文字");
        check("**甲** 文字", Some("甲"), "甲 文字");
        check("**甲**文字", Some("甲文字"), "");
    }

    #[test]
    fn a_short_line_of_one_sentence_is_a_title() {
        check("1、一句话。", Some("一句话"), "");
        check("1、一句话。又一句。", None, "一句话。又一句。");
        check("1、一句话：http://a.b", Some("一句话"), "");
        check("1、真的？一句话 http://a.b", Some("真的？一句话"), "");
        check("1、真的！一句话\nhttp://a.b", Some("真的！一句话"), "http://a.b");
        check("1、http://a.b", Some("http://a.b"), "");
        let long = |length: usize| "长".repeat(length);
        check(&long(MAX_TITLE), Some(&long(MAX_TITLE)), "");
        check(&long(MAX_TITLE + 1), None, &long(MAX_TITLE + 1));
    }

    #[test]
    fn a_day_in_brackets_is_not_the_title() {
        check("[ 240222 ] 一句话 http://a.b", Some("一句话"), "[ 240222 ] 一句话 http://a.b");
        check("【2-22】一句话", Some("一句话"), "【2-22】一句话");
        check("[12] 一句话", Some("一句话"), "");
        check("【开源】一句话", Some("【开源】一句话"), "");
    }

    #[track_caller]
    fn check_people(text: &str, title: &str, people: &[&str], links: usize) {
        let blocks = blocks(text, 0);
        let item = item(&[blocks.last().unwrap()], Vec::new(), 1);
        let found: Vec<&str> = item.people.iter().map(|one| one.name.as_str()).collect();
        let named = item.title.as_ref().map(|title| title.text.as_str());
        assert_eq!((named, found), (Some(title), people.to_vec()), "{text}");
        assert_eq!(item.blocks[0].links.len(), links, "{text}");
    }

    #[test]
    fn who_wrote_it_may_stand_behind_a_title() {
        check_people("- [甲](http://a.b) by [Ada Oak](http://a.c)", "甲", &["Ada Oak"], 1);
        check_people("- [甲](http://a.b) by Ada and Ben: 文字", "甲", &["Ada", "Ben"], 1);
        check_people("- 甲 http://a.b [ from 乙 ]", "甲", &["乙"], 1);
        check_people("- 甲 < http://a.b > （by Ada Oak）", "甲", &["Ada Oak"], 1);
        check_people("- [甲](http://a.b) by the way", "甲", &[], 1);
        check_people(
            "- 甲 http://a.b （from 这里可以找到更多）",
            "甲 http://a.b（from 这里可以找到更多）",
            &[],
            1,
        );
    }

    #[test]
    fn a_row_is_named_by_its_first_cell_with_a_name() {
        let row = |cells: &str| format!("| a | b | c |\n|-|-|-|\n| {cells} |\n");
        check(&row("1 | 甲 | 文字"), Some("甲"), "1 | 文字");
        check(&row("[链接](http://a.b) | 甲 | 文字"), Some("甲"), "链接 | 文字");
        check(&row("1 | 2 | 3"), None, "1 | 2 | 3");
        check(&row("07-29 | 甲 | 文字"), Some("甲"), "07-29 | 文字");
        check(&row("2024年7月29日 | 甲 | 文字"), Some("甲"), "2024年7月29日 | 文字");
        check(&row("1 | 甲<br>文字 | 乙"), Some("甲"), "1 | 甲\n文字 | 乙");
        check(&row("1 |  | 甲"), Some("甲"), "1");
        check(&row("**甲** 是乙 | 文字 | "), Some("甲"), "甲 是乙 | 文字");
        check(
            &row("1) **甲** - 乙 | 文字 | "),
            Some("甲"),
            "1) **甲** - 乙 | 文字".replace("**", "").as_str(),
        );
        check(&row("1 | 【甲】乙（丙） | 文字"), Some("【甲】乙（丙）"), "1 | 文字");
        check(&row("1 | 甲 \\|【乙】 | 文字"), Some("甲 |【乙】"), "1 | 文字");
    }
}
