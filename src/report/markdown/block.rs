//! One block of a file: its kind, its reading text, its links and images.

use super::form::{Form, Pieces};
use crate::text::ByteSpan;

/// Stands between the cells of a row.
const BETWEEN_CELLS: &str = " | ";

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// The beginning of a list item; later blocks of the item are `Continuation`.
    ListItem {
        /// Number of an ordered item.
        number: Option<u64>,
        /// Lists around it, 1 for a top-level list.
        depth: usize,
    },
    /// A later block inside a list item.
    Continuation,
    /// A paragraph inside a block quote.
    Quote,
    /// A code block.
    Code,
    /// A row of a table.
    TableRow {
        /// Whether it names the columns.
        head: bool,
    },
    /// A block of HTML, with its tags removed.
    Html,
}

/// A link inside a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlockLink {
    /// Bytes of the block's text that show the link.
    pub(crate) shown: ByteSpan,
    /// Where it leads, as written.
    pub(crate) url: String,
}

impl BlockLink {
    /// Returns whether the link leads out of the file: to the web, to another file. `<Lab:Rpc/>` is a link by the rules of
    /// Markdown and leads nowhere.
    pub(crate) fn leads_out(&self) -> bool {
        let scheme = self.url.split_once(':').map(|(scheme, _)| scheme);
        let is_scheme = |scheme: &&str| {
            scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+')
        };
        let is_web =
            |scheme: &str| ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
        !self.url.starts_with('#')
            && !self.url.is_empty()
            && scheme.filter(is_scheme).is_none_or(is_web)
    }
}

/// How many reports of the series say what a block says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Repeated {
    /// Too few to tell.
    #[default]
    No,
    /// Some of those around: it comes and goes.
    BySome,
    /// Most.
    ByMost,
}

/// One block of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: BlockKind,
    /// Reading text: no marks, no images, no tags; list and quote marks kept.
    pub(crate) text: String,
    /// Bytes of the file.
    pub(crate) span: ByteSpan,
    /// In order of appearance.
    pub(crate) links: Vec<BlockLink>,
    /// Addresses of images, in order.
    pub(crate) images: Vec<String>,
    /// What pieces of its text are, outer ones first.
    pub(crate) forms: Vec<Form>,
    /// Lists around it.
    pub(crate) depth: usize,
    /// Whether a quote is around it.
    pub(crate) quoted: bool,
    /// Bytes at the beginning of its text that are set in bold.
    pub(crate) lead: usize,
    /// Whether a rule stands above it.
    pub(crate) ruled: bool,
    /// Whether other reports of its series say the same.
    pub(crate) repeated: Repeated,
}

impl Block {
    /// Returns the block with what is left of its text: its end, or some cells of a row. Pictures before it stay.
    pub(crate) fn showing(&self, text: String) -> Self {
        let forms = self.forms_of(&text);
        Self { text, forms, ..self.clone() }
    }

    fn forms_of(&self, text: &str) -> Vec<Form> {
        let whole = self.text.trim_end();
        if let Some(start) = whole.len().checked_sub(text.len())
            && whole.ends_with(text)
        {
            return Form::all_in(&self.forms, ByteSpan::new(start, whole.len()));
        }
        let (mut forms, mut from, mut at) = (Vec::new(), 0, 0);
        let mut pieces = Pieces::of(&self.forms);
        for cell in text.split(BETWEEN_CELLS) {
            let Some(found) = self.text.get(from..).and_then(|rest| rest.find(cell)) else { break };
            let piece = ByteSpan::new(from + found, from + found + cell.len());
            for mut form in pieces.next(piece) {
                form.shown = ByteSpan::new(form.shown.start + at, form.shown.end + at);
                forms.push(form);
            }
            from = piece.end;
            at += cell.len() + BETWEEN_CELLS.len();
        }
        forms
    }

    /// Returns whether the block has no reading text.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Returns whether the block has neither text nor images.
    pub(crate) fn shows_nothing(&self) -> bool {
        self.is_blank() && self.images.is_empty()
    }

    /// Returns whether the series repeats the block.
    pub(crate) fn is_repeated(&self) -> bool {
        self.repeated != Repeated::No
    }

    /// Returns whether the series repeats the block now and then.
    pub(crate) fn is_passing(&self) -> bool {
        self.repeated == Repeated::BySome
    }

    /// Returns whether the block has a link that leads out of the file.
    pub(crate) fn leads_out(&self) -> bool {
        self.links.iter().any(BlockLink::leads_out)
    }

    /// Returns whether the block is a line of a table of contents: it leads to a place in the file.
    pub(crate) fn is_contents(&self) -> bool {
        !self.links.is_empty() && self.links.iter().all(|link| link.url.starts_with('#'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_web_and_to_other_files() {
        let leads_out =
            |url: &str| BlockLink { shown: ByteSpan::default(), url: url.to_owned() }.leads_out();
        for url in ["http://a.b", "HTTPS://a.b", "./a.md", "a/b:c.md", "img/1.png"] {
            assert!(leads_out(url), "{url}");
        }
        for url in ["#a", "", "Lab:Rpc/", "mailto:a@b.c"] {
            assert!(!leads_out(url), "{url}");
        }
    }
}
