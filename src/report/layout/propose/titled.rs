//! Paragraphs whose first line is a title and whose second line is an address.

use super::section::{Proposal, Section, Sign, is_own_paragraph};
use crate::report::label::is_address;
use crate::report::markdown::{Block, BlockKind};

/// So many such paragraphs are a layout; a single one may be a text that happens to name where it comes from.
const MIN_TITLED: usize = 2;
/// So many titles in bold show how titles are written.
const MIN_BOLD: usize = 3;
/// A title is not longer than this many characters, and an address below a longer line is what that text refers to.
const MAX_TITLE: usize = 200;
/// More blocks than these before the first title are a text of their own, whose sources the addresses are.
const MAX_INTRODUCTION_BLOCKS: usize = 3;

/// Proposes the paragraphs that a title and an address begin, each with what follows it. Where the report has several,
/// one is enough in a section.
pub(super) fn propose(section: &Section<'_>) -> Option<Proposal> {
    let next = |at: usize| section.blocks.get(at + 1);
    let is_start = |at: &usize| {
        let block = &section.blocks[*at];
        is_titled(block, next(*at))
            || section.habits.bold_titles && is_bold_title(block, at + 1 < section.run.end)
    };
    let starts: Vec<usize> = section.run.clone().filter(is_start).collect();
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
    titled_among(blocks).take(MIN_TITLED).count() == MIN_TITLED
}

/// Returns the blocks that a title above an address begins.
fn titled_among(blocks: &[Block]) -> impl Iterator<Item = &Block> {
    let next = blocks.iter().skip(1).map(Some).chain([None]);
    blocks.iter().zip(next).filter(|(block, next)| is_titled(block, *next)).map(|(block, _)| block)
}

/// Returns whether nearly all that stands above an address in a report is a title in bold: what is written so without one is
/// a title, too.
pub(super) fn has_bold_titles(blocks: &[Block]) -> bool {
    let titled: Vec<&Block> = titled_among(blocks).collect();
    titled.len() >= MIN_BOLD && titled.iter().all(|block| block.lead >= first_line(block).len())
}

/// Returns whether a block begins with a line that is bold as a whole and says no sentence, above a text: its own, or that
/// of the block behind it.
fn is_bold_title(block: &Block, has_next: bool) -> bool {
    let title = first_line(block);
    let has_text = block.text.len() > title.len() || has_next;
    is_own_paragraph(block)
        && has_text
        && block.lead >= title.len()
        && block.text.get(..block.lead).is_some_and(|bold| bold.trim_end() == title.trim_end())
        && is_title(title)
}

fn first_line(block: &Block) -> &str {
    block.text.lines().next().unwrap_or_default()
}

fn is_title(line: &str) -> bool {
    !line.is_empty()
        && !is_address(line)
        && line.chars().any(char::is_alphanumeric)
        && !line.ends_with(['：', ':', '。', '；', ';'])
        && line.chars().take(MAX_TITLE + 1).count() <= MAX_TITLE
}

/// Returns whether a block begins with a title above an address: in the same paragraph, or, of bold words alone, in the
/// next one.
fn is_titled(block: &Block, next: Option<&Block>) -> bool {
    if !is_own_paragraph(block) {
        return false;
    }
    let mut lines = block.text.lines();
    let title = lines.next().unwrap_or_default();
    let is_bold = block.lead >= title.len() && block.links.is_empty();
    let below = next.filter(|next| is_bold && next.kind == BlockKind::Paragraph);
    let below = lines.next().or_else(|| below?.text.lines().next());
    is_title(title) && below.is_some_and(is_address)
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
    fn where_titles_are_bold_one_without_an_address_begins_an_item_too() {
        let habits = Habits { titled: true, bold_titles: true, ..Habits::default() };
        let text = "**甲**\nhttp://a.b\n文字\n\n**乙**  \n文字\n\n**丙**\n\n1. 点\n2. 点\n";
        check_with(propose, habits, text, Some(&["甲", "乙", "丙"]));
        // A sentence that begins in bold, a label, and what nothing follows.
        let text = "**甲**\nhttp://a.b\n\n**乙**是文字\n\n**注意：**\n\n文字\n\n**完**\n";
        check_with(propose, habits, text, Some(&["甲"]));
        let blocks = |text: &str| crate::report::markdown::blocks(text, 0);
        let bold = "**甲**\nhttp://a.b\n\n".repeat(MIN_BOLD);
        assert!(has_bold_titles(&blocks(&bold)));
        assert!(!has_bold_titles(&blocks(&format!("{bold}丁\nhttp://a.c\n"))));
        assert!(!has_bold_titles(&blocks(&"**甲**\nhttp://a.b\n\n".repeat(MIN_BOLD - 1))));
        // The last block of a report counts, too.
        assert!(is_habit(&blocks("甲\nhttp://a.b\n\n乙\nhttp://a.c\n")));
        assert!(!is_habit(&blocks("甲\nhttp://a.b\n\n乙\n")));
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
