//! The number of an issue, in the words of a report or in the name of its file.

use std::borrow::Cow;

use lazy_regex::regex;

use super::clues::MAX_DATE_LINE;
use super::paths;
use super::patterns::{self, YEARS};
use crate::report::marker::han_number;

/// Lines of the head in which a number may stand; below them text begins.
const HEAD_LINES: usize = 6;

/// What the name of a file names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameOf {
    /// An issue: a number at the end is its own.
    Issue,
    /// An article: a number at the end counts its parts.
    Article,
}

/// Finds the number of an issue in the title, the head or the name of the file.
pub(crate) fn issue_number(
    path: &str,
    title: Option<&str>,
    head: &str,
    name_of: NameOf,
) -> Option<u32> {
    let is_short = |line: &&str| line.chars().count() <= MAX_DATE_LINE;
    title
        .and_then(in_text)
        .or_else(|| head.lines().take(HEAD_LINES).filter(is_short).find_map(in_text))
        .or_else(|| in_name(path, name_of))
}

/// `第 290 期`, `Issue 12`, `Vol. 7`, `#72`
fn in_text(text: &str) -> Option<u32> {
    let pattern = regex!(
        r"(?i)第\s*([0-9]{1,5}|[零〇一二三四五六七八九十百]+)\s*[期号刊辑]|\b(?:issue|vol|volume|no|number|episode)[.\s]*[#-]?\s*([0-9]{1,5})\b|(?:^|[\s（(【])[#＃]\s?([0-9]{1,5})(?:[^0-9a-z]|$)|\p{Han}[#＃]([0-9]{1,5})(?:[^0-9a-z]|$)"
    );
    let found = pattern.captures(text)?;
    let digits = found.iter().skip(1).flatten().next()?.as_str();
    digits.parse().ok().or_else(|| han_number(digits).map(|(number, _)| number))
}

/// `issue-290`, `HelloGitHub100`, `#38-…`, `239-…`, `13.…`
fn in_name(path: &str, name_of: NameOf) -> Option<u32> {
    let stem = without_dates(paths::own_name(path));
    let is_month_and_day =
        regex!(r"^\s*[0-9]{1,2}\s*[-_.月]\s*[0-9]{1,2}\s*日?\s*$").is_match(&stem);
    if is_month_and_day || paths::is_called_by_its_day(path) {
        return None;
    }
    let pattern = regex!(
        r"(?i)^[#第]?0*([0-9]{1,4})(?:[-_.、 期|]|$)|[a-z_#\- \p{Han}]0*([0-9]{1,4})期?$|(?:issue|vol|no|weekly|第)[-_#. ]?0*([0-9]{1,4})(?:[^0-9]|$)"
    );
    let found = pattern.captures(stem.trim())?;
    if name_of == NameOf::Article && found.get(2).is_some() {
        return None;
    }
    let number: u32 = found.iter().skip(1).flatten().next()?.as_str().parse().ok()?;
    let is_year = i16::try_from(number).is_ok_and(|number| YEARS.contains(&number));
    (!is_year).then_some(number)
}

/// Leaves out the digits of dates, which are not numbers of issues.
fn without_dates(stem: &str) -> Cow<'_, str> {
    let mut stem = Cow::Borrowed(stem);
    for pattern in [
        paths::span(),
        patterns::day_in_path(),
        patterns::digits_in_path(),
        patterns::week(),
        patterns::month_of_path(),
    ] {
        if let Some(found) = pattern.find(&stem).map(|found| found.range()) {
            stem.to_mut().replace_range(found, " ");
        }
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_have_numbers_in_many_writings() {
        for (path, head, expected) in [
            ("a.md", "科技周报（第 290 期）：标题", Some(290)),
            ("a.md", "第一百零二期", Some(102)),
            ("a.md", "第3号", Some(3)),
            ("a.md", "第3刊", Some(3)),
            ("a.md", "第3辑", Some(3)),
            ("a.md", "老司机周报 #72 | 2019-06-24", Some(72)),
            ("a.md", "潮流周刊#40：标题", Some(40)),
            ("a.md", "周刊（＃41）", Some(41)),
            ("a.md", "Issue 12", Some(12)),
            ("a.md", "issue #13", Some(13)),
            ("a.md", "Vol. 7", Some(7)),
            ("a.md", "No.8", Some(8)),
            ("a.md", "Volume 9", Some(9)),
            ("a.md", "Number 10", Some(10)),
            ("a.md", "Episode 11", Some(11)),
            ("issue-290.md", "", Some(290)),
            ("Hello100.md", "", Some(100)),
            ("239-咖啡.md", "", Some(239)),
            ("第12期.md", "", Some(12)),
            ("weekly_012_x.md", "", Some(12)),
            ("#38-2018.10.08.md", "", Some(38)),
            ("2024-02-22.md", "", None),
            ("2024-02-22-weekly.md", "", None),
            ("2024/02/22.md", "", None),
            ("2024/0222.md", "", None),
            ("2024/0222-周刊.md", "", None),
            ("20230925-1001.md", "", None),
            ("2024.2.19-2.25.md", "", None),
            ("2024/12.md", "", Some(12)),
            ("2024/1305.md", "", Some(1305)),
            ("weekly-12/index.md", "", Some(12)),
            ("a/weekly-20240222/index.md", "", None),
            ("02-22.md", "", None),
            ("20240222.md", "", None),
            ("周刊2024.md", "", None),
            ("周刊1989.md", "", Some(1989)),
            ("GPT-4o.md", "C# 12 与 F#", None),
            ("a.md", "C#12 的新特性", None),
        ] {
            assert_eq!(issue_number(path, None, head, NameOf::Issue), expected, "{path} {head}");
        }
    }

    #[test]
    fn the_title_comes_before_the_head_and_the_head_before_the_name() {
        let number = |title, head| issue_number("issue-3.md", title, head, NameOf::Issue);
        assert_eq!(number(Some("第 1 期"), "第 2 期"), Some(1));
        assert_eq!(number(Some("周刊"), "第 2 期"), Some(2));
        assert_eq!(number(None, "一\n二\n三\n四\n五\n六\n第 2 期"), Some(3));
        assert_eq!(number(None, &format!("{}第 2 期", "长".repeat(MAX_DATE_LINE))), Some(3));
    }

    #[test]
    fn a_number_at_the_end_of_an_articles_name_counts_its_parts() {
        assert_eq!(issue_number("入门-2.md", None, "", NameOf::Article), None);
        assert_eq!(issue_number("2-入门.md", None, "", NameOf::Article), Some(2));
    }
}
