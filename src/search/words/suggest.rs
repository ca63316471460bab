//! Completions of what is being typed: titles, sections, contributors and words of the archive, by their beginning, by
//! pinyin and by initials.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::completions::{Completion, Completions, MAX_SUGGESTIONS, Suggestion, SuggestionKind};
use super::lexicon::words_between;
use crate::error::Result;
use crate::query::FacetKind;
use crate::report::section_name;
use crate::search::answer::answer;
use crate::search::archive::item::for_each_item;
use crate::search::reader::{Reader, read_once};
use crate::search::request::Request;
use crate::text::is_han;

/// A word must stand in this many titles and bodies to be suggested; below, most are slips and numbers.
const MIN_ITEMS: u64 = 3;
/// Letters from which on a name is written as it is written most often.
const MIN_NAME: usize = 3;

/// Completes the last word of `typed`, or all of it where that begins something; at most [`MAX_SUGGESTIONS`].
///
/// The first call of a snapshot reads the archive's words and titles, a tenth of a second for 20,000 items; see
/// [`crate::search::prepare`].
///
/// # Errors
/// [`crate::error::Error::Search`] if the index cannot be read.
pub fn suggest(reader: &Reader, typed: &str, most: usize) -> Result<Vec<Suggestion>> {
    let completions = completions(reader)?;
    let most = most.min(MAX_SUGGESTIONS);
    let typed = typed.trim_start();
    let mut suggestions: Vec<Suggestion> = Vec::new();
    let mut add = |before: &str, text: &str| {
        for (completion, by) in completions.complete(text, most) {
            let known = suggestions.iter().any(|known| known.text == completion.text);
            if !known && suggestions.len() < most {
                suggestions.push(Suggestion {
                    text: completion.text.clone(),
                    kind: completion.kind,
                    by,
                    count: completion.count,
                    query: completed(before, completion),
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

/// Reads what the first suggestion would wait for.
pub(crate) fn prepare(reader: &Reader) -> Result<()> {
    completions(reader).map(|_| ())
}

fn completions(reader: &Reader) -> Result<&Completions> {
    read_once(&reader.caches().completions, || {
        let mut completions = Completions::default();
        add_names(reader, &mut completions)?;
        add_texts(reader, &mut completions)?;
        completions.sort();
        Ok(completions)
    })
}

/// Adds sections, contributors and sources.
fn add_names(reader: &Reader, completions: &mut Completions) -> Result<()> {
    let facets = vec![FacetKind::Section, FacetKind::Contributor, FacetKind::Source];
    let mut sections: BTreeMap<&str, u64> = BTreeMap::new();
    let counted = answer(reader, &Request::counts_of_all(facets))?.facets;
    for (kind, values) in &counted {
        for value in values {
            let count = value.count as u64;
            match kind {
                FacetKind::Section => {
                    for part in value.value.split('/') {
                        *sections.entry(section_name(part)).or_default() += count;
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
        completions.add(section, SuggestionKind::Section, count);
    }
    Ok(())
}

/// Adds titles and words.
fn add_texts(reader: &Reader, completions: &mut Completions) -> Result<()> {
    let mut written = WrittenForms::default();
    let mut titles: BTreeMap<String, u64> = BTreeMap::new();
    for_each_item(reader, &mut |item| {
        let title = &item.item.title;
        *titles.entry(title.clone()).or_default() += 1;
        written.read(title);
        written.read(&item.item.body);
    })?;
    for (title, count) in titles {
        completions.add(&title, SuggestionKind::Title, count);
    }
    for (word, count) in words_between(reader, "0", "\u{A000}")? {
        if count >= MIN_ITEMS && is_worth_suggesting(&word) {
            let form = written.of(&word, count).unwrap_or(&word);
            completions.add(form, SuggestionKind::Word, count);
        }
    }
    Ok(())
}

/// Returns whether a word of the index is a word of several Han characters, or a Latin name.
fn is_worth_suggesting(word: &str) -> bool {
    let han = word.chars().all(is_han);
    let latin = word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphanumeric());
    let named = word.bytes().any(|b| b.is_ascii_alphabetic());
    han && word.chars().count() > 1 || latin && named
}

/// How names are written: words of the index are folded.
#[derive(Default)]
struct WrittenForms(BTreeMap<String, BTreeMap<String, u64>>);

impl WrittenForms {
    /// Counts the names of a text that have a capital letter.
    fn read(&mut self, text: &str) {
        for name in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            if name.len() >= MIN_NAME && name.bytes().any(|b| b.is_ascii_uppercase()) {
                let forms = self.0.entry(name.to_ascii_lowercase()).or_default();
                *forms.entry(name.to_owned()).or_default() += 1;
            }
        }
    }

    /// Returns how a word that stands in `count` items is mostly written, if that is with capital letters.
    fn of(&self, word: &str, count: u64) -> Option<&String> {
        let forms = self.0.get(word)?;
        let (form, times) = forms.iter().max_by_key(|(form, times)| (**times, Reverse(*form)))?;
        (*times * 2 >= count).then_some(form)
    }
}

/// Writes what was typed before, and the completion as a query for it.
fn completed(before: &str, completion: &Completion) -> String {
    let text = &completion.text;
    let quoted =
        if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.clone() };
    let last = match completion.kind {
        SuggestionKind::Section => format!("section:{quoted}"),
        SuggestionKind::Contributor => format!("by:{quoted}"),
        SuggestionKind::Source => format!("source:{quoted}"),
        SuggestionKind::Word | SuggestionKind::Title => text.clone(),
    };
    format!("{before}{last}")
}
