//! Paragraphs that begin with bold words.

use super::lists::is_led;
use super::section::{MOST_OF_TEN, Proposal, Section, Sign, is_own_paragraph, is_share};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::propose::section::testing::check;

    const ITEMS: [&str; 3] = ["甲：文", "乙：文", "丙：文"];

    fn led(length: usize) -> String {
        let text = "文".repeat(length);
        ["甲", "乙", "丙"].map(|name| format!("**{name}**：{text}\n\n")).concat()
    }

    #[test]
    fn three_paragraphs_led_in_by_bold_words_are_items() {
        check(propose, &led(1), Some(&ITEMS));
        check(propose, "**甲**：文\n\n**乙**：文\n", None);
    }

    #[test]
    fn most_paragraphs_begin_with_bold_words() {
        check(propose, &format!("{}文\n\n文\n", led(1)), Some(&ITEMS));
        check(propose, &format!("{}文\n\n文\n\n文\n", led(1)), None);
    }

    #[test]
    fn one_paragraph_may_introduce_them() {
        check(propose, &format!("引言\n\n{}", led(1)), Some(&ITEMS));
        check(propose, &format!("引言\n\n引言\n\n{}", led(1)), None);
    }

    #[test]
    fn parts_of_an_essay_are_longer_than_items() {
        let long = |length: usize| format!("甲：{}", "文".repeat(length));
        let first = long(MAX_LED - 2);
        let others = [first.replace('甲', "乙"), first.replace('甲', "丙")];
        check(propose, &led(MAX_LED - 2), Some(&[&first, &others[0], &others[1]]));
        check(propose, &led(MAX_LED - 1), None);
    }
}
