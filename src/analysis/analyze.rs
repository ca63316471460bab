//! A text to tokens: scanned once, unit by unit.

use std::ops::Range;

use super::cut::Cutter;
use super::latin;
use super::normalize::normalize;
use super::scanner::{Class, Scanner, classify};
use super::token::{Analysis, Unit, UnitKind};
use super::url_tokens::url_tokens;
use crate::address::url_length;
use crate::text::ByteSpan;

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

    fn han(&mut self, at: usize, cutter: &dyn Cutter) -> usize {
        let end = self.run_end(at, Class::Han);
        let behind = |range: &Range<usize>| at + range.start..at + range.end;
        for cut in cutter.cut(&self.string(at..end)) {
            let pieces: Vec<_> = cut.pieces.iter().map(behind).collect();
            self.word(UnitKind::Han, behind(&cut.word), &pieces);
        }
        end
    }

    fn syllables(&mut self, at: usize, class: Class) -> usize {
        let end = self.run_end(at, class);
        self.word(UnitKind::Syllables, at..end, &[]);
        end
    }

    /// Makes a unit of one word; every character of it is an atom.
    fn word(&mut self, kind: UnitKind, word: Range<usize>, pieces: &[Range<usize>]) {
        let (whole, span) = (self.string(word.clone()), self.span(word.clone()));
        let unit = self.begin(kind, span);
        for piece in pieces {
            let text = self.string(piece.clone());
            self.push_word(text, self.word_position, self.span(piece.clone()));
        }
        self.push_word(whole.clone(), self.word_position, span);
        self.word_position += 1;
        for index in word {
            self.push_atom(self.string(index..index + 1), self.span(index..index + 1));
        }
        self.end(Unit { whole: Some(whole.into()), ..unit });
    }

    fn symbol(&mut self, at: usize) -> usize {
        let span = self.span(at..at + 1);
        let unit = self.begin(UnitKind::Symbol, span);
        self.push_atom(self.string(at..at + 1), span);
        self.end(unit);
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
        let urls = url_tokens(span.of(self.text));
        self.end(Unit { urls, ..self.begin(UnitKind::Url, span) });
        // What a URL stands between is not adjacent.
        self.atom_position += 1;
        behind.map_or(self.chars.len(), |behind| at + behind)
    }
}
