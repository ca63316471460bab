//! What a report says that its series repeats: hashes of its blocks, and the blocks that stand in every issue.

use std::collections::BTreeMap;

use super::item::RawItem;
use super::label::is_address;
use super::markdown::{Block, BlockKind, Repeated};
use super::people;
use super::series::{Lesson, hash_of};

/// So many blocks at the beginning and at the end of a report are remembered: what every issue repeats stands there, and
/// a log of years must not be as long in the manifest as it is.
const MAX_REMEMBERED: usize = 200;
/// A label has at most this many characters.
const MAX_LABEL: usize = 16;
/// A line with so many links that stands once in a report leads on to other issues, whose numbers differ.
const MIN_NAVIGATION: usize = 2;
/// A block of fewer letters says nothing that could be repeated: a number, a dash.
const MIN_LETTERS: usize = 2;

/// So many entries of a section that come and go make it a chart, on which others may stay for months; a single one may be an
/// advertisement of some weeks.
const MIN_PLACES: usize = 2;
/// One in so many of them is new.
const NEW_ONE_IN: usize = 4;
/// So many sections of a file that say the same beside their items repeat it, as issues of a series do: a file may hold
/// the days of a year.
const MIN_SECTIONS: usize = 3;
/// What stands around a link to another issue has at most this many letters: its day, its number.
const MAX_AROUND_LINK: usize = 16;

/// Returns the blocks that say something, each with the hash of it.
fn hashed(blocks: &[Block]) -> Vec<(usize, u32)> {
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    for label in blocks.iter().filter_map(label) {
        *labels.entry(label).or_default() += 1;
    }
    // A label that one report repeats is a field of its items, however often the field says the same.
    let is_field = |block: &Block| label(block).is_some_and(|label| labels.get(label) > Some(&1));
    let says = |(_, block): &(usize, &Block)| {
        let is_picture = block.is_blank() && !block.images.is_empty();
        let mut letters = block.text.chars().filter(|c| c.is_alphabetic());
        (is_picture || letters.by_ref().take(MIN_LETTERS).count() == MIN_LETTERS)
            && block.kind != BlockKind::TableRow { head: true }
            && people::bylines(block).is_none()
            && !is_field(block)
    };
    let all: Vec<(usize, &Block)> = blocks.iter().enumerate().filter(says).collect();
    let end = all.len().saturating_sub(MAX_REMEMBERED).max(MAX_REMEMBERED);
    let ends = all.iter().take(MAX_REMEMBERED).chain(all.get(end..).unwrap_or_default());
    let mut leads: BTreeMap<u32, usize> = BTreeMap::new();
    let may_lead = |block: &Block| block.links.len() >= MIN_NAVIGATION;
    for (_, block) in all.iter().filter(|(_, block)| may_lead(block)) {
        *leads.entry(hash(block, Numbers::Same)).or_default() += 1;
    }
    let hash = |block: &Block| {
        let same = may_lead(block).then(|| hash(block, Numbers::Same));
        let leads_on = same.filter(|same| leads.get(same) == Some(&1));
        leads_on.unwrap_or_else(|| hash(block, Numbers::Own))
    };
    ends.map(|(at, block)| (*at, hash(block))).collect()
}

/// What is made of the numbers in addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// They are as good as any others: the issue before and the one behind.
    Same,
    /// They are its own: two articles may have addresses that differ in nothing else.
    Own,
}

/// Names what a block says and where it leads. Numbers that a reader sees may differ.
fn hash(block: &Block, numbers: Numbers) -> u32 {
    let text = if is_address(block.text.trim()) { "" } else { block.text.as_str() };
    let places = block
        .links
        .iter()
        .filter(|link| text.is_empty() || link.shown.of(&block.text) != link.url)
        .map(|link| link.url.as_str())
        .chain(block.images.iter().filter(|_| text.is_empty()).map(String::as_str));
    match numbers {
        Numbers::Own => hash_of(text, places),
        Numbers::Same => {
            let all: Vec<&str> = std::iter::once(text).chain(places).collect();
            hash_of(&all.join("\n"), [])
        }
    }
}

fn label(block: &Block) -> Option<&str> {
    let (label, _) = block.text.split_once(['：', ':'])?;
    let length = label.chars().take(MAX_LABEL + 1).count();
    (1..=MAX_LABEL).contains(&length).then_some(label.trim())
}

/// Marks the blocks that the series repeats; returns the hashes of all, sorted.
pub(super) fn mark(blocks: &mut [Block], lesson: &Lesson) -> Vec<u32> {
    let hashed = hashed(blocks);
    for (at, hash) in &hashed {
        blocks[*at].repeated = match (lesson.is_repeated(*hash), lesson.is_passing(*hash)) {
            (false, _) => Repeated::No,
            (true, true) => Repeated::BySome,
            (true, false) => Repeated::ByMost,
        };
    }
    let mut said: Vec<u32> = hashed.into_iter().map(|(_, hash)| hash).collect();
    said.sort_unstable();
    said.dedup();
    said
}

/// Takes the repeated blocks away that stand together at the beginning, behind the title, and at the end of a report:
/// they belong to no item, wherever its layout would put them. A place on a chart may be the first or the last of it.
pub(super) fn take_edges(blocks: &mut Vec<Block>) -> Vec<Block> {
    let is_edge = |block: &&Block| block.is_repeated() || block.shows_nothing();
    let is_heading = |block: &Block| matches!(block.kind, BlockKind::Heading(_));
    let title = blocks.iter().position(is_heading).filter(|at| *at == 0).map_or(0, |_| 1);
    // A section that every issue begins with has something new in it.
    let head = blocks[title..].iter().take_while(|block| is_edge(block) && !is_heading(block));
    let mut head = head.count();
    let mut foot = blocks[title + head..].iter().rev().take_while(is_edge).count();
    let mut chart = Chart::default();
    for block in blocks.iter().filter(|block| is_place(block)) {
        chart.add(block.is_repeated(), block.is_passing());
    }
    // Places at its end belong to the chart that goes up to them.
    let are_places = |one: usize, other: usize| {
        chart.is_one() && is_place(&blocks[one]) && is_place(&blocks[other])
    };
    let (begin, end) = (title + head, blocks.len() - foot);
    if begin < end {
        head -= (0..head).take_while(|n| are_places(begin - n, begin - n - 1)).count();
        foot -= (0..foot).take_while(|n| are_places(end + n - 1, end + n)).count();
    }
    let mut taken = blocks.split_off(blocks.len() - foot);
    taken.extend(blocks.drain(title..title + head));
    taken
}

/// Returns whether a block may be a place on a chart: an entry or a row that leads somewhere.
fn is_place(block: &Block) -> bool {
    (block.depth > 0 || matches!(block.kind, BlockKind::TableRow { .. })) && block.leads_out()
}

/// Returns whether all that an item says is repeated.
fn is_repeated(item: &RawItem) -> bool {
    let mut all = item.title.iter().chain(&item.blocks).filter(|block| !block.shows_nothing());
    let is_all = |block: &Block| block.is_repeated() || people::bylines(block).is_some();
    item.title.iter().chain(&item.blocks).any(Block::is_repeated) && all.all(is_all)
}

/// Takes the items away that say nothing new: all of it is repeated by the series or by the sections of the file, or it
/// leads to other issues of the report called `title`.
pub(super) fn take_items(items: &mut Vec<RawItem>, title: Option<&str>) -> Vec<RawItem> {
    let leads_out = |item: &RawItem| {
        !item.aside && item.title.iter().chain(&item.blocks).any(people::leads_out)
    };
    let mut charts: BTreeMap<Vec<String>, Chart> = BTreeMap::new();
    for item in items.iter().filter(|item| leads_out(item)) {
        let passes = item.title.iter().chain(&item.blocks).any(Block::is_passing);
        charts.entry(item.section.clone()).or_default().add(is_repeated(item), passes);
    }
    let stays =
        |item: &RawItem| leads_out(item) && charts.get(&item.section).is_some_and(Chart::is_one);
    let mut asides: BTreeMap<u32, usize> = BTreeMap::new();
    for item in items.iter().filter(|item| item.aside) {
        *asides.entry(hash_of_texts(item)).or_default() += 1;
    }
    let name = title.and_then(name_of_series);
    let is_again = |item: &RawItem| {
        item.aside && asides.get(&hash_of_texts(item)).is_some_and(|count| *count >= MIN_SECTIONS)
    };
    let leads_on = |item: &RawItem| name.is_some_and(|name| leads_to_issues(item, name));
    let is_said_by_all = |item: &RawItem| is_repeated(item) && !stays(item);
    items.extract_if(.., |item| is_said_by_all(item) || is_again(item) || leads_on(item)).collect()
}

/// What leads somewhere in a list or a section.
#[derive(Default)]
struct Chart {
    /// How many of them come and go.
    passing: usize,
    /// How many are new; a list that hardly changes is no chart.
    new: usize,
    all: usize,
}

impl Chart {
    fn add(&mut self, repeated: bool, passing: bool) {
        self.all += 1;
        self.new += usize::from(!repeated);
        self.passing += usize::from(repeated && passing);
    }

    fn is_one(&self) -> bool {
        self.passing >= MIN_PLACES && self.new * NEW_ONE_IN >= self.all
    }
}

fn hash_of_texts(item: &RawItem) -> u32 {
    let texts: Vec<&str> = item.blocks.iter().map(|block| block.text.as_str()).collect();
    hash_of(&texts.join("\n"), [])
}

/// Returns what a title says before its number: `示例周刊#` of `示例周刊#12：标题`.
fn name_of_series(title: &str) -> Option<&str> {
    let end = title.find(|c: char| c.is_ascii_digit())?;
    let name = title[..end].trim();
    (name.chars().filter(|c| c.is_alphabetic()).count() >= MIN_LETTERS).then_some(name)
}

/// Returns whether all that an item says below its heading is links to issues of the series.
fn leads_to_issues(item: &RawItem, name: &str) -> bool {
    let blocks = item.blocks.iter().filter(|block| !block.shows_nothing());
    let is_issue = |block: &Block| {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        let shown = block.links.iter().map(|link| link.shown.of(&block.text));
        let around = letters(&block.text)
            - shown.clone().map(letters).sum::<usize>().min(letters(&block.text));
        !block.links.is_empty()
            && around <= MAX_AROUND_LINK
            && shown.map(str::trim).all(|text| {
                text.strip_prefix(name)
                    .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            })
    };
    blocks.clone().next().is_some() && blocks.clone().all(is_issue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    fn said(text: &str) -> Vec<u32> {
        mark(&mut blocks(text, 0), &Lesson::default())
    }

    /// Marks what a text repeats of another one, and takes the edges away; returns what is left.
    #[track_caller]
    fn check_edges(text: &str, repeated: &str, expected: &[&str]) {
        let lesson = Lesson { repeated: said(repeated), ..Lesson::default() };
        let mut blocks = blocks(text, 0);
        mark(&mut blocks, &lesson);
        take_edges(&mut blocks);
        let left: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(left, expected, "{text}");
    }

    #[test]
    fn the_edges_of_a_report_are_what_its_series_repeats_there() {
        let frame = "欢迎阅读。\n\n# 说明\n\n星号是推荐。\n";
        check_edges(
            "# 第 1 期\n\n欢迎阅读。\n\n# 新闻\n\n一条新闻。\n\n# 说明\n\n星号是推荐。\n",
            frame,
            &["第 1 期", "新闻", "一条新闻。"],
        );
        // What stands between is left where it is.
        check_edges(
            "# 第 1 期\n\n新闻。\n\n欢迎阅读。\n\n新闻。\n",
            frame,
            &["第 1 期", "新闻。", "欢迎阅读。", "新闻。"],
        );
        check_edges(
            "# 第 1 期\n\n# 说明\n\n新的说明。\n",
            frame,
            &["第 1 期", "说明", "新的说明。"],
        );
    }

    #[test]
    fn the_last_places_on_a_chart_are_no_edge() {
        let repeated = "- [松果](http://a.b/1)\n- [橡子](http://a.b/2)\n";
        let left = |text: &str| {
            let said = said(repeated);
            let lesson = Lesson { passing: said.clone(), repeated: said, ..Lesson::default() };
            let mut blocks = blocks(text, 0);
            mark(&mut blocks, &lesson);
            take_edges(&mut blocks);
            blocks.len()
        };
        assert_eq!(left(&format!("# 榜\n\n- [核桃](http://a.b/4)\n{repeated}")), 4);
        assert_eq!(left(&format!("# 榜\n\n{repeated}- [核桃](http://a.b/4)\n")), 4);
        assert_eq!(left(&format!("# 榜\n\n- [核桃](http://a.b/4)\n\n文字\n\n{repeated}")), 3);
        assert_eq!(left(&format!("# 榜\n\n{repeated}")), 1);
    }

    #[test]
    fn a_picture_that_every_issue_ends_with_is_known_by_its_address() {
        let foot = "![](http://a.b/2019-03-17.png)\n\n扫码关注\n";
        let news = "# 第 1 期\n\n一条新闻。\n\n";
        check_edges(&format!("{news}{foot}"), foot, &["第 1 期", "一条新闻。"]);
        let other = "![](http://a.b/2019-03-18.png)\n";
        check_edges(&format!("{news}{other}"), foot, &["第 1 期", "一条新闻。", ""]);
    }

    #[test]
    fn a_section_that_every_issue_begins_with_keeps_its_heading() {
        let frame = "欢迎阅读。\n\n# 问答\n";
        check_edges("欢迎阅读。\n\n# 问答\n\n新的问题。\n", frame, &["问答", "新的问题。"]);
    }

    #[test]
    fn fields_people_and_numbers_are_not_remembered() {
        assert_eq!(said("语言：甲\n\n文字文字\n\n语言：乙\n").len(), 1);
        assert_eq!(said("编辑：甲\n").len(), 0);
        assert_eq!(said("1、\n\n---\n\n…\n").len(), 0);
        assert_eq!(said("语言：甲\n").len(), 1);
    }

    #[test]
    fn addresses_that_differ_in_a_number_are_the_same_only_among_others() {
        let link = |number: u32| said(&format!("[原文](http://a.b/{number})\n"));
        assert_ne!(link(1), link(2));
        let lines = |number: u32| {
            said(&format!("[上一期](http://a.b/{number}) [下一期](http://a.b/{})\n", number + 2))
        };
        assert_eq!(lines(1), lines(2));
        assert_ne!(said("http://a.b/1\n"), said("http://a.b/2\n"));
    }

    fn item(text: &str, aside: bool) -> RawItem {
        let blocks = blocks(text, 0);
        RawItem { aside, ..RawItem::of_blocks(&blocks.iter().collect::<Vec<_>>()) }
    }

    #[test]
    fn three_sections_that_say_the_same_repeat_it() {
        let left = |texts: &[&str], aside: bool| {
            let mut items: Vec<RawItem> = texts.iter().map(|text| item(text, aside)).collect();
            take_items(&mut items, None);
            items.len()
        };
        assert_eq!(left(&["报名从 1 日开始", "报名从 2 日开始", "别的"], true), 3);
        let texts = ["报名从 1 日开始", "报名从 2 日开始", "报名从 3 日开始", "别的"];
        assert_eq!(left(&texts, true), 1);
        assert_eq!(left(&texts, false), 4);
    }

    #[test]
    fn places_on_a_chart_are_items_however_long_they_stay() {
        const REPEATED: &str =
            "- [松果](http://a.b/1)\n- [橡子](http://a.b/2)\n- [板栗](http://a.b/3)\n- 欢迎订阅\n";
        let left = |passing: &str, text: &str| {
            let (said, passing) = (said(REPEATED), said(passing));
            let lesson = Lesson { repeated: said, passing, ..Lesson::default() };
            let mut blocks = blocks(text, 0);
            mark(&mut blocks, &lesson);
            let mut items: Vec<RawItem> =
                blocks.iter().map(|block| RawItem::of_blocks(&[block])).collect();
            take_items(&mut items, None);
            items.len()
        };
        let passing = "- [松果](http://a.b/1)\n- [橡子](http://a.b/2)\n";
        let new = "- [核桃](http://a.b/4)\n";
        assert_eq!(left(passing, &format!("{REPEATED}{new}")), 4);
        // Nothing new, or too little that comes and goes.
        assert_eq!(left(passing, REPEATED), 0);
        assert_eq!(left("- [松果](http://a.b/1)\n", &format!("{REPEATED}{new}")), 1);
    }

    #[test]
    fn links_to_other_issues_are_no_item() {
        let left = |text: &str| {
            let mut items = vec![item(text, false)];
            take_items(&mut items, Some("示例周刊#97：标题"));
            items.len()
        };
        assert_eq!(left("[示例周刊#47：旧标题](http://a.b/47) （2024.04.20）\n"), 0);
        assert_eq!(left("[示例周刊合集](http://a.b/47)\n"), 1);
        assert_eq!(
            left(
                "[示例周刊#47：旧标题](http://a.b/47) 里讲过这件事的经过，这一次说说它后来到底怎样了。\n"
            ),
            1
        );
        assert_eq!(left("示例周刊#47\n"), 1);
    }
}
