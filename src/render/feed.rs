//! The newest hits of a query as feeds: Atom (RFC 4287) and JSON Feed 1.1.

use std::borrow::Cow;

use atom_syndication::{
    Category, Content, Entry, FixedDateTime, Generator, Link, Person, Text, TextType,
};
use serde_json::json;

use super::address::{Address, item_path};
use super::html::{Language, Site, web_address};
use crate::index::StoredItem;
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
    pub address: &'a Address,
    /// The newest hits.
    pub results: &'a Results,
}

impl Feed<'_> {
    fn title(&self) -> String {
        let mut about: Vec<String> = vec![self.address.query.clone()];
        for (name, value) in self.address.pairs() {
            if !matches!(name, "q" | "sort" | "page" | "strict") {
                about.push(value);
            }
        }
        about.retain(|part| !part.is_empty());
        let name = self.language.choose("报库", "Baoku");
        let title = if about.is_empty() {
            format!("{name} · {}", self.language.choose("最新条目", "newest items"))
        } else {
            format!("{} · {name}", about.join(" · "))
        };
        clean(&title).into_owned()
    }

    fn items(&self) -> impl Iterator<Item = &StoredItem> {
        self.results.hits.iter().filter(|hit| !hit.related).map(|hit| &hit.item)
    }

    fn page(&self) -> String {
        self.site.url(&format!("/{}", self.address.to_query()))
    }

    fn own_url(&self, file: &str) -> String {
        self.site.url(&format!("/{file}{}", self.address.to_query()))
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

fn fixed(timestamp: &str) -> FixedDateTime {
    timestamp.parse().unwrap_or_default()
}

/// Returns the address of an item's own subject: its first link.
fn subject(stored: &StoredItem) -> Option<&str> {
    stored.item.links.first().and_then(|link| web_address(&link.url))
}

fn plain(text: String) -> Text {
    Text { value: text, base: None, lang: None, r#type: TextType::Text }
}

fn person(name: &str) -> Person {
    Person { name: clean(name).into_owned(), ..Person::default() }
}

fn link(rel: &str, href: String, kind: Option<&str>) -> Link {
    Link { rel: rel.to_owned(), href, mime_type: kind.map(str::to_owned), ..Link::default() }
}

fn entry(stored: &StoredItem, site: &Site) -> Entry {
    let url = site.url(&item_path(stored));
    let related = subject(stored).map(|subject| link("related", clean(subject).into_owned(), None));
    let mut authors: Vec<Person> =
        stored.item.contributors.iter().map(|name| person(name)).collect();
    if authors.is_empty() {
        authors.push(person(&stored.source));
    }
    let category =
        |name: &String| Category { term: clean(name).into_owned(), ..Category::default() };
    let time = timestamp(stored);
    Entry {
        title: plain(clean(&stored.item.title).into_owned()),
        id: url.clone(),
        updated: fixed(time.as_deref().unwrap_or(NO_DATE)),
        published: time.as_deref().map(fixed),
        authors,
        categories: stored.item.section.iter().map(category).collect(),
        links: [link("alternate", url, Some("text/html"))].into_iter().chain(related).collect(),
        content: Some(Content {
            content_type: Some("text".to_owned()),
            value: Some(body(stored).into_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// Writes an Atom feed.
#[must_use]
pub fn atom(feed: &Feed<'_>) -> String {
    let generator = Generator {
        value: "baoku".to_owned(),
        uri: None,
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
    };
    let atom = atom_syndication::Feed {
        title: plain(feed.title()),
        id: feed.own_url("feed.xml"),
        updated: fixed(&feed.updated()),
        lang: Some(feed.language.tag().to_owned()),
        links: vec![
            link("self", feed.own_url("feed.xml"), Some("application/atom+xml")),
            link("alternate", feed.page(), Some("text/html")),
        ],
        generator: Some(generator),
        icon: Some(feed.site.url("/favicon.svg")),
        entries: feed.items().map(|stored| entry(stored, feed.site)).collect(),
        ..atom_syndication::Feed::default()
    };
    atom.to_string()
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
        "home_page_url": feed.page(),
        "feed_url": feed.own_url("feed.json"),
        "icon": feed.site.url("/favicon.svg"),
        "language": feed.language.tag(),
        "items": items,
    });
    super::json::line(&document)
}
