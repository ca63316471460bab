//! Text to tokens: one analyzer for what is indexed and for what is asked.
//!
//! A text is normalised (`normalize`) and scanned once into *units* (a Han word, a run of kana, a Latin
//! compound such as `GPT-4V`, a symbol, a URL). Every unit gives tokens to two fields:
//!
//! - *words*: what relevance is computed on. Han runs are cut by a [`Cutter`]; a compound gives its whole form
//!   (`gpt4v`) and its parts (`gpt`, `4v`).
//! - *atoms*: what makes every literal substring findable. One token per Han character and per run of letters or
//!   digits, with positions, so that a phrase query over them is a substring match.
//!
//! URLs give tokens to a third field only ([`url_tokens()`]).
//!
//! **Invariants.** Spans are bytes of the source text on character boundaries, and never go back from unit to unit.
//! Text and queries are analysed by the same code; only the cutter differs.

mod alias;
mod dictionary;
mod latin;
mod mine;
mod normalize;
mod pinyin;
mod simplified;
mod url_tokens;

use std::ops::Range;

use compact_str::CompactString;

use crate::address::url_length;
use crate::text::{ByteSpan, is_han};

pub use alias::{connects, explained_names, name_key};
pub use dictionary::{Dictionary, dictionary_fingerprint, read_words};
pub use mine::{MAX_MINED_CHARS, Mined, Miner};
use normalize::{NormalChar, normalize};
pub use pinyin::{PinyinKeys, pinyin_keys, readings};
pub use url_tokens::url_tokens;

/// Version of the rules of this module; an index made by another version is built again.
pub const ANALYZER_VERSION: u32 = 3;

/// Latin runs longer than this many characters (hashes, base64) keep only their beginning as a word.
pub const MAX_LATIN_RUN: usize = 64;

/// Latin runs longer than this many characters give no atoms: nobody reads them, and the term dictionary would fill
/// with them.
pub const MAX_LATIN_ATOM: usize = 1_000;

/// One word a [`Cutter`] found, measured in characters from the beginning of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The word.
    pub word: Range<usize>,
    /// Shorter words inside it that are words of their own, in order.
    pub pieces: Vec<Range<usize>>,
}

/// Cuts a run of Han characters into words.
pub trait Cutter {
    /// Cuts `run`, a non-empty run of normalised Han characters; the words cover it without gaps.
    fn cut(&self, run: &str) -> Vec<Cut>;
}

/// Leaves every run whole: for highlighting, where only atoms matter.
#[derive(Clone, Copy, Debug)]
pub struct NoCutter;

impl Cutter for NoCutter {
    fn cut(&self, run: &str) -> Vec<Cut> {
        vec![Cut { word: 0..run.chars().count(), pieces: Vec::new() }]
    }
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
    pub whole: Option<String>,
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
    /// Returns the atoms of a unit that form its literal, with positions.
    pub fn literal_of<'a>(&'a self, unit: &Unit) -> impl Iterator<Item = &'a Token> {
        self.atoms[unit.atoms.clone()].iter().filter(|atom| !atom.is_piece)
    }
}

/// Analyses `text`; never fails.
#[must_use]
pub fn analyze(text: &str, cutter: &dyn Cutter) -> Analysis {
    let chars = normalize(text);
    let mut scanner = Scanner {
        text,
        chars: &chars,
        out: Analysis::default(),
        word_position: 0,
        atom_position: 0,
        group: 0,
    };
    scanner.run(cutter);
    scanner.out
}

fn one(c: char) -> CompactString {
    CompactString::from(c.encode_utf8(&mut [0; 4]) as &str)
}

/// The class of a normalised character decides which rule reads on from it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Han,
    Kana,
    Hangul,
    Alnum,
    Symbol,
    Space,
    Break,
    Other,
}

fn classify(c: char) -> Class {
    if c.is_ascii() {
        return match c {
            'a'..='z' | '0'..='9' => Class::Alnum,
            '\n' | ',' | ':' | ';' | '!' | '?' | '.' => Class::Break,
            ' ' | '\t' | '\r' | '\x0B' | '\x0C' => Class::Space,
            _ => Class::Other,
        };
    }
    match u32::from(c) {
        _ if is_han(c) => Class::Han,
        0x3041..=0x3096 | 0x309D..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF => {
            Class::Kana
        }
        0xAC00..=0xD7AF | 0x1100..=0x11FF | 0x3130..=0x318F => Class::Hangul,
        0x1_F000..=0x1_FAFF | 0x2600..=0x27BF | 0x2190..=0x22FF | 0x2B00..=0x2BFF => Class::Symbol,
        0x3002 | 0x2014 | 0x2026 | 0x2028 | 0x2029 => Class::Break,
        _ if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => {
            Class::Alnum
        }
        _ if c.is_whitespace() => Class::Space,
        _ => Class::Other,
    }
}

struct Scanner<'t> {
    text: &'t str,
    chars: &'t [NormalChar],
    out: Analysis,
    word_position: usize,
    atom_position: usize,
    group: usize,
}

impl Scanner<'_> {
    fn run(&mut self, cutter: &dyn Cutter) {
        let mut at = 0;
        // A gap is one position wide however many signs make it, and never stands at the beginning.
        let mut gap = false;
        let mut separated = false;
        while at < self.chars.len() {
            let class = classify(self.chars[at].c);
            let latin_start = class == Class::Alnum || latin::is_prefix_sign(self.chars, at);
            if !latin_start {
                match class {
                    Class::Break => gap = true,
                    Class::Space => separated = true,
                    _ => {}
                }
            }
            let starts_unit = latin_start
                || matches!(class, Class::Han | Class::Kana | Class::Hangul | Class::Symbol);
            if !starts_unit {
                at += 1;
                continue;
            }
            if !self.out.units.is_empty() {
                self.group += usize::from(gap || separated);
                self.atom_position += usize::from(gap);
            }
            (gap, separated) = (false, false);
            at = match class {
                Class::Han => self.han(at, cutter),
                Class::Kana | Class::Hangul => self.syllables(at, class),
                Class::Symbol => self.symbol(at),
                _ => match self.url_length(at) {
                    Some(length) => {
                        gap = true;
                        self.url(at, length)
                    }
                    None => latin::scan(self, at),
                },
            };
        }
    }

    /// Reads on while the class stays the same; returns the first index behind the run.
    fn run_end(&self, at: usize, class: Class) -> usize {
        self.chars[at..]
            .iter()
            .position(|n| classify(n.c) != class)
            .map_or(self.chars.len(), |len| at + len)
    }

    /// Returns the source span of the characters `range`.
    fn span(&self, range: Range<usize>) -> ByteSpan {
        ByteSpan::new(self.chars[range.start].from, self.chars[range.end - 1].to)
    }

    fn string(&self, range: Range<usize>) -> CompactString {
        self.chars[range].iter().map(|n| n.c).collect()
    }

    fn push_word(&mut self, text: impl Into<CompactString>, position: usize, span: ByteSpan) {
        self.out.words.push(Token { text: text.into(), position, span, is_piece: false });
    }

    fn push_atom(&mut self, text: impl Into<CompactString>, span: ByteSpan) {
        self.out.atoms.push(Token {
            text: text.into(),
            position: self.atom_position,
            span,
            is_piece: false,
        });
        self.atom_position += 1;
    }

    fn push_unit(
        &mut self,
        kind: UnitKind,
        span: ByteSpan,
        whole: Option<String>,
        words: usize,
        atoms: usize,
    ) {
        self.out.units.push(Unit {
            kind,
            span,
            group: self.group,
            whole,
            parts: Vec::new(),
            words: words..self.out.words.len(),
            atoms: atoms..self.out.atoms.len(),
            urls: Vec::new(),
        });
    }

    fn han(&mut self, at: usize, cutter: &dyn Cutter) -> usize {
        let end = self.run_end(at, Class::Han);
        let run = self.string(at..end);
        for cut in cutter.cut(&run) {
            let (words, atoms) = (self.out.words.len(), self.out.atoms.len());
            let word = at + cut.word.start..at + cut.word.end;
            for piece in cut.pieces {
                let piece = at + piece.start..at + piece.end;
                self.push_word(self.string(piece.clone()), self.word_position, self.span(piece));
            }
            let whole = self.string(word.clone());
            let span = self.span(word.clone());
            self.push_word(whole.clone(), self.word_position, span);
            self.word_position += 1;
            for index in word {
                self.push_atom(one(self.chars[index].c), self.span(index..index + 1));
            }
            self.push_unit(UnitKind::Han, span, Some(whole.into()), words, atoms);
        }
        end
    }

    fn syllables(&mut self, at: usize, class: Class) -> usize {
        let end = self.run_end(at, class);
        let (words, atoms) = (self.out.words.len(), self.out.atoms.len());
        let whole = self.string(at..end);
        let span = self.span(at..end);
        self.push_word(whole.clone(), self.word_position, span);
        self.word_position += 1;
        for index in at..end {
            self.push_atom(one(self.chars[index].c), self.span(index..index + 1));
        }
        self.push_unit(UnitKind::Syllables, span, Some(whole.into()), words, atoms);
        end
    }

    fn symbol(&mut self, at: usize) -> usize {
        let (words, atoms) = (self.out.words.len(), self.out.atoms.len());
        let span = self.span(at..at + 1);
        self.push_atom(one(self.chars[at].c), span);
        self.push_unit(UnitKind::Symbol, span, None, words, atoms);
        at + 1
    }

    /// Returns how many bytes of the source the URL has that begins at `at`; letters beyond ASCII in it stay text, so
    /// that they are found as words.
    fn url_length(&self, at: usize) -> Option<usize> {
        let first = self.chars.get(at).filter(|first| first.c == 'h' && first.ascii)?;
        let source = self.text.get(first.from..)?;
        let url = source.get(..url_length(source)?)?;
        url.find(|c: char| !c.is_ascii()).map_or(Some(url.len()), |end| url_length(url.get(..end)?))
    }

    fn url(&mut self, at: usize, length: usize) -> usize {
        let start = self.chars[at].from;
        let span = ByteSpan::new(start, start + length);
        let behind = self.chars[at..].iter().position(|n| n.from >= span.end);
        let (words, atoms) = (self.out.words.len(), self.out.atoms.len());
        self.push_unit(UnitKind::Url, span, None, words, atoms);
        let tokens = url_tokens(span.of(self.text));
        if let Some(unit) = self.out.units.last_mut() {
            unit.urls = tokens;
        }
        // What a URL stands between is not adjacent.
        self.atom_position += 1;
        behind.map_or(self.chars.len(), |behind| at + behind)
    }
}

/// Folds a text to the letters, digits and characters that tokens are made of, and nothing between them.
///
/// A text that holds adjacent tokens holds, folded, their texts joined: a quick way to see that it does not.
#[must_use]
pub fn fold_tightly(text: &str) -> String {
    let tight = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric();
    normalize(text).iter().map(|n| n.c).filter(|c| tight(*c)).collect()
}

/// Returns the source of some characters of an atom, whose own source is `span` of `text`; `None` if the source does
/// not come apart like that.
#[must_use]
pub fn piece_span(text: &str, span: ByteSpan, chars: Range<usize>) -> Option<ByteSpan> {
    let source = normalize(span.of(text));
    let first = source.get(chars.start)?;
    let last = source.get(chars.end.checked_sub(1)?)?;
    Some(ByteSpan::new(span.start + first.from, span.start + last.to))
}

/// Folds a name for comparison: width, case, accents and script variant, with single spaces.
#[must_use]
pub fn fold(name: &str) -> String {
    let folded: String = normalize(name).iter().map(|n| n.c).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}
