//! The newest hits of a query as feeds: Atom (RFC 4287) and JSON Feed 1.1.

use std::borrow::Cow;

use maud::{Markup, html};
use serde_json::json;

use super::html::{Language, Site, Text, web_address};
use super::path::item_path;
use crate::index::StoredItem;
use crate::query::Question;
use crate::search::Results;
use crate::text::{clean, floor_boundary};

/// Items of a feed.
pub const FEED_ITEMS: usize = 30;
/// Bytes of a body in a feed; readers have the item's page for the rest.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// What an item without a date is dated by, since Atom wants a date.
const NO_DATE: &str = "1970-01-01T00:00:00Z";

/// What a feed is of.
#[derive(Clone, Copy, Debug)]
pub struct Feed<'a> {
    /// Where it is; must know its origin.
    pub site: &'a Site,
    /// In which language it names itself.
    pub language: Language,
    /// What it is of.
    pub question: &'a Question,
    /// The newest hits.
    pub results: &'a Results,
}

impl Feed<'_> {
    fn title(&self) -> String {
        let question = self.question;
        let filters = question.repeated().map(|(_, value)| value);
        let about = [question.query.as_str()].into_iter().chain(filters);
        let about = about.chain([question.since.as_str(), question.until.as_str()]);
        let about: Vec<&str> = about.filter(|part| !part.is_empty()).collect();
        let name = self.language.choose("报库", "Baoku");
        let title = if about.is_empty() {
            format!("{name} · {}", self.language.choose("最新条目", "newest items"))
        } else {
            format!("{} · {name}", about.join(" · "))
        };
        clean(&title).into_owned()
    }

    fn items(&self) -> impl Iterator<Item = &StoredItem> {
        self.results.matching().map(|hit| &hit.item)
    }

    /// Returns the URL of what it is of, written as a file; of the search page for no file.
    fn url(&self, file: &str) -> String {
        self.site.url(&format!("/{file}{}", self.question.to_query()))
    }

    /// Time of the newest item.
    fn updated(&self) -> String {
        self.items().filter_map(timestamp).max().unwrap_or_else(|| NO_DATE.to_owned())
    }
}

/// Writes the date of an item as a time (RFC 3339): midnight UTC of its day, or of the first day of its month.
fn timestamp(stored: &StoredItem) -> Option<String> {
    stored.date.as_ref().map(|date| format!("{}T00:00:00Z", date.date))
}

fn body(stored: &StoredItem) -> Cow<'_, str> {
    let body = stored.item.body.as_str();
    clean(body.get(..floor_boundary(body, MAX_BODY_BYTES)).unwrap_or_default())
}

/// Returns the address of an item's own subject: its first link.
fn subject(stored: &StoredItem) -> Option<&str> {
    stored.item.links.first().and_then(|link| web_address(&link.url))
}

/// Writes an entry; whoever brought the item is its author, or else its source.
fn entry(stored: &StoredItem, site: &Site) -> Markup {
    let item = &stored.item;
    let url = site.url(&item_path(stored));
    let time = timestamp(stored);
    let authors = if item.contributors.is_empty() {
        std::slice::from_ref(&stored.source)
    } else {
        item.contributors.as_slice()
    };
    html! {
        entry {
            title { (Text(&item.title)) }
            id { (Text(&url)) }
            updated { (time.as_deref().unwrap_or(NO_DATE)) }
            @for name in authors { author { name { (Text(name)) } } }
            @for name in &item.section { category term=(Text(name)) {} }
            link href=(Text(&url)) rel="alternate" type="text/html" {}
            @if let Some(subject) = subject(stored) { link href=(Text(subject)) rel="related" {} }
            @if let Some(time) = &time { published { (time) } }
            content type="text" { (body(stored)) }
        }
    }
}

/// Writes an Atom feed.
#[must_use]
pub fn atom(feed: &Feed<'_>) -> String {
    let own = feed.url("feed.xml");
    let document = html! {
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(feed.language.tag()) {
            title { (feed.title()) }
            id { (own) }
            updated { (feed.updated()) }
            generator version=(env!("CARGO_PKG_VERSION")) { "baoku" }
            icon { (feed.site.url("/favicon.svg")) }
            link href=(own) rel="self" type="application/atom+xml" {}
            link href=(feed.url("")) rel="alternate" type="text/html" {}
            @for stored in feed.items() { (entry(stored, feed.site)) }
        }
    };
    super::xml(&document)
}

/// Writes a JSON Feed.
#[must_use]
pub fn json_feed(feed: &Feed<'_>) -> String {
    let items: Vec<serde_json::Value> = feed
        .items()
        .map(|stored| {
            let url = feed.site.url(&item_path(stored));
            let authors: Vec<_> =
                stored.item.contributors.iter().map(|name| json!({"name": clean(name)})).collect();
            let mut item = json!({
                "id": url,
                "url": url,
                "title": clean(&stored.item.title),
                "content_text": body(stored),
                "tags": stored.item.section,
                "language": "zh",
            });
            if let Some(time) = timestamp(stored) {
                item["date_published"] = time.into();
            }
            if let Some(subject) = subject(stored) {
                item["external_url"] = subject.into();
            }
            if !authors.is_empty() {
                item["authors"] = authors.into();
            }
            item
        })
        .collect();
    let document = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title(),
        "home_page_url": feed.url(""),
        "feed_url": feed.url("feed.json"),
        "icon": feed.site.url("/favicon.svg"),
        "language": feed.language.tag(),
        "items": items,
    });
    super::json::line(&document)
}
