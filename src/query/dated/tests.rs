use super::*;
use crate::query::Query;

/// Shows a date as `since..until`, with the words that are left.
fn shown(typed: &str) -> String {
    let found = Query::parse(typed, Date::constant(2024, 7, 1)).dated;
    let Some(found) = found.filter(|found| !found.is_number) else {
        return "-".to_owned();
    };
    let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
    let rest = found.rest.map(|rest| rest.words().join(" ")).unwrap_or_default();
    format!("{}..{} {rest}", day(found.days.since), day(found.days.until))
}

#[track_caller]
fn check(typed: &[&str], expected: &str) {
    for typed in typed {
        assert_eq!(shown(typed), expected, "{typed}");
    }
}

#[test]
fn a_date_at_either_end_narrows() {
    check(
        &[
            "2024年3月 论文",
            "论文 2024年3月",
            "2024-03 论文",
            "论文 2024-03",
            "2024年3月的论文",
            "论文，2024年3月。",
            "2024年 3 月 的 论文",
            "二〇二四年三月的论文",
            "in March 2024 论文",
            "论文 2024/03",
        ],
        "2024-03-01..2024-03-31 论文",
    );
    check(
        &[
            "去年 论文",
            "去年的论文",
            "论文 去年",
            "论文去年",
            "去年论文",
            "2023年的论文",
            "论文 in 2023",
        ],
        "2023-01-01..2023-12-31 论文",
    );
    check(&["去年下半年的论文"], "2023-07-01..2023-12-31 论文");
    check(
        &["近三个月 论文", "最近三个月的论文", "论文 past 3 months"],
        "2024-04-01..2024-07-01 论文",
    );
    check(&["上个月的论文", "last month 论文", "论文 上个月"], "2024-06-01..2024-06-30 论文");
    check(
        &["2月份的论文", "2月 论文", "二月的论文", "今年 2 月 的 论文"],
        "2024-02-01..2024-02-29 论文",
    );
    check(&["2024年以来的论文", "论文 since 2024"], "2024-01-01.. 论文");
    check(&["2023年以前的论文", "论文 before 2023"], "..2022-12-31 论文");
    check(&["2024年1月到3月的论文", "2024年1月至2024年3月 论文"], "2024-01-01..2024-03-31 论文");
}

#[test]
fn the_number_of_a_year_may_be_one() {
    let year = |typed: &str| {
        let found = Query::parse(typed, Date::constant(2024, 7, 1)).dated;
        let found = found.filter(|found| found.is_number);
        found.map(|found| (found.typed().to_owned(), found.rest.map(|rest| rest.words().join(" "))))
    };
    let found = |year: &str, rest: &str| Some((year.to_owned(), Some(rest.to_owned())));
    assert_eq!(year("RAG 2023"), found("2023", "RAG"));
    assert_eq!(year("2023 RAG 论文"), found("2023", "RAG 论文"));
    for typed in
        ["2023", "RAG 1984", "RAG 2025", "RAG2023", "RAG 2023 论文", "\"2023\" RAG", "RAG 02023"]
    {
        assert_eq!(year(typed), None, "{typed}");
    }
}

#[test]
fn a_range_narrows() {
    check(
        &[
            "2024年1-3月 论文",
            "2024年1-3月的论文",
            "从2024年1月到3月的论文",
            "论文 2024-01~2024-03",
            "论文 from January to March 2024",
            "２０２４年１－３月的论文",
        ],
        "2024-01-01..2024-03-31 论文",
    );
    check(
        &[
            "从去年到今年的论文",
            "论文 from 2023 to 2024",
            "2023-2024 论文",
            "2023年-2024年 论文",
            "论文 between 2023 and 2024",
            "2023到2024年的论文",
        ],
        "2023-01-01..2024-12-31 论文",
    );
    check(&["十一月到一月的论文", "去年11月到1月 论文"], "2023-11-01..2024-01-31 论文");
    check(&["从2024年起的论文", "2024年开始的论文", "自2024年以来 论文"], "2024-01-01.. 论文");
    check(&["２０２４年 论文", "论文 ２０２４年"], "2024-01-01..2024-12-31 论文");
}

#[test]
fn a_length_of_time_is_a_date_with_a_word_that_says_from_when() {
    check(&["last 2 weeks 论文", "论文 in the past 14 days"], "2024-06-17..2024-07-01 论文");
    check(&["三天前的论文", "论文 3 days ago"], "2024-06-28..2024-06-28 论文");
    check(&["三个月以来 论文"], "2024-04-01..2024-07-01 论文");
    check(
        &[
            "100 days of code",
            "24 days",
            "1 week",
            "8 months",
            "2 M 上下文",
            "3 y",
            "5 m",
            "12 w",
            "3 d 打印",
            "10 years challenge",
            "code in 30 days",
            "since 3 days",
            "last 3 d",
            "３天 减肥",
            "三天到五天",
            "99999999天前",
            "99999999 days ago",
        ],
        "-",
    );
}

#[test]
fn what_stands_before_a_month_may_be_a_name() {
    check(&["7b march 2024"], "2024-03-01..2024-03-31 7b");
    check(&["4o may 2024"], "2024-05-01..2024-05-31 4o");
    check(&["7th march 2024 7b"], "2024-03-07..2024-03-07 7b");
}

#[test]
fn numbers_between_dots_behind_a_latin_name_are_a_version() {
    check(&["Unity 2022.3.1", "unity 2023.11.27", "unity 2023.11.27的变化"], "-");
    check(&["论文 2023.11.27", "2023.11.27 论文"], "2023-11-27..2023-11-27 论文");
    check(&["unity 2023-11-27"], "2023-11-27..2023-11-27 unity");
}

#[test]
fn a_date_may_be_all() {
    check(
        &["2024-02-22", "20240222", "2024年2月22日", "2024.02.22", "2月22日"],
        "2024-02-22..2024-02-22 ",
    );
    check(&["去年", "2023年"], "2023-01-01..2023-12-31 ");
}

#[test]
fn inside_a_text_it_needs_a_particle() {
    check(&["介绍 去年的 论文", "介绍去年的论文"], "2023-01-01..2023-12-31 介绍 论文");
    check(&["介绍去年论文的人", "关于2024年3月股市"], "-");
}

#[test]
fn what_may_be_a_name_or_a_number_is_none() {
    check(
        &[
            "1984",
            "2024",
            "Windows 2000",
            "3.5",
            "Python 3.11",
            "2024.2",
            "7B",
            "v2",
            "3天 减肥",
            "三年 工作",
            "2w 行",
            "2000年问题",
            "1984年的小说",
            "2024年总结",
            "我的2024年",
            "\"2024年3月的总结\"",
            "2024年3月的总结会 OR x",
            "10-12",
            "1-2",
            "标题:去年",
            "2024-02-22-1",
            "A/B 2024",
            "第2024年",
            "may",
            "三四月",
            "周五 发布",
            "12:30",
            "192.168.1.1",
            "2024-13",
            "may day",
        ],
        "-",
    );
}
