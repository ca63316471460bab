//! What one large file may cost: memory in proportion to its size, and no wait for its end after Ctrl-C.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::harness::{Place, Ran};

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
