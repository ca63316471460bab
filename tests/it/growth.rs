//! Time and memory grow with the size of a file and no faster, whatever stands in it again and again.
//!
//! `BAOKU_GROWTH=1` tries every pair of units and prints the slowest.

use std::time::Duration;

use baoku::analysis::{Dictionary, analyze, explained_names};
use baoku::render::explained::{self, Explained};
use baoku::render::terminal::Look;
use baoku::report::{ParseOptions, parse, settle};
use nix::time::{ClockId, clock_gettime};

use crate::harness::source_file;

/// What Markdown, HTML, links and this program's own rules read in a special way.
const UNITS: &[&str] = &[
    "x<td>\n",
    "\n<p",
    "<td>",
    "</td>",
    "<b>",
    "</i>",
    "<b></i>",
    "<table>\n",
    "<script>",
    "<style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?",
    "<a href='",
    "<img src=x>",
    "<br>",
    "<br/>\n",
    "&",
    "&amp;",
    "&#1",
    "&lt;",
    "*",
    "**",
    "_",
    "__a",
    "*a ",
    "**a** ",
    "~~",
    "`",
    "``a`",
    "```\n",
    "~~~\n",
    "[",
    "]",
    "![",
    "[]",
    "[a](",
    "[a](b) ",
    "[a][b]",
    "[a]: b\n",
    "[^a]",
    "[^a]: b\n",
    "](",
    "(",
    "（",
    "）",
    "a（B）",
    "\\",
    "> ",
    ">",
    "> a\n",
    "- ",
    "- a\n",
    "  - a\n",
    "* a\n\n",
    "1. ",
    "1. a\n",
    "1、a\n",
    "2、a\n",
    "一、a\n",
    "（1）a\n",
    "①a\n",
    "🔹a\n",
    "【a】\n",
    "**a**\n\n- b\n",
    "# ",
    "# a\n",
    "## a\n\n",
    "### a\n\nb\n\n",
    "### a\n\n贡献人：b\n\n",
    "a\n===\n",
    "---\n",
    "***\n",
    "|",
    "| a ",
    "| a | b |\n",
    "|-|-|\n",
    "a|b\n-|-\n",
    "\t",
    " ",
    "  \n",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "    a\n",
    "http://a.b ",
    "http://a.b",
    "https://a.b/c\n",
    "http://",
    "www.a.b ",
    "a@b.c ",
    "a@",
    "a&",
    "a-",
    "a.",
    "a_",
    "a/",
    "A/",
    "1,000",
    "v1.5",
    "aB",
    "a'",
    "#",
    "@",
    ".a",
    "+",
    "C++ ",
    "模型",
    "模型，",
    "模 型 ",
    "贡献人：",
    "贡献人：甲、",
    "标签：",
    "来源：甲\n",
    "声明\n",
    "👨\u{200d}",
    "e\u{301}",
    "\u{301}",
    "\u{200b}",
    "\u{1f}",
    "\u{0}",
    "か",
    "한",
    "😀",
    "a b ",
    "a",
    "0",
    "。",
    "“",
    "\u{3000}",
    "2024-02-22\n",
    "2月22日\n",
    "+++\n",
    "--- a\n",
    "x<td>\n[a](b)<i>",
    "- [a](http://a.b)：c\n",
    "| [a](http://a.b) | c |\n",
];

fn cpu() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

/// Reads, dates, analyses and explains one file; returns the time of this thread.
fn read(text: String, dictionary: &Dictionary) -> Duration {
    let file = source_file("weekly/issue-290.md", text);
    let begun = cpu();
    let (report, diagnostics) = parse(&file, &ParseOptions::default());
    let settled = settle(&[(report.path.as_str(), &report.clues)]);
    for item in &report.items {
        for text in [&item.title, &item.body] {
            std::hint::black_box(analyze(text, dictionary));
            std::hint::black_box(explained_names(text, dictionary));
        }
    }
    let date = settled[0].date.as_ref();
    let explained =
        Explained { report: &report, date, beside: None, level: None, diagnostics: &diagnostics };
    std::hint::black_box(explained::text(&explained, Look::PLAIN));
    std::hint::black_box(explained.to_json());
    cpu().saturating_sub(begun)
}

/// A text of four times the length may take so many times as long: four, and what caches and a busy machine cost.
const MOST_TIMES: u32 = 8;
/// Below this nothing is measured but the machine.
const NOISE: Duration = Duration::from_millis(200);

/// Returns how long the larger text takes if that is too long, in each of three tries.
fn too_long(unit: &str, bytes: usize, dictionary: &Dictionary) -> Option<(Duration, Duration)> {
    times_too_long(&|bytes| unit.repeat(bytes / unit.len()), bytes, dictionary)
}

/// The same for texts of a length.
fn times_too_long(
    text: &dyn Fn(usize) -> String,
    bytes: usize,
    dictionary: &Dictionary,
) -> Option<(Duration, Duration)> {
    let time = |bytes: usize| read(text(bytes), dictionary);
    let tries = (0..3).map(|_| (time(bytes), time(4 * bytes)));
    let slow = tries.take_while(|(small, large)| *large > *small * MOST_TIMES + NOISE);
    let slow: Vec<_> = slow.collect();
    if slow.len() == 3 { slow.last().copied() } else { None }
}

#[test]
fn time_grows_with_the_length_of_a_file() {
    let dictionary = Dictionary::load("");
    let slow: Vec<String> = UNITS
        .iter()
        .filter_map(|unit| {
            let (small, large) = too_long(unit, 32 * 1024, &dictionary)?;
            Some(format!("{unit:?}: {small:?}, four times that {large:?}"))
        })
        .collect();
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

/// What differs every time is kept apart, and looked for among all that was before it.
#[test]
fn time_grows_with_the_number_of_different_things() {
    let dictionary = Dictionary::load("");
    let units = [
        "http://a.b/{} ",
        "[a](http://a.b/{}) ",
        "- [甲{}](http://a.b/{})：文\n",
        "贡献人：@甲{}\n\n",
        "@甲{} ",
        "## 甲{}\n\n乙\n\n",
        "## 甲{}\n\n",
        "1、甲{}\n\n",
        "![](http://a.b/{}.png) ",
        "甲{}（Name{}）",
        "[^{}]: b\n",
        "[{}]: http://a.b\n",
    ];
    for unit in units {
        let numbered = |at: usize| unit.replace("{}", &at.to_string());
        // Names stand on one line.
        let head = if unit.starts_with('@') { "贡献人：" } else { "" };
        let text = |bytes: usize| -> String {
            let units = (0..bytes / unit.len()).map(numbered);
            std::iter::once(head.to_owned()).chain(units).collect()
        };
        let slow = times_too_long(&text, 64 * 1024, &dictionary);
        assert!(slow.is_none(), "{unit:?}: {slow:?}");
    }
}

/// For a look by hand: every pair, at sizes at which a square shows.
#[test]
fn time_grows_with_the_length_of_pairs_of_units() {
    let Some(bytes) = std::env::var("BAOKU_GROWTH").ok().and_then(|bytes| bytes.parse().ok())
    else {
        return;
    };
    let dictionary = Dictionary::load("");
    for a in UNITS {
        for b in UNITS {
            let unit = format!("{a}{b}");
            if let Some((small, large)) = too_long(&unit, bytes, &dictionary) {
                println!("{unit:?}: {small:?}, four times that {large:?}");
            }
        }
    }
}
