//! What the index's own words say about a word: how often it stands, what it was meant to be, how it sounds.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use tantivy::schema::Field;

use super::pinyin::{Homophones, Readings, Tails, said};
use crate::analysis::{doubtful, syllables, without_doubt};
use crate::error::Result;
use crate::index::Terms;
use crate::query::Zone;
use crate::search::reader::{Reader, failed, read_once};
use crate::text::is_han;

/// Letters a word needs before one slip in it is looked for: in shorter ones a letter makes another word.
const ONE_SLIP: usize = 5;
/// Letters a word needs before two slips are looked for.
const TWO_SLIPS: usize = 9;
/// What a slip weighs against the decimal logarithm of a frequency.
const WORTH_OF_SLIP: f64 = 2.0;
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
    let fields = [fields.title.words, fields.body.words, fields.meta.words];
    let mut words = terms_between(reader, &fields, from, to)?;
    for (term, items) in terms_between(reader, &fields, &doubtful(from), &doubtful(to))? {
        let word = without_doubt(&term).unwrap_or_default();
        *words.entry(word.to_owned()).or_default() += items;
    }
    Ok(words)
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

/// A word of the archive that a Latin word may have been meant to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Neighbour {
    pub(super) word: String,
    /// How often it stands.
    pub(super) frequency: u64,
    /// Letters that were wrong, missing, one too many or in each other's place.
    pub(super) slips: usize,
}

/// Finds words of the archive that a Latin word was meant to be by at most `most` slips: one from [`ONE_SLIP`] letters on, two
/// from [`TWO_SLIPS`] on; the first letter is never wrong. A slip less is worth more than a word of a hundred times as many items.
pub(super) fn neighbours(reader: &Reader, word: &str, most: u8) -> Result<Vec<Neighbour>> {
    let letters = word.bytes().all(|b| b.is_ascii_lowercase());
    let most = match word.len() {
        len if !letters || len < ONE_SLIP => return Ok(Vec::new()),
        len if len < TWO_SLIPS => most.min(1),
        _ => most,
    };
    let fields = reader.fields();
    let mut near: BTreeMap<String, u64> = BTreeMap::new();
    for field in [fields.title.words, fields.body.words, fields.meta.words] {
        let terms = Terms::open(reader.snapshot(), field).map_err(failed)?;
        let found = if most == 1 {
            one_slip(word)
                .map(|other| (terms.frequency(&other), other))
                .filter(|(items, _)| *items > 0)
                .map(|(items, other)| (other, items))
                .collect()
        } else {
            terms.near(word, most).map_err(failed)?
        };
        for (term, items) in found {
            *near.entry(term).or_default() += items;
        }
    }
    near.retain(|other, _| {
        other.as_bytes()[0] == word.as_bytes()[0]
            && other != word
            && other.bytes().all(|b| b.is_ascii_lowercase())
    });
    let mut near: Vec<Neighbour> = near
        .into_iter()
        .map(|(other, frequency)| {
            let slips = strsim::damerau_levenshtein(word, &other);
            Neighbour { word: other, frequency, slips }
        })
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
    let worth = |one: &Neighbour| (one.frequency as f64).log10() - WORTH_OF_SLIP * one.slips as f64;
    near.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| a.word.cmp(&b.word)));
    Ok(near)
}

/// Returns every text that becomes a word of lower-case letters by one slip behind its first letter, each once: looking them up
/// takes less than making an automaton.
fn one_slip(word: &str) -> impl Iterator<Item = String> {
    let letters = || 'a'..='z';
    let with = move |range: std::ops::Range<usize>, text: &str| {
        format!("{}{text}{}", &word[..range.start], &word[range.end..])
    };
    let mut slips: BTreeSet<String> = BTreeSet::new();
    for at in 1..=word.len() {
        for letter in letters().map(String::from) {
            slips.insert(with(at..at, &letter));
            if at < word.len() {
                slips.insert(with(at..at + 1, &letter));
            }
        }
        if at < word.len() {
            slips.insert(with(at..at + 1, ""));
        }
        if at + 1 < word.len() {
            let swapped: String = [&word[at + 1..at + 2], &word[at..=at]].concat();
            slips.insert(with(at..at + 2, &swapped));
        }
    }
    slips.remove(word);
    slips.into_iter()
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

/// Returns the words whose whole pinyin some letters are, the frequent first. Where the words are not yet sorted by how they
/// sound, only those are read that begin with the sound: sorting all takes a hundred times as long.
pub(super) fn words_said(reader: &Reader, letters: &str) -> Result<Vec<(String, u64)>> {
    if let Some(readings) = reader.caches().readings.get() {
        return Ok(readings.words(letters).to_vec());
    }
    let words = words_beginning(reader, &|syllable| letters.starts_with(syllable))?;
    Ok(said(words, letters))
}

/// Words of the archive by how they sound: all, or only those that some letters may be read as.
pub(super) enum Heard<'a> {
    All(&'a Readings),
    Some(Readings),
}

impl Deref for Heard<'_> {
    type Target = Readings;

    fn deref(&self) -> &Readings {
        match self {
            Self::All(readings) => readings,
            Self::Some(readings) => readings,
        }
    }
}

/// Returns the words that some letters may be read as. Where the words are not yet sorted by how they sound, only these are
/// read and sorted.
pub(super) fn heard<'a>(reader: &'a Reader, letters: &str) -> Result<Heard<'a>> {
    if let Some(readings) = reader.caches().readings.get() {
        return Ok(Heard::All(readings));
    }
    let tails = Tails::of(letters);
    let mut words = words_beginning(reader, &|syllable| tails.may_begin(syllable))?;
    words.retain(|word, _| tails.may_be(word));
    Ok(Heard::Some(Readings::of(words)))
}

/// Returns the words of Han characters that begin with a syllable, each with its frequency.
fn words_beginning(
    reader: &Reader,
    may_begin: &dyn Fn(&str) -> bool,
) -> Result<BTreeMap<String, u64>> {
    let fields = reader.fields();
    let first = terms_between(
        reader,
        &[fields.title.atoms, fields.body.atoms, fields.meta.atoms],
        HAN.0,
        HAN.1,
    )?;
    let mut words: BTreeMap<String, u64> = BTreeMap::new();
    for c in first.keys().filter_map(|atom| atom.chars().next()) {
        if !syllables(c).any(|syllable| may_begin(&syllable)) {
            continue;
        }
        let next = char::from_u32(u32::from(c) + 1).unwrap_or(char::MAX);
        let (from, to) = (c.to_string(), next.to_string());
        words.extend(words_between(reader, &from, &to)?);
    }
    words.retain(|word, _| word.chars().all(is_han));
    Ok(words)
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
