//! Which items of a segment match what a plan asks for.

use std::ops::Range;

use fixedbitset::FixedBitSet;

use super::findings::Findings;
use crate::error::Result;
use crate::query::{Clause, IssueRange, Plan, Word};

/// How much of a clause an item must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// What was asked for explicitly, whatever words the item has: phrases, exclusions, issues.
    Explicit,
}

/// Finds the items of a segment that match a clause.
pub(super) struct Matching<'a> {
    pub(super) plan: &'a Plan,
    pub(super) findings: &'a Findings,
    /// Items of issues.
    pub(super) issues: &'a dyn Fn(IssueRange) -> Result<FixedBitSet>,
    /// Items of the segment.
    pub(super) docs: usize,
}

impl Matching<'_> {
    /// Returns the items that match as much of a clause.
    pub(super) fn of(&self, clause: &Clause, extent: Extent) -> Result<FixedBitSet> {
        Ok(match clause {
            Clause::Groups(_) if extent == Extent::Explicit => everything(self.docs),
            Clause::Groups(groups) => self.groups(groups.clone()),
            Clause::Phrase(group) => {
                let mut any = self.findings.groups[*group].bits.clone();
                for word in self.plan.groups[*group].words.clone() {
                    any.union_with(&self.findings.words[word].bits);
                }
                any
            }
            Clause::Issue(range) => (self.issues)(*range)?,
            Clause::Not(inner) => {
                // What must not match is never loosened.
                let mut none = self.of(inner, Extent::Whole)?;
                none.toggle_range(..self.docs);
                none
            }
            Clause::Any(any) => {
                let mut all = FixedBitSet::with_capacity(self.docs);
                for clause in any {
                    all.union_with(&self.of(clause, extent)?);
                }
                all
            }
            Clause::All(clauses) => {
                let mut all = everything(self.docs);
                for clause in clauses {
                    all.intersect_with(&self.of(clause, extent)?);
                }
                all
            }
        })
    }

    fn groups(&self, groups: Range<usize>) -> FixedBitSet {
        let mut all = everything(self.docs);
        for group in groups {
            let literal = &self.findings.groups[group].bits;
            let words = self.plan.groups[group].words.clone();
            // A name that is cut into single characters means nothing where they stand apart.
            if words.len() > 1 && self.plan.words[words.clone()].iter().all(Word::is_single_han) {
                all.intersect_with(literal);
                continue;
            }
            let mut every = everything(self.docs);
            for word in words {
                every.intersect_with(&self.findings.words[word].bits);
            }
            every.union_with(literal);
            all.intersect_with(&every);
        }
        all
    }
}

pub(super) fn everything(docs: usize) -> FixedBitSet {
    let mut all = FixedBitSet::with_capacity(docs);
    all.insert_range(..docs);
    all
}
