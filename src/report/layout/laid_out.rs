//! The items of a report as blocks, and the blocks of none.

use crate::report::item::RawItem;
use crate::report::left_out::Reason;
use crate::report::markdown::Block;
use crate::report::model::Layout;
use crate::report::series::Traits;

/// A block that belongs to no item.
#[derive(Clone, Debug)]
pub(crate) struct Left {
    pub(crate) block: Block,
    pub(crate) reason: Reason,
}

impl Left {
    /// Leaves those blocks out that show something.
    pub(super) fn shown<'b>(
        blocks: impl IntoIterator<Item = &'b Block>,
        reason: Reason,
    ) -> impl Iterator<Item = Self> {
        let shown = |block: &&Block| !block.is_blank() || !block.links.is_empty();
        blocks.into_iter().filter(shown).map(move |block| Self { block: block.clone(), reason })
    }
}

/// The items of a report, marked out.
#[derive(Debug)]
pub(crate) struct LaidOut {
    pub(crate) layout: Layout,
    /// What shows the layout, as a sentence.
    pub(crate) reason: String,
    /// Text in which the report's own date and number may stand.
    pub(crate) head: String,
    /// Title of the report, if a heading names it.
    pub(crate) title: Option<String>,
    pub(crate) items: Vec<RawItem>,
    pub(crate) left: Vec<Left>,
    /// What its layout shows the reports around it.
    pub(crate) traits: Traits,
}

/// Returns the texts of blocks, one below the other.
pub(super) fn join(blocks: &[Block]) -> String {
    let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    texts.join("\n")
}
