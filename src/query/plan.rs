//! A query to a plan: for every word, all the ways an item may have it, as plain data.
//!
//! A *word* is one analysed unit of what was typed. Words that are not separated by a space or sentence punctuation
//! form a *group*, which is also looked for as a literal. A *span* is a run of words that means one thing, such as
//! `large language model`.

use std::ops::Range;

use serde::Serialize;

use super::{IssueRange, Node, Note, Query};
use crate::analysis::{Analysis, Segmenter, Unit, UnitKind, analyze};
use crate::index::TITLE_START;
use crate::text::is_han;

/// Words of a query beyond this many are not searched; a pasted page would otherwise open thousands of lists.
pub const MAX_WORDS: usize = 64;
/// A literal is compared up to this many atoms.
pub const MAX_LITERAL_ATOMS: usize = 512;
/// Words that one meaning may span.
const MAX_SPAN: usize = 8;
/// Other meanings of one span that are looked for.
const MAX_MEANINGS: usize = 8;
/// The shortest piece of a Latin word that is looked for inside other words, in characters.
const MIN_FRAGMENT: usize = 2;

/// Where a word may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Zone {
    /// Title.
    Title,
    /// Body.
    Body,
    /// Section, contributors, tags, source.
    Meta,
    /// Links, as written.
    Link,
}

impl Zone {
    /// Every zone.
    pub const ALL: [Self; 4] = [Self::Title, Self::Body, Self::Meta, Self::Link];
}

/// How an item has a word of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// As a word, or as the literal of its group.
    Word,
    /// In another spelling of the same name: `GPT 4` for `GPT-4`.
    Variant,
    /// In the other number: `LLM` for `LLMs`.
    Plural,
    /// By another name that the shipped list gives.
    Synonym,
    /// By another name that the archive explains itself.
    Alias,
    /// Inside another word, or across two.
    Inside,
    /// The parts of the name apart.
    Parts,
    /// As a piece of a Latin word.
    Fragment,
}

/// How the end of a literal may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A whole atom.
    None,
    /// The atom may begin earlier.
    Start,
    /// The atom may go on.
    End,
    /// Both.
    Both,
}

/// One place of a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The atom.
    pub atom: String,
    /// Other atoms as good: what the same character is in another context.
    pub others: Vec<String>,
    /// Whether it may be a piece of a longer one.
    pub cut: Cut,
    /// Positions behind the slot before it: 1, or 2 where sentence punctuation stands between.
    pub step: u32,
}

impl Slot {
    /// Makes a slot for a whole atom.
    #[must_use]
    pub fn whole(atom: &str) -> Self {
        Self { atom: atom.to_owned(), others: Vec::new(), cut: Cut::None, step: 1 }
    }
}

/// What to look for in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matcher {
    /// A word.
    Word(String),
    /// Adjacent atoms.
    Literal(Vec<Slot>),
    /// Words anywhere in a zone.
    Parts(Vec<String>),
    /// A token of a link.
    UrlToken(String),
    /// A canonical link.
    Link(String),
}

/// One way to have a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// Which kind it is.
    pub way: Way,
    /// How good it is among its kind, 0 to 1.
    pub weight: f32,
    /// What to look for.
    pub matcher: Matcher,
}

/// One word of the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// As typed.
    pub text: String,
    /// What it is made of.
    pub kind: UnitKind,
    /// The form it has among words.
    pub whole: Option<String>,
    /// The ways an item may have it.
    pub alternatives: Vec<Alternative>,
    /// How much it tells, 0 to 1: a particle next to nothing.
    pub information: f32,
    /// Where it may stand.
    pub zones: &'static [Zone],
    /// `false` for a word that must not match.
    pub positive: bool,
}

impl Word {
    /// Returns the atoms it is made of, uncut.
    #[must_use]
    pub fn literal(&self) -> Option<&[Slot]> {
        let mut literals = self.alternatives.iter().filter_map(|way| match &way.matcher {
            Matcher::Literal(slots) if slots.iter().all(|slot| slot.cut == Cut::None) => {
                Some(slots)
            }
            _ => None,
        });
        literals.next_back().map(Vec::as_slice)
    }

    /// Tells whether it is a single Han character, mostly a piece of a word the archive does not have.
    #[must_use]
    pub fn is_single_han(&self) -> bool {
        self.kind == UnitKind::Han && self.text.chars().filter(|c| is_han(*c)).count() == 1
    }
}

/// A run of words that has other names.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Indices of its words.
    pub words: Range<usize>,
    /// Its other names.
    pub alternatives: Vec<Alternative>,
    /// Where it may stand.
    pub zones: &'static [Zone],
}

/// Words typed without a space between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Indices of its words; not empty.
    pub words: Range<usize>,
    /// All of it as a literal; empty if it has no atoms.
    pub literal: Vec<Slot>,
    /// Where it may stand.
    pub zones: &'static [Zone],
    /// Bytes of the text it was typed in.
    pub text: String,
}

/// What must match.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// All of them.
    All(Vec<Clause>),
    /// One of them.
    Any(Vec<Clause>),
    /// Not this.
    Not(Box<Clause>),
    /// All of these groups.
    Groups(Range<usize>),
    /// The literal of this group and nothing less.
    Phrase(usize),
    /// An item of these issues.
    Issue(IssueRange),
}

/// Other names of a run of atoms.
pub trait Thesaurus {
    /// Returns other names of `atoms`, each as text with a weight of 0 to 1, best first.
    fn other_names(&self, atoms: &[&str]) -> Vec<OtherName>;
}

/// Another name of something.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherName {
    /// The name as written.
    pub text: String,
    /// How near in meaning, 0 to 1.
    pub weight: f32,
    /// [`Way::Synonym`] or [`Way::Alias`].
    pub way: Way,
}

/// A query ready to run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What must match; `None` where no words were given.
    pub root: Option<Clause>,
    /// Every word.
    pub words: Vec<Word>,
    /// Every group.
    pub groups: Vec<Group>,
    /// Every span.
    pub spans: Vec<Span>,
    /// What could not be done as typed.
    pub notes: Vec<Note>,
}

/// Makes plans.
pub struct Planner<'a> {
    /// Cuts the query; the index's own vocabulary.
    pub segmenter: &'a dyn Segmenter,
    /// Where other names come from.
    pub thesauri: &'a [&'a dyn Thesaurus],
    /// Returns the canonical form of a URL.
    pub canonical_link: fn(&str) -> Option<String>,
}

impl std::fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Planner").finish_non_exhaustive()
    }
}

/// What is planned now: where it may stand and whether it must match.
#[derive(Clone, Copy)]
struct Mode {
    zones: &'static [Zone],
    positive: bool,
}

impl Planner<'_> {
    /// Plans a query.
    #[must_use]
    pub fn plan(&self, query: &Query) -> Plan {
        let mut plan = Plan::default();
        let mode = Mode { zones: &Zone::ALL, positive: true };
        plan.root = query.root.as_ref().and_then(|root| self.clause(root, mode, &mut plan));
        plan
    }

    fn clause(&self, node: &Node, mode: Mode, plan: &mut Plan) -> Option<Clause> {
        match node {
            Node::Text(text) => self.text(text, mode, plan).map(Clause::Groups),
            Node::Title(text) => {
                self.text(text, Mode { zones: &[Zone::Title], ..mode }, plan).map(Clause::Groups)
            }
            Node::Phrase(text) => self.phrase(text, mode, plan),
            Node::Not(inner) => {
                let inner = self.clause(inner, Mode { positive: false, ..mode }, plan)?;
                Some(Clause::Not(Box::new(inner)))
            }
            Node::Issue(range) => Some(Clause::Issue(*range)),
            Node::Any(nodes) => {
                let any: Vec<Clause> =
                    nodes.iter().filter_map(|node| self.clause(node, mode, plan)).collect();
                (!any.is_empty()).then_some(Clause::Any(any))
            }
            Node::All(nodes) => {
                let all: Vec<Clause> =
                    nodes.iter().filter_map(|node| self.clause(node, mode, plan)).collect();
                all.iter()
                    .any(|clause| !matches!(clause, Clause::Not(_)))
                    .then_some(Clause::All(all))
            }
        }
    }

    /// Plans words in any order; returns their groups.
    fn text(&self, text: &str, mode: Mode, plan: &mut Plan) -> Option<Range<usize>> {
        let analysis = analyze(text, self.segmenter);
        let room = MAX_WORDS.saturating_sub(plan.words.len());
        if analysis.units.len() > room {
            let note = Note::FirstWords(MAX_WORDS);
            if !plan.notes.contains(&note) {
                plan.notes.push(note);
            }
        }
        let units = &analysis.units[..analysis.units.len().min(room)];
        let (first_word, first_group) = (plan.words.len(), plan.groups.len());
        let outer = (units.first().map(|unit| unit.group), units.last().map(|unit| unit.group));
        for group in units.chunk_by(|a, b| a.group == b.group) {
            let first = plan.words.len();
            // A piece of a text is cut at its ends and nowhere else.
            let ends = (outer.0 == Some(group[0].group), outer.1 == Some(group[0].group));
            for (at, unit) in group.iter().enumerate() {
                let cut = (ends.0 && at == 0, ends.1 && at + 1 == group.len());
                let mut word = self.word(&analysis, unit, text, mode, cut);
                // A word tells what it tells once, however often it is typed.
                let again = |known: &Word| {
                    known.positive && known.whole.is_some() && known.whole == word.whole
                };
                if plan.words.iter().any(again) {
                    word.information = 0.0;
                }
                plan.words.push(word);
            }
            let mut literal = slots(&analysis, group, text);
            if mode.positive {
                let latin = |unit: Option<&Unit>| unit.is_some_and(|u| u.kind == UnitKind::Latin);
                let cut = (ends.0 && latin(group.first()), ends.1 && latin(group.last()));
                open_ends(&mut literal, cut);
            }
            let (from, to) = (group[0].span.start, group[group.len() - 1].span.end);
            plan.groups.push(Group {
                words: first..plan.words.len(),
                literal,
                zones: mode.zones,
                text: text[from..to].to_owned(),
            });
        }
        if plan.groups.len() == first_group {
            return None;
        }
        if mode.positive {
            self.spans(&analysis, units, first_word, mode, plan);
            cut_off_ends(&mut plan.words, &plan.groups[first_group..]);
        }
        Some(first_group..plan.groups.len())
    }

    /// Adjacent atoms in the order typed; nothing else counts.
    fn phrase(&self, text: &str, mode: Mode, plan: &mut Plan) -> Option<Clause> {
        let analysis = analyze(text, self.segmenter);
        let literal = slots(&analysis, &analysis.units, text);
        if literal.is_empty() {
            return self.text(text, mode, plan).map(Clause::Groups);
        }
        let word = plan.words.len();
        plan.words.push(Word {
            text: format!("“{text}”"),
            kind: UnitKind::Symbol,
            whole: None,
            alternatives: vec![Alternative {
                way: Way::Word,
                weight: 1.0,
                matcher: Matcher::Literal(literal.clone()),
            }],
            information: 1.0,
            zones: mode.zones,
            positive: mode.positive,
        });
        plan.groups.push(Group {
            words: word..word + 1,
            literal,
            zones: mode.zones,
            text: text.to_owned(),
        });
        Some(Clause::Phrase(plan.groups.len() - 1))
    }

    /// Plans one word; `cut` tells whether it may be what is left of a longer one, at its start and at its end.
    fn word(
        &self,
        analysis: &Analysis,
        unit: &Unit,
        text: &str,
        mode: Mode,
        cut: (bool, bool),
    ) -> Word {
        let typed = unit.span.of(text);
        let mut word = Word {
            text: typed.to_owned(),
            kind: unit.kind,
            whole: unit.whole.clone(),
            alternatives: Vec::new(),
            information: information(unit),
            zones: mode.zones,
            positive: mode.positive,
        };
        let mut add = |way, weight, matcher| {
            word.alternatives.push(Alternative { way, weight, matcher });
        };
        if unit.kind == UnitKind::Url {
            if let Some(url) = unit.urls.first() {
                add(Way::Word, 1.0, Matcher::UrlToken(url.clone()));
            }
            if let Some(link) = (self.canonical_link)(typed) {
                add(Way::Word, 1.0, Matcher::Link(link));
            }
            return word;
        }
        if let Some(whole) = &unit.whole {
            add(Way::Word, 1.0, Matcher::Word(whole.clone()));
        }
        let latin = unit.kind == UnitKind::Latin;
        let atoms = slots(analysis, std::slice::from_ref(unit), text);
        if latin && let Some(whole) = &unit.whole {
            for plural in plurals(whole) {
                add(Way::Plural, 1.0, Matcher::Word(plural));
            }
        }
        // Without its sign a name is another word: `.NET`.
        let only = atoms.first().filter(|_| latin && atoms.len() == 1);
        let signed = only.is_some_and(|only| unit.whole.as_deref() != Some(only.atom.as_str()));
        let unsigned = if signed { UNSIGNED } else { 1.0 };
        if latin && mode.positive {
            let pieces: Vec<Slot> = analysis.atoms[unit.atoms.clone()]
                .iter()
                .filter(|atom| atom.is_piece)
                .map(|atom| Slot::whole(&atom.text))
                .collect();
            if pieces.len() >= 2 {
                add(Way::Variant, 1.0, Matcher::Literal(pieces));
            }
        }
        if latin && atoms.len() >= 2 {
            add(Way::Variant, 1.0, Matcher::Literal(atoms.clone()));
        } else if !atoms.is_empty() {
            // A camel-case piece of a Latin name is as good as a word of its own.
            let single = latin || atoms.len() == 1;
            let way = if single { Way::Variant } else { Way::Inside };
            add(way, unsigned, Matcher::Literal(atoms.clone()));
        }
        if !unit.parts.is_empty() {
            add(Way::Parts, 1.0, Matcher::Parts(unit.parts.clone()));
        }
        if latin
            && mode.positive
            && atoms.iter().map(|slot| slot.atom.len()).sum::<usize>() >= MIN_FRAGMENT
        {
            let mut open = atoms;
            open_ends(&mut open, cut);
            if open.iter().any(|slot| slot.cut != Cut::None) {
                add(Way::Fragment, unsigned, Matcher::Literal(open));
            }
        }
        word
    }

    /// Finds runs of words that have other names: from every word on the longest.
    fn spans(
        &self,
        analysis: &Analysis,
        units: &[Unit],
        first_word: usize,
        mode: Mode,
        plan: &mut Plan,
    ) {
        let atoms_of = |units: &[Unit]| -> Vec<String> {
            units
                .iter()
                .flat_map(|unit| analysis.literal_of(unit))
                .map(|atom| atom.text.to_string())
                .collect()
        };
        for from in 0..units.len() {
            for to in (from + 1..=units.len().min(from + MAX_SPAN)).rev() {
                let atoms = atoms_of(&units[from..to]);
                let atoms: Vec<&str> = atoms.iter().map(String::as_str).collect();
                let mut names: Vec<OtherName> = Vec::new();
                for thesaurus in self.thesauri {
                    for name in thesaurus.other_names(&atoms) {
                        if !names.iter().any(|known| known.text == name.text) {
                            names.push(name);
                        }
                    }
                }
                if names.is_empty() {
                    continue;
                }
                names.truncate(MAX_MEANINGS);
                let alternatives = names.iter().filter_map(|name| self.other_name(name)).collect();
                plan.spans.push(Span {
                    words: first_word + from..first_word + to,
                    alternatives,
                    zones: mode.zones,
                });
                break;
            }
        }
    }

    fn other_name(&self, name: &OtherName) -> Option<Alternative> {
        let analysis = analyze(&name.text, self.segmenter);
        let matcher = match analysis.units.as_slice() {
            [] => return None,
            [Unit { kind: UnitKind::Latin, whole: Some(whole), .. }] => {
                Matcher::Word(whole.clone())
            }
            units => {
                let literal = slots(&analysis, units, &name.text);
                if literal.is_empty() {
                    return None;
                }
                Matcher::Literal(literal)
            }
        };
        Some(Alternative { way: name.way, weight: name.weight, matcher })
    }
}

/// Returns the atoms of neighbouring units as a literal.
fn slots(analysis: &Analysis, units: &[Unit], text: &str) -> Vec<Slot> {
    let atoms = units.iter().flat_map(|unit| analysis.literal_of(unit));
    let mut before: Option<usize> = None;
    atoms
        .take(MAX_LITERAL_ATOMS)
        .map(|atom| {
            let mut slot = Slot::whole(&atom.text);
            let step = before.map_or(1, |before| atom.position.saturating_sub(before).max(1));
            slot.step = u32::try_from(step).unwrap_or(u32::MAX);
            before = Some(atom.position);
            // What a character is simplified to can depend on its neighbours, which a piece of a text may not have.
            let source = atom.span.of(text);
            let mut chars = source.chars();
            if let (Some(c), None) = (chars.next(), chars.next())
                && is_han(c)
                && source != slot.atom
            {
                slot.others.push(source.to_owned());
            }
            slot
        })
        .collect()
}

/// Lets a literal begin or end inside a Latin word; a single word may be a piece of another anywhere.
fn open_ends(slots: &mut [Slot], (start, end): (bool, bool)) {
    let alphanumeric = |slot: &Slot| slot.atom.chars().all(char::is_alphanumeric);
    match slots {
        [] => {}
        [only] => {
            if only.atom.chars().count() >= MIN_FRAGMENT && alphanumeric(only) {
                only.cut = Cut::Both;
            }
        }
        [first, .., last] => {
            if start && alphanumeric(first) {
                first.cut = Cut::Start;
            }
            if end && alphanumeric(last) {
                last.cut = Cut::End;
            }
        }
    }
}

/// Letters at the end of a query that may be what is left of a word; longer ones are looked for inside words anyway.
const MAX_CUT_OFF: usize = 3;

/// What a name without its sign is worth against the name.
const UNSIGNED: f32 = 0.5;

/// Lets a few letters at either end of several groups be the end of a word that was cut off: `n LLM Lead` in `Open
/// LLM Leaderboard`, `ocalhost:400` in `localhost:4000`.
fn cut_off_ends(words: &mut [Word], groups: &[Group]) {
    let [first, .., last] = groups else { return };
    for (group, cut) in [(first, Cut::Start), (last, Cut::End)] {
        let [only] = group.literal.as_slice() else { continue };
        let word = &mut words[group.words.start];
        let short = only.atom.chars().all(char::is_alphanumeric)
            && only.atom.chars().count() <= MAX_CUT_OFF;
        if word.kind == UnitKind::Latin && short {
            word.alternatives.push(Alternative {
                way: Way::Fragment,
                weight: 1.0,
                matcher: Matcher::Literal(vec![Slot { cut, ..only.clone() }]),
            });
        }
    }
}

/// Words that carry grammar and no subject. They match as any word does, but tell next to nothing.
const PARTICLES: &str = include_str!("particles.txt");

/// What a particle tells.
const PARTICLE: f32 = 0.08;
/// What a single Han character tells that is no particle: mostly a piece of a longer word.
const SINGLE_HAN: f32 = 0.5;

fn information(unit: &Unit) -> f32 {
    let Some(whole) = &unit.whole else { return 1.0 };
    let particle = PARTICLES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .any(|line| line.split_whitespace().any(|word| word == whole));
    if particle {
        PARTICLE
    } else if unit.kind == UnitKind::Han && whole.chars().count() == 1 {
        SINGLE_HAN
    } else {
        1.0
    }
}

/// Words that end in s and are not the plural of the word without it.
const NOT_PLURAL: [&str; 14] = [
    "news",
    "windows",
    "https",
    "canvas",
    "redis",
    "pandas",
    "kubernetes",
    "jenkins",
    "aws",
    "ios",
    "dos",
    "css",
    "rss",
    "os",
];

fn plurals(word: &str) -> Vec<String> {
    let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
    if !letters || word.len() < 3 || NOT_PLURAL.contains(&word) {
        return Vec::new();
    }
    match word.strip_suffix('s') {
        Some(stem) if word.ends_with("ies") && stem.len() >= 5 => {
            vec![stem.to_owned(), format!("{}y", stem.trim_end_matches("ie"))]
        }
        Some(stem) if stem.len() >= 3 && !stem.ends_with('s') => vec![stem.to_owned()],
        Some(_) => Vec::new(),
        None => {
            let plural = format!("{word}s");
            if NOT_PLURAL.contains(&plural.as_str()) { Vec::new() } else { vec![plural] }
        }
    }
}

/// Returns the literal of a title that begins with `literal`.
#[must_use]
pub fn beginning_of_title(literal: &[Slot]) -> Vec<Slot> {
    let mut slots = vec![Slot::whole(TITLE_START)];
    slots.extend(literal.iter().map(|slot| Slot { cut: Cut::None, ..slot.clone() }));
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_guessed_with_care() {
        assert_eq!(plurals("llms"), ["llm"]);
        assert_eq!(plurals("agent"), ["agents"]);
        assert_eq!(plurals("queries"), ["querie", "query"]);
        for word in ["news", "new", "windows", "window", "css", "gpt4", "os", "http", "class"] {
            assert_eq!(plurals(word), Vec::<String>::new(), "{word}");
        }
    }
}
