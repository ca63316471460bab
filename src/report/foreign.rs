//! Files that are not Markdown to reports: pages in HTML, and feeds, whose entries are items or reports themselves.

use std::cmp::Reverse;

use serde_json::json;

use super::dating::{Evidence, EvidenceKind, Heads, ReportDate, gather};
use super::front::{self, FrontMatter};
use super::left_out::{LeftOut, Reason};
use super::lines::Lines;
use super::model::{Item, Layout, ParseOptions, Report};
use super::parse::{self, markdown};
use super::said::Said;
use super::series::{Lesson, Traits, learn};
use super::{feed, model, page};
use crate::address::Link;
use crate::corpus::SourceFile;
use crate::diagnostic::{Code, Diagnostic, Severity};

/// An entry of a feed that holds at least so many items is a report; one with fewer is an item itself.
const MIN_ITEMS: usize = 3;

/// Parses a page.
pub(super) fn page(
    file: &SourceFile,
    options: &ParseOptions,
    lesson: &Lesson,
) -> (Report, Vec<Diagnostic>) {
    let (page, shown) = page_in_markdown(file);
    if page.is_template {
        return template(file, options);
    }
    let (mut report, mut diagnostics) = markdown(&shown, options, lesson);
    let source = Source::of(&file.text);
    source.place(&shown.text, &mut report.items, &mut report.left_out, &mut diagnostics);
    // The front matter is none that the page has, and what it says is seen at the items.
    report.left_out.retain(|left| left.reason != Reason::FrontMatter);
    for text in page.around {
        report.left_out.push(LeftOut { lines: (1, 1), reason: Reason::Around, text });
    }
    if page.is_cut {
        diagnostics.push(Diagnostic::about_file(
            &file.entry.path,
            Severity::Warning,
            Code::TooLong,
            "is too long for a page; what stands at its end was not read".to_owned(),
        ));
    }
    (report, diagnostics)
}

/// Returns the traits of a page that [`page()`] finds.
pub(super) fn page_traits(file: &SourceFile, options: &ParseOptions) -> Traits {
    let (page, shown) = page_in_markdown(file);
    let shown = if page.is_template { without_text(file) } else { shown };
    parse::traits(&shown, options)
}

/// Reads a page; returns it as a file of Markdown, too.
fn page_in_markdown(file: &SourceFile) -> (page::Page, SourceFile) {
    // Generators of sites read pages with front matter, too.
    let own = front::find(&file.text).map_or(0, |found| found.end);
    let (own, html) = file.text.split_at_checked(own).unwrap_or(("", &file.text));
    let page = page::read(html);
    let text = if own.is_empty() {
        with_front(&page.front, &page.markdown)
    } else {
        format!("{own}\n{}\n", page.markdown)
    };
    let shown = SourceFile { text, ..without_text(file) };
    (page, shown)
}

/// Leaves out what pages are made of.
fn template(file: &SourceFile, options: &ParseOptions) -> (Report, Vec<Diagnostic>) {
    let (report, _) = markdown(&without_text(file), options, &Lesson::default());
    let message = "a template that pages are made of; left out".to_owned();
    let note = Diagnostic::about_file(&file.entry.path, Severity::Note, Code::NotAReport, message);
    (report, file.diagnostics.iter().cloned().chain([note]).collect())
}

/// Parses a feed; one that cannot be read has no items.
pub(super) fn feed(file: &SourceFile, options: &ParseOptions) -> (Report, Vec<Diagnostic>) {
    let path = &file.entry.path;
    let mut diagnostics = file.diagnostics.clone();
    let feed = feed::read(&file.text).unwrap_or_else(|reason| {
        let message = format!("is not a feed that can be read ({reason}); left out");
        diagnostics.push(Diagnostic::about_file(path, Severity::Error, Code::Unreadable, message));
        feed::Feed::default()
    });
    let mut lines = Source::of(&file.text).lines;
    let (mut items, mut left_out) = (Vec::new(), of_itself(&feed, &file.text));
    let mut newest: Option<ReportDate> = None;
    let texts: Vec<SourceFile> = feed.entries.iter().map(|entry| text_of(file, entry)).collect();
    // The entries of a feed are a series, too.
    let alone: Vec<Traits> = texts.iter().map(|text| parse::traits(text, options)).collect();
    let lessons = learn(&alone.iter().collect::<Vec<_>>());
    for ((entry, text), lesson) in feed.entries.into_iter().zip(texts).zip(lessons) {
        let line = lines.seek(&[&entry.raw_title, &entry.link]);
        let (of_entry, left) = read_entry(&text, &entry, options, &lesson);
        let date = entry.date.clone();
        if date.as_ref().map(|found| found.date) > newest.as_ref().map(|found| found.date) {
            newest = date;
        }
        items.extend(of_entry.into_iter().map(|item| Item {
            line,
            lines: vec![(line, line)],
            ..item
        }));
        left_out.extend(left.into_iter().map(|left| LeftOut { lines: (line, line), ..left }));
    }
    model::name(&mut items);
    if items.is_empty() && diagnostics.iter().all(|found| found.severity != Severity::Error) {
        let message = "no items found";
        diagnostics.push(Diagnostic::about_file(path, Severity::Warning, Code::NoItems, message));
    }
    let heads = Heads { front_date: None, title: feed.title.as_deref(), head: "", heading: None };
    let mut clues = gather(path, &heads, &[], &[], None);
    clues.stated = clues.stated.or_else(|| {
        let newest = newest?;
        let found = Evidence::new(EvidenceKind::Entry, newest.display());
        Some(ReportDate { evidence: found, ..newest })
    });
    let report = Report {
        path: path.clone(),
        source: file.entry.source.clone(),
        title: feed.title,
        issue: None,
        clues,
        layout: Layout::Entries,
        layout_reason: "entries of a feed".to_owned(),
        traits: Traits::of_items(!items.is_empty(), Said::default()),
        items,
        left_out,
    };
    (report, diagnostics)
}

/// Lists what a feed says of itself, which is in none of its entries.
fn of_itself(feed: &feed::Feed, text: &str) -> Vec<LeftOut> {
    let own = [(&feed.title, Reason::Title), (&feed.about, Reason::Introduction)];
    let own = own.into_iter().filter_map(|(text, reason)| Some((text.clone()?, reason)));
    let left = own.map(|(said, reason)| {
        let line = Source::of(text).lines.seek(&[&said]);
        LeftOut { lines: (line, line), reason, text: said }
    });
    left.collect()
}

/// Returns the text of an entry with what is known about it.
fn text_of(file: &SourceFile, entry: &feed::Entry) -> SourceFile {
    let front = FrontMatter {
        title: Some(entry.title.clone()).filter(|title| !title.is_empty()),
        contributors: entry.authors.clone(),
        tags: entry.tags.clone(),
        ..FrontMatter::default()
    };
    let text = with_front(&front, &entry.markdown);
    SourceFile { text, diagnostics: Vec::new(), ..without_text(file) }
}

fn without_text(file: &SourceFile) -> SourceFile {
    SourceFile {
        entry: file.entry.clone(),
        text: String::new(),
        size: file.size,
        hash: file.hash.clone(),
        diagnostics: file.diagnostics.clone(),
    }
}

/// Reads an entry as a report, and as one item if it holds none or hardly any.
fn read_entry(
    text: &SourceFile,
    entry: &feed::Entry,
    options: &ParseOptions,
    lesson: &Lesson,
) -> (Vec<Item>, Vec<LeftOut>) {
    let keep = |report: Report| {
        let is_own = |left: &LeftOut| left.reason != Reason::FrontMatter;
        (report.items, report.left_out.into_iter().filter(is_own).collect())
    };
    let (report, _) = markdown(text, options, lesson);
    let is_report = report.layout != Layout::Page && report.items.len() >= MIN_ITEMS;
    if is_report {
        let (mut items, left) = keep(report);
        for item in &mut items {
            if !entry.title.is_empty() {
                item.section.insert(0, entry.title.clone());
            }
            item.own_date = item.own_date.take().or_else(|| entry.date.clone());
        }
        return (items, left);
    }
    let alone = ParseOptions { layout: Some(Layout::Page), ..options.clone() };
    let (report, _) = markdown(text, &alone, lesson);
    let (mut items, left) = keep(report);
    if items.is_empty() && !entry.title.is_empty() {
        items.push(Item {
            title: entry.title.clone(),
            contributors: entry.authors.clone(),
            tags: entry.tags.clone(),
            ..Item::default()
        });
    }
    if let Some(item) = items.first_mut() {
        item.own_date.clone_from(&entry.date);
        if let Some(link) = Link::parse_with(&entry.link, &options.redirects) {
            item.links.retain(|other| other.canonical != link.canonical);
            item.links.insert(0, link);
        }
    }
    (items, left)
}

/// Puts what is known about a text before it, as front matter.
fn with_front(front: &FrontMatter, markdown: &str) -> String {
    let mut table = json!({});
    if let Some(title) = &front.title {
        table["title"] = json!(title);
    }
    if let Some(date) = &front.date {
        table["date"] = json!(date);
    }
    if !front.contributors.is_empty() {
        table["authors"] = json!(front.contributors);
    }
    if !front.tags.is_empty() {
        table["tags"] = json!(front.tags);
    }
    format!("{table}\n\n{markdown}\n")
}

/// Finds lines of a file again that something else was made of.
struct Seeker<'t> {
    text: &'t str,
    lines: Lines,
    at: usize,
}

/// At most so many bytes further on, a text is looked for: what is not there would be looked for to the end each time.
const MAX_SEEK: usize = 256 * 1024;

impl Seeker<'_> {
    /// Returns the line on which one of these stands next; without any, the line found last.
    fn seek(&mut self, needles: &[&str]) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let rest = &rest[..crate::text::floor_boundary(rest, MAX_SEEK)];
        let mut found = needles.iter().filter(|needle| !needle.is_empty());
        if let Some(offset) = found.find_map(|needle| rest.find(needle)) {
            self.at += offset;
        }
        self.lines.number(self.at)
    }
}

/// A file as it was written, beside the Markdown that was made of it.
struct Source<'t> {
    lines: Seeker<'t>,
}

impl<'t> Source<'t> {
    fn of(text: &'t str) -> Self {
        Self { lines: Seeker { text, lines: Lines::of(text), at: 0 } }
    }

    /// Turns lines of the Markdown into those of the file.
    fn place(
        mut self,
        markdown: &str,
        items: &mut [Item],
        left_out: &mut [LeftOut],
        diagnostics: &mut [Diagnostic],
    ) {
        let lines: Vec<usize> = markdown
            .lines()
            .map(|line| {
                let longest = line
                    .split(|c: char| !c.is_alphanumeric())
                    .max_by_key(|word| (word.len(), Reverse(word.as_ptr())));
                self.lines.seek(&[longest.unwrap_or_default()])
            })
            .collect();
        let line = |line: usize| lines.get(line.saturating_sub(1)).copied().unwrap_or(1);
        for item in items {
            item.line = line(item.line);
            for range in &mut item.lines {
                *range = (line(range.0), line(range.1));
            }
        }
        for left in left_out {
            left.lines = (line(left.lines.0), line(left.lines.1));
        }
        for found in diagnostics {
            found.line = found.line.map(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::FileEntry;

    fn read(path: &str, text: &str) -> (Report, Vec<Diagnostic>) {
        let entry = FileEntry {
            path: path.to_owned(),
            location: path.into(),
            within: None,
            source: "a".to_owned(),
            size: 0,
            modified: 0,
            changed: 0,
        };
        let file = SourceFile {
            entry,
            text: text.to_owned(),
            size: 0,
            hash: String::new(),
            diagnostics: Vec::new(),
        };
        page(&file, &ParseOptions::default(), &Lesson::default())
    }

    #[test]
    fn a_page_may_have_front_matter() {
        let (report, _) =
            read("x.html", "---\ntitle: 松鼠\ndate: 2031-03-14\n---\n<p>一段<b>话</b>。</p>");
        assert_eq!(report.items[0].title, "松鼠");
        assert_eq!(report.items[0].body, "一段话。");
        assert_eq!(report.clues.stated.unwrap().display(), "2031-03-14");
    }

    #[test]
    fn a_template_has_no_items_and_is_no_reason_to_worry() {
        let (report, diagnostics) = read("x.html", "<title>{{ title }}</title><p>一段话。</p>");
        assert_eq!(report.items.len(), 0);
        let severities: Vec<Severity> = diagnostics.iter().map(|found| found.severity).collect();
        assert_eq!(severities, [Severity::Note]);
    }
}
