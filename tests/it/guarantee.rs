//! Anything that can be seen in an archive can be found: random pieces of its text, asked for as a reader types them. Where a
//! piece happens to be a word of other items, its own item is related to them.

use std::path::Path;

use baoku::query::{Node, Query};
use baoku::report::ItemId;
use baoku::search::{Reader, Request, Step, answer, matching_ids};
use proptest::prelude::RngExt as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::harness::{TODAY, open, request};

/// Longest piece, in graphemes.
const LONGEST: usize = 12;

/// One line of an item.
struct Line {
    id: ItemId,
    text: String,
    /// Bytes of addresses in it, of which pieces from four letters on are found.
    addresses: Vec<std::ops::Range<usize>>,
}

fn lines(reader: &Reader) -> Vec<Line> {
    let all = answer(reader, &request("")).unwrap();
    let mut lines = Vec::new();
    for hit in all.hits {
        let item = &hit.item.item;
        let texts =
            [&item.title, &item.body, &item.section.join("\n"), &item.contributors.join("\n")];
        for line in texts.iter().flat_map(|text| text.lines()) {
            if line.chars().any(char::is_alphanumeric) {
                lines.push(Line {
                    id: hit.item.id.clone(),
                    text: line.to_owned(),
                    addresses: addresses(line),
                });
            }
        }
    }
    lines
}

fn addresses(line: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = line[at..].find("http").map(|start| at + start) {
        let len = line[start..].find(|c: char| !c.is_ascii_graphic()).unwrap_or(line.len() - start);
        if line[start..start + len].contains("://") {
            found.push(start..start + len);
        }
        at = start + len.max(4);
    }
    found
}

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Takes a random piece of a random line; `None` if it has less than one Han character or two letters.
fn piece(line: &Line, rng: &mut TestRng) -> Option<String> {
    let graphemes: Vec<(usize, &str)> = line.text.grapheme_indices(true).collect();
    let start = rng.random_range(0..graphemes.len());
    let len = rng.random_range(1..=LONGEST.min(graphemes.len() - start));
    let (from, last) = (graphemes[start].0, graphemes[start + len - 1]);
    let range = from..last.0 + last.1.len();
    let text = &line.text[range.clone()];
    let han = text.chars().filter(|c| is_han(*c)).count();
    let letters = text.chars().filter(|c| c.is_alphanumeric() && !is_han(*c)).count();
    let in_address =
        line.addresses.iter().any(|address| address.start < range.end && range.start < address.end);
    let enough = if in_address {
        // Only what is of the address alone, and long enough.
        line.addresses
            .iter()
            .any(|address| address.start + 8 <= range.start && range.end <= address.end)
            && text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.len() >= 4)
    } else {
        han > 0 && letters != 1 || letters >= 2
    };
    enough.then(|| text.to_owned())
}

/// A request for a text as it is, whatever it would mean as a query.
fn asked(text: &str) -> Request {
    let query = Query::parse(text, TODAY);
    let plain = matches!(&query.root, Some(Node::Text(parsed)) if parsed == text.trim())
        && query.dated.is_none();
    let query = if plain {
        query
    } else {
        Query { root: Some(Node::Text(text.to_owned())), ..Query::parse("", TODAY) }
    };
    Request { query, ..request("") }
}

/// Asks for `cases` pieces of an archive, the same on every run, and wants the item of each.
fn every_piece_finds_its_item(archive: &Path, cases: usize) {
    let folder = tempfile::tempdir().unwrap();
    let reader = open(archive, &folder.path().join("index"));
    let lines = lines(&reader);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let (reader, lines) = (&reader, &lines);
                scope.spawn(move || {
                    let seed = [7 + worker as u8; 32];
                    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
                    let mut failures = Vec::new();
                    let mut asked_for = 0;
                    while asked_for < cases.div_ceil(threads) {
                        let line = &lines[rng.random_range(0..lines.len())];
                        let Some(text) = piece(line, &mut rng) else { continue };
                        asked_for += 1;
                        let request = asked(&text);
                        let first = Request { limit: 1, ..request.clone() };
                        let matched = answer(reader, &first).unwrap().matched;
                        let is_related = || {
                            let found = answer(reader, &request).unwrap();
                            found.hits.iter().any(|hit| hit.item.id == line.id)
                        };
                        // Reading thousands of items to find one among them takes most of the time.
                        let ids = matching_ids(reader, &request).unwrap();
                        let is_found = ids.contains(&line.id) || is_related();
                        // Letters that many words of the archive are the pinyin of are read so; their item is related.
                        let as_typed = matches!(matched, Step::Words | Step::Pinyin);
                        if !as_typed || !is_found {
                            failures.push(format!(
                                "{text:?} ({matched:?}) of {}: {}",
                                line.id, line.text
                            ));
                        }
                    }
                    failures
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(
        failures.is_empty(),
        "{} of {cases} pieces of {} do not find their item:\n{}",
        failures.len(),
        archive.display(),
        failures[..failures.len().min(40)].join("\n")
    );
}

#[test]
fn every_piece_of_the_sample_archive_finds_its_item() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    every_piece_finds_its_item(&corpus, 1_500);
}

/// Pictures, code and tables: what stands in them is text as any other.
#[test]
fn every_piece_of_pictures_code_and_tables_finds_its_item() {
    let folder = tempfile::tempdir().unwrap();
    for issue in 1..=3 {
        let report = format!(
            "# 周报 第 {issue} 期\n\n## 工具\n\n### 解析器{issue}号\n\n![第{issue}版的查询引擎架构图](https://img.example/{issue}.png)\n\n\
             一段文字 ![开关示意{issue}](b.png)，后面还有。\n\n```rust\nfn parse_{issue}(a: &str) {{\n    let 值 = a.trim();\n}}\n```\n\n\
             ### 数据库{issue}号\n\n| 名称 | 速度 |\n|---|---|\n| **甲库{issue}** | 每秒 {issue}500 次 |\n| 乙库 | ![吞吐曲线{issue}](c.png) |\n\n\
             ### ![封面照片{issue}](d.png) 排序器{issue}号\n\n<img src=\"e.png\" alt=\"流程示意{issue}\"> 说明文字。\n"
        );
        std::fs::write(folder.path().join(format!("2024-03-0{issue}.md")), report).unwrap();
    }
    let index = tempfile::tempdir().unwrap();
    let reader = open(folder.path(), &index.path().join("index"));
    for alternative in ["第2版的查询引擎架构图", "开关示意1", "吞吐曲线3", "封面照片2", "流程示意3"]
    {
        let found = answer(&reader, &asked(alternative)).unwrap();
        assert_eq!((found.matched, found.total), (Step::Words, 1), "{alternative}");
        assert!(found.hits[0].item.item.body.contains(alternative), "{alternative}");
    }
    every_piece_finds_its_item(folder.path(), 200);
}

/// The same over the archives of `BAOKU_TEST_ARCHIVES`, separated by colons: `BAOKU_PIECES` of each, 500 if not set.
#[test]
fn every_piece_of_named_archives_finds_its_item() {
    let Some(archives) = std::env::var_os("BAOKU_TEST_ARCHIVES") else {
        return eprintln!(
            "BAOKU_TEST_ARCHIVES names no archives; the sample archive is tested in their place"
        );
    };
    let pieces = std::env::var("BAOKU_PIECES").ok().and_then(|pieces| pieces.parse().ok());
    for archive in std::env::split_paths(&archives) {
        every_piece_finds_its_item(&archive, pieces.unwrap_or(500));
    }
}
