//! What is understood of a file: a report and its items.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::dating::{Clues, ReportDate};
use super::identity::ItemKey;
use super::left_out::LeftOut;
use super::series::Traits;
use crate::address::{self, Link, Redirect};

/// Stable name of an item: `<report>/<key>`. Where one is asked for, its place in the report may stand for the key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(String);

impl ItemId {
    /// Makes an id from the name of a report in its archive and the item's key in the report.
    #[must_use]
    pub fn new(report: &str, key: ItemKey) -> Self {
        Self(format!("{report}/{key}"))
    }

    /// Takes an id as somebody typed it. Spaces at its ends stay: the name of a file may have them.
    #[must_use]
    pub fn from_typed(typed: &str) -> Self {
        Self(typed.trim_start_matches("/items/").trim_matches('/').to_owned())
    }

    /// Returns the id without spaces at its ends, which come along when one is copied.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        Self::from_typed(self.0.trim())
    }

    /// Takes the id apart into the name of its report and what says which of its items.
    #[must_use]
    pub fn split(&self) -> Option<(&str, Which)> {
        let (report, which) = self.0.rsplit_once('/')?;
        Some((report, which.parse().ok()?))
    }

    /// Returns the name of its report.
    #[must_use]
    pub fn report(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(report, _)| report)
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What says in an id which item of a report is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one of this key.
    Key(ItemKey),
    /// The one at this place in reading order, counted from 1.
    Place(u64),
}

impl FromStr for Which {
    type Err = ();

    fn from_str(typed: &str) -> Result<Self, ()> {
        typed.parse().map(Self::Key).or_else(|()| {
            let is_number = typed.bytes().all(|byte| byte.is_ascii_digit());
            typed.parse().ok().filter(|_| is_number).map(Self::Place).ok_or(())
        })
    }
}

/// One entry of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Place in the report in reading order, counted from 1.
    pub ordinal: usize,
    /// What names it in its report, whatever stands around it; in the index, its id has it.
    #[serde(skip)]
    pub key: ItemKey,
    /// Headings above it, outermost first.
    pub section: Vec<String>,
    /// Title without Markdown.
    pub title: String,
    /// Reading text; paragraphs are separated by an empty line.
    pub body: String,
    /// The body in Markdown; empty where that is the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub markdown: String,
    /// Names of those who brought it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributors: Vec<String>,
    /// What they did, by name, where the report says so: 编辑, 翻译.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, String>,
    /// Primary link first, then in order of appearance.
    #[serde(default, with = "address::compact", skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Addresses of its images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Keywords that front matter gives it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Its own date, where a report holds items of several days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_date: Option<ReportDate>,
    /// Line of the file it begins on, counted from 1.
    pub line: usize,
    /// Lines it takes, first and last, in order; not kept in the index.
    #[serde(skip)]
    pub lines: Vec<(usize, usize)>,
}

impl Item {
    /// Returns the body as it is written: in Markdown.
    #[must_use]
    pub fn written(&self) -> &str {
        if self.markdown.is_empty() { &self.body } else { &self.markdown }
    }

    /// Sets a body with its Markdown, which is kept only where it says more.
    pub(super) fn set_body(&mut self, body: String, markdown: String) {
        self.markdown = if markdown == body { String::new() } else { markdown };
        self.body = body;
    }
}

/// Numbers the items of a report in reading order and gives them their keys.
pub(super) fn name(items: &mut [Item]) {
    let mut equal: BTreeMap<ItemKey, u32> = BTreeMap::new();
    for (index, item) in items.iter_mut().enumerate() {
        item.ordinal = index + 1;
        let link = item.links.first().map(|link| link.canonical.as_str());
        let key = ItemKey::of(link, &item.title, &item.body);
        let before = equal.entry(key).or_default();
        item.key = key.behind(*before);
        *before += 1;
    }
}

/// How the items of a report are laid out.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Layout {
    /// One heading per item under headings of sections.
    Headings,
    /// Items begin with numbers (`1、`, `1.`, `（1）`, `一、` …) under headings of sections.
    Numbered,
    /// Items are entries of lists, rows of tables or paragraphs that begin with bold words.
    List,
    /// Front matter holds the items.
    Entries,
    /// The whole file is one item.
    Page,
}

impl Layout {
    /// Returns the name used in `baoku.toml` and in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// How to read the reports of a source; the default reads any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParseOptions {
    /// The layout of every report; each report shows its own if `None`.
    #[serde(rename = "shape")]
    pub layout: Option<Layout>,
    /// Only these sections are read; all if empty.
    pub sections: Vec<String>,
    /// These sections are left out.
    pub skip_sections: Vec<String>,
    /// Addresses that only lead on to another one, beside those of services that are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirects: Vec<Redirect>,
}

/// One file, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Path below the source's folder.
    pub path: String,
    /// Name of its source.
    pub source: String,
    /// Its title, if it names itself.
    pub title: Option<String>,
    /// Number of the issue, if it has one.
    pub issue: Option<u32>,
    /// What shows when it appeared; [`super::settle`] makes dates of the clues of a whole source.
    pub clues: Clues,
    /// How its items are laid out.
    pub layout: Layout,
    /// What shows the layout, as a sentence.
    pub layout_reason: String,
    /// Its items in reading order.
    pub items: Vec<Item>,
    /// What is in no item, in reading order.
    pub left_out: Vec<LeftOut>,
    /// What its neighbours may learn of it.
    pub traits: Traits,
}
