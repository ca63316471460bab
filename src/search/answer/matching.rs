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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::UnitKind;
    use crate::search::answer::findings::{LiteralFindings, WordFindings};
    use crate::search::testing::{plan, set};

    /// Checks which of ten items match, where `a b` was typed together and `c` apart: `a` is in 0, 1, 2 and 3, `b` in
    /// 1, 2 and 5, `c` in 2, 3 and 4, `ab` as typed in 2 and 6; 7 is an item of the issue.
    #[track_caller]
    fn check(clause: &Clause, extent: Extent, expected: &[usize]) {
        let word = |docs: &[usize]| WordFindings { bits: set(docs), ..WordFindings::default() };
        let group = |docs| LiteralFindings { bits: set(docs), ..LiteralFindings::default() };
        let findings = Findings {
            words: vec![word(&[0, 1, 2, 3]), word(&[1, 2, 5]), word(&[2, 3, 4])],
            groups: vec![group(&[2, 6]), group(&[])],
        };
        let plan = plan(&[&[("a", 1.0), ("b", 1.0)], &[("c", 1.0)]]);
        let issues = |_| Ok(set(&[7]));
        let asked = Matching { plan: &plan, findings: &findings, issues: &issues, docs: 10 };
        let found: Vec<usize> = asked.of(clause, extent).unwrap().ones().collect();
        assert_eq!(found, expected, "{clause:?}");
    }

    fn issue() -> Clause {
        Clause::Issue(IssueRange { from: 1, to: 1 })
    }

    #[test]
    fn a_group_matches_by_its_words_or_as_typed() {
        check(&Clause::Groups(0..1), Extent::Whole, &[1, 2, 6]);
        check(&Clause::Groups(1..2), Extent::Whole, &[2, 3, 4]);
        check(&Clause::Groups(0..2), Extent::Whole, &[2]);
    }

    #[test]
    fn clauses_are_combined() {
        let both = || vec![Clause::Groups(0..1), Clause::Groups(1..2)];
        check(&Clause::All(both()), Extent::Whole, &[2]);
        check(&Clause::Any(both()), Extent::Whole, &[1, 2, 3, 4, 6]);
        let not = Clause::Not(Box::new(Clause::Groups(1..2)));
        check(&Clause::All(vec![Clause::Groups(0..1), not]), Extent::Whole, &[1, 6]);
        check(&issue(), Extent::Whole, &[7]);
    }

    #[test]
    fn single_han_characters_match_only_as_typed() {
        let mut plan = plan(&[&[("硅", 1.0), ("灵", 1.0)]]);
        for word in &mut plan.words {
            word.kind = UnitKind::Han;
        }
        let word = || WordFindings { bits: set(&[1, 2]), ..WordFindings::default() };
        let findings = Findings {
            words: vec![word(), word()],
            groups: vec![LiteralFindings { bits: set(&[2]), ..LiteralFindings::default() }],
        };
        let issues = |_| Ok(set(&[]));
        let asked = Matching { plan: &plan, findings: &findings, issues: &issues, docs: 10 };
        assert_eq!(asked.of(&Clause::Groups(0..1), Extent::Whole).unwrap(), set(&[2]));
    }

    #[test]
    fn loosening_keeps_what_was_asked_for_explicitly() {
        check(&Clause::Groups(0..2), Extent::Explicit, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        check(&issue(), Extent::Explicit, &[7]);
        let not = Clause::Not(Box::new(Clause::Groups(1..2)));
        check(&not, Extent::Explicit, &[0, 1, 5, 6, 7, 8, 9]);
    }
}
