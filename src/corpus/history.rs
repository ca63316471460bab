//! When files were first committed, as git tells of those that were committed one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::civil::Date;

/// A commit that adds more reports than this moves or imports them: when they appeared is not to be seen there.
const MAX_TOGETHER: usize = 3;
/// What git says of a history is read up to so many bytes; nothing is known where it says more.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Before the day of every commit.
const MARK: &str = "\u{1}";
/// What would have git look elsewhere than where the folder lies.
const ELSEWHERE: [&str; 6] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_CEILING_DIRECTORIES",
];

/// Returns the day on which each of some files of a source was first committed, by path, with one call of git for all
/// of them. Nothing is known without git, outside of a repository, and of what came with many others.
#[must_use]
pub fn first_commits(folder: &Path, files: &BTreeSet<&str>) -> BTreeMap<String, Date> {
    // A source may be a single file.
    let folder = folder.parent().filter(|_| folder.is_file()).unwrap_or(folder);
    let is_kept = folder.ancestors().any(|above| above.join(".git").exists());
    let said = is_kept.then(|| log(folder)).flatten();
    said.map(|said| read(&said, files)).unwrap_or_default()
}

/// Asks git for the days of all commits and the files that each of them added, newest first.
fn log(folder: &Path) -> Option<String> {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        // Nothing that a repository configures is run, and nothing is fetched.
        .args(["--no-pager", "--no-replace-objects", "-c", "core.quotePath=false"])
        .args(["-c", "log.showSignature=false", "-c", "core.fsmonitor=false"])
        .args(["log", "--diff-filter=A", "--name-only", "--find-renames", "--relative"])
        .args(["--no-ext-diff", "--no-textconv", "--no-color", "--date=short"])
        .arg(format!("--format={MARK}%ad"))
        .args(["--", "."])
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    let mut child = command.spawn().ok()?;
    let mut said = Vec::new();
    let read = child.stdout.take()?.take(MAX_BYTES + 1).read_to_end(&mut said);
    let is_whole = read.is_ok() && said.len() as u64 <= MAX_BYTES;
    if !is_whole {
        let _ = child.kill();
    }
    let is_good = child.wait().is_ok_and(|status| status.success());
    (is_whole && is_good).then(|| String::from_utf8_lossy(&said).into_owned())
}

/// Reads what git said.
fn read(said: &str, files: &BTreeSet<&str>) -> BTreeMap<String, Date> {
    let mut days = BTreeMap::new();
    for commit in said.split(MARK) {
        let mut lines = commit.lines();
        let Some(day) = lines.next().and_then(|line| line.trim().parse::<Date>().ok()) else {
            continue;
        };
        let added: Vec<&str> = lines.filter(|line| files.contains(line)).collect();
        let is_one_by_one = added.len() <= MAX_TOGETHER;
        // An older commit takes the place of a newer one: the file had been there before.
        for file in added {
            if is_one_by_one {
                days.insert(file.to_owned(), day);
            } else {
                days.remove(file);
            }
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(said: &str, files: &[&str]) -> Vec<(String, String)> {
        let files = files.iter().copied().collect();
        read(said, &files).into_iter().map(|(file, day)| (file, day.to_string())).collect()
    }

    #[test]
    fn files_that_came_one_by_one_have_the_day_of_their_oldest_commit() {
        let said = "\u{1}2031-03-20\n\nb.md\nb.png\n\u{1}2031-03-14\n\na.md\n\u{1}2031-03-01\n\na.md\n\u{1}x\n\nc.md\n";
        let expected = [("a.md", "2031-03-01"), ("b.md", "2031-03-20")]
            .map(|(file, day)| (file.to_owned(), day.to_owned()));
        assert_eq!(days(said, &["a.md", "b.md", "c.md"]), expected);
    }

    #[test]
    fn files_that_came_together_have_no_day() {
        let names = ["1.md", "2.md", "3.md", "4.md"];
        let said = format!("\u{1}2031-03-20\n\n{}\n", names.join("\n"));
        assert_eq!(days(&said, &names), []);
        assert_eq!(days(&said, &names[..3]).len(), 3);
        let before = format!("\u{1}2031-04-01\n\n1.md\n{said}");
        assert_eq!(days(&before, &names), []);
    }

    #[test]
    fn a_folder_without_a_history_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(first_commits(folder.path(), &BTreeSet::from(["a.md"])).is_empty());
        std::fs::create_dir(folder.path().join(".git")).unwrap();
        assert!(first_commits(folder.path(), &BTreeSet::from(["a.md"])).is_empty());
    }
}
