//! A source file to a report: its date, and its items with section, contributors, links, title and body.
//!
//! Reading is lenient: any text gives a report, and what could not be understood is a diagnostic.

mod date;
mod html;
mod link;
mod markdown;
mod shape;

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::corpus::SourceFile;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::floor_boundary;

pub use date::{Precision, ReportDate};
pub use link::{Link, canonical_filter};
use markdown::{Block, BlockKind};
pub use shape::Shape;

/// Title of an item that begins with a long paragraph: its first sentence, cut after this many characters.
const MAX_DERIVED_TITLE: usize = 60;

/// Lines that exporting tools leave where something could not be exported.
const EXPORT_NOISE: [&str; 4] = [
    "暂时无法在飞书文档外展示此内容",
    "暂时无法在文档外展示此内容",
    "此内容暂不支持导出",
    "[图片]",
];

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
    pub contributors: Vec<String>,
    /// Primary link first, then in order of appearance.
    pub links: Vec<Link>,
    /// Addresses of its images.
    pub images: Vec<String>,
    /// Line of the file it begins on, counted from 1.
    pub line: usize,
}

/// One file, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Path below the source's folder.
    pub path: String,
    /// Name of its source.
    pub source: String,
    /// When it appeared, if that could be found.
    pub date: Option<ReportDate>,
    /// How its items are laid out.
    pub shape: Shape,
    /// Its items in reading order.
    pub items: Vec<Item>,
}

/// An item as a shape marked it out, before its lines are understood.
pub(crate) struct RawItem {
    pub(crate) section: Vec<String>,
    /// The block that holds its title, if it has one of its own.
    pub(crate) title: Option<Block>,
    pub(crate) blocks: Vec<Block>,
    /// Byte of the file it begins at.
    pub(crate) start: usize,
}

/// Parses a file; never fails.
#[must_use]
pub fn parse(file: &SourceFile) -> (Report, Vec<Diagnostic>) {
    let blocks = markdown::blocks(&file.text);
    let layout = shape::lay_out(&blocks);
    let lines = Lines::of(&file.text);
    let mut diagnostics = file.diagnostics.clone();
    let mut items: Vec<Item> = Vec::with_capacity(layout.items.len());
    for raw in layout.items {
        let line = lines.number(raw.start);
        let Some(item) = finish(raw, items.len() + 1, line) else { continue };
        if item.body.is_empty() && item.links.is_empty() {
            diagnostics.push(Diagnostic {
                path: file.entry.path.clone(),
                line: Some(line),
                severity: Severity::Note,
                message: format!("`{}` has neither text nor link", item.title),
            });
        }
        items.push(item);
    }
    let links: Vec<String> =
        items.iter().flat_map(|item| item.links.iter().map(|link| link.url.clone())).collect();
    let images: Vec<String> =
        blocks.iter().flat_map(|block| block.images.iter().cloned()).collect();
    let found = date::find(&file.entry.path, &layout.head, &links, &images);
    let path = &file.entry.path;
    // A README beside reports tells about them; one that is a report has items with a contributor or a date.
    let is_about = is_readme(path) && layout.shape == Shape::Page;
    if is_about {
        items.clear();
        diagnostics.push(Diagnostic::about_file(
            path,
            Severity::Note,
            "a README that is no report; left out",
        ));
    } else if items.is_empty() {
        diagnostics.push(Diagnostic::about_file(path, Severity::Warning, "no items found"));
    } else {
        let warnings = found.warnings.into_iter();
        diagnostics.extend(
            warnings.map(|message| Diagnostic::about_file(path, Severity::Warning, message)),
        );
    }
    let report = Report {
        path: path.clone(),
        source: file.entry.source.clone(),
        date: found.date,
        shape: layout.shape,
        items,
    };
    (report, diagnostics)
}

fn is_readme(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("readme"))
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
}

/// What a line that stands before the text of an item says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Label<'t> {
    /// `贡献人：@…`
    Contributor(&'t str),
    /// `链接：…`
    Link(&'t str),
}

/// Recognises a labelled line.
pub(crate) fn label(line: &str) -> Option<Label<'_>> {
    const CONTRIBUTOR: [&str; 8] =
        ["贡献人", "贡献者", "推荐人", "投稿人", "撰稿人", "作者", "contributor", "contributed by"];
    const LINK: [&str; 12] = [
        "链接",
        "原文链接",
        "论文链接",
        "项目链接",
        "项目地址",
        "代码链接",
        "原文",
        "地址",
        "网址",
        "来源链接",
        "link",
        "url",
    ];
    let line = line.trim();
    let (name, value) = line.split_once(['：', ':'])?;
    let (name, value) = (name.trim(), value.trim());
    let is = |known: &[&str]| known.iter().any(|known| name.eq_ignore_ascii_case(known));
    if is(&CONTRIBUTOR) && !value.is_empty() && value.chars().count() <= 80 {
        return Some(Label::Contributor(value));
    }
    let url =
        link::find_urls(value).first().is_some_and(|url| url.start == 0 && url.end == value.len());
    (is(&LINK) && url).then_some(Label::Link(value))
}

/// Splits the value of a contributor line into names; a name may contain spaces.
fn contributor_names(value: &str) -> Vec<String> {
    let separators: &[char] =
        if value.contains('@') { &['@'] } else { &['、', '，', ',', ';', '；'] };
    let names = value
        .split(separators)
        .map(|name| name.trim_matches(|c: char| c.is_whitespace() || "、，,;；和&".contains(c)));
    let mut found: Vec<String> = Vec::new();
    for name in names {
        if !name.is_empty() && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// Understands the lines of an item; `None` if nothing of it can be seen.
fn finish(raw: RawItem, ordinal: usize, line: usize) -> Option<Item> {
    let mut contributors: Vec<String> = Vec::new();
    let mut primary: Vec<String> = Vec::new();
    let mut further: Vec<String> = Vec::new();
    let mut images: Vec<String> = Vec::new();
    let mut body = Body::default();
    let mut title = String::new();
    if let Some(block) = &raw.title {
        title = tidy_title(&block.text);
        further.extend(block.links.iter().map(|link| link.url.clone()));
        images.extend(block.images.iter().cloned());
    }
    for block in &raw.blocks {
        images.extend(block.images.iter().cloned());
        let mut kept = String::new();
        for text_line in block.text.lines() {
            let trimmed = text_line.trim();
            let whole_url =
                || link::find_urls(trimmed).first().is_some_and(|url| url.len() == trimmed.len());
            match label(trimmed) {
                Some(Label::Contributor(value)) if body.is_empty() => {
                    contributors.extend(contributor_names(value));
                }
                Some(Label::Link(url)) if body.is_empty() => primary.push(url.to_owned()),
                _ if body.is_empty()
                    && kept.trim().is_empty()
                    && block.kind == BlockKind::Paragraph
                    && whole_url() =>
                {
                    primary.push(trimmed.to_owned());
                }
                _ if EXPORT_NOISE.contains(&trimmed) => {}
                _ => {
                    if !kept.is_empty() {
                        kept.push('\n');
                    }
                    kept.push_str(text_line);
                }
            }
        }
        further.extend(block.links.iter().map(|link| link.url.clone()));
        body.push(&block.kind, kept.trim_matches('\n'));
    }
    let mut body = body.text;
    contributors.extend(recommended_by(&body));
    if title.is_empty() {
        (title, body) = derive_title(body);
    }
    let mut links: Vec<Link> = Vec::new();
    for url in primary.iter().chain(&further) {
        if let Some(link) = Link::parse(url)
            && !links.iter().any(|known| known.url == link.url)
        {
            links.push(link);
        }
    }
    if title.is_empty() && links.is_empty() {
        return None;
    }
    if title.is_empty() {
        title.clone_from(&links[0].canonical);
    }
    let mut unique: Vec<String> = Vec::new();
    for name in contributors {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    Some(Item {
        ordinal,
        section: raw.section,
        title,
        body,
        contributors: unique,
        links,
        images,
        line,
    })
}

/// Reading text under way.
#[derive(Default)]
struct Body {
    text: String,
    in_list: bool,
}

impl Body {
    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn push(&mut self, kind: &BlockKind, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let (mark, indent) = match kind {
            BlockKind::ListItem { number: Some(number), depth } => {
                (format!("{number}. "), depth - 1)
            }
            BlockKind::ListItem { number: None, depth } => ("- ".to_owned(), depth - 1),
            BlockKind::Quote => ("> ".to_owned(), 0),
            BlockKind::Continuation => ("  ".to_owned(), 0),
            _ => (String::new(), 0),
        };
        let is_list = matches!(
            kind,
            BlockKind::ListItem { .. } | BlockKind::Continuation | BlockKind::TableRow
        );
        if !self.text.is_empty() {
            self.text.push_str(if is_list && self.in_list { "\n" } else { "\n\n" });
        }
        self.in_list = is_list;
        // Deeper than this, indentation would only push the text out of sight.
        let indent = "  ".repeat(indent.min(8));
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.text.push('\n');
            }
            let mark = match (index, kind) {
                (0, _) | (_, BlockKind::Quote) => mark.as_str(),
                _ if mark.is_empty() => "",
                _ => "  ",
            };
            self.text.push_str(&indent);
            self.text.push_str(mark);
            self.text.push_str(line);
        }
    }
}

/// Finds `来自 @name 的分享`.
fn recommended_by(body: &str) -> Option<String> {
    static SHARED_BY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"来自\s*@([^\s，。；：、@]{1,40}(?: [^\s，。；：、@]{1,40}){0,3}?)\s*的(?:分享|推荐|投稿)").ok()
    });
    let found = SHARED_BY.as_ref()?.captures(body)?;
    Some(found[1].to_owned())
}

fn tidy_title(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_end_matches('#').trim().to_owned()
}

/// Takes the first sentence of the body for a title. The body keeps it: a title of a few words must not hide that
/// the sentence went on.
fn derive_title(body: String) -> (String, String) {
    let first = body
        .lines()
        .map(|line| line.trim_start_matches(['>', '-', ' ']))
        .find(|line| !line.is_empty());
    let Some(first) = first else { return (String::new(), body) };
    let end = first
        .char_indices()
        .find(|(_, c)| matches!(c, '。' | '！' | '？' | '；'))
        .map_or(first.len(), |(at, c)| at + c.len_utf8());
    let sentence = first[..end].trim_end_matches(['。', '；']);
    let title: String = sentence.chars().take(MAX_DERIVED_TITLE).collect();
    let title = tidy_title(&title);
    let whole = title.len() == first.trim_end().len();
    // The whole first line is the title: it need not be said twice.
    if whole && let Some((_, rest)) = body.split_once('\n') {
        let rest = rest.trim_start_matches('\n').to_owned();
        return (title, rest);
    }
    if whole { (title, String::new()) } else { (title, body) }
}

/// Splits the lead of a numbered item: `[title](url)：text` gives the title and where the text begins.
pub(crate) fn split_lead(block: &Block, from: usize) -> Option<(String, usize)> {
    let rest = block.text.get(from..)?;
    let lead = block
        .links
        .iter()
        .find(|link| link.shown.start == from + (rest.len() - rest.trim_start().len()))?;
    let title = lead.shown.of(&block.text).trim();
    let behind = block.text.get(lead.shown.end..)?;
    let text = behind.trim_start_matches(' ').strip_prefix(['：', ':'])?;
    let text_start = block.text.len() - text.len();
    (!title.is_empty() && floor_boundary(title, 200) == title.len())
        .then(|| (title.to_owned(), text_start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_contributors_may_contain_spaces() {
        assert_eq!(contributor_names("@Angela Chen Hanzhe 2022"), ["Angela Chen Hanzhe 2022"]);
        assert_eq!(contributor_names("@刘奕龙 @林李挚、@刘奕龙"), ["刘奕龙", "林李挚"]);
        assert_eq!(contributor_names("甲、乙"), ["甲", "乙"]);
    }

    #[test]
    fn a_label_needs_its_value() {
        assert_eq!(label("贡献人：@甲"), Some(Label::Contributor("@甲")));
        assert_eq!(label("链接：http://a.b/c"), Some(Label::Link("http://a.b/c")));
        assert_eq!(label("链接：见下文"), None);
        assert_eq!(label("作者："), None);
    }

    #[test]
    fn the_sharer_of_an_item_is_its_contributor() {
        assert_eq!(recommended_by("好用。来自 @someone 的分享").as_deref(), Some("someone"));
        assert_eq!(recommended_by("来自 @Some One 的分享").as_deref(), Some("Some One"));
        assert_eq!(recommended_by("来自社区的分享会"), None);
    }
}
