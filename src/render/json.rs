//! Results as JSON: the same object for the command line and the HTTP API.

use serde::Serialize;

use crate::index::{StoredItem, shown_date};
use crate::query::Zone;
use crate::report::{Link, Precision};
use crate::search::{Explanation, FacetKind, FacetValue, Hit, Matched, Results};
use crate::text::ByteSpan;

/// Marks as `[start, end)` in Unicode code points of the string beside them.
#[must_use]
pub fn code_point_marks(text: &str, marks: &[ByteSpan]) -> Vec<[usize; 2]> {
    let count = |bytes: usize| text.get(..bytes).map_or(0, |before| before.chars().count());
    marks.iter().map(|mark| [count(mark.start), count(mark.end)]).collect()
}

/// Returns the path of an item's page; everything but unreserved characters and slashes is escaped.
#[must_use]
pub fn item_path(item: &StoredItem) -> String {
    let mut path = String::from("/items/");
    for byte in item.id.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

/// A hit as JSON shows it.
#[derive(Debug, Serialize)]
pub struct JsonHit<'a> {
    id: &'a str,
    title: &'a str,
    section: &'a [String],
    date: Option<String>,
    date_precision: Option<Precision>,
    source: &'a str,
    report: &'a str,
    report_url: Option<&'a str>,
    /// Number of the report in its series, where it has one.
    issue: Option<u32>,
    contributors: &'a [String],
    links: &'a [Link],
    title_marks: Vec<[usize; 2]>,
    snippet: JsonSnippet<'a>,
    score: f64,
    /// Behind the items that match: has only some of what was asked for.
    related: bool,
    /// Where it has something of the query: title, body, meta (section, contributors, tags, source), link.
    matched_in: &'a [Zone],
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a Explanation>,
    url: String,
}

#[derive(Debug, Serialize)]
struct JsonSnippet<'a> {
    text: &'a str,
    marks: Vec<[usize; 2]>,
}

impl<'a> From<&'a Hit> for JsonHit<'a> {
    fn from(hit: &'a Hit) -> Self {
        let stored = &hit.item;
        let (date, date_precision) = shown_date(stored.date.as_ref()).unzip();
        Self {
            id: stored.id.as_str(),
            title: &stored.item.title,
            section: &stored.item.section,
            date,
            date_precision,
            source: &stored.source,
            report: &stored.report,
            report_url: stored.report_url.as_deref(),
            issue: stored.issue,
            contributors: &stored.item.contributors,
            links: &stored.item.links,
            title_marks: code_point_marks(&stored.item.title, &hit.title_marks),
            snippet: JsonSnippet {
                text: &hit.snippet.text,
                marks: code_point_marks(&hit.snippet.text, &hit.snippet.marks),
            },
            score: hit.score,
            related: hit.related,
            matched_in: &hit.matched_in,
            explanation: hit.explanation.as_ref(),
            url: item_path(stored),
        }
    }
}

/// Results as JSON shows them.
#[derive(Debug, Serialize)]
pub struct JsonResults<'a> {
    query: &'a str,
    /// What was searched for instead, where the query had to be mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    searched: Option<&'a str>,
    matched: Matched,
    total: usize,
    /// Loosely related items behind them.
    related: usize,
    offset: usize,
    limit: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_us: Option<u64>,
    hits: Vec<JsonHit<'a>>,
    facets: Facets<'a>,
    /// Words that no item has in any way.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    missing: &'a [String],
    notes: &'a [String],
}

/// Facets as an object in the order they were asked for.
#[derive(Debug)]
struct Facets<'a>(&'a [(FacetKind, Vec<FacetValue>)]);

impl Serialize for Facets<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(kind, values)| (kind.name(), values)))
    }
}

impl<'a> JsonResults<'a> {
    /// Shows results; `took_us` is the time of the search in microseconds, left out where answers must be the same
    /// byte for byte.
    #[must_use]
    pub fn new(results: &'a Results, took_us: Option<u64>) -> Self {
        Self {
            query: &results.query,
            searched: results.searched.as_deref(),
            matched: results.matched,
            total: results.total,
            related: results.related,
            offset: results.offset,
            limit: results.limit,
            took_us,
            hits: results.hits.iter().map(JsonHit::from).collect(),
            facets: Facets(&results.facets),
            missing: &results.missing,
            notes: &results.notes,
        }
    }
}

/// An item as JSON shows it, whole.
#[derive(Debug, Serialize)]
pub struct JsonItem<'a> {
    id: &'a str,
    title: &'a str,
    body: &'a str,
    section: &'a [String],
    date: Option<String>,
    date_precision: Option<Precision>,
    date_from: Option<&'a str>,
    source: &'a str,
    report: &'a str,
    report_url: Option<&'a str>,
    /// Number of the report in its series, where it has one.
    issue: Option<u32>,
    contributors: &'a [String],
    tags: &'a [String],
    links: &'a [Link],
    images: &'a [String],
    url: String,
}

impl<'a> From<&'a StoredItem> for JsonItem<'a> {
    fn from(stored: &'a StoredItem) -> Self {
        let (date, date_precision) = shown_date(stored.date.as_ref()).unzip();
        Self {
            id: stored.id.as_str(),
            title: &stored.item.title,
            body: &stored.item.body,
            section: &stored.item.section,
            date,
            date_precision,
            date_from: stored.date.as_ref().map(|date| date.evidence.as_str()),
            source: &stored.source,
            report: &stored.report,
            report_url: stored.report_url.as_deref(),
            issue: stored.issue,
            contributors: &stored.item.contributors,
            tags: &stored.item.tags,
            links: &stored.item.links,
            images: &stored.item.images,
            url: item_path(stored),
        }
    }
}

/// Writes a value as one line of JSON.
#[must_use]
pub fn line(value: &impl Serialize) -> String {
    // Plain data with string keys always serialises.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

/// Writes a value as JSON for people to read.
#[must_use]
pub fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
