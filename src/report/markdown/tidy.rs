//! The text of a block as Markdown gives it to reading text, its links kept right.

use super::block::{Block, BlockKind, BlockLink};
use super::form::{self, Form, FormKind};
use crate::address::find_urls;
use crate::report::signed;
use crate::text::{ByteSpan, floor_boundary, is_wide_punctuation, is_wide_script, merge_spans};

/// Stands for a soft line break until the whole paragraph is known.
pub(super) const SOFT_BREAK: char = '\u{1F}';
/// Stands between the cells of a row until then.
pub(super) const CELL_END: char = '\u{1E}';
/// Labels and addresses on lines of their own are shorter than this many bytes; it bounds the work on huge paragraphs.
const MAX_OWN_LINE: usize = 4096;

/// Settles soft breaks, white space and stray emphasis marks, and finds the bare URLs among the text.
pub(super) fn tidy(block: &mut Block) {
    if block.kind == BlockKind::Code {
        block.text.truncate(block.text.trim_end().len());
    } else {
        tidy_text(block);
    }
    add_bare_urls(block);
}

fn tidy_text(block: &mut Block) {
    let source = std::mem::take(&mut block.text);
    let stray = stray_emphasis(&source, &block.forms);
    for pair in stray.chunks_exact(4) {
        let shown = ByteSpan::new(pair[1] + 1, pair[2]);
        block.forms.push(Form { shown, kind: FormKind::Strong });
    }
    if block.lead == 0 && stray.first() == Some(&0) {
        block.lead = stray.get(2).copied().unwrap_or_default();
    }
    let mut edges = Edges::of(block);
    let mut tidied = Tidied::default();
    let mut chars = source.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        edges.reach(at, tidied.text.len());
        if stray.binary_search(&at).is_ok() {
            continue;
        }
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            SOFT_BREAK => tidied.soft_break(next, &source[at + 1..]),
            CELL_END => tidied.cell_end(),
            '\n' => tidied.line_break(),
            c if c.is_whitespace() => tidied.space(next),
            c => tidied.text.push(c),
        }
    }
    edges.reach(usize::MAX, tidied.text.len());
    tidied.text.truncate(tidied.text.trim_end().len());
    edges.move_into(block, tidied.text.len());
    block.text = tidied.text;
}

/// Bytes of a text that links and bold words begin or end at, with where they have moved.
struct Edges {
    /// Sorted.
    old: Vec<usize>,
    moved: Vec<usize>,
}

impl Edges {
    fn of(block: &Block) -> Self {
        let links = block.links.iter().flat_map(|link| [link.shown.start, link.shown.end]);
        let forms = block.forms.iter().flat_map(|form| [form.shown.start, form.shown.end]);
        let mut old: Vec<usize> = links.chain(forms).chain([block.lead]).collect();
        old.sort_unstable();
        old.dedup();
        Self { old, moved: Vec::new() }
    }

    /// Says that what stood at the byte `at` now stands at `now`.
    fn reach(&mut self, at: usize, now: usize) {
        while self.old.get(self.moved.len()).is_some_and(|edge| *edge <= at) {
            self.moved.push(now);
        }
    }

    fn move_into(&self, block: &mut Block, len: usize) {
        let place = |edge: usize| {
            self.old.binary_search(&edge).ok().map_or(0, |index| self.moved[index]).min(len)
        };
        block.lead = place(block.lead);
        let links = block.links.iter_mut().map(|link| &mut link.shown);
        for shown in links.chain(block.forms.iter_mut().map(|form| &mut form.shown)) {
            *shown = ByteSpan::new(place(shown.start), place(shown.end));
        }
        form::sort(&mut block.forms);
    }
}

/// Reading text under way.
#[derive(Default)]
struct Tidied {
    text: String,
    /// Byte at which the last line begins that is kept apart.
    line: usize,
}

impl Tidied {
    /// Ends a line where a label or an address stands on a line of its own; elsewhere the text goes on.
    fn soft_break(&mut self, next: Option<char>, rest: &str) {
        if begins_own_line(rest) || ends_own_line(&self.text[self.line..]) {
            self.text.push('\n');
            self.line = self.text.len();
            return;
        }
        let glued = self.text.chars().next_back().is_some_and(is_wide_script)
            && next.is_some_and(is_wide_script);
        if !glued && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
    }

    /// Parts two cells, whatever their signs are: the spaces belong to no text.
    fn cell_end(&mut self) {
        let is_apart = self.text.is_empty() || self.text.ends_with([' ', '\n']);
        self.text.push_str(if is_apart { "| " } else { " | " });
    }

    fn line_break(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
        self.line = self.text.len();
    }

    /// Adds a space: one is enough, and none is needed beside full-width punctuation.
    fn space(&mut self, next: Option<char>) {
        let is_needless = self
            .text
            .chars()
            .next_back()
            .is_none_or(|c| c == ' ' || c == '\n' || is_wide_punctuation(c))
            || next.is_some_and(is_wide_punctuation);
        if !is_needless {
            self.text.push(' ');
        }
    }
}

/// Returns whether a line is a label or an address of its own, which a soft break before it keeps apart.
fn begins_own_line(rest: &str) -> bool {
    let rest = &rest[..floor_boundary(rest, MAX_OWN_LINE)];
    let line = rest.split([SOFT_BREAK, '\n']).next().unwrap_or_default().trim_start();
    line.starts_with("http://") || line.starts_with("https://") || signed::is_about(line)
}

fn ends_own_line(line: &str) -> bool {
    if line.len() > MAX_OWN_LINE {
        return false;
    }
    signed::is_about(line)
        || find_urls(line).first().is_some_and(|url| url.start == 0 && url.end == line.len())
}

/// Finds `**` that Markdown left standing because of the punctuation beside it, as it does in `**重点：**内容`:
/// a reader takes such pairs for emphasis, but not in code. Returns the byte offsets of every asterisk, sorted.
fn stray_emphasis(text: &str, forms: &[Form]) -> Vec<usize> {
    let code = forms.iter().filter(|form| form.is_verbatim()).map(|form| form.shown).collect();
    let code = merge_spans(code);
    let is_code = |at: usize| {
        let next = code.partition_point(|code| code.end <= at);
        code.get(next).is_some_and(|code| code.start <= at)
    };
    let marks: Vec<usize> =
        text.match_indices("**").map(|(at, _)| at).filter(|at| !is_code(*at)).collect();
    let pairs = marks.len() / 2 * 2;
    marks[..pairs].iter().flat_map(|&at| [at, at + 1]).collect()
}

pub(super) fn add_bare_urls(block: &mut Block) {
    if !block.text.contains("http") {
        return;
    }
    let covered = merge_spans(block.links.iter().map(|link| link.shown).collect());
    for span in find_urls(&block.text) {
        let next = covered.partition_point(|shown| shown.end <= span.start);
        if covered.get(next).is_none_or(|shown| shown.start >= span.end) {
            block.links.push(BlockLink { shown: span, url: span.of(&block.text).to_owned() });
        }
    }
    block.links.sort_by_key(|link| link.shown.start);
}
