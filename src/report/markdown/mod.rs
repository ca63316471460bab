//! Markdown to blocks of reading text, each with its place in the file, its links and its images.

mod block;
mod form;
mod formulas;
mod pieces;
mod tags;
mod tidy;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::html::{self, Picture};
use super::marker::{self, Style};
use crate::text::ByteSpan;
pub(super) use block::{Block, BlockKind, BlockLink, Repeated};
use form::MAX_FORMS;
pub(super) use form::{Form, FormKind, Pieces};
use pieces::{Piece, pieces};
use tags::InlineTag;
use tidy::{CELL_END, SOFT_BREAK, add_bare_urls, tidy};

/// So many blocks of a file are told apart; people write a hundredth of that. What follows is read as it is: a list of
/// millions of entries would take a hundred times its size in memory.
pub(super) const MAX_BLOCKS: usize = 250_000;

/// Reads the blocks of a file behind its front matter, which ends at the byte `from`; any text gives some.
pub(crate) fn blocks(source: &str, from: usize) -> Vec<Block> {
    blocks_up_to(MAX_BLOCKS, source, from)
}

fn blocks_up_to(most: usize, source: &str, from: usize) -> Vec<Block> {
    let mut builder = Builder { most, ..Builder::default() };
    let mut at = from;
    for piece in pieces(source.get(from..).unwrap_or_default()) {
        let (Piece::Markdown(text) | Piece::Line(text)) = piece;
        let read = match piece {
            Piece::Markdown(text) => builder.markdown(text, at),
            Piece::Line(_) => 0,
        };
        if read < text.len() {
            builder.line(&text[read..], ByteSpan::new(at + read, at + text.len()));
        }
        at += text.len();
    }
    builder.blocks
}

#[derive(Clone, Debug)]
enum Container {
    Quote,
    List { next: Option<u64> },
    Item { number: Option<u64>, begun: bool },
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    /// With so many blocks, it is full.
    most: usize,
    open: Option<Block>,
    containers: Vec<Container>,
    /// Links being written: where their text began and where they lead.
    links: Vec<(usize, String)>,
    /// Tags of HTML in the open block.
    tags: Vec<InlineTag>,
    /// Images around the current event.
    images: usize,
    /// The outermost of them: its place and itself.
    picture: Option<(usize, Picture)>,
    /// Where the forms begin that have not ended, with what they are.
    setting: Vec<(usize, FormKind)>,
    /// How many forms the blocks have.
    forms: usize,
    cells: usize,
    /// Where bold text begins, if that is the beginning of its block.
    bold: bool,
    /// A rule was read and no block since.
    rule: bool,
    /// Where a line ended, until what follows is known.
    line_end: Option<usize>,
}

impl Builder {
    /// Reads Markdown that begins at the byte `at` of the file, until it is full; returns how many bytes were read.
    fn markdown(&mut self, text: &str, at: usize) -> usize {
        if self.is_full() {
            return 0;
        }
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
        let mut read = text.len();
        let masked = formulas::masked(text);
        for (event, range) in Parser::new_ext(&masked, options).into_offset_iter() {
            if self.is_full() && self.open.is_none() && matches!(event, Event::Start(_)) {
                read = range.start;
                break;
            }
            let event = formulas::as_typed(event, text.get(range.clone()).unwrap_or_default());
            self.event(event, ByteSpan::new(at + range.start, at + range.end));
        }
        self.close();
        self.containers.clear();
        read
    }

    fn is_full(&self) -> bool {
        self.blocks.len() >= self.most
    }

    fn event(&mut self, event: Event<'_>, span: ByteSpan) {
        if let (Some(end), Event::Text(text)) = (self.line_end.take(), &event) {
            self.split_numbered_line(text, end, span);
        }
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.push(&text, span),
            // Formulas are text here.
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.set(FormKind::Code, span);
                self.push(&code, span);
                self.end_form();
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
            Tag::Heading { level, .. } => self.begin(BlockKind::Heading(level as u8), span),
            Tag::Paragraph => {
                self.close();
                self.begin_text(span);
            }
            Tag::CodeBlock(kind) => {
                self.begin(BlockKind::Code, span);
                if let CodeBlockKind::Fenced(language) = kind
                    && !language.is_empty()
                {
                    self.set(FormKind::Program(language.as_ref().into()), span);
                }
            }
            Tag::HtmlBlock => self.begin(BlockKind::Html, span),
            Tag::TableHead | Tag::TableRow => {
                let head = matches!(tag, Tag::TableHead);
                self.begin(BlockKind::TableRow { head }, span);
                self.cells = 0;
            }
            Tag::Strong => {
                self.ensure_open(span);
                self.bold = self.open.as_ref().is_some_and(Block::is_blank);
                self.set(FormKind::Strong, span);
            }
            Tag::Emphasis => self.set(FormKind::Emphasis, span),
            Tag::Strikethrough => self.set(FormKind::Struck, span),
            Tag::TableCell => {
                self.cells += 1;
                if self.cells > 1 {
                    self.push(&CELL_END.to_string(), span);
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
            Tag::Item => self.start_item(),
            Tag::Link { dest_url, .. } => {
                self.ensure_open(span);
                let at = self.open.as_ref().map_or(0, |block| block.text.len());
                self.set(FormKind::Link(dest_url.as_ref().into()), span);
                self.links.push((at, dest_url.into_string()));
            }
            Tag::Image { dest_url, .. } => {
                self.ensure_open(span);
                self.images += 1;
                if let Some(block) = &mut self.open {
                    let picture = Picture { url: dest_url.to_string(), alternative: String::new() };
                    self.picture.get_or_insert((block.text.len(), picture));
                    block.images.push(dest_url.into_string());
                }
            }
            _ => {}
        }
    }

    fn start_item(&mut self) {
        self.close();
        let mut number = None;
        if let Some(Container::List { next: Some(next) }) = self.containers.last_mut() {
            number = Some(*next);
            *next += 1;
        }
        self.containers.push(Container::Item { number, begun: false });
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => {
                self.end_form();
                self.close();
            }
            TagEnd::Heading(_)
            | TagEnd::Paragraph
            | TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::TableHead
            | TagEnd::TableRow => self.close(),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.close();
                self.containers.pop();
            }
            TagEnd::Link => {
                self.end_form();
                if let (Some((start, url)), Some(block)) = (self.links.pop(), &mut self.open) {
                    block.links.push(BlockLink {
                        shown: ByteSpan::new(start, block.text.len().max(start)),
                        url,
                    });
                }
            }
            TagEnd::Strong => {
                self.end_form();
                if let Some(block) = self.open.as_mut().filter(|_| std::mem::take(&mut self.bold)) {
                    block.lead = block.text.len();
                }
            }
            TagEnd::Emphasis | TagEnd::Strikethrough => self.end_form(),
            TagEnd::Image => {
                self.images = self.images.saturating_sub(1);
                if self.images == 0
                    && let Some((at, picture)) = self.picture.take()
                {
                    self.add_form(Form::picture(at, picture));
                }
            }
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
            forms: Vec::new(),
            depth: self.containers.iter().filter(is_list).count(),
            quoted: self.containers.iter().any(is_quote),
            lead: 0,
            ruled: std::mem::take(&mut self.rule),
            repeated: Repeated::No,
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

    /// Begins a form: what is pushed until it ends is set in it.
    fn set(&mut self, kind: FormKind, span: ByteSpan) {
        self.ensure_open(span);
        let at = self.open.as_ref().map_or(0, |block| block.text.len());
        self.setting.push((at, kind));
    }

    fn end_form(&mut self) {
        let Some((at, kind)) = self.setting.pop() else { return };
        let end = self.open.as_ref().map_or(0, |block| block.text.len());
        if at < end {
            self.add_form(Form { shown: ByteSpan::new(at, end), kind });
        }
    }

    fn add_form(&mut self, form: Form) {
        if let Some(block) = self.open.as_mut().filter(|_| self.forms < MAX_FORMS) {
            block.forms.push(form);
            self.forms += 1;
        }
    }

    fn push(&mut self, text: &str, span: ByteSpan) {
        if self.images > 0 {
            if let Some((_, picture)) = &mut self.picture {
                picture.alternative.push_str(if text.starts_with(SOFT_BREAK) { " " } else { text });
            }
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
            let pictures = stripped.images.into_iter().map(|(_, picture)| (at, picture));
            add_pictures(block, pictures, &mut self.forms);
            if let Some(tag) = html::TagName::of(raw) {
                self.tags.push(InlineTag { at, tag, raw: raw.to_owned() });
            }
        }
        self.push(&stripped.text, span);
    }

    /// Makes a paragraph of a line as it is.
    fn line(&mut self, text: &str, span: ByteSpan) {
        self.begin(BlockKind::Paragraph, span);
        self.push(text.trim(), span);
        if let Some(mut block) = self.open.take().filter(|block| !block.is_blank()) {
            add_bare_urls(&mut block);
            self.blocks.push(block);
        }
    }

    fn close(&mut self) {
        self.links.clear();
        self.setting.clear();
        self.picture = None;
        let Some(mut block) = self.open.take() else { return };
        if block.kind == BlockKind::Html {
            if let Some(level) = html::heading_level(&block.text) {
                block.kind = BlockKind::Heading(level);
            }
            let stripped = html::strip(&block.text);
            block.text = stripped.text;
            block.links = stripped
                .links
                .into_iter()
                .map(|url| BlockLink { shown: ByteSpan::default(), url })
                .collect();
            add_pictures(&mut block, stripped.images.into_iter(), &mut self.forms);
        }
        tags::restore_lone(&std::mem::take(&mut self.tags), &mut block);
        tidy(&mut block);
        if !block.is_blank() || !block.images.is_empty() || !block.links.is_empty() {
            // Room for more than one link is most of what a small block takes.
            block.links.shrink_to_fit();
            block.text.shrink_to_fit();
            block.forms.shrink_to_fit();
            self.blocks.push(block);
        }
    }
}

/// Adds pictures to a block, each with its place; `forms` are those of all blocks so far.
fn add_pictures(
    block: &mut Block,
    pictures: impl Iterator<Item = (usize, Picture)>,
    forms: &mut usize,
) {
    for (at, picture) in pictures {
        block.images.push(picture.url.clone());
        if *forms < MAX_FORMS {
            block.forms.push(Form::picture(at, picture));
            *forms += 1;
        }
    }
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
    fn what_follows_the_last_block_is_read_as_it_is() {
        let check = |source: &str, expected: &[&str]| {
            let blocks = blocks_up_to(2, source, 0);
            let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
            assert_eq!(texts, expected, "{source:?}");
            let last = blocks.last().unwrap();
            assert!(last.span.of(source).contains(&last.text), "{last:?}");
        };
        check("甲\n\n乙\n", &["甲", "乙"]);
        check("甲\n\n乙\n\n**丙**\n\n丁\n", &["甲", "乙", "**丙**\n\n丁"]);
        check("- 甲\n- 乙\n- [丙](b)\n- 丁\n", &["甲", "乙", "- [丙](b)\n- 丁"]);
        check("> - 甲\n> - 乙\n> - 丙\n\n丁", &["甲", "乙", "- 丙\n\n丁"]);
        check("| 甲 |\n|--|\n| 乙 |\n| 丙 |\n\n丁", &["甲", "乙", "| 丙 |\n\n丁"]);
        check("# 甲\n## 乙\n## 丙\n丁", &["甲", "乙", "## 丙\n丁"]);
        check("- 甲\n  - 乙\n    - 丙\n- 丁\n", &["甲", "乙", "- 丙\n- 丁"]);
        check("1. 甲\n2. 乙\n3. https://a.b/c", &["甲", "乙", "3. https://a.b/c"]);
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
    fn entries_of_lists_know_their_numbers_and_depth() {
        let kinds: Vec<BlockKind> =
            blocks("1. a\n1. b\n   - c\n\n     d", 0).into_iter().map(|block| block.kind).collect();
        let item = |number, depth| BlockKind::ListItem { number, depth };
        assert_eq!(
            kinds,
            [item(Some(1), 1), item(Some(2), 1), item(None, 2), BlockKind::Continuation]
        );
    }
}
