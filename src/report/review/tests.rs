//! What falls out of made-up series, and what does not.

use super::*;
use crate::corpus::{FileEntry, SourceFile};
use crate::report::{Layout, ParseOptions, parse};

fn read(path: &str, text: &str) -> Report {
    let entry = FileEntry {
        path: path.to_owned(),
        location: path.into(),
        within: None,
        source: "a".to_owned(),
        size: 0,
        modified: 0,
        changed: 0,
    };
    let (text, hash, diagnostics) = (text.to_owned(), String::new(), Vec::new());
    let file = SourceFile { entry, text, size: 0, hash, diagnostics };
    parse(&file, &ParseOptions::default()).0
}

/// Writes a number in letters.
fn lettered(number: usize) -> String {
    let letter = |digit: char| char::from(b'a' + u8::try_from(digit).unwrap() - b'0');
    number.to_string().chars().map(letter).collect()
}

/// Writes so many pieces of a text, counted from 1.
fn pieces(number: usize, piece: impl Fn(usize) -> String) -> String {
    (1..=number).map(piece).collect()
}

/// Writes an issue of numbered items under two sections.
fn issue(number: usize, items: usize) -> String {
    let item = |at: &usize| {
        let (issue, name) = (lettered(number), lettered(*at));
        let what = format!("一句介绍{issue}{name}，[见此](http://a.b/{number}/{at})。");
        format!("{at}、工具{issue}的{name}号\n\n{what}\n\n")
    };
    let half = items / 2;
    let first: String = (1..=half).map(|at| item(&at)).collect();
    let second: String = (half + 1..=items).map(|at| item(&at)).collect();
    format!("# 示例周刊（第 {number} 期）\n\n## 新闻\n\n{first}## 工具\n\n{second}")
}

/// A series of twelve issues of which the seventh is another text; returns what falls out.
fn falls_out(odd: &str) -> Vec<String> {
    let mut texts: Vec<String> = (1..=12).map(|number| issue(number, 10)).collect();
    texts[6] = odd.to_owned();
    shown(&texts)
}

fn shown(texts: &[String]) -> Vec<String> {
    let reports: Vec<Report> = (1..)
        .zip(texts)
        .map(|(number, text): (usize, _)| read(&format!("issue-{number}.md"), text))
        .collect();
    let given: Vec<_> = reports.iter().map(|report| (report, None)).collect();
    review(&given).found.into_iter().map(|(_, found)| format!("{found} [{}]", found.code)).collect()
}

#[test]
fn an_even_series_is_quiet() {
    assert_eq!(falls_out(&issue(7, 10)), Vec::<String>::new());
    assert_eq!(falls_out(&issue(7, 7)), Vec::<String>::new());
    assert_eq!(falls_out(&issue(7, 16)), Vec::<String>::new());
}

#[test]
fn far_fewer_items_are_a_warning_where_the_text_is_as_long() {
    let short = falls_out(&issue(7, 2));
    assert_eq!(short, ["issue-7.md: note: has 2 items, those around it about 10 [few-items]"]);
    let long = "很长的一段话。".repeat(40);
    let text =
        format!("## 新闻\n\n1、甲\n\n{long}\n\n2、乙\n\n{long}\n\n## 工具\n\n3、丙\n\n{long}\n");
    let long = falls_out(&text);
    assert_eq!(long, ["issue-7.md: warning: has 3 items, those around it about 10 [few-items]"]);
}

#[test]
fn far_more_items_are_noted() {
    let many = falls_out(&issue(7, 40));
    assert_eq!(many, ["issue-7.md: note: has 40 items, those around it about 10 [many-items]"]);
}

#[test]
fn a_section_that_nearly_all_have_is_missed() {
    let without = issue(7, 10).replace("## 工具\n\n", "");
    assert_eq!(
        falls_out(&without),
        [
            "issue-7.md: note: `工具` is missing, a section of 11 of 11 reports around [missing-section]"
        ]
    );
    let written = issue(7, 10).replace("## 工具\n\n", "6、工具\n\n这里是工具。\n\n");
    assert_eq!(
        falls_out(&written),
        [
            "issue-7.md:25: warning: `工具` is no section here, as in 11 of 11 reports around [missing-section]"
        ]
    );
}

#[test]
fn an_item_that_is_called_like_a_section_of_others_is_one() {
    let ended = |text: &str| issue(7, 9).replace("## 工具\n\n", "") + text;
    assert_eq!(
        falls_out(&ended("## 工具\n\n这一次只有一段话。\n")),
        [
            "issue-7.md:41: warning: `工具` is an item, and a section of 11 of 11 reports around [section-as-item]"
        ]
    );
    // What stands in a section may be called like another one.
    let inside = issue(7, 9) + "10、新闻\n\n一个叫“新闻”的工具。\n";
    assert_eq!(falls_out(&inside), Vec::<String>::new());
}

#[test]
fn a_page_among_reports_of_items_is_noticed_unless_it_is_short() {
    let page = |times: usize| format!("一篇文章。\n\n{}\n", "它讲了一件事情的经过。".repeat(times));
    let found = |text: &str| -> Vec<String> {
        assert_eq!(read("issue-7.md", text).layout, Layout::Page);
        falls_out(text).into_iter().filter(|found| found.contains("warning")).collect()
    };
    assert_eq!(
        found(&page(20)),
        ["issue-7.md: warning: has 1 item, those around it about 10 [few-items]"]
    );
    assert_eq!(found(&page(1)), Vec::<String>::new());
}

#[test]
fn a_title_in_a_third_of_the_reports_is_told_once() {
    let with = |last: usize| -> Vec<String> {
        let text = |number: usize| {
            let own = format!("11、招聘\n\n第{number}家公司招人，{}。\n", "人".repeat(number));
            issue(number, 10) + if number <= last { &own } else { "" }
        };
        (1..=12).map(text).collect()
    };
    assert_eq!(
        shown(&with(4)),
        ["issue-1.md:47: warning: `招聘` is the title of items in 4 reports [repeated-title]"]
    );
    assert_eq!(shown(&with(3)), Vec::<String>::new());
}

#[test]
fn a_list_of_links_in_one_item_is_noticed_unless_all_are_so() {
    let list = |links: usize| pieces(links, |at| format!("<http://c.d/{at}> 链接\n\n"));
    let odd = issue(7, 9) + &format!("10、很多链接\n\n{}", list(20));
    assert_eq!(
        falls_out(&odd),
        [
            "issue-7.md:43: warning: `很多链接` has 20 links, other items hardly more than 1 [many-links]"
        ]
    );
    let all: Vec<String> = (1..=12)
        .map(|number| {
            let name = lettered(number);
            let item = |at: usize| format!("{at}、{name}组的{}份\n\n{}", lettered(at), list(20));
            (1..=5).map(item).collect()
        })
        .collect();
    assert_eq!(shown(&all), Vec::<String>::new());
    let prose = "一段说明文字，写了这里要去哪里看，也写了为什么值得一看，还有别的许多话要说，说完为止，再说一句。";
    let article = pieces(20, |at| format!("{prose}<http://c.d/{at}>\n\n"));
    assert_eq!(falls_out(&(issue(7, 9) + "10、一篇文章\n\n" + &article)), Vec::<String>::new());
}

#[test]
fn a_series_changes_its_layout_for_good_or_not_at_all() {
    let heading = |number: usize| {
        pieces(5, |at| format!("## 第{number}期第{at}条\n\n[见此](http://a.b/{number}/{at})\n\n"))
    };
    let changes = |is_heading: fn(usize) -> bool| -> Vec<(String, Layout, Layout)> {
        let reports: Vec<Report> = (1..=20)
            .map(|number| {
                let text = if is_heading(number) { heading(number) } else { issue(number, 10) };
                read(&format!("issue-{number}.md"), &text)
            })
            .collect();
        let given: Vec<_> = reports.iter().map(|report| (report, None)).collect();
        let changes = review(&given).changes.into_iter();
        changes.map(|change| (change.path, change.from, change.to)).collect()
    };
    let expected = ("issue-11.md".to_owned(), Layout::Headings, Layout::Numbered);
    assert_eq!(changes(|number| number <= 10), [expected]);
    assert_eq!(changes(|number| number == 10), []);
    assert_eq!(changes(|number| number % 2 == 0), []);
}

#[test]
fn a_report_laid_out_otherwise_is_noted() {
    let headings = pieces(9, |at| {
        format!("### 软件{}\n\n一句话，[见此](http://e.f/{at})。\n\n", lettered(at))
    });
    let text = headings.replacen("### ", "## 新闻\n\n### ", 1).replacen(
        "### 软件f",
        "## 工具\n\n### 软件f",
        1,
    );
    assert_eq!(
        falls_out(&text),
        ["issue-7.md: note: is laid out as headings, those around it as numbered [other-layout]"]
    );
}

#[test]
fn a_file_of_links_that_is_one_item_is_noticed() {
    let links = |count: usize| -> String {
        let link = |at: usize| format!("链接{} <http://c.d/{at}> ", lettered(at));
        format!("看看这些：{}\n", (0..count).map(link).collect::<String>())
    };
    let of_page = |text: &str| -> Vec<String> {
        assert_eq!(read("issue-7.md", text).layout, Layout::Page);
        falls_out(text).into_iter().filter(|found| found.contains("page-of-links")).collect()
    };
    let expected =
        "issue-7.md:1: warning: the whole file is one item with 20 links [page-of-links]";
    assert_eq!(of_page(&links(20)), [expected]);
    assert_eq!(of_page(&links(5)), Vec::<String>::new());
}

#[test]
fn much_text_in_no_item_is_noticed_unless_the_series_is_made_so() {
    let long = "这里说的是怎样订阅，与条目无关。".repeat(60);
    let with = |number: usize| format!("{}## 订阅\n\n{long}{number}\n", issue(number, 10));
    assert_eq!(
        falls_out(&with(7)),
        ["issue-7.md: warning: 843 of 985 letters are in no item; boilerplate section [left-out]"]
    );
    let all: Vec<String> = (1..=12).map(with).collect();
    assert_eq!(shown(&all), Vec::<String>::new());
}

#[test]
fn the_reports_around_one_say_what_is_usual() {
    let reports: Vec<Report> =
        (1..=8).map(|number| read(&format!("issue-{number}.md"), &issue(number, 10))).collect();
    let given: Vec<_> = reports.iter().map(|report| (report, None)).collect();
    let beside = beside(&given, 3);
    assert_eq!((beside.reports, beside.items, beside.days), (7, (10, 10, 10), None));
    assert_eq!(beside.between, Some(("issue-1.md".to_owned(), "issue-8.md".to_owned())));
    assert_eq!(beside.layouts, [(Layout::Numbered, 7)]);
    assert_eq!(beside.sections, [("工具".to_owned(), 7), ("新闻".to_owned(), 7)]);
}
