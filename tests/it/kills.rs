//! Kills writers at random moments while reports are added, edited, renamed and deleted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Place, Random, copy};
use crate::sync::{report, write};

/// Kills without `BAOKU_KILLS`.
const FEW: usize = 12;
/// Every so many kills, the index is brought in step and compared with a fresh one.
const COMPARED: usize = 10;
/// What is waited before changes are taken to have ended, and a bit more.
const SETTLED: Duration = Duration::from_millis(400);

/// Programs that write the index.
#[derive(Clone, Copy, Debug)]
enum Writer {
    Index,
    Rebuild,
    IndexWatch,
    ServeWatch,
}

impl Writer {
    fn any(random: &mut Random) -> Self {
        match random.below(6) {
            0..3 => Self::Index,
            3 => Self::Rebuild,
            4 => Self::IndexWatch,
            _ => Self::ServeWatch,
        }
    }

    fn args(self) -> &'static [&'static str] {
        match self {
            Self::Index => &["index"],
            Self::Rebuild => &["index", "--rebuild"],
            Self::IndexWatch => &["index", "--watch"],
            Self::ServeWatch => &["serve", "--watch", "--addr", "127.0.0.1:0"],
        }
    }
}

/// An archive that changes, and how long its writers need.
struct Churn {
    place: Place,
    random: Random,
    whole: Duration,
    step: Duration,
}

impl Churn {
    fn new(source: &Path) -> Self {
        let place = Place::new();
        copy(source, &place.path("corpus"));
        let timed = || {
            let start = Instant::now();
            assert_eq!(place.run(&["index"]).status, 0);
            start.elapsed()
        };
        let whole = timed();
        write(&place.path("corpus"), "2030-01-01.md", &["Erste"]);
        let step = timed();
        Self { place, random: Random(42), whole, step }
    }

    /// Some part of a duration, and at times a bit more.
    fn moment(&mut self, lasts: Duration) -> Duration {
        lasts * u32::try_from(self.random.below(1_200)).unwrap() / 1_000
    }

    /// Starts a writer, changes the archive and kills the writer; returns whether it had not ended.
    fn kill(&mut self, number: usize) -> bool {
        let writer = Writer::any(&mut self.random);
        match writer {
            Writer::Index | Writer::Rebuild => {
                self.change(number);
                let lasts = if matches!(writer, Writer::Index) { self.step } else { self.whole };
                let mut child = self.start(writer);
                thread::sleep(self.moment(lasts));
                child.kill().unwrap();
                !child.wait().unwrap().success()
            }
            Writer::IndexWatch | Writer::ServeWatch => {
                let mut child = self.start(writer);
                thread::sleep(self.moment(self.step));
                self.change(number);
                thread::sleep(self.moment(self.step + SETTLED));
                child.kill().unwrap();
                child.wait().unwrap();
                true
            }
        }
    }

    fn start(&self, writer: Writer) -> Child {
        let mut command = self.place.command(writer.args());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Adds, edits, renames or deletes a report.
    fn change(&mut self, number: usize) {
        let corpus = self.place.path("corpus");
        let files = files(&corpus);
        let file = &files[self.random.below(files.len())];
        match self.random.below(6) {
            0 => {
                let text = report(&["Neu", &format!("New{number}")]);
                fs::write(corpus.join(format!("added-{number}.md")), text).unwrap();
            }
            1 => fs::rename(file, corpus.join(format!("moved-{number}.md"))).unwrap(),
            2 if files.len() > 20 => fs::remove_file(file).unwrap(),
            _ => {
                let text = fs::read_to_string(file).unwrap();
                let more = format!("{text}\n\n9、新的一条{number}：模型的推理\n\n后来加的。\n");
                fs::write(file, more).unwrap();
            }
        }
    }

    /// Compares the index, brought in step, with one built at once.
    fn compare(&self, number: usize) {
        self.place.stdout(&["index"]);
        self.place.stdout(&["index", "--index", "fresh", "--rebuild"]);
        for query in [&["--format", "jsonl"][..], &["模型 推理", "--facets", "--format", "json"]]
        {
            let ask = |index: &str| {
                let args = [&["search", "-n", "100000", "--index", index], query].concat();
                self.place.stdout(&args)
            };
            // Not `assert_eq`: the difference of two archives fills the screen.
            assert!(ask("index") == ask("fresh"), "{number}: {query:?} differs from a fresh index");
        }
    }
}

fn files(corpus: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![corpus.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// `BAOKU_KILLS=1000` kills more often, `BAOKU_TEST_ARCHIVE` takes a larger archive.
#[test]
fn a_killed_writer_leaves_an_index_that_opens_and_is_brought_in_step() {
    let source = std::env::var_os("BAOKU_TEST_ARCHIVE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"), PathBuf::from);
    let kills = std::env::var("BAOKU_KILLS").ok().and_then(|kills| kills.parse().ok());
    let kills = kills.unwrap_or(FEW);
    let mut churn = Churn::new(&source);
    let (mut interrupted, mut compared) = (0, 0);
    for number in 1..=kills {
        interrupted += usize::from(churn.kill(number));
        let ran = churn.place.run(&["search", "--count"]);
        let is_sound = ["damaged", "no index", "panicked", "not an index", "--rebuild"]
            .iter()
            .all(|unwanted| !ran.stderr.contains(unwanted));
        assert!(ran.status == 0 && is_sound, "{number}: {}", ran.stderr);
        if number % COMPARED == 0 || number == kills {
            churn.compare(number);
            compared += 1;
        }
    }
    println!("{kills} kills, {interrupted} of them before the end, {compared} compared");
    assert!(interrupted > 0);
}
