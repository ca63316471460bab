//! How one file was read: what dates it, where each item begins and ends, what is left out.

use anstyle::Style;
use serde_json::{Value, json};

use super::check::{Left, lines};
use super::findings::excerpt;
use super::terminal::{Look, styled};
use crate::diagnostic::Diagnostic;
use crate::report::{Beside, Item, Report, ReportDate};
use crate::text::{count, escape};

/// How one file was read.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The file, understood.
    pub report: &'a Report,
    /// Its date among its neighbours.
    pub date: Option<&'a ReportDate>,
    /// What the reports around it show; `None` for a file that belongs to no archive.
    pub beside: Option<&'a Beside>,
    /// The level of the headings that are its items, where only the others show it.
    pub level: Option<u8>,
    /// What was noticed.
    pub diagnostics: &'a [Diagnostic],
}

impl Explained<'_> {
    /// Makes an object of it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let report = self.report;
        let items = report.items.iter().map(|item| {
            json!({
                "ordinal": item.ordinal,
                "lines": item.lines,
                "section": item.section,
                "title": item.title,
                "contributors": item.contributors,
                "links": item.links.len(),
                "characters": item.body.chars().count(),
                "date": item.own_date.as_ref().map(ReportDate::display),
            })
        });
        json!({
            "path": report.path,
            "source": report.source,
            "title": report.title,
            "issue": report.issue,
            "shape": report.layout,
            "shape_from": report.layout_reason,
            "date": self.date.map(ReportDate::display),
            "date_precision": self.date.map(|date| date.precision),
            "date_from": self.date.map(|date| date.evidence.as_str()),
            "series": self.beside,
            "level_from_series": self.level,
            "items": items.collect::<Vec<_>>(),
            "left_out": Left::of(report),
            "diagnostics": self.diagnostics,
        })
    }
}

/// Writes for a person how one file was read.
#[must_use]
pub fn text(explained: &Explained<'_>, look: Look) -> String {
    let report = explained.report;
    let mut out = head(explained);
    out.push_str(&format!("\n{}\n", count(report.items.len(), "item")));
    out.extend(report.items.iter().map(|item| item_text(item, look)));
    if let Some(beside) = explained.beside.filter(|beside| beside.reports > 0) {
        out.push_str(&series_text(beside, explained.level));
    }
    if !report.left_out.is_empty() {
        out.push_str("\nleft out\n");
        for left in &report.left_out {
            out.push_str(&format!(
                "  {:<9}  {}: {}\n",
                lines(left.lines),
                left.reason.as_str(),
                escape(&excerpt(&left.text))
            ));
        }
    }
    if !explained.diagnostics.is_empty() {
        out.push_str("\nnoticed\n");
        for found in explained.diagnostics {
            let line = found.line.map_or_else(String::new, |line| line.to_string());
            let message = escape(&found.message);
            out.push_str(&format!("  {line:<9}  {}: {message} [{}]\n", found.severity, found.code));
        }
    }
    out
}

fn head(explained: &Explained<'_>) -> String {
    let report = explained.report;
    let date = explained.date.map_or_else(
        || "none".to_owned(),
        |date| format!("{} from {}", date.display(), escape(date.evidence.as_str())),
    );
    let mut out = format!("{}\n", escape(&report.path));
    if let Some(title) = &report.title {
        out.push_str(&format!("  title  {}\n", escape(title)));
    }
    out.push_str(&format!("  shape  {}: {}\n", report.layout, escape(&report.layout_reason)));
    out.push_str(&format!("  date   {date}\n"));
    if let Some(issue) = report.issue {
        out.push_str(&format!("  issue  {issue}\n"));
    }
    out
}

/// Writes what the reports around one show.
fn series_text(beside: &Beside, level: Option<u8>) -> String {
    let numbered = |counts: &[(String, usize)]| {
        let counts = counts.iter().map(|(name, count)| format!("{} {count}", escape(name)));
        counts.collect::<Vec<_>>().join(", ")
    };
    let between = beside.between.as_ref().map_or_else(String::new, |(first, last)| {
        format!(", {} to {}", escape(first), escape(last))
    });
    let layouts = beside.layouts.iter().map(|(layout, count)| format!("{layout} {count}"));
    let (few, middle, many) = beside.items;
    let mut rows = vec![
        ("around", format!("{}{between}", count(beside.reports, "report"))),
        ("shapes", layouts.collect::<Vec<_>>().join(", ")),
        ("items", format!("{few} to {many}, about {middle}")),
    ];
    rows.extend(level.map(|level| ("level", format!("items are headings of level {level}"))));
    rows.extend(beside.days.map(|days| ("rhythm", format!("every {}", count(days, "day")))));
    rows.push(("sections", numbered(&beside.sections)));
    rows.push(("people", numbered(&beside.labels)));
    let repeated = beside.repeated.iter();
    rows.extend(repeated.map(|(text, count)| {
        ("repeated", format!("{}, in {count} of them", escape(&excerpt(text))))
    }));
    let rows = rows.into_iter().filter(|(_, said)| !said.is_empty());
    let rows = rows.map(|(what, said)| format!("  {what:<9}  {said}\n"));
    format!("\nseries\n{}", rows.collect::<String>())
}

fn item_text(item: &Item, look: Look) -> String {
    let places: Vec<String> = item.lines.iter().map(|range| lines(*range)).collect();
    let places = if places.is_empty() { item.line.to_string() } else { places.join(", ") };
    let mut about = vec![item.section.join("/")];
    about.extend(item.own_date.as_ref().map(ReportDate::display));
    about.extend(item.contributors.iter().map(|name| format!("@{name}")));
    about.push(count(item.links.len(), "link"));
    about.push(count(item.body.chars().count(), "character"));
    about.retain(|part| !part.is_empty());
    format!(
        "  {:>3}  {places:<9}  {}\n                  {}\n",
        item.ordinal,
        escape(&item.title),
        styled(Style::new().dimmed(), &escape(&about.join(" · ")), look)
    )
}
