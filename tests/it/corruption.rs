//! Damage to any file of an index, of any kind, is noticed; no command panics, and the next `index` mends it.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rayon::prelude::*;

use crate::harness::{Place, Random, copy};
use crate::sync::write;

/// Kinds of damage that depend on a place in the file are tried at so many places; with `BAOKU_FAULTS=all` at more.
const PLACES: usize = 3;
const MANY_PLACES: usize = 40;
/// Updates beside readers.
const ROUNDS: usize = 20;
/// Bytes that are made zero.
const RANGE: usize = 16;

/// What happens to a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// One bit is another.
    Bit,
    /// Some bytes are zero.
    Zeros,
    /// The end is missing.
    Cut,
    /// The last bytes are there twice.
    Grown,
    Empty,
    Missing,
}

const EVERYWHERE: [Damage; 3] = [Damage::Bit, Damage::Zeros, Damage::Cut];
const ONCE: [Damage; 3] = [Damage::Grown, Damage::Empty, Damage::Missing];

impl Damage {
    fn does(self, path: &Path, random: &mut Random) {
        let mut bytes = fs::read(path).unwrap();
        let at = random.below(bytes.len());
        match self {
            Self::Bit => bytes[at] ^= 1 << random.below(8),
            Self::Zeros => {
                let end = (at + RANGE).min(bytes.len());
                // Of zeros alone, some become something else.
                let value = u8::from(bytes[at..end].iter().all(|byte| *byte == 0));
                bytes[at..end].fill(value);
            }
            Self::Cut => bytes.truncate(at),
            Self::Grown => {
                let end = bytes[bytes.len() / 2..].to_vec();
                bytes.extend(end);
            }
            Self::Empty => bytes.clear(),
            Self::Missing => return fs::remove_file(path).unwrap(),
        }
        fs::write(path, bytes).unwrap();
    }
}

/// An archive, an index of it, and the answers of the commands that ask it.
struct Sound {
    place: Place,
    answers: Vec<String>,
}

const ASK: [&[&str]; 5] = [
    &["search", "推理", "--facets", "--explain", "--format", "json"],
    &["search", "扩展上", "--format", "jsonl"],
    &["show", "2024-01-01/1"],
    &["stats", "--format", "json"],
    &["suggest", "Al"],
];

impl Sound {
    fn new() -> Self {
        let place = Place::new();
        for day in 1..=9 {
            let names = [format!("Alpha{day}"), format!("Beta{day}"), "Gamma".to_owned()];
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            write(&place.path("corpus"), &format!("2024-01-0{day}.md"), &names);
        }
        place.stdout(&["index"]);
        let mut sound = Self { place, answers: Vec::new() };
        sound.answers = ASK.iter().map(|command| sound.ask(command, "index").1).collect();
        sound
    }

    /// Runs a command; returns its status, and what it printed without what differs from run to run.
    fn ask(&self, command: &[&str], index: &str) -> (i32, String, String) {
        let ran = self.place.run(&[command, &["--index", index]].concat());
        // Not the place of the index, nor its size: checksums are numbers of any length.
        let is_steady = |part: &&str| !part.contains("took") && !part.contains("\"index");
        let steady: Vec<&str> = ran.stdout.split_inclusive(',').filter(is_steady).collect();
        (ran.status, steady.concat().replace(index, "index"), ran.stderr)
    }

    /// Damages a file of a copy of the index; returns everything that is wrong with what commands make of it.
    fn problems(&self, number: usize, file: &str, damage: Damage) -> Vec<String> {
        let index = format!("index{number}");
        copy(&self.place.path("index"), &self.place.path(&index));
        let mut random = Random(number as u64 * 7_919 + 1);
        damage.does(&self.place.path(&index).join(file), &mut random);
        let copied = format!("{index}-asked");
        copy(&self.place.path(&index), &self.place.path(&copied));
        let mut problems = Vec::new();
        let (status, _, stderr) = self.ask(&["index", "--check"], &index);
        // Without a manifest, nobody knows that there was an index.
        let names_it = stderr.contains(file) || stderr.contains("no index");
        if status != 2 || !names_it || stderr.trim().lines().count() != 1 {
            problems.push(format!("`index --check` ends with {status}: {stderr}"));
        }
        let serve = ["serve", "--read-only", "--addr", "127.0.0.1:0"];
        let (status, _, stderr) = self.ask(&serve, &index);
        if status != 2 || !stderr.contains("baoku index") {
            problems.push(format!("`serve --read-only` ends with {status}: {stderr}"));
        }
        let which = number % ASK.len();
        let (status, stdout, stderr) = self.ask(ASK[which], &copied);
        if !matches!(status, 0..=2) || stderr.contains("panicked") {
            problems.push(format!("`{}` ends with {status}: {stderr}", ASK[which].join(" ")));
        }
        if status == 0 && stdout != self.answers[which] {
            problems.push(format!("`{}` answers wrongly", ASK[which].join(" ")));
        }
        for index in [&index, &copied] {
            let (status, _, stderr) = self.ask(&["index"], index);
            if status != 0 || stderr.contains("panicked") {
                problems.push(format!("`index` ends with {status}: {stderr}"));
            }
            let (_, stdout, stderr) = self.ask(ASK[which], index);
            if stdout != self.answers[which] {
                problems.push(format!("after `index` it answers otherwise: {stderr}"));
            }
            fs::remove_dir_all(self.place.path(index)).unwrap();
        }
        problems
    }
}

#[test]
fn damage_of_any_kind_to_any_file_is_noticed_and_mended() {
    let sound = Sound::new();
    let all = std::env::var_os("BAOKU_FAULTS").is_some_and(|value| value == "all");
    let places = if all { MANY_PLACES } else { PLACES };
    let files = fs::read_dir(sound.place.path("index")).unwrap();
    let mut files: Vec<String> =
        files.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.retain(|name| !name.ends_with("baoku.lock"));
    files.sort_by_key(|name| name.rsplit_once('.').map(|(_, kind)| kind.to_owned()));
    let damages =
        || EVERYWHERE.iter().flat_map(|&damage| vec![damage; places]).chain(ONCE.iter().copied());
    let cases: Vec<(&String, Damage)> =
        files.iter().flat_map(|file| damages().map(move |damage| (file, damage))).collect();
    let tried = cases.par_iter().enumerate().map(|(number, (file, damage))| {
        let problems = sound.problems(number, file, *damage);
        (!problems.is_empty()).then(|| format!("{file}, {damage:?}: {}", problems.join("\n    ")))
    });
    let failures: Vec<String> = tried.flatten().collect();
    println!(
        "{} kinds of damage to {} files: {} failures",
        cases.len(),
        files.len(),
        failures.len()
    );
    let shown = failures.iter().take(20).cloned().collect::<Vec<_>>().join("\n  ");
    assert!(failures.is_empty(), "{} failures\n  {shown}", failures.len());
}

#[test]
fn what_a_writer_takes_away_under_a_reader_is_no_damage() {
    let sound = Sound::new();
    let written = AtomicBool::new(false);
    thread::scope(|scope| {
        for command in [&["search", "推理", "--count"][..], &["index", "--check"], &["stats"]] {
            let (sound, written) = (&sound, &written);
            scope.spawn(move || {
                while !written.load(Ordering::Relaxed) {
                    let ran = sound.place.run(command);
                    let is_sound = !ran.stderr.contains("damaged");
                    assert!(ran.status == 0 && is_sound, "{command:?}: {ran:?}");
                }
            });
        }
        for round in 0..ROUNDS {
            let name = format!("Neu{round}");
            write(&sound.place.path("corpus"), "2024-02-01.md", &[&name]);
            sound.place.stdout(&["index"]);
        }
        written.store(true, Ordering::Relaxed);
    });
}
