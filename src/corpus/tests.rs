//! Links of an archive, walked and read.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::symlink;
use std::path::Path;

use tempfile::TempDir;

use super::{Corpus, Links, SourceRoot, read};

/// An archive `in`, beside what does not belong to it.
fn place() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["in/1.md", "in/more/2.md", "in/.env", "in/.git/3.md", "out/3.md", "inner/4.md"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
    folder
}

/// Returns what is found, each with its content, and what is noticed.
fn walked(root: &Path, links: Links) -> (Vec<String>, Vec<String>) {
    let root = SourceRoot { links, ..SourceRoot::new("a", root) };
    let (corpus, noticed) = Corpus::walk(&[root]).unwrap();
    let found = |entry| read(entry).map(|file| format!("{}={}", file.entry.path, file.text));
    let found = corpus.files.iter().map(|entry| found(entry).unwrap());
    (found.collect(), noticed.iter().map(ToString::to_string).collect())
}

/// Checks what a link in the archive adds to it and what is said of it.
#[track_caller]
fn check(target: &str, link: &str, added: &[&str], noticed: &str) {
    let folder = place();
    symlink(target, folder.path().join("in").join(link)).unwrap();
    let (files, said) = walked(&folder.path().join("in"), Links::Inside);
    let mut expected = vec!["1.md=in/1.md", "more/2.md=in/more/2.md"];
    expected.extend(added);
    expected.sort_unstable();
    assert_eq!(
        (files, said.join("\n")),
        (expected.iter().map(ToString::to_string).collect(), noticed.to_owned())
    );
}

fn not_followed(link: &str, target: &str, why: &str) -> String {
    format!(
        "{link}: warning: a link to `{target}`, {why}; not followed (`follow_links = true` in baoku.toml follows it)"
    )
}

#[test]
fn links_to_what_the_source_holds_are_followed() {
    check("more/2.md", "x.md", &["x.md=in/more/2.md"], "");
    check("../in/1.md", "x.md", &["x.md=in/1.md"], "");
    check("more", "x", &["x/2.md=in/more/2.md"], "");
    check("../1.md", "more/x.md", &["more/x.md=in/1.md"], "");
}

#[test]
fn links_out_of_the_source_are_named_and_not_followed() {
    let outside = "outside of the folder of its source";
    for to in ["../out/3.md", "/etc/passwd", "/dev/zero", "../inner/4.md"] {
        check(to, "x.md", &[], &not_followed("x.md", to, outside));
    }
    for to in ["../out", "/proc/self", "../inner", "more/../../out"] {
        check(to, "x", &[], &not_followed("x", to, outside));
    }
    check("/etc/passwd", "x.png", &[], "");
}

#[test]
fn links_to_what_is_hidden_are_not_followed() {
    check(".env", "x.md", &[], &not_followed("x.md", ".env", "which is hidden"));
    check(".git", "x", &[], &not_followed("x", ".git", "which is hidden"));
}

#[test]
fn links_that_lead_back_or_nowhere_are_named() {
    check(".", "x", &[], "x: warning: a link back to `.`; not followed");
    check("..", "more/x", &[], "more/x: warning: a link back to `.`; not followed");
    check("nowhere", "x.md", &[], "x.md: warning: a link to `nowhere`, which is missing; left out");
}

#[test]
fn a_link_to_a_link_out_of_the_source_is_not_followed() {
    let folder = place();
    symlink("../out", folder.path().join("in/a")).unwrap();
    symlink("a/3.md", folder.path().join("in/b.md")).unwrap();
    let (files, noticed) = walked(&folder.path().join("in"), Links::Inside);
    assert_eq!((files.len(), noticed.len()), (2, 2), "{files:?} {noticed:?}");
}

#[test]
fn a_source_that_asks_for_it_follows_every_link() {
    let folder = place();
    symlink("../out", folder.path().join("in/x")).unwrap();
    symlink(".env", folder.path().join("in/y.md")).unwrap();
    let (files, noticed) = walked(&folder.path().join("in"), Links::Anywhere);
    assert_eq!(files[2..], ["x/3.md=out/3.md", "y.md=in/.env"]);
    assert_eq!(noticed, <[String; 0]>::default());
}

#[test]
fn a_root_may_be_a_link_itself() {
    let folder = place();
    for (target, link) in [("in", "root"), ("in/1.md", "file.md")] {
        symlink(target, folder.path().join(link)).unwrap();
    }
    let (files, noticed) = walked(&folder.path().join("root"), Links::Inside);
    assert_eq!((files.len(), noticed.len()), (2, 0));
    let (files, _) = walked(&folder.path().join("file.md"), Links::Inside);
    assert_eq!(files, ["file.md=in/1.md"]);
}

#[test]
fn what_became_a_link_or_a_pipe_since_the_walk_is_not_read() {
    let folder = place();
    let root = folder.path().join("in");
    let (corpus, _) = Corpus::walk(&[SourceRoot::new("a", &root)]).unwrap();
    let refused = || read(&corpus.files[0]).unwrap_err().message;
    fs::remove_file(root.join("1.md")).unwrap();
    symlink("../out/3.md", root.join("1.md")).unwrap();
    assert!(refused().contains("outside of the folder"), "{}", refused());
    fs::remove_file(root.join("1.md")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(root.join("1.md")).status();
    assert!(made.unwrap().success());
    assert!(refused().contains("not a file"), "{}", refused());
    // A folder above it, too.
    fs::remove_dir_all(root.join("more")).unwrap();
    symlink("../out", root.join("more")).unwrap();
    fs::rename(folder.path().join("out/3.md"), folder.path().join("out/2.md")).unwrap();
    assert!(read(&corpus.files[1]).unwrap_err().message.contains("outside of the folder"));
}

#[test]
fn a_folder_whose_list_of_what_to_leave_out_has_no_end_is_not_entered() {
    let folder = place();
    symlink("/dev/zero", folder.path().join("in/more/.gitignore")).unwrap();
    let (files, noticed) = walked(&folder.path().join("in"), Links::Inside);
    assert_eq!((files.len(), noticed.len()), (1, 1), "{noticed:?}");
    symlink("/dev/zero", folder.path().join("in/.ignore")).unwrap();
    assert!(Corpus::walk(&[SourceRoot::new("a", folder.path().join("in"))]).is_err());
}
