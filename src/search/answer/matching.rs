//! Which items of a segment match what a plan asks for: from the rarest of its words on, each next one only where all
//! before it are.

use std::ops::Range;

use tantivy::DocId;

use crate::error::Result;
use crate::query::{Clause, Named, Plan, Word};
use crate::search::docs::{Docs, difference, union, union_of_all};

/// How much of a clause an item must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// What was asked for explicitly, whatever words the item has: phrases, exclusions, issues.
    Explicit,
}

/// Where items are found, of all or of some.
pub(super) trait Found {
    /// Returns the items that have a word.
    fn of_word(&self, word: usize, among: Option<&[DocId]>) -> Result<Docs>;
    /// Returns the items that have a group as typed.
    fn of_literal(&self, group: usize, among: Option<&[DocId]>) -> Result<Docs>;
    /// Adds to some items those that have a group as typed.
    fn with_literal(&self, group: usize, found: Docs, among: Option<&[DocId]>) -> Result<Docs>;
    /// Returns the items that are named.
    fn of_named(&self, named: &Named, among: Option<&[DocId]>) -> Result<Docs>;
    /// Returns all that exist.
    fn everything(&self, among: Option<&[DocId]>) -> Docs;
    /// Returns whether an item must have a word.
    fn needs(&self, word: usize) -> bool;
    /// Returns about how many items have a word.
    fn most(&self, word: usize) -> Result<usize>;
}

/// Finds the items of a segment that match a clause.
pub(super) struct Matching<'a> {
    pub(super) plan: &'a Plan,
    pub(super) found: &'a dyn Found,
}

impl Matching<'_> {
    /// Returns the items that match as much of a clause, of all or of some.
    pub(super) fn of(
        &self,
        clause: &Clause,
        extent: Extent,
        among: Option<&[DocId]>,
    ) -> Result<Docs> {
        match clause {
            Clause::Groups(_) if extent == Extent::Explicit => Ok(self.found.everything(among)),
            Clause::Groups(groups) => self.groups(groups.clone(), among),
            Clause::Phrase(group) => {
                let mut any = self.found.of_literal(*group, among)?;
                for word in self.plan.groups[*group].words.clone() {
                    any = union(&any, &self.found.of_word(word, among)?);
                }
                Ok(any)
            }
            Clause::Named(named) => self.found.of_named(named, among),
            Clause::Not(inner) => {
                let all = self.found.everything(among);
                // What must not match is never loosened.
                Ok(difference(&all, &self.of(inner, Extent::Whole, Some(&all))?))
            }
            Clause::Any(any) => {
                let lists = any.iter().map(|clause| self.of(clause, extent, among));
                Ok(union_of_all(lists.collect::<Result<_>>()?))
            }
            Clause::All(clauses) => {
                let mut ordered: Vec<(usize, &Clause)> = Vec::new();
                for clause in clauses {
                    ordered.push((self.most(clause, extent)?, clause));
                }
                ordered.sort_by_key(|(most, _)| *most);
                self.all(ordered.into_iter().map(|(_, clause)| clause), among, |clause, among| {
                    self.of(clause, extent, among)
                })
            }
        }
    }

    /// Returns the items that are in every one of some sets, each of which is asked only for what is left.
    fn all<T>(
        &self,
        sets: impl Iterator<Item = T>,
        among: Option<&[DocId]>,
        find: impl Fn(T, Option<&[DocId]>) -> Result<Docs>,
    ) -> Result<Docs> {
        let mut left: Option<Docs> = None;
        for set in sets {
            let found = find(set, left.as_deref().or(among))?;
            let is_empty = found.is_empty();
            left = Some(found);
            if is_empty {
                break;
            }
        }
        Ok(left.unwrap_or_else(|| self.found.everything(among)))
    }

    fn groups(&self, groups: Range<usize>, among: Option<&[DocId]>) -> Result<Docs> {
        let mut ordered = Vec::new();
        for group in groups.filter(|group| !self.needed(*group).is_empty()) {
            ordered.push((self.most_of_group(group)?, group));
        }
        ordered.sort_unstable();
        self.all(ordered.into_iter().map(|(_, group)| group), among, |group, among| {
            self.group(group, among)
        })
    }

    /// Returns the words of a group that an item must have.
    fn needed(&self, group: usize) -> Vec<usize> {
        let words = self.plan.groups[group].words.clone();
        words.filter(|word| self.found.needs(*word)).collect()
    }

    fn group(&self, group: usize, among: Option<&[DocId]>) -> Result<Docs> {
        let words = self.needed(group);
        if let [word] = words[..] {
            let found = self.found.of_word(word, among)?;
            return self.found.with_literal(group, found, among);
        }
        // A name that is cut into single characters means nothing where they stand apart.
        let all = self.plan.groups[group].words.clone();
        if words.len() > 1 && self.plan.words[all].iter().all(Word::is_single_han) {
            return self.found.of_literal(group, among);
        }
        let mut ordered = Vec::new();
        for word in words {
            ordered.push((self.found.most(word)?, word));
        }
        ordered.sort_unstable();
        let words = ordered.into_iter().map(|(_, word)| word);
        let every = self.all(words, among, |word, among| self.found.of_word(word, among))?;
        self.found.with_literal(group, every, among)
    }

    /// Returns about how many items match a clause; what is asked for last is many.
    fn most(&self, clause: &Clause, extent: Extent) -> Result<usize> {
        Ok(match clause {
            Clause::Groups(_) if extent == Extent::Explicit => usize::MAX,
            Clause::Groups(groups) => {
                let mut least = usize::MAX;
                for group in groups.clone() {
                    least = least.min(self.most_of_group(group)?);
                }
                least
            }
            Clause::Phrase(group) => self.most_of_group(*group)?,
            Clause::Named(_) => 0,
            Clause::Not(_) => usize::MAX,
            Clause::Any(any) => {
                let mut sum = 0_usize;
                for clause in any {
                    sum = sum.saturating_add(self.most(clause, extent)?);
                }
                sum
            }
            Clause::All(all) => {
                let mut least = usize::MAX;
                for clause in all {
                    least = least.min(self.most(clause, extent)?);
                }
                least
            }
        })
    }

    fn most_of_group(&self, group: usize) -> Result<usize> {
        let mut least = usize::MAX;
        for word in self.needed(group) {
            least = least.min(self.found.most(word)?);
        }
        Ok(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::UnitKind;
    use crate::query::IssueRange;
    use crate::search::docs::intersection;
    use crate::search::testing::plan;

    /// Ten items: which have each word, each group as typed, and belong to the issue.
    struct Made {
        words: Vec<Docs>,
        literals: Vec<Docs>,
        issue: Docs,
    }

    fn among(docs: &[DocId], among: Option<&[DocId]>) -> Docs {
        among.map_or_else(|| docs.to_vec(), |among| intersection(docs, among))
    }

    impl Found for Made {
        fn of_word(&self, word: usize, only: Option<&[DocId]>) -> Result<Docs> {
            Ok(among(&self.words[word], only))
        }

        fn of_literal(&self, group: usize, only: Option<&[DocId]>) -> Result<Docs> {
            Ok(among(&self.literals[group], only))
        }

        fn with_literal(&self, group: usize, found: Docs, only: Option<&[DocId]>) -> Result<Docs> {
            Ok(union(&found, &among(&self.literals[group], only)))
        }

        fn of_named(&self, _: &Named, only: Option<&[DocId]>) -> Result<Docs> {
            Ok(among(&self.issue, only))
        }

        fn everything(&self, only: Option<&[DocId]>) -> Docs {
            among(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], only)
        }

        fn needs(&self, word: usize) -> bool {
            word < self.words.len()
        }

        fn most(&self, word: usize) -> Result<usize> {
            Ok(self.words[word].len())
        }
    }

    /// Checks which of ten items match, where `a b` was typed together and `c` apart: `a` is in 0, 1, 2 and 3, `b` in
    /// 1, 2 and 5, `c` in 2, 3 and 4, `ab` as typed in 2 and 6; 7 is an item of the issue.
    #[track_caller]
    fn check(clause: &Clause, extent: Extent, expected: &[DocId]) {
        let made = Made {
            words: vec![vec![0, 1, 2, 3], vec![1, 2, 5], vec![2, 3, 4]],
            literals: vec![vec![2, 6], vec![]],
            issue: vec![7],
        };
        let plan = plan(&[&[("a", 1.0), ("b", 1.0)], &[("c", 1.0)]]);
        let asked = Matching { plan: &plan, found: &made };
        assert_eq!(asked.of(clause, extent, None).unwrap(), expected, "{clause:?}");
        let some = [0, 2, 4, 6, 8];
        let found = asked.of(clause, extent, Some(&some)).unwrap();
        assert_eq!(found, intersection(expected, &some), "{clause:?} of some");
    }

    fn issue() -> Clause {
        Clause::Named(Named::Issue(IssueRange { from: 1, to: 1 }))
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
        let not = || Clause::Not(Box::new(Clause::Groups(1..2)));
        check(&Clause::All(vec![Clause::Groups(0..1), not()]), Extent::Whole, &[1, 6]);
        let either = Clause::Any(vec![Clause::Groups(0..1), not()]);
        check(&either, Extent::Whole, &[0, 1, 2, 5, 6, 7, 8, 9]);
        check(&issue(), Extent::Whole, &[7]);
    }

    #[test]
    fn single_han_characters_match_only_as_typed() {
        let mut plan = plan(&[&[("硅", 1.0), ("灵", 1.0)]]);
        for word in &mut plan.words {
            word.kind = UnitKind::Han;
        }
        let both = vec![vec![1, 2], vec![1, 2]];
        let made = Made { words: both, literals: vec![vec![2]], issue: vec![] };
        let asked = Matching { plan: &plan, found: &made };
        assert_eq!(asked.of(&Clause::Groups(0..1), Extent::Whole, None).unwrap(), [2]);
    }

    #[test]
    fn loosening_keeps_what_was_asked_for_explicitly() {
        check(&Clause::Groups(0..2), Extent::Explicit, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        check(&issue(), Extent::Explicit, &[7]);
        let not = Clause::Not(Box::new(Clause::Groups(1..2)));
        check(&not, Extent::Explicit, &[0, 1, 5, 6, 7, 8, 9]);
    }
}
