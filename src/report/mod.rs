//! A source file to a report: its date, and its items with section, contributors, links, title and body.
//!
//! Reading is lenient: any text gives a report, and what could not be understood is a diagnostic.

mod dating;
mod front;
mod html;
mod item;
mod left_out;
mod markdown;
mod marker;
mod shape;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::address::{self, Link, find_urls};
use crate::corpus::SourceFile;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::ByteSpan;

pub use dating::{
    Clues, Evidence, EvidenceKind, MonthDay, Precision, Proof, ProofKind, ReportDate, Settled,
    settle,
};
use dating::{HeadingDates, Heads, NameOf};
use front::FrontMatter;
use item::{finish, label, push_link, tidy_title, unique};
pub use left_out::{LeftOut, Reason};
use markdown::{Block, BlockKind};
pub use shape::Layout;

/// A heading of more characters is more likely a paragraph.
const MAX_HEADING: usize = 120;
/// A heading of more characters is one.
const MAX_SECTION: usize = 500;

/// Stable name of an item: `<source>/<report>/<ordinal>`, the source left out where there is only one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(String);

impl ItemId {
    /// Makes an id from the name of a report in its archive and the item's place in the report, counted from 1.
    #[must_use]
    pub fn new(report: &str, ordinal: usize) -> Self {
        Self(format!("{report}/{ordinal}"))
    }

    /// Takes an id as somebody typed it.
    #[must_use]
    pub fn from_typed(typed: &str) -> Self {
        Self(typed.trim().trim_start_matches("/items/").trim_matches('/').to_owned())
    }

    /// Takes the id apart into the name of its report and the item's place there.
    #[must_use]
    pub fn split(&self) -> Option<(&str, u64)> {
        let (report, ordinal) = self.0.rsplit_once('/')?;
        Some((report, ordinal.parse().ok()?))
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One entry of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Place in the report in reading order, counted from 1.
    pub ordinal: usize,
    /// Headings above it, outermost first.
    pub section: Vec<String>,
    /// Title without Markdown.
    pub title: String,
    /// Reading text; paragraphs are separated by an empty line.
    pub body: String,
    /// Names of those who brought it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributors: Vec<String>,
    /// Primary link first, then in order of appearance.
    #[serde(default, with = "address::compact", skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Addresses of its images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Keywords that front matter gives it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Its own date, where a report holds items of several days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_date: Option<ReportDate>,
    /// Line of the file it begins on, counted from 1.
    pub line: usize,
    /// Lines it takes, first and last, in order; not kept in the index.
    #[serde(skip)]
    pub lines: Vec<(usize, usize)>,
}

/// How to read the reports of a source; the default reads any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParseOptions {
    /// The layout of every report; each report shows its own if `None`.
    #[serde(rename = "shape")]
    pub layout: Option<Layout>,
    /// Only these sections are read; all if empty.
    pub sections: Vec<String>,
    /// These sections are left out.
    pub skip_sections: Vec<String>,
}

/// One file, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Path below the source's folder.
    pub path: String,
    /// Name of its source.
    pub source: String,
    /// Its title, if it names itself.
    pub title: Option<String>,
    /// Number of the issue, if it has one.
    pub issue: Option<u32>,
    /// What tells when it appeared; [`settle`] makes dates of the clues of a whole source.
    pub clues: Clues,
    /// How its items are laid out.
    pub layout: Layout,
    /// What shows the layout, as a sentence.
    pub layout_reason: String,
    /// Its items in reading order.
    pub items: Vec<Item>,
    /// What is in no item, in reading order.
    pub left_out: Vec<LeftOut>,
}

/// An item as a shape marked it out, before its lines are understood.
#[derive(Debug, Default)]
pub(crate) struct RawItem {
    pub(crate) section: Vec<String>,
    /// The block that holds its title, if it has one of its own.
    pub(crate) title: Option<Block>,
    pub(crate) blocks: Vec<Block>,
    /// Byte of the file it begins at.
    pub(crate) start: usize,
    /// Bytes of the file it takes.
    pub(crate) spans: Vec<ByteSpan>,
    /// Headings that may date it, innermost first.
    pub(crate) dated: Vec<String>,
}

/// Parses a file; never fails.
#[must_use]
pub fn parse(file: &SourceFile, options: &ParseOptions) -> (Report, Vec<Diagnostic>) {
    let mut reading = Reading {
        path: &file.entry.path,
        lines: Lines::of(&file.text),
        diagnostics: file.diagnostics.clone(),
        items: Vec::new(),
        left_out: Vec::new(),
        empty: Vec::new(),
    };
    let found = front::find(&file.text);
    // Tools that join files leave a byte order mark in front of the text.
    let marks = file.text.len() - file.text.trim_start_matches('\u{FEFF}').len();
    let from = found.as_ref().map_or(marks, |found| found.end);
    let front = reading.front_matter(&file.text, found);
    let mut blocks = markdown::blocks(&file.text, from);
    reading.headings(&mut blocks);
    let images: Vec<String> =
        blocks.iter().flat_map(|block| block.images.iter().cloned()).collect();
    let laid_out = shape::lay_out(blocks, options.layout, front.title.as_deref());
    let shape::LaidOut { mut layout, mut reason, head, title, items: mut raw, left } = laid_out;
    for left in left {
        reading.leave(left.block.span, left.reason, left.block.text);
    }
    let title = front.title.clone().or(title);
    if !front.entries.is_empty() && matches!(options.layout, None | Some(Layout::Entries)) {
        reason = format!("front matter holds {} items", front.entries.len());
        reading.entries(&file.text[..from], &front);
        if layout == Layout::Page {
            reading.page_beside_entries(&mut raw);
        }
        layout = Layout::Entries;
    }
    raw.sort_by_key(|item| item.start);
    let dates = HeadingDates::of(raw.iter().flat_map(|item| &item.dated));
    for raw in raw {
        reading.item(raw, options, &dates);
    }
    if layout == Layout::Page {
        reading.page(&front);
    }
    reading.warn_about_empty_sections();
    let Reading { path, mut diagnostics, mut items, mut left_out, .. } = reading;
    items.retain(|item| !item.title.is_empty());
    items.sort_by_key(|item| item.line);
    left_out.sort_by_key(|left| left.lines);
    for (index, item) in items.iter_mut().enumerate() {
        item.ordinal = index + 1;
    }
    let links: Vec<String> =
        items.iter().flat_map(|item| item.links.iter().map(|link| link.url.clone())).collect();
    let heads = Heads {
        front_date: front.date.as_deref(),
        title: title.as_deref(),
        head: &head,
        heading: dates.only(),
    };
    let name_of = if layout == Layout::Page { NameOf::Article } else { NameOf::Issue };
    let issue =
        front.issue.or_else(|| dating::issue_number(path, title.as_deref(), &head, name_of));
    let issue = issue.filter(|issue| *issue > 0);
    let clues = dating::gather(path, &heads, &links, &images, issue);
    if is_about(path, layout, &items) {
        let mut sections: Vec<String> = Vec::new();
        for item in items.drain(..) {
            let lines = item.lines.first().copied().unwrap_or((item.line, item.line));
            let new = item.section.iter().filter(|name| !sections.contains(name)).cloned();
            let new: Vec<String> = new.chain([item.title, item.body]).collect();
            left_out.push(LeftOut { lines, reason: Reason::About, text: new.join("\n") });
            sections.extend(item.section);
        }
    } else if items.is_empty() {
        diagnostics.push(Diagnostic::about_file(path, Severity::Warning, "no items found"));
    }
    diagnostics.extend(remarks(path, &items));
    let report = Report {
        path: path.to_owned(),
        source: file.entry.source.clone(),
        title,
        issue,
        clues,
        layout,
        layout_reason: reason,
        items,
        left_out,
    };
    (report, diagnostics)
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
}

impl Reading<'_> {
    fn say(&mut self, line: usize, severity: Severity, message: String) {
        let path = self.path.to_owned();
        self.diagnostics.push(Diagnostic { path, line: Some(line), severity, message });
    }

    fn leave(&mut self, span: ByteSpan, reason: Reason, text: String) {
        self.left_out.push(LeftOut { lines: self.lines.range(span), reason, text });
    }

    fn front_matter(&mut self, text: &str, found: Option<front::Found>) -> FrontMatter {
        let Some(found) = found else { return FrontMatter::default() };
        let span = ByteSpan::new(0, found.end);
        self.leave(span, Reason::FrontMatter, span.of(text).trim().to_owned());
        found.content.unwrap_or_else(|error| {
            let message =
                format!("the front matter cannot be read ({error}); the text below it is");
            self.say(1, Severity::Warning, message);
            FrontMatter::default()
        })
    }

    /// Reads `##标题` as the heading it is meant to be, and tells of headings that look wrong.
    fn headings(&mut self, blocks: &mut [Block]) {
        let mut above = 0;
        let mut count = 0;
        let mut jumps: Vec<(usize, String)> = Vec::new();
        for block in blocks {
            let signs = block.text.bytes().take_while(|b| *b == b'#').count();
            let line = self.lines.number(block.span.start);
            if block.kind == BlockKind::Paragraph
                && block.depth == 0
                && (2..=6).contains(&signs)
                && !block.text.contains('\n')
                && block.text.chars().count() <= MAX_HEADING
            {
                block.kind = BlockKind::Heading(u8::try_from(signs).unwrap_or(6));
                block.text.replace_range(..signs, "");
                for link in &mut block.links {
                    link.shown = ByteSpan::new(
                        link.shown.start.saturating_sub(signs),
                        link.shown.end.saturating_sub(signs),
                    );
                }
                block.lead = block.lead.saturating_sub(signs);
                self.say(line, Severity::Note, "a heading without a space behind its #".to_owned());
            }
            let BlockKind::Heading(level) = block.kind else { continue };
            let name = tidy_title(&block.text);
            if name.chars().take(MAX_SECTION + 1).count() > MAX_SECTION {
                // It would be repeated with every item below it.
                block.kind = BlockKind::Paragraph;
                let message = format!(
                    "a heading of more than {MAX_SECTION} characters is read as a paragraph"
                );
                self.say(line, Severity::Warning, message);
                continue;
            }
            if name.is_empty() && block.images.is_empty() {
                self.say(line, Severity::Note, "an empty heading".to_owned());
            } else if name.chars().count() > MAX_HEADING {
                let message = format!("a heading of {} characters", name.chars().count());
                self.say(line, Severity::Note, message);
            } else if above > 0 && level > above + 1 {
                let message = format!("the heading `{name}` jumps from level {above} to {level}");
                jumps.push((line, message));
            }
            above = level;
            count += 1;
        }
        // Where many do, that is how the report is made.
        if jumps.len() * 8 <= count {
            for (line, message) in jumps {
                self.say(line, Severity::Note, message);
            }
        }
    }

    /// Adds the items that front matter holds.
    fn entries(&mut self, text: &str, front: &FrontMatter) {
        let mut at = 0;
        for entry in &front.entries {
            let needle =
                if entry.title.is_empty() { entry.links.first() } else { Some(&entry.title) };
            let found = needle.and_then(|needle| text.get(at..)?.find(needle.as_str()));
            let start = found.map_or(at, |offset| at + offset);
            at = start;
            let mut links: Vec<Link> = Vec::new();
            let in_body = find_urls(&entry.body);
            let in_body = in_body.iter().map(|span| span.of(&entry.body));
            for url in entry.links.iter().map(String::as_str).chain(in_body) {
                push_link(&mut links, url);
            }
            let title = match links.first() {
                Some(link) if entry.title.is_empty() => link.canonical.clone(),
                _ => tidy_title(&entry.title),
            };
            let line = self.lines.number(start);
            self.items.push(Item {
                ordinal: 0,
                section: entry.section.clone(),
                title,
                body: entry.body.clone(),
                contributors: unique(
                    entry.contributors.iter().map(|name| name.trim_start_matches('@').to_owned()),
                ),
                links,
                images: entry.images.clone(),
                tags: entry.tags.clone(),
                own_date: entry.date.as_deref().and_then(dating::own),
                line,
                lines: vec![(line, line)],
            });
        }
        // The rest of what the front matter says is in its items now.
        for left in self.left_out.iter_mut().filter(|left| left.reason == Reason::FrontMatter) {
            left.text = front.said.join("\n");
        }
    }

    /// A text below items of the front matter is one more item if it says something.
    fn page_beside_entries(&mut self, raw: &mut Vec<RawItem>) {
        const MIN_TEXT: usize = 80;
        raw.retain(|item| {
            let length: usize = item.blocks.iter().map(|block| block.text.chars().count()).sum();
            if length < MIN_TEXT {
                for block in item.title.iter().chain(&item.blocks) {
                    self.left_out.push(LeftOut {
                        lines: self.lines.range(block.span),
                        reason: Reason::Introduction,
                        text: block.text.clone(),
                    });
                }
            }
            length >= MIN_TEXT
        });
    }

    fn item(&mut self, raw: RawItem, options: &ParseOptions, dates: &HeadingDates) {
        let named = |wanted: &[String], name: &str| {
            wanted.iter().any(|wanted| {
                wanted.eq_ignore_ascii_case(name) || wanted.eq_ignore_ascii_case(section_name(name))
            })
        };
        let path: Vec<&String> = raw.section.iter().collect();
        let joined = raw.section.join("/");
        let within = |wanted: &[String]| {
            named(wanted, &joined) || path.iter().any(|name| named(wanted, name))
        };
        // An item that is a whole section is called like it.
        let own = raw.title.as_ref().map(|title| tidy_title(&title.text)).unwrap_or_default();
        let skipped = within(&options.skip_sections)
            || named(&options.skip_sections, &own)
            || !options.sections.is_empty()
                && !within(&options.sections)
                && !named(&options.sections, &own);
        if skipped {
            for block in raw.title.iter().chain(&raw.blocks).filter(|block| !block.is_blank()) {
                self.leave(block.span, Reason::Skipped, block.text.clone());
            }
            return;
        }
        let line = self.lines.number(raw.start);
        let lines = self.lines.merged(&raw.spans);
        let own_date = dates.own(&raw.dated);
        let mut noise = Vec::new();
        if let Some(mut item) = finish(&raw, line, &mut noise) {
            item.lines = lines;
            item.own_date = own_date;
            self.items.push(item);
        } else {
            for block in raw.title.iter().chain(&raw.blocks).filter(|block| !block.is_blank()) {
                self.leave(block.span, Reason::Label, block.text.clone());
            }
            self.empty.push((line, raw.section));
        }
        for (span, text) in noise {
            self.leave(span, Reason::Noise, text);
        }
    }

    /// Lists the headings whose only items had nothing to be seen.
    fn warn_about_empty_sections(&mut self) {
        let sections = self.items.iter().flat_map(|item| &item.section);
        let mut told: BTreeSet<&str> = sections.map(String::as_str).collect();
        let mut found = Vec::new();
        for (line, section) in &self.empty {
            for name in section {
                if told.insert(name) {
                    let lines = (*line, *line);
                    found.push(LeftOut { lines, reason: Reason::Empty, text: name.clone() });
                }
            }
        }
        self.left_out.extend(found);
    }

    /// Gives the item of a page what front matter says about it.
    fn page(&mut self, front: &FrontMatter) {
        let Some(item) = self.items.first_mut() else { return };
        if let Some(title) = &front.title {
            let title = tidy_title(title);
            // A heading that says something else stays visible.
            let heading = std::mem::replace(&mut item.title, title);
            if heading != item.title
                && !item.body.contains(&heading)
                && !item.title.contains(&heading)
            {
                let body = format!("{heading}\n\n{}", item.body);
                body.trim().clone_into(&mut item.body);
            }
        }
        if let Some(summary) = &front.summary
            && !item.body.contains(summary.trim())
        {
            let body = format!("{}\n\n{}", summary.trim(), item.body);
            body.trim().clone_into(&mut item.body);
        }
        item.section.clone_from(&front.section);
        item.tags.clone_from(&front.tags);
        let names = front.contributors.iter().map(|name| name.trim_start_matches('@').to_owned());
        item.contributors = unique(names.chain(std::mem::take(&mut item.contributors)));
        item.images.extend(front.images.iter().cloned());
    }
}

/// What an editor may want to look at in a report that was read without trouble.
fn remarks(path: &str, items: &[Item]) -> Vec<Diagnostic> {
    let note = |item: &Item, message: String| Diagnostic {
        path: path.to_owned(),
        line: Some(item.line),
        severity: Severity::Note,
        message,
    };
    let empty: Vec<&Item> =
        items.iter().filter(|item| item.body.is_empty() && item.links.is_empty()).collect();
    let linked = items.iter().filter(|item| !item.links.is_empty()).count();
    let mut notes = Vec::new();
    // Only what most items have is worth a word where it is missing.
    if empty.len() * 4 <= items.len() || items.len() == 1 {
        notes.extend(
            empty
                .iter()
                .map(|item| note(item, format!("`{}` has neither text nor link", item.title))),
        );
    }
    if items.len() >= 3 && linked * 10 >= items.len() * 8 {
        let without = items.iter().filter(|item| item.links.is_empty() && !item.body.is_empty());
        notes.extend(without.map(|item| {
            note(item, format!("`{}` has no link, as most items of the report have", item.title))
        }));
    }
    notes
}

/// Tells files about an archive from its reports, by their names and by holding no items of their own.
fn is_about(path: &str, layout: Layout, items: &[Item]) -> bool {
    const ABOUT: [&str; 12] = [
        "contributing",
        "code_of_conduct",
        "code-of-conduct",
        "license",
        "licence",
        "security",
        "_sidebar",
        "_navbar",
        "agents",
        "claude",
        "pull_request_template",
        "issue_template",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    if ABOUT.contains(&stem.as_str()) {
        return true;
    }
    // A README that is a report has items with a link and a text of their own; one that lists reports has bare links.
    let is_told = |item: &&Item| !item.links.is_empty() && item.body.chars().count() >= 10;
    let told = items.iter().filter(is_told).count();
    let is_list_of_files = stem == "summary" || stem == "index" && layout == Layout::List;
    (stem.starts_with("readme") || is_list_of_files)
        && (layout == Layout::Page || told * 2 < items.len())
}

/// Returns the name of a section without its number and without signs around it: `一、🦄 新闻` is 新闻.
#[must_use]
pub fn section_name(name: &str) -> &str {
    let rest = marker::read(name).map_or(name, |marker| &name[marker.end..]);
    let bare = rest.trim_matches(|c: char| {
        !c.is_alphanumeric() && !matches!(c, ')' | '）' | '》' | '」' | '+' | '#')
    });
    let bare = bare.trim_start_matches(['#', '）', ')']).trim();
    if bare.is_empty() { name } else { bare }
}

/// Line numbers of a text.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(ends).collect() }
    }

    fn number(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    /// First and last line of a span.
    fn range(&self, span: ByteSpan) -> (usize, usize) {
        let first = self.number(span.start);
        (first, self.number(span.end.saturating_sub(1).max(span.start)).max(first))
    }

    /// Lines of several spans, those that touch put together.
    fn merged(&self, spans: &[ByteSpan]) -> Vec<(usize, usize)> {
        let mut ranges: Vec<(usize, usize)> = spans.iter().map(|span| self.range(*span)).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(usize, usize)> = Vec::new();
        for (first, last) in ranges {
            match merged.last_mut() {
                // Empty lines and pictures between two blocks of one item are part of it.
                Some(open) if first <= open.1 + 4 => open.1 = open.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        merged
    }
}
