//! Lines that say who brought, edited or translated something.

use std::collections::HashSet;
use std::ops::Range;

use lazy_regex::regex;

use super::label::{Label, is_role, label};
use super::markdown::{Block, BlockLink};
use super::model::Item;
use crate::address::find_urls;

/// A name is not longer than this many characters; a longer one is a sentence.
const MAX_NAME: usize = 40;
/// Who asks is not called longer than this many characters: the rest of a longer line is a sentence.
const MAX_ASKER: usize = 30;
/// A line without a label that names people is not longer than this many characters.
const MAX_LINE: usize = 60;

/// Somebody and what they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    /// As the report calls it: 编辑, 翻译.
    pub(super) role: Option<String>,
}

impl Person {
    /// Makes people of names that one line gives.
    fn all(names: Vec<String>, role: Option<&str>) -> Vec<Self> {
        let role = role.map(str::to_owned);
        names.into_iter().map(|name| Self { name, role: role.clone() }).collect()
    }
}

/// Returns whom a line names, if it does nothing else: `编辑：甲、乙`, `From 日报小组 @甲`.
pub(super) fn byline(line: &str) -> Vec<Person> {
    let line = line.trim();
    if let Some(Label::People(role, value)) = label(line) {
        return Person::all(names(value), Some(role));
    }
    signature(line)
}

/// Reads `From 日报小组 @甲 责编 @乙` and `By 甲`.
fn signature(line: &str) -> Vec<Person> {
    // Nearly no line begins so, and most are long.
    let words = line.trim_start_matches(['-', '—', '–']).trim_start();
    if !words.starts_with(['f', 'F', 'b', 'B', 'v', 'V']) {
        return Vec::new();
    }
    let is_short = line.chars().take(MAX_LINE + 1).count() <= MAX_LINE;
    let begin = regex!(r"^(?:[-—–]+\s*)?(?i:from|by|via)\s+(?P<who>\S.*)$");
    let Some(who) = is_short.then(|| begin.captures(line)).flatten() else { return Vec::new() };
    let who = &who["who"];
    if who.contains(['。', '，', '.', ':', '：', '!', '?']) {
        return Vec::new();
    }
    let tagged = regex!(r"@([^\s@/、,，;；()（）]+)");
    let names: Vec<String> = tagged.captures_iter(who).map(|found| found[1].to_owned()).collect();
    if !names.is_empty() {
        return Person::all(unique(names.into_iter()), None);
    }
    // Of two words the first names the group.
    let words: Vec<&str> = who.split_whitespace().collect();
    let names = match words[..] {
        [_, name] if is_name(name) && !who.is_ascii() => vec![name.to_owned()],
        _ => Vec::new(),
    };
    Person::all(names, None)
}

/// Reads a line that only says who asks: `@甲 提问：`.
pub(super) fn asker(line: &str) -> Option<Person> {
    let whole = line.trim();
    let line = whole.trim_end_matches(['：', ':']).trim_end();
    let (role, name) = ["提问", "问道", "问", "asks", "asked"]
        .into_iter()
        .find_map(|verb| Some((verb, line.strip_suffix(verb)?)))?;
    let name = name.trim();
    let is_tagged = name.starts_with('@');
    let name = name.trim_start_matches('@').trim();
    // Without a sign before or behind it, it is something that is called like a question: `乙 20 问`.
    let parted = is_tagged || whole.len() > line.len() && line.len() > name.len() + role.len();
    (parted && is_name(name) && name.chars().count() <= MAX_ASKER)
        .then(|| Person { name: name.to_owned(), role: Some(role.to_owned()) })
}

/// Splits the value of a label into names; a name may contain spaces.
pub(super) fn names(value: &str) -> Vec<String> {
    let separators: &[char] = if value.contains('@') {
        &['@']
    } else {
        &['、', '，', ',', ';', '；', '&', '＆', '/']
    };
    let trim = |name: &str| {
        name.trim_matches(|c: char| c.is_whitespace() || "、，,;；和&/|".contains(c)).to_owned()
    };
    unique(value.split(separators).map(trim).filter(|name| is_name(name)))
}

/// Returns whether a text may be a name and not a sentence, an address or a number.
pub(super) fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.chars().take(MAX_NAME + 1).count())
        && text.chars().any(char::is_alphabetic)
        && !text.contains([
            '\n', '。', '，', '；', '：', '！', '？', '『', '』', '“', '”', '"', '\'', '`', '=',
            '<', '>',
        ])
        && !text.contains("://")
}

/// Returns the people whom a block names, if it does nothing else but say where something is kept.
pub(super) fn bylines(block: &Block) -> Option<Vec<Person>> {
    let mut people = Vec::new();
    for line in block.text.lines().filter(|line| !line.trim().is_empty()) {
        let named = byline(line);
        let is_place = || {
            let value = line.split_once(['：', ':']).map_or("", |(_, value)| value.trim());
            find_urls(value).first().is_some_and(|url| url.start == 0)
        };
        if named.is_empty() && (people.is_empty() || !is_place()) {
            return None;
        }
        people.extend(named);
    }
    (!people.is_empty()).then_some(people)
}

/// Returns the people whom blocks below a heading name that says what they did (`本期编辑`), if they do nothing else: each
/// name is a link or begins with `@`.
pub(super) fn below_role(heading: &str, blocks: &[&Block]) -> Option<Vec<Person>> {
    let role = heading.trim().trim_end_matches(['：', ':']).trim_end();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let mut named = Vec::new();
    for block in blocks.iter().filter(|block| !block.is_blank()) {
        let linked: usize =
            block.links.iter().map(|link| letters(link.shown.of(&block.text))).sum();
        let found = names(&block.text);
        let said: usize = found.iter().map(|name| letters(name)).sum();
        let all = letters(&block.text);
        if found.is_empty() || said < all || !block.text.contains('@') && linked < all {
            return None;
        }
        named.extend(found);
    }
    let people = Person::all(unique(named.into_iter()), Some(role));
    (!people.is_empty() && is_role(role)).then_some(people)
}

/// Returns the links of a block but for those in lines that name people: their pages are not what an item is about.
pub(super) fn own_links(block: &Block) -> impl Iterator<Item = &BlockLink> {
    let mut bylines: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    if !block.links.is_empty() {
        for line in block.text.split_inclusive('\n') {
            if !byline(line).is_empty() {
                bylines.push(at..at + line.len());
            }
            at += line.len();
        }
    }
    block.links.iter().filter(move |link| {
        let next = bylines.partition_point(|line| line.end <= link.shown.start);
        let is_inside = bylines.get(next).is_some_and(|line| line.contains(&link.shown.start));
        link.shown.is_empty() || !is_inside
    })
}

/// Returns whether a block has a link that leads out of the file, and not only to the page of somebody it names.
pub(super) fn leads_out(block: &Block) -> bool {
    own_links(block).any(BlockLink::leads_out)
}

/// Leaves each name once, where it stands first.
pub(super) fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: HashSet<String> = HashSet::new();
    names.filter(|name| !name.is_empty() && seen.insert(name.clone())).collect()
}

/// Adds people to those of an item, each once, with the first role named.
pub(super) fn add(item: &mut Item, people: impl IntoIterator<Item = Person>) {
    let mut roles = std::mem::take(&mut item.roles);
    let mut names = std::mem::take(&mut item.contributors);
    for Person { name, role } in people {
        if let Some(role) = role {
            roles.entry(name.clone()).or_insert(role);
        }
        names.push(name);
    }
    item.contributors = unique(names.into_iter());
    item.roles = roles;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    #[test]
    fn a_heading_may_say_what_those_below_it_did() {
        let below = |heading: &str, text: &str| {
            let blocks = blocks(text, 0);
            let found = below_role(heading, &blocks.iter().collect::<Vec<_>>());
            found.map(|all| {
                let names: Vec<String> = all.into_iter().map(|one| one.name).collect();
                names.join("|")
            })
        };
        let linked = "[@甲](http://a.b)，[@乙 C](http://a.c)\n";
        assert_eq!(below("本期编辑", linked).as_deref(), Some("甲|乙 C"));
        assert_eq!(
            below("编辑：", "[甲](http://a.b)、[乙](http://a.c)\n").as_deref(),
            Some("甲|乙")
        );
        assert_eq!(below("贡献者", "- @甲\n- @乙\n").as_deref(), Some("甲|乙"));
        // No role, names that may be words, something else that is said.
        assert_eq!(below("编辑器", linked), None);
        assert_eq!(below("编辑", "一段讲编辑的文字\n"), None);
        assert_eq!(below("编辑", "感谢 [@甲](http://a.b) 和大家。\n"), None);
        assert_eq!(below("编辑", ""), None);
    }

    #[test]
    fn names_of_contributors_may_contain_spaces() {
        assert_eq!(names("@Angela Chen Hanzhe 2022"), ["Angela Chen Hanzhe 2022"]);
        assert_eq!(names("@刘奕龙 @林李挚、@刘奕龙"), ["刘奕龙", "林李挚"]);
        assert_eq!(names("甲、乙"), ["甲", "乙"]);
        assert_eq!(names("甲 & 乙/丙"), ["甲", "乙", "丙"]);
    }

    #[track_caller]
    fn check(line: &str, expected: &[(&str, Option<&str>)]) {
        let found = byline(line);
        let found: Vec<_> =
            found.iter().map(|one| (one.name.as_str(), one.role.as_deref())).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn a_line_names_people_by_a_label_or_a_signature() {
        check("内容整理：甲、乙", &[("甲", Some("内容整理")), ("乙", Some("内容整理"))]);
        check("编辑: 甲", &[("甲", Some("编辑"))]);
        check("本期译者：@甲", &[("甲", Some("本期译者"))]);
        check("From 日报小组 @甲", &[("甲", None)]);
        check("From 日报小组 Chaos", &[("Chaos", None)]);
        check("From 日报小组 @甲 / 责编 @乙", &[("甲", None), ("乙", None)]);
    }

    #[test]
    fn what_is_no_name_names_nobody() {
        for line in [
            "编辑：这一段话讲了三件事，每件都很长。",
            "更新日志：甲",
            "主要语言：甲",
            "编辑：2024",
            "From zero to hero",
            "by the way it works",
            "From now on",
            "编辑器：甲",
        ] {
            check(line, &[]);
        }
    }

    #[test]
    fn who_asks_stands_before_the_question() {
        let asker = |line: &str| asker(line).map(|one| one.name);
        assert_eq!(asker("@甲 提问：").as_deref(), Some("甲"));
        assert_eq!(asker("信 提问：").as_deref(), Some("信"));
        assert_eq!(asker("@John Deng 提问").as_deref(), Some("John Deng"));
        assert_eq!(asker("欢迎提问："), None);
        assert_eq!(asker("甲："), None);
        assert_eq!(asker("乙 20 问"), None);
        assert_eq!(asker("@乙 问").as_deref(), Some("乙"));
    }

    #[test]
    fn the_page_of_somebody_is_no_link_of_an_item() {
        let block = &blocks("编辑：[甲](http://a.b/u)\n[文](http://a.c)\n", 0)[0];
        let links: Vec<&str> = own_links(block).map(|link| link.url.as_str()).collect();
        assert_eq!(links, ["http://a.c"]);
        assert!(leads_out(block));
        assert!(!leads_out(&blocks("编辑：[甲](http://a.b/u)\n", 0)[0]));
    }
}
