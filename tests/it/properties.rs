//! Random text: nothing panics, spans hold, and every substring of an item finds it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use baoku::analysis::{Cutter, NoCutter, analyze};
use baoku::archive::Archive;
use baoku::corpus::{Corpus, SourceRoot, read};
use baoku::query::{Query, Question, parse_days};
use baoku::report::{ItemId, LeftOut, ParseOptions, Reason, Report, parse};
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::harness::{Fixture, open, source_file};

/// A runner whose cases are the same on every run.
fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

/// Text full of what analyzers trip over.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9._@#+*'/&-]{1,12}",
        "[\u{4e00}-\u{4e20}模型大语言資料庫乾隆]{1,8}",
        "[ \t\n，。：；！？、“”（）《》…—·]{1,3}",
        "https?://[a-z.]{1,8}/[a-zA-Z0-9/?=&_-]{0,10}",
        "[\u{300}-\u{304}\u{200b}-\u{200f}\u{fe0f}é🚀👨‍👩‍👧가각ガㄅ㍿ﬁ™Ⅷ①½]{1,4}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

#[test]
fn spans_of_any_text_are_inside_it_and_in_order() {
    runner(4_000)
        .run(&hostile_text(), |text| {
            let analysis = analyze(&text, &NoCutter);
            for token in analysis.words.iter().chain(&analysis.atoms) {
                prop_assert!(
                    text.get(token.span.start..token.span.end)
                        .is_some_and(|piece| !piece.is_empty())
                );
                prop_assert!(!token.text.is_empty() && !token.text.contains(char::is_control));
            }
            for pair in analysis.atoms.windows(2) {
                prop_assert!(pair[0].position <= pair[1].position);
            }
            for pair in analysis.units.windows(2) {
                prop_assert!(pair[0].span.start <= pair[1].span.start);
            }
            Ok(())
        })
        .unwrap();
}

/// Text full of what dates and numbers are made of, too many of it.
fn dated_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,24}",
        "[０-９]{1,8}",
        "[零〇一二两三四五六七八九十百千万亿]{1,26}",
        "[-./~～—%,第的 年月日号天周期旬]{1,3}",
        prop::sample::select(vec![
            "近",
            "前",
            "内",
            "以来",
            "之前",
            "从",
            "到",
            "至",
            "去年",
            "今年",
            "上周",
            "个月",
            "季度",
            "半年",
            "上旬",
            " days ago",
            "last ",
            " weeks",
            "march",
            " 2024",
            "q1",
            "m",
            "since:",
            "date:",
            "issue:",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

#[test]
fn any_numbers_and_units_are_a_query() {
    let days = [Date::constant(2024, 2, 29), Date::MIN, Date::MAX];
    runner(3_000)
        .run(&dated_text(), |text| {
            for today in days {
                let fields = [text.clone(), format!("since:{text}"), format!("云 {text}")];
                for typed in fields {
                    if let Some(dated) = Query::parse(&typed, today).dated {
                        prop_assert!(dated.text.get(dated.span.clone()).is_some());
                        for beside in dated.besides() {
                            prop_assert!(beside.whole.contains(dated.typed()));
                        }
                    }
                }
                prop_assert!(
                    parse_days(&text, today).is_none_or(|days| days.since.or(days.until).is_some())
                );
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_bytes_are_a_report() {
    let markdown = prop::collection::vec(
        prop_oneof![
            "#{1,6} [^\n]{0,10}\n",
            "\n\n",
            "[0-9]{1,3}、[^\n]{0,20}\n",
            "贡献人：@[^\n]{0,8}\n",
            "链接：https://[a-z.]{1,9}\n",
            "- [^\n]{0,9}\n",
            "> [^\n]{0,9}\n",
            "```\n",
            "\\|a\\|b\\|\n",
            "<[a-z/!-]{0,6}",
            "---\n",
            "!\\[x\\]\\(y\\)",
            "\\[[^\n]{0,5}\\]\\(http://[a-z]{1,4}\\)",
            "\\*\\*[^\n]{0,5}",
            "\\PC{0,20}",
            any::<char>().prop_map(String::from),
        ],
        0..25,
    );
    runner(4_000)
        .run(&markdown, |pieces| {
            let file = source_file("2024-02-22.md", pieces.concat());
            let (report, _) = parse(&file, &ParseOptions::default());
            for (index, item) in report.items.iter().enumerate() {
                prop_assert_eq!(item.ordinal, index + 1);
                prop_assert!(!item.title.is_empty());
                prop_assert!(item.line >= 1 && item.line <= file.text.lines().count().max(1));
            }
            Ok(())
        })
        .unwrap();
}

/// Letters, digits and Han characters of a text: what is left when marks and spaces are taken away.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a reader sees of a Markdown file behind its front matter, one block after the other; not HTML, whose tags
/// decide what is seen.
pub fn visible_blocks(text: &str, report: &Report) -> Vec<String> {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let front = report.left_out.iter().find(|left| left.reason == Reason::FrontMatter);
    let skipped = front.map_or(0, |left| left.lines.1);
    let body: String = text.split_inclusive('\n').skip(skipped).collect();
    let body = if skipped == 0 { body.trim_start_matches('\u{feff}') } else { &body };
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut blocks = vec![String::new()];
    let mut hidden = 0;
    for event in Parser::new_ext(body, options) {
        match event {
            Event::Start(Tag::Image { .. } | Tag::HtmlBlock) => hidden += 1,
            Event::End(TagEnd::Image | TagEnd::HtmlBlock) => hidden -= 1,
            Event::Text(text) | Event::Code(text) if hidden == 0 => {
                blocks.last_mut().unwrap().push_str(&text);
            }
            Event::InlineHtml(_) | Event::SoftBreak | Event::HardBreak => {
                blocks.last_mut().unwrap().push('\n');
            }
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableCell,
            )
            | Event::Start(Tag::List(_) | Tag::Item | Tag::Paragraph) => blocks.push(String::new()),
            _ => {}
        }
    }
    blocks
}

/// What a reader sees of a file of any kind: of a page its text without tags, of a feed what its fields say.
fn shown_blocks(path: &str, text: &str, report: &Report) -> Vec<String> {
    let extension = Path::new(path).extension().and_then(|it| it.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" => without_tags(text),
        "json" => fields_of_json(&serde_json::from_str(text).unwrap_or_default()),
        "xml" | "rss" | "atom" => fields_of_xml(text),
        _ => visible_blocks(text, report),
    }
}

/// The text of a page, a block on its own wherever a tag is none of those that stand in a line.
fn without_tags(html: &str) -> Vec<String> {
    const IN_LINE: [&str; 9] = ["a", "b", "i", "em", "strong", "code", "span", "time", "img"];
    const UNSEEN: [&str; 4] = ["head", "script", "style", "template"];
    let mut blocks = vec![String::new()];
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        blocks.last_mut().unwrap().push_str(before);
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        let (tag, behind) = tag.split_once(end).unwrap_or((tag, ""));
        let is_name = |c: char| c.is_ascii_alphanumeric();
        let name = tag.trim_start_matches('/').split(|c| !is_name(c)).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        rest = behind;
        if UNSEEN.contains(&name.as_str()) && !tag.starts_with('/') {
            let close = format!("</{name}>");
            rest = behind.split_once(close.as_str()).map_or("", |(_, behind)| behind);
        }
        if !IN_LINE.contains(&name.as_str()) {
            blocks.push(String::new());
        }
    }
    blocks.last_mut().unwrap().push_str(rest);
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&amp;", "&")];
    let decoded = |block: &String| named.iter().fold(block.clone(), |it, (a, b)| it.replace(a, b));
    blocks.iter().map(decoded).collect()
}

/// What the fields of a JSON Feed say to a reader.
fn fields_of_json(feed: &serde_json::Value) -> Vec<String> {
    const SHOWN: [&str; 5] = ["title", "description", "content_text", "content_html", "name"];
    let of_field = |(key, value): (&String, &serde_json::Value)| match value.as_str() {
        Some(text) if SHOWN.contains(&key.as_str()) => without_tags(text),
        Some(_) => Vec::new(),
        None => fields_of_json(value),
    };
    match feed {
        serde_json::Value::Object(fields) => fields.iter().flat_map(of_field).collect(),
        serde_json::Value::Array(values) => values.iter().flat_map(fields_of_json).collect(),
        _ => Vec::new(),
    }
}

/// What the fields of an RSS or Atom feed say to a reader.
fn fields_of_xml(text: &str) -> Vec<String> {
    const SHOWN: [&str; 7] =
        ["title", "description", "subtitle", "summary", "content", "encoded", "name"];
    let Ok(feed) = roxmltree::Document::parse(text) else { return Vec::new() };
    let fields = feed.descendants().filter(|node| SHOWN.contains(&node.tag_name().name()));
    fields.filter_map(|node| node.text()).flat_map(without_tags).collect()
}

#[test]
fn what_a_reader_sees_of_pages_and_feeds() {
    let seen = |path: &str, text: &str| {
        let (report, _) = parse(&source_file(path, text.to_owned()), &ParseOptions::default());
        let blocks = shown_blocks(path, text, &report);
        let blocks = blocks.into_iter().map(|block| block.trim().to_owned());
        blocks.filter(|block| !block.is_empty()).collect::<Vec<_>>()
    };
    let page = "<head><title>甲</title></head><!-- <p>乙 --><p>一<b>段</b> &amp; 话</p><script>f(1<2)</script>";
    assert_eq!(seen("x.html", page), ["一段 & 话"]);
    let json =
        r#"{"version": "1", "title": "甲", "items": [{"id": "7", "content_html": "<p>乙</p>丙"}]}"#;
    assert_eq!(seen("x.json", json), ["甲", "乙", "丙"]);
    let rss = "<rss><channel><title>甲</title><item><guid>7</guid><description>&lt;p&gt;乙&lt;/p&gt;\
        </description></item></channel></rss>";
    assert_eq!(seen("x.xml", rss), ["甲", "乙"]);
}

/// What is in no item, front matter aside: it is not part of the body.
fn body_left_out(report: &Report) -> impl Iterator<Item = &LeftOut> {
    report.left_out.iter().filter(|left| left.reason != Reason::FrontMatter)
}

/// Returns whether a sentence, without its signs, only says what somebody did: 整理编辑：甲, From 日报小组 @乙. The names are
/// with the items, and what they did beside them.
fn names_somebody(report: &Report, sentence: &str) -> bool {
    /// A role, and the group that somebody belongs to, have at most so many letters.
    const MAX_ROLE: usize = 12;
    let names = report.items.iter().flat_map(|item| &item.contributors).map(|name| bare(name));
    let length = sentence.chars().count();
    names
        .filter(|name| !name.is_empty() && sentence.contains(name.as_str()))
        .any(|name| length <= name.chars().count() + MAX_ROLE)
}

/// Returns what a sentence, without its signs, says before and behind the words that name who wrote it: `标题，by 甲`.
fn around_names(report: &Report, sentence: &str) -> Vec<String> {
    let names = report.items.iter().flat_map(|item| &item.contributors).map(|name| bare(name));
    let mut parts = vec![sentence.to_owned()];
    for named in names.flat_map(|name| ["by", "from", "via"].map(|how| format!("{how}{name}"))) {
        if let Some((before, behind)) = sentence.split_once(&named) {
            parts = vec![before.to_owned(), behind.to_owned()];
        }
    }
    parts
}

/// Checks that every sentence of every report is in exactly one item, or is listed as left out.
fn every_sentence_is_in_one_place(archive: &Path) -> usize {
    const LABELS: [&str; 6] = ["贡献人", "贡献者", "作者", "链接", "原文", "地址"];
    let (corpus, _) = Corpus::walk(&[SourceRoot::new("archive", archive)]).unwrap();
    let mut sentences = 0;
    for entry in &corpus.files {
        let Ok(file) = read(entry) else { continue };
        let (report, _) = parse(&file, &ParseOptions::default());
        let texts: Vec<String> = report
            .items
            .iter()
            .map(|item| bare(&item.title) + &bare(&item.body))
            .chain(body_left_out(&report).map(|left| bare(&left.text)))
            .collect();
        let lines_of = |text: &str| text.lines().map(bare).collect::<Vec<_>>().join("|");
        let by_line: Vec<String> = report
            .items
            .iter()
            .map(|item| bare(&item.title) + "|" + &lines_of(&item.body))
            .chain(body_left_out(&report).map(|left| lines_of(&left.text)))
            .collect();
        // What became of lines that are labels and of section headings.
        let front = report.left_out.iter().filter(|left| left.reason == Reason::FrontMatter);
        let mut elsewhere: String = front.map(|left| bare(&left.text)).collect();
        for item in &report.items {
            let links: Vec<&str> = item.links.iter().map(|link| link.url.as_str()).collect();
            elsewhere.push_str(&bare(&item.contributors.concat()));
            elsewhere.push('|');
            elsewhere.push_str(&bare(&links.concat()));
            elsewhere.push('|');
            elsewhere
                .push_str(&item.section.iter().map(|name| bare(name) + "|").collect::<String>());
        }
        let source: Vec<String> = shown_blocks(&entry.path, &file.text, &report);
        let whole: String = source.iter().map(|block| bare(block)).collect::<Vec<_>>().join("|");
        for block in &source {
            for sentence in block.split(['。', '！', '？', '\n']) {
                let label = LABELS.iter().find_map(|label| sentence.trim().strip_prefix(label));
                // The number of an item is its place and not its text.
                let sentence = label.unwrap_or(sentence).trim_start();
                let sentence = sentence.trim_start_matches(|c| ('①'..='⑳').contains(&c));
                // `:tada:` is a picture.
                let sentence = match sentence
                    .trim_start()
                    .strip_prefix(':')
                    .and_then(|rest| rest.split_once(':'))
                {
                    Some((name, rest))
                        if name
                            .bytes()
                            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') =>
                    {
                        rest
                    }
                    _ => sentence,
                };
                // An address behind a title is a link and no text.
                let sentence = match sentence.find("http://").or_else(|| sentence.find("https://"))
                {
                    Some(at) if at > 0 => &sentence[..at],
                    _ => sentence,
                };
                let is_number =
                    |c: char| c.is_ascii_digit() || "一二三四五六七八九十百".contains(c);
                let wanted = match sentence
                    .trim_start_matches(is_number)
                    .strip_prefix(['、', '.', ')', '）'])
                {
                    Some(rest) => bare(rest),
                    None => bare(sentence),
                };
                if wanted.chars().count() < 8 || names_somebody(&report, &wanted) {
                    continue;
                }
                sentences += 1;
                let parts = around_names(&report, &wanted);
                let has_all = |text: &&String| parts.iter().all(|part| text.contains(part));
                let found = texts.iter().filter(has_all).count();
                assert!(
                    found > 0 || elsewhere.contains(&wanted),
                    "{}: `{sentence}` is nowhere",
                    entry.path
                );
                if whole.matches(&wanted).count() == 1 {
                    let found = by_line.iter().filter(|text| text.contains(&wanted)).count();
                    assert!(found <= 1, "{}: `{sentence}` is in {found} places", entry.path);
                }
            }
        }
    }
    sentences
}

#[test]
fn every_sentence_of_a_report_is_in_one_item_or_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(every_sentence_is_in_one_place(&root.join("corpus")) > 1_000);
    assert!(every_sentence_is_in_one_place(&root.join("tests/archives")) > 10);
}

/// The same over archives named by `BAOKU_TEST_ARCHIVES`, separated by colons, for machines that have some.
#[test]
fn every_sentence_of_named_archives_is_in_one_item_or_listed() {
    let Some(archives) = std::env::var_os("BAOKU_TEST_ARCHIVES") else {
        return eprintln!(
            "BAOKU_TEST_ARCHIVES names no archives; the sample archive is tested in their place"
        );
    };
    for archive in std::env::split_paths(&archives) {
        let sentences = every_sentence_is_in_one_place(&archive);
        assert!(sentences > 0, "{} has no sentence", archive.display());
        println!("{}: {sentences} sentences, each in one place", archive.display());
    }
}

/// Text full of what the query language gives a meaning to.
fn hostile_query() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec![
        "\"",
        "“",
        "”",
        "「",
        "」",
        "『",
        "』",
        "(",
        ")",
        "（",
        "）",
        " ",
        "　",
        "-",
        "－",
        "OR",
        " OR ",
        "|",
        ":",
        "：",
        "..",
        "*",
        "title:",
        "栏目:",
        "by:",
        "link:",
        "since:",
        "至:",
        "date:",
        "2024-02",
        "上周",
        "-\"",
        "http://",
        "模型",
        "long rope",
    ]);
    let piece = prop_oneof![sign.prop_map(str::to_owned), hostile_text()];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

#[test]
fn any_text_is_a_query_and_marks_are_inside_what_they_mark() {
    let archive = Fixture::new(&[
        (
            "LongRoPE：扩展 GPT-4V 的上下文窗口",
            "資料庫与模型，long rope，ＧＰＴ－４。\n\n第二段：👨‍👩‍👧 café、C++。",
        ),
        ("模型大语言", "的了一不在人有 2024-02，“大模型 推理”（RAG）"),
    ]);
    runner(3_000)
        .run(&hostile_query(), |text| {
            for hit in archive.results(&text).hits {
                for (text, marks) in [
                    (&hit.item.item.title, &hit.title_marks),
                    (&hit.snippet.text, &hit.snippet.marks),
                ] {
                    let mut end = 0;
                    for mark in marks {
                        prop_assert!(mark.start >= end && mark.end > mark.start);
                        prop_assert!(text.get(mark.start..mark.end).is_some());
                        end = mark.end;
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_parameters_are_a_question_that_reads_what_it_writes() {
    let names =
        vec!["q", "section", "link", "issue", "since", "sort", "strict", "page", "utm_source"];
    let pair = (prop::sample::select(names), hostile_text());
    runner(1_000)
        .run(&prop::collection::vec(pair, 0..6), |pairs| {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, &**value)).collect();
            let question = Question::from_pairs(&pairs);
            let written = question.to_pairs();
            let written: Vec<_> = written.iter().map(|(name, value)| (*name, &**value)).collect();
            prop_assert_eq!(Question::from_pairs(&written).to_pairs(), question.to_pairs());
            let _ = (question.filters(jiff::civil::date(2024, 7, 1)), question.order());
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_vocabulary_of_an_index_cuts_any_run_without_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let reader = open(&corpus, &folder.path().join("index"));
    let vocabulary = reader.vocabulary().unwrap();
    runner(1_000)
        .run(
            &"[模型大语言推理训练的了一不在人有上下文窗口\u{4e00}-\u{4f00}]{1,30}",
            |run| {
                let cuts = vocabulary.cut(&run);
                let mut at = 0;
                for cut in &cuts {
                    prop_assert!(cut.word.start == at && cut.word.end > at);
                    at = cut.word.end;
                }
                prop_assert_eq!(at, run.chars().count());
                let analysis = analyze(&run, vocabulary);
                let whole: String =
                    analysis.units.iter().filter_map(|unit| unit.whole.clone()).collect();
                prop_assert_eq!(whole.chars().count(), run.chars().count());
                Ok(())
            },
        )
        .unwrap();
}

/// An item of a made-up report: number of its name, whether it has a link, and its text.
type Written = (u16, bool, String);

fn written(items: &[Written]) -> String {
    let item = |(at, (number, linked, text)): (usize, &Written)| {
        let link =
            if *linked { format!("https://example.com/{number}\n\n") } else { String::new() };
        format!("{at}、{}\n\n{link}{text}。\n\n", name_of(*number))
    };
    let items: String = (1..).zip(items).map(item).collect();
    format!("# 周刊\n\n## 新闻\n\n{items}")
}

/// Names an item: no two numbers have one name.
fn name_of(number: u16) -> String {
    let letter = |digit: char| "甲乙丙丁戊己庚辛壬癸".chars().nth(digit as usize - '0' as usize);
    number.to_string().chars().filter_map(letter).collect::<String>() + "的消息"
}

/// Reads reports and returns their ids by title.
fn ids(folder: &Path, reports: &[Vec<Written>]) -> BTreeMap<String, String> {
    for (at, items) in reports.iter().enumerate() {
        std::fs::write(folder.join(format!("issue-{at}.md")), written(items)).unwrap();
    }
    let root = SourceRoot::new("a", folder);
    let archive = Archive { sources: vec![root.into()], ..Archive::default() };
    let files = archive.walk(None).unwrap().files;
    let read = archive.read_all(&files, &|| false).unwrap();
    let items = read.iter().flat_map(|read| {
        let items = &read.report.as_ref().unwrap().items;
        items.iter().map(|item| (item.title.clone(), ItemId::new(&read.name, item.key).to_string()))
    });
    items.collect()
}

#[test]
fn editing_a_report_changes_no_id_but_of_what_was_edited() {
    let reports = prop::collection::vec(
        prop::collection::vec((any::<bool>(), "[模型语言资料库]{4,20}"), 4..12),
        1..9,
    );
    let edit = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5_u8);
    runner(96)
        .run(&(reports, prop::collection::vec(edit, 1..4)), |(reports, edits)| {
            let folder = tempfile::tempdir().unwrap();
            let mut numbers = 0..;
            let mut next = || numbers.next().unwrap();
            let mut reports: Vec<Vec<Written>> = reports
                .into_iter()
                .map(|items| {
                    items.into_iter().map(|(linked, text)| (next(), linked, text)).collect()
                })
                .collect();
            let before = ids(folder.path(), &reports);
            let mut touched = BTreeSet::new();
            for (report, item, what) in edits {
                let at = report.index(reports.len());
                let items = &mut reports[at];
                let at = item.index(items.len());
                match what {
                    0 => items.insert(at, (next(), true, "新的一条".to_owned())),
                    1 if items.len() > 2 => drop(items.remove(at)),
                    2 => items[at].2.push_str("，又写了一句"),
                    3 => items.rotate_left(at),
                    // Its link names it, if it has one.
                    _ => {
                        touched.insert(name_of(items[at].0));
                        items[at].0 = next();
                    }
                }
            }
            let after = ids(folder.path(), &reports);
            for (title, id) in before.iter().filter(|(title, _)| !touched.contains(*title)) {
                prop_assert!(after.get(title).is_none_or(|now| now == id), "{title}: {id}");
            }
            let all: BTreeSet<&String> = after.values().collect();
            prop_assert_eq!(all.len(), after.len());
            Ok(())
        })
        .unwrap();
}
