//! How long warm queries and suggestions take: `cargo bench`, over the archive `BAOKU_BENCH_ARCHIVE` names, the sample
//! archive without. With `BAOKU_BENCH_SIZES` it prints what the files and fields of its index take, and ends.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a tool for people who measure")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use baoku::archive::Archive;
use baoku::index::{Progress, Snapshot, SyncOptions, sync};
use baoku::query::{FacetKind, Query};
use baoku::search::{Reader, Request, answer, prepare, suggest};
use criterion::{Criterion, criterion_group, criterion_main};

/// Times every query is asked for the percentiles.
const ROUNDS: usize = 30;

struct Quiet;
impl Progress for Quiet {}

/// Prints the bytes of an index by kind of file, and by field where a kind has several, the largest first.
fn print_sizes(folder: &Path, snapshot: &Snapshot) {
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the index is a folder").flatten() {
        let kind = entry.path().extension().unwrap_or_default().to_string_lossy().into_owned();
        *sizes.entry(kind).or_default() += entry.metadata().map_or(0, |metadata| metadata.len());
    }
    let usage = snapshot.searcher.space_usage().expect("the index can be read");
    for segment in usage.segments() {
        let kinds = [
            ("term", segment.termdict()),
            ("idx", segment.postings()),
            ("pos", segment.positions()),
            ("fast", segment.fast_fields()),
            ("fieldnorm", segment.fieldnorms()),
        ];
        for (kind, usage) in kinds {
            for field in usage.fields() {
                let bytes = field.total().get_bytes();
                *sizes.entry(format!("{kind} of {}", field.field_name())).or_default() += bytes;
            }
        }
    }
    let mut sizes: Vec<(String, u64)> = sizes.into_iter().collect();
    sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    for (what, bytes) in sizes {
        println!("{bytes:>12}  {what}");
    }
}

fn reader(folder: &Path) -> Reader {
    let sample = || Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let archive = std::env::var_os("BAOKU_BENCH_ARCHIVE").map_or_else(sample, PathBuf::from);
    let archive = std::fs::canonicalize(archive).expect("the archive exists");
    let root = baoku::corpus::SourceRoot::new("corpus", archive);
    let archive = Archive { sources: vec![root.into()], ..Archive::default() };
    let outcome =
        sync(folder, &archive, &SyncOptions::default(), &Quiet).expect("it can be indexed");
    println!("{} items from {} reports", outcome.items, outcome.reports);
    let snapshot = Snapshot::open(folder).expect("the index opens");
    if std::env::var_os("BAOKU_BENCH_SIZES").is_some() {
        print_sizes(folder, &snapshot);
        std::fs::remove_dir_all(folder).expect("the index is its own");
        std::process::exit(0);
    }
    let reader = Reader::new(snapshot);
    prepare(&reader).expect("the index can be read");
    reader
}

fn request(typed: &str) -> Request {
    let query = Query::parse(typed, jiff::civil::date(2026, 1, 1));
    Request { limit: 10, facets: FacetKind::ALL.to_vec(), ..Request::new(query) }
}

fn percentile(times: &[Duration], share: usize) -> Duration {
    times[(times.len() * share / 100).min(times.len() - 1)]
}

fn report(name: &str, mut times: Vec<(Duration, String)>) {
    times.sort();
    let sorted: Vec<Duration> = times.iter().map(|(time, _)| *time).collect();
    println!(
        "{name}: median {:?}, p90 {:?}, p99 {:?}; slowest {:?} for `{}`",
        percentile(&sorted, 50),
        percentile(&sorted, 90),
        percentile(&sorted, 99),
        times[times.len() - 1].0,
        times[times.len() - 1].1
    );
}

fn benches(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let reader = reader(&folder.path().join("index"));
    let queries: Vec<&str> =
        include_str!("queries.txt").lines().filter(|line| !line.starts_with('#')).collect();
    let requests: Vec<Request> = queries.iter().map(|query| request(query)).collect();

    // Every query by itself: criterion reports the mean of the list, readers wait for single answers.
    let mut times = Vec::new();
    for (query, request) in queries.iter().zip(&requests) {
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let results = answer(&reader, request).expect("an answer");
            times.push((start.elapsed(), (*query).to_owned()));
            drop(results);
        }
    }
    if std::env::var_os("BAOKU_BENCH_SLOW").is_some() {
        let mut slowest: Vec<_> = times.chunks(ROUNDS).map(|of| of[ROUNDS / 2].clone()).collect();
        slowest.sort();
        for (time, query) in slowest.iter().rev().take(25) {
            println!("{time:?}  {query}");
        }
    }
    report(&format!("{} queries, 10 hits, snippets, all facets", queries.len()), times);

    let mut times = Vec::new();
    for query in &queries {
        let mut typed = String::new();
        for c in query.chars() {
            typed.push(c);
            let start = Instant::now();
            let suggestions = suggest(&reader, &typed, 8).expect("completions");
            times.push((start.elapsed(), typed.clone()));
            drop(suggestions);
        }
    }
    report("suggestions while typing them", times);

    criterion.bench_function("mixed queries", |bencher| {
        let mut at = 0;
        bencher.iter(|| {
            at = (at + 1) % requests.len();
            answer(&reader, &requests[at]).expect("an answer").total
        });
    });
    criterion.bench_function("suggestion", |bencher| {
        let mut at = 0;
        bencher.iter(|| {
            at = (at + 1) % queries.len();
            let typed: String = queries[at].chars().take(3).collect();
            suggest(&reader, &typed, 8).expect("completions").len()
        });
    });
}

criterion_group! {
    name = all;
    config = Criterion::default().sample_size(50).measurement_time(Duration::from_secs(5));
    targets = benches
}
criterion_main!(all);
