//! Judges ranking by files of judged queries, and looks for better weights without fooling itself.
//!
//! ```text
//! cargo run --release --example tune -- INDEX=QUERIES.jsonl [INDEX=QUERIES.jsonl …] [--folds 5] [--rounds 2]
//! ```
//!
//! Every pair is the folder of an index and a file of judged queries, as `examples/judged/mod.rs` describes it. The measure
//! is nDCG@10. `examples/judge.rs` compares two states of the program.
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

mod judged;

use std::collections::BTreeMap;

use baoku::search::Weights;
use judged::Set;

/// Factors a weight is tried with.
const FACTORS: [f32; 4] = [0.6, 0.85, 1.18, 1.6];
/// A change must help by this much to be believed.
const LEAST_GAIN: f64 = 0.0005;

fn main() {
    let today = jiff::civil::date(2026, 1, 1);
    let (mut folds, mut rounds) = (5_u64, 2_u64);
    let mut sets = Vec::new();
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
            pair => sets.push(Set::open(pair, today)),
        }
    }
    let cases = (0..).zip(&sets).flat_map(|(set, of)| (0..of.cases.len()).map(move |at| (set, at)));
    let cases: Vec<(usize, usize)> = cases.collect();
    assert!(!cases.is_empty(), "name an index and a file of judged queries: INDEX=QUERIES.jsonl");
    let all: Vec<usize> = (0..cases.len()).collect();
    let tuning = Tuning { sets, cases };
    let now = Weights::default();
    tuning.table(&now);
    if folds > 1 {
        let mut held_out = Vec::new();
        for fold in 0..folds {
            let (test, train): (Vec<usize>, Vec<usize>) = all.iter().partition(|at| {
                let (set, at) = tuning.cases[**at];
                tuning.sets[set].cases[at].part(folds) == fold
            });
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
    sets: Vec<Set>,
    /// The set of each query and its place there.
    cases: Vec<(usize, usize)>,
}

impl Tuning {
    fn scores(&self, weights: &Weights, of: &[usize]) -> Vec<f64> {
        let cases = of.iter().map(|at| self.cases[*at]);
        let measured = cases.map(|(set, at)| self.sets[set].measure(weights, &[at])[0][0]);
        measured.collect()
    }

    fn table(&self, weights: &Weights) {
        let all: Vec<usize> = (0..self.cases.len()).collect();
        let scores = self.scores(weights, &all);
        let mut kinds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for ((set, at), score) in self.cases.iter().zip(&scores) {
            kinds.entry(&self.sets[*set].cases[*at].kind).or_default().push(*score);
        }
        for (kind, scores) in kinds {
            println!("{kind:12} {:4} {:.3}", scores.len(), mean(&scores));
        }
        println!("{:12} {:4} {:.3}", "all", scores.len(), mean(&scores));
    }

    /// Changes one weight after the other as long as it helps.
    fn climb(&self, on: &[usize], rounds: u64) -> Weights {
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
    judged::mean(values.iter().copied())
}
