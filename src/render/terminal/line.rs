//! Styled text to lines of a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Effects, Style};

use crate::text::{
    ByteSpan, display_width, escape, fitting_escaped, is_wide_punctuation, is_wide_script,
};

const MARK: Style =
    Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow))).effects(Effects::BOLD);
pub(super) const TITLE: Style = Style::new().effects(Effects::BOLD);
pub(super) const DIM: Style = Style::new().effects(Effects::DIMMED);
pub(super) const LINK: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));

/// Lines of prose are not longer than this many columns, however wide the terminal is.
const MAX_COLUMNS: usize = 100;
/// Narrower terminals are written for as if they were this wide.
const MIN_COLUMNS: usize = 24;
/// Columns of the widest thing that is not cut, the escape of a character.
const WIDEST_UNIT: usize = 10;

/// What the other end can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours and bold.
    pub color: bool,
    /// OSC 8 hyperlinks.
    pub links: bool,
    /// Columns to wrap at; `None` for a pipe, which gets long lines.
    pub columns: Option<usize>,
}

impl Look {
    /// What a pipe gets.
    pub const PLAIN: Self = Self { color: false, links: false, columns: None };

    pub(super) fn width(self) -> Option<usize> {
        self.columns.map(|columns| columns.clamp(MIN_COLUMNS, MAX_COLUMNS))
    }
}

/// Text made of pieces with a style each.
#[derive(Default)]
pub(super) struct Line {
    pieces: Vec<(Style, String)>,
}

impl Line {
    pub(super) fn push(&mut self, style: Style, text: &str) {
        if !text.is_empty() {
            self.pieces.push((style, escape(text)));
        }
    }

    pub(super) fn push_marked(&mut self, base: Style, text: &str, marks: &[ByteSpan]) {
        let mut at = 0;
        for mark in marks {
            self.push(base, text.get(at..mark.start).unwrap_or_default());
            self.push(MARK, mark.of(text));
            at = mark.end;
        }
        self.push(base, text.get(at..).unwrap_or_default());
    }

    /// Wraps at the width of the look, between words and between Han characters, never before closing punctuation.
    pub(super) fn write(&self, out: &mut String, look: Look, first_indent: &str, indent: &str) {
        out.push_str(first_indent);
        let used = display_width(first_indent);
        let mut wrapped = Wrapped { out, look, indent, used, at_start: true };
        for (style, text) in &self.pieces {
            wrapped.push(*style, text);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

/// Lines of one width, being written.
struct Wrapped<'a> {
    out: &'a mut String,
    look: Look,
    /// What every line but the first begins with.
    indent: &'a str,
    /// Columns of the last line that are written.
    used: usize,
    /// Whether nothing was written yet.
    at_start: bool,
}

impl Wrapped<'_> {
    fn push(&mut self, style: Style, text: &str) {
        let mut is_set = false;
        for chunk in chunks(text) {
            let wraps = !self.fits(chunk) && !self.at_start;
            if wraps {
                if is_set {
                    reset(self.out, style, self.look);
                    is_set = false;
                }
                self.out.truncate(self.out.trim_end_matches(' ').len());
                self.break_line();
            }
            if !is_set {
                set(self.out, style, self.look);
                is_set = true;
            }
            self.push_chunk(if wraps { chunk.trim_start() } else { chunk });
        }
        if is_set {
            reset(self.out, style, self.look);
        }
    }

    /// Writes a chunk; a word longer than a line is broken where the line ends.
    fn push_chunk(&mut self, chunk: &str) {
        let mut rest = chunk;
        while let Some(width) = self.look.width()
            && !self.fits(rest)
        {
            let cut = fitting_escaped(rest, width.saturating_sub(self.used).max(1));
            if cut == 0 && self.used > display_width(self.indent) {
                self.break_line();
                continue;
            }
            // What does not fit into a line of its own is written all the same.
            let cut = if cut == 0 { fitting_escaped(rest, WIDEST_UNIT) } else { cut };
            let (line, behind) = rest.split_at(cut);
            self.out.push_str(line);
            rest = behind;
            self.break_line();
        }
        self.out.push_str(rest);
        self.used += display_width(rest);
        self.at_start = false;
    }

    /// Returns whether a chunk fits into the last line, but for spaces at its end.
    fn fits(&self, chunk: &str) -> bool {
        let width = self.look.width();
        width.is_none_or(|width| self.used + display_width(chunk.trim_end()) <= width)
    }

    fn break_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(self.indent);
        self.used = display_width(self.indent);
    }
}

pub(super) fn set(out: &mut String, style: Style, look: Look) {
    if look.color && style != Style::new() {
        let _ = write!(out, "{}", style.render());
    }
}

/// Returns a text in a style, where the terminal shows styles.
pub(crate) fn styled(style: Style, text: &str, look: Look) -> String {
    let mut out = String::new();
    set(&mut out, style, look);
    out.push_str(text);
    reset(&mut out, style, look);
    out
}

pub(super) fn reset(out: &mut String, style: Style, look: Look) {
    if look.color && style != Style::new() {
        let _ = write!(out, "{}", style.render_reset());
    }
}

/// Splits text where a line may end: behind spaces, and between characters of scripts without spaces unless the next
/// is punctuation that must not begin a line.
fn chunks(text: &str) -> Vec<&str> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let Some(&(_, next)) = chars.peek() else { break };
        let opens = |c: char| matches!(c, '（' | '《' | '「' | '『' | '【' | '“' | '‘');
        let sticks = is_wide_punctuation(next) && !opens(next) || matches!(next, '”' | '’' | '…');
        let splits = c == ' ' && next != ' '
            || (is_wide_script(c) || is_wide_script(next))
                && !sticks
                && !opens(c)
                && c != ' '
                && next != ' ';
        if splits {
            chunks.push(&text[start..end]);
            start = end;
        }
    }
    chunks.push(&text[start..]);
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, columns: usize, expected: &str) {
        let mut line = Line::default();
        line.push(Style::new(), text);
        let mut out = String::new();
        line.write(&mut out, Look { columns: Some(columns), ..Look::PLAIN }, "1. ", "   ");
        assert_eq!(out, expected);
        assert!(out.lines().all(|line| display_width(line) <= columns));
    }

    #[test]
    fn lines_break_between_words_and_between_han_characters() {
        check(
            "把大模型的上下文窗口扩展到 200 万 token 以上",
            24,
            "1. 把大模型的上下文窗口\n   扩展到 200 万 token\n   以上\n",
        );
        check(
            "a-very-long-name-without-any-space",
            24,
            "1. a-very-long-name-with\n   out-any-space\n",
        );
    }

    #[test]
    fn closing_punctuation_never_begins_a_line() {
        check("甲乙丙丁戊己庚辛壬癸，子丑", 24, "1. 甲乙丙丁戊己庚辛壬\n   癸，子丑\n");
    }

    #[test]
    fn an_escape_stays_in_one_line() {
        check(
            "a-very-long-name-\u{1b}with-\u{202e}escapes\u{9b}",
            24,
            "1. a-very-long-name-\n   \\u{1b}with-\\u{202e}es\n   capes\\u{9b}\n",
        );
    }
}
