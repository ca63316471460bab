//! A text to tokens: scanned once, unit by unit.

use std::ops::Range;

use super::cut::{Cut, Cutter};
use super::latin;
use super::normalize::normalize;
use super::scanner::{Class, Place, Scanner, classify};
use super::token::{Analysis, Unit, UnitKind, doubtful};
use super::url_tokens::url_tokens;
use super::windows::windows;
use crate::address::url_length;
use crate::text::ByteSpan;

/// Analyses `text`; never fails.
#[must_use]
pub fn analyze(text: &str, cutter: &dyn Cutter) -> Analysis {
    let mut whole = Analysis::default();
    analyze_windows(text, cutter, &mut |window| {
        if whole.units.is_empty() {
            whole = window;
        } else {
            whole.append(window);
        }
    });
    whole
}

/// Analyses `text` window by window and gives what each holds to `visit`; positions, spans and groups go on from one to
/// the next. Only so much is in memory at once, however long the text is.
pub fn analyze_windows(text: &str, cutter: &dyn Cutter, visit: &mut dyn FnMut(Analysis)) {
    let mut place = Place::default();
    for window in windows(text) {
        let chars = normalize(window);
        let mut scanner =
            Scanner { text: window, chars: &chars, out: room_for(chars.len()), place };
        scanner.run(cutter);
        let Scanner { out, place: reached, .. } = scanner;
        place = Place { base: reached.base + window.len(), ..reached };
        visit(out);
    }
}

/// Makes room for what so many characters usually give: an atom each, a word and a unit for two.
fn room_for(chars: usize) -> Analysis {
    Analysis {
        words: Vec::with_capacity(chars / 2 + 1),
        atoms: Vec::with_capacity(chars),
        units: Vec::with_capacity(chars / 2 + 1),
    }
}

impl Scanner<'_> {
    fn run(&mut self, cutter: &dyn Cutter) {
        let mut at = 0;
        while at < self.chars.len() {
            let class = classify(self.chars[at].c);
            let latin_start = class == Class::Alnum || latin::is_prefix_sign(self.chars, at);
            if !latin_start {
                match class {
                    Class::Break => self.place.gap = true,
                    Class::Space => self.place.separated = true,
                    _ => {}
                }
            }
            let starts_unit = latin_start
                || matches!(class, Class::Han | Class::Kana | Class::Hangul | Class::Symbol);
            if !starts_unit {
                at += 1;
                continue;
            }
            self.place.begin_unit();
            at = match class {
                Class::Han => self.han(at, cutter),
                Class::Kana | Class::Hangul => self.syllables(at, class),
                Class::Symbol => self.symbol(at),
                _ => match self.url_length(at) {
                    Some(length) => {
                        self.place.gap = true;
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
            self.word(
                UnitKind::Han,
                &Cut {
                    word: behind(&cut.word),
                    pieces: cut.pieces.iter().map(behind).collect(),
                    across: cut.across.iter().map(behind).collect(),
                    ..cut
                },
            );
        }
        end
    }

    fn syllables(&mut self, at: usize, class: Class) -> usize {
        let end = self.run_end(at, class);
        self.word(UnitKind::Syllables, &Cut::plain(at..end));
        end
    }

    /// Makes a unit of one word; every character of it is an atom.
    fn word(&mut self, kind: UnitKind, cut: &Cut) {
        let word = &cut.word;
        let (whole, span) = (self.string(word.clone()), self.span(word.clone()));
        let unit = self.begin(kind, span);
        for piece in &cut.pieces {
            let text = self.string(piece.clone());
            self.push_word(text, self.place.word, self.span(piece.clone()));
        }
        let term = if cut.is_doubtful { doubtful(&whole).into() } else { whole.clone() };
        self.push_word(term, self.place.word, span);
        for other in &cut.across {
            let text = doubtful(&self.string(other.clone()));
            self.push_word(text, self.place.word, self.span(other.clone()));
        }
        self.place.word += 1;
        for index in word.clone() {
            self.push_atom(self.string(index..index + 1), self.span(index..index + 1));
        }
        self.end(Unit { whole: Some(whole), ..unit });
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
        let inside = ByteSpan::new(start, start + length);
        let behind = self.chars[at..].iter().position(|n| n.from >= inside.end);
        let urls = url_tokens(inside.of(self.text));
        let span = self.place.span(inside.start, inside.end);
        self.end(Unit { urls, ..self.begin(UnitKind::Url, span) });
        // What a URL stands between is not adjacent.
        self.place.atom += 1;
        behind.map_or(self.chars.len(), |behind| at + behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::NoCutter;

    /// Two windows of a text give what one of it all gives.
    #[test]
    fn a_text_of_several_windows_gives_the_tokens_of_one() {
        let sentence =
            "用 GPT-4V 与 https://example.com/a?b=c 訓練 C++、.NET 模型，v1.5 😀 e\u{301} か한，";
        let text = sentence.repeat(6_000);
        assert!(windows(&text).count() > 1);
        let found = analyze(&text, &NoCutter);
        let one = analyze(sentence, &NoCutter);
        let (words, atoms) = (one.words.len(), one.atoms.len());
        assert_eq!(found.words.len(), 6_000 * words);
        assert_eq!(found.atoms.len(), 6_000 * atoms);
        let step = found.atoms[atoms].position;
        for (at, atom) in found.atoms.iter().enumerate() {
            let (round, own) = (at / atoms, &one.atoms[at % atoms]);
            assert_eq!((&atom.text, atom.position), (&own.text, round * step + own.position));
            assert_eq!(atom.span.start, round * sentence.len() + own.span.start);
        }
        let last = found.units.last().unwrap();
        assert_eq!((last.words.end, last.atoms.end), (found.words.len(), found.atoms.len()));
    }
}
