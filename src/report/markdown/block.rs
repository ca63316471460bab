//! One block of a file: its kind, its reading text, its links and images.

use crate::text::ByteSpan;

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
    /// Lists around it.
    pub(crate) depth: usize,
    /// Whether a quote is around it.
    pub(crate) quoted: bool,
    /// Bytes at the beginning of its text that are set in bold.
    pub(crate) lead: usize,
    /// Whether a rule stands above it.
    pub(crate) ruled: bool,
    /// Whether the other reports of its series say the same.
    pub(crate) repeated: bool,
}

impl Block {
    /// Returns whether the block has no reading text.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Returns whether the block has neither text nor images.
    pub(crate) fn shows_nothing(&self) -> bool {
        self.is_blank() && self.images.is_empty()
    }

    /// Returns whether the block has a link that leads out of the file.
    pub(crate) fn leads_out(&self) -> bool {
        self.links.iter().any(|link| !link.url.starts_with('#') && !link.url.is_empty())
    }

    /// Returns whether the block is a line of a table of contents: it leads to a place in the file.
    pub(crate) fn is_contents(&self) -> bool {
        !self.links.is_empty() && self.links.iter().all(|link| link.url.starts_with('#'))
    }
}
