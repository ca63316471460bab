//! One segment of the index, asked term by term: which items have a word, where and how often.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Directory, DocId, InvertedIndexReader, SegmentOrdinal, SegmentReader, Term};

use super::adjacent::{SlotPostings, Together, adjacent, offsets};
use super::docs::{Among, Docs};
use super::kept::{KeptLists, LookedFor};
use super::known::Occurrence;
use super::lists::Lists;
use super::per_zone::PerZone;
use super::weights::{Piece, PiecePlace, Weights};
use crate::index::{End, Fields, LatinTerms, ZoneFields};
use crate::query::{CutOff, Matcher, Slot, Zone};

/// Latin words that a piece of a word may stand for; a bound on the work for a piece of two letters. An archive with
/// more words that hold the piece would not be found by all of them.
const MAX_EXPANSIONS: usize = 20_000;

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
    files: &'a dyn Directory,
    zones: PerZone<ZoneReaders>,
    fields: &'a Fields,
    latin: &'a PerZone<OnceLock<LatinTerms>>,
    kept: &'a KeptLists,
    deleted: Arc<[DocId]>,
}

impl<'a> Segment<'a> {
    /// Opens a segment of the index whose files are `files`; `average_words` are the average lengths of its zones.
    pub(super) fn open(
        (ordinal, reader): (SegmentOrdinal, &'a SegmentReader),
        files: &'a dyn Directory,
        fields: &'a Fields,
        average_words: PerZone<Option<f32>>,
        (latin, kept): (&'a PerZone<OnceLock<LatinTerms>>, &'a KeptLists),
        deleted: Arc<[DocId]>,
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
        Ok(Self { ordinal, reader, files, zones, fields, latin, kept, deleted })
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

    /// Returns every item that exists.
    pub(super) fn everything(&self) -> Docs {
        (0..self.reader.max_doc()).filter(|doc| !self.reader.is_deleted(*doc)).collect()
    }

    /// Finds what has to be read for something in one zone; `None` if no item has it. `worth` weighs a piece of a word by
    /// its length and that of the word.
    pub(super) fn lists(
        &self,
        zone: Zone,
        matcher: &Matcher,
        worth: &dyn Fn(Piece) -> f32,
    ) -> tantivy::Result<Option<Lists>> {
        let counted = IndexRecordOption::WithFreqs;
        match matcher {
            Matcher::Word(word) => {
                let Some((field, index)) = &self.zones[zone].words else { return Ok(None) };
                one_term(index, *field, word, counted)
            }
            Matcher::Parts(parts) => {
                let Some((field, index)) = &self.zones[zone].words else { return Ok(None) };
                let terms = parts.iter().map(|part| info(index, *field, part));
                let terms: Option<Vec<TermInfo>> = terms.collect::<tantivy::Result<_>>()?;
                Ok(terms.map(|terms| Lists::all(index, terms)))
            }
            Matcher::UrlToken(token) => self.of_links(zone, self.fields.url, token),
            Matcher::Link(link) => self.of_links(zone, self.fields.link, link),
            Matcher::Literal(slots) => self.literal_lists(zone, slots, worth),
        }
    }

    /// Returns them as they are kept from query to query where it costs much to find or to read them; `weights` are always the
    /// same.
    pub(super) fn kept_lists(
        &self,
        zone: Zone,
        matcher: &Matcher,
        weights: &Weights,
    ) -> tantivy::Result<Option<Arc<Lists>>> {
        let find = || self.lists(zone, matcher, &|piece| weights.of_fragment(piece));
        let is_costly = match matcher {
            Matcher::Literal(slots) => slots.len() > 1 || slots.iter().any(Slot::is_cut),
            Matcher::Parts(_) => true,
            Matcher::Word(_) | Matcher::UrlToken(_) | Matcher::Link(_) => false,
        };
        if !is_costly {
            return Ok(find()?.map(Arc::new));
        }
        let looked_for = LookedFor { segment: self.ordinal, zone, matcher: matcher.clone() };
        self.kept.get(looked_for, find)
    }

    fn of_links(&self, zone: Zone, field: Field, text: &str) -> tantivy::Result<Option<Lists>> {
        if zone != Zone::Link {
            return Ok(None);
        }
        one_term(&self.reader.inverted_index(field)?, field, text, IndexRecordOption::Basic)
    }

    fn literal_lists(
        &self,
        zone: Zone,
        slots: &[Slot],
        worth: &dyn Fn(Piece) -> f32,
    ) -> tantivy::Result<Option<Lists>> {
        let index = &self.zones[zone].atoms.1;
        if let [only] = slots {
            let terms = self.terms_of(zone, only, worth)?;
            return Ok((!terms.is_empty()).then(|| Lists::any(index, terms)));
        }
        let mut terms = Vec::with_capacity(slots.len());
        for slot in slots {
            let of_slot = self.terms_of(zone, slot, worth)?;
            if of_slot.is_empty() {
                return Ok(None);
            }
            terms.push(of_slot.into_iter().map(|(term, _)| term).collect());
        }
        let typed: usize = slots.iter().map(|slot| slot.atom.chars().count()).sum();
        let cut = slots.iter().any(Slot::is_cut);
        let piece = Piece { length: typed, word_length: typed, place: PiecePlace::Inside };
        let worth = if cut { worth(piece) } else { 1.0 };
        Ok(Some(Lists::adjacent(index, terms, offsets(slots), worth)))
    }

    /// Adds what existing items have, in the order of the lists.
    pub(super) fn read(
        &self,
        lists: &Lists,
        among: Among<'_>,
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        let before = found.len();
        lists.read(among, found)?;
        if self.reader.has_deletes() {
            let mut at = 0;
            found.retain(|found| {
                at += 1;
                at <= before || !self.reader.is_deleted(found.doc)
            });
        }
        Ok(())
    }

    /// Returns the existing items of lists, in order.
    pub(super) fn docs(&self, lists: &Lists, among: Among<'_>) -> tantivy::Result<Docs> {
        let mut found = Docs::new();
        lists.docs(among, &mut found)?;
        if self.reader.has_deletes() {
            found.retain(|doc| !self.reader.is_deleted(*doc));
        }
        Ok(found)
    }

    /// Returns the existing items of all lists, in order, each once; `None` where the lists are better joined.
    pub(super) fn many_docs(&self, lists: &[&Lists]) -> tantivy::Result<Option<Docs>> {
        let mut found = Lists::many_of(lists, self.reader.max_doc())?;
        if let Some(docs) = found.as_mut().filter(|_| self.reader.has_deletes()) {
            docs.retain(|doc| !self.reader.is_deleted(*doc));
        }
        Ok(found)
    }

    /// Sums the existing items of each term; `None` unless those of any term are looked for.
    pub(super) fn frequency(&self, lists: &Lists) -> tantivy::Result<Option<u64>> {
        lists.frequency(&self.deleted)
    }

    /// Returns every existing item in which atoms are adjacent.
    pub(super) fn with_literal(&self, zone: Zone, slots: &[Slot]) -> tantivy::Result<Docs> {
        let lists = self.literal_lists(zone, slots, &|_| 1.0)?;
        lists.map_or(Ok(Docs::new()), |lists| self.docs(&lists, Among::default()))
    }

    /// Returns whether some Latin word of a zone holds `piece`.
    pub(super) fn has_piece(&self, zone: Zone, piece: &str) -> tantivy::Result<bool> {
        if self.deleted.is_empty() || !self.latin(zone)?.has(piece) {
            return Ok(self.latin(zone)?.has(piece));
        }
        // Words of deleted items are still listed.
        Ok(self.count_of_piece(zone, piece)? > 0)
    }

    /// Returns in how many existing items the Latin words of a zone that hold `piece` stand, summed over the words.
    pub(super) fn count_of_piece(&self, zone: Zone, piece: &str) -> tantivy::Result<u64> {
        let slot = Slot { cut: CutOff::Both, ..Slot::whole(piece) };
        let words = self.literal_lists(zone, &[slot], &|_| 1.0)?;
        Ok(words.map_or(Ok(None), |words| self.frequency(&words))?.unwrap_or(0))
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
        let terms = LatinTerms::open(self.files, self.reader, zone as usize, dictionary)?;
        Ok(slot.get_or_init(|| terms))
    }

    /// Returns every term a slot may stand for, with what it is worth.
    fn terms_of(
        &self,
        zone: Zone,
        slot: &Slot,
        worth: &dyn Fn(Piece) -> f32,
    ) -> tantivy::Result<Vec<(TermInfo, f32)>> {
        let (field, index) = &self.zones[zone].atoms;
        let mut terms = Vec::new();
        if slot.cut == CutOff::None {
            for atom in atoms(slot) {
                terms.extend(info(index, *field, atom)?.map(|term| (term, 1.0)));
            }
            return Ok(terms);
        }
        let length = slot.atom.chars().count();
        for (term, begins) in self.pieces(zone, slot)? {
            let place = if begins { PiecePlace::Beginning } else { PiecePlace::Inside };
            let worth = worth(Piece { length, word_length: term.chars().count(), place });
            terms.extend(info(index, *field, term)?.map(|term| (term, worth)));
        }
        Ok(terms)
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
        adjacent(&mut slots, &offsets, Among::default(), |doc, _| {
            any = !self.reader.is_deleted(doc);
            if any { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
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
            for position in together.find(&mut postings, &order, &offsets, doc) {
                report(at, *position);
            }
        }
        Ok(())
    }
}

/// Returns the atoms that a whole slot may stand for.
fn atoms(slot: &Slot) -> impl Iterator<Item = &String> {
    std::iter::once(&slot.atom).chain(&slot.others)
}

fn info(
    index: &InvertedIndexReader,
    field: Field,
    text: &str,
) -> tantivy::Result<Option<TermInfo>> {
    Ok(index.get_term_info(&Term::from_field_text(field, text))?)
}

fn one_term(
    index: &Arc<InvertedIndexReader>,
    field: Field,
    text: &str,
    option: IndexRecordOption,
) -> tantivy::Result<Option<Lists>> {
    Ok(info(index, field, text)?.map(|term| Lists::of_term(index, term, option)))
}

#[cfg(test)]
mod tests;
