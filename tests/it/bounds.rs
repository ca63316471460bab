//! What one large file may cost: memory in proportion to its size, and no wait for its end after Ctrl-C.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::harness::{Place, Ran};

/// A file may take so many times its size, beside what the program takes without it.
const MOST_TIMES: u64 = 12;
/// Bytes of the large files.
const LARGE: usize = 8 * 1024 * 1024;

/// Runs a command on an archive of one file and returns the most memory it had, in KB.
fn peak(command: &str, text: &str) -> u64 {
    let place = Place::with(&[("2024-03-01.md", text)]);
    let mut child = place
        .command(&["--archive", "corpus", command])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        // The most so far: what was taken and given back between two looks is in it.
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        most = most.max(now.unwrap_or_default());
        thread::sleep(Duration::from_millis(1));
    }
    most
}

/// Checks that a command takes no more of each text than it may.
fn check_memory(command: &str, units: &[&str]) {
    let base = peak(command, "1、甲\n\n2、乙\n");
    for unit in units {
        let text = unit.repeat(LARGE / unit.len());
        let taken = peak(command, &text).saturating_sub(base);
        assert!(taken * 1024 <= MOST_TIMES * LARGE as u64, "{command} {unit:?}: {taken} KB");
        assert!(taken * 1024 > LARGE as u64, "{command} {unit:?}: {taken} KB is not even the file");
    }
}

#[test]
fn memory_of_a_check_is_a_few_times_that_of_the_file() {
    check_memory("check", &["模型", "a b ", "[a](b)", "<td>", "- ", "x\n", "1、a\n"]);
}

#[test]
fn memory_of_an_index_is_a_few_times_that_of_the_file() {
    check_memory("index", &["模型训练", "https://a.b/… "]);
}

#[test]
fn entries_beyond_what_anybody_writes_are_text() {
    let place =
        Place::with(&[("2024-03-01.md", &"- [标题](http://a.b/c)：文字\n".repeat(260_000))]);
    let ran = place.run(&["--archive", "corpus", "check"]);
    let said = "2024-03-01.md:250001: warning: more than 250000 paragraphs";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert!(ran.stdout.contains("1 report with 250001 items"), "{}", ran.stdout);
}

#[test]
fn ctrl_c_ends_an_index_inside_a_file() {
    let place = Place::with(&[("2024-03-01.md", "# 周报\n\n1、LongRoPE 模型\n\n2、硅灵\n")]);
    place.stdout(&["--archive", "corpus", "index"]);
    let files = || std::fs::read_dir(place.path("index")).unwrap().count();
    let before = files();
    // Takes a minute.
    place.write("corpus/large.md", "模型训练 with many words\n".repeat(1_000_000).as_bytes());
    let child = place
        .command(&["--archive", "corpus", "index"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let has_lock =
        || std::fs::read(place.path("index/.baoku.lock")).is_ok_and(|lock| !lock.is_empty());
    while !has_lock() && start.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(1));
    }
    // It is inside the file from then on, wherever that is.
    thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    println!("{:?} after Ctrl-C", asked.elapsed());
    assert_eq!(
        (ran.status, ran.stderr.as_str()),
        (130, "error: interrupted; nothing was changed\n")
    );
    // Far below what the file takes, far above what a busy machine makes of a second.
    assert!(asked.elapsed() < Duration::from_secs(15));
    assert_eq!(place.ids(&["--archive", "corpus", "LongRoPE"]), ["2024-03-01/1"]);
    std::fs::remove_file(place.path("corpus/large.md")).unwrap();
    place.stdout(&["--archive", "corpus", "index"]);
    assert_eq!(files(), before);
}
