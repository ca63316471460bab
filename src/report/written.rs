//! What an item says to its body: as it reads, and as it is written in Markdown.

use std::borrow::Cow;

use super::markdown::{Block, BlockKind, Form, FormKind, Pieces};
use super::words::is_listed;
use crate::text::ByteSpan;

mod inline;

use inline::{cells, inline, line_start};

/// Deeper than this, indentation would only push the text out of sight.
const MAX_INDENT: usize = 8;
/// Alternative texts that say no more than that there is a picture, as editors write them by themselves.
const ONLY_A_PICTURE: &str = "image|images|img|picture|pic|photo|图|图片|图像|照片|插图|配图";
/// Ends of alternative texts that are names of files.
const FILE_ENDS: [&str; 8] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif"];

/// A block of an item, or what of it is text of the body.
#[derive(Clone, Debug)]
pub(super) struct Passage<'b> {
    pub(super) kind: &'b BlockKind,
    pub(super) text: Cow<'b, str>,
    pub(super) forms: Cow<'b, [Form]>,
}

impl<'b> Passage<'b> {
    pub(super) fn of(block: &'b Block) -> Self {
        Self {
            kind: &block.kind,
            text: Cow::Borrowed(&block.text),
            forms: Cow::Borrowed(&block.forms),
        }
    }

    /// Makes a paragraph of those pictures of a title whose alternative texts say something else.
    pub(super) fn of_pictures(title: &Block) -> Option<Self> {
        let tells = |form: &&Form| told(form).is_some_and(|text| !title.text.contains(text));
        let forms: Vec<Form> = title.forms.iter().filter(tells).cloned().collect();
        let at_its_start = |form: Form| Form { shown: ByteSpan::default(), ..form };
        (!forms.is_empty()).then(|| Self {
            kind: &BlockKind::Paragraph,
            text: Cow::Borrowed(""),
            forms: forms.into_iter().map(at_its_start).collect(),
        })
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Returns whether it has a picture.
    pub(super) fn has_pictures(&self) -> bool {
        self.forms.iter().any(|form| matches!(form.kind, FormKind::Picture(_)))
    }

    /// Keeps pieces of its text, each some whole lines, without empty lines around them.
    pub(super) fn keep(&mut self, pieces: &[ByteSpan]) {
        let mut text = String::new();
        let mut forms = Vec::new();
        let mut of_pieces = Pieces::of(&self.forms);
        for piece in pieces {
            let at = text.len();
            text.push_str(piece.of(&self.text));
            for mut form in of_pieces.next(*piece) {
                form.shown = ByteSpan::new(form.shown.start + at, form.shown.end + at);
                forms.push(form);
            }
        }
        let start = text.len() - text.trim_start_matches('\n').len();
        let end = text.trim_end_matches('\n').len().max(start);
        let shown = ByteSpan::new(start, end);
        self.forms = Form::all_in(&forms, shown).into();
        self.text = shown.of(&text).to_owned().into();
    }

    /// Takes its first line away; pictures in it stay.
    pub(super) fn drop_line(&mut self) {
        let start = self.text.find('\n').map_or(self.text.len(), |end| end + 1);
        let skipped = self.text[start..].len() - self.text[start..].trim_start_matches('\n').len();
        let piece = ByteSpan::new(start + skipped, self.text.len());
        self.forms = Form::all_in(&self.forms, piece).into();
        self.text = piece.of(&self.text).to_owned().into();
    }

    /// Returns its text with what stands for its pictures.
    fn reading(&self) -> Cow<'_, str> {
        let told: Vec<(usize, &str)> =
            self.forms.iter().filter_map(|form| Some((form.shown.start, told(form)?))).collect();
        if told.is_empty() {
            return Cow::Borrowed(&self.text);
        }
        let mut text = String::with_capacity(self.text.len() + 16 * told.len());
        let mut from = 0;
        for (at, alternative) in told {
            text.push_str(self.text.get(from..at).unwrap_or_default());
            if !text.is_empty() && !text.ends_with(char::is_whitespace) {
                text.push(' ');
            }
            text.push_str(alternative);
            from = at.max(from);
            if self.text.get(from..).is_some_and(|rest| !rest.starts_with(char::is_whitespace)) {
                text.push(' ');
            }
        }
        text.push_str(self.text.get(from..).unwrap_or_default());
        text.truncate(text.trim_end().len());
        Cow::Owned(text)
    }
}

/// Returns what stands for a picture, if that says something about it.
fn told(form: &Form) -> Option<&str> {
    let FormKind::Picture(picture) = &form.kind else { return None };
    let text = picture.alternative.trim();
    let says = text.chars().any(char::is_alphanumeric)
        && !is_listed(ONLY_A_PICTURE, text)
        && !FILE_ENDS.iter().any(|end| text.to_ascii_lowercase().ends_with(end));
    says.then_some(text)
}

/// A body under way, as it reads.
#[derive(Debug, Default)]
struct Reading {
    text: String,
    in_list: bool,
}

impl Reading {
    fn push(&mut self, kind: &BlockKind, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let (mark, indent) = match kind {
            BlockKind::ListItem { number: Some(number), depth } => {
                (format!("{number}. "), depth - 1)
            }
            BlockKind::ListItem { number: None, depth } => ("- ".to_owned(), depth - 1),
            BlockKind::Quote => ("> ".to_owned(), 0),
            BlockKind::Continuation => ("  ".to_owned(), 0),
            _ => (String::new(), 0),
        };
        let is_list = matches!(
            kind,
            BlockKind::ListItem { .. } | BlockKind::Continuation | BlockKind::TableRow { .. }
        );
        if !self.text.is_empty() {
            self.text.push_str(if is_list && self.in_list { "\n" } else { "\n\n" });
        }
        self.in_list = is_list;
        let indent = "  ".repeat(indent.min(MAX_INDENT));
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.text.push('\n');
            }
            let mark = match (index, kind) {
                (0, _) | (_, BlockKind::Quote) => mark.as_str(),
                _ if mark.is_empty() => "",
                _ => "  ",
            };
            self.text.push_str(&indent);
            self.text.push_str(mark);
            self.text.push_str(line);
        }
    }
}

/// Returns the text of passages without what stands for pictures.
pub(super) fn without_pictures(passages: &[Passage<'_>]) -> String {
    let mut reading = Reading::default();
    for passage in passages {
        reading.push(passage.kind, &passage.text);
    }
    reading.text
}

/// Returns a body as it reads, with what stands for pictures.
pub(super) fn reading(passages: &[Passage<'_>]) -> String {
    let mut reading = Reading::default();
    for passage in passages {
        reading.push(passage.kind, &passage.reading());
    }
    reading.text
}

/// Returns a body in Markdown.
pub(super) fn markdown(passages: &[Passage<'_>]) -> String {
    let mut writing = Writing::default();
    for passage in passages.iter().filter(|passage| !passage.is_blank() || passage.has_pictures()) {
        writing.push(passage);
    }
    writing.text
}

/// Returns a paragraph in Markdown that reads as it is.
pub(super) fn paragraph(text: &str) -> String {
    let lines = inline(text, &[]);
    lines.lines().map(line_start).collect::<Vec<_>>().join("  \n")
}

/// A body under way, in Markdown.
#[derive(Default)]
struct Writing<'p> {
    text: String,
    before: Option<&'p BlockKind>,
    /// How far what belongs to them is indented in the lists that are open.
    lists: Vec<usize>,
    /// Cells of the table that is open.
    columns: usize,
}

impl<'p> Writing<'p> {
    fn push(&mut self, passage: &Passage<'p>) {
        let kind = passage.kind;
        let is_row = matches!(kind, BlockKind::TableRow { .. });
        let in_table = is_row && self.columns > 0;
        match kind {
            BlockKind::ListItem { depth, .. } => self.lists.truncate(depth.saturating_sub(1)),
            BlockKind::Continuation | BlockKind::Code => {}
            _ => self.lists.clear(),
        }
        let indent = " ".repeat(self.lists.iter().take(MAX_INDENT).sum());
        let is_near = match (self.before, kind) {
            (Some(BlockKind::ListItem { .. } | BlockKind::Continuation), kind) => {
                matches!(kind, BlockKind::ListItem { .. })
            }
            (Some(BlockKind::TableRow { .. }), _) => in_table,
            _ => false,
        };
        if !self.text.is_empty() {
            let is_quote =
                matches!((self.before, kind), (Some(BlockKind::Quote), BlockKind::Quote));
            let is_line = is_row && matches!(self.before, Some(BlockKind::TableRow { .. }));
            self.text.push_str(match (is_near, is_quote, is_line) {
                (true, ..) => "\n",
                (_, true, _) => "\n>\n",
                (.., true) => "  \n",
                _ => "\n\n",
            });
        }
        self.before = Some(kind);
        if !is_row {
            self.columns = 0;
        }
        match kind {
            BlockKind::Code => self.code(passage, &indent),
            BlockKind::TableRow { head } if *head || in_table => self.row(passage, *head),
            BlockKind::Heading(level) => {
                let text = inline(&passage.text, &passage.forms).replace('\n', " ");
                self.text.push_str(&"#".repeat(usize::from(*level)));
                self.text.push(' ');
                self.text.push_str(&text);
            }
            BlockKind::ListItem { number, .. } => {
                let mark = number.map_or("- ".to_owned(), |number| format!("{number}. "));
                let later = format!("{indent}{}", " ".repeat(mark.len()));
                self.lists.push(mark.len());
                self.lines(passage, &format!("{indent}{mark}"), &later);
            }
            BlockKind::Quote => self.lines(passage, "> ", "> "),
            _ => self.lines(passage, &indent, &indent),
        }
    }

    /// Writes lines, each of them kept.
    fn lines(&mut self, passage: &Passage<'_>, first: &str, later: &str) {
        let text = inline(&passage.text, &passage.forms);
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.text.push_str("  \n");
            }
            self.text.push_str(if index == 0 { first } else { later });
            self.text.push_str(&line_start(line));
        }
    }

    fn code(&mut self, passage: &Passage<'_>, indent: &str) {
        let language = passage.forms.iter().find_map(|form| match &form.kind {
            // What stands around code is ended by a backtick.
            FormKind::Program(language) => language.split(['`', '\n']).next(),
            _ => None,
        });
        let longest = passage.text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        self.text.push_str(&format!("{indent}{fence}{}\n", language.unwrap_or_default()));
        for line in passage.text.lines() {
            self.text.push_str(indent);
            self.text.push_str(line);
            self.text.push('\n');
        }
        self.text.push_str(indent);
        self.text.push_str(&fence);
    }

    /// Writes a row of a table; the one that names the columns begins it.
    fn row(&mut self, passage: &Passage<'_>, head: bool) {
        let most = if head { usize::MAX } else { self.columns };
        let cells = cells(&passage.text, &passage.forms, most);
        self.text.push_str(&format!("| {} |", cells.join(" | ")));
        if head {
            self.columns = cells.len();
            self.text.push_str("\n|");
            self.text.push_str(&"---|".repeat(cells.len()));
        }
    }
}

#[cfg(test)]
mod tests;
