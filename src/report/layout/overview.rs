//! An overview: a list in front of all items that says in short what the sections behind it hold.

use super::outline::{Node, Outline};
use crate::report::markdown::Block;

/// Fewer entries may happen to begin with what a section is called.
const MIN_ENTRIES: usize = 3;
/// A longer list is not read at a glance; and each entry is held against all headings.
const MAX_ENTRIES: usize = 30;
/// What an entry begins with before its colon has at most so many letters.
const MAX_LABEL: usize = 16;
/// Fewer letters stand in any heading by chance.
const MIN_LABEL: usize = 2;

/// Returns whether a heading without others below it holds nothing but a list, most of whose entries begin with the names of
/// sections behind it. An entry that leads somewhere has something of its own.
pub(super) fn is_overview(outline: &Outline<'_>, node: &Node) -> bool {
    let own = || outline.blocks[node.below()].iter().filter(|block| !block.shows_nothing());
    let entries = own().take(MAX_ENTRIES + 1).count();
    let is_plain_list = node.children.is_empty()
        && (MIN_ENTRIES..=MAX_ENTRIES).contains(&entries)
        && own().all(|block| block.depth > 0 && !block.leads_out());
    if !is_plain_list {
        return false;
    }
    let nodes = outline.root.all();
    let behind = nodes.iter().filter(|other| other.heading.is_some_and(|at| at >= node.end()));
    let sections: Vec<String> = behind.map(|other| letters(outline.name(other))).collect();
    let names = |label: String| {
        sections.iter().any(|section| {
            section.chars().count() >= MIN_LABEL
                && (section.contains(&label) || label.contains(section.as_str()))
        })
    };
    let mut named: Vec<String> = own().filter_map(label).collect();
    named.sort_unstable();
    named.dedup();
    let named = named.into_iter().filter(|label| names(label.clone())).count();
    named * 2 > entries
}

/// Returns the letters that an entry has before its colon.
fn label(block: &Block) -> Option<String> {
    let (label, said) = block.text.split_once(['：', ':'])?;
    let label = letters(label);
    let length = label.chars().count();
    ((MIN_LABEL..=MAX_LABEL).contains(&length) && !said.trim().is_empty()).then_some(label)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    const SECTIONS: &str =
        "\n## 森林见闻\n\n文字。\n\n## 松果工具\n\n文字。\n\n## 问答\n\n文字。\n";

    #[track_caller]
    fn check(list: &str, behind: &str, expected: bool) {
        let text = format!("# 第 7 期\n\n### 这一期\n\n{list}{behind}");
        let blocks = blocks(&text, 0);
        let outline = Outline::of(&blocks, None);
        let nodes = outline.root.all();
        let node = nodes.iter().find(|node| outline.name(node) == "这一期").unwrap();
        assert_eq!(is_overview(&outline, node), expected, "{text}");
    }

    #[test]
    fn a_list_that_says_what_the_sections_hold_is_an_overview() {
        let list = "- 见闻：一只鸟。\n- 工具：两把锤子。\n- 提问：三件事。\n";
        check(list, SECTIONS, true);
        check("> * 见闻：一只鸟。\n> * 工具：两把锤子。\n> * 问答：三件事。\n", SECTIONS, true);
        // The sections stand before it, or are others.
        check(list, "", false);
        check(list, "\n## 天气\n\n文字。\n\n## 河流\n\n文字。\n", false);
    }

    #[test]
    fn a_list_with_something_of_its_own_is_no_overview() {
        check("- 见闻：一只鸟。\n- 工具：两把锤子。\n", SECTIONS, false);
        check(
            "- 见闻：[一只鸟](http://a.b/1)。\n- 工具：两把锤子。\n- 问答：三件事。\n",
            SECTIONS,
            false,
        );
        check(
            "这一期有一段话。\n\n- 见闻：一只鸟。\n- 工具：两把。\n- 问答：三件。\n",
            SECTIONS,
            false,
        );
        check("- 见闻：一只鸟。\n- 天气：晴。\n- 河流：涨水。\n- 山：雪。\n", SECTIONS, false);
        check("- 工具：一把。\n- 工具：两把。\n- 工具：三把。\n", SECTIONS, false);
    }
}
