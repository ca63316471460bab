//! A text in Markdown to a report.

use std::collections::BTreeSet;

use super::about::{is_about, may_be_about};
use super::dating::{self, Frame, HeadingDates, Heads, NameOf};
use super::front::{self, FrontMatter};
use super::item::{RawItem, finish, tidy_title};
use super::layout::{self, LaidOut, Wanted};
use super::left_out::{LeftOut, Reason};
use super::lines::Lines;
use super::markdown::{self, Block, BlockKind, MAX_BLOCKS};
use super::model::{Item, Layout, ParseOptions, Report};
use super::remarks::remarks;
use super::said::Said;
use super::section::is_wanted;
use super::series::{Lesson, Traits};
use super::{attendance, described, headings, model, repeated, template};
use crate::address;
use crate::corpus::SourceFile;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::text::ByteSpan;

/// A text below items of front matter is an item itself if it has at least this many characters; a shorter one says
/// what the items are.
const MIN_TEXT_BELOW_ENTRIES: usize = 80;

/// A file about the archive that has so many entries with links may be a report.
const MIN_ENTRIES: usize = 10;

/// Parses a text in Markdown with what its series says about it; never fails.
pub(super) fn markdown(
    file: &SourceFile,
    options: &ParseOptions,
    lesson: &Lesson,
) -> (Report, Vec<Diagnostic>) {
    let MarkedOut { mut reading, front, mut laid_out, images, mut traits } =
        MarkedOut::of(file, options, lesson);
    if traits.is_notes && lesson.is_outsider() {
        reading.is_none = Some("notes about the archive, among reports that have numbers");
    }
    let raw = std::mem::take(&mut laid_out.items);
    let title = front.title.as_deref().or(laid_out.title.as_deref());
    let frame = Frame::of(&file.entry.path, title);
    let dates = HeadingDates::of(frame, raw.iter().map(|item| item.dated.as_slice()));
    for raw in raw {
        reading.item(raw, options, &dates);
    }
    reading.describe_page(laid_out.layout, &front);
    for item in &mut reading.items {
        address::open(&mut item.links, &options.redirects);
    }
    reading.warn_about_empty_sections();
    let (mut report, diagnostics) = reading.finish(file, front, laid_out, &images, &dates);
    traits.has_items = !report.items.is_empty();
    report.traits = traits;
    (report, diagnostics)
}

/// Returns the traits that [`markdown()`] finds without a lesson; understands no more items than show that there are some.
pub(super) fn traits(file: &SourceFile, options: &ParseOptions) -> Traits {
    let lesson = Lesson::default();
    if may_be_about(&file.entry.path) {
        // What it is depends on all of its items.
        return markdown(file, options, &lesson).0.traits;
    }
    let MarkedOut { mut reading, front, mut laid_out, mut traits, .. } =
        MarkedOut::of(file, options, &lesson);
    if reading.is_none.is_some() {
        return traits;
    }
    let dates = HeadingDates::default();
    for raw in std::mem::take(&mut laid_out.items) {
        if laid_out.layout != Layout::Page && reading.has_items() {
            break;
        }
        reading.item(raw, options, &dates);
    }
    reading.describe_page(laid_out.layout, &front);
    traits.has_items = reading.has_items();
    traits
}

/// A report whose items are marked out and not yet understood.
struct MarkedOut<'f> {
    reading: Reading<'f>,
    front: FrontMatter,
    /// Its items in the order of the file.
    laid_out: LaidOut,
    /// Addresses of all pictures.
    images: Vec<String>,
    /// What it shows, but for whether it has items.
    traits: Traits,
}

impl<'f> MarkedOut<'f> {
    fn of(file: &'f SourceFile, options: &ParseOptions, lesson: &Lesson) -> Self {
        let mut reading = Reading::begin(file);
        let (front, from) = reading.front_matter(&file.text);
        let mut blocks = markdown::blocks(&file.text, from);
        reading.warn_about_too_many(&blocks);
        reading.diagnostics.extend(headings::mend(&mut blocks, reading.path, &reading.lines));
        let said = repeated::mark(&mut blocks, lesson);
        // What every issue shows was made for another one.
        let own = blocks.iter().filter(|block| !block.is_repeated());
        let images: Vec<String> = own.flat_map(|block| block.images.iter().cloned()).collect();
        if options.layout.is_none() && template::is_template(&blocks) {
            reading.is_none = Some("a template: what it says is to be filled in");
        }
        let is_plain = front.title.is_none() && front.date.is_none();
        let has_code = blocks.iter().any(|block| block.kind == BlockKind::Code);
        let attendance = attendance::take(&mut blocks);
        reading.leave_blocks(&attendance, Reason::Attendance);
        let edges = repeated::take_edges(&mut blocks);
        let has_edges = edges.iter().any(|block| !block.is_blank());
        reading.leave_blocks(&edges, Reason::Repeated);
        let wanted = Wanted { layout: options.layout, level: lesson.level };
        let mut laid_out = layout::lay_out(blocks, wanted, front.title.as_deref());
        // Its day may stand beside those who came.
        for block in &attendance {
            laid_out.head.push('\n');
            laid_out.head.push_str(&block.text);
        }
        let mut traits = std::mem::take(&mut laid_out.traits);
        traits.said = Said::of(&said);
        traits.is_counted = is_counted(reading.path);
        traits.is_notes = laid_out.layout == Layout::Page
            && !traits.is_counted
            && is_plain
            && has_code
            && !laid_out.title.as_deref().is_some_and(is_counted);
        for left in std::mem::take(&mut laid_out.left) {
            reading.leave(left.block.span, left.reason, left.block.text);
        }
        if laid_out.layout == Layout::Page && has_edges {
            // An issue without anything of its own says what it is called, and what every issue says.
            let is_title = |item: &mut RawItem| item.blocks.iter().all(Block::shows_nothing);
            for item in laid_out.items.extract_if(.., is_title) {
                reading.leave_blocks(&item.title, Reason::Title);
            }
        }
        if laid_out.layout != Layout::Page {
            let title = front.title.as_deref().or(laid_out.title.as_deref());
            for item in repeated::take_items(&mut laid_out.items, title) {
                reading.leave_blocks(item.title.iter().chain(&item.blocks), Reason::Repeated);
            }
        }
        if !front.entries.is_empty() && matches!(options.layout, None | Some(Layout::Entries)) {
            reading.entries(&file.text[..from], &front, &mut laid_out);
        }
        laid_out.items.sort_by_key(|item| item.start);
        Self { reading, front, laid_out, images, traits }
    }
}

/// Returns whether something in a name counts: a day, the number of an issue.
fn is_counted(name: &str) -> bool {
    name.contains(|c: char| c.is_numeric())
        || name.contains('第') && name.contains(['期', '周', '篇', '辑', '回'])
}

/// A report under way.
struct Reading<'f> {
    path: &'f str,
    lines: Lines,
    diagnostics: Vec<Diagnostic>,
    items: Vec<Item>,
    left_out: Vec<LeftOut>,
    /// Lines of items in which nothing was to be seen, with their sections.
    empty: Vec<(usize, Vec<String>)>,
    /// What it is if it is no report.
    is_none: Option<&'static str>,
}

impl<'f> Reading<'f> {
    fn begin(file: &'f SourceFile) -> Self {
        Self {
            path: &file.entry.path,
            lines: Lines::of(&file.text),
            diagnostics: file.diagnostics.clone(),
            items: Vec::new(),
            left_out: Vec::new(),
            empty: Vec::new(),
            is_none: None,
        }
    }

    fn leave(&mut self, span: ByteSpan, reason: Reason, text: String) {
        self.left_out.push(LeftOut { lines: self.lines.range(span), reason, text });
    }

    fn leave_blocks<'b>(&mut self, blocks: impl IntoIterator<Item = &'b Block>, reason: Reason) {
        for block in blocks.into_iter().filter(|block| !block.is_blank()) {
            self.leave(block.span, reason, block.text.clone());
        }
    }

    /// Reads the front matter; returns what it says and the byte behind it.
    fn front_matter(&mut self, text: &str) -> (FrontMatter, usize) {
        let Some(found) = front::find(text) else {
            // Tools that join files leave a byte order mark in front of the text.
            let marks = text.len() - text.trim_start_matches('\u{FEFF}').len();
            return (FrontMatter::default(), marks);
        };
        let span = ByteSpan::new(0, found.end);
        self.leave(span, Reason::FrontMatter, span.of(text).trim().to_owned());
        let content = found.content.unwrap_or_else(|error| {
            self.diagnostics.push(Diagnostic::at_line(
                self.path,
                1,
                Severity::Warning,
                Code::FrontMatter,
                format!("the front matter cannot be read ({error}); the text below it is"),
            ));
            FrontMatter::default()
        });
        (content, found.end)
    }

    /// Adds the items that front matter holds, and decides what the text below it is.
    fn entries(&mut self, text: &str, front: &FrontMatter, laid_out: &mut LaidOut) {
        self.items.extend(described::items(text, front, &self.lines));
        // The rest of what the front matter says is in its items now.
        for left in self.left_out.iter_mut().filter(|left| left.reason == Reason::FrontMatter) {
            left.text = front.said.join("\n");
        }
        if laid_out.layout == Layout::Page {
            let (texts, short): (Vec<RawItem>, Vec<RawItem>) =
                std::mem::take(&mut laid_out.items).into_iter().partition(|item| {
                    let chars = item.blocks.iter().map(|block| block.text.chars().count());
                    chars.sum::<usize>() >= MIN_TEXT_BELOW_ENTRIES
                });
            for block in short.iter().flat_map(|item| item.title.iter().chain(&item.blocks)) {
                self.leave(block.span, Reason::Introduction, block.text.clone());
            }
            laid_out.items = texts;
        }
        laid_out.layout = Layout::Entries;
        laid_out.reason = format!("front matter holds {} items", front.entries.len());
    }

    fn item(&mut self, raw: RawItem, options: &ParseOptions, dates: &HeadingDates) {
        let title = raw.title.as_ref().map(|title| tidy_title(&title.text)).unwrap_or_default();
        if !is_wanted(options, &raw.section, &title) {
            self.leave_blocks(raw.title.iter().chain(&raw.blocks), Reason::Skipped);
            return;
        }
        let line = self.lines.number(raw.start);
        let mut noise = Vec::new();
        if let Some(mut item) = finish(&raw, line, &mut noise) {
            item.lines = self.lines.merged(&raw.spans);
            item.own_date = dates.own(&raw.dated);
            self.items.push(item);
        } else {
            self.leave_blocks(raw.title.iter().chain(&raw.blocks), Reason::Label);
            self.empty.push((line, raw.section));
        }
        for (span, text) in noise {
            self.leave(span, Reason::Noise, text);
        }
    }

    /// Gives the item of a page what front matter says about it.
    fn describe_page(&mut self, layout: Layout, front: &FrontMatter) {
        if layout == Layout::Page
            && let Some(item) = self.items.first_mut()
        {
            described::page(item, front);
        }
    }

    /// Returns whether there are items: those without a title are none.
    fn has_items(&self) -> bool {
        self.items.iter().any(|item| !item.title.is_empty())
    }

    /// Says that not all of the file was read as Markdown.
    fn warn_about_too_many(&mut self, blocks: &[Block]) {
        if let Some(block) = blocks.get(MAX_BLOCKS) {
            self.diagnostics.push(Diagnostic::at_line(
                self.path,
                self.lines.number(block.span.start),
                Severity::Warning,
                Code::TooLong,
                format!(
                    "more than {MAX_BLOCKS} paragraphs; from here on the file is read as it is"
                ),
            ));
        }
    }

    /// Lists the headings whose only items had nothing to be seen.
    fn warn_about_empty_sections(&mut self) {
        let sections = self.items.iter().flat_map(|item| &item.section);
        let mut known: BTreeSet<&str> = sections.map(String::as_str).collect();
        for (line, section) in &self.empty {
            for name in section.iter().filter(|name| known.insert(name)) {
                let lines = (*line, *line);
                let text = name.clone();
                self.left_out.push(LeftOut { lines, reason: Reason::Empty, text });
            }
        }
    }

    fn finish(
        mut self,
        file: &SourceFile,
        front: FrontMatter,
        laid_out: LaidOut,
        images: &[String],
        dates: &HeadingDates,
    ) -> (Report, Vec<Diagnostic>) {
        self.items.retain(|item| !item.title.is_empty());
        self.items.sort_by_key(|item| item.line);
        model::name(&mut self.items);
        self.left_out.sort_by_key(|left| left.lines);
        let title = front.title.or(laid_out.title);
        let heads = Heads {
            front_date: front.date.as_deref(),
            title: title.as_deref(),
            head: &laid_out.head,
            heading: dates.only(),
        };
        let name_of = if laid_out.layout == Layout::Page { NameOf::Article } else { NameOf::Issue };
        let issue = front
            .issue
            .or_else(|| dating::issue_number(self.path, heads.title, heads.head, name_of))
            .filter(|issue| *issue > 0);
        let links = self.items.iter().flat_map(|item| &item.links);
        let links: Vec<String> = links.map(|link| link.url.clone()).collect();
        let mut clues = dating::gather(self.path, &heads, &links, images, issue);
        let dated = self.items.iter().filter(|item| item.own_date.is_some()).count();
        clues.items_are_dated = dated > 0 && dated * 2 >= self.items.len();
        self.settle_what_it_is(laid_out.layout, front.date.is_some());
        let report = Report {
            path: self.path.to_owned(),
            source: file.entry.source.clone(),
            title,
            issue,
            clues,
            layout: laid_out.layout,
            layout_reason: laid_out.reason,
            items: self.items,
            left_out: self.left_out,
            traits: Traits::default(),
        };
        (report, self.diagnostics)
    }

    /// Says that the entries of a file about the archive are in no item: it may be a report that is called like one.
    fn warn_about_entries(&mut self) {
        let entries = self.items.iter().filter(|item| !item.links.is_empty()).count();
        if entries >= MIN_ENTRIES {
            let message =
                format!("is about the archive by its name; {entries} entries are in no item");
            let code = Code::AboutTheArchive;
            let warning = Diagnostic::about_file(self.path, Severity::Warning, code, message);
            self.diagnostics.push(warning);
        }
    }

    /// Leaves a file about the archive out as a whole, and remarks on the items of any other.
    fn settle_what_it_is(&mut self, layout: Layout, is_dated: bool) {
        if self.is_none.is_some() || is_about(self.path, layout, &self.items, is_dated) {
            if let Some(what) = self.is_none {
                let message = format!("left out: {what}");
                let code = Code::NotAReport;
                let warning = Diagnostic::about_file(self.path, Severity::Warning, code, message);
                self.diagnostics.push(warning);
            } else {
                self.warn_about_entries();
            }
            let mut sections: Vec<String> = Vec::new();
            for item in self.items.drain(..) {
                let lines = item.lines.first().copied().unwrap_or((item.line, item.line));
                let new = item.section.iter().filter(|name| !sections.contains(name)).cloned();
                let text: Vec<String> = new.chain([item.title, item.body]).collect();
                let text = text.join("\n");
                self.left_out.push(LeftOut { lines, reason: Reason::About, text });
                sections.extend(item.section);
            }
        } else if self.items.is_empty() {
            let message = "no items found";
            let found =
                Diagnostic::about_file(self.path, Severity::Warning, Code::NoItems, message);
            self.diagnostics.push(found);
        }
        self.diagnostics.extend(remarks(self.path, &self.items));
    }
}
