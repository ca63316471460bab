//! Entries of lists.

use super::section::{
    Entry, Lists, MOST_OF_TEN, Proposal, Section, Sign, is_list_entry, is_share, mostly,
};
use crate::report::markdown::{Block, BlockKind};
use crate::report::marker;

/// Bold words that introduce an entry are not longer than this many characters.
const MAX_LEAD: usize = 40;
/// A list entry that only names a group is not longer than this many characters.
const MAX_GROUP: usize = 30;
/// So many entries are a list; a single one is an item only where other lists of the report are.
const MIN_ENTRIES: usize = 2;
/// So many entries that begin with bold words are items even without links.
const MIN_LED: usize = 3;
/// A list of entries with links, or led in by bold words, has at least so many tenths of its section's text; beside
/// a longer text it is what that text refers to.
const LISTED_OF_TEN: usize = 5;
/// The same for plain entries, which say less about being items.
pub(super) const PLAIN_LISTED_OF_TEN: usize = 8;
/// Plain entries have at least so many characters on average; shorter ones are words and not items.
const MIN_PLAIN_ENTRY: usize = 4;
/// The blocks of a section, sorted by their part in its lists.
#[derive(Default)]
struct Sorted {
    entries: Vec<Entry>,
    rest: Vec<usize>,
    /// Lists beside those of items.
    imprint: Vec<usize>,
    contents: Vec<usize>,
}

/// Proposes the entries of the section's lists.
pub(super) fn propose(section: &Section<'_>) -> Option<Proposal> {
    let sorted = sort(section);
    let listed =
        section.chars(sorted.entries.iter().flat_map(|entry| entry.blocks.iter().copied()));
    let whole = listed + section.chars(sorted.rest.iter().copied());
    let items = ungroup(section, sorted.entries);
    let is_ordered = is_ordered(section, items.first()?);
    let linked = section.has_link_each(&items);
    let led = || mostly(&items, |item| is_led(section.first(item))) && items.len() >= MIN_LED;
    let knows_lists = section.habits.lists >= Lists::Short;
    let looks_like_items = (linked || led()) && is_share(listed, whole, LISTED_OF_TEN);
    let is_plain_list = (is_ordered || knows_lists)
        && is_share(listed, whole, PLAIN_LISTED_OF_TEN)
        && listed >= items.len() * MIN_PLAIN_ENTRY;
    let is_list = items.len() >= MIN_ENTRIES || knows_lists;
    let is_items =
        section.habits.lists == Lists::All || is_list && (looks_like_items || is_plain_list);
    is_items.then_some(Proposal {
        sign: Sign::Entry,
        items,
        rest: joined(sorted.rest, sorted.imprint),
        left_out: sorted.contents,
        linked,
    })
}

fn sort(section: &Section<'_>) -> Sorted {
    let mut sorted = Sorted::default();
    for at in section.run.clone() {
        let block = &section.blocks[at];
        if block.depth == 0 || block.quoted && sorted.entries.is_empty() {
            sorted.rest.push(at);
        } else if is_list_entry(block) || sorted.entries.is_empty() {
            sorted.entries.push(Entry { group: None, blocks: vec![at] });
        } else if let Some(entry) = sorted.entries.last_mut() {
            entry.blocks.push(at);
        }
    }
    sorted.imprint = take_imprint(section, &mut sorted.entries);
    // A single entry may happen to be called as a heading is; where most are, some may only be written otherwise.
    let repeat =
        |entry: &Entry| entry.blocks.iter().all(|at| section.names.repeat(&section.blocks[*at]));
    let repeated = sorted.entries.iter().filter(|entry| repeat(entry)).count();
    let all = is_share(repeated, sorted.entries.len(), MOST_OF_TEN);
    let is_contents = |entry: &mut Entry| {
        entry.blocks.iter().all(|at| section.blocks[*at].is_contents())
            || repeated >= MIN_ENTRIES && (all || repeat(entry))
    };
    sorted.contents =
        sorted.entries.extract_if(.., is_contents).flat_map(|entry| entry.blocks).collect();
    sorted
}

fn is_ordered(section: &Section<'_>, entry: &Entry) -> bool {
    matches!(section.first(entry).kind, BlockKind::ListItem { number: Some(_), .. })
}

fn joined(rest: Vec<usize>, imprint: Vec<usize>) -> Vec<usize> {
    let mut all = rest;
    all.extend(imprint);
    all.sort_unstable();
    all
}

/// Takes the lists that stand beside those of items. A list without numbers below a numbered one is about the section,
/// who edited it or where it is kept; of a list with links and one of the other kind without, the latter is.
fn take_imprint(section: &Section<'_>, entries: &mut Vec<Entry>) -> Vec<usize> {
    let is_ordered = |entry: &Entry| is_ordered(section, entry);
    let numbered = entries.iter().take_while(|entry| is_ordered(entry)).count();
    if numbered >= MIN_ENTRIES && !entries[numbered..].iter().any(is_ordered) {
        return entries.drain(numbered..).flat_map(|entry| entry.blocks).collect();
    }
    let is_linked = |ordered: bool| {
        let same: Vec<&Entry> = entries.iter().filter(|one| is_ordered(one) == ordered).collect();
        let has_link =
            |entry: &&Entry| entry.blocks.iter().any(|at| section.blocks[*at].leads_out());
        (!same.is_empty()).then(|| mostly(&same, has_link))
    };
    let unlinked = match (is_linked(true), is_linked(false)) {
        (Some(false), Some(true)) => true,
        (Some(true), Some(false)) => false,
        _ => return Vec::new(),
    };
    entries
        .extract_if(.., |entry| is_ordered(entry) == unlinked)
        .flat_map(|one| one.blocks)
        .collect()
}

/// Returns whether a block begins with bold words that a colon or the end of a link follows.
pub(super) fn is_led(block: &Block) -> bool {
    let Some((lead, rest)) = block.text.split_at_checked(block.lead) else { return false };
    let length = lead.chars().take(MAX_LEAD + 1).count();
    let is_point = marker::read(lead).is_some_and(|marker| marker.style.is_inner());
    let is_link =
        block.links.iter().any(|link| link.shown.end <= block.lead && !link.shown.is_empty());
    (1..=MAX_LEAD).contains(&length)
        && !is_point
        && (is_link
            || lead.ends_with(['：', ':'])
            || rest.trim_start().starts_with(['：', ':', '-', '—', '–']))
}

/// Opens entries that only name a group of linked entries below them.
fn ungroup(section: &Section<'_>, entries: Vec<Entry>) -> Vec<Entry> {
    let mut flat = Vec::new();
    for entry in entries {
        let inner: Vec<usize> = entry.blocks[1..]
            .iter()
            .copied()
            .filter(|at| matches!(section.blocks[*at].kind, BlockKind::ListItem { depth: 2, .. }))
            .collect();
        if !names_group(section, &entry, &inner) {
            flat.push(entry);
            continue;
        }
        for (at, start) in inner.iter().enumerate() {
            let end = inner.get(at + 1).copied().unwrap_or(usize::MAX);
            let own = entry.blocks.iter().copied().filter(|at| (*start..end).contains(at));
            flat.push(Entry { group: Some(entry.blocks[0]), blocks: own.collect() });
        }
    }
    flat
}

fn names_group(section: &Section<'_>, entry: &Entry, inner: &[usize]) -> bool {
    let first = section.first(entry);
    is_list_entry(first)
        && first.links.is_empty()
        && first.text.chars().take(MAX_GROUP + 1).count() <= MAX_GROUP
        && inner.first() == entry.blocks.get(1)
        && inner.len() >= MIN_ENTRIES
        && mostly(inner, |at| section.blocks[*at].leads_out())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::outline::Outline;
    use crate::report::layout::propose::section::testing::{check, check_with};
    use crate::report::layout::propose::section::{Habits, Names};

    const LINKED: &str = "- [甲](http://a.b)\n- [乙](http://a.c)\n";

    fn of(lists: Lists) -> Habits {
        Habits { lists, ..Habits::default() }
    }

    #[test]
    fn entries_with_links_are_items() {
        check(propose, LINKED, Some(&["甲", "乙"]));
        check(propose, "- 一条没有链接\n- 另一条没有链接\n", None);
        let of_ten = |links: usize| {
            let entry = |at| if at < links { "- [链](http://a.b)\n" } else { "- 没有\n" };
            (0..10).map(entry).collect::<String>()
        };
        check(propose, &of_ten(5), None);
        let mut expected = vec!["链"; 6];
        expected.extend(["没有"; 4]);
        check(propose, &of_ten(6), Some(&expected));
    }

    #[test]
    fn a_single_entry_is_an_item_where_other_lists_are() {
        let one = "- [甲](http://a.b)\n";
        check(propose, one, None);
        check_with(propose, of(Lists::Short), one, Some(&["甲"]));
    }

    #[test]
    fn plain_entries_are_items_where_they_are_numbered_or_other_lists_are() {
        check(propose, "1. 一条新闻\n2. 另一条新闻\n", Some(&["一条新闻", "另一条新闻"]));
        check(propose, "1. 甲乙\n2. 丙丁\n", None);
        let plain = "- 一条新闻\n- 另一条新闻\n";
        check_with(propose, of(Lists::Short), plain, Some(&["一条新闻", "另一条新闻"]));
        check_with(propose, of(Lists::All), "- 甲\n", Some(&["甲"]));
    }

    #[test]
    fn a_list_beside_a_longer_text_is_not_items() {
        let beside = |length: usize| format!("{}\n\n{LINKED}", "长".repeat(length));
        check(propose, &beside(2), Some(&["甲", "乙"]));
        check(propose, &beside(3), None);
    }

    #[test]
    fn three_entries_led_in_by_bold_words_are_items() {
        let led = "- **甲**：文字\n- **乙**：文字\n";
        check(propose, led, None);
        let expected = ["甲：文字", "乙：文字", "丙 - 文字"];
        check(propose, &format!("{led}- **丙** - 文字\n"), Some(&expected));
        check(propose, &format!("{led}- **丙**文字\n"), Some(&["甲：文字", "乙：文字", "丙文字"]));
        check(propose, "- **甲**文字\n- **乙**文字\n- **丙**：文字\n", None);
    }

    #[test]
    fn entries_that_name_a_group_are_opened() {
        let text = "- 工具\n  - [甲](http://a.b)\n  - [乙](http://a.c)\n- [丙](http://a.d)\n";
        check(propose, text, Some(&["甲", "乙", "丙"]));
        let long = text.replace("工具", &"长".repeat(MAX_GROUP + 1));
        check(propose, &long, Some(&[&"长".repeat(MAX_GROUP + 1), "丙"]));
    }

    #[test]
    fn a_list_that_mostly_says_what_headings_say_is_contents() {
        let headings = "\n# 第一件\n\n# 第二件\n\n# 第三件\n";
        let list = |entries: &[&str]| {
            let lines: Vec<String> = entries
                .iter()
                .enumerate()
                .map(|(at, entry)| format!("{}. {entry}\n", at + 1))
                .collect();
            format!("{}{headings}", lines.concat())
        };
        let items = |text: &str| {
            let blocks = crate::report::markdown::blocks(text, 0);
            let names = Names::of(&Outline::of(&blocks, None));
            let run = 0..blocks.iter().position(|block| block.depth == 0).unwrap();
            let section =
                Section { blocks: &blocks, run, habits: Habits::default(), names: &names };
            propose(&section).map_or(0, |own| own.items.len())
        };
        assert_eq!(items(&list(&["第一件", "第二件", "第三件（更新）"])), 0);
        assert_eq!(items(&list(&["第一件", "别的一件事", "又一件别的事", "再一件别的事"])), 4);
    }

    #[test]
    fn contents_and_the_imprint_are_not_items() {
        let text = format!("- [一](#一)\n- [二](#二)\n{LINKED}");
        check(propose, &text, Some(&["甲", "乙"]));
        let items = "1. [一条新闻](http://a.b)\n2. [另一条新闻](http://a.c)\n";
        let imprint = "- 编辑：丙\n- 存档：一个比上面的新闻还要长得多的地方，在那里什么都找得到\n";
        check(propose, &format!("{items}\n{imprint}"), Some(&["一条新闻", "另一条新闻"]));
        let how = "1. 回复一得到第一份资料\n2. 回复二得到第二份资料\n3. 回复三得到更多\n";
        check(propose, &format!("{LINKED}\n{how}"), Some(&["甲", "乙"]));
        let linked = how.replace("资料", "[资料](http://a.d)");
        let expected =
            ["甲", "乙", "回复一得到第一份资料", "回复二得到第二份资料", "回复三得到更多"];
        check(propose, &format!("{LINKED}\n{linked}"), Some(&expected));
    }
}
