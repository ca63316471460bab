//! One segment while a plan is evaluated: what is known of its items so far, and what is found out when it is needed.

use std::cell::{OnceCell, RefCell};

use tantivy::DocId;

use super::filter::of_issues;
use super::findings::{Findings, Hold, LiteralFindings, join, only};
use super::gather::{Gatherer, Sources, Ways};
use super::matching::Found;
use crate::error::Result;
use crate::query::{Alternative, IssueRange, Plan, Zone};
use crate::search::docs::{Docs, difference, intersection, union};
use crate::search::reader::{Reader, failed};
use crate::search::segment::Segment;

/// Something that is looked for, and what is known of it.
struct Sought<'a> {
    sources: Sources<'a>,
    /// All items that have it.
    all: OnceCell<Docs>,
    /// Items that were looked at closely, and what they have.
    looked_at: RefCell<(Docs, Vec<Hold>)>,
}

impl<'a> Sought<'a> {
    fn new(sources: Sources<'a>) -> Self {
        Self { sources, all: OnceCell::new(), looked_at: RefCell::default() }
    }
}

/// One segment.
pub(super) struct Part<'a> {
    reader: &'a Reader,
    plan: &'a Plan,
    gatherer: Gatherer<'a>,
    words: Vec<Sought<'a>>,
    literals: Vec<Sought<'a>>,
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
        }
    }

    pub(super) fn segment(&self) -> &Segment<'a> {
        &self.gatherer.segment
    }

    /// Reports in how many items of every zone a word stands, in each of its plain ways that are a single term.
    pub(super) fn frequencies(
        &self,
        word: usize,
        report: impl FnMut(u16, Zone, u64),
    ) -> Result<()> {
        self.gatherer.frequencies(&self.words[word].sources, report).map_err(failed)
    }

    /// Returns those of some items that have a word in their title.
    pub(super) fn with_title(&self, word: usize, among: &[DocId]) -> Result<Docs> {
        self.docs(&self.words[word], Ways::InTitle, Some(among))
    }

    /// Counts the items that have a word itself, as such or written differently.
    pub(super) fn count_plain(&self, word: usize) -> Result<usize> {
        Ok(self.docs(&self.words[word], Ways::Plain, None)?.len())
    }

    /// Returns what some items are scored by: where a group is one word, the word counts.
    pub(super) fn findings(&self, docs: &[DocId]) -> Result<Findings> {
        self.findings_with(2, docs)
    }

    /// Returns everything that some items have, as it is marked and explained.
    pub(super) fn all_findings(&self, docs: &[DocId]) -> Result<Findings> {
        self.findings_with(1, docs)
    }

    /// Returns what some items have, with the literals of groups of at least so many words.
    fn findings_with(&self, least_words: usize, docs: &[DocId]) -> Result<Findings> {
        let mut findings = self.findings_of_words(docs)?;
        for (index, group) in self.plan.groups.iter().enumerate() {
            let holds = if group.words.len() >= least_words {
                self.holds(&self.literals[index], docs)?
            } else {
                Vec::new()
            };
            findings.groups.push(LiteralFindings { holds, begins: self.begins(index, docs)? });
        }
        Ok(findings)
    }

    /// Returns what some items have of every word that must match.
    pub(super) fn findings_of_words(&self, docs: &[DocId]) -> Result<Findings> {
        let mut findings = Findings::default();
        for (index, word) in self.plan.words.iter().enumerate() {
            let holds =
                if word.positive { self.holds(&self.words[index], docs)? } else { Vec::new() };
            findings.words.push(holds);
        }
        Ok(findings)
    }

    /// Returns the items whose title begins with a group, of some.
    pub(super) fn begins(&self, group: usize, docs: &[DocId]) -> Result<Docs> {
        self.gatherer.begins(&self.plan.groups[group], docs).map_err(failed)
    }

    fn look(&self, sought: &Sought<'_>, among: Option<&[DocId]>) -> Result<Docs> {
        match (sought.all.get(), among) {
            (Some(all), None) => Ok(all.clone()),
            (Some(all), Some(among)) => Ok(intersection(all, among)),
            (None, Some(among)) => self.docs(sought, Ways::All, Some(among)),
            (None, None) => {
                let all = self.docs(sought, Ways::All, None)?;
                Ok(sought.all.get_or_init(|| all).clone())
            }
        }
    }

    fn docs(&self, sought: &Sought<'_>, ways: Ways, among: Option<&[DocId]>) -> Result<Docs> {
        self.reader.check()?;
        self.gatherer.docs(&sought.sources, ways, among).map_err(failed)
    }

    /// Returns what some items have, looking at those that nobody looked at before.
    fn holds(&self, sought: &Sought<'_>, docs: &[DocId]) -> Result<Vec<Hold>> {
        let mut known = sought.looked_at.borrow_mut();
        let (looked_at, holds) = &mut *known;
        let new = difference(docs, looked_at);
        if !new.is_empty() {
            join(holds, self.gather(sought, Some(&new))?);
            *looked_at = union(looked_at, &new);
        }
        Ok(if looked_at.len() == docs.len() { holds.clone() } else { only(holds, docs) })
    }

    fn gather(&self, sought: &Sought<'_>, among: Option<&[DocId]>) -> Result<Vec<Hold>> {
        self.reader.check()?;
        self.gatherer.gather(&sought.sources, among).map_err(failed)
    }
}

impl Found for Part<'_> {
    fn of_word(&self, word: usize, among: Option<&[DocId]>) -> Result<Docs> {
        self.look(&self.words[word], among)
    }

    /// Where a group is one word, only the items in which the word itself is not looked for.
    fn of_literal(&self, group: usize, among: Option<&[DocId]>) -> Result<Docs> {
        self.look(&self.literals[group], among)
    }

    /// The group is looked for only where nothing was found.
    fn with_literal(&self, group: usize, found: Docs, among: Option<&[DocId]>) -> Result<Docs> {
        self.reader.check()?;
        let sources = &self.literals[group].sources;
        self.gatherer.add_docs(sources, Ways::All, among, found).map_err(failed)
    }

    fn of_issues(&self, range: IssueRange, among: Option<&[DocId]>) -> Result<Docs> {
        of_issues(self.reader, self.segment().reader, range, among)
    }

    fn everything(&self, among: Option<&[DocId]>) -> Docs {
        among.map_or_else(|| self.segment().everything(), <[DocId]>::to_vec)
    }

    fn most(&self, word: usize) -> Result<usize> {
        self.gatherer.most(&self.words[word].sources).map_err(failed)
    }
}

/// For the straightforward evaluation.
#[cfg(test)]
impl Part<'_> {
    pub(super) fn all_of_word(&self, word: usize) -> Vec<Hold> {
        self.gather(&self.words[word], None).unwrap()
    }

    pub(super) fn all_of_literal(&self, group: usize) -> Vec<Hold> {
        self.gather(&self.literals[group], None).unwrap()
    }
}
