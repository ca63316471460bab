//! Judges ranking by files of judged queries, and compares it with another run.
//!
//! ```text
//! cargo run --release --example judge -- INDEX=QUERIES.jsonl […] [--weight NAME=VALUE] [--save RUN.json] [--against RUN.json]
//!     [--synonyms FILE]
//! ```
//!
//! For each file it prints nDCG@10, MRR@10, recall@50 and the share of queries without any hit, by kind, over all, and over
//! both halves that a hash of the query deals them into: what helps only one half was found by looking at it. `--save` keeps
//! what was measured of each query; `--against` says how much the mean of nDCG@10 has changed since, between which values it
//! has with 95 % probability (paired bootstrap), and which queries changed most. `--synonyms` reads a list instead of those
//! that come with the program. The format of the files is described in `examples/judged/mod.rs`.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a tool for people who change the ranking"
)]

mod judged;

use std::collections::BTreeMap;

use baoku::query::Synonyms;
use baoku::search::Weights;
use judged::{Measures, Set, mean, number};

/// Samples of the bootstrap.
const SAMPLES: usize = 10_000;
/// Queries named that changed most.
const NAMED: usize = 8;

/// What was measured, by file and query.
type Run = BTreeMap<String, BTreeMap<String, Measures>>;

fn main() {
    let (mut weights, mut save, mut against) = (Weights::default(), None, None);
    let (mut pairs, mut synonyms) = (Vec::new(), None);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().expect("a value");
        match arg.as_str() {
            "--weight" => set(&mut weights, &value()),
            "--save" => save = Some(value()),
            "--against" => against = Some(value()),
            "--synonyms" => synonyms = Some(value()),
            _ => pairs.push(arg),
        }
    }
    let before: Run = against.map_or_else(Run::new, |file| {
        let text = std::fs::read_to_string(file).expect("a saved run");
        serde_json::from_str(&text).expect("a saved run")
    });
    let mut run = Run::new();
    println!(
        "{:14} {:>4} {:>8} {:>7} {:>7} {:>6}",
        "kind", "n", "nDCG@10", "MRR@10", "rec@50", "zero"
    );
    for pair in &pairs {
        let mut set = Set::open(pair, jiff::civil::date(2026, 1, 1));
        if let Some(file) = &synonyms {
            let list = std::fs::read_to_string(file).expect("a list of synonyms");
            set.reader = set.reader.with_synonyms(Synonyms::read(&[&list]).0);
        }
        let file = pair.rsplit(['=', '/']).next().unwrap_or(pair);
        let all: Vec<usize> = (0..set.cases.len()).collect();
        let measured = set.measure(&weights, &all);
        table(&set, &measured);
        let queries = set.cases.iter().map(|case| case.query.clone());
        let measured: BTreeMap<String, Measures> = queries.zip(measured).collect();
        if let Some(before) = before.get(file) {
            compare(before, &measured);
        }
        run.insert(file.to_owned(), measured);
    }
    if let Some(file) = save {
        let text = serde_json::to_string(&run).expect("numbers");
        std::fs::write(file, text).expect("a file that can be written");
    }
}

fn set(weights: &mut Weights, typed: &str) {
    let (name, value) = typed.split_once('=').expect("write NAME=VALUE");
    let at = Weights::NAMES.iter().position(|known| *known == name).expect("the name of a weight");
    *weights.values()[at] = value.parse().expect("a number");
}

/// Prints what was measured by kind, by half and over all.
fn table(set: &Set, measured: &[Measures]) {
    let mut rows: BTreeMap<(u8, &str), Vec<Measures>> = BTreeMap::new();
    for (case, measures) in set.cases.iter().zip(measured) {
        let half = if case.part(2) == 0 { "first half" } else { "second half" };
        for row in [(0, case.kind.as_str()), (1, half), (2, "all")] {
            rows.entry(row).or_default().push(*measures);
        }
    }
    for ((_, name), measured) in rows {
        let [ndcg, mrr, recall, zero] = [0, 1, 2, 3].map(|at| mean(measured.iter().map(|m| m[at])));
        let count = measured.len();
        println!("{name:14} {count:4} {ndcg:8.3} {mrr:7.3} {recall:7.3} {:5.1}%", zero * 100.0);
    }
}

/// Prints how nDCG@10 has changed.
fn compare(before: &BTreeMap<String, Measures>, after: &BTreeMap<String, Measures>) {
    let changes =
        after.iter().filter_map(|(query, now)| Some((query, now[0] - before.get(query)?[0])));
    let mut changes: Vec<(&String, f64)> = changes.collect();
    if changes.is_empty() {
        return;
    }
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut means: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let sample = (0..changes.len()).map(|_| {
                // xorshift; what is drawn need not be secret.
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                changes[usize::try_from(random >> 33).unwrap_or(0) % changes.len()].1
            });
            mean(sample)
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let (low, high) = (means[SAMPLES / 40], means[SAMPLES - 1 - SAMPLES / 40]);
    let worse = number(means.iter().filter(|mean| **mean <= 0.0).count()) / number(SAMPLES);
    let change = mean(changes.iter().map(|(_, change)| *change));
    println!(
        "  change {change:+.4}, 95 % between {low:+.4} and {high:+.4}; not better in {:.1}%",
        worse * 100.0
    );
    changes.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    for (query, change) in changes.iter().take(NAMED).filter(|(_, change)| *change != 0.0) {
        println!("  {change:+.3} {query}");
    }
}
