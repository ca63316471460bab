//! Counts how much askers say a word, for `src/query/asked.txt`.
//!
//! ```text
//! cargo run --release --example asked -- FOLDER[,FOLDER…] […] > src/query/asked.txt
//! ```
//!
//! Every argument is a collection of questions, and counts as much as every other one, however many it has: folders in which
//! all files are read. In Markdown a question is the text of a link that begins an entry of a list, as dumps of forums have
//! them; in a file of JSON objects, one a line, it is `query`. Each counts once. The list there is was made from clones of
//! V2EX's hot topics (lonnyzhang423/v2ex-hot-hub, cxyfreedom/v2ex-hot-hub, able8/v2ex-hot-record), Zhihu's hot questions
//! (justjavac/zhihu-trending-hot-questions) and the queries of a search engine (CLUEbenchmark/QBQTC), of 2026-11: 18,195,
//! 177,336 and 28,906 questions. Nothing of their text is in it, only which words are frequent.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a tool for people who make the list"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use baoku::analysis::{Dictionary, analyze};

/// Words that fewer than one of so many questions have are not listed: e to the eighth power.
const RAREST: f64 = 2_981.0;

fn main() {
    let dictionary = Dictionary::load("");
    let mut shares: BTreeMap<String, f64> = BTreeMap::new();
    let (mut collections, mut counts) = (0.0, Vec::new());
    for folders in std::env::args().skip(1) {
        let mut questions = BTreeSet::new();
        for folder in folders.split(',') {
            read(Path::new(folder), &mut questions);
        }
        let count = questions.len().max(1);
        for question in &questions {
            let analysis = analyze(question, &dictionary);
            let words: BTreeSet<_> =
                analysis.units.into_iter().filter_map(|unit| unit.whole).collect();
            for word in words {
                #[expect(clippy::cast_precision_loss, reason = "there are few")]
                let share = 1.0 / count as f64;
                *shares.entry(word.to_string()).or_default() += share;
            }
        }
        collections += 1.0;
        counts.push(questions.len().to_string());
    }
    println!(
        "# Words that askers say, with how rare they are in questions: ten times the natural logarithm of"
    );
    println!(
        "# how many questions there are for one that has the word. Made by examples/asked.rs from {} questions.",
        counts.join(" + ")
    );
    for (word, share) in shares {
        let rarity = collections / share;
        if rarity < RAREST {
            println!("{word} {:.0}", rarity.ln() * 10.0);
        }
    }
}

/// Adds the questions of all files of a folder.
fn read(path: &Path, questions: &mut BTreeSet<String>) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).expect("a folder");
        entries.for_each(|entry| read(&entry.expect("an entry").path(), questions));
        return;
    }
    let is_json = match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => true,
        Some("md") => false,
        _ => return,
    };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let question = |line: &str| if is_json { query(line) } else { linked(line) };
    questions.extend(text.lines().filter_map(question));
}

fn query(line: &str) -> Option<String> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    Some(line.get("query")?.as_str()?.trim().to_owned())
}

fn linked(line: &str) -> Option<String> {
    let entry = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let link = entry.strip_prefix('.')?.trim_start().strip_prefix('[')?;
    Some(link.rsplit_once("](http")?.0.trim().to_owned())
}
