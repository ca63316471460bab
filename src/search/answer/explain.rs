//! Why a hit stands where it does, and what to mark in it.

use std::ops::Range;

use tantivy::DocAddress;

use super::findings::{Findings, Hold, ways_of};
use super::rank::Information;
use crate::query::{Alternative, Cut, Matcher, Plan, Slot, Way, Zone};
use crate::search::per_zone::ZoneSet;
use crate::search::results::{Explanation, WordExplanation};
use crate::search::snippet::Needle;
use crate::text::is_han;

/// Everything known of an answered plan: what marks and explanations are made from.
#[derive(Debug, Default)]
pub(super) struct Grounds {
    pub(super) plan: Plan,
    /// By segment.
    pub(super) findings: Vec<Findings>,
    pub(super) information: Information,
}

impl Grounds {
    fn hold(&self, address: DocAddress, word: usize) -> Option<&Hold> {
        let findings = self.findings.get(address.segment_ord as usize)?;
        let holds = &findings.words.get(word)?.holds;
        let at = holds.binary_search_by_key(&address.doc_id, |hold| hold.doc).ok()?;
        holds.get(at)
    }

    fn way(&self, word: usize, hold: &Hold) -> Option<&Alternative> {
        ways_of(&self.plan, word).nth(usize::from(hold.way))
    }

    /// Returns the zones in which an item has something of the query.
    pub(super) fn zones(&self, address: DocAddress) -> Vec<Zone> {
        let words = 0..self.plan.words.len();
        let holds = words.filter_map(|word| self.hold(address, word));
        holds.fold(ZoneSet::EMPTY, |zones, hold| zones.union(hold.zones)).list()
    }

    /// Returns what to mark in an item: what it was found by, and nothing weaker.
    pub(super) fn needles(&self, address: DocAddress) -> Vec<Needle> {
        let mut needles: Vec<Needle> = Vec::new();
        let mut add = |needle: Needle| {
            if !needles.contains(&needle) {
                needles.push(needle);
            }
        };
        for (word, planned) in self.plan.words.iter().enumerate() {
            let Some(hold) = self.hold(address, word) else { continue };
            let best = self.way(word, hold).map_or(Way::Word, |best| best.way);
            for alternative in &planned.alternatives {
                let weak = matches!(alternative.way, Way::Fragment | Way::Parts);
                if !weak || alternative.way == best {
                    needle(alternative, word..word + 1).into_iter().for_each(&mut add);
                }
            }
        }
        for span in &self.plan.spans {
            if span.words.clone().any(|word| self.hold(address, word).is_some()) {
                for alternative in &span.alternatives {
                    needle(alternative, span.words.clone()).into_iter().for_each(&mut add);
                }
            }
        }
        for (group, findings) in self.plan.groups.iter().zip(self.groups(address)) {
            if findings && group.literal.len() > 1 {
                let (literal, words) = (group.literal.clone(), Vec::new());
                add(Needle { literal, words, units: group.words.clone() });
            }
        }
        needles
    }

    /// Returns for every group whether an item has its literal.
    fn groups(&self, address: DocAddress) -> Vec<bool> {
        let findings = self.findings.get(address.segment_ord as usize);
        let groups = findings.map_or(&[][..], |findings| &findings.groups);
        groups.iter().map(|group| group.bits.contains(address.doc_id as usize)).collect()
    }

    /// Explains a hit.
    pub(super) fn explain(&self, address: DocAddress) -> Explanation {
        let words = self.plan.words.iter().enumerate().filter(|(_, word)| word.positive);
        let (words, shares): (Vec<_>, Vec<_>) =
            words.map(|(word, _)| self.explain_word(address, word)).unzip();
        #[expect(clippy::cast_possible_truncation, reason = "a share of one")]
        let covered = shares.iter().sum::<f64>() as f32;
        let has = self.groups(address);
        let groups =
            self.plan.groups.iter().enumerate().filter(|(group, _)| has.get(*group) == Some(&true));
        let together = groups.filter(|(_, group)| group.words.len() > 1);
        let findings = self.findings.get(address.segment_ord as usize);
        let begins = self.plan.groups.iter().enumerate().filter(|(group, _)| {
            let found = findings.and_then(|findings| findings.groups.get(*group));
            found.is_some_and(|found| found.begins.binary_search(&address.doc_id).is_ok())
        });
        Explanation {
            covered: rounded(covered.min(1.0)),
            words,
            together: together.map(|(_, group)| group.text.clone()).collect(),
            begins: begins.map(|(_, group)| group.text.clone()).collect(),
        }
    }

    /// Explains one word of a hit; also returns the share of the query's information that the hit covers by it.
    fn explain_word(&self, address: DocAddress, word: usize) -> (WordExplanation, f64) {
        let share = self.information.share(word);
        let hold = self.hold(address, word);
        let alternative = hold.and_then(|hold| self.way(word, hold));
        let explanation = WordExplanation {
            word: self.plan.words[word].text.clone(),
            information: rounded(share),
            way: alternative.map(|alternative| alternative.way),
            name: alternative.and_then(other_name),
            zones: hold.map_or_else(Vec::new, |hold| hold.zones.list()),
            worth: rounded(hold.map_or(0.0, |hold| hold.value)),
        };
        (explanation, f64::from(share * hold.map_or(0.0, |hold| hold.strength)))
    }
}

fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1_000.0).round() / 1_000.0
}

fn other_name(alternative: &Alternative) -> Option<String> {
    if !matches!(alternative.way, Way::Synonym | Way::Alias) {
        return None;
    }
    Some(match &alternative.matcher {
        Matcher::Word(word) | Matcher::UrlToken(word) | Matcher::Link(word) => word.clone(),
        Matcher::Parts(parts) => parts.join(" "),
        Matcher::Literal(slots) => joined(slots),
    })
}

/// Writes atoms as they are read: a space only between Latin ones.
fn joined(slots: &[Slot]) -> String {
    let mut text = String::new();
    for slot in slots {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        if latin(text.chars().last()) && latin(slot.atom.chars().next()) {
            text.push(' ');
        }
        text.push_str(&slot.atom);
    }
    text
}

fn needle(alternative: &Alternative, units: Range<usize>) -> Option<Needle> {
    let whole = |word: &str| Needle {
        words: vec![word.to_owned()],
        units: units.clone(),
        ..Needle::default()
    };
    match &alternative.matcher {
        // Han words are marked by their characters.
        Matcher::Word(word) if word.chars().any(is_han) => None,
        Matcher::Word(word) => Some(whole(word)),
        Matcher::Parts(parts) => Some(Needle { words: parts.clone(), units, ..Needle::default() }),
        Matcher::Literal(slots) => {
            let mut literal = slots.clone();
            if alternative.way != Way::Fragment {
                for slot in &mut literal {
                    slot.cut = Cut::None;
                }
            }
            Some(Needle { literal, units, ..Needle::default() })
        }
        Matcher::UrlToken(_) | Matcher::Link(_) => None,
    }
}
