//! One segment while a plan is evaluated: what is known of its items so far, and what is found out when it is needed.

use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use tantivy::DocId;

use super::filter::of_named;
use super::findings::{Findings, Hold, LiteralFindings, join, only};
use super::gather::weigh::{Strengths, Weighed};
use super::gather::{Breadth, Gatherer, Sources, Ways};
use super::matching::Found;
use crate::error::Result;
use crate::query::{Alternative, Named, Plan, Word, Zone};
use crate::search::docs::{Docs, difference, intersection, union};
use crate::search::per_zone::PerZone;
use crate::search::reader::{Reader, failed};
use crate::search::segment::Segment;

/// Something that is looked for, and what is known of it.
struct Sought<'a> {
    sources: Sources<'a>,
    /// As a word, as a piece, too, and apart.
    whole: Memo,
    pieces: Memo,
    apart: Memo,
}

/// What is known of something within one breadth.
#[derive(Default)]
struct Memo {
    /// All items that have it.
    all: OnceLock<Docs>,
    /// Items that were looked at closely, and what they have.
    looked_at: Mutex<(Docs, Vec<Hold>)>,
}

impl<'a> Sought<'a> {
    fn new(sources: Sources<'a>) -> Self {
        let (whole, pieces, apart) = Default::default();
        Self { sources, whole, pieces, apart }
    }

    fn known(&self, breadth: Breadth) -> &Memo {
        match breadth {
            // One query asks for one of them only.
            Breadth::Typed | Breadth::Whole => &self.whole,
            Breadth::Pieces => &self.pieces,
            Breadth::Apart => &self.apart,
        }
    }
}

/// Of which words pieces count, too.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// For every word.
    pieces: Vec<bool>,
    /// What counts of these, and of the others.
    wide: Breadth,
    otherwise: Breadth,
}

impl Scope {
    /// Pieces count of the words that no item has whole; of none if the words must be `strict`ly as typed.
    pub(super) fn of(plan: &Plan, parts: &[Part<'_>], strict: bool) -> Result<Self> {
        let otherwise = if strict { Breadth::Typed } else { Breadth::Whole };
        let pieces = (0..plan.words.len()).map(|word| {
            if strict {
                return Ok(false);
            }
            for part in parts {
                if part.has(word, otherwise)? {
                    return Ok(false);
                }
            }
            Ok(true)
        });
        Ok(Self { pieces: pieces.collect::<Result<_>>()?, wide: Breadth::Pieces, otherwise })
    }

    /// Makes it for the straightforward evaluation.
    #[cfg(test)]
    pub(super) fn made_of(pieces: Vec<bool>) -> Self {
        Self { pieces, wide: Breadth::Pieces, otherwise: Breadth::Whole }
    }

    /// Everything counts of all words but those that must not match: what is excluded stays the same.
    pub(super) fn widened(&self, plan: &Plan) -> Self {
        let pieces = plan.words.iter().zip(&self.pieces);
        let pieces = pieces.map(|(word, pieces)| word.positive || *pieces).collect();
        Self { pieces, wide: Breadth::Apart, otherwise: self.otherwise }
    }

    pub(super) fn has_pieces_of(&self, word: usize) -> bool {
        self.pieces[word]
    }

    /// Returns whether an item must have a word; if it is asked strictly, all of them.
    pub(super) fn needs(&self, word: &Word) -> bool {
        word.needed || self.otherwise == Breadth::Typed
    }

    fn of_word(&self, word: usize) -> Breadth {
        if self.pieces[word] { self.wide } else { self.otherwise }
    }

    /// The literal of a group is a piece where one of its words may be.
    fn of_group(&self, words: Range<usize>) -> Breadth {
        if self.pieces[words].contains(&true) { self.wide } else { self.otherwise }
    }
}

/// One segment.
pub(super) struct Part<'a> {
    reader: &'a Reader,
    plan: &'a Plan,
    gatherer: Gatherer<'a>,
    words: Vec<Sought<'a>>,
    literals: Vec<Sought<'a>>,
    piece: Option<Sought<'a>>,
}

/// Zones in which only the literal of a group of a single word finds it: elsewhere the word is found the same way.
const BESIDE_WORD: &[Zone] = &[Zone::Link];

impl<'a> Part<'a> {
    /// Begins with a segment; `literals` are what every group of the plan is looked for as.
    pub(super) fn new(
        reader: &'a Reader,
        segment: Segment<'a>,
        plan: &'a Plan,
        literals: &'a [Vec<Alternative>],
    ) -> Self {
        let words = (0..plan.words.len()).map(|word| Sought::new(Sources::of_word(plan, word)));
        let of_groups = plan.groups.iter().zip(literals);
        let literals = of_groups.map(|(group, literals)| {
            let zones = if group.words.len() > 1 { group.zones } else { BESIDE_WORD };
            let literals = if group.zones.contains(&zones[0]) { &literals[..] } else { &[] };
            Sought::new(Sources::of_literals(literals, zones))
        });
        Self {
            reader,
            plan,
            gatherer: Gatherer { segment, weights: reader.weights() },
            words: words.collect(),
            literals: literals.collect(),
            piece: plan.piece.as_ref().map(|piece| {
                Sought::new(Sources::of_literals(std::slice::from_ref(piece), &Zone::ALL))
            }),
        }
    }

    pub(super) fn segment(&self) -> &Segment<'a> {
        &self.gatherer.segment
    }

    /// Reports in how many items of every zone a word stands, in each of its plain ways that are a single term.
    pub(super) fn frequencies(
        &self,
        word: usize,
        scope: &Scope,
        report: impl FnMut(u16, Zone, u64),
    ) -> Result<()> {
        let sources = &self.words[word].sources;
        self.gatherer.frequencies(sources, scope.of_word(word), report).map_err(failed)
    }

    /// Returns a number of items that are not fewer than have a word, without its pieces of words.
    pub(super) fn most(&self, word: usize, scope: &Scope) -> Result<usize> {
        let sources = &self.words[word].sources;
        self.gatherer.most(sources, scope.of_word(word)).map_err(failed)
    }

    /// Returns whether some item has a word.
    fn has(&self, word: usize, breadth: Breadth) -> Result<bool> {
        let sought = &self.words[word];
        let mut stands = false;
        let report = |_, _, frequency| stands |= frequency > 0;
        self.gatherer.frequencies(&sought.sources, breadth, report).map_err(failed)?;
        Ok(stands || !self.look(sought, breadth, None)?.is_empty())
    }

    /// Returns those of some items that have a word in their title.
    pub(super) fn with_title(&self, word: usize, scope: &Scope, among: &[DocId]) -> Result<Docs> {
        self.docs(&self.words[word], Ways::InTitle(scope.of_word(word)), Some(among))
    }

    /// Returns those of some items whose title may begin with a group.
    pub(super) fn may_begin(&self, group: usize, among: &[DocId]) -> Result<Docs> {
        self.gatherer.may_begin(&self.plan.groups[group], among).map_err(failed)
    }

    /// Weighs a word in some items, as far as that is cheap.
    pub(super) fn weigh(&self, word: usize, scope: &Scope, docs: &[DocId]) -> Result<Weighed> {
        self.weighed(&self.words[word], scope.of_word(word), docs)
    }

    /// Weighs a group as typed in some items, as far as that is cheap.
    pub(super) fn weigh_literal(
        &self,
        group: usize,
        scope: &Scope,
        docs: &[DocId],
    ) -> Result<Weighed> {
        self.weighed(&self.literals[group], self.breadth_of_literal(group, scope), docs)
    }

    fn weighed(&self, sought: &Sought<'_>, breadth: Breadth, docs: &[DocId]) -> Result<Weighed> {
        self.reader.check()?;
        self.gatherer.weigh(&sought.sources, breadth, docs).map_err(failed)
    }

    /// Returns how surely some items are about a word, as far as that is cheap.
    pub(super) fn strengths(
        &self,
        word: usize,
        scope: &Scope,
        docs: &[DocId],
    ) -> Result<Strengths> {
        self.reader.check()?;
        let sources = &self.words[word].sources;
        self.gatherer.strengths(sources, scope.of_word(word), docs).map_err(failed)
    }

    /// Adds what is not cheap.
    pub(super) fn add_other_strengths(
        &self,
        word: usize,
        scope: &Scope,
        docs: &[DocId],
        found: &mut Strengths,
    ) -> Result<()> {
        self.reader.check()?;
        let sources = &self.words[word].sources;
        self.gatherer.add_others(sources, scope.of_word(word), docs, found).map_err(failed)
    }

    /// Returns those of some items that have every atom of a group.
    pub(super) fn may_have(&self, group: usize, docs: &[DocId]) -> Result<Docs> {
        self.gatherer.may_have(&self.plan.groups[group], docs).map_err(failed)
    }

    /// Returns for every atom of a group in how many items of each zone it stands.
    pub(super) fn items_of_atoms(&self, group: usize) -> Result<Vec<PerZone<u64>>> {
        self.gatherer.items_of_atoms(&self.plan.groups[group]).map_err(failed)
    }

    fn breadth_of_literal(&self, group: usize, scope: &Scope) -> Breadth {
        scope.of_group(self.plan.groups[group].words.clone())
    }

    /// Counts the items that have a word itself, as such or written differently.
    pub(super) fn count_plain(&self, word: usize, scope: &Scope) -> Result<usize> {
        Ok(self.docs(&self.words[word], Ways::Plain(scope.of_word(word)), None)?.len())
    }

    /// Returns the items that hold the whole query as it was typed, maybe as a piece.
    pub(super) fn with_piece(&self) -> Result<Docs> {
        self.piece.as_ref().map_or(Ok(Docs::new()), |piece| self.look(piece, Breadth::Pieces, None))
    }

    /// Returns what some items are scored by: where a group is one word, the word counts.
    pub(super) fn findings(&self, scope: &Scope, docs: &[DocId]) -> Result<Findings> {
        self.findings_with(2, scope, docs)
    }

    /// Returns everything that some items have, as it is marked and explained.
    pub(super) fn all_findings(&self, scope: &Scope, docs: &[DocId]) -> Result<Findings> {
        self.findings_with(1, scope, docs)
    }

    /// Returns what some items have, with the literals of groups of at least so many words.
    fn findings_with(&self, least_words: usize, scope: &Scope, docs: &[DocId]) -> Result<Findings> {
        let mut findings = self.findings_of_words(scope, docs)?;
        for (index, group) in self.plan.groups.iter().enumerate() {
            let holds = if group.words.len() >= least_words {
                self.holds(&self.literals[index], self.breadth_of_literal(index, scope), docs)?
            } else {
                Vec::new()
            };
            findings.groups.push(LiteralFindings { holds, begins: self.begins(index, docs)? });
        }
        Ok(findings)
    }

    /// Returns what some items have of every word that must match.
    pub(super) fn findings_of_words(&self, scope: &Scope, docs: &[DocId]) -> Result<Findings> {
        let mut findings = Findings::default();
        for (index, word) in self.plan.words.iter().enumerate() {
            let holds = if word.positive {
                self.holds(&self.words[index], scope.of_word(index), docs)?
            } else {
                Vec::new()
            };
            findings.words.push(holds);
        }
        Ok(findings)
    }

    /// Returns the items whose title begins with a group, of some.
    pub(super) fn begins(&self, group: usize, docs: &[DocId]) -> Result<Docs> {
        self.gatherer.begins(&self.plan.groups[group], docs).map_err(failed)
    }

    fn look(&self, sought: &Sought<'_>, breadth: Breadth, among: Option<&[DocId]>) -> Result<Docs> {
        let known = sought.known(breadth);
        match (known.all.get(), among) {
            (Some(all), None) => Ok(all.clone()),
            (Some(all), Some(among)) => Ok(intersection(all, among)),
            (None, Some(among)) => self.docs(sought, Ways::All(breadth), Some(among)),
            (None, None) => {
                let all = self.docs(sought, Ways::All(breadth), None)?;
                Ok(known.all.get_or_init(|| all).clone())
            }
        }
    }

    fn docs(&self, sought: &Sought<'_>, ways: Ways, among: Option<&[DocId]>) -> Result<Docs> {
        self.reader.check()?;
        self.gatherer.docs(&sought.sources, ways, among).map_err(failed)
    }

    /// Returns what some items have, looking at those that nobody looked at before.
    fn holds(&self, sought: &Sought<'_>, breadth: Breadth, docs: &[DocId]) -> Result<Vec<Hold>> {
        let known = sought.known(breadth).looked_at.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        let (looked_at, holds) = &mut *known;
        let new = difference(docs, looked_at);
        if !new.is_empty() {
            join(holds, self.gather(sought, breadth, Some(&new))?);
            *looked_at = union(looked_at, &new);
        }
        Ok(if looked_at.len() == docs.len() { holds.clone() } else { only(holds, docs) })
    }

    fn gather(
        &self,
        sought: &Sought<'_>,
        breadth: Breadth,
        among: Option<&[DocId]>,
    ) -> Result<Vec<Hold>> {
        self.reader.check()?;
        self.gatherer.gather(&sought.sources, breadth, among).map_err(failed)
    }

    pub(super) fn of_named(&self, named: &Named, among: Option<&[DocId]>) -> Result<Docs> {
        of_named(self.reader, self.segment().reader, named, among)
    }
}

/// One segment, asked within a scope.
pub(super) struct Scoped<'s, 'a> {
    pub(super) part: &'s Part<'a>,
    pub(super) scope: &'s Scope,
}

impl Scoped<'_, '_> {
    fn of_group(&self, group: usize) -> Breadth {
        self.scope.of_group(self.part.plan.groups[group].words.clone())
    }
}

impl Found for Scoped<'_, '_> {
    fn of_word(&self, word: usize, among: Option<&[DocId]>) -> Result<Docs> {
        self.part.look(&self.part.words[word], self.scope.of_word(word), among)
    }

    /// Where a group is one word, only the items in which the word itself is not looked for.
    fn of_literal(&self, group: usize, among: Option<&[DocId]>) -> Result<Docs> {
        self.part.look(&self.part.literals[group], self.of_group(group), among)
    }

    /// The group is looked for only where nothing was found.
    fn with_literal(&self, group: usize, found: Docs, among: Option<&[DocId]>) -> Result<Docs> {
        let part = self.part;
        part.reader.check()?;
        let (sources, ways) = (&part.literals[group].sources, Ways::All(self.of_group(group)));
        part.gatherer.add_docs(sources, ways, among, found).map_err(failed)
    }

    fn of_named(&self, named: &Named, among: Option<&[DocId]>) -> Result<Docs> {
        self.part.of_named(named, among)
    }

    fn everything(&self, among: Option<&[DocId]>) -> Docs {
        among.map_or_else(|| self.part.segment().everything(), <[DocId]>::to_vec)
    }

    fn needs(&self, word: usize) -> bool {
        self.scope.needs(&self.part.plan.words[word])
    }

    fn most(&self, word: usize) -> Result<usize> {
        self.part.most(word, self.scope)
    }
}

/// For the straightforward evaluation.
#[cfg(test)]
impl Part<'_> {
    pub(super) fn all_of_word(&self, word: usize, scope: &Scope) -> Vec<Hold> {
        self.gather(&self.words[word], scope.of_word(word), None).unwrap()
    }

    pub(super) fn all_of_literal(&self, group: usize, scope: &Scope) -> Vec<Hold> {
        let breadth = scope.of_group(self.plan.groups[group].words.clone());
        self.gather(&self.literals[group], breadth, None).unwrap()
    }

    pub(super) fn all_of_piece(&self) -> Vec<Hold> {
        let gather = |piece| self.gather(piece, Breadth::Pieces, None).unwrap();
        self.piece.as_ref().map(gather).unwrap_or_default()
    }
}
