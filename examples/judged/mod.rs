//! Judged queries, and how well their answers are ordered.
//!
//! A file of them has one JSON object a line: `query`, `kind`, perhaps `section`, `contributor`, `since`, `until`, and
//! `relevant`, a list of `{report, title, section, links, text, grade}` with grade 2 for what is wanted and 1 for what will
//! do. A hit is one of them if it is of the same report and has the same title or first link, if its title is the section of
//! one, or if one has no title and begins with it.

use std::path::Path;

use baoku::index::Snapshot;
use baoku::query::{DayRange, Filters, Query, parse_days};
use baoku::search::{Hit, Reader, Request, Weights, answer};
use jiff::civil::Date;
use serde::Deserialize;

/// Hits that recall is counted in.
const DEEP: usize = 50;
/// Hits that the order is judged in.
const TOP: usize = 10;
/// Characters from which on one title may begin with another and be the same.
const LONG_TITLE: usize = 12;
/// Characters by which a text without a title is known.
const BEGINNING: usize = 10;

/// What is measured of an answer, each 0 to 1: nDCG@10 with the gain 2^grade − 1 (Järvelin and Kekäläinen, 2002), MRR@10,
/// recall@50, and whether there is no hit at all.
pub(crate) type Measures = [f64; 4];

#[derive(Deserialize)]
struct Line {
    query: String,
    kind: String,
    section: Option<String>,
    contributor: Option<String>,
    since: Option<String>,
    until: Option<String>,
    relevant: Vec<Relevant>,
}

#[derive(Deserialize)]
struct Relevant {
    report: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    section: String,
    #[serde(default)]
    links: Vec<String>,
    #[serde(default)]
    text: String,
    grade: u32,
}

/// A judged query.
pub(crate) struct Case {
    pub(crate) query: String,
    pub(crate) kind: String,
    request: Request,
    relevant: Vec<Relevant>,
}

/// An archive with its judged queries.
pub(crate) struct Set {
    pub(crate) reader: Reader,
    pub(crate) cases: Vec<Case>,
}

impl Set {
    /// Opens `INDEX=QUERIES.jsonl`.
    pub(crate) fn open(pair: &str, today: Date) -> Self {
        let (index, file) = pair.split_once('=').expect("write INDEX=QUERIES.jsonl");
        let reader = Reader::new(Snapshot::open(Path::new(index)).expect("an index"));
        let text = std::fs::read_to_string(file).expect("a file of queries");
        let case =
            |line: &str| Case::of(serde_json::from_str(line).expect("a judged query"), today);
        Self { reader, cases: text.lines().map(case).collect() }
    }

    /// Measures the answers to some queries, with other weights.
    pub(crate) fn measure(&self, weights: &Weights, of: &[usize]) -> Vec<Measures> {
        let reader = self.reader.clone().with_weights(weights.clone());
        of.iter().map(|at| self.cases[*at].measure(&reader)).collect()
    }
}

impl Case {
    fn of(line: Line, today: Date) -> Self {
        let day = |text: &Option<String>| text.as_deref().and_then(|day| parse_days(day, today));
        let filters = Filters {
            sections: line.section.into_iter().collect(),
            contributors: line.contributor.into_iter().collect(),
            days: DayRange {
                since: day(&line.since).and_then(|days| days.since),
                until: day(&line.until).and_then(|days| days.until),
            },
            ..Filters::default()
        };
        let request =
            Request { filters, limit: DEEP, ..Request::new(Query::parse(&line.query, today)) };
        Self { query: line.query, kind: line.kind, request, relevant: line.relevant }
    }

    /// Deals queries into some parts, the same on every machine (FNV-1a).
    pub(crate) fn part(&self, parts: u64) -> u64 {
        let hash = self.query.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        // The lowest bits of this hash depend on too little.
        (hash >> 32) % parts
    }

    fn measure(&self, reader: &Reader) -> Measures {
        let hits = answer(reader, &self.request).expect("an answer").hits;
        let mut left: Vec<&Relevant> = self.relevant.iter().collect();
        let grades: Vec<u32> = hits
            .iter()
            .map(|hit| {
                let (found, others): (Vec<&Relevant>, _) =
                    left.iter().partition(|relevant| relevant.is(hit));
                left = others;
                found.iter().map(|relevant| relevant.grade).max().unwrap_or(0)
            })
            .collect();
        let mut best: Vec<u32> = self.relevant.iter().map(|relevant| relevant.grade).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let (gained, ideal) = (gain(&grades), gain(&best));
        let first = grades.iter().take(TOP).position(|grade| *grade > 0);
        let found = grades.iter().filter(|grade| **grade > 0).count();
        [
            if ideal > 0.0 { (gained / ideal).min(1.0) } else { 0.0 },
            first.map_or(0.0, |first| 1.0 / number(first + 1)),
            (number(found) / number(self.relevant.len().max(1))).min(1.0),
            f64::from(u8::from(hits.is_empty())),
        ]
    }
}

impl Relevant {
    fn is(&self, hit: &Hit) -> bool {
        let item = &hit.item.item;
        if hit.item.report.rsplit('/').next() != Some(self.report.as_str()) {
            return false;
        }
        let (title, wanted) = (fold(&item.title), fold(&self.title));
        let long = |text: &str| text.chars().count() >= LONG_TITLE;
        let begins = title.starts_with(&wanted) || wanted.starts_with(&title);
        if !wanted.is_empty() && (title == wanted || long(&wanted) && long(&title) && begins) {
            return true;
        }
        let beginning: String = title.chars().take(BEGINNING).collect();
        if wanted.is_empty() && !title.is_empty() && fold(&self.text).starts_with(&beginning) {
            return !self.text.is_empty();
        }
        let links = item.links.first().zip(self.links.first());
        links.is_some_and(|(own, wanted)| bare(&own.url) == bare(wanted))
            || !title.is_empty() && title == fold(&self.section)
    }
}

/// Returns the letters and digits of a text, in lower case.
fn fold(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns an address without what is the same in all of them.
fn bare(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let url = url.split_once("://").map_or(url, |(_, url)| url);
    url.strip_prefix("www.").unwrap_or(url).trim_end_matches('/').to_lowercase()
}

/// Returns what the first hits gain, the later the less.
fn gain(grades: &[u32]) -> f64 {
    let graded = grades.iter().take(TOP).enumerate();
    graded.map(|(at, grade)| (2_f64.powi(grade.cast_signed()) - 1.0) / number(at + 2).log2()).sum()
}

/// Returns the mean of some values.
pub(crate) fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = number(values.len().max(1));
    values.sum::<f64>() / count
}

#[expect(clippy::cast_precision_loss, reason = "there are few")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
