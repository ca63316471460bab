//! Results for people at a terminal, or plain for a pipe.

mod line;

use std::fmt::Write as _;

use anstyle::Style;
pub use line::Look;
pub(super) use line::styled;
use line::{DIM, LINK, Line, TITLE, reset, set};

use crate::address::Link;
use crate::index::StoredItem;
use crate::query::{FacetKind, Way, Zone};
use crate::report::ReportDate;
use crate::search::{Explanation, FacetValue, Hit, Results, Step, Story};
use crate::text::{count, display_width, escape, fitting_escaped};

/// Widest bar of a facet, in columns.
const BAR_COLUMNS: usize = 24;
/// Fewest and most columns of the name of a value.
const MIN_NAME: usize = 8;
const MAX_NAME: usize = 40;
/// Values shown of each facet.
const MAX_FACET_VALUES: usize = 12;

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
            write_line(&mut out, DIM, "related, with fewer words or inside others:", "", look);
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
        write_line(&mut out, DIM, &summary(results), "", look);
    }
    out
}

fn summary(results: &Results) -> String {
    let mut summary = count(results.total, "item");
    // What is related is not counted.
    let shown = results.matching().count();
    if shown < results.total && shown > 0 {
        let _ = write!(summary, ", {}–{} shown", results.offset + 1, results.offset + shown);
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
    write_line(out, DIM, &about_item(stored), &indent, look);
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
        write_line(out, DIM, &format!("found in its {}", places.join(" and its ")), &indent, look);
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
                    Way::Doubtful => "as a word, if its text is not divided otherwise".to_owned(),
                    Way::Synonym => format!("as `{name}`, a synonym"),
                    Way::Alias => format!("as `{name}`, which the archive explains by it"),
                    Way::Pinyin => format!("as `{name}`, read as pinyin"),
                    Way::Slip => format!("as `{name}`, which it may be a slip of"),
                    Way::Related => format!("as `{name}`, which is related"),
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
    parts.push(stored.date.as_ref().map_or_else(|| "no date".to_owned(), ReportDate::display));
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
        out.push_str(&url[..fitting_escaped(&url, room.saturating_sub(1))]);
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
        write_line(out, TITLE, kind.name(), "", look);
        let most = values.iter().map(|value| value.count).max().unwrap_or(1);
        // The course of months can only be seen when all are there.
        let shown = if *kind == FacetKind::Month { usize::MAX } else { MAX_FACET_VALUES };
        for value in values.iter().take(shown) {
            facet_value(out, value, most, look);
        }
        if shown < values.len() {
            write_line(out, DIM, &format!("and {} more", values.len() - shown), "  ", look);
        }
    }
}

/// Writes one value with its count and a bar; `most` is the largest count of its kind.
fn facet_value(out: &mut String, value: &FacetValue, most: usize, look: Look) {
    let digits = most.to_string().len();
    let widest = look.width().map_or(BAR_COLUMNS, |width| BAR_COLUMNS.min(width / 3));
    let bar = (value.count * widest).div_ceil(most);
    let room = look.width().map_or(MAX_NAME, |width| {
        width.saturating_sub(digits + 4 + widest).clamp(MIN_NAME, MAX_NAME)
    });
    let name = escape(&value.value);
    let name = &name[..fitting_escaped(&name, room)];
    let pad = " ".repeat(room - display_width(name));
    let _ = write!(out, "  {name}{pad} {:>digits$} ", value.count);
    set(out, LINK, look);
    out.push_str(&"▇".repeat(bar));
    reset(out, LINK, look);
    out.push('\n');
}

fn write_line(out: &mut String, style: Style, text: &str, indent: &str, look: Look) {
    let mut line = Line::default();
    line.push(style, text);
    line.write(out, look, indent, indent);
}

/// Writes one item whole, with the other items of its story.
#[must_use]
pub fn item(stored: &StoredItem, story: Option<&Story>, look: Look) -> String {
    let mut out = String::new();
    write_line(&mut out, TITLE, &stored.item.title, "", look);
    write_line(&mut out, DIM, &about_item(stored), "", look);
    if !stored.item.body.is_empty() {
        out.push('\n');
        for text in stored.item.body.lines() {
            if text.trim().is_empty() {
                out.push('\n');
                continue;
            }
            let lead: String = text.chars().take_while(|c| *c == ' ').collect();
            write_line(&mut out, Style::new(), text.trim_start(), &lead, look);
        }
    }
    if !stored.item.links.is_empty() {
        out.push('\n');
        for link in &stored.item.links {
            write_link(&mut out, link, "", look);
        }
    }
    if let Some(story) = story {
        out.push('\n');
        told_again(&mut out, stored, story, look);
    }
    out.push('\n');
    let mut from = Line::default();
    let images = match stored.item.images.len() {
        0 => String::new(),
        images => format!("  {}", count(images, "image")),
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

/// Says where else the story of an item is told, and which telling is the first.
fn told_again(out: &mut String, stored: &StoredItem, story: &Story, look: Look) {
    write_line(out, DIM, "also told in", "", look);
    for (at, telling) in story.tellings.iter().enumerate() {
        if telling.id == stored.id {
            continue;
        }
        let date = telling.date.as_ref().map_or_else(|| "no date".to_owned(), ReportDate::display);
        let first = if at == 0 { ", first" } else { "" };
        let mut line = Line::default();
        line.push(DIM, &format!("{date}{first}  "));
        line.push(Style::new(), &telling.item.title);
        line.push(DIM, &format!("  [{}]", telling.id));
        line.write(out, look, "  ", "    ");
    }
}
