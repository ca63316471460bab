//! Latin letters as pinyin: the words of the archive that they sound like are other names of them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use super::lexicon::{Heard, by_sound, heard, pieces, word_frequency, words_said};
use super::pinyin::{Readings, may_be_initials_of_word, sort_frequent_first};
use crate::analysis::{Syllables, is_pinyin_of, pinyin_keys, syllables_of, without_doubt};
use crate::error::Result;
use crate::query::{Matcher, OtherName, Plan, Slot, Thesaurus, Way, Zone};
use crate::search::reader::{Reader, failed};
use crate::text::is_han;

/// Longest pinyin that is looked up, in letters.
const MAX_LETTERS: usize = 48;
/// Letters of the shortest pinyin: one stands for hundreds of words.
const MIN_LETTERS: usize = 2;
/// How many times more often than the Latin letters a word must stand that they are read as: a handle that is somebody's
/// name in pinyin stands a few times, and a word that many mean by the same letters in many items.
const MORE_FREQUENT: u64 = 5;
/// Letters of the shortest initials that are looked at where the letters are a piece of some Latin word, too.
const MIN_INITIALS: usize = 3;
/// Letters of the shortest unfinished pinyin.
const MIN_UNFINISHED: usize = 4;
/// Letters of the shortest several words that are looked for where the letters are a piece of some Latin word, too.
const MIN_JOINED: usize = 4;
/// Words that initials or unfinished letters are read as.
const MAX_GUESSES: usize = 3;
/// Words that the letters of one query are read as, beside the best known of each sound; it bounds the work.
const MAX_READ: usize = 24;
/// Sounds of one query that are looked up alone before all words are sorted by how they sound.
const MAX_ALONE: usize = 8;
/// Times that letters of one query are divided into several words, which are looked for side by side; it bounds the work.
const MAX_DIVIDED: usize = 16;
/// Unfinished texts of one query that are looked for; it bounds the work.
const MAX_TRIED: usize = 100;
/// What the rarest word of a sound is worth beside the best known.
const LEAST: f64 = 0.9;

/// English words that are not read as pinyin where the archive has them.
static ENGLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("english.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_ascii_whitespace).collect()
});

/// Words, each with how often it stands, the frequent first.
type Words = Vec<(String, u64)>;

/// The words of one archive by their pinyin.
pub(crate) struct Spoken<'a> {
    reader: &'a Reader,
    /// What was typed with capital letters, folded: a name, where the archive has it.
    capitals: HashSet<String>,
    /// Several Latin words were typed: English ones are English.
    has_several: bool,
    /// The letters that the query ends with, folded: what may be unfinished.
    last: String,
    /// Some `u` was typed as `ü`.
    has_umlaut: bool,
    /// What was read.
    known: RefCell<BTreeMap<Vec<String>, Words>>,
    /// Words that may still be read.
    left: Cell<usize>,
    /// Sounds that were looked up.
    looked_up: Cell<usize>,
    /// Times that letters may still be divided into several words.
    divided: Cell<usize>,
    /// Unfinished texts that may still be looked for.
    tried: Cell<usize>,
}

impl<'a> Spoken<'a> {
    /// Reads what is in `typed`, the query as it was typed.
    pub(crate) fn new(reader: &'a Reader, typed: &str) -> Self {
        let last = typed.trim_end().rsplit(|c: char| !c.is_ascii_alphabetic()).next();
        let last = last.unwrap_or_default().to_ascii_lowercase();
        let runs = typed.split(|c: char| !c.is_ascii_alphabetic());
        let several = runs.clone().filter(|run| run.len() > 1).nth(1);
        let capitals = runs.filter(|run| run.bytes().any(|b| b.is_ascii_uppercase()));
        let capitals = capitals.map(str::to_ascii_lowercase).collect();
        let has_umlaut = typed.contains(['ü', 'Ü']);
        let has_several = several.is_some();
        Self {
            reader,
            capitals,
            has_several,
            last,
            has_umlaut,
            known: RefCell::default(),
            left: Cell::new(MAX_READ),
            looked_up: Cell::new(0),
            divided: Cell::new(MAX_DIVIDED),
            tried: Cell::new(MAX_TRIED),
        }
    }

    /// Returns the words whose whole pinyin some letters are.
    fn said(&self, letters: &str) -> Result<Words> {
        let letters = if self.has_umlaut {
            letters.replace("lu", "lv").replace("nu", "nv")
        } else {
            letters.to_owned()
        };
        self.looked_up.set(self.looked_up.get() + 1);
        if self.looked_up.get() > MAX_ALONE {
            return Ok(by_sound(self.reader)?.words(&letters).to_vec());
        }
        words_said(self.reader, &letters)
    }

    /// Returns the words that some letters may be read as.
    fn heard(&self, letters: &str) -> Result<Heard<'a>> {
        self.looked_up.set(self.looked_up.get() + 1);
        if self.looked_up.get() > MAX_ALONE {
            return Ok(Heard::All(by_sound(self.reader)?));
        }
        heard(self.reader, letters)
    }

    fn read_once(&self, atoms: &[&str]) -> Result<Words> {
        let key: Vec<String> = atoms.iter().map(|atom| (*atom).to_owned()).collect();
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(known.clone());
        }
        let mut read = self.read(atoms)?;
        // The best known word of a sound is always one.
        read.truncate(self.left.get().max(1));
        self.left.set(self.left.get().saturating_sub(read.len()));
        self.known.borrow_mut().insert(key, read.clone());
        Ok(read)
    }

    fn read(&self, atoms: &[&str]) -> Result<Words> {
        let is_latin = |atom: &&str| atom.bytes().all(|b| b.is_ascii_lowercase());
        let latin: Vec<&str> = atoms.iter().copied().filter(is_latin).collect();
        let letters = latin.concat();
        let is_read = |atom: &&str| is_latin(atom) || atom.chars().all(is_han);
        if !(MIN_LETTERS..=MAX_LETTERS).contains(&letters.len()) || !atoms.iter().all(is_read) {
            return Ok(Vec::new());
        }
        // The last may be the beginning of a syllable.
        let is_said = |letters: &str| syllables_of(letters) != Syllables::None;
        let whole = latin.split_last().map_or(&latin[..], |(_, others)| others);
        if atoms.len() > 1 && !(whole.iter().all(|word| is_said(word)) && is_said(&letters)) {
            return Ok(Vec::new());
        }
        let standing = latin.iter().map(|word| word_frequency(self.reader, word));
        let (mut rarest, mut commonest) = (u64::MAX, 0);
        for (word, standing) in latin.iter().zip(standing) {
            (rarest, commonest) = (rarest.min(standing), commonest.max(standing));
            if self.capitals.contains(*word) && (standing > 0 || self.pieces(word)? > 0) {
                return Ok(Vec::new());
            }
        }
        let standing = rarest;
        match atoms {
            [_] => self.of_letters(&letters, standing),
            _ if latin.len() == atoms.len() => self.apart(&letters, atoms, standing, commonest),
            _ => self.mixed(atoms, standing),
        }
    }

    /// Reads letters typed together, which stand in `standing` items as a word.
    fn of_letters(&self, letters: &str, standing: u64) -> Result<Words> {
        let syllables = syllables_of(letters);
        if standing > 0 && syllables != Syllables::Whole {
            return Ok(Vec::new());
        }
        if ENGLISH.contains(letters)
            && (self.has_several || standing > 0 || self.pieces(letters)? > 0)
        {
            return Ok(Vec::new());
        }
        let items = self.reader.snapshot().head().items;
        if standing.saturating_mul(MORE_FREQUENT) > items as u64 {
            return Ok(Vec::new());
        }
        let is_whole = syllables == Syllables::Whole;
        let said = if is_whole { self.said(letters)? } else { Vec::new() };
        let words = of_several_characters(&said);
        if is_enough(&words, standing) {
            return Ok(words);
        }
        if standing > 0 {
            return Ok(Vec::new());
        }
        let pieces = self.pieces(letters)?;
        // CSS is a name of three letters, however the archive writes what it is about.
        let is_name = self.capitals.contains(letters);
        if pieces == 0 && !said.is_empty() && !is_name {
            return Ok(said);
        }
        let may_be_initials = may_be_initials_of_word(letters) && !is_name;
        if syllables == Syllables::None && !may_be_initials {
            return Ok(Vec::new());
        }
        let readings = self.heard(letters)?;
        let initials = best_guesses(readings.with_initials(letters));
        let is_long = pieces == 0 || letters.len() >= MIN_INITIALS;
        if may_be_initials && is_long && is_enough(&initials, pieces) {
            return Ok(initials);
        }
        // One whole syllable begins too many words.
        if letters.len() >= MIN_UNFINISHED && syllables != Syllables::None && said.is_empty() {
            let continued = best_guesses(&readings.continued(letters));
            if is_enough(&continued, pieces) {
                return Ok(continued);
            }
        }
        // A few letters of a word are no words of their own.
        if pieces > 0 && letters.len() < MIN_JOINED {
            return Ok(Vec::new());
        }
        self.joined(letters, pieces, &readings)
    }

    /// Reads syllables typed apart as one word of at least as many characters.
    fn apart(&self, letters: &str, atoms: &[&str], standing: u64, commonest: u64) -> Result<Words> {
        let mut words = self.said(letters)?;
        words.retain(|(word, _)| self.has_umlaut || is_divided(word, atoms));
        if is_enough(&words, standing) {
            return Ok(words);
        }
        // What stands by itself is a word by itself: ai gongju.
        if commonest > 0 {
            return Ok(Vec::new());
        }
        let readings = self.heard(letters)?;
        let mut continued = readings.continued(letters);
        continued.retain(|(word, _)| begins_divided(word, atoms));
        let continued = best_guesses(&continued);
        if continued.is_empty() { self.joined(letters, 0, &readings) } else { Ok(continued) }
    }

    /// Reads what is half converted: Han characters stay.
    fn mixed(&self, atoms: &[&str], standing: u64) -> Result<Words> {
        let mut found: Words = Vec::new();
        for key in pinyin_keys(&atoms.concat()).full {
            for word in self.said(&key)? {
                if fits(&word.0, atoms) && !found.iter().any(|(known, _)| *known == word.0) {
                    found.push(word);
                }
            }
        }
        sort_frequent_first(&mut found);
        // What stands nowhere side by side is no name.
        let standing = if self.count(atoms)? > 0 { standing } else { 0 };
        Ok(if is_enough(&found, standing) { found } else { Vec::new() })
    }

    /// Reads letters as several words that stand side by side; where the query ends, the last of them may be unfinished.
    fn joined(&self, letters: &str, standing: u64, readings: &Readings) -> Result<Words> {
        let Some(left) = self.divided.get().checked_sub(1) else { return Ok(Vec::new()) };
        self.divided.set(left);
        for text in readings.read(letters) {
            let count = self.count_of(&text)?;
            let found = vec![(text, count)];
            if is_enough(&found, standing) {
                return Ok(found);
            }
        }
        let is_last = !self.last.is_empty() && letters.ends_with(&self.last);
        let is_name = self.capitals.contains(letters);
        if !is_last || is_name || syllables_of(letters) == Syllables::None {
            return Ok(Vec::new());
        }
        let mut found: Words = Vec::new();
        for (before, last) in readings.unfinished(letters) {
            for text in last.into_iter().map(|last| format!("{before}{last}")) {
                let Some(left) = self.tried.get().checked_sub(1) else { break };
                self.tried.set(left);
                let count = self.count_of(&text)?;
                found.push((text, count));
            }
        }
        found.retain(|(_, count)| *count > 0);
        sort_frequent_first(&mut found);
        found.truncate(MAX_GUESSES);
        Ok(if is_enough(&found, standing) { found } else { Vec::new() })
    }

    /// Counts titles, bodies and sections that hold a text of Han characters.
    fn count_of(&self, text: &str) -> Result<u64> {
        let characters: Vec<String> = text.chars().map(String::from).collect();
        let characters: Vec<&str> = characters.iter().map(String::as_str).collect();
        self.count(&characters)
    }

    /// Counts titles, bodies and sections that hold adjacent atoms.
    fn count(&self, atoms: &[&str]) -> Result<u64> {
        let slots: Vec<Slot> = atoms.iter().map(|atom| Slot::whole(atom)).collect();
        let mut count = 0;
        for segment in self.reader.segments()? {
            for zone in [Zone::Title, Zone::Body, Zone::Meta] {
                count += segment.with_literal(zone, &slots).map_err(failed)?.len() as u64;
            }
        }
        Ok(count)
    }

    /// Returns in how many titles, bodies and sections letters stand inside Latin words.
    fn pieces(&self, letters: &str) -> Result<u64> {
        pieces(self.reader, letters)
    }
}

impl Thesaurus for Spoken<'_> {
    fn other_names(&self, atoms: &[&str]) -> Vec<OtherName> {
        // What cannot be read is noticed where the words are looked for.
        let words = self.read_once(atoms).unwrap_or_default();
        let most = words.first().map_or(1, |(_, frequency)| *frequency).max(1);
        let name = |(text, frequency): (String, u64)| {
            #[expect(clippy::cast_precision_loss, reason = "a share needs no exact count")]
            let share = (frequency as f64 / most as f64).sqrt();
            #[expect(clippy::cast_possible_truncation, reason = "a weight needs few digits")]
            let weight = (LEAST + (1.0 - LEAST) * share) as f32;
            OtherName { text, weight, way: Way::Pinyin }
        };
        words.into_iter().map(name).collect()
    }
}

fn is_enough(words: &[(String, u64)], standing: u64) -> bool {
    words.first().is_some_and(|(_, frequency)| *frequency >= (standing * MORE_FREQUENT).max(1))
}

fn of_several_characters(words: &[(String, u64)]) -> Words {
    words.iter().filter(|(word, _)| word.chars().nth(1).is_some()).cloned().collect()
}

fn best_guesses(words: &[(String, u64)]) -> Words {
    let mut words = of_several_characters(words);
    words.truncate(MAX_GUESSES);
    words
}

/// Returns whether the syllables of a word begin where atoms do: fang'an is 方案 and not 反感.
fn is_divided(word: &str, atoms: &[&str]) -> bool {
    let Some((first, others)) = atoms.split_first() else { return word.is_empty() };
    let ends = word.char_indices().map(|(at, _)| at).skip(1).chain([word.len()]);
    ends.into_iter().any(|end| {
        let (of_first, rest) = word.split_at(end);
        is_pinyin_of(first, of_first).is_some() && is_divided(rest, others)
    })
}

/// Returns the same of a word of which the last atom is only the beginning.
fn begins_divided(word: &str, atoms: &[&str]) -> bool {
    let (Some((first, others)), Some(_)) = (atoms.split_first(), word.chars().next()) else {
        return false;
    };
    if others.is_empty() {
        return pinyin_keys(word).full.iter().any(|key| key.starts_with(first));
    }
    word.char_indices().map(|(at, _)| word.split_at(at)).any(|(of_first, rest)| {
        is_pinyin_of(first, of_first).is_some() && begins_divided(rest, others)
    })
}

/// Returns whether a word has the Han characters of some atoms where they were typed, and something for the letters.
fn fits(word: &str, atoms: &[&str]) -> bool {
    let is_typed = |atom: &&&str| atom.chars().all(is_han);
    let leading: String = atoms.iter().take_while(is_typed).copied().collect();
    let mut trailing: Vec<&str> = atoms.iter().rev().take_while(is_typed).copied().collect();
    trailing.reverse();
    let typed = atoms.iter().filter(is_typed).count();
    word.starts_with(&leading) && word.ends_with(&trailing.concat()) && word.chars().count() > typed
}

/// What a plan reads as pinyin.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ReadAs {
    /// Letters, each with what they are read as, best known first.
    pub(crate) runs: Vec<(String, Vec<String>)>,
    /// The whole text with the best known words in their place.
    pub(crate) best: String,
}

/// Returns what a plan reads as pinyin.
pub(crate) fn read_as(plan: &Plan) -> ReadAs {
    let mut read = ReadAs::default();
    let mut at = 0;
    while at < plan.words.len() {
        let span = plan.spans.iter().find(|span| span.words.start == at);
        let names = span.map_or_else(Vec::new, |span| {
            let spoken = span.alternatives.iter().filter(|other| other.way == Way::Pinyin);
            spoken.filter_map(|other| text_of(&other.matcher)).collect::<Vec<String>>()
        });
        if at > 0 && plan.groups.iter().any(|group| group.words.start == at) {
            read.best.push(' ');
        }
        if let (Some(span), Some(best)) = (span, names.first()) {
            let words = &plan.words[span.words.clone()];
            let typed: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            read.best.push_str(best);
            read.runs.push((typed.join(" "), names));
            at = span.words.end;
        } else {
            read.best.push_str(&plan.words[at].text);
            at += 1;
        }
    }
    read
}

/// Returns what a name is looked for as.
fn text_of(matcher: &Matcher) -> Option<String> {
    match matcher {
        // The same word again, where the text may be divided otherwise.
        Matcher::Word(word) => without_doubt(word).is_none().then(|| word.clone()),
        Matcher::Literal(slots) => Some(slots.iter().map(|slot| slot.atom.as_str()).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
