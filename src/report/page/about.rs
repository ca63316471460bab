//! What the head of a page says about it: title, day, author, address.

use serde_json::Value;
use url::Url;

use crate::report::dating::date_of;
use crate::report::front::FrontMatter;
use crate::report::keys::names_a_date;
use crate::report::words::is_listed;

/// Lists inside lists of data deeper than this say nothing of the page.
const MAX_DEPTH: usize = 4;
const AUTHORS: &str = "author|article:author|og:article:author|dc.creator|byl";
const TITLES: &str = "og:title|twitter:title|dc.title|headline";

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct About {
    /// What it calls itself for others to show.
    title: Option<String>,
    /// What a browser shows, often with the name of the site.
    shown_title: Option<String>,
    /// The day it appeared, and how well the name of what says so says it.
    date: Option<(usize, String)>,
    authors: Vec<String>,
    base: Option<Url>,
    has_own_base: bool,
}

impl About {
    /// Takes what an element of the head says.
    pub(super) fn tag(&mut self, name: &str, attribute: impl Fn(&str) -> String) {
        match name {
            "base" => self.set_base(&attribute("href"), true),
            "link" if is_listed("canonical", &attribute("rel")) => {
                self.set_base(&attribute("href"), false);
            }
            "meta" => {
                let content = attribute("content");
                let names = [attribute("name"), attribute("property"), attribute("itemprop")];
                for name in names.iter().filter(|name| !name.is_empty() && !content.is_empty()) {
                    self.meta(name, &content);
                }
            }
            _ => {}
        }
    }

    fn meta(&mut self, name: &str, content: &str) {
        self.dated(name, content);
        if is_listed(TITLES, name) {
            self.title.get_or_insert_with(|| content.to_owned());
        } else if is_listed(AUTHORS, name) && !content.starts_with("http") {
            self.authors.push(content.to_owned());
        } else if name.eq_ignore_ascii_case("og:url") {
            self.set_base(content, false);
        }
    }

    /// Takes a day that an element shows and names.
    pub(super) fn element(&mut self, attribute: impl Fn(&str) -> String) {
        let named = attribute("itemprop");
        let written = [attribute("datetime"), attribute("content")];
        if let Some(written) = written.iter().find(|text| !text.is_empty()) {
            self.dated(if named.is_empty() { "datetime" } else { &named }, written);
        }
    }

    /// Takes a day; the one with the clearest name counts, of several the first.
    fn dated(&mut self, name: &str, text: &str) {
        let Some(rank) = names_a_date(name).filter(|_| date_of(text).is_some()) else { return };
        if self.date.as_ref().is_none_or(|(best, _)| rank < *best) {
            self.date = Some((rank, text.to_owned()));
        }
    }

    /// Takes the text of an element of raw text.
    pub(super) fn raw(&mut self, name: &str, kind: &str, text: &str) {
        if name == "title" {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() {
                self.shown_title.get_or_insert(text);
            }
        } else if name == "script"
            && kind.eq_ignore_ascii_case("application/ld+json")
            && let Ok(value) = serde_json::from_str::<Value>(text)
        {
            self.data(&value, 0);
        }
    }

    fn data(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Array(values) if depth < MAX_DEPTH => {
                for value in values {
                    self.data(value, depth + 1);
                }
            }
            Value::Object(table) => {
                for (key, value) in table {
                    match value {
                        Value::String(text) if is_listed(TITLES, key) => {
                            self.title.get_or_insert_with(|| text.clone());
                        }
                        Value::String(text) => self.dated(key, text),
                        Value::Array(_) if key == "@graph" => self.data(value, depth + 1),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn set_base(&mut self, address: &str, is_own: bool) {
        if !self.has_own_base
            && (is_own || self.base.is_none())
            && let Ok(base) = Url::parse(address)
        {
            (self.base, self.has_own_base) = (Some(base), is_own);
        }
    }

    /// Returns an address as it is outside of the page, as far as the page says where it was.
    pub(super) fn resolve(&self, address: &str) -> String {
        let is_place = address.is_empty() || address.starts_with('#');
        let whole = self.base.as_ref().filter(|_| !is_place && !address.contains("://"));
        whole
            .and_then(|base| base.join(address).ok())
            .map_or_else(|| address.to_owned(), String::from)
    }

    /// Returns what front matter would say. A page with one heading of the first level is called by that, unless it
    /// says what others should call it.
    pub(super) fn front(self, has_heading: bool) -> FrontMatter {
        let shown = self.shown_title.filter(|_| !has_heading);
        let mut authors = self.authors;
        authors.dedup();
        FrontMatter {
            title: self.title.or(shown),
            date: self.date.map(|(_, text)| text),
            contributors: authors,
            ..FrontMatter::default()
        }
    }
}
