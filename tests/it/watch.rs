//! Files that are followed: whatever becomes of their folders, what is written later is found.

use std::fs;
use std::path::Path;
use std::process::Child;

use baoku::index::Snapshot;
use baoku::search::{Reader, Step, answer};

use crate::harness::{Place, Running, request};

/// A program that follows files.
struct Following<'p> {
    place: &'p Place,
    running: Running,
}

impl<'p> Following<'p> {
    /// Starts the program and waits until it follows its files.
    fn begin(place: &'p Place, args: &[&str]) -> Self {
        Self::begin_under(place, &[], args)
    }

    /// Starts the program as the last argument of another.
    fn begin_under(place: &'p Place, under: &[&str], args: &[&str]) -> Self {
        let mut command = place.command(args);
        if let [program, rest @ ..] = under {
            command = place.command_of(program);
            command.args(rest).arg(env!("CARGO_BIN_EXE_baoku")).args(args);
        }
        Self { place, running: Running::begin(&mut command) }
    }

    fn said(&self, part: &str) -> usize {
        self.running.said(part)
    }

    #[track_caller]
    fn waits(&self, what: &str, is_so: impl Fn() -> bool) {
        self.running.waits(what, is_so);
    }

    /// Waits until it said something so many times.
    #[track_caller]
    fn says(&self, part: &str, times: usize) {
        self.waits(part, || self.said(part) >= times);
        assert_eq!(self.said(part), times, "{part}");
    }

    /// Writes a report and waits until it is found, then another: the first may be found by the look at what changed.
    #[track_caller]
    fn finds_what_is_written_in(&self, folder: &str) {
        for number in [1, 2] {
            let word = format!("wort{}{number}", folder.len());
            self.place.write(&format!("{folder}/{word}.md"), report(&word).as_bytes());
            self.finds(&word, 1);
        }
    }

    /// Waits until the index holds a word so many times. The program would bring the index in step itself.
    #[track_caller]
    fn finds(&self, word: &str, times: usize) {
        let found = || {
            let reader = Reader::new(Snapshot::open(&self.place.path("index")).ok()?);
            let results = answer(&reader, &request(word)).ok()?;
            Some(if results.matched == Step::Words { results.hits.len() } else { 0 })
        };
        self.waits(&format!("{word} is not found {times} times"), || found() == Some(times));
    }

    /// Stops it with Ctrl-C, which has to end well.
    #[track_caller]
    fn ends(mut self) {
        signal(&self.running.child, "-INT");
        assert_eq!(self.running.child.wait().unwrap().code(), Some(0));
    }
}

fn signal(child: &Child, name: &str) {
    std::process::Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
}

fn report(word: &str) -> String {
    format!("1、{word} 甲\n\n2、乙\n")
}

/// A place with an archive `corpus` and another, `other`, whose reports are `eins` and `zwei`.
fn place() -> Place {
    let place = Place::with(&[("eins.md", &report("eins")), ("below/drei.md", &report("drei"))]);
    place.write("other/zwei.md", report("zwei").as_bytes());
    place.write("other/below/vier.md", report("vier").as_bytes());
    place
}

const INDEX: [&str; 5] = ["index", "--watch", "--index", "index", "--archive"];
const SERVE: [&str; 7] =
    ["serve", "--watch", "--addr", "127.0.0.1:0", "--index", "index", "--archive"];

/// Checks that after a change of folders everything that is written in `folders` is found, by both commands.
#[track_caller]
fn check(
    prepare: impl Fn(&Place),
    archive: &str,
    change: impl Fn(&Place, &Following<'_>),
    folders: &[&str],
) {
    for (command, begun) in [(&INDEX[..], "following the files"), (&SERVE[..], "Ctrl-C stops")] {
        let place = place();
        prepare(&place);
        let following = Following::begin(&place, &[command, &[archive]].concat());
        following.says(begun, 1);
        change(&place, &following);
        for folder in folders {
            following.finds_what_is_written_in(folder);
        }
        following.ends();
    }
}

fn renamed(place: &Place, from: &str, to: &str) {
    fs::rename(place.path(from), place.path(to)).unwrap();
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn another_folder_is_renamed_to_the_archive() {
    let change = |place: &Place, following: &Following<'_>| {
        following.finds("eins", 1);
        renamed(place, "corpus", "corpus.old");
        renamed(place, "other", "corpus");
        following.finds("zwei", 1);
        following.finds("eins", 0);
    };
    check(|_| {}, "corpus", change, &["corpus", "corpus/below", "corpus/new"]);
}

#[test]
fn an_archive_is_removed_and_copied_anew() {
    let change = |place: &Place, following: &Following<'_>| {
        following.finds("eins", 1);
        fs::remove_dir_all(place.path("corpus")).unwrap();
        copied(&place.path("other"), &place.path("corpus"));
        following.finds("zwei", 1);
        following.finds("eins", 0);
    };
    check(|_| {}, "corpus", change, &["corpus", "corpus/below"]);
}

#[test]
fn an_archive_is_moved_away_and_back() {
    let change = |place: &Place, following: &Following<'_>| {
        following.finds("eins", 1);
        renamed(place, "corpus", "away");
        following.says("cannot read the archive", 1);
        renamed(place, "away", "corpus");
        following.says("in step again", 1);
        following.finds_what_is_written_in("corpus/below");
        renamed(place, "corpus", "away");
        following.says("cannot read the archive", 2);
        renamed(place, "away", "corpus");
        following.says("in step again", 2);
    };
    check(|_| {}, "corpus", change, &["corpus", "corpus/below/new"]);
}

#[test]
fn an_archive_becomes_a_file_and_a_folder_again() {
    let change = |place: &Place, following: &Following<'_>| {
        following.finds("eins", 1);
        renamed(place, "corpus", "away");
        fs::write(place.path("corpus"), "").unwrap();
        following.says("no reports in", 1);
        fs::remove_file(place.path("corpus")).unwrap();
        renamed(place, "away", "corpus");
    };
    check(|_| {}, "corpus", change, &["corpus", "corpus/below"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_archive_is_switched() {
    use std::os::unix::fs::symlink;
    let prepare = |place: &Place| symlink("corpus", place.path("current")).unwrap();
    let change = |place: &Place, following: &Following<'_>| {
        following.finds("eins", 1);
        symlink("other", place.path("next")).unwrap();
        renamed(place, "next", "current");
        following.finds("zwei", 1);
        following.finds("eins", 0);
    };
    check(prepare, "current", change, &["other", "other/below"]);
}

#[cfg(unix)]
#[test]
fn an_index_of_an_archive_behind_a_link_is_its_index_after_the_link_was_switched() {
    use std::os::unix::fs::symlink;
    let place = place();
    symlink("corpus", place.path("current")).unwrap();
    let ids = |word: &str| place.ids(&["--archive", "current", word]).len();
    assert_eq!((ids("eins"), ids("zwei")), (1, 0));
    fs::remove_file(place.path("current")).unwrap();
    symlink("other", place.path("current")).unwrap();
    place.stdout(&["index", "--archive", "current"]);
    assert_eq!((ids("eins"), ids("zwei")), (0, 1));
    // The folder itself has the index that it has without the link.
    assert_eq!(place.ids(&["--archive", "other/../corpus", "eins"]).len(), 1);
    assert!(place.path("index").exists());
}

#[cfg(unix)]
#[test]
fn a_link_above_the_archive_is_switched() {
    use std::os::unix::fs::symlink;
    let prepare = |place: &Place| {
        fs::create_dir_all(place.path("1")).unwrap();
        fs::create_dir_all(place.path("2")).unwrap();
        renamed(place, "corpus", "1/reports");
        renamed(place, "other", "2/reports");
        symlink("1", place.path("current")).unwrap();
    };
    let change = |place: &Place, following: &Following<'_>| {
        following.finds("eins", 1);
        fs::remove_file(place.path("current")).unwrap();
        symlink("2", place.path("current")).unwrap();
        following.finds("zwei", 1);
        following.finds("eins", 0);
    };
    check(prepare, "current/reports", change, &["2/reports", "2/reports/below"]);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_archive_is_switched() {
    use std::os::unix::fs::symlink;
    let prepare = |place: &Place| {
        renamed(place, "other", "corpus/.releases");
        fs::create_dir_all(place.path("corpus/a/below")).unwrap();
        place.write("corpus/b/below/sieben.md", report("sieben").as_bytes());
        symlink("a", place.path("corpus/current")).unwrap();
    };
    let change = |place: &Place, following: &Following<'_>| {
        following.finds("sieben", 1);
        symlink("b", place.path("corpus/next")).unwrap();
        renamed(place, "corpus/next", "corpus/current");
        following.finds("sieben", 2);
    };
    check(prepare, "corpus", change, &["corpus/a", "corpus/a/below"]);
}

#[test]
fn one_of_several_sources_is_replaced() {
    let place = place();
    place.write("third/neun.md", report("neun").as_bytes());
    place.write("baoku.toml", b"[[source]]\npath = \"corpus\"\n[[source]]\npath = \"other\"\n");
    let following = Following::begin(&place, &["index", "--watch"]);
    following.says("following the files", 1);
    following.finds("eins", 1);
    fs::remove_dir_all(place.path("other")).unwrap();
    following.says("cannot read the archive", 1);
    renamed(&place, "third", "other");
    following.finds("neun", 1);
    following.finds_what_is_written_in("other");
    following.finds_what_is_written_in("corpus/below");
    following.ends();
}

#[test]
fn an_archive_that_is_a_file_is_replaced_by_an_editor() {
    let change = |place: &Place, following: &Following<'_>| {
        following.finds("zwei", 1);
        for word in ["zehn", "elf"] {
            place.write("other/.zwei.md.swp", report(word).as_bytes());
            renamed(place, "other/.zwei.md.swp", "other/zwei.md");
            following.finds(word, 1);
            place.write("other/zwei.md", report(&format!("neu{word}")).as_bytes());
            following.finds(&format!("neu{word}"), 1);
        }
        following.finds("vier", 0);
    };
    check(|_| {}, "other/zwei.md", change, &[]);
}

#[test]
fn an_archive_comes_after_the_server() {
    let place = place();
    renamed(&place, "corpus", "away");
    let following = Following::begin(&place, &[&SERVE[..], &["corpus"]].concat());
    following.says("cannot read the archive", 1);
    renamed(&place, "away", "corpus");
    following.finds("eins", 1);
    following.finds_what_is_written_in("corpus/below");
    following.ends();
}

#[test]
fn an_index_that_is_removed_is_built_again_with_the_next_change() {
    let change = |place: &Place, following: &Following<'_>| {
        following.finds("eins", 1);
        // It may be written meanwhile.
        following.waits("the index stays", || fs::remove_dir_all(place.path("index")).is_ok());
    };
    check(|_| {}, "corpus", change, &["corpus"]);
}

/// Runs what comes after it where a user may have so few folders watched; nothing where the system does not let it.
#[cfg(target_os = "linux")]
#[expect(clippy::print_stderr, reason = "a test that did not run says so")]
fn with_few_watches(watches: &str) -> Option<Vec<String>> {
    let script = format!("echo {watches} > /proc/sys/user/max_inotify_watches && exec \"$@\"");
    let under = ["unshare", "-Ur", "sh", "-c", &script, "sh"].map(str::to_owned);
    let tried = std::process::Command::new(&under[0]).args(&under[1..]).arg("true").status();
    if tried.is_ok_and(|status| status.success()) {
        return Some(under.to_vec());
    }
    eprintln!("not tested: this system lets nobody lower the limit of watches");
    None
}

#[cfg(target_os = "linux")]
#[test]
fn folders_beyond_the_limit_of_the_system_are_looked_at() {
    // Met at the start, and by a folder that is made later.
    for watches in ["1", "3"] {
        for (command, begun) in [(&INDEX[..], "following the files"), (&SERVE[..], "Ctrl-C stops")]
        {
            let Some(under) = with_few_watches(watches) else { return };
            let under: Vec<&str> = under.iter().map(String::as_str).collect();
            let place = place();
            let args = [command, &["corpus"]].concat();
            let following = Following::begin_under(&place, &under, &args);
            following.says(begun, 1);
            following.finds("eins", 1);
            for folder in ["corpus/new/1/2/3", "corpus/below", "corpus"] {
                following.finds_what_is_written_in(folder);
            }
            following.says("raise fs.inotify.max_user_watches or use --poll SECONDS", 1);
            following.finds("drei", 1);
            place.write("corpus/below/drei.md", report("anders").as_bytes());
            following.finds("anders", 1);
            fs::remove_dir_all(place.path("corpus/new")).unwrap();
            fs::remove_dir_all(place.path("corpus/below")).unwrap();
            if watches == "3" {
                following.says("all folders are followed again", 1);
            }
            following.finds("anders", 0);
            following.ends();
        }
    }
}

#[test]
fn without_events_all_files_are_looked_at_again() {
    let place = place();
    let following = Following::begin(
        &place,
        &["index", "--poll", "1", "--index", "index", "--archive", "corpus"],
    );
    following.says("following the files", 1);
    following.finds("eins", 1);
    following.finds_what_is_written_in("corpus/below");
    place.write("corpus/eins.md", report("anderes").as_bytes());
    following.finds("anderes", 1);
    renamed(&place, "corpus", "away");
    following.says("cannot read the archive", 1);
    renamed(&place, "other", "corpus");
    following.finds("zwei", 1);
    assert_eq!(watches(&following.running.child), 0, "no events are asked for");
    following.ends();
}

/// Returns how many folders a process has the system watch.
fn watches(child: &Child) -> usize {
    let files = fs::read_dir(format!("/proc/{}/fdinfo", child.id()));
    let files = files.into_iter().flatten();
    let text = files.filter_map(|file| fs::read_to_string(file.unwrap().path()).ok());
    text.map(|text| text.matches("inotify wd:").count()).sum()
}

#[test]
fn a_pause_between_looks_has_a_range() {
    for wrong in ["0", "86401", "-1", "x", "1.5"] {
        let ran = Place::new().run(&["index", &format!("--poll={wrong}")]);
        assert_eq!(ran.status, 2, "{wrong}");
        assert!(ran.stderr.contains("--poll <SECONDS>"), "{}", ran.stderr);
    }
    let ran = Place::new().run(&["serve", "--poll", "5", "--read-only"]);
    assert!(ran.stderr.contains("cannot be used with"), "{}", ran.stderr);
}
