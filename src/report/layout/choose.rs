//! The strongest of what the layouts propose for a report.

use super::outline::Outline;
use super::propose::headings::{self, HeadingProposal};
use super::propose::{Divisions, Lists, page, plain};
use crate::report::model::Layout;

/// Reason of a layout that the settings of the source name.
pub(super) const CONFIGURED: &str = "baoku.toml says so";

/// What is known of a report before it is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    /// The layout that its source is said to have.
    pub(crate) layout: Option<Layout>,
    /// The level whose headings are items in the reports around it.
    pub(crate) level: Option<u8>,
}

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

impl ItemLevel {
    /// Returns the level whose headings are items; 0 for none.
    pub(super) fn of_headings(&self) -> u8 {
        match self {
            Self::None => 0,
            Self::Labelled(level) | Self::Likely(level) => *level,
        }
    }
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

/// Chooses what a report is.
pub(super) fn choose(
    outline: Outline<'_>,
    Wanted { layout: wanted, level: known }: Wanted,
) -> Choice<'_> {
    if let (None, Some(level)) = (wanted, known) {
        let divisions = Divisions::of(&outline, Lists::OfItems);
        let divisions = divisions.without_lists_of_linked_headings(&outline);
        let reason = format!("headings of level {level} are items, as in the reports around it");
        return Choice::Items(Plan { outline, divisions, level: ItemLevel::Likely(level), reason });
    }
    let lists = if wanted == Some(Layout::List) { Lists::All } else { Lists::OfItems };
    let divisions = Divisions::of(&outline, lists);
    if matches!(wanted, None | Some(Layout::Headings))
        && let Some(HeadingProposal { level, reason, begin, .. }) =
            headings::propose_labelled(&outline, &divisions)
    {
        let (outline, divisions) = if begin == outline.begin {
            (outline, divisions)
        } else {
            let outline = outline.beginning_at(begin);
            let divisions = Divisions::of(&outline, Lists::OfItems);
            (outline, divisions)
        };
        let items = headings::labelled(&outline, &divisions, level);
        let divisions = divisions.without(&items);
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
    let divisions = match lists {
        Lists::All => divisions,
        // A list that most items of a level have is part of them.
        _ => divisions.without_lists_of_linked_headings(&outline),
    };
    match level(&outline, &divisions, wanted) {
        Some(HeadingProposal { level, reason, .. }) => {
            let level = ItemLevel::Likely(level);
            Choice::Items(Plan { outline, divisions, level, reason })
        }
        None => without_level(outline, divisions, wanted),
    }
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
        _ => headings::propose(outline, divisions)
            .or_else(|| headings::propose_below_sections(outline).filter(|_| is_issue(outline))),
    }
}

/// Returns whether a report says which issue it is: its title has a number or a day. An article has sections and headings
/// below them, too.
fn is_issue(outline: &Outline<'_>) -> bool {
    let title = outline.title.map_or("", |at| outline.blocks[at].text.as_str());
    title.contains(|c: char| c.is_ascii_digit())
        || title.contains('第') && title.contains(['期', '周', '篇'])
}

/// Chooses where no level of headings is items: sections divide, or the report is a plain list or a page.
fn without_level(outline: Outline<'_>, divisions: Divisions, wanted: Option<Layout>) -> Choice<'_> {
    let found = Some(divisions).filter(|own| own.any(&outline.root));
    let plain = || plain::propose(&outline).filter(|plain| plain.any(&outline.root));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::outline::promote;
    use crate::report::markdown::blocks;

    /// Describes what is chosen: the level and why, or how many sections divide, or why it is a page.
    #[track_caller]
    fn check_wanted(wanted: Option<Layout>, text: &str, expected: &str) {
        let mut blocks = blocks(text, 0);
        promote(&mut blocks);
        let wanted = Wanted { layout: wanted, level: None };
        let chosen = match choose(Outline::of(&blocks, None), wanted) {
            Choice::Page(reason) => format!("page: {reason}"),
            Choice::Items(plan) => match plan.level {
                ItemLevel::Labelled(level) => format!("labelled {level}: {}", plan.reason),
                ItemLevel::Likely(level) => format!("level {level}: {}", plan.reason),
                ItemLevel::None => format!("{} sections divide", plan.divisions.all().count()),
            },
        };
        assert_eq!(chosen, expected, "{text}");
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        check_wanted(None, text, expected);
    }

    /// Writes sections of level 2 below a title, each with a text.
    fn report(sections: &[(&str, &str)]) -> String {
        let sections: Vec<String> =
            sections.iter().map(|(name, text)| format!("## {name}\n\n{text}\n\n")).collect();
        format!("# 周报\n\n{}", sections.concat())
    }

    #[test]
    fn headings_that_a_contributor_or_a_link_follows_are_items() {
        let (labelled, plain) = (("甲", "贡献人：@丙"), ("乙", "文字"));
        check(
            &report(&[labelled, plain]),
            "labelled 2: 1 of 2 headings of level 2 are followed by a contributor or a link",
        );
        check(
            &report(&[labelled, plain, plain]),
            "page: neither headings with links nor numbers, lists or tables of items",
        );
        check(
            &report(&[("甲", "http://a.b")]),
            "labelled 2: 1 of 1 headings of level 2 are followed by a contributor or a link",
        );
        // The author below the title is that of the whole.
        check(
            "# 周报\n\n作者：甲\n\n## 乙\n\n文字\n",
            "page: neither headings with links nor numbers, lists or tables of items",
        );
    }

    #[test]
    fn a_heading_that_is_a_link_weighs_as_much_as_two_that_have_one() {
        let (link, plain) = (("[甲](http://a.b)", "文字"), ("乙", "文字"));
        check(
            &report(&[link, link, plain, plain]),
            "level 2: 2 of 4 headings of level 2 are links",
        );
        let with_link = ("乙", "见[链](http://a.b)文");
        check(&report(&[with_link; 3]), "level 2: 3 of 3 headings of level 2 have a link");
        check(
            &report(&[with_link; 2]),
            "page: neither headings with links nor numbers, lists or tables of items",
        );
        check(
            &report(&[link, link, with_link, with_link]),
            "level 2: 4 of 4 headings of level 2 have a link",
        );
    }

    #[test]
    fn numbered_headings_are_items_unless_they_are_chapters() {
        let section = |name| (name, "文字");
        check(
            &report(&["1. 甲", "2. 乙", "丙"].map(section)),
            "level 2: 2 of 3 headings of level 2 are numbered",
        );
        check(
            &report(&["1. 甲", "乙"].map(section)),
            "page: neither headings with links nor numbers, lists or tables of items",
        );
        let code = ("3. 丙", "```\ncode\n```");
        let numbered = ["1. 甲", "2. 乙", "4. 丁"].map(section);
        check(
            &report(&[&numbered[..], &[code]].concat()),
            "level 2: 4 of 4 headings of level 2 are numbered",
        );
        check(
            &report(&[section("1. 甲"), section("2. 乙"), code]),
            "page: neither headings with links nor numbers, lists or tables of items",
        );
    }

    #[test]
    fn long_texts_with_a_link_are_chapters() {
        let text = |length: usize| format!("[链](http://a.b){}", "长".repeat(length));
        let (short, long) = (text(799), text(800));
        check(
            &report(&[("甲", short.as_str()); 3]),
            "level 2: 3 of 3 headings of level 2 have a link",
        );
        check(
            &report(&[("甲", long.as_str()); 3]),
            "page: neither headings with links nor numbers, lists or tables of items",
        );
    }

    #[test]
    fn two_headings_called_as_chapters_make_an_article() {
        let sections = ["背景", "总结", "甲", "乙", "丙", "丁"].map(|name| (name, "文字"));
        check(&report(&sections[..5]), "page: its headings are the chapters of an article");
        check(
            &report(&sections),
            "page: neither headings with links nor numbers, lists or tables of items",
        );
    }

    #[test]
    fn sections_divide_where_no_level_is_items() {
        let list = "- [甲](http://a.b)\n- [乙](http://a.c)";
        let numbered = "1、丙\n\n2、丁";
        check(&report(&[("工具", list), ("新闻", numbered)]), "2 sections divide");
        check(&report(&[("工具", list), ("文章", "文字")]), "1 sections divide");
        // A list below a long text is its references.
        let essay = "长".repeat(20);
        check(
            &report(&[("文章", &essay), ("工具", list)]),
            "page: an article; only a small part of it is a list",
        );
    }

    #[test]
    fn a_wanted_layout_is_tried_whatever_else_is_there() {
        let text = report(&[("甲", "文字"), ("乙", "- 一条\n- 二条")]);
        check_wanted(Some(Layout::Headings), &text, "level 2: baoku.toml says so");
        check_wanted(Some(Layout::List), &text, "1 sections divide");
        let labelled = report(&[("甲", "贡献人：@丙\n\n1、丁\n\n2、戊")]);
        check_wanted(Some(Layout::Numbered), &labelled, "1 sections divide");
    }
}
