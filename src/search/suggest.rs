//! Completions of what is being typed: titles, sections, contributors and words of the archive, by their beginning, by
//! pinyin and by initials.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{FacetKind, Request, Searcher};
use crate::analysis::{fold, pinyin_keys};
use crate::error::Result;
use crate::query::Query;
use crate::text::is_han;

/// A word must stand in this many titles and bodies to be suggested.
const MIN_ITEMS: u64 = 3;
/// Longest word or title that is completed by pinyin, in characters.
const MAX_PINYIN_CHARS: usize = 24;
/// Keys of one beginning that are compared; one letter begins tens of thousands.
const MAX_KEYS: usize = 50_000;
/// Most completions of one answer.
pub const MAX_SUGGESTIONS: usize = 20;

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// A section or a part of its path.
    Section,
    /// A contributor.
    Contributor,
    /// A source.
    Source,
    /// A word or name.
    Word,
    /// The title of an item.
    Title,
}

/// How a completion goes on from what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CompletedBy {
    /// It begins with it.
    Prefix,
    /// Its pinyin does.
    Pinyin,
    /// The initials of its pinyin do.
    Initials,
}

/// One completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Suggestion {
    /// As written in the archive.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// How it goes on from what was typed.
    pub by: CompletedBy,
    /// Items that have it.
    pub count: u64,
    /// The whole query with what was being typed completed.
    pub query: String,
}

/// Everything that can be suggested, by key.
#[derive(Debug, Default)]
pub(super) struct Completions {
    entries: Vec<Entry>,
    /// Keys in order, each with its entry.
    keys: Vec<(Box<str>, CompletedBy, u32)>,
}

#[derive(Debug)]
struct Entry {
    text: String,
    kind: SuggestionKind,
    count: u64,
}

impl Completions {
    fn add(&mut self, text: &str, kind: SuggestionKind, count: u64) {
        let folded = fold(text);
        if folded.chars().count() < 2 {
            return;
        }
        let entry = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.entries.push(Entry { text: text.to_owned(), kind, count });
        let mut key = |key: String, by| self.keys.push((key.into_boxed_str(), by, entry));
        if folded.chars().any(is_han) && folded.chars().count() <= MAX_PINYIN_CHARS {
            let spoken: String =
                folded.chars().filter(|c| is_han(*c) || c.is_alphanumeric()).collect();
            let keys = pinyin_keys(&spoken);
            keys.full.into_iter().for_each(|full| key(full, CompletedBy::Pinyin));
            keys.initials.into_iter().for_each(|initials| key(initials, CompletedBy::Initials));
        }
        key(folded, CompletedBy::Prefix);
    }

    /// Returns the best completions of what is being typed.
    fn complete(&self, typed: &str, most: usize) -> Vec<(&Entry, CompletedBy)> {
        let wanted = fold(typed);
        if wanted.is_empty() {
            return Vec::new();
        }
        let from = self.keys.partition_point(|(key, ..)| key.as_ref() < wanted.as_str());
        let matching = self.keys[from..].iter().take_while(|(key, ..)| key.starts_with(&wanted));
        // For every entry the best way to it: what is nearly typed out before what is only begun.
        let mut best: BTreeMap<u32, (CompletedBy, usize)> = BTreeMap::new();
        for (key, by, entry) in matching.take(MAX_KEYS) {
            let way = (*by, key.len() - wanted.len());
            let known = best.entry(*entry).or_insert(way);
            *known = way.min(*known);
        }
        let mut found: Vec<(&Entry, CompletedBy, usize)> = best
            .into_iter()
            .filter_map(|(entry, (by, left))| Some((self.entries.get(entry as usize)?, by, left)))
            .collect();
        let rank = |(entry, by, left): &(&Entry, CompletedBy, usize)| {
            let whole = *left == 0 && entry.kind != SuggestionKind::Title;
            let title = entry.kind == SuggestionKind::Title;
            (
                !whole,
                title,
                *by == CompletedBy::Initials && !whole,
                std::cmp::Reverse(entry.count),
                *left,
            )
        };
        found.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.0.text.cmp(&b.0.text)));
        let mut seen: Vec<String> = Vec::new();
        let mut titles = 0;
        found.retain(|(entry, ..)| {
            let folded = fold(&entry.text);
            let is_title = entry.kind == SuggestionKind::Title;
            // Titles are many; they fill what is left, or at least two places.
            let fits = seen.len() < most.saturating_sub(if is_title { 0 } else { 2.min(most / 2) });
            let keep = fits && !seen.contains(&folded);
            if keep {
                seen.push(folded);
                titles += usize::from(is_title);
            }
            keep
        });
        found.into_iter().map(|(entry, by, _)| (entry, by)).collect()
    }
}

impl Searcher {
    /// Completes the last word of `typed`, or all of it where that begins something; at most [`MAX_SUGGESTIONS`].
    ///
    /// The first call of a snapshot reads the archive's words and titles, a tenth of a second for 20,000 items; see
    /// [`Searcher::prepare`].
    ///
    /// # Errors
    /// [`crate::error::Error::Search`] if the index cannot be read.
    pub fn suggest(&self, typed: &str, most: usize) -> Result<Vec<Suggestion>> {
        let completions = self.completions()?;
        let most = most.min(MAX_SUGGESTIONS);
        let typed = typed.trim_start();
        let mut suggestions: Vec<Suggestion> = Vec::new();
        let mut add = |before: &str, text: &str| {
            for (entry, by) in completions.complete(text, most) {
                let known = suggestions.iter().any(|known| known.text == entry.text);
                if !known && suggestions.len() < most {
                    suggestions.push(Suggestion {
                        text: entry.text.clone(),
                        kind: entry.kind,
                        by,
                        count: entry.count,
                        query: completed(before, entry),
                    });
                }
            }
        };
        add("", typed);
        if let Some((at, space)) = typed.char_indices().rev().find(|(_, c)| c.is_whitespace()) {
            let (before, last) = typed.split_at(at + space.len_utf8());
            add(before, last);
        }
        Ok(suggestions)
    }

    /// Reads what suggestions, pinyin, pieces of words and the overview need, so that the first question does not wait for it.
    ///
    /// # Errors
    /// [`crate::error::Error::Search`] if the index cannot be read.
    pub fn prepare(&self) -> Result<()> {
        self.completions()?;
        self.is_inside_latin("\u{1}")?;
        self.read_as_pinyin("zhongwen")?;
        self.homophones('中')?;
        self.overview()?;
        Ok(())
    }

    fn completions(&self) -> Result<&Completions> {
        if let Some(completions) = self.completions.get() {
            return Ok(completions);
        }
        let completions = self.read_completions()?;
        Ok(self.completions.get_or_init(|| completions))
    }

    fn read_completions(&self) -> Result<Completions> {
        let mut completions = Completions::default();
        let facets = vec![FacetKind::Section, FacetKind::Contributor, FacetKind::Source];
        let all = Request { limit: 0, facets, ..Request::new(Query::empty()) };
        let mut sections: BTreeMap<String, u64> = BTreeMap::new();
        for (kind, values) in self.search(&all)?.facets {
            for value in values {
                let count = value.count as u64;
                match kind {
                    FacetKind::Section => {
                        for part in value.value.split('/') {
                            let part = crate::report::section_name(part);
                            *sections.entry(part.to_owned()).or_default() += count;
                        }
                    }
                    FacetKind::Contributor => {
                        completions.add(&value.value, SuggestionKind::Contributor, count);
                    }
                    _ => completions.add(&value.value, SuggestionKind::Source, count),
                }
            }
        }
        for (section, count) in sections {
            completions.add(&section, SuggestionKind::Section, count);
        }
        // How names are written: words of the index are folded.
        let mut written: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        let mut titles: BTreeMap<String, u64> = BTreeMap::new();
        self.for_each_item(&mut |item| {
            let title = &item.item.title;
            *titles.entry(title.clone()).or_default() += 1;
            for text in [title, &item.item.body] {
                for name in text.split(|c: char| !c.is_ascii_alphanumeric()) {
                    if name.len() > 2 && name.bytes().any(|b| b.is_ascii_uppercase()) {
                        let forms = written.entry(name.to_ascii_lowercase()).or_default();
                        *forms.entry(name.to_owned()).or_default() += 1;
                    }
                }
            }
        })?;
        for (title, count) in titles {
            completions.add(&title, SuggestionKind::Title, count);
        }
        for (word, count) in self.words_between("0", "\u{A000}")? {
            let han = word.chars().all(is_han);
            let latin = word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphanumeric());
            let named = word.bytes().any(|b| b.is_ascii_alphabetic());
            if count < MIN_ITEMS || !(han && word.chars().count() > 1 || latin && named) {
                continue;
            }
            let form = written.get(&word).and_then(|forms| {
                forms.iter().max_by_key(|(form, count)| (**count, std::cmp::Reverse(*form)))
            });
            let form = form.filter(|(_, times)| **times * 2 >= count).map(|(form, _)| form);
            completions.add(form.unwrap_or(&word), SuggestionKind::Word, count);
        }
        completions.keys.sort_unstable();
        Ok(completions)
    }
}

/// Writes what was typed before, and the completion as a query for it.
fn completed(before: &str, entry: &Entry) -> String {
    let text = &entry.text;
    let quoted =
        if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.clone() };
    let last = match entry.kind {
        SuggestionKind::Section => format!("section:{quoted}"),
        SuggestionKind::Contributor => format!("by:{quoted}"),
        SuggestionKind::Source => format!("source:{quoted}"),
        SuggestionKind::Word | SuggestionKind::Title => text.clone(),
    };
    format!("{before}{last}")
}
