//! What items have of one word or literal: found zone by zone and way by way, weighed item by item.

pub(super) mod weigh;

use std::sync::{Arc, OnceLock};

use tantivy::DocId;

use super::findings::Hold;
use crate::query::{
    Alternative, CutOff, Group, Matcher, Plan, Slot, Way, Zone, beginning_of_title,
};
use crate::search::docs::{Among, Docs, union, union_of_all};
use crate::search::known::Occurrence;
use crate::search::lists::Lists;
use crate::search::per_zone::{PerZone, ZoneSet};
use crate::search::segment::Segment;
use crate::search::weights::Weights;

/// Letters a name must have to be looked for inside addresses, which are full of short words. Fewer find every address
/// for a name of two letters; more lose names such as `vue`.
const MIN_NAME_IN_ADDRESS: usize = 3;
/// Letters and digits of the longest name with a digit that is not looked for inside addresses at all: these are full of
/// short numbers, and of hashes that hold every `m2`.
const MAX_SHORT_NUMBER: usize = 3;
/// Digits of the longest number that stands in addresses by chance.
const MAX_NUMBER_IN_ADDRESS: usize = 4;
/// Letters that a piece, which may stand inside a word of an address, must have; the promise says four.
const MIN_PIECE_IN_ADDRESS: usize = 4;

/// One way to have something, in one zone.
struct Source<'p> {
    alternative: &'p Alternative,
    /// Place among the ways.
    way: u16,
    zone: Zone,
    /// What belongs to a run of words that means one thing is not the word itself.
    of_span: bool,
    /// What has to be read; found when first asked for.
    lists: OnceLock<Option<Arc<Lists>>>,
}

impl Source<'_> {
    /// Returns whether it is the word itself.
    fn is_word(&self) -> bool {
        !self.of_span && matches!(self.alternative.matcher, Matcher::Word(_)) && self.way == 0
    }

    /// Returns whether it is only looked for where the word itself does not stand.
    fn yields(&self) -> bool {
        !self.of_span && (!self.alternative.way.is_whole() || self.is_number_in_link())
    }

    /// Returns whether it is a short number in an address: mostly a year, a day or a place in a list.
    fn is_number_in_link(&self) -> bool {
        let Matcher::Literal(slots) = &self.alternative.matcher else { return false };
        let mut digits = slots.iter().flat_map(|slot| slot.atom.chars());
        self.zone == Zone::Link
            && digits.by_ref().take(MAX_NUMBER_IN_ADDRESS).all(|c| c.is_ascii_digit())
            && digits.next().is_none()
    }

    /// Returns whether what has it this way counts.
    fn counts(&self, breadth: Breadth) -> bool {
        match breadth {
            Breadth::Typed => {
                !self.of_span
                    && matches!(self.alternative.way, Way::Word | Way::Variant | Way::Doubtful)
            }
            Breadth::Whole => !self.yields() && self.alternative.way.is_whole(),
            Breadth::Pieces => {
                self.alternative.way != Way::Related
                    && (self.of_span || self.alternative.way != Way::Parts)
            }
            Breadth::Apart => true,
        }
    }

    /// Returns whether it is the word as such, if not as typed.
    fn is_plain(&self) -> bool {
        !self.of_span && self.alternative.way.is_plain()
    }
}

/// Everything that has to be read for one word, or for the literal of one group.
pub(super) struct Sources<'p>(Vec<Source<'p>>);

impl<'p> Sources<'p> {
    /// Lists the ways to have a word, in the order of [`super::findings::ways_of`].
    pub(super) fn of_word(plan: &'p Plan, word: usize) -> Self {
        let own = &plan.words[word];
        let spans = plan.spans.iter().filter(|span| span.words.contains(&word));
        let of_spans = spans.flat_map(|span| {
            span.alternatives.iter().map(|alternative| (alternative, span.zones, true))
        });
        let own = own.alternatives.iter().map(|alternative| (alternative, own.zones, false));
        Self::of(own.chain(of_spans))
    }

    /// Lists the ways to have a group as typed: whole, and as a piece of what stands there.
    pub(super) fn of_literals(literals: &'p [Alternative], zones: &'p [Zone]) -> Self {
        Self::of(literals.iter().map(|alternative| (alternative, zones, false)))
    }

    /// Lists ways, each with its zones and whether it is of a span.
    fn of(ways: impl Iterator<Item = (&'p Alternative, &'p [Zone], bool)>) -> Self {
        let sources = (0..).zip(ways).flat_map(|(way, (alternative, zones, of_span))| {
            let source = move |zone: &Zone| Source {
                alternative,
                way,
                zone: *zone,
                of_span,
                lists: OnceLock::new(),
            };
            zones.iter().map(source)
        });
        Self(sources.collect())
    }
}

/// Returns the literals that a group is looked for as.
pub(super) fn literals_of(group: &Group) -> Vec<Alternative> {
    let uncut = |slot: &Slot| Slot { cut: CutOff::None, ..slot.clone() };
    let literal = |way, slots| Alternative { way, weight: 1.0, matcher: Matcher::Literal(slots) };
    let mut literals = vec![literal(Way::Word, group.literal.iter().map(uncut).collect())];
    if group.literal.iter().any(|slot| slot.cut != CutOff::None) {
        literals.push(literal(Way::Fragment, group.literal.clone()));
    }
    literals
}

/// How much of what an item has of something counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breadth {
    /// As a word, as typed or in another spelling of the same name.
    Typed,
    /// In another number or by another name, too.
    Whole,
    /// As a piece of something else, too.
    Pieces,
    /// In its parts apart, too: 9 and GPT are not GPT-9.
    Apart,
}

/// Some of the ways to have something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ways {
    All(Breadth),
    /// The word itself, as such or written differently.
    Plain(Breadth),
    /// All, in titles.
    InTitle(Breadth),
}

impl Ways {
    fn has(self, source: &Source<'_>) -> bool {
        match self {
            Self::All(breadth) => source.counts(breadth),
            Self::Plain(breadth) => source.counts(breadth) && source.is_plain(),
            Self::InTitle(breadth) => source.counts(breadth) && source.zone == Zone::Title,
        }
    }
}

/// What was found of one source in one item.
#[derive(Clone, Copy)]
struct Entry {
    doc: DocId,
    /// Place of the source.
    source: u32,
    /// How often, weighed.
    times: f32,
    worth: f32,
}

/// Gathers in one segment.
pub(super) struct Gatherer<'a> {
    pub(super) segment: Segment<'a>,
    pub(super) weights: &'a Weights,
}

impl Gatherer<'_> {
    /// Returns a number of items that are not fewer than have something, without its pieces of words.
    pub(super) fn most(&self, sources: &Sources<'_>, breadth: Breadth) -> tantivy::Result<usize> {
        let mut most = 0;
        for source in sources.0.iter().filter(|source| source.counts(breadth)) {
            if source.alternative.way != Way::Fragment {
                most += self.lists(source)?.map_or(0, Lists::most);
            }
        }
        Ok(most)
    }

    /// Returns in how many existing items of every zone something stands by each of the plain ways that are a single term.
    pub(super) fn frequencies(
        &self,
        sources: &Sources<'_>,
        breadth: Breadth,
        mut report: impl FnMut(u16, Zone, u64),
    ) -> tantivy::Result<()> {
        for source in sources.0.iter().filter(|source| Ways::Plain(breadth).has(source)) {
            if let Some(lists) = self.lists(source)?
                && let Some(frequency) = self.segment.frequency(lists)?
            {
                report(source.way, source.zone, frequency);
            }
        }
        Ok(())
    }

    /// Returns the items that have something, of all or of some: those found by the ways of a kind.
    pub(super) fn docs(
        &self,
        sources: &Sources<'_>,
        ways: Ways,
        only: Option<&[DocId]>,
    ) -> tantivy::Result<Docs> {
        self.add_docs(sources, ways, only, Docs::new())
    }

    /// Adds them to what was found by other ways.
    pub(super) fn add_docs(
        &self,
        sources: &Sources<'_>,
        ways: Ways,
        only: Option<&[DocId]>,
        mut found: Docs,
    ) -> tantivy::Result<Docs> {
        let (mut cheap, mut later) = (Vec::new(), Vec::new());
        for source in sources.0.iter().filter(|source| ways.has(source)) {
            let Some(lists) = self.lists(source)? else { continue };
            if lists.is_cheap() { cheap.push(lists) } else { later.push(lists) }
        }
        let many = if only.is_none() { self.segment.many_docs(&cheap)? } else { None };
        let all = if let Some(many) = many {
            many
        } else {
            let docs = cheap.iter().map(|lists| self.segment.docs(lists, Among { only, but: &[] }));
            union_of_all(docs.collect::<tantivy::Result<_>>()?)
        };
        found = if found.is_empty() { all } else { union(&found, &all) };
        // What costs more is looked at only where nothing was found.
        for lists in later {
            found = union(&found, &self.segment.docs(lists, Among { only, but: &found })?);
        }
        Ok(found)
    }

    /// Gathers what items have of something: all of them, or only some.
    pub(super) fn gather(
        &self,
        sources: &Sources<'_>,
        breadth: Breadth,
        only: Option<&[DocId]>,
    ) -> tantivy::Result<Vec<Hold>> {
        let mut entries = Vec::new();
        let mut found = Vec::new();
        let mut has_word: PerZone<Docs> = PerZone::default();
        let counting = (0..).zip(&sources.0).filter(|(_, source)| source.counts(breadth));
        for (at, source) in counting {
            let Some(lists) = self.lists(source)? else { continue };
            // Where the word itself stands in a zone, pieces and chance neighbours do not count there.
            let but = if source.yields() { has_word[source.zone].as_slice() } else { &[] };
            found.clear();
            self.segment.read(lists, Among { only, but }, &mut found)?;
            if source.is_word() {
                *has_word.of_mut(source.zone) = found.iter().map(|found| found.doc).collect();
            }
            let entry = |found: &Occurrence| self.entry(at, source, found);
            entries.extend(found.iter().map(entry));
        }
        // What is in order already is only merged.
        entries.sort_by_key(|entry| entry.doc);
        let holds = entries.chunk_by(|a, b| a.doc == b.doc);
        Ok(holds.map(|entries| self.hold(&sources.0, entries)).collect())
    }

    /// Returns those of some items whose title begins with a group.
    pub(super) fn begins(&self, group: &Group, only: &[DocId]) -> tantivy::Result<Docs> {
        if group.literal.is_empty() {
            return Ok(Docs::new());
        }
        let begins = Matcher::Literal(beginning_of_title(&group.literal));
        let lists = self.segment.kept_lists(Zone::Title, &begins, self.weights)?;
        let among = Among { only: Some(only), but: &[] };
        lists.map_or(Ok(Docs::new()), |lists| self.segment.docs(&lists, among))
    }

    /// Returns those of some items whose title may begin with a group: it has the rarest atom of it.
    pub(super) fn may_begin(&self, group: &Group, only: &[DocId]) -> tantivy::Result<Docs> {
        let mut rarest: Option<Lists> = None;
        for slot in beginning_of_title(&group.literal) {
            let Some(lists) =
                self.segment.lists(Zone::Title, &Matcher::Literal(vec![slot]), &|_| 1.0)?
            else {
                return Ok(Docs::new());
            };
            if rarest.as_ref().is_none_or(|rarest| lists.most() < rarest.most()) {
                rarest = Some(lists);
            }
        }
        let among = Among { only: Some(only), but: &[] };
        rarest.map_or(Ok(Docs::new()), |lists| self.segment.docs(&lists, among))
    }

    /// Returns those of some items that have every whole atom of a group in one zone.
    pub(super) fn may_have(&self, group: &Group, only: &[DocId]) -> tantivy::Result<Docs> {
        let mut all = Docs::new();
        'zones: for zone in group.zones {
            let mut left = only.to_vec();
            let mut atoms = Vec::new();
            for slot in group.literal.iter().filter(|slot| slot.cut == CutOff::None) {
                match self.segment.lists(*zone, &Matcher::Literal(vec![slot.clone()]), &|_| 1.0)? {
                    Some(lists) => atoms.push(lists),
                    None => continue 'zones,
                }
            }
            atoms.sort_by_key(Lists::most);
            for lists in atoms {
                left = self.segment.docs(&lists, Among { only: Some(&left), but: &[] })?;
            }
            all = union(&all, &left);
        }
        Ok(all)
    }

    /// Returns for every atom of a group in how many existing items of each zone it stands.
    pub(super) fn items_of_atoms(&self, group: &Group) -> tantivy::Result<Vec<PerZone<u64>>> {
        let items = group.literal.iter().map(|slot| {
            let mut items = PerZone::default();
            for zone in group.zones {
                let atom = Matcher::Literal(vec![slot.clone()]);
                if let Some(lists) = self.segment.lists(*zone, &atom, &|_| 1.0)? {
                    *items.of_mut(*zone) = self.segment.frequency(&lists)?.unwrap_or(0);
                }
            }
            Ok(items)
        });
        items.collect()
    }

    /// Returns what has to be read; `None` if that is nothing.
    fn lists<'s>(&self, source: &'s Source<'_>) -> tantivy::Result<Option<&'s Lists>> {
        if let Some(known) = source.lists.get() {
            return Ok(known.as_deref());
        }
        let Source { alternative, zone, .. } = source;
        let found = if is_looked_for(alternative, *zone) {
            self.segment.kept_lists(*zone, &alternative.matcher, self.weights)?
        } else {
            None
        };
        Ok(source.lists.get_or_init(|| found).as_deref())
    }

    /// Returns which share of its worth is left to something that stands in a link by letters alone.
    fn in_link(&self, source: &Source<'_>) -> f32 {
        let by_letters = match source.alternative.matcher {
            Matcher::Literal(_) => true,
            // What was not typed as an address.
            Matcher::UrlToken(_) => source.alternative.way == Way::Variant,
            _ => false,
        };
        if source.zone == Zone::Link && by_letters { self.weights.in_link } else { 1.0 }
    }

    /// Weighs an occurrence: in a short zone it counts more.
    fn entry(&self, at: u32, source: &Source<'_>, found: &Occurrence) -> Entry {
        let zone = source.zone;
        let worth = found.worth * self.in_link(source);
        let length = match zone {
            Zone::Title => self.weights.title_length,
            Zone::Body => self.weights.body_length,
            Zone::Meta | Zone::Link => 0.0,
        };
        let relative = if length > 0.0 {
            1.0 - length + length * self.segment.relative_length(zone, found.doc)
        } else {
            1.0
        };
        #[expect(clippy::cast_precision_loss, reason = "a word occurs a few times")]
        let times = self.weights.of_zone(zone) * found.times as f32 * worth / relative;
        Entry { doc: found.doc, source: at, times, worth }
    }

    /// Weighs everything one item has of something: the best way counts.
    fn hold(&self, sources: &[Source<'_>], entries: &[Entry]) -> Hold {
        let source = |entry: &Entry| &sources[entry.source as usize];
        let mut hold = Hold {
            doc: entries[0].doc,
            strength: 0.0,
            in_title: 0.0,
            is_in_title: false,
            value: 0.0,
            way: 0,
            zones: ZoneSet::EMPTY,
        };
        for of_way in entries.chunk_by(|a, b| source(a).way == source(b).way) {
            let (first, mut zones) = (source(&of_way[0]), ZoneSet::EMPTY);
            let (mut times, mut worth) = (0.0_f32, 0.0_f32);
            for entry in of_way {
                zones.insert(source(entry).zone);
                times += entry.times;
                worth = worth.max(entry.worth);
            }
            let Alternative { way, weight, .. } = first.alternative;
            let strength = self.weights.of_way(*way) * weight * worth;
            let often = times / (times + self.weights.saturation);
            let mention = self.weights.mention;
            let value = strength * (mention + (1.0 - mention) * often);
            hold.zones = hold.zones.union(zones);
            hold.strength = hold.strength.max(strength);
            if zones.contains(Zone::Title) {
                hold.in_title = hold.in_title.max(strength);
                hold.is_in_title |= first.is_plain();
            }
            if value > hold.value {
                (hold.value, hold.way) = (value, first.way);
            }
        }
        hold
    }
}

/// Returns whether a way is looked for in a zone at all. Addresses are full of short words; what is typed to find one is
/// longer. What was cut off at the end of a longer piece, or stands beside something, may be short.
fn is_looked_for(alternative: &Alternative, zone: Zone) -> bool {
    let Matcher::Literal(slots) = &alternative.matcher else { return true };
    let typed: usize = slots.iter().map(|slot| slot.atom.chars().count()).sum();
    let short = match slots.as_slice() {
        [Slot { cut: CutOff::None, .. }] => typed < MIN_NAME_IN_ADDRESS,
        [Slot { cut: CutOff::Both, .. }] => typed < MIN_PIECE_IN_ADDRESS,
        _ => false,
    };
    let mut letters = slots.iter().flat_map(|slot| slot.atom.chars());
    let number = typed <= MAX_SHORT_NUMBER && letters.any(|c| c.is_ascii_digit());
    // In an address another name says little of what the item is about.
    let named = alternative.way.is_name() && slots.len() == 1;
    zone != Zone::Link || !(short || number || named || alternative.way == Way::Inside)
}

#[cfg(test)]
mod tests;
