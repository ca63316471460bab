//! An index that is read, written and damaged under those who answer from it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::harness::{Place, Running};

/// A server on a port of its own.
struct Server {
    running: Running,
    addr: String,
}

impl Server {
    fn begin(place: &Place, args: &[&str]) -> Self {
        let args = [&["serve", "--addr", "127.0.0.1:0"], args].concat();
        let running = Running::begin(&mut place.command(&args));
        let addr =
            || running.said_after("http://")?.split_once('/').map(|(addr, _)| addr.to_owned());
        running.waits("no address", || addr().is_some());
        let addr = addr().unwrap();
        Self { running, addr }
    }

    /// Returns status and body; 0 where nobody answers.
    fn get(&self, target: &str) -> (u16, String) {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(&self.addr)?;
            let addr = &self.addr;
            write!(stream, "GET {target} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        let answer = ask().unwrap_or_default();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        let body = answer.split_once("\r\n\r\n").unwrap_or_default().1;
        (status.unwrap_or(0), body.to_owned())
    }

    fn status(&self, target: &str) -> u16 {
        self.get(target).0
    }

    /// Returns the hits of a question with their scores.
    fn hits(&self, query: &str) -> serde_json::Value {
        hits(&self.get(&format!("/api/v1/search?q={query}&explain=true&limit=100")).1)
    }

    fn said(&self, part: &str) -> bool {
        self.running.said(part) > 0
    }

    #[track_caller]
    fn waits(&self, what: &str, is_so: impl Fn() -> bool) {
        self.running.waits(what, is_so);
    }
}

fn hits(json: &str) -> serde_json::Value {
    let answer: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    serde_json::json!([answer["total"], answer["hits"]])
}

fn report(word: &str) -> String {
    format!("# 日报\n\n# 论文\n\n### {word}\n\n贡献人：@甲\n\n模型 {word} 说明。\n\n")
}

fn place() -> Place {
    let place = Place::new();
    for day in 1..=5 {
        let text = report(&format!("wort{day}")) + &report("模型 推理");
        place.write(&format!("corpus/2024-02-0{day}.md"), text.as_bytes());
    }
    place
}

/// Returns the files of an index with their times and lengths.
fn files(index: &Path) -> Vec<(PathBuf, SystemTime, u64)> {
    let entry = |path: PathBuf| {
        let metadata = fs::metadata(&path).unwrap();
        (path, metadata.modified().unwrap(), metadata.len())
    };
    let mut files: Vec<_> =
        fs::read_dir(index).unwrap().map(|file| entry(file.unwrap().path())).collect();
    files.push(entry(index.to_path_buf()));
    files.sort();
    files
}

/// Writes other bytes over a file, as many, under whoever has it open.
fn overwrite(index: &Path, extension: &str) {
    for (path, _, length) in files(index) {
        if path.extension().is_some_and(|found| found == extension) {
            let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
            file.write_all(&vec![0xA5; usize::try_from(length).unwrap()]).unwrap();
        }
    }
}

#[test]
fn whoever_only_reads_writes_nothing_not_even_a_lock() {
    let place = place();
    place.stdout(&["index"]);
    let index = place.path("index");
    fs::remove_file(index.join(".baoku.lock")).unwrap();
    let before = files(&index);
    for args in [
        &["search", "wort1"][..],
        &["show", "2024-02-01/1"],
        &["stats"],
        &["suggest", "wo"],
        &["tokens", "wort1"],
        &["index", "--check"],
    ] {
        assert!(place.run(args).status <= 1, "{args:?}");
        assert!(files(&index) == before, "{args:?}");
    }
    let server = Server::begin(&place, &["--read-only"]);
    assert_eq!(server.status("/readyz"), 200);
    assert_eq!(server.status("/?q=wort1"), 200);
    assert!(files(&index) == before);
}

#[test]
fn a_server_beside_a_writer_always_ends_up_with_what_a_fresh_index_answers() {
    let place = place();
    place.stdout(&["index"]);
    let server = Server::begin(&place, &[]);
    for round in 0..4 {
        let path = format!("corpus/2024-03-0{}.md", round + 1);
        place.write(&path, report(&format!("neu{round}")).as_bytes());
        // What is left of an edited report must not show in scores.
        place.write("corpus/2024-02-01.md", report(&format!("anders{round}")).as_bytes());
        place.stdout(&["index"]);
        place.stdout(&["index", "--index", "fresh", "--rebuild"]);
        let json = |index: &str| {
            let args = ["search", "模型", "-n", "100", "--explain", "--format", "json"];
            hits(&place.stdout(&[&args[..], &["--index", index]].concat()))
        };
        let expected = json("fresh");
        assert_eq!(json("index"), expected);
        server.waits("the server has other hits", || server.hits("模型") == expected);
        // And stays there.
        thread::sleep(Duration::from_millis(600));
        assert_eq!(server.hits("模型"), expected);
    }
}

#[test]
fn damage_that_a_search_meets_makes_a_server_unready_until_the_index_is_built_again() {
    let place = place();
    place.stdout(&["index"]);
    let server = Server::begin(&place, &["--in-memory", "0"]);
    let expected = server.hits("wort1");
    assert_eq!(expected[0], 1);
    overwrite(&place.path("index"), "store");
    server.waits("damage is not noticed", || {
        // Whatever a search finds in it, it is no panic that ends the connection.
        assert_ne!(server.status("/api/v1/search?q=wort2"), 0);
        server.said("is damaged (")
    });
    server.waits("it is not built again", || server.status("/readyz") == 200);
    assert_eq!(server.hits("wort1"), expected);
    assert_eq!(place.run(&["index", "--check"]).status, 0);
}

#[test]
fn a_server_that_only_reads_waits_for_a_sound_index() {
    let place = place();
    place.stdout(&["index"]);
    place.stdout(&["index", "--index", "other"]);
    let server = Server::begin(&place, &["--read-only", "--in-memory", "0"]);
    // Longer than it was, so that nothing that is mapped is cut.
    let store = |(path, ..): &(PathBuf, _, _)| path.extension().is_some_and(|end| end == "store");
    let (path, ..) = files(&place.path("index")).into_iter().find(store).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"x").unwrap();
    server.waits("damage is not noticed", || server.status("/readyz") == 503);
    assert_eq!(server.status("/api/v1/search?q=wort1"), 503);
    assert_eq!(server.status("/healthz"), 200);
    server.waits("damage is not said", || server.said("is damaged ("));
    // Another index is copied beside, then named.
    for (path, ..) in files(&place.path("other")) {
        let name = path.file_name().unwrap().to_owned();
        if path.is_file() && name != "manifest.json" {
            fs::copy(&path, place.path("index").join(name)).unwrap();
        }
    }
    fs::copy(place.path("other/manifest.json"), place.path("index/copy")).unwrap();
    fs::rename(place.path("index/copy"), place.path("index/manifest.json")).unwrap();
    server.waits("a sound index is not opened", || server.status("/readyz") == 200);
    assert_eq!(server.hits("wort1")[0], 1);
}

#[test]
fn what_is_in_memory_answers_whatever_becomes_of_the_files_until_they_are_built_again() {
    let place = place();
    place.stdout(&["index"]);
    let readers = Server::begin(&place, &["--read-only"]);
    let expected = readers.hits("wort1");
    overwrite(&place.path("index"), "store");
    readers.waits("damage is not noticed", || readers.status("/readyz") == 503);
    assert_eq!(readers.hits("wort1"), expected);
    let server = Server::begin(&place, &[]);
    server.waits("it is not built again", || place.run(&["index", "--check"]).status == 0);
    readers.waits("a sound index is not opened", || readers.status("/readyz") == 200);
    assert_eq!((server.hits("wort1"), readers.hits("wort1")), (expected.clone(), expected));
}

#[test]
fn a_server_beside_a_busy_writer_answers_every_page() {
    let place = place();
    place.stdout(&["index"]);
    for args in [&["--read-only"][..], &["--read-only", "--in-memory", "0"]] {
        let server = Server::begin(&place, args);
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for round in 0..15 {
                    let text = report(&format!("wort1 {round}"));
                    place.write("corpus/2024-02-01.md", text.as_bytes());
                    assert_eq!(place.run(&["index"]).status, 0);
                }
            });
            while !writer.is_finished() {
                for target in ["/?q=", "/api/v1/stats", "/api/v1/search?q=wort1"] {
                    assert_eq!(server.status(target), 200, "{target}");
                }
            }
        });
        assert!(!server.said("damaged"));
    }
}

#[test]
fn a_damaged_manifest_makes_a_server_that_only_reads_unready_until_it_is_mended() {
    for args in [&["--read-only"][..], &["--read-only", "--in-memory", "0"]] {
        let place = place();
        place.stdout(&["index"]);
        let server = Server::begin(&place, args);
        let expected = server.hits("wort1");
        let manifest = fs::read(place.path("index/manifest.json")).unwrap();
        let mut damaged = manifest.clone();
        damaged[40] ^= 1;
        place.write("index/manifest.json", &damaged);
        server.waits("damage is not noticed", || server.status("/readyz") == 503);
        assert_eq!(server.hits("wort1"), expected);
        place.write("index/manifest.json", &manifest);
        server.waits("a sound index is not noticed", || server.status("/readyz") == 200);
    }
}

#[test]
fn a_damaged_index_is_found_when_a_server_starts() {
    let place = place();
    place.stdout(&["index"]);
    overwrite(&place.path("index"), "pos");
    let ran = place.run(&["serve", "--read-only", "--addr", "127.0.0.1:0"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("is damaged ("), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    let server = Server::begin(&place, &[]);
    server.waits("it is not built again", || server.status("/readyz") == 200);
    assert_eq!(server.hits("wort1")[0], 1);
}

#[test]
fn a_server_whose_repair_fails_tries_again_until_it_succeeds() {
    for args in [&["--in-memory", "0"][..], &["--in-memory", "0", "--watch"]] {
        let place = place();
        place.stdout(&["index"]);
        let server = Server::begin(&place, args);
        let expected = server.hits("wort1");
        // Nobody can write where a folder has the name of the lock.
        let lock = place.path("index/.baoku.lock");
        fs::remove_file(&lock).unwrap();
        fs::create_dir(&lock).unwrap();
        overwrite(&place.path("index"), "store");
        server.waits("damage is not noticed", || {
            assert_ne!(server.status("/api/v1/search?q=wort2"), 0);
            server.said("it cannot be built again")
        });
        assert_eq!(server.status("/readyz"), 503);
        fs::remove_dir(&lock).unwrap();
        server.waits("it is not built again", || server.status("/readyz") == 200);
        assert_eq!(server.hits("wort1"), expected);
        assert_eq!(place.run(&["index", "--check"]).status, 0);
    }
}

#[test]
fn a_folder_of_somebody_else_is_left_as_it_is() {
    let image = "d41d8cd98f00b204e9800998ecf8427e";
    let folders: [&[&str]; 6] = [
        &["d41d8cd98f00b204e9800998ecf8427e.jpg", "0123456789abcdef0123456789abcdef.photos/1.jpg"],
        &["notes.md", &format!("{image}.md")],
        &["building/thesis.md", ".tmp/y"],
        &["manifest.json", "index.html", &format!("{image}.png")],
        &["manifest.json"],
        &[&format!("{image}.store")],
    ];
    for names in folders {
        let place = place();
        for name in names {
            place.write(&format!("index/{name}"), b"{}");
        }
        for args in [&["search", "wort1"][..], &["index"], &["index", "--rebuild"], &["stats"]] {
            let ran = place.run(args);
            assert_eq!(ran.status, 2, "{names:?} {args:?}: {}", ran.stderr);
            assert!(ran.stderr.contains("is not an index"), "{names:?}: {}", ran.stderr);
        }
        for name in names {
            assert_eq!(fs::read(place.path(&format!("index/{name}"))).unwrap(), b"{}");
        }
        assert!(!place.path("index/.baoku.lock").exists(), "{names:?}");
    }
}

#[test]
fn a_damaged_index_of_another_archive_is_not_replaced() {
    let (here, place) = (place(), place());
    here.stdout(&["index"]);
    let index = here.path("index");
    let before = || fs::read_dir(&index).unwrap().count();
    let count = before();
    let mut file = fs::OpenOptions::new().append(true).open(index.join("manifest.json")).unwrap();
    file.write_all(b"x").unwrap();
    for args in [&["search", "wort1"][..], &["index"], &["stats"]] {
        let ran = place.run(&[args, &["--index", index.to_str().unwrap()]].concat());
        assert_eq!(ran.status, 2, "{args:?}: {}", ran.stderr);
        assert_eq!(before(), count, "{args:?}");
    }
    let ran = here.run(&["search", "wort1", "--format", "ids"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "2024-02-01/ggjrmy\n"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn builds_that_fail_leave_nothing_behind() {
    let place = place();
    place.stdout(&["index"]);
    let index = place.path("index");
    let mut file = fs::OpenOptions::new().append(true).open(index.join("manifest.json")).unwrap();
    file.write_all(b"x").unwrap();
    for _ in 0..3 {
        // No file may have more than half a kilobyte.
        let mut command = place.command_of("sh");
        let limited = "ulimit -f 1; trap '' XFSZ; exec \"$0\" \"$@\"";
        command.args(["-c", limited, env!("CARGO_BIN_EXE_baoku"), "index"]);
        assert_eq!(command.output().unwrap().status.code(), Some(2));
        let mut names: Vec<_> =
            fs::read_dir(&index).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".baoku.lock", "manifest.json"]);
    }
    assert_eq!(place.run(&["index"]).status, 0);
}

#[test]
fn a_writer_that_waited_looks_at_the_files_again() {
    let place = place();
    place.stdout(&["index"]);
    let lock = fs::OpenOptions::new().write(true).open(place.path("index/.baoku.lock")).unwrap();
    lock.lock().unwrap();
    let mut child =
        place.command(&["index"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("waiting for"), "{line}");
    place.write("corpus/2024-03-01.md", report("neu").as_bytes());
    drop(lock);
    assert!(child.wait().unwrap().success());
    assert_eq!(place.ids(&["neu", "--index", "index"]), ["2024-03-01/1"]);
}

#[test]
fn readers_beside_a_writer_never_see_damage() {
    let place = place();
    place.stdout(&["index"]);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..12 {
                place.write("corpus/2024-02-01.md", report(&format!("wort1 {round}")).as_bytes());
                assert_eq!(place.run(&["index"]).status, 0);
            }
        });
        while !writer.is_finished() {
            let ran = place.run(&["stats"]);
            assert_eq!(ran.status, 0, "{}", ran.stderr);
            assert!(!ran.stderr.contains("damaged"), "{}", ran.stderr);
        }
    });
}

#[test]
fn a_server_outlives_files_that_are_cut_in_place() {
    let place = place();
    place.stdout(&["index"]);
    let server = Server::begin(&place, &[]);
    let expected = server.hits("wort1");
    for (path, ..) in files(&place.path("index")) {
        if path.is_file() {
            fs::File::create(path).unwrap();
        }
    }
    // Whatever is asked at once.
    for query in ["wort2", "模型", "推理", "说明 wort3"] {
        assert_ne!(server.status(&format!("/api/v1/search?q={query}")), 0);
    }
    server.waits("damage is not noticed", || server.said("is damaged ("));
    server.waits("it is not built again", || place.run(&["index", "--check"]).status == 0);
    server.waits("it does not answer", || server.hits("wort1") == expected);
}

#[cfg(unix)]
#[test]
fn a_server_that_the_system_ends_has_a_last_word_and_one_that_is_stopped_has_none() {
    let place = place();
    place.stdout(&["index"]);
    let part = "the server was ended by the system";
    let mut server = Server::begin(&place, &["--in-memory", "0"]);
    assert_eq!(server.status("/readyz"), 200);
    let pid = server.running.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(server.running.child.wait().unwrap().success());
    server.waits("it does not stop", || server.said("stopped"));
    assert!(!server.said(part));
    let mut server = Server::begin(&place, &["--in-memory", "0"]);
    assert_eq!(server.status("/readyz"), 200);
    server.running.child.kill().unwrap();
    server.running.child.wait().unwrap();
    server.waits("nothing is said", || server.said(part));
}
