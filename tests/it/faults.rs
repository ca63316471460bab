//! Whatever stops a writer at whatever system call, the index answers, and the next run brings it in step.
//!
//! A scenario is run once for every call that changes the folder of the index, with a fault at this call: SIGKILL, a
//! disk that is full once, a disk that is broken from there on. `BAOKU_FAULTS=all` takes every call for each and tries
//! every command after it; by default, SIGKILL happens at every call of the first build, the update and the rebuild, and
//! what is left at every third.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use baoku::error::Error;
use baoku::index::Snapshot;
use baoku::search::Reader;
use rayon::prelude::*;

use crate::harness::{Place, Ran, copy};
use crate::injector::{self, Fault, Faulty, Point};
use crate::sync::{answers, write};

/// Without `BAOKU_FAULTS=all`, what is not tried at every call is tried at every call whose number is a multiple of this.
const STRIDE: usize = 3;

/// How long a program that follows files is given to say something.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at what it says.
const PAUSE: Duration = Duration::from_millis(20);

/// Status of the injector when the program was killed.
const KILLED: i32 = 128 + 9;

/// What has no place in what the program says after a fault.
const UNWANTED: [&str; 6] =
    ["damaged", "not an index", "not empty", "panicked", "--rebuild", "--replace"];

/// Commands that people run next.
const COMMANDS: [&[&str]; 5] = [
    &["search", "推理", "--facets", "--format", "json"],
    &["show", "2024-01-01/1"],
    &["stats"],
    &["suggest", "Al"],
    &["serve", "--read-only", "--addr", "127.0.0.1:0"],
];

fn everything() -> bool {
    std::env::var_os("BAOKU_FAULTS").is_some_and(|value| value == "all")
}

/// Faults of a run that writes.
const WRITING: [Fault; 3] = [Fault::Kill, Fault::Full, Fault::Broken];

/// Where processes are killed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kills {
    EveryCall,
    EveryThird,
}

/// The points of a run with these calls that are tried: every one with `BAOKU_FAULTS=all`. Otherwise, of several writes
/// to one file, the first and the last.
fn points(calls: &[String], faults: &[Fault], kills: Kills) -> Vec<Point> {
    let of_call = |call: &str| call.split_once(' ').unwrap().1.to_owned();
    let calls: Vec<String> = calls.iter().map(|call| of_call(call)).collect();
    let is_one_of_many = |at: usize| {
        let (before, after) = (&calls[..at - 1], &calls[at..]);
        let call = &calls[at - 1];
        let is_row = call.starts_with("write ") || call.starts_with("read ");
        is_row && before.contains(call) && after.contains(call)
    };
    let chosen = |point: &Point| {
        let every = point.fault == Fault::Kill && kills == Kills::EveryCall;
        everything() || !is_one_of_many(point.at) && (every || point.at.is_multiple_of(STRIDE))
    };
    let all = faults.iter().flat_map(|&fault| (1..=calls.len()).map(move |at| Point { fault, at }));
    all.filter(chosen).collect()
}

/// What there is when a scenario begins.
#[derive(Clone, Debug)]
enum Before {
    Nothing,
    /// An index that this program does not open but builds again.
    OtherFormat,
    /// An index with these answers.
    Answers(String),
}

/// A change of an archive, and the command that takes it into the index.
struct Scenario {
    name: &'static str,
    place: Place,
    args: &'static [&'static str],
    before: Before,
    /// Answers of an index built at once after the change.
    new: String,
    runs: AtomicUsize,
}

/// A place with an archive of three reports and an index of it.
fn indexed() -> Place {
    let place = Place::new();
    let corpus = place.path("corpus");
    write(&corpus, "2024-01-01.md", &["Alpha", "Beta"]);
    write(&corpus, "2024-01-02.md", &["Gamma"]);
    write(&corpus, "2024-01-03.md", &["Delta"]);
    place.stdout(&["index", "--index", "before"]);
    place
}

impl Scenario {
    /// A scenario that begins with an index of three reports.
    fn new(name: &'static str, args: &'static [&'static str], change: fn(&Path)) -> Self {
        let place = indexed();
        let before = Before::Answers(ask(&place.path("before")).unwrap());
        change(&place.path("corpus"));
        Self::of(name, place, args, before)
    }

    /// A scenario that begins with the newest stored index of another format.
    fn upgrade() -> Self {
        let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/indexes");
        let place = Place::new();
        copy(&stored.join("corpus"), &place.path("corpus"));
        let format = format!("format-{}", baoku::index::FORMAT_VERSION - 1);
        copy(&stored.join(format), &place.path("before"));
        Self::of("an upgrade", place, &["index"], Before::OtherFormat)
    }

    fn of(name: &'static str, place: Place, args: &'static [&'static str], before: Before) -> Self {
        place.stdout(&["index", "--index", "fresh"]);
        let new = ask(&place.path("fresh")).unwrap();
        Self { name, place, args, before, new, runs: AtomicUsize::new(0) }
    }

    /// A scenario that begins without an index.
    fn first() -> Self {
        let mut scenario = Self::new("a first build", &["index"], |_| ());
        fs::remove_dir_all(scenario.place.path("before")).unwrap();
        scenario.before = Before::Nothing;
        scenario
    }

    /// A fresh name for a copy of an index.
    fn copy(&self, from: &str) -> String {
        let name = format!("index{}", self.runs.fetch_add(1, Ordering::Relaxed));
        let from = self.place.path(from);
        if from.exists() {
            copy(&from, &self.place.path(&name));
        }
        name
    }

    /// Runs a command on an index with a fault.
    fn strike(&self, args: &[&str], index: &str, point: Point) -> Faulty {
        let args = [args, &["--index", index]].concat();
        let (command, folder) = (self.place.command(&args), self.folder().join(index));
        let log = folder.with_extension("log");
        if args[0] != "serve" {
            return injector::run(&command, &folder, point, &log);
        }
        let ran = serve(&mut injector::with_fault(&command, &folder, point, &log));
        Faulty { ran, calls: injector::calls(&log) }
    }

    /// The folder of the scenario, without links.
    fn folder(&self) -> PathBuf {
        fs::canonicalize(self.place.path(".")).unwrap()
    }

    /// Calls that count for a fault in a run on a copy of the index `from`.
    fn calls(&self, fault: Fault, args: &[&str], from: &str) -> Vec<String> {
        let index = self.copy(from);
        let calls = self.strike(args, &index, Point { fault, at: usize::MAX >> 1 }).calls;
        assert!(!calls.is_empty(), "{}: no call was seen", self.name);
        self.remove(&index);
        // Names of copies and of segments differ from run to run.
        let copy = self.folder().join(index);
        calls.iter().map(|call| call.replace(copy.to_str().unwrap(), "")).collect()
    }

    /// Runs the scenario once for every point; returns the problems of each.
    fn survey(&self, kills: Kills) -> Tally {
        let calls = self.calls(Fault::None, self.args, "before");
        self.survey_points(points(&calls, &WRITING, kills))
    }

    /// Runs the scenario once for every third call that reads the index, which then cannot be read.
    fn survey_reading(&self) -> Tally {
        let calls = self.calls(Fault::Unread, self.args, "before");
        self.survey_points(points(&calls, &[Fault::Unread], Kills::EveryThird))
    }

    fn survey_points(&self, points: Vec<Point>) -> Tally {
        let tried = points.into_par_iter().map(|point| {
            let index = self.copy("before");
            let faulty = self.strike(self.args, &index, point);
            (point, self.problems(&index, point, &faulty))
        });
        Tally::of(tried.collect())
    }

    /// Kills the scenario at every call from its publication on, and stops the `index` that follows once for every
    /// point.
    fn survey_repairs(&self) -> Tally {
        let calls = self.calls(Fault::None, self.args, "before");
        let publication = calls.iter().position(|call| call.contains("/manifest.json"));
        let first = publication.unwrap() + 1;
        let kills = (first..=calls.len()).into_par_iter();
        let tried = kills.flat_map(|at| {
            let stopped = self.copy("before");
            self.strike(self.args, &stopped, Point { fault: Fault::Kill, at });
            let repair = self.calls(Fault::None, &["index"], &stopped);
            let points = points(&repair, &WRITING, Kills::EveryCall).into_iter();
            let chosen =
                points.filter(|point| everything() || (point.at + at).is_multiple_of(STRIDE));
            let tried: Vec<_> = chosen
                .map(|point| {
                    let index = self.copy(&stopped);
                    let faulty = self.strike(&["index"], &index, point);
                    let mut problems = self.problems(&index, point, &faulty);
                    if !problems.is_empty() {
                        problems.insert(0, format!("after a kill at {}", calls[at - 1]));
                    }
                    (point, problems)
                })
                .collect();
            self.remove(&stopped);
            tried
        });
        Tally::of(tried.collect())
    }

    /// Runs the scenario, which follows files, on an archive of its own, with a fault; the program is killed when it has
    /// said something about a change.
    fn follow(&self, point: Point) -> (Faulty, Self) {
        let place = indexed();
        let index = fs::canonicalize(place.path("before")).unwrap();
        let said = place.path("said");
        let file = File::create(&said).unwrap();
        let log = place.path("log");
        let command = place.command(&[self.args, &["--index", "before"]].concat());
        let mut child = injector::with_fault(&command, &index, point, &log)
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let mut waited_for = |what: &dyn Fn(&str) -> bool| {
            let start = Instant::now();
            while child.try_wait().unwrap().is_none() && !what(&fs::read_to_string(&said).unwrap())
            {
                assert!(
                    start.elapsed() < PATIENCE,
                    "{point:?}: it neither ended nor said anything"
                );
                thread::sleep(PAUSE);
            }
        };
        waited_for(&|said| said.contains("following") || said.contains(LISTENS));
        let before = fs::read_to_string(&said).unwrap();
        edit(&place.path("corpus"));
        // An error that lasts is said once, perhaps before the change.
        waited_for(&|said| said.len() > before.len() || said.contains("error: "));
        drop(input);
        let status = child.wait().unwrap().code().unwrap();
        let stderr = fs::read_to_string(&said).unwrap();
        let ran = Ran { status, stdout: String::new(), stderr };
        let faulty = Faulty { ran, calls: injector::calls(&log) };
        let Self { name, args, ref before, ref new, .. } = *self;
        let (before, new) = (before.clone(), new.clone());
        (faulty, Self { name, place, args, before, new, runs: AtomicUsize::new(0) })
    }

    /// Everything that is wrong with an index after a fault.
    fn problems(&self, index: &str, point: Point, faulty: &Faulty) -> Vec<String> {
        let mut problems = Vec::new();
        let ran = &faulty.ran;
        if point.fault != Fault::Kill && !matches!(ran.status, 0 | 2 | KILLED) {
            problems.push(format!("it ended with {}: {}", ran.status, ran.stderr));
        }
        if point.fault == Fault::Unread && ran.stderr.contains("no index") {
            problems.push(format!("it cannot read the index and says otherwise: {}", ran.stderr));
        }
        if ran.stderr.contains("panicked") {
            problems.push(format!("it panicked: {}", ran.stderr));
        }
        let found = ask(&self.place.path(index));
        match &found {
            Ok(found) if ran.status == 0 && *found != self.new => {
                problems
                    .push("it said that all went well, but the index is not in step".to_owned());
            }
            Ok(found) if *found == self.new => {}
            Ok(found) if matches!(&self.before, Before::Answers(old) if found == old) => {}
            Ok(_) => problems.push("neither the old answers nor the new ones".to_owned()),
            Err(Error::NoIndex { .. }) if matches!(self.before, Before::Nothing) => {}
            Err(Error::IndexVersion { .. }) if matches!(self.before, Before::OtherFormat) => {}
            Err(error) => problems.push(format!("it does not open: {}", error.one_line())),
        }
        let first = if everything() { 0 } else { point.at % COMMANDS.len() };
        let last = if everything() { COMMANDS.len() - 1 } else { first };
        for command in &COMMANDS[first..=last] {
            let copy = self.copy(index);
            if command[0] != "serve" || found.is_ok() {
                problems.extend(self.try_command(command, &copy));
            }
            self.remove(&copy);
        }
        problems.extend(self.try_command(&["index"], index));
        if !matches!(ask(&self.place.path(index)), Ok(found) if found == self.new) {
            problems.push("the answers after `index` are not those of a fresh index".to_owned());
        }
        let left = leftovers(&self.place.path(index));
        if !left.is_empty() {
            problems.push(format!("left after `index`: {left:?}"));
        }
        self.remove(index);
        if let Some(call) = faulty.struck(point)
            && !problems.is_empty()
        {
            problems.insert(0, call.replace(self.folder().to_str().unwrap(), ""));
        }
        problems
    }

    /// Runs a command after a fault; returns what is wrong with what it says.
    fn try_command(&self, command: &[&str], index: &str) -> Option<String> {
        let args = [command, &["--index", index]].concat();
        let ran = if command[0] == "serve" {
            serve(&mut self.place.command(&args))
        } else {
            self.place.run(&args)
        };
        let is_well = matches!(ran.status, 0 | 1) || ran.stderr.contains(LISTENS);
        let unwanted = UNWANTED.iter().any(|unwanted| ran.stderr.contains(unwanted));
        (!is_well || unwanted).then(|| format!("`{}`: {}", command.join(" "), ran.stderr.trim()))
    }

    fn remove(&self, index: &str) {
        let _ = fs::remove_dir_all(self.place.path(index));
        let _ = fs::remove_file(self.place.path(index).with_extension("log"));
    }
}

/// What a server says at its start when it listens.
const LISTENS: &str = "http://127.0.0.1:";

/// Starts a server and ends it as soon as it listens; its status is then [`KILLED`].
fn serve(command: &mut Command) -> Ran {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let input = child.stdin.take();
    let mut stderr = String::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        stderr.push_str(&line.unwrap());
        stderr.push('\n');
        if stderr.contains(LISTENS) {
            child.kill().unwrap();
            break;
        }
    }
    let status = child.wait().unwrap().code().unwrap_or(KILLED);
    drop(input);
    Ran { status, stdout: String::new(), stderr }
}

/// Answers of an index, opened as it is.
fn ask(index: &Path) -> Result<String, Error> {
    Ok(answers(&Reader::new(Snapshot::open(index)?)))
}

/// Names of the files in the folder of an index that its manifest does not name.
fn leftovers(index: &Path) -> Vec<String> {
    let manifest = fs::read_to_string(index.join("manifest.json")).unwrap();
    let line: serde_json::Value = serde_json::from_str(manifest.lines().next().unwrap()).unwrap();
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = fs::read_dir(index).unwrap().map(name).collect();
    names.retain(|name| {
        // The locks of a library may be there or not.
        let is_lock = name == ".baoku.lock" || name.starts_with(".tantivy-");
        !is_lock && name != "manifest.json" && line["files"].get(name).is_none()
    });
    names
}

/// What came of many points.
#[derive(Default)]
struct Tally {
    points: BTreeMap<&'static str, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn of(tried: Vec<(Point, Vec<String>)>) -> Self {
        let mut tally = Self::default();
        for (point, problems) in tried {
            *tally.points.entry(point.fault.name()).or_default() += 1;
            if !problems.is_empty() {
                let problems = problems.join("\n    ");
                tally.failures.push(format!("{} at {}: {problems}", point.fault.name(), point.at));
            }
        }
        tally
    }

    /// Prints the number of points and fails if there was a problem at any.
    #[track_caller]
    #[expect(clippy::print_stdout, reason = "with --nocapture it is seen what was tried")]
    fn conclude(self, name: &str) {
        let Self { points, failures } = self;
        println!("{name}: {points:?} points, {} failures", failures.len());
        let shown = failures.iter().take(20).cloned().collect::<Vec<_>>().join("\n  ");
        assert!(failures.is_empty(), "{name}: {} failures\n  {shown}", failures.len());
    }
}

/// Changes a report at one moment, so that whoever follows the files sees one change.
fn edit(corpus: &Path) {
    write(corpus, ".new", &["Gamma", "Zeta"]);
    fs::rename(corpus.join(".new"), corpus.join("2024-01-02.md")).unwrap();
}

/// The folder of the index, among the paths of calls.
const FOLDER: &str = "";

/// What a power cut could take away of a state that is published, by the calls of a run: files that are named by it but
/// were not yet on disk, and the files of the state before that were removed too early.
fn at_risk(calls: &[String]) -> Vec<String> {
    let (mut unsynced, mut at_risk, mut published) = (BTreeSet::new(), Vec::new(), false);
    for call in calls {
        let mut words = call.split(' ').skip(1);
        let (name, path) = (words.next().unwrap(), words.next().unwrap());
        match name {
            _ if path.ends_with("baoku.lock") => {}
            "open" | "openat" | "creat" => unsynced.extend([path, FOLDER]),
            "write" | "writev" | "pwrite64" | "pwritev" | "ftruncate" => {
                unsynced.insert(path);
            }
            "fsync" | "fdatasync" => {
                unsynced.remove(path);
            }
            "unlink" | "unlinkat" if published && unsynced.contains(FOLDER) => {
                at_risk.push(call.clone());
            }
            "rename" | "renameat" | "renameat2" => {
                if call.ends_with("/manifest.json") {
                    at_risk.extend(unsynced.iter().map(|path| format!("unsynced: `{path}`")));
                    published = true;
                }
                unsynced.insert(FOLDER);
            }
            _ => {}
        }
    }
    assert!(published, "{calls:?}");
    at_risk
}

#[test]
fn a_power_cut_takes_nothing_of_what_is_published() {
    let update = Scenario::new("an update", &["index"], edit_and_add);
    for (scenario, args) in [
        (&Scenario::first(), &["index"][..]),
        (&update, &["index"]),
        (&update, &["index", "--rebuild"]),
    ] {
        let calls = scenario.calls(Fault::None, args, "before");
        assert_eq!(at_risk(&calls), [""; 0], "{}", scenario.name);
    }
    let lines = |calls: &[&str]| calls.iter().map(|call| format!("1 {call}")).collect::<Vec<_>>();
    let sound = ["openat /a", "write /a", "fsync /a", "fsync ", "rename /b -> /manifest.json"];
    assert_eq!(at_risk(&lines(&sound)), [""; 0]);
    for missing in [2, 3] {
        let mut calls = sound.to_vec();
        calls.remove(missing);
        assert_eq!(at_risk(&lines(&calls)).len(), 1, "{calls:?}");
    }
    let early = [&sound[..], &["unlink /c"]].concat();
    assert_eq!(at_risk(&lines(&early)), ["1 unlink /c"]);
    let late = [&sound[..], &["fsync ", "unlink /c"]].concat();
    assert_eq!(at_risk(&lines(&late)), [""; 0]);
}

fn edit_and_add(corpus: &Path) {
    write(corpus, "2024-01-02.md", &["Gamma", "Zeta"]);
    write(corpus, "2024-01-04.md", &["Epsilon"]);
}

#[test]
fn a_first_build_survives_a_fault_at_every_call() {
    let scenario = Scenario::first();
    scenario.survey(Kills::EveryCall).conclude(scenario.name);
}

#[test]
fn an_update_survives_a_fault_at_every_call() {
    let scenario = Scenario::new("an update", &["index"], edit_and_add);
    scenario.survey(Kills::EveryCall).conclude(scenario.name);
}

#[test]
fn a_deletion_survives_a_fault_at_every_call() {
    let scenario = Scenario::new("a deletion", &["index"], |corpus| {
        fs::remove_file(corpus.join("2024-01-02.md")).unwrap();
    });
    scenario.survey(Kills::EveryThird).conclude(scenario.name);
}

#[test]
fn a_rebuild_survives_a_fault_at_every_call() {
    let scenario = Scenario::new("a rebuild", &["index", "--rebuild"], edit_and_add);
    scenario.survey(Kills::EveryCall).conclude(scenario.name);
}

#[test]
fn a_second_fault_in_the_run_that_repairs_the_first_is_as_harmless() {
    let update = Scenario::new("an update, killed, and its repair", &["index"], edit_and_add);
    update.survey_repairs().conclude(update.name);
    let mut first = Scenario::first();
    first.name = "a first build, killed, and its repair";
    first.survey_repairs().conclude(first.name);
}

#[test]
fn an_upgrade_survives_a_fault_at_every_call() {
    let scenario = Scenario::upgrade();
    scenario.survey(Kills::EveryThird).conclude(scenario.name);
}

/// Follows files with a fault at every third call.
#[track_caller]
fn follows(name: &'static str, args: &'static [&'static str], faults: &[Fault]) {
    let scenario = Scenario::new(name, args, edit);
    let (counted, _) = scenario.follow(Point { fault: Fault::None, at: 0 });
    let tried = points(&counted.calls, faults, Kills::EveryThird).into_par_iter().map(|point| {
        let (faulty, after) = scenario.follow(point);
        (point, after.problems("before", point, &faulty))
    });
    Tally::of(tried.collect()).conclude(scenario.name);
}

#[test]
fn a_change_that_is_followed_survives_a_fault_at_every_call() {
    follows("a change that is followed", &["index", "--watch"], &[Fault::Kill, Fault::Broken]);
}

#[test]
fn a_change_that_a_server_follows_survives_a_fault_at_every_call() {
    let args = &["serve", "--watch", "--addr", "127.0.0.1:0"];
    follows("a change that a server follows", args, &[Fault::Broken]);
}

#[test]
fn an_index_that_cannot_be_read_is_an_error_and_not_a_panic() {
    for command in COMMANDS {
        let scenario = Scenario::new("reading", command, |_| ());
        scenario.survey_reading().conclude(&command.join(" "));
    }
    for command in [&["index"][..], &["index", "--rebuild"], &["index", "--check"]] {
        let scenario = Scenario::new("reading and writing", command, edit_and_add);
        scenario.survey_reading().conclude(&command.join(" "));
    }
}

#[test]
fn a_report_that_cannot_be_read_is_named_and_read_by_the_next_run() {
    let scenario = Scenario::new("an archive that cannot be read", &["index"], edit_and_add);
    let corpus = scenario.folder().join("corpus");
    let strike = |index: &str, point| {
        let command = scenario.place.command(&["index", "--verbose", "--index", index]);
        injector::run(&command, &corpus, point, &scenario.place.path(index).with_extension("log"))
    };
    let count = Point { fault: Fault::Unread, at: usize::MAX >> 1 };
    let calls = strike(&scenario.copy("before"), count).calls;
    let tried = points(&calls, &[Fault::Unread], Kills::EveryThird).into_par_iter().map(|point| {
        let index = scenario.copy("before");
        let faulty = strike(&index, point);
        let (status, said) = (faulty.ran.status, &faulty.ran.stderr);
        let place = scenario.place.path(&index);
        let is_whole = || ask(&place).unwrap() == scenario.new;
        let is_honest = match status {
            0 => is_whole() || said.contains("cannot be read") || said.contains("cannot be listed"),
            _ => said.contains("cannot read the archive"),
        };
        let mut problems = Vec::new();
        if !is_honest {
            problems.push(format!("{:?}: ends with {status}: {said}", faulty.struck(point)));
        }
        scenario.place.run(&["index", "--index", &index]);
        if !is_whole() {
            problems.push("it is not read by the next run".to_owned());
        }
        scenario.remove(&index);
        (point, problems)
    });
    Tally::of(tried.collect()).conclude(scenario.name);
}
