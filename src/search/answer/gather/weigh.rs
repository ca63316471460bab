//! What many items have of one word, as numbers alone: a first look that needs no hold for each of them, to see which can be
//! among the best.

use tantivy::DocId;

use super::{Breadth, Gatherer, Source, Sources, Ways};
use crate::query::{Alternative, Zone};
use crate::search::docs::Docs;
use crate::search::lists::Lists;
use crate::search::per_zone::PerZone;

/// What some items have of a word, in their order.
#[derive(Debug, Default)]
pub(crate) struct Weighed {
    /// `value`, `in_title` and `is_in_title` of [`Hold`](super::Hold), as far as they are known.
    pub(crate) value: Vec<f32>,
    pub(crate) in_title: Vec<f32>,
    pub(crate) is_in_title: Vec<bool>,
    /// What every item may have beside that.
    of_all: Unknown,
    /// What each may have; empty if none has.
    of_each: Vec<Unknown>,
}

/// What was not looked at is worth at most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unknown {
    /// Strength, and so value, too.
    pub(crate) strength: f32,
    pub(crate) in_title: f32,
    pub(crate) is_in_title: bool,
    /// As `in_title`, where the title has something in this way.
    pub(crate) beside_title: f32,
}

impl Unknown {
    fn or(self, other: Self) -> Self {
        Self {
            strength: self.strength.max(other.strength),
            in_title: self.in_title.max(other.in_title),
            is_in_title: self.is_in_title || other.is_in_title,
            beside_title: self.beside_title.max(other.beside_title),
        }
    }
}

impl Weighed {
    /// Returns what the item at a place may have beside what is known.
    pub(crate) fn unknown(&self, at: usize) -> Unknown {
        self.of_each.get(at).map_or(self.of_all, |of| of.or(self.of_all))
    }
}

/// How surely some items are about something: 0 for those that do not have it.
#[derive(Debug, Default)]
pub(crate) struct Strengths {
    /// As far as it is known, in the order of the items.
    pub(crate) known: Vec<f32>,
    /// Where the word itself stands.
    standing: PerZone<Vec<bool>>,
    /// What any of them may be worth by what was not looked at.
    pub(crate) most_beside: f32,
}

impl Strengths {
    /// Returns whether a source counts in the item at a place.
    fn is_open(&self, source: &Source<'_>, at: usize) -> bool {
        !source.yields() || !self.standing[source.zone].get(at).is_some_and(|stands| *stands)
    }

    /// Returns what the item at a place may be worth.
    pub(crate) fn most(&self, at: usize) -> f32 {
        self.known[at].max(self.most_beside)
    }

    /// Forgets the items that are not kept.
    pub(crate) fn keep(&mut self, keeps: &[bool]) {
        kept(&mut self.known, keeps);
        for zone in Zone::ALL {
            let standing = self.standing.of_mut(zone);
            if !standing.is_empty() {
                kept(standing, keeps);
            }
        }
    }
}

/// Returns whether more than a quarter is not kept: leaving out less costs more than it saves.
pub(crate) fn leaves_out_many(keeps: &[bool]) -> bool {
    keeps.iter().filter(|keeps| **keeps).count() * 4 < keeps.len() * 3
}

/// Leaves out what is not kept.
pub(crate) fn kept<T>(all: &mut Vec<T>, keeps: &[bool]) {
    let mut keeps = keeps.iter();
    all.retain(|_| keeps.next().is_some_and(|keeps| *keeps));
}

/// What items have by one way.
struct OfWay {
    times: Vec<f32>,
    worth: Vec<f32>,
    in_title: Vec<bool>,
    /// Places of items that have it.
    touched: Vec<u32>,
}

impl Gatherer<'_> {
    /// Weighs something in some items by the ways that take no looking at where something stands; says of the others what they
    /// are worth at most.
    pub(crate) fn weigh(
        &self,
        sources: &Sources<'_>,
        breadth: Breadth,
        docs: &[DocId],
    ) -> tantivy::Result<Weighed> {
        let mut weighed = Weighed {
            value: vec![0.0; docs.len()],
            in_title: vec![0.0; docs.len()],
            is_in_title: vec![false; docs.len()],
            of_all: Unknown::default(),
            of_each: Vec::new(),
        };
        let mut of_way = OfWay {
            times: vec![0.0; docs.len()],
            worth: vec![0.0; docs.len()],
            in_title: vec![false; docs.len()],
            touched: Vec::new(),
        };
        // A bit for each zone in which the word itself stands.
        let mut has_word: Vec<u8> = Vec::new();
        for sources in sources.0.chunk_by(|a, b| a.way == b.way) {
            // What was not looked at and is worth little by itself makes more of what is known of the same way.
            let mut beside_known = 0.0_f32;
            for source in sources.iter().filter(|source| Ways::All(breadth).has(source)) {
                let Some(lists) = self.lists(source)? else { continue };
                let unknown = lists.unknown(docs);
                if unknown.as_ref().is_none_or(|places| !places.is_empty()) {
                    beside_known = beside_known.max(self.most_anywhere(source));
                }
                match unknown {
                    None => {
                        weighed.of_all = weighed.of_all.or(self.most_of(source));
                        continue;
                    }
                    Some(places) if places.is_empty() => {}
                    Some(places) => {
                        weighed.of_each.resize(docs.len(), Unknown::default());
                        for at in places {
                            weighed.of_each[at] = weighed.of_each[at].or(self.most_of(source));
                        }
                    }
                }
                let zone = 1_u8 << source.zone as u8;
                if source.is_word() && has_word.is_empty() {
                    has_word = vec![0; docs.len()];
                }
                let (yields, is_word) = (source.yields(), source.is_word());
                lists.places(docs, |at, occurrence| {
                    if yields && has_word.get(at).is_some_and(|zones| zones & zone != 0) {
                        return;
                    }
                    if is_word {
                        has_word[at] |= zone;
                    }
                    let entry = self.entry(0, source, occurrence);
                    if of_way.times[at] == 0.0 {
                        of_way.touched.push(u32::try_from(at).unwrap_or(u32::MAX));
                    }
                    of_way.times[at] += entry.times;
                    of_way.worth[at] = of_way.worth[at].max(entry.worth);
                    of_way.in_title[at] |= source.zone == Zone::Title;
                })?;
            }
            if beside_known > weighed.of_all.strength && !of_way.touched.is_empty() {
                weighed.of_each.resize(docs.len(), Unknown::default());
                for at in &of_way.touched {
                    let unknown = &mut weighed.of_each[*at as usize];
                    unknown.strength = unknown.strength.max(beside_known);
                }
            }
            self.add_way(&sources[0], &mut of_way, &mut weighed);
        }
        Ok(weighed)
    }

    /// Returns how surely some items are about something, in their order, as far as it is found without looking at where
    /// something stands.
    pub(crate) fn strengths(
        &self,
        sources: &Sources<'_>,
        breadth: Breadth,
        docs: &[DocId],
    ) -> tantivy::Result<Strengths> {
        let mut found = Strengths {
            known: vec![0.0; docs.len()],
            standing: PerZone::default(),
            most_beside: 0.0,
        };
        for source in sources.0.iter().filter(|source| source.counts(breadth)) {
            match self.lists(source)? {
                Some(lists) if lists.is_cheap() => {
                    self.add_strengths(source, lists, docs, &mut found)?;
                }
                Some(_) => {
                    found.most_beside = found.most_beside.max(self.most_of(source).strength);
                }
                None => {}
            }
        }
        Ok(found)
    }

    /// Adds what takes looking at where something stands, where it can be worth more than what was found.
    pub(crate) fn add_others(
        &self,
        sources: &Sources<'_>,
        breadth: Breadth,
        docs: &[DocId],
        found: &mut Strengths,
    ) -> tantivy::Result<()> {
        for source in sources.0.iter().filter(|source| source.counts(breadth)) {
            if let Some(lists) = self.lists(source)?.filter(|lists| !lists.is_cheap()) {
                let most = self.most_of(source).strength;
                let is_open = |at: usize| found.known[at] < most && found.is_open(source, at);
                let open = docs.iter().enumerate().filter(|(at, _)| is_open(*at));
                lists.prepare(&open.map(|(_, doc)| *doc).collect::<Docs>())?;
                self.add_strengths(source, lists, docs, found)?;
            }
        }
        found.most_beside = 0.0;
        Ok(())
    }

    fn add_strengths(
        &self,
        source: &Source<'_>,
        lists: &Lists,
        docs: &[DocId],
        found: &mut Strengths,
    ) -> tantivy::Result<()> {
        let Alternative { way, weight, .. } = source.alternative;
        let worth = self.weights.of_way(*way) * weight * self.in_link(source);
        let mut standing = if source.is_word() { vec![false; docs.len()] } else { Vec::new() };
        lists.places(docs, |at, occurrence| {
            if found.is_open(source, at) {
                found.known[at] = found.known[at].max(worth * occurrence.worth);
                standing.get_mut(at).into_iter().for_each(|standing| *standing = true);
            }
        })?;
        if source.is_word() {
            *found.standing.of_mut(source.zone) = standing;
        }
        Ok(())
    }

    /// Adds what was found by one way, and forgets it.
    fn add_way(&self, source: &Source<'_>, of_way: &mut OfWay, weighed: &mut Weighed) {
        let alternative = source.alternative;
        let factor = self.weights.of_way(alternative.way) * alternative.weight;
        let mention = self.weights.mention;
        for at in of_way.touched.drain(..) {
            let at = at as usize;
            let times = std::mem::take(&mut of_way.times[at]);
            let strength = factor * std::mem::take(&mut of_way.worth[at]);
            let often = times / (times + self.weights.saturation);
            let value = strength * (mention + (1.0 - mention) * often);
            weighed.value[at] = weighed.value[at].max(value);
            if std::mem::take(&mut of_way.in_title[at]) {
                weighed.in_title[at] = weighed.in_title[at].max(strength);
                weighed.is_in_title[at] |= source.is_plain();
            }
        }
    }

    /// Returns what the way of a source may be worth.
    fn most_anywhere(&self, source: &Source<'_>) -> f32 {
        let alternative = source.alternative;
        // No way of any kind, and no piece of a word, is worth more.
        self.weights.of_way(alternative.way) * alternative.weight * self.weights.most()
    }

    /// Returns what a source that is not looked at may be worth by itself.
    fn most_of(&self, source: &Source<'_>) -> Unknown {
        let strength = self.most_anywhere(source) * self.in_link(source).min(1.0);
        let is_title = source.zone == Zone::Title;
        Unknown {
            strength,
            in_title: if is_title { strength } else { 0.0 },
            is_in_title: is_title && source.is_plain(),
            // A way is worth the same in all zones.
            beside_title: strength,
        }
    }
}
