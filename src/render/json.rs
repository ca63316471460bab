//! Results as JSON: the same object for the command line and the HTTP API.

use serde::Serialize;

use super::noted::NoteData;
use super::path::item_path;
use crate::address::Link;
use crate::index::StoredItem;
use crate::query::{FacetKind, Note, Zone};
use crate::report::{Item, Precision, ReportDate};
use crate::search::{
    Covered, Explanation, FacetValue, Hit, Interval, Results, Step, Story, TrendPoint,
};
use crate::text::{ByteSpan, escape_json};

/// Marks as `[start, end)` in Unicode code points of the string beside them.
#[must_use]
pub fn code_point_marks(text: &str, marks: &[ByteSpan]) -> Vec<[usize; 2]> {
    let count = |bytes: usize| text.get(..bytes).map_or(0, |before| before.chars().count());
    marks.iter().map(|mark| [count(mark.start), count(mark.end)]).collect()
}

/// A hit as JSON shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = Hit))]
pub struct JsonHit<'a> {
    /// Id of the item, `2024-02-22/m31tx7`: its report and what it is, whatever stands around it.
    id: &'a str,
    /// Title, plain text.
    title: &'a str,
    /// Path of headings it stands under, outermost first.
    section: &'a [String],
    /// Place in its report in reading order, counted from 1; it changes when the report does.
    position: usize,
    /// `2024-02-22`, or `2024-02` where only the month is known; `null` without a date.
    #[cfg_attr(feature = "serve", schema(required))]
    date: Option<String>,
    /// How exactly the date is known.
    #[cfg_attr(feature = "serve", schema(required))]
    date_precision: Option<Precision>,
    /// Source, one family of reports.
    source: &'a str,
    /// Path of its report below the folder of its source.
    report: &'a str,
    /// Where its report is on the web, if that is known.
    #[cfg_attr(feature = "serve", schema(required))]
    report_url: Option<&'a str>,
    /// Number of the report in its series, where it has one.
    #[cfg_attr(feature = "serve", schema(required))]
    issue: Option<u32>,
    /// Who contributed it.
    contributors: &'a [String],
    /// The same people with what they did.
    people: Vec<JsonPerson<'a>>,
    /// Its links, the primary one first.
    links: &'a [Link],
    /// What to mark in the title: `[start, end)` in Unicode code points.
    title_marks: Vec<[usize; 2]>,
    /// An excerpt of its body.
    snippet: JsonSnippet<'a>,
    /// Relevance; only comparable within one answer.
    score: f64,
    /// Follows the items that match: it has only some of what was asked for.
    related: bool,
    /// Where it has something of the query: title, body, meta (section, contributors, tags, source), link.
    matched_in: &'a [Zone],
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Why it stands where it does, if `explain` was asked for.
    explanation: Option<&'a Explanation>,
    /// Path of its page below the root of the site.
    url: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = Snippet))]
struct JsonSnippet<'a> {
    /// The excerpt on one line; `…` where it was cut.
    text: &'a str,
    /// What to mark in it: `[start, end)` in Unicode code points.
    marks: Vec<[usize; 2]>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = Person))]
struct JsonPerson<'a> {
    name: &'a str,
    /// What they did, as the report calls it (`编辑`, `翻译`); `null` where it does not say.
    #[cfg_attr(feature = "serve", schema(required))]
    role: Option<&'a str>,
}

impl<'a> JsonPerson<'a> {
    fn all(item: &'a Item) -> Vec<Self> {
        let role = |name: &String| item.roles.get(name).map(String::as_str);
        item.contributors.iter().map(|name| Self { name, role: role(name) }).collect()
    }
}

impl<'a> From<&'a Hit> for JsonHit<'a> {
    fn from(hit: &'a Hit) -> Self {
        let stored = &hit.item;
        let (date, date_precision) =
            stored.date.as_ref().map(|date| (date.display(), date.precision)).unzip();
        Self {
            id: stored.id.as_str(),
            title: &stored.item.title,
            section: &stored.item.section,
            position: stored.item.ordinal,
            date,
            date_precision,
            source: &stored.source,
            report: &stored.report,
            report_url: stored.report_url.as_deref(),
            issue: stored.issue,
            contributors: &stored.item.contributors,
            people: JsonPerson::all(&stored.item),
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
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = Results))]
pub struct JsonResults<'a> {
    /// The query as typed.
    query: &'a str,
    /// What was searched for instead, where the query had to be mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    searched: Option<&'a str>,
    /// Which step of the ladder answered.
    matched: Step,
    /// How many items match, exactly.
    total: usize,
    /// Loosely related items that follow them.
    related: usize,
    /// Hits left out before the first.
    offset: usize,
    /// At most this many hits.
    limit: usize,
    /// Time of the search in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    took_us: Option<u64>,
    /// The hits, in order.
    hits: Vec<JsonHit<'a>>,
    /// Counts over all matches by kind, for the kinds asked for.
    #[cfg_attr(feature = "serve", schema(value_type = std::collections::BTreeMap<String, Vec<FacetValue>>))]
    facets: Facets<'a>,
    /// Words that no item has in any way.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    missing: &'a [String],
    /// What was read differently, what was loosened, why nothing was found; English sentences.
    #[cfg_attr(feature = "serve", schema(value_type = Vec<String>))]
    notes: &'a [Note],
    /// The same notes as data, each with a stable code.
    noted: Vec<NoteData<'a>>,
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
            noted: results.notes.iter().map(NoteData::from).collect(),
        }
    }
}

/// An item as JSON shows it, whole.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = Item))]
pub struct JsonItem<'a> {
    /// Id of the item, `2024-02-22/m31tx7`.
    id: &'a str,
    /// Title, plain text.
    title: &'a str,
    /// Reading text: paragraphs, lists and quotes, divided by empty lines.
    body: &'a str,
    /// The same in Markdown, with its links, its emphasis, its code and its pictures.
    markdown: &'a str,
    /// Path of headings it stands under, outermost first.
    section: &'a [String],
    /// Place in its report in reading order, counted from 1; it changes when the report does.
    position: usize,
    /// `2024-02-22`, or `2024-02` where only the month is known; `null` without a date.
    #[cfg_attr(feature = "serve", schema(required))]
    date: Option<String>,
    /// How exactly the date is known.
    #[cfg_attr(feature = "serve", schema(required))]
    date_precision: Option<Precision>,
    /// What shows the date.
    #[cfg_attr(feature = "serve", schema(required))]
    date_from: Option<&'a str>,
    /// Source, one family of reports.
    source: &'a str,
    /// Path of its report below the folder of its source.
    report: &'a str,
    /// Where its report is on the web, if that is known.
    #[cfg_attr(feature = "serve", schema(required))]
    report_url: Option<&'a str>,
    /// Number of the report in its series, where it has one.
    #[cfg_attr(feature = "serve", schema(required))]
    issue: Option<u32>,
    /// Who contributed it.
    contributors: &'a [String],
    /// The same people with what they did.
    people: Vec<JsonPerson<'a>>,
    /// Tags of its report's front matter.
    tags: &'a [String],
    /// Its links, the primary one first.
    links: &'a [Link],
    /// Addresses of its pictures.
    images: &'a [String],
    /// What it tells with other items: about the same link, or with nearly the same title and text; `null` where none does.
    #[cfg_attr(feature = "serve", schema(required))]
    story: Option<JsonStory<'a>>,
    /// Path of its page below the root of the site.
    url: String,
}

/// Items that tell the same thing.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = Story))]
struct JsonStory<'a> {
    /// Id of the item that told it first: that of the story.
    first: &'a str,
    /// How many items tell it, two at least.
    count: usize,
    /// These items, oldest first.
    items: Vec<JsonPlace<'a>>,
}

impl<'a> JsonStory<'a> {
    fn new(story: &'a Story) -> Option<Self> {
        let first = story.first()?.id.as_str();
        let items: Vec<_> = story.tellings.iter().map(JsonPlace::from).collect();
        Some(Self { first, count: items.len(), items })
    }
}

impl<'a> JsonItem<'a> {
    /// Shows an item and the story that it tells with others.
    #[must_use]
    pub fn new(stored: &'a StoredItem, story: Option<&'a Story>) -> Self {
        let (date, date_precision) =
            stored.date.as_ref().map(|date| (date.display(), date.precision)).unzip();
        Self {
            id: stored.id.as_str(),
            title: &stored.item.title,
            body: &stored.item.body,
            markdown: stored.item.written(),
            section: &stored.item.section,
            position: stored.item.ordinal,
            date,
            date_precision,
            date_from: stored.date.as_ref().map(|date| date.evidence.as_str()),
            source: &stored.source,
            report: &stored.report,
            report_url: stored.report_url.as_deref(),
            issue: stored.issue,
            contributors: &stored.item.contributors,
            people: JsonPerson::all(&stored.item),
            tags: &stored.item.tags,
            links: &stored.item.links,
            images: &stored.item.images,
            story: story.and_then(JsonStory::new),
            url: item_path(stored),
        }
    }
}

/// An item in short.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = Place))]
pub struct JsonPlace<'a> {
    /// Id of the item.
    id: &'a str,
    /// Title, plain text.
    title: &'a str,
    /// Path of headings it stands under, outermost first.
    section: &'a [String],
    /// `2024-02-22`, or `2024-02` where only the month is known; `null` without a date.
    #[cfg_attr(feature = "serve", schema(required))]
    date: Option<String>,
    /// Source, one family of reports.
    source: &'a str,
    /// Path of its report below the folder of its source.
    report: &'a str,
    /// Where its report is on the web, if that is known.
    #[cfg_attr(feature = "serve", schema(required))]
    report_url: Option<&'a str>,
    /// Number of the report in its series, where it has one.
    #[cfg_attr(feature = "serve", schema(required))]
    issue: Option<u32>,
    /// Path of its page below the root of the site.
    url: String,
}

impl<'a> From<&'a StoredItem> for JsonPlace<'a> {
    fn from(stored: &'a StoredItem) -> Self {
        Self {
            id: stored.id.as_str(),
            title: &stored.item.title,
            section: &stored.item.section,
            date: stored.date.as_ref().map(ReportDate::display),
            source: &stored.source,
            report: &stored.report,
            report_url: stored.report_url.as_deref(),
            issue: stored.issue,
            url: item_path(stored),
        }
    }
}

/// Whether one link has been in a report.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = CoveredLink))]
pub struct JsonCovered<'a> {
    /// As given.
    link: &'a str,
    /// Comparable form; links that lead to the same place have the same.
    canonical: &'a str,
    /// Whether an item has it.
    covered: bool,
    /// How many items have it.
    total: usize,
    /// Those items, newest first, at most 20.
    items: Vec<JsonPlace<'a>>,
    /// How many other items link to something below it.
    total_below: usize,
    /// Those items, newest first, at most 20.
    below: Vec<JsonPlace<'a>>,
}

impl<'a> From<&'a Covered> for JsonCovered<'a> {
    fn from(covered: &'a Covered) -> Self {
        Self {
            link: &covered.link,
            canonical: &covered.canonical,
            covered: covered.total > 0,
            total: covered.total,
            items: covered.items.iter().map(JsonPlace::from).collect(),
            total_below: covered.total_below,
            below: covered.below.iter().map(JsonPlace::from).collect(),
        }
    }
}

/// Counts over time.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = Trend))]
pub struct JsonTrend<'a> {
    /// The query as typed.
    pub query: &'a str,
    /// Which step of the ladder answered.
    pub matched: Step,
    /// How many items match, exactly.
    pub total: usize,
    /// Matching items without a date; they are in no point.
    pub undated: usize,
    /// What counts are summed over.
    pub interval: Interval,
    /// In order of time, without a gap from the first match to the last.
    pub points: &'a [TrendPoint],
}

/// Counts by value.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = FacetCounts))]
pub struct JsonFacets<'a> {
    /// The query as typed.
    query: &'a str,
    /// Which step of the ladder answered.
    matched: Step,
    /// How many items match, exactly.
    total: usize,
    /// Values by kind, most first, months in order of time.
    #[cfg_attr(feature = "serve", schema(value_type = std::collections::BTreeMap<String, Vec<FacetValue>>))]
    facets: Facets<'a>,
}

impl<'a> From<&'a Results> for JsonFacets<'a> {
    fn from(results: &'a Results) -> Self {
        Self {
            query: &results.query,
            matched: results.matched,
            total: results.total,
            facets: Facets(&results.facets),
        }
    }
}

/// Writes a value as one line of JSON.
#[must_use]
pub fn line(value: &impl Serialize) -> String {
    // Plain data with string keys always serialises.
    escape_json(serde_json::to_string(value).unwrap_or_default()) + "\n"
}

/// Writes a value as JSON for people to read.
#[must_use]
pub fn pretty(value: &impl Serialize) -> String {
    escape_json(serde_json::to_string_pretty(value).unwrap_or_default()) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_code_points() {
        let marks = [ByteSpan::new(0, 3), ByteSpan::new(7, 8)];
        assert_eq!(code_point_marks("量👨a", &marks), [[0, 1], [2, 3]]);
        assert_eq!(code_point_marks("", &[]), [[0; 2]; 0]);
    }
}
