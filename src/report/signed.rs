//! Lines that say who wrote or made something: `作者：甲`, and without a label `By 甲`, `From 小组 @甲`, `由甲整理`, `文/甲`.

use lazy_regex::regex;

use super::label::{Label, is_role, label};
use super::names::{is_name, is_proper_name, names, unique};

/// Such a line is not longer than this many characters.
const MAX_LINE: usize = 60;
/// The name of somebody in `文/甲` is not longer than this many characters.
const MAX_SLASHED: usize = 16;
/// What is done for a report beside the roles of labels, in sentences and in front of a stroke.
const DONE: &str = "主笔|执笔|撰写|编写|编撰|编译|写作|维护|制作|策划|收集|汇总|推荐|分享|提供";

/// Some who did the same for a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) names: Vec<String>,
    /// As the line calls what they did.
    pub(super) role: Option<String>,
}

/// Returns whether a line only says by whom or where something is.
pub(super) fn is_about(line: &str) -> bool {
    label(line).is_some() || !byline(line).is_empty()
}

/// Returns whom a line names that does nothing else: `编辑：甲、乙`, `From 日报小组 @甲`.
pub(super) fn byline(line: &str) -> Vec<Signed> {
    let line = line.trim();
    let several = labels(line);
    if !several.is_empty() {
        return several;
    }
    match label(line) {
        Some(Label::People(role, value)) => {
            let names = names(value);
            let role = Some(role.to_owned());
            if names.is_empty() { Vec::new() } else { vec![Signed { names, role }] }
        }
        _ => signed(line),
    }
}

/// Returns whom a line names without a label.
fn signed(line: &str) -> Vec<Signed> {
    if line.chars().take(MAX_LINE + 1).count() > MAX_LINE {
        return Vec::new();
    }
    let found = if line.contains('由') { by_sentence(line) } else { None };
    let found = found.or_else(|| signature(line)).map(|one| vec![one]);
    found.or_else(|| slashed(line)).unwrap_or_default()
}

/// Reads `From 日报小组 @甲 责编 @乙`, `By Ada Oak & Ben Elm` and `— by 甲`.
fn signature(line: &str) -> Option<Signed> {
    // Nearly no line begins so.
    let words = line.trim_start_matches(['-', '—', '–']).trim_start();
    if !words.starts_with(['f', 'F', 'b', 'B', 'v', 'V']) {
        return None;
    }
    let begin = regex!(r"^(?:[-—–]+\s*)?(?P<how>(?i:from|by|via))\s+(?P<who>\S.*)$");
    let found = begin.captures(line)?;
    let (how, who) = (&found["how"], &found["who"]);
    if who.contains(['。', '，', ':', '：', '!', '?']) {
        return None;
    }
    let tagged = regex!(r"@([^\s@/、,，;；()（）]+)");
    let names: Vec<String> = tagged.captures_iter(who).map(|found| found[1].to_owned()).collect();
    if !names.is_empty() {
        return Some(Signed { names: unique(names.into_iter()), role: None });
    }
    if how.eq_ignore_ascii_case("by")
        && let Some(names) = joined(who)
    {
        return Some(Signed { names, role: None });
    }
    // Of two words the first names the group.
    match who.split_whitespace().collect::<Vec<_>>()[..] {
        [_, name] if is_name(name) && !who.is_ascii() && !who.contains('.') => {
            Some(Signed { names: vec![name.to_owned()], role: None })
        }
        _ => None,
    }
}

/// Reads names of people, joined as they are in a sentence: `Ada Oak, Ben Elm and 甲`.
pub(super) fn joined(who: &str) -> Option<Vec<String>> {
    let parts = regex!(r"\s*(?:[,、，&＆/]|\s(?:and|和|与)\s|和|与)\s*");
    let found: Vec<&str> = parts.split(who.trim()).filter(|part| !part.is_empty()).collect();
    let are_names = !found.is_empty() && found.iter().all(|name| is_proper_name(name));
    are_names.then(|| unique(found.into_iter().map(str::to_owned)))
}

/// Reads `本期由 甲、乙 整理`.
fn by_sentence(line: &str) -> Option<Signed> {
    let sentence = regex!(
        r"^(?:\p{Han}{0,6})?由\s*(?P<who>[^，。；：！？、\s][^，。；：！？]{0,40}?)\s*(?:共同|联合|负责|倾情|一起)*\s*(?P<did>\p{Han}{2,4})[。.！!]?$"
    );
    let found = sentence.captures(line)?;
    let (who, did) = (&found["who"], &found["did"]);
    // The role is the end of the sentence, and what stands before it may be a name.
    let (extra, role) =
        did.char_indices().map(|(at, _)| did.split_at(at)).find(|(_, role)| is_done(role))?;
    let who = format!("{who}{extra}");
    let names = names(&who.replace(['和', '与'], "、"));
    let fits = |name: &String| name.chars().count() <= MAX_SLASHED;
    let are_all = !names.is_empty() && names.iter().all(fits);
    are_all.then(|| Signed { names, role: Some(role.to_owned()) })
}

fn is_done(role: &str) -> bool {
    is_role(role) || DONE.split('|').any(|done| done == role)
}

/// Reads `文/甲`, `文｜甲 图｜乙`, `作者 / 甲`.
fn slashed(line: &str) -> Option<Vec<Signed>> {
    if !line.contains(['/', '／', '|', '｜', '丨']) {
        return None;
    }
    let part = regex!(
        r"^\s*(?P<did>\p{Han}{1,4})\s?[/／|｜丨]\s?(?P<who>[^/／|｜丨\s，。；：！？][^/／|｜丨，。；：！？]*?)\s*(?P<next>(?:\s\p{Han}{1,4}\s?[/／|｜丨].*)?)$"
    );
    let mut signed = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let found = part.captures(rest)?;
        let did = &found["did"];
        if !(["文", "图", "译", "编", "撰文", "采写"].contains(&did) || is_done(did)) {
            return None;
        }
        let names = names(&found["who"]);
        if names.is_empty() || names.iter().any(|name| name.chars().count() > MAX_SLASHED) {
            return None;
        }
        signed.push(Signed { names, role: Some(did.to_owned()) });
        rest = found.name("next").map_or("", |next| next.as_str().trim());
    }
    Some(signed)
}

/// Reads several labels of one line: `作者：甲 编辑：乙`. Who does it in the next issue did nothing in this one.
fn labels(line: &str) -> Vec<Signed> {
    if line.chars().take(2 * MAX_LINE + 1).count() > 2 * MAX_LINE {
        return Vec::new();
    }
    let colons: Vec<usize> = line.match_indices(['：', ':']).map(|(at, _)| at).collect();
    if colons.len() < 2 {
        return Vec::new();
    }
    let begins = |at: &usize| {
        let before = line[..*at].trim_end();
        let begin = before.rfind([' ', '|', '｜', '/', '／', ';', '；', '，', ',', '\u{3000}']);
        let begin =
            begin.map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        is_role(before[begin..].trim()).then_some((begin, *at))
    };
    let Some(labels) = colons.iter().map(begins).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    if labels.first().is_none_or(|(begin, _)| !line[..*begin].trim().is_empty()) {
        return Vec::new();
    }
    let ends = labels.iter().skip(1).map(|(begin, _)| *begin).chain([line.len()]);
    let mut all = Vec::new();
    for ((begin, colon), end) in labels.iter().copied().zip(ends) {
        let role = line[begin..colon].trim();
        let value = line[colon..end].trim_start_matches(['：', ':']);
        let names =
            names(value.trim_end_matches([' ', '|', '｜', '/', '／', ';', '；', '，', ',']));
        if names.is_empty() {
            return Vec::new();
        }
        if !role.starts_with("下周") && !role.starts_with("下期") && !role.starts_with("下一")
        {
            all.push(Signed { names, role: Some(role.to_owned()) });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[(&str, Option<&str>)]) {
        let found = signed(line);
        let found: Vec<(String, Option<&str>)> =
            found.iter().map(|one| (one.names.join("|"), one.role.as_deref())).collect();
        let found: Vec<_> = found.iter().map(|(names, role)| (names.as_str(), *role)).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn a_signature_names_who_signs() {
        check("From 日报小组 @甲", &[("甲", None)]);
        check("From 日报小组 Chaos", &[("Chaos", None)]);
        check("From 日报小组 @甲 / 责编 @乙", &[("甲|乙", None)]);
        check("By Ada Oak", &[("Ada Oak", None)]);
        check("by Ada Oak, Ben van Elm & Cy", &[("Ada Oak|Ben van Elm|Cy", None)]);
        check("— by Ada Oak and 甲", &[("Ada Oak|甲", None)]);
    }

    #[test]
    fn a_sentence_or_a_stroke_names_who_made_it() {
        check("本期由 甲 整理", &[("甲", Some("整理"))]);
        check("由甲、乙主笔。", &[("甲|乙", Some("主笔"))]);
        check("本文由 Ada 和 Ben 共同翻译", &[("Ada|Ben", Some("翻译"))]);
        check("文/甲", &[("甲", Some("文"))]);
        check("文｜甲 图｜乙", &[("甲", Some("文")), ("乙", Some("图"))]);
        check("作者 / Ada Oak", &[("Ada Oak", Some("作者"))]);
    }

    #[test]
    fn what_only_sounds_so_names_nobody() {
        for line in [
            "by the way it works",
            "From zero to hero",
            "From now on",
            "由此可见，这件事很难整理",
            "这个工具由三部分组成",
            "由来已久",
            "输入/输出",
            "图/表/文",
            "文件/目录",
            "by http://a.b",
        ] {
            let named = signed(line).into_iter().flat_map(|one| one.names).collect::<Vec<_>>();
            assert_eq!(named, [""; 0], "{line}");
        }
    }

    #[test]
    fn a_line_may_have_several_labels() {
        let read = |line: &str| {
            let all: Vec<String> = labels(line).iter().map(|one| one.names.join("|")).collect();
            all
        };
        assert_eq!(read("作者：甲 编辑：乙、丙"), ["甲", "乙|丙"]);
        assert_eq!(read("本周主编：甲 下周主编：乙"), ["甲"]);
        assert_eq!(read("Author: Ada Oak | Editor: Ben Elm"), ["Ada Oak", "Ben Elm"]);
        assert_eq!(read("作者：甲"), [""; 0]);
        assert_eq!(read("时间：12:30 作者：甲"), [""; 0]);
    }
}
