//! What the index's own words say about a word: how often it stands, what it was meant to be, how it sounds.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tantivy::schema::Field;

use super::pinyin::{Homophones, Readings};
use crate::error::Result;
use crate::index::Terms;
use crate::query::Zone;
use crate::search::reader::{Reader, failed, read_once};
use crate::text::is_han;

/// Letters a word needs before one slip in it is looked for: in shorter ones a letter makes another word.
const ONE_SLIP: usize = 5;
/// Letters a word needs before two slips are looked for.
const TWO_SLIPS: usize = 9;
/// The Han characters of Unicode's first planes, in the order of their bytes.
const HAN: (&str, &str) = ("\u{3400}", "\u{A000}");

/// Returns in how many titles and bodies a word stands.
pub(super) fn word_frequency(reader: &Reader, word: &str) -> u64 {
    let fields = reader.fields();
    frequency(reader, &[fields.title.words, fields.body.words, fields.meta.words], word)
}

fn frequency(reader: &Reader, fields: &[Field], term: &str) -> u64 {
    let of = |field| Terms::open(reader.snapshot(), field).map_or(0, |of| of.frequency(term));
    fields.iter().map(|field| of(*field)).sum()
}

/// Returns every word of titles, bodies and sections in a range of bytes, with its frequency.
pub(super) fn words_between(
    reader: &Reader,
    from: &str,
    to: &str,
) -> Result<BTreeMap<String, u64>> {
    let fields = reader.fields();
    terms_between(reader, &[fields.title.words, fields.body.words, fields.meta.words], from, to)
}

fn terms_between(
    reader: &Reader,
    fields: &[Field],
    from: &str,
    to: &str,
) -> Result<BTreeMap<String, u64>> {
    let mut all: BTreeMap<String, u64> = BTreeMap::new();
    for field in fields {
        let terms = Terms::open(reader.snapshot(), *field).map_err(failed)?;
        for (term, items) in terms.between(from, to).map_err(failed)? {
            *all.entry(term).or_default() += items;
        }
    }
    Ok(all)
}

/// Finds the word of the archive that a Latin word was meant to be: one slip from [`ONE_SLIP`] letters on, two
/// from [`TWO_SLIPS`] on; the first letter is never wrong. The nearest wins, then the more frequent.
pub(super) fn nearest_spelling(reader: &Reader, word: &str) -> Result<Option<String>> {
    let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
    let slips = match word.len() {
        len if !letters || len < ONE_SLIP => return Ok(None),
        len if len < TWO_SLIPS => 1,
        _ => 2,
    };
    let first = &word[..1];
    // The byte behind `z` ends what begins with it.
    let behind = char::from(first.as_bytes()[0] + 1).to_string();
    let mut best: Option<(usize, Reverse<u64>, String)> = None;
    for (other, frequency) in words_between(reader, first, &behind)? {
        if other.len().abs_diff(word.len()) > slips
            || !other.bytes().all(|b| b.is_ascii_alphabetic())
        {
            continue;
        }
        let distance = strsim::damerau_levenshtein(word, &other);
        if distance == 0 || distance > slips {
            continue;
        }
        let candidate = (distance, Reverse(frequency), other);
        if best.as_ref().is_none_or(|best| candidate < *best) {
            best = Some(candidate);
        }
    }
    Ok(best.map(|(_, _, word)| word))
}

/// Returns whether some Latin word of the archive holds `piece`.
pub(super) fn is_inside_latin(reader: &Reader, piece: &str) -> Result<bool> {
    for segment in reader.segments()? {
        for zone in [Zone::Title, Zone::Body, Zone::Meta] {
            if segment.has_piece(zone, piece).map_err(failed)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Returns in how many titles, bodies and sections letters stand inside Latin words, or as one.
pub(super) fn pieces(reader: &Reader, letters: &str) -> Result<u64> {
    let mut count = 0;
    for segment in reader.segments()? {
        for zone in [Zone::Title, Zone::Body, Zone::Meta] {
            count += segment.count_of_piece(zone, letters).map_err(failed)?;
        }
    }
    Ok(count)
}

/// Splits an unknown word into two known ones, the rarer of which is as frequent as possible.
pub(super) fn split_in_two<'w>(reader: &Reader, word: &'w str) -> Option<(&'w str, &'w str)> {
    if !word.is_ascii() {
        return None;
    }
    let splits = (2..word.len().saturating_sub(1)).map(|at| word.split_at(at));
    let scored = splits.map(|(left, right)| {
        (word_frequency(reader, left).min(word_frequency(reader, right)), left, right)
    });
    scored.filter(|(frequency, ..)| *frequency > 0).max().map(|(_, left, right)| (left, right))
}

/// Returns the words of the archive by how they sound.
pub(super) fn by_sound(reader: &Reader) -> Result<&Readings> {
    read_once(&reader.caches().readings, || {
        let mut words = words_between(reader, HAN.0, HAN.1)?;
        words.retain(|word, _| word.chars().all(is_han));
        Ok(Readings::of(words))
    })
}

/// Returns other characters of the archive that sound like `c`, the frequent first.
pub(super) fn homophones(reader: &Reader, c: char) -> Result<Vec<char>> {
    let homophones = read_once(&reader.caches().homophones, || {
        let fields = reader.fields();
        let atoms = [fields.title.atoms, fields.body.atoms];
        Ok(Homophones::of(terms_between(reader, &atoms, HAN.0, HAN.1)?))
    })?;
    Ok(homophones.like(c))
}

/// Reads what the first word that is not known would wait for.
pub(crate) fn prepare(reader: &Reader) -> Result<()> {
    is_inside_latin(reader, "\u{1}")?;
    by_sound(reader)?;
    homophones(reader, '中')?;
    Ok(())
}
