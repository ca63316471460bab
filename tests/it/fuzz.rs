//! Any bytes are a report: nothing panics, places are inside the file, and every word is in one place.
//!
//! `BAOKU_FUZZ_SECONDS=1200 cargo test --release any_bytes` looks longer; every run of that kind begins elsewhere.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use baoku::corpus::SourceFile;
use baoku::report::{Item, Layout, ParseOptions, Reason, Report, parse, settle};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use strum::VariantArray as _;

use crate::harness::source_file;
use crate::properties::visible_blocks;

/// Where a word of its own is put into a piece of a report.
const WORD: &str = "\u{E000}";

/// Pieces that reports are made of, and that break them.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    "  ",
    "\t",
    "# W\n",
    "## W\n\n",
    "##W\n",
    "### W\n\n",
    "#### [W](http://a.example/b)\n\n",
    "## 1. W\n\n",
    "### 二、W\n\n",
    "W\n",
    "W。W！W\n\n",
    "1、W\n",
    "1、[W](http://a.example)：W\n\n",
    "2、W\n\n",
    "3、W\n",
    "1. W\n",
    "2. [W](https://arxiv.org/abs/2402.13753) W\n",
    "10) W\n",
    "（1）W\n\n",
    "【2】W\n\n",
    "一、W\n\n",
    "二、W\n\n",
    "① W\n",
    "1️⃣ W\n",
    "01 W\n\n",
    "**1. W**\n\n",
    "**W**：W\n\n",
    "**W：**W\n\n",
    "**W**\n\n",
    "【W】\n\n",
    "- W\n",
    "- [W](http://a.example/c)：W\n",
    "- [W](#w)\n",
    "  - W\n",
    "    - [W](http://a.example/d)\n",
    "* W http://a.example/e\n",
    "> W\n",
    "> - W\n",
    "| W | W |\n|---|---|\n| [W](http://a.example) | W |\n| W | W |\n",
    "```\nW\n```\n",
    "```\n",
    "    W\n",
    "---\n",
    "+++\n",
    "title: W\n",
    "title = \"W\"\n",
    "[[items]]\n",
    "date: 2024-02-22\n",
    "{\n\"title\": \"W\"\n}\n",
    "items:\n  - title: W\n    url: http://a.example\n",
    "贡献人：@W\n",
    "链接：http://a.example/f\n",
    "https://mp.weixin.qq.com/s/abc\n",
    "来自 @W 的分享\n",
    "（@W 投稿）\n",
    "![W](http://a.example/2024/02/bg2024022201.png)\n",
    "<p>W</p>\n\n",
    "<b>W</b>",
    "<br>",
    "<!-- W -->\n",
    "<",
    "&amp;",
    "声明\n",
    "## 目录\n\n",
    "## 订阅\n\n",
    "# 内容\n\n",
    "第 290 期 2024年2月22日\n",
    "欢迎订阅 W\n",
    "封面图：W\n",
    "暂时无法在飞书文档外展示此内容\n",
    "[x]: http://a.example\n",
    "[^1]: W\n",
    "\\",
    "\r\n",
    "\u{FEFF}",
    "\u{202E}",
    "\0",
    "👨‍👩‍👧",
];

/// A word that stands nowhere else: five Han characters that count.
fn word(number: usize) -> String {
    let digit = |n: usize| char::from_u32(0x7800 + u32::try_from(n % 64).unwrap()).unwrap();
    format!("龘{}{}{}龘", digit(number / 4096), digit(number / 64), digit(number))
}

/// A report of random pieces, with a few bytes changed.
fn any_report() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..60);
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 0..4);
    (pieces, damage, prop::bool::weighted(0.3)).prop_map(|(pieces, damage, is_damaged)| {
        let mut count = 0;
        let mut text = String::new();
        for piece in pieces {
            for (at, part) in piece.replace('W', WORD).split(WORD).enumerate() {
                if at > 0 {
                    text.push_str(&word(count));
                    count += 1;
                }
                text.push_str(part);
            }
        }
        let mut bytes = text.into_bytes();
        for (at, byte, kind) in damage.into_iter().filter(|_| is_damaged) {
            let at = at.index(bytes.len() + 1);
            match kind {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => bytes[at] = byte,
                _ => bytes.truncate(at.max(1)),
            }
        }
        bytes
    })
}

fn read(bytes: &[u8], options: &ParseOptions) -> (SourceFile, Report) {
    let file = source_file("weekly/issue-290.md", String::from_utf8_lossy(bytes));
    let (report, _) = parse(&file, options);
    (file, report)
}

/// Words of a text, as they were put in.
fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let is_word = |window: &&[char]| {
        window[0] == '龘'
            && window[4] == '龘'
            && window[1..4].iter().all(|c| ('\u{7800}'..='\u{783F}').contains(c))
    };
    chars.windows(5).filter(is_word).map(|window| window.iter().collect()).collect()
}

/// Texts that are in no item: of the front matter, or of the body.
fn left_out(report: &Report, of_front_matter: bool) -> impl Iterator<Item = &String> {
    let is_front = |reason: Reason| reason == Reason::FrontMatter;
    report
        .left_out
        .iter()
        .filter(move |left| is_front(left.reason) == of_front_matter)
        .map(|left| &left.text)
}

fn check(bytes: &[u8], layout: Option<Layout>) -> Result<(), TestCaseError> {
    let options = ParseOptions { layout, ..ParseOptions::default() };
    let (file, report) = read(bytes, &options);
    let lines = file.text.matches('\n').count() + 1;
    for (index, item) in report.items.iter().enumerate() {
        prop_assert_eq!(item.ordinal, index + 1);
        prop_assert!(!item.title.is_empty());
        let places = item.lines.iter().copied().chain([(item.line, item.line)]);
        for (first, last) in places {
            prop_assert!(first >= 1 && first <= last && last <= lines, "{first}-{last} of {lines}");
        }
    }
    for left in &report.left_out {
        prop_assert!(left.lines.0 >= 1 && left.lines.0 <= left.lines.1 && left.lines.1 <= lines);
    }
    let _ = settle(&[("a-1.md", &report.clues), ("a-2.md", &report.clues)]);
    // Who made a section is named with all of its items; where that is said is one place.
    let bylines: Vec<&String> = report
        .left_out
        .iter()
        .filter(|left| left.reason == Reason::Byline)
        .map(|left| &left.text)
        .collect();
    let is_own = |item: &Item, name: &&String| {
        let mut said = bylines.iter().copied().chain(&item.section);
        !said.any(|text| text.contains(name.as_str()))
    };
    let own_names = |item: &Item| {
        let own = item.contributors.iter().filter(|name| is_own(item, name));
        let roles = own.clone().filter_map(|name| item.roles.get(name));
        own.chain(roles).cloned().collect::<Vec<_>>().join("\n")
    };
    let texts: Vec<String> = report
        .items
        .iter()
        .map(|item| format!("{}\n{}\n{}", item.title, item.body, own_names(item)))
        .chain(left_out(&report, false).cloned())
        .collect();
    let mut elsewhere: String = report.items.iter().flat_map(|item| item.section.clone()).collect();
    elsewhere.extend(left_out(&report, true).cloned());
    let visible = words(&visible_blocks(&file.text, &report).join("\n"));
    for word in &visible {
        let found = texts.iter().filter(|text| text.contains(word)).count();
        prop_assert!(found > 0 || elsewhere.contains(word), "{word} is nowhere: {report:#?}");
        let places: Vec<_> = texts.iter().filter(|text| text.contains(word)).collect();
        // Damage may have made one word of another.
        let is_unique = file.text.matches(word.as_str()).count() == 1;
        prop_assert!(found <= 1 || !is_unique, "{word} is in {found} places: {places:#?}");
    }
    Ok(())
}

#[test]
fn any_bytes_are_a_report_with_every_word_in_one_place() {
    let seconds = std::env::var("BAOKU_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let budget = Duration::from_secs(seconds.unwrap_or(3));
    let start = Instant::now();
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    // The usual run is the same every time; a long one looks where nobody has looked.
    let mut seed = if seconds.is_some() { nanos } else { 7 };
    let strategy = (any_report(), prop::option::of(prop::sample::select(Layout::VARIANTS)));
    let mut cases = 0_u64;
    while start.elapsed() < budget {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&seed.to_le_bytes());
        let config = Config { cases: 500, failure_persistence: None, ..Config::default() };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(config, rng);
        match runner.run(&strategy, |(bytes, layout)| check(&bytes, layout)) {
            Ok(()) => {}
            Err(TestError::Fail(reason, (bytes, layout))) => {
                let text = String::from_utf8_lossy(&bytes);
                panic!(
                    "{reason}\n{layout:?} {text:?}\n{text}\n(seed {seed}, {cases} reports before)"
                );
            }
            Err(error) => panic!("{error}"),
        }
        cases += 500;
    }
    println!("{cases} reports in {:.0} s", start.elapsed().as_secs_f64());
}
