//! A query that found nothing, written as it may have been meant.

use std::cell::Cell;

use super::lexicon::{homophones, is_inside_latin, neighbours, split_in_two, word_frequency};
use crate::analysis::{Analysis, Cutter, Unit, UnitKind, analyze};
use crate::error::Result;
use crate::query::{Node, Query, Slot, Thesaurus, Way, Zone};
use crate::search::reader::{Reader, failed};
use crate::search::segment::Segment;
use crate::text::{ByteSpan, is_han};

/// Groups of Han characters longer than this are not looked at for wrong characters.
const MAX_GROUP: usize = 8;
/// The shortest group that is looked at: one character has no neighbour that would show it to be wrong.
const MIN_GROUP: usize = 2;
/// Characters tried for one that may be wrong.
const MAX_HOMOPHONES: usize = 40;

/// Words that may be unknown to the archive and are looked at, in one query: what has more is no slip of the hand, but
/// another text. It bounds the work, with the next one.
const MAX_UNKNOWN: usize = 8;
/// Characters tried for others in one query: what the longest group takes, or several of which less is wrong.
const MAX_TRIES: usize = MAX_GROUP * MAX_HOMOPHONES;
/// Slips in one word.
const MAX_SLIPS: u8 = 2;
/// Other words than the best that a slip may have been meant as and that are named.
const MAX_OTHERS: usize = 2;
/// How many times rarer than the best these may be.
const MUCH_RARER: u64 = 20;

/// A piece of text and what to write instead.
struct Change {
    span: ByteSpan,
    text: String,
    /// What else it may have been meant as.
    others: Vec<String>,
}

/// A query as it may have been meant.
#[derive(Clone, Debug)]
pub(crate) struct Respelt {
    pub(crate) query: Query,
    /// What the only word that was mended may have been meant as otherwise.
    pub(crate) others: Vec<String>,
}

/// Writes a query as it may have been meant; `None` if nothing can be mended. What `thesauri` know by other names is no slip.
pub(crate) fn mended(
    reader: &Reader,
    query: &Query,
    cutter: &dyn Cutter,
    thesauri: &[&dyn Thesaurus],
) -> Result<Option<Respelt>> {
    let Some(root) = &query.root else { return Ok(None) };
    let with =
        |(root, others)| Respelt { query: Query { root: Some(root), ..query.clone() }, others };
    let remembered = &reader.caches().mended;
    if let Some(known) = remembered.get(root) {
        return Ok(known.map(with));
    }
    let (unknown, tries) = (Cell::new(MAX_UNKNOWN), Cell::new(MAX_TRIES));
    let segments = reader.segments()?;
    let mender = Mender { reader, segments, cutter, thesauri, unknown, tries };
    let mut changes = Vec::new();
    let mended = mender.node(root, &mut changes)?;
    let others = if changes.len() == 1 { changes.concat() } else { Vec::new() };
    let mended = (!changes.is_empty()).then_some((mended, others));
    remembered.put(root.clone(), mended.clone());
    Ok(mended.map(with))
}

/// Mends one query; the segments stay open over hundreds of checks.
struct Mender<'a> {
    reader: &'a Reader,
    segments: Vec<Segment<'a>>,
    cutter: &'a dyn Cutter,
    thesauri: &'a [&'a dyn Thesaurus],
    /// Unknown words that may still be looked at.
    unknown: Cell<usize>,
    /// Characters that may still be tried.
    tries: Cell<usize>,
}

/// Takes one of what is left, if there is one.
fn spend(left: &Cell<usize>) -> bool {
    let before = left.get();
    left.set(before.saturating_sub(1));
    before > 0
}

impl Mender<'_> {
    /// Mends a part of a query; adds what each word that was mended may have been meant as otherwise to `changes`.
    fn node(&self, node: &Node, changes: &mut Vec<Vec<String>>) -> Result<Node> {
        let mut all = |nodes: &[Node]| -> Result<Vec<Node>> {
            nodes.iter().map(|node| self.node(node, changes)).collect()
        };
        Ok(match node {
            Node::All(nodes) => Node::All(all(nodes)?),
            Node::Any(nodes) => Node::Any(all(nodes)?),
            Node::Text(text) => Node::Text(self.text(text, changes)?),
            Node::Title(text) => Node::Title(self.text(text, changes)?),
            other => other.clone(),
        })
    }

    fn text(&self, text: &str, changes: &mut Vec<Vec<String>>) -> Result<String> {
        self.reader.check()?;
        let analysis = analyze(text, self.cutter);
        let mut found = self.latin_slips(&analysis)?;
        found.extend(self.wrong_characters(&analysis)?);
        changes.extend(found.iter().map(|change| change.others.clone()));
        Ok(apply(text, found))
    }

    /// Returns whether the archive has a Latin word, or one that holds it; those that are too many are not looked at.
    fn has_latin(&self, word: &str) -> Result<bool> {
        Ok(word_frequency(self.reader, word) > 0
            || !spend(&self.unknown)
            || is_inside_latin(self.reader, word)?)
    }

    fn latin_slips(&self, analysis: &Analysis) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        let mut units = analysis.units.iter().peekable();
        while let Some(unit) = units.next() {
            let Some(own) = latin_word(unit) else { continue };
            let joined = units.peek().and_then(|next| Some((latin_word(next)?, next.span)));
            if let Some((next, span)) = joined
                && word_frequency(self.reader, &format!("{own}{next}")) > 0
            {
                changes.push(Change {
                    span: ByteSpan::new(unit.span.start, span.end),
                    text: format!("{own}{next}"),
                    others: Vec::new(),
                });
                units.next();
            } else if let Some(meant) = self.slip(&own) {
                changes.push(Change { span: unit.span, text: meant, others: Vec::new() });
            } else if !self.has_latin(&own)? && !self.has_other_names(&own) {
                let mended = match split_in_two(self.reader, &own) {
                    Some((left, right)) if self.literal_exists(&[left, right])? => {
                        Some((format!("{left} {right}"), Vec::new()))
                    }
                    _ => self.nearest(&own)?,
                };
                let mended = mended.map(|(text, others)| Change { span: unit.span, text, others });
                changes.extend(mended);
            }
        }
        Ok(changes)
    }

    /// Returns the word that a slip was most probably meant as, and which others it may be.
    fn nearest(&self, word: &str) -> Result<Option<(String, Vec<String>)>> {
        let mut near = neighbours(self.reader, word, MAX_SLIPS)?.into_iter();
        let Some(best) = near.next() else { return Ok(None) };
        let others = near.filter(|other| {
            other.slips == best.slips
                && other.frequency.saturating_mul(MUCH_RARER) >= best.frequency
        });
        let others = others.take(MAX_OTHERS).map(|other| other.word).collect();
        Ok(Some((best.word, others)))
    }

    /// Finds runs of Han characters that stand nowhere, but would with one character that sounds the same.
    fn wrong_characters(&self, analysis: &Analysis) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for group in analysis.units.chunk_by(|a, b| a.group == b.group) {
            let atoms: Vec<_> = group
                .iter()
                .flat_map(|unit| analysis.literal_of(unit))
                .filter(|atom| atom.text.chars().all(is_han))
                .collect();
            let all_han = group.iter().all(|unit| unit.kind == UnitKind::Han);
            if !all_han || !(MIN_GROUP..=MAX_GROUP).contains(&atoms.len()) {
                continue;
            }
            let characters: Vec<&str> = atoms.iter().map(|atom| atom.text.as_str()).collect();
            if self.unknown.get() == 0 {
                break;
            }
            // A word that the archive does not have is no slip.
            if self.literal_exists(&characters)?
                || self.reader.known_words().has(&characters.concat())
                || self.has_other_names(&characters.concat())
                || !spend(&self.unknown)
            {
                continue;
            }
            if let Some((at, right)) = self.wrong_character(&characters)? {
                let (span, text) = (atoms[at].span, right.to_string());
                changes.push(Change { span, text, others: Vec::new() });
            }
        }
        Ok(changes)
    }

    /// Finds the one character of a run that makes it exist when it is another of the same sound.
    fn wrong_character(&self, characters: &[&str]) -> Result<Option<(usize, char)>> {
        // Pairs that stand nowhere show where to look.
        let mut suspects = vec![false; characters.len()];
        for at in 0..characters.len() - 1 {
            if !self.literal_exists(&characters[at..at + 2])? {
                suspects[at] = true;
                suspects[at + 1] = true;
            }
        }
        let all = !suspects.contains(&true);
        let mut best: Option<(usize, usize, char)> = None;
        for at in 0..characters.len() {
            if !suspects[at] && !all {
                continue;
            }
            let Some(typed) = characters[at].chars().next() else { continue };
            for other in homophones(self.reader, typed)?.into_iter().take(MAX_HOMOPHONES) {
                if !spend(&self.tries) {
                    break;
                }
                let mut buffer = [0; 4];
                let other_text: &str = other.encode_utf8(&mut buffer);
                // A neighbour that never stands beside it saves the rest.
                let left = at == 0 || self.literal_exists(&[characters[at - 1], other_text])?;
                if !left {
                    continue;
                }
                let mut changed = characters.to_vec();
                changed[at] = other_text;
                let count = self.literal_count(&changed)?;
                // What only happens to stand there is not what was meant.
                if count > 0
                    && best.is_none_or(|(most, ..)| count > most)
                    && self.is_in_word(&changed, at)
                {
                    best = Some((count, at, other));
                }
            }
        }
        Ok(best.map(|(_, at, right)| (at, right)))
    }

    /// Returns the far more frequent word that one which the archive has may be a slip of.
    fn slip(&self, word: &str) -> Option<String> {
        let names = self.thesauri.iter().flat_map(|thesaurus| thesaurus.other_names(&[word]));
        names.into_iter().find(|name| name.way == Way::Slip).map(|name| name.text)
    }

    /// Returns whether a word is known by other names.
    fn has_other_names(&self, word: &str) -> bool {
        self.thesauri.iter().any(|thesaurus| !thesaurus.other_names(&[word]).is_empty())
    }

    /// Returns whether the character at `at` is part of a word of the archive or of the dictionary there.
    fn is_in_word(&self, characters: &[&str], at: usize) -> bool {
        let cuts = self.cutter.cut(&characters.concat());
        let around = cuts.into_iter().find(|cut| cut.word.contains(&at));
        around.is_some_and(|cut| {
            let word = characters[cut.word.clone()].concat();
            cut.word.len() > 1
                && (word_frequency(self.reader, &word) > 0 || self.reader.known_words().has(&word))
        })
    }

    /// Counts titles, bodies and sections that hold adjacent atoms.
    fn literal_count(&self, atoms: &[&str]) -> Result<usize> {
        let slots: Vec<Slot> = atoms.iter().map(|atom| Slot::whole(atom)).collect();
        let mut count = 0;
        for (segment, zone) in self.places() {
            count += segment.with_literal(zone, &slots).map_err(failed)?.len();
        }
        Ok(count)
    }

    fn literal_exists(&self, atoms: &[&str]) -> Result<bool> {
        for (segment, zone) in self.places() {
            if segment.has_literal(zone, atoms).map_err(failed)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns where text is looked for.
    fn places(&self) -> impl Iterator<Item = (&Segment<'_>, Zone)> {
        let zones = [Zone::Title, Zone::Body, Zone::Meta];
        self.segments.iter().flat_map(move |segment| zones.map(|zone| (segment, zone)))
    }
}

/// Returns the letters of a unit that is a Latin word and nothing else.
fn latin_word(unit: &Unit) -> Option<String> {
    let whole = unit.whole.as_ref().filter(|_| unit.kind == UnitKind::Latin)?;
    whole.chars().all(|c| c.is_ascii_alphabetic()).then(|| whole.to_string())
}

fn apply(text: &str, mut changes: Vec<Change>) -> String {
    changes.sort_by_key(|change| change.span.start);
    let mut out = String::new();
    let mut at = 0;
    for change in changes {
        if change.span.start < at {
            continue;
        }
        out.push_str(&text[at..change.span.start]);
        out.push_str(&change.text);
        at = change.span.end;
    }
    out.push_str(&text[at..]);
    out
}
