//! Paragraphs that begin with bold words.

use super::lists::is_led;
use super::{MOST_OF_TEN, Proposal, Section, Sign, is_own_paragraph, is_share};

/// So many paragraphs with bold words in front are items; fewer are points of a text.
const MIN_LED: usize = 3;
/// Items led in by bold words are not longer than this many characters on average; longer ones are parts of an essay.
pub(super) const MAX_LED: usize = 600;
/// At most so many blocks introduce them.
const MAX_INTRODUCTION_BLOCKS: usize = 1;

/// Proposes the paragraphs that bold words lead in, each with what follows it.
pub(super) fn propose(section: &Section<'_>) -> Option<Proposal> {
    let paragraphs = section.run.clone().filter(|at| is_own_paragraph(&section.blocks[*at]));
    let led: Vec<usize> = paragraphs.clone().filter(|at| is_led(&section.blocks[*at])).collect();
    let first = *led.first()?;
    let is_items = led.len() >= MIN_LED
        && is_share(led.len(), paragraphs.count(), MOST_OF_TEN)
        && first - section.run.start <= MAX_INTRODUCTION_BLOCKS
        && section.chars(section.run.clone()) <= led.len() * MAX_LED;
    if !is_items {
        return None;
    }
    let items = section.entries_from(&led);
    let linked = section.has_link_each(&items);
    let rest = (section.run.start..first).collect();
    Some(Proposal { sign: Sign::Bold, items, rest, left_out: Vec::new(), linked })
}
