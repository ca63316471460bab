//! Who came to a meeting: lists of names below a heading or a label that says so, and the facts beside them.
//!
//! They are taken out before a report is laid out: names of those who came are no items, whatever list they stand in.

use super::markdown::{Block, BlockKind};
use super::people;
use super::words::is_listed;
use crate::text::is_han;

/// What a list of those who came, or did not, is called.
const NAMES: &str = "\
    attendees|attendee|attending|attendance|in attendance|attended|present|not present|also present|members present|\
    participants|participant|list of participants|who attended|roll call|regrets|apologies|absent|absentees|guests|observers|\
    invited|参会人|参会人员|参会者|参会成员|参会名单|参会|参加人|参加人员|参加者|参与人|参与人员|参与者|与会|与会人|与会人员|与会者|\
    与会成员|出席|出席人|出席人员|出席者|出席名单|到会|到会人员|列席|列席人员|缺席|缺席人员|请假|请假人员|签到|会议成员|旁听";

/// What else is said of a meeting in the lines beside them.
const FACTS: &str = "\
    date|time|day|when|where|place|location|venue|duration|meeting|call|zoom|recording|video|chair|host|moderator|\
    next meeting|时间|日期|地点|时长|会议|会议时间|会议日期|会议地点|会议名称|会议主题|会议类型|会议方式|会议形式|会议链接|\
    会议号|会议主持|主持|记录|会议记录|录屏|会议录屏|会议录像|下次会议|下次会议时间|腾讯会议";

/// A name with what stands beside it is not longer than this many characters.
const MAX_NAME: usize = 40;
/// A name of Latin letters has at most so many words.
const MAX_WORDS: usize = 4;
/// A name of Han characters is not longer than this.
const MAX_HAN: usize = 8;
/// Words inside names that are written small.
const PARTICLES: &str = "de|da|di|del|der|den|van|von|bin|al|el|la|le|dos|and";
/// So many facts are a section of a meeting's notes.
const MIN_FACTS: usize = 2;
/// A row of a table of names says at most so much.
const MAX_ROW: usize = 80;

/// Takes the blocks away that only say who came.
pub(super) fn take(blocks: &mut Vec<Block>) -> Vec<Block> {
    if !blocks.iter().any(|block| opens(block) || block.text.lines().any(names_who_came)) {
        return Vec::new();
    }
    let mut of_meeting = vec![false; blocks.len()];
    let mut at = 0;
    while at < blocks.len() {
        let end = if opens(&blocks[at]) { names_end(blocks, at) } else { at };
        of_meeting[at..end].fill(true);
        at = end.max(at + 1);
    }
    let facts: Vec<Option<Fact>> = blocks.iter().map(fact).collect();
    for at in 0..blocks.len() {
        if !of_meeting[at] && facts[at] == Some(Fact::Names) {
            mark_facts_around(blocks, &facts, &mut of_meeting, at);
        }
    }
    if of_meeting.contains(&true) {
        mark_sections_of_facts(blocks, &facts, &mut of_meeting);
        part_bylines(blocks, &of_meeting);
    }
    let mut of_meeting = of_meeting.into_iter();
    blocks.extract_if(.., |_| of_meeting.next().unwrap_or(false)).collect()
}

/// Returns whether a block announces names: a heading or a line that is called as their lists are.
fn opens(block: &Block) -> bool {
    let may_open = matches!(
        block.kind,
        BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::ListItem { .. }
    );
    may_open && is_listed(NAMES, bare(&block.text))
}

/// Returns a heading without what stands around its words: `👤 Attendees (12):`.
fn bare(heading: &str) -> &str {
    let words = heading.trim_start_matches(|c: char| !c.is_alphabetic());
    let end = words.find(['(', '（', ':', '：', '!', '！', '\n', '[']).unwrap_or(words.len());
    // A line that goes on behind its colon is no announcement.
    let goes_on =
        words[end..].starts_with([':', '：']) && words[end..].chars().any(char::is_alphabetic);
    let name = words[..end].trim_end_matches(|c: char| !c.is_alphabetic());
    if goes_on { "" } else { name }
}

/// Returns the index behind the names that a block announces; its own where there are none.
fn names_end(blocks: &[Block], opener: usize) -> usize {
    let open = &blocks[opener];
    let level = match open.kind {
        BlockKind::Heading(level) => Some(level),
        _ => None,
    };
    let mut end = opener;
    let mut at = opener + 1;
    while let Some(block) = blocks.get(at) {
        let goes_on = match (&block.kind, level) {
            (BlockKind::Heading(own), Some(level)) => *own > level,
            (BlockKind::Heading(_), None) => false,
            (_, Some(_)) => true,
            // Below a line stands a list, and below an entry a deeper one.
            (_, None) => block.depth > open.depth,
        };
        if !goes_on {
            return if level.is_some() { at } else { end };
        }
        let says_nothing = block.shows_nothing()
            || block.is_repeated()
            || matches!(block.kind, BlockKind::Heading(_) | BlockKind::TableRow { head: true });
        if !says_nothing {
            if !are_names(block) {
                return end;
            }
            end = at + 1;
        }
        at += 1;
    }
    if level.is_some() { at } else { end }
}

/// Returns whether a block is a name, or names and nothing else.
fn are_names(block: &Block) -> bool {
    match block.kind {
        BlockKind::Code => false,
        BlockKind::TableRow { .. } => {
            block.text.chars().take(MAX_ROW + 1).count() <= MAX_ROW
                && !block.text.contains(['。', '；', '！', '？'])
        }
        _ => block.text.lines().all(|line| {
            // A label may say who they are: those of a team, those who are away.
            let (label, value) = line.split_once(['：', ':']).unwrap_or(("", line));
            is_name(label) && is_names(value) || is_names(line)
        }),
    }
}

fn is_names(text: &str) -> bool {
    let plain = without_brackets(text);
    let parts = plain.split(['、', '，', ',', ';', '；', '/', '&', '@', '+', '|']);
    let mut named = parts.map(str::trim).filter(|part| part.chars().any(char::is_alphanumeric));
    let first = named.next();
    first.is_some_and(is_name) && named.all(is_name)
}

fn is_name(part: &str) -> bool {
    // Where somebody comes from stands behind a dash.
    let name = part.split(" - ").next().unwrap_or(part);
    let name = name.split([' ', '\u{3000}']).filter(|word| !word.is_empty());
    let words: Vec<&str> = name.filter(|word| word.contains(char::is_alphanumeric)).collect();
    let length: usize = words.iter().map(|word| word.chars().count()).sum();
    let is_capital =
        |word: &&str| !word.starts_with(|c: char| c.is_lowercase()) || is_listed(PARTICLES, word);
    let has_han = words.iter().any(|word| word.contains(is_han));
    (1..=MAX_NAME).contains(&length)
        && words.len() <= MAX_WORDS
        && (words.len() == 1 || words.iter().all(is_capital))
        && (!has_han || length <= MAX_HAN)
        && !part.contains(['。', '！', '？', '!', '?', '：', '“', '”', '"', '`', '=', '<'])
        && !part.contains("://")
        && words.iter().any(|word| word.contains(char::is_alphabetic))
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// What a line of the form `label: value` says of a meeting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fact {
    /// Who came.
    Names,
    /// When, where and the like.
    Other,
}

fn fact(block: &Block) -> Option<Fact> {
    let may_be =
        matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. } | BlockKind::Quote);
    let mut all = block.text.lines().map(fact_of_line);
    let first = all.next().filter(|_| may_be)??;
    all.try_fold(first, |sum, one| Some(if one? == Fact::Names { Fact::Names } else { sum }))
}

fn fact_of_line(line: &str) -> Option<Fact> {
    if names_who_came(line) {
        return Some(Fact::Names);
    }
    let label = label(line)?;
    (is_listed(FACTS, label) || !people::byline(line).is_empty()).then_some(Fact::Other)
}

/// Returns what a line says before its colon.
fn label(line: &str) -> Option<&str> {
    let (label, _) = line.split_once(['：', ':'])?;
    Some(label.trim_matches(|c: char| !c.is_alphabetic()))
}

fn names_who_came(line: &str) -> bool {
    let is_label = label(line).is_some_and(|label| is_listed(NAMES, label));
    is_label && line.split_once(['：', ':']).is_some_and(|(_, value)| is_names(value))
}

/// Returns whether a block says a fact of a meeting that nobody else needs: who chaired and wrote is left to be read as everywhere.
fn is_only_of_meeting(block: &Block, fact: Option<Fact>) -> bool {
    fact.is_some() && people::bylines(block).is_none()
}

/// Marks a line that says who came, and the facts of the meeting right above and below it.
fn mark_facts_around(blocks: &[Block], facts: &[Option<Fact>], of_meeting: &mut [bool], at: usize) {
    let is_fact = |at: &usize| blocks[*at].shows_nothing() || facts[*at].is_some();
    let start = (0..at).rev().take_while(is_fact).last().unwrap_or(at);
    let end = (at + 1..blocks.len()).take_while(is_fact).last().unwrap_or(at);
    for place in start..=end {
        of_meeting[place] |= is_only_of_meeting(&blocks[place], facts[place]);
    }
}

/// Marks the sections of a meeting's notes that hold nothing but its facts.
fn mark_sections_of_facts(blocks: &[Block], facts: &[Option<Fact>], of_meeting: &mut [bool]) {
    let is_heading = |at: &usize| matches!(blocks[*at].kind, BlockKind::Heading(_));
    let says_nothing = |block: &Block| block.shows_nothing() || block.is_repeated();
    let mut begin = 0;
    while begin < blocks.len() {
        let end = (begin + 1..blocks.len()).find(is_heading).unwrap_or(blocks.len());
        let own = begin + usize::from(is_heading(&begin))..end;
        let is_all = |at: usize| of_meeting[at] || says_nothing(&blocks[at]) || facts[at].is_some();
        if facts[own.clone()].iter().flatten().count() >= MIN_FACTS && own.clone().all(is_all) {
            for at in own {
                of_meeting[at] |= is_only_of_meeting(&blocks[at], facts[at]);
            }
        }
        begin = end;
    }
}

/// Makes paragraphs of the entries beside facts that say who chaired or wrote: their list has no others left.
fn part_bylines(blocks: &mut [Block], of_meeting: &[bool]) {
    for at in 0..blocks.len() {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let is_beside = beside.filter_map(|at| of_meeting.get(at)).any(|taken| *taken);
        if is_beside && !of_meeting[at] && people::bylines(&blocks[at]).is_some() {
            let block = &mut blocks[at];
            (block.kind, block.depth) = (BlockKind::Paragraph, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    /// Holds what is left of a report without those who came against what is expected.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut blocks = blocks(text, 0);
        take(&mut blocks);
        let left: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(left, expected, "{text}");
    }

    #[test]
    fn names_below_a_heading_or_a_label_came() {
        let rest = "## 议题\n\n一件事。\n";
        for list in [
            "## 👤 参会人\n\n- 甲\n- 乙（丙公司）\n\n",
            "## 参会人员（3 人）：\n\n@甲 @乙 @丙\n\n请假：@丁\n\n",
            "## Attendees: 3\n\n### Core Team\n\n- Ada Oak @ada (chair)\n- Ben van Elm - Acorn Inc\n\n### Guests\n\n- cy\n\n",
            "## Present\n\n| Name | Team |\n|-|-|\n| Ada Oak | Wood |\n\n",
            "**Attendees:**\n\n- Ada Oak\n- Ben Elm\n\n",
            "- 时间：2031-03-04 20:00\n- 地点：线上\n- 参会人：甲、乙、丙\n\n",
            "Date: 2031-03-04\n\n**Present**: Ada Oak, Ben Elm\n\n",
        ] {
            check(&format!("{list}{rest}"), &["议题", "一件事。"]);
        }
    }

    #[test]
    fn what_is_said_behind_the_names_stays() {
        check(
            "## Attendees\n\n- Ada\n- Ben\n\n---\n\n- Ada: we should look at the acorns again\n",
            &["Ada: we should look at the acorns again"],
        );
        check(
            "## 会议信息\n\n1. 会议时间：2031-03-04\n2. 会议地点：线上\n\n## 参会人\n\n@甲 @乙\n\n## 活动\n\n- 时间：周六\n- 地点：林中\n- 一起去看松果。\n",
            &["会议信息", "活动", "时间：周六", "地点：林中", "一起去看松果。"],
        );
        check("参会人：甲、乙\n\n主持人：丙\n\n一件事。\n", &["主持人：丙", "一件事。"]);
    }

    #[test]
    fn what_is_only_called_so_is_left() {
        for text in [
            "## Present\n\n- We looked at what is in the woods at present.\n",
            "## 参与者\n\n- [一个项目](http://a.b)：收集橡子，并且把它们数一遍。\n",
            "## 出席\n\n这一周谁也没有来，因为下了一场大雪。\n",
            "- 时间：2031-03-04\n- 地点：线上\n",
            "参会者说：这件事还要再想一想。\n",
        ] {
            let all = blocks(text, 0);
            let all: Vec<&str> = all.iter().map(|block| block.text.as_str()).collect();
            check(text, &all);
        }
    }
}
