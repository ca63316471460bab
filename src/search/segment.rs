//! One segment of the index, asked term by term: which items have a word, where and how often.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use fixedbitset::FixedBitSet;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{
    DocId, DocSet, InvertedIndexReader, SegmentOrdinal, SegmentReader, TERMINATED, Term,
};

use super::adjacent::{SlotPostings, Together, adjacent, offsets};
use super::per_zone::PerZone;
use super::weights::{Piece, PiecePlace};
use crate::index::{End, Fields, LatinTerms, ZoneFields};
use crate::query::{CutOff, Slot, Zone};

/// Latin words that a piece of a word may stand for; a bound on the work for a piece of two letters. An archive with
/// more words that hold the piece would not be found by all of them.
const MAX_EXPANSIONS: usize = 20_000;

/// What one item has of something that was looked for in one zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Occurrence {
    pub(super) doc: DocId,
    pub(super) times: u32,
    /// What it is worth among its kind; below 1 for a piece of a word.
    pub(super) worth: f32,
}

/// Fields of one zone, opened.
struct ZoneReaders {
    words: Option<(Field, Arc<InvertedIndexReader>)>,
    atoms: (Field, Arc<InvertedIndexReader>),
    /// Lengths in words, and their average.
    lengths: Option<(FieldNormReader, f32)>,
}

/// One segment, opened for asking.
pub(super) struct Segment<'a> {
    pub(super) ordinal: SegmentOrdinal,
    pub(super) reader: &'a SegmentReader,
    dir: &'a Path,
    zones: PerZone<ZoneReaders>,
    fields: &'a Fields,
    latin: &'a PerZone<OnceLock<LatinTerms>>,
}

impl<'a> Segment<'a> {
    /// Opens a segment of the index in `dir`; `average_words` are the average lengths of its zones.
    pub(super) fn open(
        (ordinal, reader): (SegmentOrdinal, &'a SegmentReader),
        dir: &'a Path,
        fields: &'a Fields,
        average_words: PerZone<Option<f32>>,
        latin: &'a PerZone<OnceLock<LatinTerms>>,
    ) -> tantivy::Result<Self> {
        let open = |fields: ZoneFields, average: Option<f32>| {
            let lengths = reader.get_fieldnorms_reader(fields.words)?;
            Ok::<_, tantivy::TantivyError>(ZoneReaders {
                words: Some((fields.words, reader.inverted_index(fields.words)?)),
                atoms: (fields.atoms, reader.inverted_index(fields.atoms)?),
                lengths: average.map(|average| (lengths, average)),
            })
        };
        let zones = PerZone {
            title: open(fields.title, average_words.title)?,
            body: open(fields.body, average_words.body)?,
            meta: open(fields.meta, average_words.meta)?,
            link: ZoneReaders {
                words: None,
                atoms: (fields.address, reader.inverted_index(fields.address)?),
                lengths: None,
            },
        };
        Ok(Self { ordinal, reader, dir, zones, fields, latin })
    }

    /// Returns how many items it has room for; their numbers are below it.
    pub(super) fn docs(&self) -> usize {
        self.reader.max_doc() as usize
    }

    /// Returns how long an item's zone is against the average.
    pub(super) fn relative_length(&self, zone: Zone, doc: DocId) -> f32 {
        match &self.zones[zone].lengths {
            #[expect(clippy::cast_precision_loss, reason = "lengths are rounded anyway")]
            Some((lengths, average)) => lengths.fieldnorm(doc) as f32 / average,
            None => 1.0,
        }
    }

    /// Returns the length of an item's title in words; about, for long ones.
    pub(super) fn title_words(&self, doc: DocId) -> u32 {
        self.zones.title.lengths.as_ref().map_or(0, |(lengths, _)| lengths.fieldnorm(doc))
    }

    /// Finds a word.
    pub(super) fn word(
        &self,
        zone: Zone,
        word: &str,
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        if let Some((field, index)) = &self.zones[zone].words {
            all_of(index, *field, word, IndexRecordOption::WithFreqs, 1.0, found)?;
        }
        Ok(())
    }

    /// Finds a token of a link.
    pub(super) fn url_token(
        &self,
        token: &str,
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        let index = self.reader.inverted_index(self.fields.url)?;
        all_of(&index, self.fields.url, token, IndexRecordOption::Basic, 1.0, found)
    }

    /// Finds a canonical link.
    pub(super) fn link(&self, link: &str, found: &mut Vec<Occurrence>) -> tantivy::Result<()> {
        let index = self.reader.inverted_index(self.fields.link)?;
        all_of(&index, self.fields.link, link, IndexRecordOption::Basic, 1.0, found)
    }

    /// Finds items that have all words in one zone.
    pub(super) fn parts(
        &self,
        zone: Zone,
        parts: &[String],
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        let Some((field, index)) = &self.zones[zone].words else { return Ok(()) };
        let mut lists = Vec::new();
        for part in parts {
            let term = Term::from_field_text(*field, part);
            match index.read_postings(&term, IndexRecordOption::WithFreqs)? {
                Some(list) => lists.push(list),
                None => return Ok(()),
            }
        }
        lists.sort_by_key(SegmentPostings::doc_freq);
        let Some((lead, others)) = lists.split_first_mut() else { return Ok(()) };
        let mut doc = lead.doc();
        'docs: while doc != TERMINATED {
            let mut times = lead.term_freq();
            for other in &mut *others {
                if other.doc() < doc {
                    other.seek(doc);
                }
                if other.doc() != doc {
                    doc = lead.advance();
                    continue 'docs;
                }
                times = times.min(other.term_freq());
            }
            found.push(Occurrence { doc, times, worth: 1.0 });
            doc = lead.advance();
        }
        Ok(())
    }

    /// Finds adjacent atoms. `worth` weighs a piece of a word by its length and that of the word.
    pub(super) fn literal(
        &self,
        zone: Zone,
        slots: &[Slot],
        worth: &dyn Fn(Piece) -> f32,
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        if let [only] = slots {
            return self.single_slot(zone, only, worth, found);
        }
        let mut terms = Vec::with_capacity(slots.len());
        for slot in slots {
            let of_slot = self.terms_of(zone, slot)?;
            if of_slot.is_empty() {
                return Ok(());
            }
            terms.push(of_slot);
        }
        let among = self.items_to_look_at(zone, &terms)?;
        let mut postings = Vec::with_capacity(slots.len());
        for of_slot in &terms {
            match self.slot_postings(zone, of_slot, among.as_ref())? {
                Some(of_slot) => postings.push(of_slot),
                None => return Ok(()),
            }
        }
        let typed: usize = slots.iter().map(|slot| slot.atom.chars().count()).sum();
        let cut = slots.iter().any(|slot| slot.cut != CutOff::None);
        let piece = Piece { length: typed, word_length: typed, place: PiecePlace::Inside };
        let worth = if cut { worth(piece) } else { 1.0 };
        adjacent(&mut postings, &offsets(slots), |doc, times| {
            found.push(Occurrence { doc, times, worth });
            ControlFlow::Continue(())
        });
        Ok(())
    }

    /// Finds one atom, or the words that a cut one may stand for.
    fn single_slot(
        &self,
        zone: Zone,
        slot: &Slot,
        worth: &dyn Fn(Piece) -> f32,
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        let (field, index) = &self.zones[zone].atoms;
        let with_counts = IndexRecordOption::WithFreqs;
        if slot.cut == CutOff::None {
            for atom in atoms(slot) {
                all_of(index, *field, atom, with_counts, 1.0, found)?;
            }
            return Ok(());
        }
        let length = slot.atom.chars().count();
        for (term, begins) in self.pieces(zone, slot)? {
            let place = if begins { PiecePlace::Beginning } else { PiecePlace::Inside };
            let worth = worth(Piece { length, word_length: term.chars().count(), place });
            all_of(index, *field, term, with_counts, worth, found)?;
        }
        Ok(())
    }

    /// Returns the items that the rarest slot of a single term leaves, where other slots have many terms: these are
    /// looked up only there.
    fn items_to_look_at(
        &self,
        zone: Zone,
        terms: &[Vec<TermInfo>],
    ) -> tantivy::Result<Option<FixedBitSet>> {
        if terms.iter().all(|of_slot| of_slot.len() == 1) {
            return Ok(None);
        }
        let single = terms.iter().filter_map(|of_slot| match of_slot.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let Some(rarest) = single.min_by_key(|term| term.doc_freq) else { return Ok(None) };
        let index = &self.zones[zone].atoms.1;
        let mut items = FixedBitSet::with_capacity(self.docs());
        let mut list = index.read_postings_from_terminfo(rarest, IndexRecordOption::Basic)?;
        while list.doc() != TERMINATED {
            items.insert(list.doc() as usize);
            list.advance();
        }
        Ok(Some(items))
    }

    /// Returns whether some Latin word of a zone holds `piece`.
    pub(super) fn has_piece(&self, zone: Zone, piece: &str) -> tantivy::Result<bool> {
        Ok(self.latin(zone)?.has(piece))
    }

    /// Returns the Latin words a cut slot may stand for, each with whether it begins with it.
    fn pieces(&self, zone: Zone, slot: &Slot) -> tantivy::Result<Vec<(&str, bool)>> {
        let end = |open: bool| if open { End::Open } else { End::Closed };
        let start = end(matches!(slot.cut, CutOff::Start | CutOff::Both));
        let end = end(matches!(slot.cut, CutOff::End | CutOff::Both));
        Ok(self.latin(zone)?.with(&slot.atom, start, end, MAX_EXPANSIONS))
    }

    fn latin(&self, zone: Zone) -> tantivy::Result<&LatinTerms> {
        let slot = &self.latin[zone];
        if let Some(terms) = slot.get() {
            return Ok(terms);
        }
        let dictionary = self.zones[zone].atoms.1.terms();
        let terms = LatinTerms::open(self.dir, self.reader, zone as usize, dictionary)?;
        Ok(slot.get_or_init(|| terms))
    }

    /// Returns every term a slot may stand for.
    fn terms_of(&self, zone: Zone, slot: &Slot) -> tantivy::Result<Vec<TermInfo>> {
        let (field, index) = &self.zones[zone].atoms;
        let info = |atom: &str| index.get_term_info(&Term::from_field_text(*field, atom));
        let mut terms = Vec::new();
        if slot.cut == CutOff::None {
            for atom in atoms(slot) {
                terms.extend(info(atom)?);
            }
        } else {
            for (term, _) in self.pieces(zone, slot)? {
                terms.extend(info(term)?);
            }
        }
        Ok(terms)
    }

    /// Finds where one of some terms stands; several only in the items of `among`.
    fn slot_postings(
        &self,
        zone: Zone,
        terms: &[TermInfo],
        among: Option<&FixedBitSet>,
    ) -> tantivy::Result<Option<SlotPostings>> {
        let index = &self.zones[zone].atoms.1;
        let read = |term: &TermInfo| {
            index.read_postings_from_terminfo(term, IndexRecordOption::WithFreqsAndPositions)
        };
        if let [only] = terms {
            return Ok(Some(SlotPostings::List(Box::new(read(only)?))));
        }
        let mut pairs: Vec<(DocId, u32)> = Vec::new();
        let mut positions = Vec::new();
        for term in terms {
            let mut list = read(term)?;
            while list.doc() != TERMINATED {
                if among.is_none_or(|among| among.contains(list.doc() as usize)) {
                    list.positions(&mut positions);
                    pairs.extend(positions.iter().map(|position| (list.doc(), *position)));
                }
                list.advance();
            }
        }
        #[expect(clippy::stable_sort_primitive, reason = "lists in order, which it only merges")]
        pairs.sort();
        pairs.dedup();
        Ok((!pairs.is_empty()).then_some(SlotPostings::Pairs { pairs, at: 0 }))
    }

    /// Returns where whole atoms stand; `None` if one of them stands nowhere.
    fn whole_slots<'t>(
        &self,
        zone: Zone,
        atoms: impl Iterator<Item = &'t str>,
    ) -> tantivy::Result<Option<Vec<SlotPostings>>> {
        let (field, index) = &self.zones[zone].atoms;
        let mut slots = Vec::new();
        for atom in atoms {
            let term = Term::from_field_text(*field, atom);
            match index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)? {
                Some(list) => slots.push(SlotPostings::List(Box::new(list))),
                None => return Ok(None),
            }
        }
        Ok(Some(slots))
    }

    /// Returns whether adjacent atoms stand anywhere in a zone.
    pub(super) fn has_literal(&self, zone: Zone, atoms: &[&str]) -> tantivy::Result<bool> {
        let Some(mut slots) = self.whole_slots(zone, atoms.iter().copied())? else {
            return Ok(false);
        };
        let offsets: Vec<i64> = (0..).take(atoms.len()).collect();
        let mut any = false;
        adjacent(&mut slots, &offsets, |_, _| {
            any = true;
            ControlFlow::Break(())
        });
        Ok(any)
    }

    /// Returns where the atoms of a literal stand in some items, in order, to see how close words are.
    pub(super) fn positions(
        &self,
        zone: Zone,
        slots: &[Slot],
        docs: &[DocId],
        mut report: impl FnMut(usize, u32),
    ) -> tantivy::Result<()> {
        let atoms = slots.iter().map(|slot| slot.atom.as_str());
        let Some(mut postings) = self.whole_slots(zone, atoms)? else { return Ok(()) };
        let order: Vec<usize> = (0..postings.len()).collect();
        let (offsets, mut together) = (offsets(slots), Together::default());
        for (at, &doc) in docs.iter().enumerate() {
            if postings.iter_mut().all(|of_slot| of_slot.seek(doc) == doc) {
                let positions = together.find(&mut postings, &order, &offsets);
                for position in positions {
                    report(at, *position);
                }
            }
        }
        Ok(())
    }
}

/// Returns the atoms that a whole slot may stand for.
fn atoms(slot: &Slot) -> impl Iterator<Item = &String> {
    std::iter::once(&slot.atom).chain(&slot.others)
}

/// Adds every item that has a term.
fn all_of(
    index: &InvertedIndexReader,
    field: Field,
    term: &str,
    option: IndexRecordOption,
    worth: f32,
    found: &mut Vec<Occurrence>,
) -> tantivy::Result<()> {
    let term = Term::from_field_text(field, term);
    if let Some(mut list) = index.read_postings(&term, option)? {
        while list.doc() != TERMINATED {
            found.push(Occurrence { doc: list.doc(), times: list.term_freq().max(1), worth });
            list.advance();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
