//! A query to a plan.

use std::ops::Range;

use super::model::{
    Alternative, Clause, CutOff, Group, Matcher, Mode, Named, OtherName, Plan, Slot, Span,
    Thesaurus, Way, Word, Zone,
};
use super::words::{PARTICLE, Typed, WordBuilder, cut_off_ends, is_grammar, open_ends, slots};
use crate::analysis::{Analysis, Cutter, NoCutter, Unit, UnitKind, analyze, doubtful};
use crate::query::filler::fillers;
use crate::query::issue::issue_names;
use crate::query::quantity::{other_forms, other_forms_of_counted};
use crate::query::{Node, Note, Query};
use crate::text::{ByteSpan, is_han};

/// Words of a query beyond this many are not searched; a pasted page would otherwise open thousands of lists. The longest
/// of the questions that people were seen to ask has 46 characters; twice as many words made the worst query twice as slow.
pub const MAX_WORDS: usize = 32;
/// Words that one meaning may span: the names of the shipped list have fewer. A longer one is not found.
const MAX_SPAN: usize = 8;
/// Other meanings of one span that are looked for; each opens lists of postings.
const MAX_MEANINGS: usize = 8;

/// Letters of the shortest other name that is looked for as a part of written names, too: ChatGPT is no 聊天.
const MIN_PART: usize = 6;

/// What another name is worth where the text may be divided otherwise: as little of itself as a word that was typed.
const DOUBTFUL: f32 = 0.5;

/// What the words of a name that a list knows are worth apart. By eye: less than its other names are.
const APART: f32 = 0.5;

/// Makes plans.
pub struct Planner<'a> {
    /// Cuts the query; the index's own vocabulary.
    pub cutter: &'a dyn Cutter,
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

impl Planner<'_> {
    /// Plans a query.
    #[must_use]
    pub fn plan(&self, query: &Query) -> Plan {
        let mut plan = Plan::default();
        let mode = Mode { zones: &Zone::ALL, positive: true };
        plan.root = query.root.as_ref().and_then(|root| self.clause(root, mode, &mut plan));
        if let Some(Node::Text(text)) = &query.root
            && plan.words.len() > 1
        {
            plan.piece = Self::piece(text, mode);
        }
        plan
    }

    /// Plans a text of several words as what was cut out of a longer one.
    fn piece(text: &str, mode: Mode) -> Option<Alternative> {
        // Words do not matter, only what stands side by side.
        let analysis = analyze(text, &NoCutter);
        let mut literal = slots(Typed { text, analysis: &analysis, mode }, &analysis.units);
        if literal.len() < 2 {
            return None;
        }
        open_ends(&mut literal, cut_where_latin(&analysis.units, CutOff::Both));
        let matcher = Matcher::Literal(literal);
        Some(Alternative { way: Way::Fragment, weight: 1.0, matcher })
    }

    fn clause(&self, node: &Node, mode: Mode, plan: &mut Plan) -> Option<Clause> {
        match node {
            Node::Text(text) => self.text(text, mode, plan).map(Clause::Groups),
            Node::Title(text) => {
                self.text(text, Mode { zones: &[Zone::Title], ..mode }, plan).map(Clause::Groups)
            }
            Node::Phrase(text) => self.phrase(text, mode, plan),
            Node::Piece(text) => Self::starred(text, mode, plan),
            Node::Not(inner) => {
                let inner = self.clause(inner, Mode { positive: false, ..mode }, plan)?;
                Some(Clause::Not(Box::new(inner)))
            }
            Node::Issue(range) => Some(Clause::Named(Named::Issue(*range))),
            Node::Link(link) => Some(Clause::Any(vec![
                Clause::Named(Named::Link(link.clone())),
                Clause::Named(Named::Below(link.clone())),
            ])),
            Node::Any(nodes) => {
                if let [Node::Issue(range), Node::Text(typed)] = nodes.as_slice()
                    && range.from == range.to
                {
                    let named = Clause::Named(Named::Issue(*range));
                    let said = self.issue(typed, range.from, mode, plan).into_iter();
                    return Some(Clause::Any(std::iter::once(named).chain(said).collect()));
                }
                let any: Vec<Clause> =
                    nodes.iter().filter_map(|node| self.clause(node, mode, plan)).collect();
                (!any.is_empty()).then_some(Clause::Any(any))
            }
            Node::All(nodes) => {
                let all: Vec<Clause> =
                    nodes.iter().filter_map(|node| self.clause(node, mode, plan)).collect();
                (!all.is_empty()).then_some(Clause::All(all))
            }
        }
    }

    /// Plans words in any order; returns their groups.
    fn text(&self, text: &str, mode: Mode, plan: &mut Plan) -> Option<Range<usize>> {
        let analysis = analyze(text, self.cutter);
        let typed = Typed { text, analysis: &analysis, mode };
        let units = within_room(&typed.analysis.units, plan);
        let (first_word, first_group) = (plan.words.len(), plan.groups.len());
        let groups: Vec<&[Unit]> = units.chunk_by(|a, b| a.group == b.group).collect();
        for (at, group) in groups.iter().enumerate() {
            // A piece of a text is cut at its ends and nowhere else.
            self.group(typed, group, CutOff::Both.of_piece(at, groups.len()), plan);
        }
        if groups.is_empty() {
            return None;
        }
        if typed.mode.positive {
            let fillers = fillers(typed.text);
            let filler = |span: ByteSpan| {
                let holds = |of: &Range<usize>| of.start <= span.start && span.end <= of.end;
                fillers.iter().find(|filler| holds(&filler.range))
            };
            let words = &mut plan.words[first_word..];
            let needed = words.iter().zip(units).map(|(word, unit)| {
                !word.whole.as_deref().is_some_and(is_grammar) && filler(unit.span).is_none()
            });
            let needed: Vec<bool> = needed.collect();
            if needed.contains(&true) {
                for ((word, unit), needed) in words.iter_mut().zip(units).zip(needed) {
                    word.needed = needed;
                    if filler(unit.span).is_some_and(|filler| !filler.is_wish) {
                        word.information = word.information.min(PARTICLE);
                    }
                }
            }
            self.spans(typed, units, first_word, plan);
            cut_off_ends(&mut plan.words, &plan.groups[first_group..]);
        }
        Some(first_group..plan.groups.len())
    }

    /// Plans words typed without a space between them; `cut` says at which ends they may be what is left of longer ones.
    fn group(&self, typed: Typed<'_>, units: &[Unit], cut: CutOff, plan: &mut Plan) {
        let first_word = plan.words.len();
        for (at, unit) in units.iter().enumerate() {
            let mut word = self.word(typed, unit, cut.of_piece(at, units.len()));
            // A word says what it says once, however often it is typed.
            let again =
                |known: &Word| known.positive && known.whole.is_some() && known.whole == word.whole;
            if plan.words.iter().any(again) {
                word.information = 0.0;
            }
            plan.words.push(word);
        }
        let mut literal = slots(typed, units);
        if typed.mode.positive {
            open_ends(&mut literal, cut_where_latin(units, cut));
        }
        let span = units.first().zip(units.last());
        let text = span.map(|(first, last)| ByteSpan::new(first.span.start, last.span.end));
        plan.groups.push(Group {
            words: first_word..plan.words.len(),
            literal,
            zones: typed.mode.zones,
            text: text.map_or("", |span| span.of(typed.text)).to_owned(),
        });
    }

    fn word(&self, typed: Typed<'_>, unit: &Unit, cut: CutOff) -> Word {
        let word = WordBuilder::new(typed, unit);
        if unit.kind == UnitKind::Url {
            word.link((self.canonical_link)(unit.span.of(typed.text)))
        } else {
            word.word(cut)
        }
    }

    /// Plans adjacent atoms in the order typed; nothing else counts.
    fn phrase(&self, text: &str, mode: Mode, plan: &mut Plan) -> Option<Clause> {
        let analysis = analyze(text, self.cutter);
        let literal = slots(Typed { text, analysis: &analysis, mode }, &analysis.units);
        if literal.is_empty() {
            return self.text(text, mode, plan).map(Clause::Groups);
        }
        let word = plan.words.len();
        let matcher = Matcher::Literal(literal.clone());
        plan.words.push(Word {
            text: format!("“{text}”"),
            kind: UnitKind::Symbol,
            whole: None,
            alternatives: vec![Alternative { way: Way::Word, weight: 1.0, matcher }],
            information: 1.0,
            zones: mode.zones,
            positive: mode.positive,
            needed: true,
        });
        plan.groups.push(Group {
            words: word..word + 1,
            literal,
            zones: mode.zones,
            text: text.to_owned(),
        });
        Some(Clause::Phrase(plan.groups.len() - 1))
    }

    /// Plans a piece of words: where `*` stands they may go on.
    fn starred(typed: &str, mode: Mode, plan: &mut Plan) -> Option<Clause> {
        let cut = match (typed.starts_with('*'), typed.ends_with('*')) {
            (true, true) => CutOff::Both,
            (true, false) => CutOff::Start,
            _ => CutOff::End,
        };
        let text = typed.trim_matches('*');
        let analysis = analyze(text, &NoCutter);
        let literal = slots(Typed { text, analysis: &analysis, mode }, &analysis.units);
        let mut open = literal.clone();
        match (open.as_mut_slice(), cut_where_latin(&analysis.units, cut)) {
            // A single word is open where the star is; a piece by itself is one anywhere.
            ([only], cut) => only.cut = cut,
            (open, cut) => open_ends(open, cut),
        }
        if literal.is_empty() || plan.words.len() >= MAX_WORDS {
            return None;
        }
        let (word, group) = (plan.words.len(), plan.groups.len());
        let matcher = Matcher::Literal(open);
        plan.words.push(Word {
            text: typed.to_owned(),
            kind: UnitKind::Symbol,
            whole: None,
            alternatives: vec![Alternative { way: Way::Word, weight: 1.0, matcher }],
            information: 1.0,
            zones: mode.zones,
            needed: true,
            positive: mode.positive,
        });
        plan.groups.push(Group {
            words: word..word + 1,
            literal,
            zones: mode.zones,
            text: typed.to_owned(),
        });
        Some(Clause::Groups(group..group + 1))
    }

    /// Plans the number of an issue as texts name it, however it was typed.
    fn issue(&self, typed: &str, number: u32, mode: Mode, plan: &mut Plan) -> Option<Clause> {
        if plan.words.len() >= MAX_WORDS {
            return None;
        }
        let literal = |text: &str| {
            let analysis = analyze(text, &NoCutter);
            slots(Typed { text, analysis: &analysis, mode }, &analysis.units)
        };
        let own = literal(typed);
        let analysis = analyze(typed, self.cutter);
        let mut alternatives = match analysis.units.as_slice() {
            [unit] if unit.whole.is_some() => {
                let typed = Typed { text: typed, analysis: &analysis, mode };
                self.word(typed, unit, CutOff::None).alternatives
            }
            _ => vec![Alternative {
                way: Way::Word,
                weight: 1.0,
                matcher: Matcher::Literal(own.clone()),
            }],
        };
        let mut other = |matcher: Matcher| {
            if alternatives.iter().all(|known| known.matcher != matcher) {
                alternatives.push(Alternative { way: Way::Variant, weight: 1.0, matcher });
            }
        };
        other(Matcher::Word(format!("#{number}")));
        for name in issue_names(number) {
            other(Matcher::Literal(literal(&name)));
        }
        let (word, group) = (plan.words.len(), plan.groups.len());
        plan.words.push(Word {
            text: typed.to_owned(),
            kind: UnitKind::Symbol,
            whole: None,
            alternatives,
            information: 1.0,
            zones: mode.zones,
            positive: mode.positive,
            needed: true,
        });
        let (words, text) = (word..word + 1, typed.to_owned());
        plan.groups.push(Group { words, literal: own, zones: mode.zones, text });
        Some(Clause::Groups(group..group + 1))
    }

    /// Finds runs of words that have other names: from every word on the longest.
    fn spans(&self, typed: Typed<'_>, units: &[Unit], first_word: usize, plan: &mut Plan) {
        // All of it is the name of one thing: other names of parts of it are of something else.
        let mut is_name = false;
        for from in 0..units.len() {
            let longest = units.len().min(from + MAX_SPAN);
            let found = (from + 1..=longest).rev().find_map(|to| {
                let mut names = self.other_names(typed.analysis, &units[from..to]);
                let numbers = numbers(typed, &units[from..to]);
                let is_quantity = !numbers.is_empty();
                names.extend(numbers);
                (!names.is_empty()).then_some((to, names, is_quantity))
            });
            let Some((to, names, is_quantity)) = found else { continue };
            let words = first_word + from..first_word + to;
            if is_quantity && to > from + 1 {
                let literal = slots(typed, &units[from..to]);
                plan.words[words.clone()].iter_mut().for_each(|word| only_together(word, &literal));
            }
            let mut alternatives: Vec<Alternative> =
                names.iter().flat_map(|name| self.other_name(name)).collect();
            let is_all = (from, to) == (0, units.len()) && to > 1;
            if is_name {
                for other in &mut alternatives {
                    other.weight *= APART;
                }
            }
            if is_all && names.iter().any(|name| name.way == Way::Synonym) {
                is_name = true;
                // What was asked for is a name: beside other words each of its own says what it is about.
                let matcher = Matcher::Literal(slots(typed, &units[from..to]));
                alternatives.insert(0, Alternative { way: Way::Word, weight: 1.0, matcher });
                for word in &mut plan.words[words.clone()] {
                    word.alternatives.iter_mut().for_each(|way| way.weight *= APART);
                }
            }
            plan.spans.push(Span { words, alternatives, zones: typed.mode.zones });
        }
    }

    /// Returns the other names of a run of words, each once.
    fn other_names(&self, analysis: &Analysis, units: &[Unit]) -> Vec<OtherName> {
        let atoms = units.iter().flat_map(|unit| analysis.literal_of(unit));
        let atoms: Vec<&str> = atoms.map(|atom| atom.text.as_str()).collect();
        let mut names: Vec<OtherName> = Vec::new();
        for name in self.thesauri.iter().flat_map(|thesaurus| thesaurus.other_names(&atoms)) {
            if !names.iter().any(|known| known.text == name.text) {
                names.push(name);
            }
        }
        names.truncate(MAX_MEANINGS);
        names
    }

    /// Returns the ways to have another name; none if it has nothing that could be looked for.
    fn other_name(&self, name: &OtherName) -> Vec<Alternative> {
        let analysis = analyze(&name.text, self.cutter);
        let mode = Mode { zones: &Zone::ALL, positive: true };
        let typed = Typed { text: &name.text, analysis: &analysis, mode };
        let matcher = match analysis.units.as_slice() {
            // A long one may be a part of a written name: reader in GraphReader, and not ar in arXiv.
            [Unit { kind: UnitKind::Latin, whole: Some(whole), .. }]
                if name.way != Way::Slip
                    && whole.len() >= MIN_PART
                    && name.text.bytes().all(|b| b.is_ascii_alphabetic()) =>
            {
                Matcher::Literal(vec![Slot::whole(whole)])
            }
            [Unit { kind: UnitKind::Latin, whole: Some(whole), .. }] => {
                Matcher::Word(whole.to_string())
            }
            // Across two words the same characters are no name.
            [Unit { kind: UnitKind::Han, whole: Some(whole), .. }]
                if whole.chars().all(is_han) && self.cutter.has_word(whole) =>
            {
                let by = |word: String, weight| Alternative {
                    way: name.way,
                    weight,
                    matcher: Matcher::Word(word),
                };
                let mut ways = vec![by(whole.to_string(), name.weight)];
                if whole.chars().nth(1).is_some() {
                    ways.push(by(doubtful(whole), name.weight * DOUBTFUL));
                }
                return ways;
            }
            units => {
                let literal = slots(typed, units);
                if literal.is_empty() {
                    return Vec::new();
                }
                Matcher::Literal(literal)
            }
        };
        vec![Alternative { way: name.way, weight: name.weight, matcher }]
    }
}

/// Lets a word of a quantity count where all of it stands: 200 and 万 apart are no 200 万.
fn only_together(word: &mut Word, literal: &[Slot]) {
    for alternative in &mut word.alternatives {
        alternative.way = Way::Parts;
    }
    let matcher = Matcher::Literal(literal.to_vec());
    word.alternatives.insert(0, Alternative { way: Way::Variant, weight: 1.0, matcher });
}

/// Returns the other ways to write a quantity that neighbouring words are.
fn numbers(typed: Typed<'_>, units: &[Unit]) -> Vec<OtherName> {
    let (Some(first), Some(last)) = (units.first(), units.last()) else { return Vec::new() };
    let text = &typed.text[first.span.start..last.span.end];
    let mut forms = other_forms(text);
    if forms.is_empty() && last.kind == UnitKind::Han {
        forms = other_forms_of_counted(text, last.span.of(typed.text));
    }
    forms.into_iter().map(|text| OtherName { text, weight: 1.0, way: Way::Variant }).collect()
}

/// Returns the units there is still room for in the plan; leaves a note where there is not enough.
fn within_room<'u>(units: &'u [Unit], plan: &mut Plan) -> &'u [Unit] {
    let room = MAX_WORDS.saturating_sub(plan.words.len());
    let note = Note::FirstWords(MAX_WORDS);
    if units.len() > room && !plan.notes.contains(&note) {
        plan.notes.push(note);
    }
    &units[..units.len().min(room)]
}

/// Closes a cut where no Latin word is: Han characters are words by themselves.
fn cut_where_latin(units: &[Unit], cut: CutOff) -> CutOff {
    let is_latin = |unit: Option<&Unit>| unit.is_some_and(|unit| unit.kind == UnitKind::Latin);
    let cut = if is_latin(units.first()) { cut } else { cut.closed_at_start() };
    if is_latin(units.last()) { cut } else { cut.closed_at_end() }
}

#[cfg(test)]
mod tests;
