//! What a plan is made of: for every word, all the ways an item may have it, as plain data.
//!
//! A *word* is one analysed unit of what was typed. Words that are not separated by a space or sentence punctuation
//! form a *group*, which is also looked for as a literal. A *span* is a run of words that means one thing, such as
//! `large language model`.

use std::ops::Range;

use serde::Serialize;

use crate::analysis::UnitKind;
use crate::index::TITLE_START;
use crate::query::{IssueRange, Note};
use crate::text::is_han;

/// A literal is compared up to this many atoms: a pasted sentence fits, a pasted page is known by its beginning.
pub const MAX_LITERAL_ATOMS: usize = 512;

/// Where a word may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
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
    /// By a word that the letters are the pinyin of.
    Pinyin,
    /// As a word where the text may be divided otherwise: 拍卖 in 乒乓球拍卖完.
    Doubtful,
    /// By a far more frequent word that it may be a slip of: only related.
    Slip,
    /// By a word of a related meaning: only related.
    Related,
    /// Inside another word, or across two.
    Inside,
    /// The parts of the name apart.
    Parts,
    /// As a piece of a Latin word.
    Fragment,
}

impl Way {
    /// Returns whether an item that has a word this way has the word itself, as such or written differently.
    #[must_use]
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Word | Self::Variant | Self::Plural | Self::Inside)
    }

    /// Returns whether an item that has a word this way has another name of it.
    #[must_use]
    pub fn is_name(self) -> bool {
        matches!(self, Self::Synonym | Self::Alias | Self::Pinyin | Self::Slip | Self::Related)
    }

    /// Returns whether an item that has a word this way has what it means, and not only its letters.
    #[must_use]
    pub fn is_whole(self) -> bool {
        !matches!(self, Self::Slip | Self::Related | Self::Inside | Self::Parts | Self::Fragment)
    }
}

/// At which ends an atom may be what is left of a longer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CutOff {
    /// A whole atom.
    None,
    /// The atom may begin earlier.
    Start,
    /// The atom may go on.
    End,
    /// Both.
    Both,
}

impl CutOff {
    /// Returns what it leaves to the piece at `at` of `pieces`: only the first may begin earlier, only the last go on.
    pub(super) fn of_piece(self, at: usize, pieces: usize) -> Self {
        let cut = if at == 0 { self } else { self.closed_at_start() };
        if at + 1 == pieces { cut } else { cut.closed_at_end() }
    }

    pub(super) fn closed_at_start(self) -> Self {
        if self.is_open_at_end() { Self::End } else { Self::None }
    }

    pub(super) fn closed_at_end(self) -> Self {
        if self.is_open_at_start() { Self::Start } else { Self::None }
    }

    pub(super) fn is_open_at_start(self) -> bool {
        matches!(self, Self::Start | Self::Both)
    }

    pub(super) fn is_open_at_end(self) -> bool {
        matches!(self, Self::End | Self::Both)
    }
}

/// One place of a literal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The atom.
    pub atom: String,
    /// Other atoms as good: what the same character is in another context.
    pub others: Vec<String>,
    /// Whether it may be a piece of a longer one.
    pub cut: CutOff,
    /// Positions behind the slot before it: 1, or 2 where sentence punctuation stands between.
    pub step: u32,
}

impl Slot {
    /// Makes a slot for a whole atom.
    #[must_use]
    pub fn whole(atom: &str) -> Self {
        Self { atom: atom.to_owned(), others: Vec::new(), cut: CutOff::None, step: 1 }
    }

    /// Returns whether it may be a piece of a longer atom.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut != CutOff::None
    }
}

/// What to look for in the index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// How much it says about what is looked for, 0 to 1: a particle next to nothing.
    pub information: f32,
    /// Where it may stand.
    pub zones: &'static [Zone],
    /// `false` for a word that must not match.
    pub positive: bool,
    /// `false` for a word that carries grammar beside words that say what is looked for: it is wanted, unless it is asked
    /// strictly.
    pub needed: bool,
}

impl Word {
    /// Returns the atoms it is made of, uncut.
    #[must_use]
    pub fn literal(&self) -> Option<&[Slot]> {
        let mut literals = self.alternatives.iter().filter_map(|way| match &way.matcher {
            Matcher::Literal(slots) if slots.iter().all(|slot| slot.cut == CutOff::None) => {
                Some(slots)
            }
            _ => None,
        });
        literals.next_back().map(Vec::as_slice)
    }

    /// Returns whether it is a single Han character, mostly a piece of a word the archive does not have.
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
    /// As typed.
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
    /// An item that is named.
    Named(Named),
}

/// What names items, whatever their words: they come before all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// Those of issues.
    Issue(IssueRange),
    /// Those with a link of this canonical form.
    Link(String),
    /// Those with a link of this canonical form or below it.
    Below(String),
}

impl Clause {
    /// Returns whether items are named in it that must or may match.
    #[must_use]
    pub fn names_items(&self) -> bool {
        match self {
            Self::Named(_) => true,
            Self::All(clauses) | Self::Any(clauses) => clauses.iter().any(Self::names_items),
            Self::Not(_) | Self::Groups(_) | Self::Phrase(_) => false,
        }
    }
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
    /// A [way](Way::is_name) that is a name.
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
    /// All of the text as it was typed, for a text of several words: it may begin and end inside a Latin word.
    pub piece: Option<Alternative>,
    /// What could not be done as typed.
    pub notes: Vec<Note>,
}

/// What is planned now: where it may stand and whether it must match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mode {
    pub(super) zones: &'static [Zone],
    pub(super) positive: bool,
}

/// Returns the literal of a title that begins with `literal`.
#[must_use]
pub fn beginning_of_title(literal: &[Slot]) -> Vec<Slot> {
    let whole = |slot: &Slot| Slot { cut: CutOff::None, ..slot.clone() };
    let mut slots: Vec<Slot> = literal.iter().map(whole).collect();
    if let Some(first) = slots.first_mut() {
        let atoms = std::iter::once(&mut first.atom).chain(&mut first.others);
        atoms.for_each(|atom| atom.insert_str(0, TITLE_START));
    }
    slots
}
