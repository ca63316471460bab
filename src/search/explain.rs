//! Why a hit stands where it does, and what to mark in it.

use serde::Serialize;
use tantivy::DocAddress;

use super::evidence::{Evidence, Hold, ways_of};
use super::rank::Information;
use super::snippet::Needle;
use crate::query::{Alternative, Cut, Matcher, Plan, Slot, Way, Zone};

/// Everything known of an answered plan.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub(super) plan: Plan,
    /// By segment.
    pub(super) evidence: Vec<Evidence>,
    pub(super) information: Information,
}

/// How a hit came by its place.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Explanation {
    /// Share of what the query tells that the item covers, 0 to 1.
    pub covered: f64,
    /// Every word that was asked for.
    pub words: Vec<WordExplanation>,
    /// Groups of words that stand in the item as typed.
    pub together: Vec<String>,
    /// Groups of words that its title begins with.
    pub begins: Vec<String>,
}

/// What a hit has of one word.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WordExplanation {
    /// The word as typed.
    pub word: String,
    /// Its share of what the query tells, 0 to 1; rare words tell more.
    pub information: f64,
    /// How the item has it; `null` if it has not.
    pub way: Option<Way>,
    /// The other name it has instead, for a synonym or an alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it stands.
    pub zones: Vec<Zone>,
    /// What it is worth there, 0 to 1.
    pub worth: f64,
}

impl Answered {
    fn hold(&self, address: DocAddress, word: usize) -> Option<&Hold> {
        let evidence = self.evidence.get(address.segment_ord as usize)?;
        let holds = &evidence.words.get(word)?.holds;
        let at = holds.binary_search_by_key(&address.doc_id, |hold| hold.doc).ok()?;
        holds.get(at)
    }

    fn way(&self, word: usize, hold: &Hold) -> Option<&Alternative> {
        ways_of(&self.plan, word).nth(usize::from(hold.way))
    }

    /// Returns the zones in which an item has something of the query.
    pub(super) fn zones(&self, address: DocAddress) -> Vec<Zone> {
        let words = 0..self.plan.words.len();
        let zones = words
            .filter_map(|word| self.hold(address, word))
            .fold(0, |zones, hold| zones | hold.zones);
        zones_of(zones)
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
        for (group, evidence) in self.plan.groups.iter().zip(self.groups(address)) {
            if evidence && group.literal.len() > 1 {
                let (literal, words) = (group.literal.clone(), Vec::new());
                add(Needle { literal, words, units: group.words.clone() });
            }
        }
        needles
    }

    /// Tells for every group whether an item has its literal.
    fn groups(&self, address: DocAddress) -> Vec<bool> {
        let evidence = self.evidence.get(address.segment_ord as usize);
        let groups = evidence.map_or(&[][..], |evidence| &evidence.groups);
        groups.iter().map(|group| group.bits.contains(address.doc_id as usize)).collect()
    }

    /// Explains a hit.
    pub(super) fn explain(&self, address: DocAddress) -> Explanation {
        let mut explanation = Explanation {
            covered: 0.0,
            words: Vec::new(),
            together: Vec::new(),
            begins: Vec::new(),
        };
        for (word, planned) in self.plan.words.iter().enumerate() {
            if !planned.positive {
                continue;
            }
            let told = self.information.words[word] / self.information.total;
            let hold = self.hold(address, word);
            let alternative = hold.and_then(|hold| self.way(word, hold));
            explanation.covered += f64::from(told * hold.map_or(0.0, |hold| hold.strength));
            explanation.words.push(WordExplanation {
                word: planned.text.clone(),
                information: rounded(told),
                way: alternative.map(|alternative| alternative.way),
                name: alternative.and_then(other_name),
                zones: hold.map_or_else(Vec::new, |hold| zones_of(hold.zones)),
                worth: rounded(hold.map_or(0.0, |hold| hold.value)),
            });
        }
        #[expect(clippy::cast_possible_truncation, reason = "a share of one")]
        let covered = explanation.covered as f32;
        explanation.covered = rounded(covered.min(1.0));
        let evidence = self.evidence.get(address.segment_ord as usize);
        for (index, has) in self.groups(address).into_iter().enumerate() {
            let group = &self.plan.groups[index];
            if has && group.words.len() > 1 {
                explanation.together.push(group.text.clone());
            }
            let begins = evidence.and_then(|evidence| evidence.groups.get(index));
            if begins.is_some_and(|group| group.begins.binary_search(&address.doc_id).is_ok()) {
                explanation.begins.push(group.text.clone());
            }
        }
        explanation
    }
}

fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1_000.0).round() / 1_000.0
}

fn zones_of(bits: u8) -> Vec<Zone> {
    Zone::ALL.into_iter().filter(|zone| bits & (1 << *zone as u8) != 0).collect()
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

fn needle(alternative: &Alternative, units: std::ops::Range<usize>) -> Option<Needle> {
    let whole = |word: &str| Needle {
        words: vec![word.to_owned()],
        units: units.clone(),
        ..Needle::default()
    };
    match &alternative.matcher {
        // Han words are marked by their characters.
        Matcher::Word(word) if word.chars().any(crate::text::is_han) => None,
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
