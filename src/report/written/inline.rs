//! A line of text and its forms to Markdown.

use std::borrow::Cow;

use crate::address::is_safe_scheme;
use crate::report::markdown::{Form, FormKind, Pieces};
use crate::text::{ByteSpan, is_deleted};

/// A form that is being written: where it ends and what ends it.
struct Open {
    end: usize,
    close: String,
    /// Whether what is in it is written as it is.
    verbatim: bool,
}

/// A text that is being written.
struct Writer<'t> {
    source: &'t str,
    out: String,
    at: usize,
    open: Vec<Open>,
    has_links: bool,
    has_strikes: bool,
}

/// Writes a text with its forms, outer ones first. Its lines stay lines.
pub(super) fn inline(text: &str, forms: &[Form]) -> String {
    let mut writer = Writer {
        source: text,
        out: String::with_capacity(text.len() + text.len() / 8),
        at: 0,
        open: Vec::new(),
        has_links: ["](", "][", "]:", "[^"].iter().any(|sign| text.contains(sign)),
        has_strikes: text.matches('~').count() > 1,
    };
    for form in forms {
        writer.form(form);
    }
    writer.reach(text.len());
    writer.close_up_to(text.len());
    writer.out
}

/// Writes the cells of a row, the last ones as one if there are more than `most`.
pub(super) fn cells(text: &str, forms: &[Form], most: usize) -> Vec<String> {
    // Of an empty cell at the edge nothing is left but the sign beside it.
    let mut rest = ByteSpan::new(0, text.len());
    let mut spans = Vec::new();
    while spans.len() + 1 < most {
        let piece = rest.of(text);
        let (end, next) = if piece == "|" || piece.starts_with("| ") {
            (0, piece.len().min(2))
        } else if let Some(end) = piece.find(" | ") {
            (end, end + 3)
        } else if piece.ends_with(" |") {
            (piece.len() - 2, piece.len())
        } else {
            break;
        };
        spans.push(ByteSpan::new(rest.start, rest.start + end));
        rest.start += next;
    }
    spans.push(rest);
    let mut pieces = Pieces::of(forms);
    let cell = |span: &ByteSpan| {
        let written = inline(span.of(text), &pieces.next(*span));
        written.replace('|', "\\|").replace('\n', "<br>")
    };
    spans.iter().map(cell).collect()
}

/// Writes a line of a paragraph so that its beginning means nothing else.
pub(super) fn line_start(line: &str) -> Cow<'_, str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let behind = |at: usize| line[at..].is_empty() || line[at..].starts_with([' ', '\t']);
    if (1..=9).contains(&digits) && line[digits..].starts_with(['.', ')']) && behind(digits + 1) {
        return Cow::Owned(format!("{}\\{}", &line[..digits], &line[digits..]));
    }
    let signs = line.bytes().take_while(|b| *b == b'#').count();
    let is_meant = match line.as_bytes().first() {
        Some(b'>') => true,
        Some(b'#') => signs <= 6 && behind(signs),
        Some(b'-' | b'+' | b'*') if behind(1) => true,
        Some(b'~') => line.starts_with("~~~"),
        Some(b'-' | b'*' | b'_' | b'=' | b'|' | b':') => {
            line.bytes().all(|b| matches!(b, b'-' | b'*' | b'_' | b'=' | b'|' | b':' | b' '))
        }
        _ => false,
    };
    if is_meant { Cow::Owned(format!("\\{line}")) } else { Cow::Borrowed(line) }
}

impl Writer<'_> {
    fn form(&mut self, form: &Form) {
        self.close_up_to(form.shown.start);
        if self.open.last().is_some_and(|open| open.verbatim) {
            return;
        }
        if let FormKind::Picture(picture) = &form.kind {
            self.reach(form.shown.start);
            let alternative = alternative(picture.alternative.trim());
            let url = if is_led_to(&picture.url) { destination(&picture.url) } else { "<>".into() };
            // Of the spaces around it, reading text keeps one.
            let is_apart = self.out.ends_with(' ')
                && self.source[self.at..].starts_with(|c: char| !c.is_whitespace());
            let space = if is_apart { " " } else { "" };
            if self.out.ends_with('|') {
                self.out.push(' ');
            }
            self.out.push_str(&format!("![{alternative}]({url}){space}"));
            return;
        }
        // What a form that is around it does not hold is not in it.
        let limit = self.open.last().map_or(self.source.len(), |open| open.end);
        let shown = ByteSpan::new(form.shown.start.min(limit), form.shown.end.min(limit));
        let text = shown.of(self.source);
        let start = shown.start + (text.len() - text.trim_start().len());
        let text = text.trim();
        // Emphasis does not go over the end of a paragraph, and never over one of a line that is kept.
        if text.is_empty() || start < self.at {
            return;
        }
        let (begin, close, verbatim) = match &form.kind {
            FormKind::Strong => ("**".to_owned(), "**".to_owned(), false),
            FormKind::Emphasis => ("*".to_owned(), "*".to_owned(), false),
            FormKind::Struck => ("~~".to_owned(), "~~".to_owned(), false),
            FormKind::Code => {
                let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
                let fence = "`".repeat(longest + 1);
                let is_edge = text.starts_with('`') || text.ends_with('`');
                let space = if is_edge { " " } else { "" };
                (format!("{fence}{space}"), format!("{space}{fence}"), true)
            }
            FormKind::Link(url) if !is_led_to(url) => return,
            FormKind::Link(url) if **url == *text && is_plain(url) => {
                ("<".to_owned(), ">".to_owned(), true)
            }
            FormKind::Link(url) => ("[".to_owned(), format!("]({})", destination(url)), false),
            FormKind::Picture(_) | FormKind::Program(_) => return,
        };
        self.reach(start);
        // An exclamation mark would make a picture of a link.
        if begin == "[" && self.out.ends_with('!') {
            self.out.insert(self.out.len() - 1, '\\');
        }
        self.out.push_str(&begin);
        self.open.push(Open { end: start + text.len(), close, verbatim });
    }

    /// Writes up to a byte, and ends the forms that end before it or there.
    fn close_up_to(&mut self, at: usize) {
        while let Some(open) = self.open.last().filter(|open| open.end <= at) {
            // Its last piece is still in it.
            self.write(open.end, open.verbatim);
            if let Some(open) = self.open.pop() {
                self.out.push_str(&open.close);
            }
        }
    }

    fn reach(&mut self, at: usize) {
        self.close_up_to(at);
        let verbatim = self.open.last().is_some_and(|open| open.verbatim);
        self.write(at, verbatim);
    }

    fn write(&mut self, to: usize, verbatim: bool) {
        let Some(piece) = self.source.get(self.at..to) else { return };
        let is_plain =
            |b: u8| !matches!(b, b'\\' | b'`' | b'*' | b'_' | b'[' | b']' | b'<' | b'&' | b'~');
        if verbatim || piece.bytes().all(is_plain) {
            self.out.push_str(piece);
        } else {
            let mut before = self.source[..self.at].chars().next_back();
            for (at, c) in piece.char_indices() {
                let at = self.at + at;
                if self.means_more(c, before, &self.source[at + c.len_utf8()..]) {
                    self.out.push('\\');
                }
                self.out.push(c);
                before = Some(c);
            }
        }
        self.at = to;
    }

    /// Returns whether a character of plain text would mean something in Markdown.
    fn means_more(&self, c: char, before: Option<char>, rest: &str) -> bool {
        let next = rest.chars().next();
        let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        match c {
            '`' => true,
            '\\' => next.is_none_or(|next| next.is_ascii_punctuation()),
            '*' => !(is_space(before) && is_space(next)),
            '_' => {
                let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                !(is_letter(before) && is_letter(next) || is_space(before) && is_space(next))
            }
            '[' => self.has_links || !self.open.is_empty(),
            ']' => !self.open.is_empty(),
            '<' => next
                .is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
            '&' => is_entity(rest),
            '~' => self.has_strikes,
            _ => false,
        }
    }
}

/// Returns whether an address may be led to; one without a scheme is of the archive.
fn is_led_to(url: &str) -> bool {
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let url = encoded(url.trim());
    match url.split_once(':') {
        Some((scheme, _)) if !scheme.is_empty() && scheme.chars().all(is_of_scheme) => {
            is_safe_scheme(scheme)
        }
        _ => true,
    }
}

/// Returns whether an address may stand between angle brackets as it is.
fn is_plain(url: &str) -> bool {
    url.contains("://") && !url.contains(char::is_whitespace) && encoded(url) == url
}

/// Writes an address so that it means nothing else in Markdown and is seen in the order of its characters.
fn encoded(url: &str) -> Cow<'_, str> {
    let is_plain =
        |c: char| !(c.is_control() || is_deleted(c) || matches!(c, '<' | '>' | '\\' | '`' | '&'));
    if url.chars().all(is_plain) {
        return Cow::Borrowed(url);
    }
    let mut encoded = String::with_capacity(url.len() + 8);
    for (at, c) in url.char_indices() {
        match c {
            '\n' | '\r' => {}
            '<' | '>' | '\\' | '`' => encoded.push_str(&format!("%{:02X}", u32::from(c))),
            '&' if is_entity(&url[at + 1..]) => encoded.push_str("&amp;"),
            c if c.is_ascii_control() => encoded.push_str(&format!("%{:02X}", u32::from(c))),
            c if c.is_control() || is_deleted(c) => {}
            c => encoded.push(c),
        }
    }
    Cow::Owned(encoded)
}

/// Returns whether what stands behind `&` makes a character of it.
fn is_entity(rest: &str) -> bool {
    let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    name.len() < rest.len() && name.starts_with(';')
}

/// Writes what is told of a picture.
fn alternative(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' | ']' | '\\' | '\n' => written.push(' '),
            '`' | '*' | '_' | '<' | '&' | '~' | '!' => written.extend(['\\', c]),
            c => written.push(c),
        }
    }
    written
}

/// Writes an address as the place that a link leads to.
fn destination(url: &str) -> Cow<'_, str> {
    let url = encoded(url);
    if url.contains([' ', '(', ')']) || url.is_empty() {
        return Cow::Owned(format!("<{url}>"));
    }
    url
}
