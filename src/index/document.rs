//! An item to a document of the index.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use super::encoded::{Encoder, encode};
use super::schema::Fields;
use crate::address::Link;
use crate::analysis::{
    Cutter, NoCutter, Token, UnitKind, analyze, analyze_windows, explained_names, fold, name_key,
    url_tokens,
};
use crate::report::{Item, ItemId, Report, ReportDate, section_name};
use crate::text::{ByteSpan, escape_path, file_stem};

/// Stands before the first atom of every title where that is written once more, so that titles that begin with a name are found
/// without looking at where it stands. No text has it: control characters are not tokens.
pub const TITLE_START: &str = "\u{2}";

/// An item as it is kept in the index, complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredItem {
    /// Its id.
    pub id: ItemId,
    /// Name of its source.
    pub source: String,
    /// Path of its report below the source's folder.
    pub report: String,
    /// Address of its report on the web, if its source has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_url: Option<String>,
    /// Number of the issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<u32>,
    /// Its own date, or that of its report.
    pub date: Option<ReportDate>,
    /// The item itself.
    #[serde(flatten)]
    pub item: Item,
}

/// Writes a date as the number `YYYYMMDD`.
#[must_use]
pub fn day_number(date: Date) -> u64 {
    let [year, month, day] =
        [i64::from(date.year()), i64::from(date.month()), i64::from(date.day())];
    u64::try_from(year * 10_000 + month * 100 + day).unwrap_or_default()
}

/// How many tokens an item or an archive has in the word and atom field of title, body and meta.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCounts(pub [[u64; 2]; 3]);

impl TokenCounts {
    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *mine += theirs;
        }
    }
}

/// Makes the documents of a report, in order; takes the items out of it, so that they are not in memory twice.
pub(crate) fn documents(
    report: &mut Report,
    place: &Placed<'_>,
    fields: &Fields,
    cutter: &dyn Cutter,
) -> (Vec<TantivyDocument>, TokenCounts) {
    let mut counts = TokenCounts::default();
    let report_url = place.base_url.map(|base| report_url(base, report, place.date));
    let documents = std::mem::take(&mut report.items)
        .into_iter()
        .map(|mut item| {
            let own = item.own_date.take();
            let stored = StoredItem {
                id: ItemId::new(place.name, item.key),
                source: report.source.clone(),
                report: report.path.clone(),
                report_url: report_url.clone(),
                issue: report.issue,
                date: own.or_else(|| place.date.cloned()),
                item,
            };
            document(&stored, place, fields, cutter, &mut counts)
        })
        .collect();
    (documents, counts)
}

/// What the archive says about a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed<'a> {
    /// Its name in ids.
    pub(crate) name: &'a str,
    /// Whether the archive has several sources.
    pub(crate) with_source: bool,
    /// Its date, once its neighbours are known.
    pub(crate) date: Option<&'a ReportDate>,
    /// Where the reports of its source are on the web.
    pub(crate) base_url: Option<&'a str>,
}

/// Makes the address of a report: `{path}`, `{stem}`, `{issue}`, `{date}`, `{year}` and `{month}` are filled in; an
/// address without any of them is continued by the path.
fn report_url(base: &str, report: &Report, date: Option<&ReportDate>) -> String {
    if !base.contains('{') {
        return format!("{}/{}", base.trim_end_matches('/'), escape_path(&report.path));
    }
    let day = date.map(ReportDate::display).unwrap_or_default();
    let mut parts = day.split('-');
    let (year, month) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    base.replace("{path}", &escape_path(&report.path))
        .replace("{stem}", &escape_path(file_stem(&report.path)))
        .replace("{issue}", &report.issue.map(|issue| issue.to_string()).unwrap_or_default())
        .replace("{date}", &day)
        .replace("{year}", year)
        .replace("{month}", month)
}

fn document(
    stored: &StoredItem,
    place: &Placed<'_>,
    fields: &Fields,
    cutter: &dyn Cutter,
    counts: &mut TokenCounts,
) -> TantivyDocument {
    let item = &stored.item;
    let mut document = TantivyDocument::default();
    let named = item.section.iter().chain(&item.contributors).chain(&item.tags);
    let source = place.with_source.then_some(&stored.source);
    let meta: Vec<&str> = named.chain(source).map(String::as_str).collect();
    let zones = [item.title.as_str(), &item.body, &meta.join("\n")];
    let seen = add_zones(&mut document, zones, fields, cutter, counts);
    add_addresses(&mut document, fields, item, seen);
    add_aliases(&mut document, fields, item, cutter);
    add_links(&mut document, fields, &item.links);
    for part in section_parts(&item.section) {
        document.add_text(fields.section, part);
    }
    if !item.section.is_empty() {
        document.add_text(fields.section_path, item.section.join("/"));
    }
    for name in &item.contributors {
        document.add_text(fields.contributor, fold(name));
        document.add_text(fields.contributor_name, name);
    }
    document.add_text(fields.source, &stored.source);
    document.add_text(fields.report, place.name);
    document.add_u64(fields.ordinal, item.ordinal as u64);
    document.add_u64(fields.key, item.key.number());
    if let Some(issue) = stored.issue {
        document.add_u64(fields.issue, u64::from(issue));
    }
    if let Some(date) = &stored.date {
        document.add_u64(fields.date, day_number(date.date));
        document.add_u64(fields.date_end, day_number(date.end()));
    }
    // Serialising plain data to a string cannot fail.
    document.add_text(fields.doc, serde_json::to_string(stored).unwrap_or_default());
    document
}

/// Adds the tokens of title, body and meta; returns the addresses seen in them, from their host on.
fn add_zones(
    document: &mut TantivyDocument,
    texts: [&str; 3],
    fields: &Fields,
    cutter: &dyn Cutter,
    counts: &mut TokenCounts,
) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let zones = texts.into_iter().zip(fields.zones()).zip(&mut counts.0);
    for (zone, ((text, fields), [words, atoms])) in zones.enumerate() {
        let is_title = zone == 0;
        let mut word_text = Encoder::default();
        let mut atom_text =
            if is_title { Encoder::marking_start(TITLE_START) } else { Encoder::default() };
        // A Han character takes three bytes and the sign behind its atom one more.
        for encoder in [&mut word_text, &mut atom_text] {
            encoder.text.reserve(text.len() + text.len() / 3);
        }
        analyze_windows(text, cutter, &mut |window| {
            let urls = window.units.iter().filter(|unit| unit.kind == UnitKind::Url);
            seen.extend(urls.map(|unit| without_scheme(unit.span.of(text)).to_owned()));
            *words += word_text.push(&window.words);
            *atoms += atom_text.push(&window.atoms);
        });
        add_encoded(document, fields.words, word_text.text);
        add_encoded(document, fields.atoms, atom_text.text);
    }
    seen
}

/// Adds the atoms of addresses: whatever is `seen` of one is found, whether it is a link or not.
fn add_addresses(
    document: &mut TantivyDocument,
    fields: &Fields,
    item: &Item,
    mut seen: BTreeSet<String>,
) {
    seen.extend(item.links.iter().map(|link| without_scheme(&link.url).to_owned()));
    for address in seen {
        add_tokens(document, fields.address, &analyze(&address, &NoCutter).atoms);
    }
}

fn add_tokens(document: &mut TantivyDocument, field: Field, tokens: &[Token]) {
    add_encoded(document, field, encode(tokens));
}

fn add_encoded(document: &mut TantivyDocument, field: Field, encoded: String) {
    if !encoded.is_empty() {
        document.add_text(field, encoded);
    }
}

/// Stands between the key of a name and the name that explains it.
const EXPLAINS: char = '\u{1}';

/// Returns the beginning of every term of the alias field that explains the name of this key.
#[must_use]
pub fn alias_prefix(key: &str) -> String {
    format!("{key}{EXPLAINS}")
}

/// Returns key and name of a term of the alias field.
#[must_use]
pub fn alias_parts(term: &str) -> Option<(&str, &str)> {
    term.split_once(EXPLAINS)
}

fn add_aliases(document: &mut TantivyDocument, fields: &Fields, item: &Item, cutter: &dyn Cutter) {
    let mut terms = BTreeSet::new();
    for text in [&item.title, &item.body] {
        for (chinese, latin) in explained_names(text, cutter) {
            terms.insert(alias_prefix(&name_key(&chinese)) + &latin);
            terms.insert(alias_prefix(&name_key(&latin)) + &chinese);
        }
    }
    for term in terms {
        document.add_text(fields.alias, term);
    }
}

fn add_links(document: &mut TantivyDocument, fields: &Fields, links: &[Link]) {
    // Names and words of an address are atoms of it; here are the addresses above it, and ids.
    let above = |token: &String| token.contains(['.', '/']);
    let tokens: BTreeSet<String> =
        links.iter().flat_map(|link| url_tokens(&link.url)).filter(above).collect();
    let token = |(position, text): (usize, String)| Token {
        text: text.into(),
        position,
        span: ByteSpan::default(),
        is_piece: false,
    };
    let tokens: Vec<Token> = tokens.into_iter().enumerate().map(token).collect();
    add_tokens(document, fields.url, &tokens);
    for link in links.iter().map(|link| link.canonical.as_str()).collect::<BTreeSet<_>>() {
        document.add_text(fields.link, link);
    }
    for host in links.iter().map(|link| link.host.as_str()).collect::<BTreeSet<_>>() {
        document.add_text(fields.host, host);
    }
}

/// Returns an address from its host on, so that it is analysed as text and not as a URL.
fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

/// Returns every unbroken part of a section path, folded: `资讯/研究` is found by 资讯, 研究 and 资讯/研究; and the
/// same without numbers and signs: `一、🦄 新闻` is found by 新闻.
#[must_use]
pub fn section_parts(section: &[String]) -> Vec<String> {
    let bare: Vec<String> = section.iter().map(|name| section_name(name).to_owned()).collect();
    let mut parts = Vec::new();
    for names in [section, &bare] {
        for start in 0..names.len() {
            for end in start + 1..=names.len() {
                let part = fold(&names[start..end].join("/"));
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
        }
    }
    parts
}
