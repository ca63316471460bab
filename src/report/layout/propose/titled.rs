//! Paragraphs whose first line is a title and whose second line is an address.

use super::section::{Proposal, Section, Sign, is_own_paragraph};
use crate::report::label::is_address;
use crate::report::markdown::{Block, BlockKind};

/// So many such paragraphs are a layout; a single one may be a text that happens to name where it comes from.
const MIN_TITLED: usize = 2;
/// A title is not longer than this many characters, and an address below a longer line is what that text refers to.
const MAX_TITLE: usize = 200;
/// More blocks than these before the first title are a text of their own, whose sources the addresses are.
const MAX_INTRODUCTION_BLOCKS: usize = 3;

/// Proposes the paragraphs that a title and an address begin, each with what follows it. Where the report has several,
/// one is enough in a section.
pub(super) fn propose(section: &Section<'_>) -> Option<Proposal> {
    let starts: Vec<usize> = section
        .run
        .clone()
        .filter(|at| is_titled(&section.blocks[*at], section.blocks.get(at + 1)))
        .collect();
    let first = *starts.first()?;
    let is_items = (starts.len() >= MIN_TITLED || section.habits.titled)
        && first - section.run.start <= MAX_INTRODUCTION_BLOCKS;
    let rest = (section.run.start..first).collect();
    let items = section.entries_from(&starts);
    is_items.then_some(Proposal {
        sign: Sign::Titled,
        items,
        rest,
        left_out: Vec::new(),
        linked: true,
    })
}

/// Returns whether a report has several such paragraphs.
pub(super) fn is_habit(blocks: &[Block]) -> bool {
    let titled = blocks.windows(2).filter(|pair| is_titled(&pair[0], Some(&pair[1])));
    titled.take(MIN_TITLED).count() == MIN_TITLED
}

/// Returns whether a block begins with a title above an address: in the same paragraph, or, of bold words alone, in the
/// next one.
fn is_titled(block: &Block, next: Option<&Block>) -> bool {
    if !is_own_paragraph(block) {
        return false;
    }
    let mut lines = block.text.lines();
    let title = lines.next().unwrap_or_default();
    let is_title = !title.is_empty()
        && !is_address(title)
        && title.chars().any(char::is_alphanumeric)
        && !title.ends_with(['：', ':', '。', '；', ';'])
        && title.chars().take(MAX_TITLE + 1).count() <= MAX_TITLE;
    let is_bold = block.lead >= title.len() && block.links.is_empty();
    let below = next.filter(|next| is_bold && next.kind == BlockKind::Paragraph);
    let below = lines.next().or_else(|| below?.text.lines().next());
    is_title && below.is_some_and(is_address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::propose::section::Habits;
    use crate::report::layout::propose::section::testing::{check, check_with};

    #[test]
    fn a_title_above_an_address_begins_an_item() {
        let items: &[&str] = &["甲", "乙"];
        check(propose, "**甲**  \nhttp://a.b\n文字\n\n**乙**\nhttp://a.c\n", Some(items));
        check(
            propose,
            "甲\nhttp://a.b\n\n文字\n\n- [点](http://a.d)\n\n乙\nhttp://a.c\n",
            Some(items),
        );
        check(propose, "**甲**\n\nhttp://a.b\n\n**乙**\n\nhttp://a.c\n", Some(items));
    }

    #[test]
    fn an_address_below_a_sentence_or_a_colon_is_its_source() {
        check(propose, "一句话。\nhttp://a.b\n\n又一句。\nhttp://a.c\n", None);
        check(propose, "见：\nhttp://a.b\n\n见：\nhttp://a.c\n", None);
        check(propose, "甲\n\nhttp://a.b\n\n乙\n\nhttp://a.c\n", None);
        check(propose, "http://a.b\nhttp://a.c\n\nhttp://a.d\nhttp://a.e\n", None);
    }

    #[test]
    fn one_is_enough_where_the_report_has_several() {
        check(propose, "甲\nhttp://a.b\n", None);
        let habits = Habits { titled: true, ..Habits::default() };
        check_with(propose, habits, "甲\nhttp://a.b\n", Some(&["甲"]));
    }

    #[test]
    fn a_long_text_before_the_first_title_has_its_sources_below() {
        let text = |blocks: usize| {
            format!("{}甲\nhttp://a.b\n\n乙\nhttp://a.c\n", "文字\n\n".repeat(blocks))
        };
        check(propose, &text(MAX_INTRODUCTION_BLOCKS), Some(&["甲", "乙"]));
        check(propose, &text(MAX_INTRODUCTION_BLOCKS + 1), None);
    }
}
