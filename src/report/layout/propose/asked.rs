//! Questions, each below a line that says who asks.

use super::section::{Proposal, Section, Sign, is_own_paragraph};
use crate::report::marker;
use crate::report::people::asker;

/// Proposes what stands from one line that says who asks to the next.
pub(super) fn propose(section: &Section<'_>) -> Option<Proposal> {
    let asks = |at: &usize| {
        let block = &section.blocks[*at];
        let behind = marker::read(&block.text).map_or(0, |marker| marker.end);
        let line = block.text.lines().next().unwrap_or_default();
        is_own_paragraph(block) && line.get(behind..).is_some_and(|line| asker(line).is_some())
    };
    let starts: Vec<usize> = section.run.clone().filter(asks).collect();
    let first = *starts.first()?;
    let items = section.entries_from(&starts);
    let linked = section.has_link_each(&items);
    let rest = (section.run.start..first).collect();
    Some(Proposal { sign: Sign::Asked, items, rest, left_out: Vec::new(), linked })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::propose::section::testing::check;

    #[test]
    fn who_asks_begins_an_item() {
        let expected: &[&str] = &["@甲 提问：", "2、@乙 提问："];
        check(
            propose,
            "欢迎提问\n\n**@甲** 提问：\n\n> 问\n\n答\n\n**2、@乙** 提问：\n\n> 问\n",
            Some(expected),
        );
        check(propose, "欢迎提问：\n\n文字\n", None);
    }
}
