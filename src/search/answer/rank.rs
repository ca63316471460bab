//! Findings to scores: how much of the query's information an item covers comes first, then where and how often its
//! words stand. Only items that are asked for are scored: what is kept of a query is as long as what it matches.

use tantivy::DocId;

use super::findings::{Findings, Hold};
use super::matching::Found;
use super::part::{Part, Scope, Scoped};
use crate::error::Result;
use crate::query::{Clause, Named, Plan, Zone, telling};
use crate::search::docs::{Cursor, Docs, seek_by};
use crate::search::per_zone::PerZone;
use crate::search::weights::Weights;

/// What an item that was named is worth: more than any text that mentions the issue, whose score is a
/// sum of shares of one and a few weights of less than one.
const NAMED: f32 = 100.0;

/// How much the words of a query say, over all segments: what is rare among items says more, and what is rare in questions.
#[derive(Debug, Default)]
pub(super) struct Information {
    /// For every word.
    pub(super) words: Vec<f32>,
    /// For the literal of every group.
    pub(super) literals: Vec<f32>,
    /// Of all words together; never 0.
    pub(super) total: f32,
    /// For every word that must match, in how many items it stands, about; 0 only if none has it in any way.
    pub(super) having: Vec<Option<usize>>,
}

/// Inverse document frequency as BM25 has it, raised to a power.
fn rarity(items: usize, having: usize, power: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
    let (items, having) = (items as f32, having.min(items) as f32);
    (1.0 + (items - having + 0.5) / (having + 0.5)).ln().powf(power)
}

impl Information {
    /// Weighs the words of a plan by how rare they are among `items` in all segments.
    pub(super) fn of(
        plan: &Plan,
        parts: &[Part<'_>],
        scope: &Scope,
        items: usize,
        weights: &Weights,
    ) -> Result<Self> {
        let mut information = Self::default();
        for (index, word) in plan.words.iter().enumerate() {
            let having = if word.positive {
                Some(having(parts, scope, index, COUNTED_UP_TO)?)
            } else {
                None
            };
            let rarity = having.map_or(0.0, |having| rarity(items, having, weights.rarity));
            let own = word.information * word.whole.as_deref().map_or(1.0, telling) * rarity;
            information.having.push(having);
            information.words.push(own);
            information.total += own;
        }
        for (index, group) in plan.groups.iter().enumerate() {
            // The literal of a single word counts nowhere.
            let having = if group.words.len() > 1 {
                having_literal(parts, scope, index, items, LITERALS_COUNTED_UP_TO)?
            } else {
                0
            };
            information.literals.push(rarity(items, having, weights.rarity));
        }
        information.total = information.total.max(f32::MIN_POSITIVE);
        Ok(information)
    }

    /// Returns the words that must match and that no item has in any way.
    pub(super) fn missing(&self) -> impl Iterator<Item = usize> {
        self.having
            .iter()
            .enumerate()
            .filter(|(_, having)| **having == Some(0))
            .map(|(word, _)| word)
    }

    /// Returns the share of all information that words have which some item has; 1 where that is nothing.
    pub(super) fn findable(&self) -> f32 {
        let missing: f32 = self.missing().map(|word| self.share(word)).sum();
        if missing < ALL_TYPED { 1.0 - missing } else { 1.0 }
    }

    /// Returns the share of all information that a word has, 0 to 1.
    pub(super) fn share(&self, word: usize) -> f32 {
        self.words[word] / self.total
    }
}

/// Items of all lists of a word together, as a term of its own, up to which those that have it are counted, across other words,
/// too; what is more frequent says so little that the dictionaries alone are exact enough. It bounds what most words cost that
/// are looked for only where rarer ones are; a name that is no term anywhere, and a group as typed, are always counted.
const COUNTED_UP_TO: usize = 2_000;

/// Returns in how many items a word stands. Of a frequent one only the dictionaries are asked: of its zones and spellings, the
/// commonest stands for all, since most items that have a word anywhere have it there.
fn having(parts: &[Part<'_>], scope: &Scope, word: usize, counted_up_to: usize) -> Result<usize> {
    let mut by_list: Vec<((u16, Zone), u64)> = Vec::new();
    for part in parts {
        part.frequencies(word, scope, |way, zone, frequency| {
            let list = (way, zone);
            match by_list.iter_mut().find(|(known, _)| *known == list) {
                Some((_, sum)) => *sum += frequency,
                None => by_list.push((list, frequency)),
            }
        })?;
    }
    let frequencies = || by_list.iter().map(|(_, sum)| usize::try_from(*sum).unwrap_or(usize::MAX));
    if frequencies().fold(0, usize::saturating_add) > counted_up_to {
        return Ok(frequencies().max().unwrap_or(0));
    }
    let mut having = 0;
    for part in parts {
        having += part.count_plain(word, scope)?;
    }
    // Only where none has the word itself counts what is near it.
    if having == 0 {
        for part in parts {
            having += Scoped { part, scope }.of_word(word, None)?.len();
        }
    }
    Ok(having)
}

/// Items of the rarest atom of a group up to which those that have the group as typed are counted; where it stands in more of
/// them, looking at all would cost more than everything else.
const LITERALS_COUNTED_UP_TO: usize = 25_000;

/// Returns in how many items a group stands as typed; about, if its rarest atom stands in more than `counted_up_to`. These are at
/// most as many, and at least as many as have all atoms by chance: that lies between, in the middle of their logarithms.
fn having_literal(
    parts: &[Part<'_>],
    scope: &Scope,
    group: usize,
    items: usize,
    counted_up_to: usize,
) -> Result<usize> {
    let mut by_atom: Vec<PerZone<u64>> = Vec::new();
    for part in parts {
        let of_part = part.items_of_atoms(group)?;
        by_atom.resize(of_part.len(), PerZone::default());
        for (sum, of_part) in by_atom.iter_mut().zip(of_part) {
            for zone in Zone::ALL {
                *sum.of_mut(zone) += of_part[zone];
            }
        }
    }
    let most = |zones: &PerZone<u64>| Zone::ALL.iter().map(|zone| zones[*zone]).max().unwrap_or(0);
    let rarest = by_atom.iter().map(most).min().unwrap_or(0);
    if usize::try_from(rarest).is_ok_and(|rarest| rarest <= counted_up_to) {
        let mut having = 0;
        for part in parts {
            having += Scoped { part, scope }.of_literal(group, None)?.len();
        }
        return Ok(having);
    }
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let (rarest, items) = (rarest as f64, items.max(1) as f64);
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let by_chance = by_atom.iter().fold(items, |sum, zones| sum * (most(zones) as f64 / items));
    let between = (rarest * by_chance.clamp(1.0, rarest)).sqrt();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most all items"
    )]
    let between = between as usize;
    Ok(between)
}

/// What an item is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scored {
    pub(super) doc: DocId,
    pub(super) score: f32,
}

/// What every segment is ranked by.
#[derive(Clone, Copy)]
pub(super) struct Ranking<'a> {
    pub(super) plan: &'a Plan,
    pub(super) information: &'a Information,
    pub(super) weights: &'a Weights,
}

impl Ranking<'_> {
    /// Scores some items of a segment, of which `findings` says what they have; `title_words` returns the length of an
    /// item's title.
    pub(super) fn score(
        &self,
        docs: &[DocId],
        findings: &Findings,
        title_words: impl Fn(DocId) -> u32,
    ) -> Vec<Scored> {
        let mut scores: Vec<Scored> =
            docs.iter().map(|doc| Scored { doc: *doc, score: 0.0 }).collect();
        let mut in_titles = vec![InTitle::default(); docs.len()];
        for (index, holds) in findings.words.iter().enumerate() {
            let share = self.information.share(index);
            let mut at = 0;
            for hold in holds {
                at += seek_by(&scores[at..], hold.doc, |scored| scored.doc);
                scores[at].score += share * hold.value;
                if hold.in_title > 0.0 {
                    in_titles[at].share += share * hold.in_title;
                    in_titles[at].words += 1;
                    if hold.is_in_title {
                        in_titles[at].typed += share;
                    }
                }
            }
        }
        self.add_literals(findings, &mut scores);
        for (scored, in_title) in scores.iter_mut().zip(in_titles) {
            if in_title.words > 0 {
                let whole = share_of_title(in_title.words, title_words(scored.doc));
                scored.score += self.weights.title_whole * whole * in_title.share;
                if in_title.typed >= ALL_TYPED {
                    scored.score += self.weights.title_typed;
                }
            }
        }
        scores
    }

    /// Lists the words that must match, those that say most first: they tell most items apart.
    pub(super) fn words(&self) -> Vec<usize> {
        let words = self.plan.words.iter().enumerate().filter(|(_, word)| word.positive);
        let mut words: Vec<usize> = words.map(|(word, _)| word).collect();
        words.sort_by(|a, b| self.information.words[*b].total_cmp(&self.information.words[*a]));
        words
    }

    /// Returns what an item is worth at most that has no word in its title: every word as well as can be, and all groups as
    /// typed.
    pub(super) fn most_without_title(&self) -> f32 {
        let Information { literals, total, .. } = self.information;
        let groups = self.plan.groups.iter().zip(literals);
        let several = groups.filter(|(group, _)| group.words.len() > 1);
        let literals: f32 = several.map(|(_, information)| information).sum();
        self.weights.most() * (1.0 + self.weights.literal * literals / total)
    }

    /// Returns the share of the query's information that each of so many items covers, by how surely they are about each word.
    pub(super) fn covers(&self, items: usize, strengths: &[Vec<f32>]) -> Vec<f32> {
        let mut covers = vec![0.0; items];
        for (word, strengths) in strengths.iter().enumerate() {
            let share = self.information.share(word);
            covers.iter_mut().zip(strengths).for_each(|(cover, of)| *cover += share * of);
        }
        covers
    }

    /// Adds for groups that stand as typed, and for titles that begin with them.
    fn add_literals(&self, findings: &Findings, scores: &mut [Scored]) {
        let Information { words: of_words, literals, total, .. } = self.information;
        for (index, found) in findings.groups.iter().enumerate() {
            let words = self.plan.groups[index].words.clone();
            let single = words.len() < 2;
            let mut at = 0;
            if !single {
                let worth = self.weights.literal * literals[index] / total;
                for hold in &found.holds {
                    at += seek_by(&scores[at..], hold.doc, |scored| scored.doc);
                    scores[at].score += worth * hold.value;
                }
            }
            let only = &findings.words[words.start];
            let information: f32 = words.map(|word| of_words[word]).sum();
            at = 0;
            for doc in &found.begins {
                // Where one word was typed it must be there as a word: 和服务 does not begin with 和服.
                if single && !has_whole(only, *doc) {
                    continue;
                }
                at += seek_by(&scores[at..], *doc, |scored| scored.doc);
                scores[at].score += self.weights.title_begins * information / total;
            }
        }
    }
}

/// Returns whether an item has a word itself.
fn has_whole(holds: &[Hold], doc: DocId) -> bool {
    let at = holds.binary_search_by_key(&doc, |hold| hold.doc);
    at.is_ok_and(|at| holds[at].strength >= 1.0)
}

/// Share of a query's information that is all of it: sums of shares are not exact.
pub(super) const ALL_TYPED: f32 = 0.999;

/// What a title has of a query.
#[derive(Clone, Copy, Debug, Default)]
struct InTitle {
    /// Share of the query's information.
    share: f32,
    /// Share of what stands there as such.
    typed: f32,
    words: u32,
}

/// Returns which share of a title's `length` words were asked for, 0 to 1. Lengths are rounded down for long titles,
/// and a word may stand for several of the query.
pub(super) fn share_of_title(asked_for: u32, length: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "titles are short")]
    let share = asked_for as f32 / length.max(1) as f32;
    share.min(1.0)
}

/// Puts the items that were named before all others, one of a link before those below it; `of_named` returns those of some items.
pub(super) fn add_named(
    clause: &Clause,
    of_named: &dyn Fn(&Named, &[DocId]) -> Result<Docs>,
    scores: &mut [Scored],
) -> Result<()> {
    match clause {
        Clause::Named(named) => {
            let docs: Docs = scores.iter().map(|scored| scored.doc).collect();
            let found = of_named(named, &docs)?;
            let mut found = Cursor::new(&found);
            for scored in scores.iter_mut().filter(|scored| found.has(scored.doc)) {
                scored.score += NAMED;
            }
        }
        Clause::All(clauses) | Clause::Any(clauses) => {
            for clause in clauses {
                add_named(clause, of_named, scores)?;
            }
        }
        Clause::Groups(_) | Clause::Phrase(_) | Clause::Not(_) => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{CutOff, Matcher, Slot};
    use crate::search::answer::evaluate::literals;
    use crate::search::answer::findings::{Hold, LiteralFindings};
    use crate::search::testing::{Fixture, hold, plan, report, same};

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
        let alpha = [("one", "alpha beta"), ("two", "alpha"), ("alpha", "three")];
        let other = [("four", "gamma"), ("five", "alphabet beta")];
        let (alpha, other) = (report(&alpha), report(&other));
        let reports = [("2024-02-22.md", alpha.as_str()), ("2024-02-23.md", other.as_str())];
        for fixture in [Fixture::of_reports(&reports), Fixture::in_segments(&reports)] {
            let reader = &fixture.reader;
            let mut plan = plan(&[&[("alpha", 1.0), ("beta", 0.5)], &[("gamma", 1.0)]]);
            plan.words[2].positive = false;
            let cut = Slot { cut: CutOff::End, ..Slot::whole("alphabe") };
            plan.words[1].alternatives[0].matcher = Matcher::Literal(vec![cut]);
            let literals = literals(&plan);
            let segments = reader.segments().unwrap().into_iter();
            let parts = segments.map(|segment| Part::new(reader, segment, &plan, &literals));
            let parts: Vec<Part<'_>> = parts.collect();
            let scope = Scope::of(&plan, &parts, false).unwrap().widened(&plan);
            let found = Information::of(&plan, &parts, &scope, 5, reader.weights()).unwrap();
            // Two bodies have it and one title; of a frequent word only the bodies would count.
            same(found.words[0], rarity(5, 3, 1.0));
            assert_eq!(having(&parts, &scope, 0, 0).unwrap(), 2);
            // What is no word by itself is always counted.
            assert_eq!(having(&parts, &scope, 1, 0).unwrap(), 1);
            same(found.words[1], 0.5 * rarity(5, 1, 1.0));
            same(found.words[2], 0.0);
            same(found.total, found.words[0] + found.words[1]);
            same(found.share(1), found.words[1] / found.total);
            same(found.literals[0], rarity(5, 1, 1.0));
        }
    }

    #[test]
    fn nothing_has_no_information_and_can_be_divided_by() {
        let plan = Plan::default();
        let scope = Scope::of(&plan, &[], false).unwrap();
        let found = Information::of(&plan, &[], &scope, 10, &Weights::default()).unwrap();
        assert!(found.total > 0.0);
    }

    /// What two items are worth and cover for `a b` typed together and `c` apart, of which `a` has half of the
    /// information.
    fn scored(change: impl Fn(&mut Findings)) -> ([f32; 2], [f32; 2]) {
        let plan = plan(&[&[("a", 1.0), ("b", 1.0)], &[("c", 1.0)]]);
        let (words, literals) = (vec![2.0, 1.0, 1.0], vec![3.0, 5.0]);
        let information = Information { words, literals, total: 4.0, ..Information::default() };
        let weights = Weights::default();
        let mut findings = Findings {
            words: vec![Vec::new(); 3],
            groups: vec![LiteralFindings::default(), LiteralFindings::default()],
        };
        change(&mut findings);
        let ranking = Ranking { plan: &plan, information: &information, weights: &weights };
        let scores = ranking.score(&[3, 7], &findings, |_| 4);
        assert_eq!(scores.iter().map(|scored| scored.doc).collect::<Vec<_>>(), [3, 7]);
        let of = |word: usize, doc| findings.words[word].iter().find(move |hold| hold.doc == doc);
        let strength = |word, doc| of(word, doc).map_or(0.0, |hold| hold.strength);
        let strengths = (0..3).map(|word| [3, 7].map(|doc| strength(word, doc)).to_vec());
        let covers = ranking.covers(2, &strengths.collect::<Vec<_>>());
        ([scores[0].score, scores[1].score], [covers[0], covers[1]])
    }

    #[test]
    fn words_count_by_their_share() {
        let (scores, covers) = scored(|findings| {
            findings.words[0] = vec![hold(3, 0.8, 0.5)];
            findings.words[1] = vec![hold(3, 1.0, 0.6), hold(7, 1.0, 0.4)];
        });
        same(scores[0], 0.5 * 0.5 + 0.25 * 0.6);
        same(scores[1], 0.25 * 0.4);
        same(covers[0], 0.5 * 0.8 + 0.25);
        same(covers[1], 0.25);
    }

    #[test]
    fn only_groups_of_several_words_count_as_literals() {
        let (scores, _) = scored(|findings| {
            findings.groups[0].holds = vec![hold(3, 1.0, 0.5)];
            findings.groups[1].holds = vec![hold(7, 1.0, 0.5)];
        });
        same(scores[0], Weights::default().literal * 3.0 / 4.0 * 0.5);
        same(scores[1], 0.0);
    }

    #[test]
    fn a_title_that_begins_with_a_group_counts_by_its_share() {
        let begins = |strength: f32| {
            let (scores, _) = scored(|findings| {
                findings.groups[0].begins = vec![3];
                findings.groups[1].begins = vec![7];
                findings.words[2] = vec![hold(7, strength, 0.0)];
            });
            scores
        };
        let weight = Weights::default().title_begins;
        same(begins(1.0)[0], weight * 3.0 / 4.0);
        same(begins(1.0)[1], weight * 1.0 / 4.0);
        // 和服务 does not begin with the word 和服.
        same(begins(0.9)[1], 0.0);
    }

    #[test]
    fn a_title_of_nothing_but_the_query_counts_most() {
        let (scores, _) = scored(|findings| {
            let in_title = |doc, in_title| Hold { in_title, ..hold(doc, 1.0, 0.0) };
            findings.words[0] = vec![in_title(3, 1.0), in_title(7, 0.2)];
            // What stands only elsewhere is not of the title.
            findings.words[1] = vec![in_title(3, 1.0), in_title(7, 0.0)];
        });
        let weight = Weights::default().title_whole;
        same(scores[0], weight * (2.0 / 4.0) * 0.75);
        same(scores[1], weight * (1.0 / 4.0) * 0.1);
        same(share_of_title(3, 2), 1.0);
        same(share_of_title(1, 0), 1.0);
    }

    #[test]
    fn items_of_a_named_issue_come_first_unless_excluded() {
        let named = Named::Link("a.example".to_owned());
        let of_named = |_: &Named, docs: &[DocId]| {
            assert_eq!(docs, [0, 1]);
            Ok(vec![1])
        };
        let score = |clause: &Clause| {
            let mut scores = [0, 1].map(|doc| Scored { doc, score: 0.5 });
            add_named(clause, &of_named, &mut scores).unwrap();
            scores.map(|scored| scored.score.to_bits())
        };
        let bits = |scores: [f32; 2]| scores.map(f32::to_bits);
        let issue = || Clause::Named(named.clone());
        assert_eq!(score(&issue()), bits([0.5, 100.5]));
        assert_eq!(score(&Clause::All(vec![Clause::Any(vec![issue()])])), bits([0.5, 100.5]));
        assert_eq!(score(&Clause::Not(Box::new(issue()))), bits([0.5, 0.5]));
    }
}
