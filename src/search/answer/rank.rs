//! Findings to scores: how much of the query's information an item covers comes first, then where and how often its
//! words stand.
//!
//! Scores are dense: two numbers for every item of a segment, and two more while they are summed, for every step of the
//! ladder. That is 16 bytes an item, 0.3 MB for an archive of 20,000 and cheaper than any map; at a million it is 16 MB
//! to clear for each step, more than the work of a query of rare words. From there on they should hold only the items
//! that have something.

use fixedbitset::FixedBitSet;
use tantivy::DocId;

use super::findings::Findings;
use crate::error::Result;
use crate::query::{Clause, IssueRange, Plan};
use crate::search::weights::Weights;

/// What an item of an issue that was named is worth: more than any text that mentions the issue, whose score is a
/// sum of shares of one and a few weights of less than one.
const ISSUE: f32 = 100.0;

/// How much the words of a query say, over all segments: what is rare says more.
#[derive(Debug, Default)]
pub(super) struct Information {
    /// For every word.
    pub(super) words: Vec<f32>,
    /// For the literal of every group.
    pub(super) literals: Vec<f32>,
    /// Of all words together; never 0.
    pub(super) total: f32,
}

/// Inverse document frequency as BM25 has it, raised to a power.
fn rarity(items: usize, having: usize, power: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
    let (items, having) = (items as f32, having.min(items) as f32);
    (1.0 + (items - having + 0.5) / (having + 0.5)).ln().powf(power)
}

impl Information {
    /// Weighs the words of a plan by how rare they are among `items`; `findings` are those of every segment.
    pub(super) fn of(plan: &Plan, findings: &[&Findings], items: usize, weights: &Weights) -> Self {
        let count = |of: &dyn Fn(&Findings) -> usize| findings.iter().map(|f| of(f)).sum::<usize>();
        let mut information = Self::default();
        for (index, word) in plan.words.iter().enumerate() {
            let plain = count(&|findings| findings.words[index].plain);
            let having =
                if plain > 0 { plain } else { count(&|f| f.words[index].bits.count_ones(..)) };
            let own = if word.positive {
                word.information * rarity(items, having, weights.rarity)
            } else {
                0.0
            };
            information.words.push(own);
            information.total += own;
        }
        for index in 0..plan.groups.len() {
            let having = count(&|findings| findings.groups[index].holds.len());
            information.literals.push(rarity(items, having, weights.rarity));
        }
        information.total = information.total.max(f32::MIN_POSITIVE);
        information
    }

    /// Returns the share of all information that a word has, 0 to 1.
    pub(super) fn share(&self, word: usize) -> f32 {
        self.words[word] / self.total
    }
}

/// Scores of a segment's items.
#[derive(Debug, PartialEq)]
pub(super) struct Scores {
    /// By item; 0 for one that has nothing.
    pub(super) score: Vec<f32>,
    /// Share of the query's information that the item covers, by item.
    pub(super) cover: Vec<f32>,
}

impl Scores {
    pub(super) fn of(&self, doc: DocId) -> f32 {
        self.score[doc as usize]
    }

    /// Returns the largest share of the query that one of some items covers.
    pub(super) fn most_covered(&self, set: &FixedBitSet) -> f32 {
        set.ones().map(|doc| self.cover[doc]).fold(0.0, f32::max)
    }

    /// Takes out of a set what covers less than `enough` of the query.
    pub(super) fn keep_covered(&self, set: &mut FixedBitSet, enough: f32) {
        let few: Vec<usize> = set.ones().filter(|doc| self.cover[*doc] < enough).collect();
        for doc in few {
            set.remove(doc);
        }
    }
}

/// What every segment is ranked by.
#[derive(Clone, Copy)]
pub(super) struct Ranking<'a> {
    pub(super) plan: &'a Plan,
    pub(super) information: &'a Information,
    pub(super) weights: &'a Weights,
}

impl Ranking<'_> {
    /// Scores the items of a segment of `docs` items; `title_words` returns the length of an item's title.
    pub(super) fn score(
        &self,
        findings: &Findings,
        docs: usize,
        title_words: impl Fn(DocId) -> u32,
    ) -> Scores {
        let mut scores = Scores { score: vec![0.0; docs], cover: vec![0.0; docs] };
        let in_titles = self.add_words(findings, &mut scores);
        self.add_literals(findings, &mut scores);
        for (doc, in_title) in in_titles {
            let whole = share_of_title(in_title.words, title_words(doc));
            scores.score[doc as usize] += self.weights.title_whole * whole * in_title.share;
        }
        scores
    }

    /// Adds what items have of every word; returns what their titles have.
    fn add_words(&self, findings: &Findings, scores: &mut Scores) -> Vec<(DocId, InTitle)> {
        let mut in_title = vec![InTitle::default(); scores.score.len()];
        let mut titled = Vec::new();
        for (index, word) in findings.words.iter().enumerate() {
            let share = self.information.share(index);
            for hold in &word.holds {
                let doc = hold.doc as usize;
                scores.score[doc] += share * hold.value;
                scores.cover[doc] += share * hold.strength;
                if hold.in_title > 0.0 {
                    if in_title[doc].words == 0 {
                        titled.push(hold.doc);
                    }
                    in_title[doc].share += share * hold.in_title;
                    in_title[doc].words += 1;
                }
            }
        }
        titled.into_iter().map(|doc| (doc, in_title[doc as usize])).collect()
    }

    /// Adds for groups that stand as typed, and for titles that begin with them.
    fn add_literals(&self, findings: &Findings, scores: &mut Scores) {
        let Information { words: of_words, literals, total } = self.information;
        for (index, found) in findings.groups.iter().enumerate() {
            let words = self.plan.groups[index].words.clone();
            let single = words.len() < 2;
            if !single {
                let worth = self.weights.literal * literals[index] / total;
                for (doc, value) in &found.holds {
                    scores.score[*doc as usize] += worth * value;
                }
            }
            let only = &findings.words[words.start];
            let information: f32 = words.map(|word| of_words[word]).sum();
            for doc in &found.begins {
                // Where one word was typed it must be there as a word: 和服务 does not begin with 和服.
                if single && !only.has_whole(*doc) {
                    continue;
                }
                scores.score[*doc as usize] += self.weights.title_begins * information / total;
            }
        }
    }
}

/// What a title has of a query.
#[derive(Clone, Copy, Debug, Default)]
struct InTitle {
    /// Share of the query's information.
    share: f32,
    words: u32,
}

/// Returns which share of a title's `length` words were asked for, 0 to 1. Lengths are rounded down for long titles,
/// and a word may stand for several of the query.
fn share_of_title(asked_for: u32, length: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "titles are short")]
    let share = asked_for as f32 / length.max(1) as f32;
    share.min(1.0)
}

/// Puts the items of issues that were named before all others.
pub(super) fn add_issues(
    clause: &Clause,
    issues: &dyn Fn(IssueRange) -> Result<FixedBitSet>,
    scores: &mut Scores,
) -> Result<()> {
    match clause {
        Clause::Issue(range) => issues(*range)?.ones().for_each(|doc| scores.score[doc] += ISSUE),
        Clause::All(clauses) | Clause::Any(clauses) => {
            for clause in clauses {
                add_issues(clause, issues, scores)?;
            }
        }
        Clause::Groups(_) | Clause::Phrase(_) | Clause::Not(_) => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::answer::findings::{Hold, LiteralFindings, WordFindings};
    use crate::search::testing::{hold, plan, same, set, word_findings};

    #[test]
    fn what_is_rare_says_more() {
        same(rarity(10, 1, 1.0), 1.99243);
        same(rarity(10, 10, 1.0), 0.04652);
        same(rarity(10, 12, 1.0), 0.04652);
        same(rarity(10, 0, 1.0), 3.09104);
        same(rarity(10, 1, 0.5), 1.41154);
    }

    #[test]
    fn information_is_rarity_times_what_a_word_says() {
        let mut plan = plan(&[&[("a", 1.0), ("b", 0.5)], &[("c", 1.0)]]);
        plan.words[2].positive = false;
        let segment = || Findings {
            words: vec![
                WordFindings { plain: 1, bits: set(&[0, 1]), ..WordFindings::default() },
                WordFindings { plain: 0, bits: set(&[0, 1]), ..WordFindings::default() },
                WordFindings { plain: 1, bits: set(&[0]), ..WordFindings::default() },
            ],
            groups: vec![
                LiteralFindings { holds: vec![(0, 1.0)], ..LiteralFindings::default() },
                LiteralFindings::default(),
            ],
        };
        let (one, other) = (segment(), segment());
        let weights = Weights::default();
        let found = Information::of(&plan, &[&one, &other], 10, &weights);
        // Counted over both segments; where nothing has the word itself, what has anything of it counts.
        same(found.words[0], rarity(10, 2, 1.0));
        same(found.words[1], 0.5 * rarity(10, 4, 1.0));
        same(found.words[2], 0.0);
        same(found.total, found.words[0] + found.words[1]);
        same(found.share(1), found.words[1] / found.total);
        same(found.literals[0], rarity(10, 2, 1.0));
        same(found.literals[1], rarity(10, 0, 1.0));
        same(Information::of(&plan, &[&one], 10, &weights).words[0], rarity(10, 1, 1.0));
        assert!(Information::of(&Plan::default(), &[], 10, &weights).total > 0.0);
    }

    /// Scores of two items for `a b` typed together and `c` apart, of which `a` has half of the information.
    fn scored(change: impl Fn(&mut Findings)) -> Scores {
        let plan = plan(&[&[("a", 1.0), ("b", 1.0)], &[("c", 1.0)]]);
        let information =
            Information { words: vec![2.0, 1.0, 1.0], literals: vec![3.0, 5.0], total: 4.0 };
        let weights = Weights::default();
        let mut findings = Findings {
            words: vec![word_findings(&[]), word_findings(&[]), word_findings(&[])],
            groups: vec![LiteralFindings::default(), LiteralFindings::default()],
        };
        change(&mut findings);
        let ranking = Ranking { plan: &plan, information: &information, weights: &weights };
        ranking.score(&findings, 2, |_| 4)
    }

    #[test]
    fn words_count_by_their_share() {
        let scores = scored(|findings| {
            findings.words[0] = word_findings(&[hold(0, 0.8, 0.5)]);
            findings.words[1] = word_findings(&[hold(0, 1.0, 0.6), hold(1, 1.0, 0.4)]);
        });
        same(scores.of(0), 0.5 * 0.5 + 0.25 * 0.6);
        same(scores.of(1), 0.25 * 0.4);
        same(scores.cover[0], 0.5 * 0.8 + 0.25);
        same(scores.cover[1], 0.25);
    }

    #[test]
    fn only_groups_of_several_words_count_as_literals() {
        let scores = scored(|findings| {
            findings.groups[0].holds = vec![(0, 0.5)];
            findings.groups[1].holds = vec![(1, 0.5)];
        });
        same(scores.of(0), Weights::default().literal * 3.0 / 4.0 * 0.5);
        same(scores.of(1), 0.0);
    }

    #[test]
    fn a_title_that_begins_with_a_group_counts_by_its_share() {
        let begins = |strength: f32| {
            scored(|findings| {
                findings.groups[0].begins = vec![0];
                findings.groups[1].begins = vec![1];
                findings.words[2] = word_findings(&[hold(1, strength, 0.0)]);
            })
        };
        let weight = Weights::default().title_begins;
        same(begins(1.0).of(0), weight * 3.0 / 4.0);
        same(begins(1.0).of(1), weight * 1.0 / 4.0);
        // 和服务 does not begin with the word 和服.
        same(begins(0.9).of(1), 0.0);
    }

    #[test]
    fn a_title_of_nothing_but_the_query_counts_most() {
        let scores = scored(|findings| {
            let in_title = |doc, in_title| Hold { in_title, ..hold(doc, 1.0, 0.0) };
            findings.words[0] = word_findings(&[in_title(0, 1.0), in_title(1, 0.2)]);
            // What stands only elsewhere is not of the title.
            findings.words[1] = word_findings(&[in_title(0, 1.0), in_title(1, 0.0)]);
        });
        let weight = Weights::default().title_whole;
        same(scores.of(0), weight * (2.0 / 4.0) * 0.75);
        same(scores.of(1), weight * (1.0 / 4.0) * 0.1);
        same(share_of_title(3, 2), 1.0);
        same(share_of_title(1, 0), 1.0);
    }

    #[test]
    fn items_of_a_named_issue_come_first_unless_excluded() {
        let range = IssueRange { from: 3, to: 3 };
        let issues = |_| Ok(set(&[1]));
        let score = |clause: &Clause| {
            let mut scores = Scores { score: vec![0.5; 10], cover: Vec::new() };
            add_issues(clause, &issues, &mut scores).unwrap();
            (scores.of(0), scores.of(1))
        };
        let issue = || Clause::Issue(range);
        assert_eq!(score(&issue()), (0.5, 100.5));
        assert_eq!(score(&Clause::All(vec![Clause::Any(vec![issue()])])), (0.5, 100.5));
        assert_eq!(score(&Clause::Not(Box::new(issue()))), (0.5, 0.5));
    }

    #[test]
    fn what_covers_too_little_is_taken_out() {
        let scores = Scores { score: Vec::new(), cover: vec![0.1, 0.2, 0.3] };
        let mut few = set(&[0, 1]);
        same(scores.most_covered(&few), 0.2);
        same(scores.most_covered(&set(&[])), 0.0);
        scores.keep_covered(&mut few, 0.2);
        assert_eq!(few, set(&[1]));
    }
}
