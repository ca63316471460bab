//! What stands between two rules.

use super::bold::MAX_LED;
use super::section::{Proposal, Section, Sign};

/// A single rule parts a text from its notes.
const MIN_RULES: usize = 2;

/// Proposes what stands between rules, where it is short and mostly has a link.
pub(super) fn propose(section: &Section<'_>) -> Option<Proposal> {
    let mut starts: Vec<usize> =
        section.run.clone().filter(|at| section.blocks[*at].ruled).collect();
    if starts.len() < MIN_RULES {
        return None;
    }
    if starts[0] != section.run.start {
        starts.insert(0, section.run.start);
    }
    let items = section.entries_from(&starts);
    let linked = section.has_link_each(&items);
    let is_short = section.chars(section.run.clone()) <= items.len() * MAX_LED;
    let (rest, left_out) = (Vec::new(), Vec::new());
    (linked && is_short).then_some(Proposal { sign: Sign::Rule, items, rest, left_out, linked })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::propose::section::testing::check;

    #[test]
    fn what_stands_between_two_rules_is_an_item_if_most_have_a_link() {
        let item = |name: &str| format!("[{name}](http://a.b)\n\n");
        let (one, two, three) = (item("甲"), item("乙"), item("丙"));
        check(propose, &format!("{one}---\n\n{two}---\n\n{three}"), Some(&["甲", "乙", "丙"]));
        check(propose, &format!("{one}---\n\n{two}"), None);
        check(propose, &format!("---\n\n{one}---\n\n{two}"), Some(&["甲", "乙"]));
        check(propose, "甲\n\n---\n\n乙\n\n---\n\n丙\n", None);
        let long = "长".repeat(3 * MAX_LED);
        check(propose, &format!("{one}---\n\n{two}---\n\n{three}{long}\n"), None);
    }
}
