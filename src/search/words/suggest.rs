//! Completions of what is being typed: titles, sections, contributors and words of the archive, by their beginning, by
//! pinyin and by initials.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::completions::titles::TitleLists;
use super::completions::{Completions, MAX_SUGGESTIONS, Suggestion, SuggestionKind};
use super::lexicon::words_between;
use crate::analysis::fold;
use crate::error::Result;
use crate::index::Spellings;
use crate::query::{FacetKind, Query};
use crate::report::section_name;
use crate::search::answer::answer;
use crate::search::reader::{Reader, failed, read_once};
use crate::search::request::Request;
use crate::text::is_han;

/// A word must stand in this many titles and bodies to be suggested; below, most are slips and numbers.
const MIN_ITEMS: u64 = 3;
/// Places of an answer that are left to titles, if it has twice as many.
const FOR_TITLES: usize = 2;
/// Titles that are looked at for each that may be shown: some are written as a word is, or as another title but for
/// width or case.
const FOR_ONE_TITLE: usize = 2;

/// Completes the last word of `typed`, or all of it where that begins something; at most [`MAX_SUGGESTIONS`].
///
/// The first call of a snapshot reads the archive's words and lists of titles, a few hundredths of a second for 20,000
/// items; see [`crate::search::prepare`].
///
/// # Errors
/// [`crate::error::Error::Search`] if the index cannot be read.
pub fn suggest(reader: &Reader, typed: &str, most: usize) -> Result<Vec<Suggestion>> {
    let most = most.min(MAX_SUGGESTIONS);
    let typed = typed.trim_start();
    let last = typed.char_indices().rev().find(|(_, c)| c.is_whitespace());
    let last = last.map(|(at, space)| typed.split_at(at + space.len_utf8()));
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for (before, text) in std::iter::once(("", typed)).chain(last) {
        if suggestions.len() >= most {
            break;
        }
        for suggestion in complete(reader, before, text, most)? {
            let known = suggestions.iter().any(|known| known.text == suggestion.text);
            if !known && suggestions.len() < most {
                suggestions.push(suggestion);
            }
        }
    }
    for suggestion in &mut suggestions {
        suggestion.count = found_by(reader, suggestion)?;
    }
    // What only pieces of words have is no word.
    suggestions.retain(|suggestion| suggestion.count > 0);
    Ok(suggestions)
}

/// Returns how many items a search for a suggestion finds: by other names, too, and each once, whatever the dictionaries say.
fn found_by(reader: &Reader, suggestion: &Suggestion) -> Result<u64> {
    let query = completed("", &suggestion.text, suggestion.kind);
    if let Some(known) = reader.caches().counted.get(&query) {
        return Ok(known);
    }
    let parsed = Query::parse(&query, Date::ZERO);
    let request = Request { limit: 0, only_matching: true, ..Request::new(parsed) };
    let count = answer(reader, &request)?.total as u64;
    reader.caches().counted.put(query, count);
    Ok(count)
}

/// Completes a text behind another one.
fn complete(reader: &Reader, before: &str, text: &str, most: usize) -> Result<Vec<Suggestion>> {
    let wanted = fold(text);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    reader.check()?;
    let (names, titles) = suggestible(reader)?;
    let suggestion = |text: &str, kind, by, count| Suggestion {
        query: completed(before, text, kind),
        text: text.to_owned(),
        kind,
        by,
        count,
    };
    // Titles are many; they fill what is left, or at least a few places.
    let names = names.complete(&wanted, most - FOR_TITLES.min(most / 2)).into_iter();
    let mut found: Vec<Suggestion> =
        names.map(|(of, by)| suggestion(&of.text, of.kind, by, of.count)).collect();
    let mut seen: Vec<String> = found.iter().map(|found| fold(&found.text)).collect();
    if found.len() >= most {
        return Ok(found);
    }
    let enough = (most - found.len()) * FOR_ONE_TITLE + found.len();
    titles
        .complete(reader.snapshot(), &wanted, enough, &mut |title, by, items| {
            let folded = fold(title);
            if !seen.contains(&folded) {
                seen.push(folded);
                found.push(suggestion(title, SuggestionKind::Title, by, items));
            }
            found.len() < most
        })
        .map_err(failed)?;
    Ok(found)
}

/// Reads what the first suggestion would wait for.
pub(crate) fn prepare(reader: &Reader) -> Result<()> {
    suggestible(reader).map(|_| ())
}

fn suggestible(reader: &Reader) -> Result<&(Completions, TitleLists)> {
    read_once(&reader.caches().completions, || {
        let mut names = Completions::default();
        add_names(reader, &mut names)?;
        let titles = add_words(reader, &mut names)?;
        names.sort();
        Ok((names, titles))
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

/// Adds words; reads the lists of titles, beside which stands how words are written.
fn add_words(reader: &Reader, completions: &mut Completions) -> Result<TitleLists> {
    let mut words = words_between(reader, "0", "\u{A000}")?;
    words.retain(|word, count| *count >= MIN_ITEMS && is_worth_suggesting(word));
    let latin = words.keys().filter(|word| word.is_ascii());
    let mut written = WrittenForms(latin.map(|word| (word.as_str(), Vec::new())).collect());
    let snapshot = reader.snapshot();
    let titles = TitleLists::open(snapshot, &mut |segment, spellings| {
        written.add(spellings);
        if !snapshot.deleted(segment).is_empty() {
            written.take(&snapshot.spellings_of_deleted(segment)?);
        }
        Ok(())
    });
    let titles = titles.map_err(failed)?;
    for (word, count) in &words {
        let form = written.of(word, *count);
        completions.add(form.as_deref().unwrap_or(word), SuggestionKind::Word, *count);
    }
    Ok(titles)
}

/// Returns whether a word of the index is a word of several Han characters, or a Latin name.
fn is_worth_suggesting(word: &str) -> bool {
    let han = word.chars().all(is_han);
    let latin = word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphanumeric());
    let named = word.bytes().any(|b| b.is_ascii_alphabetic());
    han && word.chars().count() > 1 || latin && named
}

/// How words are written, which are folded in the index: which letters are capital ones, and how often.
struct WrittenForms<'a>(HashMap<&'a str, Vec<(u64, u64)>>);

impl WrittenForms<'_> {
    fn add(&mut self, spellings: &Spellings) {
        spellings.each(|word, forms| {
            let Some(known) = self.0.get_mut(word) else { return };
            for (capitals, times) in forms {
                match known.iter_mut().find(|known| known.0 == *capitals) {
                    Some((_, sum)) => *sum += times,
                    None => known.push((*capitals, *times)),
                }
            }
        });
    }

    fn take(&mut self, spellings: &Spellings) {
        spellings.each(|word, forms| {
            for (capitals, sum) in self.0.get_mut(word).into_iter().flatten() {
                let gone = forms.iter().find(|gone| gone.0 == *capitals);
                *sum = sum.saturating_sub(gone.map_or(0, |gone| gone.1));
            }
        });
    }

    /// Returns how a word that stands in `count` items is mostly written, if that is with capital letters.
    fn of(&self, word: &str, count: u64) -> Option<String> {
        let form = |capitals: u64| -> String {
            let is_capital = |at| capitals.checked_shr(at).is_some_and(|bits| bits & 1 == 1);
            let letters = word.chars().zip(0..);
            letters.map(|(c, at)| if is_capital(at) { c.to_ascii_uppercase() } else { c }).collect()
        };
        let forms = self.0.get(word)?.iter().map(|(capitals, times)| (times, form(*capitals)));
        let (times, form) = forms.max_by_key(|(times, form)| (*times, Reverse(form.clone())))?;
        (times * 2 >= count).then_some(form)
    }
}

/// Writes what was typed before, and a completion as a query for it.
fn completed(before: &str, text: &str, kind: SuggestionKind) -> String {
    let quoted =
        if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.to_owned() };
    let last = match kind {
        SuggestionKind::Section => format!("section:{quoted}"),
        SuggestionKind::Contributor => format!("by:{quoted}"),
        SuggestionKind::Source => format!("source:{quoted}"),
        SuggestionKind::Word | SuggestionKind::Title => text.to_owned(),
    };
    format!("{before}{last}")
}

#[cfg(test)]
mod tests;
