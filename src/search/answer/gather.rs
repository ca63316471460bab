//! A segment and a plan to findings.

use fixedbitset::FixedBitSet;
use tantivy::DocId;

use super::findings::{Findings, Hold, LiteralFindings, WordFindings};
use crate::query::{
    Alternative, CutOff, Group, Matcher, Plan, Slot, Way, Word, Zone, beginning_of_title,
};
use crate::search::per_zone::ZoneSet;
use crate::search::segment::{Occurrence, Segment};
use crate::search::weights::Weights;

/// Letters a name must have to be looked for inside addresses, which are full of short words. Fewer find every address
/// for a name of two letters; more lose names such as `vue`.
const MIN_NAME_IN_ADDRESS: usize = 3;
/// Letters that a piece, which may stand inside a word of an address, must have; the promise says four.
const MIN_PIECE_IN_ADDRESS: usize = 4;

/// One item while the ways to have a word are gathered.
#[derive(Clone, Copy)]
struct Cell {
    /// Weighted occurrences of the way at hand.
    times: f32,
    worth: f32,
    strength: f32,
    in_title: f32,
    value: f32,
    way: u16,
    zones: ZoneSet,
    zones_of_way: ZoneSet,
    seen: bool,
    plain: bool,
}

const EMPTY: Cell = Cell {
    times: 0.0,
    worth: 0.0,
    strength: 0.0,
    in_title: 0.0,
    value: 0.0,
    way: 0,
    zones: ZoneSet::EMPTY,
    zones_of_way: ZoneSet::EMPTY,
    seen: false,
    plain: false,
};

/// Memory that one query leaves to the next: a cell for every item, all empty.
#[derive(Default)]
pub(crate) struct Scratch(Vec<Cell>);

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Scratch").field(&self.0.len()).finish()
    }
}

/// What a way belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Word,
    /// A run of words that means one thing.
    Span,
}

/// Gathers findings in one segment.
pub(super) struct Gatherer<'a> {
    segment: &'a Segment<'a>,
    weights: &'a Weights,
    docs: usize,
    cells: Vec<Cell>,
    touched: Vec<DocId>,
    of_way: Vec<DocId>,
    found: Vec<Occurrence>,
}

impl<'a> Gatherer<'a> {
    /// Makes a gatherer; `scratch` is memory of an earlier one.
    pub(super) fn new(
        segment: &'a Segment<'a>,
        weights: &'a Weights,
        mut scratch: Scratch,
    ) -> Self {
        let docs = segment.docs();
        scratch.0.resize(docs.max(scratch.0.len()), EMPTY);
        Self {
            segment,
            weights,
            docs,
            cells: scratch.0,
            touched: Vec::new(),
            of_way: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Gathers everything a plan asks for, and gives the memory back.
    pub(super) fn gather(mut self, plan: &Plan) -> tantivy::Result<(Findings, Scratch)> {
        let findings = self.gather_all(plan)?;
        Ok((findings, Scratch(self.cells)))
    }

    fn gather_all(&mut self, plan: &Plan) -> tantivy::Result<Findings> {
        let mut findings = Findings::default();
        for group in &plan.groups {
            let gathered = self.group(group)?;
            findings.groups.push(gathered);
        }
        let mut spans = Vec::new();
        for span in &plan.spans {
            let mut ways = Vec::new();
            for alternative in &span.alternatives {
                ways.push((alternative, self.way(alternative, span.zones)?));
            }
            spans.push((span, ways));
        }
        for (index, word) in plan.words.iter().enumerate() {
            let mut way = 0;
            for alternative in &word.alternatives {
                self.alternative(alternative, way, word.zones)?;
                way += 1;
            }
            for (span, ways) in &spans {
                if span.words.contains(&index) {
                    for (alternative, found) in ways {
                        self.add(alternative, way, found);
                        way += 1;
                    }
                }
            }
            findings.words.push(self.take(word));
        }
        Ok(findings)
    }

    /// Looks for one way to have something in every zone it may stand in.
    fn way(
        &mut self,
        alternative: &Alternative,
        zones: &[Zone],
    ) -> tantivy::Result<Vec<(Zone, Vec<Occurrence>)>> {
        let mut all = Vec::new();
        for &zone in zones {
            let mut found = Vec::new();
            self.find(alternative, zone, &mut found)?;
            all.push((zone, found));
        }
        Ok(all)
    }

    fn find(
        &self,
        alternative: &Alternative,
        zone: Zone,
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        let weights = self.weights;
        match &alternative.matcher {
            Matcher::Word(word) => self.segment.word(zone, word, found),
            Matcher::Parts(parts) => self.segment.parts(zone, parts, found),
            Matcher::UrlToken(token) if zone == Zone::Link => self.segment.url_token(token, found),
            Matcher::Link(link) if zone == Zone::Link => self.segment.link(link, found),
            Matcher::UrlToken(_) | Matcher::Link(_) => Ok(()),
            Matcher::Literal(slots) => {
                let typed: usize = slots.iter().map(|slot| slot.atom.chars().count()).sum();
                // Addresses are full of short words; what is typed to find one is longer.
                // What was cut off at the end of a longer piece, or stands beside something, may be short.
                let short = match slots.as_slice() {
                    [Slot { cut: CutOff::None, .. }] => typed < MIN_NAME_IN_ADDRESS,
                    [Slot { cut: CutOff::Both, .. }] => typed < MIN_PIECE_IN_ADDRESS,
                    _ => false,
                };
                if zone == Zone::Link && (short || alternative.way == Way::Inside) {
                    return Ok(());
                }
                let worth = |piece| weights.of_fragment(piece);
                let before = found.len();
                self.segment.literal(zone, slots, &worth, found)?;
                if zone == Zone::Link {
                    for found in &mut found[before..] {
                        found.worth *= weights.in_link;
                    }
                }
                Ok(())
            }
        }
    }

    fn alternative(
        &mut self,
        alternative: &Alternative,
        way: u16,
        zones: &[Zone],
    ) -> tantivy::Result<()> {
        let mut found = std::mem::take(&mut self.found);
        for &zone in zones {
            found.clear();
            self.find(alternative, zone, &mut found)?;
            self.occurrences(zone, &found);
        }
        self.found = found;
        self.settle(alternative, way, Of::Word);
        Ok(())
    }

    fn add(&mut self, alternative: &Alternative, way: u16, found: &[(Zone, Vec<Occurrence>)]) {
        for (zone, found) in found {
            self.occurrences(*zone, found);
        }
        self.settle(alternative, way, Of::Span);
    }

    /// Counts occurrences of the way at hand, those in a short zone more.
    fn occurrences(&mut self, zone: Zone, found: &[Occurrence]) {
        let weight = self.weights.of_zone(zone);
        let length = match zone {
            Zone::Title => self.weights.title_length,
            Zone::Body => self.weights.body_length,
            Zone::Meta | Zone::Link => 0.0,
        };
        for found in found {
            let Some(cell) = self.cells.get_mut(found.doc as usize) else { continue };
            if cell.times == 0.0 {
                self.of_way.push(found.doc);
            }
            #[expect(clippy::cast_precision_loss, reason = "a word occurs a few times")]
            let times = found.times as f32;
            let relative = if length > 0.0 {
                1.0 - length + length * self.segment.relative_length(zone, found.doc)
            } else {
                1.0
            };
            cell.times += weight * times * found.worth / relative;
            cell.worth = cell.worth.max(found.worth);
            cell.zones_of_way.insert(zone);
        }
    }

    /// Ends a way: what it is worth in every item it was found in.
    fn settle(&mut self, alternative: &Alternative, way: u16, of: Of) {
        let worth = self.weights.of_way(alternative.way) * alternative.weight;
        let plain = of == Of::Word
            && matches!(alternative.way, Way::Word | Way::Variant | Way::Plural | Way::Inside);
        let mention = self.weights.mention;
        for doc in self.of_way.drain(..) {
            let cell = &mut self.cells[doc as usize];
            let strength = worth * cell.worth;
            let often = cell.times / (cell.times + self.weights.saturation);
            let value = strength * (mention + (1.0 - mention) * often);
            if !cell.seen {
                cell.seen = true;
                self.touched.push(doc);
            }
            cell.plain |= plain;
            cell.zones = cell.zones.union(cell.zones_of_way);
            cell.strength = cell.strength.max(strength);
            if cell.zones_of_way.contains(Zone::Title) {
                cell.in_title = cell.in_title.max(strength);
            }
            if value > cell.value {
                cell.value = value;
                cell.way = way;
            }
            (cell.times, cell.worth, cell.zones_of_way) = (0.0, 0.0, ZoneSet::EMPTY);
        }
    }

    fn take(&mut self, word: &Word) -> WordFindings {
        self.touched.sort_unstable();
        let mut findings = WordFindings {
            holds: Vec::with_capacity(self.touched.len()),
            plain: 0,
            bits: FixedBitSet::with_capacity(self.docs),
        };
        for doc in self.touched.drain(..) {
            let cell = std::mem::replace(&mut self.cells[doc as usize], EMPTY);
            findings.plain += usize::from(cell.plain);
            findings.bits.insert(doc as usize);
            if word.positive {
                findings.holds.push(Hold {
                    doc,
                    strength: cell.strength,
                    in_title: cell.in_title,
                    value: cell.value,
                    way: cell.way,
                    zones: cell.zones,
                });
            }
        }
        findings
    }

    fn group(&mut self, group: &Group) -> tantivy::Result<LiteralFindings> {
        let mut findings = LiteralFindings {
            bits: FixedBitSet::with_capacity(self.docs),
            ..LiteralFindings::default()
        };
        if group.literal.is_empty() {
            return Ok(findings);
        }
        // A group of one word is its word.
        if group.words.len() > 1 || group.literal.len() > 1 {
            let uncut = |slot: &Slot| Slot { cut: CutOff::None, ..slot.clone() };
            let literal = group.literal.iter().map(uncut).collect();
            let whole =
                Alternative { way: Way::Word, weight: 1.0, matcher: Matcher::Literal(literal) };
            self.alternative(&whole, 0, group.zones)?;
            if group.literal.iter().any(|slot| slot.cut != CutOff::None) {
                let matcher = Matcher::Literal(group.literal.clone());
                let piece = Alternative { way: Way::Fragment, weight: 1.0, matcher };
                self.alternative(&piece, 0, group.zones)?;
            }
            self.touched.sort_unstable();
            for doc in self.touched.drain(..) {
                let cell = std::mem::replace(&mut self.cells[doc as usize], EMPTY);
                findings.bits.insert(doc as usize);
                findings.holds.push((doc, cell.value));
            }
        }
        let mut found = Vec::new();
        let begins = beginning_of_title(&group.literal);
        self.segment.literal(Zone::Title, &begins, &|_| 1.0, &mut found)?;
        findings.begins = found.iter().map(|found| found.doc).collect();
        Ok(findings)
    }
}

#[cfg(test)]
mod tests;
