//! One segment of the index, asked term by term: which items have a word, where and how often.

use std::path::Path;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use crate::index::{Fields, LatinTerms};
use crate::query::{Cut, Slot, Zone};

/// Latin words that a piece of a word may stand for; a bound on the work for a piece of two letters.
pub(super) const MAX_EXPANSIONS: usize = 20_000;

/// One occurrence of something in an item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
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
    pub(super) reader: &'a SegmentReader,
    dir: &'a Path,
    zones: [ZoneReaders; 4],
    fields: &'a Fields,
    latin: &'a [std::sync::OnceLock<LatinTerms>; 4],
}

impl<'a> Segment<'a> {
    /// Opens a segment of the index in `dir`; `averages` are the average lengths of title, body and meta in words.
    pub(super) fn open(
        reader: &'a SegmentReader,
        dir: &'a Path,
        fields: &'a Fields,
        averages: [f32; 3],
        latin: &'a [std::sync::OnceLock<LatinTerms>; 4],
    ) -> tantivy::Result<Self> {
        let [title, body, meta] = fields.zones();
        let zone = |zone: crate::index::ZoneFields, average: f32| {
            Ok::<_, tantivy::TantivyError>(ZoneReaders {
                words: Some((zone.words, reader.inverted_index(zone.words)?)),
                atoms: (zone.atoms, reader.inverted_index(zone.atoms)?),
                lengths: Some((reader.get_fieldnorms_reader(zone.words)?, average)),
            })
        };
        let zones = [
            zone(title, averages[0])?,
            zone(body, averages[1])?,
            zone(meta, averages[2])?,
            ZoneReaders {
                words: None,
                atoms: (fields.address, reader.inverted_index(fields.address)?),
                lengths: None,
            },
        ];
        Ok(Self { reader, dir, zones, fields, latin })
    }

    fn zone(&self, zone: Zone) -> &ZoneReaders {
        &self.zones[zone as usize]
    }

    /// Returns how long an item's zone is against the average.
    pub(super) fn relative_length(&self, zone: Zone, doc: DocId) -> f32 {
        match &self.zone(zone).lengths {
            #[expect(clippy::cast_precision_loss, reason = "lengths are rounded anyway")]
            Some((lengths, average)) => lengths.fieldnorm(doc) as f32 / average,
            None => 1.0,
        }
    }

    /// Returns the length of an item's title in words; about, for long ones.
    pub(super) fn title_words(&self, doc: DocId) -> u32 {
        self.zone(Zone::Title).lengths.as_ref().map_or(0, |(lengths, _)| lengths.fieldnorm(doc))
    }

    /// Finds a word.
    pub(super) fn word(
        &self,
        zone: Zone,
        word: &str,
        found: &mut Vec<Found>,
    ) -> tantivy::Result<()> {
        if let Some((field, index)) = &self.zone(zone).words {
            all_of(index, *field, word, IndexRecordOption::WithFreqs, 1.0, found)?;
        }
        Ok(())
    }

    /// Finds a token of a link.
    pub(super) fn url_token(&self, token: &str, found: &mut Vec<Found>) -> tantivy::Result<()> {
        let index = self.reader.inverted_index(self.fields.url)?;
        all_of(&index, self.fields.url, token, IndexRecordOption::Basic, 1.0, found)
    }

    /// Finds a canonical link.
    pub(super) fn link(&self, link: &str, found: &mut Vec<Found>) -> tantivy::Result<()> {
        let index = self.reader.inverted_index(self.fields.link)?;
        all_of(&index, self.fields.link, link, IndexRecordOption::Basic, 1.0, found)
    }

    /// Finds items that have all words in one zone.
    pub(super) fn parts(
        &self,
        zone: Zone,
        parts: &[String],
        found: &mut Vec<Found>,
    ) -> tantivy::Result<()> {
        let Some((field, index)) = &self.zone(zone).words else { return Ok(()) };
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
            found.push(Found { doc, times, worth: 1.0 });
            doc = lead.advance();
        }
        Ok(())
    }

    /// Finds adjacent atoms. `worth` weighs a piece of a word by its length and that of the word.
    pub(super) fn literal(
        &self,
        zone: Zone,
        slots: &[Slot],
        worth: &dyn Fn(usize, usize, bool) -> f32,
        found: &mut Vec<Found>,
    ) -> tantivy::Result<()> {
        let (field, index) = &self.zone(zone).atoms;
        if let [only] = slots {
            let piece = only.atom.chars().count();
            if only.cut == Cut::None {
                for atom in std::iter::once(&only.atom).chain(&only.others) {
                    all_of(index, *field, atom, IndexRecordOption::WithFreqs, 1.0, found)?;
                }
            } else {
                for (term, begins) in self.pieces(zone, only)? {
                    let worth = worth(piece, term.chars().count(), begins);
                    all_of(index, *field, term, IndexRecordOption::WithFreqs, worth, found)?;
                }
            }
            return Ok(());
        }
        let mut terms = Vec::with_capacity(slots.len());
        for slot in slots {
            let of_slot = self.terms_of(zone, slot)?;
            if of_slot.is_empty() {
                return Ok(());
            }
            terms.push(of_slot);
        }
        // What a slot with many terms may stand for is looked up only in the items that the others leave.
        let mut single: Option<FixedBitSet> = None;
        if terms.iter().any(|of_slot| of_slot.len() > 1) {
            let plain = terms.iter().filter(|of_slot| of_slot.len() == 1);
            if let Some(rarest) = plain.min_by_key(|of_slot| of_slot[0].doc_freq) {
                let mut docs = FixedBitSet::with_capacity(self.reader.max_doc() as usize);
                let mut list =
                    index.read_postings_from_terminfo(&rarest[0], IndexRecordOption::Basic)?;
                while list.doc() != TERMINATED {
                    docs.insert(list.doc() as usize);
                    list.advance();
                }
                single = Some(docs);
            }
        }
        let mut places = Vec::with_capacity(slots.len());
        for of_slot in &terms {
            match self.place(zone, of_slot, single.as_ref())? {
                Some(place) => places.push(place),
                None => return Ok(()),
            }
        }
        let typed: usize = slots.iter().map(|slot| slot.atom.chars().count()).sum();
        let cut = slots.iter().any(|slot| slot.cut != Cut::None);
        let worth = if cut { worth(typed, typed, false) } else { 1.0 };
        adjacent(&mut places, &offsets(slots), |doc, times| {
            found.push(Found { doc, times, worth });
            true
        });
        Ok(())
    }

    /// Tells whether some Latin word of a zone holds `piece`.
    pub(super) fn has_piece(&self, zone: Zone, piece: &str) -> tantivy::Result<bool> {
        Ok(self.latin(zone)?.has(piece))
    }

    /// Returns the Latin words a cut slot may stand for, each with whether it begins with it.
    fn pieces(&self, zone: Zone, slot: &Slot) -> tantivy::Result<Vec<(&str, bool)>> {
        let (start, end) = match slot.cut {
            Cut::None => (false, false),
            Cut::Start => (true, false),
            Cut::End => (false, true),
            Cut::Both => (true, true),
        };
        Ok(self.latin(zone)?.with(&slot.atom, start, end, MAX_EXPANSIONS))
    }

    fn latin(&self, zone: Zone) -> tantivy::Result<&LatinTerms> {
        let place = &self.latin[zone as usize];
        if let Some(terms) = place.get() {
            return Ok(terms);
        }
        let dictionary = self.zone(zone).atoms.1.terms();
        let terms = LatinTerms::open(self.dir, self.reader, zone as usize, dictionary)?;
        Ok(place.get_or_init(|| terms))
    }

    /// Returns every term a slot may stand for.
    fn terms_of(&self, zone: Zone, slot: &Slot) -> tantivy::Result<Vec<TermInfo>> {
        let (field, index) = &self.zone(zone).atoms;
        let info = |atom: &str| index.get_term_info(&Term::from_field_text(*field, atom));
        let mut terms = Vec::new();
        if slot.cut == Cut::None {
            for atom in std::iter::once(&slot.atom).chain(&slot.others) {
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
    fn place(
        &self,
        zone: Zone,
        terms: &[TermInfo],
        among: Option<&FixedBitSet>,
    ) -> tantivy::Result<Option<Place>> {
        let index = &self.zone(zone).atoms.1;
        let read = |term: &TermInfo| {
            index.read_postings_from_terminfo(term, IndexRecordOption::WithFreqsAndPositions)
        };
        if let [only] = terms {
            return Ok(Some(Place::List(Box::new(read(only)?))));
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
        Ok((!pairs.is_empty()).then_some(Place::Pairs { pairs, at: 0 }))
    }

    /// Returns where whole atoms stand; `None` if one of them stands nowhere.
    fn whole_places<'t>(
        &self,
        zone: Zone,
        atoms: impl Iterator<Item = &'t str>,
    ) -> tantivy::Result<Option<Vec<Place>>> {
        let (field, index) = &self.zone(zone).atoms;
        let mut places = Vec::new();
        for atom in atoms {
            let term = Term::from_field_text(*field, atom);
            match index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)? {
                Some(list) => places.push(Place::List(Box::new(list))),
                None => return Ok(None),
            }
        }
        Ok(Some(places))
    }

    /// Tells whether adjacent atoms stand anywhere in a zone.
    pub(super) fn has_literal(&self, zone: Zone, atoms: &[&str]) -> tantivy::Result<bool> {
        let Some(mut places) = self.whole_places(zone, atoms.iter().copied())? else {
            return Ok(false);
        };
        let offsets: Vec<i64> = (0..).take(atoms.len()).collect();
        let mut any = false;
        adjacent(&mut places, &offsets, |_, _| {
            any = true;
            false
        });
        Ok(any)
    }

    /// Returns where the atoms of a literal stand in some items, in order, for telling how close words are.
    pub(super) fn positions(
        &self,
        zone: Zone,
        slots: &[Slot],
        docs: &[DocId],
        mut tell: impl FnMut(usize, u32),
    ) -> tantivy::Result<()> {
        let atoms = slots.iter().map(|slot| slot.atom.as_str());
        let Some(mut places) = self.whole_places(zone, atoms)? else { return Ok(()) };
        let order: Vec<usize> = (0..places.len()).collect();
        let (offsets, mut together) = (offsets(slots), Together::default());
        for (at, &doc) in docs.iter().enumerate() {
            if places.iter_mut().all(|place| place.seek(doc) == doc) {
                together.find(&mut places, &order, &offsets);
                together.here.iter().for_each(|position| tell(at, *position));
            }
        }
        Ok(())
    }
}

/// Adds every item that has a term.
fn all_of(
    index: &InvertedIndexReader,
    field: Field,
    term: &str,
    option: IndexRecordOption,
    worth: f32,
    found: &mut Vec<Found>,
) -> tantivy::Result<()> {
    let term = Term::from_field_text(field, term);
    if let Some(mut list) = index.read_postings(&term, option)? {
        while list.doc() != TERMINATED {
            found.push(Found { doc: list.doc(), times: list.term_freq().max(1), worth });
            list.advance();
        }
    }
    Ok(())
}

/// Where one slot of a literal stands.
enum Place {
    List(Box<SegmentPostings>),
    Pairs { pairs: Vec<(DocId, u32)>, at: usize },
}

impl Place {
    fn doc(&self) -> DocId {
        match self {
            Self::List(list) => list.doc(),
            Self::Pairs { pairs, at } => pairs.get(*at).map_or(TERMINATED, |pair| pair.0),
        }
    }

    fn cost(&self) -> usize {
        match self {
            Self::List(list) => list.doc_freq() as usize,
            Self::Pairs { pairs, .. } => pairs.len(),
        }
    }

    /// Goes to the first item not before `doc`.
    fn seek(&mut self, doc: DocId) -> DocId {
        match self {
            Self::List(list) => {
                if list.doc() < doc {
                    list.seek(doc);
                }
            }
            Self::Pairs { pairs, at } => {
                *at += pairs[*at..].partition_point(|pair| pair.0 < doc);
            }
        }
        self.doc()
    }

    fn advance(&mut self) -> DocId {
        match self {
            Self::List(list) => list.advance(),
            Self::Pairs { .. } => self.seek(self.doc().saturating_add(1)),
        }
    }

    fn positions(&mut self, out: &mut Vec<u32>) {
        match self {
            Self::List(list) => list.positions(out),
            Self::Pairs { pairs, at } => {
                out.clear();
                let doc = pairs.get(*at).map_or(TERMINATED, |pair| pair.0);
                out.extend(pairs[*at..].iter().take_while(|p| p.0 == doc).map(|p| p.1));
            }
        }
    }
}

/// Returns where every slot stands, counted from the first.
fn offsets(slots: &[Slot]) -> Vec<i64> {
    let mut at = 0;
    let mut offsets = Vec::with_capacity(slots.len());
    for (index, slot) in slots.iter().enumerate() {
        at += if index == 0 { 0 } else { i64::from(slot.step) };
        offsets.push(at);
    }
    offsets
}

/// Tells items in which the places stand side by side in their order, and how often; until the answer is `false`.
fn adjacent(places: &mut [Place], offsets: &[i64], mut tell: impl FnMut(DocId, u32) -> bool) {
    // The rarer a place, the sooner an item is ruled out.
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|at| places[*at].cost());
    let Some((&lead, others)) = order.split_first() else { return };
    let mut together = Together::default();
    let mut doc = places[lead].doc();
    'docs: while doc != TERMINATED {
        for &at in others {
            let other = places[at].seek(doc);
            if other != doc {
                doc = if other == TERMINATED { TERMINATED } else { places[lead].seek(other) };
                continue 'docs;
            }
        }
        together.find(places, &order, offsets);
        if !together.here.is_empty() {
            let times = u32::try_from(together.here.len()).unwrap_or(u32::MAX);
            if !tell(doc, times) {
                return;
            }
        }
        doc = places[lead].advance();
    }
}

/// Finds where places stand side by side in one item, with memory for the next one.
#[derive(Default)]
struct Together {
    /// Positions of the first place of the order, beside which all others stand.
    here: Vec<u32>,
    there: Vec<u32>,
}

impl Together {
    /// Compares places that are all at the same item, in the order given.
    fn find(&mut self, places: &mut [Place], order: &[usize], offsets: &[i64]) {
        self.here.clear();
        let Some((&lead, others)) = order.split_first() else { return };
        places[lead].positions(&mut self.here);
        for &at in others {
            if self.here.is_empty() {
                return;
            }
            places[at].positions(&mut self.there);
            let (shift, there) = (offsets[at] - offsets[lead], &self.there);
            self.here.retain(|position| {
                u32::try_from(i64::from(*position) + shift)
                    .is_ok_and(|wanted| there.binary_search(&wanted).is_ok())
            });
        }
    }
}
