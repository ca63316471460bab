//! Why a hit stands where it does, and what to mark in it.

use std::ops::Range;
use std::sync::Arc;

use tantivy::DocAddress;

use super::findings::{Findings, Hold, LiteralFindings, ways_of};
use super::rank::Information;
use crate::analysis::without_doubt;
use crate::query::{Alternative, CutOff, Group, Matcher, Plan, Slot, Way, Zone};
use crate::search::per_zone::ZoneSet;
use crate::search::results::{Explanation, WordExplanation};
use crate::search::similar::Similar;
use crate::search::snippet::Needle;
use crate::text::is_han;

/// Everything known of an answered plan: what marks and explanations are made from.
#[derive(Debug, Default)]
pub(super) struct Grounds {
    pub(super) plan: Plan,
    /// By segment.
    pub(super) findings: Vec<Findings>,
    pub(super) information: Information,
    /// How near all items are to the question, if somebody knows.
    pub(super) similar: Option<Arc<Similar>>,
}

impl Grounds {
    fn hold(&self, address: DocAddress, word: usize) -> Option<&Hold> {
        let findings = self.findings.get(address.segment_ord as usize)?;
        let holds = findings.words.get(word)?;
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
            // What carries grammar is marked only as part of what was typed together.
            if !planned.needed {
                continue;
            }
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
        let findings = self.findings.get(address.segment_ord as usize);
        let groups = findings.map_or(&[][..], |findings| &findings.groups);
        for (group, found) in self.plan.groups.iter().zip(groups) {
            if found.has(address.doc_id) && group.literal.len() > 1 {
                let (literal, words) = (group.literal.clone(), Vec::new());
                add(Needle { literal, words, units: group.words.clone() });
            }
        }
        needles
    }

    /// Explains a hit.
    pub(super) fn explain(&self, address: DocAddress) -> Explanation {
        let words = self.plan.words.iter().enumerate().filter(|(_, word)| word.positive);
        let (words, shares): (Vec<_>, Vec<_>) =
            words.map(|(word, _)| self.explain_word(address, word)).unzip();
        #[expect(clippy::cast_possible_truncation, reason = "a share of one")]
        let covered = shares.iter().sum::<f64>() as f32;
        let findings = self.findings.get(address.segment_ord as usize);
        let groups = |has: &dyn Fn(&Group, &LiteralFindings) -> bool| {
            let found = findings.map_or(&[][..], |findings| &findings.groups);
            let groups = self.plan.groups.iter().zip(found).filter(|(group, of)| has(group, of));
            groups.map(|(group, _)| group.text.clone()).collect()
        };
        let doc = address.doc_id;
        Explanation {
            covered: rounded(covered.min(1.0)),
            words,
            together: groups(&|group, of| group.words.len() > 1 && of.has(doc)),
            begins: groups(&|_, of| of.begins.binary_search(&doc).is_ok()),
            meaning: self
                .similar
                .as_ref()
                .map(|similar| rounded(similar.of(address.segment_ord as usize, address.doc_id))),
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
    if !alternative.way.is_name() {
        return None;
    }
    Some(match &alternative.matcher {
        Matcher::Word(word) => without_doubt(word).unwrap_or(word).to_owned(),
        Matcher::UrlToken(word) | Matcher::Link(word) => word.clone(),
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
        // Han words are marked by their characters, which are another way to have them.
        Matcher::Word(word) if word.chars().any(is_han) => alternative.way.is_name().then(|| {
            let word = without_doubt(word).unwrap_or(word);
            let literal = word.chars().map(|c| Slot::whole(&c.to_string())).collect();
            Needle { literal, units, ..Needle::default() }
        }),
        Matcher::Word(word) => Some(whole(word)),
        Matcher::Parts(parts) => Some(Needle { words: parts.clone(), units, ..Needle::default() }),
        Matcher::Literal(slots) => {
            let mut literal = slots.clone();
            // A word is cut only where a piece was asked for.
            if !matches!(alternative.way, Way::Fragment | Way::Word) {
                for slot in &mut literal {
                    slot.cut = CutOff::None;
                }
            }
            Some(Needle { literal, units, ..Needle::default() })
        }
        Matcher::UrlToken(_) | Matcher::Link(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::{hold, literal, plan};

    /// Item 1 has the first of two words typed together by another name, and the word behind; item 2 has all as typed.
    fn grounds() -> Grounds {
        let mut plan = plan(&[&[("a", 1.0), ("b", 1.0)], &[("c", 1.0)]]);
        plan.words[0]
            .alternatives
            .push(Alternative { way: Way::Alias, ..literal(&["alpha", "1", "名"]) });
        plan.words[0].alternatives.push(Alternative { way: Way::Fragment, ..literal(&["a"]) });
        plan.words[2].positive = false;
        let findings = Findings {
            words: vec![
                vec![Hold { way: 1, ..hold(1, 0.5, 0.4) }, hold(2, 1.0, 0.9)],
                vec![hold(2, 1.0, 0.9)],
                vec![],
            ],
            groups: vec![
                LiteralFindings { holds: vec![hold(2, 1.0, 0.9)], begins: vec![2] },
                LiteralFindings::default(),
            ],
        };
        let (words, literals) = (vec![3.0, 1.0, 0.0], vec![1.0, 1.0]);
        let information = Information { words, literals, total: 4.0, ..Information::default() };
        Grounds { plan, findings: vec![findings], information, similar: None }
    }

    #[test]
    fn an_explanation_says_how_each_wanted_word_is_had() {
        let explanation = grounds().explain(DocAddress::new(0, 1));
        let [first, second] = explanation.words.as_slice() else { panic!("{explanation:?}") };
        assert_eq!((first.way, first.name.as_deref()), (Some(Way::Alias), Some("alpha 1名")));
        assert_eq!((first.information, first.worth), (0.75, 0.4));
        assert_eq!(first.zones, [Zone::Body]);
        assert_eq!((second.way, second.worth, second.zones.len()), (None, 0.0, 0));
        assert!((explanation.covered - 0.375).abs() < 1e-9);
        assert!(explanation.together.is_empty() && explanation.begins.is_empty());
    }

    #[test]
    fn what_stands_as_typed_is_said() {
        let explanation = grounds().explain(DocAddress::new(0, 2));
        assert_eq!(
            (explanation.together, explanation.begins),
            (vec!["ab".into()], vec!["ab".into()])
        );
        assert!((explanation.covered - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_an_item_was_found_by_is_marked_and_nothing_weaker() {
        let marked = |doc| {
            let needles = grounds().needles(DocAddress::new(0, doc));
            needles.iter().map(|needle| joined(&needle.literal)).collect::<Vec<_>>()
        };
        assert_eq!(marked(1), ["a", "alpha 1名"]);
        assert_eq!(marked(2), ["a", "alpha 1名", "b", "a b"]);
        assert_eq!(marked(3), Vec::<String>::new());
        assert_eq!(grounds().zones(DocAddress::new(0, 2)), [Zone::Body]);
        assert_eq!(grounds().zones(DocAddress::new(0, 3)), []);
    }
}
