//! Markdown to blocks of reading text, each with its place in the file, its links and its images.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::html;
use super::item::label;
use super::marker::{self, Style};
use crate::address::find_urls;
use crate::text::{ByteSpan, floor_boundary, is_wide_punctuation, is_wide_script, merge_spans};

/// Stands for a soft line break until the whole paragraph is known.
const SOFT_BREAK: char = '\u{1F}';

/// Labels and addresses on lines of their own are shorter than this many bytes; it bounds the work on huge paragraphs.
const MAX_OWN_LINE: usize = 4096;

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// The beginning of a list item; later blocks of the item are `Continuation`.
    ListItem {
        /// Number of an ordered item.
        number: Option<u64>,
        /// Lists around it, 1 for a top-level list.
        depth: usize,
    },
    /// A later block inside a list item.
    Continuation,
    /// A paragraph inside a block quote.
    Quote,
    /// A code block.
    Code,
    /// A row of a table.
    TableRow {
        /// Whether it names the columns.
        head: bool,
    },
    /// A block of HTML, with its tags removed.
    Html,
}

/// A link inside a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlockLink {
    /// Bytes of the block's text that show the link.
    pub(crate) shown: ByteSpan,
    /// Where it leads, as written.
    pub(crate) url: String,
}

/// One block of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: BlockKind,
    /// Reading text: no marks, no images, no tags; list and quote marks kept.
    pub(crate) text: String,
    /// Bytes of the file.
    pub(crate) span: ByteSpan,
    /// In order of appearance.
    pub(crate) links: Vec<BlockLink>,
    /// Addresses of images, in order.
    pub(crate) images: Vec<String>,
    /// Lists around it.
    pub(crate) depth: usize,
    /// Whether a quote is around it.
    pub(crate) quoted: bool,
    /// Bytes at the beginning of its text that are set in bold.
    pub(crate) lead: usize,
    /// Whether a rule stands above it.
    pub(crate) ruled: bool,
}

impl Block {
    /// Returns whether the block has no reading text.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Returns whether the block has neither text nor images.
    pub(crate) fn shows_nothing(&self) -> bool {
        self.is_blank() && self.images.is_empty()
    }

    /// Returns whether the block has a link that leads out of the file.
    pub(crate) fn leads_out(&self) -> bool {
        self.links.iter().any(|link| !link.url.starts_with('#') && !link.url.is_empty())
    }

    /// Returns whether the block is a line of a table of contents: it leads to a place in the file.
    pub(crate) fn is_contents(&self) -> bool {
        !self.links.is_empty() && self.links.iter().all(|link| link.url.starts_with('#'))
    }
}

/// Reads the blocks of a file behind its front matter, which ends at the byte `from`; any text gives some.
pub(crate) fn blocks(source: &str, from: usize) -> Vec<Block> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut builder = Builder::default();
    let text = source.get(from..).unwrap_or_default();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        builder.event(event, ByteSpan::new(from + range.start, from + range.end));
    }
    builder.close();
    builder.blocks
}

#[derive(Clone, Debug)]
enum Container {
    Quote,
    List { next: Option<u64> },
    Item { number: Option<u64>, begun: bool },
}

/// A tag inside running text, left out of it unless it turns out to be shown.
struct InlineTag {
    at: usize,
    tag: html::TagName,
    raw: String,
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    open: Option<Block>,
    containers: Vec<Container>,
    /// Links being written: where their text began and where they lead.
    links: Vec<(usize, String)>,
    /// Tags of HTML in the open block.
    tags: Vec<InlineTag>,
    /// Images around the current event; their alternative text is not reading text.
    images: usize,
    cells: usize,
    /// Where bold text begins, if that is the beginning of its block.
    bold: bool,
    /// A rule was read and no block since.
    rule: bool,
    /// Where a line ended, until what follows is known.
    line_end: Option<usize>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: ByteSpan) {
        if let (Some(end), Event::Text(text)) = (self.line_end.take(), &event) {
            self.split_numbered_line(text, end, span);
        }
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.push(&text, span),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.push(&code, span);
            }
            Event::Html(raw) => self.push(&raw, span),
            Event::InlineHtml(raw) => {
                self.inline_html(&raw, span);
                self.line_end = raw.starts_with("<br").then_some(span.start);
            }
            Event::SoftBreak => {
                self.push(&SOFT_BREAK.to_string(), span);
                self.line_end = Some(span.start);
            }
            Event::HardBreak => {
                self.push("\n", span);
                self.line_end = Some(span.start);
            }
            Event::Rule => {
                self.close();
                self.rule = true;
            }
            Event::FootnoteReference(name) => self.push(&format!("[^{name}]"), span),
            Event::TaskListMarker(done) => self.push(if done { "[x] " } else { "[ ] " }, span),
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: ByteSpan) {
        match tag {
            Tag::Heading { level, .. } => self.begin(BlockKind::Heading(level_number(level)), span),
            Tag::Paragraph => {
                self.close();
                self.begin_text(span);
            }
            Tag::CodeBlock(_) => self.begin(BlockKind::Code, span),
            Tag::HtmlBlock => self.begin(BlockKind::Html, span),
            Tag::TableHead | Tag::TableRow => {
                let head = matches!(tag, Tag::TableHead);
                self.begin(BlockKind::TableRow { head }, span);
                self.cells = 0;
            }
            Tag::Strong => {
                self.ensure_open(span);
                self.bold = self.open.as_ref().is_some_and(|block| block.text.trim().is_empty());
            }
            Tag::TableCell => {
                self.cells += 1;
                if self.cells > 1 {
                    self.push(" | ", span);
                }
            }
            Tag::FootnoteDefinition(_) => self.close(),
            Tag::BlockQuote(_) => {
                self.close();
                self.containers.push(Container::Quote);
            }
            Tag::List(first) => {
                self.close();
                self.containers.push(Container::List { next: first });
            }
            Tag::Item => {
                self.close();
                let mut number = None;
                if let Some(Container::List { next: Some(next) }) = self.containers.last_mut() {
                    number = Some(*next);
                    *next += 1;
                }
                self.containers.push(Container::Item { number, begun: false });
            }
            Tag::Link { dest_url, .. } => {
                self.ensure_open(span);
                let at = self.open.as_ref().map_or(0, |block| block.text.len());
                self.links.push((at, dest_url.into_string()));
            }
            Tag::Image { dest_url, .. } => {
                self.ensure_open(span);
                self.images += 1;
                if let Some(block) = &mut self.open {
                    block.images.push(dest_url.into_string());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_)
            | TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::TableHead
            | TagEnd::TableRow => self.close(),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.close();
                self.containers.pop();
            }
            TagEnd::Link => {
                if let (Some((start, url)), Some(block)) = (self.links.pop(), &mut self.open) {
                    block.links.push(BlockLink {
                        shown: ByteSpan::new(start, block.text.len().max(start)),
                        url,
                    });
                }
            }
            TagEnd::Strong if std::mem::take(&mut self.bold) => {
                if let Some(block) = &mut self.open {
                    block.lead = block.text.len();
                }
            }
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            _ => {}
        }
    }

    fn begin(&mut self, kind: BlockKind, span: ByteSpan) {
        self.close();
        let is_list = |container: &&Container| matches!(container, Container::List { .. });
        let is_quote = |container: &Container| matches!(container, Container::Quote);
        self.open = Some(Block {
            kind,
            text: String::new(),
            span,
            links: Vec::new(),
            images: Vec::new(),
            depth: self.containers.iter().filter(is_list).count(),
            quoted: self.containers.iter().any(is_quote),
            lead: 0,
            ruled: std::mem::take(&mut self.rule),
        });
    }

    /// Begins a new block where a paragraph of numbered lines goes on to the next number: each line is an entry.
    fn split_numbered_line(&mut self, line: &str, end: usize, span: ByteSpan) {
        let Some(block) = &mut self.open else { return };
        if block.kind != BlockKind::Paragraph
            || !self.links.is_empty()
            || !self.containers.is_empty()
        {
            return;
        }
        let Some(next) = marker::read(line) else { return };
        let follows = marker::read(&block.text).is_some_and(|own| {
            let counts = next.style == Style::Sign || own.number + 1 == next.number;
            own.style == next.style && counts
        });
        if follows {
            block.span.end = end;
            self.begin_text(span);
        }
    }

    /// Begins a block of running text, its kind given by the containers around it.
    fn begin_text(&mut self, span: ByteSpan) {
        let lists = |container: &&Container| matches!(container, Container::List { .. });
        let depth = self.containers.iter().filter(lists).count();
        let kind = match self.containers.last_mut() {
            Some(Container::Quote) => BlockKind::Quote,
            Some(Container::Item { number, begun }) => {
                let kind = BlockKind::ListItem { number: *number, depth };
                if std::mem::replace(begun, true) { BlockKind::Continuation } else { kind }
            }
            _ => BlockKind::Paragraph,
        };
        self.begin(kind, span);
    }

    fn ensure_open(&mut self, span: ByteSpan) {
        if self.open.is_none() {
            self.begin_text(span);
        }
    }

    fn push(&mut self, text: &str, span: ByteSpan) {
        if self.images > 0 {
            return;
        }
        self.ensure_open(span);
        if let Some(block) = &mut self.open {
            block.text.push_str(text);
            block.span.end = block.span.end.max(span.end);
        }
    }

    fn inline_html(&mut self, raw: &str, span: ByteSpan) {
        self.ensure_open(span);
        let stripped = html::strip(raw);
        if let Some(block) = &mut self.open {
            let at = block.text.len();
            let shown = ByteSpan::new(at, at);
            block.links.extend(stripped.links.into_iter().map(|url| BlockLink { shown, url }));
            block.images.extend(stripped.images);
            if let Some(tag) = html::TagName::of(raw) {
                self.tags.push(InlineTag { at, tag, raw: raw.to_owned() });
            }
        }
        self.push(&stripped.text, span);
    }

    /// Puts back the tags without a partner: somebody writes about `<table>` and does not make one.
    fn restore_lone_tags(&mut self, block: &mut Block) {
        let tags = std::mem::take(&mut self.tags);
        let mut open: Vec<usize> = Vec::new();
        let mut lone = vec![true; tags.len()];
        for (index, tag) in tags.iter().enumerate() {
            if !tag.tag.closing {
                open.push(index);
            } else if let Some(partner) =
                open.iter().rposition(|&other| tags[other].tag.name == tag.tag.name)
            {
                lone[open[partner]] = false;
                lone[index] = false;
                open.truncate(partner);
            }
        }
        for (tag, _) in tags.iter().zip(lone).rev().filter(|(_, lone)| *lone) {
            block.text.insert_str(tag.at, &tag.raw);
            let moved = |edge: usize| if edge >= tag.at { edge + tag.raw.len() } else { edge };
            for link in &mut block.links {
                link.shown = ByteSpan::new(moved(link.shown.start), moved(link.shown.end));
            }
        }
    }

    fn close(&mut self) {
        self.links.clear();
        let Some(mut block) = self.open.take() else { return };
        if block.kind == BlockKind::Html {
            let stripped = html::strip(&block.text);
            block.text = stripped.text;
            block.links = stripped
                .links
                .into_iter()
                .map(|url| BlockLink { shown: ByteSpan::default(), url })
                .collect();
            block.images = stripped.images;
        }
        self.restore_lone_tags(&mut block);
        tidy(&mut block);
        if !block.is_blank() || !block.images.is_empty() || !block.links.is_empty() {
            self.blocks.push(block);
        }
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Settles soft breaks, white space and stray emphasis marks, keeping the spans of links right, and finds the bare
/// URLs among the text.
fn tidy(block: &mut Block) {
    if block.kind == BlockKind::Code {
        block.text = block.text.trim_end().to_owned();
        add_bare_urls(block);
        return;
    }
    let source = std::mem::take(&mut block.text);
    let stray = stray_emphasis(&source);
    let mut text = String::with_capacity(source.len());
    // New offset for every old one that a link uses.
    let mut edges: Vec<usize> =
        block.links.iter().flat_map(|link| [link.shown.start, link.shown.end]).collect();
    if block.lead == 0 && stray.first() == Some(&0) {
        block.lead = stray.get(2).copied().unwrap_or_default();
    }
    edges.push(block.lead);
    edges.sort_unstable();
    edges.dedup();
    let mut moved: Vec<usize> = Vec::with_capacity(edges.len());
    let mut line_start = 0;
    let mut chars = source.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        while moved.len() < edges.len() && edges[moved.len()] <= at {
            moved.push(text.len());
        }
        if stray.binary_search(&at).is_ok() {
            continue;
        }
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            SOFT_BREAK
                if begins_own_line(&source[at + 1..]) || ends_own_line(&text[line_start..]) =>
            {
                text.push('\n');
                line_start = text.len();
            }
            SOFT_BREAK => {
                let glued = text.chars().next_back().is_some_and(is_wide_script)
                    && next.is_some_and(is_wide_script);
                if !glued && !text.ends_with([' ', '\n']) {
                    text.push(' ');
                }
            }
            '\n' => {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
                line_start = text.len();
            }
            c if c.is_whitespace() => {
                // One space is enough, and none beside full-width punctuation.
                let before = text.chars().next_back();
                let needless = before
                    .is_none_or(|c| c == ' ' || c == '\n' || is_wide_punctuation(c))
                    || next.is_some_and(is_wide_punctuation);
                if !needless {
                    text.push(' ');
                }
            }
            c => text.push(c),
        }
    }
    while moved.len() < edges.len() {
        moved.push(text.len());
    }
    text.truncate(text.trim_end().len());
    let place = |edge: usize| {
        edges.binary_search(&edge).ok().map_or(0, |index| moved[index]).min(text.len())
    };
    block.lead = place(block.lead);
    for link in &mut block.links {
        link.shown = ByteSpan::new(place(link.shown.start), place(link.shown.end));
    }
    block.text = text;
    add_bare_urls(block);
}

/// Returns whether a line is a label or an address of its own, which a soft break before it keeps apart.
fn begins_own_line(rest: &str) -> bool {
    let rest = &rest[..floor_boundary(rest, MAX_OWN_LINE)];
    let line = rest.split([SOFT_BREAK, '\n']).next().unwrap_or_default().trim_start();
    line.starts_with("http://") || line.starts_with("https://") || label(line).is_some()
}

fn ends_own_line(line: &str) -> bool {
    if line.len() > MAX_OWN_LINE {
        return false;
    }
    label(line).is_some()
        || find_urls(line).first().is_some_and(|url| url.start == 0 && url.end == line.len())
}

/// Finds `**` that Markdown left standing because of the punctuation beside it, as it does in `**重点：**内容`:
/// a reader takes such pairs for emphasis. Returns the byte offsets of every asterisk, sorted.
fn stray_emphasis(text: &str) -> Vec<usize> {
    let marks: Vec<usize> = text.match_indices("**").map(|(at, _)| at).collect();
    let pairs = marks.len() / 2 * 2;
    marks[..pairs].iter().flat_map(|&at| [at, at + 1]).collect()
}

fn add_bare_urls(block: &mut Block) {
    if !block.text.contains("http") {
        return;
    }
    let covered = merge_spans(block.links.iter().map(|link| link.shown).collect());
    for span in find_urls(&block.text) {
        let next = covered.partition_point(|shown| shown.end <= span.start);
        if covered.get(next).is_none_or(|shown| shown.start >= span.end) {
            block.links.push(BlockLink { shown: span, url: span.of(&block.text).to_owned() });
        }
    }
    block.links.sort_by_key(|link| link.shown.start);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let texts: Vec<String> = blocks(source, 0).into_iter().map(|block| block.text).collect();
        assert_eq!(texts, expected, "{source:?}");
    }

    #[test]
    fn marks_vanish_and_reading_text_stays() {
        check("**粗** *斜* `code` ~~删~~ [字](http://a.b)", &["粗 斜 code 删 字"]);
        check("**重点：**内容", &["重点：内容"]);
        check("OlympiadBench **：促进**", &["OlympiadBench：促进"]);
        check("模型\n训练\nfine\ntuning", &["模型训练 fine tuning"]);
        check("贡献人：@甲\nhttps://a.b/c\n正文", &["贡献人：@甲\nhttps://a.b/c\n正文"]);
        check("![图](http://a.b/i.png)文", &["文"]);
    }

    #[test]
    fn only_names_of_html_elements_are_tags() {
        check("换<br>行 <b>粗</b> <think>想</think>", &["换\n行 粗 <think>想</think>"]);
        check("标签 <table>、<i> 与 [链](http://a.b) <b>", &["标签 <table>、<i> 与 链 <b>"]);
        check("<p align=\"center\"><img src='http://a.b/i.png'>文&amp;字</p>", &["文&字"]);
    }

    #[test]
    fn links_know_what_they_show() {
        let block = blocks("甲  [乙 丙](http://a.b) https://c.d/e丁", 0).remove(0);
        let shown: Vec<(&str, &str)> = block
            .links
            .iter()
            .map(|link| (link.shown.of(&block.text), link.url.as_str()))
            .collect();
        assert_eq!(shown, [("乙 丙", "http://a.b"), ("https://c.d/e", "https://c.d/e")]);
    }

    #[test]
    fn lists_tell_their_numbers_and_depth() {
        let kinds: Vec<BlockKind> =
            blocks("1. a\n1. b\n   - c\n\n     d", 0).into_iter().map(|block| block.kind).collect();
        let item = |number, depth| BlockKind::ListItem { number, depth };
        assert_eq!(
            kinds,
            [item(Some(1), 1), item(Some(2), 1), item(None, 2), BlockKind::Continuation]
        );
    }
}
