//! One analysed unit of a query to a word with the ways an item may have it.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::model::{Alternative, CutOff, Group, MAX_LITERAL_ATOMS, Matcher, Mode, Slot, Way, Word};
use crate::analysis::{Analysis, Unit, UnitKind, doubtful};
use crate::text::is_han;

/// The shortest piece of a Latin word that is looked for inside other words, in characters: the index promises pieces
/// from two on.
const MIN_FRAGMENT: usize = 2;
/// Letters at the end of a query that may be what is left of a word; longer ones are looked for inside words anyway.
const MAX_CUT_OFF: usize = 3;
/// What a name without its sign is worth against the name. Golden cases and judged queries hold it; at 1 `NET` would be
/// as good as `.NET`.
const UNSIGNED: f32 = 0.5;
/// What a particle says. Judged queries hold it; at 0 a question of particles alone would have no order.
pub(super) const PARTICLE: f32 = 0.08;
/// What a single Han character says that is not a particle: mostly a piece of a longer word. Judged queries hold it.
const SINGLE_HAN: f32 = 0.5;
/// Words that carry grammar and no subject. They match as any word does, but say next to nothing.
const PARTICLES: &str = include_str!("../particles.txt");
/// Letters that the shortest word with a plural has.
const MIN_PLURAL: usize = 3;
/// Letters before the `s` of a plural whose `ie` may stand for a `y`, as in `queries`; shorter ones end in `ie`: `ties`.
const MIN_IES: usize = 5;
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

/// Puts together the ways an item may have one word, the best first.
pub(super) struct WordBuilder<'a> {
    typed: Typed<'a>,
    unit: &'a Unit,
    alternatives: Vec<Alternative>,
}

/// A text of the query, analysed, and what it is planned as.
#[derive(Clone, Copy)]
pub(super) struct Typed<'a> {
    pub(super) text: &'a str,
    pub(super) analysis: &'a Analysis,
    pub(super) mode: Mode,
}

impl<'a> WordBuilder<'a> {
    /// Begins the word of a unit.
    pub(super) fn new(typed: Typed<'a>, unit: &'a Unit) -> Self {
        Self { typed, unit, alternatives: Vec::new() }
    }

    /// Makes the word of a link; `canonical` is its canonical form.
    pub(super) fn link(mut self, canonical: Option<String>) -> Word {
        if let Some(url) = self.unit.urls.first() {
            self.add(Way::Word, 1.0, Matcher::UrlToken(url.clone()));
        }
        if let Some(link) = canonical {
            self.add(Way::Word, 1.0, Matcher::Link(link));
        }
        self.finish()
    }

    /// Makes any other word; `cut` says at which ends it may be what is left of a longer one.
    pub(super) fn word(mut self, cut: CutOff) -> Word {
        let atoms = slots(self.typed, std::slice::from_ref(self.unit));
        if let Some(whole) = &self.unit.whole {
            self.add(Way::Word, 1.0, Matcher::Word(whole.to_string()));
        }
        if self.is_latin() {
            self.plurals();
            self.camel_case_pieces();
        }
        if let Some(whole) = self.unit.whole.as_ref().filter(|_| self.unit.kind == UnitKind::Han)
            && atoms.len() > 1
        {
            self.add(Way::Doubtful, 1.0, Matcher::Word(doubtful(whole)));
        }
        self.literal(&atoms);
        self.url_token(&atoms);
        if !self.unit.parts.is_empty() {
            self.add(Way::Parts, 1.0, Matcher::Parts(self.unit.parts.clone()));
        }
        if self.is_latin() && self.typed.mode.positive {
            self.fragment(atoms, cut);
        }
        self.finish()
    }

    fn finish(self) -> Word {
        Word {
            text: self.unit.span.of(self.typed.text).to_owned(),
            kind: self.unit.kind,
            whole: self.unit.whole.as_ref().map(ToString::to_string),
            alternatives: self.alternatives,
            information: information(self.unit),
            zones: self.typed.mode.zones,
            positive: self.typed.mode.positive,
            needed: true,
        }
    }

    fn add(&mut self, way: Way, weight: f32, matcher: Matcher) {
        self.alternatives.push(Alternative { way, weight, matcher });
    }

    fn is_latin(&self) -> bool {
        self.unit.kind == UnitKind::Latin
    }

    fn plurals(&mut self) {
        for plural in self.unit.whole.as_deref().map(plurals).unwrap_or_default() {
            self.add(Way::Plural, 1.0, Matcher::Word(plural));
        }
    }

    /// `LongRoPE` may be written `long rope`.
    fn camel_case_pieces(&mut self) {
        let atoms = &self.typed.analysis.atoms[self.unit.atoms.clone()];
        let pieces: Vec<Slot> =
            atoms.iter().filter(|atom| atom.is_piece).map(|atom| Slot::whole(&atom.text)).collect();
        if self.typed.mode.positive && pieces.len() >= 2 {
            self.add(Way::Variant, 1.0, Matcher::Literal(pieces));
        }
    }

    /// The atoms side by side. A camel-case piece of a Latin name is as good as a word of its own; several Han
    /// characters may be the end of one word and the beginning of another.
    fn literal(&mut self, atoms: &[Slot]) {
        if atoms.is_empty() {
            return;
        }
        // A number is not what it counts: 7 is not #7.
        let is_other = self.unsigned(atoms) < 1.0 && atoms.iter().all(is_digits);
        let is_name = (self.is_latin() || atoms.len() == 1) && !is_other;
        let way = if is_name { Way::Variant } else { Way::Inside };
        let weight = self.unsigned(atoms);
        self.add(way, weight, Matcher::Literal(atoms.to_vec()));
    }

    /// A name with a dot, as hosts are, is a token of links by itself. What has it has its atoms side by side, too, in nearly every
    /// item of some archives: so it is found without looking where these stand.
    fn url_token(&mut self, atoms: &[Slot]) {
        let typed = self.unit.span.of(self.typed.text).to_lowercase();
        if self.is_latin() && atoms.len() > 1 && is_dotted_name(&typed) {
            self.add(Way::Variant, 1.0, Matcher::UrlToken(typed));
        }
    }

    /// Returns whether it is a number with its sign: `2.5%`, `90°`, `18+`.
    fn is_measure(&self) -> bool {
        self.unit.whole.as_ref().is_some_and(|whole| {
            whole.starts_with(|c: char| c.is_ascii_digit())
                && whole.contains(['%', '‰', '°', '+', '#'])
        })
    }

    /// A piece of another Latin word. What has one of another number is only related: 22.5% is no 2.5%.
    fn fragment(&mut self, atoms: Vec<Slot>, cut: CutOff) {
        if atoms.iter().map(|slot| slot.atom.len()).sum::<usize>() < MIN_FRAGMENT {
            return;
        }
        let weight = self.unsigned(&atoms);
        let mut open = atoms;
        open_ends(&mut open, cut);
        if open.iter().any(|slot| slot.cut != CutOff::None) {
            let way = if self.is_measure() { Way::Parts } else { Way::Fragment };
            self.add(way, weight, Matcher::Literal(open));
        }
    }

    /// Without its sign a name is another word: `.NET`.
    fn unsigned(&self, atoms: &[Slot]) -> f32 {
        match atoms {
            [only] if self.is_latin() && self.unit.whole.as_deref() != Some(&only.atom) => UNSIGNED,
            _ => 1.0,
        }
    }
}

/// Returns whether a text is labels of letters and digits with dots between, of which no one is a number and the last is of
/// letters, as that of a host is: `3.5` is none, and stands in addresses by chance.
fn is_dotted_name(text: &str) -> bool {
    let has_letter = |label: &str| label.contains(|c: char| c.is_ascii_alphabetic());
    let is_label = |label: &str| label.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_last = |label: &str| label.len() > 1 && label.bytes().all(|b| b.is_ascii_alphabetic());
    text.rsplit_once('.').is_some_and(|(before, last)| {
        is_last(last) && before.split('.').all(|label| is_label(label) && has_letter(label))
    })
}

fn is_digits(slot: &Slot) -> bool {
    slot.atom.bytes().all(|b| b.is_ascii_digit())
}

/// Returns the atoms of neighbouring units as a literal.
pub(super) fn slots(typed: Typed<'_>, units: &[Unit]) -> Vec<Slot> {
    let atoms = units.iter().flat_map(|unit| typed.analysis.literal_of(unit));
    let mut before: Option<usize> = None;
    atoms
        .take(MAX_LITERAL_ATOMS)
        .map(|atom| {
            let mut slot = Slot::whole(&atom.text);
            let step = before.map_or(1, |before| atom.position.saturating_sub(before).max(1));
            slot.step = u32::try_from(step).unwrap_or(u32::MAX);
            before = Some(atom.position);
            // What a character is simplified to can depend on its neighbours, which a piece of a text may not have.
            let source = atom.span.of(typed.text);
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
pub(super) fn open_ends(slots: &mut [Slot], cut: CutOff) {
    let alphanumeric = |slot: &Slot| slot.atom.chars().all(char::is_alphanumeric);
    match slots {
        [] => {}
        [only] => {
            if only.atom.chars().count() >= MIN_FRAGMENT && alphanumeric(only) {
                only.cut = CutOff::Both;
            }
        }
        [first, .., last] => {
            if cut.is_open_at_start() && alphanumeric(first) {
                first.cut = CutOff::Start;
            }
            if cut.is_open_at_end() && alphanumeric(last) {
                last.cut = CutOff::End;
            }
        }
    }
}

/// Lets a few letters at either end of several groups be the end of a word that was cut off: `n LLM Lead` in `Open
/// LLM Leaderboard`, `ocalhost:400` in `localhost:4000`.
pub(super) fn cut_off_ends(words: &mut [Word], groups: &[Group]) {
    let [first, .., last] = groups else { return };
    for (group, cut) in [(first, CutOff::Start), (last, CutOff::End)] {
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

/// Returns whether a word carries grammar and no subject.
#[must_use]
pub(crate) fn is_particle(word: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let lines = PARTICLES.lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(str::split_whitespace).collect()
    });
    KNOWN.contains(word)
}

/// Characters of the shortest word that may be several of them side by side, as in 是什么; shorter ones mean something of their own,
/// as 对比 does.
const MIN_SEVERAL: usize = 3;
/// Characters of the longest run of them that is looked at.
const MAX_SEVERAL: usize = 12;

/// Returns whether a word carries grammar and no subject, or is several such words side by side.
pub(super) fn is_grammar(word: &str) -> bool {
    let ends: Vec<usize> = word.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    if is_particle(word) || !(MIN_SEVERAL..=MAX_SEVERAL).contains(&ends.len()) {
        return is_particle(word);
    }
    let mut reached = vec![0];
    for end in &ends {
        if word.chars().all(is_han) && reached.iter().any(|start| is_particle(&word[*start..*end]))
        {
            reached.push(*end);
        }
    }
    reached.last() == ends.last()
}

fn information(unit: &Unit) -> f32 {
    let Some(whole) = &unit.whole else { return 1.0 };
    if is_particle(whole) {
        PARTICLE
    } else if unit.kind == UnitKind::Han && whole.chars().count() == 1 {
        SINGLE_HAN
    } else {
        1.0
    }
}

fn plurals(word: &str) -> Vec<String> {
    let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
    if !letters || word.len() < MIN_PLURAL || NOT_PLURAL.contains(&word) {
        return Vec::new();
    }
    match word.strip_suffix('s') {
        Some(stem) if word.ends_with("ies") && stem.len() >= MIN_IES => {
            vec![stem.to_owned(), format!("{}y", stem.trim_end_matches("ie"))]
        }
        Some(stem) if stem.len() >= MIN_PLURAL && !stem.ends_with('s') => vec![stem.to_owned()],
        Some(_) => Vec::new(),
        None => {
            let plural = format!("{word}s");
            if NOT_PLURAL.contains(&plural.as_str()) { Vec::new() } else { vec![plural] }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_words_of_grammar_are_grammar() {
        for word in ["的", "是什么", "为什么要", "请问怎么", "有没有人"] {
            assert!(is_grammar(word), "{word}");
        }
        for word in ["对比", "学习", "为什么学习", "rust", "theof", "", "上下文"] {
            assert!(!is_grammar(word), "{word}");
        }
    }

    #[test]
    fn a_dotted_name_has_letters_in_every_label() {
        for name in ["site.example", "gist.site.example", "node.js", "a1.b2c.dev"] {
            assert!(is_dotted_name(name), "{name}");
        }
        for other in
            ["3.5", "v1.2", "1.site", "site.", ".net", "a..bc", "a-b.site", "中.site", "x.y"]
        {
            assert!(!is_dotted_name(other), "{other}");
        }
    }

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
