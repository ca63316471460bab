//! The blocks of an item to what they say: contributors, links, title and reading text.

use std::collections::HashSet;

use lazy_regex::regex;

use super::label::{Label, is_address, label};
use super::markdown::{Block, BlockKind};
use super::model::Item;
use super::names::is_name;
use super::people::{self, Person};
use super::signed;
use super::written::{self, Passage};
use crate::address::{Link, keep_first};
use crate::text::ByteSpan;

/// Title of an item that begins with a long paragraph: its first sentence, which ends at a pause before this many characters.
const MAX_DERIVED_TITLE: usize = 90;
/// A sentence of fewer letters than this names nothing; the next one belongs to it.
const MIN_DERIVED_TITLE: usize = 3;
/// So many paragraphs may stand above a comment: where the item comes from, say.
const MAX_BEFORE_COMMENT: usize = 2;
/// Lines that exporting tools leave where something could not be exported.
const EXPORT_NOISE: [&str; 4] = [
    "暂时无法在飞书文档外展示此内容",
    "暂时无法在文档外展示此内容",
    "此内容暂不支持导出",
    "[图片]",
];

/// An item as a layout marked it out, before its lines are understood.
#[derive(Debug, Default)]
pub(super) struct RawItem {
    pub(super) section: Vec<String>,
    /// The block that holds its title, if it has one of its own.
    pub(super) title: Option<Block>,
    pub(super) blocks: Vec<Block>,
    /// Byte of the file it begins at.
    pub(super) start: usize,
    /// Bytes of the file it takes.
    pub(super) spans: Vec<ByteSpan>,
    /// Headings that may date it, innermost first.
    pub(super) dated: Vec<String>,
    /// Whether it is a text beside the items of a section.
    pub(super) aside: bool,
    /// Who brought it, where that is not said in its blocks.
    pub(super) people: Vec<Person>,
    /// Whom its section or its report names, if it names nobody.
    pub(super) inherited: Vec<Person>,
}

impl RawItem {
    /// Makes an item without a title.
    pub(super) fn of_blocks(blocks: &[&Block]) -> Self {
        Self {
            start: blocks.first().map_or(0, |block| block.span.start),
            spans: blocks.iter().map(|block| block.span).collect(),
            blocks: blocks.iter().map(|block| (*block).clone()).collect(),
            ..Self::default()
        }
    }

    /// Makes an item of what stands below a heading.
    pub(super) fn below(heading: &Block, title: Block, blocks: &[&Block]) -> Self {
        let mut item = Self { title: Some(title), ..Self::of_blocks(blocks) };
        item.start = heading.span.start;
        item.spans.insert(0, heading.span);
        item
    }
}

/// Understands the lines of an item; `None` if nothing of it can be seen.
pub(super) fn finish(
    raw: &RawItem,
    line: usize,
    noise: &mut Vec<(ByteSpan, String)>,
) -> Option<Item> {
    let mut said = Said::default();
    for block in raw.title.iter().chain(&raw.blocks) {
        said.images.extend(block.images.iter().cloned());
        said.further.extend(people::own_links(block).map(|link| link.url.as_str()));
    }
    let behind = behind_text(&raw.blocks);
    for (at, block) in raw.blocks.iter().enumerate() {
        let end = if at < behind.0 { block.text.len() } else { behind.1 };
        said.block(block, end, noise);
    }
    let mut passages = said.passages;
    let text = written::without_pictures(&passages);
    let mut people = said.people;
    people.extend(raw.people.iter().cloned());
    let unnamed = |name: String| Person { name, role: None };
    people.extend(recommended_by(&text).map(unnamed));
    people.extend(comment_by(&text).map(unnamed));
    if people.is_empty() {
        people.extend(raw.inherited.iter().cloned());
    }
    let mut title = raw.title.as_ref().map(|title| tidy_title(&title.text)).unwrap_or_default();
    if title.is_empty() {
        title = derive_title(&text, &mut passages);
    }
    let boxed = title.len() - without_box(&title).len();
    title.drain(..boxed);
    let pictures = raw.title.as_ref().and_then(Passage::of_pictures);
    passages.splice(..0, pictures);
    let links = distinct_links(said.primary.into_iter().chain(said.further));
    if title.is_empty() {
        title.clone_from(&links.first()?.canonical);
    }
    let images = said.images;
    let section = raw.section.clone();
    let body = written::reading(&passages);
    let markdown = written::markdown(&passages);
    let mut item = Item { section, title, links, images, line, ..Item::default() };
    item.set_body(body, markdown);
    people::add(&mut item, people);
    Some(item)
}

/// What the blocks of an item say.
#[derive(Default)]
struct Said<'b> {
    people: Vec<Person>,
    /// Addresses on lines of their own before the text.
    primary: Vec<&'b str>,
    further: Vec<&'b str>,
    images: Vec<String>,
    passages: Vec<Passage<'b>>,
    /// Whether any of them has text.
    has_text: bool,
}

impl<'b> Said<'b> {
    /// Takes a block; who is named from its byte `end` on is named behind the text.
    fn block(&mut self, block: &'b Block, end: usize, noise: &mut Vec<(ByteSpan, String)>) {
        let whole = ByteSpan::new(0, block.text.len());
        // Of lines that follow one another, one span.
        let mut kept: Vec<ByteSpan> = Vec::new();
        let (mut at, mut keeps_text) = (0, false);
        for line in block.text.split_inclusive('\n') {
            let span = ByteSpan::new(at, at + line.len());
            at = span.end;
            let trimmed = line.trim();
            if !self.has_text && self.is_about(trimmed, block, !keeps_text) {
                continue;
            }
            if span.start >= end && self.names_people(trimmed) {
                continue;
            }
            if EXPORT_NOISE.contains(&trimmed) {
                noise.push((block.span, trimmed.to_owned()));
                continue;
            }
            keeps_text |= !trimmed.is_empty();
            match kept.last_mut() {
                Some(last) if last.end == span.start => last.end = span.end,
                _ => kept.push(span),
            }
        }
        if kept.is_empty() {
            // Its pictures stay.
            kept.push(ByteSpan::new(whole.end, whole.end));
        }
        let mut passage = Passage::of(block);
        if kept != [whole] || block.text.starts_with('\n') || block.text.ends_with('\n') {
            passage.keep(&kept);
        }
        self.has_text |= !passage.is_blank();
        if !passage.is_blank() || passage.has_pictures() {
            self.passages.push(passage);
        }
    }

    /// Takes a line before the text that names people or an address; `is_first` if nothing of its block is kept before it.
    fn is_about(&mut self, line: &'b str, block: &Block, is_first: bool) -> bool {
        let is_first = is_first && block.kind == BlockKind::Paragraph;
        match label(line) {
            Some(Label::Link(url)) => self.primary.push(url),
            None if is_first && is_address(line) => self.primary.push(line),
            _ => return self.names_people(line),
        }
        true
    }

    fn names_people(&mut self, line: &str) -> bool {
        let named = people::byline(line);
        let is_byline = !named.is_empty();
        self.people.extend(named);
        is_byline
    }
}

/// Returns the block, and the byte of it, from which on an item only says by whom and where it is; where the text goes on to the
/// end, the end.
fn behind_text(blocks: &[Block]) -> (usize, usize) {
    let mut behind = (blocks.len(), 0);
    for (at, block) in blocks.iter().enumerate().rev() {
        let mut start = block.text.len();
        for line in block.text.split_inclusive('\n').rev() {
            start -= line.len();
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            if block.kind != BlockKind::Paragraph || !signed::is_about(line) {
                return behind;
            }
            behind = (at, start);
        }
    }
    behind
}

/// Finds `来自 @name 的分享` and `（@name 投稿）`.
fn recommended_by(body: &str) -> Option<String> {
    if !body.contains('@') {
        return None;
    }
    // A name may hold anything; without 来自 before it, it ends where names usually do.
    let pattern = regex!(
        r"来自\s*@([^\n@]{1,40}?)\s*的\s*(?:分享|推荐|投稿)|(?:由|感谢|[（(])\s*@([^\s，。；：、@（）()]{1,40}(?: [^\s，。；：、@（）()]{1,40}){0,3}?)\s*的?\s*(?:分享|推荐|投稿|供稿|提供)"
    );
    let found = pattern.captures(body)?;
    found.get(1).or_else(|| found.get(2)).map(|name| name.as_str().to_owned())
}

/// Finds who comments on an item: one of its first paragraphs begins with `@name：`.
fn comment_by(body: &str) -> Option<String> {
    body.split("\n\n").take(MAX_BEFORE_COMMENT + 1).find_map(|paragraph| {
        let rest = paragraph.trim_start_matches(['>', ' ', '-']).strip_prefix('@')?;
        let (name, _) = rest.split_once(['：', ':'])?;
        let fits = name.chars().count() <= 30 && is_name(name) && !name.contains('/');
        fits.then(|| name.trim().to_owned())
    })
}

/// Returns a title without the box in front of it that says whether something is done.
fn without_box(title: &str) -> &str {
    let rest = ["[ ] ", "[x] ", "[X] "].iter().find_map(|sign| title.strip_prefix(sign));
    rest.map(str::trim_start).filter(|rest| rest.contains(char::is_alphanumeric)).unwrap_or(title)
}

pub(super) fn tidy_title(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_end_matches('#').trim().to_owned()
}

/// Takes the first sentence of the text for a title. The body keeps it: a title of a few words must not hide that
/// the sentence went on.
fn derive_title(text: &str, passages: &mut [Passage<'_>]) -> String {
    let first = text
        .lines()
        .map(|line| line.trim_start_matches(['>', '-', ' ']))
        .find(|line| !line.is_empty());
    let Some(first) = first else { return String::new() };
    let title = tidy_title(first_sentence(first));
    // The whole first line is the title: it need not be said twice.
    if title.len() == first.trim_end().len()
        && let Some(passage) = passages.iter_mut().find(|passage| !passage.is_blank())
    {
        passage.drop_line();
    }
    title
}

/// Returns the sentence that a line begins with. A call or a question belongs to what follows it; a sentence that is too
/// long ends where it pauses.
fn first_sentence(line: &str) -> &str {
    let mut letters = 0;
    let end = line.char_indices().find(|(_, c)| {
        letters += usize::from(c.is_alphanumeric());
        matches!(c, '。' | '；') && letters >= MIN_DERIVED_TITLE
    });
    let sentence = &line[..end.map_or(line.len(), |(at, _)| at)];
    let Some((limit, _)) = sentence.char_indices().nth(MAX_DERIVED_TITLE) else {
        return sentence.trim_end_matches(['。', '；']);
    };
    let beginning = &sentence[..limit];
    let shortest = sentence.char_indices().nth(MAX_DERIVED_TITLE / 2).map_or(limit, |(at, _)| at);
    let pause = |marks: &[char]| beginning.rfind(marks).filter(|at| *at >= shortest);
    let after = |at: usize| beginning[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    let end = pause(&['！', '？', '!', '?'])
        .map(after)
        .or_else(|| pause(&['，', '：', ',', ' ']))
        .unwrap_or(limit);
    beginning[..end].trim_end()
}

/// Reads addresses; of those that lead to the same place the first stays.
pub(super) fn distinct_links<'u>(urls: impl Iterator<Item = &'u str>) -> Vec<Link> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut links = urls.filter(|url| seen.insert(url)).filter_map(Link::parse).collect();
    keep_first(&mut links);
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_something_is_done_is_not_its_title() {
        for (title, expected) in [
            ("[x] 甲", "甲"),
            ("[ ] 甲", "甲"),
            ("[X]  甲", "甲"),
            ("[x] ", "[x] "),
            ("[xyz] 甲", "[xyz] 甲"),
            ("🐎 甲", "🐎 甲"),
        ] {
            assert_eq!(without_box(title), expected);
        }
    }

    #[test]
    fn the_sharer_of_an_item_is_its_contributor() {
        assert_eq!(recommended_by("好用。来自 @someone 的分享").as_deref(), Some("someone"));
        assert_eq!(recommended_by("来自 @Some One 的分享").as_deref(), Some("Some One"));
        assert_eq!(
            recommended_by("来自 @凝望，划过星空 的分享").as_deref(),
            Some("凝望，划过星空")
        );
        assert_eq!(recommended_by("（@someone 投稿）").as_deref(), Some("someone"));
        assert_eq!(recommended_by("来自社区的分享会"), None);
    }
}
