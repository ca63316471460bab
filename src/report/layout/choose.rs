//! The strongest of what the layouts propose for a report.

use super::Layout;
use super::outline::Outline;
use super::propose::headings::{self, HeadingProposal};
use super::propose::{Divisions, Lists, lists, page};

/// Reason of a layout that the settings of the source name.
pub(super) const CONFIGURED: &str = "baoku.toml says so";

/// What a report is.
pub(super) enum Choice<'b> {
    /// One item, for the reason given.
    Page(String),
    /// Several items.
    Items(Plan<'b>),
}

/// Headings that are items whatever else says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ItemLevel {
    /// None: sections divide.
    None,
    /// Those of the level, which have contributors or links of their own.
    Labelled(u8),
    /// Those of the level that do not divide themselves.
    Likely(u8),
}

/// Where the items of a report are.
pub(super) struct Plan<'b> {
    pub(super) outline: Outline<'b>,
    pub(super) divisions: Divisions,
    pub(super) level: ItemLevel,
    /// What shows the level; empty without one.
    pub(super) reason: String,
}

impl Plan<'_> {
    pub(super) fn is_labelled(&self) -> bool {
        matches!(self.level, ItemLevel::Labelled(_))
    }
}

/// Chooses what a report is; `wanted` is the layout that its source is said to have.
pub(super) fn choose(outline: Outline<'_>, wanted: Option<Layout>) -> Choice<'_> {
    if matches!(wanted, None | Some(Layout::Headings))
        && let Some(HeadingProposal { level, reason, begin, .. }) =
            headings::propose_labelled(&outline)
    {
        let outline = outline.beginning_at(begin);
        let divisions = Divisions::none(&outline);
        return Choice::Items(Plan {
            outline,
            divisions,
            level: ItemLevel::Labelled(level),
            reason,
        });
    }
    if wanted.is_none()
        && let Some(reason) = page::propose_article(&outline)
    {
        return Choice::Page(reason);
    }
    let divisions = divide(&outline, wanted);
    match level(&outline, &divisions, wanted) {
        Some(HeadingProposal { level, reason, .. }) => {
            let level = ItemLevel::Likely(level);
            Choice::Items(Plan { outline, divisions, level, reason })
        }
        None => without_level(outline, divisions, wanted),
    }
}

fn divide(outline: &Outline<'_>, wanted: Option<Layout>) -> Divisions {
    if wanted == Some(Layout::List) {
        return Divisions::of(outline, Lists::All);
    }
    // A list that most items of a level have is part of them.
    Divisions::of(outline, Lists::OfItems).without_lists_of_linked_headings(outline)
}

fn level(
    outline: &Outline<'_>,
    divisions: &Divisions,
    wanted: Option<Layout>,
) -> Option<HeadingProposal> {
    match wanted {
        Some(Layout::Numbered | Layout::List) => None,
        Some(Layout::Headings) => headings::propose(outline, divisions)
            .or_else(|| headings::propose_deepest(outline, CONFIGURED)),
        _ => headings::propose(outline, divisions),
    }
}

/// Chooses where no level of headings is items: sections divide, or the report is a plain list or a page.
fn without_level(outline: Outline<'_>, divisions: Divisions, wanted: Option<Layout>) -> Choice<'_> {
    let found = Some(divisions).filter(|own| own.any(&outline.root));
    let plain = || lists::propose_plain(&outline).filter(|plain| plain.any(&outline.root));
    let Some(divisions) = found.or_else(plain) else {
        let reason = "neither headings with links nor numbers, lists or tables of items";
        return Choice::Page(reason.to_owned());
    };
    if wanted.is_none()
        && let Some(reason) = page::propose_with_list(&outline, &divisions)
    {
        return Choice::Page(reason);
    }
    Choice::Items(Plan { outline, divisions, level: ItemLevel::None, reason: String::new() })
}
