//! Results for people at a terminal, or plain for a pipe.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Effects, Style};

use crate::address::Link;
use crate::index::{StoredItem, shown_date};
use crate::query::{Way, Zone};
use crate::search::{Explanation, FacetKind, FacetValue, Hit, Results, Step};
use crate::text::{
    ByteSpan, Shown, display_width, fitting_prefix, is_wide_punctuation, is_wide_script, shown,
};

const MARK: Style =
    Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow))).effects(Effects::BOLD);
const TITLE: Style = Style::new().effects(Effects::BOLD);
const DIM: Style = Style::new().effects(Effects::DIMMED);
const LINK: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));

/// Lines of prose are not longer than this many columns, however wide the terminal is.
const MAX_COLUMNS: usize = 100;
/// Narrower terminals are written for as if they were this wide.
const MIN_COLUMNS: usize = 24;
/// Widest bar of a facet, in columns.
const BAR_COLUMNS: usize = 24;
/// Values shown of each facet.
const MAX_FACET_VALUES: usize = 12;

/// What the other end can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours and bold.
    pub color: bool,
    /// OSC 8 hyperlinks.
    pub links: bool,
    /// Columns to wrap at; `None` for a pipe, which gets long lines.
    pub columns: Option<usize>,
}

impl Look {
    /// What a pipe gets.
    pub const PLAIN: Self = Self { color: false, links: false, columns: None };

    fn width(self) -> Option<usize> {
        self.columns.map(|columns| columns.clamp(MIN_COLUMNS, MAX_COLUMNS))
    }
}

/// Writes characters that could disturb a terminal as `\u{…}`; line breaks stay.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text) {
        match c {
            Shown::Plain(c) | Shown::Harmful(c @ '\n') => out.push(c),
            Shown::Harmful(c) => {
                let _ = write!(out, "{}", c.escape_unicode());
            }
        }
    }
    out
}

/// Text made of pieces with a style each.
#[derive(Default)]
struct Line {
    pieces: Vec<(Style, String)>,
}

impl Line {
    fn push(&mut self, style: Style, text: &str) {
        if !text.is_empty() {
            self.pieces.push((style, escape(text)));
        }
    }

    fn push_marked(&mut self, base: Style, text: &str, marks: &[ByteSpan]) {
        let mut at = 0;
        for mark in marks {
            self.push(base, text.get(at..mark.start).unwrap_or_default());
            self.push(MARK, mark.of(text));
            at = mark.end;
        }
        self.push(base, text.get(at..).unwrap_or_default());
    }

    /// Wraps at `columns`, breaking between words and between Han characters, never before closing punctuation.
    fn write(&self, out: &mut String, look: Look, first_indent: &str, indent: &str) {
        let width = look.width();
        let mut used = display_width(first_indent);
        out.push_str(first_indent);
        let mut at_start = true;
        for (style, text) in &self.pieces {
            let mut styled = false;
            for chunk in chunks(text) {
                let visible = chunk.trim_end();
                let wraps =
                    width.is_some_and(|width| used + display_width(visible) > width) && !at_start;
                if wraps {
                    if styled {
                        reset(out, *style, look);
                        styled = false;
                    }
                    out.truncate(out.trim_end_matches(' ').len());
                    out.push('\n');
                    out.push_str(indent);
                    used = display_width(indent);
                }
                let mut rest = if wraps { chunk.trim_start() } else { chunk };
                if !styled {
                    set(out, *style, look);
                    styled = true;
                }
                // A word longer than a line is broken where the line ends.
                while let Some(width) = width
                    && used + display_width(rest.trim_end()) > width
                {
                    let cut = fitting_prefix(rest, width.saturating_sub(used).max(1));
                    let cut =
                        if cut == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { cut };
                    out.push_str(&rest[..cut]);
                    rest = &rest[cut..];
                    if rest.is_empty() {
                        break;
                    }
                    out.push('\n');
                    out.push_str(indent);
                    used = display_width(indent);
                }
                out.push_str(rest);
                used += display_width(rest);
                at_start = false;
            }
            if styled {
                reset(out, *style, look);
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

fn set(out: &mut String, style: Style, look: Look) {
    if look.color && style != Style::new() {
        let _ = write!(out, "{}", style.render());
    }
}

/// Returns a text in a style, where the terminal shows styles.
pub(super) fn styled(style: Style, text: &str, look: Look) -> String {
    let mut out = String::new();
    set(&mut out, style, look);
    out.push_str(text);
    reset(&mut out, style, look);
    out
}

fn reset(out: &mut String, style: Style, look: Look) {
    if look.color && style != Style::new() {
        let _ = write!(out, "{}", style.render_reset());
    }
}

/// Splits text where a line may end: behind spaces, and between characters of scripts without spaces unless the next
/// is punctuation that must not begin a line.
fn chunks(text: &str) -> Vec<&str> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let Some(&(_, next)) = chars.peek() else { break };
        let opens = |c: char| matches!(c, '（' | '《' | '「' | '『' | '【' | '“' | '‘');
        let sticks = is_wide_punctuation(next) && !opens(next) || matches!(next, '”' | '’' | '…');
        let splits = c == ' ' && next != ' '
            || (is_wide_script(c) || is_wide_script(next))
                && !sticks
                && !opens(c)
                && c != ' '
                && next != ' ';
        if splits {
            chunks.push(&text[start..end]);
            start = end;
        }
    }
    chunks.push(&text[start..]);
    chunks
}

/// Writes results, best first, with a summary line.
#[must_use]
pub fn results(results: &Results, look: Look) -> String {
    let mut out = String::new();
    let digits = (results.offset + results.hits.len()).to_string().len();
    for (index, hit) in results.hits.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let first_related = index == 0 || !results.hits[index - 1].related;
        if hit.related && first_related {
            let mut line = Line::default();
            line.push(DIM, "related, with fewer words:");
            line.write(&mut out, look, "", "");
            out.push('\n');
        }
        write_hit(&mut out, hit, results.offset + index + 1, digits, look);
    }
    if !results.facets.is_empty() && results.total > 0 {
        facets(&mut out, &results.facets, look);
    }
    if results.total > 0 {
        if !results.hits.is_empty() || !results.facets.is_empty() {
            out.push('\n');
        }
        let mut line = Line::default();
        line.push(DIM, &summary(results));
        line.write(&mut out, look, "", "");
    }
    out
}

fn summary(results: &Results) -> String {
    let noun = if results.total == 1 { "item" } else { "items" };
    let mut summary = format!("{} {noun}", results.total);
    if results.hits.len() < results.total && !results.hits.is_empty() {
        let _ = write!(
            summary,
            ", {}–{} shown",
            results.offset + 1,
            results.offset + results.hits.len()
        );
    }
    if results.related > 0 {
        let _ = write!(summary, "; {} related", results.related);
    }
    match results.matched {
        Step::Spelling => summary.push_str(", other spelling"),
        Step::Pinyin => summary.push_str(", read as pinyin"),
        Step::Fewer => summary.push_str(", with fewer words"),
        Step::All | Step::Words | Step::None => {}
    }
    summary
}

fn write_hit(out: &mut String, hit: &Hit, rank: usize, digits: usize, look: Look) {
    let stored = &hit.item;
    let first_indent = format!("{rank:>digits$}. ");
    let indent = " ".repeat(digits + 2);
    let mut title = Line::default();
    title.push_marked(TITLE, &stored.item.title, &hit.title_marks);
    title.write(out, look, &first_indent, &indent);
    let mut about = Line::default();
    about.push(DIM, &about_item(stored));
    about.write(out, look, &indent, &indent);
    if !hit.snippet.text.is_empty() {
        let mut snippet = Line::default();
        snippet.push_marked(Style::new(), &hit.snippet.text, &hit.snippet.marks);
        snippet.write(out, look, &indent, &indent);
    }
    if let Some(link) = stored.item.links.first() {
        write_link(out, link, &indent, look);
    }
    let shown = [Zone::Title, Zone::Body].iter().any(|zone| hit.matched_in.contains(zone));
    if !hit.matched_in.is_empty() && !shown {
        let places: Vec<&str> = hit.matched_in.iter().map(|zone| zone_name(*zone)).collect();
        let mut line = Line::default();
        line.push(DIM, &format!("found in its {}", places.join(" and its ")));
        line.write(out, look, &indent, &indent);
    }
    for reason in hit.explanation.iter().flat_map(reasons) {
        let mut line = Line::default();
        line.push(DIM, &reason);
        line.write(out, look, &format!("{indent}· "), &format!("{indent}  "));
    }
}

fn zone_name(zone: Zone) -> &'static str {
    match zone {
        Zone::Title => "title",
        Zone::Body => "text",
        Zone::Meta => "section or contributors",
        Zone::Link => "link",
    }
}

/// Says why a hit stands where it does, a sentence for each reason.
fn reasons(explanation: &Explanation) -> Vec<String> {
    let percent = |share: f64| (share * 100.0).round();
    let mut reasons = vec![format!("covers {} % of the query", percent(explanation.covered))];
    for word in &explanation.words {
        let places: Vec<&str> = word.zones.iter().map(|zone| zone_name(*zone)).collect();
        let name = word.name.as_deref().unwrap_or_default();
        let how = match word.way {
            None => "not found".to_owned(),
            Some(way) => {
                let how = match way {
                    Way::Word => "as a word".to_owned(),
                    Way::Variant => "in another spelling".to_owned(),
                    Way::Plural => "in the other number".to_owned(),
                    Way::Synonym => format!("as `{name}`, a synonym"),
                    Way::Alias => format!("as `{name}`, which the archive explains by it"),
                    Way::Inside => "inside other words".to_owned(),
                    Way::Parts => "its parts apart".to_owned(),
                    Way::Fragment => "as a piece of a longer word".to_owned(),
                };
                format!("{how}, in its {}", places.join(" and its "))
            }
        };
        reasons.push(format!(
            "`{}` ({} %): {how}; worth {}",
            word.word,
            percent(word.information),
            word.worth
        ));
    }
    reasons.extend(explanation.together.iter().map(|group| format!("has `{group}` as typed")));
    reasons
        .extend(explanation.begins.iter().map(|group| format!("its title begins with `{group}`")));
    reasons
}

/// Says when, where and by whom, and the id to show it whole.
fn about_item(stored: &StoredItem) -> String {
    let mut parts = Vec::new();
    parts.push(
        shown_date(stored.date.as_ref()).map_or_else(|| "no date".to_owned(), |(date, _)| date),
    );
    parts.extend(stored.issue.map(|issue| format!("#{issue}")));
    if !stored.item.section.is_empty() {
        parts.push(stored.item.section.join("/"));
    }
    parts.extend(stored.item.contributors.iter().map(|name| format!("@{name}")));
    parts.push(format!("[{}]", stored.id));
    parts.join("  ")
}

fn write_link(out: &mut String, link: &Link, indent: &str, look: Look) {
    let url = escape(&link.url);
    out.push_str(indent);
    if look.links {
        let _ = write!(out, "\u{1b}]8;;{url}\u{1b}\\");
    }
    set(out, LINK, look);
    let room = look.width().map_or(usize::MAX, |width| width.saturating_sub(indent.len()));
    if look.links && display_width(&url) > room {
        // A terminal that follows links does not need every letter.
        out.push_str(&url[..fitting_prefix(&url, room.saturating_sub(1))]);
        out.push('…');
    } else {
        out.push_str(&url);
    }
    reset(out, LINK, look);
    if look.links {
        out.push_str("\u{1b}]8;;\u{1b}\\");
    }
    out.push('\n');
}

fn facets(out: &mut String, facets: &[(FacetKind, Vec<FacetValue>)], look: Look) {
    for (kind, values) in facets {
        // The only source there is says nothing.
        if values.is_empty() || *kind == FacetKind::Source && values.len() == 1 {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        let mut heading = Line::default();
        heading.push(TITLE, kind.name());
        heading.write(out, look, "", "");
        let most = values.iter().map(|value| value.count).max().unwrap_or(1);
        // A story of months has no gaps.
        let shown = if *kind == FacetKind::Month {
            values.len()
        } else {
            values.len().min(MAX_FACET_VALUES)
        };
        let digits = most.to_string().len();
        for value in &values[..shown] {
            let widest = look.width().map_or(BAR_COLUMNS, |width| BAR_COLUMNS.min(width / 3));
            let bar = (value.count * widest).div_ceil(most);
            let room = look
                .width()
                .map_or(40, |width| width.saturating_sub(digits + 4 + widest).clamp(8, 40));
            let name = escape(&value.value);
            let cut = fitting_prefix(&name, room);
            let pad = " ".repeat(room - display_width(&name[..cut]));
            let _ = write!(out, "  {}{pad} {:>digits$} ", &name[..cut], value.count);
            set(out, LINK, look);
            out.push_str(&"▇".repeat(bar));
            reset(out, LINK, look);
            out.push('\n');
        }
        if shown < values.len() {
            let mut more = Line::default();
            more.push(DIM, &format!("and {} more", values.len() - shown));
            more.write(out, look, "  ", "  ");
        }
    }
}

/// Writes one item whole.
#[must_use]
pub fn item(stored: &StoredItem, look: Look) -> String {
    let mut out = String::new();
    let mut title = Line::default();
    title.push(TITLE, &stored.item.title);
    title.write(&mut out, look, "", "");
    let mut about = Line::default();
    about.push(DIM, &about_item(stored));
    about.write(&mut out, look, "", "");
    if !stored.item.body.is_empty() {
        out.push('\n');
        for text in stored.item.body.lines() {
            if text.trim().is_empty() {
                out.push('\n');
                continue;
            }
            let lead: String = text.chars().take_while(|c| *c == ' ').collect();
            let mut line = Line::default();
            line.push(Style::new(), text.trim_start());
            line.write(&mut out, look, &lead, &lead);
        }
    }
    if !stored.item.links.is_empty() {
        out.push('\n');
        for link in &stored.item.links {
            write_link(&mut out, link, "", look);
        }
    }
    out.push('\n');
    let mut from = Line::default();
    let images = match stored.item.images.len() {
        0 => String::new(),
        1 => "  1 image".to_owned(),
        count => format!("  {count} images"),
    };
    from.push(DIM, &format!("{}:{}{images}", stored.report, stored.item.line));
    if let Some(date) = &stored.date {
        from.push(DIM, &format!("  dated by {}", date.evidence));
    }
    if let Some(url) = &stored.report_url {
        from.push(DIM, &format!("  {url}"));
    }
    from.write(&mut out, look, "", "");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, columns: usize, expected: &str) {
        let mut line = Line::default();
        line.push(Style::new(), text);
        let mut out = String::new();
        line.write(&mut out, Look { columns: Some(columns), ..Look::PLAIN }, "1. ", "   ");
        assert_eq!(out, expected);
        assert!(out.lines().all(|line| display_width(line) <= columns));
    }

    #[test]
    fn lines_break_between_words_and_between_han_characters() {
        check(
            "把大模型的上下文窗口扩展到 200 万 token 以上",
            24,
            "1. 把大模型的上下文窗口\n   扩展到 200 万 token\n   以上\n",
        );
        check(
            "a-very-long-name-without-any-space",
            24,
            "1. a-very-long-name-with\n   out-any-space\n",
        );
    }

    #[test]
    fn closing_punctuation_never_begins_a_line() {
        check("甲乙丙丁戊己庚辛壬癸，子丑", 24, "1. 甲乙丙丁戊己庚辛壬\n   癸，子丑\n");
    }

    #[test]
    fn text_of_an_archive_cannot_steer_the_terminal() {
        assert_eq!(escape("a\u{1b}[31mb\u{202E}c\u{200B}"), "a\\u{1b}[31mb\\u{202e}c\\u{200b}");
        assert_eq!(escape("👨\u{200D}👩\u{E0048}\n"), "👨\u{200D}👩\\u{e0048}\n");
    }
}
