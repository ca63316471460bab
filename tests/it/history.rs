//! Dates from the history of a clone, made with git in a folder of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use baoku::archive::Archive;
use baoku::corpus::SourceRoot;

fn git(folder: &Path, day: &str, args: &[&str]) {
    let time = format!("{day}T23:30:00+08:00");
    let status = Command::new("git")
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(["-c", "commit.gpgSign=false"])
        .args(args)
        .current_dir(folder)
        .env("GIT_AUTHOR_DATE", &time)
        // Somebody has rewritten the history since.
        .env("GIT_COMMITTER_DATE", "2040-01-01T00:00:00Z")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(status.status.success(), "{args:?}: {}", String::from_utf8_lossy(&status.stderr));
}

fn commit(folder: &Path, day: &str, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    git(folder, day, &["add", "-A"]);
    git(folder, day, &["commit", "-q", "-m", "x"]);
}

/// Returns the date and its evidence of every report below a folder.
fn dates(folder: &Path) -> Vec<(String, Option<String>)> {
    let archive =
        Archive { sources: vec![SourceRoot::new("a", folder).into()], ..Archive::default() };
    let files = archive.walk(None).unwrap().files;
    let reports = archive.read_all(&files, &|| false).unwrap();
    let shown = |read: &baoku::archive::ReadReport| {
        read.date.as_ref().map(|date| format!("{} ({})", date.display(), date.evidence))
    };
    reports.iter().map(|read| (read.entry.path.clone(), shown(read))).collect()
}

const REPORT: &str = "1、甲\n\n一段话。\n\n2、乙\n\n又一段话。\n";

#[test]
fn reports_that_were_committed_one_by_one_have_the_days_of_their_commits() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    git(home, "2031-01-01", &["init", "-q"]);
    // What came together was moved from elsewhere.
    let old: Vec<(String, String)> =
        (1..=5).map(|n| (format!("周刊/旧-{n}.md"), format!("{n}{REPORT}"))).collect();
    let old: Vec<(&str, &str)> = old.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    commit(home, "2031-03-01", &old);
    for (n, day) in ["2031-03-07", "2031-03-14", "2031-03-21"].into_iter().enumerate() {
        commit(
            home,
            day,
            &[(&format!("周刊/新-{n}.md"), &format!("{day}\n\n{REPORT}").replace(day, "x"))],
        );
    }
    // Edited later, and one that says its day itself.
    commit(home, "2031-05-01", &[("周刊/新-0.md", "1、丙\n\n一段话。\n\n2、丁\n\n又一段话。\n")]);
    commit(home, "2031-05-02", &[("周刊/2031-04-01.md", REPORT)]);
    let found = dates(&home.join("周刊"));
    let expected = [
        ("2031-04-01.md", Some("2031-04-01 (path: 2031-04-01)")),
        ("新-0.md", Some("2031-03-07 (first commit: 2031-03-07)")),
        ("新-1.md", Some("2031-03-14 (first commit: 2031-03-14)")),
        ("新-2.md", Some("2031-03-21 (first commit: 2031-03-21)")),
        ("旧-1.md", None),
        ("旧-2.md", None),
        ("旧-3.md", None),
        ("旧-4.md", None),
        ("旧-5.md", None),
    ]
    .map(|(path, date)| (path.to_owned(), date.map(str::to_owned)));
    assert_eq!(found, expected);
}

#[test]
fn a_source_that_is_mostly_dated_is_not_asked_for_its_history() {
    let home = tempfile::tempdir().unwrap();
    git(home.path(), "2031-01-01", &["init", "-q"]);
    commit(home.path(), "2031-03-01", &[("other/补遗.md", REPORT)]);
    for day in 1..=12 {
        fs::write(home.path().join(format!("2031-03-{day:02}.md")), REPORT).unwrap();
    }
    let found = dates(home.path());
    assert_eq!(found.last(), Some(&("other/补遗.md".to_owned(), None)));
    assert_eq!(found.iter().filter(|(_, date)| date.is_some()).count(), 12);
}
