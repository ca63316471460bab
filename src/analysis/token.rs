//! What analysis makes of a text: units, and the tokens that they give to each field.

use std::ops::Range;

use compact_str::CompactString;

use crate::text::ByteSpan;

/// Stands before a word of a text that may be divided otherwise. No text has it: control characters are not tokens.
const DOUBTFUL: char = '\u{3}';

/// Returns the form that a word has where a text may be divided otherwise, so that it is another one than where it is certain.
#[must_use]
pub fn doubtful(word: &str) -> String {
    format!("{DOUBTFUL}{word}")
}

/// Returns the word of which this is the form where a text may be divided otherwise.
#[must_use]
pub fn without_doubt(term: &str) -> Option<&str> {
    term.strip_prefix(DOUBTFUL)
}

/// One token of the words or of the atoms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Normalised text; short ones, which nearly all are, need no memory of their own.
    pub text: CompactString,
    /// Position in the field, counted from 0.
    pub position: usize,
    /// Bytes of the source text.
    pub span: ByteSpan,
    /// For atoms: a camel-case piece of the atom before it, at the same position; not part of a phrase.
    pub is_piece: bool,
}

/// What a unit is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// A word of Han characters.
    Han,
    /// A run of kana or Hangul.
    Syllables,
    /// Letters and digits with their connectors and signs.
    Latin,
    /// One symbol or emoji.
    Symbol,
    /// A URL.
    Url,
}

/// One analysed word of a text, with the tokens it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// What it is made of.
    pub kind: UnitKind,
    /// Bytes of the source text.
    pub span: ByteSpan,
    /// Units not separated by a space or sentence punctuation share a group; groups are numbered from 0.
    pub group: usize,
    /// The form that stands for the whole unit among the words, if it has one.
    pub whole: Option<CompactString>,
    /// Parts of a compound, two or more, which together nearly mean the whole; else empty.
    pub parts: Vec<String>,
    /// Its tokens in [`Analysis::words`].
    pub words: Range<usize>,
    /// Its tokens in [`Analysis::atoms`].
    pub atoms: Range<usize>,
    /// For URLs: its tokens for the URL field, the whole address first.
    pub urls: Vec<String>,
}

/// A text in both fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Tokens of the word field in order of position.
    pub words: Vec<Token>,
    /// Tokens of the atom field in order of position.
    pub atoms: Vec<Token>,
    /// The units both came from.
    pub units: Vec<Unit>,
}

impl Analysis {
    /// Adds what a later window of the text gave.
    pub(super) fn append(&mut self, later: Self) {
        let (words, atoms) = (self.words.len(), self.atoms.len());
        self.words.extend(later.words);
        self.atoms.extend(later.atoms);
        self.units.extend(later.units.into_iter().map(|unit| Unit {
            words: unit.words.start + words..unit.words.end + words,
            atoms: unit.atoms.start + atoms..unit.atoms.end + atoms,
            ..unit
        }));
    }

    /// Returns the atoms of a unit that form its literal, with positions.
    pub fn literal_of<'a>(&'a self, unit: &Unit) -> impl Iterator<Item = &'a Token> {
        self.atoms[unit.atoms.clone()].iter().filter(|atom| !atom.is_piece)
    }
}
