//! Lines that say who brought, edited or translated something.

use std::ops::Range;

use lazy_regex::regex;

use super::label::is_role;
use super::markdown::{Block, BlockLink};
use super::model::Item;
use super::names::{is_name, names, unique};
use super::signed;
use crate::address::find_urls;
use crate::text::is_han;

/// A name of Han characters is not longer than this.
const MAX_HAN_NAME: usize = 4;
/// Who asks is not called longer than this many characters: the rest of a longer line is a sentence.
const MAX_ASKER: usize = 30;

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
    let all = signed::byline(line).into_iter();
    all.flat_map(|one| Person::all(one.names, one.role.as_deref())).collect()
}

/// Reads who wrote what a title names, where that stands right behind it: ` by Ada Oak`, up to the end of the line or a sign that
/// parts it from a text. Returns how many bytes say so.
pub(super) fn behind_title(after: &str) -> Option<(Vec<Person>, usize)> {
    let by = regex!(r"^\s*[,，]?\s*(?i:by)\s+");
    let begin = by.find(after)?.end();
    let rest = &after[begin..];
    let end = rest.find(['\n', ':', '：', '。', '(', '（', '|', '–', '—']).unwrap_or(rest.len());
    let end = rest.find(" - ").map_or(end, |dash| end.min(dash));
    let names =
        signed::joined(rest.get(..end)?.trim_start_matches('@').trim_end_matches(['.', ' ']))?;
    Some((Person::all(names, None), begin + end))
}

/// Takes the tag off that says at the end of a text who brought it: `[ from 甲 ]`, `（by Ada Oak）`.
pub(super) fn without_tag(text: &str) -> (&str, Vec<Person>) {
    if !text.ends_with([']', '】', ')', '）']) {
        return (text, Vec::new());
    }
    let tag = regex!(
        r"\s*[\[【(（]\s*(?P<how>(?i:from|by|via))\s+(?P<who>[^\[\]【】()（）\n]{1,40}?)\s*[\]】)）]$"
    );
    let named = tag.captures(text).and_then(|found| {
        let who = &found["who"];
        let tagged = who.strip_prefix('@').filter(|name| is_name(name));
        // Without a sign, a short name is somebody; what it comes from is a place otherwise.
        let is_short = who.chars().all(is_han) && who.chars().count() <= MAX_HAN_NAME;
        let names = match tagged {
            Some(name) => vec![name.to_owned()],
            None if is_short => vec![who.to_owned()],
            None if found["how"].eq_ignore_ascii_case("by") => signed::joined(who)?,
            None => return None,
        };
        Some((found.get(0)?.start(), Person::all(names, None)))
    });
    named.map_or((text, Vec::new()), |(end, people)| (&text[..end], people))
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
