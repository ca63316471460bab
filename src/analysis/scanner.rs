//! Normalised characters by their class, and the tokens and units that a scan of them gives.

use std::ops::Range;

use compact_str::CompactString;

use super::normalize::NormalChar;
use super::token::{Analysis, Token, Unit, UnitKind};
use crate::text::{ByteSpan, is_han};

/// The class of a normalised character decides which rule reads on from it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Han,
    Kana,
    Hangul,
    Alnum,
    Symbol,
    Space,
    Break,
    Other,
}

pub(super) fn classify(c: char) -> Class {
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
        // Emoji, arrows, money, and § © ® ± ¶: people look for these. The signs of degrees and of times join numbers and are
        // none.
        0x1_F000..=0x1_FAFF
        | 0x2600..=0x27BF
        | 0x2190..=0x22FF
        | 0x2B00..=0x2BFF
        | 0x20A0..=0x20CF
        | 0xA2..=0xA5
        | 0xA7
        | 0xA9
        | 0xAE
        | 0xB1
        | 0xB6 => Class::Symbol,
        0x3002 | 0x2014 | 0x2026 | 0x2028 | 0x2029 => Class::Break,
        _ if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => {
            Class::Alnum
        }
        _ if c.is_whitespace() => Class::Space,
        _ => Class::Other,
    }
}

/// How far a text was read: what goes on from window to window.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// Byte of the text at which the window begins.
    pub(super) base: usize,
    /// Position of the next word.
    pub(super) word: usize,
    /// Position of the next atom.
    pub(super) atom: usize,
    pub(super) group: usize,
    /// Whether there was a unit.
    pub(super) begun: bool,
    /// Whether what is read is not adjacent to the last unit. One position wide, however many signs make it; there is
    /// none at the beginning.
    pub(super) gap: bool,
    /// Whether what is read does not belong together with the last unit.
    pub(super) separated: bool,
}

impl Place {
    /// Says that a unit begins here.
    pub(super) fn begin_unit(&mut self) {
        if self.begun {
            self.group += usize::from(self.gap || self.separated);
            self.atom += usize::from(self.gap);
        }
        (self.begun, self.gap, self.separated) = (true, false, false);
    }

    /// Makes a span of the whole text from bytes of the window.
    pub(super) fn span(self, start: usize, end: usize) -> ByteSpan {
        ByteSpan::new(self.base + start, self.base + end)
    }
}

/// Characters of a window read one unit after the other, with what they have given so far.
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) chars: &'t [NormalChar],
    pub(super) out: Analysis,
    pub(super) place: Place,
}

impl Scanner<'_> {
    /// Reads on while the class stays the same; returns the first index behind the run.
    pub(super) fn run_end(&self, at: usize, class: Class) -> usize {
        self.chars[at..]
            .iter()
            .position(|n| classify(n.c) != class)
            .map_or(self.chars.len(), |len| at + len)
    }

    /// Returns the source span of the characters `range`.
    pub(super) fn span(&self, range: Range<usize>) -> ByteSpan {
        self.place.span(self.chars[range.start].from, self.chars[range.end - 1].to)
    }

    pub(super) fn string(&self, range: Range<usize>) -> CompactString {
        match &self.chars[range] {
            // Nearly all: every Han character is an atom.
            [one] => CompactString::new(one.c.encode_utf8(&mut [0; 4])),
            chars => chars.iter().map(|n| n.c).collect(),
        }
    }

    pub(super) fn push_word(
        &mut self,
        text: impl Into<CompactString>,
        position: usize,
        span: ByteSpan,
    ) {
        self.out.words.push(Token { text: text.into(), position, span, is_piece: false });
    }

    pub(super) fn push_atom(&mut self, text: impl Into<CompactString>, span: ByteSpan) {
        self.out.atoms.push(Token {
            text: text.into(),
            position: self.place.atom,
            span,
            is_piece: false,
        });
        self.place.atom += 1;
    }

    /// Begins a unit; what is pushed until its end are its tokens.
    pub(super) fn begin(&self, kind: UnitKind, span: ByteSpan) -> Unit {
        let (words, atoms) = (self.out.words.len(), self.out.atoms.len());
        Unit {
            kind,
            span,
            group: self.place.group,
            whole: None,
            parts: Vec::new(),
            words: words..words,
            atoms: atoms..atoms,
            urls: Vec::new(),
        }
    }

    pub(super) fn end(&mut self, mut unit: Unit) {
        unit.words.end = self.out.words.len();
        unit.atoms.end = self.out.atoms.len();
        self.out.units.push(unit);
    }
}
