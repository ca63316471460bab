//! Judges ranking by files of judged queries, and looks for better weights without fooling itself.
//!
//! ```text
//! cargo run --release --example tune -- INDEX=QUERIES.jsonl [INDEX=QUERIES.jsonl …] [--folds 5] [--rounds 2]
//! ```
//!
//! Every pair is the folder of an index and a file with one JSON object a line: `query`, `kind`, perhaps `section`,
//! `contributor`, `since`, `until`, and `relevant`, a list of `{report, title, grade}` with grade 2 for what is wanted and 1
//! for what will do. The measure is nDCG@10 with the gain 2^grade − 1 (Järvelin and Kekäläinen, 2002).
//!
//! Weights are changed one by one, up and down by a factor, as long as that helps: coordinate ascent. With folds, the
//! queries are dealt into groups; each is judged with weights found on the others only. If that is not better than the
//! weights there are, the weights there are should stay. Nothing is written; new weights go into `src/search/weights.rs`
//! by hand.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a tool for people who change the weights"
)]

use std::collections::BTreeMap;
use std::path::Path;

use baoku::index::Snapshot;
use baoku::query::{DayRange, Filters, Query, parse_days};
use baoku::search::{Reader, Request, Weights, answer};
use serde::Deserialize;

#[derive(Deserialize)]
struct Judged {
    query: String,
    kind: String,
    section: Option<String>,
    contributor: Option<String>,
    since: Option<String>,
    until: Option<String>,
    relevant: Vec<Relevant>,
}

#[derive(Deserialize)]
struct Relevant {
    report: String,
    title: String,
    grade: u32,
}

struct Case {
    reader: usize,
    judged: Judged,
    request: Request,
}

/// Factors a weight is tried with.
const FACTORS: [f32; 4] = [0.6, 0.85, 1.18, 1.6];
/// A change must help by this much to be believed.
const LEAST_GAIN: f64 = 0.0005;

fn main() {
    let today = jiff::civil::date(2026, 1, 1);
    let (mut folds, mut rounds) = (5_usize, 2_usize);
    let mut readers = Vec::new();
    let mut cases = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = |what: &str| {
            args.next()
                .and_then(|n| n.parse().ok())
                .unwrap_or_else(|| panic!("{what} needs a number"))
        };
        match arg.as_str() {
            "--folds" => folds = number("--folds"),
            "--rounds" => rounds = number("--rounds"),
            pair => {
                let (index, file) = pair.split_once('=').expect("write INDEX=QUERIES.jsonl");
                readers.push(Reader::new(Snapshot::open(Path::new(index)).expect("an index")));
                for line in std::fs::read_to_string(file).expect("a file of queries").lines() {
                    let judged: Judged = serde_json::from_str(line).expect("a judged query");
                    let day =
                        |text: &Option<String>| text.as_deref().and_then(|d| parse_days(d, today));
                    let request = Request {
                        filters: Filters {
                            sections: judged.section.iter().cloned().collect(),
                            contributors: judged.contributor.iter().cloned().collect(),
                            days: DayRange {
                                since: day(&judged.since).and_then(|days| days.since),
                                until: day(&judged.until).and_then(|days| days.until),
                            },
                            ..Filters::default()
                        },
                        limit: 10,
                        ..Request::new(Query::parse(&judged.query, today))
                    };
                    cases.push(Case { reader: readers.len() - 1, judged, request });
                }
            }
        }
    }
    assert!(!cases.is_empty(), "name an index and a file of judged queries: INDEX=QUERIES.jsonl");
    let all: Vec<usize> = (0..cases.len()).collect();
    let tuning = Tuning { readers, cases };
    let now = Weights::default();
    tuning.table(&now);
    if folds > 1 {
        let mut held_out = Vec::new();
        for fold in 0..folds {
            let (test, train): (Vec<usize>, Vec<usize>) =
                all.iter().partition(|at| **at % folds == fold);
            let found = tuning.climb(&train, rounds);
            held_out.extend(tuning.scores(&found, &test));
        }
        println!("with weights found on other queries: {:.4}", mean(&held_out));
        println!("with the weights there are:          {:.4}", mean(&tuning.scores(&now, &all)));
    }
    let mut found = tuning.climb(&all, rounds);
    println!("with weights found on all of them:   {:.4}", mean(&tuning.scores(&found, &all)));
    let mut before = now;
    for ((name, new), old) in Weights::NAMES.iter().zip(found.values()).zip(before.values()) {
        if (*new - *old).abs() > f32::EPSILON {
            println!("  {name}: {old} -> {new:.3}");
        }
    }
}

struct Tuning {
    readers: Vec<Reader>,
    cases: Vec<Case>,
}

impl Tuning {
    fn scores(&self, weights: &Weights, of: &[usize]) -> Vec<f64> {
        let readers: Vec<Reader> = self
            .readers
            .iter()
            .map(|reader| reader.clone().with_weights(weights.clone()))
            .collect();
        of.iter().map(|at| score(&readers[self.cases[*at].reader], &self.cases[*at])).collect()
    }

    fn table(&self, weights: &Weights) {
        let all: Vec<usize> = (0..self.cases.len()).collect();
        let scores = self.scores(weights, &all);
        let mut kinds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (case, score) in self.cases.iter().zip(&scores) {
            kinds.entry(&case.judged.kind).or_default().push(*score);
        }
        for (kind, scores) in kinds {
            println!("{kind:12} {:4} {:.3}", scores.len(), mean(&scores));
        }
        println!("{:12} {:4} {:.3}", "all", scores.len(), mean(&scores));
    }

    /// Changes one weight after the other as long as it helps.
    fn climb(&self, on: &[usize], rounds: usize) -> Weights {
        let mut best = Weights::default();
        let mut most = mean(&self.scores(&best, on));
        for _ in 0..rounds {
            let before = most;
            for at in 0..Weights::NAMES.len() {
                for factor in FACTORS {
                    let mut other = best.clone();
                    *other.values()[at] *= factor;
                    let score = mean(&self.scores(&other, on));
                    if score > most + LEAST_GAIN {
                        (best, most) = (other, score);
                    }
                }
            }
            if most - before < LEAST_GAIN {
                break;
            }
        }
        best
    }
}

fn mean(values: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "there are few")]
    let count = values.len().max(1) as f64;
    values.iter().sum::<f64>() / count
}

/// nDCG@10 of one query.
fn score(reader: &Reader, case: &Case) -> f64 {
    let results = answer(reader, &case.request).expect("an answer");
    let fold = |text: &str| -> String {
        text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let mut left: Vec<&Relevant> = case.judged.relevant.iter().collect();
    let mut gain = 0.0;
    for (rank, hit) in results.hits.iter().enumerate() {
        let file = hit.item.report.rsplit('/').next().unwrap_or_default();
        let title = fold(&hit.item.item.title);
        let found = left.iter().position(|wanted| {
            let wanted_title = fold(&wanted.title);
            let begins = wanted_title.chars().count().min(title.chars().count()) >= 12
                && (wanted_title.starts_with(&title) || title.starts_with(&wanted_title));
            wanted.report == file && (wanted_title == title || begins)
        });
        if let Some(at) = found {
            gain += discounted(left.remove(at).grade, rank);
        }
    }
    let mut grades: Vec<u32> = case.judged.relevant.iter().map(|wanted| wanted.grade).collect();
    grades.sort_unstable_by(|a, b| b.cmp(a));
    let ideal: f64 =
        grades.iter().take(10).enumerate().map(|(rank, grade)| discounted(*grade, rank)).sum();
    if ideal > 0.0 { gain / ideal } else { 0.0 }
}

fn discounted(grade: u32, rank: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
    let place = (rank + 2) as f64;
    (2_f64.powi(grade.cast_signed()) - 1.0) / place.log2()
}
