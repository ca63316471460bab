//! What stands between two rules.

use super::bold::MAX_LED;
use super::{Proposal, Section, Sign};

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
